"""The smooth functions of neural networks."""

from __future__ import annotations

import math
from typing import Any

from .row import ends, floats, op, written


def sigmoid_forward(m: Any, x: Any) -> Any:
    e = m.exp(-m.abs(x))
    return m.select(m.ge(x, 0), 1 / (1 + e), e / (1 + e))


# fmt: off
op("sigmoid", lambda m, y, x: m.sigmoid(x) * m.sigmoid(-x), forward=sigmoid_forward,
   meaning=lambda m, x: 1 / (1 + m.exp(-x)),
   **floats(hazards="overflow saturation", ulps=3, growth="bounded", native=True),
   **written(derivative="sigmoid(x)*(1 - sigmoid(x))", aliases=("expit",),
             textbook=(lambda m, y, x: y * (1 - y),)))
op("softplus", lambda m, y, x: m.sigmoid(x), forward=lambda m, x: m.max(x, 0) + m.log1p(m.exp(-m.abs(x))),
   meaning=lambda m, x: m.log(1 + m.exp(x)),
   **floats(hazards="overflow saturation threshold", ulps=2, growth="gentle"),
   **written(notation="softplus(x) = ln(1 + e^x)", derivative="sigmoid(x)"))
op("elu", lambda m, y, x: m.select(m.gt(x, 0), 1, m.exp(x)), forward=lambda m, x: m.select(m.gt(x, 0), x, m.expm1(x)),
   meaning=lambda m, x: m.Piecewise((x, x > 0), (m.exp(x) - 1, True)),
   **floats(hazards="overflow saturation threshold", ulps=1), **written(derivative="if(x > 0, 1, e^x)"))
op("silu", lambda m, y, x: m.sigmoid(x) * (1 + x * m.sigmoid(-x)), forward=lambda m, x: x * m.sigmoid(x),
   meaning=lambda m, x: x / (1 + m.exp(-x)),
   **floats(hazards="overflow saturation removable", native=True, ulps=3, delicate=(None, lambda x: -3 < x < -.8),
            at_infinity=ends(-0.0, math.inf),
            slope_at_infinity=ends(0.0, 1.0)),
   **written(notation="silu(x) = x*sigmoid(x)", derivative="sigmoid(x)*(1 + x*sigmoid(-x))", aliases=("swish",),
             textbook=(lambda m, y, x: m.sigmoid(x) * (1 + x * (1 - m.sigmoid(x))),),
             otherwise=(lambda m, y, x: y + m.sigmoid(x) * (1 - y),)))
op("gelu", lambda m, y, x: m.erfc(-x / m.sqrt(2)) / 2 + x * m.gaussian(x / m.sqrt(2)) / m.sqrt(2 * m.pi()),
   forward=lambda m, x: x * (m.erfc(-x / m.sqrt(2)) / 2), meaning=lambda m, x: x * (1 + m.erf(x / m.sqrt(2))) / 2,
   **floats(hazards="saturation threshold", ulps=2, delicate=(lambda x: x < -.5, lambda x: x < -.5), native=True,
            at_infinity=ends(-0.0, math.inf),
            slope_at_infinity=ends(0.0, 1.0)),
   **written(derivative="gelu(x)/x + x*e^(-x^2/2)/sqrt(2*pi)",
             textbook=(lambda m, y, x: (1 + m.erf(x / m.sqrt(2))) / 2
                       + x * m.exp(-m.powi(x, 2) / 2) / m.sqrt(2 * m.pi()),)))
op("mish", lambda m, y, x: m.tanh(m.softplus(x)) + x * m.powi(m.sech(m.softplus(x)), 2) * m.sigmoid(x),
   forward=lambda m, x: x * m.tanh(m.softplus(x)), meaning=lambda m, x: x * m.tanh(m.log(1 + m.exp(x))),
   **floats(hazards="overflow saturation threshold", native=True, delicate=(None, lambda x: x < -.5),
            at_infinity=ends(-0.0, math.inf),
            slope_at_infinity=ends(0.0, 1.0)),
   **written(notation="mish(x) = x*tanh(softplus(x))", derivative="mish(x)/x + x*sech(softplus(x))^2*sigmoid(x)"))
op("softsign", lambda m, y, x: 1 / (1 + m.abs(x)) / (1 + m.abs(x)), forward=lambda m, x: x / (1 + m.abs(x)),
   meaning=lambda m, x: x / (1 + m.Abs(x)),
   **floats(hazards="saturation removable", ulps=2, at_infinity=ends(-1.0, 1.0), growth="bounded"),
   **written(notation="softsign(x) = x/(1 + |x|)", derivative="1/(1 + |x|)^2",
             textbook=(lambda m, y, x: 1 / m.powi(1 + m.abs(x), 2),)))
