"""The characters of the language: one fixed table, applied before anything else is read.

- `plain(text)` has every accepted character in its plain form, one for one, so that positions in
  it are positions in the text as typed. (NFKC would turn x² into x2.)
- `foreign(text, position)` is the error for a character that the language does not have: by code
  point and name, and what it looks like.
- `SCAN` is what a token looks like; `REFUSED_CHARACTERS` are the signs that are refused by name.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import NamedTuple

from ..errors import LanguageError
from ..ops import Op
from ..value import Value

GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu",
    "ξ": "xi", "ο": "omicron", "ρ": "rho", "σ": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi",
    "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta",
    "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
}  # fmt: skip
GREEK_NAMES = frozenset(GREEK.values())
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
HIGH_DIGITS = frozenset("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")

_SAME = {
    "-": "−–—‐‑‒﹣－",
    "*": "·⋅∙•×✕∗＊⨯・",
    "ℯ": "ⅇ",
    "(": "〖",  # Word's brackets, which it does not show
    ")": "〗",
    "/": "÷∕⁄",
    " ": "\u00a0\u2002\u2003\u2007\u2009\u202f\u3000\t\r\n\f\v",
    "≤": "⩽",
    "≥": "⩾",
    "θ": "ϑ",
    "φ": "ϕ",
    "ε": "ϵ",
    "μ": "µ",
    "Δ": "∆",
    "Ω": "Ω",
    "'": "’′",
    "|": "∣",  # as KaTeX's text has it
}
# what stands for one plain character each: letters of the mathematical alphabets, invisible signs
_MATHEMATICAL = {
    code: folded
    for code in (*range(0x1D400, 0x1D800), 0x210E)
    if len(folded := unicodedata.normalize("NFKC", chr(code))) == 1 and folded.isalnum()
}
_INVISIBLE = {0x2061: " ", 0x2062: "*", 0x2063: ",", 0x2064: "+"}  # f of x, a times b, a plus b
ZERO_WIDTH = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, 0xAD))
FRACTIONS = {
    char: unicodedata.normalize("NFKC", char).replace("⁄", "/")
    for char in "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
}
TABLE = {ord(other): char for char, others in _SAME.items() for other in others}
TABLE |= _MATHEMATICAL | _INVISIBLE
TABLE |= {c + 0xFEE0: chr(c) for c in range(0x21, 0x7F) if c + 0xFEE0 not in TABLE}  # full width

# what other alphabets have that looks like a Latin letter
_LOOKALIKES = dict(
    zip(
        "асеорхуіјѕԁԛԝАВЕКМНОРСТУХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧıℓ",
        "aceopxyijsdqwABEKMHOPCTYXIJSABEZHIKMNOPTYXil",
        strict=True,
    )
)

REPEATING = "give it as a fraction, 1/3 for 0.333..."
JOINED_CONDITIONS = "write if(x > 0 and x < 1, a, b)"
SUM_OF_TERMS = "a sum is written with its bounds: sum(k*x^k, k, 1, 5)"
UNQUOTED = "write the formula without quotation marks"
_HINTS = {
    "%": "a remainder is mod(a, b); there is no percent",
    ":": "a division is written /, and = binds a name: a = 2; a*x",
    "?": "write if(x > 0, a, b)",
    "'": "a derivative is asked for with wrt",
    '"': UNQUOTED,
    "&": JOINED_CONDITIONS,
    "∞": "infinity is not a number of the language",
    **dict.fromkeys("∂∇ⅆ", "choose the variable with wrt"),
    **dict.fromkeys("″‴", "a derivative is asked for with wrt"),
    **dict.fromkeys("≈≡≔∈→↦", "give one formula alone"),
    **dict.fromkeys("∥‖", "write |x| for an absolute value"),
    **dict.fromkeys("⟨⟩", "brackets are ( )"),
    **dict.fromkeys("‘«»„“”`", UNQUOTED),
    "⌊": "write floor(x)",
    "⌈": "write ceil(x)",
    "ˆ": "write ^",
    "ᴇ": "a power of ten is written 1e3",
    "∏": "write the factors out",
    "…": "write every term out",
    "‰": "write x/1000",
    "ⅈ": "complex numbers are out of scope",
    "∫": "integrals are not part of the language",
    "∑": SUM_OF_TERMS,
    "±": "write two formulas",
    **dict.fromkeys("°º", "angles are in radians: write x*pi/180"),
    ".": "a point stands only inside a number",
    "_": "_ stands only inside a name, as in x_1",
    "$": "$ stands only around LaTeX",
    "\\": "a backslash begins a LaTeX command",
}

COMMA_IN_BRACES = re.compile(r"[0-9]\{,\}[0-9]")


def is_latex(text: str) -> bool:
    """A backslash, dollars around the text, or 0{,}5 switch LaTeX on."""
    stripped = text.strip()
    dollars = len(stripped) > 1 and stripped[0] == stripped[-1] == "$"
    return "\\" in text or dollars or COMMA_IN_BRACES.search(text) is not None


def plain(text: str) -> str:
    """The text with every accepted variant in its plain form, character for character."""
    return text if text.isascii() and text.isprintable() else text.translate(TABLE)


def without_invisible(text: str) -> tuple[str, bool]:
    """The text without characters of no width, and whether there were some."""
    kept = text if text.isascii() else text.translate(ZERO_WIDTH)
    return kept, kept != text


_FORMS = (("ε", "ϵ"), ("θ", "ϑ"), ("φ", "ϕ"), ("ρ", "ϱ"), ("σ", "ς"))


def _forms_of(letter: str) -> str:
    """The letter, and as it is in the mathematical alphabets, as a class of characters: [φ𝜑𝝋]."""
    code = f"{ord(letter):04X}"
    same = (chr(c) for c in range(0x1D6A8, 0x1D7CC))
    return f"[{letter}{''.join(c for c in same if unicodedata.decomposition(c)[7:] == code)}]"


_BOTH_FORMS = tuple(
    (plain, re.compile(rf"{one}(?![A-Za-z])"), re.compile(rf"{other}(?![A-Za-z])"))
    for a, b in _FORMS
    for plain, one, other in (
        (a, _forms_of(a), _forms_of(b)),
        (f"\\{GREEK[a]}", rf"\\{GREEK[a]}", rf"\\var{GREEK[a]}"),
    )
)


def check_forms(text: str) -> None:
    r"""Refuse a text with two forms of a Greek letter, \phi and \varphi: as one they cancel."""
    for plain, one, other in _BOTH_FORMS if "\\var" in text or not text.isascii() else ():
        first, second = one.search(text), other.search(text)
        if first and second:
            start, end = max(first.span(), second.span())
            raise LanguageError(
                f"{text[start:end]} at column {start + 1} is another form of a letter that stands "
                "here, too", text=text, position=(start, end),
                hint=f"write {plain} for both, or {plain}_1 for one of them",
            )  # fmt: skip


_UNNAMED = {
    "Cc": "a control character", "Cs": "half of a character", "Co": "a private character",
    "Cn": "no character",
}  # fmt: skip


def foreign(
    text: str, position: int, meant: str | None = None, hint: str | None = None
) -> LanguageError:
    """The error for the character at this place; `meant` is what to type instead, if known."""
    char = text[position]
    hint = f"write {meant}" if meant else hint or _HINTS.get(plain(char))
    if char == "…" and re.search(r"\.[0-9]+$", text[:position]):
        hint = REPEATING
    likely = None if hint else _lookalike(char)
    if char.isascii() and char.isprintable():
        what = f"{char} at column {position + 1} is not part of the language"
    else:
        name = unicodedata.name(char, "")
        name = name or f"({_UNNAMED.get(unicodedata.category(char), 'without a name')})"
        code = f"U+{ord(char):04X} {name}"
        shown = f"{char} ({code})" if char.isprintable() else code
        verdict = f"looks like {likely}" if likely else "is not part of the language"
        what = f"{shown} at column {position + 1} {verdict}"
    if likely:
        hint = f"type the Latin letter {likely}" if likely.isalpha() else f"type {likely}"
    if not hint and not char.isprintable():
        hint = "it is invisible: delete it"
    return LanguageError(what, text=text, position=(position, position + 1), hint=hint)


@cache
def _lookalike(char: str) -> str | None:
    """The ASCII letter or digit that the character looks like."""
    if char.isascii():
        return None
    digit = unicodedata.decimal(char, None)  # ٣ of the Arabs
    folded = _LOOKALIKES.get(char) or unicodedata.normalize("NFKC", char)
    folded = folded if digit is None else str(digit)
    return folded if folded.isascii() and folded.isalnum() and len(folded) == 1 else None


ROOT, CASES, LEFT_BAR, RIGHT_BAR = "\ue000\ue001\ue002\ue003"
QUOTED, OPENS = "\ue004\ue005"  # around a fraction of digits; before an open argument
ARGUMENT_MARK = "'"  # behind an argument's name in f(x) = ...: no variable of that name
OPENING_OF = {")": "(", "}": "{", "]": "["}
OPERANDS = frozenset(("NUMBER", "NAME", "CONSTANT", "SUPER", "BANG", "RPAR", "BARR"))
CONDITIONS = {  # inside if(...)
    "and": "AND", "or": "OR", "not": "NOT", "&&": "AND", "∧": "AND", "∨": "OR", "¬": "NOT",
}  # fmt: skip
EQUALITIES = {"=": "=", "==": "=", "!=": "!=", "≠": "!=", "<>": "!="}  # likewise
SIGN_CHARACTERS = {
    "+": "PLUS", "-": "MINUS", "*": "STAR", "**": "CIRCUMFLEX", "^": "CIRCUMFLEX", "/": "SLASH",
    ",": "COMMA", ";": "SEMICOLON", "=": "EQUAL", "!": "BANG",
    **dict.fromkeys(("<", "<=", "≤", ">", ">=", "≥"), "RELATION"),
}  # fmt: skip
REFUSED_CHARACTERS = {
    "==": "a formula has no equations; comparisons < <= > >= stand inside if(...)",
    "!=": "comparisons < <= > >= stand inside if(...)",
    "=<": "write <=",
    "=>": "write >=",
    "<>": "comparisons < <= > >= stand inside if(...)",
    "//": "a fraction has one /",
    "->": "give what stands behind the arrow",
    "&&": JOINED_CONDITIONS,
    **dict.fromkeys("∧∨¬", "and, or, not stand inside if(...)"),
    "...": "write every term out",
    "..": "a number has one decimal point",
    ":=": "write a = 2; a*x",
}
INDEXED_SUM = "write sum(k*x^k, k, 1, 5)"
INDEX_FIRST = "an index stands on the name, before its power, as in x_1^2"
_NUMBER = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_GREEK, _FRACTIONS = "".join(GREEK), "".join(FRACTIONS)
_GREEK_LETTER_OR_NAME = "|".join(("[" + _GREEK + "]", *GREEK_NAMES))
_INDEX = r"(?:_\{ *[A-Za-z0-9]* *\}|_[A-Za-z0-9]*)*[₀-₉]*"
_NAME = rf"(?:[A-Za-z_][A-Za-z0-9]*|[{_GREEK}][0-9]*){_INDEX}|[πℯ]"
SCAN = re.compile(
    rf"(?P<blank>\s+)|(?P<fraction>\ue004([0-9]+)/([0-9]+)\ue004|[{_FRACTIONS}]|[⁰¹²³⁴-⁹]+/(?:[₀-₉]+|[⁰¹²³⁴-⁹]+(?![√⁰¹²³⁴-⁹])))"
    rf"|(?P<number>{_NUMBER})|(?P<name>{_NAME})|(?P<super>[⁺⁻]?[⁰¹²³⁴-⁹]+)"
    r"|(?P<refused>->|==|!=|=<|=>|<>|//|&&|∧|∨|¬|\.\.\.?|:=)"
    r"|(?P<sign>\*\*|<=|>=|[-+*^/,;=!<>≤≥])|(?P<unequal>≠)|(?P<bracket>[(){}\[\]])|(?P<bar>[|\ue002\ue003])"
    r"|(?P<radical>[√∛∜\ue000\ue001])|(?P<mark>\ue005)"
)
NAME = re.compile(_NAME)
DECIMAL = re.compile(rf"[+-]?{_NUMBER}")
POWER = re.compile(
    r"\s*(?:\^\s*([({])?\s*(-?\s*[0-9]+)(?![0-9.])(?(1)\s*[)}])|(²(?=√)|[⁺⁻]?[⁰¹²³⁴-⁹]+(?![√⁰¹²³⁴-⁹])))"
)
HAS_POWER = re.compile(r"\s*(?:\^\s*(?:[({]+[^(){}]*[)}]+|-?\w+)|[⁺⁻]?[⁰¹²³⁴-⁹]+)")  # f^(n)(x)
# f^(n)(x), where a power without brackets of its own is one; in LaTeX every power gets some
ORDER_RAISED = (re.compile(r"\s*\^\s*\([^(){}]*\)"), re.compile(r"\s*\^\s*\( *\([^(){}]*\) *\)"))
DERIVED_BY = re.compile(rf"\s*\(?\s*({_GREEK_LETTER_OR_NAME}|[A-Za-z])(?![A-Za-z])")
DERIVED_ABOVE = re.compile(  # d, d^2 or d y over a fraction's line
    r"(?<![A-Za-z0-9_])d(?:\s*\^?\s*(?:\(?\s*[0-9n]\s*\)?|[²³]))?(?:\s*(?![-+*/^;\s])[^-+*/;=]*)?"
    r"\)*\s*/\s*\(*\s*$"
)
MINUS_ONE = re.compile(r"-1(?=\s*[A-Za-zα-ω(\[{√|])")
MODULE = re.compile(r"(?:(?:\.|::)[A-Za-z]\w*)*(?:\.|::)([A-Za-z]\w*)")  # np.sin
BEFORE_BRACKET = re.compile(r"\s*[\[{]([^()\[\]{}]{1,30})[\]}]\s*[({]")  # log[2](x), sqrt[3]{x}
OTHER_POWER = re.compile(r"\s*\^\s*(\( *[^() ][^()]*\)|-?[\w.]+)")  # sin^2.5 x
TAG = re.compile(  # of HTML and MathML
    r"</?(?:su[bp]|math|m(?:i|n|o|row|sup|sub|frac|sqrt|text)|p|div|span|br|b|i|em|strong|code)"
    r"\b[^<>]*>"
)
SHOWN_BRACKET = re.compile(r"[{\s]*(?:[(\[]|\\(?:m?left|[lb]?(?:brack|paren|brace)|\{))")
WORDS_BASE = re.compile(r"〗_(?:\(([A-Za-z0-9.]+)\)|([A-Za-z]|[0-9]+))")  # 〖log〗_2 x
WORD_BEHIND = re.compile(r"\s+(?!and\b|or\b)([a-z]+|[0-9])")
STARS = re.compile(r"\s*\*\*\s*([0-9]+|)")
OPERAND = re.compile(r"\s*[A-Za-z0-9(\[{√]")
NEXT = re.compile(r"\s*(.?)", re.DOTALL)
GLUED = re.compile("([A-Za-z]+)([0-9]+)")
DECIMALS = re.compile(r"\.[0-9]+")
GREEK_LETTER = re.compile(f"[{_GREEK}π]")
BEGINS_ARGUMENT = re.compile(rf"\s*(?!(?:and|or)\b)[A-Za-z0-9√∛π{_GREEK}]")
ELEMENT = re.compile(r"[\[{]\s*([0-9]+|[ijkmn])\s*[\]}]")  # x[0]
INDEX_IN_ROOT = re.compile(r"\(\s*([0-9]{1,3})\s*&")  # Word's √(3&x)
LONE_ATOM = re.compile(rf"(?:[0-9]+|[a-zπ{_GREEK}])(?=\s*(?:[-+*/),;]|$))")
INDEXED_BY = re.compile(r",\s*([A-Za-z])\s*,\s*[+-]?[0-9]+\s*,\s*[+-]?[0-9]+\s*$")  # of a sum
BASED, USER = "log_(...)", "a function of the text's own"
ARGUMENT = re.compile(r"\s*(\([^()\n]{1,30}\))")
SIGNATURE = re.compile(
    rf"({_NAME})\s*(?:\(\s*((?:{_NAME})(?:\s*,\s*(?:{_NAME}))*)\s*\)\s*)?(=(?![=<>])|:(?!=))"
)
ASSIGNMENT = re.compile(rf"((?:{_NAME})\s*(?:\([^()]*\))?\s*):=")
BIND = re.compile(r"\s*=(?![=<>])")


class Callee(NamedTuple):
    """A function as it was written: sin^2 has power 2, log_2 has base "2"."""

    op: Op
    name: str
    power: int | None = None
    base: str | Value | None = None
    minus: bool = False  # sin -x
    radical: bool = False  # √ takes one operand only
    special: str = ""  # ROOT and CASES have their arguments in LaTeX's order


_NO_BRACES = str.maketrans("", "", "{} ")


def normal(raw: str) -> str:
    """The name without braces and in ASCII: x_{12} and x₁₂ as x_12, α as alpha."""
    if raw.isascii() and "{" not in raw:
        return raw
    if raw[-1] in "₀₁₂₃₄₅₆₇₈₉":
        stem = raw.rstrip("₀₁₂₃₄₅₆₇₈₉")
        raw = f"{stem}_{raw[len(stem) :].translate(SUBSCRIPTS)}"
    return GREEK.get(raw[0], raw[0]) + raw[1:].translate(_NO_BRACES)


def shown_fraction(char: str) -> str:
    """1/2 for ½, for ¹⁄₂, and for what LaTeX's fraction of digits was rewritten as."""
    plain = char.translate(SUPERSCRIPTS).translate(SUBSCRIPTS)
    return FRACTIONS.get(char) or plain.strip(QUOTED)


def closing(text: str, opened: int) -> int:
    """Where the bracket that opens there is closed, or 0."""
    depth = 0
    for place in range(opened, len(text)):
        depth += (text[place] in "([{") - (text[place] in ")]}")
        if depth == 0:
            return place
    return 0


def short(digits: str) -> str:
    return digits if len(digits) < 30 else digits[:20] + "..."
