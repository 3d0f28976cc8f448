"""Where a derivative is 0 or changes its sign: every zero proved, and whether all are known.

- `critical(f, name, order, domain, limits)` is a `Landscape`: the zeros of the derivative, the
  poles, edges and bends between which its sign cannot change, and whether all are known.
- `landscape.between()` are the intervals between them, with the sign there, proved at one point.

The derivative is taken apart into factors, as SymPy proposes them; that they are factors is checked
in balls. A polynomial's zeros are found exactly, on the whole line; those of other factors in boxes
on the domain, on one period of a periodic function, or on a window, beyond which nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import combinations, pairwise
from math import gcd, lcm
from typing import Any

from flint import arb, fmpz_poly

from ..arithmetic.balls import BALLS, BITS_OF_A_ZERO, exact, precision
from ..arithmetic.germs import GERMS
from ..arithmetic.germs import beside as germs_beside
from ..engine import Tape, forward, kinks
from ..engine import order as order_of
from ..errors import SymgradError, UsageError, Verdict
from ..expression import Expression, parse
from ..homework import assumptions
from ..homework.comparing import compared
from ..homework.coordinates import ExactNumber
from ..homework.quotients import as_quotient
from ..homework.sought import SLOPE_BITS, Sought
from ..limits import Limits
from ..ops import OPS
from ..processes import bounded
from ..symbolic import meaning, sympy
from ..symbolic.graphing import graph
from ..value import Graphs, Value, is_literal, same, substituted, tidy
from .answers import Interval, Number
from .certified_roots import Along, CertifiedRoot, zeros
from .claims import Real, equal, sign
from .far_out import far_sign
from .writing import exact_text, fraction_of, literal

WINDOW_OF_ZEROS = Fraction(64)  # how far zeros are looked for where the domain has no end
MARGIN = Fraction(1, 2**60)  # beyond an end of the domain, which may be irrational
MOST_OPEN_BOXES = 40  # that are looked at one by one
SECONDS_TO_POSE = 10.0  # a question is understood once, on a busy machine, too
EDGE_STEPS = 160  # halvings towards an end of the domain
FAR_STARTS = (64, 1024, 2**20)  # from where on a function is shown to keep its sign
STEPS_BEYOND = (  # from the end of the window to where a function is seen to have another sign
    *(Fraction(37 * k, 100) for k in range(1, 100)), *(Fraction(5, 4) ** k for k in range(21, 60)),
)  # fmt: skip
MOST_MULTIPLICITY = 6
ODD_ROOTS = (OPS["cbrt"], OPS["root"])
SHARES_OF_A_PERIOD = (1, 2, 3, 4, 6, 8)  # the square of a sine repeats twice as often
BOX_BITS_OF_A_MULTIPLE = 192
DIGITS_OF_A_NAME = 6
MOST_DENOMINATOR_OF_A_NAME = 120
MOST_SHORT = 10**6
MOST_LOGARITHM = 10
NEAR_DIGITS = 40
RADII = tuple(Fraction(1, 4**k) for k in range(6))  # around a zero of higher order at 0
STEPS_TO_AN_END = (10, 20, 40)  # halvings
HAIR = Fraction(1, 10**30)  # around a height that is no fraction


@dataclass(frozen=True, eq=False)
class Zero:
    """A zero of the derivative."""

    x: ExactNumber

    @property
    def size(self) -> float:
        with precision(SLOPE_BITS):
            return float(self.x.ball())


# --- the domain -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Domain:
    """An interval of the line, perhaps without ends; `low` and `high` are exact."""

    low: Number | None = None
    high: Number | None = None
    low_closed: bool = False
    high_closed: bool = False

    @classmethod
    def of(cls, given: Interval | None) -> Domain:
        return cls(*given) if given else cls()

    @property
    def bounded(self) -> bool:
        return self.low is not None and self.high is not None

    def contains(self, x: ExactNumber, limits: Limits) -> bool:
        """Whether a number lies in the interval; an end belongs to it."""
        low, high = self.low, self.high
        above = low is None or sign(lambda: x.ball() - low.ball(), limits) in (0, 1)
        below = high is None or sign(lambda: high.ball() - x.ball(), limits) in (0, 1)
        return above and below

    def holds(self, x: ExactNumber, limits: Limits) -> bool:
        """Whether a number lies in the interval; an open end does not."""
        if not self.contains(x, limits):
            return False
        ends = ((self.low, self.low_closed), (self.high, self.high_closed))
        return not any(
            end is not None and not closed and equal(x.ball, end.ball, limits)
            for end, closed in ends
        )

    def strictly_holds(self, x: ExactNumber, limits: Limits) -> bool:
        """Whether a number lies in the interval and is none of its ends."""
        low, high = self.low, self.high
        above = low is None or sign(lambda: x.ball() - low.ball(), limits) == 1
        return above and (high is None or sign(lambda: high.ball() - x.ball(), limits) == 1)

    def window(self) -> tuple[Fraction, Fraction]:
        """A little more than the interval, or a wide part of the line."""
        low = nearest_fraction(self.low) - MARGIN if self.low else None
        high = nearest_fraction(self.high) + MARGIN if self.high else None
        a = low if low is not None else min(-WINDOW_OF_ZEROS, (high or 0) - WINDOW_OF_ZEROS)
        b = high if high is not None else max(WINDOW_OF_ZEROS, (low or 0) + WINDOW_OF_ZEROS)
        return a, b


def nearest_fraction(x: Number | ExactNumber) -> Fraction:
    with precision(SLOPE_BITS):
        return Fraction(str(x.ball().mid().str(NEAR_DIGITS, radius=False)))


# --- the factors ----------------------------------------------------------------------------------


def proposed(root: Value) -> tuple[Value, list[Value]]:
    """The function as a quotient of factors, and those above; runs where it can be killed."""
    s = sympy()
    e = meaning(root)
    for head in (s.tan, s.cot, s.sec, s.csc):
        e = e.replace(head, in_sines(head))
    above, below = s.fraction(s.together(e))
    whole, factors = factors_of(above)
    parts = []
    for factor, m in factors:  # (2x - 1)*sinh(x^2 - x) first, and then a sum of cosh and sinh
        over, under = s.fraction(s.together(rewritten(factor) if factor.is_Add else factor))
        c, smaller = factors_of(over)
        whole *= s.Mul(c / under, *(f**k for f, k in smaller)) ** m
        parts += [graph(f) for f, _ in smaller]
    return graph(whole / below), parts


def rewritten(e: Any) -> Any:
    """Hyperbolic functions, and powers with a variable exponent, by exponentials."""
    s = sympy()
    for head in (s.sinh, s.cosh, s.tanh, s.sech, s.csch, s.coth):
        e = e.replace(head, lambda u, head=head: head(u).rewrite(s.exp))
    return e.replace(lambda u: u.is_Pow and not u.exp.is_number, in_exponentials)


def in_sines(head: Any) -> Any:
    """tan, cot, sec and csc by sine and cosine, whose zeros are known to all."""
    s = sympy()
    return {
        s.tan: lambda u: s.sin(u) / s.cos(u), s.cot: lambda u: s.cos(u) / s.sin(u),
        s.sec: lambda u: 1 / s.cos(u), s.csc: lambda u: 1 / s.sin(u),
    }[head]  # fmt: skip


def in_exponentials(power: Any) -> Any:
    """x^(x - 1) as e^(x*ln(x))/x: powers that differ by a factor only share one exponential."""
    s = sympy()
    exponent = s.expand(power.exp * s.log(power.base))
    return s.exp(exponent).expand(power_exp=True)


def factors_of(e: Any) -> tuple[Any, list[tuple[Any, int]]]:
    """A constant, and the factors with their powers."""
    s = sympy()
    try:
        c, parts = s.factor_list(e)
    except s.PolynomialError:  # x^2 + 1 - x^2 is a number; e*e^(-x^2) is in no polynomial's letters
        whole = s.factor(e)
        return (whole, []) if whole.is_number else (s.Integer(1), [(whole, 1)])
    kept = [(f, m) for f, m in parts if not f.is_number]
    return c * s.Mul(*(f**m for f, m in parts if f.is_number)), kept


def factored(root: Value, name: str, limits: Limits) -> tuple[Value, list[Value]]:
    """The root as a product, and factors whose zeros are all of the root's.

    What SymPy proposes is taken only if it equals the function wherever that lives.
    """
    try:
        whole, above = bounded(limits, proposed, root, world=tuple(OPS.values()))
        known = Sought(Expression(root, variables=(name,), limits=limits), name, 0, limits)
        if compared(whole, known).verdict == Verdict.correct:
            return whole, above
    except (SymgradError, ArithmeticError, ValueError):
        pass
    return root, [root]


# --- zeros of one factor --------------------------------------------------------------------------


@dataclass
class ZerosFound:
    """Zeros, and whether there are no others where they were looked for."""

    zeros: list[Zero] = field(default_factory=list)
    complete: bool = True
    everywhere: bool = True  # on the whole line, not on a window only


def zeros_of(g: Value, name: str, pieces: Sequence[Domain], limits: Limits) -> ZerosFound:
    """The zeros of one factor, looked for in each piece."""
    found = ZerosFound()
    for part in bare(g):
        constant = name not in Tape.of([part]).variables
        if constant or (part.op and part.op.image == "!= 0") or positive(part):
            continue
        quotient = as_quotient(part, name)
        searched = (zeros_in(part, name, piece, limits) for piece in pieces)
        for some in [exact_zeros(quotient[0], name)] if quotient else searched:
            found.zeros += some.zeros
            found.complete = found.complete and some.complete
            found.everywhere = found.everywhere and some.everywhere
    return found


def positive(g: Value) -> bool:
    """Whether a function is above 0 everywhere, by its form: e^u, 1 + e^u, 2 + cosh(u)."""
    sure: dict[Value, bool] = {}
    for node in order_of([g]):
        parts = [sure[a] for a in node.args]
        if node.op is None:
            sure[node] = is_literal(node) and Fraction(node.label) > 0
        elif node.op in (OPS["add"], OPS["mul"], OPS["div"]):
            sure[node] = all(parts)
        else:
            sure[node] = parts[0] if node.op.parameter == 1 else node.op.image == "> 0"
    return sure[g]


def bare(g: Value) -> list[Value]:
    """What has to be 0 for a function to be: the factors of a product, the u of sqrt(u) and |u|."""
    found, stack = [], [g]
    while stack:
        node = stack.pop()
        if node.op is OPS["mul"]:
            stack += node.args
        elif node.op and node.op.arity is None and not all(
            same(a, node.args[0]) for a in node.args
        ):
            found.append(node)  # hypot(a, b) is 0 where both are
        elif node.op and (node.op.image == "0 at 0" or node.op.exponent):
            if not pole_at_zero(node):
                stack.append(node.args[0])
        else:
            found.append(node)
    return found


def pole_at_zero(node: Value) -> bool:
    """Whether it is a power below 0, as x^(-1/3), which is 0 nowhere."""
    powers = [assumptions.constant(a) for a in node.args[1:]]
    if node.op is None or node.op.exponent is None or None in powers:
        return False
    power = node.op.exponent(*powers)
    return power is not None and power < 0


def zeros_in(g: Value, name: str, domain: Domain, limits: Limits) -> ZerosFound:
    """The zeros of a function that is no polynomial, on one interval."""
    low, high, everywhere = reach(g, name, domain)
    alone = alone_at_zero(g, name, limits) if low < 0 < high else None
    kept = ZerosFound([Zero(of_fraction(Fraction(0)))] if alone else [], everywhere=everywhere)
    kept.complete = everywhere or not goes_on(g, name, domain)
    parts = [(low, high)] if alone is None else [(low, -alone), (alone, high)]
    searched = [zeros(Tape.of([g]), name, {}, a, b) for a, b in parts if a < b]
    kept.zeros += [Zero(named(r)) for one in searched for r in one.found]
    unsettled = [box for one in searched for box in one.unsettled]
    if len(unsettled) > MOST_OPEN_BOXES:
        kept.complete = False
        return kept
    for a, b in unsettled:
        zero = multiple(g, name, a, b, limits)
        if isinstance(zero, Zero):
            kept.zeros.append(zero)
        elif not outside(g, name, domain, a, b) and zero is None:
            kept.complete = False
    return kept


def alone_at_zero(g: Value, name: str, limits: Limits) -> Fraction | None:
    """How far around 0 there is no other zero, where 0 is one of higher order; None elsewhere.

    Beside such a zero, of x*cos(x) - sin(x) for one, balls tell a sign in the tiniest boxes only.
    """
    derivative = Expression(g, variables=(name,))
    for m in range(MOST_MULTIPLICITY + 1):
        along = Along(Tape.of([derivative.root]), name, {})
        if sign(lambda along=along: along.at(arb(0))[0], limits) != 0:  # type: ignore[misc]
            with precision(BOX_BITS_OF_A_MULTIPLE):
                clear = (r for r in RADII if nonzero(along.at(arb(0, exact(r)))[0]))
                return next(clear, None) if m > 1 else None
        if name not in derivative.variables:
            return None
        derivative = derivative.backpropagated(name)
    return None


def nonzero(value: arb) -> bool:
    return bool(value.is_finite() and not value.contains(0))


def reach(g: Value, name: str, domain: Domain) -> tuple[Fraction, Fraction, bool]:
    """Where zeros are looked for, and whether it is shown that there are none beyond."""
    tape, ends, shown = Tape.of([g]), list(domain.window()), True
    for i, (side, cut) in enumerate(((-1, domain.low), (1, domain.high))):
        if cut is None:
            fits = (s for s in FAR_STARTS if s >= side * ends[i] and far_sign(tape, name, s, side))
            start = next(fits, None)
            ends[i] = side * Fraction(start) if start else ends[i]
            shown = shown and start is not None
    return ends[0], ends[1], shown


def goes_on(g: Value, name: str, domain: Domain) -> bool:
    """Whether a function has both signs beyond the window, as x*sin(x): there are more zeros."""
    tape, window = Tape.of([g]), domain.window()
    for side, end, cut in zip((-1, 1), window, (domain.low, domain.high)):
        if cut is None:
            along = Along(tape, name, {})
            with precision(SLOPE_BITS):
                values = [along.at(exact(end + side * step))[0] for step in STEPS_BEYOND]
            if any(v > 0 for v in values) and any(v < 0 for v in values):
                return True
    return False


def exact_zeros(polynomial: fmpz_poly, name: str) -> ZerosFound:
    """All real zeros of a polynomial: exact."""
    found = ZerosFound()
    for factor, _ in polynomial.factor()[1]:
        if factor.degree() == 1:
            b, a = (Fraction(int(c)) for c in factor.coeffs())
            found.zeros.append(Zero(of_fraction(-b / a)))
        elif factor.degree() > 1:
            sizes = [abs(int(c)) for c in factor.coeffs()]
            reach = Fraction(max(sizes), sizes[-1]) + 2  # Cauchy's bound
            root = polynomial_graph(factor, name)
            apart = zeros(Tape.of([root]), name, {}, -reach, reach)
            found.zeros += [Zero(named(r)) for r in apart.found]
            found.complete = found.complete and not apart.unsettled
    return found


def polynomial_graph(polynomial: fmpz_poly, name: str) -> Value:
    """A polynomial as a graph, by Horner's rule."""
    graphs, x = Graphs(), Graphs().variable(name)
    total = graphs.literal(0)
    for c in reversed(polynomial.coeffs()):
        total = total * x + graphs.literal(int(c))
    return total


