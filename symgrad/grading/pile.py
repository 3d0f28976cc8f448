"""A pile of answers: what is to be judged, in the order of the file, and the file with verdicts.

- `read(data, name, choice)` is the `Pile` in a file's bytes: its sheet, its columns, its rows.
- `written(pile, outcomes, form)` is the same sheet with the columns of `OUTCOME` added, in pieces.

Every row comes back, in order: one that cannot be read is a row with its `fault`.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import Any, NamedTuple

from ..errors import Unsupported, UsageError
from ..sentences import say
from .layouts import NO_CHOICE, OF_A_KIND, Choice, Layout, layout, text_at
from .sheets import SHIELDED, SheetLine, TableFile, as_json, as_text, csv_line, sheet

OUTCOME = (
    "verdict", "credit", "mistake", "place", "message", "witness", "reading", "group", "decision",
)  # fmt: skip
LONGEST_CELL = 32_767  # characters that a spreadsheet takes
MOST_ROWS = 1_048_575  # below the heading
SAME_DAY = datetime(2000, 1, 1)  # equal runs write equal bytes


class Task(NamedTuple):
    """What is judged: texts, as they stand in the file."""

    expression: str
    answer: str
    wrt: str = ""
    order: str = ""
    assume: str = ""
    posed: str = ""  # a question of another kind, or of a problem set, as JSON

    @property
    def key(self) -> str:
        """Equal for equal tasks, in every run."""
        return sha256(json.dumps(self).encode()).hexdigest()[:32]

    @property
    def asked(self) -> tuple[str, str, str, str]:
        """The question without the answer."""
        return (self.expression, self.wrt, self.order, self.assume or self.posed)


@dataclass(frozen=True, slots=True)
class Row:
    """One answer: its task, whose it is, and where it stands."""

    task: Task
    student: str = ""
    question: str = ""  # what the teacher calls it
    number: int = 0  # of its line in the file
    fault: str = ""  # why it could not be read, if it could not
    blank: bool = False  # whether its line holds nobody's answer
    points: float = 1.0  # that a right answer is worth


@dataclass(frozen=True, slots=True)
class Pile:
    """All answers of a file, line by line."""

    sheet: TableFile
    layout: Layout
    rows: Sequence[Row]

    @property
    def wide(self) -> bool:
        """Whether a line holds several answers."""
        return len(self.layout.slots) > 1


def read(data: bytes, name: str = "", choice: Choice = NO_CHOICE) -> Pile:
    """Raises UsageError where the columns that are needed are not there."""
    found = sheet(data, name)
    columns = layout(found, choice)
    return Pile(found, columns, list(rows_of(found, columns, choice)))


def rows_of(found: TableFile, columns: Layout, choice: Choice) -> Iterator[Row]:
    """A row an answer; equal tasks are one object, since a million of them are kept."""
    tasks: dict[Task, Task] = {}
    names: dict[str, str] = {}
    for line in found.lines():
        wrt, order, assume = (columns.told(line, name) for name in ("wrt", "order", "assume"))
        student, blank = text_at(line, columns.student), columns.blank(line)
        for cell in columns.answers(line):
            task = Task(
                cell.expression, cell.answer, wrt or choice.wrt, order or choice.order, assume,
                of_its_kind(columns, line, cell.expression),
            )  # fmt: skip
            fault = cell.fault
            if found.form == "jsonl" and not fault:
                fault = missing(found, columns, line, cell.expression)
            yield Row(
                tasks.setdefault(task, task), names.setdefault(student, student),
                names.setdefault(cell.question, cell.question), line.number, fault, blank,
            )  # fmt: skip


def of_its_kind(columns: Layout, line: SheetLine, expression: str) -> str:
    """The question as JSON, where a column says that it is of another kind; nothing else."""
    kind = columns.told(line, "kind").strip()
    if kind in ("", "derivative"):
        return ""
    given = {name: columns.told(line, name).strip() for name in (*OF_A_KIND, "wrt")}
    fields = {name: text for name, text in given.items() if text}
    for name in ("degree", "places"):
        if fields.get(name, "").isdecimal():
            fields[name] = int(fields[name])  # type: ignore[assignment]
    return json.dumps({"question": {"kind": kind, "expression": expression, **fields}})


def missing(found: TableFile, columns: Layout, line: SheetLine, expression: str) -> str:
    """Which field a JSON object lacks."""
    for slot in columns.slots:
        for place in (slot.column, slot.formula_column):
            if place >= 0 and line.cells[place] is None:
                return say("this line has no {column}", column=found.heading[place])
    return ""


# --- out ----------------------------------------------------------------------------------------

Outcomes = Iterable[Mapping[str, Any]]


def written(pile: Pile, outcomes: Outcomes, form: str = "") -> Iterator[bytes]:
    """The file with an outcome an answer, in its own form or another, piece by piece."""
    form = form or pile.sheet.form
    if form == "xlsx":
        yield as_spreadsheet(pile, outcomes)
        return
    if pile.sheet.mark and form == "csv":
        yield b"\xef\xbb\xbf"
    errors = pile.sheet.errors if form == "csv" else "backslashreplace"
    for line in as_objects(pile, outcomes) if form == "jsonl" else as_csv(pile, outcomes):
        yield line.encode("utf-8", errors)


def outcome_columns(pile: Pile) -> list[str]:
    """Their names; where a line has several answers each stands behind its question's."""
    if not pile.wide:
        return list(OUTCOME)
    return [f"{slot.label} {name}" for slot in pile.layout.slots for name in OUTCOME]


