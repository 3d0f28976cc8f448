"""The smooth functions of neural networks."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from .row import ends, floats, op, written, x_, zero


def sigmoid_forward(m: Any, x: Any) -> Any:
    e = m.exp(-m.abs(x))
    return m.select(m.ge(x, 0), 1 / (1 + e), e / (1 + e))


SCALE = Fraction("1.0507009873554804934193349852946")  # Klambauer et al. 2017
SCALED_ALPHA = Fraction("1.7580993408473768599402175208123")
CUBIC = Fraction("0.044715")


def bent(m: Any, pi: Any, x: Any) -> Any:
    """sqrt(2/pi)*(x + 0.044715*x^3)."""
    return m.sqrt(2) / m.sqrt(pi) * x * (1 + m.literal(CUBIC) * x * x)


def gelu_tanh_slope(m: Any, y: Any, x: Any) -> Any:
    u = bent(m, m.pi(), x)
    steep = 2 * m.sqrt(2) / m.sqrt(m.pi()) * (1 + 3 * m.literal(CUBIC) * x * x)
    return m.sigmoid(2 * u) * (1 + x * m.sigmoid(-2 * u) * steep)


def between(m: Any, x: Any, low: Any, high: Any, slope: Any, beyond: int = 0) -> Any:
    """The slope of a bent line: 0 below, and the flatter one where it bends."""
    return m.select(m.gt(x, low), m.select(m.lt(x, high), slope, beyond), 0)


# fmt: off
op("sigmoid", lambda m, y, x: m.sigmoid(x) * m.sigmoid(-x), forward=sigmoid_forward,
   meaning=lambda m, x: 1 / (1 + m.exp(-x)), inverse="logit", image="> 0",
   **floats(hazards="overflow saturation", ulps=3, growth="bounded", native=True),
   **written(derivative="sigmoid(x)*(1 - sigmoid(x))", aliases=("expit",),
             textbook=(lambda m, y, x: y * (1 - y),), met="easily"))
op("softplus", lambda m, y, x: m.sigmoid(x), forward=lambda m, x: m.max(x, 0) + m.log1p(m.exp(-m.abs(x))),
   meaning=lambda m, x: m.log(1 + m.exp(x)), image="> 0",
   **floats(hazards="overflow saturation threshold", ulps=2, growth="gentle"),
   **written(notation="softplus(x) = ln(1 + e^x)", derivative="sigmoid(x)"))
op("elu", lambda m, y, x: m.select(m.gt(x, 0), 1, m.exp(x)), forward=lambda m, x: m.select(m.gt(x, 0), x, m.expm1(x)),
   meaning=lambda m, x: m.Piecewise((x, x > 0), (m.exp(x) - 1, True)), image="0 at 0",
   **floats(hazards="overflow saturation threshold", ulps=1),
   **written(derivative="if(x > 0, 1, e^x)", aliases=("celu",), suggests_e=True))
op("log_sigmoid", lambda m, y, x: m.sigmoid(-x), forward=lambda m, x: -m.softplus(-x),
   meaning=lambda m, x: -m.log(1 + m.exp(-x)), image="!= 0",
   **floats(hazards="overflow saturation threshold", ulps=2, growth="gentle"),
   **written(notation="log_sigmoid(x) = ln(sigmoid(x))", derivative="sigmoid(-x)", aliases=("logsigmoid",)))
op("selu", lambda m, y, x: m.select(m.gt(x, 0), m.literal(SCALE), m.literal(SCALED_ALPHA) * m.exp(x)),
   forward=lambda m, x: m.select(m.gt(x, 0), m.literal(SCALE) * x, m.literal(SCALED_ALPHA) * m.expm1(x)),
   meaning=lambda m, x: m.Piecewise((m.literal(SCALE) * x, x > 0), (m.literal(SCALED_ALPHA) * m.exp(x)
                                    - m.literal(SCALED_ALPHA), True)),
   kinks=zero(x_), image="0 at 0",
   **floats(hazards="overflow saturation threshold", ulps=3),
   **written(derivative="if(x > 0, 1.0507, 1.7581*e^x), to four decimals"))
op("relu6", lambda m, y, x: between(m, x, 0, 6, 1), forward=lambda m, x: m.min(m.max(x, 0), 6),
   meaning=lambda m, x: m.Piecewise((0, x < 0), (6, x > 6), (x, True)), kinks=zero(x_, lambda m, x: x - 6),
   **floats(hazards="threshold", chooses=True, ulps=0, plain=True),
   **written(derivative="if(x > 0, if(x < 6, 1, 0), 0)"))
op("hardtanh", lambda m, y, x: between(m, x, -1, 1, 1), forward=lambda m, x: m.min(m.max(x, -1), 1),
   meaning=lambda m, x: m.Piecewise((-1, x < -1), (1, x > 1), (x, True)),
   kinks=zero(lambda m, x: x + 1, lambda m, x: x - 1),
   **floats(hazards="threshold", chooses=True, ulps=0, plain=True),
   **written(derivative="if(x > -1, if(x < 1, 1, 0), 0)"))
op("hardsigmoid", lambda m, y, x: between(m, x, -3, 3, m.ratio(1, 6)),
   forward=lambda m, x: m.min(m.max((x + 3) / 6, 0), 1),
   meaning=lambda m, x: m.Piecewise((0, x < -3), (1, x > 3), ((x + 3) / 6, True)),
   kinks=zero(lambda m, x: x + 3, lambda m, x: x - 3),
   **floats(hazards="threshold", ulps=1.5, plain=True, growth="bounded"),
   **written(derivative="if(x > -3, if(x < 3, 1/6, 0), 0)"))
op("hardswish", lambda m, y, x: between(m, x, -3, 3, (2 * x + 3) / 6, beyond=1),
   forward=lambda m, x: x * m.hardsigmoid(x),
   meaning=lambda m, x: m.Piecewise((0, x < -3), (x, x > 3), (x * (x + 3) / 6, True)),
   kinks=zero(lambda m, x: x + 3, lambda m, x: x - 3),
   **floats(hazards="threshold", ulps=2, at_infinity=ends(-0.0, math.inf), slope_at_infinity=ends(0.0, 1.0)),
   **written(notation="hardswish(x) = x*hardsigmoid(x)", derivative="if(x > -3, if(x < 3, (2*x + 3)/6, 1), 0)"))
op("silu", lambda m, y, x: m.sigmoid(x) * (1 + x * m.sigmoid(-x)), forward=lambda m, x: x * m.sigmoid(x),
   meaning=lambda m, x: x / (1 + m.exp(-x)), image="0 at 0",
   **floats(hazards="overflow saturation removable", native=True, ulps=3, delicate=(None, lambda x: -3 < x < -.8),
            at_infinity=ends(-0.0, math.inf),
            slope_at_infinity=ends(0.0, 1.0)),
   **written(notation="silu(x) = x*sigmoid(x)", derivative="sigmoid(x)*(1 + x*sigmoid(-x))", aliases=("swish",),
             textbook=(lambda m, y, x: m.sigmoid(x) * (1 + x * (1 - m.sigmoid(x))),),
             otherwise=(lambda m, y, x: y + m.sigmoid(x) * (1 - y),)))
op("gelu", lambda m, y, x: m.erfc(-x / m.sqrt(2)) / 2 + x * m.gaussian(x / m.sqrt(2)) / m.sqrt(2 * m.pi()),
   forward=lambda m, x: x * (m.erfc(-x / m.sqrt(2)) / 2), meaning=lambda m, x: x * (1 + m.erf(x / m.sqrt(2))) / 2,
   image="0 at 0",
   **floats(hazards="saturation threshold", ulps=2, delicate=(lambda x: x < -.5, lambda x: x < -.5), native=True,
            at_infinity=ends(-0.0, math.inf),
            slope_at_infinity=ends(0.0, 1.0)),
   **written(derivative="gelu(x)/x + x*e^(-x^2/2)/sqrt(2*pi)",
             textbook=(lambda m, y, x: (1 + m.erf(x / m.sqrt(2))) / 2
                       + x * m.exp(-m.powi(x, 2) / 2) / m.sqrt(2 * m.pi()),), suggests_e=True))
op("gelu_tanh", gelu_tanh_slope, forward=lambda m, x: x * m.sigmoid(2 * bent(m, m.pi(), x)),
   meaning=lambda m, x: x * (1 + m.tanh(bent(m, m.pi, x))) / 2, image="0 at 0",
   **floats(hazards="saturation threshold", ulps=3, native=True,
            delicate=(lambda x: x < -.5, lambda x: x < -.3 or x > 1e100),
            at_infinity=ends(-0.0, math.inf), slope_at_infinity=ends(0.0, 1.0)),
   **written(notation="gelu_tanh(x) = x*sigmoid(2*u), u = sqrt(2/pi)*(x + 0.044715*x^3)",
             derivative="sigmoid(2*u)*(1 + 2*x*sigmoid(-2*u)*sqrt(2/pi)*(1 + 0.134145*x^2))"))
op("mish", lambda m, y, x: m.tanh(m.softplus(x)) + x * m.powi(m.sech(m.softplus(x)), 2) * m.sigmoid(x),
   forward=lambda m, x: x * m.tanh(m.softplus(x)), meaning=lambda m, x: x * m.tanh(m.log(1 + m.exp(x))),
   image="0 at 0",
   **floats(hazards="overflow saturation threshold", native=True, delicate=(None, lambda x: x < -.5),
            at_infinity=ends(-0.0, math.inf),
            slope_at_infinity=ends(0.0, 1.0)),
   **written(notation="mish(x) = x*tanh(softplus(x))", derivative="mish(x)/x + x*sech(softplus(x))^2*sigmoid(x)"))
op("softsign", lambda m, y, x: 1 / (1 + m.abs(x)) / (1 + m.abs(x)), forward=lambda m, x: x / (1 + m.abs(x)),
   meaning=lambda m, x: x / (1 + m.Abs(x)), image="0 at 0",
   **floats(hazards="saturation removable", ulps=2, at_infinity=ends(-1.0, 1.0), growth="bounded"),
   **written(notation="softsign(x) = x/(1 + |x|)", derivative="1/(1 + |x|)^2",
             textbook=(lambda m, y, x: 1 / m.powi(1 + m.abs(x), 2),)))
