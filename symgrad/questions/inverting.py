"""Inverse functions in closed form, of functions in which the variable stands once.

- `inverses(root, name, value)` are candidates for x with f(x) = value: each still to be verified.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..engine import Tape
from ..ops import OPS
from ..value import Graphs, Value
from .writing import fraction_of


def inverses(root: Value, name: str, value: Value) -> Iterator[Value]:
    """The ways to undo f step by step, an even power in both branches."""
    if not root.args:
        yield from (value,) if root.label == name else ()
        return
    inner = [a for a in root.args if name in Tape.of([a]).variables]
    if len(inner) != 1:
        return
    for undone in steps_back(root, inner[0], value):
        yield from inverses(inner[0], name, undone)


def steps_back(node: Value, inner: Value, y: Value) -> Iterator[Value]:
    """What the argument with the variable is where the node is y."""
    assert node.op is not None
    op = node.op
    if op.inverse:
        yield Graphs().forward(OPS[op.inverse], [y])
    elif op.exponent and len(node.args) == 1:
        yield y ** (1 / op.exponent())
    elif len(node.args) == 2:
        other = node.args[1] if node.args[0] is inner else node.args[0]
        yield from of_two(op.name, node.args[0] is inner, other, y)


def of_two(op: str, first: bool, other: Value, y: Value) -> Iterator[Value]:
    """The same of an operation with two arguments, of which the other is known."""
    if op == "add":
        yield y - other
    elif op == "sub":
        yield y + other if first else other - y
    elif op == "mul":
        yield y / other
    elif op == "div":
        yield y * other if first else other / y
    elif first:
        yield from of_power(other, y)
    elif op in ("pow", "powr"):
        yield y.log() / other.log()


def of_power(exponent: Value, y: Value) -> Iterator[Value]:
    """u where u^exponent is y: both roots, and the cube root of all numbers."""
    known = None if Tape.of([exponent]).variables else fraction_of(exponent)
    if known == 3:
        yield y.cbrt()
    elif known:
        graphs = Graphs()
        root = y.sqrt() if known == 2 else y ** (graphs.literal(1) / exponent)
        yield root
        yield -root


__all__ = ["inverses"]
