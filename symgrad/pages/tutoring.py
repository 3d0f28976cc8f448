"""Questions of every kind as a page shows them: asked, answered, solved.

- `kinds_shown(language)` are the kinds with the fields that each takes.
- `exercise(rule, level, seed, kind)` is a question made by rule; `posed(question)` how it is asked.
- `solution(question)` are its steps and a right answer.
- `previewed(text, names, language)` is how an answer is read while it is typed, `stated(...)` one
  to "differentiate";
- `loosely(text, names)` typesets an answer that is no single formula: `y = 3x - 2`, `{1, -1}`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from ..errors import SymgradError, UsageError
from ..expression import Expression, parse
from ..homework.reading import Unreadable, read
from ..homework.sought import Sought
from ..language.as_typed import members, pointed_decimals
from ..limits import Limits
from ..notation import SIGNS_COMPARED
from ..questions.answers import Names
from ..questions.question import Question, QuestionKind, kind_of, kinds
from ..sentences import say, spoken
from ..sets.exercises import practice
from ..sets.kept_questions import as_text_of
from ..sets.kept_questions import question_of as kept_question
from ..sets.problem_set import in_pieces
from . import previews
from .fields import refused

TEXT_ONLY, SEVERAL, NUMBER = (str,), (str, list), (int,)
ANY_POINT = (str, list, dict)
HELD: dict[str, tuple[type, ...]] = {  # what a field of a question may be in JSON
    "kind": TEXT_ONLY, "expression": SEVERAL, "wrt": SEVERAL, "at": ANY_POINT, "order": NUMBER,
    "degree": NUMBER, "places": NUMBER, "domain": TEXT_ONLY, "assume": SEVERAL,
    "direction": SEVERAL, "normalised": (bool,), "constant": TEXT_ONLY, "which": TEXT_ONLY,
    "x": TEXT_ONLY, "y": TEXT_ONLY, "initial": ANY_POINT, "powers": TEXT_ONLY,
    "rounding": TEXT_ONLY,
}  # fmt: skip
CALLED = {str: "a text", int: "a whole number", bool: "true or false"}
CHARACTERS_OF_A_FIELD = Limits.student.characters
ENTRIES_OF_A_FIELD = 16
RELATIONS = re.compile(r"(->|=>|<=|>=|!=|[=<>≤≥≠→⇒∈])")  # braces of LaTeX belong to its formulas
GROUPED = re.compile(r"\\[A-Za-z]|[\^_]\{")
FUNCTION = re.compile(r"([A-Za-z]'*)\(([a-z])\)")  # f(x), which is no formula of ours
PAIR_TYPED = re.compile(r"\s*\([^()]*,[^()]*\)\s*")  # no 1.5: a vector, an interval
SIGNS_TYPESET = {"->": "→", "=>": "⇒", **SIGNS_COMPARED}  # as they are typeset
RELATED = re.compile(r"(?<![<>!])=")
SEPARATORS = re.compile(RELATIONS.pattern[:-1] + r"|[,;:{}\[\]∪±]|\b(?:or|and|oder|und|U)\b)")
WORDS_BEFORE = re.compile(  # max at (-1, 2)
    r"(?P<words>(?:[^\W\d]{2,}[:.]?\s+)+)(?P<rest>[-+−(\d\\].*|\w\b.*)"
)
INFINITIES = {sign + name: ("<mo>−</mo>" if sign in ("-", "−") else "") + "<mi>∞</mi>"
              for sign in ("", "+", "-", "−") for name in ("oo", "∞")}  # fmt: skip
MATH = '<math xmlns="http://www.w3.org/1998/Math/MathML">{}</math>'


def question_of(given: Mapping[str, Any]) -> Question:
    """The question in a request. Raises UsageError, LanguageError for one that means nothing."""
    for name, x in given.items():
        if name not in HELD:
            raise UsageError(f"a question has no field {name[:40]!r}",
                             hint=f"there are {', '.join(HELD)}")  # fmt: skip
        if type(x) not in HELD[name] or not small(x):
            raise refused(name, CALLED[HELD[name][0]], x)
    kept = {name: x for name, x in given.items() if x not in ("", [])}
    return kept_question(json.dumps(kept))


def small(x: Any, nesting: int = 2) -> bool:
    """Whether a field holds texts and small numbers only, and not too many."""
    if isinstance(x, str):
        return len(x) <= CHARACTERS_OF_A_FIELD
    if isinstance(x, list | dict):
        inner = x.values() if isinstance(x, dict) else x
        return nesting > 0 and len(x) <= ENTRIES_OF_A_FIELD and all(
            not isinstance(y, dict) and small(y, nesting - 1) for y in inner)  # fmt: skip
    return isinstance(x, bool | int | float) and abs(x) <= CHARACTERS_OF_A_FIELD


def kinds_shown(language: str) -> list[dict[str, Any]]:
    """Every kind of question: its name, what it wants, the fields that it needs and takes, and
    what those may be that are one of a few words, the usual one first."""
    rows = sorted(kinds().values(), key=lambda kind: kind.name != "derivative")  # that comes first
    return [{"name": kind.name, "wants": spoken(wanted(kind), language), "choices": kind.choices,
             "needs": list(kind.needs), "takes": list(kind.takes)} for kind in rows]  # fmt: skip


def wanted(kind: type[QuestionKind]) -> str:
    return say("Give {wanted}.", wanted=say(kind.wants))


def exercise(rule: str, level: int, seed: int, kind: str, language: str) -> dict[str, Any]:
    """A question made by rule. Raises UsageError where there is none of this kind."""
    question = next(practice(rule or None, level, seed, kind=kind), None)
    if question is None:
        raise UsageError("no exercise of this kind could be made", hint="try another rule")
    return posed(question, language)


def posed(question: Question, language: str, text: str = "") -> dict[str, Any]:
    """A question as it is asked: in words, typeset, and as the data that `check` takes again."""
    given = question.expression
    formulas = [given] if isinstance(given, str | Expression) else list(given)
    return {"question": json.loads(as_text_of(question)),
            "asked": in_parts(text or spoken(question.posed.asked(), language)),
            "formulas": [loosely(str(f)) for f in formulas]}  # fmt: skip


def solution(question: Question, language: str) -> dict[str, Any]:
    """The steps of a solution and a right answer, as a student would type it."""
    understood = question.posed
    steps = [{"said": spoken(step.said, language), "formula": step.formula,
              "mathml": loosely(step.formula) if step.formula else None}
             for step in understood.worked()]  # fmt: skip
    right = understood.right()
    return {"steps": steps, "right": right, "mathml": loosely(right)}


def in_parts(text: str) -> list[dict[str, str]]:
    """A text with $formulas$ in it, taken apart into words and MathML."""
    return [{"mathml": loosely(piece)} if k % 2 else {"text": piece}
            for k, piece in enumerate(in_pieces(text)) if piece]  # fmt: skip


def names_in(question: Question) -> list[str]:
    """The variables that an answer to a question may have, as far as its formulas tell."""
    given = question.expression
    formulas = [given] if isinstance(given, str | Expression) else list(given)
    return list(dict.fromkeys(name for f in formulas for name in variables_in(str(f))))


def variables_in(text: str) -> list[str]:
    """The variables of a text of several formulas: of equations, pairs, sets."""
    found: dict[str, None] = {}
    for piece in SEPARATORS.split(text)[::2]:
        for inner in (piece, piece.strip(" ()")):  # (x y, x + y) has a bracket on either side
            try:
                found.update(dict.fromkeys(parse(inner, limits=Limits.student).variables))
                break
            except SymgradError:
                continue  # words, y' and the like
    return list(found)


def pointed_as_judged(question: Question, text: str, language: str) -> str:
    """An answer with points for the commas that its judgement takes for decimal ones."""
    typed = question.pointed(text, language)
    return typed if kind_of(question.kind).in_parts else pointed_decimals(typed)


def previewed(text: str, names: Sequence[str], language: str) -> dict[str, Any]:
    """A text that is one formula as an answer is read; else what it consists of, typeset."""
    if not RELATIONS.search(text) and not PAIR_TYPED.fullmatch(text):
        found = previews.answer(text, Names(tuple(names), Limits.student), language)
        if found["readings"]:
            return found
    shown = {"text": text, "mathml": loosely(text, names), "variables": variables_in(text)}
    return {"readings": [shown], "notes": []}


def stated(text: str, asked: Sought, language: str) -> dict[str, Any]:
    """How an answer to "differentiate" is read: the one formula, or the members of a chain."""
    formulas = [f for f in members(text, asked.names, asked.wrt, asked.order).formulas if f]
    if not formulas:
        return previews.answer(text, asked, language)
    each = [previews.answer(formula, asked, language) for formula in formulas]
    for formula, found in zip(formulas, each):
        if not found["readings"]:
            return found if formula == text.strip() else {**found, "position": None}
        if len(found["readings"]) > 1:  # to choose one leaves the rest of the text as it is
            for reading in found["readings"]:
                reading["text"] = text.replace(formula, reading["text"], 1)
            return found
    if len(each) == 1:
        return each[0]
    inner = [re.sub("</?math[^>]*>", "", found["readings"][0]["mathml"]) for found in each]
    shown = {"text": text, "mathml": MATH.format(f"<mrow>{'<mo>=</mo>'.join(inner)}</mrow>"),
             "variables": each[-1]["readings"][0]["variables"]}  # fmt: skip
    return {"readings": [shown], "notes": each[-1]["notes"]}


def loosely(text: str, names: Sequence[str] = ()) -> str:
    """Formulas and what stands between them: equations, sets, intervals, words."""
    return MATH.format(f"<mrow>{''.join(_pieces(text, names))}</mrow>")


def _pieces(text: str, names: Sequence[str]) -> Iterator[str]:
    parted = RELATED.search(text) or PAIR_TYPED.fullmatch(text)
    formula = "" if parted else _formula(text, names)
    if formula:
        yield formula
        return
    signs = RELATIONS if GROUPED.search(text) else SEPARATORS
    for k, piece in enumerate(signs.split(text)):
        if k % 2:
            sign = f"<mo>{escape(SIGNS_TYPESET.get(piece, piece))}</mo>"
            yield _words(f" {piece} ") if piece.isalpha() else sign
            yield _words(" ") if piece in ",;" else ""
        elif piece.strip():
            yield from _piece(piece.strip(), names)


def _piece(piece: str, names: Sequence[str]) -> Iterator[str]:
    """A formula between signs, with words before it, or a bracket of a pair or an interval."""
    worded = WORDS_BEFORE.fullmatch(piece)
    if worded and not _formula(piece, names):
        yield _words(worded["words"])
        piece = worded["rest"]
    depth = piece.count("(") - piece.count(")")  # brackets of a pair whose other side is elsewhere
    opening = piece[: max(0, depth)] if piece.startswith("(" * depth) else ""
    closing = piece[min(0, depth) or len(piece) :] if piece.endswith(")" * -depth) else ""
    inner = piece[len(opening) : len(piece) - len(closing)].strip()
    yield from ("<mo>(</mo>" for _ in opening)
    yield INFINITIES.get(inner) or _formula(inner, names) or _function(inner) or _words(inner)
    yield from ("<mo>)</mo>" for _ in closing)


def _function(text: str) -> str:
    found = FUNCTION.fullmatch(text)
    inside = '<mo stretchy="false">(</mo><mi>{}</mi><mo stretchy="false">)</mo>'
    return f"<mi>{found[1]}</mi>{inside.format(found[2])}" if found else ""


def _words(text: str) -> str:
    """Words in a formula; blanks at their ends are trimmed unless they are hard ones."""
    hard = text.replace(" ", "\N{NO-BREAK SPACE}")
    return f"<mtext>{escape(hard)}</mtext>" if text else ""


def _formula(text: str, names: Sequence[str]) -> str:
    """MathML without its outermost element, or nothing for what is no formula.

    It is read as an answer is; where it has names of its own, as C or n, as any formula.
    """
    try:
        root = read(text, Names(tuple(names), Limits.student))[0].root
    except Unreadable:
        try:
            root = parse(text, limits=Limits.student).root
        except SymgradError:
            return ""
    return re.sub("</?math[^>]*>", "", Expression(root).mathml())
