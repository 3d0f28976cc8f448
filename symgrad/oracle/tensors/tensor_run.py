"""Judge a tensor engine: run it on the cases, hold it against the truth, name what is wrong.

- `judge_tensors(engine, budget, seed)` is a `TensorReport`.
- `failure(engine, case)` is what is wrong in one case, or None.

The number of cases is the budget, so that a run is the same everywhere; seconds are a backstop.
"""

from __future__ import annotations

import re
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import OURS, Unsupported
from ..engine_calls import Caller, Hung, told
from ..float_formats import FORMATS, Format
from .composed import with_helpers, without_composed
from .namespace_engine import TWO_COTANGENTS, Tensored, Tensors
from .scouts import Scout
from .spelled import step_of
from .tensor_case import TensorCase, alone, case_of, divided, irregular
from .tensor_cases import NOT_FINITE, tensor_cases
from .tensor_command import TensorCommand
from .tensor_program import Constant, TensorBuilder, TensorProgram, with_cotangent
from .tensor_report import (
    GRAPH,
    Failure,
    TensorFinding,
    TensorReport,
    finding_of,
    finding_of_value,
    merged,
    well_told,
)
from .tensor_row import TENSOR_ROWS, Draw
from .tensor_shrinking import DELICATE, shrunk_tensors, single_steps
from .tensor_truth import plainly, shapes_of
from .wrong_gradients import (
    ASSIGNED,
    BROADCAST,
    HISTORY,
    MOST_COLUMNS,
    OF_ADDING_UP,
    OF_BROADCAST,
    OF_JACOBIAN,
    UNEXPLAINED,
    WRONG_ORDER,
    cause_of,
    causes_of,
    general,
    on_itself,
    vague,
)
from .wrong_values import alike

MOST_SHRINKING = 150  # smaller cases tried for one finding
MOST_CAUSES = 100
SECONDS_PER_CALL = 1.0
FIRST_CALL = 30.0  # seconds
PATIENT = 8  # times as long, before an engine is said to hang
HUNG = "no answer within"
SAYS_SO = ("NotImpl", "Unsupported")  # how errors are named that tell of a limit of the engine
REFUSES = re.compile(r"(?i)\b(not|un|isn't|aren't) ?(yet )?(supported|implemented|allowed)\b")
OF_PYTHON = re.compile("instances of|operand type|operator|ufunc|input types")  # what 1 < "" says
MOST_CALLS_HUNG = 8
TensorEngine = Tensors | TensorCommand
WHY_CUT = ("the budget's seconds are over", "too many calls hang or end the process",
        "as many findings as were asked for")  # what ends a run before its last case
LABELS_APART = {"CRASH", "PRECISION"}  # never another finding made small


