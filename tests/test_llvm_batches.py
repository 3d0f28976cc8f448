"""Machine code on random graphs, in batches of every size and kind, and its sums."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import pytest

from symgrad.compiling.compiler import Compiled, compile
from symgrad.compiling.llvm.ir import CHUNK
from symgrad.errors import UsageError
from symgrad.notation import text
from symgrad.value import Graphs, Value, apply, variable

from .random_graphs import Case, random_case
from .test_code import inside, rounding

X, W, B = (variable(name) for name in "xwb")
NEURON = (X * W + B).tanh()
NAMES = ("x", "w", "b")
SIZES = [0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 63, 64, 65, 1000]
BOTH = pytest.mark.parametrize("accuracy", ["exact", "fast"])


@cache
def neuron(**options: Any) -> Compiled:
    return compile(NEURON, backend="llvm", **options)


@cache
def cases() -> list[Case]:
    return [random_case(("llvm", k), size) for k in range(5) for size in (3, 12, 40)]


def table(n: int, columns: int = 3, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-2, 2, (n, columns))


def same(a: Any, b: Any) -> bool:
    """The same bits, signs of zero included; any nan is nan."""
    a, b = np.asarray(a, float), np.asarray(b, float)
    return a.shape == b.shape and bool(
        np.all((a.view("u8") == b.view("u8")) | (np.isnan(a) & np.isnan(b)))
    )


def leaves(found: Any) -> list[np.ndarray]:
    """The arrays of nested dicts and tuples, in order."""
    if isinstance(found, dict | tuple):
        return [a for part in (found.values() if isinstance(found, dict) else found)
                for a in leaves(part)]  # fmt: skip
    return [np.asarray(found)]


# random graphs


@BOTH
def test_random_graphs(accuracy: str) -> None:
    """Value and gradient of random graphs lie in the rounding balls, at a point and in batches."""
    for case in cases():
        compiled = compile(case.root, backend="llvm", accuracy=accuracy)
        balls = rounding(case.root, case.point)
        x = [case.point[name] for name in compiled.variables]
        value, partials = compiled(*x)
        assert all(map(inside, balls, [value, *partials])), (text(case.root), case.point)
        values, columns = compiled.batch(np.tile(x, (9, 1)))
        for k in range(9):
            assert all(map(inside, balls, [values[k], *columns[k].tolist()])), text(case.root)


def test_exact_lanes_are_points() -> None:
    """In "exact" a batch has the bits of the single calls: both run the same instructions."""
    for case in cases():
        compiled = compile(case.root, backend="llvm")
        at = np.array([case.point[name] for name in compiled.variables])
        points = at * np.linspace(0.5, 1.5, 11)[:, None]
        values, columns = compiled.batch(points)
        single = [compiled(*x) for x in points.tolist()]
        assert same(values, [y for y, _ in single]), text(case.root)
        assert same(columns, [list(row) for _, row in single]), text(case.root)


def test_fast_lanes_are_close_to_points() -> None:
    """In "fast" the vector library's 4 ulp part a batch from the single calls, and no more."""
    compiled = neuron(accuracy="fast")
    points = table(200)
    values, columns = compiled.batch(points)
    for x, value, row in zip(points.tolist(), values, columns):
        one, partials = compiled(*x)
        assert one == pytest.approx(value, rel=1e-14, abs=1e-300)
        assert list(partials) == pytest.approx(row.tolist(), rel=1e-13, abs=1e-300)


