"""accuracy="correct": every value and partial of a batch is the float64 nearest to the truth."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy

import symgrad as sg
from symgrad.arithmetic import pairs
from symgrad.arithmetic.pairs import PAIRED_FLOATS as M
from symgrad.arithmetic.pairs import Pair, lifted, rounded
from symgrad.compiling import correct_batches
from symgrad.errors import UsageError

DIGITS = 60
FORMULAS = {  # and the box that its points are drawn from
    "x*y + x/y": (-3, 3), "exp(x)*sin(y)": (-30, 30), "ln(x)/y + sqrt(x)": (0.1, 9),
    "tanh(x*y) + x^5 - y^-3": (-2, 2), "atan(x)*cos(x*y)": (-50, 50), "x^2.5*exp(-x^2)": (0.1, 3),
    "sinh(x)*cosh(y)": (-3, 3), "ln(1 + exp(x*y))": (-9, 9), "x^y": (0.2, 3),
    "(x - y)*(x + y) - x^2": (1, 2), "asin(x/4) + acos(y/4) + tan(x)": (-1, 1), "gamma(x)": (1, 3),
}  # fmt: skip


def dice() -> np.random.Generator:
    """A test's own, so that it draws the same whatever ran before it."""
    return np.random.default_rng(7)


def nearest(number: Any) -> float:
    """A number of mpmath rounded once, to even at ties."""
    exact = Fraction(*map(int, number.as_integer_ratio())) if hasattr(
        number, "as_integer_ratio") else Fraction(str(number))  # fmt: skip
    return float(exact)


@pytest.mark.parametrize("text", FORMULAS)
def test_every_number_is_the_nearest(text: str) -> None:
    """Values and partials are mpmath's at 60 digits, of SymPy's derivatives, rounded once."""
    low, high = FORMULAS[text]
    compiled = sg.compile(text, accuracy="correct")
    names = compiled.variables
    points = dice().uniform(low, high, (40, len(names)))
    values, partials = compiled.batch(points)
    symbols = sympy.symbols(names)
    f = sympy.sympify(text.replace("^", "**"), locals={"ln": sympy.log})
    wanted = [sympy.lambdify(symbols, g, "mpmath") for g in (f, *(f.diff(s) for s in symbols))]
    with mpmath.workdps(DIGITS):
        for row, got in zip(points.tolist(), np.column_stack([values, partials]).tolist()):
            exact = [nearest(mpmath.mpf(g(*map(mpmath.mpf, row)))) for g in wanted]
            assert exact == got


def near(x: Pair, i: int) -> Any:
    return mpmath.mpf(float(x.high[i])) + mpmath.mpf(float(np.broadcast_to(x.low, x.high.shape)[i]))


OF_ONE: dict[str, tuple[Callable[..., Any], Callable[..., Any], tuple[float, float]]] = {
    "exp": (pairs.exp, mpmath.exp, (-600, 600)), "log": (pairs.log, mpmath.log, (1e-9, 1e9)),
    "sqrt": (pairs.sqrt, mpmath.sqrt, (1e-9, 1e9)), "atan": (pairs.atan, mpmath.atan, (-99, 99)),
    "sin": (M.sin, mpmath.sin, (-1e5, 1e5)), "cos": (M.cos, mpmath.cos, (-1e5, 1e5)),
    "tanh": (M.tanh, mpmath.tanh, (-30, 30)), "sech": (M.sech, mpmath.sech, (-30, 30)),
    "expm1": (M.expm1, mpmath.expm1, (-1, 1)), "acos": (M.acos, mpmath.acos, (-0.9, 0.9)),
}  # fmt: skip


@pytest.mark.parametrize("name", OF_ONE)
def test_functions_hold_their_bounds(name: str) -> None:
    """The truth lies within `off`, which is small, also where the argument is a pair itself."""
    function, true, (low, high) = OF_ONE[name]
    drawn = dice()
    x = Pair(drawn.uniform(low, high, 200), drawn.uniform(-1, 1, 200) * 2.0**-70)
    found = function(x)
    with mpmath.workdps(DIGITS):
        for i in range(200):
            y = true(near(x, i))
            assert abs(near(found, i) - y) <= mpmath.mpf(float(found.off[i]))
            assert found.off[i] <= 2.0**-75 * max(abs(float(y)), 2.0**-9)


