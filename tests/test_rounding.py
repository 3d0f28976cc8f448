"""Rounding balls hold every correct float run, and are not much wider than its error."""

from __future__ import annotations

import math
import statistics
from fractions import Fraction
from itertools import islice

import pytest
from flint import arb

from symgrad.arithmetic.floats import FLOATS
from symgrad.arithmetic.rounding import ROUNDING, Rounded, Rounding
from symgrad.engine import Tape, forward, gradient
from symgrad.ops import OPS
from symgrad.value import literal, variable

from .accuracy import bounded
from .points import points
from .random_graphs import random_case
from .reference import truth

x, y = variable("x"), variable("y")


def run(root: object, m: Rounding = ROUNDING, **point: float) -> arb:
    tape = Tape.of([root])
    return forward(tape, m, {k: m.literal(v) for k, v in point.items()})[tape.roots[0]].ball


def test_random_float_runs_stay_inside() -> None:
    """In 300 expressions no value or gradient leaves its ball, and the balls are useful."""
    found = [b for seed in range(300) for b in bounded(random_case(f"t{seed}", 5 + seed % 46))]
    assert [] == [b for b in found if not b[1]]
    assert statistics.median(r for which, _, r in found if which == "value") <= 15
    assert statistics.median(r for which, _, r in found if which == "gradient") <= 50


@pytest.mark.parametrize("name", OPS)
def test_every_row_stays_inside_its_ball(name: str) -> None:
    """The float forward and partials of a row lie in the balls, at awkward points too."""
    op = OPS[name]
    for at in islice((p for p in points(op, 150, 5) if truth(name, p)), 40):
        found = FLOATS.forward(op, at)
        balls = [ROUNDING.literal(a) for a in at]
        ball = ROUNDING.forward(op, balls)
        assert inside(found, ball), at
        slopes = ROUNDING.partials(op, ball, balls, [True] * len(at))
        for slope, enclosure in zip(FLOATS.partials(op, found, at), slopes):
            assert slope is None or inside(slope, enclosure), at


def inside(number: float, ball: object) -> bool:
    held = ball.ball if isinstance(ball, Rounded) else arb(ball)
    return not held.is_finite() or (math.isfinite(number) and held.contains(arb(number)))


def test_exact_operations_are_not_widened() -> None:
    """3*x - 0.5 at 0.25 is a float at every step: its ball is a point."""
    assert run(3 * x - 0.5, x=0.25).is_exact()
    assert run(abs(-x) + x.max(2.0), x=0.25).is_exact()


def test_an_operation_is_widened_by_half_an_ulp() -> None:
    """x + y at 1 and 2^-60 may come out as either neighbour's half."""
    ball = run(x + y, x=1.0, y=2.0**-60)
    assert 2.0**-54 <= float(ball.rad()) <= 2.0**-52


def test_a_literal_carries_its_half_ulp() -> None:
    """1/10 is no float: a float run holds it to half an ulp. 1/4 is one."""
    assert 0 < float(run(literal(Fraction(1, 10)) + 0).rad()) < 1e-16
    assert run(literal(Fraction(1, 4)) + 0).is_exact()


@pytest.mark.parametrize("x", [math.inf, -math.inf])
def test_an_infinite_literal_has_no_bound(x: float) -> None:
    """Infinity in a branch that is not chosen, as test vectors have it, is no float's mantissa."""
    assert not ROUNDING.literal(x).ball.is_finite()


def test_overflow_is_unbounded() -> None:
    """Past the largest float a ball has no end, so that overflow is never called a wrong rule."""
    assert not run(x * x, x=1e200).is_finite()
    assert not run(x.exp() - x.exp(), x=800.0).is_finite()


def test_cancellation_shows() -> None:
    """(1 + x) - 1 at 1e-10 may be off by 1e-16, which is 1e-6 of it."""
    ball = run((1 + x) - 1, x=1e-10)
    assert 1e-17 < float(ball.rad()) < 1e-15


def test_subnormals_have_an_absolute_ulp() -> None:
    """A product that underflows may be off by 2^-1075, however small it is."""
    assert float(arb(2) ** -1076) <= float(run(x * y, x=1e-200, y=1e-200).rad())


def test_single_precision_is_wider() -> None:
    """The same arithmetic with 24 bits holds float32 runs."""
    single = Rounding(bits=24, smallest=-149, largest=128)
    wide, narrow = run(x.sin() * x, single, x=0.7), run(x.sin() * x, x=0.7)
    assert 2.0**28 < float(wide.rad() / narrow.rad()) < 2.0**30


def test_a_branch_that_cannot_be_told_takes_both() -> None:
    """At a kink the interval of the partials; a ball of relu' near 0 holds 0 and 1."""
    tape = Tape.of([(x - literal(Fraction(1, 10))).relu()])
    values = forward(tape, ROUNDING, {"x": ROUNDING.literal(0.1)})
    slope = gradient(tape, ROUNDING, values)["x"].ball
    assert slope.contains(arb(0))
    assert slope.contains(arb(1))
