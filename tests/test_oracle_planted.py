"""Bugs that live where chosen points seldom are: gaps, large integers, and what caches confuse."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import islice, product
from typing import Any

import pytest

from symgrad.oracle import Program, judge
from symgrad.oracle.cases import cases, domain, nested

from .oracle_engines import RULES, Right, changed, quotient, ruled, scaled

CASES, PATIENCE = 25_000, 600.0  # a backstop in seconds: cases are what is counted
LATE = {  # met after many cases
    "x^64", "x^6", "x^-4 and below", "constants of 2 decimals are one",
    "constants of one hash are one", "constants of one size are one", "constants beyond 2^60",
    "relu(relu(x)) is |x|", "sqrt(x*x) is -x", "exp' between 10 and 12", "x^0 at 0",
}
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


def pooled(key: Callable[[Any], Any], one_program: bool = False) -> type[Right]:
    """An engine that keeps constants in a table, where two with the same key become one."""

    def gradient(self: Any, program: Program, point: Sequence[Any], *, backwards: int = 1) -> Any:
        pool = {} if one_program else self.__dict__.setdefault("pool", {})
        kept = tuple(pool.setdefault(key(c), c) for c in program.constants)
        made = Program(program.variables, kept, program.steps, program.root)
        return Right.gradient(self, made, point, backwards=backwards)

    return type("Pooled", (Right,), {"gradient": gradient})


def rewriting(outer: str, inner: str, into: Callable[[Any], Any]) -> type[Right]:
    """An engine that rewrites outer(inner(x)) to `into(x)` where the inner step has one operand."""

    def gradient(self: Any, program: Program, point: Sequence[Any], *, backwards: int = 1) -> Any:
        first = len(program.variables) + len(program.constants)
        steps = list(program.steps)
        for k, (name, *args) in enumerate(steps):
            j = args[0] - first
            if name == outer and j >= 0 and steps[j][0] == inner and len({*steps[j][1:]}) == 1:
                steps[k] = into(steps[j][1])
        made = Program(program.variables, program.constants, tuple(steps), program.root)
        return Right.gradient(self, made, point, backwards=backwards)

    return type("Rewriting", (Right,), {"gradient": gradient})


def power_slope(factor: float, when: Callable[[float, float], bool]) -> type[Right]:
    """An engine whose slope of x^n is wrong for some x and n."""
    forward, (right, none) = RULES["powi"]
    return ruled(powi=(forward, (
        lambda y, x, n: factor if factor != factor and when(x, n) else right(y, x, n) * (
            factor if when(x, n) else 1.0), none)))  # fmt: skip


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
    "x^6": power_slope(7 / 6, lambda x, n: n == 6),
    "x^-4 and below": power_slope(-1.0, lambda x, n: n < -3),
    "x^64": power_slope(2.0, lambda x, n: n == 64),
    "x^0 at 0": power_slope(math.nan, lambda x, n: n == 0 and x == 0),
    "constants of 6 digits are one": pooled(lambda c: f"{c:g}"),
    "constants of 12 digits are one": pooled(lambda c: f"{c:.12g}"),
    "constants of one hash are one": pooled(hash, one_program=True),
    "constants of 2 decimals are one": pooled(lambda c: round(c, 2), one_program=True),
    "constants of one size are one": pooled(abs, one_program=True),
    "constants beyond 2^60": changed(constant=lambda self, c: float(c) if abs(c) < 2**60 else 0.0),
    "sqrt(x*x) is -x": rewriting("sqrt", "mul", lambda x: ("neg", x)),
    "|sin(x)| is sin(x)": rewriting("abs", "sin", lambda x: ("sin", x)),
    "relu(relu(x)) is |x|": rewriting("relu", "relu", lambda x: ("abs", x)),
    "atan(exp(x)) is atan(x)": rewriting("atan", "exp", lambda x: ("atan", x)),
    "slope of 1/0.0": ruled(
        div=(RULES["div"][0], (lambda y, a, b: quotient(1.0, b) if a else 0.0, RULES["div"][1][1]))
    ),
}


@pytest.mark.parametrize("name", [
    pytest.param(name, marks=[pytest.mark.slow] if name in LATE else []) for name in PLANTED
])  # fmt: skip
def test_planted(name: str) -> None:
    """Each is rejected."""
    assert [] != judge(PLANTED[name](), PATIENCE, cases=CASES, most=1).findings


def test_every_row_inside_every_other() -> None:
    """Each pair of rows meets, at points where both have a value."""
    offered = Right.operations - {"lt", "le", "gt", "ge", "if"}
    met = set()
    for program, points, _ in nested.cases(offered):
        *inner, (outer, *_) = program.steps
        met.update((outer, name) for name, *_ in inner)
        assert all(domain(program, x) for x in points)
    assert met == {*product(offered, offered)}


def test_pi_is_no_case() -> None:
    """An engine may name rows of no argument; they are constants in programs."""
    offered = type("Named", (Right,), {"operations": Right.operations | {"pi", "e"}})
    assert [] == judge(offered(), 1.0).findings


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
