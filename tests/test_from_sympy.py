"""SymPy's expressions as graphs: as large and as deep as SymPy can build them."""

from __future__ import annotations

import importlib
import math
from typing import Any

import pytest
import sympy

import symgrad as sg
from symgrad.engine import order
from symgrad.symbolic import graph

x, y, n = sympy.symbols("x y n", real=True)


def nested(depth: int) -> Any:
    """sin(sin(... + 1) + 1), as SymPy builds it when it evaluates nothing."""
    e: Any = x
    for _ in range(depth):
        e = sympy.Add(sympy.sin(e, evaluate=False), 1, evaluate=False)
    return e


def test_deep_expressions() -> None:
    """Depth costs no stack: 4,000 nested operations, where str and diff overflow SymPy's."""
    f = sg.from_sympy(nested(2_000))
    value = 0.5
    for _ in range(2_000):
        value = math.sin(value) + 1
    assert 4_002 == len(f.tape)
    assert value == f(x=0.5)


def test_long_sums() -> None:
    """A flat sum of many products has all its terms."""
    e = sympy.Add(*(k * x**k * sympy.sin(k * y) for k in range(2, 502)))
    f = sg.from_sympy(e)
    at = {"x": 0.75, "y": 0.5}
    truth = math.fsum(k * 0.75**k * math.sin(k * 0.5) for k in range(2, 502))
    assert math.isclose(truth, f(at), rel_tol=1e-12)


def test_shared_parts_stay_shared() -> None:
    """x + x, doubled 60 times over, is 61 nodes; so is what is equal without being the same."""
    e: Any = x
    for _ in range(60):
        e = sympy.Add(e, e, evaluate=False)
    assert 61 == len(order((graph(e),)))
    twins = [sympy.sin(sympy.Add(x, y, evaluate=False), evaluate=False) for _ in range(2)]
    assert 5 == len(order((graph(sympy.Mul(*twins, evaluate=False)),)))


def test_powers_know_what_varies() -> None:
    """A tower of powers is linear to read, and only exponents with a variable are `pow`."""
    e: Any = x
    for _ in range(3_000):
        e = sympy.Pow(y, sympy.Mul(e, sympy.Rational(1, 2), evaluate=False), evaluate=False)
    names = {node.op.name for node in order((graph(e),)) if node.op}
    assert {"pow", "div"} == names
    assert "powr" == graph(x**sympy.pi).op.name  # type: ignore[union-attr]
    assert "exp" == graph(sympy.Pow(sympy.E, x)).op.name  # type: ignore[union-attr]


@pytest.mark.parametrize("number", [1 / 3, 0.1, 2**-1074, 1e308, -2.5e-17, 123456789.123456789])
def test_floats_keep_their_bits(number: float) -> None:
    """A SymPy Float is the double it was made of, not the fifteen digits that SymPy prints."""
    assert number == sg.from_sympy(sympy.Float(number))()
    assert number + 0.5 == sg.from_sympy(sympy.Add(x, sympy.Float(number), evaluate=False))(x=0.5)


def test_long_floats() -> None:
    """A Float of 50 digits keeps them, one beyond the doubles its size."""
    third = sg.from_sympy(sympy.Float("0." + "3" * 50, 50) * x)
    assert "0." + "3" * 50 in str(third)
    assert math.isinf(sg.from_sympy(sympy.Float("1e400"))())


def test_two_symbols_of_one_name() -> None:
    """Different symbols of one name are refused: they would become one variable."""
    with pytest.raises(sg.UsageError, match="called x"):
        sg.from_sympy(sympy.Dummy("x") + sympy.Dummy("x"))
    with pytest.raises(sg.UsageError, match="called x"):
        sg.from_sympy(sympy.Symbol("x") + sympy.Symbol("x", real=True))


def test_compiles() -> None:
    """A SymPy expression compiles as it is."""
    found = sg.compile(nested(50))
    value, (slope,) = found.call(0.5)
    f = sg.from_sympy(nested(50))
    assert f(x=0.5) == value
    assert math.isclose(f.gradient(x=0.5)["x"], slope, rel_tol=1e-13)


