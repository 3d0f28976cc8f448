"""Chains of hundreds, thousands and tens of thousands: where recursion ends and counters overflow.

- `deep(operations)` are (program, points, backwards); `chains(n, operations)` are those of n links.
- `built(body)` is a program from steps on a `Builder`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from .programs import Builder, Program

Made = tuple[Program, Sequence[Sequence[Any]], int]
DEEP = (1100, 400, 3000, 10_000)  # Python's own limit of recursion first
LONG = (40_000, 70_000)  # beyond what 16 bits count


def deep(offered: frozenset[str]) -> Iterator[Made]:
    """Chains of hundreds and thousands."""
    yield chain_of_sums(DEEP[-1]), [(0.5,)], 1  # the longest first: depth alone may be the fault
    for n in DEEP:
        yield from chains(n, offered)
    for n in LONG:
        yield chain_of_sums(n), [(0.5,)], 1


def chains(n: int, offered: frozenset[str]) -> Iterator[Made]:
    """Chains of n links; the second backward run too."""
    yield chain_of_sums(n), [(0.5,)], 1
    yield chain_of_halves(n), [(2.0,)], 1
    for name in ("tanh", "relu", "sin", "sigmoid", "abs", "max"):
        if name in offered:
            yield chain_of(name, n), [(0.5,), (-2.0,)], 1
            break
    yield skips(n), [(0.5,)], 1
    yield chain_of_sums(n), [(0.5,)], 3
    yield chain_of_products(n), [(0.5,)], 1


def chain_of_sums(n: int) -> Program:
    def body(b: Builder) -> Any:
        u: Any = b.step("mul", 0, 0)
        for _ in range(n):
            u = b.step("add", u, b.constant(1.0)) if n < 200 else b.step("add", u, 0)
        return u

    return built(body)


def chain_of_products(n: int) -> Program:
    """Products with -1 and 1 in turn, so that nothing grows."""

    def body(b: Builder) -> Any:
        u: Any = 0
        minus = b.constant(-1.0)
        for _ in range(n):
            u = b.step("mul", u, minus)
        return u

    return built(body)


def chain_of_halves(n: int) -> Program:
    """u = u/2 + x: converges to 2x."""

    def body(b: Builder) -> Any:
        u: Any = 0
        half = b.constant(0.5)
        for _ in range(n):
            u = b.step("add", b.step("mul", u, half), 0)
        return u

    return built(body)


def chain_of(name: str, n: int) -> Program:
    """u = f(u)/2 + x/4, again and again."""

    def body(b: Builder) -> Any:
        u: Any = 0
        half, quarter = b.constant(0.5), b.constant(0.25)
        for _ in range(n):
            f = b.step(name, u, half) if name == "max" else b.step(name, u)
            u = b.step("add", b.step("mul", f, half), b.step("mul", 0, quarter))
        return u

    return built(body)


def skips(n: int) -> Program:
    """u_k = u_{k-1}/2 - u_{k-3}/4, with x added at each: connections that skip."""

    def body(b: Builder) -> Any:
        known: list[Any] = [0, b.step("neg", 0), b.step("mul", 0, 0)]
        half, quarter = b.constant(0.5), b.constant(0.25)
        for _ in range(n):
            far = b.step("mul", known[-3], quarter)
            known.append(b.step("sub", b.step("mul", known[-1], half), far))
        return b.step("add", known[-1], 0)

    return built(body)


def built(body: Callable[[Builder], Any], count: int = 1) -> Program:
    b = Builder(["x", "y"][:count])
    return b.program(body(b))
