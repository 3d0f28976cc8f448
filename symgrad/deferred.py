"""Modules that are imported when they are first used.

- `Deferred("formula")` stands for `symgrad.formula`; its first attribute imports it. So reading a
  formula and running it in floats never pays for Arb, SymPy's side or the compiler.
- `numpy()` is NumPy, which arrays need and numbers do not.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any


class Deferred:
    """A module of ours, not yet imported."""

    def __init__(self, name: str) -> None:
        self._name = f"{__package__}.{name}"

    def __getattr__(self, attribute: str) -> Any:
        found = getattr(import_module(self._name), attribute)
        setattr(self, attribute, found)
        return found


@cache
def numpy() -> Any:
    """The library, imported on first use: it costs 60 ms that most callers need not pay."""
    return import_module("numpy")
