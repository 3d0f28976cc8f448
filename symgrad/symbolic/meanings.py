"""Value -> SymPy -> balls: what each operation means in a textbook, and its derivative laid flat.

- `meaning(root)` runs every row's `meaning` in `MEANINGS`, the arithmetic of SymPy's expressions.
- `references(root, names, above)` differentiates that: plain data that a worker sends over a pipe.
- `by_operations(root)` is f without its derivatives, one operation after the other.
- `flat(expressions)` is any SymPy expressions as a `Reference`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import Any

from ..engine import Arithmetic, order
from ..errors import Undecided
from ..ops import OPS, Op
from ..value import Value, is_valueless
from .in_balls import HEADS, Reference

MOST_WRITTEN_OUT = 10**5  # bits of a power, or that of which SymPy may want the factorial


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
        """Raises Undecided for numbers at which SymPy would work out all digits: 10^(10^40)."""
        if all(a.is_Rational for a in x) and written_out(op, x) > MOST_WRITTEN_OUT:
            raise Undecided("a constant is too large for SymPy")
        if op.meaning:
            return op.meaning(self, *x)
        if not hasattr(sympy(), op.name):
            raise Undecided(f"SymPy has no {op.name}, and its row has no meaning")
        return getattr(sympy(), op.name)(*x)

    def branch(self, c: Any, a: Any, b: Any) -> Any:
        """Piecewise((a, c), (b, True)); c is a comparison's 1-or-0."""
        s = sympy()
        condition = c.args[0].cond if isinstance(c, s.Piecewise) else s.Ne(c, 0)
        return s.Piecewise((a, condition), (b, True))

    def zeta_derivative(self, n: Any, x: Any) -> Any:
        return zeta_derivative()(n, x)

    def spherical_j(self, n: Any, x: Any) -> Any:
        return sympy().jn(n, x)

    def __getattr__(self, name: str) -> Any:
        """SymPy's function of that name; where it has none, what the row of that name means."""
        if name in OPS and not hasattr(sympy(), name):
            return lambda *x: self.meaning(OPS[name], x)
        return getattr(sympy(), name)


def written_out(op: Op, x: Sequence[Any]) -> Any:
    """How much SymPy works out of an operation at these numbers: bits of a power, a factorial."""
    if op.exponent:
        return abs(op.exponent(*x[1:])) * max(int(x[0].p).bit_length(), int(x[0].q).bit_length())
    return max(map(abs, x)) if op.worked_out else 0


MEANINGS = Meanings()


def meaning(root: Value) -> Any:
    """The SymPy expression of a graph."""
    known: dict[Value, Any] = {}
    for node in order((root,)):
        if is_valueless(node):  # and no I*pi
            known[node] = sympy().nan
        elif node.op:
            known[node] = MEANINGS.meaning(node.op, [known[a] for a in node.args])
        elif isinstance(node.label, str):
            known[node] = symbol(node.label)
        else:
            known[node] = MEANINGS.literal(node.data if node.label is None else node.label)
    return known[root]


def references(root: Value, names: Iterable[str], above: Sequence[str] = ()) -> Reference:
    """f and its partials in SymPy, as a Reference: roots are [f, df/dname, ...].

    With `above` = (name, name, ...) f is first differentiated by these.
    """
    f = meaning(root)
    s = sympy()
    if f.has(s.nan, s.zoo, s.oo, s.S.NegativeInfinity):
        raise Undecided("SymPy's meaning of a part is no number")  # its derivative would be 0
    for name in above:
        f = differentiated(f, name)
    return flat([f, *(differentiated(f, name) for name in names)])


def by_operations(root: Value) -> Reference:
    """f alone, each operation's meaning by itself, so that SymPy sees real symbols only.

    It simplifies nothing across them: |u|', relu(x)^-2 and x - x with another x are none to it.
    """
    known: dict[Value, int] = {}
    steps: list[tuple[str, Any]] = []
    for node in order((root,)):
        if node.op:
            args = [meaning(a) if i in node.op.parameters and not a.op else symbol(f"u{i}")
                    for i, a in enumerate(node.args)]  # fmt: skip
            ends = {f"u{i}": known[a] for i, a in enumerate(node.args)}
            whole = "removable" in node.op.hazards and node.op.sympy in HEADS  # sinc(0), not 0/0
            f = getattr(sympy(), node.op.sympy)(*args) if whole else MEANINGS.meaning(node.op, args)
            known[node] = spliced(steps, flat([f]), ends)
        else:
            steps.append(flat([meaning(node)]).steps[0])
            known[node] = len(steps) - 1
    return Reference(tuple(steps), (known[root],))


