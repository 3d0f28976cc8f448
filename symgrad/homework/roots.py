"""Fractional powers as real roots.

- `real_roots(root)` is the graph with x^(p/q), q odd, as the real root to the power p.
- `constant(node)` is the number that a small graph of literals is.
"""

from __future__ import annotations

from fractions import Fraction

from ..value import Graphs, Value, is_literal, rebuilt


def real_roots(root: Value) -> Value | None:
    """The graph with x^(p/q), q odd, as the real root; None where there is no such power."""
    changed = False

    def rule(graphs: Graphs, op: object, args: tuple[Value, ...]) -> Value:
        nonlocal changed
        node = graphs.node(op, args)  # type: ignore[arg-type]
        if node.op is None or node.op.name not in ("powr", "pow"):
            return node
        exponent = constant(args[1])
        if exponent is None or exponent.denominator % 2 == 0 or exponent.denominator > 99:
            return node
        changed = True
        base = graphs.root(args[0], exponent.denominator)
        root_power: Value = graphs.powi(base, exponent.numerator)
        return root_power

    found = rebuilt((root,), Graphs(), rule)[0]
    return found if changed else None


def constant(node: Value) -> Fraction | None:
    """The number that a small graph of literals is."""
    if is_literal(node):
        return Fraction(node.label)
    if node.op is None or node.op.name not in ("add", "sub", "mul", "div", "neg"):
        return None
    parts = [constant(a) for a in node.args] if _shallow(node) else [None]
    if None in parts or (node.op.name == "div" and parts[1] == 0):
        return None
    found: Fraction = node.op.forward(None, *parts)  # type: ignore[misc]
    return found


def _shallow(node: Value, depth: int = 6) -> bool:
    level = [node]
    for _ in range(depth):
        level = [a for n in level for a in n.args]
        if len(level) > 16:
            return False
    return not level


__all__ = ["constant", "real_roots"]
