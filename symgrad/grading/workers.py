"""Processes that judge one answer at a time, and may die doing so.

- `Pool(judge, jobs, seconds, size).results(tasks)` yields (task, outcome) as they are done; an
  outcome is what `judge(task)` returned, or `Lost(why)`.
- A task that takes too long is ended with its process; one whose process died is tried once more
  in a process of its own. No other task notices.

A second of computing is counted, not one of waiting, so that a busy machine changes no verdict.
"""

from __future__ import annotations

import multiprocessing as mp
import os
import pickle
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any, NamedTuple

from ..limits import Deadline
from ..processes import alarm, memory

TIMES_THE_LIMIT = 3  # on the clock: a process that computes nothing for so long is hung
FULL_SHARE = 0.8  # of the memory allowed: then a process makes room after its answer
TRIES = 2


class Lost(NamedTuple):
    """There is no outcome: `late`, or its process `died` twice."""

    why: str


@dataclass(slots=True)
class Grader:
    """One process and our end of its pipe; `task` is what it works on."""

    process: Any
    pipe: Connection
    task: Any = None
    deadline: Deadline = field(default_factory=lambda: Deadline(None))

    def end(self) -> int | None:
        """Kill it and close; its exit code."""
        self.process.kill()
        self.process.join()
        self.pipe.close()
        code: int | None = self.process.exitcode
        return code


class Pool:
    """Up to `jobs` processes; `seconds` of computing and `size` bytes for one answer."""

    def __init__(
        self, judge: Callable[[Any], Any], jobs: int = 1, seconds: float | None = 2,
        size: int | None = 500 << 20,
    ) -> None:  # fmt: skip
        self.judge, self.jobs, self.seconds, self.size = judge, jobs, seconds, size
        method = "fork" if "fork" in mp.get_all_start_methods() else "spawn"
        self.context: Any = mp.get_context(method)
        self.workers: list[Grader] = []

    def results(self, tasks: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
        """Every task with its outcome, in the order in which they are done."""
        waiting = deque((task, 1) for task in tasks)
        try:
            while waiting or self.busy:
                self._assign(waiting)
                for worker in self._ready():
                    done = self._settled(worker, waiting)
                    if done:
                        yield done
        finally:
            self.close()

    def close(self) -> None:
        for worker in self.workers:
            worker.end()
        self.workers.clear()

    @property
    def busy(self) -> list[Grader]:
        return [worker for worker in self.workers if worker.task is not None]

    def _assign(self, waiting: deque[tuple[Any, int]]) -> None:
        """A task for every process that has none."""
        while waiting and len(self.busy) < self.jobs:
            entry = waiting.popleft()
            idle = [worker for worker in self.workers if worker.task is None]
            if idle and entry[1] > 1:  # it lost its process: now one that nothing else has touched
                self._ended(idle.pop())
                idle = []
            worker = idle[0] if idle else self._started()
            worker.task = entry
            limit = TIMES_THE_LIMIT * self.seconds + 1 if self.seconds else None
            worker.deadline = Deadline(limit)
            with suppress(OSError):  # it is gone: then its pipe says so below
                worker.pipe.send(worker.task[0])

    def _started(self) -> Grader:
        ours, theirs = self.context.Pipe()
        others = [worker.pipe for worker in self.workers]
        process = self.context.Process(
            target=_serve, args=(theirs, [ours, *others], self.judge, self.seconds, self.size)
        )
        process.start()
        theirs.close()
        worker = Grader(process, ours)
        self.workers.append(worker)
        return worker

    def _ready(self) -> list[Grader]:
        """The processes that have answered, died or run out of time."""
        busy = self.busy
        soonest = min((worker.deadline for worker in busy), key=lambda deadline: deadline.at)
        heard = wait([worker.pipe for worker in busy], soonest.timeout)
        return [worker for worker in busy if worker.pipe in heard or worker.deadline.passed]

    def _settled(self, worker: Grader, waiting: deque[tuple[Any, int]]) -> tuple[Any, Any] | None:
        """What came of a process's task; None where it has to be tried again."""
        task, tries = worker.task
        worker.task = None
        try:
            if worker.pipe.poll():
                outcome, goes_on = worker.pipe.recv()
                if not goes_on:
                    self._ended(worker)
                return task, outcome
            self._ended(worker)
            return task, Lost("late")
        except (EOFError, OSError, pickle.UnpicklingError):
            code = self._ended(worker)
        if TOO_LATE is not None and code == -TOO_LATE:
            return task, Lost("late")
        if tries < TRIES:
            waiting.appendleft((task, tries + 1))
            return None
        return task, Lost("died")

    def _ended(self, worker: Grader) -> int | None:
        """Remove a process; the exit code is its own where it had gone before."""
        self.workers.remove(worker)
        worker.process.join(0.2)
        return worker.end()


# --- in the process -------------------------------------------------------------------------------

TOO_LATE = getattr(signal, "SIGPROF", None)  # what ends a process that computed too long


def _serve(
    pipe: Connection, ends: list[Connection], judge: Callable[[Any], Any], seconds: float | None,
    size: int | None,
) -> None:  # fmt: skip
    """A task in, its outcome out, until the pipe closes."""
    for end in ends:
        end.close()  # else no process would see the parent go
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if TOO_LATE is not None:
        signal.signal(TOO_LATE, signal.SIG_DFL)  # it ends us even inside a C function
    confine(size)
    while True:
        try:
            task = pipe.recv()
        except (EOFError, OSError):
            os._exit(0)
        alarm(seconds, computing=True)
        outcome = judge(task)
        alarm(None, computing=True)
        goes_on = size is None or resident() < FULL_SHARE * size
        try:
            pipe.send((outcome, goes_on))
        except OSError:
            os._exit(0)


def confine(size: int | None) -> None:
    """Cap the memory of this process, what it holds already included."""
    try:
        import resource  # noqa: PLC0415  # POSIX only

        if size:
            virtual, held = memory()
            cap = virtual + max(size - held, size // 4)
            resource.setrlimit(resource.RLIMIT_AS, (cap, resource.RLIM_INFINITY))
    except (ImportError, OSError, ValueError):
        pass  # elsewhere the clock alone is the backstop


def resident() -> int:
    try:
        return memory()[1]
    except OSError:
        return 0
