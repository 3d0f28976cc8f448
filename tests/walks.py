"""How far a question walks through the house: `python -m tests.walks` prints a table.

- `walks()` asks each question after another of its kind, which pays for what is loaded, and counts
  which of our files and functions are entered, and how many calls go from one file to another.

What the worker does counts as well: it is forked from here, so that the profiler goes with it, and
a byte that both see says when to count. Answers are kept, so that each process walks once.
"""

from __future__ import annotations

import io
import mmap
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import symgrad
from symgrad import cli, oracle

PACKAGE = str(Path(symgrad.__file__).parent) + os.sep
SECONDS_PER_JUDGEMENT = 1.0  # a backstop; the oracle's first hundred cases enter all that it has


@dataclass(frozen=True)
class Walk:
    """The functions of ours that a question enters, by file, and the calls from file to file."""

    names: dict[str, frozenset[str]]  # what has a name of its own: no lambda, no comprehension
    calls: int

    @property
    def functions(self) -> int:
        return sum(map(len, self.names.values()))


class Profiler:
    """Writes down, in this process and in those forked from it, what is entered."""

    def __init__(self, notes: Path) -> None:
        self.counting = mmap.mmap(-1, 1)  # shared with what is forked from here
        self.notes = os.open(notes, os.O_WRONLY | os.O_APPEND)
        self.seen: set[Any] = set()

    def __call__(self, frame: FrameType, event: str, argument: object) -> None:
        if event != "call" or not self.counting[0]:
            return
        code, caller = frame.f_code, frame.f_back
        if not code.co_filename.startswith(PACKAGE) or code.co_name == "<module>":
            return
        callers = caller.f_code.co_filename if caller else ""
        across = callers.startswith(PACKAGE) and callers != code.co_filename
        if code not in self.seen or across:
            self.seen.add(code)
            file, way = code.co_filename.removeprefix(PACKAGE), "across" if across else "within"
            # at once: a worker ends without a farewell
            os.write(self.notes, f"{file}\t{code.co_qualname}\t{way}\n".encode())


@contextmanager
def profiled(profiler: Profiler) -> Iterator[None]:
    sys.setprofile(profiler)
    try:
        yield
    finally:
        sys.setprofile(None)


def walk(before: Callable[[], object], question: Callable[[], object]) -> Walk:
    """What a question enters that is asked after another."""
    with tempfile.NamedTemporaryFile() as notes, redirect_stdout(io.StringIO()):
        profiler = Profiler(Path(notes.name))
        with profiled(profiler):
            before()
            profiler.counting[0] = 1
            question()
            profiler.counting[0] = 0
        entered = [line.split("\t") for line in Path(notes.name).read_text().splitlines()]
    names: dict[str, set[str]] = {}
    for file, name, _ in entered:
        names.setdefault(file, set()).update([] if "<" in name else [name])
    calls = sum(across == "across" for *_, across in entered)
    return Walk({file: frozenset(names[file]) for file in sorted(names)}, calls)


def command(*arguments: str) -> Callable[[], object]:
    return lambda: cli.main(list(arguments))


def judge() -> object:
    return oracle.judge(oracle.engine("micrograd"), SECONDS_PER_JUDGEMENT)


QUESTIONS = {  # one to load what is needed, and the one whose walk counts
    'diff "tanh(x*w+b)" --at x=2': (
        command("diff", "sinh(y*v+c)", "--at", "y=3"),
        command("diff", "tanh(x*w+b)", "--at", "x=2"),
    ),
    "check of a wrong answer": (
        command("check", "x^3 cos x", "3x^2 sin x"),
        command("check", "x^2 sin x", "2x cos x"),
    ),
    "judge(micrograd)": (judge, judge),
}


def walks() -> dict[str, Walk]:
    return {name: walk(*questions) for name, questions in QUESTIONS.items()}


def main(arguments: list[str]) -> None:
    """The table, and with `--files` the files of each walk with their functions."""
    found = walks()
    print(f"{'':32}{'files':>8}{'functions':>11}{'calls across files':>20}")
    for question, one in found.items():
        print(f"{question:32}{len(one.names):8}{one.functions:11}{one.calls:20,}")
    for question, one in found.items() if "--files" in arguments else ():
        print(f"\n{question}")
        for file, names in one.names.items():
            print(f"  {file:40}{len(names):4}  {', '.join(sorted(names))[:120]}")


if __name__ == "__main__":
    main(sys.argv[1:])
