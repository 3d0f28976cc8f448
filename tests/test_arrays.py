"""The NumPy arithmetic: the same sweeps over many points at once."""

from __future__ import annotations

import subprocess
import sys
import warnings

import numpy as np
import pytest

from symgrad.compiling.arrays import ARRAYS
from symgrad.engine import Tape, forward, gradient
from symgrad.ops import OPS
from symgrad.value import Value, apply, variable

from .rows import example
from .test_code import inside, points, rounding, zero_adjoints


def swept(root: Value, point: dict) -> list:
    """Value and gradient over arrays, any warning being an error."""
    tape = Tape.of([root])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        values = forward(tape, ARRAYS, point)
        partials = gradient(tape, ARRAYS, values)
    return [values[tape.roots[0]], *(partials[name] for name in tape.variables)]


@pytest.mark.parametrize("name", list(OPS))
def test_rows(name: str) -> None:
    """Every row, lacking in NumPy or not, is a correct float run at many points at once."""
    root = example(OPS[name])
    where = points(root)
    names = Tape.of([root]).variables
    found = swept(root, {n: np.array([p[n] for p in where]) for n in names})
    columns = [np.broadcast_to(column, len(where)) for column in found]
    for k, point in enumerate(where):
        assert all(map(inside, rounding(root, point), [float(c[k]) for c in columns])), point


@pytest.mark.parametrize("k", range(len(zero_adjoints())))
def test_zero_adjoints(k: int) -> None:
    """A zero adjoint stops an infinite partial, beside points where nothing is zero."""
    root, x, expected = zero_adjoints()[k]
    partial = swept(root, {"x": np.array([x, 0.5])})[1]
    assert expected == partial[0]
    assert np.isfinite(partial[1])


def test_select() -> None:
    """Each point takes its own branch, and what is undefined is nan there alone."""
    x = variable("x")
    root = apply("if", apply("gt", x, 0), x.log(), -x)
    value, partial = swept(root, {"x": np.array([-2.0, 0.5, 1.0])})
    assert [2.0, np.log(0.5), 0.0] == list(value)
    assert [-1.0, 2.0, 1.0] == list(partial)
    assert [True, False] == list(np.isnan(swept(x.log(), {"x": np.array([-1.0, 1.0])})[0]))


def test_shapes() -> None:
    """Arrays of any shape go through, and broadcast."""
    x, y = variable("x"), variable("y")
    value, dx, dy = swept(x * y, {"x": np.ones((2, 1)), "y": np.arange(3.0)})
    assert (2, 3) == value.shape == np.broadcast(dx, dy).shape


def test_numpy_is_deferred() -> None:
    """Importing the arithmetic does not import numpy."""
    check = "import sys, symgrad.compiling.arrays; sys.exit('numpy' in sys.modules)"
    assert 0 == subprocess.run([sys.executable, "-c", check], check=False).returncode
