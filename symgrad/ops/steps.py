"""Whole numbers near x, and remainders: constant but for jumps, at which no derivative exists."""

from __future__ import annotations

from typing import Any

from .row import Margin, always, floats, jump, nonzero, op, positive, written


def to_even(m: Any, x: Any) -> Any:
    """floor(x + 1/2), and one less where that is an odd number beyond a tie."""
    quarter = (2 * x - 1) / 4  # whole at every second tie
    return m.floor(x + m.Rational(1, 2)) + m.ceiling(quarter) - m.floor(quarter) - 1


def whole(m: Any, x: Any) -> Any:
    return m.sinpi(x)


def halfway(m: Any, x: Any) -> Any:
    return m.cospi(x)


BEYOND_ONE = positive(lambda m, x: 1 - m.abs(x))[0]  # around 0 trunc is plainly 0

# fmt: off
op("floor", None, kinks=jump(whole),
   **floats(ulps=0, plain=True, growth="gentle"),
   **written(derivative="0", latex=r"\left\lfloor {0}\right\rfloor"))
op("ceil", None, meaning=lambda m, x: m.ceiling(x), kinks=jump(whole),
   **floats(ulps=0, plain=True, growth="gentle"),
   **written(sympy="ceiling", derivative="0", latex=r"\left\lceil {0}\right\rceil", aliases=("ceiling",)))
op("trunc", None, meaning=lambda m, x: m.Piecewise((m.floor(x), x >= 0), (m.ceiling(x), True)),
   kinks=(Margin("jump", whole, unless=BEYOND_ONE),),
   **floats(ulps=0, plain=True, growth="gentle"),
   **written(notation="trunc(x), towards 0", derivative="0"))
op("round", None, meaning=to_even, kinks=jump(halfway),
   **floats(ulps=0, plain=True, growth="gentle"),
   **written(notation="round(x), a half to the even neighbour", derivative="0"))
op("mod", lambda m, y, a, b: 1, lambda m, y, a, b: -m.floor(a / b), meaning=lambda m, a, b: a - b * m.floor(a / b),
   domain=nonzero(lambda m, a, b: b), kinks=jump(lambda m, a, b: m.sinpi(a / b)),
   **floats(ulps=.5, native=True, delicate=(None, None, always)),
   **written(sympy="Mod", notation="mod(a, b), of b's sign", derivative="1, -floor(a/b)"))
