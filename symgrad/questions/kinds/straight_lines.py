"""Lines at a point of a curve: tangent, normal, and the linear approximation.

Any equation that means the line is right: `y = 3x - 2`, `3x - y = 2`, `y - 4 = 3(x - 2)`, or the
right side alone. Slope and point are claims of their own, so that a student hears which is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import ClassVar

from flint import arb

from ...arithmetic.balls import BALLS, exact, precision
from ...engine import Tape, forward, gradient
from ...errors import UsageError, Verdict
from ...expression import Expression
from ...homework.comparing import DIGITS_AGREED
from ...homework.coordinates import generic
from ...homework.judgement import Claim, Evidence, Judgement
from ...homework.reading import Unreadable
from ...homework.sought import SLOPE_BITS, evaluated
from ...notation import text as written
from ...sentences import Figures, say
from ...value import Graphs, Value, substituted
from .. import answers
from ..claims import Real, matches, named, sign
from ..exact_points import At, exact_point
from ..question import Question, QuestionKind, Story, WorkedStep, kind
from ..writing import exact_text, fraction_of, line_text, literal, short

OFF_THE_LINE = (*range(1, 50), 75, 150, 300, 1000)  # above and below it nothing may hold
POINTS_ON_IT = 6
FUNCTION_OF = re.compile(  # L(x), f(x), T
    r"\s*(?:[A-Za-z]\w*)\s*\(\s*[A-Za-z]\w*\s*\)\s*|\s*[fghnptLNT]\s*"
)

LINE_STORIES = {
    "wrong_point": Story("right slope, but the line misses the point",
                         "The slope is right, but the line does not go through the point of the "
                         "curve at {at}."),
    "wrong_slope": Story("the line goes through the point with a wrong slope",
                         "The line goes through the right point, but its slope is wrong."),
    "normal_given": Story("the normal line for the tangent",
                          "This line is perpendicular to the curve there: that is the normal."),
    "tangent_given": Story("the tangent line for the normal",
                           "This is the tangent: the normal is perpendicular to it."),
    "reciprocal": Story("1/f' for -1/f'", "The slope of the normal has the other sign."),
    "opposite": Story("-f' for -1/f'",
                      "The slope of the normal is not only turned in sign: it is a reciprocal, "
                      "too."),
    "value_as_slope": Story("f(a) was taken for the slope",
                            "The value of the function was taken for the slope."),
    "slope_not_evaluated": Story("the derivative as a formula for the slope",
                                 "This is no line: put the point into the derivative first."),
    "slope_only": Story("the slope, and no line", "This is only the slope: give the whole line."),
    "derivative_given": Story("the derivative as a formula",
                              "This is the derivative: give the line at the point."),
    "copied": Story("f itself", "This is the function itself, and no line."),
    "no_line": Story("no equation of a line", "This is no equation of a line."),
    "sign_of_point": Story("x + a for x - a",
                           "The line goes through another point: mind the sign of {at}."),
    "swapped_point": Story("the coordinates of the point exchanged",
                           "The coordinates of the point were exchanged."),
}  # fmt: skip


@dataclass(frozen=True)
class StraightLine:
    """a (x - p) + b (y - q) = 0, its numbers in balls of the current precision."""

    a: Real
    b: Real
    p: Real
    q: Real


class LineKind(QuestionKind):
    """A line at a point of f."""

    needs = ("at",)
    stories = LINE_STORIES
    title: ClassVar[str]

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        sought = self.function()
        self.f, self.variable = sought.f, sought.wrt
        if len(sought.names) > 1:
            raise UsageError(f"a line is asked for at a curve in {self.variable} alone: {self.f}")
        self.other = "y" if self.variable != "y" else "x"
        self.point = exact_point(question.at, self.limits, sought.names)
        self.known = At(self.f, self.variable, self.point, self.limits)
        self.a = self.point[self.variable]
        self.slope, self.height = self.parts()
        self.line = self.wanted()

    def parts(self) -> tuple[Value, Value]:
        """f'(a) and f(a) as exact constants, short where they are fractions."""
        put = {self.variable: self.a.root}
        moves = self.variable in self.f.variables
        derived = self.f.diff(self.variable).root if moves else literal(0)
        return short(substituted(derived, put)), short(substituted(self.f.root, put))

    def tangent(self) -> StraightLine:
        return StraightLine(self.known.slope, lambda: arb(-1), self.a.ball, self.known.value)

    def normal(self) -> StraightLine:
        return StraightLine(lambda: arb(1), self.known.slope, self.a.ball, self.known.value)

    def wanted(self) -> StraightLine:
        return self.tangent()

    def where(self) -> Figures:
        return Figures(f"{self.variable} = {self.a.text}")

    # --- judging ------------------------------------------------------------------------------

    def judge(self, answer: str) -> Judgement:
        sides = self.sides(answer)
        known = answers.Names((self.variable, self.other), self.limits)
        roots = [answers.formula(side, known).root for side in sides]
        if len(roots) == 1:
            if self.other in Tape.of(roots).variables:
                raise Unreadable("not_an_expression", say("This is no equation."), None, answer)
            roots = [x_of(self.other), *roots]
        judged = [self.equation(roots[0], other, answer) for other in roots[1:]]
        return next((j for j in judged if j.verdict != Verdict.correct), judged[0])

    def sides(self, answer: str) -> list[str]:
        """The sides of the equation; L(x) is y."""
        found = answers.sides(re.split(r"≈|\\approx", answer)[-1])
        if not found:
            raise Unreadable("not_an_expression", say("This is no equation."), None, answer)
        called = len(found) > 1 and FUNCTION_OF.fullmatch(found[0])
        return [self.other, *found[1:]] if called and found[0] != self.variable else found

    def equation(self, left: Value, right: Value, typed: str) -> Judgement:
        root = left - right
        if not straight(root, self.variable, self.other):
            return self.bent(root, right)
        tape = Tape.of([root])
        slope = self.holds(lambda: self.across(tape, self.line))
        point = self.holds(lambda: evaluated(tape, self.here(self.line)))
        claims = (Claim(say("the slope"), slope), Claim(say("the point"), point))
        if slope is None or point is None:
            why = say("the line could not be told from another one")
            said = say("Not decided: {why}.", why=why)
            return Judgement(Verdict.undecided, message=said, claims=claims)
        if slope and point:
            return right_line(claims)
        if self.rounded(tape, typed):
            return right_line(claims) if self.question.rounding == "accept" else self.wrong(
                "rounded_constant", claims)  # fmt: skip
        return self.explained(tape, right, claims, typed)

    def rounded(self, tape: Tape, typed: str) -> bool:
        """Whether the line differs by less than the decimals that were typed."""
        decimals = [len(d) for d in re.findall(r"\d[.,](\d+)", typed)]
        if not decimals or self.question.rounding not in ("reject", "accept"):
            return False
        with precision(SLOPE_BITS):
            here = self.here(self.line)
            slopes = gradient(tape, BALLS, forward(tape, BALLS, here))
            upward = arb(slopes.get(self.other, 0))
            if upward.contains(0) or self.line.b().contains(0):
                return False
            across = self.across(tape, self.line)
            gaps = (evaluated(tape, here) / upward, across / upward / self.line.b())
            return all(abs(gap) < arb(10) ** -max(decimals) for gap in gaps)

    def holds(self, gap: Real) -> bool | None:
        found = sign(gap, self.limits)
        return None if found is None else found == 0

    def across(self, tape: Tape, line: StraightLine) -> arb:
        """0 where the equation's line is parallel to another one."""
        values = forward(tape, BALLS, self.here(line))
        slopes = gradient(tape, BALLS, values)
        x, y = (arb(slopes.get(n, 0)) for n in (self.variable, self.other))
        return x * line.b() - y * line.a()

    def here(self, line: StraightLine) -> dict[str, arb]:
        return {self.variable: line.p(), self.other: line.q()}

    def bent(self, root: Value, right: Value) -> Judgement:
        """An equation that is not linear: right if it holds on the line and only there."""
        if self.means_the_line(root):
            return right_line(())
        tape = Tape.of([right])
        usual = {
            "copied": self.f.root, "derivative_given": self.f.backpropagated(self.variable).root,
            "slope_not_evaluated": self.height
            + self.f.backpropagated(self.variable).root * (x_of(self.variable) - self.a.root),
        }  # fmt: skip
        if self.other not in tape.variables:
            for code, graph in usual.items():
                if self.equal_along(right, graph):
                    return self.wrong(code)
        return self.wrong("no_line")

    def equal_along(self, a: Value, b: Value) -> bool:
        points = [{self.variable: exact(generic(k))} for k in range(POINTS_ON_IT)]
        with precision(SLOPE_BITS):
            mine, other = ([evaluated(Tape.of([g]), p) for p in points] for g in (a, b))
            return matches(mine, other)

    def means_the_line(self, root: Value) -> bool:
        """Whether an equation holds at points of the line, and at none beside it."""
        tape = Tape.of([root])
        with precision(SLOPE_BITS):
            line = self.line
            a, b, p, q = line.a(), line.b(), line.p(), line.q()
            if b.contains(0):
                return False
            on, sides = [], []
            for k in range(POINTS_ON_IT):
                x = exact(generic(k))
                y = q - a * (x - p) / b
                on.append(evaluated(tape, {self.variable: x, self.other: y}))
                for side in (1, -1):
                    off = [evaluated(tape, {self.variable: x, self.other: y + side * d})
                           for d in OFF_THE_LINE]  # fmt: skip
                    sides.append(all(v > 0 for v in off) or all(v < 0 for v in off))
        return all(sides) and all(v.is_finite() and v.contains(0) for v in on)

    def explained(
        self, tape: Tape, right: Value, claims: Sequence[Claim], typed: str
    ) -> Judgement:
        """Which line it is instead, or what else was taken for it."""
        slope, point = (bool(c.holds) for c in claims)
        code = "unknown" if "=" in typed else self.taken_for_it(right)
        if code == "unknown":
            of_lines = (code for code, line in self.others() if self.same_line(tape, line))
            code = next(of_lines, "wrong_point" if slope else "wrong_slope" if point else code)
        mistake = named(self, code, at=self.where())
        return Judgement(Verdict.incorrect, mistakes=(mistake,), message=mistake.message,
                         claims=tuple(claims), credit=0.5 if slope or point else 0.0)  # fmt: skip

    def taken_for_it(self, right: Value) -> str:
        """The slope alone, or the derivative, where a line is asked for."""
        if not Tape.of([right]).variables:
            tape = Tape.of([right])
            alone = self.holds(lambda: evaluated(tape, {}) - self.known.slope())
            return "slope_only" if alone else "unknown"
        derived = self.f.backpropagated(self.variable).root
        return "derivative_given" if self.equal_along(right, derived) else "unknown"

    def same_line(self, tape: Tape, line: StraightLine) -> bool:
        parallel = self.holds(lambda: self.across(tape, line))
        return bool(parallel and self.holds(lambda: evaluated(tape, self.here(line))))

    def others(self) -> list[tuple[str, StraightLine]]:
        """Lines that a usual mistake gives."""
        w, m, q = self.line, self.known.slope, self.known.value
        tangent = StraightLine(m, lambda: arb(-1), w.p, w.q)
        return [
            ("sign_of_point", StraightLine(w.a, w.b, lambda: -w.p(), w.q)),
            ("swapped_point", StraightLine(w.a, w.b, w.q, w.p)),
            ("value_as_slope", StraightLine(q, tangent.b, w.p, w.q)),
        ]

    # --- the right line -----------------------------------------------------------------------

    def right(self) -> str:
        return f"{self.other} = {line_text(self.slope, self.a.root, self.height, self.variable)}"

    def worked(self) -> list[WorkedStep]:
        return [
            WorkedStep(say("The point of the curve is"),
                       f"({self.a.text}, {exact_text(self.height)})"),
            WorkedStep(say("The derivative is"), written(self.f.diff(self.variable).root)
                       if self.variable in self.f.variables else "0"),
            WorkedStep(say("Its value at {at} is", at=self.where()), exact_text(self.slope)),
            WorkedStep(say("So the line is"), self.right()),
        ]  # fmt: skip

    def task(self) -> str:
        return say("Give {wanted} of {f} at {at}.", wanted=self.title,
                   f=Figures(str(self.f)), at=self.where())  # fmt: skip

    @classmethod
    def made_from(cls, f: Expression, random: Random) -> Question:
        name = f.only_variable()
        return Question(cls.name, str(f), wrt=name, at={name: random.choice(("0", "1", "2", "-1"))})


