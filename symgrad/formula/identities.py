"""Identities, each on one sum or one product at a time.

- `common` (common factors in front of one bracket), `expanded` (brackets multiplied out).
- sums: `pythagorean` (sin^2 + cos^2 = 1 and its kin), `complement` (1 - sin^2 = cos^2),
  `hyperbolic` (e^u + e^-u = 2cosh(u)), `logarithms`.
- products and their sums: `levelled` (a^(b - 1) and a^b have a^b in common).
- products: `quotients`, `reciprocals`, `gathered` (powers of one base),
  `rooted` (sqrt(u^2) = |u|), `joined_roots`, `root_cleared`, `fraction_cleared`, `inverted`.
- functions that are one thing or another: `absolutes` (sign(u)*|u| = u), `signs` (u/|u| = sign(u)),
  `unsigned` (sign(u)^2 = 1), `cubed` (cbrt(u)^3 = u), `masked` (max(u, 0) where u > 0), `pushed`
  (a*if(c, b, 0)).

A rule returns the Term itself where it does not apply. Some hold on part of the line only; every
form is checked before it is shown, and one that holds on more than the derivative says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product as pairs
from math import gcd, lcm, prod

from ..ops import OPS, Op
from .rows_as_terms import HALF, ONE
from .terms import Term, is_exp

TWO, ZERO = Fraction(2), Fraction(0)


@dataclass(frozen=True)
class Angle:
    """The names of the six functions of an angle, where cos(u)^2 + sign*sin(u)^2 = 1.

    Each identity is written once, in these and the sign, for circle and hyperbola alike: they are
    one function at u and at i*u.
    """

    sin: str
    cos: str
    tan: str
    cot: str
    sec: str
    csc: str
    sign: int

    @property
    def squares(self) -> tuple[tuple[str, str, int], ...]:
        """f^2 + s*g^2 = 1 as (f, g, s); where f is asked to give way to g, the cosine stays."""
        if self.sign > 0:
            return (self.sin, self.cos, 1), (self.sec, self.tan, -1), (self.csc, self.cot, -1)
        return (self.cos, self.sin, -1), (self.tan, self.sec, 1), (self.cot, self.csc, -1)


ANGLES = (
    Angle("sin", "cos", "tan", "cot", "sec", "csc", 1),
    Angle("sinh", "cosh", "tanh", "coth", "sech", "csch", -1),
)


def named(e: Term) -> str:
    """The name of an atom's row; "" for anything else."""
    return e.op.name if isinstance(e.op, Op) else ""


def swapped(e: Term, old: dict[Term, Fraction], *new: Term) -> Term:
    """A product with these powers divided out and these Terms multiplied in."""
    m = e.home
    return m.multiply(e, *(m.power(b, -n) for b, n in old.items()), *new)


def without(e: Term, *gone: Term) -> list[Term]:
    """A sum's other terms."""
    return [t for t in e.args if all(t is not g for g in gone)]


# --- common factors and brackets ------------------------------------------------------------------

TERMS_MULTIPLIED_OUT = 60  # of a bracket multiplied out


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
    tops = gcd(*(t.number.numerator for t in terms))  # 6/5 and 4/15 share 2/15
    found = Fraction(tops, lcm(*(t.number.denominator for t in terms)))
    return -found if all(t.number < 0 for t in terms) else found


def expanded(e: Term) -> Term:
    """Brackets multiplied out, in numerators and one level deep."""
    return e.home.add(*(t for term in e.terms for t in spread(term)))


def spread(e: Term) -> list[Term]:
    """A product as the terms of its brackets multiplied out, unless they are too many."""
    m = e.home
    whole = {b: int(n) for b, n in e.factors if b.is_sum and n.denominator == 1 and n > 0}
    if not whole or sum(whole.values()) > TERMS_MULTIPLIED_OUT:
        return [e]
    if prod(len(b.args) ** n for b, n in whole.items()) > TERMS_MULTIPLIED_OUT:
        return [e]
    rest = m.product(e.number, {b: n for b, n in e.factors if b not in whole})
    brackets = [b.args for b, n in whole.items() for _ in range(n)]
    return [m.multiply(rest, *choice) for choice in pairs(*brackets)]


# --- functions in sums ----------------------------------------------------------------------------

# f^2 + s*g^2 = 1, as (f, g, s)
SQUARES = tuple(square for angle in ANGLES for square in angle.squares)


def pythagorean(e: Term) -> Term:
    """A*sin(u)^2 + A*cos(u)^2 = A and its kin, wherever a sum shrinks by it."""
    return squares_replaced(e, shrinking=True)


