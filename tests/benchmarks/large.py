"""CPU seconds a node of every step on large formulas, 1,000 to 1,000,000 nodes: is it linear?

    python -m tests.benchmarks.large [largest]

Parse a text; lay its graph flat; value and gradient in floats; SymPy's expression to a graph (the
time SymPy itself needs to build it stands beside it). Each size runs in a process of its own.
`linear.py` has the eager graph, `verification.py` the verifier.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from time import process_time
from typing import Any

import sympy

from symgrad.arithmetic.floats import FLOATS
from symgrad.engine import Tape, forward, gradient
from symgrad.expression import parse
from symgrad.symbolic import graph

SIZES = (1_000, 10_000, 100_000, 1_000_000)
STEPS = ("parse", "tape", "forward", "backward")


def text(nodes: int) -> str:
    """A sum of terms with six nodes of their own each."""
    return " + ".join(f"{k}.5*sin(x{k % 50}*y^{k})" for k in range(1, nodes // 7 + 1))


def parsed(nodes: int) -> list[float]:
    """Seconds of parse, tape, forward and backward, and how many nodes there are."""
    parse("x*sin(y)^2")
    typed, times = text(nodes), [process_time()]
    f = parse(typed)
    times.append(process_time())
    tape = Tape.of([f.root])
    times.append(process_time())
    values = forward(tape, FLOATS, dict.fromkeys(tape.variables, 0.875))
    times.append(process_time())
    gradient(tape, FLOATS, values)
    times.append(process_time())
    return [*(b - a for a, b in pairwise(times)), len(tape)]


def flat(nodes: int) -> Any:
    """A sum of products."""
    x, y = sympy.symbols("x y", real=True)
    return sympy.Add(*(k * sympy.sin(x * y**k) for k in range(2, nodes // 6 + 2)))


def deep(nodes: int) -> Any:
    """sin(...) + 1 nested as deep as it is long."""
    e: Any = sympy.Symbol("x", real=True)
    for _ in range(nodes // 2):
        e = sympy.Add(sympy.sin(e, evaluate=False), 1, evaluate=False)
    return e


SHAPES: dict[str, Callable[[int], Any]] = {"flat": flat, "deep": deep}


def read(shape: str, nodes: int) -> list[float]:
    """Seconds that SymPy takes to build, that we take to read, and how many nodes there are."""
    start = process_time()
    e = SHAPES[shape](nodes)
    built = process_time()
    found = graph(e)
    return [built - start, process_time() - built, len(Tape.of([found]))]


def measured(*what: str) -> list[float]:
    """The same in a process of its own."""
    run = [sys.executable, "-m", "tests.benchmarks.large", "--one", *what]
    found = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    return [float(number) for number in found.split()]


def main() -> None:
    largest = int(sys.argv[1]) if len(sys.argv) > 1 else SIZES[-1]
    sizes = [size for size in SIZES if size <= largest]
    print(f"{'text':>10}" + "".join(f"{step + ' s':>12}" for step in STEPS) + f"{'µs a node':>12}")
    for size in sizes:
        *seconds, nodes = measured("text", str(size))
        each = 1e6 * sum(seconds) / nodes
        print(f"{nodes:10,.0f}" + "".join(f"{s:12.3f}" for s in seconds) + f"{each:12.1f}")
    for shape in SHAPES:
        print(f"{'SymPy ' + shape:>10}{'built s':>12}{'graph s':>12}{'µs a node':>12}")
        for size in sizes:
            built, ours, nodes = measured(shape, str(size))
            print(f"{nodes:10,.0f}{built:12.3f}{ours:12.3f}{1e6 * ours / nodes:12.1f}")


if __name__ == "__main__":
    if "--one" in sys.argv:
        what, size = sys.argv[2], int(sys.argv[3])
        print(*(parsed(size) if what == "text" else read(what, size)))
        sys.stdout.flush()
    else:
        main()
