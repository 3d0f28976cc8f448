"""The gradients of random programs, every peer beside the others: one point, and many.

- `one(sizes)` and `many(sizes)` give a table for each size; `Sizes` says how much to run.

Each answer is compared before it is timed: at one point with Arb's, at many with NumPy's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from flint import arb

from symgrad.arithmetic.balls import BALLS, precision
from symgrad.compiling.code import label
from symgrad.engine import Tape, forward, gradient

from .engines import ENGINES, OURS, OURS_FAST, Engine, Maker
from .generators import graph, symgrad_many
from .measuring import Table, digits, interleaved, seconds_to_make, shown
from .ready import Ready
from .recipes import BOX, Recipe, recipe

VARIABLES = {30: 5, 430: 10, 7000: 20}
CLOSE = 1e-9  # of the largest partial: peers round differently, the programs are well conditioned
SEED = 1


@dataclass(frozen=True)
class Sizes:
    """How much to run."""

    operations: tuple[int, ...] = (30, 430, 7000)
    points: tuple[int, ...] = (1_000_000, 1_000_000, 20_000)
    rounds: int = 9
    patience: float = 12.0  # seconds for a peer's rounds
    slow: bool = True  # with peers that compile for tens of seconds
    nodes: tuple[int, ...] = (10_000, 30_000, 100_000)
    samples: tuple[int, ...] = (8, 100)


QUICK = Sizes((30,), (2_000,), 3, 0.5, False, (1_000, 3_000), (8,))


def truth(program: Recipe, point: list[float]) -> list[float]:
    """Value and partials from Arb at 200 bits."""
    tape = Tape.of([graph(program)], label)
    with precision(200):
        values = forward(tape, BALLS, {n: arb(x) for n, x in zip(program.names, point)})
        partials = gradient(tape, BALLS, values)
        balls = [values[tape.roots[0]], *(partials[name] for name in program.names)]
        return [float(ball.mid()) for ball in balls]


def error(found: Any, expected: Any) -> float:
    """The largest difference, next to the largest number at that point."""
    found, expected = np.asarray(found, float), np.asarray(expected, float)
    if found.shape != expected.shape:
        return float("nan")
    return float(np.max(np.abs(found - expected) / np.abs(expected).max(axis=0)))


@dataclass
class Contest:
    """Peers at one task: made, compared, timed."""

    task: str  # "one" or "many"
    program: Recipe
    given: Any  # the point, or the columns
    expected: Any
    table: Table

    def made(self, engines: list[Engine]) -> Iterator[tuple[Engine, float, Ready, float]]:
        """Engine, seconds to make it, it, its error; notes say who is left out and why."""
        for engine in engines:
            maker = getattr(engine, self.task)
            took, ready = seconds_to_make(partial(self.first, maker))
            off = error(ready.read(), self.expected)
            if off <= CLOSE:
                yield engine, took, ready, off
            else:
                self.table.notes.append(f"{engine.name}: differs by {off:.1e}, not timed")

    def first(self, maker: Maker) -> Ready:
        """Made, and for many points run once: some compile when they see the arrays."""
        ready = maker(self.program, self.given)
        if self.task == "many":
            ready.run(1)
        return ready

    def entered(self, slow: bool) -> list[Engine]:
        """Who takes part; notes name the others."""
        found = []
        for engine in ENGINES:
            largest = engine.largest if self.task == "one" else engine.largest_many
            if not getattr(engine, self.task) or (engine.slow and not slow):
                continue
            if missing := engine.missing():
                self.table.notes.append(f"{engine.name}: left out, {missing} is not installed")
            elif len(self.program.steps) > largest:
                self.table.notes.append(f"{engine.name}: left out, {engine.why}")
            else:
                found.append(engine)
        return found


def timed(contest: Contest, sizes: Sizes, ours: tuple[str, ...], count: int = 1) -> Table:
    """Run it; `ours` are the rows that others are divided by, `count` the points of a run."""
    entries = list(contest.made(contest.entered(sizes.slow)))
    loops = {engine.name: ready.run for engine, _, ready, _ in entries}
    times = interleaved(loops, sizes.rounds, patience=sizes.patience)
    for engine, took, _, off in entries:
        each = times[engine.name]
        ratios = [digits(each / times[name]) if name in times else "-" for name in ours]
        cells = (engine.name, shown(took), shown(each / count), *ratios, f"{off:.0e}")
        contest.table.rows.append(cells)
    return contest.table


def one(sizes: Sizes) -> Iterator[Table]:
    """Value and all partials at one point."""
    for operations in sizes.operations:
        program = recipe(SEED, operations, VARIABLES[operations])
        point = [float(x) for x in np.random.default_rng(SEED).uniform(*BOX, program.variables)]
        table = Table(f"One point, {operations:,} operations, {program.variables} partials",
                      ("", "compile", "a call", f"{OURS} = 1", "error"))  # fmt: skip
        yield timed(Contest("one", program, point, truth(program, point), table), sizes, (OURS,))


def many(sizes: Sizes) -> Iterator[Table]:
    """Value and all partials at many points."""
    for operations, points in zip(sizes.operations, sizes.points):
        program = recipe(SEED, operations, VARIABLES[operations])
        columns = np.random.default_rng(SEED).uniform(*BOX, (program.variables, points))
        title = f"{points:,} points, {operations:,} operations, {program.variables} partials"
        head = ("", "first run", "a point", f"{OURS_FAST} = 1", f"{OURS} = 1", "error")
        expected = symgrad_many(program, columns, backend="numpy").read()
        contest = Contest("many", program, columns, expected, Table(title, head))
        yield timed(contest, sizes, (OURS_FAST, OURS), points)
