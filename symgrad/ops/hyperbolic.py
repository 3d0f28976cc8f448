"""Hyperbolic functions and their inverses."""

from __future__ import annotations

from .row import floats, nonnegative, nonzero, op, positive, written, x_

# fmt: off
op("sinh", lambda m, y, x: m.cosh(x), inverse="asinh", image="0 at 0",
   **floats(hazards="overflow", ulps=2, growth="steep", meromorphic=True),
   **written(family="hyperbolic", derivative="cosh(x)", latex=r"\sinh", open_argument=True, met="easily"))
op("cosh", lambda m, y, x: m.sinh(x), inverse="acosh", image="> 0",
   **floats(hazards="overflow", ulps=2, growth="steep", meromorphic=True),
   **written(family="hyperbolic", derivative="sinh(x)", latex=r"\cosh", open_argument=True, met="easily"))
op("tanh", lambda m, y, x: m.powi(m.sech(x), 2), inverse="atanh", image="0 at 0",
   **floats(hazards="overflow saturation", ulps=2.5, growth="bounded", meromorphic=True),
   **written(family="hyperbolic", derivative="1 - tanh(x)^2", latex=r"\tanh", open_argument=True,
             textbook=(lambda m, y, x: 1 - m.powi(y, 2),), otherwise=(lambda m, y, x: m.powi(m.sech(x), 2),)))
op("sech", lambda m, y, x: -m.sech(x) * m.tanh(x), inverse="asech", image="> 0",
   **floats(hazards="saturation", ulps=2, growth="bounded", meromorphic=True),
   **written(family="hyperbolic", derivative="-sech(x)*tanh(x)", open_argument=True))
op("csch", lambda m, y, x: -m.csch(x) * m.coth(x), domain=nonzero(x_), inverse="acsch", image="!= 0",
   **floats(ulps=2, meromorphic=True),
   **written(family="hyperbolic", derivative="-csch(x)*coth(x)", open_argument=True, aliases=("cosech",)))
op("coth", lambda m, y, x: -m.powi(m.csch(x), 2), forward=lambda m, x: 1 / m.tanh(x), domain=nonzero(x_),
   inverse="acoth", image="!= 0",
   **floats(ulps=3, native=True, meromorphic=True),
   **written(family="hyperbolic", derivative="-csch(x)^2", latex=r"\coth", open_argument=True,
             otherwise=(lambda m, y, x: 1 - m.powi(y, 2),)))
op("asinh", lambda m, y, x: 1 / m.hypot(1, x), inverse="sinh", image="0 at 0",
   **floats(hazards="threshold", ulps=2, growth="gentle"),
   **written(family="inverse hyperbolic", derivative="1/sqrt(x^2 + 1)", latex=r"\operatorname{arsinh}",
             open_argument=True,
             aliases=("arsinh", "arcsinh"),
             textbook=(lambda m, y, x: 1 / m.sqrt(m.powi(x, 2) + 1),)))
op("acosh", lambda m, y, x: 1 / (m.sqrt(x - 1) * m.sqrt(x + 1)), domain=nonnegative(lambda m, x: x - 1),
   inverse="cosh",
   **floats(hazards="threshold", ulps=2),
   **written(family="inverse hyperbolic", derivative="1/sqrt(x^2 - 1)", latex=r"\operatorname{arcosh}",
             open_argument=True,
             aliases=("arcosh", "arccosh"),
             textbook=(lambda m, y, x: 1 / m.sqrt(m.powi(x, 2) - 1),),
             otherwise=(lambda m, y, x: 1 / (m.sqrt(x - 1) * m.sqrt(x + 1)),)))
op("atanh", lambda m, y, x: 1 / ((1 - x) * (1 + x)), domain=positive(lambda m, x: 1 - x, lambda m, x: 1 + x),
   inverse="tanh", image="0 at 0",
   **floats(hazards="threshold", ulps=2),
   **written(family="inverse hyperbolic", derivative="1/(1 - x^2)", latex=r"\operatorname{artanh}", open_argument=True,
             aliases=("artanh", "arctanh"),
             textbook=(lambda m, y, x: 1 / (1 - m.powi(x, 2)),)))
op("asech", lambda m, y, x: -1 / (x * m.sqrt((1 - x) * (1 + x))),
   forward=lambda m, x: 2 * m.asinh(m.sqrt(1 - x) / m.sqrt(2 * x)), meaning=lambda m, x: m.acosh(1 / x),
   domain=positive(x_) + nonnegative(lambda m, x: 1 - x), inverse="sech",
   **floats(ulps=3),
   **written(sympy="asech", family="inverse hyperbolic", derivative="-1/(x*sqrt(1 - x^2))",
             latex=r"\operatorname{arsech}",
             open_argument=True,
             aliases=("arsech", "arcsech"),
             textbook=(lambda m, y, x: -1 / (x * m.sqrt(1 - m.powi(x, 2))),)))
op("acsch", lambda m, y, x: -1 / m.abs(x) / m.hypot(1, x),
   forward=lambda m, x: m.select(m.lt(m.abs(x), 1e-300), m.sign(x) * (m.log(2) - m.log(m.abs(x))), m.asinh(1 / x)),
   meaning=lambda m, x: m.asinh(1 / x), domain=nonzero(x_), inverse="csch", image="!= 0",
   **floats(ulps=2),
   **written(sympy="acsch", family="inverse hyperbolic", derivative="-1/(|x|*sqrt(1 + x^2))",
             latex=r"\operatorname{arcsch}",
             open_argument=True,
             aliases=("arcsch", "arccsch"),
             textbook=(lambda m, y, x: -1 / (m.abs(x) * m.sqrt(1 + m.powi(x, 2))),)))
op("acoth", lambda m, y, x: 1 / (1 - x) / (1 + x), forward=lambda m, x: m.sign(x) * m.log1p(2 / (m.abs(x) - 1)) / 2,
   meaning=lambda m, x: m.atanh(1 / x), domain=positive(lambda m, x: m.abs(x) - 1), inverse="coth", image="!= 0",
   **floats(ulps=2),
   **written(sympy="acoth", family="inverse hyperbolic", derivative="1/(1 - x^2)", latex=r"\operatorname{arcoth}",
             open_argument=True,
             aliases=("arcoth", "arccoth"),
             textbook=(lambda m, y, x: 1 / (1 - m.powi(x, 2)),)))
