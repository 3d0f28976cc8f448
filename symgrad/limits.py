"""Limits, counted in things that do not depend on the machine; seconds and bytes are a backstop.

- `Limits.library` is generous, `Limits.student` strict; `replace(limits, bits=...)` changes one.
- `Deadline(seconds)` is a moment: how much time is `left` until then, or whether it has `passed`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from .errors import UsageError

MAY_BE_NONE = {"depth", "seconds"}  # limits that may be None


@dataclass(frozen=True, slots=True)
class Limits:
    """`seconds=None` runs the symbolic side in this process, without a backstop.

    Else they are seconds that a child computes, where the system tells, and at most twice as many
    by the clock: a busy machine takes nothing away.
    """

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

    def __post_init__(self) -> None:
        for name in self.__slots__:
            amount = getattr(self, name)
            if amount is None and name in MAY_BE_NONE:
                continue
            if not isinstance(amount, float | int) or not amount >= 0:
                raise UsageError(f"{name} of Limits is a number, 0 or more, got {amount!r}")


Limits.library = Limits()
Limits.student = Limits(
    characters=5_000, depth=200, nodes=5_000, expanded=2_000, bits=4_096, seconds=2,
    bytes=500 << 20,
)  # fmt: skip


class Deadline:
    """A moment so many seconds from now; None: it never comes.

    The clock is the wall's, or `time.process_time`: then a busy machine takes nothing away.
    """

    __slots__ = ("at", "clock", "soonest")

    def __init__(self, seconds: float | None, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.at = math.inf if seconds is None else clock() + seconds
        self.soonest = math.inf if seconds is None else time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds until then, at least 0."""
        return max(0.0, self.at - self.clock())

    def leaves(self, seconds: float) -> bool:
        """Whether more than so many seconds are left, of a process with one thread.

        It computes no faster than time passes, and to ask the wall's clock takes far less time.
        """
        return self.soonest - time.monotonic() > seconds or self.left > seconds

    @property
    def timeout(self) -> float | None:
        """The same as `wait` takes it, to which None is forever."""
        return None if self.at == math.inf else self.left

    @property
    def passed(self) -> bool:
        return self.passed_by(0.0)

    def passed_by(self, seconds: float) -> bool:
        """Whether it lies more than so many seconds in the past."""
        return self.clock() > self.at + seconds


NEVER = Deadline(None)
