"""Tensor rows of neural networks: softmax, losses, norms, convolutions, pooling."""

from __future__ import annotations

from functools import partial
from itertools import product as combinations
from typing import Any

import numpy as np

from .elements import along, boxed, each, filled
from .reduction_rows import mean, product, variance
from .tensor_row import LINE_DRAWS, OF_LINE, draw, ints, tensor_row

EPS = 1e-5


def log_softmax(m: Any, x: Any, axis: int = -1) -> Any:
    return boxed(x - along(m.logaddexp, x, axis, True))


def softmax(m: Any, x: Any, axis: int = -1) -> Any:
    """e^(x - ln(sum of e^x)): nothing overflows on the way."""
    return each(m.exp, log_softmax(m, x, axis))


# Engines mean different things by these names: probabilities or logits, sums or means, which eps.
by_convention = partial(tensor_row, settled=False)
NAMED = ("f.{n}(a, b)", "a.{n}(b)", "t.{n}(a, b)", "f.{n}()(a, b)", "f.{n}().forward(a, b)")

# the terms of losses, of which `loss` makes rows

def cross_entropies(m: Any, x: Any, labels: Any) -> Any:
    """-log_softmax at the labels."""
    return at_labels(m, log_softmax(m, x), labels)


def at_labels(m: Any, x: Any, labels: Any) -> Any:
    return boxed([-x[i, k] for i, k in enumerate(labels)])


def squares(m: Any, x: Any, y: Any) -> Any:
    gap = boxed(x - y)
    return boxed(gap * gap)


def binary_cross_entropies(m: Any, x: Any, y: Any) -> Any:
    """-(y ln x + (1 - y) ln(1 - x))"""
    return each(lambda p, t: -(t * m.log(p) + (1 - t) * m.log1p(-p)), x, y)


def binary_cross_entropies_of_logits(m: Any, x: Any, y: Any) -> Any:
    return each(lambda z, t: m.softplus(z) - z * t, x, y)


def smooth(m: Any, x: Any, y: Any) -> Any:
    return each(lambda d: m.select(m.lt(m.abs(d), 1), d * d / 2, m.abs(d) - m.ratio(1, 2)),
                boxed(x - y))  # fmt: skip


REDUCTIONS: dict[str, Any] = {  # by what an engine may mean; the usual one first
    "": mean, "_sum": lambda m, x: along(m.sum, x, None), "_each": lambda m, x: x,
    "_half_sum": lambda m, x: boxed(along(m.sum, x, None) / 2),
    "_half_mean": lambda m, x: boxed(mean(m, x) / 2),
}  # fmt: skip


def loss(name: str, terms: Any, *draws: Any, names: str = "", most: int = 3, **options: Any) -> None:
    """A loss: the mean of its terms, or their sum, or the terms themselves."""
    for suffix, reduced in list(REDUCTIONS.items())[:most]:
        called = f"{name} {names}" if suffix else names
        by_convention(name + suffix, lambda m, *x, of=reduced: of(m, terms(m, *x)), *draws,
                      names=called, forms=NAMED, instead=name if suffix else "", **options)


def attention(m: Any, q: Any, k: Any, v: Any) -> Any:
    """softmax(q k^T / sqrt(d)) v."""
    scores = product(m, q, np.swapaxes(k, -1, -2)) / m.sqrt(m.literal(q.shape[-1]))
    return product(m, softmax(m, boxed(scores)), v)


def normalized(m: Any, x: Any, axes: Any) -> Any:
    gap = boxed(x - mean(m, x, axes, True))
    return boxed(gap * each(lambda v: m.rsqrt(v + m.literal(EPS)), variance(m, x, axes, True)))


def layer_norm(m: Any, x: Any, *affine: Any) -> Any:
    """Over the last axis; then times the weight and plus the bias, if they are given."""
    found = normalized(m, x, -1)
    return boxed(found * affine[0] + affine[1]) if affine else found


