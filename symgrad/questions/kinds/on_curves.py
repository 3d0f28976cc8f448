"""Slopes of curves given by an equation in x and y, or by a parameter; of inverse functions.

An answer about an implicit curve is compared on the curve only: its points are proved by interval
Newton, on several branches where there are several.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from fractions import Fraction
from functools import cached_property
from random import Random
from typing import ClassVar

from flint import arb

from ...arithmetic.balls import BALLS, BITS_OF_A_ZERO, precision
from ...arithmetic.germs import Germ
from ...engine import Tape, forward, order
from ...errors import UsageError, Verdict
from ...expression import Expression
from ...homework.comparing import compared
from ...homework.coordinates import FIRST, Coordinate, ExactNumber, ball, generic, size
from ...homework.judgement import Judgement
from ...homework.reading import Unreadable
from ...homework.sought import SLOPE_BITS, Sought, Spot, parsed_as_typed
from ...language.as_typed import left_side
from ...notation import text
from ...ops import OPS
from ...sentences import Figures, say
from ...value import Graphs, Value, tidy
from .. import answers
from ..certified_roots import CertifiedRoot, zeros
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
from ..exact_points import both_sides, exact_point
from ..free_constants import STATED_FOR
from ..question import Question, QuestionKind, Story, WorkedStep, kind
from ..writing import exact_text, fraction_of, put_in, rounded_text
from .entries import derivation

REACH = Fraction(8)  # how far points of a curve are looked for
SCALES = (Fraction(1), Fraction(1, 16), Fraction(32), Fraction(1, 1000), Fraction(2000))
POINTS_WANTED = 16
FEWEST_ON_A_CURVE = 5
BESIDE = Fraction(1, 64)  # how far y may move where x moves by next to nothing
SAME_DIGITS = 10  # by which two points are the same test
PRIMED_LABEL = re.compile(r"\b([xy])\s*['′’](?:\([a-z]\))?\s*(=)")  # x'(t) =
PLACES_SHOWN = 6  # of a number that has no short exact form

CURVE_STORIES = {
    "formula_given": Story("a formula where a number is asked for",
                           "A number is asked for: put in {point}."),
    "inverted": Story("dx/dy, or x'/y', for dy/dx", "This is upside down."),
    "product_rule_missing_term": Story("a product of x and y differentiated in one factor only",
                                       "A product of {x} and {y} has two terms: one is missing."),
    "y_constant": Story("y was treated as a constant",
                        "{y} depends on {x}: its derivative is a factor wherever {y} is "
                        "differentiated."),
    "sign_of_quotient": Story("F_x/F_y for -F_x/F_y",
                              "The sign is wrong: the term with {dy} changes sides."),
    "product_of_derivatives": Story("a product's derivative as the product of derivatives",
                                    "A product of {x} and {y} has the product rule: not the "
                                    "product of the derivatives."),
    "side_forgotten": Story("one side of the equation was not differentiated",
                            "Both sides of the equation are differentiated: one is missing."),
    "side_kept": Story("one side of the equation was left as it is",
                       "Both sides of the equation are differentiated: one was left as it is."),
    "not_solved": Story("an equation that dy/dx stands in, not solved for it",
                        "{dy} is still inside of an equation: solve it for {dy}."),
    "partial_given": Story("one partial derivative of the equation",
                           "This is a partial derivative of the equation: solve for {dy}."),
    "velocity": Story("(x', y') for dy/dx",
                      "These are the derivatives of x and y: dy/dx is their quotient."),
    "numerator_only": Story("y' alone", "This is only {y}': divide by {x}'."),
    "denominator_only": Story("x' alone", "This is only {x}'."),
    "product": Story("x'*y'", "The derivatives are divided, not multiplied."),
    "quotient_of_values": Story("y/x", "This is the quotient of the functions: differentiate them "
                                       "first."),
    "not_divided": Story("d/dt of dy/dx, not divided by dx/dt",
                         "The derivative of the slope by {t} still has to be divided by {x}'."),
    "second_over_second": Story("y''/x''", "The second derivative is not {y}''/{x}''."),
    "second_numerator": Story("y'' alone", "This is only {y}'': the second derivative by {x} is "
                                           "asked for, not the one by {t}."),
    "first_order": Story("the first derivative", "This is the first derivative: the second one is "
                                                 "asked for."),
    "no_slope": Story("a number where the tangent is vertical",
                      "The tangent is vertical at {point}: there is no slope."),
    "wrong_place": Story("1/f' at y, not at x with f(x) = y",
                         "The derivative of f is to be taken at the {x} with f({x}) = {at}."),
    "not_inverted": Story("f'(x), not 1/f'(x)", "This is the slope of f: the inverse has its "
                                                "reciprocal."),
    "slope_at_y": Story("f'(y)", "This is the slope of f at {at}: another place and the "
                                 "reciprocal are wanted."),
    "value_of_inverse": Story("the value of the inverse, not its slope",
                              "This is the value of the inverse: its derivative is asked for."),
    "reciprocal_function": Story("the derivative of 1/f", "The inverse function is not 1/f."),
}  # fmt: skip


class OnCurve(Sought):
    """What is sought along a curve: only its own points count."""

    def __init__(
        self, f: Expression, names: tuple[str, str], curve: Value, spots: list[Spot],
        question: Question,
    ) -> None:  # fmt: skip
        super().__init__(f, names[0], 0, question.limits)
        self.curve, self.moving = Tape.of([curve]), names[1]
        self.known["spots"] = spots

    critical: list[float] = []

    def spot(self, point: Mapping[str, Coordinate]) -> Spot | None:
        """The point of the curve next to this one: beside the curve the answer means nothing."""
        known = {n: x for n, x in point.items() if n != self.moving}
        near = Fraction(size(point[self.moving]))
        found = zeros(self.curve, self.moving, known, near - BESIDE, near + BESIDE).found
        return Spot({**known, self.moving: found[0]}) if len(found) == 1 else None

    @cached_property
    def constant(self) -> bool:
        """Whether the slope is the same everywhere on the curve."""
        slopes = [self.slope(s) for s in self.spots]
        return all(y.overlaps(slopes[0]) for y in slopes[1:])


def differentiated(root: Value, name: str) -> Value:
    """One partial derivative; 0 of what does not depend on the name."""
    f = Expression(root)
    return f.backpropagated(name).root if name in f.variables else Graphs().literal(0)


def equation_sides(typed: str, names: tuple[str, ...], question: Question) -> list[Value]:
    """Left and right; an expression alone is an equation with 0."""
    sides = answers.sides(typed)
    if len(sides) > 2:
        raise UsageError(f"{typed!r} is no equation")
    return [parsed_as_typed(side, names, question.limits).root for side in sides]


def terms(root: Value) -> list[Value]:
    """The terms of a sum, each with its sign."""
    if root.op is OPS["neg"]:
        return [-term for term in terms(root.args[0])]
    if root.op is OPS["sub"]:
        return [*terms(root.args[0]), *(-term for term in terms(root.args[1]))]
    if root.op is OPS["add"]:
        return [term for part in root.args for term in terms(part)]
    return [root]


def has_product(root: Value, x: str, y: str) -> bool:
    """Whether a product or quotient has x in one part and y in the other."""
    for node in order([root]):
        if node.op in (OPS["mul"], OPS["div"]):
            a, b = (Tape.of([part]).variables for part in node.args)
            if (x in a and y in b) or (y in a and x in b):
                return True
    return False


def fraction_or_none(root: Value) -> Fraction | None:
    """The number that a graph without variables is."""
    return None if Tape.of([root]).variables else fraction_of(root)


def number_at(root: Value, point: Mapping[str, Coordinate]) -> Real:
    """A formula's value at a point, at the current precision."""
    tape = Tape.of([root])
    return lambda: arb(forward(tape, BALLS, {n: ball(x) for n, x in point.items()})[tape.roots[0]])


