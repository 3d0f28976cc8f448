"""What is said of a kink is true at every scale: exact numbers, verdicts and Hessians there.

The truths are worked out by hand as 50-digit expressions of mpmath, never by symgrad.
"""

from __future__ import annotations

import math
from dataclasses import replace

import mpmath
import pytest

import symgrad as sg
from symgrad.errors import OutOfDomain, Undecided
from symgrad.limits import Limits

HERE = replace(Limits.library, seconds=None)
NONE = "none"  # no derivative exists: OutOfDomain, or Undecided where that is not proven

DERIVATIVES = {  # text, x (other variables are x, too): the derivative by x in mpmath, or NONE
    ("x/(|x|+1e-40)", 0.0): "1/mpf('1e-40')", ("x/(|x|+1e-300)", 0.0): "1/mpf('1e-300')",
    ("1/max(x,x)", 1e-8): "-1/X**2", ("1/min(x,x)", 3e-200): "-inf",
    ("sin(max(x,x))", 1e-3): "cos(X)", ("tanh(1e40*|x|*x)+x", 0.0): "1",
    ("x*|x|+1e-300*x", 0.0): "mpf('1e-300')", ("tanh(1e200*|x|*x)+3x", 0.0): "3",
    ("x*|x|-1e-200*x", 0.0): "-mpf('1e-200')", ("atan(1e90*|x|*x)+x/7", 0.0): "mpf(1)/7",
    ("exp(-|x|*1e60)*x", 0.0): "1", ("cosh(min(x,x))", 1e-300): "sinh(X)",
    ("cosh(max(x,x))", -1e-250): "sinh(X)", ("exp(max(x,x))", 300.0): "exp(X)",
    ("ln(max(x,x))", 1e-300): "1/X", ("sqrt(max(x,x))", 1e-80): "1/(2*sqrt(X))",
    ("max(x,x)^5", 1e-40): "5*X**4", ("relu(x)-relu(-x)", 0.0): "1",
    ("x^2*sign(x)*1e80", 0.0): "0", ("|x|*sin(x)", 0.0): "0", ("cbrt(x)^3", 0.0): "1",
    ("cbrt(x)^4", 0.0): "0", ("sqrt(x^4)*1e250", 0.0): "0", ("|x|^0.3*|x|^0.7*sign(x)", 0.0): "1",
    ("if(x>0,x^2*ln(x),0)", 0.0): "0", ("if(x>0,exp(-1/x),0)", 0.0): "0",
    ("acos(besselj0(x))*asin(x)", 0.0): "0", ("besselj1(|x|)*sign(x)", 0.0): "mpf(1)/2",
    ("gamma(1+|x|)*x", 0.0): "1", ("erf(|x|)*sign(x)", 0.0): "2/sqrt(pi)",
    ("sinc(|x|)+x", 0.0): "1", ("softsign(1e150*x*|x|)+x", 0.0): "1", ("x^1.5+x", 0.0): "1",
    ("tanh(x)^2*(x*expm1(x)-relu(min(x,x)))", 1e-150):
        "2*tanh(X)*sech(X)**2*(X*expm1(X)-X)+tanh(X)**2*(expm1(X)+X*exp(X)-1)",
    # steps and ends whose argument stands still, and numbers too large for a narrow ball
    ("mod(x,x)+x", 3.0): "1", ("mod(2x,x)*x", -710.0): "0", ("floor(x/x)*x^2", 0.3): "2*X",
    ("mod(max(x,x),max(x,x))+x", -2.15): "1", ("asec(x/x)-x", 7e212): "-1",
    ("(3x)^(x/x)", -3.0): "3", ("exp(x^3)", 1e40): "inf", ("exp10(x*x)", -1e120): "-inf",
    ("tanh(exp(x))+x", 1e10): "1", ("erfc(exp(x^2))+x", 1e80): "1",
    ("erf(exp(x^3))-x", 1e80): "-1",
    ("sign((x-3)^x)+x", 2.0): NONE, ("0*(x-3)^x+x", 1.0): NONE, ("floor((-2)^x)", 4.0): NONE,
    ("0^x", 0.0): NONE, ("0^x", 2.0): "0", ("x^0+x", 0.0): "1",
    ("|x|", 0.0): NONE, ("|x|*1e-300", 0.0): NONE, ("x+|x|*1e-200", 0.0): NONE,
    ("tanh(1e200*|x|)", 0.0): NONE, ("sin(1e100*|x|)", 0.0): NONE,
    ("1/(1+1e7*relu(x))", 0.0): NONE, ("exp(-1e250*relu(x))", 0.0): NONE,
    ("ln(max(x,y))", 1e-7): NONE, ("1/max(x,y)", 1e-150): NONE, ("max(x,y)^3", 1e-100): NONE,
    ("min(x,y)^3", -1e-90): NONE, ("hypot(x,1e-200)+|x|*1e-250", 0.0): NONE,
    ("cbrt(x)", 0.0): NONE, ("sqrt(1-cos(x))", 0.0): NONE, ("acos(1-x^2)", 0.0): NONE,
    ("x^x", 0.0): NONE, ("if(x>0,x*ln(x),0)", 0.0): NONE, ("sign(x)", 0.0): NONE,
    ("if(x>0,gamma(x),x)", 0.0): NONE, ("if(x>=0,ln(x),x)+1/x", 0.0): NONE,
}  # fmt: skip


