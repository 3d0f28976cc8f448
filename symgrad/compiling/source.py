"""A program as the text of a function.

- `written(program, dialect, name, formula, layout)` is the whole text, helpers included.
- `identifiers(names, dialect)` are names that are safe in a dialect: no keyword, no clash, and
  nothing of a caller's text but letters, digits and underscores.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from .dialects import ATOM, NEG, Dialect, Form, form, prelude
from .lines import Listing

CHARACTERS_IN_A_LINE = 60  # an expression longer than this gets a name of its own
FORMULA = re.compile(r"[\w +\-*/^()<>=.,|!;]{1,200}")  # what may stand in a docstring
ENGINE_FORMS = {
    None: "_floats.forward(_rows[{name!r}], ({x},))",
    "all": "_floats.partials(_rows[{name!r}], {y}, ({x},))",
}
PARTIAL = "_floats.partial(_rows[{name!r}], {place}, {y}, ({x},))"
PLAIN_QUOTIENT = form("div", "{0}/{1}")
Layout = Sequence[Any]  # which output stands where: [0, [1, 2]] is value, (two partials)


def identifiers(names: Iterable[str], dialect: Dialect) -> dict[str, str]:
    """A safe identifier for each name, different for different names."""
    found: dict[str, str] = {}
    taken = set(dialect.reserved)
    for name in names:
        safe = identifier(name, dialect)
        while safe in taken:
            safe += "_"
        taken.add(safe)
        found[name] = safe
    return found


def identifier(name: str, dialect: Dialect) -> str:
    """Letters, digits and underscores only; a C name spells a letter outside ASCII by its code."""
    safe = re.sub(r"\W", "_", unicodedata.normalize("NFKC", name))
    if dialect.ascii:
        safe = "".join(c if c.isascii() else f"u{ord(c):x}" for c in safe)
    return safe if safe.isidentifier() and not safe.startswith("_") else "v" + safe


def written(program: Listing, dialect: Dialect, name: str, formula: str, layout: Layout) -> str:
    """The text of the function `name`, with all that it needs."""
    names = identifiers(program.variables, dialect)
    writer = SourceWriter(program, dialect, names)
    lines = writer.lines()
    body = FUNCTIONS[dialect.name](name, writer, lines, doc(formula), layout)
    return dialect.header + prelude(dialect, body) + body


def doc(formula: str) -> str:
    """A formula as it may stand in a comment: nothing in it can end the comment."""
    return formula if FORMULA.fullmatch(formula) and "*/" not in formula else "a formula"


class SourceWriter:
    """Lines as texts: what is used once and short stands where it is used."""

    def __init__(self, program: Listing, dialect: Dialect, names: dict[str, str]) -> None:
        self.program = program
        self.dialect = dialect
        self.names = names
        self.texts: list[tuple[str, int]] = [("", 0)] * len(program.kinds)  # with precedences
        self.uses = [0] * len(program.kinds)
        self.forms: list[Form | None] = [None] * len(program.kinds)
        self.count()

    def count(self) -> None:
        """How often each line that an output needs is written, as its users' forms have it."""
        program = self.program
        for i in program.outputs:
            self.uses[i] += 1
        for i in range(len(program.kinds) - 1, -1, -1):
            if not self.uses[i] or not program.args[i]:
                continue
            template = (form := self.form(i))[0]
            self.forms[i] = form
            for k, j in enumerate(program.args[i]):
                self.uses[j] += max(1, template.count(f"{{{k}}}"))

    def form(self, i: int) -> Form:
        """How line i is written; a quotient by a number other than 0 needs no care."""
        program, kind = self.program, self.program.kinds[i]
        if kind == "engine":
            return self.engine(i)
        if kind == "item":
            return f"{{0}}[{program.holds[i]}]", ATOM, ATOM
        if kind == "div" and program.holds[program.args[i][1]]:
            by = program.args[i][1]
            if program.kinds[by] == "literal":
                return PLAIN_QUOTIENT
        template, *rest = self.dialect.forms[kind]
        if "{all}" in template:
            every = ", ".join(f"{{{k}}}" for k in range(len(program.args[i])))
            template = template.replace("{all}", every)
        return (template, *rest)  # type: ignore[return-value]

    def engine(self, i: int) -> Form:
        """A rule that runs in the engine's floats."""
        name, place = self.program.holds[i]
        slots = [f"{{{k}}}" for k in range(len(self.program.args[i]))]
        y, x = ("", slots) if place is None else (slots[0], slots[1:])
        template = ENGINE_FORMS.get(place, PARTIAL)
        return template.format(name=name, place=place, y=y, x=", ".join(x)), ATOM, 2

    def lines(self) -> list[tuple[str, str]]:
        """(name, expression) for every line that gets a name, in order."""
        program, made = self.program, []
        prefix, outputs, count = self.prefix(), set(program.outputs), 0
        for i, kind in enumerate(program.kinds):
            if not self.uses[i]:
                continue
            if kind == "literal":
                self.texts[i] = self.number(program.holds[i])
            elif kind == "variable":
                self.texts[i] = (self.names[program.holds[i]], ATOM)
            else:
                text, precedence = self.expression(i)
                if self.uses[i] > 1 or (len(text) > CHARACTERS_IN_A_LINE and i not in outputs):
                    count += 1
                    made.append((f"{prefix}{count}", text))
                    text, precedence = made[-1][0], ATOM
                self.texts[i] = (text, precedence)
        return made

    def prefix(self) -> str:
        """What temporaries begin with: t1, t2, ... unless a variable is called so."""
        prefix = "t"
        while any(re.fullmatch(prefix + r"\d+", name) for name in self.names.values()):
            prefix += "_"
        return prefix

    def number(self, x: float) -> tuple[str, int]:
        text = self.dialect.constants(x) or repr(x)
        return text, NEG if text.startswith("-") else ATOM

    def expression(self, i: int) -> tuple[str, int]:
        form = self.forms[i]
        assert form is not None
        template, precedence, needs = form
        args = self.program.args[i]
        needed = needs if isinstance(needs, tuple) else (needs,) * len(args)
        return template.format(*map(self.argument, args, needed)), precedence

    def argument(self, j: int, needed: int) -> str:
        """A line as an argument, in brackets where it would fall apart."""
        text, precedence = self.texts[j]
        return text if precedence >= needed else f"({text})"

    def output(self, k: int) -> str:
        return self.texts[self.program.outputs[k]][0]

    def laid_out(self, layout: Layout) -> str:
        """The outputs as a Python expression; `layout` is at most two deep."""
        parts = [self.output(k) if isinstance(k, int) else self.row(k) for k in layout]
        return ", ".join(parts)

    def row(self, layout: Layout) -> str:
        parts = [self.output(k) if isinstance(k, int) else self.row(k) for k in layout]
        return "(" + ", ".join(parts) + ("," if len(parts) == 1 else "") + ")"


