"""The kinds of floats that engines compute in.

- `FORMATS["float64"]`, also float32, float16 and bfloat16: `.nearest(x)`, `.ulp(x)`, and
  `.allowed`, the rounding arithmetic in which every operation may be 64 ulp off; in the halves 4,
  since engines compute an operation in float32 and round once.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flint import arb

from ..arithmetic.rounding import Rounded, Rounding
from ..ops import OPS, Op

ADD, SUB, MUL, SUM = OPS["add"], OPS["sub"], OPS["mul"], OPS["sum"]
SINGLE_BITS = 24
LEAST_ULPS = 64  # what each operation of a correct engine may be off


class Allowance(Rounding):
    """Rounding balls for engines whose functions, quotients and orders of sums are their own."""

    def forward(self, op: Op, x: Sequence[Rounded]) -> Rounded:
        """As written, then widened by 64 ulp once more, also where the row itself is exact."""
        y = Rounding.forward(self, op, x)
        if op.rational and op.arity is None:
            return self.summed([y], self._terms(op, x))
        return self.loosened(y) if op.ulps and op not in (ADD, SUB, MUL) else y

    def partials(
        self, op: Op, y: Rounded, x: Sequence[Rounded], wanted: Sequence[bool]
    ) -> list[Any]:
        """As written, then widened once more, but for slopes that are an argument, 1 or 0."""
        found = Rounding.partials(self, op, y, x, wanted)
        if op.ulps == 0 or op.adds or op is MUL:
            return found
        return [self.loosened(p) if type(p) is Rounded else p for p in found]

    def loosened(self, y: Rounded) -> Rounded:
        """A quotient may be a product with a reciprocal: not exact where a division is."""
        ball = y.ball
        if not ball.is_finite() or ball.is_zero():
            return y
        return Rounded(self, ball + arb(0, self.least_ulps * self.ulp(ball)))

    def _terms(self, op: Op, x: Sequence[Rounded]) -> list[Rounded]:
        half = len(x) // 2
        return list(x) if op is SUM else [a * b for a, b in zip(x[:half], x[half:])]

    def summed(self, total: Sequence[Rounded], terms: Sequence[Rounded]) -> Rounded:
        """A sum in whichever order: what is lost is counted in ulps of all terms' sizes."""
        found = total[0] if total else terms[0]
        for term in () if total else terms[1:]:
            found = found + term
        if len(terms) < 3 or not found.ball.is_finite():
            return found
        size = arb(0)
        for term in terms:
            size += term.ball.abs_upper()
        if not size <= self.largest:
            return self.widened(arb(0, math.inf), 0)
        return Rounded(self, found.ball + arb(0, self.least_ulps * len(terms) * self.ulp(size)))


@dataclass(frozen=True)
class Format:
    """A kind of floats: its name, significand, exponents, and what a correct run may lose."""

    name: str
    bits: int
    smallest: int
    largest: float
    allowed: Allowance
    normal: float  # the smallest number with all its bits
    rule: float  # an error above this part of the largest term is a wrong rule
    loose: int = LEAST_ULPS  # what each operation may be off
    close: int = 8  # ulps of the largest term that need no second look
    spare: int = 4  # bits less than the format's: a run in so many lies inside `allowed`

    def nearest(self, x: float) -> float:
        """x rounded to this format."""
        if self.bits == 53 or x != x or math.isinf(x) or x == 0:
            return x
        if self.bits < SINGLE_BITS:
            grid = self.ulp(x)  # a power of 2, so that only `round` rounds
            near = math.copysign(round(x / grid) * grid, x)
            return near if abs(near) <= self.largest else math.copysign(math.inf, x)
        try:
            return struct.unpack("f", struct.pack("f", x))[0]
        except OverflowError:
            return math.copysign(math.inf, x)

    def text(self, x: float | int) -> str:
        """The shortest decimal that is x in this format: 0.1 for the float32 nearest to it."""
        if isinstance(x, int) or self.bits == 53 or not math.isfinite(x):
            return repr(x)
        short = (repr(float(f"{x:.{k}g}")) for k in range(1, 18))
        return next((s for s in short if self.nearest(float(s)) == x), repr(x))

    def ulp(self, x: float) -> float:
        """The distance of neighbours at x."""
        if self.bits == 53:
            return math.ulp(x)
        if x == 0 or not math.isfinite(x):
            return math.ldexp(1.0, self.smallest) if x == 0 else math.inf
        return math.ldexp(1.0, max(self.smallest, math.frexp(x)[1] - self.bits))


def _format(name: str, bits: int, smallest: int, most: int, rule: float, **facts: int) -> Format:
    loose = facts.get("loose", LEAST_ULPS)
    largest = (2.0 - 2.0 ** (1 - bits)) * 2.0 ** (most - 1)
    return Format(name, bits, smallest, largest, Allowance(bits, smallest, most, loose),
                  math.ldexp(1.0, smallest + bits - 1), rule, **facts)  # fmt: skip


OF_HALVES = {"loose": 4, "close": 2, "spare": 1}
FORMATS: dict[str, Any] = {
    "float64": _format("float64", 53, -1074, 1024, 2.0**-12),
    "float32": _format("float32", 24, -149, 128, 2.0**-6),
    "float16": _format("float16", 11, -24, 16, 2.0**-3, **OF_HALVES),
    "bfloat16": _format("bfloat16", 8, -133, 128, 2.0**-2, **OF_HALVES),
}
