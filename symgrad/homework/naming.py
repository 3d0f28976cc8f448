"""Name the mistakes behind a wrong answer, likeliest first.

- `named(question, answer, comparison)` are the explanations: (code, node), each confirmed; where
  nothing explains the answer, `unknown`.
- `both(question, yours)` is the likeliest pair of common mistakes that gives the answer, if any; it
  is looked for only where one does not explain it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import combinations
from typing import NamedTuple

from flint import arb

from ..arithmetic.balls import precision
from ..engine import Tape, order
from ..ops import OPS
from ..value import Value, is_literal
from .comparing import Comparison
from .left_out import beside_nothing, left_out
from .mistakes import Node, exponent_stays
from .reading import ReadAnswer
from .sought import SLOPE_BITS, Sought, evaluated
from .variations import Mistakes, Variation, before, explained, matches, mistakes
from .whole_answers import (
    Curve,
    curve_of,
    each_part_twice,
    misread,
    repeated_rules,
    unchained,
    whole,
)
from .wrong_numbers import lost, near, respelled, rounded, scaled, slipped

# How common a mistake is among those that fit the same function: the teachers' own counts in
# STACK's library where they have one, ordered by judgement elsewhere.
WEIGHT = {
    "missing_term": 80.5, "constant_added": 200, "copied": 75, "not_differentiated_enough": 150,
    "taylor_polynomial": 36,
    "rounded_constant": 130, "degrees": 120, "integrated": 62, "domain_sign": 96, "branch": 95,
    "part_only": 95, "chain_rule": 80, "quotient_order": 78, "quotient_of_derivatives": 74,
    "product_of_derivatives": 72, "product_rule_missing_term": 70, "log_base": 69,
    "power_rule_on_exponential": 69, "exponential_rule": 68, "exponent_not_reduced": 66,
    "power_rule": 62, "quotient_denominator_not_squared": 61, "constant_factor": 62.2,
    "chain_rule_inner_only": 62.1, "inner_derivative_in_exponent": 60, "product_rule_mixed": 58,
    "sign": 63, "inner_argument_lost": 56,
    "wrong_table_entry": 54, "constant_kept": 64, "constant_treated_as_variable": 52,
    "quotient_wrong_denominator": 51, "missing_root": 55, "wrong_variable": 60, "negative": 62.5,
    "second_derivative": 62.9, "near_miss": 33.5, "arithmetic_slip": 34, "answered_numerically": 56,
    "linear_term_kept": 66, "all_variables": 65, "lost_factor": 36, "lost_term": 36,
    "shortened_part": 36, "term_by_term": 55.8, "chain_rule_twice": 55.5, "mixed_partial": 35,
    "power_misread": 50, "unknown": 0,
}  # fmt: skip
LAST_RESORT = 20  # f' + c: every wrong constant term is that, so that any other reason is better
TERM_TURNED = 45
READ_OVER = 58.5  # a minus, in all of f: likelier than a rule that is mixed up
OF_A_TERM = {"sign_of_term": "sign", "missing_term": "missing_term",
             "integrated_so_often": "integrated"}  # fmt: skip
FEEBLE = 36  # a slip or less: no rule explains the answer
BELOW_SLIPS = 33
LOST_FACTOR = 36
LOST_BESIDE = 61
POWERS_REPEATED = 44  # some of these rules are those for integrals
DEEPER = 0.985  # what one level further down costs


class Named(NamedTuple):
    """One explanation; no node stands for the whole answer."""

    code: str
    node: Value | None
    score: float
    together: bool = False  # with the next one: two mistakes at once


def named(question: Sought, answer: ReadAnswer, found: Comparison) -> list[Named]:
    """All that explains the answer, once each, likeliest first."""
    if not question.has_places:  # a derivative of high order, and a long one
        return [Named("unknown", None, 0.0)]
    yours = curve_of(question, answer.root)
    names: list[Named] = []
    with precision(SLOPE_BITS), suppress(ValueError, ArithmeticError):  # numbers out of all range
        names.extend(_found(question, answer, found, yours))  # with these bits: a minus rounds
        slip = Named("arithmetic_slip", None, WEIGHT["arithmetic_slip"])
        if _is_power_inside(question, names):
            names += _beside_nothing(question, yours)
        if answer.of_integral:  # nobody adds a C to another story
            names = [n for n in names if n.code == "integrated"] or names
        by_a_rule = [n for n in names if n.score > slip.score]
        names = by_a_rule or names  # what is less likely than a slip is no second thought
        if not answer.constant and _slips(question, answer, yours, bool(by_a_rule)):
            names += [slip, *(() if by_a_rule else _left_out(question, answer, yours))]
    best: dict[tuple[str, Value | None], Named] = {}
    for name in sorted(names, key=lambda n: -n.score):
        best.setdefault((name.code, name.node), name)
    likely = list(best.values())
    searches = (_repeated, _two, _earlier) if not answer.constant else ()
    for search in searches:
        likely = likely or search(question, yours)
    if not likely and not answer.constant:
        likely = _left_out(question, answer, yours)
    return likely or [Named("unknown", None, 0.0)]


def _is_power_inside(question: Sought, names: list[Named]) -> bool:
    """Whether all that is known is a power below the top, of which nearly anything can be said."""
    return bool(names) and all(
        n.code == "power_rule" and n.node not in (None, question.f.root) for n in names
    )


def _beside_nothing(question: Sought, yours: Curve) -> list[Named]:
    """u'v + v' for (uv)': a factor is not there beside the derivative of the other."""
    count = len(mistakes(question).spots)
    return [Named("lost_factor", v.node.args[k], LOST_BESIDE)
            for k, v in beside_nothing(question) if matches(yours, v.at, count)]  # fmt: skip


