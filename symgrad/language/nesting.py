"""The lexer's surroundings: places in the text as typed, what is open, and what a number may be.

- `Places` are places in a text that may have been rewritten, and errors that point into the text.
- `Nesting` knows which brackets and bars are open; `Numbers` reads numbers and refuses what only
  looks like one: 1..2, 1_000, 0x10, 1e5e5 and 5C2 would be read as products.
- `written_out(text, position)` is what to type for a raised or lowered letter: x_n, e^x.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from html import unescape
from typing import NamedTuple

from ..errors import Fault, LanguageError, LimitReached
from ..limits import Limits
from ..ops import OPS
from .characters import (
    CONDITIONS,
    EQUALITIES,
    HIGH_DIGITS,
    INDEX_FIRST,
    INDEXED_SUM,
    OPENING_OF,
    OPERANDS,
    REFUSED_CHARACTERS,
    REPEATING,
    RIGHT_BAR,
    ROOT,
    SIGN_CHARACTERS,
    SUPERSCRIPTS,
    TAG,
    UNQUOTED,
    USER,
    foreign,
    short,
    shown_fraction,
)
from .choices import Choices
from .elsewhere import COMPLEX
from .names import function
from .tables import Token


class Origin(NamedTuple):
    """Where each character of a rewritten text begins and ends in the text as typed."""

    starts: Sequence[int]
    ends: Sequence[int]


class Places:
    """`where` maps places of a rewritten text to places as typed; None if nothing was rewritten."""

    def __init__(self, text: str, typed: str, where: Origin | None) -> None:
        self.text, self.typed, self.where = text, typed, where

    @property
    def latex(self) -> bool:
        return self.where is not None

    def at(self, place: int) -> int:
        """The place in the text as typed."""
        if self.where is None:
            return place
        starts = self.where.starts
        return starts[place] if 0 <= place < len(starts) else len(self.typed)

    def span(self, start: int, end: int) -> tuple[int, int]:
        if self.where is None:
            return start, end
        first = self.at(start)
        if start >= end:
            return first, first
        ends = self.where.ends
        return first, max(first + 1, ends[end - 1] if end <= len(ends) else len(self.typed) + 1)

    def column(self, place: int) -> str:
        return f"at column {self.at(place) + 1}"

    def error(
        self, message: str, start: int, end: int = -1, hint: str | None = None,
        code: Fault = Fault.syntax,
    ) -> LanguageError:  # fmt: skip
        position = self.span(start, end if end >= 0 else start + 1)
        return LanguageError(message, code=code, text=self.typed, position=position, hint=hint)

    def limit(self, message: str, limit: str, start: int, end: int) -> LimitReached:
        return LimitReached(message, limit, text=self.typed, position=self.span(start, end))

    def stranger(self, position: int) -> LanguageError:
        place = min(self.at(position), len(self.typed) - 1)
        percent = MAXIMAS.match(self.typed, place)
        return foreign(
            self.typed, place, percent[1] if percent else written_out(self.typed, place),
            hint_at(self.typed, place),
        )  # fmt: skip


MAXIMAS = re.compile(r"%(pi|e)\b")
HTML_ENTITY = re.compile(r"&#?\w+;")
WITH_POINT = re.compile(r"\s*([*/^(])")
METHOD = re.compile(r"\s*([A-Za-z]\w*)\s*\(\s*(\)?)")  # x.sin()
APOSTROPHES = re.compile(r"(?<![\d'’])\d{1,3}(?:['’]\d{3})+(?!\d)")  # 1'000


def hint_at(text: str, place: int) -> str | None:
    """What to do about a character by what stands behind it: MATLAB's .^, HTML's &pi;"""
    entity = HTML_ENTITY.match(text, place)
    if entity and (meant := unescape(entity[0])) != entity[0]:
        return f"write {meant} for {entity[0]}"
    if _script(text[place]) == "<sub>":
        return "an index is letters or digits, as in x_1 or x_{12}"
    if text[place] in "'’":
        return about_apostrophe(text, place)
    if text[place] == ":" and re.match(r"\s*lambda\b", text):
        return "give what stands behind the colon"
    if text[place : place + 2] == "@(":
        return "give one formula alone"
    if text[place] == "%" and re.match(r"%i\b", text[place:]):
        return COMPLEX
    pointed = WITH_POINT.match(text, place + 1) if text[place] == "." else None
    method = METHOD.match(text, place + 1) if text[place] == "." else None
    if method and function(method[1]):
        return of_method(text[:place], method[1], empty=bool(method[2]))
    return f"write {pointed[1]} without the point" if pointed else None


def about_apostrophe(text: str, place: int) -> str | None:
    """1'000 is a number, 'x' a quotation; elsewhere it is a prime."""
    for number in APOSTROPHES.finditer(text):
        if number.start() < place < number.end():
            return f"write {re.sub('[^0-9]', '', number[0])}"
    before = text[:place].rstrip()[-1:]
    return None if before.isalnum() or (before and before in ")]}") else UNQUOTED


