"""A table as it stands in a file: CSV with any delimiter, JSON Lines, or a spreadsheet.

- `sheet(data, name)` is the `TableFile` in a file's bytes: `.heading` names its columns, and
  `.lines()` gives its lines. They are read anew each time: a million are not kept.
- `shielded(text)` is a cell that no spreadsheet runs; reading takes the shield off again.

Nothing is lost on the way: a byte that does not fit the encoding comes back as it was, and a quote
that is never closed is an error with its line.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from math import isfinite
from typing import Any, NamedTuple

from ..errors import Unsupported, UsageError
from ..sentences import say

FIRST_BYTES = 1_000  # of a file, by which its encoding is told
BYTE_ORDER_MARKS = (  # the longer ones first
    (b"\xff\xfe\0\0", "utf-32-le"), (b"\0\0\xfe\xff", "utf-32-be"),
    (b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"),
)  # fmt: skip
ZIPPED, COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"  # .xlsx and .ods; .xls
DELIMITERS = ",;\t|"
LONGEST_INTEGER = 4_000  # digits that Python turns into a number
LARGEST_FIELD = 1 << 30  # characters; the csv module stops at 128 KB, and the pile with it
FORM_BY_ENDING = {
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".csv": "csv", ".tsv": "csv",
    ".txt": "csv", ".xlsx": "xlsx", ".xlsm": "xlsx", ".xls": "xlsx", ".ods": "xlsx",
}  # fmt: skip
DELIMITER_LINE = re.compile(r"sep=([,;\t|])\r?\n")  # a first line that names the delimiter
OBJECTS = re.compile(r"\s*(\[\s*)?\{")  # how JSON begins, a line or an array
RUN = re.compile(r"'*[=+\-@\t\r].", re.DOTALL)  # what a spreadsheet takes for a formula begins so
SHIELDED = re.compile(r"'+[=+\-@\t\r].", re.DOTALL)
PLAIN_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


class SheetLine(NamedTuple):
    """One line below the heading: its cells by column, and its number as an editor shows it."""

    number: int
    cells: Sequence[Any]
    fault: str = ""  # why it could not be read, if it could not
    raw: str = ""  # a JSON object as it was written


@dataclass(frozen=True, slots=True)
class TableFile:
    """A file of rows, and how it was written."""

    data: bytes
    form: str = "csv"  # csv, jsonl or xlsx
    heading: tuple[str, ...] = ()
    encoding: str = "utf-8"
    delimiter: str = ","
    end: str = "\n"
    mark: bool = False  # a byte order mark, without which some spreadsheets misread the result
    told: bool = False  # whether a first line sep=; tells the delimiter, as Excel writes it

    def lines(self) -> Iterator[SheetLine]:
        return LINES[self.form](self)

    def place(self, number: int) -> str:
        """A line as it is called where it is counted."""
        return say("row {n}" if self.form == "xlsx" else "line {n}", n=number)

    @property
    def errors(self) -> str:
        """A byte that does not fit stays itself in UTF-8; elsewhere it is written out."""
        return "surrogateescape" if self.encoding == "utf-8" else "backslashreplace"


def sheet(data: bytes, name: str = "") -> TableFile:
    """The table in a file's bytes. Raises UsageError for what is none."""
    if data.startswith((ZIPPED, COMPOUND)):
        return headed(TableFile(data, "xlsx", mark=True))
    text = without_mark(data)
    start = text.text[:4096].lstrip()
    if not text.text.strip():
        raise UsageError(say("there are no rows"), hint=say("the first line names the columns"))
    json_lines = form_of(name) == "jsonl" or bool(OBJECTS.match(start))
    form = "jsonl" if json_lines else "csv"
    plain = TableFile(text.data, form, (), text.encoding, mark=text.mark)
    if json_lines:
        return replace(plain, heading=named_in_objects(plain))
    end = "\r\n" if "\r\n" in text.text else "\n"
    told = DELIMITER_LINE.match(text.text)
    delimiter = told[1] if told else delimiter_of(text.text)
    return headed(replace(plain, delimiter=delimiter, end=end, told=bool(told)))


def form_of(name: str, otherwise: str = "csv") -> str:
    """csv, jsonl or xlsx, by the ending of a file's name."""
    named = name.lower()
    return next((f for ending, f in FORM_BY_ENDING.items() if named.endswith(ending)), otherwise)


# --- bytes as text ------------------------------------------------------------------------------


