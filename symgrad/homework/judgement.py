"""What a judgement consists of: verdict, evidence, witness, mistakes, credit, reading, message.

- `witness(question, answer, comparison)` is the simplest point where an answer is wrong, with both
  values, as numbers that a student can check.
- `told_in(judgement, "de")` is what a person reads, in a terminal or a notebook.
- `parts(question, comparison)` says on which part of the domain an answer is right.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from typing import Any, NamedTuple

from flint import arb

from ..arithmetic.balls import precision
from ..displays import brief, table, told
from ..engine import Tape
from ..errors import Verdict
from ..sentences import Figures, Said, Sentence, in_sequence, lowered, say, sentences, spoken
from ..value import Value
from . import coordinates
from .comparing import Comparison
from .coordinates import Coordinate
from .sought import SLOPE_BITS, Sought, Spot, evaluated


@dataclass(frozen=True, slots=True)
class Evidence:
    """How the verdict is known: `proved` symbolically, or held against f' at points."""

    proved: bool = False
    points: int = 0
    digits: int = 0  # to which the answer and the slope agree
    places: int | None = None  # to which they are equal when rounded; then to no more digits

    def __str__(self) -> str:
        if self.proved:
            return say("proved")
        if not self.points:
            return say("none")
        if self.places is not None:
            return say("equal when rounded to {unit}", unit=Figures(unit_of(self.places)))
        if self.points == 1:
            return say("equal to {digits} digits", digits=self.digits)
        return say("equal at {points} points to {digits} digits", points=self.points,
                   digits=self.digits)  # fmt: skip


def unit_of(places: int) -> str:
    """What a number is a multiple of that has so many decimals: 0.01 for 2."""
    return f"0.{'0' * (places - 1)}1" if places else "1"


@dataclass(frozen=True, slots=True)
class Witness:
    """A point where the answer is not the slope. What is None is undefined, or not shown; a slope
    that is "" does not exist."""

    point: dict[str, str]
    yours: str | None
    slope: str | None

    def __str__(self) -> str:
        return self.sentence

    @property
    def sentence(self) -> Sentence:
        point = in_sequence(", ", *(Figures(f"{name} = {x}") for name, x in self.point.items()))
        yours, slope = Figures(self.yours or ""), Figures(self.slope or "")
        shown = None if self.slope == "" else self.slope is not None
        return say(WITNESSES[self.yours is not None, shown],
                   point=point, yours=yours, slope=slope)  # fmt: skip


