"""A pile of answers as a table: CSV with any delimiter, or JSON Lines, in and out.

- `read(data, name)` is the `Pile` in a file's bytes: its columns and rows, as they were written.
- `written(pile, outcomes, form)` is the same pile with the columns of `OUTCOME` added, as bytes.

Every row comes back, in order: one that cannot be read is a row with its `fault`.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import UsageError, nearest

MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
NEEDED = ("expression", "answer")
KNOWN = (*NEEDED, "wrt", "order", "student", "question")
OUTCOME = ("verdict", "credit", "mistake", "place", "message", "witness", "reading")
DELIMITERS = ",;\t|"
LARGEST_FIELD = 1 << 30  # the csv module stops at 128 KB, and the pile with it
FORMS = {".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".csv": "csv", ".tsv": "csv"}


@dataclass(frozen=True, slots=True)
class Row:
    """One answer; `cells` are all its columns as they were written."""

    cells: Mapping[str, Any]
    fault: str = ""  # why it could not be read, if it could not

    def text(self, column: str) -> str:
        """A cell as text; a number in JSON is its digits, a missing cell is empty."""
        x = self.cells.get(column)
        return x if isinstance(x, str) else "" if x is None else json.dumps(x, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Pile:
    """All rows of a file, and how it was written."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    form: str = "csv"
    delimiter: str = ","
    mark: bool = False  # a byte order mark, without which some spreadsheets misread the result
    renamed: Mapping[str, str] = field(default_factory=dict)  # headings: Expression -> expression


def read(data: bytes, name: str = "") -> Pile:
    """Raises UsageError where there are no columns `expression` and `answer`."""
    text, mark = decoded(data)
    if not text.strip():
        raise UsageError("there are no rows", hint="the first line names the columns")
    if form_of(name) == "jsonl" or text.lstrip().startswith("{"):
        return _json_lines(text, mark)
    return _csv(text, mark)


def form_of(name: str, otherwise: str = "csv") -> str:
    """csv or jsonl, by the ending of a file's name."""
    return next((f for ending, f in FORMS.items() if name.lower().endswith(ending)), otherwise)


def decoded(data: bytes) -> tuple[str, bool]:
    """The text of a file, and whether it began with a byte order mark."""
    for start, encoding in MARKS:
        if data.startswith(start):
            return data.decode(encoding, "backslashreplace"), True
    try:
        return data.decode("utf-8"), False
    except UnicodeDecodeError:  # what spreadsheets in the West write otherwise
        return data.decode("cp1252", "backslashreplace"), False


# --- CSV --------------------------------------------------------------------------------------


def _csv(text: str, mark: bool) -> Pile:
    csv.field_size_limit(LARGEST_FIELD)
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    lines = [line for line in reader if line]
    heading, body = lines[0], lines[1:]
    width = max(map(len, lines))
    columns, renamed = _columns(heading, width)
    missing = [c for c in NEEDED if c not in columns]
    if missing:
        raise UsageError(*_missing(missing[0], heading))
    rows = tuple(Row(dict(zip(columns, [*line, *[""] * (width - len(line))]))) for line in body)
    return Pile(columns, rows, "csv", delimiter, mark, renamed)


def _delimiter(text: str) -> str:
    """The delimiter that finds both needed columns in the first line that is not empty."""
    first = next(line for line in text.splitlines() if line.strip())
    fits = [d for d in DELIMITERS if _split(first, d) >= set(NEEDED)]
    return fits[0] if fits else max(DELIMITERS, key=first.count)


def _split(line: str, delimiter: str) -> set[str]:
    return {name.strip().lower() for name in next(csv.reader([line], delimiter=delimiter), [])}


def _columns(heading: Sequence[str], width: int) -> tuple[tuple[str, ...], dict[str, str]]:
    """Names for all columns: ours in small letters, each once; a nameless one gets its number."""
    found: list[str] = []
    renamed: dict[str, str] = {}
    for i in range(width):
        given = heading[i] if i < len(heading) else ""
        plain = given.strip().lower()
        ours = plain in KNOWN and plain not in found
        name = plain if ours else given.strip() or f"column_{i + 1}"
        while name in found or name in OUTCOME:
            name += "_in"
        found.append(name)
        if name in KNOWN and name != given:
            renamed[name] = given
    return tuple(found), renamed


def _missing(column: str, heading: Sequence[str]) -> tuple[str]:
    shown = ", ".join(name.strip() or "(no name)" for name in heading[:12])
    close = nearest(column, [name.strip() for name in heading if name.strip()])
    hint = f"; did you mean {close}?" if close else ""
    return (f"there is no column {column}; the first line has {shown}{hint}",)


# --- JSON Lines -------------------------------------------------------------------------------


def _json_lines(text: str, mark: bool) -> Pile:
    rows = tuple(map(_object, (line for line in text.split("\n") if line.strip())))
    names: dict[str, None] = {}
    for row in rows:
        names.update(dict.fromkeys(row.cells))
    return Pile(tuple(names), rows, "jsonl", mark=mark)


def _object(line: str) -> Row:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return Row({"line": line.strip()}, "this line is not JSON")
    if not isinstance(found, dict):
        return Row({"line": line.strip()}, "this line is not a JSON object")
    missing = [c for c in NEEDED if c not in found]
    cells = {name + "_in" if name in OUTCOME else name: x for name, x in found.items()}
    return Row(cells, f"this line has no {missing[0]}" if missing else "")


# --- out ----------------------------------------------------------------------------------------


def written(pile: Pile, outcomes: Iterable[Mapping[str, Any]], form: str = "") -> bytes:
    """The pile with an outcome a row, in its own form or another."""
    lines = _as_json if (form or pile.form) == "jsonl" else _as_csv
    text = "".join(lines(pile, outcomes))
    return (b"\xef\xbb\xbf" if pile.mark else b"") + text.encode("utf-8", "backslashreplace")


def _as_csv(pile: Pile, outcomes: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=pile.delimiter, lineterminator="\n")
    writer.writerow([*(pile.renamed.get(c, c) for c in pile.columns), *OUTCOME])
    for row, outcome in zip(pile.rows, outcomes, strict=True):
        cells = [row.text(c) for c in pile.columns]
        writer.writerow([*cells, *(_plain(outcome[c]) for c in OUTCOME)])
    yield out.getvalue()


def _as_json(pile: Pile, outcomes: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for row, outcome in zip(pile.rows, outcomes, strict=True):
        line = {**row.cells, **{c: outcome[c] for c in OUTCOME}}
        yield json.dumps(line, ensure_ascii=False) + "\n"


def _plain(x: Any) -> str:
    return f"{x:.6g}" if isinstance(x, (int, float)) else str(x)
