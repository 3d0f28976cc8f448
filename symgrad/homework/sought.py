"""What is sought: a derivative known in balls, and the points at which answers are tried.

- `sought(expression, wrt, order, limits)` is made once for equal questions.
- `.spots` are points inside the domain of f where it is differentiable, with the slope there.
- `.at(point, bits)` are value, tangents and adjoints of every node: what mistakes are made from.
"""

from __future__ import annotations

import re
import time
from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import chain, takewhile
from typing import Any

from flint import arb, ctx

from ..arithmetic.balls import BALLS, precision
from ..engine import Tape, first_undefined, forward, gradient, kinks
from ..errors import Ambiguous, LanguageError, LimitReached, SymgradError, UsageError
from ..expression import Expression, counted, declared, limits_of, parse
from ..language import all_readings, explicit
from ..language.as_typed import members, misspelled, spellings
from ..limits import Deadline, Limits
from ..ops import OPS, Op
from ..value import Value
from . import coordinates
from .assumptions import assumed, real_roots
from .coordinates import Coordinate
from .textbook import textbook

SLOPE_BITS = 256
MOST_SLOPE_BITS = 2048  # for the slope at one point; where it takes more, another point is taken
SPOTS_TRIED = 20  # points tried
FEWEST_POINTS = 3  # points that must agree
SETTLED = 200  # bits of relative accuracy of a slope at first
DRAWS = 300
GROWN = 2  # times the nodes that a formula may have, those of a derivative
SECONDS_UNBOUNDED = 3600.0  # seconds, where the limits name none

Point = Mapping[str, Coordinate]


@dataclass(slots=True, eq=False)
class Spot:
    """One point: the balls of f and of its derivative there, at rising precision."""

    point: Point
    slopes: dict[int, arb] = field(default_factory=dict)
    known: dict[int, dict[str, arb]] = field(default_factory=dict)

    def balls(self) -> dict[str, arb]:
        """The point at the current precision."""
        found = self.known.get(ctx.prec)
        if found is None:
            found = {name: coordinates.ball(x) for name, x in self.point.items()}
            self.known[ctx.prec] = found
        return found

    @property
    def far(self) -> bool:
        return any(abs(coordinates.size(x)) > 50 for x in self.point.values())


