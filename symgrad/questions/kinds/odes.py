"""Differential equations: an answer y(x) is put in, and held against the initial values."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import chain, combinations
from random import Random

from flint import arb

from ...arithmetic.balls import BALLS, precision
from ...engine import Tape, first_undefined, forward
from ...errors import SymgradError, UsageError, Verdict
from ...expression import Expression
from ...homework import coordinates
from ...homework.comparing import DIGITS_AGREED, EQUAL_TO
from ...homework.coordinates import Coordinate, ExactNumber
from ...homework.judgement import Claim, Evidence, Judgement, Mistake
from ...homework.judgement import number as short_decimal
from ...homework.judgement import text as coordinate_text
from ...homework.sought import SLOPE_BITS
from ...homework.summands import expanded
from ...notation import text as written
from ...ops import OPS
from ...processes import bounded
from ...sentences import Figures, Sentence, in_sequence, say, sentences
from ...symbolic.solving import solutions
from ...value import Graphs, Value, substituted, tidy
from .. import answers
from ..certified_roots import zeros
from ..claims import chained, equal
from ..differential_equations import FEWEST_ZEROS, Equation, Vanishing, equation, vanishing
from ..exact_points import exact_number
from ..free_constants import reach, read_with_constants, stated, with_numbers
from ..question import Pairs, Question, QuestionKind, Story, WorkedStep, kind
from ..writing import short

NEAREST_POINTS = 4  # around the initial point at which the equation must hold
FEWEST_NEAR = 2  # where the answer has no values at others
OFFSETS = tuple(
    Fraction(sign * n, d) for n, d in ((1, 997), (1, 53), (1, 11), (2, 7), (5, 7), (13, 11),
                                       (19, 9), (31, 8), (61, 9)) for sign in (1, -1)
)  # fmt: skip
STEPS_BESIDE = tuple(  # of a small domain
    Fraction(sign, 2**k) for k in (40, 30, 20) for sign in (1, -1)
)
NUMBERS_FOR_CONSTANTS = (
    Fraction(7, 3), Fraction(-5, 4), Fraction(41, 4), Fraction(-33, 7), Fraction(1, 9),
    Fraction(401, 2), Fraction(-401, 2), Fraction(-1, 9),
)  # fmt: skip
REACHED_AT_POINTS = 4  # at which all values of linear solutions are looked for
SIGNED_CONSTANTS = tuple(Fraction(n, 4) for n in (-27, -11, -6, -3, -1, 1, 3, 6, 11, 27))
CURVE_REACH = 2  # above and below the initial point, where an implicit answer is looked for
CONSTANTS_FOUND = (
    r"^(?:\s*[A-Z](?:_\d)?\s*=\s*[^,;=]+?\s*(?:[,;]|(?=\b(?:so|and|thus|hence|also|und|donc|et|y)\b))"
    r"\s*(?:(?:so|and|thus|hence|also|und|donc|et|entonces|y)\b(?!\s*[=(])\s*)*)+"
)
INITIAL_KEY = re.compile(r"([A-Za-z]\w*)\s*(['′’]*)\s*(?:\((.*)\))?")
METHODS = sentences({  # SymPy's word for an equation, and how it is solved
    "nth_algebraic": "Integrate both sides.",
    "separable": "Separate the variables, and integrate both sides.",
    "1st_exact": "The equation is exact: find the function whose differential it is.",
    "1st_linear": "The equation is linear of first order: multiply by the integrating factor.",
    "Bernoulli": "This is an equation of Bernoulli: substitute a power of the function.",
    "1st_homogeneous_coeff_best": "Substitute the quotient of function and variable.",
    "nth_linear_constant_coeff_homogeneous": "Solve the characteristic equation.",
    "nth_linear_constant_coeff_undetermined_coefficients":
        "Solve the homogeneous equation, and add one solution of the whole by a fitting attempt.",
    "nth_linear_euler_eq_homogeneous": "Try powers of the variable.",
})  # fmt: skip


@dataclass(frozen=True)
class InitialValues:
    """The initial values: where, and y, y', ... there."""

    at: ExactNumber
    values: tuple[ExactNumber, ...]


@dataclass(frozen=True)
class Solution:
    """An answer read: y as a formula, or an equation that it fulfils (is 0)."""

    root: Value
    constants: tuple[str, ...]
    text: str
    implicit: bool = False


