"""Functions that are integrals: of the bell curve, of e^x/x and sin(x)/x, incomplete gamma and beta.

The first arguments of `gammainc` and `betainc` are numbers: there is no slope by them."""

from __future__ import annotations

import math
from typing import Any

from .row import always, ends, floats, nonnegative, nonzero, op, positive, written, x_


def log_normal(m: Any, x: Any) -> Any:
    """ln(erfc(-x/sqrt(2))/2), of which SymPy would make 2 - erfc(x/sqrt(2)): that cancels; on the
    right, where that is 1 but for less than any ball, ln(1 - erfc(x/sqrt(2))/2)."""
    below, above = (m.erfc(s * x / m.sqrt(2), evaluate=False) / 2 for s in (-1, 1))
    return m.Piecewise((m.log(below), x < 0), (m.log(1 - above), True))


def part_of_gamma(part: Any, m: Any, a: Any, x: Any) -> Any:
    """Of a whole a SymPy would make a sum of a terms."""
    return part(a, x, evaluate=False) / m.gamma(a, evaluate=False)


def gamma_slope(m: Any, y: Any, a: Any, x: Any) -> Any:
    return m.power_below(x, a) * m.exp(-x) / m.gamma(a)


def beta_slope(m: Any, y: Any, a: Any, b: Any, x: Any) -> Any:
    return m.power_below(x, a) * m.power_below(1 - x, b) / m.beta(a, b)


def at_ends(low: float, at_low: float, high: float, at_high: float) -> Any:
    """Poles at the two ends of a domain."""
    return lambda x: at_low if x == low else at_high if x == high else math.nan


# fmt: off
op("erfi", lambda m, y, x: 2 / m.sqrt(m.pi()) / m.gaussian(x), image="0 at 0",
   **floats(hazards="overflow", ulps=1, delicate=(None, lambda x: abs(x) > 26), growth="steep",
            at_infinity=ends(-math.inf, math.inf), meromorphic=True, arb="erfi"),
   **written(derivative="2*e^(x^2)/sqrt(pi)"))
op("erfcx", lambda m, y, x: 2 * x * y - 2 / m.sqrt(m.pi()), meaning=lambda m, x: m.exp(x**2) * m.erfc(x), image="> 0",
   **floats(hazards="overflow", ulps=1, delicate=(None, always), at_infinity=ends(math.inf, 0.0),
            slope_at_infinity=ends(-math.inf, 0.0)),
   **written(notation="erfcx(x) = e^(x^2)*erfc(x)", derivative="2*x*erfcx(x) - 2/sqrt(pi)"))
op("erfcinv", lambda m, y, x: -m.sqrt(m.pi()) / 2 / m.gaussian(y), domain=positive(x_, lambda m, x: 2 - x),
   inverse="erfc",
   **floats(ulps=1, delicate=(None, always), at_pole=at_ends(0, math.inf, 2, -math.inf), arb="erfcinv"),
   **written(derivative="-sqrt(pi)*e^(erfcinv(x)^2)/2"))
op("ndtri", lambda m, y, x: m.sqrt(2 * m.pi()) / m.gaussian(y / m.sqrt(2)),
   meaning=lambda m, x: -m.sqrt(2) * m.erfcinv(2 * x), domain=positive(x_, lambda m, x: 1 - x), inverse="ndtr",
   **floats(ulps=1, delicate=(None, always), at_pole=at_ends(0, -math.inf, 1, math.inf)),
   **written(notation="ndtri(x), ndtr's inverse", derivative="sqrt(2*pi)*e^(ndtri(x)^2/2)", aliases=("probit",)))
op("log_ndtr", lambda m, y, x: m.sqrt(2) / m.sqrt(m.pi()) / m.erfcx(-x / m.sqrt(2)),
   meaning=log_normal, image="!= 0",
   **floats(hazards="overflow saturation", ulps=1, delicate=(None, lambda x: x > 1), at_infinity=ends(-math.inf, 0.0),
            slope_at_infinity=ends(math.inf, 0.0)),
   **written(notation="log_ndtr(x) = ln(ndtr(x))", derivative="e^(-x^2/2)/(sqrt(2*pi)*ndtr(x))"))
op("Ei", lambda m, y, x: m.exp(x) / x, domain=nonzero(x_),
   **floats(hazards="overflow", ulps=1, at_infinity=ends(-0.0, math.inf), slope_at_infinity=ends(-0.0, math.inf),
            at_pole=lambda x: -math.inf if x == 0 else math.nan, arb="ei"),
   **written(derivative="e^x/x", aliases=("expi",)))
op("li", lambda m, y, x: 1 / m.log(x), domain=positive(x_) + nonzero(lambda m, x: x - 1),
   **floats(ulps=1, at_infinity=ends(math.nan, math.inf), at_pole=lambda x: -math.inf if x == 1 else math.nan,
            arb="li"),
   **written(derivative="1/ln(x)"))
