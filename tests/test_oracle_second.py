"""Second derivatives under judgement: planted bugs are found, right ones pass."""

from __future__ import annotations

import math
from itertools import islice
from typing import Any

import pytest
from flint import arb

from symgrad.arithmetic.balls import precision
from symgrad.oracle import Program, engine, judge
from symgrad.oracle.cases import Case, cases
from symgrad.oracle.curvature import remarks, with_second
from symgrad.oracle.floating import FORMATS
from symgrad.oracle.labels import Answer
from symgrad.oracle.programs import simple
from symgrad.oracle.reference import Reference
from symgrad.oracle.second import Second

from .oracle_engines import Right
from .test_oracle_edges import segfault

FORM = FORMATS["float64"]


class Curved(Right):
    """symgrad's second derivatives, but for what `bend` makes of the rows."""

    bend: Any = None

    def second(self, program: Program, point: Any) -> Any:
        rows = engine("symgrad").second(program, point)
        return rows if self.bend is None else type(self).bend(rows, program)


def test_right_second_derivatives() -> None:
    """Those of a right engine pass."""
    report = judge(Curved(), 4.0)
    assert [] == [str(f) for f in report.findings]


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
    report = judge(made, 4.0)
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
        assert [] == remarks(case, Reference(case.program), wrong, FORM)
    case = Case(simple("elu", 1), (-1.0,), order=2)
    assert ["RULE"] == [r.kind for r in remarks(case, Reference(case.program), wrong, FORM)]


def test_order_two_by_differences() -> None:
    """The Hessian that engines are held to is the slope of the gradient, by differences."""
    offered = engine("symgrad").operations
    seen: set[Any] = set()
    for case in islice(with_second(islice(cases(offered), 30_000)), 400_000):
        if case.order == 1 or case.program in seen or len(seen) >= 120:
            continue
        reference = Reference(case.program)
        truth = reference.exact(case.point)
        second = Second(case.program)
        if truth.undefined or truth.kinks or truth.ends or second.bends(case.point):
            continue
        rows = second.hessian(case.point, FORM)
        if all(t.is_finite() for row in rows for t, _ in row):
            seen.add(case.program)
            assert_slopes(reference, case.point, rows)
    assert len(seen) >= 100


def assert_slopes(reference: Reference, point: Any, rows: Any) -> None:
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
