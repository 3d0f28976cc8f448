"""Points where a row needs care: the origin of roots, and far left of 0."""

from __future__ import annotations

import math
from typing import Any

import mpmath
import pytest
from flint import arb, ctx

import symgrad as sg
from symgrad.arithmetic.balls import BALLS, precision
from symgrad.engine import Tape
from symgrad.limits import Deadline, Limits
from symgrad.ops import OPS
from symgrad.symbolic.in_balls import HEADS
from symgrad.symbolic.in_series import Taylor
from symgrad.verification.column import FEW_NAMES, MOST_COMPARED, Column, cut
from symgrad.verification.runs import BallRun, Problem, settled

from .counting import counted


@pytest.mark.parametrize("n", range(2, 8))
@pytest.mark.parametrize("x", [0.0, 1.0, -1.0])
def test_roots(n: int, x: float) -> None:
    """Every root has a verdict at 0, at 1 and at -1, and its exact gradient where there is one."""
    f = sg.parse(f"root(x, {n})")
    outside = x < 0 and n % 2 == 0
    expected = "undefined" if outside else "kink" if x == 0 else "verified"
    assert expected == f.verify(x=x).verdict
    if expected == "verified":
        assert 1 / n == f.gradient(x=x, exact=True)["x"]
    else:
        with pytest.raises(sg.OutOfDomain):
            f.gradient(x=x, exact=True)


@pytest.mark.parametrize(
    ("text", "verdict"), [("root(x^2, 2)", "kink"), ("root(x^4, 2)", "verified")]
)
def test_roots_of_powers_at_the_origin(text: str, verdict: str) -> None:
    """root(x^2, 2) is |x|, root(x^4, 2) is x^2."""
    assert verdict == sg.parse(text).verify(x=0.0).verdict


@pytest.mark.parametrize("x", [-1e-300, -5e-324, -1e-20, -0.5])
@pytest.mark.parametrize("n", [0, 1, 2])
def test_zeta_just_left_of_0(n: int, x: float) -> None:
    """Where Arb's own goes over 1 - x, a pole in too few bits: mpmath has no such trouble."""
    with mpmath.workdps(400):
        slope = float(mpmath.zeta(mpmath.mpf(x), 1, n + 1))
    f = sg.parse(f"zeta_derivative({n}, x)" if n else "zeta(x)")
    assert slope == f.gradient(x=x, exact=True)["x"]
    assert "verified" == f.verify(x=x).verdict


def test_zeta_of_what_is_below_all_floats() -> None:
    """silu(-1e5) is -1e-43424: decided at once, where it took minutes of ever more bits."""
    assert "out_of_range" == sg.parse("zeta(silu(-z)) + 2.32").verify(z=1e5).verdict


@pytest.mark.parametrize(("text", "x", "verdict"), [
    ("1/log_ndtr(x)", 710.0, "out_of_range"), ("cbrt(log_ndtr(x))", 710.0, "out_of_range"),
    ("log_ndtr(x)", -1e16, "verified"), ("log_ndtr(x)", 0.0, "verified"),
    ("log_ndtr(x)^2", 5.0, "verified"), ("tan(log_ndtr(x))", -1e16, "lost_digits"),
])  # fmt: skip
def test_the_normal_distribution_far_out(text: str, x: float, verdict: str) -> None:
    """On the right ln(1 - u), where 1 - u is 1 in any ball; on the left u is no mere bound."""
    assert verdict == sg.parse(text).verify(x=x).verdict


@pytest.mark.parametrize(("text", "x"), [
    ("hardsigmoid(x+x)", 1.7e308), ("hardsigmoid(x*x+x)", 1e200), ("hardsigmoid(-x*x-x)", 1e200),
])
def test_a_flat_slope_beyond_floats_is_no_proof(text: str, x: float) -> None:
    """Floats have nan for a slope of 0 at what overflowed, and so have the balls they stay in."""
    assert "out_of_range" == sg.parse(text).verify(x=x).verdict


