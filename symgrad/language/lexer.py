"""Text to tokens: what a name or a bar is depends on its neighbours, so it is decided here.

- `Lexer(...).tokens()` yields the grammar's terminals one by one, `$END` last.
- A name before a bracket is a function (CALL), a function without one opens an argument (OPEN).
- A bar closes when an operand precedes it and a bar is open.
"""

from __future__ import annotations

import re
from typing import Any

from ..errors import Ambiguous, Fault, LanguageError
from ..limits import Limits
from ..ops import OPS, Op
from .characters import (
    ARGUMENT,
    ARGUMENT_MARK,
    ASSIGNMENT,
    BASED,
    BEFORE_BRACKET,
    BEGINS_ARGUMENT,
    BIND,
    CASES,
    CONDITIONS,
    DECIMALS,
    DERIVED_ABOVE,
    DERIVED_BY,
    ELEMENT,
    FRACTIONS,
    GLUED,
    GREEK_LETTER,
    HAS_POWER,
    HIGH_DIGITS,
    INDEX_FIRST,
    INDEX_IN_ROOT,
    INDEXED_BY,
    LONE_ATOM,
    MINUS_ONE,
    MODULE,
    NAME,
    NEXT,
    OPENS,
    OPERAND,
    ORDER_RAISED,
    OTHER_POWER,
    POWER,
    ROOT,
    SCAN,
    SHOWN_BRACKET,
    SIGNATURE,
    STARS,
    SUPERSCRIPTS,
    USER,
    WORDS_BASE,
    Callee,
    closing,
    normal,
    short,
)
from .choices import Choices, ambiguous
from .elsewhere import LARGE_SIGNS, instead
from .names import (
    FOREIGN,
    SIGMOIDS,
    SIGN_OF_DERIVATIVE,
    UNDEFINED,
    bindable,
    constant,
    derivative_by,
    function,
    likely_function,
    ordinary,
    perhaps_raised,
    pieces,
    row_of,
    unknown_function,
    unknown_name,
)
from .nesting import Numbers, Origin
from .tables import END, Token


