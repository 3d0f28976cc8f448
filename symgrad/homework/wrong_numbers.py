"""Numbers in an answer: constants rounded, one number wrong, all of it close but not equal.

- `rounded(question, answer)`: the decimals, rounded or cut off at their last digit, could be exact.
- `slipped(question, root, yours)`: one number in the right derivative was changed.
- `near(question, yours)`: relatively closer than 1e-4 everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from flint import arb, arb_mat

from ..arithmetic.balls import BALLS, exact, precision
from ..engine import Tape, forward, gradient, order
from ..ops import OPS
from ..value import Graphs, Value, is_literal, substituted
from .reading import ReadAnswer
from .sought import SLOPE_BITS, Sought, Spot, evaluated
from .summands import TERM_SPOTS, right_terms
from .variations import FEWEST_SPOTS, Graph, matches, mistakes, unshared
from .whole_answers import Curve, curve_of, curve_on

NEAR_MISS = 1e-4
CHANGED_NUMBER = "the number"  # a name that no formula has
COARSEST = 0.075  # relative; what a decimal of two digits may be off by
UNITS_ROUNDED = 10  # at least, of the last digit: else it is a coarse rounding, as 0.3
STEPS_TO_NUMBERS = 12
NEWTON_ASIDE = 2.0**-50
LEAST_STEP = 1e-20  # a step of Newton's method after which the numbers are found
FINEST = 5  # the least denominator of a fraction that stands for an irrational number
MOST_NUMBERS = 12  # that are tried out, in one formula
NICE = 60  # the largest denominator of a number that was meant
HUGE = 1e12
SLIP_NODES = 300  # nodes of a formula in which one wrong number is looked for


def rounded(question: Sought, answer: ReadAnswer, *, coarsely: bool = False) -> bool:
    """Whether the decimals of an answer, rounded or cut off, could be exact: also those of one
    digit, if coarsely."""
    root = unshared(answer.root)[0] or answer.root  # there each number stands for itself
    wide = widened(root, irrational(question), places_typed(answer.typed))
    fine = {node: meant for node, meant in wide.items() if not meant.coarse}
    return _rounded(question, root, fine) or (coarsely and _rounded(question, root, wide))


def _rounded(question: Sought, root: Value, wide: Mapping[Value, Meant]) -> bool:
    if not wide:
        return False
    coarse = any(meant.coarse for meant in wide.values())
    plain, spots = Tape.of([root]), question.spots
    tape = Tape.of([root], label=lambda leaf: wide[leaf].ball if leaf in wide else leaf.label)
    confirmed = []
    for spot in spots:
        with precision(SLOPE_BITS):
            slope = question.slope(spot)
            yours = evaluated(tape, spot.balls())
            if not yours.is_finite() and not evaluated(plain, spot.balls()).is_finite():
                continue  # x^(-0.67) for x^(-2/3), where x < 0
            if not yours.is_finite() or not yours.overlaps(slope):
                return False
            fine = coarse or abs(yours.rad()) <= COARSEST * abs(slope).abs_upper()
            confirmed += [spot] if fine or slope.is_zero() else []
    return len(confirmed) >= FEWEST_SPOTS and could_be_exact(question, root, wide, confirmed)


class Meant(NamedTuple):
    """What a number in an answer may stand for: a ball, and the end that is no longer in it."""

    ball: arb
    beyond: Fraction
    coarse: bool = False  # of one digit: 0.3 is rounded where what is meant has no end, as 1/3

    def has(self, number: arb) -> bool:
        if self.coarse and (number * 1000).contains_integer():
            return bool(number.overlaps(self.ball.mid()))
        return self.ball.overlaps(number) and not number.overlaps(exact(self.beyond))


def could_be_exact(
    question: Sought, root: Value, wide: Mapping[Value, Meant], spots: Sequence[Spot]
) -> bool:
    """Whether some numbers that the written ones may stand for give the derivative everywhere.

    They are the zero of a system of equations, one a spot. Where it has many (0.33*1.41) nothing
    speaks against them; nor for them, where one digit is all there is.
    """
    finer = not any(meant.coarse for meant in wide.values())
    names = {node: f"{CHANGED_NUMBER} {k}" for k, node in enumerate(wide)}
    tape = Tape.of([root], label=lambda leaf: names.get(leaf, leaf.label))
    if len(names) > min(MOST_NUMBERS, len(spots)):
        return finer
    numbers = {name: exact(node.label) for node, name in names.items()}
    with precision(SLOPE_BITS):
        try:
            for _ in range(STEPS_TO_NUMBERS):
                step = newton_step(question, tape, numbers, spots[: len(names)])
                numbers = {name: (x + d).mid() for (name, x), d in zip(numbers.items(), step)}
        except (ValueError, ArithmeticError):
            return finer
        if not all(abs(d) < LEAST_STEP for d in step):
            return finer
        settled = {name: x + arb(0, LEAST_STEP) for name, x in numbers.items()}
        return all(meant.has(settled[names[node]]) for node, meant in wide.items()) and all(
            evaluated(tape, {**s.balls(), **settled}).overlaps(question.slope(s)) for s in spots
        )


def newton_step(
    question: Sought, tape: Tape, numbers: Mapping[str, arb], spots: Sequence[Spot]
) -> list[arb]:
    """By how much Newton's method changes the numbers, for the slope at as many spots.

    Quotients of differences do for the partials: an exponent, as a parameter, has none.
    """
    rises, gaps = [], []
    for spot in spots:
        point = {**spot.balls(), **numbers}
        here = evaluated(tape, point)
        aside = [evaluated(tape, {**point, n: x + NEWTON_ASIDE}) for n, x in numbers.items()]
        rises.append([(there - here) / NEWTON_ASIDE for there in aside])
        gaps.append([question.slope(spot) - here])
    return list(arb_mat(rises).solve(arb_mat(gaps)).entries())


def irrational(question: Sought) -> bool:
    """Whether a number in the derivative is none that a fraction can be."""
    if "irrational" not in question.known:
        root = question.lower.backpropagated(question.wrt).root
        numbers = [n for n, varies in zip(order([root]), Tape.of([root]).active) if not varies]
        question.known["irrational"] = any(n.op and not n.op.rational for n in numbers)
    return bool(question.known["irrational"])


def widened(root: Value, fractions: bool, typed: Mapping[Fraction, int]) -> dict[Value, Meant]:
    """Every decimal, and what it may stand for: rounded, or cut off.

    A number cut off at its last digit is less than one unit of that digit further from 0. Where
    `fractions` may stand for other numbers, these, too.
    """
    found = {}
    for node in order([root]):
        if is_literal(node):
            number = Fraction(node.label)
            places = typed.get(abs(number), decimals(number))
            unit = Fraction(1 if number > 0 else -1, 10 ** (places or 0))
            if places and abs(number / unit) < UNITS_ROUNDED and number:
                found[node] = Meant(exact(number) + arb(0, 0.5) * exact(unit), number + unit, True)
            elif places and number:
                ball = exact(number) + arb(0.25, 0.75) * exact(unit)
                found[node] = Meant(ball, number + unit)
        elif fractions and node.op is OPS["div"] and all(map(is_literal, node.args)):
            top, below = (Fraction(a.label) for a in node.args)
            if below >= FINEST:  # 22/7 for pi: closer than 1/7^2
                ball = exact(top) + arb(0, 1) / exact(below)
                found[node.args[0]] = Meant(ball, top + 1 / below)
    return found


def places_typed(text: str) -> dict[Fraction, int]:
    """Of every decimal in a text, how many digits stand after its point: 2.30 has two."""
    return {Fraction(found[0]): len(found[1]) for found in re.finditer(r"\d*\.(\d+)", text)}


def decimals(number: Fraction) -> int | None:
    """How many digits a decimal fraction has after its point; None for other fractions."""
    for places in range(60):
        if (number * 10**places).denominator == 1:
            return places
    return None


def near(question: Sought, yours: Curve) -> bool:
    """Relatively closer than 1e-4 everywhere."""
    known = mistakes(question)
    seen = 0
    for k in range(len(known.spots)):
        mine, slope = yours(k), known.slope(k)
        if not mine.is_finite():
            return False
        if slope.is_zero():
            if not mine.contains(0):
                return False
        else:
            if not abs(mine - slope) < NEAR_MISS * abs(slope):
                return False
            seen += 1
    return seen >= FEWEST_SPOTS


def slipped(question: Sought, root: Value, yours: Curve) -> bool:
    """Whether one number was changed in the right derivative, in the answer's form or in ours."""
    if respelled(question, yours):
        return True
    spots = [s for s in question.spots if not s.far][:6] or question.spots
    tree = unshared(root)[0] or root  # there each number stands for itself
    return len(order([tree])) <= SLIP_NODES and _slipped(question, tree, spots)


