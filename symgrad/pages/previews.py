"""How a text is read, before anything is computed: its meaning as one typesets it.

- `formula(text, names)` are the readings of a formula, one or several, or its error.
- `answer(text, question)` are those of a student's answer to a question.
- `written(f)` is a formula in the forms that a page shows and copies.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..errors import Ambiguous, LanguageError, SymgradError
from ..expression import Expression, parse
from ..homework.reading import Readable, Unreadable, read
from ..language.as_typed import pointed_decimals
from ..limits import Limits
from ..sentences import complained, spoken
from ..value.nodes import variable
from .json_shapes import failure

LANGUAGES_COPIED = ("python", "c")


def typed(text: str, names: Sequence[str]) -> Expression:
    """A formula, read as a question's is: a decimal comma is taken where it can be nothing else."""
    try:
        return parse(text, variables=names, limits=Limits.student)
    except Ambiguous:
        raise
    except LanguageError:
        decimal = pointed_decimals(text)
        if decimal == text:
            raise
        return parse(decimal, variables=names, limits=Limits.student)


def formula(text: str, names: Sequence[str], language: str = "en") -> dict[str, Any]:
    """While one types, most texts are no formula yet: their error is an answer like any other."""
    try:
        f = typed(text, names)
        return {"readings": [shown(f)], "notes": list(f.notes)}
    except Ambiguous as error:
        told(error, language)
        found = [parse(reading, variables=names, limits=Limits.student)
                 for reading in error.readings]  # fmt: skip
        return {**failure(error), "readings": [shown(f) for f in found], "notes": []}
    except SymgradError as error:
        return {**failure(told(error, language)), "readings": [], "notes": []}


def told(error: SymgradError, language: str) -> SymgradError:
    """The error in a language."""
    error.message = spoken(complained(error.message), language)
    error.hint = spoken(complained(error.hint), language) if error.hint else None
    return error


def answer(text: str, question: Readable, language: str = "en") -> dict[str, Any]:
    """An answer's readings; of one that cannot be judged, what a student is told, and the place."""
    try:
        found = read(text, question)
    except Unreadable as problem:
        first, *_ = spoken(problem.message, language).split("\n")  # the caret is drawn otherwise
        return {"readings": [], "notes": [first], "code": problem.code,
                "position": list(problem.position) if problem.position else None}  # fmt: skip
    one = found[:1] if not any(a.other or a.reaching for a in found) else found
    readings = [{**shown(Expression(a.root)), "text": a.text} for a in one]
    return {"readings": readings, "notes": list(found[0].notes)}


def shown(f: Expression) -> dict[str, Any]:
    return {"text": str(f), "mathml": f.mathml(), "variables": list(f.variables)}


def written(f: Expression, wrt: str = "") -> dict[str, Any]:
    """The formula typeset, and as text to copy; a language that lacks an operation says so.

    Of a derivative by `wrt` the name is typeset, too: alpha as a letter.
    """
    name = {"wrt": Expression(variable(wrt)).mathml()} if wrt else {}
    return {**name, "text": str(f), "mathml": f.mathml(), "latex": f.latex(),
            **{name: _code(f, name) for name in LANGUAGES_COPIED}}  # fmt: skip


def _code(f: Expression, language: str) -> str:
    try:
        return f.code(language).strip()
    except SymgradError as error:
        return error.message
