"""Points that a question names in exact texts, `x=pi/3`: read, and f and its slopes there.

- `exact_point(pairs, limits)` is a point of `ExactNumber`s.
- `At(sought, point)` knows f, f', ... there at any precision; it refuses a point without them.
"""

from __future__ import annotations

from collections.abc import Mapping

from flint import arb

from ..arithmetic.balls import BALLS, BITS_OF_A_ZERO, precision
from ..arithmetic.germs import GERMS, beside
from ..engine import Tape, forward
from ..errors import SymgradError, UsageError
from ..expression import Expression
from ..homework.coordinates import ExactNumber
from ..homework.reading import Unreadable
from ..homework.sought import Sought, Spot
from ..limits import Limits
from ..sentences import complained, say
from .answers import number
from .question import Pairs


def exact_point(pairs: Pairs, limits: Limits, names: tuple[str, ...]) -> dict[str, ExactNumber]:
    """The point by name; numbers without names belong to the variables in order.

    Raises UsageError for a name that f lacks, and for what is no number.
    """
    found = {}
    if not any(name for name, _ in pairs) and len(pairs) == len(names):
        pairs = tuple((name, text) for name, (_, text) in zip(names, pairs))
    for name, text in pairs:
        if not name:
            example = ", ".join(f"{n}=1" for n in names)
            raise UsageError(f"the question has the variables {', '.join(names)}: say at which",
                             hint=f'for example at="{example}"')  # fmt: skip
        if name not in names:
            raise UsageError(f"{name} is no variable of the question, which has {', '.join(names)}")
        found[name] = exact_number(text, limits)
    missing = [name for name in names if name not in found]
    if missing:
        raise UsageError(f"no value is given for {', '.join(missing)}")
    return found


def exact_number(text: str, limits: Limits) -> ExactNumber:
    """A number of the question. Raises UsageError for what is none."""
    try:
        return number(text, limits).value
    except (Unreadable, SymgradError) as problem:
        why = complained(problem.args[0])
        said = say("{text} is no number: {why}", text=repr(text), why=why)
        raise UsageError(said) from None


class At:
    """What is known of f at one point, in balls of the precision that is current."""

    def __init__(self, f: Expression, name: str, point: Mapping[str, ExactNumber], limits: Limits,
                 order: int = 1) -> None:  # fmt: skip
        """Raises UsageError where f has no value, or no derivative of this order, at the point."""
        self.f, self.name, self.point, self.order = f, name, point, order
        sought = Sought(f, name, max(order, 1), limits)
        if sought.spot(point) is None:
            at = ", ".join(f"{n} = {x.text}" for n, x in point.items())
            raise UsageError(f"{f} has no derivative of order {order} at {at}")
        self.sought, self.spot = sought, Spot(point)
        self.tapes = [Tape.of([f.root])]
        for k in range(1, order + 1):
            self.tapes.append(Tape.of([f.backpropagated(*[name] * k).root]))

    def value(self) -> arb:
        return self.derivative(0)

    def slope(self) -> arb:
        return self.derivative(1)

    def derivative(self, order: int) -> arb:
        """The derivative of this order there; 0 is the value."""
        tape = self.tapes[order]
        return arb(forward(tape, BALLS, self.spot.balls())[tape.roots[0]])


def breaks(f: Expression, name: str, point: Mapping[str, ExactNumber], order: int) -> bool:
    """Whether f certainly has no n-th derivative at a point: a corner, a cusp, a vertical tangent.

    A derivative takes all values between two of its own, so that it would be what it tends to from
    both sides: where these differ, or one is infinite, there is none.
    """
    if len(point) != 1:
        return False
    tape = Tape.of([f.diff(name, order).root])
    with precision(BITS_OF_A_ZERO):
        here = point[name].ball()
        sides = [forward(tape, GERMS, {name: beside(here, s)})[tape.roots[0]] for s in (1, -1)]
        if any(germ.parts()[0].sign() for germ in sides):
            return True
        limits = [germ.limit() for germ in sides]
        return None not in limits and not limits[0].overlaps(limits[1])


def vertical(f: Expression, name: str, point: Mapping[str, ExactNumber]) -> bool:
    """Whether f is continuous at a point and f' has no bound on either side of it, as cbrt at 0."""
    if name not in f.variables:
        return False
    slope, value = Tape.of([f.diff(name).root]), Tape.of([f.root])
    with precision(BITS_OF_A_ZERO):
        here = point[name].ball()
        height = arb(forward(value, BALLS, {name: here})[value.roots[0]])
        for side in (1, -1):
            steep, near = (forward(tape, GERMS, {name: beside(here, side)})[tape.roots[0]]
                           for tape in (slope, value))  # fmt: skip
            limit = near.limit()
            if not steep.parts()[0].sign() or limit is None or not limit.overlaps(height):
                return False
    return True


__all__ = ["At", "breaks", "exact_number", "exact_point", "vertical"]
