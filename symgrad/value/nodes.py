"""`Value`, and the functions that make one.

- `Value(2.0)` holds a number; its operators and methods make new ones, `backward()` the gradients.
- `made(op, data, args)` is a Value from its parts, `apply(op, *x)` the node op(*x) with its data.
- `variable(name)`, `literal(number)` and `lift(x)` are leaves; `power(x, n)` picks its row.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from ..arithmetic.floats import FLOATS
from ..engine import Tape, first_undefined, forward, order
from ..errors import OutOfDomain, UsageError
from ..ops import ALIASES, OPS, Op, row

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
            self.data = as_float(data)
        except (TypeError, ValueError):
            raise UsageError(f"a Value holds a number, got {data!r}") from None
        except OverflowError:
            raise UsageError("a Value holds a float64, and this number is too large") from None
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
                    if partial:  # 0 passes nothing on, not even of an infinite adjoint
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

    def __getattr__(self, name: str) -> Callable[..., Value]:
        """The method for an alias, or for a row that was added to the table later."""
        op = OPS.get(ALIASES.get(name, name))
        if op is None or op.hidden or op.arity == 0:
            raise AttributeError(f"Value has no {name}")
        return lambda *x: apply(op, self, *x)

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
        if isinstance(step, Value):
            nodes.append(step)
        else:
            name, args, data, grad = step
            nodes.append(made(OPS[name], data, tuple(nodes[i] for i in args)))
            nodes[-1].grad = grad
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


def as_float(x: Any) -> float:
    """A number of any kind as a float. Raises TypeError for the rest: "1" is no number."""
    if isinstance(x, (str, bytes, bytearray)):
        raise TypeError(f"{x!r} is no number")
    return float(x)


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
        i = found[0]
        op = tape.ops[i]
        x = ", ".join(f"{values[j]:.6g}" for j in tape.args[i])
        raise OutOfDomain(f"{op.name}({x}) has no value")  # type: ignore[union-attr]


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
