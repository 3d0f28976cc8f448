r"""LaTeX, rewritten as the text language: \frac{a}{b} becomes ((a)/(b)), \sin x becomes sin x.

- `rewritten(text, declared)` is the text in the other notation, and for each of its characters the
  place in the text as typed. One pass with a stack of braces; what is not known is refused by name.

Letters that stand together are separate names, as every reader of LaTeX has it; a name of several
letters is \mathrm{name} or \operatorname{name}, or declared.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from ..errors import Fault, LanguageError, nearest
from .characters import (
    CASES,
    GREEK_NAMES,
    INDEX_FIRST,
    LEFT_BAR,
    OPENING_OF,
    OPENS,
    QUOTED,
    REPEATING,
    RIGHT_BAR,
    ROOT,
    closing,
    foreign,
    plain,
)
from .commands import (
    ABOVE_THE_LINE,
    ARRAY_COLUMNS,
    AT_END,
    BELOW_THE_LINE,
    BLANK,
    BOLD,
    BRACED,
    CONDITION_IN_TEXT,
    DERIVATIVE,
    DIGIT_FRACTION,
    DIGITS_BELOW,
    DISPLAY,
    DOLLARS,
    EDITORS,
    ENCYCLOPEDIAS,
    FONT_SWITCHES,
    FRACTION_COMMANDS,
    GREEK_AS_INDEX,
    GREEK_VARIANTS,
    HALF_OPEN,
    INDEX,
    LONGEST_DERIVED,
    MATH_DELIMITERS,
    NAMED_COMMANDS,
    OF_BRACKET,
    ONE_COMMAND,
    OPENING,
    OPERAND_AHEAD,
    OVER_DIGITS,
    POWER_THEN_INDEX,
    REFUSED,
    ROMAN_IN_BRACES,
    ROMAN_LETTER,
    ROUNDED,
    ROW_END,
    SIGNS,
    SQRT_OF_BRACKETS,
    STOPPED,
    STRUCTURES,
    TABLE_AHEAD,
    TABLES,
    THOUSANDS,
    TOKEN,
    WORD_AHEAD,
    WORD_AS_INDEX,
    WORD_IN_BRACES,
    WORDS,
    Frame,
    column,
)
from .elsewhere import instead
from .names import (
    CONDITIONALS,
    JOINED_BY,
    OTHER_NAMES,
    REASONS,
    UNDEFINED,
    case_words,
    constant,
    function,
    function_elsewhere,
    greek_inside,
    run_together,
)
from .nesting import Origin


def rewritten(text: str, declared: Collection[str]) -> tuple[str, Origin]:
    """The text in the text language, and where each character of it comes from."""
    found = DOLLARS.fullmatch(text)
    rewriter = Rewriter(text, declared)
    start, end = 0, len(text)
    if found and MATH_DELIMITERS[found[1]] == found[3]:
        start, end = found.span(2)
    if style := ENCYCLOPEDIAS.match(text, start, end):  # {\displaystyle f(x)=x^{2}}
        close = closing(text, text.index("{", start))
        start, end = (style.end(), close) if not text[close + 1 : end].strip() else (start, end)
    if display := DISPLAY.fullmatch(text, start, end):
        start, end = display.span(2)
        inside = text[start:end]
        if inside.count("&") == 1 and "\\begin" not in inside and "\\\\" not in inside:
            mark = text.index("&", start)  # what aligned lines align at says nothing on one line
            rewriter.skipped[mark] = mark + 1
    return rewriter.all(start, end)


def is_command(name: str) -> bool:
    """Whether letters are a command that lost its backslash: cdot, frac, left."""
    known = name in SIGNS or name in NAMED_COMMANDS or name in STRUCTURES or name in REFUSED
    return len(name) > 2 and known


def separated(name: str) -> str | None:
    """\\lnx as \\ln x: a command with a letter glued to it."""
    for end in range(len(name) - 1, 1, -1):
        head = name[:end]
        slip = len(name) - end < 3 or name[end:] in GREEK_NAMES
        if slip and (head in SIGNS or head in GREEK_NAMES or function(head) or constant(head)):
            return f"write \\{head} {name[end:].rstrip('*')}"
    return None


class Rewriter:
    """One pass over one text."""

    def __init__(self, text: str, declared: Collection[str]) -> None:
        self.typed, self.text, self.declared = text, plain(text), declared
        self.out: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.stack: list[Frame] = []
        self.wanted: list[str] = []  # what to write after each of the next arguments
        self.delimiters: list[str] = []  # what each open \\left has
        self.rounding: list[str] = []  # floor or ceil, for each that is open
        self.tail = ""  # what ends the numerator and denominator of \\over
        self.skipped: dict[int, int] = {}  # what was read already, or says nothing: where it ends
        self.bold: set[str] = set()  # letters that are bold, and those that are not
        self.slanted: set[str] = set()
        self.level = self.bars = 0  # open brackets, and bars so far
        self.in_cases = 0  # how many tables of cases are open
        self.comma = -1  # place of a & or \\ whose comma waits for something to separate

    def all(self, position: int, end: int) -> tuple[str, Origin]:
        while position < end:
            if position in self.skipped:
                position = self.skipped[position]
                continue
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
                f"{frame.char} opened {column(frame.place)} is never closed", frame.place,
                code=Fault.unbalanced,
            )
        if self.wanted:
            raise self.error("an argument is missing at the end of the text", max(0, end - 1))
        if self.tail:
            self.write(self.tail, max(0, end - 1))
        for letter in sorted(self.bold & self.slanted):
            raise self.error(
                f"{letter} stands here bold and not bold", 0, end,
                f"write {letter} for both, or {letter}_1 for one of them",
            )  # fmt: skip
        return "".join(self.out), Origin(self.starts, self.ends)

    # --- writing ----------------------------------------------------------------------------------

    def write(self, string: str, place: int, end: int = -1) -> None:
        """Add to the text what stands from `place` to `end` as typed, or at `place` alone."""
        if self.comma >= 0 and string.strip():
            comma, self.comma = self.comma, -1
            self.write(",", comma)
        for char in string:
            if char in "([{":
                self.level += 1
            elif char in ")]}":
                self.level -= 1
                if self.stack and self.level < self.stack[-1].level:
                    raise self.error(f"{char} {column(place)} has no {OPENING_OF[char]}", place,
                                     code=Fault.unbalanced)  # fmt: skip
            elif char == "|":
                self.bars += 1
        self.out += string
        self.starts += [place] * len(string)
        self.ends += [max(end, place + 1)] * len(string)

    def begin(self, frame: Frame) -> None:
        self.stack.append(
            frame._replace(begin=len(self.out), level=self.level, bars=self.bars)
        )
        self.wanted = []

    def check_balanced(self, frame: Frame) -> None:
        """What is opened in braces is closed there: \\frac{(2 + x}{3) + 1} is no (2 + x)/3 + 1."""
        if self.level == frame.level and (self.bars - frame.bars) % 2 == 0:
            return
        opening, ending = ("([{", ")]}") if self.level != frame.level else ("|", "")
        closed = 0
        for char, place in zip(reversed(self.out), reversed(self.starts)):
            closed += char in ending
            if char in opening and char:
                closed -= 1
                if closed < 0:
                    raise self.error(f"{char} opened {column(place)} is never closed", place,
                                     code=Fault.unbalanced)  # fmt: skip

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
        self, message: str, place: int, end: int = -1, hint: str | None = None,
        code: Fault = Fault.syntax,
    ) -> LanguageError:  # fmt: skip
        position = (place, end if end > place else place + 1)
        return LanguageError(message, code=code, text=self.typed, position=position, hint=hint)

    # --- one token each ---------------------------------------------------------------------------

    def letters(self, run: str, place: int) -> int:
        """A known name whole; otherwise each letter is a name."""
        after = place + len(run)
        stem = run.rstrip("0123456789")
        if self.wanted and not self.known(stem):
            run = stem = run[0]
            after = place + 1
        self.slanted |= {stem} if self.known(stem) else set(stem)
        before = AT_END.search(self.text[max(0, place - 40) : place])
        if before and re.fullmatch("e[0-9]+", run) and run not in self.declared:  # 2e3
            raise self.error(f"{run} {column(place)} looks like a power of ten", place, after,
                             f"write {before[0]}\\cdot 10^{{{run[1:]}}}")  # fmt: skip
        if len(stem) == 1 or self.known(stem) or run in self.declared:
            self.word(run, place, after)
        elif is_command(stem):
            raise self.error(
                f"{stem} {column(place)} lacks its backslash", place, place + len(stem),
                REFUSED.get(stem) or f"write \\{stem}",
            )  # fmt: skip
        elif self.meant_as_one(stem, after):
            run = stem if function_elsewhere(stem) else run
            after = place + len(run)
            self.word(run, place, after)
        elif separate := run_together(stem):
            raise self.error(
                f"{stem} {column(place)} has a function's name in it", place, place + len(stem),
                f"write {separate}",
            )  # fmt: skip
        elif letter := greek_inside(stem):
            raise self.error(
                f"{stem} {column(place)} has the name of a Greek letter in it", place,
                place + len(stem), f"write \\{letter} apart from the letters beside it",
            )  # fmt: skip
        else:
            for i, letter in enumerate(stem[:-1]):
                self.word(letter, place + i, place + i + 1)
            self.word(run[len(stem) - 1 :], place + len(stem) - 1, after)
        self.argument_done(place)
        return after

    def meant_as_one(self, name: str, after: int) -> bool:
        """Whether letters are a function's name without its backslash: tg x, foo(x), frac{1}{2}."""
        if len(name) == 2:
            return function_elsewhere(name) and bool(OPERAND_AHEAD.match(self.text, after))
        return function_elsewhere(name) or bool(OPENING.match(self.text, after))

    def known(self, name: str) -> bool:
        return (
            name in self.declared or name in GREEK_NAMES or name in CONDITIONALS
            or (len(name) > 1 and name in REASONS) or bool(re.fullmatch("d[a-z]", name))
            or function(name) is not None or constant(name) is not None
        )  # fmt: skip

    def digits(self, digits: str, place: int) -> int:
        if self.wanted:
            digits = digits[0]
        after = place + len(digits)
        if THOUSANDS.fullmatch(digits):
            whole, decimal = digits.replace("{,}", ""), digits.replace("{,}", ".")
            raise self.error(
                f"{digits} {column(place)} can be {whole} or {decimal}", place, after,
                f"write {whole} or {decimal}",
            )  # fmt: skip
        self.word(digits.replace("{,}", "."), place, after)
        self.argument_done(place)
        return after

    def char(self, char: str, place: int) -> int:
        """A sign, a bracket or a blank."""
        if "\ue000" <= char <= "\uf8ff":
            raise foreign(self.typed, place)
        if char.isspace() or char == "~":
            self.write(" ", place)
        elif char == "{" and self.in_cases and (
            (found := WORD_IN_BRACES.match(self.text, place))
            and self.says_nothing("text", found[1])
        ):
            return found.end()
        elif char == "{" and not self.wanted and (
            (found := ROMAN_IN_BRACES.match(self.text, place)) and function(found[1])
            and found[1] not in CONDITIONALS
        ):
            self.word(found[1], place, found.end())
            return found.end()
        elif char == "{":
            self.begin(Frame(char, place, *self.opened(place)))
        elif char in "}]" and self.stack and self.stack[-1].char == {"}": "{", "]": "["}[char]:
            self.check_balanced(self.stack[-1])
            frame = self.stack.pop()
            self.write(frame.closing, place)
            self.wanted = frame.wanted
        elif char in "^_":
            return self.script(char, place)
        elif char == "&":
            self.separated(place)
        elif char == "," and self.comma >= 0:
            return place + 1  # the comma of `x^2 &, x > 0` is written already
        elif char == "}":
            raise self.error(f"}} {column(place)} has no {{", place, code=Fault.unbalanced)
        elif self.wanted and char in "+-":
            self.write(char, place)
        elif self.wanted:
            raise self.error(f"an argument is missing before {char} {column(place)}", place,
                             hint="put the argument in braces")  # fmt: skip
        else:
            self.write(char, place)
        return place + 1

    def separated(self, place: int) -> None:
        """A cell ends: the stop of a printed sentence before it says nothing."""
        if not self.in_cases:
            raise self.error(
                f"{self.typed[place : place + 2].strip()} {column(place)} begins a second part",
                place, hint="give one formula",
            )  # fmt: skip
        if self.stack[-1].char == "\\begin{cases}":
            self.check_balanced(self.stack[-1])
        while self.out and self.out[-1] in " ,;.":
            del self.out[-1], self.starts[-1], self.ends[-1]
        self.comma = place

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
        if "".join(self.out[-3:]).rstrip().endswith("'"):
            raise foreign(self.typed, self.text.rindex("'", 0, place))
        if char == "^":
            later = POWER_THEN_INDEX.match(self.text, place)
            if later and place not in self.skipped.values():  # x^2_1 is x_1^2
                after = self.skipped[later.end()] = self.script("_", later.end())
                if self.text[after : after + 1] == "^":
                    raise self.error(f"a second power {column(after)}", after, after + 1,
                                     "put one of them in brackets")  # fmt: skip
            self.write("^(", place)
            self.wants([")"])
            return place + 1
        while self.out and self.out[-1] == " ":
            del self.out[-1], self.starts[-1], self.ends[-1]
        found = INDEX.match(self.text, place + 1) or WORD_AS_INDEX.match(self.text, place + 1)
        log = "".join(self.out[-3:]) == "log"
        if not log and not found:
            found = GREEK_AS_INDEX.match(self.text, place + 1)
        if log and not found:  # a base is any formula: \\log_{a^2} x
            self.write("_(", place)
            self.wants([")"])
            return place + 1
        if not found:
            raise self.error(
                f"the index after _ {column(place)} is not letters or digits", place,
                hint="an index is letters or digits, as in x_1 or x_{12}",
            )  # fmt: skip
        if not (self.out and (self.out[-1].isalnum() or self.out[-1] == "}")):
            raise self.error(f"_ {column(place)} follows no name", place, hint=INDEX_FIRST)
        self.write("_{" + (found[1] or found[2]) + "}", place, found.end())
        if found[2] and not log and self.text[found.end() : found.end() + 1].isdigit():
            self.write("*", found.end())  # x_12 is x_1 times 2, as every reader of LaTeX has it
        return found.end()

    # --- commands ---------------------------------------------------------------------------------

    def command(self, name: str, place: int, after: int) -> int:
        """A command, and the place after what it takes with it."""
        bare = name.rstrip("*")
        if name in BLANK:
            self.write(" ", place)
        elif name in ("left", "right", "mleft", "mright"):
            return self.delimiter(name.removeprefix("m"), place, after)
        elif name in SIGNS:
            self.rounded(name, place, after)
            self.write(SIGNS[name], place, after)
        elif name == "\\":
            self.separated(place)
            return ROW_END.match(self.text, after).end()  # type: ignore[union-attr]
        elif name in FONT_SWITCHES:
            return self.switched(place, after)
        elif bare in NAMED_COMMANDS:
            return self.named(bare, place, after)
        elif name in FRACTION_COMMANDS:
            mixed = name in ("frac", "tfrac") and not self.wanted
            digits = DIGIT_FRACTION.match(self.text, after) if mixed else None
            if self.after_function():
                self.write(OPENS, place)
            if digits:  # 3\frac12 may be a mixed number
                top, bottom = digits[1] or digits[3], digits[2] or digits[4]
                self.write(f"{QUOTED}{top}/{bottom}{QUOTED}", place, digits.end())
                return digits.end()
            self.check_derivative(after)
            self.write("((", place, after)
            self.wants([")/(", "))"])
        elif name == "over":
            self.over(place, after)
        elif name == "sqrt":
            return self.root(place, after)
        elif name in ("begin", "end"):
            return self.environment(name, place, after)
        else:
            self.function(name, place, after)
        return after

    def check_derivative(self, after: int) -> None:
        r"""\frac{d f(x)}{dx}: a derivative, whatever stands behind the d."""
        above = ABOVE_THE_LINE.match(self.text, after) if "d" not in self.declared else None
        opened = self.text.index("{", after) if above else 0
        close = closing(self.text[opened : opened + LONGEST_DERIVED], 0) if above else 0
        below = BELOW_THE_LINE.match(self.text, opened + close + 1) if close else None
        if below and (len(below[1]) == 1 or below[1] in GREEK_NAMES):
            raise self.error(
                f"d/d{below[1]} {column(after + 1)} is not part of the formula", after + 1,
                below.end() - 1,
                f'give the formula alone and choose the variable with wrt="{below[1]}"',
            )  # fmt: skip

    def rounded(self, name: str, place: int, after: int) -> None:
        """What begins as a floor ends as one: half of each is the nearest whole number."""
        if name in ("lfloor", "lceil"):
            self.rounding.append(name[1:])
        elif name in ("rfloor", "rceil") and self.rounding:
            opened = self.rounding.pop()
            if opened != name[1:]:
                raise self.error(f"\\{name} {column(place)} does not close its bracket", place,
                                 after, f"write \\r{opened}, or round(x)")  # fmt: skip

    def over(self, place: int, after: int) -> None:
        r"""{a \over b}: all before it in the braces is the numerator, all behind it below."""
        if self.stack[-1].over if self.stack else self.tail:
            raise self.error(f"a second \\over {column(place)}", place, after, r"write \frac{a}{b}")
        begin = self.stack[-1].begin if self.stack else 0
        self.check_balanced(self.stack[-1] if self.stack else Frame("", 0, "", []))
        self.level += 2
        self.out[begin:begin] = ["(", "("]
        self.starts[begin:begin] = [place, place]
        self.ends[begin:begin] = [after, after]
        self.write(")/(", place, after)
        if self.stack:
            closing = "))" + self.stack[-1].closing
            self.stack[-1] = self.stack[-1]._replace(closing=closing, over=True, level=self.level)
        else:
            self.tail += "))"

    def after_function(self) -> bool:
        """Whether a function stands just before: sin 1/2 x has two readings."""
        word = re.search(r"([A-Za-z]+[0-9]*) *$", "".join(self.out[-12:]))
        op = function(word[1]) if word else None
        return op is not None and op.open_argument

    def function(self, name: str, place: int, after: int) -> None:
        """\\sin, \\alpha, \\Gamma."""
        typed, name = name, EDITORS.get(name) or GREEK_VARIANTS.get(name, name)
        if name == "Gamma" and (found := OF_BRACKET.match(self.text, after)):
            if found[1]:
                raise self.error(
                    f"\\Gamma^{found[1]} {column(place)} can be a power of the function", place,
                    found.end(1), f"write \\Gamma(...)^{found[1]}",
                )  # fmt: skip
            name = "gamma"
        if name in REFUSED or not (name in GREEK_NAMES or function(name) or constant(name)):
            known = ["frac", "sqrt", "cdot", *GREEK_NAMES, "sin", "cos", "tan", "ln"]
            close = OTHER_NAMES.get(name) or nearest(name, known)
            hint = REFUSED.get(name) or (None if name in OTHER_NAMES else separated(name))
            hint = hint or (None if name in OTHER_NAMES else instead(name))
            if self.out[-1:] and self.out[-1] in ".0123456789" and name in OVER_DIGITS and (
                DIGITS_BELOW.match(self.text, after)
            ):
                hint = REPEATING
            if name == "circ" and "".join(self.out[-2:]) != "^(":
                hint = "give one formula, with the inner one put in"
            hint = hint or (f"did you mean \\{close}?" if close else None)
            raise self.error(
                f"\\{name} {column(place)} is not part of the language", place, after, hint
            )
        based = re.fullmatch("log([0-9]+)", name)
        if based and self.text[after : after + 1] == "_":
            raise self.error(
                f"\\{typed} {column(place)} has the base {based[1]} already", place, after,
                "write \\log for another base",
            )  # fmt: skip
        self.word(name, place, after)
        self.argument_done(place)

    def named(self, command: str, place: int, after: int) -> int:
        r"""\operatorname{name}, \mathrm{x1}; \text{if } and \text{otherwise} inside cases."""
        found = BRACED.match(self.text, after)
        in_cases = self.in_cases > 0
        if inner := ONE_COMMAND.match(self.text, after):  # \mathrm{\pi}
            self.function(inner[1], place, inner.end())
            return inner.end()
        condition = CONDITION_IN_TEXT.match(self.text, after) if in_cases else None
        if condition and condition[1].strip().lower() in WORDS:  # \text{if $x<0$}
            self.skipped[condition.end(2)] = condition.end()
            return condition.start(2)
        if in_cases and (stopped := STOPPED.match(self.text, after)):
            found = stopped if self.says_nothing(command, stopped[1].strip()) else found
        if not found and command not in ("text", "operatorname"):
            found = ROMAN_LETTER.match(self.text, after)
        if not found:
            raise self.error(f"\\{command} {column(place)} needs a name in braces", place, after)
        name = found[1].replace("\\_", "_")
        if name.strip() == "d" and "d" not in self.declared:
            raise self.derivative(place, found.end())
        if in_cases and self.says_nothing(command, name.strip()):
            return found.end()
        if in_cases and command != "operatorname" and (said := self.said(name, found[0])):
            self.write(said, place, found.end())
            return found.end()
        if not name and found[0].strip(" {}") == "":
            self.write(" ", place)
            return found.end()
        if not name or " " in name:
            raise self.error(
                f"words {column(place)} are not part of the formula", place, found.end()
            )
        if command in BOLD and len(name) == 1:
            self.bold.add(name)
        self.word(name, place, found.end())
        self.argument_done(place)
        return found.end()

    def says_nothing(self, command: str, name: str) -> bool:
        """Whether it is a word of cases such as "if" and "otherwise", and no name: Si is one."""
        if command == "operatorname" or name in self.declared:
            return False
        return (name if command.startswith("math") else name.lower()) in WORDS

    @staticmethod
    def said(name: str, typed: str) -> str:
        """and, or, undefined, in the words of many languages; {y} may be a name, { y } is and."""
        joined = JOINED_BY.get(name.lower(), "") if len(name) > 1 or " " in typed else ""
        if joined:
            return f" {joined} "
        return UNDEFINED if re.fullmatch(case_words("undefined"), name.strip(), re.I) else ""

    def switched(self, place: int, after: int) -> int:
        r"""{\rm e}: a font for the word behind it."""
        found = WORD_AHEAD.match(self.text, after)
        if not found:
            self.write(" ", place)
            if self.text[after : after + 1] == "{" and BRACED.match(self.text, after):
                return self.named("mathrm", place, after)  # \rm{sin} x
            return after
        if found[1] == "d" and "d" not in self.declared:
            raise self.derivative(place, found.end())
        self.word(found[1], place, found.end())
        self.argument_done(place)
        return found.end()

    def derivative(self, place: int, end: int) -> LanguageError:
        """An upright d is the sign of a derivative or an integral."""
        return self.error(
            f"d {column(place)} is the sign of a derivative, no part of the formula", place, end,
            DERIVATIVE,
        )  # fmt: skip

    def delimiter(self, side: str, place: int, after: int) -> int:
        r"""\left( \right] \left| and so on."""
        found = re.compile(r"\s*(\\[A-Za-z]+|\\.|.)", re.DOTALL).match(self.text, after)
        char = found[1] if found else ""
        bars = {"left": LEFT_BAR, "right": RIGHT_BAR}
        if side == "left":
            opened = "table" if TABLE_AHEAD.match(self.text, after) else char
            self.delimiters.append(opened)
        else:
            opened = self.delimiters.pop() if self.delimiters else ""
        if char == "." and opened == "table":
            written = "(" if side == "left" else ")"
        elif char == ".":
            written = " "  # nothing is shown: \left( ... \right. \left. ... \right) is one bracket
        elif char in ("|", "\\vert", "\\lvert", "\\rvert", "\\|"):
            written = bars[side]
        elif char in ("(", "[", "\\{", "\\lbrace", "\\lbrack") and side == "left":
            written = "("
        elif char in (")", "]", "\\}", "\\rbrace", "\\rbrack") and side == "right":
            written = ")"
        elif char in ROUNDED[side]:
            self.rounded(char[1:], place, after)
            written = SIGNS[char[1:]]
        else:
            raise self.error(
                f"\\{side}{char} {column(place)} is not part of the language", place, after,
                r"write \left( ... \right)",
            )  # fmt: skip
        if side == "right" and opened == "." and written == RIGHT_BAR:
            raise self.error(
                f"\\right{char} {column(place)} puts a number in for a variable", place, after,
                "write the formula with the number in it",
            )  # fmt: skip
        unopened = char == "." and not opened  # of which nothing would be seen
        if side == "right" and (unopened or {opened[-1:], char[-1]} in HALF_OPEN):
            raise self.error(
                f"\\right{char} {column(place)} does not close its bracket", place, after,
                r"write \left( ... \right)",
            )  # fmt: skip
        self.write(written, place, found.end())  # type: ignore[union-attr]
        return found.end()  # type: ignore[union-attr]

    def root(self, place: int, after: int) -> int:
        r"""\sqrt{x} and \sqrt[3]{x}."""
        found = re.compile(r"\s*\[").match(self.text, after)
        self.write(" ", place)
        if SQRT_OF_BRACKETS.match(self.text, after):  # \sqrt(x), which TeX takes for the root of (
            self.word("sqrt", place, after)
            return after
        if not found:
            self.write("sqrt(", place, after)
            self.wants([")"])
            return after
        self.write(ROOT + "(", place, after)
        self.wants([")"])
        self.begin(Frame("[", found.end() - 1, ",", self.wanted))
        return found.end()

    def environment(self, side: str, place: int, after: int) -> int:
        r"""\begin{cases} and its end."""
        found = BRACED.match(self.text, after)
        if found and found[1].endswith("matrix") and found[1] not in TABLES:
            raise self.error(
                f"\\{side} {column(place)} is not part of the language", place, found.end(),
                "matrices are not part of the language",
            )  # fmt: skip
        if not found or found[1] not in TABLES:
            raise self.error(
                f"\\{side} {column(place)} is known for cases only", place, after,
                r"write \begin{cases} a & x > 0 \\ b & \text{otherwise} \end{cases}",
            )  # fmt: skip
        if side == "begin":
            spec = ARRAY_COLUMNS.match(self.text, found.end()) if found[1] == "array" else None
            self.write(" " + CASES + "(", place, found.end())
            self.begin(Frame("\\begin{cases}", place, "", self.wanted))
            self.in_cases += 1
            return spec.end() if spec else found.end()
        if not self.stack or self.stack[-1].char != "\\begin{cases}":
            raise self.error(f"\\end{{cases}} {column(place)} has no beginning", place, found.end())
        self.separated(place)
        self.comma = -1
        self.wanted = self.stack.pop().wanted
        self.in_cases -= 1
        self.write(")", place)
        self.argument_done(place)
        return found.end()
