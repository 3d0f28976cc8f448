"""What the oracle found in a tensor engine: `TensorReport` and its `TensorFinding`s.

- A finding is one cause in one operation: `.operation`, `.cause` in words, and the smallest case
  that shows it (`.program`, `.inputs`, `.got`, `.exact`).
"""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ...displays import brief, folded, told
from .spelled import InScript
from .tensor_case import TensorCase
from .tensor_command import TensorCommand
from .tensor_program import Constant, TensorProgram
from .tensor_row import PAIR_DRAWS, TENSOR_ROWS
from .tensor_shrinking import DELICATE
from .tensor_truth import shapes_of
from .wrong_gradients import (
    AT_A_TIE,
    BROADCAST,
    OF_ADDING_UP,
    OF_COUNTS,
    OF_OTHER_SHAPE,
    OF_OTHERS,
    OF_STEPS,
    OF_THE_GRAPH,
    UNEXPLAINED,
    UNUSED_CONSUMERS,
    causes_of,
    general,
    of_places,
    on_itself,
    vague,
)
from .wrong_values import cause_of_value

GLUE = frozenset(("add", "multiply", "sum"))  # what cases put around an operation
MANY_OPERATIONS = 4  # that show one cause have it from something that they share
SIGNS_IN_PLACE = {"add": "+=", "subtract": "-=", "multiply": "*=", "divide": "/="}
MOST_PARTS = 24  # of a program that is told whole
GRAPH = "graph"  # the operation of findings that no single operation explains


@dataclass(frozen=True)
class Failure:
    """What is wrong in one case: the input whose gradient it is ("" for the value)."""

    kind: str
    partial: str = ""
    got: np.ndarray | None = None
    exact: np.ndarray | None = None
    note: str = ""
    dtype: str = "float64"
    gradients: tuple[np.ndarray | None, ...] = ()  # of all inputs
    in_backward: bool = False  # where it crashed
    place: str = ""  # the engine's line


@dataclass(frozen=True)
class TensorFinding:
    """One cause."""

    kind: str
    operation: str
    cause: str
    program: TensorProgram
    inputs: dict[str, Any]
    got: Any
    exact: Any
    partial: str = ""
    note: str = ""
    flags: tuple[str, ...] = ()
    reproduction: str = ""
    seen: int = 1
    backwards: int = 1
    causes: tuple[str, ...] = ()  # all that fit, the likeliest first
    votes: Mapping[str, int] = field(default_factory=dict)  # cases that each of them fits
    in_backward: bool = False  # where it crashed
    place: str = ""  # the engine's line
    made: tuple[str, ...] = ()  # operations that are made of this one

    @property
    def one_line(self) -> str:
        """The reproduction as one line of a shell; that of a command is one already."""
        script = self.reproduction
        return script if "\n" not in script else f"python -c {shlex.quote(f'exec({script!r})')}"

    @property
    def names(self) -> set[str]:
        """The operations that it explains."""
        return {self.operation, *self.made}

    @property
    def key(self) -> tuple[str, ...]:
        told = self.cause.split(":")[0] if self.kind == "CRASH" else general(self.cause)
        return self.operation, told  # of a crash the kind of error

    def covers(self, other: TensorFinding) -> bool:
        """Whether another failure may well be of this cause."""
        if self.key == other.key:
            return True
        mine, alone = self.program.operations, len(other.program.steps) == 1
        if self.operation == other.operation and alone:
            return tells_less(self, other)
        if self.cause in OF_ADDING_UP and not alone:
            return other.partial != ""
        same = other.kind in (self.kind, "PRECISION") and len(mine) == 1
        return not alone and same and mine <= other.program.operations

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "kind": self.kind, "operation": self.operation, "cause": self.cause,
            "program": self.program.to_json(), "text": self.program.text, "inputs": self.inputs,
            "partial": self.partial or None, "got": self.got, "exact": self.exact,
            "note": self.note, "made_of_it": list(self.made), "flags": list(self.flags),
            "reproduction": self.reproduction, "seen": self.seen,
        }  # fmt: skip

    def __repr__(self) -> str:
        return brief(self, kind=self.kind, operation=self.operation, cause=self.cause,
                     program=self.program.text)  # fmt: skip

    def __str__(self) -> str:
        value = "backward" if self.in_backward else "the value"
        what = f"d/d{self.partial}" if self.partial else value
        lines = [f"{self.kind}  {self.operation}: {self.cause}"]
        lines += [f"    {what} of {shortened(self.program.text)}"]
        lines += [f"    at {', '.join(f'{n}={x}' for n, x in self.inputs.items())}"]
        if self.got is not None or self.exact is not None:
            lines += [f"    got   {self.got}", f"    exact {self.exact}"]
        lines += [f"    {self.note}"] if self.note else []
        lines += [f"    so is what is made of it: {', '.join(self.made)}"] if self.made else []
        lines += [f"    seen in {self.seen} cases"] if self.seen > 1 else []
        return "\n".join(lines)


