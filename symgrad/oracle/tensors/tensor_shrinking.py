"""Makes a failing tensor case small: fewer steps, smaller shapes, simpler numbers.

- `shrunk_tensors(case, fails, most)` is the smallest case found that still fails the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from ...errors import UsageError
from ..shrinking import smallest
from .tensor_case import TensorCase, alone, case_of, weights
from .tensor_program import TensorProgram, TensorStep
from .tensor_row import TENSOR_ROWS
from .tensor_truth import TensorTruth, shapes_of

EASY = tuple(float(n) for n in (1, 2, 3, -1, 4, -2, 5, -3, 7, 6, -5, 8))  # numbers that read well

DELICATE = {"zero", "zeros", "ties", "huge", "small", "bounds"}  # flags of points that matter


def shrunk_tensors(case: TensorCase, fails: Callable[[TensorCase], bool], most: int) -> TensorCase:
    """The smallest that is found."""
    return smallest(case, smaller_cases, fails, most)


def smaller_cases(case: TensorCase) -> Iterator[TensorCase]:
    """The boldest first."""
    program = case.program
    if len(program.steps) > 1:
        yield from single_steps(case)
        inner = range(program.first, len(program) - 1)
        yield from (c for c in (earlier_root(case, i) for i in inner) if c)
        yield from (c for c in (as_input(case, i) for i in inner) if c)
        yield from (c for c in [without_idle_inputs(case)] if c)
    if case.backwards > 1:
        yield anew(case, backwards=1)
    if case.read:
        yield anew(case, read=False)
    if case.layout != "C":
        yield anew(case, layout="C")
    if len(program.steps) == 1 and case.operation == program.steps[0].name:
        yield from smaller_draws(case)
    yield from easier(case)


def anew(case: TensorCase, **changes: Any) -> TensorCase:
    return replace(case, cache={}, **changes)


def made(case: TensorCase, program: TensorProgram, point: Any, **changes: Any) -> TensorCase | None:
    """The case with another program, with a cotangent that fits; None where it has no meaning."""
    try:
        shape = shapes_of(program)[program.root]
    except UsageError:
        return None
    size = int(np.prod(shape, dtype=int))
    program = replace(program, cotangent=weights(size, 1))
    return anew(case, program=program, point=tuple(point), **changes)


def values(case: TensorCase) -> list[np.ndarray]:
    """The floats of every node."""
    program = case.program
    found = []
    for root, shape in enumerate(shapes_of(program)):
        one = replace(program, root=root, cotangent=())
        found.append(TensorTruth(one).forward(case.point) if shape is not None else np.zeros(()))
    return found


def single_steps(case: TensorCase) -> Iterator[TensorCase]:
    """Each step alone, its arguments the values that they had; arguments that are one stay one."""
    program, nodes = case.program, values(case)
    n = len(program.inputs)
    for step in program.steps:
        free = [a for a in dict.fromkeys(step.args) if not n <= a < program.first]
        fixed = [a for a in dict.fromkeys(step.args) if n <= a < program.first]
        place = {a: k for k, a in enumerate([*free, *fixed])}
        inputs = tuple(("xyzuvw"[k], nodes[a].shape) for k, a in enumerate(free))
        constants = tuple(program.constants[a - n] for a in fixed)
        args = tuple(place[a] for a in step.args)
        only = TensorStep(step.name, args, step.params)
        small = TensorProgram(inputs, constants, (only,), len(place))
        point = [float(x) for a in free for x in nodes[a].ravel()]
        found = made(case, small, point, flags=(step.name, *case.flags[1:]))
        if found is not None and free:
            yield found


def earlier_root(case: TensorCase, i: int) -> TensorCase | None:
    """With another root, and without what it does not need."""
    return kept(case, replace(case.program, root=i))


def kept(case: TensorCase, program: TensorProgram) -> TensorCase | None:
    """Without the steps that the root does not use."""
    used = {program.root}
    for i in range(len(program) - 1, program.first - 1, -1):
        if i in used:
            used.update(program.steps[i - program.first].args)
    place: dict[int, int] = {}
    for i in range(len(program)):
        if i in used or i < program.first:
            place[i] = len(place)
    steps = tuple(replace(s, args=tuple(place[a] for a in s.args))
                  for i, s in enumerate(program.steps, program.first) if i in used)  # fmt: skip
    return made(case, replace(program, steps=steps, root=place[program.root]), case.point)


def without_idle_inputs(case: TensorCase) -> TensorCase | None:
    """Without the inputs that no step uses, nor the root; None where there are none."""
    program = case.program
    used = {program.root, *(a for step in program.steps for a in step.args)}
    some = [k for k in range(len(program.inputs)) if k in used]
    if not 0 < len(some) < len(program.inputs):
        return None
    idle = len(program.inputs) - len(some)

    def place(a: int) -> int:
        return some.index(a) if a in some else a - idle

    steps = tuple(replace(s, args=tuple(map(place, s.args))) for s in program.steps)
    inputs = tuple(program.inputs[k] for k in some)
    point = [float(x) for k in some for x in case.parts[k].ravel()]
    smaller = replace(program, inputs=inputs, steps=steps, root=place(program.root))
    return made(case, smaller, point)


def as_input(case: TensorCase, i: int) -> TensorCase | None:
    """Node i as an input of its own, with the value that it had."""
    program, n = case.program, len(case.program.inputs)
    shapes = shapes_of(program)
    if i == program.root:
        return None
    value = TensorTruth(replace(program, root=i, cotangent=())).forward(case.point)

    def place(a: int) -> int:
        return n if a == i else a + 1 if a >= n else a

    steps = tuple(replace(s, args=tuple(map(place, s.args))) for s in program.steps)
    name = next(c for c in "abcdefgh" if c not in dict(program.inputs))
    inputs = (*program.inputs, (name, shapes[i]))
    bigger = replace(program, inputs=inputs, steps=steps, root=place(program.root))
    found = made(case, bigger, (*case.point, *value.ravel().tolist()))
    smaller = kept(found, found.program) if found else None
    return smaller if smaller and len(smaller.program.steps) < len(program.steps) else None


def smaller_draws(case: TensorCase) -> Iterator[TensorCase]:
    """The same operation on fewer elements."""
    row = TENSOR_ROWS[case.operation]
    size, axes = len(case.point), most_axes(shape for _, shape in case.program.inputs)
    for d in sorted(row.draws, key=lambda d: sum(int(np.prod(s, dtype=int)) for s in d.shapes)):
        small = case_of(alone(row, d), 1, row.values, *case.flags)
        # one element tells nothing apart: every wrong transformation explains it
        plain = most_axes(d.shapes) <= axes and all(n for shape in d.shapes for n in shape)
        if small is not None and 1 < len(small.point) < size and plain:
            yield small


def most_axes(shapes: Iterable[Any]) -> int:
    return max(map(len, shapes), default=0)


def easier(case: TensorCase) -> Iterator[TensorCase]:
    """With small whole numbers, as inputs and in the cotangent."""
    size, root, own = len(case.point), len(case.program.cotangent), case.program.cotangent
    if 0 < root <= len(EASY) and own not in (EASY[:root], (1.0,)):
        yield anew(case, program=replace(case.program, cotangent=EASY[:root]))
    row = TENSOR_ROWS.get(case.operation)
    if row is None or row.values not in ("any", "positive", "away") or DELICATE & set(case.flags):
        return
    point = EASY[:size] if row.values == "any" else tuple(map(abs, EASY[:size]))
    if 0 < size <= len(EASY) and case.point != point:
        yield anew(case, point=point)
