"""The README's table of operations, made from OPS and from the measured accuracy.

    python tests/accuracy.py --points 2000 --markdown tests/data/accuracy.md    # measures
    python -m tests.readme_table                                           # rewrites the README
"""

from __future__ import annotations

from pathlib import Path

from symgrad.cli.table import described
from symgrad.ops import OPS

ROOT = Path(__file__).parents[1]
README, ACCURACY = ROOT / "README.md", ROOT / "tests" / "data" / "accuracy.md"
START = "<!-- the table of operations, written by python -m tests.readme_table -->\n"
END = "<!-- end of the table -->"
HEAD = (
    "| operation | written | derivative | domain | kinks | ulps: value | ulps: partials |",
    "|---|---|---|---|---|---|---|",
)


def figures() -> dict[str, tuple[str, str]]:
    """The worst ulps of the value and of the partials, by operation, as last measured."""
    rows = [line.split("|") for line in ACCURACY.read_text().splitlines()[2:]]
    return {cells[1].strip(" `"): (cells[3].strip(), cells[4].strip()) for cells in rows if cells}


def code(text: str) -> str:
    """Text as code in a table's cell."""
    return f"`{text}`".replace("|", "\\|") if text else ""


def table() -> str:
    """The table as Markdown."""
    known, lines = figures(), list(HEAD)
    for op in OPS.values():
        if not op.hidden:
            row = described(op)
            ulps = known.get(op.name, ("", ""))
            also = "".join(f", `{alias}`" for alias in op.aliases)
            cells = [code(op.name) + also, *(code(row[c]) for c in ("written", "derivative"))]
            cells += [row["domain"].replace("|", "\\|"), row["kinks"].replace("|", "\\|"), *ulps]
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def rewritten(text: str) -> str:
    """A README with its table made anew."""
    before, rest = text.split(START)
    return before + START + table() + END + rest.split(END, 1)[1]


if __name__ == "__main__":
    README.write_text(rewritten(README.read_text()))
