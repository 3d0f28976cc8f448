"""SymPy's expressions, laid flat and evaluated in Arb balls: the reference of every verdict.

- `Reference` is plain data (a worker sends it over a pipe); nothing here imports SymPy.
- `Reference.at(point)` are the balls of its roots at the current Arb precision.

None of the engine's rules or arithmetics is used: the table below says what SymPy's functions
are in Arb, and a value that does not exist is a ball that is not finite.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flint import acb, arb, arb_series, ctx, fmpq, fmpz_poly

NAN = arb("nan")
UNKNOWN = arb(0.5, 0.5)  # a condition that the balls cannot tell
BITS_OF_NOTHING = 4096  # from which on what may be 0 is so
ZERO_BELOW = arb(2) ** -3600  # what may be 0 here is then none for certain in the engine


@dataclass(frozen=True, slots=True)
class Reference:
    """Step i is (head, arguments): a number, a variable's name, or a SymPy class over steps."""

    steps: tuple[tuple[str, Any], ...]
    roots: tuple[int, ...]

    def at(self, point: Mapping[str, arb]) -> list[arb]:
        """The ball of each root; `point` holds a ball for every variable."""
        balls: list[Any] = []
        for head, rest in self.steps:
            if head == "number":
                balls.append(arb(fmpq(*rest)))
            elif head == "variable":
                balls.append(point[rest])
            else:
                balls.append(HEADS[head](*[balls[i] for i in rest]))
        return [balls[i] for i in self.roots]


def small(x: arb) -> bool:
    """Whether a ball around 0 is so narrow that it counts as 0."""
    return x.is_zero() or bool(
        x.contains(0) and abs(x) < ZERO_BELOW and ctx.prec >= BITS_OF_NOTHING)  # fmt: skip


def whole(n: arb) -> int:
    """The integer that a ball stands for."""
    return int(n.unique_fmpz())  # type: ignore[arg-type]


def power(a: arb, b: arb) -> arb:
    n = b.unique_fmpz() if abs(b) < 2**60 else None
    b = arb(n) if n is not None and small(b - n) else b  # sin(1)^2 + cos(1)^2 is whole
    if b.is_exact() and b.is_integer():
        if b < 0 and small(a):
            return NAN
        if b > 0 and a.mid().is_zero() and not a.is_zero():  # where Arb's own is nan
            top = a.abs_upper() ** b
            return (-top).union(top)
        return a ** whole(b) if abs(b) < 2**60 else a**b
    if small(a):
        return arb(0) if b > 0 else NAN
    if a < 0 and not b.contains_integer():
        return NAN
    return a**b


def product(*x: arb) -> arb:
    """A product in which an exact zero wins over nothing: 0 times infinity stays undefined."""
    total = arb(1)
    for a in x:
        total = total * a
    return total


def total(*x: arb) -> arb:
    found = arb(0)
    for a in x:
        found = found + a
    return found


def piecewise(*x: arb) -> arb:
    """value, condition, value, condition, ...: the first condition that holds."""
    found: arb | None = None
    for value, condition in zip(x[::2], x[1::2]):
        if condition.is_zero():
            continue
        found = value if found is None else found.union(value)
        if condition == 1:
            return found
    return NAN if found is None else found


def compared(yes: Callable[[arb], Any], no: Callable[[arb], Any]) -> Callable[[arb, arb], arb]:
    def comparison(a: arb, b: arb) -> arb:
        gap = a - b
        gap = arb(0) if small(gap) else gap
        return arb(1) if yes(gap) else arb(0) if no(gap) else UNKNOWN

    return comparison


def conjunction(*x: arb) -> arb:
    if any(a.is_zero() for a in x):
        return arb(0)
    return arb(1) if all(a == 1 for a in x) else UNKNOWN


def negation(x: arb) -> arb:
    return 1 - x


def sign(x: arb) -> arb:
    return arb(0) if small(x) else x.sgn()


def step(x: arb, at_zero: arb = UNKNOWN) -> arb:
    """Heaviside's function."""
    return arb(1) if x > 0 else arb(0) if x < 0 else at_zero if small(x) else UNKNOWN


def impulse(x: arb, order: arb | None = None) -> arb:
    """DiracDelta: 0 away from its point, and no number at it."""
    return arb(0) if x != 0 and not small(x) else NAN


def digamma(x: arb) -> arb:
    """Far left of 0 by pi cot(pi x), which Arb would reach only step by step."""
    return x.digamma() if x > -100 else (1 - x).digamma() - cotangent_slope(0, x)