class Decoded(NamedTuple):
    """A file's bytes without their mark, their encoding, and their beginning as text."""

    data: bytes
    encoding: str
    text: str
    mark: bool = False


def without_mark(data: bytes) -> Decoded:
    for start, encoding in BYTE_ORDER_MARKS:
        if data.startswith(start):
            rest = data[len(start) :]
            return Decoded(rest, encoding, rest.decode(encoding, "backslashreplace"), True)
    encoding = "utf-8" if mostly_utf8(data) else "cp1252"  # what spreadsheets in the West write
    encoding = of_pairs(data[:FIRST_BYTES]) or encoding
    return Decoded(data, encoding, data.decode(encoding, "backslashreplace"))


def of_pairs(data: bytes) -> str:
    """UTF-16 without its mark: every other byte of what begins with Latin letters is 0."""
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if data[first::2].count(0) > len(data) // 4 and 0 not in data[1 - first :: 2]:
            return encoding
    return ""


def mostly_utf8(data: bytes) -> bool:
    """One bad byte does not change how a file is read whose other letters are UTF-8."""
    try:
        data.decode("utf-8")
        return True
    except UnicodeDecodeError:
        text = data.decode("utf-8", "surrogateescape")
    bad = sum("\udc80" <= c <= "\udcff" for c in text)
    return sum(c > "\x7f" for c in text) - bad >= bad


def bad_bytes(found: TableFile) -> list[int]:
    """The lines with a byte that is not in the encoding of the file."""
    if found.encoding != "utf-8" or found.form == "xlsx":
        return []
    return [line.number for line in found.lines() if any(map(has_bad_byte, line.cells))]


def has_bad_byte(x: Any) -> bool:
    return isinstance(x, str) and any("\udc80" <= c <= "\udcff" for c in x)


# --- CSV ----------------------------------------------------------------------------------------


def csv_lines(found: TableFile) -> Iterator[SheetLine]:
    """The lines below the heading, all of one width."""
    records = csv_records(found)
    next(records)
    for number, record in records:
        yield SheetLine(number, padded(record, len(found.heading)))


def csv_records(found: TableFile) -> Iterator[tuple[int, list[str]]]:
    """(number of its first line, cells) of every record that is not empty.

    Raises UsageError for a quote that swallows what stands below it.
    """
    csv.field_size_limit(LARGEST_FIELD)
    text = io.TextIOWrapper(
        io.BytesIO(found.data), encoding=found.encoding, errors=found.errors, newline=""
    )
    taken: list[str] = []  # the lines of one record

    def fed() -> Iterator[str]:
        for line in text:
            taken.append(line)
            yield line

    number = 1
    for record in csv.reader(fed(), delimiter=found.delimiter):
        if len(taken) > 1 or (record and record[-1].endswith(("\n", "\r"))):
            closed(taken, number, found.delimiter)
        if record and not (found.told and number == 1):
            yield number, [unshielded(cell) for cell in record]
        number += len(taken)
        taken.clear()


def closed(lines: Sequence[str], number: int, delimiter: str) -> None:
    """Raises UsageError where a quote is opened and not closed before the next cell."""
    try:
        for _ in csv.reader(lines, delimiter=delimiter, strict=True):
            pass
    except csv.Error:
        raise UsageError(
            say('line {number}: a quote (") is opened and not closed where its cell ends',
                number=number),
            hint=say("close it, or double it if it belongs to the text"),
        ) from None  # fmt: skip


def delimiter_of(text: str) -> str:
    """The delimiter of the first line that is not empty: the one that splits it most."""
    first = next(line for line in text.splitlines() if line.strip())
    return max(DELIMITERS, key=lambda d: len(next(csv.reader([first], delimiter=d), [])))


def headed(found: TableFile) -> TableFile:
    """The sheet with a name for every column; a nameless one gets its number."""
    records = csv_records(found) if found.form == "csv" else spreadsheet_rows(found)
    first = next(records, None)
    if first is None:
        raise UsageError(say("there are no rows"), hint=say("the first line names the columns"))
    heading = [as_text(name) for name in first[1]]
    width = max([len(heading), *(len(cells) for _, cells in records)])
    named = [name if name.strip() else f"column_{i + 1}" for i, name in enumerate(heading)]
    extra = [f"column_{i + 1}" for i in range(len(heading), width)]
    return replace(found, heading=(*named, *extra))


