"""Second derivatives and infinities under judgement: bugs are found, right engines pass."""

from __future__ import annotations

import math
from itertools import islice
from typing import Any

import pytest
from flint import arb

from symgrad.arithmetic.balls import precision
from symgrad.oracle import Program, engine, judge
from symgrad.oracle.cases import Case, cases
from symgrad.oracle.float_formats import FORMATS
from symgrad.oracle.programs import simple
from symgrad.oracle.remarks import Answer, judged
from symgrad.oracle.second_order import SecondDerivatives, remarks, with_second
from symgrad.oracle.truth import Truth

from .oracle_engines import Right
from .test_oracle_edges import segfault

FORM = FORMATS["float64"]


class Curved(Right):
    """symgrad's second derivatives, but for what `bend` makes of the rows."""

    bend: Any = None

    def second(self, program: Program, point: Any) -> Any:
        rows = engine("symgrad").second(program, point)
        return rows if self.bend is None else type(self).bend(rows, program)


@pytest.mark.slow
def test_right_second_derivatives() -> None:
    """Those of a right engine pass."""
    report = judge(Curved(), 2.5)
    assert [] == [str(f) for f in report.findings]


@pytest.mark.slow
@pytest.mark.parametrize(("bend", "kind"), [
    (lambda rows, p: [[-h for h in row] for row in rows], "RULE"),
    (lambda rows, p: [[h * (1 + 1e-7) for h in row] for row in rows], "PRECISION"),
    (lambda rows, p: [[math.nan for h in row] for row in rows], "RANGE"),
    (lambda rows, p: [[h if i == j else 0.0 for j, h in enumerate(row)]
                      for i, row in enumerate(rows)], "RANGE"),
    (lambda rows, p: [[0.0 for h in row] for row in rows], "RANGE"),
    (lambda rows, p: rows[:-1], "CRASH"), (lambda rows, p: None, "CRASH"),
    (lambda rows, p: segfault(), "CRASH"), (lambda rows, p: 1 / 0, "CRASH"),
])  # fmt: skip
def test_wrong_second_derivatives(bend: Any, kind: str) -> None:
    """A bug in second derivatives alone is found, named and shrunk, and its reproduction runs."""
    made = type("Bent", (Curved,), {"bend": staticmethod(bend)})()
    report = judge(made, 2.5)
    assert {kind} == {f.kind for f in report.findings}
    assert {2} == {f.order for f in report.findings}
    first = report.findings[0]
    assert "SecondOrder" in first.flags
    assert len(first.program.steps) <= 2
    assert ".second(program, point)" in first.reproduction
    if kind != "CRASH":
        assert f"d2/d{first.partial.replace(', ', ' d')} of" in str(first)
        assert first.got != first.exact


def test_where_the_second_derivative_jumps() -> None:
    """elu' has a kink at 0 and softsign' too: nothing is demanded there; at 1 it is."""
    for name in ("elu", "softsign", "relu", "sqrt"):
        case = Case(simple(name, 1), (0.0,), order=2)
        wrong = Answer(gradient=(17.0,))
        assert [] == remarks(case, Truth(case.program), wrong, FORM)
    case = Case(simple("elu", 1), (-1.0,), order=2)
    assert ["RULE"] == [r.kind for r in remarks(case, Truth(case.program), wrong, FORM)]


def test_order_two_by_differences() -> None:
    """The Hessian that engines are held to is the slope of the gradient, by differences."""
    offered = engine("symgrad").operations
    seen: set[Any] = set()
    for case in islice(with_second(islice(cases(offered), 30_000)), 400_000):
        if case.order == 1 or case.program in seen or len(seen) >= 60:
            continue
        reference = Truth(case.program)
        truth = reference.exact(case.point)
        second = SecondDerivatives(case.program)
        if truth.undefined or truth.kinks or truth.ends or second.bends(case.point):
            continue
        rows = second.hessian(case.point, FORM)
        if all(t.is_finite() for row in rows for t, _ in row):
            seen.add(case.program)
            assert_slopes(reference, case.point, rows)
    assert len(seen) == 60


def assert_slopes(reference: Truth, point: Any, rows: Any) -> None:
    """(f'(x + h) - f'(x - h))/2h with h far below x overlaps every entry to 20 digits."""
    with precision(2000):
        for j, x in enumerate(point):
            h = arb(2) ** -300 * (abs(arb(x)) if x else 1)
            sides = []
            for sign in (1, -1):
                at = [arb(a) for a in point]
                at[j] += sign * h
                sides.append(reference.partials(reference.values(at)))
            for i, (up, down) in enumerate(zip(*sides)):
                slope, truth = (up - down) / (2 * h), rows[i][j][0]
                gap = abs(slope - truth)
                assert gap <= 1e-20 * abs(truth) or gap < arb(2) ** -200, (reference.program, point)


# --- infinities -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "point", "right", "wrong"), [
    ("exp", (-math.inf,), (0.0, 0.0), (0.0, math.nan)),
    ("tanh", (math.inf,), (1.0, 0.0), (math.nan, 0.0)),
    ("atan", (-math.inf,), (-math.pi / 2, 0.0), (math.pi / 2, 0.0)),
    ("sigmoid", (-math.inf,), (0.0, 0.0), (0.0, math.nan)),
    ("div", (1.0, math.inf), (0.0, 0.0, 0.0), (0.0, 0.0, math.nan)),
    ("logaddexp", (-math.inf, 0.5), (0.5, 0.0, 1.0), (math.nan, 0.0, 1.0)),
    ("log", (math.inf,), (math.inf, 0.0), (math.inf, math.nan)),
])  # fmt: skip
def test_infinities(name: str, point: Any, right: Any, wrong: Any) -> None:
    """Where arithmetic or a limit says what comes out at infinity, it must come out."""
    reference = Truth(simple(name, len(point)))
    assert [] == judged(reference, point, Answer(right[0], right[1:]), FORM)
    assert [] != [r for r in judged(reference, point, Answer(wrong[0], wrong[1:]), FORM) if r.fails]


@pytest.mark.parametrize("name", ["sin", "gelu", "gamma", "softsign"])
def test_infinities_that_nobody_knows(name: str) -> None:
    """Where arithmetic meets inf*0 or the like, nothing is demanded."""
    nothing = Answer(math.nan, (math.nan,))
    assert [] == judged(Truth(simple(name, 1)), (math.inf,), nothing, FORM)


@pytest.mark.slow
def test_an_engine_that_fails_at_infinity() -> None:
    """A slope that is nan at -inf alone is found."""

    class Masked(Right):
        def gradient(self, program: Program, point: Any, *, backwards: int = 1) -> Any:
            value, partials = super().gradient(program, point, backwards=backwards)
            return value, [math.nan if x == -math.inf else p for x, p in zip(point, partials)]

    report = judge(Masked(), 2.5)
    assert {"RANGE"} == {f.kind for f in report.findings}
    assert all("Infinity" in f.flags for f in report.findings)
