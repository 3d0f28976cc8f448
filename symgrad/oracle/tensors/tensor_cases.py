"""The cases for tensor engines: every way to call every operation, and programs that share nodes.

- `tensor_cases(seed)` are all of them, the same for a seed; those of an operation come one after
  another of all operations in turns, so that a short run has seen each of them.

Measured on planted faults: random programs missed 28 % of them, and a cotangent of ones hid every
permutation. So the numbers have no pattern, the shapes are square and not, and each operation is
called alone, in a chain, on one operand twice, beside a constant, with a second consumer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise, zip_longest

import numpy as np

from .composed_cases import composed
from .irregular import irregular, weights
from .tensor_case import TensorCase, alone, asked, called, case_of
from .tensor_program import Constant, Shape, TensorBuilder, TensorProgram, TensorStep
from .tensor_row import TENSOR_ROWS, Draw, TensorRow, draw, ints
from .tensor_truth import shapes_of

MINUS_HALF = Constant((), (-0.5,))
MOST_INPUTS = 6
ROUNDS = 60  # of a long chain, of two steps each
HUGE, SMALL = 1024.0, 2.0**-20  # factors of the points that saturate, and that cancel
WIDE = 4.0  # a factor of the points that reach the last bound
LAYOUTS = ("transposed", "strided", "reversed")  # of arrays whose memory is not in order


# --- programs around one operation ----------------------------------------------------------------


def used_twice(row: TensorRow, d: Draw) -> TensorProgram:
    """y*y: both gradients meet in the call's result."""
    b, y = called(row, d)
    return b.program(b.step("multiply", y, y))


def shared(row: TensorRow, d: Draw, again: bool = False) -> TensorProgram | None:
    """u = x*x is an argument of the call, and of something else before or after it; where the
    operation takes any numbers, u = -x/2 is: what it writes over must be seen."""
    inputs = [a for a in d.args if not isinstance(a, Constant)]
    constants = [a for a in d.args if isinstance(a, Constant)]
    if not inputs:
        return None
    signed = row.values == "any" and not again
    b = TensorBuilder(inputs, [*constants, *[MINUS_HALF] * signed])
    u = b.step("multiply", 0, len(d.args) if signed else 0)
    other = b.step("multiply", u, u) if not again else -1
    places = iter([u, *range(1, len(inputs))]), iter(range(len(inputs), len(d.args)))
    args = [next(places[isinstance(a, Constant)]) for a in d.args]
    y = b.step(row.name, *args, **d.params)
    other = b.step(row.name, *args, **d.params) if again else other
    total = b.step("sum", b.step("multiply", y, y))
    return b.program(b.step("add", total, b.step("sum", other)))


def called_twice(row: TensorRow, d: Draw, e: Draw) -> TensorProgram | None:
    """Two calls on different tensors: what one keeps is not what the other keeps."""
    inputs = [a for x in (d, e) for a in x.args if not isinstance(a, Constant)]
    constants = [a for x in (d, e) for a in x.args if isinstance(a, Constant)]
    if len(inputs) == len(constants) == 0 or len(inputs) > MOST_INPUTS:
        return None
    b = TensorBuilder(inputs, constants)
    places = iter(range(len(inputs))), iter(range(len(inputs), len(inputs) + len(constants)))
    calls = [b.step(row.name, *[next(places[isinstance(a, Constant)]) for a in x.args], **x.params)
             for x in (d, e)]  # fmt: skip
    totals = [b.step("sum", b.step("multiply", y, y)) for y in calls]
    return b.program(b.step("add", *totals))


def as_loss(row: TensorRow, d: Draw) -> TensorProgram | None:
    """A scalar: sum of the call times a constant tensor."""
    program = alone(row, d)
    size = shapes_of(program)[program.root]
    count = int(np.prod(size, dtype=int))
    b, y = called(row, d, [Constant(size, weights(count, 5))])
    return b.program(b.step("sum", b.step("multiply", y, len(d.args))))


def with_dead(row: TensorRow, d: Draw) -> TensorProgram:
    """Two consumers that the root does not use."""
    b, y = called(row, d)
    b.step("multiply", 0, 0)
    b.step("multiply", y, y)
    return b.program(y)


def on_itself(row: TensorRow, d: Draw) -> TensorProgram | None:
    """One operand in every place."""
    if len(d.args) < 2 or len(set(d.args)) > 1 or isinstance(d.args[0], Constant):
        return None
    b = TensorBuilder(d.args[:1])
    return b.program(b.step(row.name, *[0] * len(d.args), **d.params))


def with_constant(row: TensorRow, d: Draw, k: int) -> TensorProgram | None:
    """The argument number k a constant."""
    if len(d.args) < 2 or any(isinstance(a, Constant) for a in d.args):
        return None
    size = int(np.prod(d.args[k], dtype=int))
    fixed = Constant(d.args[k], tuple(irregular(size, 3, row.values)))
    args = (*d.args[:k], fixed, *d.args[k + 1 :])
    return alone(row, Draw(args, d.params))


