"""Hold the engine against SymPy: eight verdicts, at given or sampled points.

- `verification(root, at, wrt, limits)` verifies value and gradient of a graph: a `Verification`.
- Bound variables keep their value; for the free ones points are drawn inside f's domain.
- `.verdict`, `.exit_code`, `.partials[name]` (engine, exact, ulps, verdict), `.points`, `.witness`.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from flint import arb

from ..arithmetic.balls import nearest
from ..displays import brief, table, told
from ..engine import Tape, order
from ..errors import BADNESS, LimitReached, SymgradError, Undecided, Verdict, worst
from ..limits import Deadline, Limits
from ..sentences import say, sentences
from ..value import Value
from .column import Column
from .kinks import Sides, on_a_kink, one_sided_again, one_sided_further
from .runs import (
    Problem,
    agree,
    exact_point,
    floats,
    narrow,
    reference_balls,
    samples,
    ulp,
    undefined_at,
)
from .verdicts import (
    MOST_ULPS,
    Check,
    PointReport,
    alike,
    digits,
    examined,
    examined_along,
    settled_at_zero,
)

ODDITIES = sentences({
    Verdict.undefined: "{count} of {points} sampled points: f has no value there",
    Verdict.kink: "{count} of {points} sampled points: a kink",
    Verdict.convention: "{count} of {points} sampled points: backpropagation chooses a slope there",
    Verdict.lost_digits: "{count} of {points} sampled points: floats lose digits there",
    Verdict.out_of_range: "{count} of {points} sampled points: floats over- or underflow there",
})
SAMPLED_VERDICTS = (Verdict.wrong, Verdict.undecided, Verdict.verified)  # at sampled points
FEWEST = 3  # points that must count before "verified" is said
EXPANDED = "out of f's own expansion from both sides: the derivative's formula has no value here"
BENT = "f has a kink or a jump here, and no derivative of this order"
CLAIMS = (Verdict.verified, Verdict.convention, Verdict.lost_digits, Verdict.out_of_range,
          Verdict.undecided)  # fmt: skip  # that there is a derivative, or may be
OPEN = (Verdict.undefined, Verdict.undecided)  # where a formula has no number, f's expansion tells
MANY = 32  # variables; above it one random direction stands for all


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found; `verdict` is the one to act on."""

    verdict: Verdict
    value: Check | None  # of the point that is worst; its ulps, of all points that count
    partials: dict[str, Check]
    points: tuple[PointReport, ...]
    sampled: bool
    counted: int  # points behind the verdict
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return brief(self, verdict=self.verdict, partials=self._verdicts, points=len(self.points),
                     ulps=self.ulps, notes=self.notes)  # fmt: skip

    @property
    def _verdicts(self) -> dict[str, str]:
        return {name: str(check.verdict) for name, check in self.partials.items()}

    def _repr_html_(self) -> str:
        """A row a number, for notebooks: what the engine gives, what is true, how far it is off."""
        points = f"{self.counted} point{'s' * (self.counted != 1)}"
        title = f"{self.verdict} against SymPy at {points}"
        checks = [c for c in (self.value, *self.partials.values()) if c]
        rows = ((f"∂/∂{c.name}" if c.name else "value", written(c.engine), written(c.exact),
                 written(c.ulps, ".1f"), c.verdict, c.note) for c in checks)  # fmt: skip
        heading = ("", "float64 engine", "exact", "ulps off", "verdict", "")
        return told(title, *self.notes, after=table(heading, rows))

    @property
    def exit_code(self) -> int:
        return self.verdict.exit_code

    @property
    def witness(self) -> Check | None:
        """Where it is wrong: the partial (or the value), its point and both numbers."""
        checks = (self.value, *self.partials.values())
        return next((c for c in checks if c and c.verdict is Verdict.wrong), None)

    @property
    def ulps(self) -> float | None:
        """The worst error of the float run over the points that count, in ulps."""
        checks = (self.value, *self.partials.values())
        return max((c.ulps for c in checks if c and c.ulps is not None), default=None)


def written(x: float | None, form: str = "") -> str:
    return "" if x is None else format(x, form)


