"""What chooses: |x|, max, comparisons, if.

At a kink a partial is the element of smallest norm of the row's subdifferential."""

from __future__ import annotations

from typing import Any

from .row import Margin, floats, jump, nonnegative, op, written, x_, zero


def tied(m: Any, y: Any, x: Any) -> list[Any]:
    """max, min: an equal share to every argument that attains y (the element of smallest norm)."""
    return m.shares(y, x)


# fmt: off
op("abs", lambda m, y, x: m.sign(x), meaning=lambda m, x: m.Abs(x), kinks=zero(x_), image="0 at 0",
   **floats(ulps=0, plain=True, growth="gentle"),
   **written(sympy="Abs", called="absolute value", notation="|x|", derivative="sign(x)", latex=r"\left|{0}\right|",
             shape="bars",
             open_argument=True,
             otherwise=(lambda m, y, x: x / y,), met="unnoticed"))
op("sign", None, kinks=jump(x_), image="0 at 0",
   **floats(ulps=0, plain=True, growth="bounded"),
   **written(derivative="0", latex=r"\operatorname{sgn}", open_argument=True, aliases=("sgn",), met="unnoticed"))
op("relu", lambda m, y, x: m.gt(x, 0), forward=lambda m, x: m.max(x, 0),
   meaning=lambda m, x: m.Piecewise((x, x > 0), (0, True)), kinks=zero(x_),
   **floats(chooses=True, ulps=0, plain=True, native=True),
   **written(derivative="if(x > 0, 1, 0)", symbol="ReLU"))
op("leaky_relu", lambda m, y, x: m.select(m.gt(x, 0), 1, m.ratio(1, 100)),
   forward=lambda m, x: m.select(m.gt(x, 0), x, x * m.ratio(1, 100)),
   meaning=lambda m, x: m.Piecewise((x, x > 0), (x / 100, True)), kinks=zero(x_), image="0 at 0",
   **floats(ulps=1, plain=True), **written(derivative="if(x > 0, 1, 0.01)"))
op("clamp", lambda m, y, x, a, b: m.select(m.gt(x, a), m.lt(x, b), 0), lambda m, y, x, a, b: m.le(x, a),
   lambda m, y, x, a, b: m.ge(x, b) * m.lt(a, x),
   forward=lambda m, x, a, b: m.select(m.le(a, b), m.max(a, m.min(x, b)), m.sqrt(b - a)),
   meaning=lambda m, x, a, b: m.Piecewise((a, x < a), (b, x > b), (x, True)),
   domain=nonnegative(lambda m, x, a, b: b - a), kinks=zero(lambda m, x, a, b: x - a, lambda m, x, a, b: x - b),
   **floats(hazards="threshold", chooses=True, ulps=0, plain=True),
   **written(notation="clamp(x, a, b)", derivative="1 inside, else 0", aliases=("clip",)))
op("max", pullback=tied, meaning=lambda m, *x: m.Max(*x), kinks=(Margin("= 0", lambda m, *x: m.gap(max, x)),),
   **floats(hazards="tie", chooses=True, ulps=0, plain=True, growth="gentle"),
   **written(sympy="Max", derivative="1 for the largest", latex=r"\max"))
op("min", pullback=tied, meaning=lambda m, *x: m.Min(*x), kinks=(Margin("= 0", lambda m, *x: m.gap(min, x)),),
   **floats(hazards="tie", chooses=True, ulps=0, plain=True, growth="gentle"),
   **written(sympy="Min", derivative="1 for the smallest", latex=r"\min"))
op("lt", None, None, meaning=lambda m, a, b: m.Piecewise((1, a < b), (0, True)), kinks=jump(lambda m, a, b: a - b),
   **floats(ulps=0, plain=True, growth="bounded"),
   **written(sympy="StrictLessThan", notation="a < b, inside if", derivative="0", infix=("<", 5)))
op("le", None, None, meaning=lambda m, a, b: m.Piecewise((1, a <= b), (0, True)), kinks=jump(lambda m, a, b: a - b),
   **floats(ulps=0, plain=True, growth="bounded"),
   **written(sympy="LessThan", notation="a <= b, inside if", derivative="0", symbol="≤", infix=("<=", 5)))
op("gt", None, None, meaning=lambda m, a, b: m.Piecewise((1, a > b), (0, True)), kinks=jump(lambda m, a, b: a - b),
   **floats(ulps=0, plain=True, growth="bounded"),
   **written(sympy="StrictGreaterThan", notation="a > b, inside if", derivative="0", infix=(">", 5)))
op("ge", None, None, meaning=lambda m, a, b: m.Piecewise((1, a >= b), (0, True)), kinks=jump(lambda m, a, b: a - b),
   **floats(ulps=0, plain=True, growth="bounded"),
   **written(sympy="GreaterThan", notation="a >= b, inside if", derivative="0", symbol="≥", infix=(">=", 5)))
op("eq", None, None, meaning=lambda m, a, b: m.Piecewise((1, m.Eq(a, b)), (0, True)),
   **floats(ulps=0, plain=True, growth="bounded"),
   **written(symbol="=", hidden=True, spelling=lambda m, a, b: m.le(m.distance(a, b), 0)))
op("ne", None, None, meaning=lambda m, a, b: m.Piecewise((1, m.Ne(a, b)), (0, True)),
   **floats(ulps=0, plain=True, growth="bounded"),
   **written(symbol="≠", hidden=True, spelling=lambda m, a, b: m.gt(m.distance(a, b), 0)))
op("if", None, lambda m, y, c, a, b: m.select(c, 1, 0), lambda m, y, c, a, b: m.select(c, 0, 1),
   forward=lambda m, c, a, b: m.select(c, a, b), meaning=lambda m, c, a, b: m.branch(c, a, b),
   **floats(chooses=True, ulps=0, plain=True),
   **written(notation="if(x > 0, a, b)", derivative="that of the branch taken", shape="cases", met="unnoticed"))
