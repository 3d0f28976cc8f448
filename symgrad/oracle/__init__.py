"""The test oracle: judges other autograd engines against exact numbers.

    >>> import symgrad as sg
    >>> report = sg.oracle.judge(engine, budget=60)
    >>> print(report)

- `judge(engine, budget, seed)` is a `Report`; `engine` follows the protocol `Engine`.
- `sweep(engine, "tanh", "bfloat16")` judges an operation at every number of a format.
- `Program` is an expression as plain data, `replay(program, namespace, leaves)` runs it.
- `engine(name)` is one of the adapters that ship: torch, jax, autograd, ...
- `Tensors(namespace, constructor=...)` makes an engine of anything that has NumPy-like tensors.
- `assert_gradients(engine)` fails a test with every cause found.

Everything is imported on first use: pytest loads the plugin of this package in every run.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from ..errors import UsageError

HYPOTHESIS = "pip install hypothesis"
_HOMES = {
    "judge": "run", "sweep": "sweeps", "Report": "report", "Finding": "report",
    "Program": "programs", "number": "programs", "replay": "programs",
    "offered": "programs", "Engine": "engine_calls", "Case": "cases", "engine": "engines",
    "assert_gradients": "run", "Tensors": "tensors.namespace_engine",
    "TensorCommand": "tensors.tensor_command", "Command": "protocol",
    "TensorProgram": "tensors.tensor_program", "tensor_engine": "tensors.library_tensors",
}  # fmt: skip
_MODULES = ("programs", "cases", "strategies", "vectors", "engines")  # reached as attributes
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        found = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    elif name in _MODULES:
        try:
            found = import_module(f".{name}", __name__)
        except ModuleNotFoundError as error:
            if "hypothesis" not in str(error.name):
                raise
            raise UsageError("the strategies need hypothesis", hint=HYPOTHESIS) from None
    else:
        raise AttributeError(f"module 'symgrad.oracle' has no attribute {name!r}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted([*_HOMES, *_MODULES])
