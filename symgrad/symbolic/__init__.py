"""Values as SymPy understands them, and back; the only package that imports SymPy.

- `meaning(root)` is the graph as SymPy reads a textbook: from `Op.meaning`, never from a rule.
- `references(root, names, above)` are SymPy's derivatives, laid flat for evaluation in balls.
- `graph(expr)` turns a SymPy expression into a Value graph (`sg.from_sympy`).
- `symbol(name)` is the real symbol that stands for a variable.
"""

from .graphing import graph
from .meanings import (
    MEANINGS,
    by_operations,
    differentiated,
    flat,
    meaning,
    references,
    smooth,
    symbol,
    sympy,
)

__all__ = [
    "MEANINGS", "by_operations", "differentiated", "flat", "graph", "meaning",
    "references", "smooth", "symbol", "sympy",
]  # fmt: skip
