"""Points that a question names in exact texts, `x=pi/3`: read, and f and its slopes there.

- `exact_point(pairs, limits)` is a point of `ExactNumber`s.
- `At(sought, point)` knows f, f', ... there at any precision; it refuses a point without them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flint import arb

from ..arithmetic.balls import BALLS, BITS_OF_A_ZERO, precision
from ..arithmetic.germs import GERMS, Germ, beside
from ..deferred import Deferred
from ..engine import Tape, forward
from ..errors import SymgradError, UsageError
from ..expression import Expression
from ..homework.coordinates import ExactNumber
from ..homework.reading import Unreadable
from ..homework.sought import Sought, Spot
from ..limits import Limits
from ..sentences import complained, say
from ..value import Graphs, Value
from .answers import number
from .question import Pairs

kinks: Any = Deferred("verification.kinks")  # few points are on one
runs: Any = Deferred("verification.runs")


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
                 order: int = 1, powers: str = "real") -> None:  # fmt: skip
        """Raises UsageError where f has no value, or no derivative of this order, at the point.

        At a kink the derivative is what both sides of it agree on.
        """
        sought = Sought(f, name, max(order, 1), limits, powers=powers)
        self.spot, self.at_a_kink = Spot(point), sought.spot(point) is None
        whole = Expression(sought.meant(f.root), limits=limits)
        moves = name in whole.variables
        derived = [whole.backpropagated(*[name] * k).root if moves else Graphs().literal(0)
                   for k in range(1, order + 1)]  # fmt: skip
        self.tapes = [Tape.of([root]) for root in (whole.root, *derived)]
        self.by_sides: list[arb] = []  # the derivatives at a kink, from the first one
        if self.at_a_kink:
            at = ", ".join(f"{n} = {x.text}" for n, x in point.items())
            self.by_sides = agreed(whole, f, name, point, order, at)

    def value(self) -> arb:
        return self.derivative(0)

    def slope(self) -> arb:
        return self.derivative(1)

    def derivative(self, order: int) -> arb:
        """The derivative of this order there; 0 is the value."""
        if order and self.by_sides:
            return self.by_sides[order - 1]
        tape = self.tapes[order]
        return arb(forward(tape, BALLS, self.spot.balls())[tape.roots[0]])


def agreed(
    whole: Expression, f: Expression, name: str, point: Mapping[str, ExactNumber], order: int,
    at: str,
) -> list[arb]:  # fmt: skip
    """The derivatives up to an order on which both sides of a kink agree; `whole` is f as meant.

    Raises UsageError, which says what is known, where there are none.
    """
    if not has_value(whole, point):
        raise UsageError(f"{f} has no value at {at}")
    found = []
    for k in range(1, order + 1):
        sides = beside_the_point(whole, name, point, k)
        if sides.derivative is None and sides.unsettled:
            raise UsageError(f"whether {f} has a derivative of order {k} at {at} is not decided")
        if sides.derivative is None:
            raise UsageError(f"{f} has no derivative of order {k} at {at}")
        if len(sides.slopes) < len((sides.left, sides.right)):
            raise UsageError(f"the domain of {f} ends at {at}")
        found.append(sides.derivative)
    if not found:
        raise UsageError(f"{f} has a kink or a jump at {at}")
    return found


def has_value(f: Expression, point: Mapping[str, ExactNumber]) -> bool:
    tape = Tape.of([f.root])
    with precision(BITS_OF_A_ZERO):
        here = {n: x.ball() for n, x in point.items()}
        return arb(forward(tape, BALLS, here)[tape.roots[0]]).is_finite()


def beside_the_point(f: Expression, name: str, point: Mapping[str, ExactNumber], order: int) -> Any:
    """The derivative of an order from both sides of a point at which f has a value."""
    with precision(BITS_OF_A_ZERO):
        here = {n: x.ball() for n, x in point.items()}
    problem = runs.Problem(Tape.of([f.root]), None, (name,), Limits.library)
    return kinks.one_sided_further(problem, here, name, order)


def breaks(f: Expression, name: str, point: Mapping[str, ExactNumber], order: int) -> bool:
    """Whether f, its roots as meant, certainly has no n-th derivative: a corner, a jump, a pole."""
    if has_value(f, point):
        sides = beside_the_point(f, name, point, order)
        return sides.derivative is None and not sides.unsettled
    if len(point) != 1 or name not in f.variables:
        return False
    with precision(BITS_OF_A_ZERO):
        return any(germ.parts()[0].sign() for germ in both_sides(f.root, name, point))


def both_sides(root: Value, name: str, point: Mapping[str, ExactNumber]) -> list[Germ]:
    """A function of one variable just right and left of a point."""
    tape = Tape.of([root])
    here = point[name].ball()
    return [forward(tape, GERMS, {name: beside(here, s)})[tape.roots[0]] for s in (1, -1)]


def signs_beside(
    root: Value, name: str, point: Mapping[str, ExactNumber]
) -> tuple[int | None, ...]:
    """The signs of a function of one variable just right and left of a point."""
    with precision(BITS_OF_A_ZERO):
        return tuple(germ.sign() for germ in both_sides(root, name, point))


def steepness(f: Expression, name: str, point: Mapping[str, ExactNumber]) -> set[int]:
    """The signs of f's slopes at a point where f has a value and all of them are infinite."""
    slopes = beside_the_point(f, name, point, 1).slopes if has_value(f, point) else []
    infinite = slopes if all(isinstance(s, float) for s in slopes) else []
    return {1 if s > 0 else -1 for s in infinite}


def vertical(f: Expression, name: str, point: Mapping[str, ExactNumber]) -> bool:
    """Whether f is continuous at a point and its secants from there grow steep beyond bounds.

    That is so of cbrt and of sqrt at 0: where the domain ends, the one side tells.
    """
    if name not in f.variables or not has_value(f, point):
        return False
    sides = beside_the_point(f, name, point, 1)
    infinite = bool(sides.slopes) and all(isinstance(s, float) for s in sides.slopes)
    return infinite and not sides.jumps and not sides.unsettled


__all__ = ["At", "both_sides", "breaks", "exact_number", "exact_point", "signs_beside",
           "steepness", "vertical"]  # fmt: skip
