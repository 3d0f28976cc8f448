"""The oracle: planted bugs are found, right engines pass, causes are small and told once."""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

import symgrad as sg
from symgrad.errors import UsageError
from symgrad.oracle import Program, engine, judge, replay
from symgrad.oracle.cases import cases
from symgrad.oracle.engine_calls import Caller, numbers
from symgrad.oracle.engines import installed
from symgrad.oracle.flags import FLAGS, flags
from symgrad.oracle.float_formats import FORMATS
from symgrad.oracle.programs import ProgramBuilder, pruned, simple
from symgrad.oracle.remarks import Answer, judged
from symgrad.oracle.report import Report
from symgrad.oracle.truth import Truth
from symgrad.oracle.vectors import disagreement

from .oracle_engines import BUGS, RULES, VARIANTS, Right, wrong

EXAMPLES = Path(__file__).parents[1] / "examples" / "oracle"
CASES, PATIENCE = 600_000, 600.0  # a backstop in seconds: cases are what is counted
SLOW = {  # met after many cases, or in large graphs
    "hangs", "stops after 50 nodes", "stops after 1000 nodes", "recursion", "eight variables",
    "overwrites beyond 30 consumers", "overwrites beyond 100 consumers", "odd powers above 3",
}


def kinds(program: Program, point: tuple[float, ...], value: float, *gradient: float) -> list[str]:
    """The labels of one answer."""
    found = judged(Truth(program), point, Answer(value, gradient), FORMATS["float64"])
    return [remark.kind for remark in found]


@pytest.mark.parametrize("name", [
    pytest.param(name, marks=[pytest.mark.slow] if name in SLOW else []) for name in BUGS
])  # fmt: skip
def test_planted_bugs(name: str) -> None:
    """Every planted bug is rejected."""
    report = judge(BUGS[name](), PATIENCE, cases=CASES, most=1)
    assert [] != report.findings


@pytest.mark.slow
@pytest.mark.parametrize("name", VARIANTS)
def test_variants(name: str) -> None:
    """An engine that differs only where engines may is accepted."""
    report = judge(VARIANTS[name](), PATIENCE, cases=5_000)
    assert [] == [str(f) for f in report.findings]
    assert report.checked > 100


@pytest.mark.slow
def test_symgrad_itself() -> None:
    """symgrad is the first engine that the oracle judges, and nothing is found."""
    report = judge(engine("symgrad"), PATIENCE, cases=20_000)
    assert [] == [str(f) for f in report.findings]


