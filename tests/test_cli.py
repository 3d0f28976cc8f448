"""The command line: what people see, what programs read, and the exit codes."""

from __future__ import annotations

import io
import json
import math
import os
import subprocess
import sys
from typing import Any

import pytest

from symgrad.cli import main

Capture = pytest.CaptureFixture[str]


def answered(capsys: Capture, *argv: str) -> tuple[int, str, str]:
    """The exit code, what was printed, and what went to stderr."""
    code = main(argv)
    out = capsys.readouterr()
    return code, out.out, out.err


def data(capsys: Capture, *argv: str) -> dict[str, Any]:
    """The JSON that a command printed."""
    found: dict[str, Any] = json.loads(answered(capsys, *argv, "--json")[1])
    return found


def test_free_variables_stay_free(capsys: Capture) -> None:
    """With only x given, each formula is shown with x put in, and verified over w and b."""
    code, out, err = answered(capsys, "diff", "tanh(x*w+b)", "--at", "x=2")
    assert (0, "") == (code, err)
    assert "f(x, w, b) = tanh(x*w + b)" in out
    assert "∂f/∂w = x*(1 - tanh(x*w + b)^2)\n      = 2*(1 - tanh(2*w + b)^2)    at x = 2" in out
    assert "✓ verified against SymPy at 12 points (x = 2; w, b sampled), worst error" in out


def test_what_is_known_of_each_formula_goes_beside_a_pipe(capsys: Capture) -> None:
    """Where a derivative holds is said on stderr, with the signs of its format."""
    _, out, err = answered(capsys, "diff", "|x|/x + |x-5|", "--format", "unicode")
    assert ("sign(x − 5)\n", "holds where x ≠ 0 and x ≠ 5") == (out, err.splitlines()[0])
    _, out, err = answered(capsys, "diff", "max(x, y)^2", "--format", "latex")
    assert ["∂f/∂x holds where x != y", "∂f/∂y holds where x != y"] == err.splitlines()[:2]


def test_a_value_that_is_a_name_is_told_apart(capsys: Capture) -> None:
    """A name in --at cannot be declared, so that nothing says it could."""
    code, _, err = answered(capsys, "diff", "x^2", "--at", "x=two")
    assert (2, True) == (code, "a value is a number such as 2, 1e-3 or pi/3" in err)
    assert "--vars" not in err


@pytest.mark.parametrize("at", [["x=2,w=0.5,b=1"], ["x=2", "w=0.5", "b=1"]])
def test_numbers_are_correctly_rounded(capsys: Capture, at: list[str]) -> None:
    """With every variable given, value and partials are the floats nearest to the truth."""
    options = [part for binding in at for part in ("--at", binding)]
    found = data(capsys, "diff", "tanh(x*w+b)", *options)
    numbers = [found["value"]["exact"], *(p["exact"] for p in found["partials"])]
    assert [
        0.9640275800758169, 0.035325412426582235, 0.14130164970632894, 0.07065082485316447,
    ] == numbers  # fmt: skip
    assert all(p["ulps"] < 4 for p in found["partials"])


VERDICTS = {
    ("|x|", "x=0"): ("kink", 0), ("ln x", "x=-1"): ("undefined", 0),
    ("relu(x)-relu(-x)", "x=0"): ("convention", 0), ("exp(x)", "x=1000"): ("out_of_range", 0),
    ("(1-cos x)/x^2", "x=1e-8"): ("lost_digits", 0), ("x^2", "x=3"): ("verified", 0),
    ("ln(-x^2-1)*y", "y=2"): ("undecided", 3),
}  # fmt: skip


@pytest.mark.parametrize("case", VERDICTS)
def test_verdicts_and_exit_codes(capsys: Capture, case: tuple[str, str]) -> None:
    """Every verdict comes with its exit code."""
    found = data(capsys, "diff", case[0], "--at", case[1])
    assert VERDICTS[case] == (found["verdict"], found["exit_code"])


REFUSED = {
    ("diff", "sine(x)"): 2, ("diff", "1/2x"): 2, ("diff", ""): 2, ("diff", "9^9^9^9"): 4,
    ("diff", "x", "--at", "y=1"): 2, ("diff", "x", "--at", "x"): 2, ("diff", "x", "--at", "x=a"): 2,
    ("diff", "x*y", "--wrt", "z"): 2, ("diff", "x", "--order", "0"): 2,
    ("graph", "x", "--format", "svg"): 2, ("diff", "1/0"): 2,
}  # fmt: skip


@pytest.mark.parametrize("argv", REFUSED)
def test_bad_input_is_an_error_line(capsys: Capture, argv: tuple[str, ...]) -> None:
    """A user's error is a line on stderr and an exit code, never a traceback."""
    code, out, err = answered(capsys, *argv)
    assert (REFUSED[argv], "") == (code, out)
    assert err.startswith("error: ")
    assert "Traceback" not in err


def test_errors_as_json(capsys: Capture) -> None:
    """With --json an error has its message, its place and its hint."""
    found = data(capsys, "diff", "sine(x)")
    assert ("LanguageError", [0, 4], 2) == (found["error"], found["position"], found["exit_code"])
    assert ["(1/2)*x", "1/(2*x)"] == data(capsys, "diff", "1/2x")["readings"]


