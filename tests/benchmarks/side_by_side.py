"""The figures of an earlier commit beside today's: nothing that was reached may be lost.

    python -m tests.benchmarks.side_by_side 8d1b64c [formula exact rounding ...]

Each figure is printed by a command that runs in both trees, the earlier one a worktree of git, in
turn, so that a busy machine slows both. What both print stands once, what differs twice.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
FIGURES = {
    "formula": ["tests/formula_table.py"],
    "exact": ["tests/accuracy.py", "--exact", "--count", "2000"],
    "rounding": ["tests/accuracy.py", "--rounding", "--count", "2000"],
    "rows": ["tests/accuracy.py", "--points", "100"],
    "mistakes": ["-m", "tests.benchmarks.homework"],
    "planted": ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "", "-k", "planted", "tests"],
    "oracle": ["-m", "tests.benchmarks.oracle"],
    "training": ["-m", "tests.benchmarks.micrograd_mlp"],
    "eager": ["-m", "tests.benchmarks.peers", "--only", "eager"],
    "code": ["-m", "tests.benchmarks.peers", "--quick", "--only", "one", "--only", "many"],
    "startup": ["-m", "tests.benchmarks.startup"],
}
TIMED = {"oracle", "training", "eager", "code", "startup"}  # of the others, answers are compared


@contextmanager
def tree(commit: str) -> Iterator[Path]:
    """The files of a commit, for as long as they are needed."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "before"
        git = ["git", "-C", str(ROOT), "worktree"]
        subprocess.run([*git, "add", "-q", "--detach", str(place), commit], check=True)
        try:
            yield place
        finally:
            subprocess.run([*git, "remove", "--force", str(place)], check=True)


def printed(place: Path, arguments: list[str]) -> list[str]:
    """What a command prints that runs with the symgrad of that tree."""
    environment = {**os.environ, "PYTHONPATH": str(place), "PYTHONDONTWRITEBYTECODE": ""}
    run = subprocess.run([sys.executable, *arguments], cwd=place, env=environment,
                         capture_output=True, text=True, check=False)  # fmt: skip
    return [*run.stdout.splitlines(), *(run.stderr.splitlines() if run.returncode else [])]


def timeless(line: str) -> str:
    return re.sub(r"[\d.,]+ (?:s|ms|µs|ns)\b", "", line)


def compared(before: list[str], after: list[str], timed: bool) -> Iterator[str]:
    """Lines that one side alone has, marked - and +; then the last line if both have it."""
    key = str if timed else timeless
    sides = [{key(line) for line in lines} for lines in (before, after)]
    yield from (f"  - {line}" for line in before if key(line) not in sides[1])
    yield from (f"  + {line}" for line in after if key(line) not in sides[0])
    if [key(line) for line in before[-1:]] == [key(line) for line in after[-1:]]:
        yield from (f"  = {line}" for line in after[-1:])


def main(commit: str, *names: str) -> None:
    with tree(commit) as earlier:
        for name in names or FIGURES:
            print(f"\n{name}: python {' '.join(FIGURES[name])}", flush=True)
            sides = [printed(place, FIGURES[name]) for place in (earlier, ROOT)]
            print(*compared(*sides, timed=name in TIMED), sep="\n", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