def test_no_more_bits_are_taken_once_the_time_is_over() -> None:
    """What stays open is asked again with twice the bits while the clock allows it."""
    times = iter([0.0, 1.0, 2.0, 99.0])
    tape, seen = Tape.of([sg.parse("x").root]), []
    deadline = Deadline(10.0, lambda: next(times))
    problem = Problem(tape, None, ("x",), Limits.library, deadline=deadline)
    found = settled(lambda: seen.append(ctx.prec) or BallRun((), unsettled="open"), problem)
    assert ("open", 3) == (found.unsettled, len(seen))
    assert seen == [seen[0], 2 * seen[0], 4 * seen[0]]


def test_a_parameter_that_is_not_whole() -> None:
    """A row whose parameter is no whole number has no value in balls, and raises nothing."""
    beside = arb(4) - arb(2) ** -40
    rows = (BALLS.root(arb(2), beside), BALLS.besselj(beside, arb(2)), BALLS.polygamma(-1, arb(2)))
    assert [False] * 3 == [ball.is_finite() for ball in rows]


@pytest.mark.parametrize(
    ("text", "x", "verdict"),
    [
        ("polygamma(3,x)", -1e8 - 0.5, "verified"), ("polygamma(1,x)", -1e10 - 0.25, "verified"),
        ("digamma(x)", -1e10, "undefined"), ("digamma(x)", -1e10 - 0.25, "verified"),
        ("digamma(x)", -1e300, "undefined"), ("lgamma(x)", -1e10 - 0.5, "verified"),
    ],
)  # fmt: skip
def test_far_left_of_zero(text: str, x: float, verdict: str) -> None:
    """The gamma family costs little at any negative argument, on a pole or beside it."""
    sg.parse(text).verify(x=2.0)  # SymPy is loaded
    verification, work = counted(lambda: sg.parse(text).verify(x=x))
    assert verdict == verification.verdict
    assert 5_000 > work


@pytest.mark.parametrize("order", range(5))
@pytest.mark.parametrize("x", [-0.3, -5.25, -99.5, -100.25, -123.0625])
def test_reflection(order: int, x: float) -> None:
    """Engine and reference reach the left by ways of their own, and to mpmath's numbers."""
    with precision(160), mpmath.workprec(160):
        truth = float(mpmath.psi(order, x))
        found = [
            float(side(arb(order), arb(x)).mid()) for side in (BALLS.polygamma, HEADS["polygamma"])
        ]
    assert pytest.approx([truth, truth], rel=1e-14) == found


@pytest.mark.parametrize(("y", "x"), [(0.0, -2.0), (-0.0, -2.0), (-0.0, 2.0), (-1.0, -0.0)])
def test_the_sign_of_a_zero_is_no_number_s(y: float, x: float) -> None:
    """-0.0 is 0: the angle of (-2, -0.0) is pi, eager and compiled."""
    f = sg.parse("atan2(y, x)")
    expected = float(mpmath.atan2(y + 0.0, x + 0.0))
    assert expected == f(x=x, y=y)
    for backend in ("python", "numpy", "llvm"):
        assert expected == sg.compile(f, backend=backend)(x=x, y=y)[0]