class Sought:
    """f by one variable, and all about its derivative that does not depend on an answer.

    Of order 0 it is f itself that is sought: answers are held against its values.
    """

    def __init__(
        self, f: Expression, wrt: str, order: int, limits: Limits,
        assume: tuple[str, ...] = (), powers: str = "real",
    ) -> None:  # fmt: skip
        self.f, self.wrt, self.order, self.limits = f, wrt, order, limits
        self.assumptions, self.powers = assumed(assume), powers
        self.backwards = repeated_slope(f, wrt, order - 1)
        meant = self.meant(f.root)  # x^(1/3) has values for x < 0, which mistakes do without
        self.original = Tape.of([meant])
        self.tape = Tape.of([self.backwards.root if order > 1 or meant is f.root else meant])
        if order > 1 and meant is not f.root:
            rooted = repeated_slope(Expression(meant, limits=limits), wrt, order - 1)
            self.tape = Tape.of([rooted.root])
        self.names = tuple(dict.fromkeys((*f.variables, wrt)))
        self.known: dict[Any, Any] = {}  # what mistakes and credit have worked out
        self.started()

    @cached_property
    def lower(self) -> Expression:
        """The derivative of which f' is asked, as a person writes it, to show places in it.

        Where that takes too long, as backpropagation has it, and no places are looked for.
        """
        found = self.f
        for _ in range(1, self.order):
            if not self.in_time(0.5):
                return self.backwards
            found = Expression(textbook(found.root, self.wrt), limits=self.limits)
        return found

    @property
    def has_places(self) -> bool:
        """Whether it was written out, so that mistakes have a place in it."""
        return self.order < 2 or self.lower is not self.backwards

    @property
    def own(self) -> tuple[str, ...]:
        """The names of the question."""
        return self.names

    def meant(self, root: Value) -> Value:
        """A graph with its powers p/q, q odd, as real roots, where that is the convention."""
        return (real_roots(root) if self.powers == "real" else None) or root

    def fits(self, point: Point) -> Point:
        """The point, moved to where the teacher's assumptions hold."""
        known = self.assumptions
        return {n: known[n].fit(x) if n in known else x for n, x in point.items()}

    def started(self) -> None:
        """An answer's time begins: of computing, so that a busy machine changes no verdict."""
        self.deadline = Deadline(self.limits.seconds or SECONDS_UNBOUNDED, time.process_time)

    def in_time(self, share: float = 1.0) -> bool:
        """Whether less than this share of an answer's time has passed."""
        return self.deadline.leaves((1 - share) * (self.limits.seconds or SECONDS_UNBOUNDED))

    def slope(self, spot: Spot, bits: int = SLOPE_BITS) -> arb:
        """The derivative at a spot in a ball of this many bits."""
        found = spot.slopes.get(bits)
        if found is None:
            with precision(bits):
                found = spot.slopes[bits] = self._slope(spot.balls())
        return found

    def _slope(self, point: Mapping[str, arb]) -> arb:
        return self._rise(forward(self.tape, BALLS, point))

    def _rise(self, values: Sequence[arb]) -> arb:
        """The derivative where every node has these values; of order 0 the value."""
        if self.order == 0:
            return arb(values[self.tape.roots[0]])
        if self.wrt not in self.tape.variables:
            return arb(0)
        return arb(gradient(self.tape, BALLS, values)[self.wrt])

    def spot(self, point: Point) -> Spot | None:
        """The point, if f is differentiable there and its slope is known well."""
        spot = Spot(self.fits(point))
        bits = SLOPE_BITS
        while bits <= min(MOST_SLOPE_BITS, self.limits.bits):
            with precision(bits):
                balls = spot.balls()
                state, values = self._differentiable(balls)
                if state is False:
                    return None
                slope = self._rise(values) if state else None
            if slope is not None and slope.is_finite():
                spot.slopes[bits] = slope
                if slope.is_exact() or slope.rel_accuracy_bits() >= SETTLED:
                    return spot
                if slope.contains(0) and slope.rad() < arb(10) ** -60:
                    return spot
            bits *= 2
        return None

    def _differentiable(self, point: Mapping[str, arb]) -> tuple[bool | None, list[arb]]:
        """Whether f exists and has no kink at the point (None: the balls cannot tell), and values.

        The values are those of `self.tape`, where it gets so far.
        """
        for tape in (self.original,) if self.order < 2 else (self.original, self.tape):
            values = forward(tape, BALLS, point)
            outside = first_undefined(tape, BALLS, values)
            if outside:
                return (False if outside.sure else None), []
            if not arb(values[tape.roots[0]]).is_finite():
                return None, []
            at = kinks(tape, BALLS, values)
            if at:
                return (False if any(k.sure for k in at) else None), []
        return True, values

    @property
    def spots(self) -> list[Spot]:
        """Some twenty spots, several of every region between kinks, poles and edges."""
        found: list[Spot] | None = self.known.get("spots")
        if found is None:
            found, complete = self._searched()
            if complete:  # what one answer had no time for, another may have
                self.known["spots"] = found
        return found

    def _searched(self) -> tuple[list[Spot], bool]:
        """The spots, and whether there was time to look for all."""
        found: list[Spot] = []
        seen = set()
        for candidate in chain(self._candidates(found), self._where_few(found)):
            if not self.in_time(0.5):
                return found, False
            point = self.fits(candidate)
            key = tuple(point.items())
            if key not in seen:
                seen.add(key)
                spot = self.spot(point)
                if spot:
                    found.append(spot)
        return found, True

    def _where_few(self, found: Sequence[Spot]) -> Iterator[Point]:
        """Points of the regions, where these are few, with fewer spots than must agree."""
        def region(x: Coordinate) -> int:
            return bisect(self.critical, coordinates.size(x))

        few = len(self.names) == 1 and FEWEST_POINTS * (len(self.critical) + 1) <= SPOTS_TRIED
        for x in coordinates.between(self.critical) if few else ():
            there = region(x)
            if sum(region(s.point[self.wrt]) == there for s in found) < FEWEST_POINTS:
                yield {self.wrt: x}

    def generic(self) -> Iterator[Spot]:
        """More spots, at numbers that are neither whole nor short: little vanishes there."""
        for k in range(4 * SPOTS_TRIED):
            point = {n: coordinates.generic(k + 7 * i) for i, n in enumerate(self.names)}
            spot = self.spot(point) if self.in_time(0.5) else None
            if spot:
                yield spot

    @cached_property
    def critical(self) -> list[float]:
        """Kinks, poles and edges of f along wrt, the other variables being 2, 3, ..."""
        others = {name: 2.0 + i for i, name in enumerate(self.names) if name != self.wrt}
        return coordinates.critical(self.original, self.wrt, others)

    def _candidates(self, found: Sequence[Spot]) -> Iterator[Point]:
        """Points in turn, until enough spots have been found."""
        along = self._along() if len(self.names) == 1 else ()
        yield from takewhile(lambda _: len(found) < SPOTS_TRIED, chain(along, self._everywhere()))

    def _along(self) -> Iterator[Point]:
        """One variable: the plain coordinates, and between them those of each region."""
        regions = list(coordinates.between(self.critical))
        plain = list(coordinates.FIRST)
        for k in range(max(len(plain), len(regions))):
            for line in (plain, regions):
                if k < len(line):
                    yield {self.wrt: line[k]}

    def _everywhere(self) -> Iterator[Point]:
        """Several variables, or a domain that is hard to find: the variables at fault move."""
        random = coordinates.random()
        one, first = self.wrt, coordinates.FIRST
        if len(self.names) > 1:
            for i in range(len(first) - 4):
                yield {n: first[(i + 5 * k) % (len(first) - 4)] for k, n in enumerate(self.names)}
        point = {name: coordinates.drawn(random) for name in self.names}
        wanted = list(coordinates.between(self.critical)) if len(self.names) > 1 else []
        for k in range(DRAWS):
            yield dict(point)
            culprits = self._culprits(point)
            for name in culprits or self.names:
                point[name] = coordinates.drawn(random)
            if wanted and k % 3 == 0:
                point[one] = wanted[k // 3 % len(wanted)]

    def _culprits(self, point: Point) -> list[str]:
        """The variables under a margin that fails at the point."""
        with precision(SLOPE_BITS):
            balls = {n: coordinates.ball(x) for n, x in point.items()}
            values = forward(self.original, BALLS, balls)
            outside = first_undefined(self.original, BALLS, values)
        if not outside:
            return []
        needed = {outside.node}
        for i in range(outside.node, -1, -1):
            if i in needed:
                needed |= set(self.original.args[i])
        return [n for i, n in enumerate(self.original.leaves) if i in needed and isinstance(n, str)]

    @cached_property
    def constant(self) -> bool:
        """Whether the derivative does not depend on wrt, so that one slope would give it away."""
        if len(self.spots) < 2:
            return True
        for spot in self.spots[:4]:
            moved = self.spot({**spot.point, self.wrt: "e^2"}) or self.spot(
                {**spot.point, self.wrt: "-pi/7"}
            )
            if moved and not self.slope(spot).overlaps(self.slope(moved)):
                return False
        return (
            not any(
                not self.slope(a).overlaps(self.slope(b))
                for a, b in zip(self.spots, self.spots[1:])
            )
            or len(self.names) > 1
        )


def repeated_slope(f: Expression, name: str, order: int) -> Expression:
    """A derivative of f as backpropagation's own graph. Raises LimitReached for a very long one."""
    found = f
    for k in range(1, order + 1):
        found = found.backpropagated(name)
        if len(Tape.of([found.root])) > GROWN * f.limits.nodes:
            said = f"the derivative of order {k} of {f} is too long to be asked for"
            raise LimitReached(said, "nodes")
    return found


def sought(
    expression: str | Expression, wrt: str | None, order: int, limits: Limits,
    assume: str | Iterable[str] = (), powers: str = "real",
) -> Sought:  # fmt: skip
    """What is sought, made once. Raises what parsing raises, and UsageError for a bad name."""
    limits_of(limits)
    if order != 0:
        counted(order)
    if wrt is not None:
        wrt = declared(wrt)[0]
    if powers not in ("real", "principal"):
        raise UsageError(f"powers is real or principal, got {powers!r}")
    declared_by_teacher = (assume,) if isinstance(assume, str) else tuple(assume)
    assumed(declared_by_teacher)
    world = tuple(OPS.values())
    if isinstance(expression, str):
        return _sought(expression, wrt, order, limits, declared_by_teacher, powers, world)
    if not isinstance(expression, Expression):
        raise UsageError(
            f"a question is a text or an Expression, got {type(expression).__name__}",
            hint='for example check("x^2", "2x")',
        )
    own = (expression.variables, expression.limits)  # equal graphs may differ in these
    return _sought_of(expression, own, wrt, order, limits, declared_by_teacher, powers, world)


@lru_cache(maxsize=256)
def _sought_of(
    f: Expression, own: tuple[Any, ...], wrt: str | None, order: int, limits: Limits,
    assume: tuple[str, ...], powers: str, world: tuple[Op, ...],
) -> Sought:  # fmt: skip
    """The same of one Expression: the entries of a Jacobian are held against every answer."""
    return _made(f, wrt, order, limits, assume, powers)


@lru_cache(maxsize=512)  # of some 130 kB each once a mistake was named, of long ones 600 kB
def _sought(
    text: str, wrt: str | None, order: int, limits: Limits, assume: tuple[str, ...], powers: str,
    world: tuple[Op, ...],
) -> Sought:  # fmt: skip
    """`world` is the table of operations: a changed row makes the question anew."""
    return _made(_understood(text, wrt, limits), wrt, order, limits, assume, powers)


# the y of xy + y^2; e and i are no variables
LONE_LETTER = re.compile(r"(?<![A-Za-z\\])[a-df-hj-zA-DF-HJ-Z](?![A-Za-z_\d(\[{'])")


# what `parse` offers and a question, which has no such argument, does not
DECLARING = re.compile(r",? ?(?:or )?declare it(?: if it is one name)? \(variables=\[.*?\]\)")


@contextmanager
def in_a_question() -> Iterator[None]:
    """Errors of parsing without the advice to declare a name: check takes no `variables`."""
    try:
        yield
    except LanguageError as error:
        error.hint = DECLARING.sub("", error.hint or "") or None
        raise


@in_a_question()
def _understood(text: str, wrt: str | None, limits: Limits) -> Expression:
    """The function that a question's text means, read as generously as an answer."""
    names = (wrt,) if wrt else ()
    if len(text) > limits.characters or misspelled(text):
        return parse(text, variables=names, limits=limits)
    with suppress(SymgradError):  # what the language does not have is said of the text as typed
        formulas = members(text, names).formulas
        if len(formulas) == 1:
            spelled = spellings(formulas[0], names)
            if len(spelled) == 1:
                return parsed_as_typed(spelled[0], names, limits)
    return parse(text, variables=names, limits=limits)


@in_a_question()
def parsed_as_typed(text: str, names: tuple[str, ...], limits: Limits) -> Expression:
    """A formula with x known, so that sinx is sin(x); where that leaves one reading."""
    try:
        return parse(text, variables=names, limits=limits)
    except Ambiguous:
        raise
    except LanguageError:
        alone = LONE_LETTER.findall(text) if names else ()  # xy is a product where y stands alone
        letters = dict.fromkeys((*names, *alone)) if alone else names or ("x",)
        found = all_readings(text, variables=letters, limits=limits)
        if len(found) > 1:
            raise
        return parse(explicit(found[0].root), variables=names, limits=limits)


def _made(
    f: Expression, wrt: str | None, order: int, limits: Limits,
    assume: tuple[str, ...] = (), powers: str = "real",
) -> Sought:  # fmt: skip
    if wrt is None:
        wrt = f.only_variable() if f.variables else "x"
    return Sought(f, wrt, order, limits, assume, powers)


def evaluated(tape: Tape, point: Mapping[str, arb]) -> arb:
    """The root's ball; not finite where there is no value."""
    try:
        return arb(forward(tape, BALLS, point)[tape.roots[0]])
    except (ValueError, ArithmeticError):  # a parameter that no row takes
        return arb.nan()

