"""An engine in a process of its own: one that dies or hangs, also in C, costs nothing but a fork.

- `caller(engine, seconds)` is what `judge` calls an engine through: `Apart` where that is possible.
- `Apart(engine, seconds)` forks when it is entered; a copy that ends, or gives no answer in time,
  is a crash that says how, and the next question goes to a new copy. `.ahead(cases)` are the same
  cases, the engine asked about those of one program at once: that is what makes it cheap.

A fork copies only the thread that forks, so that an engine which keeps threads of its own may not
live on in the copy. It is tried first: where the copy hangs at the simplest questions, and other
threads may be why, the engine is called here. One with `outside = True` has seen to itself.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import mmap
import os
import pickle
import select
import signal
import sys
import time
import warnings
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ..limits import Deadline
from ..ops import OPS
from ..processes import alarm, ended
from .cases import Case
from .engine_calls import LATE, Caller, allowed, called, raised_at, told
from .programs import PREFERRED, Program, simple
from .remarks import Answer

PROBE_SECONDS = 2.0  # a copy that has lost its threads waits for them for ever
LEAF = Program(("x",), (), (), 0)
SIZE = 4  # bytes in front of a message, that tell its length
BYTES_AT_ONCE = 1 << 16
MOST_AHEAD = 32  # cases in one message
PATIENCE = 2  # times the seconds, once; with a quarter of the budget for a call there is time
SECONDS_UNTIL_TOLD = 0.1  # seconds after which the copy tells what it has, and leaves the rest
DIED = "the process"
SECONDS_OF_IDLENESS = 2.0  # seconds that an idle copy has to see that it is no longer wanted


def caller(engine: Any, seconds: float) -> Caller | Apart:
    """How this engine is called here."""
    linux = sys.platform.startswith("linux") and hasattr(os, "fork")
    if not linux or getattr(engine, "outside", False):
        return Caller(engine, seconds)  # elsewhere a fork is not safe, or there is none
    offered = engine.operations
    operations = [name for name in PREFERRED.probed if name in offered] or list(offered)
    program = simple(operations[0], OPS[operations[0]].arity or 2) if operations else LEAF
    with Apart(engine, min(seconds / 2, PROBE_SECONDS)) as apart:
        apart.patient = False
        there = apart.answer(program, (0.5,) * len(program.variables))
        lost = bool(there.crash) and not alone() and not there.crash.startswith(DIED)
        if lost and not there.refused:  # does it wait for its threads, or for ever at this program?
            lost = bool(apart.answer(LEAF, (0.5,)).crash)
    if apart.warned or there.refused or lost:
        return Caller(engine, seconds)
    return Apart(engine, seconds)


def alone() -> bool:
    """Whether this process has one thread only, those of C code counted."""
    return len(list(Path("/proc/self/task").iterdir())) == 1


class Apart:
    """Calls an engine in a forked copy of this process."""

    def __init__(self, engine: Any, seconds: float = 10.0) -> None:
        self.engine, self.seconds = engine, seconds
        self.pid = 0
        self.known: Program | None = None  # the program that the copy has
        self.ready: deque[tuple[Case, Answer]] = deque()  # asked ahead
        self.patient, self.deadline = True, Deadline(None)  # when nobody waits any more
        self.place = mmap.mmap(-1, 1)  # shared: which question the copy is at

    def __enter__(self) -> Apart:
        self.begin()
        return self

    def __exit__(self, *error: Any) -> None:
        self.end()

    def begin(self) -> None:
        """Fork."""
        theirs, self.asking = os.pipe()
        self.told, ours = os.pipe()
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(AttributeError, OSError, ValueError):
                stream.flush()  # else what waits in it is written twice
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            warnings.simplefilter("ignore", DeprecationWarning)  # Python's, of threads in general
            self.pid = os.fork()
        self.warned = bool(told)  # the engine's own, of its threads
        if self.pid == 0:
            try:
                os.setsid()  # a group of its own, so that all it starts can be ended with it
                os.close(self.asking)
                os.close(self.told)
                serve(self.engine, theirs, ours, self.place)
            finally:
                os._exit(0)  # none of what this process does at its end
        os.close(theirs)
        os.close(ours)
        self.poll = select.poll()
        self.poll.register(self.told, select.POLLIN)
        self.known = None

    def end(self) -> None:
        """Kill the copy."""
        if self.pid:
            ended(self.pid)
            self.gone()

    def gone(self) -> int:
        """The exit code of the copy, negative for a signal; it is killed if it does not go."""
        pid, self.pid = self.pid, 0
        os.close(self.asking)
        os.close(self.told)
        deadline = Deadline(SECONDS_OF_IDLENESS)
        with contextlib.suppress(ChildProcessError):  # somebody else has waited for it
            while True:
                found, status = os.waitpid(pid, os.WNOHANG)
                if found:
                    return os.waitstatus_to_exitcode(status)
                if deadline.passed:
                    os.kill(pid, signal.SIGKILL)
                time.sleep(0.001)
        return 0

    def ahead(self, cases: Iterable[Case]) -> Iterator[Case]:
        """The cases, those of one program asked together before the first of them comes out."""
        waiting: list[Case] = []
        for case in cases:
            if waiting and (case.program is not waiting[0].program or len(waiting) >= MOST_AHEAD):
                self.ready = self.asked(waiting)
                yield from waiting
                waiting = []
            waiting.append(case)
        yield from waiting

    def answer(
        self, program: Program, point: Sequence[Any], backwards: int = 1, order: int = 1
    ) -> Answer:
        """What the engine gives; `.crash` says what went wrong instead."""
        head = self.ready[0][0] if self.ready else None
        if head and head.point is point and (head.backwards, head.order) == (backwards, order):
            return self.ready.popleft()[1]
        case = Case(program, tuple(point), backwards, order=order)
        return self.asked([case])[0][1]

    def asked(self, cases: Sequence[Case], times: int = 1) -> deque[tuple[Case, Answer]]:
        """The answers that came; where the copy failed only that, told of the case it was at.

        The first that comes too late is asked again with patience: it may have been an import.
        """
        each = allowed(self.seconds, cases[0].program)
        seconds = min(times * each, max(1.0, self.deadline.left))
        if not self.pid:
            self.begin()
        program = cases[0].program
        new, self.known = program is not self.known, program
        questions = [(c.point, c.backwards, c.order) for c in cases]
        try:
            send(self.asking, (program if new else None, questions, 2 * seconds + 1))
            answers = receive(self.told, self.poll, Deadline(seconds + SECONDS_UNTIL_TOLD))
            return deque(zip(cases, (Answer(*a) for a in answers)))
        except TimeoutError:
            self.end()
            if seconds < each and times == 1:
                return deque([(cases[self.place[0]], Answer(crash=LATE))])
            if self.patient:
                self.patient = False
                return self.asked([cases[self.place[0]]], PATIENCE)
            crash = f"no answer within {seconds:.3g} s"
        except (OSError, EOFError):
            pid = self.pid
            crash = fate(self.gone())
            ended(pid)  # what it had started lives on
        except BaseException:  # an interrupt: the answer on its way belongs to no question
            self.end()
            raise
        return deque([(cases[self.place[0]], Answer(crash=crash))])


def fate(code: int) -> str:
    """How a process ended, in words."""
    try:
        died = f"died of {signal.Signals(-code).name}" if code < 0 else ""
    except ValueError:
        died = f"died of signal {-code}"
    return f"{DIED} {died or f'ended with exit code {code}'}"


def serve(engine: Any, asked: int, telling: int, place: mmap.mmap) -> None:
    """The copy's loop: a question in, an answer out, until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent's to heed
    for one in (signal.SIGTERM, signal.SIGALRM):
        signal.signal(one, signal.SIG_DFL)
    faulthandler.disable()  # its death is told by the parent, once
    import resource  # noqa: PLC0415  # POSIX only, like fork

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError):
        os.dup2(2, 1)  # what the engine prints is not the report
    gc.freeze()
    sys.setrecursionlimit(sys.getrecursionlimit() + depth())  # as if it was called by itself
    program: Any = None
    waiting = select.poll()
    waiting.register(asked, select.POLLIN)
    while True:
        try:
            given, questions, seconds = receive(asked, waiting)
            program = program if given is None else given
            alarm(seconds)  # should the parent die meanwhile
            answers = list(answered(engine, program, questions, place))
            alarm(None)
            send(telling, answers)
        except (OSError, EOFError):
            return