def truth(told: str, x: float) -> float:
    """A text of mpmath at 50 digits, as the nearest float."""
    with mpmath.workdps(50):
        return float(eval(told, {**vars(mpmath), "X": mpmath.mpf(x)}))


@pytest.mark.parametrize("case", DERIVATIVES)
def test_exact_numbers_at_kinks(case: tuple[str, float]) -> None:
    """exact=True is the derivative where both sides are equal, and no number elsewhere."""
    f = sg.parse(case[0], limits=HERE)
    point = dict.fromkeys(f.variables, case[1])
    if DERIVATIVES[case] == NONE:
        with pytest.raises((OutOfDomain, Undecided)):
            f.gradient(point, exact=True, wrt="x")
    else:
        assert truth(DERIVATIVES[case], case[1]) == f.gradient(point, exact=True, wrt="x")["x"]


@pytest.mark.parametrize("case", DERIVATIVES)
def test_verdicts_at_kinks(case: tuple[str, float]) -> None:
    """No kink is called wrong, none without a derivative is verified, none with one is a kink."""
    f = sg.parse(case[0], limits=HERE)
    check = f.verify(dict.fromkeys(f.variables, case[1]), wrt="x").partials["x"]
    if DERIVATIVES[case] == NONE:
        assert check.verdict in ("kink", "undefined", "undecided")
    else:
        assert check.verdict in ("verified", "convention", "lost_digits", "out_of_range")
        assert check.exact == truth(DERIVATIVES[case], case[1])


FAR_OUT = {  # text, x: the derivative; of what lies beyond Arb's own erfc and lgamma
    ("lgamma(exp(x))/exp(x)", 1e5): 1.0, ("gelu(-exp(x^2))-x", 1e80): -1.0,
    ("ndtr(-exp(x))+x", 800.0): 1.0, ("log_ndtr(exp(x^2))+x", 1e80): 1.0,
}  # fmt: skip


@pytest.mark.parametrize("case", FAR_OUT)
def test_exact_numbers_far_out(case: tuple[str, float]) -> None:
    """A number within range is told though what it is made of lies beyond any float."""
    assert {"x": FAR_OUT[case]} == sg.parse(case[0]).gradient(x=case[1], exact=True)


SIDES = {  # text: the derivatives from the left and from the right of 0
    "|x|*1e-300": (-1e-300, 1e-300), "tanh(1e200*|x|)": (-1e200, 1e200),
    "1/(1+1e7*relu(x))": (0.0, -1e7), "exp(-1e250*relu(x))": (0.0, -1e250),
    "sqrt(1-cos(x))": (-math.sqrt(0.5), math.sqrt(0.5)), "cbrt(x)": (math.inf, math.inf),
    "sqrt(|x|)": (-math.inf, math.inf), "x^x": (None, -math.inf),
    "acos(1-x^2)": (-math.sqrt(2), math.sqrt(2)), "if(x<0,x,x^1.5)": (1.0, 0.0),
    "max(x,2x)": (1.0, 2.0), "|sin(x)|": (-1.0, 1.0), "max(x,-3x,x^2)": (-3.0, 1.0),
    "relu(x)/(x+1e-250)": (0.0, 1e250), "|x|^1.5+|x|": (-1.0, 1.0), "clamp(x,0,1)": (0.0, 1.0),
    "elu(x)+|x|": (0.0, 2.0), "if(x>0,x*ln(x),0)": (0.0, -math.inf), "leaky_relu(x)": (0.01, 1.0),
    "asinh(|x|)": (-1.0, 1.0), "ln(1+|x|)": (-1.0, 1.0), "gelu(|x|)": (-0.5, 0.5),
    "|x|*besselj0(x)": (-1.0, 1.0),
}  # fmt: skip