def of_method(before: str, name: str, *, empty: bool) -> str:
    """What to write for x.sin() and F.softplus(x)."""
    owner = re.search(r"(\w*)$", before)[1]  # type: ignore[index]
    if empty:
        return f"write {name}({owner or '...'})"
    if owner.isupper():
        return f"write {name} without what stands before it"
    return f"write {name}({owner or 'x'}, ...)"


_BASE = re.compile(r"(?:[^\W\d_]\w*|\d+|(\)))$")


def written_out(text: str, position: int) -> str | None:
    """The base with its index and its power, or None where this is no raised or lowered letter."""
    if not _script(text[position]):
        return None
    start, end = position, position + 1
    while start and _script(text[start - 1]):
        start -= 1
    while end < len(text) and _script(text[end]):
        end += 1
    base = _BASE.search(text[max(0, start - 64) : start])
    if base is None:
        return None
    index, power = _plain(text[start:end], "<sub>"), _plain(text[start:end], "<super>")
    if power and power[-1] in "+-":  # x⁻1
        power += re.match(r"\d*", text[end:])[0]  # type: ignore[index]
    if re.search("^o$|[-+]$", power) or (index and not index.isalnum()):  # º, x²⁺, x₋₁: no such
        return None
    power = re.sub("(?<=[A-Za-z])(?=[A-Za-z])", "*", power)
    name = "(...)" if base[1] else base[0]
    index = index and f"_{index}"
    if row := function(name.partition("_")[0]):  # log_2ⁿ
        if index and row is not OPS["log"]:
            return None
        index += "(...)"
    return name + index + (power and (f"^{power}" if len(power) == 1 else f"^({power})"))


def _script(char: str) -> str:
    """<sub> or <super>, or nothing."""
    kind = unicodedata.decomposition(char).partition(" ")[0]
    return kind if kind in ("<sub>", "<super>") else ""


def _plain(text: str, kind: str) -> str:
    letters = (unicodedata.normalize("NFKC", c) for c in text if _script(c) == kind)
    return "".join(letters).replace("−", "-")


CASES = OPS["if"]
new_token = tuple.__new__  # a NamedTuple's own constructor is a Python function, ten times slower


