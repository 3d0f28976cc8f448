"""How readable a formula is: its length, and what a reader stumbles over.

- `cost(root, users)` is a number; the formula with the least is shown. `users` are the names of
  the operations in the user's own formula, which a reader knows.
"""

from __future__ import annotations

from collections.abc import Container

from ..engine import order
from ..notation import text
from ..ops import OPS
from ..value import Value

PLAIN = frozenset(
    "add sub mul div neg powi powr pow sqrt exp log sin cos abs sign pi e if lt le gt ge".split()
)
HARD = frozenset(("polygamma", "besselj", "besseli", "sphericalj", "hypot", "gaussian", "erfc"))
KIN = (  # whoever wrote one of these knows the others
    frozenset(("tan", "sec")), frozenset(("cot", "csc")), frozenset(("sinh", "cosh")),
    frozenset(("gamma", "digamma", "factorial")), frozenset(("besselj0", "besselj1")),
    frozenset(("besseli0", "besseli1")), frozenset(("softplus", "sigmoid")),
    frozenset(("gelu", "erf")), frozenset(("sech", "tanh")), frozenset(("silu", "sigmoid")),
    frozenset(("csch", "coth")), frozenset(("mish", "softplus", "sigmoid", "tanh")),
)  # fmt: skip


def length(root: Value) -> int:
    """Characters of its text, blanks not counted."""
    return len(text(root).replace(" ", ""))


def cost(root: Value, users: Container[str]) -> float:
    """Length, and more for strange functions, fractions within fractions, deep brackets."""
    found = float(length(root))
    for node in order((root,)):
        if node.op:
            found += strangeness(node.op.name, users) + stumbles(node)
    return found


def strangeness(name: str, users: Container[str]) -> float:
    """How surprised a reader is to meet an operation that the user has not written."""
    if name in PLAIN or name in users:
        return 0
    if name in HARD:
        return 12
    return 1 if any(name in kin and any(k in users for k in kin) for kin in KIN) else 4


def stumbles(node: Value) -> float:
    """A fraction in a fraction, a root of a fraction, a power of a power, a sign in front of a bar."""
    div, name = OPS["div"], node.op.name if node.op else ""
    below = [a.op for a in node.args]
    if name == "div":
        return 4.0 * sum(holds_bar(a) for a in node.args)
    if name in ("mul", "add", "sub"):
        return 2.0 * (name == "mul" and div in below)
    if name in ("powi", "powr", "pow"):
        base = node.args[0].op
        return 3.0 * (base is not None and base.name in ("powi", "powr", "pow", "exp")) + 3.0 * (
            is_unit(node.args[1]))  # fmt: skip
    return 0


def is_unit(exponent: Value) -> bool:
    """A negative exponent, which is better a fraction."""
    return exponent.op is OPS["neg"] or (isinstance(exponent.label, int) and exponent.label < 0)


def holds_bar(v: Value) -> bool:
    """Whether a numerator or denominator shows another fraction bar outside of its functions."""
    stack = [v]
    while stack:
        v = stack.pop()
        if v.op and v.op.name == "div":
            return True
        if v.op and v.op.name in ("add", "sub", "mul", "neg"):
            stack += v.args
        elif v.op and v.op.name in ("powi", "powr"):
            stack.append(v.args[0])
    return False
