"""The formula that is shown: as short as any system's, verified, and written as a teacher would."""

from __future__ import annotations

import math
import pickle
import re
from fractions import Fraction
from typing import Any

import mpmath
import pytest

from symgrad import symbolic
from symgrad.arithmetic.balls import BALLS, exact, precision
from symgrad.arithmetic.floats import FLOATS
from symgrad.engine import Tape, forward, gradient, order
from symgrad.errors import UsageError
from symgrad.expression import parse
from symgrad.formula import Formula, backpropagated, derivative, substituted
from symgrad.formula.checking import FormCheck
from symgrad.formula.half_angles import (
    CONJUGATES,
    DOUBLE_PAIRS,
    DOUBLE_PRODUCTS,
    DOUBLE_SQUARES,
    HALVES,
)
from symgrad.formula.identities import ANGLES, QUOTIENTS, RECIPROCAL_PAIRS, SQUARES
from symgrad.formula.rows_as_terms import SUMS_AND_PRODUCTS, known_at
from symgrad.formula.terms import Terms
from symgrad.language import graph_of
from symgrad.limits import Limits
from symgrad.notation import text
from symgrad.ops import OPS
from symgrad.value import Value, same, variable

from .counting import counted
from .formula_table import Row, own, row, rows, summary
from .random_graphs import random_case
from .reference import truth

