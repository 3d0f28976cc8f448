"""Tensor rows that only move elements: views, joins, cuts, indices. NumPy's own movement of objects."""

from __future__ import annotations

from typing import Any

import numpy as np

from .elements import filled
from .tensor_row import UNARY_FORMS, Draw, draw, ints, tensor_row


def key_of(key: Any) -> Any:
    """An index as data: a list of int, [start, stop, step] in {"slice": ...}, None, "...", [ints], [bools]."""
    return tuple(
        slice(*k["slice"]) if isinstance(k, dict) else Ellipsis if k == "..." else
        np.asarray(k) if isinstance(k, list) else k for k in key
    )  # fmt: skip


def cut(*bounds: Any) -> dict[str, Any]:
    return {"slice": list(bounds)}


def part_of(m: Any, x: Any, sizes: Any, axis: int, part: int) -> Any:
    return np.split(x, np.cumsum(sizes)[:-1], axis)[part]


def matrices(found: Any, x: Any) -> Any:
    """Raises ValueError where a vector is no matrix, of which NumPy makes one."""
    if x.ndim < 2:
        raise ValueError(f"a triangle of shape {x.shape}")
    return found


def scattered(m: Any, x: Any, i: Any, y: Any, axis: int) -> Any:
    """x, and to its places along the axis that i names the elements of y are added."""
    found = x.copy()
    for place in np.ndindex(*i.shape):
        at = (*place[: axis % x.ndim], i[place], *place[axis % x.ndim + 1 :])
        found[at] = found[at] + y[place]
    return found


# --- shapes and axes ------------------------------------------------------------------------------

RESHAPED = ((2, 3), (3, 2)), ((2, 3), (6,)), ((6,), (2, 3)), ((2, 3, 2), (3, -1)), ((1,), ()), ((4,), (2, 1, 2)), ((0, 3), (3, 0))
PERMUTED = ((2, 3, 4), (1, 2, 0)), ((2, 3, 4), (2, 0, 1)), ((2, 3), (1, 0)), ((3, 3), (1, 0)), ((3, 3, 3), (1, 2, 0)), ((2, 3, 2), (2, 1, 0)), ((2, 3, 1, 2), (3, 0, 2, 1)), ((2, 3, 4), (-1, 0, 1)), ((3, 3, 3), (-1, 0, 1)), ((2, 2, 2), (1, 2, 0))  # fmt: skip
BROADCAST_SHAPES = ((3,), (2, 3)), ((2, 1), (2, 3)), ((), (2, 2)), ((1, 3), (3, 3)), ((3, 1, 2), (3, 2, 2)), ((1,), (4,)), ((3,), (2, 2, 3)), ((3, 3), (3, 3))  # fmt: skip

COLUMN_BY_COLUMN = [("the elements are taken column by column, not row by row", lambda x, shape=-1: x.reshape(shape, order="F"))]

tensor_row("reshape", lambda m, x, shape: x.reshape(shape), *(draw(s, shape=to) for s, to in RESHAPED),
           names="view", forms=("a.{n}(shape)", "f.{n}(a, shape)", "a.{n}(*shape)"), misread=COLUMN_BY_COLUMN)  # fmt: skip
tensor_row("flatten", lambda m, x: x.reshape(-1), draw((2, 3)), draw((2, 1, 3)), draw((3,)),
           names="ravel", forms=UNARY_FORMS, misread=COLUMN_BY_COLUMN)  # fmt: skip
tensor_row("permute_dims", lambda m, x, axes: np.transpose(x, axes), *(draw(s, axes=a) for s, a in PERMUTED),
           names="permute transpose", forms=("a.{n}(axes)", "a.{n}(*axes)", "f.{n}(a, axes)", "f.{n}(a, axes=axes)",
                                             "a.{n}(axes=axes)", "f.{n}(a, *axes)"))  # fmt: skip