def verification(
    root: Value, at: Mapping[str, float], wrt: Iterable[str] | None = None, *,
    limits: Limits = Limits.library, above: Sequence[str] = (), meaning: Value | None = None,
) -> Verification:  # fmt: skip
    """Verify the gradient of a graph.

    `above` names the variables by which `meaning` is differentiated before it is compared: root is
    then the engine's own derivative graph of `meaning` by these (order 2 and above, Hessians).
    """
    tape, whole = Tape.of([root]), Tape.of([meaning or root])
    names = tuple(wrt) if wrt is not None else tape.variables
    free = [name for name in whole.variables if name not in at]
    deadline = Deadline(limits.seconds, time.process_time)  # what SymPy's process takes is its own
    bound = {name: x for name, x in at.items() if name in whole.variables or name in names}
    try:
        points = samples(whole, bound, free, limits)
        nowhere = bool(points) and undefined_at(whole, points[0])
        if nowhere and above:  # the derivative of ln(x) would have a value at -1
            return summary(names, (absent(names, points[0]),), bool(free))
        column = _column(meaning or root, names, limits, above, nowhere)
        problem = Problem(tape, column, names, limits, order([root]), bool(above), deadline)
        points = [{**dict.fromkeys(names, 0.0), **p} for p in points]
        look = examined if len(names) <= MANY else examined_along
        reports = tuple(look(problem, p) for p in points)
        reports = looked_at_finely(problem, meaning or root, above, reports)
        if above and not nowhere:
            own = Problem(whole, None, whole.variables, limits, deadline=deadline)
            finer = cache(lambda: finely(problem, meaning or root, above))
            reports = tuple(by_expansion(problem, own, tuple(above), r, finer) for r in reports)
    except (Undecided, LimitReached) as stopped:
        return undecided(names, stopped, bool(free))
    return summary(names, reports, bool(free))


def looked_at_finely(
    problem: Problem, meaning: Value, above: Sequence[str], reports: tuple[PointReport, ...]
) -> tuple[PointReport, ...]:
    """What SymPy's expression of the whole left open, operation by operation: sinc(0) is one."""
    if problem.column is None or all(r.verdict is not Verdict.undecided for r in reports):
        return reports
    finer = finely(problem, meaning, above)
    return reports if finer is None else tuple(
        examined(finer, r.point) if r.verdict is Verdict.undecided else r for r in reports
    )


def finely(problem: Problem, meaning: Value, above: Sequence[str]) -> Problem | None:
    """The problem with SymPy's column operation by operation, where there is one."""
    try:
        column = Column.of(meaning, problem.names, problem.limits, above, finely=True)
    except (Undecided, LimitReached):
        return None
    return replace(problem, column=column)


def by_expansion(
    problem: Problem, own: Problem, above: tuple[str, ...], report: PointReport,
    finer: Callable[[], Problem | None],
) -> PointReport:  # fmt: skip
    """What f's own expansion from both sides says where the graph of a derivative cannot be asked.

    It may have no number: sqrt(x^4) is x^2, whose second derivative at 0 is 2, where the rules meet
    0/0. Or one though there is none: that of sign(x), differentiated twice, is 0. `own` is f.
    """
    point, at = report.point, exact_point(report.point)
    if undefined_at(own.tape, point):
        return report
    if all(c.verdict is not Verdict.undefined for c in report.checks) and not on_a_kink(own, at):
        return report
    got, sympy = floats(problem, point).numbers, reference_balls(problem, at).balls
    if not all(b.is_finite() for b in sympy) and (other := finer()):
        sympy = tuple(b if b.is_finite() else c
                      for b, c in zip(sympy, reference_balls(other, at).balls))  # fmt: skip
    if len(above) == 1:  # as a gradient it may have a number where its graph has 0 times infinity
        got = (floats(own, point).numbers[1 + own.names.index(above[0])], *got[1:])
    checks = []
    for k, check in enumerate(report.checks):
        sides = expansion(own, problem.tape, (*above, *filter(None, [check.name])), at)
        if sides is None or sides.unsettled:
            checks.append(open_still(check, sides))
        elif sides.derivative is not None and check.verdict in OPEN:
            found = expanded(replace(check, engine=got[k]), sides.derivative, sympy[k])
            checks.append(check if found.verdict is check.verdict else found)
        elif sides.derivative is None and check.verdict in CLAIMS:
            none = replace(check, verdict=Verdict.undefined, exact=None, digits="", note=BENT)
            checks.append(none)
        else:
            checks.append(check)
    return replace(report, checks=tuple(checks))


def expansion(
    own: Problem, slope: Tape, by: tuple[str, ...], at: Mapping[str, arb]
) -> Sides | None:
    """The derivative of f by these variables from both sides; None for mixed ones above order 2."""
    if len(set(by)) == 1:
        return one_sided_further(own, at, by[0], len(by))
    return one_sided_again(own, slope, at, (by[0], by[1]), narrow) if len(by) == 2 else None


def open_still(check: Check, sides: Sides | None) -> Check:
    """That the formula has no value does not say that f has no derivative there."""
    if check.verdict is not Verdict.undefined:
        return check
    why = f"; by f's own expansion: {sides.unsettled}" if sides else ""
    return replace(check, verdict=Verdict.undecided, note=check.note + why)