def judge_tensors(
    engine: TensorEngine, budget: float = 60.0, seed: int = 0, *,
    cases: Iterable[TensorCase] | None = None, most: int = MOST_CAUSES,
) -> TensorReport:  # fmt: skip
    """What is wrong with an engine of tensors; `budget` is in seconds, from the first case on."""
    started = time.monotonic()
    operations, missing = sorted(engine.operations), list(engine.missing)
    report = TensorReport(engine.name, engine.dtype, operations, missing)
    report.notes += engine.told
    causes: dict[Any, TensorFinding] = {}
    form = FORMATS[engine.dtype]
    every = tensor_cases(seed) if cases is None else cases
    many = tuple(case.within(form) for case in every)
    others = by_other_means(engine) if cases is None else ()

    ahead = () if isinstance(engine, TensorCommand) else many  # a command has a process of its own

    def asked(case: TensorCase) -> None:
        if case.program.operations <= engine.operations:
            timed(engine, case)

    with Caller(engine, SECONDS_PER_CALL) as watch, Scout(asked, ahead) as scout:
        engine.watch = watch
        kept_of_two = second_graph(engine) if cases is None else None
        begun = time.monotonic()
        for k, case in enumerate(chain(many, others)):
            hangs = sum(f.seen for f in causes.values() if HUNG in f.cause)
            late = time.monotonic() - begun > budget
            known = len(causes) + len(engine.wrong)
            why = [words for ends, words in zip(
                (late, hangs >= MOST_CALLS_HUNG or scout.spent, known >= most), WHY_CUT) if ends]
            if why:
                report.notes.append(f"{why[0]}: {k:,} of {len(many):,} cases were run")
                break
            died = scout.fate(k) if k < len(ahead) else ""
            if died:
                fatal(engine, case, died, causes)
                continue
            failed = examined(engine, case, report)
            if failed is not None:
                noted(engine, case, failed, causes)
    faulty = {f.operation for f in causes.values() if not f.partial}
    values = [finding_of_value(engine, name, wrong) for name, wrong in engine.wrong.items()
              if name not in faulty]  # fmt: skip
    single = without_composed(engine, well_told([*causes.values(), *values]))
    report.findings = with_helpers(engine, merged(single, engine.operations))
    if isinstance(kept_of_two, TensorFinding):
        told_already = any(f.operation == GRAPH for f in report.findings)
        report.findings += [] if told_already else [kept_of_two]
    elif kept_of_two:
        report.notes.append(kept_of_two)
    report.notes += [] if report.checked else [NOTHING_CHECKED]
    report.seconds = time.monotonic() - started
    return report


NOTHING_CHECKED = "nothing could be checked, so that nothing is known of this engine"
REPLACED = "a second backward replaces .grad: gradients of two graphs do not add up"
NEITHER = "after backward through two graphs, .grad is neither their sum nor the last one's"


def second_graph(engine: TensorEngine) -> TensorFinding | str | None:
    """What becomes of a leaf's gradient when backward runs through a second graph: added to (as in
    torch: nothing is said), replaced (as in mygrad: told in a note), or neither, which is wrong."""
    if isinstance(engine, TensorCommand):
        return None
    engine.watch.allowed, engine.watch.started = FIRST_CALL, time.monotonic()
    try:
        asked = engine.in_two_graphs()
    except Exception:  # an engine may raise anything, and is heard in the cases
        return None
    finally:
        engine.watch.started = 0.0
    if asked is None:
        return None
    start, (first, second) = asked
    each = [2.0 * start * np.array(c) for c in TWO_COTANGENTS]  # small binary fractions: exact
    if not np.array_equal(first, each[0]) or np.array_equal(second, each[0] + each[1]):
        return None  # one graph is wrong already, which the cases tell; or all is well
    if np.array_equal(second, each[1]):
        return REPLACED
    b = TensorBuilder([start.shape])
    program = with_cotangent(b.program(b.step("multiply", 0, 0)), TWO_COTANGENTS[1])
    lines = [f"x = leaf({start.tolist()})",
             *(f"backward(x * x, {list(c)}); print(x.grad)" for c in TWO_COTANGENTS)]
    return TensorFinding(
        "RULE", GRAPH, NEITHER, program, {"x": start.tolist()}, second.tolist(),
        (each[0] + each[1]).tolist(), "x", reproduction="\n".join(lines),
    )  # fmt: skip


def fatal(
    engine: TensorEngine, case: TensorCase, died: str, causes: dict[Any, TensorFinding]
) -> None:
    """A case that is not run here: it ends or hangs the process."""
    spelled = [engine.spelling[step.name] for step in case.program.steps]
    engine.plans.setdefault(id(case.program), (spelled, case.program))
    finding = finding_of(engine, case, Failure("CRASH", note=died))
    known = next((k for k, f in causes.items() if f.covers(finding)), None)
    if known is None:
        causes[finding.key] = finding
    else:
        causes[known] = replace(causes[known], seen=causes[known].seen + 1)


WAYS_BY_OTHER_MEANS = 3  # to call an operation by a second name of its


