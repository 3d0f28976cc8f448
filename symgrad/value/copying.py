"""Copies of a graph, deep ones and pickles, without recursion and in linear time.

- `deepcopied(value, memo)` is a graph of its own; what `memo` has already is not made again.
- `reduced(value)` is what pickle wants: flat columns, from which `regrown` makes the graph again.

A node is anything with the parts of a `Value`; its class stands above and is handed down.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..engine import order
from ..ops import OPS, Op
from .own import Own


def deepcopied(value: Any, memo: dict[int, Any]) -> Any:
    """Every node under a value once more, with its gradient."""
    nodes = order((value,))
    rows(nodes)
    for node in nodes:
        if id(node) not in memo:
            args = tuple([memo[id(a)] for a in node.args])
            memo[id(node)] = placed(type(node), node.op, node.data, node.grad, args, node.label)
    return memo[id(value)]


def reduced(value: Any) -> tuple[Any, ...]:
    """A leaf as it is; a graph as columns over its nodes, in which leaves keep their identity."""
    kind = type(value)
    if value.op is None:
        return placed, (kind, None, value.data, value.grad, (), value.label)
    nodes = order((value,))
    index = {node: i for i, node in enumerate(nodes)}
    inner = [n for n in nodes if n.op]
    counts = [len(n.args) if n.op else -1 for n in nodes]
    args = [index[a] for n in inner for a in n.args]
    leaves = [plain(n) for n in nodes if not n.op]
    columns = rows(nodes), [n.data for n in inner], [n.grad for n in inner]
    return regrown, (kind, leaves, counts, args, *columns)


def plain(leaf: Any) -> Any:
    """A leaf as it is; a literal, of which there are many and none is special, as its parts."""
    named = leaf.label is None or isinstance(leaf.label, str)
    return leaf if named else (leaf.data, leaf.grad, (), leaf.label)


def rows(nodes: Iterable[Any]) -> list[str]:
    """The rows' names. Raises UsageError where an operation is known to its own node only."""
    ops = [node.op for node in nodes if node.op]
    for op in ops:
        if type(op) is Own:
            op.__reduce__()
    return [op.name for op in ops]


def placed(
    kind: Any, op: Op | None, data: Any, grad: Any, args: tuple[Any, ...], label: Any
) -> Any:
    """A Value from all its parts."""
    value = kind.__new__(kind)
    value.op, value.data, value.grad, value.args, value.label = op, data, grad, args, label
    return value


def regrown(
    kind: Any, leaves: Iterable[Any], counts: Iterable[int], args: Iterable[int],
    names: Iterable[str], data: Iterable[Any], grads: Iterable[Any],
) -> Any:  # fmt: skip
    """The graph that `reduced` has laid flat; a count of -1 is a leaf."""
    nodes: list[Any] = []
    leaf, place, step = iter(leaves), iter(args), zip(names, data, grads)
    for count in counts:
        if count < 0:
            found = next(leaf)
            nodes.append(placed(kind, None, *found) if type(found) is tuple else found)
        else:
            name, number, grad = next(step)
            below = tuple([nodes[next(place)] for _ in range(count)])
            nodes.append(placed(kind, OPS[name], number, grad, below, None))
    return nodes[-1]


__all__ = ["deepcopied", "placed", "reduced", "regrown"]
