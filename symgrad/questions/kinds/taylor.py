"""The Taylor polynomial of degree n at a point, coefficient by coefficient in series of balls."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cached_property
from random import Random

from flint import arb

from ...arithmetic.balls import BALLS, exact, precision
from ...arithmetic.germs import GERMS, beside
from ...engine import Tape, forward
from ...errors import UsageError, Verdict
from ...expression import Expression
from ...homework.comparing import DIGITS_AGREED
from ...homework.coordinates import ExactNumber, generic
from ...homework.judgement import Claim, Evidence, Judgement
from ...homework.sought import SLOPE_BITS, Sought
from ...homework.whole_answers import polynomial
from ...notation import text as written
from ...sentences import Figures, say
from ...symbolic import flat, meaning
from ...symbolic.in_series import coefficients, expands
from ...value import Graphs, Value, substituted, tidy
from .. import answers
from ..claims import chained, named, sign
from ..exact_points import exact_point
from ..question import Question, Story, WorkedStep, kind
from ..with_letters import LetteredKind, Parts, neat
from ..writing import exact_text, fraction_of, literal, short

MOST_DENOMINATOR_OF_TERM = 10**12
FURTHER = 6  # coefficients beyond the degree in which usual mistakes are looked for
PLACES_COMPARED = 3
ABOUT_ZERO = (("", "0"),)  # where nothing else is said: Maclaurin's polynomial
REMAINDER = re.compile(
    r"\s*\+\s*(?:\\?mathcal\{?)?[oO]\}?\s*\(.*\)\s*$|\s*[-+±]?\s*(?:\.\.\.|…|\\l?c?dots)\s*$"
    r"|\s*\+\s*R_?\w*(?:\(x\))?\s*$"
)  # + O(x^4), + ..., + R_3(x)
WITHOUT_END = re.compile(r"\bsum\(.*,\s*(?:oo|∞)\s*\)")  # \\sum_{k=0}^{\\infty} x^k/k!


@kind
class TaylorPolynomial(LetteredKind):
    """The Taylor polynomial of f."""

    name = "taylor"
    wants = "the Taylor polynomial, as one formula"
    together = say("Together they are the polynomial")
    needs = ("degree",)
    takes = ("at",)
    stories = {
        "wrong_coefficient": Story("one coefficient is wrong",
                                   "The coefficient of {power} is wrong."),
        "missing_factorial": Story("f^(k)(a) for f^(k)(a)/k!",
                                   "Every derivative is divided by the factorial of its order: "
                                   "this is missing at {power}."),
        "wrong_centre": Story("the right coefficients with powers of x for x - a",
                              "The polynomial is in powers of {centre}, not of {name}."),
        "too_short": Story("it ends before the degree asked for",
                           "The polynomial ends too early: degree {degree} is asked for."),
        "too_long": Story("it goes on beyond the degree asked for",
                          "The polynomial goes on too long: degree {degree} is asked for."),
        "alternating_sign": Story("the signs of the coefficients are wrong",
                                  "A sign is wrong at {power}."),
        "copied": Story("f itself", "This is the function itself: a polynomial is asked for."),
        "no_polynomial": Story("no polynomial", "This is no polynomial."),
        "series_of_derivative": Story("the polynomial of f'",
                                      "This is the polynomial of the derivative."),
        "about_zero": Story("the polynomial about 0", "This is the polynomial about 0: it is to be "
                                                      "taken about {at}."),
    }  # fmt: skip

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        sought = self.function(1)
        self.f, self.variable = sought.f, sought.wrt
        self.degree = int(question.degree or 0)
        self.others = tuple(n for n in sought.names if n != self.variable)
        if self.others:
            raise UsageError(f"a Taylor polynomial is asked for in {self.variable} alone: {self.f}")
        self.a = exact_point(question.at or ABOUT_ZERO, self.limits, sought.names)[self.variable]
        self.meant = sought.meant(self.f.root)
        with precision(SLOPE_BITS):
            known = self.series(self.meant, self.degree)
        if not all(c.is_finite() for c in known):
            at = f"{self.variable} = {self.a.text}"
            raise UsageError(f"{self.f} has no Taylor polynomial of degree {self.degree} at {at}")

    @classmethod
    def made_of(cls, parts: Parts) -> str:
        terms = [parts.there(k) * parts.moved**k / literal(math.factorial(k))
                 for k in range(cls.highest(parts.question) + 1)]  # fmt: skip
        return written(neat(sum(terms[1:], terms[0])))

    @classmethod
    def highest(cls, question: Question) -> int:
        return int(question.degree or 0)

    @staticmethod
    def without_rest(answer: str) -> str:
        return REMAINDER.sub("", answer)

    def put_at(self, name: str, at: ExactNumber) -> None:
        self.a = at

    def show(self, known: Sought) -> None:
        self.f = known.f

    # --- coefficients -------------------------------------------------------------------------

    def series(self, root: Value, most: int) -> list[arb]:
        """The coefficients of a formula about the point, at the current precision."""
        return expansion(root, self.variable, self.a.ball(), most)

    def coefficient(self, root: Value, k: int) -> Callable[[], arb]:
        return lambda: self.series(root, k)[k]

    @cached_property
    def truth(self) -> list[arb]:
        with precision(SLOPE_BITS):
            return self.series(self.meant, self.degree)

    # --- judging ------------------------------------------------------------------------------

    def judge(self, answer: str) -> Judgement:
        plain = answers.plain(answer)
        if WITHOUT_END.search(plain):
            return self.wrong("too_long", degree=self.degree)
        return chained(self.of(answers.as_asked(plain, 0)),
                       answers.chain(plain, (self.variable,), 0), self.stated)  # fmt: skip

    def stated(self, member: str) -> Judgement | None:
        """The verdict on an earlier member of a chain; none on f itself."""
        found = self.of(member)
        return None if [m.code for m in found.mistakes] == ["copied"] else found

    def of(self, text: str) -> Judgement:
        """The verdict on one polynomial."""
        typed = REMAINDER.sub("", text)
        known = answers.Names((self.variable,), self.limits)
        read = answers.formula(typed, known)
        root = read.root
        if not self.is_polynomial(root):  # x^(2*1 + 1), of a sum over k, is x^3
            root = answers.formula(written(tidy([root])[0]), known).root
        if not self.is_polynomial(root):
            return self.wrong("copied" if self.is_f(root) else "no_polynomial")
        claims = tuple(self.claims(root))
        bad = [k for k, claim in enumerate(claims) if claim.holds is False]
        if any(claim.holds is None for claim in claims) and not bad:
            why = say("the answer and what is right could not be told apart")
            return Judgement(Verdict.undecided, message=say("Not decided: {why}.", why=why),
                             claims=claims)  # fmt: skip
        if not bad:
            return Judgement(Verdict.correct, Evidence(points=1, digits=DIGITS_AGREED), credit=1.0,
                             reading=read.text, message=say("Right."), claims=claims)  # fmt: skip
        code = next(self.explanations(root, bad))
        mistake = named(
            self, code, power=self.power(bad[0]), degree=self.degree, name=self.variable,
            centre=self.power(1), at=Figures(self.a.text),
        )  # fmt: skip
        right = sum(claim.holds is True for claim in claims[: self.degree + 1])
        return Judgement(
            Verdict.incorrect, mistakes=(mistake,), reading=read.text, claims=claims,
            message=mistake.message, credit=round(right / (self.degree + 2), 2),
        )  # fmt: skip

    def is_polynomial(self, root: Value) -> bool:
        return not Tape.of([root]).variables or polynomial(root)

    def is_f(self, root: Value) -> bool:
        most = self.degree + FURTHER
        with precision(SLOPE_BITS):
            pair = self.series(root, most), self.series(self.meant, most)
        return all(x.is_finite() and x.overlaps(y) for x, y in zip(*pair))

    def claims(self, root: Value) -> Iterator[Claim]:
        """Every coefficient up to the degree, and that there are none beyond."""
        for k in range(self.degree + 1):
            mine, other = self.coefficient(root, k), self.coefficient(self.meant, k)
            found = sign(lambda mine=mine, other=other: mine() - other(), self.limits)  # type: ignore[misc]
            yield Claim(str(self.power(k)), None if found is None else found == 0)
        yield Claim(say("the degree"), self.ends(root))

    def ends(self, root: Value) -> bool:
        """Whether a polynomial is what it has up to the degree, and has nothing beyond, as x^20."""
        tape = Tape.of([root])
        with precision(SLOPE_BITS):
            first = self.series(root, self.degree)
            for x in map(exact, map(generic, range(PLACES_COMPARED))):
                kept = arb(0)
                for c in reversed(first):
                    kept = kept * (x - self.a.ball()) + c
                if not kept.overlaps(arb(forward(tape, BALLS, {self.variable: x})[tape.roots[0]])):
                    return False
        return True

    def explanations(self, root: Value, bad: list[int]) -> Iterator[str]:
        with precision(SLOPE_BITS):
            mine, truth = self.series(root, self.degree + FURTHER), self.truth
            wrong = [k for k in bad if k <= self.degree]
            if not wrong:
                yield "too_long"
            elif all(mine[k].contains(0) for k in range(wrong[0], len(mine))):
                yield "too_short"
            if self.matches(mine, [c * math.factorial(k) for k, c in enumerate(truth)]):
                yield "missing_factorial"
            about_zero = expansion(root, self.variable, arb(0), self.degree + FURTHER)
            elsewhere = not self.a.ball().contains(0)
            if elsewhere and wrong and self.matches(about_zero, truth):
                yield "wrong_centre"
            zero = expansion(self.meant, self.variable, arb(0), self.degree)
            if elsewhere and self.matches(about_zero, zero):
                yield "about_zero"
            series = self.series(self.meant, self.degree + 1)
            derived = [(k + 1) * c for k, c in enumerate(series[1:])]
            if self.matches(mine, derived) or self.matches(mine, derived[: self.degree]):
                yield "series_of_derivative"
            if wrong and all(mine[k].overlaps(-truth[k]) for k in wrong):
                yield "alternating_sign"
        yield "wrong_coefficient" if wrong else "too_long"

    def matches(self, mine: list[arb], other: list[arb]) -> bool:
        """Whether an answer has exactly these coefficients and no more."""
        rest = mine[len(other) :]
        return all(a.is_finite() and a.overlaps(b) for a, b in zip(mine, other)) and all(
            c.contains(0) for c in rest
        )

    def power(self, k: int) -> Figures:
        """(x - a)^k as it is written."""
        zero = fraction_of(self.a.root) == 0
        p = fraction_of(self.a.root)
        moved = self.bracketed if p is None or p > 0 else str(-p)
        base = f"({self.variable} {'-' if p is None or p > 0 else '+'} {moved})"
        base = self.variable if zero else base
        return Figures("1" if k == 0 else base if k == 1 else f"{base}^{k}")

    @property
    def bracketed(self) -> str:
        return f"({self.a.text})" if re.search(r"[-+]", self.a.text) else self.a.text

    # --- the right polynomial -----------------------------------------------------------------

    def exact(self, k: int) -> Value:
        """The coefficient of order k as a short constant."""
        with precision(SLOPE_BITS):
            if self.truth[k].contains(0) and self.truth[k].rad() < arb(10) ** -DIGITS_AGREED:
                return Graphs().literal(0)
        derived = self.f.root
        for _ in range(k):
            f = Expression(derived, variables=self.f.variables)
            derived = f.backpropagated(self.variable).root
        here = substituted(derived, {self.variable: self.a.root})
        return short(tidy([here / Graphs().literal(math.factorial(k))])[0])

    def right(self) -> str:
        found = ""
        for k in range(self.degree + 1):
            if self.rational(k) != 0:
                negative = self.truth[k] < 0
                sign_ = "-" if negative else "+"
                found += f" {sign_} " if found else sign_.strip("+")
                found += self.term(k, negative)
        return found or "0"

    def rational(self, k: int) -> Fraction | None:
        """The coefficient as a fraction, by its own digits."""
        with precision(SLOPE_BITS):
            near = Fraction(str(self.truth[k].mid().str(40, radius=False)))
        near = near.limit_denominator(MOST_DENOMINATOR_OF_TERM)
        found = sign(lambda: self.coefficient(self.meant, k)() - exact(near), self.limits)
        return near if found == 0 else None

    def term(self, k: int, negative: bool) -> str:
        """One term without its sign."""
        power, c = str(self.power(k)), self.rational(k)
        if c is None:
            constant = exact_text(-self.exact(k) if negative else self.exact(k))
            if re.search(r"[-+] ", constant) or constant.startswith("-"):
                constant = f"({constant})"
            return constant if k == 0 else f"{constant}*{power}"
        size = abs(c)
        if k == 0:
            return str(size)
        above = power if size.numerator == 1 else f"{size.numerator}*{power}"
        return above if size.denominator == 1 else f"{above}/{size.denominator}"

    def worked(self) -> list[WorkedStep]:
        steps = []
        derived = self.f
        for k in range(self.degree + 1):
            if k:
                moves = self.variable in derived.variables
                derived = derived.diff(self.variable) if moves else derived
                text_ = str(derived) if moves else "0"
                steps.append(WorkedStep(say("The derivative of order {k} is", k=k), text_))
            c = self.rational(k)
            said = say("So the coefficient of {power} is", power=self.power(k))
            steps.append(WorkedStep(said, exact_text(self.exact(k)) if c is None else str(c)))
        return [*steps, WorkedStep(say("Together they are the polynomial"), self.right())]

    def task(self) -> str:
        at = Figures(f"{self.variable} = {self.a.text}")
        return say("Give the Taylor polynomial of degree {degree} of {f} at {at}.",
                   degree=self.degree, f=Figures(str(self.f)), at=at)  # fmt: skip

    @classmethod
    def made_from(cls, f: Expression, random: Random) -> Question:
        name = f.only_variable()
        return Question(cls.name, str(f), wrt=name, at={name: random.choice(("0", "1"))},
                        degree=random.choice((2, 3)))  # fmt: skip


def expansion(root: Value, name: str, at: arb, most: int) -> list[arb]:
    """The Taylor coefficients of a formula about a number; not finite where it has none."""
    if name not in Tape.of([root]).variables:
        return [arb(forward_constant(root)), *[arb(0)] * most]
    reference = flat([meaning(root)])
    tape = Tape.of([root])
    defined = arb(forward(tape, BALLS, {name: at})[tape.roots[0]]).is_finite()
    if defined and expands(reference):  # a series of 0/0 would lose its last terms unseen
        found = coefficients(reference, {name: at}, {name: 1}, most)
        if all(c.is_finite() for c in found):
            return found
    return beside_it(root, name, at, most)


def forward_constant(root: Value) -> arb:
    tape = Tape.of([root])
    return arb(forward(tape, GERMS, {})[tape.roots[0]].limit() or arb.nan())


def beside_it(root: Value, name: str, at: arb, most: int) -> list[arb]:
    """The same from both sides, where the formula has no value at the point itself: sin(x)/x."""
    tape = Tape.of([root])
    sides = [forward(tape, GERMS, {name: beside(at, s)})[tape.roots[0]] for s in (1, -1)]
    right, left = ([dict(g.terms).get((k, 0), arb(0)) for k in range(most + 1)] for g in sides)
    powers = [p for g in sides for p, _ in g.terms]
    smooth = all(l == 0 and t >= 0 and t == int(t) for t, l in powers)
    known = all(g.order > most for g in sides)
    agree = all(a.overlaps((-1) ** k * b) for k, (a, b) in enumerate(zip(right, left)))
    return right if smooth and known and agree else [arb.nan()] * (most + 1)


__all__ = ["TaylorPolynomial", "expansion"]
