"""Name the mistakes behind a wrong answer, likeliest first.

- `named(question, answer, comparison)` are the explanations: (code, node), each confirmed; where
  nothing explains the answer, `unknown`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

from flint import arb

from ..arithmetic.balls import precision
from ..engine import Tape, order
from ..value import Value
from .answers import Curve, whole
from .comparing import Comparison
from .numbers import near, rounded, slipped
from .pairs import both
from .question import BITS, Question, evaluated
from .reading import Answer
from .variations import explained, mistakes

# How common a mistake is among those that fit the same function: the teachers' own counts in
# STACK's library where they have one, ordered by judgement elsewhere.
WEIGHT = {
    "missing_term": 85, "constant_added": 200, "copied": 75, "not_differentiated_enough": 150,
    "taylor_polynomial": 140,
    "rounded_constant": 130, "degrees": 120, "integrated": 62, "domain_sign": 96, "branch": 95,
    "chain_rule": 80, "quotient_order": 78, "quotient_of_derivatives": 74,
    "product_of_derivatives": 72, "product_rule_missing_term": 70, "log_base": 69,
    "power_rule_on_exponential": 69, "exponential_rule": 68, "exponent_not_reduced": 66,
    "power_rule": 62, "quotient_denominator_not_squared": 61, "constant_factor": 62.2,
    "chain_rule_inner_only": 59, "product_rule_mixed": 58, "sign": 63, "inner_argument_lost": 56,
    "wrong_table_entry": 54, "constant_kept": 64, "constant_treated_as_variable": 52,
    "quotient_wrong_denominator": 51, "missing_root": 50, "wrong_variable": 60, "negative": 62.5,
    "second_derivative": 64, "near_miss": 35, "arithmetic_slip": 34, "answered_numerically": 56,
    "linear_term_kept": 66, "all_variables": 65, "unknown": 0,
}  # fmt: skip
LAST_RESORT = 20  # f' + c: every wrong constant term is that, so that any other reason is better
TERM_TURNED = 45
DEEPER = 0.985  # what one level further down costs
PERIODIC = ("asin", "acos", "atan", "acot", "asec", "acsc", "atan2")


class Named(NamedTuple):
    """One explanation; no node stands for the whole answer."""

    code: str
    node: Value | None
    score: float
    together: bool = False  # with the next one: two mistakes at once


def named(question: Question, answer: Answer, found: Comparison) -> list[Named]:
    """All that explains the answer, once each, likeliest first."""
    yours = curve(question, answer.root)
    names: list[Named] = []
    with precision(BITS), suppress(ValueError, ArithmeticError):  # numbers out of all range
        names.extend(_found(question, answer, found, yours))  # under BITS: a minus already rounds
    best: dict[tuple[str, Value | None], Named] = {}
    for name in sorted(names, key=lambda n: -n.score):
        best.setdefault((name.code, name.node), name)
    return list(best.values()) or _two(question, answer, yours) or [Named("unknown", None, 0.0)]


def _two(question: Question, answer: Answer, yours: Curve) -> list[Named]:
    """Two common mistakes at once, the one nearer the top first."""
    if answer.constant or not question.in_time(0.5):
        return []
    found = both(question, yours)
    return [Named(v.code, v.node, WEIGHT[v.code], together=True) for v in found or ()]


def curve(question: Question, root: Value) -> Curve:
    """The answer as a function of the spot."""
    tape, spots = Tape.of([root]), mistakes(question).spots
    known: dict[int, arb] = {}

    def at(k: int) -> arb:
        if k not in known:
            point = spots[k].balls() if set(tape.variables) <= set(question.names) else None
            with precision(BITS):
                known[k] = arb.nan() if point is None else evaluated(tape, spots[k].balls())
        return known[k]

    return at


def _found(question: Question, answer: Answer, found: Comparison, yours: Curve) -> Iterator[Named]:
    if found.verdict == "equal_on_part":
        code = "branch" if _branches(question) else "domain_sign"
        yield Named(code, None, WEIGHT[code])
        if all(spot not in question.spots for spot in found.at("different", "undefined")):
            return  # it differs only beyond the spots that the claims below are confirmed at
    for code in whole(question, answer, yours):
        if code == "sign_of_term":  # said as any wrong sign, where no rule explains it
            yield Named("sign", None, TERM_TURNED)
            continue
        added = code == "constant_added" and not answer.constant
        yield Named(code, None, LAST_RESORT if added else WEIGHT[code])
    if answer.constant:
        return
    if not question.in_time(0.7):
        return
    for variation in explained(question, yours):
        score = WEIGHT[variation.code] * DEEPER**variation.depth
        yield Named(variation.code, variation.node, score)
    if rounded(question, answer.root):
        yield Named("rounded_constant", None, WEIGHT["rounded_constant"])
    elif near(question, yours):
        yield Named("near_miss", None, WEIGHT["near_miss"])
    if question.in_time(0.6) and slipped(question, answer.root, yours):
        yield Named("arithmetic_slip", None, WEIGHT["arithmetic_slip"])


def _branches(question: Question) -> bool:
    return any(n.op and n.op.name in PERIODIC for n in order([question.f.root]))


__all__ = ["Named", "curve", "named"]
