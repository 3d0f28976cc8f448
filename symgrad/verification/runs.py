"""One point, looked at in every arithmetic: what the verdict is made from.

- `Problem` is a graph with SymPy's column beside it.
- `floats(problem, point)` is the float run with what its ulps are counted in.
- `rounding(problem, point)` are the balls that a correct float run must stay inside.
- `engine_balls(problem, point)` is the engine's own run in exact balls, as fine as it takes.
- `reference_balls(problem, point)` is SymPy's column there; by limit at a removable singularity.
- `samples(tape, bound, free, limits)` are up to `limits.points` points for the free variables, from
  a fixed seed: short dyadic numbers inside f's domain.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from flint import arb, ctx

from ..arithmetic.balls import BALLS, NEGLIGIBLE, precision
from ..arithmetic.floats import FLOATS
from ..arithmetic.rounding import ROUNDING, WORKING_BITS, Rounded, Rounding
from ..engine import (
    Delicate,
    Tape,
    backward,
    by_name,
    first_undefined,
    forward,
    gradient,
    kinks,
    order,
    relevant,
)
from ..errors import Undecided
from ..limits import NEVER, Deadline, Limits
from ..ops import OPS, Margin, Op
from ..value import Graphs, Value, is_no_case
from .column import Column

BREADTH = arb(0, 0.25)  # what has come to be this wide is not whole all over
FIRST_BITS = 128
LARGE, LARGE_BITS = 1_000, 512  # nodes from which another run costs more than wide numbers do
PLENTY = 1024  # a partial that is not finite at this precision is so at any
BITS_WHEN_NARROW = 110  # bits of relative accuracy that settle a ball
HOPELESS_BITS = 4800  # a sum of two numbers that is 0 to these bits counts as 0

Point = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Problem:
    """f with the variables asked for, and SymPy's column to hold it against."""

    tape: Tape
    column: Column | None  # None: the engine alone is asked
    names: tuple[str, ...]
    limits: Limits
    nodes: Sequence[Value] = ()  # the tape's nodes, for messages
    derived: bool = False  # the graph is a derivative already: at its jumps there is none
    deadline: Deadline = NEVER  # for all of its points together

    def goes_on(self, bits: int, most: int) -> bool:
        """Whether there are bits and time enough for twice the precision."""
        return 2 * bits <= most and not self.deadline.passed

    @property
    def sympy(self) -> Column:
        """SymPy's column, where there is one."""
        if self.column is None:
            raise Undecided("there is no derivative of SymPy's to hold this against")
        return self.column


@dataclass(frozen=True, slots=True)
class FloatRun:
    """Value and gradient in floats; `scales` are the magnitudes that their ulps are counted in."""

    numbers: tuple[float, ...]  # value, then partials
    scales: tuple[float, ...]
    overflowed: bool  # whether something on the way is infinite


@dataclass(frozen=True, slots=True)
class BallRun:
    """Value and partials in exact balls; `undefined`, `at_kinks`, `unsettled`: what is special."""

    balls: tuple[arb, ...]
    values: Sequence[arb] = ()
    undefined: Delicate | None = None  # the node outside its domain
    at_kinks: tuple[Delicate, ...] = ()
    bent: bool = False  # at a kink, or some partial is not finite though the value is
    unsettled: str = ""  # why the balls did not become narrow
    hopeless: bool = False  # and more bits would not help


def floats(problem: Problem, point: Point) -> FloatRun:
    """The run a user gets, and the largest summand of each number."""
    tape, root = problem.tape, problem.tape.roots[0]
    values = forward(tape, FLOATS, point)
    adjoints, largest = float_gradient(tape, values)
    found = list(by_name(tape, FLOATS, adjoints, problem.names).values())
    summands = [abs(values[root])]
    op = tape.ops[root]
    if op and op.adds:
        summands += [abs(values[j]) for j in tape.args[root]]
    scales = [
        max(summands),
        *(max(largest.get(n, 0.0), abs(g)) for n, g in zip(problem.names, found)),
    ]
    overflowed = any(map(math.isinf, (*values, *filter(None, adjoints))))
    return FloatRun((values[root], *found), tuple(scales), overflowed)


def float_gradient(tape: Tape, values: Sequence[float]) -> tuple[list[Any], dict[str, float]]:
    """The adjoints, and for each variable the largest |adjoint x partial| that was added to it."""
    largest: dict[str, float] = {}

    def join(j: int, adjoint: Any, term: float) -> float:
        name = tape.leaves[j]
        if isinstance(name, str):
            largest[name] = max(largest.get(name, 0.0), abs(term))
        return term if adjoint is None else adjoint + term

    return backward(tape, FLOATS, values, join=join), largest


