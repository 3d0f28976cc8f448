"""One finding a cause, told by what explains the numbers; what is right is not accused."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symgrad.arithmetic.balls import precision
from symgrad.errors import Unsupported
from symgrad.oracle import Program, judge, replay
from symgrad.oracle.cases import Case, cases
from symgrad.oracle.causes import EngineAsked, between_questions, explained
from symgrad.oracle.engine_calls import Caller
from symgrad.oracle.engines import engine as adapter
from symgrad.oracle.float_formats import FORMATS
from symgrad.oracle.growth import LENGTHS, doubling
from symgrad.oracle.protocol import Command
from symgrad.oracle.remarks import Answer, judged
from symgrad.oracle.report import Finding, reproduction
from symgrad.oracle.truth import BITS, Truth

from .oracle_engines import BUGS, RULES, Right, changed, ruled, wrong
from .test_oracle_outside import command

FORM, NEAR = FORMATS["float64"], FORMATS["float32"].nearest
MOST = 6_000  # cases of which the causes are looked for


def asked(engine: Any) -> EngineAsked:
    caller = Caller(engine)
    return EngineAsked(lambda c: caller.answer(c.program, c.point, c.backwards, c.order), FORM)


def words(engine: Any, program: Program, *point: Any) -> str:
    """What explains a failure of this engine; "" where nothing does."""
    question, case = asked(engine), Case(program, point)
    with precision(BITS):
        remark = question.remark(case, question.ask(case))
        assert remark is not None
        found = explained(question, case, remark) or between_questions(question, case, remark)
        return found.words if found else ""


# --- engines --------------------------------------------------------------------------------------


class Paths(Right):
    """Sends each adjoint along every edge by itself, and never adds them up on the way."""

    def gradient(self, program: Program, point: Sequence[float], *, backwards: int = 1) -> Any:
        values = [*map(self.leaf, point), *map(self.constant, program.constants)]
        first, steps = len(values), program.steps
        for name, *args in steps:
            values.append(self.value(name, [values[j] for j in args]))
        slopes = [0.0] * len(values)
        waiting = [(program.root, 1.0)]
        while waiting:
            i, adjoint = waiting.pop()
            if i < first:
                slopes[i] += adjoint
                continue
            name, *args = steps[i - first]
            found = self.partials(name, values[i], [values[j] for j in args])
            waiting += [(j, adjoint * p) for j, p in zip(args, found) if adjoint * p != 0]
            if len(waiting) > 20_000:
                raise Unsupported("too many paths")
        return values[program.root], slopes[: len(point)]


class Number:
    """A student's Value, whose quotients turn round where a number stands on the left."""

    def __init__(self, data: float, children: Sequence[tuple[Number, float]] = ()) -> None:
        self.data, self.grad, self.children = data, 0.0, children

    def lifted(self, other: Any) -> Number:
        return other if isinstance(other, Number) else Number(float(other))

    def __add__(self, other: Any) -> Number:
        b = self.lifted(other)
        return Number(self.data + b.data, ((self, 1.0), (b, 1.0)))

    def __mul__(self, other: Any) -> Number:
        b = self.lifted(other)
        return Number(self.data * b.data, ((self, b.data), (b, self.data)))

    def __truediv__(self, other: Any) -> Number:
        b = self.lifted(other)
        if not b.data:
            return Number(math.nan)
        return Number(self.data / b.data, ((self, 1 / b.data), (b, -self.data / b.data / b.data)))

    __radd__, __rmul__ = __add__, __mul__

    def __rtruediv__(self, other: Any) -> Number:
        return self / other  # the bug: other / self belongs here

    def sent(self, adjoint: float) -> None:
        """Along every path: exponential, and right."""
        self.grad += adjoint
        for child, slope in self.children:
            child.sent(adjoint * slope)


class Student:
    name, dtype = "student", "float64"
    operations = frozenset(("add", "mul", "div"))

    def gradient(self, program: Program, point: Sequence[float], *, backwards: int = 1) -> Any:
        leaves = [Number(float(x)) for x in point]
        root = replay(program, {}, leaves)
        root.sent(1.0)
        return root.data, [leaf.grad for leaf in leaves]


