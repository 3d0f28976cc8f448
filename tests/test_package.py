"""What `import symgrad` costs, which way imports point, and what the package holds."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

import symgrad

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "symgrad"
MODULES = sorted(PACKAGE.rglob("*.py"))
HEAVY = {"sympy", "numpy", "lark", "flint", "rich", "matplotlib", "llvmlite", "mpmath"}
LAYERS = (
    "errors", "limits", "deferred", "ops", "engine", "arithmetic", "value", "language", "notation",
    "symbolic", "compiling", "verification", "formula", "expression", "nn", "homework", "oracle",
    "cli",
)  # fmt: skip


def output(code: str) -> str:
    """What a fresh Python prints for this code."""
    run = [sys.executable, "-c", code]
    return subprocess.run(run, capture_output=True, text=True, check=True).stdout.strip()


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """The modules a file imports, in full, and whether a function hides the import."""
    tree = ast.parse(path.read_text())
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
    inside = {id(n) for f in functions for n in ast.walk(f)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, id(node) in inside
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            if node.module:
                yield ".".join((*base, node.module)), id(node) in inside
            else:
                for alias in node.names:
                    yield ".".join((*base, alias.name)), id(node) in inside


def test_import_is_light() -> None:
    """`import symgrad` and `Value` load no heavy library."""
    loaded = output("import sys, symgrad; print(*sys.modules)").split()
    assert set() == HEAVY & set(loaded)
    loaded = output(
        "import sys; from symgrad import Value, op, Limits; (Value(2.0) * 3).tanh().backward()\n"
        "print(*sys.modules)"
    ).split()
    assert set() == HEAVY & set(loaded)


def test_import_is_quick() -> None:
    """`import symgrad` costs less than 100 ms."""
    code = "import time; t = time.process_time(); import symgrad; print(time.process_time() - t)"
    assert 0.1 > min(float(output(code)) for _ in range(3))


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


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_downwards(path: Path) -> None:
    """A module imports only what stands below it, and hides no import of our own in a function."""
    own = path.relative_to(PACKAGE).with_suffix("").parts[0]
    for name, hidden in imports(path):
        parts = name.split(".")
        if parts[0] == "symgrad" and len(parts) > 1 and parts[1] != "grammar":
            is_module = (PACKAGE / parts[1]).is_dir() or (PACKAGE / f"{parts[1]}.py").is_file()
            within = parts[1] == own or own in ("__init__", "__main__") or not is_module
            assert within or LAYERS.index(parts[1]) < LAYERS.index(own), name
            # floats reach Arb, and balls flint, only when first asked
            assert not hidden or own == "arithmetic", f"{name} inside a function"


def test_sympy_has_one_door() -> None:
    """Only the symbolic side imports sympy; the engine never does."""
    users = {p.relative_to(PACKAGE).parts[0] for p in MODULES for n, _ in imports(p)
             if n.split(".")[0] == "sympy"}  # fmt: skip
    assert {"symbolic"} == {u.removesuffix(".py") for u in users}


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