@pytest.mark.parametrize("text", SIDES)
def test_one_sided_derivatives(text: str) -> None:
    """At a kink both one-sided derivatives are those of the pieces, however steep or flat."""
    check = sg.parse(text, limits=HERE).verify(x=0.0).partials["x"]
    assert ("kink", SIDES[text]) == (check.verdict, check.one_sided)


NOT_WRONG = {  # text, x: the verdict; SymPy's nan, zoo and infinities prove nothing
    ("sinc(0)+x", 1.0): "verified", ("sinc(x-x)+e^x", 0.5): "verified",
    ("sinc(sin(pi))*x", 2.0): "verified", ("x*sinc(0*x)", 3.0): "verified",
    ("sin(x)*sinc(x-x)", 0.7): "verified", ("sinc(x-x)^2+x", 1.0): "verified",
    ("relu(sinc(x-x))+x", 1.0): "verified", ("max(sinc(x-x),x)", 2.0): "verified",
    ("|sinc(x-x)|*x", 2.0): "verified", ("if(sinc(x-x)>0,x^2,x)", 2.0): "verified",
    ("ln(sinc(x-x)+x)", 1.0): "verified", ("sinc(x)/sinc(0)", 0.0): "verified",
    ("sinc(x)^3", 0.0): "verified", ("sinc(sin(x))", 0.0): "verified",
    # lost on its way below the smallest normal float, or above the largest; by cancellation
    ("1/(1+exp(-x))", -360.0): "out_of_range", ("x^3/x^2", 1e-150): "out_of_range",
    ("exp(-x)^0.1*x", 900.0): "out_of_range", ("x*x/x", 1e-160): "out_of_range",
    ("x^4/x^3", 3e-90): "out_of_range", ("ln(exp(-x))", 740.0): "out_of_range",
    ("(exp(x)-1)/x", 1e-9): "lost_digits", ("sqrt(x*x+1e-300)", 1e-155): "verified",
    ("exp(sinc(x^2))", 0.0): "verified", ("exp(x^3)", 1e250): "out_of_range",
    ("exp(exp(x))", 1500.0): "out_of_range", ("cosh(x^3)", 1e300): "out_of_range",
    ("2^(x^3)", 1e300): "out_of_range", ("besseli0(x^3)", 1e300): "out_of_range",
    ("sinh(x^5)", 1e100): "out_of_range", ("x^x^x", 400.0): "out_of_range",
    ("x^(x^4)", 1e100): "out_of_range", ("exp(x)^exp(x)", 900.0): "out_of_range",
    ("expm1(x^9)", 1e60): "out_of_range", ("0^x", 1.0): "verified", ("0^x", 3.0): "verified",
}  # fmt: skip


@pytest.mark.parametrize("case", NOT_WRONG)
def test_wrong_needs_a_proof(case: tuple[str, float]) -> None:
    """What SymPy cannot say, or no ball can hold, is never called wrong."""
    assert NOT_WRONG[case] == sg.parse(case[0], limits=HERE).verify(x=case[1]).verdict


