"""Every row of the table, in a loop: accuracy, IEEE behaviour, higher orders, rows added later."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import mpmath
import pytest
from flint import arb

from symgrad import ops
from symgrad.arithmetic.balls import BALLS, precision
from symgrad.arithmetic.floats import FLOATS
from symgrad.engine import Tape, backward, forward, gradient
from symgrad.ops import ALIASES, OPS, Op, op
from symgrad.value import Graphs, Value, variable

from .accuracy import PARTIAL_ULPS, error, measured
from .points import points
from .reference import truth

AWKWARD = [
    0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.0, 5e-324, -5e-324, 1e-310, 1e155, -1e155, 1e300, -1e300,
    1.7976931348623157e308, math.inf, -math.inf, math.nan,
]  # fmt: skip


@pytest.mark.parametrize("name", OPS)
def test_every_row_is_as_accurate_as_it_says(name: str) -> None:
    """The forward is within the row's ulps of the truth, each partial within 4, tails included."""
    worst = measured(OPS[name], 60, seed=3)
    assert worst[0].tried >= 1
    assert [] == worst[0].over
    assert [] == [w.over for w in worst[1:] if w.over]


@pytest.mark.parametrize("name", OPS)
def test_nothing_raises_in_floats(name: str) -> None:
    """Whatever the arguments, forward and partials are numbers, infinities or nan."""
    row = OPS[name]
    for x in awkward_arguments(row):
        y = FLOATS.forward(row, x)
        slopes = FLOATS.partials(row, y, x)
        assert all(isinstance(n, (int, float)) for n in (y, *slopes) if n is not None), x


@pytest.mark.parametrize("name", [n for n, o in OPS.items() if o.arity == 1])
def test_nan_stays_nan(name: str) -> None:
    """A row of one argument makes nan of nan."""
    assert math.isnan(FLOATS.forward(OPS[name], [math.nan]))


def awkward_arguments(row: Op) -> Iterator[tuple[float, ...]]:
    arity = row.arity if row.arity is not None else 2
    return product(AWKWARD, repeat=arity) if arity < 3 else product(AWKWARD[::2], repeat=arity)


LIMITS: list[tuple[str, float, float]] = [
    ("exp", -math.inf, 0.0), ("exp", math.inf, math.inf), ("log", math.inf, math.inf),
    ("log", 0.0, -math.inf), ("tanh", math.inf, 1.0), ("tanh", -math.inf, -1.0),
    ("sigmoid", math.inf, 1.0), ("sigmoid", -math.inf, 0.0), ("softplus", math.inf, math.inf),
    ("softplus", -math.inf, 0.0), ("erf", -math.inf, -1.0), ("erfc", math.inf, 0.0),
    ("gamma", math.inf, math.inf), ("lgamma", math.inf, math.inf), ("digamma", math.inf, math.inf),
    ("sech", math.inf, 0.0), ("csch", -math.inf, -0.0), ("coth", math.inf, 1.0),
    ("sinc", math.inf, 0.0), ("besselj0", -math.inf, 0.0), ("besseli0", -math.inf, math.inf),
    ("asinh", -math.inf, -math.inf), ("acosh", math.inf, math.inf), ("atanh", 1.0, math.inf),
    ("atan", math.inf, math.pi / 2), ("acot", math.inf, 0.0), ("gaussian", -math.inf, 0.0),
    ("elu", -math.inf, -1.0), ("relu", -math.inf, 0.0), ("cbrt", -math.inf, -math.inf),
    ("sinc", 0.0, 1.0), ("factorial", 5.0, 120.0), ("silu", -math.inf, 0.0),
    ("gelu", -math.inf, 0.0), ("mish", -math.inf, 0.0), ("mish", math.inf, math.inf),
    ("softsign", math.inf, 1.0), ("softsign", -math.inf, -1.0), ("erfinv", -1.0, -math.inf),
    ("gamma", 0.0, math.inf), ("gamma", -0.0, -math.inf), ("lgamma", -3.0, math.inf),
    ("digamma", 0.0, -math.inf), ("factorial", math.inf, math.inf),
]  # fmt: skip


@pytest.mark.parametrize(("name", "x", "limit"), LIMITS)
def test_infinite_arguments_give_the_limit(name: str, x: float, limit: float) -> None:
    """Where the limit at an infinity exists, that is the value."""
    assert limit == FLOATS.forward(OPS[name], [x])


