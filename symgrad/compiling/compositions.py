"""Functions as short rules over lines, a few ulp off, for languages that lack them.

`natives` says which of them a target uses. A function has the row's name, and is written in
+ - * /, choices and what every language has. A `slope` is a derivative whose own rule loses digits,
or would compute by way of subnormal numbers.
"""

from __future__ import annotations

import math
from typing import Any

from ..arithmetic.ieee import two_difference
from ..ops.activations import gelu_tanh_slope
from .double_double import SQRT_HALF, product


def relu(m: Any, x: Any) -> Any:
    """+0 at -0, as in floats."""
    return m.max(0, x)


def sigmoid(m: Any, x: Any) -> Any:
    """Its two forms as one quotient."""
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


def sinpi(m: Any, x: Any) -> Any:
    """sin(pi x) by what is left of x beside a whole number n, which is exact, and (-1)^n."""
    n, left = near(m, x)
    return m.select(m.eq(m.abs(x), math.inf), math.nan, n * m.sin(m.pi() * left))


def cospi(m: Any, x: Any) -> Any:
    """cos(pi x) likewise; beside its zeros by the sine of what is missing to 1/2."""
    n, left = near(m, x)
    missing = 0.5 - m.abs(left)
    found = m.select(m.lt(missing, 0.25), m.sin(m.pi() * missing), m.cos(m.pi() * left))
    return m.select(m.eq(m.abs(x), math.inf), math.nan, n * found)


def near(m: Any, x: Any) -> tuple[Any, Any]:
    """(-1)^n for the whole number n next to x, and x - n."""
    n = m.round(x)
    return 1 - 2 * m.abs(n - 2 * m.round(n / 2)), x - n


def gelu(m: Any, x: Any) -> Any:
    """x erfc(z)/2 with what rounding takes of z = -x/sqrt(2): it would cost 2 z^2 ulp.

    erfc'(z)/erfc(z) is near -(z + sqrt(z^2 + 3/2)) where it matters.
    """
    return x * ndtr(m, x)


def ndtr(m: Any, x: Any) -> Any:
    """erfc(z)/2 with z in two pieces."""
    z, low = product((x, 0.0), (-SQRT_HALF[0], -SQRT_HALF[1]))
    y = m.erfc(z)
    far = m.gt(m.abs(x), 50.0)
    return m.select(far, y, y * (1 - low * (z + m.sqrt(z * z + 1.5)))) / 2


def gelu_slope(m: Any, y: Any, x: Any) -> Any:
    """erfc(z)/2 as in gelu, and x e^(-x^2/2)/sqrt(2 pi), the square in two pieces."""
    x = m.max(-50.0, m.min(x, 50.0))
    return gelu_slope_at(m, x, *product((x, 0.0), (-SQRT_HALF[0], -SQRT_HALF[1])))


def gelu_slope_at(m: Any, x: Any, z: Any, low: Any, rest: float = 0.0) -> Any:
    """The same with z = -x/sqrt(2) in two pieces, and what the constant itself has left."""
    low = low + x * rest if rest else low
    below = m.erfc(z) * (1 - low * (z + m.sqrt(z * z + 1.5))) / 2
    return below + x * bell(m, x)


def bell(m: Any, x: Any) -> Any:
    """e^(-x^2/2)/sqrt(2 pi), the square in two pieces."""
    x = m.max(-50.0, m.min(x, 50.0))
    high = x + 1.5 * 2.0**32 - 1.5 * 2.0**32  # x to a multiple of 2^-20
    return m.exp(-(high * high) / 2) * m.exp(-((x - high) * (x + high)) / 2) / m.sqrt(2 * m.pi())


# --- where the row's own rule would end in subnormal numbers, in every language -------------------

NEAR_THE_LARGEST = 700.0
FAR_FOR_EXP = -700.0  # below, 1 + e^x is 1, and sigmoid(x) itself has lost digits


def rounded_once(m: Any, factor: Any, x: Any) -> Any:
    """factor * e^x far out: two normal factors, whose product alone is subnormal, or large."""
    half = m.exp(x / 2)
    return (factor * half) * half


def silu(m: Any, x: Any) -> Any:
    return m.select(m.lt(x, FAR_FOR_EXP), rounded_once(m, x, x), x * m.sigmoid(x))


def silu_slope(m: Any, y: Any, x: Any) -> Any:
    near = m.sigmoid(x) * (1 + x * m.sigmoid(-x))
    return m.select(m.lt(x, FAR_FOR_EXP), rounded_once(m, 1 + x, x), near)


