"""Mistakes of whole answers: f itself, its integral, a wrong sign, variable or order, rounding, ...

- `whole(question, answer, yours)` are the codes that the answer as a whole earns.
- `yours(k)` is the answer's ball at spot k; every claim here is confirmed at the spots.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from flint import arb

from ..arithmetic.balls import BALLS, exact, precision
from ..engine import Tape, forward, gradient, order
from ..errors import SymgradError
from ..ops import OPS
from ..value import Graphs, Value, is_literal, rebuilt
from .question import BITS, Question, Spot, evaluated
from .reading import Answer
from .variations import FEWEST, matches, mistakes, unshared

NEAR = 1e-4
FINE = 3000  # bits for the order to which a polynomial agrees
STEPS = (40, 41)  # 2^-40, 2^-41: where that order is read off
MOST_ORDER = 30
CENTRES = (0, 1, -1, 2, "pi/4", "pi/2", "pi")
MOST_NUMBERS = 12
PLAIN_NUMBERS = ("add", "sub", "mul", "div", "neg", "powi", "powr", "pow", "sum", "power_below")
LONG = 300  # nodes of an answer in which one wrong number is looked for
NICE = 60  # the largest denominator of a number that was meant

Curve = Callable[[int], arb]


def whole(question: Question, answer: Answer, yours: Curve) -> Iterator[str]:
    """The codes that fit, one by one; the most telling first."""
    if answer.constant:
        yield "constant_added"
        return
    known = mistakes(question)
    count = len(known.spots)
    same = lambda curve: matches(yours, curve, count)
    slope = known.slope
    if same(lambda k: slope(k) + _offset(yours, slope)):
        yield "constant_added"
    for code, curve in curves(question):
        if same(curve):
            yield code
    if same(lambda k: -slope(k)):
        yield "negative"
    if any(same(lambda k, c=c: slope(k) * c()) for c in DEGREES):  # type: ignore[misc]
        yield "degrees"
    if integrated(question, answer.root):
        yield "integrated"
    if not answer.variables and not question.constant:
        yield "answered_numerically"
    if polynomial(answer.root) and taylor(question, answer.root):
        yield "taylor_polynomial"


DEGREES = (lambda: BALLS.pi() / 180, lambda: 180 / BALLS.pi())


def _offset(yours: Curve, slope: Curve) -> arb:
    with precision(BITS):
        return yours(0) - slope(0)


def curves(question: Question) -> list[tuple[str, Curve]]:
    """f, its other derivatives and its other partials, as functions of the spot; made once."""
    if "curves" not in question.known:
        question.known["curves"] = list(_curves(question))
    return question.known["curves"]  # type: ignore[no-any-return]


def _curves(question: Question) -> Iterator[tuple[str, Curve]]:
    f, wrt, n = question.f, question.wrt, question.order
    yield "copied", _curve(question, f.root)
    for k in range(1, n):
        yield "not_differentiated_enough", _curve(question, f.backpropagated(*[wrt] * k).root)
    try:
        yield "second_derivative", _curve(question, f.backpropagated(*[wrt] * (n + 1)).root)
    except SymgradError:
        pass  # a derivative of that order does not exist for every row
    for name in question.f.variables:
        if name != wrt:
            yield "wrong_variable", _curve(question, f.backpropagated(*[name] * n).root)


def _curve(question: Question, root: Value) -> Curve:
    tape, spots = Tape.of([root]), mistakes(question).spots
    cache: dict[int, arb] = {}

    def at(k: int) -> arb:
        if k not in cache:
            with precision(BITS):
                cache[k] = evaluated(tape, spots[k].balls())
        return cache[k]

    return at


def integrated(question: Question, root: Value) -> bool:
    """Whether the derivative of the answer is f; for an answer that is an antiderivative."""
    tape, spots = Tape.of([root]), mistakes(question).spots
    if question.wrt not in tape.variables:
        return False
    f = _curve(question, question.f.root)

    def slope(k: int) -> arb:
        with precision(BITS):
            return slope_of(tape, question.wrt, spots[k])

    return matches(slope, f, len(spots))


def slope_of(tape: Tape, name: str, spot: Spot) -> arb:
    try:
        return arb(gradient(tape, BALLS, forward(tape, BALLS, spot.balls()))[name])
    except (ValueError, ArithmeticError):  # a parameter that no row takes
        return arb.nan()


# --- polynomials, rounding, slips of one number ---------------------------------------------------


def polynomial(root: Value) -> bool:
    """Whether an answer is a polynomial that varies."""
    active = Tape.of([root]).active
    rows = ("add", "sub", "neg", "mul", "div", "powi")
    for node, varies in zip(order([root]), active):
        if node.op and varies:
            if node.op.name not in rows:
                return False
            if node.op.name == "div" and Tape.of([node.args[1]]).variables:
                return False
            if node.op.name == "powi" and node.args[1].label < 0:
                return False
    return bool(active[-1])


def taylor(question: Question, root: Value) -> bool:
    """Whether a polynomial agrees with the slope at a point to an order above its degree."""
    if len(question.names) > 1 or polynomial(question.f.root):
        return False
    tape = Tape.of([root])
    return any(_touches(question, tape, centre) for centre in CENTRES)


def _touches(question: Question, tape: Tape, centre: Any) -> bool:
    gaps = []
    with precision(FINE):
        middle = _centre(centre)
        for step in STEPS:
            point = {question.wrt: middle + arb(2) ** -step}
            slope = question._slope(point)
            gap = evaluated(tape, point) - slope
            if not gap.is_finite() or gap.contains(0):
                return False
            gaps.append(abs(gap))
        agreement = (gaps[0] / gaps[1]).log() / arb(2).log()
        low, high = (abs(evaluated(tape, {question.wrt: arb(2) ** s})) for s in STEPS)
        degree = (high / low).log() / arb(2).log()
    return bool(degree + 0.5 < agreement < MOST_ORDER)


def _centre(centre: Any) -> arb:
    if isinstance(centre, str):
        return arb.pi() / {"pi/4": 4, "pi/2": 2, "pi": 1}[centre]
    return arb(centre)


def rounded(question: Question, root: Value) -> bool:
    """Whether the decimals of an answer, each within a unit of its last digit, could be exact."""
    wide = widened(root)
    if wide is None:
        return False
    tape, spots = Tape.of([root], label=lambda leaf: wide.get(leaf, leaf.label)), question.spots
    confirmed = 0
    for spot in spots:
        with precision(BITS):
            slope = question.slope(spot)
            yours = evaluated(tape, spot.balls())
            if not yours.is_finite() or not yours.overlaps(slope):
                return False
            confirmed += bool(abs(yours.rad()) <= 0.02 * abs(slope).abs_upper() or slope.is_zero())
    return confirmed >= FEWEST


def widened(root: Value) -> dict[Value, arb] | None:
    """Every decimal of two digits or more after the point, as the ball of what was rounded to it."""
    found = {}
    for node in order([root]):
        if is_literal(node):
            places = decimals(Fraction(node.label))
            if places is not None and places >= 2:
                unit = exact(Fraction(1, 10**places))
                found[node] = exact(node.label) + arb(0, 1) * unit
    return found or None


def decimals(number: Fraction) -> int | None:
    """How many digits a decimal fraction has after its point; None for other fractions."""
    for places in range(60):
        if (number * 10**places).denominator == 1:
            return places
    return None


def near(question: Question, yours: Curve) -> bool:
    """Relatively closer than 1e-4 everywhere."""
    known = mistakes(question)
    seen = 0
    for k in range(len(known.spots)):
        mine, slope = yours(k), known.slope(k)
        if not mine.is_finite():
            return False
        if not slope.is_zero():
            if not abs(mine - slope) < NEAR * abs(slope):
                return False
            seen += 1
    return seen >= FEWEST


def slipped(question: Question, root: Value, yours: Curve) -> bool:
    """Whether one number in the right derivative was changed, in the answer's form or in our own."""
    count = len(mistakes(question).spots)
    if any(matches(yours, curve, count) for curve in slips(question)):
        return True
    spots = [s for s in question.spots if not s.far][:6] or question.spots
    tree = unshared(root)[0] or root  # there each number stands for itself
    return len(order([tree])) <= LONG and _slipped(question, tree, spots)