TEXTBOOK = {  # (function, variable): its derivative as a textbook has it
    ("tanh(x)", "x"): "sech(x)^2",
    ("tanh(x*w + b)", "x"): "w*(1 - tanh(x*w + b)^2)",
    ("sigmoid(x)", "x"): "sigmoid(x)*(1 - sigmoid(x))",
    ("sigmoid(w*x + b)", "w"): "x*sigmoid(w*x + b)*(1 - sigmoid(w*x + b))",
    ("softplus(x)", "x"): "sigmoid(x)",
    ("tan(x)", "x"): "sec(x)^2",
    ("ln(abs(x))", "x"): "1/x",
    ("x^y", "x"): "y*x^(y - 1)",
    ("x^y", "y"): "x^y*ln(x)",
    ("x^x", "x"): "x^x*(ln(x) + 1)",
    ("x*abs(x)", "x"): "2*|x|",
    ("x/(1 + abs(x))", "x"): "1/(1 + |x|)^2",
    ("max(x, y)", "x"): "if(x > y, 1, 0)",
    ("if(x > 0, x^2, -x)", "x"): "if(x > 0, 2*x, -1)",
    ("sin(x)*cos(x)", "x"): "cos(2*x)",
    ("sin(x)/(1 + cos(x))", "x"): "1/(1 + cos(x))",
    ("x^2*sin(x)", "x"): "2*x*sin(x) + x^2*cos(x)",
    ("x*ln(x) - x", "x"): "ln(x)",
    ("atan(x) + atan(1/x)", "x"): "0",
    ("ln(x + sqrt(x^2 + 1))", "x"): "1/sqrt(x^2 + 1)",
    ("0.5*x^2 + 0.3*x", "x"): "x + 0.3",
    ("(x + 1)*(x + 2)*(x + 3)", "x"): "3*x^2 + 12*x + 11",
    ("a*x^2 + b*x + c", "x"): "2*a*x + b",
    ("-(p*ln(q) + (1 - p)*ln(1 - q))", "q"): "(1 - p)/(1 - q) - p/q",
    ("besselj0(x)", "x"): "-besselj1(x)",
    ("atan2(y, x)", "x"): "-y/(x^2 + y^2)",
    ("x!", "x"): "x!*psi(x + 1)",
    ("asinh(x/2)", "x"): "1/sqrt(x^2 + 4)",
    ("1/(a*x + b)^n", "x"): "-a*n/(a*x + b)^(n + 1)",
    ("10^(-x)", "x"): "-ln(10)/10^x",
    ("x^2.5", "x"): "2.5*x^1.5",
    ("max(0, 1 - y*(w*x + b))", "w"): "if(1 > y*(w*x + b), -y*x, 0)",
    ("(y - sigmoid(x))^2", "x"): "-2*sigmoid(x)*(y - sigmoid(x))*(1 - sigmoid(x))",
    ("sqrt(x - 1000)", "x"): "1/(2*sqrt(x - 1000))",
    ("sin(y)", "x"): "0",
    ("ln((1 + x)/(1 - x))", "x"): "2/(1 - x^2)",
    ("max(x, 0)^2", "x"): "2*max(x, 0)",
    ("max(0, 1 - y*x)^2", "x"): "-2*y*max(0, 1 - y*x)",
    ("relu(x)*x", "x"): "2*relu(x)",
    ("x*cbrt(x)", "x"): "4*cbrt(x)/3",
    ("ln(-1 - x^2)", "x"): "2*x/(x^2 + 1)",
    ("x/(-x - a)^3", "x"): "(2*x - a)/(x + a)^4",
    ("sqrt((1 - x)/(1 + x))", "x"): "-sqrt((1 - x)/(1 + x))/(1 - x^2)",
    ("x/(1 + e^-x)", "x"): "e^x*(x + e^x + 1)/(e^x + 1)^2",
    ("2*atan(tanh(x/2))", "x"): "sech(x)",
    ("sin(x)^2/(1 + cos(x))", "x"): "sin(x)",
    ("(sec(x) - 1)*(sec(x) + 1)/(sec(x) + 1)", "x"): "sec(x)*tan(x)",
    ("x/2 - sin(2*x)/4", "x"): "sin(x)^2",
    ("ln(tan(x/2))", "x"): "csc(x)",
    ("asin(cos(x))", "x"): "-sign(sin(x))",
    ("sin(x)^x", "x"): "sin(x)^x*(x*cot(x) + ln(sin(x)))",
    ("(x^2 + 1)^sin(x)", "x"): "(x^2 + 1)^sin(x)*(2*x*sin(x)/(x^2 + 1) + cos(x)*ln(x^2 + 1))",
    ("sin(x)*cos(3*x)", "x"): "2*cos(4*x) - cos(2*x)",
    ("cos(2*x)*sin(x)", "x"): "(3*cos(3*x) - cos(x))/2",
    ("cbrt(x)*(x - 2)", "x"): "(4*x - 2)/(3*cbrt(x)^2)",
    ("tanh(3*x)", "x"): "3*sech(3*x)^2",
    ("coth(2*x)", "x"): "-2*csch(2*x)^2",
    ("tanh(x^2)", "x"): "2*x*sech(x^2)^2",
    ("sin(x)*sec(x)", "x"): "sec(x)^2",
    ("1/(1 + cos(2*x))", "x"): "sin(x)/cos(x)^3",
    ("x*besselj1(x)", "x"): "x*besselj0(x)",
    ("sin(x)^3*cos(x)^2", "x"): "sin(x)^2*cos(x)*(5*cos(x)^2 - 2)",
    ("x^2*sin(x)*cos(x)", "x"): "x*sin(2*x) + x^2*cos(2*x)",
    ("e^x/(x^2 + 1)", "x"): "e^x*(x - 1)^2/(x^2 + 1)^2",
    ("acos((1 - x^2)/(1 + x^2))", "x"): "2*x/|x*(1 + x^2)|",
    ("(2*x + 3)*sqrt(4*x - 1)", "x"): "(12*x + 4)/sqrt(4*x - 1)",
    ("(2*x - 1)^3*(x + 4)^2", "x"): "2*(2*x - 1)^2*(x + 4)*(5*x + 11)",
    ("(3*x - 1)^2*(x + 1)^3", "x"): "3*(3*x - 1)*(x + 1)^2*(5*x + 1)",
    ("x^2*(2*x - 1)^3", "x"): "2*x*(2*x - 1)^2*(5*x - 1)",
    ("(2*x - 3)^2*(3*x + 1)^2", "x"): "2*(2*x - 3)*(3*x + 1)*(12*x - 7)",
    ("x^(1/3)*(x + 4)", "x"): "4*(x + 1)/(3*x^(2/3))",
    ("(x^2 + x)^3", "x"): "3*(x^2 + x)^2*(2*x + 1)",
    ("e^(-x)*sinh(x)", "x"): "e^(-2*x)",
    ("(3*x - 2)^2/(x + 1)", "x"): "9 - 25/(x + 1)^2",
    ("ln(1 + sqrt(x))", "x"): "1/(2*(x + sqrt(x)))",
    ("atan(x/(1 + sqrt(1 - x^2)))", "x"): "1/(2*sqrt(1 - x^2))",
}
HIGHER = {
    ("sin(x^2)", 2): "2*cos(x^2) - 4*x^2*sin(x^2)",
    ("e^(-x^2)", 2): "e^(-x^2)*(4*x^2 - 2)",
    ("ln(x)", 3): "2/x^3",
    ("csc(x)^2", 2): "2*csc(x)^2*(3*cot(x)^2 + 1)",
    ("ln(x)/x", 2): "(2*ln(x) - 3)/x^3",
    ("cbrt(x^2)", 2): "-2/(9*|x|^(4/3))",
    ("max(x, 0)^2", 2): "if(x > 0, 2, 0)",
    ("max(x, 0)^3", 2): "6*max(x, 0)",
    ("tan(x)", 2): "2*sec(x)^2*tan(x)",
    ("sigmoid(x)", 2): "sigmoid(x)*(1 - sigmoid(x))*(1 - 2*sigmoid(x))",
    ("1/(1 + x^2)", 3): "24*x*(1 - x^2)/(1 + x^2)^4",
    ("x^3*e^x", 3): "e^x*(x^3 + 9*x^2 + 18*x + 6)",
}
PUT_IN = {
    ("x*w + b", "x", 2): "2*w + b",
    ("w*(1 - tanh(x*w + b)^2)", "x", 2): "w*(1 - tanh(2*w + b)^2)",
    ("x*w + b", "x", -2.5): "b - 2.5*w",
    ("x^2*y", "x", 0.1): "0.01*y",
    ("x^7*y", "x", 1.2345): "1.2345^7*y",
    ("x^50*y", "x", -2): "2^50*y",
    ("sin(x) + y", "x", 0): "y",
    ("a/x", "x", 3): "a/3",
    ("w - x", "x", -2): "w + 2",
    ("sqrt(x)*y", "x", 2): "sqrt(2)*y",
    ("x^y", "y", 0.5): "sqrt(x)",
    ("if(x > 0, y, z)", "x", 1): "y",
    ("x*(y + 1)*(y + 1)", "x", 1): "(y + 1)^2",
    ("x/(1 + x)*y", "x", 0.1): "y/11",
}
HOLES = {  # where the derivative exists and the form that is shown has no value
    "sinc(x)": "for x != 0",
    "abs(x)*sin(x)": "for x != 0",
    "abs(x)^1.5": "for x != 0",
    "cos(sqrt(x))": "for x > 0",
    "cbrt(x^5)": "for x != 0",
    "hypot(x, x^2)*x": "for x^4 + x^2 > 0",
}
UNTAUGHT = {
    "a fraction divided again, a/2/b": re.compile(r"/[\w.]+(\^[\w.]+)?/|/\([^()]*\)/"),
    "a negative power, x^(-1/2)": re.compile(r"(?<!e)\^\(?-"),
    "a power of a power, e^x^2": re.compile(r"\^[\w.-]+\^"),
    "a sign after a sign, x + -1": re.compile(r"[-+*/] -|--|\(-\w+\)\*"),
    "a factor one, 1*x": re.compile(r"(?<![\w.])1\*"),
}