tensor_row("swapaxes", lambda m, x, first, second: np.swapaxes(x, first, second),
           *(draw(s, first=i, second=j) for s, i, j in (((2, 3, 4), 0, 2), ((2, 3), 0, 1), ((3, 3), -1, -2), ((2, 3, 2), 1, -1), ((2, 2, 2), 0, 1), ((2, 2, 2), 2, 0))),
           names="transpose swap_axes", forms=("a.{n}(first, second)", "f.{n}(a, first, second)", "a.{n}((first, second))", "f.{n}(a, (first, second))",
                                               "a.{n}(axes=(first, second))", "f.{n}(a, axes=(first, second))"))  # fmt: skip
tensor_row("moveaxis", lambda m, x, source, target: np.moveaxis(x, source, target),
           *(draw(s, source=i, target=j) for s, i, j in (((2, 3, 4), 0, 2), ((2, 3, 4), -1, 0), ((3, 3, 3), 0, -1), ((2, 2, 2), 0, 2))),
           names="movedim", forms=("f.{n}(a, source, target)", "a.{n}(source, target)"))  # fmt: skip
tensor_row("matrix_transpose", lambda m, x: np.swapaxes(x, -1, -2), draw((2, 3)), draw((3, 3)),
           draw((2, 2, 3)), draw((2, 2, 2)), settled=False, names="transpose t T", forms=("a.mT", "a.T", *UNARY_FORMS))  # fmt: skip
tensor_row("broadcast_to", lambda m, x, shape: np.broadcast_to(x, shape), *(draw(s, shape=to) for s, to in BROADCAST_SHAPES),
           names="expand broadcast", forms=("f.{n}(a, shape)", "a.{n}(shape)", "a.{n}(*shape)"))  # fmt: skip
tensor_row("expand_dims", lambda m, x, axis: np.expand_dims(x, axis),
           *(draw(s, axis=k) for s, k in (((2, 3), 1), ((3,), 0), ((3,), -1), ((), 0), ((3, 3), -2))),
           names="unsqueeze", forms=("f.{n}(a, axis)", "a.{n}(axis)", "a.{n}(axis=axis)", "f.{n}(a, axis=axis)"))  # fmt: skip
tensor_row("squeeze", lambda m, x, axis: np.squeeze(x, axis),
           *(draw(s, axis=k) for s, k in (((2, 1, 3), 1), ((1, 3), 0), ((3, 1), -1), ((1,), 0))),
           forms=("f.{n}(a, axis)", "a.{n}(axis)", "a.{n}(axis=axis)", "f.{n}(a, axis=axis)"))  # fmt: skip

# --- joins and cuts -------------------------------------------------------------------------------

JOINED: tuple[Draw, ...] = tuple(draw(*s, axis=k) for s, k in (
    (((2, 3), (1, 3)), 0), (((2, 3), (2, 2)), 1), (((3,), (2,), (4,)), 0), (((2, 2), (2, 2)), -1),
    (((1, 3), (3, 3), (2, 3)), 0), (((2, 1, 2), (2, 3, 2)), 1), (((3, 3), (3, 3)), 0), (((0, 3), (2, 3)), 0), (((3,),), 0),
    (((2, 2, 2), (2, 2, 2)), -1), (((2, 1, 2), (2, 3, 2)), -2), (((2, 2, 2), (2, 2, 2)), -3)))  # fmt: skip
STACKED = tuple(draw(*s, axis=k) for s, k in (
    (((3,), (3,)), 0), (((3,), (3,), (3,)), 1), (((2, 3), (2, 3)), 1), (((2, 2), (2, 2)), -1), (((), ()), 0), (((2, 3), (2, 3)), 2), (((2, 2), (2, 2)), 0),
    (((2, 2), (2, 2)), -2), (((2, 2), (2, 2)), 1)))  # fmt: skip