def polygamma(n: arb, x: arb) -> arb:
    k = whole(n)
    if k == 0:
        return digamma(x)
    if x < -100:
        return (-1) ** k * polygamma(n, 1 - x) - cotangent_slope(k, x)
    zeta = arb(k + 1).zeta(x) if x > 0 else acb(k + 1).zeta(acb(x)).real
    return (-1) ** (k + 1) * arb(k).fac() * zeta


def cotangent_slope(k: int, x: arb) -> arb:
    """The k-th derivative of pi cot(pi x), as a polynomial in c = cot(pi x): c' = -pi (1 + c^2)."""
    slope, inner = fmpz_poly([0, 1]), fmpz_poly([-1, 0, -1])
    for _ in range(k):
        slope = slope.derivative() * inner
    angle = arb.pi() * (x - x.mid().floor().mid())  # a whole period less
    cotangent, found = angle.cos() / angle.sin(), arb(0)
    for coefficient in reversed(list(slope)):
        found = found * cotangent + coefficient
    return found * arb.pi() ** (k + 1)


def zeta(x: arb) -> arb:
    """Arb is slow far away, where it is 1 + 2^-x but for (2/3)^x of that, or beyond floats.

    Left of 0 it goes over 1 - x, which is 1 in too few bits: there Hurwitz's, from 2^-x on.
    """
    if x > 1000:
        return 1 + arb(2) ** -x * arb(1, arb(2) ** -500)
    if -1 < x < 0:
        return 1 + x.zeta(2)
    return x.zeta() if x > -(10**6) else NAN


def zeta_derivative(n: arb, x: arb) -> arb:
    """The n-th derivative, from the power series around x; Arb has none far away."""
    k, before = whole(n), ctx.cap
    if x > 1000 and k < 200:
        return (-1) ** k * arb(2).log() ** k * arb(2) ** -x * arb(1, arb(2) ** -400)
    if not abs(x) < 1000:
        return NAN
    ctx.cap = k + 1
    try:
        around = arb_series([x, 1], k + 1)
        return (1 + around.zeta(2) if -1 < x < 0 else around.zeta())[k] * arb(k).fac()
    finally:
        ctx.cap = before


def bessel(name: str) -> Callable[[arb, arb], arb]:
    def function(n: arb, x: arb) -> arb:
        if x > 0:
            return getattr(x, name)(n)
        return getattr(acb(x), name)(acb(n)).real if n.contains_integer() else NAN

    return function


def spherical(n: arb, x: arb) -> arb:
    root = (arb.pi() / (2 * abs(x))).sqrt() * abs(x).bessel_j(n + arb(1) / 2)
    return root if x > 0 else (-1) ** whole(n) * root if x < 0 else NAN


def log_gamma(x: arb) -> arb:
    return x.lgamma()


def complementary_error(x: arb) -> arb:
    """Far out by Tricomi's U (DLMF 7.11.5): of a ball there Arb knows no more than a bound."""
    if not x > 100:
        return x.erfc()
    half = arb(1) / 2
    return (-x * x).exp() * (x * x).hypgeom_u(half, half) / arb.pi().sqrt()


def logarithm(x: arb, base: arb | None = None) -> arb:
    return x.log() if base is None else x.log() / base.log()


def largest(*x: arb) -> arb:
    found = x[0]
    for a in x[1:]:
        found = found.max(a)
    return found


def smallest(*x: arb) -> arb:
    found = x[0]
    for a in x[1:]:
        found = found.min(a)
    return found


def up_to(function: Callable[[arb], arb], *ends: int) -> Callable[[arb], arb]:
    """A function up to the closed ends of its domain: a ball of a number there lies around one."""

    def of(x: arb) -> arb:
        at = next((end for end in ends if small(x - end)), None)
        return function(x if at is None else arb(at))

    return of


arc_cosine, arc_sine, area_cosine = (
    up_to(arb.acos, 1, -1), up_to(arb.asin, 1, -1), up_to(arb.acosh, 1))  # fmt: skip


def catalan_number(n: arb) -> arb:
    """4^n gamma(n + 1/2)/gamma(n + 2)/sqrt(pi): SymPy writes some beta functions by it."""
    return arb(4) ** n * (n + 0.5).gamma() / (n + 2).gamma() / arb.pi().sqrt()


def cardinal_sine(x: arb) -> arb:
    return x.sinc()


