"""How much faster a training step is than micrograd's, on its own network.

    python -m tests.benchmarks.micrograd_mlp

Both libraries as one finds them, each with its own nn and the garbage collector on: the same
2-16-16-1 network (one seed draws the same weights in both), 8 samples; forward, zero, backward.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import micrograd.nn

import symgrad.nn

SAMPLES = 8
ROUNDS = 31


def network(library: Any) -> Any:
    random.seed(1337)
    return library.MLP(2, [16, 16, 1])


def samples(count: int = SAMPLES) -> list[tuple[list[float], int]]:
    rng = random.Random(1)
    points = [[rng.uniform(-1, 1), rng.uniform(-1, 1)] for _ in range(count)]
    return [(p, 1 if p[0] * p[1] > 0 else -1) for p in points]


def step(model: Any, data: list[tuple[list[float], int]]) -> float:
    """One training step but for the update; returns the loss."""
    losses = [(model(x) * -y + 1).relu() for x, y in data]
    loss = sum(losses) * (1.0 / len(losses))
    model.zero_grad()
    loss.backward()
    return float(loss.data)


def seconds(run: Callable[[], Any]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def ratio() -> tuple[float, float, float]:
    """Median seconds of micrograd and of symgrad, and the median ratio of alternating pairs."""
    theirs, ours, data = network(micrograd.nn), network(symgrad.nn), samples()
    assert abs(step(theirs, data) - step(ours, data)) < 1e-12, "not the same network"
    gradients = zip(theirs.parameters(), ours.parameters(), strict=True)
    assert all(abs(a.grad - b.grad) < 1e-12 for a, b in gradients), "not the same gradients"
    pairs = [
        (seconds(lambda: step(theirs, data)), seconds(lambda: step(ours, data)))
        for _ in range(ROUNDS)
    ]
    return median(a for a, _ in pairs), median(b for _, b in pairs), median(a / b for a, b in pairs)


def main() -> None:
    theirs, ours, faster = ratio()
    print(f"{'micrograd':12}{1e3 * theirs:8.2f} ms a step")
    print(f"{'symgrad':12}{1e3 * ours:8.2f} ms a step")
    print(f"{'ratio':12}{faster:8.2f}")


if __name__ == "__main__":
    main()
