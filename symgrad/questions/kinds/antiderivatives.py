"""Antiderivatives: the answer is differentiated and held against f, wherever both live."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from itertools import chain
from random import Random
from typing import Any, ClassVar, NamedTuple

from flint import arb

from ...arithmetic.balls import BALLS, exact, precision
from ...engine import Tape, forward
from ...errors import SymgradError, UsageError, Verdict
from ...expression import Expression
from ...homework import coordinates
from ...homework.comparing import DIGITS_AGREED, Comparison, compared
from ...homework.judgement import Claim, Evidence, Judgement, Mistake, Witness, parts, witness
from ...homework.reading import Unreadable
from ...homework.sought import SLOPE_BITS, Sought, Spot, sought
from ...ops import OPS, Op
from ...sentences import Figures, in_sequence, raised, say
from ...value import Graphs, Value, rebuilt
from .. import answers
from ..claims import chained, named, values
from ..critical_points import shortest_period
from ..free_constants import reach, read_with_constants, stated, with_numbers
from ..integrating import antiderivative, steps_of
from ..misintegrated import Explained, constant
from ..question import Question, QuestionKind, Story, WorkedStep, kind

NUMBERS_FOR_A_CONSTANT = (  # put in for the C of an answer, to see that any number will do
    Fraction(7, 3), Fraction(-5, 4), Fraction(41, 4), Fraction(-33, 7), Fraction(1, 9),
)  # fmt: skip
REACHED_AT = 4  # points at which all values have to be reached
JUMP_BITS = 128
DIGITS_OF_AN_END = 12
JUMP_STEP = Fraction(1, 2**20)  # to both sides of where an answer may jump
EDGE_WIDTH = 1e-9  # relative: around an end that was found in floats
UNDONE = re.compile(r"∫|\\int(?:op)?\b|\bint(?:egral|egrate)?\s*\(")


class Antidifferentiated(NamedTuple):
    """An answer read: the formula, the names of its constants of integration, its text."""

    root: Value
    constants: tuple[str, ...]
    text: str


@kind
class Antiderivative(QuestionKind):
    """A function whose derivative is f."""

    name = "antiderivative"
    wants = "an antiderivative, as one formula"
    takes = ("constant", "domain")
    choices: ClassVar[Mapping[str, tuple[str, ...]]] = {"constant": ("free", "wanted")}
    stories = {
        "differentiated": Story("differentiated instead of integrated",
                                "This is the derivative: a function whose derivative is {f} is "
                                "asked for."),
        "copied": Story("f itself", "This is the function itself: it is to be integrated."),
        "integrated_twice": Story("integrated twice", "This was integrated twice."),
        "negative": Story("the other sign",
                          "The sign is wrong: differentiate your answer to see it."),
        "sign_of_term": Story("the sign of one term", "The sign of the term for {part} is wrong."),
        "inner_derivative_lost": Story("the chain rule backwards was forgotten",
                                       "Differentiated, your answer is {f} times the derivative "
                                       "of {part}: the chain rule backwards was forgotten."),
        "inner_factor_lost": Story("divided only by the sign of the inner derivative",
                                   "The chain rule backwards: of the derivative of {part} only "
                                   "the sign was divided by."),
        "inner_derivative_doubled": Story("multiplied by the inner derivative instead of divided",
                                          "The chain rule backwards: divide by the derivative of "
                                          "{part}, do not multiply by it."),
        "divided_by_inner": Story("divided by an inner derivative that is no constant",
                                  "Dividing by the derivative of {part} is right only where that "
                                  "is a constant: differentiate your answer to see it."),
        "inner_derivative_kept": Story("the inner derivative was kept as a factor",
                                       "The derivative of {part} is used up by the substitution: "
                                       "it is no factor of the answer."),
        "power_not_divided": Story("the power rule without dividing by the new exponent",
                                   "Raise the exponent of {part} by one, and divide by the new "
                                   "exponent."),
        "divided_by_old_exponent": Story("divided by the old exponent",
                                         "The power {part} is divided by its new exponent, not by "
                                         "the old one."),
        "multiplied_by_exponent": Story("multiplied by an exponent instead of divided",
                                        "The power {part} is divided by its new exponent, not "
                                        "multiplied."),
        "exponent_not_raised": Story("the exponent was not raised by one",
                                     "The exponent of {part} is raised by one."),
        "base_lost": Story("a^x without dividing by ln a",
                           "In {part} the base is not e: divide by its natural logarithm."),
        "base_multiplied": Story("a^x times ln a instead of divided by it",
                                 "In {part} the base is not e: divide by its natural logarithm, "
                                 "do not multiply by it."),
        "power_rule_on_exponential": Story("the power rule on an exponential function",
                                           "In {part} the exponent is what varies: the power rule "
                                           "is for a fixed exponent."),
        "log_of_denominator": Story("ln of a denominator whose derivative is no factor",
                                    "The integral of 1/u is ln|u| only where the derivative of u "
                                    "stands above it: here u is {part}."),
        "product_of_integrals": Story("the factors integrated one by one",
                                      "The integral of a product is not the product of the "
                                      "integrals."),
        "sign_in_answer": Story("the sign of one term of the answer",
                                "The sign of the term {part} of your answer is wrong."),
        "missing_term": Story("one term was not integrated",
                              "The term {part} is missing: it was not integrated."),
        "wrong_term": Story("a constant factor of one term", "A constant factor of the term for "
                                                             "{part} is wrong."),
        "term_copied": Story("one term was copied", "The term {part} was not integrated."),
        "term_differentiated": Story("one term was differentiated",
                                     "The term {part} was differentiated instead of integrated."),
        "constant_factor": Story("a constant factor is wrong",
                                 "A constant factor is wrong: differentiate your answer to see "
                                 "which."),
        "constant_term": Story("the derivative is off by a constant",
                               "The derivative of this is {f} up to a constant: a term of first "
                               "degree is wrong."),
        "constant_missing": Story("the constant of integration is missing",
                                  "This is one antiderivative; all of them are asked for: the "
                                  "constant of integration is missing."),
        "constant_not_free": Story("a constant that does not take every value",
                                   "All antiderivatives are asked for: what your constant adds "
                                   "does not take every value."),
        "constant_inside": Story("the constant of integration is not added",
                                 "The constant of integration is added at the end: it is no "
                                 "factor, and stands in no function."),
        "jump": Story("the pieces do not meet",
                      "Your function jumps at {name} = {at}, where {f} has a value: an "
                      "antiderivative is continuous there."),
        "jump_at_a_gap": Story("the pieces do not meet, at a gap between them",
                               "Your function has no value at {name} = {at} and jumps there, "
                               "though {f} has one: it is an antiderivative on each side only."),
        "wrong_part": Story("right on a part of the domain only",
                            "This is not an antiderivative wherever {f} lives."),
    }  # fmt: skip

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        whole = self.function(0)
        self.f, self.variable = whole.f, whole.wrt
        self.sought: Sought = self.within_the_domain(whole)
        self.suggested: list[Value] = []  # antiderivatives that whoever made the question knows
        self.everywhere = bool(question.domain)  # whether ln x for 1/x is not enough
        self.sought.started()
        if not self.sought.spots:
            if self.sought is whole:
                raise UsageError(f"{self.f} has no value anywhere: there is nothing to integrate")
            said = f"{self.f} has no value on {question.domain}: there is nothing to integrate"
            raise UsageError(said)

    def within_the_domain(self, whole: Sought) -> Sought:
        """What is sought, at points of the domain of the question only. Raises UsageError."""
        q = self.question
        if q.domain in (None, "", "all"):
            return whole
        try:
            one = answers.interval(answers.plain(str(q.domain)), self.variable, self.limits)
        except (Unreadable, SymgradError):
            raise UsageError(f"the domain is all, or an interval; got {q.domain!r}") from None
        relations = ((one.low, ">"), (one.high, "<"))
        inside = [f"{self.variable} {sign} {near(end)}" for end, sign in relations if end]
        return sought(q.expression, self.variable, 0, q.limits, (*q.assume, *inside), q.powers)

    # --- reading ------------------------------------------------------------------------------

    def read(self, answer: str) -> Antidifferentiated:
        """The formula that an answer states, and its constants. Raises Unreadable."""
        typed = stated(answers.plain(answer))
        if UNDONE.search(answers.right_side(typed.rstrip("=").strip())):
            said = say("This integral is still to be worked out.")
            raise Unreadable("unevaluated_integral", said, None, answer)
        typed = answers.right_side(typed)
        first = read_with_constants(typed, self.sought.names, self.limits)
        used = Tape.of([first.root]).variables
        return Antidifferentiated(
            first.root, tuple(n for n in used if n not in self.sought.names), first.text
        )

    def judge(self, answer: str) -> Judgement:
        self.sought.started()
        return chained(self.judged(self.read(answer)), answers.chain(
            stated(answers.plain(answer)), self.sought.names), self.member)  # fmt: skip

    def member(self, text: str) -> Judgement:
        """The verdict on an earlier member of a chain, with or without its constant."""
        found = self.read(text)
        return self.compared(with_numbers(found.root, found.constants, self.lively(found)[0]))

    # --- judging ------------------------------------------------------------------------------

    def judged(self, found: Antidifferentiated) -> Judgement:
        first, second = self.lively(found)
        without = with_numbers(found.root, found.constants, Fraction(0))
        numbered = with_numbers(found.root, found.constants, first)
        added = bool(found.constants) and self.added(numbered, without)
        judgement = self.compared(numbered, without if added else None)
        if judgement.verdict == Verdict.correct and found.constants:
            again = self.varied(found, second) or self.not_all(found, judgement)
            judgement = judgement if again is None else again
        elif found.constants and judgement.verdict == Verdict.incorrect and self.inside(found):
            judgement = self.wrong("constant_inside")
        if judgement.verdict == Verdict.correct and not found.constants:
            judgement = self.without_constant(judgement)
        return replace(judgement, reading=found.text)

    def added(self, one: Value, other: Value) -> bool:
        """Whether two functions differ by a constant, as with two numbers for an added C."""
        spots = self.sought.spots
        return constant([a - b for a, b in zip(values(one, spots), values(other, spots))])

    def lively(self, found: Antidifferentiated) -> tuple[Fraction, Fraction]:
        """Two numbers for the constant with which the answer has values: ln(C x^2) for C > 0."""
        spots = self.sought.spots
        known = [c for c in NUMBERS_FOR_A_CONSTANT if any(
            y.is_finite() for y in values(with_numbers(found.root, found.constants, c), spots)
        )]  # fmt: skip
        return (*known, *NUMBERS_FOR_A_CONSTANT)[0], (*known[1:], *NUMBERS_FOR_A_CONSTANT)[0]

    def not_all(self, found: Antidifferentiated, right: Judgement) -> Judgement | None:
        """What is said of a constant that does not give all: wrong where all are asked for."""
        with precision(SLOPE_BITS):
            points = [spot.balls() for spot in self.sought.spots[:REACHED_AT]]
            if reach(found.root, found.constants, points) is not False:
                return None
        if self.question.constant == "wanted":
            return replace(self.wrong("constant_not_free"), credit=0.5)
        remark = say("These are antiderivatives, but not all: what your constant adds does not "
                     "take every value.")  # fmt: skip
        return replace(right, remarks=(*right.remarks, remark))

    def varied(self, found: Antidifferentiated, number: Fraction) -> Judgement | None:
        """What is wrong where the constant has another value; None where that changes nothing."""
        slope = self.slope(found.root)
        if not set(Tape.of([slope]).variables) & set(found.constants):
            return None
        other = self.compared(with_numbers(found.root, found.constants, number))
        return None if other.verdict == Verdict.correct else self.wrong("constant_inside")

    def inside(self, found: Antidifferentiated) -> bool:
        """Whether the answer is right for one value of its constant, and not for others."""
        slope = self.slope(found.root)
        if not set(Tape.of([slope]).variables) & set(found.constants):
            return False
        return any(
            self.compared(with_numbers(found.root, found.constants, at)).verdict
            == Verdict.correct for at in (Fraction(1), Fraction(0))
        )  # fmt: skip

    def without_constant(self, judgement: Judgement) -> Judgement:
        if self.question.constant == "wanted":
            said = say("the derivative is {f}", f=Figures(str(self.f)))
            claims = (Claim(said, True), Claim(say("any constant may be added"), False))
            return replace(self.wrong("constant_missing", claims), credit=0.5)
        remark = say("This is one antiderivative: with + C it would be all of them.")
        return replace(judgement, remarks=(*judgement.remarks, remark))

    def slope(self, root: Value) -> Value:
        return Expression(root, limits=self.limits).backpropagated(self.variable).root

    def compared(self, root: Value, told_of: Value | None = None) -> Judgement:
        """The verdict on a formula without constants; mistakes are told of the one with C = 0."""
        slope = self.slope(root)
        found = compared(where_alive(slope, root), self.sought)
        claim = say("the derivative is {f}", f=Figures(str(self.f)))
        if found.verdict == Verdict.undecided:
            why = say("the answer and what is right could not be told apart")
            return Judgement(Verdict.undecided, message=say("Not decided: {why}.", why=why),
                             claims=(Claim(claim, None),))  # fmt: skip
        if found.verdict == Verdict.correct:
            return self.right_where_alive(root, found, ())
        remark = self.remark_on_part(found)
        if remark is not None:
            return self.right_where_alive(root, found, (remark,))
        return self.refuted(root, slope, found, claim, told_of)

    def right_where_alive(
        self, root: Value, found: Comparison, remarks: tuple[str, ...]
    ) -> Judgement:
        jumps = list(self.jumps(root))
        if jumps:
            at, lives = jumps[0]
            said: dict[str, Any] = {"name": self.variable, "f": Figures(str(self.f)),
                                    "at": Figures(f"{round(at, 6) + 0.0:g}")}  # fmt: skip
            if lives:
                return self.wrong("jump", **said)
            if not self.on_a_period([c for c, _ in jumps]):
                return replace(self.wrong("jump_at_a_gap", **said), verdict=Verdict.equal_on_part)
            remarks = (*remarks, say("This is right on one period of {f} after the other: at "
                                     "{name} = {at} your function has no value, and jumps.",
                                     **said))  # fmt: skip
        evidence = Evidence(points=len(found.at("equal")), digits=DIGITS_AGREED)
        claim = Claim(say("the derivative is {f}", f=Figures(str(self.f))), True)
        return Judgement(Verdict.correct, evidence, credit=1.0, message=say("Right."),
                         remarks=remarks, claims=(claim,))  # fmt: skip

    # --- right on a part ----------------------------------------------------------------------

    def remark_on_part(self, found: Comparison) -> str | None:
        """What is said of an answer that is right on a part that is enough; None elsewhere."""
        if found.verdict != Verdict.equal_on_part or self.everywhere:
            return None
        letters = self.positive(found)
        if letters:
            condition = ", ".join(f"{n} > 0" for n in letters)
            return say("This holds for {condition}.", condition=Figures(condition))
        if found.at("different") or not self.whole_interval(found):
            return None
        said = parts(self.sought, found)
        return say("This is right where it has a value. {parts}", parts=said)

    def positive(self, found: Comparison) -> list[str]:
        """The parameters that have to be positive, as in every table of integrals."""
        def negative(spot: Spot, name: str) -> bool:
            return coordinates.size(spot.point[name]) <= 0

        wrong = found.at("different", "undefined")
        names = [n for n in self.sought.names if n != self.variable]
        letters = [n for n in names if any(negative(s, n) for s in wrong)]
        return letters if all(any(negative(s, n) for n in letters) for s in wrong) else []

    def whole_interval(self, found: Comparison) -> bool:
        """Whether there is an interval of f's domain on which the answer lives throughout."""
        if len(self.sought.names) > 1:
            return len(found.at("equal")) >= len(found.at("undefined"))
        edges = [c for c in self.sought.critical if self.edge(c)]
        held = {"equal": set[int](), "undefined": set[int]()}
        for spot, outcome in zip(found.spots, found.outcomes):
            place = sum(coordinates.size(spot.point[self.variable]) > c for c in edges)
            held.setdefault(outcome, set()).add(place)
        return bool(held["equal"] - held["undefined"])

    def edge(self, at: float) -> bool:
        """Whether f ends here, and has not only a kink."""
        with precision(JUMP_BITS):
            around = arb(at, EDGE_WIDTH * (1 + abs(at)))
            values = forward(self.sought.original, BALLS, {self.variable: around})
            return not arb(values[self.sought.original.roots[0]]).is_finite()

    def jumps(self, root: Value) -> Iterator[tuple[float, bool]]:
        """Where an answer jumps although f has values there, nearest to 0 first, and whether it
        has one itself: F(c + t) - F(c - t) is more than f can have added between."""
        tape = Tape.of(rebuilt([root], Graphs(), without_a_convention))
        if len(self.sought.names) > 1:
            return
        inside = self.sought.assumptions.get(self.variable)
        for c in sorted(coordinates.critical(tape, self.variable, {}), key=abs):
            if (inside is None or inside.holds(Fraction(c))) and self.leaps(tape, c):
                yield c, self.lives(tape, c)

    def leaps(self, tape: Tape, c: float) -> bool:
        with precision(JUMP_BITS):
            step = exact(JUMP_STEP)
            first, last = (arb(forward(tape, BALLS, {self.variable: x})[tape.roots[0]])
                           for x in (arb(c) - step, arb(c) + step))  # fmt: skip
            f = self.sought.original
            most = abs(arb(forward(f, BALLS, {self.variable: arb(c, step)})[f.roots[0]]))
            return bool(most.is_finite() and abs(last - first) > 2 * step * most)

    def on_a_period(self, gaps: Sequence[float]) -> bool:
        """Whether f repeats, and one period of it lies between gaps, as with atan(tan(x/2))."""
        period = shortest_period(self.f, self.variable, 0, self.limits)
        if period is None:
            return False
        with precision(JUMP_BITS):
            low, end = gaps[0] + JUMP_STEP, gaps[0] + float(period.ball()) - JUMP_STEP
        return not any(low < c < end for c in gaps)

    def lives(self, tape: Tape, c: float) -> bool:
        """Whether an answer has values all around a place."""
        with precision(JUMP_BITS):
            here = {self.variable: arb(c, exact(JUMP_STEP))}
            return bool(arb(forward(tape, BALLS, here)[tape.roots[0]]).is_finite())

    # --- what is wrong ------------------------------------------------------------------------

    def refuted(
        self, root: Value, slope: Value, found: Comparison, claim: str, told_of: Value | None
    ) -> Judgement:
        seen = witness(self.sought, where_alive(slope, root), found)
        if found.verdict == Verdict.equal_on_part:
            mistake = named(self, "wrong_part", f=Figures(str(self.f)))
        else:
            mistake = next(self.explanations(root, slope, told_of), None) or named(self, "unknown")
        said: str = mistake.message
        if found.verdict == Verdict.equal_on_part:
            said = in_sequence(" ", said, parts(self.sought, found))
        elif seen and mistake.code in ("unknown", "constant_factor"):
            said = in_sequence("", said, " ", raised(self.seen(seen, found)), ".")
        return Judgement(found.verdict, witness=seen, mistakes=(mistake,), message=said,
                         claims=(Claim(claim, False, str(seen or "")),))  # fmt: skip

    def seen(self, seen: Witness, found: Comparison) -> str:
        """The derivative of the answer at a point, beside f there."""
        point = Figures(", ".join(f"{n} = {x}" for n, x in seen.point.items()))
        if seen.yours is None:
            return say("at {point} your answer has no value", point=point)
        return say("at {point} the derivative of your answer is {yours}", point=point,
                   yours=Figures(seen.yours))  # fmt: skip

    def explanations(self, root: Value, slope: Value, without: Value | None) -> Iterator[Mistake]:
        """The mistakes that an answer shows, likeliest first, each confirmed in balls."""
        shown = Explained(self.sought, without or root, slope, without is not None)
        for found in shown.found():
            yield named(self, found.code, part=Figures(found.part), f=Figures(str(self.f)))

    # --- the right one ------------------------------------------------------------------------

    @cached_property
    def exact(self) -> Value:
        """An antiderivative, proposed by SymPy and held against f like any answer."""
        self.sought.started()
        proposals = antiderivative(self.f.root, self.variable, self.limits)
        for candidate in chain(self.suggested, proposals):
            if self.compared(candidate).verdict == Verdict.correct:
                return candidate
        raise UsageError(f"no formula is known for an antiderivative of {self.f}")

    def right(self) -> str:
        name = next(n for n in ("C", "K", "C_1") if n not in self.sought.names)
        return f"{Expression(self.exact, limits=self.limits)} + {name}"

    def worked(self) -> list[WorkedStep]:
        steps = steps_of(self.f.root, self.variable, self.limits)
        return [*steps, WorkedStep(say("So all antiderivatives are"), self.right())]

    def task(self) -> str:
        return self.on_domain(say(
            "Give all antiderivatives of {f} by {name}." if self.question.constant == "wanted"
            else "Give an antiderivative of {f} by {name}.",
            f=Figures(str(self.f)), name=self.variable,
        ))  # fmt: skip

    @classmethod
    def made_from(cls, f: Expression, random: Random) -> Question:
        name = f.only_variable()
        found = Question(cls.name, str(f.diff(name)), wrt=name)
        posed = found.posed
        assert isinstance(posed, cls)
        posed.suggested.append(f.root)
        posed.right()
        return found


def without_a_convention(graphs: Graphs, op: Op, args: tuple[Value, ...]) -> Value:
    """arccot as books have it, too, between 0 and pi: that one does not jump at 0."""
    if op is OPS["acot"]:
        return graphs.pi() / graphs.literal(2) - graphs.node(OPS["atan"], args)
    return graphs.node(op, args)


def near(end: answers.Number) -> Fraction:
    """An end of a domain as a fraction: no answer is tried next to it."""
    with precision(JUMP_BITS):
        mid = end.ball().mid().str(DIGITS_OF_AN_END, radius=False)
    return Fraction(str(mid)).limit_denominator(10**DIGITS_OF_AN_END)


def where_alive(slope: Value, root: Value) -> Value:
    """The derivative of an answer where the answer itself has a value: ln x has none for x < 0."""
    graphs = Graphs()
    nothing = graphs.node(OPS["mul"], (graphs.literal(0), root))
    return graphs.node(OPS["add"], (slope, nothing))


__all__ = ["Antiderivative"]
