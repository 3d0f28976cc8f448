"""Straight-line code: numbers are lines of a program that a dialect writes as text.

- `Code(dialect)` is the arithmetic; `engine.forward` and `engine.backward` over it write a program.
- `gradient_program(root, dialect)` is the program of a value and its gradient.
- `value_program(root, dialect)` is that of the value alone; `writing` turns programs into text.

Equal lines are shared, constants folded, dead lines dropped, and a zero adjoint meets a partial
through a choice only where that partial may be infinite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..engine import Arithmetic, Tape, backward, forward
from ..errors import Unsupported
from ..ops import OPS, Op
from .dialects import ARITHMETIC, COMPARISONS, Dialect
from .floats import FLOATS
from .ieee import two_difference

TAME = 8  # a partial is taken as finite up to this degree in the variables: (1e38)^8 still is
WILD = float("inf")
# what stays bounded, or grows no faster than its arguments
BOUNDED = {"sin", "cos", "tanh", "sech", "atan", "erf", "erfc", "gaussian", "sign", "sigmoid",
           "softsign", *COMPARISONS}  # fmt: skip
GENTLE = {"add", "sub", "neg", "abs", "hypot", "max", "min", "select", "asinh", "softplus",
          *("select_" + name for name in COMPARISONS)}  # fmt: skip

OWN = {"max", "min", "hypot", "pow", "powr", "powi", "power_below", "sum", "dot"}  # methods of Code


class Line:
    """A number of the program: line `i` of the code `m`; operators write a new line."""

    __slots__ = ("i", "m")

    def __init__(self, m: Code, i: int) -> None:
        self.m = m
        self.i = i

    def __add__(self, other: Any) -> Line:
        return self.m.sum_of(self, self.m.lift(other))

    def __radd__(self, other: Any) -> Line:
        return self.m.sum_of(self.m.lift(other), self)

    def __sub__(self, other: Any) -> Line:
        return self.m.difference(self, self.m.lift(other))

    def __rsub__(self, other: Any) -> Line:
        return self.m.difference(self.m.lift(other), self)

    def __mul__(self, other: Any) -> Line:
        return self.m.product(self, self.m.lift(other))

    def __rmul__(self, other: Any) -> Line:
        return self.m.product(self.m.lift(other), self)

    def __truediv__(self, other: Any) -> Line:
        return self.m.quotient(self, self.m.lift(other))

    def __rtruediv__(self, other: Any) -> Line:
        return self.m.quotient(self.m.lift(other), self)

    def __neg__(self) -> Line:
        return self.m.negative(self)


@dataclass(frozen=True, slots=True)
class Program:
    """Lines of code: line i is `kinds[i]` of the lines `args[i]`.

    `holds[i]` is a literal's float, a variable's name, or what an engine call names.
    """

    kinds: tuple[str, ...]
    args: tuple[tuple[int, ...], ...]
    holds: tuple[Any, ...]
    outputs: tuple[int, ...]
    variables: tuple[str, ...]


class Code(Arithmetic):
    """Rules write lines; equal lines are written once."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.kinds: list[str] = []
        self.args: list[tuple[int, ...]] = []
        self.holds: list[Any] = []
        self.degrees: list[float] = []  # in the variables; WILD: may be infinite
        self.index: dict[Any, Line] = {}

    def program(self, outputs: Iterable[Any], variables: Iterable[str]) -> Program:
        found = tuple(self.lift(y).i for y in outputs)
        return Program(tuple(self.kinds), tuple(self.args), tuple(self.holds), found,
                       tuple(variables))  # fmt: skip

    # lines

    def emit(self, kind: str, *x: Line, holds: Any = None) -> Line:
        """The line kind(*x), shared with an equal one."""
        args = tuple([a.i for a in x])
        if kind in ("add", "mul") and args[1] < args[0]:
            key: Any = (kind, args[::-1], None)
        else:
            key = (kind, args, repr(holds) if type(holds) is float else holds)
        found = self.index.get(key)
        if found is None:
            found = self.index[key] = Line(self, len(self.kinds))
            self.kinds.append(kind)
            self.args.append(args)
            self.holds.append(holds)
            self.degrees.append(self.degree(kind, args))
        return found

    def degree(self, kind: str, args: tuple[int, ...]) -> float:
        """How fast a line grows with the variables; WILD where it may be infinite or nan."""
        degrees = [self.degrees[j] for j in args]
        if kind == "mul":
            return sum(degrees)
        if kind in BOUNDED:
            return 0 if WILD not in degrees else WILD
        if kind in GENTLE:
            return max(degrees)
        if kind == "div" and self.number(args[1]):
            return degrees[0]
        return 1 if kind == "variable" else 0 if kind == "literal" else WILD

    def number(self, line: Line | int) -> float | None:
        """A literal line's number."""
        i = line if isinstance(line, int) else line.i
        return self.holds[i] if self.kinds[i] == "literal" else None

    def literal(self, exact: Any) -> Line:
        found = self.emit("literal", holds=FLOATS.literal(exact))
        if not abs(self.holds[found.i]) < WILD:
            self.degrees[found.i] = WILD
        return found

    def variable(self, name: str) -> Line:
        return self.emit("variable", holds=name)

    def lift(self, x: Any) -> Line:
        return x if isinstance(x, Line) else self.literal(x)

    def folded(self, name: str, x: Sequence[Line]) -> Line | None:
        """The literal name(*x) where every argument is one."""
        numbers = [self.number(a) for a in x]
        if None in numbers:
            return None
        return self.literal(FLOATS.forward(OPS[name], numbers))  # type: ignore[arg-type]

    # operators; the neutral elements 0 and 1 leave no line

    def sum_of(self, a: Line, b: Line) -> Line:
        if self.number(b) == 0:
            return a
        return b if self.number(a) == 0 else self.folded("add", (a, b)) or self.emit("add", a, b)

    def difference(self, a: Line, b: Line) -> Line:
        if self.number(b) == 0:
            return a
        if self.number(a) == 0:
            return self.negative(b)
        return self.folded("sub", (a, b)) or self.emit("sub", a, b)

    def product(self, a: Line, b: Line) -> Line:
        for factor, other in ((a, b), (b, a)):
            match self.number(factor):
                case 0:
                    return self.literal(0)
                case 1:
                    return other
                case -1:
                    return self.negative(other)
        return self.folded("mul", (a, b)) or self.switched(a, b) or self.emit("mul", a, b)

    def switched(self, a: Line, b: Line) -> Line | None:
        """A product with a comparison as a choice, where the other factor is surely finite."""
        for switch, other in ((b, a), (a, b)):
            if self.switch(switch) and self.degrees[other.i] <= TAME:
                return self.select(switch, other, 0)
        return None

    def switch(self, line: Line) -> bool:
        """Whether a line is 1 or 0."""
        return self.kinds[line.i] in COMPARISONS

    def quotient(self, a: Line, b: Line) -> Line:
        if self.number(b) == 1:
            return a
        return self.folded("div", (a, b)) or self.emit("div", a, b)

    def negative(self, a: Line) -> Line:
        if self.kinds[a.i] == "neg":
            return Line(self, self.args[a.i][0])
        return self.folded("neg", (a,)) or self.emit("neg", a)

    # functions

    def forward(self, op: Op, x: Sequence[Any]) -> Line:
        x = [self.lift(a) for a in x]
        if all(self.number(a) is not None for a in x):
            return self.literal(FLOATS.forward(op, [self.number(a) for a in x]))  # type: ignore[misc]
        if self.asks(op, 0):
            return self.emit("engine", *x, holds=(op.name, None))
        if op.forward is None or op.name in self.dialect.forms and op.name not in ARITHMETIC:
            return self.called(op.name, *x)
        made = op.forward(self, *x)
        if op.name in BOUNDED and WILD not in [self.degrees[a.i] for a in x]:
            self.degrees[made.i] = 0
        elif op.name in GENTLE:
            self.degrees[made.i] = max(self.degrees[a.i] for a in x)
        return made

    def asks(self, op: Op, place: int) -> bool:
        """Whether a rule (0: forward, i + 1: partial i) is left to the engine's floats.

        What may only over- or underflow (`faint_...`) is not worth a call.
        """
        when = op.delicate[place] if self.dialect.faithful and len(op.delicate) > place else None
        return when is not None and not when.__name__.startswith("faint")

    def called(self, name: str, *x: Any) -> Line:
        """A function that the dialect has itself, or that Python asks of the engine."""
        x = tuple(self.lift(a) for a in x)
        if name in OWN:
            return getattr(self, name)(*x)
        if name in self.dialect.forms:
            return self.folded(name, x) or self.emit(name, *x)
        if self.dialect.name == "python":
            return self.folded(name, x) or self.emit("engine", *x, holds=(name, None))
        raise Unsupported(f"{self.dialect.name} has no {name}", hint=self.dialect.lacking)

    def __getattr__(self, name: str) -> Callable[..., Line]:
        op = OPS.get(name)
        if op is None:
            raise AttributeError(f"Code has no {name}")
        return lambda *x: self.forward(op, x)

    def partials(self, op: Op, y: Line, x: Sequence[Line], wanted: Sequence[bool]) -> list[Any]:
        """As everywhere, but that a partial of plain 0 is structurally zero."""
        if op.pullback and self.asks(op, 1):
            each = self.emit("engine", y, *x, holds=(op.name, "all"))
            found: list[Any] = [self.emit("item", each, holds=k) for k in range(len(x))]
        elif op.pullback:
            found = op.pullback(self, y, x)
        else:
            found = [
                self.partial(op, i, y, x) if op.partials[i] and wants else None
                for i, wants in enumerate(wanted)
            ]
        return [None if p is None or self.number(self.lift(p)) == 0 else p for p in found]

    def partial(self, op: Op, i: int, y: Line, x: Sequence[Line]) -> Any:
        if self.asks(op, i + 1):
            return self.emit("engine", y, *x, holds=(op.name, i))
        return op.partials[i](self, y, *x)  # type: ignore[misc]

    def pull(self, adjoint: Line, partial: Any) -> Line:
        """adjoint times partial; where the partial may be infinite, a zero adjoint stays zero."""
        partial = self.lift(partial)
        if self.degrees[partial.i] <= TAME or self.number(adjoint) is not None:
            return adjoint * partial
        if self.switch(adjoint):
            return self.select(adjoint, partial, 0)
        return self.emit("guarded", adjoint, partial)

    def dead(self, adjoint: Line) -> bool:
        return self.number(adjoint) == 0

    def select(self, c: Any, a: Any, b: Any) -> Line:
        c, a, b = self.lift(c), self.lift(a), self.lift(b)
        known = self.number(c)
        if known is not None:
            return a if known else b
        if a.i == b.i:
            return a
        if not self.switch(c):
            return self.emit("select", c, a, b)
        if self.number(a) == 1 and self.number(b) == 0:
            return c
        left, right = (Line(self, j) for j in self.args[c.i])
        return self.emit("select_" + self.kinds[c.i], left, right, a, b)

    def max(self, *x: Any) -> Line:
        return self.nested("max", x)

    def min(self, *x: Any) -> Line:
        return self.nested("min", x)

    def hypot(self, *x: Any) -> Line:
        return self.nested("hypot", x)

    def sum(self, *x: Any) -> Line:
        if len(x) > 2 and "sum" in self.dialect.variadic:
            return self.nested("sum", x)
        return self.lift(super().sum(*x))

    def dot(self, a: Sequence[Any], b: Sequence[Any]) -> Line:
        if self.dialect.faithful:
            x = [self.lift(p) for p in (*a, *b)]
            return self.emit("engine", *x, holds=("dot", None))
        return self.lift(super().dot(a, b))

    def nested(self, name: str, x: Sequence[Any]) -> Line:
        """A variadic function, from one of two arguments where the dialect has only that."""
        if name in self.dialect.variadic:
            return self.emit(name, *(self.lift(a) for a in x))
        result = self.lift(x[0])
        for a in x[1:]:
            pair = (result, self.lift(a))
            result = self.folded(name, pair) or self.emit(name, *pair)
        return result

    def pow(self, x: Any, c: Any) -> Line:
        pair = (self.lift(x), self.lift(c))
        return self.folded("pow", pair) or self.emit("power", *pair)

    powr = pow

    def powi(self, x: Any, n: Any) -> Line:
        """x^n; the square as a product, as in the engine's floats."""
        x, n = self.lift(x), self.lift(n)
        known = self.number(n)
        if known == 0:
            return self.literal(1)
        if known == 1:
            return x
        if known == 2:
            return x * x
        if known == -1:
            return 1 / x
        return self.pow(x, n)

    def power_below(self, x: Any, c: Any) -> Line:
        """x^(c-1) though c-1 rounds: as the engine's floats have it, where c is a constant."""
        x, c = self.lift(x), self.lift(c)
        known = self.number(c)
        if known is None:
            return self.power_below_any(x, c)
        s, e = two_difference(known, 1.0)
        return self.power_below_any(x, c) if e else self.pow(x, s)

    def power_below_any(self, x: Line, c: Line) -> Line:
        if "power_below" in self.dialect.forms:
            return self.emit("power_below", x, c)
        s = c - 1
        t = s - c
        e = (c - (s - t)) - (1 + t)
        y = self.pow(x, s)
        return self.select(self.ne(e, 0), self.corrected(y, x, e), y)

    def corrected(self, y: Line, x: Line, e: Line) -> Line:
        better = self.select(self.lt(y, WILD), y * self.exp(e * self.log(x)), y)
        return self.select(self.gt(x, 0), better, y)

    def pi(self) -> Line:
        return self.literal(FLOATS.pi())


