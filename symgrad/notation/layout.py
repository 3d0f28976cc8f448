"""One traversal for every notation: which brackets a graph needs, and in which order it is written.

- `written(root, style)` is the root in that style; no recursion, linear in what is printed.
- A `Style` has one method per shape (literal, name, call, infix, power, fraction, root, bars,
  postfix, cases); each returns strings and `Slot`s, the places where arguments go.
- A slot says how tightly its content must bind; what binds less is put in brackets.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from ..engine import order
from ..ops import OPS, Op
from ..value import Graphs, Value, is_literal, literal, rebuilt
from .numerals import numeral

# How tightly a shape binds. The rows say it for their infix operators (a sum 10, a product 20);
# a minus covers the product after it: -x*y is -(x*y).
CONDITION, ANY, SUM, MINUS, FRACTION, PRODUCT, POWER, POSTFIX, ATOM = 5, 6, 10, 15, 18, 20, 30, 40, 99


class Slot(NamedTuple):
    """A place for an argument that must bind at least this tightly, or be in brackets."""

    node: Value
    level: int = ANY


Part = str | Slot
Parts = list[Part]
Shaped = tuple[int, Parts]


class Style:
    """What the notations share; a subclass says how each shape looks."""

    opening, closing = "(", ")"
    condition_opening, condition_closing = "if(", ", 1, 0)"

    def __init__(self, root: Value) -> None:
        self.names: Mapping[Value, str] = {}  # nodes that are bound, and then printed by name
        self.barred = _above(root, "bars")

    def shaped(self, node: Value) -> Shaped:
        """How tightly the node binds, and its parts."""
        if node.op is None:
            return self.leaf(node)
        return getattr(self, shape(node.op))(node.op, node.args)  # type: ignore[no-any-return]

    def leaf(self, node: Value) -> Shaped:
        if isinstance(node.label, str):
            return ATOM, [self.name(node.label)]
        number = node.label if is_literal(node) else node.data
        digits = numeral(abs(number))
        if digits is None:
            exact = Fraction(number)
            return self.fraction(OPS["div"], (literal(exact.numerator), literal(exact.denominator)))
        negative = number < 0
        return (MINUS if negative else ATOM), [*(["-"] if negative else []), self.literal(digits)]

    def bracketed(self, node: Value, parts: Parts) -> Parts:
        """The parts where they bind too loosely; a comparison used as a number is 1 or 0."""
        if node.op and node.op.infix and node.op.infix[1] == CONDITION:
            return [self.condition_opening, *parts, self.condition_closing]
        return [self.opening, *parts, self.closing]

    def literal(self, digits: str) -> str:
        return digits

    def name(self, name: str) -> str:
        return name

    def call(self, op: Op, args: tuple[Value, ...]) -> Shaped: ...
    def infix(self, op: Op, args: tuple[Value, ...]) -> Shaped: ...
    def prefix(self, op: Op, args: tuple[Value, ...]) -> Shaped: ...
    def fraction(self, op: Op, args: tuple[Value, ...]) -> Shaped: ...

    def joined(self, parts: list[str]) -> str:
        return "".join(parts)


def shape(op: Op) -> str:
    """Which method of a style writes this row."""
    if op.shape:
        return op.shape
    if op.infix and op.arity == 1:
        return "prefix"
    if op.infix:
        return {"/": "fraction", "^": "power"}.get(op.infix[0], "infix")
    return "call" if op.arity != 0 else "constant"


def _above(root: Value, which: str) -> set[Value]:
    """The nodes that have such a shape somewhere below them."""
    found: set[Value] = set()
    for node in order((root,)):
        if any(a in found or (a.op and shape(a.op) == which) for a in node.args):
            found.add(node)
    return found


def written(root: Value, style: Style) -> str:
    """The root in this style, without recursion; bound nodes below it print as their names."""
    out: list[str] = []
    stack: Parts = [Slot(root)]
    while stack:
        part = stack.pop()
        if isinstance(part, str):
            out.append(part)
        elif part.node in style.names and part.node is not root:
            out.append(style.name(style.names[part.node]))
        else:
            level, parts = style.shaped(part.node)
            stack += reversed(parts if level >= part.level else style.bracketed(part.node, parts))
    return style.joined(out)


def lengths(root: Value, style: Style, most: int) -> dict[Value, int]:
    """How long each node's text is when everything is written out, counted up to `most`."""
    found: dict[Value, int] = {}
    levels: dict[Value, int] = {}
    for node in order((root,)):
        level, parts = style.shaped(node)
        total = 0
        for part in parts:
            if isinstance(part, Slot):
                total += found.get(part.node, 8) + 2 * (levels.get(part.node, ATOM) < part.level)
            else:
                total += len(part)
        levels[node], found[node] = level, min(total, most)
    return found


def spelled(root: Value) -> Value:
    """The root with rows that nobody can type (hidden ones) put in terms of rows one can."""
    if not any(node.op and node.op.spelling for node in order((root,))):
        return root
    return rebuilt((root,), Graphs(), _spelled)[0]


def _spelled(graphs: Graphs, op: Op, args: tuple[Value, ...]) -> Value:
    return op.spelling(graphs, *args) if op.spelling else graphs.node(op, args)