def complement(e: Term) -> Term:
    """A - A*sin(u)^2 = A*cos(u)^2 and its kin."""
    return squares_replaced(e, shrinking=False)


def squares_replaced(e: Term, shrinking: bool) -> Term:
    """The identities applied as often as they fit; each time the sum has a term less."""
    while e.is_sum:
        found = next(filter(None, (pair(e, *s, shrinking) for s in squares(e))), None)
        if found is None:
            break
        e = found
    return e


def squares(e: Term) -> Iterator[tuple[Term, Term]]:
    """The terms of a sum that hold the square of a function, with the function."""
    return ((t, b) for t in e.args for b, n in t.factors if n >= 2 and named(b))


def pair(e: Term, t: Term, base: Term, shrinking: bool) -> Term | None:
    """e with a term rest*base^2 and the term that fits it in one; None where none fits."""
    m = e.home
    rest = m.multiply(t, m.power(base, -TWO))
    for f, g, s in SQUARES:
        if named(base) not in (f, g):
            continue
        # base^2 = one - sign*other^2, read from either end of f^2 + s*g^2 = 1
        other, sign, one = (g, s, 1) if named(base) == f else (f, s, s)
        constant = m.multiply(rest, m.literal(one))
        square = m.multiply(rest, m.literal(sign), m.power(m.call(other, *base.args), TWO))
        partner, joined = (square, constant) if shrinking else (-constant, -square)
        if partner in e.args:
            return m.add(*without(e, t, partner), joined)
    return None


def hyperbolic(e: Term) -> Term:
    """c*e^u + c*e^-u = 2c*cosh(u), c*e^u - c*e^-u = 2c*sinh(u)."""
    m = e.home
    growing = ((t, b, n) for t in e.terms for b, n in t.factors if is_exp(b) and n > 0)
    for t, base, n in growing if e.is_sum else ():
        mirror = m.multiply(t, m.power(base, -2 * n))
        for name, other in (("cosh", mirror), ("sinh", -mirror)):
            if other in e.args:
                function = m.call(name, m.scaled(n, base.args[0]))
                made = m.multiply(t, m.power(base, -n), m.literal(2), function)
                return m.add(made, *without(e, t, other))
    return e


def logarithms(e: Term) -> Term:
    """ln(a) + ln(b) = ln(a*b)."""
    logs = [t for t in e.terms if named(t) == "log"]
    if not e.is_sum or len(logs) < 2:
        return e
    return e.home.add(*without(e, *logs), e.home.log(e.home.multiply(*(t.args[0] for t in logs))))


# --- products -------------------------------------------------------------------------------------

# f = 1/g as (f, g); f/g = h as (f, g, h)
RECIPROCAL_PAIRS = tuple(
    pair for a in ANGLES for pair in ((a.cos, a.sec), (a.sin, a.csc), (a.tan, a.cot))
)
RECIPROCALS = {**dict(RECIPROCAL_PAIRS), **{g: f for f, g in RECIPROCAL_PAIRS}}
QUOTIENTS = tuple(
    quotient for a in ANGLES
    for quotient in ((a.sin, a.cos, a.tan), (a.sec, a.csc, a.tan), (a.csc, a.sec, a.cot),
                     (a.cos, a.sin, a.cot))
)  # fmt: skip


def quotients(e: Term) -> Term:
    """sin(u)/cos(u) = sin(u)*sec(u) = tan(u), tan(u)*cos(u) = sin(u) and their kin."""
    m, powers = e.home, dict(e.factors)
    for base, n in e.factors:
        for f, g, h in QUOTIENTS if named(base) else ():
            turned = RECIPROCALS.get(g) if named(base) == f else None
            if turned and powers.get(other := m.call(turned, *base.args)) == n:
                return swapped(e, {base: n, other: n}, m.power(m.call(h, *base.args), n))
            if named(base) == f and n > 0 and powers.get(other := m.call(g, *base.args)) == -n:
                return swapped(e, {base: n, other: -n}, m.power(m.call(h, *base.args), n))
            if named(base) == h and powers.get(other := m.call(g, *base.args), ZERO) * n > 0:
                k = min(n, powers[other], key=abs)
                return swapped(e, {base: k, other: k}, m.power(m.call(f, *base.args), k))
    return e


def reciprocals(e: Term) -> Term:
    """1/cos(u) = sec(u), sec(u)*cos(u) = 1 and their kin."""
    m, powers = e.home, dict(e.factors)
    for base, n in e.factors:
        for f, g in RECIPROCAL_PAIRS:
            if named(base) in (f, g):
                other = m.call(g if named(base) == f else f, *base.args)
                if n < 0 or other in powers:
                    return reciprocals(swapped(e, {base: n}, m.power(other, -n)))
    return e


