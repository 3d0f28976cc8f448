"""An answer term by term.

- `expanded(root)` are the summands of a graph, fractions and products of sums multiplied out.
"""

from __future__ import annotations

from ..engine import order
from ..ops import OPS
from ..value import Graphs, Value

MOST_TERMS = 10


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
