"""The oracle's cases as hypothesis strategies.

- `programs(operations)` are random programs, `cases(operations)` programs with a point.
"""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import strategies as st

from ..ops import OPS
from .cases import Case
from .cases.random_programs import grown
from .cases.sample_numbers import Dice
from .programs import Program

EVERY = frozenset(n for n, op in OPS.items() if op.arity != 0 and not op.hidden)


@st.composite
def cases(draw: st.DrawFn, operations: Iterable[str] = EVERY, size: int = 0) -> Case:
    """A program over these operations, and one of its points; `size` operations (0: any)."""
    seed = draw(st.integers(0, 2**32 - 1))
    made = grown(Dice(f"strategy {seed}"), frozenset(operations), size)
    if made is None:
        raise ValueError("no operations to make a program of")
    program, points, backwards = made
    return Case(program, tuple(draw(st.sampled_from(list(points)))), backwards)


def programs(operations: Iterable[str] = EVERY, size: int = 0) -> st.SearchStrategy[Program]:
    """Programs alone."""
    return cases(operations, size).map(lambda case: case.program)
