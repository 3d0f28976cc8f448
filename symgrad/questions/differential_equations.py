"""Ordinary differential equations: read, and the function of an answer put into them.

- `equation(text, name, function)` is an `Equation`: what is 0, in x, y, y_1 (for y'), y_2, ...
- `Equation.with_function(root)` is what is left where y is a formula in x;
- `vanishing(root, name, spots)` tells of every x whether that is 0, in balls.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from flint import arb

from ..arithmetic.balls import BALLS, precision
from ..engine import Tape, first_undefined, forward
from ..errors import UsageError
from ..expression import Expression
from ..homework import coordinates
from ..homework.comparing import EQUAL_TO
from ..homework.coordinates import Coordinate
from ..homework.reading import Unreadable, read
from ..homework.sought import SLOPE_BITS
from ..limits import Limits
from ..sentences import complained, say
from ..value import Graphs, Value, substituted, tidy
from .answers import Names, plain, sides

MOST_ORDER_OF_EQUATION = 4
VANISHING_BITS = (SLOPE_BITS, 4 * SLOPE_BITS)
LONE = re.compile(r"(?<![A-Za-z\\])[a-df-hj-zA-DF-HJ-Z](?![A-Za-z_(])")
GREEK_OF_EQUATIONS = {
    "alpha": "α", "beta": "β", "delta": "δ", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν",
    "omega": "ω", "rho": "ρ", "sigma": "σ", "tau": "τ",
}  # fmt: skip
DIFFERENTIAL = re.compile(
    r"(?<![A-Za-z])d\s*(?:\^?\{?\s*[\d²]\s*\}?)?\s*([A-Za-z])\s*(?:\(\w\))?\s*(?:/|\}\s*\{)\s*d"
)
PRIMED = re.compile(r"([A-Za-z])\s*(?:['′’´`]|\^\s*\{?\s*\\prime)")
FEWEST_ZEROS = 5  # points at which a formula is 0 by no accident
PRIMES = r"['′’´`]|\^\s*\{?\s*\\prime\s*\}?"


@dataclass(frozen=True)
class Equation:
    """left = right, in x, y and its derivatives."""

    text: str
    left: Value
    right: Value
    variable: str
    function: str
    order: int
    parameters: tuple[str, ...]

    def derivative_name(self, k: int) -> str:
        return placeholder(self.function, k)

    @cached_property
    def residual(self) -> Value:
        """What is 0 where the equation holds."""
        return tidy([self.left - self.right])[0]

    @property
    def names(self) -> list[str]:
        """y, y_1, ... up to the order."""
        return [self.derivative_name(k) for k in range(self.order + 1)]

    def put_in(self, root: Value) -> dict[str, Value]:
        """What y, y_1, ... are where y is this formula."""
        put, found = {}, Expression(root)
        for name in self.names:
            put[name] = found.root
            found = found.backpropagated(self.variable)
        return put

    def with_function(self, root: Value) -> Value:
        """What is left of the equation where y is this formula."""
        return substituted(self.residual, self.put_in(root))

    def turned(self, k: int) -> Equation:
        """The equation with the other sign of y's derivative of order k."""
        name = self.derivative_name(k)
        return self.changed({name: -Graphs().variable(name)})

    def without_source(self) -> Equation:
        """Only the terms with y or a derivative of it: the homogeneous equation of a linear one."""
        return self._like(self.residual - self.source())

    def source(self) -> Value:
        """What is left where y and its derivatives are 0."""
        return substituted(self.residual, {name: Graphs().literal(0) for name in self.names})

    def changed(self, put: Mapping[str, Value]) -> Equation:
        return self._like(substituted(self.residual, put))

    def _like(self, residual: Value) -> Equation:
        return replace(self, left=residual, right=Graphs().literal(0))

    def linear(self) -> bool:
        """Whether no slope of the residual by y, y', ... depends on one of these."""
        slopes = [Expression(self.residual).backpropagated(n).root for n in self.names]
        return all(not set(self.names) & set(Tape.of([slope]).variables) for slope in slopes)


def placeholder(function: str, k: int) -> str:
    return function if k == 0 else f"{function}_{k}"


def equation(text: str, name: str | None, function: str | None, limits: Limits) -> Equation:
    """An equation in x, y, y' or dy/dx, ... Raises UsageError for what is none."""
    function = function or function_of_equation(text)
    name = name or variable_of(text, function)
    try:
        found = sides(with_placeholders(plain(text), name, function))
        if len(found) != 2:
            raise UsageError(f"a differential equation has one = sign: {text!r}")
        left, right = (side_read(side, name, function, limits) for side in found)
    except Unreadable as problem:
        said = say("this equation cannot be read: {why}", why=complained(problem.message))
        raise UsageError(said) from None
    used = Tape.of([tidy([left - right])[0]]).variables
    names = [placeholder(function, k) for k in range(MOST_ORDER_OF_EQUATION + 1)]
    order = max((k for k, n in enumerate(names) if n in used), default=0)
    if order == 0:
        raise UsageError(f"there is no derivative of {function} in {text!r}",
                         hint=f"write {function}' or d{function}/d{name}")  # fmt: skip
    others = tuple(n for n in used if n not in (name, *names))
    return Equation(text, left, right, name, function, order, others)


