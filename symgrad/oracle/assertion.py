"""The oracle as one plain assertion, in any test suite: `assert_gradients(engine)`."""

from __future__ import annotations

from typing import Any

from .run import judge

SECONDS_ASSERTED = 10.0


def assert_gradients(
    engine: Any, budget: float = SECONDS_ASSERTED, seed: int = 0, **options: Any
) -> None:
    """Raise AssertionError with every cause found; options as those of `judge`."""
    report = judge(engine, budget, seed, **options)
    if report.findings:
        raise AssertionError("\n\n".join([report.headline, *map(told_in_full, report.findings)]))


def told_in_full(finding: Any) -> str:
    """A finding with its reproduction."""
    return f"{finding}\n\n{finding.reproduction}"
