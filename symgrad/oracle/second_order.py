"""Second derivatives under judgement: of engines that offer `second(program, point)`.

- `with_second(cases)` are the cases, and for some of them the Hessian at a few of their points.
- `remarks(case, reference, answer, form)` is what is wrong with the rows that an engine gave.
- `SecondDerivatives(program).hessian(point, form)` are rows of (truth, what a correct run may
  give); `.bends(point)`: there are none here.

The truth is the table's gradient as a graph, differentiated again, in Arb balls; what a correct
engine may lose are that graph's own rounding balls. A second derivative is looked at where the
first one is an ordinary number: not at a kink, nor at an end of a domain.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby, product
from typing import Any

from flint import arb

from ..arithmetic.balls import BALLS, precision
from ..arithmetic.rounding import Rounded
from ..engine import Tape, forward, gradient, kinks
from ..ops import OPS, Op
from ..value import gradient_graphs
from .cases import Case
from .float_formats import Format
from .programs import Program, graph
from .remarks import Answer, Remark, label, shown, within
from .truth import BITS, MOST_BITS, Number, Truth, narrow

MOST_STEPS, MOST_VARIABLES = 12, 3
LARGER_STEPS, LARGER_VARIABLES = 100, 9  # of plain arithmetic
POINTS_OF_ORDER_TWO = 4  # of one program
ONE_PROGRAM_IN = 6  # one in so many programs over operations that had their turn


def polynomial(name: str) -> bool:
    """Sums and products: its Hessian has numbers whatever the point."""
    return OPS[name].rational and not OPS[name].domain


def with_second(cases: Iterable[Case]) -> Iterator[Case]:
    """Every program over new operations has its Hessian asked for, and one in a few others."""
    seen: set[frozenset[str]] = set()
    waited = 0
    for program, group in groupby(cases, lambda case: case.program):
        every = list(group)
        yield from every
        steps, variables = len(program.steps), len(program.variables)
        small = steps <= MOST_STEPS and variables <= MOST_VARIABLES
        large = steps <= LARGER_STEPS and variables <= LARGER_VARIABLES
        larger = large and all(map(polynomial, program.operations)) and not small
        if not program.steps or not (small or larger) or every[0].backwards > 1:
            continue
        waited += small
        if program.operations not in seen or waited >= ONE_PROGRAM_IN or larger:
            seen.add(program.operations)
            waited = waited if larger else 0
            for case in every[:: -(-len(every) // POINTS_OF_ORDER_TWO)]:
                yield Case(program, case.point, order=2)


def hessian(program: Program) -> SecondDerivatives:
    """Made once for the points of a program, and for the shrinking between them."""
    return _hessian(program, tuple(OPS.values()))


@lru_cache(maxsize=8)
def _hessian(program: Program, world: tuple[Op, ...]) -> SecondDerivatives:
    return SecondDerivatives(program)


def remarks(case: Case, reference: Truth, answer: Answer, form: Format) -> list[Remark]:
    """What fails; `place` counts the rows' entries from 1. See `labels.judged` for crashes."""
    if answer.crash and not answer.refused:
        return [Remark("CRASH", 0, note=answer.told)]
    if any(map(math.isinf, case.point)):
        return []
    truth = reference.exact(case.point)
    if truth.undefined or truth.kinks or truth.ends or not all(b.is_finite() for b in truth.balls):
        return []
    second = hessian(case.program)
    if second.bends(case.point):
        return []
    rows = second.hessian(case.point, form)
    flat = [pair for row in rows for pair in row]
    if answer.crash:
        defined = all(a.is_finite() for a, _ in flat)
        return [Remark("CRASH", 0, note=answer.told)] if defined else []
    with precision(BITS):
        sizes = natural(truth.balls, case.point)
        every = enumerate(zip(answer.gradient, flat, sizes), 1)
        found = [entry(k, got, *pair, size, form) for k, (got, pair, size) in every]
    return [remark for remark in found if remark]


def natural(balls: Sequence[arb], point: Sequence[Number]) -> list[float]:
    """For each entry the size that its terms may have: f_i/x_j, f_j/x_i or f/(x_i x_j)."""
    f, *slopes = (abs(float(b)) for b in balls)
    x = [abs(float(a)) for a in point]
    found = []
    for i, j in product(range(len(x)), repeat=2):
        parts = ((slopes[i], x[j]), (slopes[j], x[i]), (f, x[i] * x[j]))
        found.append(max((a / b for a, b in parts if b), default=0.0))
    return found


def entry(
    place: int, got: float, truth: arb, allowed: arb, size: float, form: Format
) -> Remark | None:
    """One second partial; None where it is right, or where any float run may lose it.

    A 0 may be what is left of terms that cancel: 64 ulp of their size are allowed.
    """
    if not truth.is_finite() or not allowed.is_finite():
        return None
    near = form.nearest(float(truth))
    gap = abs(arb(got) - truth) if math.isfinite(got) else arb(math.inf)
    if got == near or gap <= form.close * form.ulp(near) or within(got, allowed):
        return None
    if near == 0 and math.isfinite(size) and gap <= form.loose * form.ulp(form.nearest(size)):
        return None
    ulps = float((gap / form.ulp(near)).mid())
    kind = label(got, near, gap, abs(near), form, False)
    return Remark(kind, place, got, near, shown(truth), ulps)


def names(program: Program, place: int) -> str:
    """The two variables of an entry: "x, y"."""
    i, j = divmod(place - 1, len(program.variables))
    return f"{program.variables[i]}, {program.variables[j]}"


# --- their truth ----------------------------------------------------------------------------------

class SecondDerivatives:
    """The gradient of a program as a tape of its own, a root for every variable."""

    def __init__(self, program: Program) -> None:
        self.names = program.variables
        tape = Tape.of([graph(program, exactly=True)])
        self.roots = gradient_graphs(tape, self.names)[1:]
        self.tape = Tape.of(self.roots)

    def hessian(
        self, point: Sequence[Number], form: Format, bits: int = BITS
    ) -> list[list[tuple[arb, arb]]]:
        """Rows of pairs; what is not finite has no value in floats' reach."""
        with precision(BITS):
            start = {n: Rounded(form.allowed, arb(x)) for n, x in zip(self.names, point)}
            loose = self._rows(form.allowed, start)
        allowed = [[a.ball if isinstance(a, Rounded) else arb(a) for a in row] for row in loose]
        while True:
            with precision(bits):
                exact = self._rows(BALLS, {n: arb(x) for n, x in zip(self.names, point)})
                rows = [[arb(a) for a in row] for row in exact]
                if all(narrow(a) for row in rows for a in row) or 2 * bits > MOST_BITS:
                    return [list(zip(t, a)) for t, a in zip(rows, allowed)]
            bits *= 2

    def bends(self, point: Sequence[Number]) -> bool:
        """Whether the gradient is at a kink of its own, as that of elu is at 0."""
        with precision(BITS):
            values = forward(self.tape, BALLS, {n: arb(x) for n, x in zip(self.names, point)})
            return bool(kinks(self.tape, BALLS, values))

    def _rows(self, m: Any, start: dict[str, Any]) -> list[list[Any]]:
        values = forward(self.tape, m, start)
        rows = []
        for k in range(len(self.names)):
            slopes = gradient(self.tape, m, values, root=k)
            rows.append([slopes.get(n, 0) for n in self.names])
        return rows
