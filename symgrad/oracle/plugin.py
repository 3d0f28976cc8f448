"""The oracle in an engine's own test suite; pytest finds this plugin by itself.

    def test_gradients(symgrad_oracle):
        symgrad_oracle(MyEngine())

- The fixture `symgrad_oracle` reports each cause as a failure of its own, where pytest has
  subtests (9 and later); `--oracle-budget` and `--oracle-seed` set the seconds and the seed.
- `assert_gradients(engine)` is the same as one plain assertion, outside pytest too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ..deferred import Deferred

run = Deferred("oracle.run")  # flint only where it is used: every pytest loads this module
BUDGET = 10.0
WIDTH = 60


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("symgrad oracle")
    group.addoption(
        "--oracle-budget", type=float, default=BUDGET, metavar="S",
        help=f"seconds for each engine that the oracle judges (default {BUDGET:g})",
    )  # fmt: skip
    group.addoption("--oracle-seed", type=int, default=0, metavar="N", help="seed of its cases")


def assert_gradients(engine: Any, budget: float = BUDGET, seed: int = 0) -> None:
    """Raise AssertionError with every cause found in `budget` seconds."""
    report = run.judge(engine, budget, seed)
    if report.findings:
        raise AssertionError("\n\n".join([report.headline, *map(told, report.findings)]))


def told(finding: Any) -> str:
    """A finding with its reproduction."""
    return f"{finding}\n\n{finding.reproduction}"


def titled(finding: Any) -> str:
    """One line of a width that a terminal shows."""
    first = str(finding).split("\n", maxsplit=1)[0]
    return first if len(first) <= WIDTH else first[: WIDTH - 3] + "..."


@pytest.fixture
def symgrad_oracle(request: pytest.FixtureRequest) -> Callable[[Any], None]:
    """Judge an engine: `symgrad_oracle(engine)`."""
    budget = request.config.getoption("--oracle-budget")
    seed = request.config.getoption("--oracle-seed")

    def judged(engine: Any) -> None:
        report = run.judge(engine, budget, seed)
        subtests = offered(request)
        if subtests is None and report.findings:
            texts = [report.headline, *map(told, report.findings)]
            pytest.fail("\n\n".join(texts), pytrace=False)
        for finding in report.findings:
            with subtests.test(msg=titled(finding)):
                pytest.fail(told(finding), pytrace=False)

    return judged


def offered(request: pytest.FixtureRequest) -> Any:
    """pytest's subtests, None where this pytest has none."""
    try:
        return request.getfixturevalue("subtests")
    except pytest.FixtureLookupError:
        return None