OF_MANY = ("f.{n}(xs, axis=axis)", "f.{n}(xs, dim=axis)", "f.{n}(xs, axis)", "t.{n}(xs, axis=axis)", "t.{n}(xs, axis)",
           "t.{n}(xs, dim=axis)", "f.{n}(*xs, axis=axis)", "f.{n}(*xs, dim=axis)", "t.{n}(*xs, axis=axis)", "t.{n}(*xs, dim=axis)", "a.{n}(*rest, axis=axis)",
           "f.{n}(tuple(xs), axis=axis)", "f.{n}(*xs, axis)", "f.{n}(xs)")  # fmt: skip
CUT = tuple(draw(s, sizes=sizes, axis=k, part=p) for s, sizes, k, p in (
    ((5,), (2, 3), 0, 1), ((5,), (2, 3), 0, 0), ((2, 4), (2, 2), 1, 1), ((2, 4), (1, 3), -1, 1), ((6, 2), (1, 2, 3), 0, 2),
    ((3, 3), (1, 1, 1), 1, 1), ((3, 3), (2, 1), 0, 0), ((2, 3, 2), (1, 2), -2, 1), ((2, 2, 2), (1, 1), -1, 1), ((5,), (3, 2), 0, 1),
    ((6,), (1, 2, 3), 0, 1), ((3, 3), (2, 1), 1, 1)))  # fmt: skip

tensor_row("concat", lambda m, *x, axis: np.concatenate(x, axis), *JOINED, names="concatenate cat", forms=OF_MANY, axis=0, mistakes=[
    ("every part gets the first elements of the cotangent: where a part begins is left out",
     lambda g, y, x, p, at: [np.take(g, range(x[at].shape[p["axis"]]), p["axis"])])])  # fmt: skip
tensor_row("stack", lambda m, *x, axis: np.stack(x, axis), *STACKED, forms=OF_MANY, axis=0)
tensor_row("split", part_of, *CUT, names="chunk array_split", forms=(
    "f.{n}(a, sizes, axis)[part]", "f.{n}(a, list(cumsum(sizes)[:-1]), axis)[part]", "a.{n}(sizes, axis)[part]",
    "a.{n}(sizes, dim=axis)[part]", "f.{n}(a, sizes, dim=axis)[part]", "a.{n}(list(cumsum(sizes)[:-1]), axis)[part]", "f.{n}(a, len(sizes), axis)[part]",
    "a.{n}(len(sizes), axis)[part]", "f.{n}(a, sizes[0], axis)[part]", "a.{n}(sizes[0], axis)[part]"))  # fmt: skip
tensor_row("flip", lambda m, x, axis: np.flip(x, axis), *(draw(s, axis=k) for s, k in (
    ((2, 3), 0), ((2, 3), 1), ((4,), 0), ((2, 3), (0, 1)), ((3, 3), -1), ((2, 3, 2), (0, 2)), ((2, 3), None), ((2, 2, 2), -1), ((2, 2, 2), (-3, 1)))),
    forms=("f.{n}(a, axis=axis)", "a.{n}(axis)", "f.{n}(a, axis)", "a.{n}(axis=axis)", "a.{n}(dims=axis)", "f.{n}(a)", "a.{n}()"), axis=None)  # fmt: skip
tensor_row("roll", lambda m, x, shift, axis: np.roll(x, shift, axis), *(draw(s, shift=n, axis=k) for s, n, k in (
    ((4,), 1, 0), ((2, 3), 1, 1), ((3, 3), -1, 0), ((5,), 2, 0), ((2, 3), 2, -1), ((2, 3), 1, None), ((2, 3), (1, 1), (0, 1)), ((2, 3, 2), 1, -2), ((3, 3), (1, -1), (1, 0)), ((4,), 5, 0))),
    forms=("f.{n}(a, shift, axis=axis)", "a.{n}(shift, axis)", "f.{n}(a, shift, axis)", "a.{n}(shift, axis=axis)", "a.{n}(shift, dims=axis)", "f.{n}(a, shift, dims=axis)", "f.{n}(a, shift)", "a.{n}(shift)"), axis=None)  # fmt: skip
