"""A student's working, line by line: each line against the derivative, the first wrong one named.

- `follow(expression, text, wrt)` is a `Working`: a judgement for every line, and the first wrong.

A line may begin with = or f'(x) = or dy/dx =, and may hold several steps joined by =. Steps that
still contain d/dx are passed over: they promise a derivative and do not state one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..displays import brief
from ..doors import door
from ..errors import Verdict
from ..expression import Expression
from ..language.as_typed import members
from ..limits import Limits
from ..sentences import say
from .judgement import Judgement
from .judging import check
from .sought import Sought, sought


@dataclass(frozen=True, slots=True)
class Line:
    """One step: its number in the text, what was typed, and its judgement (None: passed over)."""

    number: int
    text: str
    judgement: Judgement | None


@dataclass(frozen=True, slots=True)
class Working:
    """All steps; `first_wrong` is the one to look at."""

    lines: tuple[Line, ...]

    def __repr__(self) -> str:
        return brief(self, lines=len(self.lines), first_wrong=self.first_wrong)

    @property
    def first_wrong(self) -> Line | None:
        for line in self.lines:
            if line.judgement and line.judgement.verdict != "correct":
                return line
        return None

    @property
    def verdict(self) -> Verdict:
        """correct where every step is, else that of the first wrong one; invalid without any."""
        wrong = self.first_wrong
        if wrong and wrong.judgement:
            return wrong.judgement.verdict
        judged = any(line.judgement for line in self.lines)
        return Verdict.correct if judged else Verdict.invalid

    @property
    def message(self) -> str:
        wrong = self.first_wrong
        if wrong and wrong.judgement:
            return say("Line {number}: {message}", number=wrong.number,
                       message=wrong.judgement.message)  # fmt: skip
        if self.verdict == "invalid":
            return say("There is no line to judge.")
        last = next(line for line in reversed(self.lines))
        if last.judgement is None:
            return say("Right so far, but the last line still has to be worked out.")
        return say("Every line is right.")

    @property
    def exit_code(self) -> int:
        return self.verdict.exit_code

    def as_dict(self) -> dict[str, Any]:
        return {
            "verdict": self.verdict, "message": self.message,
            "first_wrong": self.first_wrong.number if self.first_wrong else None,
            "lines": [{"number": line.number, "text": line.text,
                       "judgement": line.judgement and line.judgement.as_dict()}
                      for line in self.lines],
        }  # fmt: skip


@door("expression", "order", "limits")
def follow(
    expression: str | Expression, text: str, wrt: str | None = None, *, order: int = 1,
    assume: str | Iterable[str] = (), powers: str = "real", rounding: str = "reject",
    limits: Limits = Limits.student,
) -> Working:  # fmt: skip
    """Judge every step of a working against the derivative. Raises what `check` raises."""
    assumed = (assume,) if isinstance(assume, str) else tuple(assume)
    asked = sought(expression, wrt, order, limits, assumed, powers)
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        for step in steps(line, asked):
            judged = check(expression, step, wrt, order=order, assume=assumed, powers=powers,
                           rounding=rounding, limits=limits)  # fmt: skip
            found.append(Line(number, step, None if _promise(judged) else judged))
    return Working(tuple(found))


def steps(line: str, asked: Sought) -> tuple[str, ...]:
    """The formulas of one line about the derivative that is sought; none of a comment, or of f'(x)
    where f''(x) is sought."""
    if not line.strip() or line.lstrip().startswith("#"):
        return ()
    stated = members(line, asked.names, asked.wrt, asked.order)
    return () if stated.another else stated.formulas


def _promise(judged: Judgement) -> bool:
    return judged.verdict == "invalid" and any(
        m.code == "unevaluated_derivative" for m in judged.mistakes
    )


__all__ = ["Line", "Working", "follow", "steps"]
