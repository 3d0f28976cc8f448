"""Random choices that stay the same in every version of Python: only `random()` is promised to.

- `Dice(seed)`: `.below(n)`, `.pick(sequence)`, `.chance(p)`, `.mixed(sequence)`, `.between(a, b)`.
- `number(dice)` is one of the ways a number can be awkward; `ordinary(dice)` one that is not.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import Any


class Dice:
    """A seeded stream."""

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
