"""The oracle from outside: commands that speak JSON lines, the command line, pytest, examples."""

from __future__ import annotations

import importlib.metadata
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from symgrad.cli import main
from symgrad.errors import UsageError
from symgrad.oracle import assert_gradients, judge
from symgrad.oracle.protocol import Command
from symgrad.oracle.tensors.tensor_command import TensorCommand

from .oracle_engines import BUGS, Right

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples" / "oracle"
ENGINE = '''
import json, sys, time
print(json.dumps({"name": "tiny", "dtype": "float64", "operations": ["add", "mul"]}), flush=True)
sys.stdin.readline()
for line in sys.stdin:
    request = json.loads(line)
    MISBEHAVE
    v = [float.fromhex(x) if isinstance(x, str) else x
         for x in request["point"] + request["program"]["constants"]]
    first = len(v)
    steps = request["program"]["steps"]
    for name, a, b in steps:
        v.append(v[a] + v[b] if name == "add" else v[a] * v[b])
    g = [0.0] * len(v)
    g[request["program"]["root"]] = 1.0
    for i in range(request["program"]["root"], first - 1, -1):
        name, a, b = steps[i - first]
        if g[i]:
            x, y = (v[b], v[a]) if name == "mul" else (1.0, 1.0)
            g[a] += g[i] * x
            g[b] += g[i] * y
    out = lambda x: float(x).hex()
    answer = {"id": request["id"], "value": out(v[request["program"]["root"]]),
              "gradient": [out(x) for x in g[:len(request["point"])]]}
    print(json.dumps(answer), flush=True)
'''


def command(tmp_path: Path, misbehave: str = "pass") -> list[str]:
    """A tiny engine as a command."""
    path = tmp_path / "engine.py"
    path.write_text(ENGINE.replace("MISBEHAVE", misbehave))
    return [sys.executable, str(path)]


@pytest.mark.slow
def test_a_command(tmp_path: Path) -> None:
    """An engine that speaks the protocol is judged like any other."""
    with Command(command(tmp_path)) as engine:
        report = judge(engine, 4.0)
    assert [] == [str(f) for f in report.findings]
    assert report.checked > 200


@pytest.mark.slow
@pytest.mark.parametrize(("misbehave", "told"), [
    ("sys.exit(7) if len(request['point']) > 1 else None", "exit code 7"),
    ("time.sleep(60) if len(request['point']) > 1 else None", "no answer within"),
    ("print('hello', flush=True) if len(request['point']) > 1 else None", "no JSON"),
    ("print('{\"id\": -1}', flush=True) if len(request['point']) > 1 else None", "to question"),
])  # fmt: skip
def test_a_command_that_dies(tmp_path: Path, misbehave: str, told: str) -> None:
    """One that dies, hangs or babbles is started again, and the case that did it is named."""
    with Command(command(tmp_path, misbehave), seconds=0.5) as engine:
        report = judge(engine, 6.0, most=1)
    assert "CRASH" == report.findings[0].kind
    assert told in report.findings[0].note
    assert len(report.findings[0].program.variables) > 1


@pytest.mark.parametrize("given", [["/no/such/command"], [sys.executable, "-c", "print(3)"],
                                   [sys.executable, "-c", "pass"]])  # fmt: skip
def test_what_does_not_greet(given: list[str]) -> None:
    """A command that does not answer the greeting is refused with a message."""
    with pytest.raises(UsageError):
        Command(given, seconds=2.0)


@pytest.mark.slow
@pytest.mark.needs("node")
def test_javascript() -> None:
    """The engine in JavaScript passes."""
    with Command(["node", str(EXAMPLES / "engine.js")]) as engine:
        report = judge(engine, 5.0)
    assert [] == [str(f) for f in report.findings]


LINES = (EXAMPLES / "tensor_lines.py").read_text(encoding="utf-8")


def tensor_command(tmp_path: Path, old: str = "", new: str = "") -> list[str]:
    """The engine of tensors in the examples as a command, a piece of it replaced."""
    assert old in LINES
    path = tmp_path / "lines.py"
    path.write_text(LINES.replace(old, new) if old else LINES, encoding="utf-8")
    return [sys.executable, str(path)]


def test_a_command_with_tensors(tmp_path: Path) -> None:
    """Tensors travel as shape and data: one whose rules are right passes."""
    with TensorCommand(tensor_command(tmp_path)) as engine:
        report = judge(engine, cases=1100)
    assert "" == "\n".join(map(str, report.findings))
    assert report.checked > 80
    assert "sort" in report.missing