def _repeated(question: Sought, yours: Curve) -> list[Named]:
    """One wrong rule, wherever it applies."""
    known = mistakes(question)
    for group in repeated(known):
        if not question.in_time(0.5):
            break
        if matches(yours, lambda k, group=group: slope(known, group, k), len(known.spots)):  # type: ignore[misc]
            return [Named(v.code, v.node, WEIGHT[v.code], together=True) for v in group]
    return []


def repeated(known: Mistakes) -> list[list[Variation]]:
    """Of every code the same wrong rule at all nodes that have it, where these are several."""
    rules: dict[tuple[str, int], dict[int, Variation]] = {}
    seen: Counter[tuple[int, str]] = Counter()
    for v in known.all:
        if v.graph == 0 and v.code in EVERYWHERE:
            n = seen[v.index, v.code]
            seen[v.index, v.code] += 1
            for code in dict.fromkeys((v.code, EVERYWHERE[v.code])):
                rules.setdefault((code, n), {})[v.index] = v
    likely = sorted(rules, key=lambda rule: -WEIGHT[rule[0]])
    return [list(rules[rule].values()) for rule in likely if len(rules[rule]) > 1]


def _earlier(question: Sought, yours: Curve) -> list[Named]:
    """A mistake in the first of two derivatives, the second taken rightly."""
    if question.order != 2 or not question.in_time(0.5):
        return []
    with precision(SLOPE_BITS):
        found = [Named(v.code, v.node, WEIGHT[v.code] * DEEPER**v.depth)
                 for v in before(question, yours)]  # fmt: skip
    return sorted(found, key=lambda n: -n.score)


def _two(question: Sought, yours: Curve) -> list[Named]:
    """Two common mistakes at once, the one nearer the top first."""
    if not question.in_time(0.5):
        return []
    found = both(question, yours)
    two = [Named(v.code, v.node, WEIGHT[v.code], together=True) for v in found or ()]
    return two or _at_one_power(question, yours)


