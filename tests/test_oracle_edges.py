"""The oracle at its edges: engines and commands that die, hang, flood or babble."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import math
import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy

from symgrad.errors import UsageError
from symgrad.oracle import Program, judge
from symgrad.oracle.engine_calls import Caller, Hung, hessian, numbers
from symgrad.oracle.float_formats import FORMATS
from symgrad.oracle.forked import Apart, caller
from symgrad.oracle.programs import number, simple
from symgrad.oracle.protocol import Command
from symgrad.oracle.remarks import Answer, judged
from symgrad.oracle.truth import Truth

from .oracle_engines import Right
from .test_oracle_outside import command

ROOT = Path(__file__).parents[1]
MUL = simple("mul", 2)
FORM = FORMATS["float64"]
RAISED, DEAD = Answer(crash="ZeroDivisionError", refused=True), Answer(crash="it died")


def segfault() -> None:
    ctypes.string_at(0)


def loop_in_c() -> None:
    re.match(r"(a+)+$", "a" * 64 + "b")  # no signal is looked at in there


class Deadly(Right):
    """Does `act` wherever there is more than one variable."""

    act: Any = None

    def gradient(self, program: Program, point: Any, *, backwards: int = 1) -> Any:
        if len(point) > 1:
            type(self).act()
        return super().gradient(program, point, backwards=backwards)


def deadly(act: Any) -> Any:
    return type("Deadlier", (Deadly,), {"act": staticmethod(act)})()


@pytest.mark.slow
@pytest.mark.parametrize(("act", "told"), [
    (segfault, "died of SIGSEGV"), (loop_in_c, "no answer within"),
    (lambda: os._exit(4), "exit code 4"), (lambda: os.kill(os.getpid(), 9), "died of SIGKILL"),
    (os.abort, "died of SIGABRT"),
])  # fmt: skip
def test_engines_that_kill(act: Any, told: str) -> None:
    """An engine in this process that dies or hangs in C gets a finding that names the program."""
    report = judge(deadly(act), 6.0, most=1)
    assert "CRASH" == report.findings[0].kind
    assert told in report.findings[0].note
    assert 2 <= len(report.findings[0].program.variables)
    assert report.seconds < 15


class Stuck(Right):
    """Waits for ever for a thread that a fork does not copy."""

    def __init__(self) -> None:
        super().__init__()
        self.pool = ThreadPoolExecutor(1)
        self.pool.submit(int).result()

    def gradient(self, program: Program, point: Any, *, backwards: int = 1) -> Any:
        return self.pool.submit(
            lambda: Right.gradient(self, program, point, backwards=backwards)).result()  # fmt: skip


def test_beside_other_threads() -> None:
    """Threads of this process, which a fork leaves behind, are no reason to be killed by an engine;
    one that waits for its own thread is called here.
    """
    with ThreadPoolExecutor(1) as pool:
        pool.submit(int).result()
        for act in (segfault, loop_in_c, os.abort):
            assert isinstance(caller(deadly(act), 1.0), Apart)
        assert isinstance(caller(Stuck(), 1.0), Caller)
        assert isinstance(caller(Right(), 1.0), Apart)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_hang_in_a_destructor() -> None:
    """A destructor swallows what it is told; the call that goes on hanging is told once more."""

    class Slow:
        def __del__(self) -> None:
            while True:
                time.sleep(0.01)

    class Hanging(Right):
        def gradient(self, program: Program, point: Any, *, backwards: int = 1) -> Any:
            Slow()
            while True:
                time.sleep(0.01)

    with Caller(Hanging(), 0.3) as asked:
        assert "no answer within 0.3 s" == asked.answer(MUL, (1.0, 2.0)).crash


@pytest.mark.slow
def test_the_budget_holds() -> None:
    """An engine that hangs now and then takes little more than the budget, and is told of."""

    class Slow(Right):
        def gradient(self, program: Program, point: Any, *, backwards: int = 1) -> Any:
            if "exp" in program.operations:
                loop_in_c()
            return super().gradient(program, point, backwards=backwards)

    report = judge(Slow(), 9.0)
    assert {"CRASH"} == {f.kind for f in report.findings}
    assert report.seconds < 9 + 5


@pytest.mark.slow
def test_the_case_is_named() -> None:
    """Of several asked together the one is named at which the engine died; the others pass."""

    def act(point: Any) -> None:
        if point[0] == 3.0:
            segfault()

    class Once(Right):
        def gradient(self, program: Program, point: Any, *, backwards: int = 1) -> Any:
            act(point)
            return super().gradient(program, point, backwards=backwards)

    report = judge(Once(), 3.0)
    assert {"CRASH"} == {f.kind for f in report.findings}
    assert all(3.0 == f.point[0] for f in report.findings)


def test_a_copy_answers_as_the_engine_does() -> None:
    """Numbers, integers, signed zeros and what was raised come back as they were."""
    with Apart(Right(), 2.0) as apart:
        for point in ((2.0, 3.0), (-0.0, 5), (math.inf, 1.0), (10**30, 2)):
            there, here = apart.answer(MUL, point), Caller(Right(), 2.0).answer(MUL, point)
            assert repr(here) == repr(there)
        assert "gave 1 partials" in Apart(Short(), 2.0).answer(MUL, (1.0, 2.0)).crash


class Short(Right):
    def gradient(self, program: Program, point: Any, *, backwards: int = 1) -> Any:
        return 1.0, [1.0]


class Threaded(Right):
    """Waits for a thread that a fork does not copy."""

    def __init__(self) -> None:
        super().__init__()
        self.pid = os.getpid()

    def gradient(self, program: Program, point: Any, *, backwards: int = 1) -> Any:
        if os.getpid() != self.pid:
            raise RuntimeError("my threads are gone")
        return super().gradient(program, point, backwards=backwards)


def test_engines_that_do_not_survive_a_fork() -> None:
    """They are called in this process, and judged all the same."""
    assert isinstance(caller(Threaded(), 1.0), Caller)
    assert isinstance(caller(Right(), 1.0), Apart)
    report = judge(Threaded(), 1.0)
    assert report.checked > 100
    assert [] == report.findings


def orphans(marker: str) -> list[str]:
    """The processes whose command line holds this text."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if marker.encode() in entry.read_bytes() and entry.parent.name != str(os.getpid()):
                found.append(entry.parent.name)
    return found


