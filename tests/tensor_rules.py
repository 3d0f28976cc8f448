"""A tensor engine whose backward rules stand in one table, so that mistakes can be put into it.

- `engine(rules, graph)` is a namespace of its functions and its `Tensor`; `rules` replaces some of
  RULES (name: (forward, pull)), `graph` says how the graph is walked.
"""

from __future__ import annotations

from collections.abc import Callable
from math import erf
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

EPS = 1e-5
ERF = np.vectorize(erf, otypes=[float])


def un(g: Any, shape: Any) -> Any:
    """The gradient summed to the shape that was broadcast."""
    g = np.asarray(g)
    g = g.sum(axis=tuple(range(g.ndim - len(shape))))
    return g.sum(axis=tuple(k for k, n in enumerate(shape) if n == 1 and g.shape[k] != 1), keepdims=True)


def both(da: Callable, db: Callable) -> Callable:
    """The pull of a binary function with broadcasting."""
    return lambda g, y, a, b: (un(g * da(y, a, b), np.shape(a)), un(g * db(y, a, b), np.shape(b)))


def axes_of(x: Any, axis: Any) -> tuple[int, ...]:
    every = range(x.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    return tuple(k % x.ndim for k in every)


def back(g: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    """A gradient of a reduction with its lost axes again."""
    return g if keepdims else np.expand_dims(g, axes_of(x, axis))


def count(x: Any, axis: Any) -> int:
    return int(np.prod([x.shape[k] for k in axes_of(x, axis)], dtype=int))


def extreme(f: Callable) -> tuple[Callable, Callable]:
    def pull(g: Any, y: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        hits = x == back(np.asarray(y), x, axis, keepdims)
        return (back(g, x, axis, keepdims) * hits / hits.sum(axis=axes_of(x, axis), keepdims=True),)

    return lambda x, axis=None, keepdims=False: f(x, axis=axes_of(x, axis), keepdims=keepdims), pull


def prod_pull(g: Any, y: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    axes = axes_of(x, axis)
    moved = np.moveaxis(x, axes, range(x.ndim - len(axes), x.ndim))
    flat = moved.reshape(*moved.shape[: x.ndim - len(axes)], -1)
    rest = np.ones_like(flat)
    for k in range(flat.shape[-1]):
        rest[..., k] = np.delete(flat, k, -1).prod(-1)
    rest = np.moveaxis(rest.reshape(moved.shape), range(x.ndim - len(axes), x.ndim), axes)
    return (back(g, x, axis, keepdims) * rest,)


def var_pull(g: Any, y: Any, x: Any, axis: Any = None, keepdims: bool = False, correction: int = 0) -> Any:
    n = count(x, axis) - correction
    return (back(g, x, axis, keepdims) * 2 / n * (x - x.mean(axis=axes_of(x, axis), keepdims=True)),)


def std_pull(g: Any, y: Any, x: Any, axis: Any = None, keepdims: bool = False, correction: int = 0) -> Any:
    return var_pull(g / (2 * y), y, x, axis, keepdims, correction)


def lse(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    axes = axes_of(x, axis)
    top = x.max(axis=axes, keepdims=True)
    y = np.log(np.exp(x - top).sum(axis=axes, keepdims=True)) + top
    return y if keepdims else y.squeeze(axes)


def softmax(x: Any, axis: int = -1) -> Any:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def softmax_pull(g: Any, y: Any, x: Any, axis: int = -1) -> Any:
    return (y * (g - (g * y).sum(axis=axis, keepdims=True)),)


def log_softmax_pull(g: Any, y: Any, x: Any, axis: int = -1) -> Any:
    return (g - np.exp(y) * g.sum(axis=axis, keepdims=True),)


def one_hot(labels: Any, n: int) -> Any:
    return np.eye(n)[labels]


def norm_axes(x: Any, axes: Any, weight: Any, bias: Any, shape: Any) -> Any:
    m, v = x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)
    h = (x - m) / np.sqrt(v + EPS)
    return h if weight is None else h * weight.reshape(shape) + bias.reshape(shape)


def norm_pull(g: Any, x: Any, axes: Any, weight: Any, shape: Any) -> Any:
    m, v = x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)
    s = 1 / np.sqrt(v + EPS)
    h = (x - m) * s
    d = g if weight is None else g * weight.reshape(shape)
    dx = s * (d - d.mean(axis=axes, keepdims=True) - h * (d * h).mean(axis=axes, keepdims=True))
    if weight is None:
        return (dx,)
    full = np.broadcast_to(np.zeros(shape), (1,) * (x.ndim - len(shape)) + tuple(shape)).shape
    return dx, un(g * h, full).reshape(weight.shape), un(g, full).reshape(weight.shape)


def layer_norm(x: Any, weight: Any = None, bias: Any = None) -> Any:
    return norm_axes(x, -1, weight, bias, (-1,) if weight is None else weight.shape)


def layer_norm_pull(g: Any, y: Any, x: Any, weight: Any = None, bias: Any = None) -> Any:
    return norm_pull(g, x, -1, weight, () if weight is None else weight.shape)


def channels(x: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return tuple(k for k in range(x.ndim) if k != 1), (x.shape[1], *[1] * (x.ndim - 2))


def batch_norm(x: Any, weight: Any, bias: Any) -> Any:
    axes, shape = channels(x)
    return norm_axes(x, axes, weight, bias, shape)


def batch_norm_pull(g: Any, y: Any, x: Any, weight: Any, bias: Any) -> Any:
    axes, shape = channels(x)
    return norm_pull(g, x, axes, weight, shape)


def rms_norm(x: Any, weight: Any) -> Any:
    return x / np.sqrt((x * x).mean(-1, keepdims=True) + EPS) * weight


def rms_norm_pull(g: Any, y: Any, x: Any, weight: Any) -> Any:
    s = 1 / np.sqrt((x * x).mean(-1, keepdims=True) + EPS)
    d = g * weight
    return s * d - x * s**3 * (d * x).mean(-1, keepdims=True), un(g * x * s, weight.shape)


def matmul_pull(g: Any, y: Any, a: Any, b: Any) -> Any:
    left, right = a[None] if a.ndim == 1 else a, b[:, None] if b.ndim == 1 else b
    g = np.asarray(g).reshape((left @ right).shape)
    da, db = g @ np.swapaxes(right, -1, -2), np.swapaxes(left, -1, -2) @ g
    return un(da, left.shape).reshape(a.shape), un(db, right.shape).reshape(b.shape)


def einsum_pull(g: Any, y: Any, text: str, *x: Any) -> Any:
    given, wanted = text.split("->")
    terms = given.split(",")
    found = []
    for k, term in enumerate(terms):
        others = [(t, a) for j, (t, a) in enumerate(zip(terms, x)) if j != k]
        letters = "".join(dict.fromkeys(term))
        known = set(wanted).union(*(set(t) for t, _ in others)) if others else set(wanted)
        kept = "".join(c for c in letters if c in known)
        part = np.einsum(",".join([wanted, *(t for t, _ in others)]) + "->" + kept, g, *(a for _, a in others))
        sizes = dict(zip(term, x[k].shape))
        part = part.reshape([sizes[c] if c in known else 1 for c in letters])
        part = np.broadcast_to(part, [sizes[c] for c in letters])
        if len(letters) != len(term):  # a diagonal
            full = np.zeros(x[k].shape)
            np.einsum(full, [term.index(c) for c in term], [term.index(c) for c in letters])[...] = part
            part = full
        found.append(part)
    return found


def tensordot_pull(g: Any, y: Any, a: Any, b: Any, axes: Any) -> Any:
    if isinstance(axes, int):
        left, right = list(range(a.ndim - axes, a.ndim)), list(range(axes))
    else:
        left, right = [k % a.ndim for k in axes[0]], [k % b.ndim for k in axes[1]]
    free_a = [k for k in range(a.ndim) if k not in left]
    free_b = [k for k in range(b.ndim) if k not in right]
    da = np.tensordot(g, b, (list(range(len(free_a), len(free_a) + len(free_b))), free_b))
    order = free_a + [left[right.index(k)] for k in sorted(right)]
    db = np.tensordot(g, a, (list(range(len(free_a))), free_a))
    order_b = free_b + [right[left.index(k)] for k in sorted(left)]
    return da.transpose(np.argsort(order)), db.transpose(np.argsort(order_b))


def index_pull(g: Any, y: Any, x: Any, key: Any) -> Any:
    full = np.zeros(x.shape)
    np.add.at(full, key, g)
    return (full,)


def take_pull(g: Any, y: Any, x: Any, i: Any, axis: Any) -> Any:
    return index_pull(g, y, x, (*[slice(None)] * (axis % x.ndim), i))


def along_pull(g: Any, y: Any, x: Any, i: Any, axis: Any) -> Any:
    full = np.zeros(x.shape)
    where = list(np.indices(i.shape))
    where[axis] = i % x.shape[axis]
    np.add.at(full, tuple(where), g)
    return (full,)


def sort_pull(g: Any, y: Any, x: Any, axis: int = -1) -> Any:
    full = np.zeros(x.shape)
    np.put_along_axis(full, np.argsort(x, axis, kind="stable"), g, axis)
    return (full,)


def topk_pull(g: Any, y: Any, x: Any, k: int) -> Any:
    full = np.zeros(x.shape)
    np.put_along_axis(full, np.argsort(-x, -1, kind="stable")[..., :k], g, -1)
    return (full,)


def tile_pull(g: Any, y: Any, x: Any, reps: Any) -> Any:
    n = max(len(reps), x.ndim)
    reps, shape = (1,) * (n - len(reps)) + tuple(reps), (1,) * (n - x.ndim) + x.shape
    g = g.reshape([k for pair in zip(reps, shape) for k in pair])
    return (g.sum(axis=tuple(range(0, 2 * n, 2))).reshape(x.shape),)


def repeat_pull(g: Any, y: Any, x: Any, n: int, axis: Any = None) -> Any:
    if axis is None:
        return (g.reshape(-1, n).sum(1).reshape(x.shape),)
    axis %= x.ndim
    return (g.reshape(*x.shape[: axis + 1], n, *x.shape[axis + 1 :]).sum(axis + 1),)


def pad_pull(g: Any, y: Any, x: Any, widths: Any, value: float = 0) -> Any:
    return (g[tuple(slice(a, a + n) for (a, _), n in zip(widths, x.shape))],)


def conv_windows(x: Any, size: Any, stride: int, dilation: int) -> Any:
    """(batch, channels, places..., window...)."""
    reach = [dilation * (k - 1) + 1 for k in size]
    seen = sliding_window_view(x, reach, axis=tuple(range(2, x.ndim)))
    steps = (slice(None), slice(None), *[slice(None, None, stride)] * len(size), *[slice(None, None, dilation)] * len(size))
    return seen[steps]


def padded(x: Any, padding: int) -> Any:
    return np.pad(x, [(0, 0), (0, 0)] + [(padding, padding)] * (x.ndim - 2))


def conv(x: Any, w: Any, bias: Any = None, stride: int = 1, padding: int = 0, dilation: int = 1, groups: int = 1) -> Any:
    parts = []
    for xs, ws in zip(np.split(padded(x, padding), groups, 1), np.split(w, groups, 0)):
        seen = conv_windows(xs, w.shape[2:], stride, dilation)
        dims = w.ndim - 2
        axes = (1, *range(2 + dims, 2 + 2 * dims)), (1, *range(2, 2 + dims))
        parts.append(np.moveaxis(np.tensordot(seen, ws, axes), -1, 1))
    y = np.concatenate(parts, 1)
    return y if bias is None else y + bias.reshape(-1, *[1] * (w.ndim - 2))


def conv_pull(g: Any, y: Any, x: Any, w: Any, bias: Any = None, stride: int = 1, padding: int = 0, dilation: int = 1, groups: int = 1) -> Any:
    wide = padded(x, padding)
    dx, dw = np.zeros_like(wide), np.zeros_like(w)
    near, own = w.shape[1], w.shape[0] // groups
    for place in np.ndindex(*g.shape[2:]):
        window = tuple(slice(i * stride, i * stride + dilation * (k - 1) + 1, dilation) for i, k in zip(place, w.shape[2:]))
        at = g[(slice(None), slice(None), *place)]
        for o in range(w.shape[0]):
            c = slice(o // own * near, o // own * near + near)
            dx[(slice(None), c, *window)] += at[:, o].reshape(-1, *[1] * (w.ndim - 1)) * w[o]
            dw[o] += np.tensordot(at[:, o], wide[(slice(None), c, *window)], 1)
    inner = (slice(None), slice(None), *[slice(padding, n - padding) for n in wide.shape[2:]])
    found = (dx[inner], dw)
    return found if bias is None else (*found, g.sum(axis=(0, *range(2, g.ndim))))


def pool(rule: Callable) -> Callable:
    def run(x: Any, size: int, stride: int | None = None) -> Any:
        seen = conv_windows(x, [size] * (x.ndim - 2), stride or size, 1)
        return rule(seen, axis=tuple(range(x.ndim, seen.ndim)))

    return run


def pool_pull(share: Callable) -> Callable:
    def pull(g: Any, y: Any, x: Any, size: int, stride: int | None = None) -> Any:
        dx = np.zeros_like(x)
        for i in np.ndindex(*g.shape):
            window = (*i[:2], *[slice(k * (stride or size), k * (stride or size) + size) for k in i[2:]])
            dx[window] += share(x[window], g[i])
        return (dx,)

    return pull


def first_largest(window: Any, g: float) -> Any:
    found = np.zeros_like(window)
    found[np.unravel_index(window.argmax(), window.shape)] = g
    return found


def evenly(window: Any, g: float) -> Any:
    return np.full(window.shape, g / window.size)


def sigmoid(x: Any) -> Any:
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + e), e / (1 + e))


def chosen(hit: Any) -> Any:
    return hit.astype(float)


Rule = tuple[Callable, Callable]
UNARY: dict[str, tuple[Callable, Callable]] = {  # y, then dy/dx from y and x
    "exp": (np.exp, lambda y, x: y), "log": (np.log, lambda y, x: 1 / x), "tanh": (np.tanh, lambda y, x: 1 - y * y),
    "sqrt": (np.sqrt, lambda y, x: 0.5 / y), "square": (lambda x: x * x, lambda y, x: 2 * x),
    "sin": (np.sin, lambda y, x: np.cos(x)), "cos": (np.cos, lambda y, x: -np.sin(x)), "negative": (lambda x: -x, lambda y, x: -1.0),
    "abs": (np.abs, lambda y, x: np.sign(x)), "relu": (lambda x: np.maximum(x, 0), lambda y, x: chosen(x > 0)),
    "sigmoid": (sigmoid, lambda y, x: y * (1 - y)), "reciprocal": (lambda x: 1 / x, lambda y, x: -y * y),
    "softplus": (lambda x: np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))), lambda y, x: sigmoid(x)),
    "silu": (lambda x: x * sigmoid(x), lambda y, x: sigmoid(x) * (1 + x * (1 - sigmoid(x)))),
    "elu": (lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))), lambda y, x: np.where(x > 0, 1, np.exp(np.minimum(x, 0)))),
    "leaky_relu": (lambda x: np.where(x > 0, x, 0.01 * x), lambda y, x: np.where(x > 0, 1, 0.01)),
    "gelu": (lambda x: x * (1 + ERF(x / np.sqrt(2))) / 2,
             lambda y, x: (1 + ERF(x / np.sqrt(2))) / 2 + x * np.exp(-x * x / 2) / np.sqrt(2 * np.pi)),
    "gelu_tanh": (lambda x: x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))) / 2,
                  lambda y, x: (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))) / 2
                  + x * (1 - np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)) ** 2) / 2
                  * np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * x * x)),
    "gelu_quick": (lambda x: x * sigmoid(1.702 * x),
                   lambda y, x: sigmoid(1.702 * x) * (1 + 1.702 * x * (1 - sigmoid(1.702 * x)))),
    "log1p": (np.log1p, lambda y, x: 1 / (1 + x)), "expm1": (np.expm1, lambda y, x: y + 1),
    "log_sigmoid": (lambda x: np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x))), lambda y, x: sigmoid(-x)),
}  # fmt: skip
BINARY: dict[str, tuple[Callable, Callable, Callable]] = {
    "add": (lambda a, b: a + b, lambda y, a, b: 1.0, lambda y, a, b: 1.0),
    "subtract": (lambda a, b: a - b, lambda y, a, b: 1.0, lambda y, a, b: -1.0),
    "multiply": (lambda a, b: a * b, lambda y, a, b: b, lambda y, a, b: a),
    "divide": (lambda a, b: a / b, lambda y, a, b: 1 / b, lambda y, a, b: -a / (b * b)),
    "maximum": (np.maximum, lambda y, a, b: (chosen(a > b) + chosen(a >= b)) / 2, lambda y, a, b: (chosen(b > a) + chosen(b >= a)) / 2),
    "minimum": (np.minimum, lambda y, a, b: (chosen(a < b) + chosen(a <= b)) / 2, lambda y, a, b: (chosen(b < a) + chosen(b <= a)) / 2),
    "logaddexp": (np.logaddexp, lambda y, a, b: np.exp(a - y), lambda y, a, b: np.exp(b - y)),
    "atan2": (np.arctan2, lambda y, a, b: b / (a * a + b * b), lambda y, a, b: -a / (a * a + b * b)),
}  # fmt: skip


