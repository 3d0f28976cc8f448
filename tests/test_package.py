"""What `import symgrad` costs, and what the package holds; `test_house` has its order inside."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

import symgrad

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "symgrad"
MODULES = sorted(PACKAGE.rglob("*.py"))
HEAVY = {"sympy", "numpy", "lark", "flint", "rich", "matplotlib", "llvmlite", "mpmath"}


def output(code: str) -> str:
    """What a fresh Python prints for this code."""
    run = [sys.executable, "-c", code]
    return subprocess.run(run, capture_output=True, text=True, check=True).stdout.strip()


def test_import_is_light() -> None:
    """`import symgrad` and `Value` load no heavy library."""
    loaded = output("import sys, symgrad; print(*sys.modules)").split()
    assert set() == HEAVY & set(loaded)
    loaded = output(
        "import sys; from symgrad import Value, op, Limits; (Value(2.0) * 3).tanh().backward()\n"
        "print(*sys.modules)"
    ).split()
    assert set() == HEAVY & set(loaded)


def test_import_is_small() -> None:
    """`import symgrad` loads one module of ours, and hardly any other; so that it is quick."""
    loaded = output(
        "import sys; before = {*sys.modules}; import symgrad; print(*{*sys.modules} - before)"
    ).split()
    assert ["symgrad"] == [name for name in loaded if name.split(".")[0] == "symgrad"]
    assert 20 > len(loaded)


@pytest.mark.parametrize("name", symgrad.__all__)
def test_public_names(name: str) -> None:
    """Every name in __all__ can be imported, and dir() shows it."""
    assert getattr(symgrad, name) is not None
    assert name in dir(symgrad)


def test_no_module_hides_a_function() -> None:
    """No module bears the name of a public function: a lazy import would turn it into that."""
    modules = {p.stem for p in PACKAGE.glob("*.py")} | {p.name for p in PACKAGE.iterdir()}
    assert set(symgrad._MODULES) == modules & set(symgrad.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = symgrad.nothing


def test_every_folder_is_packed() -> None:
    """pyproject.toml lists every folder of the package, so that the wheel holds it."""
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    found = {".".join(p.relative_to(ROOT).parent.parts) for p in MODULES}
    assert sorted(found | {"symgrad.grammar"}) == sorted(listed)


def test_the_grammar_is_found() -> None:
    """The grammar is a package of the installed symgrad."""
    assert (files("symgrad.grammar") / "expression.lark").is_file()
    assert (files("symgrad") / "py.typed").is_file()


def test_as_a_module() -> None:
    """`python -m symgrad --version` is the command's version."""
    run = [sys.executable, "-m", "symgrad", "--version"]
    shown = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    assert symgrad.__version__ in shown
