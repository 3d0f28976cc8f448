"""Functions of other systems: each by mpmath at 50 digits, at ordinary points and in its tails."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import mpmath
import pytest

import symgrad as sg

with mpmath.workdps(40):
    SELU, ALPHA = map(mpmath.mpf, (
        "1.0507009873554804934193349852946", "1.6732632423543772848170429916717"))  # fmt: skip



def newton(function: Callable[[Any], Any], y: Any, start: float) -> Any:
    """The x where function(x) = y."""
    return mpmath.findroot(lambda x: function(x) - y, start)


def lower(a: float, x: Any) -> Any:
    return mpmath.gammainc(a, 0, x, regularized=True)


def part(a: float, b: float, x: Any) -> Any:
    return mpmath.betainc(a, b, 0, x, regularized=True)


def log_beta(a: Any, b: float) -> Any:
    return mpmath.loggamma(a) + mpmath.loggamma(b) - mpmath.loggamma(a + b)


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
    ("rsqrt(x)", (2.0, 1e-200, 1e200), lambda x: 1 / mpmath.sqrt(x)),
    ("exp10(x)", (0.5, -300.0, 300.0), lambda x: mpmath.mpf(10) ** x),
    ("deg2rad(x)", (30.0, -1e-300, 1e307), lambda x: x * mpmath.pi / 180),
    ("rad2deg(x)", (0.5, -1e-300, 1e300), lambda x: x * 180 / mpmath.pi),
    ("log1mexp(x)", (0.5, -0.5, 1e-10, -40.0), lambda x: mpmath.log(1 - mpmath.exp(-abs(x)))),
    ("logit(x)", (0.25, 0.5000001, 1e-300, 1 - 2**-53), lambda x: mpmath.log(x / (1 - x))),
    ("xlogy(x, 3)", (0.0, 2.5, -1e300), lambda x: x * mpmath.log(3)),
    ("xlogy(3, x)", (1.0000001, 1e-300, 1e300), lambda x: 3 * mpmath.log(x)),
    ("xlog1py(x, 3)", (0.0, 2.5, -1e300), lambda x: x * mpmath.log(4)),
    ("xlog1py(3, x)", (1e-20, -0.99, 1e300), lambda x: 3 * mpmath.log(1 + x)),
    ("entr(x)", (0.36787944117144233, 1e-300, 1e300), lambda x: -x * mpmath.log(x)),
    ("log_sigmoid(x)", (0.5, -800.0, 700.0), lambda x: -mpmath.log(1 + mpmath.exp(-x))),
    ("ndtr(x)", (0.5, -37.0, 8.0), mpmath.ncdf),
    ("selu(x)", (0.5, -0.5, -700.0), lambda x: SELU * (x if x > 0 else ALPHA * mpmath.expm1(x))),
    ("relu6(x)", (-1.0, 5.5, 6.5), lambda x: min(max(x, 0), 6)),
    ("hardtanh(x)", (-1.5, 0.5, 1.5), lambda x: min(max(x, -1), 1)),
    ("hardsigmoid(x)", (-3.5, 0.1, 3.5), lambda x: min(max(x + 3, 0), 6) / 6),
    ("hardswish(x)", (-3.5, -1.4999999, 3.5), lambda x: x * min(max(x + 3, 0), 6) / 6),
    ("gelu_tanh(x)", (0.5, -0.7517915246935645, -9.0, 1e200), lambda x: x / (1 + mpmath.exp(
        -2 * mpmath.sqrt(2 / mpmath.pi) * (x + mpmath.mpf("0.044715") * x**3)))),
    ("celu(x)", (0.5, -0.5, -700.0), lambda x: x if x > 0 else mpmath.expm1(x)),
    ("logsumexp(x, 2*x, 1)", (0.5, -300.0, 300.0),
     lambda x: mpmath.log(mpmath.exp(x) + mpmath.exp(2 * x) + mpmath.e)),
    ("erfi(x)", (0.0, 0.5, -26.5), mpmath.erfi),
    ("erfcx(x)", (0.5, -26.0, 100.0), lambda x: mpmath.exp(x * x) * mpmath.erfc(x)),
    ("erfcinv(x)", (0.5, 1.75, 1e-300), lambda x: newton(mpmath.erfc, x, 26 if x < 1e-9 else 0.1)),
    ("ndtri(x)", (0.25, 0.9375), lambda x: mpmath.sqrt(2) * mpmath.erfinv(2 * x - 1)),
    ("log_ndtr(x)", (0.5, -38.0, 8.0), lambda x: mpmath.log(mpmath.ncdf(x))),
    ("Ei(x)", (0.3725074107813666, -20.0, 700.0), mpmath.ei),
    ("li(x)", (0.5, 1.4513692348833810, 1e300), mpmath.li),
    ("Si(x)", (0.5, -100.0, 1e-300), mpmath.si), ("Ci(x)", (0.5, 100.0, 1e-300), mpmath.ci),
    ("Shi(x)", (0.5, -100.0, 1e-300), mpmath.shi), ("Chi(x)", (0.5, 100.0, 1e-300), mpmath.chi),
    ("gammainc(5/2, x)", (0.5, 50.0, 1e-10), lambda x: lower(2.5, x)),
    ("gammaincc(1/2, x)", (0.5, 300.0, 1e-10), lambda x: 1 - lower(0.5, x)),
    ("betainc(2, 7/2, x)", (0.25, 1e-100, 0.9999999), lambda x: part(2, 3.5, x)),
    ("ellipk(x)", (0.25, -100.0, 0.9999999), mpmath.ellipk),
    ("ellipe(x)", (0.25, -100.0, 0.9999999), mpmath.ellipe),
    ("hyp1f1(1/2, 2, x)", (0.5, -50.0, 300.0), lambda x: mpmath.hyp1f1(0.5, 2, x)),
    ("hyp2f1(1/2, 3, 2, x)", (0.5, -50.0, 0.999), lambda x: mpmath.hyp2f1(0.5, 3, 2, x)),
    ("bessely(2, x)", (0.5, 100.0, 1e-50), lambda x: mpmath.bessely(2, x)),
    ("bessely(-1/2, x)", (0.5, 100.0, 1e-50), lambda x: mpmath.bessely(-0.5, x)),
    ("besselk(2, x)", (0.5, 30.0, 1e-50), lambda x: mpmath.besselk(2, x)),
    ("besselk(3/2, x)", (0.5, 300.0, 1e-50), lambda x: mpmath.besselk(1.5, x)),
    ("y0(x)", (0.8935769662791675, 100.0), lambda x: mpmath.bessely(0, x)),
    ("y1(x)", (2.197141326031017, 100.0), lambda x: mpmath.bessely(1, x)),
    ("k0(x)", (0.5, 30.0), lambda x: mpmath.besselk(0, x)),
    ("k1(x)", (0.5, 30.0), lambda x: mpmath.besselk(1, x)),
    ("j0(x)", (2.404825557695773, 100.0), lambda x: mpmath.besselj(0, x)),
    ("i1(x)", (0.5, -100.0), lambda x: mpmath.besseli(1, x)),
    ("airyai(x)", (0.5, -30.0, 50.0), mpmath.airyai),
    ("airybi(x)", (0.5, -30.0, 50.0), mpmath.airybi),
    ("airyaiprime(x)", (0.5, -30.0, 50.0), lambda x: mpmath.airyai(x, derivative=1)),
    ("airybiprime(x)", (0.5, -30.0, 50.0), lambda x: mpmath.airybi(x, derivative=1)),
    ("zeta(x)", (0.5, -7.5, 60.0), mpmath.zeta),
    ("zeta_derivative(1, x)", (0.5, 3.0), lambda x: mpmath.zeta(x, derivative=1)),
    ("lambertw(x)", (0.5, -0.36787944117144228, 1e300), lambda x: mpmath.lambertw(x).real),
    ("betaln(x, 7/2)", (0.5, 1e10, 1e-300), lambda x: log_beta(x, 3.5)),
]  # fmt: skip
CASES = [(text, x, function) for text, points, function in FUNCTIONS for x in points]


# where a difference of values is far below the values
DIGITS = dict.fromkeys(("log_sigmoid(x)", "selu(x)", "celu(x)", "logsumexp(x, 2*x, 1)"), 450)
DIGITS["gammaincc(1/2, x)"] = 120


@pytest.mark.parametrize(("text", "x", "function"), CASES)
def test_value_and_slope(text: str, x: float, function: Callable) -> None:
    """Value and derivative are right in floats, correctly rounded with exact=True, and verified."""
    digits = DIGITS.get(text, 75)
    with mpmath.workdps(digits):
        at = mpmath.mpf(x)
        value = float(function(at))
        slope = float(mpmath.diff(function, at, h=abs(at or 1) * mpmath.mpf(10) ** -(digits // 3)))
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
    at = dict.fromkeys(shown.variables, points[0])
    assert f.gradient(x=points[0])["x"] == pytest.approx(shown(at), rel=1e-9)
    assert str(sg.parse(str(shown))) == str(shown) == str(sg.parse(shown.latex()))
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


SECOND = ("x*floor(x*y)*ceil(x)", "mod(ceil(x*x), 7)*y^2", "zeta(x^2)*y", "log1mexp(x*y)",
          "log_ndtr(x - y)", "Si(x*y)", "gammainc(5/2, x*y)", "lambertw(x*y)", "hyp1f1(1, 2, x*y)",
          "besselk(1/2, x*y)", "airyai(x*y)", "ellipk(x*y/9)", "erfcx(x*y)",
          "mod(x^2, y)")  # fmt: skip


@pytest.mark.parametrize("text", SECOND)
def test_second_derivatives(text: str) -> None:
    """Second partials are verified too, and exact=True has each correctly rounded."""
    f, at = sg.parse(text), {"x": 1.3125, "y": 0.8125}
    found = f.verify(order=2, **at)
    assert "verified" == found.verdict
    assert found.partials["x,x"].exact == f.hessian(**at, exact=True)["x"]["x"]


WITH_NUMBERS = [
    ("sum(gammainc(k, x), k, 1, 2)", "gammainc(1, x) + gammainc(2, x)"),
    ("g(n, x) = besselj(n, x)*x; g(2, x^2)", "besselj(2, x^2)*x^2"),
    ("sum(besselk(k/2, x), k, 1, 2)", "besselk(1/2, x) + besselk(1, x)"),
    ("h(a) = root(x, a); h(3)", "root(x, 3)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "same"), WITH_NUMBERS)
def test_a_name_may_become_a_number(text: str, same: str) -> None:
    """The k of a sum and the argument of one's own function may stand where a number is asked."""
    assert sg.parse(same)(x=1.5) == sg.parse(text)(x=1.5)
    assert sg.parse(same).gradient(x=1.5) == pytest.approx(sg.parse(text).gradient(x=1.5))


