"""The mistakes of one rule: the same differentiation with one wrong tangent at one node.

- `wrong_tangents(node)` are the codes and wrong tangents that a node's operation admits.
- The wrong lines of products, quotients and powers stand in wrong_rules.py; those of functions
  are loops over the table of operations: another function's rule, the chain rule forgotten, ...

A wrong rule that comes out as the right one somewhere (u' where u is x) is dropped by the search.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from ..arithmetic.balls import BALLS
from ..ops import OPS, Op
from .wrong_rules import (
    DIVIDED,
    EXPONENTIAL,
    LOGARITHM,
    OVER,
    POWER_INSIDE,
    POWER_OF,
    PRODUCT,
    QUOTIENT,
    ROOT,
    SCALED,
    TOWER,
)

Ball = Any


class Node(NamedTuple):
    """One node at one point: its value y, its arguments and their tangents, the variable v."""

    op: Op
    y: Ball
    x: Sequence[Ball]
    dx: Sequence[Ball]
    v: Ball
    varies: tuple[bool, ...]  # which arguments depend on the variable
    flow: tuple[Sequence[Ball], Sequence[Ball]]  # values and tangents of all nodes


Tangent = Callable[[Node], Ball]

def rule(op: Op, z: Ball) -> Ball:
    """g'(z) for the function g of a row."""
    return op.partials[0](BALLS, BALLS.forward(op, [z]), z)  # type: ignore[misc]


@lru_cache(maxsize=512)
def wrong_tangents(
    op: Op, varies: tuple[bool, ...], bare: tuple[bool, ...], world: tuple[Op, ...]
) -> tuple[tuple[str, Tangent], ...]:
    """Every mistake at a node of this operation: its code, and the tangent that it gives.

    `world` is the table of operations: the rules of relatives are taken from it.
    """
    return tuple(_mistakes(op, varies, bare))


def _mistakes(
    op: Op, varies: tuple[bool, ...], bare: tuple[bool, ...]
) -> Iterator[tuple[str, Tangent]]:
    match op.name:
        case "mul":
            return _products(varies, bare)
        case "div":
            return _quotients(varies, bare)
        case "add" | "sub":
            return _sums(op.name, varies)
        case "neg":
            return iter([("sign", lambda n: n.dx[0])])
    if op.constant_power:
        return _powers(op, bare[0])
    if op.exponent:
        return _general_powers(op, varies, bare)
    return _functions(op, bare[0]) if op.arity == 1 and op.partials[0] else iter(())


def _products(varies: tuple[bool, ...], bare: tuple[bool, ...]) -> Iterator[tuple[str, Tangent]]:
    if all(varies):
        yield from _binary(PRODUCT)
        return
    i = varies.index(True)
    for code, f in SCALED:
        if bare[i] and code in NOT_OF_LINES:
            continue
        yield code, _line(f, lambda n: (BALLS, n.x[1 - i], n.x[i], n.dx[i]))


NOT_OF_LINES = (  # nobody says so of 2*x
    "product_of_derivatives", "product_rule_missing_term", "product_rule_mixed",
)  # fmt: skip


MOST_FACTORS = 12  # of a product that is told about its terms


def long_products(factors: Sequence[int]) -> Iterator[tuple[str, Tangent]]:
    """Three factors or more: all of them differentiated at once, only one, or all but one."""
    def product(n: Node, moved: Collection[int]) -> Ball:
        value, tangent = n.flow
        constant = n.y  # what is left of the product when its moving factors are taken out
        for i in factors:
            constant = constant / value[i]
        return math.prod((tangent[i] if i in moved else value[i] for i in factors), start=constant)

    def right(n: Node) -> Ball:
        return n.dx[0] * n.x[1] + n.x[0] * n.dx[1]

    if not 3 <= len(factors) <= MOST_FACTORS:
        return
    yield "product_of_derivatives", lambda n: product(n, factors)
    for i in factors:
        yield "product_rule_missing_term", lambda n, i=i: product(n, (i,))  # type: ignore[misc]
        yield "product_rule_missing_term", lambda n, i=i: right(n) - product(n, (i,))  # type: ignore[misc]


