"""Whether backward takes time for every path through a graph, instead of for every node.

- `doubling(caller)` is a `PathGrowth`, the case that showed it and how, or None.

A chain of x + x has two to the power of its length paths. A sound engine needs microseconds more
for each step; one that walks every path twice as long. Only a rise of several steps on end counts,
so that a busy machine is no exponential.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from .cases import Case
from .programs import Program

LENGTHS = range(6, 27, 2)  # steps
ENOUGH_SECONDS = 0.1  # for one answer, of a chain that is no longer than these
RISE, TIMES_ON_END = 2.5, 3  # two more steps take four times as long where paths are walked


@dataclass(frozen=True)
class PathGrowth:
    """A chain that took so many seconds, and how many times longer than one of two steps less."""

    case: Case
    seconds: float
    rise: float

    @property
    def words(self) -> str:
        return "backward goes along every path: its time doubles with each step of x + x"

    @property
    def note(self) -> str:
        steps = len(self.case.program.steps)
        return f"{self.seconds:.2g} s for {steps} steps, {self.rise:.2g} times those of {steps - 2}"


def chain(length: int) -> Case:
    steps = tuple(("add", i, i) for i in range(length))
    return Case(Program(("x",), (), steps, length), (1.0,))


def seconds(caller: Any, case: Case) -> float | None:
    """The shorter of two answers' times, as far as a second is worth waiting for."""
    times: list[float] = []
    while len(times) < 2 and sum(times) < 1:
        started = time.monotonic()
        answer = caller.answer(case.program, case.point)
        if answer.crash:
            return None
        times.append(time.monotonic() - started)
    return min(times)


def doubling(caller: Any) -> PathGrowth | None:
    """Longer and longer chains, until the time has risen steeply several times on end."""
    before, risen = 0.0, 0
    for length in LENGTHS:
        case = chain(length)
        took = seconds(caller, case)
        if took is None:
            return None
        risen = risen + 1 if before and took >= RISE * before else 0
        if risen >= TIMES_ON_END and took > ENOUGH_SECONDS:
            return PathGrowth(case, took, took / before)
        before = took
    return None
