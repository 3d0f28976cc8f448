"""The language, notation by notation: grammar/cases.csv, the samples, and what a graph is."""

from __future__ import annotations

import csv
import math
import re
from pathlib import Path

import pytest
from hypothesis import given
from sympy import Symbol, lambdify, sympify

from symgrad import notation, ops
from symgrad.arithmetic.floats import FLOATS
from symgrad.engine import Tape, forward, order
from symgrad.errors import Ambiguous, LanguageError, SymgradError
from symgrad.language import all_readings, explicit, graph_of
from symgrad.language.tables import compiled, shipped, source
from symgrad.ops import OPS
from symgrad.value import Graphs, Value, rebuilt

from .strategies import NAMES, graphs

CASES = list(csv.DictReader(source("cases.csv").splitlines()))
SAMPLES = list(csv.DictReader((Path(__file__).parent / "data/parse.csv").open(encoding="utf-8")))
ACCEPTED = [row for row in CASES if row["means"]]
REFUSED = [row for row in CASES if not row["means"]]


def shown(row: dict[str, str]) -> str:
    return row["text"][:40] or "blank"


def read(text: str, *names: str) -> str:
    return explicit(graph_of(text, variables=names).root)


def meanings(text: str, *names: str) -> list[str]:
    return [explicit(r.root) for r in all_readings(text, variables=names)]


# --- the tables of notations ---------------------------------------------------------------------


@pytest.mark.parametrize("row", ACCEPTED, ids=shown)
def test_accepted(row: dict[str, str]) -> None:
    """An accepted notation means what the table of cases says, with its note."""
    reading = graph_of(row["text"], variables=row["variables"].split())
    assert row["means"] == explicit(reading.root)
    assert row["notes"] == "; ".join(reading.notes)


@pytest.mark.parametrize("row", REFUSED, ids=shown)
def test_refused(row: dict[str, str]) -> None:
    """A refused notation says what and where, what to do, and every reading there is."""
    with pytest.raises(SymgradError) as caught:
        graph_of(row["text"], variables=row["variables"].split())
    error = caught.value
    assert row["says"] == error.message + (f"; {error.hint}" if error.hint else "")
    assert row["readings"] == " | ".join(getattr(error, "readings", ()))
    assert error.text == row["text"]
    start, end = error.position or (-1, -1)
    assert 0 <= start < end <= len(row["text"]) + 1
    for column in re.findall(r"at column (\d+)", error.message)[:1]:
        assert int(column) == start + 1


def test_cases_are_distinct() -> None:
    """No case is listed twice."""
    assert len(CASES) == len({(row["text"], row["variables"]) for row in CASES})


@pytest.mark.parametrize("row", [r for r in SAMPLES if r["ok"] == "1"], ids=lambda r: r["id"])
def test_samples_accepted(row: dict[str, str]) -> None:
    """An accepted sample has the value of the formula that SymPy was given by hand."""
    reading = graph_of(row["text"])
    tape = Tape.of([reading.root])
    point = {name: 0.3 + 0.17 * i for i, name in enumerate(sorted(reading.variables))}
    names = {name: Symbol(name) for name in point}
    expected = lambdify(
        list(names.values()), sympify(row["canonical_sympy"], locals=names), "mpmath"
    )
    got = forward(tape, FLOATS, point)[tape.roots[0]]
    assert math.isclose(float(expected(*point.values())), got, rel_tol=1e-12)


@pytest.mark.parametrize("row", [r for r in SAMPLES if r["ok"] == "0"], ids=lambda r: r["id"])
def test_samples_refused(row: dict[str, str]) -> None:
    """A refused sample is refused, and the message is listed among the cases."""
    with pytest.raises(SymgradError):
        graph_of(row["text"])
    assert row["text"] in {case["text"] for case in REFUSED}


