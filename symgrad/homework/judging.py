"""Judge an answer: numbers first, symbols second, both bounded.

- `check(expression, answer, wrt)` is the `Judgement` on a student's derivative.
"""

from __future__ import annotations

from ..errors import LimitReached, UsageError, Verdict
from ..expression import Expression
from ..limits import Limits
from .comparing import DIGITS, Comparison, compared, exists
from .credit import credit
from .judgement import Evidence, Judgement, Mistake
from .messages import message, mistake
from .naming import named
from .proving import proved
from .question import Question, question
from .reading import Answer, Unreadable, read
from .witness import parts, witness


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
    if not isinstance(answer, str):
        raise UsageError(f"an answer is a str, got {type(answer).__name__}")
    asked.started()
    try:
        answers = read(answer, asked)
    except Unreadable as problem:
        mistake = Mistake(problem.code, "", problem.message)
        return Judgement(
            Verdict.invalid, mistakes=(mistake,), message=problem.message, position=problem.position
        )
    try:
        return _judged(asked, answers, rounding, prove)
    except LimitReached as stopped:
        return _undecided(answers[0], stopped.message)
    except (ValueError, ArithmeticError):
        return _undecided(answers[0], "the answer could not be evaluated")


def _judged(asked: Question, answers: list[Answer], rounding: str, prove: bool) -> Judgement:
    """The first reading decides; where only another one is right, the brackets are asked for."""
    first = answers[0]
    if first.constant:
        return _incorrect(asked, first, Comparison(), rounding)
    found = compared(first.root, asked)
    if found.verdict == Verdict.correct:
        return _correct(asked, first, found, prove)
    for other in answers[1:]:
        if compared(other.root, asked).verdict == Verdict.correct:
            return _meant(other)
    if not asked.spots:
        return _undecided(first, "no point was found at which the question has a derivative")
    if found.verdict == Verdict.undecided:
        return _undecided(first, "the answer and the derivative could not be told apart")
    if not found.at("equal", "different", "open") and not exists(first.root, asked):
        said = f"{first.text} has no real value anywhere."
        return _invalid(first, "undefined", said)
    return _incorrect(asked, first, found, rounding)


def _correct(asked: Question, answer: Answer, found: Comparison, prove: bool) -> Judgement:
    points = len(found.at("equal"))
    said = "Right."
    if found.rooted:
        said = "Right, with the fractional power read as the real root."
    elif answer.notes:
        said = f"Right, with {answer.notes[0]}."
    proof = prove and proved(asked, answer.root)
    evidence = Evidence(proof, points, DIGITS)
    return Judgement(Verdict.correct, evidence, credit=1.0, reading=answer.text, message=said)


def _undecided(answer: Answer, why: str) -> Judgement:
    return Judgement(Verdict.undecided, reading=answer.text, message=f"Not decided: {why}.")


def _meant(answer: Answer) -> Judgement:
    said = f"Correct if you meant {answer.text}: write the brackets."
    return _invalid(answer, "ambiguous", said)


def _invalid(answer: Answer, code: str, said: str) -> Judgement:
    mistakes = (Mistake(code, "", said),)
    return Judgement(Verdict.invalid, mistakes=mistakes, reading=answer.text, message=said)


def _incorrect(asked: Question, answer: Answer, found: Comparison, rounding: str) -> Judgement:
    names = named(asked, answer, found)
    codes = [n.code for n in names]
    verdict = Verdict.incorrect if answer.constant else found.verdict
    if rounding == "accept" and "rounded_constant" in codes:
        said = "Right, but for constants that were rounded."
        return Judgement(
            Verdict.correct,
            Evidence(points=len(found.spots), digits=2),
            credit=1.0,
            reading=answer.text,
            message=said,
        )
    where = parts(asked, found) if verdict == Verdict.equal_on_part else ""
    told = tuple(dict.fromkeys(mistake(asked, n) for n in names))
    seen = witness(asked, answer.root, found)
    said = message(verdict, told, seen, where, together=names[0].together)
    return Judgement(
        verdict, witness=seen, mistakes=told, credit=credit(asked, answer, names),
        reading=answer.text, message=said,
    )  # fmt: skip
