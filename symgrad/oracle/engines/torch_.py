"""PyTorch on the CPU."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..programs import Program
from ..replaying import replay
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
    "logaddexp": "torch.logaddexp(*map(as_tensor, x)) if len(x) == 2 else "
                 "torch.logsumexp(torch.stack([as_tensor(v) for v in x]), 0)",
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

CURVE = """def slopes(y):
    if y is None or not y.requires_grad:
        return [None] * len(LEAVES)
    return torch.autograd.grad(y, LEAVES, create_graph=True, allow_unused=True)
print([[0.0 if h is None else h.item() for h in slopes(g)] for g in slopes(ROOT)])"""


def engine(dtype: str = "float64") -> Any:
    """The engine, in float64 or float32."""
    setup = (
        "import functools, torch\n"
        f"def as_tensor(v):\n    return torch.as_tensor(v, dtype=torch.{dtype})"
    )
    leaf = f"torch.tensor(value, dtype=torch.{dtype}, requires_grad=True)"
    return Twice("torch", dtype, setup, leaf, ROWS, run, ENDING, ("besselj0",))


class Twice(Adapter):
    """Its gradient is a graph that can be differentiated again."""

    def second(self, program: Program, point: Sequence[float]) -> Sequence[Sequence[float]]:
        """The rows of the Hessian; a partial that no graph leads to is 0."""
        leaves = [self.made(x) for x in point]
        partials = self.partials(replay(program, self.namespace, leaves), leaves)
        return [[0.0 if h is None else h.item() for h in self.partials(g, leaves)]
                for g in partials]  # fmt: skip

    def second_source(self, program: Program, point: Sequence[float]) -> str:
        """A script that prints the rows of the Hessian."""
        return self.script(program, point, CURVE)

    def partials(self, root: Any, leaves: Sequence[Any]) -> Sequence[Any]:
        if root is None or not root.requires_grad:
            return [None] * len(leaves)
        grad = self.world["torch"].autograd.grad
        return grad(root, leaves, create_graph=True, allow_unused=True)


def run(leaves: Any, root: Any, backwards: int) -> Any:
    if not getattr(root, "requires_grad", False):
        return root.item(), [0.0] * len(leaves)
    for _ in range(backwards):
        for leaf in leaves:
            leaf.grad = None
        root.backward(retain_graph=True)
    return root.item(), [0.0 if leaf.grad is None else leaf.grad.item() for leaf in leaves]
