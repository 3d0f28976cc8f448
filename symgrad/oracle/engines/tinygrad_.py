"""tinygrad, in float32 or float64, on whichever device it finds (`DEV=PYTHON` needs the least)."""

from __future__ import annotations

from typing import Any

from .adapter import Adapter

ROWS = {
    **{n: f"a.{n}()" for n in (
        "exp", "exp2", "log", "log2", "log10", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh",
        "asin", "acos", "atan", "asinh", "acosh", "atanh", "abs", "sign", "sigmoid", "relu",
        "leaky_relu", "softplus", "elu", "silu", "mish", "softsign", "erf")},
    "gelu": "a.gelu(approximate='none')",
    "logaddexp": "stacked(x).logsumexp()",
    "max": "stacked(x).max()",
    "min": "stacked(x).min()",
    "sum": "stacked(x).sum()",
    "dot": "stacked(x[:len(x) // 2]).dot(stacked(x[len(x) // 2:]))",
    "clamp": "as_tensor(a).clip(b, c)",
    "if": "a.where(b, c)",
}  # fmt: skip
ENDING = """for _ in range(TIMES):
    for leaf in LEAVES:
        leaf.grad = None
    ROOT.backward()
print(ROOT.item(), [leaf.grad.item() if leaf.grad is not None else 0.0 for leaf in LEAVES])"""


def engine(dtype: str = "float32") -> Any:
    """The engine. A leaf is a buffer: two equal constants would be one node of its graph."""
    setup = (
        "from tinygrad import Tensor, dtypes\n"
        "def as_tensor(v):\n"
        f"    return v if isinstance(v, Tensor) else Tensor(v, dtype=dtypes.{dtype})\n"
        "def stacked(x):\n    return Tensor.stack(*map(as_tensor, x))"
    )
    leaf = f"Tensor([float(value)], dtype=dtypes.{dtype}).reshape(())"
    return Adapter("tinygrad", dtype, setup, leaf, ROWS, run, ENDING)


def run(leaves: Any, root: Any, backwards: int) -> Any:
    if not hasattr(root, "backward"):
        return float(root), [0.0] * len(leaves)
    for _ in range(backwards):
        for leaf in leaves:
            leaf.grad = None
        root.backward()
    found = [0.0 if leaf.grad is None else leaf.grad.item() for leaf in leaves]
    return root.item(), found