# --- causes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "program", "point", "told"), [
    ("overwrites", Program(("x", "y"), (), (("mul", 0, 1), ("add", 2, 0)), 3), (2.0, 3.0),
     "keeps only its last term"),
    ("keeps the first", Program(("x", "y"), (), (("mul", 0, 1), ("add", 2, 0)), 3), (2.0, 3.0),
     "keeps only its first term"),
    ("one operand twice", Program(("x",), (), (("mul", 0, 0), ("add", 1, 0)), 2), (3.0,),
     "stands twice in a step"),
    ("neg keeps the sign", Program(("x",), (), (("neg", 0), ("exp", 1)), 2), (0.5,),
     "the slope of neg has the wrong sign"),
    ("sqrt' without the half", Program(("x",), (), (("sqrt", 0), ("mul", 1, 0)), 2), (2.0,),
     "the slope of sqrt is twice what it should be"),
    ("power rule without n", Program(("x",), (3,), (("powi", 0, 1),), 2), (2.0,),
     "the slope of powi lacks the exponent as a factor"),
    ("mul swaps", Program(("x", "y"), (), (("mul", 0, 1), ("sin", 2)), 3), (0.5, 0.25),
     "the slope of mul by its first argument is that by the other argument"),
    ("constants on the left", Program(("x",), (-2.0,), (("mul", 1, 0), ("add", 2, 0)), 3), (0.5,),
     "constants are read without their sign"),
    ("two variables swapped", Program(("x", "y", "z"), (), (("mul", 0, 1), ("add", 3, 2)), 4),
     (2.0, 3.0, 5.0), "another order than the variables"),
    ("single precision values", Program(("x",), (), (("exp", 0), ("mul", 1, 1)), 2), (0.7,),
     "a narrower format"),
    ("equal values", Program(("x", "y"), (), (("add", 0, 1), ("exp", 2)), 3), (0.5, 0.5),
     "two arguments of equal value"),
    ("second call", Program(("x",), (), (), 0), (2.0,), ""),
])  # fmt: skip
def test_what_explains_the_numbers(name: str, program: Program, point: Any, told: str) -> None:
    """A failure is told by the row or the step between rows that gives the engine's numbers."""
    engine = BUGS[name]()
    engine.gradient(program, point)
    assert told in words(engine, program, *point)


def test_a_coincidence_at_one_point_is_no_cause() -> None:
    """The slope nan of x^1 at 0, where x^-1 has none either, is no misread constant."""
    engine = wrong("powi", 0, lambda y, x, n: n * y / x if x else math.nan)()
    found = words(engine, Program(("x",), (1,), (("powi", 0, 1),), 2), 0.0)
    assert "the slope of powi" in found and "constants" not in found


def test_a_rule_wrong_for_floats_too_is_not_that_of_whole_numbers() -> None:
    """Only what is right for 2.0 and wrong for 2 is told as integer arithmetic."""
    engine = wrong("div", 1, lambda y, x, n: y / n)()
    found = words(engine, Program(("x", "y"), (), (("div", 0, 1),), 2), 3, 2)
    assert "the slope of div by its second argument" in found


def test_each_step_right_by_itself() -> None:
    """A division by a number on the left is told as such, not as one of two variables."""
    program = Program(("x",), (3.0,), (("div", 1, 0), ("mul", 2, 2)), 3)
    assert "has its arguments swapped where its first argument is a constant" not in words(
        Right2(), Program(("x", "y"), (), (("div", 0, 1),), 2), 2.0, 4.0)  # fmt: skip
    assert "the value of div" in words(Student(), program, 2.0)
    assert "first argument is a constant" in words(Student(), program, 2.0)


class Right2(Right):
    """Quotients of variables have a slope of the wrong sign."""

    def partials(self, name: str, y: float, x: Sequence[float]) -> list[float]:
        found = super().partials(name, y, x)
        return [found[0], -found[1]] if name == "div" else found


