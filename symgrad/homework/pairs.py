"""Two mistakes at once, looked for only where one does not explain an answer.

- `both(question, yours)` is the likeliest pair of common mistakes that gives the answer, if any.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

from flint import arb

from ..arithmetic.balls import precision
from .mistakes import Node
from .question import BITS, Question
from .variations import Mistakes, Variation, matches, mistakes

COMMON = (
    "chain_rule", "sign", "constant_factor", "product_of_derivatives", "product_rule_missing_term",
    "quotient_order", "quotient_of_derivatives", "quotient_denominator_not_squared",
    "exponent_not_reduced", "constant_kept",
)  # fmt: skip
MOST = 45  # of which any two are tried
Pair = tuple[Variation, Variation]


def both(question: Question, yours: Callable[[int], arb]) -> Pair | None:
    """The pair whose derivative equals the answer at every spot."""
    known = mistakes(question)
    for pair, first in pairs(question):
        if first.is_finite() and first.overlaps(yours(0)):
            if matches(yours, lambda k, pair=pair: slope(known, pair, k), len(known.spots)):  # type: ignore[misc]
                return pair
    return None


def pairs(question: Question) -> list[tuple[Pair, arb]]:
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
    return sorted(wrong, key=lambda v: v.depth)[:MOST]


def slope(known: Mistakes, pair: Pair, k: int) -> arb:
    """The derivative with two wrong tangents: a forward sweep above the lower one."""
    graph, s = known.graphs[0], known.sweep(0, k)
    wrong = {v.index: v.tangent for v in pair}
    tangents = list(s.tangents)
    with precision(BITS):
        for i in range(min(wrong), len(tangents)):
            op, args = graph.tape.ops[i], graph.tape.args[i]
            if i in wrong:
                x = tuple(s.values[j] for j in args)
                dx = tuple(tangents[j] for j in args)
                varies = tuple(graph.varies[j] for j in args)
                node = Node(op, s.values[i], x, dx, s.here, varies, ())  # type: ignore[arg-type]
                try:
                    tangents[i] = arb(wrong[i](node))
                except (ValueError, ArithmeticError):
                    return arb.nan()
            elif op:
                flow = [(p, tangents[j]) for p, j in zip(s.partials[i], args) if p is not None]
                tangents[i] = sum((arb(p) * t for p, t in flow if not t.is_zero()), arb(0))
    return tangents[graph.tape.roots[0]]


__all__ = ["both", "pairs"]
