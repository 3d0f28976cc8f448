"""Operations that are no row of the table: micrograd's way of adding one, with a closure.

- `Own.of(name, count, closure)` is the operation of a single node; `backward` calls the closure,
  which adds to the `grad` of the node's arguments.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..errors import Unsupported, UsageError
from ..ops import Op


def nothing() -> None:
    """micrograd's `_backward` of a node that has none yet."""


@dataclass(frozen=True, slots=True, eq=False)
class Own(Op):
    """An operation known by its closure alone: it can be pulled, and nothing else."""

    closure: Callable[[], Any] = nothing

    @classmethod
    def of(cls, name: str, count: int, closure: Callable[[], Any] = nothing) -> Own:
        def unknown(m: Any, *x: Any) -> Any:
            raise Unsupported(
                f"{name or 'an operation'} has a _backward of its own, which is all that is known",
                hint="op(...) adds a row to the table",
            )

        return cls(
            name or "own", count, (None,) * count, forward=unknown, symbol=name, closure=closure
        )

    def __reduce__(self) -> tuple[Any, ...]:
        raise UsageError("a Value with a _backward of its own cannot be copied: it knows its nodes")


__all__ = ["Own", "nothing"]
