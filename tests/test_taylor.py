"""Derivatives by power series: they are SymPy's, and every mixed partial is verified by them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flint import arb

from symgrad import Limits, parse
from symgrad.arithmetic.balls import precision
from symgrad.errors import OutOfDomain
from symgrad.ops import OPS
from symgrad.symbolic import references
from symgrad.symbolic.in_series import SERIES, Taylor, expands
from symgrad.value import Graphs
from symgrad.verification import verification
from symgrad.verification.runs import narrow

HERE = replace(Limits.library, seconds=None)
FORMULAS = {  # class of SymPy's: a formula that has it, smooth at the point below
    "Add": "x + y^2", "Mul": "x^2*y^3", "Pow": "(x + y)^(1/3)/(x*y - 7)", "exp": "e^(x*y)",
    "Abs": "|x - y|*y^2 + |x*y|", "Max": "max(x, y, x*y)^3*x", "Min": "min(x, y, x*y)^3*y",
    "Piecewise": "if(x > y, x^3, y*x^4)", "log": "ln(x^2 + y)", "sin": "sin(x*y)",
    "cos": "cos(x*y)", "tan": "tan(x/y)", "asin": "asin(x*y/4)", "acos": "acos(x*y/4)",
    "atan": "atan(x*y)", "erf": "erf(x*y)", "erfc": "erfc(x*y)", "gamma": "gamma(x*y)",
    "loggamma": "lgamma(x*y)", "sinh": "sinh(x*y)", "cosh": "cosh(x*y)", "tanh": "tanh(x*y)",
    "StrictLessThan": "if(x < y, x^3, y*x^4)", "LessThan": "if(x <= y, x^3, y*x^4)",
    "LambertW": "lambertw(x*y)", "Ei": "Ei(x*y)", "li": "li(x/y)", "Si": "Si(x*y)",
    "Ci": "Ci(x*y)", "Shi": "Shi(x*y)", "Chi": "Chi(x*y)", "erfi": "erfi(x*y)", "zeta": "zeta(x*y)",
    "airyai": "airyai(x*y)", "airyaiprime": "airyaiprime(x*y)", "airybi": "airybi(x*y)",
    "airybiprime": "airybiprime(x*y)", "floor": "floor(x)*x^2*y^2", "ceiling": "ceil(x)*x^2*y^2",
    "sign": "sign(x - y)*x^2*y^2", "log1p": "ln(1 + x*y)", "sec": "sec(x*y)", "csc": "csc(x*y)",
    "cot": "cot(x*y)", "asec": "asec(x*y + 2)", "acsc": "acsc(x*y + 2)", "acot": "acot(x*y)",
    "atan2": "atan2(x, y)", "sinc": "sinc(x*y)", "factorial": "(x*y)!", "beta": "beta(x, y)",
    "polygamma": "polygamma(1, x*y)", "digamma": "digamma(x*y)", "sech": "sech(x*y)",
    "csch": "csch(x*y)", "coth": "coth(x*y)", "asinh": "asinh(x*y) + asinh(x - 2y)",
    "acosh": "acosh(x*y + 2)", "atanh": "atanh(x*y/4)", "asech": "asech(x*y/4)",
    "acsch": "acsch(x*y)", "acoth": "acoth(x*y + 2)", "erfinv": "erfinv(x*y/4)",
    "erfcinv": "erfcinv(x*y/4)", "besselj": "besselj(1, x*y)", "bessely": "bessely(1.5, x*y)",
    "besseli": "besseli(2, x*y)", "besselk": "besselk(1, x*y)", "hyper00": "hyp1f1(2, 2, x*y)",
    "hyper10": "hyp2f1(2, 0.5, 2, x*y/4)", "hyper11": "hyp1f1(0.5, 2, x*y)",
    "hyper21": "hyp2f1(0.5, 1, 2, x*y/4)", "elliptic_k": "ellipk(x*y/4)",
    "elliptic_e": "ellipe(x*y/4)", "lowergamma": "gammainc(1.3, x*y)",
    "uppergamma": "gammaincc(1.3, x*y)", "betainc_regularized": "betainc(1.5, 2, x*y/4)",
    "zeta_derivative": "zeta_derivative(1, x*y)", "Equality": "if(x = y, x, x^3*y^2)",
    "Unequality": "if(x != y, x^3*y^2, x)",
    "StrictGreaterThan": "if(x > y, x^3, x^5)", "GreaterThan": "if(x >= y, x^3, x^5)",
}  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS.values())
def test_series_are_derivatives(text: str) -> None:
    """The mixed third derivatives by power series meet SymPy's, to 30 digits."""
    root, names, above = parse(text).root, ("x", "y"), ("x", "y")
    point = {"x": arb(0.75), "y": arb(1.25)}
    flat = references(root, ())
    assert expands(flat)
    with precision(256):
        theirs = references(root, names, above).at(point)
        ours = Taylor(flat, names, above).at(point)
    assert all(narrow(b) or b.contains(0) for b in ours)
    assert all(a.overlaps(b) for a, b in zip(theirs, ours))


def test_every_series_has_a_formula() -> None:
    """No function of the table of series goes untested."""
    assert set(SERIES) == set(FORMULAS)


def test_series_know_where_they_end() -> None:
    """At a bend, and where f has no value, a series has no coefficients rather than wrong ones."""
    at = {"x": arb(0), "y": arb(0)}
    for text in ("|x|*x", "max(x, y)", "if(x > y, x, y)", "ln(x)", "1/x", "x^(1/3)"):
        value, slope = Taylor(references(parse(text).root, ()), ("x",), ("x",)).at(at)
        assert not value.is_finite() or not slope.is_finite(), text


def test_all_mixed_partials() -> None:
    """Order n verifies every mixed partial of that order once."""
    found = parse("ln(1 + x*e^y)/z", limits=HERE).verify(order=4)
    assert ("verified", 15) == (found.verdict, len(found.partials))
    assert found.partials["x,y,y,z"].verdict == "verified"
    assert parse("x^2*y^3", limits=HERE).verify(order=5).partials["x,x,y,y,y"].exact == 12.0


def test_a_wrong_derivative_is_caught() -> None:
    """A derivative graph that is not the derivative is wrong at order 3, with a witness."""
    f = parse("x^4*sin(y)", limits=HERE)
    graphs = Graphs()
    twice = f.backpropagated("x", "x").root
    off = graphs.node(OPS["add"], (twice, parse("x*y^2/1000").root))
    found = verification(off, {}, ("x", "y"), limits=HERE, above=("x", "x"), meaning=f.root)
    assert "wrong" == found.verdict and found.witness is not None


def test_no_value_no_derivative() -> None:
    """1/x has a value at -1, yet is no derivative of ln there."""
    f = parse("ln(x)", limits=HERE)
    for order in (2, 3):
        assert "undefined" == f.verify(x=-1, order=order).verdict
    with pytest.raises(OutOfDomain):
        f(x=-1)
