"""The integrals of the usual tables: three right forms of each, a wrong factor, a derivative."""

from __future__ import annotations

import csv
from pathlib import Path

import mpmath
import pytest

import symgrad as sg
from symgrad.questions import answers
from symgrad.questions.free_constants import read_with_constants, stated
from symgrad.symbolic import meaning, symbol, sympy

TABLE = Path(__file__).parent / "data" / "standard_integrals.csv"
LETTERS = {"a": "1.7", "b": "0.6", "n": "2.3"}  # numbers for the parameters, as assumed
POINTS = ("0.31", "0.77", "1.43", "2.9", "-0.36", "-0.71", "-1.9", "5.3", "11.7")
FORMS = ("right", "also right", "right as well")


def standard_integrals() -> list[dict[str, str]]:
    with TABLE.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


ROWS = standard_integrals()


def judged(row: dict[str, str], answer: str) -> sg.Judgement:
    assume = tuple(a for a in row["assume"].split("; ") if a)
    return sg.check(sg.Question("antiderivative", row["integrand"], wrt="x", assume=assume), answer)


def test_the_table_is_long_enough() -> None:
    """Two hundred integrals, each with all of its forms; five are their own derivative."""
    assert len(ROWS) >= 200
    assert all(row[form] for row in ROWS for form in (*FORMS, "wrong factor"))
    assert 5 == sum(not row["differentiated"] for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r["integrand"])
def test_every_form_is_right(row: dict[str, str]) -> None:
    for form in FORMS:
        found = judged(row, row[form])
        assert "correct" == found.verdict, (row[form], found.message)


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r["integrand"])
def test_a_wrong_factor_and_the_derivative_are_wrong(row: dict[str, str]) -> None:
    """The one is told as a factor, or as the rule that loses it; the other as the derivative."""
    assert "incorrect" == judged(row, row["wrong factor"]).verdict
    if row["differentiated"]:
        found = judged(row, row["differentiated"])
        codes = [m.code for m in found.mistakes]
        assert ("incorrect", ["differentiated"]) == (found.verdict, codes)


def function(text: str) -> object:
    """A formula as mpmath evaluates it, by SymPy's meaning of what was read."""
    typed = answers.right_side(stated(answers.plain(text)))
    found = meaning(read_with_constants(typed, ("x", *LETTERS), sg.Limits.student).root)
    put = {c: LETTERS.get(str(c), "0.9") for c in found.free_symbols if str(c) != "x"}
    put = {c: sympy().Rational(number) for c, number in put.items()}
    return sympy().lambdify(symbol("x"), found.subs(put), "mpmath")


def real(value: object) -> bool:
    number = mpmath.mpmathify(value)
    return mpmath.isfinite(number) and abs(mpmath.im(number)) < mpmath.mpf(10) ** -40


@pytest.mark.slow
@pytest.mark.parametrize("row", ROWS, ids=lambda r: r["integrand"])
def test_the_table_is_right(row: dict[str, str]) -> None:
    """Differentiated numerically, with 60 digits, every form is the integrand."""
    with mpmath.workdps(60):
        f = function(row["integrand"])
        for form in FORMS:
            F = function(row[form])
            there = [x for x in map(mpmath.mpf, POINTS) if real(f(x)) and real(F(x))]  # type: ignore[operator]
            assert len(there) >= 2
            gaps = [abs(mpmath.diff(F, x) - f(x)) / (1 + abs(f(x))) for x in there]  # type: ignore[operator]
            assert max(gaps) < mpmath.mpf(10) ** -20
