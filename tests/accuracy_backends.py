"""How far compiled code is from the truth: every row, and random graphs, by every backend.

    python -m tests.accuracy_backends                      # writes tests/data/accuracy_backends.md
    python -m tests.accuracy_backends tanh erf             # prints these rows

- `BACKENDS[name](root)` gives a function from points to rows of value and partials.
- `measured(op, count)` are the worst errors of each backend over the row's domain, in ulps.
- `graphs(count)` are the errors of values and gradients of random graphs.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import numpy as np
from flint import arb

from symgrad.compiling.compiler import compile
from symgrad.errors import Unsupported
from symgrad.ops import OPS, Op
from symgrad.ops.row import always
from symgrad.value import Value, literal, made, variable

from .accuracy import error, second_opinion
from .forward_mode import nearest_float
from .points import points
from .random_graphs import random_case
from .reference import truth
from .rows import PARAMETERS
from .test_code import rounding

ROWS = [name for name, op in OPS.items() if op.arity != 0]
PLACE = Path(__file__).parent / "data" / "accuracy_backends.md"
POINTS, GRAPHS = 1000, 300
NOTED = 16.0  # ulps from which a cell has a note
Worst = tuple[float, Any, float]  # ulps, where, the truth
Known = tuple[tuple[float, ...], list[Any]]  # a point, the true value and partials
Run = Callable[[Sequence[Sequence[float]]], list[list[float]]]


def single(root: Value, **options: Any) -> Run:
    """One point after another, through the quick call."""
    call = compile(root, **options).call
    return lambda points: [[y, *partials] for y, partials in (call(*x) for x in points)]


def batched(root: Value, **options: Any) -> Run:
    """All points at once."""
    compiled = compile(root, **options)

    def run(points: Sequence[Sequence[float]]) -> list[list[float]]:
        with np.errstate(all="ignore"):
            values, partials = compiled.batch(np.array(points, float))
        return [[y, *row] for y, row in zip(values.tolist(), partials.tolist())]

    return run


BACKENDS: dict[str, Callable[[Value], Run]] = {
    "python": partial(single, backend="python"),
    "numpy": partial(batched, backend="numpy"),
    "llvm exact": partial(single, backend="llvm"),
    "llvm exact, batch": partial(batched, backend="llvm"),
    "llvm fast": partial(single, backend="llvm", accuracy="fast"),
    "llvm fast, batch": partial(batched, backend="llvm", accuracy="fast"),
}


def graph(op: Op, arity: int) -> tuple[Value, dict[int, float]]:
    """The row over free variables, and its parameters by place."""
    given = {i: float(number) for i, number in PARAMETERS.get(op.name, {}).items()}
    args = tuple(literal(number) if i in given else variable(f"x{i}") for i, number in
                 ((i, PARAMETERS.get(op.name, {}).get(i)) for i in range(arity)))  # fmt: skip
    return made(op, None, args), given


def tried(op: Op, count: int, seed: int = 0, plain: bool = False) -> Iterator[Known]:
    """Points of the row's domain with its true value and partials; one number of arguments.

    `plain` leaves out those at which the row says that floats lose digits.
    """
    arity = op.arity or 2
    given = graph(op, arity)[1]
    found = 0
    for point in points(op, 12 * count, seed):
        if len(point) == arity:
            x = tuple(given.get(i, a) for i, a in enumerate(point))
            true = truth(op.name, x)
            if plain and any(d and d is not always and d(*x) for d in op.delicate):
                continue
            if true is not None:
                free = [i for i in range(arity) if i not in given]
                yield tuple(x[i] for i in free), [true[0], *(true[1][i] for i in free)]
                found += 1
        if found == count:
            return


def measured(op: Op, count: int, seed: int = 0,
             plain: bool = False) -> dict[str, list[Worst] | None]:  # fmt: skip
    """For each backend the worst error of the value and of the partials, in ulps, and where."""
    known = list(tried(op, count, seed, plain))
    root, _ = graph(op, op.arity or 2)
    return {name: worst(make, root, known) for name, make in BACKENDS.items()}


def worst(make: Callable[[Value], Run], root: Value,
          known: Sequence[Known]) -> list[Worst] | None:  # fmt: skip
    """The same for one backend; None where it does not have the row."""
    try:
        run = make(root)
    except Unsupported:
        return None
    found: list[Worst] = [(0.0, (), 0.0), (0.0, (), 0.0)]
    for (x, true), got in zip(known, run([x for x, _ in known])):
        for place, (a, b) in enumerate(zip(got, true)):
            if b is not None:
                k = min(place, 1)
                found[k] = max(found[k], (error(a, b), x, float(b.mid())))
    return found


def row(name: str, count: int = POINTS) -> tuple[str, list[str]]:
    """A row of the table, and a note for every point where some backend is far off."""
    cells, far = [], dict[tuple[str, Worst], list[str]]()
    for backend, found in measured(OPS[name], count).items():
        cells.append(" / ".join(shown(worst[0]) for worst in found) if found else "")
        for part, worst in zip(("value", "partial"), found or ()):
            if worst[0] > NOTED:
                far.setdefault((part, worst), []).append(backend)
    notes = [
        f"`{name}` {part} at {', '.join(map(repr, x))}, where it is {true:.3g}: "
        f"{shown(ulps)} ({', '.join(backends)})"
        for (part, (ulps, x, true)), backends in far.items()
    ]
    return f"| `{name}` | {' | '.join(cells)} |", notes


def shown(ulps: float) -> str:
    return f"{ulps:.2f}" if ulps < 1000 else f"{ulps:.0e}"


def graphs(count: int = GRAPHS) -> dict[str, tuple[list[float], list[float]]]:
    """For each backend that has all of a graph: ulps off, and the share of the rounding ball's
    radius (beyond 1 a number lies outside).
    """
    found: dict[str, tuple[list[float], list[float]]] = {}
    for seed in range(count):
        case = random_case(f"backends {seed}", 4 + seed % 40)
        names = case.tape.variables
        true = [nearest_float(partial(second_opinion, case.tape, case.point, n))
                for n in ("", *names)]  # fmt: skip
        balls = rounding(case.root, case.point)
        for backend, make in BACKENDS.items():
            try:
                run = make(case.root)
            except Unsupported:
                continue
            ulps, shares = found.setdefault(backend, ([], []))
            got = run([tuple(case.point[n] for n in names)] * 3)[-1]
            for a, b, ball in zip(got, true, balls):
                if b:  # an exact 0 has no ulps; its ball judges it
                    ulps.append(abs(a - b) / math.ulp(b))
                shares.append(share(a, ball))
    return found


def share(a: float, ball: arb) -> float:
    """How far from the ball's middle, by its radius; an unbounded ball holds everything."""
    if not ball.is_finite():
        return 0.0
    if not math.isfinite(a):
        return math.inf
    off = abs(arb(a) - ball.mid())
    return float(off / ball.rad()) if ball.rad() > 0 else 0.0 if off == 0 else math.inf