WITNESSES = sentences({  # whether there is a value; whether the slope is shown, None: is none
    (True, None): "at {point} yours is {yours}, but f has no slope there",
    (True, True): "at {point} yours is {yours}, the slope is {slope}",
    (True, False): "at {point} yours is {yours}",
    (False, True): "at {point} yours has no value, the slope is {slope}",
    (False, False): "at {point} yours has no value",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mistake:
    """One explanation: its code, the subexpression where it happened, and what a student reads."""

    code: str
    place: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that an answer says; `holds` is None where that could not be settled."""

    says: str
    holds: bool | None
    witness: str = ""


HOLDS = {True: "✓", False: "✗", None: "?"}


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on an answer, and all that is known about it."""

    verdict: Verdict  # correct, incorrect, equal_on_part, invalid, undecided
    evidence: Evidence = Evidence()
    witness: Witness | None = None
    mistakes: tuple[Mistake, ...] = ()
    credit: float = 0.0
    reading: str = ""
    message: str = ""
    position: tuple[int, int] | None = None  # of what is at fault in an invalid answer
    remarks: tuple[str, ...] = ()  # what is worth saying and changes no verdict
    claims: tuple[Claim, ...] = ()  # what the answer says, part by part, where it has parts
    language: str = "en"  # in which its sentences are

    def __repr__(self) -> str:
        return brief(self, verdict=self.verdict, evidence=str(self.evidence), credit=self.credit,
                     mistakes=tuple(m.code for m in self.mistakes), reading=self.reading,
                     message=self.message)  # fmt: skip

    def _repr_html_(self) -> str:
        """For notebooks: what a student reads."""
        told_ = told_in(self, self.language)
        claims = [(c.says, HOLDS[c.holds], c.witness) for c in self.claims]
        return told(f"{told_.sign} {told_.verdict}", told_.message, *told_.beside,
                    after=table(("", "", ""), claims) if claims else "")  # fmt: skip

    @property
    def exit_code(self) -> int:
        return self.verdict.exit_code

    def spoken(self, language: str) -> Judgement:
        """The same in another language: en, de, es, fr, and whatever has been translated."""
        return replace(spoken(self, language), language=language)

    def as_dict(self) -> dict[str, Any]:
        """The fields as plain data, evidence and witness in words, too; `--json` prints them."""
        found = asdict(self)
        del found["language"]
        found["evidence"]["says"] = self.evidence.__str__()
        if self.witness:
            found["witness"]["says"] = self.witness.sentence
        return found


SIGNS_OF_VERDICTS = {
    "correct": "✓", "incorrect": "✗", "equal_on_part": "✗", "invalid": "!", "undecided": "!",
}  # fmt: skip
VERDICTS_IN_WORDS = sentences({
    "incorrect": "wrong", "equal_on_part": "right on a part only",
    "invalid": "cannot be judged", "undecided": "not decided",
})  # fmt: skip


class ToldJudgement(NamedTuple):
    """What a person reads of a judgement: `beside` stands what is worth knowing besides."""

    sign: str
    verdict: str
    message: str
    beside: tuple[str, ...]


def told_in(judgement: Judgement, language: str) -> ToldJudgement:
    """A judgement in the words of a language. Raises UsageError for one that is not spoken."""
    message = judgement.message
    if judgement.verdict != Verdict.correct:
        said: str = say(VERDICTS_IN_WORDS[judgement.verdict])
    else:
        right = lowered(message) if isinstance(message, Said) else message
        verdict = spoken(right, language).rstrip(".")
        said = say("{verdict}: {evidence}", verdict=verdict, evidence=str(judgement.evidence))
        message = ""
    sign = SIGNS_OF_VERDICTS[judgement.verdict]
    return ToldJudgement(sign, *spoken((said, message, tuple(_beside(judgement))), language))


def _beside(found: Judgement) -> Iterator[str]:
    yield from found.remarks
    if found.reading:
        reading = found.reading if isinstance(found.reading, Said) else Figures(found.reading)
        yield say("read as {reading}", reading=reading)
    seen = found.witness.sentence if found.witness else ""
    if spoken(seen, found.language)[1:] not in found.message:
        yield seen
    if 0 < found.credit < 1:
        yield say("credit {credit}", credit=Figures(f"{found.credit:g}"))


MOST_WHOLE = 10**9
LEAST, MOST = 1e-4, 1e6  # sizes that are pleasant to read


def witness(question: Sought, root: Value, found: Comparison) -> Witness | None:
    """The simplest point at which the answer is wrong, with a value if it has any where it is;
    a constant slope is not shown."""
    wrong = found.at("different") or found.at("undefined")
    spots = sorted(wrong, key=lambda s: _burden(question, s))
    if not spots:
        return None
    spot = spots[0]
    tape = Tape.of([root])
    yours = None
    if set(tape.variables) <= set(question.names):
        with precision(SLOPE_BITS):
            ball = evaluated(tape, spot.balls())
        yours = number(ball) if ball.is_finite() else None
    slope = number(question.slope(spot))
    for digits in (12, 25, 60):
        if slope == yours:
            yours, slope = number(ball, digits), number(question.slope(spot), digits)
    point = {n: text(x) for n, x in spot.point.items()}
    slope = slope if question.slope(spot).is_finite() else ""
    return Witness(point, yours, None if question.constant else slope)


def _burden(question: Sought, spot: Spot) -> tuple[int, int]:
    """Whole numbers first, then short fractions; values of a pleasant size before others."""
    slope = abs(float(question.slope(spot)))
    unpleasant = 0 if slope == 0 or LEAST < slope < MOST else 1
    length = sum(
        len(text(x)) + (x.denominator != 1) if isinstance(x, Fraction) else 4
        for x in spot.point.values()
    )
    return unpleasant, length


def text(x: Coordinate) -> str:
    """A coordinate as a student writes it."""
    if not isinstance(x, Fraction):
        return x if isinstance(x, str) else x.text
    return (
        str(x.numerator)
        if x.denominator == 1
        else f"{x.numerator}/{x.denominator}"
        if x.denominator < 100
        else f"{float(x):g}"
    )


def number(ball: arb, digits: int = 6) -> str:
    """A ball as a short decimal: whole numbers whole."""
    if 0.5 < abs(ball) < MOST_WHOLE:
        whole = round(float(ball))
        if ball.overlaps(arb(whole)) and ball.rad() < 0.1:
            return str(whole)
    shown = ball.mid().str(digits, radius=False)
    if "e" not in shown and "." in shown:
        shown = shown.rstrip("0").rstrip(".")
    return "0" if ball.contains(0) and abs(ball) < arb(10) ** -40 else shown


def parts(question: Sought, found: Comparison) -> str:
    """Right for x > 0, not for x < 0: as far as one boundary explains it; else two examples."""
    right, wrong = found.at("equal"), found.at("different", "undefined")
    if len(question.names) == 1 and len(wrong) > 1:
        name = question.wrt
        ends = (
            [coordinates.size(s.point[name]) for s in right],
            [coordinates.size(s.point[name]) for s in wrong],
        )
        for low, high, words in ((ends[0], ends[1], ("<", ">")), (ends[1], ends[0], (">", "<"))):
            if max(low) < min(high):
                edges = [c for c in (0.0, *question.critical) if max(low) <= c <= min(high)]
                if edges:
                    edge = f"{round(edges[0], 6):g}"
                    good, bad = (f"{name} {word} {edge}" for word in words)
                    return say("It is right for {good}, but not for {bad}.",
                               good=Figures(good), bad=Figures(bad))  # fmt: skip
    good, bad = _point(question, right), _point(question, wrong)
    return say("It is right at {good}, but not at {bad}.", good=good, bad=bad)


def _point(question: Sought, spots: list[Spot]) -> str:
    spot = min(spots, key=lambda s: _burden(question, s))
    return in_sequence(", ", *(Figures(f"{n} = {text(x)}") for n, x in spot.point.items()))

__all__ = [
    "SIGNS_OF_VERDICTS", "Claim", "Evidence", "Judgement", "Mistake", "Witness", "number", "parts",
    "text", "told_in", "witness",
]  # fmt: skip
