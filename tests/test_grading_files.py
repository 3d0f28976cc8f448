"""Files as teachers have them: what is read, what is written, and what is never lost."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import stat
import subprocess
import sys
from inspect import signature
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symgrad as sg
from symgrad.cli import main
from symgrad.grading import pile as pile_module
from symgrad.grading import sheets, targets
from symgrad.grading.journal import Journal
from symgrad.grading.marks import decimal
from symgrad.grading.pile import Choice, read, written
from symgrad.grading.targets import Target
from symgrad.grading.tasks import outcome

ASKED = "x^2 sin x"


def graded(data: str | bytes, **options: Any) -> list[dict[str, Any]]:
    return sg.grade(data.encode() if isinstance(data, str) else data, jobs=1, **options)


def content(*arguments: Any) -> bytes:
    return b"".join(written(*arguments))


def verdicts(data: str | bytes, **options: Any) -> list[str]:
    return [one["verdict"] for one in graded(data, **options)]


def table(text: str | bytes, delimiter: str = ",") -> list[dict[str, str]]:
    text = text if isinstance(text, str) else text.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


def answers(data: str | bytes, *columns: str, **choice: str) -> list[tuple[str, str]]:
    """(question, answer) of every row."""
    pile = read(data if isinstance(data, bytes) else data.encode(), "",
                Choice(answers=columns, **choice))  # fmt: skip
    return [(row.task.expression, row.task.answer) for row in pile.rows]


# --- which columns ------------------------------------------------------------------------------

MOODLE = (
    "Last name,First name,Email address,State,Grade/10.00,Response 1,Response 2\n"
    "Ada,L,ada@x.org,Finished,10.00,2x sin x + x^2 cos x,3x^2\n"
    "Bob,M,bob@x.org,Finished,5.00,2x cos x,-\n"
    "Overall average,,,,7.50,,\n"
)


def test_moodle() -> None:
    """Several answer columns are a question each; a dash is no answer, an average is nobody's."""
    columns = ["Response 1=x^2 sin x", "Response 2=x^3"]
    found = graded(MOODLE, answer=columns)
    assert ["correct", "correct", "incorrect", "invalid", "", ""] == [
        one["verdict"] for one in found
    ]
    assert "empty" == found[3]["mistake"]


def test_wide_table_comes_back_wide(tmp_path: Path) -> None:
    """A line of several answers stays one line, each outcome behind its column's name."""
    out, book = tmp_path / "g.csv", tmp_path / "b.csv"
    graded(MOODLE, answer=["Response 1=x^2 sin x", "Response 2=x^3"], out=out, gradebook=book)
    lines = table(out.read_bytes())
    assert 3 == len(lines) and "Ada" == lines[0]["Last name"]
    assert ["correct", "incorrect", ""] == [line["Response 1 verdict"] for line in lines]
    assert ["1", "0", ""] == [line["Response 2 credit"] for line in lines]
    assert "id,points,of\nada@x.org,2,2\nbob@x.org,0,2\n" == book.read_text()


STACK_LINE = (
    '"Seed: 123; ans1: 2*x*sin(x)+x^2*cos(x) [score]; ans2: %e^x [valid]; prt1: # = 1 | A"'
)


def test_stack() -> None:
    """Of STACK's cells the chosen answer is taken, without Maxima's signs."""
    data = f"ID number,Response 1\n7,{STACK_LINE}\n8,Seed: 1; ans1: x [score]; prt1: !\n"
    assert [("e^x", "e^x"), ("e^x", "")] == answers(data, "Response 1:ans2=e^x")
    assert "2*x*sin(x)+x^2*cos(x)" == answers(data, f"Response 1:ans1={ASKED}")[0][1]
    with pytest.raises(sg.UsageError, match="several answers: ans1, ans2"):
        answers(data, "Response 1=x")
    with pytest.raises(sg.UsageError, match="no ans3"):
        answers(data, "Response 1:ans3=x")


EXPORTS = {  # heading, line, how the teacher names the column
    "canvas": ("name,id,sis_id,section,submitted,attempt,4711: Differentiate x^2,1.0,4712: And,1.0",
               "Ada,1,s1,A,2026-01-01,1,2x,1,text,0", "4711=x^2"),
    "gradescope": ("First Name,Last Name,SID,Email,Question 1 Response,Question 1 Score",
                   "A,L,1,a@x.org,2x,1", "question 1 response=x^2"),
    "edx": ("username,title,location,block_key,state",
            'ada,Q,L,B,"{""student_answers"": {""a1_2_1"": ""2x""}, ""seed"": 1}"', "state=x^2"),
    "edx, answers": ("username,Question,Answer ID,Answer,Correct Answer", "ada,Q,a1,2x,0",
                     "Answer=x^2"),
    "german": ("Nachname,Vorname,E-Mail-Adresse,Antwort 1", "L,A,a@x.org,2x", "Antwort 1=x^2"),
    "two equal signs": ("who,y = ?", "ada,2x", "y = ?=x^2"),
    "quoted": ('who,"a, ""b"""', "ada,2x", 'a, "b"=x^2'),
}  # fmt: skip