def side_read(text: str, name: str, function: str, limits: Limits) -> Value:
    """One side; lone letters besides x and y are parameters. Raises Unreadable."""
    names = [name, *(placeholder(function, k) for k in range(MOST_ORDER_OF_EQUATION + 1))]
    greek = [n for n, sign in GREEK_OF_EQUATIONS.items()
             if sign in text or re.search(rf"(?<![A-Za-z]){n}(?![A-Za-z])", text)]  # fmt: skip
    letters = [n for n in (*LONE.findall(text), *greek) if n not in names]
    return read(text, Names((*names, *dict.fromkeys(letters)), limits))[0].root


def function_of_equation(text: str) -> str:
    """The letter whose derivative the equation has: P of dP/dt, x of x''; else y."""
    for pattern in (DIFFERENTIAL, PRIMED):
        found = pattern.search(text)
        if found:
            return found[1]
    return "y"


def variable_of(text: str, function: str) -> str:
    """The letter below in dy/dt; else t where there is a t and no x; else x."""
    below = re.search(rf"d\s*{re.escape(function)}\s*(?:/|\}}\s*\{{)\s*d\s*([A-Za-z])", text)
    if below:
        return below[1]
    letters = set(re.findall(r"(?<![A-Za-z\\])[A-Za-z](?![A-Za-z])", text)) - {function}
    return "t" if function == "x" or ("t" in letters and "x" not in letters) else "x"


def with_placeholders(text: str, name: str, function: str) -> str:
    """y'' and d^2y/dx^2 as y_2, y' and dy/dx as y_1, y(x) as y."""
    y, x = re.escape(function), re.escape(name)
    argument = rf"(?:\s*\(\s*{x}\s*\))?"
    for k in range(MOST_ORDER_OF_EQUATION, 0, -1):
        power = r"\s*" if k == 1 else rf"\s*\^?\s*\{{?\s*{k}\s*\}}?\s*"
        over = rf"d{power}{y}{argument}", rf"d\s*{x}{'' if k == 1 else power}"
        slash = rf"(?<![A-Za-z]){over[0]}\s*/\s*{over[1]}(?![A-Za-z])"
        frac = rf"\\d?frac\s*\{{\s*{over[0]}\s*\}}\s*\{{\s*{over[1]}\s*\}}"
        primes = rf"(?<![A-Za-z\\]){y}\s*(?:(?:{PRIMES})\s*){{{k}}}{argument}"
        glued = rf"(?<=[A-Za-z\d]){y}\s*(?:(?:{PRIMES})\s*){{{k}}}{argument}"
        numbered = rf"{y}\s*\^?\s*\(\s*{k}\s*\){argument}" if k > 2 else r"(?!)"
        dots = rf"\\{'d' * k}ot\s*\{{?\s*{y}\s*\}}?" if k < 3 else r"(?!)"
        text = re.sub("|".join((slash, frac, primes, glued, numbered, dots)),
                      f" {placeholder(function, k)} ", text.replace("²", "^2"))  # fmt: skip
    if placeholder(function, 1) not in text:  # y dy = x dx, divided by dx
        text = re.sub(rf"(?<![A-Za-z\\])d{y}(?![A-Za-z])", f" {placeholder(function, 1)} ", text)
        text = re.sub(rf"(?<![A-Za-z\\])d{x}(?![A-Za-z])", " (1) ", text)
    return re.sub(rf"(?<![A-Za-z\\]){y}\s*\(\s*{x}\s*\)", f" {function} ", text)


# --- whether it is solved -------------------------------------------------------------------------


@dataclass(frozen=True)
class Vanishing:
    """At which of the points, in their order, something is 0; None where it has no value."""

    at: tuple[float, ...]
    zero: tuple[bool | None, ...]

    @property
    def settled(self) -> list[bool]:
        return [z for z in self.zero if z is not None]

    def between(self, low: float, high: float) -> Vanishing:
        """The same at the points between two numbers."""
        kept = [(x, z) for x, z in zip(self.at, self.zero) if low < x < high]
        return Vanishing(tuple(x for x, _ in kept), tuple(z for _, z in kept))

    def around(self, x: float) -> list[bool]:
        """What is known next to a point: on both sides, nearest first."""
        near = sorted(zip(self.at, self.zero), key=lambda pair: abs(pair[0] - x))
        return [z for _, z in near if z is not None]

    @property
    def everywhere(self) -> bool:
        return len(self.settled) >= FEWEST_ZEROS and all(self.settled)

    def longest(self) -> int:
        """The longest row of neighbours at which it is 0."""
        best = run = 0
        for _, z in sorted(zip(self.at, self.zero)):
            run = run + 1 if z else 0 if z is False else run
            best = max(best, run)
        return best


def vanishing(
    root: Value, alive: Value, points: Sequence[Mapping[str, Coordinate]], name: str
) -> Vanishing:
    """Whether a formula is 0 at the points where `alive` has a value."""
    tape, other = Tape.of([root]), Tape.of([alive])
    outcomes = [zero_at(tape, other, point) for point in points]
    return Vanishing(tuple(coordinates.size(p[name]) for p in points), tuple(outcomes))


def zero_at(tape: Tape, alive: Tape, point: Mapping[str, Coordinate]) -> bool | None:
    for bits in VANISHING_BITS:
        with precision(bits):
            here = {n: coordinates.ball(x) for n, x in point.items()}
            values = forward(alive, BALLS, here)
            outside = first_undefined(alive, BALLS, values)
            if outside is not None and outside.sure:
                return None
            found = arb(forward(tape, BALLS, here)[tape.roots[0]])
            if found.is_finite() and not found.contains(0):
                return False
            if found.is_finite() and found.rad() < EQUAL_TO:
                return True
    return None


__all__ = ["Equation", "Vanishing", "equation", "vanishing"]
