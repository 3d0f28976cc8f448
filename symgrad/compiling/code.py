"""Straight-line code: numbers are lines of a program that a dialect writes as text.

- `Code(dialect)` is the arithmetic; `engine.forward` and `engine.backward` over it write a program.
- `gradient_program(root, dialect)` is the program of a value and its gradient.
- `value_program(root, dialect)` is that of the value alone; `writing` turns programs into text.

Equal lines are shared, constants folded, dead lines dropped, and a product in the backward sweep
is a choice only where one factor may be infinite and the other 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from ..arithmetic.floats import FLOATS
from ..arithmetic.ieee import two_difference
from ..engine import Arithmetic, Tape, forward, gradient
from ..errors import Unsupported
from ..ops import OPS, Op, Rule
from .dialects import SIGNED_ROWS, Dialect
from .lines import TAME, WILD, CodeLine, Lines, Listing

MUL = OPS["mul"]

Way = Callable[..., Any]  # writes lines, as rules do: of the arithmetic, then the arguments


class Code(Lines, Arithmetic):
    """Rules write lines, for one dialect.

    Without `guards` they multiply, so that 0 times infinity gives nan; with them a variable is
    taken as finite, or as what may be anything where its `degree` is WILD.
    """

    def __init__(self, dialect: Dialect, guards: bool = True, degree: float = 1) -> None:
        super().__init__(degree)
        self.dialect, self.guards = dialect, guards
        self._ways: dict[str, Way] = {}  # how operations are written, once known
        self._partials: dict[str, list[Way | None]] = {}

    def forward(self, op: Op, x: Sequence[Any]) -> Any:
        x = [a if type(a) is CodeLine else self.literal(a) for a in x]
        numbers = [self.numbers[a.i] for a in x]
        if None not in numbers:
            return self.literal(FLOATS.forward(op, numbers))
        way = self._ways.get(op.name)
        if way is None:
            way = self._ways[op.name] = self.way(op)
        return way(self, *x)

    def way(self, op: Op) -> Way:
        """How the operation of lines is written here: whom to ask is settled once per row."""
        if self.asks(op, 0):
            return asking(op.name, None)
        if op.forward is None or (op.native and self.has(op.name)):
            return self.own(op.name)
        return op.forward if op.name in SIGNED_ROWS else lambda m, *x: m.composed(op, *x)

    def composed(self, op: Op, *x: CodeLine) -> Any:
        """The operation as its row composes it, with what the row knows of its growth."""
        made = self.ended(op.at_infinity, x, op.forward(self, *x))  # type: ignore[misc]
        if op.growth == "bounded" and WILD not in [self.degree(a) for a in x]:
            self.tame(made, 0)
        elif op.growth == "gentle":
            self.tame(made, max(self.degree(a) for a in x))
        return made

    def has(self, name: str) -> bool:
        """Whether the dialect has a function of that name."""
        known = name in self.dialect.forms and name not in SIGNED_ROWS
        return known or name in self.dialect.inline

    def asks(self, op: Op, place: int) -> bool:
        """Whether a rule (0: forward, i + 1: partial i) is left to the engine's floats.

        What may only over- or underflow is not worth a call.
        """
        when = op.where(place)
        if when is None or self.dialect.faithful:
            return when is not None and when.loses == "digits"
        return self.dialect.engine and when.everywhere and op.name not in self.dialect.forms

    def own(self, name: str) -> Way:
        """A function that the dialect has itself, or that Python asks of the engine."""
        if name in COMPOSED_BY_CODE:
            method: Way = getattr(Code, name)
            return method
        if name in self.dialect.inline:
            at_infinity = OPS[name].at_infinity
            return lambda m, *x: m.ended(at_infinity, x, m.dialect.inline[name](m, *x))
        if name in self.dialect.forms:
            return lambda m, *x: m.emit(name, *x)
        if self.dialect.engine:
            return asking(name, None)
        raise Unsupported(f"{self.dialect.name} has no {name}", hint=self.dialect.lacking)

    def __getattr__(self, name: str) -> Callable[..., CodeLine]:
        op = OPS.get(name)
        if op is None:
            raise AttributeError(f"Code has no {name}")
        return lambda *x: self.forward(op, x)

    def partials(self, op: Op, y: CodeLine, x: Sequence[CodeLine],
                 wanted: Sequence[bool]) -> list[Any]:  # fmt: skip
        """As everywhere, but that a partial of plain 0 is structurally zero."""
        if op.pullback and self.asks(op, 1):
            each = self.emit("engine", y, *x, holds=(op.name, "all"))
            found: list[Any] = [self.emit("item", each, holds=k) for k in range(len(x))]
        elif op.pullback:
            every = self.dialect.slopes.get((op.name, None)) if op.native else None
            found = (every or op.pullback)(self, y, x)
        else:
            ways = self._partials.get(op.name) or self.ways_of_partials(op)
            found = [
                way(self, y, *x) if way and wants else None for way, wants in zip(ways, wanted)
            ]
        found = [
            None if p is None or (self.numbers[p.i] if type(p) is CodeLine else p) == 0 else p
            for p in found
        ]
        if op.chooses or (op.infix == MUL.infix and not self.guards):  # most lines of long code
            return found
        return [self.not_made_up(op, p, a) if type(p) is CodeLine else p for p, a in zip(found, x)]

    def not_made_up(self, op: Op, slope: CodeLine, a: CodeLine) -> CodeLine:
        """The slope, but nan where its argument has overflowed: 1/inf is no derivative of ln.

        Quick code adds a - a, which is nan there: the careful code answers then. That looks whether
        a variable is infinite itself, where a slope of 0 is the limit.
        """
        if self.numbers[a.i] is not None or self.kinds[a.i] == "variable" or self.degree(a) == 0:
            return slope
        lost = self.emit("sub", a, a)  # 0, or nan where a is infinite
        if not self.guards:
            return self.lift(slope + lost)
        made_up = self.select(self.finite, self.select(self.ne(lost, 0), lost, slope), slope)
        return self.lift(self.select(self.eq(slope, 0), made_up, slope))

    def defined(self, y: CodeLine, slope: CodeLine) -> CodeLine:
        """The slope, but nan where y is, at finite variables: 1/x is no derivative of ln at -2."""
        if not self.guards:
            return self.lift(slope + self.emit("sub", y, y))
        return self.lift(self.select(self.eq(y, y), slope, self.select(self.finite, y, slope)))

    @cached_property
    def finite(self) -> CodeLine:
        """Whether all variables are finite; they stand in the code before any slope does."""
        sum_of_zeros = self.literal(0)
        for i in [i for i, kind in enumerate(self.kinds) if kind == "variable"]:
            v = CodeLine(self, i)
            sum_of_zeros = sum_of_zeros + self.emit("sub", v, v)
        return self.eq(sum_of_zeros, 0)

    def ways_of_partials(self, op: Op) -> list[Way | None]:
        """How every partial of the operation is written here, of (y, *x)."""
        ways = [rule and self.way_of_partial(op, i, rule) for i, rule in enumerate(op.partials)]
        self._partials[op.name] = ways
        return ways

    def way_of_partial(self, op: Op, i: int, rule: Way) -> Way:
        if self.asks(op, i + 1):
            return asking(op.name, i)
        composed = op.forward is not None and not op.native
        if not composed and (op.name, i) in self.dialect.slopes:
            rule = self.dialect.slopes[op.name, i]
        if op.slope_at_infinity:
            return lambda m, y, *x: m.ended(op.slope_at_infinity, x, rule(m, y, *x))
        return rule

    def ended(self, limit: Rule | None, x: Sequence[CodeLine], y: Any) -> Any:
        """y, but at infinities what the row tends to there, where its rule gives nan."""
        if limit is None or not self.guards or not self.dialect.limits or len(x) != 1:
            return y
        (a,), top = x, self.literal(math.inf)
        low, high = self.literal(limit(-math.inf)), self.literal(limit(math.inf))
        return self.select(self.eq(a, top), high, self.select(self.eq(a, -top), low, y))

    def pull(self, adjoint: CodeLine, factor: Any) -> Any:
        """adjoint times a partial; a zero stays zero, whichever of the two may be infinite."""
        if type(factor) is int:  # 1 or -1, of a sum
            return adjoint if factor == 1 else adjoint * factor
        if type(factor) is not CodeLine:
            factor = self.literal(factor)
        number = self.numbers[adjoint.i]
        if not self.guards or (number is not None and abs(number) < WILD):
            return self.product(adjoint, factor)
        steep = self.degree(adjoint) == WILD and not self.nonzero(factor)
        if self.degree(factor) <= TAME and not steep:
            return adjoint * factor
        if self.degree(factor) <= TAME:
            if self.switch(factor):
                return self.select(factor, adjoint, 0)
            return self.emit("guarded", factor, adjoint)
        if self.switch(adjoint):
            return self.select(adjoint, factor, 0)
        product = self.emit("guarded", adjoint, factor)
        return self.select(factor, product, 0) if steep else product

    def dead(self, adjoint: CodeLine) -> bool:
        return self.numbers[adjoint.i] == 0

    def max(self, *x: Any) -> CodeLine:
        return self.nested("max", x)

    def min(self, *x: Any) -> CodeLine:
        return self.nested("min", x)

    def hypot(self, *x: Any) -> CodeLine:
        return self.nested("hypot", x)

    def atan2(self, y: Any, x: Any) -> CodeLine:
        """The angle, as `ieee.atan2` has it: of -0.0 that of 0, by an addition that must stay."""
        y, x = self.lift(y), self.lift(x)
        zero = self.literal(0.0)
        plain = [self.emit("add", a, zero) for a in (y, x)]
        return self.folded("atan2", (y, x)) or self.emit("atan2", *plain)

    def sum(self, *x: Any) -> CodeLine:
        if len(x) > 2 and "sum" in self.dialect.variadic:
            return self.nested("sum", x)
        return self.lift(super().sum(*x))

    def dot(self, a: Sequence[Any], b: Sequence[Any]) -> CodeLine:
        if self.dialect.faithful:
            x = [self.lift(p) for p in (*a, *b)]
            return self.emit("engine", *x, holds=("dot", None))
        return self.lift(super().dot(a, b))

    def nested(self, name: str, x: Sequence[Any]) -> CodeLine:
        """A variadic function, from one of two arguments where the dialect has only that."""
        if name in self.dialect.variadic:
            return self.emit(name, *(self.lift(a) for a in x))
        result = self.lift(x[0])
        for a in x[1:]:
            pair = (result, self.lift(a))
            result = self.folded(name, pair) or self.emit(name, *pair)
        return result

    def pow(self, x: Any, c: Any) -> Any:
        pair = (self.lift(x), self.lift(c))
        return self.folded("pow", pair) or self.emit("power", *pair)

    powr = pow

    def powi(self, x: Any, n: Any) -> Any:
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

    def power_below(self, x: Any, c: Any) -> Any:
        """x^(c-1) though c-1 rounds: as the engine's floats have it, where c is a constant."""
        x, c = self.lift(x), self.lift(c)
        known = self.number(c)
        if known is None:
            return self.power_below_any(x, c)
        s, e = two_difference(known, 1.0)
        return self.power_below_any(x, c) if e else self.pow(x, s)

    def power_below_any(self, x: CodeLine, c: CodeLine) -> Any:
        if "power_below" in self.dialect.forms:
            return self.emit("power_below", x, c)
        s = c - 1
        t = s - c
        e = (c - (s - t)) - (1 + t)
        y = self.pow(x, s)
        return self.select(self.ne(e, 0), self.corrected(y, x, e), y)

    def corrected(self, y: CodeLine, x: CodeLine, e: CodeLine) -> Any:
        """x^(s + e) from y = x^s; a whole s that rounded is even, so that s + e is odd."""
        better = self.select(self.lt(self.abs(y), WILD), y * self.exp(e * self.log(self.abs(x))), y)
        return self.select(self.gt(x, 0), better, self.select(self.lt(x, 0), -better, y))

    def pi(self) -> CodeLine:
        return self.literal(FLOATS.pi())