def test_infinities_in_rows_of_several_arguments() -> None:
    """logaddexp, hypot, atan2, pow and beta have their limits too."""
    inf = math.inf
    assert inf == FLOATS.forward(OPS["logaddexp"], [inf, 1.0])
    assert 2.0 == FLOATS.forward(OPS["logaddexp"], [-inf, 2.0])
    assert [1.0, 0.0] == FLOATS.partials(OPS["logaddexp"], inf, [inf, 1.0])
    assert inf == FLOATS.forward(OPS["hypot"], [-inf, 1.0])
    assert math.pi / 2 == FLOATS.forward(OPS["atan2"], [inf, 1.0])
    assert 0.0 == FLOATS.forward(OPS["pow"], [0.5, inf])
    assert 0.0 == FLOATS.forward(OPS["beta"], [inf, 2.0])


SLOPES_AT_INFINITY = {
    "tanh": (0.0, 0.0), "sigmoid": (0.0, 0.0), "softplus": (0.0, 1.0), "silu": (0.0, 1.0),
    "gelu": (0.0, 1.0), "mish": (0.0, 1.0), "atan": (0.0, 0.0), "asinh": (0.0, 0.0),
    "erf": (0.0, 0.0), "relu": (0.0, 1.0), "elu": (0.0, 1.0), "softsign": (0.0, 0.0),
    "exp": (0.0, math.inf),
}  # fmt: skip


@pytest.mark.parametrize("name", SLOPES_AT_INFINITY)
def test_partials_at_infinity(name: str) -> None:
    """A partial has its limit at both infinities."""
    row = OPS[name]
    found = [FLOATS.partials(row, FLOATS.forward(row, [x]), [x])[0] for x in (-math.inf, math.inf)]
    assert SLOPES_AT_INFINITY[name] == tuple(found)


# name, a smooth point, and the function in mpmath, whose derivatives are numerical
SMOOTH: list[tuple[str, float, Callable]] = [
    ("tanh", 0.0, mpmath.tanh), ("tanh", 0.7, mpmath.tanh),
    ("sigmoid", 0.0, lambda x: 1 / (1 + mpmath.exp(-x))), ("sinc", 0.0, mpmath.sinc),
    ("sigmoid", -1.3, lambda x: 1 / (1 + mpmath.exp(-x))), ("sinc", 2.0, mpmath.sinc),
    ("softplus", 0.0, lambda x: mpmath.log1p(mpmath.exp(x))), ("erf", 0.0, mpmath.erf),
    ("softplus", 0.5, lambda x: mpmath.log1p(mpmath.exp(x))), ("erf", -0.4, mpmath.erf),
    ("asinh", 0.0, mpmath.asinh), ("asinh", -2.0, mpmath.asinh), ("atan", 0.0, mpmath.atan),
    ("asin", 0.25, mpmath.asin), ("acos", -0.5, mpmath.acos), ("atanh", 0.0, mpmath.atanh),
    ("acosh", 2.0, mpmath.acosh), ("sqrt", 2.0, mpmath.sqrt), ("log1p", 0.0, mpmath.log1p),
    ("gamma", 1.5, mpmath.gamma), ("lgamma", 2.0, mpmath.loggamma),
    ("digamma", 0.5, mpmath.digamma),
    ("erfinv", 0.0, mpmath.erfinv), ("sech", 0.0, mpmath.sech), ("csch", 1.0, mpmath.csch),
    ("tan", 0.0, mpmath.tan), ("sec", 0.0, mpmath.sec), ("exp2", 0.5, lambda x: 2**x),
    ("gaussian", 0.0, lambda x: mpmath.exp(-x * x)),
    ("besselj0", 0.0, lambda x: mpmath.besselj(0, x)),
    ("besseli1", 0.0, lambda x: mpmath.besseli(1, x)), ("gelu", 0.0, lambda x: x * mpmath.ncdf(x)),
    ("silu", 0.0, lambda x: x / (1 + mpmath.exp(-x))), ("factorial", 0.0, mpmath.factorial),
    ("mish", 0.5, lambda x: x * mpmath.tanh(mpmath.log1p(mpmath.exp(x)))),
]  # fmt: skip


@pytest.mark.parametrize(("name", "x", "function"), SMOOTH)
def test_partials_are_smooth(name: str, x: float, function: Callable) -> None:
    """Rules differentiated three times over, as graphs, are the third derivative."""
    found = nth_derivative(OPS[name], 3, x)
    with mpmath.workdps(60):
        expected = mpmath.diff(function, x, 3)
    assert float(expected) == pytest.approx(float(found.mid()), rel=1e-12, abs=1e-12)


