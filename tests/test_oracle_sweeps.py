"""Low precision, and sweeps: every number of a format, the value and the derivative at it."""

from __future__ import annotations

import json
import math
import random
import struct
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import mpmath
import numpy as np
import pytest

from symgrad.cli import main
from symgrad.errors import UsageError
from symgrad.oracle import Program, judge, sweep
from symgrad.oracle.float_formats import FORMATS
from symgrad.oracle.programs import simple
from symgrad.oracle.remarks import Answer, judged
from symgrad.oracle.sweep_chunks import CHUNK_INPUTS, Swept, inputs, rounded, spacing
from symgrad.oracle.truth import Truth

from .oracle_engines import Right

HALVES = ("float16", "bfloat16")


# --- formats --------------------------------------------------------------------------------------


def awkward(count: int) -> list[float]:
    """Numbers of every size, halfway between neighbours too."""
    dice = random.Random("halves")
    some = [dice.choice((-1, 1)) * 2.0 ** dice.uniform(-140, 130) for _ in range(count)]
    return [*some, *(math.ldexp(2 * k + 1, -30) for k in range(500)), 0.0, -0.0, math.inf]


@pytest.mark.parametrize("x", [65504.0, 65519.9, 65520.0, 2.0**-24, 2.0**-25, 3 * 2.0**-25, 0.1])
def test_float16(x: float) -> None:
    """Rounding is that of the struct module, which overflows where we have infinity."""
    near = FORMATS["float16"].nearest
    for a in (x, -x, *awkward(2_000)):
        try:
            assert struct.unpack("e", struct.pack("e", a))[0] == near(a)
        except OverflowError:
            assert math.copysign(math.inf, a) == near(a)


def test_bfloat16() -> None:
    """No number of the format is nearer, and of two as near the even one is taken."""
    _, every = inputs("bfloat16", 0)
    grid = np.unique(every[np.isfinite(every)])
    near = FORMATS["bfloat16"].nearest
    for x in awkward(2_000):
        i = int(np.searchsorted(grid, x))
        if 0 < i < len(grid):
            low, high = float(grid[i - 1]), float(grid[i])
            gaps = Fraction(x) - Fraction(low), Fraction(high) - Fraction(x)
            assert near(x) in (low, high)
            assert min(gaps) == abs(Fraction(near(x)) - Fraction(x))


@pytest.mark.parametrize("dtype", [*HALVES, "float32"])
def test_arrays_round_as_numbers_do(dtype: str) -> None:
    """The sweep's rounding and spacing are those of the format."""
    form, x = FORMATS[dtype], np.array(awkward(3_000))
    with np.errstate(over="ignore", invalid="ignore"):
        found = rounded(x, form)
    assert [form.nearest(a) for a in x.tolist()] == found.tolist()
    finite = x[np.isfinite(x) & (x != 0)]
    assert [form.ulp(a) for a in finite.tolist()] == spacing(finite, form).tolist()


@pytest.mark.parametrize("dtype", HALVES)
def test_verdicts_in_halves(dtype: str) -> None:
    """An ulp of the half passes, sixteen do not, whatever they are in float32."""
    form, program = FORMATS[dtype], simple("exp", 1)
    x = form.nearest(0.7)
    near = form.nearest(math.exp(x))
    for off, fails in ((1, False), (16, True)):
        got = near + off * form.ulp(near)
        found = judged(Truth(program), (x,), Answer(got, (got,)), form)
        assert fails == any(r.fails for r in found)


class Halved(Right):
    """Each operation in float64, then rounded to the half: what a library does."""

    operations = frozenset(("add", "mul", "sub", "neg", "exp", "relu"))

    def leaf(self, x: Any) -> float:
        return float(FORMATS[self.dtype].nearest(float(x)))

    constant = leaf

    def value(self, name: str, x: Any) -> float:
        return self.leaf(super().value(name, x))

    def term(self, adjoint: float, partial: float, name: str, place: int) -> float:
        return self.leaf(adjoint * partial)

    def added(self, adjoints: list[float], j: int, term: float, uses: Any) -> None:
        adjoints[j] = self.leaf(adjoints[j] + term)


@pytest.mark.parametrize("dtype", HALVES)
def test_no_false_alarm_in_halves(dtype: str) -> None:
    """An engine that rounds after each operation is right."""
    made = type("Half", (Halved,), {"dtype": dtype})()
    report = judge(made, 60.0, cases=3_000)
    assert [] == [str(f) for f in report.findings]


# --- sweeps ---------------------------------------------------------------------------------------


class Rounds(Right):
    """Values and slopes of exp in float64, rounded; wrong where `off` says so."""

    operations = frozenset(("exp", "relu", "log"))

    def elementwise(self, program: Program, x: Any) -> tuple[Any, Any]:
        form = FORMATS[self.dtype]
        name = program.steps[0][0]
        with np.errstate(all="ignore"):
            if name == "exp":
                y = np.exp(x)
                slopes = y
            elif name == "log":
                y, slopes = np.log(x), np.where(x >= 0, 1 / np.abs(x), np.nan)
            else:
                y, slopes = np.maximum(x, 0.0), (x > 0) * 1.0
            return self.changed(x, rounded(y, form), rounded(slopes, form))

    def changed(self, x: Any, y: Any, slopes: Any) -> tuple[Any, Any]:
        return y, slopes


