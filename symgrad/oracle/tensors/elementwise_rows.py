"""Tensor rows whose elements each come from one element of every argument."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from .elements import each
from .tensor_program import Constant
from .tensor_row import (
    BINARY_FORMS,
    PAIR_DRAWS,
    SHAPE_DRAWS,
    UNARY_FORMS,
    Draw,
    draw,
    ints,
    tensor_row,
)

QUICK_FACTOR = Fraction("1.702")  # of the GELU that is x*sigmoid(1.702 x)


def same(name: str) -> Callable[..., Any]:
    """The scalar row of that name at every place."""
    return lambda m, *x: each(getattr(m, name), *x)


def unary(name: str, scalar: str = "", values: str = "any", names: str = "", special: str = "",
          settled: bool = True) -> None:  # fmt: skip
    forms = (f"{sign}a" for sign in "-" if name == "negative")
    tensor_row(name, same(scalar or name), *SHAPE_DRAWS, names=names, forms=(*forms, *UNARY_FORMS),
               values=values, special=special, settled=settled)  # fmt: skip


def binary(
    name: str, scalar: str, sign: str = "", values: str = "any", names: str = "", special: str = ""
) -> None:
    forms = (f"a {sign} b", *BINARY_FORMS) if sign else BINARY_FORMS
    tensor_row(name, same(scalar), *PAIR_DRAWS, names=names, forms=forms, values=values, special=special)


def power(m: Any, a: Any, n: Any) -> Any:
    """A whole exponent stays one, so that a negative base has its power."""
    n = n.item() if isinstance(n, np.ndarray) and n.ndim == 0 else n
    if isinstance(n, (int, np.integer)):
        return each(lambda x: m.powi(x, int(n)), a)
    return each(m.powr if isinstance(n, float) else m.pow, a, n)


def between(m: Any, a: Any, low: float | None, high: float | None) -> Any:
    """Within the bounds; None is no bound."""
    if low is None or high is None:
        return each(lambda x: m.min(x, high) if low is None else m.max(x, low), a)
    return each(lambda x: m.clamp(x, low, high), a)


def leaky(slope: Fraction) -> Callable[..., Any]:
    """x above 0, below it a part of x: the larger of the two."""
    return lambda m, a: each(lambda x: m.max(x, m.literal(slope) * x), a)


def comparison(name: str, scalar: str, sign: str, other: str) -> None:
    tensor_row(name, same(scalar), names=other, forms=(f"a {sign} b", *BINARY_FORMS))


def of_power(slope: Any, at: int) -> Any:
    """A slope of x^n in one of its arguments, where nothing is broadcast."""
    def rule(g: Any, y: Any, x: Any, params: Any, place: int) -> Any:
        base, n = x[0], np.asarray(x[1], float)
        if place == at and x[at].shape == y.shape:
            yield g * slope(base, n, y)

    return rule


OF_POWER = [("the exponent is missing as a factor", of_power(lambda x, n, y: x ** (n - 1), 0)),
            ("n*x^n stands where n*x^(n-1) belongs", of_power(lambda x, n, y: n * y, 0)),
            ("x^(n-1) is multiplied by n - 1, not by n", of_power(lambda x, n, y: (n - 1) * x ** (n - 1), 0)),
            ("the logarithm of the base is missing", of_power(lambda x, n, y: y, 1)),
            ("the logarithm of the exponent stands where that of the base belongs", of_power(lambda x, n, y: y * np.log(n), 1))]

# --- functions of one number ----------------------------------------------------------------------

unary("negative", "neg", names="neg negate")
unary("exp", special="huge")
unary("log", values="positive", names="ln")
unary("tanh", special="huge")
unary("relu", special="zero")
unary("sigmoid", special="huge", names="logistic expit")
unary("sqrt", values="positive")
unary("abs", special="zero", names="absolute fabs")
unary("sin")
unary("cos")
tensor_row("square", lambda m, a: a * a, *SHAPE_DRAWS, forms=UNARY_FORMS, names="sqr")
tensor_row("reciprocal", lambda m, a: each(lambda x: 1 / x, a), *SHAPE_DRAWS, forms=UNARY_FORMS, values="away",
           names="inv")  # fmt: skip
tensor_row("rsqrt", lambda m, a: each(m.rsqrt, a), *SHAPE_DRAWS, forms=UNARY_FORMS, values="positive")
unary("tan")
unary("asin", values="inside", names="arcsin")
unary("acos", values="inside", names="arccos")
unary("atan", names="arctan", special="huge")
unary("sinh")
unary("cosh")
unary("asinh", names="arcsinh", special="huge")
unary("atanh", values="inside", names="arctanh")
unary("expm1", special="small")
unary("log1p", values="positive", special="small")
unary("exp2")
unary("log2", values="positive")
unary("log10", values="positive")
unary("erf")
unary("softplus", special="wide huge")
unary("log_sigmoid", special="huge", names="logsigmoid")
unary("silu", special="huge", names="swish")
unary("elu", special="zero huge")
for suffix, slope in (("", "0.01"), ("_fifth", "0.2"), ("_tenth", "0.1"), ("_three_tenths", "0.3")):
    keywords = (f"{{n}}(a, {word}={slope})" for word in ("negative_slope", "alpha", "slope", "neg_slope"))
    tensor_row(f"leaky_relu{suffix}", leaky(Fraction(slope)), *SHAPE_DRAWS, names="leaky_relu" if suffix else "",
               forms=(*UNARY_FORMS, *(f"f.{k}" for k in keywords), f"f.{{n}}(a, {slope})", f"a.{{n}}({slope})"),
               special="zero", settled=False, instead="leaky_relu" if suffix else "")  # fmt: skip
unary("softsign", names="soft_sign")
unary("mish", special="wide huge")
unary("sign")
unary("relu6", special="zero wide")
unary("hardtanh")
unary("hardsigmoid", names="hard_sigmoid", special="wide", settled=False)
unary("hardswish", special="wide", names="hard_swish")
unary("selu", special="zero huge")
tensor_row("gelu", same("gelu"), *SHAPE_DRAWS, forms=(*UNARY_FORMS, "f.{n}(a, approximate='none')"), names="gelu_exact gelu_erf", settled=False)
tensor_row("gelu_tanh", same("gelu_tanh"), *SHAPE_DRAWS, names="gelu gelu_new gelu_approx gelu_approximate",
           forms=("f.{n}(a, approximate='tanh')", "f.{n}(a, approximate=True)", *UNARY_FORMS), settled=False)  # fmt: skip
tensor_row("gelu_quick", lambda m, a: each(lambda x: x * m.sigmoid(m.literal(QUICK_FACTOR) * x), a), *SHAPE_DRAWS,
           names="quick_gelu gelu_sigmoid gelu", forms=UNARY_FORMS, settled=False)  # fmt: skip

tensor_row("prelu", lambda m, a, w: each(lambda x, k: m.select(m.gt(x, 0), x, k * x), a, w), draw((2, 3), (1,)), draw((3,), (1,)),
           forms=BINARY_FORMS)  # fmt: skip

# --- of two ---------------------------------------------------------------------------------------

binary("add", "add", "+", names="add_scalar")
binary("multiply", "mul", "*", names="mul mul_scalar scale")
binary("subtract", "sub", "-", names="sub sub_scalar")
binary("divide", "div", "/", values="away", names="div truediv true_divide div_scalar divide_scalar")
binary("maximum", "max", special="ties", names="max")
binary("minimum", "min", special="ties", names="min")
binary("atan2", "atan2", names="arctan2", values="away")
binary("logaddexp", "logaddexp", special="huge")
binary("hypot", "hypot", values="away")
tensor_row("pow", power, draw((2, 3), ints(2)), draw((3,), ints(-1)), *PAIR_DRAWS[2:6],
           *(draw(s, ints(n)) for s in ((2, 3), (3,), ()) for n in (2, 3, -1, 1, 0)),
           *(draw((2, 3), Constant((), (n,))) for n in (0.5, 1.5, -0.5, 2.5)), *PAIR_DRAWS[:2], *PAIR_DRAWS[6:], forms=("a ** b", *BINARY_FORMS), names="power power_scalar pow_scalar", values="positive", mistakes=OF_POWER)  # fmt: skip
comparison("greater", "gt", ">", "gt")
comparison("less", "lt", "<", "lt")

# --- choices --------------------------------------------------------------------------------------

MASKS: tuple[Draw, ...] = (
    draw(ints([[1, 0, 1], [0, 1, 0]]), (2, 3), (2, 3)), draw(ints([1, 0, 1]), (2, 3), (3,)),
    draw(ints([[1], [0]]), (2, 3), (1, 3)), draw(ints([0, 0, 1]), (3,), ()),
    draw(ints([[1, 0], [0, 1]]), (2,), (2, 1)), draw(ints([1, 1]), (2,), (2,)),
)  # fmt: skip
tensor_row("where", lambda m, c, a, b: each(lambda c, a, b: (a if c else b) if isinstance(c, (int, np.integer))
                                            else m.select(c, a, b), c, a, b),
           *MASKS, forms=("f.{n}(a, b, c)", "t.{n}(a, b, c)", "a.{n}(b, c)", "b.{n}(a, c)"), names="select cond", special="zero")  # fmt: skip
tensor_row("clip", between, *(draw(s.args[0], low=-0.5, high=0.75) for s in SHAPE_DRAWS), draw((2, 3), low=-0.5, high=None), draw((2, 3), low=None, high=0.75), names="clamp clip_by_value",
           forms=("a.{n}(low, high)", "f.{n}(a, low, high)", "f.{n}(a, min=low, max=high)", "a.{n}(min=low, max=high)", "f.{n}(a, low=low, high=high)",
                  "a.{n}(low=low, high=high)", "f.{n}(a, a_min=low, a_max=high)"), special="bounds")  # fmt: skip
tensor_row("masked_fill", lambda m, a, c, value: each(lambda x, on: value if on else x, a, c),
           draw((2, 3), ints([[1, 0, 1], [0, 1, 0]]), value=-2.0), draw((2, 3), ints([0, 1, 0]), value=0.5),
           draw((3,), ints([0, 1, 0]), value=0.0), forms=("a.{n}(b, value)", "f.{n}(a, b, value)"))  # fmt: skip
