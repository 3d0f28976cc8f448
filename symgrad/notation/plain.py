"""What one types, `2*x*cos(x^2)`, and the same with the letters that Unicode has, `2·x·cos(x²)`."""

from __future__ import annotations

from ..ops import Op
from ..value import Value
from .layout import ATOM, FRACTION, MINUS, POSTFIX, POWER, PRODUCT, SUM, Part, Shaped, Slot, Style

Args = tuple[Value, ...]


class Text(Style):
    """The text that parses back to the same graph."""

    times, over = "*", "/"

    def head(self, op: Op) -> str:
        return op.text or op.name

    def call(self, op: Op, args: Args) -> Shaped:
        return ATOM, [self.head(op), "(", *separated(args, ", "), ")"]

    def constant(self, op: Op, args: Args) -> Shaped:
        return ATOM, [self.head(op)]

    root = call

    def cases(self, op: Op, args: Args) -> Shaped:
        condition, then, otherwise = args
        first = self.condition(condition)
        return ATOM, ["if(", *first, ", ", Slot(then), ", ", Slot(otherwise), ")"]

    def condition(self, node: Value) -> list[Part]:
        """A comparison as it is; any other number is true where it is not 0."""
        return [Slot(node, 0)] if is_condition(node) else ["abs(", Slot(node), ") > 0"]

    def infix(self, op: Op, args: Args) -> Shaped:
        sign, level = op.infix  # type: ignore[misc]
        loose = level <= SUM
        a, b = Slot(args[0], max(level, SUM)), Slot(args[1], MINUS + 1 if loose else level + 1)
        return level, [a, f" {sign} " if loose else self.times if sign == "*" else sign, b]

    def prefix(self, op: Op, args: Args) -> Shaped:
        return MINUS, [op.infix[0], Slot(args[0], FRACTION)]  # type: ignore[index]

    def fraction(self, op: Op, args: Args) -> Shaped:
        return FRACTION, [Slot(args[0], PRODUCT), self.over, Slot(args[1], PRODUCT + 1)]

    def power(self, op: Op, args: Args) -> Shaped:
        return POWER, [Slot(args[0], POSTFIX + 1), "^", Slot(args[1], POWER + 1)]

    def exponential(self, op: Op, args: Args) -> Shaped:
        return POWER, ["e^", Slot(args[0], POWER + 1)]

    def postfix(self, op: Op, args: Args) -> Shaped:
        return POSTFIX, [Slot(args[0], POSTFIX + 1), op.symbol]

    def bars(self, op: Op, args: Args) -> Shaped:
        if args[0] in self.barred:  # bars inside bars are hard to read
            return self.call(op, args)
        return ATOM, ["|", Slot(args[0]), "|"]


def is_condition(node: Value) -> bool:
    return bool(node.op and node.op.infix and node.op.infix[1] < SUM)


def separated(args: Args, by: str) -> list[Part]:
    """The arguments with a separator between them."""
    parts: list[Part] = []
    for a in args:
        parts += [by, Slot(a)] if parts else [Slot(a)]
    return parts
