"""The usual mistakes of integrating: what the derivative of a wrong answer then is.

A rule that is applied backwards in a wrong way leaves its trace when the answer is differentiated:
sin(2x) for cos(2x) has the derivative cos(2x) times the inner one. `Explained(...).found()` are the
codes of all that fit, likeliest first, each confirmed in balls at the points of the question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import chain, islice
from typing import NamedTuple

from flint import arb

from ..arithmetic.balls import precision
from ..engine import Tape, order
from ..expression import Expression
from ..homework.sought import SLOPE_BITS, Sought
from ..homework.summands import expanded
from ..notation import text
from ..ops import OPS
from ..value import Graphs, Value
from .claims import FEWEST_EQUAL, matches, values
from .integrating import antiderivative

MOST_SPOTS = 12
NOT_INNER = ("sum", "sum of products", "product", "quotient")

Line = Sequence[arb]  # values at all spots


class Found(NamedTuple):
    """A mistake's code, and the part of the formula that it is about."""

    code: str
    part: str = ""


class Explained:
    """What a wrong antiderivative shows."""

    def __init__(
        self, sought: Sought, root: Value, slope: Value, with_constant: bool = False
    ) -> None:
        """Of an answer `with_constant`, an added C, it is `root` without it."""
        self.with_constant = with_constant
        self.sought, self.variable, self.root, self.slope_root = sought, sought.wrt, root, slope
        near = [s for s in sought.spots if not s.far] or sought.spots
        self.spots = near[:MOST_SPOTS]
        self.f_root = sought.f.root
        self.f, risen, self.whole = map(self.line, (self.f_root, slope, root))
        self.slope = [  # ln(-x) has none for x > 0
            s if y.is_finite() else arb.nan() for s, y in zip(risen, self.whole)
        ]

    def line(self, root: Value) -> Line:
        return values(root, self.spots)

    def derived(self, root: Value, times: int = 1) -> Value:
        found = Expression(root, limits=self.sought.limits)
        return found.backpropagated(*[self.variable] * times).root

    def moves(self, root: Value) -> bool:
        return self.variable in Tape.of([root]).variables

    def found(self) -> Iterator[Found]:
        with precision(SLOPE_BITS):
            yield from chain(
                self.of_the_whole(), self.of_powers(), self.of_inner(), self.of_exponentials(),
                self.copied(), self.of_terms(), self.of_denominators(), self.of_answer(),
                self.of_factors(), self.of_products(),
            )  # fmt: skip

    # --- the whole ----------------------------------------------------------------------------

    def of_the_whole(self) -> Iterator[Found]:
        whole = {
            "differentiated": matches(self.whole, self.line(self.derived(self.f_root))),
            "negative": matches(self.slope, [-y for y in self.f]),
        }  # fmt: skip
        first = "negative" if self.with_constant else "differentiated"  # cos x + C for sin x
        yield from (Found(code) for code in sorted(whole, key=lambda c: c != first) if whole[code])

    def copied(self) -> Iterator[Found]:
        if matches(self.whole, self.f):
            yield Found("copied")
        off_by_a_line = constant([a - b for a, b in zip(self.slope, self.f)])  # e^x + x for e^x
        if matches(self.line(self.derived(self.slope_root)), self.f) and not off_by_a_line:
            yield Found("integrated_twice")

    def of_factors(self) -> Iterator[Found]:
        if proportional([a / b for a, b in zip(self.slope, self.f)]):
            yield Found("constant_factor")
        if constant([a - b for a, b in zip(self.slope, self.f)]):
            yield Found("constant_term")

    # --- the chain rule backwards -------------------------------------------------------------

    @cached_property
    def inner(self) -> list[Value]:
        """What stands inside of functions and powers of f, and is not the variable itself."""
        found = []
        for node in order([self.f_root]):
            parts = [a for a in node.args if a.op is not None and self.moves(a)]
            if node.op and node.op.family == "quotient":  # 1/(2x + 1)
                found += [a for a in parts if a is node.args[1] and self.straight(a)]
            elif node.op and node.op.family not in NOT_INNER:
                found += parts
        return list(dict.fromkeys(found))

    def straight(self, root: Value) -> bool:
        """Whether it is of first degree."""
        return constant(self.line(self.derived(root)))

    def linear(self) -> Iterator[tuple[Value, arb]]:
        """The inner functions of first degree, with their slopes other than 1."""
        with precision(SLOPE_BITS):
            for u in self.inner:
                first = self.line(self.derived(u))
                if constant(first) and not matches(first, [arb(1)] * len(first)):
                    yield u, next(d for d in first if d.is_finite())

    def powers(self) -> Iterator[tuple[Value, arb]]:
        """The summands that are powers, with their exponents other than 0."""
        with precision(SLOPE_BITS):
            for term, _, n in self.exponents():
                if not n.contains(0):
                    yield term, n

    def of_inner(self) -> Iterator[Found]:
        for u in self.inner:
            first = self.line(self.derived(u))
            if not constant(first) or not matches(first, [arb(1)] * len(first)):
                yield from self.of_one_inner(u, first)

    def of_one_inner(self, u: Value, first: Line) -> Iterator[Found]:
        second = self.line(self.derived(u, 2))
        part = text(u)
        if matches(self.slope, [y * d for y, d in zip(self.f, first)]):
            yield Found("inner_derivative_lost", part)
        if constant(first):
            if matches(self.slope, [y * abs(d) for y, d in zip(self.f, first)]):
                yield Found("inner_factor_lost", part)
            if matches(self.slope, [y * d * d for y, d in zip(self.f, first)]):
                yield Found("inner_derivative_doubled", part)
            return
        rows = list(zip(self.slope, self.whole, first, second, self.f))
        if matches([(s * d - w * e) / d**2 for s, w, d, e, _ in rows], self.f):
            yield Found("inner_derivative_kept", part)
        if matches([s * d + w * e for s, w, d, e, _ in rows], [y * d for _, _, d, _, y in rows]):
            yield Found("divided_by_inner", part)

    # --- the power rule backwards -------------------------------------------------------------

    @cached_property
    def terms(self) -> list[tuple[Value, Line]]:
        """The summands of f, each with its values."""
        return [(t, self.line(t)) for t in expanded(self.f_root)]

    def exponents(self) -> list[tuple[Value, Line, arb]]:
        """The summands that are c*u^n with u of first degree, and n."""
        found = []
        for term, line in self.terms:
            n = self.exponent(term, line)
            if n is not None:
                found.append((term, line, n))
        return found

    def exponent(self, term: Value, line: Line) -> arb | None:
        """n where the term is c*x^n, or has one power of a linear u in it."""
        x = [spot.balls()[self.variable] for spot in self.spots]
        derivative = self.line(self.derived(term))
        growth = [a * d / y for a, d, y in zip(x, derivative, line)]
        if constant(growth):
            return next(g for g in growth if g.is_finite())
        for node in order([term]):
            if node.op and node.op.family in ("power", "root") and self.moves(node):
                u = node.args[0]
                if not self.straight(u):
                    continue
                first = self.line(self.derived(u))
                base = self.line(u)
                raised = [b * d / (e * y) for b, d, e, y in zip(base, derivative, first, line)]
                if constant(raised):
                    return next(g for g in raised if g.is_finite())
        return None

    def of_powers(self) -> Iterator[Found]:
        """The power rule applied in a wrong way: to all powers of f, or to one of them."""
        found = [(t, y, n) for t, y, n in self.exponents() if not n.contains(0)]
        ways = [found, *([one] for one in found if len(found) > 1)] if found else []
        x = [spot.balls()[self.variable] for spot in self.spots]
        for chosen in ways:
            for code, factor in WRONG_POWERS:
                wrong = list(self.f)
                for _, line, n in chosen:
                    wrong = [w + (factor(n, a) - 1) * y for w, y, a in zip(wrong, line, x)]
                if matches(self.slope, wrong):
                    yield Found(code, text(chosen[0][0]))

    # --- exponentials, quotients, products ----------------------------------------------------

    def of_exponentials(self) -> Iterator[Found]:
        for node in order([self.f_root]):
            if not node.op or not self.moves(node):
                continue
            is_exp = node.op is OPS["exp"]
            if not is_exp and (node.op.family != "power" or self.moves(node.args[0])):
                continue
            base = [arb(1).exp()] * len(self.spots) if is_exp else self.line(node.args[0])
            u = self.line(node.args[-1])
            log = [b.log() for b in base]
            if not is_exp and matches(self.slope, [y * k for y, k in zip(self.f, log)]):
                yield Found("base_lost", text(node))
            if not is_exp and matches(self.slope, [y * k * k for y, k in zip(self.f, log)]):
                yield Found("base_multiplied", text(node))
            raised = [y * b / (e + 1) for y, b, e in zip(self.f, base, u)]
            lowered = [y * e / b for y, b, e in zip(self.f, base, u)]
            if matches(self.whole, raised) or matches(self.whole, lowered):
                yield Found("power_rule_on_exponential", text(node))

    def of_denominators(self) -> Iterator[Found]:
        """ln|u| for something that is divided by u, no line: all of f, or one summand of it."""
        for term, line in [(self.f_root, self.f), *self.terms]:
            rest = [s - y + t for s, y, t in zip(self.slope, self.f, line)]  # made of this term
            for node in order([term]):
                u = self.denominator(node)
                if u is None or not self.moves(u) or self.straight(u):
                    continue
                first, at = self.line(self.derived(u)), self.line(u)
                other = not constant([y * b / d for y, b, d in zip(line, at, first)])  # not f
                if other and proportional([r * b / d for r, b, d in zip(rest, at, first)]):
                    yield Found("log_of_denominator", text(u))

    def denominator(self, node: Value) -> Value | None:
        if not node.op:
            return None
        if node.op.family == "quotient":
            return node.args[-1]
        if node.op.family != "power" or self.moves(node.args[-1]):
            return None
        below = all(n < 0 for n in self.line(node.args[-1]))  # x^2 divides by nothing
        return node.args[0] if below else None

    def of_products(self) -> Iterator[Found]:
        """The factors integrated one by one; SymPy is asked for their integrals."""
        node = self.f_root
        if not node.op or node.op.family not in ("product", "quotient"):
            return
        if not all(map(self.moves, node.args)) or not self.sought.in_time(0.5):
            return
        limits = self.sought.limits
        factors = (antiderivative(a, self.variable, limits, quick=True) for a in node.args)
        for a, b in islice(zip(*factors), 1):
            if matches(self.whole, self.line(Graphs().node(node.op, (a, b)))):
                yield Found("product_of_integrals")

    # --- term by term -------------------------------------------------------------------------

    def of_terms(self) -> Iterator[Found]:
        """One summand of f lost, copied, differentiated, with another sign or factor."""
        for term, line in self.terms if len(self.terms) > 1 else ():
            rest = [s - y + t for s, y, t in zip(self.slope, self.f, line)]  # made of this term
            first = self.line(self.derived(term))
            if matches(rest, [arb(0)] * len(line)):
                yield Found("missing_term", text(term))
            elif matches(rest, [-y for y in line]):
                yield Found("sign_of_term", text(term))
            elif self.moves(term) and matches(rest, first):
                yield Found("term_copied", text(term))
            elif self.moves(term) and matches(rest, self.line(self.derived(term, 2))):
                yield Found("term_differentiated", text(term))
            elif constant([r / y for r, y in zip(rest, line)]):
                yield Found("wrong_term", text(term))

    def of_answer(self) -> Iterator[Found]:
        """One summand of the answer with another sign."""
        terms = [t for t in expanded(self.root) if self.moves(t)]
        for term in terms if len(terms) > 1 else ():
            moved = self.line(self.derived(term))
            if matches([s - 2 * t for s, t in zip(self.slope, moved)], self.f):
                yield Found("sign_in_answer", text(term))


Factor = Callable[[arb, arb], arb]  # of n and x: what x^n is multiplied by
WRONG_POWERS: tuple[tuple[str, Factor], ...] = (  # the derivative of a wrong answer for x^n
    ("power_not_divided", lambda n, x: n + 1),  # of x^(n+1)
    ("divided_by_old_exponent", lambda n, x: (n + 1) / n),  # of x^(n+1)/n
    ("multiplied_by_exponent", lambda n, x: (n + 1) * (n + 1)),  # of (n+1) x^(n+1)
    ("multiplied_by_exponent", lambda n, x: n * (n + 1)),  # of n x^(n+1)
    ("exponent_not_raised", lambda n, x: 1 / x),  # of x^n/n
    ("exponent_not_raised", lambda n, x: n / ((n + 1) * x)),  # of x^n/(n+1)
)


def constant(line: Line) -> bool:
    """Whether all values that exist are one, and these are enough."""
    known = [y for y in line if y.is_finite()]
    return len(known) >= FEWEST_EQUAL and matches(known, known[:1] * len(known))


def proportional(line: Line) -> bool:
    """Whether all values are one that is not 0: of a constant answer nothing is a multiple."""
    return constant(line) and not any(y.contains(0) for y in line if y.is_finite())


__all__ = ["Explained", "Found", "constant"]