COMPOSED_BY_CODE = frozenset(name for name in vars(Code) if name in OPS)  # rows it has a method for


def asking(name: str, place: int | None) -> Way:
    """The engine is asked for a row's forward (None) or for its partial number `place`."""
    return lambda m, *x: m.emit("engine", *x, holds=(name, place))


def label(leaf: Any) -> Any:
    """A variable's name, or the number that a leaf holds."""
    return leaf.data if leaf.label is None else leaf.label


def swept(code: Code, tape: Tape) -> list[Any]:
    """The lines of every node's value."""
    return forward(tape, code, {name: code.variable(name) for name in tape.variables})


def gradient_lines(code: Code, tape: Tape, values: Sequence[Any], wrt: Sequence[str],
                   root: int = 0, of: int | None = None) -> list[Any]:  # fmt: skip
    """The lines of d(root)/dx for every x in wrt; nan where root number `of`, if any, is."""
    code.backwards = True
    found = gradient(tape, code, values, root=root)
    code.backwards = False
    slopes = [found[name] if name in found else code.literal(0) for name in wrt]
    if of is None:
        return slopes
    return [code.defined(values[tape.roots[of]], slope) for slope in slopes]


def domain_ends(tape: Tape) -> bool:
    """Whether the domain of a row in it ends, so that a slope may go on where there is no value.

    At the poles of a quotient, of x^-2 and of tan it does not: slopes have poles there, too.
    """
    return any(
        margin.kind != "!= 0" or not (op.meromorphic or op.family in ("quotient", "power"))
        for op in set(tape.ops) if op for margin in op.domain
    )  # fmt: skip


def value_program(root: Any, dialect: Dialect, variables: Sequence[str] | None = None) -> Listing:
    """The program that computes the root's value."""
    tape, code = Tape.of([root], label), Code(dialect)
    values = swept(code, tape)
    return code.program([values[tape.roots[0]]], tape.variables if variables is None else variables)


def gradient_program(root: Any, dialect: Dialect, variables: Sequence[str] | None = None,
                     wrt: Sequence[str] | None = None) -> Listing:  # fmt: skip
    """The program of the root's value, then its derivative by each of wrt."""
    tape, code = Tape.of([root], label, wrt), Code(dialect)
    values = swept(code, tape)
    variables = tape.variables if variables is None else variables
    names = variables if wrt is None else wrt
    lines = gradient_lines(code, tape, values, names, of=0 if domain_ends(tape) else None)
    return code.program([values[tape.roots[0]], *lines], variables)
