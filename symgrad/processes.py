"""The worker that can be killed: a child process in which SymPy runs on hostile input.

- `bounded(limits, function, *args)` runs a function in a child process that is killed when the
  seconds or the bytes run out; it then raises `LimitReached` naming the limit.
- `ended(pid)` kills a process, its group, and its children's children, also those that have made a
  session of their own.
- `prepare(module)` starts that child early and lets it import a heavy package meanwhile.

In a browser there are no processes: the function runs at once, and whoever shows the page ends the
web worker in which all of symgrad runs.
"""

from __future__ import annotations

import atexit
import importlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from .errors import LimitReached, SymgradError, Undecided
from .limits import Limits

PROCESSES_FOLDER = Path("/proc")
BUSY = 2  # times as long a job may last where others compute, too
SHORTEST_WAIT = 0.01  # seconds
PROCESSES = sys.platform not in ("emscripten", "wasi")


class Worker:
    """A child process that runs one function at a time and can be killed."""

    def __init__(self, world: Any = None) -> None:
        from multiprocessing import Pipe  # noqa: PLC0415  # 15 ms, only once something is asked

        self.world = world
        self.pipe, end = Pipe()
        self.process = (Forked if hasattr(os, "fork") else spawned)(end)
        end.close()
        self.owed = 0  # answers to `prepare` that nobody has fetched

    def send(self, limits: Limits | None, function: Callable, args: tuple) -> None:
        """Hand the child its next job."""
        seconds, size = (limits.seconds, limits.bytes) if limits else (None, None)
        with suppress(BrokenPipeError):  # it is gone, as `answer` will say
            self.pipe.send((seconds, size, function, args))

    def answer(self, seconds: float | None) -> tuple[str, Any]:
        """The child's answer, ('late', None) after `seconds`, ('died', None) if it is gone."""
        try:
            while True:
                if not self.ready(seconds):
                    return "late", None
                found = self.pipe.recv()
                if not self.owed:
                    return found
                self.owed -= 1
        except (EOFError, OSError):
            return "died", None

    def ready(self, seconds: float | None) -> bool:
        """Whether it answers within so many seconds of computing: a busy machine gives it longer.

        But never more than twice as long; where the system does not tell, the clock decides.
        """
        if seconds is None:
            return self.pipe.poll(None)
        began, last = self.computed(), time.monotonic() + BUSY * seconds
        while True:
            left, at_most = seconds - (self.computed() - began), last - time.monotonic()
            if left <= 0 or at_most <= 0:
                return self.pipe.poll(0)
            if self.pipe.poll(min(max(left, SHORTEST_WAIT), at_most)):
                return True

    def computed(self) -> float:
        """The seconds that the child has computed (Linux); elsewhere those that have passed."""
        try:
            stat = PROCESSES_FOLDER / str(self.process.pid) / "stat"
            told = stat.read_text(encoding="ascii", errors="replace")
        except OSError:
            return time.monotonic()
        user, system = told.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def kill(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


class Forked:
    """A child by a bare fork: multiprocessing's own daemons (a Pool's workers) may have it too."""

    def __init__(self, end: Any) -> None:
        parent = os.getpid()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                _let_go(end.fileno())
                _serve(end, parent)
            finally:
                os._exit(0)  # none of what the parent does at its exit

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def join(self) -> None:
        with suppress(ChildProcessError):  # somebody else has waited for it
            os.waitpid(self.pid, 0)


def _let_go(kept: int) -> None:
    """What the parent has open is open here no longer: who waits for its end waits for no child.

    The numbers stay taken: what closes a file of the parent's late must not close one of ours.
    """
    nothing = os.open(os.devnull, os.O_RDWR)
    for name in os.listdir("/dev/fd"):
        if int(name) > 2 and int(name) not in (kept, nothing):
            with suppress(OSError):  # the listing itself is closed by now
                os.fstat(int(name))
                os.dup2(nothing, int(name))


def spawned(end: Any) -> Any:
    """The same where the system has no fork."""
    from multiprocessing import get_context  # noqa: PLC0415

    process = get_context("spawn").Process(target=_serve, args=(end, os.getpid()), daemon=True)
    process.start()
    return process


def _watch(parent: int) -> None:
    """End this process with its parent, however that ended."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def _serve(pipe: Any, parent: int) -> None:
    """The child's loop: a job in, its result or its error out, until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in ("SIGTERM", "SIGALRM"):  # a handler of the parent's must not keep it alive
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    while True:
        try:
            seconds, size, function, args = pipe.recv()
        except (EOFError, OSError):
            return
        _confine(seconds, size)
        found = _outcome(function, args)
        _confine(None, None)  # idle, it may live as long as its parent
        try:
            pipe.send(found)
        except OSError:  # nobody wants it any more
            return


def _outcome(function: Callable, args: tuple) -> tuple[str, Any]:
    """("ok", result) or ("error", one of ours): SymPy's own failures are an answer, undecided."""
    try:
        return "ok", function(*args)
    except SymgradError as error:
        return "error", error
    except MemoryError:
        return "error", LimitReached("more memory was needed than allowed", limit="bytes")
    except RecursionError:
        return "error", Undecided("SymPy could not handle so deep an expression")
    except Exception as error:
        return "error", Undecided(f"SymPy failed: {type(error).__name__}: {error}")


def alarm(seconds: float | None, computing: bool = False) -> None:
    """End this process after so many seconds, of `computing` where it may wait; None: never."""
    if hasattr(signal, "setitimer"):
        timer = signal.ITIMER_PROF if computing else signal.ITIMER_REAL
        signal.setitimer(timer, seconds or 0)


def _confine(seconds: float | None, size: int | None) -> None:
    """Should the parent die meanwhile, an alarm ends this child; memory is capped by the system."""
    alarm(2 * seconds + 1 if seconds else None)
    if size:
        try:
            import resource  # noqa: PLC0415  # POSIX only

            resource.setrlimit(resource.RLIMIT_AS, (memory()[0] + size, resource.RLIM_INFINITY))
        except (ImportError, OSError, ValueError):
            pass  # elsewhere the clock alone is the backstop


def memory() -> tuple[int, int]:
    """The bytes of this process's address space, and those that it really holds (Linux)."""
    with open(PROCESSES_FOLDER / "self" / "statm", encoding="ascii") as file:
        virtual, held = file.read().split()[:2]
    page = os.sysconf("SC_PAGE_SIZE")
    return int(virtual) * page, int(held) * page


_worker: Worker | None = None
_turn = threading.RLock()


def _forget() -> None:
    """A forked process starts without a worker, and without a lock that a lost thread held."""
    global _worker, _turn
    _worker, _turn = None, threading.RLock()


def _end() -> None:
    if _worker is not None:
        _worker.kill()


atexit.register(_end)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


def _current(world: Any) -> Worker:
    """The worker of this process, made anew where the table has changed."""
    global _worker  # one child a process
    if _worker is not None and _worker.world != world:
        _worker.kill()
        _worker = None
    if _worker is None:
        _worker = Worker(world)
    return _worker


def prepare(module: str, world: Any = None) -> None:
    """Start the worker and let it import a module while this process goes on."""
    if not PROCESSES:
        return
    with _turn:
        worker = _current(world)
        worker.send(None, _imported, (module,))
        worker.owed += 1


def _imported(module: str) -> None:
    importlib.import_module(module)


def _answered(limits: Limits, function: Callable, args: tuple, world: Any) -> tuple[str, Any]:
    """One job's answer; a worker that gave none is killed."""
    global _worker
    worker, kind, found = _current(world), "broken", None
    try:
        worker.send(limits, function, args)
        kind, found = worker.answer(limits.seconds)
    finally:  # an interrupt must not leave half an answer in the pipe
        if kind not in ("ok", "error"):
            worker.kill()
            _worker = None
    return kind, found


def _in_a_worker(limits: Limits, function: Callable, args: tuple, world: Any) -> tuple[str, Any]:
    """The outcome of a job that a child does; LimitReached where that was killed."""
    with _turn:
        kind, found = _answered(limits, function, args, world)
        if kind == "died":  # before this job, perhaps: what kills a worker kills the next one too
            kind, found = _answered(limits, function, args, world)
    if kind in ("late", "died"):
        what = f"{limits.seconds:g} s" if kind == "late" else "the memory allowed"
        limit = "seconds" if kind == "late" else "bytes"
        raise LimitReached(f"SymPy did not finish within {what}", limit=limit)
    return kind, found


def bounded(limits: Limits, function: Callable, *args: Any, world: Any = None) -> Any:
    """function(*args), computed in a child that is killed when a limit runs out.

    `world` stands for what the child must have seen when it was started (the table of operations);
    where it differs, the child is started anew. Raises LimitReached, or what the function raises.
    """
    if limits.seconds is None or not PROCESSES:
        kind, found = _outcome(function, args)  # the same errors here as there
    else:
        kind, found = _in_a_worker(limits, function, args, world)
    if kind == "error":
        raise found
    return found


# --- what a process has started ----------------------------------------------------------------


def ended(pid: int) -> None:
    """Kill what this process has started, and then itself; one that is gone leaves its group."""
    started = [*descendants(pid)]
    with suppress(OSError, AttributeError):  # elsewhere there are no groups
        os.killpg(pid, signal.SIGKILL)
    for one in (*started, pid):
        with suppress(OSError):
            os.kill(one, getattr(signal, "SIGKILL", signal.SIGTERM))


def descendants(pid: int) -> Iterator[int]:
    """The processes below one, as far as the system tells (Linux)."""
    try:
        tasks = [*(PROCESSES_FOLDER / str(pid) / "task").iterdir()]
    except OSError:
        return
    for task in tasks:
        with suppress(OSError):
            for child in map(int, (task / "children").read_text(encoding="ascii").split()):
                yield child
                yield from descendants(child)
