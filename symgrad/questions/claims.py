"""What an answer claims, settled in balls: two formulas equal, two numbers equal, a number rounded.

- `judged_formula(kind, sought, answer, variants)` holds a formula against what is sought and names
  the variant, the same computation with one rule wrong, that it equals.
- `judged_number(kind, number, truth, places, variants)` does so for a number, exact or rounded.
- `equal(a, b, limits)` is True, False or None (not settled) for two numbers given as balls.

Nothing is decided by a tolerance: "rounded to 3 places" is a statement about digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction

from flint import arb

from ..arithmetic.balls import exact, precision
from ..engine import Tape
from ..errors import Verdict
from ..homework.comparing import DIGITS_AGREED, Comparison, compared
from ..homework.coordinates import ExactNumber
from ..homework.judgement import Claim, Evidence, Judgement, Mistake, parts, witness
from ..homework.judging import ambiguous
from ..homework.reading import Readable, ReadAnswer, Unreadable
from ..homework.sought import SLOPE_BITS, Sought, Spot, evaluated
from ..limits import Limits
from ..sentences import Figures, in_sequence, raised, say
from ..value import Value, substituted
from .answers import INFINITE, NO_VALUE, STEEP, Number, formula, fraction, number
from .certified_roots import CertifiedRoot
from .question import COMMON_STORIES, QuestionKind, decimals

Real = Callable[[], arb]  # a number at the current precision
Variant = tuple[str, Value]  # a mistake's code, and what an answer with it equals
Named = str | Callable[[], Mistake]  # a code, or what says the mistake
NumberVariant = tuple[Named, Real]

CLAIM_BITS = 128
FEWEST_EQUAL = 3  # points at which a mistake must be confirmed
TELLING_DIGITS = 3  # digits of a decimal below which it may agree by chance


def chained(
    found: Judgement, earlier: Iterable[str], judged: Callable[[str], Judgement | None]
) -> Judgement:
    """The verdict on a chain of equalities: right only if its members before the last are as well.

    One that cannot be read is no member, but says what is sought: f'(2) = 12.
    """
    for member in earlier if found.verdict == Verdict.correct else ():
        with suppress(Unreadable):
            other = judged(member)
            if other and other.verdict in (Verdict.incorrect, Verdict.equal_on_part):
                said: str = say("Of these steps, {formula} is the first that is not right.",
                                formula=member.strip())  # fmt: skip
                if other.message != say(COMMON_STORIES["unknown"].sentence):
                    said = in_sequence(" ", said, other.message)
                return replace(other, message=said, credit=0.0)
    return found


def named(kind: QuestionKind, code: str, **said: object) -> Mistake:
    """The mistake of this code, as its student reads it."""
    return kind.told(code, **said)


# --- formulas -------------------------------------------------------------------------------------


def judged_formula(
    kind: QuestionKind, sought: Sought, readings: Sequence[ReadAnswer],
    variants: Iterable[Variant] = (),
) -> Judgement:  # fmt: skip
    """The verdict on a formula that should equal what is sought wherever that lives.

    The first reading decides; where only another one is right, it is asked which is meant.
    """
    sought.started()
    root, reading = readings[0].root, readings[0].text
    found = compared(root, sought)
    if found.verdict == Verdict.correct:
        points = len(found.at("equal"))
        return Judgement(Verdict.correct, Evidence(False, points, DIGITS_AGREED), credit=1.0,
                         reading=reading, message=say("Right."))  # fmt: skip
    if found.verdict == Verdict.undecided:
        why = say("the answer and what is right could not be told apart")
        if not sought.spots:
            why = say("no point was found at which the question can be decided")
        return Judgement(Verdict.undecided, reading=reading,
                         message=say("Not decided: {why}.", why=why))  # fmt: skip
    if any(compared(other.root, sought).verdict == Verdict.correct for other in readings[1:]):
        return ambiguous(readings)
    return refuted(kind, sought, root, found, variants, reading)


def refuted(
    kind: QuestionKind, sought: Sought, root: Value, found: Comparison, variants: Iterable[Variant],
    reading: str,
) -> Judgement:  # fmt: skip
    """The judgement on a wrong formula, its mistake named."""
    code = explained(sought, root, variants) or "unknown"
    mistake = named(kind, code)
    seen = witness(sought, root, found)
    said: str = mistake.message
    if found.verdict == Verdict.equal_on_part:
        said = in_sequence(" ", said, parts(sought, found))
    elif seen and code == "unknown":
        said = in_sequence("", said, " ", raised(seen.sentence), ".")
    return Judgement(found.verdict, witness=seen, mistakes=(mistake,), reading=reading,
                     message=said)  # fmt: skip


def explained(sought: Sought, root: Value, variants: Iterable[Variant]) -> str | None:
    """The code of the first variant that equals the answer; else a sign, a factor, a constant."""
    spots = [s for s in sought.spots if not s.far] or sought.spots
    for code, other in variants:
        if sought.in_time(0.8) and same(root, other, spots):
            return code
    yours = values(root, spots)
    right: list[arb] = [sought.slope(s) for s in spots]
    with precision(SLOPE_BITS):
        if matches(yours, [-y for y in right]):
            return "negative"
        pairs = [(a, b) for a, b in zip(yours, right) if a.is_finite() and not b.contains(0)]
        if len(pairs) >= FEWEST_EQUAL and sought.names and not sought.constant:
            factors = [a / b for a, b in pairs]
            if factors[0] != 0 and matches(factors, factors[:1] * len(factors)):
                return "constant_factor"
            gaps = [a - b for a, b in pairs]
            if matches(gaps, gaps[:1] * len(gaps)):
                return "constant_term"
    return None


def values(root: Value, spots: Sequence[Spot]) -> list[arb]:
    """A formula's balls at the spots; not finite where it has no value or other names."""
    tape = Tape.of([root])
    with precision(SLOPE_BITS):
        known = [spot.balls() for spot in spots]
        return [
            evaluated(tape, here) if set(tape.variables) <= set(here) else arb.nan()
            for here in known
        ]


