"""The public face: typed for editors, complete, and with a clear word for every wrong call."""

from __future__ import annotations

import ast
import inspect
import math
import pickle
import pydoc
import re
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import symgrad as sg

ROOT = Path(__file__).parents[1]
USER = """
import symgrad as sg
from symgrad import Value, parse

f: sg.Expression = sg.parse("x").diff("x")
y: float = f(x=2.0)
g: sg.Expression = f(sg.parse("t")) + 1
slopes: dict[str, float] = f.gradient(x=2.0)
code: str = g.code("c")
judged: sg.Judgement = sg.check("x^2", "2x")
verified: sg.Verification = f.verify(x=2.0)
compiled: sg.Compiled = sg.compile("x^2", variables=["x"])
steps: sg.Explanation = sg.explain("x^2")
value: Value = Value(2.0) * 3
"""
SLIPS = ("sg.prase('x')", "sg.parse('x').dif('x')", "sg.parse(3)", "sg.chek('x', '1')")

OPTIONS = {
    "mypy": ["--follow-imports=silent", "--no-error-summary"],
    "pyright": ["--pythonpath", sys.executable],
}


@pytest.mark.slow
@pytest.mark.parametrize(
    "checker", [pytest.param(name, marks=pytest.mark.needs(name)) for name in OPTIONS])
def test_a_users_file_is_typed(checker: str, tmp_path: Path) -> None:
    """A type checker knows what the public functions give, and finds a slip in a name."""
    file = tmp_path / "user.py"
    file.write_text(USER + "\n".join(SLIPS) + "\n")
    run = [sys.executable, "-m", checker, *OPTIONS[checker], str(file)]
    said = subprocess.run(run, capture_output=True, text=True, cwd=ROOT, check=False).stdout
    first = 1 + USER.count("\n")
    lines = {int(n) for n in re.findall(r"user\.py:(\d+)\S*:? (?:- )?error", said)}
    assert set(range(first, first + len(SLIPS))) == lines, said


def test_a_derivative_is_asked_where_its_function_was() -> None:
    """That of 3x does not depend on x, and has a value at x = 2 and a derivative by x."""
    f, line = sg.parse("3x*y + z"), sg.parse("3x")
    slope = pickle.loads(pickle.dumps(f.diff("x")))
    assert (6.0, {"y": 3.0}, ("y",)) == (slope(x=1, y=2), slope.gradient(x=1, y=2), slope.variables)
    assert (3.0, "0", "0") == (line.diff()(x=4), str(line.diff().diff()), str(slope.diff("x")))
    for call in (lambda: slope(w=1), lambda: slope(x=1), lambda: line.at(x=2)(x=2)):
        with pytest.raises(sg.UsageError):
            call()