def _quotients(varies: tuple[bool, ...], bare: tuple[bool, ...]) -> Iterator[tuple[str, Tangent]]:
    if all(varies):
        yield from _binary(QUOTIENT)
    elif varies[0]:
        for code, f in DIVIDED:
            yield code, _line(f, lambda n: (BALLS, n.x[1], n.x[0], n.dx[0]))
    else:
        for code, f in OVER:
            if not (bare[1] and code.startswith(("chain", "inner"))):
                yield code, _line(f, lambda n: (BALLS, n.x[0], n.x[1], n.dx[1], n.v))
        if bare[1]:  # a/x as a power of x
            yield "exponent_not_reduced", lambda n: -n.y * n.dx[1]


def _general_powers(
    op: Op, varies: tuple[bool, ...], bare: tuple[bool, ...]
) -> Iterator[tuple[str, Tangent]]:
    if not varies[1]:
        yield from _powers(op, bare[0])
    elif not varies[0]:
        yield from _exponentials(bare[1])
    else:
        for code, f in TOWER:
            yield code, _line(f, lambda n: (BALLS, n.y, *n.x, *n.dx))


def _sums(name: str, varies: tuple[bool, ...]) -> Iterator[tuple[str, Tangent]]:
    """A sign turned: that of the second summand, or of the first."""
    turn = 1 if name == "sub" else -1
    if varies[1]:
        yield "sign", lambda n: n.dx[0] + turn * n.dx[1]
    if varies[0]:
        yield "sign", lambda n: -n.dx[0] - turn * n.dx[1]


def _binary(table: Any) -> Iterator[tuple[str, Tangent]]:
    for code, f in table:
        yield code, _line(f, lambda n: (BALLS, *n.x, *n.dx))


def exponent(op: Op, x: Sequence[Ball]) -> Ball:
    """The n of u^n for every row that is a power."""
    return BALLS.literal(op.exponent(*x[1:]) if op.exponent else x[1])


def _powers(op: Op, bare: bool) -> Iterator[tuple[str, Tangent]]:
    root = op.family == "root" or op is OPS["powr"]
    for code, f in (*POWER_OF, *(ROOT if root else ())):
        yield code, _line(f, lambda n: (BALLS, n.y, n.x[0], exponent(op, n.x), n.dx[0]))
    if not bare:
        for code, f in POWER_INSIDE:
            yield (
                code,
                _line(f, lambda n: (_curve(n), n.y, n.x[0], exponent(op, n.x), n.dx[0], n.v)),
            )


def exponent_stays(n: Node) -> Ball:
    """n*v^n*u' for (u^n)': as if u were the variable, and the exponent stood."""
    return exponent(n.op, n.x) * _curve(n)(n.v) * n.dx[0]


def _curve(n: Node) -> Callable[[Ball], Ball]:
    """The node as a function of its first argument."""
    return lambda z: BALLS.forward(n.op, [z, *n.x[1:]])


def _exponentials(bare: bool) -> Iterator[tuple[str, Tangent]]:
    """a^u with a constant a: as a function of u, and by its own table."""
    for code, f in EXPONENTIAL:
        yield code, _line(f, lambda n: (BALLS, n.y, *n.x, n.dx[1]))
    yield "sign", lambda n: -n.y * n.x[0].log() * n.dx[1]
    if not bare:
        yield "chain_rule", lambda n: n.y * n.x[0].log()
        yield "chain_rule_twice", lambda n: n.y * n.x[0].log() * n.dx[1] * n.dx[1]
        yield "chain_rule_inner_only", lambda n: n.x[0] ** n.dx[1]
        yield "chain_rule_inner_only", lambda n: n.x[0] ** n.dx[1] * n.x[0].log()
        yield "inner_derivative_in_exponent", (lambda n: n.x[0] ** n.dx[1] * n.x[0].log() * n.dx[1])
        yield "chain_rule_inner_only", lambda n: n.dx[1]
        yield "inner_argument_lost", lambda n: n.x[0] ** n.v * n.x[0].log() * n.dx[1]
        yield "inner_argument_lost", lambda n: n.x[0] ** n.v * n.x[0].log()


