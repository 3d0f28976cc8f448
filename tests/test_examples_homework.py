"""The examples for platforms, each run as its platform would call it."""

from __future__ import annotations

import csv
import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from symgrad.cli import main

HERE = Path(__file__).parents[1] / "examples" / "homework"
COMMANDS = re.findall(r"^    (symgrad .*)$", (HERE / "README.md").read_text(encoding="utf-8"), re.M)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_of_the_readme(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every command that the README shows ends well."""
    shutil.copytree(HERE, tmp_path / "homework")
    monkeypatch.chdir(tmp_path / "homework")
    assert 0 == main([*shlex.split(command)[1:], "--jobs", "1"])


# --- Moodle ---------------------------------------------------------------------------------------


def moodle(tmp_path: Path, *more: str) -> list[dict[str, str]]:
    run = ["grade", str(HERE / "moodle" / "responses.csv"), "--answer", "Response 1=x^2 sin x",
           "--answer", "Response 2=x^3 ln x", "--jobs", "1", *more]  # fmt: skip
    book, feedback = tmp_path / "points.csv", tmp_path / "feedback.csv"
    assert 0 == main([*run, "--gradebook", str(book), "--moodle", str(feedback)])
    with feedback.open(newline="", encoding="utf-8") as file:
        told = list(csv.DictReader(file))
    assert [line["Grade"] for line in told] == [
        line.split(",")[1] for line in book.read_text().splitlines()[1:]
    ]
    return told


def test_moodle(tmp_path: Path) -> None:
    """From Moodle's export to grades and feedback that Moodle's import takes."""
    told = moodle(tmp_path)
    assert ["Email address", "Grade", "Maximum Grade", "Feedback comments"] == list(told[0])
    assert {"amina@example.org": "2", "ben@example.org": "1", "chiara@example.org": "1",
            "denis@example.org": "0"} == {t["Email address"]: t["Grade"] for t in told}  # fmt: skip
    assert "product rule" in told[1]["Feedback comments"]


def test_moodle_with_a_decision(tmp_path: Path) -> None:
    """A decision on one answer reaches everyone who gave it."""
    told = moodle(tmp_path, "--overrides", str(HERE / "moodle" / "overrides.csv"))
    assert ["2", "1.25", "1", "0.25"] == [t["Grade"] for t in told]
    assert all("a quarter" in told[i]["Feedback comments"] for i in (1, 3))


# --- Gradescope -----------------------------------------------------------------------------------


def autograded(tmp_path: Path, answers: str | None) -> dict[str, Any]:
    """What Gradescope does: unpack the zip, lay the submission beside it, run, read the results."""
    archive = tmp_path / "autograder.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for file in sorted((HERE / "gradescope").iterdir()):
            packed.write(file, file.name)
    for folder in ("source", "submission", "results"):
        (tmp_path / folder).mkdir()
    zipfile.ZipFile(archive).extractall(tmp_path / "source")
    if answers is not None:
        (tmp_path / "submission" / "answers.txt").write_text(answers, encoding="utf-8")
    python = tmp_path / "venv" / "bin" / "python"  # where setup.sh puts it
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    shutil.copy(tmp_path / "source" / "run_autograder", tmp_path)
    (tmp_path / "run_autograder").chmod(0o755)
    env = {**os.environ, "AUTOGRADER": str(tmp_path)}
    subprocess.run([tmp_path / "run_autograder"], env=env, check=True, cwd=tmp_path)
    results: dict[str, Any] = json.loads((tmp_path / "results" / "results.json").read_text())
    return results


def test_gradescope(tmp_path: Path) -> None:
    """A submission gets its points by question, with what is wrong."""
    found = autograded(tmp_path, "1: x(2 sin x + x cos x)\n2: 1/(3x)\n3: 1/(x+1)^2\n")
    assert (2, [1, 0, 1]) == (found["score"], [test["score"] for test in found["tests"]])
    assert "chain rule" in found["tests"][1]["output"]


def test_gradescope_without_a_submission(tmp_path: Path) -> None:
    """A submission without the file gets nothing, and is told so for every question."""
    found = autograded(tmp_path, None)
    assert (0, 3) == (found["score"], len(found["tests"]))
    assert all("There is no answer yet" in test["output"] for test in found["tests"])


# --- PrairieLearn ---------------------------------------------------------------------------------


def server() -> ModuleType:
    path = HERE / "prairielearn" / "derivative" / "server.py"
    spec = importlib.util.spec_from_file_location("server", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def submitted(answer: str) -> dict[str, Any]:
    """A question generated, and an answer parsed and graded, as PrairieLearn calls server.py."""
    data: dict[str, Any] = {
        "variant_seed": 4, "params": {}, "correct_answers": {}, "format_errors": {}, "feedback": {},
        "submitted_answers": {}, "partial_scores": {}, "score": 0.0,
    }  # fmt: skip
    question = server()
    question.generate(data)
    data["params"]["f"] = "x^2*sin(x)"
    data["submitted_answers"]["derivative"] = answer
    question.parse(data)
    if not data["format_errors"]:
        question.grade(data)
    return data


def test_prairielearn() -> None:
    """Right in any form, part credit for right terms, an unreadable answer is no attempt."""
    assert 1 == submitted("2x sin x + cos(x) x^2")["score"]
    half = submitted("2x sin(x)")
    assert (0.5, {"score": 0.5, "weight": 1}) == (
        half["score"], half["partial_scores"]["derivative"]
    )  # fmt: skip
    assert "product rule" in half["feedback"]["derivative"]
    assert "never closed" in submitted("2x (sin x")["format_errors"]["derivative"]


def test_prairielearn_generates() -> None:
    """Each seed gives a question, the same one every time."""
    found = []
    for seed in (1, 1, 2, 3):
        data: dict[str, Any] = {"variant_seed": seed, "params": {}, "correct_answers": {}}
        server().generate(data)
        found.append(data["params"]["f"])
    assert found[0] == found[1] and len(set(found)) > 1


def test_prairielearn_files_fit() -> None:
    """The page shows what the server makes, and asks for the answer that it grades."""
    folder = HERE / "prairielearn" / "derivative"
    assert "v3" == json.loads((folder / "info.json").read_text())["type"]
    page = (folder / "question.html").read_text()
    assert f'answers-name="{server().ANSWER}"' in page
    data: dict[str, Any] = {"variant_seed": 1, "params": {}, "correct_answers": {}}
    server().generate(data)
    shown = {f"{kind}.{name}" for kind in ("params", "correct_answers") for name in data[kind]}
    assert set(re.findall(r"\{\{((?:params|correct_answers)\.\w+)", page)) <= shown


# --- nbgrader -------------------------------------------------------------------------------------


def points(**answers: str) -> dict[str, float]:
    """What nbgrader does: run the cells in order; an error is 0, a last number the points."""
    cells = json.loads((HERE / "nbgrader" / "derivatives.ipynb").read_text())["cells"]
    space: dict[str, Any] = {}
    earned = {}
    for cell in (cell for cell in cells if cell["cell_type"] == "code"):
        source, about = "".join(cell["source"]), cell["metadata"].get("nbgrader", {})
        name = about.get("grade_id", "")
        if not about.get("grade"):
            exec(f"{name} = {answers[name]!r}" if name in answers else source, space)
            continue
        try:
            *lines, last = source.rstrip().split("\n")
            exec("\n".join(lines), space)
            value = last.startswith(("assert", "print")) and exec(last, space)
            earned[name] = about["points"] if value is None else float(eval(last, space))
        except AssertionError:
            earned[name] = 0
    return earned


def test_nbgrader() -> None:
    """The solution earns all points; wrong answers what their right terms are worth."""
    assert {"test_1": 2, "test_2": 1} == points()
    assert {"test_1": 1, "test_2": 0} == points(answer_1="2x sin x", answer_2="1/(3x)")