def gathered(e: Term) -> Term:
    """a * a^b = a^(b + 1), e^u * e^v = e^(u + v)."""
    m, powers = e.home, dict(e.factors)
    exps = {b: n for b, n in e.factors if is_exp(b)}
    if len(exps) > 1:
        exponent = m.add(*(m.scaled(n, b.args[0]) for b, n in exps.items()))
        return swapped(e, exps, m.call("exp", exponent))
    for base, n in e.factors:
        if named(base) == "pow" and abs(n) == 1:
            a, b = base.args
            k = powers.get(a)
            if k is not None and k.denominator == 1:
                joined = m.forward(OPS["pow"], (a, b + n * k))
                return swapped(e, {a: k, base: n}, m.power(joined, n))
    return e


def levelled(e: Term) -> Term:
    """b*a^(b - 1)*u + a^b*v = a^b*(b*u/a + v): powers of one base that differ by a number."""
    m = e.home
    found = {b for t in e.args for b, _ in t.factors if named(b) == "pow"} if e.is_sum else set()
    powers = sorted(found, key=lambda b: b.born)
    for low, high in pairs(powers, powers):
        apart = high.args[1] - low.args[1]
        whole = apart.is_number and apart.number == int(apart.number) > 0
        if whole and low.args[0] is high.args[0]:
            lifted = m.multiply(high, m.power(low.args[0], -apart.number))
            terms = [(t, dict(t.factors).get(low, ZERO)) for t in e.args]
            new = m.add(*(swapped(t, {low: n}, m.power(lifted, n)) for t, n in terms))
            if any(dict(t.factors).get(high) != 1 for t in new.terms):
                return new
            return m.multiply(high, m.add(*(swapped(t, {high: ONE}) for t in new.terms)))
    return e


def rooted(e: Term) -> Term:
    """sqrt(u^2) = |u|."""
    m = e.home
    for base, n in e.factors:
        if base.op == "product" and n.denominator == 2 and all(k % 2 == 0 for _, k in base.factors):
            inside = m.call("abs", m.product(ONE, {b: k / 2 for b, k in base.factors}))
            return rooted(swapped(e, {base: n}, m.power(inside, 2 * n)))
    return e


def joined_roots(e: Term) -> Term:
    """sqrt(a)*sqrt(b) = sqrt(a*b), unless a root remains inside."""
    m = e.home
    for half in (HALF, -HALF):
        roots = {b: n for b, n in e.factors if n == half}
        if len(roots) > 1:
            inside = expanded(m.multiply(*roots))
            if all(n.denominator == 1 for t in inside.terms for _, n in t.factors):
                return swapped(e, roots, m.power(inside, half))
    return e


def root_cleared(e: Term) -> Term:
    """1/(a*sqrt(1 - x^2/a^2)) = a/sqrt(a^4 - a^2*x^2), for any sign of a: no fraction in a root."""
    m = e.home
    roots = [(s, half) for s, half in e.factors if s.is_sum and abs(half) == HALF]
    for s, half in roots:
        for a, n in e.factors:
            least = min(dict(t.factors).get(a, ZERO) for t in s.args)
            if n * half > 0 and n.denominator == 1 and -4 <= least < 0:
                bracket = m.add(*(m.multiply(t, m.power(a, Fraction(4))) for t in s.args))
                # a^2 = sqrt(a^4) goes into the root
                return swapped(e, {a: 4 * half, s: half}, m.power(bracket, half))
    return e


def root_content(e: Term) -> Term:
    """2*sqrt(x^2/4 + 1) = sqrt(x^2 + 4)."""
    m = e.home
    for s, half in e.factors:
        d = lcm(*(t.number.denominator for t in s.args)) if s.is_sum else 1
        if d > 1 and half.denominator == 2:
            bracket = m.add(*(m.multiply(t, m.literal(d)) for t in s.args))
            outside = m.power(m.literal(Fraction(1, d)), half)
            return swapped(e, {s: half}, outside, m.power(bracket, half))
    return e


def fraction_cleared(e: Term) -> Term:
    """(1 + a/b)*c = (b + a)*c/b: brackets of a product get one fraction bar."""
    m = e.home
    sums = {b: n for b, n in e.factors if b.is_sum and n.denominator == 1}
    changed = {b: n for b, n in sums.items() if common(b) is not b}
    return (
        swapped(e, changed, *(m.power(common(b), n) for b, n in changed.items())) if changed else e
    )


