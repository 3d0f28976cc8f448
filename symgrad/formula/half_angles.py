"""Identities between an angle and its double, and others that take several steps at once.

- sums: `doubled` (cos(u)^2 - sin(u)^2 = cos(2u)), `halved` (1 - cos(2u) = 2*sin(u)^2),
  `exponentials` (cosh(u) - sinh(u) = e^-u), `partly_common` (e^-x + x*e^-x + 1 = (x + 1)*e^-x + 1).
  `one_square` (2*cos(u)^2 - sin(u)^2 = 3*cos(u)^2 - 1), `angles_joined` (cos(u)*cos(3u) +
  sin(u)*sin(3u) = cos(2u)).
- products: `doubled` (sin(u)*cos(u) = sin(2u)/2), `undoubled`,
  `balanced` (e^u/(e^(2u) + 1) has cosh(u)),
  `conjugated` (sin(u)^2/(1 + cos(u)) = 1 - cos(u)), `recurrence` (of Bessel functions),
  `turned_root` (1/(v^2*sqrt(u/v)) = sqrt(u/v)/(u*v)), `root_of_square` (sin(u)/sqrt(1 -
  cos(u)^2) = sign(sin(u))).

As in identities.py, a rule returns the Term itself where it does not apply.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from .identities import (
    ANGLES,
    SQUARES,
    TWO,
    ZERO,
    common,
    complement,
    hyperbolic,
    named,
    rooted,
    signs,
    squares,
    swapped,
    without,
)
from .rows_as_terms import HALF, ONE
from .terms import Term, is_exp

# f(u)^p*g(u)^q = c*h(2u) as (f, p, g, q, h, c)
DOUBLE_PRODUCTS = tuple(
    product for a in ANGLES
    for product in ((a.sin, 1, a.cos, 1, a.sin, HALF), (a.csc, 1, a.sec, 1, a.csc, TWO),
                    (a.sec, 2, a.tan, -1, a.csc, TWO), (a.csc, 2, a.cot, -1, a.csc, TWO))
)  # fmt: skip
# a + b*f(u)^2 = h(2u), over k(u)^2 where there is a k, as (f, a, b, h, k)
DOUBLE_SQUARES = tuple(
    square for a in ANGLES
    for square in ((a.sin, 1, -2 * a.sign, a.cos, ""), (a.cos, -1, 2, a.cos, ""),
                   (a.tan, 1, -a.sign, a.cos, a.cos))
)  # fmt: skip
# f(u)^2 + s*g(u)^2 = f(2u) as f: (g, s)
DOUBLE_PAIRS = {a.cos: (a.sin, -a.sign) for a in ANGLES}
# f(u)^2 = s*(1 - g(u))*(1 + g(u)) as f: (g, s)
CONJUGATES = {**{f: (g, s) for f, g, s in SQUARES if s > 0}, **{g: (f, s) for f, g, s in SQUARES}}
# a + b*f(u) = 2*h(u/2)^2 as (f, a, b, h)
HALVES = tuple(
    half for a in ANGLES for half in ((a.cos, a.sign, -a.sign, a.sin), (a.cos, 1, 1, a.cos))
)


def doubled(e: Term) -> Term:
    """sin(u)*cos(u) = sin(2u)/2, cos(u)^2 - sin(u)^2 = cos(2u) and their kin."""
    return doubled_sum(e) if e.is_sum else doubled_product(e)


def doubled_product(e: Term) -> Term:
    m, powers = e.home, dict(e.factors)
    for base, n in e.factors:
        for f, p, g, q, h, c in DOUBLE_PRODUCTS if named(base) and n > 0 else ():
            other = m.call(g, *base.args) if named(base) == f else base
            k = min(n / p, powers.get(other, Fraction(-q)) / q)
            if other is not base and k > 0:
                double = m.multiply(m.literal(c), m.call(h, m.scaled(TWO, *base.args)))
                return swapped(e, {base: p * k, other: q * k}, m.power(double, k))
    return e


def doubled_sum(e: Term) -> Term:
    m = e.home
    for t, base in squares(e):
        if len(base.args) != 1:
            continue
        rest = m.multiply(t, m.power(base, -TWO))
        double = m.scaled(TWO, *base.args)
        if pair := DOUBLE_PAIRS.get(named(base)):
            other, sign = m.call(pair[0], *base.args), m.literal(pair[1])
            partner = m.multiply(rest, sign, m.power(other, TWO))
            if partner in e.args:
                return m.add(*without(e, t, partner), m.multiply(rest, m.call(named(base), double)))
        for f, a, b, h, k in DOUBLE_SQUARES:
            constant = m.multiply(rest, m.literal(Fraction(a, b)))
            if named(base) == f and constant in e.args:
                below = m.power(m.call(k, *base.args), -TWO) if k else m.literal(1)
                made = m.multiply(rest, m.literal(Fraction(1, b)), m.call(h, double), below)
                return m.add(*without(e, t, constant), made)
    return e


def undoubled(e: Term) -> Term:
    """sin(2u)/cos(u)^3 = 2*sin(u)/cos(u)^2."""
    m = e.home
    for base, n in e.factors:
        for a in ANGLES:
            half = m.scaled(HALF, *base.args) if named(base) == a.sin else None
            if any(b.args == (half,) for b, _ in e.factors):
                pair = m.multiply(m.literal(2), m.call(a.sin, half), m.call(a.cos, half))
                return swapped(e, {base: n}, m.power(pair, n))
    return e


def angles_joined(e: Term) -> Term:
    """cos(x)*cos(3x) - 3*sin(x)*sin(3x) = 2*cos(4x) - cos(2x)."""
    pairs = [[(b, n) for b, n in t.factors if named(b) in ("sin", "cos")] for t in e.args]
    angles = {frozenset(b.args for b, _ in pair) for pair in pairs}
    if not e.is_sum or len(angles) != 1 or any([n for _, n in p] != [1, 1] for p in pairs):
        return e
    return e.home.add(*(half_sum(t, a, b) for t, ((a, _), (b, _)) in zip(e.args, pairs)))


def half_sum(t: Term, a: Term, b: Term) -> Term:
    """A product with sin(u)*cos(v), or two sines or cosines, by those of u + v and u - v."""
    m = t.home
    if named(a) == "cos" and named(b) == "sin":
        a, b = b, a
    u, v = a.args[0], b.args[0]
    name = "cos" if named(a) == named(b) else "sin"
    apart = m.call(name, u - v)
    if (u - v).terms[0].number < 0:
        apart = m.scaled(-ONE if name == "sin" else ONE, m.call(name, v - u))
    joined = m.call(name, u + v)
    both = apart - joined if named(b) == "sin" else apart + joined
    rest = swapped(t, {a: ONE, b: ONE})
    return m.add(*(m.multiply(m.literal(HALF), rest, s) for s in both.terms))


def one_square(e: Term) -> Term:
    """2*cos(u)^2 - sin(u)^2 = 2 - 3*sin(u)^2 and its kin."""
    m = e.home
    for t, base in squares(e):
        rest = m.multiply(t, m.power(base, -TWO))
        for f, g, s in SQUARES:
            other = m.power(m.call(g, *base.args), TWO) if named(base) == f else m.zero
            bare = m.multiply(m.product(ONE, dict(rest.factors)), other)
            if any(m.product(ONE, dict(u.factors)) is bare for u in e.args):
                return common(m.add(*without(e, t), rest, m.multiply(rest, m.literal(-s), other)))
    return e


def halved(e: Term) -> Term:
    """1 - cos(2u) = 2*sin(u)^2 and its kin."""
    m = e.home
    for t in e.args if e.is_sum else ():
        for base, n in t.factors:
            for f, a, b, h in HALVES if n == 1 and named(base) else ():
                rest = m.multiply(t, m.power(base, -ONE), m.literal(b))
                constant = m.multiply(rest, m.literal(a))
                if named(base) == f and constant in e.args:
                    half = m.call(h, m.scaled(HALF, *base.args))
                    made = m.multiply(rest, m.literal(2), m.power(half, TWO))
                    return m.add(*without(e, t, constant), made)
    return e


def exponentials(e: Term) -> Term:
    """cosh(u) + sinh(u) = e^u, cosh(u) - sinh(u) = e^-u."""
    m = e.home
    for t in e.args if e.is_sum else ():
        for base, n in t.factors:
            for s in (1, -1) if n == 1 and named(base) == "cosh" else ():
                rest = m.multiply(t, m.power(base, -ONE))
                partner = m.multiply(rest, m.literal(s), m.call("sinh", *base.args))
                if partner in e.args:
                    power = m.call("exp", m.scaled(Fraction(s), *base.args))
                    return m.add(*without(e, t, partner), m.multiply(rest, power))
    return e


def partly_common(e: Term) -> Term:
    """A sum in which some of the terms share a function: those in one bracket."""
    if not e.is_sum:
        return e
    held = Counter(b for t in e.args for b, n in t.factors if b.args)
    for base, times in held.items():
        if 1 < times < len(e.args):
            sharing = [t for t in e.args if base in dict(t.factors)]
            return e.home.add(common(e.home.add(*sharing)), *without(e, *sharing))
    return e


def conjugated(e: Term) -> Term:
    """sin(u)^2/(1 + cos(u)) = 1 - cos(u) and its kin."""
    m, powers = e.home, dict(e.factors)
    for base, n in e.factors:
        g, sign = CONJUGATES.get(named(base), ("", 0))
        if sign and n >= 2:
            other = m.call(g, *base.args)
            sides = [m.literal(1) - other, m.literal(1) + other]
            if any(powers.get(b, ONE) < 0 for side in sides for b, _ in side.factors):
                return swapped(e, {base: TWO}, *sides, m.literal(sign))
    return e


def balanced(e: Term) -> Term:
    """e^u/(e^(2u) + 1) = 1/(2*cosh(u)): the powers of e in a bracket made opposite ones."""
    m = e.home
    for s, k in e.factors:
        for b in [b for t in s.args for b, _ in t.factors if is_exp(b) and s.is_sum][:1]:
            powers = [dict(t.factors).get(b, ZERO) for t in s.args]
            if len(powers) == 2 and (middle := sum(powers, ZERO) / 2):
                bracket = m.add(*(m.multiply(t, m.power(b, -middle)) for t in s.args))
                return swapped(e, {s: k}, m.power(b, k * middle), m.power(hyperbolic(bracket), k))
    return e


def turned_root(e: Term) -> Term:
    """1/sqrt(u/v) = sqrt(u/v)*v/u."""
    for base, n in e.factors:
        if base.op == "product" and n.denominator == 2 and n < 0:
            return swapped(e, {base: -ONE}, e.home.power(base, -ONE))
    return e


def root_of_square(e: Term) -> Term:
    """sqrt(1 - cos(u)^2) = |sin(u)|, and what cancels with it."""
    m = e.home
    for base, n in e.factors:
        if base.is_sum and n.denominator == 2 and (square := complement(base)) is not base:
            return signs(rooted(swapped(e, {base: n}, m.power(square, n))))
    return e


# J_(n+1)(u) = 2n/u*J_n(u) - J_(n-1)(u), with the other sign for I
RECURRENCES = {"besselj": 1, "besseli": -1}


def recurrence(e: Term) -> Term:
    """J_2(u) = 2*J_1(u)/u - J_0(u): Bessel functions of higher orders by those of lower ones."""
    m = e.home
    for base, n in e.factors:
        sign = RECURRENCES.get(named(base), 0)
        if sign and n == 1 and base.args[0].is_number and base.args[0].number >= 2:
            order, u = base.args[0].number - 1, base.args[1]
            lower = m.multiply(m.literal(2 * order), m.call(base.op, order, u), m.power(u, -ONE))
            lowest = m.call(base.op, order - 1, u)
            return m.multiply(swapped(e, {base: ONE}), m.literal(sign), lower - lowest)
    return e