# What a SymPy class is in Arb. A class that is not here makes the reference undecided.
HEADS: dict[str, Callable[..., Any]] = {
    "Add": total, "Mul": product, "Pow": power, "Abs": abs, "sign": sign,
    "floor": arb.floor, "ceiling": arb.ceil,  # of a ball around a whole number: two of them
    "exp": arb.exp, "log": logarithm, "log1p": arb.log1p, "Max": largest, "Min": smallest,
    "sin": arb.sin, "cos": arb.cos, "tan": arb.tan,
    "sec": arb.sec, "csc": arb.csc, "cot": arb.cot,
    "asin": arc_sine, "acos": arc_cosine, "atan": arb.atan, "atan2": arb.atan2,
    "asec": lambda x: arc_cosine(1 / x), "acsc": lambda x: arc_sine(1 / x),
    "acot": lambda x: (1 / x).atan(),
    "sinh": arb.sinh, "cosh": arb.cosh, "tanh": arb.tanh,
    "sech": arb.sech, "csch": arb.csch, "coth": arb.coth,
    "asinh": arb.asinh, "acosh": area_cosine, "atanh": arb.atanh,
    "asech": lambda x: area_cosine(1 / x), "acsch": lambda x: (1 / x).asinh(),
    "acoth": lambda x: (1 / x).atanh(),
    "erf": arb.erf, "erfc": complementary_error, "erfinv": arb.erfinv,
    "gamma": arb.gamma, "loggamma": log_gamma, "polygamma": polygamma, "digamma": digamma,
    "factorial": lambda x: (x + 1).gamma(), "sinc": cardinal_sine,
    "beta": lambda a, b: a.gamma() * b.gamma() * (a + b).rgamma(),  # 0 where gamma has a pole
    "catalan": catalan_number,
    "LambertW": arb.lambertw, "Ei": arb.ei, "li": arb.li, "Si": arb.si, "Ci": arb.ci,
    "Shi": arb.shi, "Chi": arb.chi, "erfi": arb.erfi, "erfcinv": arb.erfcinv,
    "zeta": zeta, "zeta_derivative": zeta_derivative,
    "airyai": arb.airy_ai, "airyaiprime": lambda x: x.airy_ai(derivative=1),
    "airybi": arb.airy_bi, "airybiprime": lambda x: x.airy_bi(derivative=1),
    "elliptic_k": lambda x: acb(x).elliptic_k().real,
    "elliptic_e": lambda x: acb(x).elliptic_e().real,
    "lowergamma": lambda a, x: x.gamma_lower(a), "uppergamma": lambda a, x: x.gamma_upper(a),
    "expint": lambda a, x: x.expint(a),
    "betainc_regularized": lambda a, b, low, high: (
        high.beta_lower(a, b, regularized=True) - low.beta_lower(a, b, regularized=True)),
    "hyper00": arb.exp, "hyper10": lambda a, x: power(1 - x, -a),
    "hyper11": lambda a, b, x: x.hypgeom_1f1(a, b),
    "hyper21": lambda a, b, c, x: x.hypgeom_2f1(a, b, c),
    "bessely": bessel("bessel_y"), "besselk": bessel("bessel_k"),
    "besselj": bessel("bessel_j"), "besseli": bessel("bessel_i"), "jn": spherical,
    "Heaviside": step, "DiracDelta": impulse,
    "Piecewise": piecewise, "ITE": lambda c, a, b: piecewise(a, c, b, arb(1)),
    "StrictLessThan": compared(lambda d: d < 0, lambda d: d >= 0),
    "LessThan": compared(lambda d: d <= 0, lambda d: d > 0),
    "StrictGreaterThan": compared(lambda d: d > 0, lambda d: d <= 0),
    "GreaterThan": compared(lambda d: d >= 0, lambda d: d < 0),
    "Equality": compared(lambda d: d.is_zero(), lambda d: d != 0),
    "Unequality": compared(lambda d: d != 0, lambda d: d.is_zero()),
    "And": conjunction, "Not": negation,
    "Or": lambda *x: negation(conjunction(*map(negation, x))),
    "BooleanTrue": lambda: arb(1), "BooleanFalse": lambda: arb(0),
    "Pi": arb.pi, "Exp1": arb.const_e, "EulerGamma": arb.const_euler,
    "NaN": lambda: NAN, "ComplexInfinity": lambda: NAN,
    "Infinity": lambda: NAN, "NegativeInfinity": lambda: NAN,
}  # fmt: skip
