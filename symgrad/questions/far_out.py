"""A function far out: which sign it has from a number on, for all larger ones.

- `far_sign(tape, name, start, side)` is the sign that a function has beyond `start`, to the right
  (side 1) or to the left (-1); None where that is not shown.
- `tail(tape, name, start, side)` bounds its integral beyond `start`, and `tail_beside` that over
  (a, a + 1/start], as a + 1/x is beside a where x is far out.

Far out every function of a first course is a bounded factor times e^q(x) * x^a * ln(x)^b. The
arithmetic here has such products as numbers: a ball that holds the factor for every x beyond the
start, and the scale, which is exact. Of a sum the larger scale stays; the ratio of the others to it
falls from the start on, as the signs of its logarithmic derivative prove, so it is largest there.
What tends to a number is that number and a rest which falls, so that of e^(1/x) - 1 the rest stays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from flint import arb, ctx, fmpq, fmpq_poly

from ..arithmetic.balls import BALLS, BITS_OF_A_ZERO, exact, precision
from ..engine import Arithmetic, Tape, forward, gradient
from ..ops import Op
from ..value import Graphs

FAR_BITS = 128
LEAST_START = 64  # from here on ln(ln(x))/ln(x) falls, on which a bound below rests
LOG_OF_TWO = Fraction(69, 100)  # a little less
MOST_EXACT_DEGREE = 40
LARGEST_EXPONENT = 10**6
FALLS_FASTER = (Fraction(1), Fraction(1, 2), Fraction(1, 4), Fraction(1, 8))  # than 1/x
TO_A_LIMIT = {"atan": lambda: arb.pi() / 2, "erf": lambda: arb(1)}


Quotient = tuple[fmpq_poly, fmpq_poly]


class NotShown(Exception):
    """The arithmetic cannot tell how a function grows."""


class Scale(NamedTuple):
    """e^exponent(x) * x^power * ln(x)^logs, for x >= 64."""

    exponent: fmpq_poly = fmpq_poly(0)
    power: Fraction = Fraction(0)
    logs: Fraction = Fraction(0)

    def times(self, other: Scale, count: int | Fraction = 1) -> Scale:
        """This scale times a power of another one."""
        n = Fraction(count)
        return Scale(self.exponent + other.exponent * fmpq(n.numerator, n.denominator),
                     self.power + n * other.power, self.logs + n * other.logs)  # fmt: skip

    def falls(self, start: int) -> bool:
        """Whether it becomes smaller and smaller from the start on.

        x times its logarithmic derivative is x*q'(x) + a + b/ln(x); as a polynomial of the distance
        from the start its coefficients must be negative.
        """
        log = LOG_OF_TWO * (start.bit_length() - 1)  # not more than ln(start)
        most = self.power + max(self.logs, Fraction(0)) / log
        rate = self.exponent.derivative() * fmpq_poly([0, 1])
        rate += fmpq(most.numerator, most.denominator)
        if rate.degree() < 0:
            return self.logs < 0
        moved = rate(fmpq_poly([start, 1])).coeffs()
        return all(c <= 0 for c in moved) and moved[0] < 0

    def size(self, start: int) -> arb:
        """Its value at the start."""
        x, q = arb(start), self.exponent(fmpq(start))
        least = arb(-LARGEST_EXPONENT).exp()
        raised = (arb(q).exp() if abs(q) < LARGEST_EXPONENT
                  else arb(0).union(least) if q < 0 else arb.nan())  # fmt: skip
        return raised * x ** exact(self.power) * x.log() ** exact(self.logs)


LEVEL_SCALE = Scale()  # bounded, neither falling nor rising


@dataclass(frozen=True)
class Far:
    """A function beyond the start: a factor times a scale; a rational one also as a quotient."""

    factor: arb
    scale: Scale
    start: int
    quotient: Quotient | None = None
    limit: arb | None = None  # what it tends to, other than 0
    rest: Far | None = None  # what there is beside it, which falls

    def __post_init__(self) -> None:
        if not self.factor.is_finite():
            raise NotShown

    def times(self, number: arb) -> Far:
        return self.like(self.factor * number, self.scale)

    def bounded(self) -> arb:
        """A ball of all its values. Raises NotShown where it is not bounded."""
        if self.scale == LEVEL_SCALE:
            return self.factor
        if not self.scale.falls(self.start):
            raise NotShown
        return self.factor * self.from_zero(self.scale)

    def from_zero(self, scale: Scale) -> arb:
        """What a falling scale takes beyond the start: from 0 to its value there."""
        return arb(0).union(scale.size(self.start))

    def grows(self) -> bool:
        return LEVEL_SCALE.times(self.scale, -1).falls(self.start)

    def sign(self) -> int:
        """Raises NotShown where 0 is in the factor."""
        if self.factor.contains(0):
            raise NotShown
        return 1 if self.factor > 0 else -1

    def tending(self) -> tuple[arb, Far] | None:
        """The number that it tends to, and what falls beside it; None for others."""
        if self.limit is not None and self.rest is not None:
            return self.limit, self.rest
        if self.quotient is not None:
            above, below = self.quotient
            if above.degree() != below.degree():
                return (arb(0), self) if above.degree() < below.degree() else None
            c = above[above.degree()] / below[below.degree()]
            return arb(c), quotient_far(above - c * below, below, self.start)
        return (arb(0), self) if self.scale.falls(self.start) else None

    def like(self, factor: arb, scale: Scale = LEVEL_SCALE) -> Far:
        return Far(factor, scale, self.start)

    def rational(self, other: Far, join: Callable[[Quotient, Quotient], Quotient]) -> Far | None:
        """What two rational functions make together: cancelled exactly; None for others."""
        if self.quotient is None or other.quotient is None:
            return None
        above, below = join(self.quotient, other.quotient)
        if below.degree() < 0 or max(above.degree(), below.degree()) > MOST_EXACT_DEGREE:
            return None
        common = above.gcd(below)
        return quotient_far(above / common, below / common, self.start)

    def __add__(self, other: Far) -> Far:
        known = self.rational(other, lambda a, b: (a[0] * b[1] + b[0] * a[1], a[1] * b[1]))
        if known is not None:
            return known
        if self.factor.is_zero() or other.factor.is_zero():
            return other if self.factor.is_zero() else self
        a, b = self.tending(), other.tending()
        if a and b and not (a[0].is_zero() and b[0].is_zero()):
            return tending_to(a[0] + b[0], a[1] + b[1])
        if self.scale == other.scale:
            return self.like(self.factor + other.factor, self.scale)
        ratio = other.scale.times(self.scale, -1)
        if not ratio.falls(self.start):
            if not LEVEL_SCALE.times(ratio, -1).falls(self.start):
                raise NotShown
            return other + self
        return self.like(self.factor + other.factor * self.from_zero(ratio), self.scale)

    def __neg__(self) -> Far:
        q, c, r = self.quotient, self.limit, self.rest
        return Far(-self.factor, self.scale, self.start, q and (-q[0], q[1]),
                   None if c is None else -c, r and -r)  # fmt: skip

    def __sub__(self, other: Far) -> Far:
        return self + -other

    def __mul__(self, other: Far) -> Far:
        known = self.rational(other, lambda a, b: (a[0] * b[0], a[1] * b[1]))
        a, b = self.tending(), other.tending()
        if not known and a and b and not a[0].is_zero() and not b[0].is_zero():
            rests = a[1].times(b[0]) + b[1].times(a[0])
            return tending_to(a[0] * b[0], rests + a[1] * b[1])
        return known or self.like(self.factor * other.factor, self.scale.times(other.scale))

    def __truediv__(self, other: Far) -> Far:
        other.sign()
        known = self.rational(other, lambda a, b: (a[0] * b[1], a[1] * b[0]))
        below = other.tending()
        if not known and self.tending() and below and not below[0].is_zero():
            return self * other.raised(Fraction(-1))
        return known or self.like(self.factor / other.factor, self.scale.times(other.scale, -1))

    def raised(self, n: Fraction) -> Far:
        """A power with a constant exponent: a whole one, or of what is positive, or an odd root."""
        if n.denominator == 1 and 0 < n <= MOST_EXACT_DEGREE and self.quotient is not None:
            found = self
            for _ in range(int(n) - 1):
                found = found * self
            return found
        found_ = self.tending()
        if found_ and not found_[0].is_zero() and (found_[0] > 0 or n.denominator == 1):
            power = exact(n)
            return beside_limit(self, lambda y: y**power, lambda y: power * y ** (power - 1))
        if n.denominator == 1 and n >= 0:
            return self.like(self.factor ** int(n), LEVEL_SCALE.times(self.scale, n))
        if self.sign() < 0 and n.denominator % 2 == 0:
            raise NotShown
        sign = self.sign() ** abs(n.numerator)
        return self.like(abs(self.factor) ** exact(n) * sign, LEVEL_SCALE.times(self.scale, n))


def tending_to(limit: arb, rest: Far) -> Far:
    """A number and what falls to 0: that alone where the number is 0, as far as all bits tell.

    Raises NotShown where fewer bits are current.
    """
    if limit.contains(0):
        if not limit.is_zero() and ctx.prec < BITS_OF_A_ZERO:
            raise NotShown
        return rest
    return Far(limit + rest.bounded(), LEVEL_SCALE, rest.start, None, limit, rest)


def beside_limit(x: Far, f: Callable[[arb], arb], slope: Callable[[arb], arb]) -> Far:
    """f of what tends to a number: f(c) and, by the mean value theorem, the rest times a slope."""
    found = x.tending()
    if found is None:
        raise NotShown
    limit, rest = found
    value, rate = f(limit), slope(limit + rest.bounded())
    if not value.is_finite() or not rate.is_finite():
        raise NotShown
    return tending_to(value, rest.times(rate))


def quotient_far(above: fmpq_poly, below: fmpq_poly, start: int) -> Far:
    """A quotient of polynomials. Raises NotShown where the start is too near for the lower one."""
    p, q = polynomial_far(above, start), polynomial_far(below, start)
    q.sign()
    return Far(p.factor / q.factor, p.scale.times(q.scale, -1), start, (above, below))


def polynomial_far(whole: fmpq_poly, start: int) -> Far:
    """A polynomial: its leading power, and a factor that holds the rest."""
    if whole.degree() < 0:
        return Far(arb(0), LEVEL_SCALE, start, (whole, fmpq_poly([1])))
    n, factor = whole.degree(), arb(0)
    for k, c in enumerate(whole.coeffs()):
        factor += arb(c) * (arb(0).union(arb(start) ** (k - n)) if k < n else arb(1))
    return Far(factor, Scale(power=Fraction(n)), start, (whole, fmpq_poly([1])))


class FarOut(Arithmetic):
    """The arithmetic whose numbers are functions beyond a start."""

    def __init__(self, start: int) -> None:
        self.start = start

    def literal(self, number: Any) -> Far:
        x = Fraction(number)
        return polynomial_far(fmpq_poly([fmpq(x.numerator, x.denominator)]), self.start)

    def forward(self, op: Op, x: Sequence[Far]) -> Far:
        """By a rule for what is not bounded; else by balls."""
        rule = GROWING.get(op.name)
        if rule is not None:
            return rule(*x)
        if op.constant_power and op.exponent:
            return x[0].raised(op.exponent(*map(constant_of, x[1:])))
        limit = TO_A_LIMIT.get(op.name)
        if limit is not None and x[0].grows():
            return toward_a_limit(op, x[0], limit())
        inside = [a.bounded() for a in x]
        if not x:  # pi
            number = arb(BALLS.forward(op, inside))
            return tending_to(number, polynomial_far(fmpq_poly([0]), self.start))
        if len(x) == 1 and not op.kinks and not op.chooses and x[0].tending():
            with suppress(NotShown):
                return beside_limit(x[0], lambda y: arb(BALLS.forward(op, [y])), sloping(op))
        return Far(arb(BALLS.forward(op, inside)), LEVEL_SCALE, self.start)


def constant_of(x: Far) -> Fraction:
    """The exact number that does not depend on x. Raises NotShown for others."""
    if x.quotient is None or max(p.degree() for p in x.quotient) > 0:
        raise NotShown
    c = x.quotient[0][0] / x.quotient[1][0]
    return Fraction(int(c.p), int(c.q))


def exponential_far(x: Far) -> Far:
    """e^u: of the polynomial in u an exact scale, of what is bounded a bounded factor."""
    if x.quotient is None or x.tending():
        x.bounded()
        return beside_limit(x, arb.exp, arb.exp) if x.tending() else x.like(x.bounded().exp())
    above, below = x.quotient
    whole, rest = divmod(above, below)
    bounded = quotient_far(rest, below, x.start).bounded() + arb(whole[0])
    return x.like(bounded.exp(), Scale(exponent=whole - whole[0]))


def logarithm_far(x: Far) -> Far:
    """ln(factor * e^q * x^a * ln(x)^b) = ln(factor) + q + a*ln(x) + b*ln(ln(x))."""
    if x.sign() < 0:
        raise NotShown
    found_ = x.tending()
    if found_ and found_[0] > 0:
        return beside_limit(x, arb.log, lambda y: 1 / y)
    found = polynomial_far(x.scale.exponent, x.start) + x.like(x.factor.log())
    logs = Scale(logs=Fraction(1))
    if x.scale.logs:
        first = arb(x.start).log()
        share = exact(x.scale.logs) * arb(0).union(first.log() / first)
        found = found + x.like(exact(x.scale.power) + share, logs)
    elif x.scale.power:
        found = found + x.like(exact(x.scale.power), logs)
    return found


def sine_far(x: Far, ahead: int = 0) -> Far:
    """The sine of x, and that of x + pi/2; of what is not bounded somewhere from -1 to 1.

    sin(c + r) = sin(c) + r*cos(c)*cos(s) - r^2/2*sin(c)*cos(t), s and t between 0 and r.
    """
    found = x.tending()
    if found is None:
        return x.like(turned(x, ahead))
    c, r = found
    sine, cosine = (c.cos(), -c.sin()) if ahead else (c.sin(), c.cos())
    near, parts = r.bounded().cos(), []
    if not cosine.contains(0):
        parts.append(r.times(cosine * near))
    if not sine.contains(0):
        parts.append((r * r).times(-sine * near / 2))
    return tending_to(sine, sum_far(*parts))


def arccosine_far(x: Far) -> Far:
    """acos(y) is twice the arcsine of sqrt((1 - y)/2), which tells of y near 1."""
    gap = polynomial_far(fmpq_poly([1]), x.start) - x
    if not gap.scale.falls(x.start):
        return beside_limit(x, arb.acos, lambda y: -1 / (1 - y * y).sqrt())
    inner = gap.times(arb("0.5")).raised(Fraction(1, 2))
    return beside_limit(inner, arb.asin, lambda y: 2 / (1 - y * y).sqrt())


def arcsine_far(x: Far) -> Far:
    right = Far(arb.pi() / 2, LEVEL_SCALE, x.start, None, arb.pi() / 2, x.like(arb(0)))
    return right - arccosine_far(x)


def turned(x: Far, ahead: int) -> arb:
    try:
        return (x.bounded() + ahead * arb.pi() / 2).sin()
    except NotShown:
        return arb(0, 1)


def sloping(op: Op) -> Callable[[arb], arb]:
    """The derivative of a row of one argument."""
    x = Graphs().variable("x")
    tape = Tape.of([Graphs().node(op, (x,))])
    return lambda y: arb(gradient(tape, BALLS, forward(tape, BALLS, {"x": y}))["x"])


def toward_a_limit(op: Op, x: Far, limit: arb) -> Far:
    """An odd, rising function of what grows without end: from its first value to its limit."""
    least = BALLS.forward(op, [abs(x.factor).lower() * x.scale.size(x.start)])
    return x.like(arb(least).union(limit) * x.sign())


def tanh_far(x: Far) -> Far:
    """tanh(x) = 1 - 2/(e^(2*x) + 1)."""
    one, two = (polynomial_far(fmpq_poly([n]), x.start) for n in (1, 2))
    return one - two / (exponential_far(x + x) + one)


def sum_far(*x: Far) -> Far:
    total = x[0]
    for term in x[1:]:
        total = total + term
    return total


GROWING: dict[str, Callable[..., Far]] = {
    "add": Far.__add__, "sub": Far.__sub__, "mul": Far.__mul__, "div": Far.__truediv__,
    "neg": Far.__neg__, "sum": sum_far,
    "hypot": lambda *x: sum_far(*(a * a for a in x)).raised(Fraction(1, 2)),
    "exp": exponential_far, "log": logarithm_far,
    "pow": lambda x, y: exponential_far(y * logarithm_far(x)),
    "log1p": lambda x: logarithm_far(x + polynomial_far(fmpq_poly([1]), x.start)),
    "sinh": lambda x: (exponential_far(x) - exponential_far(-x)).times(arb("0.5")),
    "cosh": lambda x: (exponential_far(x) + exponential_far(-x)).times(arb("0.5")),
    "tanh": tanh_far,
    "sin": sine_far, "cos": lambda x: sine_far(x, 1),
    "asin": arcsine_far, "acos": arccosine_far,
    "tan": lambda x: sine_far(x) / sine_far(x, 1), "cot": lambda x: sine_far(x, 1) / sine_far(x),
    "expm1": lambda x: exponential_far(x) - polynomial_far(fmpq_poly([1]), x.start),
    "abs": lambda x: x.like(abs(x.factor), x.scale),
    "sign": lambda x: x.like(arb(x.sign())),
}  # fmt: skip


def far_sign(tape: Tape, name: str, start: int, side: int) -> int | None:
    """The sign of a function of one variable for all x >= start, or for all x <= -start."""
    assert start >= LEAST_START
    with precision(FAR_BITS):
        try:
            return far(tape, name, start, side).sign()
        except (NotShown, ArithmeticError, ValueError):
            return None


def far(tape: Tape, name: str, start: int, side: int) -> Far:
    """A function of one variable beyond the start. Raises NotShown where the rules do not tell."""
    x = polynomial_far(fmpq_poly([0, side]), start)
    found: Far = forward(tape, FarOut(start), {name: x})[tape.roots[0]]
    return found


class Tail(NamedTuple):
    """A bound of |an integral beyond a start|, or that it grows without bound to a side."""

    bound: arb | None = None
    grows: int = 0


def tail(tape: Tape, name: str, start: int, side: int) -> Tail:
    """The integral beyond the start, on the right (side 1) or left of its mirror image."""
    with precision(FAR_BITS), suppress(NotShown, ArithmeticError, ValueError):
        return beyond(far(tape, name, start, side))
    return Tail()


def tail_beside(tape: Tape, name: str, at: arb, start: int, side: int) -> Tail:
    """The integral from a number to 1/start right (side 1) or left of it."""
    with precision(BITS_OF_A_ZERO), suppress(NotShown, ArithmeticError, ValueError):
        step = quotient_far(fmpq_poly([side]), fmpq_poly([0, 1]), start)
        whole = at.unique_fmpz() if at.is_exact() else None
        x = tending_to(at, step) if whole is None or at != whole else (
            polynomial_far(fmpq_poly([whole]), start) + step)  # fmt: skip
        return beyond(forward(tape, FarOut(start), {name: x})[tape.roots[0]] * step * step)
    return Tail()


def beyond(f: Far) -> Tail:
    """The integral of f from the start on: bounded where x^p*f falls from there on for a p > 1.

    Then |f(x)| is at most c/x^p with the c of the start, and the integral that over p - 1.
    """
    for more in FALLS_FASTER:
        if f.scale.times(Scale(power=1 + more)).falls(f.start):
            bound = abs(f.factor) * f.scale.size(f.start) * f.start / exact(more)
            return Tail(arb(bound.upper()) if bound.is_finite() else None)
    by_x = f.scale.times(Scale(power=Fraction(1)))  # c/x and more has no finite integral
    if by_x == LEVEL_SCALE or LEVEL_SCALE.times(by_x, -1).falls(f.start):
        return Tail(grows=f.sign())
    return Tail()


__all__ = ["LEAST_START", "Tail", "far_sign", "tail", "tail_beside"]
