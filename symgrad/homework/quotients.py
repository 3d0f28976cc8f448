"""A graph as a quotient of polynomials in one variable, exactly.

- `as_quotient(root, "x")` is numerator and denominator, without a common factor.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from flint import fmpz_poly

from ..engine import order
from ..ops import OPS
from ..value import Value
from .assumptions import constant

MOST_DEGREE = 60  # of a polynomial that is written out


def as_quotient(root: Value, name: str) -> tuple[fmpz_poly, fmpz_poly] | None:
    """A rational function as numerator and denominator with whole coefficients; None for others."""
    found: dict[Value, tuple[fmpz_poly, fmpz_poly]] = {}
    for node in order([root]):
        parts = [found.get(a) for a in node.args]
        made = quotient_of(node, parts, name)
        if made is None or max(made[0].degree(), made[1].degree()) > MOST_DEGREE:
            return None
        found[node] = made
    return found[root]


def quotient_of(node: Value, parts: Sequence[Any], name: str) -> tuple[fmpz_poly, fmpz_poly] | None:
    """One node of a rational function."""
    one = fmpz_poly([1])
    if node.op is None:
        if node.label == name:
            return fmpz_poly([0, 1]), one
        if isinstance(node.label, str):
            return None
        number = Fraction(node.label)
        return fmpz_poly([number.numerator]), fmpz_poly([number.denominator])
    if any(p is None for p in parts):
        return None
    rules: dict[Any, Any] = {
        OPS["add"]: lambda a, b: (a[0] * b[1] + b[0] * a[1], a[1] * b[1]),
        OPS["sub"]: lambda a, b: (a[0] * b[1] - b[0] * a[1], a[1] * b[1]),
        OPS["mul"]: lambda a, b: (a[0] * b[0], a[1] * b[1]),
        OPS["div"]: lambda a, b: (a[0] * b[1], a[1] * b[0]),
        OPS["neg"]: lambda a: (-a[0], a[1]),
    }
    if node.op in rules:
        made = rules[node.op](*parts)
    elif node.op.parameter == 1 and node.op.rational:
        n = constant(node.args[1])
        if n is None or n.denominator != 1 or abs(n) > MOST_DEGREE:
            return None
        base = parts[0] if n >= 0 else parts[0][::-1]
        made = (base[0] ** abs(int(n)), base[1] ** abs(int(n)))
    else:
        return None
    if made[1] == 0:
        return None
    common = made[0].gcd(made[1])
    return (made[0] / common, made[1] / common) if common.degree() > 0 else made


__all__ = ["as_quotient"]