def nth_derivative(row: Op, order: int, x: float) -> arb:
    """By backward sweeps in graphs, evaluated in balls."""
    graphs = Graphs()
    root: Value = graphs.forward(row, [graphs.variable("x")])
    for _ in range(order):
        tape = Tape.of([root])
        nodes = forward(tape, graphs, {"x": graphs.variable("x")})
        slope = gradient(tape, graphs, nodes).get("x")
        root = graphs.literal(0) if slope is None else slope
    with precision(300):
        tape = Tape.of([root])
        return forward(tape, BALLS, {"x": arb(x)})[tape.roots[0]]


def test_mixed_second_derivatives_of_two_arguments() -> None:
    """d2/dx dy of x^y, atan2 and hypot by graphs of graphs agree with mpmath."""
    functions: dict[str, Callable] = {
        "pow": lambda a, b: a**b, "atan2": lambda a, b: mpmath.atan2(a, b),
        "hypot": lambda a, b: mpmath.sqrt(a * a + b * b), "beta": mpmath.beta,
        "logaddexp": lambda a, b: mpmath.log(mpmath.exp(a) + mpmath.exp(b)),
        "div": lambda a, b: a / b,
    }  # fmt: skip
    for name, function in functions.items():
        with mpmath.workdps(60):
            expected = mpmath.diff(function, (1.25, 0.75), (1, 1))
        assert float(expected) == pytest.approx(mixed(OPS[name], 1.25, 0.75), rel=1e-12), name


def mixed(row: Op, a: float, b: float) -> float:
    graphs = Graphs()
    point = {"a": graphs.variable("a"), "b": graphs.variable("b")}
    root = graphs.forward(row, list(point.values()))
    for name in "ab":
        tape = Tape.of([root])
        root = gradient(tape, graphs, forward(tape, graphs, point))[name]
    tape = Tape.of([root])
    return forward(tape, FLOATS, {"a": a, "b": b})[tape.roots[0]]


@pytest.mark.usefixtures("table")
def test_a_row_added_at_run_time_works_everywhere() -> None:
    """One row is all it takes: floats, balls and graphs run it at once."""
    row = op("cubed_sine", lambda m, y, x: 3 * m.powi(m.sin(x), 2) * m.cos(x),
             forward=lambda m, x: m.powi(m.sin(x), 3))  # fmt: skip
    x = variable("x")
    tape = Tape.of([Graphs().forward(row, [x])])
    assert math.sin(0.5) ** 3 == pytest.approx(forward(tape, FLOATS, {"x": 0.5})[-1])
    expected = 3 * math.sin(0.5) ** 2 * math.cos(0.5)
    assert expected == pytest.approx(slope(tape, FLOATS, 0.5))
    with precision(100):
        assert expected == pytest.approx(float(slope(tape, BALLS, arb(0.5)).mid()))
    third = nth_derivative(row, 3, 0.5)
    with mpmath.workdps(50):
        assert float(mpmath.diff(lambda t: mpmath.sin(t) ** 3, 0.5, 3)) == pytest.approx(
            float(third.mid())
        )


def slope(tape: Tape, m: Any, x: Any) -> Any:
    return gradient(tape, m, forward(tape, m, {"x": x}))["x"]


def test_names_are_taken_once() -> None:
    """A name or alias that is taken is refused."""
    with pytest.raises(ValueError, match="ln is already"):
        op("another", lambda m, y, x: 1, aliases=("ln",))
    assert "another" not in OPS
    assert set(ALIASES).isdisjoint(OPS)


# what earlier engines get wrong: a row, its arguments
KNOWN_TRAPS: list[tuple[str, Sequence[float]]] = [
    ("tanh", [20.0]), ("sigmoid", [40.0]), ("asin", [1 - 2**-53]), ("gaussian", [26.3]),
    ("erfinv", [1 - 2**-53]), ("besselj0", [2.404825557695773]), ("gelu", [-38.0]),
    ("atan2", [1e300, -1e300]), ("hypot", [1e-200, 3e-200]), ("digamma", [1.4616321449683622]),
    ("logaddexp", [-0.6931471805599453, -0.6931471805599453]), ("silu", [-1.2784645427610738]),
    ("pow", [1.0000001, 1e9]), ("div", [1e-310, 1e-300]), ("coth", [1e-5]), ("mish", [-1.19]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "x"), KNOWN_TRAPS)
def test_known_traps(name: str, x: Sequence[float]) -> None:
    """Where textbook forms lose their digits, the rows do not."""
    row, true = OPS[name], truth(name, x)
    assert true is not None
    y = FLOATS.forward(row, x)
    assert error(y, true[0]) <= row.ulps
    for found, exact in zip(FLOATS.partials(row, y, x), true[1]):
        assert exact is None or error(found, exact) <= PARTIAL_ULPS


