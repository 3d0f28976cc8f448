"""The command in a terminal: lines that fit, words that stand for a command, Tab."""

from __future__ import annotations

import io
import re
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symgrad.cli import COMMANDS, FIRST_LINES, main
from symgrad.cli.completing import script
from symgrad.cli.terminal import COLOUR, wrapped

from .strategies import examples

FORMULA = "(w*sin(x)*(1 - tanh(x*w + b)^2) + tanh(x*w + b)*cos(x))/(1 + x^2) - 2*x*tanh(x*w + b)"
MODULES = {name: module for name, (module, _) in COMMANDS.items()}
Capture = pytest.CaptureFixture[str]


def printed(capsys: Capture, *argv: str) -> str:
    main(argv)
    return capsys.readouterr().out


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
@pytest.mark.parametrize("argv", [
    ("diff", "tanh(x*w+b)*sin(x)/(1+x^2)", "--at", "x=2"), ("check", "x^2 sin x", "2x sin x"),
    ("explain", "x^2 sin(3x)"), ("diff", "ln(x)*|x - 1|", "--at", "x=1"),
    ("explain", "x^2", "--kind", "tangent", "--at", "x=3", "--lang", "fr"),
    ("check", "x^2 sin(3x)*ln(x)", "2x", "--reveal", "--lang", "de"), (),
])  # fmt: skip
def test_lines_fit(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, width: int, argv: tuple[str, ...]
) -> None:
    """Whatever the width from 40 to 200, no line is longer, and no character is lost."""
    monkeypatch.delenv("COLUMNS", raising=False)
    whole = printed(capsys, *argv)
    monkeypatch.setenv("COLUMNS", str(width))
    narrow = printed(capsys, *argv)
    assert width >= max(map(len, narrow.splitlines()))
    assert "".join(whole.split()) == "".join(narrow.split())


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)], ids=" ".join)
def test_help_fits_a_terminal(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    """80 columns hold every line of --help, the examples included."""
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit):
        main([*command, "--help"])
    assert 80 >= max(map(len, capsys.readouterr().out.splitlines()))


