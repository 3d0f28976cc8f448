"""Adapters for released engines, each a few lines over its own operators and functions.

- `engine(name, dtype)` is one, ready for `judge`; `NAMES` are those that ship.
- `installed()` are those whose package is there.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from ...doors import door
from ...errors import UsageError, nearest

HOMES = {
    "symgrad": "eager_values", "micrograd": "eager_values", "torch": "tensor_engines",
    "jax": "functional", "autograd": "functional", "tinygrad": "tensor_engines",
    "mygrad": "tensor_engines", "casadi": "functional",
}  # fmt: skip
NAMES = tuple(HOMES)


@door()
def engine(name: str, dtype: str = "float64") -> Any:
    """The adapter of that name. Raises UsageError where its package or its dtype is missing."""
    if name not in NAMES:
        close = nearest(name, NAMES)
        hint = f"did you mean {close}?" if close else f"there are {', '.join(NAMES)}"
        raise UsageError(f"no adapter for {name}", hint=hint)
    if find_spec(name) is None:
        raise UsageError(f"{name} is not installed", hint=f"pip install {name}")
    made = getattr(import_module(f".{HOMES[name]}", __name__), name)(dtype)
    if made.dtype != dtype:
        raise UsageError(f"{name} computes in {made.dtype}, not in {dtype}")
    return made


def installed() -> list[str]:
    """The engines that can be judged here."""
    return [name for name in NAMES if find_spec(name) is not None]
