"""Second derivatives of a program: the engine's gradient as a graph, differentiated again.

- `Second(program).hessian(point, form)` are rows of (truth, what a correct run may give);
  `.bends(point)`: there are none here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import arb

from ..arithmetic.balls import BALLS, precision
from ..arithmetic.rounding import Rounded
from ..engine import Tape, forward, gradient, kinks
from ..value import gradient_graphs
from .floating import Format
from .programs import Program, graph
from .reference import BITS, MOST_BITS, Number, narrow


class Second:
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
