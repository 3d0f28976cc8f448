"""The oracle's cases as hypothesis strategies.

- `programs(operations)` are random programs, `cases(operations)` programs with a point.
"""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import strategies as st

from .cases import Case
from .cases.random_programs import grown
from .cases.sample_numbers import Dice
from .programs import ASKED, Program


@st.composite
def cases(draw: st.DrawFn, operations: Iterable[str] = ASKED, size: int = 0) -> Case:
    """A program over these operations, and one of its points; `size` operations (0: any)."""
    seed = draw(st.integers(0, 2**32 - 1))
    made = grown(Dice(f"strategy {seed}"), frozenset(operations), size)
    if made is None:
        raise ValueError("no operations to make a program of")
    program, points, backwards = made
    return Case(program, tuple(draw(st.sampled_from(list(points)))), backwards)


def programs(operations: Iterable[str] = ASKED, size: int = 0) -> st.SearchStrategy[Program]:
    """Programs alone."""
    return cases(operations, size).map(lambda case: case.program)
