"""Definite integrals settled in balls, proper ones and improper ones.

- `settled(f, name, low, high, primitive, enough)` is the integral's ball, or that it diverges.

A proper integral is Arb's rigorous quadrature. Where f or the interval has no end, an
antiderivative F is asked for that has been differentiated in balls: what F tends to at the ends is
read off its germs, and between them F(q) - F(p) must agree with the quadrature.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from flint import acb, arb

from ..arithmetic.balls import BALLS, BITS_OF_A_ZERO, exact, precision
from ..arithmetic.complex_balls import CLOSED, COMPLEX_BALLS, integral
from ..arithmetic.germs import GERMS, Germ, beside
from ..engine import Tape, first_undefined, forward
from ..homework.assumptions import constant
from ..limits import Limits
from ..ops import OPS
from ..value import Graphs, Value, is_literal, on_paper
from .answers import Number
from .critical_points import Domain, Zero, merged, turning, zeros_of
from .far_out import LEAST_START, tail, tail_beside

QUADRATURE_BITS = 256
SQUEEZED_BITS = 208  # of an integral over u, which are enough to be accurate
ACCURATE = arb(10) ** -60  # the radius at which an integral counts as known
SAMPLES = 33  # points at which f must have a value
AROUND_AN_END = 1e-7  # which is tried to be a part of what is analytic
FAR_OUT = 1_000  # where the sign of what outgrows all powers is read off
TAIL_STARTS = tuple(LEAST_START * 2**k for k in range(8))  # from where on a bound may be enough
ENDS_CLOSED = (224, 448, 896)  # 2^-bits is how near an end the quadrature goes
NEAR_BITS = range(6, 14)  # where f may be negligible, if the interval has no end
LN_OF_TWO = Fraction(7, 10)  # a little more
TURNS_TRIED = (1, 2, 3, 4, 5, 6, 12)  # in turns of 2 pi

End = Callable[[], arb] | None  # a number at the current precision; None is infinite


class Settled(NamedTuple):
    """The value, where it is known; else whether it is known that there is none."""

    value: arb | None = None
    diverges: bool = False
    towards: int = 0  # 1 and -1: every part that diverges does so to that side
    poles: int = 0  # inside of the interval


def settled(
    f: Tape, name: str, domain: Domain, primitive: Callable[[], Value | None],
    enough: Callable[[], bool],
) -> Settled:  # fmt: skip
    """The integral over an interval."""
    low, high = ends_of(domain)
    with precision(QUADRATURE_BITS):
        pieces, all_known = cut(on_paper(f, Graphs())[f.roots[0]], name, domain)
        if len(pieces) == 1 and all(regular(f, name, end) for end in (low, high)):
            assert low is not None and high is not None
            found = integral(f, name, low(), high(), enough)
            if found.is_finite() and found.rad() < ACCURATE * (1 + abs(found).abs_upper()):
                return Settled(found)
        whole = len(pieces) == 1  # no quadrature goes over a pole
        by_hand = decaying(f, name, low, high, enough) if whole else None
        if by_hand is None:
            by_hand = over_half_lines(f, name, low, high)
        if by_hand is not None and by_hand.is_finite():
            return Settled(by_hand)
        known = primitive()
        if known is not None:
            found_ = improper(f, Tape.of([known]), name, pieces, enough)
            if found_.diverges or (found_.value is not None and all_known):
                return found_
        return squeezed(f, name, pieces, enough)


def regular(f: Tape, name: str, end: End) -> bool:
    """Whether f has a value at an end."""
    if end is None:
        return False
    return arb(forward(f, CLOSED, {name: end()})[f.roots[0]]).is_finite()


def analytic(f: Tape, name: str, at: arb) -> bool:
    """Whether f has values all around a number, in the complex plane."""
    around = acb(at + arb(0, AROUND_AN_END), arb(0, AROUND_AN_END))
    return acb(forward(f, COMPLEX_BALLS, {name: around})[f.roots[0]]).is_finite()


def undefined_inside(f: Tape, name: str, low: End, high: End) -> str | None:
    """A point of the interval at which f has no value for certain, as poles have none."""
    with precision(QUADRATURE_BITS):
        for x in inside(low, high):
            outside = first_undefined(f, BALLS, forward(f, BALLS, {name: x}))
            if outside is not None and outside.sure:
                return f"{float(x):.4g}"
    return None


def inside(low: End, high: End) -> Iterator[arb]:
    """Points inside, none of which a formula singles out."""
    for k in range(1, SAMPLES):
        yield between_ends(low, high, Fraction(k, SAMPLES) + Fraction(1, 9973))


def between_ends(low: End, high: End, share: Fraction) -> arb:
    """A point inside; of an endless interval not too far out."""
    t = exact(share)
    if low is not None and high is not None:
        return low() + (high() - low()) * t
    if low is not None:
        return low() + t / (1 - t)
    return high() - t / (1 - t) if high is not None else (2 * t - 1) / (t * (1 - t))


# --- without an antiderivative --------------------------------------------------------------------


def decaying(f: Tape, name: str, low: End, high: End, enough: Callable[[], bool]) -> arb | None:
    """The integral of what falls fast at the infinite ends: a quadrature, and a bound of the rest.

    None where an end is a pole, or where f does not fall fast enough.
    """
    ends, rest = [], arb(0)
    for end, side in ((low, -1), (high, 1)):
        if end is not None:
            if not regular(f, name, end):
                return None
            ends.append(end())
            continue
        other = high if side < 0 else low
        start = next((s for s in TAIL_STARTS if other is None or abs(other()) < s), None)
        bounds = ((s, tail(f, name, s, side).bound) for s in TAIL_STARTS if start and s >= start)
        found = next(((s, b) for s, b in bounds if b is not None and b < ACCURATE), None)
        if found is None:
            return None
        ends.append(arb(side * found[0]))
        rest += arb(0, found[1])
    total = integral(f, name, ends[0], ends[1], enough) + rest
    return total if total.is_finite() and total.rad() < ACCURATE * (1 + abs(total)) else None


def squeezed(
    f: Tape, name: str, pieces: Sequence[Domain], enough: Callable[[], bool]
) -> Settled:  # fmt: skip
    """The integral over stretches at whose ends f has no value, or which have none.

    With x = a + e^-u beside an end, and x = e^u far out, the rest of it is as small as one likes;
    f is bounded there by what it is like far out.
    """
    with precision(QUADRATURE_BITS + ENDS_CLOSED[-1]):
        parts = [part for piece in pieces for part in both_halves(f, name, piece, enough)]
    sides = {part.towards for part in parts if part.diverges}
    if sides:
        known = all(part.diverges or part.value is not None for part in parts)
        only = sides.pop() if known and len(sides) == 1 else 0
        return Settled(None, True, only, len(pieces) - 1)
    values = [part.value for part in parts if part.value is not None]
    total = sum(values, arb(0))
    accurate = total.is_finite() and total.rad() < ACCURATE * (1 + abs(total).abs_upper())
    return Settled(total) if accurate and len(values) == len(parts) else Settled()


def both_halves(
    f: Tape, name: str, piece: Domain, enough: Callable[[], bool]
) -> Iterator[Settled]:
    """What a stretch has left and right of a number inside."""
    a, b = (None if end is None else end() for end in ends_of(piece))
    middle = ((a + b) / 2 if a is not None and b is not None else a + 1 if a is not None
              else b - 1 if b is not None else arb(0)).mid()  # fmt: skip
    for end, side in ((a, -1), (b, 1)):
        yield to_the_end(f, name, middle, end, side, enough)


def to_the_end(
    f: Tape, name: str, middle: arb, end: arb | None, side: int, enough: Callable[[], bool]
) -> Settled:
    """The integral between a number and an end of the stretch, on its right (side 1) or left."""
    if end is not None and analytic(f, name, end):
        return Settled(side * integral(f, name, middle, end, enough))
    for bits in (*NEAR_BITS, *ENDS_CLOSED) if end is None else ENDS_CLOSED:
        rest = (tail(f, name, 2**bits, side) if end is None
                else tail_beside(f, name, end, 2**bits, -side))  # fmt: skip
        if rest.grows:
            return Settled(None, True, rest.grows)
        if rest.bound is not None and rest.bound < ACCURATE:
            break
    else:
        if end is None or not regular(f, name, lambda: end):
            return Settled()
        return Settled(side * integral(f, name, middle, end, enough))
    size = arb(1) if end is None else abs(end - middle)
    start = middle - side if end is None else end

    def along(u: acb) -> tuple[acb, acb]:
        moved = (u if end is None else -u).exp() * size
        return (start + side * moved if end is None else start - side * moved), moved

    last = (bits * exact(LN_OF_TWO) + abs(middle) + 1).ceil().mid()  # e^last is above 2^bits
    with precision(QUADRATURE_BITS + (0 if end is None else bits)):
        found = integral(f, name, arb(0), last, enough, along, SQUEEZED_BITS)
        return Settled(found + arb(0, rest.bound))


class Monomial(NamedTuple):
    """factor * x^power; with a root in it for x > 0 only, as sqrt(x^2) is |x|."""

    factor: arb
    power: Fraction
    right_only: bool = False


def over_half_lines(f: Tape, name: str, low: End, high: End) -> arb | None:
    """The integral of c * x^q * g(a*x^p), g a sine, a cosine or e^-, from or to 0, or over all.

    By Mellin's transforms: with s = (q + 1)/p the integral of x^(s-1)*sin(x) from 0 to infinity is
    Gamma(s)*sin(pi*s/2) for -1 < s < 1, with the cosine so for 0 < s < 1, of x^(s-1)*e^-x Gamma(s)
    for s > 0; at s = 0 the first tends to pi/2. None for other functions and intervals.
    """
    if (low is not None and not low().is_zero()) or (high is not None and not high().is_zero()):
        return None
    taken = taken_apart(on_paper(f, Graphs())[f.roots[0]], name)
    if taken is None or taken[1] is None:
        return None
    outer, (op, inner) = taken[0], taken[1]
    total = arb(0)
    for end, side in ((high, 1), (low, -1)):
        if end is None:
            sides = (mirrored(m, side) for m in (outer, inner))
            part = of_mellin(op, *sides)
            if part is None:
                return None
            total += part
    return total


def mirrored(m: Monomial | None, side: int) -> Monomial | None:
    """A monomial at -x for x > 0."""
    if m is None or side > 0:
        return m
    return None if m.right_only else m._replace(factor=m.factor * (-1) ** int(m.power))


def of_mellin(op: str, outer: Monomial | None, inner: Monomial | None) -> arb | None:
    if outer is None or inner is None or inner.power <= 0 or inner.factor == 0:
        return None
    s, a = (outer.power + 1) / inner.power, abs(inner.factor)
    up = inner.factor > 0
    if (op == "exp" and up) or not MELLIN_HOLDS[op][0] < s < MELLIN_HOLDS[op][1]:
        return None
    z = exact(s)
    turned = z * arb.pi() / 2
    wave = turned.sin() if op == "sin" else turned.cos() if op == "cos" else arb(1)
    value = arb.pi() / 2 if s == 0 else z.gamma() * wave
    sign = -1 if op == "sin" and not up else 1
    return outer.factor * value * sign * a ** -z / exact(inner.power)


MELLIN_HOLDS = {"sin": (-1, 1), "cos": (0, 1), "exp": (0, math.inf)}
Inside = tuple[str, Monomial] | None  # the function, and the monomial in it


def taken_apart(node: Value, name: str) -> tuple[Monomial, Inside] | None:
    """A product of a monomial and at most one sine, cosine or exponential of a monomial."""
    tape = Tape.of([node])
    if name not in tape.variables:
        value = arb(forward(tape, BALLS, {})[tape.roots[0]]) if not tape.variables else arb.nan()
        return (Monomial(value, Fraction(0)), None) if value.is_finite() else None
    if not node.args:
        return Monomial(arb(1), Fraction(1)), None
    assert node.op is not None
    op, args = node.op.name, [taken_apart(a, name) for a in node.args]
    first = args[0]
    if first is None or None in args:
        return None
    m, inside_ = first
    if op == "neg":
        return m._replace(factor=-m.factor), inside_
    if op in ("mul", "div"):
        other = args[1]
        assert other is not None
        if (inside_ and other[1]) or (op == "div" and other[1]):
            return None
        sign = 1 if op == "mul" else -1
        factor = m.factor * other[0].factor if sign > 0 else m.factor / other[0].factor
        right_only = m.right_only or other[0].right_only
        return Monomial(factor, m.power + sign * other[0].power, right_only), inside_ or other[1]
    if inside_:
        return None
    if op in MELLIN_HOLDS:
        return Monomial(arb(1), Fraction(0)), (op, m)
    beside = [n for a in node.args[1:] if (n := constant(a)) is not None]
    if not node.op.exponent or len(beside) < len(node.args) - 1:
        return None
    n = node.op.exponent(*beside)
    rooted = m.right_only or n.denominator > 1
    return Monomial(m.factor ** exact(n), m.power * n, rooted), None



# --- poles inside ---------------------------------------------------------------------------------


class Turns(NamedTuple):
    """The numbers inside of an interval where a function may end, jump or have a pole."""

    found: list[Number]
    all_known: bool


def turns_inside(root: Value, name: str, domain: Domain) -> Turns:
    """The zeros of the margins of a function that are in the interval and none of its ends."""
    found: list[Zero] = []
    all_known = True
    for margin in turning([root]):
        some = zeros_of(margin, name, [domain], Limits.student)
        found += [z for z in some.zeros if domain.strictly_holds(z.x, Limits.student)]
        all_known = all_known and some.complete and some.everywhere
    return Turns([Number(z.x.text, z.x) for z in merged(found, Limits.student)], all_known)


def cut(f: Value, name: str, domain: Domain) -> tuple[list[Domain], bool]:
    """The interval cut at the poles of f inside, and whether all of them are known."""
    turns = turns_inside(f, name, domain)
    poles = [x for x in turns.found if not regular(Tape.of([f]), name, x.ball)]
    return ([Domain(a, b) for a, b in pairwise([domain.low, *poles, domain.high])],
            turns.all_known)  # fmt: skip


def ends_of(piece: Domain) -> tuple[End, End]:
    """What an interval's ends are, at the current precision."""
    low, high = piece.low, piece.high
    return None if low is None else low.ball, None if high is None else high.ball