def rounding(problem: Problem, point: Point, m: Rounding = ROUNDING) -> list[arb]:
    """The balls that a correct float run of value and gradient stays inside."""
    start = {name: Rounded(m, arb(x)) for name, x in point.items()}
    with precision(WORKING_BITS):
        values = forward(problem.tape, m, start)
        adjoints = backward(problem.tape, m, values)
        slopes = by_name(problem.tape, m, adjoints, problem.names)
    found = [values[problem.tape.roots[0]], *slopes.values()]
    return [ball.ball if isinstance(ball, Rounded) else arb(ball) for ball in found]


def exact_point(point: Point) -> dict[str, arb]:
    return {name: arb(x) for name, x in point.items()}


def narrow(ball: arb) -> bool:
    """Whether a ball is settled: 110 bits, or so small that it counts as 0."""
    if not ball.is_finite():
        return False
    narrow = ball.is_exact() or ball.rel_accuracy_bits() >= BITS_WHEN_NARROW
    return narrow or bool(abs(ball) < NEGLIGIBLE)


def settled(run: Callable[[], BallRun], problem: Problem, first: int = FIRST_BITS) -> BallRun:
    """The run repeated with doubled precision until all is narrow; or bits or time run out."""
    bits = first
    while True:
        with precision(bits):
            found = run()
        if not found.unsettled or found.hopeless or not problem.goes_on(bits, problem.limits.bits):
            return found
        bits *= 2


def engine_balls(problem: Problem, point: Mapping[str, arb], first: int = 0) -> BallRun:
    """The engine's rules in exact balls, as fine as it takes."""
    first = first or (FIRST_BITS if len(problem.tape) < LARGE else LARGE_BITS)
    return settled(lambda: _engine_run(problem, point), problem, first)


def bends(tape: Tape, values: Sequence[arb]) -> list[Delicate]:
    """The kinks, and where a moving number is whole by chance, as an exponent of a negative base
    must be: there is a value at the point, and none beside it."""
    found = kinks(tape, BALLS, values)
    if any(map(chances, set(tape.ops))):
        for i in relevant(tape, BALLS, values):
            for margin in chances(tape.ops[i]):
                x = [values[j] for j in tape.args[i]]
                beside = [a + BREADTH if tape.active[j] else a for a, j in zip(x, tape.args[i])]
                inside = BALLS.decide(margin.kind, margin.of(BALLS, *x))
                if inside is not True and not holds_whole(margin, beside):
                    found.append(Delicate(i, margin, inside is False))
    return found


@cache
def chances(op: Op | None) -> tuple[Margin, ...]:
    """The margins of a row that a whole number excuses."""
    excused = [margin for margin in op.domain if margin.unless] if op else []
    return tuple(m for m in excused if m.unless and m.unless.kind == "integer")


def holds_whole(margin: Margin, x: Sequence[arb]) -> bool:
    return bool(margin.unless and BALLS.decide("integer", margin.unless.of(BALLS, *x)))


def _engine_run(problem: Problem, point: Mapping[str, arb]) -> BallRun:
    tape = problem.tape
    values = forward(tape, BALLS, point)
    outside = first_undefined(tape, BALLS, values)
    if outside and outside.sure:
        return BallRun((), values, undefined=outside)
    if outside:
        return BallRun((), values, unsettled="whether it lies inside the domain stayed open")
    at = bends(tape, values)
    if not all(k.sure for k in at):
        return BallRun((), values, unsettled="whether it lies on a kink stayed open")
    found = gradient(tape, BALLS, values)
    balls = (values[tape.roots[0]], *(arb(found.get(n, 0)) for n in problem.names))
    endless = balls[0].is_finite() and ctx.prec >= PLENTY and not all(b.is_finite() for b in balls)
    wanted = [b for b in balls if b.is_finite()] if at or endless else balls
    wide = "" if all(narrow(b) for b in wanted) else "a ball stayed wide"
    return BallRun(balls, values, at_kinks=tuple(at), bent=bool(at) or endless, unsettled=wide)


def reference_balls(problem: Problem, point: Mapping[str, arb], first: int = FIRST_BITS) -> BallRun:
    """SymPy's value and partials; where its expression is 0/0, what it tends to."""
    return settled(lambda: _reference_run(problem, point), problem, first)


def _reference_run(problem: Problem, point: Mapping[str, arb]) -> BallRun:
    balls = tuple(problem.sympy.at(point))
    if any(not b.is_finite() for b in balls) and ctx.prec > HOPELESS_BITS and _exact(point):
        return BallRun(balls, unsettled="SymPy's expression has no value here", hopeless=True)
    wide = "" if all(narrow(b) for b in balls) else "a ball of SymPy's derivative stayed wide"
    return BallRun(balls, unsettled=wide)


def _exact(point: Mapping[str, arb]) -> bool:
    return all(x.is_exact() for x in point.values())


def overlaps(a: arb, b: arb) -> bool:
    """Whether two balls meet; a rounding of what lies below 2^-1200 is no difference."""
    return bool(a.overlaps(b)) or agree(a, b)