def depth() -> int:
    """How many calls this one is inside of."""
    frame, count = sys._getframe(), 0
    while frame.f_back:
        frame, count = frame.f_back, count + 1
    return count


def answered(engine: Any, program: Program, questions: Any, place: mmap.mmap) -> Iterator[Any]:
    """The answers as plain data, at least one, for as long as they take no time."""
    deadline = Deadline(SECONDS_UNTIL_TOLD)
    for place[0], question in enumerate(questions):
        try:
            found = called(engine, program, *question)
        except (KeyboardInterrupt, GeneratorExit) as error:  # the engine's own: a copy has no keys
            found = Answer(crash=told(error), place=raised_at(engine, error))
        yield found.value, found.gradient, found.crash, found.refused, found.place
        if deadline.passed:
            return


def send(pipe: int, message: Any) -> None:
    """Write one message; a pipe takes a part at a time."""
    data = pickle.dumps(message, -1)
    data = len(data).to_bytes(SIZE, "little") + data
    while data:
        data = data[os.write(pipe, data) :]


def receive(pipe: int, poll: Any, deadline: Deadline | None = None) -> Any:
    """Read one message. Raises TimeoutError where it is late, EOFError where nobody writes."""
    parts, have, size = [], 0, SIZE
    while have < size:
        if deadline and not poll.poll(1000 * deadline.left):
            raise TimeoutError
        part = os.read(pipe, BYTES_AT_ONCE)
        if not part:
            raise EOFError
        parts.append(part)
        have += len(part)
        if size == SIZE and have >= SIZE:
            parts = [b"".join(parts)]
            size += int.from_bytes(parts[0][:SIZE], "little")
    return pickle.loads(b"".join(parts)[SIZE:])
