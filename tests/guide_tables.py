"""The guide's tables, from the code's own lists: operations, verdicts, language, functions.

    python tests/accuracy.py --points 2000 --markdown tests/data/accuracy.md    # measures
    python -m tests.guide_tables                                           # rewrites the guide

A page says where a table stands: between `<!-- NAME, written by ... -->` and `<!-- end -->`.
"""

from __future__ import annotations

import csv
import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import symgrad
from symgrad import errors
from symgrad.cli.showing import SENTENCES
from symgrad.cli.table import described
from symgrad.errors import Fault, SymgradError, Verdict
from symgrad.homework.codes import CODE_MEANINGS, VERDICT_MEANINGS
from symgrad.ops import OPS

ROOT = Path(__file__).parents[1]
GUIDE, ACCURACY = ROOT / "examples" / "guide" / "pages", ROOT / "tests" / "data" / "accuracy.md"
REGION = re.compile(r"(<!-- (.+?), written by [^>]*-->\n).*?(<!-- end -->)", re.DOTALL)
QUICK_ULPS = 4.0
DEFAULT_SHOWN = 30  # characters of a parameter's default
EXAMPLES_SHOWN = 40  # characters of a text in the tables of the language
PLAIN = re.compile(r"[\x20-\x7e·×÷√π²³¹⁻₁₂α-ω≤≥−]+")
VERIFIED = {"verified": "rules and SymPy agree, floats are right to 64 ulp of the largest term"}
FAULTS = {  # of a text, in the words of a caller
    "syntax": "it does not fit the grammar", "empty": "nothing was typed",
    "unbalanced": "a bracket is not closed, or not opened",
    "ambiguous": "it has several readings, which `.readings` holds",
    "undefined": "it has no value anywhere: 1/0",
    "unknown_name": "a name that was not declared",
    "unknown_function": "a function there is none of",
    "function_without_argument": "sin without what it is the sine of",
}  # fmt: skip


