"""A graph written down: as typed text, with Unicode letters, in LaTeX, as MathML.

- `text(root)` parses back to the same graph. Above 2,000 characters shared nodes print as
  bindings, `a1 = x^2 + 1; a1*sin(a1)`, since written out they can grow exponentially.
- How a row prints stands in the row of the table; a row added at run time prints as a call.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import count

from ..engine import order
from ..value import Value
from .layout import Style, lengths, spelled, written
from .plain import Text, is_condition

__all__ = ["text"]

LONG = 2_000  # characters; above, shared nodes get names
SHORT = 8  # characters that are not worth a name


def text(root: Value, *, explicit: bool = True) -> str:
    """The text that parses back to this graph, every product with its `*`."""
    return _with_bindings(spelled(root), Text, "{} = {}", "; ")


def _with_bindings(root: Value, style: type[Style], equation: str, between: str) -> str:
    plain = style(root)
    sizes = lengths(root, plain, LONG + 1)
    if sizes[root] <= LONG:
        return written(root, plain)
    plain.names = _names(root, sizes)
    bound = [equation.format(n, written(node, plain)) for node, n in plain.names.items()]
    return between.join([*bound, written(root, plain)])


def _names(root: Value, sizes: dict[Value, int]) -> dict[Value, str]:
    """Names for the nodes that are used more than once, arguments first."""
    nodes = order((root,))
    uses = Counter(a for node in nodes for a in node.args)
    fresh = _fresh({n.label for n in nodes if isinstance(n.label, str)})
    return {
        node: next(fresh)
        for node in nodes
        if uses[node] > 1 and node.op and sizes[node] > SHORT and not is_condition(node)
    }


def _fresh(taken: set[str]) -> Iterator[str]:
    return (name for name in (f"a{i}" for i in count(1)) if name not in taken)
