"""Arb balls: numbers with a proven radius, at any precision.

- `BALLS` is the arithmetic of exact balls; `precision(bits)` sets how fine they are.
- `nearest(ball)` is the float nearest to its middle.
- `exact(x)` is the ball of exactly this int, float or Fraction.
- `rounded(op, i, x)` runs one rule of the table with rising precision and rounds it to a float;
  `decided(ball)` is the float that every number in a ball rounds to, if there is one.
"""

from __future__ import annotations

import math
import os
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

from flint import acb, arb, arb_series, ctx, fmpq

from ..engine import Arithmetic, holds
from ..ops import OPS, Op

NEGLIGIBLE = arb(2) ** -1200  # a margin that may be 0 and lies below this in size counts as 0,
BITS_OF_A_ZERO = 4096  # at this precision: x*x - x*sin(x) at 1e-200 is not 0
UNIT = arb(0.5, 0.5)  # [0, 1]: a comparison that cannot be told
NEARLY_WHOLE = arb(2) ** -60
MOST_ORDER_IN_BALLS = 10_000  # of a root, a Bessel function, a polygamma


class Turn:
    """Whose turn it is to set Arb's precision, of which a process has one: a thread at a time."""

    lock = threading.RLock()

    @classmethod
    def forget(cls) -> None:
        """A forked child must not wait for a thread that it does not have."""
        cls.lock = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=Turn.forget)


class precision:  # noqa: N801  # used as a function; contextlib's would cost more than the sum
    """Run the body with Arb at this many bits; other threads wait for their turn."""

    __slots__ = ("before", "bits", "lock")

    def __init__(self, bits: int) -> None:
        self.bits = bits

    def __enter__(self) -> None:
        self.lock = Turn.lock
        self.lock.acquire()
        try:
            self.before, ctx.prec = ctx.prec, self.bits
        except BaseException:  # at the end of the stack; a lock kept would stop every other thread
            self.lock.release()
            raise

    def __exit__(self, *_: object) -> None:
        try:
            ctx.prec = self.before
        finally:
            self.lock.release()


def exact(x: Any) -> arb:
    """The ball around an int, float, Fraction or ball: exact, or one rounding wide for a third."""
    if isinstance(x, (arb, int, float)):
        return arb(x)
    x = x if type(x) is Fraction else Fraction(x)
    return arb(x.numerator if x.denominator == 1 else fmpq(x.numerator, x.denominator))


def compared(less: Callable[[arb], Any], more: Callable[[arb], Any]) -> Callable:
    """A comparison of a - b with 0: 1, 0, or [0, 1] where the ball cannot tell."""

    def comparison(a: Any, b: Any) -> arb:
        gap = arb(0) if the_same(a, b) else settled(arb(a) - b)
        return arb(1) if less(gap) else arb(0) if more(gap) else UNIT

    return comparison


def negligible(size: arb) -> bool:
    """Whether what may be 0 is so, as far as anybody can tell."""
    return bool(size < NEGLIGIBLE) and ctx.prec >= BITS_OF_A_ZERO


def the_same(a: Any, b: Any) -> bool:
    """Whether two balls are one number: max(u, v) is u itself. Not the shared ones of no number."""
    return a is b and a is not UNIT and bool(arb(a).is_finite())


def settled(x: arb) -> arb:
    """x, or exactly 0 where it is negligible."""
    return arb(0) if x.contains(0) and negligible(abs(x)) else x


def settled_whole(x: arb) -> arb:
    """x, or exactly the whole number that it is but for what is negligible."""
    n = (x.mid() + arb(0.5)).mid().floor()
    return n if x.contains(n) and negligible(abs(x - n)) else x


def nearest(ball: arb) -> float:
    """The float nearest to a ball's middle, rounded once, ties to even; inf past the largest."""
    return float(ball.mid())