def padded(cells: Sequence[Any], width: int) -> Sequence[Any]:
    return cells if len(cells) == width else [*cells, *[""] * (width - len(cells))]


def shielded(text: str) -> str:
    """A cell that a spreadsheet shows and does not run: '=1+1; numbers stay numbers."""
    run = RUN.match(text) and not PLAIN_NUMBER.fullmatch(text)
    return f"'{text}" if run else text


def unshielded(text: str) -> str:
    return text[1:] if SHIELDED.match(text) else text


def quoted(text: str, delimiter: str) -> str:
    """A cell as CSV has it; a carriage return would end the line for other programs."""
    text = shielded(text)
    if any(c in text for c in (delimiter, '"', "\n", "\r")):
        return '"' + text.replace('"', '""') + '"'
    return text


def csv_line(cells: Iterable[str], delimiter: str = ",", end: str = "\n") -> str:
    line = delimiter.join(quoted(cell, delimiter) for cell in cells)
    return (line or '""') + end


# --- JSON Lines ---------------------------------------------------------------------------------


class Digits(str):
    """A number of a JSON file, as it was written: 1e999 is no infinity, and 0.10 stays 0.10."""

    __slots__ = ()


def no_number(name: str) -> None:
    """NaN and Infinity, which are no JSON: nothing."""


def json_objects(found: TableFile) -> Iterator[tuple[int, Any, str]]:
    """(number, object or None, text) of every line, or of every member of one array."""
    text = found.data.decode(found.encoding, found.errors)
    if text.lstrip().startswith("["):
        yield from members_of_array(text)
        return
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, parsed(line), line.strip()


def parsed(line: str) -> Any:
    try:
        return DECODER.decode(line)
    except (ValueError, RecursionError):
        return None


def members_of_array(text: str) -> Iterator[tuple[int, Any, str]]:
    """A whole file that is one array: every member with its line."""
    place, number = text.index("[") + 1, 1
    while True:
        start = BETWEEN.match(text, place).end()  # type: ignore[union-attr]  # it fits anything
        number += text.count("\n", place, start)
        if text[start : start + 1] == "]":
            return
        try:
            found, place = DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            raise UsageError(
                say("line {number}: the array of JSON objects breaks off here", number=number)
            ) from None
        yield number, found, text[start:place].replace("\n", " ")
        number += text.count("\n", start, place)


BETWEEN = re.compile(r"[\s,]*")
DECODER = json.JSONDecoder(parse_float=Digits, parse_int=Digits, parse_constant=no_number)


def named_in_objects(found: TableFile) -> tuple[str, ...]:
    """All fields, in the order in which they first appear; what is no object is a `line`."""
    names: dict[str, None] = {}
    for _, content, _ in json_objects(found):
        names.update(dict.fromkeys(content if isinstance(content, dict) else ("line",)))
    return tuple(names)


def json_lines(found: TableFile) -> Iterator[SheetLine]:
    for number, content, raw in json_objects(found):
        fault = ""
        if not isinstance(content, dict):
            broken = content is None and raw != "null"
            fault = say("this line is not JSON") if broken else say("this line is no JSON object")
        fields = {"line": raw} if fault else content
        cells = [fields.get(name) for name in found.heading]
        yield SheetLine(number, cells, fault, raw)


# --- spreadsheets -------------------------------------------------------------------------------


def spreadsheet_rows(found: TableFile) -> Iterator[tuple[int, list[Any]]]:
    """(number, cells) of every row that is not empty, of the first sheet that has any."""
    try:
        from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415  # an extra
    except ImportError:
        raise Unsupported(
            say("a spreadsheet needs python-calamine"), hint="pip install 'symgrad[sheets]'"
        ) from None
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(found.data))
        pages = ((k, book.get_sheet_by_name(name)) for k, name in enumerate(book.sheet_names))
        k, filled = next(((k, page) for k, page in pages if page.height), (0, None))
        rows = filled.to_python(skip_empty_area=False) if filled else []
        for row, column, text in error_cells(found.data, k):
            if row < len(rows) and column < len(rows[row]):
                rows[row][column] = text
    except (CalamineError, ValueError, OSError, KeyError, zipfile.BadZipFile) as error:
        raise UsageError(say("the spreadsheet cannot be read: {error}", error=error)) from None
    for number, cells in enumerate(rows, 1):
        if any(cell not in ("", None) for cell in cells):
            yield number, [unshielded(cell) if isinstance(cell, str) else cell for cell in cells]


