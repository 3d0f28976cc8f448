"""Whether what a user gave for an engine fits it: tried on x*x before anything is judged.

- `held_to_its_engine(engine, grad)` raises UsageError where backward, grad or pullback raise by
  themselves, or are wrong where the engine's own are right (`grad` finds its own gradient).
- `asked_of(engine, word, ...)` does where a constructor or a value raises.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...errors import OURS, UsageError
from ..engine_calls import told

FITTING = {  # what each of them takes and gives
    "constructor": ("constructor(array)", "it makes a tensor of a NumPy array"),
    "value": ("value(tensor)", "it gives the numbers of a tensor as a NumPy array"),
    "backward": ("backward(root, cotangent)",
                 "it takes a tensor and a NumPy array of its shape, and fills in the gradients"),
    "grad": ("grad(leaf)", "it gives the gradient that backward left in a leaf"),
    "pullback": ("pullback(function, arrays)",
                 "it gives the value, and a function from a cotangent to the list of gradients"),
}  # fmt: skip
OF_FITTING = (TypeError, AttributeError, NameError, LookupError, ValueError)
START, COTANGENT, SLOPES = (0.5, 0.25), (2.0, 3.0), (2.0, 1.5)  # of x*x


def misfit(engine: Any, word: str, what: str) -> UsageError:
    call, wanted = FITTING[word]
    return UsageError(f"engine {engine.name}: {call} {what}", hint=f"{call}: {wanted}")


def asked_of(engine: Any, word: str, *args: Any) -> Any:
    """What it gives. Raises UsageError where it raises anything."""
    call = engine.constructor if word == "constructor" else engine.numbers
    try:
        return call(*args)
    except Exception as error:  # an adapter may raise anything
        raise misfit(engine, word, f"raised {told(error)}") from None


def held_to_its_engine(engine: Any, of_its_own: Callable) -> None:
    """Raises UsageError where the adapter is at fault, and not the engine."""
    if engine.pullback is not None:
        pulled_once(engine)
        return
    given = {word: engine.asked[word] for word in ("backward", "grad") if engine.asked[word]}
    if not given:
        return
    used = engine.backward, engine.grad
    failed = outcome(engine, *used)
    if right(failed):
        return
    engine.grad = of_its_own
    own = engine.found_backward([engine.leaf]), of_its_own
    engine.grad = used[1]
    blamed = [w for w in given if isinstance(failed, Exception) and raised_by(failed, given[w])]
    if not blamed:
        by_itself = outcome(engine, *own)
        if not right(by_itself):
            return  # the engine may be wrong itself: that is for the cases to tell
        mixed = {"grad": (used[0], own[1]), "backward": (own[0], used[1])}
        blamed = [w for w in given if right(outcome(engine, *mixed[w]))] or [*given]
    got = failed.tolist() if isinstance(failed, np.ndarray) else None
    what = f"raised {told(failed)}" if isinstance(failed, Exception) else (
        f"does not fit: of x*x at {list(START)}, with the cotangent {list(COTANGENT)}, the "
        f"gradient is {list(SLOPES)}, got {got}")  # fmt: skip
    raise misfit(engine, blamed[0], what)


def outcome(engine: Any, backward: Callable, grad: Callable) -> Any:
    """The gradient of x*x, None if there is none, or what was raised."""
    try:
        leaf = engine.leaf(engine.sample(*START))
        root = engine.squared(leaf)
    except Exception:  # whatever an engine raises: it is no adapter's fault
        return None
    try:
        backward(root, engine.sample(*COTANGENT))
        found = grad(leaf)
        return None if found is None else engine.numbers(found).ravel().astype(float)
    except Exception as error:  # an adapter may raise anything
        return error


def right(found: Any) -> bool:
    there = isinstance(found, np.ndarray) and found.size == len(SLOPES)
    return there and bool(np.allclose(found, SLOPES, rtol=1e-2))  # also in halves


def raised_by(error: Exception, given: Any) -> bool:
    """Whether a call was raised in itself, or could not be called: not in the engine below it."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    code = last.tb_frame.f_code if last is not None else None
    own = code is not None and code is getattr(given, "__code__", None)
    ours = code is not None and code.co_filename.startswith(OURS)
    return isinstance(error, OF_FITTING) and (own or ours)


def pulled_once(engine: Any) -> None:
    """Raises UsageError where a pullback does not give a value and what takes a cotangent back."""
    array = engine.sample(*START)
    try:
        _, pull = engine.pullback(engine.squared, [array])
        (_,) = pull(engine.sample(*COTANGENT))
    except Exception as error:  # an adapter may raise anything
        if raised_by(error, engine.pullback):
            raise misfit(engine, "pullback", f"raised {told(error)}") from None


__all__ = ["asked_of", "held_to_its_engine"]
