"""Trigonometric functions and their inverses."""

from __future__ import annotations

import math
from typing import Any

from .row import always, ends, floats, jump, no_order, nonnegative, nonzero, op, written, x_


def beyond_one(m: Any, x: Any) -> Any:
    """sqrt(x^2 - 1), exact to an ulp beside 1 and -1, where 1/x would round the difference away."""
    return m.sqrt(m.abs(x) - 1) * m.sqrt(m.abs(x) + 1)


def spherical_spelling(m: Any, n: Any, x: Any) -> Any:
    """j_n by its recurrence from j_0 = sinc(x) and j_-1 = cos(x)/x."""
    n, at_0, below_0 = m.whole(n), m.sinc(x), m.cos(x) / x
    before, y, first, step = (below_0, at_0, 0, 1) if n >= 0 else (at_0, below_0, -1, -1)
    for k in range(first, n, step):
        before, y = y, (2 * k + 1) * y / x - before
    return y


# fmt: off
op("sin", lambda m, y, x: m.cos(x), inverse="asin",
   **floats(hazards="angle", ulps=1, growth="bounded", meromorphic=True),
   **written(family="trigonometric", derivative="cos(x)", latex=r"\sin", open_argument=True, met="unnoticed"))
op("cos", lambda m, y, x: -m.sin(x), inverse="acos",
   **floats(hazards="angle", ulps=1, growth="bounded", meromorphic=True),
   **written(family="trigonometric", derivative="-sin(x)", latex=r"\cos", open_argument=True, met="unnoticed"))
op("tan", lambda m, y, x: m.powi(m.sec(x), 2), domain=nonzero(lambda m, x: m.cos(x)), inverse="atan",
   **floats(hazards="angle", ulps=1, meromorphic=True),
   **written(family="trigonometric", derivative="sec(x)^2", latex=r"\tan", open_argument=True,
             otherwise=(lambda m, y, x: 1 + m.powi(y, 2),)))
op("sec", lambda m, y, x: m.sec(x) * m.tan(x), forward=lambda m, x: 1 / m.cos(x),
   domain=nonzero(lambda m, x: m.cos(x)), inverse="asec", image="!= 0",
   **floats(hazards="angle", ulps=2, native=True, meromorphic=True),
   **written(family="trigonometric", derivative="sec(x)*tan(x)", latex=r"\sec", open_argument=True, met="easily"))
op("csc", lambda m, y, x: -m.csc(x) * m.cot(x), forward=lambda m, x: 1 / m.sin(x),
   domain=nonzero(lambda m, x: m.sin(x)), inverse="acsc", image="!= 0",
   **floats(hazards="angle", ulps=2, native=True, meromorphic=True),
   **written(family="trigonometric", derivative="-csc(x)*cot(x)", latex=r"\csc", open_argument=True,
             aliases=("cosec",), met="easily"))
op("cot", lambda m, y, x: -m.powi(m.csc(x), 2), forward=lambda m, x: m.cos(x) / m.sin(x),
   domain=nonzero(lambda m, x: m.sin(x)), inverse="acot",
   **floats(hazards="angle", ulps=2, native=True, meromorphic=True),
   **written(family="trigonometric", derivative="-csc(x)^2", latex=r"\cot", open_argument=True,
             otherwise=(lambda m, y, x: -1 - m.powi(y, 2),)))
op("sinpi", lambda m, y, x: m.pi() * m.cospi(x), meaning=lambda m, x: m.sin(m.pi * x),
   **floats(ulps=2, growth="bounded", meromorphic=True, arb="sin_pi"),
   **written(family="trigonometric", notation="sinpi(x) = sin(pi*x)", derivative="pi*cos(pi*x)"))
op("cospi", lambda m, y, x: -m.pi() * m.sinpi(x), meaning=lambda m, x: m.cos(m.pi * x),
   **floats(ulps=2, growth="bounded", meromorphic=True, arb="cos_pi"),
   **written(family="trigonometric", notation="cospi(x) = cos(pi*x)", derivative="-pi*sin(pi*x)"))
op("deg2rad", lambda m, y, x: m.pi() / 180, forward=lambda m, x: m.pi() / 180 * x, meaning=lambda m, x: m.pi * x / 180,
   inverse="rad2deg", image="0 at 0",
   **floats(ulps=2, growth="gentle"),
   **written(notation="deg2rad(x) = pi*x/180", derivative="pi/180", aliases=("radians",)))
op("rad2deg", lambda m, y, x: 180 / m.pi(), forward=lambda m, x: 180 / m.pi() * x, meaning=lambda m, x: 180 * x / m.pi,
   inverse="deg2rad", image="0 at 0",
   **floats(ulps=2),
   **written(notation="rad2deg(x) = 180*x/pi", derivative="180/pi", aliases=("degrees",)))
