"""Numbers with no pattern, short in binary: all different, so that no permutation goes unseen.

- `irregular(count, seed, values)` are so many of them; `values` says where: any, positive, ...
- `weights(count, seed)` are those of a cotangent.
"""

from __future__ import annotations

import random
from functools import lru_cache

PARTS_OF_ONE = 64  # they are multiples of 1/64: exact in every format of floats
RANGES = {
    "any": (-2.0, 2.0, 0.125), "positive": (0.25, 2.5, 0.0), "inside": (-0.9, 0.9, 0.05),
    "away": (-2.5, 2.5, 0.5), "probability": (0.1, 0.9, 0.0),
}  # fmt: skip


def irregular(count: int, seed: int, values: str = "any") -> list[float]:
    """Multiples of 1/64 in the range, none twice as long as there are enough, away from 0."""
    return list(drawn(count, seed, values))


@lru_cache(maxsize=20_000)
def drawn(count: int, seed: int, values: str) -> tuple[float, ...]:
    low, high, least = RANGES[values]
    places = range(int(low * PARTS_OF_ONE), int(high * PARTS_OF_ONE) + 1)
    grid = [k / PARTS_OF_ONE for k in places if abs(k / PARTS_OF_ONE) > least]
    dice = random.Random(f"{seed} {values}")
    rounds = -(-count // len(grid)) if count else 0
    return tuple(x for _ in range(rounds) for x in dice.sample(grid, len(grid)))[:count]


def weights(count: int, seed: int) -> tuple[float, ...]:
    """A cotangent: never ones, no two the same, no zero."""
    return tuple(irregular(count, seed + 7919))