@pytest.mark.parametrize(("name", "many"), [
    ("tanh' is 1 - y*y", 1), ("sigmoid' is s*(1-s)", 1), ("none where 0", 1),
    *(pytest.param(name, many, marks=pytest.mark.slow) for name, many in (
        ("softplus overflows", 1), ("overwrites", 3), ("constants on the left", 4),
        ("sub adds", 1))),
])  # fmt: skip
def test_labels_of_one_rule_are_one_finding(name: str, many: int) -> None:
    """The labels of one wrong rule, and the repeats of one exception, are one finding."""
    report = judge(BUGS[name](), 600.0, cases=MOST)
    assert 1 <= len(report.findings) <= many, str(report)


def unsorted(deep: bool, turn: int) -> type[Right]:
    """An engine that does each node when it first meets it."""
    def gradient(self: Any, program: Program, point: Sequence[float], *, backwards: int = 1) -> Any:
        self.now = program
        return Right.gradient(self, program, point, backwards=backwards)

    def order(self: Any, count: int, root: int) -> list[int]:
        first, met, line = count - len(self.now.steps), [], [root]
        while line:
            i = line.pop(-1 if deep else 0)
            args = self.now.steps[i - first][1:][::turn] if i >= first else ()
            line += () if i in met else args
            met += [] if i in met else [i]
        return met

    return changed(gradient=gradient, order=order)


EARLY = "a node passes its gradient on before all of it has arrived"
ASSIGNS = "a node with several uses keeps only its last term: = where += belongs"
MUL_ADD = frozenset(("add", "mul", "sub", "sin", "exp", "relu"))
SWEPT: dict[str, tuple[Any, str]] = {
    **{f"{'depth' if deep else 'breadth'} first {turn}": (unsorted(deep, turn), EARLY)
       for deep in (True, False) for turn in (1, -1)},
    "overwrites": (BUGS["overwrites"], ASSIGNS),
}  # fmt: skip


@pytest.mark.parametrize("name", SWEPT)
def test_a_wrong_sweep_is_one_finding(name: str) -> None:
    """No topological order, or = for +=, is told once and as it is."""
    made, words = SWEPT[name]
    engine = made()
    engine.operations = MUL_ADD
    report = judge(engine, 600.0, cases=1_500)
    assert [words] == [f.cause for f in report.findings], str(report)


def test_a_gradient_of_another_type_is_one_finding() -> None:
    """A dictionary of partials is told once, whatever it holds."""
    def named(self: Any, value: float, gradient: list[float], program: Program) -> Any:
        return value, dict(zip(program.variables, gradient))

    report = judge(changed(result=named)(), 600.0, cases=600)
    assert ["CRASH"] == [f.kind for f in report.findings], str(report)


def test_an_interrupt_of_the_engines_own_is_told() -> None:
    """An engine that raises KeyboardInterrupt is not said to have ended with exit code 0."""
    def interrupted(x: float) -> float:
        raise KeyboardInterrupt

    engine = ruled(tanh=(interrupted, RULES["tanh"][1]))()
    found = judge(engine, 600.0, cases=600).findings
    assert [True] == [f.note.startswith("KeyboardInterrupt (test_oracle_causes.py:") for f in found]


def test_narrower_numbers_are_one_finding() -> None:
    """float32 declared as float64 is told once."""
    report = judge(Narrow(), 600.0, cases=800)
    assert ["PRECISION"] == [f.kind for f in report.findings], str(report)
    assert "narrower format" in report.findings[0].cause


class Narrow(Right):
    """Computes in single precision, and says double."""

    operations = frozenset(("add", "mul", "sub", "exp", "sin", "tanh"))

    def leaf(self, x: Any) -> float:
        return NEAR(float(x))

    constant = leaf

    def value(self, name: str, x: Sequence[float]) -> float:
        return NEAR(super().value(name, x))

    def term(self, adjoint: float, partial: float, name: str, place: int) -> float:
        return NEAR(adjoint * partial)


# --- what is right --------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", [Right, Paths])
def test_no_false_alarm(engine: Callable[[], Any]) -> None:
    """An engine that sums path by path has exact rules, as one that merges adjoints has."""
    report = judge(engine(), 600.0, cases=4_000)
    assert [] == [str(f) for f in report.findings]


