"""Sums, products, quotients."""

from __future__ import annotations

from typing import Any

from .row import Where, floats, nonzero, op, written


def faint_quotient(a: float, b: float) -> bool:
    """a/b is so small or large that it lost bits, which a second division by b may bring up."""
    return a != 0 and not 2.0**-960 * abs(b) < abs(a) < 2.0**960 * abs(b)


def dot_pullback(m: Any, y: Any, x: Any) -> list[Any]:
    """dot(a1, ..., an, b1, ..., bn): each factor's partial is its partner."""
    half = len(x) // 2
    return [*x[half:], *x[:half]]


# fmt: off
op("add", lambda m, y, a, b: 1, lambda m, y, a, b: 1, forward=lambda m, a, b: a + b, meaning=lambda m, a, b: a + b,
   **floats(hazards="tie", rational=True, ulps=.5, plain=True, growth="gentle"),
   **written(family="sum", derivative="1, 1", infix=("+", 10), rule="sum rule"))
op("sub", lambda m, y, a, b: 1, lambda m, y, a, b: -1, forward=lambda m, a, b: a - b, meaning=lambda m, a, b: a - b,
   **floats(hazards="tie", rational=True, ulps=.5, plain=True, growth="gentle"),
   **written(family="sum", called="difference", derivative="1, -1", infix=("-", 10), rule="sum rule"))
op("mul", lambda m, y, a, b: b, lambda m, y, a, b: a, forward=lambda m, a, b: a * b, meaning=lambda m, a, b: a * b,
   **floats(hazards="tie", rational=True, ulps=.5, plain=True),
   **written(family="product", derivative="b, a", infix=("*", 20), rule="product rule"))
op("div", lambda m, y, a, b: 1 / b, lambda m, y, a, b: -y / b, forward=lambda m, a, b: a / b,
   meaning=lambda m, a, b: a / b, domain=nonzero(lambda m, a, b: b), image="0 at 0",
   **floats(hazards="tie", rational=True, ulps=.5, delicate=(None, None, Where(faint_quotient, "range")), plain=True),
   **written(family="quotient", derivative="1/b, -a/b^2", infix=("/", 20), rule="quotient rule"))
op("neg", lambda m, y, x: -1, forward=lambda m, x: -x, meaning=lambda m, x: -x, inverse="neg", image="0 at 0",
   **floats(rational=True, ulps=0, plain=True, growth="gentle"),
   **written(family="sum", called="minus sign", notation="-x", derivative="-1", infix=("-", 15),
             rule="constant factor rule"))
op("sum", pullback=lambda m, y, x: [1] * len(x), meaning=lambda m, *x: m.Add(*x),
   **floats(rational=True, ulps=.5, plain=True),
   **written(family="sum", derivative="1 each", symbol="sum", rule="sum rule"))
op("dot", pullback=dot_pullback, forward=lambda m, *x: m.dot(x[:len(x) // 2], x[len(x) // 2:]),
   meaning=lambda m, *x: m.Add(*(a * b for a, b in zip(x[:len(x) // 2], x[len(x) // 2:]))),
   **floats(rational=True, plain=True),
   **written(family="sum of products", notation="dot(a1, ..., an, b1, ..., bn)", derivative="b1, ..., bn, a1, ..., an",
             symbol="dot"))