def python_function(name: str, writer: SourceWriter, lines: Sequence[tuple[str, str]], formula: str,
                    layout: Layout) -> str:  # fmt: skip
    x = list(writer.names.values())
    head = [f"\n\ndef {name}({', '.join(x)}):", f'    """{formula}"""']
    head += [f"    {a} = float({a})" for a in x]
    body = [f"    {left} = {right}" for left, right in lines]
    return "\n".join([*head, *body, f"    return {writer.laid_out(layout)}", ""])


def numpy_function(name: str, writer: SourceWriter, lines: Sequence[tuple[str, str]], formula: str,
                   layout: Layout) -> str:  # fmt: skip
    x = list(writer.names.values())
    head = [f"\n\ndef {name}({', '.join(x)}):", f'    """{formula}"""']
    head += [f"    {a} = np.asarray({a}, float)" for a in x]
    head += ['    with np.errstate(all="ignore"):']
    body = [f"        {left} = {right}" for left, right in lines]
    return "\n".join([*head, *body, f"        return {writer.laid_out(layout)}", ""])


def c_function(name: str, writer: SourceWriter, lines: Sequence[tuple[str, str]], formula: str,
               layout: Layout) -> str:  # fmt: skip
    """With a gradient the variables are point[0], point[1], ... and the partials grad[0], ..."""
    used = {writer.program.holds[i] for i, kind in enumerate(writer.program.kinds)
            if kind == "variable" and writer.uses[i]}  # fmt: skip
    names = writer.names.items()
    if len(layout) == 1:
        takes = ", ".join(f"double {safe}" for _, safe in names) or "void"
        head = [f"    (void){safe};" for name_, safe in names if name_ not in used]
    else:
        takes = "const double point[], double grad[]"
        head = [f"    const double {safe} = point[{k}];" for k, (name_, safe) in enumerate(names)
                if name_ in used] or ["    (void)point;"]  # fmt: skip
    body = [f"    const double {left} = {right};" for left, right in lines]
    grad = [f"    grad[{k}] = {writer.output(i)};"
            for k, i in enumerate(layout[1] if len(layout) > 1 else ())]  # fmt: skip
    if len(layout) > 1 and not grad:
        grad = ["    (void)grad;"]
    parts = [f"\n/* {formula} */", f"double {name}({takes})", "{", *head, *body, *grad,
             f"    return {writer.output(layout[0])};", "}", ""]  # fmt: skip
    return "\n".join(parts)


FUNCTIONS = {"python": python_function, "numpy": numpy_function, "c": c_function}