HESSIANS = {  # text, point: the second partials as texts of mpmath, or NONE
    ("x^2*y+sin(x*y)", (1.0, 2.0)): (
        "2*Y-Y**2*sin(X*Y)", "2*X+cos(X*Y)-X*Y*sin(X*Y)", "-X**2*sin(X*Y)",
    ),
    ("exp(x/y)", (0.1, 3.0)): (
        "exp(X/Y)/Y**2", "-exp(X/Y)/Y**2-X*exp(X/Y)/Y**3", "exp(X/Y)*X*(2*Y+X)/Y**4",
    ),
    ("x^y", (2.0, 0.5)): ("Y*(Y-1)*X**(Y-2)", "X**(Y-1)*(1+Y*log(X))", "X**Y*log(X)**2"),
    ("(1-cos(x))*y", (1e-8, 1.0)): ("cos(X)*Y", "sin(X)", "mpf(0)"),
    ("(x^2+y^2)^(3/2)", (0.0, 0.0)): ("mpf(0)", "mpf(0)", "mpf(0)"),
    ("relu(x)-relu(-x)+y^2", (0.0, 3.0)): ("mpf(0)", "mpf(0)", "mpf(2)"),
    ("sqrt(x^4)+y", (0.0, 1.0)): ("mpf(2)", "mpf(0)", "mpf(0)"),
    ("x^2*|x|+x*y", (0.0, 1.0)): ("mpf(0)", "mpf(1)", "mpf(0)"),
    ("atan2(y,x)", (0.3, 0.7)): (
        "2*X*Y/(X**2+Y**2)**2", "(Y**2-X**2)/(X**2+Y**2)**2", "-2*X*Y/(X**2+Y**2)**2",
    ),
    ("max(atan(x)+x,0.5)*y", (6.0, 2.0)): (
        "-2*X*Y/(1+X**2)**2", "1+1/(1+X**2)", "mpf(0)",
    ),
    ("min(cos(x),cot(x))+min(sigmoid(y),y)", (1.25, 2.0)): (
        "-cos(X)", "mpf(0)", "-sech(Y/2)**2*tanh(Y/2)/4",
    ),
    ("if(x<=x,erfcx(x),x)*y", (2.0, 1.0)): (
        "2*exp(X**2)*erfc(X)+2*X*(2*X*exp(X**2)*erfc(X)-2/sqrt(pi))",
        "2*X*exp(X**2)*erfc(X)-2/sqrt(pi)", "mpf(0)",
    ),
    ("if(y<=y,bessely0(y),y)+x*(3y)^(y/y)", (1.0, 3.375)): (
        "mpf(0)", "mpf(3)", "bessely(1,Y)/Y-bessely(0,Y)",
    ),
    ("if(x<=x,besselk(1/2,x),x)+y", (0.5, 1.0)): (
        "diff(lambda t: besselk(0.5,t),X,2)", "mpf(0)", "mpf(0)",
    ),
    ("if(x<=x,log_ndtr(x)+ndtri(y)*x,x)", (-1.0, 0.25)): (
        "diff(lambda t: log(erfc(-t/sqrt(2))/2),X,2)", "1/diff(ncdf,-sqrt(2)*erfinv(1-2*Y))",
        "-sqrt(2)*erfinv(1-2*Y)/diff(ncdf,-sqrt(2)*erfinv(1-2*Y))**2*X",
    ),
    ("0^x*y", (0.0, 1.0)): NONE, ("x^y", (0.0, 0.0)): NONE,
    ("x*|x|+y", (0.0, 1.0)): NONE, ("|x|*y", (0.0, 1.0)): NONE, ("y*x^1.5", (0.0, 1.0)): NONE,
    ("max(x,y)^2", (1.0, 1.0)): NONE, ("sqrt(x/x)*min(1e-300,y)^(1/3)", (5e-324, 0.0)): NONE,
    ("min(y,y)*x^1.5/if(x<=0,besselj0(x),x-x)", (0.0, 1e-150)): NONE,
}  # fmt: skip


@pytest.mark.parametrize("case", HESSIANS)
def test_exact_hessians(case: tuple[str, tuple[float, float]]) -> None:
    """hessian(exact=True) is correctly rounded; where there is no second derivative, no number."""
    f, (x, y) = sg.parse(case[0], variables=["x", "y"], limits=HERE), case[1]
    if HESSIANS[case] == NONE:
        with pytest.raises((OutOfDomain, Undecided)):
            f.hessian(x=x, y=y, exact=True)
        return
    with mpmath.workdps(60):
        names = {**vars(mpmath), "X": mpmath.mpf(x), "Y": mpmath.mpf(y)}
        xx, xy, yy = (float(eval(told, names)) for told in HESSIANS[case])
    found = f.hessian(x=x, y=y, exact=True)
    assert (xx, xy, xy, yy) == (found["x"]["x"], found["x"]["y"], found["y"]["x"], found["y"]["y"])