@pytest.mark.parametrize("name", EXPORTS)
def test_exports(name: str) -> None:
    """The exports of other platforms are read as they are."""
    heading, line, column = EXPORTS[name]
    assert [("x^2", "2x")] == answers(f"{heading}\n{line}\n", column)


@pytest.mark.parametrize("name", ["gradescope", "edx", "edx, answers", "german"])
def test_one_column_of_answers_is_found(name: str) -> None:
    """Where an export has one column of answers, the formula alone is enough."""
    heading, line, _ = EXPORTS[name]
    assert [("x^2", "2x")] == answers(f"{heading}\n{line}\n", expression="x^2")


def test_long_table_with_other_names() -> None:
    """--answer and --expression may both name columns."""
    data = "Aufgabe,Antwort\nx^2,2x\nx^3,3x^2\n"
    assert [("x^2", "2x"), ("x^3", "3x^2")] == answers(data, "Antwort", expression="Aufgabe")


UNFIT = [  # table, columns, what is said
    ("expresion,answer\nx,1\n", (), "did you mean expresion?"),
    ("a,b\n1,2\n", (), "no column answer; the file has a, b"),
    ("a,b\n1,2\n", ("c=x^2",), "no column c; the file has a, b"),
    ("Response 1,Response 2\n1,2\n", (), "2 columns of answers: Response 1, Response 2"),
    ("Response 10,b\n1,2\n", ("Response 1=x",), "no column Response 1;"),
    ("a,a\n1,2\n", ("a=x",), "2 columns are called a"),
    ("expression,Answer,ANSWER\n1,2,3\n", (), "2 columns are called answer"),
    ("b,Response 1\n1,2\n", (), '--answer "Response 1=x^2"'),
]


@pytest.mark.parametrize(("data", "columns", "said"), UNFIT)
def test_what_does_not_fit_says_which_columns_there_are(
    data: str, columns: tuple[str, ...], said: str
) -> None:
    """A column that is missing is an error with those of the file, and what to write."""
    with pytest.raises(sg.UsageError) as error:
        answers(data, *columns)
    assert said in str(error.value)


def test_unreadable_question_stops_the_run(tmp_path: Path) -> None:
    """A question that cannot be read is told with its line, and nothing is judged or written."""
    data = "expression,answer\nx^2,2x\nsine(x),1\n"
    with pytest.raises(sg.UsageError, match="line 3: the question cannot be read: unknown func"):
        graded(data, out=tmp_path / "g.csv")
    assert [] == os.listdir(tmp_path)


def test_assumptions_and_powers() -> None:
    """What the teacher declares holds for all, or in a column for one question."""
    data = "expression,answer,assume\nasin(x/a),1/sqrt(a^2-x^2),{}\n"
    assert ["correct"] == verdicts(data.format(""), wrt="x", assume="a>0")
    assert ["correct"] == verdicts(data.format("a>0"), wrt="x")
    assert ["equal_on_part"] == verdicts(data.format(""), wrt="x")
    root = "expression,answer\nx^(1/3),1/3 x^(-2/3)\n"
    assert ["correct", "correct"] == [
        *verdicts(root, powers="principal"), *verdicts(root, powers="real")
    ]  # fmt: skip


# --- spreadsheets -------------------------------------------------------------------------------


def workbook(*rows: tuple[Any, ...]) -> bytes:
    from datetime import date

    import xlsxwriter

    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        book.add_worksheet("notes")
        page = book.add_worksheet("answers")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for i, row in enumerate(rows):
            for k, cell in enumerate(row):
                if isinstance(cell, date):
                    page.write_datetime(i, k, cell, day)
                elif isinstance(cell, str):
                    page.write_string(i, k, cell)
                else:
                    page.write(i, k, cell)
    return data.getvalue()


def test_spreadsheet(tmp_path: Path) -> None:
    """An xlsx is read from its first sheet with rows; whole numbers are whole; xlsx comes out."""
    data = workbook(("student", "expression", "answer"), (7, "x^2", "2x"), (8, "5x", 5.0))
    found = graded(data, out=tmp_path / "g.xlsx", gradebook=tmp_path / "b.csv")
    assert ["correct", "correct"] == [one["verdict"] for one in found]
    assert "id,points,of\n7,1,2\n8,1,2\n" == (tmp_path / "b.csv").read_text()
    again = sheets.sheet((tmp_path / "g.xlsx").read_bytes())
    assert ("student", "expression", "answer", "verdict") == again.heading[:4]
    assert [7.0, "x^2", "2x", "correct"] == list(next(again.lines()).cells[:4])