SLEEPER = """
import sys, time
MARK = {mark!r}
from symgrad.oracle import judge
from symgrad.oracle.protocol import Command
from tests.oracle_engines import Right
class Slow(Right):
    def gradient(self, program, point, *, backwards=1):
        print("asked", flush=True)
        while True: time.sleep(0.01)
{start}
"""


@pytest.mark.slow
@pytest.mark.parametrize("start", ["judge(Slow(), 30.0)", "judge(Command({command!r}), 30.0)"])
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_no_orphans(tmp_path: Path, start: str, sent: signal.Signals) -> None:
    """Ctrl-C leaves no process behind; nor does a kill, once the engine looks at its input."""
    mark = f"mark-{tmp_path}"
    slow = "print(0, file=sys.stderr, flush=True); time.sleep(60 if PLACE else 0)"
    hang = command(tmp_path, slow.replace("PLACE", str(int(sent == signal.SIGINT))))
    code = SLEEPER.format(mark=mark, start=start.format(command=[*hang, mark]))
    run = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.PIPE)
    assert run.stderr is not None
    assert run.stderr.readline()  # it is at work
    run.send_signal(sent)
    run.wait(10)
    for _ in range(250):
        if orphans(mark):
            time.sleep(0.1)
    assert [] == orphans(mark)


