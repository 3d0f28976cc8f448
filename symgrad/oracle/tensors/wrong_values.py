"""Names what is wrong with a value: by the other call that gives the engine's numbers.

- `cause_of_value(program, point, got)` is the cause in words, `WRONG_VALUE` where none is found.

Tried are its operands in another order, what its row knows of, other parameters, another operation
that is called alike, a factor, and the right numbers in other places.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import permutations
from typing import Any

import numpy as np

from ...errors import UsageError
from ..programs import with_step
from .tensor_program import TensorProgram, TensorStep
from .tensor_row import TENSOR_ROWS
from .tensor_truth import TensorTruth, shapes_of

WRONG_VALUE = "the value is wrong"
EXCHANGED = "the operands are exchanged"
SAME = 1e-4  # relative: what explains the numbers gives their first digits, also in float32
Explained = tuple[str, Any]  # words, and the numbers that there would be
PLAIN_FACTORS: dict[float, str] = {
    -1.0: "the sign is wrong", 2.0: "a factor of 2 too much", 0.5: "a factor of 2 is missing",
}  # fmt: skip


def cause_of_value(program: TensorProgram, point: Sequence[float], got: Any) -> str:
    """The likeliest cause in words."""
    got = np.asarray(got, dtype=float)
    right = value_of(program, point)
    if len(program.steps) > 1 or right is None or got.shape != right.shape or alike(got, right):
        return WRONG_VALUE
    return next((w for w, as_if in values_as_if(program, point, right, got) if alike(got, as_if)),
                WRONG_VALUE)  # fmt: skip


def value_of(program: TensorProgram, point: Sequence[float]) -> Any:
    """None where the program has no meaning."""
    try:
        return TensorTruth(replace(program, cotangent=())).forward(point)
    except (UsageError, ZeroDivisionError, ValueError):
        return None


def values_as_if(
    program: TensorProgram, point: Any, right: Any, got: Any
) -> Iterator[Explained]:
    """The likeliest first."""
    step, row = program.steps[0], TENSOR_ROWS[program.steps[0].name]

    def value(**changes: Any) -> Any:
        return value_of(with_step(program, 0, replace(step, **changes)), point)

    for args in permutations(step.args) if len(step.args) <= MOST_EXCHANGED else ():
        if args != step.args:
            changed = with_step(program, 0, replace(step, args=args))
            call = changed.text.split(" = ")[-1]
            yield f"{EXCHANGED}: the value is that of {call}", value_of(changed, point)
    params = {**row.defaults, **step.params}
    for words, rule in row.misread:
        yield words, np.asarray(rule(*arguments(program, point), **params), dtype=float)
    for name, given in params.items():
        for other in instead(step, name, given, program):
            words = f"as if {name} were {shown(other)}, not {shown(given)}"
            yield words, value(params={**step.params, name: other})
    for name in rows_called_alike(step.name):
        yield f"the value is that of {name}", value(name=name)
    yield from ((words, factor * right) for factor, words in PLAIN_FACTORS.items())
    yield from ((f"the value is {how}", moved) for how, moved in in_other_places(right))
    used = right != 0
    if np.unique(right[used]).size > 1 and got.shape == right.shape:
        factor = float(np.median(got[used] / right[used]))
        shape = arguments(program, point)[0].shape if "axis" in params else right.shape
        yield of_factor(factor, shape, right.size), factor * right


MOST_EXCHANGED = 3  # operands whose orders are tried


def of_factor(factor: float, shape: Sequence[int], many: int) -> str:
    """What a constant factor of what reduces may come from."""
    sizes = {n for n in (*shape, int(np.prod(shape, dtype=int))) if n > 1}
    counts = {a / b for a in (1, *sizes) for b in (1, *sizes) if a != b}
    reduces = many < int(np.prod(shape, dtype=int))
    counted = reduces and any(abs(c - factor) < SAME * abs(c) for c in counts)
    return OTHER_COUNT if counted else "the value has a constant factor that does not belong there"


OTHER_COUNT = "the value is divided by another number of elements than belongs there"


def arguments(program: TensorProgram, point: Sequence[float]) -> list[np.ndarray]:
    """The operands of the only step, as arrays."""
    sizes = [int(np.prod(shape, dtype=int)) for _, shape in program.inputs]
    parts = np.split(np.array(point, dtype=float), np.cumsum(sizes))
    shaped = [p.reshape(shape) for p, (_, shape) in zip(parts, program.inputs)]
    fixed = [np.array(c.data).reshape(c.shape) for c in program.constants]
    return [[*shaped, *fixed][j] for j in program.steps[0].args]


# --- what an engine might take for what it is -----------------------------------------------------


def alike(got: np.ndarray, as_if: Any) -> bool:
    if as_if is None or np.shape(as_if) != got.shape:
        return False
    scale = np.abs(got).max(initial=0.0)
    return bool(np.isfinite(as_if).all() and np.abs(got - as_if).max(initial=0.0) <= SAME * scale)


def rows_called_alike(name: str) -> list[str]:
    """The other operations with such shapes and parameters."""
    own = TENSOR_ROWS[name]
    return [other for other, row in TENSOR_ROWS.items()
            if row is not own and row.draws[:2] == own.draws[:2] and not row.instead
            and row.defaults.keys() == own.defaults.keys()]  # fmt: skip


def shown(value: Any) -> str:
    return str(value).replace("'", "")


def instead(step: TensorStep, name: str, value: Any, program: TensorProgram) -> list[Any]:
    """What an engine might take the parameter for."""
    if name in ("axis", "first", "second", "source", "target"):
        dims = len(shapes_of(program)[step.args[0]])
        same = (value, value + dims) if isinstance(value, int) else (value,)
        return [a for a in (*range(dims), None) if a not in same]
    if name == "axes" and is_permutation(value):
        order = tuple(range(len(value)))
        others = [inverted(value), order[::-1], order]
        return [o for o in others if list(o) != [a % len(value) for a in value]]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        defaults = TENSOR_ROWS[step.name].defaults
        return [defaults[name]] if name in defaults else []
    return [other for other in (0, 1, -value) if other != value]


def inverted(axes: Any) -> tuple[int, ...]:
    """The permutation that undoes this one."""
    return tuple(int(i) for i in np.argsort([a % len(axes) for a in axes]))


def is_permutation(value: Any) -> bool:
    flat = isinstance(value, tuple) and all(isinstance(a, int) for a in value)
    return flat and sorted(a % len(value) for a in value) == list(range(len(value)))


def in_other_places(exact: Any) -> Iterator[Explained]:
    """The right numbers in the wrong places, and how they came there."""
    for axes in permutations(range(exact.ndim)):
        if axes != tuple(range(exact.ndim)):
            yield "transposed", exact.transpose(axes)
    for axis in range(exact.ndim):
        yield f"reversed along axis {axis}", np.flip(exact, axis)
        yield f"shifted along axis {axis}", np.roll(exact, 1, axis)
        yield f"shifted along axis {axis}", np.roll(exact, -1, axis)
    yield "reversed", np.flip(exact)
    yield "in another order", np.reshape(exact, exact.shape, order="F")


