"""Functions that the C library has too far off, or not at all, within 1 ulp.

- `ROUTINES[name]` is the row's function as a rule over an arithmetic m: straight lines of + - * /,
  comparisons, `m.select` and what the C library has within 1 ulp (exp2, log, log1p, sqrt, ...).
- `SLOPES[name]` is such a rule for a row's derivative.

One rule serves a double and a vector of doubles: both sides of a choice are computed, and what is
not picked may be nan. The methods are textbook formulas in pairs (see `pairs`), rounded at the end;
near 0, where f(x) is x to 1/3 ulp, x itself keeps the sign of a zero.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ..arithmetic.ieee import two_difference
from .double_double import (
    SQRT_HALF,
    Pair,
    added,
    divided,
    exponential,
    fast_sum,
    limited,
    logarithm,
    logarithm1p,
    polynomial,
    powered,
    product,
    root,
    scaled,
    sine,
    two_product,
    two_sum,
    two_to,
)

TINY, LARGE = 1e-8, 2.0**28
LN2 = (float.fromhex("0x1.62E42FEFA39EFp-1"), float.fromhex("0x1.ABC9E3B39803Fp-56"))
BELL = (float.fromhex("0x1.9884533D43651p-2"), float.fromhex("-0x1.CBC0D30EBFD15p-56"))
LOG10_E = (float.fromhex("0x1.BCB7B1526E50Ep-2"), float.fromhex("0x1.95355BAAAFAD3p-57"))
LOG10_2 = (float.fromhex("0x1.34413509F79FFp-2"), float.fromhex("-0x1.9DC1DA994FD21p-59"))

ERFC_FIRST = [(float.fromhex(a), float.fromhex(b)) for a, b in (
    ("0x1.4ffa1e14e278bp-3", "-0x1.a3564d5c3bc6bp-59"),
    ("-0x1.5407bebf32444p-3", "0x1.f57fe5513a4d3p-58"),
    ("-0x1.7bf5ec1700631p-4", "-0x1.2aba20a9b78bbp-58"),
    ("0x1.46e80e2277953p+0", "0x1.9d0146e318d8fp-54"),
)]  # fmt: skip  # of t^3, t^2, t and 1; tests/routine_coefficients.py computes them
ERFC_SERIES = [float.fromhex(c) for c in (
    "-0x1.bc2b956198a1ep-5", "-0x1.074234048064dp-7", "0x1.1dd2ec90a1615p-7",
    "0x1.4d461d2f3682bp-10", "-0x1.7de520f77553ap-10", "-0x1.dc6933a4e5413p-12",
    "0x1.b0c885e76ffa0p-13", "0x1.3cc0c5c478a4cp-13", "-0x1.952dd7092a937p-20",
    "-0x1.318f989be30b7p-15", "-0x1.c4d09ab43f77ep-17", "0x1.f3322ccb012a3p-19",
    "0x1.5ef92d85736d7p-18", "0x1.8defa01624db3p-20", "-0x1.7b93c09f0e9a3p-21",
    "-0x1.abd1a9057fdc8p-21", "-0x1.09efa613980eep-22", "0x1.855496e9b60d4p-24",
    "0x1.3c8a31045afb9p-23", "0x1.25fde9cd30f0bp-24", "-0x1.5840909c35160p-26",
    "-0x1.5090813cd6754p-25", "-0x1.1612bf47ee81ap-27", "0x1.414e8d066b1ecp-27",
    "0x1.0c1ccc65c2263p-28", "-0x1.00cf137108123p-30", "-0x1.24fca3b53b1bfp-31",
)]  # fmt: skip  # of t^4, t^5, ...


def halves(m: Any, a: Any) -> tuple[Any, Pair, Pair]:
    """(k, S, C) with sinh(a) = 2^(k-1) S and cosh(a) = 2^(k-1) C, for a >= 0.

    e^a = 2^k (1 + H) and e^-a = 2^-k (1 - G) with G = H/(1 + H), so that S = (1 - q) + H + q G and
    C = (1 + q) + H - q G for q = 4^-k: nothing cancels where a is small and H is all.
    """
    k, h, l = exponential(m, a)
    q = two_to(m, -2 * k)
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


def tanh_sech(m: Any, x: Any) -> tuple[Any, Any]:
    """Both from one exponential, bit by bit as alone."""
    k, s, c = halves(m, limited(m, m.abs(x), 760.0))
    high, low = divided(s, c)
    y = odd(m, x, high + low)
    high, low = divided((1.0, 0.0), c)
    return y, scaled(m, high + low, 1 - k)


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
    return m.select(m.lt(x, 1.0), math.nan, m.select(m.gt(x, LARGE), twice(m, x), near))


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
    tail = two_to(m, k)
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


def erfc_tail(m: Any, a: Any, low: Any) -> tuple[Any, Pair]:
    """(k, (h, l)) with erfc(a + low) = 2^k (h + l), for 0 <= a <= 28.

    (1 + 2x) e^(x^2) erfc(x) is smooth over the half line as a polynomial in t = (x - 2)/(x + 2)
    (Shepherd & Laframboise, "Chebyshev Approximation of (1 + 2x) exp(x^2) erfc x in 0 <= x < inf",
    Mathematics of Computation 36, 1981); its lowest terms are added in pairs.
    """
    x = (a, low)
    square = product(x, x)
    k, h, l = exponential(m, -square[0], -square[1])
    t = divided(added(two_sum(a, -2.0), (low, 0.0)), added(two_sum(a, 2.0), (low, 0.0)))
    y: Pair = (polynomial(ERFC_SERIES, t[0]), 0.0)
    for c in ERFC_FIRST:
        y = added(c, product(t, y))
    y = divided(y, added((1.0, 0.0), (2 * a, 2 * low)))
    return k, added(y, product(y, (h, l)))


def erfc(m: Any, x: Any) -> Any:
    k, y = erfc_tail(m, limited(m, m.abs(x), 28.0), 0.0)
    right = scaled(m, y[0] + y[1], k)
    v = two_to(m, k)
    left = summed(added((2.0, 0.0), (-v * y[0], -v * y[1])))
    return m.select(m.lt(x, 0.0), left, right)


def gelu(m: Any, x: Any) -> Any:
    """x erfc(-x/sqrt(2))/2; beyond 38.6 it is x, or 0."""
    a = limited(m, m.abs(x), 39.5)
    k, y = erfc_tail(m, *product((a, 0.0), SQRT_HALF))
    v = two_to(m, k)
    below = product((a, 0.0), y)
    above = product((a, 0.0), added((2.0, 0.0), (-v * y[0], -v * y[1])))
    left, right = -scaled(m, below[0] + below[1], k - 1), summed(above) / 2
    plain = m.eq(x, 0.0) + m.gt(x, 39.0)
    return m.select(plain, x, m.select(m.lt(x, 0.0), left, right))


def gelu_slope(m: Any, x: Any) -> Any:
    """t = erfc(z)/2 - z e^(-z^2)/sqrt(pi) with z = |x|/sqrt(2), on the left; 1 - t on the right."""
    a = limited(m, m.abs(x), 39.5)
    z = product((a, 0.0), SQRT_HALF)
    k, y = erfc_tail(m, *z)
    square = product(z, z)
    _, h, l = exponential(m, -square[0], -square[1])
    bell = product(product((a, 0.0), BELL), added((1.0, 0.0), (h, l)))
    t = added((y[0] / 2, y[1] / 2), (-bell[0], -bell[1]))
    v = two_to(m, k)
    right = summed(added((1.0, 0.0), (-v * t[0], -v * t[1])))
    return m.select(m.lt(x, 0.0), scaled(m, t[0] + t[1], k), right)


def ndtr(m: Any, x: Any) -> Any:
    """erfc(|x|/sqrt(2))/2 on the left, on the right what is missing to 1."""
    a = limited(m, m.abs(x), 39.5)
    k, y = erfc_tail(m, *product((a, 0.0), SQRT_HALF))
    v = two_to(m, k)
    right = summed(added((2.0, 0.0), (-v * y[0], -v * y[1]))) / 2
    return m.select(m.lt(x, 0.0), scaled(m, y[0] + y[1], k - 1), right)


def ndtr_slope(m: Any, x: Any) -> Any:
    """e^(-x^2/2)/sqrt(2 pi)."""
    a = limited(m, m.abs(x), 39.5)
    z = product((a, 0.0), SQRT_HALF)
    square = product(z, z)
    k, h, l = exponential(m, -square[0], -square[1])
    bell = product(BELL, added((1.0, 0.0), (h, l)))
    return scaled(m, bell[0] + bell[1], k)


def sinc(m: Any, x: Any) -> Any:
    """sin(x)/x; 1 near 0, and 0 at infinity."""
    a = m.abs(x)
    high, low = divided(sine(m, a), (a, 0.0))
    y = m.select(m.lt(a, math.inf), high + low, m.select(m.eq(x, x), 0.0, x))
    return m.select(m.lt(a, TINY), 1.0, y)


def summed(pair: Pair) -> Any:
    return pair[0] + pair[1]


ROUTINES: dict[str, Callable] = {
    f.__name__: f
    for f in (sinh, cosh, tanh, sech, csch, asinh, acosh, atanh, log10, cbrt, sigmoid,
              exp_difference, gaussian, erfc, gelu, ndtr, sinc)
}  # fmt: skip
# of rows whose rule loses digits in a tail
SLOPES: dict[str, Callable] = {"gelu": gelu_slope, "ndtr": ndtr_slope}