def test_spreadsheet_again_to_the_byte(tmp_path: Path) -> None:
    """Two runs write the same bytes."""
    for name in ("1.xlsx", "2.xlsx"):
        graded("expression,answer\nx^2,2x\n", out=tmp_path / name)
    assert (tmp_path / "1.xlsx").read_bytes() == (tmp_path / "2.xlsx").read_bytes()


def test_a_spreadsheet_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More rows than a workbook holds are refused before the work; a cut cell shows that it is."""
    monkeypatch.setattr(pile_module, "MOST_ROWS", 1)
    with pytest.raises(sg.UsageError, match="holds 1 rows, and the file has more; write CSV"):
        graded("expression,answer\nx,1\nx,2\n", out=tmp_path / "g.xlsx")
    assert [] == os.listdir(tmp_path)
    long = "y" * 40_000
    pile = read(f"expression,answer,note\nx,1,{long}\n".encode())
    out = content(pile, [outcome("correct")], "xlsx")
    assert "y…" == next(sheets.sheet(out).lines()).cells[2][-2:]


def test_a_date_is_no_answer() -> None:
    """An answer that the spreadsheet turned into a date is not held against the student's maths."""
    from datetime import date

    data = workbook(("expression", "answer"), ("x/2", date(2026, 2, 1)))
    (found,) = graded(data)
    assert "invalid" == found["verdict"] and "took it for a date" in found["message"]


@pytest.mark.parametrize("text", [
    "2026-02-01", "2/1/2026", "1.2.2026", "01. Feb", "1-Feb", "Feb-01", "01-févr.", "1. Mai 2026",
])  # fmt: skip
def test_a_date_in_a_csv_is_no_answer(text: str) -> None:
    """So it is where the spreadsheet was written as CSV; 2/1/20 and 2-m are formulas."""
    assert "took it for a date" in graded(f"expression,answer\nx/2,{text}\n")[0]["message"]
    assert ["correct", "correct"] == verdicts("expression,answer,wrt\nx/10,2/1/20,x\n"
                                              "2m-m^2/2,2-m,m\n")  # fmt: skip


ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")


def test_an_error_of_the_spreadsheet_is_no_empty_answer() -> None:
    """A formula that was typed, =2x, and failed is told as such, in a workbook and in CSV."""
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    book.add_worksheet("empty")
    page = book.add_worksheet("answers")
    page.write_row(2, 1, ("expression", "answer", "note"))
    for row, error in enumerate(ERRORS, 3):
        page.write_row(row, 1, ("x^2", "", "2x"))
        page.write_formula(row, 2, "=1/0", None, error)
    page.write_row(10, 1, ("x^2", "2x"))
    book.close()
    *failed, right = graded(stream.getvalue())
    assert list(ERRORS) == [found["message"].rpartition("(")[2][:-2] for found in failed]
    assert "correct" == right["verdict"]
    for text in (*ERRORS, "#WERT!", "#NV", "#¡DIV/0!", "#¿NOMBRE?", "#VALEUR!", "Err:502", "####"):
        assert f"({text})" in graded(f"expression,answer\nx,{text}\n")[0]["message"]


def test_broken_spreadsheet() -> None:
    """A file that only begins like a spreadsheet is an error, not a traceback."""
    with pytest.raises(sg.UsageError):
        graded(b"PK\x03\x04" + b"rubbish" * 20)


# --- nothing lost -------------------------------------------------------------------------------


def test_a_line_that_tells_the_delimiter() -> None:
    """Excel's first line sep=; is no heading, and stands in the graded file again."""
    pile = read(b"sep=;\r\nexpression;answer\r\nx^2;2x\r\n")
    assert [(3, "2x")] == [(row.number, row.task.answer) for row in pile.rows]
    assert content(pile, [outcome("correct")]).startswith(b"sep=;\r\nexpression;answer;verdict")


def test_one_bad_byte() -> None:
    """One bad byte in one cell changes no other cell, and comes back as it was."""
    text = "expression,answer,name\nx^2,2·x,Zoë\nx^2,2x,\udcff\nx^2,2x²/x,Žofie\n"
    data = text.encode("utf-8", "surrogateescape")
    pile = read(data)
    assert ["2·x", "2x", "2x²/x"] == [row.task.answer for row in pile.rows]
    out = content(pile, [outcome("correct")] * 3)
    assert [data.split(b"\n")[i] for i in (1, 2, 3)] == [
        line.rsplit(b",correct", 1)[0] for line in out.splitlines()[1:]
    ]


