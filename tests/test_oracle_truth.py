"""The oracle calls wrong only what is wrong, and tells each cause once, at a simple point."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pytest

from symgrad.oracle import Program
from symgrad.oracle.cases import Case
from symgrad.oracle.float_formats import FORMATS
from symgrad.oracle.programs import ProgramBuilder, simple
from symgrad.oracle.remarks import Answer, judged
from symgrad.oracle.report import Finding, cause_key, explains
from symgrad.oracle.shrinking import cost, shrunk, simpler_numbers
from symgrad.oracle.truth import Truth

DOUBLE, SINGLE = FORMATS["float64"], FORMATS["float32"]


def labels(
    program: Program, point: Sequence[float], value: float, *gradient: float, dtype: str = "float64"
) -> list[str]:
    """The labels of one answer."""
    found = judged(Truth(program), point, Answer(value, gradient), FORMATS[dtype])
    return [remark.kind for remark in found]


def made(name: str, *wraps: Any) -> Program:
    """A program in x, each wrap one more step."""
    b = ProgramBuilder(["x"])
    last = b.step(name, 0, 0) if name in ("pow", "hypot") else b.step(name, 0)
    for wrap in wraps:
        last = wrap(b, last)
    return b.program(last)


def finding(
    program: Program, point: Sequence[float], got: float, exact: float, **facts: Any
) -> Finding:
    """A finding of these numbers."""
    return Finding("RANGE", program, tuple(point), got, exact, None, (), **facts)  # fmt: skip


def test_a_negative_base_has_no_derivative_in_its_exponent() -> None:
    """Beside x = -1, x^x has no value: no slope is asked for, also where sign stops the adjoint."""
    program = made("pow", lambda b, f: b.step("sign", f))
    assert [] == labels(program, (-1.0,), -1.0, math.nan)


def test_a_negative_base_has_one_in_the_base() -> None:
    """The other argument of the same power is judged: (-2)^3 has slope 12."""
    power = simple("pow", 2)
    assert [] == labels(power, (-2.0, 3.0), -8.0, 12.0, math.nan)
    assert ["RULE"] == labels(power, (-2.0, 3.0), -8.0, -12.0, math.nan)


@pytest.mark.parametrize("slope", [math.sqrt(2), -math.sqrt(2), 1.0, 0.0])
def test_the_disc_of_hypot(slope: float) -> None:
    """hypot(x, x) is sqrt(2)*|x|: at 0 its one-sided derivatives are acceptable."""
    assert {"CONVENTION"} >= set(labels(made("hypot"), (0.0,), 0.0, slope))


def test_beyond_the_disc_of_hypot() -> None:
    """A slope that no point of the disc gives is wrong."""
    assert ["RULE"] == labels(made("hypot"), (0.0,), 0.0, 3.0)
    assert ["RANGE"] == labels(made("hypot"), (0.0,), 0.0, math.nan)


@pytest.mark.parametrize("name", ["sin", "cos"])
def test_a_limit_that_is_not_there(name: str) -> None:
    """sin and cos have no limit at infinity, so that nan is no fault and no note."""
    assert [] == labels(made(name), (math.inf,), math.nan, math.nan)


def test_a_kink_elsewhere() -> None:
    """tanh's slope lost at 10 is RANGE, whatever kink stands in another term of the sum."""
    b = ProgramBuilder(["s", "v"])
    program = b.program(b.step("add", b.step("max", 1, 1), b.step("tanh", 0)))
    value = math.tanh(10.0)
    assert ["RANGE"] == labels(program, (10.0, 0.0), value, 0.0, 1.0)


def test_a_zero_of_the_value() -> None:
    """At a zero of lgamma, which moves with x, some ulps of x are digits and not a wrong rule."""
    slope = -0.5772156649015329
    gamma = made("lgamma")
    assert ["PRECISION"] == labels(gamma, (1.0,), 4.8e-7, SINGLE.nearest(slope), dtype="float32")
    assert ["RULE"] == labels(gamma, (1.0,), 0.5, SINGLE.nearest(slope), dtype="float32")


def test_a_value_that_is_not_zero_is_its_own_measure() -> None:
    """gelu(-5) off by a twenty-fifth is a wrong rule, though gelu is steep there."""
    slope = SINGLE.nearest(-7.14694600179229e-06)
    assert ["RULE"] == labels(made("gelu"), (-5.0,), -1.4901161e-06, slope, dtype="float32")


def masked(name: str) -> Program:
    """if(x > 0, name(x), x)."""
    b = ProgramBuilder(["x"])
    return b.program(b.step("if", b.step("gt", 0, b.constant(0.0)), b.step(name, 0), 0))


def test_nan_from_a_masked_branch_is_one_cause() -> None:
    """Whichever function the branch not taken holds."""
    keys = {cause_key(finding(masked(n), (-1.0,), math.nan, 1.0), DOUBLE) for n in ("sqrt", "asin")}
    keys.add(cause_key(finding(masked("exp"), (-1.0,), math.nan, 1.0), DOUBLE))
    assert {("RANGE", "masked")} == keys - {k for k in keys if k[1] != "masked"}
    assert 2 == len(keys)  # exp has a slope at -1, so that nan there is its own


