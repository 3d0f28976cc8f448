"""Exact values and gradients are the float64 nearest to the truth."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from random import Random

import mpmath
import pytest

from symgrad.engine import Tape
from symgrad.errors import OutOfDomain, Undecided
from symgrad.limits import Limits
from symgrad.ops import OPS
from symgrad.value import Value, apply, literal, variable
from symgrad.verification.exact_gradient import exact_gradient, exact_value

from .accuracy import compared
from .random_graphs import random_case

x, y = variable("x"), variable("y")


def value(root: Value, **point: float) -> float:
    return exact_value(Tape.of([root]), point, Limits.library)


def slope(root: Value, **point: float) -> float:
    return exact_gradient(Tape.of([root]), point, Limits.library)["x"]


def test_random_expressions_are_correctly_rounded() -> None:
    """Values and gradients of 150 expressions are what a second opinion rounds to."""
    found = [c for seed in range(150) for c in compared(random_case(f"e{seed}", 3 + seed % 25))]
    assert [] == [c for c in found if c[2] is not None and c[1] != c[2]]
    assert sum(c[2] is not None for c in found) > 0.95 * len(found)


def test_cancellation_costs_nothing() -> None:
    """(1 - cos x)/x^2 at 1e-8, where floats give 0."""
    root = (1 - x.cos()) / x**2
    with mpmath.workdps(60):
        t = mpmath.mpf(1e-8)
        expected = float(mpmath.diff(lambda u: (1 - mpmath.cos(u)) / u**2, t))
    assert (0.5, expected) == (value(root, x=1e-8), slope(root, x=1e-8))


def test_ties_of_rational_derivatives_go_to_even() -> None:
    """d/dx of 0.3*x*y*10 is 3y, an exact midpoint for a quarter of all y."""
    root = literal(Fraction(3, 10)) * x * y * 10
    ties = 0
    for _ in range(200):
        at = Random(_).uniform(0.5, 4)
        true = 3 * Fraction(at)
        ties += abs(Fraction(float(true)) - true) == Fraction(math.ulp(float(true))) / 2
        assert float(true) == slope(root, x=0.7, y=at)
    assert ties > 20


def test_ties_among_other_functions_go_to_even() -> None:
    """The same beside a sine that does not touch the slope."""
    root = literal(Fraction(3, 10)) * x * y * 10 + apply("sin", y)
    for at in (1.1, 1.3, 1.7, 2.3, 2.9):
        assert float(3 * Fraction(at)) == slope(root, x=0.7, y=at)


def test_literals_are_exact_and_points_are_floats() -> None:
    """0.1*x at x=0.1 is a tenth of the double nearest to 0.1."""
    assert float(Fraction(1, 10) * Fraction(0.1)) == value(literal(Fraction(1, 10)) * x, x=0.1)


def test_ends_of_the_float_range() -> None:
    """Overflow gives inf, underflow 0, and subnormals are rounded once."""
    assert math.inf == value(x.exp(), x=710.0)
    assert -math.inf == slope(1 / x, x=1e-200)
    assert 0.0 == value((-x).exp(), x=800.0)
    assert math.inf == value(x.exp(), x=1e10)
    with mpmath.workprec(300):
        expected = float(mpmath.exp(mpmath.mpf(-744.3)))
    assert expected == value((-x).exp(), x=744.3)
    assert 5e-324 == value(x * literal(Fraction(3, 5)), x=5e-324)
    assert 0.0 == value(x * literal(Fraction(1, 2)), x=5e-324)
    assert 1e-323 == value(x * literal(Fraction(3, 2)), x=5e-324)


def test_an_exact_zero_is_found() -> None:
    """sin^2 + cos^2 has slope 0, which no ball can prove: below 2^-1200 it counts as 0."""
    root = x.sin() ** 2 + x.cos() ** 2
    assert (1.0, 0.0) == (value(root, x=1.0), slope(root, x=1.0))


def test_kinks() -> None:
    """Where both sides agree that is the derivative; else OutOfDomain tells both."""
    assert 1.0 == slope(x.relu() - (-x).relu(), x=0.0)
    assert 0.0 == slope(abs(x) * abs(x), x=0.0)
    assert 1.0 == slope(x.clamp(x, 2), x=1.5)
    with pytest.raises(OutOfDomain, match=r"abs\(0\): -1.0 from the left, 1.0 from the right"):
        slope(abs(x), x=0.0)


def test_ends_of_the_domain() -> None:
    """A one-sided derivative counts where it is finite."""
    assert 0.0 == slope(x * x.sqrt(), x=0.0)
    assert 1.0 == slope(x.sqrt() * x.sqrt(), x=0.0)
    with pytest.raises(OutOfDomain, match=r"sqrt\(0\)"):
        slope(x.sqrt(), x=0.0)


def test_outside_the_domain_names_the_operation() -> None:
    """ln(-1) has no value; in a branch not taken it does not matter."""
    with pytest.raises(OutOfDomain, match=r"ln\(-1\) has no value"):
        slope(x.log(), x=-1.0)
    assert 1.0 == slope(apply("if", apply("gt", x, 0), x.log(), x), x=-1.0)


def test_no_derivative_by_an_exponent() -> None:
    """(-2)^x has a value at 3, and no derivative."""
    with pytest.raises(OutOfDomain, match=r"no finite derivative by x exists at \(-2\)\^3"):
        slope(literal(-2) ** x, x=3.0)
    assert -8.0 == value(literal(-2) ** x, x=3.0)


def test_an_exponent_that_stands_still() -> None:
    """(-x)^max(y, 3) at y = 1 is -x^3 all around."""
    root = apply("pow", -x, apply("max", y, 3))
    assert {"x": -12.0, "y": 0.0} == exact_gradient(Tape.of([root]), {"x": 2.0, "y": 1.0})


def test_a_narrow_escape_from_the_end_of_the_domain() -> None:
    """acos(expm1(x)) at -949 lies 2^-1369 inside the domain, and has a finite slope there."""
    with mpmath.workprec(6000):
        t = mpmath.mpf(-949)
        expected = float(-mpmath.exp(t) / mpmath.sqrt(1 - mpmath.expm1(t) ** 2))
    assert expected == slope(apply("acos", x.expm1()), x=-949.0)


def test_the_limit_of_bits_is_an_answer() -> None:
    """A rounding that stays open within the bits is Undecided, never a guess."""
    near = Tape.of([(1 + x.exp()) - x.exp()])
    with pytest.raises(Undecided):
        exact_value(near, {"x": 700.3}, replace(Limits.library, bits=256))
    assert 1.0 == exact_value(near, {"x": 700.3}, Limits.library)


@pytest.mark.parametrize("name", ["powi", "sinc", "besselj1", "gamma", "erf", "atan2", "hypot"])
def test_rows_at_ordinary_points(name: str) -> None:
    """The exact value of a single row is within its ulps of its float."""
    op = OPS[name]
    args = [x, literal(2)] if name == "powi" else [x] if op.arity == 1 else [x, y]
    root = apply(op, *args)
    point = {"x": 0.75, "y": 1.25} if len(args) > 1 and name != "powi" else {"x": 0.75}
    from_floats = apply(op, *(point.get(a.label, a) for a in args)).data
    assert abs(from_floats - value(root, **point)) <= op.ulps * math.ulp(from_floats)