def test_a_bad_byte_is_told() -> None:
    """The line of a bad byte is said."""
    told: list[str] = []
    data = "expression,answer,é\nx^2,2x,é\udcff\n".encode("utf-8", "surrogateescape")
    graded(data, told=told.append)
    assert ["line 2 has a byte that is not UTF-8: it is kept as it is"] == told


def test_western_spreadsheets_are_still_read() -> None:
    """A file of cp1252 is one, although its bytes are bad UTF-8."""
    data = "expression,answer,name\nx^2,2x,Zoë\nx^2,2·x,Žofie\n".encode("cp1252")
    assert ["2x", "2·x"] == [row.task.answer for row in read(data).rows]


UNCLOSED = [
    ('expression,answer\nx^2,"2x\nx^2,3x\nx^2,4x\n', 2),
    ('expression,answer\nx^2,2x\nx^2,"3x\nx^2,"4x"\n', 3),
    ('expression,answer\nx^2,2x\n"x^2,3x\n', 3),
    ('"expression,answer\nx^2,2x\n', 1),
]


def test_orders_with_a_gap() -> None:
    """A column of orders with a gap comes out of a data frame as 1.0 and 2.0."""
    assert ["correct"] * 3 == verdicts("expression,answer,order\nx^2,2x,1.0\nx^2,2,2.0\nx^2,2x,\n")


def test_standard_error_closed(tmp_path: Path) -> None:
    """A run whose standard error is closed writes its result."""
    tmp_path.joinpath("a.csv").write_text("expression,answer\nx^2,2x\n", encoding="utf-8")
    line = f"exec 2>&-; exec {sys.executable} -m symgrad grade a.csv --out o.csv"
    done = subprocess.run(["sh", "-c", line], cwd=tmp_path, stdout=subprocess.PIPE, check=False)
    assert done.returncode == 0
    assert tmp_path.joinpath("o.csv").exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_workings_in_any_encoding(encoding: str, tmp_path: Path) -> None:
    """A working that an editor saved with a byte order mark, or as Windows does, is read."""
    (tmp_path / "w.txt").write_bytes("2·x\n= x·2\n".encode(encoding))
    assert 0 == main(["check", "x^2", "--working", str(tmp_path / "w.txt")])


@pytest.mark.parametrize(("data", "line"), UNCLOSED)
def test_unclosed_quote(data: str, line: int) -> None:
    """A quote that swallows rows is an error with its line."""
    with pytest.raises(sg.UsageError, match=f"line {line}: a quote"):
        read(data.encode())


def test_cells_of_several_lines() -> None:
    """A quoted cell may hold several lines; those below keep their numbers."""
    pile = read(b'expression,answer,note\nx^2,2x,"a\nb ""c"""\nx^3,3x^2,\n')
    assert [2, 4] == [row.number for row in pile.rows]


CELLS = [
    "a\rb", "a\r\nb", "=1+1", "+1", "-2x", "@SUM(A1)", "\tx", "'=1", "''=1", "'x", "-5", "1e5", '"',
    "=HYPERLINK(\"http://x\")", "-", "a;b,c|d\te", " x ", "\ufeffx", "=", "'-", "",
    "+cmd|' /C calc'!A0",
]  # fmt: skip


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_cells_read_back_the_same(delimiter: str) -> None:
    """Whatever stands in a cell comes back the same from the graded file."""
    lines = [["expression", "answer", "note"], *(["x^2", cell, cell] for cell in CELLS)]
    data = "".join(sheets.csv_line(line, delimiter) for line in lines).encode()
    pile = read(data)
    out = content(pile, [outcome("correct")] * len(CELLS))
    assert [(c, c) for c in CELLS] == [tuple(line.cells[1:3]) for line in sheets.sheet(out).lines()]
    assert data.split(b"\n")[1:4] == [
        line.split(delimiter.encode() + b"correct")[0] for line in out.split(b"\n")[1:4]
    ]


@settings(max_examples=100)
@given(st.lists(st.lists(st.text(), min_size=3, max_size=3), min_size=1, max_size=5))
def test_any_text_reads_back_the_same(lines: list[list[str]]) -> None:
    """Whatever texts a CSV or a workbook holds, they come back from the graded file."""
    heading = ["expression", "answer", "note"]
    data = "".join(map(sheets.csv_line, [heading, *lines])).encode("utf-8", "surrogatepass")
    pile = read(data)
    out = content(pile, [dict.fromkeys(outcome(""), "")] * len(pile.rows))
    assert lines == [list(line.cells) for line in pile.sheet.lines()]
    assert lines == [list(line.cells[:3]) for line in sheets.sheet(out).lines()]


