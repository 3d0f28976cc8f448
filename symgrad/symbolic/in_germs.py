"""SymPy's expressions just beside a point: what they tend to where they are 0/0 at the point.

- `limit(reference, point, root, name)` is what a root tends to as one variable moves, from all
  sides on which it has values; a ball that is not finite where there is no such number.
- `derivative(reference, point, name, order)` is that of the first root, by its definition.

As in `in_balls`, nothing here knows the engine's rules.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flint import arb

from ..arithmetic import germs
from ..arithmetic.balls import settled
from ..arithmetic.germs import GERMS, NOWHERE, UNKNOWN, Germ, after, beside, germ, made_of
from .in_balls import HEADS, NAN, Reference
from .in_series import ANALYTIC, SERIES


def limit(reference: Reference, point: Mapping[str, arb], root: int, name: str) -> arb:
    """What root number `root` tends to as the variable moves."""
    sides = [run(reference, point, name, side)[root] for side in (1, -1)]
    first, *others = [side.limit() for side in sides if side is not NOWHERE] or [None]
    if first is None or any(x is None or not settled(first - x).is_zero() for x in others):
        return NAN
    return first


def derivative(reference: Reference, point: Mapping[str, arb], name: str, order: int = 1) -> arb:
    """The derivative of the first root by its definition, where both sides have it."""
    known = [reference.at(point)[0]]
    sides = [(side, run(reference, point, name, side)[0]) for side in (1, -1)]
    for _ in range(order):
        slopes = [(side, after(g, known, side).slope()) for side, g in sides if g is not NOWHERE]
        balls = [slope * side for side, slope in slopes if isinstance(slope, arb)]
        if not balls or len(balls) < len(slopes) or not settled(balls[0] - balls[-1]).is_zero():
            return NAN
        known.append(balls[0])
    return known[-1]


def run(reference: Reference, point: Mapping[str, arb], name: str, side: int) -> list[Germ]:
    """The germ of each root on one side."""
    steps: list[Germ] = []
    for head, rest in reference.steps:
        if head == "number":
            steps.append(germ(arb(rest[0]) / rest[1]))
        elif head == "variable":
            steps.append(beside(point[rest], side if rest == name else 0))
        else:
            steps.append(applied(head, [steps[i] for i in rest]))
    return [steps[i] for i in reference.roots]


def applied(head: str, x: Sequence[Germ]) -> Germ:
    """One of SymPy's functions; what has no row below is continuous, and no more is used of it."""
    still = [a.constant for a in x]
    if all(c is not None for c in still):
        return germ(HEADS[head](*still))
    return made_of(x, moved(head, x))


def moved(head: str, x: Sequence[Germ]) -> Germ:
    if head in GERM_HEADS:
        return GERM_HEADS[head](*x)
    if any(a is NOWHERE for a in x):
        return NOWHERE
    parts = [a.parts() for a in x]
    if any(big.terms or not small.order > 0 for big, _, small in parts):
        return UNKNOWN
    value = germ(HEADS[head](*(c for _, c, _ in parts)))
    return Germ(dict(value.terms), min(value.order, *(small.size for _, _, small in parts)))


def piecewise(*x: Germ) -> Germ:
    """The value at the first condition that holds beside the point."""
    for value, condition in zip(x[::2], x[1::2]):
        holds = GERMS.decide("!= 0", condition)
        if holds is not False:
            return value if holds else UNKNOWN
    return NOWHERE


def impulse(x: Germ, *order: Germ) -> Germ:
    """DiracDelta, away from its point."""
    return germ(0) if x.sign() in (1, -1) else UNKNOWN


def step(x: Germ, *at_zero: Germ) -> Germ:
    return (germ(1) + germs.steps(x)) / 2 if x.sign() in (1, -1) else UNKNOWN


def logarithm(x: Germ, *base: Germ) -> Germ:
    return germs.log(x) / germs.log(base[0]) if base else germs.log(x)


def of_reciprocal(function: Callable[[Germ], Germ]) -> Callable[[Germ], Germ]:
    return lambda x: function(1 / x)


GERM_HEADS: dict[str, Callable[..., Any]] = {
    **{head: germs.analytic(series) for head, series in ANALYTIC.items()},  # or better, below
    "zeta": germs.analytic(SERIES["zeta"]),
    "Add": lambda *x: sum(x, germ(0)), "Mul": lambda *x: germs.product(x), "Pow": germs.raised,
    "floor": germs.floor, "ceiling": germs.ceil,
    "Abs": germs.absolute, "sign": germs.steps, "Max": germs.larger, "Min": germs.smaller,
    "exp": germs.exp, "log": logarithm, "log1p": GERMS.log1p,
    "sin": GERMS.sin, "cos": GERMS.cos, "tan": GERMS.tan,
    "sec": lambda x: 1 / GERMS.cos(x), "csc": lambda x: 1 / GERMS.sin(x),
    "cot": lambda x: GERMS.cos(x) / GERMS.sin(x), "sinc": lambda x: GERMS.sin(x) / x,
    "asin": germs.asin, "acos": germs.acos, "atan": germs.atan, "atan2": germs.atan2,
    "asec": of_reciprocal(germs.acos), "acsc": of_reciprocal(germs.asin),
    "acot": of_reciprocal(germs.atan), "sinh": GERMS.sinh, "cosh": GERMS.cosh,
    "tanh": germs.tanh, "sech": GERMS.sech, "csch": GERMS.csch, "coth": lambda x: 1 / germs.tanh(x),
    "asinh": germs.asinh, "acosh": germs.acosh, "atanh": GERMS.atanh,
    "asech": of_reciprocal(germs.acosh), "acsch": of_reciprocal(germs.asinh),
    "acoth": of_reciprocal(GERMS.atanh), "erf": germs.error_function, "erfc": GERMS.erfc,
    "gamma": germs.gamma, "loggamma": germs.lgamma, "polygamma": germs.polygamma,
    "digamma": GERMS.digamma, "factorial": lambda x: germs.gamma(x + 1),
    "beta": GERMS.beta,
    "hyper00": germs.exp, "hyper10": lambda a, x: germs.raised(1 - x, -a),
    "hyper11": lambda a, b, x: germs.hypergeometric((a,), (b,), x),
    "hyper21": lambda a, b, c, x: germs.hypergeometric((a, b), (c,), x),
    "elliptic_k": GERMS.ellipk, "elliptic_e": GERMS.ellipe,
    "lowergamma": germs.lower_gamma,
    "betainc_regularized": lambda a, b, low, high: (
        germs.part_of_beta(a, b, high) - germs.part_of_beta(a, b, low)),
    "uppergamma": lambda a, x: germs.gamma(a) - germs.lower_gamma(a, x),
    "besselj": GERMS.besselj, "besseli": GERMS.besseli, "erfinv": germs.erfinv,
    "Heaviside": step, "DiracDelta": impulse, "Piecewise": piecewise,
    "ITE": lambda c, a, b: piecewise(a, c, b, germ(1)),
    "StrictLessThan": GERMS.lt, "LessThan": GERMS.le, "Equality": GERMS.eq,
    "StrictGreaterThan": GERMS.gt, "GreaterThan": GERMS.ge, "Unequality": GERMS.ne,
}  # fmt: skip

__all__ = ["GERM_HEADS", "derivative", "limit", "run"]
