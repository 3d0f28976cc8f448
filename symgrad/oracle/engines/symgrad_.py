"""symgrad's own Value: the first engine that the oracle judges."""

from __future__ import annotations

from typing import Any

from ...errors import OutOfDomain
from ...ops import OPS
from .adapter import Adapter

SETUP = "from symgrad import Value\nfrom symgrad.value import apply"
ROWS = {
    n: f"apply('{n}', *x)"
    for n, op in OPS.items()
    if op.arity != 0 and not op.hidden and n not in ("neg", "pow", "powi", "powr")
}
ENDING = """for _ in range(TIMES):
    for leaf in LEAVES:
        leaf.grad = 0.0
    ROOT.backward()
print(ROOT.data, [leaf.grad for leaf in LEAVES])"""


def engine(dtype: str = "float64") -> Any:
    """The engine; float64 only."""
    return Compared("symgrad", "float64", SETUP, "Value(value)", ROWS, run, ENDING)


class Compared(Adapter):
    """A Value has no `<` of its own that stays in the graph: comparisons are rows."""

    def gradient(self, program: Any, point: Any, *, backwards: int = 1) -> Any:
        """Every step is the row itself."""
        leaves = [self.made(x) for x in point]
        nodes: list[Any] = [*leaves, *program.constants]
        apply = self.world["apply"]
        for name, *args in program.steps:
            nodes.append(apply(name, *[nodes[j] for j in args]))
        try:
            return self.run(leaves, nodes[program.root], backwards)
        except OutOfDomain:  # how symgrad says that its floats have no value here
            return float("nan"), [float("nan")] * len(leaves)


def run(leaves: Any, root: Any, backwards: int) -> Any:
    if isinstance(root, (int, float)):
        return float(root), [0.0] * len(leaves)
    for _ in range(backwards):
        for leaf in leaves:
            leaf.grad = 0.0
        root.backward()
    return root.data, [leaf.grad for leaf in leaves]