def _at_one_power(question: Sought, yours: Curve) -> list[Named]:
    """n*v^n*u' for (u^n)', v the variable: the exponent stayed, and the inner function got lost."""
    known = mistakes(question)
    for i, node in enumerate(known.graphs[0].nodes):
        if node.op and node.op.constant_power and known.graphs[0].varies[i]:
            wrong = Variation("inner_argument_lost", exponent_stays, 0, i, known)
            if matches(yours, wrong.at, len(known.spots)):
                return [Named(code, node, WEIGHT[code], together=True)
                        for code in ("exponent_not_reduced", wrong.code)]  # fmt: skip
    return []


def _left_out(question: Sought, answer: ReadAnswer, yours: Curve) -> list[Named]:
    """A factor or a summand of the derivative that is not there."""
    with precision(SLOPE_BITS), suppress(ValueError, ArithmeticError):
        found = left_out(question, answer.root, yours) if question.in_time(0.5) else None
        if found is not None:
            return [Named(found.code, found.node, WEIGHT[found.code])]
    return []


def _found(
    question: Sought, answer: ReadAnswer, found: Comparison, yours: Curve
) -> Iterator[Named]:
    if found.verdict == "equal_on_part":
        code = _of_part(question, answer, found)
        yield Named(code, None, WEIGHT[code])
        known = mistakes(question)
        if all(yours(k).overlaps(known.slope(k)) for k in range(len(known.spots))):
            return  # it differs only beyond the spots that the claims below are confirmed at
    for code in whole(question, answer, yours):
        if code in OF_A_TERM:  # said as any wrong sign, where no rule explains it
            yield Named(OF_A_TERM[code], None, TERM_TURNED)
            continue
        added = code == "constant_added" and not answer.constant
        yield Named(code, None, LAST_RESORT if added else WEIGHT[code])
    if answer.constant:
        return
    if not question.in_time(0.7):
        return
    if unchained(question, yours):
        yield Named("chain_rule", question.f.root, WEIGHT["chain_rule"])
    for code, curve in each_part_twice(question):
        if matches(yours, curve, len(mistakes(question).spots)):
            yield Named(code, question.f.root, WEIGHT[code])
    for code, node, curve in repeated_rules(question):
        if matches(yours, curve, len(mistakes(question).spots)):
            yield Named(code, node, POWERS_REPEATED if code == "power_rule" else WEIGHT[code])
    for variation in explained(question, yours):
        nowhere = variation.code == "domain_sign" and found.verdict != "equal_on_part"
        code = "sign" if nowhere else variation.code  # |x| with x > 0 assumed, and -1
        yield Named(code, variation.node, _score(question, variation, code))
    for code, node, curve in misread(question):
        if matches(yours, curve, len(mistakes(question).spots)):
            yield Named(code, node, READ_OVER if code in COMMON else WEIGHT[code])
    if lost(question, yours):
        yield Named("constant_factor", None, LOST_FACTOR)  # where no single node explains it
    if rounded(question, answer, coarsely=True):
        yield Named("rounded_constant", None, WEIGHT["rounded_constant"])
    elif near(question, yours):
        yield Named("near_miss", None, WEIGHT["near_miss"])


def _slips(question: Sought, answer: ReadAnswer, yours: Curve, explained_so_far: bool) -> bool:
    """Whether one number is wrong: looked for at length only where no rule explains the answer."""
    if scaled(question, yours) or respelled(question, yours):
        return True
    return not explained_so_far and question.in_time(0.6) and slipped(question, answer.root, yours)


def _score(question: Sought, variation: Variation, code: str) -> float:
    """How likely an explanation is: 2x-5 for x^2-6x+9 rather slips than differentiates the 9."""
    node = variation.node
    number = code == "constant_treated_as_variable" and is_literal(node) and variation.in_a_sum
    if number and not mistakes(question).slope(0).is_zero():
        return BELOW_SLIPS
    return WEIGHT[code] * DEEPER**variation.depth


