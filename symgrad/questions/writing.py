"""Numbers as a right answer shows them: exact and short, or rounded to given places.

- `exact_text(root)` is the text of a constant: a whole number or a fraction where it is one.
- `rounded_text(ball, places)` is a decimal, correctly rounded.
- `literal(x)` is a number as a graph.
"""

from __future__ import annotations

from fractions import Fraction

from flint import arb

from ..arithmetic.balls import exact, precision
from ..homework.coordinates import ExactNumber
from ..homework.sought import SLOPE_BITS
from ..limits import Limits
from ..notation import text
from ..value import Graphs, Value, tidy
from .claims import equal

MOST_DENOMINATOR = 10_000  # of a fraction that a number is tried as
GUARD_DIGITS = 40


def exact_text(root: Value) -> str:
    """A constant as short as it can be said for certain."""
    found = fraction_of(root)
    return text(tidy([root])[0] if found is None else literal(found))


def fraction_of(root: Value) -> Fraction | None:
    """The short fraction that a constant is, as far as all the bits there are can tell."""
    number = ExactNumber("", root)
    with precision(SLOPE_BITS):
        ball = number.ball()
        if not ball.is_finite():
            return None
        near = Fraction(str(ball.mid().str(GUARD_DIGITS, radius=False)))
    near = near.limit_denominator(MOST_DENOMINATOR)
    return near if equal(number.ball, lambda: exact(near), Limits.student) else None


def rounded_text(ball: arb, places: int) -> str:
    """A ball as a decimal with so many places."""
    whole = round(Fraction(str(ball.mid().str(places + GUARD_DIGITS, radius=False))) * 10**places)
    sign, digits = ("-" if whole < 0 else ""), f"{abs(whole):0{places + 1}d}"
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def literal(x: int | Fraction) -> Value:
    """A number as a graph."""
    graphs, number = Graphs(), Fraction(x)
    if number.denominator == 1:
        whole: Value = graphs.literal(int(number))
        return whole
    found: Value = graphs.ratio(number.numerator, number.denominator)
    return found


__all__ = ["exact_text", "fraction_of", "literal", "rounded_text"]
