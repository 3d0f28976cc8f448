"""Answers a second: symgrad's judging beside simplify(a - b) == 0 and a.equals(b) of SymPy.

    python -m tests.benchmarks.homework [--seconds 5] [--sympy]

The sample rows come repeated, in a random order; one question's derivative is computed once. SymPy
gets each row once and at most this many seconds a row: many of its wrong answers never end.
"""

from __future__ import annotations

import argparse
import csv
import multiprocessing
import random
import time
from collections.abc import Callable
from pathlib import Path

import symgrad as sg
from symgrad.errors import SymgradError

ROWS = list(
    csv.DictReader((Path(__file__).parent.parent / "data/homework.csv").open(encoding="utf-8"))
)


def judged(seconds: float) -> tuple[int, float]:
    """How many answers were judged, in how many seconds."""
    shuffled, count = random.Random(1), 0
    start = time.perf_counter()
    while time.perf_counter() - start < seconds:
        for row in shuffled.sample(ROWS, len(ROWS)):
            sg.check(row["expression"], row["student_answer"], row["variable"])
            count += 1
    return count, time.perf_counter() - start


def simplified(row: dict[str, str]) -> bool:
    from sympy import simplify  # the peer, only where asked for

    return bool(simplify(_gap(row)) == 0)


def equals(row: dict[str, str]) -> bool:
    return bool(_gap(row).equals(0))


def _gap(row: dict[str, str]):  # SymPy's expression
    from sympy import Symbol, diff

    f = sg.parse(row["expression"], variables=[row["variable"]])
    answer = sg.readings(row["student_answer"], variables=[*f.variables, row["variable"]])[0]
    return diff(f.sympy(), Symbol(row["variable"], real=True)) - answer.sympy()


def peer(method: Callable, seconds: float) -> tuple[int, int, int, float]:
    """Rows judged as the file has them, judged otherwise, not ended; and the seconds."""
    right = wrong = late = 0
    start = time.perf_counter()
    rows = [row for row in ROWS if row["verdict"] != "invalid"]
    pool = multiprocessing.Pool(1)
    for row in rows:
        task = pool.apply_async(_tried, (method, row))
        try:
            found = task.get(seconds)
            right, wrong = right + found, wrong + (not found)
        except multiprocessing.TimeoutError:
            late += 1
            pool.terminate()
            pool = multiprocessing.Pool(1)
    pool.terminate()
    return right, wrong, late, time.perf_counter() - start


def _tried(method: Callable, row: dict[str, str]) -> bool:
    try:
        return method(row) == (row["verdict"] == "correct")
    except (SymgradError, TypeError, ValueError, AttributeError, NotImplementedError):
        return False


def main() -> None:
    """Measure, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=5)
    options.add_argument("--sympy", action="store_true", help="measure SymPy too (minutes)")
    chosen = options.parse_args()
    judged(0.1)  # the questions, once
    count, seconds = judged(chosen.seconds)
    print(f"symgrad check             {count / seconds:8.0f} answers a second, every verdict right")
    if chosen.sympy:
        for name, method in (("simplify(a - b) == 0", simplified), ("(a - b).equals(0)", equals)):
            right, wrong, late, seconds = peer(method, 5)
            rate = (right + wrong + late) / seconds
            print(f"{name:26}{rate:8.1f} answers a second, {wrong} wrong, {late} not within 5 s")


if __name__ == "__main__":
    main()
