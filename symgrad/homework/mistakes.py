"""The mistakes of one rule: the same differentiation with one wrong tangent at one node.

- `wrong_tangents(node)` are the codes and wrong tangents that a node's operation admits.
- A rule here is a textbook line `(m, y, ...) -> dy`, beside which the right one stands in ops.py:
  u is the inner function and du its derivative, a and b are two arguments, v is the variable.

A wrong rule that comes out as the right one somewhere (u' where u is x) is dropped by the search.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from ..arithmetic.balls import BALLS
from ..ops import OPS, Op

Ball = Any


class Node(NamedTuple):
    """One node at one point: its value y, its arguments with their tangents, the variable's value."""

    op: Op
    y: Ball
    x: tuple[Ball, ...]
    dx: tuple[Ball, ...]
    v: Ball
    varies: tuple[bool, ...]  # which arguments depend on the variable
    bare: tuple[bool, ...]  # which of them are the variable itself


Tangent = Callable[[Node], Ball]

# --- products and quotients -----------------------------------------------------------------------
# (m, a, b, da, db): both factors vary
# fmt: off

PRODUCT = (
    ("product_of_derivatives", lambda m, a, b, da, db: da * db),
    ("product_rule_missing_term", lambda m, a, b, da, db: da * b),
    ("product_rule_missing_term", lambda m, a, b, da, db: a * db),
    ("product_rule_mixed", lambda m, a, b, da, db: da * a + db * b),
    ("product_rule_mixed", lambda m, a, b, da, db: da * b - a * db),
    ("product_rule_mixed", lambda m, a, b, da, db: a * db - da * b),
    ("product_rule_mixed", lambda m, a, b, da, db: a + db),
    ("product_rule_mixed", lambda m, a, b, da, db: da + b),
    ("product_rule_mixed", lambda m, a, b, da, db: da + db),
    ("product_rule_mixed", lambda m, a, b, da, db: da * b * a * db),
    ("product_rule_mixed", lambda m, a, b, da, db: da * db + a * b),
    ("product_rule_mixed", lambda m, a, b, da, db: (da * b - a * db) / (b * b)),
    ("product_rule_mixed", lambda m, a, b, da, db: (da + b) * (a + db)),
    ("product_rule_mixed", lambda m, a, b, da, db: a * b + a * db),
    ("product_rule_mixed", lambda m, a, b, da, db: a * b + da * b),
    ("product_rule_mixed", lambda m, a, b, da, db: da * b + da * db),
    ("product_rule_mixed", lambda m, a, b, da, db: a * db + da * db),
    ("product_rule_mixed", lambda m, a, b, da, db: da * a - db * b),
    ("sign", lambda m, a, b, da, db: -(da * b + a * db)),
    ("sign", lambda m, a, b, da, db: da * b - a * db),
    ("sign", lambda m, a, b, da, db: a * db - da * b),
)
QUOTIENT = (
    ("quotient_order", lambda m, a, b, da, db: (a * db - da * b) / (b * b)),
    ("quotient_of_derivatives", lambda m, a, b, da, db: da / db),
    ("quotient_denominator_not_squared", lambda m, a, b, da, db: (da * b - a * db) / b),
    ("quotient_wrong_denominator", lambda m, a, b, da, db: (da * b - a * db) / (a * a)),
    ("quotient_wrong_denominator", lambda m, a, b, da, db: (da * b - a * db) / (db * db)),
    ("quotient_wrong_denominator", lambda m, a, b, da, db: (da * b - a * db) / (b * b * b)),
    ("quotient_wrong_denominator", lambda m, a, b, da, db: (da * b - a * db) / (b * b * b * b)),
    ("quotient_wrong_denominator", lambda m, a, b, da, db: da * b - a * db),
    ("quotient_wrong_denominator", lambda m, a, b, da, db: (da * b - a * db) / b),
    ("quotient_wrong_denominator", lambda m, a, b, da, db: (da * b - a * db) / a),
    ("quotient_wrong_denominator", lambda m, a, b, da, db: (da * b - a * db) / (a * b)),
    ("quotient_wrong_denominator", lambda m, a, b, da, db: (da * b - a * db) / db),
    ("sign", lambda m, a, b, da, db: (da * b + a * db) / (b * b)),
    ("sign", lambda m, a, b, da, db: (a * db - da * b) / (b * b)),
    ("sign", lambda m, a, b, da, db: -(da * b + a * db) / (b * b)),
    ("quotient_order", lambda m, a, b, da, db: (a * db - da * b) / b),
    ("product_rule_missing_term", lambda m, a, b, da, db: da / b),
    ("product_rule_missing_term", lambda m, a, b, da, db: -a * db / (b * b)),
    ("product_rule_missing_term", lambda m, a, b, da, db: a * db / (b * b)),
    ("product_of_derivatives", lambda m, a, b, da, db: da * db / (b * b)),
    ("product_of_derivatives", lambda m, a, b, da, db: -da * db / (b * b)),
    ("product_rule_mixed", lambda m, a, b, da, db: da * b + a * db),
    ("product_rule_mixed", lambda m, a, b, da, db: (da * a - db * b) / (b * b)),
    ("product_rule_mixed", lambda m, a, b, da, db: (da - db) / (b * b)),
    ("product_rule_mixed", lambda m, a, b, da, db: (a - db) / (b * b)),
    ("product_rule_mixed", lambda m, a, b, da, db: (da - b) / (b * b)),
)
OVER = (  # a constant over b
    ("chain_rule", lambda m, a, b, db, v: -a / (b * b)),
    ("chain_rule_inner_only", lambda m, a, b, db, v: a / db),
    ("chain_rule_inner_only", lambda m, a, b, db, v: -a / (db * db)),
    ("chain_rule_inner_only", lambda m, a, b, db, v: db),
    ("chain_rule_inner_only", lambda m, a, b, db, v: a * db),
    ("quotient_of_derivatives", lambda m, a, b, db, v: 0 * a),
    ("quotient_of_derivatives", lambda m, a, b, db, v: a / db),
    ("quotient_of_derivatives", lambda m, a, b, db, v: 1 / db),
    ("quotient_order", lambda m, a, b, db, v: a * db / (b * b)),
    ("sign", lambda m, a, b, db, v: a * db / (b * b)),
    ("exponent_not_reduced", lambda m, a, b, db, v: -a * db / b),
    ("power_rule", lambda m, a, b, db, v: -a * db),
    ("power_rule", lambda m, a, b, db, v: a * db / (b * b)),
    ("power_rule", lambda m, a, b, db, v: -2 * a * db / (b * b)),
    ("power_rule", lambda m, a, b, db, v: -a * db / (b * b * b)),
    ("power_rule", lambda m, a, b, db, v: -2 * a * db / (b * b * b)),
    ("quotient_denominator_not_squared", lambda m, a, b, db, v: -a * db / b),
    ("quotient_wrong_denominator", lambda m, a, b, db, v: -a * db / b),
    ("quotient_wrong_denominator", lambda m, a, b, db, v: -db / a),
    ("quotient_wrong_denominator", lambda m, a, b, db, v: -a * db / (db * db)),
    ("quotient_wrong_denominator", lambda m, a, b, db, v: -a * db / (b * b * b)),
    ("quotient_wrong_denominator", lambda m, a, b, db, v: -a * db),
    ("constant_factor", lambda m, a, b, db, v: -db / (b * b)),
    ("inner_argument_lost", lambda m, a, b, db, v: -a * db / (v * v)),
    ("inner_argument_lost", lambda m, a, b, db, v: -a / (v * v)),
    ("wrong_table_entry", lambda m, a, b, db, v: a * db / b),
    ("product_rule_missing_term", lambda m, a, b, db, v: 0 * a),
)
SCALED = (  # a constant c times u
    ("constant_factor", lambda m, c, u, du: du),
    ("product_of_derivatives", lambda m, c, u, du: 0 * u),
    ("product_rule_missing_term", lambda m, c, u, du: 0 * u),
    ("constant_treated_as_variable", lambda m, c, u, du: u + c * du),
    ("constant_treated_as_variable", lambda m, c, u, du: c + 0 * u),
    ("constant_treated_as_variable", lambda m, c, u, du: c + du),
    ("product_rule_mixed", lambda m, c, u, du: c + du),
    ("product_rule_mixed", lambda m, c, u, du: du * u),
    ("sign", lambda m, c, u, du: -c * du),
)
DIVIDED = (  # u over a constant c
    ("constant_factor", lambda m, c, u, du: du),
    ("constant_factor", lambda m, c, u, du: c * du),
    ("quotient_wrong_denominator", lambda m, c, u, du: du / (c * c)),
    ("quotient_denominator_not_squared", lambda m, c, u, du: du),
    ("quotient_wrong_denominator", lambda m, c, u, du: du),
    ("quotient_order", lambda m, c, u, du: -du / c),
    ("quotient_wrong_denominator", lambda m, c, u, du: c * du / (u * u)),
    ("constant_treated_as_variable", lambda m, c, u, du: du / c - u / (c * c)),
    ("quotient_of_derivatives", lambda m, c, u, du: du),
    ("sign", lambda m, c, u, du: -du / c),
)

