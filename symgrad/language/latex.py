r"""LaTeX, rewritten as the text language: \frac{a}{b} becomes ((a)/(b)), \sin x becomes sin x.

- `is_latex(text)`: a backslash, or dollars around the text, switch LaTeX on.
- `rewritten(text, declared)` is the text in the other notation, and for each of its characters the
  place in the text as typed. One pass with a stack of braces; what is not known is refused by name.

Letters that stand together are separate names, as every reader of LaTeX has it; a name of several
letters is \mathrm{name} or \operatorname{name}, or declared.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from ..errors import LanguageError, nearest
from .characters import GREEK_NAMES, foreign, plain
from .commands import (
    BLANK,
    BRACED,
    DOLLARS,
    GREEK_VARIANTS,
    INDEX,
    NAMES,
    PAIRS,
    REFUSED,
    SIGNS,
    TOKEN,
    WORDS,
    Frame,
    column,
)
from .names import CONDITIONALS, REASONS, constant, function
from .patterns import CASES, INDEX_FIRST, LEFT_BAR, RIGHT_BAR, ROOT
from .places import Origin


def is_latex(text: str) -> bool:
    stripped = text.strip()
    return "\\" in text or (len(stripped) > 1 and stripped[0] == stripped[-1] == "$")


def rewritten(text: str, declared: Collection[str]) -> tuple[str, Origin]:
    """The text in the text language, and where each character of it comes from."""
    found = DOLLARS.fullmatch(text)
    start, end = 0, len(text)
    if found and PAIRS[found[1]] == found[3]:
        start, end = found.span(2)
    return Rewriter(text, declared).all(start, end)


class Rewriter:
    """One pass over one text."""

    def __init__(self, text: str, declared: Collection[str]) -> None:
        self.typed, self.text, self.declared = text, plain(text), declared
        self.out: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.stack: list[Frame] = []
        self.wanted: list[str] = []  # what to write after each of the next arguments
        self.comma = -1  # place of a & or \\ whose comma waits for something to separate

    def all(self, position: int, end: int) -> tuple[str, Origin]:
        while position < end:
            found = TOKEN.match(self.text, position)
            command, letters, digits, char = found.groups()  # type: ignore[union-attr]
            after = found.end()  # type: ignore[union-attr]
            if command is not None:
                position = self.command(command, position, after)
            elif letters:
                position = self.letters(letters, position)
            elif digits:
                position = self.digits(digits, position)
            else:
                position = self.char(char, position)
        for frame in self.stack:
            raise self.error(
                f"{frame.char} opened {column(frame.place)} is never closed", frame.place
            )
        if self.wanted:
            raise self.error("an argument is missing at the end of the text", max(0, end - 1))
        return "".join(self.out), Origin(self.starts, self.ends)

    # --- writing ----------------------------------------------------------------------------------

    def write(self, string: str, place: int, end: int = -1) -> None:
        """Add to the text what stands from `place` to `end` as typed, or at `place` alone."""
        if self.comma >= 0 and string.strip():
            comma, self.comma = self.comma, -1
            self.write(",", comma)
        self.out += string
        self.starts += [place] * len(string)
        self.ends += [max(end, place + 1)] * len(string)

    def word(self, name: str, place: int, end: int) -> None:
        """A name, apart from what stands before it."""
        if self.out and (self.out[-1].isalnum() or self.out[-1] == "_"):
            self.write(" ", place)
        self.write(name, place, end)

    def argument_done(self, place: int) -> None:
        """An argument of one token is complete."""
        if self.wanted:
            self.write(self.wanted.pop(0), place)

    def wants(self, closings: list[str]) -> None:
        """The next arguments are a command's; if it is itself an argument, that ends with them."""
        if self.wanted:
            closings = [*closings[:-1], closings[-1] + self.wanted.pop(0)]
        self.wanted = closings + self.wanted

    def error(
        self, message: str, place: int, end: int = -1, hint: str | None = None
    ) -> LanguageError:
        return LanguageError(
            message, text=self.typed, position=(place, end if end > place else place + 1), hint=hint
        )

    # --- one token each ---------------------------------------------------------------------------

    def letters(self, run: str, place: int) -> int:
        """A known name whole; otherwise each letter is a name."""
        after = place + len(run)
        stem = run.rstrip("0123456789")
        if self.wanted and not self.known(stem):
            run = stem = run[0]
            after = place + 1
        if len(stem) == 1 or self.known(stem) or run in self.declared:
            self.word(run, place, after)
        else:
            for i, letter in enumerate(stem[:-1]):
                self.word(letter, place + i, place + i + 1)
            self.word(run[len(stem) - 1 :], place + len(stem) - 1, after)
        self.argument_done(place)
        return after

    def known(self, name: str) -> bool:
        return (
            name in self.declared or name in GREEK_NAMES or name in CONDITIONALS
            or (len(name) > 1 and name in REASONS) or bool(re.fullmatch("d[a-z]", name))
            or function(name) is not None or constant(name) is not None
        )  # fmt: skip

    def digits(self, digits: str, place: int) -> int:
        if self.wanted:
            digits = digits[0]
        self.word(digits, place, place + len(digits))
        self.argument_done(place)
        return place + len(digits)

    def char(self, char: str, place: int) -> int:
        """A sign, a bracket or a blank."""
        if "\ue000" <= char <= "\uf8ff":
            raise foreign(self.typed, place)
        if char.isspace() or char == "~":
            self.write(" ", place)
        elif char == "{":
            self.stack.append(Frame(char, place, *self.opened(place)))
            self.wanted = []
        elif char in "}]" and self.stack and self.stack[-1].char == {"}": "{", "]": "["}[char]:
            frame = self.stack.pop()
            self.write(frame.closing, place)
            self.wanted = frame.wanted
        elif char in "^_":
            return self.script(char, place)
        elif char == "&":
            self.comma = place
        elif char == "}":
            raise self.error(f"}} {column(place)} has no {{", place)
        elif self.wanted and char in "+-":
            self.write(char, place)
        elif self.wanted:
            raise self.error(f"an argument is missing before {char} {column(place)}", place)
        else:
            self.write(char, place)
        return place + 1

    def opened(self, place: int) -> tuple[str, list[str]]:
        """What the end of a brace writes, and what is wanted after it."""
        if self.wanted:
            return self.wanted[0], self.wanted[1:]
        self.write("(", place)
        return ")", []

    def script(self, char: str, place: int) -> int:
        """A power takes one token or braces; an index is letters and digits."""
        if self.wanted:
            raise self.error(f"an argument is missing before {char} {column(place)}", place)
        if char == "^":
            self.write("^(", place)
            self.wants([")"])
            return place + 1
        found = INDEX.match(self.text, place + 1)
        if not found:
            log = "".join(self.out[-3:]) == "log"
            raise self.error(
                f"{'the base' if log else 'the index'} after _ {column(place)} is not letters or "
                "digits", place,
                hint=r"write \log(x, base)" if log
                else "an index is letters or digits, as in x_1 or x_{12}",
            )  # fmt: skip
        if not (self.out and (self.out[-1].isalnum() or self.out[-1] == "}")):
            raise self.error(f"_ {column(place)} follows no name", place, hint=INDEX_FIRST)
        self.write("_{" + (found[1] or found[2]) + "}", place, found.end())
        return found.end()

    # --- commands ---------------------------------------------------------------------------------

    def command(self, name: str, place: int, after: int) -> int:
        """A command, and the place after what it takes with it."""
        bare = name.rstrip("*")
        if name in BLANK:
            self.write(" ", place)
        elif name in ("left", "right"):
            return self.delimiter(name, place, after)
        elif name in SIGNS:
            self.write(SIGNS[name], place, after)
        elif name == "\\":
            self.comma = place
        elif bare in NAMES:
            return self.named(bare, place, after)
        elif name in ("frac", "dfrac", "tfrac", "cfrac"):
            self.write("((", place, after)
            self.wants([")/(", "))"])
        elif name == "sqrt":
            return self.root(place, after)
        elif name in ("begin", "end"):
            return self.environment(name, place, after)
        else:
            self.function(name, place, after)
        return after

    def function(self, name: str, place: int, after: int) -> None:
        """\\sin, \\alpha, \\Gamma."""
        name = GREEK_VARIANTS.get(name, name)
        if name == "Gamma" and re.match(r"\s*(\(|\\left\s*\()", self.text[after : after + 20]):
            name = "gamma"
        if not (name in GREEK_NAMES or function(name) or constant(name)):
            close = nearest(name, ["frac", "sqrt", "cdot", *GREEK_NAMES, "sin", "cos", "tan", "ln"])
            hint = REFUSED.get(name) or (f"did you mean \\{close}?" if close else None)
            raise self.error(
                f"\\{name} {column(place)} is not part of the language", place, after, hint
            )
        self.word(name, place, after)
        self.argument_done(place)

    def named(self, command: str, place: int, after: int) -> int:
        r"""\operatorname{name}, \mathrm{x1}; \text{if } and \text{otherwise} inside cases."""
        found = BRACED.match(self.text, after)
        if not found:
            raise self.error(f"\\{command} {column(place)} needs a name in braces", place, after)
        name = found[1].replace("\\_", "_")
        in_cases = any(f.char == "\\begin{cases}" for f in self.stack)
        if in_cases and name.strip().lower() in WORDS:
            return found.end()
        if not name or " " in name:
            raise self.error(
                f"words {column(place)} are not part of the formula", place, found.end()
            )
        self.word(name, place, found.end())
        self.argument_done(place)
        return found.end()

    def delimiter(self, side: str, place: int, after: int) -> int:
        r"""\left( \right] \left| and so on."""
        found = re.compile(r"\s*(\\[A-Za-z]+|\\.|.)", re.DOTALL).match(self.text, after)
        char = found[1] if found else ""
        bars = {"left": LEFT_BAR, "right": RIGHT_BAR}
        if char in ("|", "\\vert", "\\lvert", "\\rvert", "\\|"):
            written = bars[side]
        elif char in ("(", "[", "\\{", "\\lbrace", "\\lbrack") and side == "left":
            written = "("
        elif char in (")", "]", "\\}", "\\rbrace", "\\rbrack") and side == "right":
            written = ")"
        else:
            raise self.error(
                f"\\{side}{char} {column(place)} is not part of the language", place, after,
                r"write \left( ... \right)",
            )  # fmt: skip
        self.write(written, place, found.end())  # type: ignore[union-attr]
        return found.end()  # type: ignore[union-attr]

    def root(self, place: int, after: int) -> int:
        r"""\sqrt{x} and \sqrt[3]{x}."""
        found = re.compile(r"\s*\[").match(self.text, after)
        self.write(" ", place)
        if not found:
            self.write("sqrt(", place, after)
            self.wants([")"])
            return after
        self.write(ROOT + "(", place, after)
        self.wants([")"])
        self.stack.append(Frame("[", found.end() - 1, ",", self.wanted))
        self.wanted = []
        return found.end()

    def environment(self, side: str, place: int, after: int) -> int:
        r"""\begin{cases} and its end."""
        found = BRACED.match(self.text, after)
        if not found or found[1] != "cases":
            raise self.error(
                f"\\{side} {column(place)} is known for cases only", place, after,
                r"write \begin{cases} a & x > 0 \\ b & \text{otherwise} \end{cases}",
            )  # fmt: skip
        if side == "begin":
            self.write(" " + CASES + "(", place, found.end())
            self.stack.append(Frame("\\begin{cases}", place, "", self.wanted))
            self.wanted = []
        elif not self.stack or self.stack[-1].char != "\\begin{cases}":
            raise self.error(f"\\end{{cases}} {column(place)} has no beginning", place, found.end())
        else:
            self.comma = -1
            self.wanted = self.stack.pop().wanted
            self.write(")", place)
            self.argument_done(place)
        return found.end()
