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