@pytest.mark.parametrize("x", [1j, np.complex64(1j), np.complex128(1 + 1j), mpmath.mpc(1, 0),
                               mpmath.mpc(0, 1), sympy.I, sympy.zoo])  # fmt: skip
def test_complex_numbers(x: Any) -> None:
    """A complex number of any library is a refusal: right where no real number exists."""
    answer = numbers((x, (1.0,)), 1)
    assert answer.refused and "where a number belongs" in answer.crash
    assert not numbers((np.float32(1.0), (mpmath.mpf(2),)), 1).crash
    assert not numbers((sympy.Rational(1, 2), (sympy.pi,)), 1).crash


def test_exact_quotients() -> None:
    """1/x may be 64 ulp off also where it is exact; x*y may not."""
    log, mul = Truth(simple("log", 1)), Truth(simple("mul", 2))
    off = 2 * (1 + 40 * 2.0**-52)
    assert not [r for r in judged(log, (0.5,), Answer(math.log(0.5), (off,)), FORM) if r.fails]
    assert [r for r in judged(mul, (3.0, 2.0), Answer(6.0, (off, 3.0)), FORM) if r.fails]


def test_overflow_may_raise() -> None:
    """Where the value is beyond the largest float, an exception is as good as inf."""
    square = Truth(simple("powi", 2, {1: 2}))
    assert [] == judged(square, (1e300,), RAISED, FORM)
    assert ["CRASH"] == [r.kind for r in judged(square, (1e100,), RAISED, FORM)]


# --- what a crash is ------------------------------------------------------------------------------




@pytest.mark.parametrize(("name", "point", "raised"), [
    ("div", (1.0, 0.0), []), ("log", (-1.0,), []), ("log", (0.0,), []), ("sqrt", (0.0,), []),
    ("div", (1.0, 2.0), ["CRASH"]), ("log", (2.0,), ["CRASH"]), ("sqrt", (4.0,), ["CRASH"]),
])  # fmt: skip
def test_what_a_crash_is(name: str, point: tuple[float, ...], raised: list[str]) -> None:
    """Raising is right where no finite number exists; dying, None and the like are so nowhere."""
    reference = Truth(simple(name, len(point)))
    assert raised == [r.kind for r in judged(reference, point, RAISED, FORM)]
    assert ["CRASH"] == [r.kind for r in judged(reference, point, DEAD, FORM)]


@pytest.mark.parametrize("rows", [None, 1.0, [[1.0]], [[1.0, 2.0]], [[1.0, 2.0], [3.0]], "ab",
                                  [[1.0, 2.0], [3.0, None]], [[1.0, 2.0], "ab"]])  # fmt: skip
def test_wrong_hessians(rows: Any) -> None:
    """A Hessian of another shape or type is a crash, told in words."""
    assert "" != hessian(rows, 2).crash
    assert (1.0, 2.0, 3.0, 4.0) == hessian([[1.0, 2.0], (3.0, 4)], 2).gradient


@pytest.mark.parametrize(("outer", "inner", "x"), [
    ("sqrt", "relu", -1.0), ("acsc", "sign", 0.5), ("asin", "sign", -2.0), ("acosh", "sign", 3.0),
])  # fmt: skip
@pytest.mark.parametrize("got", [math.nan, 0.0])
def test_infinity_times_zero(outer: str, inner: str, x: float, got: float) -> None:
    """An infinite slope over one of 0 is 0 for some engines and nan for others; both pass."""
    reference = Truth(Program(("x",), (), ((inner, 0), (outer, 1)), 2))
    value = float(reference.values((x,))[-1])
    assert [] == judged(reference, (x,), Answer(value, (got,)), FORM)


