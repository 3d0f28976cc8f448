"""A copy of this process that runs the cases first: what ends or hangs it never runs here.

- `Scout(run, cases)`, run(case) asks the engine: `.fate(k)` waits until the copy has run case k;
  "" where it lived, else how it ended. A new copy then goes on from the next case.

The answers are asked again in this process, where what is known of the cases stays from engine to
engine: an engine's own time counts twice, and on two cores hardly at all.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import mmap
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from ...processes import ended
from ..forked import fate

WITH_THREADS = frozenset(("torch", "jax", "tensorflow"))  # a fork loses threads of theirs
SECONDS_OF_SILENCE = 8.0  # of a copy that is at the same case
SECONDS_LATER = 2.0  # the same, after one has hung
MOST_MEMORY = 4 << 30  # bytes more than now
OUT_OF_MEMORY = 99  # a copy's exit code
BYTES_OF_A_COUNT = 4  # bytes of the number of cases that are done
MOMENT = 0.0005  # seconds between two looks
MOST_DEATHS = 20


class Scout:
    """Runs the cases ahead in a copy; `with` ends it."""

    def __init__(self, run: Callable[[Any], Any], cases: Sequence[Any]) -> None:
        self.run, self.cases = run, cases
        self.pid, self.deaths = 0, 0
        self.seconds = SECONDS_OF_SILENCE
        self.done = mmap.mmap(-1, BYTES_OF_A_COUNT)

    def __enter__(self) -> Scout:
        if can_scout():
            self.begin(0)
        return self

    def __exit__(self, *error: Any) -> None:
        self.end()

    def end(self) -> int:
        """End the copy; its exit code."""
        pid, self.pid = self.pid, 0
        if not pid:
            return 0
        ended(pid)
        with contextlib.suppress(ChildProcessError):
            return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        return 0

    def begin(self, first: int) -> None:
        """Fork a copy that starts with this case."""
        self.write(first)
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(AttributeError, OSError, ValueError):
                stream.flush()
        self.pid = os.fork()
        if self.pid == 0:
            with contextlib.suppress(BaseException):
                self.ahead(first)
            os._exit(0)

    def write(self, count: int) -> None:
        self.done[:BYTES_OF_A_COUNT] = count.to_bytes(BYTES_OF_A_COUNT, "little")

    @property
    def count(self) -> int:
        return int.from_bytes(self.done[:BYTES_OF_A_COUNT], "little")

    def ahead(self, first: int) -> None:
        """The copy's loop: whatever is raised is for the other process to see."""
        import resource  # noqa: PLC0415  # POSIX only, like fork

        os.setsid()
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        faulthandler.disable()  # its death is told once
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 + MOST_MEMORY
        resource.setrlimit(resource.RLIMIT_DATA, (size, size))
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        gc.freeze()
        parent = os.getppid()
        for k in range(first, len(self.cases)):
            try:
                self.run(self.cases[k])
            except MemoryError:
                os._exit(OUT_OF_MEMORY)
            except Exception:  # raised again where it is judged
                pass
            self.write(k + 1)
            if k % 64 == 0 and os.getppid() != parent:
                return

    def fate(self, k: int) -> str:
        """Empty where case k was run, or nobody runs ahead; else how the copy ended at it."""
        since, at = time.monotonic(), self.count
        while self.pid and self.count <= k:
            pid, code = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.pid = 0
                return self.again(k, fate(os.waitstatus_to_exitcode(code)))
            if self.count != at:
                since, at = time.monotonic(), self.count
            elif time.monotonic() - since > self.seconds:
                told = f"no answer within {SECONDS_LATER:g} s"
                self.seconds = SECONDS_LATER
                self.end()
                return self.again(k, told)
            time.sleep(MOMENT)
        return ""

    @property
    def spent(self) -> bool:
        """Whether so many copies ended that no other begins."""
        return self.deaths >= MOST_DEATHS

    def again(self, k: int, told: str) -> str:
        """The next copy begins after this case."""
        if self.count > k:  # it ended with the last case
            return ""
        self.deaths += 1
        if not self.spent:
            self.begin(k + 1)
        memory = f"exit code {OUT_OF_MEMORY}" in told
        return "it takes more than 4 GB of memory" if memory else told


def can_scout() -> bool:
    """Whether a fork of this process is likely to live."""
    return sys.platform.startswith("linux") and not WITH_THREADS & set(sys.modules)


__all__ = ["Scout"]
