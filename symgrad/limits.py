"""Limits, counted in things that do not depend on the machine, and the worker that can be killed.

- `Limits.library` is generous, `Limits.student` strict; `replace(limits, bits=...)` changes one.
- `bounded(limits, function, *args)` runs a function in a child process that is killed when the
  seconds or the bytes run out; it then raises `LimitReached` naming the limit.
- `prepare(module)` starts that child early and lets it import a heavy package meanwhile.
"""

from __future__ import annotations

import importlib
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from .errors import LimitReached, SymgradError, Undecided


@dataclass(frozen=True, slots=True)
class Limits:
    """`seconds=None` runs the symbolic side in this process, without a backstop."""

    characters: int = 20_000_000
    depth: int | None = None  # brackets, powers, unary operators
    nodes: int = 10_000_000
    expanded: int = 20_000  # expanded nodes before a piece goes to SymPy
    name: int = 64
    digits: int = 400  # of a typed number
    constant: int = 10_000  # digits of a constant power
    factorial: int = 170
    bits: int = 65_536
    points: int = 12
    draws: int = 2_000
    candidates: int = 400
    seconds: float | None = 60
    bytes: int = 4 << 30

    library: ClassVar[Limits]
    student: ClassVar[Limits]


Limits.library = Limits()
Limits.student = Limits(
    characters=5_000, depth=200, nodes=5_000, expanded=2_000, bits=4_096, seconds=2,
    bytes=500 << 20,
)  # fmt: skip


class Worker:
    """A child process that runs one function at a time and can be killed."""

    def __init__(self, world: Any = None) -> None:
        import multiprocessing  # noqa: PLC0415  # 15 ms, only once something symbolic is asked

        methods = multiprocessing.get_all_start_methods()
        context: Any = multiprocessing.get_context("fork" if "fork" in methods else "spawn")
        self.pid, self.world = os.getpid(), world
        self.pipe, end = context.Pipe()
        self.process = context.Process(target=_serve, args=(end, self.pipe), daemon=True)
        self.process.start()
        end.close()
        self.owed = 0  # answers to `prepare` that nobody has fetched

    def send(self, limits: Limits | None, function: Callable, args: tuple) -> None:
        """Hand the child its next job."""
        seconds, size = (limits.seconds, limits.bytes) if limits else (None, None)
        self.pipe.send((seconds, size, function, args))

    def answer(self, seconds: float | None) -> tuple[str, Any]:
        """The child's answer, ('late', None) after `seconds`, ('died', None) if it is gone."""
        try:
            while True:
                if not self.pipe.poll(seconds):
                    return "late", None
                found = self.pipe.recv()
                if not self.owed:
                    return found
                self.owed -= 1
        except (EOFError, OSError):
            return "died", None

    def kill(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


def _serve(pipe: Any, parents_end: Any) -> None:
    """The child's loop: a job in, its result or its error out, until the pipe closes."""
    parents_end.close()  # else this child never sees the parent go
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            seconds, size, function, args = pipe.recv()
        except (EOFError, OSError):
            return
        _confine(seconds, size)
        try:
            found = "ok", function(*args)
        except SymgradError as error:
            found = "error", error
        except MemoryError:
            found = "error", LimitReached("more memory was needed than allowed", limit="bytes")
        except RecursionError:
            found = "error", Undecided("SymPy could not handle so deep an expression")
        except Exception as error:  # noqa: BLE001  # SymPy's own failures are an answer: undecided
            found = "error", Undecided(f"SymPy failed: {type(error).__name__}: {error}")
        pipe.send(found)


def _confine(seconds: float | None, size: int | None) -> None:
    """Should the parent die meanwhile, an alarm ends this child; memory is capped by the system."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, 2 * seconds + 1 if seconds else 0)
    if size:
        try:
            import resource  # noqa: PLC0415  # POSIX only

            pages = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()  # noqa: SIM115, PTH123
            resource.setrlimit(resource.RLIMIT_AS, (pages + size, resource.RLIM_INFINITY))
        except (ImportError, OSError, ValueError):
            pass  # elsewhere the clock alone is the backstop


_worker: Worker | None = None
_turn = threading.RLock()


def _current(world: Any) -> Worker:
    """The worker of this process, made anew after a fork or where the table has changed."""
    global _worker  # noqa: PLW0603  # one child a process
    if _worker is not None and (_worker.pid != os.getpid() or _worker.world != world):
        if _worker.pid == os.getpid():
            _worker.kill()
        _worker = None
    if _worker is None:
        _worker = Worker(world)
    return _worker


def prepare(module: str, world: Any = None) -> None:
    """Start the worker and let it import a module while this process goes on."""
    with _turn:
        worker = _current(world)
        worker.send(None, _imported, (module,))
        worker.owed += 1


def _imported(module: str) -> None:
    importlib.import_module(module)


def bounded(limits: Limits, function: Callable, *args: Any, world: Any = None) -> Any:
    """function(*args), computed in a child that is killed when a limit runs out.

    `world` stands for what the child must have seen when it was started (the table of operations);
    where it differs, the child is started anew. Raises LimitReached, or what the function raises.
    """
    global _worker  # noqa: PLW0603
    if limits.seconds is None:
        return function(*args)
    with _turn:
        worker = _current(world)
        try:
            worker.send(limits, function, args)
            kind, found = worker.answer(limits.seconds)
        except BaseException:  # an interrupt must not leave half an answer in the pipe
            worker.kill()
            _worker = None
            raise
        if kind in ("late", "died"):
            worker.kill()
            _worker = None
            what = f"{limits.seconds:g} s" if kind == "late" else "the memory allowed"
            limit = "seconds" if kind == "late" else "bytes"
            raise LimitReached(f"SymPy did not finish within {what}", limit=limit)
    if kind == "error":
        raise found
    return found
