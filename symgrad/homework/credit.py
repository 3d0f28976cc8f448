"""Credit by term: which terms of a sum, and of the product and quotient rules, are right.

- `credit(question, answer, names)` is between 0 and 1: right terms over all terms.

The terms of the right derivative are compared with those of the answer, multiplied out, at spots;
where the answer is not written term by term, a mistake inside one summand leaves the others right.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from flint import arb

from ..arithmetic.balls import BALLS, precision
from ..engine import Tape, forward, order
from ..value import Value
from .naming import Named
from .reading import ReadAnswer
from .sought import SLOPE_BITS, Sought
from .summands import MOST_TERMS, TERM_SPOTS, Row, expanded, right_terms, summands
from .variations import mistakes


def credit(question: Sought, answer: ReadAnswer, names: Sequence[Named]) -> float:
    """Between 0 and 1, rounded to hundredths."""
    with precision(SLOPE_BITS):
        right = right_terms(question)
        if not right:
            return 0.0
        yours = [] if answer.constant else answer_terms(question, answer.root)
        written = matched(right, yours) if yours else 0.0
        if written == 1:  # right at these spots, and not everywhere
            written -= 1 / len(right)
    return round(max(written, beside(question, names)), 2)


def answer_terms(question: Sought, root: Value) -> list[Row]:
    """The terms of the answer, multiplied out, at the same spots."""
    terms = expanded(root)
    if len(terms) > MOST_TERMS:
        return []
    tape = Tape.of(terms)
    rows = []
    for spot in mistakes(question).spots[:TERM_SPOTS]:
        try:
            values = forward(tape, BALLS, spot.balls())
        except (ValueError, ArithmeticError):
            return []
        rows.append([arb(values[i]) for i in tape.roots])
    return [tuple(column) for column in zip(*rows)]


def matched(right: Sequence[Row], yours: Sequence[Row]) -> float:
    """Right terms found in the answer, over all terms; what is there too much counts as a term."""
    left, free = list(right), list(yours)
    for size in (1, 2, 3):  # a right term as the sum of so many of the answer's
        for term in list(left):
            for some in combinations(free, size):
                if equal(term, total(some)):
                    left.remove(term)
                    free = [t for t in free if not any(t is s for s in some)]
                    break
    for term in list(free):  # and a term of the answer as the sum of several right ones
        for size in (2, 3) if len(left) <= MOST_TERMS else ():
            group = next((g for g in combinations(left, size) if equal(term, total(g))), None)
            if group:
                left = [t for t in left if not any(t is s for s in group)]
                free = [t for t in free if t is not term]
                break
    found = len(right) - len(left)
    surplus = max(0, len(free) - len(left))
    return found / (len(right) + surplus)


def equal(a: Row, b: Row) -> bool:
    return all(x.is_finite() and y.is_finite() and x.overlaps(y) for x, y in zip(a, b))


def total(rows: Sequence[Row]) -> Row:
    found = rows[0]
    for row in rows[1:]:
        found = tuple(x + y for x, y in zip(found, row))
    return found


def beside(question: Sought, names: Sequence[Named]) -> float:
    """The share of the summands that the likeliest mistake lies outside of."""
    first = names[0] if names else None
    known = mistakes(question)
    graph = known.graphs[0]
    if first is None or first.node is None:
        return 0.0
    index = {node: i for i, node in enumerate(graph.nodes)}
    parts = [node for node, _ in summands(graph, index) if graph.varies[index[node]]]
    wrong = [n.node for n in names] if first.together else [first.node]
    hit = [[node for node in parts if place in order([node])] for place in wrong]
    if len(parts) < 2 or any(len(nodes) != 1 for nodes in hit):
        return 0.0
    return 1 - len({nodes[0] for nodes in hit}) / len(parts)


__all__ = ["credit"]
