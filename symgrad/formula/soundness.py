"""How a formula fares in floats: a readable form may compute nothing where the derivative is small.

- `FloatCheck(root, name)` knows the derivative of f at far, tiny and ordinary points, in balls.
- `check.fault(form)` is the first point at which the form loses the number, though the engine's own
  gradient keeps it there: sigmoid(x)*(1 - sigmoid(x)) at 40 is 0.0, the derivative 4.2e-18.

The truth is the engine's rules in balls, which are held against SymPy's elsewhere; here they only
say which of several equal formulas a float would rather compute.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from flint import arb

from ..arithmetic.balls import BALLS, exact, nearest, precision
from ..arithmetic.floats import FLOATS
from ..engine import Tape, first_undefined, forward, gradient
from ..value import Value

TRUTH_BITS = (512, 4096)  # the second for what cancels: e^-x/(1 + e^-x) at -800
LOST = 2.0**-39  # relative: some 1e4 ulps; a formula that is ten times longer loses as much
KEPT = 2.0**-43  # what the engine's gradient must keep, or the point is hard for everybody
NOT_SUBNORMAL = 2.0**-1000
# Ordinary saturation first, since the first fault is the one that is told.
PROBES = (40.0, -40.0, 20.0, -20.0, 3.0, 800.0, -800.0, 1e-12, 1e-8, 1e-5, 1e16, -1e16, 1e100,
          1e-170, 1e200, -1e200)  # fmt: skip
ORDINARY_SIZE = 1_000  # up to here a form is at fault even where the engine's own floats overflow
BESIDE = 0.625  # the other variables, when one is far away


@dataclass(frozen=True, slots=True)
class FloatFault:
    """A point at which a form's float is not the derivative."""

    point: dict[str, float]
    got: float
    true: float
    engine_keeps: bool  # whether the engine's own gradient is good there

    def __str__(self) -> str:
        where = ", ".join(f"{name} = {x:g}" for name, x in self.point.items())
        digits = 4 if f"{self.got:.4g}" != f"{self.true:.4g}" else 17
        told = f"in floats this form gives {self.got:.{digits}g} at {where}"
        better = "; code() and gradient() keep it" if self.engine_keeps else ""
        return f"{told}, the derivative is {self.true:.{digits}g}{better}"


def probes(names: tuple[str, ...], name: str) -> Iterator[dict[str, float]]:
    """One variable far away, then all of them, at different multiples."""
    for x in PROBES:
        yield {v: x if v == name else BESIDE for v in names}
        if len(names) > 1:
            yield {v: x * (1 + k / 2) for k, v in enumerate(names)}


class FloatCheck:
    """The derivative of f by one variable where floats are put to the test."""

    def __init__(self, root: Value, name: str) -> None:
        self.tape = Tape.of([root], wrt=[name])
        self.name = name

    @cached_property
    def truths(self) -> list[tuple[dict[str, float], float, bool]]:
        """Points, the true derivative there, and whether the engine's float gradient has it.

        Far out, a form is only asked for what the engine's own gradient keeps.
        """
        found = []
        for point in probes(self.tape.variables, self.name):
            true = self.truth(point)
            if true is not None and math.isfinite(true):
                keeps = self.engine_keeps(point, true)
                if keeps or max(map(abs, point.values())) <= ORDINARY_SIZE:
                    found.append((point, true, keeps))
        return found

    def truth(self, point: dict[str, float]) -> float | None:
        """The derivative at a point, to the nearest float; None where it is unknown."""
        balls = (self.slope(point, bits) for bits in TRUTH_BITS)
        return next((nearest(s) for s in balls if s.is_exact() or s.rel_accuracy_bits() > 60), None)

    def slope(self, point: dict[str, float], bits: int) -> arb:
        with precision(bits):
            values = forward(self.tape, BALLS, {v: exact(x) for v, x in point.items()})
            if first_undefined(self.tape, BALLS, values) is not None:
                return arb("nan")
            return arb(gradient(self.tape, BALLS, values).get(self.name, 0))

    def engine_keeps(self, point: dict[str, float], true: float) -> bool:
        values = forward(self.tape, FLOATS, point)
        return is_close(float(gradient(self.tape, FLOATS, values).get(self.name, 0)), true, KEPT)

    def fault(self, form: Value) -> FloatFault | None:
        """The first point at which the form's float is not the derivative."""
        tape = Tape.of([form])
        for point, true, keeps in self.truths:
            got = float(forward(tape, FLOATS, point)[tape.roots[0]])
            if not is_close(got, true, LOST):
                return FloatFault(point, got, true, keeps)
        return None


def is_close(got: float, true: float, relative: float) -> bool:
    """Whether a float is the truth up to a relative error; subnormal numbers are as good as 0."""
    if not math.isfinite(got):
        return False
    return abs(got - true) <= max(relative * abs(true), NOT_SUBNORMAL)
