"""Which columns of a table are what: the answers, their questions, who gave them.

- `layout(sheet, choice)` is the `Layout`: what the teacher chose, else what the headings say:
  in tables of one answer a line and of several, and in exports of Moodle, Canvas, Gradescope, edX.
- `layout.answers(line)` are the answers of one line, as `Cell`s with their question.

What does not fit is an error that says which columns there are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from ..errors import UsageError, nearest
from ..sentences import in_sequence, say
from .sheets import SheetLine, TableFile, as_text, spoiled

OF_A_KIND = (  # columns that say more of a question of another kind, where there is a column kind
    "at", "degree", "places", "domain", "direction", "constant", "which", "x", "y", "initial",
)  # fmt: skip
# columns that are used where they are there
OURS = ("wrt", "order", "assume", "question", "kind", *OF_A_KIND)
STUDENTS = (  # the columns that may say whose answer it is, the surest first
    "student", "email address", "e-mail-adresse", "dirección de correo", "adresse de courriel",
    "email", "sid", "username", "student id", "id number", "sis_id", "login id", "id", "name",
)  # fmt: skip
ANSWERS = re.compile(  # how platforms head their columns of answers
    r"(response|antwort|respuesta|réponse|answer) \d+"  # Moodle
    r"|\d{3,}: .*"  # Canvas: the question's number and text
    r"|question [\d.]+ (response|answer)|[\d.]+ response"  # Gradescope
    r"|answer|state",  # edX
    re.IGNORECASE | re.DOTALL,
)
# how else such a column may be called; it is not taken for one, since `question` may hold a title
ALSO_ASKED = ("question", "function", "formula", "aufgabe", "frage", "funktion", "fonction",
              "función", "pregunta", "f", "f(x)")  # fmt: skip
ALSO_ANSWERED = ("answers", "response", "responses", "antwort", "réponse", "respuesta", "solution")
NOTHING = {"", "-"}  # what an export has where nothing was answered
SUMMARY = ("overall average", "gesamtdurchschnitt", "promedio general", "moyenne globale")
STACK = re.compile(r"(?:^|;)\s*(ans\w*): (.*?) \[(?:score|valid|invalid)\](?=;|\s*$)", re.DOTALL)
MAXIMA = (("%e", "e"), ("%pi", "pi"))
COLUMNS_SHOWN = 12  # columns named in an error


class Choice(NamedTuple):
    """What the teacher says of the columns; what is empty is found by its heading."""

    expression: str = ""  # a formula, or the column that has it
    answers: tuple[str, ...] = ()  # COLUMN, or COLUMN=formula
    student: str = ""
    wrt: str = ""
    order: str = ""


NO_CHOICE = Choice()


@dataclass(frozen=True, slots=True)
class AnswerColumn:
    """One column of answers: which, the part of its cells that counts, and what was asked."""

    column: int
    part: str = ""  # ans2 of STACK, the input's id of edX
    formula: str = ""
    formula_column: int = -1
    label: str = ""  # what the question is called where there are several columns


class Cell(NamedTuple):
    """One answer and its question, as texts."""

    expression: str
    answer: str
    question: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a table, by number; -1 where there is none."""

    slots: tuple[AnswerColumn, ...]
    student: int = -1
    others: Mapping[str, int] = field(default_factory=dict)  # of OURS, by name
    exported: bool = False  # by a platform: a dash is no answer

    def answers(self, line: SheetLine) -> Iterator[Cell]:
        for slot in self.slots:
            yield self._cell(slot, line)

    def _cell(self, slot: AnswerColumn, line: SheetLine) -> Cell:
        said = line.cells[slot.column]
        fault = line.fault or spoiled(said)
        answer = part_of(as_text(said), slot.part)
        if self.exported and answer.strip() in NOTHING:
            answer = ""
        asked = slot.formula or text_at(line, slot.formula_column)
        return Cell(asked, answer, slot.label or self.told(line, "question"), fault)

    def told(self, line: SheetLine, name: str) -> str:
        """What the column of this name says, if there is one."""
        return text_at(line, self.others.get(name, -1))

    def blank(self, line: SheetLine) -> bool:
        """Whether a line holds no answer of anybody: it is empty, or a summary of the others."""
        texts = [as_text(cell).strip() for cell in line.cells]
        summary = self.exported and any(t.lower() in SUMMARY for t in texts[:3])
        return not line.fault and (summary or not any(texts))


