"""tinygrad, on its Python or C backend, in float32."""

from __future__ import annotations

from typing import Any

from .adapter import Adapter

ROWS = {
    **{n: f"a.{n}()" for n in (
        "exp", "exp2", "log", "log2", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh",
        "asin", "acos", "atan", "abs", "sign", "sigmoid", "relu", "leaky_relu", "softplus",
        "elu", "silu", "mish", "softsign", "erf")},
    "clamp": "a.clip(b, c)",
    "if": "a.where(b, c)",
}  # fmt: skip
ENDING = """for _ in range(TIMES):
    for leaf in LEAVES:
        leaf.grad = None
    ROOT.backward()
print(ROOT.item(), [leaf.grad.item() if leaf.grad is not None else 0.0 for leaf in LEAVES])"""
SETUP = "from tinygrad import Tensor, dtypes"


def engine(dtype: str = "float32") -> Any:
    """The engine, in float32 or float64."""
    leaf = f"Tensor(float(value), dtype=dtypes.{dtype}, requires_grad=True)"
    return Adapter("tinygrad", dtype, SETUP, leaf, ROWS, run, ENDING)


def run(leaves: Any, root: Any, backwards: int) -> Any:
    if not hasattr(root, "backward"):
        return float(root), [0.0] * len(leaves)
    for _ in range(backwards):
        for leaf in leaves:
            leaf.grad = None
        root.backward()
    found = [0.0 if leaf.grad is None else leaf.grad.item() for leaf in leaves]
    return root.item(), found


