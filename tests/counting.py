"""Work without a clock: what Python is asked to do is the same on any machine.

- `calls(act)` is how many functions are called while `act` runs.
- `counted(act)` is also what it returned.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def calls(act: Callable[[], object]) -> int:
    return counted(act)[1]


def counted(act: Callable[[], T]) -> tuple[T, int]:
    """What `act` returns, and how many functions, Python's and C's, it called for that."""
    count = 0

    def seen(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        result = act()
        return result, count
    finally:
        sys.setprofile(before)
