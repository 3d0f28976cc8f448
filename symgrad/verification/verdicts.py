"""The verdict on every number at one point.

- `examined(problem, point)` holds engine, floats and SymPy against each other: a `PointReport`.
- `examined_along(problem, point)` does so for many variables: SymPy's derivative along a random
  direction is held against the sum of v*g of the engine's balls, and only where that fails is every
  variable looked at by itself.

Rules are judged in balls (disjoint balls are a proof), floats by the rounding balls, digits in
ulps.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any

from flint import arb

from ..arithmetic.balls import BALLS, NEGLIGIBLE, nearest, precision
from ..arithmetic.germs import GERMS, beside
from ..arithmetic.rounding import BOUNDLESS
from ..displays import brief
from ..engine import applied, forward
from ..errors import LimitReached, Undecided, Verdict, worst
from ..notation import text
from ..value import NO_CASE, is_no_case
from .column import Column
from .kinks import Sides, differ, interval, one_sided
from .runs import (
    BallRun,
    FloatRun,
    Point,
    Problem,
    agree,
    engine_balls,
    exact_point,
    floats,
    narrow,
    overlaps,
    reference_balls,
    rounding,
    ulp,
)  # fmt: skip

MOST_ULPS = 64
BY_RULES = "the rules give"
CHOSEN = "differentiable here, but the operations' choices at their kinks do not compose"
NO_NUMBER = "differentiable here, though the rules have no number for it"
RANGE = "floats over- or underflow here"
ALL_LOST = "all digits are lost: what is rounded on the way has no value any more"
SEED_OF_DIRECTION = 7
DIGITS_OF_A_WITNESS = 40
LIMIT_BITS = 4096  # at which a 0/0 is a 0/0


@dataclass(frozen=True, slots=True)
class Check:
    """One number at one point: `name` is "" for the value, else the variable of the partial."""

    name: str
    verdict: Verdict
    engine: float | None = None
    exact: float | None = None  # the correctly rounded truth
    digits: str = ""  # the same to 40 digits
    ulps: float | None = None
    one_sided: tuple[float | None, float | None] | None = None  # from below, from above
    interval: tuple[float, float] | None = None
    note: str = ""
    point: Mapping[str, float] = field(default_factory=dict)

    def __repr__(self) -> str:
        return brief(self, name=self.name, verdict=self.verdict, engine=self.engine,
                     exact=self.exact, ulps=self.ulps, one_sided=self.one_sided,
                     note=self.note, point=dict(self.point))  # fmt: skip


@dataclass(frozen=True, slots=True)
class PointReport:
    """All checks at one point; `verdict` is the worst of them."""

    point: dict[str, float]
    checks: tuple[Check, ...]

    def __repr__(self) -> str:
        return brief(self, point=self.point, verdict=self.verdict)

    @property
    def verdict(self) -> Verdict:
        return worst(check.verdict for check in self.checks)


def examined(problem: Problem, point: Point) -> PointReport:
    """Every number at one point, judged."""
    at = exact_point(point)
    run = engine_balls(problem, at)
    names = ("", *problem.names)
    if run.undefined:
        limit = approached(problem, at)
        of = "the derivative" if problem.derived else "f"
        note = broken(problem, run) + (f"; the limit of {of} is {limit}" if limit else "")
        return alike(point, names, Verdict.undefined, note)
    if run.unsettled and not run.balls:
        return alike(point, names, Verdict.undecided, run.unsettled)
    floating, allowed = floats(problem, point), rounding(problem, point)
    if run.bent:
        return told_apart(problem, point, at_kink(problem, point, run, floating, allowed))
    reference = reference_balls(problem, at)
    with precision(256):
        checks = tuple(
            judged(name, run.balls[k], reference.balls[k], floating, k, allowed[k], run, reference)
            for k, name in enumerate(names)
        )
        pairs = list(zip(run.balls, reference.balls))
        if any(parted(*pair) for pair in pairs):
            culprit = blamed(problem, run)
            checks = tuple(replace(check, note=check.note + culprit) if parted(*pair) else check
                           for check, pair in zip(checks, pairs))  # fmt: skip
    return told_apart(problem, point, checks)


def parted(mine: arb, sympy: arb) -> bool:
    """Whether two balls prove two different numbers."""
    return mine.is_finite() and sympy.is_finite() and not overlaps(mine, sympy)


def blamed(problem: Problem, run: BallRun) -> str:
    """The first row whose own rule differs from SymPy's derivative of that operation, for the note.

    Operation by operation, at the numbers that the engine has there.
    """
    tape, values = problem.tape, run.values
    if not problem.nodes:
        return ""
    root = problem.nodes[tape.roots[0]]
    try:
        column = Column.of(root, problem.names, problem.limits, finely=True)
    except (Undecided, LimitReached):
        return ""
    places = {leaf: i for i, leaf in enumerate(tape.leaves) if isinstance(leaf, str)}
    for piece in column.pieces:
        op, args = tape.ops[piece.output], tape.args[piece.output]
        inputs = [places.get(end, end) for end in piece.inputs]
        if op is None or not {*inputs} <= {*args}:
            continue
        x, y = [values[j] for j in args], values[piece.output]
        theirs = piece.at({u: values[j] for u, j in zip(piece.letters, inputs)})
        slopes = BALLS.partials(op, y, x, [j in inputs for j in args])
        pairs = [(j, slope) for j, slope in zip(args, slopes) if slope is not None]
        ours = [y, *(sum((s for j, s in pairs if j == end), arb(0)) for end in inputs)]
        for mine, sympy in zip(ours, theirs):
            if parted(mine, sympy):
                at = applied(op, [float(a.mid()) for a in x])
                what = "value" if mine is y else "slope"
                both = f"{digits(mine, 17)} by its rule, {digits(sympy, 17)} by SymPy"
                return f"; the row {op.name} is where they part: the {what} of {at} is {both}"
    return ""


def alike(point: Point, names: Sequence[str], verdict: Verdict, note: str) -> PointReport:
    """One verdict for all numbers at a point."""
    return PointReport(dict(point), tuple(Check(n, verdict, note=note) for n in names))


def examined_along(problem: Problem, point: Point) -> PointReport:
    """Every number at one point, the rules confirmed together."""
    at = exact_point(point)
    run = engine_balls(problem, at)
    if run.undefined or run.unsettled or run.bent or not _confirmed(problem, at, run.balls):
        return examined(problem, point)
    floating, allowed = floats(problem, point), rounding(problem, point)
    with precision(256):
        checks = tuple(
            in_floats(name, floating.numbers[k], run.balls[k], floating.scales[k], allowed[k])
            for k, name in enumerate(("", *problem.names))
        )
    return told_apart(problem, point, checks)


def told_apart(problem: Problem, point: Point, checks: Sequence[Check]) -> PointReport:
    """The checks, digits that were lost to the ends of float64's range told from cancellation.

    A float run that has left the balls of one with as many digits and no ends of its range owes
    that to over- or underflow: 1/(1 + e^-x) at -360, where the partial is subnormal on its way.
    One without a number where these balls have none either does not: 1/(x + 1e16 - 1e16) at 0.5.
    """
    if not any(check.verdict in (Verdict.lost_digits, Verdict.out_of_range) for check in checks):
        return PointReport(dict(point), tuple(checks))
    boundless = rounding(problem, point, BOUNDLESS)
    return PointReport(dict(point), tuple(map(by_cause, checks, boundless)))


def by_cause(check: Check, boundless: arb) -> Check:
    """A check whose float is far off, by what befell it."""
    got, lost = check.engine, check.verdict is Verdict.lost_digits
    if lost and boundless.is_finite() and not boundless.contains(arb(got)):
        return replace(check, verdict=Verdict.out_of_range, note=RANGE)
    known = check.exact is not None and math.isfinite(check.exact)
    out = known and check.verdict is Verdict.out_of_range
    if out and not boundless.is_finite() and not math.isfinite(got or 0.0):
        return replace(check, verdict=Verdict.lost_digits, note=ALL_LOST)
    return check


def _confirmed(problem: Problem, at: dict[str, arb], balls: tuple[arb, ...]) -> bool:
    """Whether SymPy's directional derivative meets the engine's, at 30 digits."""
    rng = random.Random(SEED_OF_DIRECTION)
    way = {name: arb(rng.randint(1, 2**20)) for name in problem.names}
    bits = 256
    while bits <= problem.limits.bits:
        with precision(bits):
            value, slope = problem.sympy.along(at, way)
            if narrow(value) and narrow(slope):
                mine = sum((way[n] * g for n, g in zip(problem.names, balls[1:])), arb(0))
                return overlaps(balls[0], value) and overlaps(mine, slope)
        bits *= 2
    return False


def broken(problem: Problem, run: BallRun) -> str:
    """Which subexpression is outside its domain, for the message."""
    i = run.undefined.node  # type: ignore[union-attr]
    if is_no_case(problem.tape, i):
        return NO_CASE
    op = problem.tape.ops[i]
    x = [float(run.values[j].mid()) for j in problem.tape.args[i]]
    return f"{text(problem.nodes[i])} has no value here: {applied(op, x)}"  # type: ignore[arg-type]


def approached(problem: Problem, at: dict[str, arb]) -> str:
    """The limit of f there, if it is the same along every variable, from both sides."""
    with precision(LIMIT_BITS):
        ways = [
            {n: beside(x, side if n == name else 0) for n, x in at.items()}
            for name in problem.tape.variables for side in (1, -1)
        ]  # fmt: skip
        germs = [forward(problem.tape, GERMS, way)[problem.tape.roots[0]] for way in ways]
        limits = [germ.limit() for germ in germs]
        first = limits[0] if limits else None
        if first is None or not all(x is not None and overlaps(x, first) for x in limits):
            return ""
        return f"{nearest(first):.17g}"


def judged(
    name: str, engine: arb, sympy: arb, run: FloatRun, k: int, allowed: arb, engine_run: BallRun,
    reference: BallRun,
) -> Check:  # fmt: skip
    """One smooth number: the rule, then the float."""
    if parted(engine, sympy):
        what = "derivative" if name else "value"
        note = f"{BY_RULES} {digits(engine, 17)}, SymPy's {what} is {digits(sympy, 17)}"
        return Check(name, Verdict.wrong, run.numbers[k], nearest(sympy), digits(sympy), note=note)
    lost = not math.isfinite(run.numbers[k]) and run.overflowed
    if lost and not engine.is_finite() and not allowed.is_finite():
        note = "floats overflow here, and the number is too large for Arb"
        return Check(name, Verdict.out_of_range, run.numbers[k], note=note)
    if not narrow(engine):
        return Check(
            name, Verdict.undecided, run.numbers[k], note=engine_run.unsettled or "no finite value"
        )
    if not narrow(sympy):
        return Check(name, Verdict.undecided, run.numbers[k], note=reference.unsettled)
    return in_floats(name, run.numbers[k], engine, run.scales[k], allowed)


def in_floats(name: str, got: float, truth: arb, scale: float, allowed: arb) -> Check:
    """The float number against the truth: out of range, wrong, lost digits or verified."""
    truth = settled_at_zero(truth)
    exact, decimal = nearest(truth), digits(truth)
    if out_of_range(got, exact, truth, allowed):
        return Check(name, Verdict.out_of_range, got, exact, decimal, note=RANGE)
    if off(got, allowed):
        return Check(name, Verdict.wrong, got, exact, decimal, note=stray_float(allowed))
    if not math.isfinite(got):
        return Check(name, Verdict.out_of_range, got, exact, decimal, note=RANGE)
    gap = abs(arb(got) - truth)
    unit = ulp(max(scale, abs(exact)) if math.isfinite(scale) else exact)
    ulps = float((gap / arb(unit)).mid())
    lost_all = exact != 0 and gap > abs(truth) / 10  # 0 for -2, though the summands are 1e16
    if ulps <= MOST_ULPS and not lost_all:
        return Check(name, Verdict.verified, got, exact, decimal, ulps)
    own = float((gap / arb(ulp(exact))).mid()) if exact else math.inf
    lost = min(math.log10(max(own, 1.0)), 17.0)
    note = f"about {lost:.0f} digits are lost"
    return Check(name, Verdict.lost_digits, got, exact, decimal, ulps, note=note)


def off(got: float, allowed: arb) -> bool:
    """Whether no correct float run gives this."""
    return bool(allowed.is_finite() and not (math.isfinite(got) and allowed.contains(arb(got))))


def stray_float(allowed: arb) -> str:
    right = f"{float(allowed.mid()):.17g} ± {float(allowed.rad()):.2g}"
    return f"the float path is wrong: a correct float run gives {right}"


def out_of_range(got: float, exact: float, truth: arb, allowed: arb) -> bool:
    """Whether floats cannot hold this, or something on the way to it."""
    if math.isinf(exact):
        return True
    flushed = got == 0 and not truth.contains(0) and abs(exact) < 2.0**-1021
    return flushed or (not allowed.is_finite() and not math.isfinite(got))


def settled_at_zero(ball: arb) -> arb:
    """A ball, or exactly 0 where it only straddles 0 below 2^-1200."""
    return arb(0) if ball.contains(0) and abs(ball) < NEGLIGIBLE else ball


def digits(ball: arb, count: int = DIGITS_OF_A_WITNESS) -> str:
    """The truth in decimal."""
    if not ball.is_finite():
        return "nan"
    if abs(ball) < NEGLIGIBLE and ball.rel_accuracy_bits() < DIGITS_OF_A_WITNESS * 3:
        return "0"
    return str(ball.mid().str(count, radius=False))


def at_kink(
    problem: Problem, point: Point, run: BallRun, floating: FloatRun, allowed: Sequence[arb]
) -> list[Check]:
    """Value and partials at a kink or at an end of the domain."""
    at, value = exact_point(point), run.balls[0]
    if not value.is_finite():
        return [Check(n, Verdict.undecided, note="no finite value") for n in ("", *problem.names)]
    sympy = reference_balls(problem, at).balls[0]
    with precision(256):
        first = in_floats("", floating.numbers[0], value, floating.scales[0], allowed[0])
        jumps = any(k.margin.kind == "jump" for k in run.at_kinks)
        differ_here = sympy.is_finite() and not overlaps(value, sympy)
        silent = problem.derived and jumps and not sympy.is_finite()
        if silent or (differ_here and (jumps or problem.derived)):
            # what lies nearer to a jump than 2^-1200 counts as on it, and SymPy may see a side;
            # and of a derivative that jumps, either may choose another value
            first = Check("", Verdict.undefined, floating.numbers[0], note="it jumps here")
        elif differ_here:
            note = f"{BY_RULES} {digits(value, 17)}, SymPy's value is {digits(sympy, 17)}"
            exact, decimal = nearest(sympy), digits(sympy)
            first = Check("", Verdict.wrong, floating.numbers[0], exact, decimal, note=note)
    bounds = interval(problem, run, problem.names)
    checks = [first]
    for k, name in enumerate(problem.names, 1):
        sides = one_sided(problem, at, name)
        rules_differ = differ(problem, at, name)
        with precision(256):
            if rules_differ:
                note = "beside the kink the rules and SymPy differ"
                checks.append(Check(name, Verdict.wrong, floating.numbers[k], note=note))
                continue
            ends = None if problem.derived else bounds[name]
            checks.append(partial_at_kink(name, floating, k, run.balls[k], sides, ends, allowed[k]))
    return checks


def partial_at_kink(
    name: str, floating: FloatRun, k: int, engine: arb, sides: Sides,
    bounds: tuple[arb, arb] | None, allowed: arb,
) -> Check:  # fmt: skip
    got = floating.numbers[k]
    if sides.jumps:
        return Check(name, Verdict.undefined, got, note="it jumps here")
    if sides.unsettled:
        note = f"the derivative from one side stayed open: {sides.unsettled}"
        return Check(name, Verdict.undecided, got, note=note)
    if not sides.slopes:
        return Check(name, Verdict.undefined, got, note="it exists at this point alone")
    if sides.derivative is not None:
        return differentiable(name, got, engine, sides, floating.scales[k], allowed)
    return bent(name, got, engine, sides, bounds, allowed)


def differentiable(
    name: str, got: float, engine: arb, sides: Sides, scale: float, allowed: arb
) -> Check:
    """A derivative exists; is it what the engine's choice at the kink gives?"""
    truth: arb = sides.derivative  # type: ignore[assignment]
    if engine.is_finite() and agree(engine, truth):
        check = in_floats(name, got, engine, scale, allowed)
        one_sided = "one-sided: an end of the domain" if len(sides.slopes) == 1 else ""
        return replace(check, note=check.note or one_sided)
    note = CHOSEN if engine.is_finite() else NO_NUMBER
    exact, decimal = nearest(settled_at_zero(truth)), digits(truth, 30)
    return Check(name, Verdict.convention, got, exact, decimal, note=note)