@pytest.mark.parametrize(("e", "message"), [
    (sympy.nan, "nan is not a number"),
    (sympy.Integral(x, (x, 0, 1)) + x, "SymPy's Integral"), (sympy.besselj(n, x), "order n"),
    (sympy.besselj(sympy.Rational(1, 2), x), "order 1/2"),
    (sympy.besselk(n, x), "takes a number"), (sympy.lowergamma(n, x), "takes a number"),
    (sympy.polygamma(n, x), "order n"), (sympy.besseli(n, x), "order n"),
])  # fmt: skip
def test_what_the_table_lacks(e: sympy.Expr, message: str) -> None:
    """It is refused by the name of the operation, never read as something else."""
    with pytest.raises(sg.errors.Unsupported, match=message):
        sg.from_sympy(e)


def test_pieces_and_steps() -> None:
    """A Piecewise that covers everything; Heaviside at 0 as SymPy has it."""
    assert 7 == sg.from_sympy(sympy.Piecewise((1, x < 0), (x, x >= 0)))(x=7)
    steps = sympy.Heaviside(x), sympy.Heaviside(x, 1), sympy.Heaviside(x, 0)
    assert [0.5, 1, 0] == [sg.from_sympy(e)(x=0) for e in steps]
    assert [(0, 1)] * 3 == [(f(x=-2), f(x=2)) for f in map(sg.from_sympy, steps)]


@pytest.mark.parametrize(("e", "text"), [
    (sympy.Piecewise((x, x > 0)), "if(x > 0, x, undefined)"),
    (sympy.Piecewise((x**2, x > 0), (x, x < -1)), "if(x > 0, x^2, if(x < -1, x, undefined))"),
    (sympy.Piecewise((x, (x > 0) & (x < 1))), "if(x > 0 and x < 1, x, undefined)"),
    (sympy.Piecewise((sympy.nan, x > 0), (x**2, True)), "if(x > 0, undefined, x^2)"),
])  # fmt: skip
def test_a_case_without_a_value(e: sympy.Expr, text: str) -> None:
    """Where no condition holds, and where SymPy's value is nan, there is none; there and back."""
    f = sg.from_sympy(e)
    assert text == str(f) == str(sg.from_sympy(f.sympy()))


LOGICAL = [
    sympy.And(x > 0, x < 1), sympy.Or(x < 0, x > 1), sympy.Not(sympy.And(x > 0, y > 0)),
    sympy.Eq(x, 0), sympy.Ne(x, 0), sympy.Eq(x, y), sympy.Xor(x > 0, y > 0, x > y),
    sympy.ITE(x > 0, y > 0, y < 0), sympy.And(x >= 0, sympy.Or(y > 0, sympy.Eq(y, -1))),
    sympy.true, sympy.false,
]  # fmt: skip


@pytest.mark.parametrize("condition", LOGICAL, ids=str)
def test_conditions(condition: Any) -> None:
    """And, Or, Not, Eq, Ne, Xor and ITE choose as SymPy does, also where pieces meet."""
    e = sympy.Piecewise((2, condition), (3, True), evaluate=False)
    f = sg.from_sympy(e)
    for here in (-1.0, 0.0, 0.5, 1.0):
        for there in (-1.0, 0.0, 0.5):
            at = {"x": here, "y": there}
            truth = condition.subs({x: here, y: there})
            assert (2 if truth else 3) == f({v: at[v] for v in f.variables})


def test_pieces_that_cover_everything_together() -> None:
    """Conditions may cover all points without a last one that is true."""
    covered = sympy.Piecewise((1, sympy.And(x > 0, x < 1)), (2, sympy.Or(x >= 1, x <= 0)))
    f = sg.from_sympy(covered)
    assert [2, 1, 2] == [f(x=at) for at in (0, 0.5, 1)]


@pytest.mark.parametrize(
    "number",
    [sympy.EulerGamma, sympy.GoldenRatio, sympy.Catalan, sympy.TribonacciConstant],
    ids=str,
)
def test_named_numbers(number: Any) -> None:
    """SymPy's numbers have the values that SymPy computes."""
    assert math.isclose(float(number.evalf(30)), sg.from_sympy(number)(), rel_tol=1e-15)
    assert "verified" == sg.from_sympy(number * x**2).verify(x=0.5).verdict


def test_unevaluated() -> None:
    """UnevaluatedExpr is what stands in it."""
    assert 3 == sg.from_sympy(sympy.UnevaluatedExpr(x) + sympy.UnevaluatedExpr(2))(x=1)