@pytest.mark.parametrize(
    "function", ["pi^2*x + x*sin(x)^2", "hypot(x, y)^2*x", "max(x, y)^2 + pi^2*x"]
)
def test_squares_of_other_things(function: str) -> None:
    """An identity for the square of a function looks at functions of one argument only."""
    assert "backpropagation" != found(function, "x").source


@pytest.mark.parametrize(("function", "note"), HOLES.items())
def test_holes_are_said(function: str, note: str) -> None:
    """A form without a value at a point where f has a derivative says where it holds."""
    assert note in found(function, "x").notes


@pytest.mark.parametrize("function", ["abs(x)", "sqrt(x)", "1/x", "cbrt(x)", "x*abs(x)", "ln(x)"])
def test_no_hole_where_there_is_no_derivative(function: str) -> None:
    """A form that has no value where f has no derivative says nothing about it."""
    assert not [note for note in found(function, "x").notes if note.startswith("for ")]


@pytest.fixture(scope="module")
def table() -> list[Row]:
    return rows()


@pytest.fixture(scope="module")
def more() -> list[Row]:
    return own()


def graph(expression: str) -> Value:
    return graph_of(expression).root


def found(expression: str, name: str, times: int = 1) -> Formula:
    return derivative(graph(expression), name, times)


@pytest.mark.parametrize("name", [
    "formula.csv", pytest.param("formula_exercises.csv", marks=pytest.mark.slow)])
