"""Measuring several programs beside each other, and tables of what came out.

- `interleaved(loops)` is the median seconds of each: round after round, one after the other, so
  that a busy minute of the machine falls on all of them.
- `seconds_to_make(make)` is the time to make something, and what was made.
- `Table(title, head, rows)` prints itself as text or as Markdown; `machine()` says where and when.

Seconds are the processor's (of this process and of the compilers it calls): what else runs on the
machine does not count. `clock=perf_counter` measures by the wall, for threads.
"""

from __future__ import annotations

import gc
import os
import platform
import resource
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from itertools import repeat
from statistics import median
from time import process_time
from typing import Any

Loop = Callable[[int], Any]  # runs that many times
Clock = Callable[[], float]


def processor() -> float:
    """Seconds of processor time so far, of this process and its children."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return process_time() + children.ru_utime + children.ru_stime


def loop(call: Callable[[], Any]) -> Loop:
    """A call as a loop, which costs some 20 ns a round."""

    def run(times: int) -> None:
        for _ in repeat(None, times):
            call()

    return run


def seconds(run: Callable[[], Any], clock: Clock = processor) -> float:
    start = clock()
    run()
    return clock() - start


def interleaved(loops: Mapping[str, Loop], rounds: int, least: float = 0.02, patience: float = 20,
                clock: Clock = processor) -> dict[str, float]:  # fmt: skip
    """Median seconds of one run of each.

    A round lasts at least `least` seconds; what has taken `patience` seconds runs no more rounds.
    """
    times, first = dict[str, int](), dict[str, float]()
    for name, run in loops.items():
        times[name], first[name] = often(run, least, clock)
    found: dict[str, list[float]] = {name: [] for name in loops}
    for _ in range(rounds):
        for name, run in loops.items():
            if first[name] + sum(found[name]) * times[name] < patience:
                gc.collect()  # nobody clears away what another has left
                took = seconds(partial(run, times[name]), clock)
                found[name].append(took / times[name])
    return {name: median(each or [first[name] / times[name]]) for name, each in found.items()}


def often(run: Loop, least: float, clock: Clock) -> tuple[int, float]:
    """How many times to run, so that a round lasts long enough for the clock, and the seconds of
    the last trial; it warms up, too. At least five times where that is quick, so that everyone's
    garbage is collected on their own time.
    """
    times = 1
    while True:
        took = seconds(partial(run, times), clock)
        if took >= least / 2:
            return (max(times, 5) if took < times else times), took
        times = max(2 * times, min(100 * times, int(times * least / (took + 1e-7))))


def seconds_to_make(make: Callable[[], Any], most: int = 5, patience: float = 1.0) -> Any:
    """(median seconds, what was made last): made again while that costs little."""
    took: list[float] = []
    while len(took) < most and sum(took) < patience:
        gc.collect()
        start = processor()
        made = make()
        took.append(processor() - start)
    return median(took), made


# tables


@dataclass
class Table:
    """Rows of cells under a title; `notes` are lines below, such as what was left out."""

    title: str
    head: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def text(self) -> str:
        widths = [max(len(cell) for cell in column) for column in zip(self.head, *self.rows)]
        lines = ["  ".join(f"{cell:{'<' if k == 0 else '>'}{width}}"
                           for k, (cell, width) in enumerate(zip(row, widths)))
                 for row in (self.head, *self.rows)]  # fmt: skip
        return "\n".join([self.title, *(f"  {line}" for line in lines),
                          *(f"  {note}" for note in self.notes), ""])  # fmt: skip

    def markdown(self) -> str:
        rule = ["---", *["---:"] * (len(self.head) - 1)]
        lines = ["| " + " | ".join(row) + " |" for row in (self.head, rule, *self.rows)]
        return "\n".join([f"**{self.title}**", "", *lines, "",
                          *(line for note in self.notes for line in (note, ""))])  # fmt: skip


def shown(x: float) -> str:
    """Seconds with their unit: 1.23 µs."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if x >= size:
            return f"{digits(x / size)} {unit}"
    return f"{digits(x / 1e-9)} ns"


def digits(x: float) -> str:
    """Three digits: 0.123, 1.23, 12.3, 1,230."""
    if x >= 100:
        return f"{float(f'{x:.3g}'):,.0f}"
    return f"{x:.2g}" if x < 0.1 else f"{x:.3g}"


def machine(packages: Iterable[str]) -> str:
    """Date, processor and versions."""
    found = []
    for name in packages:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    cores = len(os.sched_getaffinity(0))
    return (f"{date.today()}, {cpu()}, {cores} core{'s' * (cores > 1)}; Python "
            f"{platform.python_version()}, {', '.join(found)}")  # fmt: skip


def cpu() -> str:
    """The processor's name, where the system tells."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            names = [line.split(":", 1)[1] for line in lines if line.startswith("model name")]
    except OSError:
        names = []
    return names[0].strip() if names else platform.processor() or platform.machine()