def of_fraction(x: Fraction) -> ExactNumber:
    return ExactNumber(str(x), literal(x))


def named(root: CertifiedRoot) -> ExactNumber:
    """The zero by its short exact form, pi/4 or sqrt(2), where it has one; else by its decimals."""
    with precision(SLOPE_BITS):
        ball = root.ball()
        shown = ball.mid().str(DIGITS_OF_A_NAME, radius=False)
    for formula in forms(ball):
        try:
            exact_form = ExactNumber(formula, parse(formula).root)
        except SymgradError:
            continue
        if equal(exact_form.ball, root.ball, Limits.student):
            return ExactNumber(exact_text(exact_form.root), exact_form.root)
    return CertifiedRoot(shown, root.root, along=root.along, low=root.low, high=root.high)


def forms(ball: arb) -> Iterator[str]:
    """Exact numbers that a ball may be: q, q*pi, +-sqrt(q), e^q, ln(q), p +- sqrt(q)."""
    with precision(SLOPE_BITS):
        pi = arb.pi()
        yield from (str(q) for q in short(ball))
        yield from (f"({q})*pi" for q in short(ball / pi))
        yield from (f"{'-' if ball < 0 else ''}sqrt({q})" for q in short(ball * ball))
        for k in (3, 4, 5):
            minus = "-" if ball < 0 else ""
            yield from (f"{minus}({q})^(1/{k})" for q in short(abs(ball) ** k))
        yield from (f"ln({q})" for q in short(ball.exp()) if abs(ball) < MOST_LOGARITHM)
        if ball > 0:
            yield from (f"e^({q})" for q in short(ball.log()))
        for p in (Fraction(k, d) for d in (1, 2, 3, 4) for k in range(-12, 13)):
            gap = ball - exact(p)
            yield from (f"{p} {'-' if gap < 0 else '+'} sqrt({q})" for q in short(gap * gap))
        turns = (("", ball), ("pi - ", pi - ball), ("pi + ", ball - pi), ("2*pi - ", 2 * pi - ball))
        for turned, rest in turns:
            for f, inverse in (("atan", rest.tan()), ("asin", rest.sin()), ("acos", rest.cos())):
                yield from (f"{turned}{f}({q})" for q in short(inverse))