def test_short(name: str) -> None:
    """At most as long as the best of the systems in 90 % of rows, 3 more in 97, shorter in 15."""
    shares = summary(rows(name))
    assert shares["no longer"] >= 90
    assert shares["at most 3 more"] >= 97
    assert shares["shorter"] >= 15


def test_taught(table: list[Row], more: list[Row]) -> None:
    """No formula is spelled as no teacher would: one fraction bar, no negative powers."""
    spelled = [
        (why, r.shown) for r in table + more for why, bad in UNTAUGHT.items() if bad.search(r.shown)
    ]
    assert [] == spelled


def test_no_strangers(table: list[Row], more: list[Row]) -> None:
    """SymPy's way of writing pieces and jumps never shows."""
    for r in table + more:
        assert not re.search(r"Heaviside|Piecewise|Dirac|polygamma\(0|Derivative", r.shown), r.shown


def test_round_trip(table: list[Row], more: list[Row]) -> None:
    """The text of every formula parses back to the same graph."""
    for r in table + more:
        assert same(r.found.root, graph(r.shown)), r.shown


def test_values(table: list[Row], more: list[Row]) -> None:
    """Every formula has the value of the engine's derivative in balls."""
    for r in table + more:
        root = graph(r.expression)
        f, slope = Tape.of([root]), Tape.of([r.found.root])
        for x in (0.375, 0.75, 20.5):
            point = {v: exact(x + k / 8) for k, v in enumerate(f.variables)}
            with precision(200):
                values = forward(f, BALLS, point)
                expected = gradient(f, BALLS, values)[r.variable]
                actual = forward(slope, BALLS, point)[slope.roots[0]]
            if values[f.roots[0]].is_finite() and actual.is_finite():
                assert expected.overlaps(actual), r.shown


@pytest.mark.parametrize(("case", "expected"), TEXTBOOK.items(), ids=lambda c: str(c)[:40])
def test_textbook(case: tuple[str, str], expected: str) -> None:
    """A textbook's functions have a textbook's derivatives, in the user's own names and order."""
    assert expected == text(found(*case).root)


@pytest.mark.parametrize(("case", "expected"), HIGHER.items(), ids=lambda c: str(c)[:40])
def test_higher(case: tuple[str, int], expected: str) -> None:
    """Second and third derivatives are as readable."""
    expression, times = case
    assert expected == text(found(expression, "x", times).root)


@pytest.mark.parametrize(("case", "expected"), PUT_IN.items(), ids=lambda c: str(c)[:40])
def test_put_in(case: tuple[str, str, float], expected: str) -> None:
    """A value put in is worked out where that stays exact and short."""
    expression, name, x = case
    assert expected == text(substituted(graph(expression), {name: x}))


VANISHED = {  # at order 2 a variable is gone from the first derivative, or from the expression
    ("sin(x)^2 + cos(x)^2", "x"): "0",
    ("x/|x|", "x"): "0",
    ("G*m*M/r^2", "m"): "0",
    ("1/2*m*v^2", "m"): "0",
    ("1/2*m*v^2", "v"): "m",
    ("R*T/(V - b) - a/V^2", "b"): "2*R*T/(V - b)^3",
    ("R*T/(V - b) - a/V^2", "a"): "0",
    ("ln(a*x)", "x"): "-1/x^2",
}
EXTREME = {
    ("max(x, x)", "x"): "1",
    ("min(x, x, y)", "x"): "if(x < y, 1, 0)",
    ("max(2*x, x + x)", "x"): "2",
    ("max(x, y, z)", "x"): "if(x > max(y, z), 1, 0)",
    ("min(x, max(x, y))", "x"): "1",
    ("max(sin(x), cos(x))", "x"): "if(sin(x) > cos(x), cos(x), -sin(x))",
}


@pytest.mark.parametrize(("case", "expected"), VANISHED.items(), ids=lambda c: str(c)[:40])
def test_vanished(case: tuple[str, str], expected: str) -> None:
    """A variable that the first derivative has lost is no matter to the second."""
    assert expected == text(found(*case, 2).root)