def rms_norm(m: Any, x: Any, weight: Any) -> Any:
    scale = each(lambda v: m.rsqrt(v + m.literal(EPS)), mean(m, boxed(x * x), -1, True))
    return boxed(x * scale * weight)


def batch_norm(m: Any, x: Any, weight: Any, bias: Any) -> Any:
    """As in training: over everything but the channels, which are axis 1."""
    found = normalized(m, x, tuple(k for k in range(x.ndim) if k != 1))
    along_channels = (-1, *[1] * (x.ndim - 2))
    return boxed(found * weight.reshape(along_channels) + bias.reshape(along_channels))


def linear(m: Any, x: Any, weight: Any, *bias: Any) -> Any:
    """x times the transposed weight, plus the bias."""
    found = filled((*x.shape[:-1], weight.shape[0]), lambda i: m.dot(x[i[:-1]], weight[i[-1]]))
    return boxed(found + bias[0]) if bias else found


def windows(x: Any, size: Any, stride: int, dilation: int = 1) -> Any:
    """For every place of a window over the last axes: its index, and where it lies. Raises
    ValueError where it has no elements, or stays where it is."""
    if min(*size, stride, dilation) < 1:
        raise ValueError(f"a window of {size} by steps of {stride}, {dilation}")
    many = [(n - dilation * (k - 1) - 1) // stride + 1 for n, k in zip(x.shape[-len(size) :], size)]
    for place in combinations(*map(range, many)):
        yield place, tuple(slice(i * stride, i * stride + dilation * (k - 1) + 1, dilation)
                           for i, k in zip(place, size))  # fmt: skip


def convolution(m: Any, x: Any, weight: Any, *bias: Any, stride: int = 1, padding: int = 0,
                dilation: int = 1, groups: int = 1) -> Any:  # fmt: skip
    """x (batch, channels, places), weight (outputs, channels of a group, places of a window)."""
    around = [(0, 0), (0, 0)] + [(padding, padding)] * (x.ndim - 2)
    x = np.pad(x, around, constant_values=0)
    outputs, near = weight.shape[:2]
    every = dict(windows(x, weight.shape[2:], stride, dilation))
    shape = [1 + max(k) for k in zip(*every)]

    def element(index: tuple[int, ...]) -> Any:
        sample, output, *place = index
        first = output // (outputs // groups) * near
        seen = x[(sample, slice(first, first + near), *every[tuple(place)])]
        return m.dot(seen.ravel(), weight[output].ravel()) + (bias[0][output] if bias else 0)

    return filled((x.shape[0], outputs, *shape), element)


def pooled(rule: Any, outside: int | None = None) -> Any:
    """A rule of what lies in each window; `outside` is what the padding counts as, None nothing."""
    def pool(m: Any, x: Any, size: int, stride: int | None = None, padding: int = 0) -> Any:
        dims, stride = x.ndim - 2, size if stride is None else stride
        if 2 * padding > size:
            raise ValueError(f"a window of {size} would lie in the padding of {padding}")
        around = [(0, 0), (0, 0)] + [(padding, padding)] * dims
        x = np.pad(x, around, constant_values=outside)  # type: ignore[arg-type]
        every = dict(windows(x, [size] * dims, stride))
        shape = [1 + max(k) for k in zip(*every)]
        return filled((*x.shape[:2], *shape), lambda i: rule(
            m, [a for a in x[(*i[:2], *every[i[2:]])].ravel() if a is not None]))  # fmt: skip

    return pool


# --- softmax and losses ---------------------------------------------------------------------------

tensor_row("softmax", softmax, *LINE_DRAWS, forms=OF_LINE, special="huge", axis=-1, mistakes=[
    ("the sum in its backward runs along another axis", lambda g, y, x, p, at: (y * (g - (g * y).sum(k, keepdims=True)) for k in (*range(y.ndim), None))),
    ("the softmax is missing as a factor in its backward", lambda g, y, x, p, at: [g - (g * y).sum(p["axis"], keepdims=True)]),
    ("its backward is y*g, without the sum that all elements share", lambda g, y, x, p, at: [y * g]),
    ("the mean is taken in its backward where the sum belongs", lambda g, y, x, p, at: [y * (g - (g * y).mean(p["axis"], keepdims=True))]),
    ("the sum in its backward has the wrong sign", lambda g, y, x, p, at: [y * (g + (g * y).sum(p["axis"], keepdims=True))]),
    ("the sum in its backward lacks the cotangent, or the softmax", lambda g, y, x, p, at: (y * (g - s.sum(p["axis"], keepdims=True)) for s in (y, g)))])
tensor_row("log_softmax", log_softmax, *LINE_DRAWS, names="logsoftmax", forms=OF_LINE, special="huge", axis=-1, mistakes=[
    ("the mean of the cotangent is taken where its sum belongs", lambda g, y, x, p, at: [g - np.exp(y) * g.mean(p["axis"], keepdims=True)]),
    ("the logarithm of the softmax stands where the softmax belongs", lambda g, y, x, p, at: [g - y * g.sum(p["axis"], keepdims=True)]),
    ("the number of elements stands where the sum of the cotangent belongs", lambda g, y, x, p, at: [g - np.exp(y) * np.shape(y)[p["axis"]]]),
    ("the sum in its backward runs along another axis", lambda g, y, x, p, at: (g - np.exp(y) * g.sum(k, keepdims=True) for k in range(y.ndim)))])


def of_scores(slope: Any) -> Any:
    """The slope of a mean of cross entropies, of the scores, their softmax, and 1 at each label."""
    def rule(g: Any, y: Any, x: Any, params: Any, at: int) -> Any:
        e = np.exp(x[0])
        yield g * slope(x[0], e / e.sum(-1, keepdims=True), np.eye(e.shape[1])[x[1]]) / len(e)

    return rule


loss("cross_entropy", cross_entropies, draw((2, 3), ints([2, 0])), draw((3, 3), ints([1, 1, 0])), draw((1, 4), ints([3])),
     names="softmax_cross_entropy cross_entropy_loss softmax_crossentropy sparse_categorical_crossentropy sparse_categorical_cross_entropy softmax_loss ce_loss "
           "softmax_cross_entropy_with_logits sparse_softmax_cross_entropy_with_logits cross_entropy_with_logits", special="huge", mistakes=[
         ("the scores themselves stand where their softmax belongs", of_scores(lambda z, s, t: z - t)),
         ("the softmax in its backward runs along another axis", of_scores(lambda z, s, t: np.exp(z) / np.exp(z).sum(0) - t)),
         ("1 is subtracted everywhere, not only at the label", of_scores(lambda z, s, t: s - 1)),
         ("nothing is subtracted at the label", of_scores(lambda z, s, t: s))])  # fmt: skip
loss("nll_loss", at_labels, draw((2, 3), ints([2, 0])), draw((3, 3), ints([1, 1, 0])), names="nll")
loss("mse_loss", squares, draw((2, 3), (2, 3)), draw((4,), (4,)), draw((3, 3), (3, 3)), names="mse mean_squared_error", most=5)
loss("binary_cross_entropy", binary_cross_entropies, draw((4,), ints([0, 1, 1, 0])), draw((2, 2), ints([[1, 0], [0, 1]])),
     values="probability", names="bce bce_loss binary_cross_entropy_loss")  # fmt: skip
loss("bce_with_logits", binary_cross_entropies_of_logits, draw((4,), ints([0, 1, 1, 0])), draw((2, 2), ints([[1, 0], [0, 1]])), mistakes=[
         ("the scores themselves stand where their sigmoid belongs", lambda g, y, x, p, at: [g * (x[0] - x[1]) / x[0].size])],
     special="huge", names="binary_cross_entropy_with_logits bce_logits bce_with_logits_loss sigmoid_cross_entropy_with_logits sigmoid_cross_entropy")  # fmt: skip
loss("l1_loss", lambda m, x, y: each(m.abs, boxed(x - y)), draw((2, 3), (2, 3)), draw((4,), (4,)), names="mae mae_loss")
loss("smooth_l1_loss", smooth, draw((2, 3), (2, 3)), draw((4,), (4,)), names="huber_loss huber")
by_convention("cosine_similarity", lambda m, x, y: boxed(along(m.sum, boxed(x * y), -1) / (along(m.hypot, x, -1) * along(m.hypot, y, -1))),
           draw((2, 3), (2, 3)), draw((3, 3), (3, 3)), forms=("f.{n}(a, b)", "f.{n}(a, b, -1)", "f.{n}(a, b, dim=-1)", "f.{n}(a, b, axis=-1)"))  # fmt: skip
by_convention("normalize", lambda m, x: boxed(x / along(m.hypot, x, -1, True)), draw((2, 3)), draw((3, 3)),
           names="l2_normalize", forms=("f.{n}(a, dim=-1)", "f.{n}(a, axis=-1)", "f.{n}(a)", "a.{n}()"))  # fmt: skip
by_convention("attention", attention, draw((3, 2), (3, 2), (3, 2)), draw((2, 3), (4, 3), (4, 2)), draw((2, 2, 2), (2, 2, 2), (2, 2, 2)),
           names="scaled_dot_product_attention", forms=("f.{n}(a, b, c)",))  # fmt: skip
by_convention("glu", lambda m, x: boxed(np.split(x, 2, -1)[0] * each(m.sigmoid, np.split(x, 2, -1)[1])), draw((2, 4)), draw((4,)),
           forms=("f.{n}(a)", "a.{n}()", "f.{n}(a, -1)"))  # fmt: skip

# --- layers ---------------------------------------------------------------------------------------

def other_variance(axes: Any) -> Any:
    """What a norm's gradient is if backward takes the variance with n - 1 below."""
    def rule(g: Any, y: Any, x: Any, params: Any, at: int) -> Any:
        a, over = x[0], axes(x[0])
        n = int(np.prod([a.shape[k] for k in over]))
        if at or n < 2:
            return
        weight = np.reshape(x[1], (-1, *[1] * (a.ndim - 2)) if 0 in over else -1) if x[1:] else 1.0
        d, gap = g * weight, a - a.mean(over, keepdims=True)
        for ddof, factor in ((1, 1.0), (0, n / (n - 1)), (1, n / (n - 1)), (1, (n - 1) / n)):
            s = 1 / np.sqrt(a.var(over, keepdims=True, ddof=ddof) + EPS)
            h = gap * s
            shared = factor * h * (d * h).mean(over, keepdims=True)
            yield s * (d - d.mean(over, keepdims=True) - shared)

    def parts(g: Any, x: Any) -> Any:
        a, over = x[0], axes(x[0])
        weight = np.reshape(x[1], (-1, *[1] * (a.ndim - 2)) if 0 in over else -1) if x[1:] else 1.0
        return g * weight, a - a.mean(over, keepdims=True), a.var(over, keepdims=True), over

    def back(d: Any, s: Any, h: Any, over: Any, centred: bool = True, scaled: bool = True) -> Any:
        shared = centred * d.mean(over, keepdims=True)
        return s * (d - shared - scaled * h * (d * h).mean(over, keepdims=True))

    def with_eps(g: Any, y: Any, x: Any, params: Any, at: int) -> Any:
        d, gap, v, over = parts(g, x)
        roots = [np.sqrt(v) + EPS, *(np.sqrt(v + eps) for eps in OTHER_EPS)]
        yield from (back(d, s, gap * s, over) for s in (1 / r for r in roots if not at))

    def without(centred: bool, scaled: bool, weighted: bool = True) -> Any:
        def rule(g: Any, y: Any, x: Any, params: Any, at: int) -> Any:
            d, gap, v, over = parts(g, x)
            s = 1 / np.sqrt(v + EPS)
            if not at:
                yield back(d if weighted else g, s, gap * s, over, centred, scaled)

        return rule

    return [("the variance in its backward is divided by n - 1, that of its value by n", rule),
            ("the eps in its backward is another than in its value, or stands elsewhere", with_eps),
            ("the mean and the variance are taken for constants in its backward", without(False, False)),
            ("the mean is taken for a constant in its backward", without(False, True)),
            ("the variance is taken for a constant in its backward", without(True, False)),
            ("the weight is left out of its backward", without(True, True, False))]


OTHER_EPS = (0.0, 1e-12, 1e-8, 1e-7, 1e-6, 1e-4, 1e-3)


NORM_AFFINE = ("f.{n}(a, b, c)", "f.{n}(a, (a.shape[-1],), b, c, EPS)", "f.{n}(a, b, c, EPS)", "f.{n}(a, b, c, eps=EPS)", "a.{n}(b, c)", "f.{n}(a, weight=b, bias=c)",
          "f.{n}(a, gamma=b, beta=c)", "f.{n}(a, gamma=b, beta=c, eps=EPS)")  # fmt: skip
NORM_ALONE = ("f.{n}(a)", "a.{n}()", "f.{n}(a, (a.shape[-1],))", "f.{n}(a, eps=EPS)", "a.{n}(eps=EPS)", "f.{n}(a, None, None)", "f.{n}(a, axis=-1)", "a.{n}(axis=-1)")
by_convention("layer_norm", layer_norm, draw((2, 3), (3,), (3,)), draw((3, 3), (3,), (3,)), draw((2, 2, 4), (4,), (4,)), draw((2, 3)), draw((3, 3)),
           names="layernorm", forms=(*NORM_AFFINE, *NORM_ALONE), mistakes=other_variance(lambda x: (-1,)))  # fmt: skip
by_convention("rms_norm", rms_norm, draw((2, 3), (3,)), draw((3, 3), (3,)), names="rmsnorm",
           forms=("f.{n}(a, b)", "f.{n}(a, b, EPS)", "f.{n}(a, b, eps=EPS)", "f.{n}(a, (a.shape[-1],), b, EPS)", "a.{n}(b)"))  # fmt: skip
by_convention("batch_norm", batch_norm, draw((4, 2), (2,), (2,)), draw((3, 3), (3,), (3,)), draw((2, 2, 2, 2), (2,), (2,)), draw((2, 3, 2), (3,), (3,)),
           mistakes=other_variance(lambda x: (0, *range(2, x.ndim))), names="batchnorm batch_norm2d batchnorm1d batchnorm2d",
           forms=(*NORM_AFFINE, "f.{n}(a, None, None, b, c, True, 0.0, EPS)", "f.{n}(a, gamma=b, beta=c, eps=EPS)"))  # fmt: skip
def group_norm(m: Any, x: Any, weight: Any, bias: Any, groups: int) -> Any:
    """Over groups of channels of each sample."""
    parts = x.reshape(x.shape[0], groups, -1)
    found = normalized(m, parts, -1).reshape(x.shape)
    channels = (-1, *[1] * (x.ndim - 2))
    return boxed(found * weight.reshape(channels) + bias.reshape(channels))


by_convention("group_norm", group_norm, draw((2, 4, 2), (4,), (4,), groups=2), draw((1, 2, 3), (2,), (2,), groups=1),
           forms=("f.{n}(a, groups, b, c)", "f.{n}(a, groups, b, c, EPS)", "f.{n}(a, b, c, groups)", "f.{n}(a, groups, weight=b, bias=c)"))  # fmt: skip
by_convention("linear", linear, draw((2, 3), (2, 3), (2,)), draw((3, 3), (3, 3), (3,)), draw((2, 2, 3), (2, 3), (2,)), draw((3,), (2, 3), (2,)), draw((2, 3), (4, 3)),
           names="dense affine", forms=("f.{n}(a, b, c)", "f.{n}(a, b)"))  # fmt: skip

SETTINGS = ("f.{n}(*xs, stride=stride, padding=padding, dilation=dilation, groups=groups)", "f.{n}(*xs, stride=stride, padding=padding, dilation=dilation)",
            "f.{n}(*xs, stride=stride, padding=padding, groups=groups)", "f.{n}(*xs, stride=stride, padding=padding)", "f.{n}(*xs, stride, padding)",
            "f.{n}(*xs, stride=stride, pad=padding)", "a.{n}(*rest, stride=stride, padding=padding, dilation=dilation, groups=groups)", "a.{n}(*rest, stride=stride, padding=padding)",
            "f.{n}(*xs, stride=stride)", "f.{n}(*xs, padding=padding)", "f.{n}(*xs)", "a.{n}(*rest)", "f.{n}(*xs, None, stride, padding)")  # fmt: skip


def bias_along(g: Any, y: Any, x: Any, params: Any, at: int) -> Any:
    """What a bias's gradient is if the cotangent is summed over another axis than its channels."""
    for kept in (0, *range(2, g.ndim)) if at == OF_BIAS else ():
        if g.shape[kept] in (1, x[at].size):  # of 1 it goes to every channel
            yield np.broadcast_to(g.sum(tuple(a for a in range(g.ndim) if a != kept)), x[at].shape)


def bias_in_part(g: Any, y: Any, x: Any, params: Any, at: int) -> Any:
    """The same if of an axis, or of all axes of places, one element counts."""
    axes = [a for a in range(g.ndim) if a != 1] if at == OF_BIAS else []
    for some in (*([a] for a in axes), axes[1:], axes):
        for end in (0, -1):
            part = g
            for axis in some:
                part = part.take([end], axis)
            yield part.sum(tuple(axes))


OF_BIAS = 2  # its place among the arguments
BIAS_MISTAKES = [("the gradient of the bias is summed over the wrong axes", bias_along),
                 ("the gradient of the bias is not summed over every axis but its own", bias_in_part)]
PLAIN_CONVOLUTION: dict[str, Any] = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1}


