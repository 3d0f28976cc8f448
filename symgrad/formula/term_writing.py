"""A Term written as a Value graph: one fraction bar, the user's order and spelling.

- `written(terms, e)` is the graph of a Term.
- `TermWriter(terms, decimals=True)` writes 3/5 as 0.6, for a user who wrote decimals.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..ops import OPS
from ..value import Graphs, Value, negated, power_row
from .rows_as_terms import HALF, ONE, has_variable, terminates
from .terms import Term, Terms, is_exp


def written(terms: Terms, e: Term, graphs: Graphs | None = None, decimals: bool = False) -> Value:
    """The graph of a Term."""
    return TermWriter(terms, graphs or Graphs(), decimals).value(e)


class TermWriter:
    """Writes Terms; each once, arguments first, so that depth is no matter."""

    def __init__(self, terms: Terms, graphs: Graphs, decimals: bool = False) -> None:
        self.terms, self.graphs, self.decimals = terms, graphs, decimals
        self.known: dict[Term, Value] = {}

    def value(self, root: Term) -> Value:
        stack = [root]
        while stack:
            e = stack[-1]
            missing = (
                [t for t in self.parts(e) if t not in self.known] if e not in self.known else []
            )
            if missing:
                stack += missing[::-1]
                continue
            stack.pop()
            if e not in self.known:
                self.known[e] = self.node(e)
        return self.known[root]

    def parts(self, e: Term) -> list[Term]:
        """What must be written before e."""
        if e in self.terms.written or e.op == "variable":
            return []
        if e.op != "product":
            return [self.exponent(e, ONE)] if is_exp(e) else list(e.args)
        turned = self.turned(e)
        parts = [self.exponent(b, n) if is_exp(b) else b for b, n in e.factors if b not in turned]
        return parts + [t for b in turned for t in self.flipped(b)]

    def exponent(self, base: Term, n: Fraction) -> Term:
        return self.terms.scaled(n, base.args[0]) if not base.args[0].is_sum or abs(n) == 1 else (
            self.terms.product(n, {base.args[0]: ONE}))  # fmt: skip

    def turned(self, e: Term) -> list[Term]:
        """The sums that are written with the opposite signs.

        All that have no plus in them, 1/(-x - 1); and one that takes a minus which is left in
        front of the product then: -2*(1 - x) is 2*(x - 1).
        """
        found = [b for b, n in e.factors if n.denominator == 1 and is_negative(b)]
        if not self.minus(e, found):
            return found
        sums = [b for b, n in e.factors if b.is_sum and n == 1 and b not in self.terms.written]
        alone = len(e.factors) == 1 and e.number == -1
        able = [b for b in sums if b not in found and (
            alone or is_difference(b) or is_numerator(e, b))]  # fmt: skip
        below = [b for b, n in e.factors if n == -1 and b not in self.terms.written]
        able += [b for b in below if b.is_sum and b not in found and is_one_minus(b)]
        return found + able[:1]

    def minus(self, e: Term, turned: list[Term]) -> bool:
        """Whether a minus stands in front of a product in which these sums are turned."""
        return bool((e.number < 0) ^ (sum(n for b, n in e.factors if b in turned) % 2 == 1))

    def flipped(self, e: Term) -> list[Term]:
        terms = [self.terms.scaled_once(-ONE, t) for t in e.args]
        return sorted(terms, key=lambda t: t.is_number) if is_negative(e) else terms

    def node(self, e: Term) -> Value:
        if e in self.terms.written:
            return self.terms.written[e]
        if e.op == "variable":
            return self.graphs.variable(e.label)
        if e.op == "sum":
            return self.sum([self.known[t] for t in e.args])
        if e.op == "product":
            return self.product(e)
        if is_exp(e):
            return self.graphs.node(e.op, (self.known[self.exponent(e, ONE)],))
        return self.call(e)

    def call(self, e: Term) -> Value:
        args = tuple(self.known[t] for t in e.args)
        op = power_row(*args) if e.op in (OPS["pow"], OPS["powr"]) else e.op
        return self.graphs.node(op, args)

    def sum(self, terms: list[Value]) -> Value:
        """The terms in order, a positive one first if there is one."""
        first = next((i for i, t in enumerate(terms) if negated(t) is None), 0)
        terms = [terms[first], *terms[:first], *terms[first + 1 :]]
        found = terms[0]
        for t in terms[1:]:
            minus = negated(t)
            found = self.join("add", found, t) if minus is None else self.join("sub", found, minus)
        return found

    def join(self, name: str, a: Value, b: Value) -> Value:
        return self.graphs.node(OPS[name], (a, b))

    def product(self, e: Term) -> Value:
        """A minus, the numerator, one bar, the denominator."""
        turned = self.turned(e)
        top, bottom = self.sides(e, turned)
        found = self.chain(top)
        if bottom:
            found = self.join("div", found, self.chain(bottom))
        return self.graphs.node(OPS["neg"], (found,)) if self.minus(e, turned) else found

    def sides(self, e: Term, turned: list[Term]) -> tuple[list[Value], list[Value]]:
        number, factors = self.rooted(abs(e.number), list(e.factors))
        factors = self.grouped(factors)
        top, bottom = [], []
        if self.decimals and number.denominator != 1 and terminates(number):
            top.append(self.graphs.literal(number))
        elif self.decimals and number.denominator != 1 and terminates(1 / number):
            bottom.append(self.graphs.literal(1 / number))
        else:
            top += [self.graphs.literal(number.numerator)] if number.numerator != 1 else []
            bottom += [self.graphs.literal(number.denominator)] if number.denominator != 1 else []
        for base, n in factors:
            if is_exp(base):
                top.append(self.graphs.node(base.op, (self.known[self.exponent(base, n)],)))
            else:
                known = base if isinstance(base, Value) else self.bracket(base, turned)
                (top if n > 0 else bottom).append(self.power(known, abs(n)))
        return top, bottom

    def bracket(self, base: Term, turned: list[Term]) -> Value:
        if base not in turned:
            return self.known[base]
        return self.sum([self.known[t] for t in self.flipped(base)])

    def grouped(self, factors: list[Any]) -> list[Any]:
        """sqrt(2)*sqrt(pi) as sqrt(2*pi); 1/(a^2*b^2) as 1/(a*b)^2 where the user wrote a*b."""
        for half in (HALF, -HALF):
            roots = [b for b, n in factors if n == half and not has_variable(b)]
            roots.sort(key=lambda b: not b.is_number)
            if len(roots) > 1:
                inside = self.chain([self.known[b] for b in roots])
                factors = [(inside, half), *(f for f in factors if f[0] not in roots)]
        below = [
            f for f in factors if f[1] < 0 and not isinstance(f[0], Value) and not is_exp(f[0])
        ]
        powers = {n for _, n in below}
        if len(below) > 1 and len(powers) == 1 and (n := powers.pop()) <= -2:
            users = self.terms.written.get(self.terms.product(ONE, {b: ONE for b, _ in below}))
            if users is not None:
                return [*(f for f in factors if f not in below), (users, n)]
        return factors

    def rooted(self, number: Fraction, factors: list[Any]) -> tuple[Fraction, list[Any]]:
        """sqrt(2)/2 as 1/sqrt(2): a root of n goes below the bar where n is there already."""
        found = []
        for base, n in factors:
            if base.is_number and n == HALF and number.denominator % base.number == 0:
                number *= base.number
                found.append((base, -HALF))
            else:
                found.append((base, n))
        return number, found

    def chain(self, factors: list[Value]) -> Value:
        if not factors:
            return self.graphs.literal(1)
        found = factors[0]
        for v in factors[1:]:
            found = self.join("mul", found, v)
        return found

    def power(self, base: Value, n: Fraction) -> Value:
        if n == 1:
            return base
        if n == HALF:
            return self.graphs.node(OPS["sqrt"], (base,))
        return self.graphs.node(power_row(base, e := self.number(n)), (base, e))

    def number(self, n: Fraction) -> Value:
        if self.decimals and n.denominator != 1 and terminates(n):
            return self.graphs.literal(n)
        top = self.graphs.literal(n.numerator)
        return (
            top if n.denominator == 1 else self.join("div", top, self.graphs.literal(n.denominator))
        )


def is_negative(e: Term) -> bool:
    """A sum of negative terms only: -1 - x^2."""
    return e.is_sum and all(t.number < 0 for t in e.args)


def is_numerator(e: Term, bracket: Term) -> bool:
    """Whether a difference is all that stands above the bar: -(3 - 2*ln(x))/x^3."""
    above = [b for b, n in e.factors if n > 0 or is_exp(b)]
    return above == [bracket] and abs(e.number.numerator) == 1 and has_minus(bracket)


def is_one_minus(e: Term) -> bool:
    """x^2 - 1, which one rather has as 1 - x^2 below a minus."""
    return len(e.args) == 2 and e.args[1].number == -1 and e.args[1].is_number and all(
        b.op == "variable" and n == 2 for b, n in e.args[0].factors)  # fmt: skip


def has_minus(e: Term) -> bool:
    return any(t.number < 0 for t in e.args)


def is_difference(e: Term) -> bool:
    """A polynomial with a minus in it; 1 - s for a function s is better left alone."""
    plain = all(b.op == "variable" or b.is_sum or is_exp(b) for t in e.args for b, _ in t.factors)
    return plain and (e.args[0].number < 0 or (len(e.args) == 2 and e.args[1].number < 0))
