"""Graphs of Values: made with sharing, rebuilt, tidied and compared; none of this recurses.

- `Graphs()` is the arithmetic whose numbers are Values: a gradient computed in it is a graph.
- `gradient_graphs(tape, wrt)` is that gradient; `on_paper(tape, graphs)` are a tape's nodes again.
- `rebuilt(roots, graphs, rule)` makes roots anew; `substituted(root, {"x": graph})` puts graphs in,
  `evaluated(root, point)` numbers.
- `tidy(roots)` shares equal subexpressions and drops `1*`, `+0` and the like.
- `same(a, b)` compares two graphs, `leaves(root)` are its variables and literals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from ..engine import Arithmetic, Tape, backward, by_name, forward, order
from ..ops import OPS, Op
from .nodes import ADD, MUL, NEG, SUB, Value, apply, is_literal, literal, made, variable

EXACT_TYPES = (int, Fraction)
IF = OPS["if"]


def is_valueless(node: Value) -> bool:
    """Whether a node is ln(-1): what a function of cases is where none applies."""
    return node.op is OPS["log"] and node.args[0].op is NEG and is_literal(node.args[0].args[0])


NO_CASE = "none of the cases gives a value"  # and not that ln(-1) has none, which nobody wrote


def is_no_case(tape: Tape, i: int) -> bool:
    """Whether a node of a tape is what a function of cases is where none applies."""
    if tape.ops[i] is not OPS["log"] or tape.ops[tape.args[i][0]] is not NEG:
        return False
    (number,) = tape.args[tape.args[i][0]]
    if tape.ops[number] or isinstance(tape.leaves[number], str):  # ln(-x)
        return False
    return any(op is IF and i in args[1:] for op, args in zip(tape.ops, tape.args))


class Gate(NamedTuple):
    """A value that is 0 unless a condition holds (or, inverted, fails); no condition: always."""

    condition: Value | None
    inverted: bool
    value: Value


def gate(node: Value) -> Gate:
    """A node as a gate: if(c, a, 0), if(c, 0, a), and a comparison, which is if(c, 1, 0)."""
    if node.op is IF:
        condition, yes, no = node.args
        if is_literal(no) and no.label == 0:
            return Gate(condition, False, yes)
        if is_literal(yes) and yes.label == 0:
            return Gate(condition, True, no)
    elif node.op is not None and node.op.comparison:
        return Gate(node, False, literal(1))
    return Gate(None, False, node)


class Graphs(Arithmetic):
    """The arithmetic whose numbers are Values; equal nodes are made once."""

    def __init__(self) -> None:
        self.made: dict[Any, Value] = {}

    def variable(self, name: str) -> Value:
        if name not in self.made:
            self.made[name] = variable(name)
        return self.made[name]

    def valueless(self) -> Value:
        return self.node(OPS["log"], (self.node(NEG, (self.literal(1),)),))

    def literal(self, exact: Any) -> Value:
        exact = exact if type(exact) in EXACT_TYPES else Fraction(exact)
        key = exact.as_integer_ratio()  # a Fraction's own hash costs more than the node
        found = self.made.get(key)
        if found is None:
            found = self.made[key] = literal(exact)
        return found

    def node(self, op: Op, args: tuple[Value, ...]) -> Value:
        """op(*args), shared with an equal node; its data is not computed."""
        key = (op, args)
        found = self.made.get(key)
        if found is None:
            found = self.made[key] = made(op, None, args)
        return found

    def lift(self, x: Any) -> Value:
        return x if isinstance(x, Value) else self.literal(x)

    def rational(self, exact: Fraction) -> Value:
        """A rational as the language writes it: minus is neg, p/q is div; decimals stay so."""
        top, below = self.literal(abs(exact.numerator)), self.literal(exact.denominator)
        size = top if exact.denominator == 1 else self.node(OPS["div"], (top, below))
        return self.node(NEG, (size,)) if exact < 0 else size

    def forward(self, op: Op, x: Sequence[Any]) -> Value:
        return self.node(op, tuple([self.lift(a) for a in x]))

    def partials(self, op: Op, y: Value, x: Sequence[Value], wanted: Sequence[bool]) -> list[Any]:
        """As everywhere, but that a partial of plain 0 is structurally zero."""
        found = Arithmetic.partials(self, op, y, x, wanted)
        return [None if isinstance(p, int) and p == 0 else p for p in found]

    def pull(self, adjoint: Value, partial: Any) -> Value:
        """adjoint times partial, chosen where one of them is 0 on a branch.

        if(c, 1, 0)*p would be 0 times what does not exist, where the branch is not taken and p has
        no value there; if(c, p, 0) is 0. What was chosen once stays outside, as one condition.
        """
        if isinstance(partial, int) and partial == 1:
            return adjoint
        gates = [gate(adjoint), gate(self.lift(partial))]
        found = [g for g in gates if g.condition is not None]
        if not found:
            return self.times(adjoint, partial)
        product = self.times(gates[0].value, gates[1].value)
        condition = found[0] if len(found) == 1 else self.both(*found)
        return self.chosen(condition, product)

    def joined(self, j: int, before: Value | None, term: Value) -> Value:
        """An adjoint with another term; what is chosen by one condition stays under it.

        if(c, a, 0) + if(c, b, 0) times a partial would be 0 times what does not exist.
        """
        if before is None:
            return term
        first, second = gate(before), gate(term)
        if first.condition is None or first[:2] != second[:2]:
            return before + term
        return self.chosen(first, first.value + second.value)

    def times(self, a: Value, b: Any) -> Value:
        """a*b, where 1 leaves the other as it is."""
        if is_literal(a) and a.label == 1:
            return self.lift(b)
        if isinstance(b, Value) and is_literal(b) and b.label == 1:
            return a
        return a * b

    def both(self, first: Gate, second: Gate) -> Gate:
        """One condition that holds where both do."""
        holds = self.chosen(second, self.literal(1))
        return Gate(self.chosen(first, holds), False, holds)

    def chosen(self, where: Gate, value: Value) -> Value:
        """value where the gate is open, else 0."""
        zero = self.literal(0)
        args = (zero, value) if where.inverted else (value, zero)
        return self.node(OPS["if"], (where.condition, *args))  # type: ignore[arg-type]

    def shares(self, y: Any, x: Sequence[Any]) -> list[Any]:
        """Equal shares to those that attain y, chosen rather than multiplied."""
        hits = [self.eq(a, y) for a in x]
        count = self.sum(*hits)
        return [self.select(hit, 1 / count, 0) for hit in hits]

    def sum(self, *x: Any) -> Value:
        return self.forward(OPS["sum"], x)

    def select(self, c: Any, a: Any, b: Any) -> Value:
        return self.forward(OPS["if"], (c, a, b))

    def gap(self, which: Callable, x: Sequence[Any]) -> Value:
        raise TypeError("a margin is not a graph")

    def __getattr__(self, name: str) -> Callable:
        op = OPS.get(name)
        if op is None:
            raise AttributeError(f"Graphs has no {name}")
        return lambda *x: self.forward(op, x)


def on_paper(tape: Tape, graphs: Graphs, given: Mapping[str, Value] | None = None) -> list[Value]:
    """The nodes of a tape as graphs again, with `given` graphs in the place of some variables."""
    names = {name: graphs.variable(name) for name in tape.variables}
    return forward(tape, graphs, {**names, **(given or {})})


def gradient_graphs(
    tape: Tape, wrt: Iterable[str], graphs: Graphs | None = None, root: int = 0
) -> list[Value]:
    """A root of a tape, then its derivative by each name, as graphs: backpropagation on paper."""
    graphs = graphs or Graphs()
    values = on_paper(tape, graphs)
    adjoints = backward(tape, graphs, values, root=root, join=graphs.joined)
    slopes = by_name(tape, graphs, adjoints)
    zero = graphs.literal(0)
    return [values[tape.roots[root]], *(graphs.lift(slopes.get(name, zero)) for name in wrt)]


def rebuilt(
    roots: Iterable[Value], graphs: Graphs, rule: Callable | None = None,
    put: Mapping[Any, Value] | None = None,
) -> list[Value]:  # fmt: skip
    """The roots made anew, node by node, arguments first, by `rule(graphs, op, new_args)`.

    Without a rule they become equal graphs; `put` has what stands instead of a node, or of a
    variable's name.
    """
    roots, rule, put = list(roots), rule or Graphs.node, put or {}
    new: dict[Value, Value] = {}
    for node in order(roots):
        instead = put.get(node) or put.get(node.label) if put else None
        if instead is not None:
            new[node] = instead
        elif node.op:
            new[node] = rule(graphs, node.op, tuple([new[a] for a in node.args]))
        elif isinstance(node.label, str):
            new[node] = graphs.variable(node.label)
        elif node.label is not None:
            new[node] = graphs.literal(node.label)
        else:
            new[node] = node
    return [new[r] for r in roots]


def substituted(root: Value, put: Mapping[Any, Value]) -> Value:
    """The graph with other graphs in the place of variables (by name) or of nodes."""
    return rebuilt([root], Graphs(), put=put)[0]


def evaluated(root: Value, point: dict[str, float]) -> Value:
    """The same graph made eagerly, every variable with its value: data on every node."""
    new: dict[Value, Value] = {}
    for node in order((root,)):
        if node.op:
            new[node] = apply(node.op, *(new[a] for a in node.args))
        elif isinstance(node.label, str):
            new[node] = variable(node.label, point[node.label])
        else:
            new[node] = node
    return new[root]


def tidy(roots: Iterable[Value], graphs: Graphs | None = None) -> list[Value]:
    """The same graphs with equal nodes shared and the neutral elements 0 and 1 gone."""
    return rebuilt(roots, graphs or Graphs(), _neat)


def _neat(graphs: Graphs, op: Op, args: tuple[Value, ...]) -> Value:
    a, b = (args[0], args[-1]) if args else (None, None)
    known_a = a.label if a is not None and is_literal(a) else None
    known_b = b.label if b is not None and is_literal(b) else None
    match op.name:
        case "mul" if 0 in (known_a, known_b):
            return graphs.literal(0)
        case "mul" if known_a == 1:
            return b  # type: ignore[return-value]
        case "mul" | "div" if known_b == 1:
            return a  # type: ignore[return-value]
        case "add" if known_a == 0:
            return b  # type: ignore[return-value]
        case "add" | "sub" if known_b == 0:
            return a  # type: ignore[return-value]
        case "sub" if known_a == 0:
            return _neat(graphs, NEG, (b,))  # type: ignore[arg-type]
        case _ if op in (ADD, SUB) and b is not None and b.op is NEG:  # a + (-b)
            return _neat(graphs, SUB if op is ADD else ADD, (a, b.args[0]))  # type: ignore[arg-type]
        case "if" if args[1] is args[2]:
            return args[1]
        case "neg" if a is not None and a.op is NEG:
            return a.args[0]
        case "neg" if known_a == 0:
            return a  # type: ignore[return-value]
        case "powi" if known_b == 1:
            return a  # type: ignore[return-value]
        case "powi" if known_b == 0:
            return graphs.literal(1)
        case "mul" if a.op is NEG or b.op is NEG:  # type: ignore[union-attr]
            x, y = (v.args[0] if v.op is NEG else v for v in args)
            product = _neat(graphs, MUL, (x, y))
            return product if a.op is b.op else _neat(graphs, NEG, (product,))  # type: ignore[union-attr]
        case "add" | "sub" | "mul" if known_a is not None and known_b is not None:
            folded = op.forward(None, Fraction(known_a), Fraction(known_b))  # type: ignore[misc]
            if folded >= 0:
                return graphs.literal(folded)
            return graphs.node(NEG, (graphs.literal(-folded),))
    return graphs.node(op, args)


def same(a: Value, b: Value) -> bool:
    """Whether two graphs are equal, node by node: leaves by name, by exact number or by data."""
    classes: dict[Any, int] = {}
    number: dict[Value, int] = {}
    for node in order((a, b)):
        leaf = node.data if node.label is None else node.label
        key = (node.op, *[number[x] for x in node.args]) if node.op else (None, leaf)
        number[node] = classes.setdefault(key, len(classes))
    return number[a] == number[b]


def leaves(root: Value) -> Iterator[Value]:
    """The variables and literals under a root."""
    return (node for node in order((root,)) if node.op is None)
