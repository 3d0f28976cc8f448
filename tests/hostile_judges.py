"""Judges that do to their process what the answer says, for the tests of grading."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from symgrad.grading.tasks import Task, outcome


def obedient(task: Task) -> dict[str, Any]:
    """`die`, `spin`, `sleep`, `eat`, `raise`; everything else is judged at once."""
    word = task.answer.split()[0] if task.answer.split() else ""
    if word == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if word == "spin":
        while True:
            pass
    if word == "sleep":
        time.sleep(60)
    if word == "eat":
        hoard = [bytearray(50 << 20) for _ in range(100)]
        return outcome("correct", f"{len(hoard)}")
    return outcome("correct" if word == "right" else "incorrect", task.answer)


class Mortal:
    """Dies the first time that it meets the answer `once`."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __call__(self, task: Task) -> dict[str, Any]:
        if task.answer == "once" and not self.mark.exists():
            self.mark.write_text("met")
            os.kill(os.getpid(), signal.SIGKILL)
        return outcome("correct", f"{os.getpid()}")


def slow(task: Task) -> dict[str, Any]:
    """Takes its time, so that a run can be killed in the middle."""
    time.sleep(0.02)
    return obedient(task)
