"""HIPS autograd."""

from __future__ import annotations

from typing import Any

from .functional import Curved

ROWS = {
    **{n: f"np.{n}(a)" for n in (
        "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "sin", "cos", "tan",
        "sinh", "cosh", "tanh", "abs", "sign", "sinc")[:-1]},
    **{n: f"np.arc{n[1:]}(a)" for n in ("asin", "acos", "atan", "asinh", "acosh", "atanh")},
    **{n: f"special.{n}(a)" for n in ("erf", "erfc", "erfinv", "gamma")},
    "digamma": "special.psi(a)",
    "lgamma": "special.gammaln(a)",
    "sigmoid": "special.expit(a)",
    "besselj0": "special.j0(a)",
    "besselj1": "special.j1(a)",
    "beta": "special.beta(a, b)",
    "polygamma": "special.polygamma(a, b)",
    "logaddexp": "np.logaddexp(*x) if len(x) == 2 else special.logsumexp(np.array(x))",
    "atan2": "np.arctan2(a, b)",
    "relu": "np.maximum(a, 0.0)",
    "max": "np.max(np.array(x))",
    "min": "np.min(np.array(x))",
    "sum": "np.sum(np.array(x))",
    "dot": "np.dot(np.array(x[:len(x) // 2]), np.array(x[len(x) // 2:]))",
    "clamp": "np.clip(a, b, c)",
    "if": "np.where(a, b, c)",
}  # fmt: skip
CALL = "(float(f(*point)), [float(grad(f, i)(*point)) for i in range(len(point))])"
CURVE = """[[float(grad(grad(f, i), j)(*point)) for j in range(len(point))]
         for i in range(len(point))]"""
SETUP = """import warnings
warnings.simplefilter('ignore')
import autograd.numpy as np
from autograd import grad
from autograd.scipy import special"""


def engine(dtype: str = "float64") -> Any:
    """The engine; float64 only. A gradient that misses a variable warns and is 0."""
    made = Curved("autograd", "float64", SETUP, ROWS, CALL, CURVE, "np.float64(value)")
    made.fixed = {"clamp": (1, 2)}
    return made