def test_every_public_name_is_known_to_type_checkers() -> None:
    """What a type checker sees is what Python finds."""
    tree = ast.parse((ROOT / "symgrad" / "__init__.py").read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {
        alias.name: (node.module or alias.name)
        for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }  # fmt: skip
    assert seen == sg._HOMES | {name: name for name in sg._MODULES}


def test_dir_is_complete() -> None:
    """dir(sg) has every public name, and each can be had."""
    assert {"parse", "diff", "check", "explain", "grade", "compile", "oracle"} <= set(dir(sg))
    assert all(getattr(sg, name) is not None for name in dir(sg))


@pytest.mark.parametrize("name", ["parse", "diff", "check", "explain", "grade", "compile"])
def test_help_fits_a_screen(name: str) -> None:
    """help(sg.parse) is at most 24 lines; Python 3.13 gives each parameter one of its own."""
    value = getattr(sg, name)
    parameters = len(inspect.signature(value).parameters) if sys.version_info >= (3, 13) else 0
    assert 24 + parameters >= len(pydoc.render_doc(value).splitlines())


F, H = sg.parse("x^2 + 1"), sg.parse("tanh(x*w + b)")
C = sg.compile(F)
WRONG: list[tuple[Any, str]] = [
    (lambda: F(2), r"a point has names, got 2; give x=2 or \{'x': 2\}"),
    (lambda: F("x"), "a point has names, got 'x'"),
    (lambda: F(np.ones(3)), r"batch\(\.\.\.\)"),
    (lambda: F([2.0]), r"batch\(\.\.\.\)"),
    (lambda: F(x=np.ones(3)), r"x needs a number, got array.*batch"),
    (lambda: F(x="2"), "x needs a number, got '2'"),
    (lambda: F(x=None), "x needs a number, got None"),
    (lambda: F(x=1j), "x needs a number, got 1j"),
    (lambda: F(x=np.complex64(1)), "x needs a number, got np.complex64"),
    (lambda: sg.Value(np.complex128(2j)), "a Value holds a number"),
    (lambda: F(x=10**400), "x is too large for a float64"),
    (lambda: F(y=2), "y is not a variable of"),
    (lambda: F({1: 2.0}), "a variable is named by a str, got 1"),
    (lambda: H(x=1), "w and b have no value; give w=2, b=3"),
    (lambda: H(F), "which variable"),
    (lambda: F(x=math.inf, exact=True), "x needs a finite number"),
    (lambda: F.gradient([2.0]), "a point has names"),
    (lambda: F.hessian(3), "a point has names"),
    (lambda: F.at(2), "a point has names"),
    (lambda: F.verify(2), "a point has names"),
    (lambda: F.verify(wrt=3), "a variable is named by a str, got 3"),
    (lambda: F.verify(order="2"), "the order is a whole number"),
    (lambda: F.diff(3), "a variable is named by a str, got 3"),
    (lambda: F.diff("xx"), "xx is not a variable of"),
    (lambda: F.diff("x", order=0), "the order is a whole number"),
    (lambda: F.diff("x", order=True), "the order is a whole number"),
    (lambda: F.diff("x", 2, 0), "the order is a whole number"),
    (lambda: F.diff("x", "q"), "q is not a variable"),
    (lambda: F.code(3), "unknown dialect"),
    (lambda: F + math.nan, "needs a finite number"),
    (lambda: sg.parse(3), "a formula is a str, got int"),
    (lambda: sg.parse("x", variables=3), "variables are names, got 3"),
    (lambda: sg.parse("x", limits=3), "limits are a Limits, got 3"),
    (lambda: sg.readings(None), "a formula is a str"),
    (lambda: sg.diff(3), "a formula is a str"),
    (lambda: sg.diff("x*y"), "which variable"),
    (lambda: sg.explain(3), "a formula is a str"),
    (lambda: sg.explain("x", 3), "wrt is a str or None, got 3"),
    (lambda: sg.check(3, "1"), "a question is a text or an Expression"),
    (lambda: sg.check(F, 3), "an answer is a str, got int"),
    (lambda: sg.check("x^2", "2x", wrt=1), "wrt is a str or None, got 1"),
    (lambda: sg.check("x^2", "2x", order="1"), "the order is a whole number"),
    (lambda: sg.check("x^2", "2x", limits=2), "limits are a Limits"),
    (lambda: sg.check("x^2", "2x", rounding="maybe"), "rounding is reject or accept"),
    (lambda: sg.grade(3), "answers is a path or bytes"),
    (lambda: sg.grade(b"expression,answer\nx,1\n", answer=3), "several are wanted, got int"),
    (lambda: sg.grade(b"expression,answer\nx,1\n", assume=[3]), "a text or several are wanted"),
    (lambda: sg.grade(b"expression,answer\nx,1\n", report=3), "a path or a stream"),
    (lambda: sg.grade(b"expression,answer\nx,1\n", overrides=3), "overrides is a path or bytes"),
    (lambda: sg.grade(b"expression,answer\nx,1\n", lang="xx"), "there is no language"),
    (lambda: sg.grade(b"expression,answer\nx,1\n", credit="half"), "credit is terms or strict"),
    (lambda: sg.grade("/nowhere/answers.csv"), "cannot read"),
    (lambda: sg.grade(b"expression,answer\n", jobs=0), "jobs is at least 1"),
    (lambda: sg.grade(b"expression,answer\n", seconds=-1), "seconds is more than 0"),
    (lambda: sg.from_sympy("x"), "from_sympy takes a SymPy expression"),
    (lambda: sg.compile(3), "compile takes a text"),
    (lambda: sg.compile(F, wrt="q"), "q is not a variable"),
    (lambda: sg.compile(F, variables=[]), "variables leaves out x"),
    (lambda: sg.compile(F, variables=["x", "x"]), "variables are different names"),
    (lambda: C.value(2), "a point has names"),
    (lambda: C.value(y=2), "y is not a variable of"),
    (lambda: C.value(x=2, y=2), "y is not a variable of"),
    (lambda: C.hvp(3, {"x": 1.0}), "a point has names"),
    (lambda: C.hvp({"x": 1.0}, 3), "two mappings of names; the direction is 3"),
    (lambda: C.hvp({"x": 1.0}), "two mappings of names; the direction is None"),
    (lambda: C(1.0, x=1.0), "expected 1 values"),
    (lambda: C(z=1.0), "z is not a variable"),
    (lambda: C.batch(3), "batch takes a mapping"),
    (lambda: C.batch({"x": "a"}), "batch takes numbers"),
]


@pytest.mark.parametrize(("call", "said"), WRONG, ids=range(len(WRONG)))
def test_a_wrong_call_says_what_would_do(call: Any, said: str) -> None:
    """No public door answers a wrong argument with a raw TypeError or AttributeError."""
    with pytest.raises(sg.UsageError, match=f"(?s){said}"):
        call()


@pytest.mark.parametrize("x", [2, 2.0, True + 1, Fraction(2), np.float64(2), np.int8(2)])
def test_numbers_of_any_kind_are_numbers(x: Any) -> None:
    """An int, a Fraction, a NumPy scalar are the same point."""
    assert 5.0 == F(x=x) == F({"x": x}) == C.value(x=x)
    assert {"x": 4.0} == F.gradient(x=x) == F.gradient(x=x, exact=True)


COMPOSED = [
    (F + 1, "x^2 + 1 + 1"), (1 + F, "1 + (x^2 + 1)"), (F - 0.5, "x^2 + 1 - 0.5"),
    (2 * F, "2*(x^2 + 1)"), (F * -2, "(x^2 + 1)*(-2)"), (F / Fraction(1, 3), "(x^2 + 1)/(1/3)"),
    (1 / F, "1/(x^2 + 1)"), (F**2, "(x^2 + 1)^2"), (2**F, "2^(x^2 + 1)"), (-F, "-(x^2 + 1)"),
    (abs(F), "|x^2 + 1|"), (+F, "x^2 + 1"), (F - sg.parse("sin(t)"), "x^2 + 1 - sin(t)"),
    (F(sg.parse("sin(t)")), "sin(t)^2 + 1"), (F(x=sg.parse("x*y")), "(x*y)^2 + 1"),
    (H(x=sg.parse("t^2"), w=2), "tanh(t^2*2 + b)"), (H({"b": sg.parse("x")}), "tanh(x*w + x)"),
]  # fmt: skip


@pytest.mark.parametrize(("made", "typed"), COMPOSED, ids=lambda x: str(x))
def test_expressions_compose(made: sg.Expression, typed: str) -> None:
    """f + 1, 2*f and f(g) are the formulas that one would have typed, also as read back."""
    assert sg.parse(typed) == made
    assert sg.parse(str(made)) == made
    assert set(sg.parse(typed).variables) == set(made.variables)


def test_composed_variables_come_in_order() -> None:
    """Variables of a composition stand in order of appearance, each once."""
    assert ("t", "b") == H(x=sg.parse("t^2"), w=2).variables
    assert ("x", "t") == (F - sg.parse("sin(t)*x")).variables
    with pytest.raises(TypeError):
        _ = F + "1"


def test_equal_expressions_have_equal_hashes() -> None:
    """What is equal hashes alike, whatever the order of the variables."""
    f = sg.parse("x*y")
    g = sg.Expression(f.root, variables=("y", "x"))
    assert f == g
    assert hash(f) == hash(g)
    assert 1 == len({f, g})
    assert 2 == len({f, sg.parse("x + y")})


def test_compile_takes_texts_and_an_order() -> None:
    """compile reads a text, and `variables` is the order of positional arguments."""
    value, slopes = sg.compile("a - 2*b", variables=["b", "a"])(1.0, 5.0)
    assert (3.0, (-2.0, 1.0)) == (value, slopes)
    assert ("x", "unused") == sg.compile("x^2", variables=["x", "unused"]).variables
    assert 6.0 == sg.compile("xy + 1", variables=["xy"]).value(xy=5.0)


def test_explain_and_diff_take_texts() -> None:
    """The verbs of the command are functions of a text, too."""
    assert "2*x*sin(x) + x^2*cos(x)" == str(sg.diff("x^2 sin x"))
    assert "6*x" == str(sg.diff("x^3", order=2))
    f = sg.parse("x^3*y^2")
    assert ["6*x^2*y", "12*x*y", "12*x"] == [
        str(f.diff(*by)) for by in (("x", "y"), ("x", 2, "y"), ("x", "y", "y", "x"))]  # fmt: skip
    assert "speed*2" != str(sg.diff("speed^2", "speed"))
    assert "verified" == sg.explain("x^2 sin(3x)").verdict


def test_grade_is_a_function(tmp_path: Path) -> None:
    """A file is graded from Python as from the command."""
    answers = tmp_path / "answers.csv"
    answers.write_text("expression,answer\nx^2,2x\nx^2,x\n", encoding="utf-8")
    outcomes = sg.grade(answers, tmp_path / "graded.csv", report=tmp_path / "r.html", jobs=1)
    assert ["correct", "incorrect"] == [one["verdict"] for one in outcomes]
    assert 3 == len((tmp_path / "graded.csv").read_text(encoding="utf-8").splitlines())
    assert "html" in (tmp_path / "r.html").read_text(encoding="utf-8")