@pytest.mark.parametrize("x", [0.9, 0.6, 1.1, 2.7])
def test_path_by_path(x: float) -> None:
    """x*x + x - (x*x + x): six terms in any order are an ulp of their sizes off; more is not."""
    steps = (("mul", 0, 0), ("add", 1, 0), ("sub", 2, 2))
    program = Program(("x",), (), steps, 3)
    near, far = 4 * math.ulp(x), 1e-9

    def kinds(slope: float) -> list[bool]:
        return [r.fails for r in judged(Truth(program), (x,), Answer(0.0, (slope,)), FORM)]

    assert True not in kinds(near)
    assert [True] == kinds(far)


def test_what_overflowed_times_a_zero_adjoint() -> None:
    """e^u - e^u at 1000 is nan in PyTorch, too; a masked branch is still a finding."""
    program = Program(("x",), (), (("exp", 0), ("sub", 1, 1)), 2)
    found = judged(Truth(program), (1000.0,), Answer(math.nan, (math.nan,)), FORM)
    assert "RANGE" not in [r.kind for r in found]
    masked = Program(("x",), (0.0,), (("sqrt", 0), ("gt", 0, 1), ("if", 3, 2, 0)), 4)
    found = judged(Truth(masked), (-1.0,), Answer(-1.0, (math.nan,)), FORM)
    assert ["RANGE"] == [r.kind for r in found]


@pytest.mark.parametrize(("constants", "square"), [((), ("mul", 0, 0)), ((2,), ("powi", 0, 1))])
def test_a_power_of_zero_is_judged_alike(constants: tuple[int, ...], square: Any) -> None:
    """x^(x*x) at 0, whose slope by the exponent is -inf in floats, is told as x^(x^2) is."""
    n = 1 + len(constants)
    program = Program(("x",), constants, (square, ("pow", 0, n)), n + 1)
    found = judged(Truth(program), (0.0,), Answer(1.0, (math.nan,)), FORM)
    assert ["CONDITIONING"] == [r.kind for r in found if r.place]


def test_large_whole_numbers_are_floats() -> None:
    """What Python makes of whole constants reaches an engine as a float beyond 2^53."""
    steps = (("mul", 1, 1), ("mul", 2, 2), ("mul", 0, 3))
    program = Program(("x",), (2**40,), steps, 4)
    root = replay(program, {}, [np.array(0.5)])
    assert 0.5 * 2.0**160 == root
    assert np.float64 is type(root)


# --- crashes and what belongs to the adapter ------------------------------------------------------


class Leaves(Right):
    """Gives None for what the root does not use, as micrograd's descendants do."""

    def result(self, value: float, gradient: list[float], program: Program) -> Any:
        used = {j for step in program.steps for j in step[1:]} | {program.root}
        return value, [g if k in used else None for k, g in enumerate(gradient)]


class Converts(Leaves):
    """An adapter that turns None into a float."""

    def gradient(self, program: Program, point: Sequence[float], *, backwards: int = 1) -> Any:
        value, slopes = super().gradient(program, point, backwards=backwards)
        return value, [float(g) for g in slopes]


def test_an_unused_leaf_has_none() -> None:
    """None counts as 0 for a variable that is not used, and is a crash for one that is."""
    unused, used = Program(("x", "y"), (), (("neg", 0),), 2), Program(("x",), (), (("neg", 0),), 1)
    assert "" == Caller(Leaves()).answer(unused, (1.0, 2.0)).crash
    assert "" != Caller(BUGS["none where 0"]()).answer(
        Program(("x", "y"), (), (("mul", 0, 1),), 2), (1.0, 0.0)).crash  # fmt: skip
    assert "" == Caller(Leaves()).answer(used, (1.0,)).crash


def test_an_adapter_that_raises_is_told_once() -> None:
    """An exception of the adapter is the adapter's, and one finding however often it comes."""
    report = judge(Converts(), 600.0, cases=MOST)
    assert ["CRASH"] == [f.kind for f in report.findings], str(report)
    assert "raised by the adapter itself, test_oracle_causes.py:" in report.findings[0].note
    raised = Caller(BUGS["raises"]()).answer(Program(("x",), (), (("abs", 0),), 1), (1.0,))
    assert raised.place.startswith("oracle_engines.py:")


