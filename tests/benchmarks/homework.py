"""Answers judged in a second, beside what SymPy makes of the same rows.

    python -m tests.benchmarks.homework [rounds]

The rows of tests/data/homework.csv in a random order, again and again, in one process. SymPy gets
the answers that can be read, as its own expressions, parsed beforehand; each has SECONDS at most.
Seconds are those of computing, so that a busy machine changes little.
"""

from __future__ import annotations

import csv
import random
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from time import process_time
from typing import Any, NamedTuple

from symgrad import SymgradError, parse
from symgrad.grading.workers import Lost, Pool
from symgrad.homework.judging import check

SAMPLES = Path(__file__).parent.parent / "data" / "homework.csv"
SECONDS = 2.0
SEED = 20_260


class Sample(NamedTuple):
    """A question, an answer and the verdict that is right."""

    expression: str
    wrt: str
    answer: str
    verdict: str


def samples() -> list[Sample]:
    with SAMPLES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [Sample(r["expression"], r["variable"], r["student_answer"], r["verdict"]) for r in rows]


def expected(verdict: str) -> str:
    """The three verdicts of the samples."""
    return {"equal_on_part": "incorrect"}.get(verdict, verdict)


def symgrad(rounds: int) -> tuple[float, Counter[str]]:
    """Seconds an answer, and how the verdicts compare."""
    rows = samples() * rounds
    random.Random(SEED).shuffle(rows)
    found: Counter[str] = Counter()
    start = process_time()
    for row in rows:
        verdict = expected(check(row.expression, row.answer, row.wrt).verdict)
        found["right" if verdict == row.verdict else verdict] += 1
    return (process_time() - start) / len(rows), found


# --- SymPy ----------------------------------------------------------------------------------------


def simplified(task: tuple[Any, Any, str]) -> bool | None:
    import sympy

    slope, answer, _ = task
    return bool(sympy.simplify(slope - answer) == 0)


def equals(task: tuple[Any, Any, str]) -> bool | None:
    slope, answer, _ = task
    found: bool | None = slope.equals(answer)
    return found


def readable() -> list[tuple[Any, Any, str]]:
    """(SymPy's derivative, the answer as SymPy has it, the verdict) for what can be read."""
    import sympy

    found = []
    for row in samples():
        try:
            f, answer = (parse(t, variables=[row.wrt]) for t in (row.expression, row.answer))
        except SymgradError:
            continue
        symbol = sympy.Symbol(row.wrt, real=True)
        found.append((sympy.diff(f.sympy(), symbol), answer.sympy(), row.verdict))
    return found


def rival(judge: Callable[[Any], Any]) -> tuple[float, Counter[str]]:
    """Seconds an answer, those that did not end counted with the time they were given."""
    rows = readable()
    found: Counter[str] = Counter()
    start = children()
    for (_, _, verdict), said in Pool(judge, 1, SECONDS, 1 << 30).results(rows):
        if isinstance(said, Lost):
            found["no end"] += 1
        elif said is None:
            found["cannot tell"] += 1
        else:
            right = said == (verdict == "correct")
            found["right" if right else "accepted" if said else "rejected"] += 1
    return (children() - start) / len(rows), found


def children() -> float:
    """Seconds that processes of ours have computed, those that have ended."""
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    print(f"{'':24}{'answers a second':>17}  verdicts")
    runs: list[tuple[str, Callable[[], tuple[float, Counter[str]]]]] = [
        ("symgrad", lambda: symgrad(rounds)),
        ("sympy simplify(a-b)==0", lambda: rival(simplified)),
        ("sympy a.equals(b)", lambda: rival(equals)),
    ]
    for name, run in runs:
        each, found = run()
        told = ", ".join(f"{n} {what}" for what, n in found.most_common())
        print(f"{name:24}{1 / each:17.0f}  {told}", flush=True)


if __name__ == "__main__":
    main()
