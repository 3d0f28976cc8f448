"""Cheap rearrangements of a Term, each equal to it wherever both exist.

- `REWRITES` are the rules to search over; a rule returns the Term itself where it does not apply.
- `common`: common factors and denominators out; `expanded`: brackets multiplied out;
  `pythagorean`: sin^2 + cos^2 = 1 and its kin; `collected`: all of these, a few times.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product as pairs
from math import gcd, lcm

from ..ops import OPS, Op
from .terms import ONE, Term, is_exp

MOST_TERMS = 60  # of a bracket multiplied out
Rule = Callable[[Term], Term]
TWO = Fraction(2)


# --- sums -------------------------------------------------------------------------------------------


def common(e: Term) -> Term:
    """A sum with its common factors (and denominators, and number) in front of one bracket."""
    if not e.is_sum:
        return e
    m, terms = e.home, e.args
    shared = {b: least for b in bases(terms) if (least := least_power(b, terms))}
    outside = m.product(content(terms), shared)
    inverse = m.power(outside, -ONE)
    return m.multiply(outside, m.add(*(m.multiply(t, inverse) for t in terms)))


def bases(terms: tuple[Term, ...]) -> dict[Term, None]:
    return dict.fromkeys(b for t in terms for b, _ in t.factors)


def least_power(base: Term, terms: tuple[Term, ...]) -> Fraction:
    """The power of a base that every term has; e^u and e^-u share none."""
    powers = [dict(t.factors).get(base, Fraction(0)) for t in terms]
    if is_exp(base) and min(powers) < 0:
        return min(max(powers), 0 * ONE)
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
    """A product as the terms of its brackets multiplied out."""
    m = e.home
    sums = [b for b, n in e.factors if b.is_sum and n.denominator == 1 and n > 0
            for _ in range(min(int(n), MOST_TERMS))]  # fmt: skip
    size = 1
    for b in sums:
        size *= len(b.args)
    if not sums or size > MOST_TERMS:
        return [e]
    rest = m.product(e.number, {b: n for b, n in e.factors if not (b.is_sum and b in sums)})
    return [m.multiply(rest, *choice) for choice in pairs(*(b.args for b in sums))]


# f^2 + s*g^2 = c with c = 1, or -1: (f, g, s, c)
SQUARES = (("sin", "cos", 1, 1), ("cosh", "sinh", -1, 1), ("sec", "tan", -1, 1),
           ("csc", "cot", -1, 1), ("tanh", "sech", 1, 1), ("coth", "csch", -1, 1))  # fmt: skip


def pythagorean(e: Term) -> Term:
    """A*sin(u)^2 + A*cos(u)^2 = A and its kin, wherever a sum shrinks by it."""
    return identities(e, shrinking=True)


def complement(e: Term) -> Term:
    """A - A*sin(u)^2 = A*cos(u)^2 and its kin."""
    return identities(e, shrinking=False)


def identities(e: Term, shrinking: bool) -> Term:
    if not e.is_sum:
        return e
    for t in e.args:
        for base, n in t.factors:
            found = identity(e, t, base, shrinking) if n >= 2 and isinstance(base.op, Op) else None
            if found is not None:
                return identities(found, shrinking)
    return e


def identity(e: Term, t: Term, base: Term, shrinking: bool) -> Term | None:
    """e with the square of `base` in its term t replaced, together with the term that fits it."""
    m = e.home
    for f, g, s, c in SQUARES:
        if base.op.name not in (f, g):
            continue
        one = base.op.name == f
        other, sign, total = (g, s, c) if one else (f, Fraction(s), Fraction(c * s))
        rest = m.multiply(t, m.power(base, -TWO))  # t = rest * base^2; base^2 = total - sign*other^2
        square = m.power(m.call(other, *base.args), TWO)
        partner = m.multiply(rest, square, m.literal(sign)) if shrinking else m.multiply(rest, m.literal(-total))
        if partner in e.args:
            made = m.multiply(rest, m.literal(total)) if shrinking else m.multiply(rest, square, m.literal(-sign))
            return m.add(*(a for a in e.args if a is not t and a is not partner), made)
    return None


def hyperbolic(e: Term) -> Term:
    """c*e^u + c*e^-u = 2c*cosh(u), c*e^u - c*e^-u = 2c*sinh(u)."""
    if not e.is_sum:
        return e
    m = e.home
    for t in e.args:
        for base, n in t.factors:
            if is_exp(base) and n > 0:
                mirror = m.multiply(t, m.power(base, -2 * n))
                u, rest = m.scaled(n, base.args[0]), m.multiply(t, m.power(base, -n), m.literal(2))
                for name, other in (("cosh", mirror), ("sinh", -mirror)):
                    if other in e.args:
                        made = m.multiply(rest, m.call(name, u))
                        return m.add(made, *(a for a in e.args if a is not t and a is not other))
    return e


def logarithms(e: Term) -> Term:
    """ln(a) + ln(b) = ln(a*b)."""
    plain = [t for t in e.terms if isinstance(t.op, Op) and t.op.name == "log"]
    if not e.is_sum or len(plain) < 2:
        return e
    m = e.home
    return m.add(*(t for t in e.args if t not in plain), m.log(m.multiply(*(t.args[0] for t in plain))))


# --- products ---------------------------------------------------------------------------------------

# f = 1/g as (f, g); f/g = h as (f, g, h)
INVERSES = (("cos", "sec"), ("sin", "csc"), ("tan", "cot"), ("cosh", "sech"), ("sinh", "csch"), ("tanh", "coth"))
QUOTIENTS = (("sin", "cos", "tan"), ("sinh", "cosh", "tanh"), ("sec", "csc", "tan"), ("csc", "sec", "cot"))


def quotients(e: Term) -> Term:
    """sin(u)/cos(u) = tan(u), tan(u)*cos(u) = sin(u), sec(u)*cos(u) = 1 and their kin."""
    m = e.home
    powers = dict(e.factors)
    for base, n in e.factors:
        for f, g, h in QUOTIENTS if isinstance(base.op, Op) and base.args else ():
            other = m.call(g, *base.args) if base.op.name == f else None
            if other is not None and powers.get(other) == -n:
                return m.multiply(e, m.power(m.call(h, *base.args), n), m.power(base, -n), m.power(other, n))
            if base.op.name == h and (other := m.call(g, *base.args)) in powers and powers[other] * n > 0:
                k = min(n, powers[other]) if n > 0 else max(n, powers[other])
                return m.multiply(e, m.power(m.call(f, *base.args), k), m.power(base, -k), m.power(other, -k))
    return e


def reciprocals(e: Term) -> Term:
    """1/cos(u) = sec(u) and its kin."""
    m = e.home
    for base, n in e.factors:
        for f, g in INVERSES if isinstance(base.op, Op) else ():
            if base.op.name in (f, g) and (n < 0 or m.power(m.call(f if base.op.name == g else g, *base.args), ONE) in dict(e.factors)):
                other = g if base.op.name == f else f
                return reciprocals(m.multiply(e, m.power(base, -n), m.power(m.call(other, *base.args), -n)))
    return e


def gathered(e: Term) -> Term:
    """a * a^b = a^(b + 1), e^u * e^v = e^(u + v)."""
    m = e.home
    exps = [(b, n) for b, n in e.factors if is_exp(b)]
    if len(exps) > 1:
        joined = m.call("exp", m.add(*(m.scaled(n, b.args[0]) for b, n in exps)))
        return m.multiply(e, joined, *(m.power(b, -n) for b, n in exps))
    for base, n in e.factors:
        if isinstance(base.op, Op) and base.op.name == "pow" and n == 1:
            a, b = base.args
            k = dict(e.factors).get(a)
            if k is not None and k.denominator == 1:
                return m.multiply(e, m.forward(OPS["pow"], (a, b + k)), m.power(a, -k), m.power(base, -ONE))
    return e


def absolutes(e: Term) -> Term:
    """sign(u)/|u| = 1/u, sign(u)*|u| = u, sign(u)*u = |u|, |u|^2 = u^2."""
    m = e.home
    powers = dict(e.factors)
    for base, n in e.factors:
        name = base.op.name if isinstance(base.op, Op) else ""
        if name == "sign" and abs(n) == 1 and abs(powers.get(size := m.call("abs", base.args[0]), 0)) >= 1:
            k = ONE if powers[size] > 0 else -ONE
            return absolutes(m.multiply(e, m.power(base, -n), m.power(size, -k), m.power(base.args[0], k)))
        if name == "sign" and abs(n) == 1 and powers.get(base.args[0], Fraction(0)) >= 1:
            u = base.args[0]
            return absolutes(m.multiply(e, m.power(base, -n), m.power(u, -ONE), m.call("abs", u)))
        if name == "abs" and n.denominator == 1 and abs(n) > 1:
            even = 2 * Fraction(int(n / 2))
            return absolutes(m.multiply(e, m.power(base, -even), m.power(base.args[0], even)))
    return e


def signs(e: Term) -> Term:
    """u/|u| = sign(u)."""
    m = e.home
    for base, n in e.factors:
        if isinstance(base.op, Op) and base.op.name == "abs" and n == -1:
            rest = m.multiply(e, m.power(base.args[0], -ONE), base)
            if len(rest.factors) < len(e.factors):
                return m.multiply(rest, m.call("sign", base.args[0]))
    return e


def rooted(e: Term) -> Term:
    """sqrt(u^2) = |u|."""
    m = e.home
    for base, n in e.factors:
        if base.op == "product" and n.denominator == 2 and all(k % 2 == 0 for _, k in base.factors):
            inside = m.power(m.call("abs", m.product(ONE, {b: k / 2 for b, k in base.factors})), 2 * n)
            return rooted(m.multiply(e, m.power(base, -n), inside))
    return e


def joined_roots(e: Term) -> Term:
    """sqrt(a)*sqrt(b) = sqrt(a*b)."""
    m = e.home
    for half in (Fraction(1, 2), Fraction(-1, 2)):
        roots = [b for b, n in e.factors if n == half]
        if len(roots) > 1:
            inside = expanded(m.multiply(*roots))
            if any(n.denominator != 1 for t in inside.terms for _, n in t.factors):
                return e
            return m.multiply(e, m.power(inside, half), *(m.power(b, -half) for b in roots))
    return e


def root_cleared(e: Term) -> Term:
    """1/(a*sqrt(1 - x^2/a^2)) = a/sqrt(a^4 - a^2*x^2): no fraction in the root, for any sign of a."""
    m = e.home
    for s, half in e.factors:
        for a, n in e.factors if s.is_sum and abs(half) == Fraction(1, 2) else ():
            least = min(dict(t.factors).get(a, Fraction(0)) for t in s.args)
            if n * half > 0 and n.denominator == 1 and -4 <= least < 0:
                k = 2 if n > 0 else -2  # a^2 = sqrt(a^4) goes into the root
                bracket = m.add(*(m.multiply(t, m.power(a, Fraction(4))) for t in s.args))
                return m.multiply(e, m.power(a, Fraction(-k)), m.power(s, -half), m.power(bracket, half))
    return e


def fraction_cleared(e: Term) -> Term:
    """(a/b)^n within a product as a^n/b^n: sums in its factors get one fraction bar."""
    m = e.home
    changed = [(b, n, c) for b, n in e.factors if b.is_sum and (c := common(b)) is not b and n.denominator == 1]
    if not changed:
        return e
    return m.multiply(e, *(m.power(b, -n) for b, n, _ in changed), *(m.power(c, n) for _, n, c in changed))


def inverted(e: Term) -> Term:
    """e^-u/(1 + e^-u) = 1/(e^u + 1): the powers of e move into the bracket below."""
    m = e.home
    for b, n in e.factors:
        for s, k in e.factors if is_exp(b) and n < 0 else ():
            if s.is_sum and k == n and any(dict(t.factors).get(b, 0) < 0 for t in s.args):
                bracket = m.add(*(m.multiply(t, b) for t in s.args))
                return m.multiply(e, m.power(b, -n), m.power(s, -k), m.power(bracket, k))
    return e


# --- everywhere in a formula ----------------------------------------------------------------------------


def throughout(rule: Rule) -> Rule:
    """The rule on every term, then on every bracket of a product, then on the whole."""

    def rewritten(e: Term) -> Term:
        m = e.home
        if e.is_sum:
            return rule(m.add(*(within(rule, t) for t in e.args)))
        return rule(within(rule, e))

    return rewritten


def within(rule: Rule, e: Term) -> Term:
    """A product whose brackets are rewritten."""
    m = e.home
    sums = [(b, n, new) for b, n in e.factors if b.is_sum and n.denominator == 1 and (new := rule(b)) is not b]
    if sums:
        e = m.multiply(e, *(m.power(b, -n) for b, n, _ in sums), *(m.power(new, n) for _, n, new in sums))
    return e if e.is_sum else rule(e)


def collected(e: Term) -> Term:
    """One fraction, its numerator multiplied out and shortened, twice."""
    for _ in range(2):
        e = common(throughout(absolutes)(e))
        e = shortened(e)
    return e


def shortened(e: Term) -> Term:
    """A product whose numerator's brackets are multiplied out, and their common factors taken."""
    m = e.home
    if e.is_sum:
        return common(pythagorean(expanded(e)))
    for b, n in e.factors:
        if b.is_sum and n == 1 and (new := common(pythagorean(expanded(b)))) is not b:
            e = m.multiply(e, m.power(b, -ONE), new)
    return e


REWRITES: tuple[Rule, ...] = (
    common, throughout(common), expanded, throughout(expanded), collected, shortened,
    throughout(pythagorean), throughout(complement), throughout(hyperbolic),
    throughout(quotients), throughout(reciprocals), throughout(gathered),
    throughout(absolutes), throughout(signs), throughout(rooted), throughout(joined_roots),
    root_cleared,
    fraction_cleared, throughout(inverted), throughout(logarithms),
)  # fmt: skip
