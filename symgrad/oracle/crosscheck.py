"""The reference against SymPy: two derivations of one derivative that share no rule.

- `disagreement(program, point)` is "" where SymPy's balls overlap ours, else what they say; a fault
  of ours either way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from flint import arb

from ..arithmetic.balls import precision
from ..errors import LimitReached, Undecided
from ..limits import Limits
from ..ops import OPS, Op
from ..verification.column import Column
from ..verification.kinks import overlaps
from .programs import Program, graph
from .reference import BITS, Number, Reference

LIMITS = replace(Limits.library, seconds=20)


def column(program: Program) -> Column | None:
    """SymPy's derivative of the program; None where SymPy cannot."""
    return _column(program, tuple(OPS.values()))


@lru_cache(maxsize=256)
def _column(program: Program, world: tuple[Op, ...]) -> Column | None:
    """Made once, and anew where the table of operations, `world`, has changed."""
    try:
        return Column.of(graph(program, exactly=True), program.variables, LIMITS)
    except (Undecided, LimitReached):
        return None


def disagreement(program: Program, point: Sequence[Number]) -> str:
    """Where SymPy's value or partials lie apart from the reference's."""
    found = column(program)
    if found is None:
        return ""
    with precision(BITS):
        ours = Reference(program).balls(point)
        theirs = found.at({n: arb(x) for n, x in zip(program.variables, point)})
        for name, a, b in zip(("the value", *program.variables), ours, theirs):
            if a.is_finite() and b.is_finite() and not overlaps(a, b):
                return f"{name}: {a} here, {b} in SymPy"
    return ""