def _slipped(question: Question, root: Value, spots: list[Spot]) -> bool:
    for node in [n for n in order([root]) if is_literal(n)][:MOST_NUMBERS]:
        if question.in_time():
            wanted = _wanted(question, root, node, spots)
            if wanted is not None and _right(question, replaced(root, node, wanted)):
                return True
    return False


def slips(question: Question) -> list[Curve]:
    """The derivative as backpropagation has it, with one number changed; made once a question."""
    if "slips" not in question.known:
        found = []
        slope = question.lower.backpropagated(question.wrt).root
        forms = [form for form in (slope, unshared(slope)[0]) if form is not None]
        for form in forms:
            numbers = [n for n in order([form]) if is_literal(n) and _counts(form, n)]
            for node in numbers[:MOST_NUMBERS]:
                label = Fraction(node.label)
                for wrong in dict.fromkeys((label + 1, label - 1, 2 * label, label + 2)):
                    found.append(_curve(question, replaced(form, node, wrong)))
        question.known["slips"] = found
    return question.known["slips"]  # type: ignore[no-any-return]


def _counts(root: Value, node: Value) -> bool:
    """Whether a literal may be changed: the parameter of a root, a Bessel function, ... may not."""
    return not any(
        n.op and n.op.name not in PLAIN_NUMBERS and node in n.args for n in order([root])
    )


