"""Train micrograd's network on two moons, and look at where it draws the line.

    python examples/train_mlp.py                    # writes moons.png (matplotlib: the plot extra)
    python examples/train_mlp.py --characters       # draws in the terminal
    python examples/train_mlp.py --compiled         # steps in machine code (the fast extra)
"""

from __future__ import annotations

import argparse
import importlib
import math
import random
import time
from collections.abc import Iterator, Sequence
from importlib.util import find_spec

from symgrad import Value
from symgrad.nn import MLP, Step

Point = tuple[float, float]
Sample = tuple[Point, int]
LEFT, RIGHT, BOTTOM, TOP = -1.5, 2.5, -1.0, 1.5


def moons(count: int, noise: float, rng: random.Random) -> list[Sample]:
    """Two half circles, one of +1 and one of -1, that reach into each other."""
    samples: list[Sample] = []
    for i in range(count):
        angle = rng.uniform(0, math.pi)
        x, y = math.cos(angle), math.sin(angle)
        x, y, label = (x, y, -1) if i % 2 else (1 - x, 0.5 - y, 1)
        samples.append(((x + rng.gauss(0, noise), y + rng.gauss(0, noise)), label))
    return samples


def loss_and_accuracy(model: MLP, batch: Sequence[Sample]) -> tuple[Value, float]:
    """Max-margin loss with a little weight decay, and the share of samples on the right side."""
    scores = [model(point) for point, _ in batch]
    margins = [(1 - label * score).relu() for score, (_, label) in zip(scores, batch)]
    right = sum((score.data > 0) == (label > 0) for score, (_, label) in zip(scores, batch))
    return sum(margins) / len(margins) + 1e-4 * squares(model), right / len(batch)


def train(
    model: MLP, samples: list[Sample], steps: int, batch: int, rng: random.Random
) -> Iterator[tuple[int, float]]:
    """Stochastic gradient descent; after each step its number and the loss."""
    for step in range(steps):
        chosen = rng.sample(samples, min(batch, len(samples)))

        loss, _ = loss_and_accuracy(model, chosen)  # 1. forward
        model.zero_grad()  # 2. zero
        loss.backward()  # 3. backward
        rate = 1.0 - 0.9 * step / steps
        for p in model.parameters():  # 4. update
            p.data -= rate * p.grad

        yield step, loss.data


def train_compiled(
    model: MLP, samples: list[Sample], steps: int, batch: int, rng: random.Random
) -> Iterator[tuple[int, float]]:
    """The same, a sample's loss compiled once: forward, zero and backward are one call."""
    run = Step(model, lambda score, label: (1 - label * score).relu() + 1e-4 * squares(model))
    for step in range(steps):
        chosen = rng.sample(samples, min(batch, len(samples)))
        loss = run([point for point, _ in chosen], [label for _, label in chosen])
        rate = 1.0 - 0.9 * step / steps
        for p in model.parameters():
            p.data -= rate * p.grad
        yield step, loss


def squares(model: MLP) -> Value:
    return sum((p * p for p in model.parameters()), Value(0.0))


def scores(model: MLP, columns: int, rows: int) -> list[list[float]]:
    """The network's output over the picture, top row first."""
    across = [LEFT + (RIGHT - LEFT) * (i + 0.5) / columns for i in range(columns)]
    down = [TOP - (TOP - BOTTOM) * (i + 0.5) / rows for i in range(rows)]
    return [[model((x, y)).data for x in across] for y in down]


def characters(model: MLP, samples: list[Sample], columns: int = 64, rows: int = 20) -> str:
    """The decision boundary as text: dots where the network says +1; samples are + and o."""
    picture = [["·" if s > 0 else " " for s in row] for row in scores(model, columns, rows)]
    for (x, y), label in samples:
        i = int((TOP - y) / (TOP - BOTTOM) * rows)
        j = int((x - LEFT) / (RIGHT - LEFT) * columns)
        if 0 <= i < rows and 0 <= j < columns:
            picture[i][j] = "+" if label > 0 else "o"
    return "\n".join("".join(row).rstrip() for row in picture)


def draw(model: MLP, samples: list[Sample], path: str) -> None:
    """The decision boundary as a PNG."""
    figure_class = importlib.import_module("matplotlib.figure").Figure  # needs no display
    figure = figure_class(figsize=(6, 4))
    axes = figure.subplots()
    frame = (LEFT, RIGHT, BOTTOM, TOP)
    sides = [[float(s > 0) for s in row] for row in scores(model, 96, 60)]
    axes.imshow(sides, extent=frame, cmap="coolwarm", alpha=0.4, aspect="auto")
    xs, ys = zip(*(point for point, _ in samples))
    axes.scatter(xs, ys, c=[label for _, label in samples], cmap="coolwarm", edgecolors="white")
    axes.set(xlim=(LEFT, RIGHT), ylim=(BOTTOM, TOP), title="two moons")
    figure.savefig(path, dpi=120)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Train a 2-16-16-1 network on two moons.")
    parser.add_argument("--steps", type=int, default=80)
    parser.add_argument("--samples", type=int, default=100)
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1337)
    parser.add_argument("--compiled", action="store_true", help="steps in machine code")
    parser.add_argument("--characters", action="store_true", help="draw in the terminal")
    parser.add_argument("--output", default="moons.png", help="where the picture goes")
    options = parser.parse_args(arguments)

    rng = random.Random(options.seed)
    model = MLP(2, [16, 16, 1], rng=rng)
    samples = moons(options.samples, 0.1, rng)
    print(f"{model.__class__.__name__} of {len(model.parameters())} parameters")
    start = time.perf_counter()
    run = train_compiled if options.compiled else train
    for step, loss in run(model, samples, options.steps, options.batch, rng):
        if step % 10 == 0 or step == options.steps - 1:
            print(f"step {step:3}  loss {loss:.4f}")
    seconds = time.perf_counter() - start
    _, accuracy = loss_and_accuracy(model, samples)
    print(f"all samples: accuracy {100 * accuracy:.0f} % after {seconds:.1f} s")

    if options.characters or find_spec("matplotlib") is None:
        print(characters(model, samples))
    else:
        draw(model, samples, options.output)
        print(f"wrote {options.output}")


if __name__ == "__main__":
    main()
