"""Findings people can act on: baselines, files for other programs, pytest, engines by name."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from symgrad.cli import main
from symgrad.cli.oracle import Progress
from symgrad.errors import UsageError
from symgrad.oracle import Program, judge
from symgrad.oracle.cases import Case, cases, shapes
from symgrad.oracle.engine_calls import Caller, understood
from symgrad.oracle.engines.from_text import engine_from
from symgrad.oracle.forked import Apart
from symgrad.oracle.known_findings import known_names, name_of
from symgrad.oracle.long_programs import looped
from symgrad.oracle.programs import simple
from symgrad.oracle.report import Report
from symgrad.oracle.report_files import WRITERS, html, junit, markdown, sarif
from symgrad.processes import descendants

from .oracle_engines import BUGS, Right

ROOT = Path(__file__).parents[1]
CASES = 1_500


def found(name: str = "neg keeps the sign") -> Any:
    return judge(BUGS[name](), 60.0, cases=CASES)


@pytest.fixture(scope="module")
def report() -> Any:
    return found()


# --- baselines ------------------------------------------------------------------------------------


def test_a_finding_has_a_name_and_fields(report: Any) -> None:
    """`.operation`, `.cause`, `.program`, `.inputs`, `.got`, `.exact`; its name has no numbers."""
    finding = report.findings[0]
    assert ("neg", "the slope of neg has the wrong sign") == (finding.operation, finding.cause)
    assert dict.fromkeys(finding.program.variables, finding.point[0]) == finding.inputs
    assert (1.0, -1.0) == (finding.got, finding.exact)
    assert "neg: the slope of neg has the wrong sign" == name_of(finding)


def test_what_is_known_is_no_finding(tmp_path: Path, report: Any) -> None:
    """A baseline takes what it knows out of the findings, and says what is mended."""
    file = tmp_path / "known.json"
    file.write_text(json.dumps(report.to_json()), encoding="utf-8")
    for baseline in (report, report.to_json(), file, [name_of(report.findings[0])]):
        again = judge(BUGS["neg keeps the sign"](), 60.0, cases=CASES, baseline=baseline)
        assert ([], 1, []) == (again.findings, len(again.known), again.mended)
    other = judge(BUGS["sub adds"](), 60.0, cases=CASES, baseline=file)
    assert ["neg: the slope of neg has the wrong sign"] == other.mended
    assert [] != other.findings
    assert str(other) == str(Report.from_json(json.loads(json.dumps(other.to_json()))))


@pytest.mark.parametrize("text", ["", "[1]", "{}", '{"findings": [3]}'])
def test_what_is_no_baseline(tmp_path: Path, text: str) -> None:
    """A file that is no report is refused before the run."""
    file = tmp_path / "known.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError):
        known_names(file)
    with pytest.raises(UsageError):
        known_names(tmp_path / "none.json")


# --- files ----------------------------------------------------------------------------------------


def test_junit(report: Any) -> None:
    """Every operation is a test case, and the one that is wrong fails with its finding."""
    suite = ElementTree.fromstring(junit(report))[0]
    cases = {case.get("name"): case for case in suite}
    assert {*Right.operations} == set(cases)
    failed = {name for name, case in cases.items() if len(case)}
    assert {"neg"} == failed
    assert "the slope of neg has the wrong sign" in (cases["neg"][0].text or "")
    assert (str(len(cases)), "1") == (suite.get("tests"), suite.get("failures"))


def test_what_does_not_fail_is_no_failure(report: Any) -> None:
    """Where only crashes fail, another label is printed in the test case, and a note in SARIF."""
    suite = ElementTree.fromstring(junit(report, ("CRASH",)))[0]
    assert "0" == suite.get("failures")
    assert ["system-out"] == [child.tag for case in suite for child in case]
    run = json.loads(sarif(report, ("CRASH",)))["runs"][0]
    assert ["note"] == [result["level"] for result in run["results"]]


def test_sarif(report: Any) -> None:
    """A result for each finding, with a rule and a fingerprint that stays the same."""
    run = json.loads(sarif(report))["runs"][0]
    assert ["RULE"] == [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    result = run["results"][0]
    assert ("RULE", "error") == (result["ruleId"], result["level"])
    assert [name_of(report.findings[0])] == [*result["partialFingerprints"].values()]


def test_pages(report: Any) -> None:
    """Markdown and HTML tell the cause and the reproduction, and HTML is one page on its own."""
    for text in (markdown(report), html(report)):
        assert "the slope of neg has the wrong sign" in text
        assert "Program.from_json" in text
    page = html(report)
    assert "http" not in page.replace("http-equiv", "")
    assert page.count("<article") == len(report.findings)


@pytest.mark.parametrize("name", WRITERS)
def test_every_writer_takes_every_report(name: str) -> None:
    """Also one without findings, and one whose engine has a name that breaks things."""
    for engine in (Right(), type("Odd", (Right,), {"name": "\x1b[31m<b>&\"'\n"})()):
        text = WRITERS[name](judge(engine, 60.0, cases=20))
        assert "\x1b" not in text
        assert "<b>" not in text or name in {"markdown", "sarif"}


def test_tensor_findings_print_too() -> None:
    """Writers take tensor findings: what is shared is enough."""
    finding = type("T", (), {
        "kind": "RULE", "operation": "matmul", "cause": "transposed", "inputs": {"x": [[1.0]]},
        "program": type("P", (), {"text": "x @ y", "operations": {"matmul"}})(), "got": [[2.0]],
        "exact": [[3.0]], "note": "", "seen": 4, "reproduction": "",
        "__str__": lambda self: "RULE  matmul: transposed\n    got 2"})()  # fmt: skip
    made = type("R", (), {"engine": "mine", "dtype": "float64", "operations": ["matmul", "sum"],
                          "findings": [finding], "notes": ["told"], "seconds": 1.0,
                          "headline": "mine: 1 finding"})()  # fmt: skip
    for writer in WRITERS.values():
        assert "matmul: transposed" in writer(made)


# --- the command line -----------------------------------------------------------------------------


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An engine in a file of its own."""
    path = tmp_path / "their_engine.py"
    path.write_text("from tests.oracle_engines import BUGS\nEngine = BUGS['neg keeps the sign']\n"
                    "made = Engine()\ndef needs(x): pass\n", encoding="utf-8")  # fmt: skip
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    return str(path)