# --- powers: y = u^n, and y*u^k is u^(n+k) --------------------------------------------------------

POWER = (
    ("power_rule", lambda m, y, u, n, du: y / u * du),
    ("power_rule", lambda m, y, u, n, du: (n - 1) * y / u * du),
    ("power_rule", lambda m, y, u, n, du: (n + 1) * y / u * du),
    ("power_rule", lambda m, y, u, n, du: n * y / (u * u) * du),
    ("power_rule", lambda m, y, u, n, du: (n - 1) * y / (u * u) * du),
    ("power_rule", lambda m, y, u, n, du: n * y * u * du),
    ("power_rule", lambda m, y, u, n, du: n * y * du),
    ("power_rule", lambda m, y, u, n, du: y * du),
    ("power_rule", lambda m, y, u, n, du: (n - 1) * y * du),
    ("power_rule", lambda m, y, u, n, du: y / u * du / n),
    ("power_rule", lambda m, y, u, n, du: y * u * du / (n + 1)),
    ("power_rule", lambda m, y, u, n, du: n * u * du),
    ("power_rule", lambda m, y, u, n, du: n * n * y / u * du),
    ("exponent_not_reduced", lambda m, y, u, n, du: n * y * du),
    ("sign", lambda m, y, u, n, du: -n * y / u * du),
    ("constant_factor", lambda m, y, u, n, du: y / u * du),
    ("wrong_table_entry", lambda m, y, u, n, du: y * m.log(u) * du),
)
POWER_INSIDE = (  # g(z) is z^n
    ("chain_rule", lambda g, y, u, n, du, v: n * y / u),
    ("chain_rule_inner_only", lambda g, y, u, n, du, v: du),
    ("chain_rule_inner_only", lambda g, y, u, n, du, v: g(du)),
    ("chain_rule_inner_only", lambda g, y, u, n, du, v: n * g(du) / du),
    ("chain_rule_inner_only", lambda g, y, u, n, du, v: n * du),
    ("inner_argument_lost", lambda g, y, u, n, du, v: n * g(v) / v * du),
    ("inner_argument_lost", lambda g, y, u, n, du, v: n * g(v) / v),
)
ROOT = (
    ("missing_root", lambda m, y, u, n, du: n * du / u),
    ("missing_root", lambda m, y, u, n, du: n * du),
    ("missing_root", lambda m, y, u, n, du: du),
    ("missing_root", lambda m, y, u, n, du: du / u),
    ("missing_root", lambda m, y, u, n, du: n * u * du),
    ("sign", lambda m, y, u, n, du: -n * y / u * du),
)
EXPONENTIAL = (  # a constant a to the power u
    ("exponential_rule", lambda m, y, a, u, du: y * du),
    ("exponential_rule", lambda m, y, a, u, du: y * du / m.log(a)),
    ("exponential_rule", lambda m, y, a, u, du: y * m.log(u) * du),
    ("exponential_rule", lambda m, y, a, u, du: a * y * du),
    ("exponential_rule", lambda m, y, a, u, du: m.log(a) * du),
    ("power_rule_on_exponential", lambda m, y, a, u, du: u * y / a * du),
    ("power_rule_on_exponential", lambda m, y, a, u, du: u * y / a),
    ("power_rule_on_exponential", lambda m, y, a, u, du: u * y * du),
    ("power_rule_on_exponential", lambda m, y, a, u, du: y / a * du),
    ("power_rule_on_exponential", lambda m, y, a, u, du: u * y / a * m.log(a) * du),
)
TOWER = (  # a^b, both vary
    ("exponential_rule", lambda m, y, a, b, da, db: y * m.log(a) * db),
    ("exponential_rule", lambda m, y, a, b, da, db: y * m.log(a)),
    ("exponential_rule", lambda m, y, a, b, da, db: b * da / a + m.log(a) * db),
    ("exponential_rule", lambda m, y, a, b, da, db: y * db),
    ("power_rule_on_exponential", lambda m, y, a, b, da, db: b * y / a * da),
    ("power_rule_on_exponential", lambda m, y, a, b, da, db: b * y / a * da * db),
    ("power_rule_on_exponential", lambda m, y, a, b, da, db: b * y / a * db),
    ("power_rule_on_exponential", lambda m, y, a, b, da, db: b * y / a),
    ("sign", lambda m, y, a, b, da, db: -(y * m.log(a) * db + b * y / a * da)),
    ("sign", lambda m, y, a, b, da, db: b * y / a * da - y * m.log(a) * db),
)
LOGARITHM = (  # to another base: c is ln of the base
    ("log_base", lambda m, u, c, du: du / u),
    ("log_base", lambda m, u, c, du: c * du / u),
    ("log_base", lambda m, u, c, du: du / c),
    ("log_base", lambda m, u, c, du: du / (u * m.exp(c))),
    ("constant_factor", lambda m, u, c, du: du / u),
)
# fmt: on

