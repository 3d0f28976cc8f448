"""Numbers: what they may be, and what stands beside them that is no factor.

1..2, 1_000, 0x10, 1e5e5 and 5C2 would be read as products; each is refused by its own message.
"""

from __future__ import annotations

import re

from ..limits import Limits
from ..ops import OPS
from .characters import FRACTIONS, SUPERSCRIPTS
from .nesting import Nesting
from .patterns import INDEX_FIRST, QUOTED, short

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

    def fraction(self, found: re.Match[str]) -> None:
        """½, or a fraction of digits in LaTeX: after a number it is a mixed number, or a factor."""
        start, end = found.span()
        top, bottom = (FRACTIONS.get(found.group()) or found.group().strip(QUOTED)).split("/")
        last = self.out[-1] if self.out else None
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
        if rest == ".":
            raise self.error(
                f"{self.text[start : end + 2].strip()} {self.column(start)} has two decimal "
                "points", start, end + 1, "a number has one",
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

    def super(self, found: re.Match[str]) -> None:
        number = found.group().translate(SUPERSCRIPTS)
        if len(number) > self.limits.digits:
            raise self.limit("the power has too many digits", "digits", found.start(), found.end())
        self.emit("SUPER", int(number), found.start(), found.end())
