"""What tokens look like, and the signs that are refused by name."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..ops import Op
from .characters import FRACTIONS, GREEK, SUBSCRIPTS

ROOT, CASES, LEFT_BAR, RIGHT_BAR = "\ue000\ue001\ue002\ue003"
QUOTED, OPENS = "\ue004\ue005"  # around a fraction of digits, or a base; before an open argument
OPERANDS = frozenset(("NUMBER", "NAME", "CONSTANT", "SUPER", "BANG", "RPAR", "BARR"))
CONDITIONS = {"and": "AND", "or": "OR", "not": "NOT", "&&": "AND"}  # inside if(...)
EQUALITIES = {"=": "=", "==": "=", "!=": "!=", "≠": "!="}  # likewise
SIGNS = {
    "+": "PLUS", "-": "MINUS", "*": "STAR", "**": "CIRCUMFLEX", "^": "CIRCUMFLEX", "/": "SLASH",
    ",": "COMMA", ";": "SEMICOLON", "=": "EQUAL", "!": "BANG",
    **dict.fromkeys(("<", "<=", "≤", ">", ">=", "≥"), "RELATION"),
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
_GREEK, _FRACTIONS = "".join(GREEK), "".join(FRACTIONS)
_INDEX = r"(?:_\{[A-Za-z0-9]*\}|_[A-Za-z0-9]*)*[₀-₉]*"
_NAME = rf"(?:[A-Za-z_][A-Za-z0-9]*|[{_GREEK}][0-9]*){_INDEX}|[πℯ]"
SCAN = re.compile(
    rf"(?P<blank>\s+)|(?P<fraction>\ue004([0-9]+)/([0-9]+)\ue004|[{_FRACTIONS}])"
    rf"|(?P<number>{_NUMBER})|(?P<name>{_NAME})|(?P<super>[⁺⁻]?[⁰¹²³⁴-⁹]+)"
    r"|(?P<refused>==|!=|=<|=>|<>|//|&&|\.\.\.?|:=)"
    r"|(?P<sign>\*\*|<=|>=|[-+*^/,;=!<>≤≥])|(?P<unequal>≠)|(?P<bracket>[(){}\[\]])|(?P<bar>[|\ue002\ue003])"
    r"|(?P<radical>[√∛\ue000\ue001])|(?P<mark>\ue005)"
)
NAME = re.compile(_NAME)
DECIMAL = re.compile(rf"[+-]?{_NUMBER}")
POWER = re.compile(r"\s*(?:\^\s*[({]?\s*(-?\s*[0-9]+)(?![0-9.])\s*[)}]?|([⁺⁻]?[⁰¹²³⁴-⁹]+))")
STARS = re.compile(r"\s*\*\*\s*([0-9]+|)")
NEXT = re.compile(r"\s*(.?)", re.DOTALL)
GLUED = re.compile("([A-Za-z]+)([0-9]+)")
DECIMALS = re.compile(r"\.[0-9]+")
BASE = re.compile("\ue004([0-9./]+)\ue004")
BASED, USER = "log_(", "a function of the text's own"
ARGUMENT_OPENS = re.compile(r"\s*\(")
ARGUMENT = re.compile(r"\s*(\([^()\n]{1,30}\))")
SIGNATURE = re.compile(
    rf"({_NAME})\s*(?:\(\s*((?:{_NAME})(?:\s*,\s*(?:{_NAME}))*)\s*\)\s*)?(=(?![=<>])|:(?!=))"
)
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


def closing(text: str, opened: int) -> int:
    """Where the bracket that opens there is closed, or 0."""
    depth = 0
    for place in range(opened, len(text)):
        depth += (text[place] == "(") - (text[place] == ")")
        if depth == 0:
            return place
    return 0


def short(digits: str) -> str:
    return digits if len(digits) < 30 else digits[:20] + "..."
