"""CasADi's SX, reverse mode."""

from __future__ import annotations

from typing import Any

from .functional import Curved

ROWS = {
    **{n: f"ca.{n}(a)" for n in (
        "exp", "expm1", "log", "log10", "log1p", "sqrt", "sin", "cos", "tan", "asin", "acos",
        "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "sign", "erf", "erfinv")},
    "abs": "ca.fabs(a)",
    "atan2": "ca.atan2(a, b)",
    "hypot": "functools.reduce(ca.hypot, x)",
    "relu": "ca.fmax(a, 0)",
    "max": "functools.reduce(ca.fmax, x)",
    "min": "functools.reduce(ca.fmin, x)",
    "sum": "ca.sum1(ca.vertcat(*x))",
    "dot": "ca.dot(ca.vertcat(*x[:len(x) // 2]), ca.vertcat(*x[len(x) // 2:]))",
    "clamp": "ca.fmax(b, ca.fmin(a, c))",
    "if": "ca.if_else(a, b, c)",
}  # fmt: skip
SETUP = """import casadi as ca, functools
def differentiated(f, point):
    x = ca.SX.sym('x', len(point))
    y = ca.SX(f(*ca.vertsplit(x)))
    values = ca.Function('f', [x], [y, ca.gradient(y, x)])(ca.DM(point))
    return float(values[0]), [float(g) for g in values[1].full().ravel()]
def curved(f, point):
    x = ca.SX.sym('x', len(point))
    y = ca.SX(f(*ca.vertsplit(x)))
    return ca.Function('f', [x], [ca.hessian(y, x)[0]])(ca.DM(point)).full().tolist()"""


def engine(dtype: str = "float64") -> Any:
    """The engine; float64 only."""
    return Curved(
        "casadi", "float64", SETUP, ROWS, "differentiated(f, point)", "curved(f, point)",
        "float(value)",
    )