# --- commands -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("misbehave", "told"), [
    ("os.write(1, b'x' * 100_000_000)", "bytes in one line"),
    ("os.write(1, b'x' * 1000 + b'\\n')", "no JSON"),
    ("os.write(1, b'[' * 100_000 + b'\\n')", "no JSON"),
    ("os.write(1, bytes(range(128, 250)) + b'\\n')", "no JSON"),
    ("os.close(0), os.close(1), time.sleep(60)", "closed its"),
    ("os.close(1), time.sleep(60)", "closed its output"),
    ("print('{\"id\": %d}' % request['id'], flush=True)", "answered without 'value'"),
    ("print('{\"id\": %d, \"value\": \"0.5\", \"gradient\": []}' % request['id'], flush=True)",
     "no hex float"),
    ("print('[]', flush=True)", "to question"),
    ("os.kill(os.getpid(), 11)", "died of SIGSEGV"),
])  # fmt: skip
def test_commands_that_misbehave(tmp_path: Path, misbehave: str, told: str) -> None:
    """Each is a finding within bounded time and memory, and the next question is answered."""
    when = f"import os\n    if len(request['point']) > 1:\n        {misbehave}"
    with Command(command(tmp_path, when), seconds=3.0) as asked:
        answer = Caller(asked).answer(MUL, (2.0, 3.0))
        assert told in answer.crash
        assert not answer.refused
        assert 4.0 == Caller(asked).answer(Program(("x",), (), (("mul", 0, 0),), 1), (2.0,)).value


def test_the_first_answer_may_take_longer(tmp_path: Path) -> None:
    """What compiles before it answers for the first time is no engine that hangs."""
    first = "if request['id'] == 1: time.sleep(1.5)"
    with Command(command(tmp_path, first), seconds=0.75) as asked:
        for x in (2.0, 3.0):
            assert 6.0 * x == Caller(asked).answer(MUL, (x, 6.0)).value


def test_an_error_is_a_refusal(tmp_path: Path) -> None:
    """`{"id", "error"}` is to a command what raising is in Python."""
    told = "print(json.dumps({'id': request['id'], 'error': 'no'}), flush=True); continue"
    with Command(command(tmp_path, told)) as asked:
        answer = Caller(asked).answer(MUL, (2.0, 3.0))
    assert answer.refused
    assert "no" in answer.crash


@pytest.mark.slow
def test_a_command_that_reads_nothing(tmp_path: Path) -> None:
    """A question larger than a pipe holds is not waited for forever."""
    with Command(command(tmp_path, "time.sleep(1e6)"), seconds=1.0) as asked:
        n = 20_000
        program = Program(("x",), (), tuple(("add", i, 0) for i in range(n)), n)
        for _ in range(2):
            assert "no answer within" in Caller(asked).answer(program, (1.0,)).crash


HELLO = '{"name": "x", "dtype": "float64", "operations": 3}'


@pytest.mark.parametrize("hello", ["[]", "3", "{}", '{"name": "x"}', "x", "", HELLO])
def test_wrong_greetings(hello: str) -> None:
    """A command that greets wrongly is refused with a message."""
    with pytest.raises(UsageError):
        Command([sys.executable, "-c", f"print({hello!r}, flush=True); input()"], seconds=2.0)


@pytest.mark.parametrize("text", ["0.5", "1e3", "", "abc", "Infinity", "0x"])
def test_numbers_in_quotes(text: str) -> None:
    """Decimals in quotes are refused: as a hex float "0.5" would be 0.3125."""
    with pytest.raises(ValueError, match=r"hex|hexadecimal"):
        number(text)


def test_a_hang_is_not_told_where_nobody_hears_it() -> None:
    """In what a collection calls an exception is lost: the next tick raises it."""
    asked, phases = Caller(None), list[str]()
    asked.started, asked.allowed = 1.0, 0.0

    def callback(phase: str, _: Any) -> None:
        asked._look(signal.SIGALRM, sys._getframe())
        phases.append(phase)

    gc.callbacks.append(callback)
    try:
        gc.collect()
    finally:
        gc.callbacks.remove(callback)
    assert ["start", "stop"] == phases
    with pytest.raises(Hung):
        asked._look(signal.SIGALRM, sys._getframe())