def mish(m: Any, x: Any) -> Any:
    """tanh(ln(1 + e^x)) is e^x there."""
    return m.select(m.lt(x, FAR_FOR_EXP), rounded_once(m, x, x), x * m.tanh(m.softplus(x)))


def mish_slope(m: Any, y: Any, x: Any) -> Any:
    s = m.softplus(x)
    near = m.tanh(s) + x * m.powi(m.sech(s), 2) * m.sigmoid(x)
    return m.select(m.lt(x, FAR_FOR_EXP), rounded_once(m, 1 + x, x), near)


def ei_slope(m: Any, y: Any, x: Any) -> Any:
    """e^x/x, which is in range where e^x is not."""
    return m.select(m.gt(m.abs(x), NEAR_THE_LARGEST), rounded_once(m, 1 / x, x), m.exp(x) / x)


def chi_slope(m: Any, y: Any, x: Any) -> Any:
    """cosh(x)/x likewise."""
    return m.select(m.gt(x, NEAR_THE_LARGEST), rounded_once(m, 0.5 / x, x), m.cosh(x) / x)


def pow_slope(m: Any, y: Any, a: Any, b: Any) -> Any:
    """b*a^(b-1), which is 0 for b = 0, though a^-1 may overflow; where it does, by way of a^b."""
    below = m.power_below(a, b)
    quotient = m.select(m.lt(m.abs(a), 1), m.select(m.ne(a, 0), b * y / a, b * below), b * below)
    slope = m.select(m.lt(m.abs(below), math.inf), b * below, quotient)
    return m.select(m.eq(b, 0), b * a, slope)  # nan for a = nan


SMALL, LARGE, UP = 2.0**-960, 2.0**1000, 2.0**600


def hypot_slopes(m: Any, y: Any, x: Any) -> list[Any]:
    """a/y; where y has lost digits or overflowed, both are made larger or smaller first."""
    small, whole, apart = m.lt(y, SMALL), m.lt(y, LARGE), m.gt(y, 0)
    scaled = [m.select(small, a * UP, a / UP) for a in x]
    total = scaled[0] * scaled[0]
    for a in scaled[1:]:
        total = total + a * a
    length = m.sqrt(total)
    return [m.select(apart, m.select(m.select(small, 0, whole), a / y, b / length), 0)
            for a, b in zip(x, scaled)]


def ndtr_slope(m: Any, y: Any, x: Any) -> Any:
    return bell(m, x)


def log_ndtr_slope(m: Any, y: Any, x: Any) -> Any:
    """By erfcx on the left; on the right its argument's rounding would cost x^2 ulp."""
    left = m.sqrt(2) / m.sqrt(m.pi()) / m.erfcx(-x / m.sqrt(2))
    return m.select(m.gt(x, 1), bell(m, x) / m.ndtr(x), left)


def bounded_slope(m: Any, y: Any, x: Any) -> Any:
    """Beyond 40 it is 0 or 1 to the last bit, where x^2 times 0 would be nan."""
    return gelu_tanh_slope(m, y, m.max(-40.0, m.min(x, 40.0)))


def gelu_routine(m: Any, y: Any, x: Any) -> Any:
    """A call of the slope's own routine, where there are routines."""
    return m.emit("gelu_slope", x)


def ndtr_routine(m: Any, y: Any, x: Any) -> Any:
    return m.emit("ndtr_slope", x)


def mod_slope(m: Any, y: Any, a: Any, b: Any) -> Any:
    """A whole number: it rounds where the floor of a/b may be one off."""
    return -m.round((a - y) / b)


def plain_product(m: Any, x: Any, c: float) -> tuple[Any, Any]:
    """x*c and what rounding took of it, by Dekker's splitting: for languages without fma."""
    high = split(x)
    low, c_high = x - high, split(c)
    c_low, y = c - c_high, x * c
    return y, ((high * c_high - y) + high * c_low + low * c_high) + low * c_low


def split(x: Any) -> Any:
    """The upper 26 bits of x."""
    t = x * 134217729.0  # 2^27 + 1
    return t - (t - x)


def c_gelu_slope(m: Any, y: Any, x: Any) -> Any:
    x = m.max(-50.0, m.min(x, 50.0))
    return gelu_slope_at(m, x, *plain_product(m, x, -SQRT_HALF[0]), -SQRT_HALF[1])
