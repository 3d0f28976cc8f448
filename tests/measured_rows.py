"""Measure some rows anew, and write their lines into the two tables of accuracy.

    python -m tests.measured_rows cube          # tests/data/accuracy.md and accuracy_backends.md
"""

from __future__ import annotations

import argparse
from pathlib import Path

from symgrad.ops import OPS

from . import accuracy, accuracy_backends
from .guide_tables import ACCURACY

POINTS = 2000


def placed(lines: list[str], name: str, line: str) -> list[str]:
    """A table with this row's line: in the place of its old one, or in the order of OPS."""
    rows = {at.split("`")[1]: i for i, at in enumerate(lines) if at.startswith("| `")}
    if name in rows:
        return [*lines[: rows[name]], line, *lines[rows[name] + 1 :]]
    names = list(OPS)
    above = max(rows[n] for n in names[: names.index(name)] if n in rows)
    return [*lines[: above + 1], line, *lines[above + 1 :]]


def noted(lines: list[str], name: str, notes: list[str]) -> list[str]:
    """The lines with these notes on a row, after those on others."""
    kept = [line for line in lines if not line.startswith(f"- `{name}` ")]
    last = max(i for i, line in enumerate(kept) if line.startswith("- `"))
    return [*kept[: last + 1], *(f"- {note}" for note in notes), *kept[last + 1 :]]


def rewrite(path: Path, lines: list[str]) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="+", choices=list(OPS))
    for name in parser.parse_args().names:
        line = accuracy.table([name], POINTS)[-1]
        rewrite(ACCURACY, placed(ACCURACY.read_text(encoding="utf-8").splitlines(), name, line))
        place = accuracy_backends.PLACE
        line, notes = accuracy_backends.row(name)
        table = placed(place.read_text(encoding="utf-8").splitlines(), name, line)
        rewrite(place, noted(table, name, notes))
        print(line, *notes, sep="\n")


if __name__ == "__main__":
    main()