@pytest.mark.parametrize(("exponent", "x", "verdict", "slope"), [
    ("sqrt(4)", -2.0, "verified", -4.0), ("cos(0)", -2.0, "verified", 1.0),
    ("cbrt(27)", -2.0, "verified", 12.0), ("sqrt(2)", -2.0, "undefined", None),
    ("ln(e^2)", -2.0, "verified", -4.0), ("sqrt(2)^2", -1.5, "lost_digits", None),
    ("ln e", -2.0, "verified", 1.0), ("log10(1000)", -2.0, "verified", 12.0),
    ("sin(1)^2+cos(1)^2", -2.0, "verified", 1.0), ("cos(pi)", -2.0, "verified", -0.25),
    ("2sin(pi/6)", -3.0, "lost_digits", None), ("sin(2)^2+cos(2)^2-1", 0.0, "verified", None),
    ("log2(8)", 2.0, "verified", 12.0), ("2*1", -2.0, "verified", -4.0),
    ("6/2", -2.0, "verified", 12.0), ("0.5+0.5", -2.0, "verified", 1.0),
    ("|-2|", -2.0, "verified", -4.0), ("3!-4", -2.0, "verified", -4.0),
    ("2*0", 0.0, "verified", 0.0), ("floor(0.5)", 0.0, "verified", 0.0),
    ("1-1", 0.0, "verified", 0.0), ("1-3", -2.0, "verified", 0.25), ("1-3", 0.0, "undefined", None),
])  # fmt: skip
def test_an_exponent_that_may_be_whole(
    exponent: str, x: float, verdict: str, slope: float | None
) -> None:
    """x^sqrt(4) has values below 0; what is nearer to a whole number than 2^-1200 counts as it."""
    f = sg.parse(f"x^({exponent})")
    assert verdict == f.verify(x=x).verdict
    if slope is not None:
        assert {"x": slope} == f.gradient(x=x) == f.gradient(x=x, exact=True)
        assert "verified" == f.verify(x=x, order=2).verdict
        f.hessian(x=x, exact=True)  # is no power of a negative number without a value


@pytest.mark.parametrize(("text", "x", "slope"), [
    ("if(|pi| > pi, ln(x), x^2)", -0.5, -1.0),
    ("if(sin(1)^2 + cos(1)^2 > 1, ln(x), x^3)", -2.0, 12.0),
    ("if(e^pi*e^-pi < 1, sqrt(x), x)", -1.0, 1.0), ("if(|pi| <= pi, x^2, |x + 1|)", -1.0, -2.0),
])  # fmt: skip
def test_a_branch_below_an_open_condition_proves_nothing(
    text: str, x: float, slope: float
) -> None:
    """In few bits |pi| may be more than pi: that ln(x) has no value then says nothing of f."""
    f = sg.parse(text)
    check = f.verify(x=x).partials["x"]
    assert ("verified", slope) == (check.verdict, check.exact)
    assert slope == f.gradient(x=x, exact=True)["x"] and f.hessian(x=x, exact=True)
    assert "verified" == f.verify(x=x, order=2).verdict


@pytest.mark.parametrize(("text", "x", "second"), [
    ("(cosh(x) + 2x)^x", 0.0, lambda t: (mpmath.cosh(t) + 2 * t) ** t),
    ("(x + 2)^sin(x)", 0.0, lambda t: (t + 2) ** mpmath.sin(t)),
    ("(x^2 + 1)^(x - 1)", 1.0, lambda t: (t * t + 1) ** (t - 1)),
    ("x^ln(x)", 1.0, lambda t: t ** mpmath.log(t)),
])  # fmt: skip
def test_second_derivatives_where_an_exponent_is_0(text: str, x: float, second: Any) -> None:
    """By b the slope b*a^(b-1) of a^b is a^(b-1) at b = 0, where a choice of 0 has no slope."""
    f = sg.parse(text)
    with mpmath.workdps(40):
        truth = float(mpmath.diff(second, x, 2))
    assert truth == f.hessian(x=x, exact=True)["x"]["x"]
    assert pytest.approx(truth, rel=1e-14) == f.hessian(x=x)["x"]["x"]
    assert ["verified"] * 2 == [f.verify(x=x, order=order).verdict for order in (2, 3)]


def test_a_power_below_a_branch_not_taken_is_no_number_of_f() -> None:
    """Its slope is chosen once: a sum of two choices would be 0 times what has no value."""
    assert "verified" == sg.parse("if(t > 5, x^x, t^3)").verify(x=-1.5, t=2.0, order=3).verdict