def spliced(steps: list[tuple[str, Any]], part: Reference, ends: Mapping[str, int]) -> int:
    """Where the root of a part comes to stand that is added to the steps, its symbols known."""
    index: list[int] = []
    for head, rest in part.steps:
        if head == "variable":
            index.append(ends[rest])
            continue
        moved = rest if head == "number" else tuple(index[i] for i in rest)
        steps.append((head, moved))
        index.append(len(steps) - 1)
    return index[part.roots[0]]


def smooth(e: Any) -> Any:
    """An expression without DiracDelta and Heaviside's half: jumps are no formula's business."""
    s = sympy()
    e = e.replace(s.DiracDelta, lambda *x: s.Integer(0)) if e.has(s.DiracDelta) else e
    return e.replace(s.Heaviside, lambda x, *at_0: s.Heaviside(x, 0)) if e.has(s.Heaviside) else e


@cache
def zeta_derivative() -> Any:
    """The derivatives of zeta by a name of their own: SymPy has none."""

    def fdiff(self: Any, place: int = 2) -> Any:
        return type(self)(self.args[0] + 1, self.args[1])

    return type("zeta_derivative", (sympy().Function,), {"fdiff": fdiff, "is_real": True})


def filled(e: Any) -> Any:
    """An expression with the derivatives that SymPy leaves open: 0 of floor(u), off its jumps."""
    s = sympy()
    if not e.has(s.Derivative):
        return e
    known = {}
    for part in e.atoms(s.Derivative, s.Subs):  # a Subs holds a Derivative at another point
        inner = part.expr if isinstance(part, s.Subs) else part
        at = part.point[0] if isinstance(part, s.Subs) else inner.expr.args[0]
        if isinstance(inner, s.Derivative) and isinstance(inner.expr, (s.floor, s.ceiling)):
            known[part] = s.Integer(0)
        elif isinstance(inner, s.Derivative) and isinstance(inner.expr, s.zeta):
            known[part] = zeta_derivative()(inner.variable_count[0][1], at)
    return e.xreplace(known)


def differentiated(f: Any, name: str, times: int = 1) -> Any:
    """SymPy's derivative of an expression by a variable."""
    try:
        for _ in range(times):
            f = filled(sympy().diff(f, symbol(name)))
        return f
    except RecursionError:
        raise Undecided("SymPy could not differentiate so deep an expression") from None


def flat(expressions: Sequence[Any]) -> Reference:
    """SymPy expressions laid flat; raises Undecided for a class that balls cannot evaluate."""
    index: dict[Any, int] = {}
    steps: list[tuple[str, Any]] = []
    stack = list(expressions)[::-1]
    while stack:
        e = stack[-1]
        if e in index:
            stack.pop()
            continue
        args = arguments(e)
        missing = [a for a in args if a not in index]
        if missing:
            stack += missing[::-1]
            continue
        stack.pop()
        index[e] = len(steps)
        steps.append(_step(e, [index[a] for a in args]))
    return Reference(tuple(steps), tuple(index[e] for e in expressions))


def arguments(e: Any) -> tuple[Any, ...]:
    """The parts of an expression; of ln(1 + u) only u, since 1 + e^-10000 takes 14,000 bits."""
    return (e.args[0] - 1,) if of_nearly_one(e) else parts(e)


def parts(e: Any) -> tuple[Any, ...]:
    """What an expression is made of, each part the same object whenever one asks."""
    if e.is_Piecewise if hasattr(e, "is_Piecewise") else False:
        return tuple(part for pair in e.args for part in pair.args)
    if type(e).__name__ == "hyper":
        return (*e.ap, *e.bq, e.argument)
    return () if e.is_Symbol or getattr(e, "is_Rational", False) else tuple(e.args)


def of_nearly_one(e: Any) -> bool:
    """Whether an expression is ln(1 + u)."""
    s = sympy()
    if not isinstance(e, s.log) or not e.args[0].is_Add:
        return False
    return bool(e.args[0].args[0] == 1)  # SymPy puts a number first


def head_of(e: Any) -> str:
    """SymPy's class; of a hypergeometric series how many numbers it has, ln(1 + u) by itself."""
    name = type(e).__name__
    if name == "hyper":
        return f"hyper{len(e.ap)}{len(e.bq)}"
    return "log1p" if of_nearly_one(e) else name


def _step(e: Any, args: list[int]) -> tuple[str, Any]:
    if e.is_Symbol:
        return "variable", e.name
    if getattr(e, "is_Rational", False):
        return "number", (int(e.p), int(e.q))
    head = head_of(e)
    if head not in HEADS:
        raise Undecided(f"SymPy's answer contains {head}, which has no value in balls")
    return head, tuple(args)
