"""Functions as short rules over lines, a few ulp off, for languages that lack them.

- `FAST[name]` is the row's function in + - * /, choices and what every language has;
  `FAST_SLOPES[name]` its derivative, where the row's own rule loses digits.
- `exp_difference` is for languages that keep their own forms of the others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..arithmetic.ieee import two_difference
from .routines.double_double import SQRT_HALF, product


def one_division(m: Any, x: Any) -> Any:
    """sigmoid, its two forms as one quotient."""
    e = m.exp(-m.abs(x))
    return m.select(m.ge(x, 0), 1, e) / (1 + e)


def sech(m: Any, x: Any) -> Any:
    e = m.exp(-m.abs(x))
    return 2 * e / (1 + e * e)


def tanh(m: Any, x: Any) -> Any:
    """By e^(-2|x|) - 1, which keeps its digits near 0: half the time of a vector library's tanh."""
    e = m.expm1(-2 * m.abs(x))
    y = e / (2 + e)
    return m.select(m.lt(x, 0), y, m.select(m.gt(x, 0), -y, x))


def csch(m: Any, x: Any) -> Any:
    far = m.gt(m.abs(x), 700)
    return m.select(far, 2 * m.sign(x) * m.exp(-m.abs(x)), 1 / m.sinh(x))


def gaussian(m: Any, x: Any) -> Any:
    """exp(-x*x), x in two pieces, since the square's rounding would cost x*x/2 ulp."""
    x = m.max(-28.0, m.min(x, 28.0))
    high = x + 1.5 * 2.0**32 - 1.5 * 2.0**32  # x to a multiple of 2^-20
    return m.exp(-(high * high)) * m.exp(-((x - high) * (x + high)))


def exp_difference(m: Any, a: Any, b: Any) -> Any:
    """e^(a - b), with what rounding takes from the difference: it would cost |a - b|/2 ulp."""
    s, low = two_difference(a, b)
    low = m.select(m.lt(m.abs(low), 1.0), low, 0.0)  # nan where a or b is infinite
    return m.select(m.eq(a, b), 1, m.exp(s) * (1 + low))


def sinc(m: Any, x: Any) -> Any:
    far = m.gt(m.abs(x), 1.7976931348623157e308)
    return m.select(m.eq(x, 0), 1, m.select(far, 0, m.sin(x) / x))


def gelu(m: Any, x: Any) -> Any:
    """x erfc(z)/2 with what rounding takes of z = -x/sqrt(2): it would cost 2 z^2 ulp.

    erfc'(z)/erfc(z) is near -(z + sqrt(z^2 + 3/2)) where it matters.
    """
    z, low = product((x, 0.0), (-SQRT_HALF[0], -SQRT_HALF[1]))
    y = m.erfc(z)
    far = m.gt(m.abs(x), 50.0)
    return x * (m.select(far, y, y * (1 - low * (z + m.sqrt(z * z + 1.5)))) / 2)


def gelu_slope(m: Any, x: Any) -> Any:
    """erfc(z)/2 as in gelu, and x e^(-x^2/2)/sqrt(2 pi), the square in two pieces."""
    x = m.max(-50.0, m.min(x, 50.0))
    z, low = product((x, 0.0), (-SQRT_HALF[0], -SQRT_HALF[1]))
    below = m.erfc(z) * (1 - low * (z + m.sqrt(z * z + 1.5))) / 2
    high = x + 1.5 * 2.0**32 - 1.5 * 2.0**32  # x to a multiple of 2^-20
    bell = m.exp(-(high * high) / 2) * m.exp(-((x - high) * (x + high)) / 2)
    return below + x * bell / m.sqrt(2 * m.pi())


FAST_SLOPES: dict[str, Callable] = {"gelu": gelu_slope}
FAST: dict[str, Callable] = {"sigmoid": one_division, "tanh": tanh, "sech": sech, "csch": csch,
                             "gaussian": gaussian, "sinc": sinc,
                             "exp_difference": exp_difference, "gelu": gelu}  # fmt: skip