def test_dead_steps_are_shown() -> None:
    """A step that the root does not use stands in the text, and not in what can be parsed."""
    program = Program(("x", "y"), (), (("mul", 0, 1), ("sin", 0), ("exp", 3)), 2)
    assert "x*y (beside it: e^sin(x))" == program.text
    assert "x*y" == program.expression


def test_unsupported_over_the_protocol(tmp_path: Path) -> None:
    """A command may say that it cannot take a program: it is skipped and counted."""
    no = "print(json.dumps({'id': request['id'], 'unsupported': 'no'}), flush=True); continue"
    with Command(command(tmp_path, no)) as engine:
        report = judge(engine, 600.0, cases=100)
    assert [] == report.findings
    assert {"unsupported: no"} == set(report.skipped)


def test_an_error_over_the_protocol_is_told_as_it_is(tmp_path: Path) -> None:
    """A command's own error has its own words, and no exception of ours."""
    no = "print(json.dumps({'id': request['id'], 'error': 'out of luck'}), flush=True); continue"
    with Command(command(tmp_path, no)) as engine:
        report = judge(engine, 600.0, cases=100)
    assert {"error: out of luck"} == {f.note for f in report.findings}


# --- growth ---------------------------------------------------------------------------------------


class Clock(Caller):
    """Answers after as many seconds of the test's own time as `cost` says."""

    def __init__(self, cost: Callable[[int], float], monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(None)
        self.now, self.cost = 0.0, cost
        monkeypatch.setattr("symgrad.oracle.growth.time.monotonic", lambda: self.now)

    def answer(self, program: Program, *_: Any) -> Answer:  # type: ignore[override]
        self.now += self.cost(len(program.steps))
        return Answer(1.0, (1.0,))


@pytest.mark.parametrize(("cost", "grows"), [
    (lambda n: 1e-6 * 2.0**n, True), (lambda n: 1e-3 + 1e-8 * 2.0**n, True),
    (lambda n: 1e-5 * n, False), (lambda n: 1e-5 * n**2, False),
    (lambda n: 3.0 if n == 12 else 1e-4, False), (lambda n: 0.2, False),
])  # fmt: skip
def test_growth(cost: Any, grows: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Time that doubles with each step is told; slow, quadratic or interrupted engines are not."""
    found = doubling(Clock(cost, monkeypatch))
    assert grows == (found is not None)
    assert not found or len(found.case.program.steps) in LENGTHS


# --- reproductions --------------------------------------------------------------------------------


def local() -> Any:
    class Inner(Right):
        pass

    return Inner()


KEPT = changed(seed=lambda self, run: 1.0)()  # its class has no name to import it by


@pytest.mark.parametrize("engine", [Right(), KEPT, local()], ids=["class", "instance", "local"])
def test_reproductions_name_what_they_use(engine: Any) -> None:
    """A reproduction runs: an engine that cannot be made anew is left for the reader to make."""
    program = Program(("x", "y"), (), (("mul", 0, 1),), 2)
    finding = Finding("RULE", program, (2.0, 3.0), 1.0, 2.0, 1.0, ())
    script = reproduction(engine, Case(program, (2.0, 3.0)), finding)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True,
                          check=True, cwd=Path(__file__).parents[1])  # fmt: skip
    assert done.stdout.strip() in ("(6.0, [3.0, 2.0])", "None")
    assert ("None" in done.stdout) == (engine.__class__.__name__ != "Right")


def test_names_of_steps_and_variables() -> None:
    """A variable named as a step would be is renamed in the script of an adapter."""
    program = Program(("s1",), (), (("mul", 0, 0), ("add", 1, 0)), 2)
    source = adapter("micrograd").source(program, (3.0,))
    world: dict[str, Any] = {}
    exec(source, world)
    assert 12.0 == world["s2"].data
    assert 7.0 == world["v_s1"].grad


def test_the_first_cases_name_no_giants() -> None:
    """Whole constants of the cases are floats or fit an engine's own integers."""
    offered = frozenset(("add", "mul", "powi"))
    for case in islice(cases(offered), 2_000):
        for c in case.program.constants:
            assert not isinstance(c, int) or abs(c) < 2**63
