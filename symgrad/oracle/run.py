"""Judge an engine: run it on the cases, hold it against the reference, name what is wrong.

- `judge(engine, budget=60, seed=0)` is a `Report`.
- `assert_gradients(engine)` fails a test of any suite with every cause found.
- `examined(case, answer, reference, form)` are the remarks on one answer.

An answer that is close to the truth passes at once. Any other is looked at in rounding balls; what
fails there is made small, and each cause is told once.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from ..arithmetic.balls import precision
from ..doors import door
from ..errors import UsageError
from ..limits import Deadline
from . import second_order
from .cases import Case, with_infinities
from .cases import cases as every_case
from .causes import (
    NARROW,
    Cause,
    EngineAsked,
    between_questions,
    covers,
    explained,
    fits,
    joined,
    narrower,
)
from .engine_calls import LATE, UNSUPPORTED, Caller, understood
from .flags import flags
from .float_formats import FORMATS, Format
from .forked import Apart, caller
from .growth import doubling
from .known_findings import held_against
from .programs import Program
from .remarks import FAILURES, Answer, Remark, judged, plain
from .report import (
    SHARED,
    Finding,
    Key,
    Report,
    cause_key,
    counted,
    explains,
    reproduction,
    simpler,
    worse,
)
from .shrinking import shrunk
from .tensors.namespace_engine import Tensors
from .tensors.tensor_cases import tensor_cases
from .tensors.tensor_command import TensorCommand
from .tensors.tensor_run import judge_tensors
from .truth import BITS, Truth

MOST_TRIES = 400  # smaller cases tried for one finding
MOST_FINDINGS = 100
MOST_HANGS = 3
CASES_BEFORE_GROWTH = 50  # that an engine has answered
MOST_JOINED = 3  # findings of which only that is known: each step is right by itself
CASES_PER_SECOND = 10_000  # of a budget
STEPS_A_SECOND = 5_000  # of a chain, at which it is judged at least
SECONDS_A_CALL = 4.0  # of an engine; the first that comes too late may take twice as long again
LATE_ANSWER = "no answer within"
GRACE = 1.0  # seconds beyond the budget in which a last finding is made small
NOTES_STEPS = 5  # of a program that is worth a note
NOTES_EACH = 12  # notes of a kind that are told


Progress = Callable[[Report], None]


@dataclass
class Run:
    """One run of the oracle on one engine."""

    engine: Any
    caller: Caller | Apart
    form: Format
    report: Report
    deadline: Deadline
    causes: dict[Key, Finding] = field(default_factory=dict)
    seen: dict[Any, int] = field(default_factory=dict)
    noted: set[Any] = field(default_factory=set)
    sweeps: Counter[str] = field(default_factory=Counter)  # numbers that each wrong one gives
    hangs: int = 0
    grown: bool = False  # whether it was looked at how time grows

    @property
    def question(self) -> EngineAsked:
        return EngineAsked(self.ask, self.form, self.causes)

    def late(self) -> bool:
        return self.deadline.passed

    def remarks(self, case: Case, reference: Truth | None = None) -> list[Remark]:
        """Ask the engine, and judge its answer."""
        answer = self.ask(case)
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
        if self.deadline.passed_by(GRACE):
            return False
        return any(r.kind == kind for r in self.remarks(case))

    def ask(self, case: Case) -> Answer:
        if self.deadline.passed_by(GRACE):
            return Answer(crash=LATE)
        return self.caller.answer(case.program, case.point, case.backwards, case.order)

    def found(self, case: Case, remark: Remark) -> None:
        """A failure: counted where its cause is known, else made small and told."""
        case, remark = self.once(case, remark)
        if remark.kind == "CRASH" and LATE_ANSWER in remark.note:
            self.hangs += 1
            self.told(case, remark, self.known_as(case, remark))
            return
        mark = self.explained(case, remark)
        if mark is not None:
            if not self.late() and self.again(mark, case):
                self.closer(case, remark, counted=mark)
            return
        cause = None if self.shared(case, remark) else explained(self.question, case, remark)
        if cause:
            self.because(cause, case, remark)
        else:
            self.closer(case, remark)

    def once(self, case: Case, remark: Remark) -> tuple[Case, Remark]:
        """The same with one backward run, where that fails, too."""
        if case.backwards == 1:
            return case, remark
        simpler = replace(case, backwards=1)
        failure = self.failure(simpler)
        return (simpler, failure) if failure else (case, remark)

    def because(self, cause: Cause, case: Case, remark: Remark) -> None:
        """A failure whose cause is understood: told where it shows alone, the first time."""
        self.sweeps.update(cause.fitting)
        known = self.causes.get(cause.key)
        settled = known and (cause.key == NARROW or not worse(remark.kind, known.kind))
        if known and (settled or self.late()):
            self.causes[cause.key] = counted(known, remark.kind)
            return
        if not known:
            cause = between_questions(self.question, case, remark) or cause
        shown, failure = case, remark
        if cause.case:
            alone = self.failure(cause.case)
            shown, failure = (cause.case, alone) if alone else (case, remark)
        small, again = self.smaller(shown, failure, cause)
        self.told(small, again or failure, cause.key, cause, steady=again is not None)
        if cause.key[0] == "sweep":
            self.merged(cause.key, case, remark.place)
        if cause.key == NARROW and not known:
            self.narrowed()
        if cause.key[0] == "row" and cause.key[-1]:
            self.understood(cause.key)

    def understood(self, key: Key) -> None:
        """What was told of a row before it was seen how it is wrong may be just that."""
        vague = (*key[:-1], "")
        told = self.causes.get(vague)
        case = Case(told.program, told.point) if told else None
        again = self.failure(case) if case else None
        if told and case and again and fits(key[-1], case, again):
            mine, told = self.causes[key], self.causes.pop(vague)
            self.causes[key] = replace(mine, seen=mine.seen + told.seen)

    def narrowed(self) -> None:
        """What was told before the engine's floats were known to be narrower may be theirs."""
        for key, told in list(self.causes.items()):
            if key != NARROW and narrower(self.question, Case(told.program, told.point)):
                mine = self.causes[NARROW]
                self.causes[NARROW] = replace(mine, seen=mine.seen + self.causes.pop(key).seen)

    def merged(self, key: Key, fresh: Case, at: int) -> None:
        """What joins steps that are right one by one; and findings of wrong sweeps that do not give
        this case, while its own gives theirs."""
        for other in [k for k in self.causes if k[0] == "joined"]:
            mine = self.causes[key]
            self.causes[key] = replace(mine, seen=mine.seen + self.causes.pop(other).seen)
        for other, known in list(self.causes.items()):
            case, place = shown(known)
            if other[0] != "sweep" or other == key or covers(self.question, other, fresh, at):
                continue
            if covers(self.question, key, case, place):
                mine = self.causes[key]
                self.causes[key] = replace(mine, seen=mine.seen + self.causes.pop(other).seen)

    def in_one(self) -> None:
        """Of several wrong sweeps that which gives most numbers: an engine has one sweep."""
        told = sorted((k for k in self.causes if k[0] == "sweep"),
                      key=lambda k: (-self.sweeps[k[1]], len(self.causes[k].program)))  # fmt: skip
        for best, _ in self.sweeps.most_common(1):
            fits = {k: best for k in told
                    if covers(self.question, ("sweep", best), *shown(self.causes[k]))}  # fmt: skip
            first = next(iter(fits), told[0])
            every = [self.causes.pop(k) for k in told]
            self.causes[first] = replace(
                every[told.index(first)], seen=sum(f.seen for f in every),
                cause=fits.get(first) or str(first[1]))  # fmt: skip

    def closer(self, case: Case, remark: Remark, counted: Key | None = None) -> None:
        """Made small, and looked at once more: a small case may be understood."""
        small, again = self.smaller(case, remark)
        if again is None:
            self.told(case, remark, self.known_as(case, remark), steady=False, counted=counted)
            return
        cause = None
        if again.kind != "CRASH" and not self.shared(small, again):
            cause = explained(self.question, small, again) or between_questions(
                self.question, small, again
            )
        if cause and cause.case:
            self.because(cause, small, again)
        else:
            key = cause.key if cause else self.known_as(small, again)
            key, cause = (key, cause) if cause else self.between(key, small, again)
            if cause is None and key[0] == "sweep":  # it is told where it gives the numbers
                self.causes[key] = replace(self.causes[key], seen=self.causes[key].seen + 1)
                return
            self.told(small, again, key, cause, counted=counted)

    def between(self, key: Key, case: Case, remark: Remark) -> tuple[Key, Cause | None]:
        """Steps that are right one by one: a few such findings are told, the others counted."""
        if remark.kind == "CRASH" or self.shared(case, remark) or not joined(self.question, case):
            return key, None
        sweep = next((k for k in self.causes if k[0] == "sweep"), None)
        if sweep:
            return sweep, None
        told = [k for k in self.causes if k[0] == "joined"]
        mine = ("joined", *key)
        if mine not in told and len(told) >= MOST_JOINED:
            mine = told[-1]
        return mine, Cause(mine, "each step is right by itself; what joins them is not")

    def shared(self, case: Case, remark: Remark) -> bool:
        """Whether its cause is one that every row shares."""
        return self.known_as(case, remark)[1] in SHARED

    def known_as(self, case: Case, remark: Remark) -> Key:
        return cause_key(self.as_finding(case, remark), self.form)

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
        """The key of a known cause that may be this one too.

        A row whose slope is known to be wrong has no right second derivative.
        """
        if case.order == 2:
            rows = case.program.operations
            first = next((k for k in self.causes if k[0] == "row" and k[1] in rows), None)
            if first:
                return first
        key = self.known_as(case, remark)
        return next((k for k, known in self.causes.items() if explains(known, k, key, case)), None)

    def smaller(
        self, case: Case, remark: Remark, cause: Cause | None = None
    ) -> tuple[Case, Remark | None]:
        """The smallest case that fails the same way; None where it does not fail again.

        Where the cause is a wrong sweep, it stays the one that explains the numbers.
        """
        again = self.failure(case)
        if again is None:
            return case, None
        kind = again.kind

        def fails(c: Case) -> bool:
            if not (cause and cause.key[0] == "sweep"):
                return self.fails_as(c, kind)
            found = self.failure(c) if not self.late() else None
            why = explained(self.question, c, found) if found and found.kind == kind else None
            return why is not None and why.key == cause.key

        most = MOST_TRIES // 4 if cause and cause.key[0] == "sweep" else MOST_TRIES
        small = shrunk(case, fails, most, self.form.name)
        last = next((r for r in self.remarks(small) if r.kind == kind), None)
        return (small, last) if last else (case, again)

    def told(
        self, case: Case, remark: Remark, key: Key, cause: Cause | None = None,
        steady: bool = True, counted: Key | None = None,
    ) -> None:  # fmt: skip
        """Add a finding, unless its cause is known; `counted` is the cause that has counted it."""
        finding = self.as_finding(case, remark)
        if cause:
            finding = replace(finding, cause=cause.words, row=cause.row)
        if not steady:
            finding = replace(finding, note=(finding.note + " (did not fail again)").strip())
        known = self.causes.get(key)
        seen = known.seen + (key != counted) if known else 1
        kinds = {finding.kind, *(known.kinds if known else ())}
        if known is None or (key != NARROW and simpler(finding, known)):
            known = replace(finding, reproduction=reproduction(self.engine, case, finding))
        self.causes[key] = replace(known, seen=seen, kinds=tuple(k for k in FAILURES if k in kinds))

    def grows(self) -> None:
        """Tell of a backward that goes along every path."""
        self.grown = True
        growth = doubling(self.caller)
        if growth:
            note = self.as_finding(growth.case, Remark("GROWTH", 0, note=growth.note))
            self.report.notes.append(replace(note, cause=growth.words))

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


