"""Value -> SymPy: what each operation means in a textbook.

- `meaning(root)` runs every row's `meaning` in `MEANINGS`, the arithmetic of SymPy's expressions.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from typing import Any

from ..engine import Arithmetic, order
from ..ops import Op
from ..value import Value


@cache
def sympy() -> Any:
    """The SymPy package; half a second, so only once needed."""
    import sympy as package  # noqa: PLC0415

    return package


@cache
def symbol(name: str) -> Any:
    return sympy().Symbol(name, real=True)


class Meanings(Arithmetic):
    """The arithmetic whose numbers are SymPy expressions; it runs `Op.meaning`, not the rules."""

    def literal(self, exact: Any) -> Any:
        exact = Fraction(exact)
        return sympy().Rational(exact.numerator, exact.denominator)

    def meaning(self, op: Op, x: Sequence[Any]) -> Any:
        return (
            op.meaning(self, *x)
            if op.meaning
            else getattr(sympy(), NAMES.get(op.name, op.name))(*x)
        )

    def branch(self, c: Any, a: Any, b: Any) -> Any:
        """Piecewise((a, c), (b, True)); c is a comparison's 1-or-0."""
        s = sympy()
        condition = c.args[0].cond if isinstance(c, s.Piecewise) else s.Ne(c, 0)
        return s.Piecewise((a, condition), (b, True))

    def spherical_j(self, n: Any, x: Any) -> Any:
        return sympy().jn(n, x)

    def __getattr__(self, name: str) -> Any:
        return getattr(sympy(), name)


NAMES = {"pow": "Pow", "max": "Max", "min": "Min", "abs": "Abs"}
MEANINGS = Meanings()


def meaning(root: Value) -> Any:
    """The SymPy expression of a graph."""
    known: dict[Value, Any] = {}
    for node in order((root,)):
        if node.op:
            known[node] = MEANINGS.meaning(node.op, [known[a] for a in node.args])
        elif isinstance(node.label, str):
            known[node] = symbol(node.label)
        else:
            known[node] = MEANINGS.literal(node.data if node.label is None else node.label)
    return known[root]
