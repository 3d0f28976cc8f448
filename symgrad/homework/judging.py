"""Judge an answer: numbers first, symbols second, both bounded.

- `check(expression, answer, wrt)` is the `Judgement` on a student's derivative.
"""

from __future__ import annotations

from ..errors import LimitReached, UsageError
from ..expression import Expression
from ..limits import Limits
from .comparing import DIGITS, Comparison, compared
from .judgement import Evidence, Judgement, Mistake
from .question import Question, question
from .reading import Answer, Unreadable, read


def check(
    expression: str | Expression, answer: str, wrt: str | None = None, *, order: int = 1,
    limits: Limits = Limits.student, rounding: str = "reject", prove: bool = False,
) -> Judgement:  # fmt: skip
    """Judge an answer to "differentiate this expression".

    `wrt` may be left out where the expression has one variable. With `rounding="accept"` constants
    that were rounded pass; with `prove` a symbolic attempt may turn evidence into a proof. Raises
    LanguageError where the question itself cannot be read, and UsageError for a bad option.
    """
    if rounding not in ("reject", "accept"):
        raise UsageError(f"rounding is reject or accept, got {rounding!r}")
    asked = question(expression, wrt, order, limits)
    try:
        answers = read(answer, asked)
    except Unreadable as problem:
        mistake = Mistake(problem.code, "", problem.message)
        return Judgement("invalid", mistakes=(mistake,), message=problem.message, position=problem.position)
    try:
        return _judged(asked, answers)
    except LimitReached as stopped:
        return Judgement("undecided", reading=answers[0].text, message=f"Not decided: {stopped.message}.")


def _judged(asked: Question, answers: list[Answer]) -> Judgement:
    first = compared(answers[0].root, asked)
    if first.verdict == "correct":
        return _correct(answers[0], first)
    return Judgement(first.verdict, reading=answers[0].text)


def _correct(answer: Answer, found: Comparison) -> Judgement:
    return Judgement("correct", Evidence(points=len(found.at("equal")), digits=DIGITS), credit=1.0, reading=answer.text)
