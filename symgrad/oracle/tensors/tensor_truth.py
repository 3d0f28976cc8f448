"""The truth about a tensor program: it is laid out in scalars, and these have theirs.

- `lowered(program)` is the scalar program of sum(cotangent * root), and where the root's elements
  stand in it.
- `TensorTruth(program)` runs it: `.numbers(point)` are the floats nearest to the root's elements
  and to the partials, `.remarks(point, got, form)` what is to be said about an engine's.

A number passes at once if it is within a few ulps of the truth, or of the sum of the sizes of all
path terms that add up to it: an engine may sum them in any order, merged or path by path. What is
left is looked at in rounding balls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from flint import arb

from ...arithmetic.balls import STRICT, precision
from ...arithmetic.rounding import Rounded
from ...engine import backward, forward
from ...errors import UsageError
from ..float_formats import Format
from ..programs import Program
from ..remarks import Remark, number
from ..truth import BITS, ZERO, AnyOrder, Exact, Truth, choices, joined, piled
from .elements import Element, Recorder, boxed
from .tensor_program import TensorProgram
from .tensor_row import TENSOR_ROWS

SPREAD = 2.0**-10  # how far the slopes at a tie may be from a mix of one-sided ones
DIRECTIONS = 6


@dataclass(frozen=True)
class InScalars:
    """A tensor program in scalars; `elements` are the numbers of the root's elements."""

    program: Program
    elements: tuple[int, ...]
    shapes: tuple[tuple[int, ...], ...]  # of every node


def element_names(program: TensorProgram) -> list[str]:
    """x[0, 1] and so on, input by input; a tensor without axes goes by its own name."""
    return [f"{name}[{', '.join(map(str, i))}]" if shape else name
            for name, shape in program.inputs for i in np.ndindex(*shape)]  # fmt: skip


def lowered(program: TensorProgram) -> InScalars:
    """Raises UsageError where a step has no meaning with these shapes."""
    m = Recorder(element_names(program))
    nodes = tensors(program, m)
    root = boxed(nodes[program.root])
    try:
        elements = [m.lifted(e) for e in root.ravel()]
    except TypeError as error:
        raise UsageError(f"the root has no meaning: {error}") from None
    weights = program.cotangent or (1.0,) * len(elements)
    if len(weights) != len(elements):
        raise UsageError(f"the cotangent has {len(weights)} numbers, the root {len(elements)}")
    total = m.lifted(m.dot([m.literal(c) for c in weights], elements))
    made, place = m.program(total)
    return InScalars(made, tuple(map(place, elements)), tuple(np.shape(a) for a in nodes))


def shapes_of(program: TensorProgram) -> tuple[tuple[int, ...], ...]:
    """The shape of every node."""
    return shapes_within(replace(program, root=0, cotangent=()))


@lru_cache(maxsize=20_000)
def shapes_within(program: TensorProgram) -> tuple[tuple[int, ...], ...]:
    m = Recorder(element_names(program))
    return tuple(np.shape(a) for a in tensors(program, m))


def tensors(program: TensorProgram, m: Recorder) -> list[Any]:
    """Every node as an array of elements; constants of integers stay integers."""
    nodes: list[Any] = []
    count = 0
    for _, shape in program.inputs:
        many = int(np.prod(shape, dtype=int))
        array = np.empty(many, dtype=object)
        array[:] = [Element(m, k) for k in range(count, count + many)]
        nodes.append(array.reshape(shape))
        count += many
    for constant in program.constants:
        if constant.whole:
            nodes.append(np.asarray(constant.data, dtype=int).reshape(constant.shape))
        else:
            array = np.empty(len(constant.data), dtype=object)
            array[:] = [m.literal(x) for x in constant.data]
            nodes.append(array.reshape(constant.shape))
    for step in program.steps:
        row = TENSOR_ROWS.get(step.name)
        if row is None:
            raise UsageError(f"a step names {step.name!r}, which is no tensor operation")
        try:
            nodes.append(boxed(row.elements(m, *[nodes[j] for j in step.args], **step.params)))
        except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError) as error:
            raise UsageError(f"{step.name} has no meaning here: {error}") from None
    return nodes


