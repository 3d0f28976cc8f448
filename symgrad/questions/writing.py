"""Numbers as a right answer shows them: exact and short, or rounded to given places.

- `short(root)` is a constant made short: sin(pi/3) is sqrt(3)/2; `exact_text(root)` its text.
- `line_text(...)` is m*x + c, or y0 + m*(x - x0) where the numbers are no fractions;
  `plane_text(...)` is the same of several variables.
- `put_in(root, numbers, truth)` is a formula at a point, at a kink the number that it is there.
- `rounded_text(ball, places)` is a decimal, correctly rounded.
- `literal(x)` is a number as a graph.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from flint import arb

from ..arithmetic.balls import exact, precision
from ..engine import order
from ..errors import UsageError
from ..homework.assumptions import constant
from ..homework.coordinates import ExactNumber
from ..homework.sought import SLOPE_BITS
from ..limits import Limits
from ..notation import text
from ..ops import OPS
from ..value import Graphs, Value, is_literal, rebuilt, substituted, tidy
from .claims import Real, equal

MOST_DENOMINATOR = 10_000  # of a fraction that a number is tried as
GUARD_DIGITS = 40
WORKED_OUT = (  # sin(pi/3), ln 1, 3^5, e^0
    "trigonometric", "inverse trigonometric", "root", "logarithm", "power", "exponential",
)  # fmt: skip


def exact_text(root: Value) -> str:
    """A constant as short as it can be said for certain."""
    return text(short(root))


def short(root: Value) -> Value:
    """A constant as a fraction or a root of one, where it is such; else its parts made short."""
    found = fraction_of(root)
    if found is not None:
        return literal(found)
    found = fraction_of(root * root)
    if found is not None and found > 0:
        return signed_root(found, root)
    for power in (1, 2, 3, 4):
        unit = Graphs().pi() ** power if power > 1 else Graphs().pi()
        multiple = fraction_of(root / unit)
        if multiple is not None:
            return multiple_of(unit, multiple)
    if negative(root) and root.op is not OPS["neg"]:
        return tidy([-short(-root)])[0]
    return tidy([rebuilt([root], Graphs(), shortened)[0]])[0]


def multiple_of(unit: Value, multiple: Fraction) -> Value:
    """3*pi/2, pi^2/4."""
    graphs, found = Graphs(), unit
    if abs(multiple.numerator) != 1:
        found = graphs.literal(abs(multiple.numerator)) * found
    if multiple.denominator != 1:
        found = found / graphs.literal(multiple.denominator)
    return -found if multiple < 0 else found


def shortened(graphs: Graphs, op: Any, args: tuple[Value, ...]) -> Value:
    """One node: numbers worked out, and the sine of pi/3 as a root."""
    node = graphs.node(op, args)
    if any(leaf.op is None and not is_literal(leaf) for leaf in order([node])):
        return node
    known = constant(node)
    if op is OPS["exp"] and fraction_of(args[0]) == 1:
        return graphs.e()
    if op is OPS["abs"]:
        return -args[0] if negative(args[0]) else args[0]
    if known is None and op.family in WORKED_OUT:
        known = fraction_of(node)
        square = None if known is not None else fraction_of(node * node)
        if square is not None and square > 0:
            return signed_root(square, node)
    return node if known is None else literal(known)


def signed_root(square: Fraction, node: Value) -> Value:
    """The root of a fraction, with the sign of the number that it is."""
    graphs = Graphs()
    under = square.numerator * square.denominator
    outside = max(k for k in range(1, 100) if under % (k * k) == 0)
    found = graphs.sqrt(graphs.literal(under // outside**2))
    factor = Fraction(outside, square.denominator)
    if factor.numerator != 1:
        found = graphs.literal(factor.numerator) * found
    if factor.denominator != 1:
        found = found / graphs.literal(factor.denominator)
    return -found if negative(node) else found


def negative(root: Value) -> bool:
    """Whether a constant is below 0 for certain."""
    with precision(SLOPE_BITS):
        return bool(ExactNumber("", root).ball() < 0)


def line_text(slope: Value, a: Value, height: Value, name: str) -> str:
    """The line through (a, height): expanded where its numbers are fractions."""
    m, p, q = (fraction_of(v) for v in (slope, a, height))
    if m is not None and p is not None and q is not None:
        return summed([times(m, name)] if m else [], q - m * p)
    if m == 0:
        return text(height)
    moved = name if p == 0 else f"({name} {added(p)})" if p is not None else text(x_less(name, a))
    moved = moved if moved == name or moved.startswith("(") else f"({moved})"
    if m is not None:
        term = times(abs(m), moved)
        return f"{text(height)} {'-' if m < 0 else '+'} {term}" if q != 0 else times(m, moved)
    along = Graphs().variable(name) if p == 0 else x_less(name, a)
    return text(tidy([height + slope * along])[0])


def plane_text(parts: Sequence[tuple[str, Value, Value]], height: Value) -> str:
    """The plane of these (name, slope, coordinate) and this height, as a formula."""
    numbers = [(name, fraction_of(m), fraction_of(p)) for name, m, p in parts]
    q = fraction_of(height)
    if q is not None and all(m is not None and p is not None for _, m, p in numbers):
        terms = [times(m, name) for name, m, _ in numbers if m]
        joined = " + ".join(terms).replace("+ -", "- ")
        rest = q - sum((m * p for _, m, p in numbers if m is not None and p is not None),
                       Fraction(0))  # fmt: skip
        return summed([joined] if joined else [], rest)
    risen = [m * x_less(name, p) for name, m, p in parts if fraction_of(m) != 0]
    return text(tidy([sum(risen, height)])[0])


def x_less(name: str, a: Value) -> Value:
    found: Value = Graphs().variable(name) - a
    return found


def times(m: Fraction, of: str) -> str:
    """m times a name or a bracket: 2*x, -x/6, 3*x/2."""
    sign, size = ("-" if m < 0 else ""), abs(m)
    above = of if size.numerator == 1 else f"{size.numerator}*{of}"
    return sign + (above if size.denominator == 1 else f"{above}/{size.denominator}")


def added(p: Fraction) -> str:
    """- p, with its sign: what is taken off x."""
    return f"- {p}" if p > 0 else f"+ {-p}"


def summed(terms: list[str], c: Fraction) -> str:
    if not terms:
        return str(c)
    return terms[0] if c == 0 else f"{terms[0]} {'+' if c > 0 else '-'} {abs(c)}"


def fraction_of(root: Value) -> Fraction | None:
    """The short fraction that a constant is, as far as all the bits there are can tell."""
    number = ExactNumber("", root)
    with precision(SLOPE_BITS):
        ball = number.ball()
        if not ball.is_finite():
            return None
        near = nearest_fraction(ball)
    return near if equal(number.ball, lambda: exact(near), Limits.student) else None


def put_in(root: Value, numbers: Mapping[str, Value], truth: Real) -> Value:
    """A formula with numbers for its variables; where it has no value there, the number it means.

    Raises UsageError where that number is no fraction, and no fraction of pi.
    """
    exact_number = substituted(root, dict(numbers))
    with precision(SLOPE_BITS):
        if ExactNumber("", exact_number).ball().is_finite():
            return exact_number
    for unit in (literal(1), Graphs().pi(), Graphs().e()):
        scale = ExactNumber("", unit).ball
        with precision(SLOPE_BITS):
            near = nearest_fraction(truth() / scale())
        if equal(truth, lambda n=near, u=scale: exact(n) * u(), Limits.student):  # type: ignore[misc]
            return literal(near) * unit
    raise UsageError("the slope has no short exact form", hint="ask for places")


def nearest_fraction(ball: arb) -> Fraction:
    """The short fraction next to a number."""
    near = Fraction(str(ball.mid().str(GUARD_DIGITS, radius=False)))
    return near.limit_denominator(MOST_DENOMINATOR)


def rounded_text(ball: arb, places: int) -> str:
    """A ball as a decimal with so many places."""
    whole = round(Fraction(str(ball.mid().str(places + GUARD_DIGITS, radius=False))) * 10**places)
    sign, digits = ("-" if whole < 0 else ""), f"{abs(whole):0{places + 1}d}"
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def literal(x: int | Fraction) -> Value:
    """A number as a graph."""
    graphs, size = Graphs(), abs(Fraction(x))
    whole = size.denominator == 1
    found: Value = graphs.literal(int(size)) if whole else graphs.ratio(*size.as_integer_ratio())
    return -found if x < 0 else found


__all__ = ["exact_text", "fraction_of", "line_text", "literal", "plane_text", "put_in",
           "rounded_text", "short"]  # fmt: skip