TRIGONOMETRIC = ("sin", "cos", "tan", "sec", "csc", "cot")
HYPERBOLIC = ("sinh", "cosh", "tanh", "sech", "csch", "coth")
INVERSE = ("asin", "acos", "atan", "asec", "acsc", "acot")
AREA = ("asinh", "acosh", "atanh", "asech", "acsch", "acoth")
FAMILIES = (TRIGONOMETRIC + HYPERBOLIC, INVERSE + AREA)
ELSEWHERE = {  # rules that are taken for those of another function
    "log": (
        lambda m, u: m.exp(u),
        lambda m, u: 1 / m.log(u),
        lambda m, u: m.log(u),
        lambda m, u: u,
    ),
    "log10": (lambda m, u: m.log10(u), lambda m, u: m.log(10) / u),
    "log2": (lambda m, u: m.log2(u),),
    "exp": (lambda m, u: 1 / u, lambda m, u: u, lambda m, u: m.log(u), lambda m, u: m.exp(-u)),
    "sin": (lambda m, u: 1 / m.cos(u),),
    "asin": (
        lambda m, u: 1 / m.cos(u),
        lambda m, u: m.acos(u),
        lambda m, u: -m.cos(u) / m.sin(u) ** 2,
    ),
    "acos": (lambda m, u: 1 / m.sin(u), lambda m, u: m.sin(u) / m.cos(u) ** 2),
    "atan": (lambda m, u: m.cos(u) ** 2, lambda m, u: 1 / (1 + u), lambda m, u: m.acot(u)),
    "tan": (lambda m, u: m.sec(u), lambda m, u: 1 / m.sin(u) ** 2, lambda m, u: -(m.csc(u) ** 2)),
    "tanh": (lambda m, u: m.sech(u),),
    "abs": (lambda m, u: abs(u),),
}