def test_no_spreadsheet_runs_a_cell() -> None:
    """No cell of the written files begins as a formula; numbers stay numbers."""
    answers_ = [c for c in CELLS if c.strip()]
    data = "\n".join(json.dumps({"expression": "x^2", "answer": a}) for a in answers_).encode()
    out = content(read(data), [outcome("invalid", "-x =1", reading="-x")] * len(answers_), "csv")
    cells = [cell for line in csv.reader(io.StringIO(out.decode(), newline="")) for cell in line]
    run = [c for c in cells if c[:1] in ("=", "+", "-", "@", "\t", "\r") and len(c) > 1]
    run = [c for c in run if not _number(c)]
    assert [] == run and "'-x" in cells and "-5" in cells


def _number(text: str) -> bool:
    try:
        float(text)
        return True
    except ValueError:
        return False


def test_spreadsheet_cells_are_texts(tmp_path: Path) -> None:
    """What looks like a formula is written into an xlsx as text, and read back the same."""
    lines = [["expression", "answer"], *(["x^2", cell] for cell in CELLS)]
    data = "".join(sheets.csv_line(line) for line in lines).encode()
    out = content(read(data), [outcome("correct")] * len(CELLS), "xlsx")
    kept = [line.cells[1] for line in sheets.sheet(out).lines()]
    plain = [(a, b) for a, b in zip(CELLS, kept) if "\r" not in a and "\ufeff" not in a]
    assert [a for a, _ in plain] == [b for _, b in plain]


def test_json_stays_json() -> None:
    """Numbers, nested fields and repeated ones of a JSON line come back as they were written."""
    raw = '{"expression": "x^2", "answer": "2x", "big": 1e999, "n": 0.10, "deep": {"a": [1, null]}}'
    pile = read(raw.encode())
    line = content(pile, [outcome("correct")]).decode()
    assert line.startswith(raw[:-1] + ', "verdict": "correct"')
    assert '"big": 1e999' in line and "Infinity" not in line
    nan = b'{"expression": "x^2", "answer": "2x", "score": NaN}'
    assert "NaN" not in content(read(nan), [outcome("correct")]).decode()


def test_json_numbers_as_cells() -> None:
    """An answer that is a number is judged as it was written."""
    assert ["correct", "invalid"] == verdicts(
        '{"expression": "0.1x", "answer": 0.10}\n{"expression": "x", "answer": null}\n')


def test_json_array() -> None:
    """A file that is one array of objects is read as well, and comes out as lines."""
    data = b'[\n {"expression": "x^2", "answer": "2x"},\n {"expression": "x^3",\n "answer": "x"}]\n'
    assert ["correct", "incorrect"] == verdicts(data)
    assert [2, 3] == [row.number for row in read(data).rows]
    with pytest.raises(sg.UsageError, match="line 3: the array"):
        read(data[:-40])


# --- where it goes ------------------------------------------------------------------------------

ONE = "expression,answer\nx^2,2x\n"


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """The file behind a link is replaced, and keeps its permissions."""
    real, link = tmp_path / "real.csv", tmp_path / "link.csv"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    graded(ONE, out=link)
    assert link.is_symlink() and "correct" in real.read_text()
    assert 0o640 == stat.S_IMODE(real.stat().st_mode)
    assert ["link.csv", "real.csv"] == sorted(os.listdir(tmp_path))


def test_devices_and_pipes(tmp_path: Path) -> None:
    """A device or a pipe is written into, never replaced; no journal stands beside it."""
    graded(ONE, out="/dev/null", report="/dev/null")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode) and not Path("/dev/null.journal").exists()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    end = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    graded(ONE, out=pipe)
    assert b"correct" in os.read(end, 1 << 16)
    os.close(end)
    assert ["pipe"] == os.listdir(tmp_path) and stat.S_ISFIFO(os.stat(pipe).st_mode)


def test_no_space_left() -> None:
    """A full disk is an error that names the file."""
    with pytest.raises(sg.UsageError, match="cannot write /dev/full: No space left"):
        graded(ONE, out="/dev/full")


def test_no_space_for_the_journal(tmp_path: Path) -> None:
    """A full disk under the journal names the journal."""
    journal = Journal(tmp_path / "g.csv.journal", {})
    journal.file.close()
    journal.file = open("/dev/full", "wb", buffering=0)  # noqa: SIM115  # the journal closes it
    with pytest.raises(sg.UsageError, match=r"g\.csv\.journal: No space left"):
        journal.keep("k", {})
    journal.close(done=False)


BAD_PLACES = ["no/such/folder/g.csv", "."]


