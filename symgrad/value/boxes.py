"""What a drawing says about a node: its title, its label, its data and gradient.

- `title(node)` is a name, an exact number or the operation; `label(node)` what a user called it.
- `facts(node)` are "data ..." and "grad ..."; `picture(root)` is the graph as an SVG.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from fractions import Fraction
from typing import Any

from ..displays.numerals import numeral
from ..displays.pictures import Box, pictured


def title(node: Any) -> str:
    """What a node is: a name, an exact number, or the operation."""
    if node.op:
        return node.op.symbol or node.op.text or node.op.name
    if isinstance(node.label, str):
        return node.label
    if isinstance(node.label, (int, float, Fraction)):
        exact: Any = node.label
        digits = numeral(abs(exact))
        return str(exact) if digits is None else "-" * (exact < 0) + digits
    return "" if node.data is not None else "?"


def label(node: Any) -> str:
    """What the user called the result of an operation: `d.label = "d"`."""
    return node.label if node.op and isinstance(node.label, str) else ""


def facts(node: Any, graded: Container[Any]) -> list[str]:
    """The node's data, and its gradient where it is among those that have one."""
    grad = [f"grad {number(node.grad)}"] if node in graded else []
    return [] if node.data is None else [f"data {number(node.data)}", *grad]


def with_gradient(nodes: Sequence[Any]) -> set[Any]:
    """Of a graph's nodes, arguments first: those that are not only parameters, as exponents."""
    found = {nodes[-1]}
    for node in reversed(nodes):
        if node in found:
            found.update(a for k, a in enumerate(node.args) if k not in node.op.parameters)
    return found


def number(x: float) -> str:
    """Four decimals as in micrograd, or three digits and an exponent where these say nothing."""
    return f"{x:.4f}" if x == 0 or 1e-3 <= abs(x) < 1e7 or x - x != 0 else f"{x:.3e}"


def picture(nodes: Sequence[Any]) -> str:
    """The graph of these nodes, arguments first, as an SVG element."""
    numbers = {node: i for i, node in enumerate(nodes)}
    graded = with_gradient(nodes)
    return pictured([_box(node, graded, tuple(numbers[a] for a in node.args)) for node in nodes])


def _box(node: Any, graded: Container[Any], args: tuple[int, ...]) -> Box:
    named = label(node) if node.op else title(node)
    lines = (named, *facts(node, graded))
    return Box(tuple(line for line in lines if line), title(node) if node.op else "", args)


__all__ = ["facts", "label", "number", "picture", "title", "with_gradient"]