def power(x: Any, n: Any) -> Any:
    return x**n if isinstance(n, int) and n >= 0 else np.asarray(x, dtype=float) ** float(n) if np.ndim(n) == 0 else x**n


RULES: dict[str, Rule] = {
    **{name: (f, lambda g, y, x, d=d: (g * d(y, x),)) for name, (f, d) in UNARY.items()},
    **{name: (f, both(da, db)) for name, (f, da, db) in BINARY.items()},
    "pow": (power, lambda g, y, x, n: (g * n * np.asarray(x, dtype=float) ** (float(n) - 1),)),
    "where": (np.where, lambda g, y, c, a, b: (un(np.where(c, g, 0), np.shape(a)), un(np.where(c, 0, g), np.shape(b)))),
    "clip": (np.clip, lambda g, y, x, low, high: (g * ((x >= low) & (x <= high)),)),
    "masked_fill": (lambda x, c, value: np.where(c, value, x), lambda g, y, x, c, value: (np.where(c, 0, g),)),
    "sum": (lambda x, axis=None, keepdims=False: np.sum(x, axis=axis, keepdims=keepdims),
            lambda g, y, x, axis=None, keepdims=False: (back(g, x, axis, keepdims) * np.ones_like(x),)),
    "mean": (lambda x, axis=None, keepdims=False: np.mean(x, axis=axis, keepdims=keepdims),
             lambda g, y, x, axis=None, keepdims=False: (back(g, x, axis, keepdims) * np.ones_like(x) / count(x, axis),)),
    "max": extreme(np.max), "min": extreme(np.min),
    "prod": (lambda x, axis=None, keepdims=False: np.prod(x, axis=axis, keepdims=keepdims), prod_pull),
    "var": (lambda x, axis=None, keepdims=False, correction=0: np.var(x, axis=axis, keepdims=keepdims, ddof=correction), var_pull),
    "std": (lambda x, axis=None, keepdims=False, correction=0: np.std(x, axis=axis, keepdims=keepdims, ddof=correction), std_pull),
    "logsumexp": (lse, lambda g, y, x, axis=None, keepdims=False: (back(g, x, axis, keepdims) * np.exp(x - back(y, x, axis, keepdims)),)),
    "vector_norm": (lambda x, axis=None, keepdims=False: np.sqrt(np.sum(x * x, axis=axis, keepdims=keepdims)),
                    lambda g, y, x, axis=None, keepdims=False: (back(g / y, x, axis, keepdims) * x,)),
    "cumulative_sum": (lambda x, axis=0: np.cumsum(x, axis), lambda g, y, x, axis=0: (np.flip(np.cumsum(np.flip(g, axis), axis), axis),)),
    "cumulative_prod": (lambda x, axis=0: np.cumprod(x, axis), lambda g, y, x, axis=0: (cumprod_gradient(g, x, axis),)),
    "trace": (lambda x: np.trace(x), lambda g, y, x: (g * np.eye(*x.shape),)),
    "sort": (lambda x, axis=-1: np.sort(x, axis), sort_pull),
    "topk": (lambda x, k: -np.sort(-x, -1)[..., :k], topk_pull),
    "matmul": (lambda a, b: a @ b, matmul_pull),
    "outer": (np.outer, lambda g, y, a, b: (g @ b, a @ g)),
    "vecdot": (lambda a, b: (a * b).sum(-1), lambda g, y, a, b: (g[..., None] * b, g[..., None] * a)),
    "tensordot": (np.tensordot, tensordot_pull), "einsum": (np.einsum, einsum_pull),
    "reshape": (np.reshape, lambda g, y, x, shape: (g.reshape(x.shape),)),
    "flatten": (lambda x: x.reshape(-1), lambda g, y, x: (g.reshape(x.shape),)),
    "permute_dims": (np.transpose, lambda g, y, x, axes: (np.transpose(g, np.argsort([k % x.ndim for k in axes])),)),
    "swapaxes": (np.swapaxes, lambda g, y, x, i, j: (np.swapaxes(g, i, j),)),
    "moveaxis": (np.moveaxis, lambda g, y, x, i, j: (np.moveaxis(g, j, i),)),
    "matrix_transpose": (lambda x: np.swapaxes(x, -1, -2), lambda g, y, x: (np.swapaxes(g, -1, -2),)),
    "broadcast_to": (np.broadcast_to, lambda g, y, x, shape: (un(g, x.shape),)),
    "expand_dims": (np.expand_dims, lambda g, y, x, axis: (g.reshape(x.shape),)),
    "squeeze": (np.squeeze, lambda g, y, x, axis: (g.reshape(x.shape),)),
    "concat": (lambda xs, axis=0: np.concatenate(xs, axis), lambda g, y, xs, axis=0: np.split(g, np.cumsum([x.shape[axis] for x in xs])[:-1], axis)),
    "stack": (lambda xs, axis=0: np.stack(xs, axis), lambda g, y, xs, axis=0: [np.take(g, k, axis) for k in range(len(xs))]),
    "split": (lambda x, sizes, axis, part=0: np.split(x, np.cumsum(sizes)[:-1], axis)[part],
              lambda *x, **params: split_pull(*x, **params)),
    "flip": (lambda x, axis=None: np.flip(x, axis), lambda g, y, x, axis=None: (np.flip(g, axis),)),
    "roll": (lambda x, shift, axis=None: np.roll(x, shift, axis),
             lambda g, y, x, shift, axis=None: (np.roll(g, tuple(-k for k in shift) if isinstance(shift, tuple) else -shift, axis),)),
    "tile": (np.tile, tile_pull), "repeat": (lambda x, n, axis=None: np.repeat(x, n, axis), repeat_pull),
    "pad": (lambda x, widths, value=0: np.pad(x, widths, constant_values=value), pad_pull),
    "tril": (np.tril, lambda g, y, x, k: (np.tril(g, k),)), "triu": (np.triu, lambda g, y, x, k: (np.triu(g, k),)),
    "diagonal": (np.diagonal, lambda g, y, x, k: (diagonal_gradient(g, x, k),)),
    "take": (np.take, take_pull), "take_along_axis": (np.take_along_axis, along_pull),
    "embedding": (lambda x, i: x[i], lambda g, y, x, i: index_pull(g, y, x, i)),
    "getitem": (lambda x, key: x[key], index_pull),
    "softmax": (softmax, softmax_pull), "log_softmax": (lambda x, axis=-1: x - lse(x, axis, True), log_softmax_pull),
    "cross_entropy": (lambda x, t: -np.mean((x - lse(x, -1, True))[np.arange(len(t)), t]),
                      lambda g, y, x, t: (g * (softmax(x) - one_hot(t, x.shape[1])) / len(t),)),
    "nll_loss": (lambda x, t: -np.mean(x[np.arange(len(t)), t]), lambda g, y, x, t: (-g * one_hot(t, x.shape[1]) / len(t),)),
    "mse_loss": (lambda a, b: np.mean((a - b) ** 2), lambda g, y, a, b: (g * 2 * (a - b) / a.size, -g * 2 * (a - b) / a.size)),
    "binary_cross_entropy": (lambda p, t: np.mean(-(t * np.log(p) + (1 - t) * np.log(1 - p))), lambda g, y, p, t: (g * (p - t) / (p * (1 - p)) / p.size,)),
    "bce_with_logits": (lambda z, t: np.mean(np.maximum(z, 0) - z * t + np.log1p(np.exp(-np.abs(z)))), lambda g, y, z, t: (g * (sigmoid(z) - t) / z.size,)),
    "layer_norm": (layer_norm, layer_norm_pull), "batch_norm": (batch_norm, batch_norm_pull), "rms_norm": (rms_norm, rms_norm_pull),
    "linear": (lambda x, w, b=None: x @ w.T + (0 if b is None else b),
               lambda g, y, x, w, b=None: (g @ w, g.reshape(-1, w.shape[0]).T @ x.reshape(-1, w.shape[1]), *([] if b is None else [un(g, b.shape)]))),
    "conv1d": (conv, conv_pull), "conv2d": (conv, conv_pull),
    **{f"max_pool{d}d": (pool(np.max), pool_pull(first_largest)) for d in (1, 2)},
    **{f"avg_pool{d}d": (pool(np.mean), pool_pull(evenly)) for d in (1, 2)},
}  # fmt: skip


