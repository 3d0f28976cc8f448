"""Adding an operation is one row: everything then works with it."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

import symgrad as sg
from symgrad.cli import main
from symgrad.ops import OPS, Rule, op
from symgrad.ops.powers import base, nonnegative_unless_whole

HERE = replace(sg.Limits.library, seconds=None)


@pytest.fixture
def versine(table: None) -> None:
    """versin x = 1 - cos x, as one row of the table."""
    op("versin", lambda m, y, x: m.sin(x), forward=lambda m, x: 2 * m.powi(m.sin(x / 2), 2),
       meaning=lambda m, x: 1 - m.cos(x), notation="versin(x)", derivative="sin(x)",
       aliases=("vers",))  # fmt: skip


@pytest.mark.usefixtures("versine")
def test_one_row_is_enough(capsys: pytest.CaptureFixture[str]) -> None:
    """Parsing, numbers, formulas, verification, code, the eager Value and the command know it."""
    f = sg.parse("x*versin(2x)", limits=HERE)
    assert f == sg.parse("x vers(2x)")
    assert "x*versin(2*x)" == str(f) == str(sg.parse(f.latex()))
    assert math.isclose(6 * math.sin(3) ** 2, f(x=3), rel_tol=1e-15)
    assert ("verified", "verified") == (f.verify(x=3).verdict, f.verify().verdict)
    expected = 2 * math.sin(3) ** 2 + 6 * math.sin(6)
    assert math.isclose(expected, f.diff("x")(x=3), rel_tol=1e-13)
    assert math.isclose(expected, f.gradient(x=3)["x"], rel_tol=1e-14)
    assert f.gradient(x=3, exact=True) == sg.parse("x(1-cos(2x))").gradient(x=3, exact=True)
    assert math.isclose(expected, sg.compile(f).gradient(x=3)["x"], rel_tol=1e-14)
    assert all("sin" in f.code(dialect) for dialect in ("python", "numpy", "c"))
    assert math.isclose(math.sin(1), eager_slope(), rel_tol=1e-15)
    main(["ops"])
    assert "versin(x)" in capsys.readouterr().out


def eager_slope() -> float:
    """d versin/dx at 1 by micrograd's own steps."""
    x = sg.Value(1.0)
    x.versin().backward()  # type: ignore[attr-defined]
    return float(x.grad)


@pytest.mark.usefixtures("versine")
def test_the_worker_learns_it_too() -> None:
    """The process that holds SymPy is started anew when the table has changed."""
    assert "2*sin(2*x)" == str(sg.parse("versin(2x)").diff("x"))


@pytest.mark.usefixtures("table")
def test_without_a_meaning_it_is_undecided() -> None:
    """What SymPy has no function for, and whose row says none, nobody else differentiates."""
    op("bare", lambda m, y, x: 3 * m.powi(x, 2), forward=lambda m, x: x * x * x)
    found = sg.parse("bare(x)").verify()
    assert "undecided" == found.verdict
    assert found.notes == ("SymPy has no bare, and its row has no meaning",)


@pytest.mark.usefixtures("versine")
def test_its_misspelling_is_known() -> None:
    """did-you-mean loops over the table."""
    with pytest.raises(sg.LanguageError, match="did you mean versin"):
        sg.parse("versine(x)")


@pytest.mark.usefixtures("table")
def test_a_changed_row_is_obeyed_everywhere() -> None:
    """A row that no other one calls may be changed: every arithmetic and every cache follows."""
    asked = sg.check("gelu(x)", "x")
    op("gelu", lambda m, y, x: 3 * m.powi(x, 2), forward=lambda m, x: x * x * x,
       meaning=lambda m, x: x**3)  # fmt: skip
    f = sg.parse("gelu(x)", limits=HERE)
    assert (8.0, 12.0) == (f(x=2), f.gradient(x=2)["x"])
    assert (8.0, {"x": 12.0}) == (f(x=2, exact=True), f.gradient(x=2, exact=True))
    assert "verified" == f.verify(x=2).verdict == f.verify().verdict
    assert "3*x^2" == str(f.diff("x"))
    for backend in ("llvm", "python", "numpy"):
        compiled = sg.compile(f, backend=backend)
        assert (8.0, {"x": 12.0}) == compiled.value_and_gradient(x=2.0)
    assert 8.0 == sg.Value(2.0).gelu().data  # type: ignore[attr-defined]
    assert "incorrect" == asked.verdict
    assert "correct" == sg.check("gelu(x)", "3x^2").verdict


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(("slope", "value", "what"), [
    (lambda m, y, x: 2 * x, lambda m, x: m.sin(x), "slope"),
    (lambda m, y, x: m.cos(x), lambda m, x: m.sin(x) + x, "value"),
])  # fmt: skip
@pytest.mark.parametrize("text", ["x*wrong(x^2)", "if(x > 0, e^wrong(3x), 2)", "relu(x)*wrong(x)"])
def test_a_wrong_row_is_named(text: str, slope: Rule, value: Rule, what: str) -> None:
    """A proof that the rules are wrong says which row's they are, and at which numbers."""
    op("wrong", slope, forward=value, meaning=lambda m, x: m.sin(x))
    found = sg.parse(text, limits=HERE).verify(x=1)
    assert "wrong" == found.verdict
    assert f"; the row wrong is where they part: the {what} of wrong(" in found.partials["x"].note


@pytest.mark.usefixtures("table")
def test_what_is_whole_by_chance_has_no_neighbours() -> None:
    """Of a base below 0 an exponent must be whole: beside it there is nothing, in any row."""
    op("raised", lambda m, y, a, b: b * m.pow(a, b - 1), lambda m, y, a, b: y * m.log(a),
       forward=lambda m, a, b: m.pow(a, b), meaning=lambda m, a, b: a**b,
       domain=nonnegative_unless_whole(lambda m, a, b: b, base))  # fmt: skip
    below = sg.parse("raised(x - 3, y)", limits=HERE).verify(x=1, y=2)
    assert {"x": "verified", "y": "undefined"} == {k: c.verdict for k, c in below.partials.items()}
    assert "verified" == sg.parse("raised(x - 3, y)", limits=HERE).verify(x=4, y=2).verdict


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(("name", "said"), [("tanh", "rules of"), ("add", "is what")])
def test_a_row_that_others_call_is_refused(name: str, said: str) -> None:
    """A tanh of another value would be half obeyed, since mish calls it: it is refused."""
    count = OPS[name].arity or 0
    with pytest.raises(ValueError, match=said):
        op(name, *[lambda m, y, *x: 1] * count, forward=lambda m, *x: 42.0)
    assert math.tanh(1.0) == sg.parse("tanh(1)")()