def rule(op: Op, z: Ball) -> Ball:
    """g'(z) for the function g of a row."""
    return op.partials[0](BALLS, BALLS.forward(op, [z]), z)  # type: ignore[misc]


def wrong_tangents(
    op: Op, varies: tuple[bool, ...], bare: tuple[bool, ...]
) -> Iterator[tuple[str, Tangent]]:
    """Every mistake at a node of this operation: its code, and the tangent that it gives."""
    match op.name, varies:
        case "mul", (True, True):
            yield from _binary(PRODUCT)
        case "mul", (first, _):
            i = 0 if first else 1
            for code, f in SCALED:
                yield code, lambda n, f=f: f(BALLS, n.x[1 - i], n.x[i], n.dx[i])
        case "div", (True, True):
            yield from _binary(QUOTIENT)
        case "div", (False, True):
            for code, f in OVER:
                if not (bare[1] and code.startswith(("chain", "inner"))):
                    yield code, lambda n, f=f: f(BALLS, n.x[0], n.x[1], n.dx[1], n.v)
        case "div", (True, False):
            for code, f in DIVIDED:
                yield code, lambda n, f=f: f(BALLS, n.x[1], n.x[0], n.dx[0])
        case (("add" | "sub"), (True, True)):
            yield "sign", lambda n: n.dx[0] - n.dx[1] if op.name == "add" else n.dx[0] + n.dx[1]
            yield "sign", lambda n: n.dx[1] - n.dx[0] if op.name == "add" else -n.dx[0] - n.dx[1]
        case (("add" | "sub"), (first, _)):
            yield "sign", lambda n: -n.dx[0] if first or op.name == "add" else n.dx[1]
            if op.name == "add" and not first:
                yield "sign", lambda n: -n.dx[1]
        case "neg", _:
            yield "sign", lambda n: n.dx[0]
        case (("powi" | "powr" | "root" | "sqrt" | "cbrt"), _):
            yield from _powers(op, bare[0])
        case "pow", (False, True):
            yield from _exponentials(bare[1])
        case "pow", (True, True):
            for code, f in TOWER:
                yield code, lambda n, f=f: f(BALLS, n.y, *n.x, *n.dx)
        case "pow", (True, False):
            yield from _powers(op, bare[0])
        case _, (True,) if op.partials[0]:
            yield from _functions(op, bare[0])


