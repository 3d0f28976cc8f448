"""NumPy arrays: one sweep over any number of points.

- `ARRAYS` is the arithmetic: `engine.forward` and `engine.backward` run over it unchanged.
- What has no value is nan; nothing warns inside `quiet()`.
- A function that NumPy lacks (erf, gamma, besselj) runs element by element in the engine's floats;
  generated NumPy source cannot do that and says `Unsupported`.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from ..arithmetic.floats import FLOATS, Floats
from ..engine import Arithmetic
from ..ops import OPS, Op


@cache
def numpy() -> Any:
    """The library, imported on first use: it costs 60 ms that most callers need not pay."""
    import numpy as np  # noqa: PLC0415

    return np


def address(a: Any) -> int:
    """Where a contiguous array stands; its own `ctypes.data` takes several times as long."""
    try:
        return ctypes.addressof(ctypes.c_char.from_buffer(a))
    except (TypeError, ValueError):  # read-only, or empty
        return int(a.ctypes.data)


def quiet() -> Any:
    """No warnings: inf and nan are answers here."""
    return numpy().errstate(all="ignore")


NATIVE = {  # row -> NumPy's name, where it has the function
    **{name: name for name in ("exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt",
                               "cbrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "abs", "sign")},
    "asin": "arcsin", "acos": "arccos", "atan": "arctan", "atan2": "arctan2",
    "asinh": "arcsinh", "acosh": "arccosh", "atanh": "arctanh",
    "pow": "power", "powr": "power", "powi": "power",
}  # fmt: skip
COMPARED = {"lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal",
            "eq": "equal", "ne": "not_equal"}  # fmt: skip


class Arrays(Arithmetic):
    """Rules in arrays of float64."""

    def literal(self, exact: Any) -> Any:
        return numpy().float64(FLOATS.literal(exact))

    def forward(self, op: Op, x: Sequence[Any]) -> Any:
        with quiet():
            if op.forward is None or op.name in LACKING:
                return getattr(self, op.name)(*x)
            return op.forward(self, *x)

    def partials(self, op: Op, y: Any, x: Sequence[Any], wanted: Sequence[bool]) -> list[Any]:
        with quiet():
            return super().partials(op, y, x, wanted)

    def pull(self, adjoint: Any, partial: Any) -> Any:
        """A zero on either side stops everything, so that 0 times infinity never arises."""
        with quiet():
            stopped = (adjoint == 0) | (numpy().asarray(partial) == 0)
            return numpy().where(stopped, 0.0, adjoint * partial)

    def select(self, c: Any, a: Any, b: Any) -> Any:
        return numpy().where(c, a, b)

    def pi(self) -> Any:
        return self.literal(FLOATS.pi())

    def sech(self, x: Any) -> Any:
        e = self.exp(-self.abs(x))
        return 2 * e / (1 + e * e)

    def csch(self, x: Any) -> Any:
        tail = numpy().copysign(2 * self.exp(-self.abs(x)), x)
        return self.select(self.abs(x) < 700, 1 / self.sinh(x), tail)

    def gaussian(self, x: Any) -> Any:
        """exp(-x^2) with x in two pieces, as in floats."""
        x = numpy().clip(x, -28.0, 28.0)
        high = numpy().round(x * 2.0**20) / 2.0**20
        return self.exp(-high * high) * self.exp(-(x - high) * (x + high))

    def power_below(self, x: Any, c: Any) -> Any:
        """x^(c-1) though c-1 rounds, as in floats."""
        s = c - self.literal(1)
        t = s - c
        e = (c - (s - t)) - (1 + t)
        y = self.pow(x, s)
        better = y * self.exp(e * self.log(x))
        return self.select((e != 0) & (x > 0) & (y > 0) & (y < float("inf")), better, y)

    def hypot(self, *x: Any) -> Any:
        return folded(numpy().hypot, x)

    def max(self, *x: Any) -> Any:
        return folded(numpy().maximum, x)

    def min(self, *x: Any) -> Any:
        return folded(numpy().minimum, x)

    def __getattr__(self, name: str) -> Any:
        """NumPy's function, or the row's own `forward`, or the floats' one element by element."""
        if name in NATIVE:
            return getattr(numpy(), NATIVE[name])
        if name in COMPARED:
            compare = getattr(numpy(), COMPARED[name])
            return lambda *x: compare(*x) * 1.0
        op = OPS.get(name)
        if op is None:
            raise AttributeError(f"Arrays has no {name}")
        if op.forward is not None and name not in LACKING:
            return lambda *x: self.forward(op, x)
        return lambda *x: numpy().vectorize(lambda *a: FLOATS.forward(op, a), otypes=[float])(*x)


def folded(function: Callable[..., Any], x: Sequence[Any]) -> Any:
    """A function of many arguments from one of two."""
    result = x[0]
    for a in x[1:]:
        result = function(result, a)
    return result


# floats have these themselves, NumPy does not
LACKING = frozenset(name for name in vars(Floats) if name in OPS) - {
    *NATIVE, *COMPARED, *vars(Arrays), "sum", "dot", "exp_difference"}  # fmt: skip
ARRAYS = Arrays()
