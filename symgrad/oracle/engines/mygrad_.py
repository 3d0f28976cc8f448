"""MyGrad."""

from __future__ import annotations

from typing import Any

from .adapter import Adapter

ROWS = {
    **{n: f"mg.{n}(a)" for n in (
        "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "sin", "cos",
        "tan", "sinh", "cosh", "tanh", "abs", "sinc")[:-1]},
    **{n: f"mg.arc{n[1:]}(a)" for n in ("asin", "acos", "atan", "asinh", "acosh", "atanh")},
    "atan2": "mg.arctan2(a, b)",
    "relu": "nnet.relu(a)",
    "sigmoid": "nnet.sigmoid(a)",
    "elu": "nnet.elu(a, alpha=1)",
    "softsign": "nnet.soft_sign(a)",
    "logaddexp": "functools.reduce(mg.logaddexp, x)",
    "max": "mg.max(mg.stack([*map(mg.astensor, x)]))",
    "min": "mg.min(mg.stack([*map(mg.astensor, x)]))",
    "sum": "mg.sum(mg.stack([*map(mg.astensor, x)]))",
    "clamp": "mg.clip(a, b, c)",
    "if": "mg.where(a, b, c)",
}  # fmt: skip
SETUP = """import functools, warnings
warnings.simplefilter('ignore')
import mygrad as mg
import mygrad.nnet as nnet"""
ENDING = """ROOT.backward()
print(ROOT.item(), [leaf.grad.item() if leaf.grad is not None else 0.0 for leaf in LEAVES])"""


def engine(dtype: str = "float64") -> Any:
    """The engine, in float64 or float32; backward clears its graph, so it runs once."""
    return Adapter("mygrad", dtype, SETUP, f"mg.tensor(value, dtype='{dtype}')", ROWS, run, ENDING)


def run(leaves: Any, root: Any, backwards: int) -> Any:
    if not hasattr(root, "backward"):
        return float(root), [0.0] * len(leaves)
    root.backward()
    found = [0.0 if leaf.grad is None else leaf.grad.item() for leaf in leaves]
    return root.item(), found
