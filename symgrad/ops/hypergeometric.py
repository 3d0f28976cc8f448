"""Functions that are power series: Kummer's and Gauss's, more of Bessel and Airy, zeta, Lambert's W.

Orders and the like are numbers: there is no slope by them."""

from __future__ import annotations

import math
from typing import Any

from .row import always, ends, floats, nonnegative, nonzero, off_poles, op, positive, written, x_


def log_beta(m: Any, a: Any, b: Any) -> Any:
    """Of positive numbers; ln|beta| goes on beyond."""
    least = m.min(a, b)
    return m.select(m.ge(least, 0), m.lgamma(a) + m.lgamma(b) - m.lgamma(a + b), m.log(least))


def below_infinity(n: float, x: float) -> float:
    """What dies away to the right, if its order is a number."""
    return 0.0 if x > 0 and math.isfinite(n) else math.nan


# fmt: off
op("hyp1f1", None, None, lambda m, y, a, b, x: a / b * m.hyp1f1(a + 1, b + 1, x),
   meaning=lambda m, a, b, x: m.hyper((a,), (b,), x), domain=off_poles(lambda m, a, b, x: b),
   **floats(ulps=1, delicate=(None, None, None, always)),
   **written(notation="hyp1f1(a, b, x)", derivative="a/b*hyp1f1(a + 1, b + 1, x)"))
op("hyp2f1", None, None, None, lambda m, y, a, b, c, x: a * b / c * m.hyp2f1(a + 1, b + 1, c + 1, x),
   meaning=lambda m, a, b, c, x: m.hyper((a, b), (c,), x),
   domain=off_poles(lambda m, a, b, c, x: c) + positive(lambda m, a, b, c, x: 1 - x),
   **floats(ulps=1, delicate=(None, None, None, None, always)),
   **written(notation="hyp2f1(a, b, c, x)", derivative="a*b/c*hyp2f1(a + 1, b + 1, c + 1, x)"))
op("bessely", None, lambda m, y, n, x: (m.bessely(n - 1, x) - m.bessely(n + 1, x)) / 2,
   domain=positive(lambda m, n, x: x),
   **floats(hazards="angle", ulps=1, delicate=(None, None, always), at_infinity=below_infinity),
   **written(notation="bessely(n, x)", derivative="(bessely(n - 1, x) - bessely(n + 1, x))/2", aliases=("yv",)))
op("besselk", None, lambda m, y, n, x: -(m.besselk(n - 1, x) + m.besselk(n + 1, x)) / 2,
   domain=positive(lambda m, n, x: x), image="> 0",
   **floats(hazards="overflow", ulps=1, delicate=(None, None, always), at_infinity=below_infinity),
   **written(notation="besselk(n, x)", derivative="-(besselk(n - 1, x) + besselk(n + 1, x))/2", aliases=("kv",)))
op("bessely0", lambda m, y, x: -m.bessely(1, x), forward=lambda m, x: m.bessely(0, x),
   meaning=lambda m, x: m.bessely(0, x), domain=positive(x_),
   **floats(hazards="angle", ulps=1), **written(derivative="-bessely1(x)", aliases=("y0",)))
op("bessely1", lambda m, y, x: (m.bessely(0, x) - m.bessely(2, x)) / 2, forward=lambda m, x: m.bessely(1, x),
   meaning=lambda m, x: m.bessely(1, x), domain=positive(x_),
   **floats(hazards="angle", ulps=1, delicate=(None, always)),
   **written(derivative="(bessely0(x) - bessely(2, x))/2", aliases=("y1",)))
op("besselk0", lambda m, y, x: -m.besselk(1, x), forward=lambda m, x: m.besselk(0, x),
   meaning=lambda m, x: m.besselk(0, x), domain=positive(x_), image="> 0",
   **floats(hazards="overflow", ulps=1), **written(derivative="-besselk1(x)", aliases=("k0",)))
op("besselk1", lambda m, y, x: -(m.besselk(0, x) + m.besselk(2, x)) / 2, forward=lambda m, x: m.besselk(1, x),
   meaning=lambda m, x: m.besselk(1, x), domain=positive(x_), image="> 0",
   **floats(hazards="overflow", ulps=1, delicate=(None, always)),
   **written(derivative="-(besselk0(x) + besselk(2, x))/2", aliases=("k1",)))
op("airyai", lambda m, y, x: m.airyaiprime(x),
   **floats(hazards="angle", ulps=1, at_infinity=ends(0.0, 0.0), arb="airy_ai"),
   **written(derivative="airyaiprime(x)", aliases=("Ai",)))
op("airyaiprime", lambda m, y, x: x * m.airyai(x),
   **floats(hazards="angle", ulps=1, at_infinity=ends(math.nan, -0.0)), **written(derivative="x*airyai(x)"))
op("airybi", lambda m, y, x: m.airybiprime(x),
   **floats(hazards="angle overflow", ulps=1, at_infinity=ends(0.0, math.inf), arb="airy_bi"),
   **written(derivative="airybiprime(x)", aliases=("Bi",)))
op("airybiprime", lambda m, y, x: x * m.airybi(x),
   **floats(hazards="angle overflow", ulps=1, at_infinity=ends(math.nan, math.inf)),
   **written(derivative="x*airybi(x)"))
op("zeta", lambda m, y, x: m.zeta_derivative(1, x), domain=nonzero(lambda m, x: x - 1),
   **floats(ulps=1, at_infinity=ends(math.nan, 1.0), slope_at_infinity=ends(math.nan, -0.0)),
   **written(worked_out=True, derivative="zeta_derivative(1, x)", latex=r"\zeta"))
op("zeta_derivative", None, lambda m, y, n, x: m.zeta_derivative(n + 1, x),
   meaning=lambda m, n, x: m.zeta_derivative(n, x), domain=nonzero(lambda m, n, x: x - 1),
   **floats(whole=0, ulps=1, at_infinity=below_infinity),
   **written(sympy="zeta_derivative", notation="zeta_derivative(n, x)", derivative="zeta_derivative(n + 1, x)"))
op("lambertw", lambda m, y, x: m.exp(-y) / (1 + y), meaning=lambda m, x: m.LambertW(x),
   domain=nonnegative(lambda m, x: x + m.exp(-1)), image="0 at 0",
   **floats(ulps=1, delicate=(None, always), at_infinity=ends(math.nan, math.inf),
            slope_at_infinity=ends(math.nan, 0.0), arb="lambertw"),
   **written(sympy="LambertW", notation="lambertw(x), e^y*y = x, y >= -1", derivative="e^(-y)/(1 + y)",
             aliases=("W", "LambertW"), textbook=(lambda m, y, x: 1 / (x + m.exp(y)),)))
op("betaln", lambda m, y, a, b: m.digamma(a) - m.digamma(a + b), lambda m, y, a, b: m.digamma(b) - m.digamma(a + b),
   forward=log_beta, meaning=lambda m, a, b: m.loggamma(a) + m.loggamma(b) - m.loggamma(a + b),
   domain=positive(lambda m, a, b: a, lambda m, a, b: b),
   **floats(ulps=1, delicate=(always, always, always)),
   **written(worked_out=True, notation="betaln(a, b) = ln(beta(a, b))", derivative="digamma(a) - digamma(a + b), ..."))