def graph_rows(count: int = GRAPHS) -> Iterator[str]:
    for backend, (ulps, shares) in graphs(count).items():
        tenths = quantiles(ulps, n=100)
        yield (f"| {backend} | {len(ulps)} | {median(ulps):.2f} | {tenths[89]:.1f} | "
               f"{tenths[98]:.0f} | {median(shares):.1g} | {max(shares):.1g} |")  # fmt: skip


def written(names: Sequence[str]) -> Iterator[str]:
    """The whole table in Markdown."""
    yield "Made by `python -m tests.accuracy_backends`. Largest errors in ulps, value / partials,"
    yield f"over {POINTS} points of each row's domain:\n"
    yield "| operation | " + " | ".join(BACKENDS) + " |"
    yield "|---" * (1 + len(BACKENDS)) + "|"
    notes: list[str] = []
    for name in names:
        line, more = row(name)
        notes += more
        yield line
    yield f"\nMore than {NOTED:g} ulp, beside a zero of what is computed (the difference of larger"
    yield "numbers), or where something on the way is subnormal or overflows:\n"
    yield from (f"- {note}" for note in notes)
    yield f"\n{GRAPHS} random graphs of 4 to 43 operations, all rows: the ulps that numbers"
    yield "are off, and the error over the radius of a correct run's ball (above 1: outside):\n"
    yield "| backend | numbers | median | 90 % | 99 % | median share | worst share |"
    yield "|---|---|---|---|---|---|---|"
    yield from graph_rows()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *OPS])
    names = parser.parse_args().names
    lines = []
    for line in written(ROWS) if not names else map(str, map(row, names)):
        print(line, flush=True)
        lines.append(line)
    if not names:
        PLACE.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
