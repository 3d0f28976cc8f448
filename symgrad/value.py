"""A `Value` remembers how it was made; `backward()` fills in the gradients, as in micrograd.

- `Value(2.0)` holds `data`, `grad` (starts at 0), the `op` that made it and its `args`.
- `+ - * / **` and `relu`, `tanh`, `exp`, ... (a method per row of the table) make new Values.
- `variable(name)` and `literal(number)` are leaves without an eager value, or with an exact one.
- `Graphs()` is the arithmetic whose numbers are Values: a gradient computed in it is a graph.
- `tidy(roots)` shares equal subexpressions and drops `1*`, `+0` and the like; `same(a, b)`
  compares two graphs; none of this recurses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from .arithmetic.floats import FLOATS
from .engine import Arithmetic, Tape, first_undefined, forward, order
from .errors import OutOfDomain, UsageError
from .ops import OPS, Op, row

Number = int | float | Fraction
PLAIN = frozenset((int, float))
ADD, SUB, MUL, DIV, NEG, EXP = (OPS[n] for n in ("add", "sub", "mul", "div", "neg", "exp"))


class Value:
    """A number, the gradient of some root with respect to it, and how it was made.

    `data` is None for a free variable and what is made of one. A leaf has no `op`; its `label` is
    a variable's name, a literal's exact number, or None.
    """

    __slots__ = ("args", "data", "grad", "label", "op")

    data: Any
    grad: Any
    op: Op | None
    args: tuple[Value, ...]
    label: Any

    def __init__(self, data: float, label: str | None = None) -> None:
        try:
            self.data = float(data)
        except (TypeError, ValueError):
            raise UsageError(f"a Value holds a number, got {data!r}") from None
        self.grad = 0.0
        self.op = None
        self.args = ()
        self.label = label

    @property
    def _prev(self) -> set[Value]:
        """micrograd's name for the set of arguments, which its drawing code reads."""
        return set(self.args)

    @property
    def _op(self) -> str:
        """micrograd's name for what a node's box says."""
        return (self.op.symbol or self.op.name) if self.op else ""

    def backward(self) -> None:
        """Add d(self)/d(leaf) to the `grad` of every leaf; intermediate gradients start from 0.

        Raises OutOfDomain where self has no value, naming the operation at fault.
        """
        if self.data is None:
            raise UsageError("backward needs a number: a variable under this Value has none")
        if self.data != self.data:
            raise_undefined(self)
        nodes = order((self,))
        for node in nodes:
            if node.op:
                node.grad = 0.0
        self.grad += 1.0
        partials = FLOATS.partials
        for node in reversed(nodes):
            adjoint = node.grad
            if node.op and adjoint:  # a zero adjoint never meets an infinite partial
                args = node.args
                found = partials(node.op, node.data, [a.data for a in args])
                for arg, partial in zip(args, found):
                    if partial is not None:
                        arg.grad += adjoint * partial

    def __add__(self, other: Any) -> Value:
        other = other if type(other) is Value else lift(other)
        try:
            return made(ADD, self.data + other.data, (self, other))
        except TypeError:
            return made(ADD, None, (self, other))

    def __mul__(self, other: Any) -> Value:
        other = other if type(other) is Value else lift(other)
        try:
            return made(MUL, self.data * other.data, (self, other))
        except TypeError:
            return made(MUL, None, (self, other))

    def __sub__(self, other: Any) -> Value:
        other = other if type(other) is Value else lift(other)
        try:
            return made(SUB, self.data - other.data, (self, other))
        except TypeError:
            return made(SUB, None, (self, other))

    def __truediv__(self, other: Any) -> Value:
        return apply(DIV, self, other)

    def __neg__(self) -> Value:
        return apply(NEG, self)

    def __pow__(self, other: Any) -> Value:
        return power(self, lift(other))

    def __radd__(self, other: Any) -> Value:
        return lift(other) + self

    def __rmul__(self, other: Any) -> Value:
        return lift(other) * self

    def __rsub__(self, other: Any) -> Value:
        return apply(SUB, other, self)

    def __rtruediv__(self, other: Any) -> Value:
        return apply(DIV, other, self)

    def __rpow__(self, other: Any) -> Value:
        return power(lift(other), self)

    def __abs__(self) -> Value:
        return apply(OPS["abs"], self)

    def __repr__(self) -> str:
        return f"Value(data={self.data}, grad={self.grad})"

    def __reduce__(self) -> tuple:
        """Flat, so that copying and pickling do not recurse; leaves keep their identity."""
        if self.op is None:
            return _leaf, (self.data, self.grad, self.label)
        nodes = order((self,))
        index = {node: i for i, node in enumerate(nodes)}
        steps = [
            (n.op.name, tuple(index[a] for a in n.args), n.data, n.grad) if n.op else n
            for n in nodes
        ]
        return _regrown, (steps,)


def _leaf(data: Any, grad: Any, label: Any) -> Value:
    value = made(None, data, (), label)
    value.grad = grad
    return value


def _regrown(steps: list[Any]) -> Value:
    nodes: list[Value] = []
    for step in steps:
        if not isinstance(step, Value):
            name, args, data, grad = step
            step = made(OPS[name], data, tuple(nodes[i] for i in args))
            step.grad = grad
        nodes.append(step)
    return nodes[-1]


_new = Value.__new__


def made(op: Op | None, data: Any, args: tuple[Value, ...], label: Any = None) -> Value:
    """A Value from its parts."""
    value = _new(Value)
    value.data = data
    value.grad = 0.0
    value.op = op
    value.args = args
    value.label = label
    return value


def variable(name: str, data: float | None = None) -> Value:
    """A leaf with a name, free unless `data` is given."""
    return made(None, data, (), name)


