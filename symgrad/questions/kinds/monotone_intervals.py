"""Where f rises, falls or curves one way, as intervals; or both ways in one answer.

The signs between the marks of the derivative are proved, each at one point: an interval is right
where all of its parts have the sign asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from math import lcm
from random import Random
from typing import ClassVar

from ...errors import Verdict, worst
from ...expression import Expression
from ...homework.coordinates import ExactNumber
from ...homework.judgement import Claim, Judgement
from ...homework.reading import Unreadable
from ...sentences import Figures, say, sentences
from ...value import Graphs
from .. import answers
from ..answers import Interval, Number
from ..certified_roots import CertifiedRoot
from ..claims import sign
from ..critical_points import Zero
from ..question import Question, QuestionKind, Story, WorkedStep, kind
from ..writing import exact_text, fraction_of
from .extreme_points import (
    MOST_TURNS,
    WHOLE_NAMES,
    CurvePlaces,
    decimals_in,
    float_of,
    found_by_hand,
    period_text,
)  # fmt: skip

EVERYWHERE_IT_LIVES = re.compile(r"(?:everywhere|always|überall|immer)\b.*", re.IGNORECASE)
OF_INTERVALS = re.compile(r"[<>≤≥]|\boo\b|∞|[(\[]")
OF_PLACES = re.compile(rf"{OF_INTERVALS.pattern}|\d")
MONOTONE_WAYS = {  # order of the derivative, and its sign
    "increasing": (1, 1), "decreasing": (1, -1), "concave up": (2, 1), "convex": (2, 1),
    "concave down": (2, -1), "concave": (2, -1),
}  # fmt: skip
WAYS_ASKED = sentences({
    "increasing": "Where is {f} increasing?", "decreasing": "Where is {f} decreasing?",
    "concave up": "Where is {f} concave up?", "convex": "Where is {f} convex?",
    "concave down": "Where is {f} concave down?", "concave": "Where is {f} concave?",
})  # fmt: skip
BOTH_WAYS = {"both": ("increasing", "decreasing"), "curvature": ("concave up", "concave down")}
BOTH_ASKED = sentences({
    "both": "Where is {f} increasing, and where is it decreasing?",
    "curvature": "Where is {f} concave up, and where is it concave down?",
})  # fmt: skip
PART_TOLD = sentences({
    "increasing": "Where it is increasing: {message}",
    "decreasing": "Where it is decreasing: {message}",
    "concave up": "Where it is concave up: {message}",
    "concave down": "Where it is concave down: {message}",
})  # fmt: skip
WAY_WORDS = {  # by which a part of an answer says which way f goes there
    "increasing": r"increas\w*|\bincr?\b|rising|rises|grow(?:s|ing)|steig\w*|wachsend|wächst"
                  r"|(?<!dé)cro[iî]\w*|(?<!de)crec\w*|↗|f['′’](?:\(x\))?\s*>\s*0",
    "decreasing": r"decreas\w*|\bdecr?\b|falling|falls|fallend|fällt|décro\w*|decrec\w*|↘"
                  r"|f['′’](?:\(x\))?\s*<\s*0",
    "concave up": r"concave\s+up\w*|c[oó]ncava\s+hacia\s+arriba|[ck]onvexe?\w*|linksgekrümmt"
                  r"|f(?:''|″|’’)(?:\(x\))?\s*>\s*0",
    "concave down": r"concave(?:\s+down\w*)?|c[oó]ncava(?:\s+hacia\s+abajo)?|konkav\w*"
                    r"|rechtsgekrümmt|f(?:''|″|’’)(?:\(x\))?\s*<\s*0",
}  # fmt: skip
HOW_OFTEN = re.compile(  # always increasing: the part stands before the word
    r"\b(always|everywhere|never|nowhere|immer|überall|nie|nirgends|toujours|partout|jamais"
    r"|siempre|nunca)\s+((?:strictly\s+|streng\s+)?[\w']+)", re.IGNORECASE,
)
AROUND_A_PART = re.compile(  # what joins the parts of an answer
    r"^[\s:,;.]*(?:(?:and|und|et|y|but|aber|f|is|it|ist|est|es|on|for|when|where|if|in|auf|für|sur|en)"
    r"(?!\w)[\s:]*)*"
    r"|(?:[\s:,;.]|(?<!\w)(?:and|und|et|y|but|aber|f|is|it|ist|est|es|strictly|streng|monoton)"
    r"(?!\w))*$", re.IGNORECASE,
)
INTERVAL_STORIES = {
    "opposite": Story("the intervals of the opposite", "There the opposite is true."),
    "missing_interval": Story("one interval is missing", "There is more: an interval is missing."),
    "wrong_interval": Story("an interval where it is not so",
                            "On {interval} it is not so everywhere."),
    "wrong_end": Story("an end of an interval is wrong", "{x} is no place where it changes."),
    "family_missing": Story("intervals of one period only",
                            "f is periodic: these repeat, and all are asked for."),
    "end_without_value": Story("an interval closed where the function has no value",
                               "The function has no value at {x}: the interval is open there."),
    "way_missing": Story("only one of the two ways is answered",
                         "Half of the answer is missing: say where it goes the other way."),
    "over_a_gap": Story("an interval over a gap of the domain",
                        "{interval} reaches over a place where the function has no value."),
    "points_given": Story("numbers for intervals",
                          "Intervals are asked for: these are only their ends."),
    "not_there": Story("there is none, or there are some",
                       "There are some: look at the sign of the derivative."),
}  # fmt: skip


@kind
class Monotonicity(CurvePlaces):
    """The intervals on which f rises, falls, or curves one way."""

    name = "monotonicity"
    wants = "the intervals"
    takes = ("domain", "which")
    choices: ClassVar[Mapping[str, tuple[str, ...]]] = {"which": (*BOTH_WAYS, *MONOTONE_WAYS)}
    of_points = False
    stories = INTERVAL_STORIES

    @classmethod
    def understood(cls, question: Question) -> QuestionKind:
        """Where nothing else is said, both ways are asked for."""
        both = (question.which or "both") in BOTH_WAYS
        return BothWays(question) if both else cls(question)

    def __init__(self, question: Question) -> None:
        self.way = str(question.which)
        self.order, self.sign = MONOTONE_WAYS[self.way]  # type: ignore[misc]
        super().__init__(question)
        self.pieces = [(a, b) for a, b, s in self.land.between() if s == self.sign]

    def judge(self, answer: str) -> Judgement:
        self.refuse_unknown()
        answer = self.bare(answer)
        if self.numbers_only(answer):
            return self.wrong("points_given")
        if EVERYWHERE_IT_LIVES.fullmatch(answers.plain(answer)):
            return self.everywhere()
        given, whole = self.in_one_period(answer) if self.repeats else (self.read(answer), True)
        if not given:
            return self.all_there(()) if not self.pieces else self.wrong("not_there")
        covered: set[int] = set()
        claims: list[Claim] = []
        for one in given:
            wrong = self.interval(one, covered)
            claims.append(Claim(written(one), wrong is None, wrong.message if wrong else ""))
            if wrong is not None:
                if len(covered) == 0 and self.opposite(given):
                    return self.wrong("opposite", tuple(claims))
                return replace(wrong, claims=tuple(claims))
        if not whole and any(one.low or one.high for one in given):
            return self.wrong("family_missing", tuple(claims))
        if len(covered) < len(self.pieces):
            share = round(len(covered) / len(self.pieces), 2)
            return replace(self.wrong("missing_interval", tuple(claims)), credit=share)
        return self.all_there(tuple(claims))

    def everywhere(self) -> Judgement:
        """Whether it is so wherever f lives."""
        signs = {s for *_, s in self.land.between() if s is not None}
        if signs == {self.sign}:
            return self.all_there(())
        return self.wrong("wrong_interval", interval=Figures("(-oo, oo)"))

    def read(self, answer: str) -> list[Interval]:
        return answers.intervals(answer, self.variable, self.limits)

    def in_one_period(self, answer: str) -> tuple[list[Interval], bool]:
        """The intervals of a periodic function within a period, and whether all periods are meant.

        Those of (2*n*pi, pi + 2*n*pi) are read for as many n as there are until they repeat.
        """
        text = self.bare(answer)
        letters = (rf"(?<![A-Za-z]){n}(?=pi|[^A-Za-z]|$)" for n in WHOLE_NAMES)
        letter = next((n for n in letters if re.search(n, text)), None)
        if letter is None:
            return self.moved(self.read(answer)), False
        first, second = (self.read(re.sub(letter, f"({n})", text)) for n in (0, 1))
        alone = [a for a, b in zip(first, second) if self.half_line and self.share(a, b) == 0]
        moving = [(a, b) for a, b in zip(first, second) if a not in alone]
        shares = [self.share(a, b) for a, b in moving]
        if not shares or any(s is None or s == 0 or s.denominator > MOST_TURNS for s in shares):
            said = say("The intervals do not repeat as the function does.")
            raise Unreadable("not_a_family", said, None, answer)
        repeat = lcm(*(s.denominator for s in shares if s))
        found: list[Interval] = []
        for n in range(repeat):
            found += self.moved(self.read(re.sub(letter, f"({n})", text)))
        return found, all(s is not None and abs(s.numerator) == 1 for s in shares)

    def share(self, first: Interval, second: Interval) -> Fraction | None:
        """How far two intervals are apart, in periods."""
        a, b = first.low or first.high, second.low or second.high
        assert self.land.period is not None
        if a is None or b is None:
            return None
        return fraction_of((b.value.root - a.value.root) / self.land.period.value.root)

    def moved(self, given: Sequence[Interval]) -> list[Interval]:
        """Intervals moved into the period that is looked at; one over its end is in two parts."""
        period = self.land.period
        assert period is not None and self.land.domain.low is not None
        found = []
        for one in given:
            if one.low is None or one.high is None:
                found.append(one)
                continue
            low, turns = self.in_the_period(one.low.value)
            root = one.high.value.root - Graphs().literal(turns) * period.value.root
            high = ExactNumber(one.high.text, root)
            start = Number(one.low.text, low, decimals_in(one.low.text))
            end = Number(one.high.text, high, decimals_in(one.high.text))
            if sign(lambda high=high: high.ball() - period.ball(), self.limits) == 1:  # type: ignore[misc]
                rest = replace(end, value=ExactNumber(end.text, root - period.value.root))
                found.append(Interval(start, period, one.low_closed, False))
                found.append(Interval(self.land.domain.low, rest, False, one.high_closed))
            else:
                found.append(Interval(start, end, one.low_closed, one.high_closed))
        return found

    def numbers_only(self, answer: str) -> bool:
        """Whether an answer is a list of numbers."""
        if OF_INTERVALS.search(answers.plain(answer)):
            return False
        try:
            found = answers.items(answer)
            return bool(found) and all(answers.number(item, self.limits) for item in found)
        except Unreadable:
            return False

    def interval(self, one: Interval, covered: set[int]) -> Judgement | None:
        """What is wrong with an interval; None if f behaves as asked on all of it."""
        shown = Figures(written(one))
        low, high = self.mark(one.low, 0), self.mark(one.high, 1)
        for end, at in ((one.low, low), (one.high, high)):
            if at is None and end is not None:
                return self.wrong("wrong_end", x=Figures(end.text))
        for end, closed in ((one.low, one.low_closed), (one.high, one.high_closed)):
            if closed and end is not None and not self.land.lives(end.value):
                return self.wrong("end_without_value", x=Figures(end.text))
        sides = self.land.between()
        inside = [i for i, (a, b, _) in enumerate(sides) if self.within(low, a, b, high)]
        if not inside:
            return self.wrong("wrong_interval", interval=shown)
        if any(sides[i][2] not in (self.sign, None) for i in inside):
            return self.wrong("wrong_interval", interval=shown)
        between = [sides[i][1] for i in inside[:-1]]
        if any(b is None or not self.land.lives(b.x) for b in between) or any(
            sides[i][2] is None for i in inside
        ):
            return self.wrong("over_a_gap", interval=shown)
        numbers = [k for k, (a, b) in enumerate(self.pieces)
                   if any(sides[i][0] is a and sides[i][1] is b for i in inside)]  # fmt: skip
        covered.update(numbers)
        return None

    def mark(self, end: Number | None, side: int) -> float | None:
        """Where an end of an interval lies among the marks; None if it is none of them."""
        if end is None:
            edge = self.domain.high if side else self.domain.low
            far = float_of(edge.value) if edge else None
            return far if far is not None else (float("inf") if side else float("-inf"))
        for m in self.land.marks:
            if self.same(end, m.x.ball, isinstance(m.x, CertifiedRoot)):
                return m.size
        return None

    def within(self, low: float | None, a: Zero | None, b: Zero | None, high: float | None) -> bool:
        """Whether the interval between two marks lies in what was given."""
        left = float("-inf") if a is None else a.size
        right = float("inf") if b is None else b.size
        return low is not None and high is not None and low <= left and right <= high

    def opposite(self, given: Sequence[Interval]) -> bool:
        """Whether all that was given are intervals of the other sign."""
        sides = self.land.between()
        for one in given:
            low, high = self.mark(one.low, 0), self.mark(one.high, 1)
            inside = [s for a, b, s in sides if self.within(low, a, b, high)]
            if not inside or any(s != -self.sign for s in inside):
                return False
        return True

    def right(self) -> str:
        self.land.tell_all()
        if not self.pieces:
            return "none"
        if self.repeats:
            return self.right_families()
        return " U ".join(
            f"({'-oo' if a is None else a.x.text}, {'oo' if b is None else b.x.text})"
            for a, b in self.pieces
        )

    def right_families(self) -> str:
        """The intervals of one period and n periods; what goes on over its end is one of them."""
        period, sides = self.land.period, self.land.between()
        assert period is not None
        joined = [a for (_, _, s), (a, _, t) in pairwise([sides[-1], *sides])
                  if s == t == self.sign and a is not None and self.land.lives(a.x)]  # fmt: skip
        if len(joined) == len(sides):
            return "(-oo, oo)"
        pieces = [[a, b] for a, b in self.pieces if a and b]
        if sides[0][0] in joined and len(pieces) > 1:
            (_, end), last = pieces[0], pieces.pop()
            beyond = end.x.root + period.value.root
            exact = not isinstance(end.x, CertifiedRoot)
            text = exact_text(beyond) if exact else f"{end.x.text} + {period.text}"
            pieces[0] = [last[0], Zero(ExactNumber(text, beyond))]
        more = period_text(period)
        return " U ".join(f"({a.x.text} + {more}, {b.x.text} + {more})" for a, b in pieces)

    def task(self) -> str:
        return self.on_domain(say(WAYS_ASKED[self.way], f=Figures(str(self.f))))

    @classmethod
    def made_from(cls, f: Expression, random: Random) -> Question:
        which = random.choice(("increasing", "decreasing"))
        return found_by_hand(Question(cls.name, str(f), wrt=f.only_variable(), which=which))


class BothWays(QuestionKind):
    """Where f rises and where it falls, or both curvatures: each part is a question of its own."""

    name = "monotonicity"
    wants = "the intervals"
    in_parts = True
    stories = INTERVAL_STORIES

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.asked_for = question.which or "both"
        ways = BOTH_WAYS[self.asked_for]
        self.parts = {way: replace(question, which=way).posed for way in ways}

    def judge(self, answer: str) -> Judgement:
        given = self.given(answers.plain(answer))
        judged = {way: self.part(way, given.get(way)) for way in self.parts}
        claims = tuple(c for j in judged.values() for c in j.claims)
        bad = {way: j for way, j in judged.items() if j.verdict != Verdict.correct}
        if not bad:
            return replace(next(iter(judged.values())), claims=claims)
        way, first = next(iter(bad.items()))
        if given.get(way) is None and len(bad) < len(judged):
            return replace(self.wrong("way_missing", claims), credit=0.5)
        told = say(PART_TOLD[way], message=first.message)
        credit = sum(j.credit or 0.0 for j in judged.values()) / len(judged)
        return replace(first, verdict=worst(j.verdict for j in bad.values()), message=told,
                       claims=claims, credit=round(credit, 2))  # fmt: skip

    def part(self, way: str, given: str | None) -> Judgement:
        """The verdict on one way; what is not mentioned is claimed to be nowhere."""
        return self.parts[way].judge("none" if given is None else given)

    def given(self, answer: str) -> dict[str, str]:
        """The intervals of an answer by the way that is said of them, before or behind them.

        Raises Unreadable where no way is said.
        """
        words = re.compile("|".join(f"(?P<{way.replace(' ', '_')}>{WAY_WORDS[way]})"
                                    for way in self.parts), re.IGNORECASE)  # fmt: skip
        answer = HOW_OFTEN.sub(r"\2 \1", answer)
        marks = list(words.finditer(answer))
        if not marks:
            said = say("Say of each interval which way f goes there.")
            raise Unreadable("not_an_interval", said, None, answer)
        behind = OF_PLACES.search(answer[: marks[0].start()]) is not None
        starts = [0, *(m.end() for m in marks)] if behind else [m.end() for m in marks]
        ends = [m.start() for m in marks] if behind else [*(m.start() for m in marks[1:]), None]
        found: dict[str, str] = {}
        for mark, start, end in zip(marks, starts, ends):
            way = str(mark.lastgroup).replace("_", " ")
            part = answer[start:end]
            while (cut := AROUND_A_PART.sub("", part)) != part:
                part = cut
            found[way] = f"{found[way]} U {part}" if way in found else part
        return found

    def right(self) -> str:
        return "; ".join(f"{way}: {part.right()}" for way, part in self.parts.items())

    def worked(self) -> list[WorkedStep]:
        first, second = self.parts.values()
        return [*first.worked(), second.worked()[-1]]

    def task(self) -> str:
        part = next(iter(self.parts.values()))
        assert isinstance(part, Monotonicity)
        return part.on_domain(say(BOTH_ASKED[self.asked_for], f=Figures(str(part.f))))


def written(one: Interval) -> str:
    """An interval as it is typed."""
    low = "-oo" if one.low is None else one.low.text
    high = "oo" if one.high is None else one.high.text
    return f"{'[' if one.low_closed else '('}{low}, {high}{']' if one.high_closed else ')'}"


__all__ = ["Monotonicity"]
