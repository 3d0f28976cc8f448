"""How readable a formula is: its length, and what a reader stumbles over.

- `cost(root, users)` is a number; the formula with the least is shown. `users` are the nodes of
  the user's own formula, which a reader knows.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Sequence
from math import gcd

from ..engine import order
from ..notation import text
from ..ops import OPS, Op
from ..value import Value, is_literal

DIV, MUL, NEG, EXP, POWI = (OPS[name] for name in ("div", "mul", "neg", "exp", "powi"))
SUMS = OPS["add"], OPS["sub"]
POWER_ROWS = OPS["powi"], OPS["pow"]
KEPT_FACTOR = 3.0  # for each of several factors of the user's: zeros are read off them
CONTENT, FRACTIONAL = 1.3, 3.0  # for a factor (2*x + 2), and for (x - 1/2), of a product
MANY_SIGNS = 30  # signs + and -, beyond which only whole sums are looked at
REAL_POWERS = (OPS["pow"], OPS["powr"])
ANGULAR = ("trigonometric", "hyperbolic")
NEW_ANGLE, STRANGE_ANGLE = 3.0, 14.0  # sin(2x), where the user has sin(x) and where he has not
KIN = (  # whoever wrote one of these knows the others
    frozenset(("sin", "cos", "tan", "cot")), frozenset(("tan", "sec")),
    frozenset(("cot", "csc")), frozenset(("sinh", "cosh")),
    frozenset(("gamma", "digamma", "factorial")), frozenset(("besselj0", "besselj1")),
    frozenset(("besseli0", "besseli1")), frozenset(("softplus", "sigmoid")),
    frozenset(("gelu", "erf")), frozenset(("sech", "tanh")), frozenset(("silu", "sigmoid")),
    frozenset(("csch", "coth")), frozenset(("mish", "softplus", "sigmoid", "tanh")),
)  # fmt: skip


def length(root: Value) -> int:
    """Characters of its text, blanks not counted."""
    return len(text(root).replace(" ", ""))


def cost(root: Value, users: Collection[Value]) -> float:
    """Length, and more for strange functions, fractions within fractions, deep brackets."""
    known = {node.op for node in users if node.op}
    found = length(root) + 0.1 * mentions(root) + new_angles(root, users, known)
    nodes = order((root,))
    inside = inner_sums(nodes)
    sums = {f for f in factors(root) if f.op in SUMS}
    kept, several = len(sums.intersection(users)), max(1, len(sums))
    for node in nodes:
        op = node.op
        if op and node not in users and node not in inside:
            found += strangeness(node, known) + stumbles(node) + undivided(node, users, several)
            found += 3 * (op is DIV and is_new_sum(node.args[1], users))
    return found - KEPT_FACTOR * kept * (kept > 1)


def factors(root: Value) -> Iterator[Value]:
    """What is multiplied above the outermost fraction bar, of powers the bases."""
    return split(root, (MUL, DIV, NEG, *POWER_ROWS), first=(DIV, *POWER_ROWS))


def inner_sums(nodes: Sequence[Value]) -> Collection[Value]:
    """The beginnings of long sums, each of which would be read term by term again."""
    sums = [node for node in nodes if node.op in SUMS]
    return {a for node in sums for a in node.args if a.op in SUMS} if len(sums) > MANY_SIGNS else ()


def new_angles(root: Value, users: Container[Value], known: Collection[Op]) -> float:
    """What arguments of sin and its like cost that the user has not written, each once."""
    strange: dict[Value, float] = {}
    for node in order((root,)):
        if node.op and node.op.family in ANGULAR and node.args[0] not in users:
            named = node.op in known or is_kin(node.op, known)
            price = NEW_ANGLE if named else STRANGE_ANGLE
            strange[node.args[0]] = max(price, strange.get(node.args[0], 0.0))
    return sum(strange.values())


def mentions(root: Value) -> int:
    """How many names and numbers its text has: of two as long, the one that says less twice."""
    count: dict[Value, int] = {}
    for node in order((root,)):
        count[node] = sum(count[a] for a in node.args) or 1
    return count[root]


def is_new_sum(below: Value, users: Container[Value]) -> bool:
    """Whether a denominator is a sum that the user has not written."""
    return below not in users and below.op in SUMS


def strangeness(node: Value, users: Collection[Op]) -> float:
    """How surprised a reader is to meet an operation that the user has not written.

    A relative of the user's own is met easily at x or 2*x; at a long argument the eye would
    have to compare it with the user's, so that the user's own is better.
    """
    op = node.op
    if op is None or op in users or op.met == "unnoticed" or is_arithmetic(op):
        return 0
    if op is EXP:
        return 0 if any(k.suggests_e for k in users) else 100
    if op.met == "hardly":
        return 12
    if not is_kin(op, users):
        return 4
    return 1 if op.met == "easily" or all(is_short(a) for a in node.args) else 5


def is_short(v: Value) -> bool:
    """x, or 2*x or x^2, which are as short."""
    return v.op is None or (v.op in (MUL, POWI) and all(a.op is None for a in v.args))


def is_kin(op: Op, known: Collection[Op]) -> bool:
    """Whether the user has written a relative of the function."""
    names = {k.name for k in known}
    return any({op.name} <= kin and kin & names for kin in KIN)


def is_arithmetic(op: Op) -> bool:
    """Sums, products, powers and comparisons."""
    return op.rational or op.comparison or op.family == "power"


def stumbles(node: Value) -> float:
    """A fraction in a fraction or a root, a power of a power, a sum not factored."""
    op, below = node.op, [a.op for a in node.args]
    if op is DIV:
        return 8.0 * sum(holds_bar(a) for a in node.args) + 5.0 * cancels(*node.args)
    if op in SUMS:
        return shared(node)
    if op is MUL:
        return 2.0 * (DIV in below) + 0.5 * sum(op in below for op in SUMS)
    if op is OPS["sqrt"]:
        return 3.0 * holds_bar(node.args[0])
    if op is not None and op.family == "power":
        base = below[0]
        tower = base is not None and (base is EXP or base.family == "power")
        return 3.0 * tower + 3.0 * is_unit(node.args[1])
    return 0


def undivided(node: Value, users: Container[Value], several: int) -> float:
    """Sums with a number of their own to take out, in a product: (40*x - 8)*(x - 1/2)^2.

    The more factors are `several`, the more one expects each to be bare.
    """
    if node.op not in (MUL, DIV, *POWER_ROWS):
        return 0
    sums = [a for a in node.args if a.op in SUMS and a not in users]
    return sum(CONTENT * several * (content(a) > 1) + FRACTIONAL * has_fraction(a) for a in sums)


def content(total: Value) -> int:
    """The number that divides every term of a sum: 8 of 40*x - 8; 1 where there is none."""
    return gcd(*(coefficient(term) for term in split(total, (*SUMS, NEG))))


def coefficient(term: Value) -> int:
    """The whole number before a term; 1 where it has none."""
    first = next((f for f in split(term, (MUL, DIV), first=(DIV,)) if is_literal(f)), None)
    return first.label if first is not None and isinstance(first.label, int) else 1


def has_fraction(total: Value) -> bool:
    """Whether a term of a sum is 1/2 or the like."""
    return any(t.op is DIV and all(map(is_literal, t.args)) for t in split(total, (*SUMS, NEG)))


def cancels(above: Value, below: Value) -> bool:
    """Whether a power stands over its own base, x^n/x: one writes x^(n - 1)."""
    bases = {v.args[0] for v in split(above, (MUL, NEG)) if v.op in REAL_POWERS}
    return any(v in bases for v in split(below, (MUL, POWI), first=(POWI,)))


def shared(total: Value) -> float:
    """A sum whose terms share a function, or all of one term: w - w*tanh(x)^2."""
    terms = list(split(total, (*SUMS, NEG)))
    factors = [
        {
            f
            for f in split(t, (MUL, DIV, NEG, POWI), first=(DIV, POWI))
            if not is_literal(f)
        }
        for t in terms
    ]
    both = set.intersection(*factors)
    wasted = both and both in factors and any(f.op for found in factors for f in found)
    return 3.0 * bool(wasted or any(f.op for f in both))


def split(v: Value, rows: Container[Op | None], first: Container[Op] = ()) -> Iterator[Value]:
    """What is joined by these operations; of those in `first`, the first argument only."""
    stack = [v]
    while stack:
        v = stack.pop()
        if v.op in rows:
            stack += v.args[:1] if v.op in first else v.args
        else:
            yield v


def is_unit(exponent: Value) -> bool:
    """A negative exponent, which is better a fraction."""
    return exponent.op is OPS["neg"] or (isinstance(exponent.label, int) and exponent.label < 0)


def holds_bar(v: Value) -> bool:
    """Whether a numerator or denominator shows another fraction bar outside of its functions."""
    stack = [v]
    while stack:
        v = stack.pop()
        if v.op is DIV:
            return True
        if v.op in (*SUMS, MUL, NEG):
            stack += v.args
        elif v.op and v.op.family == "power":
            stack.append(v.args[0])
    return False