op("Si", lambda m, y, x: m.sinc(x), image="0 at 0",
   **floats(hazards="removable", ulps=1, growth="bounded", at_infinity=ends(-math.pi / 2, math.pi / 2),
            meromorphic=True, arb="si"),
   **written(derivative="sin(x)/x", textbook=(lambda m, y, x: m.sin(x) / x,)))
op("Ci", lambda m, y, x: m.cos(x) / x, domain=positive(x_),
   **floats(ulps=1, at_infinity=ends(math.nan, 0.0), slope_at_infinity=ends(math.nan, 0.0),
            at_pole=lambda x: -math.inf if x == 0 else math.nan, arb="ci"),
   **written(derivative="cos(x)/x"))
op("Shi", lambda m, y, x: m.exp(x) * m.hyp1f1(1, 2, -2 * x), image="0 at 0",
   **floats(hazards="overflow removable", ulps=1, delicate=(None, always), growth="steep",
            at_infinity=ends(-math.inf, math.inf), slope_at_infinity=ends(math.inf, math.inf),
            meromorphic=True, arb="shi"),
   **written(derivative="sinh(x)/x", textbook=(lambda m, y, x: m.sinh(x) / x,)))
op("Chi", lambda m, y, x: m.cosh(x) / x, domain=positive(x_),
   **floats(hazards="overflow", ulps=1, at_infinity=ends(math.nan, math.inf),
            slope_at_infinity=ends(math.nan, math.inf), at_pole=lambda x: -math.inf if x == 0 else math.nan,
            arb="chi"),
   **written(derivative="cosh(x)/x"))
op("gammainc", None, gamma_slope, meaning=lambda m, a, x: part_of_gamma(m.lowergamma, m, a, x),
   domain=positive(lambda m, a, x: a) + nonnegative(lambda m, a, x: x),
   **floats(hazards="saturation", ulps=1, delicate=(None, None, always),
            at_infinity=lambda a, x: 1.0 if 0 < a < x else math.nan),
   **written(notation="gammainc(a, x), the lower part of 1", derivative="x^(a-1)*e^(-x)/gamma(a)"))
op("gammaincc", None, lambda m, y, a, x: -gamma_slope(m, y, a, x),
   meaning=lambda m, a, x: part_of_gamma(m.uppergamma, m, a, x),
   domain=positive(lambda m, a, x: a) + nonnegative(lambda m, a, x: x),
   **floats(hazards="saturation", ulps=1, delicate=(None, None, always),
            at_infinity=lambda a, x: 0.0 if 0 < a < x else math.nan),
   **written(notation="gammaincc(a, x), the upper part of 1", derivative="-x^(a-1)*e^(-x)/gamma(a)"))
op("betainc", None, None, beta_slope, meaning=lambda m, a, b, x: m.betainc_regularized(a, b, 0, x),
   domain=positive(lambda m, a, b, x: a, lambda m, a, b, x: b)
   + nonnegative(lambda m, a, b, x: x, lambda m, a, b, x: 1 - x),
   **floats(hazards="saturation", ulps=1, delicate=(None, None, None, always)),
   **written(notation="betainc(a, b, x), of 1 in all", derivative="x^(a-1)*(1-x)^(b-1)/beta(a, b)"))
op("ellipk", lambda m, y, x: m.pi() / 8 * m.hyp2f1(m.ratio(3, 2), m.ratio(3, 2), 2, x),
   meaning=lambda m, x: m.elliptic_k(x), domain=positive(lambda m, x: 1 - x), image="> 0",
   **floats(hazards="removable", ulps=1, delicate=(None, always), at_infinity=ends(0.0, math.nan),
            slope_at_infinity=ends(0.0, math.nan), at_pole=lambda x: math.inf if x == 1 else math.nan),
   **written(sympy="elliptic_k", notation="ellipk(x), x = k^2", derivative="(ellipe(x)/(1 - x) - ellipk(x))/(2*x)",
             textbook=(lambda m, y, x: (m.ellipe(x) / (1 - x) - y) / (2 * x),)))
op("ellipe", lambda m, y, x: -m.pi() / 8 * m.hyp2f1(m.ratio(1, 2), m.ratio(3, 2), 2, x),
   meaning=lambda m, x: m.elliptic_e(x), domain=nonnegative(lambda m, x: 1 - x), image="> 0",
   **floats(hazards="removable", ulps=1, delicate=(None, always), at_infinity=ends(math.inf, math.nan),
            slope_at_infinity=ends(-0.0, math.nan)),
   **written(sympy="elliptic_e", notation="ellipe(x), x = k^2", derivative="(ellipe(x) - ellipk(x))/(2*x)",
             textbook=(lambda m, y, x: (y - m.ellipk(x)) / (2 * x),)))
