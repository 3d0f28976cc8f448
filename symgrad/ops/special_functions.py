"""Gamma, erf, Bessel and their kin."""

from __future__ import annotations

import math
from typing import Any

from .row import (
    always,
    ends,
    floats,
    no_order,
    off_poles,
    op,
    positive,
    sign_of_zero,
    written,
    x_,
    zero,
)


def gamma_quotient(m: Any, a: Any, b: Any) -> Any:
    return m.gamma(a) * m.gamma(b) / m.gamma(a + b)


def norm_pullback(m: Any, y: Any, x: Any) -> list[Any]:
    """hypot: a/y, and 0 (the element of smallest norm) at the origin."""
    apart = m.gt(y, 0)
    return [m.select(apart, a / y, 0) for a in x]


def polygamma_at_infinity(n: float, x: float) -> float:
    return (0.0 if n > 0 else x) if x > 0 and n < math.inf else math.nan


def besseli_at_infinity(n: float, x: float) -> float:
    if math.isinf(n):
        return math.nan
    return -math.inf if x < 0 and n % 2 else math.inf


# fmt: off
op("hypot", pullback=norm_pullback, meaning=lambda m, *x: m.sqrt(m.Add(*(a**2 for a in x))),
   kinks=zero(lambda m, *x: m.hypot(*x)), image="0 at 0",
   **floats(hazards="tie", native=True, ulps=1, delicate=(None, lambda *x: 0 < max(map(abs, x)) < 2.0**-960),
            growth="gentle"),
   **written(derivative="xi/hypot(x1, ..., xn)",
             textbook=lambda m, y, x: [a / y for a in x], met="hardly"))
op("gaussian", lambda m, y, x: -2 * (x * y), meaning=lambda m, x: m.exp(-x**2), image="> 0",
   **floats(ulps=2, delicate=(None, lambda x: abs(x) > 26), growth="bounded"),
   **written(notation="e^(-x^2), the square not rounded", hidden=True, spelling=lambda m, x: m.exp(-m.powi(x, 2)),
             met="hardly"))
op("erf", lambda m, y, x: 2 / m.sqrt(m.pi()) * m.gaussian(x), inverse="erfinv", image="0 at 0",
   **floats(hazards="saturation", ulps=1, growth="bounded", meromorphic=True),
   **written(derivative="2*e^(-x^2)/sqrt(pi)", open_argument=True, suggests_e=True))
op("erfc", lambda m, y, x: -2 / m.sqrt(m.pi()) * m.gaussian(x), inverse="erfcinv", image="> 0",
   **floats(hazards="saturation", ulps=3, growth="bounded", meromorphic=True),
   **written(derivative="-2*e^(-x^2)/sqrt(pi)", open_argument=True, met="hardly", suggests_e=True))
op("ndtr", lambda m, y, x: m.gaussian(x / m.sqrt(2)) / m.sqrt(2 * m.pi()),
   forward=lambda m, x: m.erfc(-x / m.sqrt(2)) / 2, meaning=lambda m, x: (1 + m.erf(x / m.sqrt(2))) / 2,
   inverse="ndtri", image="> 0",
   **floats(ulps=3, native=True, delicate=(lambda x: x < -.5, lambda x: abs(x) > 1), growth="bounded"),
   **written(notation="ndtr(x), the normal distribution function", derivative="e^(-x^2/2)/sqrt(2*pi)",
             aliases=("normcdf",)))
op("erfinv", lambda m, y, x: m.sqrt(m.pi()) / 2 / m.gaussian(y),
   domain=positive(lambda m, x: 1 - x, lambda m, x: 1 + x), inverse="erf", image="0 at 0",
   **floats(hazards="threshold", ulps=1, delicate=(None, always),
            at_pole=lambda x: math.copysign(math.inf, x) if abs(x) == 1 else math.nan),
   **written(derivative="sqrt(pi)*e^(erfinv(x)^2)/2", suggests_e=True))
op("gamma", lambda m, y, x: y * m.digamma(x), domain=off_poles(x_), image="!= 0",
   **floats(ulps=1, delicate=(None, always), at_infinity=ends(math.nan, math.inf),
            slope_at_infinity=ends(math.nan, math.inf), at_pole=sign_of_zero, meromorphic=True),
   **written(worked_out=True, derivative="gamma(x)*digamma(x)", latex=r"\Gamma"))
