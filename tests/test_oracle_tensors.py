"""The oracle for tensor engines."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import symgrad as sg
from symgrad.oracle.tensors import TENSOR_ROWS
from symgrad.oracle.tensors.tensor_cases import TensorCase, tensor_cases

ENGINE = Path(__file__).parents[1] / "examples" / "oracle" / "tensor_engine.py"


def example() -> Any:
    """The module of the lesson's engine."""
    spec = importlib.util.spec_from_file_location("tensor_engine", ENGINE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def engine(module: Any) -> Any:
    spaces = [module.Tensor, {"concat": module.concat}]
    return sg.oracle.Tensors(spaces, name="mine", constructor=module.Tensor)


def test_a_right_engine_passes() -> None:
    """Nothing is found in the lesson's engine."""
    report = sg.oracle.judge(engine(example()), cases=tensor_cases(0)[::2])
    assert [] == report.findings
    assert report.checked > 500


@pytest.mark.parametrize("name", TENSOR_ROWS)
def test_every_row_has_cases(name: str) -> None:
    """Every row can be called in each of the ways that it lists, and says what engines call it."""
    row = TENSOR_ROWS[name]
    every = [case for case in tensor_cases(0) if case.operation == name]
    assert len(row.draws) <= len(every)
    assert row.forms and row.names


def test_programs_are_plain_data() -> None:
    """A tensor program survives JSON."""
    for case in tensor_cases(0)[::7]:
        written = json.dumps(case.program.to_json())
        assert case.program == sg.oracle.TensorProgram.from_json(written)


def by_numpy(case: TensorCase) -> np.ndarray:
    """The root of a program of one step, by NumPy's function of that name."""
    step, x = case.program.steps[0], [*case.parts]
    x += [np.array(c.data).reshape(c.shape) for c in case.program.constants]
    names = {"permute_dims": "transpose", "max": "amax", "min": "amin", "concat": "concatenate"}
    args: list[Any] = [x[j] for j in step.args]
    if step.name in ("concat", "stack"):
        args = [args]
    if "keepdims" in step.params:
        return np.asarray(getattr(np, names.get(step.name, step.name))(*args, **step.params))
    return np.asarray(getattr(np, names.get(step.name, step.name))(*args, *step.params.values()))


NUMPY = [
    "add", "multiply", "subtract", "divide", "exp", "tanh", "sum", "mean", "max", "min", "prod",
    "var", "std", "matmul", "outer", "permute_dims", "reshape", "concat", "stack", "flip",
    "roll", "tile", "repeat", "tril", "triu", "take", "take_along_axis", "sort", "squeeze",
    "expand_dims", "trace", "swapaxes", "moveaxis", "broadcast_to", "hypot", "logaddexp",
]


@pytest.mark.parametrize("name", NUMPY)
def test_values_are_numpys(name: str) -> None:
    """What a row's elements give is what NumPy gives."""
    alone = [c for c in tensor_cases(0) if c.operation == name and len(c.program.steps) == 1]
    for case in alone[:12]:
        if "correction" in case.program.steps[0].params or "huge" in case.flags:
            continue
        found = by_numpy(case)
        near = case.numbers[0][: found.size].reshape(found.shape)
        np.testing.assert_allclose(near, found, rtol=1e-13, atol=1e-15)
