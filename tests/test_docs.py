"""What the documentation says is true: its commands and code are run, its table is the table."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from symgrad.ops import OPS
from tests.readme_table import END, README, START, rewritten

ROOT = README.parent
PAGES = [
    README, *sorted((ROOT / "tests" / "data").glob("*.md")), ROOT / "CONTRIBUTING.md",
    ROOT / "examples" / "sets" / "README.md",
]  # fmt: skip
TEXTS = {page.relative_to(ROOT).as_posix(): page.read_text() for page in PAGES}
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ENVIRONMENT = {**os.environ, "NO_COLOR": "1", "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"}


def blocks(language: str) -> list[object]:
    """Every code block in this language, with its page and line as the test's name."""
    found = [(page, text, m) for page, text in TEXTS.items() for m in BLOCK.finditer(text)]
    return [
        pytest.param(match[2], id=f"{page}:{text.count(chr(10), 0, match.start()) + 1}")
        for page, text, match in found
        if match[1] == language
    ]


def commands(block: str) -> list[tuple[str, str]]:
    """The commands of a console block, each with the output shown under it."""
    parts = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    return [(command, output.strip()) for command, _, output in (p.partition("\n") for p in parts)]


@pytest.mark.parametrize("block", blocks("console"))
def test_commands_print_what_is_shown(block: str, tmp_path: Path) -> None:
    """Every `symgrad` command shown prints exactly what is shown under it."""
    assert commands(block), "a console block without a command"
    shutil.copytree(ROOT / "examples" / "homework", tmp_path, dirs_exist_ok=True)
    for command, shown in commands(block):
        words = shlex.split(command)
        if words[0] == "symgrad":
            run = [sys.executable, "-m", *words]
            done = subprocess.run(
                run, capture_output=True, text=True, cwd=tmp_path, env=ENVIRONMENT,
                encoding="utf-8", stdin=subprocess.DEVNULL, check=False,
            )  # fmt: skip
            lines = [line.rstrip() for line in (done.stdout + done.stderr).splitlines()]
            assert shown.splitlines() == "\n".join(lines).strip().splitlines()


@pytest.mark.parametrize("block", blocks("python"))
def test_code_gives_what_is_shown(block: str) -> None:
    """Every Python block runs; what stands under a >>> is what it gives."""
    if ">>>" not in block:
        exec(compile(block, "README", "exec"), {})
        return
    test = doctest.DocTestParser().get_doctest(block, {}, "README", "README.md", 0)
    complaints: list[str] = []
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    failed = doctest.DocTestRunner(optionflags=flags).run(test, out=complaints.append).failed
    assert not failed, "".join(complaints)


def test_the_table_is_the_table() -> None:
    """The README's table of operations is what OPS says; else run python -m tests.readme_table."""
    text = README.read_text()
    assert text == rewritten(text)
    table = text[text.index(START) : text.index(END)]
    assert all(f"| `{o.name}`" in table for o in OPS.values() if not o.hidden)


def test_set_up_commands() -> None:
    """The README's set-up commands name extras that exist, and end as promised."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    found = [m[2] for m in BLOCK.finditer(README.read_text()) if m[1] == "sh"]
    first, second = [line for block in found for line in block.splitlines() if "venv" in line][:2]
    assert first.endswith('symgrad diff "tanh(x*w+b)" --at x=2')
    assert second.endswith("python -m pytest -q")
    assert set() == set(re.findall(r"\.\[(\w+)\]", "".join(found))) - set(extras)


def test_links_lead_somewhere() -> None:
    """Every relative link in the documentation leads to a file."""
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
