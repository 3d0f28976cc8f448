"""What tokens look like, and the signs that are refused by name."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..ops import Op
from .characters import GREEK, SUBSCRIPTS

ROOT, CASES, LEFT_BAR, RIGHT_BAR = "\ue000\ue001\ue002\ue003"
OPERANDS = frozenset(("NUMBER", "NAME", "CONSTANT", "SUPER", "BANG", "RPAR", "BARR"))
SIGNS = {
    "+": "PLUS", "-": "MINUS", "*": "STAR", "**": "CIRCUMFLEX", "^": "CIRCUMFLEX", "/": "SLASH",
    ",": "COMMA", ";": "SEMICOLON", "=": "EQUAL", "!": "BANG", "<": "LESSTHAN", "<=": "LE",
    "≤": "LE", ">": "MORETHAN", ">=": "GE", "≥": "GE",
}  # fmt: skip
REFUSED = {
    "==": "a formula has no equations; comparisons < <= > >= stand inside if(...)",
    "!=": "comparisons < <= > >= stand inside if(...)",
    "=<": "write <=",
    "=>": "write >=",
    "<>": "comparisons < <= > >= stand inside if(...)",
    "//": "write / for a fraction",
    "&&": "put one if(...) inside another",
    "||": "an empty absolute value",
    "...": "write every term out",
    "..": "a number has one decimal point",
    ":=": "write a = 2; a*x",
    "++": "write one +",
}
INDEX_FIRST = "an index stands on the name, before its power, as in x_1^2"
_NUMBER = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_GREEK = "".join(GREEK)
_INDEX = r"(?:_\{[A-Za-z0-9]*\}|_[A-Za-z0-9]*)*[₀-₉]*"
_NAME = rf"(?:[A-Za-z_][A-Za-z0-9]*|[{_GREEK}][0-9]*){_INDEX}|[πℯ]"
SCAN = re.compile(
    rf"(?P<blank>\s+)|(?P<number>{_NUMBER})|(?P<name>{_NAME})|(?P<super>[⁺⁻]?[⁰¹²³⁴-⁹]+)"
    r"|(?P<refused>==|!=|=<|=>|<>|//|&&|\.\.\.?|:=)"
    r"|(?P<sign>\*\*|<=|>=|[-+*^/,;=!<>≤≥])|(?P<bracket>[(){}])|(?P<bar>[|\ue002\ue003])"
    r"|(?P<radical>[√∛\ue000\ue001])"
)
NAME = re.compile(_NAME)
DECIMAL = re.compile(rf"[+-]?{_NUMBER}")
POWER = re.compile(r"\s*(?:\^\s*[({]?\s*(-?\s*[0-9]+)(?![0-9.])\s*[)}]?|([⁺⁻]?[⁰¹²³⁴-⁹]+))")
STARS = re.compile(r"\s*\*\*\s*([0-9]+|)")
NEXT = re.compile(r"\s*(.?)", re.DOTALL)
ARGUMENT = re.compile(r"\s*(\([^()\n]{1,30}\))")
BIND = re.compile(r"\s*=(?![=<>])")


class Callee(NamedTuple):
    """A function as it was written: sin^2 has power 2, log_2 has base "2"."""

    op: Op
    name: str
    power: int | None = None
    base: str | None = None
    minus: bool = False  # sin -x
    radical: bool = False  # √ takes one operand only
    special: str = ""  # ROOT and CASES have their arguments in LaTeX's order


def normal(raw: str) -> str:
    """The name without braces and in ASCII: x_{12} and x₁₂ as x_12, α as alpha."""
    if raw.isascii() and "{" not in raw:
        return raw
    if raw[-1] in "₀₁₂₃₄₅₆₇₈₉":
        stem = raw.rstrip("₀₁₂₃₄₅₆₇₈₉")
        raw = f"{stem}_{raw[len(stem) :].translate(SUBSCRIPTS)}"
    return GREEK.get(raw[0], raw[0]) + raw[1:].replace("{", "").replace("}", "")


def short(digits: str) -> str:
    return digits if len(digits) < 30 else digits[:20] + "..."
