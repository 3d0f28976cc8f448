"""Machine code, row by row: right against Arb, and like the engine where there is no number."""

from __future__ import annotations

import math
from functools import cache
from itertools import product
from random import Random

import numpy as np
import pytest

from symgrad.compiling.compiler import compile
from symgrad.compiling.llvm.library import RULES
from symgrad.compiling.natives import marked
from symgrad.compiling.routines import ROUTINES
from symgrad.engine import Tape
from symgrad.ops import OPS

from .accuracy import error
from .accuracy_backends import BACKENDS, PLACE, ROWS, graph, measured, tried
from .rows import example
from .test_code import engine, inside, points, rounding

COUNT = 60
SPECIAL = [0.0, -0.0, 1.0, -1.0, 2.5, 1e308, -1e308, 5e-324, 800.0, -800.0,
           math.inf, -math.inf, math.nan]  # fmt: skip
OVERFLOWS = {"dot", "pow", "power_below", "acsch"}  # on the way, where the engine asks Arb


@cache
def table() -> dict[str, list[str]]:
    """The cells of tests/data/accuracy_backends.md by row."""
    lines = [line.strip("| ").split(" | ") for line in PLACE.read_text().splitlines()]
    return {cells[0].strip("`"): cells[1:] for cells in lines if cells[0].startswith("`")}


@pytest.mark.parametrize("accuracy", ["exact", "fast"])
@pytest.mark.parametrize("name", list(OPS))
def test_a_correct_run(name: str, accuracy: str) -> None:
    """Value and partials lie in the balls of a correct float run, at a point and in a batch."""
    root = example(OPS[name])
    compiled = compile(root, backend="llvm", accuracy=accuracy)
    found = points(root, 24)
    table = np.array([[p[n] for n in compiled.variables] for p in found])
    values, partials = compiled.batch(table)
    for k, point in enumerate(found):
        balls = rounding(root, point)
        value, slopes = compiled(*point.values())
        assert all(map(inside, balls, [value, *slopes])), (point, value, slopes)
        assert all(map(inside, balls, [values[k], *partials[k].tolist()])), point


@pytest.mark.parametrize("name", ROWS)
def test_the_table_is_kept(name: str) -> None:
    """Other points of each row's domain give no more than four times the errors in the table, where
    the row itself does not say that floats lose digits.
    """
    cells = dict(zip(BACKENDS, table()[name]))
    for backend, found in measured(OPS[name], COUNT, 1, plain=True).items():
        told = cells[backend].strip()
        assert bool(told) == (found is not None)
        if found:
            limits = [float(ulps) for ulps in told.split(" / ")]
            assert all(w[0] <= 4 * max(most, 1) for w, most in zip(found, limits)), (backend, found)


@pytest.mark.parametrize("name", ROWS)
def test_exact_is_exact(name: str) -> None:
    """What "exact" calls for a row alone is within 1 ulp of Arb's value."""
    if name in marked("exact", "@").keys() | ROUTINES.keys():
        root, _ = graph(OPS[name], OPS[name].arity or 2)
        call = compile(root, backend="llvm").call
        for x, true in tried(OPS[name], COUNT, seed=2):
            assert error(call(*x)[0], true[0]) <= 1, x


@pytest.mark.parametrize("accuracy", ["exact", pytest.param("fast", marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", list(OPS))
def test_special_numbers(name: str, accuracy: str) -> None:
    """nan and infinite where the engine is; at infinite arguments, where the engine knows limits,
    code that stands alone may have nan.
    """
    root = example(OPS[name])
    compiled = compile(root, backend="llvm", accuracy=accuracy)
    names = Tape.of([root]).variables
    every = list(product(SPECIAL, repeat=len(names)))
    chosen = Random(name).sample(every, min(60, len(every)))
    values, partials = compiled.batch(np.array(chosen).reshape(len(chosen), len(names)))
    for k, x in enumerate(chosen):
        expected = [kind(a) for a in engine(root, dict(zip(names, x)))]
        free = name in OVERFLOWS or not all(map(math.isfinite, x))
        for got in ([*compiled(*x)[:1], *compiled(*x)[1]], [values[k], *partials[k].tolist()]):
            for a, b in zip(expected, map(kind, got)):
                assert a == b or (free and b != "finite"), (x, expected, got)


def kind(a: float) -> str:
    return "nan" if a != a else str(a) if math.isinf(a) else "finite"


def test_rules_that_the_engine_runs() -> None:
    """What no library has is asked of the engine, by number: same bits."""
    compiled = compile(example(OPS["gamma"]), backend="llvm")
    assert [compiled(2.5)[0], *compiled(2.5)[1]] == engine(example(OPS["gamma"]), {"x": 2.5})
    assert ("gamma", None, 1) in RULES
