"""Calls an engine, and turns whatever it does into an `Answer`.

- `Engine` is the protocol that an engine follows; `second(program, point)` is a part that it may
  have, the Hessian's rows.
- `Caller(engine, seconds)` calls it in this process: an exception, a hang, a wrong shape or type is
  a crash. `apart.py` calls it in a process of its own, where death is one too.
"""

from __future__ import annotations

import gc
import signal
import threading
import time
import traceback
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Any, Protocol, runtime_checkable

from ..errors import Unsupported, UsageError
from ..limits import Deadline
from ..ops import OPS
from .float_formats import FORMATS
from .programs import Program, printable, pruned
from .remarks import Answer

MOST_NAME = 80  # characters of an engine's name
UNSUPPORTED = "unsupported: "  # how an engine's own Unsupported begins; such programs are skipped
LATE = "no time was left to wait for an answer"
TICK = 0.25  # seconds between two looks at a call that may hang
STEPS_A_CALL = 5_000  # of a program; twice as many have twice the time, up to three times
# a call that swallowed Hung is told once more: destructors swallow all
SECONDS_UNTIL_RETOLD = 1.0


@runtime_checkable
class Engine(Protocol):
    """What the oracle judges.

    `backwards=n`: build once, then n times zero the leaves' gradients and run backward.
    """

    name: str
    dtype: str
    operations: frozenset[str]

    def gradient(
        self, program: Program, point: Sequence[float], *, backwards: int = 1
    ) -> tuple[float, Sequence[float]]: ...


class Died(Exception):
    """An engine outside this process ended, hung, or said something that is no answer."""


class Answered(Exception):
    """An engine outside this process answered with an error of its own."""


class Hung(BaseException):
    """Raised inside a call that takes too long; no `except Exception` swallows it."""


def collecting(frame: FrameType | None) -> bool:
    """Whether this is within a callback of the garbage collector, where what is raised is lost."""
    callbacks = {getattr(callback, "__code__", None) for callback in gc.callbacks}
    while frame is not None:
        if frame.f_code in callbacks:
            return True
        frame = frame.f_back
    return False


class Caller:
    """Calls an engine under a watch, where this thread can have one."""

    def __init__(self, engine: Any, seconds: float = 10.0) -> None:
        self.engine, self.seconds, self.deadline = engine, seconds, Deadline(None)
        self.started, self.allowed = 0.0, seconds
        self.watched = (
            threading.current_thread() is threading.main_thread() and hasattr(signal, "setitimer")
        )

    def __enter__(self) -> Caller:
        if self.watched:
            self.before = signal.signal(signal.SIGALRM, self._look)
            signal.setitimer(signal.ITIMER_REAL, TICK, TICK)
        return self

    def __exit__(self, *error: Any) -> None:
        self.started = 0.0
        if self.watched:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self.before)

    def _look(self, _: int, frame: FrameType | None) -> None:
        late = time.monotonic() - self.started - self.allowed
        if self.started and late > 0 and not collecting(frame):
            self.started += late + SECONDS_UNTIL_RETOLD
            raise Hung

    @staticmethod
    def ahead(cases: Iterable[Any]) -> Iterator[Any]:
        """The cases as they come."""
        return iter(cases)

    def answer(
        self, program: Program, point: Sequence[Any], backwards: int = 1, order: int = 1
    ) -> Answer:
        """What the engine gives; `.crash` says what went wrong instead."""
        self.allowed = allowed(self.seconds, program)
        self.started = time.monotonic()
        try:
            return called(self.engine, program, point, backwards, order)
        except Hung:
            return Answer(crash=f"no answer within {self.allowed:g} s")
        finally:
            self.started = 0.0


