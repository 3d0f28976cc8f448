"""Stationary points, inflection points and extrema.

Each number in an answer is proved to be what it is said to be, or not; that none is missing is
proved by isolating all zeros of the derivative. What is not proved is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from math import lcm
from random import Random
from typing import ClassVar

from flint import arb

from ...arithmetic.balls import BALLS, precision
from ...engine import Tape, forward
from ...errors import LimitReached, UsageError, Verdict
from ...expression import Expression
from ...homework.coordinates import ExactNumber
from ...homework.judgement import Claim, Judgement
from ...homework.reading import Unreadable
from ...homework.sought import SLOPE_BITS
from ...sentences import Figures, say
from ...value import Graphs, Value, substituted
from .. import answers
from ..answers import Interval, Names, Number
from ..certified_roots import CertifiedRoot
from ..claims import Real, agreement, equal, sign, within
from ..critical_points import Domain, Zero, critical
from ..question import Question, QuestionKind, Story, WorkedStep, kind
from ..writing import exact_text, fraction_of

FEWEST_PLACES = 2  # decimals of a number that has no exact form
FAMILY_MEMBERS = range(-24, 25)
MOST_TURNS = 50  # periods after which a family begins anew
MOST_MEMBERS = 500
MOST_TYPED = 600  # characters of places or intervals
WHOLE_NAMES = ("n", "k", "m", "l", "z")  # of the whole number in a family
WHOLE = r"(?:ℤ|Z\b|(?:whole|integers?|ganz\w*)(?:\s+(?:numbers?|zahl\w*))?)"
WHOLE_CLAUSE = re.compile(
    r"[,;|]?\s*(?P<open>\()?\s*(?:\b(?:for|with|where|if|für|mit|wobei)\s+)?(?:\b(?:all|any|every|alle)\s+)?"
    rf"(?:{WHOLE}\s+[nkmlz]\b|(?:(?<=[,;|(])\s*(?:[nkmlz]\s*,\s*)+|\b)[nkmlz]\s*(?:∈|\b(?:in|is|ist)\b|\b(?=an?y?\s))?"
    rf"\s*(?:an?y?\s+)*{WHOLE})(?(open)\s*\)?)", re.IGNORECASE,
)  # behind a family
LETTER_COUNTED = r"[,;(|]?\s*(?:\b(?:for|with|where|für|mit|wobei|pour|con)\s+)?\b[nkmlz]\s*"
AND_SO_ON = r"(?:\s*,?\s*(?:\.\.+|…|\\[lc]?dots))?\s*\)?\s*$"
ALL_COUNTED = re.compile(LETTER_COUNTED + rf"=\s*0\s*,\s*±\s*1(?:\s*,\s*±\s*2)?{AND_SO_ON}")
COUNTED_UP = re.compile(  # n >= 0; n = 0, 1, 2, ...
    LETTER_COUNTED + rf"(?:(?:>=|≥|\\geq?)\s*0\s*\)?\s*$|=\s*0\s*,\s*1(?:\s*,\s*2)?{AND_SO_ON})"
)
SAYS_NO_PLACE = re.compile(r"(?!\s*[)\]}])(?:(?!\bpi\b)[^\dπ])*")  # of what ends an answer
FILLING = re.compile(
    r"(?<![\w\\])(?:the|an?|f(?=\s+(?:has|is|hat))|has|have|hat|is|are|ist|sind|there|function|"
    r"stationary|critical|turning|inflection|points?|solutions?|occurs?|at|bei|in|when|where|"
    r"une?|les?|la|los|las|el|en|est|es|hay|il\s+y\s+a|pour|para|de|d[’']|puntos?|stationnaires?|"
    r"critiques?|cr[ií]ticos?|estacionarios?|singulares|inflexi[oó]n|inflexion|"
    r"f'+\s*\(\s*[a-z]\s*\)\s*=\s*0)(?![\w(])\s*:?", re.IGNORECASE,
)  # words around places
PAIR_BY_NAMES = re.compile(
    r"x\w*\s*=\s*([^,;=]+?)\s*[,;]?\s*(?:and\s+|und\s+)?(?:y\w*|f\s*\([^()]*\))\s*=\s*"
    r"([^,;=]+?)(?=\s*(?:[,;]|\band\b|\bund\b|x|$))"
)  # x = 2, y = -16
SLOPE_AT = r"[fy]['′’]+\s*\(((?:[^()]|\([^()]*\))*\d(?:[^()]|\([^()]*\))*)\)\s*=\s*"  # f'(1) =
ZERO_OF_SLOPE = re.compile(SLOPE_AT + r"0(?!\d|[.,]\d)")
SLOPE_LIKE_THE_NEXT = re.compile(SLOPE_AT + r"(?=[fy]['′’])")  # f'(1) = f'(-1) = 0
VALUE_BESIDE = re.compile(
    r"(?P<x>[-+]?[\w.^/*√]+)\s*\(\s*(?:with\s+)?(?:the\s+)?(?:value|height|f|y|wert|valeur|valor)\s*[=:]?\s*"
    r"(?P<y>[-+]?[^(),;=]+)\)"
)  # -1 (value 2)
HEIGHT_AT = re.compile(
    r"(?<![=\w.])(?<!=\s)(?P<y>[-+]?[\w.^/*()√]*\d[\w.^/*()√]*)\s+"
    r"(?:(?:at|bei|when|in|for|für|en|pour|para)\s+x\s*=\s*|(?:at|bei|en)\s+(?=[-+±√\dp]))"
    r"(?P<x>[^,;=]+?(?:\s+(?:and|und|y|et)\s+(?:at\s+|bei\s+|en\s+)?x\s*=\s*[^,;=]+?)*)"
    r"(?=\s*(?:[,;]|\.(?!\d)|\band\b|\bund\b|\by\b|$))"
)  # 16 at x = -2, -1 at ±1, 2 at x = -1 and x = 2
NEXT_PLACE = re.compile(r"\s+(?:and|und|y|et)\s+(?:at\s+|bei\s+|en\s+)?x\s*=\s*")
VALUE_THERE = re.compile(  # f(2) = -4
    r"\bf\s*\(\s*([^()=]*[\dπ][^()=]*)\)\s*=\s*([-+]?[^,;=()\s]+)"
)
VALUE_OF_A_KIND = re.compile(  # min = -4 at 2
    r"(\bm[aáií][xn]\w*)\s*(?:\b(?:value|wert|of|is|ist)\b\s*|[=:]\s*)+(?=[-+]?[\d./]+\s+(?:at|bei|en)\b)",
    re.IGNORECASE,
)
WORD = re.compile(r"[A-Za-z]+")
IMPLIED = re.compile(  # 3x^2 = 3 ⇒ x = ±1
    r"⇒|⟹|=>|\\implies|\\Rightarrow|\b(?:so|thus|hence|therefore|also|donc)\b(?= *[A-Za-z])"
)
NAMED_ITEM = re.compile(r"\s*([^=]*?)\s*=")
SLASH_POINT = re.compile(r"(?<=[A-Za-z])\s*\(([^()/|;,]+)/([^()/|;,]+)\)")  # H(-1/2) of some books
DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d*[1-9])")  # 1,0 are two numbers
JOINING_PLACES = re.compile(r";|\b(?:and|und|or|oder|et|ou|y)\b")
TYPED_POINT = re.compile(r"[A-Za-z]{0,2}_?\d*\s*[(<\[](.*)[)>\]]", re.DOTALL)

POINT_STORIES = {
    "missing": Story("not all were found", "{found} of {all} are there: {left} more to find."),
    "more": Story("not all were found, and how many there are is not known", "There are more."),
    "foreign": Story("a number that is none", "{x} is not one of them: {why}."),
    "outside_domain": Story("a number outside the domain", "{x} lies outside the domain {domain}."),
    "zero_of_f": Story("zeros of f, not of its derivative",
                       "f is 0 at {x}; what is asked for is where its derivative is."),
    "zero_of_second": Story("zeros of f'' for zeros of f'",
                            "At {x} the second derivative is 0: here the first one is asked for."),
    "zero_of_first": Story("zeros of f' for inflection points",
                           "At {x} the first derivative is 0: inflection points are where the "
                           "curvature changes."),
    "no_change": Story("the derivative is 0 there without a change",
                       "At {x} the derivative is 0, but nothing changes there."),
    "no_derivative": Story("a place where f has no derivative",
                           "At {x} f has no derivative."),
    "wrong_sign": Story("the sign of one number is wrong", "The sign of {x} is wrong."),
    "wrong_height": Story("a point with a wrong second coordinate",
                          "The point at {x} has another second coordinate."),
    "height_given": Story("the value of f for the place", "{x} is a value of f, not a place."),
    "family_missing": Story("one period only",
                            "f is periodic: these repeat, and all are asked for."),
    "family_wrong": Story("a family with the wrong step or start",
                          "Not all members of {x} are such places."),
    "kinds_swapped": Story("maximum and minimum exchanged", "Maximum and minimum are exchanged."),
    "wrong_kind": Story("one extremum of the wrong kind", "{x} is a {kind}."),
    "no_extremum": Story("a stationary point that is no extremum",
                         "The derivative is 0 at {x}, but its sign does not change there."),
    "not_global": Story("a local extremum for a global one",
                        "At {x} f is not the largest or smallest of all."),
    "no_kind": Story("extrema without their kind", "Say which is a maximum and which a minimum."),
    "not_there": Story("there is none, or there are some",
                       "There are some: look again where the derivative is 0."),
    "rounded": Story("a number was rounded", "{x} was rounded: write it exactly."),
}  # fmt: skip
Side = tuple[Zero | None, Zero | None, int | None]
NOT_PROVED = say("that there are no others is not proved")
NOT_ALL_KNOWN = say("not all zeros of the derivative are known")
ENDS_OPEN = say("how f behaves at the ends of its domain is not proved")


@dataclass(frozen=True)
class Given:
    """One place in an answer: its number, perhaps a height, perhaps a kind, or a family."""

    text: str
    x: Number | None
    y: Number | None = None
    kind: str = ""
    family: Value | None = None
    letter: str = ""
    whole: bool = False  # it is said to be the largest or smallest of all


class CurvePlaces(QuestionKind):
    """A kind whose answer is a set of places on a curve."""

    in_parts = True
    takes: ClassVar[tuple[str, ...]] = ("domain", "places")
    stories = POINT_STORIES
    order: ClassVar[int] = 1
    of_points: ClassVar[bool] = True  # not of intervals

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        sought = self.function()
        self.f, self.variable = sought.f, sought.wrt
        if len(sought.names) > 1 or self.variable not in self.f.variables:
            raise UsageError(f"a function of {self.variable} alone is wanted: {self.f}")
        self.domain = Domain.of(self.interval_asked())
        names = (self.variable,)
        meant = Expression(sought.meant(self.f.root), variables=names, limits=self.limits)
        self.land = critical(meant, self.variable, self.order, self.domain, self.limits)
        self.f = meant if meant.root is not self.f.root else self.f
        if not any(s is not None for *_, s in self.land.between()):
            raise UsageError(f"{self.f} has no derivative on the domain")
        if all(s in (0, None) for *_, s in self.land.between()):
            said = say("the derivative of {f} is 0 everywhere" if self.order == 1 else
                       "the second derivative of {f} is 0 everywhere", f=self.f)  # fmt: skip
            raise UsageError(said)
        if self.land.flat and self.of_points:
            raise UsageError(f"the derivative of {self.f} is 0 on a whole interval")
        self.wanted = self.found()

    def interval_asked(self) -> Interval | None:
        """The domain of the question, if it has one."""
        if not self.question.domain:
            return None
        try:
            typed = answers.plain(self.question.domain)
            return answers.interval(typed, self.variable, self.limits)
        except Unreadable as problem:
            raise UsageError(say("the domain: {why}", why=problem.args[0])) from None

    def found(self) -> list[Zero]:
        """The places that a right answer has."""
        return self.land.zeros

    @classmethod
    def made_from(cls, f: Expression, random: Random) -> Question:
        """Of a function that has such places. Raises UsageError for one that has none."""
        question = found_by_hand(Question(cls.name, str(f), wrt=f.only_variable()))
        if question.posed.right() == "none":
            raise UsageError(f"{f} has no such places")
        return question

    # --- reading ------------------------------------------------------------------------------

    def given(self, answer: str) -> list[Given]:
        """The places of an answer. Raises Unreadable."""
        return [self.one(item) for item in self.items(self.typed(answer))]

    def bare(self, answer: str) -> str:
        """An answer in plain characters, without what stands after a family. Raises Unreadable."""
        lines = (line.strip() for line in answers.plain(answer).splitlines())
        text = " ".join(", ".join(line for line in lines if line).split())
        if len(text) > MOST_TYPED:
            said = say("The answer is too long: {n} characters.", n=len(text))
            raise Unreadable("forbidden", said, None, "")
        text = ALL_COUNTED.sub("", text)
        if self.half_line and self.of_points:
            text = COUNTED_UP.sub("", text)
        *before, last = WHOLE_CLAUSE.sub("\n", text).split("\n")
        return " ".join(before if before and SAYS_NO_PLACE.fullmatch(last) else (*before, last))

    def typed(self, answer: str) -> str:
        """An answer without the words around its places."""
        typed = IMPLIED.split(self.bare(answer))[-1]
        typed = re.sub(r"\\(?=max|min)", "", typed)
        if self.variable not in "yo":
            typed = re.sub(r"(?<=\))\s*[yo]\s+(?=[A-Za-z(])", ", ", typed)  # Spanish and, or
        typed = ZERO_OF_SLOPE.sub(r"\1", SLOPE_LIKE_THE_NEXT.sub(r"\1, ", typed))
        typed = VALUE_THERE.sub(r"(\1; \2)", typed)
        typed = VALUE_BESIDE.sub(r"(\g<x>; \g<y>)", typed)
        typed = HEIGHT_AT.sub(height_at, VALUE_OF_A_KIND.sub(r"\1 ", typed))
        if not answers.NONE_AT_ALL.fullmatch(typed):
            typed = FILLING.sub(" ", typed)
        typed = PAIR_BY_NAMES.sub(r"(\1; \2)", typed)
        if ";" in re.sub(r"\([^()]*\)", "", typed):  # 2,0; -2,0
            return re.sub(r"(?<=\d),(?=\d)(?![^()]*\))", ".", typed)
        return typed

    def items(self, typed: str) -> list[str]:
        """The places one by one. Raises Unreadable for an equation that is no x = number."""
        for part in answers.parts(typed, ",;"):
            named = NAMED_ITEM.match(part)
            if named and not (self.names_a_place(named[1]) or re.fullmatch(r"[A-Z]|\{?", named[1])):
                raise self.no_place(part)
        return answers.items(typed)

    def names_a_place(self, left: str) -> bool:
        """Whether a side of an equation is x, x_1 or "a minimum at x", with nothing calculated."""
        own = rf"(?:{re.escape(self.variable)}|x)[\s_]*\{{?(?:1/2|[\d₀-₉,\s]*)\}}?"
        own += r"(?:[\s_]*[A-Za-z]{3,})?"  # x_1/2 = ±3, x_min = 2
        return re.fullmatch(rf"\{{?(?:[^-+*/^√\d]*[^\w+*/^√-])?{own}", left.strip()) is not None

    def no_place(self, typed: str) -> Unreadable:
        said = say("Give the places as {name} = ...", name=self.variable)
        return Unreadable("not_a_place", said, None, typed)

    def one(self, item: str, kind_: str = "") -> Given:
        inner = TYPED_POINT.fullmatch(item.strip())
        between = next((s for s in "|;" if inner and s in inner[1]), ",")  # (1|0,5)
        pair = answers.parts(inner[1], between) if inner else []
        if len(pair) == 2:
            x, y = (answers.number(p, self.limits) for p in pair)
            return Given(item, x, y, kind_)
        item = re.sub(rf"^{re.escape(self.variable)}\w*\s*=\s*", "", item.strip())
        for left in answers.parts(item, "=")[:-1]:
            if self.variable in WORD.findall(left) and not self.names_a_place(left):
                raise self.no_place(item)
        read = answers.formula(item, Names(WHOLE_NAMES, self.limits, 0))
        letters = [n for n in WHOLE_NAMES if n in read.variables]
        if len(letters) > 1:
            said = say("A family is written as a + {n}*b.", n=letters[0])
            raise Unreadable("not_a_family", said, None, item)
        if letters:
            return Given(item, None, None, kind_, read.root, letters[0])
        return Given(item, answers.number(item, self.limits), None, kind_)

    # --- judging ------------------------------------------------------------------------------

    def judge(self, answer: str) -> Judgement:
        """By the first reading that is right: 0,5 may be two numbers, H(-1/2) a point."""
        self.refuse_unknown()
        found, problem = None, None
        try:
            found = self.judged(answer)
        except Unreadable as unreadable:
            problem = unreadable
        if found is not None and found.verdict != Verdict.incorrect:
            return found
        commas = DECIMAL_COMMA.findall(answer)
        decimal = DECIMAL_COMMA.sub(".", answer) if len(commas) == answer.count(",") else answer
        for other in (SLASH_POINT.sub(r"(\1; \2)", answer), decimal):
            if other != answer:
                with suppress(Unreadable):
                    again = self.judged(other)
                    told = found is None or (other == decimal and self.decimals_meant(answer))
                    found = again if again.verdict == Verdict.correct or told else found
        if found is None:
            raise problem or Unreadable("empty", "", None, answer)
        return found

    def decimals_meant(self, answer: str) -> bool:
        """Whether a wrong answer's commas are decimal: something else joins its numbers."""
        joined = JOINING_PLACES.split(answer)
        every = len(joined) > 1 and all(DECIMAL_COMMA.search(one) for one in joined)
        return every or bool(self.question.places)

    def refuse_unknown(self) -> None:
        """Signs between zeros say nothing while some are unknown. Raises LimitReached."""
        if not self.land.complete:
            raise LimitReached(NOT_ALL_KNOWN)

    def judged(self, answer: str) -> Judgement:
        given = self.given(answer)
        if not given:
            return self.none_given()
        claims: list[Claim] = []
        met: set[int] = set()
        self.turns = lcm(*(self.periods_of(one) for one in given))
        first: Judgement | None = None
        for one in given:
            if one.family is not None:
                wrong = self.family(one, met)
            else:
                wrong = self.place(one, met)
            claims.append(Claim(one.text, wrong is None, wrong.message if wrong else ""))
            first = first or wrong
        if not any(claim.holds for claim in claims):
            first = self.in_common(given) or first
        if first is not None:
            right = sum(claim.holds is True for claim in claims)
            share = round(right / max(len(given), len(self.wanted), 1), 2)
            return replace(first, claims=tuple(claims), credit=min(share, 0.5) if right else 0.0)
        if COUNTED_UP.search(answer) and any(self.begins_late(one) for one in given):
            return self.wrong("more", tuple(claims))
        return self.counted(given, met, tuple(claims))

    def begins_late(self, one: Given) -> bool:
        """Whether a family has members in the domain before that of n = 0."""
        if one.family is None:
            return False
        root = substituted(one.family, {one.letter: -Graphs().literal(1)})
        return self.domain.holds(ExactNumber("", root), self.limits)

    def none_given(self) -> Judgement:
        if not all(map(self.optional, range(len(self.wanted)))):
            return self.wrong("not_there")
        return self.all_there(())

    def counted(
        self, given: Sequence[Given], met: set[int], claims: tuple[Claim, ...]
    ) -> Judgement:
        """All that was given is right: whether it is all there is."""
        if self.repeats and not any(g.family is not None for g in given):
            return self.wrong("family_missing", claims)
        count = len(self.wanted)
        needed = [i for i in range(self.turns * count) if not self.optional(i % count)]
        left = [i for i in needed if i not in met]
        if left and (self.turns > 1 or not self.land.complete):
            return self.wrong("more", claims)
        if left:
            found = replace(self.wrong("missing", claims, found=len(needed) - len(left),
                                       all=len(needed), left=len(left)))  # fmt: skip
            return replace(found, credit=round((len(needed) - len(left)) / len(needed), 2))
        found, places = self.all_there(claims), self.rounded_to(given)
        if found.verdict != Verdict.correct or places is None:
            return found
        return replace(found, evidence=agreement(places, len(claims)))

    def rounded_to(self, given: Sequence[Given]) -> int | None:
        """The fewest decimals of a place that has no exact form; None where there is none such."""
        decimals = (g.x for g in given if g.x and g.x.places)
        ends = [x.places or 0 for x in decimals if (i := self.index(x)) is not None
                and isinstance(self.wanted[i].x, CertifiedRoot)]  # fmt: skip
        return min(ends, default=self.question.places)

    def in_common(self, given: Sequence[Given]) -> Judgement | None:
        """The story of several wrong numbers that are zeros of the same other derivative."""
        orders = {0: "zero_of_f", 1: "zero_of_first", 2: "zero_of_second"}
        places = [one.x for one in given if one.x is not None]
        if len(places) < max(2, len(given)):
            return None
        for order, code in orders.items():
            zero = (sign(self.derivative(order, x.value), self.limits) for x in places)
            if order != self.order and all(s == 0 for s in zero):
                return self.wrong(code, x=Figures(", ".join(x.text for x in places)))
        return None

    def optional(self, i: int) -> bool:
        """Whether a right answer may leave this one out."""
        return False

    def all_there(self, claims: tuple[Claim, ...]) -> Judgement:
        """Right, as far as it is proved that there are no others."""
        land = self.land
        sure = True if land.complete and land.everywhere else None
        complete = Claim(say("there are no others"), sure)
        if not self.land.complete:
            why = NOT_PROVED
            return Judgement(Verdict.undecided, message=say("Not decided: {why}.", why=why),
                             claims=(*claims, complete))  # fmt: skip
        low, high = (Figures(str(int(end))) for end in land.domain.window())
        beyond = say("Between {low} and {high} there are no others; beyond, this is not proved.",
                     low=low, high=high)  # fmt: skip
        return Judgement(
            Verdict.correct, agreement(None, max(1, len(claims))), credit=1.0,
            message=say("Right."), claims=(*claims, complete),
            remarks=() if land.everywhere else (beyond,),
        )  # fmt: skip

    def place(self, one: Given, met: set[int]) -> Judgement | None:
        """What is wrong with one place; None if it is right."""
        x = one.x
        assert x is not None
        i = self.index(x)
        if i is None and self.repeats:
            i = self.index(Number(x.text, self.in_the_period(x.value)[0]))
        if i is None:
            return None if self.known_otherwise(x) else self.foreign(one)
        if not self.repeats:
            met.add(i)
        at = x.value if self.repeats else self.wanted[i].x  # x + sin(x) is higher each time
        if one.y is not None and not self.same(one.y, self.height(at)):
            return self.wrong("wrong_height", x=Figures(x.text))
        return self.kind_wrong(one, i)

    def kind_wrong(self, one: Given, i: int) -> Judgement | None:
        return None

    def known_otherwise(self, x: Number) -> bool:
        """Whether a number is a place that the search, where it left something open, did not find.

        Raises LimitReached where that cannot be told.
        """
        if self.land.searched(x.value):
            return False
        if not self.domain.holds(x.value, self.limits):
            return False
        if sign(self.derivative(self.order, x.value), self.limits):
            return False
        return self.proved_alone(x)

    def proved_alone(self, x: Number) -> bool:
        """Whether a zero of the derivative is a place, without knowing the others."""
        raise LimitReached(NOT_ALL_KNOWN)

    def index(self, x: Number) -> int | None:
        """Which of the wanted places a number is."""
        for i, zero in enumerate(self.wanted):
            if self.same(x, zero.x.ball, isinstance(zero.x, CertifiedRoot)):
                return i
        return None

    def same(self, x: Number, other: Real, no_exact: bool = False) -> bool:
        """Whether a number is another one, or that one rounded as the question asks."""
        if equal(x.ball, other, self.limits):
            return True
        places = self.question.places
        if places is None and no_exact and (x.places or 0) >= FEWEST_PLACES:
            places = x.places  # nobody can write it exactly
        rounded = places is not None and x.places is not None and x.places <= places
        return rounded and within(x, other, Fraction(1, 2 * 10 ** (places or 0)), self.limits)

    def height(self, x: ExactNumber) -> Real:
        tape = Tape.of([self.f.root])
        return lambda: arb(forward(tape, BALLS, {self.variable: x.ball()})[tape.roots[0]])

    def derivative(self, order: int, x: ExactNumber) -> Real:
        f = self.f.backpropagated(*[self.variable] * order)
        tape = Tape.of([f.root])
        return lambda: arb(forward(tape, BALLS, {self.variable: x.ball()})[tape.roots[0]])

    def foreign(self, one: Given) -> Judgement:
        """Why a number is none of them."""
        assert one.x is not None
        x, shown = one.x, Figures(one.x.text)
        if not self.domain.holds(x.value, self.limits):
            return self.wrong("outside_domain", x=shown, domain=Figures(str(self.question.domain)))
        if x.places and any(self.near(x, z.x) for z in self.wanted):
            return self.wrong("rounded", x=shown)
        if any(equal(lambda z=z: -z.x.ball(), x.ball, self.limits) for z in self.wanted):  # type: ignore[misc]
            return self.wrong("wrong_sign", x=shown)
        if self.land.lives(x.value) and self.land.breaks_at(x.value):
            return self.wrong("no_derivative", x=shown)
        zero = {k: sign(self.derivative(k, x.value), self.limits) for k in (0, 1, 2)}
        usual = self.usual(zero, x)
        if usual:
            return self.wrong(usual, x=shown)
        if any(self.same(x, self.height(z.x)) for z in self.wanted):
            return self.wrong("height_given", x=shown)
        why = say("the function has no value there") if zero[0] is None else self.reason()
        return self.wrong("foreign", x=shown, why=why)

    def usual(self, zero: dict[int, int | None], x: Number) -> str | None:
        """The code of a usual mistake, by which derivatives are 0 at the number."""
        if zero[2] == 0:
            return "zero_of_second"
        return "zero_of_f" if zero[0] == 0 else None

    def reason(self) -> str:
        return say("the derivative is not 0 there")

    def near(self, x: Number, zero: ExactNumber) -> bool:
        return within(x, zero.ball, Fraction(1, 2 * 10 ** (x.places or 0)), self.limits)

    # --- families -----------------------------------------------------------------------------

    @property
    def half_line(self) -> bool:
        return (self.domain.low is None) != (self.domain.high is None)

    @property
    def repeats(self) -> bool:
        """Whether the places repeat without end, so that families are wanted."""
        return self.land.period is not None and not self.domain.bounded

    def step(self, one: Given) -> Value:
        """b of a + n*b. Raises Unreadable for n^2."""
        assert one.family is not None
        slope = Expression(one.family, variables=(one.letter,)).backpropagated(one.letter).root
        if Tape.of([slope]).variables:
            said = say("A family is written as a + {n}*b.", n=one.letter)
            raise Unreadable("not_a_family", said, None, one.text)
        return slope

    def in_periods(self, one: Given) -> Fraction | None:
        """The step of a family in periods; None where it is no such fraction."""
        assert self.land.period is not None
        return fraction_of(self.step(one) / self.land.period.value.root)

    def periods_of(self, one: Given) -> int:
        """After how many periods a family begins anew: pi/2 + 3*n*pi for sin(x) after three."""
        share = self.in_periods(one) if one.family is not None and self.repeats else None
        return max(1, abs(share.numerator)) if share and abs(share.numerator) < MOST_TURNS else 1

    def family(self, one: Given, met: set[int]) -> Judgement | None:
        """Every member of pi/2 + n*pi is a place, and which places they are."""
        decimals = decimals_in(one.text)
        for n in self.members(one):
            root = substituted(one.family, {one.letter: Graphs().literal(n)})  # type: ignore[arg-type]
            x, turn = ExactNumber(exact_text(root), root), 0
            if self.repeats:
                x, turn = self.in_the_period(x)
            elif not self.domain.holds(x, self.limits):
                continue
            member = Number(x.text, x, decimals)
            i = self.index(member)
            if i is None and (self.repeats or not self.known_otherwise(member)):
                return self.strange(member) or self.wrong("family_wrong", x=Figures(one.text))
            if i is None:
                continue
            wrong = self.kind_wrong(one, i)
            if wrong is not None:
                return wrong
            met.add(i + len(self.wanted) * (turn % self.turns))
        return None

    def strange(self, member: Number) -> Judgement | None:
        """What is told of a member of a family that is none of the places, if it is known."""
        return None

    def members(self, one: Given) -> range:
        """The n whose members stand for all: those in the domain, or until they repeat."""
        if self.repeats:
            share = self.in_periods(one)
            few = share is not None and share.denominator < MOST_TURNS
            return range(self.turns * share.denominator) if few and share else FAMILY_MEMBERS
        if not self.domain.bounded:
            return FAMILY_MEMBERS
        low, high = self.domain.window()
        start = substituted(one.family, {one.letter: Graphs().literal(0)})  # type: ignore[arg-type]
        a, b = (float_of(ExactNumber("", root)) for root in (start, self.step(one)))
        ends = sorted(((float(low) - a) / b, (float(high) - a) / b)) if b else [0.0, 0.0]
        first, last = (max(-MOST_MEMBERS, min(MOST_MEMBERS, end)) for end in ends)
        return range(int(first) - 1, int(last) + 2)

    def in_the_period(self, x: ExactNumber) -> tuple[ExactNumber, int]:
        """The number moved by whole periods to where the zeros are kept, and by how many."""
        period = self.land.period
        assert period is not None
        with precision(SLOPE_BITS):
            turns = (x.ball() / period.ball()).mid()
            whole = Fraction(str(turns.str(30, radius=False)))
        count = int((whole + Fraction(1, 10**20)) // 1)
        root = x.root - Graphs().literal(count) * period.value.root
        return ExactNumber(x.text, root), count

    # --- the right answer ---------------------------------------------------------------------

    def right(self) -> str:
        self.land.tell_all()
        if not self.wanted:
            return "none"
        period = self.land.period
        if period is not None and not self.domain.bounded:
            return ", ".join(family_text(z.x.text, period) for z in self.wanted)
        return "{" + ", ".join(self.shown(z) for z in self.wanted) + "}"

    def shown(self, zero: Zero) -> str:
        return zero.x.text

    def worked(self) -> list[WorkedStep]:
        names = ("f'", "f''")
        g = self.f.diff(self.variable, self.order)
        where = self.right()
        steps = [WorkedStep(say("The derivative is"), f"{names[self.order - 1]} = {g}")]
        for a, b, s in self.land.between():
            if s is not None:
                low = Figures("-oo" if a is None else a.x.text)
                high = Figures("oo" if b is None else b.x.text)
                said = say("Between {low} and {high} its sign is", low=low, high=high)
                steps.append(WorkedStep(said, "+" if s > 0 else "-"))
        return [*steps, WorkedStep(say("So they are"), where)]

    def task(self) -> str:
        return self.on_domain(
            say("Give {wanted} of {f}.", wanted=say(self.wants), f=Figures(str(self.f)))
        )


def height_at(said: re.Match[str]) -> str:
    """A value and where it is taken as points: -1 at ±1."""
    places = [x for place in NEXT_PLACE.split(said["x"]) for x in answers.signed(place)]
    return ", ".join(f"({x.strip()}; {said['y']})" for x in places)


def period_text(period: Number) -> str:
    """n periods: 2*n*pi, n*pi, n*pi/2, 8*n."""
    count, times, rest = period.text.partition("*")
    if times:
        return f"{count}*n*{rest}"
    whole, over, below = period.text.partition("/")
    if not whole.isdigit():
        return f"n*{period.text}"
    return f"{'' if whole == '1' else whole + '*'}n{over}{below}"


def family_text(x: str, period: Number) -> str:
    """A place and all that are whole periods away."""
    return period_text(period) if x == "0" else f"{x} + {period_text(period)}"


# --- places with a kind --------------------------------------------------------------------------

LOCAL = r"\b(?:(?:loc|rel|abs|glob|local\w*|relativ\w*|global\w*|absolu\w*|lokal\w*)\b\.?\s+)?"
AS_SAID_AFTER = r"(?:\s+(?:local\w*|locaux|relati\w*|global\w*|absol\w*)\b)?"  # máximo local
HIGHEST = (
    rf"m[aá]x(?:im(?:um|a|os?))?s?\b{AS_SAID_AFTER}\.?"
    r"|hochpunkt\w*|h\b(?=\s*[(=])|hp\b|high\w*"
)
LOWEST = (
    rf"m[ií]n(?:im(?:um|a|os?))?s?\b{AS_SAID_AFTER}\.?"
    r"|tiefpunkt\w*|t\b(?=\s*[(=])|tp\b|low\w*"
)
SADDLE = "saddle"  # the word, and the kind
SADDLE_WORDS = re.compile(
    r"(?<![A-Za-z])(?:saddle|(?:horizontal|stationary|terrace|flat)\s+(?:points?\s+of\s+)?infle(?:ct|x)ion"
    r"|points?\s+of\s+infle(?:ct|x)ion|infle(?:ct|x)ion|terrace|sattel\w*|terrassen\w*|poi)"
    r"(?:\s*points?)?(?![A-Za-z])", re.IGNORECASE,
)
NO_SUCH_KIND = re.compile(  # no maximum, beside what there is
    r"(?:[,;]|\band\b|\bbut\b)*\s*\b(?:no|kein)\s+(?:(?:local|global|absolute|relative)\s+)?"
    r"(?:max|min)\w*(?:\s+points?)?\s*(?:[,;]|\band\b|$)", re.IGNORECASE,
)
KIND_WORD = re.compile(
    rf"(?P<max>{LOCAL}(?:{HIGHEST}))|(?P<min>{LOCAL}(?:{LOWEST}))|(?P<saddle>\b{SADDLE}\b)",
    re.IGNORECASE,
)
IN_BRACKETS = re.compile(rf"\(\s*((?:{KIND_WORD.pattern})\s*)\)", re.IGNORECASE)
GERMAN_POINT = re.compile(r"(?<![A-Za-z])([HT])_?\d?(?=\s*\()")
LINKING = re.compile(
    r"^[\s:,;=]*(?:(?:points?|value|is|are|at|bei|in|when|where|and|und)\b[\s:]*)*"
    r"|(?:[\s:,;.]+|(?<![A-Za-z])(?:is|are|an?|the|ist|sind|eine?|and|und|et|local\w*|there))+$",
    re.IGNORECASE,
)
WHOLE_RANGE = re.compile(r"global|absolut", re.IGNORECASE)


class NamedPlaces(CurvePlaces):
    """A kind in whose answers a place may be called a maximum, a minimum or a saddle point."""

    def given(self, answer: str) -> list[Given]:
        answer = SADDLE_WORDS.sub(f" {SADDLE} ", GERMAN_POINT.sub(r"\1P", answer))
        typed = IN_BRACKETS.sub(r" \1 ", self.typed(answer))
        typed = answers.inside(typed, "{}") or typed  # {-1: max, 1: min}
        if answers.NONE_AT_ALL.fullmatch(typed):
            return []
        typed = NO_SUCH_KIND.sub(" ", typed)
        marks = list(KIND_WORD.finditer(typed))
        found: list[Given] = []
        if not marks:
            return [self.one(item) for item in self.items(typed)]
        before = LINKING.sub("", typed[: marks[0].start()])
        leading = bool(before)
        for k, mark in enumerate(marks):
            kind_ = str(mark.lastgroup)
            end = marks[k + 1].start() if k + 1 < len(marks) else len(typed)
            start = (marks[k - 1].end() if k else 0) if leading else mark.end()
            stop = mark.start() if leading else end
            part = LINKING.sub("", typed[start:stop]).strip()
            whole = bool(WHOLE_RANGE.match(mark[0]))
            found += [replace(self.one(item, kind_), whole=whole)
                      for item in self.items(part) if item]  # fmt: skip
        return found

    def other_kind(self, one: Given, kind_: str) -> Judgement | None:
        """What is wrong with calling a place what it is not."""
        if one.kind in ("", kind_):
            return None
        words = {"max": say("maximum"), "min": say("minimum"), SADDLE: say("saddle point")}
        return self.wrong("wrong_kind", x=Figures(one.text), kind=words[kind_])

    def judged(self, answer: str) -> Judgement:
        """Where all are named the other way round, that is told at once."""
        found = super().judged(answer)
        codes, held = [m.code for m in found.mistakes], [c.holds for c in found.claims]
        if codes == ["wrong_kind"] and len(held) > 1 and not any(held):
            swapped = self.wrong("kinds_swapped", found.claims)
            return replace(swapped, credit=0.5)
        return found


@kind
class StationaryPoints(NamedPlaces):
    """Where f' is 0."""

    name = "stationary"
    wants = "all stationary points"

    def refuse_unknown(self) -> None:
        """Each zero is proved by itself."""

    def kind_wrong(self, one: Given, i: int) -> Judgement | None:
        """A kind is not asked for; one that is said has to be right."""
        if not one.kind:
            return None
        turns = {place.x: left for place, left, _ in self.land.changes()}
        left = turns.get(self.wanted[i].x)
        return self.other_kind(one, SADDLE if left is None else "max" if left > 0 else "min")

    def proved_alone(self, x: Number) -> bool:
        return not self.land.breaks_at(x.value)


@kind
class InflectionPoints(CurvePlaces):
    """Where the curvature changes its sign."""

    name = "inflection"
    wants = "all inflection points"
    order = 2

    def found(self) -> list[Zero]:
        """Zeros and breaks of f'' where f lives and the sign of f'' changes."""
        return [place for place, *_ in self.land.changes()]

    def optional(self, i: int) -> bool:
        """A corner, at which there is no tangent: some books count it, others do not."""
        return self.land.jumps_at(self.wanted[i].x)

    def usual(self, zero: dict[int, int | None], x: Number) -> str | None:
        if zero[2] == 0:
            return "no_change"
        if zero[1] == 0:
            return "zero_of_first"
        return "zero_of_f" if zero[0] == 0 else None

    def reason(self) -> str:
        return say("the curvature does not change there")


# --- extrema ------------------------------------------------------------------------------------

EXTREMA_ASKED = {"local": False, "relative": False, "global": True, "absolute": True}


@kind
class Extrema(NamedPlaces):
    """Maxima and minima of f: where, and which is which."""

    name = "extrema"
    wants = "all extrema with their kinds"
    takes = (*CurvePlaces.takes, "which")
    choices: ClassVar[Mapping[str, tuple[str, ...]]] = {"which": tuple(EXTREMA_ASKED)}

    def __init__(self, question: Question) -> None:
        self.everywhere = EXTREMA_ASKED[question.which or "local"]
        super().__init__(question)

    def found(self) -> list[Zero]:
        """Where the sign of f' changes, and the ends of what f lives on."""
        turns = list(self.land.changes())
        self.kinds = ["max" if left > 0 else "min" for _, left, _ in turns]
        self.interior = len(turns)
        ends = list(self.ends())
        self.kinds += [word for _, word in ends]
        self.local = [place for place, *_ in turns] + [place for place, _ in ends]
        if not self.everywhere:
            return self.local
        if self.repeats and (drift := self.land.drift()) != 0:
            self.kinds, self.interior = [], 0
            self.sure = drift is not None and not self.half_line
            return []
        kept = [i for i in range(len(self.local)) if self.surpassed(i) is not True]
        self.sure = all(self.surpassed(i) is not None for i in kept)
        self.kinds, self.interior = [self.kinds[i] for i in kept], len(kept)
        return [self.local[i] for i in kept]

    def surpassed(self, i: int) -> bool | None:
        """Whether f is larger somewhere than at a maximum, or smaller than at a minimum."""
        way, height = (1 if self.kinds[i] == "max" else -1), self.height(self.local[i].x)
        for place in self.local:
            if sign(self.beyond(self.height(place.x), height), self.limits) == way:
                return True
        found = [self.land.tends_beyond(side, height, way) for side in self.land.between()]
        return True if True in found else None if None in found else False

    def refuse_unknown(self) -> None:
        super().refuse_unknown()
        if self.everywhere and self.repeats and not self.sure:
            raise LimitReached(ENDS_OPEN)

    def place(self, one: Given, met: set[int]) -> Judgement | None:
        """The end of a half line, on which the slope repeats, is an extremum to some courses."""
        end = self.domain.low or self.domain.high
        half = self.repeats and not self.everywhere
        if one.x is None or end is None or not half or not self.same(one.x, end.ball):
            return super().place(one, met)
        slope = sign(self.derivative(1, end.value), self.limits)
        if not slope or not self.domain.holds(end.value, self.limits):
            return super().place(one, met)
        if one.y is not None and not self.same(one.y, self.height(end.value)):
            return self.wrong("wrong_height", x=Figures(one.x.text))
        up = slope > 0 if self.domain.low is None else slope < 0
        return self.other_kind(one, "max" if up else "min")

    @staticmethod
    def beyond(a: Real, b: Real) -> Real:
        return lambda: a() - b()

    def ends(self) -> Iterator[tuple[Zero, str]]:
        """The ends at which f has a value, and is larger or smaller than beside them."""
        sides = self.land.between()
        if self.land.period is not None and not self.domain.bounded:
            return
        outside: Side = (None, None, None)
        for (_, end, left), (start, _, right) in pairwise([outside, *sides, outside]):
            place = start or end
            if place is None or (left is None) == (right is None):
                continue
            if self.domain.holds(place.x, self.limits) and self.land.lives(place.x):
                yield place, "max" if (left or -(right or 0)) > 0 else "min"

    def optional(self, i: int) -> bool:
        """The ends of the domain, or of sqrt(x): some courses count them, others do not."""
        return i >= self.interior

    def given(self, answer: str) -> list[Given]:
        """Without the saddles: they are no extrema, and an answer may name them."""
        return [one for one in super().given(answer) if not self.rightly_left_out(one)]

    def rightly_left_out(self, one: Given) -> bool:
        if one.kind != SADDLE or one.x is None:
            return False
        flat = sign(self.derivative(1, one.x.value), self.limits) == 0
        return flat and self.index(one.x) is None

    def all_there(self, claims: tuple[Claim, ...]) -> Judgement:
        if self.everywhere and not self.sure:
            return Judgement(Verdict.undecided, message=say("Not decided: {why}.", why=ENDS_OPEN),
                             claims=claims)  # fmt: skip
        return super().all_there(claims)

    def foreign(self, one: Given) -> Judgement:
        """A local extremum is none of the global ones."""
        assert one.x is not None
        return self.strange(one.x) or super().foreign(one)

    def strange(self, member: Number) -> Judgement | None:
        for place in self.local if self.everywhere else ():
            if self.same(member, place.x.ball, isinstance(place.x, CertifiedRoot)):
                return self.wrong("not_global", x=Figures(member.text))
        return None

    def kind_wrong(self, one: Given, i: int) -> Judgement | None:
        if one.whole and not self.everywhere and self.surpassed(i):
            return self.wrong("not_global", x=Figures(one.text))
        if not one.kind:
            return self.wrong("no_kind")
        return self.other_kind(one, self.kinds[i])

    def usual(self, zero: dict[int, int | None], x: Number) -> str | None:
        if zero[1] == 0:
            return "no_extremum"
        return "zero_of_f" if zero[0] == 0 else "zero_of_second" if zero[2] == 0 else None

    def reason(self) -> str:
        return say("the derivative does not change its sign there")

    def task(self) -> str:
        if not self.everywhere:
            return super().task()
        return say("{question} Only the largest and smallest values count.",
                   question=super().task())  # fmt: skip

    def right(self) -> str:
        self.land.tell_all()
        needed = [i for i in range(len(self.wanted)) if not self.optional(i)]
        if not needed:
            return "none"
        groups = []
        for word in ("max", "min"):
            texts = [self.text_of(i) for i in needed if self.kinds[i] == word]
            if texts:
                groups.append(f"{word}: {', '.join(texts)}")
        return "; ".join(groups)

    def text_of(self, i: int) -> str:
        period = self.land.period
        x = self.wanted[i].x.text
        return x if period is None or self.domain.bounded else family_text(x, period)


def decimals_in(text: str) -> int | None:
    """The decimals of a number in a sum, 0.666 + 2*n*pi; None where there are none."""
    return max(map(len, re.findall(r"\d\.(\d+)", text)), default=None)


def float_of(x: ExactNumber) -> float:
    with precision(SLOPE_BITS):
        return float(x.ball())


def found_by_hand(question: Question) -> Question:
    """The question, where all its places are known exactly. Raises UsageError for another one."""
    posed = question.posed
    if isinstance(posed, CurvePlaces):
        places = [z.x for z in (*posed.land.zeros, *posed.land.breaks)]
        if not posed.land.complete or any(isinstance(x, CertifiedRoot) for x in places):
            raise UsageError(f"not all places of {posed.f} are known exactly")
    return question


__all__ = ["CurvePlaces", "Extrema", "InflectionPoints", "StationaryPoints", "found_by_hand"]