tensor_row("tile", lambda m, x, reps: np.tile(x, reps), *(draw(s, reps=r) for s, r in (
    ((3,), (2,)), ((2, 3), (2, 1)), ((2, 3), (1, 2)), ((2, 2), (2, 3)), ((3,), (2, 1)), ((2, 1), (1, 3)), ((2, 3), (2,)), ((2, 1, 3), (2, 2)))),
    names="repeat", forms=("f.{n}(a, reps)", "a.{n}(reps)", "a.{n}(*reps)"))  # fmt: skip
tensor_row("repeat", lambda m, x, repeats, axis: np.repeat(x, repeats, axis), *(draw(s, repeats=n, axis=k) for s, n, k in (
    ((3,), 2, 0), ((2, 3), 2, 0), ((2, 3), 2, 1), ((2, 2), 3, -1), ((2, 3), 2, None), ((3, 1), 2, 1), ((2, 2, 2), 2, -1), ((2, 2, 2), 3, 1))),
    names="repeat_interleave", forms=("f.{n}(a, repeats, axis=axis)", "a.{n}(repeats, axis)", "f.{n}(a, repeats, axis)", "a.{n}(repeats, dim=axis)", "f.{n}(a, repeats, dim=axis)", "a.{n}(repeats, axis=axis)", "f.{n}(a, repeats)", "a.{n}(repeats)"), axis=None)  # fmt: skip
tensor_row("pad", lambda m, x, widths, value: np.pad(x, widths, constant_values=value),
           *(draw(s, widths=p, value=v) for s, p, v in (
               ((3,), ((1, 2),), 0), ((2, 3), ((0, 1), (2, 0)), 0), ((2, 2), ((1, 1), (1, 1)), 0), ((2, 3), ((1, 0), (0, 2)), 1.5))),
           names="zero_pad constant_pad", forms=("f.{n}(a, widths)", "f.{n}(a, widths, value=value)", "f.{n}(a, widths, constant_values=value)", "f.{n}(a, widths, 'constant', constant_values=value)",
                  "a.{n}(widths)", "a.{n}(widths, value)", "f.{n}(a, flat(widths), value=value)", "f.{n}(a, widths, 'constant')", "a.{n}(flat(widths), value=value)"), value=0)  # fmt: skip
TRIANGLES = tuple(draw(s, k=k) for s, k in (((3, 3), 0), ((2, 3), 1), ((3, 2), -1), ((2, 2, 3), 0), ((3, 3), 1)))
OF_DIAGONAL = ("f.{n}(a, k)", "a.{n}(k)", "f.{n}(a, k=k)", "f.{n}(a, diagonal=k)", "f.{n}(a, offset=k)", "f.{n}(a)", "a.{n}()")
tensor_row("tril", lambda m, x, k: matrices(np.tril(x, k), x), *TRIANGLES, forms=OF_DIAGONAL, k=0)
tensor_row("triu", lambda m, x, k: matrices(np.triu(x, k), x), *TRIANGLES, forms=OF_DIAGONAL, k=0)
tensor_row("diagonal", lambda m, x, k: np.diagonal(x, k), *(draw(s, k=k) for s, k in (((3, 3), 0), ((2, 3), 1), ((3, 3), -1), ((3, 2), 0))),
           names="diag", forms=OF_DIAGONAL, k=0)  # fmt: skip

# --- indices --------------------------------------------------------------------------------------

