"""Machine code where 0 meets infinity, where Python raises below it, and where outputs are many."""

from __future__ import annotations

import math
import random
import signal
import threading
from _thread import interrupt_main
from typing import Any

import numpy as np
import pytest

import symgrad as sg
from symgrad.compiling.compiler import compile
from symgrad.value import variable

from .test_code import engine

ZERO_TIMES_INFINITY = [
    ("acos(clamp(x, -1, 1))", -2.0), ("sqrt(relu(x))", -1.0), ("cbrt(relu(x))", -1.0),
    ("sqrt(x^4)", 0.0), ("sqrt(exp(x))", -800.0), ("(x^3)^(1/3)", 0.0), ("x*sqrt(x)", 0.0),
    ("if(x > 0, ln(x), x)", -1.0), ("sqrt(x^2 + (2x)^2)", 0.0), ("sqrt(max(x, 0))", -1.0),
]  # fmt: skip
WAYS = [("llvm", "exact"), ("llvm", "fast"), ("numpy", "exact"), ("python", "exact")]


@pytest.mark.parametrize(("backend", "accuracy"), WAYS)
@pytest.mark.parametrize(("text", "x"), ZERO_TIMES_INFINITY)
def test_zero_times_infinity(text: str, x: float, backend: str, accuracy: str) -> None:
    """A slope of 0 passes nothing on, nor does an adjoint of 0: as in eager gradients."""
    f = sg.parse(text)
    expected = f.gradient(x=x)["x"]
    compiled = compile(f, backend=backend, accuracy=accuracy)
    assert math.isfinite(expected)
    assert expected == compiled(x)[1][0]
    for n in (1, 3, 8, 21):
        points = np.linspace(0.25, 0.75, n)
        points[n // 2] = x
        slopes = compiled.batch({"x": points})[1]["x"]
        assert expected == slopes[n // 2]
        assert [compiled(p)[1][0] for p in points] == pytest.approx(slopes, rel=1e-14)


def test_sums_that_meet_nan() -> None:
    """A sum over points, one of which needs the careful code."""
    compiled = compile(sg.parse("sqrt(relu(x*w))"), backend="llvm")
    x = np.array([1.0, 4.0, -1.0, 9.0, 16.0])
    value, partials = compiled.total({"x": x, "w": 1.0})
    assert (10.0, 5.0) == (value, partials["w"])


@pytest.mark.parametrize("accuracy", ["exact", "fast"])
def test_nan_in_nan_out(accuracy: str) -> None:
    """What is nan in truth stays nan, point by point."""
    compiled = compile(sg.parse("ln(x)*y"), backend="llvm", accuracy=accuracy)
    x = np.array([1.0, -1.0, math.nan, 2.0, math.inf] * 5)
    values, partials = compiled.batch({"x": x, "y": 1.0})
    assert np.array_equal(np.isnan(values), np.isnan(x) | (x < 0))
    assert math.isnan(compiled(-1.0, 1.0)[0])
    assert 0.5 == partials["x"][3]


SPECIAL = (0.0, -0.0, 1.0, -1.0, 2.5, 1e-300, 1e300, math.inf, -math.inf, 0.3, -7.0, math.nan)
ONE = ("sin({})", "exp({})", "-({})", "sqrt({})", "abs({})", "tanh({})", "ln({})", "1/({})",
       "({})^2", "relu({})")  # fmt: skip
TWO = ("({}) + ({})", "({}) - ({})", "({})*({})", "({})/({})", "-({}) + ({})", "({}) - (-({}))",
       "max({}, {})", "if({} > {}, x, -y)")  # fmt: skip


def sentence(random: random.Random, depth: int) -> str:
    """A random expression of x, y and z."""
    if depth == 0 or random.random() < 0.15:
        return random.choice("xyzxyz21")
    forms = ONE if random.random() < 0.4 else TWO
    form = random.choice(forms)
    return form.format(*(sentence(random, depth - 1) for _ in range(1 if forms is ONE else 2)))


@pytest.mark.parametrize("seed", range(40))
def test_infinite_variables(seed: int) -> None:
    """Where variables are infinite or nan, machine code says what the engine says."""
    chance = random.Random(seed)
    f = sg.parse(f"{sentence(chance, 4)} + 0*({sentence(chance, 2)}) + x + y + z")
    compiled = compile(f, wrt=list("xyz"), backend="llvm")
    points = [[chance.choice(SPECIAL) for _ in f.variables] for _ in range(30)]
    values, partials = compiled.batch(dict(zip(f.variables, np.array(points).T)))
    for k, point in enumerate(points):
        y, *slopes = engine(f.root, dict(zip(f.variables, point)))
        by_name = dict(zip(f.variables, slopes))
        eager = [y, *(by_name[x] for x in "xyz")]
        assert [values[k], *(partials[x][k] for x in "xyz")] == pytest.approx(
            eager, rel=1e-13, abs=1e-290, nan_ok=True)  # fmt: skip


class Stop(Exception):
    pass


def test_a_signal_ends_a_batch() -> None:
    """What a signal handler raises while the engine is asked comes out of the batch, at once."""

    def ring(*_: Any) -> None:
        raise Stop

    compiled = compile(sg.parse("digamma(x) + erfinv(x/9)"), backend="llvm")
    x = np.linspace(0.1, 0.9, 40_000)
    compiled.batch({"x": x[:3]})
    before = signal.signal(signal.SIGINT, ring)
    bell = threading.Timer(0.05, interrupt_main)
    try:
        bell.start()
        with pytest.raises(Stop):
            compiled.batch({"x": x})
    finally:
        bell.cancel()
        signal.signal(signal.SIGINT, before)
    assert compile(sg.parse("digamma(x) + erfinv(x/9)"), backend="python")(0.5) == compiled(0.5)


def test_the_end_of_the_stack() -> None:
    """Near the end of Python's stack a call raises; it gives no number that nobody computed."""
    compiled = compile(sg.parse("digamma(x)"), backend="llvm")
    right, found = compiled(0.5), list[Any]()

    def deep() -> None:
        try:
            deep()
        except RecursionError:
            found.append(compiled.call(0.5))

    deep()
    assert [right] == found[-1:]
    assert {right} == {*found}


def test_sums_from_threads() -> None:
    """Threads that share a function of sums each get their own."""
    line = variable("w") * variable("x") + variable("b")
    total = compile(line, backend="llvm").summed(["w", "b"])
    x, found = np.arange(2000.0), dict[int, list[float]]()

    def work(k: int) -> None:
        found[k] = [total([float(k), 1.0], [x])[0] for _ in range(200)]

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {k: [k * x.sum() + 2000.0] * 200 for k in range(4)} == found


def test_many_outputs() -> None:
    """A Jacobian that is mostly 0 is code for its other entries only, at a point and at many."""
    names = [f"x{k}" for k in range(120)]
    xs = [variable(name) for name in names]
    functions = [xs[k] * xs[k - 1] for k in range(120)]
    compiled = compile(functions, backend="llvm")
    assert 120 + 120 + 240 == compiled._one.native.quick._one.weight  # lines, and what is stored
    points = np.random.default_rng(1).uniform(1, 2, (40, 120))
    values, jacobian = compiled.batch(points)
    expected = compile(functions, backend="python")(*points[7].tolist())
    assert expected == (tuple(v[7] for v in values), tuple(tuple(row[7]) for row in jacobian))
    assert expected == compiled(*points[7].tolist())


@pytest.mark.parametrize(("backend", "accuracy"), [w for w in WAYS if w[0] != "numpy"])
@pytest.mark.parametrize("text", ["softsign(x)", "silu(x)", "mish(x)", "gelu(x)"])
@pytest.mark.parametrize("x", [math.inf, -math.inf])
def test_limits(text: str, x: float, backend: str, accuracy: str) -> None:
    """Infinite arguments give the limits that eager values and gradients give."""
    f = sg.parse(text)
    value, (slope,) = compile(f, backend=backend, accuracy=accuracy)(x)
    assert (f(x=x), f.gradient(x=x)["x"]) == (value, slope)


@pytest.mark.parametrize(("backend", "accuracy"), WAYS)
def test_nan_times_zero(backend: str, accuracy: str) -> None:
    """0*x is no 0 where x is nan or infinite."""
    compiled = compile(sg.parse("0*x + y"), backend=backend, accuracy=accuracy)
    assert math.isnan(compiled(math.nan, 1.0)[0]) and math.isnan(compiled(math.inf, 1.0)[0])
    assert -math.inf == compile(sg.parse("1/(0*x)"), backend="llvm", accuracy=accuracy)(-1.0)[0]


@pytest.mark.parametrize("accuracy", ["exact", "fast"])
def test_no_contraction(accuracy: str) -> None:
    """x*x - y*y is 0 where x is y: no product is left unrounded."""
    x = np.random.default_rng(1).uniform(0, 9, 500)
    values, _ = compile(sg.parse("x*x - y*y"), accuracy=accuracy, backend="llvm").batch(
        {"x": x, "y": x})  # fmt: skip
    assert not values.any()
