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
            gap = sign * (constant(a) - constant(found))
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
        if not condition.is_zero():
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


def zeta(x: Any) -> Any:
    """Not far away, where Arb takes for ever."""
    return x.zeta() if abs(x[0]) < 1000 else nowhere(x)


# SymPy's name of a function of one argument: its series in Arb
ANALYTIC: dict[str, Callable[..., Any]] = {
    "LambertW": arb_series.lambertw, "Ei": arb_series.ei, "li": arb_series.li,
    "Si": arb_series.si, "Ci": arb_series.ci, "Shi": arb_series.shi, "Chi": arb_series.chi,
    "erfi": arb_series.erfi, "zeta": zeta,
    "airyai": arb_series.airy_ai, "airyaiprime": arb_series.airy_ai_prime,
    "airybi": arb_series.airy_bi, "airybiprime": arb_series.airy_bi_prime,
}  # fmt: skip
SERIES: dict[str, Callable[..., Any]] = {
    "Add": total, "Mul": lambda *x: prod(x[1:], start=x[0]), "Pow": power, "Abs": absolute,
    "Max": extreme(1), "Min": extreme(-1), "Piecewise": piecewise,
    "exp": arb_series.exp, "log": arb_series.log, "sin": arb_series.sin, "cos": arb_series.cos,
    "tan": arb_series.tan, "asin": arb_series.asin, "acos": arb_series.acos,
    "atan": arb_series.atan, "erf": arb_series.erf, "erfc": arb_series.erfc,
    "gamma": arb_series.gamma, "loggamma": arb_series.lgamma,
    "sinh": hyperbolic(-1), "cosh": hyperbolic(1),
    **ANALYTIC, **{head: constant_between(head) for head in ("floor", "ceiling")},
    "tanh": lambda x: 1 - 2 / ((2 * x).exp() + 1),
    **{head: compared(head) for head in
       ("StrictLessThan", "LessThan", "StrictGreaterThan", "GreaterThan")},
}  # fmt: skip


__all__ = ["ANALYTIC", "Taylor", "coefficients", "expands", "mixed"]
