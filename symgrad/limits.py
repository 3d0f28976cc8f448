"""Limits, counted in things that do not depend on the machine; seconds and bytes are a backstop.

- `Limits.library` is generous, `Limits.student` strict; `replace(limits, bits=...)` changes one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


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
