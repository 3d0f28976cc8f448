"""Lines at a point of a curve: tangent, normal, and the linear approximation; tangent planes.

Any equation that means the line is right: `y = 3x - 2`, `3x - y = 2`, `y - 4 = 3(x - 2)`, or the
right side alone. Slope and point are claims of their own, so that a student hears which is wrong.
Of a function of several variables the tangent is a plane, judged in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from random import Random
from typing import ClassVar

from flint import arb

from ...arithmetic.balls import BALLS, exact, precision
from ...engine import Tape, forward, gradient
from ...errors import SymgradError, UsageError, Verdict
from ...expression import Expression
from ...homework.assumptions import real_roots
from ...homework.comparing import DIGITS_AGREED
from ...homework.coordinates import generic
from ...homework.judgement import Claim, Evidence, Judgement
from ...homework.reading import Unreadable
from ...homework.sought import SLOPE_BITS, Sought, evaluated
from ...notation import text as written
from ...sentences import Figures, say
from ...value import Graphs, Value, substituted
from .. import answers
from ..claims import Real, matches, named, sign
from ..exact_points import At, exact_point, vertical
from ..question import Question, Story, WorkedStep, kind
from ..with_letters import LetteredKind, Parts, neat
from ..writing import exact_text, fraction_of, line_text, literal, plane_text, put_in, short
from .entries import function_of, variables_of

OFF_THE_LINE = (*range(1, 50), 75, 150, 300, 1000)  # above and below it nothing may hold
POINTS_ON_IT = 6
OTHERS = {1: ("y", "x"), 2: ("z", "w", "u")}  # what the equation calls f, of one name and of more
FUNCTION_OF = re.compile(  # L(x), f(x, y), T
    r"\s*(?:[A-Za-z]\w*)\s*\(\s*[A-Za-z]\w*\s*(?:,\s*[A-Za-z]\w*\s*)*\)\s*|\s*[fghnptLNT]\s*"
)

LETTERS_ALONG = ("t", "s", "r", "u", "v", "k", "m", "n")  # of the points of a line or plane
GREEK_ALONG = ((r"\\?lambda(?![a-z])|λ", "t"), (r"\\mu(?![a-z])|μ|(?<![a-z])mu(?![a-z])", "s"))

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
    "line_exists": Story("none where there is a line",
                         "There is such a line: give its equation."),
    "sign_of_point": Story("x + a for x - a",
                           "The line goes through another point: mind the sign of {at}."),
    "swapped_point": Story("the coordinates of the point exchanged",
                           "The coordinates of the point were exchanged."),
    "slopes_exchanged": Story("the partials exchanged",
                              "Each partial belongs to its own variable: they were exchanged."),
}  # fmt: skip
PLANE_STORIES = {
    "wrong_point": Story("right slopes, but the plane misses the point",
                         "The slopes are right, but the plane does not go through the point of the "
                         "surface at {at}."),
    "wrong_slope": Story("the plane goes through the point with a wrong slope",
                         "The plane goes through the right point, but a slope is wrong: {wrong}."),
    "slope_not_evaluated": Story("the partials as formulas for the slopes",
                                 "This is no plane: put the point into the partials first."),
    "copied": Story("f itself", "This is the function itself, and no plane."),
    "no_line": Story("no equation of a plane", "This is no equation of a plane."),
    "line_exists": Story("none where there is a plane",
                         "There is such a plane: give its equation."),
    "sign_of_point": Story("x + a for x - a",
                           "The plane goes through another point: mind the signs of {at}."),
}  # fmt: skip


@dataclass(frozen=True)
class Flat:
    """A line, or a plane: the sum of a (x - p) over its names is 0, all in balls of the moment."""

    a: Mapping[str, Real]
    p: Mapping[str, Real]

    def moved(self, p: Mapping[str, Real]) -> Flat:
        """The same through another point."""
        return Flat(self.a, {**self.p, **p})

    def tilted(self, a: Mapping[str, Real]) -> Flat:
        """Another one through the same point."""
        return Flat({**self.a, **a}, self.p)


class LineKind(LetteredKind):
    """A line at a point of f."""

    besides = ("y",)
    together = say("So the line is")
    needs = ("at",)
    stories = LINE_STORIES
    whole: Expression  # f with its roots as real ones
    title: ClassVar[str]
    title_of_planes: ClassVar[str] = ""

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.f, self.names = self.surface() or self.curve()
        several = len(self.names) > 1
        self.other = next(n for n in OTHERS[2 if several else 1] if n not in self.names)
        self.point = exact_point(question.at, self.limits, self.names)
        self.whole = Expression(self.meant(self.f.root), limits=self.limits)
        self.value: Real = lambda: evaluated(Tape.of([self.whole.root]), self.spot())
        self.upright = not several and vertical(self.whole, self.names[0], self.point)
        known = {} if self.upright else {
            n: At(self.f, n, self.point, self.limits, powers=question.powers) for n in self.names
        }  # fmt: skip
        if several and any(at.at_a_kink for at in known.values()):  # partials alone make no plane
            raise UsageError(f"whether {self.f} has a tangent plane there is not decided")
        self.slopes: dict[str, Real] = {n: at.slope for n, at in known.items()}
        self.line = self.wanted()

    @classmethod
    def made_of(cls, parts: Parts) -> str:
        return f"y = {written(neat(parts.there(0) + parts.there(1) * parts.moved))}"

    def show(self, known: Sought) -> None:
        self.f = known.f

    def story(self, code: str) -> Story:
        planes = PLANE_STORIES if len(self.names) > 1 else {}
        return planes.get(code) or super().story(code)

    def curve(self) -> tuple[Expression, tuple[str, ...]]:
        sought = self.function()
        if len(sought.names) > 1:
            raise UsageError(f"a line is asked for at a curve in {sought.wrt} alone: {sought.f}")
        return sought.f, (sought.wrt,)

    def surface(self) -> tuple[Expression, tuple[str, ...]] | None:
        """The function and its variables, where there are several of these."""
        f = None
        with suppress(SymgradError):
            f = function_of(self.question, self.question.expression)
        names = variables_of(self.question, f) if f else ()
        if f is None or len(names) < 2:
            return None
        free = [name for name in f.variables if name not in names]
        if free:
            raise UsageError(f"a plane is asked for at a surface over {', '.join(names)}: {f}")
        return f, names

    def meant(self, root: Value) -> Value:
        """A formula with its roots as real ones, where that is the convention."""
        return (real_roots(root) if self.question.powers == "real" else None) or root

    def spot(self) -> dict[str, arb]:
        return {n: x.ball() for n, x in self.point.items()}

    @cached_property
    def height(self) -> Value:
        """f at the point, as a constant that is short where it is a fraction."""
        return short(substituted(self.whole.root, self.put))

    @property
    def put(self) -> dict[str, Value]:
        return {n: x.root for n, x in self.point.items()}

    def slope(self, name: str) -> Value:
        """A partial at the point, as such a constant."""
        return short(put_in(self.meant(self.partial(name)), self.put, self.slopes[name]))

    def partial(self, name: str) -> Value:
        return self.f.diff(name).root if name in self.f.variables else literal(0)

    def through(self, a: Mapping[str, Real]) -> Flat:
        return Flat(a, {**{n: x.ball for n, x in self.point.items()}, self.other: self.value})

    def tangent(self) -> Flat:
        if self.upright:
            return self.through({self.names[0]: lambda: arb(1), self.other: lambda: arb(0)})
        return self.through({**self.slopes, self.other: lambda: arb(-1)})

    def normal(self) -> Flat:
        (name,) = self.names
        if self.upright:
            return self.through({name: lambda: arb(0), self.other: lambda: arb(1)})
        return self.through({name: lambda: arb(1), self.other: self.slopes[name]})

    def wanted(self) -> Flat:
        return self.tangent()

    def where(self) -> Figures:
        return Figures(", ".join(f"{n} = {x.text}" for n, x in self.point.items()))

    # --- judging ------------------------------------------------------------------------------

    def judge(self, answer: str) -> Judgement:
        if answers.NO_VALUE.fullmatch(answers.plain(answer)):
            return self.wrong("line_exists")
        answer = answers.unannounced(answer.strip())
        along = self.by_points(answer)
        if along is not None:
            return along
        sides = self.sides(answer)
        known = answers.Names((*self.names, self.other), self.limits)
        roots = [answers.formula(side, known).root for side in sides]
        if len(roots) == 1:
            if self.other in Tape.of(roots).variables:
                raise Unreadable("not_an_expression", say("This is no equation."), None, answer)
            roots = [x_of(self.other), *roots]
        judged = [self.equation(roots[0], other, answer) for other in roots[1:]]
        return next((j for j in judged if j.verdict != Verdict.correct), judged[0])

    def by_points(self, answer: str) -> Judgement | None:
        """The verdict on (2 + t, 8 + 12t), the points by parameters; None on anything else."""
        axes = (*self.names, self.other)
        typed = answers.plain(answer)
        for greek, letter in GREEK_ALONG:
            typed = re.sub(greek, f" {letter} ", typed)
        with suppress(Unreadable):
            given = answers.vector(typed, axes)
            letters = [n for n in LETTERS_ALONG if re.search(rf"(?<![A-Za-z]){n}(?![a-z])", typed)]
            free = tuple(n for n in letters if n not in axes)[: len(self.names)]
            if len(given) != len(axes) or len(axes) not in PRODUCTS or not free:
                return None
            known = answers.Names((*axes, *free), self.limits)
            roots = [answers.formula(one, known).root for one in given]
            used = set(Tape.of(roots).variables)
            return None if used - set(free) else self.spanned(roots, free, typed)
        return None

    def spanned(self, roots: Sequence[Value], free: Sequence[str], typed: str) -> Judgement:
        """The verdict on the line or plane of these coordinates, of which the letters are free."""
        axes, nothing = (*self.names, self.other), {n: literal(0) for n in free}
        along = [[derived(root, n) for root in roots] for n in free]
        bent = set(Tape.of([g for row in along for g in row]).variables) & set(free)
        if bent or len(along) != len(self.names):
            return self.wrong("no_line")
        moved = [x_of(n) - substituted(root, nothing) for n, root in zip(axes, roots)]
        across = PRODUCTS[len(axes)](*along)
        gap = sum((a * b for a, b in zip(across[1:], moved[1:])), across[0] * moved[0])
        return self.equation(gap, literal(0), typed if "=" in typed else f"={typed}")

    def sides(self, answer: str) -> list[str]:
        """The sides of the equation; L(x) is y."""
        found = answers.sides(re.split(r"≈|\\approx", answer)[-1])
        if not found:
            raise Unreadable("not_an_expression", say("This is no equation."), None, answer)
        called = len(found) > 1 and FUNCTION_OF.fullmatch(found[0])
        return [self.other, *found[1:]] if called and found[0] not in self.names else found

    def equation(self, left: Value, right: Value, typed: str) -> Judgement:
        root = left - right
        if not straight(root, *self.names, self.other):
            return self.bent(root)
        tape = Tape.of([root])
        slope = self.parallel(tape, self.line)
        point = self.holds(lambda: evaluated(tape, here(self.line)))
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
            spot = here(self.line)
            slopes = gradient(tape, BALLS, forward(tape, BALLS, spot))
            upward, own = arb(slopes.get(self.other, 0)), self.line.a[self.other]()
            if upward.contains(0) or own.contains(0):
                return False
            across = [gap / upward / own for gap in self.across(tape, self.line)]
            gaps = (evaluated(tape, spot) / upward, *across)
            return all(abs(gap) < arb(10) ** -max(decimals) for gap in gaps)

    def holds(self, gap: Real) -> bool | None:
        found = sign(gap, self.limits)
        return None if found is None else found == 0

    def across(self, tape: Tape, line: Flat) -> list[arb]:
        """All 0 where what the equation means is parallel to a line: the minors of both normals."""
        slopes = gradient(tape, BALLS, forward(tape, BALLS, here(line)))
        mine, theirs = ([arb(of(n)) for n in (*self.names, self.other)]
                        for of in (lambda n: slopes.get(n, 0), lambda n: line.a[n]()))  # fmt: skip
        return [mine[i] * theirs[k] - mine[k] * theirs[i]
                for i, k in combinations(range(len(mine)), 2)]  # fmt: skip

    def parallel(self, tape: Tape, line: Flat) -> bool | None:
        """Whether it is parallel to a line; None where that stays open."""
        gaps = range(len(self.names) * (len(self.names) + 1) // 2)
        held = [self.holds(lambda i=i: self.across(tape, line)[i]) for i in gaps]  # type: ignore[misc]
        return False if False in held else None if None in held else True

    def bent(self, root: Value) -> Judgement:
        """An equation that is not linear: right if it holds on the line and only there."""
        if self.means_the_line(root):
            return right_line(())
        moving = {n: self.f.backpropagated(n).root for n in self.names if n in self.f.variables}
        usual = {"copied": self.f.root, "slope_not_evaluated": self.height + self.risen(moving)}
        if len(self.names) == 1 and moving:
            usual["derivative_given"] = next(iter(moving.values()))
        for code, graph in usual.items():
            if self.equal_along(substituted(root, {self.other: graph}), literal(0)):
                return self.wrong(code)
        return self.wrong("no_line")

    def risen(self, slopes: Mapping[str, Value]) -> Value:
        """How much a line rises from the point on, its slopes as formulas."""
        rises = [g * (x_of(n) - self.point[n].root) for n, g in slopes.items()]
        return sum(rises[1:], rises[0]) if rises else literal(0)

    def equal_along(self, a: Value, b: Value) -> bool:
        with precision(SLOPE_BITS):
            points = [self.beside(k) for k in range(POINTS_ON_IT)]
            mine, other = ([evaluated(Tape.of([g]), p) for p in points] for g in (a, b))
            return matches(mine, other)

    def beside(self, k: int) -> dict[str, arb]:
        """A number for each variable that no formula singles out."""
        return {n: exact(generic(k + 5 * i)) for i, n in enumerate(self.names)}

    def means_the_line(self, root: Value) -> bool:
        """Whether an equation holds at points of the line, and at none beside it."""
        tape = Tape.of([root])
        with precision(SLOPE_BITS):
            line, up = self.line, self.line.a[self.other]()
            if up.contains(0):
                return False
            on, sides = [], []
            for k in range(POINTS_ON_IT):
                spot = self.beside(k)
                rise = sum((line.a[n]() * (x - line.p[n]()) for n, x in spot.items()), arb(0))
                y = line.p[self.other]() - rise / up
                on.append(evaluated(tape, {**spot, self.other: y}))
                for side in (1, -1):
                    off = [evaluated(tape, {**spot, self.other: y + side * d})
                           for d in OFF_THE_LINE]  # fmt: skip
                    sides.append(all(v > 0 for v in off) or all(v < 0 for v in off))
        return all(sides) and all(v.is_finite() and v.contains(0) for v in on)

    def explained(self, tape: Tape, right: Value, claims: Sequence[Claim], typed: str) -> Judgement:
        """Which line it is instead, or what else was taken for it."""
        slope, point = (bool(c.holds) for c in claims)
        code = "unknown" if "=" in typed else self.taken_for_it(right)
        if code == "unknown":
            of_lines = (code for code, line in self.others() if self.same_line(tape, line))
            code = next(of_lines, "wrong_point" if slope else "wrong_slope" if point else code)
        mistake = named(self, code, at=self.where(), wrong=self.wrong_slopes(tape))
        return Judgement(Verdict.incorrect, mistakes=(mistake,), message=mistake.message,
                         claims=tuple(claims), credit=0.5 if slope or point else 0.0)  # fmt: skip

    def wrong_slopes(self, tape: Tape) -> str:
        """The variables by which the slope is wrong, of a plane."""
        slopes = gradient(tape, BALLS, forward(tape, BALLS, here(self.line)))
        up = arb(slopes.get(self.other, 0))
        if up.contains(0) or len(self.names) < 2:
            return ""
        gaps = {n: arb(slopes.get(n, 0)) / -up - m() for n, m in self.slopes.items()}
        return ", ".join(n for n, gap in gaps.items() if not gap.contains(0))

    def taken_for_it(self, right: Value) -> str:
        """The slope alone, or the derivative, where a line is asked for."""
        if len(self.slopes) != 1:
            return "unknown"
        (name,) = self.slopes
        if not Tape.of([right]).variables:
            tape, a = Tape.of([right]), self.line.a
            alone = self.holds(lambda: evaluated(tape, {}) * a[self.other]() + a[name]())
            return "slope_only" if alone else "unknown"
        derived = self.f.backpropagated(name).root
        return "derivative_given" if self.equal_along(right, derived) else "unknown"

    def same_line(self, tape: Tape, line: Flat) -> bool:
        through = self.holds(lambda: evaluated(tape, here(line)))
        return bool(through and self.parallel(tape, line))

    def others(self) -> list[tuple[str, Flat]]:
        """Lines that a usual mistake gives."""
        w, tangent = self.line, self.tangent()
        turned = {n: lambda n=n: -w.p[n]() for n in self.names}
        found = [("sign_of_point", w.moved(turned))]
        if len(self.names) > 1:
            pairs = combinations(self.names, 2)
            return found + [("slopes_exchanged", tangent.tilted({a: tangent.a[b], b: tangent.a[a]}))
                            for a, b in pairs]  # fmt: skip
        (name,) = self.names
        found.append(("swapped_point", w.moved({name: self.value, self.other: w.p[name]})))
        if not self.upright:
            found.append(("value_as_slope", tangent.tilted({name: self.value})))
        return found

    # --- the right line -----------------------------------------------------------------------

    def right(self) -> str:
        if self.upright:
            return f"{self.names[0]} = {self.point[self.names[0]].text}"
        return f"{self.other} = {self.right_side()}"

    def right_side(self) -> str:
        """The line as a formula."""
        if len(self.names) == 1:
            (name,) = self.names
            return line_text(self.slope(name), self.point[name].root, self.height, name)
        return plane_text(
            [(name, self.slope(name), self.point[name].root) for name in self.names], self.height
        )

    def worked(self) -> list[WorkedStep]:
        point = ", ".join((*(x.text for x in self.point.values()), exact_text(self.height)))
        steps = [WorkedStep(say("The point of the curve is") if len(self.names) == 1 else
                            say("The point of the surface is"), f"({point})")]  # fmt: skip
        for name in self.names:
            which = say("The derivative is") if len(self.names) == 1 else say(
                "The derivative by {name} is", name=name)  # fmt: skip
            steps.append(WorkedStep(which, written(self.partial(name))))
            if self.upright:
                said = say("It grows beyond all bounds at {at}: the tangent is vertical.",
                           at=self.where())  # fmt: skip
                steps.append(WorkedStep(said))
            else:
                said = say("Its value at {at} is", at=self.where())
                steps.append(WorkedStep(said, exact_text(self.slope(name))))
        return [*steps, WorkedStep(say("So the line is") if len(self.names) == 1 else
                                   say("So the plane is"), self.right())]  # fmt: skip

    def task(self) -> str:
        title = self.title if len(self.names) == 1 else self.title_of_planes
        return say("Give {wanted} of {f} at {at}.", wanted=title,
                   f=Figures(str(self.f)), at=self.where())  # fmt: skip

    @classmethod
    def made_from(cls, f: Expression, random: Random) -> Question:
        name = f.only_variable()
        return Question(cls.name, str(f), wrt=name, at={name: random.choice(("0", "1", "2", "-1"))})


def derived(root: Value, name: str) -> Value:
    f = Expression(root)
    return f.backpropagated(name).root if name in f.variables else literal(0)


def upright_on(a: Sequence[Value]) -> list[Value]:
    return [a[1], -a[0]]


def upright_on_both(a: Sequence[Value], b: Sequence[Value]) -> list[Value]:
    return [a[i] * b[k] - a[k] * b[i] for i, k in ((1, 2), (2, 0), (0, 1))]


PRODUCTS: dict[int, Callable[..., list[Value]]] = {  # what is perpendicular to the directions
    2: upright_on, 3: upright_on_both,
}  # fmt: skip


def here(line: Flat) -> dict[str, arb]:
    """The point of a line, in balls of the current precision."""
    return {name: p() for name, p in line.p.items()}


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
    title_of_planes = say("the tangent plane")

    def others(self) -> list[tuple[str, Flat]]:
        normal = [("normal_given", self.normal())] if len(self.names) == 1 else []
        return [*normal, *super().others()]


@kind
class NormalLine(LineKind):
    """The normal at a point: perpendicular to the tangent."""

    name = "normal"
    wants = "the normal line, as an equation"
    title = say("the normal line")

    def surface(self) -> None:
        found = super().surface()
        if found:
            raise UsageError(f"a normal line is asked for at a curve of one variable: {found[0]}")

    def wanted(self) -> Flat:
        return self.normal()

    def risen(self, slopes: Mapping[str, Value]) -> Value:
        return super().risen({n: literal(-1) / g for n, g in slopes.items()})

    @classmethod
    def made_of(cls, parts: Parts) -> str:
        return f"y = {written(neat(parts.there(0) - parts.moved / parts.there(1)))}"

    def others(self) -> list[tuple[str, Flat]]:
        found = [("tangent_given", self.tangent())]
        for name, m in self.slopes.items():
            turned: dict[str, Real] = {self.other: lambda m=m: -m()}  # type: ignore[misc]
            found += [("reciprocal", self.line.tilted(turned)),
                      ("opposite", self.line.tilted({name: m, self.other: lambda: arb(1)}))]
        return [*found, *super().others()]

    def right(self) -> str:
        (name,), (a,) = self.names, self.point.values()
        if self.upright:
            return f"{self.other} = {exact_text(self.height)}"
        if fraction_of(self.slope(name)) == 0:
            return f"{name} = {a.text}"
        turned = short(Graphs().literal(-1) / self.slope(name))
        return f"{self.other} = {line_text(turned, a.root, self.height, name)}"


@kind
class Linearization(TangentLine):
    """The linear approximation L(x) near a point."""

    name = "linearization"
    wants = "the linear approximation, as a formula"
    title = title_of_planes = say("the linear approximation")

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        if self.upright:  # then there is none: this raises
            At(self.f, self.names[0], self.point, self.limits)

    @classmethod
    def made_of(cls, parts: Parts) -> str:
        return super().made_of(parts).removeprefix("y = ")

    def right(self) -> str:
        return self.right_side()


__all__ = ["LineKind", "Linearization", "NormalLine", "TangentLine"]
