"""Why a case is there: what is special about a program at a point.

- `FLAGS` names every flag, with the kind of bug it finds and what makes it hold.
- `flags(program, point, backwards)` are those that hold there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ..arithmetic.floats import FLOATS
from ..engine import kinks
from ..ops import OPS, Op
from .programs import Program, depth, fan_out, tape

FLAGS = {
    "KinkTie": ("wrong slope at a kink",
                "an argument lies exactly on a kink: which slope is chosen, and is it acceptable"),
    "SelfTie": ("shares of a tie", "max(x, x) and the like: the shares of a tie must add up to 1"),
    "ZeroBase": ("nan in the gradient",
                 "a power of 0: 0*inf and ln(0) must not reach the gradient"),
    "ZeroExponent": ("nan in the gradient", "x^0: its slope is 0, also at 0"),
    "NegativeBase": ("nan in the gradient",
                     "a negative base with a whole exponent must not meet a logarithm"),
    "WhereMasked": ("nan in the gradient",
                    "the branch not taken has no value or no slope, which must not come through"),
    "ExpOverflow": ("overflow on the way",
                    "an exponential that overflows on the way to an ordinary result"),
    "Saturation": ("slope lost to rounding",
                   "a function in its flat tail: slopes are tiny, but not 0"),
    "Cancellation": ("lost digits", "a difference of nearly equal numbers"),
    "RemovableSingularity": ("nan for an ordinary number",
                             "0/0 in the textbook form, an ordinary number in truth"),
    "HugeArgument": ("overflow on the way",
                     "an argument above 1e8 in size: squares overflow, sums absorb"),
    "TinyArgument": ("lost digits", "an argument below 1e-8 in size: 1 + x absorbs it"),
    "Subnormal": ("flush to zero",
                  "a number below the smallest normal float, which some flush to 0"),
    "Infinity": ("nan for a limit", "an argument is infinite"),
    "LargeAngle": ("lost digits", "an angle that must be reduced by more than a few turns"),
    "SharedNode": ("accumulation", "a node with several consumers: its adjoint is a sum"),
    "FanOut": ("accumulation", "more than three consumers"),
    "Depth": ("recursion", "a chain of hundreds or more: recursion ends, adjoints are lost"),
    "RepeatBackward": ("stale state",
                       "backward runs several times: nothing stale may be left in the graph"),
    "IntegerInput": ("integer arithmetic", "whole numbers handed over as integers"),
    "SecondOrder": ("a rule that is not differentiable", "the derivative of the derivative"),
    "ThresholdBranch": ("a change of formula",
                        "an argument beyond a bound where implementations change their formula"),
}

ADD, SUB, IF = OPS["add"], OPS["sub"], OPS["if"]


def flags(
    program: Program, point: Sequence[Any], backwards: int = 1, order: int = 1
) -> tuple[str, ...]:
    """The flags that hold, in the order of `FLAGS`."""
    found = set(_of_shape(program, point, backwards, order))
    values: list[float] = [*map(float, point), *map(float, program.constants)]
    for name, *args in program.steps:
        x = [values[j] for j in args]
        op = OPS[name]
        y = FLOATS.forward(op, x)
        values.append(y)
        found.update(flag for flag, holds in AT_STEP if holds(op, args, x, y))
    found.update(_of_kinks(program, values))
    return tuple(f for f in FLAGS if f in found)



def _of_shape(program: Program, point: Sequence[Any], backwards: int, order: int) -> Iterator[str]:
    uses = fan_out(program)
    if max(uses, default=0) > 1:
        yield "SharedNode"
    if max(uses, default=0) > 3:
        yield "FanOut"
    if len(program.steps) >= 100 and depth(program) >= 100:
        yield "Depth"
    if backwards > 1:
        yield "RepeatBackward"
    if order > 1:
        yield "SecondOrder"
    if any(isinstance(x, int) for x in point):
        yield "IntegerInput"
    sizes = [abs(float(x)) for x in point]
    yield from (flag for flag, holds in AT_SIZE if any(map(holds, sizes)))


def _of_kinks(program: Program, values: Sequence[float]) -> Iterator[str]:
    for kink in kinks(tape(program), FLOATS, values):
        if kink.sure:
            yield "KinkTie"
            _, *args = program.steps[kink.node - len(program.variables) - len(program.constants)]
            if len(set(args)) < len(args):
                yield "SelfTie"


AT_SIZE: list[tuple[str, Callable[[float], bool]]] = [
    ("Infinity", math.isinf),
    ("HugeArgument", lambda x: 1e8 < x < math.inf),
    ("TinyArgument", lambda x: 0 < x < 1e-8),
    ("Subnormal", lambda x: 0 < x < 2.0**-1022),
]
AT_STEP: list[tuple[str, Callable[[Op, Sequence[int], Sequence[float], float], bool]]] = [
    ("SelfTie", lambda op, a, x, y: "tie" in op.hazards and len(set(a)) < len(a)),
    ("ZeroBase", lambda op, a, x, y: op.family == "power" and x[0] == 0),
    ("ZeroExponent", lambda op, a, x, y: op.family == "power" and x[1] == 0),
    ("NegativeBase", lambda op, a, x, y: op.family == "power" and x[0] < 0),
    ("WhereMasked", lambda op, a, x, y: op is IF and not math.isfinite(x[1] + x[2]) and y == y),
    ("ExpOverflow", lambda op, a, x, y: "overflow" in op.hazards and max(map(abs, x)) > 300),
    ("Saturation", lambda op, a, x, y: "saturation" in op.hazards and 5 < abs(x[0]) < math.inf),
    ("Cancellation", lambda op, a, x, y: op in (ADD, SUB) and 0 < abs(y) < 1e-4 * abs(x[0])),
    ("RemovableSingularity", lambda op, a, x, y: "removable" in op.hazards and abs(x[0]) < 1e-7),
    ("LargeAngle", lambda op, a, x, y: "angle" in op.hazards and 30 < abs(x[0]) < math.inf),
    ("ThresholdBranch", lambda op, a, x, y: "threshold" in op.hazards and 5 < abs(x[0]) < math.inf),
]  # fmt: skip