def whole(n: Any) -> int | None:
    """A parameter such as the n of root as an int, None where it is none."""
    found = n if isinstance(n, int) else arb(n).unique_fmpz()
    return None if found is None else int(found)


def of_order(place: int, least: int = -MOST_ORDER_IN_BALLS) -> Callable:
    """A row whose argument at `place` is a whole number; with another one it has no value."""

    def of(function: Callable) -> Callable:
        def row(*x: Any) -> arb:
            n = whole(x[place])
            if n is None or not least <= n <= MOST_ORDER_IN_BALLS:
                return arb.nan()
            return function(*x[:place], n, *x[place + 1 :])

        return row

    return of


def of_any_order(function: Callable) -> Callable:
    """A row of a real order, not huge, and whole or not nearly so: Arb would take for ever."""

    def row(n: Any, x: arb) -> arb:
        n = arb(n)
        beside = abs(n - (n + arb(0.5)).floor())
        usable = abs(n) <= MOST_ORDER_IN_BALLS and (beside.is_zero() or beside > NEARLY_WHOLE)
        return function(n, x) if usable else arb.nan()

    return row


def _of(name: str) -> Callable:
    """Arb's own function, of a plain number too; `__wrapped__` is for those who have but balls."""
    method = getattr(arb, name)

    def of(x: Any) -> arb:
        return method(arb(x) if isinstance(x, (int, float)) else x)

    of.__wrapped__ = method  # type: ignore[attr-defined]
    return of


def _up_to(name: str, *ends: int) -> Callable:
    """The same, and at the ends of its domain what it is there: a ball may lie around one."""
    own = _of(name)

    def of(x: Any) -> arb:
        at = next((end for end in ends if settled(arb(x) - end).is_zero()), None)
        return own(x if at is None else arb(at))

    return of


ARB_NAMES = {name: op.arb for name, op in OPS.items() if op.arb}
FAR_FOR_ERFC, FAR_FOR_STIRLING = arb(2) ** 100, arb(2) ** 20_000
FAR_FOR_ZETA = 1000  # beyond, zeta is 1 to hundreds of digits; larger than floats on the left


@contextmanager
def capped(terms: int) -> Iterator[None]:
    """Power series with so many terms."""
    cap, ctx.cap = ctx.cap, terms
    try:
        yield
    finally:
        ctx.cap = cap


def zeta_around(s: arb_series) -> arb_series:
    """zeta's power series; on the left by its reflection (DLMF 25.4.1), where Arb is slow."""
    if not -(FAR_FOR_ZETA**2) < s[0] < FAR_FOR_ZETA:
        return s * arb.nan()
    if -1 < s[0] < 0:  # where Arb reflects at 1 - s, which is 1, a pole, in too few bits
        return s.zeta(2) + 1  # Hurwitz's: 1 + 2^-s + 3^-s + ...
    if s[0] > -10:
        return s.zeta()
    powers = (s * arb(2).log() + (s - 1) * arb.pi().log()).exp()
    return powers * (s / 2).sin_pi() * (1 - s).gamma() * (1 - s).zeta()