def shown(finding: Finding) -> tuple[Case, int]:
    """The case of a finding, and the place of its number."""
    names, partial = finding.program.variables, finding.partial
    return Case(finding.program, finding.point), 1 + (partial in names and names.index(partial))


@door()
def judge(
    engine: Any, budget: float = 60.0, seed: int = 0, *,
    cases: int | Iterable[Any] | None = None, most: int = MOST_FINDINGS, tensor: Any = None,
    baseline: Any = None, progress: Progress | None = None,
) -> Any:  # fmt: skip
    """What is wrong with an engine, as far as so many cases show; `most` findings end it early.

    The cases are CASES_PER_SECOND for each second of the budget, so that a run is the same on
    every machine that is fast enough; the seconds are a backstop. `cases` are how many, or the
    cases themselves. A module or namespace becomes an engine of tensors with the class of its
    tensors, `tensor`. What is in the `baseline` (a report, or its file) is no finding. `progress`
    is called with the report as it grows. Raises UsageError where it is no engine.
    """
    if not budget > 0:
        raise UsageError(f"budget is more than 0 seconds, got {budget:g}")
    if isinstance(cases, int) and cases < 1:
        raise UsageError(f"cases are at least 1, got {cases}")
    if tensor is not None and not isinstance(engine, Tensors):
        engine = Tensors(engine, constructor=tensor)
    if isinstance(engine, Tensors | TensorCommand):
        some = islice(tensor_cases(seed), cases) if isinstance(cases, int) else cases
        found = judge_tensors(engine, budget, seed, cases=some, most=most)
        return found if baseline is None else held_against(found, baseline)
    name, dtype, operations = understood(engine)
    started = time.monotonic()
    report = Report(name, dtype, operations=sorted(operations))
    whole = with_infinities(every_case(operations, dtype, seed), operations)
    count = round(budget * CASES_PER_SECOND) if cases is None else cases
    stream = islice(whole, count) if isinstance(count, int) else iter(count)
    if callable(getattr(engine, "second", None)):
        stream = second_order.with_second(stream)
    with caller(engine, min(SECONDS_A_CALL, max(1.0, budget / 4))) as asked, precision(BITS):
        run = Run(engine, asked, FORMATS[dtype], report, Deadline(budget))
        asked.deadline = run.deadline
        for case in ended(run, asked.ahead(stream), most):
            answered(run, *case)
            if progress:
                report.findings = list(run.causes.values())
                progress(report)
            if report.checked >= CASES_BEFORE_GROWTH and not run.grown and "add" in operations:
                run.grows()
    run.in_one()
    report.findings = sorted(run.causes.values(), key=lambda f: len(f.program.steps))
    report.seconds = time.monotonic() - started
    return report if baseline is None else held_against(report, baseline)


def ended(run: Run, every: Iterator[Case], most: int) -> Iterator[tuple[Case, Truth]]:
    """The cases until time, findings or patience run out, each with its program's reference."""
    program: Program | None = None
    reference: Truth | None = None
    for case in every:
        if run.late() or len(run.causes) >= most or run.hangs >= MOST_HANGS:
            return
        # it would be judged too late
        if len(case.program.steps) > STEPS_A_SECOND * run.deadline.left:
            continue
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


SECONDS_ASSERTED = 10.0


@door()
def assert_gradients(
    engine: Any, budget: float = SECONDS_ASSERTED, seed: int = 0, **options: Any
) -> None:
    """Raise AssertionError with every cause found; options as those of `judge`."""
    report = judge(engine, budget, seed, **options)
    if not report:
        told = [report.headline, *map(told_in_full, report.findings)]
        raise AssertionError("\n\n".join(told))


def told_in_full(finding: Any) -> str:
    """A finding with its reproduction."""
    return f"{finding}\n\n{finding.reproduction}"