def test_what_is_zero_for_one_side_only_proves_nothing() -> None:
    """5e-474 counts as 0 in balls that are wide, and as more than 0 in narrow ones: never wrong."""
    f = sg.parse("|expm1(x)*(y+1e-150)|", limits=HERE)
    assert "wrong" != f.verify(x=5e-324, y=5e-324).verdict


# By hand: each is a polynomial or an even function written with a root, whose rules meet 0/0 at 0.
FURTHER = {
    ("sqrt(x^4)", 2): 2, ("sqrt(x^4)", 3): 0, ("cbrt(x)^6", 2): 2, ("cosh(sqrt(x^2))", 2): 1,
    ("cosh(sqrt(x^2))", 4): 1, ("cos(sqrt(x^2))", 2): -1, ("sqrt(x^6)", 2): 0,
    ("sqrt(x^4)*x", 3): 6, ("exp(sqrt(x^4))", 4): 12, ("sqrt(x^8)", 4): 24, ("cosh(|x|)", 3): 0,
    ("sqrt(x^2)^3", 2): 0, ("cbrt(x^3)^2", 2): 2,
}  # fmt: skip


@pytest.mark.parametrize(("text", "order"), FURTHER)
def test_a_derivative_that_its_formula_loses_is_told(text: str, order: int) -> None:
    """Where f is smooth and its derivative's graph meets 0/0, f's expansion tells the number."""
    found = sg.parse(text).verify(order=order, x=0.0)
    [(_, check)] = found.partials.items()
    assert check.verdict in ("verified", "convention")
    assert FURTHER[text, order] == check.exact


# By hand: f is its own limit at a removable joint, where the derivative's formula is 0/0.
JOINTS = {
    ("if(x=0, 1, sin(x)/x)", 0.0): (0.0, -1 / 3), ("if(x=0, 1, (exp(x)-1)/x)", 0.0): (0.5, 1 / 3),
    ("if(x=0, 1, tan(x)/x)", 0.0): (0.0, 2 / 3), ("if(x=1, 1, ln(x)/(x-1))", 1.0): (-0.5, 2 / 3),
    ("if(x=1, 3, (x^3-1)/(x-1))", 1.0): (3.0, 2.0), ("if(x=0, 1, x/sin(x))", 0.0): (0.0, 1 / 3),
    ("if(x=0, 0.5, (1-cos(x))/x^2)", 0.0): (0.0, -1 / 12),
}  # fmt: skip


@pytest.mark.parametrize("case", JOINTS)
def test_second_derivatives_at_a_joint(case: tuple[str, float]) -> None:
    """A branch that holds at one point alone says nothing of the derivatives there."""
    text, x = case
    f, (first, second) = sg.parse(text), JOINTS[case]
    found = f.verify(order=2, x=x)
    assert first == found.value.exact
    assert second == pytest.approx(found.partials["x"].exact, rel=1e-15)
    assert found.partials["x"].verdict in ("verified", "convention")
    assert found.partials["x"].exact == f.hessian(x=x, exact=True)["x"]["x"]


# f = o(t^n) beside 0, and yet f'(t)/t swings, or grows without bound
SWINGS = [
    ("if(x=0, 0, x^3*sin(1/x))", 2), ("if(x=0, 0, x^3*cos(1/x^2))", 2),
    ("if(x=0, 0, |x|^3*cos(1/x))", 2), ("if(x=0, 0, x^3*|sin(1/x)|)", 2),
    ("if(x=0, 1, 1 + x + x^3*sin(1/x))", 2), ("if(x=0, 0, x^3*sign(sin(1/x)))", 2),
    ("if(x=0, 1, exp(x^3*sin(1/x)))", 2), ("if(x=0, 0, x^3*max(sin(1/x), 0))", 2),
    ("if(x>0, x*exp(-sqrt(-ln(x))), 0)", 2), ("if(x=0, 0, x*exp(-cbrt(-ln|x|)))", 2),
    ("if(x=0, 0, x^4*sin(1/x))", 3), ("if(x=0, 0, x^7*sin(1/x^2))", 3),
    ("if(x=0, 0, x^4*cos(1/x^2))", 2), ("if(x=0, 0, x^2*sin(ln|x|))", 2),
    ("if(x=0, 0, max(x^5*sin(1/x), 0))", 2), ("if(x=0, 0, x^2*Si(1/x) - pi*|x|*x/2)", 2),
]  # fmt: skip


