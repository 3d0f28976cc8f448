"""The house keeps its order: which way imports point, one home for a fact, one name for a thing.

`python -m tests.house` prints the places behind each figure.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys

import pytest

from . import house
from .test_tables import COMPLETE

AT_MOST = {  # lower a number where the house has become simpler; the second is where it shall be
    "files": (288, 130),
    "lines": (68_150, 25_000),
    "median function": (4, 4),
    "function, 95 of 100": (18, 20),
    "longest line of the table": (120, 120),
    "tables of rows outside ops": (16, 20),
    "tests of a row's name outside ops": (8, 10),
    "names of rows compared with": (190, 100),
    "classes of one name": (0, 0),
    "constants of one name": (0, 0),
    "modules of one name": (0, 0),
    "circles": (0, 0),
}
UNFINISHED = r"\b(?:TO[D]O|FIX[M]E|X[X]X)\b|NotImplemented[E]rror|pragma: no [c]over"
DICE = {"Random", "RandomState", "default_rng"}  # what draws
SKIPPED = r"pytest\.mark\.(?:[s]kip|[x]fail)|pytest\.[s]kip|import[o]rskip"


@pytest.mark.parametrize("name", AT_MOST)
def test_nothing_grows(name: str) -> None:
    """A figure of the house is at most what it was."""
    now, _ = AT_MOST[name]
    assert now >= house.figures()[name], house.where().get(name)


def test_every_table_of_rows_has_its_test() -> None:
    """A table that names operations outside `ops` has a test of what makes it complete."""
    assert set(house.tables_of_rows()) == set(COMPLETE)


def test_imports_point_downwards() -> None:
    """A module imports only what stands below it, and hides no import of our own in a function."""
    wrong = []
    for source in house.sources():
        for asked in house.ours(house.imports(source)):
            own, other = source.layer, asked.module.split(".")[0]
            door = own in ("__init__", "__main__")  # it opens on everything
            # floats reach Arb, and balls flint, only when first asked
            hidden = asked.hidden and own != "arithmetic"
            upwards = other != own and not door and not below(other, own)
            wrong += [f"{source.name}: {asked}"] if hidden or upwards else []
    assert [] == wrong


def below(other: str, own: str) -> bool:
    return house.LAYERS.index(other) < house.LAYERS.index(own)


def test_every_module_has_a_layer() -> None:
    """A new file or folder of the package has its place in the list of layers."""
    layers = {source.layer for source in house.sources()} - {"__init__", "__main__"}
    assert set() == layers - set(house.LAYERS)


def test_sympy_has_one_door() -> None:
    """Only the symbolic side imports sympy; the engine never does."""
    users = {source.layer for source in house.sources() for asked in house.imports(source)
             if asked.module.split(".")[0] == "sympy"}  # fmt: skip
    assert {"symbolic"} == users


def test_nothing_is_left_for_later() -> None:
    """No file speaks of work to be done, and no test is skipped or expected to fail."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "*.py", "*.md", "*.toml", "*.lark"],
        cwd=house.ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    pattern = re.compile(f"{UNFINISHED}|{SKIPPED}")
    paths = [house.ROOT / name for name in listed.stdout.split("\0") if name]
    assert [] == [f"{path.name}: {line.strip()}" for path in paths if path.is_file()
                  for line in path.read_text(encoding="utf-8").splitlines() if pattern.search(line)]


def test_what_tests_ask_of_each_other_is_there() -> None:
    """A tool beside the tests imports only what another one has, though no test runs it."""
    lost = []
    for path in sorted((house.ROOT / "tests").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level == 1:
                asked = [node.module] if node.module else [alias.name for alias in node.names]
                lost += [f"{path.name}: {name}" for name in asked
                         if not list(path.parent.glob(f"{name.replace('.', '/')}*"))]
    assert [] == lost


# --- the tests, whichever process runs them -------------------------------------------------------


@pytest.mark.slow
def test_tests_are_collected_alike() -> None:
    """No hash, address or leftover of memory names or orders a test: processes share them out."""
    asked = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-m", ""]
    both = [subprocess.Popen(asked, env={**os.environ, "PYTHONHASHSEED": seed}, cwd=house.ROOT,
                             stdout=subprocess.PIPE, text=True) for seed in "12"]  # fmt: skip
    first, second = ([line for line in run.communicate()[0].splitlines() if "::" in line]
                     for run in both)  # fmt: skip
    assert [0, 0] == [run.returncode for run in both]
    assert len(set(first)) == len(first) > 10_000
    assert first == second


def test_no_dice_are_shared() -> None:
    """A test draws the same whatever ran before it: none takes from a generator of the module."""
    paths = sorted((house.ROOT / "tests").rglob("*.py"))
    assert [] == [f"{path.name}:{made.lineno}" for path in paths
                  for made in ast.parse(path.read_text(encoding="utf-8")).body
                  if isinstance(made, ast.Assign | ast.AnnAssign) and draws(made.value)]


def draws(made: ast.expr | None) -> bool:
    return isinstance(made, ast.Call) and ast.unparse(made.func).split(".")[-1] in DICE


# --- the counts themselves ------------------------------------------------------------------------


def test_a_deferred_import_counts() -> None:
    """What `Deferred` names is an import of its own."""
    asked = {i.module for s in house.sources() if s.module == "expression"
             for i in house.imports(s) if i.deferred}  # fmt: skip
    assert {"symgrad.symbolic", "symgrad.verification"} <= asked


def test_circles_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Modules that ask for one another, however indirectly, are a circle."""
    graph = {"a": frozenset("b"), "b": frozenset("c"), "c": frozenset("a"), "d": frozenset("a")}
    monkeypatch.setattr(house, "arrows", lambda: graph)
    assert [["a", "b", "c"]] == house.circles()