def conv(name: str, names: str, *draws: Any) -> None:
    by_convention(name, convolution, *(draw(*s, **{**PLAIN_CONVOLUTION, **params}) for *s, params in draws), names=names, forms=SETTINGS, mistakes=BIAS_MISTAKES, **PLAIN_CONVOLUTION)


conv("conv1d", "convolve1d conv_1d conv convolution",
     ((1, 2, 5), (2, 2, 3), {}), ((2, 1, 5), (1, 1, 2), {"stride": 2}), ((1, 1, 4), (2, 1, 3), {"padding": 1}), ((1, 1, 6), (1, 1, 3), {"stride": 2, "padding": 1}),
     ((1, 1, 5), (1, 1, 2), {"dilation": 2}), ((1, 4, 3), (2, 2, 2), {"groups": 2}), ((1, 1, 6), (1, 1, 2), {"stride": 3}), ((1, 2, 4), (2, 2, 2), (2,), {}), ((2, 1, 3), (2, 1, 2), (2,), {}),
     ((1, 1, 7), (1, 1, 2), {"stride": 2, "dilation": 2}), ((1, 1, 5), (1, 1, 2), {"padding": 1, "dilation": 2}), ((1, 2, 6), (2, 1, 2), {"groups": 2, "stride": 2}),
     ((1, 2, 4), (2, 1, 3), {"groups": 2, "padding": 1}), ((2, 2, 4), (4, 1, 2), (4,), {"groups": 2}), ((2, 1, 4), (2, 1, 3), (2,), {"padding": 1}),
     ((2, 2, 6), (2, 1, 2), (2,), {"groups": 2, "stride": 2, "padding": 1, "dilation": 2}))  # fmt: skip