@pytest.mark.parametrize(("old", "new", "operation", "cause"), [
    ("1 - y * y", "1 - y", "tanh", "slope"),
    ("np.transpose(g, inverse)", "np.transpose(g, axes)", "permute_dims", "not inverted"),
    ("    stretched = tuple(", "    stretched = () and tuple(", "graph", "broadcast"),
    ("np.swapaxes(columns, -1, -2)", "columns.T", "matmul", ""),
])  # fmt: skip
def test_what_is_wrong_in_a_command_with_tensors(
    tmp_path: Path, old: str, new: str, operation: str, cause: str
) -> None:
    """A planted bug is found and named, with the lines that show it in a new process."""
    with TensorCommand(tensor_command(tmp_path, old, new)) as engine:
        report = judge(engine, cases=1500)
    told = [f for f in report.findings if f.operation == operation and cause in f.cause]
    assert told, report.text
    again = subprocess.run(told[0].reproduction, shell=True, capture_output=True,
                           text=True, check=True).stdout.splitlines()  # fmt: skip
    assert 1 == json.loads(again[1])["id"]


@pytest.mark.parametrize(("new", "told"), [
    ("sys.exit(7)", "exit code 7"), ("print('hello', flush=True)", "no JSON"),
])  # fmt: skip
def test_a_command_with_tensors_that_dies(tmp_path: Path, new: str, told: str) -> None:
    """It is started again, and the case that did it is a finding."""
    guarded = f"        if 'tanh' in line: {new}\n        request = json.loads(line)\n"
    given = tensor_command(tmp_path, "        request = json.loads(line)\n", guarded)
    with TensorCommand(given, seconds=2.0) as engine:
        report = judge(engine, cases=120)
    assert {"tanh"} == {f.operation for f in report.findings}, report.text
    assert told in report.text


def test_an_engine_of_scalars_has_no_tensors(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="lacks 'tensors'"):
        TensorCommand(command(tmp_path))


@pytest.mark.slow
def test_the_student() -> None:
    """The example finds the student's bug, and explains it."""
    run = [sys.executable, str(EXAMPLES / "micrograd_bug.py")]
    shown = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    assert "RULE" in shown
    assert "x*x sends two gradients to x" in shown


@pytest.mark.slow
def test_the_command_line(tmp_path: Path, capsys: Any) -> None:
    """`symgrad oracle run` exits 0 without findings, 1 with; `show` reads what --json wrote."""
    assert 0 == main(["oracle", "run", "symgrad", "--budget", "1"])
    assert "symgrad (float64)" in capsys.readouterr().out
    broken = " ".join(command(tmp_path, "request['point'] = request['point'][::-1]"))
    assert 1 == main(["oracle", "run", "--command", broken, "--budget", "2", "--json"])
    text = capsys.readouterr().out
    assert json.loads(text)["findings"]
    (tmp_path / "report.json").write_text(text)
    assert 1 == main(["oracle", "show", str(tmp_path / "report.json")])
    assert "RULE" in capsys.readouterr().out


@pytest.mark.parametrize("argv", [["run"], ["run", "nope"], ["run", "symgrad", "--budget", "0"],
                                  ["show", "/no/such/file"]])  # fmt: skip
def test_bad_calls(argv: list[str], capsys: Any) -> None:
    """A call that cannot mean anything exits with 2 and one line."""
    assert 2 == main(["oracle", *argv])
    assert "error: " in capsys.readouterr().err


@pytest.mark.slow
def test_one_line() -> None:
    """`assert_gradients` passes a right engine and names the causes of a wrong one."""
    assert_gradients(Right(), budget=1.0)
    with pytest.raises(AssertionError, match="RULE"):
        assert_gradients(BUGS["sub adds"](), budget=2.0)


@pytest.mark.slow
def test_the_plugin(tmp_path: Path) -> None:
    """A fresh project with one three-line test gets a readable failure for each cause."""
    (tmp_path / "test_mine.py").write_text(
        "from tests.oracle_engines import BUGS\n\n"
        "def test_gradients(symgrad_oracle):\n    symgrad_oracle(BUGS['sub adds']())\n"
    )
    known = importlib.metadata.entry_points(group="pytest11", name="symgrad_oracle")
    plugin = [] if known else ["-p", "symgrad.oracle.plugin"]
    run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *plugin,
           "--oracle-budget", "2", "--rootdir", str(tmp_path), str(tmp_path)]  # fmt: skip
    done = subprocess.run(run, capture_output=True, text=True, check=False, cwd=ROOT,
                          env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"})  # fmt: skip
    assert 1 == done.returncode, done.stdout + done.stderr
    assert "the slope of sub by its second argument has the wrong sign" in done.stdout
    assert "Traceback" not in done.stdout


def test_the_plugin_is_light() -> None:
    """pytest loads the plugin in every run: it brings neither flint nor sympy."""
    heavy = "{'flint', 'sympy', 'numpy'}"
    code = f"import sys, symgrad.oracle.plugin; print({heavy} & set(sys.modules))"
    run = [sys.executable, "-c", code]
    assert "set()" == subprocess.run(run, capture_output=True, text=True, check=True).stdout.strip()
