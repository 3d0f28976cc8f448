"""What the oracle found: `Report`, its `Finding`s and notes.

- A `Finding` is one cause: the smallest program and the simplest point that show it.
- `str(report)` is for people, `report.to_json()` for programs.
- `cause_key(finding, form)` is the key of a failure that `causes` does not explain: findings with
  the same key are one. Mostly it is the label and the operations; what every operation of an engine
  shares is a cause of its own: programs that are too large, a line that raises, gradients that are
  stale when backward runs again, subnormal numbers that are lost, and nan from a slope that is not
  finite times a zero adjoint. `explains(known, key, case)` says
  whether a known cause may be that of another failure, too.
- `reproduction(engine, case, finding)` is a script that runs by itself, in the engine's own
  language where it has one (`engine.source(program, point, backwards)`, for a Hessian
  `second_source(program, point)`), else it calls the engine through `Program`.
"""

from __future__ import annotations

import inspect
import json
import math
import re
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..displays import brief, folded, told
from . import engines
from .cases import Case
from .engines.from_text import text_of
from .float_formats import FORMATS, Format
from .long_programs import looped
from .programs import Program, number, point_json, written
from .remarks import FAILURES, NOTES
from .truth import Truth

STEPS_SHOWN_EACH, STEPS_SHOWN_AT_ALL = 12, 60  # of a program; a longer one may be a loop
ULPS_WORTH_TELLING = 2.0**53  # beyond, how many they are says nothing


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with an engine (or, in `Report.notes`, worth knowing)."""

    kind: str
    program: Program
    point: tuple[float | int, ...]
    got: float | None
    exact: float | None
    ulps: float | None
    flags: tuple[str, ...]
    reproduction: str = ""
    partial: str = ""  # the variable of the partial; "" for the value
    digits: str = ""  # the truth to 40 digits
    note: str = ""
    backwards: int = 1
    order: int = 1  # 2: of the Hessian
    seen: int = 1  # how many cases failed from this cause
    dtype: str = "float64"
    cause: str = ""  # in words, where it is understood
    row: str = ""  # the operation that is to blame, where one is
    kinds: tuple[str, ...] = ()  # all labels that this cause was seen with

    @property
    def operation(self) -> str:
        """The operation that is to blame, or the only one there is; "" where it is none."""
        only = self.program.operations
        return self.row or (next(iter(only)) if len(only) == 1 else "")

    @property
    def inputs(self) -> dict[str, float | int]:
        """The point, by the names of the variables."""
        return dict(zip(self.program.variables, self.point))

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "kind": self.kind, "program": self.program.to_json(), "expression": self.program.text,
            "point": point_json(self.point), "partial": self.partial or None,
            "got": None if self.got is None else written(self.got),
            "exact": None if self.exact is None else written(self.exact), "digits": self.digits,
            "ulps": self.ulps, "flags": list(self.flags), "note": self.note,
            "backwards": self.backwards, "order": self.order, "seen": self.seen,
            "dtype": self.dtype, "cause": self.cause, "operation": self.operation,
            "labels": list(self.kinds or (self.kind,)), "reproduction": self.reproduction,
        }  # fmt: skip

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Finding:
        """The finding that `to_json` wrote."""

        def real(x: Any) -> float | None:
            return None if x is None else float(number(x))

        ulps = data["ulps"]
        return cls(
            data["kind"], Program.from_json(data["program"]), tuple(map(number, data["point"])),
            real(data["got"]), real(data["exact"]), None if ulps is None else float(ulps),
            tuple(data["flags"]), data["reproduction"], data["partial"] or "", data["digits"],
            data["note"], data["backwards"], data["order"], data["seen"], data["dtype"],
            data.get("cause", ""), data.get("operation", ""), tuple(data.get("labels", ())),
        )  # fmt: skip

    def __repr__(self) -> str:
        return brief(self, kind=self.kind, program=self.program.text, point=self.point,
                     partial=self.partial, got=self.got, exact=self.exact)  # fmt: skip

    @property
    def shown(self) -> str:
        """The program as one reads it: a long one as a loop, if it is one."""
        steps = len(self.program.steps)
        loop = looped(self.program) if steps > STEPS_SHOWN_EACH else ""
        text = self.program.text if steps <= STEPS_SHOWN_AT_ALL else ""
        return loop or text or f"a program of {steps} operations"

    @property
    def derivative(self) -> str:
        """d/dx, or of order 2 d2/dx dy; "" for the value."""
        names = self.partial.split(", ") if self.partial else []
        head = f"d{self.order if self.order > 1 else ''}/" if names else ""
        return head + " ".join(f"d{name}" for name in names)

    @property
    def line(self) -> str:
        """One line: what fails, and why, as far as it is understood."""
        first = str(self).split("\n", maxsplit=1)[0]
        return f"{first}: {self.cause}" if self.cause else first

    def __str__(self) -> str:
        text = FORMATS[self.dtype].text
        at = ", ".join(f"{n}={text(x)}" for n, x in zip(self.program.variables, self.point))
        what = f"{self.derivative} of {self.shown}" if self.partial else self.shown
        lines = [f"{self.kind}  {what}  at {at or 'no variables'}"]
        if self.backwards > 1:
            lines[0] += f", backward run {self.backwards} times"
        if self.got is not None:
            near = self.ulps is not None and self.ulps < ULPS_WORTH_TELLING
            ulps = f"  ({self.ulps:.3g} ulp off)" if near else ""
            exact = "unknown" if self.exact is None else text(self.exact)
            told = f", exact {exact}{ulps}"  # of a convention there is no one truth
            lines.append(f"    got {text(self.got)}{'' if self.kind == 'CONVENTION' else told}")
        others = [k for k in self.kinds if k != self.kind]
        lines += [f"    {self.cause}"] if self.cause else []
        lines += [f"    elsewhere {', '.join(others)}"] if others else []
        lines += [f"    {self.note}"] if self.note else []
        lines += [f"    {', '.join(self.flags)}"] if self.flags else []
        return "\n".join(lines)


@dataclass
class Report:
    """What was found in one run; `.skipped` counts programs by why they could not be judged."""

    engine: str
    dtype: str
    findings: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)
    checked: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    operations: list[str] = field(default_factory=list)  # that the engine has
    known: list[Finding] = field(default_factory=list)  # in the baseline
    mended: list[str] = field(default_factory=list)  # in the baseline, and not found any more

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Report:
        """The report that `to_json` wrote."""
        made = cls(data["engine"], data["dtype"], checked=data["checked"], seconds=data["seconds"])
        made.skipped.update(data["skipped"])
        made.findings = [Finding.from_json(f) for f in data["findings"]]
        made.notes = [Finding.from_json(n) for n in data["notes"]]
        made.known = [Finding.from_json(n) for n in data.get("known", [])]
        made.operations, made.mended = data.get("operations", []), data.get("mended", [])
        return made

    def __bool__(self) -> bool:
        """Whether nothing was found, by some check."""
        return not self.findings and self.checked > 0

    def __repr__(self) -> str:
        return brief(self, engine=self.engine, dtype=self.dtype, checked=self.checked,
                     findings=len(self.findings), notes=len(self.notes))  # fmt: skip

    def _repr_html_(self) -> str:
        """For notebooks: a line a finding, with the script that shows it."""
        return told(self.headline, after="".join(map(unfolded, self.findings + self.notes)))

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "symgrad_oracle": 1, "engine": self.engine, "dtype": self.dtype,
            "checked": self.checked, "skipped": dict(self.skipped), "seconds": self.seconds,
            "findings": [f.to_json() for f in self.findings],
            "notes": [n.to_json() for n in self.notes], "operations": self.operations,
            "known": [n.to_json() for n in self.known], "mended": self.mended,
        }  # fmt: skip

    @property
    def headline(self) -> str:
        """torch (float64): 12,345 checks, 3 findings, 2 notes"""
        many = len(self.findings)
        return (
            f"{self.engine} ({self.dtype}): {self.checked:,} checks in {self.seconds:.1f} s, "
            f"{many} finding{'' if many == 1 else 's'}, {len(self.notes)} notes"
        ) + (f", {len(self.known)} known, {len(self.mended)} mended" if self.compared else "")

    @property
    def compared(self) -> bool:
        """Whether a baseline knew anything."""
        return bool(self.known or self.mended)

    @property
    def summary(self) -> list[str]:
        """A line for each of several findings, before they are told in full."""
        if len(self.findings) < 2:
            return []
        every = enumerate((f.line for f in self.findings), 1)
        return ["", *(f"{i:>3}. {line}" for i, line in every)]

    def __str__(self) -> str:
        parts = [self.headline, *self.summary]
        for i, finding in enumerate(self.findings, 1):
            parts.append(f"\n{i}. {finding}\n\n{indented(finding.reproduction)}")
        if self.notes:
            parts.append("\nnotes (nothing fails):")
            parts += [str(note) for note in self.notes]
        return "\n".join(parts)


def unfolded(finding: Finding) -> str:
    """A finding that opens: what was found, and how to see it."""
    return folded(str(finding).splitlines()[0], f"{finding}\n\n{finding.reproduction}".strip())


def indented(text: str) -> str:
    return "\n".join("    " + line if line else "" for line in text.splitlines())


# --- one cause, told once -------------------------------------------------------------------------

Key = tuple[Any, ...]
LARGE = 100  # operations
SHARED = ("large", "stale", "subnormal", "masked", "zero adjoint", "raised")


def cause_key(finding: Finding, form: Format) -> Key:
    """The key of its cause, as far as its label and its numbers tell."""
    program, kind = finding.program, finding.kind
    again = finding.backwards > 1, finding.order
    if kind == "CRASH":
        large = len(program.steps) >= LARGE  # and no smaller one does it: recursion, memory, time
        if place := RAISED_BY_ADAPTER.search(finding.note):  # one line that raises is one cause
            return kind, "raised", place[0]
        if finding.note.startswith("gave "):  # a type, what it holds, and where it stands
            words = finding.note.split(" ")
            return kind, "raised", words[1], *words[-2:]
        note = "".join(c for c in finding.note if not c.isdigit())[:40]
        return kind, "large" if large else program.operations, note, again
    if finding.backwards > 1:
        return kind, "stale"
    reference = Truth(program)
    values = reference.values(finding.point)
    nodes = [float(v) for v in values]
    if any(0 < abs(x) < form.normal for x in (*nodes, finding.exact or 0.0)):
        return kind, "subnormal"
    if finding.got is not None and math.isnan(finding.got):
        if reference.stopped(values, form.largest):
            return kind, "masked" if "if" in program.operations else "zero adjoint"
    return kind, program.operations, again


SEVERITY = (*FAILURES, *NOTES)
RAISED_BY_ADAPTER = re.compile(r"\((?:raised by the adapter itself, )?[^()]+:\d+, [^()]+\)$")


def worse(kind: str, than: str) -> bool:
    return SEVERITY.index(kind) < SEVERITY.index(than)


def counted(known: Finding, kind: str) -> Finding:
    """The finding, seen once more, with this label."""
    kinds = tuple(k for k in SEVERITY if k in (kind, *known.kinds))
    return replace(known, seen=known.seen + 1, kinds=kinds)


def explains(known: Finding, its: Key, key: Key, case: Case) -> bool:
    """Whether `known`, whose key is `its`, may be behind a failure of this key, too."""
    if its[0] != key[0] or known.backwards > case.backwards or known.order > case.order:
        return False
    if its[1] in SHARED or key[1] in SHARED:
        return its[:3] == key[:3]
    return known.program.operations <= case.program.operations


def simpler(a: Finding, b: Finding) -> bool:
    """Whether a shows the cause at its worst, in fewer steps, or at a shorter point."""

    def size(f: Finding) -> tuple[int, bool, int, Sequence[int]]:
        faint = f.exact is not None and 0 < abs(f.exact) < FORMATS[f.dtype].normal
        return SEVERITY.index(f.kind), faint, len(f.program), [len(repr(x)) for x in f.point]

    return size(a) < size(b)


# --- a finding as a script ------------------------------------------------------------------------

STEPS_AS_SOURCE = 60  # a longer program is written as data
ACCEPTABLE = "acceptable: "  # how the note begins where any number of an interval will do


def reproduction(engine: Any, case: Case, finding: Finding) -> str:
    """Python that prints what the engine gives, with the truth beside it."""
    wanted = finding.derivative or "the value"
    told = f"# {finding.kind}: {finding.note}"
    if finding.note.startswith(ACCEPTABLE):
        told = f"# {finding.kind}: {wanted} should be one of {finding.note[len(ACCEPTABLE):]}"
    elif finding.exact is not None:
        told = f"# {finding.kind}: {wanted} should be {finding.exact!r}"
    source = getattr(engine, "source" if case.order == 1 else "second_source", None)
    if callable(source) and len(case.program.steps) <= STEPS_AS_SOURCE:
        given = (case.program, case.point, case.backwards)[: 3 if case.order == 1 else 2]
        return f"{told}\n{source(*given)}"
    return f"{told}\n{general(engine, case)}"


def remade(engine: Any) -> tuple[str, str]:
    """An import and an expression that are this engine in another process.

    One that was made inside a function, or from arguments, is left for the reader to make.
    """
    if text := text_of(engine):
        place = "from symgrad.oracle.engines.from_text import engine_from\n"
        return place, f"engine_from({text!r})"
    kind = type(engine)
    module, name = kind.__module__, kind.__qualname__
    if module.startswith(engines.__name__):
        return "from symgrad.oracle import engine\n", f"engine({engine.name!r}, {engine.dtype!r})"
    world = vars(sys.modules.get(module, None) or object)
    kept = next((k for k, v in world.items() if v is engine), "")
    found = kept or (name if world.get(name) is kind and bare(kind) else "")
    made = found if kept else f"{found}()"
    if not found:
        return f"judged = None  # make here the engine that was judged, {module}.{name}\n", (
            "judged and judged")  # fmt: skip
    if module == "__main__":
        file = getattr(sys.modules[module], "__file__", None)
        world_of = f"run_path({file!r}, run_name='judged')[{found!r}]"
        return "from runpy import run_path\n", world_of if kept else f"{world_of}()"
    return f"from {module} import {found}\n", made


def bare(kind: Any) -> bool:
    """Whether it is made without arguments."""
    try:
        inspect.signature(kind).bind()
    except (TypeError, ValueError):
        return False
    return True


def general(engine: Any, case: Case) -> str:
    """A call of any engine in Python."""
    place, made = remade(engine)
    program = json.dumps(case.program.to_json())
    point = json.dumps(point_json(case.point))
    runs = f", backwards={case.backwards}" if case.backwards > 1 else ""
    call = "second(program, point" if case.order == 2 else f"gradient(program, point{runs}"
    return (
        f"{place}from symgrad.oracle import Program, number\n"
        f"program = Program.from_json('{program}')\n"
        f"point = [number(x) for x in {point}]\n"
        f"print({made}.{call}))"
    )