def _wanted(question: Question, root: Value, node: Value, spots: list[Spot]) -> Fraction | None:
    """The number that this literal would have to be, if it is the same at two spots."""
    whole_exponents = [
        n for n in order([root]) if n.op and n.op.name in ("powi", "root") and n.args[1] is node
    ]
    if whole_exponents:
        label = Fraction(node.label)
        tries = [label + d for d in (1, -1, 2, -2, 3, -3)] + [-label]
        if any(n.op and n.op.name == "root" for n in whole_exponents):
            tries = [c for c in tries if c > 0]
        good = [c for c in tries if _right(question, replaced(root, node, c), 2)]
        return good[0] if good else None
    roots = [_solved(question, root, node, spot) for spot in spots[:2]]
    if len(roots) < 2 or None in roots or abs(roots[0] - roots[1]) > 1e-9 * (1 + abs(roots[0])):  # type: ignore[operator]
        return None
    found = Fraction(roots[0]).limit_denominator(NICE)  # type: ignore[arg-type]
    close = abs(float(found) - roots[0]) < 1e-8 * (1 + abs(roots[0]))  # type: ignore[operator]
    return found if close and found != node.label else None


def _solved(question: Question, root: Value, node: Value, spot: Spot) -> float | None:
    """Newton's method for the literal at one spot."""
    name = "the number"
    tape = Tape.of([root], label=lambda leaf: name if leaf is node else leaf.label)
    with precision(128):
        point, slope = spot.balls(), question.slope(spot)
        x = exact(node.label)
        for _ in range(12):
            values = forward(tape, BALLS, {**point, name: x})
            rise = arb(gradient(tape, BALLS, values)[name])
            gap = slope - values[tape.roots[0]]
            if not rise.is_finite() or rise.contains(0) or not gap.is_finite():
                return None
            step = gap / rise
            x = (x + step).mid()
            if abs(step) < 1e-20 * (1 + abs(x)):
                return float(x)
    return None


def replaced(root: Value, node: Value, number: Fraction) -> Value:
    """The graph with one literal changed."""
    graphs = Graphs()
    new: dict[Value, Value] = {}
    for n in order([root]):
        if n is node:
            new[n] = graphs.literal(number)
        elif n.op:
            new[n] = graphs.node(n.op, tuple(new[a] for a in n.args))
        else:
            new[n] = rebuilt((n,), graphs, Graphs.node)[0]
    return new[root]


def _right(question: Question, root: Value, count: int | None = None) -> bool:
    curve = _curve(question, root)
    known = mistakes(question)
    spots = len(known.spots) if count is None else count
    if count is not None:
        return all(curve(k).overlaps(known.slope(k)) for k in range(min(count, len(known.spots))))
    return matches(curve, known.slope, spots)


__all__ = ["OPS", "Curve", "curves", "near", "rounded", "slipped", "whole"]