def text_at(line: SheetLine, column: int) -> str:
    return as_text(line.cells[column]) if column >= 0 else ""


def layout(found: TableFile, choice: Choice = NO_CHOICE) -> Layout:
    """Raises UsageError, with the columns that there are."""
    heading = found.heading
    exported = bool(choice.answers) or find("answer", heading) is None
    slots = chosen_slots(found, choice) if choice.answers else own_slots(found, choice)
    student = student_column(found, choice.student)
    others = {name: own(name, heading) for name in OURS}
    return Layout(several(slots, heading), student, others, exported)


def own(name: str, heading: Sequence[str]) -> int:
    """The column of this name, in any case; -1 without one."""
    names = [given.strip().lower() for given in heading]
    return names.index(name) if name in names else -1


def find(name: str, heading: Sequence[str]) -> int | None:
    """The column that a name stands for: as it is, in any case, or the only one so begun."""
    wanted = name.strip().lower()
    names = [given.strip().lower() for given in heading]
    if name in heading and heading.count(name) == 1:
        return heading.index(name)
    same = [i for i, given in enumerate(names) if given == wanted]
    if len(same) > 1:
        raise UsageError(say("{n} columns are called {name}", n=len(same), name=name))
    begun = re.compile(re.escape(wanted) + r"(?!\w)")  # Response 1 is not Response 10
    fits = same or [i for i, given in enumerate(names) if wanted and begun.match(given)]
    return fits[0] if len(fits) == 1 else None


def called(names: Sequence[str], heading: Sequence[str]) -> str:
    """The first column that is called one of these; nothing without one."""
    return next((given.strip() for given in heading if given.strip().lower() in names), "")


def column(name: str, heading: Sequence[str]) -> int:
    place = find(name, heading)
    if place is None:
        raise UsageError(no_column(name, heading))
    return place


def no_column(name: str, heading: Sequence[str]) -> str:
    """That it is not there, the columns of the file, and the one that was perhaps meant."""
    shown = ", ".join(given.strip() for given in heading[:COLUMNS_SHOWN])
    left = len(heading) - COLUMNS_SHOWN
    columns = in_sequence(" ", shown, say("and {n} more", n=left)) if left > 0 else shown
    close = nearest(name, [given.strip() for given in heading])
    if close:
        return say("there is no column {name}; the file has {columns}; did you mean {close}?",
                   name=name, columns=columns, close=close)  # fmt: skip
    return say("there is no column {name}; the file has {columns}", name=name, columns=columns)


# --- columns of answers -------------------------------------------------------------------------


def chosen_slots(found: TableFile, choice: Choice) -> list[AnswerColumn]:
    return [chosen_slot(said, found, choice) for said in choice.answers]


def chosen_slot(said: str, found: TableFile, choice: Choice) -> AnswerColumn:
    """COLUMN, or COLUMN=formula; a column may hold a = itself, so that the longest name counts."""
    cuts = [len(said), *(m.start() for m in re.finditer("=", said))]
    for cut in sorted(cuts, reverse=True):
        place, part = column_and_part(said[:cut], found.heading)
        if place is not None:
            formula = said[cut + 1 :].strip() or choice.expression
            return slot(place, part, formula, found)
    name = said.partition("=")[0].strip()
    raise UsageError(no_column(name, found.heading))


def column_and_part(name: str, heading: Sequence[str]) -> tuple[int | None, str]:
    """Response 1, or its part Response 1:ans2."""
    place = find(name, heading)
    if place is not None:
        return place, ""
    whole, _, part = name.rpartition(":")
    if not whole or "=" in part:
        return None, ""
    return find(whole, heading), part.strip()


def slot(place: int, part: str, formula: str, found: TableFile) -> AnswerColumn:
    """What is asked is a formula, or stands in a column."""
    by_column = own(formula.strip().lower() or "expression", found.heading)
    if formula and by_column < 0:
        made = AnswerColumn(place, part, formula.strip())
    elif by_column < 0:
        name, there = found.heading[place], called(ALSO_ASKED, found.heading)
        hint = say('say what was asked: --expression "x^2", or --answer "{name}=x^2"', name=name)
        if there:
            hint = say('if the column {name} says what was asked: --expression "{name}"',
                       name=there)  # fmt: skip
        raise UsageError(no_column("expression", found.heading), hint=hint)
    else:
        made = AnswerColumn(place, part, "", by_column)
    return whole_part(made, found)


