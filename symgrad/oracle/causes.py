"""Which findings have one cause, so that each is told once.

- `cause(finding, form)` is a key: findings with the same key are one. Mostly it is the label and
  the operations; what every operation of an engine shares is a cause of its own: programs that are
  too large, gradients that are stale when backward runs again, subnormal numbers that are lost, and
  nan from a slope that is not finite times a zero adjoint.
- `explains(known, key, case)` says whether a known cause may be that of another failure, too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from .cases import Case
from .floating import FORMATS, Format
from .reference import Reference
from .reports import Finding

Key = tuple[Any, ...]
LARGE = 100  # operations
SHARED = ("large", "stale", "subnormal", "masked", "zero adjoint")


def cause(finding: Finding, form: Format) -> Key:
    """The key of its cause."""
    program, kind = finding.program, finding.kind
    again = finding.backwards > 1, finding.order
    if kind == "CRASH":
        large = len(program.steps) >= LARGE  # and no smaller one does it: recursion, memory, time
        return kind, "large" if large else program.operations, finding.note[:40], again
    if finding.backwards > 1:
        return kind, "stale"
    reference = Reference(program)
    values = reference.values(finding.point)
    nodes = [float(v) for v in values]
    if any(0 < abs(x) < form.normal for x in (*nodes, finding.exact or 0.0)):
        return kind, "subnormal"
    if finding.got is not None and math.isnan(finding.got):
        if reference.stopped(values, form.largest):
            return kind, "masked" if "if" in program.operations else "zero adjoint"
    return kind, program.operations, again


def explains(known: Finding, its: Key, key: Key, case: Case) -> bool:
    """Whether `known`, whose key is `its`, may be behind a failure of this key, too."""
    if its[0] != key[0] or known.backwards > case.backwards or known.order > case.order:
        return False
    if its[1] in SHARED or key[1] in SHARED:
        return its[:3] == key[:3]
    return known.program.operations <= case.program.operations


def simpler(a: Finding, b: Finding) -> bool:
    """Whether a shows the cause in fewer steps, or at a shorter point."""

    def size(f: Finding) -> tuple[bool, int, Sequence[int]]:
        faint = f.exact is not None and 0 < abs(f.exact) < FORMATS[f.dtype].normal
        return faint, len(f.program), [len(repr(x)) for x in f.point]

    return size(a) < size(b)