def any_side(_: int) -> bool:
    """A vertical tangent goes up as it goes down."""
    return True


class CurveSlope(QuestionKind):
    """dy/dx of a curve, first or second order, as a formula or at a point."""

    takes: ClassVar[tuple[str, ...]] = ("at", "order", "places")
    stories = CURVE_STORIES
    target: Value  # what is sought
    sought: Sought
    point: dict[str, ExactNumber] | None
    axes: tuple[str, str] = ("x", "y")

    def judge(self, answer: str) -> Judgement:
        plain = answers.without_place(STATED_FOR.sub("", answers.plain(answer)),
                                      self.point or self.axes)  # fmt: skip
        if self.unsolved(plain):
            return self.wrong("not_solved")
        asked = None if self.point is None else self.question.places
        typed = self.without_slope(answers.as_asked(plain, asked))
        none = self.point and judged_none(self, typed, not self.absent, self.where(), any_side)
        if none:
            return none
        read = answers.readings(typed, self.sought)
        if self.point is None:
            targets = self.wrong_targets()
            found = judged_formula(self, self.sought, read, targets)
            return chained(found, answers.chain(plain, self.sought.names),
                           lambda one: judged_formula(self, self.sought, answers.readings(
                               one, self.sought), targets))  # fmt: skip
        if not answers.constant(read[0].root):
            return self.wrong("formula_given", point=Figures(self.where()))
        number = answers.number(typed, self.limits)
        if self.absent:
            return self.wrong("no_slope", point=Figures(self.where()))
        numbers: list[NumberVariant] = [
            (code, number_at(root, self.point)) for code, root in self.wrong_targets()
        ]
        point, truth = self.point, self.truth(self.point)
        found = judged_number(self, number, truth, asked, numbers)
        return chained(found, answers.chain(plain, self.sought.names, asked),
                       lambda one: number_in_chain(self, one, self.sought, point, truth,
                                                   numbers))  # fmt: skip

    def where(self) -> str:
        return ", ".join(f"{n} = {x.text}" for n, x in (self.point or {}).items())

    def without_slope(self, typed: str) -> str:
        """What is asked for, y' in it written out: of a second derivative, y' may stand there."""
        return typed

    def unsolved(self, plain: str) -> bool:
        """Whether the answer is an equation that dy/dx stands in: 2x + 2y*y' = 0."""
        x, y = self.axes
        slope = rf"{y}\s*['′’]|d\s*{y}\s*/\s*d\s*{x}|\\d?frac\{{d{y}\}}\{{d{x}\}}"
        label = re.compile(rf"(?:{slope})\s*(?:\([-\d.,/\s]*\)|(?:\||_|\\vert|at\b).*)?")
        pieces = answers.parts(plain, "=≈⇒")
        left = re.split(r"[,;>]|\\(?:implies|Rightarrow|to)\b", " ".join(pieces[-2:-1]))[-1]
        labels = (*(piece.strip() for piece in pieces[:-1]), left.strip())
        if self.question.order == 1 and len(pieces) > 1 and re.search(slope, pieces[-1]):
            return True  # y' = (-y - y' x)/1
        if len(pieces) < 2 or any(left_side(p) or label.fullmatch(p) for p in labels):
            return False
        return bool(re.search(slope, " ".join(pieces[:-1])))

    def wrong_targets(self) -> list[Variant]:
        raise LookupError(self.name)

    def right(self) -> str:
        if self.absent:
            return "does not exist"
        if self.point is not None:
            return self.shown_at(self.point)
        return text(self.readable())

    def truth(self, point: Mapping[str, ExactNumber]) -> Real:
        """The slope at a point."""
        return number_at(self.target, point)

    def shown_at(self, point: Mapping[str, ExactNumber]) -> str:
        """The slope at a point as a right answer: rounded where that is asked for, else exact."""
        if self.question.places is not None:
            with precision(SLOPE_BITS):
                return rounded_text(self.truth(point)(), self.question.places)
        return exact_text(put_in(self.target, {n: x.root for n, x in point.items()},
                                 self.truth(point)))  # fmt: skip

    def readable(self) -> Value:
        return tidy([self.target])[0]

    def concluded(self, said: str) -> Iterator[WorkedStep]:
        """The last steps, after the slope: the second derivative, and what is asked at a point."""
        if self.question.order > 1:
            yield WorkedStep(said, text(self.readable()))
        if self.absent:
            yield WorkedStep(say("The tangent is vertical at {point}: there is no slope.",
                                 point=Figures(self.where())))  # fmt: skip
        elif self.point is not None:
            yield WorkedStep(say("At {point} it is", point=Figures(self.where())), self.right())


