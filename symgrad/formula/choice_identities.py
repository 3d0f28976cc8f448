"""Identities between functions that are one thing or another: |u|, sign, cbrt, max, if.

- `absolutes` (sign(u)*|u| = u), `signs` (u/|u| = sign(u)), `unsigned` (sign(u)^2 = 1).
- `cubed` (cbrt(u)^3 = u), `masked` (max(u, 0) where u > 0), `pushed` (a*if(c, b, 0)).

Each on one product at a time; a rule returns the Term itself where it does not apply.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from ..ops import OPS
from .identities import ZERO, named, swapped
from .rows_as_terms import ONE
from .terms import Term


def absolutes(e: Term) -> Term:
    """sign(u)/|u| = 1/u, sign(u)*|u| = u, sign(u)*u = |u|, |u|^2 = u^2."""
    m, powers = e.home, dict(e.factors)
    for base, n in e.factors:
        if named(base) == "sign" and abs(n) == 1:
            u, size = base.args[0], m.call("abs", *base.args)
            if abs(powers.get(size, ZERO)) >= 1:
                k = ONE if powers[size] > 0 else -ONE
                return absolutes(swapped(e, {base: n, size: k}, m.power(u, k)))
            if powers.get(u, ZERO) >= 1:
                return absolutes(swapped(e, {base: n, u: ONE}, size))
        if named(base) == "abs" and n.denominator == 1 and abs(n) > 1:
            even = 2 * Fraction(int(n / 2))
            return absolutes(swapped(e, {base: even}, m.power(base.args[0], even)))
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
