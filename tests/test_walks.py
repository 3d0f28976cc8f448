"""How many of our files a question enters does not grow."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WALKS = """
import json
from tests.walks import walks
print(json.dumps({question: len(one.names) for question, one in walks().items()}))
"""
FILES = {  # at most; lower the number where a walk has become shorter
    'diff "tanh(x*w+b)" --at x=2': 48, "check of a wrong answer": 55, "judge(micrograd)": 40,
}  # fmt: skip


@pytest.fixture(scope="module")
def entered() -> dict[str, int]:
    """Files that each question enters, counted in a process of its own: answers are kept."""
    run = [sys.executable, "-c", WALKS]
    printed = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return json.loads(printed)


@pytest.mark.parametrize("question", FILES)
def test_a_walk_does_not_grow(entered: dict[str, int], question: str) -> None:
    """A question enters at most as many files as it did."""
    assert FILES[question] >= entered[question]