@kind
class DifferentialEquation(QuestionKind):
    """A solution of a differential equation: all of them, or that with the initial values."""

    name = "ode"
    wants = "the solution, as a formula for the function"
    takes = ("initial", "y")
    stories = {
        "general_given": Story("the general solution where one solution is wanted",
                               "This is the general solution: the initial values determine the "
                               "constant."),
        "particular_given": Story("one solution where all are wanted",
                                  "This is one solution: all of them are asked for, with as many "
                                  "free constants as the order of the equation."),
        "too_few_constants": Story("too few constants",
                                   "An equation of order {order} has {order} free constants in "
                                   "its general solution."),
        "constants_dependent": Story("constants that are not independent",
                                     "These constants are not independent of one another: they "
                                     "could be joined to fewer."),
        "solutions_missing": Story("a family that leaves out solutions",
                                   "These are solutions, but not all: with any of them its "
                                   "negative is a solution as well, and that is missing."),
        "values_missing": Story("a constant that does not take every value",
                                "These are solutions, but not all of them: your constant does "
                                "not give every value."),
        "initial_value_wrong": Story("the initial value is not met",
                                     "This solves the equation, but at {at} it has not the value "
                                     "that is given."),
        "initial_slope_wrong": Story("the initial slope is not met",
                                     "This solves the equation and has the right value, but at "
                                     "{at} its derivative is not the one that is given."),
        "constant_added_late": Story("the constant was added after solving",
                                     "The constant belongs where it arises, at the integration: "
                                     "added at the end, the equation no longer holds."),
        "sign": Story("a sign is wrong", "A sign is wrong: this solves the equation with the other "
                                         "sign of {part}."),
        "homogeneous_only": Story("only the homogeneous equation was solved",
                                  "This solves the homogeneous equation only: the terms without "
                                  "{function} were left out."),
        "copied": Story("the right side itself", "This is the derivative itself: it is to be "
                                                 "integrated."),
        "derivative_factor": Story("the derivative is off by a constant factor",
                                   "The derivative of this is what the equation says up to a "
                                   "constant factor."),
        "still_in_it": Story("the function stands on both sides",
                             "The function {function} still stands on the right: solve for it."),
        "sign_not_chosen": Story("± where the initial value tells the sign",
                                 "The initial value tells which of the two signs it is."),
        "not_there": Story("no value at the initial point",
                           "This has no value at {at}, where the initial value is given."),
        "unknown": Story("no solution", "This does not solve the equation."),
    }  # fmt: skip

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        if not isinstance(question.expression, str):
            raise UsageError("a differential equation is given as a text")
        name = question.wrt if isinstance(question.wrt, str) else None
        self.equation: Equation = equation(question.expression, name, question.y, self.limits)
        self.variable, self.unknown = self.equation.variable, self.equation.function
        self.suggested: list[Value] = []  # solutions that whoever made the question knows
        self.given = self.initial(question.initial) if question.initial else None

    def initial(self, given: Pairs) -> InitialValues:
        """Raises UsageError where a value is missing, or one is too many."""
        at, found = None, dict[int, ExactNumber]()
        if not any(name for name, _ in given) and len(given) == self.equation.order + 1:  # (0, 1)
            asked = (self.variable, *(self.unknown + "'" * k for k in range(self.equation.order)))
            given = tuple((name, text) for name, (_, text) in zip(asked, given))
        for key, text in given:
            match = INITIAL_KEY.fullmatch(key.strip())
            if match is None or match[1] not in (self.variable, self.unknown):
                raise UsageError(f"{key} is no initial value of {self.unknown}({self.variable})")
            if match[1] == self.variable:
                at = exact_number(text, self.limits)
                continue
            found[len(match[2])] = exact_number(text, self.limits)
            if match[3] and match[3].strip() != self.variable:
                at = exact_number(match[3], self.limits)
        order = self.equation.order
        if at is None or sorted(found) != list(range(order)):
            wanted = ", ".join([self.variable, *(self.unknown + "'" * k for k in range(order))])
            raise UsageError(f"an equation of order {order} has initial values for {wanted}")
        return InitialValues(at, tuple(found[k] for k in range(order)))

    # --- reading ------------------------------------------------------------------------------

    def read(self, answer: str) -> list[list[Solution]]:
        """What an answer names one after another, y = 1/(C - x), y = 0. Raises Unreadable."""
        typed = stated(answers.plain(answer))
        argument = rf"(?:\s*\(\s*{self.variable}\s*\))?"
        if self.given:  # C = 2, so y = 2e^x
            typed = re.sub(rf"{CONSTANTS_FOUND}(?={self.unknown}{argument}\s*=)", "", typed)
        word = r"(?:or|and|oder|und|ou|et|o)\s+"
        joining = rf"(?:[,;\n]\s*(?:{word})?|\s+{word})"
        begins = rf"{joining}(?={self.unknown}{argument}\s*=)"
        named = re.compile(rf"{self.unknown}{argument}")
        pieces = re.split(begins, typed)
        explicit = "=" not in pieces[0] or named.match(pieces[0])  # 1/(C - x) or y = 0
        if not explicit or any(piece.count("=") > 1 for piece in pieces):
            pieces = [typed]
        return [self.read_one(piece.strip(" ,;"), named) for piece in pieces]

    def read_one(self, typed: str, named: re.Pattern[str]) -> list[Solution]:
        """y as a formula, or an equation; both signs of ±. Raises Unreadable."""
        sides = answers.sides(typed)
        if len(sides) == 2 and named.fullmatch(sides[1]) and not named.fullmatch(sides[0]):
            sides = sides[::-1]
        called = re.fullmatch(rf"[A-Za-z]\w*\s*\(\s*{self.variable}\s*\)", sides[0])
        if len(sides) == 1 or named.fullmatch(sides[0]) or called:
            return [self.explicit(text) for text in answers.signed(sides[-1])]
        return [self.formula(f"({sides[0]}) - ({sides[-1]})", True)]

    def explicit(self, text: str) -> Solution:
        return self.formula(text, False)

    def formula(self, text: str, implicit: bool) -> Solution:
        known = (self.variable, self.unknown, *self.equation.parameters)
        found = read_with_constants(text, known, self.limits)
        constants = tuple(n for n in Tape.of([found.root]).variables if n not in known)
        return Solution(found.root, constants, found.text, implicit)

    # --- judging ------------------------------------------------------------------------------

    def judge(self, answer: str) -> Judgement:
        said = self.read(answer)
        judged = [self.one(solutions_, len(said) > 1) for solutions_ in said]
        if not self.given and any(j.verdict == Verdict.correct for j in judged):  # and y = 0
            judged = [j for j in judged if [m.code for m in j.mistakes] != ["particular_given"]]
        found = next((j for j in judged if j.verdict != Verdict.correct), judged[0])
        sides = answers.sides(stated(answers.plain(answer)))
        middle = sides[1:-1] if len(said) == 1 and not said[0][0].implicit else ()
        return chained(found, middle, lambda one: self.judged(self.explicit(one), True))

    def one(self, found: list[Solution], among: bool) -> Judgement:
        """The verdict on one solution, or on two that differ by their sign."""
        if len(found) > 1 and self.given:
            if any(self.judged(s).verdict == Verdict.correct for s in found):
                return self.wrong("sign_not_chosen")
            found = found[:1]
        judgements = [self.judged(solution, among or len(found) > 1) for solution in found]
        first = next((j for j in judgements if j.verdict != Verdict.correct), judgements[0])
        return replace(first, reading=found[0].text)

    def judged(self, solution: Solution, both: bool = False) -> Judgement:
        """`both`: there are others, so that this one need not be all."""
        if not solution.implicit and self.unknown in Tape.of([solution.root]).variables:
            return self.wrong("still_in_it", function=self.unknown)
        if solution.implicit and self.equation.order > 1:
            why = say("an equation is compared with equations of first order only")
            return Judgement(Verdict.undecided, message=say("Not decided: {why}.", why=why))
        if solution.implicit:
            return Curves(self, solution).judged()
        return self.particular(solution) if self.given else self.general(solution, both)

    def right_answer(self, points: int, claims: Sequence[Claim], remark: str = "") -> Judgement:
        return Judgement(Verdict.correct, Evidence(points=points, digits=DIGITS_AGREED),
                         credit=1.0, message=say("Right."), claims=tuple(claims),
                         remarks=(remark,) if remark else ())  # fmt: skip

    def holds(self, holds: bool | None) -> Claim:
        return Claim(say("the equation holds"), holds)

    # --- one solution -------------------------------------------------------------------------

    def particular(self, solution: Solution) -> Judgement:
        root, given = solution.root, self.given
        assert given is not None
        if solution.constants:
            general = self.general(solution)
            return self.wrong("general_given") if general.verdict == Verdict.correct else general
        found = self.put_in(root)
        low, high, known = self.unbroken(root)
        own = found.between(low, high)
        near = own.around(coordinates.size(given.at))[:NEAREST_POINTS]
        if not near or self.missing_at_start(root):
            return self.wrong("not_there", at=self.where)
        if all(near) and not all(own.settled) and not known:
            why = say("the answer and what is right could not be told apart")
            return Judgement(Verdict.undecided, message=say("Not decided: {why}.", why=why))
        if len(near) < FEWEST_NEAR or not all(own.settled):
            return self.not_solved(solution, self.holds(False))
        claims = [self.holds(True), *self.initial_claims(root)]
        if any(claim.holds is None for claim in claims):
            why = say("the answer and what is right could not be told apart")
            return Judgement(Verdict.undecided, message=say("Not decided: {why}.", why=why),
                             claims=tuple(claims))  # fmt: skip
        missed = next((k for k, claim in enumerate(claims[1:]) if not claim.holds), None)
        if missed is not None:
            code = "initial_slope_wrong" if missed else "initial_value_wrong"
            return self.wrong(code, tuple(claims), at=self.where)
        return self.right_answer(len(found.settled), claims, self.remark(found))

    def unbroken(self, root: Value) -> tuple[float, float, bool]:
        """Between which numbers an answer is one analytic function around the start, and whether
        that is known: what is not 0 anywhere there solves nothing, be it tiny beside the start.

        So it is with a Taylor polynomial of high degree.
        """
        assert self.given is not None
        start, tape = coordinates.size(self.given.at), Tape.of([self.equation.with_function(root)])
        fixed = {n: coordinates.size(x) for n, x in self.fixed.items()}
        nearest = float(min(map(abs, STEPS_BESIDE)))
        ends = [c for graph in (tape, Tape.of([root]))
                for c in coordinates.critical(graph, self.variable, fixed)
                if abs(c - start) > nearest]  # fmt: skip
        low = max((c for c in ends if c < start), default=-math.inf)
        high = min((c for c in ends if c > start), default=math.inf)
        return low, high, len(ends) < coordinates.MOST_CRITICAL

    def remark(self, found: Vanishing) -> str:
        if all(found.settled):
            return ""
        return say("This solves the equation around the initial point, though not everywhere.")

    def initial_claims(self, root: Value) -> Iterator[Claim]:
        assert self.given is not None
        slopes = self.equation.put_in(root)
        for k, value in enumerate(self.given.values):
            tape = Tape.of([slopes[self.equation.derivative_name(k)]])
            said = f"{self.unknown}{chr(39) * k}({self.given.at.text}) = {value.text}"
            yield Claim(said, equal(self.at_start(tape), value.ball, self.limits))

    def at_start(self, tape: Tape) -> Callable[[], arb]:
        given, fixed = self.given, self.fixed
        assert given is not None

        def there() -> arb:
            point = {n: coordinates.ball(x) for n, x in fixed.items()}
            values = forward(tape, BALLS, {**point, self.variable: given.at.ball()})
            return arb(values[tape.roots[0]])

        return there

    def missing_at_start(self, root: Value) -> bool:
        """Whether the answer certainly has no value at the initial point."""
        tape = Tape.of([root])
        with precision(SLOPE_BITS):
            here = {n: coordinates.ball(x) for n, x in self.fixed.items()}
            assert self.given is not None
            values = forward(tape, BALLS, {**here, self.variable: self.given.at.ball()})
            outside = first_undefined(tape, BALLS, values)
        return outside is not None and outside.sure

    @property
    def where(self) -> Figures:
        return Figures(f"{self.variable} = {self.given.at.text}" if self.given else "")

    # --- the general solution -----------------------------------------------------------------

    def general(self, solution: Solution, both: bool = False) -> Judgement:
        order, constants = self.equation.order, solution.constants
        numbers = self.lively(solution)
        held = [self.put_in(with_numbers(solution.root, constants, c), among=self.ordinary)
                for c in numbers]  # fmt: skip
        if not all(solved(found) for found in held):
            return self.not_solved(solution, self.holds(False))
        claims = (self.holds(True), Claim(say("all solutions are there"), False))
        if not constants:
            return self.wrong("particular_given", claims, order=order)
        if len(constants) < order:
            return self.wrong("too_few_constants", claims, order=order)
        if not any(self.spanning(solution)):
            return self.wrong("constants_dependent", claims)
        if not both and self.one_sided(solution):
            return self.wrong("solutions_missing", claims)
        if not both and self.equation.linear() and self.missing(solution):
            return self.wrong("values_missing", claims)
        claims = (self.holds(True), Claim(say("all solutions are there"), True))
        return self.right_answer(len(held[0].settled), claims)

    def lively(self, solution: Solution) -> list[Fraction]:
        """Numbers for the constants, two where there are any, with which the answer has values."""
        if not solution.constants:
            return [NUMBERS_FOR_CONSTANTS[0]]
        known = [c for c in NUMBERS_FOR_CONSTANTS if self.lives(solution, c)]
        return known[:2] or [NUMBERS_FOR_CONSTANTS[0]]

    def lives(self, solution: Solution, number: Fraction) -> bool:
        root = with_numbers(solution.root, solution.constants, number)
        return len(vanishing(root - root, root, self.points, self.variable).settled) >= FEWEST_ZEROS

    def missing(self, solution: Solution) -> bool:
        """Whether the solutions of a linear equation surely do not take all of y, y', ... at a
        point.

        What stands beside each basis solution has to take every value: not C^2 e^x + D e^(-x). Two
        constants that are multiplied with one another miss some: CD e^x + D e^(-x) has no e^x; a
        factor and what bends a shape miss others: C cosh(x + D) has no sinh(x).
        """
        names, rows = solution.constants, self.moved(solution)
        if len(names) == 2 == len(rows):
            orders = (names, names[::-1])
            if self.entangled(solution) or any(self.narrow(rows, *o, solution) for o in orders):
                return True
        with precision(SLOPE_BITS):
            points = [{n: coordinates.ball(x) for n, x in p.items()}
                      for p in self.points[:REACHED_AT_POINTS]]  # fmt: skip
            return all(
                any(reach(g, names, points) is False for g in self.shares(rows, chosen, solution))
                for chosen in self.spanning(solution)
            )

    def shares(
        self, rows: Sequence[Value], chosen: Sequence[str], solution: Solution
    ) -> Iterator[Value]:
        """What stands beside each of the solutions by which the chosen constants move the answer,
        up to a factor and a summand, by Cramer's rule."""
        number = self.lively(solution)[0]
        fixed = [[with_numbers(entry, solution.constants, number) for entry in row]
                 for row in self.slopes_by(rows, chosen)]  # fmt: skip
        for k in range(len(chosen)):
            yield determinant([[*row[:k], y, *row[k + 1 :]] for row, y in zip(fixed, rows)])

    def entangled(self, solution: Solution) -> bool:
        """Whether y is of first degree in each of two constants, and has their product."""
        a, b = solution.constants
        y = Expression(solution.root)
        twice = [self.vanishes(self.varied(y, pair, solution)) for pair in ((a, a), (b, b))]
        return all(twice) and not self.vanishes(self.varied(y, (a, b), solution))

    def narrow(
        self, rows: Sequence[Value], factor: str, bending: str, solution: Solution
    ) -> bool:  # fmt: skip
        """Whether y is a shape times a factor, and no multiple of a shape is one of its slopes."""
        shape = Expression(solution.root).backpropagated(factor)
        still = substituted(solution.root, {factor: Graphs().literal(0)})
        moving = [Expression(g).backpropagated(n).root
                  for g, n in ((shape.root, factor), (still, bending))]  # fmt: skip
        number = self.lively(solution)[0]
        if not all(self.vanishes(with_numbers(g, solution.constants, number)) for g in moving):
            return False
        (by_factor, by_bending), (one, other) = self.slopes_by(rows, (factor, bending))
        by_bending, other = (with_numbers(g, solution.constants, number)
                             for g in (by_bending, other))  # fmt: skip
        across = by_factor * other - one * by_bending
        signs = {self.sign_at(with_numbers(across, (factor, bending), c), point)
                 for c in SIGNED_CONSTANTS for point in self.points[:1]}  # fmt: skip
        return len(signs) == 1 and signs != {0}

    def varied(self, y: Expression, pair: tuple[str, str], solution: Solution) -> Value:
        """The second slope by two constants, where these have numbers of no meaning."""
        slope = y.backpropagated(*pair).root
        return with_numbers(slope, solution.constants, self.lively(solution)[0])

    def moved(self, solution: Solution) -> list[Value]:
        """y, y', ..., which initial values determine."""
        put = self.equation.put_in(solution.root)
        return [put[name] for name in self.equation.names[: self.equation.order]]

    def spanning(self, solution: Solution) -> Iterator[Sequence[str]]:
        """The n of the constants that move y, y', ... in n directions, at some point."""
        rows = self.moved(solution)
        for chosen in combinations(solution.constants, self.equation.order):
            if self.turns(self.slopes_by(rows, chosen), solution):
                yield chosen

    def slopes_by(self, rows: Sequence[Value], chosen: Sequence[str]) -> list[list[Value]]:
        return [[Expression(row).backpropagated(c).root for c in chosen] for row in rows]

    def turns(self, entries: Sequence[Sequence[Value]], solution: Solution) -> bool:
        """Whether the determinant of the slopes by these constants is not 0 somewhere."""
        number = self.lively(solution)[0]
        tape = Tape.of([with_numbers(determinant(entries), solution.constants, number)])
        with precision(SLOPE_BITS):
            for point in self.points:
                here = {n: coordinates.ball(x) for n, x in point.items()}
                found = arb(forward(tape, BALLS, here)[tape.roots[0]])
                if found.is_finite() and not found.contains(0):
                    return True
        return False

    def one_sided(self, solution: Solution) -> bool:
        """Whether y has one sign for all constants, though -y solves the equation as well."""
        e = self.equation
        if e.order > 1 or not e.linear() or not self.vanishes(e.source()):
            return False
        signs = {self.sign_at(with_numbers(solution.root, solution.constants, c), point)
                 for c in SIGNED_CONSTANTS for point in self.points[:1]}  # fmt: skip
        return len(signs - {0}) == 1

    def sign_at(self, root: Value, point: Mapping[str, Coordinate]) -> int:
        tape = Tape.of([root])
        with precision(SLOPE_BITS):
            here = {n: coordinates.ball(x) for n, x in point.items()}
            found = arb(forward(tape, BALLS, here)[tape.roots[0]])
            return 1 if found > 0 else -1 if found < 0 else 0

    # --- putting in ---------------------------------------------------------------------------

    @cached_property
    def fixed(self) -> dict[str, Coordinate]:
        """Numbers for the parameters of the equation."""
        assumed = {n: Fraction(7 + 4 * i, 5 + i) for i, n in enumerate(self.equation.parameters)}
        return dict(assumed)

    @cached_property
    def points(self) -> list[dict[str, Coordinate]]:
        """Points at which the equation is tried: around the initial one, or all about."""
        if self.given:
            here = Fraction(coordinates.size(self.given.at))
            near = here.limit_denominator(10**6)
            along: list[Coordinate] = [*(here + step for step in STEPS_BESIDE),
                                       *(near + step for step in OFFSETS)]  # fmt: skip
        else:
            along = [*coordinates.FIRST[:15], *(coordinates.generic(k) for k in range(8))]
        return [{**self.fixed, self.variable: x} for x in along]

    @property
    def ordinary(self) -> list[dict[str, Coordinate]]:
        """Those at which a solution is told from what is almost one beside the start."""
        return self.points[len(STEPS_BESIDE) if self.given else 0 :]

    def put_in(
        self, root: Value, e: Equation | None = None,
        among: Sequence[Mapping[str, Coordinate]] | None = None,
    ) -> Vanishing:  # fmt: skip
        """At which points the equation, or another one, holds for y = root."""
        left = (e or self.equation).with_function(root)
        return vanishing(left, root, among or self.points, self.variable)

    def vanishes(self, root: Value) -> bool:
        """Whether a formula is 0 wherever it has a value."""
        return vanishing(root, root, self.points, self.variable).everywhere

    # --- what is wrong ------------------------------------------------------------------------

    def not_solved(self, solution: Solution, claim: Claim) -> Judgement:
        root = with_numbers(solution.root, solution.constants, self.lively(solution)[0])
        found = next(self.explanations(solution, root), None)
        mistake = found or self.told("unknown")
        said: Sentence | str = mistake.message
        seen = self.seen(root)
        if found is None and seen is not None:
            said = in_sequence(" ", said, seen)
        return Judgement(Verdict.incorrect, mistakes=(mistake,), message=said, claims=(claim,))

    def explanations(self, solution: Solution, root: Value) -> Iterator[Mistake]:
        e = self.equation
        if self.added_late(solution):
            yield self.told("constant_added_late")
        source = e.source()
        if not set(e.names[:-1]) & set(Tape.of([e.residual]).variables):
            if self.vanishes(tidy([root + source])[0]) or self.vanishes(tidy([root - source])[0]):
                yield self.told("copied")
        for k in (0, *range(e.order, 0, -1)):
            if self.solves(root, e.turned(k)) and not self.solves(root, e):
                part = Figures(self.unknown + "'" * k)
                yield self.told("sign", part=part)
        if e.linear() and not self.vanishes(source) and self.solves(root, e.without_source()):
            yield self.told("homogeneous_only", function=self.unknown)
        if e.order == 1 and self.factor(root):
            yield self.told("derivative_factor")

    def solves(self, root: Value, e: Equation) -> bool:
        return solved(self.put_in(root, e, self.ordinary))

    def added_late(self, solution: Solution) -> bool:
        """Whether the answer without one of its constant summands solves the equation."""
        terms = expanded(solution.root)
        moving = {self.variable, self.unknown}
        for i, term in enumerate(terms):
            others = terms[:i] + terms[i + 1 :]
            if not others or moving & set(Tape.of([term]).variables):
                continue
            rest = sum(others[1:], others[0])
            plain = with_numbers(rest, solution.constants, self.lively(solution)[0])
            if self.solves(plain, self.equation):
                return True
        return False

    def factor(self, root: Value) -> bool:
        """Whether y' is a constant times what the equation, of first degree in it, says."""
        e = self.equation
        y, slope = e.put_in(root)[self.unknown], e.put_in(root)[e.names[1]]
        by_slope = Expression(e.residual).backpropagated(e.names[1]).root
        if e.names[1] in Tape.of([by_slope]).variables:
            return False
        zero = {self.unknown: y, e.names[1]: Graphs().literal(0)}
        told = -substituted(e.residual, zero) / substituted(by_slope, zero)
        tape = Tape.of([slope / told])
        with precision(SLOPE_BITS):
            found = [arb(forward(tape, BALLS, {n: coordinates.ball(x) for n, x in p.items()})
                         [tape.roots[0]]) for p in self.points]  # fmt: skip
        known = [r for r in found if r.is_finite()]
        return len(known) >= FEWEST_ZEROS and all(
            r.overlaps(known[0]) and r.rad() < EQUAL_TO and not (r.contains(0) or r.contains(1))
            for r in known
        )

    def seen(self, root: Value) -> Sentence | None:
        """Both sides of the equation at a point where they differ."""
        put, e = self.equation.put_in(root), self.equation
        left, right = (Tape.of([substituted(side, put)]) for side in (e.left, e.right))
        with precision(SLOPE_BITS):
            for x in coordinates.FIRST:
                point = {**self.fixed, self.variable: x}
                here = {n: coordinates.ball(x) for n, x in point.items()}
                a, b = (arb(forward(t, BALLS, here)[t.roots[0]]) for t in (left, right))
                if a.is_finite() and b.is_finite() and not a.overlaps(b):
                    at = ", ".join(f"{n} = {coordinate_text(x)}" for n, x in point.items())
                    return say("At {at} its sides are {left} and {right}.", at=Figures(at),
                               left=Figures(short_decimal(a)),
                               right=Figures(short_decimal(b)))  # fmt: skip
        return None

    # --- the right one ------------------------------------------------------------------------

    def proposals(self) -> Iterator[Value]:
        yield from self.proposed[1]

    @cached_property
    def proposed(self) -> tuple[str, tuple[Value, ...]]:
        """How SymPy solves the equation, and what it finds."""
        e, given = self.equation, self.given
        start = given and (given.at.root, tuple(v.root for v in given.values))
        try:
            found: tuple[str, tuple[Value, ...]] = bounded(
                self.limits, solutions, e.residual, self.variable, e.names, start,
                world=tuple(OPS.values()),
            )  # fmt: skip
        except SymgradError:
            return "", ()
        return found

    def right(self) -> str:
        for root in chain(self.suggested, self.proposals()):
            text = f"{self.unknown} = {written(tidy([root])[0])}"
            if self.judge(text).verdict == Verdict.correct:
                return text
        raise UsageError(f"no solution is known for {self.equation.text}")

    def worked(self) -> list[WorkedStep]:
        way = self.proposed[0]
        method = next((said for word, said in METHODS.items() if way.startswith(word)), None)
        steps = [WorkedStep(say(method))] if method else []
        if self.given:
            steps.append(WorkedStep(say("The constants follow from the initial values.")))
        return [*steps, WorkedStep(say("The solution is"), self.right())]

    def task(self) -> str:
        text = Figures(self.equation.text)
        if self.given is None:
            return say("Give the general solution of {equation}.", equation=text)
        values = ", ".join(
            f"{self.unknown}{chr(39) * k}({self.given.at.text}) = {v.text}"
            for k, v in enumerate(self.given.values)
        )
        return say("Give the solution of {equation} with {values}.", equation=text,
                   values=Figures(values))  # fmt: skip

    @classmethod
    def made_from(cls, f: Expression, random: Random) -> Question:
        name = f.only_variable()
        at, height = random.choice((0, 1)), random.choice((0, 1, 2))
        start = {name: str(at), "y": str(height)}
        found = Question(cls.name, f"y' = {f.diff(name)}", wrt=name, initial=start)
        posed, graphs = found.posed, Graphs()
        assert isinstance(posed, cls)
        there = substituted(f.root, {name: graphs.literal(at)})
        with precision(SLOPE_BITS):
            if not ExactNumber("", there).ball().is_finite():
                raise UsageError(f"{f} has no value at {name} = {at}")
        posed.suggested.append(tidy([f.root + short(graphs.literal(height) - there)])[0])
        posed.right()
        return found