def short(ball: arb) -> list[Fraction]:
    """The short fraction that a ball may be, if there is one."""
    if not ball.is_finite() or abs(ball) > MOST_SHORT:
        return []
    near = Fraction(str(ball.mid().str(NEAR_DIGITS, radius=False)))
    found = near.limit_denominator(MOST_DENOMINATOR_OF_A_NAME)
    return [found] if ball.overlaps(exact(found)) else []


def multiple(g: Value, name: str, a: Fraction, b: Fraction, limits: Limits) -> Zero | bool | None:
    """The one zero of higher order in a narrow box; True where there is none, None if not settled.

    If the first m derivatives vanish at a number in the box and the next has no zero in all of the
    box, that number is the only zero there.
    """
    with precision(BOX_BITS_OF_A_MULTIPLE):
        box = exact(a).union(exact(b))
    f = Expression(g, variables=(name,))
    for formula in forms(box):
        x = ExactNumber(formula, parse(formula).root)
        derivative = f
        for m in range(MOST_MULTIPLICITY + 1):
            along = Along(Tape.of([derivative.root]), name, {})
            if sign(lambda along=along, x=x: along.at(x.ball())[0], limits) != 0:  # type: ignore[misc]
                with precision(BOX_BITS_OF_A_MULTIPLE):
                    over = along.at(box)[0]
                if m and nonzero(over):
                    return Zero(ExactNumber(exact_text(x.root), x.root))
                break
            derivative = derivative.backpropagated(name)
    return None


