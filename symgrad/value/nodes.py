"""`Value`, and the functions that make one.

- `Value(2.0)` holds a number; its operators and methods make new ones, `backward()` the gradients.
- `made(op, data, args)` is a Value from its parts, `apply(op, *x)` the node op(*x) with its data.
- `variable(name)`, `literal(number)` and `lift(x)` are leaves; `power(x, n)` picks its row.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from fractions import Fraction
from numbers import Complex, Real
from typing import Any

from ..arithmetic.floats import FLOATS
from ..engine import Tape, first_undefined, order
from ..errors import OutOfDomain, UsageError, WrongCall
from ..ops import ALIASES, OPS, Op, row
from . import boxes
from .copying import deepcopied, reduced
from .own import Own

Number = int | float | Fraction
PLAIN = frozenset((int, float))
NODES_INLINE = 150  # in a notebook; a larger graph cannot be read there
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

    def __init__(
        self, data: float, _children: Iterable[Value] = (), _op: str = "", label: str | None = None
    ) -> None:
        """`_children` and `_op` are micrograd's, for a node whose `_backward` is set by hand."""
        try:
            self.data = data if type(data) is float else as_float(data)
        except (TypeError, ValueError):
            raise UsageError(f"a Value holds a number, got {data!r}") from None
        except OverflowError:
            raise UsageError("a Value holds a float64, and this number is too large") from None
        self.grad = 0.0
        self.args = tuple(_children)
        self.op = Own.of(_op, len(self.args)) if self.args else None
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
        computed = [node for node in order((self,)) if node.op]
        for node in computed:
            node.grad = 0.0
        self.grad += 1.0
        for node in reversed(computed):
            if node.grad:  # a zero adjoint never meets an infinite partial
                node.pull()

    def pull(self) -> None:
        """One step of `backward`: add to each argument's `grad` what flows from this node."""
        op, adjoint, args = self.op, self.grad, self.args
        if op is ADD or op is SUB:  # most nodes are one of these three: without asking the table
            a, b = args
            a.grad += adjoint
            b.grad += adjoint if op is ADD else -adjoint
        elif op is MUL and args[0].data and args[1].data:
            a, b = args
            a.grad += adjoint * b.data
            b.grad += adjoint * a.data
        elif type(op) is Own:
            op.closure()
        elif op:
            found = FLOATS.partials(op, self.data, [a.data for a in args])
            for arg, partial in zip(args, found):
                if partial:  # 0 passes nothing on, not even of an infinite adjoint
                    arg.grad += adjoint * partial
                elif arg.op and partial == 0 and not op.chooses and overflowed(arg):
                    arg.grad = math.nan  # ln(1 + e^x) at 800: the slope 1/inf is made up

    @property
    def _backward(self) -> Callable[[], Any]:
        """micrograd's name for `pull`; one that is set makes an operation of its own."""
        return self.pull

    @_backward.setter
    def _backward(self, closure: Callable[[], Any]) -> None:
        self.op = Own.of(self._op, len(self.args), closure)

    def __add__(self, other: Any) -> Value:
        other = other if type(other) is Value else operand(other)
        try:
            return made(ADD, self.data + other.data, (self, other))
        except (TypeError, AttributeError):
            return between(ADD, self, other)

    def __mul__(self, other: Any) -> Value:
        other = other if type(other) is Value else operand(other)
        try:
            return made(MUL, self.data * other.data, (self, other))
        except (TypeError, AttributeError):
            return between(MUL, self, other)

    def __sub__(self, other: Any) -> Value:
        other = other if type(other) is Value else operand(other)
        try:
            return made(SUB, self.data - other.data, (self, other))
        except (TypeError, AttributeError):
            return between(SUB, self, other)

    def __truediv__(self, other: Any) -> Value:
        other = other if type(other) is Value else operand(other)
        try:
            return made(DIV, self.data / other.data, (self, other))
        except (TypeError, AttributeError, ZeroDivisionError):
            return between(DIV, self, other)

    def __neg__(self) -> Value:
        return apply(NEG, self)

    def __pow__(self, other: Any) -> Value:
        return between(None, self, other)

    def __radd__(self, other: Any) -> Value:
        other = operand(other)
        return other if other is NotImplemented else other + self

    def __rmul__(self, other: Any) -> Value:
        other = operand(other)
        return other if other is NotImplemented else other * self

    def __rsub__(self, other: Any) -> Value:
        return between(SUB, other, self)

    def __rtruediv__(self, other: Any) -> Value:
        return between(DIV, other, self)

    def __rpow__(self, other: Any) -> Value:
        return between(None, other, self)

    def __abs__(self) -> Value:
        return apply(OPS["abs"], self)

    def __getattr__(self, name: str) -> Callable[..., Value]:
        """The method for an alias, or for a row that was added to the table later."""
        op = OPS.get(ALIASES.get(name, name))
        if op is None or op.hidden or op.arity == 0:
            raise AttributeError(f"Value has no {name}")
        return lambda *x: apply(op, *fitted(op, self, *x))

    def __repr__(self) -> str:
        return f"Value(data={self.data}, grad={self.grad})"

    def _repr_svg_(self) -> str | None:
        """The graph with data and gradients, where a notebook asks; a large one is no picture."""
        nodes = order((self,))
        return boxes.picture(nodes) if len(nodes) <= NODES_INLINE else None

    def __deepcopy__(self, memo: dict[int, Any]) -> Value:
        return deepcopied(self, memo)

    def __reduce__(self) -> tuple[Any, ...]:
        return reduced(self)


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
        if getattr(x, "shape", ()):  # an array, even of one number
            raise TypeError
        return literal(as_float(x))
    except (TypeError, ValueError):
        raise WrongCall(f"cannot compute with a Value and {type(x).__name__}") from None


