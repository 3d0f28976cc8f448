"""Functions that the C library has too far off, or not at all, within 1 ulp (`sinc`: 1.5).

- `ROUTINES[name]` is the row's function as a rule over an arithmetic m: straight lines of + - * /,
  comparisons, `m.select` and what the C library has within 1 ulp (exp2, log, log1p, sqrt, ...).

One rule serves a double and a vector of doubles: both sides of a choice are computed, and what is
not picked may be nan. The methods are textbook formulas in pairs (see `pairs`), rounded at the end;
near 0, where f(x) is x to 1/3 ulp, x itself keeps the sign of a zero.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from .ieee import two_difference, two_product
from .pairs import (
    Pair,
    added,
    divided,
    exponential,
    fast_sum,
    limited,
    logarithm,
    logarithm1p,
    powered,
    product,
    root,
    scaled,
    two_sum,
)

TINY, LARGE = 1e-8, 2.0**28
LN2 = (float.fromhex("0x1.62E42FEFA39EFp-1"), float.fromhex("0x1.ABC9E3B39803Fp-56"))
LOG10_E = (float.fromhex("0x1.BCB7B1526E50Ep-2"), float.fromhex("0x1.95355BAAAFAD3p-57"))
LOG10_2 = (float.fromhex("0x1.34413509F79FFp-2"), float.fromhex("-0x1.9DC1DA994FD21p-59"))


def halves(m: Any, a: Any) -> tuple[Any, Pair, Pair]:
    """(k, S, C) with sinh(a) = 2^(k-1) S and cosh(a) = 2^(k-1) C, for a >= 0.

    e^a = 2^k (1 + H) and e^-a = 2^-k (1 - G) with G = H/(1 + H), so that S = (1 - q) + H + q G and
    C = (1 + q) + H - q G for q = 4^-k: nothing cancels where a is small and H is all.
    """
    k, h, l = exponential(m, a)
    q = m.exp2(-2 * k)
    g, less = divided((h, l), added((1.0, 0.0), (h, l)))
    g, less = q * g, q * less
    s = added(added(fast_sum(1.0, -q), (h, l)), (g, less))
    c = added(added(fast_sum(1.0, q), (h, l)), (-g, -less))
    return k, s, c


def odd(m: Any, x: Any, y: Any) -> Any:
    """An odd function of x from its value y at |x|; x itself near 0."""
    return m.select(m.lt(m.abs(x), TINY), x, m.select(m.lt(x, 0.0), -y, y))


def sinh(m: Any, x: Any) -> Any:
    k, s, _ = halves(m, limited(m, m.abs(x), 720.0))
    return odd(m, x, scaled(m, s[0] + s[1], k - 1))


def cosh(m: Any, x: Any) -> Any:
    k, _, c = halves(m, limited(m, m.abs(x), 720.0))
    return scaled(m, c[0] + c[1], k - 1)


def tanh(m: Any, x: Any) -> Any:
    _, s, c = halves(m, limited(m, m.abs(x), 30.0))
    high, low = divided(s, c)
    return odd(m, x, high + low)


def sech(m: Any, x: Any) -> Any:
    k, _, c = halves(m, limited(m, m.abs(x), 760.0))
    high, low = divided((1.0, 0.0), c)
    return scaled(m, high + low, 1 - k)


def csch(m: Any, x: Any) -> Any:
    a = m.abs(x)
    k, s, _ = halves(m, limited(m, a, 760.0))
    high, low = divided((1.0, 0.0), s)
    y = scaled(m, high + low, 1 - k)
    return m.select(m.lt(a, TINY), 1 / x, m.select(m.lt(x, 0.0), -y, y))


def asinh(m: Any, x: Any) -> Any:
    """ln(1 + z) with z = a + a^2/(1 + sqrt(1 + a^2)); ln(2a) for large a."""
    a = m.abs(x)
    square = two_product(a, a)
    below = added((1.0, 0.0), root(m, added((1.0, 0.0), square)))
    z = added((a, 0.0), divided(square, below))
    return odd(m, x, m.select(m.gt(a, LARGE), twice(m, a), summed(logarithm1p(m, *z))))


def acosh(m: Any, x: Any) -> Any:
    """ln(1 + z) with z = (x - 1) + sqrt((x - 1) (x + 1)); ln(2x) for large x."""
    less, more = two_sum(x, -1.0), two_sum(x, 1.0)
    z = added(less, root(m, product(less, more)))
    near = m.select(m.eq(x, 1.0), 0.0, summed(logarithm1p(m, *z)))
    return m.select(m.gt(x, LARGE), twice(m, x), near)


def twice(m: Any, a: Any) -> Any:
    """ln(2a) for a large a."""
    high, low = logarithm(m, a)
    return m.select(m.lt(high, math.inf), summed(added(LN2, (high, low))), high)


def atanh(m: Any, x: Any) -> Any:
    """ln(1 + 2a/(1 - a))/2."""
    a = m.abs(x)
    z, low = divided((2 * a, 0.0), two_sum(1.0, -a))
    at_one = m.eq(a, 1.0)
    y = summed(logarithm1p(m, m.select(at_one, math.inf, z), m.select(at_one, 0.0, low)))
    return odd(m, x, y / 2)


def log10(m: Any, x: Any) -> Any:
    """ln(x)/ln(10); a subnormal x is multiplied by 2^100 first."""
    small = m.lt(x, 1e-300)
    y, low = logarithm(m, m.select(small, x * 2.0**100, x))
    high, rest = product((y, low), LOG10_E)
    shift = m.select(small, -100.0, 0.0)
    found = summed(added((high, rest), (shift * LOG10_2[0], shift * LOG10_2[1])))
    return m.select(m.lt(m.abs(y), math.inf), found, y)


def cbrt(m: Any, x: Any) -> Any:
    """e^(ln(a)/3) and one Newton step on an exact residual; a near the ends is scaled by 2^300."""
    a = m.abs(x)
    up, down = m.lt(a, 1e-200), m.gt(a, 1e200)
    b = a * m.select(up, 2.0**300, m.select(down, 2.0**-300, 1.0))
    y = m.exp(m.log(b) / 3)
    square, lost = two_product(y, y)
    cube, gone = two_product(square, y)
    y = y + ((b - cube) - gone - lost * y) / (3 * square)
    y = y * m.select(up, 2.0**-100, m.select(down, 2.0**100, 1.0))
    plain = m.gt(a, 0.0) * m.lt(a, math.inf)
    return m.select(plain, m.select(m.lt(x, 0.0), -y, y), x)


def sigmoid(m: Any, x: Any) -> Any:
    """1/(1 + e) where x >= 0, else e/(1 + e), with e = e^-|x| = 2^k (1 + H)."""
    k, h, l = exponential(m, -limited(m, m.abs(x), 760.0))
    tail = m.exp2(k)
    one = added((1.0, 0.0), (h, l))
    below = added((1.0, 0.0), (tail * one[0], tail * one[1]))
    right = m.ge(x, 0.0)
    high, low = divided((m.select(right, 1.0, one[0]), m.select(right, 0.0, one[1])), below)
    return m.select(right, high + low, scaled(m, high + low, k))


def exp_difference(m: Any, a: Any, b: Any) -> Any:
    """e^(a - b), the difference in two pieces."""
    s, low = two_difference(a, b)
    low = m.select(m.lt(m.abs(low), 1.0), low, 0.0)  # nan where a or b is infinite
    y = powered(m, *exponential(m, m.max(-760.0, limited(m, s, 720.0)), low))
    y = m.select(m.lt(s, -760.0), 0.0, y)
    return m.select(m.eq(a, b), 1.0, m.select(m.eq(s, s), y, s))


def gaussian(m: Any, x: Any) -> Any:
    """e^(-x^2), the square in two pieces."""
    a = limited(m, m.abs(x), 28.0)
    square, lost = two_product(a, a)
    return powered(m, *exponential(m, -square, -lost))


def sinc(m: Any, x: Any) -> Any:
    """sin(x)/x; 1 at 0, and 0 at infinity."""
    y = m.select(m.eq(x, 0.0), 1.0, m.sin(x) / x)
    return m.select(m.eq(m.abs(x), math.inf), 0.0, y)


def summed(pair: Pair) -> Any:
    return pair[0] + pair[1]


ROUTINES: dict[str, Callable] = {
    f.__name__: f
    for f in (sinh, cosh, tanh, sech, csch, asinh, acosh, atanh, log10, cbrt, sigmoid,
              exp_difference, gaussian, sinc)
}  # fmt: skip