def _binary(table: Any) -> Iterator[tuple[str, Tangent]]:
    for code, f in table:
        yield code, lambda n, f=f: f(BALLS, *n.x, *n.dx)


def exponent(op: Op, x: tuple[Ball, ...]) -> Ball:
    """The n of u^n for every row that is a power."""
    match op.name:
        case "sqrt":
            return BALLS.ratio(1, 2)
        case "cbrt":
            return BALLS.ratio(1, 3)
        case "root":
            return 1 / x[1]
    return x[1]


def _powers(op: Op, bare: bool) -> Iterator[tuple[str, Tangent]]:
    root = op.name in ("sqrt", "cbrt", "root")
    for code, f in (*POWER, *(ROOT if root or op.name == "powr" else ())):
        yield code, lambda n, f=f: f(BALLS, n.y, n.x[0], exponent(op, n.x), n.dx[0])
    if not bare:
        for code, f in POWER_INSIDE:
            yield code, lambda n, f=f: f(_curve(n), n.y, n.x[0], exponent(op, n.x), n.dx[0], n.v)


def _curve(n: Node) -> Callable[[Ball], Ball]:
    """The node as a function of its first argument."""
    return lambda z: BALLS.forward(n.op, [z, *n.x[1:]])


def _exponentials(bare: bool) -> Iterator[tuple[str, Tangent]]:
    """a^u with a constant a: as a function of u, and by its own table."""
    for code, f in EXPONENTIAL:
        yield code, lambda n, f=f: f(BALLS, n.y, *n.x, n.dx[1])
    yield "sign", lambda n: -n.y * n.x[0].log() * n.dx[1]
    if not bare:
        yield "chain_rule", lambda n: n.y * n.x[0].log()
        yield "chain_rule_inner_only", lambda n: n.x[0] ** n.dx[1]
        yield "chain_rule_inner_only", lambda n: n.x[0] ** n.dx[1] * n.x[0].log()
        yield "chain_rule_inner_only", lambda n: n.dx[1]
        yield "inner_argument_lost", lambda n: n.x[0] ** n.v * n.x[0].log() * n.dx[1]
        yield "inner_argument_lost", lambda n: n.x[0] ** n.v * n.x[0].log()


