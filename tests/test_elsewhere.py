"""Where a system lacks what Linux has: each thing is taken away, and the second way answers."""

from __future__ import annotations

import ast
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import symgrad as sg
from symgrad import processes
from symgrad.errors import LimitReached
from symgrad.grading import workers
from symgrad.limits import Deadline
from symgrad.oracle.engine_calls import Caller, Died
from symgrad.oracle.forked import caller
from symgrad.oracle.pipes import Polled, Threaded, pipes
from symgrad.oracle.programs import Program
from symgrad.oracle.protocol import Command

from . import house
from .oracle_engines import Right
from .test_oracle_outside import ENGINE

SQUARE = Program(("x",), (), (("mul", 0, 0),), 1)


@pytest.fixture
def worker_of_its_own(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A worker started in this test, and ended after it."""
    monkeypatch.setattr(processes, "_worker", None)
    yield
    processes._end()
    processes._worker = None


@pytest.mark.usefixtures("worker_of_its_own")
def test_without_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no fork the worker is spawned: it answers, and is killed when it is late."""
    monkeypatch.delattr(os, "fork")
    assert "verified" == sg.parse("x^2 sin x").verify().verdict
    with pytest.raises(LimitReached, match="did not finish within"):
        processes.bounded(replace(sg.Limits.library, seconds=0.2), time.sleep, 60)


def test_an_engine_without_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no fork an engine is called in this process."""
    monkeypatch.delattr(os, "fork")
    assert Caller is type(caller(Right(), 1.0))


def test_without_an_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no interval timer nothing is watched, and nothing fails."""
    monkeypatch.delattr(signal, "setitimer")
    processes.alarm(0.01)
    with Caller(Right(), 1.0) as called:
        assert not called.watched


def test_without_proc(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where the system tells nothing of processes, none has children, and no memory is capped."""
    monkeypatch.setattr(processes, "PROCESSES_FOLDER", tmp_path / "none")
    assert [] == [*processes.descendants(os.getpid())]
    assert 0 == workers.resident()
    workers.confine(1 << 40)
    processes._confine(None, 1 << 40)


# --- a command's pipes ----------------------------------------------------------------------------


def command(tmp_path: Path, misbehave: str = "pass", seconds: float = 5.0) -> Command:
    path = tmp_path / "engine.py"
    path.write_text(ENGINE.replace("MISBEHAVE", misbehave), encoding="utf-8")
    return Command([sys.executable, str(path)], seconds)


@pytest.fixture
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system without poll, process groups, SIGKILL and pipes that do not block."""
    monkeypatch.delattr(select, "poll")
    monkeypatch.delattr(os, "killpg")
    monkeypatch.delattr(os, "set_blocking")
    monkeypatch.delattr(signal, "SIGKILL")


@pytest.mark.usefixtures("_bare")
def test_a_command_answers_through_threads(tmp_path: Path) -> None:
    """Without poll the same questions get the same answers."""
    with command(tmp_path) as engine:
        assert Threaded is type(engine.pipes)
        assert [(x * x, [2 * x]) for x in (2.0, 3.0)] == [
            engine.gradient(SQUARE, (x,)) for x in (2.0, 3.0)
        ]


@pytest.mark.usefixtures("_bare")
@pytest.mark.parametrize(("misbehave", "told"), [
    ("time.sleep(60)", "no answer within"), ("sys.exit(3)", "ended with exit code 3"),
    ("print('hello', flush=True)", "which is no JSON"),
])  # fmt: skip
def test_a_command_that_misbehaves_is_ended(tmp_path: Path, misbehave: str, told: str) -> None:
    """One that hangs, ends or babbles is told of and ended, without poll and process groups too."""
    with command(tmp_path, misbehave, 1.0) as engine:
        started = engine.process
        with pytest.raises(Died, match=told):
            engine.gradient(SQUARE, (2.0,))
        assert started is not None and started.poll() is not None


def test_a_long_message_goes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """A message larger than any pipe's buffer arrives whole, both ways."""
    for lacks in (False, True):
        if lacks:
            monkeypatch.delattr(select, "poll")
        run = subprocess.Popen([sys.executable, "-c", ECHO], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, bufsize=0)  # fmt: skip
        assert run.stdin is not None and run.stdout is not None
        ends = pipes(run.stdin.fileno(), run.stdout.fileno())
        assert (Threaded if lacks else Polled) is type(ends)
        deadline = Deadline(60.0)
        ends.send(b"x" * LONG + b"\n", deadline)
        got = b""
        while len(got) < LONG:
            got += ends.read(deadline)
        run.kill()
        ends.close()
        for stream in (run.stdin, run.stdout):
            stream.close()
        run.wait()
        assert b"x" * LONG == got.strip()


LONG = 1 << 20
ECHO = "import sys; print(sys.stdin.readline(), flush=True); input()"


NO_VECTORS = """
import symgrad as sg
from symgrad.compiling.llvm import machine
machine.VECTOR_LIBRARY = "no-such-library.so"
f, points = sg.parse("exp(x)*sin(x)"), (0.5, 1.0, 2.0)
c = sg.compile(f, accuracy="fast")
values, partials = c.batch({"x": points})
print(c.backend, max(abs(v - f(x=x)) for v, x in zip(values, points)) < 1e-14)
"""


@pytest.mark.needs("llvmlite")
def test_without_a_vector_library() -> None:
    """Without glibc's vector routines functions are called lane by lane, to the same digits."""
    done = subprocess.run([sys.executable, "-c", NO_VECTORS], capture_output=True, text=True,
                          encoding="utf-8", check=True)  # fmt: skip
    assert "llvm True" == done.stdout.strip()


# --- encodings ------------------------------------------------------------------------------------


def text_without_encoding(call: ast.Call) -> bool:
    """Whether a call opens, reads or writes text in the system's own encoding."""
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    modes = [a.value for a in call.args[1:2] if isinstance(a, ast.Constant)]
    own = isinstance(call.func, ast.Name) or name != "open"
    binary = any("b" in str(mode) for mode in modes)
    asked = name in ("read_text", "write_text") or (name == "open" and own)
    return asked and not binary and all(k.arg != "encoding" for k in call.keywords)


def test_encodings_are_said() -> None:
    """No file is read or written in whatever encoding the system happens to have."""
    calls = re.compile(r"open\(|(?:read|write)_text\(")
    found = [f"{source.name}:{node.lineno}" for source in house.sources()
             if calls.search(source.text) for node in ast.walk(source.tree)
             if isinstance(node, ast.Call) and text_without_encoding(node)]  # fmt: skip
    assert [] == found