@pytest.mark.parametrize(("case", "expected"), EXTREME.items(), ids=lambda c: str(c)[:40])
def test_extreme(case: tuple[str, str], expected: str) -> None:
    """The derivative of max and min asks which argument is attained, and reads back."""
    shown = text(found(*case).root)
    assert expected == shown
    assert same(found(*case).root, graph(shown))


@pytest.mark.parametrize(
    "expression",
    ["sin(x)^2 + cos(x)^2", "x/|x|", "R*T/(V - b) - a/V^2", "max(x, y, z)", "gelu(x)", "sinc(x)"]
    + ["relu(x)*x", "logaddexp(x, y)", "x^2.5", "x^-2", "leaky_relu(x)"],
)
def test_fallback_reads_back(expression: str) -> None:
    """What backpropagation makes is shown in rows and signs that can be typed, at any order."""
    root, names = graph(expression), Tape.of([graph(expression)]).variables
    for _ in range(2):
        root = backpropagated(root, names[0])
        assert same(root, graph_of(text(root), variables=names).root), text(root)


def test_empty_domain() -> None:
    """Where a function has no value at all, this is said."""
    for expression in ("ln(-1 - x^2)", "asin(2 + x^2)"):
        assert (
            "no point was found where the function has a value" in found(expression, "x").notes[0]
        )


@pytest.mark.parametrize("order", [0, -1, 1.5, "2", True, None])
def test_order(order: Any) -> None:
    """The order of a derivative is a whole number from 1 on."""
    f = parse("x^2")
    with pytest.raises(UsageError, match="order"):
        f.diff("x", order=order)
    with pytest.raises(UsageError, match="order"):
        f.verify(x=2, order=order)


@pytest.mark.parametrize(
    "expression",
    ["m*c^2/sqrt(1 - v^2/c^2)", "x*y/(x^2 + y^2)", "K/(1 + A*e^(-r*t))", "max(0, 1 - x*y)^2"]
    + ["P*(1 + r/n)^(n*t)", "x^2*y^3*e^(-x)", "atan(y/x)", "4*W*((s/r)^12 - (s/r)^6)"],
)
def test_second(expression: str) -> None:
    """Second derivatives by every variable are spelled as taught, and read back."""
    for name in Tape.of([graph(expression)]).variables:
        root = found(expression, name, 2).root
        assert same(root, graph(text(root))), text(root)
        assert [] == [why for why, bad in UNTAUGHT.items() if bad.search(text(root))], text(root)


def test_defined() -> None:
    """The formula of d/dx x^y has a value at x = 0, where the derivative does."""
    tape = Tape.of([found("x^y", "x").root])
    assert forward(tape, FLOATS, {"x": 0.0, "y": 2.0})[tape.roots[0]] == 0


@pytest.mark.parametrize(
    ("expression", "note"),
    [
        ("ln(x)", "holds where x > 0"),
        ("log10(x - 1)", "holds where x > 1"),
        ("atan(1/x)", "holds where x != 0"),
        ("x^2/x", "holds where x != 0"),
        ("sign(x)", "holds where x != 0"),
        ("sign(x - 1.37)", "holds where x != 1.37"),
        ("abs(x^2 - 3)", "holds where x^2 != 3"),
        ("abs(x^2 - 1)", "holds where x^2 != 1"),
        ("ln(1 - x)", "holds where x < 1"),
        ("ln(x^3)", "holds where x > 0"),
        ("ln(2*x)", "holds where x > 0"),
        ("ln(-x/3)", "holds where x < 0"),
        ("ln(-(x + 1)^3)", "holds where x < -1"),
        ("atanh(x)", "holds where x < 1 and x > -1"),
        ("ln(100 - x)", "holds where x < 100"),  # no sample point lies there
        ("(x^2 - 25)/(x - 5)", "holds where x != 5"),
        ("(x^2 - 7)/(x^2 - 7)", "holds where x^2 != 7"),
        ("sqrt((x - 5)^2)", "holds where x != 5"),
        ("sqrt(x - 7)/sqrt(x - 7)", "holds where x > 7"),
        ("tan(x)*cos(x)", "holds where cos(x) != 0"),
        ("asin(sin(x))", "holds where sin(x) < 1 and sin(x) > -1"),
        ("x^2/(x^2 - 49)*(x^2 + a - a - 49)", "holds where x^2 != 49"),
        ("if(x > 20, 1/(x - 30)*(x - 30), 2)", "holds where x != 20 and x != 30"),
        ("if(x > 20, 2, 1/(x - 30)*(x - 30))", "holds where x != 20"),
        ("x*(b - 9)/(b - 9)", "holds where b != 9"), ("x + ln(b - 9)", "holds where b > 9"),
        ("x + sqrt(b + 6.1)", "holds where b >= -6.1"),
        ("x^2*c/(b - c)*(b - c)", "holds where b != c"),
        ("x/(x - 9)*(x - 9) + b/(b - 9)", "holds where x != 9 and b != 9"),
        ("ln(b - 9) + x^2/x", "holds where b > 9 and x != 0"),
        ("sqrt(b - 9) - |x - 1|/(x - 1)*|x - 1|*(x - 1)", "holds where b >= 9 and x != 1"),
    ],
)
def test_wider(expression: str, note: str) -> None:
    """A formula with values where f has no derivative says where it holds."""
    assert note in found(expression, "x").notes