def allowed(seconds: float, program: Program) -> float:
    """The seconds for one call: chains of tens of thousands of operations have more."""
    return seconds * max(1, min(3, len(program.steps) // STEPS_A_CALL))


def called(
    engine: Any, program: Program, point: Sequence[Any], backwards: int = 1, order: int = 1
) -> Answer:
    """One call; whatever it raises, but for an interrupt and a hang, is in the answer."""
    try:
        if order == 2:
            return hessian(engine.second(program, point), len(point))
        if backwards == 1:
            found = engine.gradient(program, point)
        else:
            found = engine.gradient(program, point, backwards=backwards)
        return numbers(found, len(point), program)
    except Unsupported as error:
        return Answer(crash=f"{UNSUPPORTED}{printable(str(error))}")
    except Died as error:
        return Answer(crash=printable(str(error)))
    except (KeyboardInterrupt, GeneratorExit, Hung):
        raise
    except BaseException as error:  # an engine may also call sys.exit
        return Answer(crash=told(error), refused=isinstance(error, Exception),
                      place=raised_at(engine, error))  # fmt: skip


OWN_FILES = str(Path(__file__).parents[1])


def raised_at(engine: Any, error: BaseException) -> str:
    """The engine's line that raised; said to be the adapter's where `gradient` itself raised."""
    frames = [*traceback.walk_tb(error.__traceback__)]
    theirs = [(f, line) for f, line in frames if not f.f_code.co_filename.startswith(OWN_FILES)]
    if not theirs:
        return ""
    frame, line = theirs[-1]
    code = frame.f_code
    place = f"{Path(code.co_filename).name}:{line}, {code.co_name}"
    adapter = f"{type(engine).__qualname__}.gradient"
    own = frame is frames[-1][0] and code.co_qualname.startswith(adapter)
    return f"raised by the adapter itself, {place}" if own else place


def unneeded(program: Program) -> frozenset[int]:
    """The variables that the root does not use."""
    kept = pruned(program)[1]
    return frozenset(range(len(program.variables))) - {*kept}


def told(error: BaseException) -> str:
    try:
        text = printable(str(error).strip().split("\n")[0][:200])
    except Exception:  # a broken __str__ is the engine's, not ours
        text = ""
    name = "error" if isinstance(error, Answered) else type(error).__name__
    return f"{name}: {text}" if text else name


def numbers(found: Any, count: int, program: Program | None = None) -> Answer:
    """Value and gradient as floats, or what is wrong with their shape or type.

    None is as good as 0 for a variable that the program's root does not use.
    """
    try:
        value, gradient = found
    except (TypeError, ValueError):
        return Answer(crash=f"gave {shown(found)}, not a value and a gradient")
    wrong = misshapen(gradient, count, "the gradient", "partials")
    if wrong:
        return wrong
    needless = any(g is None for g in gradient)
    none = unneeded(program) if program and needless else frozenset()
    slopes = [0.0 if g is None and k in none else g for k, g in enumerate(gradient)]
    return as_floats([value, *slopes])


def hessian(rows: Any, count: int) -> Answer:
    """The rows one after another as the gradient, or what is wrong with their shape or type."""
    wrong = misshapen(rows, count, "the Hessian", "rows")
    for i in range(0 if wrong else count):
        wrong = wrong or misshapen(rows[i], count, "a row of the Hessian", "numbers")
    return wrong or as_floats([0.0, *(x for i in range(count) for x in rows[i])])


def misshapen(found: Any, count: int, what: str, parts: str) -> Answer | None:
    """What is wrong with a sequence that should have so many entries."""
    if isinstance(found, (str, bytes, dict)) or not hasattr(found, "__len__"):
        return Answer(crash=f"gave {shown(found)} as {what}")
    if len(found) != count:
        variables = "variable" if count == 1 else "variables"
        return Answer(crash=f"gave {len(found)} {parts} for {count} {variables}")
    return None


def as_floats(every: list[Any]) -> Answer:
    """These numbers as an answer; complex ones are a refusal, as in Python's (-1)**0.5."""
    for i, x in enumerate(every):
        if type(x) is not float:
            complex_ = not_real(x)
            if isinstance(x, (str, bytes, bool)) or complex_ or not hasattr(x, "__float__"):
                return Answer(crash=f"gave {shown(x)} where a number belongs", refused=complex_)
            try:
                every[i] = float(x)
            except Exception as error:  # an array of several numbers
                return Answer(crash=f"gave {shown(x)} where a number belongs: {told(error)}")
    return Answer(every[0], tuple(every[1:]))


def not_real(x: Any) -> bool:
    """Whether it is a complex number, of whichever library: Python, NumPy, mpmath, SymPy."""
    if isinstance(x, complex) or getattr(x, "is_real", None) is False:
        return True
    try:
        return bool(x.imag != 0) or not hasattr(x, "__float__")
    except Exception:  # it has no imaginary part, or will not tell
        return False


def shown(x: Any) -> str:
    """A short repr that cannot fail."""
    try:
        return printable(f"{type(x).__name__} {x!r:.80}")
    except Exception:  # a broken __repr__ is the engine's, not ours
        return type(x).__name__


def understood(engine: Any) -> tuple[str, str, frozenset[str]]:
    """The engine's name, dtype and operations. Raises UsageError where it is no engine."""
    name = printable(str(getattr(engine, "name", type(engine).__name__)))[:MOST_NAME]
    dtype = getattr(engine, "dtype", "float64")
    if dtype not in FORMATS:
        raise UsageError(f"engine {name}: dtype is one of {', '.join(FORMATS)}, got {dtype!r}")
    if isinstance(engine, str):
        raise UsageError(f"an engine is an object, got {engine!r}",
                         hint=f"symgrad.oracle.engine({engine!r}) makes one")  # fmt: skip
    if not callable(getattr(engine, "gradient", None)):
        raise UsageError(f"engine {name} has no method gradient(program, point, backwards=1)")
    try:
        operations = frozenset(engine.operations)
    except (AttributeError, TypeError):
        raise UsageError(f"engine {name} does not name its operations") from None
    unknown = sorted(str(n) for n in operations if n not in OPS)
    if unknown:
        raise UsageError(f"engine {name}: {unknown[0]} is no operation", hint="see symgrad ops")
    return name, dtype, frozenset(n for n in operations if OPS[n].arity != 0)  # pi is a constant
