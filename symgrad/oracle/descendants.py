"""Ends a process with all that it has started.

- `ended(pid)` kills it, its process group, and its children's children, also those that have made
  a session of their own.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

PROCESSES_FOLDER = Path("/proc")


def ended(pid: int) -> None:
    """Kill what this process has started, and then itself; one that is gone leaves its group."""
    started = [*descendants(pid)]
    with contextlib.suppress(OSError):
        os.killpg(pid, signal.SIGKILL)
    for one in (*started, pid):
        with contextlib.suppress(OSError):
            os.kill(one, signal.SIGKILL)


def descendants(pid: int) -> Iterator[int]:
    """The processes below one, as far as the system tells (Linux)."""
    try:
        tasks = [*(PROCESSES_FOLDER / str(pid) / "task").iterdir()]
    except OSError:
        return
    for task in tasks:
        with contextlib.suppress(OSError):
            for child in map(int, (task / "children").read_text(encoding="ascii").split()):
                yield child
                yield from descendants(child)
