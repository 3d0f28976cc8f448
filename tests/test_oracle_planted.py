"""Bugs that live where chosen points seldom are: gaps, large integers, and what caches confuse."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

import pytest

from symgrad.oracle import Program, judge
from symgrad.oracle.cases import cases

from .oracle_engines import RULES, Right, quotient, ruled, scaled

BUDGET = 30.0
Key = Callable[[Program, Sequence[Any]], Any]


def cached(key: Key) -> type[Right]:
    """An engine that answers from its cache where the key is known."""

    def gradient(self: Any, program: Program, point: Sequence[Any], *, backwards: int = 1) -> Any:
        found = Right.gradient(self, program, point, backwards=backwards)
        return self.__dict__.setdefault("known", {}).setdefault(key(program, point), found)

    return type("Cached", (Right,), {"gradient": gradient})


def wrapped(name: str, bits: int) -> type[Right]:
    """An engine whose whole numbers have so many bits."""

    def value(self: Any, row: str, x: Sequence[Any]) -> Any:
        if row == name and all(isinstance(a, int) for a in x):
            exact = x[0] * x[1] if name == "mul" else x[0] + x[1]
            return (exact + 2 ** (bits - 1)) % 2**bits - 2 ** (bits - 1)
        return Right.value(self, row, [float(a) for a in x])

    kept = {"leaf": lambda self, x: x, "constant": lambda self, c: c}
    return type("Wrapped", (Right,), {**kept, "value": value})


def rounded(c: Any) -> str:
    return f"{float(c):.3g}"


PLANTED: dict[str, Callable[[], Any]] = {
    "cached without the root": cached(
        lambda p, x: (len(p.variables), p.constants, p.steps, *map(float, x))
    ),
    "cached by rounded constants": cached(
        lambda p, x: (len(p.variables), *map(rounded, p.constants), p.steps, p.root, *x)
    ),
    "cached by sizes": cached(lambda p, x: (p, *map(abs, x))),
    "cached by the sorted point": cached(lambda p, x: (p, *sorted(map(float, x)))),
    "products of 64 bits": wrapped("mul", 64),
    "products of 32 bits": wrapped("mul", 32),
    "sums of 64 bits": wrapped("add", 64),
    "exp' between 10 and 12": scaled("exp", 0, 1.001, lambda x: 10.2 < x < 11.8),
    "atan' between 5 and 6": scaled("atan", 0, 1.001, lambda x: 5.1 < x < 5.9),
    "log' of subnormals": scaled("log", 0, 1.001, lambda x: 0 < x < 2.0**-1022),
    "slope of 1/0.0": ruled(
        div=(RULES["div"][0], (lambda y, a, b: quotient(1.0, b) if a else 0.0, RULES["div"][1][1]))
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_planted(name: str) -> None:
    """Each is rejected."""
    assert [] != judge(PLANTED[name](), BUDGET, most=1).findings


def test_integers_fit_the_format() -> None:
    """A whole number is exact in the engine's floats, large ones too."""
    seen = 0
    for _, case in zip(range(4000), cases(frozenset({"add", "mul"}), "float32")):
        for x in (*case.point, *case.program.constants):
            if isinstance(x, int) and abs(x) > 2**24:
                seen += 1
                assert x == int(math.ldexp(round(math.ldexp(x, -e)), e)
                                if (e := x.bit_length() - 24) > 0 else x)  # fmt: skip
    assert seen > 0


@pytest.mark.parametrize("name", ["clamp", "exp", "div", "max", "powi", "dot"])
def test_one_row(name: str) -> None:
    """An engine with a single row has cases enough."""
    assert 500 == len([*islice(cases(frozenset({name})), 500)])