def outside(g: Value, name: str, domain: Domain, a: Fraction, b: Fraction) -> bool:
    """Whether a narrow box that stayed open lies at an end of the domain, or where g is not."""
    for end, inner, beyond in ((domain.low, b, -1), (domain.high, a, 1)):
        if end is None:
            continue
        here = nearest_fraction(end)
        if (inner - here) * beyond >= 0:  # all of the box lies beyond the end
            return True
        if a <= here <= b:
            return beside(g, name, end, abs(inner - here), -beyond) or toward(g, name, here, inner)
    along = Along(Tape.of([g]), name, {})
    with precision(BOX_BITS_OF_A_MULTIPLE):
        lost = [not along.at(exact(x))[0].is_finite() for x in (a, b)]
    return all(lost)


def beside(g: Value, name: str, end: Number, distance: Fraction, side: int) -> bool:
    """Whether g keeps its sign beside an end: as g(end +- 1/t) does for all large t."""
    t = Graphs().variable(name)
    moved = substituted(g, {name: end.value.root + literal(side) / t})
    return distance > 0 and far_sign(Tape.of([moved]), name, int(1 / distance), 1) is not None


def toward(g: Value, name: str, end: Fraction, inner: Fraction) -> bool:
    """Whether g keeps its sign from a number on towards an end, in boxes that halve the way."""
    along, distance = Along(Tape.of([g]), name, {}), inner - end
    seen = set()
    for _ in range(EDGE_STEPS):
        near, far = end + distance / 2, end + distance
        with precision(2 * SLOPE_BITS):  # 4 - x is tiny there
            value = along.at(exact(near).union(exact(far)))[0]
        if not value.is_finite() or value.contains(0):
            return False
        seen.add(bool(value > 0))
        distance /= 2
    return len(seen) == 1


