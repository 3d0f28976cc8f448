"""What the builder's halves share: parts of a text, nodes with their places, powers, errors.

- `Constants` has the value of every node without a variable, exact where it is small, and refuses
  1/0, 0^0, (171)! and powers of too many digits before anything is computed.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import factorial, gamma, inf, isfinite, isnan, log10, nan
from typing import Any, NamedTuple

from ..arithmetic.floats import FLOATS
from ..engine import Arithmetic
from ..errors import Fault, LanguageError, LimitReached
from ..limits import Limits
from ..ops import OPS, Op
from ..value import Graphs, Value, is_literal
from .characters import Callee
from .choices import Choices

Relation = tuple[str, Value, Value]  # <, x, 1


class Part(NamedTuple):
    """A piece of the text and what it means."""

    value: Value
    start: int
    end: int
    kind: str = ""  # number, constant, name, group, call, power, comparison
    depth: int = 0  # of brackets, powers and signs
    power: tuple[Part, Part] | None = None  # base and exponent, if written without brackets
    half: Callable[[Part], Value] | None = None  # x^1: what x^1/2 would be as x^(1/2)
    choose: Callable[[Value, Value], Value] | None = None  # of a condition: a where it holds, or b
    relations: tuple[Relation, ...] = ()  # of comparisons that all hold, from left to right


class Head(NamedTuple):
    """A function that waits for its argument."""

    callee: Callee
    start: int
    end: int


Link = Part | Head
Chain = Link | list[Link]  # one thing, or several side by side


class Nodes:
    """The graph that one run over one text builds."""

    def __init__(self, text: str, choices: Choices, limits: Limits, *, latex: bool = False) -> None:
        self.text, self.choices, self.limits, self.latex = text, choices, limits, latex
        self.graphs = Graphs()
        self.constants = Constants(limits)
        self.numbers: dict[str, Value] = {}
        self.bound: dict[str, Value] = {}
        self.functions: dict[str, tuple[tuple[str, ...], Value]] = {}  # arguments, formula
        self.open: dict[Value, LanguageError] = {}  # nodes that want a number where a name stands
        self.vanished = False  # whether names were used that are no variables: k in a sum
        self.unused: dict[str, tuple[int, int]] = {}  # bindings that nothing has used so far
        self.seen: dict[str, int] = {}  # where each variable stands first
        self.places: dict[Value, tuple[int, int]] = {}

    def node(self, op: Op | str, args: tuple[Value, ...], start: int, end: int) -> Value:
        """The shared node op(*args), with its place where it can be undefined."""
        op = OPS[op] if isinstance(op, str) else op
        node = self.graphs.node(op, args)
        if op.domain:
            self.places.setdefault(node, (start, end))
        try:
            self.constants.follow(node)
        except (LanguageError, LimitReached) as error:
            error.text, error.position = self.text, (start, end)
            raise
        if len(self.graphs.made) > self.limits.nodes:
            raise self.limited(f"more than {self.limits.nodes} nodes", "nodes", start, end)
        return node

    def part(
        self, value: Value, start: int, end: int, kind: str, *inside: Part, deeper: int = 1,
        **more: Any,
    ) -> Part:  # fmt: skip
        """A part whose depth is that of its deepest content, one more where it nests."""
        if self.limits.depth is None:
            return Part(value, start, end, kind, **more) if more else Part(value, start, end, kind)
        depth = max([p.depth for p in inside], default=0) + deeper
        if depth > self.limits.depth:
            raise self.limited(
                f"brackets, powers and signs are nested more than {self.limits.depth} deep",
                "depth", start, end,
            )  # fmt: skip
        return Part(value, start, end, kind, depth, **more)

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables in order of appearance."""
        return tuple(sorted(self.seen, key=self.seen.__getitem__))

    def limited(self, message: str, limit: str, start: int, end: int) -> LimitReached:
        return LimitReached(message, limit, text=self.text, position=(start, end))

    def refused(
        self, message: str, start: int, end: int, hint: str | None = None,
        code: Fault = Fault.syntax,
    ) -> LanguageError:  # fmt: skip
        return LanguageError(message, code=code, text=self.text, position=(start, end), hint=hint)

    def typed(self, start: int, end: int) -> str:
        return self.text[start:end]

    def infix(self, op: str, start: int, end: int, a: Part, b: Part, kind: str = "") -> Part:
        """The row of a sign between two operands."""
        value = self.node(op, (a.value, b.value), start, end)
        if self.limits.depth is None:
            return Part(value, start, end, kind)
        return self.part(value, start, end, kind, a, b, deeper=0)

    def neg(self, start: int, end: int, x: Part) -> Part:
        return self.part(self.node("neg", (x.value,), start, end), start, end, "sign", x)

    def plus(self, start: int, end: int, x: Part) -> Part:
        return self.part(x.value, start, end, "sign", x)

    def raised(self, x: Value, n: Value, start: int, end: int) -> Value:
        """x^n by the row made for it; a minus is folded into a whole exponent.

        x^(4 - 1) has values below 0, so that it is no power with a real exponent.
        """
        if x.op is OPS["e"]:
            return self.node("exp", (n,), start, end)
        whole = n.args[0] if n.op is OPS["neg"] else n
        if is_literal(whole) and whole.label == int(whole.label):
            self.constants.known(whole)
            exponent = self.graphs.literal(-whole.label if n is not whole else n.label)
            self.constants.known(exponent)
            return self.node("powi", (x, exponent), start, end)
        real = n in self.constants and not self.constants.perhaps_whole(n)
        return self.node("powr" if real else "pow", (x, n), start, end)