conv("conv2d", "convolve2d conv_2d conv convolution",
     ((1, 1, 3, 3), (1, 1, 2, 2), {}), ((2, 2, 3, 3), (1, 2, 2, 2), {}), ((1, 1, 3, 4), (2, 1, 2, 3), {}), ((1, 1, 4, 4), (1, 1, 2, 2), {"stride": 2}), ((1, 1, 3, 3), (1, 1, 3, 3), {"padding": 1}),
     ((1, 1, 5, 5), (1, 1, 2, 2), {"stride": 2}), ((1, 1, 4, 4), (1, 1, 2, 2), {"dilation": 2}), ((1, 2, 3, 3), (2, 1, 2, 2), {"groups": 2}), ((1, 1, 3, 3), (2, 1, 2, 2), (2,), {}), ((2, 1, 3, 2), (2, 1, 2, 2), (2,), {}),
     ((1, 1, 4, 4), (1, 1, 3, 3), {"stride": 2, "padding": 1}),
     ((1, 1, 6, 5), (1, 1, 2, 2), {"stride": 2, "dilation": 2}), ((1, 1, 4, 3), (1, 1, 2, 2), {"padding": 1, "dilation": 2}), ((1, 2, 4, 4), (2, 1, 2, 2), {"groups": 2, "stride": 2}),
     ((1, 2, 3, 3), (2, 1, 2, 2), {"groups": 2, "padding": 1}), ((2, 2, 3, 3), (4, 1, 2, 2), (4,), {"groups": 2}), ((2, 1, 3, 3), (2, 1, 2, 2), (2,), {"padding": 1}),
     ((2, 2, 4, 5), (2, 1, 2, 2), (2,), {"groups": 2, "stride": 2, "padding": 1, "dilation": 2}), ((1, 2, 3, 3), (2, 2, 2, 2), {}))  # fmt: skip
