"""What a student gets: points for every question, and the files that platforms take them from.

- `credited(outcomes, scheme)`: `strict` counts right answers only, `terms` right terms too.
- `marks(pile, outcomes)` are the `Mark`s of every student, the best attempt at each question.
- `gradebook`, `gradescope` and `moodle` are files of them: a table of points, one student's
  results.json, and a feedback file for Moodle's import.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any, NamedTuple

from ..errors import UsageError
from ..sentences import say
from .pile import Pile, Row
from .sheets import csv_line

SCHEMES = ("terms", "strict")
Outcomes = Sequence[Mapping[str, Any]]


class Mark(NamedTuple):
    """The best attempt at one question."""

    question: str
    answer: str
    credit: float
    outcome: Mapping[str, Any]


class Marked(NamedTuple):
    """Every student's marks, and how many questions there are."""

    students: Mapping[str, Sequence[Mark]]
    of: int


def credited(outcomes: Sequence[dict[str, Any]], scheme: str) -> list[dict[str, Any]]:
    if scheme == "terms":
        return list(outcomes)
    return [one if one["verdict"] in ("correct", "") else {**one, "credit": 0} for one in outcomes]


def question_of(row: Row) -> str:
    """What tells one question from another: its name, else what was asked."""
    asked = [text.strip() for text in row.task.asked if text.strip()]
    return row.question.strip() or ", ".join(asked)


def marks(pile: Pile, outcomes: Outcomes) -> Marked:
    best: dict[str, dict[str, Mark]] = {}
    questions: set[str] = set()
    for row, outcome in zip(pile.rows, outcomes, strict=True):
        if row.blank:
            continue
        question = question_of(row)
        questions.add(question)
        mine = best.setdefault(row.student.strip(), {})
        mark = Mark(question, row.task.answer, float(outcome["credit"] or 0), outcome)
        if question not in mine or mark.credit >= mine[question].credit:
            mine[question] = mark
    return Marked({student: list(found.values()) for student, found in best.items()},
                  len(questions))  # fmt: skip


def points(found: Sequence[Mark]) -> float:
    return round(sum(mark.credit for mark in found), 6)


def known_students(pile: Pile, purpose: str) -> None:
    """Raises UsageError where nothing says whose answers these are."""
    if pile.layout.student < 0:
        columns = ", ".join(pile.sheet.heading)
        raise UsageError(
            say("the {purpose} file needs to know whose answers these are: the file has {columns}",
                purpose=purpose, columns=columns),
            hint=say("name the column: --student COLUMN"),
        )  # fmt: skip


# --- files ----------------------------------------------------------------------------------------


def gradebook(pile: Pile, outcomes: Outcomes) -> bytes:
    """id, points, of: a line a student, in the order of the file."""
    found = marks(pile, outcomes)
    lines = [csv_line(("id", "points", "of"))]
    lines += [
        csv_line((student, f"{points(mine):g}", str(found.of)))
        for student, mine in found.students.items()
        if student
    ]
    return "".join(lines).encode("utf-8", pile.sheet.errors)


def one_student(pile: Pile) -> None:
    """Raises UsageError where a results.json would be about several students."""
    students = {row.student.strip() for row in pile.rows if not row.blank}
    if len(students) > 1:
        raise UsageError(
            say("results.json is one student's, and the file has {n}", n=f"{len(students):,}"),
            hint=say("--gradebook takes all of them"),
        )


def gradescope(pile: Pile, outcomes: Outcomes) -> bytes:
    """results.json, as an autograder leaves it: a test for every question."""
    found = marks(pile, outcomes)
    mine = next(iter(found.students.values()), [])
    tests = [
        {
            "name": mark.question, "score": mark.credit, "max_score": 1,
            "status": "passed" if mark.outcome["verdict"] == "correct" else "failed",
            "output": mark.outcome["message"], "visibility": "visible",
        }
        for mark in mine
    ]  # fmt: skip
    whole = {"score": points(mine), "tests": tests, "visibility": "visible"}
    return (json.dumps(whole, indent=2) + "\n").encode()


def moodle(pile: Pile, outcomes: Outcomes) -> bytes:
    """A line a student with grade and feedback, under the heading that names students here."""
    found = marks(pile, outcomes)
    name = pile.sheet.heading[pile.layout.student]
    lines = [csv_line((name, "Grade", "Maximum Grade", "Feedback comments"))]
    lines += [
        csv_line((student, f"{points(mine):g}", str(found.of), "".join(feedback(mine, found.of))))
        for student, mine in found.students.items()
        if student
    ]
    return "".join(lines).encode("utf-8", pile.sheet.errors)


def feedback(mine: Sequence[Mark], of: int) -> Iterator[str]:
    """A paragraph a question, as HTML: that is what Moodle shows."""
    for mark in mine:
        name = f"<b>{escape(mark.question)}</b>: " if of > 1 else ""
        yield f"<p>{name}{escape(str(mark.outcome['message']))}</p>"
