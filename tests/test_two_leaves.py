"""One name at two leaves: every number is the sum over both, at every door."""

from __future__ import annotations

import pytest
import sympy

import symgrad as sg
from symgrad.homework.sought import SLOPE_BITS, sought
from symgrad.limits import Limits

PAIRS = [
    ("x^2", "x^3", 2.0), ("x^2", "sin(x)", 2.0), ("exp(x)", "x", 0.5), ("tanh(x)", "x*x", 0.25),
    ("ln(x)", "1/x", 3.0), ("|x|", "x^2", -1.5), ("sqrt(x)", "cos(x)", 1.25),
    ("max(x, 1)", "x", 2.0), ("relu(x)", "relu(x)", 1.0), ("x", "x", 4.0),
]  # fmt: skip


def joined(a: str, b: str, times: bool) -> sg.Expression:
    """Two graphs that were parsed one by one: each has a leaf x of its own."""
    left, right = sg.parse(a).root, sg.parse(b).root
    return sg.Expression(left * right if times else left + right)


def truth(a: str, b: str, times: bool, x: float, order: int = 1) -> float:
    s = sympy.Symbol("x", real=True)
    f, g = (sg.parse(t).sympy().xreplace({sg.parse("x").sympy(): s}) for t in (a, b))
    whole = f * g if times else f + g
    return float(sympy.diff(whole, s, order).subs(s, sympy.Rational(x)).evalf(40))


@pytest.mark.parametrize("times", [False, True])
@pytest.mark.parametrize(("a", "b", "x"), PAIRS)
def test_every_gradient_is_the_sum_over_the_leaves(a: str, b: str, x: float, times: bool) -> None:
    """Engine, exact gradient, verifier, formula and machine code see both leaves of a name."""
    h, expected = joined(a, b, times), truth(a, b, times, x)
    close = pytest.approx(expected, rel=1e-13)
    assert close == h.gradient(x=x)["x"]
    assert expected == h.gradient(x=x, exact=True)["x"]
    partial = h.verify(x=x).partials["x"]
    assert ("verified", expected) == (partial.verdict, partial.exact)
    assert close == partial.engine
    slope = h.diff("x")
    assert close == slope(dict.fromkeys(slope.variables, x))
    assert close == sg.compile(h).gradient(x=x)["x"]
    assert close == sg.compile(h, backend="python").gradient(x=x)["x"]


@pytest.mark.parametrize(("a", "b", "x"), PAIRS)
def test_second_derivatives_see_both_leaves(a: str, b: str, x: float) -> None:
    """The Hessian of a product of two graphs is that of the product."""
    h = joined(a, b, times=True)
    assert pytest.approx(truth(a, b, True, x, 2), rel=1e-12, abs=1e-12) == h.hessian(x=x)["x"]["x"]


def test_homework_sees_both_leaves() -> None:
    """A question made of two graphs is judged by the whole derivative."""
    asked = sought(joined("x^2", "x^3", times=False), "x", 1, Limits.student)
    spot = asked.spots[0]
    x = spot.balls()["x"]
    assert asked.slope(spot, SLOPE_BITS).overlaps(2 * x + 3 * x * x)