def test_the_hessian_of_a_power_at_0() -> None:
    """Of x^y at (2, 0), in every backend."""
    f, at = sg.parse("x^y"), {"x": 2.0, "y": 0.0}
    assert "verified" == f.verify(at, order=2).verdict
    ways = (sg.compile(f, order=2, backend=way) for way in ("python", "numpy", "llvm"))
    for found in (f.hessian(at, exact=True), *(way.hessian(at) for way in ways)):
        assert (0.5, 0.5) == (found["x"]["y"], found["y"]["x"])


@pytest.mark.parametrize(("text", "x", "value", "verdict"), [
    ("acos(log2(x))", 0.5, math.pi, "kink"), ("sqrt(log2(x) - 3)", 8.0, 0.0, "kink"),
    ("asin(log10(x)/3)", 1000.0, math.pi / 2, "kink"), ("acosh(log2(x))", 2.0, 0.0, "kink"),
    ("acos(log2(x))^2", 2.0, 0.0, "verified convention"),
    ("sqrt(log2(x) - 3)^4", 8.0, 0.0, "verified convention"),
])  # fmt: skip
def test_ends_of_domains_that_are_calculated(
    text: str, x: float, value: float, verdict: str
) -> None:
    """log2(8) is 3 to 4096 bits, and a ball around 0 has a root there as 0 has."""
    f = sg.parse(text)
    found = f.verify(x=x)
    assert (value, "verified") == (found.value.exact, found.value.verdict)
    assert found.partials["x"].verdict in verdict.split()
    assert value == f(x=x, exact=True)


def test_a_fifth_is_no_digit() -> None:
    """0.3 + (1e16 + 1.4) - 1e16 is 1.7, and 2 in floats: less than half of it off."""
    value = sg.parse("x + (1e16 + y) - 1e16").verify(x=0.3, y=1.4).value
    assert ("lost_digits", 2.0) == (value.verdict, value.engine)


def test_lambert_s_function_at_its_end() -> None:
    """W(-1/e) is -1, though a float run rounds -1/e to a number that has no W."""
    f = sg.parse("x*lambertw(-1/e)")
    assert (-1.0, {"x": -1.0}) == (f(x=1.0, exact=True), f.gradient(x=1.0, exact=True))
    assert "lost_digits" == f.verify(x=1.0).verdict


LOST = {  # the derivatives, of which floats have no digit there
    "(x + x)/silu(x)": (2.6e-17, lambda x: -2 * mpmath.exp(-x)),
    "sin(x) - x": (1e-9, lambda x: mpmath.cos(x) - 1),
    "x/sin(x)": (1e-9, lambda x: (mpmath.sin(x) - x * mpmath.cos(x)) / mpmath.sin(x) ** 2),
}


@pytest.mark.parametrize("text", LOST)
def test_a_number_of_which_nothing_is_right_is_not_verified(text: str) -> None:
    """0 for -2 has lost its digits, however large the summands were; and so has 2 for 1.7."""
    x, slope = LOST[text]
    check = sg.parse(text).verify(x=x).points[0].checks[1]
    with mpmath.workdps(80):
        exact = float(slope(mpmath.mpf(x)))
    assert ("lost_digits", exact) == (check.verdict, check.exact)


@pytest.mark.parametrize(("text", "x", "slope"), [
    ("1/(1e16 + x - 1e16)", 0.5, -4.0), ("ln(1e20 + x - 1e20)", 0.5, 2.0),
    ("x^(sqrt(2)^2)", -3.0, -6.0), ("acos(sin(x)^2 + cos(x)^2 - 1e-20)", 1.3, 0.0),
])  # fmt: skip
def test_what_rounding_leaves_without_a_value_is_lost(text: str, x: float, slope: float) -> None:
    """Nothing over- or underflows in 1/(1e16 + 0.5 - 1e16): its digits are gone, all of them."""
    check = sg.parse(text).verify(x=x).partials["x"]
    assert ("lost_digits", slope) == (check.verdict, check.exact)


def beta(a: Any, b: Any) -> Any:
    return mpmath.gamma(a) * mpmath.gamma(b) * mpmath.rgamma(a + b)