@pytest.mark.parametrize(("text", "order"), SWINGS)
def test_what_is_small_beside_a_power_may_have_no_derivative(text: str, order: int) -> None:
    """Neither a number nor that there is none is claimed: what may swing has lost powers of x."""
    f = sg.parse(text)
    check = f.verify(order=order, x=0.0).partials["x"]
    assert check.verdict == "undecided" and check.exact is None
    if order == 2:
        with pytest.raises(sg.Undecided):
            f.hessian(x=0.0, exact=True)


# By hand: each derivative of sin(1/x^p) costs p + 1 powers of x, and f'(x)/x still tends to that.
CALMED = [
    ("if(x=0, 0, x^4*sin(1/x))", 2, 0.0), ("if(x=0, 0, x^5*sin(1/x))", 2, 0.0),
    ("if(x=0, 0, x^7*sin(1/x))", 3, 0.0), ("if(x=0, 0, x^5*cos(1/x^2))", 2, 0.0),
    ("if(x=0, 0, x^6*cos(1/x) + x^2)", 2, 2.0), ("if(x=0, 0, x^4*sin(ln|x|))", 2, 0.0),
    ("if(x=0, 0, exp(-1/x^2)*sin(1/x))", 2, 0.0), ("if(x=0, 1, cos(x^5*sin(1/x)) + x^2)", 2, 2.0),
    ("if(x=0, 0, x^3*Si(1/x) - pi*|x|^3/2)", 2, 0.0),
]


@pytest.mark.parametrize(("text", "order", "slope"), CALMED)
def test_what_swings_and_is_small_enough_has_a_derivative(
    text: str, order: int, slope: float
) -> None:
    """x^5*sin(1/x) has f''(0) = 0: f' is 5x^4 sin(1/x) - x^3 cos(1/x)."""
    f = sg.parse(text)
    check = f.verify(order=order, x=0.0).partials["x"]
    assert check.verdict in ("verified", "convention") and slope == check.exact
    assert order > 2 or slope == f.hessian(x=0.0, exact=True)["x"]["x"]


@pytest.mark.parametrize(("text", "x", "second"), [
    ("min(sin(x)^2 + cos(x)^2, 1)", 1.0, 0.0), ("max(exp(x)*exp(-x), 1)", 2.0, 0.0),
    ("min(cosh(x)^2 - sinh(x)^2, 1) + x^2", 0.5, 2.0),
    ("|sin(2x) - 2sin(x)cos(x)| + x^2", 1.5, 2.0),
    ("max(ln(x^2) - 2ln(x), 0) + x^3", 3.0, 18.0),
])  # fmt: skip
def test_a_choice_between_two_that_stay_equal(text: str, x: float, second: float) -> None:
    """Neither an identity nor its choice is proved; but either of the two has this derivative."""
    f = sg.parse(text)
    check = f.verify(order=2, x=x).partials["x"]
    assert ("verified", second) == (check.verdict, check.exact)
    assert second == f.hessian(x=x, exact=True)["x"]["x"]


@pytest.mark.parametrize(("text", "slope"), [
    ("if(x>0, x^3*exp(-sqrt(-ln(x))), 0)", 0.0), ("if(x=0, 0, x^2/ln|x|)", 0.0),
    ("if(x=0, 0, exp(-1/x^2))", 0.0), ("if(x>0, x^x, 1)*x^2", 2.0),
])  # fmt: skip
def test_what_does_not_swing_is_differentiated_term_by_term(text: str, slope: float) -> None:
    """Powers, ln and e^x lie in a Hardy field, where a small f has small derivatives."""
    assert slope == sg.parse(text).hessian(x=0.0, exact=True)["x"]["x"]