@kind
class ImplicitSlope(CurveSlope):
    """dy/dx where an equation ties y to x."""

    name = "implicit"
    wants = "dy/dx, as a formula in both variables"
    takes = ("at", "order", "places", "y")

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.x, self.y = self.axes = str(question.wrt or "x"), question.y or "y"
        self.sides = equation_sides(str(question.expression), (self.x, self.y), question)
        self.root = self.sides[0] - self.sides[1] if len(self.sides) == 2 else self.sides[0]
        names = Tape.of([self.root]).variables
        if self.y not in names or self.x not in names:
            raise UsageError(f"the equation has to contain {self.x} and {self.y}")
        if question.order not in (1, 2):
            raise UsageError(f"the order is 1 or 2, got {question.order}")
        self.names = (self.x, self.y, *(n for n in names if n not in (self.x, self.y)))
        self.by_x, self.by_y = (differentiated(self.root, n) for n in (self.x, self.y))
        self.first = -self.by_x / self.by_y
        along = differentiated(self.first, self.y) * self.first
        self.second = differentiated(self.first, self.x) + along
        self.target = self.first if question.order == 1 else self.second
        self.words = {"x": self.x, "y": self.y, "dy": f"d{self.y}/d{self.x}"}
        self.point = self.given()
        spots = list(self.points())
        if len(spots) < FEWEST_ON_A_CURVE and self.point is None:
            raise UsageError(f"no points of the curve {question.expression} were found")
        f = Expression(self.target, variables=self.names, limits=self.limits)
        self.sought = OnCurve(f, (self.x, self.y), self.root, spots, question)

    def given(self) -> dict[str, ExactNumber] | None:
        """The point of the question. Raises UsageError for one that is not on the curve."""
        if not self.question.at:
            return None
        point = exact_point(self.question.at, self.limits, self.names)
        if sign(number_at(self.root, point), self.limits) != 0:
            raise UsageError(f"the point is not on the curve {self.question.expression}")
        across, along = (sign(number_at(d, point), self.limits) for d in (self.by_y, self.by_x))
        if across == 0 and along in (1, -1):
            self.absent = "the tangent of the curve is vertical there"
        elif across in (0, None):
            raise UsageError("the curve has no slope there")
        return point

    # --- points of the curve ------------------------------------------------------------------

    def points(self) -> Iterator[Spot]:
        """Points with a slope, of all branches: y for given x, and x for given y.

        A curve that is too small or too large to have many is looked at on another scale.
        """
        seen: set[tuple[float, ...]] = set()
        for scale in SCALES:
            yield from self.points_within(scale, seen)
            if len(seen) >= FEWEST_ON_A_CURVE:
                return

    def points_within(self, scale: Fraction, seen: set[tuple[float, ...]]) -> Iterator[Spot]:
        others = {n: generic(3 + i) for i, n in enumerate(self.names[2:])}
        tape, reach = Tape.of([self.root]), REACH * scale
        for k, number in enumerate(self.candidates()):
            for fixed, moving in ((self.x, self.y), (self.y, self.x)):
                known = {**others, fixed: number * scale}
                for root in zeros(tape, moving, known, -reach, reach).found:
                    spot = Spot({**known, moving: named_root(root)})
                    place = tuple(float(f"{size(spot.point[n]):.{SAME_DIGITS}g}")
                                  for n in self.names)  # fmt: skip
                    if place not in seen and self.sloped(spot):
                        seen.add(place)  # (2, 2) is met twice: as x = 2, and as y = 2
                        yield spot
            if len(seen) >= POINTS_WANTED and k > 2:
                return

    def candidates(self) -> Iterator[Fraction]:
        yield from (x for x in FIRST[:14] if isinstance(x, Fraction))
        yield from (generic(k) for k in range(8))

    def sloped(self, spot: Spot) -> bool:
        """Whether dy/dx exists at a point of the curve."""
        with precision(SLOPE_BITS):
            here = {n: ball(x) for n, x in spot.point.items()}
            steep = arb(self.evaluated(self.by_y, here))
            slope = arb(self.evaluated(self.target, here))
        return bool(steep.is_finite() and not steep.contains(0) and slope.is_finite())

    def evaluated(self, root: Value, here: Mapping[str, arb]) -> arb:
        tape = Tape.of([root])
        return arb(forward(tape, BALLS, here)[tape.roots[0]])

    # --- judging ------------------------------------------------------------------------------

    def wrong_targets(self) -> list[Variant]:
        if self.question.order == 2:
            by_x, by_y = (differentiated(self.first, n) for n in (self.x, self.y))
            return [("first_order", self.first), ("y_constant", by_x), ("y_constant", by_x + by_y)]
        return [
            ("sign_of_quotient", self.by_x / self.by_y), ("inverted", -self.by_y / self.by_x),
            ("inverted", self.by_y / self.by_x), ("partial_given", self.by_x),
            ("partial_given", -self.by_x), ("partial_given", self.by_y),
            *self.one_term_wrong(), *self.right_side_wrong(),
        ]  # fmt: skip

    def one_term_wrong(self) -> Iterator[Variant]:
        """-F_x/F_y where one term of the equation was differentiated wrongly."""
        for term in terms(self.root):
            by_x, by_y = (differentiated(term, n) for n in (self.x, self.y))
            rest_x, rest_y = self.by_x - by_x, self.by_y - by_y
            if fraction_or_none(by_y) == 0:
                continue
            if fraction_or_none(by_x) != 0 and has_product(term, self.x, self.y):
                both = differentiated(by_x, self.y)
                yield "product_rule_missing_term", -rest_x / self.by_y
                yield "product_rule_missing_term", -self.by_x / rest_y
                yield "product_of_derivatives", -rest_x / (rest_y + both)
                yield "product_of_derivatives", -(rest_x + both) / rest_y
            yield "y_constant", -(self.by_x + by_y) / rest_y
            yield "y_constant", -self.by_x / rest_y

    def right_side_wrong(self) -> Iterator[Variant]:
        """Where one side of the equation was differentiated, and the other left out or as it is."""
        for side, other in ((0, 1), (1, 0)) if len(self.sides) == 2 else ():
            by_x, by_y = (differentiated(self.sides[side], n) for n in (self.x, self.y))
            if Tape.of([by_x / by_y]).variables:
                yield "side_forgotten", -by_x / by_y
            yield "side_kept", (self.sides[other] - by_x) / by_y

    def without_slope(self, typed: str) -> str:
        if self.question.order == 1:
            return typed
        x, y = map(re.escape, self.axes)
        slope = rf"(?<![A-Za-z]){y}\s*(?:['′’´`]|\^\s*\{{?\s*\\prime\s*\}}?)(?!\s*['′’´`])"
        fraction = rf"\\d?frac\s*\{{\s*d{y}\s*\}}\s*\{{\s*d{x}\s*\}}|d\s*{y}\s*/\s*d\s*{x}"
        return re.sub(rf"{slope}|{fraction}", lambda _: f"({text(self.written_slope())})", typed)

    def readable(self) -> Value:
        """-F_x/F_y with the partials as a person writes them."""
        first = self.written_slope()
        if self.question.order == 1:
            return first
        f = Expression(first, variables=self.names, limits=self.limits)
        by_x, by_y = (self.written_partial(n, f) for n in (self.x, self.y))
        return tidy([by_x + by_y * first])[0]

    def written_slope(self) -> Value:
        """dy/dx, of the first order."""
        by_x, by_y = (self.written_partial(n) for n in (self.x, self.y))
        return tidy([-(by_x / by_y)])[0]

    def written_partial(self, name: str, f: Expression | None = None) -> Value:
        """A partial of the equation, or of the slope, as a person writes it."""
        f = f or Expression(self.root, variables=self.names, limits=self.limits)
        moves = name in Tape.of([f.root]).variables
        return f.diff(name).root if moves else Graphs().literal(0)

    def worked(self) -> list[WorkedStep]:
        by_x, by_y = (text(self.written_partial(n)) for n in (self.x, self.y))
        steps = [
            WorkedStep(say("The equation, everything on one side:"),
                       f"{text(tidy([self.root])[0])} = 0"),
            WorkedStep(say("Its partial by {name} is", name=self.x), by_x),
            WorkedStep(say("Its partial by {name} is", name=self.y), by_y),
            WorkedStep(say("So {dy}, minus their quotient, is", dy=self.words["dy"]),
                       text(self.written_slope())),
        ]  # fmt: skip
        said = say("Differentiated once more along the curve, {dy} is", dy=f"d2{self.y}/d{self.x}2")
        return [*steps, *self.concluded(said)]

    def task(self) -> str:
        dy = self.words["dy"] if self.question.order == 1 else f"d2{self.y}/d{self.x}2"
        said = say("Give {dy} on the curve {equation}.", dy=dy,
                   equation=Figures(str(self.question.expression)))  # fmt: skip
        return say("{question} Take it at {point}.", question=said,
                   point=Figures(self.where())) if self.point else said  # fmt: skip

    @classmethod
    def made_from(cls, f: Expression, random: Random) -> Question:
        name = f.only_variable()
        other = "y" if name != "y" else "x"
        shapes = (f"{other}^2 + {f} = 4", f"{name}*{other} + {f} = 3", f"{other}^3 + {other} = {f}")
        return Question(cls.name, random.choice(shapes), wrt=name, y=other)


