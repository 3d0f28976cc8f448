"""The worker can be had anywhere, and can always be ended."""

from __future__ import annotations

import gc
import math
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

import symgrad as sg
from symgrad import processes
from symgrad.limits import Deadline, Limits
from symgrad.processes import bounded

TEXT = "x^2 sin x"
DERIVATIVE = "2x*sin(x) + x^2*cos(x)"


def derivative(text: str) -> tuple[str, str]:
    f = sg.parse(text)
    return str(f.diff()), f.verify(x=2.0).verdict


def endless(seconds: float) -> str:
    """What is said of a job of days that may take this long; only a kill ends it."""
    with pytest.raises(sg.LimitReached) as caught:
        bounded(replace(Limits.library, seconds=seconds), time.sleep, 1e6)
    return str(caught.value)


def test_in_a_pool() -> None:
    """The daemons of a multiprocessing.Pool differentiate, verify and keep to the limits."""
    with multiprocessing.get_context("fork").Pool(1) as pool:
        here = derivative(TEXT)
        assert [here] * 2 == pool.map(derivative, [TEXT] * 2)
        assert "verified" == here[1]
        assert "did not finish within 0.2 s" in pool.apply(endless, (0.2,))


def test_in_threads() -> None:
    """Threads take turns."""
    found: list[Any] = []
    threads = [
        threading.Thread(target=lambda: found.append(derivative(TEXT)[1])) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ["verified"] * 3 == found


def test_in_a_forked_child() -> None:
    """A process forked from one that has a worker gets its own; the old one stays as it is."""
    derivative(TEXT)
    child = os.fork()
    if child == 0:
        os._exit(derivative(TEXT)[1] != "verified")
    assert 0 == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert "verified" == derivative(TEXT)[1]


def test_the_limit_ends_it() -> None:
    """What takes too long is killed, and the next job is done as ever."""
    assert "did not finish within 0.2 s" in endless(0.2)
    assert "verified" == derivative(TEXT)[1]


def test_a_worker_that_was_killed() -> None:
    """A worker that was killed while it idled is replaced, and the job is done."""
    derivative(TEXT)
    worker = processes._worker
    assert worker is not None
    worker.process.kill()
    worker.process.join()
    assert 4.0 == bounded(Limits.library, math.sqrt, 16, world=worker.world)
    assert "verified" == derivative(TEXT)[1]


def test_a_job_that_kills_its_worker() -> None:
    """A job that takes its worker down is an answer, and the next job has a new one."""
    with pytest.raises(sg.LimitReached):
        bounded(Limits.library, os._exit, 1)
    assert "verified" == derivative(TEXT)[1]


def test_an_idle_worker_lives_on() -> None:
    """The alarm that would end an orphan is off between jobs."""
    before = bounded(replace(Limits.library, seconds=0.2), os.getpid)
    time.sleep(2)  # the alarm would ring after 2 * 0.2 + 1 seconds
    assert before == bounded(Limits.library, os.getpid)


WORKING = """
import sys, threading, time
from symgrad import processes
long = threading.Thread(target=processes.bounded, args=(processes.Limits.library, time.sleep, 50))
long.daemon = True
long.start()
while processes._worker is None:
    time.sleep(0.01)
print(processes._worker.process.pid, flush=True)
if sys.argv[1] == "wait":
    time.sleep(50)
"""


@pytest.mark.slow
@pytest.mark.parametrize("way", ["exit", "wait"])
def test_it_ends_with_its_parent(way: str) -> None:
    """Where the parent exits, or is killed, a worker in the middle of a job goes too."""
    command = [sys.executable, "-c", WORKING, way]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        worker = int(parent.stdout.readline())
        if way == "wait":
            parent.send_signal(signal.SIGKILL)
    for _ in range(200):
        if alive(worker):
            time.sleep(0.05)
    assert not alive(worker)


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits for its parent does not."""
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()
    return bool(state) and not state.startswith("Z")


def test_a_large_text_leaves_the_collector_on() -> None:
    """While a large text is read nothing is collected; afterwards, and after an error, it is."""
    for text in ("+".join(["x"] * 9_000), "+".join(["x"] * 9_000) + "+"):
        with suppress(sg.LanguageError):
            sg.parse(text)
        assert gc.isenabled()


def test_a_child_keeps_nothing_of_its_parents_open() -> None:
    """Who waits for the end of a connection does not wait for a worker."""
    reading, writing = os.pipe()
    worker = processes.Worker()
    os.close(writing)
    worker.send(None, os.getpid, ())
    assert ("ok", worker.process.pid) == worker.answer(None)
    assert b"" == os.read(reading, 1)
    worker.kill()
    os.close(reading)


def test_without_processes_everything_runs_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser has no processes: what a worker would do is done at once, and none is started."""
    monkeypatch.setattr(processes, "PROCESSES", False)
    monkeypatch.setattr(processes, "Worker", None)
    processes.prepare("sympy")
    assert os.getpid() == bounded(Limits.student, os.getpid)
    f = sg.parse(TEXT, limits=Limits.student)
    assert DERIVATIVE.replace("2x", "2*x") == str(f.diff("x"))
    assert "verified" == f.verify().verdict


def test_a_deadline() -> None:
    """What is left shrinks with the clock to 0, and then it has passed; that of None never does."""
    now = [100.0]
    deadline, never = Deadline(2.0, lambda: now[0]), Deadline(None, lambda: now[0])
    assert (2.0, 2.0, False) == (deadline.left, deadline.timeout, deadline.passed)
    now[0] = 102.5
    assert (0.0, 0.0, True) == (deadline.left, deadline.timeout, deadline.passed)
    assert (True, False) == (deadline.passed_by(0.25), deadline.passed_by(0.5))
    assert (math.inf, None, False) == (never.left, never.timeout, never.passed)


@pytest.mark.parametrize("given", [
    {"seconds": -1}, {"seconds": "5"}, {"seconds": math.nan}, {"bits": None}, {"depth": -3},
])  # fmt: skip
def test_a_limit_is_a_number(given: dict[str, Any]) -> None:
    """What no limit can be is refused where it is given, not found to be odd somewhere below."""
    (name,) = given
    with pytest.raises(sg.UsageError, match=f"{name} of Limits is a number, 0 or more"):
        replace(Limits.library, **given)
    assert (None, 0) == (Limits(seconds=None).seconds, Limits(seconds=0).seconds)