@pytest.mark.parametrize("width", [40, 80])
def test_an_exercise_fits(capsys: Capture, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    """What practice asks, answers and shows is broken at words, too; a caret keeps its place."""
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setattr("sys.stdin", io.StringIO("2x+(\nx\nhint\nstep\nskip\n"))
    told = printed(capsys, "practice", "--no-db", "--count", "2", "--kind", "tangent")
    assert width >= max(len(line.removeprefix("> ")) for line in told.splitlines())


def test_a_formula_breaks_outside_its_brackets() -> None:
    """The outermost operator of a line is where it breaks; the next line begins with it."""
    lines = wrapped(f"f = {FORMULA}", 48, hang=4)
    assert ["f = (w*sin(x)*(1 - tanh(x*w + b)^2)", "    + tanh(x*w + b)*cos(x))/(1 + x^2)",
            "    - 2*x*tanh(x*w + b)"] == lines  # fmt: skip


@examples(200)
@given(st.text(alphabet="ab (+*-/)=,", max_size=200), st.integers(40, 90), st.integers(0, 60))
def test_nothing_is_lost(text: str, width: int, hang: int) -> None:
    """Wrapping moves blanks and nothing else; it ends, and lines that can be broken fit."""
    lines = wrapped(text, width, hang)
    assert "".join(text.split()) == "".join("".join(lines).split())
    assert all(len(line) <= width or not re.search(r"\w [\w(]", line.strip()) for line in lines)


def test_colours_take_no_room() -> None:
    """A coloured line breaks where the plain one does."""
    plain = "the rules are right, but float64 loses digits here"
    coloured = plain.replace("right", "\x1b[32mright\x1b[0m")
    assert wrapped(plain, 40) == [COLOUR.sub("", line) for line in wrapped(coloured, 40)]


def test_a_caret_fits_too(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error's source line is cut around the place, and the caret stands under it."""
    monkeypatch.setenv("COLUMNS", "40")
    main(["diff", "x + y + sin(x)*foobar(x) + a*b*c + 3"])
    *_, source, caret = capsys.readouterr().err.splitlines()
    assert 40 >= max(len(source), len(caret))
    assert "foobar" == source[caret.index("^") : caret.rindex("^") + 1]


def test_a_pipe_gets_whole_lines(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """What no terminal shows is not broken, unless COLUMNS asks for it."""
    monkeypatch.delenv("COLUMNS", raising=False)
    terms = " + ".join(f"x_{k}" for k in range(80))
    assert f" = {terms}\n" in printed(capsys, "diff", terms, "--no-verify", "--wrt", "x_1")


# --- what is meant --------------------------------------------------------------------------------


@pytest.mark.parametrize("formula", ["x^2 sin x", "-x^2", "x"])
def test_a_formula_alone_is_differentiated(capsys: Capture, formula: str) -> None:
    """`symgrad FORMULA` is `symgrad diff FORMULA`, with its options."""
    assert printed(capsys, "diff", formula, "--order", "2") == (
        printed(capsys, formula, "--order", "2")
    )


def test_nothing_asked_is_three_examples(capsys: Capture) -> None:
    """`symgrad` alone shows three commands that work."""
    assert f"{FIRST_LINES}\n" == printed(capsys)
    for line in FIRST_LINES.splitlines()[:3]:
        command = re.findall(r'"([^"]+)"|(\S+)', re.split(r" {3}", line)[0])[1:]
        assert main(["".join(word) for word in command]) in (0, 1)


def test_a_misspelt_command(capsys: Capture) -> None:
    """A word like a command's is no formula."""
    assert 2 == main(["chek", "x^2", "2x"])
    assert "did you mean symgrad check?" in capsys.readouterr().err


def test_an_operation_in_full(capsys: Capture) -> None:
    """`symgrad ops NAME` says all about one; a name there is none of gets the nearest."""
    told = printed(capsys, "ops", "arctan2")
    assert "x/(x^2 + y^2), -y/(x^2 + y^2)" in told and "(a jump)" in told
    assert 2 == main(["ops", "sine"])
    assert "did you mean sin?" in capsys.readouterr().err


def test_formulas_alone(capsys: Capture) -> None:
    """With --format into a pipe there is a formula a line, values put in, and nothing else."""
    assert "2 x y\nx^{2}\n" == printed(capsys, "diff", "x^2 y", "--format", "latex")
    asked = ("diff", "x^2*y + x*y^2/2", "--format", "text", "--at", "x=3", "--wrt", "x")
    assert "6*y + y^2/2\n" == printed(capsys, *asked)


# --- Tab ------------------------------------------------------------------------------------------


@pytest.mark.needs("bash")
@pytest.mark.parametrize(("typed", "offered"), [
    ("symgrad che", "check"), ("symgrad diff --ord", "--order"),
    ("symgrad diff --format uni", "unicode"), ("symgrad oracle vec", "vectors"),
    ("symgrad completion z", "zsh"),
])  # fmt: skip
def test_bash_completes(typed: str, offered: str) -> None:
    """Bash itself, given the script, offers commands, options and their choices."""
    words = typed.split(" ")
    asks = (f"COMP_WORDS=({' '.join(words)}); COMP_CWORD={len(words) - 1}; _symgrad; "
            'echo "${COMPREPLY[@]}"')  # fmt: skip
    done = subprocess.run(["bash", "-c", f"{script('bash', MODULES)}\n{asks}"],
                          capture_output=True, text=True, encoding="utf-8", check=True)  # fmt: skip
    assert offered == done.stdout.strip()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_command_is_completed(capsys: Capture, shell: str) -> None:
    """The script of each shell knows every command."""
    told = printed(capsys, "completion", shell)
    assert all(re.search(rf"\b{name}\b", told) for name in COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "told", "not_told"),
    [
        (["x^1000", "--at", "x=10"], "= 1e+1000 ", "9.99"),
        (["e^x", "--at", "x=1000"], "1.970071114017047e+434", "0469e"),
        (["x^2 sin(1/x)", "--at", "x=0"], "the limit of f is 0", "its limit"),
        (["floor(x)", "--at", "x=1"], "holds where x is no whole number", "= 0.0"),
        (["round(x)"], "holds where x + 1/2 is no whole number", "cospi"),
        (["0^x", "--at", "x=1"], "holds where x > 0", "ln(0)"),
        (["0^(x - 1) + x"], "holds where x > 1", "0 > 0"),
    ],
)
def test_what_is_said_beside_a_number_is_so(
    capsys: pytest.CaptureFixture[str], arguments: list[str], told: str, not_told: str
) -> None:
    """Digits are rounded, not cut off; a condition is one that somebody can read and check."""
    main(["diff", *arguments])
    shown = capsys.readouterr().out
    assert (True, False) == (told in shown, not_told in shown)


def test_a_base_of_zero_hides_no_slope_by_another_variable(
    capsys: pytest.CaptureFixture[str]
) -> None:
    """0^x is 1 at 0: only by its exponent its slope is plainly 0."""
    main(["diff", "0^x*y"])
    shown = capsys.readouterr().out
    assert "∂f/∂y = 0^x\n" in shown and "held against" not in shown