def _functions(op: Op, bare: bool) -> Iterator[tuple[str, Tangent]]:
    """g(u): the chain rule, the sign, the rules of its relatives."""
    if not bare:
        yield "chain_rule", lambda n: rule(op, n.x[0])
        yield "chain_rule_inner_only", lambda n: BALLS.forward(op, [n.dx[0]])
        yield "chain_rule_inner_only", lambda n: rule(op, n.dx[0])
        yield "chain_rule_inner_only", lambda n: n.dx[0]
        yield "inner_argument_lost", lambda n: rule(op, n.v) * n.dx[0]
        yield "inner_argument_lost", lambda n: rule(op, n.v)
    yield "sign", lambda n: -rule(op, n.x[0]) * n.dx[0]
    yield from _special(op)
    for relatives in FAMILIES:
        if op.name in relatives:
            for other in relatives:
                row = OPS[other]
                yield "wrong_table_entry", lambda n, row=row: rule(row, n.x[0]) * n.dx[0]
                yield "wrong_table_entry", lambda n, row=row: BALLS.forward(row, [n.x[0]]) * n.dx[0]
                yield (
                    "wrong_table_entry",
                    lambda n, row=row: -BALLS.forward(row, [n.x[0]]) * n.dx[0],
                )
    for f in ELSEWHERE.get(op.name, ()):
        yield "wrong_table_entry", lambda n, f=f: f(BALLS, n.x[0]) * n.dx[0]


def _special(op: Op) -> Iterator[tuple[str, Tangent]]:
    """What exponentials, logarithms, angles and absolute values have of their own."""
    if op.name == "exp":
        yield "power_rule_on_exponential", lambda n: n.x[0] * (n.x[0] - 1).exp() * n.dx[0]
        yield "power_rule_on_exponential", lambda n: n.x[0] * (n.x[0] - 1).exp()
        yield "power_rule_on_exponential", lambda n: n.x[0] * n.y * n.dx[0]
        yield "power_rule_on_exponential", lambda n: (n.x[0] - 1).exp() * n.dx[0]
        yield "exponential_rule", lambda n: n.x[0] * n.y * n.dx[0]
    if op.name == "exp2":
        for code, f in EXPONENTIAL:
            yield code, lambda n, f=f: f(BALLS, n.y, BALLS.literal(2), n.x[0], n.dx[0])
    if op.name in ("log10", "log2"):
        base = BALLS.literal(10 if op.name == "log10" else 2)
        for code, f in LOGARITHM:
            yield code, lambda n, f=f: f(BALLS, n.x[0], base.log(), n.dx[0])
    if op.name in TRIGONOMETRIC:
        yield "degrees", lambda n: rule(op, n.x[0]) * n.dx[0] * BALLS.pi() / 180
        yield "degrees", lambda n: rule(op, n.x[0] * BALLS.pi() / 180) * n.dx[0]
        yield "degrees", lambda n: rule(op, n.x[0] * BALLS.pi() / 180) * n.dx[0] * BALLS.pi() / 180
    if op.name in INVERSE:
        yield "degrees", lambda n: rule(op, n.x[0]) * n.dx[0] * 180 / BALLS.pi()
    if op.name == "abs":
        yield "domain_sign", lambda n: n.dx[0]
        yield "domain_sign", lambda n: -n.dx[0]


__all__ = ["Node", "exponent", "rule", "wrong_tangents"]