class Nesting(Places):
    """The half of the lexer that knows what is open."""

    def __init__(self, text: str, typed: str, where: Origin | None, choices: Choices) -> None:
        super().__init__(text, typed, where)
        self.choices = choices
        self.out: list[Token] = []
        self.open: list[tuple[str, int, int]] = []  # brackets and bars: char, place, touching bar
        self.conditions: list[bool] = []  # for each that is open: whether conditions stand in it
        self.functions: dict[str, tuple[str, ...]] = {}  # the text's own, with their arguments
        self.arguments: tuple[str, ...] = ()  # of the function that is being defined
        self.touching = -1  # index of the closing bar that only juxtaposed operands follow
        self.bound: set[str] = set()
        self.seams: dict[int, int] = {}  # log_(a)(x): where a ends, and where x begins
        self.binding: str | None = None  # the name that the current statement binds

    def push(self, opened: tuple[str, int, int], conditions: bool) -> None:
        self.open.append(opened)
        self.conditions.append(conditions)

    def pull(self) -> tuple[str, int, int]:
        self.conditions.pop()
        return self.open.pop()

    @property
    def of_if(self) -> bool:
        """Whether the bracket that opens here is that of if(...), or inside its condition."""
        last = self.out[-1] if self.out else None
        if last is not None and last.type == "CALL":
            return bool(last.value.op is CASES and last.value.special != USER)
        return self.in_condition

    @property
    def at_case(self) -> bool:
        """Whether the value of a case begins here, in if(...) or a row of LaTeX's cases."""
        before = self.out[-2:]
        return self.in_condition and (before[-1].type == "COMMA" or (
            before[-1].type == "LPAR" and before[0].type == "CALL" and before[0].value.special != ""
        ))  # fmt: skip

    @property
    def in_condition(self) -> bool:
        return bool(self.conditions) and self.conditions[-1]

    def emit(self, kind: str, value: object, start: int, end: int) -> None:
        if self.where is not None:
            start, end = self.span(start, end)
        self.out.append(new_token(Token, (kind, value, start, end)))

    @property
    def in_sum(self) -> bool:
        """Whether a sum(...) is open around this place: sum(x^k, k=0..3)."""
        return any(char == "(" and self.text[:place].rstrip().endswith("sum")
                   for char, place, _ in self.open)  # fmt: skip

    @property
    def after_operand(self) -> bool:
        return bool(self.out) and self.out[-1].type in OPERANDS

    def refused(self, found: re.Match[str]) -> None:
        sign = found.group()
        if self.in_condition and (sign in EQUALITIES or sign in CONDITIONS):
            kind = CONDITIONS.get(sign) or "RELATION"
            self.emit(kind, EQUALITIES.get(sign, sign), *found.span())
            return
        meant = "->" if sign == "=>" and not self.in_condition else sign  # an arrow elsewhere
        raise self.error(
            f"{sign} {self.column(found.start())} is not part of the language",
            found.start(), found.end(), REFUSED_CHARACTERS[meant],
        )  # fmt: skip

    def unequal(self, found: re.Match[str]) -> None:
        if not self.in_condition:
            raise self.error(
                f"≠ {self.column(found.start())} stands only inside if(...)", *found.span(),
                "write if(x != 0, a, b)",
            )  # fmt: skip
        self.emit("RELATION", "!=", *found.span())

    def sign(self, found: re.Match[str]) -> None:
        sign, (start, end) = found.group(), found.span()
        kind = SIGN_CHARACTERS[sign]
        if kind == "EQUAL" and self.in_condition:
            kind = "RELATION"
        if kind == "BANG" and self.in_condition and not self.after_operand:
            raise self.error(f"! {self.column(start)} follows no operand", start, end,
                             "write not")  # fmt: skip
        if sign == "<" and not self.in_condition and (tag := TAG.match(self.text, start)):
            raise self.error(f"{tag[0]} {self.column(start)} is not part of the language", start,
                             tag.end(), "write the formula without tags")  # fmt: skip
        if kind == "COMMA" and self.open and self.open[-1][0] in "[{" and not self.latex:
            raise self.error(
                f", {self.column(start)} stands in {self.open[-1][0]}, which groups one formula",
                start, end, INDEXED_SUM if self.in_sum else "arguments stand in ( )",
            )  # fmt: skip
        if sign == "**" and self.typed[slice(*self.span(start, end))] not in ("**", "＊＊"):
            raise self.error(
                f"two signs side by side {self.column(start)}", start, end,
                "write one * for a product, ^ for a power",
            )  # fmt: skip
        if kind != "BANG":
            self.touching = -1
        if kind == "SEMICOLON" and not self.open and self.binding is not None:
            if self.binding not in self.functions:
                self.bound.add(self.binding)
            self.binding, self.arguments = None, ()
        self.emit(kind, sign, start, end)

    def bracket(self, found: re.Match[str]) -> int | None:
        char, start, end = found.group(), found.start(), found.end()
        if char in "({[":
            self.push((char, start, self.touching), self.of_if)
            self.touching = -1
            self.emit("LPAR", char, start, end)
            return None
        opener = OPENING_OF[char]
        if not self.open:
            raise self.error(f"{char} {self.column(start)} has no {opener}", start,
                             code=Fault.unbalanced)  # fmt: skip
        last, place, self.touching = self.pull()
        if last == "|":
            raise self.error(f"{last} opened {self.column(place)} is never closed", place,
                             hint="write or" if self.in_condition else None,
                             code=Fault.unbalanced)  # fmt: skip
        if last != opener:
            raise self.error(f"{char} {self.column(start)} closes {last}, opened "
                             f"{self.column(place)}", start, code=Fault.unbalanced)  # fmt: skip
        self.emit("RPAR", char, start, end)
        return self.seams.pop(start, None)

    def check_private(self, char: str, start: int) -> None:
        """The marks that LaTeX is rewritten with are no part of the language as typed."""
        if not self.latex and char >= ROOT:
            raise self.stranger(start)

    def bar(self, found: re.Match[str]) -> int | None:
        """Open or close; |x|y|z| could be |x|*y*|z| or x times |y| inside bars."""
        char, start, end = found.group(), found.start(), found.end()
        self.check_private(char, start)
        inside = bool(self.open) and self.open[-1][0] == "|"
        if self.in_condition and self.after_operand and self.text[start : start + 2] == "||":
            self.emit("OR", "||", start, start + 2)
            return start + 2
        closes = char == RIGHT_BAR or (char == "|" and self.after_operand and inside)
        if not closes and char == "|" and self.touching >= 0 and self.after_operand:
            if len(self.out) - 1 > self.touching and self.choices.pick(
                2, (self.out[self.touching].start, self.at(end - 1) + 1), self.typed
            ):
                earlier = self.out[self.touching]
                self.out[self.touching] = earlier._replace(type="BARL")
                self.push(("|", earlier.start, -1), False)
                self.touching, closes = -1, True
                self.emit("BARR", None, start, end)
                return None
        if not closes:
            self.push(("|", start, self.touching if self.after_operand else -1), False)
            self.touching = -1
            self.emit("BARL", None, start, end)
        elif not inside:
            raise self.error(f"| {self.column(start)} closes nothing", start)
        else:
            self.pull()
            self.touching = len(self.out)
            self.emit("BARR", None, start, end)
        return None


