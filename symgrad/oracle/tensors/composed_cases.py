"""Cases of what engines rewrite, and of what they take a shortcut for.

- `composed(seed)` are all of them: two movements one after another, a function after its inverse,
  numbers beside a tensor, one pair of tensors in both orders, one tensor with two settings; powers
  of negative numbers, integers, what is not finite in a branch that is not chosen, larger shapes.

An engine that is lazy, or finds common subexpressions, may be right step by step, wrong in a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise, product
from math import inf, nan
from typing import Any

from .irregular import irregular
from .movement_rows import cut
from .network_rows import PLAIN_CONVOLUTION
from .tensor_case import TensorCase, alone, case_of
from .tensor_program import Constant, Shape, TensorBuilder, TensorProgram
from .tensor_row import TENSOR_ROWS, Draw, draw, ints

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
        ("getitem", {"key": [cut(None), 1]}), ("broadcast_to", {"shape": (2, 3, 3)}),
    ),
    (2, 3): (
        ("permute_dims", {"axes": (1, 0)}), ("matrix_transpose", {}), ("flatten", {}),
        ("reshape", {"shape": (3, 2)}), ("reshape", {"shape": (2, 3)}),
        ("sum", {"axis": -1, "keepdims": True}), ("mean", {"axis": None, "keepdims": False}),
        ("squeeze", {"axis": -1}), ("pad", {"widths": ((0, 1), (2, 0)), "value": 0}),
    ),
}  # fmt: skip
FUNCTIONS = (  # inside, outside
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
REDUCING = ("sum", "mean", "max", "prod", "var", "logsumexp")
LARGER: tuple[tuple[str, Draw], ...] = (
    *(("matmul", draw(*s)) for s in (
        ((2, 9), (9, 2)), ((9, 2), (2, 3)), ((3, 2), (2, 9)), ((2, 17), (17, 2)), ((17, 3), (3, 5)),
        ((2, 33), (33, 2)), ((1, 65), (65,)), ((12, 12), (12, 12)))),
    *((name, draw((3, 17), axis=axis, keepdims=False)) for name in REDUCING for axis in (0, 1)),
    *((name, draw((17, 3), axis=0, keepdims=True)) for name in ("sum", "max", "min", "std")),
    *((name, draw((2, 33), axis=-1)) for name in ("softmax", "log_softmax", "cumulative_sum")),
    *((name, draw((9,), axis=0)) for name in ("cumulative_prod", "sort")),
    *((name, draw((2, 67))) for name in (
        "exp", "tanh", "relu", "sqrt", "sigmoid", "negative", "square", "abs", "log")),
    *((name, draw((5, 33), (33,))) for name in ("add", "multiply", "subtract", "divide")),
    *((name, draw((17, 1), (1, 17))) for name in ("add", "multiply")),
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
    for pair in FUNCTIONS:
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


FRACTIONS = ("inside", "probability")  # where arguments lie that are no integers
WHOLE_POINT = tuple(float(n) for n in (3, -2, 4, 1, -5, 2, 7, -1, 6, -3, 5, 8))


def with_integers(seed: int) -> Iterator[TensorCase | None]:
    """Inputs given as integers: their gradients are no integers."""
    for name, row in TENSOR_ROWS.items():
        if row.values in FRACTIONS or row.instead:
            continue
        for d in [d for d in row.draws if 2 < d.elements <= len(WHOLE_POINT)][:2]:
            case = case_of(alone(row, d), seed, row.values, name, "integers", layout="int")
            many = len(case.point) if case else 0
            if case and 0 < many <= len(WHOLE_POINT):
                sign = abs if row.values == "positive" else float
                yield at(case, tuple(map(sign, WHOLE_POINT[:many])))


def not_chosen(seed: int) -> Iterator[TensorCase | None]:
    """What is infinite, or no number, where another branch is taken."""
    where, fill = TENSOR_ROWS["where"], TENSOR_ROWS["masked_fill"]
    flags = "not finite"
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
    for k, (name, d) in enumerate(LARGER):
        row = TENSOR_ROWS[name]
        yield case_of(alone(row, d), seed + k, row.values, name, "larger")


__all__ = ["IN_A_ROW", "composed"]
