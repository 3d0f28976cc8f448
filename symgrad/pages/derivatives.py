"""A formula's derivatives with all that is known about them, as `symgrad diff --json` prints it.

- `answer(f, at, Wanted(wrt=["x"], order=2))` is that shape.
- `written(f, "latex")` is a formula in one of the `FORMULA_FORMATS`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import UsageError, Verdict
from ..expression import Expression
from . import previews
from .json_shapes import SHAPE

CODE = ("python", "numpy", "c")
FORMULA_FORMATS = ("text", "unicode", "latex", "mathml", *CODE)
ORDER_OF_EXITS = (1, 2, 4, 3, 0)  # for several lines the worst counts, in this order
MOST_ORDER = 10


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted about a formula. Raises UsageError for an order that is too high."""

    wrt: Sequence[str] = ()  # all of its variables where none is named
    order: int = 1
    format: str = "text"
    verify: bool = True
    written: bool = False  # every formula typeset, and in the forms that are copied

    def __post_init__(self) -> None:
        if not 1 <= self.order <= MOST_ORDER:
            raise UsageError(f"--order goes from 1 to {MOST_ORDER}, got {self.order}")


def answer(f: Expression, at: dict[str, float], asked: Wanted) -> dict[str, Any]:
    """Everything that is shown about f, in the shape that --json prints."""
    wrt = wanted(f, asked.wrt)
    f.point(at, {}, all_bound=False, finite=True)  # an unknown name in --at is an error at once
    free = [name for name in f.variables if name not in at]
    found: dict[str, Any] = {
        "symgrad": SHAPE, "expression": f.text, "function": written(f, asked.format),
        "variables": list(f.variables), "at": at, "free": free, "order": asked.order,
        "notes": list(f.notes), "value": None, "partials": [], "verdict": None,
    }  # fmt: skip
    if asked.written:
        found["written"] = previews.written(f)
    quick = not asked.verify and not free
    for name in wrt:
        found["partials"].append(_partial(f, name, at, asked, quick))
    (_verified if asked.verify else _numbers)(found, f, at, wrt, asked)
    return found


def wanted(f: Expression, names: Sequence[str]) -> list[str]:
    """The variables to differentiate by; all of f's where none is named."""
    f.known(names)
    return list(dict.fromkeys(names)) or list(f.variables)


def written(f: Expression, form: str) -> str:
    """f in one of the formats."""
    if form in CODE:
        return f.code(form)
    return {"text": f.__str__, "unicode": f.unicode, "latex": f.latex, "mathml": f.mathml}[form]()


def _partial(
    f: Expression, name: str, at: dict[str, float], asked: Wanted, quick: bool
) -> dict[str, Any]:
    """One derivative as a formula; `quick` leaves SymPy alone."""
    order, form = asked.order, asked.format
    derivative = f.backpropagated(*[name] * order) if quick else f.diff(name, order)
    bound = {n: x for n, x in at.items() if n in derivative.variables}
    partly = bound and len(bound) < len(derivative.variables)
    more = {"written": previews.written(derivative, name)} if asked.written else {}
    return {
        "wrt": name, "formula": written(derivative, form),
        "substituted": written(derivative.at(bound), form) if partly else None,
        "notes": [note for note in derivative.notes if note != derivative.fragile],
        "fragile": derivative.fragile or None, **more,
    }  # fmt: skip


def _numbers(
    found: dict[str, Any], f: Expression, at: dict[str, float], wrt: list[str], asked: Wanted
) -> None:
    """Without verification: what backpropagation says where every variable has a value."""
    found["exit_code"] = 0
    if found["free"]:
        return
    found["value"] = {"engine": f(at)}
    for partial in found["partials"]:
        name = partial["wrt"]
        lower = f.backpropagated(*[name] * (asked.order - 1))
        at_hand = {n: x for n, x in at.items() if n in lower.variables}
        partial["engine"] = lower.gradient(at_hand).get(name, 0.0)


def _verified(
    found: dict[str, Any], f: Expression, at: dict[str, float], wrt: list[str], asked: Wanted
) -> None:
    """Every partial held against SymPy."""
    if asked.order == 1:
        checks = [f.verify(at, wrt=wrt)]
    else:
        checks = [f.verify(at, wrt=[name], order=asked.order) for name in wrt]
    worst = (
        min(checks, key=lambda v: ORDER_OF_EXITS.index(v.exit_code))
        if wrt
        else f.verify(at, wrt=[])
    )
    partials = {name: p for check in checks for name, p in check.partials.items()}
    if worst.value and asked.order == 1:
        found["value"] = _check(worst.value, worst.sampled)
    for partial in found["partials"]:
        partial.update(_check(partials[partial["wrt"]], worst.sampled))
        if partial["verdict"] in (Verdict.undefined, Verdict.kink):  # -y/0 is no derivative there
            partial["substituted"] = None
    ulps = [check.ulps for check in checks if check.ulps is not None]
    found.update(
        verdict=worst.verdict, sampled=worst.sampled, points=worst.counted,
        worst_ulps=max(ulps, default=None), exit_code=worst.exit_code,
    )  # fmt: skip
    found["notes"] += [note for note in worst.notes if note not in found["notes"]]


def _check(p: Any, sampled: bool) -> dict[str, Any]:
    """One verified number; where points were sampled, its numbers belong to `point`."""
    return {
        "verdict": p.verdict, "engine": p.engine, "exact": p.exact, "digits": p.digits,
        "ulps": p.ulps, "point": p.point if sampled else None, "one_sided": p.one_sided,
        "interval": p.interval, "note": p.note,
    }  # fmt: skip