# --- readings ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1/2x", ["(1/2)*x", "1/(2*x)"]),
        ("1/2xy", ["(1/2)*x*y", "(1/(2*x))*y", "1/(2*x*y)"]),
        ("sin x y", ["sin(x)*y", "sin(x*y)"]),
        ("sin x y^2 y", ["sin(x)*y^2*y", "sin(x*y^2)*y", "sin(x*y^2*y)"]),
        ("sin 2 cos x", ["sin(2)*cos(x)", "sin(2*cos(x))"]),
        ("sin -x", ["sin(-x)"]),
        ("sin^-1(x)", ["asin(x)", "1/sin(x)"]),
        ("√x^2", ["sqrt(x)^2", "sqrt(x^2)"]),
        ("|x|y|x|", ["|x|*y*|x|", "|x*|y|*x|"]),
        ("2e+3", ["2000", "2*e + 3"]),
        ("e^2x", ["e^2*x", "e^(2*x)"]),
        ("2^3x", ["2^3*x", "2^(3*x)"]),
        ("e^-2x", ["e^(-2)*x", "e^(-(2*x))"]),
        ("x^1/2", ["x^1/2", "x^(1/2)"]),
        ("3x^1/2", ["(3*x^1)/2", "3*x^(1/2)"]),
        ("x^-1/2", ["x^(-1)/2", "x^(-(1/2))"]),
        ("log 2 x", ["ln(2*x)", "log2(x)"]),
        ("log 3 x y", ["ln(3*x)*y", "ln(3*x*y)", "(ln(x)/ln(3))*y", "ln(x*y)/ln(3)"]),
        ("sigma(x)", ["sigmoid(x)", "sigma*x"]),
        ("x_1y", ["x_1*y"]),
        ("xy", ["x*y"]),
        ("xe^x", ["x*e^x"]),
        ("xsin(x)", ["x*sin(x)"]),
        ("sinx", ["sin(x)"]),
        ("2xsin2x", ["2*x*sin(2*x)"]),
        ("1/xy", ["(1/x)*y", "1/(x*y)"]),
        ("sin x cos y", ["sin(x)*cos(y)"]),
    ],
)
def test_readings(text: str, expected: list[str]) -> None:
    """All readings come most natural first: left to right, then the longer argument."""
    assert expected == meanings(text, "x", "x_1", "y")


def test_first_reading_is_the_accepted_one() -> None:
    """Where a text is accepted, its first reading is what `graph_of` reads."""
    for row in ACCEPTED:
        names = row["variables"].split()
        assert row["means"] == meanings(row["text"], *names)[0]


def test_too_many_readings() -> None:
    """More than eight readings are refused as too ambiguous."""
    with pytest.raises(LanguageError, match="too ambiguous"):
        all_readings("1/2x + 1/3x + 1/4x + 1/5x")
    assert 8 == len(all_readings("1/2x + 1/3x + 1/4x"))


def test_ambiguous_carries_readings() -> None:
    """Ambiguous has the readings of the whole text; the message quotes the place alone."""
    with pytest.raises(Ambiguous) as caught:
        graph_of("y + 1/2x")
    assert ("y + (1/2)*x", "y + 1/(2*x)") == caught.value.readings
    assert "1/2x can mean (1/2)*x or 1/(2*x): write one of them" == caught.value.message
    assert (4, 8) == caught.value.position


# --- graphs --------------------------------------------------------------------------------------


def test_sharing() -> None:
    """Equal subexpressions are one node, and a variable is one leaf."""
    root = graph_of("(x+1)^2 * sin(x + 1)").root
    square, sine = root.args
    assert square.args[0] is sine.args[0]
    assert 1 == sum(node.label == "x" for node in order((root,)))
    assert None is root.data


def test_bindings_are_shared_nodes() -> None:
    """A binding stands for one node, however often it is used."""
    root = graph_of("u = x+1; u^2*sin(u)").root
    assert root.args[0].args[0] is root.args[1].args[0]


def test_variables_in_order_of_appearance() -> None:
    """Variables are listed as they appear in the text, bound names left out."""
    assert ("w", "x", "b") == graph_of("u = w*x; tanh(u + b) + x").variables
    assert ("b", "x") == graph_of("log_b(x)").variables


@pytest.mark.parametrize(
    ("text", "row", "label"),
    [("x^2", "powi", 2), ("x^-2", "powi", -2), ("x^(-2)", "powi", -2), ("x^2.0", "powi", 2),
     ("x^0.5", "powr", None), ("x^(1/2)", "powr", None), ("x^pi", "powr", None),
     ("x^y", "pow", None), ("2^x", "pow", None), ("e^2", "exp", None), ("x^(y-y)", "pow", None)],
)  # fmt: skip
def test_power_rows(text: str, row: str, label: int | None) -> None:
    """A power takes the row made for its exponent; a minus is folded into a whole one only."""
    root = graph_of(text).root
    assert row == root.op.name
    if label is not None:
        assert label == root.args[1].label


def test_literals_are_exact_and_not_negative() -> None:
    """A decimal stays the rational that was typed; minus is an operation."""
    root = graph_of("-0.1").root
    assert "neg" == root.op.name
    assert (1, 10) == root.args[0].label.as_integer_ratio()


def test_places() -> None:
    """A node that can be undefined knows its place in the text as typed."""
    for text, part in [
        ("1 + ln(x-2)*x", "ln(x-2)"),
        ("1 + √(x)", "√(x)"),
        (r"2+\frac{1}{x}", None),
    ]:
        reading = graph_of(text)
        [(start, end)] = reading.places.values()
        assert part in (None, text[start:end])


def test_places_in_latex() -> None:
    """Errors in LaTeX point into the text as typed."""
    with pytest.raises(LanguageError) as caught:
        graph_of(r"\frac{1}{2} + \foo")
    assert (14, 18) == caught.value.position