@pytest.mark.parametrize(
    "expression", ["1/x", "sqrt(x)", "x*abs(x)", "abs(x)", "x^3", "tan(x)", "cbrt(x^2 + 1)",
                   "sqrt((x - 5)^4)", "exp(x)/exp(x)*x", "x/(x^2 + 1)*(x^2 + 1)", "1/(x - 7)",
                   "|x^2 - 7|*(x^2 - 7)", "cbrt(x - 7)^3", "(max(x, 9) - 9)^2", "x*sqrt(b - 9)",
                   "x*|b - 9|", "x*ln(b)/(b - 9)", "x + |b - 9|"]
)
def test_not_wider(expression: str) -> None:
    """A formula that exists exactly where the derivative does says nothing."""
    assert () == found(expression, "x").notes


@pytest.mark.parametrize(("expression", "slope"), [
    ("if(x > 1, x^3, undefined)", "if(x > 1, 3*x^2, undefined)"),
    ("if(x < 2, undefined, ln(x))", "if(x < 2, undefined, 1/x)"),
    ("if(0 < x and x < 1, x*ln(x), undefined)", "if(0 < x < 1, ln(x) + 1, undefined)"),
    ("if(x > 1, x^2, if(x < 0, x^3, undefined))", "if(x > 1, 2*x, if(x < 0, 3*x^2, undefined))"),
])  # fmt: skip
def test_a_case_without_a_value_has_no_slope(expression: str, slope: str) -> None:
    """SymPy's derivative confirms the others; of a case without a value it would make 0."""
    formula = found(expression, "x")
    assert slope == text(formula.root)
    assert all(note.startswith("holds where") for note in formula.notes)


@pytest.mark.parametrize("expression", ["|x|/x", "|x - 3|/(x - 3)", "|sin(x)|/sin(x)", "x/|x|"])
def test_a_sign_has_no_slope(expression: str) -> None:
    """|u|/u^2 is 1/|u|, so that both terms of the quotient rule are one."""
    assert "0" == text(found(expression, "x").root)


@pytest.mark.parametrize("expression", ["sin(x)^cos(x)", "sigmoid(x)*(1 - x)"])
def test_floats_are_told_of_the_form_that_is_shown(expression: str) -> None:
    """A second derivative does not tell what floats make of the first."""
    formula = found(expression, "x", 2)
    assert 1 >= sum("in floats" in note for note in formula.notes)
    assert formula.fragile in ("", *formula.notes)


def test_wrong_forms() -> None:
    """A form that is wrong, or has no value where the derivative has, is refused."""
    root = graph("x^3 + sin(y)")
    meaning = symbolic.meaning(root)
    witness = FormCheck(root, "x", symbolic.flat([meaning, symbolic.differentiated(meaning, "x")]))
    assert witness.accepts(graph("3*x^2"))
    for wrong in ("3*x^2 + 1e-20", "3*x", "3*x^3/x", "3*abs(x)^2 + 0/x", "3*sqrt(x)^4"):
        assert not witness.accepts(graph(wrong)), wrong


