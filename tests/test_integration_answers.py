"""Antiderivatives, definite integrals and differential equations as students type them."""

from __future__ import annotations

import csv
import json
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import mpmath
import pytest

import symgrad as sg
from symgrad.questions.question import kinds

from .test_standard_integrals import function, real, standard_integrals

TYPED_ANSWERS = Path(__file__).parent / "data" / "answers_of_integration.csv"
LONG = "x + " * 1_200 + "x"
HOSTILE = (
    "10^10^10", "x^10^10^10", "((9!)!)!", "(" * 2_000, "(" * 150 + "x" + ")" * 150, LONG,
    "y" * 4_900, "e^" * 300 + "x", "__import__('os').system('x')", "\x00", "∫" * 50, "C" * 500,
    "=" * 300, "x = y = z = 7", "sin " * 400 + "x", "|" * 41, "\\frac" * 200, "oo - oo", "0/0",
    "C_1 C_2 C_3 e^(C_4 x)^C_5", "ln(0)", "1e999999", "{" * 99, "±±±x", "," * 100,
    "if(x>0, x, C)", "x^x^x^x^x", "y''", "dy/dx",
)  # fmt: skip
ASKED = (
    sg.Question("antiderivative", "x^2 + 1/x"),
    sg.Question("antiderivative", "e^(a x)", wrt="x", constant="wanted"),
    sg.Question("integral", "x e^x", domain="[0, 1]"),
    sg.Question("integral", "1/x^2", domain="[-1, oo)"),
    sg.Question("ode", "y' = 2x y", initial="y(0)=1"),
    sg.Question("ode", "y'' + y = 0"),
)


IMPROPER = Path(__file__).parent / "data" / "improper_integrals.csv"


def improper_integrals() -> list[dict[str, str]]:
    with IMPROPER.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def typed_answers() -> list[dict[str, str]]:
    with TYPED_ANSWERS.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", typed_answers(), ids=lambda r: f"{r['kind']}-{r['answer'][:30]}")
def test_answers_are_judged_as_they_were_meant(row: dict[str, str]) -> None:
    """The verdict is the teacher's, and the story where one is given."""
    found = sg.check(sg.Question(row["kind"], **json.loads(row["question"])), row["answer"])
    codes = [str(m.code) for m in found.mistakes] or [""]
    assert (row["verdict"], row["mistake"]) == (
        found.verdict, codes[0] if row["mistake"] else ""
    ), found.message  # fmt: skip


@pytest.mark.parametrize("question", ASKED, ids=lambda q: f"{q.kind}-{q.expression}")
@pytest.mark.parametrize("answer", HOSTILE, ids=lambda a: ascii(a[:20]))
def test_hostile_answers_are_answered(question: sg.Question, answer: str) -> None:
    """None of them is right, and each gets a message."""
    found = sg.check(question, answer)
    assert found.verdict in ("invalid", "undecided", "incorrect")
    assert found.message


@pytest.mark.parametrize("given", [
    {"kind": "antiderivative", "expression": "ln(-1 - x^2)"},
    {"kind": "antiderivative", "expression": "x", "constant": "maybe"},
    {"kind": "antiderivative", "expression": "x", "domain": "nowhere"},
    {"kind": "integral", "expression": "x"},
    {"kind": "integral", "expression": "x", "domain": "[1, 1]"},
    {"kind": "integral", "expression": "x", "domain": "somewhere"},
    {"kind": "integral", "expression": "a x", "wrt": "x", "domain": "[0, 1]"},
    {"kind": "integral", "expression": "sqrt(x)", "domain": "[-1, 1]"},
    {"kind": "ode", "expression": "y = x"},
    {"kind": "ode", "expression": "y'"},
    {"kind": "ode", "expression": "y' = "},
    {"kind": "ode", "expression": "y' = y", "initial": {"x": "0"}},
    {"kind": "ode", "expression": "y' = y", "initial": {"z": "0", "y": "1"}},
    {"kind": "ode", "expression": "y'' = y", "initial": "y(0)=1"},
    {"kind": "ode", "expression": "y' = y", "initial": "y(0)=z"},
], ids=str)  # fmt: skip
def test_a_question_that_cannot_be_settled_is_refused(given: dict[str, object]) -> None:
    """Nothing to integrate, no interval, no equation, initial values that are too few."""
    with pytest.raises(sg.UsageError):
        _ = sg.Question(**given).posed  # type: ignore[arg-type]


@pytest.mark.parametrize(("f", "domain", "answer"), [
    ("sin(1/x)", "[0, 1]", "0.5"), ("cos(x^2)/(1 + x^4)", "[0, oo)", "1"),
])  # fmt: skip
def test_what_cannot_be_worked_out_is_undecided(f: str, domain: str, answer: str) -> None:
    found = sg.check(sg.Question("integral", f, domain=domain), answer)
    assert "undecided" == found.verdict
    assert "could not be worked out" in found.message


@pytest.mark.slow
@pytest.mark.parametrize("row", improper_integrals(), ids=lambda r: r["integrand"] + r["domain"])
def test_improper_integrals_converge_or_diverge(row: dict[str, str]) -> None:
    """The textbook's value is right, and so is the answer that is revealed."""
    question = sg.Question("integral", row["integrand"], domain=row["domain"])
    assert "correct" == sg.check(question, row["answer"]).verdict
    assert "correct" == sg.check(question, question.posed.right()).verdict


@pytest.mark.slow
def test_proper_integrals_are_those_of_mpmath() -> None:
    """Every integral of the table, between bounds where it lives, to 12 digits of 40."""
    bounds = (("1/4", "3/4"), ("5/4", "2"), ("-3/4", "-1/4"), ("2", "5/2"))
    compared = 0
    for row in standard_integrals():
        for low, high in bounds if not row["assume"] else ():
            compared += agrees_with_mpmath(row["integrand"], low, high)
    assert compared > 600


def lives(f: Any, x: Any) -> bool:
    try:
        return real(f(x))
    except ZeroDivisionError:
        return False


def agrees_with_mpmath(integrand: str, low: str, high: str) -> bool:
    """Whether both integrate it; what has no value or a pole in between is left out."""
    with mpmath.workdps(40):
        f = function(integrand)
        a, b = (mpmath.mpf(Fraction(x).numerator) / Fraction(x).denominator for x in (low, high))
        if not all(lives(f, a + (b - a) * k / 17) for k in range(18)):
            return False
        question = sg.Question("integral", integrand, domain=f"[{low}, {high}]")
        value = question.posed.settled.value  # type: ignore[attr-defined]
        if value is None:
            return False
        truth = mpmath.quad(f, [a, (a + b) / 2, b])
        mine = mpmath.mpf(value.str(35, radius=False))
        assert abs(mine - truth) < mpmath.mpf(10) ** -12 * (1 + abs(truth)), (integrand, low, high)
        return True


@pytest.mark.parametrize("kind", ["antiderivative", "integral", "ode"])
@pytest.mark.parametrize("f", ["x^3 + 2x", "1/(x+3)", "x/(x^2+1)", "e^x sin(x)", "ln(x^2+1)"])
def test_a_question_made_of_a_function_has_its_answer(kind: str, f: str) -> None:
    """The function that a question was made of is the answer that SymPy need not find."""
    question = kinds()[kind].made_from(sg.parse(f), Random(5))
    assert "correct" == sg.check(question, question.posed.right()).verdict
