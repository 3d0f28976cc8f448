"""How many checks a second the oracle makes: python -m tests.benchmarks.oracle

Programs of 10 operations at random points, against a trivial engine in this process; a check is
one (program, point): the engine's call, the reference in Arb at 128 bits, and the verdict.
"""

from __future__ import annotations

import itertools
import math
import os
import time
from collections.abc import Sequence
from typing import Any

from symgrad.arithmetic.balls import precision
from symgrad.limits import Deadline
from symgrad.oracle.cases import Case, in_format
from symgrad.oracle.cases.random_programs import grown
from symgrad.oracle.cases.sample_numbers import Dice
from symgrad.oracle.float_formats import FORMATS
from symgrad.oracle.forked import caller
from symgrad.oracle.programs import Program
from symgrad.oracle.report import Report
from symgrad.oracle.run import Run, answered
from symgrad.oracle.truth import BITS, Truth

SECONDS = 5.0


class Trivial:
    """+, -, *, sin and tanh on a tape."""

    name, dtype = "trivial", "float64"
    operations = frozenset(("add", "sub", "mul", "neg", "sin", "tanh"))

    def gradient(
        self, program: Program, point: Sequence[float], *, backwards: int = 1
    ) -> tuple[float, list[float]]:
        values = [*point, *program.constants]
        first = len(values)
        tape = []
        for name, *args in program.steps:
            a = values[args[0]]
            if name == "mul":
                b = values[args[1]]
                values.append(a * b)
                tape.append(((args[0], b), (args[1], a)))
            elif name == "add":
                values.append(a + values[args[1]])
                tape.append(((args[0], 1.0), (args[1], 1.0)))
            elif name == "sub":
                values.append(a - values[args[1]])
                tape.append(((args[0], 1.0), (args[1], -1.0)))
            elif name == "neg":
                values.append(-a)
                tape.append(((args[0], -1.0),))
            elif name == "sin":
                values.append(math.sin(a))
                tape.append(((args[0], math.cos(a)),))
            else:
                e = math.exp(-abs(a))
                values.append(math.tanh(a))
                tape.append(((args[0], (2 * e / (1 + e * e)) ** 2),))
        adjoints = [0.0] * len(values)
        adjoints[program.root] = 1.0
        for i in range(program.root, first - 1, -1):
            g = adjoints[i]
            if g:
                for j, p in tape[i - first]:
                    adjoints[j] += g * p
        return values[program.root], adjoints[: len(point)]


def programs(seed: int, size: int) -> Any:
    """Random programs of exactly so many operations."""
    dice = Dice(f"benchmark {seed}")
    while True:
        made = grown(dice, Trivial.operations, size)
        if made and len(made[0].steps) == size:
            yield made


def cpu() -> float:
    """Seconds of this process and of those it has waited for: the engine runs in a copy."""
    return sum(os.times()[:4])


def measured(size: int = 10, seconds: float = SECONDS) -> tuple[int, float, float]:
    """Checks, seconds, and seconds of the engine's own."""
    engine = Trivial()
    run_cases: list[tuple[Case, Truth]] = []
    made = list(itertools.islice(programs(0, size), 100 if size < 20 else 40))
    started = cpu()
    report = Report("trivial", "float64")
    with caller(engine, 10.0) as asked, precision(BITS):
        run = Run(engine, asked, FORMATS["float64"], report, Deadline(10 * seconds))
        program = reference = None
        for case in asked.ahead(in_format(itertools.cycle(made), "float64")):
            if case.program is not program:
                program, reference = case.program, Truth(case.program)
                if cpu() - started > seconds / 2:
                    break
            answered(run, case, reference)
            if len(run_cases) < 2000:
                run_cases.append((case, reference))
    spent = cpu() - started
    again = time.process_time()
    for case, _ in run_cases:
        engine.gradient(case.program, case.point)
    own = (time.process_time() - again) / len(run_cases)
    assert not run.causes, run.causes
    return report.checked, spent, own * report.checked


def main() -> None:
    print("operations   checks   checks/s   us a check   of which the engine")
    for size in (1, 5, 10, 20, 40):
        count, spent, own = measured(size)
        print(
            f"{size:10d} {count:8,d} {count / spent:10,.0f} {1e6 * spent / count:12.1f}"
            f" {1e6 * own / count:21.1f}"
        )


if __name__ == "__main__":
    main()
