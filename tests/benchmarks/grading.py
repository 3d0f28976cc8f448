"""A pile of answers, of which few differ: seconds and memory to read, grade, mark and report it.

    python -m tests.benchmarks.grading [rows ...]

Each pile is graded by the command in a process of its own, on all cores.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

ANSWERS = {
    "x^2 sin x": ("2x sin x + x^2 cos x", "2x cos x", "2x sin x", "x^2 cos x"),
    "ln(3x)": ("1/x", "1/(3x)", "3/x", "3/(3x)"),
    "e^(2x)": ("2e^(2x)", "e^(2x)", "2x e^(2x-1)"),
}
SEED = 20_261
MEASURED = "import resource, sys; from symgrad.cli import main; main(sys.argv[1:]); " \
    "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000)"  # fmt: skip


def pile(rows: int, path: Path) -> None:
    draw = random.Random(SEED)
    asked = list(ANSWERS)
    with path.open("w", encoding="utf-8") as file:
        file.write("student,question,expression,answer\n")
        for i in range(rows):
            f = asked[i % 3]
            file.write(f"s{i // 3},{i % 3 + 1},{f},{draw.choice(ANSWERS[f])}\n")


def measured(rows: int) -> tuple[float, int]:
    """Seconds, and megabytes of the process that holds the pile."""
    with tempfile.TemporaryDirectory() as place:
        pile(rows, Path(place, "a.csv"))
        start = perf_counter()
        run = [sys.executable, "-c", MEASURED, "grade", "a.csv", "--out", "g.csv", "--report",
               "r.html", "--gradebook", "b.csv"]  # fmt: skip
        done = subprocess.run(run, cwd=place, check=True, capture_output=True, text=True)
        return perf_counter() - start, int(done.stdout.split()[-1])


def main(sizes: list[int]) -> None:
    print("| rows | seconds | MB |\n|---|---|---|")
    for rows in sizes or [1_000, 10_000, 100_000, 1_000_000]:
        seconds, megabytes = measured(rows)
        print(f"| {rows:,} | {seconds:.1f} | {megabytes} |")


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]])
