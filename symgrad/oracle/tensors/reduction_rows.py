"""Tensor rows that add up, multiply or choose over axes, and products of matrices."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np

from .elements import along, axes_of, boxed, each, filled, lines
from .tensor_row import (
    BINARY_FORMS,
    LINE_DRAWS,
    OF_AXES,
    OF_LINE,
    OVER_AXES,
    UNARY_FORMS,
    Draw,
    draw,
    tensor_row,
    with_first,
)


def mean(m: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    total = along(m.sum, x, axis, keepdims)
    return boxed(total / size(x, axis))


def size(x: Any, axis: Any) -> int:
    """How many elements lie along the axes."""
    return int(np.prod([x.shape[k] for k in axes_of(x, axis)], dtype=int))


def variance(m: Any, x: Any, axis: Any = None, keepdims: bool = False, correction: int = 0) -> Any:
    gap = x - mean(m, x, axis, True)
    return boxed(along(m.sum, boxed(gap * gap), axis, keepdims) / (size(x, axis) - correction))


def size_along(d: Draw) -> int:
    """How many elements one element of a reduction comes from."""
    return size(np.empty(d.shapes[0]), d.params["axis"])


def vector_norm(m: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return along(m.hypot, x, axis, keepdims)


def running(total: Any) -> Any:
    """The totals of the first one, two, three, ... elements."""
    return lambda m, x, axis=0: lines(
        lambda row: [total(m, row[: k + 1]) for k in range(len(row))], x, axis
    )


def product(m: Any, x: Any, y: Any) -> Any:
    """A product of matrices, or of stacks of them; a vector is a row on the left, else a column."""
    a, b = x[None, :] if x.ndim == 1 else x, y[:, None] if y.ndim == 1 else y
    stacks = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    a = np.broadcast_to(a, (*stacks, *a.shape[-2:]))
    b = np.broadcast_to(b, (*stacks, *b.shape[-2:]))
    found = filled((*stacks, a.shape[-2], b.shape[-1]),
                   lambda i: m.dot(a[i[:-1]], b[..., i[-1]][i[:-2]]))  # fmt: skip
    found = found[..., 0] if y.ndim == 1 else found
    return boxed(found[0] if x.ndim == 1 and y.ndim == 1 else found[..., 0, :] if x.ndim == 1 else found)


def einsum(m: Any, *x: Any, subscripts: str) -> Any:
    """Sums over the letters that the result lacks, of products of one element of each operand."""
    given, wanted = subscripts.split("->")
    terms = given.split(",")
    sizes = {c: n for term, a in zip(terms, x) for c, n in zip(term, a.shape)}
    summed = sorted(set(sizes) - set(wanted))

    def element(index: tuple[int, ...]) -> Any:
        at = dict(zip(wanted, index))
        found = []
        for rest in np.ndindex(*(sizes[c] for c in summed)):
            at.update(zip(summed, rest))
            found.append([a[tuple(at[c] for c in term)] for term, a in zip(terms, x)])
        return m.sum(*(m.product(*factors) for factors in found))

    return filled([sizes[c] for c in wanted], element)


def tensordot(m: Any, x: Any, y: Any, axes: Any) -> Any:
    """Over so many axes, the last of one and the first of the other, or over pairs of axes."""
    left, right = axes if not isinstance(axes, int) else (range(x.ndim - axes, x.ndim), range(axes))
    left, right = [a % x.ndim for a in left], [b % y.ndim for b in right]
    a = np.moveaxis(x, left, range(x.ndim - len(left), x.ndim))
    b = np.moveaxis(y, right, range(len(right)))
    count = int(np.prod(b.shape[: len(right)], dtype=int))
    rows = a.reshape(-1, count)
    columns = b.reshape(count, -1)
    found = product(m, rows, columns)
    return found.reshape(a.shape[: x.ndim - len(left)] + b.shape[len(right) :])


def ordered(m: Any, x: Any, axis: int = -1, descending: bool = False) -> Any:
    """Each line sorted by comparing neighbours, so that every tie is one of max and min."""

    def network(row: list[Any]) -> list[Any]:
        for end in range(len(row) - 1, 0, -1):
            for k in range(end):
                row[k], row[k + 1] = m.min(row[k], row[k + 1]), m.max(row[k], row[k + 1])
        return row[::-1] if descending else row

    return lines(network, x, axis)


# --- what engines get wrong -----------------------------------------------------------------------


def over(rule: Any) -> Any:
    """A mistake of what reduces: rule(g, y, x, axes), g and y with their lost axes again."""
    def found(g: Any, y: Any, x: Any, params: Any, at: int) -> Any:
        axes = axes_of(x[0], params["axis"])
        full = [1 if k in axes else n for k, n in enumerate(x[0].shape)]
        return rule(g.reshape(full), y.reshape(full), x[0], axes)

    return found


def by_vectors(g: Any, y: Any, x: Any, params: Any, at: int) -> Any:
    """As if a vector had its product with the cotangent, a number, in the place of a matrix."""
    a, b = x
    alone = (a, b)[1 - at]
    if alone.ndim == g.ndim == 1 and x[at].ndim == 2 and alone.shape == g.shape:
        yield np.full(x[at].shape, alone @ g)


ALONG_ANOTHER = "the sum in its backward runs along another axis"
NOT_CENTRED = [
    ("the mean in its backward runs along another axis", over(lambda g, y, x, axes: (
        2 * g * (x - x.mean(k, keepdims=True)) / size(x, axes)
        for k in (*range(x.ndim), None) if axes_of(x, k) != axes))),
    ("the mean is not subtracted in its backward", over(
        lambda g, y, x, axes: [2 * g * x / size(x, axes)]))]  # fmt: skip
OF_SPREAD = [
    ("the division by the standard deviation is missing", over(lambda g, y, x, axes: [
        g * (x - x.mean(axes, keepdims=True)) / size(x, axes)])),
    ("divided by the variance where the standard deviation belongs", over(lambda g, y, x, axes: [
        g * (x - x.mean(axes, keepdims=True)) / size(x, axes) / y**2])),
    ("the mean is not subtracted in its backward", over(
        lambda g, y, x, axes: [g * x / size(x, axes) / y]))]  # fmt: skip
OF_PRODUCT = [("y stands where y/x belongs", over(lambda g, y, x, axes: [g * y]))]
OF_NORM = [
    ("the division by the norm is missing", over(lambda g, y, x, axes: [g * x])),
    ("divided by the square of the norm", over(lambda g, y, x, axes: [g * x / y**2]))]  # fmt: skip
OF_LOGARITHM = [(ALONG_ANOTHER, over(lambda g, y, x, axes: (
    g * np.exp(x) / np.exp(x).sum(k, keepdims=True)
    for k in (*range(x.ndim), None) if axes_of(x, k) != axes)))]  # fmt: skip
OF_RUNNING_PRODUCT = [("y stands where y/x belongs", lambda g, y, x, p, at: [
    np.flip(np.cumsum(np.flip(g * y, p["axis"]), p["axis"]), p["axis"])])]  # fmt: skip


def by_reversed_axes(g: Any, y: Any, x: Any, params: Any, at: int) -> Any:
    """As if .T, which reverses all axes, were taken of a stack of matrices."""
    a, b = x
    if min(a.ndim, b.ndim) > 1 and max(a.ndim, b.ndim) > 2:
        with suppress(ValueError):
            found = g @ b.T if at == 0 else a.T @ g
            lead = found.ndim - x[at].ndim
            yield found.sum(tuple(range(max(0, lead))))


BY_VECTORS = [("a product of two vectors is a number where it should be a matrix", by_vectors),
              ("all axes of a stack are reversed where its matrices should be transposed", by_reversed_axes)]

# --- over axes ------------------------------------------------------------------------------------

CORRECTED = tuple(form.replace("keepdims)", f"keepdims, {name}=correction)")
                  for form in OF_AXES for name in ("correction", "ddof")
                  if form.endswith("keepdims)") and "=" in form) + tuple(
    form.replace("keepdim=keepdims", "keepdim=keepdims, unbiased=bool(correction)") for form in OF_AXES
    if "keepdim=" in form) + tuple(
    form.replace("axis)", f"axis, {name}=correction)") for form in OF_AXES
    for name in ("correction", "ddof") if form.endswith("=axis)"))  # fmt: skip
SPREADS = OVER_AXES[:12] + tuple(
    draw(shape, axis=axis, keepdims=keepdims, correction=1)
    for shape, axis, keepdims in (((2, 3), 1, False), ((3, 3), -1, True), ((4,), None, False))
)  # fmt: skip

tensor_row("sum", lambda m, x, axis=None, keepdims=False: along(m.sum, x, axis, keepdims), *OVER_AXES,
           draw((0,), axis=None), names="summation reduce_sum", forms=OF_AXES, axis=None, keepdims=False)  # fmt: skip
tensor_row("mean", mean, *OVER_AXES, names="avg average reduce_mean", forms=OF_AXES, axis=None, keepdims=False)
tensor_row("max", lambda m, x, axis=None, keepdims=False: along(m.max, x, axis, keepdims), *OVER_AXES,
           names="amax reduce_max", forms=with_first(OF_AXES), special="ties", axis=None, keepdims=False)  # fmt: skip
tensor_row("min", lambda m, x, axis=None, keepdims=False: along(m.min, x, axis, keepdims), *OVER_AXES,
           names="amin reduce_min", forms=with_first(OF_AXES), special="ties", axis=None, keepdims=False)  # fmt: skip
tensor_row("prod", lambda m, x, axis=None, keepdims=False: along(m.product, x, axis, keepdims), *OVER_AXES,
           forms=OF_AXES, special="zero zeros", mistakes=OF_PRODUCT, axis=None, keepdims=False, names="product reduce_prod")  # fmt: skip
tensor_row("var", variance, *SPREADS, names="variance", forms=CORRECTED + OF_AXES, mistakes=NOT_CENTRED,
           axis=None, keepdims=False, correction=0)  # fmt: skip
UNBIASED = tuple(draw(*d.args, **d.params) for d in OVER_AXES[:12] if size_along(d) > 1)
tensor_row("var_unbiased", lambda m, x, **params: variance(m, x, **params, correction=1), *UNBIASED,
           names="var variance", forms=OF_AXES, instead="var", axis=None, keepdims=False)  # fmt: skip
tensor_row("std", lambda m, x, **params: each(m.sqrt, variance(m, x, **params)), *SPREADS[:8], *SPREADS[9:11], *SPREADS[12:],
           names="stddev", forms=CORRECTED + OF_AXES, mistakes=OF_SPREAD, axis=None, keepdims=False, correction=0)  # fmt: skip
tensor_row("std_unbiased", lambda m, x, **params: each(m.sqrt, variance(m, x, **params, correction=1)), *UNBIASED[:6],
           names="std stddev", forms=OF_AXES, instead="std", axis=None, keepdims=False)  # fmt: skip
tensor_row("logsumexp", lambda m, x, axis=None, keepdims=False: along(m.logaddexp, x, axis, keepdims),
           *OVER_AXES, names="log_sum_exp reduce_logsumexp", forms=OF_AXES, special="huge", mistakes=OF_LOGARITHM, axis=None, keepdims=False)  # fmt: skip
tensor_row("vector_norm", vector_norm, *OVER_AXES, names="norm l2_norm", forms=(
    *OF_AXES, *(f.replace("f.{n}", "f.linalg.{n}") for f in OF_AXES if "f." in f)),
    values="away", mistakes=OF_NORM, axis=None, keepdims=False)  # fmt: skip
tensor_row("l1_norm", lambda m, x, axis=None, keepdims=False: along(m.sum, each(m.abs, x), axis, keepdims), *OVER_AXES[:8],
           forms=OF_AXES, axis=None, keepdims=False)  # fmt: skip
tensor_row("cumulative_sum", running(lambda m, row: m.sum(*row)), *LINE_DRAWS, names="cumsum", forms=OF_LINE)
tensor_row("cumulative_prod", running(lambda m, row: m.product(*row)), *LINE_DRAWS, names="cumprod",
           forms=OF_LINE, special="zero zeros", mistakes=OF_RUNNING_PRODUCT)  # fmt: skip
tensor_row("trace", lambda m, x: boxed(m.sum(*np.diagonal(x))), draw((3, 3)), draw((2, 3)), draw((3, 2)),
           forms=UNARY_FORMS)  # fmt: skip
tensor_row("sort", ordered, *(draw(d.args[0], axis=d.params["axis"]) for d in LINE_DRAWS),
           forms=with_first(OF_LINE), special="ties", axis=-1)  # fmt: skip
tensor_row("topk", lambda m, x, k: ordered(m, x, -1, True)[..., :k], draw((4,), k=2), draw((2, 4), k=3),
           draw((3, 3), k=1), forms=with_first(("a.{n}(k)", "f.{n}(a, k)", "a.{n}(k, axis=-1)")))  # fmt: skip

# --- products of matrices -------------------------------------------------------------------------

tensor_row("matmul", product, *(draw(*s) for s in (
    ((2, 3), (3,)), ((2, 3), (3, 4)), ((3, 3), (3, 3)), ((3,), (3, 2)), ((3,), (3,)), ((2, 2, 3), (2, 3, 2)), ((2, 2, 2), (2, 2, 2)),
    ((2, 2, 3), (3, 2)), ((2, 3), (2, 3, 2)), ((2, 1, 2, 3), (2, 3, 2)), ((1, 3), (3, 1)), ((2, 1), (1, 3)),
    ((2, 2, 3), (3,)), ((3,), (2, 3, 2)), ((2, 0), (0, 3)), ((1, 2, 3), (2, 3, 2)),
    ((3, 3), (3,)), ((3,), (3, 3)), ((2, 3, 3), (3,)), ((3,), (2, 3, 3)), ((2, 3, 3), (3, 3)), ((3, 3), (2, 3, 3)))),
    names="mm bmm", mistakes=BY_VECTORS, forms=("a @ b", *BINARY_FORMS))  # fmt: skip
tensor_row("vecdot", lambda m, x, y: along(m.sum, boxed(x * y), -1), draw((2, 3), (2, 3)), draw((3,), (3,)),
           names="dot inner", forms=BINARY_FORMS)  # fmt: skip
tensor_row("cross", lambda m, x, y: boxed([x[1] * y[2] - x[2] * y[1], x[2] * y[0] - x[0] * y[2], x[0] * y[1] - x[1] * y[0]]),
           draw((3,), (3,)), forms=("f.{n}(a, b)", "a.{n}(b)", "f.{n}(a, b, 0)"))  # fmt: skip
tensor_row("kron", lambda m, x, y: each(lambda a, b: a * b, x[:, None, :, None], y[None, :, None, :]).reshape(len(x) * len(y), -1),
           draw((2, 2), (2, 2)), draw((2, 3), (3, 2)), forms=BINARY_FORMS)  # fmt: skip
tensor_row("outer", lambda m, x, y: each(lambda a, b: a * b, x[:, None], y), draw((2,), (3,)), draw((3,), (3,)),
           draw((1,), (2,)), forms=BINARY_FORMS, names="ger")  # fmt: skip
tensor_row("tensordot", tensordot, *(draw(*s, axes=axes) for s, axes in (
    (((2, 3), (3, 2)), 1), (((2, 3, 2), (3, 2, 2)), 2), (((2, 3), (2, 4)), ((0,), (0,))),
    (((2,), (3,)), 0), (((2, 3, 4), (4, 2)), ((0, 2), (1, 0))), (((3, 3), (3, 3)), ((0,), (1,))), (((2, 2, 2), (2, 2, 2)), ((0, 2), (1, 0))))),
    forms=("f.{n}(a, b, axes=axes)", "f.{n}(a, b, axes)", "f.{n}(a, b, dims=axes)", "a.{n}(b, axes)"))  # fmt: skip
tensor_row("einsum", einsum, *(draw(*s, subscripts=text) for text, *s in (
    ("ij,jk->ik", (2, 3), (3, 2)), ("ij->ji", (3, 3)), ("ij,ij->", (2, 3), (2, 3)), ("ij,j->i", (2, 3), (3,)),
    ("bij,bjk->bik", (2, 2, 3), (2, 3, 2)), ("i,j->ij", (2,), (3,)), ("ij->j", (3, 3)), ("ii->i", (3, 3)),
    ("ijk->kij", (2, 3, 2)), ("ij,jk->ki", (3, 3), (3, 3)), ("ii->", (3, 3)), ("ij,jk,kl->il", (2, 2), (2, 3), (3, 2)),
    ("ij,ik->jk", (3, 2), (3, 3)), ("ijk->ik", (2, 3, 2)), ("i,i->i", (3,), (3,)), ("ij,jk->k", (2, 3), (3, 2)), ("ij,j->", (2, 3), (3,)), ("i,jk->j", (2,), (3, 2)),
    ("ii,ij->j", (3, 3), (3, 2)), ("ij,jj->i", (2, 3), (3, 3)), ("ij->", (2, 3)), ("bij,bj->bi", (2, 2, 3), (2, 3)), ("ij,kj->ik", (2, 3), (3, 3)),
    ("iij->j", (2, 2, 3)), ("i,j,k->ijk", (2,), (3,), (2,)), ("ij,j->i", (3, 3), (3,)), ("bij,bjk->bik", (2, 2, 2), (2, 2, 2)),
    ("bij,bj->bi", (2, 2, 2), (2, 2)), ("ijk->jik", (2, 2, 2)), ("ij,ik->jk", (3, 3), (3, 3)))),
    forms=("f.{n}(subscripts, *xs)", "t.{n}(subscripts, *xs)", "f.{n}(subscripts, xs)"))  # fmt: skip
