"""Questions at a point with letters in them that stay free: the tangent of a*x^2 at x = b.

- `lettered(cls, question)` is such a question, understood; None where no letter is left.

It is asked with several numbers for the letters, each a question of its kind with numbers only. An
answer is right if it is right for all of them, and a mistake is named that is the same for all.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from contextlib import suppress
from copy import copy
from dataclasses import replace
from fractions import Fraction
from typing import ClassVar

from .. import formula
from ..errors import SymgradError, UsageError, Verdict, worst
from ..expression import Expression, parse
from ..homework.assumptions import constant
from ..homework.coordinates import ExactNumber
from ..homework.judgement import Judgement
from ..homework.reading import Unreadable
from ..homework.sought import Sought, sought
from ..notation import text
from ..ops import Op
from ..sentences import Figures, say
from ..value import Graphs, Value, is_literal, rebuilt, substituted, tidy
from . import answers
from .question import COMMON_STORIES, Question, QuestionKind, Story, WorkedStep
from .writing import literal, shortened

INSTANCES = 4  # with numbers for the letters
DRAWN = 16  # numbers tried until there are so many
NUMBERS_FOR_LETTERS = [Fraction(p, q) for p, q in (  # none of which a formula singles out
    (7, 3), (-5, 4), (11, 5), (-9, 7), (5, 8), (13, 9), (-2, 11), (17, 6),
)]  # fmt: skip
Numbers = dict[str, Fraction]


class LetteredKind(QuestionKind):
    """A kind whose question may have letters: what is right is made of derivatives at the point."""

    besides: ClassVar[tuple[str, ...]] = ()  # names that an answer has besides: the y of a line
    together: ClassVar[str] = ""  # what is said of the derivatives, put together
    point: dict[str, ExactNumber]

    @classmethod
    def understood(cls, question: Question) -> QuestionKind:
        return lettered(cls, question) or cls(question)

    @classmethod
    @abstractmethod
    def made_of(cls, parts: Parts) -> str:
        """What is right, of the derivatives at the point."""

    @classmethod
    def highest(cls, question: Question) -> int:
        """The order of the highest derivative that it takes."""
        return 1

    @staticmethod
    def without_rest(answer: str) -> str:
        """The answer without what is no part of it: the + ... of a Taylor polynomial."""
        return answer

    def put_at(self, name: str, at: ExactNumber) -> None:
        """Writes the point as another number, or one with letters, is written."""
        self.point = {name: at}

    @abstractmethod
    def show(self, known: Sought) -> None:
        """Puts f with its letters into a question with numbers, to be shown."""


class Parts:
    """f and its derivatives at the point of a question, as formulas in its letters."""

    def __init__(self, question: Question, known: Sought, at: Value) -> None:
        self.question, self.f, self.variable, self.at = question, known.f, known.wrt, at

    def derived(self, order: int) -> Value:
        moves = self.variable in self.f.variables
        return self.f.diff(self.variable, order).root if order and moves else (
            literal(0) if order else self.f.root)  # fmt: skip

    def there(self, order: int) -> Value:
        """The derivative of this order at the point."""
        number = constant(self.at)
        if number is not None:
            return neat(formula.substituted(self.derived(order), {self.variable: number}))
        return neat(substituted(self.derived(order), {self.variable: self.at}))

    @property
    def moved(self) -> Value:
        """x - a"""
        return neat(Graphs().variable(self.variable) - self.at)


def neat(root: Value) -> Value:
    """A formula with its numbers worked out: of n*(1 + 0)^(n - 1) n."""
    return tidy([rebuilt(tidy([root]), Graphs(), worked_out)[0]])[0]


def worked_out(graphs: Graphs, op: Op, args: tuple[Value, ...]) -> Value:
    if op.family == "power" and is_literal(args[0]) and args[0].label == 1:
        return literal(1)
    return shortened(graphs, op, args)


def lettered(cls: type[LetteredKind], question: Question) -> Lettered | None:
    """The question with letters; None where all are given, and where it is of another form."""
    pairs = question.at or (("", "0"),)
    if len(pairs) != 1 or not isinstance(question.expression, str | Expression):
        return None
    (name, where), = pairs
    name = name or question.wrt or ""
    if not isinstance(name, str) or not name or (question.wrt or name) != name:
        return None
    with suppress(SymgradError, Unreadable):
        known = sought(question.expression, name, 0, question.limits, question.assume,
                       question.powers)  # fmt: skip
        place = parse(where, limits=question.limits)
        letters = tuple(dict.fromkeys((*known.names, *place.variables)))
        free = tuple(n for n in letters if n != name)
        moves = name in known.f.variables and name not in place.variables
        if free and moves and not set(letters) & {*cls.besides}:
            at = ExactNumber(where, place.root)
            return Lettered(cls, replace(question, wrt=name), known, at, free)
    return None


class Lettered(QuestionKind):
    """A question with letters, by several of its kind with numbers."""

    def __init__(
        self, cls: type[LetteredKind], question: Question, known: Sought, at: ExactNumber,
        letters: tuple[str, ...],
    ) -> None:  # fmt: skip
        super().__init__(question)
        self.cls, self.known, self.at, self.letters = cls, known, at, letters
        self.name, self.wants = cls.name, cls.wants  # type: ignore[misc]
        self.parts = Parts(question, known, at.root)
        self.instances = list(self.instantiated())
        if not self.instances:
            raise UsageError(f"no numbers were found for {', '.join(letters)} with which "
                             f"{known.f} can be asked about")  # fmt: skip

    def story(self, code: str) -> Story:
        return {**COMMON_STORIES, **self.cls.stories}[code]

    def instantiated(self) -> Iterator[tuple[Numbers, LetteredKind]]:
        """Numbers for the letters, and the question with them."""
        found = 0
        some = NUMBERS_FOR_LETTERS
        for k in range(DRAWN):
            drawn = {n: some[(k + 3 * i) % len(some)] for i, n in enumerate(self.letters)}
            point = self.known.fits(drawn)
            values = {n: x for n, x in point.items() if isinstance(x, Fraction)}
            put = {n: literal(x) for n, x in values.items()}
            f = Expression(neat(substituted(self.known.f.root, put)), limits=self.limits)
            at = neat(substituted(self.at.root, put))
            asked = replace(self.question, expression=f, at={self.known.wrt: text(at)}, assume=())
            with suppress(SymgradError):
                one = self.cls(asked)
                one.put_at(self.known.wrt, ExactNumber(self.at.text, at))
                if not one.absent:
                    yield values, one
                    found += 1
            if found == INSTANCES:
                return

    # --- judging ------------------------------------------------------------------------------

    def judge(self, answer: str) -> Judgement:
        judged = [(values, one.judge(self.put(answer, values))) for values, one in self.instances]
        wrong = [found for _, found in judged if found.verdict != Verdict.correct]
        if not wrong:
            return replace(judged[0][1], reading=answer.strip())
        verdict = worst(found.verdict for found in wrong)
        first = next(found for found in wrong if found.verdict == verdict)
        if verdict == Verdict.incorrect and len(wrong) < len(judged):
            right, other = (next(v for v, found in judged if (found in wrong) is bad)
                            for bad in (False, True))  # fmt: skip
            said = say("It is right for {good}, but not for {bad}.", good=shown(right),
                       bad=shown(other))  # fmt: skip
            return Judgement(Verdict.equal_on_part, reading=answer.strip(), message=said)
        if len({found.message for found in wrong}) > 1 and verdict == Verdict.incorrect:
            first = replace(self.wrong("unknown"), claims=first.claims)
        return replace(first, reading=answer.strip(), witness=None)

    def put(self, answer: str, values: Numbers) -> str:
        """The answer with numbers for the letters. Raises Unreadable."""
        told = self.cls.without_rest(answers.plain(answer))
        sides = answers.sides(told.replace("\\approx", "≈").split("≈")[-1])
        names = answers.Names((self.known.wrt, *self.letters, *self.cls.besides), self.limits,
                              1 + len(self.letters))  # fmt: skip
        numbers = {n: literal(x) for n, x in values.items()}
        found = []
        for k, side in enumerate(sides):
            try:
                root = answers.formula(side, names).root
                found.append(text(tidy([substituted(root, numbers)])[0]))
            except Unreadable:
                if k == len(sides) - 1:
                    raise
                found.append(side)  # f'(1), L(x)
        return " = ".join(found)

    # --- the right one ------------------------------------------------------------------------

    def right(self) -> str:
        return self.cls.made_of(self.parts)

    def worked(self) -> list[WorkedStep]:
        steps = []
        for order in range(self.cls.highest(self.question) + 1):
            if order:
                said = say("The derivative of order {k} is", k=order)
                steps.append(WorkedStep(said, text(self.parts.derived(order))))
            at = Figures(f"{self.known.wrt} = {self.at.text}")
            steps.append(WorkedStep(say("At {point} it is", point=at),
                                    text(self.parts.there(order))))  # fmt: skip
        return [*steps, WorkedStep(self.cls.together, self.right())] if self.cls.together else steps

    def task(self) -> str:
        lettered_one = copy(self.instances[0][1])
        lettered_one.put_at(self.known.wrt, self.at)
        lettered_one.show(self.known)
        return lettered_one.task()


def shown(values: Numbers) -> Figures:
    return Figures(", ".join(f"{n} = {x}" for n, x in values.items()))


__all__ = ["Lettered", "LetteredKind", "Parts", "lettered"]
