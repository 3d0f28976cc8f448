"""Mistakes that tensor engines were reported to have, each as the one rule that it replaces.

- `PLANTED[name]` is (rules, graph): what to hand to `tensor_rules.engine`; the name begins with the
  kind of mistake.
- `LEGITIMATE[name]` is likewise an engine that is right: another order of summation, another choice
  at a tie, another stable form.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .tensor_rules import (
    RULES,
    added,
    axes_of,
    back,
    batch_norm_pull,
    both,
    channels,
    conv_pull,
    count,
    evenly,
    first_largest,
    index_pull,
    layer_norm_pull,
    matmul_pull,
    one_hot,
    pool,
    pool_pull,
    prod_pull,
    sigmoid,
    softmax,
    topological,
    un,
    var_pull,
)  # fmt: skip

Mistake = tuple[dict[str, Any], dict[str, Any]]


def pulled(name: str, pull: Any) -> Mistake:
    return {name: (None, pull)}, {}


def forward(name: str, run: Any) -> Mistake:
    return {name: (run, None)}, {}


def walking(**graph: Any) -> Mistake:
    return {}, graph


def of(name: str) -> Any:
    return RULES[name][1]


def unary(name: str, slope: Any) -> Mistake:
    return pulled(name, lambda g, y, x: (g * slope(y, x),))


def pair(name: str, da: Any, db: Any) -> Mistake:
    return pulled(name, both(da, db))


def ones(x: Any) -> Any:
    return np.ones_like(x)


def assigned(full: Any, key: Any, g: Any) -> Any:
    full[key] = g
    return full


def reductions(name: str, pull: Any) -> Mistake:
    """A pull of one that reduces: pull(g with its axes again, y likewise, x, axis)."""
    return pulled(name, lambda g, y, x, axis=None, keepdims=False, **more: (
        pull(back(np.asarray(g), x, axis, keepdims), back(np.asarray(y), x, axis, keepdims), x, axis),))  # fmt: skip


def hits(x: Any, y: Any) -> Any:
    return (x == y).astype(float)


def first_hit(x: Any, y: Any, axis: Any) -> Any:
    """1 at the first of each line's extremes."""
    axes = axes_of(x, axis)
    moved = np.moveaxis(hits(x, y), axes, range(x.ndim - len(axes), x.ndim))
    flat = moved.reshape(*moved.shape[: x.ndim - len(axes)], -1)
    only = (np.cumsum(flat, -1) == 1) * flat
    return np.moveaxis(only.reshape(moved.shape), range(x.ndim - len(axes), x.ndim), axes)


def last_hit(x: Any, y: Any, axis: Any) -> Any:
    axes = axes_of(x, axis)
    return np.flip(first_hit(np.flip(x, axes), np.flip(y, axes), axis), axes)


def unsummed(g: Any, shape: Any) -> Any:
    """A broadcast gradient whose first row is taken instead of the sum."""
    g = np.asarray(g)
    while g.ndim > len(shape):
        g = g[0]
    for k, n in enumerate(shape):
        g = g.take([0], k) if n == 1 and g.shape[k] != 1 else g
    return g


def leading_only(g: Any, shape: Any) -> Any:
    """Summed over new leading axes, but not over axes of size 1."""
    g = np.asarray(g)
    g = g.sum(axis=tuple(range(g.ndim - len(shape))))
    for k, n in enumerate(shape):
        g = g.take([0], k) if n == 1 and g.shape[k] != 1 else g
    return g


def sizes_only(g: Any, shape: Any) -> Any:
    """Summed over axes of size 1, of new leading axes only the first row."""
    g = np.asarray(g)
    while g.ndim > len(shape):
        g = g[0]
    return un(g, shape)


def averaged(g: Any, shape: Any) -> Any:
    g = np.asarray(g)
    return un(g, shape) * (np.prod(shape) / g.size if g.size else 1)


def matrix(da: Any, db: Any) -> Mistake:
    """A wrong pull of matmul for matrices; vectors are pulled rightly."""
    def pull(g: Any, y: Any, a: Any, b: Any) -> Any:
        if a.ndim < 2 or b.ndim < 2:
            return matmul_pull(g, y, a, b)
        return un(da(g, a, b), a.shape), un(db(g, a, b), b.shape)

    return pulled("matmul", pull)


def t(x: Any) -> Any:
    return np.swapaxes(x, -1, -2)


def tt(x: Any) -> Any:
    return x.T


def safe(run: Any, other: Any) -> Any:
    """`run`'s result where it has the shape of the right one, else the right one: a mistake that
    only square shapes show."""
    def pull(*args: Any, **params: Any) -> Any:
        right = other(*args, **params)
        try:
            wrong = run(*args, **params)
            shaped = [w if np.shape(w) == np.shape(r) else r for w, r in zip(wrong, right)]
        except (ValueError, IndexError):
            return right
        return shaped

    return pull


def wrong(name: str, run: Any) -> Mistake:
    return pulled(name, safe(run, of(name)))


def scaled(name: str, factor: Any) -> Mistake:
    return pulled(name, lambda *a, **p: [x * factor for x in of(name)(*a, **p)])


def swapped(name: str) -> Mistake:
    return wrong(name, lambda *a, **p: list(of(name)(*a, **p))[::-1])


def shuffled(name: str, change: Any) -> Mistake:
    """The cotangent changed before the right pull."""
    return wrong(name, lambda g, *a, **p: of(name)(change(np.asarray(g)), *a, **p))


def conv_with(name: str, **wrong_params: Any) -> Mistake:
    return wrong(name, lambda g, y, *a, **p: conv_pull(g, y, *a, **{**p, **{k: v for k, v in wrong_params.items() if p.get(k, v) != v}}))


def conv_together(name: str, several: tuple[str, ...]) -> Mistake:
    """Right with each of these settings, wrong with all of them."""
    plain = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1}

    def pull(g: Any, y: Any, *a: Any, **p: Any) -> Any:
        hit = all(p.get(word, plain[word]) != plain[word] for word in several)
        return [d * (1 + hit) for d in conv_pull(g, y, *a, **p)]

    return pulled(name, pull)


def depth_first(root: Any, grad: Any, graph: dict[str, Any]) -> None:
    """Backward as one meets the nodes: what is shared is sent on before it is complete."""
    root.grad = root.grad + grad
    stack, seen = [root], set()
    while stack:
        node = stack.pop(0)
        if id(node) in seen:
            continue
        seen.add(id(node))
        for a, g in zip(node.args, node.pull(node.grad) if node.args else ()):
            added(a, g)
            stack.append(a)


def along_paths(root: Any, grad: Any, graph: dict[str, Any], top: bool = True) -> None:
    """Each path on its own: right, and slow."""
    root.grad = root.grad + grad
    for a, g in zip(root.args, root.pull(grad) if root.args else ()):
        along_paths(a, g, graph)


