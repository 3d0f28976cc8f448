"""The oracle in an engine's own test suite; pytest finds this plugin by itself.

    def test_gradients(symgrad_oracle):
        symgrad_oracle(MyEngine())

    @pytest.mark.symgrad_oracle(MyEngine(), baseline="known.json")
    def test_operation(oracle_operation):  # once for each operation: -k matmul
        oracle_operation()

- The fixture `symgrad_oracle` reports each cause as a failure of its own, where pytest has
  subtests (9 and later); `--oracle-budget` and `--oracle-seed` set the seconds and the seed.
- `oracle_operation` fails where an operation has findings. One whose findings are all in the
  baseline is expected to fail (xfail). The engine is judged once, by the first of its tests.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ..deferred import Deferred

run = Deferred("oracle.run")  # flint only where it is used: every pytest loads this module
known_findings = Deferred("oracle.known_findings")
BUDGET = 10.0
WIDTH = 60
GRAPH_TEST = "graph"  # the test of findings that no operation is to blame for
MARK = "symgrad_oracle"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("symgrad oracle")
    group.addoption(
        "--oracle-budget", type=float, default=BUDGET, metavar="S",
        help=f"seconds for each engine that the oracle judges (default {BUDGET:g})",
    )  # fmt: skip
    group.addoption("--oracle-seed", type=int, default=0, metavar="N", help="seed of its cases")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", f"{MARK}(engine, baseline=None): the engine that `oracle_operation` judges"
    )


def titled(finding: Any) -> str:
    """One line of a width that a terminal shows."""
    first = str(finding).split("\n", maxsplit=1)[0]
    return first if len(first) <= WIDTH else first[: WIDTH - 3] + "..."


def judged_with(config: pytest.Config, engine: Any) -> Any:
    """The report of an engine under this run's options."""
    budget, seed = config.getoption("--oracle-budget"), config.getoption("--oracle-seed")
    return run.judge(engine, budget, seed)


@pytest.fixture
def symgrad_oracle(request: pytest.FixtureRequest) -> Callable[[Any], None]:
    """Judge an engine: `symgrad_oracle(engine)`."""

    def judged(engine: Any) -> None:
        report = judged_with(request.config, engine)
        subtests = offered(request)
        if not report.checked or (subtests is None and not report):
            texts = [report.headline, *map(run.told_in_full, report.findings)]
            pytest.fail("\n\n".join(texts), pytrace=False)
        for finding in report.findings:
            with subtests.test(msg=titled(finding)):
                pytest.fail(run.told_in_full(finding), pytrace=False)

    return judged


def offered(request: pytest.FixtureRequest) -> Any:
    """pytest's subtests, None where this pytest has none."""
    try:
        return request.getfixturevalue("subtests")
    except pytest.FixtureLookupError:
        return None


# --- a test for each operation --------------------------------------------------------------------


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each operation of the engine in the mark."""
    if "oracle_operation" not in metafunc.fixturenames:
        return
    mark = metafunc.definition.get_closest_marker(MARK)
    if mark is None or not mark.args:
        raise pytest.UsageError(f"oracle_operation needs @pytest.mark.{MARK}(engine)")
    engine, baseline = mark.args[0], mark.kwargs.get("baseline")
    known = known_findings.known_names(baseline) if baseline is not None else {}
    names = (*sorted(engine.operations), GRAPH_TEST)
    every = [pytest.param((engine, name, known), id=name) for name in names]
    metafunc.parametrize("oracle_operation", every, indirect=True)


REPORTS = pytest.StashKey[dict[int, Any]]()


@pytest.fixture
def oracle_operation(request: pytest.FixtureRequest) -> Callable[[], None]:
    """Fail with the findings of one operation."""
    engine, name, known = request.param

    def judged() -> None:
        reports = request.config.stash.setdefault(REPORTS, {})
        if id(engine) not in reports:
            reports[id(engine)] = judged_with(request.config, engine)
        report = reports[id(engine)]
        if not report.checked:
            pytest.fail(f"nothing could be checked: {report.headline}", pytrace=False)
        mine = [f for f in report.findings if belongs(f, name, engine)]
        fresh = [f for f in mine if known_findings.name_of(f) not in known]
        if fresh:
            pytest.fail("\n\n".join(map(run.told_in_full, fresh)), pytrace=False)
        if mine:
            pytest.xfail("in the baseline: " + "; ".join(map(titled, mine)))

    return judged


def belongs(finding: Any, name: str, engine: Any) -> bool:
    """Whether a finding is told in this operation's test."""
    operation = finding.operation
    return operation == name if operation in engine.operations else name == GRAPH_TEST