# --- all together ---------------------------------------------------------------------------------


@dataclass
class SmoothPart:
    """A part of the domain, f and the derivative as they are there, and the zeros of the latter."""

    part: Domain
    f: Value
    g: Value
    zeros: list[Zero] = field(default_factory=list)


def at_number(root: Value, name: str, x: ExactNumber) -> Real:
    """The value of a graph at a number, at any precision."""
    tape = Tape.of([root])
    return lambda: arb(forward(tape, BALLS, {name: x.ball()})[tape.roots[0]])


@dataclass
class Landscape:
    """A function between the numbers where the sign of its derivative may change."""

    f: Expression
    name: str
    g: Value  # the derivative that is looked at
    domain: Domain
    limits: Limits
    period: Number | None
    zeros: list[Zero]  # of g, where f lives, in order
    breaks: list[Zero]  # where f or g has no value, or bends, in order
    complete: bool
    everywhere: bool
    pieces: list[SmoothPart] = field(default_factory=list)

    @property
    def flat(self) -> bool:
        """Whether the derivative is 0 on a whole interval."""
        return any(is_literal(p.g) and p.g.label == 0 for p in self.pieces)

    def tell_all(self) -> None:
        """Raises UsageError where there may be more zeros of the derivative than are known."""
        if not self.complete:
            raise UsageError(f"not all zeros of the derivative of {self.f} are known")

    def drift(self) -> int | None:
        """Whether f rises (1) or falls (-1) from period to period, as x + sin(x) does; 0 for none.

        None where f(x + p) - f(x) is not found to be one number.
        """
        assert self.period is not None
        f, p = self.f.root, self.period.value.root
        lives = next((inner(a, b) for a, b, s in self.between() if s is not None), None)
        if lives is None:
            return None
        here = literal(lives)
        gain = substituted(f, {self.name: here + p}) - substituted(f, {self.name: here})
        moved = substituted(f, {self.name: Graphs().variable(self.name) + p}) - gain
        if compared(moved, Sought(self.f, self.name, 0, self.limits)).verdict != Verdict.correct:
            return None
        return sign(ExactNumber("", gain).ball, self.limits)

    def changes(self) -> Iterator[tuple[Zero, int, int]]:
        """Where f lives and the sign of the derivative changes: the signs left and right of it."""
        sides = self.between()
        joins = list(pairwise(sides))
        if self.period is not None and sides:
            joins.append((sides[-1], sides[0]))  # the end of a period is the beginning of the next
        for (*_, left), (start, _, right) in joins:
            if start is not None and left and right and left != right and self.lives(start.x):
                yield start, left, right

    def tends_beyond(
        self, side: tuple[Zero | None, Zero | None, int | None], height: Real, way: int
    ) -> bool | None:
        """Whether f comes past a height (way 1: above) towards an end that it does not reach.

        Between two marks f is monotonic, so it is the ends that count. None where that stays open.
        """
        low, high, slope = side
        with precision(SLOPE_BITS):
            near = Fraction(str(height().mid().str(NEAR_DIGITS, radius=False)))
        hair = Fraction(0) if equal(height, lambda: exact(near), self.limits) else HAIR
        for end, at, other in ((low, -1, high), (high, 1, low)):
            if slope is None or slope * at != way or not self.open_at(end):
                continue
            if self.seen_beyond(end, other, at, height, way):
                return True
            past, short = (self.sign_towards(end, at, near + way * step) for step in (hair, -hair))
            if past == way or short != -way:
                return True if past == way else None
        return False

    def seen_beyond(
        self, end: Zero | None, other: Zero | None, at: int, height: Real, way: int
    ) -> bool:
        """Whether f is past a height at a number on the way to an end, as tan is near a pole."""
        start = inner(other, end) if at > 0 else inner(end, other)
        for k in STEPS_TO_AN_END:
            x = start + at * Fraction(2**k)
            if end is not None:
                x = nearest_fraction(end.x) + (start - nearest_fraction(end.x)) / 2**k
            there = at_number(self.f.root, self.name, of_fraction(x))
            if sign(lambda there=there: there() - height(), self.limits) == way:  # type: ignore[misc]
                return True
        return False

    def open_at(self, end: Zero | None) -> bool:
        """Whether an end of an interval does not belong to where f lives."""
        if end is None or not self.lives(end.x):
            return True
        return self.period is None and not self.domain.holds(end.x, self.limits)

    def sign_towards(self, end: Zero | None, side: int, height: Fraction) -> int | None:
        """The sign of f - height near an end, or far out."""
        root = self.f.root - literal(height)
        if end is not None:
            t = Graphs().variable(self.name)
            root, side = substituted(root, {self.name: end.x.root - literal(side) / t}), 1
        signs = (far_sign(Tape.of([root]), self.name, start, side) for start in FAR_STARTS)
        return next((s for s in signs if s), None)

    def lives(self, x: ExactNumber) -> bool:
        """Whether f has a value at a number."""
        with precision(SLOPE_BITS):
            return bool(at_number(self.f.root, self.name, x)().is_finite())

    def jumps_at(self, x: ExactNumber) -> bool:
        """Whether f' has a value on both sides of a number, and not the same."""
        near = [p for p in self.pieces if p.part.contains(x, self.limits)]
        slopes = []
        for piece in near:
            along = Along(Tape.of([piece.f]), self.name, {})
            slopes.append(lambda along=along: along.at(x.ball())[1])
        return len(slopes) == 2 and equal(slopes[0], slopes[1], self.limits) is False

    def searched(self, x: ExactNumber) -> bool:
        """Whether all zeros near a number are known."""
        if not self.complete:
            return False
        low, high = self.domain.window()
        return self.everywhere or (low < nearest_fraction(x) < high)

    def breaks_at(self, x: ExactNumber) -> bool:
        """Whether f or the derivative has no value at a number, or f bends there."""
        for root in (self.f.root, self.g):
            tape = Tape.of([root])
            with precision(SLOPE_BITS):
                values = forward(tape, BALLS, {self.name: x.ball()})
                if not arb(values[tape.roots[0]]).is_finite() or kinks(tape, BALLS, values):
                    return True
        return False

    def held(self, found: Sequence[Zero]) -> list[Zero]:
        """Those in the domain, equal ones together; of a period its beginning and not its end."""
        return [z for z in merged(found, self.limits) if self.domain.holds(z.x, self.limits)]

    def pieces_between(self, cuts: Sequence[Zero]) -> list[SmoothPart]:
        """The parts of the domain between cuts in which f lives."""
        low, high = self.domain.low, self.domain.high
        line = [low, *(Number(z.x.text, z.x) for z in cuts), high]
        found = []
        for a, b in pairwise(line):
            if a and b and nearest_fraction(b) - nearest_fraction(a) < MARGIN:
                continue
            x = inner(*(Zero(end.value) if end else None for end in (a, b)))
            with precision(SLOPE_BITS):
                lives = Along(Tape.of([self.f.root]), self.name, {}).at(exact(x))[0].is_finite()
            if lives:
                part = Domain(a, b, self.domain.low_closed and a is low,
                              self.domain.high_closed and b is high)  # fmt: skip
                f, g = resolved([self.f.root, self.g], self.name, x)
                found.append(SmoothPart(part, f, g))
        return found

    def smooth_at(self, x: ExactNumber) -> bool:
        """Whether the derivative is 0 at a bend, as that of x*|x|: from both sides, and f goes on.

        Then the slopes to the left and to the right are 0 by the mean value theorem.
        """
        near = [p for p in self.pieces if p.part.contains(x, self.limits)]
        if len(near) != 2 or not all(
            any(equal(z.x.ball, x.ball, self.limits) for z in p.zeros) for p in near
        ):
            return False
        if not all(self.vanishes(p.g, x, s) for p, s in zip(near, (-1, 1))):
            return False
        here = at_number(self.f.root, self.name, x)
        heights = [at_number(p.f, self.name, x) for p in near]
        return all(equal(here, h, self.limits) is True for h in heights)

    def vanishes(self, g: Value, x: ExactNumber, side: int) -> bool:
        """Whether g tends to 0 on a side of a number: x*x^(-4/3) does not, though a factor does."""
        tape = Tape.of([g])
        with precision(BITS_OF_A_ZERO):
            near = {self.name: germs_beside(x.ball(), side)}
            limit = forward(tape, GERMS, near)[tape.roots[0]].limit()
        return limit is not None and limit.is_finite() and limit.contains(0)

    def sign_at(self, x: Fraction, root: Value | None = None) -> int | None:
        return Along(Tape.of([root or self.g]), self.name, {}).sign(x)

    @cached_property
    def marks(self) -> list[Zero]:
        """Zeros and breaks in order, those at the ends of the domain too."""
        ends = [Zero(n.value) for n in (self.domain.low, self.domain.high) if n]
        found: list[Zero] = []
        for mark in sorted([*self.zeros, *self.breaks, *ends], key=lambda z: z.size):
            if not found or equal(mark.x.ball, found[-1].x.ball, self.limits) is False:
                found.append(mark)
        return found

    def between(self) -> list[tuple[Zero | None, Zero | None, int | None]]:
        """The intervals between marks, with the sign of g there; None where g has no value."""
        return self.sides

    @cached_property
    def sides(self) -> list[tuple[Zero | None, Zero | None, int | None]]:
        marks = self.marks
        low: list[Zero | None] = [] if self.domain.low else [None]
        high: list[Zero | None] = [] if self.domain.high else [None]
        line = [*low, *marks, *high]
        return [(a, b, self.sign_where_f_lives(inner(a, b))) for a, b in pairwise(line)]

    def sign_where_f_lives(self, x: Fraction) -> int | None:
        """-1/x^2 is no curvature of ln(x) for x < 0."""
        with precision(SLOPE_BITS):
            value = Along(Tape.of([self.f.root]), self.name, {}).at(exact(x))[0]
        return self.sign_at(x) if value.is_finite() else None


