"""What a student gets: points for every question, and the files that platforms take them from.

- `credited(outcomes, scheme)`: `strict` counts right answers only, `terms` right terms too.
- `marks(pile, outcomes)` is what is `Marked`: every student's best attempt at each question.
- `gradebook`, `gradescope` and `moodle` are files of them: a table of points, one student's
  results.json, and a feedback file for Moodle's import.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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
    points: float
    outcome: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Marked:
    """Every student's marks, and how many questions there are."""

    pile: Pile
    outcomes: Outcomes
    best: Mapping[str, Mapping[str, int]]  # the row of each student's best attempt at a question
    of: float  # the points of all questions together
    questions: int = 1

    @property
    def students(self) -> Iterator[str]:
        """Those who have a name, in the order of the file."""
        return filter(None, self.best)

    def marks(self, student: str) -> list[Mark]:
        return [self.mark(question, i) for question, i in self.best.get(student, {}).items()]

    def mark(self, question: str, i: int) -> Mark:
        outcome, row = self.outcomes[i], self.pile.rows[i]
        return Mark(question, row.task.answer, credit_of(outcome), row.points, outcome)

    def points(self, student: str) -> float:
        mine = self.best[student].values()
        return round(sum(credit_of(self.outcomes[i]) * self.pile.rows[i].points for i in mine), 6)


def credited(outcomes: Sequence[dict[str, Any]], scheme: str) -> list[dict[str, Any]]:
    if scheme == "terms":
        return list(outcomes)
    return [one if one["verdict"] in ("correct", "") else {**one, "credit": 0} for one in outcomes]


def question_of(row: Row) -> str:
    """What tells one question from another: its name, else what was asked."""
    asked = [text.strip() for text in row.task.asked if text.strip()]
    return row.question.strip() or ", ".join(asked)


def marks(pile: Pile, outcomes: Outcomes) -> Marked:
    best: dict[str, dict[str, int]] = {}
    questions: dict[str, str] = {}  # each kept once
    points: dict[str, float] = {}
    for i, (row, outcome) in enumerate(zip(pile.rows, outcomes, strict=True)):
        if row.blank:
            continue
        question = question_of(row)
        question = questions.setdefault(question, question)
        points[question] = row.points
        mine = best.setdefault(row.student.strip(), {})
        other = mine.get(question)
        if other is None or credit_of(outcome) >= credit_of(outcomes[other]):
            mine[question] = i
    return Marked(pile, outcomes, best, sum(points.values()), len(points))


def whole(points: float) -> int | float:
    return int(points) if points == int(points) else points


def decimal(points: float) -> str:
    """Points as a person writes them: 2, 1.5, 12345.25."""
    return f"{points:.6f}".rstrip("0").rstrip(".")


def credit_of(outcome: Mapping[str, Any]) -> float:
    return float(outcome["credit"] or 0)


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
        csv_line((student, decimal(found.points(student)), decimal(found.of)))
        for student in found.students
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
    student = next(iter(found.best), "")
    tests = [
        {
            "name": mark.question, "score": mark.credit * mark.points,
            "max_score": whole(mark.points),
            "status": "passed" if mark.outcome["verdict"] == "correct" else "failed",
            "output": mark.outcome["message"], "visibility": "visible",
        }
        for mark in found.marks(student)
    ]  # fmt: skip
    score = found.points(student) if tests else 0
    result = {"score": score, "tests": tests, "visibility": "visible"}
    return (json.dumps(result, indent=2) + "\n").encode()


def moodle(pile: Pile, outcomes: Outcomes) -> bytes:
    """A line a student with grade and feedback, under the heading that names students here."""
    found = marks(pile, outcomes)
    name = pile.sheet.heading[pile.layout.student]
    lines = [csv_line((name, "Grade", "Maximum Grade", "Feedback comments"))]
    lines += [
        csv_line((student, decimal(found.points(student)), decimal(found.of),
                  "".join(feedback(found.marks(student), found.questions > 1))))
        for student in found.students
    ]
    return "".join(lines).encode("utf-8", pile.sheet.errors)


def feedback(mine: Sequence[Mark], several: bool) -> Iterator[str]:
    """A paragraph a question, as HTML: that is what Moodle shows."""
    for mark in mine:
        name = f"<b>{escape(mark.question)}</b>: " if several else ""
        yield f"<p>{name}{escape(str(mark.outcome['message']))}</p>"