DOTS = re.compile(r"\.{3,}")
REPEATED_DIGITS = re.compile(r"\(([0-9]+)\)")  # 1.(3)
OCR = re.compile(r"(n|og|g)(?![A-Za-z0-9_])\s*[\s(]")  # 1n(x) where ln(x) was scanned
TIMES_POWER_OF_TEN = re.compile(  # 6.02x10^23, 9.8 x 10²
    r"(\s*[xX]|\s+[xX]\s+)10\s*(?:(?:\^|\*\*)\s*(?P<open>[({])?|(?=[⁰¹²³⁴-⁹⁺⁻]))"
    r"\s*(?P<power>[+-]?[0-9]{1,3}|[⁺⁻]?[⁰¹²³⁴-⁹]{1,3})(?![0-9.⁰¹²³⁴-⁹])(?(open)\s*[)}]|)"
)
LITERAL = re.compile(r"(?:[fF]|[dD][+-]?[0-9]+)(?![A-Za-z0-9_(₀-₉])")  # 1.5f, 2.0D0
HARMLESS = frozenset("+-*/^,;)]} \n")  # beside a number


class Numbers(Nesting):
    """The part of the lexer that reads numbers."""

    limits: Limits
    declared: frozenset[str]

    def number(self, found: re.Match[str]) -> int | None:
        """A number; its neighbours must not look like a part of it."""
        digits, start, end = found.group(), found.start(), found.end()
        if self.text[end : end + 1] not in HARMLESS:
            self.check_neighbours(digits, start, end)
        if "." in digits and (repeated := REPEATED_DIGITS.match(self.text, end)):
            self.check_repeated(digits, repeated)
        times = TIMES_POWER_OF_TEN.match(self.text, end)
        if times and f"{times[1].strip()}10" in self.declared | self.bound:
            times = None
        if times and self.choices.pick(2, self.span(start, times.end()), self.typed):
            power = times["power"].translate(SUPERSCRIPTS)
            self.emit("NUMBER", f"{digits}e{power}", start, times.end())
            return times.end()
        if digits.isdigit() and end - start <= self.limits.digits:
            self.emit("NUMBER", digits, start, end)
            return None
        mantissa, e, exponent = digits.lower().partition("e")
        if e and exponent[0] in "+-" and digits[len(mantissa)] == "e":
            if self.choices.rival("exponent"):
                self.emit("NUMBER", mantissa, start, start + len(mantissa))
                self.emit("CONSTANT", OPS["e"], start + len(mantissa), start + len(mantissa) + 1)
                return start + len(mantissa) + 1
        self.check_size(digits, mantissa, exponent, start, end)
        self.emit("NUMBER", digits, start, end)
        return None

    def check_repeated(self, digits: str, repeated: re.Match[str]) -> None:
        """1.(3) is 4/3 in many countries, and 0.1(6) may be 1/6."""
        start, end = repeated.start() - len(digits), repeated.end()
        typed, product = digits + repeated[0], f"{digits.rstrip('.')}*{repeated[1]}"
        if digits[-1] != ".":
            self.choices.note(typed, product)
            return
        raise self.error(
            f"{typed} {self.column(start)} can be a repeating decimal or a product", start, end,
            f"write a fraction, or {product} for the product",
        )  # fmt: skip

    def fraction(self, found: re.Match[str]) -> None:
        """½, or a fraction of digits in LaTeX: after a number it is a mixed number, or a factor."""
        start, end = found.span()
        top, bottom = shown_fraction(found.group()).split("/")
        last = self.out[-1] if self.out else None
        behind = last is not None and last.type in OPERANDS - {"NUMBER"}
        if behind and found.group()[0] in HIGH_DIGITS:
            raise self.error(
                f"{self.typed[start:end]} {self.column(start)} can be a factor or a power",
                start, end, "put it in brackets, behind * or ^",
            )  # fmt: skip
        mixed = last is not None and last.type == "NUMBER" and str(last.value).isdigit()
        if mixed and self.choices.pick(2, (last.start, self.span(start, end)[1]), self.typed) == 0:  # type: ignore[union-attr]
            whole = self.out.pop()
            for kind, value in (("LPAR", "("), ("NUMBER", whole.value), ("PLUS", "+")):
                self.out.append(whole._replace(type=kind, value=value))
        else:
            self.emit("LPAR", "(", start, end)
        for kind, value in (("NUMBER", top), ("SLASH", "/"), ("NUMBER", bottom), ("RPAR", ")")):
            self.emit(kind, value, start, end)

    def check_size(self, digits: str, mantissa: str, exponent: str, start: int, end: int) -> None:
        """A number has at most `limits.digits` digits when it is written out."""
        long = len(exponent) > 6 or abs(int(exponent or 0)) + len(mantissa) > self.limits.digits
        if exponent and long:
            raise self.limit(
                f"the exponent of {short(digits)} {self.column(start)} is out of range "
                f"({self.limits.digits} digits)", "digits", start, end,
            )  # fmt: skip
        if len(mantissa) > self.limits.digits:
            raise self.limit(
                f"the number {self.column(start)} has more than {self.limits.digits} digits",
                "digits", start, end,
            )  # fmt: skip

    def check_neighbours(self, digits: str, start: int, end: int) -> None:
        """1..2, 1_000 and 0x10 would be read as products."""
        rest = self.text[end : end + 1]
        if rest == "." and (dots := DOTS.match(self.text, start + len(digits.rstrip(".")))):
            raise self.error(
                f"{dots[0]} {self.column(dots.start())} is not part of the language", *dots.span(),
                REPEATING if "." in digits.rstrip(".") else REFUSED_CHARACTERS["..."],
            )  # fmt: skip
        mantissa, power_of_ten, exponent = digits.lower().partition("e")
        if rest == "." and power_of_ten:
            exponent += re.match(r"\.[0-9]*", self.text[end:])[0]  # type: ignore[index]
            power = exponent.lstrip("+") if exponent[0] != "-" else f"({exponent})"
            raise self.error(
                f"the exponent of {mantissa}e{exponent} {self.column(start)} is no whole number",
                start, start + len(f"{mantissa}e{exponent}"), f"write {mantissa}*10^{power}",
            )  # fmt: skip
        if rest == ".":
            raise self.error(
                f"{self.text[start : end + 2].strip()} {self.column(start)} has two decimal "
                "points", start, end + 1, INDEXED_SUM if self.in_sum else "a number has one",
            )  # fmt: skip
        if rest == "_":
            plain = re.match(r"[0-9_.]*", self.text[start:])[0].replace("_", "")  # type: ignore[index]
            if self.out and self.out[-1].type == "CIRCUMFLEX":
                raise self.error(
                    f"_ {self.column(end)} stands after a power", end,
                    hint=INDEX_FIRST
                )
            raise self.error(
                f"_ {self.column(end)} stands inside a number", end, hint=f"write {plain}"
            )
        if "e" in digits.lower() and re.match("[eE][+-]?[0-9]", self.text[end : end + 3]):
            raise self.error(
                f"{digits}{self.text[end]}... {self.column(start)} has two exponents",
                start, end + 1, "a number has one",
            )  # fmt: skip
        misread = OCR.match(self.text, end) if digits == "1" else None
        if misread and misread[1] not in self.declared | self.bound:
            raise self.error(
                f"1{misread[1]} {self.column(start)} looks like l{misread[1]}", start,
                misread.end(1), f"write l{misread[1]}(...), or 1*{misread[1]} for a product",
            )  # fmt: skip
        literal = LITERAL.match(self.text, end) if not digits.isdigit() else None
        if literal and literal[0] not in self.declared | self.bound:
            raise self.error(
                f"{digits}{literal[0]} {self.column(start)} looks like a number of C or Fortran",
                start, literal.end(), f"write {digits}, or {digits}*{literal[0]} for a product",
            )  # fmt: skip
        chosen = re.compile("C([0-9]+)(?![A-Za-z0-9_])").match(self.text, end)
        if chosen and digits.isdigit() and chosen[0] not in self.declared | self.bound:
            raise self.error(
                f"{digits}{chosen[0]} {self.column(start)} looks like a binomial, which is not "
                "part of the language", start, chosen.end(),
                f"write {digits}*{chosen[0]} for a product, the number itself for the binomial",
            )  # fmt: skip
        if digits == "0" and re.match(r"[xXbBoO][0-9a-fA-F]", self.text[end : end + 2]):
            if not self.declared & {self.text[end]} or self.text[end + 1].isdigit():
                raise self.error(
                    f"0{self.text[end]} {self.column(start)} looks like a number in another "
                    "base", start, end + 2, "write it in decimals",
                )  # fmt: skip
