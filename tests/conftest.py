"""The tests are the same every time: hypothesis draws what it drew before. Ctrl-C ends them.

- All of them run on all processors, what is chosen by a path or `-k` in one process, so that
  `breakpoint()` stops there; `-n 2` and `-n 0` say otherwise.
- A test marked `needs("gcc")` runs where that program or module is; elsewhere it is not collected.
- `--hypothesis-profile=exploring` draws afresh, and five times as many (as `.ci/run` does).
"""

import gc
import os
import random
import shutil
import signal
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec

import flint
import numpy as np
import pytest
from hypothesis import settings

from symgrad.limits import Limits
from symgrad.ops import ALIASES, OPS

settings.register_profile("same", deadline=None, derandomize=True, database=None)
settings.register_profile("exploring", deadline=None, max_examples=500, print_blob=True)
settings.load_profile("same")


@pytest.fixture
def table() -> Iterator[None]:
    """The table of operations, which the test may change: it is put back afterwards."""
    before = dict(OPS), dict(ALIASES)
    yield
    for changed, old in zip((OPS, ALIASES), before):
        changed.clear()
        changed.update(old)


# Lines are as long as they are where nobody looks, however wide the terminal of the tests is.
os.environ.pop("COLUMNS", None)

# What a student waits for is two seconds; a busy machine must not turn a verdict into "undecided".
PATIENCE = 5
object.__setattr__(Limits.student, "seconds", PATIENCE * (Limits.student.seconds or 0))

# A shell starts what runs in its background without Ctrl-C, and so would be what the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)


@cache
def present(name: str) -> bool:
    """Whether there is a program or a Python module of this name."""
    return bool(shutil.which(name) or find_spec(name))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take out the tests of what this machine does not have, and count them as deselected."""
    kept = [item for item in items if all(any(map(present, mark.args))
                                          for mark in item.iter_markers("needs"))]  # fmt: skip
    staying = set(kept)
    config.hook.pytest_deselected(items=[item for item in items if item not in staying])
    items[:] = kept


def pytest_collection_finish() -> None:
    """What was collected stays: whoever collects garbage need not walk thousands of tests."""
    gc.freeze()


def pytest_runtest_setup() -> None:
    """What all share starts anew, so that no test sees what another left: dice, Arb's digits."""
    random.seed(0)
    np.random.seed(0)
    flint.ctx.prec = 53


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """How many processes run the tests: none beside this one for a few that somebody chose."""
    chosen = config.args_source is not pytest.Config.ArgsSource.TESTPATHS
    return 0 if chosen or config.option.keyword else None