def test_zero_adjoints_meet_no_infinite_partial() -> None:
    """x*sqrt(x) at 0 has slope 0 in floats and in balls, where 0*infinity would be nan."""
    x = variable("x")
    tape = Tape.of([x * x.sqrt()])
    assert slope(tape, FLOATS, 0.0) == 0
    assert slope(tape, BALLS, arb(0)) == 0
    assert 1 == backward(tape, FLOATS, forward(tape, FLOATS, {"x": 0.0}))[tape.roots[0]]


def test_rows_fit_the_page() -> None:
    """No line of the table is wider than 120 characters, and a row says only what is no default."""
    folder = Path(ops.__file__).parent
    for path in folder.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert 120 >= max(map(len, text.splitlines())), path.name
        assert "ulps=4," not in text
    for row in OPS.values():
        assert row.latex != rf"\operatorname{{{row.name}}}"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"pullback": lambda m, y, x: x, "arity": 1}, "takes any number"),
        ({"arity": 2}, "2 arguments, 1 partials"),
        ({"aliases": ("sin",)}, "sin is already the name"),
    ],
)
def test_a_row_that_cannot_work_is_refused(facts: dict[str, Any], said: str) -> None:
    """A row is checked as it comes into the table, and one that fails leaves no trace."""
    with pytest.raises(ValueError, match=said):
        op("halved", lambda m, y, x: m.ratio(1, 2), **facts)
    assert "halved" not in OPS


@pytest.mark.parametrize("name", ["sin", "pow", "e", "x", "", "x y", "2x", None, 5])
def test_no_look_up_changes_the_table(name: Any) -> None:
    """What has no rules is no operation, and no name but one that can be typed."""
    before = dict(OPS)
    with pytest.raises(ValueError, match=r"has rules|named by|arguments"):
        op(name)
    with pytest.raises(ValueError, match=r"a rule is a function|named by|arguments|everywhere"):
        op(name, 5, 6, 7)  # type: ignore[arg-type]
    assert before == OPS


# --- facts that hold of a row as a whole ----------------------------------------------------------

OF_ONE = [name for name, row in OPS.items() if row.arity == 1]


def values_of(name: str) -> list[tuple[float, arb]]:
    """Arguments of a row of one, with what its definition gives there, where that is finite."""
    some = [x for x, in points(OPS[name], 150, 1)] + [k / 8 for k in range(-64, 65)]
    return [(x, found[0]) for x in some if (found := truth(name, (x,)))]


@pytest.mark.parametrize("name", OF_ONE)
def test_where_a_row_keeps_off_zero(name: str) -> None:
    """`image` holds at every point tried, and a row without one is 0, or changes its sign."""
    image, found = OPS[name].image, values_of(name)
    ends = [x for x in (-1, 0, 1) if BALLS.forward(OPS[name], [arb(x)]).is_zero()]
    zeros = [x for x, y in found if y.is_zero()]
    if image == "> 0":
        assert not [x for x, y in found if y <= 0]
    elif image:
        assert [] == [x for x in zeros if image == "!= 0" or x != 0]
    else:
        assert zeros or ends or {True, False} == {bool(y > 0) for x, y in found}


@pytest.mark.parametrize("name", [name for name, row in OPS.items() if row.inverse])
def test_an_inverse_undoes_its_row(name: str) -> None:
    """f(g(y)) is y for every y that f takes, and the inverse of the inverse is f."""
    inverse = OPS[name].inverse
    assert name == OPS[inverse].inverse
    taken = [float(found[0]) for k in range(-30, 31) if (found := truth(name, (k / 8,)))]
    back = [(y, truth(inverse, (y,))) for y in taken if abs(y) < 20]
    undone = [(y, truth(name, (float(found[0]),))) for y, found in back if found]
    assert len(undone) > 4
    for y, again in undone:
        assert again and math.isclose(y, float(again[0]), rel_tol=1e-8, abs_tol=1e-12)


def test_every_inverse_is_said() -> None:
    """Rows that are named as inverses say of what: asin, erfinv."""
    named = {inverse: name for name in OPS for inverse in (f"a{name}", f"{name}inv")
             if inverse in OPS}
    assert named == {inverse: OPS[inverse].inverse for inverse in named}


POWERS = [name for name, row in OPS.items() if row.family in ("power", "root")]


def test_powers_have_an_exponent() -> None:
    """Powers and roots, and no other row, say which power of x they are."""
    assert POWERS == [name for name, row in OPS.items() if row.exponent]
    for name in POWERS:
        beside = (3.0,) * ((OPS[name].arity or 0) - 1)
        exponent = OPS[name].exponent(*map(Fraction, beside))  # type: ignore[misc]
        found = truth(name, (5.0, *beside))
        assert found and math.isclose(5**exponent, float(found[0]), rel_tol=1e-12), name
