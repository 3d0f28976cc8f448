"""Derivatives of any order without differentiating: Arb's power series along straight lines.

- `Taylor(reference, names, above).at(point)` are df/dabove and its partial by each name, in balls.
- `expands(reference)` says whether every function in it has a power series in Arb.

The meaning of the graph, as SymPy reads it, is evaluated at x + t v in power series of t. That uses
neither the engine's rules nor SymPy's derivative, and costs the same at order 4 as at order 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import comb, prod
from typing import Any

from flint import arb, arb_series, ctx, fmpq

from .in_balls import HEADS, NAN, Reference, small

Way = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Taylor:
    """A `Reference` of higher order: f differentiated by `above`, then by each of `names`."""

    reference: Reference
    names: tuple[str, ...]
    above: tuple[str, ...]

    def at(self, point: Mapping[str, arb]) -> list[arb]:
        """The derivative by `above`, then its partial by each name, at the current precision."""
        names = tuple(dict.fromkeys((*self.names, *self.above)))
        most = len(self.above) + 1
        known: dict[Way, list[arb]] = {}

        def line(way: Way) -> list[arb]:
            if way not in known:
                moved = dict(zip(names, way))
                known[way] = coefficients(self.reference, point, moved, most)
            return known[way]

        orders = [self.above, *((*self.above, name) for name in self.names)]
        return [mixed(line, names, by) for by in orders]


def mixed(line: Callable[[Way], Sequence[arb]], names: Sequence[str], by: Sequence[str]) -> arb:
    """The derivative by the variables `by`, out of the coefficients of order n along lines.

    These are a form of degree n in the direction, and its n-th mixed difference is the derivative.
    """
    times = [Counter(by)[name] for name in names]
    total = arb(0)
    for way in product(*(range(k + 1) for k in times)):
        sign = (-1) ** (len(by) - sum(way))
        total += sign * prod(map(comb, times, way)) * line(way)[len(by)]
    return total


def coefficients(
    reference: Reference, point: Mapping[str, arb], way: Mapping[str, int], most: int
) -> list[arb]:
    """f(x + t way) as a polynomial in t, up to t^most."""
    before, ctx.cap = ctx.cap, most + 1
    try:
        steps: list[Any] = []
        for head, rest in reference.steps:
            if head == "number":
                steps.append(arb(fmpq(*rest)))
            elif head == "variable":
                slope = way.get(rest, 0)
                steps.append(arb_series([point[rest], slope]) if slope else point[rest])
            else:
                steps.append(step(head, [steps[i] for i in rest]))
        found = steps[reference.roots[0]]
        found = found if type(found) is arb_series else arb_series([found])
        return [found[k] for k in range(most + 1)]
    finally:
        ctx.cap = before


def step(head: str, x: Sequence[Any]) -> Any:
    """One function of the meaning; not a number where it has no series: a branch not taken may."""
    moving = any(type(a) is arb_series for a in x)
    try:
        return SERIES[head](*x) if moving else HEADS[head](*x)
    except (ValueError, ZeroDivisionError):
        return nowhere(arb_series()) if moving else NAN


def expands(reference: Reference) -> bool:
    """Whether `coefficients` knows every function of a reference."""
    return all(
        head in ("number", "variable") or not rest or head in SERIES
        for head, rest in reference.steps
    )


def constant(x: Any) -> arb:
    return x[0] if type(x) is arb_series else x


def power(a: Any, b: Any) -> Any:
    """a^b; a constant exponent asks for a > 0, a whole one for a != 0 only."""
    if type(b) is not arb_series and b.is_exact() and b.is_integer() and abs(b) < 2**30:
        n = int(b.unique_fmpz())
        return a**n if n >= 0 else 1 / a**-n
    return a**b if constant(a) > 0 else nowhere(a)


def nowhere(x: Any) -> Any:
    """No number of any order."""
    return arb_series([NAN] * ctx.cap) if type(x) is arb_series else NAN


def absolute(x: Any) -> Any:
    return x if x[0] > 0 else -x if x[0] < 0 else nowhere(x)


def extreme(sign: int) -> Callable[..., Any]:
    def function(*x: Any) -> Any:
        found = x[0]
        for a in x[1:]:
            gap = sign * (constant(a) - constant(found))  # 0 or open: it may bend here
            found = a if gap > 0 else found if gap < 0 else nowhere(arb_series([0, 1]))
        return found

    return function


def compared(head: str) -> Callable[[Any, Any], arb]:
    """A comparison; where both sides meet, f is bent, and a series knows one side only."""

    def comparison(a: Any, b: Any) -> arb:
        a, b = constant(a), constant(b)
        return NAN if small(a - b) else HEADS[head](a, b)

    return comparison


def piecewise(*x: Any) -> Any:
    """The value at the first condition that holds, if that is certain."""
    for value, condition in zip(x[::2], x[1::2]):
        if not condition.is_zero():  # a condition that may hold ends the search, too
            return value if condition == 1 else nowhere(arb_series([0, 1]))
    return NAN


def hyperbolic(even: int) -> Callable[[Any], Any]:
    return lambda x: (x.exp() + even * (-x).exp()) / 2


def constant_between(head: str) -> Callable[[Any], Any]:
    """floor and ceiling; at a jump there is no series."""

    def function(x: Any) -> Any:
        c = x[0]
        return NAN if small(c.sin_pi()) else HEADS[head](c)

    return function


def total(*x: Any) -> Any:
    return sum(x[1:], x[0])


def multiplied(*x: Any) -> Any:
    """A product; that of 0 and what is no number is none, though Arb's series of length 0 is 0."""
    numbers = (constant(a) for a in x)
    found = prod(x[1:], start=x[0])
    return found if all(c.is_finite() for c in numbers) else nowhere(found)