@pytest.mark.parametrize(
    ("text", "typed"),
    [(r"1 + \operatorname{foo}", r"\operatorname{foo}"), (r"2\sin", r"\sin"),
     (r"\text{speed}+1", r"\text{speed}"), (r"x + \frac{}{y}", r"\frac{}"), ("d/dx x", "d/dx"),
     (r"\sin x \alpha_{12}", r"\sin x \alpha_{12}"), ("2 sin()", "sin()"), ("x!!", "!!")],
)  # fmt: skip
def test_the_caret_spans_what_is_named(text: str, typed: str) -> None:
    """The place of an error is the whole token as it was typed, backslash and braces included."""
    with pytest.raises(LanguageError) as caught:
        graph_of(text)
    start, end = caught.value.position or (0, 0)
    assert typed == text[start:end]


@pytest.mark.parametrize(
    ("char", "said"),
    [("\x1b", "U+001B (a control character)"), ("\ud800", "U+D800 (half of a character)"),
     ("\ue000", "U+E000 (a private character)")],
)  # fmt: skip
def test_invisible_characters_are_named(char: str, said: str) -> None:
    """A character that cannot be shown is refused by its code point and its name or its kind."""
    with pytest.raises(LanguageError) as caught:
        graph_of(f"x{char}")
    assert f"{said} at column 2 is not part of the language" == caught.value.message


def test_declared_names() -> None:
    """A declared name is a variable, whatever else it could be."""
    assert "xy" == read("xy", "xy")
    assert "f*x" == read("f(x)", "f")
    assert "i*E" == read("i E", "i", "E")
    assert "e^x" == read("e^x")
    assert "pow" == graph_of("e^x", variables=["e"]).root.op.name


# --- the table of operations ---------------------------------------------------------------------


def test_every_offered_row_parses_by_its_names() -> None:
    """name(...) is the row, for every name and alias of the table that is not an operator."""
    for op in OPS.values():
        if op.hidden or op.infix or op.arity == 0:
            continue
        for name in (op.name, *op.aliases):
            count = op.arity or 2
            args = ["2" if i in op.parameters else "xy"[i % 2] for i in range(count)]
            args[0] = "x>1" if op.name == "if" else args[0]
            root = graph_of(f"{name}({', '.join(args)})", variables=()).root
            assert op is root.op, name


def test_hidden_rows_are_not_offered() -> None:
    """The stable pieces of other rows are unknown functions to a user."""
    for op in OPS.values():
        if op.hidden:
            with pytest.raises(LanguageError, match="unknown"):
                graph_of(f"{op.name}(x)")


@pytest.mark.usefixtures("table")
def test_row_added_at_run_time() -> None:
    """A row added with `op` is read at once, its alias and its open argument too."""
    row = ops.op("cube", lambda m, y, x: 3 * x * x, forward=lambda m, x: x * x * x,
                 aliases=("kubik",), open_argument=True)  # fmt: skip
    assert row is graph_of("cube(x)").root.op
    assert row is graph_of("kubik 2x").root.op
    assert "cube(x)*sin(y)" == read("cube x sin y")


# --- the grammar ---------------------------------------------------------------------------------


def test_grammar_has_no_conflicts() -> None:
    """lark accepts the grammar with strict=True: no conflict is resolved in silence."""
    assert compiled(source("expression.lark"), strict=True)["states"]


def test_table_is_fresh() -> None:
    """The shipped table was made from the shipped grammar."""
    assert compiled(source("expression.lark")) == shipped()


# --- printing and reading ------------------------------------------------------------------------


def canonical(root: Value) -> Value:
    """The graph with a minus in a whole exponent folded, as the parser builds it."""
    return rebuilt((root,), Graphs(), lambda g, op, args: g.node(op, args))[0]


def test_long_formulas_read_back() -> None:
    """A formula that is printed with bindings is read as the same graph, in every notation."""
    steps = "".join(f"u{i + 1} = sin(u{i})*u{i} + y*u{i}*(x+{i});" for i in range(60))
    root = graph_of(f"u0 = x+1; {steps} u60*(x+1)").root
    for printed in (notation.text(root), notation.unicode(root), notation.latex(root)):
        assert ";" in printed
        again = graph_of(printed).root
        one, other = rebuilt((root, again), Graphs(), lambda g, op, args: g.node(op, args))
        assert one is other


@given(graphs())
def test_printed_text_reads_back(case: tuple[Value, dict[str, float]]) -> None:
    """What is printed as text, Unicode or LaTeX is read as the same graph."""
    root = canonical(case[0])
    names = [name for name in NAMES if name not in OPS]  # a declared beta makes beta(x) ambiguous
    both = Graphs()
    short = notation.text(root, explicit=False)
    for printed in (notation.text(root), short, notation.unicode(root), notation.latex(root)):
        again = graph_of(printed, variables=names).root
        one, other = rebuilt((root, again), both, lambda g, op, args: g.node(op, args))
        assert one is other, printed
