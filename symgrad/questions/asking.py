"""Answers to questions of every kind, judged.

- `check(question, answer)` is a `Judgement`; `check("x^2", "2x")` asks for the derivative.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..doors import door
from ..errors import LimitReached, UsageError, Verdict
from ..expression import Expression
from ..homework import judging
from ..homework.judgement import Judgement, Mistake
from ..homework.reading import Unreadable
from ..language import uncollected
from ..limits import Limits
from ..sentences import Complaint, say
from .question import Question, QuestionKind


@door("question", "answer", "order", "limits")
def check(
    question: str | Expression | Question, answer: str, wrt: str | None = None, *, order: int = 1,
    assume: str | Iterable[str] = (), powers: str = "real", rounding: str = "reject",
    prove: bool = False, limits: Limits = Limits.student,
) -> Judgement:  # fmt: skip
    """Judge an answer: to a Question of any kind, or to "differentiate this expression".

    With an expression, `wrt` may be left out where it has one variable. `assume=("a>0", "n whole")`
    is what the teacher declares. Powers p/q with odd q are real roots, or with
    `powers="principal"` have values for x >= 0 only. With `rounding="accept"` constants that were
    rounded pass; with `prove` a symbolic attempt may turn evidence into a proof. Raises
    LanguageError where the question itself cannot be read, and UsageError for a bad option.
    """
    if not isinstance(question, Question):
        return judging.check(
            question, answer, wrt, order=order, assume=assume, powers=powers, rounding=rounding,
            prove=prove, limits=limits,
        )  # fmt: skip
    said = {"wrt": wrt, "order": order != 1, "assume": assume, "prove": prove,
            "powers": powers != "real", "rounding": rounding != "reject"}  # fmt: skip
    if beside := [name for name, given in said.items() if given]:
        raise UsageError(
            f"{beside[0]} has no effect with a Question", hint="it has fields of its own"
        )
    if not isinstance(answer, str):
        raise UsageError(f"an answer is a str, got {type(answer).__name__}")
    understood = question.posed
    with uncollected(True):
        return judged(understood, answer)


def judged(question: QuestionKind, answer: str) -> Judgement:
    """The verdict on an answer, whatever it is."""
    try:
        if len(answer) > question.limits.characters:
            said = say("The answer is too long: {n} characters.", n=len(answer))
            raise Unreadable("forbidden", said, None, "")
        if not answer.strip().strip("$"):
            raise Unreadable("empty", "", None, "")
        return question.judge(answer)
    except Unreadable as problem:
        said = problem.message
        if problem.code == "empty":  # of what an answer consists of, too: ..., ...
            said = say("There is no answer yet: give {wanted}.", wanted=say(question.wants))
        mistake = Mistake(problem.code, "", said)
        return Judgement(
            Verdict.invalid, mistakes=(mistake,), message=said, position=problem.position
        )
    except LimitReached as stopped:
        said = say("Not decided: {why}.", why=Complaint(stopped.message))
        return Judgement(Verdict.undecided, message=said)


__all__ = ["check", "judged"]