def _functions(op: Op, bare: bool) -> Iterator[tuple[str, Tangent]]:
    """g(u): the chain rule, the sign, the rules of its relatives."""
    if not bare:
        yield "chain_rule", lambda n: rule(op, n.x[0])
        yield "chain_rule_twice", lambda n: rule(op, n.x[0]) * n.dx[0] * n.dx[0]
        yield "chain_rule_inner_only", lambda n: BALLS.forward(op, [n.dx[0]])
        yield "chain_rule_inner_only", lambda n: rule(op, n.dx[0])
        exponential = op.family == "exponential"
        code = "inner_derivative_in_exponent" if exponential else "chain_rule_inner_only"
        yield code, lambda n: rule(op, n.dx[0]) * n.dx[0]
        yield "chain_rule_inner_only", lambda n: n.dx[0]
        yield "inner_argument_lost", lambda n: rule(op, n.v) * n.dx[0]
        yield "inner_argument_lost", lambda n: rule(op, n.v)
        yield from OWN_MISTAKES.get(op.name, NO_MISTAKES).inside
    yield "sign", lambda n: -rule(op, n.x[0]) * n.dx[0]
    yield "sign", lambda n: rule(op, -n.x[0]) * n.dx[0]  # the minus of e^(-2*x) got lost
    yield "sign", lambda n: -rule(op, -n.x[0]) * n.dx[0]
    yield from _special(op)
    for other in _relatives(op):
        yield from _another(other)
    if op.inverse and op.family in FAMILIES_OF_ANGLES:  # sec(u)^2 for atan(u)
        yield "wrong_table_entry", lambda n: rule(OPS[op.inverse], n.x[0]) * n.dx[0]
    for f in OWN_MISTAKES.get(op.name, NO_MISTAKES).outer:
        yield "wrong_table_entry", _times(f, lambda n: n.x[0])


FAMILIES_OF_ANGLES = ("trigonometric", "hyperbolic", "inverse trigonometric", "inverse hyperbolic")


def _relatives(op: Op) -> list[Op]:
    """The rows whose rules are taken for this one's: of a sine all angles."""
    kin = [FAMILIES_OF_ANGLES[:2], FAMILIES_OF_ANGLES[2:]]
    return [r for kind in kin if op.family in kind for r in OPS.values() if r.family in kind]


def _another(row: Op) -> Iterator[tuple[str, Tangent]]:
    """The rule of another function, or that function itself, with either sign."""
    yield "wrong_table_entry", lambda n: rule(row, n.x[0]) * n.dx[0]
    yield "wrong_table_entry", lambda n: BALLS.forward(row, [n.x[0]]) * n.dx[0]
    yield "wrong_table_entry", lambda n: -BALLS.forward(row, [n.x[0]]) * n.dx[0]


def _times(f: Callable[..., Ball], of: Callable[[Node], Ball]) -> Tangent:
    """A wrong outer derivative, times the right inner one."""
    return lambda n: f(BALLS, of(n)) * n.dx[0]


def _line(f: Callable[..., Ball], of: Callable[[Node], tuple[Any, ...]]) -> Tangent:
    """A line of wrong_rules.py as a tangent of a node; `of` picks what the line is about."""
    return lambda n: f(*of(n))


def _special(op: Op) -> Iterator[tuple[str, Tangent]]:
    """What exponentials, logarithms, angles and absolute values have of their own."""
    yield from OWN_MISTAKES.get(op.name, NO_MISTAKES).tangents
    base = BASES.get(op.name, BALLS.literal(0))
    for code, f in EXPONENTIAL if base != 0 and op.family == "exponential" else ():
        yield code, _line(f, lambda n: (BALLS, n.y, base, n.x[0], n.dx[0]))
    for code, f in LOGARITHM if base != 0 and op.family == "logarithm" else ():
        yield code, _line(f, lambda n: (BALLS, n.x[0], base.log(), n.dx[0]))
    if op.family == "trigonometric":
        yield "degrees", lambda n: rule(op, n.x[0]) * n.dx[0] * BALLS.pi() / 180
        yield "degrees", lambda n: rule(op, n.x[0] * BALLS.pi() / 180) * n.dx[0]
        yield "degrees", lambda n: rule(op, n.x[0] * BALLS.pi() / 180) * n.dx[0] * BALLS.pi() / 180
    if op.family == "inverse trigonometric":
        yield "degrees", lambda n: rule(op, n.x[0]) * n.dx[0] * 180 / BALLS.pi()


def _missing_root(n: Node) -> Ball:
    """1/(1 - x^2) for 1/sqrt(1 - x^2)."""
    return rule(n.op, n.x[0]) * abs(rule(n.op, n.x[0])) * n.dx[0]