@pytest.mark.parametrize("name", ["add", "sub", "mul", "div"])
def test_sums_and_products_hold_their_bounds(name: str) -> None:
    """Also where they cancel, and where what they are given is off already."""
    drawn = dice()
    a, b = (Pair(drawn.uniform(-1, 1, 300) * 2.0 ** drawn.integers(-60, 60, 300),
                 np.zeros(300), 2.0**-80 * drawn.uniform(0, 1, 300)) for _ in range(2))  # fmt: skip
    b.high[:100] = a.high[:100] * (1 + 2.0**-40)
    run = {"add": lambda x, y: x + y, "sub": lambda x, y: x - y, "mul": lambda x, y: x * y,
           "div": lambda x, y: x / y}[name]  # fmt: skip
    found = run(a, b)
    with mpmath.workdps(DIGITS):
        for i in range(300):
            for s, t in ((-1, -1), (-1, 1), (1, -1), (1, 1)):
                x, y = near(a, i) + s * float(a.off[i]), near(b, i) + t * float(b.off[i])
                if math.isfinite(found.off[i]) and (name != "div" or y):
                    assert abs(run(x, y) - near(found, i)) <= mpmath.mpf(float(found.off[i]))


def test_rounding_is_certain_or_unknown() -> None:
    """Halfway between floats nothing is certain; beside it, on either side, the float is."""
    half = 2.0**-53
    pair = Pair(np.array([1.0, 1.0, 1.0, 0.0, math.inf]),
                np.array([half, half * (1 - 2.0**-40), half * (1 + 2.0**-40), 0.0, 0.0]),
                np.array([0.0, 2.0**-99, 2.0**-99, 0.0, 0.0]))  # fmt: skip
    with np.errstate(invalid="ignore"):
        found, sure = rounded(pair)
    assert [False, True, True, True, False] == sure.tolist()
    assert [1.0, 1.0 + 2.0**-52] == found[1:3].tolist()


def test_ties_go_to_even() -> None:
    """A sum halfway between floats is decided, as IEEE decides it."""
    compiled = sg.compile("x + y", accuracy="correct")
    x = np.array([[1.0, 2.0**-53], [1 + 2.0**-52, 2.0**-53], [1.0, -(2.0**-54)], [0.0, 0.0]])
    assert (x[:, 0] + x[:, 1]).tolist() == compiled.batch(x)[0].tolist()


@pytest.mark.parametrize("text", ["relu(x)", "abs(x)", "ln(x)", "sqrt(x)", "max(x, 2*x)", "1/x"])
def test_where_there_is_no_truth(text: str) -> None:
    """At kinks and outside domains the numbers are those of accuracy "exact"."""
    x = np.array([[0.0], [-0.0], [-1.0], [math.nan], [math.inf], [4.0]])
    exact, correct = (sg.compile(text, accuracy=a).batch(x) for a in ("exact", "correct"))
    for a, b in zip(exact, correct):
        np.testing.assert_array_equal(a, b)


def test_pairs_decide_nearly_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of ten thousand points no more than a few are asked of Arb; order 2 and lists work, too."""
    asked = []
    right = correct_batches.in_balls
    monkeypatch.setattr(correct_batches, "in_balls",
                        lambda plan, x: asked.append(x) or right(plan, x))  # fmt: skip
    points = dice().uniform(0.1, 2, (10_000, 2))
    for f, order in (("tanh(x*y)*exp(-x) + sqrt(y)", 1), ("x^3*y + sin(x)/y", 2),
                     (["x*y", "exp(x)/y"], 1)):  # fmt: skip
        sg.compile(f, order=order, accuracy="correct").batch(points)
    assert len(asked) < 10
    second = sg.compile("exp(x)*y", order=2, accuracy="correct").batch(points[:20])[2]
    assert [nearest_exp(x) for x, _ in points[:20].tolist()] == second[:, 0, 1].tolist()


def nearest_exp(x: float) -> float:
    with mpmath.workdps(DIGITS):
        return nearest(mpmath.exp(x))


def test_what_is_no_accuracy() -> None:
    """Another word is refused, and constants are numbers that pairs hold."""
    with pytest.raises(UsageError):
        sg.compile("x", accuracy="perfect")
    assert Fraction(lifted(Fraction(1, 3)).high) != Fraction(1, 3)
    assert 0 < lifted(Fraction(1, 3)).off < 2.0**-100
    assert 0 == lifted(2**60 + 1).off
