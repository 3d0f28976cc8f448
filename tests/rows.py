"""One small graph for every row of the table, in free variables: what tests over OPS start from.

- `example(op)` is op applied to fresh variables, its parameters (an exponent, an order) filled in.
"""

from __future__ import annotations

from fractions import Fraction

from symgrad.ops import OPS, Op
from symgrad.value import Value, literal, made, variable

PARAMETERS = {  # rows whose argument i is a parameter, not a variable
    "powi": {1: 3}, "powr": {1: Fraction(1, 4)}, "root": {1: 3},
    "polygamma": {0: 1}, "besselj": {0: 2}, "besseli": {0: 2}, "sphericalj": {0: 1},
    "bessely": {0: 2}, "besselk": {0: Fraction(1, 2)}, "zeta_derivative": {0: 1},
    "gammainc": {0: Fraction(5, 2)}, "gammaincc": {0: Fraction(3, 2)},
    "betainc": {0: 2, 1: Fraction(1, 2)}, "hyp1f1": {0: 1, 1: 2},
    "hyp2f1": {0: 1, 1: Fraction(1, 2), 2: 2},
}  # fmt: skip
COMPARISONS = ("lt", "le", "gt", "ge", "eq", "ne")


def example(op: Op) -> Value:
    """op(x, y, ...) as a free graph; a comparison comes inside the `if` that it is made for."""
    x, y, z = (variable(name) for name in "xyz")
    if op.name in COMPARISONS:
        return made(OPS["if"], None, (made(op, None, (x, y)), made(OPS["sin"], None, (x,)), y * y))
    if op.name == "if":
        return made(op, None, (made(OPS["lt"], None, (x, y)), z, y))
    arity = op.arity if op.arity is not None else 4
    args = [x, y, z, variable("w")][:arity]
    for i, number in PARAMETERS.get(op.name, {}).items():
        args[i] = literal(number)
    return made(op, None, tuple(args))