class Off(Rounds):
    """One slope is off by a factor, one is lost."""

    def changed(self, x: Any, y: Any, slopes: Any) -> tuple[Any, Any]:
        return y, np.where(x == 1.5, 2 * slopes, np.where(x == -2.0, 0.0, slopes))


def made(kind: type[Rounds], dtype: str) -> Any:
    return type(kind.__name__, (kind,), {"dtype": dtype})()


@pytest.mark.parametrize("dtype", HALVES)
@pytest.mark.parametrize("operation", ["exp", "relu", "log"])
def test_every_number(dtype: str, operation: str) -> None:
    """A correctly rounded function has all its numbers right, infinities, kinks and ends too."""
    report = sweep(made(Rounds, dtype), operation, dtype)
    assert len(inputs(dtype, 0)[0]) == report.inputs
    assert report
    assert report.inputs == report.value.right == report.slope.right
    assert 0.5 >= report.value.worst[0][0]


@pytest.mark.parametrize("dtype", HALVES)
def test_two_numbers_of_all(dtype: str) -> None:
    """Two wrong slopes among all are found, labelled, and stand first."""
    report = sweep(made(Off, dtype), "exp", dtype)
    assert not report
    assert {"RULE": 1, "RANGE": 1} == dict(report.slope.labels)
    assert {1.5, -2.0} == {x for _, x, *_ in report.slope.worst[:2]}
    assert report.inputs - 2 == report.slope.right
    assert "exact" in str(report)
    ElementTree.fromstring(report.picture())
    assert json.loads(json.dumps(report.to_json()))["inputs"] == report.inputs


def test_rounding_is_decided() -> None:
    """What is right at float32 numbers near ties is what mpmath rounds to."""
    swept = Swept(made(Rounds, "float32"), "exp", "float32")
    _, x = inputs("float32", 1012)
    report = sweep(swept.engine, "exp", "float32", pieces=[1012])
    assert CHUNK_INPUTS == report.inputs
    near = FORMATS["float32"].nearest
    with mpmath.workdps(30):
        some = x[:: CHUNK_INPUTS // 200]
        wrong = sum(near(float(mpmath.exp(a))) != near(math.exp(a)) for a in some.tolist())
    assert wrong == 0
    assert report.value.right == report.inputs


def test_a_sweep_goes_on(tmp_path: Path) -> None:
    """A piece that was written down is not done again; a line that was cut off is."""
    file, engine = tmp_path / "sweep.jsonl", made(Rounds, "float32")
    first = sweep(engine, "exp", "float32", resume=file, pieces=[1000, 1001])
    lines = file.read_text(encoding="utf-8").split("\n")
    assert [1000, 1001] == [json.loads(line)["chunk"] for line in lines[1:-1]]
    file.write_text("\n".join(lines[:2]) + '\n{"chunk": 1001, "inp', encoding="utf-8")
    again = sweep(engine, "exp", "float32", resume=file, pieces=[1000, 1001])
    assert first.to_json() | {"seconds": 0} == again.to_json() | {"seconds": 0}
    with pytest.raises(UsageError, match="not of this sweep"):
        sweep(engine, "relu", "float32", resume=file, pieces=[])


@pytest.mark.parametrize(("operation", "dtype", "options"), [
    ("mul", "bfloat16", {}), ("nope", "bfloat16", {}), ("tan", "bfloat16", {}),
    ("exp", "float64", {}), ("exp", "bfloat16", {"processes": 2}),
])  # fmt: skip
def test_what_cannot_be_swept(operation: str, dtype: str, options: Any) -> None:
    """An operation of several arguments, one that is not there, a format with too many numbers."""
    with pytest.raises(UsageError):
        sweep(made(Rounds, "bfloat16"), operation, dtype, **options)


def test_the_command_sweeps(tmp_path: Path, capsys: Any) -> None:
    """`symgrad oracle sweep` takes an engine by name, and draws."""
    engine = "tests.test_oracle_sweeps:Rounded"
    picture = tmp_path / "errors.svg"
    assert 0 == main(["oracle", "sweep", engine, "exp", "--picture", str(picture)])
    assert "100 % correctly rounded" in capsys.readouterr().out
    assert picture.read_text(encoding="utf-8").startswith("<svg")
    assert 2 == main(["oracle", "sweep", engine, "exp", "--processes", "0"])
    assert 2 == main(["oracle", "sweep", engine, "sin"])


class Rounded(Rounds):
    dtype = "bfloat16"


@pytest.mark.slow
def test_several_processes(tmp_path: Path) -> None:
    """Pieces done by two processes add up to the same."""
    engine = "tests.test_oracle_sweeps:Single"
    alone = sweep(engine, "exp", "float32", pieces=[1000, 1001])
    both = sweep(engine, "exp", "float32", pieces=[1000, 1001], processes=2)
    assert alone.to_json() | {"seconds": 0} == both.to_json() | {"seconds": 0}


class Single(Rounds):
    dtype = "float32"


@pytest.mark.slow
@pytest.mark.needs("distributed")
def test_a_cluster() -> None:
    """The workers of a dask cluster share the pieces."""
    from distributed import LocalCluster  # only where it is there

    engine = "tests.test_oracle_sweeps:Single"
    with LocalCluster(1, processes=False, dashboard_address=None) as cluster:
        found = sweep(engine, "exp", "float32", pieces=[1000], scheduler=cluster.scheduler_address)
    assert found.to_json() | {"seconds": 0} == sweep(
        engine, "exp", "float32", pieces=[1000]).to_json() | {"seconds": 0}  # fmt: skip