def in_chain(row: TensorRow, d: Draw) -> TensorProgram:
    """Between two others, so that what comes back is not what was sent."""
    inputs = [a for a in d.args if not isinstance(a, Constant)]
    b = TensorBuilder(inputs, [a for a in d.args if isinstance(a, Constant)])
    u = b.step("multiply", 0, 0)
    places = iter([u, *range(1, len(inputs))]), iter(range(len(inputs), len(d.args)))
    y = b.step(row.name, *[next(places[isinstance(a, Constant)]) for a in d.args], **d.params)
    return b.program(b.step("multiply", y, y))


# --- points ---------------------------------------------------------------------------------------


def special_points(row: TensorRow, case: TensorCase) -> Iterator[TensorCase]:
    """The case where its operation is known to be delicate."""
    x, n = list(case.point), len(case.point)
    if n == 0:
        return
    ways: dict[str, list[list[float]]] = {
        "zero": [[0.0, *x[1:]], [*x[:-1], 0.0]],
        "zeros": [[0.0 if k % 2 == 0 else v for k, v in enumerate(x)]],
        "ties": [[0.5] * n, [x[0] if k % 2 == 0 else v for k, v in enumerate(x)]],
        "huge": [[HUGE * v for v in x], [-HUGE * abs(v) for v in x],
                 [v if k % 2 else HUGE * v for k, v in enumerate(x)]],
        "small": [[SMALL * v for v in x]],
        "wide": [[WIDE * v for v in x]],
        "bounds": [[(-0.5, 0.75, v)[k % 3] for k, v in enumerate(x)]],
    }  # fmt: skip
    for name in row.special:
        for point in ways[name]:
            yield replace(case, point=tuple(point), flags=(*case.flags, name), cache={})


def cases_of(row: TensorRow, seed: int) -> Iterator[TensorCase | None]:
    """All that is asked about one operation."""
    draws = row.draws
    for k, d in enumerate(draws):
        case = case_of(alone(row, d), seed + k, row.values, row.name)
        yield case
        if case is not None and k < 6 and case.program.inputs:
            yield from special_points(row, case)
    for k, d in enumerate([d for d in draws if d.elements][:6]):
        if not any(not isinstance(a, Constant) for a in d.args):
            continue
        at = seed + 100 + k
        yield case_of(alone(row, d), at, row.values, row.name)
        yield case_of(used_twice(row, d), at, row.values, row.name, "used twice")
        yield case_of(in_chain(row, d), at, row.values, row.name, "chain")
        for again in (False, True):
            yield asked(shared(row, d, again), at, row, "shared")
        yield asked(on_itself(row, d), at, row, "one operand twice")
        for place in range(min(2, len(d.args))):
            yield asked(with_constant(row, d, place), at, row, "constant operand")
        if k < 3:
            yield asked(as_loss(row, d), at, row, "loss")
            yield asked(with_dead(row, d), at, row, "dead consumer")
            yield case_of(alone(row, d), at, row.values, row.name, "backward twice", backwards=2)
            yield case_of(alone(row, d), at, row.values, row.name, LAYOUTS[k], layout=LAYOUTS[k])
    for d, e in pairwise([d for d in draws if d.elements][:3]):
        yield asked(called_twice(row, d, e), seed + 300, row, "two calls")
    for d in draws[:1]:
        yield case_of(in_chain(row, d), seed + 200, row.values, row.name, "values read", read=True)


# --- what every student's engine gets wrong first -------------------------------------------------

FIRST_ASKED = (
    ("sum", draw((3, 3), axis=1, keepdims=False)),
    ("permute_dims", draw((2, 3, 4), axes=(1, 2, 0))), ("getitem", draw((3,), key=[[0, 0, 1]])),
    ("add", draw((3, 1), (3, 4))), ("add", draw((2, 3), (3,))), ("matmul", draw((2, 3), (3,))),
    ("matmul", draw((2, 2, 3), (2, 3, 2))), ("concat", draw((1, 3), (1, 3), axis=0)),
    ("max", draw((4,), axis=None, keepdims=False)), ("multiply", draw((2, 3), (2, 1))),
)  # fmt: skip


def first_cases(seed: int) -> Iterator[TensorCase | None]:
    for name, d in FIRST_ASKED:
        row = TENSOR_ROWS[name]
        yield case_of(alone(row, d), seed, row.values, name)
    matmul, product = TENSOR_ROWS["matmul"], TENSOR_ROWS["multiply"]
    squared = on_itself(matmul, draw((2, 2), (2, 2)))
    yield asked(squared, seed, matmul, "one operand twice")
    yield asked(with_dead(product, draw((3,), (3,))), seed, product, "dead consumer")
    chain = in_chain(TENSOR_ROWS["exp"], draw((2, 3)))
    yield case_of(chain, seed, "any", "exp", "values read", read=True)


