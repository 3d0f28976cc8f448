"""A problem set for other platforms, as far as they can hold it; what they cannot is said.

- `moodle(problems, posed)` is Moodle's XML: numbers as numerical questions, formulas as short
  answers with the spellings that are accepted.
- `prairielearn(problems, posed)` are the files of PrairieLearn questions by path.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from html import escape

from flint import arb

from ..arithmetic.balls import precision
from ..errors import SymgradError
from ..expression import parse
from ..limits import Limits
from ..questions.answers import number
from ..sentences import say, spoken
from .problem_set import Posed, ProblemSet, gaps_filled, in_pieces

DIGITS_EXPORTED = 17
NAMESPACE = uuid.UUID("6f0d5f2e-0a5b-5c8e-9d43-2b1f6a7c9e10")  # of the questions' own ids


@dataclass
class Export:
    """Files by path, and what the platform cannot hold."""

    files: dict[str, str] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)


def numeric(right: str) -> arb | None:
    """The number that a right answer is; None for a formula."""
    try:
        value = number(right, Limits.student)
    except Exception:  # a vector, an equation, a set: no number
        return None
    with precision(128):
        return value.ball()


# --- Moodle ---------------------------------------------------------------------------------------


def moodle(problems: ProblemSet, posed: Sequence[Posed], language: str = "en") -> Export:
    """One file of questions in Moodle's XML."""
    found = Export()
    parts = [moodle_question(one, found, language) for one in posed]
    place = f"<text>$course$/{escape(problems.title)}</text>"
    category = f'<question type="category"><category>{place}</category></question>'
    body = "\n".join([category, *parts])
    found.files["moodle.xml"] = f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n{body}\n</quiz>\n'
    return found


def moodle_question(one: Posed, found: Export, language: str) -> str:
    """A numerical question, or a short answer."""
    name, right = one.problem.name, one.question.posed.right()
    value = numeric(right)
    pieces = [escape(p, quote=False) for p in in_pieces(spoken(one.text, language))]
    text = "".join(rf"\({p}\)" if k % 2 else p for k, p in enumerate(pieces))
    said = (f"<name><text>{escape(name)}</text></name>"
            f'<questiontext format="html"><text>{cdata(text)}</text></questiontext>'
            f"<defaultgrade>{one.problem.points:g}</defaultgrade>")  # fmt: skip
    if value is not None:
        places = one.question.places
        tolerance = "0" if places is None else decimal(Fraction(1, 2 * 10**places))
        shown = right if places is not None else value.mid().str(DIGITS_EXPORTED, radius=False)
        if places is None:
            tolerance = "1e-12"
            found.lost.append(say("{name}: Moodle compares decimals, not the exact number {right}",
                                  name=name, right=right))  # fmt: skip
        answer = (f'<answer fraction="100"><text>{shown}</text>'
                  f"<tolerance>{tolerance}</tolerance></answer>")  # fmt: skip
        return f'<question type="numerical">{said}{answer}{hints(one)}</question>'
    found.lost.append(
        say("{name}: Moodle accepts the listed spellings only, not equal formulas", name=name)
    )
    answers = "".join(
        f'<answer fraction="100" format="plain_text"><text>{escape(t)}</text></answer>'
        for t in spellings_of(right)
    )
    body = f"{said}<usecase>1</usecase>{answers}{hints(one)}"
    return f'<question type="shortanswer">{body}</question>'


def hints(one: Posed) -> str:
    """The teacher's hints, in their order."""
    known = {name: str(value) for name, value in one.values.items()}
    texts = (escape(gaps_filled(text, known)) for _, text in one.problem.hints)
    return "".join(f'<hint format="plain_text"><text>{text}</text></hint>' for text in texts)


def cdata(text: str) -> str:
    return f"<![CDATA[<p>{text.replace(']]>', ']] >')}</p>]]>"


def decimal(x: Fraction) -> str:
    return f"{float(x):g}"


def spellings_of(right: str) -> list[str]:
    """How a formula may be typed: with and without blanks and stars."""
    tight = right.replace(" ", "")
    plain = re.sub(r"(?<=[0-9)])\*(?=[a-z(])", "", tight)
    return list(dict.fromkeys([right, tight, plain]))


# --- PrairieLearn ---------------------------------------------------------------------------------


def prairielearn(problems: ProblemSet, posed: Sequence[Posed], language: str = "en") -> Export:
    """A folder for each question: info.json, question.html, server.py."""
    found = Export()
    for one in posed:
        folder = re.sub(r"[^A-Za-z0-9_-]+", "-", f"{problems.title}-{one.problem.name}").strip("-")
        right = one.question.posed.right()
        info = {
            "uuid": str(uuid.uuid5(NAMESPACE, f"{problems.title}|{one.problem.name}|{right}")),
            "title": one.problem.name, "topic": problems.title, "tags": [one.question.kind],
            "type": "v3",
        }  # fmt: skip
        found.files[f"{folder}/info.json"] = json.dumps(info, indent=2) + "\n"
        element, server = prairielearn_element(one, right, found)
        text = escape(spoken(one.text, language), quote=False)
        panel = f"<pl-question-panel><p>{text}</p></pl-question-panel>"
        found.files[f"{folder}/question.html"] = f"{panel}\n{element}\n"
        found.files[f"{folder}/server.py"] = server
    return found


def prairielearn_element(one: Posed, right: str, found: Export) -> tuple[str, str]:
    """The input and what fills it in."""
    value, places = numeric(right), one.question.places
    if value is not None:
        shown = right if places is not None else value.mid().str(DIGITS_EXPORTED, radius=False)
        digits = f'comparison="decdig" digits="{places}"'
        if places is None:
            digits = 'comparison="relabs" rtol="1e-9" atol="1e-12"'
            found.lost.append(say("{name}: PrairieLearn compares decimals, not {right} exactly",
                                  name=one.problem.name, right=right))  # fmt: skip
        element = f'<pl-number-input answers-name="answer" {digits}></pl-number-input>'
        return element, server_of(shown)
    try:
        f = parse(right, limits=Limits.student)
    except SymgradError:
        found.lost.append(say("{name}: PrairieLearn has no input for {kind}",
                              name=one.problem.name, kind=one.question.kind))  # fmt: skip
        return '<pl-string-input answers-name="answer"></pl-string-input>', server_of(repr(right))
    names = ", ".join(f.variables)
    code = str(f.sympy())
    element = f'<pl-symbolic-input answers-name="answer" variables="{names}"></pl-symbolic-input>'
    return element, server_of(repr(code))


def server_of(answer: str) -> str:
    return f'def generate(data):\n    data["correct_answers"]["answer"] = {answer}\n'


__all__ = ["Export", "moodle", "prairielearn"]