def inner(a: Zero | None, b: Zero | None) -> Fraction:
    """A number between two marks, neither of which it is."""
    if a is None and b is None:
        return Fraction(1031, 2048)
    if a is None or b is None:
        mark = a or b
        assert mark is not None
        return nearest_fraction(mark.x) + (1 if a else -1) * Fraction(1031, 2048)
    low, high = nearest_fraction(a.x), nearest_fraction(b.x)
    return low + (high - low) * Fraction(1031, 2048)


def critical(f: Expression, name: str, order: int, domain: Domain, limits: Limits) -> Landscape:
    """The zeros of the n-th derivative where f lives, and what is known of their completeness."""
    limits = replace(limits, seconds=limits.seconds and max(limits.seconds, SECONDS_TO_POSE))
    g = f.backpropagated(*[name] * order).root
    period = None if domain.bounded else period_of(f, name, order, limits)
    shown = domain
    if period is not None:
        shown = Domain(Number("0", of_fraction(Fraction(0))), period, True, False)
    made = Landscape(f, name, g, shown, limits, period, [], [], True, True)
    cuts: list[Zero] = []
    for margin in turning([f.root, g]):
        some = zeros_of(margin, name, [shown], limits)
        cuts += some.zeros
        made.complete = made.complete and some.complete
        made.everywhere = made.everywhere and some.everywhere
    cuts = made.held(cuts)
    made.breaks = [z for z in cuts if made.breaks_at(z.x)]
    made.pieces = made.pieces_between(cuts)
    factors = Factored(name, limits)
    found: list[Zero] = []
    for piece in made.pieces:
        for factor in factors.of(piece.g):
            some = zeros_of(factor, name, [piece.part], limits)
            piece.zeros += [z for z in some.zeros if piece.part.contains(z.x, limits)]
            made.complete = made.complete and some.complete
            made.everywhere = made.everywhere and some.everywhere
        found += piece.zeros
    made.zeros = [z for z in made.held(found) if not made.breaks_at(z.x) or made.smooth_at(z.x)]
    return made