def right_line(claims: Sequence[Claim]) -> Judgement:
    return Judgement(Verdict.correct, Evidence(points=1, digits=DIGITS_AGREED), credit=1.0,
                     message=say("Right."), claims=tuple(claims))  # fmt: skip


def x_of(name: str) -> Value:
    return Graphs().variable(name)


def straight(root: Value, *names: str) -> bool:
    """Whether a graph is linear in the names: its slopes are equal wherever one looks."""
    tape = Tape.of([root])
    with precision(SLOPE_BITS):
        seen = []
        for k in range(POINTS_ON_IT):
            point = {n: exact(generic(k + 5 * i)) for i, n in enumerate(names)}
            values = forward(tape, BALLS, point)
            if not arb(values[tape.roots[0]]).is_finite():
                return False
            slopes = gradient(tape, BALLS, values)
            seen.append([arb(slopes.get(n, 0)) for n in names])
    alike = all(a.overlaps(b) for row in seen[1:] for a, b in zip(row, seen[0]))
    return alike and not all(a.contains(0) for a in seen[0])


@kind
class TangentLine(LineKind):
    """The tangent at a point."""

    name = "tangent"
    wants = "the tangent line, as an equation"
    title = say("the tangent line")

    def others(self) -> list[tuple[str, StraightLine]]:
        return [("normal_given", self.normal()), *super().others()]


@kind
class NormalLine(LineKind):
    """The normal at a point: perpendicular to the tangent."""

    name = "normal"
    wants = "the normal line, as an equation"
    title = say("the normal line")

    def wanted(self) -> StraightLine:
        return self.normal()

    def others(self) -> list[tuple[str, StraightLine]]:
        m, w = self.known.slope, self.line
        return [
            ("tangent_given", self.tangent()),
            ("reciprocal", StraightLine(lambda: arb(1), lambda: -m(), w.p, w.q)),
            ("opposite", StraightLine(m, lambda: arb(1), w.p, w.q)),
            *super().others(),
        ]

    def right(self) -> str:
        if fraction_of(self.slope) == 0:
            return f"{self.variable} = {self.a.text}"
        turned = short(Graphs().literal(-1) / self.slope)
        return f"{self.other} = {line_text(turned, self.a.root, self.height, self.variable)}"


@kind
class Linearization(TangentLine):
    """The linear approximation L(x) near a point."""

    name = "linearization"
    wants = "the linear approximation, as a formula"
    title = say("the linear approximation")

    def right(self) -> str:
        return line_text(self.slope, self.a.root, self.height, self.variable)


__all__ = ["LineKind", "Linearization", "NormalLine", "TangentLine"]
