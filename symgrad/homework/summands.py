"""The right derivative term by term, at the spots of a question.

- `expanded(root)` are the summands of any graph, fractions and products of sums multiplied out.
- `right_terms(question)` are the terms of its sums, and of its product and quotient rules.
- `summands(graph, index)` are the top-level summands of a graph with the constants in front.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb

from ..engine import order
from ..ops import OPS
from ..value import Graphs, Value
from .sought import Sought
from .variations import Graph, Sweep, mistakes

TERM_SPOTS = 6
MOST_TERMS = 10
Row = tuple[arb, ...]  # a term at every spot


def right_terms(question: Sought) -> list[Row]:
    """The terms of the right derivative at the spots: of its sums, products and quotients."""
    if "terms" not in question.known:
        known = mistakes(question)
        graph = known.graphs[0]
        sweeps = [known.sweep(0, k) for k in range(min(TERM_SPOTS, len(known.spots)))]
        index = {node: i for i, node in enumerate(graph.nodes)}
        found: list[Row] = []
        for node, factor in summands(graph, index):
            found += _rule_terms(graph, index, node, factor, sweeps)
        question.known["terms"] = [row for row in found if not all(x.contains(0) for x in row)]
    return question.known["terms"]


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
        minus = (*factor, (SIGN_FACTOR, 1))
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
SIGN_FACTOR = GRAPHS.literal(-1)


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
            value = arb(-1) if constant is SIGN_FACTOR else s.values[index[constant]]
            scale = scale * value if power > 0 else scale / value
        if both and name in ("mul", "div"):
            (a, b), (da, db) = ([x[index[n]] for n in node.args] for x in (s.values, s.tangents))
            terms = [da * b, a * db] if name == "mul" else [da / b, -a * db / (b * b)]
        else:
            terms = [s.tangents[i]]
        rows.append([scale * t for t in terms])
    return [tuple(column) for column in zip(*rows)]


def expanded(root: Value) -> list[Value]:
    """The summands of a graph, fractions and products of sums multiplied out."""
    graphs = Graphs()
    terms: dict[Value, list[Value]] = {}
    for node in order([root]):
        name = node.op.name if node.op else ""
        x = [terms[a] for a in node.args]
        if name in ("add", "sub"):
            second = x[1] if name == "add" else [_minus(graphs, t) for t in x[1]]
            found = x[0] + second
        elif name == "neg":
            found = [_minus(graphs, t) for t in x[0]]
        elif name == "mul" and len(x[0]) * len(x[1]) > 1:
            found = [graphs.node(OPS["mul"], (a, b)) for a in x[0] for b in x[1]]
        elif name == "div" and len(x[0]) > 1:
            found = [graphs.node(OPS["div"], (a, node.args[1])) for a in x[0]]
        else:
            found = [node]
        terms[node] = found if len(found) <= MOST_TERMS else [node]
    return terms[root]


def _minus(graphs: Graphs, term: Value) -> Value:
    return graphs.node(OPS["neg"], (term,))


__all__ = ["MOST_TERMS", "TERM_SPOTS", "Row", "expanded", "right_terms", "summands"]
