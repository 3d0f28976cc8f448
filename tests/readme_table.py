"""The README's tables: of operations, from OPS and the measured accuracy; of verdicts and codes.

    python tests/accuracy.py --points 2000 --markdown tests/data/accuracy.md    # measures
    python -m tests.readme_table                                           # rewrites the README
"""

from __future__ import annotations

from pathlib import Path

from symgrad.cli.table import described
from symgrad.errors import Verdict
from symgrad.homework.codes import CODE_MEANINGS, VERDICT_MEANINGS
from symgrad.ops import OPS

ROOT = Path(__file__).parents[1]
README, ACCURACY = ROOT / "README.md", ROOT / "tests" / "data" / "accuracy.md"
START = "<!-- the table of operations, written by python -m tests.readme_table -->\n"
END = "<!-- end of the table -->"
CODES_START = "<!-- what verdicts and codes mean, written by python -m tests.readme_table -->\n"
CODES_END = "<!-- end of what they mean -->"
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


def meanings() -> str:
    """What verdicts and codes of mistakes mean, from the code's own list."""
    verdicts = [f"| `{v}` | {told} | {Verdict(v).exit_code} |"
                for v, told in VERDICT_MEANINGS.items()]  # fmt: skip
    codes = [f"| `{name}` | {cell(told)} |" for name, told in CODE_MEANINGS.items()]
    return "\n".join((
        "| verdict | what it means | exit |", "|---|---|---|", *verdicts, "",
        "<details><summary>The codes of mistakes (f is the outer function, u the inner one, v "
        "another factor)</summary>", "", "| code | what the answer is |", "|---|---|", *codes, "",
        "</details>", "",
    ))  # fmt: skip


def cell(text: str) -> str:
    """A text in a Markdown table, where signs of formulas mean themselves."""
    return text.replace("|", "\\|").replace("*", "\\*").replace("_", "\\_")


def rewritten(text: str) -> str:
    """A README with its tables made anew."""
    for start, made, end in ((START, table(), END), (CODES_START, meanings(), CODES_END)):
        before, rest = text.split(start)
        text = before + start + made + end + rest.split(end, 1)[1]
    return text


if __name__ == "__main__":
    README.write_text(rewritten(README.read_text()))