@pytest.mark.parametrize("lines", [CHUNK // 4, CHUNK, 3 * CHUNK + 1])
@BOTH
def test_chunked(lines: int, accuracy: str) -> None:
    """Code cut into several functions gives what the Python backend gives; with + - * / and sqrt
    alone, and no fused products, the very bits.
    """
    build = Graphs()
    x, w = build.variable("x"), build.variable("w")
    kept = [x, w]
    for k in range(lines):
        a, b = kept[-1], kept[(7 * k) % len(kept)]  # far ones too: they cross the cuts
        step = build.mul(a, build.literal(0.25)) if k % 3 else build.div(b, build.add(a, a))
        kept.append(build.add(step, build.literal(0.5)))
    expected = compile(kept[-1], backend="python")(1.5, 0.75)
    compiled = compile(kept[-1], backend="llvm", accuracy=accuracy)
    found = compiled(1.5, 0.75)
    values, columns = compiled.batch(np.tile([1.5, 0.75], (10, 1)))
    for got in (found, (values[9], tuple(columns[9].tolist()))):
        if accuracy == "exact":
            assert expected == got
        else:
            assert expected[0] == pytest.approx(got[0], rel=1e-13)
            assert expected[1] == pytest.approx(got[1], rel=1e-10)


# second order, several outputs, names


def test_second_order() -> None:
    """Hessians and their products are the Python backend's within rounding, for points and in
    batches.
    """
    for case in cases()[:8]:
        names = sorted(case.point)
        machine = compile(case.root, order=2, backend="llvm")
        other = compile(case.root, order=2, backend="python")
        expected = other.hessian(case.point)
        scale = max(abs(y) for row in expected.values() for y in row.values()) or 1.0
        found = machine.hessian(case.point)
        if not math.isfinite(scale):
            continue
        for a in names:
            assert expected[a] == pytest.approx(found[a], rel=1e-8, abs=1e-8 * scale)
        direction = {name: k + 0.5 for k, name in enumerate(names)}
        product = machine.hvp(case.point, direction)
        for a in names:
            along = sum(found[a][b] * direction[b] for b in names)
            assert along == pytest.approx(product[a], rel=1e-7, abs=1e-7 * scale)
        _, _, second = machine.batch({name: np.full(3, case.point[name]) for name in names})
        for a in names:
            for b in names:
                assert same(second[a][b], np.full(3, found[a][b]))


@BOTH
def test_many_outputs(accuracy: str) -> None:
    """A list shares its work and still gives each function's own value and gradient."""
    several = [NEURON, X * W, apply("exp", B)]
    joined = compile(several, backend="llvm", accuracy=accuracy)
    values, rows = joined.value_and_gradient(x=0.5, w=2, b=-1)
    points = {"x": np.linspace(-1, 1, 13), "w": 2.0, "b": -1.0}
    many, blocks = joined.batch(points)
    for k, f in enumerate(several):
        alone = compile(f, backend="llvm", accuracy=accuracy)
        given = {name: {"x": 0.5, "w": 2, "b": -1}[name] for name in alone.variables}
        value, partials = alone.value_and_gradient(given)
        assert (value, partials) == (values[k], {n: rows[k][n] for n in partials})
        assert all(rows[k][n] == 0 for n in NAMES if n not in partials)
        if f is NEURON:
            assert same(many[k], alone.batch(points)[0])
            assert all(map(same, blocks[k].values(), alone.batch(points)[1].values()))


@BOTH
def test_wrt_and_no_names(accuracy: str) -> None:
    """A choice of names, an output that is a variable or a number, no name, one name."""
    full = neuron(accuracy=accuracy)
    some = compile(NEURON, wrt=["b"], backend="llvm", accuracy=accuracy)
    points = table(17)
    assert same(full.batch(points)[1][:, 2:], some.batch(points)[1])
    none = compile(NEURON, wrt=[], backend="llvm", accuracy=accuracy)
    assert (full(1.0, 2.0, 3.0)[0], ()) == none(1.0, 2.0, 3.0)
    assert (17, 0) == none.batch(points)[1].shape
    constant = compile([apply("pi") * 1, X, X], backend="llvm", accuracy=accuracy)
    assert ((math.pi, 2.0, 2.0), ((0.0,), (1.0,), (1.0,))) == constant(2.0)
    values, blocks = constant.batch(points[:, :1])
    assert same(values[0], np.full(17, math.pi)) and same(values[1], points[:, 0])
    assert [0.0, 1.0, 1.0] == [b[16, 0] for b in blocks]
    nothing = compile(apply("pi").sin(), backend="llvm", accuracy=accuracy)
    assert (math.sin(math.pi), ()) == nothing()
    assert [math.sin(math.pi)] * 5 == nothing.batch(np.empty((5, 0)))[0].tolist()


# sizes, threads, lanes, sums


@pytest.mark.parametrize("n", SIZES)
@BOTH
def test_sizes(n: int, accuracy: str) -> None:
    """A batch of any size is the head of a longer one; threads change no bit."""
    compiled = neuron(accuracy=accuracy)
    points = table(1100)
    values, columns = compiled.batch(points)
    part, partials = compiled.batch(points[:n])
    assert same(values[:n], part) and same(columns[:n], partials)
    for threads in (2, 3, 64):
        again, more = compiled.batch(points[:n], threads=threads)
        assert same(part, again) and same(partials, more)


@BOTH
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, 1e308, 800.0])
def test_lanes_do_not_disturb(bad: float, accuracy: str) -> None:
    """A lane that is nan, infinite or overflows leaves every other lane as it is."""
    root = (X * W + B).tanh() * apply("exp", X) + apply("log", W * W) + apply("sin", B)
    compiled = compile(root, backend="llvm", accuracy=accuracy)
    points = table(21)
    values, columns = compiled.batch(points)
    for lane in (0, 3, 7, 8, 16, 20):
        for column in range(3):
            spoilt = points.copy()
            spoilt[lane, column] = bad
            got, partials = compiled.batch(spoilt)
            others = np.arange(21) != lane
            assert same(values[others], got[others])
            assert same(columns[others], partials[others])
            assert bad == bad or np.isnan(got[lane])


