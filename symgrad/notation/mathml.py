"""Presentation MathML: what browsers and notebooks show as a formula.

Every shape is one element, so that each can stand in a fraction, a root or a power.
"""

from __future__ import annotations

from html import escape  # xml.sax.saxutils would import urllib: 40 ms
from typing import ClassVar

from ..language.names import UNDEFINED
from ..ops import OPS, Op
from ..value import Value, is_valueless
from .latex import clash
from .layout import (
    ANY,
    ATOM,
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
    case_rows,
    greek,
    is_condition,
)

APPLY, TIMES = "\u2061", "\u2062"  # invisible: f of x, a times b
VISIBLE_DOT = "⋅"


def mo(sign: str) -> str:
    return f"<mo>{escape(sign)}</mo>"


def mi(name: str) -> str:
    shown = "".join(
        c if c.isprintable() else "\ufffd" for c in name
    )  # XML has no control characters
    return f"<mi>{escape(shown)}</mi>"


def row(*parts: str | Slot) -> Parts:
    return ["<mrow>", *parts, "</mrow>"]


class MathML(Style):
    """One element per shape."""

    opening, closing = f"<mrow>{mo('(')}", f"{mo(')')}</mrow>"
    equation = f"<mtr><mtd>{{}}</mtd><mtd>{mo('=')}</mtd><mtd>{{}}</mtd></mtr>"
    between, last = "", "<mtr><mtd></mtd><mtd></mtd><mtd>{}</mtd></mtr>"
    long = 60_000  # tags take some thirty times the characters that text takes
    signs: ClassVar = {"-": "−", **SIGNS_COMPARED}
    both, either = "<mtext> and </mtext>", "<mtext> or </mtext>"
    undefined = f"<mtext>{UNDEFINED}</mtext>"

    def literal(self, digits: str) -> str:
        return f"<mn>{escape(digits)}</mn>"

    def negative(self, digits: str) -> Shaped:
        return MINUS, row(mo("−"), self.literal(digits))

    def name(self, name: str) -> str:
        base, _, index = name.partition("_")
        if not base or not index:
            return mi(greek(name))
        return f"<msub>{mi(greek(base))}{mi(index)}</msub>"

    def head(self, op: Op) -> str:
        return mi(op.unicode or op.text or op.name)

    def sign(self, op: Op) -> str:
        return mo(self.signs.get(op.infix[0], op.infix[0]) if op.infix else op.symbol)

    def call(self, op: Op, args: Args) -> Shaped:
        inside = [self.opening, *arguments(op, args, mo(",")), self.closing]
        return ATOM, row(self.head(op), mo(APPLY), *inside)

    def root(self, op: Op, args: Args) -> Shaped:
        if op.arity == 2:
            return ATOM, ["<mroot>", Slot(args[0]), Slot(args[1]), "</mroot>"]
        if op is OPS["sqrt"]:
            return ATOM, ["<msqrt>", Slot(args[0]), "</msqrt>"]
        return ATOM, ["<mroot>", Slot(args[0]), self.literal("3"), "</mroot>"]

    def cases(self, op: Op, args: Args) -> Shaped:
        parts: Parts = [mo("{"), "<mtable>"]
        cell = "</mtd><mtd>"
        for one in case_rows(self, args):
            parts += ["<mtr><mtd>", self.branch(one.value), cell, "<mtext>if </mtext>",
                      *self.where(one), "</mtd></mtr>"]  # fmt: skip
        if not is_valueless(one.rest):
            parts += ["<mtr><mtd>", Slot(one.rest), cell, "<mtext>otherwise</mtext></mtd></mtr>"]
        return ANY, row(*parts, "</mtable>")

    def compared(self, sign: str) -> str:
        return mo(self.signs.get(sign, sign))

    def condition(self, node: Value) -> Parts:
        if is_condition(node):
            return [Slot(node, 0)]
        return row(mo("|"), Slot(node), mo("|"), mo(">"), self.literal("0"))

    def infix(self, op: Op, args: Args) -> Shaped:
        level = op.infix[1]  # type: ignore[index]
        a, b = Slot(args[0], SUM), Slot(args[1], SUM if level < SUM else MINUS + 1)
        return level, row(a, self.sign(op), b)

    def prefix(self, op: Op, args: Args) -> Shaped:
        return MINUS, row(self.sign(op), Slot(args[0], MINUS + 1))

    def product(self, op: Op, args: Args) -> Shaped:
        times = mo(VISIBLE_DOT if clash(*args) else TIMES)
        return PRODUCT, row(Slot(args[0], PRODUCT), times, Slot(args[1], PRODUCT + 1))

    def fraction(self, op: Op, args: Args) -> Shaped:
        return POSTFIX, ["<mfrac>", Slot(args[0]), Slot(args[1]), "</mfrac>"]

    def power(self, op: Op, args: Args) -> Shaped:
        return POWER, ["<msup>", Slot(args[0], POSTFIX + 1), Slot(args[1], ANY), "</msup>"]

    def exponential(self, op: Op, args: Args) -> Shaped:
        return POWER, ["<msup>", mi("e"), Slot(args[0]), "</msup>"]

    def postfix(self, op: Op, args: Args) -> Shaped:
        return POSTFIX, row(Slot(args[0], POSTFIX + 1), mo(op.symbol))

    def bars(self, op: Op, args: Args) -> Shaped:
        return ATOM, row(mo("|"), Slot(args[0]), mo("|"))
