"""Functions of other systems: each by mpmath at 50 digits, at ordinary points and in its tails."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import mpmath
import pytest

import symgrad as sg

# a text in x, its points, and the same in mpmath, whose derivative is numerical
FUNCTIONS: list[tuple[str, tuple[float, ...], Callable[[Any], Any]]] = [
    ("sinpi(x)", (0.25, -7.125, 1e10 + 0.25), mpmath.sinpi),
    ("cospi(x)", (0.25, -7.5, 1e10 + 0.75), mpmath.cospi),
    ("floor(x)*x", (2.5, -2.5, 1e10 + 0.5), lambda x: mpmath.floor(x) * x),
    ("ceil(x)*x", (2.5, -2.5, 1e-300), lambda x: mpmath.ceil(x) * x),
    ("trunc(x)*x", (2.75, -2.75, 0.25), lambda x: (mpmath.floor(abs(x)) * mpmath.sign(x)) * x),
    ("round(x)*x", (2.25, -2.75, 1e10 + 0.25), lambda x: mpmath.nint(x) * x),
    ("mod(x, 3)*x", (7.25, -7.25, 1e10), lambda x: x % 3 * x),
    ("mod(7, x)", (3.25, -2.125, 1e-3), lambda x: mpmath.mpf(7) % x),
]  # fmt: skip
CASES = [(text, x, function) for text, points, function in FUNCTIONS for x in points]


@pytest.mark.parametrize(("text", "x", "function"), CASES)
def test_value_and_slope(text: str, x: float, function: Callable) -> None:
    """Value and derivative are right in floats, correctly rounded with exact=True, and verified."""
    with mpmath.workdps(120):
        at = mpmath.mpf(x)
        value = float(function(at))
        slope = float(mpmath.diff(function, at, h=abs(at or 1) * mpmath.mpf(10) ** -35))
    f = sg.parse(text)
    assert value == pytest.approx(f(x=x), rel=1e-14)
    assert slope == pytest.approx(f.gradient(x=x)["x"], rel=1e-14)
    assert slope == f.gradient(x=x, exact=True)["x"]
    assert f.verify(x=x).verdict == "verified"


@pytest.mark.parametrize(("text", "points", "function"), FUNCTIONS)
def test_the_formula(text: str, points: tuple[float, ...], function: Callable) -> None:
    """The derivative that is shown computes what it says, and reads back."""
    f = sg.parse(text)
    shown = f.diff("x")
    assert f.gradient(x=points[0])["x"] == pytest.approx(shown(x=points[0]), rel=1e-9)
    assert sg.parse(str(shown)) == shown == sg.parse(shown.latex())
    assert sg.parse(str(f)) == f == sg.parse(f.latex())


JUMPS = [
    ("floor(x)", 2), ("ceil(x)", -3), ("trunc(x)", 1), ("round(x)", 2.5), ("mod(x, 3)", 6),
    ("floor(sin(pi*x))", 0.5), ("floor(-x^2)", 0), ("x*floor(1/x)", 0.5), ("mod(6, x)", 3),
]  # fmt: skip


@pytest.mark.parametrize(("text", "x"), JUMPS)
def test_a_jump_has_no_derivative(text: str, x: float) -> None:
    """Where a step function jumps, the verdict is undefined and exact=True says so."""
    f = sg.parse(text)
    assert f.verify(x=x).verdict == "undefined"
    with pytest.raises(sg.OutOfDomain, match="it jumps"):
        f.gradient(x=x, exact=True)


NO_JUMPS = [
    ("trunc(x)", 0, 0.0), ("floor(x^2)", 0, 0.0), ("round(x)*x", 2, 2.0), ("mod(x, 3)", 1.5, 1.0),
    ("(x - 2)^2*floor(x)", 2, 0.0), ("floor(x + 1/2) - x", 0, -1.0),
]  # fmt: skip


@pytest.mark.parametrize(("text", "x", "slope"), NO_JUMPS)
def test_beside_a_jump_there_is_one(text: str, x: float, slope: float) -> None:
    """A step function that does not jump at a point, or whose jump vanishes, has its derivative."""
    f = sg.parse(text)
    assert f.verify(x=x).verdict in ("verified", "convention")
    assert slope == f.gradient(x=x, exact=True)["x"]


def test_ties_go_to_the_even_neighbour() -> None:
    """round(x) is Python's: in floats, in SymPy and in code."""
    f = sg.parse("round(x)")
    meant = f.sympy()
    for x in (-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 2.4999999999999996):
        assert round(x) == f(x=x) == sg.compile(f)(x)[0]
        assert round(x) == float(meant.subs(*meant.free_symbols, x))


def test_a_remainder_has_the_sign_of_its_divisor() -> None:
    """mod(a, b) is Python's %."""
    f = sg.parse("mod(a, b)")
    for a, b in ((7, 3), (-7, 3), (7, -3), (-7, -3), (0.3, 0.1), (1e300, 3), (-1e-20, 1)):
        assert a % b == f(a=a, b=b)
    assert math.isnan(sg.compile(f)(1.0, 0.0)[0])