def test_many_lines(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """diff - answers each line; a broken one doesn't stop the rest, and the worst code counts."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("x^2\nsine(x)\n\nx*y\n"))
    code, out, err = answered(capsys, "diff", "-")
    assert (2, 1) == (code, err.count("line 2: unknown function sine"))
    assert ["f(x) = x^2", "f(x, y) = x*y"] == [s for s in out.splitlines() if s.startswith("f(")]


def test_many_lines_as_json(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """diff - --json prints one line of JSON for each line read."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("x^2\nsine(x)\n"))
    lines = [json.loads(s) for s in answered(capsys, "diff", "-", "--json")[1].splitlines()]
    assert ["x^2", "sine(x)"] == [found["expression"] for found in lines]


def test_at_takes_formulas(capsys: Capture) -> None:
    """--at x=pi/2 is the double nearest to pi/2."""
    assert math.pi / 2 == data(capsys, "diff", "sin x", "--at", "x=pi/2")["at"]["x"]


@pytest.mark.parametrize(("text", "at"), [("y/x", "x=0"), ("y*ln(x)", "x=-1"), ("y*|x|", "x=0")])
def test_no_formula_where_there_is_no_derivative(capsys: Capture, text: str, at: str) -> None:
    """Neither -y/0 nor -y is the derivative at a place that has none."""
    partials = data(capsys, "diff", text, "--at", at, "--wrt", "x")["partials"]
    assert [None] == [partial["substituted"] for partial in partials]


@pytest.mark.parametrize(("text", "size"), [
    ("1e-400", "small"), ("e^(-1000)", "small"), ("1e400", "large"), ("-e^1000", "large"),
])  # fmt: skip
def test_at_fits_a_float(capsys: Capture, text: str, size: str) -> None:
    """What would silently be 0 or infinity is refused; a formula whose value is 0 is not."""
    told = answered(capsys, "diff", "x^2", "--at", f"x={text}")[2]
    assert told.startswith(f"error: --at x={text} is too {size} for a float")
    assert 0.0 == data(capsys, "diff", "x^2", "--at", "x=sin(pi)")["at"]["x"]


@pytest.mark.parametrize("form", ["text", "unicode", "latex", "mathml", "python", "numpy", "c"])
def test_formats(capsys: Capture, form: str) -> None:
    """Formulas come in every format; into a pipe goes the formula alone, the verdict beside it."""
    code, out, err = answered(capsys, "diff", "x^2", "--format", form)
    assert (0, True) == (code, "x" in out)
    assert "verified" in err and "verified" not in out
    alone = {"text": "2*x", "unicode": "2x", "latex": "2 x"}
    assert form not in alone or alone[form] == out.strip()


def test_orders(capsys: Capture) -> None:
    """--order 2 is the second derivative, verified like the first."""
    code, out, _ = answered(capsys, "diff", "x^3", "--order", "2")
    assert (0, True) == (code, "f''(x) = 6*x" in out)


def test_without_verification_nothing_symbolic_is_loaded() -> None:
    """--no-verify with all variables bound loads neither sympy nor numpy."""
    code = (
        "import sys; from symgrad.cli import main\n"
        "main(['diff', 'tanh(x*w+b)', '--at', 'x=2,w=1,b=0', '--no-verify'])\n"
        "assert not {'sympy', 'numpy', 'rich'} & set(sys.modules)"
    )
    assert 0 == subprocess.run([sys.executable, "-c", code], check=False).returncode


def test_colour_only_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """No escape codes into a pipe, none with NO_COLOR."""
    from symgrad.cli.terminal import Terminal

    class Screen(io.StringIO):
        encoding = "utf-8"

        def isatty(self) -> bool:
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert ("\x1b[32mok\x1b[0m", "ok") == (
        Terminal(Screen()).good("ok"), Terminal(io.StringIO()).good("ok"),
    )  # fmt: skip
    monkeypatch.setenv("NO_COLOR", "1")
    assert "ok" == Terminal(Screen()).good("ok")


def test_ascii_terminals_are_served() -> None:
    """Where the terminal has no ∂, plain letters stand in."""
    env = {**os.environ, "PYTHONIOENCODING": "ascii"}
    run = [sys.executable, "-c", "from symgrad.cli import main; main(['diff', 'x*y'])"]
    out = subprocess.run(run, capture_output=True, text=True, env=env, check=True).stdout
    assert "df/dx = y" in out


def test_graph_and_ops(capsys: Capture) -> None:
    """graph draws data and gradients; ops lists every operation that is not hidden."""
    assert "data 6.0000" in answered(capsys, "graph", "x*y", "--at", "x=2,y=3")[1]
    rows = data(capsys, "ops")["operations"]
    assert {"tanh", "besselj0"} <= {row["operation"] for row in rows}


def test_help_has_examples_and_version(capsys: Capture) -> None:
    """--help shows examples, --version the version."""
    for option, expected in (("--help", "examples:"), ("--version", "symgrad ")):
        with pytest.raises(SystemExit) as stopped:
            main([option])
        assert (0, True) == (stopped.value.code, expected in capsys.readouterr().out)


@pytest.mark.parametrize(
    ("text", "at", "told"),
    [
        ("(1+x)-1", "x=5.00001e-11", "0.4 ulp of its largest term off"),
        ("sin(3x)/x", "x=0.3", "7, 0.7 ulp off"),
    ],
)
def test_what_an_ulp_is_of(capsys: Capture, text: str, at: str, told: str) -> None:
    """Beside a number in which larger ones cancel it is said what the ulps are of."""
    assert told in answered(capsys, "diff", text, "--at", at)[1]


@pytest.mark.needs("sqlalchemy")
def test_a_teacher_who_lost_the_code_gets_another(tmp_path: Any) -> None:
    """The code is shown once; asked for anew, the old one opens nothing."""
    from symgrad.cli.serve import opened
    from symgrad.cli.terminal import Terminal

    told = [io.StringIO() for _ in range(3)]
    for stream, anew in zip(told, (False, False, True)):
        attempts = opened(str(tmp_path / "a.sqlite"), Terminal(stream), anew)
    first, none, second = (stream.getvalue().rpartition(": ")[2].strip() for stream in told)
    assert ("", None, True) == (none, attempts.who(first), attempts.who(second) is not None)