BOUND = Fraction(10**300)  # exponents above are alike
BOUND_OF_WHOLE = 2**53  # of an exponent; above, floats do not tell even from odd
NEAR_WHOLE = 1e-9
BITS_FOLLOWED = 40_000  # of a numerator or denominator that stays exact; above, a float will do

Number = Fraction | float


class Constants:
    """Values of constant nodes."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.values: dict[Value, Number | None] = {}  # None: not needed yet

    def __contains__(self, node: Value) -> bool:
        return node in self.values

    def known(self, literal: Value) -> None:
        if literal not in self.values:
            label = literal.label
            self.values[literal] = label if type(label) is Fraction else Fraction(label)

    def perhaps_whole(self, node: Value) -> bool:
        """Whether the node is a whole number, or may be one as sqrt(4) is, which floats see only.

        Then balls decide what has values below 0.
        """
        found = self.value_of(node)
        if isinstance(found, Fraction):
            return found == int(found) and abs(found) < BOUND_OF_WHOLE
        near = isfinite(found) and abs(found) < BOUND_OF_WHOLE
        return near and abs(found - round(found)) < NEAR_WHOLE

    def follow(self, node: Value) -> None:
        """The node's value from those of its arguments, if they are constant."""
        values, args = self.values, node.args
        op: Op = node.op  # type: ignore[assignment]
        if op is OPS["div"] and is_literal(args[1]) and args[1].label == 0:
            raise LanguageError(
                "division by zero", code=Fault.undefined, hint="it has no value anywhere"
            )
        if node in values:
            return
        for a in args:
            if a not in values:
                return
        if op.family == "power" and len(args) == 2:
            self._check_power(args, *(self.value_of(a) for a in args))
        if op is OPS["factorial"] and self.value_of(args[0]) > self.limits.factorial:
            raise LimitReached(
                f"the factorial of a number above {self.limits.factorial} is too large", "factorial"
            )
        x = [values[a] for a in args]
        rational = op.rational or op is OPS["factorial"] or op is OPS["pow"]
        exact = rational and None not in x
        values[node] = _exact(op, x) if exact else None  # type: ignore[arg-type]

    def value_of(self, node: Value) -> Number:
        """The value, in floats where it was not needed so far (sqrt, sin, ... in an exponent)."""
        stack = [node]
        while stack:
            top = stack[-1]
            missing = [a for a in top.args if self.values[a] is None]
            if self.values[top] is None and missing:
                stack += missing
                continue
            if self.values[top] is None:
                self.values[top] = _float(top, [self.values[a] for a in top.args])  # type: ignore[misc]
            stack.pop()
        return self.values[node]  # type: ignore[return-value]

    def _check_power(self, args: tuple[Value, ...], base: Number, n: Number) -> None:
        if base == 0 and is_literal(args[0]) and n == 0:
            raise LanguageError(
                "0^0 has no value", code=Fault.undefined, hint="x^0 is 1 for every other x"
            )
        if base == 0 and is_literal(args[0]) and n < 0:
            raise LanguageError("division by zero: a negative power of 0", code=Fault.undefined)
        size = abs(float(n)) if -BOUND < n < BOUND or n != n else inf
        if _digits(base) * size > self.limits.constant:
            raise LimitReached(
                f"a constant power of more than {self.limits.constant} digits", "constant"
            )


def _digits(x: Number) -> float:
    """How many digits x adds to a power, at least."""
    if isinstance(x, Fraction):
        return max(_log(x.numerator), _log(x.denominator))
    return abs(log10(abs(x))) if isfinite(x) and x else 0.0 if x == 0 or isnan(x) else inf


def _log(n: int) -> float:
    return log10(abs(n)) if n else 0.0


def _exact(op: Op, x: list[Number]) -> Number:
    """The rational value, or a float where it is none or too long."""
    small = all(isinstance(a, Fraction) and _bits(a) < BITS_FOLLOWED for a in x)
    try:
        found: Number = EXACTLY.forward(op, x if small else [float(a) for a in x])
    except (ArithmeticError, ValueError):
        return _overflow(op, x)
    if isinstance(found, Fraction) and _bits(found) > BITS_FOLLOWED:
        return _overflow(op, [found])
    return found


def _overflow(op: Op, x: list[Number]) -> float:
    """What a float makes of a result that is too long or does not exist."""
    try:
        return float(x[0]) if len(x) == 1 else nan if op.family == "quotient" else inf
    except OverflowError:
        return inf


class ExactNumbers(Arithmetic):
    """Fractions, and floats where one was too long: what the constants of a text are."""

    @staticmethod
    def powi(a: Number, n: Number) -> Number:
        return a ** int(n)

    pow = powi  # of a constant whose exponent is whole

    @staticmethod
    def gamma(a: Number) -> Number:
        """(a - 1)! of a whole number, as that of a factorial is."""
        return Fraction(factorial(int(a) - 1)) if a == int(a) and a >= 1 else gamma(float(a))


EXACTLY = ExactNumbers()


def _bits(x: Fraction) -> int:
    return max(x.numerator.bit_length(), x.denominator.bit_length())


def _float(node: Value, x: list[Number]) -> float:
    op: Op = node.op  # type: ignore[assignment]
    try:
        return float(FLOATS.forward(op, [float(a) for a in x]))
    except (ArithmeticError, ValueError, TypeError):
        return nan
