"""Rules in complex balls, for integrals: a ball that is not finite wherever f may not be analytic.

- `integral(tape, name, a, b)` is the integral of the root in a ball, by Arb's rigorous quadrature:
  not finite where f has a pole between, and wide where it takes too long.

On the real line the rules are those of balls; around it Arb asks whether f is analytic, so the
functions with a cut say so, and |x|, max and the comparisons are continued from the side that the
real part is on.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

from flint import acb, arb

from ..engine import Arithmetic, Tape, forward
from ..ops import OPS
from .balls import Balls, exact

MOST_EVALUATIONS = 100_000
EVALUATIONS_A_LOOK = 16  # at the clock, which costs more than many of them
NO_BALL = acb("nan")
I = acb(0, 1)

MEROMORPHIC = {name: op.arb or name for name, op in OPS.items() if op.meromorphic}


class Closed(Balls):
    """Enclosures over intervals of the domain: the end of a domain is its own, not half outside."""

    @staticmethod
    def sqrt(x: Any) -> arb:
        return clipped(arb.sqrt, arb(x), arb(0), arb("inf"))

    @staticmethod
    def pow(x: Any, c: Any) -> arb:
        x, c = arb(x), arb(c)
        ends_at_zero = x.contains(0) and not c.is_integer() and c > 0 and x.upper() >= 0
        return arb(0).union(arb(x.upper()) ** c) if ends_at_zero else Balls.pow(x, c)

    powr = pow

    @staticmethod
    def asin(x: Any) -> arb:
        return clipped(arb.asin, arb(x), arb(-1), arb(1))

    @staticmethod
    def acos(x: Any) -> arb:
        return clipped(arb.acos, arb(x), arb(-1), arb(1))

    @staticmethod
    def acosh(x: Any) -> arb:
        return clipped(arb.acosh, arb(x), arb(1), arb("inf"))


def clipped(monotone: Callable[[arb], arb], x: arb, least: arb, most: arb) -> arb:
    """A monotone function over what lies of a ball between the ends of its domain."""
    low, high = arb(x.lower()), arb(x.upper())
    if not x.is_finite() or high < least or low > most:
        return arb.nan()
    ends = (monotone(least if low < least else low), monotone(most if high > most else high))
    return ends[0].union(ends[1])


CLOSED = Closed()


def told_apart(a: Any, b: Any) -> int | None:
    """1, 0 or -1 as the real part of a is above, at or below that of b; None where that is open."""
    gap = (acb(a) - acb(b)).real
    return 1 if gap > 0 else -1 if gap < 0 else 0 if gap.is_zero() else None


def compared(*signs: int) -> Callable[[Any, Any], acb]:
    def comparison(a: Any, b: Any) -> acb:
        sign = told_apart(a, b)
        return NO_BALL if sign is None else acb(int(sign in signs))

    return comparison


class ComplexBalls(Arithmetic):
    """The rules around the real line."""

    for _name, _method in MEROMORPHIC.items():  # at poles Arb's balls are not finite
        locals()[_name] = staticmethod(lambda z, _method=_method: getattr(acb(z), _method)())
    del _name, _method
    lt, le, eq = (staticmethod(compared(*signs)) for signs in ((-1,), (-1, 0), (0,)))
    gt, ge, ne = (staticmethod(compared(*signs)) for signs in ((1,), (1, 0), (1, -1)))
    log = staticmethod(lambda z: acb(z).log(analytic=True))
    sqrt = staticmethod(lambda z: acb(z).sqrt(analytic=True))
    pow = powr = powi = staticmethod(lambda z, n: acb(z).pow(acb(n), analytic=True))
    power_below = staticmethod(lambda z, n: acb(z).pow(acb(n) - 1, analytic=True))
    abs = staticmethod(lambda z: acb(z).real_abs(analytic=True))
    sign = staticmethod(lambda z: acb(z).real_sgn(analytic=True))
    floor = staticmethod(lambda z: acb(z).real_floor(analytic=True))
    ceil = staticmethod(lambda z: acb(z).real_ceil(analytic=True))
    pi = staticmethod(lambda: acb(arb.pi()))
    literal = staticmethod(lambda x: acb(exact(x)))  # type: ignore[assignment]
    gaussian = staticmethod(lambda z: (-acb(z) * z).exp())
    log1p = staticmethod(lambda z: (1 + acb(z)).log(analytic=True))
    exp2 = staticmethod(lambda z: (acb(z) * acb(2).log()).exp())

    def log2(self, z: Any) -> acb:
        return self.log(z) / acb(2).log()

    def log10(self, z: Any) -> acb:
        return self.log(z) / acb(10).log()

    def cbrt(self, z: Any) -> acb:
        return self.root(z, 3)

    def root(self, z: Any, n: Any) -> acb:
        """The real root: of a negative number where n is odd."""
        odd = bool(acb(n).real / 2 == (acb(n).real / 2).floor()) is False
        size = self.pow(self.abs(z) if odd else z, 1 / acb(n))
        return self.sign(z) * size if odd else size

    def asin(self, z: Any) -> acb:
        return -I * self.log(I * z + self.sqrt(1 - acb(z) * z))

    def acos(self, z: Any) -> acb:
        return acb(arb.pi()) / 2 - self.asin(z)

    def atan(self, z: Any) -> acb:
        return (self.log(1 + I * z) - self.log(1 - I * z)) / (2 * I)

    def asinh(self, z: Any) -> acb:
        return self.log(z + self.sqrt(acb(z) * z + 1))

    def acosh(self, z: Any) -> acb:
        return self.log(z + self.sqrt(acb(z) - 1) * self.sqrt(acb(z) + 1))

    def atanh(self, z: Any) -> acb:
        return (self.log(1 + acb(z)) - self.log(1 - acb(z))) / 2

    def atan2(self, y: Any, x: Any) -> acb:
        side = told_apart(y, 0)
        if told_apart(x, 0) == 1:
            return self.atan(y / acb(x))
        return side * acb(arb.pi()) / 2 - self.atan(x / acb(y)) if side else NO_BALL

    def hypot(self, *z: Any) -> acb:
        return self.sqrt(sum((acb(a) * a for a in z), acb(0)))

    @staticmethod
    def max(*z: Any) -> acb:
        top = acb(z[0])
        for a in z[1:]:
            top = top.real_max(acb(a), analytic=True)
        return top

    @staticmethod
    def min(*z: Any) -> acb:
        low = acb(z[0])
        for a in z[1:]:
            low = low.real_min(acb(a), analytic=True)
        return low

    @staticmethod
    def select(c: Any, a: Any, b: Any) -> acb:
        chosen = told_apart(c, 0) if acb(c).is_finite() else None
        return NO_BALL if chosen is None else acb(a) if chosen else acb(b)

    def __getattr__(self, name: str) -> Callable:
        op = OPS.get(name)
        if op is None:
            raise AttributeError(f"ComplexBalls has no {name}")
        rule = op.forward
        return (lambda *z: NO_BALL) if rule is None else lambda *z: rule(self, *z)


COMPLEX_BALLS = ComplexBalls()


def straight(u: acb) -> tuple[acb, acb]:
    return u, acb(1)


def integral(
    tape: Tape, name: str, a: arb, b: arb, enough: Callable[[], bool],
    along: Callable[[acb], tuple[acb, acb]] = straight, bits: int | None = None,
) -> arb:  # fmt: skip
    """The integral of the root from a to b at the current precision; `enough` ends it early.

    `along` is another path: where it is at u, from a to b, and how fast it goes there. So many
    `bits` of the integral will do, where more are needed for f.
    """
    evaluations, over = count(), False

    def f(u: acb, analytic: bool) -> acb:
        nonlocal over
        over = over or (next(evaluations) % EVALUATIONS_A_LOOK == 0 and enough())
        if over:
            return NO_BALL
        z, speed = along(u)
        try:
            if not analytic:
                return acb(forward(tape, CLOSED, {name: z.real})[tape.roots[0]]) * speed
            return acb(forward(tape, COMPLEX_BALLS, {name: z})[tape.roots[0]]) * speed
        except (ValueError, ArithmeticError, TypeError):  # a row that has no complex rule
            return NO_BALL

    tolerance = None if bits is None else arb(2) ** -bits
    found = acb.integral(f, acb(a), acb(b), rel_tol=tolerance, abs_tol=tolerance,
                         eval_limit=MOST_EVALUATIONS)  # fmt: skip
    return arb(found.real)


__all__ = ["COMPLEX_BALLS", "integral"]
