"""What cannot mean anything is refused in one sentence, by the library and by the command."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import symgrad as sg
from symgrad import Value
from symgrad.cli import main


@pytest.mark.parametrize("text", [None, 3, b"x"])
def test_a_formula_is_a_str(text: Any) -> None:
    """parse and readings take a str only."""
    for function in (sg.parse, sg.readings):
        with pytest.raises(sg.UsageError, match="a formula is a str"):
            function(text)


@pytest.mark.parametrize("number", ["1", b"1", 10**400, None, [1]])
def test_what_is_no_number(number: Any) -> None:
    """A text, or a number that no float64 holds, is no value of a variable."""
    with pytest.raises(sg.UsageError):
        sg.parse("x")(x=number)
    with pytest.raises(sg.UsageError):
        Value(number)


def test_from_sympy_of_a_text() -> None:
    """from_sympy takes SymPy's expressions; parse reads texts."""
    with pytest.raises(sg.UsageError, match="parse reads a text"):
        sg.from_sympy("x")


@pytest.mark.parametrize("x", [math.inf, -math.inf, math.nan])
def test_points_that_are_not_finite(x: float) -> None:
    """Floats go through inf and nan; what is held against the truth refuses them."""
    f = sg.parse("2x")
    assert repr(2 * x) == repr(f(x=x))
    assert {"x": 2.0} == f.gradient(x=x)
    exactly = [lambda: f(x=x, exact=True), lambda: f.gradient(x=x, exact=True)]
    for asked in (*exactly, lambda: f.verify(x=x), lambda: f.at(x=x)):
        with pytest.raises(sg.UsageError, match="finite number"):
            asked()


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (("diff", "x", "--at", "x=inf"), "inf"),
        (("diff", "x", "--at", "x=nan"), "nan"),
        (("diff", "x", "--at", "x=1e400", "--no-verify"), "1e400"),
        (("graph", "x*y", "--at", "x=inf,y=2"), "inf"),
        (("graph", "x*y", "--out", "a.png"), ".dot, .gv, .mmd, .svg and .txt"),
        (("graph", "x*y", "--out", "nowhere/a.dot"), "No such file"),
    ],
)
def test_commands(capsys: pytest.CaptureFixture[str], argv: tuple[str, ...], told: str) -> None:
    """One error line that names the fault, nothing on standard output, exit code 2."""
    code = main(argv)
    out, err = capsys.readouterr()
    assert (2, "", 1) == (code, out, err.count("\n"))
    assert told in err


CHECK, TANGENT = ("check", "x^2", "2x"), ("check", "x^2", "y = 6x - 9", "--at", "x=3")
IDLE = [  # options that cannot act there
    *((*CHECK, *option) for option in (
        ("--at", "x=2"), ("--domain", "[0, 1]"), ("--direction", "(1, 2)"), ("--which", "both"),
        ("--constant", "wanted"), ("--initial", "x=0,y=1"), ("--x", "t"), ("--y", "t"),
        ("--places", "2"), ("--degree", "2"), ("--as-given",))),
    *((*TANGENT, "--kind", "tangent", *option) for option in (
        ("--as-given",), ("--prove",), ("--order", "2"), ("--degree", "3"))),
    ("check", "x^2", "--working", "-", "--kind", "tangent", "--at", "x=3"),
    ("check", "x^2", "--working", "-", "--prove"),
    ("explain", "x^2", "--at", "x=2"), ("explain", "x^2", "--as-given"),
    ("explain", "x^2", "--json", "--format", "latex"),
    *(("explain", "x^2", "--kind", "tangent", "--at", "x=3", *option) for option in (
        ("--format", "latex"), ("--format", "markdown"), ("--vars", "speed"))),
    ("graph", "x*y", "--json", "--out", "a.dot"), ("practice", "--student", "ada", "--no-db"),
    ("practice", "--db", "a.sqlite", "--no-db"),
    *(("practice", "--set", "a.toml", "--no-db", *option) for option in (
        ("--level", "1"), ("--rule", "chain"), ("--count", "3"), ("--kind", "tangent"),
        ("--seed", "0"))),
    ("grade", "a.csv", "--reveal"), ("grade", "a.csv", "--set", "a.toml", "--wrt", "x"),
    ("oracle", "run", "micrograd", "--dtype", "float32"),
    ("oracle", "run", "--command", "true", "--dtype", "float32"),
    ("oracle", "vectors", "--out", "v", "--tensors", "--order", "2"),
    ("oracle", "sweep", "torch", "tanh", "--scheduler", "tcp://a:1", "--processes", "2"),
]  # fmt: skip


@pytest.mark.parametrize("argv", IDLE, ids=" ".join)
def test_an_option_acts_or_is_refused(
    capsys: pytest.CaptureFixture[str], argv: tuple[str, ...]
) -> None:
    """An option that a command cannot use beside the others is never passed over."""
    code = main(argv)
    out, err = capsys.readouterr()
    told = out if "--json" in argv else err
    assert (2, 1, told) == (code, told.count("\n"), out + err)
    assert any(said in told for said in ("has no effect", "takes no", "computes in"))


@pytest.mark.parametrize("beside", [
    {"wrt": "x"}, {"order": 2}, {"assume": "a>0"}, {"prove": True}, {"powers": "principal"},
    {"rounding": "accept"},
])  # fmt: skip
def test_a_question_has_fields_of_its_own(beside: dict[str, Any]) -> None:
    """What a Question says is not said beside it, where it would not count."""
    with pytest.raises(sg.UsageError, match="has no effect with a Question"):
        sg.check(sg.Question("value", "x^2", at="x=1"), "2", **beside)


@pytest.mark.parametrize("argv", [("help",), ("help", "check"), ("help", "nonsense")])
def test_help_is_a_word_too(capsys: pytest.CaptureFixture[str], argv: tuple[str, ...]) -> None:
    """`symgrad help check` is `symgrad check --help`."""
    with pytest.raises(SystemExit):
        main(argv)
    told = capsys.readouterr()
    assert ("usage: symgrad" + (" check" if "check" in argv else "")) in told.out + told.err


STREAMS = [
    ("ops > /dev/full", "No space left"), ("diff '(' --json > /dev/full", "No space left"),
    ("diff x >&-", "standard output is closed"), ("diff - <&-", "standard input is closed"),
    ("grade - <&-", "standard input is closed"),
    ("check x --working - <&-", "standard input is closed"),
]  # fmt: skip
POSSIBLE = [case for case in STREAMS if "/dev/full" not in case[0] or Path("/dev/full").exists()]


@pytest.mark.parametrize(("command", "told"), POSSIBLE)
def test_streams_that_take_nothing(command: str, told: str) -> None:
    """A full disk or a closed stream is one error line as well, and no traceback."""
    found = subprocess.run(
        f"{sys.executable} -m symgrad {command}", shell=True, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert (2, "", 1) == (found.returncode, found.stdout, found.stderr.count("\n"))
    assert told in found.stderr