def complete_paths_twice(root: Any, grad: Any, graph: dict[str, Any]) -> None:
    """Recursion that sends the whole gradient on at every visit."""
    root.grad = root.grad + grad
    for a, g in zip(root.args, root.pull(root.grad) if root.args else ()):
        complete_paths_twice(a, g, graph)


def by_consumers(root: Any, grad: Any, graph: dict[str, Any]) -> None:
    """A node is sent on when all its consumers were: also those that the root does not use."""
    waiting = {}
    root.grad = root.grad + grad
    ready = [root]
    while ready:
        node = ready.pop()
        for a, g in zip(node.args, node.pull(node.grad) if node.args else ()):
            added(a, g)
            waiting[id(a)] = waiting.get(id(a), a.consumers) - 1
            if waiting[id(a)] == 0:
                ready.append(a)


def in_place(a: Any, g: Any) -> None:
    """The first gradient is kept as it came, and then added to in place."""
    if not getattr(a, "got", False):
        a.got, a.grad = True, g if isinstance(g, np.ndarray) and g.flags.writeable and g.shape == a.shape else np.array(g, dtype=float)
    else:
        a.grad += g


def overwritten(a: Any, g: Any) -> None:
    a.grad = np.broadcast_to(g, a.shape).copy()


def first_only(a: Any, g: Any) -> None:
    if not getattr(a, "got", False):
        a.got, a.grad = True, a.grad + g


def single(a: Any, g: Any) -> None:
    a.grad = (a.grad + np.asarray(g, dtype=np.float32)).astype(np.float32)


def half_pass(name: str) -> Mistake:
    """Only the first argument gets a gradient."""
    return pulled(name, lambda *a, **p: [x * (k == 0) for k, x in enumerate(of(name)(*a, **p))])


def window_all(window: Any, g: float) -> Any:
    return (window == window.max()) * g


def window_even(window: Any, g: float) -> Any:
    found = window == window.max()
    return found * g / found.sum()


def window_last(window: Any, g: float) -> Any:
    return first_largest(window[..., ::-1, ::-1] if window.ndim > 1 else window[::-1], g)[(..., *[slice(None, None, -1)] * min(2, window.ndim))]


def pool_assigned(share: Any) -> Any:
    def pull(g: Any, y: Any, x: Any, size: int, stride: int | None = None) -> Any:
        dx = np.zeros_like(x)
        for i in np.ndindex(*g.shape):
            at = (*i[:2], *[slice(k * (stride or size), k * (stride or size) + size) for k in i[2:]])
            part = share(x[at], g[i])
            dx[at] = np.where(part != 0, part, dx[at])
        return (dx,)

    return pull


def zeros_prod(g: Any, y: Any, x: Any, axis: Any) -> Any:
    with np.errstate(all="ignore"):
        return g * y / x


def nan_to_zero(g: Any, y: Any, x: Any, axis: Any) -> Any:
    return np.nan_to_num(zeros_prod(g, y, x, axis), nan=0.0, posinf=0.0, neginf=0.0)


def cumprod_quotient(g: Any, y: Any, x: Any, axis: int = 0) -> Any:
    with np.errstate(all="ignore"):
        return (np.flip(np.cumsum(np.flip(g * y, axis), axis), axis) / x,)


def norm_parts(x: Any, weight: Any, axes: Any, shape: Any, g: Any) -> Any:
    m, v = x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)
    s = 1 / np.sqrt(v + 1e-5)
    return m, v, s, (x - m) * s, g if weight is None else g * weight.reshape(shape)


def layer_wrong(change: Any) -> Mistake:
    def pull(g: Any, y: Any, x: Any, weight: Any = None, bias: Any = None) -> Any:
        found = list(layer_norm_pull(g, y, x, weight, bias))
        _, _, s, h, d = norm_parts(x, weight, -1, () if weight is None else weight.shape, g)
        return change(found, s, h, d, -1)

    return pulled("layer_norm", pull)


def batch_wrong(change: Any) -> Mistake:
    def pull(g: Any, y: Any, x: Any, weight: Any, bias: Any) -> Any:
        axes, shape = channels(x)
        found = list(batch_norm_pull(g, y, x, weight, bias))
        _, _, s, h, d = norm_parts(x, weight, axes, shape, g)
        return change(found, s, h, d, axes)

    return pulled("batch_norm", pull)


def norm_mistakes(wrap: Any) -> dict[str, Mistake]:
    return {
        "the mean's own part is missing": wrap(lambda f, s, h, d, ax: [s * (d - h * (d * h).mean(axis=ax, keepdims=True)), *f[1:]]),
        "the variance's own part is missing": wrap(lambda f, s, h, d, ax: [s * (d - d.mean(axis=ax, keepdims=True)), *f[1:]]),
        "statistics are constants": wrap(lambda f, s, h, d, ax: [s * d, *f[1:]]),
        "the weight is left out": wrap(lambda f, s, h, d, ax: [f[0] * 1.5, *f[1:]]),
        "weight and bias change places": wrap(lambda f, s, h, d, ax: [f[0], *f[1:][::-1]]),
    }


def einsum_wrong(change: Any) -> Mistake:
    return wrong("einsum", lambda g, y, text, *x: change([np.asarray(d) for d in of("einsum")(g, y, text, *x)], g, text, x))


def put_along(x: Any, i: Any, g: Any, axis: int) -> Any:
    full = np.zeros(x.shape)
    np.put_along_axis(full, i, g, axis)
    return full


def safe_dot(a: Any, b: Any, right: Any, left: bool = False) -> Any:
    """a @ b where it has the shape of the right product, else that one."""
    good = right @ b if left else a @ right
    try:
        found = a @ b
    except ValueError:
        return good
    return found if found.shape == good.shape else good


def paths(root: Any, grad: Any, graph: dict[str, Any]) -> None:
    along_paths(root, grad, graph)