def zeta(x: Any) -> Any:
    """Not far away, where Arb takes for ever."""
    if -1 < x[0] < 0:  # Hurwitz's: Arb's own goes over 1 - x, which may be a pole in few bits
        return x.zeta(2) + 1
    return x.zeta() if abs(x[0]) < 1000 else nowhere(x)


def log_of_more(x: Any) -> Any:
    """ln(1 + x), where 1 + x may be 1 to all bits."""
    return by_slope(x[0].log1p(), 1 / (1 + x), x)


def signum(x: Any) -> Any:
    """Constant off 0."""
    return arb(1) if x[0] > 0 else arb(-1) if x[0] < 0 else nowhere(x)


def hyperbolic_tangent(x: Any) -> Any:
    return 1 - 2 / ((2 * x).exp() + 1)


def inverse_sine(x: Any) -> Any:
    """Of sinh, left of 0 by symmetry: there x + sqrt(x^2 + 1) would cancel."""
    side = -1 if x[0] < 0 else 1
    return (x * side + (x * x + 1).sqrt()).log() * side


def inverse_cosine(x: Any) -> Any:
    """Of cosh, by two roots: beside 1 their product keeps what x^2 - 1 would lose."""
    return (x + (x - 1).sqrt() * (x + 1).sqrt()).log()


def inverse_tangent(x: Any) -> Any:
    return ((1 + x) / (1 - x)).log() / 2