def respelled(question: Sought, yours: Curve) -> bool:
    """Whether the derivative in our own form, with one number changed, is the answer."""
    count = len(mistakes(question).spots)
    return any(matches(yours, curve, count) for curve in slips(question))


def scaled(question: Sought, yours: Curve) -> bool:
    """Whether the slope, or one of its terms, has a factor that is off by a short fraction."""
    known = mistakes(question)
    slope = [known.slope(k) for k in range(min(TERM_SPOTS, len(known.spots)))]
    gap = [yours(k) - s for k, s in enumerate(slope)]
    if not all(g.is_finite() for g in gap):
        return False
    for term in (tuple(slope), *right_terms(question)):
        ratios = [1 + g / t for g, t in zip(gap, term)]
        if len(ratios) >= FEWEST_SPOTS and all(r.is_finite() for r in ratios):
            factor = short(float(ratios[0]))
            if factor not in (None, -1, 0, 1) and all(r.overlaps(exact(factor)) for r in ratios):
                return True
    return False


def lost(question: Sought, yours: Curve) -> bool:
    """Whether the answer lacks a constant as a factor, or has it twice, in one term or in all."""
    known = mistakes(question)
    graph, spots = known.graphs[0], range(min(TERM_SPOTS, len(known.spots)))
    slope = [known.slope(k) for k in spots]
    gap = [yours(k) - s for k, s in zip(spots, slope)]
    for i, node in enumerate(graph.nodes):
        number = is_literal(node)  # lost or doubled in all terms at once: else it is a slip
        if node.args or graph.varies[i] or (number and not _in_front(graph, i)):
            continue
        size = [known.sweep(0, k).values[i] for k in spots]
        for term in (slope,) if number else (slope, *right_terms(question)):
            if any(all(g.overlaps(t * f) for g, t, f in zip(gap, term, factors))
                   for factors in ([1 / c - 1 for c in size], [c - 1 for c in size])):  # fmt: skip
                return True
    return False


