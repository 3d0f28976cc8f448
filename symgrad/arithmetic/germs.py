"""Germs: what a function is just beside a point, on one side of it, however close.

With t > 0 tending to 0 and l = 1/ln(1/t), a germ is a sum of terms c t^a l^b, largest first, known
up to what is smaller than t^order. The c are balls, so that signs, limits and slopes are proofs: no
step is taken, and no scale is too fine.

- `GERMS` is the arithmetic; `beside(x, slope)` is the variable x + slope*t.
- `germ.sign()` is that of all numbers close enough, `germ.limit()` what they tend to.
- `UNKNOWN` is what cannot be told, `NOWHERE` what has no value beside the point.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import comb
from typing import Any

from flint import arb, arb_series

from ..engine import Arithmetic
from ..ops import OPS, Op
from .balls import ARB_NAMES, BALLS, capped, exact, settled, settled_whole, whole, zeta_around

Exponent = int | float | Fraction  # a float is infinite: nothing is smaller, or nothing is known
Power = tuple[Exponent, Exponent]  # of t, and of l

TAYLOR_TERMS = 8  # of a function around a point
GERM_TERMS = 24  # that are kept; what is smaller is left to the order
FLAT = 4096  # the order that e^(-1/t) gets: smaller than any power that anybody compares it with
LARGE_ORDER = 2.0**60  # of a power of t; beyond, it is as good as any
SIMPLE_DENOMINATOR = 1000  # an exponent known to 100 bits is taken for such a fraction
NO_POWER = 2.0**-18  # e^(sqrt(ln(1/t))) is smaller than t to the -2^-18, or any other
STEPS_FROM_A_POLE = 200  # from a pole of gamma to 1
CONSTANT: Power = (0, 0)


class Germ:
    """Terms, largest first, and the order from which on nothing is known.

    Made of powers, ln, e^x and what is analytic, a germ is differentiated term by term: it lies in
    a Hardy field, and a derivative of what is unknown of it has lost one power of t. A `rough` one
    may swing there, as t^3 sin(1/t) does, whose derivatives lose two powers each.
    """

    __slots__ = ("loss", "order", "terms")

    def __init__(
        self, terms: Mapping[Power, arb], order: Exponent = math.inf, loss: Exponent = 1
    ) -> None:
        kept = [(power, c) for power, c in sorted(terms.items()) if power[0] < order]
        if not all(c.is_finite() for _, c in kept):
            kept, order = [], -math.inf  # one that is no number hides all that is smaller
        kept = [(power, c) for power, c in kept if not c.is_zero()]
        if len(kept) > GERM_TERMS:
            order = kept[GERM_TERMS][0][0]  # an order has no ln: terms of that power go as well
            kept = [term for term in kept if term[0][0] < order]
        self.terms, self.order, self.loss = kept, order, loss

    def told(self) -> Germ:
        """Without leading terms that count as 0: a decision, as at any margin."""
        count = next((k for k, (_, c) in enumerate(self.terms) if not settled(c).is_zero()), None)
        if count == 0:
            return self
        return Germ({} if count is None else dict(self.terms[count:]), self.order)

    @property
    def rough(self) -> bool:
        """Whether it may change its sign for ever: no Hardy field has it."""
        return self.loss > 1

    @property
    def known(self) -> bool:
        """Whether anything is."""
        return self.order > -math.inf

    @property
    def size(self) -> Exponent:
        """The exponent of t in the largest term: nothing in the germ is larger."""
        return self.terms[0][0][0] if self.terms else self.order

    @property
    def constant(self) -> arb | None:
        """The number that this germ is, where it does not move at all."""
        if self.order < math.inf or len(self.terms) > 1:
            return None
        if not self.terms:
            return arb(0)
        return self.terms[0][1] if self.terms[0][0] == CONSTANT else None

    def sign(self) -> int | None:
        """1, -1 or 0 of all numbers close enough to the point; None where that is open."""
        told = self.told()
        if not told.terms:
            return 0 if self.order == math.inf else None
        c = told.terms[0][1]
        return 1 if c > 0 else -1 if c < 0 else None

    def limit(self) -> arb | None:
        """What it tends to, if it does."""
        big, constant, small = self.parts()
        return constant if small.order > 0 and not big.terms else None

    def slope(self) -> arb | float | None:
        """How fast this, which vanishes, leaves 0: a ball, or infinite; None where that is open.

        What does not vanish jumps: nan.
        """
        told = self.told()
        if not told.terms:
            return arb(0) if self.order > 1 else None
        power, c = told.terms[0]
        if power > (1, 0):
            return arb(0)
        if c.contains(0):
            return None
        if power == (1, 0):
            return c
        return math.nan if power <= CONSTANT else math.inf if c > 0 else -math.inf

    def parts(self) -> tuple[Germ, arb, Germ]:
        """What grows without bound, the constant, what vanishes."""
        big = {p: c for p, c in self.terms if p < CONSTANT}
        small = {p: c for p, c in self.terms if p > CONSTANT}
        constant = dict(self.terms).get(CONSTANT, arb(0))
        return Germ(big).told(), constant, Germ(small, self.order)

    def leading(self) -> tuple[Power, arb, Germ]:
        """Power and coefficient of the largest term, and what the others are of it."""
        (a, b), c = self.terms[0]
        return (a, b), c, Germ(dict(self.terms[1:]), self.order).times(1 / c, (-a, -b))

    def times(self, factor: arb, power: Power = CONSTANT) -> Germ:
        """This times one term, known exactly."""
        terms = {(p + power[0], q + power[1]): c * factor for (p, q), c in self.terms}
        return Germ(terms, self.order + power[0])

    def __add__(self, other: Any) -> Germ:
        other = germ(other)
        if self is NOWHERE or other is NOWHERE:
            return NOWHERE
        terms = dict(self.terms)
        for power, c in other.terms:
            terms[power] = terms[power] + c if power in terms else c
        return Germ(terms, min(self.order, other.order), max(self.loss, other.loss))

    def __mul__(self, other: Any) -> Germ:
        other = germ(other)
        if self is NOWHERE or other is NOWHERE:
            return NOWHERE
        if -math.inf in (self.order, other.order):
            return UNKNOWN
        terms: dict[Power, arb] = {}
        for (p, q), c in self.terms:
            for (r, s), d in other.terms:
                power, product = (p + r, q + s), c * d
                terms[power] = terms[power] + product if power in terms else product
        # what is unknown of one meets the largest term of the other
        order = min(self.order + other.size, other.order + self.size)
        return Germ(terms, order, max(self.loss, other.loss))

    def __neg__(self) -> Germ:
        return self * -1

    def __sub__(self, other: Any) -> Germ:
        # of one and the same germ the unknown parts cancel, too; of two that look alike, no
        return germ(0) if other is self and self.known else self + -germ(other)

    def __rsub__(self, other: Any) -> Germ:
        return germ(other) + -self

    def __truediv__(self, other: Any) -> Germ:
        other = germ(other)
        ratio = self.multiple_of(other)
        return self * power(other, -1) if ratio is None else germ(ratio)

    def multiple_of(self, other: Germ) -> arb | None:
        """The c with self = c*other, where both are known to the last term; mod(x, x) asks."""
        if other.sign() not in (1, -1):
            return None
        if other is self and self.known:
            return arb(1)
        powers, same = [p for p, _ in self.terms], [p for p, _ in other.terms]
        if powers != same or not self.order == other.order == math.inf:
            return None
        a, b = self.terms[0][1], other.terms[0][1]
        crossed = all((c * b - d * a).is_zero() for (_, c), (_, d) in zip(self.terms, other.terms))
        return a / b if crossed else None

    def __rtruediv__(self, other: Any) -> Germ:
        return germ(other) * power(self, -1)

    __radd__, __rmul__ = __add__, __mul__

    def __repr__(self) -> str:
        told = [f"({c.str(6)}) t^{p} l^{q}" for (p, q), c in self.terms]
        return " + ".join([*told, f"O(t^{self.order})"])


UNKNOWN, NOWHERE = Germ({}, -math.inf), Germ({}, -math.inf)


def germ(x: Any) -> Germ:
    """A germ as it is; a number or a ball as one that stands still."""
    return x if isinstance(x, Germ) else Germ({CONSTANT: exact(x)})


def made_of(x: Sequence[Germ], found: Germ) -> Germ:
    """What an operation gave; as rough as an argument that it did not just choose."""
    loss = max(found.loss, *(a.loss for a in x))
    if not found.known or loss == found.loss or any(found is a for a in x):
        return found
    return Germ(dict(found.terms), found.order, loss)


def after(g: Germ, known: Sequence[arb], side: int) -> Germ:
    """n! (f - f(p) - d f'(p) - ...)/d^(n-1) of f's germ, d = side*t: its slope by d is f's n-th
    derivative, the value and those before being known."""
    n, rest = len(known), g - known[0]
    if n > 1 and g.rough:  # small beside t^n it may be, and its slopes not
        if g.loss == math.inf:
            return UNKNOWN
        rest = Germ(dict(rest.terms), rest.order - (n - 1) * (g.loss - 1))
    for k, derivative in enumerate(known[1:], 1):
        rest = rest - Germ({(k, 0): derivative * side**k / math.factorial(k)})
    return rest.times(arb(math.factorial(n) * side ** (n - 1)), (1 - n, 0)) if n > 1 else rest


def beside(x: Any, slope: Any) -> Germ:
    """x + slope*t."""
    return Germ({CONSTANT: exact(x), (1, 0): exact(slope)})


def through(function: Callable[[Any], Any], x: Germ) -> Germ:
    """An analytic function of a germ that tends to a number, by its Taylor series there."""
    if x is NOWHERE:
        return NOWHERE
    big, constant, small = x.parts()
    if big.terms or not small.order > 0:
        return UNKNOWN
    if not small.terms and small.order == math.inf:
        return Germ({CONSTANT: function(arb_series([constant, 1]))[0]})
    return composed(taylor(function, constant), small)


def taylor(function: Callable[[Any], Any], at: arb) -> list[arb]:
    """The first coefficients of a function's series around a point."""
    with capped(TAYLOR_TERMS):
        try:
            series = function(arb_series([at, 1]))
            return [series[k] for k in range(TAYLOR_TERMS)]
        except (ValueError, ZeroDivisionError):
            return [arb("nan")]


def composed(coefficients: Sequence[arb], small: Germ) -> Germ:
    """c0 + c1 s + c2 s^2 + ..., s vanishing; what is left out is smaller than its last power."""
    total = germ(coefficients[-1])
    for c in reversed(coefficients[:-1]):  # Horner's scheme: a product fewer for each power
        total = total * small + c
    return Germ(dict(total.terms), min(total.order, len(coefficients) * small.size))


def exponent(ball: arb) -> int | Fraction | None:
    """A ball as the exponent of a power: exact, or a simple fraction known to 100 bits."""
    if not abs(ball) < LARGE_ORDER:
        return None
    if ball.is_exact():
        if ball.is_integer():  # of ints a power is found several times as fast
            return whole(ball)
        return Fraction(*dyadic(ball))
    if ball.rel_accuracy_bits() < 100:
        return None
    simple = Fraction(*dyadic(arb(ball.mid()))).limit_denominator(SIMPLE_DENOMINATOR)
    return simple if ball.contains(exact(simple)) else None


def dyadic(ball: arb) -> tuple[int, int]:
    """An exact ball as a fraction."""
    mantissa, power = (int(n) for n in ball.man_exp())
    return (mantissa << power, 1) if power >= 0 else (mantissa, 1 << -power)


def at_least(low: arb) -> Germ:
    """What is known of t^a where a is some number from `low` on: it is no larger."""
    order = float(low.lower())
    if not order > -LARGE_ORDER:
        return UNKNOWN
    # rounded down, and to few bits: orders are added and compared exactly, and must not grow
    return Germ({}, math.floor(min(order, LARGE_ORDER) * 2**20) / Fraction(2**20))


def power(x: Germ, n: Any) -> Germ:
    """x^n, n a number: c^n t^(a n) (1 + rest)^n with the largest term c t^a in front."""
    if x is NOWHERE:
        return NOWHERE
    n = settled_whole(exact(n))
    integer = n.is_exact() and n.is_integer()
    if integer and 0 <= n <= 64:  # multiplied out: no leading term has to be known
        return product([x] * (whole(n) or 0))
    x = x.told()
    if not x.terms:
        return (NOWHERE if x.order == math.inf else UNKNOWN) if n < 0 else vanishing(x, n)
    (a, b), c, rest = x.leading()
    if not (c > 0 or (integer and c < 0)):
        return NOWHERE if c < 0 else UNKNOWN
    grown = composed(binomials(n), rest) if rest.terms or rest.order < math.inf else germ(1)
    if (a, b) == CONSTANT:
        return grown.times(c**n)
    e = exponent(n)
    if e is None:
        return at_least(n * exact(a)) if b == 0 else UNKNOWN
    return grown.times(c**n, (a * e, b * e))


def vanishing(x: Germ, n: arb) -> Germ:
    """x^n, n > 0, of what is 0 as far as it is known."""
    return x if x.order in (math.inf, -math.inf) else at_least(n * exact(x.order))


def binomials(n: arb) -> list[arb]:
    """The coefficients of (1 + x)^n."""
    found = [arb(1)]
    for k in range(1, TAYLOR_TERMS):
        found.append(found[-1] * (n - (k - 1)) / k)
    return found


def product(x: Sequence[Germ]) -> Germ:
    total = germ(1)
    for a in x:
        total = total * a
    return total


def exp(x: Any) -> Germ:
    """e^x; e^(c ln(1/t)) is t^-c, and what tends to minus infinity faster leaves nothing."""
    x = germ(x)
    big, constant, small = x.parts()
    if x is NOWHERE or not small.order > 0:
        return x if x is NOWHERE else UNKNOWN
    rest = through(arb_series.exp, small + constant)
    if not big.terms:
        return rest
    (growth, c), *others = big.terms
    if growth < (0, -1):  # faster than any multiple of ln(1/t)
        return Germ({}, FLAT) if big.sign() == -1 else UNKNOWN
    if growth > (0, -1) or others:  # a factor that is larger, or smaller, than t^0 by no power
        return rest * at_least(-c - NO_POWER if growth == (0, -1) else arb(-NO_POWER))
    e = exponent(c)
    return rest * at_least(-c) if e is None else rest.times(arb(1), (-e, 0))


def log(x: Any) -> Germ:
    """ln x: of c t^a (1 + rest) it is ln c - a ln(1/t) + ln(1 + rest)."""
    x = germ(x)
    if x is NOWHERE or x.sign() in (0, -1):
        return NOWHERE
    if x.sign() is None:
        return UNKNOWN
    (a, b), c, rest = x.told().leading()
    rest = through(arb_series.log, rest + 1)
    # where ln(1/t) is a factor, its own logarithm would come, which is no power of either
    return rest + Germ({CONSTANT: c.log(), (0, -1): exact(-a)}) if b == 0 else UNKNOWN


def sqrt(x: Any) -> Germ:
    return power(germ(x), arb(1) / 2)


def absolute(x: Any) -> Germ:
    return either(x, -germ(x), germ(x))


def either(a: Any, b: Any, by: Germ, side: int = 1) -> Germ:
    """a or b, as the sign of another germ tells; where that is open, what both have in common.

    It may be open and still one sign: in a Hardy field all are, close enough to the point.
    """
    a, b, sign = germ(a), germ(b), by.sign()
    if sign is not None:
        return a if sign * side >= 0 else b
    apart = (a - b).told()
    if apart.size == -math.inf:
        return UNKNOWN
    loss = max(a.loss, b.loss, chosen(by))
    return Germ(dict(a.terms), min(a.order, apart.size), loss)


def larger(*x: Any, side: int = 1) -> Germ:
    """The largest; that very germ where it is known which, so that it equals itself."""
    top = germ(x[0])
    for a in x[1:]:
        top = either(top, a, top - a, side)
    return top


def smaller(*x: Any) -> Germ:
    return larger(*x, side=-1)


def steps(x: Any) -> Germ:
    """The sign as a number."""
    sign = germ(x).sign()
    return Germ({CONSTANT: arb(0, 1)}, loss=chosen(germ(x))) if sign is None else germ(sign)


def chosen(by: Germ) -> Exponent:
    """What a derivative loses of a number that a sign chooses: that sign may change for ever."""
    return math.inf if by.rough else 1


def compared(*signs: int) -> Callable[[Any, Any], Germ]:
    """1 where a - b has one of these signs, else 0; [0, 1] where that is open."""

    def comparison(a: Any, b: Any) -> Germ:
        gap = germ(a) - b
        sign = gap.sign()  # 0 of a known germ and itself
        if sign is None:
            return Germ({CONSTANT: arb(0.5, 0.5)}, loss=chosen(gap))
        return germ(int(sign in signs))

    return comparison


def floor(x: Any) -> Germ:
    """The whole number n at n and just above it, n - 1 just below."""
    x = germ(x)
    c = x.limit()
    if x is NOWHERE or c is None:
        return x if x is NOWHERE else UNKNOWN
    n = BALLS.floor(c)
    # only at a whole number the side tells; elsewhere n holds on both
    side = (x - n).sign() if settled(c - n).is_zero() else 1
    return UNKNOWN if side is None else germ(n - 1 if side < 0 else n)


def ceil(x: Any) -> Germ:
    return -floor(-germ(x))


def atan(x: Any) -> Germ:
    x = germ(x)
    if not x.parts()[0].terms:
        return through(arb_series.atan, x)
    return steps(x) * arb.pi() / 2 - through(arb_series.atan, power(x, -1))


def atan2(y: Any, x: Any) -> Germ:
    y, x = germ(y), germ(x)
    if x.sign() == 1:
        return atan(y / x)
    if y.sign() in (1, -1):
        return steps(y) * arb.pi() / 2 - atan(x / y)
    return germ(arb.pi()) if (x.sign(), y.sign()) == (-1, 0) else UNKNOWN


def tanh(x: Any) -> Germ:
    if not germ(x).parts()[0].terms:
        return through(lambda s: 1 - 2 / ((2 * s).exp() + 1), germ(x))
    e = exp(absolute(x) * -2)  # vanishes on both sides, where e^(2x) would grow on one
    return steps(x) * (1 - e) / (1 + e)


def hypot(*x: Any) -> Germ:
    return sqrt(sum((germ(a) * a for a in x), germ(0)))


def asin(x: Any) -> Germ:
    """By atan2: at 1 and -1, where asin has no Taylor series, it has one of the root."""
    return atan2(x, sqrt((1 - germ(x)) * (1 + germ(x))))


def acos(x: Any) -> Germ:
    return atan2(sqrt((1 - germ(x)) * (1 + germ(x))), x)


def acosh(x: Any) -> Germ:
    """By two roots: beside 1 their product keeps what x^2 - 1 would lose."""
    return log(germ(x) + sqrt(germ(x) - 1) * sqrt(germ(x) + 1))


def asinh(x: Any) -> Germ:
    x = germ(x)
    if x.sign() in (1, -1):  # left of 0 by symmetry, where x + sqrt(1 + x^2) would cancel
        return steps(x) * log(absolute(x) + hypot(1, x))
    return through(lambda s: (s + (1 + s * s).sqrt()).log(), x)


def error_function(x: Any) -> Germ:
    grows = germ(x).parts()[0].terms
    return steps(x) + Germ({}, FLAT) if grows else through(arb_series.erf, germ(x))


def sine_integral(x: Any) -> Germ:
    """Si: where x grows, pi/2 with its sign, as |Si(x) - pi/2| < 2/x says."""
    x = germ(x)
    grows = x.parts()[0]
    if not grows.terms:
        return through(arb_series.si, x)
    return steps(x) * (arb.pi() / 2) + Germ({}, -grows.size, swinging(x))


def raised(a: Any, b: Any) -> Germ:
    """a^b, b moving or not."""
    a, b = germ(a), germ(b)
    if b.constant is not None:
        return power(a, b.constant)
    if a.sign() == 0:
        return a if b.sign() == 1 else NOWHERE
    return exp(b * log(a))


def by_derivatives(at: Callable[[int, arb], arb], x: Any) -> Germ:
    """A function of x by its k-th derivatives at(k, c)."""
    x = germ(x)
    big, c, small = x.parts()
    if x is NOWHERE or big.terms or not small.order > 0:
        return x if x is NOWHERE else UNKNOWN
    return composed([at(k, c) / arb(k).fac() for k in range(TAYLOR_TERMS)], small)


def gamma(x: Any) -> Germ:
    """Beside a pole by gamma(x) = gamma(x + n)/(x (x + 1) ... (x + n - 1))."""
    x = germ(x)
    n = steps_from_poles(x)
    return through(arb_series.gamma, x + n) / product([x + k for k in range(n)])


def steps_from_poles(x: Germ) -> int:
    """How far x must be moved so that it tends to 1, if it tends to 0, -1, -2, ..."""
    c = x.limit()
    n = whole(c) if c is not None else None
    return 0 if n is None or not -STEPS_FROM_A_POLE < n <= 0 else 1 - n


def lgamma(x: Any) -> Germ:
    """ln|gamma(x)|."""
    x = germ(x)
    c = x.limit()
    if c is None or not c > 0:
        return log(absolute(gamma(x)))
    return through(arb_series.lgamma, x)


def polygamma(n: Any, x: Any) -> Germ:
    """Beside a pole by what one step adds, n! (-1)^n x^(-n-1)."""
    order, x = whole(germ(n).constant) or 0, germ(x)
    moved, poles = steps_from_poles(x), germ(0)
    for k in range(moved):
        poles = poles + power(x + k, -order - 1) * arb(order).fac() * (-1) ** order
    return by_derivatives(lambda k, c: BALLS.polygamma(order + k, c), x + moved) - poles


def bessel(function: Callable, sign: int) -> Callable[[Any, Any], Germ]:
    """J_n or I_n; 2 f_n' = f_(n-1) - f_(n+1), with + for I (DLMF 10.6.1 and 10.29.1)."""

    def row(n: Any, x: Any) -> Germ:
        order = whole(germ(n).constant) or 0

        def derivative(k: int, c: arb) -> arb:
            terms = (comb(k, j) * sign**j * function(order - k + 2 * j, c) for j in range(k + 1))
            return sum(terms, arb(0)) / 2**k

        return by_derivatives(derivative, x)

    return row


def erfcx(x: Any) -> Germ:
    """f' = 2x f - 2/sqrt(pi), and so f'' = 2x f' + 2f and on."""

    def derivatives(k: int, c: arb) -> arb:
        before, here = arb(0), BALLS.erfcx(c)
        for j in range(k):
            before, here = here, 2 * c * here + (2 * j * before if j else -2 / arb.pi().sqrt())
        return here

    return by_derivatives(derivatives, x)


def log_ndtr(x: Any) -> Germ:
    x = germ(x)
    z, c = x / -arb(2).sqrt(), x.limit()
    if c is not None and c < 0:
        return log(erfcx(z) / 2) - z * z
    return log((1 - error_function(z)) / 2)


def second_bessel(name: str) -> Callable[[Any, Any], Germ]:
    """Y_n or K_n, n any number; 2 Y_n' = Y_(n-1) - Y_(n+1), and -2 K_n' = K_(n-1) + K_(n+1)."""
    function, sign, two = getattr(BALLS, name), *((-1, 2) if name == "bessely" else (1, -2))

    def row(n: Any, x: Any) -> Germ:
        order = germ(n).constant
        if order is None:
            return UNKNOWN

        def derivative(k: int, c: arb) -> arb:
            terms = (comb(k, j) * sign**j * function(order - k + 2 * j, c) for j in range(k + 1))
            return sum(terms, arb(0)) / two**k

        return by_derivatives(derivative, x)

    return row


def zeta_derivative(n: Any, x: Any) -> Germ:
    order = whole(germ(n).constant) or 0
    return by_derivatives(lambda k, c: BALLS.zeta_derivative(order + k, c), x)


def hypergeometric(above: Sequence[Any], below: Sequence[Any], x: Any) -> Germ:
    """pFq(a; b; x), whose k-th derivative is that of a + k and b + k times (a)_k/(b)_k."""
    a, b = ([exact(germ(c).constant) for c in numbers] for numbers in (above, below))

    def derivative(k: int, c: arb) -> arb:
        grown = math.prod((n.rising(k) for n in a), start=arb(1))
        shrunk = math.prod((n.rising(k) for n in b), start=arb(1))
        return grown / shrunk * c.hypgeom([n + k for n in a], [n + k for n in b])

    return by_derivatives(derivative, x)


def elliptic(first: arb) -> Callable[[Any], Germ]:
    """K(x) = pi/2 2F1(1/2, 1/2; 1; x), and E with -1/2 first."""
    return lambda x: hypergeometric((first, arb(0.5)), (1,), x) * arb.pi() / 2


def second_elliptic(x: Any) -> Germ:
    """E; beside 1 it is 1 + d/4 (ln(16/d) - 1) + O(d^2 ln(d)), d = 1 - x (DLMF 19.12.2)."""
    d = 1 - germ(x)
    if d.sign() != 1 or not d.size > 0:
        return elliptic(arb(-0.5))(x)
    found = 1 + d / 4 * (log(16 / d) - 1)
    # d^2 ln(d) is smaller than any power below d^2; 15/8 is one, and beats the terms kept
    return Germ(dict(found.terms), min(found.order, d.size * Fraction(15, 8)))


def lower_gamma(a: Any, x: Any) -> Germ:
    """x^a/a 1F1(a; a + 1; -x)."""
    a = germ(a)
    return raised(x, a) / a * hypergeometric((a,), (a + 1,), -germ(x))


def part_of_beta(a: Any, b: Any, x: Any) -> Germ:
    """x^a/(a B(a, b)) 2F1(a, 1 - b; a + 1; x); beside 1 what is missing there (DLMF 8.17.8)."""
    a, b, x = germ(a), germ(b), germ(x)
    c = x.limit()
    if c is not None and c > 0.5:
        return 1 - part_of_beta(b, a, 1 - x)
    whole_beta = gamma(a) * gamma(b) / gamma(a + b)
    return raised(x, a) / (a * whole_beta) * hypergeometric((a, 1 - b), (a + 1,), x)


def inverse(method: str, function: Callable[[Any], Any]) -> Callable[[Any], Germ]:
    """The inverse of a function's series; Arb's own has the number alone."""

    def series(s: Any) -> Any:
        y = getattr(s[0], method)()
        slopes = function(arb_series([y, 1]))
        return arb_series([0, *(slopes[k] for k in range(1, TAYLOR_TERMS))]).reversion() + y

    return lambda x: through(series, germ(x))


erfinv, erfcinv = inverse("erfinv", arb_series.erf), inverse("erfcinv", arb_series.erfc)


def analytic(function: Callable[[Any], Any]) -> Callable[[Any], Germ]:
    return lambda x: through(function, germ(x))


def wave(function: Callable[[Any], Any]) -> Callable[[Any], Germ]:
    """A sine or cosine: of what grows without bound it is bounded, and no more is known."""
    def at(x: Any) -> Germ:
        x = germ(x)
        unbounded = x is not NOWHERE and x.order > -math.inf and x.parts()[0].terms
        return Germ({}, 0, swinging(x)) if unbounded else through(function, x)

    return at


def swinging(x: Germ) -> Exponent:
    """What a derivative of sin(x) loses where x grows: each has a factor x' more."""
    return x.loss - x.size + Fraction(NO_POWER)  # which is more than any power of ln(1/t) costs


SERIES_OF = {name: getattr(arb_series, method) for name, method in ARB_NAMES.items()
             if hasattr(arb_series, method)}  # fmt: skip


class Germs(Arithmetic):
    """Rules beside a point. A row that has no series keeps its value and its slope."""

    for _name, _series in SERIES_OF.items():
        locals()[_name] = staticmethod(analytic(_series))
    del _name, _series
    exp, log, sqrt = staticmethod(exp), staticmethod(log), staticmethod(sqrt)
    abs, sign = staticmethod(absolute), staticmethod(steps)
    max, min, hypot = staticmethod(larger), staticmethod(smaller), staticmethod(hypot)
    atan, atan2, tanh = staticmethod(atan), staticmethod(atan2), staticmethod(tanh)
    asin, acos = staticmethod(asin), staticmethod(acos)
    gamma, lgamma = staticmethod(gamma), staticmethod(lgamma)
    beta = staticmethod(
        lambda a, b: gamma(a) * gamma(b) * through(arb_series.rgamma, germ(a) + b))  # has no poles
    zeta = staticmethod(analytic(zeta_around))
    hyp1f1 = staticmethod(lambda a, b, x: hypergeometric((a,), (b,), x))
    hyp2f1 = staticmethod(lambda a, b, c, x: hypergeometric((a, b), (c,), x))
    ellipk, ellipe = staticmethod(elliptic(arb(0.5))), staticmethod(second_elliptic)
    gammainc = staticmethod(lambda a, x: lower_gamma(a, x) / gamma(a))
    betainc = staticmethod(part_of_beta)
    gammaincc = staticmethod(lambda a, x: 1 - lower_gamma(a, x) / gamma(a))
    polygamma = staticmethod(polygamma)
    erfinv, erfcinv = staticmethod(erfinv), staticmethod(erfcinv)
    ndtri = staticmethod(lambda x: erfcinv(germ(x) * 2) * -arb(2).sqrt())
    erfcx, log_ndtr = staticmethod(erfcx), staticmethod(log_ndtr)
    zeta_derivative = staticmethod(zeta_derivative)
    bessely = staticmethod(second_bessel("bessely"))
    besselk = staticmethod(second_bessel("besselk"))
    airyaiprime = staticmethod(analytic(arb_series.airy_ai_prime))
    airybiprime = staticmethod(analytic(arb_series.airy_bi_prime))
    digamma = staticmethod(lambda x: polygamma(0, x))
    besselj = staticmethod(bessel(BALLS.besselj, -1))
    besseli = staticmethod(bessel(BALLS.besseli, 1))
    acosh, asinh, erf = staticmethod(acosh), staticmethod(asinh), staticmethod(error_function)
    Si = staticmethod(sine_integral)
    pow = powr = powi = staticmethod(raised)
    lt, le, eq = (staticmethod(compared(*signs)) for signs in ((-1,), (-1, 0), (0,)))
    gt, ge, ne = (staticmethod(compared(*signs)) for signs in ((1,), (1, 0), (1, -1)))
    sin = staticmethod(wave(arb_series.sin))
    sinc = staticmethod(lambda x: through(arb_series.sin, germ(x)) / x)
    cos = staticmethod(wave(arb_series.cos))
    tan = staticmethod(lambda x: Germs.sin(x) / Germs.cos(x))  # has its poles
    sinh = staticmethod(analytic(lambda s: (s.exp() - (-s).exp()) / 2))
    cosh = staticmethod(analytic(lambda s: (s.exp() + (-s).exp()) / 2))
    sech = staticmethod(analytic(lambda s: 2 / (s.exp() + (-s).exp())))
    csch = staticmethod(lambda x: 2 / (exp(x) - exp(-x)))
    atanh = staticmethod(lambda x: (log(1 + x) - log(1 - x)) / 2)
    expm1 = staticmethod(lambda x: exp(x) - 1)
    log1p = staticmethod(lambda x: log(1 + x))
    exp2 = staticmethod(lambda x: exp(x * arb(2).log()))
    log2 = staticmethod(lambda x: log(x) / arb(2).log())
    log10 = staticmethod(lambda x: log(x) / arb(10).log())
    gaussian = staticmethod(lambda x: exp(-x * x))
    erfc = staticmethod(lambda x: 1 - error_function(x))
    power_below = staticmethod(lambda x, c: raised(x, c - 1))
    floor, ceil = staticmethod(floor), staticmethod(ceil)
    trunc = staticmethod(lambda x: either(floor(x), ceil(x), germ(x)))
    round = staticmethod(lambda x: floor(x + arb(0.5)))  # beside a tie there is none
    mod = staticmethod(lambda a, b: a - b * floor(a / b))
    pi = staticmethod(lambda: germ(arb.pi()))
    literal = staticmethod(germ)  # type: ignore[assignment]

    def cbrt(self, x: Any) -> Germ:
        return self.root(x, 3)

    def root(self, x: Any, n: Any) -> Germ:
        """The real root: of a negative number where n is odd."""
        odd = (whole(germ(n).constant) or 0) % 2
        size = power(absolute(x) if odd else germ(x), 1 / exact(germ(n).constant))
        return steps(x) * size if odd else size

    def select(self, c: Any, a: Any, b: Any) -> Germ:
        sign = germ(c).sign()
        return either(a, b, germ(c) if sign is None else germ(1 if sign else -1))

    def forward(self, op: Op, x: Sequence[Any]) -> Germ:
        x = [germ(a) for a in x]
        still = [a.constant for a in x]
        if all(c is not None for c in still):
            return germ(BALLS.forward(op, still))
        return made_of(x, self.applied(op, x))

    def applied(self, op: Op, x: Sequence[Germ]) -> Germ:
        if not hasattr(type(self), op.name) and op.forward is None:
            return linear(op, x)
        if op.forward:
            return Arithmetic.forward(self, op, x)
        found: Germ = getattr(self, op.name)(*x)
        return found if found.known or found is NOWHERE or op.kinks else linear(op, x)

    def __getattr__(self, name: str) -> Callable:
        if name not in OPS:
            raise AttributeError(f"Germs has no {name}")
        return lambda *x: self.forward(OPS[name], x)

    def decide(self, kind: str, value: Any) -> bool | None:
        """Whether a margin holds at all points close enough."""
        value = germ(value)
        if kind in ("integer", "not integer"):
            if value.constant is not None:
                return BALLS.decide(kind, value.constant)
            moves = any(p != CONSTANT and not c.contains(0) for p, c in value.terms)
            return (kind != "integer") if moves else None
        sign = value.sign()
        return None if sign is None else sign in MARGIN_SIGNS[kind]


MARGIN_SIGNS = {"> 0": (1,), ">= 0": (0, 1), "!= 0": (-1, 1), "= 0": (0,), "jump": (0,)}


def linear(op: Op, x: Sequence[Germ]) -> Germ:
    """A smooth row by its value and its partials: what is left out is of second order."""
    parts = [a.parts() for a in x]
    if any(a is NOWHERE for a in x):
        return NOWHERE
    if any(big.terms or not small.order > 0 for big, _, small in parts):
        return UNKNOWN
    at, small = [c for _, c, _ in parts], [s for _, _, s in parts]
    y = BALLS.forward(op, at)
    slopes = BALLS.partials(op, y, at, [a.constant is None for a in x])
    total = germ(y)
    for slope, s in zip(slopes, small):
        if slope is not None:
            total = total + s * arb(slope)
    return Germ(dict(total.terms), min(total.order, *(2 * s.size for s in small)))


GERMS = Germs()
