"""A teacher's decisions: a whole group of equal answers accepted or rejected, in every run again.

- `decisions(data, name)` are those of a file with the columns `group` (as the report and the graded
  file name it) or `answer`, and `decision`: accept or reject; `credit` and `comment` if there. A
  graded file into which a teacher has typed decisions is one.
- `decided(pile, outcomes, decisions, told)` are the outcomes with them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ..errors import UsageError
from ..sentences import in_sequence, say, sentences, spoken
from .layouts import no_column, own, text_at
from .pile import Pile
from .sheets import SheetLine, TableFile, sheet

DECISION_WORDS = {"accept": True, "accepted": True, "correct": True, "yes": True,
         "reject": False, "rejected": False, "incorrect": False, "no": False}  # fmt: skip
WHERE = ("group", "answer", "question", "expression")  # what says which answers are meant


BY_THE_TEACHER = sentences({True: "Accepted by the teacher.", False: "Rejected by the teacher."})


class Decision(NamedTuple):
    """One line of the teacher's file."""

    where: Mapping[str, str]
    accepted: bool
    credit: float
    comment: str
    number: int  # of its line

    def fits(self, given: Sequence[str]) -> bool:
        """Whether an answer is meant, given by the texts of WHERE."""
        said = dict(zip(WHERE, given))
        return all(said[name] == wanted for name, wanted in self.where.items())

    def outcome(self, found: Mapping[str, Any], language: str) -> dict[str, Any]:
        """What becomes of an outcome; the mistake stays named where the answer is rejected."""
        word = "accepted" if self.accepted else "rejected"
        said = self.comment or spoken(say(BY_THE_TEACHER[self.accepted]), language)
        kept = {"mistake": "", "place": "", "witness": ""} if self.accepted else {}
        verdict = "correct" if self.accepted else "incorrect"
        return {**found, **kept, "verdict": verdict, "credit": self.credit, "message": said,
                "decision": word}  # fmt: skip


def decisions(data: bytes, name: str = "") -> list[Decision]:
    """Raises UsageError for a line that says neither accept nor reject."""
    try:
        found = sheet(data, name)
        for column in ("decision", "group" if own("group", found.heading) >= 0 else "answer"):
            if own(column, found.heading) < 0:
                raise UsageError(no_column(column, found.heading))
        lines = [line for line in found.lines() if any(line.cells)]
        if own("verdict", found.heading) >= 0:  # a graded file, with a decision here and there
            place = own("decision", found.heading)
            lines = [line for line in lines if text_at(line, place).strip()]
        return [decision(line, found) for line in lines]
    except UsageError as error:
        said = in_sequence(": ", name or "overrides", error.message)
        raise UsageError(said, hint=error.hint) from None


def decision(line: SheetLine, found: TableFile) -> Decision:
    cells = {column: text_at(line, own(column, found.heading)).strip()
             for column in (*WHERE, "decision", "credit", "comment")}  # fmt: skip
    place = found.place(line.number)
    accepted = DECISION_WORDS.get(cells["decision"].lower())
    if accepted is None or line.fault:
        raise UsageError(
            say("{place}: the decision is {given}", place=place, given=repr(cells["decision"])),
            hint=say("write accept or reject"),
        )
    where = {column: cells[column] for column in WHERE if cells[column]}
    if not {"group", "answer"} & set(where):
        raise UsageError(say("{place} names neither a group nor an answer", place=place))
    if own("verdict", found.heading) >= 0 and cells["decision"].lower() in ("accept", "reject"):
        cells["credit"] = ""  # it is what we gave before the teacher decided
    credit = share(cells["credit"] or str(int(accepted)), place)
    return Decision(where, accepted, credit, cells["comment"], line.number)


def share(text: str, place: str) -> float:
    try:
        found = float(text.replace(",", "."))
    except ValueError:
        found = -1.0
    if not 0 <= found <= 1:
        said = say("{place}: a credit is between 0 and 1, got {text}", place=place, text=text)
        raise UsageError(said)
    return found


def decided(
    pile: Pile, outcomes: Sequence[dict[str, Any]], made: Sequence[Decision],
    told: Callable[[str], None], language: str = "en",
) -> list[dict[str, Any]]:  # fmt: skip
    """A decision on one answer is one on all that say the same; the last one counts."""
    if not made:
        return list(outcomes)
    chosen: dict[str, Decision] = {}
    there = {
        (outcome["group"], row.task.answer.strip(), row.question.strip(),
         row.task.expression.strip())
        for row, outcome in zip(pile.rows, outcomes)
        if not row.blank
    }  # fmt: skip
    for one in made:
        groups = {given[0] for given in there if one.fits(given)}
        if not groups:
            given = ", ".join(one.where.values())
            told(say("the decision in line {number} fits no answer: {given}", number=one.number,
                     given=given))  # fmt: skip
        chosen |= dict.fromkeys(groups, one)
    return [
        chosen[one["group"]].outcome(one, language) if one["group"] in chosen else one
        for one in outcomes
    ]