def test_a_zero_adjoint_is_one_cause() -> None:
    """0 times the infinite slope of sqrt or of acos."""
    b = ProgramBuilder(["x"])
    root = b.program(b.step("mul", b.step("sqrt", 0), 0))
    b = ProgramBuilder(["u", "x"])
    arc = b.program(b.step("mul", b.step("acos", 0), 1))
    keys = [cause_key(finding(root, (0.0,), math.nan, 0.0), DOUBLE),
            cause_key(finding(arc, (1.0, 0.0), math.nan, 0.0), DOUBLE)]  # fmt: skip
    assert [("RANGE", "zero adjoint")] * 2 == keys


@pytest.mark.parametrize(
    ("name", "point", "exact", "form"),
    [("exp", -710.0, 4.47628622567513e-309, DOUBLE), ("sin", 5e-324, 1.0, DOUBLE),
     ("atan", 1e19, 1e-38, SINGLE)],
)  # fmt: skip
def test_lost_subnormal_numbers_are_one_cause(
    name: str, point: float, exact: float, form: Any
) -> None:
    """An argument, a value or a slope below the smallest normal float, in the engine's floats."""
    at = (form.nearest(point),)
    assert ("RANGE", "subnormal") == cause_key(finding(made(name), at, 0.0, exact), form)


def test_stale_gradients_are_one_cause() -> None:
    """What fails only when backward runs again does so in every program."""
    keys = {cause_key(finding(p, (0.5,), 2.0, 1.0, backwards=2), DOUBLE)
            for p in (made("hypot"), made("exp"))}  # fmt: skip
    assert {("RANGE", "stale")} == keys


def test_what_only_large_programs_raise_is_one_cause() -> None:
    """A recursion that is too deep is one, over whichever operations."""

    def key(name: str, many: int) -> Any:
        program = made(name, *[lambda b, f: b.step(name, f)] * many)
        deep = Finding("CRASH", program, (0.5,), None, None, None, (), note="RecursionError: deep")
        return cause_key(deep, DOUBLE)

    assert key("sin", 300) == key("tanh", 200)
    assert key("sin", 3) != key("tanh", 3)


def test_other_causes_are_their_own() -> None:
    """A shared cause explains no other failure, and an operation's own no shared one."""
    tanh = finding(made("tanh"), (20.0,), 0.0, 1.7e-17)
    lost = finding(made("exp"), (-710.0,), 0.0, 4.5e-309)
    mine, shared = cause_key(tanh, DOUBLE), cause_key(lost, DOUBLE)
    case = Case(made("tanh"), (30.0,))
    assert mine != shared
    assert explains(tanh, mine, mine, case)
    assert not explains(lost, shared, mine, case)
    assert not explains(tanh, mine, shared, case)


@pytest.mark.parametrize("text", ["0.1", "1e+20", "1e-40", "-0.3", "652.96"])
def test_float32_is_written_short(text: str) -> None:
    """The float32 nearest to 0.1 reads 0.1, and that is what its simplicity is counted in."""
    x = SINGLE.nearest(float(text))
    assert text == SINGLE.text(x)
    assert len(text.strip("-0.").split("e")[0].replace(".", "")) == cost(x, "float32")[1]


def test_subnormal_points_are_the_last_resort() -> None:
    """A failure that normal numbers show, too, is shown at one."""
    assert cost(1e-310) > cost(0.123456789)
    assert any(abs(x) >= DOUBLE.normal for x in simpler_numbers(1e-310, "float64"))
    small = shrunk(Case(made("exp"), (5e-324,)), lambda c: c.point[0] > 0, 100)
    assert 0.5 == small.point[0]
    tiny = shrunk(Case(made("exp"), (5e-324,)), lambda c: 0 < c.point[0] < 1e-290, 100)
    assert 1e-305 == tiny.point[0]


@pytest.mark.parametrize(("start", "wanted"), [(0.999999, 0.9999), (1.00000012, 1.0001)])
def test_points_beside_one_shrink(start: float, wanted: float) -> None:
    """A failure that comes as x nears 1 or -1 is shown with few nines or zeros."""
    near = shrunk(Case(made("asin"), (start,)), lambda c: 0 < abs(abs(c.point[0]) - 1) < 2e-4, 200)
    assert wanted == near.point[0]


@pytest.mark.parametrize(("start", "wanted"), [(360.0, 50.0), (-18.5, -1.5)])
def test_points_shrink(start: float, wanted: float) -> None:
    """Numbers are halved while the case fails, and half-integers stay between the poles."""

    def fails(case: Case) -> bool:
        x = case.point[0]
        return x > 20 if start > 0 else x < -1 and x % 1 == 0.5

    small = shrunk(Case(made("gamma"), (start,)), fails, 200)
    assert fails(small)
    assert abs(wanted) >= abs(small.point[0])