class Balls(Arithmetic):
    """Rules in Arb balls; what has no value is a ball that is not finite."""

    for _name in ("exp", "expm1", "log", "log1p", "sin", "cos", "tan", "sec", "csc", "cot",
                  "atan", "sinh", "cosh", "tanh", "sech", "csch", "coth", "asinh",
                  "atanh", "erf", "erfinv", "gamma", "sinc"):  # fmt: skip
        locals()[_name] = staticmethod(_of(_name))
    del _name
    for _name, _method in ARB_NAMES.items():
        locals()[_name] = staticmethod(_of(_method))
    del _name, _method
    sqrt, acosh = staticmethod(_up_to("sqrt", 0)), staticmethod(_up_to("acosh", 1))
    asin, acos = staticmethod(_up_to("asin", 1, -1)), staticmethod(_up_to("acos", 1, -1))
    airyaiprime = staticmethod(lambda x: x.airy_ai(derivative=1))
    airybiprime = staticmethod(lambda x: x.airy_bi(derivative=1))
    ellipk = staticmethod(lambda x: acb(x).elliptic_k().real)
    ellipe = staticmethod(lambda x: acb(x).elliptic_e().real)
    abs = staticmethod(lambda x: abs(arb(x)))
    exp2 = staticmethod(lambda x: arb(2) ** x)
    log2 = staticmethod(lambda x: x.log() / arb(2).log())
    log10 = staticmethod(lambda x: x.log() / arb(10).log())
    pi = staticmethod(lambda: arb.pi())
    lt = staticmethod(compared(lambda d: d < 0, lambda d: d >= 0))
    le = staticmethod(compared(lambda d: d <= 0, lambda d: d > 0))
    gt = staticmethod(compared(lambda d: d > 0, lambda d: d <= 0))
    ge = staticmethod(compared(lambda d: d >= 0, lambda d: d < 0))
    eq = staticmethod(compared(lambda d: d == 0, lambda d: d != 0))
    ne = staticmethod(compared(lambda d: d != 0, lambda d: d == 0))

    literal = staticmethod(exact)  # type: ignore[assignment]

    @staticmethod
    def sign(x: arb) -> arb:
        return settled(x).sgn()

    @staticmethod
    def floor(x: Any) -> arb:
        return settled_whole(arb(x)).floor()

    @staticmethod
    def ceil(x: Any) -> arb:
        return settled_whole(arb(x)).ceil()

    @staticmethod
    def trunc(x: Any) -> arb:
        return Balls.select(Balls.ge(x, 0), Balls.floor(x), Balls.ceil(x))

    @staticmethod
    def round(x: Any) -> arb:
        """The nearest whole number; of two, the half of which is whole."""
        x = arb(x)
        if x.is_integer():
            return x
        below = Balls.floor(x + arb(0.5))
        tie = settled(below - x - arb(0.5)).is_zero()
        return 2 * (below / 2).floor() if tie else below

    @staticmethod
    def mod(a: Any, b: Any) -> arb:
        return a - b * Balls.floor(arb(a) / b)

    @staticmethod
    def cbrt(x: arb) -> arb:
        return Balls.root(x, 3)

    @staticmethod
    @of_order(1, least=1)
    def root(x: arb, n: int) -> arb:
        if x > 0:
            return x.root(n)
        if x >= 0:  # Arb has no root of a ball that touches 0
            return arb(0) if x.is_zero() else arb(0).union(x.abs_upper().root(n))
        if n % 2 == 0:
            return arb("nan")
        if x < 0:
            return -((-x).root(n))
        top = abs(x).abs_upper().root(n)
        return (-top).union(top)

    @staticmethod
    def powi(x: Any, n: Any) -> arb:
        """Around 0 by the size: Arb's own is nan of a ball whose middle is 0."""
        x = arb(x)
        if not x.mid().is_zero() or x.is_zero() or not n > 0 or not x.is_finite():
            return x**n
        top = x.abs_upper() ** n
        return (arb(0) if whole(arb(n) / 2) is not None else -top).union(top)

    @staticmethod
    def pow(x: Any, c: Any) -> arb:
        x, c = settled(arb(x)), settled_whole(arb(c))
        if x.is_zero() and c > 0:
            return arb(0)
        if x >= 0 and c > 0 and x.contains(0):
            return arb(0).union(arb(x.abs_upper()) ** c)
        return Balls.powi(x, c) if c.is_integer() else x**c

    powr = pow

    @staticmethod
    def power_below(x: arb, c: arb) -> arb:
        return Balls.pow(x, c - 1)

    @staticmethod
    def exp_difference(a: Any, b: Any) -> arb:
        return (arb(a) - b).exp()

    @staticmethod
    def gaussian(x: arb) -> arb:
        return (-x * x).exp()

    @staticmethod
    def hypot(*x: Any) -> arb:
        if len(x) == 2 and any(settled(arb(a)).is_zero() for a in x):
            return abs(arb(x[0]) + x[1])  # exact where one leg is 0
        return sum((arb(a) * a for a in x), arb(0)).sqrt()

    @staticmethod
    def atan2(y: arb, x: arb) -> arb:
        return arb.atan2(y, arb(x))

    @staticmethod
    def max(*x: Any) -> arb:
        top, *others = (a if isinstance(a, arb) else arb(a) for a in x)
        for a in others:
            top = top if top >= a else a if a >= top else top.max(a)
        return top

    @staticmethod
    def min(*x: Any) -> arb:
        low, *others = (a if isinstance(a, arb) else arb(a) for a in x)
        for a in others:
            low = low if low <= a else a if a <= low else low.min(a)
        return low

    @staticmethod
    def shares(y: arb, x: Sequence[Any]) -> list[arb]:
        """Who attains the extreme y: one whose rivals are all apart from it surely does."""
        hits = [Balls.eq(a, y) for a in x]
        near = [i for i, hit in enumerate(hits) if not hit.is_zero()]
        if len(near) == 1 or all(hits[i] == 1 for i in near):
            return [arb(int(i in near)) / len(near) for i in range(len(x))]
        return hits

    @staticmethod
    def select(c: Any, a: Any, b: Any) -> arb:
        c = arb(c)
        return arb(b) if c.is_zero() else arb(a) if c != 0 else arb(a).union(arb(b))

    @staticmethod
    def erfc(x: Any) -> arb:
        """Far out 0 < erfc(x) < e^(-x^2), which Arb does not know beyond some exponents."""
        x = arb(x)
        if not abs(x) > FAR_FOR_ERFC:
            return x.erfc()
        tail = UNIT * (-x * x).exp()
        return tail if x > 0 else 2 - tail

    @staticmethod
    def lgamma(x: arb) -> arb:
        """Far out by Stirling's formula (DLMF 5.11.1): Arb's own ends at some exponent."""
        if x > FAR_FOR_STIRLING:
            return (x - 0.5) * x.log() - x + (2 * arb.pi()).log() / 2 + UNIT / (12 * x)
        return x.lgamma() if x > 0 else abs(x.gamma()).log()

    @staticmethod
    def beta(a: Any, b: Any) -> arb:
        """0 where a + b is a pole of gamma and a and b are none."""
        return arb(a).gamma() * arb(b).gamma() * (arb(a) + b).rgamma()

    @staticmethod
    def digamma(x: Any) -> arb:
        """Left of 0 by reflection (DLMF 5.5.4): Arb steps there from -10^10 up, one by one."""
        x = arb(x)
        return (1 - x).digamma() - arb.pi() * x.cot_pi() if x < -1 else x.digamma()

    @staticmethod
    @of_order(0, least=0)
    def polygamma(n: int, x: arb) -> arb:
        """(-1)^(n+1) n! zeta(n+1, x); left of 0 by reflection (DLMF 5.15.1 and 5.15.6)."""
        if n == 0:
            return Balls.digamma(x)
        if x > 0:
            return (-1) ** (n + 1) * arb(n).fac() * arb(n + 1).zeta(x)
        if not x < 0.5 or n > 400:
            return arb.nan()
        with capped(n + 1):
            cotangent = arb_series([x, 1], n + 1).cot_pi()[n] * arb.pi() * arb(n).fac()
        return (-1) ** n * Balls.polygamma(n, 1 - x) - cotangent

    @staticmethod
    @of_order(0)
    def besselj(n: int, x: arb) -> arb:
        """J_n(x); left of 0 by parity, and around it through complex balls."""
        if x > 0:
            return x.bessel_j(arb(n))
        return (-1) ** n * (-x).bessel_j(arb(n)) if x < 0 else acb(x).bessel_j(acb(n)).real

    @staticmethod
    @of_order(0)
    def besseli(n: int, x: arb) -> arb:
        if x > 0:
            return x.bessel_i(arb(n))
        return (-1) ** n * (-x).bessel_i(arb(n)) if x < 0 else acb(x).bessel_i(acb(n)).real

    @staticmethod
    @of_order(0)
    def sphericalj(n: int, x: arb) -> arb:
        """x^n/(2n+1)!! 0F1(n + 3/2, -x^2/4): entire, so 0 is no special case (DLMF 10.53.1)."""
        if n < 0:
            return x.cos() / x if n == -1 else arb.nan()
        if abs(x) > 1:  # where the series cancels
            size = (arb.pi() / (2 * abs(x))).sqrt() * abs(x).bessel_j(arb(n) + arb(1) / 2)
            return -size if x < 0 and n % 2 else size
        half = arb(n) + arb(3) / 2
        double_factorial = half.gamma() * arb(2) ** (n + 1) / arb.pi().sqrt()
        return x**n / double_factorial * (-x * x / 4).hypgeom_0f1(half)

    @staticmethod
    def erfcx(x: arb) -> arb:
        """e^(x^2) erfc(x); to the right by Tricomi's U (DLMF 7.11.5): both factors run away."""
        if x > 1:
            return (x * x).hypgeom_u(arb(0.5), arb(0.5)) / arb.pi().sqrt()
        return (x * x).exp() * x.erfc()

    @staticmethod
    def lambertw(x: Any) -> arb:
        """-1 at its end, -1/e, which no ball around that number lies above."""
        x = arb(x)
        return arb(-1) if settled(x + arb(-1).exp()).is_zero() else x.lambertw()

    @staticmethod
    def ndtri(x: arb) -> arb:
        return -arb(2).sqrt() * (2 * x).erfcinv()

    @staticmethod
    def log_ndtr(x: arb) -> arb:
        z = x / arb(2).sqrt()
        if x > 0:
            return (-Balls.erfc(z) / 2).log1p()
        return (Balls.erfcx(-z) / 2).log() - z * z

    @staticmethod
    def zeta(x: arb) -> arb:
        if x > FAR_FOR_ZETA:
            return 1 + Balls.zeta_derivative(0, x)
        if -1 < x < 0:  # as in zeta_around
            return x.zeta(2) + 1
        return x.zeta() if x > -(FAR_FOR_ZETA**2) else arb.nan()

    @staticmethod
    @of_order(0, least=0)
    def zeta_derivative(n: int, x: arb) -> arb:
        """From the power series; far to the right by the first terms of (-1)^n ln(k)^n/k^x."""
        if x > FAR_FOR_ZETA and n < FAR_FOR_ZETA:
            rest = arb(0.5, 0.5) * 4 * arb(4).log() ** n * arb(4) ** -x
            return (-1) ** n * (sum(arb(k).log() ** n * arb(k) ** -x for k in (2, 3)) + rest)
        with capped(n + 1):
            return zeta_around(arb_series([x, 1], n + 1))[n] * arb(n).fac()

    @staticmethod
    @of_any_order
    def bessely(n: arb, x: arb) -> arb:
        return x.bessel_y(n)

    @staticmethod
    @of_any_order
    def besselk(n: arb, x: arb) -> arb:
        return x.bessel_k(n)

    @staticmethod
    def gammainc(a: Any, x: arb) -> arb:
        return x.gamma_lower(arb(a), regularized=1)

    @staticmethod
    def gammaincc(a: Any, x: arb) -> arb:
        return x.gamma_upper(arb(a), regularized=1)

    @staticmethod
    def betainc(a: Any, b: Any, x: arb) -> arb:
        return x.beta_lower(arb(a), arb(b), regularized=True)

    @staticmethod
    def hyp1f1(a: Any, b: Any, x: arb) -> arb:
        return x.hypgeom_1f1(arb(a), arb(b))

    @staticmethod
    def hyp2f1(a: Any, b: Any, c: Any, x: arb) -> arb:
        return x.hypgeom_2f1(arb(a), arb(b), arb(c)) if x < 1 else arb.nan()

    @staticmethod
    def dead(adjoint: arb) -> bool:
        return adjoint.is_zero()

    @staticmethod
    def pull(adjoint: arb, partial: Any) -> arb:
        """A partial that is exactly 0 passes nothing on, whatever comes to it."""
        return arb(0) if arb(partial).is_zero() else adjoint * partial

    @staticmethod
    def decide(kind: str, value: Any) -> bool | None:
        value = settled(arb(value))
        if value.is_nan():
            return None
        if kind in ("integer", "not integer"):
            inside = value.contains_integer()
            if inside and not value.is_exact() and not negligible(value.rad()):
                return None
            return bool(inside) is (kind == "integer")
        return BALL_DECISIONS[kind](value)


