"""Random expressions over the whole table, with a point each.

- `random_case(seed, size)` is a tape of `size` operations with one root, and a point in its domain.
- Every row that users may write takes part; what leaves its domain or the ordinary sizes is
  drawn again, decided by evaluating it in floats.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

from symgrad.arithmetic.floats import FLOATS
from symgrad.engine import Tape, holds
from symgrad.ops import OPS, Op
from symgrad.value import Graphs, Value

COMPARISONS = ("lt", "le", "gt", "ge")
PARAMETER = {"powi": (1, -3, 6), "root": (1, 2, 7), "polygamma": (0, 0, 3), "besselj": (0, -2, 5),
             "besseli": (0, -2, 5)}  # fmt: skip  # which argument, and its range
EVERYDAY = ("add", "sub", "mul", "div", "mul", "add")


@dataclass
class Case:
    """A graph, its tape and a point."""

    root: Value
    tape: Tape
    point: dict[str, float]


def rows() -> list[Op]:
    """The rows that make numbers out of numbers, in the table's order."""
    left_out = (*COMPARISONS, "if", "sign")
    return [o for o in OPS.values() if not o.hidden and o.name not in left_out]


class Growth:
    """A graph on its way: nodes with their values in floats."""

    def __init__(self, r: Random, largest: float = 1e6) -> None:
        self.r, self.largest, self.graphs = r, largest, Graphs()
        self.names = ["x", "y", "z"][: r.randrange(1, 4)]
        self.point = {name: number(r) for name in self.names}
        self.nodes = [self.graphs.variable(name) for name in self.names]
        self.values: dict[Value, float] = dict(zip(self.nodes, self.point.values()))
        self.unused = set(self.nodes)
        self.made: list[Value] = []

    def literal(self, exact: int | Fraction) -> Value:
        node = self.graphs.literal(exact)
        self.values[node] = FLOATS.literal(exact)
        return node

    def any_node(self) -> Value:
        if self.r.random() < 0.15:
            return self.literal(Fraction(self.r.randrange(1, 400), self.r.choice((1, 2, 10, 100))))
        waiting = [n for n in self.nodes if n in self.unused]
        return self.r.choice(waiting if waiting and self.r.random() < 0.6 else self.nodes)

    def grown(self, op: Op) -> bool:
        """Try to add one operation; whether it had a value worth having."""
        args = self.arguments(op)
        if op.name in ("max", "min", "clamp", "if") and len(set(args)) < len(args):
            return False  # at a kink for good
        if op.name != "if" and not self.usable(op, [self.values[a] for a in args]):
            return False
        node = self.graphs.node(op, tuple(args))
        y = FLOATS.forward(op, [self.values[a] for a in args])
        if node in self.values or not 1e-6 < abs(y) < self.largest:
            return False
        self.added(node)
        return True

    def joined(self) -> bool:
        """Join two results that nothing uses yet; True once there is one."""
        loose = [n for n in self.made if n in self.unused]
        if len(loose) > 1:
            op = OPS[self.r.choice(("add", "sub", "add", "mul"))]
            self.added(self.graphs.node(op, tuple(self.r.sample(loose, 2))))
        return len(loose) <= 1

    def added(self, node: Value) -> None:
        self.values[node] = FLOATS.forward(node.op, [self.values[a] for a in node.args])
        self.nodes.append(node)
        self.made.append(node)
        self.unused -= set(node.args)
        self.unused.add(node)

    def arguments(self, op: Op) -> list[Value]:
        arity = op.arity if op.arity is not None else self.r.choice((2, 4))
        args = [self.any_node() for _ in range(arity)]
        if op.name in PARAMETER:
            place, low, high = PARAMETER[op.name]
            args[place] = self.literal(self.r.randrange(low, high))
        elif op.name == "powr":
            args[1] = self.literal(Fraction(self.r.randrange(1, 60), 10))
        elif op.name == "if":
            args[0] = self.graphs.node(OPS[self.r.choice(COMPARISONS)], tuple(args[1:]))
            self.values[args[0]] = FLOATS.forward(args[0].op, [self.values[a] for a in args[1:]])
        return args

    def usable(self, op: Op, x: list[float]) -> bool:
        return all(holds(margin, FLOATS, x) for margin in op.domain)


def number(r: Random) -> float:
    way = r.random()
    if way < 0.3:
        return r.randrange(-64, 65) / 16 or 1.0
    return r.uniform(-3, 3) if way < 0.8 else r.choice((-1, 1)) * 10 ** r.uniform(-3, 3)


def random_case(seed: Any, size: int) -> Case:
    """A random expression of `size` operations with a finite value and gradient in floats."""
    r = Random(f"graph {seed} {size}")
    table = [*rows(), OPS["if"]]
    growth = Growth(r)
    while len(growth.made) + len(growth.unused & set(growth.made)) - 1 < size:
        growth.grown(OPS[r.choice(EVERYDAY)] if r.random() < 0.35 else r.choice(table))
    while not growth.joined():
        pass
    root = growth.made[-1]
    tape = Tape.of([root])
    return Case(root, tape, {name: growth.point[name] for name in tape.variables})


def finite(values: Any) -> bool:
    return all(math.isfinite(v) for v in values)
