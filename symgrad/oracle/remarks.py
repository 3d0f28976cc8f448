"""The label of one answer of an engine: nothing, a note, or what is wrong with it.

- `judged(reference, point, answer, form)` is a list of `Remark`s, one for each number that is not
  plainly right; `.fails` says whether it is a finding.
- `plain(reference, point, answer)` is the quick look that nearly every right answer passes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flint import arb

from ..arithmetic.balls import NEGLIGIBLE, precision
from .float_formats import FORMATS, Format
from .truth import BITS, Truth

FAILURES = ("CRASH", "RULE", "RANGE", "PRECISION")
NOTES = ("GROWTH", "CONDITIONING", "CONVENTION")
DIGITS = 40


@dataclass(frozen=True)
class Answer:
    """What an engine gave: value and gradient, or what went wrong instead.

    `refused`: it raised, or gave complex numbers, which is right where no real number exists;
    `place` is the line that raised.
    """

    value: float = math.nan
    gradient: tuple[float, ...] = ()
    crash: str = ""
    refused: bool = False
    place: str = ""

    @property
    def told(self) -> str:
        """What went wrong and where."""
        return f"{self.crash} ({self.place})" if self.place else self.crash


@dataclass(frozen=True)
class Remark:
    """One number that is not plainly right: `place` is 0 for the value, else the variable + 1."""

    kind: str
    place: int
    got: float | None = None
    exact: float | None = None
    digits: str = ""
    ulps: float | None = None
    note: str = ""

    @property
    def fails(self) -> bool:
        return self.kind in FAILURES


def plain(reference: Truth, point: Sequence[Any], answer: Answer, form: Format) -> bool:
    """Whether every number is within a few ulps of a truth that is narrow at 128 bits.

    Or inside the balls of a run with a few bits less than the engine's floats: these lie inside
    the rounding balls, since each operation is widened by less, and cost a twentieth.
    """
    values = reference.values(point)
    balls = [values[reference.program.root], *reference.partials(values)]
    numbers = (answer.value, *answer.gradient)
    far = []
    for k, (got, ball) in enumerate(zip(numbers, balls)):
        near = float(ball)
        if (got != near or near) and ball.rel_accuracy_bits() < 70 and not ball.is_exact():
            return False
        if got != near:
            if not (math.isfinite(got) and math.isfinite(near)):
                return False
            if abs(got - near) > form.close * form.ulp(form.nearest(near)):
                far.append(k)
    if not far:
        return True
    with precision(form.bits - form.spare):
        loose = reference.balls(point)
    return all(loose[k].is_finite() and loose[k].contains(arb(numbers[k])) for k in far)


def judged(reference: Truth, point: Sequence[Any], answer: Answer, form: Format) -> list[Remark]:
    """All that is to be said about an answer that did not pass the quick look.

    To hang, to die, to give a wrong shape or type is a CRASH at any point. To raise is one where a
    finite value and gradient exist; elsewhere (1/0, ln(-1), the slope of sqrt at 0) an exception is
    as good an answer as nan.
    """
    if answer.crash and not answer.refused:
        return [Remark("CRASH", 0, note=answer.told)]
    truth = reference.exact(point)
    if truth.undefined:
        return []
    if answer.crash and not all(ball.is_finite() and abs(float(ball)) <= form.largest
                                for ball in truth.balls):  # fmt: skip
        return []
    if answer.crash:
        return [Remark("CRASH", 0, note=answer.told)]
    if any(map(math.isinf, point)):  # exact or unknown: no ball of a float run is bounded there
        if truth.balls[0].is_nan():
            return []
        allowed, bent = [loose(b, form) for b in truth.balls], [False] * len(truth.balls)
    else:
        allowed, bent = reference.acceptable(point, truth, form)
    with precision(BITS):
        sizes = reference.sizes(truth.values)
        steep = [abs(float(b * x)) for b, x in zip(truth.balls[1:], map(arb, point))]
        spread = [max((s for s in steep if s < math.inf), default=0.0), *[0.0] * len(steep)]
        numbers = (answer.value, *answer.gradient)
        found = [
            number(k, got, truth.balls[k], allowed[k], sizes[k], spread[k], bent[k], form)
            for k, got in enumerate(numbers)
        ]
        if any(r and r.fails and math.isnan(r.got or 0.0) for r in found):
            lost = reference.overflowed(truth.values, form.largest)
            found = [overflow(r) if lost and r and r.place else r for r in found]
            if reference.unbounded(truth.values):
                found = [infinite(r) if r and r.place else r for r in found]
    return [remark for remark in found if remark]


def overflow(remark: Remark) -> Remark:
    """A nan of a zero adjoint times infinity, where the value itself is infinite in floats."""
    if not (remark.fails and math.isnan(remark.got or 0.0)):
        return remark
    note = "a zero adjoint times a value that overflowed: nan here and in PyTorch"
    return replace(remark, kind="CONVENTION", note=note)


def infinite(remark: Remark) -> Remark:
    """A nan of zero times a gradient on the way that is infinite, as of x^(x*x) at 0."""
    if not (remark.fails and math.isnan(remark.got or 0.0)):
        return remark
    return replace(remark, kind="CONDITIONING", note="floats over- or underflow on the way")


def number(
    place: int, got: float, truth: arb, allowed: arb, size: float, spread: float, bent: bool,
    form: Format,
) -> Remark | None:  # fmt: skip
    """One number against the truth and what is allowed.

    `size` is the largest term in it; `spread` is how far it moves as the arguments move by their
    own size: at a zero, as that of lgamma at 1, this is what an error is measured by.
    """
    if not truth.is_finite():  # no finite derivative: nothing to hold an engine to
        return None
    near = form.nearest(float(truth))
    gap = abs(arb(got) - truth) if math.isfinite(got) else arb(math.inf)
    close = form.close * form.ulp(form.nearest(max(size, abs(near))))
    if gap <= close or got == near:
        return None
    ulps = float((gap / form.ulp(near)).mid())
    facts = (place, got, near, shown(truth), ulps)
    inside = math.isfinite(got) and bool(within(got, allowed))
    if not allowed.is_finite():
        return Remark("CONDITIONING", *facts, note="floats over- or underflow on the way")
    if inside and bent:
        return Remark("CONVENTION", *facts, note=f"acceptable: {between(allowed)}")
    if inside:
        return Remark("CONDITIONING", *facts, note="any float run may lose these digits")
    note = f"acceptable: {between(allowed)}" if bent else ""
    if bent and math.isfinite(got):
        gap = (allowed.lower() - got).max(got - allowed.upper())  # from the nearer end
    kind = label(got, near, gap, size if near else max(size, spread), form, bent)
    return Remark(kind, *facts, note=note)


def loose(ball: arb, form: Format) -> arb:
    """A number that one operation may be 64 ulp off; 0 and what is not finite stay."""
    near = float(ball)
    return ball + arb(0, form.loose * form.ulp(near)) if near and math.isfinite(near) else ball


def within(got: float, allowed: arb) -> bool:
    return bool(allowed.lower() <= got) and bool(allowed.upper() >= got)


def label(got: float, near: float, gap: arb, size: float, form: Format, bent: bool) -> str:
    """RANGE, RULE or PRECISION, for a number outside what is allowed."""
    if not math.isfinite(got) or (got == 0 and near != 0 and not bent):
        return "RANGE"
    largest = max(size, abs(near))
    return "RULE" if not gap <= form.rule * largest else "PRECISION"


def between(allowed: arb) -> str:
    low, high = float(allowed.lower()), float(allowed.upper())
    least = 1e-6 * max(abs(low), abs(high))  # a ball's radius has few bits: 0 may come out beside 0
    low, high = (0.0 if abs(x) < least else x for x in (low, high))
    return f"{low:.6g} to {high:.6g}"


def shown(ball: arb) -> str:
    """The truth in decimal."""
    if not ball.is_finite():
        return "nan"
    if abs(ball) < NEGLIGIBLE:
        return "0"
    return str(ball.mid().str(DIGITS, radius=False))


__all__ = ["FAILURES", "FORMATS", "NOTES", "Answer", "Remark", "judged", "plain"]