# --- by an antiderivative -------------------------------------------------------------------------


def improper(
    f: Tape, F: Tape, name: str, pieces: Sequence[Domain], enough: Callable[[], bool]
) -> Settled:
    """The sum of what F gains on all pieces."""
    total, sides, open_ = arb(0), set[int](), False
    for piece in pieces:
        if not agrees(f, F, name, piece, enough):
            return Settled()
        low, high = ends_of(piece)
        for count, end, side in ((-1, low, 1), (1, high, -1)):
            reached = approach(F, name, end, side)
            with precision(BITS_OF_A_ZERO):  # what cancels is 0 there only
                limit = reached.limit()
                growth = infinite(reached) or slowly(F, name, end, side)
            if limit is not None and limit.is_finite():
                total += count * limit
            elif growth:
                sides.add(count * growth)
            elif end is None and oscillates(F, name, -side):
                sides |= {1, -1}
            elif end is None and outgrows(f, name, -side):
                sides.add(outgrows(f, name, -side))
            else:
                open_ = True
    if open_:
        return Settled()
    if sides:
        return Settled(None, True, sides.pop() if len(sides) == 1 else 0, len(pieces) - 1)
    return Settled(total)


def approach(F: Tape, name: str, end: End, side: int) -> Germ:
    """F just beside an end of a piece, inside of it; side 1 is right of it."""
    with precision(BITS_OF_A_ZERO):
        here = Germ({(-1, 0): arb(-side)}) if end is None else beside(end(), side)
        found: Germ = forward(F, GERMS, {name: here})[F.roots[0]]
    return found