@pytest.mark.parametrize("e", [
    sympy.log(1 + x), sympy.log(x**2 + x + 1), sympy.log(1 - x), sympy.log(1 + sympy.exp(-x)) * x,
    sympy.log(2 + x), sympy.log(x - 1), 1 / sympy.log(1 + 1 / x), sympy.log(1 + sympy.log(1 + x)),
], ids=str)  # fmt: skip
def test_logarithms_of_sums(e: Any) -> None:
    """ln(1 + u) is itself, not ln(u), however balls evaluate it."""
    f, at = sg.from_sympy(e), 0.375 if e != sympy.log(x - 1) else 1.375
    assert math.isclose(float(e.subs({x: at}).evalf(30)), f(x=at), rel_tol=1e-14)


@pytest.mark.parametrize(
    "e",
    [sympy.log(x), x * sympy.exp(-x), 1 / (1 + x**2), sympy.sqrt(1 - x**2), sympy.tan(x),
     sympy.exp(-x**2), abs(x), sympy.Max(x, 0), sympy.exp(x) * sympy.sin(x), 1 / (x**4 + 1),
     x**sympy.Symbol("n", positive=True), sympy.sign(x), sympy.exp(x) / x, sympy.sin(x) / x],
    ids=str,
)  # fmt: skip
def test_integrals(e: Any) -> None:
    """What SymPy's integrate gives without an Integral differentiates back to the integrand."""
    whole = sympy.integrate(e, x)
    f = sg.from_sympy(whole)
    at = {"x": 0.375, "n": 2.5}
    slope = f.gradient({v: at[v] for v in f.variables})["x"]
    truth = e.subs({s: at[s.name] for s in e.free_symbols}).evalf(30)
    assert math.isclose(float(truth), slope, rel_tol=1e-12)


def test_logarithms_near_one_are_whole() -> None:
    """ln(1 + u), a step of its own where balls evaluate it, is no ln(u) as a graph."""
    assert "ln(1 + x^2)" == str(sg.Expression(graph(sympy.log(1 + x**2))))


# What SymPy's parsers make with evaluate=False: powers below a bar are whole powers of powers.
BELOW_A_BAR = [
    "1/sqrt(1-x**2)", "5/x**3", "y/sqrt(x)", "3/x**y", "5/2**x", "x/0.5**2", "y/(1/x**2)",
    "x/(y**2*x)", "(x+1)/(x**2)", "x/(y**2)**3", "2**-3*x", "x*(1/y)*(1/y)**2", "1/(1/x)",
    "y*x**-0.5", "y/sqrt(sqrt(x))", "x/-y**2", "y/x**(1/3)", "y/exp(x)", "1/(x**2)**y",
]  # fmt: skip


@pytest.mark.parametrize("text", BELOW_A_BAR)
def test_what_stands_below_a_bar_keeps_its_power(text: str) -> None:
    """5/x^3 was read as 5/x."""
    e = sympy.parse_expr(text, evaluate=False)
    point = {"x": 0.7, "y": 1.3}
    f = sg.from_sympy(e)
    expected = float(sympy.parse_expr(text).subs(point))
    assert expected == pytest.approx(f(**{v: point[v] for v in f.variables}), rel=1e-14)


@pytest.mark.parametrize(("condition", "at", "value"), [
    (sympy.Eq(x, 2), 2.0, 1.0), (sympy.Ne(x, 1), 1.0, 0.0), (sympy.And(x > 0, x < 1), 0.5, 1.0),
    (sympy.Or(x > 3, x < 1), 2.0, 0.0), (sympy.Not(sympy.Eq(x, 1)), 2.0, 1.0), (x < 2, 1.0, 1.0),
])  # fmt: skip
def test_a_condition_is_1_where_it_holds(condition: Any, at: float, value: float) -> None:
    """Joined conditions as x < 2 alone."""
    assert value == sg.from_sympy(condition)(x=at)


def test_what_sympy_refuses_is_told() -> None:
    """No exception of SymPy's leaves: zoo is not comparable."""
    with pytest.raises(sg.Unsupported, match="zoo"):
        sg.parse("min(x, acsc(0))").sympy()