def label(leaf: Any) -> Any:
    """A variable's name, or the number that a leaf holds."""
    return leaf.data if leaf.label is None else leaf.label


def swept(code: Code, tape: Tape) -> list[Any]:
    """The lines of every node's value."""
    return forward(tape, code, {name: code.variable(name) for name in tape.variables})


def gradient_lines(code: Code, tape: Tape, values: Sequence[Any], wrt: Sequence[str],
                   root: int = 0) -> list[Any]:  # fmt: skip
    """The lines of d(root)/dx for every x in wrt."""
    adjoints = backward(tape, code, values, root=root)
    found = {leaf: a for leaf, a in zip(tape.leaves, adjoints) if isinstance(leaf, str)}
    return [code.literal(0) if found.get(name) is None else found[name] for name in wrt]


def value_program(root: Any, dialect: Dialect, variables: Sequence[str] | None = None) -> Program:
    """The program that computes the root's value."""
    tape, code = Tape.of([root], label), Code(dialect)
    values = swept(code, tape)
    return code.program([values[tape.roots[0]]], tape.variables if variables is None else variables)


def gradient_program(root: Any, dialect: Dialect, variables: Sequence[str] | None = None,
                     wrt: Sequence[str] | None = None) -> Program:  # fmt: skip
    """The program of the root's value, then its derivative by each of wrt."""
    tape, code = Tape.of([root], label, wrt), Code(dialect)
    values = swept(code, tape)
    variables = tape.variables if variables is None else variables
    lines = gradient_lines(code, tape, values, variables if wrt is None else wrt)
    return code.program([values[tape.roots[0]], *lines], variables)