@dataclass
class Factored:
    """The factors of derivatives of one variable; those of equal graphs are made once."""

    name: str
    limits: Limits
    known: list[tuple[Value, list[Value]]] = field(default_factory=list)

    def of(self, g: Value) -> list[Value]:
        for other, factors in self.known:
            if same(g, other):
                return factors
        _, factors = factored(g, self.name, self.limits)
        self.known.append((g, factors))
        return factors


def turning(roots: Sequence[Value]) -> list[Value]:
    """What the margins look at: where that is 0 a function ends, jumps, bends or has a pole."""
    graphs = Graphs()
    found: dict[Value, None] = {}
    for node in order_of(roots):
        if node.op is None or whole_power(node):
            continue
        if node.op in (OPS["max"], OPS["min"]):
            found.update({a - b: None for a, b in combinations(node.args, 2)})
            continue
        for margin in (*node.op.domain, *node.op.kinks):
            found[graphs.lift(margin.of(graphs, *node.args))] = None
    return [m for m in found if not counted(m)]


def counted(margin: Value) -> bool:
    """The number of arguments that are the largest: what a slope of max is divided by."""
    return margin.op is OPS["sum"] and all(n.op and n.op.comparison for n in margin.args)


def resolved(roots: Sequence[Value], name: str, x: Fraction) -> list[Value]:
    """Graphs as they are around x: |u| is u or -u there, a choice its branch."""
    tape, nodes = Tape.of(roots), order_of(roots)
    with precision(BOX_BITS_OF_A_MULTIPLE):
        balls = dict(zip(nodes, forward(tape, BALLS, {name: exact(x)})))
    graphs = Graphs()
    new: dict[Value, Value] = {}
    for node in nodes:
        args = [new[a] for a in node.args]
        taken = branch(node, [arb(balls[a]) for a in node.args], args)
        if taken is None and node.op is not None:
            taken = graphs.node(node.op, tuple(args))
        new[node] = node if taken is None else taken
    return [tidy([new[root]])[0] for root in roots]