def solved(found: Vanishing) -> bool:
    """Whether the equation holds on an interval; it need not do so everywhere."""
    return found.everywhere or found.longest() >= FEWEST_ZEROS


def determinant(rows: Sequence[Sequence[Value]]) -> Value:
    """By the first row."""
    if len(rows) == 1:
        return rows[0][0]
    total: Value = Graphs().literal(0)
    for k, entry in enumerate(rows[0]):
        minor = determinant([[*row[:k], *row[k + 1 :]] for row in rows[1:]])
        total = total + entry * minor if k % 2 == 0 else total - entry * minor
    return total


class Curves:
    """An answer G(x, y) = 0: its slope -G_x/G_y is held against the equation on its curves."""

    def __init__(self, question: DifferentialEquation, solution: Solution) -> None:
        self.asked, self.solution, self.e = question, solution, question.equation
        g = Expression(solution.root)
        by_x, by_y = (g.backpropagated(n).root for n in (self.e.variable, self.e.function))
        self.slope = -by_x / by_y

    def judged(self) -> Judgement:
        asked, e = self.asked, self.e
        if e.function not in Tape.of([self.solution.root]).variables:
            return asked.wrong("unknown")
        left = self.left(e)
        if left is None:
            why = say("the constant could not be eliminated")
            return Judgement(Verdict.undecided, message=say("Not decided: {why}.", why=why))
        if not (self.vanishes(left, self.all_about()) or self.vanishes(left, self.beside_start())):
            return asked.wrong(*self.explained(), part=Figures(e.function))
        if asked.given:
            return asked.wrong("general_given") if self.solution.constants else self.at_start()
        if not self.solution.constants:
            return asked.wrong("particular_given")
        return asked.right_answer(FEWEST_ZEROS, [asked.holds(True)])

    def explained(self) -> tuple[str, tuple[Claim, ...]]:
        turned = self.left(self.e.turned(0))
        known = turned is not None and self.vanishes(turned, self.all_about())
        return ("sign" if known else "unknown"), (self.asked.holds(False),)

    def left(self, e: Equation) -> Value | None:
        """What is left of the equation, C being what it is at (x, y); None where that is open."""
        left = substituted(e.residual, {e.names[1]: self.slope})
        names = [c for c in self.solution.constants if c in Tape.of([left]).variables]
        if not names:
            return left
        by_constant = Expression(self.solution.root).backpropagated(names[0]).root
        if len(names) > 1 or names[0] in Tape.of([by_constant]).variables:
            return None
        zero = substituted(self.solution.root, {names[0]: Graphs().literal(0)})
        return substituted(left, {names[0]: -zero / by_constant})

    def all_about(self) -> list[dict[str, Coordinate]]:
        heights = [coordinates.generic(3 * k + 1) for k in range(len(self.asked.points))]
        return [{**p, self.e.function: y} for p, y in zip(self.asked.points, heights)]

    def vanishes(self, left: Value, points: Sequence[Mapping[str, Coordinate]]) -> bool:
        alive = Graphs().node(OPS["add"], (left, self.solution.root))
        alive = with_numbers(alive, self.solution.constants, NUMBERS_FOR_CONSTANTS[0])
        found = vanishing(left, alive, points, self.e.variable)
        return all(found.settled) and len(found.settled) >= NEAREST_POINTS

    def at_start(self) -> Judgement:
        """Whether a curve goes through the initial point."""
        asked, given = self.asked, self.asked.given
        assert given is not None
        tape = Tape.of([substituted(self.solution.root, {self.e.function: given.values[0].root})])
        meets = equal(asked.at_start(tape), lambda: arb(0), asked.limits)
        said = f"{self.e.function}({given.at.text}) = {given.values[0].text}"
        claims = (asked.holds(True), Claim(said, meets))
        if not meets:
            return asked.wrong("initial_value_wrong", claims, at=asked.where)
        return asked.right_answer(NEAREST_POINTS, claims)

    def beside_start(self) -> list[dict[str, Coordinate]]:
        """Points of the curve near the initial one, each proved by interval Newton."""
        given, name = self.asked.given, self.e.function
        if given is None or self.solution.constants:
            return []
        middle = Fraction(coordinates.size(given.values[0])).limit_denominator(1000)
        tape = Tape.of([self.solution.root])
        found: list[dict[str, Coordinate]] = []
        for point in (*self.asked.ordinary, *self.asked.points):
            low, high = middle - CURVE_REACH, middle + CURVE_REACH + Fraction(1, 7)
            on_it = zeros(tape, name, point, low, high).found
            found += [{**point, name: root} for root in on_it]
            if len(found) >= 2 * NEAREST_POINTS:
                break
        return found


__all__ = ["DifferentialEquation"]