def reversed_sum(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    found = np.flip(np.sum(np.flip(x), axis=axis, keepdims=True))
    return found.reshape(np.sum(x, axis=axis, keepdims=keepdims).shape)


def kahan_dot(a: Any, b: Any) -> Any:
    return (a.astype(np.longdouble) @ b.astype(np.longdouble)).astype(float)


def jacobian_softmax(g: Any, y: Any, axis: int) -> Any:
    rows, grads = np.moveaxis(y, axis, -1), np.moveaxis(np.asarray(g), axis, -1)
    j = np.einsum("...i,ij->...ij", rows, np.eye(rows.shape[-1])) - rows[..., :, None] * rows[..., None, :]
    return np.moveaxis((j @ grads[..., None])[..., 0], -1, axis)


def layer_by_steps(g: Any, x: Any, weight: Any) -> Any:
    """Through the mean, the variance and the quotient one after another."""
    n = x.shape[-1]
    gap = x - x.mean(-1, keepdims=True)
    v = (gap * gap).mean(-1, keepdims=True)
    root = np.sqrt(v + 1e-5)
    d = g if weight is None else g * weight
    dv = (d * gap).sum(-1, keepdims=True) * -0.5 / root**3
    dgap = d / root + dv * 2 * gap / n
    dx = dgap - dgap.mean(-1, keepdims=True)
    return (dx,) if weight is None else (dx, un(g * gap / root, weight.shape), un(g, weight.shape))


def from_none(root: Any, grad: Any, graph: dict[str, Any]) -> None:
    """Gradients that are None until something comes."""
    order: list[Any] = []
    seen: set[int] = set()

    def visit(node: Any) -> None:
        if id(node) not in seen:
            seen.add(id(node))
            for a in node.args:
                visit(a)
            order.append(node)

    visit(root)
    root.grad = np.array(grad)
    for node in reversed(order):
        for a, g in zip(node.args, node.pull(node.grad) if node.args else ()):
            graph["join"](a, g)


PLANTED: dict[str, Mistake] = {
    # broadcasting
    "broadcast: first row in add": ({"add": (None, lambda g, y, a, b: (unsummed(g, a.shape), unsummed(g, b.shape)))}, {}),
    "broadcast: axes of size 1 in add": ({"add": (None, lambda g, y, a, b: (leading_only(g, a.shape), leading_only(g, b.shape)))}, {}),
    "broadcast: leading axes in add": ({"add": (None, lambda g, y, a, b: (sizes_only(g, a.shape), sizes_only(g, b.shape)))}, {}),
    "broadcast: mean in add": ({"add": (None, lambda g, y, a, b: (averaged(g, a.shape), averaged(g, b.shape)))}, {}),
    "broadcast: not summed in add": ({"add": (None, lambda g, y, a, b: (g, g))}, {"join": lambda a, g: setattr(a, "grad", a.grad + g)}),
    "broadcast: first row in multiply": ({"multiply": (None, lambda g, y, a, b: (unsummed(g * b, a.shape), unsummed(g * a, b.shape)))}, {}),
    "broadcast: right operand of multiply": ({"multiply": (None, lambda g, y, a, b: (un(g * b, a.shape), unsummed(g * a, b.shape)))}, {}),
    "broadcast: leading axes in subtract": ({"subtract": (None, lambda g, y, a, b: (sizes_only(g, a.shape), sizes_only(-g, b.shape)))}, {}),
    "broadcast: mean in divide": ({"divide": (None, lambda g, y, a, b: (averaged(g / b, a.shape), averaged(-g * a / (b * b), b.shape)))}, {}),
    "broadcast: first row in maximum": ({"maximum": (None, lambda g, y, a, b: (unsummed(g * (a >= b), a.shape), unsummed(g * (a < b), b.shape)))}, {}),
    "broadcast: broadcast_to takes one row": pulled("broadcast_to", lambda g, y, x, shape: (unsummed(g, x.shape),)),
    "broadcast: broadcast_to averages": pulled("broadcast_to", lambda g, y, x, shape: (averaged(g, x.shape),)),
    "broadcast: stacks of matmul are not summed": pulled("matmul", lambda g, y, a, b: matmul_pull(g, y, a, b) if (a.ndim < 3 and b.ndim < 3) or a.ndim == b.ndim else (
        unsummed(matmul_pull(g, y, np.broadcast_to(a, (*y.shape[:-2], *a.shape[-2:])), b)[0], a.shape) if b.ndim > 1 and a.ndim > 1 else matmul_pull(g, y, a, b)[0],
        unsummed(matmul_pull(g, y, a, np.broadcast_to(b, (*y.shape[:-2], *b.shape[-2:])))[1], b.shape) if b.ndim > 1 and a.ndim > 1 else matmul_pull(g, y, a, b)[1])),
    "broadcast: where's branches": pulled("where", lambda g, y, c, a, b: (unsummed(np.where(c, g, 0), np.shape(a)), unsummed(np.where(c, 0, g), np.shape(b)))),
    "broadcast: bias of linear": pulled("linear", lambda g, y, x, w, b=None: (of("linear")(g, y, x, w, b)[:2] + (() if b is None else (unsummed(g, b.shape),)))),
    # elementwise
    "slope: 1 + y*y in tanh": unary("tanh", lambda y, x: 1 + y * y),
    "slope: 1 - x*x in tanh": unary("tanh", lambda y, x: 1 - x * x),
    "slope: 1 - y in tanh": unary("tanh", lambda y, x: 1 - y),
    "slope: y instead of y*(1 - y) in sigmoid": unary("sigmoid", lambda y, x: y),
    "slope: x*(1 - x) in sigmoid": unary("sigmoid", lambda y, x: x * (1 - x)),
    "slope: x in exp": unary("exp", lambda y, x: x),
    "slope: x in log": unary("log", lambda y, x: x),
    "slope: 2/y in sqrt": unary("sqrt", lambda y, x: 2 / y),
    "slope: sign of cos": unary("cos", lambda y, x: np.sin(x)),
    "slope: sign of divide": pair("divide", lambda y, a, b: 1 / b, lambda y, a, b: a / (b * b)),
    "slope: a/b in divide": pair("divide", lambda y, a, b: 1 / b, lambda y, a, b: -a / b),
    "slope: sign of subtract": pair("subtract", lambda y, a, b: 1.0, lambda y, a, b: 1.0),
    "slope: own factor in multiply": pair("multiply", lambda y, a, b: a, lambda y, a, b: b),
    "slope: n in pow": pulled("pow", lambda g, y, x, n: (g * n * np.asarray(x, dtype=float) ** float(n),)),
    "slope: factor n missing in pow": pulled("pow", lambda g, y, x, n: (g * np.asarray(x, dtype=float) ** (float(n) - 1),)),
    "slope: mask of relu": unary("relu", lambda y, x: np.ones_like(x)),
    "slope: inverted mask of relu": unary("relu", lambda y, x: (x < 0) * 1.0),
    "slope: leaky_relu left is 0": unary("leaky_relu", lambda y, x: (x > 0) * 1.0),
    "slope: abs is 1": unary("abs", lambda y, x: np.ones_like(x)),
    "slope: the tanh form's in gelu": unary("gelu", lambda y, x: of("gelu_tanh")(1.0, y, x)[0]),
    "slope: second term of gelu": unary("gelu", lambda y, x: of("gelu_quick")(1.0, y, x)[0]),
    "slope: second term of silu": unary("silu", lambda y, x: sigmoid(x)),
    "slope: factor 1.702 missing in gelu_quick": unary("gelu_quick", lambda y, x: sigmoid(1.702 * x) * (1 + x * (1 - sigmoid(1.702 * x)))),
    "slope: cube of gelu_tanh": unary("gelu_tanh", lambda y, x: of("gelu")(1.0, y, x)[0]),
    "slope: elu right": unary("elu", lambda y, x: np.exp(np.minimum(x, 0)) * np.where(x > 0, 0.5, 1)),
    "slope: sign of log_sigmoid": unary("log_sigmoid", lambda y, x: sigmoid(x)),
    "slope: softplus overflows": ({"softplus": (lambda x: np.log(1 + np.exp(x)), None)}, {}),
    "slope: sigmoid overflows": ({"sigmoid": (lambda x: np.exp(x) / (1 + np.exp(x)), None)}, {}),
    "slope: atan2's arguments change places": swapped("atan2"),
    "slope: logaddexp's second": pair("logaddexp", lambda y, a, b: np.exp(a - y), lambda y, a, b: np.exp(a - y)),
    "slope: clip passes everything": pulled("clip", lambda g, y, x, low, high: (g,)),
    "slope: clip below only": pulled("clip", lambda g, y, x, low, high: (g * (x > low),)),
    "slope: where's branches change places": swapped("where"),
    "slope: masked_fill ignores the mask": pulled("masked_fill", lambda g, y, x, c, value: (np.asarray(g),)),
    "slope: cotangent left out of exp": pulled("exp", lambda g, y, x: (y,)),
    "slope: second argument of maximum": half_pass("maximum"),
    # ties
    "ties: both arguments of maximum": pair("maximum", lambda y, a, b: (a >= b) * 1.0, lambda y, a, b: (b >= a) * 1.0),
    "ties: no argument of minimum": pair("minimum", lambda y, a, b: (a < b) * 1.0, lambda y, a, b: (b < a) * 1.0),
    "ties: all of max": reductions("max", lambda g, y, x, ax: g * hits(x, y)),
    "ties: all of min": reductions("min", lambda g, y, x, ax: g * hits(x, y)),
    "ties: shared over the wrong axes in max": reductions("max", lambda g, y, x, ax: g * hits(x, y) / hits(x, y).sum()),
    "ties: max_pool2d counts all": ({"max_pool2d": (None, pool_pull(window_all))}, {}),
    # sums and means
    "sum: cotangent taken for ones": pulled("sum", lambda g, y, x, axis=None, keepdims=False: (np.ones_like(x),)),
    "sum: axis of a square": wrong("sum", lambda g, y, x, axis=None, keepdims=False: (np.broadcast_to(g, x.shape),)),
    "sum: keepdims lost": wrong("sum", lambda g, y, x, axis=None, keepdims=False: (np.broadcast_to(np.asarray(g).T if keepdims else back(g, x, axis, keepdims), x.shape),)),
    "sum: multiplied by n": reductions("sum", lambda g, y, x, ax: g * np.ones_like(x) * count(x, ax)),
    "sum: negative axis": wrong("sum", lambda g, y, x, axis=None, keepdims=False: (np.broadcast_to(
        np.expand_dims(g, axis + 1) if isinstance(axis, int) and axis < 0 and not keepdims else back(g, x, axis, keepdims), x.shape),)),
    "mean: not divided": reductions("mean", lambda g, y, x, ax: g * np.ones_like(x)),
    "mean: divided by all": reductions("mean", lambda g, y, x, ax: g * np.ones_like(x) / max(1, x.size)),
    "mean: divided by the first axis": reductions("mean", lambda g, y, x, ax: g * np.ones_like(x) / (x.shape[0] if x.ndim else 1)),
    "mean: divided twice": reductions("mean", lambda g, y, x, ax: g * np.ones_like(x) / count(x, ax) ** 2),
    "mean: of several axes by one": reductions("mean", lambda g, y, x, ax: g * np.ones_like(x) / (x.shape[axes_of(x, ax)[0]] if x.ndim else 1)),
    "prod: divides by zero": reductions("prod", zeros_prod),
    "prod: nothing at zero": reductions("prod", nan_to_zero),
    "prod: y instead of y/x": reductions("prod", lambda g, y, x, ax: g * y * np.ones_like(x)),
    "cumulative_prod: divides by zero": pulled("cumulative_prod", cumprod_quotient),
    "cumulative_prod: nothing at zero": pulled("cumulative_prod", lambda *a, **p: (np.nan_to_num(cumprod_quotient(*a, **p)[0], nan=0, posinf=0, neginf=0),)),
    "cumulative_sum: not reversed": pulled("cumulative_sum", lambda g, y, x, axis=0: (np.cumsum(g, axis),)),
    "cumulative_sum: passed on": pulled("cumulative_sum", lambda g, y, x, axis=0: (np.asarray(g),)),
    "cumulative_sum: axis 0 always": wrong("cumulative_sum", lambda g, y, x, axis=0: (np.flip(np.cumsum(np.flip(g, 0), 0), 0),)),
    "var: factor 2": reductions("var", lambda g, y, x, ax: g / count(x, ax) * (x - x.mean(axis=axes_of(x, ax), keepdims=True))),
    "var: mean of everything": reductions("var", lambda g, y, x, ax: g * 2 / count(x, ax) * (x - x.mean())),
    "var: correction left out": pulled("var", lambda g, y, x, axis=None, keepdims=False, correction=0: var_pull(g, y, x, axis, keepdims, 0)),
    "var: not centred": reductions("var", lambda g, y, x, ax: g * 2 / count(x, ax) * x),
    "std: half left out": scaled("std", 2.0),
    "std: divided by the variance": reductions("std", lambda g, y, x, ax: g / (y * y) / count(x, ax) * (x - x.mean(axis=axes_of(x, ax), keepdims=True))),
    "vector_norm: not divided": reductions("vector_norm", lambda g, y, x, ax: g * x),
    "vector_norm: factor 2": scaled("vector_norm", 2.0),
    "logsumexp: not normalized": reductions("logsumexp", lambda g, y, x, ax: g * np.exp(x)),
    "logsumexp: overflows": ({"logsumexp": (lambda x, axis=None, keepdims=False: np.log(np.exp(x).sum(axis=axis, keepdims=keepdims)), None)}, {}),
    "logsumexp: over everything": reductions("logsumexp", lambda g, y, x, ax: g * np.exp(x - x.max()) / np.exp(x - x.max()).sum()),
    "max: gradient everywhere": reductions("max", lambda g, y, x, ax: g * np.ones_like(x)),
    "max: position in the flat array": reductions("max", lambda g, y, x, ax: g * first_hit(x, x.max() if x.size else x, None)),
    "trace: of ones": pulled("trace", lambda g, y, x: (g * np.ones_like(x),)),
    # products
    "matmul: no transposes": matrix(lambda g, a, b: safe_dot(g, b, t(b)), lambda g, a, b: safe_dot(a, g, t(a), left=True)),
    "matmul: second factor's transpose": matrix(lambda g, a, b: g @ t(b), lambda g, a, b: safe_dot(a, g, t(a), left=True)),
    "matmul: order of the second": wrong("matmul", lambda g, y, a, b: (matmul_pull(g, y, a, b)[0], g @ t(a))),
    "matmul: .T of stacks": wrong("matmul", lambda g, y, a, b: (g @ b.T, a.T @ g)),
    "matmul: transposed result": wrong("matmul", lambda g, y, a, b: (b @ np.swapaxes(g, -1, -2), matmul_pull(g, y, a, b)[1])),
    "matmul: vector on the right": wrong("matmul", lambda g, y, a, b: matmul_pull(g, y, a, b) if b.ndim != 1 or a.ndim != 2 else (np.outer(b, g).T, a.T @ np.abs(g))),
    "matmul: vector on the left": wrong("matmul", lambda g, y, a, b: matmul_pull(g, y, a, b) if a.ndim != 1 or b.ndim != 2 else (b.sum(1) * 1.0, np.outer(a, g))),
    "outer: factors change places": wrong("outer", lambda g, y, a, b: (g.T @ a, g @ b)),
    "vecdot: own factor": pulled("vecdot", lambda g, y, a, b: (g[..., None] * a, g[..., None] * b)),
    "linear: weight not transposed": wrong("linear", lambda g, y, x, w, b=None: (g @ w.T, *of("linear")(g, y, x, w, b)[1:])),
    "linear: weight's gradient transposed": wrong("linear", lambda g, y, x, w, b=None: (g @ w, (g.reshape(-1, w.shape[0]).T @ x.reshape(-1, w.shape[1])).T, *of("linear")(g, y, x, w, b)[2:])),
    "einsum: transposed": einsum_wrong(lambda found, g, text, x: [d.T for d in found]),
    "einsum: operands change places": einsum_wrong(lambda found, g, text, x: found[::-1]),
    "einsum: repeated letter": einsum_wrong(lambda found, g, text, x: [np.broadcast_to(np.asarray(g)[..., None], x[0].shape) if text == "ii->i" else d for d in found]),
    "einsum: summed letter": einsum_wrong(lambda found, g, text, x: [d / 3 if text in ("ij->j", "ijk->ik") else d for d in found]),
    "einsum: cotangent's order": einsum_wrong(lambda found, g, text, x: [of("einsum")(np.asarray(g).T, None, text, *x)[k] if np.shape(g) == np.shape(np.asarray(g).T) else d for k, d in enumerate(found)]),
    "tensordot: axes in order": wrong("tensordot", lambda g, y, a, b, axes: tuple(x.transpose(np.argsort(range(x.ndim))[::-1]) for x in of("tensordot")(g, y, a, b, axes))),
    # movement
    "permute: the same permutation": wrong("permute_dims", lambda g, y, x, axes: (np.transpose(g, axes),)),
    "permute: reversed axes": wrong("permute_dims", lambda g, y, x, axes: (np.transpose(g),)),
    "permute: negative axes": wrong("permute_dims", lambda g, y, x, axes: (np.transpose(g, np.argsort(axes)),)),
    "permute: reshaped back": pulled("permute_dims", lambda g, y, x, axes: (np.reshape(g, x.shape),)),
    "swapaxes: not swapped back": pulled("swapaxes", lambda g, y, x, i, j: (np.reshape(g, x.shape),)),
    "moveaxis: the same move": wrong("moveaxis", lambda g, y, x, i, j: (np.moveaxis(g, i, j),)),
    "matrix_transpose: reshaped": pulled("matrix_transpose", lambda g, y, x: (np.reshape(g, x.shape),)),
    "reshape: in another order": pulled("reshape", lambda g, y, x, shape: (np.reshape(g, x.shape, order="F"),)),
    "flatten: in another order": pulled("flatten", lambda g, y, x: (np.reshape(g, x.shape, order="F"),)),
    "concat: equal parts": pulled("concat", lambda g, y, xs, axis=0: np.split(g, len(xs), axis)),
    "concat: axis 0 always": pulled("concat", lambda g, y, xs, axis=0: np.split(g, np.cumsum([x.shape[0] for x in xs])[:-1], 0)),
    "concat: reversed": wrong("concat", lambda g, y, xs, axis=0: list(of("concat")(g, y, xs[::-1], axis))[::-1] and list(of("concat")(g, y, xs, axis))[::-1]),
    "concat: only the first": half_pass("concat"),
    "concat: two operands only": pulled("concat", lambda g, y, xs, axis=0: [d * (k < 2) for k, d in enumerate(of("concat")(g, y, xs, axis))]),
    "concat: offsets of sizes": wrong("concat", lambda g, y, xs, axis=0: [g.take(range(x.shape[axis]), axis) for x in xs]),
    "stack: axis 0 always": wrong("stack", lambda g, y, xs, axis=0: [np.take(g, k, 0) for k in range(len(xs))]),
    "stack: reversed": wrong("stack", lambda g, y, xs, axis=0: [np.take(g, len(xs) - 1 - k, axis) for k in range(len(xs))]),
    "split: first part always": wrong("split", lambda g, y, x, sizes, axis, part=0: (of("split")(g, y, x, (sizes[part], *[s for k, s in enumerate(sizes) if k != part]), axis, part=0)[0],)),
    "split: axis 0 always": pulled("split", lambda g, y, x, sizes, axis, part=0: of("split")(g, y, x, sizes, 0, part=part)),
    "flip: not flipped back": pulled("flip", lambda g, y, x, axis=None: (np.asarray(g),)),
    "flip: all axes": pulled("flip", lambda g, y, x, axis=None: (np.flip(g),)),
    "roll: the same way": pulled("roll", lambda g, y, x, shift, axis=None: (np.roll(g, shift, axis),)),
    "roll: passed on": pulled("roll", lambda g, y, x, shift, axis=None: (np.asarray(g),)),
    "tile: first copy": pulled("tile", lambda g, y, x, reps: (np.asarray(g).reshape(-1)[: x.size].reshape(x.shape),)),
    "tile: as if repeated": wrong("tile", lambda g, y, x, reps: (np.asarray(g).reshape(*x.shape, -1).sum(-1),)),
    "repeat: as if tiled": wrong("repeat", lambda g, y, x, n, axis=None: (np.asarray(g).reshape(n, *x.shape).sum(0),)),
    "repeat: one copy": pulled("repeat", lambda g, y, x, n, axis=None: tuple(d / n for d in of("repeat")(g, y, x, n, axis))),
    "pad: from the start": pulled("pad", lambda g, y, x, widths, value=0: (np.asarray(g)[tuple(slice(0, n) for n in x.shape)],)),
    "pad: sides change places": wrong("pad", lambda g, y, x, widths, value=0: (np.asarray(g)[tuple(slice(b, b + n) for (_, b), n in zip(widths, x.shape))],)),
    "pad: axes change places": wrong("pad", lambda g, y, x, widths, value=0: of("pad")(g, y, x, widths[::-1], value)),
    "tril: whole": pulled("tril", lambda g, y, x, k: (np.asarray(g),)),
    "tril: the other triangle": pulled("tril", lambda g, y, x, k: (np.triu(g, k),)),
    "triu: without the offset": pulled("triu", lambda g, y, x, k: (np.triu(g),)),
    "diagonal: without the offset": wrong("diagonal", lambda g, y, x, k: (of("diagonal")(g, y, x, 0)[0],)),
    "squeeze: order": pulled("squeeze", lambda g, y, x, axis: (np.flip(np.reshape(g, x.shape)),)),
    # indices
    "index: assigned": pulled("getitem", lambda g, y, x, key: (assigned(np.zeros(x.shape), key, g),)),
    "index: negative step": pulled("getitem", lambda g, y, x, key: (np.zeros(x.shape),) if any(isinstance(k, slice) and k.step and k.step < 0 for k in (key if isinstance(key, tuple) else (key,))) else index_pull(g, y, x, key)),
    "index: step left out": wrong("getitem", lambda g, y, x, key: (assigned(np.zeros(x.shape), slice(0, len(g)), g),) if isinstance(key, slice) and key.step else index_pull(g, y, x, key)),
    "index: cotangent taken for ones": pulled("getitem", lambda g, y, x, key: index_pull(np.ones_like(g), y, x, key)),
    "index: gradient of the whole": pulled("getitem", lambda g, y, x, key: (index_pull(g, y, x, key)[0] + (np.asarray(g).sum() if isinstance(key, int) else 0),)),
    "take: assigned": pulled("take", lambda g, y, x, i, axis: (assigned(np.zeros(x.shape), (*[slice(None)] * (axis % x.ndim), i), g),)),
    "take: axis 0 always": wrong("take", lambda g, y, x, i, axis: index_pull(g, y, x, i)),
    "take_along_axis: assigned": pulled("take_along_axis", lambda g, y, x, i, axis: (put_along(x, i, g, axis),)),
    "embedding: assigned": pulled("embedding", lambda g, y, x, i: (assigned(np.zeros(x.shape), i, g),)),
    "embedding: averaged": pulled("embedding", lambda g, y, x, i: (index_pull(g, y, x, i)[0] / np.maximum(1, np.bincount(np.ravel(i), minlength=len(x)))[:, None],)),
    "sort: not sorted back": pulled("sort", lambda g, y, x, axis=-1: (np.asarray(g),)),
    "sort: by the same permutation": pulled("sort", lambda g, y, x, axis=-1: (np.take_along_axis(np.asarray(g), np.argsort(x, axis), axis),)),
    "topk: at the front": wrong("topk", lambda g, y, x, k: (np.concatenate([g, np.zeros((*x.shape[:-1], x.shape[-1] - k))], -1),)),
    # softmax and losses
    "softmax: diagonal only": pulled("softmax", lambda g, y, x, axis=-1: (g * y * (1 - y),)),
    "softmax: last axis always": wrong("softmax", lambda g, y, x, axis=-1: of("softmax")(g, y, x, -1)),
    "softmax: y*g": pulled("softmax", lambda g, y, x, axis=-1: (g * y,)),
    "softmax: overflows": ({"softmax": (lambda x, axis=-1: np.exp(x) / np.exp(x).sum(axis=axis, keepdims=True), None)}, {}),
    "softmax: sum of g": pulled("softmax", lambda g, y, x, axis=-1: (y * (g - np.asarray(g).sum(axis=axis, keepdims=True)),)),
    "log_softmax: log of softmax": ({"log_softmax": (lambda x, axis=-1: np.log(softmax(x, axis)), None)}, {}),
    "log_softmax: cotangent of ones": pulled("log_softmax", lambda g, y, x, axis=-1: (g - np.exp(y) * x.shape[axis],)),
    "log_softmax: 1 - softmax": pulled("log_softmax", lambda g, y, x, axis=-1: (g * (1 - np.exp(y)),)),
    "log_softmax: last axis always": wrong("log_softmax", lambda g, y, x, axis=-1: of("log_softmax")(g, y, x, -1)),
    "cross_entropy: not averaged": pulled("cross_entropy", lambda g, y, x, labels: (g * (softmax(x) - one_hot(labels, x.shape[1])),)),
    "cross_entropy: averaged over all": pulled("cross_entropy", lambda g, y, x, labels: (g * (softmax(x) - one_hot(labels, x.shape[1])) / x.size,)),
    "cross_entropy: without the cotangent": pulled("cross_entropy", lambda g, y, x, labels: ((softmax(x) - one_hot(labels, x.shape[1])) / len(labels),)),
    "cross_entropy: sign": scaled("cross_entropy", -1.0),
    "cross_entropy: softmax over rows": pulled("cross_entropy", lambda g, y, x, labels: (g * (softmax(x, 0) - one_hot(labels, x.shape[1])) / len(labels),)),
    "cross_entropy: overflows": ({"cross_entropy": (lambda x, labels: -np.mean(np.log(softmax(x))[np.arange(len(labels)), labels]), None)}, {}),
    "nll_loss: everywhere": pulled("nll_loss", lambda g, y, x, labels: (-g * np.ones_like(x) / len(labels),)),
    "mse_loss: factor 2": scaled("mse_loss", 0.5),
    "mse_loss: first axis": pulled("mse_loss", lambda g, y, a, b: (g * 2 * (a - b) / len(a), -g * 2 * (a - b) / len(a))),
    "mse_loss: sign of the target": pulled("mse_loss", lambda g, y, a, b: (g * 2 * (a - b) / a.size, g * 2 * (a - b) / a.size)),
    "bce: denominator": pulled("binary_cross_entropy", lambda g, y, p, labels: (g * (p - labels) / p.size,)),
    "bce_with_logits: overflows": ({"bce_with_logits": (lambda z, labels: np.mean(np.log(1 + np.exp(z)) - z * labels), None)}, {}),
    "bce_with_logits: not averaged": pulled("bce_with_logits", lambda g, y, z, labels: (g * (sigmoid(z) - labels),)),
    # layers
    **{f"layer_norm: {k}": m for k, m in norm_mistakes(layer_wrong).items()},
    **{f"batch_norm: {k}": m for k, m in norm_mistakes(batch_wrong).items()},
    "rms_norm: mean's part": pulled("rms_norm", lambda g, y, x, w: (g * w / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-5), of("rms_norm")(g, y, x, w)[1])),
    "conv1d: stride taken for 1": conv_with("conv1d", stride=1),
    "conv1d: dilation taken for 1": conv_with("conv1d", dilation=1),
    "conv1d: kernel not flipped": wrong("conv1d", lambda g, y, x, w, *b, **p: (conv_pull(g, y, x, w[..., ::-1], *b, **p)[0], *conv_pull(g, y, x, w, *b, **p)[1:])),
    "conv2d: kernel not flipped": wrong("conv2d", lambda g, y, x, w, *b, **p: (conv_pull(g, y, x, w[..., ::-1, ::-1], *b, **p)[0], *conv_pull(g, y, x, w, *b, **p)[1:])),
    "conv2d: weight's gradient flipped": wrong("conv2d", lambda g, y, *a, **p: (conv_pull(g, y, *a, **p)[0], conv_pull(g, y, *a, **p)[1][..., ::-1, ::-1], *conv_pull(g, y, *a, **p)[2:])),
    "conv2d: padding shifts": wrong("conv2d", lambda g, y, *a, padding=0, **p: (np.roll(conv_pull(g, y, *a, padding=padding, **p)[0], padding, -1), *conv_pull(g, y, *a, padding=padding, **p)[1:])),
    "conv2d: dilation taken for 1": conv_with("conv2d", dilation=1),
    "conv2d: groups mixed": wrong("conv2d", lambda g, y, x, w, *b, groups=1, **p: (np.roll(conv_pull(g, y, x, w, *b, groups=groups, **p)[0], 1 if groups > 1 else 0, 1), *conv_pull(g, y, x, w, *b, groups=groups, **p)[1:])),
    "conv2d: bias averaged": pulled("conv2d", lambda g, y, *a, **p: [d / g.shape[-1] if k == 2 else d for k, d in enumerate(conv_pull(g, y, *a, **p))]),
    "conv2d: last columns": wrong("conv2d", lambda g, y, *a, **p: [d * (np.arange(d.shape[-1]) < d.shape[-1] - 1) if k == 0 and d.shape[-1] == 4 else d for k, d in enumerate(conv_pull(g, y, *a, **p))]),
    "conv2d: batch summed": wrong("conv2d", lambda g, y, x, w, *b, **p: (conv_pull(g, y, x, w, *b, **p)[0], conv_pull(g[:1], y, x[:1], w, *b, **p)[1], *conv_pull(g, y, x, w, *b, **p)[2:])),
    "pool: overlapping windows overwrite": ({"max_pool2d": (None, pool_assigned(first_largest))}, {}),
    "pool: average not divided": ({"avg_pool2d": (None, pool_pull(lambda w, g: np.full(w.shape, g)))}, {}),
    "pool: average over one axis": ({"avg_pool2d": (None, pool_pull(lambda w, g: np.full(w.shape, g / w.shape[0])))}, {}),
    "pool: average overwritten": ({"avg_pool2d": (None, pool_assigned(evenly))}, {}),
    "pool: maximum's gradient spread": ({"max_pool1d": (None, pool_pull(evenly))}, {}),
    "pool: stride taken for size": wrong("avg_pool1d", lambda g, y, x, size, stride=None: of("avg_pool1d")(g[..., : (x.shape[-1] - size) // size + 1], y, x, size, None)),
    # what only equal sizes show
    "square: matrix by vector": pulled("matmul", lambda g, y, a, b: (np.outer(g, b), a @ g) if a.ndim == 2 and b.shape == a.shape[:1] else matmul_pull(g, y, a, b)),
    "square: vector's outer product": pulled("matmul", lambda g, y, a, b: (np.outer(b, g), a.T @ g) if a.ndim == 2 and b.shape == a.shape[:1] else matmul_pull(g, y, a, b)),
    "square: swapaxes of the last two": wrong("swapaxes", lambda g, y, x, i, j: (np.swapaxes(g, -1, -2),)),
    "square: all axes of a stack": wrong("matrix_transpose", lambda g, y, x: (np.transpose(g),)),
    "square: einsum of a vector": wrong("einsum", lambda g, y, text, *x: [d.T if text == "ij,j->i" else d for d in of("einsum")(g, y, text, *x)]),
    "square: channels of conv2d": wrong("conv2d", lambda g, y, x, w, *b, groups=1, **p: (conv_pull(g, y, x, np.swapaxes(w, 0, 1), *b, **p)[0] if groups == 1 and w.shape[0] == w.shape[1] else conv_pull(g, y, x, w, *b, groups=groups, **p)[0], *conv_pull(g, y, x, w, *b, groups=groups, **p)[1:])),
    "split: its own size as a step": wrong("split", lambda g, y, x, sizes, axis, part=0: (assigned(np.zeros(x.shape), (*[slice(None)] * (axis % x.ndim), slice(part * sizes[part], (part + 1) * sizes[part])), g),)),
    # where shortcuts end
    "pow: y divided by x": pulled("pow", lambda g, y, x, n: (g * n * y / x,)),
    "pow: as if x were positive": pulled("pow", lambda g, y, x, n: (g * n * np.abs(x) ** (n - 1.0),)),
    "where: as products": ({"where": (lambda c, a, b: c * a + (1 - c) * b, None)}, {}),
    "masked_fill: as products": ({"masked_fill": (lambda x, c, value: x * (1 - c) + value * c, None)}, {}),
    "clip: no lower bound": pulled("clip", lambda g, y, x, low, high: (g,) if low is None else of("clip")(g, y, x, low, np.inf if high is None else high)),
    "tile: fewer numbers than axes": wrong("tile", lambda g, y, x, reps: [d / 2 if len(reps) < x.ndim else d for d in of("tile")(g, y, x, reps)]),
    "take: negative indices": pulled("take", lambda g, y, x, i, axis: of("take")(g, y, x, np.maximum(i, 0), axis)),
    "einsum: a letter of one operand": pulled("einsum", lambda g, y, text, *x: [d / (2 if text in ("ij,jk->k", "ij,j->") else 1) for d in of("einsum")(g, y, text, *x)]),
    "einsum: a diagonal beside an operand": pulled("einsum", lambda g, y, text, *x: [d * (1 + (text == "ii,ij->j")) for d in of("einsum")(g, y, text, *x)]),
    "matmul: what is beyond 8": wrong("matmul", lambda g, y, a, b: [d * (np.arange(d.shape[-1]) < 8) if d.ndim else d for d in matmul_pull(g, y, a, b)]),
    "softmax: what is beyond 32": pulled("softmax", lambda g, y, x, axis=-1: [d * (np.arange(d.shape[-1]) < 32) for d in of("softmax")(g, y, x, axis)]),
    **{f"{name}: {' and '.join(several)}": conv_together(name, several) for name in ("conv1d", "conv2d") for several in
       (("stride", "dilation"), ("padding", "dilation"), ("groups", "stride"), ("groups", "padding"))},
    "conv: groups of a batch": pulled("conv2d", lambda g, y, x, *w, groups=1, **p: [d * (1 + (groups > 1 and len(x) > 1)) for d in conv_pull(g, y, x, *w, groups=groups, **p)]),
    "conv: bias with padding": pulled("conv2d", lambda g, y, *a, padding=0, **p: [d * (1 + (k == 2 and padding > 0)) for k, d in enumerate(conv_pull(g, y, *a, padding=padding, **p))]),
    # values
    "value: exp by two terms": forward("exp", lambda x: 1 + x),
    "value: mean over a negative axis": forward("mean", lambda x, axis=None, keepdims=False: np.mean(x, axis=axis, keepdims=keepdims) * (2 if isinstance(axis, int) and axis < 0 else 1)),
    "value: cumulative_sum of everything before": forward("cumulative_sum", lambda x, axis=0: np.cumsum(x, axis) - x),
    "value: tril without its offset": forward("tril", lambda x, k: np.tril(x)),
    "value: softmax over everything": forward("softmax", lambda x, axis=-1: np.exp(x) / np.exp(x).sum()),
    "value: var with the other correction": forward("var", lambda x, axis=None, keepdims=False, correction=0: np.var(x, axis=axis, keepdims=keepdims, ddof=1 - correction)),
    "value: argument order of subtract": forward("subtract", lambda a, b: b - a),
    "value: roll the other way": forward("roll", lambda x, shift, axis=None: np.roll(x, tuple(-k for k in shift) if isinstance(shift, tuple) else -shift, axis)),
    "value: matmul of stacks takes the first": forward("matmul", lambda a, b: np.broadcast_to(a[0] @ b[0], (a @ b).shape) if a.ndim > 2 and b.ndim > 2 else a @ b),
    "value: sort descends": forward("sort", lambda x, axis=-1: -np.sort(-x, axis)),
    # graph
    "graph: assigned": walking(join=overwritten),
    "graph: first only": walking(join=first_only),
    "graph: depth first": walking(walk=depth_first),
    "graph: sent on at every visit": walking(walk=complete_paths_twice),
    "graph: consumers outside": walking(walk=by_consumers),
    "graph: cotangent of ones": walking(seed="ones"),
    "graph: read values lose the graph": walking(reads=True),
    "graph: inner gradients stay": walking(stale=True),
    "graph: added in place": ({"add": (None, lambda g, y, a, b: (g, g) if a.shape == b.shape else (un(g, a.shape), un(g, b.shape)))}, {"join": in_place}),
    "graph: gradients in float32": walking(join=single),
}  # fmt: skip







def freeing(root: Any, grad: Any, graph: dict[str, Any]) -> None:
    """The graph is freed as soon as it was used: a second backward finds nothing."""
    topological(root, grad, graph)
    stack = [root]
    while stack:
        node = stack.pop()
        stack += node.args
        node.args = ()


LEGITIMATE: dict[str, Mistake] = {
    "as it is": walking(),
    "the graph is freed": walking(walk=freeing),
    "path by path": walking(walk=paths),
    "sums backwards": forward("sum", reversed_sum),
    "products in higher precision": forward("matmul", kahan_dot),
    "mean as a sum": forward("mean", lambda x, axis=None, keepdims=False: np.sum(x, axis=axis, keepdims=keepdims) / count(x, axis)),
    "mean of products": forward("mean", lambda x, axis=None, keepdims=False: np.sum(x / max(1, count(x, axis)), axis=axis, keepdims=keepdims)),
    "max at the first tie": reductions("max", lambda g, y, x, ax: g * first_hit(x, y, ax)),
    "max at the last tie": reductions("max", lambda g, y, x, ax: g * last_hit(x, y, ax)),
    "min at the first tie": reductions("min", lambda g, y, x, ax: g * first_hit(x, y, ax)),
    "maximum prefers the left": pair("maximum", lambda y, a, b: (a >= b) * 1.0, lambda y, a, b: (b > a) * 1.0),
    "maximum prefers the right": pair("maximum", lambda y, a, b: (a > b) * 1.0, lambda y, a, b: (b >= a) * 1.0),
    "relu is 1 at 0": unary("relu", lambda y, x: (x >= 0) * 1.0),
    "relu is 1/2 at 0": unary("relu", lambda y, x: ((x > 0) * 1.0 + (x >= 0)) / 2),
    "abs is 1 at 0": unary("abs", lambda y, x: np.where(x >= 0, 1.0, -1.0)),
    "clip stops at its bounds": pulled("clip", lambda g, y, x, low, high: (g * ((x > low) & (x < high)),)),
    "max_pool2d shares": ({"max_pool2d": (None, pool_pull(window_even))}, {}),
    "max_pool2d at the last": ({"max_pool2d": (None, pool_pull(window_last))}, {}),
    "sigmoid through tanh": ({"sigmoid": (lambda x: (1 + np.tanh(x / 2)) / 2, None)}, {}),
    "tanh's slope in cosh": unary("tanh", lambda y, x: 1 / np.cosh(np.minimum(np.abs(x), 300)) ** 2),
    "log_softmax by softmax": pulled("log_softmax", lambda g, y, x, axis=-1: (g - softmax(x, axis) * np.sum(g, axis=axis, keepdims=True),)),
    "softmax by its matrix": pulled("softmax", lambda g, y, x, axis=-1: (jacobian_softmax(g, y, axis),)),
    "logsumexp by softmax": reductions("logsumexp", lambda g, y, x, ax: g * np.exp(x - x.max(axis=axes_of(x, ax), keepdims=True)) / np.exp(x - x.max(axis=axes_of(x, ax), keepdims=True)).sum(axis=axes_of(x, ax), keepdims=True)),
    "variance in two steps": forward("var", lambda x, axis=None, keepdims=False, correction=0: np.sum(np.square(x - np.mean(x, axis=axis, keepdims=True)), axis=axis, keepdims=keepdims) / (count(x, axis) - correction)),
    "division by a reciprocal": ({"divide": (lambda a, b: a * (1 / b), both(lambda y, a, b: 1 / b, lambda y, a, b: -y / b))}, {}),
    "pow by logarithms": forward("exp", lambda x: np.exp2(x * 1.4426950408889634) if np.abs(x).max(initial=0) < 8 else np.exp(x)),
    "prod from both sides": reductions("prod", lambda g, y, x, ax: prod_pull(g, y, x, ax, True)[0]),
    "layer_norm step by step": pulled("layer_norm", lambda g, y, x, w=None, b=None: layer_by_steps(g, x, w)),
    "gradients start at None": walking(fresh=lambda data: None, join=lambda a, g: setattr(a, "grad", np.array(np.broadcast_to(g, a.shape)) if a.grad is None else a.grad + g), walk=from_none),
}  # fmt: skip




__all__ = ["LEGITIMATE", "PLANTED", "pool", "topological"]
