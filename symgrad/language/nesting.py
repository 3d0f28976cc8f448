"""Signs, brackets and bars: what is open at a place of the text, and what a bar does there."""

from __future__ import annotations

import re

from .choices import Choices
from .patterns import OPERANDS, REFUSED, RIGHT_BAR, ROOT, SIGNS
from .places import Origin, Places
from .tables import Token

new_token = tuple.__new__  # a NamedTuple's own constructor is a Python function, ten times slower


class Nesting(Places):
    """The half of the lexer that knows what is open."""

    def __init__(
        self, text: str, typed: str, where: Origin | None, choices: Choices
    ) -> None:
        super().__init__(text, typed, where)
        self.choices = choices
        self.out: list[Token] = []
        self.open: list[tuple[str, int, int]] = []  # brackets and bars: char, place, touching bar
        self.touching = -1  # index of the closing bar that only juxtaposed operands follow
        self.bound: set[str] = set()
        self.binding: str | None = None  # the name that the current statement binds

    def emit(self, kind: str, value: object, start: int, end: int) -> None:
        if self.where is not None:
            start, end = self.span(start, end)
        self.out.append(new_token(Token, (kind, value, start, end)))

    @property
    def after_operand(self) -> bool:
        return bool(self.out) and self.out[-1].type in OPERANDS

    def refused(self, found: re.Match[str]) -> None:
        sign = found.group()
        raise self.error(
            f"{sign} {self.column(found.start())} is not part of the language",
            found.start(), found.end(), REFUSED[sign],
        )  # fmt: skip

    def sign(self, found: re.Match[str]) -> None:
        sign, (start, end) = found.group(), found.span()
        kind = SIGNS[sign]
        if sign == "**" and self.typed[slice(*self.span(start, end))] not in ("**", "＊＊"):
            raise self.error(
                f"two signs side by side {self.column(start)}", start, end,
                "write one * for a product, ^ for a power",
            )  # fmt: skip
        if kind != "BANG":
            self.touching = -1
        if kind == "SEMICOLON" and not self.open and self.binding is not None:
            self.bound.add(self.binding)
            self.binding = None
        self.emit(kind, sign, start, end)

    def bracket(self, found: re.Match[str]) -> None:
        char, start, end = found.group(), found.start(), found.end()
        if char in "({":
            power = self.out and self.out[-1].type == "CIRCUMFLEX"
            if char == "{" and not self.latex and not power:
                raise self.stranger(start)
            self.open.append((char, start, self.touching))
            self.touching = -1
            self.emit("LPAR", char, start, end)
            return
        opener = "(" if char == ")" else "{"
        if not self.open:
            raise self.error(f"{char} {self.column(start)} has no {opener}", start)
        last, place, self.touching = self.open.pop()
        if last != opener:
            raise self.error(f"{last} opened {self.column(place)} is never closed", place)
        self.emit("RPAR", char, start, end)

    def check_private(self, char: str, start: int) -> None:
        """The marks that LaTeX is rewritten with are no part of the language as typed."""
        if not self.latex and char >= ROOT:
            raise self.stranger(start)

    def bar(self, found: re.Match[str]) -> None:
        """Open or close; |x|y|z| could be |x|*y*|z| or x times |y| inside bars."""
        char, start, end = found.group(), found.start(), found.end()
        self.check_private(char, start)
        inside = bool(self.open) and self.open[-1][0] == "|"
        closes = char == RIGHT_BAR or (char == "|" and self.after_operand and inside)
        if not closes and char == "|" and self.touching >= 0 and self.after_operand:
            if len(self.out) - 1 > self.touching and self.choices.pick(
                2, (self.out[self.touching].start, self.at(end - 1) + 1), self.typed
            ):
                earlier = self.out[self.touching]
                self.out[self.touching] = earlier._replace(type="BARL")
                self.open.append(("|", earlier.start, -1))
                self.touching, closes = -1, True
                self.emit("BARR", None, start, end)
                return
        if not closes:
            self.open.append(("|", start, self.touching if self.after_operand else -1))
            self.touching = -1
            self.emit("BARL", None, start, end)
        elif not inside:
            raise self.error(f"| {self.column(start)} closes nothing", start)
        else:
            self.open.pop()
            self.touching = len(self.out)
            self.emit("BARR", None, start, end)
