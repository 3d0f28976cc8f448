"""A reading written out with explicit * and brackets, so that it can be read in one way only."""

from __future__ import annotations

from fractions import Fraction

from ..engine import order
from ..value import Value, is_literal

SUM, MINUS, PRODUCT, FRACTION, POWER, ATOM = 1, 2, 3, 4, 5, 9
CHARACTERS_OF_A_PART = 400  # characters of one subexpression; what is longer is cut
_NAMES = {"log": "ln"}


def explicit(root: Value) -> str:
    """The text of the graph; deep or long parts are cut to an ellipsis."""
    texts: dict[Value, tuple[str, int]] = {}
    for node in order((root,)):
        shown, level = _written(node, [texts[a] for a in node.args])
        texts[node] = (shown if len(shown) <= CHARACTERS_OF_A_PART else "…", level)
    return texts[root][0]


def _written(node: Value, args: list[tuple[str, int]]) -> tuple[str, int]:
    """The node, and how tightly it binds."""
    if node.op is None:
        return _leaf(node)
    name, x = node.op.name, [a for a, _ in args]
    match name:
        case "add" | "sub":
            left = _bracketed(args[0], SUM)
            return f"{left} {node.op.symbol} {_bracketed(args[1], PRODUCT)}", SUM
        case "neg":
            return f"-{_bracketed(args[0], POWER)}", MINUS
        case "mul":
            left = x[0] if args[0][1] == PRODUCT else _bracketed(args[0], POWER)
            return f"{left}*{_bracketed(args[1], POWER)}", PRODUCT
        case "div":
            return f"{_bracketed(args[0], POWER)}/{_bracketed(args[1], POWER)}", FRACTION
        case "powi" | "powr" | "pow":
            return f"{_bracketed(args[0], ATOM)}^{_bracketed(args[1], ATOM)}", POWER
        case "exp":
            return f"e^{_bracketed(args[0], ATOM)}", POWER
        case "factorial":
            return f"{_bracketed(args[0], ATOM)}!", POWER
        case "abs":
            return f"|{x[0]}|", ATOM
        case "lt" | "le" | "gt" | "ge":
            return f"{x[0]} {node.op.infix[0]} {x[1]}", SUM  # type: ignore[index]
    if node.op.arity == 0:
        return name, ATOM
    return f"{_NAMES.get(name, name)}({', '.join(x)})", ATOM


def _bracketed(part: tuple[str, int], least: int) -> str:
    text, level = part
    return text if level >= least else f"({text})"


def _leaf(node: Value) -> tuple[str, int]:
    if not is_literal(node):
        return str(node.label), ATOM
    number = Fraction(node.label)
    if number.denominator == 1:
        return str(number), ATOM if number >= 0 else MINUS
    return f"{float(number)!r}", ATOM