POOLING = ("f.{n}(a, size, stride, padding)", "f.{n}(a, size, stride=stride, padding=padding)", "a.{n}(size, stride, padding)", "f.{n}(a, size, stride)", "a.{n}(size, stride)", "f.{n}(a, kernel_size=size, stride=stride)",
           "a.{n}(kernel_size=size, stride=stride)", "f.{n}(a, (size, size), stride)", "f.{n}(a, (size, size), (stride, stride))", "f.{n}(a, (size, size))", "f.{n}(a, size)", "a.{n}(size)", "a.{n}((size, size))")  # fmt: skip
POOLED2 = tuple(draw(s, size=k, **({"stride": t} if t != k else {})) for s, k, t in (((1, 1, 4, 4), 2, 2), ((2, 1, 3, 3), 2, 1), ((1, 2, 4, 2), 2, 2), ((1, 1, 5, 5), 2, 2), ((1, 1, 5, 5), 3, 2)))  # fmt: skip
POOLED1 = tuple(draw(s, size=k, **({"stride": t} if t != k else {})) for s, k, t in (((1, 2, 4), 2, 2), ((1, 1, 5), 3, 1), ((2, 1, 5), 2, 2)))
AROUND: dict[int, Any] = {1: draw((1, 2, 4), size=2, padding=1), 2: draw((1, 1, 4, 4), size=2, padding=1)}
PADDED_BY_ZEROS = [("the padding counts as zeros, where a maximum has none of it, as of -inf", lambda x, **params: pooled(lambda m, a: max(a), 0)(None, x, **params))]  # fmt: skip
for dims, draws in ((1, POOLED1), (2, POOLED2)):
    by_convention(f"max_pool{dims}d", pooled(lambda m, x: m.max(*x)), *draws, AROUND[dims], special="ties", forms=POOLING,
               names=f"maxpool{dims}d max_pool maxpool", padding=0, stride=None, misread=PADDED_BY_ZEROS)  # fmt: skip
    by_convention(f"avg_pool{dims}d", pooled(lambda m, x: m.sum(*x) / len(x)), *draws, forms=POOLING,
               names=f"avgpool{dims}d avg_pool avgpool mean_pool", padding=0, stride=None)  # fmt: skip
    for suffix, outside in (("_padded", 0), ("_beside_padding", None)):  # engines count the padding, or do not
        by_convention(f"avg_pool{dims}d{suffix}", pooled(lambda m, x: m.sum(*x) / len(x), outside), AROUND[dims], draw(*AROUND[dims].args, size=2, padding=1, stride=1),
                      forms=POOLING, names=f"avg_pool{dims}d avgpool{dims}d avg_pool avgpool mean_pool",
                      instead="" if outside == 0 else f"avg_pool{dims}d_padded", padding=0, stride=None)  # fmt: skip