def markdown(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heading, ["---"] * len(heading), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def figures() -> dict[str, tuple[str, str]]:
    """The worst ulps of the value and of the partials, by operation, as last measured."""
    text = ACCURACY.read_text(encoding="utf-8")
    rows = [line.split("|") for line in text.splitlines()[2:]]
    return {cells[1].strip(" `"): (cells[3].strip(), cells[4].strip()) for cells in rows if cells}


def code(text: str) -> str:
    """Text as code in a table's cell."""
    fence = "``" if "`" in text else "`"
    return f"{fence}{text}{fence}".replace("|", "\\|") if text else ""


def cell(text: str) -> str:
    """A text in a Markdown table, where signs of formulas mean themselves."""
    return text.replace("|", "\\|").replace("*", "\\*").replace("_", "\\_")


def operations() -> str:
    known = figures()
    rows = []
    for op in OPS.values():
        if not op.hidden:
            row, ulps = described(op), known.get(op.name, ("", ""))
            also = "".join(f", `{alias}`" for alias in op.aliases)
            conditions = (row[c].replace("|", "\\|") for c in ("domain", "kinks"))
            rows.append([code(op.name) + also, code(row["written"]), code(row["derivative"]),
                         *conditions, *ulps])  # fmt: skip
    heading = ("operation", "written", "derivative", "domain", "kinks", "ulps: value", "partials")
    return markdown(heading, rows)


def compiled_further_off() -> str:
    """The operations of which some backend's number is off by more than a quick routine may be."""
    measured = (ROOT / "tests" / "data" / "accuracy_backends.md").read_text(encoding="utf-8")
    table = next(part for part in measured.split("\n\n") if part.startswith("|"))
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    off = [row for row in rows[2:]
           if any(float(n) > QUICK_ULPS for cell in row[1:] for n in cell.split("/") if n.strip())]
    known = [row for row in off if not OPS[row[0].strip("`")].hidden]
    return markdown(rows[0], known)


def of_derivatives() -> str:
    meant = {**VERIFIED, **SENTENCES}
    rows = ([f"`{v}`", cell(meant[v]), str(v.exit_code)] for v in Verdict if v in meant)
    return markdown(("verdict", "when", "exit"), rows)


def of_answers() -> str:
    rows = ([f"`{v}`", told, str(Verdict(v).exit_code)] for v, told in VERDICT_MEANINGS.items())
    return markdown(("verdict", "what it means", "exit"), rows)


def of_mistakes() -> str:
    rows = ([f"`{name}`", cell(told)] for name, told in CODE_MEANINGS.items())
    return markdown(("code", "what the answer is"), rows)


def raised() -> str:
    kinds = [kind for kind in vars(errors).values()
             if inspect.isclass(kind) and issubclass(kind, SymgradError)]  # fmt: skip
    rows = ([f"`{kind.__name__}`", str(kind.__doc__).split("\n")[0], str(kind.exit_code)]
            for kind in kinds)  # fmt: skip
    return markdown(("error", "when", "exit"), rows)


def faults() -> str:
    return markdown(("code", "when"), ([f"`{fault}`", FAULTS[fault]] for fault in Fault))


# --- the language -------------------------------------------------------------------------------


def rules() -> str:
    """The grammar's own comments, one before each rule."""
    text = (ROOT / "grammar" / "expression.lark").read_text(encoding="utf-8")
    found = re.findall(r"((?:^//[^\n]*\n)+)\??(\w+):", text, re.MULTILINE)
    said = {name: " ".join(line[2:].strip() for line in told.splitlines()) for told, name in found}
    return markdown(("rule", "what it is"), ([f"`{n}`", cell(told)] for n, told in said.items()))


def cases() -> Iterator[dict[str, str]]:
    """The language by example, as far as it can be shown in a table."""
    with (ROOT / "grammar" / "cases.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if len(row["text"]) <= EXAMPLES_SHOWN and PLAIN.fullmatch(row["text"]):
                yield row


def readings() -> str:
    rows = ([code(r["text"]), code(r["variables"]), code(r["means"]), cell(r["notes"])]
            for r in cases() if r["means"])  # fmt: skip
    return markdown(("typed", "declared", "read as", "note"), rows)


def ambiguous() -> str:
    rows = ([code(r["text"]), ", ".join(code(one) for one in r["readings"].split(" | "))]
            for r in cases() if r["readings"])  # fmt: skip
    return markdown(("typed", "readings"), rows)


def refused() -> str:
    rows = ([code(r["text"]), cell(r["says"])] for r in cases()
            if r["says"] and not r["readings"])  # fmt: skip
    return markdown(("typed", "what is said"), rows)


# --- functions ----------------------------------------------------------------------------------


def functions() -> str:
    """Every public name: its call, and what its docstring says."""
    parts = []
    for name in sorted(symgrad.__all__):
        thing = getattr(symgrad, name)
        if inspect.isclass(thing) and not issubclass(thing, SymgradError):
            parts += [entry(f"`{name}`", thing), *methods(name, thing)]
        elif inspect.isfunction(thing):
            parts.append(entry(f"`{name}{signature(thing)}`", thing))
    return "\n".join(parts)


def methods(name: str, kind: type) -> Iterator[str]:
    for method, thing in vars(kind).items():
        if inspect.isfunction(thing) and not method.startswith("_") and thing.__doc__:
            yield entry(f"`{name}.{method}{signature(thing)}`", thing, "###")


def signature(thing: Callable[..., object]) -> str:
    """The call without annotations, which the docstring puts into words."""
    names = []
    for p in inspect.signature(thing).parameters.values():
        if p.name != "self":
            shown = repr(p.default) if len(repr(p.default)) <= DEFAULT_SHOWN else "..."
            default = "" if p.default is p.empty else f"={shown}"
            if p.kind is p.KEYWORD_ONLY and "*" not in names:
                names.append("*")
            stars = {p.VAR_POSITIONAL: "*", p.VAR_KEYWORD: "**"}.get(p.kind, "")
            names.append(f"{stars}{p.name}{default}")
    return f"({', '.join(names)})"


def entry(head: str, thing: object, level: str = "##") -> str:
    return f"{level} {head}\n\n{inspect.getdoc(thing)}\n"


TABLES: dict[str, Callable[[], str]] = {
    "compiled, further off": compiled_further_off,
    "the operations": operations, "verdicts of derivatives": of_derivatives,
    "verdicts of answers": of_answers, "codes of mistakes": of_mistakes, "errors": raised,
    "faults": faults, "rules": rules, "readings": readings, "ambiguous": ambiguous,
    "refused": refused, "functions": functions,
}  # fmt: skip


def rewritten(text: str) -> str:
    """A page with its tables made anew."""
    return REGION.sub(lambda m: m[1] + TABLES[m[2]]() + m[3], text)


if __name__ == "__main__":
    for page in GUIDE.glob("*.md"):
        page.write_text(rewritten(page.read_text(encoding="utf-8")), encoding="utf-8")