def agree(a: arb, b: arb) -> bool:
    """Whether two numbers are the same to 30 digits; what lies below 2^-1200 is 0."""
    gap = abs(a - b)
    return bool(gap <= arb(2) ** -100 * abs(b)) or bool(gap < NEGLIGIBLE)


def ulp(x: float) -> float:
    """The distance of neighbouring floats at x, at least that of 2^-1074."""
    return math.ulp(x) if math.isfinite(x) else math.inf


SEED = 20_260
BITS_OF_A_LOOK = 192
FUTILE, MOST_STRETCH = 40, 30  # draws after which the range doubles, and how often at most
FAR_POINTS = (-1000.0, -37.5, 25.0, 100.0, 1e6, 2.0**-30, -(2.0**-20), 1e-3)


def number(rng: random.Random, stretch: int = 0) -> float:
    """Mostly a short dyadic number in [-4, 4]; now and then a large or a small one.

    `stretch` lets the range grow, up to that power of 2, where the domain lies further out.
    """
    if stretch and rng.random() < 0.5:
        return rng.randint(-64, 64) / 16 * 2.0 ** rng.randint(0, stretch)
    return rng.choice(FAR_POINTS) if rng.random() < 0.06 else rng.randint(-64, 64) / 16


def samples(
    tape: Tape, bound: Mapping[str, float], free: Sequence[str], limits: Limits
) -> list[dict[str, float]]:
    """Points where f has a value; the bound variables keep theirs.

    Where these alone put f outside its domain, that one point.
    """
    if not free:
        return [dict(bound)]
    rng = random.Random(SEED)
    found: list[dict[str, float]] = []
    for point in _drawn(tape, bound, free, limits.draws, rng):
        if point not in found:
            found.append(point)
        if len(found) == limits.points:
            break
    return found


def _drawn(
    tape: Tape, bound: Mapping[str, float], free: Sequence[str], draws: int, rng: random.Random
) -> Iterator[dict[str, float]]:
    """Points inside the domain; where a margin says no, only the variables under it move."""
    point = {**bound, **{name: number(rng) for name in free}}
    for count in range(draws):
        culprits = outside(tape, point)
        if culprits is None:
            yield dict(point)
            culprits = set(free)
        elif culprits.isdisjoint(free):  # the bound variables alone lie outside the domain
            yield dict(point)
            return
        moving = [name for name in free if name in culprits] or list(free)
        stretch = min(count // FUTILE, MOST_STRETCH)
        point.update({name: number(rng, stretch) for name in moving})


def undefined_at(tape: Tape, point: Mapping[str, float]) -> bool:
    """Whether it is proven that f has no value at the point."""
    bits = BITS_OF_A_LOOK
    while True:
        with precision(bits):
            values = forward(tape, BALLS, exact_point(point))
            found = first_undefined(tape, BALLS, values)
        if found is None or found.sure or bits > PLENTY:
            return found is not None and found.sure
        bits *= 4


def outside(tape: Tape, point: Mapping[str, float]) -> set[str] | None:
    """The variables under a margin that fails at the point; None if f has a value there."""
    with precision(BITS_OF_A_LOOK):
        values = forward(tape, BALLS, {name: arb(x) for name, x in point.items()})
        found = first_undefined(tape, BALLS, values)
        if found is None and values[tape.roots[0]].is_finite():
            return None
    if found is None:
        return under(tape, tape.roots[0])
    if is_no_case(tape, found.node):
        return choosing(tape, found.node)
    args = tape.args[found.node]
    asked = (under(tape, args[k]) for k in arguments_of(found.margin, len(args)))
    return set[str]().union(*asked)


@cache
def arguments_of(margin: Margin, count: int) -> list[int]:
    """Which arguments of its row a margin asks about: of a quotient the second."""
    graphs = Graphs()
    x = [graphs.variable(str(k)) for k in range(count)]
    asks = (m.of(graphs, *x) for m in (margin, margin.unless) if m)
    reached = set(order([graphs.lift(of) for of in asks]))
    return [k for k in range(count) if x[k] in reached]


def choosing(tape: Tape, node: int) -> set[str]:
    """The variables by which cases choose a node."""
    chosen, found = {node}, set[str]()
    for i, args in enumerate(tape.args):
        if tape.ops[i] is OPS["if"] and not chosen.isdisjoint(args[1:]):
            found |= under(tape, args[0])
            chosen.add(i)
    return found


def under(tape: Tape, root: int) -> set[str]:
    """The variables that a node is made of."""
    needed = bytearray(len(tape))
    needed[root] = True
    for i in range(root, -1, -1):
        if needed[i]:
            for j in tape.args[i]:
                needed[j] = True
    return {leaf for leaf, n in zip(tape.leaves, needed) if n and isinstance(leaf, str)}