BETAS = {  # where a + b is a pole of gamma, 1/gamma(a + b) is 0 and has a slope
    ("beta(x, y)", 0.5, -0.5): "-2*pi", ("beta(x, y)", -0.5, -0.5): "diff(B, (X, Y), (1, 0))",
    ("beta(x, y)", 0.5, -1.5): "diff(B, (X, Y), (1, 0))", ("beta(x, -x)", 0.3, 0.0): "0",
    ("x + beta(x, -1 - x)", 0.25, 0.0): "1",
}  # fmt: skip


@pytest.mark.parametrize("case", BETAS)
def test_beta_where_its_arguments_add_up_to_a_pole(case: tuple[str, float, float]) -> None:
    """gamma(a)*gamma(b)/gamma(a + b) is smooth there; the rules have infinity times 0."""
    text, *point = case
    f = sg.parse(text)
    at = dict(zip(f.variables, point))
    with mpmath.workdps(40):
        x, y = map(mpmath.mpf, point)
        slope = float(eval(BETAS[case], {**vars(mpmath), "B": beta, "X": x, "Y": y}))
    check = f.verify(at).partials["x"]
    assert ("convention", slope) == (check.verdict, check.exact)
    assert slope == f.gradient(at, exact=True)["x"]


def test_a_hessian_of_beta_beside_a_pole() -> None:
    """That the slope's formula has no value says nothing of the second derivatives."""
    with mpmath.workdps(40):
        second = float(mpmath.diff(beta, (mpmath.mpf("0.5"), mpmath.mpf("-0.5")), (1, 1)))
    assert second == sg.parse("beta(x, y)").hessian(x=0.5, y=-0.5, exact=True)["x"]["y"]


@pytest.mark.parametrize(("text", "slope"), [
    ("exp10(1e40)*x", math.inf), ("x*digamma(1e10)", 23.02585092994046 - 5e-11),
    ("x*lgamma(1e9)", 19723265827.503716),
])  # fmt: skip
def test_constants_too_long_to_write_out_are_decided_at_once(text: str, slope: float) -> None:
    """10^(10^40), and the sum of 10^10 reciprocals, are no numbers that SymPy should work out."""
    f = sg.parse(text, limits=Limits(seconds=10))
    assert "undecided" != f.verify(x=1.0).verdict
    assert pytest.approx(slope, rel=1e-15) == f.gradient(x=1.0, exact=True)["x"]


@pytest.mark.parametrize("constant", [
    "ln(1e6)", "sin(1e6)", "erf(1e6)", "ceil(1e20)", "round(1e20)", "mod(1e20, 7)", "sign(1e300)",
    "max(1e300, 1e299)", "cbrt(1e12)", "3e8^2", "(1e10)^2.5", "log2(1e9)", "hypot(3e9, 4e9)",
    "if(1e9 > 1e8, 1, 2)", "besselj(0, 1e6)", "atan2(1e9, 1e9)", "lambertw(1e9)",
])  # fmt: skip
def test_large_constants_are_numbers_like_others(constant: str) -> None:
    """SymPy writes out the factorial of 1e6, and not its sine: c*x^2 is verified, so is 2c*x."""
    f = sg.parse(f"{constant}*x^2")
    assert ["verified"] * 2 == [f.verify(x=1.5, order=order).verdict for order in (1, 2)]
    assert () == f.diff("x").notes


def test_a_base_that_is_0_everywhere_is_no_condition() -> None:
    """(x - x)^x is 0 for x > 0: that is what is said, and not x != x."""
    (holds,) = sg.parse("(x - x)^x").diff("x").notes
    assert "holds where x > 0" == holds


