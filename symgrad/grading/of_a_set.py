"""Answers to the questions of a problem set: which question each is about, with whose values.

- `read_for(problems, data, name, choice)` is a `Pile` whose tasks are the set's questions: a column
  `question` names them by name or number, or each has a column of answers headed by its name.
"""

from __future__ import annotations

from dataclasses import replace

from ..errors import SymgradError, UsageError
from ..sentences import complained
from ..sets.problem_set import Posed, ProblemSet, bracketed
from .layouts import Choice, own
from .pile import Pile, Row, read
from .sheets import sheet

OF_THE_SET = "0"  # stands where a file says what was asked; the set says it


def read_for(problems: ProblemSet, data: bytes, name: str, choice: Choice) -> Pile:
    """Raises UsageError where no column says which question an answer is about."""
    heading = sheet(data, name).heading
    by_column = [p.name for p in problems if own(p.name.lower(), heading) >= 0]
    named = own("question", heading) >= 0
    if not choice.answers and not named and not by_column and len(problems) > 1:
        names = ", ".join(p.name for p in problems)
        raise UsageError(
            "no column says which question of the set is answered",
            hint=f"it is called question, or columns are headed by the names: {names}",
        )
    wide = by_column and not named and not choice.answers
    answers = tuple(f"{n}={OF_THE_SET}" for n in by_column) if wide else choice.answers
    pile = read(data, name, choice._replace(expression=OF_THE_SET, answers=answers))
    posed: dict[tuple[str, str], Posed | str] = {}
    only = problems.problems[0].name if len(problems) == 1 else ""
    rows = [with_question(row, problems, posed, only) for row in pile.rows]
    return replace(pile, rows=rows)


def with_question(
    row: Row, problems: ProblemSet, posed: dict[tuple[str, str], Posed | str], only: str
) -> Row:
    """The row with the question as this student got it, or with what is wrong with its name."""
    if row.fault or row.blank:
        return row
    name, student = row.question.strip() or only, row.student.strip()
    key = (name, student)
    if key not in posed:
        posed[key] = asked_of(problems, name, student)
    found = posed[key]
    if isinstance(found, str):
        return replace(row, fault=found, task=row.task._replace(expression=""))
    question = found.question
    task = row.task._replace(
        expression=bracketed(question.expression), wrt=question.wrt or "", posed=found.as_json()
    )
    p = found.problem
    return replace(row, task=task, question=p.name, points=p.points)


def asked_of(problems: ProblemSet, name: str, student: str) -> Posed | str:
    """One question with a student's values, or why there is none."""
    try:
        p = problems.problem(name)
        return problems.of_student(p, student)
    except SymgradError as error:
        return complained(error.message)


__all__ = ["read_for"]
