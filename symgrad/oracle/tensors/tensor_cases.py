"""The cases for tensor engines: every way to call every operation, and programs that share nodes.

- `tensor_cases(seed)` are all of them, the same for a seed; those of an operation come one after
  another of all operations in turns, so that a short run has seen each of them.

Measured on planted faults: random programs missed 28 % of them, and a cotangent of ones hid every
permutation. So the numbers have no pattern, the shapes are square and not, and each operation is
called alone, in a chain, on one operand twice, beside a constant, with a second consumer. What is
lazy or finds common subexpressions may be right step by step and wrong in a row: `composed` are two
movements one after another, a function after its inverse, numbers beside a tensor, a pair in both
orders, one tensor with two settings; and powers of negative numbers, integers, what is not finite
in a branch that is not chosen, larger shapes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import chain, pairwise, product, zip_longest
from math import inf, nan
from typing import Any

import numpy as np

from .movement_rows import cut
from .network_rows import PLAIN_CONVOLUTION
from .tensor_case import TensorCase, alone, asked, called, case_of, irregular, weights
from .tensor_program import Constant, Shape, TensorBuilder, TensorProgram
from .tensor_row import (
    LINE_DRAWS,
    OVER_AXES,
    PAIR_DRAWS,
    SHAPE_DRAWS,
    TENSOR_ROWS,
    Draw,
    TensorRow,
    draw,
    ints,
)
from .tensor_truth import shapes_of

MINUS_HALF = Constant((), (-0.5,))
MOST_INPUTS = 6
ROUNDS = 60  # of a long chain, of two steps each
HUGE, SMALL = 1024.0, 2.0**-20  # factors of the points that saturate, and that cancel
WIDER = 4.0  # a factor of the points that reach the last bound
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
        "wide": [[WIDER * v for v in x]],
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


EARLY = 20  # cases of each operation, before steps in a row


@lru_cache(maxsize=4)
def tensor_cases(seed: int = 0) -> tuple[TensorCase, ...]:
    """Every case, in the order in which they are run."""
    first, *turns = zip_longest(*(cases_of(row, seed) for row in TENSOR_ROWS.values()))
    early, late = chain.from_iterable(turns[:EARLY]), chain.from_iterable(turns[EARLY:])
    order = (first_cases(seed), first, networks(seed), states(seed), early, composed(seed), late)
    return tuple(c for c in chain.from_iterable(order) if c is not None)


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

# --- steps in a row, and where shortcuts end ------------------------------------------------------

IN_A_ROW = "in a row"  # the flag of steps that may be merged
Step = tuple[str, Mapping[str, Any]]
PLAIN_STACK: Shape = (2, 3, 4)
MOVES: dict[Shape, tuple[Step, ...]] = {
    PLAIN_STACK: (
        ("permute_dims", {"axes": (1, 2, 0)}), ("permute_dims", {"axes": (0, 2, 1)}),
        ("swapaxes", {"first": 0, "second": 1}), ("swapaxes", {"first": 1, "second": 2}),
        ("reshape", {"shape": (4, 3, 2)}), ("reshape", {"shape": (4, 6)}), ("flatten", {}),
        ("flip", {"axis": 0}), ("flip", {"axis": 1}), ("expand_dims", {"axis": 0}),
        ("sum", {"axis": 0, "keepdims": False}), ("sum", {"axis": 1, "keepdims": False}),
        ("getitem", {"key": [cut(1, None)]}),
    ),
    (3, 3): (
        ("permute_dims", {"axes": (1, 0)}), ("matrix_transpose", {}),
        ("swapaxes", {"first": 0, "second": 1}), ("reshape", {"shape": (9,)}),
        ("flip", {"axis": 0}), ("flip", {"axis": 1}), ("cumulative_sum", {"axis": 0}),
        ("sum", {"axis": 0, "keepdims": False}), ("sum", {"axis": 1, "keepdims": True}),
        ("max", {"axis": 0, "keepdims": False}), ("softmax", {"axis": -1}), ("tril", {"k": 0}),
        ("getitem", {"key": [cut(None, None, -1)]}), ("getitem", {"key": [cut(1, None)]}),
        ("getitem", {"key": [cut(None), cut(None, None, -1)]}),
        ("getitem", {"key": [cut(None), 1]}), ("broadcast_to", {"shape": (2, 3, 3)}),
    ),
    (2, 3): (
        ("permute_dims", {"axes": (1, 0)}), ("matrix_transpose", {}), ("flatten", {}),
        ("reshape", {"shape": (3, 2)}), ("reshape", {"shape": (2, 3)}),
        ("sum", {"axis": -1, "keepdims": True}), ("mean", {"axis": None, "keepdims": False}),
        ("squeeze", {"axis": -1}), ("pad", {"widths": ((0, 1), (2, 0)), "value": 0}),
    ),
}  # fmt: skip
FUNCTION_PAIRS = (  # inside, outside
    "square sqrt", "sqrt square", "exp log", "log exp", "negative negative", "abs abs",
    "reciprocal reciprocal", "relu relu", "sigmoid log", "log_softmax exp", "softmax log",
    "relu negative", "negative relu", "negative exp", "negative abs", "abs negative", "square abs",
    "abs square", "square square", "sqrt reciprocal", "tanh tanh", "sin cos", "cos sin",
    "exp reciprocal", "exp sqrt", "expm1 log1p", "log1p expm1", "negative sigmoid", "sigmoid relu",
    "exp log1p", "negative tanh", "tanh relu", "abs sqrt", "square log", "exp square", "sin sin",
)  # fmt: skip
NUMBERS_BESIDE = (
    ("multiply", 2.0), ("add", 1.0), ("subtract", 3.0), ("divide", 4.0), ("multiply", -1.5),
)  # fmt: skip
BOTH_ORDERS = (
    "subtract", "divide", "matmul", "atan2", "maximum", "add", "multiply", "pow", "vecdot",
)  # fmt: skip
TRANSPOSES: tuple[Step, ...] = (
    ("matrix_transpose", {}), ("permute_dims", {"axes": (1, 0)}),
    ("swapaxes", {"first": 0, "second": 1}),
)  # fmt: skip
FAN = (1.5, -2.0, 0.25, 3.0, -0.75, 1.25)  # factors of the uses of one node
LARGER: tuple[tuple[str, Draw], ...] = (
    *(("matmul", draw(*s)) for s in (
        ((2, 9), (9, 2)), ((9, 2), (2, 3)), ((3, 2), (2, 9)), ((2, 17), (17, 2)), ((17, 3), (3, 5)),
        ((2, 33), (33, 2)), ((1, 65), (65,)), ((12, 12), (12, 12)))),
    ("sum", draw((300,), axis=None, keepdims=False)),
    ("mean", draw((300,), axis=None, keepdims=False)), ("vecdot", draw((65,), (65,))),
    ("outer", draw((17,), (9,))), ("einsum", draw((3, 9), (9, 4), subscripts="ij,jk->ik")),
    ("permute_dims", draw((9, 17), axes=(1, 0))), ("reshape", draw((12, 10), shape=(8, 15))),
    ("concat", draw((9, 3), (17, 3), axis=0)), ("getitem", draw((33,), key=[cut(1, 30, 3)])),
    ("take", draw((33, 2), ints([32, 0, 9, 9, 17]), axis=0)),
    ("embedding", draw((20, 2), ints([19, 3, 3, 0, 3, 3, 12, 3]))),
    ("layer_norm", draw((2, 17), (17,), (17,))), ("linear", draw((9, 10), (11, 10), (11,))),
    ("cross_entropy", draw((9, 12), ints([11, 0, 3, 3, 7, 8, 1, 2, 11]))),
    ("conv1d", draw((2, 3, 12), (4, 3, 3), (4,), **PLAIN_CONVOLUTION)),
    ("conv2d", draw((2, 3, 6, 7), (4, 3, 3, 2), (4,), **{**PLAIN_CONVOLUTION, "padding": 1})),
    ("max_pool2d", draw((1, 2, 7, 9), size=3)), ("avg_pool2d", draw((1, 2, 7, 9), size=3)),
)  # fmt: skip


LIKEWISE: tuple[tuple[tuple[Draw, ...], tuple[Draw, ...]], ...] = (  # by the draws of rows
    (SHAPE_DRAWS, (draw((67,)),)),
    (PAIR_DRAWS, (draw((2, 33), (33,)), draw((9, 1), (1, 9)))),
    (OVER_AXES, (draw((3, 17), axis=1, keepdims=False), draw((17, 3), axis=0, keepdims=True))),
    (LINE_DRAWS, (draw((2, 33), axis=-1),)),
)


def composed(seed: int) -> Iterator[TensorCase | None]:
    """All of these cases."""
    for made in (in_a_row, powers, with_integers, not_chosen, larger):
        yield from made(seed)


def in_a_row(seed: int) -> Iterator[TensorCase | None]:
    """Steps that an engine may merge, or find twice."""
    programs = (moved_twice, functions, beside_numbers, transposed_products, in_both_orders,
                with_two_settings, used_often)  # fmt: skip
    for make in programs:
        for k, (values, program) in enumerate(make()):
            name = program.steps[-1].name
            yield case_of(program, seed + 400 + k % 50, values, name, IN_A_ROW)


Made = Iterator[tuple[str, TensorProgram]]


def moved_twice() -> Made:
    """Any two movements: their order matters."""
    for shape, moves in MOVES.items():
        for first, second in product(moves, moves):
            b = TensorBuilder([shape])
            node = 0
            for name, params in (first, second):
                node = b.step(name, node, **params)
            yield "any", b.program(node)


def functions() -> Made:
    """A function of a function: one may undo the other, but for some numbers."""
    for pair in FUNCTION_PAIRS:
        first, second = pair.split()
        inner, outer = TENSOR_ROWS[first], TENSOR_ROWS[second]
        values = outer.values if inner.values == "any" and first == "negative" else inner.values
        b = TensorBuilder([(2, 3)])
        yield values, b.program(b.step(second, b.step(first, 0)))
    for root in ("sqrt", "abs"):
        b = TensorBuilder([(3,)])
        yield "any", b.program(b.step(root, b.step("multiply", 0, 0)))


def beside_numbers() -> Made:
    """(2x + 1) and the like, numbers on either side."""
    for (first, c), (second, d) in product(NUMBERS_BESIDE, NUMBERS_BESIDE):
        for left in (False, True):
            b = TensorBuilder([(2, 3)], [Constant((), (c,)), Constant((), (d,))])
            u = b.step(first, *((1, 0) if left else (0, 1)))
            yield "away", b.program(b.step(second, *((2, u) if left else (u, 2))))
    for n, k in product((2, 3, -1), (2, 0.5)):
        b = TensorBuilder([(3,)], [Constant((), (n,)), Constant((), (k,))])
        yield "any" if n == 2 else "positive", b.program(b.step("pow", b.step("pow", 0, 1), 2))


def transposed_products() -> Made:
    """Products of transposed matrices, and of three."""
    for name, params in TRANSPOSES:
        def turned(b: TensorBuilder, node: int, name: str = name, params: Any = params) -> int:
            return b.step(name, node, **params)

        for shapes in (((2, 3), (4, 2)), ((2, 2), (2, 2))):
            b = TensorBuilder(shapes)
            yield "any", b.program(b.step("matmul", turned(b, 0), turned(b, 1)))
        b = TensorBuilder([(2, 3), (2, 4)])
        yield "any", b.program(b.step("matmul", turned(b, 0), 1))
        b = TensorBuilder([(2, 3), (4, 3)])
        yield "any", b.program(b.step("matmul", 0, turned(b, 1)))
        b = TensorBuilder([(2, 3), (3, 4)])
        yield "any", b.program(turned(b, b.step("matmul", 0, 1)))
    for first in (True, False):
        b = TensorBuilder([(2, 3), (3, 2), (2, 4)])
        inner = b.step("matmul", *((0, 1) if first else (1, 2)))
        yield "any", b.program(b.step("matmul", *((inner, 2) if first else (0, inner))))


def in_both_orders() -> Made:
    """f(x, y) and f(y, x) are not one subexpression."""
    for name in BOTH_ORDERS:
        b = TensorBuilder([(2, 2), (2, 2)])
        both = b.step(name, 0, 1), b.step(name, 1, 0)
        yield "positive", b.program(b.step("multiply", *both))
    b = TensorBuilder([(2, 2), (2, 2)])
    both = b.step("concat", 0, 1, axis=0), b.step("concat", 1, 0, axis=0)
    yield "any", b.program(b.step("multiply", *both))


def with_two_settings() -> Made:
    """One tensor, one operation, two settings of it."""
    for row in TENSOR_ROWS.values():
        settled = [d for d in row.draws if d.params and d.elements and not row.instead]
        pairs = [(d, e) for d, e in pairwise(sorted(settled, key=lambda d: str(d.args)))
                 if d.args == e.args and d.params != e.params]  # fmt: skip
        for d, e in pairs[:2]:
            inputs = [a for a in d.args if not isinstance(a, Constant)]
            b = TensorBuilder(inputs, [a for a in d.args if isinstance(a, Constant)])
            places = iter(range(len(inputs))), iter(range(len(inputs), len(d.args)))
            args = [next(places[isinstance(a, Constant)]) for a in d.args]
            calls = [b.step(row.name, *args, **x.params) for x in (d, e)]
            totals = [b.step("sum", b.step("multiply", y, y)) for y in calls]
            yield row.values, b.program(b.step("subtract", *totals))


def used_often() -> Made:
    """One node with two uses, three, four and more, each with a factor of its own."""
    for many in range(2, len(FAN) + 1):
        for leaf in (True, False):
            b = TensorBuilder([(3,), (3,)], [Constant((), (c,)) for c in FAN[:many]])
            u = 0 if leaf else b.step("multiply", 0, 1)
            total = b.step("multiply", u, 2)
            for k in range(1, many):
                total = b.step("add", total, b.step("multiply", u, 2 + k))
            yield "any", b.program(total)


# --- numbers that matter --------------------------------------------------------------------------


def powers(seed: int) -> Iterator[TensorCase | None]:
    """Whole powers of negative numbers and of 0."""
    row = TENSOR_ROWS["pow"]
    for n in (2, 3, 4, 1, -1, -2):
        program = alone(row, Draw(((4,), Constant((), (n,))), {}))
        yield at(case_of(program, seed, "any", row.name, "negative"), (-1.5, 0.75, -2.0, 2.25))
        if n > 0:
            yield at(case_of(program, seed, "any", row.name, "zero"), (0.0, 1.25, 2.0, 0.5))


def at(case: TensorCase | None, point: tuple[float, ...]) -> TensorCase | None:
    return case and replace(case, point=point, cache={})


NEVER_WHOLE = ("inside", "probability")  # where arguments lie that are no integers
WHOLE_POINT = tuple(float(n) for n in (3, -2, 4, 1, -5, 2, 7, -1, 6, -3, 5, 8))


def with_integers(seed: int) -> Iterator[TensorCase | None]:
    """Inputs given as integers: their gradients are no integers."""
    for name, row in TENSOR_ROWS.items():
        if row.values in NEVER_WHOLE or row.instead:
            continue
        for d in [d for d in row.draws if 2 < d.elements <= len(WHOLE_POINT)][:2]:
            case = case_of(alone(row, d), seed, row.values, name, "integers", layout="int")
            many = len(case.point) if case else 0
            if case and 0 < many <= len(WHOLE_POINT):
                sign = abs if row.values == "positive" else float
                yield at(case, tuple(map(sign, WHOLE_POINT[:many])))


NOT_FINITE = "not finite"


def not_chosen(seed: int) -> Iterator[TensorCase | None]:
    """What is infinite, or no number, where another branch is taken."""
    where, fill = TENSOR_ROWS["where"], TENSOR_ROWS["masked_fill"]
    flags = NOT_FINITE
    for bad in (inf, nan):
        for on in (0, 1):
            program = alone(where, draw(ints([on, on, 1 - on]), (3,), (3,)))
            case = case_of(program, seed, "any", where.name, flags)
            x = irregular(6, seed)
            hidden = (bad, bad, *x[2:]) if on == 0 else (*x[:3], bad, bad, x[5])
            yield at(case, hidden)
        case = case_of(alone(fill, fill.draws[1]), seed, "any", fill.name, flags)
        hidden = tuple(bad if k in (1, 4) else x for k, x in enumerate(irregular(6, seed)))
        yield at(case, hidden)
    for shape, mask in (((3,), [0, 1, 0]), ((2, 3), [[0, 1, 0], [1, 0, 0]])):
        program = alone(fill, draw(shape, ints(mask), value=-inf))
        yield case_of(program, seed, "any", fill.name, flags)


def larger(seed: int) -> Iterator[TensorCase | None]:
    """Shapes beyond 8, 16, 32 and 64, where engines leave a loop's last elements to another."""
    likewise = ((name, d) for name, row in TENSOR_ROWS.items() for kind, wider in LIKEWISE
                if row.draws[:2] == kind[:2] and not row.instead for d in wider)  # fmt: skip
    for k, (name, d) in enumerate((*LARGER, *likewise)):
        row = TENSOR_ROWS[name]
        yield case_of(alone(row, d), seed + k, row.values, name, "larger")


__all__ = ["tensor_cases"]