def named_root(root: CertifiedRoot) -> CertifiedRoot:
    """The zero with a text that a student can read."""
    with precision(SLOPE_BITS):
        shown = root.ball().mid().str(PLACES_SHOWN, radius=False)
    return CertifiedRoot(shown, root.root, along=root.along, low=root.low, high=root.high)


@kind
class ParametricSlope(CurveSlope):
    """dy/dx of a curve (x(t), y(t))."""

    name = "parametric"
    wants = "dy/dx, as a formula in the parameter"
    takes = ("at", "order", "places", "x", "y")
    limit_there: Real | None = None  # dy/dx at a point where both x' and y' are 0

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.t = str(question.wrt or "t")
        given = question.expression
        try:
            texts = (answers.vector(given, ("x", "y")) if isinstance(given, str) else
                     [str(g) for g in given])  # fmt: skip
        except Unreadable as problem:
            raise UsageError(problem.message) from None
        if question.x and question.y:
            texts = [question.x, question.y]
        if len(texts) != 2 or not all(texts):
            raise UsageError("a curve is given by x and y, two formulas in the parameter")
        self.x, self.y = (parsed_as_typed(str(g), (self.t,), self.limits) for g in texts)
        if question.order not in (1, 2):
            raise UsageError(f"the order is 1 or 2, got {question.order}")
        dx, dy = (differentiated(f.root, self.t) for f in (self.x, self.y))
        if fraction_or_none(dx) == 0:
            raise UsageError(f"x does not depend on {self.t}")
        self.dx, self.dy = dx, dy
        self.first = dy / dx
        self.turned = differentiated(self.first, self.t)
        self.target = self.first if question.order == 1 else self.turned / dx
        names = tuple(dict.fromkeys((*self.x.variables, *self.y.variables, self.t)))
        f = Expression(self.target, variables=names, limits=self.limits)
        self.sought = Sought(f, self.t, 0, self.limits, question.assume, question.powers)
        self.words = {"x": "x", "y": "y", "t": self.t, "dy": "dy/dx"}
        self.point = exact_point(question.at, self.limits, names) if question.at else None
        if self.point is not None and sign(number_at(self.target, self.point), self.limits) is None:
            self.where_x_rests(self.point)
        if self.point is None and not self.sought.spots:
            raise UsageError("the curve has a slope nowhere")

    def where_x_rests(self, point: dict[str, ExactNumber]) -> None:
        """The tangent at a point where x' is 0: vertical, or the limit of dy/dx where y' is, too.

        Raises UsageError where it is neither.
        """
        across, along = (sign(number_at(d, point), self.limits) for d in (self.dx, self.dy))
        resting = across == along == 0 and self.question.order == len(point) == 1
        steep = across == 0 and along in (1, -1)
        if resting:
            with precision(BITS_OF_A_ZERO):
                steep = all(germ.parts()[0].sign() for germ in self.beside(point))
        if steep:
            self.absent = f"the tangent of the curve is vertical at {self.where()}"
            return
        if not resting or not equal(
            self.tends_to(point, 0), self.tends_to(point, 1), self.limits
        ):
            raise UsageError(f"the curve has no slope at {self.where()}")
        self.limit_there = self.tends_to(point, 0)

    def beside(self, point: Mapping[str, ExactNumber]) -> list[Germ]:
        return both_sides(self.first, self.t, point)

    def tends_to(self, point: Mapping[str, ExactNumber], side: int) -> Real:
        """What dy/dx tends to from one side of a point."""
        def limit() -> arb:
            found = self.beside(point)[side].limit()
            return arb.nan() if found is None else found
        return limit

    def truth(self, point: Mapping[str, ExactNumber]) -> Real:
        return self.limit_there or super().truth(point)

    def judge(self, answer: str) -> Judgement:
        return self.wrong("velocity") if self.is_velocity(answer) else super().judge(answer)

    def is_velocity(self, answer: str) -> bool:
        """Whether an answer is (x', y'), in the parameter or at the point."""
        with suppress(Unreadable):
            given = answers.vector(PRIMED_LABEL.sub(r"\1\2", answer), self.axes)
            pairs = list(zip(given, (self.dx, self.dy)))
            return len(given) == len(self.axes) and self.question.order == 1 and all(
                self.is_slope(text_, root) for text_, root in pairs
            )
        return False

    def is_slope(self, given: str, root: Value) -> bool:
        read, point = answers.readings(given, self.sought)[0].root, self.point
        if point is not None and not Tape.of([read]).variables:
            return bool(equal(number_at(read, {}), number_at(root, point), self.limits))
        moving = Expression(root, variables=(self.t,), limits=self.limits)
        return compared(read, Sought(moving, self.t, 0, self.limits)).verdict == Verdict.correct

    def wrong_targets(self) -> list[Variant]:
        if self.question.order == 2:
            twice = [differentiated(d, self.t) for d in (self.dx, self.dy)]
            return [("not_divided", self.turned), ("second_over_second", twice[1] / twice[0]),
                    ("first_order", self.first), ("second_numerator", twice[1]),
                    ("inverted", self.dx / self.dy)]  # fmt: skip
        return [
            ("inverted", self.dx / self.dy), ("numerator_only", self.dy),
            ("denominator_only", self.dx), ("product", self.dx * self.dy),
            ("quotient_of_values", self.y.root / self.x.root),
        ]

    def readable(self) -> Value:
        dx, first = self.derived(self.x), self.written_slope()
        if self.question.order == 1:
            return first
        slope = Expression(first, limits=self.limits)
        turned = slope.diff(self.t).root if self.t in slope.variables else Graphs().literal(0)
        return tidy([turned / dx])[0]

    def written_slope(self) -> Value:
        """dy/dx, of the first order."""
        return tidy([self.derived(self.y) / self.derived(self.x)])[0]

    def derived(self, f: Expression) -> Value:
        return f.diff(self.t).root if self.t in f.variables else Graphs().literal(0)

    def worked(self) -> list[WorkedStep]:
        steps = [*derivation(self.x, self.t), *derivation(self.y, self.t)]
        first = WorkedStep(say("So the slope is"), text(self.written_slope()))
        said = say("The derivative of the slope by {t}, divided by that of x, is", t=self.t)
        return [*steps, first, *self.concluded(said)]

    def task(self) -> str:
        dy = "dy/dx" if self.question.order == 1 else "d2y/dx2"
        said = say("Give {dy} of the curve x = {x}, y = {y}.", dy=dy, x=Figures(str(self.x)),
                   y=Figures(str(self.y)))  # fmt: skip
        return say("{question} Take it at {point}.", question=said,
                   point=Figures(self.where())) if self.point else said  # fmt: skip

    @classmethod
    def made_from(cls, f: Expression, random: Random) -> Question:
        name = f.only_variable()
        x = random.choice((f"{name}^2 + 1", f"e^{name}", f"sin({name})"))
        return Question(cls.name, wrt=name, x=x, y=str(f))


__all__ = ["ImplicitSlope", "ParametricSlope"]