def headings(pile: Pile) -> list[str]:
    """The file's own columns; one that has the name of ours keeps its own with _in."""
    ours = set(outcome_columns(pile))
    return [f"{name}_in" if name in ours else name for name in pile.sheet.heading]


def answered(pile: Pile, outcomes: Outcomes) -> Iterator[tuple[SheetLine, list[Any]]]:
    """Every line of the file with the cells of its outcomes."""
    left = iter(outcomes)
    for line in pile.sheet.lines():
        found = islice(left, len(pile.layout.slots))
        yield line, [one[name] for one in found for name in OUTCOME]
    if next(left, None) is not None:
        raise ValueError("there are more outcomes than answers")


def as_csv(pile: Pile, outcomes: Outcomes) -> Iterator[str]:
    found = pile.sheet
    delimiter, end = found.delimiter, found.end
    if found.told:
        yield f"sep={delimiter}{end}"
    yield csv_line([*headings(pile), *outcome_columns(pile)], delimiter, end)
    for line, ours in answered(pile, outcomes):
        cells = [*map(as_text, line.cells), *map(plain, ours)]
        yield csv_line(cells, delimiter, end)


def plain(x: Any) -> str:
    return f"{x:.6g}" if isinstance(x, (int, float)) else str(x)


def as_objects(pile: Pile, outcomes: Outcomes) -> Iterator[str]:
    """JSON Lines; an object that was read comes back with its own text."""
    names, ours = headings(pile), outcome_columns(pile)
    renamed = list(pile.sheet.heading) != names
    for line, cells in answered(pile, outcomes):
        more = json.dumps(dict(zip(ours, cells)), ensure_ascii=False)
        if line.raw.startswith("{") and not line.fault and not renamed and standard(line.raw):
            yield f"{line.raw[:-1].rstrip()}, {more[1:]}\n"
        else:
            here = {n: as_json(x) for n, x in zip(names, line.cells) if x is not None}
            yield json.dumps({**here, **json.loads(more)}, ensure_ascii=False) + "\n"


def standard(raw: str) -> bool:
    """Whether an object is strict JSON and not empty."""
    return not any(word in raw for word in ("NaN", "Infinity")) and raw.strip("{} \t") != ""


def as_spreadsheet(pile: Pile, outcomes: Outcomes) -> bytes:
    """A workbook whose cells are texts and numbers, never formulas."""
    try:
        from xlsxwriter import Workbook  # noqa: PLC0415  # an extra
    except ImportError:
        raise Unsupported(
            say("writing a spreadsheet needs XlsxWriter"), hint="pip install 'symgrad[sheets]'"
        ) from None
    data = io.BytesIO()
    book = Workbook(data, {"constant_memory": True, "in_memory": False})
    book.set_properties({"created": SAME_DAY})
    page, bold = book.add_worksheet("graded"), book.add_format({"bold": True})
    names = [*headings(pile), *outcome_columns(pile)]
    for k, name in enumerate(names):
        page.write_string(0, k, in_spreadsheet(name), bold)
    for row, (line, ours) in enumerate(answered(pile, outcomes), 1):
        for k, x in enumerate([*line.cells, *ours]):
            if isinstance(x, (int, float)) and not isinstance(x, bool):
                page.write_number(row, k, x)
            elif x not in ("", None):
                page.write_string(row, k, in_spreadsheet(as_text(x)))
    page.freeze_panes(1, 0)
    book.close()
    return data.getvalue()


def fits_a_spreadsheet(pile: Pile) -> None:
    """Raises UsageError where rows would be lost."""
    if len(pile.rows) // len(pile.layout.slots) > MOST_ROWS:
        raise UsageError(
            say("a spreadsheet holds {most} rows, and the file has more", most=f"{MOST_ROWS:,}"),
            hint=say("write CSV"),
        )


def in_spreadsheet(text: str) -> str:
    """What a cell can hold: no control characters, and not too long."""
    text = f"'{text}" if SHIELDED.match(text) else text  # reading takes one off
    shown = "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in text)
    return shown if len(shown) <= LONGEST_CELL else shown[: LONGEST_CELL - 1] + "…"


__all__ = ["OUTCOME", "Choice", "Pile", "Row", "Task", "read", "written"]
