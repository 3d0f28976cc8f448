"""How graphs are written: as text that reads back, in Unicode, in LaTeX and as MathML."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import sympy
from hypothesis import given

import symgrad as sg
from symgrad.language import graph_of
from symgrad.notation import latex, mathml, text, unicode
from symgrad.ops import OPS, Op, op
from symgrad.symbolic.meanings import meaning, symbol
from symgrad.value import Graphs, Value, literal, same, variable

from .counting import calls
from .rows import example
from .strategies import examples, graphs

g = Graphs()
x, y, z, w, b, f = (g.variable(name) for name in "xyzwbf")
alpha, x1, x_1, speed = (g.variable(name) for name in ("alpha", "x1", "x_1", "speed"))
half = literal(Fraction(1, 2))
DECLARED = {"speed", "my_long_name"}  # names that need a declaration

WRITTEN = [  # graph, text, Unicode, LaTeX
    (g.tanh(x * w + b), "tanh(x*w + b)", "tanh(x·w + b)", r"\tanh\left(x w + b\right)"),
    (2 * x * g.cos(x**2), "2*x*cos(x^2)", "2x·cos(x²)", r"2 x \cos\left(x^{2}\right)"),
    (
        x**2 * g.cos(x) - g.sin(x) / x,
        "x^2*cos(x) - sin(x)/x",
        "x²·cos(x) − sin(x)/x",
        r"x^{2} \cos\left(x\right) - \frac{\sin\left(x\right)}{x}",
    ),
    (g.exp(-(x**2 / 2)), "e^(-x^2/2)", "e^(−x²/2)", r"e^{-\frac{x^{2}}{2}}"),
    (g.exp(x) ** 2, "(e^x)^2", "(e^x)²", r"\left(e^{x}\right)^{2}"),
    (-(x * y), "-x*y", "−x·y", "-x y"),
    (-x * y, "(-x)*y", "(−x)·y", r"\left(-x\right) y"),
    (x * -y, "x*(-y)", "x·(−y)", r"x \left(-y\right)"),
    (x - -y, "x - (-y)", "x − (−y)", r"x - \left(-y\right)"),
    (-x + y, "-x + y", "−x + y", "-x + y"),
    (x + (y - z), "x + (y - z)", "x + (y − z)", r"x + \left(y - z\right)"),
    (x - (y - z), "x - (y - z)", "x − (y − z)", r"x - \left(y - z\right)"),
    (x - y - z, "x - y - z", "x − y − z", "x - y - z"),
    (x * (y * z), "x*(y*z)", "x·(y·z)", r"x \left(y z\right)"),
    (x / 2 / y, "(x/2)/y", "(x/2)/y", r"\frac{\frac{x}{2}}{y}"),
    (x / (2 * y), "x/(2*y)", "x/(2y)", r"\frac{x}{2 y}"),
    (x / y * z, "(x/y)*z", "(x/y)·z", r"\frac{x}{y} z"),
    (x * (y / z), "x*(y/z)", "x·(y/z)", r"x \frac{y}{z}"),
    (x * y / z, "x*y/z", "x·y/z", r"\frac{x y}{z}"),
    (x**-2, "x^(-2)", "x⁻²", "x^{-2}"),
    (x**y**z, "x^(y^z)", "x^(y^z)", "x^{y^{z}}"),
    ((x**y) ** z, "(x^y)^z", "(x^y)^z", r"\left(x^{y}\right)^{z}"),
    (x**-y, "x^-y", "x^−y", "x^{-y}"),
    (x ** (2 * y), "x^(2*y)", "x^(2y)", "x^{2 y}"),
    ((-x) ** 2, "(-x)^2", "(−x)²", r"\left(-x\right)^{2}"),
    (-(x**2), "-x^2", "−x²", "-x^{2}"),
    (g.sin(x) ** 2, "sin(x)^2", "sin(x)²", r"\sin^{2}\left(x\right)"),
    (abs(x), "|x|", "|x|", r"\left|x\right|"),
    (abs(abs(x) - 1), "abs(|x| - 1)", "abs(|x| − 1)", r"\left|\left|x\right| - 1\right|"),
    (abs(x) * abs(y), "|x|*|y|", "|x|·|y|", r"\left|x\right| \left|y\right|"),
    (g.factorial(x), "x!", "x!", "x!"),
    (2 * g.factorial(x + 1), "2*(x + 1)!", "2·(x + 1)!", r"2 \left(x + 1\right)!"),
    (g.factorial(g.factorial(x)), "(x!)!", "(x!)!", r"\left(x!\right)!"),
    (g.factorial(x**2), "(x^2)!", "(x²)!", r"\left(x^{2}\right)!"),
    (2 ** g.factorial(x), "2^x!", "2^x!", "2^{x!}"),
    (g.log(x), "ln(x)", "ln(x)", r"\ln\left(x\right)"),
    (g.log2(x), "log2(x)", "log2(x)", r"\log_{2}\left(x\right)"),
    (g.sqrt(x) * 2, "sqrt(x)*2", "√x·2", r"\sqrt{x} \cdot 2"),
    (g.sqrt(x + 1) ** 2, "sqrt(x + 1)^2", "(√(x + 1))²", r"\sqrt{x + 1}^{2}"),
    (g.cbrt(x), "cbrt(x)", "∛x", r"\sqrt[3]{x}"),
    (g.root(x, literal(4)), "root(x, 4)", "root(x, 4)", r"\sqrt[4]{x}"),
    (
        g.node(OPS["if"], (g.le(x, 0), g.exp(x), x + 1)),
        "if(x <= 0, e^x, x + 1)",
        "if(x ≤ 0, e^x, x + 1)",
        r"\begin{cases} e^{x} & \text{if } x \le 0 \\ x + 1 & \text{otherwise} \end{cases}",
    ),
    (
        sg.parse("if(0 < x < 1, 2, if(x = 3 or y >= 2, x, undefined))").root,
        "if(0 < x < 1, 2, if(x = 3 or y >= 2, x, undefined))",
        "if(0 < x < 1, 2, if(x = 3 or y ≥ 2, x, undefined))",
        r"\begin{cases} 2 & \text{if } 0 < x < 1 \\ "
        r"x & \text{if } x = 3\text{ or }y \ge 2 \end{cases}",
    ),
    (  # LaTeX's reader would take x >= 0 as said where x < 0 stands above
        sg.parse("if(x < 0, 1, if(x >= 0 and y > 1, 2, 3))").root,
        "if(x < 0, 1, if(x >= 0 and y > 1, 2, 3))",
        "if(x < 0, 1, if(x ≥ 0 and y > 1, 2, 3))",
        r"\begin{cases} 1 & \text{if } x < 0 \\ 2 & \text{if } x \ge 0\text{ and }y > 1 \\ "
        r"3 & \text{otherwise} \end{cases}",
    ),
    (
        sg.parse("if(x < 0, 1, if(x >= 0, 2, undefined))").root,
        "if(x < 0, 1, if(x >= 0, 2, undefined))",
        "if(x < 0, 1, if(x ≥ 0, 2, undefined))",
        r"\begin{cases} 1 & \text{if } x < 0 \\ "
        r"\begin{cases} 2 & \text{if } x \ge 0 \end{cases} & \text{otherwise} \end{cases}",
    ),
    (2 * g.pi() * x, "2*pi*x", "2π·x", r"2 \pi x"),
    (half * x, "0.5*x", "0.5x", "0.5 x"),
    (x * 2 * y, "x*2*y", "x·2·y", r"x \cdot 2 \cdot y"),
    (x * (x + 1), "x*(x + 1)", "x·(x + 1)", r"x \left(x + 1\right)"),
    (f * (x + 1), "f*(x + 1)", "f·(x + 1)", r"f \cdot \left(x + 1\right)"),
    (2 * (x / y), "2*(x/y)", "2·(x/y)", r"2 \cdot \frac{x}{y}"),
    (alpha * x1 * x_1, "alpha*x1*x_1", "α·x1·x₁", r"\alpha \mathrm{x1} x_{1}"),
    (2 * g.variable("e1"), "2*e1", "2·e1", r"2 \mathrm{e1}"),
    (0 * x1, "0*x1", "0·x1", r"0 \mathrm{x1}"),
    (speed**2, "speed^2", "speed²", r"\mathrm{speed}^{2}"),
]


def short(root: Value) -> str:
    return text(root, explicit=False)


READ_BACK = [text, short, unicode, latex]
READABLE = [example(row) for row in OPS.values() if not row.hidden]


def reread(written: str) -> Value:
    return graph_of(written, variables=DECLARED).root


@pytest.mark.parametrize(
    ("root", "typed", "pretty", "source"), WRITTEN, ids=[r[1] for r in WRITTEN]
)
def test_written(root: Value, typed: str, pretty: str, source: str) -> None:
    """Brackets stand where the reading or the eye needs them, and nowhere else."""
    assert (typed, pretty) == (text(root), unicode(root))
    assert source == latex(root)


@pytest.mark.parametrize("write", READ_BACK, ids=lambda w: w.__name__)
@pytest.mark.parametrize("root", [r[0] for r in WRITTEN] + READABLE, ids=text)
def test_each_reads_back(root: Value, write: Callable[[Value], str]) -> None:
    """Text, its short form, Unicode and LaTeX of every row read back as the same graph."""
    assert same(root, reread(write(root)))


@pytest.mark.parametrize("typed", ["beta*(x/2)", "x*gamma*(x/2)", "beta*(x/2)^2", "beta*(x/2)*y"])
def test_a_variable_with_the_name_of_a_function(typed: str) -> None:
    """A variable beta before a fraction is a factor, and no call of the function beta."""
    declared = ["beta", "gamma", "x", "y"]
    root = graph_of(typed, variables=declared).root
    for write in READ_BACK:
        assert same(root, graph_of(write(root), variables=declared).root)


@examples(300)
@given(drawn=graphs())
def test_reads_back(drawn: tuple[Value, dict[str, float]]) -> None:
    """What is printed of a random expression parses back to the same graph, in each notation."""
    for write in READ_BACK:
        assert same(drawn[0], reread(write(drawn[0]))), write.__name__


@examples(200)
@given(graphs())
def test_mathml_is_xml(drawn: tuple[Value, dict[str, float]]) -> None:
    """MathML is well-formed, and fractions, roots and powers have exactly two parts."""
    for element in ElementTree.fromstring(mathml(drawn[0])).iter():
        kind = element.tag.partition("}")[2]
        if kind in ("mfrac", "msup", "msub", "mroot"):
            assert len(element) == 2
        if kind == "msqrt":
            assert len(element) == 1


def test_mathml_escapes() -> None:
    """A name cannot break out of its element."""
    root = ElementTree.fromstring(mathml(variable("<script>&") + 1))
    assert ["<script>&"] == [e.text for e in root.iter() if e.tag.endswith("}mi")]


@pytest.mark.parametrize("row", [row for row in OPS.values() if row.hidden], ids=repr)
def test_hidden_rows(row: Op) -> None:
    """A row that one cannot type is written in rows that one can."""
    assert row.name not in text(example(row))
    assert reread(text(example(row)))


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, "0"), (100, "100"), (Fraction(1, 8), "0.125"), (Fraction(5, 4), "1.25"), (0.1, "0.1"),
        (10**30, "1e30"), (Fraction(1, 10**6), "0.000001"), (Fraction(15, 10**9), "1.5e-8"),
        (2.0, "2"), (1e-300, "1e-300"), (12345678901234567890, "12345678901234567890"),
        (Fraction(1, 3), "1/3"), (-2, "-2"), (-0.5, "-0.5"),
    ],
)  # fmt: skip
def test_literals(number: float | Fraction, expected: str) -> None:
    """A literal is an exact decimal; one third is a quotient."""
    assert expected == text(literal(number))


def test_literals_in_latex() -> None:
    """LaTeX has no exponents, 1e-7 would be 1*e - 7: a far number is a power of ten."""
    for number in (10**30, Fraction(-3, 10**9), 10**300, Fraction(1, 4)):
        for root in (x1 * literal(number), literal(number) ** 2, x1 / literal(number)):
            read = meaning(reread(latex(root)))
            assert read == meaning(root)
    for root in (g.powi(g.log(x), 10**21), g.powi(g.tanh(x), 10**7), g.powi(x - 1, -(10**30))):
        assert same(root, reread(latex(root)))
    assert r"10^{300} x" == latex(literal(1e300) * x)
    assert r"x - 2.5 \cdot 10^{-9}" == latex(x - literal(2.5e-9))


def test_huge_literal() -> None:
    """Numbers of more digits than Python prints are written too."""
    assert str(7) * 3 == text(literal(int("7" * 3)))
    assert "1" + "0" * 6000 + "1" == text(literal(10**6001 + 1))


def test_eager_values() -> None:
    """A Value without a name is written as its number."""
    assert "2*3 + 1" == text(Value(2.0) * 3 + 1)
    assert "(-2)^2" == text(Value(-2.0) ** 2)


def test_comparison_as_number() -> None:
    """A comparison outside the condition of an if is written as the number it is."""
    assert "if(x > 0, 1, 0)*y" == text(g.gt(x, 0) * y)


def test_bindings() -> None:
    """Text that would grow exponentially binds shared nodes to names that are not taken."""
    a1 = root = variable("a1")
    for _ in range(40):
        root = root * root + a1
    written = text(root)
    assert len(written) < 1000
    assert written.startswith("a2 = a1*a1 + a1; a3 = a2*a2 + a1; ")
    assert same(root, reread(written))
    assert same(root, reread(latex(root)))
    assert len(ElementTree.fromstring(mathml(root))[0]) == 40


def test_deep() -> None:
    """A chain of 20,000 nodes is written without recursion, and in linear time."""
    work = []
    for count in (2_000, 20_000):
        root: Value = x
        for _ in range(count):
            root = g.sin(root)
        assert "sin(" * count + "x" + ")" * count == text(root)
        assert len(latex(root)) > len(unicode(root)) and mathml(root)
        work.append(calls(partial(text, g.cos(root))))
    assert 11 * work[0] >= work[1]


@pytest.mark.usefixtures("table")
def test_row_added_at_run_time() -> None:
    """A new row prints in every notation with no further change."""
    row = op("twice", lambda m, y, a: 2, forward=lambda m, a: 2 * a)
    root = g.node(row, (x + 1,))
    assert "twice(x + 1)" == text(root) == unicode(root)
    assert r"\operatorname{twice}\left(x + 1\right)" == latex(root)
    assert "<mi>twice</mi>" in mathml(root)
    assert same(root, reread(text(root))) and same(root, reread(latex(root)))


@pytest.mark.usefixtures("table")
def test_row_with_its_own_latex() -> None:
    """A template in the row says where its arguments go; the others follow in brackets."""
    row = op("legendre", None, lambda m, y, n, a: 0, latex=r"P_{{{0}}}")
    assert r"P_{3}\left(x\right)" == latex(g.node(row, (literal(3), x)))


@pytest.mark.parametrize("number", ["1e-600", "-2.5e-647", "3e600", "1.25e-900"])
def test_numbers_beyond_a_texts(number: str) -> None:
    """Of a higher power of ten than a number in a text may have: read back as the product."""
    for style in READ_BACK:
        read = reread(style(g.literal(Fraction(number)) * x))
        assert meaning(read) == sympy.Rational(number) * symbol("x")


@pytest.mark.parametrize(("value", "shown"), [
    (Fraction(1, 3), "y/9"), (Fraction(-1, 2), "y/4"), (Decimal("0.1"), "0.01*y"), (0.5, "0.25*y"),
    (np.int64(3), "9*y"), (True, "y"), (123456789012345678, "123456789012345678^2*y"),
    (1e-300, "10^(-600)*y"),
])  # fmt: skip
def test_values_put_in(value: Any, shown: str) -> None:
    """A fraction stays one, a whole number has all its digits, and a float is a decimal."""
    assert shown == str(sg.parse("x^2*y").at(x=value))
    assert shown == str(sg.parse(shown))
