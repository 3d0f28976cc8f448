"""One submission judged: answers.txt with lines such as `1: 2x cos x` -> results.json."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import symgrad as sg


def answers(file: Path) -> dict[str, str]:
    """Question: answer, as the student typed them; none where the file is missing."""
    if not file.exists():
        return {}
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    pairs = (line.partition(":") for line in lines if ":" in line)
    return {question.strip(): answer.strip() for question, _, answer in pairs}


def main(root: Path) -> None:
    typed = answers(root / "submission" / "answers.txt")
    with (root / "source" / "questions.csv").open(encoding="utf-8") as file:
        rows = [{**row, "answer": typed.get(row["question"], "")} for row in csv.DictReader(file)]
    pile = "\n".join(map(json.dumps, rows)).encode()
    sg.grade(pile, gradescope=root / "results" / "results.json", credit="terms", jobs=1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
