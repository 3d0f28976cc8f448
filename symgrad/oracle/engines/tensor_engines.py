"""Engines of tensors whose leaves keep their gradients: operations are called, then `backward`.

- `torch(dtype)`, `tinygrad(dtype)` and `mygrad(dtype)` are such engines.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..programs import Program, replay
from .adapter import Adapter
from .library_rows import LIBRARY_ROWS

TELLING = "print(ROOT.item(), [0.0 if leaf.grad is None else leaf.grad.item() for leaf in LEAVES])"


def ending(options: str = "") -> str:
    """How a script zeroes the gradients, runs backward, and shows what came of it."""
    return f"""for _ in range(TIMES):
    for leaf in LEAVES:
        leaf.grad = None
    ROOT.backward({options})
{TELLING}"""


def runs(differentiable: str, **options: Any) -> Callable:
    """The same as a function; a root without that attribute depends on no leaf."""

    def run(leaves: Any, root: Any, backwards: int) -> Any:
        if not getattr(root, differentiable, False):
            return float(root), [0.0] * len(leaves)
        for _ in range(backwards):
            for leaf in leaves:
                leaf.grad = None
            root.backward(**options)
        return gradients(leaves, root)

    return run


def once(leaves: Any, root: Any, backwards: int) -> Any:
    """The same where backward clears the graph, so that it runs once."""
    if not hasattr(root, "backward"):
        return float(root), [0.0] * len(leaves)
    root.backward()
    return gradients(leaves, root)


def gradients(leaves: Any, root: Any) -> Any:
    return root.item(), [0.0 if leaf.grad is None else leaf.grad.item() for leaf in leaves]


# --- PyTorch on the CPU ---------------------------------------------------------------------------

TORCH_CURVE = """def slopes(y):
    if y is None or not y.requires_grad:
        return [None] * len(LEAVES)
    return torch.autograd.grad(y, LEAVES, create_graph=True, allow_unused=True)
print([[0.0 if h is None else h.item() for h in slopes(g)] for g in slopes(ROOT)])"""


def torch(dtype: str = "float64") -> Any:
    """The engine, in float64 or float32."""
    setup = (
        "import functools, torch\n"
        f"def as_tensor(v):\n    return torch.as_tensor(v, dtype=torch.{dtype})"
    )
    leaf = f"torch.tensor(value, dtype=torch.{dtype}, requires_grad=True)"
    run, script = runs("requires_grad", retain_graph=True), ending("retain_graph=True")
    return Twice("torch", dtype, setup, leaf, LIBRARY_ROWS["torch"], run, script, ("besselj0",))


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
        return self.script(program, point, TORCH_CURVE)

    def elementwise(self, program: Program, x: Any) -> tuple[Any, Any]:
        """Value and slope of a function of one variable at all these numbers."""
        torch = self.world["torch"]
        leaf = torch.tensor(x, dtype=getattr(torch, self.dtype), requires_grad=True)
        root = replay(program, self.namespace, [leaf])
        slopes = self.partials_of(root, leaf)
        return root.detach().double().numpy(), slopes.double().numpy()

    def partials_of(self, root: Any, leaf: Any) -> Any:
        torch = self.world["torch"]
        if not root.requires_grad:
            return torch.zeros_like(root)
        return torch.autograd.grad(root, leaf, torch.ones_like(root))[0]

    def partials(self, root: Any, leaves: Sequence[Any]) -> Sequence[Any]:
        if root is None or not root.requires_grad:
            return [None] * len(leaves)
        grad = self.world["torch"].autograd.grad
        return grad(root, leaves, create_graph=True, allow_unused=True)


# --- tinygrad, on whichever device it finds (`DEV=PYTHON` needs the least) ------------------------

def tinygrad(dtype: str = "float32") -> Any:
    """The engine. A leaf is a buffer: two equal constants would be one node of its graph."""
    setup = (
        "from tinygrad import Tensor, dtypes\n"
        "def as_tensor(v):\n"
        f"    return v if isinstance(v, Tensor) else Tensor(v, dtype=dtypes.{dtype})\n"
        "def stacked(x):\n    return Tensor.stack(*map(as_tensor, x))"
    )
    leaf = f"Tensor([float(value)], dtype=dtypes.{dtype}).reshape(())"
    rows, run = LIBRARY_ROWS["tinygrad"], runs("backward")
    return Adapter("tinygrad", dtype, setup, leaf, rows, run, ending())


# --- MyGrad ---------------------------------------------------------------------------------------

MYGRAD_SETUP = """import functools, warnings
warnings.simplefilter('ignore')
import mygrad as mg
import mygrad.nnet as nnet"""

def mygrad(dtype: str = "float64") -> Any:
    """The engine, in float64 or float32; backward clears its graph, so it runs once."""
    leaf = f"mg.tensor(value, dtype='{dtype}')"
    script = f"ROOT.backward()\n{TELLING}"
    return Adapter("mygrad", dtype, MYGRAD_SETUP, leaf, LIBRARY_ROWS["mygrad"], once, script)