def of_reciprocal(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda x: function(1 / x)


def cardinal_sine(x: Any) -> Any:
    """sin(x)/x; at 0 by its own series, as none can be divided by one that begins with 0."""
    if not x[0].is_zero():
        return x.sin() / x
    return sum((-x * x) ** k / arb(2 * k + 1).fac() for k in range(1, ctx.cap)) + 1


def by_derivatives(at: Callable[[int, arb], arb], x: Any) -> Any:
    """A function of x by its k-th derivatives at(k, c)."""
    beside, found = x - x[0], arb_series([0])
    for k in range(ctx.cap - 1, -1, -1):
        found = found * beside + at(k, x[0]) / arb(k).fac()
    return found


def by_slope(value: arb, slope: Any, x: Any) -> Any:
    """A function of x by its value and the series of its derivative."""
    return (slope * x.derivative()).integral() + value


def inverse(value: arb, slope: Callable[[Any], Any], x: Any) -> Any:
    """A function by the derivative of its inverse: y' = x'/slope(y), a term more each time."""
    found: Any = arb_series([value])
    for _ in range(ctx.cap):  # each round makes one more coefficient right, and it is kept
        found = (x.derivative() / slope(found)).integral() + value
    return found


def bell(height: arb) -> Callable[[Any], Any]:
    return lambda y: height * (-y * y).exp()


def angle(y: Any, x: Any) -> Any:
    """atan2: its differential is (x dy - y dx)/(x^2 + y^2)."""
    y, x = (a if type(a) is arb_series else arb_series([a]) for a in (y, x))
    if small(y[0]) and not x[0] > 0:  # where it jumps
        return nowhere(y)
    turned = (x * y.derivative() - y * x.derivative()) / (x * x + y * y)
    return turned.integral() + arb.atan2(y[0], x[0])


def polygamma(n: arb, x: Any) -> Any:
    return by_derivatives(lambda k, c: HEADS["polygamma"](n + k, c), x)


def zeta_derivative(n: arb, x: Any) -> Any:
    return by_derivatives(lambda k, c: HEADS["zeta_derivative"](n + k, c), x)


def bessel(head: str, sign: int) -> Callable[[arb, Any], Any]:
    """2 J_n' = J_(n-1) - J_(n+1), and so Y; + for I, and for K both change their sign."""

    def function(n: arb, x: Any) -> Any:
        def derivative(k: int, c: arb) -> arb:
            terms = (comb(k, j) * sign**j * HEADS[head](n - k + 2 * j, c) for j in range(k + 1))
            return sum(terms, arb(0)) / (-2 if head == "besselk" else 2) ** k

        return by_derivatives(derivative, x)

    return function


def hypergeometric(above: Sequence[arb], below: Sequence[arb], x: Any) -> Any:
    """The k-th derivative is that of a + k and b + k times (a)_k/(b)_k."""

    def derivative(k: int, c: arb) -> arb:
        grown, shrunk = (prod((n.rising(k) for n in ns), start=arb(1)) for ns in (above, below))
        return grown / shrunk * c.hypgeom([n + k for n in above], [n + k for n in below])

    return by_derivatives(derivative, x)


def elliptic(first: arb) -> Callable[[Any], Any]:
    """K(x) = pi/2 2F1(1/2, 1/2; 1; x), and E with -1/2 first."""
    return lambda x: hypergeometric((first, arb(0.5)), (arb(1),), x) * arb.pi() / 2


def gamma_slope(a: arb, x: Any) -> Any:
    return ((a - 1) * x.log() - x).exp()


def part_of_beta(a: arb, b: arb, low: arb, high: Any) -> Any:
    slope = ((a - 1) * high.log() + (b - 1) * (1 - high).log()).exp() / HEADS["beta"](a, b)
    return by_slope(HEADS["betainc_regularized"](a, b, low, high[0]), slope, high)


# What a SymPy class is in Arb's power series.
SERIES: dict[str, Callable[..., Any]] = {
    "Add": total, "Mul": multiplied, "Pow": power, "Abs": absolute,
    "sign": signum, "Max": extreme(1), "Min": extreme(-1), "Piecewise": piecewise,
    "exp": arb_series.exp, "log": arb_series.log, "log1p": log_of_more,
    "sin": arb_series.sin, "cos": arb_series.cos,
    "tan": arb_series.tan, "asin": arb_series.asin, "acos": arb_series.acos,
    "sec": lambda x: 1 / x.cos(), "csc": lambda x: 1 / x.sin(), "cot": lambda x: x.cos() / x.sin(),
    "atan": arb_series.atan, "erf": arb_series.erf, "erfc": arb_series.erfc,
    "asec": of_reciprocal(arb_series.acos), "acsc": of_reciprocal(arb_series.asin),
    "acot": of_reciprocal(arb_series.atan), "atan2": angle, "sinc": cardinal_sine,
    "gamma": arb_series.gamma, "loggamma": arb_series.lgamma,
    "factorial": lambda x: (x + 1).gamma(),
    "beta": lambda a, b: a.gamma() * b.gamma() * (a + b).rgamma(),
    "polygamma": polygamma, "digamma": lambda x: polygamma(arb(0), x),
    "sinh": hyperbolic(-1), "cosh": hyperbolic(1), "tanh": hyperbolic_tangent,
    "sech": lambda x: 2 / (x.exp() + (-x).exp()), "csch": lambda x: 2 / (x.exp() - (-x).exp()),
    "coth": lambda x: 1 / hyperbolic_tangent(x),
    "asinh": inverse_sine, "acosh": inverse_cosine, "atanh": inverse_tangent,
    "asech": of_reciprocal(inverse_cosine), "acsch": of_reciprocal(inverse_sine),
    "acoth": of_reciprocal(inverse_tangent),
    "erfinv": lambda x: inverse(x[0].erfinv(), bell(2 / arb.pi().sqrt()), x),
    "erfcinv": lambda x: inverse(x[0].erfcinv(), bell(-2 / arb.pi().sqrt()), x),
    "besselj": bessel("besselj", -1), "bessely": bessel("bessely", -1),
    "besseli": bessel("besseli", 1), "besselk": bessel("besselk", 1),
    "hyper00": lambda x: x.exp(), "hyper10": lambda a, x: (-a * (1 - x).log()).exp(),
    "hyper11": lambda a, b, x: hypergeometric((a,), (b,), x),
    "hyper21": lambda a, b, c, x: hypergeometric((a, b), (c,), x),
    "elliptic_k": elliptic(arb(0.5)), "elliptic_e": elliptic(arb(-0.5)),
    "lowergamma": lambda a, x: by_slope(HEADS["lowergamma"](a, x[0]), gamma_slope(a, x), x),
    "uppergamma": lambda a, x: by_slope(HEADS["uppergamma"](a, x[0]), -gamma_slope(a, x), x),
    "betainc_regularized": part_of_beta, "zeta_derivative": zeta_derivative,
    "LambertW": arb_series.lambertw, "Ei": arb_series.ei, "li": arb_series.li,
    "Si": arb_series.si, "Ci": arb_series.ci, "Shi": arb_series.shi, "Chi": arb_series.chi,
    "erfi": arb_series.erfi, "zeta": zeta,
    "airyai": arb_series.airy_ai, "airyaiprime": arb_series.airy_ai_prime,
    "airybi": arb_series.airy_bi, "airybiprime": arb_series.airy_bi_prime,
    **{head: constant_between(head) for head in ("floor", "ceiling")},
    **{head: compared(head) for head in
       ("StrictLessThan", "LessThan", "StrictGreaterThan", "GreaterThan", "Equality",
        "Unequality")},
}  # fmt: skip

# Those that are a function of Arb's own, one argument's.
ANALYTIC = {head: f for head, f in SERIES.items() if isinstance(f, type(arb_series.exp))}

__all__ = ["ANALYTIC", "SERIES", "Taylor", "coefficients", "expands", "mixed"]
