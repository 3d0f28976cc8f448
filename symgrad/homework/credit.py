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
from ..value import Graphs, Value
from .expanding import MOST_TERMS, expanded
from .naming import Named
from .question import BITS, Question
from .reading import Answer
from .variations import Graph, Sweep, mistakes

SPOTS = 6
Row = tuple[arb, ...]  # a term at every spot


def credit(question: Question, answer: Answer, names: Sequence[Named]) -> float:
    """Between 0 and 1, rounded to hundredths."""
    with precision(BITS):
        right = right_terms(question)
        if not right:
            return 0.0
        yours = [] if answer.constant else answer_terms(question, answer.root)
        written = matched(right, yours) if yours else 0.0
    return round(max(written, beside(question, names)), 2)


def right_terms(question: Question) -> list[Row]:
    """The terms of the right derivative at the spots: of its sums, products and quotients."""
    if "terms" not in question.known:
        known = mistakes(question)
        graph = known.graphs[0]
        sweeps = [known.sweep(0, k) for k in range(min(SPOTS, len(known.spots)))]
        index = {node: i for i, node in enumerate(graph.nodes)}
        found: list[Row] = []
        for node, factor in summands(graph, index):
            found += _rule_terms(graph, index, node, factor, sweeps)
        question.known["terms"] = [row for row in found if not all(x.contains(0) for x in row)]
    return question.known["terms"]  # type: ignore[no-any-return]


def summands(
    graph: Graph, index: dict[Value, int]
) -> list[tuple[Value, tuple[tuple[Value, int], ...]]]:
    """The top-level summands, each with the constant factors in front: (node, power) pairs."""
    found = []
    stack: list[tuple[Value, tuple[tuple[Value, int], ...]]] = [(graph.nodes[-1], ())]
    while stack:
        node, factor = stack.pop()
        name = node.op.name if node.op else ""
        varies = [graph.varies[index[a]] for a in node.args]
        minus = (*factor, (MINUS_ONE, 1))
        if name == "add":
            stack += [(node.args[1], factor), (node.args[0], factor)]
        elif name == "sub":
            stack += [(node.args[1], minus), (node.args[0], factor)]
        elif name == "neg":
            stack.append((node.args[0], minus))
        elif name == "mul" and not all(varies):
            i = 0 if varies[0] else 1
            stack.append((node.args[i], (*factor, (node.args[1 - i], 1))))
        elif name == "div" and not varies[1]:
            stack.append((node.args[0], (*factor, (node.args[1], -1))))
        else:
            found.append((node, factor))
    return found


GRAPHS = Graphs()
MINUS_ONE = GRAPHS.literal(-1)


def _rule_terms(
    graph: Graph, index: dict[Value, int], node: Value, factor: tuple[tuple[Value, int], ...],
    sweeps: Sequence[Sweep],
) -> list[Row]:  # fmt: skip
    """The derivative of one summand: two terms for a product or quotient, else one."""
    i = index[node]
    name = node.op.name if node.op else ""
    both = len(node.args) == 2 and all(graph.varies[index[a]] for a in node.args)
    rows: list[list[arb]] = []
    for s in sweeps:
        scale = arb(1)
        for constant, power in factor:
            value = arb(-1) if constant is MINUS_ONE else s.values[index[constant]]
            scale = scale * value if power > 0 else scale / value
        if both and name in ("mul", "div"):
            (a, b), (da, db) = ([x[index[n]] for n in node.args] for x in (s.values, s.tangents))
            terms = [da * b, a * db] if name == "mul" else [da / b, -a * db / (b * b)]
        else:
            terms = [s.tangents[i]]
        rows.append([scale * t for t in terms])
    return [tuple(column) for column in zip(*rows)]


def answer_terms(question: Question, root: Value) -> list[Row]:
    """The terms of the answer, multiplied out, at the same spots."""
    terms = expanded(root)
    if len(terms) > MOST_TERMS:
        return []
    tape = Tape.of(terms)
    rows = []
    for spot in mistakes(question).spots[:SPOTS]:
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
        for size in (2, 3):
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


def beside(question: Question, names: Sequence[Named]) -> float:
    """The share of the summands that the likeliest mistake lies outside of."""
    first = names[0] if names else None
    known = mistakes(question)
    graph = known.graphs[0]
    if first is None or first.node is None:
        return 0.0
    index = {node: i for i, node in enumerate(graph.nodes)}
    parts = [node for node, _ in summands(graph, index) if graph.varies[index[node]]]
    hit = [node for node in parts if first.node in order([node])]
    if len(parts) < 2 or len(hit) != 1:
        return 0.0
    return (len(parts) - 1) / len(parts)


__all__ = ["credit", "right_terms"]