def _in_front(graph: Graph, i: int) -> bool:
    """Whether a constant is a factor of all of f, in a product or below its bar."""
    users = graph.users.get(graph.nodes[i], [])
    while len(users) == 1 and users[0].op in (OPS["mul"], OPS["div"], OPS["neg"]):
        if users[0] is graph.nodes[-1]:
            return True
        users = graph.users.get(users[0], [])
    return False


def short(x: float) -> Fraction | None:
    """The short fraction nearest to x; None for what no student meant."""
    return Fraction(x).limit_denominator(NICE) if abs(x) < HUGE else None


def _slipped(question: Sought, root: Value, spots: list[Spot]) -> bool:
    for node in [n for n in order([root]) if is_literal(n)][:MOST_NUMBERS]:
        if question.in_time():
            wanted = _wanted(question, root, node, spots)
            if wanted and _right(question, replaced(root, node, wanted)):
                return True
    return False


def slips(question: Sought) -> list[Curve]:
    """The derivative as backpropagation has it, with one number changed; made once a question."""
    if "slips" not in question.known:
        found: list[Curve] = []
        slope = question.lower.backpropagated(question.wrt).root
        for form in (slope, unshared(slope)[0]):
            if form is None or len(order([form])) > SLIP_NODES:
                continue
            numbers = [n for n in order([form]) if is_literal(n) and _counts(form, n)]
            for node in numbers[:MOST_NUMBERS]:
                found += changed(question, form, node)
        question.known["slips"] = found
    return question.known["slips"]


def changed(question: Sought, form: Value, node: Value) -> list[Curve]:
    """A formula with other numbers in the place of one; 0 is none: a term that is gone."""
    label = Fraction(node.label)
    wrong = [label + 1, label - 1, 2 * label, label + 2, label - 2, 10 * label, label + 3]
    numbers = [number for number in dict.fromkeys(wrong) if number != 0]
    tape = Tape.of([form], label=lambda leaf: CHANGED_NUMBER if leaf is node else leaf.label)
    return [curve_on(question, tape, {CHANGED_NUMBER: number}) for number in numbers]


def _counts(root: Value, node: Value) -> bool:
    """Whether a literal may be changed: the parameter of a root, a Bessel function, ... may not."""
    users = [n.op for n in order([root]) if n.op and node in n.args]
    return all(op.rational or op.family == "power" for op in users)


def _wanted(question: Sought, root: Value, node: Value, spots: list[Spot]) -> Fraction | None:
    """The number that this literal would have to be, if it is the same at two spots."""
    whole_exponents = [
        n for n in order([root]) if n.op in (OPS["powi"], OPS["root"]) and n.args[1] is node
    ]
    if whole_exponents:
        label = Fraction(node.label)
        tries = [label + d for d in (1, -1, 2, -2)] + [-label]
        if any(n.op is OPS["root"] for n in whole_exponents):
            tries = [c for c in tries if c > 0]
        good = [c for c in tries if _right(question, replaced(root, node, c), 2)]
        return good[0] if good else None
    first, second = [_solved(question, root, node, spot) for spot in (spots[0], spots[-1])]
    if first is None or second is None or abs(first - second) > 1e-9 * (1 + abs(first)):
        return None
    found = short(first)
    close = found and abs(float(found) - first) < 1e-8 * (1 + abs(first))
    return found if close and found != node.label else None


def _solved(question: Sought, root: Value, node: Value, spot: Spot) -> float | None:
    """Newton's method for the literal at one spot."""
    tape = Tape.of([root], label=lambda leaf: CHANGED_NUMBER if leaf is node else leaf.label)
    with precision(128):
        point, slope = spot.balls(), question.slope(spot)
        x = exact(node.label)
        for _ in range(12):
            values = forward(tape, BALLS, {**point, CHANGED_NUMBER: x})
            rise = arb(gradient(tape, BALLS, values)[CHANGED_NUMBER])
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
    return substituted(root, {node: Graphs().literal(number)})


def _right(question: Sought, root: Value, count: int | None = None) -> bool:
    curve = curve_of(question, root)
    known = mistakes(question)
    spots = len(known.spots) if count is None else count
    if count is not None:
        return all(curve(k).overlaps(known.slope(k)) for k in range(min(count, len(known.spots))))
    return matches(curve, known.slope, spots)


__all__ = ["lost", "near", "respelled", "rounded", "scaled", "slipped"]