def cumprod_gradient(g: Any, x: Any, axis: int) -> Any:
    rows, grads = np.moveaxis(x, axis, -1), np.moveaxis(g, axis, -1)
    found = np.zeros_like(rows)
    for j in range(rows.shape[-1]):
        for k in range(j, rows.shape[-1]):
            found[..., j] += grads[..., k] * np.delete(rows[..., : k + 1], j, -1).prod(-1)
    return np.moveaxis(found, -1, axis)


def diagonal_gradient(g: Any, x: Any, k: int) -> Any:
    full = np.zeros(x.shape)
    rows = np.arange(g.shape[-1])
    full[rows - min(k, 0), rows + max(k, 0)] = g
    return full


def split_pull(g: Any, y: Any, x: Any, sizes: Any, axis: int, part: int = 0) -> Any:
    full = np.zeros(x.shape)
    ends = np.cumsum([0, *sizes])
    full[(*[slice(None)] * (axis % x.ndim), slice(ends[part], ends[part + 1]))] = g
    return (full,)


# --- the graph ------------------------------------------------------------------------------------


def engine(rules: dict[str, Any] | None = None, **graph: Any) -> SimpleNamespace:
    """A namespace: one function a rule, and `Tensor`.

    graph: assign (= for +=), order ("depth": no topological order), reads (a value read loses the
    graph), seed ("ones"), counts (consumers counted over all that was built), walk (a hook),
    half (numbers of every tensor are rounded to this type).
    """
    table = {name: (*RULES.get(name, (None, None)),) for name in RULES}
    for name, (forward, pull) in (rules or {}).items():
        old = table.get(name, (None, None))
        table[name] = (forward or old[0], pull or old[1])

    class Tensor:
        def __init__(self, data: Any, args: tuple = (), pull: Any = None) -> None:
            self._data = np.array(data, dtype=graph.get("dtype", float)) if not args else np.asarray(data)
            if "half" in graph:
                self._data = self._data.astype(graph["half"]).astype(float)
            self.grad = graph["fresh"](self._data) if "fresh" in graph else np.zeros_like(self._data)
            self.args, self.pull, self.consumers = args, pull, 0
            for a in args:
                a.consumers += 1

        @property
        def data(self) -> Any:
            return self._data

        def numpy(self) -> Any:
            if graph.get("reads"):
                self.args = ()
            return self._data

        @property
        def shape(self) -> Any:
            return self._data.shape

        def backward(self, grad: Any) -> None:
            walk = graph.get("walk", topological)
            walk(self, np.ones_like(self._data) if graph.get("seed") == "ones" else np.asarray(grad, dtype=float), graph)

        def __getitem__(self, key: Any) -> Any:
            return run("getitem", self, key)

    for name, sign in (("add", "__add__"), ("multiply", "__mul__"), ("subtract", "__sub__"), ("divide", "__truediv__"),
                       ("pow", "__pow__"), ("matmul", "__matmul__")):  # fmt: skip
        setattr(Tensor, sign, lambda a, b, name=name: run(name, a, b))
        setattr(Tensor, sign.replace("__", "__r", 1), lambda a, b, name=name: run(name, b, a))
    Tensor.__neg__ = lambda a: run("negative", a)  # type: ignore[attr-defined]

    def run(name: str, *args: Any, **params: Any) -> Any:
        forward, pull = table[name]
        if name in BINARY:
            args = tuple(a if isinstance(a, Tensor) else Tensor(a) for a in args)
        if name == "pow" and isinstance(args[1], Tensor):
            raise TypeError("an exponent is a number")
        tensors = [t for a in args for t in (a if isinstance(a, (list, tuple)) else [a]) if isinstance(t, Tensor)]
        plain = [[bare(t) for t in a] if isinstance(a, (list, tuple)) and a and isinstance(a[0], Tensor) else bare(a) for a in args]
        y = forward(*plain, **params)

        return Tensor(y, tuple(tensors), lambda g: pull(g, y, *plain, **params))

    def bare(x: Any) -> Any:
        return x._data if isinstance(x, Tensor) else x

    names = {name: (lambda *a, name=name, **k: run(name, *a, **k)) for name in table if name != "getitem"}
    names["split"] = lambda x, sizes, axis: [run("split", x, sizes, axis, part=k) for k in range(len(sizes))]
    return SimpleNamespace(Tensor=Tensor, **names)


def topological(root: Any, grad: Any, graph: dict[str, Any]) -> None:
    order: list[Any] = []
    seen: set[int] = set()

    def visit(node: Any) -> None:
        if id(node) not in seen:
            seen.add(id(node))
            for a in node.args:
                visit(a)
            order.append(node)

    visit(root)
    for node in order:
        if node.args and not graph.get("stale"):
            node.grad = np.zeros_like(node.data)
    root.grad = root.grad + grad
    for node in reversed(order):
        for a, g in zip(node.args, node.pull(node.grad) if node.args else ()):
            graph.get("join", added)(a, g)


def added(a: Any, g: Any) -> None:
    a.grad = a.grad + g