def by_other_means(engine: TensorEngine) -> Iterator[TensorCase]:
    """Every operation as the engine has it elsewhere: a method beside a function, a second name."""
    for name in sorted(engine.operations):
        row = TENSOR_ROWS[name]
        draws = [d for d in row.draws if d.elements and any(type(a) is tuple for a in d.args)]
        for k, d in enumerate(draws[:WAYS_BY_OTHER_MEANS]):
            for spelling in engine.other_ways(*step_of(name, d)):
                case = case_of(alone(row, d), k, row.values, name)
                if case is not None:
                    engine.plans[id(case.program)] = [spelling], case.program
                    yield case


def examined(engine: TensorEngine, case: TensorCase, report: TensorReport) -> Failure | None:
    """The failure of one case, if it can be asked."""
    if not case.program.operations <= engine.operations:
        return None
    try:
        failed = failure(engine, case)
    except Unsupported as error:
        report.skipped[str(error)] += 1
        return None
    report.checked += 1
    return failed


def failure(engine: TensorEngine, case: TensorCase) -> Failure | None:
    """What is wrong with the engine's answer. Raises Unsupported where it cannot be asked."""
    near, certain = case.numbers
    try:
        answer = watched(engine, case)
    except Unsupported:
        raise
    except Hung:
        return Failure("CRASH", note=f"{HUNG} {SECONDS_PER_CALL:g} s")
    except Exception as error:  # an engine may raise anything
        if a_limit(error) or ("NoneType" in str(error) and left_out(case.program)):
            names = ", ".join(sorted(case.program.operations))
            raise Unsupported(f"{names}: {told(error)}") from None
        if case.in_place:
            raise Unsupported("changes in place") from None
        if case.backwards > 1 and failure(engine, replace(case, backwards=1, cache={})) is None:
            raise Unsupported("a second backward") from None
        if not np.isfinite(near).all():
            return None
        return Failure("CRASH", note=told(error), in_backward=engine.in_backward,
                       place=engine_line(error))  # fmt: skip
    if case.backwards > 1 and not any(g is not None and g.any() for g in answer.gradients):
        raise Unsupported("a second backward")  # the first one has freed the graph
    if case.apart and len(answer.gradients) == len(case.program.inputs):
        last = near[near.size - case.parts[-1].size :].reshape(case.parts[-1].shape)
        answer = replace(answer, gradients=(*answer.gradients[:-1], last))
    return wrong_shape(case, answer, near) or wrong_numbers(engine, case, answer, near, certain)


OF_NUMPY = str(Path(np.__file__).parent)


def engine_line(error: BaseException) -> str:
    """Where the engine raised: the deepest line that is neither ours nor NumPy's."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if not f.filename.startswith((OURS, OF_NUMPY, "<"))]
    return f"{own[-1].filename}:{own[-1].lineno}" if own else ""


def left_out(program: TensorProgram) -> bool:
    """Whether a step is called without one of its settings, which not every engine allows."""
    return any(value is None for step in program.steps for value in step.params.values())


def a_limit(error: Exception) -> bool:
    """Whether an engine tells that it does not do this: by the error's kind, or in its words."""
    named = type(error).__name__.startswith(SAYS_SO) or isinstance(error, (ImportError, OSError))
    words = str(error)
    return named or bool(REFUSES.search(words) and not OF_PYTHON.search(words))


def watched(engine: TensorEngine, case: TensorCase) -> Tensored:
    """The engine's answer, unless it takes for ever. The first call may import or compile: one
    that is ended in the middle of that would leave half a module behind."""
    try:
        return within(SECONDS_PER_CALL if engine.answered else FIRST_CALL, engine, case)
    except Hung:
        if engine.hung or not engine.answered:
            raise
    try:
        return within(PATIENT * SECONDS_PER_CALL, engine, case)
    except Hung:
        engine.hung = True
        raise


def within(seconds: float, engine: TensorEngine, case: TensorCase) -> Tensored:
    """Raises Hung where there is no answer in that time."""
    engine.watch.allowed = seconds
    try:
        found = timed(engine, case)
    except Exception:
        engine.answered = True  # an error is an answer, too
        raise
    engine.answered = True
    return found


