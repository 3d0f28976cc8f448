"""A derivative at a point, as a number: exact, or rounded to given places; along a direction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from random import Random

from flint import arb

from ...arithmetic.balls import BALLS, precision
from ...engine import Tape, forward
from ...errors import UsageError
from ...expression import Expression
from ...homework.judgement import Judgement
from ...homework.messages import mistake
from ...homework.naming import DEEPER, WEIGHT, Named
from ...homework.sought import SLOPE_BITS, Sought, Spot
from ...homework.variations import Mistakes, Variation
from ...notation import text
from ...sentences import Figures, in_sequence, raised, say
from ...value import Graphs, Value, substituted, tidy
from .. import answers
from ..claims import (
    NumberVariant,
    Real,
    Variant,
    chained,
    judged_formula,
    judged_none,
    judged_number,
    number_in_chain,
)  # fmt: skip
from ..exact_points import At, breaks, exact_number, exact_point, steepness
from ..question import Question, QuestionKind, Story, WorkedStep, kind
from ..with_letters import LetteredKind, Parts
from ..writing import exact_text, fraction_of, literal, put_in, rounded_text
from .entries import by_unit_vectors, derivation, function_of, variables_of

SLOPE_STORIES = {
    "value_of_f": Story("f at the point, and not its derivative",
                        "This is the value of the function there: its derivative is asked for."),
    "another_order": Story("a derivative of another order",
                           "This is a derivative of another order."),
    "formula_given": Story("the derivative as a formula where a number is asked for",
                           "A number is asked for: put in {point}."),
}  # fmt: skip


@kind
class SlopeAtPoint(LetteredKind):
    """The n-th derivative at a point, exact or correctly rounded."""

    name = "value"
    wants = "the slope, as a number"
    needs = ("at",)
    takes = ("order", "places")
    stories = SLOPE_STORIES

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.sought: Sought = self.function(question.order)
        f, name = self.sought.f, self.sought.wrt
        self.point = exact_point(question.at, self.limits, tuple(sorted(self.sought.names)))
        self.known: At | None = None  # where there is no slope
        try:
            self.known = At(f, name, self.point, self.limits, question.order, question.powers)
        except UsageError as problem:
            whole = Expression(self.sought.meant(f.root), limits=self.limits)
            if not breaks(whole, name, self.point, question.order):
                raise
            self.absent = problem.message

    def judge(self, answer: str) -> Judgement:
        named = answers.without_place(answers.plain(answer), self.point)
        typed = answers.as_asked(named, self.question.places)
        none = judged_none(self, typed, self.known is not None, self.where(), self.steep)
        if none is not None:
            return none
        read = answers.formula(typed, self.sought)
        if not answers.constant(read.root):
            return self.wrong("formula_given", point=Figures(self.where()))
        number = answers.number(typed, self.limits)
        if self.known is None:
            return self.wrong("no_slope", point=Figures(self.where()))
        found = judged_number(self, number, self.truth, self.question.places, self.variants())
        return chained(found, answers.chain(named, self.sought.names, self.question.places),
                       lambda one: number_in_chain(self, one, self.sought, self.point, self.truth,
                                                   self.variants()))  # fmt: skip

    @classmethod
    def made_of(cls, parts: Parts) -> str:
        return text(parts.there(parts.question.order))

    @classmethod
    def highest(cls, question: Question) -> int:
        return question.order

    def show(self, known: Sought) -> None:
        self.sought = known

    def steep(self, side: int) -> bool:
        """Whether f grows (1) or falls (-1) beyond all bounds at the point; 0 is either."""
        f = Expression(self.sought.meant(self.sought.f.root), limits=self.limits)
        found = steepness(f, self.sought.wrt, self.point)
        return self.question.order == 1 and bool(found) and (side == 0 or found == {side})

    def truth(self) -> arb:
        assert self.known is not None
        return self.known.derivative(self.question.order)

    def exact(self) -> Value:
        """The slope as the readable derivative with the point put in."""
        derived = self.sought.f.diff(self.sought.wrt, self.question.order)
        put = {n: x.root for n, x in self.point.items()}
        return put_in(self.sought.meant(derived.root), put, self.truth)

    def where(self) -> str:
        return ", ".join(f"{n} = {x.text}" for n, x in self.point.items())

    def variants(self) -> Iterator[NumberVariant]:
        assert self.known is not None
        yield "value_of_f", self.known.value
        for order in range(1, self.question.order):
            yield "another_order", partial(self.known.derivative, order)
        if self.known.at_a_kink:
            return
        further = self.sought.f.backpropagated(*[self.sought.wrt] * (self.question.order + 1))
        yield "another_order", At(further, self.sought.wrt, self.point, self.limits, 0).value
        found = Mistakes(self.sought, [Spot(self.point)]).all
        for v in sorted(found, key=likelihood, reverse=True):
            yield partial(mistake, self.sought, Named(v.code, v.node, 0.0)), partial(v.at, 0)

    def right(self) -> str:
        places = self.question.places
        if self.known is None:
            return "does not exist"
        if places is None:
            return exact_text(self.exact())
        with precision(SLOPE_BITS):
            return rounded_text(self.truth(), places)

    def worked(self) -> list[WorkedStep]:
        steps = derivation(self.sought.f, self.sought.wrt, self.question.order)
        if self.known is None:
            said = say("there is no derivative at {point}", point=Figures(self.where()))
            return [*steps, WorkedStep(in_sequence("", raised(said), "."))]
        said = say("At {point} it is", point=Figures(self.where()))
        return [*steps, WorkedStep(said, self.right())]

    def task(self) -> str:
        return say("Give the derivative of {f} at {point}.", f=Figures(str(self.sought.f)),
                   point=Figures(self.where()))  # fmt: skip

    @classmethod
    def made_from(cls, f: Expression, random: Random) -> Question:
        name = f.only_variable()
        at = random.choice(("0", "1", "2", "3", "-1", "-2"))
        made = Question(cls.name, str(f), wrt=name, at={name: at})
        posed = made.posed
        if isinstance(posed, cls) and posed.known is None:
            raise UsageError(f"{f} has no derivative at {name} = {at}")
        return made


def likelihood(v: Variation) -> float:
    return float(WEIGHT[v.code] * DEEPER**v.depth)


@kind
class Directional(QuestionKind):
    """The derivative of f along a direction: as a formula, or at a point as a number."""

    name = "directional"
    wants = "the derivative along the direction"
    needs = ("direction",)
    takes = ("at", "normalised", "places")
    stories = {
        **SLOPE_STORIES,
        "not_normalised": Story("the direction was not scaled to length 1",
                                "The direction has to have length 1: divide by its length."),
        "normalised": Story("the direction was scaled to length 1 although it is taken as given",
                            "The direction is taken as it is given here, not scaled to length 1."),
        "gradient_given": Story("the gradient, not its product with the direction",
                                "This is a vector: the derivative along a direction is one number, "
                                "the product of the gradient with the direction."),
        "added_up": Story("the partials added up without the direction",
                          "The partials are weighted with the components of the direction."),
        "swapped": Story("the components of the direction in another order",
                         "Each partial belongs to its own component of the direction."),
    }  # fmt: skip

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.f = function_of(question, question.expression)
        self.names = variables_of(question, self.f)
        given = question.direction
        texts = answers.vector(given) if isinstance(given, str) else [str(x) for x in given]
        if len(texts) == 1 and len(self.names) > 1:
            texts = by_unit_vectors(texts[0], self.names, question) or texts
        if len(texts) != len(self.names):
            said = f"the direction has {len(texts)} components for {', '.join(self.names)}"
            raise UsageError(said)
        self.direction = [exact_number(t, self.limits).root for t in texts]
        self.partials = [self.f.backpropagated(name).root for name in self.names]
        self.length = length(self.direction)
        if question.normalised and fraction_of(self.length) == 0:
            raise UsageError("the direction is 0: it has no length to divide by")
        self.target = self.along(self.direction, self.length if question.normalised else None)
        self.sought = self.formula(self.target)
        names = self.names if set(self.names) == set(self.sought.names) else self.sought.names
        self.point = question.at and exact_point(question.at, self.limits, names)
        if self.point:
            At(self.sought.f, self.names[0], self.point, self.limits, 0)

    def along(self, direction: Sequence[Value], over: Value | None) -> Value:
        terms = [p * d for p, d in zip(self.partials, direction)]
        total: Value = sum(terms[1:], terms[0])
        return total if over is None else total / over

    def formula(self, root: Value) -> Sought:
        f = Expression(root, variables=self.f.variables, limits=self.limits)
        return Sought(f, self.names[0], 0, self.limits, self.question.assume, self.question.powers)

    def judge(self, answer: str) -> Judgement:
        plain = answers.plain(answer)
        typed = answers.right_side(plain)
        if not answers.TYPED_DECIMAL.fullmatch(typed) and len(answers.vector(answer)) > 1:
            return self.wrong("gradient_given")
        read = answers.readings(typed, self.sought)
        if not self.point:
            targets = self.wrong_targets()
            found = judged_formula(self, self.sought, read, targets)
            return chained(found, answers.chain(plain, self.sought.names),
                           lambda one: judged_formula(self, self.sought, answers.readings(
                               one, self.sought), targets))  # fmt: skip
        if not answers.constant(read[0].root):
            return self.wrong("formula_given", point=Figures(self.where()))
        number = answers.number(typed, self.limits)
        numbers = [(code, self.there(root)) for code, root in self.wrong_targets()]
        point, truth, places = self.point, self.there(self.target), self.question.places
        found = judged_number(self, number, truth, places, numbers)
        return chained(found, answers.chain(plain, self.sought.names, places),
                       lambda one: number_in_chain(self, one, self.sought, point, truth,
                                                   numbers))  # fmt: skip

    def wrong_targets(self) -> list[Variant]:
        plain = [self.along(self.direction, None), self.along(self.direction, self.length)]
        ones = [Graphs().literal(1)] * len(self.names)
        backwards = self.direction[::-1]
        return [
            ("not_normalised", plain[0]) if self.question.normalised else ("normalised", plain[1]),
            ("added_up", self.along(ones, None)),
            ("swapped", self.along(backwards, self.length if self.question.normalised else None)),
            ("swapped", self.along(backwards, None)),
            ("value_of_f", self.f.root),
        ]  # fmt: skip

    def there(self, root: Value) -> Real:
        """A formula's value at the point of the question."""
        tape, point = Tape.of([root]), self.point or {}
        return lambda: arb(
            forward(tape, BALLS, {n: x.ball() for n, x in point.items()})[tape.roots[0]]
        )

    def where(self) -> str:
        return ", ".join(f"{n} = {x.text}" for n, x in (self.point or {}).items())

    def right(self) -> str:
        if not self.point:
            return text(self.readable())
        if self.question.places is not None:
            with precision(SLOPE_BITS):
                return rounded_text(self.there(self.target)(), self.question.places)
        return exact_text(substituted(self.readable(), {n: x.root for n, x in self.point.items()}))

    def readable(self) -> Value:
        partials = [self.f.diff(n).root if n in self.f.variables else Graphs().literal(0)
                    for n in self.names]  # fmt: skip
        terms = [p * d for p, d in zip(partials, self.direction)]
        total = sum(terms[1:], terms[0])
        return tidy([total / self.length if self.question.normalised else total])[0]

    def worked(self) -> list[WorkedStep]:
        steps = [step for name in self.names for step in derivation(self.f, name)]
        if self.question.normalised:
            steps.append(WorkedStep(say("The direction has the length"), exact_text(self.length)))
        said = say("The gradient times the direction is")
        return [*steps, WorkedStep(said, self.right())]

    def task(self) -> str:
        direction = Figures(f"({', '.join(text(d) for d in self.direction)})")
        said = say("Give the derivative of {f} along {direction}.", f=Figures(str(self.f)),
                   direction=direction)  # fmt: skip
        if not self.point:
            return said
        return say("{question} Take it at {point}.", question=said, point=Figures(self.where()))

    @classmethod
    def made_from(cls, f: Expression, random: Random) -> Question:
        name = f.only_variable()
        other = "y" if name != "y" else "x"
        return Question(cls.name, f"{other}*({f})", wrt=(name, other), direction="(3, 4)")


def length(direction: Sequence[Value]) -> Value:
    """The Euclidean length, exact; a whole number where it is one."""
    squares = [d * d for d in direction]
    total = sum(squares[1:], squares[0])
    found = Graphs().sqrt(tidy([total])[0])
    whole = fraction_of(found)
    return found if whole is None else literal(whole)


__all__ = ["Directional", "SlopeAtPoint"]