def literal(number: Number) -> Value:
    """A leaf that is exactly this number."""
    if isinstance(number, Fraction) and number.denominator == 1:
        number = number.numerator
    return made(None, FLOATS.literal(number), (), number)


def lift(x: Any) -> Value:
    """A Value as it is; a plain number as a literal."""
    if type(x) in PLAIN:  # asking a Fraction's metaclass costs more than the node
        return made(None, FLOATS.literal(x), (), x)
    if isinstance(x, Value):
        return x
    if isinstance(x, (int, float, Fraction)):
        return literal(x)
    try:
        return literal(float(x))
    except (TypeError, ValueError):
        raise TypeError(f"cannot compute with a Value and {type(x).__name__}") from None


def apply(op: Op | str, *x: Any) -> Value:
    """The node op(*x), with its value in floats where the arguments have one."""
    op = row(op) if isinstance(op, str) else op
    args = tuple([a if type(a) is Value else lift(a) for a in x])
    data = [a.data for a in args]
    return made(op, None if None in data else FLOATS.forward(op, data), args)


def is_literal(x: Value) -> bool:
    return x.op is None and x.label is not None and not isinstance(x.label, str)


def power(x: Value, n: Value) -> Value:
    """x^n by the row made for it: whole exponents, other constants, or any (e^x is exp)."""
    op = power_row(x, n)
    return apply(op, n) if op is EXP else apply(op, x, n)


def power_row(x: Value, n: Value) -> Op:
    """Which row x^n is: `exp`, `powi`, `powr` (an exponent without variables) or `pow`."""
    if x.op is OPS["e"]:
        return EXP
    if is_literal(n):
        return OPS["powi"] if n.label % 1 == 0 else OPS["powr"]  # inf % 1 is nan
    if n.op is None or any(a.op is None and not is_literal(a) for a in order((n,))):
        return OPS["pow"]
    return OPS["powr"]


def raise_undefined(root: Value) -> None:
    """Raise OutOfDomain if a row's domain explains why the root is nan."""
    tape = Tape.of([root], label=lambda leaf: leaf.data)
    values = forward(tape, FLOATS, {})
    found = first_undefined(tape, FLOATS, values)
    if found and found[2] is False:
        i, margin, _ = found
        op = tape.ops[i]
        x = ", ".join(f"{values[j]:.6g}" for j in tape.args[i])
        raise OutOfDomain(f"{op.name}({x}) has no value")  # type: ignore[union-attr]


class Graphs(Arithmetic):
    """The arithmetic whose numbers are Values; equal nodes are made once."""

    def __init__(self) -> None:
        self.made: dict[Any, Value] = {}

    def variable(self, name: str) -> Value:
        return self.made.setdefault(name, variable(name)) if name not in self.made else self.made[name]

    def literal(self, exact: Any) -> Value:
        key = ("literal", Fraction(exact))
        if key not in self.made:
            self.made[key] = literal(key[1])
        return self.made[key]

    def node(self, op: Op, args: tuple[Value, ...]) -> Value:
        """op(*args), shared with an equal node; its data is not computed."""
        key = (op, args)
        found = self.made.get(key)
        if found is None:
            found = self.made[key] = made(op, None, args)
        return found

    def lift(self, x: Any) -> Value:
        return x if isinstance(x, Value) else self.literal(x)

    def forward(self, op: Op, x: Sequence[Any]) -> Value:
        return self.node(op, tuple([self.lift(a) for a in x]))

    def partials(self, op: Op, y: Value, x: Sequence[Value], wanted: Sequence[bool]) -> list[Any]:
        """As everywhere, but that a partial of plain 0 is structurally zero."""
        found = Arithmetic.partials(self, op, y, x, wanted)
        return [None if isinstance(p, int) and p == 0 else p for p in found]

    def pull(self, adjoint: Value, partial: Any) -> Value:
        if isinstance(partial, int) and partial == 1:
            return adjoint
        if is_literal(adjoint) and adjoint.label == 1:
            return self.lift(partial)
        return adjoint * partial

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


def rebuilt(roots: Iterable[Value], graphs: Graphs, rule: Callable) -> list[Value]:
    """The roots made anew, node by node, arguments first, by `rule(graphs, op, new_args)`."""
    roots = list(roots)
    new: dict[Value, Value] = {}
    for node in order(roots):
        if node.op:
            new[node] = rule(graphs, node.op, tuple([new[a] for a in node.args]))
        elif isinstance(node.label, str):
            new[node] = graphs.variable(node.label)
        elif node.label is not None:
            new[node] = graphs.literal(node.label)
        else:
            new[node] = node
    return [new[r] for r in roots]


def evaluated(root: Value, point: dict[str, float]) -> Value:
    """The same graph made eagerly, every variable with its value: data on every node."""
    new: dict[Value, Value] = {}
    for node in order((root,)):
        if node.op:
            new[node] = apply(node.op, *(new[a] for a in node.args))
        else:
            new[node] = variable(node.label, point[node.label]) if isinstance(node.label, str) else node
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


def _method(op: Op) -> Callable[..., Value]:
    def unary(self: Value) -> Value:
        data = self.data
        return made(op, None if data is None else FLOATS.forward(op, (data,)), (self,))

    def several(self: Value, *x: Any) -> Value:
        return apply(op, self, *x)

    method = unary if op.arity == 1 else several
    method.__name__ = op.name
    method.__doc__ = f"{op.notation}; its derivative is {op.derivative}."
    return method


for _op in OPS.values():
    if not _op.hidden and _op.arity != 0 and not hasattr(Value, _op.name):
        setattr(Value, _op.name, _method(_op))
