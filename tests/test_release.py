"""What is released: a wheel and a source distribution that are whole, and run."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = [pytest.mark.slow, pytest.mark.needs("build", "twine", "check_wheel_contents")]
ASKS = """
import symgrad
assert symgrad.__file__.startswith({place!r}), symgrad.__file__
print(symgrad.parse("x^2 sin x").diff("x"), symgrad.check("x^2", "2x").spoken("de").verdict)
"""


def ran(*words: str, **options: object) -> str:
    """What a command prints; it must end well."""
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True,
                          encoding="utf-8", check=False, **options)  # type: ignore[call-overload]
    assert 0 == done.returncode, done.stdout + done.stderr
    return str(done.stdout)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both, built from what git knows."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    for name in listed.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    ran("-m", "build", "-o", str(out), str(source))
    return out


def test_the_metadata_is_right(release: Path) -> None:
    """twine finds nothing wrong with either, nor with the README that a page would show."""
    ran("-m", "twine", "check", "--strict", *map(str, release.iterdir()))


def test_the_wheel_holds_what_it_should(release: Path) -> None:
    """check-wheel-contents finds no stray or doubled file, and none of ours is missing."""
    (wheel,) = release.glob("*.whl")
    ran("-m", "check_wheel_contents", str(wheel))
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if name.startswith("symgrad/")}
    ours = {path.relative_to(ROOT).as_posix() for path in (ROOT / "symgrad").rglob("*.py")}
    grammar = {f"symgrad/{path.relative_to(ROOT).as_posix()}"
               for path in (ROOT / "grammar").glob("[a-z]*.*")}  # fmt: skip
    assert set() == (ours | grammar) - held


def test_the_source_is_whole(release: Path) -> None:
    """The source distribution has the grammar, the tests and the guide."""
    (source,) = release.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"grammar/expression.lark", "tests/test_release.py", "README.md", "LICENSE",
            "examples/guide/pages/index.md"} <= names  # fmt: skip


def test_the_wheel_runs(release: Path, tmp_path: Path) -> None:
    """Installed elsewhere, the wheel parses, differentiates, judges and speaks."""
    (wheel,) = release.glob("*.whl")
    ran("-m", "pip", "install", "-q", "--no-deps", "--target", str(tmp_path), str(wheel))
    here = {**os.environ, "PYTHONPATH": str(tmp_path)}
    said = ran("-c", ASKS.format(place=str(tmp_path)), cwd=tmp_path, env=here)
    assert "2*x*sin(x) + x^2*cos(x) correct" == said.strip()