def timed(engine: TensorEngine, case: TensorCase) -> Tensored:
    engine.steps(case.program)
    arrays = case.arrays if case.layout == "int" else [engine.array(a) for a in case.arrays]
    engine.watch.started = time.monotonic()
    try:
        how = case.backwards, case.read, case.apart, case.in_place, case.layout
        return engine.answer(case.program, arrays, *how)
    finally:
        engine.watch.started = 0.0


def wrong_shape(case: TensorCase, answer: Tensored, near: np.ndarray) -> Failure | None:
    """A root or a gradient that has not the shape of what it belongs to."""
    if answer.changed:
        return Failure("RULE", note=f"{answer.changed} was written into")
    names = [name for name, _ in case.program.inputs]
    exact = divided(case.program, near[near.size - len(case.point) :])
    for k, (name, shape) in enumerate(case.program.inputs):
        got = answer.gradients[k] if k < len(answer.gradients) else None
        alike = got is not None and got.size == int(np.prod(shape, dtype=int)) <= 1
        if got is not None and got.shape != shape and not alike:  # [] tells no shape
            return Failure("RULE", name, got, exact[k], f"the gradient has shape {got.shape}")
    if len(names) != len(answer.gradients):
        return Failure("CRASH", note=f"gave {len(answer.gradients)} gradients")
    return None


def wrong_numbers(
    engine: TensorEngine, case: TensorCase, answer: Tensored, near: np.ndarray, certain: bool
) -> Failure | None:
    size = answer.value.size
    flat = [answer.value.ravel()]
    for (_, shape), got in zip(case.program.inputs, answer.gradients):
        flat.append(np.zeros(int(np.prod(shape, dtype=int))) if got is None else got.ravel())
    numbers = np.concatenate([np.asarray(part, dtype=float) for part in flat])
    form = FORMATS[engine.dtype]
    if certain and plainly(numbers, near, form):
        return None
    if "huge" in case.flags and negligible(case, numbers, near, form):
        return None
    worst = next((r for r in case.truth.remarks(case.point, numbers, form) if r.fails), None)
    if worst is None:
        return None
    return located(engine, case, answer, worst.kind, worst.place - size, worst.note, near, size)


