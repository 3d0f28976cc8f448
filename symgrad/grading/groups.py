"""Answers put together: by question, and within a question by what they say.

- `groups(pile, outcomes)` has one `Group` a question, in the order of the file: the counts of
  verdicts and mistakes, and the wrong answers as `Cluster`s, the most frequent first.

Two answers are one cluster if they were read as the same sums and products: 2x*cos(x) and
cos(x)*x*2 are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..errors import SymgradError
from ..expression import parse
from ..formula.terms import Terms
from ..limits import Limits
from .pile import Pile, Row

LONGEST = 1_000  # characters of an answer that is compared as a formula


class Asked(NamedTuple):
    """A question as it stands in the file."""

    label: str
    expression: str
    wrt: str
    order: str

    def name(self, number: int) -> str:
        """The teacher's name for it, or its number."""
        given = self.label or str(number)
        return f"Question {given}" if given.isdigit() else given


@dataclass(slots=True)
class Cluster:
    """Equal wrong answers: how many, how they were typed, by whom, and one outcome for all."""

    outcome: Mapping[str, Any]
    count: int = 0
    typed: list[str] = field(default_factory=list)
    students: list[str] = field(default_factory=list)

    def add(self, row: Row) -> None:
        self.count += 1
        for text, known in ((row.text("answer"), self.typed), (row.text("student"), self.students)):
            if text.strip() and text not in known:
                known.append(text)
        self.typed = self.typed or [""]


@dataclass(slots=True)
class Group:
    """All answers to one question."""

    asked: Asked
    verdicts: Counter[str] = field(default_factory=Counter)
    mistakes: Counter[str] = field(default_factory=Counter)
    clusters: list[Cluster] = field(default_factory=list)

    @property
    def answers(self) -> int:
        return self.verdicts.total()


def groups(pile: Pile, outcomes: Sequence[Mapping[str, Any]]) -> list[Group]:
    """One group a question."""
    parts: dict[Asked, list[tuple[Row, Mapping[str, Any]]]] = {}
    for row, outcome in zip(pile.rows, outcomes, strict=True):
        asked = Asked(*(row.text(c).strip() for c in ("question", "expression", "wrt", "order")))
        parts.setdefault(asked, []).append((row, outcome))
    return [_group(asked, answers) for asked, answers in parts.items()]


def _group(asked: Asked, answers: Sequence[tuple[Row, Mapping[str, Any]]]) -> Group:
    group = Group(asked)
    clusters: dict[Any, Cluster] = {}
    terms = Terms()
    for row, outcome in answers:
        group.verdicts[outcome["verdict"]] += 1
        if outcome["mistake"]:
            group.mistakes[outcome["mistake"]] += 1
        if outcome["verdict"] != "correct":
            key = (outcome["verdict"], outcome["mistake"], _same(row, outcome, terms))
            clusters.setdefault(key, Cluster(outcome)).add(row)
    group.clusters = sorted(clusters.values(), key=lambda c: -c.count)
    return group


def _same(row: Row, outcome: Mapping[str, Any], terms: Terms) -> Any:
    """Equal for answers that say the same: a formula in normal form, or the text."""
    reading = str(outcome["reading"])
    if not reading or len(reading) > LONGEST:
        return reading or row.text("answer").strip()
    try:
        return terms.read(parse(reading, limits=Limits.student).root)
    except (SymgradError, ArithmeticError, ValueError):
        return reading