def infinite(reached: Germ) -> int:
    """1 or -1 where F grows without bound to that side, else 0."""
    big, _, _ = reached.parts()
    return (big.sign() or 0) if big.terms else 0


def oscillates(F: Tape, name: str, side: int) -> bool:
    """Whether F repeats itself for ever and is no constant, so that it tends to nothing."""
    def at(x: arb) -> arb:
        return arb(forward(F, BALLS, {name: x})[F.roots[0]])

    starts = [arb(side * k) + arb(1) / 7 for k in range(1, 8)]
    first = [at(x) for x in starts]
    if not all(y.is_finite() for y in first) or all(y.overlaps(first[0]) for y in first):
        return False
    return any(
        all(at(x + 2 * arb.pi() * turns).overlaps(y) for x, y in zip(starts, first))
        for turns in TURNS_TRIED
    )


def outgrows(f: Tape, name: str, side: int) -> int:
    """1 or -1 where f grows beyond all bounds, faster than any power: 1/f vanishes; else 0."""
    graphs = Graphs()
    root = on_paper(f, graphs)[f.roots[0]]
    inverse = Tape.of([reciprocal(root, graphs)])
    with precision(BITS_OF_A_ZERO):
        found = forward(inverse, GERMS, {name: Germ({(-1, 0): arb(side)})})[inverse.roots[0]]
        far = arb(forward(f, BALLS, {name: arb(side * FAR_OUT)})[f.roots[0]])
    vanishes = found.limit() is not None and bool(found.limit() == 0)
    return (1 if far > 0 else -1 if far < 0 else 0) if vanishes else 0