def same(a: Value, b: Value, spots: Sequence[Spot]) -> bool:
    """Whether two formulas are equal at all spots where both have a value, and these are enough."""
    return matches(values(a, spots), values(b, spots))


def matches(a: Sequence[arb], b: Sequence[arb]) -> bool:
    confirmed = 0
    for x, y in zip(a, b):
        if x.is_finite() and y.is_finite():
            if not x.overlaps(y):
                return False
            confirmed += 1
    return confirmed >= FEWEST_EQUAL


def judged_none(
    kind: QuestionKind, typed: str, exists: bool, where: str, steep: Callable[[int], bool]
) -> Judgement | None:
    """The verdict on "does not exist", "vertical" or -oo for a slope; None for other answers.

    `steep` tells whether it is infinite to a side, 1 or -1, or to any, 0.
    """
    signed = INFINITE.fullmatch(typed)
    infinite = signed or STEEP.fullmatch(typed)
    if not infinite and not NO_VALUE.fullmatch(typed):
        return None
    if exists:
        return kind.wrong("there_is_one", point=Figures(where))
    if infinite and not steep(0 if signed is None else -1 if signed["sign"] == "-" else 1):
        return kind.wrong("no_slope", point=Figures(where))
    claim = Claim(say("there is no derivative at {point}", point=Figures(where)), True)
    return Judgement(Verdict.correct, Evidence(points=1), credit=1.0, message=say("Right."),
                     claims=(claim,))  # fmt: skip


# --- numbers --------------------------------------------------------------------------------------


def equal(a: Real, b: Real, limits: Limits) -> bool | None:
    """Whether two numbers are equal. Disjoint balls are a proof that they are not."""
    difference = sign(lambda: a() - b(), limits)
    return None if difference is None else difference == 0


def sign(number: Real, limits: Limits) -> int | None:
    """-1, 0 or 1; 0 where all bits there are cannot tell it from 0; None where it has no value."""
    bits = CLAIM_BITS
    while True:
        with precision(bits):
            ball = number()
            if ball.is_finite() and not ball.contains(0):
                return 1 if ball > 0 else -1
            if 2 * bits > limits.bits:
                small = ball.is_finite() and abs(ball) < arb(10) ** -DIGITS_AGREED
                return 0 if small else None
        bits *= 4 if 4 * bits <= limits.bits else 2


def judged_number(
    kind: QuestionKind, number: Number, truth: Real, places: int | None = None,
    variants: Iterable[NumberVariant] = (),
) -> Judgement:  # fmt: skip
    """The verdict on a number: equal to the truth, or with `places` correctly rounded to them."""
    limits = kind.limits
    said = {} if places is None else {"places": decimals(places)}
    right = equal(number.ball, truth, limits)
    if right is False and (whole := by_thousands(number, kind.limits)) is not None:
        meant = equal(whole.ball, truth, limits)
        if not rounding(whole, truth, places, limits, bool(meant)):
            said_ = say("{text} can mean {first} or {second}: write it without a comma.",
                        text=number.text, first=Figures(number.text.replace(",", ".")),
                        second=Figures(whole.text))  # fmt: skip
            raise Unreadable("ambiguous", said_, None, number.text)
    if right is None:
        why = say("the answer and what is right could not be told apart")
        return Judgement(Verdict.undecided, reading=number.text,
                         message=say("Not decided: {why}.", why=why))  # fmt: skip
    code: Named = rounding(number, truth, places, limits, right)
    if code == "rounded_constant" and kind.question.rounding == "accept":
        code, places = "", number.places
    if not code:
        return Judgement(Verdict.correct, agreement(places), credit=1.0, reading=number.text,
                         message=say("Right."))  # fmt: skip
    if code == "unknown":
        usual: list[NumberVariant] = [*variants, ("negative", lambda: -truth())]
        fits = (name for name, other in usual if fitting(number, other, limits))
        code = next(fits, code)
    mistake = named(kind, code, **said) if isinstance(code, str) else code()
    return Judgement(Verdict.incorrect, mistakes=(mistake,), reading=number.text,
                     message=mistake.message, claims=(Claim(number.text, False),))  # fmt: skip


