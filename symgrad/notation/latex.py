r"""LaTeX that reads back as the same graph: `2 x \cos\left(x^{2}\right)`.

A product is written by juxtaposition where no reader can mistake it, else with `\cdot`: before a
number, between f and a bracket (f (x) could be a call), and after another `\cdot`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from string import Formatter
from typing import ClassVar

from ..language.names import (
    SIGN_OF_DERIVATIVE,
    UNDEFINED,
    derivative_by,
    letter_of_function,
    likely_function,
)
from ..limits import Limits
from ..ops import ALIASES, OPS, Op
from ..value import Value, is_literal, is_valueless
from .layout import (
    ANY,
    ATOM,
    GREEK_LETTERS,
    MINUS,
    POSTFIX,
    POWER,
    PRODUCT,
    SUM,
    Args,
    Parts,
    Shaped,
    Slot,
    Style,
    arguments,
    case_rows,
    is_condition,
    separated,
)
from .plain import shape_of

TOO_LARGE_RAISED = 10**Limits.library.digits
LARGEST_RAISED = 999_999  # power that the reader of \sin^{2} x takes
ESCAPED = {ord(c): f"\\{c}" for c in "_#$%&{}"}
ESCAPED |= {ord(c): rf"\text{{\symbol{{{ord(c)}}}}}" for c in "\\^~"}


class Latex(Style):
    r"""One `\frac`, `\sqrt`, `\left(` ... per shape."""

    opening, closing = r"\left(", r"\right)"
    powers_of_ten = True  # 1e3 in LaTeX is 1 e 3
    long = 6_000  # LaTeX takes about three times the characters that text takes
    signs: ClassVar = {"<=": r"\le", ">=": r"\ge"}
    both, either, undefined = r"\text{ and }", r"\text{ or }", rf"\text{{{UNDEFINED}}}"

    def __init__(self, nodes: Sequence[Value]) -> None:
        super().__init__(nodes)
        self.dotted: set[Value] = set()
        for node in nodes:
            if shape_of(node) == "product" and (node.args[0] in self.dotted or clash(*node.args)):
                self.dotted.add(node)

    def name(self, name: str) -> str:
        base, below, index = name.partition("_")
        if not base.isalnum() or not (index.isalnum() or not below):
            return rf"\mathrm{{{name.translate(ESCAPED)}}}"
        upright = base if len(base) == 1 else rf"\mathrm{{{base}}}"
        letter = f"\\{base}" if base in GREEK_LETTERS else upright
        return f"{letter}_{{{index}}}" if index else letter

    def head(self, op: Op) -> str:
        return op.latex or rf"\operatorname{{{op.name}}}".replace("_", r"\_")

    def call(self, op: Op, args: Args) -> Shaped:
        if op.latex and "{0}" in op.latex:
            return self.template(op.latex, args)
        return ATOM, [self.head(op), self.opening, *arguments(op, args, ", "), self.closing]

    def template(self, pattern: str, args: Args) -> Shaped:
        r"""The pattern with its arguments in their places; those without one in brackets after."""
        parts: Parts = []
        placed = set()
        for before, field, _, _ in Formatter().parse(pattern):
            parts.append(before)
            if field:
                placed.add(int(field))
                parts.append(Slot(args[int(field)], ANY))
        rest = [a for i, a in enumerate(args) if i not in placed]
        if rest:
            parts += [self.opening, *separated(rest, ", "), self.closing]
        return (POWER if "^" in pattern and not rest else ATOM), parts

    exponential = bars = call

    def root(self, op: Op, args: Args) -> Shaped:
        if op.arity == 2 and is_literal(args[1]) and args[1].label in (2, 3):
            op = replace(op, latex=None)  # \sqrt[3]{x} is cbrt(x), another row than root(x, 3)
        return self.call(op, args)

    def cases(self, op: Op, args: Args) -> Shaped:
        parts: Parts = [r"\begin{cases} "]
        for row in case_rows(self, args):
            parts += [self.branch(row.value), r" & \text{if } ", *self.where(row), r" \\ "]
        if is_valueless(row.rest):
            return ANY, [*parts[:-1], r" \end{cases}"]
        return ANY, [*parts, Slot(row.rest), r" & \text{otherwise} \end{cases}"]

    def condition(self, node: Value) -> Parts:
        if is_condition(node):
            return [Slot(node, 0)]
        return [r"\left|", Slot(node), r"\right| > 0"]

    def infix(self, op: Op, args: Args) -> Shaped:
        sign, level = op.infix  # type: ignore[misc]
        a, b = Slot(args[0], SUM), Slot(args[1], SUM if level < SUM else MINUS + 1)
        return level, [a, f" {self.signs.get(sign, sign)} ", b]

    def prefix(self, op: Op, args: Args) -> Shaped:
        return MINUS, [self.minus, Slot(args[0], MINUS + 1)]

    def product(self, op: Op, args: Args) -> Shaped:
        dotted = args[0] in self.dotted or clash(*args) or self.called(*args)
        a, b = Slot(args[0], PRODUCT), Slot(args[1], PRODUCT + 1)
        return PRODUCT, [a, r" \cdot " if dotted else " ", b]

    def called(self, a: Value, b: Value) -> bool:
        """Whether a bound name stands before a bracket: u (x + 1) looks like a call."""
        last = a if a in self.names or shape_of(a) != "product" else a.args[1]
        return last in self.names and in_brackets(b)

    def fraction(self, op: Op, args: Args) -> Shaped:
        return POSTFIX, [r"\frac{", Slot(args[0]), "}{", Slot(args[1]), "}"]

    def power(self, op: Op, args: Args) -> Shaped:
        base, n = args
        whole = int(n.label) if is_literal(n) and n.label % 1 == 0 else 0
        # a number of many digits stays one: of 10^{10^{20}} nobody would know that it is even
        raised: Parts = ["^{", str(whole) if 1 < abs(whole) < TOO_LARGE_RAISED else Slot(n), "}"]
        if is_function(base) and 1 < whole <= LARGEST_RAISED:
            _, parts = self.call(base.op, base.args)  # type: ignore[arg-type]
            return POWER, [parts[0], *raised, *parts[1:]]
        return POWER, [Slot(base, POSTFIX + 1), *raised]


def is_function(node: Value) -> bool:
    r"""Whether a power goes to its name, \sin^{2}\left(x\right), as everyone writes it."""
    op = node.op
    return bool(
        op and op.open_argument and shape_of(node) == "call" and "_" not in (op.latex or "")
    )


def clash(a: Value, b: Value) -> bool:
    """Whether a and b side by side could be read as something other than their product."""
    base = b.args[0] if shape_of(b) in ("power", "postfix") else b
    if is_literal(base) or (base.op is None and base.label is None):
        return True
    if shape_of(b) == "fraction" and is_literal(a):  # 2 1/2 is a mixed number
        return True
    last = a.args[1] if shape_of(a) == "product" else a
    if shape_of(b) == "fraction":  # \beta \frac{x}{2} is a call of beta, \alpha \frac{x}{2} is none
        return last.op is None and (last.label in OPS or last.label in ALIASES)
    name = str(last.args[0].label if shape_of(last) == "power" else last.label)
    if derivative_by(name) or name == SIGN_OF_DERIVATIVE:  # D_x y, d x over d t
        return True
    raised = last.op is not None and likely_function(name)  # f^2 (x + 1), \gamma^{2} (x + 1)
    return (raised or (last.op is None and like_a_function(last.label))) and in_brackets(b)


def like_a_function(label: object) -> bool:
    """Whether a name before a bracket could be read as a call: f (x), but not x (y + 1)."""
    return isinstance(label, str) and (
        not label.isascii() or len(label) > 1 or letter_of_function(label)
    )


def in_brackets(b: Value) -> bool:
    """Whether b, as the second factor, begins with a bracket."""
    if shape_of(b) in ("power", "postfix"):
        return shape_of(b.args[0]) not in ("leaf", "constant", "call", "root", "bars")
    return shape_of(b) in ("infix", "prefix", "product", "cases")