def reciprocal(root: Value, graphs: Graphs) -> Value:
    """1/root, with e^(-u) for the reciprocal of e^u, factor by factor."""
    family = root.op.family if root.op else ""
    if family == "product":
        return reciprocal(root.args[0], graphs) * reciprocal(root.args[1], graphs)
    if family == "quotient":
        return reciprocal(root.args[0], graphs) * root.args[1]
    if root.op is OPS["exp"]:
        return graphs.exp(-root.args[0])
    if root.op is OPS["pow"]:
        return graphs.pow(root.args[0], -root.args[1])
    if root.op is OPS["neg"]:
        return -reciprocal(root.args[0], graphs)
    return graphs.literal(1) / root


def slowly(F: Tape, name: str, end: End, side: int) -> int:
    """1 or -1 where F is a logarithm, or a multiple of one, that grows: ln ln x; else 0."""
    root = on_paper(F, Graphs())[F.roots[0]]
    sign = 1
    while root.op is OPS["neg"] or (root.op is OPS["div"] and is_literal(root.args[1])):
        sign, root = (-sign if root.op is OPS["neg"] else sign), root.args[0]
    if root.op is not OPS["log"]:
        return 0
    inner = approach(Tape.of([root.args[0]]), name, end, side)
    limit = inner.limit()
    return sign if infinite(inner) else -sign if limit is not None and limit == 0 else 0


def agrees(f: Tape, F: Tape, name: str, piece: Domain, enough: Callable[[], bool]) -> bool:
    """Whether F gains on the inside of a piece what f adds up to there, and has no jump beyond."""
    p, q = (between_ends(*ends_of(piece), share) for share in (Fraction(1, 64), Fraction(63, 64)))
    first, last = (arb(forward(F, BALLS, {name: x})[F.roots[0]]) for x in (p, q))
    gained = integral(f, name, p, q, enough)
    known = gained.is_finite() and gained.rad() < ACCURATE * (1 + abs(gained).abs_upper())
    if not (known and (last - first).overlaps(gained)):
        return False
    turns = turns_inside(on_paper(F, Graphs())[F.roots[0]], name, piece)
    return turns.all_known and all(continuous(F, name, x.ball) for x in turns.found)


def continuous(F: Tape, name: str, at: Callable[[], arb]) -> bool:
    """Whether F tends to one number from both sides."""
    with precision(BITS_OF_A_ZERO):
        left, right = (approach(F, name, at, side).limit() for side in (-1, 1))
        if left is None or right is None:
            return False
        return left.is_finite() and left.overlaps(right)


__all__ = ["End", "Settled", "approach", "ends_of", "inside", "settled", "undefined_inside"]
