"""PyTorch on the CPU."""

from __future__ import annotations

from typing import Any

from .adapter import Adapter

ROWS = {
    **{n: f"torch.{n}(a)" for n in (
        "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "sin", "cos", "tan",
        "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "abs", "sign",
        "sigmoid", "erf", "erfc", "erfinv", "lgamma", "digamma")},
    **{n: f"torch.nn.functional.{n}(a)" for n in (
        "relu", "leaky_relu", "softplus", "elu", "silu", "gelu", "mish", "softsign")},
    "atan2": "torch.atan2(as_tensor(a), as_tensor(b))",
    "hypot": "functools.reduce(torch.hypot, [as_tensor(v) for v in x])",
    "logaddexp": "torch.logsumexp(torch.stack([as_tensor(v) for v in x]), 0)",
    "max": "torch.stack([as_tensor(v) for v in x]).amax()",
    "min": "torch.stack([as_tensor(v) for v in x]).amin()",
    "sum": "torch.stack([as_tensor(v) for v in x]).sum()",
    "dot": "torch.dot(*torch.stack([as_tensor(v) for v in x]).chunk(2))",
    "clamp": "torch.clamp(as_tensor(a), as_tensor(b), as_tensor(c))",
    "polygamma": "torch.polygamma(a, b)",
    "besselj0": "torch.special.bessel_j0(a)",
    "if": "torch.where(a, as_tensor(b), as_tensor(c))",
}  # fmt: skip
ENDING = """for _ in range(TIMES):
    for leaf in LEAVES:
        leaf.grad = None
    ROOT.backward(retain_graph=True)
print(ROOT.item(), [leaf.grad.item() if leaf.grad is not None else 0.0 for leaf in LEAVES])"""


def engine(dtype: str = "float64") -> Any:
    """The engine, in float64 or float32."""
    setup = (
        "import functools, torch\n"
        f"def as_tensor(v):\n    return torch.as_tensor(v, dtype=torch.{dtype})"
    )
    leaf = f"torch.tensor(value, dtype=torch.{dtype}, requires_grad=True)"
    return Adapter("torch", dtype, setup, leaf, ROWS, run, ENDING, ("besselj0",))


def run(leaves: Any, root: Any, backwards: int) -> Any:
    if not getattr(root, "requires_grad", False):
        return root.item(), [0.0] * len(leaves)
    for _ in range(backwards):
        for leaf in leaves:
            leaf.grad = None
        root.backward(retain_graph=True)
    return root.item(), [0.0 if leaf.grad is None else leaf.grad.item() for leaf in leaves]
