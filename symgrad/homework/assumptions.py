"""What a teacher declares: "a > 0", "n whole", "0 < x < 1", and that powers are real roots.

- `assumed(text)` is an `Assumption` for every name that is spoken of.
- `Assumption.fit(x)` moves a coordinate to where it holds.
- `real_roots(root)` is the graph with x^(p/q), q odd, as the real root to the power p.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from ..errors import UsageError
from ..ops import OPS
from ..value import Graphs, Value, is_literal, rebuilt
from . import coordinates
from .coordinates import Coordinate

ASSUMED_NAME = r"[^\W\d]\w*"
ASSUMED_NUMBER = r"-?\d+(?:\.\d+)?(?:/\d+)?"
ASSUMED_INTERVAL = re.compile(
    rf"(?:({ASSUMED_NUMBER})\s*(<=?|≤|<)\s*)?({ASSUMED_NAME})"
    rf"\s*(?:(<=?|>=?|≤|≥)\s*({ASSUMED_NUMBER}))?"
)
KIND = re.compile(rf"({ASSUMED_NAME})\s*(?:is|:|∈)?\s*(?:an?\s+)?([a-zA-Z]+)(?:\s+numbers?)?")
LEFT_OUT = re.compile(rf"({ASSUMED_NAME})\s*(?:!=|≠|<>)\s*-?\d+")
KINDS = {  # least, most, whole
    "whole": (None, None, True), "integer": (None, None, True), "integers": (None, None, True),
    "natural": (1, None, True), "positive": (0, None, False), "negative": (None, 0, False),
    "real": (None, None, False), "nonzero": (None, None, False),
}  # fmt: skip
WIDE = 3  # how far into an interval without end a coordinate is moved


@dataclass(frozen=True, slots=True)
class Assumption:
    """An open interval, and whether only whole numbers count."""

    least: Fraction | None = None
    most: Fraction | None = None
    whole: bool = False

    def fit(self, x: Coordinate) -> Coordinate:
        """The coordinate, or one that is like it where the assumption holds."""
        if self.holds(x):
            return x
        number = Fraction(coordinates.size(x)).limit_denominator(10**6)
        if self.least is not None and self.most is not None:
            share = Fraction(1, 2) + Fraction(math.atan(float(number)) / 3.2).limit_denominator(997)
            number = self.least + share * (self.most - self.least)
        elif self.least is not None and number <= self.least:
            number = 2 * self.least - number or Fraction(WIDE)
        elif self.most is not None and number >= self.most:
            number = 2 * self.most - number or -Fraction(WIDE)
        if self.whole:
            number = Fraction(round(number)) or Fraction(WIDE)
        return number if self.holds(number) else self._nearby()

    def holds(self, x: Coordinate) -> bool:
        size = coordinates.size(x)
        whole = not self.whole or (isinstance(x, Fraction) and x.denominator == 1)
        low = self.least is None or size > self.least
        return whole and low and (self.most is None or size < self.most)

    def _nearby(self) -> Fraction:
        """Any number that will do."""
        low = self.least if self.least is not None else (self.most or 0) - 2 * WIDE
        high = self.most if self.most is not None else low + 2 * WIDE
        middle = (low + high) / 2
        return Fraction(math.floor(middle)) if self.whole else Fraction(middle)

    def and_also(self, other: Assumption) -> Assumption:
        lows = [x for x in (self.least, other.least) if x is not None]
        highs = [x for x in (self.most, other.most) if x is not None]
        return Assumption(
            max(lows, default=None), min(highs, default=None), self.whole or other.whole
        )


def assumed(texts: str | Iterable[str]) -> dict[str, Assumption]:
    """The assumptions by name. Raises UsageError for what is none."""
    if isinstance(texts, str):
        texts = (texts,)
    if not all(isinstance(text, str) for text in texts):
        raise UsageError("an assumption is a text", hint='for example assume=("a>0", "n whole")')
    found: dict[str, Assumption] = {}
    waiting: list[str] = []  # the a of "a, b > 0"
    for text in (part.strip() for whole in texts for part in re.split(r"[,;]|\band\b", whole)):
        if re.fullmatch(ASSUMED_NAME, text):
            waiting.append(text)
        elif text:
            name, meant = _one(text)
            for each in (*waiting, name):
                found[each] = found.get(each, Assumption()).and_also(meant)
            waiting = []
    if waiting:
        raise UsageError(f"nothing is assumed of {waiting[0]}", hint=f'write "{waiting[0]}>0"')
    return found


def _one(text: str) -> tuple[str, Assumption]:
    """One assumption and its name."""
    left_out = LEFT_OUT.fullmatch(text)
    if left_out:  # where that matters, a formula has no value, and no answer is tried there
        return left_out[1], Assumption()
    related = ASSUMED_INTERVAL.fullmatch(text)
    if related:
        low, _, name, sign, high = related.groups()
        meant = Assumption(least=Fraction(low) if low else None)
        if sign is None:
            return name, meant
        limit = Fraction(high)
        return name, replace(meant, most=limit) if sign[0] in "<≤" else replace(meant, least=limit)
    kind = KIND.fullmatch(text)
    if kind and kind[2].lower() in KINDS:
        least, most, whole = KINDS[kind[2].lower()]
        ends = [None if x is None else Fraction(x) for x in (least, most)]
        return kind[1], Assumption(ends[0], ends[1], whole)
    raise UsageError(f"{text!r} is no assumption", hint='write "a>0", "0<x<1" or "n whole"')


def real_roots(root: Value) -> Value | None:
    """The graph with x^(p/q), q odd, as the real root; None where there is no such power."""
    changed = False

    def rule(graphs: Graphs, op: object, args: tuple[Value, ...]) -> Value:
        nonlocal changed
        node = graphs.node(op, args)  # type: ignore[arg-type]
        if node.op not in (OPS["powr"], OPS["pow"], OPS["power_below"]):
            return node
        exponent = constant(args[1])
        if exponent is not None and node.op is OPS["power_below"]:  # x^(c-1), as slopes have it
            exponent -= 1
        if exponent is None or exponent.denominator % 2 == 0 or exponent.denominator > 99:
            return node
        changed = True
        base = graphs.root(args[0], exponent.denominator)
        root_power: Value = graphs.powi(base, exponent.numerator)
        return root_power

    found = rebuilt((root,), Graphs(), rule)[0]
    return found if changed else None


def constant(node: Value) -> Fraction | None:
    """The number that a small graph of literals is."""
    if is_literal(node):
        return Fraction(node.label)
    op = node.op
    if op is None or not op.rational or op.arity is None or op.parameter is not None:
        return None
    parts = [constant(a) for a in node.args] if _shallow(node) else [None]
    if None in parts or (op is OPS["div"] and parts[1] == 0):
        return None
    found: Fraction = op.forward(None, *parts)  # type: ignore[misc]
    return found


def _shallow(node: Value, depth: int = 6) -> bool:
    level = [node]
    for _ in range(depth):
        level = [a for n in level for a in n.args]
        if len(level) > 16:
            return False
    return not level

__all__ = ["Assumption", "assumed", "constant", "real_roots"]