@pytest.mark.parametrize("text", ["gammainc(x, 2)", "betainc(2, x, y)", "besselk(x, y)",
                                  "hyp2f1(1, 2, x, y)", "zeta_derivative(x, 2)",
                                  "g(a) = gammainc(a, 2); g(x)"])  # fmt: skip
def test_no_derivative_by_an_order(text: str) -> None:
    """There is no slope by an order or by the a of gammainc: a name is refused."""
    with pytest.raises(sg.LanguageError, match=r"is a (whole )?number, not x"):
        sg.parse(text)


@pytest.mark.parametrize("text", ["Si(x)", "lambertw(x)", "gammainc(5/2, x)", "betainc(2, 1/2, x)",
                                  "hyp2f1(1/2, 3, 2, x)", "bessely(2, x)", "y0(x)", "k1(x)",
                                  "airyai(x)", "zeta(x)", "ellipk(x)", "mod(x, 3)", "ceil(2*x)",
                                  "erfcx(x)", "round(x)", "log1mexp(x)"])  # fmt: skip
def test_there_and_back(text: str) -> None:
    """SymPy's expression of a function comes back as a formula of the same values."""
    f = sg.parse(text)
    again = sg.from_sympy(f.sympy())
    assert f(x=0.375) == pytest.approx(again(x=0.375), rel=1e-13)
