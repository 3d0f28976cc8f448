"""Identities of polynomials, on one sum or one product at a time.

- `factored` (x^2 - 2*x + 1 = (x - 1)^2), `divided` ((x + 3)/(x + 1) = 1 + 2/(x + 1)),
  `joined_below` (1/((1 + x)*(1 - x)) = 1/(1 - x^2)), `number_inside` (2*(6*x + 2) = 12*x + 4).

As in identities.py, a rule returns the Term itself where it does not apply.
"""

from __future__ import annotations

from fractions import Fraction

from .identities import ZERO, content, expanded, swapped
from .rows_as_terms import HALF, ONE
from .terms import Term

BELOW_TERMS = 3  # of a denominator that is multiplied out
DEGREE = 6  # of a polynomial that is taken apart
ROOTS = 13  # numerators and denominators of its roots are below


def divided(e: Term) -> Term:
    """(x^2 + 1)/x^2 = 1 + 1/x^2: a numerator that is a multiple of the denominator and a number."""
    m = e.home
    above = [b for b, n in e.factors if b.is_sum and n == 1]
    below = {b: -n for b, n in e.factors if n.denominator == 1 and n < 0}
    bottom = expanded(m.product(ONE, below))
    if len(above) != 1 or any(b.op != "variable" for t in bottom.terms for b, _ in t.factors):
        return e
    top = expanded(above[0])
    first = {m.product(ONE, dict(t.factors)): t.number for t in bottom.terms}
    for t in top.terms:
        like = first.get(m.product(ONE, dict(t.factors)))
        if not like:
            continue
        times = t.number / like
        rest = m.add(top, *(m.scaled_once(-times, b) for b in bottom.terms))
        if rest.is_number:
            outside = swapped(e, {above[0]: ONE})
            whole = m.multiply(outside, m.product(times, below))
            return m.add(whole, m.multiply(outside, rest))
    return e


def number_inside(e: Term) -> Term:
    """2*(6*x + 2) = 12*x + 4."""
    m, top = e.home, Fraction(abs(e.number.numerator))
    for b, n in e.factors if top != 1 else ():
        if b.is_sum and n == 1 and content(b.args) != 1:
            bracket = m.add(*(m.scaled_once(top, t) for t in b.args))
            return m.multiply(swapped(e, {b: ONE}), m.literal(1 / top), bracket)
    return e


def joined_below(e: Term) -> Term:
    """A denominator of several factors multiplied out, where that gives few terms."""
    m = e.home
    below = {b: -n for b, n in e.factors if b.op in ("sum", "variable") and -1 <= n < 0}
    if e.is_sum or len(below) < 2 or all(not b.is_sum for b in below):
        return e
    product = expanded(m.product(ONE, below))
    if len(product.terms) > BELOW_TERMS:
        return e
    return swapped(e, {b: -n for b, n in below.items()}, m.power(product, -ONE))


def factored(e: Term) -> Term:
    """x^2 - 2*x + 1 = (x - 1)^2: a polynomial of one variable without its rational roots."""
    names = {b for t in e.args for b, _ in t.factors} if e.is_sum else set()
    powers = [n for t in e.args for _, n in t.factors] if len(names) == 1 else [HALF]
    x = next(iter(names), e)
    if x.op != "variable" or any(n.denominator != 1 or not 0 < n <= DEGREE for n in powers):
        return e
    m, lead = e.home, int(max(powers))
    found = {int(dict(t.factors).get(x, ZERO)): t.number for t in e.args}
    polynomial = [found.get(k, ZERO) for k in range(lead, -1, -1)]
    roots: list[Fraction] = []
    while len(polynomial) > 2 and (r := rational_root(polynomial)) is not None:
        polynomial, roots = divided_by_root(polynomial, r), [*roots, r]
    if not roots:
        return e
    left = m.add(*(m.product(c, {x: Fraction(k)}) for k, c in enumerate(polynomial[::-1])))
    return m.multiply(left, *(m.add(x, m.literal(-r)) for r in roots))


def rational_root(polynomial: list[Fraction]) -> Fraction | None:
    """A root p/q with small p and q, if there is one."""
    for q in range(1, ROOTS):
        for p in range(ROOTS):
            for root in (Fraction(p, q), Fraction(-p, q)):
                if not divided_by_root([*polynomial, ZERO], root)[-1]:
                    return root
    return None


def divided_by_root(polynomial: list[Fraction], root: Fraction) -> list[Fraction]:
    """Horner's scheme: the quotient by x - root, without the remainder."""
    out: list[Fraction] = []
    for c in polynomial[:-1]:
        out.append(c + (out[-1] * root if out else 0))
    return out