def negligible(case: TensorCase, numbers: np.ndarray, near: np.ndarray, form: Format) -> bool:
    """Whether all is finite, and off by nothing beside the largest number: the tails of a function
    are what the oracle of scalars looks at."""
    finite = np.isfinite(near)
    if not np.isfinite(numbers[finite]).all():
        return False
    scale = max(1.0, float(np.abs(near[finite]).max(initial=0.0)))
    gap = np.abs(numbers[finite] - near[finite])
    return bool((gap <= 2.0 ** (-form.bits // 2) * scale).all()) and (
        np.array_equal(numbers[~finite], near[~finite], equal_nan=True))  # fmt: skip


def located(
    engine: TensorEngine, case: TensorCase, answer: Tensored, kind: str, place: int, note: str,
    near: np.ndarray, size: int,
) -> Failure:  # fmt: skip
    """The tensor that a number belongs to, as the engine gave it and as it is."""
    if place < 0:
        shape = answer.value.shape
        return Failure(kind, "", answer.value, near[:size].reshape(shape), note, engine.dtype)
    exact = divided(case.program, near[size:])
    for k, part in enumerate(exact):
        if place < part.size:
            name = case.program.inputs[k][0]
            every = answer.gradients
            return Failure(kind, name, every[k], part, note, engine.dtype, every)
        place -= part.size
    return Failure(kind, note=note)


def noted(
    engine: TensorEngine, case: TensorCase, failed: Failure, causes: dict[Any, TensorFinding]
) -> None:
    """A failure as a finding, told once for each operation and cause."""
    if of_earlier_calls(engine, case, failed, causes):
        return
    case, failed = plainer(engine, case, failed)
    known = known_of(case, failed, causes)
    if known is not None:
        causes[known] = replace(causes[known], seen=causes[known].seen + 1)
        return
    stays = HUNG in failed.note or case.apart or case.in_place
    several = not stays and len(case.program.steps) > 1
    only = next((c for c in single_steps(case) if fails_alike(engine, c, failed, "")), None) if (
        several) else None  # fmt: skip
    if only is not None:  # one step that is wrong by itself explains the others
        noted(engine, only, failure(engine, only) or failed, causes)
        return
    finding = finding_of(engine, case, failed)
    known = next((k for k, f in causes.items() if f.covers(finding)), None)
    if known is None and not stays:
        finding = made_small(engine, case, failed, finding)
        known = finding.key if finding.key in causes else None
    if known is None:
        causes[finding.key] = finding
    else:
        causes[known] = replace(causes[known], seen=causes[known].seen + 1)


def of_earlier_calls(
    engine: TensorEngine, case: TensorCase, failed: Failure, causes: dict[Any, TensorFinding]
) -> bool:
    """Whether gradients depend on earlier calls, noted as one finding: what else may be wrong with
    them cannot be told before that is mended."""
    known = next((k for k, f in causes.items() if f.cause == HISTORY), None)
    if not (failed.partial or failed.in_backward) or HUNG in failed.note:
        return False
    if known is not None:
        causes[known] = replace(causes[known], seen=causes[known].seen + 1)
    elif failed.partial and not steady(engine, case, failed):
        each = finding_of(engine, case, failed, [HISTORY])
        causes[each.key] = each
    else:
        return False
    return True


def steady(engine: TensorEngine, case: TensorCase, failed: Failure) -> bool:
    """Whether the same case, asked again, fails with the same numbers."""
    again = failure_of(engine, case)
    if again is None or again.partial != failed.partial:
        return False
    got, there = (np.asarray(f.got, dtype=float) for f in (failed, again))
    return np.array_equal(got, there, equal_nan=True) or alike(got, there)


def known_of(
    case: TensorCase, failed: Failure, causes: dict[Any, TensorFinding]
) -> Any:
    """The key of a finding of the same operation, a cause of which gives these numbers, too. What
    gives them is counted: in the end the cause is told that explains most."""
    names, several = case.program.operations, len(case.program.steps) > 1
    added = next((k for k, f in causes.items() if f.cause in OF_ADDING_UP), None)
    if several and added is not None and failed.partial:
        return added
    told = {k: f for k, f in causes.items() if f.program.operations <= names and f.partial
            and f.causes and len(f.program.steps) == 1}  # fmt: skip
    if not told or not failed.partial or failed.kind == "CRASH":
        return None
    if several:
        return next((k for k, f in told.items() if failed.kind in (*WRONG, "PRECISION")
                     and f.kind in (failed.kind, *WRONG)), None)  # fmt: skip
    if len(case.point) > MOST_EXPLAINED or on_itself(case.program):
        return next(iter(told))
    seen: dict[str, None] = {}
    for words in map(general, causes_of(case, failed)):
        seen[words] = None
        for key, f in told.items():
            if f.seen > ENOUGH_SEEN and words == general(f.cause):
                return voted(causes, key, [words])
    best = max(told, key=lambda k: len([*common(told[k], seen)]))
    return voted(causes, best, common(told[best], seen))


def common(finding: TensorFinding, seen: Iterable[str]) -> list[str]:
    """The causes of a finding that were seen again; what tells little only if it tells no more."""
    little = vague(finding.cause)
    return [general(c) for c in finding.causes if general(c) in seen and vague(c) <= little]


def voted(causes: dict[Any, TensorFinding], key: Any, words: Sequence[str]) -> Any:
    """Count what a finding's case and another have in common; the key, None where it is nothing."""
    f = causes[key]
    votes = Counter(f.votes) + Counter(words)
    most = max(f.causes, key=lambda c: votes[general(c)])
    causes[key] = replace(f, votes=votes, cause=most)
    return key if words else None


WRONG = "RULE", "RANGE"  # 0 in one case may be another number in the next
MOST_EXPLAINED = 60  # elements of a case that is explained, where its operation is known to fail
ENOUGH_SEEN = 8  # cases of a finding; of later ones the cause that fitted so far is enough


def made_small(
    engine: TensorEngine, case: TensorCase, failed: Failure, finding: TensorFinding
) -> TensorFinding:
    """The finding in the smallest case that fails from its cause."""
    alone_here = len(case.program.steps) == 1 and {case.operation} == case.program.operations
    plain = finding.cause.startswith(BROADCAST) or 1 in sides(case)

    def fails(smaller: TensorCase) -> bool:
        telling = plain or 1 not in sides(smaller)  # along one element every axis is alike
        return telling and fails_alike(engine, smaller, failed, finding.cause)

    case = shrunk_tensors(case, fails, MOST_SHRINKING)
    again = failure(engine, case)
    if again is None:
        return replace(finding, note=f"{finding.note} (did not fail again)".strip())
    alone_here = alone_here and bool(again.partial) and again.kind != "CRASH"
    found = [UNEXPLAINED] if alone_here and finding.cause == UNEXPLAINED else [
        c for c in steady_causes(engine, case, again)
        if not alone_here or general(c) in {*map(general, finding.causes)}]  # fmt: skip
    other = UNEXPLAINED if alone_here else cause_of(case, again)
    finding = finding_of(engine, case, again, found or [other])
    if finding.cause == WRONG_ORDER and not adds_up(engine):
        return replace(finding, cause=ASSIGNED)
    if finding.cause in OF_ADDING_UP:
        return replace(finding, cause=of_unlike_uses(engine, finding.cause))
    if finding.cause == OF_BROADCAST and not passes(engine, unbroadcast(case.program)):
        return replace(finding, cause=UNEXPLAINED)
    return finding


def unbroadcast(program: TensorProgram) -> TensorProgram:
    """The same step on operands of the shape of its result."""
    wide = shapes_of(program)[program.root]
    return replace(program, inputs=tuple((name, wide) for name, _ in program.inputs), cotangent=())


def sides(case: TensorCase) -> set[int]:
    return {n for _, shape in case.program.inputs for n in shape}


IRREGULAR_SEEDS = (11, 12)


def steady_causes(engine: TensorEngine, case: TensorCase, failed: Failure) -> list[str]:
    """The causes that give the numbers, and those at other points, too: small whole numbers fit
    many."""
    found = list(dict.fromkeys(causes_of(case, failed)))
    row = TENSOR_ROWS.get(case.operation)
    if len(case.program.steps) > 1 or row is None or DELICATE & set(case.flags):
        return found
    if not failed.partial or failed.kind == "CRASH":
        return found
    beside = (case_of(case.program, seed, row.values, *case.flags) for seed in IRREGULAR_SEEDS)
    for other in (*beside, *in_other_sizes(case)):
        again = failure_of(engine, other) if other else None
        if other and again and (again.partial, again.kind) == (failed.partial, failed.kind):
            there = {*map(general, causes_of(other, again))}
            there |= {*OF_JACOBIAN} if len(other.point) > MOST_COLUMNS else set()
            found = [c for c in found if general(c) in there] or [UNEXPLAINED]
    return found


def failure_of(engine: TensorEngine, case: TensorCase) -> Failure | None:
    """The same as `failure`, where what cannot be asked has none."""
    try:
        return failure(engine, case)
    except Unsupported:
        return None


def in_other_sizes(case: TensorCase) -> Iterator[TensorCase]:
    """The same with 4 and 7 elements along axes of 2 and 3: a factor of 2 beside 2 elements may be
    either."""
    row, (step, *_) = TENSOR_ROWS[case.operation], case.program.steps
    for d in () if case.program.constants else row.draws:
        if {**row.defaults, **d.params} == {**row.defaults, **step.params}:
            args = (a if isinstance(a, Constant) else tuple(OTHER_SIZES.get(n, n) for n in a)
                    for a in d.args)  # fmt: skip
            other = case_of(alone(row, Draw(tuple(args), d.params)), 1, row.values, *case.flags)
            if other is not None and 1 < len(other.point) <= MOST_IN_OTHER_SIZES:
                yield other


OTHER_SIZES = {2: 4, 3: 7}
MOST_IN_OTHER_SIZES = 150  # elements


def adds_up(engine: TensorEngine) -> bool:
    """Whether two uses of a leaf are added up: in x*x, and in x*y + x or x + x*y."""
    b = TensorBuilder([(3,)])
    once = b.program(b.step("multiply", 0, 0))
    return passes(engine, once) and any(passes(engine, p) for p in unlike_uses())


def unlike_uses() -> list[TensorProgram]:
    """x*y + x and x + x*y: in x*x one use is as the other."""
    programs = []
    for turn in (1, -1):
        b = TensorBuilder([(3,), (3,)])
        programs.append(b.program(b.step("add", *(b.step("multiply", 0, 1), 0)[::turn])))
    return programs


def of_unlike_uses(engine: TensorEngine, cause: str) -> str:
    """How uses are added up, told by such as differ; the same cause where these are right."""
    for case in (case_of(p, 1, "any", "add") for p in unlike_uses()):
        failed = failure_of(engine, case) if case else None
        if case and failed and failed.partial and failed.kind != "CRASH":
            return next((c for c in causes_of(case, failed) if c in OF_ADDING_UP), cause)
    return cause


def passes(engine: TensorEngine, program: TensorProgram) -> bool:
    case = case_of(program, 1, "any", "multiply")
    try:
        return case is not None and failure(engine, case) is None
    except Unsupported:
        return False


PLAINER: tuple[dict[str, Any], ...] = (
    {"backwards": 1}, {"layout": "C"}, {"read": False}, {"apart": ""}, {"in_place": False},
)  # fmt: skip


def at_ordinary_numbers(case: TensorCase) -> TensorCase | None:
    """The same where no number is delicate; None where none is."""
    row = TENSOR_ROWS.get(case.operation)
    special = DELICATE | {NOT_FINITE}
    if row is None or not special & set(case.flags):
        return None
    point = tuple(irregular(len(case.point), IRREGULAR_SEEDS[0], row.values))
    flags = tuple(f for f in case.flags if f not in special)
    return replace(case, point=point, flags=flags, cache={})


def plainer(engine: TensorEngine, case: TensorCase, failed: Failure) -> tuple[TensorCase, Failure]:
    """The case without what it does not take to fail: the second backward, the odd memory."""
    for change in PLAINER:
        if all(getattr(case, name) != value for name, value in change.items()):
            simple = replace(case, cache={}, **change)
            again = failure(engine, simple)
            case, failed = (simple, again) if again else (case, failed)
    ordinary = at_ordinary_numbers(case)
    again = failure(engine, ordinary) if ordinary else None
    alike = again and {again.kind, failed.kind} & LABELS_APART <= {again.kind} & {failed.kind}
    return (ordinary, again) if ordinary and again and alike else (case, failed)


def fails_alike(engine: TensorEngine, case: TensorCase, failed: Failure, cause: str) -> bool:
    """Whether a smaller case fails, too: a crash by the same error, numbers by the same cause."""
    try:
        again = failure(engine, case)
    except Unsupported:
        return False
    if again is None:
        return False
    apart = LABELS_APART if cause else {"CRASH"}  # a step that is off a little explains the whole
    if again.kind != failed.kind and {again.kind, failed.kind} & apart:
        return False
    if failed.kind == "CRASH":
        return again.note[:30] == failed.note[:30]
    return cause in ("", UNEXPLAINED) or any(
        general(c) == general(cause) for c in causes_of(case, again)
    )


__all__ = ["failure", "judge_tensors"]