@pytest.mark.slow
@pytest.mark.parametrize(
    ("term", "first"), [("sin({k}*x)", "2*cos(2*x) + 3*cos(3*x)"), ("{k}*x^{k}", "4*x + 9*x^2")]
)
def test_long_sums_are_linear(term: str, first: str) -> None:
    """Four times as many terms are at most five times as much work, and are shown in order."""

    def work(terms: int) -> int:
        root = graph(" + ".join(term.format(k=k + 2) for k in range(terms)))
        shown, count = counted(lambda: text(derivative(root, "x").root))
        assert shown.startswith(first)
        return count

    work(200)  # what is loaded and remembered the first time
    assert 5 * work(200) > work(800)


def test_the_end_of_a_domain_is_asked_for() -> None:
    """What cancels next to 1 is said with the point in as many digits as it takes."""
    assert "at x = 0.9999999991, the derivative is" in found("asin(x)", "x").fragile
    assert "" == found("1/(1 - x)", "x").fragile


def test_too_large() -> None:
    """A graph too large for SymPy gets what backpropagation computes, and a note."""
    root = variable("x")
    for _ in range(60):
        root = (root * root).sin()
    result = derivative(root, "x", limits=Limits.student)
    assert "backpropagation" == result.source
    assert "too large" in result.notes[0]
    tape = Tape.of([root])
    expected = gradient(tape, FLOATS, forward(tape, FLOATS, {"x": 1.0}))["x"]
    slope = Tape.of([result.root])
    assert math.isclose(expected, forward(slope, FLOATS, {"x": 1.0})[slope.roots[0]], rel_tol=1e-9)


def test_long() -> None:
    """A long function has the chain rule's form, quickly, with a note."""
    root = graph(" + ".join(f"w{i}*x{i}" for i in range(150)))
    result = derivative(root.tanh(), "w7")
    assert text(result.root).startswith("x7*(1 - tanh(w0*x0 + w1*x1")
    assert "long" in result.notes[0]


def test_same_again() -> None:
    """A formula depends on nothing but its function; it can be sent between processes."""
    for expression in ("x*tanh(ln(1 + e^x))", "(a*x + b)/(c*x + d)", "mish(x)"):
        first, second = found(expression, "x"), found(expression, "x")
        assert text(first.root) == text(second.root)
        assert same(first.root, pickle.loads(pickle.dumps(first)).root)


@pytest.mark.parametrize("seed", range(30))
def test_random(seed: int) -> None:
    """Whatever the table can be made into has a formula that parses back, and is right."""
    case = random_case(seed, 4)
    for name in case.tape.variables[:1]:
        root = derivative(case.root, name).root
        assert same(root, graph_of(text(root), variables=case.tape.variables).root)
        assert all(node.op is None or not node.op.hidden for node in order((root,)))
        with precision(300):
            point = {v: exact(x) for v, x in case.point.items()}
            values = forward(case.tape, BALLS, point)
            expected = gradient(case.tape, BALLS, values)[name]
            tape = Tape.of([root])
            actual = forward(tape, BALLS, point)[tape.roots[0]]
        if expected.is_finite() and actual.is_finite():
            assert expected.overlaps(actual)


def test_one_row() -> None:
    """A row of the table printed for people holds what was asked, found and measured."""
    r = row("x^2", "x", 3)
    assert ("2*x", 3) == (r.shown, r.length)


# A formula that is right and computes nothing there in floats, or the sound form beside it.
TAILS = [
    ("sigmoid(x)", {"x": 40.0}), ("sigmoid(3*x + 1)", {"x": 20.0}), ("silu(x)", {"x": 1e16}),
    ("logaddexp(x, y)", {"x": 800.0, "y": 800.0}), ("sinc(x)", {"x": 1e-8}),
    ("asec(x)", {"x": 1e100}), ("acsc(x)", {"x": -1e100}), ("acosh(x)", {"x": 1e200}),
    ("tanh(x)", {"x": 20.0}), ("tanh(x*w)", {"x": 20.0, "w": 1.0}), ("softplus(x)", {"x": -40.0}),
    ("1/(1 + e^(-x))", {"x": -40.0}), ("x*tanh(x)", {"x": -20.0}), ("coth(x)", {"x": 20.0}),
    ("ln(1 + e^x)", {"x": 800.0}), ("atan2(y, x)", {"y": 1e-170, "x": 5e-170}),
    ("2*atan(tanh(x/2))", {"x": 40.0}), ("hypot(x, y)", {"x": 1e200, "y": 1e200}),
    ("e^(-x)/(1 + e^(-x))", {"x": -800.0}), ("erf(x)", {"x": 5.0}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "point"), TAILS)
