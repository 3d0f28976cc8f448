"""A point: one number for every variable, from whatever a caller gives; one home for all doors.

- `named(given, at, variables, of)` is the point as floats, by name.
- `known(name, variables, of)` refuses a name that is no variable, `number(name, x)` what is none.
- `listed(names)` is "x, y and z".

All raise UsageError, which says what was given and what would do.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ..doors import shown
from ..errors import UsageError, nearest
from ..sentences import say
from .nodes import as_float


def named(
    given: Any, at: Mapping[str, Any], variables: Sequence[str], of: Any = "the function", *,
    complete: bool = True, finite: bool = False,
) -> dict[str, float]:  # fmt: skip
    """The point as floats, in the caller's order; `of` says of what it is a point.

    Floats go through inf and nan as IEEE 754 says; what is held against the truth asks for a
    `finite` point, since f has none elsewhere.
    """
    joined = {**mapping(given, variables), **at}
    for name in joined:
        known(name, variables, of)
    missing = [name for name in variables if name not in joined] if complete else []
    if missing:
        said = say("{name} has no value" if len(missing) == 1 else "{name} have no value",
                   name=listed(missing))  # fmt: skip
        raise UsageError(said, hint=say("give {point}", point=example(missing)))
    point = {name: number(name, x) for name, x in joined.items()}
    for name, x in point.items():
        if finite and not math.isfinite(x):
            raise UsageError(f"{name} needs a finite number, got {x}")
    return point


def mapping(given: Any, variables: Sequence[str]) -> Mapping[str, Any]:
    """A positional point as a mapping; a bare number or an array has no names."""
    if given is None or isinstance(given, Mapping):
        return given or {}
    names = list(variables) or ["x"]
    if isinstance(given, (str, bytes)) or not hasattr(given, "__len__"):
        raise UsageError(f"a point has names, got {shown(given)}", hint=f"give {example(names)}")
    raise UsageError(
        f"a point has names, got {shown(given)}",
        hint=f"give {example(names)}; for many points at once, sg.compile(f).batch(...)",
    )


def example(names: Sequence[str]) -> str:
    """How a point is written: x=2 or {'x': 2}."""
    words = ", ".join(f"{name}={2 + k}" for k, name in enumerate(names[:3]))
    pairs = ", ".join(f"'{name}': {2 + k}" for k, name in enumerate(names[:3]))
    more = ", ..." if len(names) > 3 else ""
    return f"{words}{more} or {{{pairs}{more}}}"


def known(name: Any, variables: Sequence[str], of: Any = "the function") -> None:
    """Raise UsageError for what is no variable's name."""
    if not isinstance(name, str):
        raise UsageError(f"a variable is named by a str, got {shown(name)}", hint=have(variables))
    if name not in variables:
        close = nearest(name, variables)
        hint = f"did you mean {close}?" if close else have(variables)
        said = say("{name} is not a variable of {of}", name=name, of=str(of))
        raise UsageError(said, hint=hint)


def have(variables: Sequence[str]) -> str:
    return say("it has {names}", names=listed(variables))


def listed(names: Sequence[str]) -> str:
    """x; x and y; x, y and z; or that there is none."""
    if not names:
        return say("no variables")
    if len(names) == 1:
        return names[0]
    return say("{first} and {last}", first=", ".join(names[:-1]), last=names[-1])


def number(name: str, x: Any) -> float:
    """One coordinate as a float."""
    try:
        return as_float(x)
    except (TypeError, ValueError):
        several = hasattr(x, "__len__") and not isinstance(x, (str, bytes))
        hint = "for many points at once, sg.compile(f).batch(...)" if several else None
        raise UsageError(f"{name} needs a number, got {shown(x)}", hint=hint) from None
    except OverflowError:
        raise UsageError(f"{name} is too large for a float64") from None
