"""Judge an engine: run it on the cases, hold it against the reference, name what is wrong.

- `judge(engine, budget=60, seed=0)` is a `Report`.
- `examined(case, answer, reference, form)` are the remarks on one answer.

An answer that is close to the truth passes at once. Any other is looked at in rounding balls; what
fails there is made small, and each cause is told once.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from ..arithmetic.balls import precision
from . import second_order
from .cases import Case, with_infinities
from .cases import cases as cases_for
from .engine_calls import LATE, UNSUPPORTED, Caller, understood
from .flags import flags
from .float_formats import FORMATS, Format
from .forked import Apart, caller
from .programs import Program
from .remarks import Remark, judged, plain
from .report import Finding, Key, Report, cause, explains, reproduction, simpler
from .shrinking import shrunk
from .tensors.namespace_engine import Tensors
from .tensors.tensor_run import judge_tensors
from .truth import BITS, Truth

MOST_TRIES = 400  # smaller cases tried for one finding
MOST_FINDINGS = 100
MOST_HANGS = 3
GRACE = 3.0  # seconds beyond the budget in which a last finding is made small
NOTES_STEPS = 5  # of a program that is worth a note
NOTES_EACH = 12  # notes of a kind that are told


@dataclass
class Run:
    """One run of the oracle on one engine."""

    engine: Any
    caller: Caller | Apart
    form: Format
    report: Report
    deadline: float
    causes: dict[Key, Finding] = field(default_factory=dict)
    seen: dict[Any, int] = field(default_factory=dict)
    noted: set[Any] = field(default_factory=set)
    hangs: int = 0

    def late(self) -> bool:
        return time.monotonic() > self.deadline

    def remarks(self, case: Case, reference: Truth | None = None) -> list[Remark]:
        """Ask the engine, and judge its answer."""
        answer = self.caller.answer(case.program, case.point, case.backwards, case.order)
        if answer.crash == LATE:
            return []
        if answer.crash.startswith(UNSUPPORTED):
            self.report.skipped[answer.crash] += 1
            return []
        self.report.checked += 1
        reference = reference or Truth(case.program)
        if case.order == 2:
            return second_order.remarks(case, reference, answer, self.form)
        if not answer.crash and plain(reference, case.point, answer, self.form):
            return []
        return judged(reference, case.point, answer, self.form)

    def failure(self, case: Case) -> Remark | None:
        """The first number that fails."""
        return next((r for r in self.remarks(case) if r.fails), None)

    def fails_as(self, case: Case, kind: str) -> bool:
        if time.monotonic() > self.deadline + GRACE:
            return False
        return any(r.kind == kind for r in self.remarks(case))

    def found(self, case: Case, remark: Remark) -> None:
        """A failure: made small, told once per cause."""
        mark = self.explained(case, remark)
        if mark is not None and (self.late() or not self.again(mark, case)):
            return
        if "no answer within" in remark.note:
            self.hangs += 1
            self.told(case, remark, counted=mark)
            return
        small, again = self.smaller(case, remark)
        self.told(small, again or remark, steady=again is not None, counted=mark)

    def again(self, mark: Key, case: Case) -> bool:
        """Count a failure under its known cause; whether to look closer at it all the same.

        The 1st, 2nd, 4th, 8th, ... with other operations, too, may have another cause behind this
        one; with just the same ones the 1st, 8th, 64th, ... may have a simpler point.
        """
        known = self.causes[mark]
        self.causes[mark] = replace(known, seen=known.seen + 1)
        same = case.program.operations == known.program.operations
        self.seen[mark, same] = count = self.seen.get((mark, same), 0) + 1
        return count & (count - 1) == 0 and (not same or count.bit_length() % 3 == 1)

    def explained(self, case: Case, remark: Remark) -> Key | None:
        """The key of a known cause that may be this one too."""
        key = cause(self.as_finding(case, remark), self.form)
        return next((k for k, known in self.causes.items() if explains(known, k, key, case)), None)

    def smaller(self, case: Case, remark: Remark) -> tuple[Case, Remark | None]:
        """The smallest case that fails the same way; None where it does not fail again."""
        again = self.failure(case)
        if again is None:
            return case, None
        kind = again.kind
        small = shrunk(case, lambda c: self.fails_as(c, kind), MOST_TRIES, self.form.name)
        last = next((r for r in self.remarks(small) if r.kind == kind), None)
        return (small, last) if last else (case, again)

    def told(
        self, case: Case, remark: Remark, steady: bool = True, counted: Key | None = None
    ) -> None:
        """Add a finding, unless its cause is known; `counted` is the cause that has counted it."""
        finding = self.as_finding(case, remark)
        if not steady:
            finding = replace(finding, note=(finding.note + " (did not fail again)").strip())
        key = cause(finding, self.form)
        known = self.causes.get(key)
        seen = known.seen + (key != counted) if known else 1
        if known is None or simpler(finding, known):
            known = replace(finding, reproduction=reproduction(self.engine, case, finding))
        self.causes[key] = replace(known, seen=seen)

    def as_finding(self, case: Case, remark: Remark) -> Finding:
        names, place = case.program.variables, remark.place
        partial = "" if not place else names[place - 1] if case.order == 1 else (
            second_order.names(case.program, place)
        )  # fmt: skip
        return Finding(
            remark.kind, case.program, case.point, remark.got, remark.exact, remark.ulps,
            flags(case.program, case.point, case.backwards, case.order), partial=partial,
            digits=remark.digits, note=remark.note, backwards=case.backwards, order=case.order,
            dtype=self.form.name,
        )  # fmt: skip

    def noticed(self, case: Case, remark: Remark) -> None:
        """A note, once per kind and operations."""
        key = (remark.kind, case.program.operations)
        same = sum(1 for kind, _ in self.noted if kind == remark.kind)
        short = len(case.program.steps) <= NOTES_STEPS
        if short and key not in self.noted and same < NOTES_EACH:
            self.noted.add(key)
            self.report.notes.append(self.as_finding(case, remark))


def judge(
    engine: Any, budget: float = 60.0, seed: int = 0, *, most: int = MOST_FINDINGS,
    tensor: Any = None, cases: Any = None,
) -> Any:  # fmt: skip
    """What is wrong with an engine, as far as `budget` seconds show; `most` findings end it early.

    A module or namespace becomes an engine of tensors with the class of its tensors, `tensor`.
    Raises UsageError where it is no engine at all.
    """
    if tensor is not None and not isinstance(engine, Tensors):
        engine = Tensors(engine, constructor=tensor)
    if isinstance(engine, Tensors):
        return judge_tensors(engine, budget, seed, cases=cases, most=most)
    name, dtype, operations = understood(engine)
    started = time.monotonic()
    report = Report(name, dtype)
    stream = with_infinities(cases_for(operations, dtype, seed), operations)
    if callable(getattr(engine, "second", None)):
        stream = second_order.with_second(stream)
    with caller(engine, min(10.0, max(1.0, budget / 4))) as asked, precision(BITS):
        run = Run(engine, asked, FORMATS[dtype], report, started + budget)
        asked.until = run.deadline
        for case in ended(run, asked.ahead(stream), most):
            answered(run, *case)
    report.findings = sorted(run.causes.values(), key=lambda f: len(f.program.steps))
    report.seconds = time.monotonic() - started
    return report


def ended(run: Run, every: Iterator[Case], most: int) -> Iterator[tuple[Case, Truth]]:
    """The cases until time, findings or patience run out, each with its program's reference."""
    program: Program | None = None
    reference: Truth | None = None
    for case in every:
        if run.late() or len(run.causes) >= most or run.hangs >= MOST_HANGS:
            return
        if reference is None or case.program is not program:
            program, reference = case.program, Truth(case.program)
        yield case, reference


def answered(run: Run, case: Case, reference: Truth) -> None:
    """One case: nothing, notes, or a failure."""
    remarks = run.remarks(case, reference)
    worst = next((r for r in remarks if r.fails), None)
    if worst:
        run.found(case, worst)
        return
    for remark in remarks:
        run.noticed(case, remark)