class TensorTruth:
    """A tensor program ready to be run in balls."""

    def __init__(self, program: TensorProgram) -> None:
        self.program = program
        self.lowered = lowered(program)
        with precision(BITS):  # constants such as 1/3 are balls, too
            self.scalars = Truth(self.lowered.program)
        self.names = self.lowered.program.variables
        self.shape = self.lowered.shapes[program.root]

    def numbers(self, point: Sequence[float]) -> tuple[np.ndarray, bool]:
        """The floats nearest to elements and partials, and whether every one of them is certain."""
        with precision(BITS):
            balls = self.balls(point)
            certain = all(b.is_exact() or b.rel_accuracy_bits() > 70 for b in balls)
            return np.array([float(b) for b in balls]), certain

    def forward(self, point: Sequence[float]) -> np.ndarray:
        """The floats nearest to the root's elements."""
        with precision(BITS):
            values = self.scalars.values(point)
            found = [float(values[j]) for j in self.lowered.elements]
        return np.array(found).reshape(self.shape)

    def balls(self, point: Sequence[float]) -> list[arb]:
        values = self.scalars.values(point)
        return [*(values[j] for j in self.lowered.elements), *self.scalars.partials(values)]

    def remarks(self, point: Sequence[float], got: np.ndarray, form: Format) -> list[Remark]:
        """All that is to be said about numbers that did not pass at once."""
        with precision(BITS):
            if self.loosely(point, got, form):
                return []
            truth = self.scalars.exact(point)
            if truth.undefined:
                return []
            allowed, bent, runs = self.acceptable(point, truth, form)
            sizes = self.scales(self.sizes(truth.values))
            exact = [*(truth.values[j] for j in self.lowered.elements), *truth.balls[1:]]
            found = [
                number(k, float(x), t, a, s, 0.0, flag, form)
                for k, (x, t, a, s, flag) in enumerate(zip(got, exact, allowed, sizes, bent))
            ]
            remarks = [r for r in found if r]
            if truth.kinks and not any(r.fails for r in remarks):
                remarks += self.unmixed(got, runs)
            return remarks

    def loosely(self, point: Sequence[float], got: np.ndarray, form: Format) -> bool:
        """Whether all lies in the balls of a run with a few bits less than the engine's floats."""
        if not np.isfinite(got).all():
            return False
        with precision(BITS):
            near = self.balls(point)
        with precision(form.bits - form.spare):
            loose = self.balls(point)
        return all(float(t) == x or (b.is_finite() and b.contains(arb(float(x))) and t.is_finite())
                   for x, b, t in zip(got, loose, near))  # fmt: skip

    def acceptable(
        self, point: Sequence[float], truth: Exact, form: Format
    ) -> tuple[list[arb], list[bool], list[list[arb]]]:
        """The ball of every number, whether a kink made it a set, and the partials side by side."""
        m, tape = form.allowed, self.scalars.tape
        start = {n: Rounded(m, arb(x)) for n, x in zip(self.names, point)}
        values = forward(tape, m, start)
        runs = [self.rounded_partials(values, m, chosen) for chosen in choices(self.scalars, truth)]
        hulls = list(runs[0])
        for other in runs[1:]:
            hulls = [joined(a, b) for a, b in zip(hulls, other)]
        narrow = [min((r[k].rad() for r in runs), key=float) for k in range(len(hulls))]
        bent = [bool(h.rad() > 1.5 * n) for h, n in zip(hulls, narrow)]
        elements = [values[j].ball for j in self.lowered.elements]
        return [*elements, *hulls], [False] * len(elements) + bent, runs

    def whole_shares(self, point: Sequence[float], form: Format) -> list[float]:
        """The partials if at every tie each argument had the slope that only one may have."""
        with precision(BITS):
            m, every = form.allowed, choices(self.scalars, self.scalars.exact(point))
            start = {n: Rounded(m, arb(x)) for n, x in zip(self.names, point)}
            values = forward(self.scalars.tape, m, start)
            ways = {i: zip(*(chosen[i] for chosen in every)) for i in every[0]}
            whole = {i: [arb(max(float(s.upper()) for s in way)) for way in slopes]
                     for i, slopes in ways.items()}  # fmt: skip
            return [float(b) for b in self.rounded_partials(values, m, whole)]

    def rounded_partials(self, values: Sequence[Rounded], m: Any, chosen: Any) -> list[arb]:
        flat = {i: [Rounded(m, ZERO)] for i in self.scalars.flat}
        given = (flat | chosen).get
        adjoints = backward(self.scalars.tape, AnyOrder(m), values, partials=given, join=piled)
        return [ZERO if a is None else a.total(m).ball for a in adjoints[: len(self.names)]]

    def sizes(self, values: Sequence[arb]) -> list[float]:
        """The sum of the sizes of all terms, along every path, of each number."""
        tape = self.scalars.tape

        def join(_: int, adjoint: Any, term: arb) -> arb:
            return abs(term) if adjoint is None else adjoint + abs(term)

        # what saturates has a slope of two terms near 1: 1 - y*y of tanh
        whole = {i: [arb(1)] for i, op in enumerate(tape.ops)
                 if op and op.arity == 1 and op.growth == "bounded"}
        paths = backward(tape, STRICT, values, partials=whole.get, join=join)[: len(self.names)]
        own = []
        for j in self.lowered.elements:
            op = tape.ops[j]
            near = tape.args[j] if op and op.adds else ()
            own.append(sum(abs(float(values[k])) for k in (j, *near)))
        return [*own, *(0.0 if a is None else abs(float(a)) for a in paths)]

    def scales(self, sizes: Sequence[float]) -> list[float]:
        """What an error is small beside: the largest number of the same tensor, or cotangent.

        Where tanh is flat, 1 - y*y has lost its digits: that is for the oracle of scalars to tell.
        """
        count = len(self.lowered.elements)
        found = [max(sizes[:count], default=0.0)] * count
        least = max((abs(c) for c in self.program.cotangent), default=1.0)
        at = count
        for _, shape in self.program.inputs:
            many = int(np.prod(shape, dtype=int))
            found += [max([least, *sizes[at : at + many]])] * many
            at += many
        return found

    def unmixed(self, got: np.ndarray, runs: list[list[arb]]) -> list[Remark]:
        """At a tie the slopes belong together: 1 for each of two equal maxima is no mix of 1 and 0.

        A mix lies between the extremes in every direction; some are tried.
        """
        first = len(self.lowered.elements)
        slopes = [float(x) for x in got[first:]]
        for turn in range(DIRECTIONS):
            weights = [1 + turn * (1 + 7 * k) % 11 for k in range(len(slopes))]
            mine = sum(w * s for w, s in zip(weights, slopes))
            sides = [sum((arb(w) * b for w, b in zip(weights, run)), arb(0)) for run in runs]
            low = min(float(s.lower()) for s in sides)
            high = max(float(s.upper()) for s in sides)
            slack = SPREAD * (abs(low) + abs(high))
            if not low - slack <= mine <= high + slack:
                note = f"ties: together the slopes are {mine:.6g}, not {low:.6g} to {high:.6g}"
                return [Remark("RULE", first, mine, high, note=note)]
        return []


def plainly(got: np.ndarray, near: np.ndarray, form: Format) -> bool:
    """Whether every number is within a few ulps of the truth."""
    if got.shape != near.shape:
        return False
    with np.errstate(all="ignore"):
        exponents = np.where(near == 0, form.smallest, np.frexp(near)[1] - form.bits)
        ulps = np.ldexp(1.0, np.maximum(exponents, form.smallest))
        return bool(((got == near) | (np.abs(got - near) <= form.close * ulps)).all())


__all__ = ["InScalars", "TensorTruth", "element_names", "lowered", "plainly"]
