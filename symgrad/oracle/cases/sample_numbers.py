"""The numbers that cases use: chosen ones, and random ones that stay the same in every Python.

- `Dice(seed)`: `.below(n)`, `.pick(sequence)`, `.chance(p)`, `.mixed(sequence)`, `.between(a, b)`.
- `SAMPLE_SIZES`, `PAIRS`, `CLAMPS` and `PARAMETERS` are what every row is tried at: zeros,
  kinks, ends of domains, both tails, changes of formula, huge and tiny and whole numbers.
- `number(dice)` is one of the ways a number can be awkward; `ordinary(dice)` one that is not.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import Any

from ...ops import OPS


class Dice:
    """A seeded stream; only `random()` is promised to stay the same."""

    def __init__(self, seed: Any) -> None:
        self.random = random.Random(str(seed)).random

    def below(self, n: int) -> int:
        return int(self.random() * n)

    def pick(self, sequence: Sequence[Any]) -> Any:
        return sequence[int(self.random() * len(sequence))]

    def chance(self, p: float) -> bool:
        return self.random() < p

    def between(self, a: float, b: float) -> float:
        return a + (b - a) * self.random()

    def mixed(self, sequence: Sequence[Any]) -> list[Any]:
        """In a random order."""
        return [x for _, x in sorted(((self.random(), i), x) for i, x in enumerate(sequence))]


NEAR_ONE = [1 - 2**-53, 1 + 2**-52, 1 - 2**-24, 1 + 2**-23, 1 - 1e-6, 1 + 1e-6]
SAMPLE_SIZES = [
    0.0, 1.0, 0.5, 2.0, 0.75, 3.0, 0.1, 0.25, 1.5, 5.0, 10.0, 20.0, 0.3, 0.7, 1e-3, 40.0, 1e-8,
    100.0, 1e8, 1e-300, 1e300, 5e-324, 1e-310, 1e-160, 1e-20, 1e-16, 1e-5, 1e-4, 0.01, 0.03, 0.6,
    0.8, 0.9, 0.99, *NEAR_ONE, 1.2, 2.5, 4.0, 6.0, 7.0, 8.0, 9.0, 12.0, 15.0, 17.0, 18.5, 19.0,
    20.5, 22.0, 25.0, 27.0, 30.0, 33.0, 36.0, 37.0, 38.0, 50.0, 60.0, 80.0, 87.0, 88.5, 89.5,
    103.0, 104.5, 150.0, 170.0, 200.0, 350.0, 355.0, 360.0, 500.0, 700.0, 709.0, 710.0, 740.0,
    746.0, 1000.0, 1e4, 1e5, 1e10, 1e16, 1e17, 1e19, 1e20, 1e22, 1e38, 1e100, 1e155, 1e200, 1e308,
    1e-38, 1e-40, 1e-45, 1e-100, 1e-200,
    math.pi / 2, math.pi, math.pi / 4, math.e, math.sqrt(2), math.sqrt(3), 2 / 3, 1 / 3,
]  # fmt: skip
PARAMETERS: dict[str, tuple[int, list[Any]]] = {
    "powi": (1, [2, 3, -1, 0, 1, -2, 4, 5, 7, -3, 10, 31, 100, 6, -4, 8, 9, -5, 16, 12, -10, 11,
                 13, 14, 15, 17, 20, -6, -7, -8, 32, 33, 50, 63, 64, 65, -31, -100, 127, 128, 255,
                 256, 257, 1000, 1023]),
    "powr": (1, [0.5, 1.5, -0.5, 2.5, 0.1, 1 / 3, -1.5, 3.7, 20.3, 0.25, 2.0, 1.0, 3.0, -1.0, 0.75,
                 2 / 3, -2.5, 4.5, -0.25, -3.7, 1e-3, 0.9, 1.1, 100.5, -20.3, 0.0]),
    "root": (1, [2, 3, 4, 5, 6, 7, 9, 10]),
    "polygamma": (0, [0, 1, 2, 3, 4, 5]),
    "besselj": (0, [0, 1, 2, 3, 4, 5, 10, -1]),
    "besseli": (0, [0, 1, 2, 3, 4, 5, 10, -1]),
}
for _name, _op in OPS.items():  # any other order, or any other number
    if len(_op.parameters) == 1 and not _op.hidden:
        _some = [1, 2, 0, 3, 4, 5] if _op.whole is not None else [0.5, 1, 2.5, 2, 1.5, 7, 0.1]
        PARAMETERS.setdefault(_name, (_op.parameters[0], _some))
TRIED_FULLY = 6  # parameters with which a row is tried at every point
OFTEN = 13
PAIRS = [
    (3.0, 2.0), (2.0, 3.0), (-3.0, 2.0), (3.0, -2.0), (-3.0, -2.0), (0.5, 0.25), (1.0, 1.0),
    (2.0, 2.0), (-1.0, -1.0), (0.0, 1.0), (1.0, 0.0), (0.0, 0.0), (-0.0, 0.0), (0.0, -2.0),
    (0.0, 2.5), (0.0, 0.5), (2.5, 0.0), (-2.0, 0.0), (-2.0, 3.0), (-2.0, 4.0), (-0.5, -3.0),
    (1e-3, 7.0), (100.0, 0.01), (1e8, 1e-8), (1e-8, 1e8), (1e16, 1.0), (1.0, 1e16), (1e200, 1e-200),
    (1e-200, 1e200), (1e200, 1e200), (1e-200, 1e-200), (1e155, 1e155), (1e-300, 1e-300),
    (1e300, 3.0), (3.0, 1e300), (1e-310, 2.0), (1.0, 1 + 2**-52), (1.0, 1 + 1e-9), (20.0, 1.5),
    (700.0, 1.0), (1.0, 700.0), (1000.0, 1000.0), (1000.0, 1.0), (-1000.0, -1000.0), (0.1, 0.2),
    (0.3, -0.3), (1 / 3, 1 / 7), (40.0, -40.0), (5.5, 0.5), (0.9, 30.0), (7.0, 7.0),
]  # fmt: skip
CLAMPS = [(0.5, 0.0, 1.0), (-0.5, 0.0, 1.0), (1.5, 0.0, 1.0), (0.0, 0.0, 1.0), (1.0, 0.0, 1.0),
          (2.0, -3.0, 3.0), (3.0, -3.0, 3.0), (-3.0, -3.0, 3.0), (7.0, -3.0, 3.0), (1.0, 1.0, 1.0),
          (-9.0, -3.0, -1.0), (-2.0, -3.0, -1.0), (1e300, 0.0, 1e200),
          (0.25, 0.1, 0.5), (2**-1074, 0.0, 1.0), (-1e-9, 0.0, 1.0), (1e-7, 0.0, 1.0),
          (1 - 2**-53, 0.0, 1.0), (1 + 2**-52, 0.0, 1.0), (1 - 1e-7, 0.0, 1.0),
          (1 + 1e-9, 0.0, 1.0), (-3 + 1e-7, -3.0, 3.0), (3 - 1e-12, -3.0, 3.0)]  # fmt: skip

SHORT = [k / 4 for k in range(-16, 17)]
SPECIAL = [0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 0.5, -0.5, 3.0, -3.0, 10.0, -10.0, 100.0, -100.0]


def number(dice: Dice) -> float:
    """Short, ordinary, special, large or small."""
    way = dice.random()
    if way < 0.3:
        return dice.pick(SHORT)
    if way < 0.6:
        return dice.between(-3, 3)
    if way < 0.7:
        return dice.pick(SPECIAL)
    if way < 0.85:
        return dice.pick((-1, 1)) * 10 ** dice.between(-3, 3)
    return dice.pick((-1, 1)) * 10 ** dice.between(-12, 12)


def ordinary(dice: Dice) -> float:
    """Not 0 and of a size near 1."""
    x = dice.between(0.25, 3) if dice.chance(0.5) else (1 + dice.below(24)) / 8
    return x if dice.chance(0.6) else -x


def nudged(dice: Dice, x: float) -> float:
    """x a little changed, its sign kept."""
    way = dice.random()
    if way < 0.5:
        return x * dice.between(0.5, 1.5)
    if way < 0.8:
        return x * (1 + dice.between(-1, 1) * 10 ** dice.between(-9, -1))
    return math.copysign(round(abs(x) * 8) / 8, x) if abs(x) < 1e6 else x
