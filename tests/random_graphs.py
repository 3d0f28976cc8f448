"""Random expressions over the whole table, with a point each; a new row joins by itself.

- `random_case(seed, size)` is a tape of `size` operations with one root, and a point in its domain.
- `Growth` is a graph on its way; `tests/strategies.py` lets hypothesis draw and shrink its choices.

What leaves its domain or the ordinary sizes is drawn again, decided by evaluating it in floats.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

from symgrad.arithmetic.floats import FLOATS
from symgrad.engine import Tape, holds
from symgrad.ops import OPS, Margin, Op
from symgrad.value import Graphs, Value, is_literal, power_row

COMPARISONS = ("lt", "le", "gt", "ge")
PARAMETER = {  # which argument of a row is none of its variables, and what it may be
    "powi": (1, range(-3, 8)), "root": (1, range(2, 7)), "polygamma": (0, range(4)),
    "besselj": (0, range(-2, 5)), "besseli": (0, range(-2, 5)), "sphericalj": (0, range(4)),
    "zeta_derivative": (0, range(3)), "bessely": (0, range(5)), "besselk": (0, range(5)),
    "gammainc": (0, range(1, 5)), "gammaincc": (0, range(1, 5)),
    "powr": (1, [Fraction(n, 10) for n in range(1, 60)]),
}  # fmt: skip
STEPS = ("sign", "floor", "ceil", "trunc", "round", "mod")  # of u/u, nobody knows the side
POWERS = ("powi", "powr", "pow")
EVERYDAY = ("add", "sub", "mul", "div", "mul", "add")
LARGEST, SMALLEST = 1e6, 1e-6  # of an intermediate value


@dataclass
class Case:
    """A graph, its tape and a point."""

    root: Value
    tape: Tape
    point: dict[str, float]


def rows() -> list[Op]:
    """The rows that make numbers out of numbers, in the table's order."""
    left_out = (*COMPARISONS, "if", *STEPS)
    return [o for o in OPS.values()
            if not o.hidden and o.name not in left_out and len(o.parameters) < 2]  # fmt: skip


def number(r: Random) -> float:
    way = r.random()
    if way < 0.3:
        return r.randrange(-64, 65) / 16 or 1.0
    return r.uniform(-3, 3) if way < 0.8 else r.choice((-1, 1)) * 10 ** r.uniform(-3, 3)


def decimal(r: Random) -> Fraction:
    return Fraction(r.randrange(1, 400), r.choice((1, 2, 10, 100)))


@dataclass(frozen=True)
class Taste:
    """What a graph may be made of."""

    number: Callable[[Random], float] = number  # the value of a variable
    literal: Callable[[Random], Fraction] = decimal
    zeros: bool = False  # nodes that are 0, and choices between two that are one
    kinks: bool = True  # points where a row has no derivative
    near: int | None = None  # of how many of the latest nodes arguments are chosen; None: of all


class Growth:
    """A graph on its way: nodes with their values in floats."""

    def __init__(self, r: Random, names: Sequence[str], taste: Taste) -> None:
        self.r, self.taste, self.graphs = r, taste, Graphs()
        self.point = {name: taste.number(r) for name in names}
        self.nodes = [self.graphs.variable(name) for name in names]
        self.values: dict[Value, float] = dict(zip(self.nodes, self.point.values()))
        self.unused = dict.fromkeys(self.nodes)  # a set that keeps its order
        self.made: list[Value] = []

    def literal(self, exact: int | Fraction) -> Value:
        node = self.graphs.literal(exact)
        self.values[node] = FLOATS.literal(exact)
        return node

    def any_node(self) -> Value:
        if self.r.random() < 0.15:
            return self.literal(self.taste.literal(self.r))
        pool = self.unused if self.unused and self.r.random() < 0.6 else self.nodes
        return self.r.choice([*pool][-self.taste.near :] if self.taste.near else [*pool])

    def grown(self, op: Op) -> bool:
        """Try to add one operation; whether it had a value worth having."""
        args = self.arguments(op)
        if not self.worth_having(op, args):
            return False
        node = self.graphs.node(op, tuple(args))
        if node in self.values:
            return False
        self.added(node)
        return True

    def worth_having(self, op: Op, args: list[Value]) -> bool:
        """Whether the parser makes such a node, in its domain, smooth and sizeable as is asked."""
        x = [self.values[a] for a in args]
        if not self.taste.zeros and op.name in ("max", "min", "clamp", "if"):
            if len(set(args)) < len(args):
                return False  # at a kink for good
        if op.name in POWERS and not written_as(op, args):
            return False
        if op.name != "if" and not all(holds(margin, FLOATS, x) for margin in op.domain):
            return False
        if not self.taste.kinks and any(at(margin, x) for margin in op.kinks):
            return False
        y = FLOATS.forward(op, x)
        return SMALLEST <= abs(y) <= LARGEST or (self.taste.zeros and y == 0)

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
        for used in node.args:
            self.unused.pop(used, None)
        self.unused[node] = None

    def arguments(self, op: Op) -> list[Value]:
        arity = op.arity if op.arity is not None else self.r.choice((2, 4))
        args = [self.any_node() for _ in range(arity)]
        if op.name in PARAMETER:
            place, choices = PARAMETER[op.name]
            args[place] = self.literal(self.r.choice(choices))
        elif op.name == "if":
            args[0] = self.graphs.node(OPS[self.r.choice(COMPARISONS)], tuple(args[1:]))
            self.values[args[0]] = FLOATS.forward(args[0].op, [self.values[a] for a in args[1:]])
        return args


def written_as(op: Op, args: list[Value]) -> bool:
    """Whether the parser writes such a power in this row; 0^0 means nothing to it."""
    nothing = all(is_literal(a) and a.label == 0 for a in args)
    return power_row(*args) is op and not nothing


def at(margin: Margin, x: list[float]) -> bool:
    """Whether a float point lies at a kink, for all that floats can tell."""
    return FLOATS.decide("= 0", margin.of(FLOATS, *x)) is not False


def random_case(seed: Any, size: int) -> Case:
    """A random expression of `size` operations with a finite value and gradient in floats."""
    r = Random(f"graph {seed} {size}")
    table = [*rows(), OPS["if"]]
    growth = Growth(r, "xyz"[: r.randrange(1, 4)], Taste())
    while len(growth.made) + len(growth.unused.keys() & set(growth.made)) - 1 < size:
        growth.grown(OPS[r.choice(EVERYDAY)] if r.random() < 0.35 else r.choice(table))
    while not growth.joined():
        pass
    root = growth.made[-1]
    tape = Tape.of([root])
    return Case(root, tape, {name: growth.point[name] for name in tape.variables})