def test_the_command_takes_an_engine_by_name(mine: str, tmp_path: Path, capsys: Any) -> None:
    """`oracle run module:Class` judges it; its files, its baseline and its exit codes fit."""
    run = ["oracle", "run", "their_engine:Engine", "--cases", str(CASES)]
    assert 1 == main([*run, "--json"])
    told = capsys.readouterr().out
    (tmp_path / "known.json").write_text(told, encoding="utf-8")
    assert "engine_from('their_engine:Engine')" in json.loads(told)["findings"][0]["reproduction"]
    assert 0 == main([*run, "--baseline", "known.json"])
    assert "1 known" in capsys.readouterr().out
    assert 0 == main([*run, "--at-least", "CRASH"])
    assert 1 == main([*run, "--at-least", "RULE", "--html", "page.html", "--junit", "j.xml"])
    assert (tmp_path / "page.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert (tmp_path / "j.xml").exists()


@pytest.mark.parametrize("argv", [["nope:Engine"], ["their_engine:Nope"], ["their_engine:needs"],
                                  ["none.py:Engine"], ["their_engine:Engine", "--cases", "0"],
                                  ["their_engine:Engine", "--baseline", "none.json"],
                                  ["their_engine:Engine", "--cases", "9", "--html", "/no/x"],
                                  ])  # fmt: skip
def test_engines_that_are_not_there(mine: str, argv: list[str], capsys: Any) -> None:
    """A call that cannot mean anything exits with 2 and one line."""
    assert 2 == main(["oracle", "run", *argv])
    assert "error: " in capsys.readouterr().err


def test_engines_by_name(mine: str) -> None:
    """A file, a class, an instance and a function that makes one."""
    assert "planted" == engine_from(f"{mine}:Engine").name
    assert engine_from("their_engine:made") is engine_from("their_engine:made")


def test_progress() -> None:
    """Each finding has its line when it is found, in the order of the run."""
    stream = StringIO()
    judge(BUGS["neg keeps the sign"](), 60.0, cases=CASES, progress=Progress(stream))
    assert 1 == stream.getvalue().count("the slope of neg has the wrong sign")
    assert " checks, 1 findings" in stream.getvalue()


# --- texts and processes --------------------------------------------------------------------------


def test_control_characters_stay_out() -> None:
    """Names and errors of an engine are shown without what a terminal would obey."""

    class Odd(Right):
        name = "red\x1b[31m\n" + "x" * 500

        def gradient(self, program: Program, point: Any, *, backwards: int = 1) -> Any:
            raise ValueError("bell \x07 \x1b]0;title\x07")

    name, *_ = understood(Odd())
    crash = Caller(Odd()).answer(simple("mul", 2), (1.0, 2.0)).crash
    assert name.isprintable()
    assert len(name) < 100
    assert crash.isprintable()


def test_what_an_engine_started_ends_with_it() -> None:
    """A process that the engine started, in a session of its own too, does not outlive the run."""

    class Starts(Right):
        def gradient(self, program: Program, point: Any, *, backwards: int = 1) -> Any:
            run = [sys.executable, "-c", "import time; time.sleep(100)"]
            both = [subprocess.Popen(run, start_new_session=own) for own in (False, True)]
            return float(both[0].pid), [float(both[1].pid)]

    with Apart(Starts(), 10.0) as apart:
        answer = apart.answer(Program(("x",), (), (), 0), (1.0,))
        started = [int(answer.value), int(answer.gradient[0])]
        assert {*started} == {*descendants(apart.pid)}
    assert [False, False] == [running(pid) for pid in started]


def running(pid: int, seconds: float = 10.0) -> bool:
    """Whether a process is still at work after a while."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            told = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
        except OSError:
            return False
        if told.rsplit(")", 1)[1].split()[0] == "Z":
            return False
        time.sleep(0.01)
    return True


@pytest.mark.parametrize(("module", "code", "told"), [
    ("hypothesis", "import symgrad as sg; sg.oracle.strategies", "pip install hypothesis"),
    ("pytest", "import symgrad as sg; print(sg.oracle.assert_gradients.__name__)",
     "assert_gradients"),
])  # fmt: skip
def test_without(module: str, code: str, told: str) -> None:
    """`assert_gradients` needs no pytest; the strategies say what to install."""
    blocked = f"import sys; sys.modules[{module!r}] = None\n"
    run = [sys.executable, "-c", blocked + code]
    done = subprocess.run(run, capture_output=True, text=True, check=False, cwd=ROOT)
    assert told in done.stdout + done.stderr


def test_long_programs_are_loops() -> None:
    """A chain is told as a loop, and the loop is the chain."""
    chain = tuple(s for k in range(40) for s in (("mul", 2 * k + 1 if k else 0, 1),
                                                 ("add", 2 * k + 2, 0)))  # fmt: skip
    assert "a = x; 40 times a = a*0.5 + x" == looped(Program(("x",), (0.5,), chain, 81))
    doubled = tuple(("add", k, k) for k in range(20))
    assert "a = x; 20 times a = a + a" == looped(Program(("x",), (), doubled, 20))
    sums = (("mul", 0, 1), *(("add", k + 2, 0) for k in range(20)), ("sin", 22))
    assert "a = x*y; 20 times a = a + x; sin(a)" == looped(Program(("x", "y"), (), sums, 23))
    assert "" == looped(Program(("x",), (), (("mul", 0, 0), ("sin", 1)), 2))


def test_loops_give_the_value_of_the_program() -> None:
    """Whatever is told as a loop computes what the program does."""
    seen = 0
    for program, points, _ in shapes.cases(frozenset(("add", "mul", "sub", "tanh", "neg"))):
        text = looped(program) if 12 < len(program.steps) < 200 else ""
        if text:
            seen += 1
            world: dict[str, Any] = dict(zip(program.variables, map(float, points[0])))
            world |= {"tanh": math.tanh, "root": math.nan}
            begin, rounds, *rest = text.split("; ")
            count, _, body = rounds.partition(" times ")
            run = f"{begin}\nfor _ in range({count}): {body}\nroot = {rest[0] if rest else 'a'}"
            exec(run.replace("^", "**"), world)
            value = Right().gradient(program, points[0])[0]
            assert value == world["root"]
    assert seen > 10


def test_the_same_run_everywhere() -> None:
    """A run of so many cases finds the same, in the same words, however fast the machine is."""
    again = [judge(BUGS["overwrites"](), 60.0, cases=400) for _ in range(2)]
    assert [str(f) for f in again[0].findings] == [str(f) for f in again[1].findings]
    assert again[0].checked == again[1].checked
    some = [Case(simple("neg", 1), (1.0,)), *zip(*[iter(())])]
    assert 1 == judge(BUGS["neg keeps the sign"](), 60.0, cases=some).findings[0].seen
    assert next(cases(frozenset({"neg"}))).program


# --- pytest ---------------------------------------------------------------------------------------

SUITE = """
import pytest
from tests.oracle_engines import BUGS

@pytest.mark.symgrad_oracle(BUGS['neg keeps the sign'](){baseline})
def test_operation(oracle_operation):
    oracle_operation()
"""


@pytest.mark.slow
@pytest.mark.parametrize(("baseline", "chosen", "told"), [
    ("", "neg", "1 failed, 24 deselected"), ("", "mul or exp", "2 passed, 23 deselected"),
    (", baseline=['neg: the slope of neg has the wrong sign']", "neg", "24 deselected, 1 xfailed"),
])  # fmt: skip
def test_a_test_for_each_operation(
    tmp_path: Path, baseline: str, chosen: str, told: str
) -> None:
    """The plugin makes a test of each operation, chosen by -k, expected to fail by a baseline."""
    (tmp_path / "test_mine.py").write_text(SUITE.format(baseline=baseline), encoding="utf-8")
    run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--oracle-budget", "1",
           "--rootdir", str(tmp_path), "-k", chosen, str(tmp_path)]  # fmt: skip
    done = subprocess.run(run, capture_output=True, text=True, check=False, cwd=ROOT,
                          env={**os.environ, "PYTHONPATH": str(ROOT)})  # fmt: skip
    assert told in done.stdout, done.stdout + done.stderr
