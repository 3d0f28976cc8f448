"""Seconds and bytes a node of building and differentiating graphs of 1,000 to 1,000,000 nodes.

    python -m tests.benchmarks.linear [largest]

Each graph runs in a process of its own, so that the peak of one is not the peak of the next.
"""

from __future__ import annotations

import math
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from symgrad.value import Value

SIZES = (1_000, 10_000, 100_000, 1_000_000)


def chain(x: Any, nodes: int) -> Any:
    """Each node used once."""
    for _ in range(nodes // 5):
        x = x.sin() / 2 + 1
    return x


def shared(x: Any, nodes: int) -> Any:
    """Each round used twice; it contracts, so that after a while no gradient is left to send."""
    for _ in range(nodes // 6):
        x = x * x.sin() / 2 + 1
    return x


def lively(x: Any, nodes: int) -> Any:
    """Shared too, but the gradient stays of order 1: backward works at every node."""
    for _ in range(nodes // 4):
        x = x + x.sin() * 1e-6
    return x


GRAPHS: dict[str, Callable[[Any, int], Any]] = {f.__name__: f for f in (chain, shared, lively)}


def peak() -> int:
    """Most bytes this process ever held (Linux counts in kilobytes)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def measured(name: str, nodes: int) -> tuple[float, float, float]:
    """Seconds to build, seconds of backward, bytes a node at the peak; in this process."""
    Value(1.0).sin().backward()
    before = peak()
    x = Value(1.0)
    start = time.perf_counter()
    y = GRAPHS[name](x, nodes)
    built = time.perf_counter()
    y.backward()
    done = time.perf_counter()
    assert math.isfinite(y.data) and abs(y.data) < 10 and math.isfinite(x.grad)
    return built - start, done - built, (peak() - before) / nodes


def main() -> None:
    largest = int(sys.argv[1]) if len(sys.argv) > 1 else SIZES[-1]
    print(f"{'graph':8}{'nodes':>10}{'build s':>10}{'backward s':>12}{'µs a node':>11}{'bytes':>8}")
    for name in GRAPHS:
        for nodes in (n for n in SIZES if n <= largest):
            run = [sys.executable, "-m", "tests.benchmarks.linear", "--one", name, str(nodes)]
            found = subprocess.run(run, capture_output=True, text=True, check=True).stdout.split()
            build, back, size = map(float, found)
            each = 1e6 * (build + back) / nodes
            print(f"{name:8}{nodes:10,}{build:10.3f}{back:12.3f}{each:11.2f}{size:8.0f}")


if __name__ == "__main__":
    if "--one" in sys.argv:
        print(*measured(sys.argv[2], int(sys.argv[3])))
    else:
        main()
