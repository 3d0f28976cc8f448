"""Signs, brackets and bars: what is open at a place of the text, and what a bar does there."""

from __future__ import annotations

import re

from ..ops import OPS
from .choices import Choices
from .patterns import CONDITIONS, EQUALITIES, OPERANDS, REFUSED, RIGHT_BAR, ROOT, SIGNS, USER
from .places import Origin, Places
from .tables import Token

IF = OPS["if"]
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
        self.conditions: list[bool] = []  # for each that is open: whether conditions stand in it
        self.functions: dict[str, tuple[str, ...]] = {}  # the text's own, with their arguments
        self.arguments: tuple[str, ...] = ()  # of the function that is being defined
        self.touching = -1  # index of the closing bar that only juxtaposed operands follow
        self.bound: set[str] = set()
        self.seams: dict[int, int] = {}  # where a base in brackets ends: where its argument begins
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
            return bool(last.value.op is IF and last.value.special != USER)
        return self.in_condition

    @property
    def in_condition(self) -> bool:
        return bool(self.conditions) and self.conditions[-1]

    def emit(self, kind: str, value: object, start: int, end: int) -> None:
        if self.where is not None:
            start, end = self.span(start, end)
        self.out.append(new_token(Token, (kind, value, start, end)))

    @property
    def after_operand(self) -> bool:
        return bool(self.out) and self.out[-1].type in OPERANDS

    def refused(self, found: re.Match[str]) -> None:
        sign = found.group()
        if self.in_condition and (sign in EQUALITIES or sign in CONDITIONS):
            kind = CONDITIONS.get(sign) or "RELATION"
            self.emit(kind, EQUALITIES.get(sign, sign), *found.span())
            return
        raise self.error(
            f"{sign} {self.column(found.start())} is not part of the language",
            found.start(), found.end(), REFUSED[sign],
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
        kind = SIGNS[sign]
        if kind == "EQUAL" and self.in_condition:
            kind = "RELATION"
        if kind == "COMMA" and self.open and self.open[-1][0] in "[{" and not self.latex:
            raise self.error(
                f", {self.column(start)} stands in {self.open[-1][0]}, which groups one formula",
                start, end, "arguments stand in ( )",
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
        if start in self.seams:  # log_(a)(x): the base ends, its argument begins
            self.emit("COMMA", ",", start, end)
            return self.seams.pop(start)
        opener = {")": "(", "}": "{", "]": "["}[char]
        if not self.open:
            raise self.error(f"{char} {self.column(start)} has no {opener}", start)
        last, place, self.touching = self.pull()
        if last != opener:
            raise self.error(f"{last} opened {self.column(place)} is never closed", place)
        self.emit("RPAR", char, start, end)
        return None

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
                self.push(("|", earlier.start, -1), False)
                self.touching, closes = -1, True
                self.emit("BARR", None, start, end)
                return
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