@pytest.mark.parametrize("place", BAD_PLACES)
@pytest.mark.parametrize("which", ["out", "report", "gradebook", "gradescope", "moodle"])
def test_tried_before_the_work(
    place: str, which: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be written is told before anything is judged."""
    monkeypatch.chdir(tmp_path)
    judged: list[int] = []
    with pytest.raises(sg.UsageError, match="cannot write"):
        graded(ONE, bar=judged.append, **{which: place})
    assert [] == judged


def test_results_replace_nothing_that_is_needed(tmp_path: Path) -> None:
    """The answers are not replaced, and no result by another."""
    (tmp_path / "a.csv").write_text(ONE)
    with pytest.raises(sg.UsageError, match="would replace"):
        sg.grade(tmp_path / "a.csv", out=tmp_path / "a.csv")
    with pytest.raises(sg.UsageError, match="would replace"):
        sg.grade(tmp_path / "a.csv", out=tmp_path / "g", report=tmp_path / "." / "g")
    assert ONE == (tmp_path / "a.csv").read_text()


def test_two_runs_on_one_file(tmp_path: Path) -> None:
    """The second run on the same result is refused while the first is at work."""
    journal = Journal(tmp_path / "g.csv.journal", {})
    with pytest.raises(sg.UsageError, match="another run is at work"):
        graded(ONE, out=tmp_path / "g.csv")
    journal.close(done=True)
    assert ["correct"] == verdicts(ONE, out=tmp_path / "g.csv")


@pytest.mark.parametrize("resume", [True, False])
@pytest.mark.parametrize("content", [b"my notes\n", b'{"a": 1}\n', b"\x00" * 100, b"[1]"])
def test_a_foreign_journal(content: bytes, resume: bool, tmp_path: Path) -> None:
    """A file that is no journal is told, and left as it is."""
    journal = tmp_path / "g.csv.journal"
    journal.write_bytes(content)
    with pytest.raises(sg.UsageError, match="is no journal of symgrad"):
        graded(ONE, out=tmp_path / "g.csv", resume=resume)
    assert content == journal.read_bytes()


TORN = [b'{"key": "a", "outcome": {"verd', b'{"key": 1, "outcome": 2}\n', b'{"outcome": {}}\n',
        b"\xff\xfe\n", b'{"key": "k", "outcome": {"verdict": "correct"}}\n']  # fmt: skip


@pytest.mark.parametrize("tail", TORN)
def test_a_torn_journal(tail: bytes, tmp_path: Path) -> None:
    """What was torn is told, and judged again."""
    path = tmp_path / "g.csv.journal"
    (settings,) = _settings(tmp_path)
    Journal(path, settings).close(done=False)
    with path.open("ab") as file:
        file.write(tail)
    told: list[str] = []
    assert ["correct"] == verdicts(ONE, out=tmp_path / "g.csv", resume=True, told=told.append)
    assert ["g.csv.journal is torn: what is lost there is judged again"] == told


def _settings(tmp_path: Path) -> list[dict[str, Any]]:
    from symgrad.grading.tasks import Settings

    seconds = signature(sg.grade).parameters["seconds"].default
    return [Settings(seconds=seconds).as_dict()]


def test_an_old_journal_is_told(tmp_path: Path) -> None:
    """To begin anew where an interrupted run left answers says how many."""
    (settings,) = _settings(tmp_path)
    journal = Journal(tmp_path / "g.csv.journal", settings)
    journal.keep("k", outcome("correct"))
    journal.close(done=False)
    told: list[str] = []
    verdicts(ONE, out=tmp_path / "g.csv", told=told.append)
    assert ["g.csv.journal held 1 judged answers: begun anew"] == told


INTERRUPTED_AT = """
import os, signal, sys
asked = sys.argv[1]
class Finder:
    def find_spec(name, path=None, target=None):
        if name == asked:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Finder)
