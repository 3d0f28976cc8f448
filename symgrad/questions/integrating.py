"""Antiderivatives as SymPy proposes them, and the steps of its integration by hand.

- `antiderivative(root, name, limits)` are proposals, best first: whoever takes one has to
  differentiate it in balls.
- `definite_number(root, name, low, high, limits)` are proposals for a definite integral.
- `steps_of(root, name, limits)` are the steps that lead to one, as far as SymPy knows rules.

SymPy runs where it can be killed; it is asked for proposals and never for a verdict.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from typing import Any

from ..errors import SymgradError
from ..limits import Limits
from ..notation import text
from ..ops import OPS
from ..processes import bounded
from ..sentences import Figures, say, sentences
from ..symbolic.by_hand import Applied, antiderivatives, definite, integrated_by_hand
from ..value import Value
from .question import WorkedStep

HALF_SHARE = 0.5  # of an answer's seconds, for one request to SymPy


def antiderivative(root: Value, name: str, limits: Limits, quick: bool = False) -> Iterator[Value]:
    """Proposals, with |u| in a logarithm of u first; none where SymPy finds none in time.

    With `quick` it is asked but once.
    """
    allowed = shortened(limits, HALF_SHARE)
    for first in (True,) if quick else (True, False):
        with suppress(SymgradError):
            yield from _proposed(root, name, allowed, first, tuple(OPS.values()))


def shortened(limits: Limits, share: float) -> Limits:
    """The limits with a part of their seconds."""
    return replace(limits, seconds=limits.seconds and limits.seconds * share)


@lru_cache(maxsize=512)  # of what was found: what was late may be in time at another time
def _proposed(
    root: Value, name: str, limits: Limits, first: bool, world: tuple[Any, ...]
) -> tuple[Value, ...]:
    found: tuple[Value, ...] = bounded(limits, antiderivatives, root, name, first, world=world)
    return found


def definite_number(
    root: Value, name: str, low: Value | None, high: Value | None, limits: Limits
) -> tuple[Value, ...]:
    """Proposals for the number that a definite integral is; None is an infinite bound."""
    try:
        found: tuple[Value, ...] = bounded(limits, definite, root, name, low, high,
                                           world=tuple(OPS.values()))  # fmt: skip
    except SymgradError:
        return ()
    return found


def steps_of(root: Value, name: str, limits: Limits) -> list[WorkedStep]:
    """The steps, each said in a sentence; none where SymPy integrates by other means."""
    try:
        allowed = shortened(limits, HALF_SHARE)
        found = bounded(allowed, integrated_by_hand, root, name, world=tuple(OPS.values()))
    except SymgradError:
        return []
    return [written_step(applied) for applied in found]


def written_step(applied: Applied) -> WorkedStep:
    formulas = {letter: Figures(text(v)) for letter, v in zip("abc", applied.formulas)}
    result = "" if applied.result is None else text(applied.result)
    return WorkedStep(say(INTEGRATION_STEPS[applied.code], **formulas), result)


INTEGRATION_STEPS = sentences({
    "sum": "Integrate {a} term by term.",
    "factor": "The constant factor {a} stays: integrate {b}.",
    "substitution": "Substitute {a} = {b}: what is left to integrate is {c}.",
    "parts": "Integrate by parts, {a} being differentiated and {b} integrated:",
    "rewritten": "Rewrite {a} as {b}.",
    "table": "The integral of {a} is",
})  # fmt: skip


__all__ = ["antiderivative", "definite_number", "steps_of"]
