"""What cannot mean anything is refused in one sentence, by the library and by the command."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import symgrad as sg
from symgrad import Value
from symgrad.cli import main

F, MICROGRAD = sg.parse("x^2*y"), sg.oracle.engine("micrograd")
STRANGE: list[Any] = [b"x", object(), F, Value(1.0)]
ARRAYS: list[Any] = [[1], {"x": None}, np.zeros(3)]
DOORS: dict[str, tuple[Any, str, list[Any]]] = {  # a call with one argument, and what it takes
    "an answer": (lambda x: sg.check("x^2", x), "an answer is a str", []),
    "by": (lambda x: sg.check("x^2", "2x", x), "wrt is a str or None", []),
    "order": (lambda x: sg.check("x^2", "2x", order=x), "order is", [0, -1, 101, "2", None]),
    "assumed": (lambda x: sg.check("x^2", "2x", assume=x), "assume is a str or a list", [None]),
    "powers": (lambda x: sg.check("x^2", "2x", powers=x), "powers is a str", [None]),
    "explained in": (lambda x: sg.explain("x^2", lang=x), "lang is a str", [None]),
    "limits": (lambda x: sg.explain("x^2", limits=x), "limits is of the class Limits", [3]),
    "a column": (lambda x: sg.grade(b"a,b\n1,2\n", student=x), "student is a str", [None]),
    "jobs": (lambda x: sg.grade(b"", jobs=x), "jobs is", ["2", 0, math.nan]),
    "seconds": (lambda x: sg.grade(b"", seconds=x), "seconds is", [None, "2", 0]),
    "a set": (lambda x: sg.grade(b"", problems=x), "problems is a path or a ProblemSet", [3]),
    "a file": (sg.ProblemSet.read, "path is a str or a path", [None]),
    "a kind": (lambda x: sg.Question(x, "x"), "kind is a str", [None]),
    "a degree": (lambda x: sg.Question("taylor", "x", at="x=0", degree=x), "degree is", ["2", -1]),
    "a rule": (sg.practice, "rule is a str or None", []),
    "a level": (lambda x: sg.practice("chain", x), "level is", [0, 4, "1", None]),
    "backend": (lambda x: sg.compile(F, backend=x), "backend is a str", [None]),
    "a language": (F.code, "unknown dialect", [None, [], "fortran"]),
    "told in": (sg.check("x^2", "2x").spoken, "lang is a str", [None]),
    "inputs": (sg.nn.Neuron, "nin is a whole number", [None, "2"]),
    "layers": (lambda x: sg.nn.MLP(2, x), "nouts is a list of whole numbers", [None, 3, ["1"]]),
    "an engine": (sg.oracle.engine, "name is a str", [None]),
    "a budget": (lambda x: sg.oracle.judge(MICROGRAD, x), "budget is", [None, -1, 0, "60"]),
    "cases": (lambda x: sg.oracle.judge(MICROGRAD, cases=x), "cases", [-1, 0, "x"]),
    "swept": (lambda x: sg.oracle.sweep("torch", x), "operation is a str", [None]),
    "a command": (sg.oracle.Command, "command is a list of str", [None, "true"]),
}  # fmt: skip


@pytest.mark.parametrize("name", DOORS)
def test_what_is_of_another_type(name: str) -> None:
    """Whatever is given to a public function is refused in a sentence of ours that names it."""
    call, told, more = DOORS[name]
    for x in (*STRANGE, *([] if name in ("cases", "layers") else ARRAYS), *more):
        with pytest.raises(sg.UsageError) as refused:
            call(x)
        assert told in refused.value.message
        assert "\n" not in refused.value.message


@pytest.mark.parametrize("x", [None, "1", b"x", object(), *ARRAYS])
def test_what_is_no_operand(x: Any) -> None:
    """A Value computes with numbers; what is none is told by a class of ours."""
    with pytest.raises(sg.UsageError, match="cannot compute with a Value"):
        Value(1.0).atan2(x)


CALLS: dict[str, Any] = {
    "check: missing a required argument: 'answer'": lambda: sg.check("x^2"),
    "check: too many positional": lambda: sg.check("x^2", "2x", "x", 1),
    "check: got an unexpected keyword argument 'assumes'; did you mean assume?":
        lambda: sg.check("x^2", "2x", assumes="a>0"),
    "Question: got an unexpected keyword argument 'point'; it takes kind, expression":
        lambda: sg.Question(kind="tangent", point="x=1"),
    "MLP: missing a required argument: 'nouts'": lambda: sg.nn.MLP(2),
    "exp takes 1 argument, ": lambda: Value(1.0).exp(2),
    "clamp takes 3 arguments, ": lambda: Value(1.0).clamp(2),
    "hyp2f1 takes 4 arguments, ": lambda: Value(1.0).hyp2f1(2),
}


def test_the_name_of_an_engine_is_no_engine() -> None:
    """What makes one of it is said."""
    with pytest.raises(sg.UsageError, match="an engine is an object, got 'torch'") as refused:
        sg.oracle.judge("torch")  # type: ignore[arg-type]
    assert "engine('torch') makes one" in str(refused.value.hint)


@pytest.mark.parametrize("told", CALLS)
def test_a_call_that_does_not_fit(told: str) -> None:
    """What is missing, unknown or too many is told; it is a TypeError for those who expect one."""
    for kind in (sg.UsageError, TypeError):
        with pytest.raises(kind) as refused:
            CALLS[told]()
        assert str(refused.value).startswith(told)


def test_what_numpy_gives_is_taken() -> None:
    """Whole numbers and numbers of NumPy's are numbers, and an array is a list of them."""
    assert "correct" == sg.check("x^3", "6x", order=np.int64(2)).verdict
    assert sg.Question("gradient", "x*y", at=np.array([1, 2])) == (
        sg.Question("gradient", "x*y", at=[1, 2]))  # fmt: skip


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
