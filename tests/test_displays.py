"""What things look like where Python prints them, and in a notebook."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import symgrad as sg
from symgrad.displays import CHARACTERS_OF_A_REPR, ROWS_SHOWN, table
from symgrad.homework.working import follow
from symgrad.oracle.programs import Program
from symgrad.oracle.report import Finding, Report

EXAMPLES = Path(__file__).parents[1] / "examples"
PILE = b"expression,answer\nx^2 sin x,2x cos x\n" + b"x^2,2x\n" * 30
LONG = " + ".join(f"a{k}*sin(x^{k})" for k in range(1, 41))


SQUARE = Program(("x",), (), (("mul", 0, 0),), 1)
FINDING = Finding("WRONG", SQUARE, (2.0,), 3.0, 4.0, None, (), "print(<b>)", "x")


SHOWN: dict[str, Callable[[], Any]] = {
    "expression": lambda: sg.parse(LONG),
    "verification": lambda: sg.parse(LONG).verify(wrt="x"),
    "check": lambda: sg.parse("x*y").verify().partials["x"],
    "point": lambda: sg.parse(LONG).verify(wrt="x").points[0],
    "judgement": lambda: sg.check("x^2 sin x", "2x cos x"),
    "explanation": lambda: sg.explain("x^2 sin(3x)"),
    "step": lambda: sg.explain("x^2 sin(3x)").steps[0],
    "pile": lambda: sg.grade(PILE, jobs=1),
    "report": lambda: Report("mine", "float64", [FINDING], checked=7),
    "finding": lambda: FINDING,
    "question": lambda: sg.Question("derivative", LONG),
    "problems": lambda: sg.ProblemSet.read(EXAMPLES / "sets" / "chain_rule.toml"),
    "working": lambda: follow("x^2 sin x", "2x sin x + x^2 cos x\n= 2x sin x"),
}


@pytest.mark.parametrize("name", SHOWN)
def test_a_repr_is_a_line(name: str) -> None:
    """What Python prints at its prompt is one line of at most 400 characters."""
    text = repr(SHOWN[name]())
    assert CHARACTERS_OF_A_REPR >= len(text) and "\n" not in text
    assert text.startswith(type(SHOWN[name]()).__name__ + "(")


def test_a_formula_is_formatted_and_summed_as_one_expects() -> None:
    """In a column of a table; sum begins with a 0 of its own."""
    f, g = sg.parse("x^2"), sg.parse("x*y")
    assert ("     x^2", "x^2 + x*y") == (f"{f:>8}", str(sum([f, g])))


@pytest.mark.parametrize("name", ["verification", "judgement", "pile", "report"])
def test_a_notebook_shows_html(name: str) -> None:
    """The HTML is well formed, and holds no markup but ours."""
    html = SHOWN[name]()._repr_html_()
    assert "div" == ElementTree.fromstring(html).tag


def test_a_verification_is_a_table() -> None:
    """A row for the value and each partial: what the engine gives, what is true, the verdict."""
    html = sg.parse("x*y").verify(x=2, y=3)._repr_html_()
    rows = [[cell.text for cell in row] for row in ElementTree.fromstring(html).iter("tr")]
    assert ["value", "6.0", "6.0", "0.0", "verified", None] == rows[1]
    assert ["∂/∂x", "∂/∂y"] == [row[0] for row in rows[2:]]


def test_a_judgement_says_what_a_student_reads() -> None:
    """Verdict, message, reading and witness stand in a notebook too."""
    judgement = sg.check("x^2 sin x", "2x sin x")
    html = judgement._repr_html_()
    assert "✗ wrong" in html and "credit 0.5" in html
    assert all(told in html for told in (judgement.message, str(judgement.witness)))
    german = judgement.spoken("de")._repr_html_()
    assert all(told in german for told in (
        "✗ falsch", "Wertung 0,5", "gelesen als 2*x*sin(x)", "bei x = 2 ist dein Wert 3,63719",
    ))  # fmt: skip
    assert "<pre>    2x+\n      ^</pre>" in sg.check("x^2", "2x+")._repr_html_()
    assert "✓ Richtig: " in sg.check("x^2", "2x").spoken("de")._repr_html_()
    unknown = sg.check("x^2 sin x", "x")
    assert 1 == unknown._repr_html_().lower().count("at x = 2 yours is 2")
    assert 1 == unknown.spoken("de")._repr_html_().lower().count("bei x = 2 ist dein wert 2")
    rounded = sg.check(sg.Question("value", "e^x", at="x=1", places=2), "2.72")._repr_html_()
    assert "equal when rounded to 0.01" in rounded


def test_an_explanation_is_typeset() -> None:
    """Every step's rule and formula, in Markdown with LaTeX."""
    told = sg.explain("x^2 sin(3x)")._repr_markdown_()
    assert "- **1. product rule**" in told and "$" in told and "✓ 4 steps" in told


def test_a_formula_too_long_to_typeset_is_printed() -> None:
    """LaTeX of any length would stop a browser."""
    assert sg.parse("x^2")._repr_latex_() == r"$\displaystyle x^{2}$"
    terms = " + ".join(f"sin({k}x)" for k in range(2000))
    assert sg.parse(terms)._repr_latex_() is None


def test_a_finding_opens_to_its_script() -> None:
    """A report in a notebook has a line a finding; the script that shows it is under that."""
    html = Report("mine", "float64", [FINDING])._repr_html_()
    (details,) = ElementTree.fromstring(html).iter("details")
    assert "WRONG" in details[0].text and "print(<b>)" in details[1].text


def test_long_tables_are_cut() -> None:
    """A table of a million rows shows the first, and how many there are."""
    html = table(("n",), ([n] for n in range(1000)))
    assert ROWS_SHOWN == html.count("<td") and "... and 980 more" in html


CELL = """
import symgrad as sg
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_cell("import symgrad as sg\\nf = 1\\nsg.parse('2 + foo(x))')")
"""


@pytest.mark.needs("IPython")
def test_an_error_in_a_notebook_is_short() -> None:
    """A notebook shows the cell's line, the message and the caret, and none of our frames."""
    run = [sys.executable, "-c", CELL]
    done = subprocess.run(run, capture_output=True, text=True, encoding="utf-8", check=True)
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    assert "line 3: sg.parse('2 + foo(x))')" == lines[0]
    assert "^" == lines[-1].strip()[0] and len(lines) <= 4


def test_reprs_of_results_are_no_json() -> None:
    """What programs read is `as_dict`, unchanged by what people see."""
    judgement = sg.check("x^2", "2x")
    assert {"verdict", "evidence", "credit"} <= set(json.loads(json.dumps(judgement.as_dict())))
