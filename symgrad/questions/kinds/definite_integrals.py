"""Definite integrals: a number, exact or rounded, or that there is none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cached_property, partial
from random import Random

from flint import arb

from ...arithmetic.balls import BALLS, BITS_OF_A_ZERO, precision
from ...arithmetic.complex_balls import integral
from ...engine import Tape, forward
from ...errors import SymgradError, UsageError, Verdict
from ...expression import Expression, parse
from ...homework.coordinates import ExactNumber
from ...homework.judgement import Claim, Evidence, Judgement, Mistake
from ...homework.reading import Unreadable
from ...homework.sought import Sought
from ...limits import Limits
from ...notation import text as written
from ...ops import OPS
from ...sentences import Figures, complained, say
from ...value import Graphs, Value, substituted, tidy
from .. import answers
from ..claims import NumberVariant, Real, chained, judged_number, number_in_chain
from ..critical_points import Domain
from ..definite import (
    QUADRATURE_BITS,
    End,
    Settled,
    approach,
    ends_of,
    inside,
    settled,
    undefined_inside,
)
from ..integrating import definite_number, steps_of
from ..misintegrated import Explained
from ..question import Question, QuestionKind, Story, WorkedStep, kind
from ..writing import GUARD_DIGITS, MOST_DENOMINATOR, exact_text, literal, multiple_of, rounded_text
from .antiderivatives import UNDONE, Antiderivative

DIVERGENT = re.compile(
    r"(?:div(?:erge[sn]?t?|erging|ergiert)?|(?:does|do)\s*(?:not|n't)\s*(?:exist|converge)|dne"
    r"|(?:is\s+|ist\s+|est\s+|es\s+)?(?:undefined|not\s+defined|not\s+convergent|existiert\s+nicht"
    rf"|n['’]existe\s+pas|no\s+existe|nicht\s+definiert|{answers.INFINITELY})"
    r"|no\s+(?:finite\s+)?value)(?:\s+(?:to|gegen|nach)\s+(?P<towards>[+-]?\s*\S+))?\.?",
    re.IGNORECASE,
)
SENTENCE_END = re.compile(r"(?<!\.)(?!\.\.\.)[,;. ]+$")  # not of 2.666...
LEADING_WORDS = re.compile(
    r"^(?:(?:it|so|thus|the|integral|area|value|answer|das|ergebnis|is|ist|equals|converges\s+to)"
    r"(?:\s+|\s*:\s*))+", re.IGNORECASE,
)
UNITS = re.compile(
    r"\s*(?:(?:sq(?:uare)?\.?\s*)?units?(?:\s*(?:\^\s*2|²|squared))?|FE|LE)\s*$", re.IGNORECASE
)
BRACKETED = re.compile(r"^\s*\[.*\]\s*(?:_?\s*[\d{(].*)?$")  # [F]_0^1, still to be put in
SHORT_NUMBER = 24  # characters of a number that needs no shorter form
SIDES = {"": 1, "+": 1, "-": -1}


USUAL_NUMBERS = ("pi", "pi^2", "pi^3", "pi^4", "ln(2)", "pi*ln(2)", "zeta(3)", "pi*sqrt(2)")


@kind
class DefiniteIntegral(QuestionKind):
    """The integral of f over an interval."""

    name = "integral"
    wants = "the integral, as a number"
    needs = ("domain",)
    takes = ("places",)
    stories = {
        "bounds_swapped": Story("the bounds were swapped",
                                "The sign is wrong: F at the upper bound less F at the lower "
                                "bound."),
        "upper_only": Story("F at the upper bound alone",
                            "This is the antiderivative at the upper bound alone: its value at "
                            "the lower bound is to be subtracted."),
        "lower_only": Story("F at the lower bound alone",
                            "This is the antiderivative at the lower bound alone."),
        "bounds_added": Story("F(b) + F(a)",
                              "The value at the lower bound is subtracted, not added."),
        "integrand_difference": Story("f(b) - f(a)",
                                      "This is the difference of {f} itself at the bounds: it has "
                                      "to be integrated first."),
        "derivative_used": Story("f'(b) - f'(a)",
                                 "{f} was differentiated here instead of integrated."),
        "value_at_bound": Story("f at the upper bound", "This is {f} at a bound: it has to be "
                                                        "integrated first."),
        "area": Story("the area instead of the integral",
                      "This is the area between the curve and the axis: in the integral, what lies "
                      "below the axis counts as negative."),
        "average": Story("the average value", "This is the average value: divided by the length of "
                                              "the interval."),
        "inner_derivative_lost": Story("the chain rule backwards was forgotten",
                                       "The chain rule backwards: the antiderivative has to be "
                                       "divided by the derivative of {part}."),
        "inner_factor_lost": Story("divided only by the sign of the inner derivative",
                                   "The chain rule backwards: of the derivative of {part} only "
                                   "the sign was divided by."),
        "inner_derivative_doubled": Story("multiplied by the inner derivative instead of divided",
                                          "The chain rule backwards: divide by the derivative of "
                                          "{part}, do not multiply by it."),
        "power_not_divided": Story("the power rule without dividing by the new exponent",
                                   "Integrating the power {part}, divide by the new exponent."),
        "divided_by_old_exponent": Story("divided by the old exponent",
                                         "The power {part} is divided by its new exponent, not by "
                                         "the old one."),
        "missing_term": Story("one term was not integrated", "The term {part} is missing."),
        "sign_of_term": Story("the sign of one term", "The sign of the term for {part} is wrong."),
        "across_pole": Story("integrated across a pole",
                             "{f} has no value at a point inside of the interval: the integral has "
                             "to be taken in parts, and they do not all have a finite value."),
        "divergent": Story("a number for an integral that has none",
                           "This integral has no finite value."),
        "converges": Story("said to diverge although it converges",
                           "This integral has a finite value."),
        "other_infinity": Story("the wrong infinity", "This integral does not go to that side."),
        "formula_given": Story("the antiderivative where a number is asked for",
                               "A number is asked for: put the bounds in."),
        "constant_added": Story("+ C at a definite integral",
                                "A definite integral is a number: there is no constant to add."),
    }  # fmt: skip

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.sought: Sought = self.function(0)
        self.f, self.variable = self.sought.f, self.sought.wrt
        if len(self.sought.names) > 1:
            others = ", ".join(n for n in self.sought.names if n != self.variable)
            raise UsageError(f"the integral of {self.f} depends on {others}: give it a number")
        self.suggested: list[Value] = []  # antiderivatives that whoever made the question knows
        self.known: dict[Value, arb] = {}  # integrals of other functions, for mistakes
        self.low, self.high = bounds(question.domain or "", self.variable, self.limits)
        self.backwards = self.turned()
        gap = undefined_inside(self.tape, self.variable, *self.ends)
        if gap is not None:
            said = f"{self.f} has no value at {self.variable} = {gap}, inside of the interval"
            raise UsageError(said)

    @cached_property
    def size(self) -> Value:
        """|f|."""
        return Graphs().node(OPS["abs"], (self.f.root,))

    @property
    def tape(self) -> Tape:
        return self.sought.original

    def turned(self) -> bool:
        """Whether the lower bound is the larger one. Raises UsageError where they are equal."""
        if self.low is None or self.high is None:
            return False
        with precision(QUADRATURE_BITS):
            gap = self.high.ball() - self.low.ball()
        if gap.contains(0):
            raise UsageError("the bounds of the integral are equal")
        return bool(gap < 0)

    @property
    def interval(self) -> Domain:
        """From the smaller bound to the larger one."""
        return Domain(*(self.high, self.low) if self.backwards else (self.low, self.high))

    @property
    def ends(self) -> tuple[End, End]:
        """The bounds, the smaller one first."""
        return ends_of(self.interval)

    # --- what is right ------------------------------------------------------------------------

    @cached_property
    def primitive(self) -> Value | None:
        """An antiderivative of f that was differentiated in balls; None where none is known."""
        q = self.question
        try:
            asked = Question("antiderivative", self.f, wrt=self.variable, limits=self.limits,
                             powers=q.powers, assume=q.assume)  # fmt: skip
            understood = Antiderivative(asked)
            understood.suggested += self.suggested
            found = self.sought.meant(understood.exact)
        except SymgradError:
            return None
        return found

    @cached_property
    def settled(self) -> Settled:
        """The integral, once and for all."""
        self.sought.started()
        found = settled(self.tape, self.variable, self.interval, lambda: self.primitive,
                        lambda: not self.sought.in_time(0.7))  # fmt: skip
        return found

    def truth(self) -> arb:
        """The integral; not finite where it has no value or is not known."""
        value = self.settled.value
        if value is None:
            return arb.nan()
        return -value if self.backwards else value

    # --- judging ------------------------------------------------------------------------------

    def judge(self, answer: str) -> Judgement:
        stated = LEADING_WORDS.sub("", UNITS.sub("", SENTENCE_END.sub("", answers.plain(answer))))
        typed = answers.as_asked(stated, self.question.places)
        if UNDONE.search(typed) or BRACKETED.match(typed):
            said = say("This integral is still to be worked out.")
            raise Unreadable("unevaluated_integral", said, None, answer)
        known = self.settled
        self.sought.started()
        divergent = DIVERGENT.fullmatch(typed)
        if divergent or answers.INFINITE.fullmatch(typed):
            return self.said_to_diverge((divergent and divergent["towards"]) or typed)
        number = self.number(typed)
        if isinstance(number, Judgement):
            return number
        if known.diverges:
            return self.wrong(self.across(number), (Claim(number.text, False),),
                              f=Figures(str(self.f)))  # fmt: skip
        if known.value is None:
            why = say("this integral could not be worked out here")
            return Judgement(Verdict.undecided, message=say("Not decided: {why}.", why=why))
        found = judged_number(self, number, self.truth, self.question.places, self.variants())
        return chained(found, answers.chain(stated, self.sought.names, self.question.places),
                       lambda one: number_in_chain(self, one, self.sought, {}, self.truth,
                                                   self.variants()))  # fmt: skip

    def number(self, typed: str) -> answers.Number | Judgement:
        """The number that an answer is, or what is wrong with one that is none."""
        try:
            return answers.number(typed, self.limits)
        except Unreadable as problem:
            if problem.code != "unknown_name":
                raise
        names = (self.variable, "C", "c")
        root = answers.formula(typed, answers.Names(names, self.limits)).root
        used = Tape.of([root]).variables
        if self.variable in used:
            return self.wrong("formula_given")
        return self.wrong("constant_added")

    def said_to_diverge(self, typed: str) -> Judgement:
        known, infinite = self.settled, answers.INFINITE.fullmatch(typed)
        if known.value is not None:
            return self.wrong("converges")
        if not known.diverges:
            why = say("this integral could not be worked out here")
            return Judgement(Verdict.undecided, message=say("Not decided: {why}.", why=why))
        towards = -known.towards if self.backwards else known.towards
        if infinite and SIDES[infinite["sign"]] != towards:
            return self.wrong("other_infinity")
        return Judgement(Verdict.correct, Evidence(points=1), credit=1.0, message=say("Right."),
                         claims=(Claim(say("the integral diverges"), True),))  # fmt: skip

    def across(self, number: answers.Number) -> str:
        """Whether a number is what F gives where a pole inside is not seen."""
        gained = self.at_ends(self.primitive)
        if gained is None or not self.settled.poles:
            return "divergent"
        with precision(QUADRATURE_BITS):
            naive = gained[1]() - gained[0]()
            fits = naive.is_finite() and naive.overlaps(number.ball())
        return "across_pole" if fits else "divergent"

    # --- usual mistakes -----------------------------------------------------------------------

    def at_ends(self, root: Value | None) -> tuple[Real, Real] | None:
        """A function at the lower and the upper bound as they were given; None at infinity."""
        if root is None or self.low is None or self.high is None:
            return None
        tape = Tape.of([root])
        return value_at(tape, self.variable, self.low), value_at(tape, self.variable, self.high)

    def variants(self) -> Iterator[NumberVariant]:
        yield "bounds_swapped", lambda: -self.truth()
        gained = self.at_ends(self.primitive)
        if gained is not None:
            yield "upper_only", gained[1]
        if self.turns():
            yield "area", partial(self.of, self.size)
        if gained is not None:
            first, last = gained
            yield "bounds_added", lambda: first() + last()
            yield "lower_only", first
        yield from self.of_integrand()
        yield from self.of_rules()

    def named(self, code: str, part: Value) -> Callable[[], Mistake]:
        return partial(self.told, code, part=Figures(written(part)), f=Figures(str(self.f)))

    def of_integrand(self) -> Iterator[NumberVariant]:
        """Mistakes made of f and its derivative at the bounds, and of |f|."""
        f, derivative = self.f.root, self.f.backpropagated(self.variable).root
        values, slopes = self.at_ends(f), self.at_ends(derivative)
        if values is None or slopes is None:
            return
        yield self.named("integrand_difference", f), lambda: values[1]() - values[0]()
        yield self.named("derivative_used", f), lambda: slopes[1]() - slopes[0]()
        yield self.named("value_at_bound", f), values[1]
        yield self.named("average", f), lambda: self.truth() / self.length()

    def length(self) -> arb:
        assert self.low is not None and self.high is not None
        return self.high.ball() - self.low.ball()

    def of(self, root: Value) -> arb:
        """The integral of another function between the same bounds, in their order."""
        known = self.known.get(root)
        if known is None:
            known = self.worked_out(root)
            if known.is_finite():  # else there was no time, as there may be for another answer
                self.known[root] = known
        return known

    def worked_out(self, root: Value) -> arb:
        low, high = self.ends
        if low is None or high is None:
            return arb.nan()
        tape = Tape.of([root])
        with precision(QUADRATURE_BITS):
            ends = [arb(forward(tape, BALLS, {self.variable: x()})[tape.roots[0]])
                    for x in (low, high)]  # fmt: skip
            if not all(y.is_finite() for y in ends):
                return arb.nan()  # quadrature has no end beside a pole
            found = integral(tape, self.variable, low(), high(),
                             lambda: not self.sought.in_time(0.9))  # fmt: skip
        return -found if self.backwards else found

    def turns(self) -> bool:
        """Whether f has both signs between the bounds, so that the area is another number."""
        with precision(QUADRATURE_BITS):
            found = [forward(self.tape, BALLS, {self.variable: x})[self.tape.roots[0]]
                     for x in inside(*self.ends)]  # fmt: skip
        return any(y > 0 for y in found) and any(y < 0 for y in found)

    def off(self, term: Value, factor: arb) -> arb:
        """The integral, one of whose summands counts so much more."""
        return self.truth() + factor * self.of(term)

    def scaled(self, factor: arb) -> arb:
        return self.truth() * factor

    def of_rules(self) -> Iterator[NumberVariant]:
        """What comes out where f was integrated by a wrong rule."""
        shown = Explained(self.sought, self.f.root, self.f.root)
        for u, slope in shown.linear():
            yield self.named("inner_derivative_lost", u), partial(self.scaled, slope)
            yield self.named("inner_factor_lost", u), partial(self.scaled, abs(slope))
            yield self.named("inner_derivative_doubled", u), partial(self.scaled, slope * slope)
        for term, n in shown.powers():
            yield self.named("power_not_divided", term), partial(self.off, term, n)
            yield self.named("divided_by_old_exponent", term), partial(self.off, term, 1 / n)
        terms = [term for term, _ in shown.terms]
        for term in terms if len(terms) > 1 else ():
            yield self.named("missing_term", term), partial(self.off, term, arb(-1))
            yield self.named("sign_of_term", term), partial(self.off, term, arb(-2))

    # --- the right one ------------------------------------------------------------------------

    def right(self) -> str:
        known = self.settled
        if known.diverges:
            return "diverges"
        if known.value is None:
            raise UsageError(f"the integral of {self.f} could not be worked out")
        if self.question.places is not None:
            with precision(QUADRATURE_BITS):
                return rounded_text(self.truth(), self.question.places)
        return self.exact()

    def exact(self) -> str:
        """The number as a short formula: a proposal that is held against the balls."""
        known: list[str] = []
        for root in self.proposals():
            with precision(QUADRATURE_BITS):
                found = ExactNumber("", root).ball()
                if found.is_finite() and found.overlaps(self.truth()):
                    known.append(exact_text(root))
            if known and len(known[-1]) <= SHORT_NUMBER:
                break
        if not known:
            raise UsageError(f"no exact value is known for the integral of {self.f}")
        return min(known, key=len)

    def proposals(self) -> Iterator[Value]:
        """A fraction or one of powers of pi, of usual numbers; F at the bounds; what SymPy has."""
        with precision(QUADRATURE_BITS):
            yield literal(simplest(self.truth()))
            for unit in (parse(number).root for number in USUAL_NUMBERS):
                share = simplest(self.truth() / ExactNumber("", unit).ball())
                if share:
                    yield multiple_of(unit, share)
        F, low, high = self.primitive, self.low, self.high
        if F is not None:
            firsts, lasts = list(self.reached(F, low, 1)), self.reached(F, high, -1)
            yield from (tidy([last - first])[0] for last in lasts for first in firsts)
        a, b = (None if end is None else end.value.root for end in (low, high))
        yield from definite_number(self.f.root, self.variable, a, b, self.limits)

    def reached(self, F: Value, end: answers.Number | None, side: int) -> Iterator[Value]:
        """F at a bound as a formula; at infinity what it may tend to, a fraction or one of pi."""
        if end is not None:
            yield substituted(F, {self.variable: end.value.root})
            return
        with precision(BITS_OF_A_ZERO):
            limit = approach(Tape.of([F]), self.variable, None, side).limit()
        if limit is not None and limit.is_finite():
            with precision(QUADRATURE_BITS):
                for unit in (Graphs().literal(1), Graphs().pi()):
                    yield literal(simplest(limit / ExactNumber("", unit).ball())) * unit

    def worked(self) -> list[WorkedStep]:
        steps = steps_of(self.f.root, self.variable, self.limits)
        if self.primitive is not None:
            steps.append(WorkedStep(say("An antiderivative is"), str(Expression(self.primitive))))
        if self.settled.diverges:
            return [*steps, WorkedStep(say("This integral has no finite value."))]
        said = say("At the upper bound less at the lower bound it is" if self.primitive else
                   "The integral is")  # fmt: skip
        return [*steps, WorkedStep(said, self.right())]

    def task(self) -> str:
        return say("Give the integral of {f} from {low} to {high}.", f=Figures(str(self.f)),
                   low=Figures(shown_bound(self.low, -1)),
                   high=Figures(shown_bound(self.high, 1)))  # fmt: skip

    @classmethod
    def made_from(cls, f: Expression, random: Random) -> Question:
        name = f.only_variable()
        low, high = random.choice((("0", "1"), ("1", "2"), ("0", "2"), ("-1", "1"), ("1", "3")))
        found = Question(cls.name, str(f.diff(name)), wrt=name, domain=f"[{low}, {high}]")
        posed = found.posed
        assert isinstance(posed, cls)
        posed.suggested.append(f.root)
        posed.right()
        return found


def bounds(
    text: str, name: str, limits: Limits
) -> tuple[answers.Number | None, answers.Number | None]:
    """The bounds of "[0, pi/2]" in their order; None is infinite. Raises UsageError."""
    try:
        found = answers.intervals(text, name, limits)
    except (Unreadable, SymgradError) as problem:
        why = complained(problem.args[0])
        if getattr(problem, "code", "") == "not_an_interval":
            raise UsageError(why) from None
        said = say("{text} is no interval: {why}", text=repr(text), why=why)
        raise UsageError(said, hint="for example [0, 1]") from None
    if len(found) != 1:
        raise UsageError(f"the integral is taken over one interval, got {text!r}")
    return found[0].low, found[0].high


def simplest(ball: arb) -> Fraction:
    """The short fraction next to a ball."""
    near = Fraction(str(ball.mid().str(GUARD_DIGITS, radius=False)))
    return near.limit_denominator(MOST_DENOMINATOR)


def shown_bound(end: answers.Number | None, side: int) -> str:
    return end.text if end is not None else "oo" if side > 0 else "-oo"


def value_at(tape: Tape, name: str, end: answers.Number) -> Real:
    """A function at a bound, in a ball of the current precision."""
    return lambda: arb(forward(tape, BALLS, {name: end.ball()})[tape.roots[0]])


__all__ = ["DefiniteIntegral"]