def _decision(yes: Callable[[arb], Any], no: Callable[[arb], Any]) -> Callable:
    return lambda v: True if yes(v) else False if no(v) else None


BALL_DECISIONS = {
    "> 0": _decision(lambda v: v > 0, lambda v: v <= 0),
    ">= 0": _decision(lambda v: v >= 0, lambda v: v < 0),
    "!= 0": _decision(lambda v: v != 0, lambda v: v.is_zero()),
    "= 0": _decision(lambda v: v.is_zero(), lambda v: v != 0),
    "jump": _decision(lambda v: v.is_zero(), lambda v: v != 0),
}

class Strict(Balls):
    """Balls in which a partial of 0 is multiplied like any other.

    0 times infinity is then no slope (sqrt(x^2) has none at 0), and a 0 may be one side of a kink.
    """

    @staticmethod
    def pull(adjoint: arb, partial: Any) -> arb:
        return arb(adjoint * partial)


BALLS, STRICT = Balls(), Strict()


ASKED_BITS = (96, 192, 384, 1152, 2304, 4608)  # a row's own floats need no more
MIDPOINT_BITS = 1200  # a ball finer than this that still straddles a midpoint is taken as it


def rounded(op: Op, i: int | None, x: Sequence[float]) -> Any:
    """The forward (i None) or partial i of a row at these floats, in Arb, as the nearest float.

    A variadic row's partials come as a list. None where Arb finds no value, or the row has none:
    beyond 1 the real part of ellipk is a number.
    """
    if any(holds(margin, BALLS, list(map(arb, x))) is False for margin in op.domain):
        return None
    for bits in ASKED_BITS:
        try:
            with precision(bits):
                numbers = [decided(ball) for ball in _asked(op, i, [arb(a) for a in x])]
        except (ZeroDivisionError, ValueError):
            return None
        if None not in numbers:
            return numbers if op.pullback and i is not None else numbers[0]
    return None


def _asked(op: Op, i: int | None, x: list[arb]) -> list[arb]:
    y = BALLS.forward(op, x)
    if i is None:
        return [arb(y)]
    if op.pullback:
        return [arb(ball) for ball in op.pullback(BALLS, y, x)]
    return [arb(op.partials[i](BALLS, y, *x))]  # type: ignore[misc]


def decided(ball: arb) -> float | None:
    """The float nearest to every number in the ball, or None where its ends disagree."""
    if not ball.is_finite():
        return None
    low, high = float(ball.lower()), float(ball.upper())
    if low == high:
        return low + 0.0  # never -0
    if abs(ball) < NEGLIGIBLE:
        return 0.0
    if ball.rel_accuracy_bits() < MIDPOINT_BITS or high != math.nextafter(low, math.inf):
        return None
    return low if even(low) else high  # it straddles a midpoint, and is taken as that


def even(x: float) -> bool:
    """Whether a float's last bit is 0; inf counts as the even one beyond the largest."""
    return not struct.unpack("<q", struct.pack("<d", x))[0] & 1