def _of_part(question: Sought, answer: ReadAnswer, found: Comparison) -> str:
    """What to mind about an answer that is right on a part of the domain only."""
    nodes = [n for n in order([question.f.root]) if n.op]
    rows = {n.op for n in nodes}
    undoing = [n for n in nodes if n.op is OPS["atan2"] or n.op.family == "inverse trigonometric"]
    inside = order([a for n in undoing for a in n.args])
    if len(found.at("different", "undefined")) == 1:  # what is said of a single point
        return "part_only"
    if any(n.op and n.op.family == "trigonometric" for n in inside):
        return "branch"
    tape, wrong = Tape.of([answer.root]), found.at("different")
    with precision(SLOPE_BITS):
        turned = [evaluated(tape, s.balls()).overlaps(-question.slope(s)) for s in wrong]
    return "domain_sign" if OPS["abs"] in rows or (turned and all(turned)) else "part_only"


COMMON = (
    "chain_rule", "sign", "constant_factor", "product_of_derivatives", "product_rule_missing_term",
    "quotient_order", "quotient_of_derivatives", "quotient_denominator_not_squared",
    "exponent_not_reduced", "constant_kept",
)  # fmt: skip
COMMON_TRIED = 45  # of which any two are tried
Pair = tuple[Variation, Variation]
EVERYWHERE = {  # rules that are wrong each time, and those that belong to them
    **{code: code for code in ("chain_rule", "chain_rule_inner_only", "power_rule", "constant_kept",
                               "exponent_not_reduced", "constant_factor", "exponential_rule",
                               "product_of_derivatives", "quotient_of_derivatives")},
    "linear_term_kept": "exponent_not_reduced",
}  # fmt: skip


def both(question: Sought, yours: Callable[[int], arb]) -> Pair | None:
    """The pair whose derivative equals the answer at every spot."""
    known = mistakes(question)
    for pair, first in pairs(question):
        if first.is_finite() and first.overlaps(yours(0)):
            if matches(yours, lambda k, pair=pair: slope(known, pair, k), len(known.spots)):  # type: ignore[misc]
                return pair
    return None


def pairs(question: Sought) -> list[tuple[Pair, arb]]:
    """All pairs at different nodes with their value at the first spot; made once a question."""
    if "pairs" not in question.known:
        known = mistakes(question)
        found = [(pair, slope(known, pair, 0)) for pair in combinations(_common(known), 2)
                 if pair[0].index != pair[1].index]  # fmt: skip
        question.known["pairs"] = found
    return question.known["pairs"]


def _common(known: Mistakes) -> list[Variation]:
    """The common mistakes that change the derivative, those near the top first."""
    wrong = [
        v for v in known.all
        if v.graph == 0 and v.code in COMMON and v.at(0).is_finite()
        and not v.at(0).overlaps(known.slope(0))
    ]  # fmt: skip
    return sorted(wrong, key=lambda v: v.depth)[:COMMON_TRIED]


def slope(known: Mistakes, some: Sequence[Variation], k: int) -> arb:
    """The derivative with several wrong tangents: a forward sweep above the lowest one."""
    graph, s = known.graphs[0], known.sweep(0, k)
    wrong = {v.index: v.tangent for v in some}
    tangents = list(s.tangents)
    with precision(SLOPE_BITS):
        for i in range(min(wrong), len(tangents)):
            op, args = graph.tape.ops[i], graph.tape.args[i]
            if i in wrong:
                x = tuple(s.values[j] for j in args)
                dx = tuple(tangents[j] for j in args)
                varies = tuple(graph.varies[j] for j in args)
                whole = (s.values, tangents)
                node = Node(op, s.values[i], x, dx, s.here, varies, whole)  # type: ignore[arg-type]
                try:
                    tangents[i] = arb(wrong[i](node))
                except (ValueError, ArithmeticError):
                    return arb.nan()
            elif op:
                flow = [(p, tangents[j]) for p, j in zip(s.partials[i], args) if p is not None]
                tangents[i] = sum((arb(p) * t for p, t in flow if not t.is_zero()), arb(0))
    return tangents[graph.tape.roots[0]]

__all__ = ["FEEBLE", "Named", "both", "named", "pairs"]