def expanded(check: Check, derivative: arb, sympy: arb) -> Check:
    """A check whose rules have no number here, where f has the derivative.

    What is verified is so against SymPy: where its own derivative tends to the same number. At the
    joint of a Piecewise it is the derivative of the branch that holds there, which tells nothing.
    """
    silent = not (sympy.is_finite() and agree(sympy, derivative))
    truth, got = settled_at_zero(derivative), check.engine
    found = replace(check, exact=nearest(truth), digits=digits(truth, 30), note=EXPANDED)
    if not abs(got - found.exact) <= MOST_ULPS * ulp(found.exact):  # type: ignore[operator, arg-type]
        return replace(found, verdict=Verdict.convention)
    return replace(found, verdict=Verdict.undecided if silent else Verdict.verified)


def _column(
    meaning: Value, names: Sequence[str], limits: Limits, above: Sequence[str], nowhere: bool
) -> Column | None:
    """SymPy's column; None where SymPy has none and f has no value to hold against it either."""
    try:
        return Column.of(meaning, names, limits, above)
    except (Undecided, LimitReached):
        if not nowhere:
            raise
    return None


def absent(names: Sequence[str], point: dict[str, float]) -> PointReport:
    """Where f itself has no value, none of its derivatives has one."""
    return alike(point, ("", *names), Verdict.undefined, "f itself has no value here")


def joined(rows: Mapping[str, Verification]) -> Verification:
    """The rows of a Hessian as one: the partial of row x by y is named "x,y"."""
    found = list(rows.values())
    last = min(found, key=lambda v: BADNESS[v.verdict])
    return replace(
        last, value=None,
        partials={f"{a},{b}": p for a, row in rows.items() for b, p in row.partials.items()},
        points=tuple(point for row in found for point in row.points),
        counted=min(row.counted for row in found),
        notes=tuple(dict.fromkeys(note for row in found for note in row.notes)),
    )  # fmt: skip


def undecided(names: Sequence[str], stopped: SymgradError, sampled: bool) -> Verification:
    """A check that could not be made never passes as verified."""
    partials = {n: Check(n, Verdict.undecided, note=stopped.message) for n in names}
    return Verification(Verdict.undecided, None, partials, (), sampled, 0, (stopped.message,))


def summary(names: Sequence[str], reports: Sequence[PointReport], sampled: bool) -> Verification:
    """All points in one verdict: the worst given one; sampled oddities are notes."""
    counting = [r for r in reports if not sampled or r.verdict in SAMPLED_VERDICTS]
    settled = [r for r in counting if r.verdict != Verdict.undecided]
    notes: tuple[str, ...]
    if not reports:
        note = f"fewer than {FEWEST} points were found inside the domain"
        return undecided(names, Undecided(note), sampled)
    if all(r.verdict == Verdict.undefined for r in reports):
        verdict, notes = Verdict.undefined, ()
    elif sampled and len(reports) < FEWEST:
        verdict = worst([Verdict.undecided, *(r.verdict for r in reports)])
        notes = (say("only {count} points were found inside the domain", count=str(len(reports))),)
    elif sampled and len(settled) < FEWEST and not any(r.verdict == Verdict.wrong for r in reports):
        verdict, notes = Counter(r.verdict for r in reports).most_common(1)[0][0], ()
        counting = [r for r in reports if r.verdict == verdict]
        if verdict == Verdict.verified:
            verdict, count = Verdict.undecided, str(len(counting))
            notes = (say("only {count} points count: too few for a verdict", count=count),)
    else:
        verdict, notes = worst(r.verdict for r in counting), ()
    notes += tuple(oddities(reports)) if sampled and verdict != Verdict.undefined else ()
    columns = [_partial(name, k, reports, counting) for k, name in enumerate(("", *names))]
    return Verification(
        verdict, columns[0], {p.name: p for p in columns[1:]}, tuple(reports), sampled,
        len(counting), notes,
    )  # fmt: skip


def oddities(reports: Sequence[PointReport]) -> list[str]:
    """What sampled points ran into that does not count."""
    odd = Counter(r.verdict for r in reports if r.verdict not in SAMPLED_VERDICTS)
    return [say(ODDITIES[verdict], count=str(count), points=str(len(reports)))
            for verdict, count in odd.items()]  # fmt: skip


def _partial(
    name: str, k: int, reports: Sequence[PointReport], counting: Sequence[PointReport]
) -> Check:
    pool = [(r.checks[k], r.point) for r in (counting or reports)]
    check, point = min(pool, key=lambda p: (BADNESS[p[0].verdict], -(p[0].ulps or 0)))
    ulps = max((c.ulps for c, _ in pool if c.ulps is not None), default=None)
    return replace(check, ulps=ulps, point=point)


__all__ = ["Check", "PointReport", "Verification", "joined", "verification"]