def agreement(places: int | None, points: int = 1) -> Evidence:
    """What a right number, or several, rest upon: exact ones agree to every digit looked at."""
    return Evidence(points=points, digits=DIGITS_AGREED if places is None else 0, places=places)


def by_thousands(number_: Number, limits: Limits) -> Number | None:
    """What 1,000 is where its commas part thousands; None where they cannot."""
    grouped = re.fullmatch(r"[+-]?\d{1,3}(?:,\d{3})+", number_.text)
    return number(number_.text.replace(",", ""), limits) if grouped else None


def number_in_chain(
    kind: QuestionKind, text: str, known: Readable, point: Mapping[str, ExactNumber], truth: Real,
    variants: Iterable[NumberVariant] = (),
) -> Judgement | None:  # fmt: skip
    """The verdict on one member of a chain of numbers; a formula is taken at the point.

    None where it has other names. It may be exact, or have at least the places asked for.
    """
    root = formula(text, known).root
    names = Tape.of([root]).variables
    if any(n not in point or isinstance(point[n], CertifiedRoot) for n in names):
        return None
    there = ExactNumber(text, substituted(root, {n: point[n].root for n in names}))
    number_ = Number(text, there) if names else number(text, kind.limits)
    places = kind.question.places
    if places is not None:
        own = max(places, number_.places or 0)
        if within(number_, truth, Fraction(1, 2 * 10**own), kind.limits):
            truth = number_.ball
    return judged_number(kind, number_, truth, None, variants)


def rounding(number: Number, truth: Real, places: int | None, limits: Limits, right: bool) -> str:
    """What is wrong with a number's digits; nothing if it is right, `unknown` if not its digits."""
    decimal, unit = fraction(number), None if places is None else Fraction(1, 10**places)
    if places is None:
        rounded = decimal is not None and number.places and within(
            number, truth, Fraction(1, 2 * 10**number.places), limits
        )
        return "" if right else "rounded_constant" if rounded else "unknown"
    assert unit is not None
    if right:
        few = number.places is not None and number.places <= places
        return "" if few or sign_of_whole(truth, places, limits) else "not_rounded"
    if decimal is None or number.places is None:
        return "unknown"
    if number.places > places:
        close = within(number, truth, Fraction(1, 2 * 10**number.places), limits)
        return "not_rounded" if close else "unknown"
    if within(number, truth, unit / 2, limits):
        return ""
    if number.places < places and within(number, truth, Fraction(1, 2 * 10**number.places), limits):
        return "rounded_too_far"
    if number.places == places and within(number, truth, unit, limits):
        smaller = sign(lambda: abs(truth()) - abs(number.ball()), limits)
        return "truncated" if smaller == 1 else "rounded_wrongly"
    return "unknown"


def sign_of_whole(truth: Real, places: int, limits: Limits) -> bool:
    """Whether a number is a decimal with so many places, which an exact answer may write as 1/4."""
    with precision(CLAIM_BITS):
        scaled = truth() * 10**places
        near = scaled.mid()
        whole = Fraction(round(float(near))) if abs(near) < 2**50 else None
    if whole is None:
        return False
    return equal(lambda: truth() * 10**places, lambda: exact(whole), limits) is True


def within(number: Number, truth: Real, distance: Fraction, limits: Limits) -> bool:
    """Whether |number - truth| <= distance; a tie is within."""
    return sign(lambda: exact(distance) - abs(number.ball() - truth()), limits) in (0, 1)


def fitting(number: Number, other: Real, limits: Limits) -> bool:
    """Whether a number is another one, or that one rounded to digits enough to be no accident."""
    with precision(CLAIM_BITS):
        if not other().is_finite():
            return False
    if equal(number.ball, other, limits):
        return True
    digits = len(number.text.replace("-", "").replace(",", ".").replace(".", "").lstrip("0"))
    if not number.places or digits < TELLING_DIGITS:
        return False
    return within(number, other, Fraction(1, 2 * 10**number.places), limits)


__all__ = [
    "NumberVariant", "Real", "Variant", "agreement", "chained", "equal", "judged_formula",
    "judged_none", "judged_number", "named", "number_in_chain", "same", "sign", "values", "within",
]  # fmt: skip