def inverted(e: Term) -> Term:
    """e^-u/(1 + e^-u) = 1/(e^u + 1): brackets without negative powers of e."""
    m = e.home
    for s, k in e.factors:
        for b in dict.fromkeys(b for t in s.args for b, _ in t.factors if is_exp(b) and s.is_sum):
            least = min(dict(t.factors).get(b, ZERO) for t in s.args)
            if least < 0:
                bracket = m.add(*(m.multiply(t, m.power(b, -least)) for t in s.args))
                return inverted(swapped(e, {s: k}, m.power(b, k * least), m.power(bracket, k)))
    return e


def absolutes(e: Term) -> Term:
    """sign(u)/|u| = 1/u, sign(u)*|u| = u, sign(u)*u = |u|, |u|^2 = u^2, |u|/u^2 = 1/|u|."""
    m, powers = e.home, dict(e.factors)
    for base, n in e.factors:
        if named(base) == "sign" and abs(n) == 1:
            u, size = base.args[0], m.call("abs", *base.args)
            if abs(powers.get(size, ZERO)) >= 1:
                k = ONE if powers[size] > 0 else -ONE
                return absolutes(swapped(e, {base: n, size: k}, m.power(u, k)))
            if powers.get(u, ZERO) >= 1:
                return absolutes(swapped(e, {base: n, u: ONE}, size))
        if named(base) == "abs":
            (u,), even = base.args, 2 * Fraction(int(n / 2))
            if n.denominator == 1 and even:
                return absolutes(swapped(e, {base: even}, m.power(u, even)))
            if n == 1 and powers.get(u, ZERO) <= -2:
                return absolutes(swapped(e, {base: n, u: Fraction(-2)}, m.power(base, -n)))
    return e


def unsigned(e: Term) -> Term:
    """sign(u)^2 = 1, sign(u^2*v) = sign(v)."""
    m = e.home
    for base, n in e.factors:
        if named(base) != "sign":
            continue
        u = base.args[0]
        if n % 2 == 0:
            return unsigned(swapped(e, {base: n}))
        odd = m.product(ONE, {b: k for b, k in u.factors if k % 2})
        if odd is not u and not u.is_sum:
            sign = m.literal(1 if u.number > 0 else -1)
            new = sign if odd.is_number else m.multiply(sign, m.call("sign", odd))
            return unsigned(swapped(e, {base: n}, m.power(new, n)))
    return e


def cubed(e: Term) -> Term:
    """cbrt(u)^3 = u, u/cbrt(u)^2 = cbrt(u)."""
    m, powers = e.home, dict(e.factors)
    for base, n in e.factors:
        if named(base) != "cbrt" or n.denominator != 1:
            continue
        u, k = base.args[0], Fraction(int(n / 3))
        if k:
            return cubed(swapped(e, {base: 3 * k}, m.power(u, k)))
        if n < 0 and powers.get(u, ZERO) >= 1:
            return cubed(swapped(e, {u: ONE}, m.power(base, Fraction(3))))
    return e


def masked(e: Term) -> Term:
    """max(u, 0)*if(u > 0, k, 0) = k*max(u, 0), and u*if(u > 0, k, 0) where the user wrote that."""
    m, powers = e.home, dict(e.factors)
    for base, n in e.factors:
        if n != 1 or named(base) != "if" or base.args[2] is not m.zero:
            continue
        for name, u in ramps(base.args[0]):
            ramp = m.made.get((OPS[name], (u,) if name == "relu" else (u, m.zero)))
            if ramp in powers:
                return swapped(e, {base: ONE}, base.args[1])
            if ramp and powers.get(u, ZERO) >= 1:
                return swapped(e, {base: ONE, u: ONE}, base.args[1], ramp)
    return e


def pushed(e: Term) -> Term:
    """a*if(c, b, 0) = if(c, a*b, 0)."""
    for base, n in e.factors:
        if n == 1 and named(base) == "if" and base is not e and base.args[2] is e.home.zero:
            rest = swapped(e, {base: ONE})
            return e.home.select(base.args[0], e.home.multiply(rest, base.args[1]), e.home.zero)
    return e


def ramps(condition: Term) -> Iterator[tuple[str, Term]]:
    """The rows and their argument that are not 0 where a comparison holds."""
    if named(condition) in ("gt", "lt"):
        larger, smaller = condition.args[:: 1 if named(condition) == "gt" else -1]
        yield from (("max", larger - smaller), ("relu", larger - smaller))
        yield "min", smaller - larger


def signs(e: Term) -> Term:
    """u/|u| = sign(u)."""
    for base, n in e.factors:
        if named(base) == "abs" and n == -1:
            rest = swapped(e, {base: n, base.args[0]: ONE})
            if len(rest.factors) < len(e.factors):
                return e.home.multiply(rest, e.home.call("sign", *base.args))
    return e