@pytest.mark.parametrize("backend", ["llvm", "python"])
@pytest.mark.parametrize("n", SIZES)
def test_sums(backend: str, n: int) -> None:
    """A total is the batch's sum: whole vectors or not, parameters fixed or not."""
    compiled = compile(NEURON, backend=backend)
    x = table(n, 1)[:, 0]
    total, partials = compiled.total({"x": x, "w": 0.5, "b": -0.25})
    values, columns = compiled.batch({"x": x, "w": 0.5, "b": -0.25})
    close = {"rel": 1e-12, "abs": 1e-12}
    assert total == pytest.approx(math.fsum(values), **close)
    for name in NAMES:
        assert partials[name] == pytest.approx(math.fsum(columns[name]), **close)
    run = compiled.summed(["b", "w"][::-1])
    assert (total, [*partials.values()]) == (run([0.5, -0.25], [x])[0],
                                             run([0.5, -0.25], [x])[1].tolist())  # fmt: skip


def test_sums_keep_bad_lanes_apart() -> None:
    """What fills up the last vector is not summed; a nan point makes the sum nan."""
    compiled = compile(1 / X, backend="llvm")
    assert math.inf == compiled.total({"x": [0.0, 1.0]})[0]
    assert 1.5 == compiled.total({"x": [1.0, 2.0]})[0]
    assert math.isnan(compiled.total({"x": [1.0, math.nan]})[0])
    with pytest.raises(UsageError, match="a sum needs one function"):
        compile([X, W], backend="llvm").total({"x": [1.0], "w": 1.0})


def test_letters_change_nothing() -> None:
    """The same formula in other names is the same machine code."""
    p, q, r = (variable(name) for name in ("define", "ret", "void"))
    renamed = compile((p * q + r).tanh(), backend="llvm")
    assert neuron().source() == renamed.source()
    assert neuron()(1.0, 2.0, 3.0) == renamed(1.0, 2.0, 3.0)


def test_value_alone() -> None:
    """`value` runs code without derivatives, with the value's bits."""
    root: Value = cases()[3].root
    compiled = compile(root, backend="llvm")
    point = {name: cases()[3].point[name] for name in compiled.variables}
    assert compiled.value_and_gradient(point)[0] == compiled.value(point)