def _reduced(n: Node) -> Ball:
    """e^(2x) for e^(3x): one less of the variable; e^x for e^(2x) has lost its argument."""
    left = n.x[0] - n.v
    a_multiple = (n.dx[0] * n.v).overlaps(n.x[0])  # of the variable: x^2 + x has no one less
    return left.exp() if a_multiple and not (left.overlaps(n.v) or left.contains(0)) else math.nan


BASES = {"exp2": BALLS.literal(2), "log2": BALLS.literal(2), "log10": BALLS.literal(10)}


@dataclass(frozen=True)
class OwnMistakes:
    """What is written for one function's derivative: tangents with their codes, outer
    derivatives that are taken for its own, and what is written where there is an inner function."""

    tangents: tuple[tuple[str, Tangent], ...] = ()
    outer: tuple[Callable[..., Ball], ...] = ()
    inside: tuple[tuple[str, Tangent], ...] = ()


NO_MISTAKES = OwnMistakes()
MISSING_ROOT = (("missing_root", _missing_root),)
OWN_MISTAKES = {
    "exp": OwnMistakes(
        tangents=(
            ("power_rule_on_exponential", lambda n: n.x[0] * (n.x[0] - 1).exp() * n.dx[0]),
            ("power_rule_on_exponential", lambda n: n.x[0] * (n.x[0] - 1).exp()),
            ("power_rule_on_exponential", lambda n: n.x[0] * n.y * n.dx[0]),
            ("power_rule_on_exponential", lambda n: n.x[0] * n.y),
            ("power_rule_on_exponential", lambda n: (n.x[0] - 1).exp() * n.dx[0]),
            ("power_rule_on_exponential", lambda n: _reduced(n) * n.dx[0]),
            ("power_rule_on_exponential", lambda n: _reduced(n) * n.x[0]),
            ("exponential_rule", lambda n: n.x[0] * n.y * n.dx[0]),
        ),
        outer=(lambda m, u: 1 / u, lambda m, u: u, lambda m, u: m.log(u)),
    ),
    "log": OwnMistakes(outer=(
        lambda m, u: m.exp(u), lambda m, u: 1 / m.log(u), lambda m, u: m.log(u), lambda m, u: u,
        lambda m, u: 1 / (u * m.log(BALLS.literal(10))), lambda m, u: 1 / (u * u),
    )),
    "log10": OwnMistakes(outer=(lambda m, u: m.log10(u), lambda m, u: m.log(10) / u)),
    "log2": OwnMistakes(outer=(lambda m, u: m.log2(u),)),
    "sin": OwnMistakes(
        outer=(lambda m, u: 1 / m.cos(u),), inside=(("integrated", lambda n: -n.x[0].cos()),),
    ),
    "cos": OwnMistakes(inside=(("integrated", lambda n: n.x[0].sin()),)),
    "tan": OwnMistakes(outer=(
        lambda m, u: m.sec(u), lambda m, u: 1 / m.sin(u) ** 2, lambda m, u: -(m.csc(u) ** 2),
    )),
    "asin": OwnMistakes(MISSING_ROOT, (
        lambda m, u: 1 / m.cos(u), lambda m, u: m.acos(u), lambda m, u: -m.cos(u) / m.sin(u) ** 2,
        lambda m, u: m.cos(u), lambda m, u: 1 / m.sin(u),
    )),
    "acos": OwnMistakes(MISSING_ROOT, (
        lambda m, u: 1 / m.sin(u), lambda m, u: -1 / m.sin(u),
        lambda m, u: m.sin(u) / m.cos(u) ** 2, lambda m, u: -m.sin(u), lambda m, u: 1 / m.cos(u),
    )),
    "atan": OwnMistakes(outer=(
        lambda m, u: m.cos(u) ** 2, lambda m, u: 1 / m.cos(u) ** 2,
        lambda m, u: m.cos(u) / m.sin(u), lambda m, u: 1 / (1 + u), lambda m, u: m.acot(u),
    )),
    "asinh": OwnMistakes(MISSING_ROOT),
    "acosh": OwnMistakes(MISSING_ROOT),
    "tanh": OwnMistakes(outer=(lambda m, u: m.sech(u),)),
    "abs": OwnMistakes(
        tangents=(("domain_sign", lambda n: n.dx[0]), ("domain_sign", lambda n: -n.dx[0])),
        outer=(lambda m, u: abs(u),),
    ),
}  # fmt: skip


__all__ = ["Node", "exponent", "long_products", "rule", "wrong_tangents"]