KEYS = (
    ((3,), [[0, 0, 1]]), ((2, 3), [0]), ((2, 3), [cut(None), cut(1, None)]), ((4,), [cut(None, None, 2)]), ((3,), [cut(None, None, -1)]),
    ((5,), [cut(3, 4, 2)]), ((2, 3), [-1]), ((3, 3), [1, 2]), ((2, 3), [cut(None), 1]), ((2, 3), ["...", 0]), ((3,), [None, cut(None)]),
    ((4, 3), [[1, 1, 3]]), ((3, 3), [[0, 0, 2], [1, 1, 0]]), ((3, 3), [cut(None), [2, 2, 0]]), ((2, 3), [cut(1, 2)]), ((5,), [cut(4, 0, -2)]),
    ((2, 3, 2), [cut(None), [0, 0, 2], 1]), ((3,), [[[0, 1], [1, 1]]]), ((3,), [[-1, 2]]), ((2, 3), [cut(0, 0)]), ((4,), [cut(1, 3)]),
    ((4,), [[True, False, True, True]]), ((2, 3), [[[True, False, True], [False, True, False]]]), ((3, 2), [cut(None, None, -1), cut(None, None, -1)]),
    ((3, 3), [[2, 0], cut(None, None, 2)]), ((2, 2, 3), ["...", cut(1, None)]),
)  # fmt: skip
tensor_row("getitem", lambda m, x, key: x[key_of(key)], *(draw(s, key=k) for s, k in KEYS),
           names="index slice", forms=("a[index(key)]", "a[lists(key)]", "f.{n}(a, index(key))", "a.at(index(key))", "a.{n}(index(key))"))  # fmt: skip
tensor_row("take", lambda m, x, i, axis: np.take(x, i, axis), *(draw(s, ints(i), axis=k) for s, i, k in (
    ((3,), [0, 0, 1], 0), ((2, 3), [2, 0, 2], 1), ((4, 2), [3, 1], 0), ((3, 3), [1, 1], -1), ((3, 2), [[0, 2], [2, 2]], 0), ((3, 3), [1, 1, 0], 1), ((2, 2, 2), [1, 1], -1), ((2, 3, 2), [2, 0, 2], -2), ((3,), [-1, 0, -1], 0), ((2, 3), [-1, 2, -3], 1))),
    names="gather index_select", forms=("f.{n}(a, b, axis=axis)", "a.{n}(b, axis=axis)", "f.{n}(a, b, axis)", "a.{n}(b, axis)", "a.{n}(axis, b)", "f.{n}(a, axis, b)", "f.{n}(a, b)"))  # fmt: skip
tensor_row("take_along_axis", lambda m, x, i, axis: np.take_along_axis(x, i, axis), *(draw(s, ints(i), axis=k) for s, i, k in (
    ((2, 3), [[0, 0], [2, 1]], 1), ((3, 2), [[0, 2], [0, 0]], 0), ((3, 3), [[1, 1, 1], [0, 2, 0], [2, 2, 1]], -1), ((4,), [3, 3, 0], 0), ((2, 2, 2), [[[0, 1]], [[1, 1]]], -2))),
    names="gather", forms=("f.{n}(a, b, axis)", "f.{n}(a, b, axis=axis)", "a.{n}(b, axis)", "a.{n}(axis, b)", "f.{n}(a, axis, b)", "a.{n}(b, axis=axis)", "f.{n}(a, b, dim=axis)"))  # fmt: skip
tensor_row("scatter_add", scattered, *(draw(s, ints(i), np.shape(i), axis=k) for s, i, k in (
    ((3,), [0, 0, 2], 0), ((2, 3), [[0, 2], [1, 1]], 1), ((3, 2), [[0, 2], [0, 0]], 0), ((3, 3), [[1, 1, 0], [2, 0, 0], [1, 2, 2]], 1))),
    forms=("a.{n}(axis, b, c)", "f.{n}(a, axis, b, c)", "f.{n}(a, b, c, axis)", "f.{n}(a, b, c, axis=axis)", "a.{n}(b, c, axis)"))  # fmt: skip
tensor_row("diag", lambda m, x: filled((len(x), len(x)), lambda i: x[i[0]] if i[0] == i[1] else 0), draw((3,)), draw((2,)),
           names="diag_embed", forms=UNARY_FORMS)  # fmt: skip
tensor_row("embedding", lambda m, x, i: x[i], draw((4, 2), ints([1, 1, 3])), draw((3, 3), ints([[0, 2], [2, 2]])), draw((3, 2), ints([0])),
           draw((3, 3), ints([0, 1, 2])), names="embed lookup embedding_lookup", forms=("f.{n}(a, b)", "f.{n}(b, a)", "a.{n}(b)", "t.{n}(a, b)"))  # fmt: skip
