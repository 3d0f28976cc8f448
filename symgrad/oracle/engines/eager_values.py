"""Engines of single numbers: symgrad's Value, the first that the oracle judges, and micrograd's.

- `symgrad()` and `micrograd()` are such engines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...arithmetic.floats import FLOATS
from ...engine import forward, gradient
from ...errors import OutOfDomain
from ...expression import Expression
from ...ops import OPS
from ..programs import ASKED, Program, graph, tape
from .adapter import Adapter

SYMGRAD_SETUP = "from symgrad import Value\nfrom symgrad.value import apply"
SYMGRAD_ROWS = {n: f"apply('{n}', *x)" for n in ASKED if OPS[n].family != "power" and n != "neg"}
EAGER_ENDING = """for _ in range(TIMES):
    for leaf in LEAVES:
        leaf.grad = 0.0
    ROOT.backward()
print(ROOT.data, [leaf.grad for leaf in LEAVES])"""


def symgrad(dtype: str = "float64") -> Any:
    """The engine; float64 only."""
    return Compared("symgrad", "float64", SYMGRAD_SETUP, "Value(value)", SYMGRAD_ROWS, run,
                    EAGER_ENDING)  # fmt: skip


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
        except OutOfDomain:  # how a Value says that floats have no value here; the sweeps give nan
            flat = tape(program)
            values = forward(flat, FLOATS, dict(zip(program.variables, map(float, point))))
            found = gradient(flat, FLOATS, values)
            return values[program.root], [found[name] for name in program.variables]

    @staticmethod
    def second(program: Program, point: Sequence[float]) -> Sequence[Sequence[float]]:
        """The rows of the Hessian, as an Expression has them."""
        names = program.variables
        f = Expression(graph(program, exactly=True), variables=names)
        rows = f.hessian(dict(zip(names, point)))
        return [[rows[a][b] for b in names] for a in names]


def run(leaves: Any, root: Any, backwards: int) -> Any:
    if isinstance(root, (int, float)):
        return float(root), [0.0] * len(leaves)
    for _ in range(backwards):
        for leaf in leaves:
            leaf.grad = 0.0
        root.backward()
    return root.data, [leaf.grad for leaf in leaves]


# --- micrograd: its operators and relu ------------------------------------------------------------

MICROGRAD_SETUP = "from micrograd.engine import Value"
MICROGRAD_ROWS = {"relu": "a.relu()"}


def micrograd(dtype: str = "float64") -> Any:
    """The engine; float64 only. Its exponents are numbers, never Values."""
    return Adapter("micrograd", "float64", MICROGRAD_SETUP, "Value(value)", MICROGRAD_ROWS, run,
                   EAGER_ENDING, ("pow",))  # fmt: skip