@pytest.mark.parametrize("text", ["sqrt(x^2)", "sqrt(x^6) + |x|", "x^2*sign(x)"])
def test_a_second_derivative_that_is_none_is_not_told(text: str) -> None:
    """Both sides must agree."""
    check = sg.parse(text).verify(order=2, x=0.0).partials["x"]
    assert check.verdict not in ("verified", "convention") and check.exact is None


SECOND = {  # text, x: the second derivative in mpmath; SymPy's answer has re(u), Subs, zoo, ...
    ("|acot(x)|^3", 1.5): "-3*acot(X)**2*diff(acot,X,2)*-1+6*acot(X)/(1+X**2)**2",
    ("cbrt(sin(x)^(4/3))", 1.0): "diff(lambda t: sin(t)**(mpf(4)/9),X,2)",
    ("root(1/x^2,5)", 2.6): "mpf(14)/25*X**(-mpf(12)/5)",
    ("relu(x)^(-2)", 4.0): "6/X**4", ("min(1/2,x)/hardswish(x)", -1.5): "12/(X+3)**3",
    ("hyp2f1(2,0.5,2,x)+x", 0.5): "mpf(3)/4*(1-X)**(-mpf(5)/2)",
    ("if(x>=x,softsign(x),x)", -2.5): "2/(1-X)**3", ("sign(x^0.1)", 2e176): "0",
    ("softsign(csc(atan2(x,x)))", 1.3): "0", ("|acosh(root(x,4))|*x", 16.0):
        "diff(lambda t: acosh(t**0.25)*t,X,2)",
    ("sqrt(max(x,0)*(1+x))", -0.5): "0", ("sinc(x-x)*x^2", 3.0): "2",
    ("relu(x)*sinc(relu(-x))", 1.0): "0", ("sinc(x-x)*x", 1e300): "0",
    ("min((x/x)^4,sign(x))+x^2", 2.0): "2",
    ("min(if(x>x,x,x)+x^(3/2),atan(sinpi(x)))", 1e-8): "mpf(3)/4/sqrt(X)",
}  # fmt: skip


@pytest.mark.parametrize("case", SECOND)
def test_second_order_by_operations(case: tuple[str, float]) -> None:
    """Where SymPy's second derivative cannot be evaluated, its meanings' power series can."""
    found = sg.parse(case[0], limits=HERE).verify(x=case[1], order=2)
    assert ("verified", truth(SECOND[case], case[1])) == (found.verdict, found.partials["x"].exact)


IN_RANGE_NO_MORE = {  # text: x, where float64 has no second derivative, though f has a value
    "exp10(x*x)": 1e120, "csc(1e300/x)": 3.3, "acsch(mod(0.1, x))": 8.170095738401916e-142,
    "sec(min(x, x)*x*1e150)": -745.0, "x/log_sigmoid(x)": 1e5,
}  # fmt: skip


@pytest.mark.parametrize("text", IN_RANGE_NO_MORE)
def test_what_overflows_is_not_undefined(text: str) -> None:
    """That f has no value is said where it is proven, not where a first look sees nothing."""
    found = sg.parse(text, limits=HERE).verify(x=IN_RANGE_NO_MORE[text], order=2)
    assert "out_of_range" == found.partials["x"].verdict


@pytest.mark.parametrize("branch", ["1/x", "1/sqrt(x)", "ln(x)", "x^-2", "1/ln(x)", "tan(x)/x"])
@pytest.mark.parametrize("order", [2, 3])
def test_a_branch_not_taken_takes_part_in_no_order(branch: str, order: int) -> None:
    """What has no value where it is not chosen has no share in any derivative."""
    for x in (0.0, -1.0):
        f = sg.parse(f"if(t > 5, {branch}, t^3)")
        assert "verified" == f.verify(order=order, x=x, t=2.0).verdict