@pytest.mark.parametrize(("text", "point"), [
    ("min(exp2(y), digamma(digamma(x)))", {"y": 1.8457211231826802, "x": 1e-160}),
    ("max(y, gamma(digamma(x)))", {"y": 0.3, "x": 1e-160}),
    ("max(y, sin(1/x), x)", {"y": 0.3, "x": 5e-324}),
])  # fmt: skip
def test_a_choice_among_what_was_lost_is_no_wrong(text: str, point: dict[str, float]) -> None:
    """Where an argument of max or min is nan in floats, so are the slopes: no rule is wrong."""
    assert "wrong" not in [c.verdict for c in sg.parse(text).verify(point).points[0].checks]


@pytest.mark.parametrize(("a", "b"), [
    (2.5, 3.5), (0.5, 1.5), (1.5, 1.5), (0.5, 0.5), (3.5, 4.5), (0.5, 2.5), (1.5, 2.5),
])  # fmt: skip
def test_beta_functions_of_halves(a: float, b: float) -> None:
    """SymPy writes some of them by Catalan's numbers; mpmath integrates."""
    f, x = sg.parse(f"betainc({a}, {b}, x)"), 0.375
    found = f.verify(x=x)
    with mpmath.workdps(40):
        slope = mpmath.mpf(x) ** (a - 1) * (1 - mpmath.mpf(x)) ** (b - 1) / mpmath.beta(a, b)
        assert float(mpmath.betainc(a, b, 0, x, regularized=True)) == found.value.exact
    assert ("verified", float(slope)) == (found.verdict, found.partials["x"].exact)


@pytest.mark.parametrize(("row", "chosen"), [("max", 29), ("min", 0)])
def test_the_largest_of_many(row: str, chosen: int) -> None:
    """In maxima of few, since SymPy's slope of one compares each two of its arguments."""
    names = [f"x{i}" for i in range(30)]
    f = sg.parse(f"{row}({', '.join(names)})")
    parts = cut(f.root)
    assert max(len(inputs) for _, inputs, _ in parts) <= MOST_COMPARED
    found = f.verify(**{name: float(i) for i, name in enumerate(names)})
    assert "verified" == found.verdict
    slopes = {name: float(i == chosen) for i, name in enumerate(names)}
    assert slopes == {name: check.exact for name, check in found.partials.items()}
    assert "kink" == f.verify(**dict.fromkeys(names, 1.0)).verdict


def test_the_largest_of_many_formulas() -> None:
    """What is compared goes in pieces of its own, so that SymPy compares the same symbols once."""
    lines = [f"{k}*x - {k * k}" for k in range(100)]
    f = sg.parse(f"max({', '.join(lines)})")
    tops = {part for part, _, _ in cut(f.root) if part.op is OPS["max"]}
    assert all(end.op is None for part in tops for end in part.args) and len(tops) <= MOST_COMPARED
    check = f.verify(x=7.0).partials["x"]  # k(7 - k) is largest at 3 and 4
    assert ("kink", (3.0, 4.0)) == (check.verdict, check.one_sided)
    assert "verified" == f.verify(x=6.5, order=2).verdict


def test_second_slopes_by_many_names_are_expanded() -> None:
    """Of a product of n factors SymPy would write n^2 second derivatives of n factors each."""
    names = [f"x{i}" for i in range(FEW_NAMES + 1)]
    found = Column.of(sg.parse("*".join(names)).root, names, Limits.library, ("x0",))
    assert all(isinstance(piece.reference, Taylor) for piece in found.pieces)


@pytest.mark.parametrize(("text", "x"), [
    ("ellipe(x)", 2.0), ("ellipk(x)", 2.0), ("gammainc(2, x)", -1.0), ("gammaincc(2, x)", -1.0),
    ("betainc(2, 3, x)", -1.0), ("lambertw(x)", -1.0), ("gamma(x)", -1.0),
])  # fmt: skip
def test_floats_have_no_number_outside_a_domain(text: str, x: float) -> None:
    """Beyond 1 the real part of a complex ellipk is a number, and no value."""
    assert math.isnan(sg.compile(text, backend="python")(x)[0])
    with pytest.raises(sg.OutOfDomain):
        sg.parse(text)(x=x)
