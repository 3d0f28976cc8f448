"""sin with cos, and tanh with sech, are computed in one call: with the bits of each alone."""

from __future__ import annotations

import math
from random import Random

import numpy as np
import pytest
from flint import arb

from symgrad.arithmetic.balls import precision
from symgrad.compiling.compiler import compile
from symgrad.compiling.double_double import NEAR_ANGLE
from symgrad.compiling.llvm import machine
from symgrad.value import variable

from .accuracy import error

POINTS = np.concatenate([
    np.random.default_rng(5).uniform(-9, 9, 999),
    10 ** np.random.default_rng(6).uniform(-320, 308, 500),
    [0.0, -0.0, 5e-324, 1e-8, 19.06, 30.0, 354.0, 709.8, 745.2, 760.0, 1e300, -800.0,
     math.inf, -math.inf, math.nan],
])  # fmt: skip
TWINS = [("sin", "cos"), ("cos", "sin"), ("tanh", "sech"), ("sech", "tanh")]


def of(*names):
    """These functions of x in one program."""
    return [getattr(variable("x"), name)() for name in names]


@pytest.mark.parametrize("accuracy", ["exact", "fast"])
@pytest.mark.parametrize("names", TWINS, ids="-".join)
def test_together_as_alone(names, accuracy):
    """Two functions in one program have the bits that each has in a program of its own."""
    both = compile(of(*names), wrt=[], accuracy=accuracy)
    alone = [compile(of(name), wrt=[], accuracy=accuracy) for name in names]
    for x in POINTS.tolist():
        expected = [f.call(x)[0][0] for f in alone]
        np.testing.assert_array_equal(expected, both.call(x)[0])


@pytest.mark.parametrize("accuracy", ["exact", "fast"])
@pytest.mark.parametrize("names", TWINS, ids="-".join)
def test_together_as_alone_in_vectors(names, accuracy):
    """The same for a batch."""
    both = compile(of(*names), wrt=[], accuracy=accuracy).batch({"x": POINTS})[0]
    for name, found in zip(names, both):
        alone = compile(of(name), wrt=[], accuracy=accuracy).batch({"x": POINTS})[0]
        np.testing.assert_array_equal(alone[0], found)


@pytest.mark.parametrize("name", ["sin", "tanh"])
def test_together_in_one_call(name):
    """A function with its derivative calls the pair (sincos: where there is one), alone not: but
    for our own sin and cos, which are always computed together.
    """
    ours = name == "sin" and machine.fuses()
    f, known = of(name), name == "tanh" or ours or machine.has("sincos")
    assert known == ("call { double, double } @both." in compile(f, wrt=["x"]).source())
    assert ours == ("@both." in compile(f, wrt=[]).source())


def angles():
    """Angles of every size below 2^31, and doubles beside multiples of pi/2."""
    chance = Random(7)
    found = [chance.uniform(-1, 1) * 2.0 ** chance.randrange(-40, 32) for _ in range(4000)]
    for _ in range(4000):
        x = float(arb.pi() * chance.randrange(2 ** chance.randrange(1, 31)) / 2)
        found.append(math.nextafter(x, chance.choice([0.0, x, math.inf])))
    return [*found, NEAR_ANGLE, math.nextafter(NEAR_ANGLE, 0.0), -NEAR_ANGLE]


@pytest.mark.parametrize("accuracy", ["exact", "fast"])
def test_sin_and_cos(accuracy):
    """Within an ulp of Arb, also where an angle nearly is a multiple of pi/2."""
    both, xs = compile(of("sin", "cos"), wrt=[], accuracy=accuracy), angles()
    batch = [column.tolist() for column in both.batch({"x": np.array(xs)})[0]]
    for k, x in enumerate(xs):
        with precision(250):
            truth = [arb(x).sin(), arb(x).cos()]
            for found in (both.call(x)[0], [column[k] for column in batch]):
                assert all(error(y, t) <= 0.9 for y, t in zip(found, truth)), x


@pytest.mark.parametrize("x", [*(s * 2.0**e for s in (1, -1) for e in (30, 40, 1023)), math.inf,
                               -math.inf, math.nan])  # fmt: skip
def test_a_lane_far_out(x):
    """A large angle, asked of the C library, does not change what stands beside it."""
    both = compile(of("sin", "cos"), wrt=[])
    points = np.array([1.0, x, 2.0, -0.0, 3.0, 1e-5, 0.0, 5.0, x])
    found = np.array(both.batch({"x": points})[0])
    assert [str(y) for y in found.T.ravel().tolist()] == [
        str(y) for p in points.tolist() for y in both.call(p)[0]]  # fmt: skip


@pytest.mark.parametrize("before", [*range(994, 1003)])
def test_together_at_a_cut(before):
    """Where a long program is cut, the two stay in one function, or are computed apart."""
    x = y = variable("x")
    for k in range(before // 2):  # two lines each
        y = y * 0.5 + (k + 1.5)
    y = y + x if before % 2 else y
    z = x * 0.25
    both = compile([y, z.sin(), z + 1, z.cos()], wrt=[])
    assert both.call(0.5)[0][1::2] == (math.sin(0.125), math.cos(0.125))
