"""Findings that are known already: `--baseline known.json`.

- `name_of(finding)` is the same in every run: the operation, what is wrong, no numbers.
- `held_against(report, baseline)` moves what is known out of the findings and says what is mended.

A baseline is a report that `run --json` wrote (or a `Report`, or a list of names).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..errors import UsageError


def name_of(finding: Any) -> str:
    """What a finding is called from one run to the next."""
    program = finding.program
    operation = finding.operation or " ".join(sorted(program.operations)) or "variables"
    return f"{operation}: {finding.cause or finding.kind}"


def name_in(data: dict[str, Any]) -> str:
    """The same from a finding's JSON."""
    steps = data["program"]["steps"]
    operation = data.get("operation") or " ".join(sorted({s[0] for s in steps})) or "variables"
    return f"{operation}: {data.get('cause') or data['kind']}"


def known_names(baseline: Any) -> dict[str, str]:
    """The names in a baseline, with the operation of each. Raises UsageError where it is none."""
    if isinstance(baseline, (str, Path)):
        baseline = read(Path(baseline))
    if hasattr(baseline, "findings"):
        told = (*baseline.findings, *getattr(baseline, "known", ()))
        return {name_of(f): f.operation for f in told}
    if isinstance(baseline, dict):
        try:
            every = [*baseline["findings"], *baseline.get("known", [])]
            return {name_in(f): f.get("operation") or "" for f in every}
        except (KeyError, TypeError) as error:
            raise UsageError(f"the baseline is no report of the oracle: {error}") from None
    if isinstance(baseline, Iterable) and all(isinstance(n, str) for n in baseline):
        return {name: name.partition(":")[0] for name in baseline}
    raise UsageError("a baseline is a file, a report or a list of names")


def read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None
    except ValueError as error:
        raise UsageError(f"{path} is no JSON: {error}") from None


def held_against(report: Any, baseline: Any) -> Any:
    """The report with what the baseline knows as `.known`, and as `.mended` what is gone."""
    names = known_names(baseline)
    report.known = [f for f in report.findings if name_of(f) in names]
    report.findings = [f for f in report.findings if name_of(f) not in names]
    report.mended = sorted(set(names) - {name_of(f) for f in report.known})
    return report