def bent(
    name: str, got: float, engine: arb, sides: Sides, bounds: tuple[arb, arb] | None, allowed: arb
) -> Check:
    """No derivative: both one-sided ones and the interval, in which the rules' choice must lie.

    There is none (`bounds`) of a derivative's graph, whose `if` may choose anything where f bends.
    The float of a choice inside may lie outside, as far as a correct float run may be off.
    """
    slopes = sides.slopes
    ends = slopes if any(map(endless, slopes)) or bounds is None else [*slopes, *bounds]
    low, high = reduce(arb.min, map(arb, ends)), reduce(arb.max, map(arb, ends))
    note = wrong_choice(got, engine, low, high, allowed) if bounds else ""
    chosen = as_float(engine) if engine.is_finite() and not math.isfinite(got) else got
    return Check(
        name, Verdict.wrong if note else Verdict.kink, got,
        one_sided=tuple(s.slope if s.slope is None else as_float(s.slope)
                        for s in (sides.left, sides.right)),  # type: ignore[arg-type]
        interval=(as_float(low), as_float(high)),
        note=note or bend(slopes, chosen, beyond(arb(chosen), low, high)),
    )  # fmt: skip


def wrong_choice(got: float, engine: arb, low: arb, high: arb, allowed: arb) -> str:
    """What proves that a choice at a kink is none: of the rules, or of the float run; else ""."""
    if engine.is_finite() and beyond(engine, low, high):
        return "the engine's choice lies outside the interval"
    stray = math.isfinite(got) and beyond(arb(got), low, high)
    return stray_float(allowed) if stray and off(got, allowed) else ""


def beyond(x: arb, low: arb, high: arb) -> bool:
    """Whether a number lies outside an interval for certain."""
    return any(end.is_finite() and bool(side) and not agree(x, end)
               for end, side in ((low, x < low), (high, x > high)))  # fmt: skip


def bend(slopes: list[Any], chosen: float, outside: bool) -> str:
    """What a point without a derivative is called, and where the engine's choice lies."""
    if not any(map(endless, slopes)):
        place = "outside, as far as rounding takes it" if outside else "between"
        return "a corner" + (f": float64's choice lies {place}" if math.isfinite(chosen) else "")
    if len({as_float(slope) for slope in slopes}) == 1:
        return "a vertical tangent: no finite derivative"
    return "a cusp" if all(map(endless, slopes)) else "a corner with one vertical side"


def endless(slope: Any) -> bool:
    """Whether a one-sided derivative is infinite, not only beyond the largest float."""
    return not arb(slope).is_finite()


def as_float(slope: Any) -> float:
    return slope if isinstance(slope, float) else nearest(slope)