class Lexer(Numbers):
    """One pass over a text. `where` maps places of a rewritten text to places as typed."""

    def __init__(
        self, text: str, typed: str, declared: frozenset[str], choices: Choices, limits: Limits,
        *, where: Origin | None = None, splits: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(text, typed, where, choices)
        self.limits, self.declared, self.splits = limits, declared, splits
        self.used: set[str] = set()
        self.plain: set[str] = set()  # names as written that are variables wherever they stand

    def tokens(self) -> list[Token]:
        """All the tokens."""
        text, position, scan = self.text, 0, SCAN.match
        while position < len(text):
            found = scan(text, position)
            if found is None:
                raise self.stranger(position)
            kind = found.lastgroup
            if kind == "blank":
                position = found.end()
            else:
                position = getattr(self, kind)(found) or found.end()  # type: ignore[arg-type]
        for char, place, _ in self.open:
            raise self.error(f"{char} opened {self.column(place)} is never closed", place,
                             code=Fault.unbalanced)  # fmt: skip
        self.emit(END, None, len(text), len(text))
        return self.out

    # --- names ------------------------------------------------------------------------------------

    def name(self, found: re.Match[str]) -> int | None:
        """A variable, a constant, a function or the name that a binding defines."""
        raw, start, end = found.group(), found.start(), found.end()
        if raw in self.plain and not self.at_statement():
            self.variable(raw, start, end)
            return None
        if len(raw) > self.limits.name:
            raise self.limit(
                f"the name {self.column(start)} has more than {self.limits.name} characters",
                "name", start, end,
            )  # fmt: skip
        name = normal(raw)
        if not self.open and self.at_statement():
            if assigned := ASSIGNMENT.match(self.text, start):
                raise self.error(
                    f":= {self.column(assigned.end() - 2)} is not part of the language",
                    assigned.end() - 2, assigned.end(), f"write {assigned[1].strip()} = ...",
                )  # fmt: skip
            signature = SIGNATURE.match(self.text, start)
            if signature and self.is_left_side(name, signature):
                return signature.end()
            if signature and signature[2] and signature[3] == "=":
                return self.definer(name, signature)
            if BIND.match(self.text, end):
                self.binder(name, start, end)
                return None
        if self.in_condition and raw.lower() in CONDITIONS and raw not in self.declared:
            self.emit(CONDITIONS[raw.lower()], raw, start, end)
            return None
        if name == UNDEFINED and self.at_case and self.following(end) in (",", ")"):
            self.valueless(start, end)
            return None
        return self.word(name, start, end)

    def word(self, name: str, start: int, end: int) -> int:
        """Read a name as the first thing that it can be; the result is where reading goes on."""
        start, end = self.unwrapped(name, start, end)
        called = self.called(name, end)
        for reading in (
            self.as_own_function, self.as_indexed, self.as_own_name, self.as_known_function,
            self.as_constant, self.as_sigmoid, self.as_sign,
        ):  # fmt: skip
            if (after := reading(name, start, end, called)) is not None:
                return after
        return self.as_variable(name, start, end, called)

    def as_own_function(self, name: str, start: int, end: int, called: bool) -> int | None:
        if name not in self.functions or name == self.binding:
            return None
        if not called:
            raise self.uncalled(name, start, end)
        self.emit("CALL", Callee(OPS["sum"], name, special=USER), start, end)
        return end

    def as_indexed(self, name: str, start: int, end: int, called: bool) -> int | None:
        """log_(a + 1); an index in brackets is no name elsewhere."""
        if name == "log_" and self.text[end - 1] == "_" and self.text[end : end + 1] in ("(", "{"):
            return self.based(start, end)
        braced = self.text[end : end + 1] == "{" or (name == "_" and self.following(end) == "(")
        if name[-1] == "_" and braced and not self.latex:
            raise self.no_index(name[:-1], start, end)
        return None

    def is_own(self, name: str) -> bool:
        return name in self.declared or name in self.bound or name in self.arguments

    def as_own_name(self, name: str, start: int, end: int, called: bool) -> int | None:
        """A name that was declared or bound, also where a function has it, too."""
        op = function(name)
        if called and name in self.bound and not op:
            raise self.uncallable(name, start, end)
        if not self.is_own(name):
            return None
        if called and op and self.choices.strict:
            raise Ambiguous(
                f"{name}(...) {self.column(start)} can be a product or the function {name}",
                (f"{name}*(...)", f"{name}(...)"), text=self.typed, position=self.span(start, end),
                hint=f"write {name}*(...) for a product; for the function rename the variable",
            )  # fmt: skip
        if called and op and self.choices.pick(2, self.span(start, end), self.typed):
            return None
        return self.variable(name, start, end)

    def as_known_function(self, name: str, start: int, end: int, called: bool) -> int | None:
        """sin, log_2, and ln2 in which the argument is glued to the name."""
        op = function(name)
        if op in (OPS["log"], OPS["sqrt"], OPS["root"]) and not (self.is_own(name) or self.latex):
            self.check_in_front(op, start, end)
        if base := self.base_of(name, end):
            return self.function(Callee(OPS["log"], name, base=base[0]), start, base[1])
        if op and (called or op.open_argument or self.powered(name, start, end)):
            return self.function(Callee(op, name), start, end)
        glued = GLUED.fullmatch(name)
        stem = function(glued[1]) if glued and not (called or op) else None
        if not (glued and stem and stem.open_argument):  # as it is for ln2, not for atan2
            return None
        callee = Callee(stem, glued[1])
        other = self.other_than_glued(callee, glued[2], end)
        if other and self.choices.pick(2, self.span(start, end), self.typed):
            after = end - len(glued[2]) if other == callee else end
            self.function(other, start, after)
            return after
        return self.glued(callee, glued[2], start, end)

    def as_constant(self, name: str, start: int, end: int, called: bool) -> int | None:
        if not constant(name):
            return None
        self.emit("CONSTANT", row_of(name), start, end)
        return end

    def as_sigmoid(self, name: str, start: int, end: int, called: bool) -> int | None:
        """σ(x): of a variable or the function."""
        if not (called and name in SIGMOIDS):
            return None
        if self.choices.pick(2, self.span(start, end), self.typed):
            return self.variable(name, start, end)
        return self.function(Callee(OPS["sigmoid"], name), start, end)

    def as_sign(self, name: str, start: int, end: int, called: bool) -> None:
        """The sign of a derivative is refused; the variable is chosen elsewhere."""
        if (x := derivative_by(name)) and OPERAND.match(self.text, end):
            raise self.error(
                f"{name} {self.column(start)} is the sign of a derivative", start, end,
                f'give the formula alone and choose the variable with wrt="{x}"',
            )  # fmt: skip
        if name == SIGN_OF_DERIVATIVE and (below := self.derivative_below(start, end)):
            raise self.error(
                f"d/d{below} {self.column(start)} is not part of the formula", start, end,
                f'give the formula alone and choose the variable with wrt="{below}"',
            )  # fmt: skip

    def as_variable(self, name: str, start: int, end: int, called: bool) -> int:
        """An ordinary name; any other is unknown."""
        raised = HAS_POWER.match(self.text, end) if perhaps_raised(name) else None
        raised = raised or self.derived(name, start, end)
        called = called or (raised is not None and self.following(raised.end()) == "(")
        called = called or (likely_function(name) and self.following(end) == "[")
        if ordinary(name) and not (called and likely_function(name)):
            self.check_list(name, start, end)
            return self.variable(name, start, end)
        if self.is_index(name):
            self.variable(name, start, end)
            self.plain.discard(name)
            return end
        return self.unknown(name, start, end, called)

    def unwrapped(self, name: str, start: int, end: int) -> tuple[int, int]:
        """Where a function stands with the brackets that Word does not show: 〖sin〗^2 x."""
        if self.typed[start - 1 : end + 1] != f"〖{name}〗" or not function(name):
            return start, end
        self.out.pop()
        self.pull()
        return start - 1, end + 1

    def is_index(self, name: str) -> bool:
        """The i of sum(i*x, i, 1, 3), inside its brackets."""
        ends = (
            self.text[max(place, (close := closing(self.text, place)) - 60) : close]
            for char, place, _ in self.open
            if char == "(" and self.text[:place].rstrip().endswith("sum")
        )
        return any((index := INDEXED_BY.search(end)) and index[1] == name for end in ends)

    def derived(self, name: str, start: int, end: int) -> re.Match[str] | None:
        """The power in psi^(1)(x), if it is in brackets as typed; of a function here a refusal."""
        raised = ORDER_RAISED[self.latex].match(self.text, end) if name in FOREIGN else None
        op = function(name)
        if raised and op and self.following(raised.end()) == "(":
            order = raised[0].strip(" ^()")
            raise self.error(
                f"{name}^({order}) {self.column(start)} is a derivative of {name}", start,
                raised.end(), f"write polygamma({order}, x)" if op is OPS["digamma"] else
                "give the formula alone and choose the variable with wrt",
            )  # fmt: skip
        return raised

    def derivative_below(self, start: int, end: int) -> str | None:
        """The x of d y/d x, d^2/d x^2 and dφ/dθ, seen from the d below the line."""
        by = DERIVED_BY.match(self.text, end)
        above = DERIVED_ABOVE.search(self.text, max(0, start - 60), start) if by else None
        return normal(by[1]) if by and above else None

    def mark(self, found: re.Match[str]) -> None:
        """The mark of an open argument has been seen by the function before it."""

    def base_of(self, name: str, end: int) -> tuple[str, int] | None:
        """The base in log_2, log_2.5, log_b, and where it ends; a function's name is no base."""
        stem, _, base = name.partition("_")
        if stem != "log":
            return None
        if name == stem:
            found = WORDS_BASE.match(self.typed, end - 1)
            return (found[1] or found[2], found.end()) if found else None
        if not base and (letter := GREEK_LETTER.match(self.text, end)):
            base, end = normal(letter[0]), letter.end()
        if not base and self.text[end : end + 1] in FRACTIONS:
            return FRACTIONS[self.text[end]], end + 1
        decimals = DECIMALS.match(self.text, end) if base.isdigit() or not base else None
        if decimals:
            return base + decimals[0], decimals.end()
        if base in self.functions:
            return None
        if base in self.arguments:
            return base + ARGUMENT_MARK, end
        letters = base in self.declared or base in self.bound or ordinary(base) or constant(base)
        return (base, end) if base.isdigit() or (letters and not function(base)) else None

    def based(self, start: int, end: int) -> int:
        """log_(a + 1)(x), log_{a + 1} x: any formula as the base, then the argument."""
        close = closing(self.text, end) or len(self.text)
        if not self.text[end + 1 : close].strip():
            raise self.error(
                f"the base of the logarithm {self.column(start)} is missing", start, close + 1,
                "write log_2(x)",
            )  # fmt: skip
        self.seams[close] = self.function(Callee(OPS["log"], BASED), start, close + 1)
        return end

    def glued(self, callee: Callee, digits: str, start: int, end: int) -> int:
        """ln2 as ln(2)."""
        self.emit("CALL", callee, start, end)
        for kind, value in (("LPAR", "("), ("NUMBER", digits), ("RPAR", ")")):
            self.emit(kind, value, start, end)
        return end

    def valueless(self, start: int, end: int) -> None:
        """The case that has no value, as ln(-1), which has none."""
        self.emit("CALL", Callee(OPS["log"], UNDEFINED), start, end)
        for kind, value in (("LPAR", "("), ("MINUS", "-"), ("NUMBER", "1"), ("RPAR", ")")):
            self.emit(kind, value, start, end)

    def other_than_glued(self, callee: Callee, digits: str, end: int) -> Callee | None:
        """sin2 x may be sin^2 x, and log3 x log_3 x, copied without what was raised or lowered.

        sin2α, whose letter touches, may be sin(2α).
        """
        bar = not any(char == "|" for char, *_ in self.open) and self.following(end) == "|"
        if not (bar or BEGINS_ARGUMENT.match(self.text, end)):
            return None
        if not self.typed[self.at(end) :][:1].isspace():
            return callee
        if callee.op is OPS["log"]:
            based = callee.name.startswith("log") and digits > "1"
            return callee._replace(base=digits) if based else None
        raised = callee.op.family.endswith(("trigonometric", "hyperbolic"))
        return callee._replace(power=int(digits)) if raised and 1 < int(digits) < 10 else None

    def check_list(self, name: str, start: int, end: int) -> None:
        """x[0] is an element of a list elsewhere, hardly a product with 0."""
        element = ELEMENT.match(self.text, end)
        if element and not self.latex:
            index = element[1]
            hint = f"write {name}_{index}"
            if index.isdigit():
                hint = f"write {name}_{index} for a name, {name}*{index} for a product"
            raise self.error(
                f"{name}{element[0]} {self.column(start)} looks like an element of a list", start,
                element.end(), hint,
            )  # fmt: skip

    def no_index(self, stem: str, start: int, end: int) -> LanguageError:
        """x_{i,j} is no name."""
        close = closing(self.text, end) + 1 if closing(self.text, end) else len(self.text)
        shown = short(self.text[start:close])
        hint = "an index is letters or digits, as in x_1 or x_{12}" if stem else INDEX_FIRST
        hint = LARGE_SIGNS.get(stem, hint)
        return self.error(f"{shown} {self.column(start)} is no name", start, close, hint)

    def check_in_front(self, op: Op, start: int, end: int) -> None:
        """log[2](x) and sqrt[3](x) are no product of two brackets."""
        found = BEFORE_BRACKET.match(self.text, end)
        if found is None:
            return
        typed, where = self.text[start : found.end() - 1].strip(), self.column(start)
        if op is OPS["log"]:
            raise self.error(f"{typed} {where} is no logarithm here", start, found.end() - 1,
                             f"write log_({found[1]})(...)")  # fmt: skip
        end, inner = closing(self.text, found.end() - 1), self.text[found.end() - 1] == "{"
        if inner and end:  # \sqrt[3]{x} without its backslash, or two brackets
            of = self.text[found.end() : end]
            raise ambiguous(self.text, (start, end + 1), (
                f"root({of}, {found[1]})", f"sqrt({found[1]})*({of})"))  # fmt: skip
        raise self.error(f"{typed} {where} is no root here", start, found.end() - 1,
                         f"write root(x, {found[1]})")  # fmt: skip

    def uncalled(self, name: str, start: int, end: int) -> LanguageError:
        """f^2(x) and f'(x) of a function of the text's own."""
        power = POWER.match(self.text, end)
        hint = f"write {name}(...)" + (f"^{(power[2] or power[3]).strip()}" if power else "")
        if self.following(end) == "'":
            hint = "a derivative is asked for with wrt"
        hint = hint.translate(SUPERSCRIPTS)
        return self.error(f"{name} {self.column(start)} is a function", start, end, hint)

    def uncallable(self, name: str, start: int, end: int) -> LanguageError:
        """f = x^2; f(3): a bound name is a number, and f*3 is not what anyone means."""
        bracket = ARGUMENT.match(self.text, end)
        return self.error(
            f"{name} {self.column(start)} is a name, not a function", start, end,
            f"write {name}*{bracket[1] if bracket else '(...)'} for a product",
        )  # fmt: skip

    def variable(self, name: str, start: int, end: int) -> int:
        if name == self.binding:
            raise self.unbound(name, start, end)
        if name in self.arguments:
            self.emit("NAME", name + ARGUMENT_MARK, start, end)
            return end
        elsewhere = name == SIGN_OF_DERIVATIVE or likely_function(name)  # may yet be no variable
        if name not in self.used and name not in self.bound and not elsewhere:
            self.plain.add(name)
        self.used.add(name)
        self.emit("NAME", name, start, end)
        return end

    def unbound(self, name: str, start: int, end: int) -> LanguageError:
        """a = a + 1, or a binding in whose place of its ; a comma or a new line stands."""
        bound = next(i for i, t in enumerate(self.out) if t.value == name or name in self.functions)
        formula = self.typed[self.out[bound].end : self.span(start, end)[0]]
        if re.search(r"\w\s*[\n,=]", formula):
            return self.error(
                f"{name} {self.column(start)} stands in its own binding, which has no end", start,
                end, "a binding ends with ; as in a = 2; a*x",
            )  # fmt: skip
        return self.error(f"{name} {self.column(start)} is used before it is bound", start, end)

    def unknown(self, name: str, start: int, end: int, called: bool) -> int:
        """A name that stands for nothing, unless readings are asked for and it splits."""
        known = self.declared | self.bound
        ways = pieces(name, known, called=called) if self.splits else []
        if ways and end - start == len(name):
            way = ways[self.choices.pick(len(ways), self.span(start, end), self.typed)]
            for part in way[:-1]:
                if part.isdigit():
                    self.emit("NUMBER", part, start, start + len(part))
                    start += len(part)
                    continue
                self.word(part, start, start + len(part))
                start += len(part)
            if way[-1].isdigit():
                self.emit("NUMBER", way[-1], start, end)
                return end
            return self.word(way[-1], start, end)
        where: dict[str, Any] = {"text": self.typed, "position": self.span(start, end)}
        d = next((t.start for t in self.out[-4:] if t.value == "d"), None)
        if re.fullmatch("d[A-Za-z]", name) and d is not None:
            raise LanguageError(
                f"d/{name} at column {d + 1} is not part of the formula", text=self.typed,
                position=(d, where["position"][1]),
                hint=f"give the formula alone and choose the variable with wrt=\"{name[1]}\"",
            )  # fmt: skip
        if module := MODULE.match(self.text, end):
            hint = f"write {module[1]} without what stands before it"
            if constant(module[1].lower()):  # Math.PI
                raise self.error(
                    f"{name} {self.column(start)} is no module here", start, end,
                    f"write {module[1].lower()}",
                )  # fmt: skip
            if module[1] == "sinc":  # NumPy's and torch's is another one
                hint = "write sin(pi*x)/(pi*x)"
            raise self.error(
                f"{name} {self.column(start)} is no module here", start, end,
                hint if function(module[1]) else unknown_function(module[1], **where).hint,
            )
        called = called or (self.following(end) == "[" and not function(name))
        called = called or (self.following(end) == "{" and instead(name) is not None)  # frac{1}{2}
        if name == self.binding:
            raise self.unbound(name, start, end)
        if called and not function(name):
            raise unknown_function(name, **where)
        raise unknown_name(name, **where)  # or gamma[x], which is known

    def called(self, name: str, end: int) -> bool:
        r"""Whether a bracket follows; of a name that may be a variable, one that LaTeX shows.

        \gamma\frac{v}{c} and \gamma{v} are printed as products.
        """
        if self.following(end) != "(":
            return False
        named = self.typed.startswith("\\operatorname", self.at(end - 1))
        if not self.latex or named or name in self.functions or not ordinary(name):
            return True
        return SHOWN_BRACKET.match(self.typed, self.at(self.text.index("(", end))) is not None

    def powered(self, name: str, start: int, end: int) -> bool:
        """Whether erf^2(x) stands here, a power of what is known; gamma^2(x) may be a product."""
        power = POWER.match(self.text, end)
        if not power or not self.called(name, power.end()):
            return False
        self.derived(name, start, end)
        digits = (power[2] or power[3]).translate(SUPERSCRIPTS)
        shown = lambda: (f"{name}(...)^{digits}", f"{name}^{digits}*(...)")
        both = self.span(start, power.end())
        return not ordinary(name) or self.choices.pick(2, both, self.typed, shown) == 0

    def function(self, callee: Callee, start: int, end: int) -> int:
        """CALL before a bracket, else OPEN; a power may stand between."""
        if power := POWER.match(self.text, end):
            digits = (
                (power[2] or power[3]).translate(SUPERSCRIPTS).replace(" ", "").replace("−", "-")
            )
            if len(digits) > 6:
                raise self.limit("the power has too many digits", "digits", end, power.end())
            callee, end = callee._replace(power=int(digits)), power.end()
        inverse = MINUS_ONE.match(self.text, end) if function("a" + callee.op.name) else None
        if inverse and not power:  # tan-1(x) is tan^-1(x) with its superscript lost
            callee, end = callee._replace(power=-1), inverse.end()
        following = self.following(end)
        stars = STARS.match(self.text, end) if following == "*" else None
        if stars:
            bracket = ARGUMENT.match(self.text, stars.end())
            raise self.error(
                f"a power after {callee.name} {self.column(start)} needs its argument first",
                start, stars.end(),
                f"write {callee.name}{bracket[1] if bracket else '(...)'}^{stars[1] or 'n'}",
                Fault.function_without_argument,
            )  # fmt: skip
        if following == "^":
            raised = OTHER_POWER.match(self.text, end)
            shown = raised[1].strip("() ") if raised else "n"
            shown = "n" if re.search("[A-Za-z_]{2}", shown) else shown
            shown = shown if re.fullmatch(r"[\w.]+", shown) else f"({shown})"
            raise self.error(
                f"only positive whole powers stand on {callee.name} {self.column(start)}",
                start, raised.end() if raised else end,
                "write e^x, or exp(x)" if callee.op is OPS["exp"] else
                f"write {callee.name}(...)^{shown}",
            )  # fmt: skip
        based = "BASED_" if callee.name == BASED else ""
        if following == "(" and self.braced_power(end):  # \\sin{x}^2 is printed as sin x^2
            both = (start, self.text.index("(", end) + 1)
            following = "{" if self.choices.pick(2, self.span(*both), self.typed) else "("
        if following == "(":
            self.emit(f"{based}CALL", callee, start, end)
        elif following == "-" and not callee.special:
            end = self.text.index("-", end) + 1
            self.emit(f"{based}OPEN", callee._replace(minus=True), start, end)
        else:
            self.emit(f"{based}OPEN", callee, start, end)
        return end

    def braced_power(self, end: int) -> bool:
        """Whether an argument in braces, without brackets of its own, has a power behind it."""
        opened = self.text.index("(", end)
        if not self.latex or self.typed[self.at(opened) : self.at(opened) + 1] != "{":
            return False
        close = closing(self.text, opened)
        if not close or self.following(close + 1) != "^":
            return False
        inside = self.text[opened + 1 : close].strip()
        bracketed = inside.startswith("(") and closing(inside, 0) == len(inside) - 1
        return not bracketed  # as it is where SymPy prints it

    def following(self, end: int) -> str:
        """The next character that is no blank; a brace is a bracket in LaTeX."""
        char = NEXT.match(self.text, end)[1]  # type: ignore[index]
        if char == OPENS:
            return OPENS
        return "(" if char == "{" and self.latex else char

    def super(self, found: re.Match[str]) -> int | None:
        """A power; before √ the index of the root."""
        number = found.group().translate(SUPERSCRIPTS)
        root = self.text[found.end() : found.end() + 1] == "√" and number.isdigit()
        if root and self.after_operand:  # x³√y
            root = number != "2" and self.choices.pick(2, self.span(*found.span()), self.typed) == 1
        if root:
            return self.rooted(number, found.start(), found.end() + 1)
        if len(number) > self.limits.digits:
            raise self.limit("the power has too many digits", "digits", found.start(), found.end())
        self.emit("SUPER", int(number), found.start(), found.end())
        return None

    def rooted(self, index: str, start: int, end: int) -> int:
        """³√x, or Word's √(3&x): a root whose index stands before its argument."""
        touched = self.out[-1] if self.out and self.out[-1].type == "OPEN" else None
        if touched and self.text[start] in HIGH_DIGITS and touched.end == self.span(start, end)[0]:
            name = touched.value.name  # sin³√x
            raise self.error(
                f"{index} {self.column(start)} can be the power of {name} or the index of the root",
                start, end, f"write {name}(root(x, {index})), or {name}(sqrt(x))^{index}",
            )  # fmt: skip
        callee = Callee(OPS["root"], self.text[start:end], base=index, radical=True)
        return self.function(callee, start, end)

    def radical(self, found: re.Match[str]) -> int:
        char = found.group()
        if char == "√" and (word := INDEX_IN_ROOT.match(self.text, found.end())):
            start, end = found.end(), word.end()
            callee = Callee(OPS["root"], "√", base=word[1], radical=True)
            self.emit("CALL", callee, start - 1, start)
            self.push(("(", start, self.touching), conditions=False)
            self.touching = -1
            self.emit("LPAR", "(", start, end)
            return end
        if self.out and self.out[-1].type == "CIRCUMFLEX" and char in "√∛":
            atom = LONE_ATOM.match(self.text, found.end())
            if atom:  # x^√2
                callee = Callee(OPS["sqrt" if char == "√" else "cbrt"], char)
                self.emit("CALL", callee, *found.span())
                self.emit("LPAR", "(", *found.span())
                read = self.number if atom[0].isdigit() else self.name
                read(SCAN.match(self.text, found.end()))  # type: ignore[arg-type]
                self.emit("RPAR", ")", *atom.span())
                return atom.end()
        self.check_private(char, found.start())
        if char == "√":
            self.check_in_front(OPS["sqrt"], *found.span())
        if char == "∜":
            return self.rooted("4", *found.span())
        row = {"√": "sqrt", "∛": "cbrt", ROOT: "root", CASES: "if"}[char]
        special = char if char in (ROOT, CASES) else ""
        callee = Callee(OPS[row], char if not special else row, radical=True, special=special)
        return self.function(callee, found.start(), found.end())

    # --- bindings ---------------------------------------------------------------------------------

    def at_statement(self) -> bool:
        return not self.out or self.out[-1].type == "SEMICOLON"

    def is_left_side(self, name: str, signature: re.Match[str]) -> bool:
        """y = x^2, f(x) = x^2, f: x^2 alone: the formula of y, which is then only a name for it."""
        if self.out or ";" in self.text:
            return False
        right = self.text[signature.end() :]
        names = {normal(found) for found in NAME.findall(right)}
        if not bindable(name):
            return False  # sin(x) = x^2 is an equation
        if name in names or not (signature[2] or any(map(str.isalpha, right))):
            return False
        if signature[3] == ":" and name not in ("f", "g", "h", "y"):
            return False
        self.declared |= {normal(n.strip()) for n in (signature[2] or "").split(",") if n.strip()}
        left = self.typed[slice(*self.span(signature.start(), signature.end()))].strip(" =:")
        self.choices.note(left, "a name of the formula behind it")
        return True

    def definer(self, name: str, signature: re.Match[str]) -> int:
        """g(x, y) = ...; a function of the text's own."""
        start, end = signature.start(), signature.start(3)
        if not bindable(name):
            if function(name) and ";" not in self.text:  # sin(x) = x
                raise self.error(
                    f"= at column {self.at(end) + 1} does not fit: a formula is no equation", end,
                    hint="give one side alone, or bind a name first: a = 2; a*x",
                )  # fmt: skip
            raise self.error(
                f"{name} {self.column(start)} cannot be bound", start, end, "choose another name"
            )
        if name in self.bound or name in self.functions or name in self.used:
            raise self.error(f"{name} {self.column(start)} is bound twice", start, end)
        arguments = tuple(normal(n.strip()) for n in signature[2].split(","))
        if twice := next((n for n in arguments if arguments.count(n) > 1), None):
            raise self.error(
                f"{name} {self.column(start)} has the argument {twice} twice", start, end,
                "give each argument a name of its own",
            )  # fmt: skip
        self.binding, self.arguments = name, arguments
        self.functions[name] = arguments
        self.emit("DEFINER", (name, arguments), start, end)
        return end

    def binder(self, name: str, start: int, end: int) -> None:
        """The name of a binding: new, and neither a constant nor a function without brackets."""
        column = self.column(start)
        if name in self.bound:
            raise self.error(f"{name} {column} is bound twice", start, end)
        if name in self.used:
            raise self.error(
                f"{name} {column} is bound after it was used", start, end, "bind it first"
            )
        if name in self.declared:
            raise self.error(f"{name} {column} is a variable and cannot be bound", start, end)
        if not bindable(name):
            raise self.error(f"{name} {column} cannot be bound", start, end, "choose another name")
        self.binding = name
        self.emit("BINDER", name, start, end)
