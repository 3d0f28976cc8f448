"""What the documentation says is true: its commands and code are run, its table is the table."""

from __future__ import annotations

import contextlib
import doctest
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from symgrad.cli import main
from symgrad.ops import OPS
from tests.guide_tables import GUIDE, ROOT, TABLES, rewritten

README, GUIDE_PAGES = ROOT / "README.md", sorted(GUIDE.glob("*.md"))
PAGES = [
    README, *sorted((ROOT / "tests" / "data").glob("*.md")), ROOT / "CONTRIBUTING.md",
    ROOT / "examples" / "sets" / "README.md", *GUIDE_PAGES,
]  # fmt: skip
TEXTS = {page.relative_to(ROOT).as_posix(): page.read_text(encoding="utf-8") for page in PAGES}
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ENVIRONMENT = {"NO_COLOR": "1", "COLUMNS": "100"}


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
def test_commands_print_what_is_shown(
    block: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every `symgrad` command shown prints exactly what is shown under it."""
    assert commands(block), "a console block without a command"
    shutil.copytree(ROOT / "examples" / "homework", tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    for command, shown in commands(block):
        words = shlex.split(command)
        if words[0] == "symgrad":
            with contextlib.suppress(SystemExit):  # as --help ends
                main(words[1:])
            lines = [line.rstrip() for line in "".join(capsys.readouterr()).splitlines()]
            assert shown.splitlines() == "\n".join(lines).strip().splitlines()


PYTHON = {page: [m[2] for m in BLOCK.finditer(text) if m[1] == "python"]
          for page, text in TEXTS.items()}  # fmt: skip


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("page", [page for page, blocks in PYTHON.items() if blocks])
def test_code_gives_what_is_shown(page: str) -> None:
    """A page's Python blocks are one session; what stands under a >>> is what it gives."""
    session: dict[str, object] = {}
    complaints: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    for number, block in enumerate(PYTHON[page], 1):
        if ">>>" not in block:
            exec(compile(block, page, "exec"), session)
            continue
        test = doctest.DocTestParser().get_doctest(block, session, f"{number}", page, 0)
        runner.run(test, out=complaints.append, clear_globs=False)
        session = test.globs
    assert [] == complaints, "".join(complaints)


@pytest.mark.parametrize("page", GUIDE_PAGES, ids=lambda page: page.name)
def test_a_table_is_what_the_code_says(page: Path) -> None:
    """The guide's tables are the code's own lists; else run python -m tests.guide_tables."""
    text = page.read_text(encoding="utf-8")
    assert text == rewritten(text)


def test_every_table_has_its_place() -> None:
    """No table is left out of the guide, and every operation is in one."""
    text = "".join(page.read_text(encoding="utf-8") for page in GUIDE_PAGES)
    assert [] == [name for name in TABLES if f"<!-- {name}, written by" not in text]
    assert all(f"| `{o.name}`" in text for o in OPS.values() if not o.hidden)


def test_every_page_is_in_the_guide() -> None:
    """The site's navigation names each page, and no other."""
    listed = re.findall(r"- (\w+\.md)$", (GUIDE.parent / "mkdocs.yml").read_text(encoding="utf-8"),
                        re.MULTILINE)  # fmt: skip
    assert [page.name for page in GUIDE_PAGES] == sorted(listed)


@pytest.mark.slow
@pytest.mark.needs("mkdocs", "material")
def test_the_site_is_built(tmp_path: Path) -> None:
    """The guide becomes a site without a warning, every link of which leads somewhere."""
    run = [sys.executable, "-m", "mkdocs", "build", "--strict", "-q", "-d", str(tmp_path),
           "-f", str(GUIDE.parent / "mkdocs.yml")]  # fmt: skip
    done = subprocess.run(run, capture_output=True, text=True, encoding="utf-8", check=False)
    assert 0 == done.returncode, done.stderr
    assert {page.stem for page in GUIDE_PAGES} <= {page.stem for page in tmp_path.glob("*.html")}


def test_set_up_commands() -> None:
    """The README's set-up commands name extras that exist, and end as promised."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    found = [m[2] for m in BLOCK.finditer(README.read_text(encoding="utf-8")) if m[1] == "sh"]
    first, second = [line for block in found for line in block.splitlines() if "venv" in line][:2]
    assert first.endswith('symgrad diff "tanh(x*w+b)" --at x=2')
    assert second.endswith("python -m pytest -q")
    assert set() == set(re.findall(r"\.\[(\w+)\]", "".join(found))) - set(extras)


def test_links_lead_somewhere() -> None:
    """Every relative link in the documentation leads to a file."""
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
