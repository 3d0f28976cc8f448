"""What one types, `2*x*cos(x^2)`, and the same with the letters that Unicode has, `2x·cos(x²)`."""

from __future__ import annotations

from typing import ClassVar

from ..ops import Op
from ..value import Value, is_literal
from .layout import (
    ATOM,
    FRACTION,
    MINUS,
    POSTFIX,
    POWER,
    PRODUCT,
    SIGNS_COMPARED,
    SUM,
    Args,
    Parts,
    Shaped,
    Slot,
    Style,
    arguments,
    greek,
    is_condition,
    shape,
    subscript,
    superscript,
)


class Text(Style):
    """The text that parses back to the same graph."""

    name_pattern = "a{}"
    times = "*"

    def sign(self, op: Op) -> str:
        return op.infix[0] if op.infix else ""

    def call(self, op: Op, args: Args) -> Shaped:
        return ATOM, [self.head(op), "(", *arguments(op, args, ", "), ")"]

    def root(self, op: Op, args: Args) -> Shaped:
        return self.call(op, args)

    def cases(self, op: Op, args: Args) -> Shaped:
        row = self.case_row(args)
        value, rest = self.branch(row.value), self.branch(row.rest)
        return ATOM, ["if(", *self.where(row), ", ", value, ", ", rest, ")"]

    def condition(self, node: Value) -> Parts:
        """A comparison as it is; any other number is true where it is not 0."""
        return [Slot(node, 0)] if is_condition(node) else ["abs(", Slot(node), ") > 0"]

    def infix(self, op: Op, args: Args) -> Shaped:
        level = op.infix[1]  # type: ignore[index]
        a, b = Slot(args[0], SUM), Slot(args[1], SUM if level < SUM else MINUS + 1)
        return level, [a, f" {self.sign(op)} ", b]

    def product(self, op: Op, args: Args) -> Shaped:
        return PRODUCT, [Slot(args[0], PRODUCT), self.times, Slot(args[1], PRODUCT + 1)]

    def prefix(self, op: Op, args: Args) -> Shaped:
        return MINUS, [self.sign(op), Slot(args[0], FRACTION)]

    def fraction(self, op: Op, args: Args) -> Shaped:
        return FRACTION, [Slot(args[0], PRODUCT), "/", Slot(args[1], PRODUCT + 1)]

    def power(self, op: Op, args: Args) -> Shaped:
        return POWER, [Slot(args[0], POSTFIX + 1), "^", raised_to(args[1])]

    def exponential(self, op: Op, args: Args) -> Shaped:
        return POWER, ["e^", raised_to(args[0])]

    def bars(self, op: Op, args: Args) -> Shaped:
        if args[0] in self.barred or shape_of(args[0]) == "bars":  # bars in bars are hard to read
            return self.call(op, args)
        return ATOM, ["|", Slot(args[0]), "|"]


class Short(Text):
    """The same with `2x` for `2*x`."""

    def product(self, op: Op, args: Args) -> Shaped:
        level, (a, _, b) = Text.product(self, op, args)
        return level, [a, b] if joined(*args) else [a, self.times, b]


class Unicode(Short):
    """Superscripts, subscripts, Greek letters, roots, a dot for a product."""

    times, minus = "·", "−"
    signs: ClassVar = {"-": "−", **SIGNS_COMPARED}

    def head(self, op: Op) -> str:
        return op.unicode or op.text or op.name

    def sign(self, op: Op) -> str:
        return self.signs.get(Text.sign(self, op), Text.sign(self, op))

    def name(self, name: str) -> str:
        base, below, index = name.partition("_")
        return greek(base) + subscript(index) if base and (index or not below) else name

    def root(self, op: Op, args: Args) -> Shaped:
        if not op.unicode:
            return self.call(op, args)
        plain = args[0].op is None
        return POWER, [op.unicode, Slot(args[0], ATOM if plain else ATOM + 1)]

    def power(self, op: Op, args: Args) -> Shaped:
        raised = superscript(args[1].label) if is_literal(args[1]) else None
        if raised is None or is_literal(args[0]):  # 2² is well, but 2⁻¹⁰ and 10²¹ are hard to read
            return Text.power(self, op, args)
        return POWER, [Slot(args[0], POSTFIX + 1), raised]


def raised_to(exponent: Value) -> Slot:
    """An exponent; a minus and one name need no brackets: e^-x."""
    minus = shape_of(exponent) == "prefix" and exponent.args[0].op is None
    return Slot(exponent, MINUS if minus else POWER + 1)


def shape_of(node: Value) -> str:
    return shape(node.op) if node.op else "leaf"


def joined(a: Value, b: Value) -> bool:
    """Whether a*b may be written ab: a number before a name or pi or a power of one."""
    base = b.args[0] if shape_of(b) == "power" else b
    name = base.op.name if shape_of(base) == "constant" else base.label  # type: ignore[union-attr]
    if not is_literal(a) or a.label <= 0 or not isinstance(name, str):
        return False
    return name[:1] not in ("e", "E", "_")  # 2e1 is 20