PAGE_NAMED = re.compile(rb'<sheet\b[^>]*\br:id="([^"]*)"')
PAGE_PLACE = rb'<Relationship\b(?=[^>]*\bId="%s")[^>]*\bTarget="/?(?:xl/)?([^"]*)"'
ERROR_CELL = re.compile(
    rb'<c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]+)(\d+)"[^>]*>(?:(?!</c>).)*?<v>([^<]*)</v>', re.DOTALL
)


def error_cells(data: bytes, page: int) -> Iterator[tuple[int, int, str]]:
    """Row, column and text of each cell that a formula failed in: calamine has them empty."""
    if not data.startswith(ZIPPED):
        return
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        if "xl/workbook.xml" not in book.namelist():
            return  # an .ods
        marks = PAGE_NAMED.findall(book.read("xl/workbook.xml"))
        told = book.read("xl/_rels/workbook.xml.rels")
        place = re.search(PAGE_PLACE % re.escape(marks[page]), told) if page < len(marks) else None
        cells = book.read(f"xl/{place[1].decode()}") if place else b""
        for letters, row, text in ERROR_CELL.findall(cells):
            column = 0
            for letter in letters:
                column = 26 * column + letter - ord("A") + 1
            yield int(row) - 1, column - 1, text.decode("utf-8", "replace")


def spreadsheet_lines(found: TableFile) -> Iterator[SheetLine]:
    records = spreadsheet_rows(found)
    next(records)
    for number, cells in records:
        yield SheetLine(number, padded(cells, len(found.heading)))


LINES: dict[str, Callable[[TableFile], Iterator[SheetLine]]] = {
    "csv": csv_lines, "jsonl": json_lines, "xlsx": spreadsheet_lines,
}  # fmt: skip

DATES = (date, datetime, time, timedelta)


def as_text(x: Any) -> str:
    """A cell as text: 2.0 of a spreadsheet is 2, a missing cell is empty."""
    if isinstance(x, str):
        return str(x)
    if x is None:
        return ""
    if isinstance(x, float) and x.is_integer() and abs(x) < 2**53:
        return str(int(x))
    return str(x) if isinstance(x, DATES) else json.dumps(as_json(x), ensure_ascii=False)


def as_json(x: Any) -> Any:
    """The same with numbers in place of their digits; what JSON cannot hold stays text."""
    if isinstance(x, dict):
        return {name: as_json(item) for name, item in x.items()}
    if isinstance(x, list):
        return [as_json(item) for item in x]
    if isinstance(x, Digits):
        number = float(x) if set(x) & set(".eE") else int(x) if len(x) < LONGEST_INTEGER else x
        return str(x) if isinstance(number, float) and not isfinite(number) else number
    return str(x) if isinstance(x, DATES) else x


SPREADSHEET_ERROR = re.compile(  # in any language: #NAME?, #WERT!, #¡DIV/0!, #N/A, Err:502
    r"#[¡¿]?[A-ZÀ-Ý][A-ZÀ-Ý/0_]*[!?]?|Err:\d{3}|#{3,}"
)
MONTH = (
    r"(?:jan|feb|m[aä]r|mrz|apr|ma[iy]|ju[nl]|aug|sep|o[ck]t|nov|de[cz]|ene|abr|ago|dic|janv|f[ée]vr"
    r"|avr|juin|juil|ao[uû]t|d[ée]c)[a-z]{0,2}\.?"
)
DATE_TYPED = re.compile(
    rf"(?:19|20)\d\d-\d\d-\d\d(?:[ T][\d:]+)?|\d{{1,2}}([./])\d{{1,2}}\1(?:19|20)\d\d"
    rf"|\d{{1,2}}(?:\. ?|-){MONTH}(?:[ -]\d{{2,4}})?|{MONTH}-\d{{2,4}}", re.I,
)


def spoiled(x: Any) -> str:
    """What a spreadsheet made of an answer that was typed into it; nothing where it kept it."""
    if isinstance(x, DATES) or (isinstance(x, str) and DATE_TYPED.fullmatch(x.strip())):
        return say("the spreadsheet took it for a date ({date})", date=x)
    if isinstance(x, str) and SPREADSHEET_ERROR.fullmatch(x.strip()):
        return say("the spreadsheet took it for a formula of its own ({text})", text=x)
    return ""