@pytest.mark.slow
def test_shrinking() -> None:
    """A finding is the smallest program at the simplest point."""
    made = wrong("tanh", 0, lambda y, x: 1 - y)
    report = judge(made(), 4.0)
    rule = next(f for f in report.findings if f.kind == "RULE")
    assert ("tanh",) == tuple(step[0] for step in rule.program.steps)
    assert all(len(f"{x:g}") <= 4 for x in rule.point)
    many = [judge(BUGS[n](), 3.0) for n in ("overwrites", "sin' of negative", "neg keeps the sign")]
    sizes = sorted(len(f.program.steps) for report in many for f in report.findings)
    assert sizes[len(sizes) // 2] <= 3


@pytest.mark.slow
def test_a_cause_is_told_once() -> None:
    """Findings of one label over the same operations are one."""
    report = judge(BUGS["sub adds"](), 4.0)
    causes = [(f.kind, f.program.operations, f.backwards > 1) for f in report.findings]
    assert sorted(map(repr, set(causes))) == sorted(map(repr, causes))


# --- verdicts -------------------------------------------------------------------------------------


def test_labels() -> None:
    """CRASH, RANGE, RULE and PRECISION mean what they say; a right answer has no remark."""
    tanh = simple("tanh", 1)
    slope = (1 / math.cosh(20.0)) ** 2
    assert [] == kinds(tanh, (20.0,), math.tanh(20.0), slope)
    assert ["RANGE"] == kinds(tanh, (20.0,), math.tanh(20.0), 0.0)
    assert ["RANGE"] == kinds(tanh, (20.0,), math.tanh(20.0), math.nan)
    assert ["RULE"] == kinds(tanh, (20.0,), math.tanh(20.0), slope * 1.01)
    assert ["PRECISION"] == kinds(tanh, (20.0,), math.tanh(20.0), slope * (1 + 1e-9))
    crash = judged(Truth(tanh), (1.0,), Answer(crash="boom", refused=True), FORMATS["float64"])
    assert ["CRASH"] == [remark.kind for remark in crash]


def test_ill_conditioned_is_no_fault() -> None:
    """Digits that any float run may lose are a note."""
    b = ProgramBuilder(["x", "y"])
    program = b.program(b.step("sub", b.step("sin", 0), b.step("sin", 1)))
    x, y = 1.0, 1.0 + 1e-12
    value = math.sin(x) - math.sin(y)
    found = kinds(program, (x, y), value * (1 + 5e-3), math.cos(x), -math.cos(y))
    assert ["CONDITIONING"] == found


@pytest.mark.parametrize(("slope", "labels"), [(0.0, []), (0.5, ["CONVENTION"]),
                                               (1.0, ["CONVENTION"]), (1.5, ["RULE"]),
                                               (math.nan, ["RANGE"])])  # fmt: skip
def test_kinks(slope: float, labels: list[str]) -> None:
    """relu'(0) may be anything from 0 to 1, and nothing else."""
    assert labels == kinds(simple("relu", 1), (0.0,), 0.0, slope)


def test_a_tie_with_itself() -> None:
    """max(x, x) has slope 1 and nothing else."""
    program = Program(("x",), (), (("max", 0, 0),), 1)
    assert [] == kinds(program, (3.0,), 3.0, 1.0)
    assert ["RULE"] == kinds(program, (3.0,), 3.0, 0.5)
    assert ["RULE"] == kinds(program, (3.0,), 3.0, 2.0)


def test_overflow_is_no_fault() -> None:
    """Where an intermediate overflows the ball is unbounded: e^1000/e^1000 may be nan."""
    b = ProgramBuilder(["x"])
    e = b.step("exp", 0)
    program = b.program(b.step("div", e, e))
    assert "RANGE" not in kinds(program, (1000.0,), math.nan, math.nan)


def test_order_of_sums_is_free() -> None:
    """(1e16 + 1) - 1e16 may be 0 or 1: a sum runs in any order."""
    program = simple("sum", 3)
    for value in (0.0, 1.0):
        assert [] == [k for k in kinds(program, (1e16, 1.0, -1e16), value, 1.0, 1.0, 1.0)
                      if k != "CONDITIONING"]  # fmt: skip


def test_float32() -> None:
    """In float32 an ulp is one of float32."""
    program, form = simple("mul", 2), FORMATS["float32"]
    x, y = form.nearest(0.1), form.nearest(0.7)
    near = form.nearest(x * y)
    assert [] == judged(Truth(program), (x, y), Answer(near, (y, x)), form)
    far = judged(Truth(program), (x, y), Answer(near * 1.001, (y, x)), form)
    assert ["PRECISION"] == [r.kind for r in far]


def test_an_end_of_the_domain() -> None:
    """sqrt(x)*sqrt(x) at 0: 0 times infinity says nothing, so nothing is demanded."""
    b = ProgramBuilder(["x"])
    root = b.step("sqrt", 0)
    program = b.program(b.step("mul", root, root))
    assert [] == kinds(program, (0.0,), 0.0, 1.0)


def test_the_reference_and_sympy_agree() -> None:
    """SymPy's derivative overlaps the reference, for programs over the whole table."""
    offered = engine("symgrad").operations
    seen: set[Any] = set()
    for case in islice(cases(offered), 0, 20_000, 400):
        if len(case.program.steps) < 12 and case.program not in seen:
            seen.add(case.program)
            assert "" == disagreement(case.program, case.point)
    assert len(seen) > 20


# --- programs, cases, flags -----------------------------------------------------------------------


def test_programs_travel_as_json() -> None:
    """A program read back from its JSON is the same, and its text is as one types it."""
    program = Program(("x", "w", "b"), (1.5, 2), (("mul", 0, 1), ("add", 5, 3), ("tanh", 6)), 7)
    assert program == Program.from_json(json.loads(json.dumps(program.to_json())))
    assert "0x1.8000000000000p+0" == program.to_json()["constants"][0]
    assert 2 == program.to_json()["constants"][1]
    assert "tanh(x*w + 1.5)" == program.text
    assert 0.5 == replay(program, {"tanh": lambda v: v}, [1.0, -1.0, 0.0])


@pytest.mark.parametrize(
    ("steps", "root"),
    [([], 5), ([["nope", 0]], 1), ([["mul", 0, 2]], 1), ([["sin", 0, 0]], 1), (None, 0)],
)
def test_broken_programs(steps: Any, root: int) -> None:
    """What is no program is refused with a message."""
    with pytest.raises(UsageError):
        Program.from_json({"variables": ["x"], "constants": [], "steps": steps, "root": root})


def test_pruned() -> None:
    """What the root does not use goes; the numbers follow."""
    program = Program(("x", "y"), (3.0,), (("mul", 0, 1), ("neg", 1), ("add", 4, 2)), 5)
    smaller, kept = pruned(program)
    assert [1] == kept
    assert Program(("y",), (3.0,), (("neg", 0), ("add", 2, 1)), 3) == smaller


def test_cases_are_the_same_for_a_seed() -> None:
    """The same seed gives the same cases; another one others."""
    offered = frozenset(("add", "mul", "tanh", "max"))
    first, again = (list(islice(cases(offered, seed=3), 3000)) for _ in range(2))
    assert first == again
    assert first != list(islice(cases(offered, seed=4), 3000))


def test_every_flag_has_cases() -> None:
    """Every flag but SecondOrder and Infinity, which only vectors have, is there from the start."""
    offered = engine("symgrad").operations
    found = {f for case in islice(cases(offered), 12_000)
             for f in flags(case.program, case.point, case.backwards)
             if len(case.program.steps) < 200 or case.backwards > 1}  # fmt: skip
    assert set(FLAGS) - {"SecondOrder", "Infinity", "Depth"} <= found


# --- engines that misbehave -----------------------------------------------------------------------


@pytest.mark.parametrize("answer", [None, 3.0, (1.0,), (1.0, None), (1.0, "12"), ("1", [1.0]),
                                    (1.0, [1.0, 2.0]), (1.0, [None]), (None, [1.0]),
                                    (1.0, {0: 1.0}),
                                    (1j, [1.0]), (1.0, [[1.0, 2.0]])])  # fmt: skip
def test_wrong_shapes(answer: Any) -> None:
    """An answer of another shape or type is a crash, told in words."""
    assert "" != numbers(answer, 1).crash


class Bad(Right):
    """Does what `does` does."""

    operations = frozenset(("add", "mul"))
    does: Any = None

    def gradient(self, program: Program, point: Any, *, backwards: int = 1) -> Any:
        return type(self).does()


def hang() -> None:
    while True:
        pass


@pytest.mark.slow
@pytest.mark.parametrize("does", [hang, lambda: sys.exit(3), lambda: 1 / 0, lambda: [] + ()])
def test_misbehaviour(does: Any) -> None:
    """An engine that hangs, exits or raises gets a finding, not a traceback."""
    bad = type("Worse", (Bad,), {"does": staticmethod(does)})()
    report = judge(bad, 6.0, most=1)
    assert "CRASH" == report.findings[0].kind
    with Caller(bad, 0.5) as caller:
        assert "" != caller.answer(simple("mul", 2), (1.0, 2.0)).crash


@pytest.mark.parametrize("engine_", [object(), 3, type("E", (), {"operations": ("add",)})(),
                                     type("E", (Right,), {"operations": ("nope",)})(),
                                     type("E", (Right,), {"dtype": "int8"})()])  # fmt: skip
def test_what_is_no_engine(engine_: Any) -> None:
    """What does not follow the protocol is refused with a message."""
    with pytest.raises(UsageError):
        judge(engine_, 1.0)


def test_adapters_that_are_not_there() -> None:
    """An unknown adapter is refused, with what was perhaps meant."""
    with pytest.raises(UsageError, match="did you mean torch"):
        engine("troch")


# --- reports --------------------------------------------------------------------------------------


def test_reports_travel_as_json() -> None:
    """A report read back from its JSON prints the same."""
    report = judge(BUGS["sub adds"](), 3.0)
    again = Report.from_json(json.loads(json.dumps(report.to_json())))
    assert str(report) == str(again)


@pytest.mark.slow
@pytest.mark.parametrize("name", [n for n in installed() if n not in ("symgrad", "jax")])
def test_reproductions_run(name: str) -> None:
    """A reproduction prints what the engine gives, in a fresh process; for all that are here."""
    report = judge(engine(name), 5.0)
    for finding in [f for f in report.findings if len(f.program.steps) < 50][:4]:
        run = [sys.executable, "-c", finding.reproduction]
        done = subprocess.run(run, capture_output=True, text=True, check=False, timeout=60)
        if finding.kind != "CRASH":
            numbers = re.findall(r"[-+]?(?:inf|nan|\d+\.?\d*(?:e[-+]?\d+)?)", done.stdout)
            assert str(float(finding.got)) in [str(float(n)) for n in numbers]


def test_the_seed_and_the_default() -> None:
    """`sg.oracle.judge` is the public name."""
    assert sg.oracle.judge is judge
    assert set(RULES) <= Right.operations
