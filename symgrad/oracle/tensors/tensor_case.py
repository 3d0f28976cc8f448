"""One case: a program at a point, and how it is to be run.

- `TensorCase` is one; its truth is computed once.
- `case_of(program, seed, values, *flags)` is the program with irregular numbers, `alone(row, draw)`
  the program of one call.
- `irregular(count, seed, values)` are numbers with no pattern, short in binary: all different, so
  that no permutation goes unseen; `values` says where: any, positive, ... `weights(count, seed)`
  are those of a cotangent.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from ...errors import UsageError
from ..float_formats import Format
from .tensor_program import Constant, TensorBuilder, TensorProgram, with_cotangent
from .tensor_row import Draw, TensorRow
from .tensor_truth import TensorTruth, shapes_of

PARTS_OF_ONE = 64  # they are multiples of 1/64: exact in every format of floats
RANGES = {
    "any": (-2.0, 2.0, 0.125), "positive": (0.25, 2.5, 0.0), "inside": (-0.9, 0.9, 0.05),
    "away": (-2.5, 2.5, 0.5), "probability": (0.1, 0.9, 0.0),
}  # fmt: skip


def irregular(count: int, seed: int, values: str = "any") -> list[float]:
    """Multiples of 1/64 in the range, none twice as long as there are enough, away from 0."""
    return list(drawn(count, seed, values))


@lru_cache(maxsize=20_000)
def drawn(count: int, seed: int, values: str) -> tuple[float, ...]:
    low, high, least = RANGES[values]
    places = range(int(low * PARTS_OF_ONE), int(high * PARTS_OF_ONE) + 1)
    grid = [k / PARTS_OF_ONE for k in places if abs(k / PARTS_OF_ONE) > least]
    dice = random.Random(f"{seed} {values}")
    rounds = -(-count // len(grid)) if count else 0
    return tuple(x for _ in range(rounds) for x in dice.sample(grid, len(grid)))[:count]


def weights(count: int, seed: int) -> tuple[float, ...]:
    """A cotangent: never ones, no two the same, no zero."""
    return tuple(irregular(count, seed + 7919))


@dataclass(frozen=True, eq=False)
class TensorCase:
    """A program at a point. `layout` is how the arrays lie in memory, as is the
    cotangent ("int": the inputs are integers); `read` asks for every value
    before backward runs. `apart` ("detach", "no_grad"): for the engine the last input is the square
    of the first, out of the graph; `in_place` writes sums and products as `+=` and `*=`."""

    program: TensorProgram
    point: tuple[float, ...]
    backwards: int = 1
    layout: str = "C"
    read: bool = False
    apart: str = ""
    in_place: bool = False
    flags: tuple[str, ...] = ()
    cache: dict[str, Any] = field(default_factory=dict)

    def within(self, form: Format) -> TensorCase:
        """The case at numbers that this kind of floats has."""
        point = tuple(map(form.nearest, self.point))
        return self if point == self.point else replace(self, point=point, cache={})

    @property
    def operation(self) -> str:
        """What this case was made for."""
        return self.flags[0] if self.flags else ""

    @property
    def truth(self) -> TensorTruth:
        return truth_of(self.program)

    @cached_property
    def numbers(self) -> tuple[np.ndarray, bool]:
        """The truth's floats: root, then partials."""
        return self.truth.numbers(self.point)

    @cached_property
    def parts(self) -> list[np.ndarray]:
        """The point as one array for each input."""
        return divided(self.program, np.array(self.point))

    @property
    def arrays(self) -> list[np.ndarray]:
        return [laid_out(a, self.layout) for a in self.parts]


@lru_cache(maxsize=4096)
def truth_of(program: TensorProgram) -> TensorTruth:
    """One for all points of a program."""
    return TensorTruth(program)


def divided(program: TensorProgram, flat: np.ndarray) -> list[np.ndarray]:
    """Numbers one after another as one array for each input."""
    found, at = [], 0
    for _, shape in program.inputs:
        size = int(np.prod(shape, dtype=int))
        found.append(np.array(flat[at : at + size], dtype=float).reshape(shape))
        at += size
    return found


def laid_out(array: np.ndarray, layout: str) -> np.ndarray:
    """The same numbers, lying otherwise in memory, or as integers."""
    if layout == "int":
        return array.astype(np.int64)
    if layout == "transposed":
        return np.array(array.T, order="C").T
    if layout == "reversed" and array.ndim:
        return np.array(array[::-1], order="C")[::-1]
    if layout == "strided" and array.ndim:
        wide = np.zeros((*array.shape[:-1], 2 * array.shape[-1]))
        wide[..., ::2] = array
        return wide[..., ::2]
    return array.copy()


def case_of(
    program: TensorProgram, seed: int, values: str, *flags: str, **how: Any
) -> TensorCase | None:
    """The program with irregular numbers; None where it has no meaning."""
    try:
        shapes = shapes_of(program)
    except UsageError:
        return None
    size = int(np.prod(shapes[program.root], dtype=int))
    cotangent = (1.0,) if "loss" in flags and size == 1 else weights(size, seed)
    count = sum(int(np.prod(s, dtype=int)) for _, s in program.inputs)
    made = with_cotangent(program, cotangent)
    return TensorCase(made, tuple(irregular(count, seed, values)), flags=flags, **how)


def asked(
    program: TensorProgram | None, seed: int, row: TensorRow, *flags: str
) -> TensorCase | None:
    return None if program is None else case_of(program, seed, row.values, row.name, *flags)


# --- one call -------------------------------------------------------------------------------------


def called(row: TensorRow, d: Draw, more: Sequence[Constant] = ()) -> tuple[TensorBuilder, int]:
    """The builder after one call, and the call's node."""
    inputs = [a for a in d.args if not isinstance(a, Constant)]
    constants = [a for a in d.args if isinstance(a, Constant)]
    b = TensorBuilder(inputs, [*constants, *more])
    places = iter(range(len(inputs))), iter(range(len(inputs), len(d.args)))
    return b, b.step(row.name, *[next(places[isinstance(a, Constant)]) for a in d.args], **d.params)


def alone(row: TensorRow, d: Draw) -> TensorProgram:
    b, y = called(row, d)
    return b.program(y)