op("lgamma", lambda m, y, x: m.digamma(x), meaning=lambda m, x: m.log(m.gamma(x)**2) / 2, domain=off_poles(x_),
   **floats(hazards="threshold", ulps=1, at_infinity=ends(math.inf, math.inf), slope_at_infinity=ends(math.nan,
            math.inf),
            at_pole=lambda x: math.inf),
   **written(worked_out=True, sympy="loggamma", notation="lgamma(x) = ln|gamma(x)|", derivative="digamma(x)",
             aliases=("gammaln", "loggamma")))
op("digamma", lambda m, y, x: m.polygamma(1, x), domain=off_poles(x_),
   **floats(hazards="threshold", ulps=1, at_infinity=ends(math.nan, math.inf), slope_at_infinity=ends(math.nan, 0.0),
            at_pole=lambda x: -sign_of_zero(x), meromorphic=True),
   **written(worked_out=True, derivative="polygamma(1, x)", text="psi", aliases=("psi",), met="easily"))
op("polygamma", None, lambda m, y, n, x: m.polygamma(n + 1, x), domain=off_poles(lambda m, n, x: x),
   **floats(whole=0, ulps=1, at_infinity=polygamma_at_infinity),
   **written(worked_out=True, notation="polygamma(n, x)", derivative="polygamma(n + 1, x)", met="hardly"))
op("beta", lambda m, y, a, b: y * (m.digamma(a) - m.digamma(a + b)),
   lambda m, y, a, b: y * (m.digamma(b) - m.digamma(a + b)), meaning=gamma_quotient,
   domain=off_poles(lambda m, a, b: a) + off_poles(lambda m, a, b: b),
   **floats(ulps=1, delicate=(always, always, always), at_infinity=lambda a, b: 0.0 if a > 0 and b > 0 else math.nan),
   **written(worked_out=True, sympy="beta", derivative="beta(a, b)*(digamma(a) - digamma(a + b)), ..."))
op("factorial", lambda m, y, x: y * m.digamma(x + 1), forward=lambda m, x: m.gamma(x + 1),
   meaning=lambda m, x: m.gamma(x + 1), domain=off_poles(lambda m, x: x + 1), image="!= 0",
   **floats(ulps=1, delicate=(always, always), slope_at_infinity=ends(math.nan, math.inf)),
   **written(worked_out=True, sympy="factorial", notation="x!", derivative="x!*digamma(x + 1)", symbol="!",
             shape="postfix", textbook=(lambda m, y, x: y * m.digamma(x + 1),)))
op("besselj", None, lambda m, y, n, x: (m.besselj(n - 1, x) - m.besselj(n + 1, x)) / 2,
   **floats(whole=-math.inf, ulps=1, delicate=(None, None, always), at_infinity=no_order),
   **written(notation="besselj(n, x)", derivative="(besselj(n - 1, x) - besselj(n + 1, x))/2", met="hardly"))
op("besseli", None, lambda m, y, n, x: (m.besseli(n - 1, x) + m.besseli(n + 1, x)) / 2,
   **floats(whole=-math.inf, ulps=1, delicate=(None, None, always), at_infinity=besseli_at_infinity),
   **written(notation="besseli(n, x)", derivative="(besseli(n - 1, x) + besseli(n + 1, x))/2", met="hardly"))
op("besselj0", lambda m, y, x: -m.besselj(1, x), forward=lambda m, x: m.besselj(0, x),
   meaning=lambda m, x: m.besselj(0, x),
   **floats(ulps=1), **written(derivative="-besselj1(x)", aliases=("j0",), met="easily"))
op("besselj1", lambda m, y, x: (m.besselj(0, x) - m.besselj(2, x)) / 2, forward=lambda m, x: m.besselj(1, x),
   meaning=lambda m, x: m.besselj(1, x),
   **floats(ulps=1, delicate=(None, always)),
   **written(derivative="(besselj0(x) - besselj(2, x))/2", aliases=("j1",), met="easily"))
op("besseli0", lambda m, y, x: m.besseli(1, x), forward=lambda m, x: m.besseli(0, x),
   meaning=lambda m, x: m.besseli(0, x), image="> 0",
   **floats(ulps=1), **written(derivative="besseli1(x)", aliases=("i0",)))
op("besseli1", lambda m, y, x: (m.besseli(0, x) + m.besseli(2, x)) / 2, forward=lambda m, x: m.besseli(1, x),
   meaning=lambda m, x: m.besseli(1, x),
   **floats(ulps=1), **written(derivative="(besseli0(x) + besseli(2, x))/2", aliases=("i1",)))
