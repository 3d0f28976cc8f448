"""Derivatives of inverse functions: at a value of f as a number, or as a formula."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from random import Random

from flint import arb

from ...arithmetic.balls import BALLS, precision
from ...engine import Tape, forward
from ...errors import UsageError, Verdict
from ...expression import Expression, parse
from ...homework import coordinates
from ...homework.comparing import compared
from ...homework.coordinates import FIRST, ExactNumber, ball
from ...homework.judgement import Judgement
from ...homework.sought import SLOPE_BITS, Spot
from ...notation import text
from ...sentences import Figures, say
from ...value import Graphs, Value, substituted, tidy
from .. import answers
from ..answers import Names
from ..certified_roots import Along, CertifiedRoot, zeros
from ..claims import (
    NumberVariant,
    Real,
    Variant,
    chained,
    equal,
    judged_formula,
    judged_none,
    judged_number,
    number_in_chain,
    sign,
)  # fmt: skip
from ..exact_points import exact_number, signs_beside
from ..inverting import inverses
from ..question import Pairs, Question, QuestionKind, Story, WorkedStep, kind
from ..writing import MOST_DENOMINATOR, exact_text, literal, rounded_text
from .on_curves import (
    CURVE_STORIES,
    FEWEST_ON_A_CURVE,
    PLACES_SHOWN,
    POINTS_WANTED,
    OnCurve,
    any_side,
    named_root,
    number_at,
)  # fmt: skip

FAR_REACH = Fraction(64)  # how far the argument of an inverse is looked for
FURTHER_REACHES = (Fraction(2**12), Fraction(2**20), Fraction(2**40))  # where it is not nearer
AT_AN_EDGE = Fraction(1, 2**30)  # of the domain: boxes around a pole that stay open
NARROWEST_DOMAIN = 0.1  # that is advised
PLACES_TOLD = 4  # of an argument that is not the only one
SHOWN_DIGITS = 6  # of a bend
BESIDE_A_BEND = 1e-3
DECIMALS_OF_AN_END = 2
ROUNDED_OFF = 1e-6  # what an end in floats may be off, in such decimals
NEAR_REACH = Fraction(4)  # where points are taken at which formulas are compared


@kind
class InverseSlope(QuestionKind):
    """The derivative of the inverse function at a value of f."""

    name = "inverse"
    wants = "the derivative of the inverse function"
    takes = ("at", "places", "domain")
    stories = {
        **CURVE_STORIES,
        "in_terms_of_x": Story("1/f'(x), not written as a function of y",
                               "This is right at the {x} with f({x}) = {at}: write it as a "
                               "function of {at}."),
    }  # fmt: skip

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        sought = self.function()
        self.f, self.variable = sought.f, sought.wrt
        if len(sought.names) > 1:
            raise UsageError(f"an inverse is asked for of a function in {self.variable} alone")
        self.low, self.high = self.interval()
        self.slope_of_f = self.f.backpropagated(self.variable).root
        self.formula: OnCurve | None = None
        if question.at:
            self.at_a_point(question.at)
        elif question.places is not None:
            raise UsageError("places are of a number: say where, at y=2")
        else:
            self.everywhere()

    def at_a_point(self, at: Pairs) -> None:
        """A number is asked for."""
        (name, typed), *more = at
        if more:
            raise UsageError("the inverse has one argument: at is y=2")
        self.argument = name or ("y" if self.variable != "y" else "x")
        self.value = exact_number(typed, self.limits)
        self.words = {"x": self.variable, "at": self.value.text}
        root = self.f.root - self.value.root
        places = self.taking(root)
        for reach in FURTHER_REACHES:
            if not places:
                self.low, self.high = self.interval(reach)
                places = self.taking(root)
        self.x = self.only(places)
        self.truth = self.at(Graphs().literal(1) / self.slope_of_f, self.x)
        if sign(self.truth, self.limits) in (None, 0):
            self.absent = f"f has the slope 0 there: its inverse has none at {typed}"
            place = {self.variable: self.x}
            if signs_beside(self.slope_of_f, self.variable, place) not in ((1, 1), (-1, -1)):
                raise UsageError(self.absent)  # f turns there, and has no inverse

    def everywhere(self) -> None:
        """A formula is asked for: it is compared at points of the curve y = f(x)."""
        x = self.variable
        self.argument = y = "y" if x != "y" else "x"
        self.words = {"x": x, "at": y}
        spots = list(self.points())
        if len(spots) < FEWEST_ON_A_CURVE:
            raise UsageError(f"no points were found at which the inverse of {self.f} has a slope")
        target = Graphs().literal(1) / self.slope_of_f
        slope = Expression(target, variables=(x, y), limits=self.limits)
        curve = self.f.root - Graphs().variable(y)
        self.formula = OnCurve(slope, (y, x), curve, spots, self.question)

    def points(self) -> Iterator[Spot]:
        """Points of f, whose value f is proved to take nowhere else in the domain.

        Except next to a pole or an edge of f, where no box is narrow enough for a proof.
        """
        slope, found = Tape.of([self.slope_of_f]), 0
        for x in self.places():
            here = {self.variable: x}
            with precision(SLOPE_BITS):
                value = number_at(self.f.root, here)()
                steep = arb(forward(slope, BALLS, {self.variable: ball(x)})[slope.roots[0]])
            if not (value.is_finite() and steep.is_finite()) or steep.contains(0):
                continue
            y = substituted(self.f.root, {self.variable: parse(f"({x})").root})
            level = Tape.of([self.f.root - y])
            known = zeros(level, self.variable, {}, self.low, self.high)
            if len(known.found) > 1:
                raise UsageError(f"{self.f} takes one value twice", hint=self.narrower())
            if all(b - a <= (self.high - self.low) * AT_AN_EDGE for a, b in known.unsettled):
                shown = value.mid().str(PLACES_SHOWN, radius=False)
                yield Spot({self.variable: x, self.argument: ExactNumber(shown, y)})
                found += 1
            if found >= POINTS_WANTED:
                return

    def places(self) -> Iterator[Fraction]:
        """Numbers in the domain, short ones first."""
        low, high = max(self.low, -NEAR_REACH), min(self.high, NEAR_REACH)
        between = (low + (high - low) * Fraction(2 * k + 1, 34) for k in range(17))
        short = (x.limit_denominator(100) for x in between)
        for x in dict.fromkeys((*(x for x in FIRST[:14] if isinstance(x, Fraction)), *short)):
            if self.low < x < self.high:
                yield x

    def interval(self, reach: Fraction = FAR_REACH) -> tuple[Fraction, Fraction]:
        """Where f is inverted: the domain of the question, or as far as one looks."""
        if not self.question.domain:
            return -reach, reach
        one = answers.interval(answers.plain(self.question.domain), self.variable, self.limits)
        ends = []
        for end, far in ((one.low, -reach), (one.high, reach)):
            if end is None:
                ends.append(far)
                continue
            with precision(SLOPE_BITS):
                side = Fraction(1, 2**60) * (1 if far > 0 else -1)  # ends may be irrational
                ends.append(Fraction(str(end.ball().mid().str(40, radius=False))) + side)
        return ends[0], ends[1]

    def taking(self, root: Value) -> list[ExactNumber]:
        """The arguments found at which f has the value.

        Where f touches it no box tells how many zeros it holds: short fractions are tried.
        """
        along = Along(Tape.of([root]), self.variable, {})
        found = zeros(along.tape, self.variable, {}, self.low, self.high)
        middles = ((a + b) / 2 for a, b in found.unsettled if b - a < AT_AN_EDGE)
        nearest = dict.fromkeys(x.limit_denominator(MOST_DENOMINATOR) for x in middles)
        touched = [x for x in nearest if self.low <= x <= self.high and along.sign(x) == 0]
        return [*map(exact_or_root, found.found),
                *(ExactNumber(str(x), literal(x)) for x in touched)]  # fmt: skip

    def only(self, short: list[ExactNumber]) -> ExactNumber:
        """The one argument at which f has the value. Raises UsageError where there is not one."""
        value = f"{self.argument} = {self.value.text}"
        if not short:
            raise UsageError(f"no {self.variable} was found at which {self.f} is {self.value.text}")
        if len(short) > 1:
            places = [float(x.ball()) for x in short]
            near = sorted(zip(places, short), key=lambda pair: abs(pair[0]))[:PLACES_TOLD]
            at = ", ".join([x.text for _, x in sorted(near, key=lambda pair: pair[0])])
            at += ", ..." if len(short) > PLACES_TOLD else ""
            raise UsageError(f"{self.f} takes {value} at {at}", hint=self.narrower(places))
        return short[0]

    def narrower(self, places: Sequence[float] = ()) -> str:
        """A domain on which f takes each value once, as advice: f is monotone between its bends.

        Where there is one, with one of these places inside.
        """
        flat = zeros(Tape.of([self.slope_of_f]), self.variable, {}, self.low, self.high)
        bends = [float(root.ball()) for root in flat.found]
        bends += [float(a + b) / 2 for a, b in flat.unsettled]
        bends += coordinates.critical(Tape.of([self.f.root]), self.variable, {})
        inside = {round(x, SHOWN_DIGITS) for x in bends if self.low < x < self.high}
        ends = [float(self.low), *sorted(inside), float(self.high)]
        regions = [(a, b) for a, b in pairwise(ends) if b - a > NARROWEST_DOMAIN]
        wide = any(b - a > (self.high - self.low) * AT_AN_EDGE for a, b in flat.unsettled)
        if not regions or wide:
            return say("give a domain on which f takes each value once")
        low, high = min(regions, key=lambda r: (
            not any(r[0] < x - BESIDE_A_BEND and x + BESIDE_A_BEND < r[1] for x in places),
            max(r[0] - 1, 1 - r[1], 0),  # with 1, or near it
        ))  # fmt: skip
        given = self.question.domain
        left = "(-oo" if low == self.low and not given else f"[{up(low, 1)}"
        right = "oo)" if high == self.high and not given else f"{up(high, -1)}]"
        return say("give a domain: {domain}", domain=Figures(f"{left}, {right}"))

    def at(self, root: Value, x: ExactNumber) -> Real:
        return number_at(root, {self.variable: x})

    def judge(self, answer: str) -> Judgement:
        if self.formula is not None:
            plain, sought = answers.plain(answer), self.formula
            return chained(self.judged_in_y(answers.right_side(plain), sought),
                           answers.chain(plain, sought.names),
                           lambda one: self.judged_in_y(one, sought))  # fmt: skip
        named = answers.without_place(answers.plain(answer), (self.argument, self.variable))
        places, known = self.question.places, Names((self.variable,), self.limits)
        typed, where = answers.as_asked(named, places), f"{self.argument} = {self.value.text}"
        none = judged_none(self, typed, not self.absent, where, any_side)
        if none:
            return none
        number = answers.number(typed, self.limits)
        if self.absent:
            return self.wrong("no_slope", point=Figures(where))
        found = judged_number(self, number, self.truth, places, self.variants())
        return chained(found, answers.chain(named, known.names, places),
                       lambda one: number_in_chain(self, one, known, {self.variable: self.x},
                                                   self.truth, self.variants()))  # fmt: skip

    def judged_in_y(self, typed: str, sought: OnCurve) -> Judgement:
        """The verdict on a formula in y; in x it is (f^-1)'(x), unless it is 1/f'(x)."""
        x, y = self.variable, self.argument
        read = answers.readings(typed, sought)
        if x not in Tape.of([read[0].root]).variables:
            return judged_formula(self, sought, read, self.formulas())
        renamed = [
            dataclasses.replace(r, root=substituted(r.root, {x: Graphs().variable(y)}))
            for r in read
        ]
        same_curve = compared(read[0].root, sought).verdict == Verdict.correct
        if same_curve and compared(renamed[0].root, sought).verdict != Verdict.correct:
            return self.wrong("in_terms_of_x")
        return judged_formula(self, sought, renamed, self.formulas())

    def formulas(self) -> Iterator[Variant]:
        """Formulas with a usual mistake; on the curve x is the inverse of y."""
        x, y = (Graphs().variable(n) for n in (self.variable, self.argument))
        at_y = substituted(self.slope_of_f, {self.variable: y})
        f_at_y = substituted(self.f.root, {self.variable: y})
        yield "value_of_inverse", x
        yield "wrong_place", Graphs().literal(1) / at_y
        yield "not_inverted", self.slope_of_f
        yield "slope_at_y", at_y
        yield "reciprocal_function", -at_y / f_at_y**2
        yield "reciprocal_function", Graphs().literal(1) / f_at_y

    def written(self) -> Value:
        """The derivative of the inverse as a formula. Raises UsageError where none is known."""
        derived = Graphs().literal(1) / self.f.diff(self.variable).root
        for x in inverses(self.f.root, self.variable, Graphs().variable(self.argument)):
            found = tidy([substituted(derived, {self.variable: x})])[0]
            if self.formula and compared(found, self.formula).verdict == Verdict.correct:
                return found
        raise UsageError("no short formula of the inverse is known", hint="ask at a point: y=2")

    def variants(self) -> Iterator[NumberVariant]:
        one = Graphs().literal(1)
        yield "wrong_place", self.at(one / self.slope_of_f, self.value)
        yield "not_inverted", self.at(self.slope_of_f, self.x)
        yield "slope_at_y", self.at(self.slope_of_f, self.value)
        yield "value_of_inverse", self.x.ball
        square = self.f.root * self.f.root
        for x in (self.x, self.value):
            yield "reciprocal_function", self.at(-self.slope_of_f / square, x)
            yield "reciprocal_function", self.at(one / self.f.root, x)

    def right(self) -> str:
        if self.formula is not None:
            return text(self.written())
        if self.absent:
            return "does not exist"
        if self.question.places is not None:
            with precision(SLOPE_BITS):
                return rounded_text(self.truth(), self.question.places)
        inverse = Graphs().literal(1) / self.f.diff(self.variable).root
        return exact_text(substituted(inverse, {self.variable: self.exact_place()}))

    def exact_place(self) -> Value:
        """The x with f(x) = y in closed form. Raises UsageError where none is known."""
        if not isinstance(self.x, CertifiedRoot):
            return self.x.root
        for root in inverses(self.f.root, self.variable, self.value.root):
            if equal(ExactNumber("", root).ball, self.x.ball, self.limits):
                return root
        raise UsageError("the slope has no short exact form", hint="ask for places")

    def worked(self) -> list[WorkedStep]:
        if self.formula is not None:
            return [
                WorkedStep(say("The derivative of f is"), str(self.f.diff(self.variable))),
                WorkedStep(say("The slope of the inverse is one over its value there:"),
                           self.right()),
            ]  # fmt: skip
        steps = [
            WorkedStep(say("f has the value {value} at", value=Figures(self.value.text)),
                       f"{self.variable} = {self.x.text}"),
            WorkedStep(say("The derivative of f is"), str(self.f.diff(self.variable))),
        ]  # fmt: skip
        if self.absent:
            return [*steps, WorkedStep(say("It is 0 there: the inverse has no slope."))]
        said = say("The slope of the inverse is one over its value there:")
        return [*steps, WorkedStep(said, self.right())]

    def task(self) -> str:
        if self.formula is not None:
            return say("Give the derivative of the inverse of f({x}) = {f} by {y}.",
                       x=self.variable, f=Figures(str(self.f)), y=self.argument)  # fmt: skip
        return say("Give the derivative of the inverse of f({x}) = {f} at {at}.", x=self.variable,
                   f=Figures(str(self.f)),
                   at=Figures(f"{self.argument} = {self.value.text}"))  # fmt: skip

    @classmethod
    def made_from(cls, f: Expression, random: Random) -> Question:
        name = f.only_variable()
        value = exact_text(substituted(f.root, {name: Graphs().literal(1)}))
        return Question(cls.name, str(f), wrt=name, at={"y": value})


def up(end: float, side: int) -> str:
    """An end with few decimals, rounded to the inside of the domain: side 1 is up."""
    scale = 10**DECIMALS_OF_AN_END
    whole = math.ceil(end * scale - ROUNDED_OFF) if side > 0 else math.floor(
        end * scale + ROUNDED_OFF)  # fmt: skip
    return f"{whole / scale:g}"


def exact_or_root(root: CertifiedRoot) -> ExactNumber:
    """The zero as a short fraction where it is one, for certain."""
    with precision(SLOPE_BITS):
        near = Fraction(str(root.ball().mid().str(40, radius=False))).limit_denominator(1000)
    if root.along.sign(near) == 0 and root.low <= near <= root.high:
        return ExactNumber(str(near), parse(f"({near})").root)
    return named_root(root)


__all__ = ["InverseSlope"]
