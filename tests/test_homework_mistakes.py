"""Mistakes by name and place, credit by term, workings, and that nothing gives the answer away."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

import symgrad as sg
from symgrad.arithmetic.balls import precision
from symgrad.engine import Tape
from symgrad.errors import SymgradError
from symgrad.homework.messages import MISTAKE_SENTENCES
from symgrad.homework.mistakes import OWN_MISTAKES
from symgrad.homework.naming import WEIGHT
from symgrad.homework.sought import evaluated, sought
from symgrad.homework.working import follow
from symgrad.ops import OPS

from .homework_mistakes import counted

ROWS = list(csv.DictReader((Path(__file__).parent / "data/homework.csv").open(encoding="utf-8")))

NAMED = """
chain_rule | sin(x^2) | cos(x^2) | sin(x^2)
chain_rule_inner_only | sin(x^2) | cos(2x) | sin(x^2)
inner_argument_lost | sin(x^2) | 2x cos(x) | sin(x^2)
product_rule_missing_term | x*ln(x) | ln(x) | x*ln(x)
product_of_derivatives | x^2*sin(x) | 2x cos(x) | x^2*sin(x)
product_rule_mixed | x^2*sin(x) | 2x*x^2+cos(x)*sin(x) | x^2*sin(x)
quotient_order | sin(x)/x | (sin(x)-x cos(x))/x^2 | sin(x)/x
quotient_of_derivatives | x^2/(x+3) | 2x | x^2/(x + 3)
quotient_denominator_not_squared | sin(x)/x | (x cos(x)-sin(x))/x | sin(x)/x
quotient_wrong_denominator | sin(x)/x | (x cos(x)-sin(x))/sin(x)^2 | sin(x)/x
sign | cos(x)+x^2 | sin(x)+2x | cos(x)
power_misread | sin(x)^2 | 2x cos(x^2) | sin(x)^2
wrong_table_entry | tan(x) | sec(x)tan(x) | tan(x)
power_rule | x^5+sin(x) | x^4+cos(x) | x^5
exponent_not_reduced | x^5 | 5x^5 | x^5
power_rule_on_exponential | 2^x | x*2^(x-1) | 2^x
exponential_rule | 3^x | 3^x | 3^x
log_base | log10(x) | 1/x | log10(x)
constant_kept | x^2+5 | 2x+5 | 5
constant_treated_as_variable | pi^2+x | 2pi+1 | pi
missing_root | sqrt(x^2+1) | x/(x^2+1) | sqrt(x^2 + 1)
constant_factor | 3*sin(x) | cos(x) | 3*sin(x)
arithmetic_slip | 3x^4+sin(x) | 14x^3+cos(x) |
degrees | sin(x) | pi/180*cos(x) |
constant_added | x^2 | 2x+7 |
copied | x^2 | x^2 |
integrated | x^2 | x^3/3 |
wrong_variable | x^2*y^3 | 3x^2y^2 |
second_derivative | x^4 | 12x^2 |
answered_numerically | x^2 | 6 |
negative | x^2 | -2x |
rounded_constant | pi*x | 3.14159 |
near_miss | sin(x) | 1.00003*cos(x) |
domain_sign | x*|x| | 2x |
branch | asin(sin(x)) | 1 |
taylor_polynomial | sin(x) | 1-x^2/2 |
unknown | x^2*sin(x) | sin(x)^3-x*cos(7x) |
""".strip().splitlines()


@pytest.mark.parametrize("line", NAMED)
def test_named(line: str) -> None:
    """Each mistake is named, and the place where it was made."""
    code, expression, answer, place = (
        part.strip() for part in line.split("|", 1)[0:1] + _rest(line)
    )
    found = sg.check(expression, answer, "x")
    codes = {m.code: m.place for m in reversed(found.mistakes)}
    assert code in codes
    if place:
        assert place in [m.place for m in found.mistakes if m.code == code]


def _rest(line: str) -> list[str]:
    """The columns are parted by | between blanks; |x| is none."""
    return [*re.split(r" \| | \|$", line)[1:], ""][:3]


def test_right_on_a_part_is_said_only_where_there_is_one() -> None:
    """-1 for |x| has no part on which it is right where x > 0 is assumed, or ln(x) stands."""
    for found in (sg.check("|x|", "-1", assume="x>0"), sg.check("ln(x)+|x|", "1/x-1")):
        assert ("incorrect", "sign") == (found.verdict, found.mistakes[0].code)
        assert "domain" not in found.message


def test_two_mistakes() -> None:
    """Two common mistakes at once are named where one does not explain the answer."""
    found = sg.check("x^2*sin(3x)", "2x cos(3x)")
    assert ["product_of_derivatives", "chain_rule"] == [m.code for m in found.mistakes]
    assert found.message.startswith("Two mistakes: ")


def test_tables() -> None:
    """Every code has a weight and a sentence."""
    assert set(WEIGHT) == set(MISTAKE_SENTENCES)


def test_rows_of_their_own() -> None:
    """The table of mistakes that some rows have of their own names rows that there are."""
    assert set() == set(OWN_MISTAKES) - set(OPS)


def test_planted() -> None:
    """Planted mistakes are found: 98 % at all, 90 % among the first two, as are their places."""
    count = counted(250, seed=7)
    total, places = sum(count.total.values()), sum(count.with_place.values())
    assert [] == count.accepted
    assert sum(count.found.values()) >= 0.98 * total
    assert sum(count.first_two.values()) >= 0.90 * total
    assert sum(count.placed.values()) >= 0.90 * places


CREDIT = """
x^2*sin(x) | 2x sin(x) | 0.5
x^3+x^2 | 3x^2 | 0.5
x^3+x^2+sin(x) | 3x^2+2x-cos(x) | 0.67
sin(x)/x | cos(x)/x | 0.5
x^2 | 2x | 1
x^2 | x^2 | 0
x*e^x+ln(x) | e^x(1+x)+1/x^2 | 0.67
x^3 | nonsense | 0
""".strip().splitlines()


@pytest.mark.parametrize("line", CREDIT)
def test_credit(line: str) -> None:
    """Credit is the share of terms that are right."""
    expression, answer, credit = line.split(" | ")
    assert float(credit) == sg.check(expression, answer).credit


def test_working() -> None:
    """A working is judged line by line; promises such as d/dx are passed over."""
    text = "f'(x) = d/dx(x^2) sin x + x^2 d/dx(sin x)\n\n= 2x sin x + x^2 cos x = x sin x\n"
    found = follow("x^2 sin x", text)
    assert [None, "correct", "incorrect"] == [
        line.judgement and line.judgement.verdict for line in found.lines
    ]
    assert (3, "x sin x") == (found.first_wrong.number, found.first_wrong.text)
    assert "correct" == follow("x^2", "dy/dx = 2x").verdict
    assert "invalid" == follow("x^2", "\n\n").verdict


# --- nothing shown gives the answer away ----------------------------------------------------------

FORMULA = re.compile(r"[-+*/^(). \w|]+")
LEAKS = [
    ("e^x+5", "e^x+5"), ("e^x", "x*e^(x-1)"), ("3x", "4"), ("7x-3", "x"), ("x^2", "x"),
    ("ln(sec(x)+tan(x))", "1/(sec(x)+tan(x))"), ("sinh(x)", "-cosh(x)"), ("x*y", "x"),
    ("e^x*sin(x)", "e^x*cos(x)"), ("2*x*e^x", "2*e^x"), ("sin(x)", "cos(x)+1"), ("pi*x", "3.14"),
]  # fmt: skip


def _cases() -> list[tuple[str, str, str]]:
    wrong = [
        (r["expression"], r["student_answer"], r["variable"])
        for r in ROWS
        if r["verdict"] == "incorrect"
    ]
    return wrong + [(e, a, "x") for e, a in LEAKS]


@pytest.mark.parametrize(("expression", "answer", "wrt"), _cases())
def test_nothing_given_away(expression: str, answer: str, wrt: str) -> None:
    """No formula in what is shown equals the derivative; the student's own text is exempt."""
    found = sg.check(expression, answer, wrt)
    asked = sought(expression, wrt, 1, sg.Limits.student)
    shown = [
        found.message,
        *(m.message for m in found.mistakes),
        *(m.place for m in found.mistakes),
    ]
    for text in shown:
        for piece in _formulas(text):
            assert not _is_derivative(piece, asked), (piece, text)


def _formulas(text: str) -> set[str]:
    """Every run of words in a text that could be a formula."""
    found = set()
    for run in FORMULA.findall(text):
        words = run.strip(" .").split()
        for i in range(len(words)):
            for j in range(i + 1, min(len(words), i + 9) + 1):
                found.add(" ".join(words[i:j]).strip("."))
    return found


def _is_derivative(text: str, asked: object) -> bool:
    if not text or not re.search(r"[\dxyzst]", text) or len(text) > 80:
        return False
    try:
        root = sg.parse(text, variables=asked.names).root
    except SymgradError:
        return False
    tape = Tape.of([root])
    if not set(tape.variables) <= set(asked.names):
        return False
    if root.op is None and not asked.constant:
        return False
    with precision(256):
        return all(evaluated(tape, s.balls()).overlaps(asked.slope(s)) for s in asked.spots)
