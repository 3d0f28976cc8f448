"""The tests are the same every time: hypothesis draws what it drew before. Ctrl-C ends them.

- A test marked `needs("gcc")` runs where that program or module is; elsewhere it is not collected.
- `--hypothesis-profile=exploring` draws afresh, and five times as many (as `.ci/run` does).
"""

import os
import shutil
import signal
from importlib.util import find_spec

import pytest
from hypothesis import settings

settings.register_profile("same", deadline=None, derandomize=True, database=None)
settings.register_profile("exploring", deadline=None, max_examples=500, print_blob=True)
settings.load_profile("same")

# Lines are as long as they are where nobody looks, however wide the terminal of the tests is.
os.environ.pop("COLUMNS", None)

# A shell starts what runs in its background without Ctrl-C, and so would be what the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)


def present(name: str) -> bool:
    """Whether there is a program or a Python module of this name."""
    return bool(shutil.which(name) or find_spec(name))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take out the tests of what this machine does not have, and count them as deselected."""
    kept = [item for item in items if all(any(map(present, mark.args))
                                          for mark in item.iter_markers("needs"))]  # fmt: skip
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept
