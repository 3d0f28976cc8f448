"""What the oracle found: `Report`, its `Finding`s and notes.

- A `Finding` is one cause: the smallest program and the simplest point that show it.
- `str(report)` is for people, `report.to_json()` for programs.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from .floating import FORMATS
from .programs import Program, number, point_json, written

MOST_ULPS = 2.0**53  # beyond, how many they are says nothing


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

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "kind": self.kind,
            "program": self.program.to_json(),
            "expression": self.program.text,
            "point": point_json(self.point),
            "partial": self.partial or None,
            "got": None if self.got is None else written(self.got),
            "exact": None if self.exact is None else written(self.exact),
            "digits": self.digits,
            "ulps": self.ulps,
            "flags": list(self.flags),
            "note": self.note,
            "backwards": self.backwards,
            "order": self.order,
            "seen": self.seen,
            "dtype": self.dtype,
            "reproduction": self.reproduction,
        }

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
        )  # fmt: skip

    @property
    def derivative(self) -> str:
        """d/dx, or of order 2 d2/dx dy; "" for the value."""
        names = self.partial.split(", ") if self.partial else []
        head = f"d{self.order if self.order > 1 else ''}/" if names else ""
        return head + " ".join(f"d{name}" for name in names)

    def __str__(self) -> str:
        text = FORMATS[self.dtype].text
        at = ", ".join(f"{n}={text(x)}" for n, x in zip(self.program.variables, self.point))
        f = self.program.text or f"a program of {len(self.program.steps)} operations"
        what = f"{self.derivative} of {f}" if self.partial else f
        lines = [f"{self.kind}  {what}  at {at or 'no variables'}"]
        if self.backwards > 1:
            lines[0] += f", backward run {self.backwards} times"
        if self.got is not None:
            near = self.ulps is not None and self.ulps < MOST_ULPS
            ulps = f"  ({self.ulps:.3g} ulp off)" if near else ""
            exact = "unknown" if self.exact is None else text(self.exact)
            lines.append(f"    got {text(self.got)}, exact {exact}{ulps}")
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

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Report:
        """The report that `to_json` wrote."""
        made = cls(data["engine"], data["dtype"], checked=data["checked"], seconds=data["seconds"])
        made.skipped.update(data["skipped"])
        made.findings = [Finding.from_json(f) for f in data["findings"]]
        made.notes = [Finding.from_json(n) for n in data["notes"]]
        return made

    def __bool__(self) -> bool:
        return not self.findings

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "symgrad_oracle": 1,
            "engine": self.engine,
            "dtype": self.dtype,
            "checked": self.checked,
            "skipped": dict(self.skipped),
            "seconds": self.seconds,
            "findings": [f.to_json() for f in self.findings],
            "notes": [n.to_json() for n in self.notes],
        }

    @property
    def headline(self) -> str:
        """torch (float64): 12,345 checks, 3 findings, 2 notes"""
        many = len(self.findings)
        return (
            f"{self.engine} ({self.dtype}): {self.checked:,} checks in {self.seconds:.1f} s, "
            f"{many} finding{'' if many == 1 else 's'}, {len(self.notes)} notes"
        )

    @property
    def summary(self) -> list[str]:
        """A line for each of several findings, before they are told in full."""
        if len(self.findings) < 2:
            return []
        every = enumerate((str(f).splitlines()[0] for f in self.findings), 1)
        return ["", *(f"{i:>3}. {line}" for i, line in every)]

    def __str__(self) -> str:
        parts = [self.headline, *self.summary]
        for i, finding in enumerate(self.findings, 1):
            parts.append(f"\n{i}. {finding}\n\n{indented(finding.reproduction)}")
        if self.notes:
            parts.append("\nnotes (nothing fails):")
            parts += [str(note) for note in self.notes]
        return "\n".join(parts)


def indented(text: str) -> str:
    return "\n".join("    " + line if line else "" for line in text.splitlines())