NO_PROOF = [  # what is not wrong, though floats, or SymPy's choice at a bend, say something else
    ("x*y^-1", {"x": -0.0, "y": 1e-160}, 2), ("x/y*(x - x)", {"x": 1e300, "y": 5e-324}, 2),
    ("relu6(y/0.5)", {"y": -0.0}, 2), ("max(hardtanh(y), x - x)", {"x": 40.0, "y": 1.0}, 2),
    ("x*y^-2", {"x": 0.0, "y": 1e-110}, 1), ("floor(log1mexp(x))", {"x": 1e16}, 1),
    ("floor(sech(x))", {"x": 5e-324}, 1), ("ceil(cosh(x))", {"x": 5e-324}, 1),
    ("max(max(x, y), x)", {"x": 1.5, "y": 1.5}, 2), ("min(y*y, x)", {"x": -3.0, "y": 1e308}, 2),
    ("min(if(y < x, x, x), max(x, y))", {"x": 3.0, "y": 3.0}, 2),
    ("min(min(y, 1e-300), min(y, x))", {"x": -0.875, "y": -0.875}, 2),
    ("max(x, y, x)^2*y", {"x": 1.0, "y": 1.0}, 2), ("max(x*x, 2)*min(x*x, 2)", {"x": 1e200}, 2),
    ("0*x/y + y", {"x": 1e300, "y": 1e-300}, 1), ("relu(x)*x/x", {"x": 5e-324}, 2),
]  # fmt: skip


@pytest.mark.parametrize(("text", "point", "order"), NO_PROOF)
def test_wrong_is_a_proof(text: str, point: dict[str, float], order: int) -> None:
    """0 times what overflowed, a value at a bend, a jump nearer than any ball: none is a fault."""
    assert "wrong" != sg.parse(text).verify(point, order=order).verdict


@pytest.mark.parametrize(("text", "x"), [
    ("hardtanh(erf(x))^3", -40.0), ("max(erf(x^2), relu6(x)/6)", 7.0), ("relu(1 - tanh(x))", 900.0),
])  # fmt: skip
def test_a_bend_that_no_float_sees_is_none(text: str, x: float) -> None:
    """A kink nearer than 2^-1200 counts as met, and so do slopes that are as near."""
    assert {"x": 0.0} == sg.parse(text).gradient(x=x, exact=True)


# Where f bends or jumps, none of its derivatives beyond exists, though the rules give a number.
NO_HIGHER = {
    "sign(x)": 1, "floor(x)": 1, "if(x > 0, 1, 2)": 1, "|x|": 1, "x*sign(x)": 1, "relu(x)": 1,
    "x^2*sign(x)": 2, "x^2*floor(x)": 2, "max(x, 0)^2": 2, "if(x > 0, x^2, -x^2)": 2,
    "|x|^3": 3, "x^3*sign(x)": 3, "clamp(x, 0, 1)": 1,
}  # fmt: skip


@pytest.mark.parametrize("text", NO_HIGHER)
def test_no_derivative_is_verified_beyond_a_bend(text: str) -> None:
    """The first order at which there is none is the last that could be: sign''(0) is not 0."""
    for order in range(NO_HIGHER[text], 5):
        check = sg.parse(text).verify(order=order, x=0.0).partials["x"]
        assert check.verdict in ("kink", "undefined") and check.exact is None, order


@pytest.mark.parametrize("text", ["|x|*y", "max(x, 0)*y"])
def test_no_mixed_derivative_is_verified_along_a_bend(text: str) -> None:
    """d2f/dxdy does not exist on the line where f bends in x; d2f/dy2 does."""
    found = sg.parse(text).verify(order=2, x=0.0, y=2.0).partials
    assert found["x,y"].verdict in ("kink", "undefined")
    assert found["y,x"].verdict in ("kink", "undefined")
    assert ("verified", 0.0) == (found["y,y"].verdict, found["y,y"].exact)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("abs(x)", "a corner: float64's choice lies between"),
        ("sqrt(x)", "a vertical tangent: no finite derivative"),
        ("cbrt(x)", "a vertical tangent: no finite derivative"),
        ("-cbrt(x)", "a vertical tangent: no finite derivative"),
        ("sqrt(abs(x))", "a cusp"),
        ("if(x > 0, sqrt(x), x)", "a corner with one vertical side"),
        ("x^x", "a vertical tangent: no finite derivative"),
    ],
)
def test_a_bend_is_called_what_it_is(text: str, told: str) -> None:
    """Nothing is said of an interval where there is none."""
    assert told == sg.parse(text).verify(x=0).partials["x"].note