op("asin", lambda m, y, x: 1 / m.sqrt((1 - x) * (1 + x)), domain=nonnegative(lambda m, x: 1 - x, lambda m, x: 1 + x),
   inverse="sin", image="0 at 0",
   **floats(ulps=1),
   **written(family="inverse trigonometric", derivative="1/sqrt(1 - x^2)", latex=r"\arcsin", open_argument=True,
             aliases=("arcsin",),
             textbook=(lambda m, y, x: 1 / m.sqrt(1 - m.powi(x, 2)),)))
op("acos", lambda m, y, x: -1 / m.sqrt((1 - x) * (1 + x)), domain=nonnegative(lambda m, x: 1 - x, lambda m, x: 1 + x),
   inverse="cos",
   **floats(ulps=1),
   **written(family="inverse trigonometric", derivative="-1/sqrt(1 - x^2)", latex=r"\arccos", open_argument=True,
             aliases=("arccos",),
             textbook=(lambda m, y, x: -1 / m.sqrt(1 - m.powi(x, 2)),)))
op("atan", lambda m, y, x: 1 / m.hypot(1, x) / m.hypot(1, x), inverse="tan", image="0 at 0",
   **floats(hazards="saturation", ulps=1, growth="bounded"),
   **written(family="inverse trigonometric", derivative="1/(1 + x^2)", latex=r"\arctan", open_argument=True,
             aliases=("arctan",),
             textbook=(lambda m, y, x: 1 / (1 + m.powi(x, 2)),)))
op("asec", lambda m, y, x: 1 / m.abs(x) / beyond_one(m, x), forward=lambda m, x: m.atan2(beyond_one(m, x), m.sign(x)),
   meaning=lambda m, x: m.acos(1 / x), domain=nonnegative(lambda m, x: m.abs(x) - 1), inverse="sec",
   **floats(ulps=2),
   **written(sympy="asec", family="inverse trigonometric", derivative="1/(|x|*sqrt(x^2 - 1))",
             latex=r"\operatorname{arcsec}",
             open_argument=True,
             aliases=("arcsec",),
             textbook=(lambda m, y, x: 1 / (m.abs(x) * m.sqrt(m.powi(x, 2) - 1)),)))
op("acsc", lambda m, y, x: -1 / m.abs(x) / beyond_one(m, x),
   forward=lambda m, x: m.atan2(m.sign(x), beyond_one(m, x)), meaning=lambda m, x: m.asin(1 / x),
   domain=nonnegative(lambda m, x: m.abs(x) - 1), inverse="csc", image="!= 0",
   **floats(ulps=3),
   **written(sympy="acsc", family="inverse trigonometric", derivative="-1/(|x|*sqrt(x^2 - 1))",
             latex=r"\operatorname{arccsc}",
             open_argument=True,
             aliases=("arccsc",),
             textbook=(lambda m, y, x: -1 / (m.abs(x) * m.sqrt(m.powi(x, 2) - 1)),)))
op("acot", lambda m, y, x: -1 / m.hypot(1, x) / m.hypot(1, x),
   forward=lambda m, x: m.select(m.ne(x, 0), m.atan(1 / x), m.sqrt(-1)),
   meaning=lambda m, x: m.atan(1 / x), domain=nonzero(x_), inverse="cot", image="!= 0",
   **floats(ulps=2),
   **written(sympy="acot", family="inverse trigonometric", derivative="-1/(1 + x^2)", latex=r"\operatorname{arccot}",
             open_argument=True, aliases=("arccot",),
             textbook=(lambda m, y, x: -1 / (1 + m.powi(x, 2)),)))
op("atan2", lambda m, r, y, x: x / m.hypot(x, y) / m.hypot(x, y),
   lambda m, r, y, x: -y / m.hypot(x, y) / m.hypot(x, y), domain=nonzero(lambda m, y, x: m.hypot(y, x)),
   kinks=jump(lambda m, y, x: m.hypot(y, x) + x),
   **floats(hazards="tie", ulps=1),
   **written(notation="atan2(y, x)", derivative="x/(x^2 + y^2), -y/(x^2 + y^2)", aliases=("arctan2",),
             textbook=(lambda m, r, y, x: x / (m.powi(x, 2) + m.powi(y, 2)),
                       lambda m, r, y, x: -y / (m.powi(x, 2) + m.powi(y, 2)))))
op("sinc", lambda m, y, x: -m.sphericalj(1, x), meaning=lambda m, x: m.sin(x) / x,
   **floats(hazards="removable angle", ulps=1, at_infinity=ends(0.0, 0.0), meromorphic=True),
   **written(sympy="sinc", notation="sinc(x) = sin(x)/x", derivative="(cos(x) - sinc(x))/x", open_argument=True,
             textbook=(lambda m, y, x: (m.cos(x) - y) / x,)))
op("sphericalj", None,
   lambda m, y, n, x: (n * m.sphericalj(m.abs(n - 1), x) - (n + 1) * m.sphericalj(n + 1, x)) / (2 * n + 1),
   meaning=lambda m, n, x: m.spherical_j(n, x),
   **floats(whole=-math.inf, ulps=1, delicate=(None, None, always), at_infinity=no_order),
   **written(notation="j_n(x), the spherical Bessel function", hidden=True, spelling=spherical_spelling, met="hardly"))