def branch(node: Value, balls: Sequence[arb], args: Sequence[Value]) -> Value | None:
    """What a node that bends or chooses is, by the balls of its arguments; None for others."""
    op = node.op
    if op is OPS["if"] and not balls[0].contains(0):
        return args[1]
    if op is OPS["if"] and balls[0].is_zero():
        return args[2]
    if op in ODD_ROOTS and not balls[0].contains(0):
        n = literal(3) if op is OPS["cbrt"] else args[1]
        return args[0] ** (1 / n) if balls[0] > 0 else -((-args[0]) ** (1 / n))
    if op is OPS["abs"] and not balls[0].contains(0):
        return args[0] if balls[0] > 0 else -args[0]
    if op is OPS["sum"] and all(map(is_literal, args)):
        return literal(sum(Fraction(a.label) for a in args))
    if op in (OPS["max"], OPS["min"]):
        best = arb(BALLS.forward(op, balls))
        first = [a for a, ball in zip(args, balls) if ball.overlaps(best)]
        return first[0] if len(first) == 1 else None
    if op is OPS["sign"] or (op is not None and op.comparison):
        value = arb(BALLS.forward(op, balls))
        return literal(round(float(value))) if value.is_integer() else None
    return None


def whole_power(node: Value) -> bool:
    """x^2, which lives everywhere."""
    if node.op is None or node.op.parameter != 1:
        return False
    n = fraction_of(node.args[1])
    return n is not None and n.denominator == 1 and n >= 0


def merged(found: Sequence[Zero], limits: Limits) -> list[Zero]:
    """In order, equal ones together."""
    kept: list[Zero] = []
    for zero in sorted(found, key=lambda z: z.size):
        if not kept or not equal(zero.x.ball, kept[-1].x.ball, limits):
            kept.append(zero)
    return kept


def period_of(f: Expression, name: str, order: int, limits: Limits) -> Number | None:
    """The shortest period that the n-th derivative is found to have, or its sign, if there is one.

    x + sin(x) has none, but its derivative repeats, and so do the places that are looked for; so do
    those of e^x*sin(x), whose derivative is e^x, which is positive, times what repeats.
    """
    found = shortest_period(f, name, order, limits)
    if found is None and common_period(f, name) is not None:
        whole, _ = factored(f.backpropagated(*[name] * order).root, name, limits)
        signed = without_positive(whole)
        if not same(signed, whole):
            found = shortest_period(Expression(signed, variables=(name,)), name, 0, limits)
    return found


def without_positive(g: Value) -> Value:
    """A product without the factors that are above 0 everywhere, by their form."""
    if g.op is OPS["neg"]:
        return -without_positive(g.args[0])
    if g.op in (OPS["mul"], OPS["div"]):
        above, other = g.args
        rest = without_positive(above)
        if positive(other):
            return rest
        other = without_positive(other)
        if positive(above):
            return other
        return rest * other if g.op is OPS["mul"] else rest / other
    return g


def shortest_period(f: Expression, name: str, order: int, limits: Limits) -> Number | None:
    common = common_period(f, name)
    if common is None:
        return None
    known = Sought(f, name, order, limits)
    g = f.backpropagated(*[name] * order).root if order else f.root
    fits = None
    for share in SHARES_OF_A_PERIOD:
        p = tidy([common / literal(share)])[0]
        moved = substituted(g, {name: Graphs().variable(name) + p})
        if compared(moved, known).verdict == Verdict.correct:
            fits = p
        elif fits is None:
            return None
    if fits is None:
        return None
    text = exact_text(fits)
    return Number(text, ExactNumber(text, parse(text, limits=limits).root))


def common_period(f: Expression, name: str) -> Value | None:
    """After what all waves sin(a*x + b) begin anew; None where their lengths have no common one."""
    slopes: list[Value] = []
    for node in order_of([f.root]):
        if node.op is None or node.op.family != "trigonometric":
            continue
        inner_ = Expression(node.args[0], variables=(name,), limits=f.limits)
        slope = inner_.backpropagated(name).root
        if not Tape.of([slope]).variables and fraction_of(slope) != 0:
            slopes.append(slope)
    if not slopes:
        return None
    shares = [fraction_of(slope / slopes[0]) for slope in slopes]
    if not all(shares):
        return None
    turns = Fraction(gcd(*(s.numerator for s in shares if s)),
                     lcm(*(s.denominator for s in shares if s)))  # fmt: skip
    graphs = Graphs()
    found: Value = graphs.literal(2) * graphs.pi() / (graphs.abs(slopes[0]) * literal(turns))
    return found


__all__ = ["Domain", "Landscape", "Zero", "critical", "merged", "shortest_period", "turning",
           "zeros_of"]  # fmt: skip
