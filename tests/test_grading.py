"""Grading a pile: every row comes back, in order, whatever happens to any of them."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any

import pytest

import symgrad as sg
from symgrad.cli import main
from symgrad.grading import dask as cluster
from symgrad.grading import pile as rows
from symgrad.grading.journal import Journal, whole_lines
from symgrad.grading.tasks import Settings, Task, graded, outcome
from symgrad.grading.workers import Lost, Pool

from .hostile_judges import Mortal, obedient, slow

QUICK = Settings(seconds=0.5, megabytes=300)


def pile(*answers: str) -> rows.Pile:
    """Answers to x^2 as a pile."""
    lines = [json.dumps({"expression": "x^2", "answer": a}) for a in answers]
    return rows.read("\n".join(lines).encode(), "a.jsonl")


def content(*written: Any) -> bytes:
    return b"".join(rows.written(*written))


def verdicts(found: Sequence[dict[str, Any]]) -> list[str]:
    return [one["verdict"] for one in found]


def table(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


# --- rows in, rows out ---------------------------------------------------------------------------

TABLES = [  # bytes, delimiter, what the columns are called in the result
    (b"expression,answer\nx^2,2x\n", ",", ["expression", "answer"]),
    (
        b"\xef\xbb\xbfexpression;answer;Klasse\r\nx^2;2x;7b\r\n",
        ";",
        ["expression", "answer", "Klasse"],
    ),
    (b"Student\tExpression \tANSWER\nA\tx^2\t2x\n", "\t", ["Student", "Expression ", "ANSWER"]),
    ("expression,answer\nx^2,2x\n".encode("utf-16"), ",", ["expression", "answer"]),
    ("expression,answer\nx^2,2x\n".encode("utf-16-le"), ",", ["expression", "answer"]),
    ("expression,answer\nx^2,2x\n".encode("utf-16-be"), ",", ["expression", "answer"]),
    ("expression,answer\nx^2,2x\n".encode("utf-32"), ",", ["expression", "answer"]),
    (b'expression,answer,note\nx^2,2x,"a ""b"", c\nd"\n', ",", ["expression", "answer", "note"]),
    (
        "expression,answer,note\nx^2,2x,déjà\n".encode("cp1252"),
        ",",
        ["expression", "answer", "note"],
    ),
    (b"verdict,expression,answer\nold,x^2,2x\n", ",", ["verdict_in", "expression", "answer"]),
]


@pytest.mark.parametrize(("data", "delimiter", "columns"), TABLES)
def test_tables(data: bytes, delimiter: str, columns: list[str]) -> None:
    """Delimiters, encodings and marks are recognised; every column comes back, ours behind it."""
    read = rows.read(data)
    out = content(read, [outcome("correct", credit=1)])
    assert delimiter == read.sheet.delimiter and ("x^2", "2x") == (
        read.rows[0].task.expression,
        read.rows[0].task.answer,
    )
    (line,) = csv.DictReader(io.StringIO(out.decode("utf-8-sig"), newline=""), delimiter=delimiter)
    assert [*columns, *rows.OUTCOME] == list(line)
    assert ("correct", "1") == (line["verdict"], line["credit"])
    assert (
        data.startswith(b"\xef\xbb\xbf") or b"\xff\xfe" in data[:2] or not out.startswith(b"\xef")
    )


def test_ragged_rows() -> None:
    """Rows that are too short or too long come back whole."""
    read = rows.read(b"expression,answer,note\nx^2\n\nx^3,3x^2,a,b\n")
    out = table(content(read, [outcome("invalid"), outcome("correct")]))
    assert [("x^2", "", ""), ("x^3", "3x^2", "b")] == [
        (r["expression"], r["answer"], r["column_4"]) for r in out
    ]


def test_json_lines() -> None:
    """JSON Lines keep their fields and types; a broken line is a row that says so."""
    data = b"""{"expression": "x^2", "answer": "2x", "id": 7}
{broken
[1]
{"expression": 5, "answer": 0, "wrt": "x"}
{"answer": "1"}
"""
    read = rows.read(data, "a.jsonl")
    found = graded(read, jobs=1)
    lines = [json.loads(line) for line in content(read, found).splitlines()]
    assert [7, "{broken", "[1]", 5] == [
        lines[0]["id"],
        lines[1]["line"],
        lines[2]["line"],
        lines[3]["expression"],
    ]
    assert ["correct", "invalid", "invalid", "correct", "invalid"] == [
        line["verdict"] for line in lines
    ]


@pytest.mark.parametrize("data", [b"", b"\n \n", b"a,b\n1,2\n", b"expresion,answer\nx,1\n"])
def test_no_table(data: bytes) -> None:
    """A file without the needed columns is an error that names them, not a crash."""
    with pytest.raises(sg.UsageError):
        rows.read(data)


def test_large_field() -> None:
    """A megabyte in one cell is an answer like another: it is refused, the others are judged."""
    data = "expression,answer\nx^2," + "y" * 1_000_000 + "\nx^2,2x\n"
    assert ["invalid", "correct"] == verdicts(graded(rows.read(data.encode()), jobs=1))


# --- verdicts ------------------------------------------------------------------------------------


def test_real_answers() -> None:
    """Verdict, mistake, place, message, witness and reading come from `check`."""
    lines = "x^2,2 x,,", "sin(3x),cos(3x),x,", "x^3,6x,,2", "a x,x,a,1", "x^2,2x+,,"
    data = "\n".join(["expression,answer,wrt,order", *lines]).encode()
    found = graded(rows.read(data), jobs=1)
    assert ["correct", "incorrect", "correct", "correct", "invalid"] == verdicts(found)
    assert ("chain_rule", "sin(3*x)", "cos(3*x)") == tuple(
        found[1][c] for c in ("mistake", "place", "reading")
    )
    assert "at x =" in found[1]["witness"] and found[1]["message"]
    assert [1, 0] == [found[0]["credit"], found[4]["credit"]]


@pytest.mark.parametrize(
    ("line", "said"),
    [("sine(x),1,,", "unknown function"), ("x y,1,,", "variable"), ("x^2,2x,,two", "order"),
     (",2x,,", "expression"), ("x^2,2x,,-1", "order")],
)  # fmt: skip
def test_question_that_cannot_be_judged(line: str, said: str) -> None:
    """A fault of the question is not held against the student: undecided, and said."""
    (found,) = graded(rows.read(f"expression,answer,wrt,order\n{line}\n".encode()), jobs=1)
    assert "undecided" == found["verdict"]
    assert said in found["message"] and found["message"].startswith("The question cannot be judged")


def test_equal_rows_are_judged_once(tmp_path: Path) -> None:
    """Equal answers to equal questions go to the judge once, and every row gets the outcome."""
    settings = Settings()
    journal = Journal(tmp_path / "j", settings.as_dict())
    found = graded(
        pile("right", "wrong", "right", "right", "wrong"),
        settings,
        judge=obedient,
        jobs=2,
        journal=journal,
    )
    assert ["correct", "incorrect", "correct", "correct", "incorrect"] == verdicts(found)
    assert 2 == len(whole_lines((tmp_path / "j").read_bytes())[0]) - 1


def test_progress() -> None:
    """Progress counts rows, to the last."""
    seen: list[tuple[int, int]] = []
    graded(
        pile("right", "right", "wrong"), judge=obedient, jobs=1, progress=lambda *p: seen.append(p)
    )
    assert [(0, 3), (2, 3), (3, 3)] == seen


# --- faults --------------------------------------------------------------------------------------


@pytest.mark.slow
def test_hostile_rows() -> None:
    """What kills, spins, sleeps or eats memory is undecided and says so; no other row notices."""
    answers = ["right 1", "die", "right 2", "spin", "wrong 3", "eat", "sleep", "right 4"]
    found = graded(pile(*answers), QUICK, judge=obedient, jobs=2)
    right, bad, odd = "correct", "incorrect", "undecided"
    assert [right, odd, right, odd, bad, odd, odd, right] == verdicts(found)
    assert "died, twice" in found[1]["message"] and "0.5 s" in found[3]["message"]
    assert "0.5 s" in found[6]["message"]


def test_a_killed_worker_is_replaced(tmp_path: Path) -> None:
    """What a killed worker was at is tried once more, alone, and answered."""
    found = graded(pile("a", "once", "b"), judge=Mortal(tmp_path / "mark"), jobs=2)
    assert ["correct"] * 3 == verdicts(found)
    assert (tmp_path / "mark").exists()
    assert found[1]["message"] not in (found[0]["message"],)


def test_memory_is_capped() -> None:
    """A judge that eats 5 GB is stopped by the cap, not by the machine."""
    ((_, found),) = Pool(obedient, 1, 5, 200 << 20).results([Task("", "eat")])
    assert Lost("died") == found


HOSTILE = [  # question, answer
    ("x^2", "10^10^10"), ("x^2", "((9!)!)!"), ("x^2", "y" * 1_000_000), ("x^2", "9^9^9^9*x"),
    ("x^2", "(" * 100_000 + "x" + ")" * 100_000), ("x^2", "__import__('os').system('id')"),
    ("x^2", "2\u202ex"), ("x^2", "1e999999999*x"), ("x^2", "x^" * 2000 + "2"), ("x^2", "|" * 3000),
    ("6^(3x^2+4x-2)", "(6x+4)*ln(3x^2+4x-2)"), ("sin(x^12/pi)", "3 sin(x^12/pi)"),
    ("e^(1000x)*sin(x)", "e^(1000k)*(1000sin(x)+cos(x))"), ("x^2", "a=x;" * 1000 + "a"),
    ("x^2", "+".join(f"sin({k}*x)" for k in range(2, 600))), ("x^x", "^".join("x" * 12)),
    ("x^2", "besselj(100000, x^100000)"), ("gamma(x)", "gamma(gamma(gamma(gamma(x))))"),
    ("x^2", "<script>alert(1)</script>"), ("x^2", "\x00\ud800"),
]  # fmt: skip


def test_hostile_students() -> None:
    """What hostile students type is answered, never as right, and harms nothing."""
    lines = [json.dumps({"expression": f, "answer": a, "wrt": "x"}) for f, a in HOSTILE]
    read = rows.read("\n".join(lines).encode(), "a.jsonl")
    found = graded(read, jobs=2)
    assert "correct" not in verdicts(found) and all(one["message"] for one in found)
    assert len(HOSTILE) == len(content(read, found).splitlines())


@pytest.mark.slow
def test_many_rows_with_hostile_ones() -> None:
    """Ten thousand rows with twenty hostile ones end with every row answered."""
    answers = [f"right {i % 3000}" for i in range(10_000)]
    places = random.Random(3).sample(range(10_000), 20)
    for i, place in enumerate(places):
        answers[place] = f"{('die', 'spin')[i % 2]} {i}"
    found = graded(pile(*answers), Settings(seconds=0.3), judge=obedient, jobs=2)
    assert 10_000 == len(found)
    assert set(places) == {i for i, one in enumerate(found) if one["verdict"] == "undecided"}


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "symgrad", "grade", *map(str, arguments)]


def questions(count: int) -> str:
    """Different answers, right and wrong."""
    lines = [f"{k % 7 + 2}*sin(x)+{k},{k % 7 + 2 + k % 2}*cos(x)" for k in range(count)]
    return "expression,answer\n" + "\n".join(lines) + "\n"


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    file = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in file.read_text().split()] if file.exists() else []


def killed_midway(run: list[str], journal: Path, lines: int, directory: Path) -> list[int]:
    """Start a run, kill it without warning once its journal has so many lines; its children."""
    with subprocess.Popen(run, cwd=directory, stdout=subprocess.DEVNULL) as process:
        while not (journal.exists() and journal.read_bytes().count(b"\n") > lines):
            assert process.poll() is None
            time.sleep(0.01)
        young = children(process.pid)
        process.kill()
    return young


@pytest.mark.slow
def test_kill_and_resume(tmp_path: Path) -> None:
    """A run killed in the middle goes on with --resume; the result is the same to the byte."""
    (tmp_path / "a.csv").write_text(questions(500))
    subprocess.run(
        command("a.csv", "--out", "whole.csv"), cwd=tmp_path, check=True, capture_output=True
    )
    journal = tmp_path / "g.csv.journal"
    run = command("a.csv", "--out", "g.csv", "--resume")
    young = killed_midway(run, journal, 100, tmp_path)
    with journal.open("ab") as torn:
        torn.write(b'{"key": "0123", "outcome": {"verd')
    young += killed_midway(run, journal, 200, tmp_path)
    kept = whole_lines(journal.read_bytes())[0]
    assert len(kept) == len({line.get("key") for line in kept}) and 200 <= len(kept) < 501
    subprocess.run(run, cwd=tmp_path, check=True, capture_output=True)
    assert (tmp_path / "whole.csv").read_bytes() == (tmp_path / "g.csv").read_bytes()
    assert not journal.exists()
    assert not [pid for pid in young if Path(f"/proc/{pid}").exists() and "symgrad" in cmdline(pid)]


def cmdline(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def test_resume_with_other_settings(tmp_path: Path) -> None:
    """A journal of other settings is refused: its verdicts may differ."""
    Journal(tmp_path / "j", Settings().as_dict()).close(done=False)
    with pytest.raises(sg.UsageError):
        Journal(tmp_path / "j", Settings(rounding="accept").as_dict(), resume=True)


# --- the command ---------------------------------------------------------------------------------


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command writes both files, says what it found and exits 0, wrong answers or not."""
    (tmp_path / "a.csv").write_text("expression,answer\nx^2,2x\nx^2,x\n")
    out, page = tmp_path / "g.csv", tmp_path / "r.html"
    assert 0 == main(
        ["grade", str(tmp_path / "a.csv"), "--out", str(out), "--report", str(page), "--jobs", "1"]
    )
    assert "2 answers: 1 correct, 1 incorrect" in capsys.readouterr().out
    assert ["correct", "incorrect"] == [line["verdict"] for line in table(out.read_bytes())]
    assert "<math" in page.read_text() and ["a.csv", "g.csv", "r.html"] == sorted(
        os.listdir(tmp_path)
    )


EXAMPLE = Path(__file__).parent.parent / "examples" / "homework"


def test_example(tmp_path: Path) -> None:
    """The example is what the command makes of its answers, up to the words of messages."""
    shutil.copy(EXAMPLE / "answers.csv", tmp_path)
    run = command("answers.csv", "--out", "graded.csv", "--report", "report.html")
    subprocess.run(run, cwd=tmp_path, check=True, capture_output=True)
    shown, made = (table((place / "graded.csv").read_bytes()) for place in (EXAMPLE, tmp_path))
    settled = ("question", "student", "answer", "verdict", "credit", "reading")
    assert [[line[c] for c in settled] for line in shown] == [
        [line[c] for c in settled] for line in made
    ]
    pages = [(place / "report.html").read_text() for place in (EXAMPLE, tmp_path)]
    counts = [re.findall(r"<b>(\d+)</b>", page) for page in pages]
    assert counts[0] == counts[1] and list(shown[0]) == list(made[0])


@pytest.mark.parametrize(("language", "told", "untold"), [
    ("en", ["incorrect: product of derivatives", "u'v' for uv"], []),
    ("de", ["falsch: u'v' statt der Ableitung von uv", "<code>product_of_derivatives</code>"],
     ["product of derivatives"]),
    ("es", ["<code>unbalanced</code>"], ["product of derivatives", ": unbalanced"]),
    ("fr", ["<code>chain_rule</code>"], [": chain rule", ">chain rule<"]),
])  # fmt: skip
def test_mistakes_of_a_report_in_its_language(
    language: str, told: list[str], untold: list[str], tmp_path: Path
) -> None:
    """A mistake is told by its meaning where its name is not the reader's language."""
    (tmp_path / "a.csv").write_text(
        "expression,answer\nx sin x,cos x\nsin(3x),cos(3x)\nx sin x,sin(x\n")
    page = tmp_path / "r.html"
    assert 0 == main(["grade", str(tmp_path / "a.csv"), "--out", str(tmp_path / "b.csv"),
                      "--report", str(page), "--lang", language, "--jobs", "1"])  # fmt: skip
    text = unescape(page.read_text())
    assert ([], []) == ([t for t in told if t not in text], [u for u in untold if u in text])


@pytest.mark.slow
def test_interrupted(tmp_path: Path) -> None:
    """Ctrl-C ends a run with a word on how to go on, and no traceback."""
    (tmp_path / "a.csv").write_text(questions(2000))
    journal, run = tmp_path / "g.csv.journal", command("a.csv", "--out", "g.csv")
    with subprocess.Popen(run, cwd=tmp_path, stderr=subprocess.PIPE) as process:
        while not (journal.exists() and journal.read_bytes().count(b"\n") > 20):
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        said = process.stderr.read()
    assert 130 == process.returncode
    assert b"--resume goes on" in said and b"Traceback" not in said
    assert journal.exists() and not (tmp_path / "g.csv").exists()


def test_standard_input() -> None:
    """- reads standard input; the rows go to standard output and the summary beside it."""
    run = subprocess.run(
        command("-"), input=b"expression,answer\nx^2,2x\n", capture_output=True, check=True
    )
    assert ["correct"] == [line["verdict"] for line in table(run.stdout)]
    assert b"1 answer: 1 correct" in run.stderr


def test_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --json, or a name that ends so, the rows come as JSON Lines."""
    (tmp_path / "a.csv").write_text("expression,answer,id\nx^2,2x,7\n")
    assert 0 == main(["grade", str(tmp_path / "a.csv"), "--json", "--out", "-"])
    line = json.loads(capsys.readouterr().out)
    assert ("correct", 1.0, "7", "2*x") == (
        line["verdict"], line["credit"], line["id"], line["reading"]
    )  # fmt: skip
    assert 0 == main(["grade", str(tmp_path / "a.csv"), "--out", str(tmp_path / "g.jsonl")])
    assert line == json.loads((tmp_path / "g.jsonl").read_text())


@pytest.mark.slow
def test_bar_on_a_terminal(tmp_path: Path) -> None:
    """On a terminal a bar shows how far it is; elsewhere nothing is in the way."""
    (tmp_path / "a.csv").write_text(questions(40))
    ours, theirs = os.openpty()
    run = command("a.csv", "--out", "g.csv")
    subprocess.run(run, cwd=tmp_path, stdout=subprocess.PIPE, stderr=theirs, check=True)
    os.close(theirs)
    assert b"40/40" in os.read(ours, 1 << 20)
    os.close(ours)
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, check=True)
    assert b"" == done.stderr


@pytest.mark.parametrize(
    "arguments",
    [["/nowhere.csv"], ["-", "--resume"], ["-", "--jobs", "0"], ["-", "--seconds", "-1"]],
)  # fmt: skip
def test_bad_options(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A call that cannot mean anything exits 2 with one line."""
    assert 2 == main(["grade", *arguments])
    assert capsys.readouterr().err.startswith("error: ")


# --- a cluster -----------------------------------------------------------------------------------


@contextmanager
def dask_cluster(
    tmp_path: Path, nodes: int = 2
) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and worker processes on this machine: its address, and the processes."""
    file = tmp_path / "scheduler.json"
    quiet: dict[str, Any] = {
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
        "cwd": tmp_path,
    }
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    dask = [sys.executable, "-m", "dask"]
    started = [subprocess.Popen(
        [*dask, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
         "--scheduler-file", str(file)], env=env, **quiet)]  # fmt: skip
    try:
        address = waited_for(lambda: json.loads(file.read_text())["address"])
        for _ in range(nodes):
            started.append(subprocess.Popen(
                [*dask, "worker", address, "--nthreads", "1", "--no-dashboard", "--no-nanny"],
                env=env, **quiet))  # fmt: skip
        yield address, started
    finally:
        for process in started[::-1]:
            process.kill()
            process.wait()


def waited_for(found: Any) -> Any:
    for _ in range(600):
        try:
            return found()
        except (OSError, ValueError, KeyError):
            time.sleep(0.05)
    raise AssertionError("the scheduler did not start")


@pytest.fixture(scope="module")
def two_nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A cluster that nobody harms, shared by the tests."""
    with dask_cluster(tmp_path_factory.mktemp("cluster")) as found:
        yield found


@pytest.mark.slow
@pytest.mark.needs("distributed")
def test_cluster(tmp_path: Path, two_nodes: Any) -> None:
    """A cluster of two worker processes gives the same bytes as one process here."""
    (tmp_path / "a.csv").write_text(questions(300))
    subprocess.run(
        command("a.csv", "--out", "here.csv", "--jobs", "1"),
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    run = subprocess.run(
        command("a.csv", "--out", "there.csv", "--scheduler", two_nodes[0]), cwd=tmp_path,
        check=True, capture_output=True,
    )  # fmt: skip
    assert b"did not come back" not in run.stderr
    assert (tmp_path / "here.csv").read_bytes() == (tmp_path / "there.csv").read_bytes()


@pytest.mark.slow
@pytest.mark.needs("distributed")
def test_cluster_with_hostile_rows(two_nodes: Any) -> None:
    """A row that kills its worker does not take a node of the cluster with it."""
    answers = pile("right 1", "die", "right 2", "spin", "right 3")
    address, started = two_nodes
    found = graded(answers, QUICK, judge=obedient, scheduler=address, told=fail)
    assert all(process.poll() is None for process in started)
    assert verdicts(graded(answers, QUICK, judge=obedient, jobs=1)) == verdicts(found)


def fail(text: str) -> None:
    raise AssertionError(text)


@pytest.mark.slow
@pytest.mark.needs("distributed")
@pytest.mark.parametrize("victim", [0, 1], ids=["the scheduler", "a node"])
def test_losing_part_of_the_cluster(
    victim: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scheduler or a node is killed in the middle: no row is lost, none judged differently."""
    monkeypatch.setattr(cluster, "SECONDS_WITHOUT_CLUSTER", 3.0)
    answers = pile(*(f"right {i}" for i in range(400)))
    told: list[str] = []
    with dask_cluster(tmp_path) as (address, started):

        def moved(done: int, of: int) -> None:
            if done > 20 and started[victim].poll() is None:
                started[victim].send_signal(signal.SIGKILL)

        found = graded(answers, judge=slow, scheduler=address, progress=moved, told=told.append)
    assert [f"right {i}" for i in range(400)] == [one["message"] for one in found]
    assert victim == 1 or told


@pytest.mark.needs("distributed")
def test_no_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address where nobody answers is an error at once, before anything was judged."""
    monkeypatch.setattr(cluster, "SECONDS_WITHOUT_CLUSTER", 1.0)
    with pytest.raises(sg.UsageError):
        graded(pile("right"), judge=obedient, scheduler="tcp://127.0.0.1:9")


def test_keys() -> None:
    """A task has the same key in every run, and no other task has it."""
    (row,) = rows.read(b"expression,answer\nx,1\n").rows
    assert Task("x", "1").key == row.task.key
    assert Task("x", "1").key != Task("x,1", "").key