def operand(x: Any) -> Value:
    """lift(x), or NotImplemented, so that Python asks the other type: an array of NumPy's, say."""
    try:
        return lift(x)
    except TypeError:
        return NotImplemented


def between(op: Op | None, a: Any, b: Any) -> Value:
    """What stands between two operands (None: a power) applied to them, or NotImplemented."""
    a, b = operand(a), operand(b)
    if a is NotImplemented or b is NotImplemented:
        return NotImplemented
    return apply(op, a, b) if op else power(a, b)


def apply(op: Op | str, *x: Any) -> Value:
    """The node op(*x), with its value in floats where the arguments have one."""
    op = row(op) if isinstance(op, str) else op
    args = tuple([a if type(a) is Value else lift(a) for a in x])
    data = [a.data for a in args]
    return made(op, None if None in data else FLOATS.forward(op, data), args)


def fitted(op: Op, *x: Any) -> tuple[Any, ...]:
    """The arguments of a row. Raises WrongCall where it takes more of them or fewer."""
    if op.arity is not None and len(x) != op.arity:
        numbers = "1 argument" if op.arity == 1 else f"{op.arity} arguments"
        raise WrongCall(f"{op.name} takes {numbers}, the Value itself included; got {len(x)}")
    return x


def as_float(x: Any) -> float:
    """A number of any kind as a float. Raises TypeError for the rest: "1" is no number.

    Of a complex one NumPy would give the real part.
    """
    if type(x) in PLAIN:
        return float(x)
    text = isinstance(x, (str, bytes, bytearray))
    if text or (isinstance(x, Complex) and not isinstance(x, Real)):
        raise TypeError(f"{x!r} is no number")
    return float(x)


def negated(v: Value) -> Value | None:
    """u where v is -u, else None."""
    return v.args[0] if v.op is NEG else None


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
    values = [node.data for node in order((root,))]
    found = first_undefined(tape, FLOATS, values)
    if found and found.sure:
        i = found.node
        op = tape.ops[i]
        x = ", ".join(f"{values[j]:.6g}" for j in tape.args[i])
        raise OutOfDomain(f"{op.name}({x}) has no value")  # type: ignore[union-attr]


def overflowed(node: Value) -> bool:
    """Whether a node is infinite above finite leaves: it is larger than any float."""
    infinite = node.data is not None and math.isinf(node.data)
    return infinite and all(math.isfinite(v.data) for v in order((node,)) if not v.op)


def _method(op: Op) -> Callable[..., Value]:
    name = op.name

    def unary(self: Value, *more: Any) -> Value:
        data, op = self.data, OPS[name]  # looked up each time: a row may be changed
        if more:
            fitted(op, self, *more)
        return made(op, None if data is None else FLOATS.forward(op, (data,)), (self,))

    def several(self: Value, *x: Any) -> Value:
        return apply(OPS[name], *fitted(OPS[name], self, *x))

    method = unary if op.arity == 1 else several
    method.__name__ = op.name
    method.__doc__ = f"{op.notation}; its derivative is {op.derivative}."
    return method


for _op in OPS.values():
    if not _op.hidden and _op.arity != 0 and not hasattr(Value, _op.name):
        setattr(Value, _op.name, _method(_op))