@pytest.mark.parametrize(("name", "means"), [
    ("α", "alpha"), ("x₁", "x_1"), ("x_{max}", "x_max"), ("\\beta", "beta"), ("x__1", "x__1"),
    ("lambda_", "lambda_"), ("theta_1", "theta_1"), ("sin", "sin"),
])  # fmt: skip
def test_names_of_symbols(name: str, means: str) -> None:
    """A symbol is the name that its letters are here, and every notation of it reads back."""
    f = sg.from_sympy(3 * sympy.Symbol(name) ** 2)
    assert (means,) == f.variables
    for written in (str(f), f.latex(), f.unicode()):
        assert f == sg.parse(written, variables=f.variables)


@pytest.mark.parametrize("name", ["2x", "a b", "", "x+1", "é", "x_{1,2}", "x'", "0", "x.y", "x-y"])
def test_symbols_that_are_no_names(name: str) -> None:
    """3*2x was printed for 3 times the symbol 2x; nor can such a name be declared."""
    for call in (lambda: sg.from_sympy(3 * sympy.Symbol(name)),
                 lambda: sg.parse("x", variables=[name])):  # fmt: skip
        with pytest.raises(sg.UsageError, match="is no name; a name is a letter"):
            call()


@pytest.mark.parametrize("symbol", [
    sympy.Symbol("A", commutative=False), sympy.Symbol("z", imaginary=True),
])  # fmt: skip
def test_symbols_that_are_no_numbers(symbol: Any) -> None:
    """A matrix is no variable: A*B is not B*A."""
    with pytest.raises(sg.UsageError, match=f"symbol {symbol.name} stands for no real number"):
        sg.from_sympy(2 * symbol)


def of_c() -> list[tuple[Any, Any]]:
    """SymPy's functions of C, SciPy and NumPy, and what they are."""
    c, scipy, numpy = (importlib.import_module(f"sympy.codegen.{name}")
                       for name in ("cfunctions", "scipy_nodes", "numpy_nodes"))  # fmt: skip
    return [
        (c.log1p(x), sympy.log(1 + x)), (c.expm1(2 * x), sympy.exp(2 * x) - 1),
        (c.exp2(x), 2**x), (c.log2(x), sympy.log(x, 2)), (c.log10(x), sympy.log(x, 10)),
        (c.fma(x, y, 3), x * y + 3), (c.Sqrt(x), sympy.sqrt(x)), (c.Cbrt(x), sympy.cbrt(x)),
        (c.hypot(x, y), sympy.sqrt(x**2 + y**2)), (scipy.cosm1(x), sympy.cos(x) - 1),
        (numpy.logaddexp(x, y), sympy.log(sympy.exp(x) + sympy.exp(y))),
        (scipy.powm1(x, y), x**y - 1),
        (numpy.logaddexp2(x, y), sympy.log(2**x + 2**y, 2)),
    ]  # fmt: skip


@pytest.mark.parametrize(("node", "means"), of_c(), ids=lambda e: type(e).__name__)
def test_functions_of_c(node: Any, means: Any) -> None:
    """SymPy's classes for the functions of C and NumPy are those functions."""
    f = sg.from_sympy(sympy.Add(node, 1, evaluate=False))
    value = f({name: {"x": 0.75, "y": 1.25}[name] for name in f.variables})
    assert math.isclose(float(means.subs({x: 0.75, y: 1.25}).evalf(30)) + 1, value, rel_tol=1e-14)


@pytest.mark.parametrize(("e", "hint"), [
    (sympy.Sum(x**n, (n, 0, 3)), "doit"), (sympy.Order(x) + x, "removeO"),
    (sympy.Integral(x, x), "formula that it is equal to"), (sympy.I * x, "complex numbers"),
    (sympy.Function("f")(x), "put the formula of f in its place"), (sympy.oo, "infinity is not"),
    (sympy.polylog(2, x), "sg.OPS"), (sympy.Derivative(sympy.sin(x), x), "doit"),
], ids=str)  # fmt: skip
def test_what_to_do_instead(e: Any, hint: str) -> None:
    """A hint for a library speaks of no command."""
    with pytest.raises(sg.Unsupported) as caught:
        sg.from_sympy(e)
    assert hint in caught.value.hint
    if hint in ("doit", "removeO"):
        assert sg.from_sympy(getattr(e, hint)())


@pytest.mark.parametrize("number", ["1e-5000", "-2.5e-400", "1e-320"])
def test_floats_below_the_doubles(number: str) -> None:
    """1e-5000 was read as 0."""
    f = sg.from_sympy(sympy.Float(number) * x)
    assert sympy.Float(number, 20) == sg.parse(str(f)).sympy().subs(x, 1).evalf(20)
