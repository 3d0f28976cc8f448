"""Answers put together: by question, and within a question by what they say.

- `groups(pile, outcomes)` has one `Group` a question, in the order of the file: the counts of
  verdicts and mistakes, and the wrong answers as `Cluster`s, the most frequent first.
- `group_name(task, reading)` is the name of all answers that say the same: eight letters, equal in
  every run, so that a teacher's decision finds them again.

Two answers say the same if they were read as the same sums and products: 2x*cos(x) and cos(x)*x*2.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from json import dumps
from typing import Any, NamedTuple

from ..errors import SymgradError
from ..expression import parse
from ..formula.terms import Term, Terms
from ..limits import Limits
from .pile import Pile, Row, Task

LONGEST_COMPARED = 1_000  # characters of an answer that is compared as a formula
LETTERS_OF_A_NAME = 8  # letters of a group's name


class Asked(NamedTuple):
    """A question as it stands in the file."""

    label: str
    expression: str
    wrt: str
    order: str
    posed: str = ""  # a question of another kind, or of a set, as JSON


@dataclass(slots=True)
class Cluster:
    """Equal wrong answers: how many, how they were typed, by whom, and one outcome for all."""

    outcome: Mapping[str, Any]
    asked: Asked
    count: int = 0
    typed: dict[str, None] = field(default_factory=dict)  # in the order of the file
    students: dict[str, None] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        self.count += 1
        self.typed.setdefault(row.task.answer)
        if row.student.strip():
            self.students.setdefault(row.student)


@dataclass(slots=True)
class Group:
    """All answers to one question."""

    asked: Asked
    versions: dict[Asked, None] = field(default_factory=dict)  # where every student has another
    verdicts: Counter[str] = field(default_factory=Counter)
    mistakes: Counter[str] = field(default_factory=Counter)
    wrong: dict[Any, Cluster] = field(default_factory=dict)
    credit: float = 0.0  # of all answers together

    @property
    def answers(self) -> int:
        return self.verdicts.total()

    @property
    def clusters(self) -> list[Cluster]:
        """The most frequent first."""
        return sorted(self.wrong.values(), key=lambda c: -c.count)

    def add(self, asked: Asked, row: Row, outcome: Mapping[str, Any]) -> None:
        self.versions.setdefault(asked)
        self.verdicts[outcome["verdict"]] += 1
        self.credit += float(outcome["credit"] or 0)
        if outcome["mistake"]:
            self.mistakes[outcome["mistake"]] += 1
        if outcome["verdict"] != "correct" or outcome["decision"]:
            same = outcome["group"] or row.task.answer.strip()
            key = (outcome["verdict"], outcome["mistake"], same)
            cluster = self.wrong.get(key)
            if cluster is None:
                cluster = self.wrong[key] = Cluster(outcome, asked)
            cluster.add(row)


def asked_in(row: Row) -> Asked:
    task = row.task
    texts = (row.question, task.expression, task.wrt, task.order, task.posed)
    return Asked(*(t.strip() for t in texts))


def groups(pile: Pile, outcomes: Sequence[Mapping[str, Any]]) -> list[Group]:
    """One group a question; one that has a name may have other numbers for every student."""
    found: dict[Asked | str, Group] = {}
    for row, outcome in zip(pile.rows, outcomes, strict=True):
        if not row.blank:
            asked = asked_in(row)
            key = asked.label or asked
            group = found.get(key)
            if group is None:
                group = found[key] = Group(asked)
            group.add(asked, row, outcome)
    return list(found.values())


# --- what says the same ---------------------------------------------------------------------------


def group_name(task: Task, reading: str) -> str:
    """The name of the group that an answer belongs to."""
    content = dumps([*map(str.strip, task.asked), normal_form(reading) or task.answer.strip()])
    return sha256(content.encode()).hexdigest()[:LETTERS_OF_A_NAME]


def normal_form(reading: str) -> str:
    """A text that is equal for equal sums and products; the reading itself where that fails."""
    if len(reading) > LONGEST_COMPARED:
        return reading
    try:
        terms = Terms()
        return in_order(terms, terms.read(parse(reading, limits=Limits.student).root))
    except (SymgradError, ArithmeticError, ValueError):
        return reading


def in_order(terms: Terms, root: Term) -> str:
    """A Term as text, the parts of sums and products sorted."""
    texts: dict[Term, str] = {}
    for term in sorted(set(terms.made.values()), key=lambda t: t.born):  # parts come first
        texts[term] = text_of(term, texts)
    return texts[root]


def text_of(term: Term, texts: Mapping[Term, str]) -> str:
    parts = [texts[a] for a in term.args]
    if term.op == "variable":
        return str(term.label)
    if term.op == "product":
        powers = [f"{texts[base]}^{n}" for base, n in term.factors]
        return f"({'*'.join([str(term.number), *sorted(powers)])})"
    if term.op == "sum":
        return f"({'+'.join(sorted(parts))})"
    return f"{term.op.name}({','.join(parts)})"
