"""Verification of large graphs: `python -m tests.benchmarks.verification [sizes]` prints seconds.

Both graphs contract, so that errors stay small; SymPy gets them in pieces. In `contracting` every
derivative soon lies below the smallest float, in `lively` the gradient stays of order 1.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import perf_counter, process_time

from symgrad.engine import order
from symgrad.value import Value, apply, variable
from symgrad.verification import verification

SIZES = (1_000, 10_000, 30_000, 100_000)


def contracting(nodes: int) -> Value:
    """x/2 + sin(x)/4 + 1, again and again: its slope stays of order (3/4)^n or above (1/4)^n."""
    x = variable("x")
    for _ in range(nodes // 8):
        x = x * 0.5 + apply("sin", x) * 0.25 + 1
    return x


def lively(nodes: int) -> Value:
    """x + sin(x)/1024, again and again: towards pi, by a hair each time."""
    x = variable("x")
    for _ in range(nodes // 4):
        x = x + apply("sin", x) * 2**-10
    return x


GRAPHS: dict[str, Callable[[int], Value]] = {g.__name__: g for g in (contracting, lively)}


def main(sizes: tuple[int, ...] = SIZES) -> None:
    verification(contracting(100), {})  # the imports, and the worker in which SymPy runs
    print(f"{'graph':12}{'nodes':>8}{'CPU s':>9}{'wall s':>9}{'µs a node':>11}  verdict")
    for name, made in GRAPHS.items():
        for size in sizes:
            root = made(size)
            count, start, started = len(order((root,))), process_time(), perf_counter()
            found = verification(root, {})
            cpu, wall = process_time() - start, perf_counter() - started
            told = f"{found.verdict} at {found.counted} points"
            each = 1e6 * cpu / count
            print(f"{name:12}{count:8,}{cpu:9.2f}{wall:9.2f}{each:11.1f}  {told}", flush=True)


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or SIZES)
