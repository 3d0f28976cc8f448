"""Sample points for the free variables: a fixed seed, short dyadic numbers, inside f's domain.

- `samples(tape, bound, free, limits)` are up to `limits.points` points, and how many draws it took.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence

from flint import arb

from ..arithmetic.balls import BALLS, precision
from ..engine import Tape, first_undefined, forward
from ..limits import Limits

SEED = 20_260
BITS = 192
FUTILE, MOST_STRETCH = 40, 30  # draws after which the range doubles, and how often at most
FAR = (-1000.0, -37.5, 25.0, 100.0, 1e6, 2.0**-30, -(2.0**-20), 1e-3)


def number(rng: random.Random, stretch: int = 0) -> float:
    """Mostly a short dyadic number in [-4, 4]; now and then a large or a small one.

    `stretch` lets the range grow, up to that power of 2, where the domain lies further out.
    """
    if stretch and rng.random() < 0.5:
        return rng.randint(-64, 64) / 16 * 2.0 ** rng.randint(0, stretch)
    return rng.choice(FAR) if rng.random() < 0.06 else rng.randint(-64, 64) / 16


def samples(
    tape: Tape, bound: Mapping[str, float], free: Sequence[str], limits: Limits
) -> list[dict[str, float]]:
    """Points where f has a value; the bound variables keep theirs.

    Where these alone put f outside its domain, that one point.
    """
    if not free:
        return [dict(bound)]
    rng = random.Random(SEED)
    found: list[dict[str, float]] = []
    for point in _drawn(tape, bound, free, limits.draws, rng):
        if point not in found:
            found.append(point)
        if len(found) == limits.points:
            break
    return found


def _drawn(
    tape: Tape, bound: Mapping[str, float], free: Sequence[str], draws: int, rng: random.Random
) -> Iterator[dict[str, float]]:
    """Points inside the domain; where a margin says no, only the variables under it move."""
    point = {**bound, **{name: number(rng) for name in free}}
    for count in range(draws):
        culprits = outside(tape, point)
        if culprits is None:
            yield dict(point)
            culprits = set(free)
        elif culprits.isdisjoint(free):  # the bound variables alone lie outside the domain
            yield dict(point)
            return
        moving = [name for name in free if name in culprits] or list(free)
        stretch = min(count // FUTILE, MOST_STRETCH)
        point.update({name: number(rng, stretch) for name in moving})


def outside(tape: Tape, point: Mapping[str, float]) -> set[str] | None:
    """The variables under a margin that fails at the point; None if f has a value there."""
    with precision(BITS):
        values = forward(tape, BALLS, {name: arb(x) for name, x in point.items()})
        found = first_undefined(tape, BALLS, values)
        if found is None and values[tape.roots[0]].is_finite():
            return None
    return under(tape, found.node if found else tape.roots[0])


def under(tape: Tape, root: int) -> set[str]:
    """The variables that a node is made of."""
    needed = bytearray(len(tape))
    needed[root] = True
    for i in range(root, -1, -1):
        if needed[i]:
            for j in tape.args[i]:
                needed[j] = True
    return {leaf for leaf, n in zip(tape.leaves, needed) if n and isinstance(leaf, str)}
