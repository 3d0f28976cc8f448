"""micrograd: its operators and relu."""

from __future__ import annotations

from typing import Any

from .adapter import Adapter
from .symgrad_ import run

SETUP = "from micrograd.engine import Value"
ENDING = """for _ in range(TIMES):
    for leaf in LEAVES:
        leaf.grad = 0
    ROOT.backward()
print(ROOT.data, [leaf.grad for leaf in LEAVES])"""


def engine(dtype: str = "float64") -> Any:
    """The engine; float64 only. Its exponents are numbers, never Values."""
    rows = {"relu": "a.relu()"}
    return Adapter("micrograd", "float64", SETUP, "Value(value)", rows, run, ENDING, ("pow",))
