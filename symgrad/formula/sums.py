"""Sums: their common factors out, brackets multiplied out.

- `common(e)`: common factors, denominators and numbers in front of one bracket.
- `expanded(e)`: the brackets in numerators multiplied out, one level deep.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product as pairs
from math import gcd, lcm, prod

from .calls import ONE
from .terms import Term, is_exp

MOST_TERMS = 60  # of a bracket multiplied out


def common(e: Term) -> Term:
    """A sum with its common factors (and denominators, and number) in front of one bracket."""
    if not e.is_sum:
        return e
    m, terms = e.home, e.args
    bases = dict.fromkeys(b for t in terms for b, _ in t.factors)
    shared = {b: least for b in bases if (least := least_power(b, terms))}
    outside = m.product(content(terms), shared)
    inverse = m.power(outside, -ONE)
    return m.multiply(outside, m.add(*(m.multiply(t, inverse) for t in terms)))


def least_power(base: Term, terms: tuple[Term, ...]) -> Fraction:
    """The power of a base that every term has; e^u and e^-u share none."""
    powers = [dict(t.factors).get(base, Fraction(0)) for t in terms]
    if is_exp(base) and min(powers) < 0:
        return min(max(powers), Fraction(0))
    return min(powers)


def content(terms: tuple[Term, ...]) -> Fraction:
    """The number that all terms share; negative where no term is positive."""
    tops = gcd(*(t.number.numerator for t in terms))
    found = Fraction(tops, lcm(*(t.number.denominator for t in terms)))
    return -found if all(t.number < 0 for t in terms) else found


def expanded(e: Term) -> Term:
    """Brackets multiplied out, in numerators and one level deep."""
    return e.home.add(*(t for term in e.terms for t in spread(term)))


def spread(e: Term) -> list[Term]:
    """A product as the terms of its brackets multiplied out, unless they are too many."""
    m = e.home
    whole = {b: int(n) for b, n in e.factors if b.is_sum and n.denominator == 1 and n > 0}
    if not whole or sum(whole.values()) > MOST_TERMS:
        return [e]
    if prod(len(b.args) ** n for b, n in whole.items()) > MOST_TERMS:
        return [e]
    rest = m.product(e.number, {b: n for b, n in e.factors if b not in whole})
    brackets = [b.args for b, n in whole.items() for _ in range(n)]
    return [m.multiply(rest, *choice) for choice in pairs(*brackets)]