def whole_part(made: AnswerColumn, found: TableFile) -> AnswerColumn:
    """The slot; raises UsageError where a cell has several answers and none was chosen."""
    names: dict[str, None] = {}
    for line in found.lines():
        names.update(dict.fromkeys(parts_of(as_text(line.cells[made.column]))))
    heading, there = found.heading[made.column], ", ".join(names)
    if made.part and made.part not in names:
        raise UsageError(
            say("the column {heading} has no {part}; it has {parts}", heading=heading,
                part=made.part, parts=there or say("no parts"))
        )  # fmt: skip
    if len(names) > 1 and not made.part:
        raise UsageError(
            say("the column {heading} holds several answers: {parts}", heading=heading,
                parts=there),
            hint=say('choose one: --answer "{heading}:{part}=x^2"', heading=heading,
                     part=next(iter(names))),
        )  # fmt: skip
    return made


def own_slots(found: TableFile, choice: Choice) -> list[AnswerColumn]:
    """The column `answer`, or those that a platform heads so."""
    heading = found.heading
    place = own("answer", heading)
    if place >= 0:
        column("answer", heading)  # it raises where two columns are called so
        return [slot(place, "", choice.expression, found)]
    places = [i for i, name in enumerate(heading) if ANSWERS.fullmatch(name.strip())]
    if not places:
        there = called(ALSO_ANSWERED, heading)
        hint = say('say which it is: --answer "{column}"', column=there) if there else say(
            'say which it is: --answer "COLUMN=formula"')  # fmt: skip
        raise UsageError(no_column("answer", heading), hint=hint)
    if len(places) > 1:
        names = ", ".join(short(heading[i]) for i in places[:COLUMNS_SHOWN])
        raise UsageError(
            say("there are {n} columns of answers: {names}", n=len(places), names=names),
            hint=say('say what each is about: --answer "{column}=x^2" --answer ...',
                     column=short(heading[places[0]])),
        )  # fmt: skip
    return [slot(places[0], "", choice.expression, found)]


def short(name: str) -> str:
    """A heading as one would type it: Canvas' number is enough."""
    number = re.match(r"\d{3,}(?=: )", name)
    return number[0] if number else name.strip()


def several(slots: Sequence[AnswerColumn], heading: Sequence[str]) -> tuple[AnswerColumn, ...]:
    """Each of several columns is a question of its own, called as the column is."""
    if len(slots) == 1:
        return tuple(slots)
    return tuple(replace(s, label=label_of(s, heading)) for s in slots)


def label_of(s: AnswerColumn, heading: Sequence[str]) -> str:
    return heading[s.column].strip() + (f": {s.part}" if s.part else "")


def student_column(found: TableFile, chosen: str) -> int:
    """The one chosen, else the surest that is not blank all the way down."""
    if chosen:
        return column(chosen, found.heading)
    there = (place for name in STUDENTS if (place := own(name, found.heading)) >= 0)
    return next((place for place in there if any(
        text_at(line, place).strip() for line in found.lines())), -1)  # fmt: skip


# --- several answers in one cell ----------------------------------------------------------------


def parts_of(text: str) -> dict[str, str]:
    """What STACK and edX put into one cell: Seed: 1; ans1: 2*x [score]; prt1: # = 1."""
    if "ans" in text and "]" in text:
        return {name: in_maxima(answer) for name, answer in STACK.findall(text)}
    return student_answers(text) if text.startswith("{") else {}


def in_maxima(answer: str) -> str:
    for theirs, ours in MAXIMA:
        answer = answer.replace(theirs, ours)
    return answer


def student_answers(text: str) -> dict[str, str]:
    """The answers in edX's state of a problem."""
    try:
        found: Any = json.loads(text)
        answers = found.get("student_answers", {})
        return {name: as_text(answer) for name, answer in answers.items()}
    except (ValueError, RecursionError, AttributeError):
        return {}


def part_of(text: str, part: str) -> str:
    parts = parts_of(text)
    return parts.get(part, "") if part else next(iter(parts.values()), text)
