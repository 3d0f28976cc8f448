"""Is a form the derivative, and where; and does it compute it? Every candidate is held against
SymPy's derivative in balls, and against the engine's gradient in floats.

- `FormCheck(root, name, reference)` samples f once; `check.accepts(form)` is true if the form
  agrees to 30 digits wherever f and SymPy's derivative exist, and exists there.
- `check.wider(form)` is where the form has a value though f has no derivative: as conditions.
- `FloatCheck(root, name).fault(form)` is the first point at which the form loses the number, though
  the engine's own gradient keeps it there: sigmoid(x)*(1 - sigmoid(x)) at 40 is 0.0, the derivative
  4.2e-18. There the truth is the engine's rules in balls, which are held against SymPy's elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count, product
from random import Random
from typing import Any

from flint import arb

from ..arithmetic.balls import BALLS, STRICT, exact, nearest, precision
from ..arithmetic.floats import FLOATS
from ..engine import Tape, first_undefined, forward, gradient, kinks
from ..notation import text
from ..ops import OPS, Margin
from ..sentences import Figures, Sentence, say
from ..symbolic.in_balls import Reference
from ..value import Graphs, Value, is_literal, on_paper, same, tidy

FORM_BITS = 192
NONE = arb("nan")
EQUAL_FORMS = arb(2) ** -100  # 30 digits
GOOD_POINTS, MOST_DRAWN = 8, 400  # points inside f's domain; points drawn
ORDINARY = 200  # of the random ones, before far and near ones are tried
SAMPLED = (0.5, 2, -1, 0, 3, 1, -0.25, 0.125, -2.5, 1.5, 7, -3, 0.75, -0.5, 4, -2, 20.5, -11.25)
CORNERS = ((0, 2), (0, 3), (-2, 3), (1, 2), (0.5, -1))  # one variable, and all others
NEARER = tuple(sign * arb(2) ** -k for k in (60, 40) for sign in (1, -1))
SAME_LIMIT = arb(2) ** -15  # between a function at 2^-40 and at 2^-60
MOST_MARGINS, MOST_NODES, MOST_SECANTS = 12, 200, 48
WIDTH_OF_AN_END, OUT_OF_AN_END = arb(2) ** -28, arb(2) ** -20
BESIDE_AN_END = 2.0**-10  # relative
MOST_NAMES = 6  # that take turns at the corners


@dataclass(frozen=True, slots=True)
class SamplePoint:
    """A point, and there: f's own balls, whether f exists, and its derivative in SymPy's terms."""

    point: Mapping[str, Any]
    exists: bool
    slope: arb
    gap: bool = False  # SymPy's form has no value here, though the derivative exists: x^y at 0
    end: tuple[int, Margin] | None = None  # whose zero is in this ball, and is no short number


def points(names: tuple[str, ...]) -> Iterator[dict[str, float]]:
    """Special places first (all variables in step, then not), then a fixed random sequence."""
    for shift in range(3 if len(names) > 1 else 1):
        for i in range(len(SAMPLED)):
            yield {v: SAMPLED[(i + shift * (5 * k + 1)) % len(SAMPLED)]
                   for k, v in enumerate(names)}  # fmt: skip
    for one, (here, elsewhere) in product(names[:MOST_NAMES], CORNERS if len(names) > 1 else ()):
        yield {v: here if v == one else elsewhere for v in names}
    random = Random(0)
    for drawn in count():
        span = random.choice((1, 4, 4, 30) if drawn < ORDINARY else (1000, 10**6, 0.01))
        yield {v: round(random.uniform(-span, span) * 4096) / 4096 for v in names}


def special_points(names: int) -> int:
    """How many points come before the random ones."""
    return 3 * len(SAMPLED) + len(CORNERS) * min(names, MOST_NAMES) if names > 1 else len(SAMPLED)


class FormCheck:
    """What is known of f and its derivative at sample points."""

    def __init__(
        self, root: Value, name: str, reference: Reference | None, anywhere: bool = False
    ) -> None:
        """Without a reference, forms are held against the engine's own derivative in balls.

        `anywhere`: also where f has no value or a kink, as far as the rules still have one.
        """
        self.anywhere = anywhere
        self.tape = Tape.of([root], wrt=[name])
        self.name = name
        self.corners = corners(self.tape)
        self.reference = reference
        names = tuple(dict.fromkeys((*self.tape.variables, *variables(reference))))
        self.spots: list[SamplePoint] = []
        with precision(FORM_BITS):
            good, special = 0, special_points(len(names))
            for drawn, point in enumerate(points(names)):
                enough = drawn >= special and good >= GOOD_POINTS
                if enough or drawn >= MOST_DRAWN or (drawn and not point):
                    break
                self.spots.append(spot := self.spot(point))
                good += spot.exists and spot.slope.is_finite()
            self.good = good

    def spot(self, point: Mapping[str, Any]) -> SamplePoint:
        """f there, and its slope: SymPy's, or the engine's where that has a gap (x^y at 0)."""
        balls = {v: exact(x) for v, x in point.items()}
        values = forward(self.tape, BALLS, balls)
        if self.anywhere:
            slope = gradient(self.tape, BALLS, values).get(self.name, 0)
            return SamplePoint(balls, True, arb(slope))
        finite = bool(arb(values[self.tape.roots[0]]).is_finite())
        if not finite or first_undefined(self.tape, BALLS, values) is not None:
            return SamplePoint(balls, False, NONE)
        edges = kinks(self.tape, BALLS, values)  # or closed ends of a domain
        if any(edge.margin.kind != ">= 0" for edge in edges):
            for edge in edges:
                # what the form does there will be seen
                self.corners.pop((edge.node, edge.margin), None)
            return SamplePoint(balls, True, NONE)
        slope = self.reference.at(balls)[-1] if self.reference else NONE
        if slope.is_finite() and not edges:
            return SamplePoint(balls, True, slope)
        slope = arb(gradient(self.tape, STRICT, values).get(self.name, 0))
        return SamplePoint(balls, True, slope, gap=self.reference is not None)

    def accepts(self, form: Value) -> bool:
        """Whether the form is the derivative wherever f and SymPy's derivative exist."""
        return self.holds(form, gap=False)

    def closes_gaps(self, form: Value) -> bool:
        """Whether it also is where SymPy's form has no value, though the derivative exists."""
        return self.holds(form, gap=True)

    def holds(self, form: Value, gap: bool) -> bool:
        """Never apart from the slope, and sure of it at enough spots: a ball may be too wide."""
        tape = Tape.of([form])
        with precision(FORM_BITS):
            answers = [agrees(value(tape, s.point), s.slope)
                       for s in self.spots if s.gap is gap and s.slope.is_finite()]  # fmt: skip
        enough = min(GOOD_POINTS, (len(answers) + 1) // 2)
        return False not in answers and answers.count(True) >= enough

    def wider(self, form: Value) -> tuple[str, ...]:
        """The conditions under which the form is the derivative, where it exists beyond them."""
        tape, found = Tape.of([form]), dict[str, None]()
        with precision(FORM_BITS):
            for s in (*self.spots, *self.ends(self.tape)):
                if not (s.exists and s.slope.is_finite()) and value(tape, s.point) is not None:
                    found.update(dict.fromkeys(self.broken(tape, s)))
        stepped = any(op in (OPS["if"], OPS["sign"]) for op in tape.ops)
        for i, margin in self.corners:  # never met; a form without steps is right at a kink
            if stepped or margin.kind == "jump":
                found[self.condition(i, margin)] = None
        return strictest(found)

    def broken(self, form: Tape, spot: SamplePoint) -> list[str]:
        """The conditions that fail at a spot where the form has a value and f no derivative."""
        values = forward(self.tape, BALLS, spot.point)
        if not spot.exists:
            fault = first_undefined(self.tape, BALLS, values)
            if fault and spot.end:
                return [self.condition(*spot.end)]
            return [self.condition(fault.node, fault.margin)] if fault and fault.sure else []
        bends = kinks(self.tape, BALLS, values)
        if not any(k.margin.kind == "jump" for k in bends) and self.continuous(form, spot):
            return []
        return [self.condition(k.node, inside(k.margin)) for k in bends]

    def continuous(self, form: Tape, spot: SamplePoint) -> bool:
        """Whether the form goes on through the spot: then it is the derivative there too."""
        near, close = (OUT_OF_AN_END, arb(2) ** -8) if spot.end else (arb(2) ** -140, arb(2) ** -40)
        there = [value(form, {**spot.point, self.name: spot.point[self.name] + step})
                 for step in ((near, -near) if spot.end else (0, near, -near))]  # fmt: skip
        if there[0] is None:
            return False
        return all(v is None or abs(v - there[0]) < close * (1 + abs(v)) for v in there[1:])

    def condition(self, i: int, margin: Margin) -> str:
        return condition(self.tape, i, margin)

    def holes(self, form: Value) -> tuple[str, ...]:
        """The conditions of the form at spots where f has a derivative and the form no value."""
        tape, found = Tape.of([form]), dict[str, None]()
        with precision(FORM_BITS):
            for s in (*self.spots, *self.ends(tape)):
                values = forward(tape, BALLS, s.point)
                fault = first_undefined(tape, BALLS, values)
                if not (s.exists and fault) or is_power(tape, fault.node):
                    continue
                if s.slope.is_finite() or self.has_limit(tape, s):
                    found[condition(tape, fault.node, fault.margin)] = None
        return tuple(found)

    def ends(self, tape: Tape) -> list[SamplePoint]:
        """Spots where a margin of a tape is 0 that no sample point has met, and beside them."""
        rows = [(i, margin) for i, op in enumerate(tape.ops) if op
                for margin in (*op.domain, *(op.kinks if tape.active[i] else ()))]  # fmt: skip
        small = rows[:MOST_MARGINS] if len(tape) <= MOST_NODES else ()
        runs = [forward(tape, BALLS, s.point) for s in self.spots] if small else []
        names = [self.name, *(v for v in tape.variables[:MOST_NAMES] if v != self.name)]
        found = ((self.about(tape, runs, i, margin, name) for name in names) for i, margin in small)
        return [spot for each in found for spot in next(filter(None, each), ())]

    def about(
        self, tape: Tape, runs: Sequence[list[Any]], i: int, margin: Margin, name: str
    ) -> list[SamplePoint]:
        """Along a variable: beside a margin's zero on either side, and at it where all is well."""

        def size(values: Sequence[Any]) -> arb:
            return arb(margin.of(BALLS, *(values[j] for j in tape.args[i])))

        if margin.kind in ("integer", "not integer"):
            return []
        sizes = [(size(run), s.point) for run, s in zip(runs, self.spots)]
        for (x, _), spot, run in zip(sizes, self.spots, runs):
            if x.is_zero() or (margin.kind in ("> 0", ">= 0") and x < 0):
                fault = first_undefined(tape, BALLS, run)
                if spot.exists or (tape is self.tape and fault and fault.node == i):
                    return []  # a sample point has met it where all else is well
        near = sorted((not self.spots[k].exists, abs(float(x)), k)  # where f is, all else is well
                      for k, (x, _) in enumerate(sizes) if x.is_finite())  # fmt: skip
        starts: dict[float, Mapping[str, Any]] = {}
        for _, _, k in near:
            starts.setdefault(float(sizes[k][1][name]), sizes[k][1])
        if len(starts) < 2:
            return []
        line, other, *_ = starts.values()
        at = secant_zero(lambda x: size(forward(tape, BALLS, {**line, name: x})),
                         other[name], line[name])  # fmt: skip
        return [] if at is None else self.around(line, name, at, i, margin)

    def around(
        self, line: Mapping[str, Any], name: str, at: arb, i: int, margin: Margin
    ) -> list[SamplePoint]:
        steps = (side * BESIDE_AN_END * (abs(at) if at else 1) for side in (1, -1))
        sides = [self.spot({**line, name: arb(nearest(at + step))}) for step in steps]
        short = arb(nearest(at))
        if at.is_zero() or abs(short - at) < arb(2) ** -60 * abs(at):
            return [*sides, self.spot({**line, name: short})]
        point = {**line, name: arb(at.mid(), WIDTH_OF_AN_END)}
        inside = all(s.exists for s in sides)  # then f has a value between them, at a closed end
        there = SamplePoint(point, inside and margin.kind != "!= 0", NONE, end=(i, margin))
        return [*sides, there] if inside or margin.kind == "!= 0" else sides

    def has_limit(self, form: Tape, spot: SamplePoint) -> bool:
        """Whether the form tends to one number beside the spot, wherever f has a value there."""
        near = []
        for step in NEARER:
            there = {**spot.point, self.name: spot.point[self.name] + step}
            values = forward(self.tape, BALLS, there)
            if first_undefined(self.tape, BALLS, values) is None:
                near.append(value(form, there))
        return len(near) > 1 and all(
            v is not None and abs(v - near[0]) < SAME_LIMIT for v in near  # type: ignore[operator]
        )


def secant_zero(size: Callable[[arb], arb], before: arb, here: arb) -> arb | None:
    """Where a margin becomes 0, by the secant method; None where it does not settle."""
    last = arb(size(before).mid())
    for _ in range(MOST_SECANTS):
        now = arb(size(here).mid())
        if not now.is_finite():
            here = (before + here) / 2
            continue
        step = now * (here - before) / (now - last)
        before, last, here = here, now, arb((here - step).mid())
        if not step.is_finite():
            return before if now.is_zero() else None
        if abs(step) < WIDTH_OF_AN_END * (1 + abs(here)):
            return here
    return None


def strictest(conditions: Iterable[str]) -> tuple[str, ...]:
    """Those that no other one implies: x > 7 says more than x >= 7."""
    strict = {c: c.replace(">=", ">").replace("<=", "<") for c in conditions}
    return tuple(c for c, alone in strict.items() if alone == c or alone not in strict)


def variables(reference: Reference | None) -> Iterator[str]:
    """The variables of SymPy's side: some have vanished from ours, as x from sin^2 + cos^2."""
    return (rest for head, rest in (reference.steps if reference else ()) if head == "variable")


def inside(margin: Margin) -> Margin:
    """A closed end of a domain without the end itself."""
    return Margin("> 0", margin.of) if margin.kind == ">= 0" else margin


def corners(tape: Tape) -> dict[tuple[int, Margin], None]:
    """Where a tape may have kinks and jumps: its active rows and their margins."""
    rows = ((i, op) for i, op in enumerate(tape.ops) if op and tape.active[i])
    return {(i, margin): None for i, op in rows for margin in op.kinks}


def is_power(tape: Tape, i: int) -> bool:
    """x^(n - 1), whose only hole is 0^0: every reader has 1 there."""
    op = tape.ops[i]
    return op is not None and op.family == "power"


def condition(tape: Tape, i: int, margin: Margin) -> str:
    """A margin of a tape in words of its formula: x > 0."""
    graphs = Graphs()
    nodes = on_paper(tape, graphs)
    x = [nodes[j] for j in tape.args[i]]
    try:
        of = margin.of(graphs, *x)
    except TypeError:  # the gap of max and min is no graph
        return no_tie([graphs.lift(a) for a in x])
    found = tidy([graphs.lift(of)])[0]
    excuse = margin.unless
    nothing = found.op is OPS["sub"] and same(*found.args)  # x - x
    if excuse is not None and (nothing or is_literal(found)):  # it never holds: its excuse must
        within = replace(excuse, kind="> 0" if excuse.kind == ">= 0" else excuse.kind)
        return condition(tape, i, within)
    return stated(found, margin.kind)


def no_tie(x: list[Value]) -> str:
    """What max and min ask for: x != 0, not 0 != x."""
    x.sort(key=is_literal)
    if len(x) > 2:
        return f"no two of {', '.join(map(text, x))} tie"
    return stated(tidy([x[0] - x[1]])[0], "= 0")


def stated(of: Value, kind: str) -> str:
    """`1 - x >= 0` as a reader has it: x <= 1."""
    relation = {"= 0": "!= 0", "jump": "!= 0"}.get(kind, kind).removesuffix(" 0")
    if relation == "not integer":
        return f"{text(of)} is not 0, -1, -2, ..."
    of, relation = bare(of, relation)
    if of.op in (OPS["sinpi"], OPS["cospi"]) and relation == "!=":
        (u,) = of.args if of.op is OPS["sinpi"] else tidy([of.args[0] + Graphs().ratio(1, 2)])
        return say("{u} is no whole number", u=Figures(text(u)))
    if relation == "integer" or not of.op or not is_comparison(of):
        return f"{text(of)} {relation}" + " 0" * (relation != "integer")
    left, right = of.args if of.op is OPS["sub"] else (of.args[1], negation(of.args[0]))
    if of.op is OPS["add"] and is_literal(of.args[1]):
        left, right = of.args[0], negation(of.args[1])
    if is_literal(left) and relation in MIRRORED:
        left, relation, right = right, MIRRORED[relation], left
    return f"{text(left)} {relation} {text(right)}"


def bare(of: Value, relation: str) -> tuple[Value, str]:
    """2*x^3 > 0 as x > 0: without positive factors, signs and odd powers."""
    while of.op and relation in MIRRORED:
        name, args = of.op.name, of.args
        even = name == "abs" or (name == "powi" and args[1].label % 2 == 0)
        if even and relation in (">", "!="):
            of, relation = args[0], "!="  # a square is positive unless it is 0
        elif name == "sqrt" and relation in (">", "!="):
            of, relation = args[0], ">"
        elif name == "neg":
            of, relation = args[0], MIRRORED[relation]
        elif name == "cbrt" or (name == "powi" and not even):
            of = args[0]
        elif name == "mul" and any(map(is_positive, args)):
            of = args[is_positive(args[0])]
        elif name == "div" and is_positive(args[1]):
            of = args[0]
        else:
            break
    return of, relation


def is_positive(v: Value) -> bool:
    return (is_literal(v) and v.label > 0) or v.op in (OPS["exp"], OPS["pi"], OPS["e"])


def is_comparison(of: Value) -> bool:
    """a - b, x + 1: what is better said as a > b, x > -1."""
    return of.op is OPS["sub"] or (of.op is OPS["add"] and any(map(is_literal, of.args)))


def negation(v: Value) -> Value:
    return tidy([-v])[0]


MIRRORED = {">": "<", ">=": "<=", "<": ">", "<=": ">=", "!=": "!="}


def value(tape: Tape, point: Mapping[str, Any]) -> arb | None:
    """A form's ball, or None where it has no value."""
    values = forward(tape, BALLS, point)
    found = arb(values[tape.roots[0]])
    return found if found.is_finite() and first_undefined(tape, BALLS, values) is None else None


def agrees(found: arb | None, slope: arb) -> bool | None:
    """Whether a ball is the slope to 30 digits; None where it is too wide to tell."""
    if found is None or not found.overlaps(slope):
        return False
    return True if found.rad() <= EQUAL_FORMS * (1 + abs(slope)) else None


TRUTH_BITS = (512, 4096)  # the second for what cancels: e^-x/(1 + e^-x) at -800
LOST = 2.0**-39  # relative: some 1e4 ulps; a formula that is ten times longer loses as much
MUST_KEEP = 2.0**-43  # what the engine's gradient must keep, or the point is hard for everybody
NOT_SUBNORMAL = 2.0**-1000
# Ordinary saturation first, since the first fault is the one that is told.
PROBES = (40.0, -40.0, 20.0, -20.0, 3.0, 800.0, -800.0, 1100.0, -1100.0, 1e-12, 1e-8, 1e-5, 1e16,
          -1e16, 1e100, 1e-170, 1e200, -1e200, 1 - 2.0**-30, 2.0**-30 - 1,
          1 + 2.0**-30)  # fmt: skip
ORDINARY_SIZE = 1_100  # up to here a form is at fault even where the engine's own floats overflow
OTHERS_STAND_AT = 0.625  # the other variables, when one is far away


@dataclass(frozen=True, slots=True)
class FloatFault:
    """A point at which a form's float is not the derivative."""

    point: dict[str, float]
    got: float
    true: float
    engine_keeps: bool  # whether the engine's own gradient is good there

    @property
    def sentence(self) -> Sentence:
        where = ", ".join(f"{name} = {shown(x)}" for name, x in self.point.items())
        digits = 4 if f"{self.got:.4g}" != f"{self.true:.4g}" else 17
        got, true = (Figures(f"{x:.{digits}g}") for x in (self.got, self.true))
        told = say("in floats this form gives {got} at {point}, the derivative is {true}",
                   got=got, point=Figures(where), true=true)  # fmt: skip
        if not self.engine_keeps:
            return told
        return say("{told}; code and gradients keep it", told=told)


def shown(x: float) -> str:
    """A float in few digits, but not 1 for what is next to 1."""
    return f"{x:g}" if float(f"{x:g}") == x else f"{x:.10g}"


def probes(names: tuple[str, ...], name: str) -> Iterator[dict[str, float]]:
    """One variable far away, then all of them, at different multiples."""
    for x in PROBES:
        yield {v: x if v == name else OTHERS_STAND_AT for v in names}
        if len(names) > 1:
            yield {v: x * (1 + k / 2) for k, v in enumerate(names)}


class FloatCheck:
    """The derivative of f by one variable where floats are put to the test."""

    def __init__(self, root: Value, name: str) -> None:
        self.tape = Tape.of([root], wrt=[name])
        self.name = name

    @cached_property
    def truths(self) -> list[tuple[dict[str, float], float, bool]]:
        """Points, the true derivative there, and whether the engine's float gradient has it.

        Far out, a form is only asked for what the engine's own gradient keeps.
        """
        found = []
        for point in probes(self.tape.variables, self.name):
            true = self.truth(point)
            if true is not None and math.isfinite(true):
                keeps = self.engine_keeps(point, true)
                if keeps or max(map(abs, point.values())) <= ORDINARY_SIZE:
                    found.append((point, true, keeps))
        return found

    def truth(self, point: dict[str, float]) -> float | None:
        """The derivative at a point, to the nearest float; None where it is unknown."""
        balls = (self.slope(point, bits) for bits in TRUTH_BITS)
        return next((nearest(s) for s in balls if s.is_exact() or s.rel_accuracy_bits() > 60), None)

    def slope(self, point: dict[str, float], bits: int) -> arb:
        with precision(bits):
            values = forward(self.tape, BALLS, {v: exact(x) for v, x in point.items()})
            if first_undefined(self.tape, BALLS, values) is not None:
                return arb("nan")
            return arb(gradient(self.tape, BALLS, values).get(self.name, 0))

    def engine_keeps(self, point: dict[str, float], true: float) -> bool:
        values = forward(self.tape, FLOATS, point)
        slope = float(gradient(self.tape, FLOATS, values).get(self.name, 0))
        return is_close(slope, true, MUST_KEEP)

    def fault(self, form: Value) -> FloatFault | None:
        """The first point at which the form's float is not the derivative."""
        tape = Tape.of([form])
        for point, true, keeps in self.truths:
            got = float(forward(tape, FLOATS, point)[tape.roots[0]])
            if not is_close(got, true, LOST):
                return FloatFault(point, got, true, keeps)
        return None


def is_close(got: float, true: float, relative: float) -> bool:
    """Whether a float is the truth up to a relative error; subnormal numbers are as good as 0."""
    if not math.isfinite(got):
        return False
    return abs(got - true) <= max(relative * abs(true), NOT_SUBNORMAL)