from symgrad.__main__ import run
sys.argv[1:] = ["grade", "a.csv"]
run()
"""


@pytest.mark.parametrize(
    ("module", "code"),
    [("symgrad.cli", -signal.SIGINT), ("symgrad.cli.grade", 130), ("flint", 130),
     ("symgrad.homework.judging", 130), ("symgrad.grading.files", 130)],
)  # fmt: skip
def test_interrupted_while_it_loads(module: str, code: int, tmp_path: Path) -> None:
    """Ctrl-C ends the command without a traceback even while Python still loads it."""
    (tmp_path / "a.csv").write_text(ONE)
    run = [sys.executable, "-c", INTERRUPTED_AT, module]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, check=False)
    assert (code, b"", b"") == (done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize("call", ["close", "fsync", "replace"])
def test_interrupted_while_it_writes(
    call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C while a file is tried or written leaves no half of it, and the old one as it was."""
    (tmp_path / "g.csv").write_text("old")

    def interrupted(*arguments: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(targets.os, call, interrupted)
    with pytest.raises(KeyboardInterrupt):
        Target(tmp_path / "g.csv").write([b"new"])
    monkeypatch.undo()
    assert ["g.csv"] == os.listdir(tmp_path) and "old" == (tmp_path / "g.csv").read_text()


# --- marks and decisions ------------------------------------------------------------------------

CLASS = (
    "student,question,expression,answer\n"
    "ada,1,x^2 sin x,2x sin x\n"
    "ada,2,x^3,3x^2\n"
    "bob,1,x^2 sin x,2 sin(x) x\n"
    "bob,2,x^3,x\n"
    "bob,2,x^3,3x^2\n"
)


def test_gradebook(tmp_path: Path) -> None:
    """Points are the best attempt at each question; strict credit counts right answers only."""
    book = tmp_path / "b.csv"
    graded(CLASS, gradebook=book)
    assert "id,points,of\nada,1.5,2\nbob,1.5,2\n" == book.read_text()
    graded(CLASS, gradebook=book, credit="strict")
    assert "id,points,of\nada,1,2\nbob,1,2\n" == book.read_text()


@pytest.mark.parametrize(
    ("points", "text"),
    [(0.0, "0"), (2.0, "2"), (1.5, "1.5"), (12345.25, "12345.25"), (100.0, "100"), (0.33, "0.33")],
)  # fmt: skip
def test_points_are_written_whole(points: float, text: str) -> None:
    """Points lose no digit, however many there are."""
    assert text == decimal(points)


def test_decisions_reach_the_whole_group(tmp_path: Path) -> None:
    """Accepting one answer accepts all that say the same, in the marks and in every later run."""
    overrides, book = tmp_path / "o.csv", tmp_path / "b.csv"
    group = graded(CLASS)[0]["group"]
    for line in (f"group,decision,comment\n{group},accept,Half is enough\n",
                 "question,answer,decision,comment\n1,2x sin x,accept,Half is enough\n"):
        overrides.write_text(line)
        found = graded(CLASS, overrides=overrides, gradebook=book)
        assert ["correct", "correct", "correct", "incorrect", "correct"] == [
            one["verdict"] for one in found
        ]
        assert ["Half is enough", "accepted"] == [found[2][c] for c in ("message", "decision")]
        assert "id,points,of\nada,2,2\nbob,2,2\n" == book.read_text()


def test_a_graded_file_takes_decisions(tmp_path: Path) -> None:
    """A teacher may type a decision into the graded file, which then is a file of decisions."""
    out, again = tmp_path / "g.csv", tmp_path / "h.csv"
    graded(CLASS, out=out)
    lines = out.read_text().splitlines()
    out.write_text("\n".join([lines[0], lines[1] + "accept", *lines[2:]]) + "\n")
    found = graded(CLASS, overrides=out, out=again)
    assert [("correct", 1)] * 2 == [(found[i]["verdict"], found[i]["credit"]) for i in (0, 2)]
    assert found == graded(CLASS, overrides=again)


def test_decisions_with_credit(tmp_path: Path) -> None:
    """A right answer may be rejected, and any group be given a credit of its own."""
    (tmp_path / "o.csv").write_text("answer;decision;credit\n3x^2;reject;0,25\n")
    found = graded(CLASS, overrides=tmp_path / "o.csv", credit="strict")
    assert [("incorrect", 0.25)] * 2 == [(found[i]["verdict"], found[i]["credit"]) for i in (1, 4)]


@pytest.mark.parametrize(
    ("text", "said"),
    [("group,decision\nabc,maybe\n", "line 2: the decision is 'maybe'"),
     ("group,what\nabc,accept\n", "no column decision"),
     ("decision\naccept\n", "no column answer"),
     ("group,decision,credit\nabc,accept,7\n", "between 0 and 1"),
     ("group,decision\n,accept\n", "neither a group nor an answer")],
)  # fmt: skip
def test_bad_decisions(text: str, said: str, tmp_path: Path) -> None:
    """A decision that says nothing is an error with its line, before the work."""
    (tmp_path / "o.csv").write_text(text)
    with pytest.raises(sg.UsageError, match=said):
        graded(CLASS, overrides=tmp_path / "o.csv")


def test_a_decision_that_fits_nothing_is_told(tmp_path: Path) -> None:
    """A decision about an answer that nobody gave is no error, and is said."""
    (tmp_path / "o.csv").write_text("group,decision\n00000000,accept\n")
    told: list[str] = []
    graded(CLASS, overrides=tmp_path / "o.csv", told=told.append)
    assert ["the decision in line 2 fits no answer: 00000000"] == told


def test_gradescope(tmp_path: Path) -> None:
    """results.json is as Gradescope wants it: a score, and a test for every question."""
    one = "".join(CLASS.splitlines(keepends=True)[:3])
    graded(one, gradescope=tmp_path / "results.json")
    found = json.loads((tmp_path / "results.json").read_text())
    assert 1.5 == found["score"] and ["1", "2"] == [t["name"] for t in found["tests"]]
    assert [("failed", 0.5, 1), ("passed", 1.0, 1)] == [
        (t["status"], t["score"], t["max_score"]) for t in found["tests"]
    ]
    assert "product rule" in found["tests"][0]["output"]
    with pytest.raises(sg.UsageError, match="one student's, and the file has 2"):
        graded(CLASS, gradescope=tmp_path / "r.json")


def test_moodle_feedback(tmp_path: Path) -> None:
    """Moodle's import gets the column that names students, the grade, and feedback as HTML."""
    columns = ["Response 1=x^2 sin x", "Response 2=x^3"]
    graded(MOODLE, answer=columns, moodle=tmp_path / "m.csv")
    first, second = table((tmp_path / "m.csv").read_text())
    assert ["ada@x.org", "2", "2"] == list(first.values())[:3]
    assert first["Feedback comments"].startswith("<p><b>Response 1</b>: Right.</p><p>")
    assert second["Grade"] == "0" and "<script" not in second["Feedback comments"]


def test_a_blank_column_names_nobody(tmp_path: Path) -> None:
    """Of the columns that may name students the first that is not blank does; gaps are told."""
    told: list[str] = []
    data = "sis_id,name,4711: x^2\n,Ada,2x\n,,2x\n"
    graded(data, answer="4711=x^2", gradebook=tmp_path / "b.csv", told=told.append)
    assert "id,points,of\nAda,1,1\n" == (tmp_path / "b.csv").read_text()
    assert ["answers of nobody, which count for no one: 1"] == told


def test_marks_need_students(tmp_path: Path) -> None:
    """A gradebook of nobody is refused before the work, with the columns that there are."""
    with pytest.raises(sg.UsageError, match="the file has expression, answer; name the column"):
        graded(ONE, gradebook=tmp_path / "b.csv")
    with pytest.raises(sg.UsageError, match="no column Name; the file has expression, answer"):
        graded(ONE, student="Name")


@pytest.mark.parametrize("order", ["F A B", "A B F", "A F", "A A F", "F AB"])
def test_answers_and_file_in_any_order(
    order: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """--answer takes one column or several, before the file or behind it."""
    monkeypatch.chdir(tmp_path)
    Path("quiz.csv").write_text(MOODLE)
    spelled = {"F": ["quiz.csv"], "A": ["--answer", "Response 1=x^2 sin x"], "B": ["--answer",
               "Response 2=x^3"], "AB": ["--answer", "Response 1=x^2 sin x", "Response 2=x^3"]}
    run = [word for part in order.split() for word in spelled[part]]
    assert 0 == main(["grade", *run, "--out", "g.csv", "--jobs", "1"])


def test_no_file(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a file there is an error with what to write."""
    assert 2 == main(["grade"])
    assert "grade wants a file of answers; symgrad grade answers.csv" in capsys.readouterr().err


def test_command_with_all_of_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One command goes from Moodle's export to a gradebook."""
    (tmp_path / "quiz.csv").write_text(MOODLE)
    run = ["grade", str(tmp_path / "quiz.csv"), "--answer", "Response 1=x^2 sin x", "--answer",
           "Response 2=x^3", "--student", "Email address", "--credit", "strict", "--gradebook",
           str(tmp_path / "b.csv"), "--out", str(tmp_path / "g.csv"), "--jobs", "1"]  # fmt: skip
    assert 0 == main(run)
    assert "4 answers: 2 correct, 1 incorrect, 1 invalid" in capsys.readouterr().out
    assert "ada@x.org,2,2" in (tmp_path / "b.csv").read_text()


@pytest.mark.parametrize(("heading", "offered"), [
    ("student;Aufgabe;answer", "--expression \"Aufgabe\""), ("name,resp", "COLUMN=formula"),
    ("student,question,answer", "--expression \"question\""),
    ("student;expression;Antwort", "--answer \"Antwort\""),
])  # fmt: skip
def test_a_column_of_another_name_is_offered(
    heading: str, offered: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Not taken, since a column `question` may hold titles; the option that is offered works."""
    sign = ";" if ";" in heading else ","
    place = tmp_path / "answers.csv"
    place.write_text(f"{heading}\n{sign.join(['ada', 'x^2', '2x'])}\n", encoding="utf-8")
    assert 2 == main(["grade", str(place)])
    told = capsys.readouterr().err
    assert offered in told
    if "COLUMN" not in offered:
        assert 0 == main(["grade", str(place), *offered.replace('"', "").split()])
