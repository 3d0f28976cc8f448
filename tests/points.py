"""Where a row of the table is tried: its whole domain, tails, zeros and ends included.

- `points(op, count, seed)` are argument tuples: every exponent, ordinary sizes, special numbers,
  and neighbours of the zeros of the function and of its derivative.
- `SPECIALS` are the numbers that floats go wrong at.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import cache
from random import Random

from symgrad.ops import Op

from .reference import truth

SPECIALS = [
    0.0, -0.0, 5e-324, -5e-324, 1e-310, -1e-310, 2.2250738585072014e-308, -2.2250738585072014e-308,
    1e-300, 1e-160, -1e-160, 1e-17, 1e-8, -1e-8, 0.5, -0.5, 1.0, -1.0, 1 - 2**-53, 1 + 2**-52,
    -1 + 2**-53, -1 - 2**-52, 2.0, -2.0, 3.0, 10.0, 26.5, -26.5, 38.0, -38.0, 171.6, 709.7, 710.4,
    -708.4, -745.1, 746.0, 1e8, -1e8, 1e16, 1e22, -1e22, 1e155, 1e300, -1e300, 8.98846567431158e307,
    1.7976931348623157e308, -1.7976931348623157e308,
]  # fmt: skip
PARAMETER: dict[str, Callable[[Random], float]] = {
    "powi": lambda r: float(r.choice([-3, -2, -1, 0, 1, 2, 3, 4, 5, 7, 10, 31, 100, -50, 1001])),
    "powr": lambda r: r.choice([0.5, 1.5, -0.5, 0.1, 2.7, -3.3, 1e-3, 100.1, r.uniform(-9, 9)]),
    "root": lambda r: float(r.choice([2, 3, 4, 5, 6, 7, 9, 12])),
    "sphericalj": lambda r: float(r.randrange(0, 5)),
    "polygamma": lambda r: float(r.randrange(0, 5)),
    "zeta_derivative": lambda r: float(r.randrange(0, 4)),
    "besselj": lambda r: float(r.randrange(-3, 8)),
    "besseli": lambda r: float(r.randrange(-3, 8)),
}
PARAMETERS = {  # rows of real parameters, the first ones
    "bessely": 1, "besselk": 1, "gammainc": 1, "gammaincc": 1, "betainc": 2, "hyp1f1": 2,
    "hyp2f1": 3,
}  # fmt: skip
SOME = (0.5, 1.0, 1.5, 2.0, 0.1, 3.0, 7.25)
PARAMETER_AT = {"sphericalj": 0, "polygamma": 0, "besselj": 0, "besseli": 0,
                "zeta_derivative": 0}  # fmt: skip


def any_float(r: Random) -> float:
    """Every exponent alike."""
    return r.choice((-1, 1)) * math.ldexp(r.uniform(1, 2), r.randrange(-1074, 1024))


def number(r: Random) -> float:
    """One of the ways a number can be awkward."""
    way = r.random()
    if way < 0.2:
        return any_float(r)
    if way < 0.3:
        return r.choice(SPECIALS)
    if way < 0.4:
        return nudged(r, float(r.randrange(-12, 13)) / 2)
    if way < 0.5:
        return nudged(r, r.randrange(-40, 41) * math.pi / 4)
    if way < 0.6:
        return r.choice((-1, 1)) * 10 ** r.uniform(-20, 20)
    return r.uniform(-1, 1) * r.choice((1, 1, 2, 5, 10, 30, 100, 800))


def nudged(r: Random, x: float) -> float:
    """x, or a float near it on either side, at any distance."""
    way = r.random()
    if way < 0.4:
        for _ in range(r.randrange(4)):
            x = math.nextafter(x, r.choice((-math.inf, math.inf)))
        return x
    return x + r.choice((-1, 1)) * 10 ** r.uniform(-16, -1)


def points(op: Op, count: int, seed: int = 0) -> Iterator[tuple[float, ...]]:
    """`count` argument tuples for one row."""
    r = Random(f"{op.name} {seed}")
    near = zeros(op)
    for _ in range(count):
        yield tuple(arguments(op, r, near))


def arguments(op: Op, r: Random, near: list[float]) -> list[float]:
    arity = op.arity if op.arity is not None else r.choice((2, 4))
    x = [number(r) for _ in range(arity)]
    if arity > 1 and op.name not in (*PARAMETER, *PARAMETERS) and r.random() < 0.3:
        related(op, r, x)
    if op.name in PARAMETER:
        x[PARAMETER_AT.get(op.name, 1)] = PARAMETER[op.name](r)
    elif op.name in PARAMETERS:
        count = PARAMETERS[op.name]
        x[:count] = [r.choice(SOME) for _ in range(count)]
    elif near and r.random() < 0.2:
        x[0] = nudged(r, r.choice(near))
    return x


def related(op: Op, r: Random, x: list[float]) -> None:
    """Arguments near one another, near the opposite, or (of a power) near its range's end."""
    x[1] = r.choice((1, -1)) * nudged(r, x[0]) if r.random() < 0.5 else x[0] * r.uniform(0.1, 10)
    if op.name in ("pow", "power_below", "powr") and 0 < abs(x[0]) < math.inf and abs(x[0]) != 1:
        x[0] = abs(x[0])
        x[1] = r.uniform(-1080, 1025) / math.log2(x[0])
    if op.name in ("beta", "logaddexp") or r.random() < 0.3:
        x[:] = [r.uniform(-5, 5) for _ in x]


@cache
def zeros(op: Op) -> list[float]:
    """Floats next to the zeros of a row of one argument and of its partial, in [-25, 25]."""
    if op.arity != 1 or op.name in ("sign", "relu", "abs", "clamp"):
        return []
    grid = [k / 8 + 1 / 64 for k in range(-200, 201)]
    known = [truth(op.name, (x,)) for x in grid]
    found = []
    for a, b, at_a, at_b in zip(grid, grid[1:], known, known[1:]):
        for part in (0, 1):
            if at_a and at_b and sign(at_a, part) * sign(at_b, part) < 0:
                found.append(bisected(op.name, part, a, b))
    return found


def sign(at: tuple, part: int) -> int:
    ball = (at[0], *at[1])[part]
    return 0 if ball is None else 1 if ball > 0 else -1 if ball < 0 else 0


def bisected(name: str, part: int, a: float, b: float) -> float:
    at_a = sign(truth(name, (a,)) or (0, [0]), part)
    for _ in range(70):
        middle = (a + b) / 2
        at = truth(name, (middle,))
        if at is None or middle in (a, b):
            break
        a, b = (middle, b) if sign(at, part) == at_a else (a, middle)
    return a
