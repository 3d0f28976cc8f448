"""2,100 answers, each with what a teacher says of it, and whether what is shown of them is true.

`data/homework_told.csv` was written by hand from what students do: the verdict, and the mistakes
that a teacher would name first. What is shown is held against SymPy's derivative and plain floats.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import sympy

import symgrad as sg
from symgrad.errors import SymgradError
from symgrad.homework.judgement import Judgement
from symgrad.homework.sought import sought

from .counting import calls

ROWS_OF = Path(__file__).parent / "data/homework_told.csv"
TOLD = list(csv.DictReader(ROWS_OF.open(encoding="utf-8", newline="")))
POINTS = (0.37, 0.83, 1.91, -0.71, 2.83, -1.37)
NEAR = 1e-9


def options(row: dict[str, str]) -> dict[str, Any]:
    """wrt=x, order=2 as keywords."""
    pairs = (part.split("=") for part in row["options"].split(",") if part)
    return {name: int(value) if name == "order" else value for name, value in pairs}


@cache
def judged(number: int) -> Judgement:
    row = TOLD[number]
    return sg.check(row["expression"], row["answer"], **options(row))


def fits(found: Judgement, expected: str) -> bool:
    """Whether one of the alternatives, verdict:code/code, is what was found."""
    codes = [m.code for m in found.mistakes]
    for alternative in expected.split("|"):
        verdict, _, wanted = alternative.partition(":")
        if verdict == "ambiguous":
            verdict, wanted = "invalid", "ambiguous"
        if found.verdict == verdict and (not wanted or (codes and codes[0] in wanted.split("/"))):
            return True
    return False


def test_told_as_by_a_teacher() -> None:
    """Every answer gets the verdict, and as its first mistake one, that a teacher would give."""
    wrong = [
        (row["expression"], row["answer"], str(judged(i).verdict), judged(i).message)
        for i, row in enumerate(TOLD)
        if not fits(judged(i), row["expected"])
    ]
    assert [] == wrong


# --- what is said, held against SymPy -------------------------------------------------------------


@cache
def number_of(formula: sympy.Expr) -> Any:
    """A formula as a function of floats by name."""
    names = sorted(str(s) for s in formula.free_symbols)
    symbols = [next(s for s in formula.free_symbols if str(s) == n) for n in names]
    call = sympy.lambdify(symbols, formula, [{"DiracDelta": lambda x, k=0: 0}, "mpmath"])
    return lambda point: complex(call(*(point[n] for n in names)))


class Truth:
    """A question's function, its derivatives and an answer, as SymPy has them."""

    def __init__(self, row: dict[str, str], found: Judgement) -> None:
        asked = options(row)
        declared = [asked["wrt"]] if "wrt" in asked else []
        f = sought(row["expression"], asked.get("wrt"), 1, sg.Limits.student).f
        self.names = tuple(dict.fromkeys((*f.variables, *declared)))
        self.wrt, self.order = asked.get("wrt", self.names[0]), asked.get("order", 1)
        self.f, self.text = f.sympy(), str(f)
        self.slope = self.derivative(self.f, self.order)
        read = sg.parse(found.reading, variables=self.names)
        self.answer = read.sympy()

    def derivative(self, f: Any, order: int = 1, name: str = "") -> Any:
        symbol = sympy.Symbol(name or self.wrt, real=True)
        return sympy.diff(f, symbol, order) if order else f

    def of(self, text: str) -> Any:
        return sg.parse(text, variables=self.names).sympy()

    def differences(self, a: Any, b: Any) -> list[complex]:
        """a - b at the points where both have values."""
        found = []
        for k in range(len(POINTS)):
            point = {n: POINTS[(k + 2 * i) % 6] for i, n in enumerate(self.names)}
            try:
                found.append(number_of(a)(point) - number_of(b)(point))
            except (ArithmeticError, ValueError, TypeError):
                continue
        return [d for d in found if d == d and abs(d) < 1e300]

    def same(self, a: Any, b: Any) -> bool:
        gaps = self.differences(a, b)
        return len(gaps) >= 2 and sum(abs(d) < NEAR for d in gaps) >= max(2, len(gaps) // 2)


def holds(truth: Truth, code: str, place: str) -> bool | None:
    """Whether what a code says is true; None where it speaks of a place inside."""
    t, (f, slope, answer) = truth, (truth.f, truth.slope, truth.answer)
    others = [n for n in t.names if n != t.wrt]
    match code:
        case "copied":
            return t.same(answer, f)
        case "integrated" if not place:
            return any(t.same(t.derivative(answer, k), f) for k in {1, t.order})
        case "negative":
            return t.same(answer, -slope)
        case "second_derivative":
            return t.same(answer, t.derivative(f, t.order + 1))
        case "not_differentiated_enough":
            return any(t.same(answer, t.derivative(f, k)) for k in range(1, t.order))
        case "wrong_variable":
            return any(t.same(answer, t.derivative(f, t.order, n)) for n in others)
        case "all_variables":
            return t.same(answer, sum(t.derivative(f, 1, n) for n in t.names))
        case "answered_numerically":
            return t.wrt not in {str(s) for s in answer.free_symbols}
        case "constant_added" if {str(s) for s in answer.free_symbols} <= set(t.names):
            gaps = t.differences(answer, slope)
            return abs(gaps[0]) > NEAR and all(abs(g - gaps[0]) < NEAR for g in gaps)
    if t.order == 1 and place and (part := term(t, place)) is not None:
        sign, inner = part
        gone = sign * t.derivative(inner)
        match code:
            case "missing_term":
                return t.same(answer, slope - gone)
            case "linear_term_kept":
                return t.same(answer, slope - gone + sign * inner)
            case "constant_kept":
                return t.same(answer, slope + sign * inner)
            case "sign" if t.text.count(place) == 1:
                back = gone.subs(x := sympy.Symbol(t.wrt, real=True), -x)  # the minus of e^(-x)
                return any(t.same(answer, slope - gone + wrong) for wrong in (-gone, back, -back))
    return None


def term(truth: Truth, place: str) -> tuple[int, Any] | None:
    """The sign and the formula of a summand of f that stands there only."""
    if place.startswith("the "):
        return None
    part = truth.of(place)
    terms = sympy.Add.make_args(truth.f)
    sign = next((s for s in (1, -1) if s * part in terms), 0)
    return (sign, part) if sign and len(terms) > 1 else None


ELSEWHERE = ("Two mistakes", "The same mistake", "Brackets", "Of these steps")


def test_what_is_said_is_true() -> None:
    """Every claim about a whole answer or a summand holds of SymPy's derivative, too."""
    wrong, held = [], 0
    for i, row in enumerate(TOLD):
        found = judged(i)
        if found.verdict != "incorrect" or found.message.startswith(ELSEWHERE):
            continue
        truth = Truth(row, found)
        for m in found.mistakes:
            verdict = holds(truth, m.code, m.place)
            held += verdict is not None
            if verdict is False:
                wrong.append((row["expression"], row["answer"], m.code, m.place))
    assert [] == wrong
    assert held > 250


def test_witnesses_are_true() -> None:
    """At the point that is shown, the answer and the slope have the values that are shown."""
    wrong = []
    for i, row in enumerate(TOLD):
        found = judged(i)
        seen = found.witness
        if seen is None or seen.yours is None:
            continue
        truth = Truth(row, found)
        point = {n: sg.parse(x)() for n, x in seen.point.items()}
        for formula, shown in ((truth.answer, seen.yours), (truth.slope, seen.slope)):
            if shown is None or not {str(s) for s in formula.free_symbols} <= set(point):
                continue  # a slope that is not shown; an answer with a C
            value = number_of(formula)(point)
            if value.imag:
                continue  # SymPy has no real root there
            if abs(value - float(shown)) > 1e-4 * max(1, abs(value)):
                wrong.append((row["expression"], row["answer"], str(seen), value))
    assert [] == wrong


def test_nothing_gives_the_answer_away() -> None:
    """No formula in what is shown equals the derivative; the student's own text is exempt."""
    wrong = []
    for i, row in enumerate(TOLD):
        found = judged(i)
        if found.verdict in ("correct", "undecided") or found.mistakes[0].code == "ambiguous":
            continue
        asked = options(row)
        q = sought(row["expression"], asked.get("wrt"), asked.get("order", 1), sg.Limits.student)
        if q.constant:
            continue
        own = re.sub(r"\s", "", row["answer"])
        shown = [found.message, *(s for m in found.mistakes for s in (m.message, m.place))]
        for piece in {p for text in shown for p in formulas(text)}:
            if re.sub(r"\s", "", piece) not in own and is_slope(piece, q):
                wrong.append((row["expression"], row["answer"], piece))
    assert [] == wrong


def formulas(text: str) -> Iterator[str]:
    """Every run of up to nine words that could be a formula."""
    for run in re.findall(r"[-+*/^(). \w|]+", text):
        words = run.strip(" .").split()
        for i in range(len(words)):
            for j in range(i + 1, min(len(words), i + 9) + 1):
                yield " ".join(words[i:j]).strip(".")


@cache
def parsed(text: str, names: tuple[str, ...]) -> sg.Expression | None:
    try:
        return sg.parse(text, variables=names)
    except SymgradError:
        return None


def is_slope(text: str, asked: Any) -> bool:
    """Whether a text is a formula for the derivative, in floats."""
    f = parsed(text, asked.names)
    if f is None or not f.variables or not set(f.variables) <= set(asked.names):
        return False
    points = [{n: 0.3 + 0.2 * k + 0.1 * i for i, n in enumerate(asked.names)} for k in range(3)]
    return all(_equal(f, asked.f, asked, point) for point in points)


def _equal(f: sg.Expression, of: sg.Expression, asked: Any, point: dict[str, float]) -> bool:
    mine = {n: point[n] for n in f.variables}
    here = {n: point[n] for n in of.variables}
    try:
        slope = of.backpropagated(*[asked.wrt] * asked.order)
        return abs(f(mine) - slope({n: here[n] for n in slope.variables})) < NEAR
    except SymgradError:
        return False


def test_long_questions() -> None:
    """Of a sum of hundreds of terms a wrong answer is judged with bounded work."""
    question = "+".join(f"x^{k}" for k in range(1, 100))
    assert calls(lambda: sg.check(question, "5x")) < 2_500_000
