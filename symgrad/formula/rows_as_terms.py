"""How the rows of the table become Terms: sums, products and powers, known values, the rest atoms.

- `SUMS_AND_PRODUCTS[name]` makes a Term of a row that is a sum, a product or a power.
- `SPECIAL_TERMS[name]` writes a function in a better way, or answers None: J_0(x) as besselj0(x).
- `known_at(m, op, x)` is what a function is for numbers, where that is a rational number.
- `number_power(m, c, n)` is c^n for rational numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from math import isqrt
from typing import Any

from flint import arb

from ..arithmetic.balls import BALLS, exact, precision
from ..engine import holds, order
from ..ops import OPS, Op

ONE, HALF = Fraction(1), Fraction(1, 2)
BITS_AT_AN_END = 64
EXACT_ROOTS = 1 << 50  # below, a float finds the k-th root of a whole number


# --- numbers --------------------------------------------------------------------------------------


def exact_root(c: int, k: int) -> int | None:
    """The whole k-th root of c, if it has one."""
    root = isqrt(c) if k == 2 else round(c ** (1 / k)) if c < EXACT_ROOTS else 0
    return root if root**k == c else None


def digits(c: Fraction) -> int:
    """The digits of a number as one writes it: 2 for 0.25, and 3 for 1/64."""
    if c.denominator == 1 or not terminates(c):
        return len(str(abs(c.numerator)).rstrip("0")) + len(str(c.denominator)) - 1 or 1
    twos, fives = (multiplicity(c.denominator, p) for p in (2, 5))
    return len(str(abs(c.numerator) * 10 ** max(twos, fives) // c.denominator))


def multiplicity(d: int, p: int) -> int:
    """How often p divides d."""
    found = 0
    while d % p == 0:
        d, found = d // p, found + 1
    return found


def terminates(n: Fraction) -> bool:
    """Whether n is a decimal."""
    d = n.denominator
    return bool(d == 2 ** multiplicity(d, 2) * 5 ** multiplicity(d, 5))


def number_power(m: Any, c: Fraction, n: Fraction) -> Any:
    """c^n: a number, or number * base^(a fraction between 0 and 1)."""
    if c == 0 and n < 0:
        return m.call("div", m.literal(1), m.zero)
    if c in (0, 1):
        return m.literal(c)
    if n.denominator == 1:
        return whole_power(m, c, n)
    if c.denominator != 1 and c > 0:
        top, bottom = m.literal(c.numerator), m.literal(c.denominator)
        return m.multiply(m.power(top, n), m.power(bottom, -n))
    if c > 0 and (root := exact_root(c.numerator, n.denominator)):
        return m.power(m.literal(root), Fraction(n.numerator))
    whole = n.numerator // n.denominator
    if abs(whole) * digits(c) > m.digits:
        return m.product(ONE, {m.literal(c): n})
    return m.product(c**whole, {m.literal(c): n - whole})


def whole_power(m: Any, c: Fraction, n: Fraction) -> Any:
    """c^n worked out, or left as a power of |c| where that has too many digits."""
    if abs(n) * digits(c) <= m.digits:
        return m.literal(c**n.numerator)
    sign = -ONE if c < 0 and n.numerator % 2 else ONE
    return m.product(sign, {m.literal(abs(c)): n})


# --- rows -----------------------------------------------------------------------------------------


def has_variable(e: Any) -> bool:
    return any(t.op == "variable" for t in order((e,)))


def power(m: Any, x: Any, n: Any) -> Any:
    if n.is_number and (n.number.denominator == 1 or not x.is_number or x.number > 0):
        return m.power(x, n.number)
    if x.op is OPS["e"]:
        return m.call("exp", n)
    return m.call("pow" if has_variable(n) else "powr", x, n)


def quotient(m: Any, a: Any, b: Any) -> Any:
    return m.call("div", a, b) if b is m.zero else a / b


def dot(m: Any, *x: Any) -> Any:
    half = len(x) // 2
    return m.add(*(m.multiply(a, b) for a, b in zip(x[:half], x[half:])))


def sign(m: Any, x: Any) -> Any:
    return m.literal((x.number > 0) - (x.number < 0)) if x.is_number else m.call("sign", x)


# Rows that are sums, products and powers; every other row is an atom.
SUMS_AND_PRODUCTS: dict[str, Callable[..., Any]] = {
    "add": lambda m, a, b: m.add(a, b),
    "sub": lambda m, a, b: a - b,
    "mul": lambda m, a, b: m.multiply(a, b),
    "div": quotient,
    "neg": lambda m, x: -x,
    "sum": lambda m, *x: m.add(*x),
    "dot": dot,
    "powi": power,
    "powr": power,
    "pow": power,
    "power_below": lambda m, x, n: power(m, x, n - 1),
    "sqrt": lambda m, x: m.power(x, HALF),
    "gaussian": lambda m, x: m.call("exp", -m.power(x, Fraction(2))),
    "sign": sign,
    "if": lambda m, c, a, b: m.select(c, a, b),
}


def exponential(m: Any, x: Any) -> Any:
    """e^u as a power of the atom exp, so that e^(2x) and e^x share a factor."""
    number, inner = signless(m, x)
    return m.product(ONE, {m.atom(OPS["exp"], (inner,)): number}) if number else m.literal(1)


def signless(m: Any, u: Any) -> tuple[Fraction, Any]:
    """u as number * rest, where rest has no number of its own, and no leading minus."""
    if not u.is_sum:
        return u.number, m.product(ONE, dict(u.factors))
    return (-ONE, -u) if u.args[0].number < 0 else (ONE, u)


def bessel(name: str) -> Callable[..., Any]:
    """J_n as besselj0(x), besselj1(x) or besselj(n, x); J_-n = (-1)^n J_n, I_-n = I_n; so Y, K."""

    def written(m: Any, n: Any, x: Any) -> Any:
        if not n.is_number or n.number.denominator != 1:
            return None
        k = abs(n.number)
        found = m.atom(OPS[f"{name}{k}"], (x,)) if k < 2 else m.atom(OPS[name], (m.literal(k), x))
        return -found if n.number < 0 and name in ("besselj", "bessely") and k % 2 == 1 else found

    return written


def comparison(name: str) -> Callable[..., Any]:
    """y - z > 0 as y > z; x > x never holds."""

    def written(m: Any, a: Any, b: Any) -> Any:
        if a is b:
            return m.literal(name in ("le", "ge"))
        if b is not m.zero or len(a.terms) != 2:
            return None
        right = next((-t for t in a.args if t.number < 0 and not t.is_number), None)
        return None if right is None else m.atom(OPS[name], (m.add(a, right), right))

    return written


def largest(name: str) -> Callable[..., Any]:
    """max(x, x) as x, max(0, x) as max(x, 0)."""

    def written(m: Any, *x: Any) -> Any:
        kept = tuple(sorted(dict.fromkeys(x), key=lambda a: a.is_number))
        return m.atom(OPS[name], kept) if len(kept) > 1 else kept[0]

    return written


def reciprocal(name: str) -> Callable[..., Any]:
    """a^(-b) as 1/a^b."""

    def written(m: Any, a: Any, b: Any) -> Any:
        if any(t.number >= 0 for t in b.terms):
            return None
        return m.product(ONE, {m.atom(OPS[name], (a, -b)): -ONE})

    return written


SPECIAL_TERMS: dict[str, Callable[..., Any]] = {
    "exp": exponential,
    "pow": reciprocal("pow"),
    **{name: bessel(name) for name in ("besselj", "besseli", "bessely", "besselk")},
    **{name: largest(name) for name in ("max", "min")},
    **{name: comparison(name) for name, op in OPS.items() if op.comparison and not op.hidden},
}


EXACT: dict[str, Callable[..., Any]] = {"abs": abs, "max": max, "min": min}


def known_at(m: Any, op: Op, x: Sequence[Fraction]) -> Any:
    """What a row is for numbers, where that is a rational one for certain; else None."""
    if op.comparison:
        return int(op.holds(*x))
    if exactly := EXACT.get(op.name):
        return exactly(*x)
    if op.chooses and op.forward:  # relu, clamp: in rows that are known
        return op.forward(m, *map(m.literal, x)).number
    return at_an_end(op, x[0]) if op.arity == 1 and x[0] in (0, 1) else None


@cache
def at_an_end(op: Op, x: Fraction) -> Fraction | None:
    """sin(0) = 0, ln(1) = 0, zeta(0) = -1/2: what has no radius in balls is exactly that."""
    with precision(BITS_AT_AN_END):
        ball = exact(x)
        if not all(holds(margin, BALLS, [ball]) for margin in op.domain):
            return None
        y = arb(BALLS.forward(op, [ball]))
        return Fraction(str(y.fmpq())) if y.is_exact() and y.is_finite() else None