def test_a_formula_in_floats(text: str, point: dict[str, float]) -> None:
    """In floats a derivative's formula is the derivative; where a note denies it, its code is."""
    f = parse(text)
    derivative = f.diff("x")
    exact = f.gradient(point, exact=True)["x"]
    assert derivative.fragile in ("", *derivative.notes)
    given = {name: point[name] for name in derivative.variables}
    if not derivative.fragile:
        assert derivative(given) == pytest.approx(exact, rel=1e-11, abs=0)
        return
    scope: dict[str, Any] = {}
    exec(derivative.code("python"), scope)
    got = scope["f"](*given.values())
    engine = f.gradient(point)["x"]
    assert got == pytest.approx(exact, rel=1e-11, abs=0) or engine != pytest.approx(exact)


def test_a_fragile_formula_survives_pickling() -> None:
    """What is known of a formula in floats goes with it."""
    derivative = parse("sigmoid(x)").diff("x")
    again = pickle.loads(pickle.dumps(derivative))
    assert derivative.fragile == again.fragile
    assert derivative.code("c") == again.code("c")


# --- the tables of identities ---------------------------------------------------------------------


def at_an_angle(name: str, u: float) -> Any:
    """A function of an angle in mpmath's digits; 1 for no name."""
    return getattr(mpmath, name)(mpmath.mpf(u)) if name else mpmath.mpf(1)


def test_identities_of_angles_hold() -> None:
    """Each identity of the tables, of circle and hyperbola alike, holds at an angle."""
    u = 0.8125
    f = {name: at_an_angle(name, u) for a in ANGLES for name in vars(a).values() if name in OPS}
    g = {name: at_an_angle(name, 2 * u) for name in f}
    off = [
        *(f[a] ** 2 + s * f[b] ** 2 - 1 for a, b, s in SQUARES),
        *(f[a] * f[b] - 1 for a, b in RECIPROCAL_PAIRS),
        *(f[a] / f[b] - f[c] for a, b, c in QUOTIENTS),
        *(f[a] ** p * f[b] ** q - mpmath.mpf(c.numerator) / c.denominator * g[h]
          for a, p, b, q, h, c in DOUBLE_PRODUCTS),
        *((a + b * f[name] ** 2) * at_an_angle(k, u) ** 2 - g[h]
          for name, a, b, h, k in DOUBLE_SQUARES),
        *(f[a] ** 2 + s * f[b] ** 2 - g[a] for a, (b, s) in DOUBLE_PAIRS.items()),
        *(f[a] ** 2 - s * (1 - f[b]) * (1 + f[b]) for a, (b, s) in CONJUGATES.items()),
        *(a + b * g[name] - 2 * f[h] ** 2 for name, a, b, h in HALVES),
    ]  # fmt: skip
    assert len(off) > 40
    assert max(map(abs, off)) < 1e-12


def test_all_functions_of_an_angle_are_in_the_table() -> None:
    """The identities know all trigonometric and hyperbolic rows, but those of pi*x."""
    named = {name for angle in ANGLES for name in vars(angle).values() if isinstance(name, str)}
    of_angles = {name for name, op in OPS.items() if op.family in ("trigonometric", "hyperbolic")}
    assert of_angles == named | {"sinpi", "cospi"}


@pytest.mark.parametrize("name", [name for name, op in OPS.items() if op.arity == 1])
def test_values_at_0_and_1_are_known(name: str) -> None:
    """A function is replaced by its value at 0 and 1 where that is rational, and nowhere else."""
    if name in SUMS_AND_PRODUCTS or name == "exp":  # Terms of their own
        return
    for x in (Fraction(0), Fraction(1)):
        known, found = known_at(Terms(), OPS[name], [x]), truth(name, (float(x),))
        if known is not None and found:
            assert (found[0] - exact(Fraction(known))).contains(0)
        if found and found[0].is_exact():
            assert known is not None
