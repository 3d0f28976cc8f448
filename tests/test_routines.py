"""Our own routines are within 1 ulp of Arb over their whole range, at a point and in vectors."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random

import mpmath
import numpy as np
import pytest
from flint import arb

from symgrad.arithmetic.balls import precision
from symgrad.arithmetic.floats import FLOATS
from symgrad.compiling import double_double as angles
from symgrad.compiling import routines
from symgrad.compiling.compiler import compile
from symgrad.compiling.routines import ROUTINES
from symgrad.ops import OPS
from symgrad.value import apply, variable

from .accuracy import error
from .points import SPECIALS, nudged, number
from .routine_coefficients import FIRST, erfc_series, in_two, two_over_pi

COUNT = 3000
ENDS = [1e-8, 2.0**28, 1.0, 20.0, 26.6, 28.0, 30.0, 38.6, 39.0, 39.5, 308.25, 709.78, 720.0, 745.1,
        760.0, 1e-200, 1e200, 1e-300, 2.0**-1022]  # fmt: skip  # where a routine changes its way
TRUTH: dict[str, Callable[..., arb]] = {
    "sinh": arb.sinh, "cosh": arb.cosh, "tanh": arb.tanh, "sech": arb.sech, "csch": arb.csch,
    "asinh": arb.asinh, "acosh": arb.acosh, "atanh": arb.atanh, "erfc": arb.erfc,
    "log10": lambda x: x.log() / arb(10).log(),
    "cbrt": lambda x: abs(x).root(3) * (1 if x > 0 else -1) if x != 0 else x,
    "sigmoid": lambda x: 1 / (1 + (-x).exp()),
    "exp_difference": lambda a, b: (a - b).exp(),
    "gaussian": lambda x: (-x * x).exp(),
    "gelu": lambda x: x * (-x / arb(2).sqrt()).erfc() / 2, "sinc": arb.sinc,
    "ndtr": lambda x: (-x / arb(2).sqrt()).erfc() / 2,
}  # fmt: skip
DOMAIN = {"acosh": lambda x: x >= 1, "atanh": lambda x: abs(x) < 1, "log10": lambda x: x > 0,
          "csch": lambda x: x != 0}  # fmt: skip
INTO = {"acosh": lambda x: 1 + abs(x), "atanh": lambda x: x / (1 + abs(x)), "log10": abs}


def arguments(name: str, count: int) -> list[tuple[float, ...]]:
    """Numbers of every size and kind in the routine's domain, and the ends of its pieces."""
    r = Random(name)
    found = [*SPECIALS, *ENDS, *(-x for x in ENDS), *(number(r) for _ in range(count))]
    found += [nudged(r, r.choice(ENDS)) for _ in range(count // 10)]
    found += [INTO[name](x) for x in found] if name in INTO else []
    found = [x for x in found if DOMAIN.get(name, math.isfinite)(x)]
    if name == "exp_difference":
        return [(x, x + r.uniform(-1, 1) * r.choice((1, 30, 800))) for x in found]
    return [(x,) for x in found]


@pytest.fixture(params=ROUTINES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_within_one_ulp(name: str) -> None:
    """Of the true value, at every argument; one more unit where the result is subnormal."""
    points = arguments(name, COUNT)
    root = apply(OPS[name], *(variable(f"x{i}") for i in range(len(points[0]))))
    values, _ = compile(root, wrt=[], backend="llvm").batch(np.array(points))
    for x, y in zip(points, values.tolist()):
        with precision(2000):  # Arb's own functions need it at huge arguments
            true = TRUTH[name](*map(arb, x))
        assert error(y, true) <= 1, (x, y, float(true))


def test_a_point_is_a_lane(name: str) -> None:
    """One point and a vector of points have the same bits."""
    points = arguments(name, 100)
    root = apply(OPS[name], *(variable(f"x{i}") for i in range(len(points[0]))))
    compiled = compile(root, wrt=[], backend="llvm")
    values, _ = compiled.batch(np.array(points))
    assert values.tolist() == [compiled(*x)[0] for x in points]


def test_special_numbers(name: str) -> None:
    """nan, infinities and signed zeros are those of the engine's floats."""
    special = (0.0, -0.0, math.inf, -math.inf, math.nan)
    two = name == "exp_difference"
    points = [(a, b) for a in special for b in special] if two else [(a,) for a in special]
    root = apply(OPS[name], *(variable(f"x{i}") for i in range(1 + two)))
    compiled = compile(root, wrt=[], backend="llvm")
    for x in points:
        expected, got = FLOATS.forward(OPS[name], x), compiled(*x)[0]
        assert repr(expected) == repr(got), x


def test_gelu_slope() -> None:
    """Within 1 ulp on both sides, its tail included, and in vectors; beside its zero 2 are lost."""
    x = [x for (x,) in arguments("gelu", COUNT) if abs(x) < 50 and abs(x + 0.75) > 0.05]
    compiled = compile(apply(OPS["gelu"], variable("x")), backend="llvm")
    slopes = compiled.batch({"x": x})[1]["x"].tolist()
    assert slopes == [compiled(a)[1][0] for a in x]
    for a, y in zip(x, slopes):
        with precision(2000):
            z = arb(a) / arb(2).sqrt()
            true = (-z).erfc() / 2 + z * (-z * z).exp() / arb.pi().sqrt()
        assert error(y, true) <= 1, (a, y, float(true))


def test_acosh_below_1() -> None:
    """It is nan at every number below 1."""
    compiled = compile(apply(OPS["acosh"], variable("x")), wrt=[], backend="llvm")
    assert all(math.isnan(compiled(x)[0]) for x in (0.999, 0.0, -1.0, -1e22, -1e308, -(2.0**53)))


def test_coefficients() -> None:
    """The numbers that stand in the code are those that mpmath finds."""
    series = erfc_series()
    assert [in_two(c) for c in series[:FIRST][::-1]] == routines.ERFC_FIRST
    assert [float(c) for c in series[FIRST:]] == routines.ERFC_SERIES
    with mpmath.workprec(200):
        constants = {"LN2": mpmath.log(2), "SQRT_HALF": mpmath.sqrt(0.5),
                     "LOG10_E": 1 / mpmath.log(10), "LOG10_2": mpmath.log10(2),
                     "BELL": 1 / mpmath.sqrt(2 * mpmath.pi)}  # fmt: skip
        for name, exact in constants.items():
            assert in_two(exact) == getattr(routines, name)
        assert in_two(mpmath.pi / 2) == angles.HALF_PI
    assert two_over_pi(1280) == angles.TWO_OVER_PI
