"""Correctly rounded floats out of balls.

- `rounded(op, i, x)` runs one rule of the table with rising precision and rounds it to a float.
- `decided(ball)` is the float that every number in a ball rounds to, if there is one.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from typing import Any

from flint import arb

from ..ops import Op
from .balls import BALLS, NEGLIGIBLE, precision

ASKED_BITS = (96, 192, 384, 1152, 2304, 4608)  # a row's own floats need no more
MIDPOINT_BITS = 1200  # a ball finer than this that still straddles a midpoint is taken as it


def rounded(op: Op, i: int | None, x: Sequence[float]) -> Any:
    """The forward (i None) or partial i of a row at these floats, in Arb, as the nearest float.

    A variadic row's partials come as a list. None where Arb finds no value.
    """
    for bits in ASKED_BITS:
        try:
            with precision(bits):
                numbers = [decided(ball) for ball in _asked(op, i, [arb(a) for a in x])]
        except (ZeroDivisionError, ValueError):
            return None
        if None not in numbers:
            return numbers if op.pullback and i is not None else numbers[0]
    return None


def _asked(op: Op, i: int | None, x: list[arb]) -> list[arb]:
    y = BALLS.forward(op, x)
    if i is None:
        return [arb(y)]
    if op.pullback:
        return [arb(ball) for ball in op.pullback(BALLS, y, x)]
    return [arb(op.partials[i](BALLS, y, *x))]  # type: ignore[misc]


def decided(ball: arb) -> float | None:
    """The float nearest to every number in the ball, or None where its ends disagree."""
    if not ball.is_finite():
        return None
    low, high = float(ball.lower()), float(ball.upper())
    if low == high:
        return low + 0.0  # never -0
    if abs(ball) < NEGLIGIBLE:
        return 0.0
    if ball.rel_accuracy_bits() < MIDPOINT_BITS or high != math.nextafter(low, math.inf):
        return None
    return low if even(low) else high  # it straddles a midpoint, and is taken as that


def even(x: float) -> bool:
    """Whether a float's last bit is 0; inf counts as the even one beyond the largest."""
    return not struct.unpack("<q", struct.pack("<d", x))[0] & 1
