"""What else symgrad is measured at, each task a function (sizes) -> tables.

- `bandwidth`: + - * at many points, beside copying as many bytes; `threads`: two beside one.
- `eager`: the graph of Values beside micrograd's; `training`: a step beside micrograd's.
- `linear`: compiling graphs of 10,000 to 100,000 nodes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from importlib.util import find_spec
from time import perf_counter
from typing import Any

import numpy as np

import symgrad as sg
import symgrad.nn

from . import micrograd_mlp as mlp
from .contests import SEED, VARIABLES, Sizes, error, truth
from .generators import graph, symgrad_many
from .measuring import Table, digits, interleaved, loop, seconds_to_make, shown
from .recipes import BOX, POLYNOMIAL, Recipe, recipe
from .tracers import micrograd, symgrad_eager


def columns_of(program: Recipe, points: int) -> Any:
    return np.random.default_rng(SEED).uniform(*BOX, (program.variables, points))


def bandwidth(sizes: Sizes) -> Iterator[Table]:
    """30 operations of + - *: each input read once, each output written once."""
    points = sizes.points[0]
    program = recipe(SEED, 30, VARIABLES[30], POLYNOMIAL)
    columns, out = columns_of(program, points), np.empty((program.variables + 1, points))

    def copy() -> None:
        """As many arrays read and written; the value's has no array of its own to come from."""
        for row, column in zip(out[1:], columns):
            np.copyto(row, column)
        out[0].fill(0.0)

    def triad() -> None:
        """The same, with the arithmetic of one addition."""
        for row, column in zip(out[1:], columns):
            np.add(column, 1.0, out=row)
        out[0].fill(0.0)

    loops = {"copy": loop(copy), "add 1": loop(triad)}
    for accuracy in ("exact", "fast"):
        loops[f"symgrad, {accuracy}"] = symgrad_many(program, columns, accuracy=accuracy).run
    times = interleaved(loops, sizes.rounds, 0.1, sizes.patience)
    size = 8 * points * (2 * program.variables + 1)
    table = Table(f"Memory: {points:,} points, 30 operations of + - *, "
                  f"{program.variables} columns in, {program.variables + 1} out",
                  ("", "a point", "GB/s", "copy = 1"))  # fmt: skip
    for name, each in times.items():
        table.rows.append((name, shown(each / points), digits(size / each / 1e9),
                           digits(each / times["copy"])))  # fmt: skip
    yield table


def threads(sizes: Sizes) -> Iterator[Table]:
    """Two threads beside one, by the wall."""
    cores = range(os.cpu_count() or 1)
    table = Table("Two threads", ("", "a point, one", "a point, two", "faster"))
    if len(cores) < 2 or not hasattr(os, "sched_setaffinity"):
        table.notes.append("left out: one core")
        yield table
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    for operations, points in zip(sizes.operations, sizes.points):
        program = recipe(SEED, operations, VARIABLES[operations])
        columns = columns_of(program, points)
        loops = {count: symgrad_many(program, columns, count, accuracy="fast").run
                 for count in (1, 2)}  # fmt: skip
        times = interleaved(loops, sizes.rounds, 0.1, sizes.patience, perf_counter)
        table.rows.append((f"{points:,} points, {operations:,} operations",
                           *(shown(times[count] / points) for count in (1, 2)),
                           digits(times[1] / times[2])))  # fmt: skip
    os.sched_setaffinity(0, before)
    yield table


def eager(sizes: Sizes) -> Iterator[Table]:
    """Building a graph of Values and going backwards."""
    table = Table("The eager graph, forward and backward",
                  ("operations", "symgrad", "micrograd", "symgrad = 1"))  # fmt: skip
    yield table if without("micrograd", table) else eager_beside(sizes, table)


def eager_beside(sizes: Sizes, table: Table) -> Table:
    for operations in sizes.operations:
        program = recipe(SEED, operations, VARIABLES[operations])
        point = [float(x) for x in columns_of(program, 1)[:, 0]]
        both = {"symgrad": symgrad_eager(program, point), "micrograd": micrograd(program, point)}
        for name, ready in both.items():
            assert error(ready.read(), truth(program, point)) < 1e-9, name
        times = interleaved({name: ready.run for name, ready in both.items()}, sizes.rounds)
        table.rows.append((f"{operations:,}", *map(shown, times.values()),
                           digits(times["micrograd"] / times["symgrad"])))  # fmt: skip
    return table


def without(module: str, table: Table) -> bool:
    """Whether it is not installed; then the table says so."""
    if find_spec(module):
        return False
    table.notes.append(f"{module}: left out, it is not installed")
    return True


def training(sizes: Sizes) -> Iterator[Table]:
    """A step of micrograd's own network: forward, zero, backward over all samples."""
    table = Table("A training step of the 2-16-16-1 network",
                  ("samples", "symgrad, compiled", "symgrad, Values", "micrograd",
                   "compiled = 1"))  # fmt: skip
    yield table if without("micrograd", table) else training_beside(sizes, table)


def training_beside(sizes: Sizes, table: Table) -> Table:
    import micrograd.nn

    for count in sizes.samples:
        data, models = mlp.samples(count), [mlp.network(m) for m in (micrograd.nn, symgrad.nn)]
        theirs, ours = models
        x, y = np.array([p for p, _ in data]), np.array([label for _, label in data])
        step = symgrad.nn.Step(mlp.network(symgrad.nn), lambda out, label: (1 - label * out).relu())
        assert abs(step(x, y) - mlp.step(theirs, data)) < 1e-12, "not the same loss"
        gradients = zip(theirs.parameters(), step.model.parameters(), strict=True)
        assert all(abs(a.grad - b.grad) < 1e-12 for a, b in gradients), "not the same gradients"
        times = interleaved(
            {"compiled": loop(partial(step, x, y)), "ours": loop(partial(mlp.step, ours, data)),
             "theirs": loop(partial(mlp.step, theirs, data))}, sizes.rounds,
        )  # fmt: skip
        table.rows.append((str(count), *map(shown, times.values()),
                           digits(times["theirs"] / times["compiled"])))  # fmt: skip
    return table


def linear(sizes: Sizes) -> Iterator[Table]:
    """Compiling large graphs, and what a call then takes."""
    table = Table("Compiling large graphs, 20 partials",
                  ("operations", "compile", "an operation", "a call"))  # fmt: skip
    for operations in sizes.nodes:
        program = recipe(SEED, operations, 20)
        root = graph(program)
        took, call = seconds_to_make(partial(sg.compile, root, wrt=program.names), 3, 10)
        point = dict(zip(program.names, columns_of(program, 1)[:, 0]))
        run = loop(partial(call.call, *(float(point[name]) for name in call.variables)))
        each = interleaved({"": run}, 3)[""]
        table.rows.append((f"{operations:,}", shown(took), shown(took / operations), shown(each)))
    yield table