def tells_less(known: TensorFinding, other: TensorFinding) -> bool:
    """Whether a failure of the same operation says nothing of its own: one element, which every
    factor explains; a few digits; one operand twice."""
    of_one = 1 in (np.size(other.exact), elements_told(other)) and elements_told(known) > 1
    few = other.kind == "PRECISION" != known.kind
    args = other.program.steps[0].args
    twice = len(set(args)) < len(args) and len(set(known.program.steps[0].args)) > 1
    alike = bool(known.partial) == bool(other.partial)
    return alike and "CRASH" not in (known.kind, other.kind) and (of_one or few or twice)


def elements_told(finding: TensorFinding) -> int:
    """How many elements have something to tell: not those that are 0."""
    return 0 if finding.exact is None else int(np.count_nonzero(finding.exact))


def shortened(text: str) -> str:
    """A long program's first and last steps."""
    parts = text.split("; ")
    if len(parts) <= MOST_PARTS:
        return text
    return "; ".join([*parts[:6], f"... {len(parts) - 9} more steps ...", *parts[-3:]])


@dataclass
class TensorReport:
    """One run."""

    engine: str
    dtype: str
    operations: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    findings: list[TensorFinding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    checked: int = 0
    seconds: float = 0.0

    def __bool__(self) -> bool:
        """Whether nothing was found, by some check."""
        return not self.findings and self.checked > 0

    def __repr__(self) -> str:
        return brief(self, engine=self.engine, dtype=self.dtype,
                     operations=len(self.operations), checked=self.checked,
                     findings=len(self.findings), notes=len(self.notes))  # fmt: skip

    def _repr_html_(self) -> str:
        """For notebooks: a line a finding, with the script that shows it."""
        found = (folded(str(f).splitlines()[0], f"{f}\n\n{f.reproduction}".strip())
                 for f in self.findings)  # fmt: skip
        return told(self.headline, *self.notes, after="".join(found))

    @property
    def headline(self) -> str:
        many = len(self.findings)
        return (
            f"{self.engine} ({self.dtype}): {len(self.operations)} operations, "
            f"{self.checked:,} checks in {self.seconds:.1f} s, "
            f"{many} finding{'' if many == 1 else 's'}"
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "symgrad_oracle": 1, "engine": self.engine, "dtype": self.dtype,
            "operations": self.operations, "missing": self.missing, "checked": self.checked,
            "skipped": dict(self.skipped), "seconds": self.seconds,
            "findings": [f.to_json() for f in self.findings], "notes": self.notes,
        }  # fmt: skip

    @property
    def text(self) -> str:
        """All that is told, with the script of every finding."""
        return str(self)

    def __str__(self) -> str:
        parts = [self.headline]
        parts += [f"not found: {', '.join(self.missing)}"] if self.missing else []
        parts += self.notes
        for i, finding in enumerate(self.findings, 1):
            parts.append(f"\n{i}. {finding}")
            parts += ["    " + line for line in ("", *finding.reproduction.splitlines())]
        return "\n".join(parts)


def finding_of(
    engine: Any, case: TensorCase, failed: Failure, causes: Sequence[str] = ()
) -> TensorFinding:
    """A failure as a finding, whose cause is the first of `causes`."""
    program = case.program
    causes = tuple(causes) or tuple(dict.fromkeys(causes_of(case, failed)))
    cause = causes[0]
    inputs = {name: part.tolist() for (name, _), part in zip(program.inputs, case.parts)}
    if case.apart:
        (x, _), (d, _) = program.inputs
        failed = replace(failed, note=f"{d} is {x}*{x}, by {case.apart}")
    whole = cause in (*OF_THE_GRAPH, OF_STEPS, UNUSED_CONSUMERS)
    return TensorFinding(
        failed.kind, GRAPH if whole else operation_of(case), cause, program, inputs,
        listed(failed.got), listed(failed.exact), failed.partial, failed.note, case.flags[1:],
        reproduction_of(engine, case, failed), backwards=case.backwards, causes=causes,
        in_backward=failed.in_backward, place=failed.place,
    )  # fmt: skip


def finding_of_value(engine: Any, name: str, wrong: Any) -> TensorFinding:
    """A value that is wrong already on the known numbers that spellings are tried on."""
    program, arrays, value, got, spelling = wrong
    names = [n for n, _ in program.inputs]
    inputs = {n: array.tolist() for n, array in zip(names, arrays)}
    case = TensorCase(program, tuple(x for a in arrays for x in a.ravel().tolist()))
    cause = cause_of_value(program, case.point, got)
    return TensorFinding(
        "RULE", name, cause, program, inputs, got.tolist(), value.tolist(),
        reproduction=reproduction_of(engine, case, Failure("RULE", exact=value), [spelling]),
    )  # fmt: skip


def merged(findings: list[TensorFinding], had: Collection[str] = ()) -> list[TensorFinding]:
    """One finding for a cause that many operations share: a helper of theirs, or the graph; and
    one of an operation for all that are not understood, beside one that is. `had` are all that
    the engine has."""
    findings = well_told(findings)
    groups: dict[str, list[TensorFinding]] = {}
    for finding in findings:
        told = finding.cause if finding.cause != UNEXPLAINED else f"{finding.key}"
        groups.setdefault(told, []).append(finding)
    return [finding for group in groups.values() for finding in
            ([together(group)] if shared(group, had) else group)]  # fmt: skip


def shared(group: Sequence[TensorFinding], had: Collection[str]) -> bool:
    """Whether a cause is that of something which operations share: many have it, or all that
    broadcast."""
    empty = all(0 in shape for f in group for _, shape in f.program.inputs[:1])
    one_line = group[0].place and len({f.place for f in group}) == 1
    if len(group) >= MANY_OPERATIONS or (len(group) > 1 and (empty or one_line)):
        return True
    names, every = {n for f in group for n in f.names}, broadcasting(had)
    of_broadcast = group[0].cause.startswith((BROADCAST, *OF_OTHER_SHAPE))
    return of_broadcast and len(names & every) > 1 and every <= names


def broadcasting(names: Collection[str]) -> set[str]:
    """Those that work element by element on two operands."""
    rows = ((n, TENSOR_ROWS[n].draws) for n in names if n in TENSOR_ROWS)
    return {n for n, draws in rows if draws[: len(PAIR_DRAWS)] == PAIR_DRAWS}


def well_told(findings: list[TensorFinding]) -> list[TensorFinding]:
    """Without what only tells that the gradients of an operation are wrong, or off by a few
    digits, where another finding of it tells more."""
    kept: dict[int, TensorFinding] = {}
    order = sorted(enumerate(findings), key=lambda p: (tells(p[1]), -p[1].seen))
    for place, f in order:
        more = next((i for i, k in kept.items() if tells_more(k, f)), None)
        if more is None:
            kept[place] = f
            continue
        both = {kept[more].cause, f.cause}
        cause = OF_OTHERS if len(both) > 1 and both <= {*OF_COUNTS} else kept[more].cause
        kept[more] = replace(kept[more], seen=kept[more].seen + f.seen, cause=cause)
    return [kept[place] for place in sorted(kept)]


SHAPE_ERRORS = re.compile(
    "broadcast|shape|dimension|axis|axes|align|indices|out of (bounds|range)")  # fmt: skip


def misplaced(f: TensorFinding) -> bool:
    """Whether the cotangent goes to other places than it should: by numbers, shapes or an error."""
    if f.kind == "CRASH":
        return f.in_backward and bool(SHAPE_ERRORS.search(f.note))
    return bool(f.partial) and of_places(f.cause)


def shown_by_shapes(f: TensorFinding, than: TensorFinding) -> bool:
    """Whether the second only shows that the first gives the wrong shape, or the wrong elements:
    where sides are equal its numbers are wrong, elsewhere nothing fits."""
    if len(f.program.steps) != 1 or not misplaced(than):
        return False
    if "CRASH" == f.kind == than.kind:
        return f.operation == than.operation and f.place == than.place != ""
    if len(than.program.steps) > 1:
        return than.kind == "CRASH" and misplaced(f) and f.operation in than.program.operations
    crash = than.kind == "CRASH" and f.cause.startswith(BROADCAST)
    return f.operation == than.operation and (misplaced(f) or vague(f.cause) or crash)


def tells_more(f: TensorFinding, than: TensorFinding) -> bool:
    """Whether of two gradients of one operation the first is told well, and the other is not."""
    if shown_by_shapes(f, than):
        return True
    if not all(x.partial and x.kind != "CRASH" and len(x.program.steps) == 1 for x in (f, than)):
        return False
    alike = f.operation == than.operation
    delicate = [bool(DELICATE & {*x.flags}) for x in (f, than)]
    few = than.kind == "PRECISION"
    uses = on_itself(than.program) and than.program.operations == f.program.operations
    counts = {f.cause, than.cause} <= {*OF_COUNTS}
    ties = than.cause.startswith(AT_A_TIE)  # what is wrong elsewhere is wrong there, too
    little = vague(than.cause) and delicate[0] == delicate[1]
    return uses or (alike and (few or counts or ties or little))


def tells(finding: TensorFinding) -> int:
    """0 where the cause tells why, more where it tells less."""
    few, crash = finding.kind == "PRECISION", finding.kind == "CRASH"
    tie = finding.cause.startswith(AT_A_TIE)
    return 3 * few + 2 * (crash or tie) + vague(finding.cause)


def together(group: list[TensorFinding]) -> TensorFinding:
    def length(f: TensorFinding) -> tuple[int, int]:
        return len(f.program.steps), sum(len(str(x)) for x in f.inputs.values())

    simplest = min(group, key=length)
    names = [n for f in group for n in (f.operation, *f.made) if n != GRAPH]
    note = f"in {len(group)} operations: {', '.join(f.operation for f in group)}"
    made = tuple(n for n in dict.fromkeys(names) if all(n != f.operation for f in group))
    seen = sum(f.seen for f in group)
    return replace(simplest, operation=GRAPH, note=note, seen=seen, made=made)


IN_MEMORY = {"transposed": "np.array({}, order='F')", "strided": "np.repeat({}, 2, -1)[..., ::2]",
             "reversed": "np.array({})[::-1]"}  # fmt: skip


def as_array(array: np.ndarray, layout: str) -> str:
    """A list of numbers in Python, and how they lie in memory."""
    if layout == "int":
        return repr(array.astype(int).tolist())
    numbers = array[::-1] if layout == "reversed" and array.ndim else array
    text = NOT_A_NUMBER.sub(r'float("\1")', repr(numbers.tolist()))
    return IN_MEMORY[layout].format(text) if layout in IN_MEMORY and array.ndim else text


NOT_A_NUMBER = re.compile(r"(?<![\w.])(-?inf|nan)\b")


def listed(array: np.ndarray | None) -> Any:
    return None if array is None else array.tolist()


def operation_of(case: TensorCase) -> str:
    """The operation that a program is about: the only one, or the only one that is no glue."""
    names = case.program.operations
    if len(names) == 1 and len(case.program.steps) == 1:
        return next(iter(names))
    others = names - GLUE
    if len(others) == 1:
        return next(iter(others))
    return case.operation if case.operation in names else GRAPH


def reproduction_of(
    engine: Any, case: TensorCase, failed: Failure, spellings: Sequence[Any] = ()
) -> str:
    """The steps in the engine's own words; of a command, what asks it again."""
    if isinstance(engine, TensorCommand):
        return engine.asked_again(case)
    program, script = case.program, InScript(engine)
    spellings = spellings or engine.steps(program)
    names = [name for name, _ in program.inputs]
    lines = [f"{name} = {script.leaf(as_array(part, case.layout))}"
             for name, part in zip(names, case.parts)]  # fmt: skip
    if case.apart:
        x, d = names
        lines[1] = {"detach": f"{d} = ({x} * {x}).detach()",
                    "no_grad": f"with no_grad(): {d} = {x} * {x}"}[case.apart]
    nodes: list[Any] = [*names, *program.constants]
    steps = []
    for k, (spelling, step) in enumerate(zip(spellings, program.steps), 1):
        given = [script.constant(a, spelling.way) if isinstance(a, Constant) else a
                 for a in (nodes[j] for j in step.args)]  # fmt: skip
        nodes.append(f"s{k}")
        call = script.call(spelling, given, step.params)
        sign = SIGNS_IN_PLACE.get(step.name) if case.in_place else None
        if sign and step.args[0] >= program.first:
            call = f"{given[0]}; s{k} {sign} {given[1]}"
        steps.append(f"s{k} = {call}")
    root = nodes[program.root]
    weights, there = np.ones(()), "C"
    if program.cotangent:
        weights = np.array(program.cotangent).reshape(shapes_of(program)[program.root])
        there = case.layout if case.layout in ("transposed", "strided") else "C"
    told = of_function if engine.pullback is not None else of_leaves
    lines += told(script, case, failed, steps, root, as_array(weights, there))
    head = script.head
    numpy = [f"import {name}" for name, sign in (("copy", "copy."), ("ml_dtypes", "ml_dtypes."),
             ("numpy as np", "np.")) if any(sign in line for line in (*head, *lines))]  # fmt: skip
    text = "\n".join([*(line for line in head if not line.startswith("from ")), *lines])
    used = {*re.findall(r"\w+", text)}
    head = [line for line in head if not line.startswith("from ") or line.split()[-1] in used]
    return "\n".join([*dict.fromkeys([*numpy, *head]), *lines])


def of_leaves(
    script: InScript, case: TensorCase, failed: Failure, steps: list[str], root: str, weights: str
) -> list[str]:
    """The steps, backward, and what is to be seen."""
    lines, program, names = [*steps], case.program, [name for name, _ in case.program.inputs]
    exact = failed.exact
    if not failed.partial and exact is not None:
        lines.append(f"print({script.value(root)})  # should be {listed(exact)}")
    if program.cotangent:
        once = script.backward(root, weights, program.cotangent == (1.0,))
        again = [f"{name}.grad = copy.deepcopy({name}_clean)" for name in names]
        more = case.backwards - 1
        if more:
            lines[:0] = [f"{n}_clean = copy.deepcopy({n}.grad)" for n in names]
        lines += [once, *more * [*again, once]]
    if failed.partial:
        shares = " shared otherwise, perhaps:" if failed.note.startswith("ties") else ""
        shown = script.gradient(failed.partial)
        lines.append(f"print({shown})  # should be{shares} {listed(exact)}")
    return lines


def of_function(
    script: InScript, case: TensorCase, failed: Failure, steps: list[str], root: str, weights: str
) -> list[str]:
    """The same where functions are differentiated."""
    names = [name for name, _ in case.program.inputs]
    pullback = script.called(script.engine.pullback, "pullback") or "pullback"
    body = [f"    {line}" for line in (*steps, f"return {root}")]
    lines = [f"def run({', '.join(names)}):", *body,
             f"value, pull = {pullback}(run, [{', '.join(names)}])"]  # fmt: skip
    if not failed.partial and failed.exact is not None:
        lines.append(f"print({script.value('value')})  # should be {listed(failed.exact)}")
    if case.program.cotangent:
        lines += case.backwards * [f"gradients = pull({script.array(weights)})"]
    if failed.partial:
        place = names.index(failed.partial)
        lines.append(f"print(gradients[{place}])  # should be {listed(failed.exact)}")
    return lines
