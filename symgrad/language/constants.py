"""The value of every constant node while parsing: exact where small, else a float.

- `follow(node)` computes it, and refuses 1/0, 0^0, (171)! and powers of too many digits.
- `node in constants` says whether the node has no variable under it.
"""

from __future__ import annotations

from fractions import Fraction
from math import gamma, inf, isfinite, isnan, log10, nan

from ..arithmetic.floats import FLOATS
from ..errors import LanguageError, LimitReached
from ..limits import Limits
from ..ops import Op
from ..value import Value, is_literal

EXACT = ("add", "sub", "mul", "div", "neg", "powi", "factorial")
BOUND = Fraction(10**300)  # exponents above are alike
BITS = 40_000  # of a numerator or denominator that is followed exactly; above, a float will do

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

    def follow(self, node: Value) -> None:
        """The node's value from those of its arguments, if they are constant."""
        values, args = self.values, node.args
        op: Op = node.op  # type: ignore[assignment]
        if op.name == "div" and is_literal(args[1]) and args[1].label == 0:
            raise LanguageError("division by zero", hint="it has no value anywhere")
        if node in values:
            return
        for a in args:
            if a not in values:
                return
        if op.name in ("powi", "powr"):
            self._check_power(args, *(self._value(a) for a in args))
        if op.name == "factorial" and not self._value(args[0]) <= self.limits.factorial:
            raise LimitReached(
                f"the factorial of a number above {self.limits.factorial} is too large", "factorial"
            )
        x = [values[a] for a in args]
        exact = op.name in EXACT and None not in x
        values[node] = _exact(op.name, x) if exact else None  # type: ignore[arg-type]

    def _value(self, node: Value) -> Number:
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
            raise LanguageError("0^0 has no value", hint="x^0 is 1 for every other x")
        if base == 0 and is_literal(args[0]) and n < 0:
            raise LanguageError("division by zero: a negative power of 0")
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


def _exact(name: str, x: list[Number]) -> Number:
    """The rational value, or a float where it is none or too long."""
    small = all(isinstance(a, Fraction) and _bits(a) < BITS for a in x)
    try:
        found = _rational(name, *(x if small else [float(a) for a in x]))
    except (ArithmeticError, ValueError):
        return _overflow(name, x)
    if isinstance(found, Fraction) and _bits(found) > BITS:
        return _overflow(name, [found])
    return found


def _overflow(name: str, x: list[Number]) -> float:
    """What a float makes of a result that is too long or does not exist."""
    try:
        return float(x[0]) if len(x) == 1 else nan if name == "div" else inf
    except OverflowError:
        return inf


def _rational(name: str, a: Number, b: Number = Fraction(0)) -> Number:
    match name:
        case "add":
            return a + b
        case "sub":
            return a - b
        case "mul":
            return a * b
        case "div":
            return a / b
        case "neg":
            return -a
        case "powi":
            return a ** int(b)
    if a == int(a) and a >= 0:
        product = 1
        for n in range(2, int(a) + 1):
            product *= n
        return Fraction(product)
    return gamma(float(a) + 1)


def _bits(x: Fraction) -> int:
    return max(x.numerator.bit_length(), x.denominator.bit_length())


def _float(node: Value, x: list[Number]) -> float:
    op: Op = node.op  # type: ignore[assignment]
    try:
        return float(FLOATS.forward(op, [float(a) for a in x]))
    except (ArithmeticError, ValueError, TypeError):
        return nan
