"""Verification of large graphs: `python -m tests.benchmarks.verification` prints seconds by size.

The graph contracts, so that every derivative stays representable; SymPy gets it in pieces.
"""

from __future__ import annotations

import sys
from time import perf_counter

from symgrad.engine import order
from symgrad.value import Value, apply, variable
from symgrad.verification import verification

SIZES = (100, 1_000, 10_000, 30_000)


def contracting(nodes: int) -> Value:
    """x/2 + sin(x)/4 + 1, again and again: its slope stays of order (3/4)^n or above (1/4)^n."""
    x = variable("x")
    for _ in range(nodes // 8):
        x = x * 0.5 + apply("sin", x) * 0.25 + 1
    return x


def main(sizes: tuple[int, ...] = SIZES) -> None:
    print(f"{'nodes':>8}{'seconds':>10}{'µs a node':>12}  verdict")
    for size in sizes:
        root = contracting(size)
        count, start = len(order((root,))), perf_counter()
        found = verification(root, {})
        seconds = perf_counter() - start
        told = f"{found.verdict} at {found.counted} points"
        print(f"{count:8,}{seconds:10.2f}{1e6 * seconds / count:12.1f}  {told}")


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or SIZES)