@lru_cache(maxsize=4)
def tensor_cases(seed: int = 0) -> tuple[TensorCase, ...]:
    """Every case, in the order in which they are run."""
    first, *turns = zip_longest(*(cases_of(row, seed) for row in TENSOR_ROWS.values()))
    every: Iterable[TensorCase | None] = (c for turn in turns for c in turn)
    order = [*first_cases(seed), *first, *networks(seed), *states(seed), *composed(seed), *every]
    return tuple(c for c in order if c is not None)


# --- out of the graph, and in place ---------------------------------------------------------------


def apart(way: str, seed: int) -> TensorCase | None:
    """x*d + d*d, and d is x*x without its gradient."""
    b = TensorBuilder([(3,), (3,)])
    total = b.step("add", b.step("multiply", 0, 1), b.step("multiply", 1, 1))
    case = case_of(b.program(total), seed, "any", "multiply", way, apart=way)
    x = irregular(3, seed)
    return case and replace(case, point=(*x, *(v * v for v in x)))


def in_place(first: str, second: str, seed: int, shapes: Sequence[Shape]) -> TensorCase | None:
    """u = first(x*x); u += y; u*u: what backward needs of u may be gone."""
    b = TensorBuilder(shapes)
    u = b.step(first, b.step("multiply", 0, 0))
    u = b.step(second, u, 1)
    program = b.program(b.step("multiply", u, u))
    return case_of(program, seed, "any", second, "in place", in_place=True)


def states(seed: int) -> Iterator[TensorCase | None]:
    yield from (apart(way, seed + k) for k, way in enumerate(("detach", "no_grad")))
    for first in ("exp", "tanh", "square"):
        for second in ("add", "subtract", "multiply", "divide"):
            yield in_place(first, second, seed, [(3,), (3,)])
    yield in_place("exp", "add", seed, [(2, 3), (3,)])


# --- small networks -------------------------------------------------------------------------------


def networks(seed: int) -> Iterator[TensorCase | None]:
    """A layer, attention, a recurrence, a residual: where nodes are shared as in practice."""
    yield from (case_of(made(), seed + k, "any", made.__name__) for k, made in enumerate(NETWORKS))


def two_layers() -> TensorProgram:
    b = TensorBuilder([(2, 3), (3, 4), (4,), (4, 2)])
    hidden = b.step("tanh", b.step("add", b.step("matmul", 0, 1), 2))
    return b.program(b.step("matmul", hidden, 3))


def attention() -> TensorProgram:
    b = TensorBuilder([(3, 2), (3, 2), (3, 2)])
    scores = b.step("matmul", 0, b.step("matrix_transpose", 1))
    return b.program(b.step("matmul", b.step("softmax", scores, axis=-1), 2))


def recurrence() -> TensorProgram:
    b = TensorBuilder([(3,), (3, 3), (3,)])
    state = 0
    for _ in range(3):
        state = b.step("tanh", b.step("add", b.step("matmul", state, 1), 2))
    return b.program(state)


def residual() -> TensorProgram:
    b = TensorBuilder([(2, 3), (3, 3)])
    u = b.step("relu", b.step("matmul", 0, 1))
    v = b.step("add", u, 0)
    return b.program(b.step("multiply", v, b.step("add", v, u)))


def standardized() -> TensorProgram:
    b = TensorBuilder([(3, 4)])
    gap = b.step("subtract", 0, b.step("mean", 0, axis=1, keepdims=True))
    spread = b.step("mean", b.step("multiply", gap, gap), axis=1, keepdims=True)
    return b.program(b.step("divide", gap, b.step("sqrt", spread)))


def fan_out() -> TensorProgram:
    b = TensorBuilder([(2, 2), (2, 2)])
    u = b.step("multiply", 0, 1)
    v = b.step("add", b.step("add", u, u), b.step("subtract", u, b.step("multiply", u, 0)))
    return b.program(v)


def leaf_as_root() -> TensorProgram:
    return TensorBuilder([(2, 3)]).program(0)


def diamond() -> TensorProgram:
    """A node whose consumers are ready at different depths."""
    b = TensorBuilder([(3,)])
    u = b.step("exp", 0)
    v = b.step("multiply", u, 0)
    w = b.step("tanh", b.step("tanh", u))
    return b.program(b.step("multiply", b.step("add", v, w), u))


def gated() -> TensorProgram:
    """A branch by comparison: the condition has no gradient, and each element has one branch."""
    b = TensorBuilder([(2, 3), (3,)])
    branches = b.step("multiply", 0, 0), b.step("exp", 1)
    return b.program(b.step("where", b.step("greater", 0, 1), *branches))


def long_chain() -> TensorProgram:
    """u = u/2 + x again and again."""
    b = TensorBuilder([(2,)], [Constant((), (0.5,))])
    u = 0
    for _ in range(ROUNDS):
        u = b.step("add", b.step("multiply", u, 1), 0)
    return b.program(u)


NETWORKS = (
    gated, two_layers, attention, recurrence, residual, standardized, fan_out, leaf_as_root,
    diamond, long_chain,
)  # fmt: skip
__all__ = ["TensorStep", "ints", "tensor_cases"]
