"""SymPy -> Value: an expression as a graph in the table's operations.

- `graph(expression)`; raises Unsupported naming what the table lacks.

Linear and without recursion: SymPy's objects are told apart by identity, since its own `==` and
`hash` recurse; equal ones become one node all the same (`Graphs`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import inf, isfinite
from typing import Any

from ..errors import LanguageError, Unsupported, UsageError
from ..language import graph_of, name_of
from ..language.elsewhere import COMPLEX, formulas
from ..language.names import REASONS
from ..ops import OPS, Op
from ..value import Graphs, Value, negated, power_row, rebuilt
from .meanings import parts, sympy

DOUBLE = 53  # bits


def graph(expression: Any, graphs: Graphs | None = None) -> Value:
    """A SymPy expression as a Value graph; raises Unsupported naming what the table lacks."""
    sheet = Sheet(graphs or Graphs())
    new: dict[int, Value] = {}
    stack: list[Any] = [expression]
    while stack:
        e = stack.pop()
        if e is None:  # the arguments of the expression below are done
            e = stack.pop()
            x = [new[id(a)] for a in parts(e)]
            new[id(e)] = sheet.noted(_node(sheet, e, x), x)
        elif id(e) not in new:
            known(e)
            if type(e).__name__ == "Piecewise":  # a case without a value
                new[id(sympy().nan)] = sheet.graphs.valueless()
            stack += (e, None, *(a for a in parts(e)[::-1] if id(a) not in new))
    found = new[id(expression)]
    if isinstance(found, Value):
        return found
    return chosen(sheet, found, sheet.literal(1), sheet.literal(0))  # And(...), as x < 2 is


class Sheet:
    """Graphs with what powers and names ask for: which nodes hold a variable, and whose."""

    def __init__(self, graphs: Graphs) -> None:
        self.literal, self.rational, self.graphs = graphs.literal, graphs.rational, graphs
        self.symbols: dict[str, Any] = {}
        self.varying: set[Value] = set()

    def node(self, op: Op, args: tuple[Value, ...]) -> Value:
        """Raises Unsupported for a variable where the row wants a number, as an order."""
        if op.parameters and not op.infix and any(args[i] in self.varying for i in op.parameters):
            raise Unsupported(f"{op.name} with a variable where it takes a number",
                              hint="there is no derivative by it")  # fmt: skip
        return self.graphs.node(op, args)

    def noted(self, v: Value, x: Sequence[Value]) -> Value:
        """v, made of x: it varies if any of these does."""
        if not self.varying.isdisjoint(x):
            self.varying.add(v)
        return v

    def variable(self, symbol: Any) -> Value:
        """Raises UsageError for what is no name or no real number here, and for two symbols of one
        name (Dummies, with other assumptions, α and alpha)."""
        try:
            name = name_of(symbol.name)
        except LanguageError as error:
            raise UsageError(f"SymPy's symbol {error.message}", hint=error.hint) from None
        if symbol.is_commutative is False or symbol.is_real is False:
            raise UsageError(f"SymPy's symbol {name} stands for no real number",
                             hint="variables are real numbers here")  # fmt: skip
        if self.symbols.setdefault(name, symbol) != symbol:
            raise UsageError(f"two different symbols are called {name}", hint="rename one of them")
        found = self.graphs.variable(name)
        self.varying.add(found)
        return found

    def power_row(self, base: Value, exponent: Value) -> Op:
        """The row of base^exponent, without a walk through the exponent."""
        if exponent in self.varying:
            return OPS["exp"] if base.op is OPS["e"] else OPS["pow"]
        return power_row(base, exponent)


def known(e: Any) -> None:
    """Raises Unsupported where the table has nothing like it: before its parts are looked at."""
    head = type(e).__name__
    if e.is_Symbol or getattr(e, "is_Rational", False) or getattr(e, "is_Float", False):
        return
    if head not in SHAPES and row_of(head) is None and not in_c(e):
        raise absent(e)


def absent(e: Any) -> Unsupported:
    """The error for what the table lacks, with what to do instead where something is known."""
    head = type(e).__name__
    hint = next((hint for names, hint in INSTEAD if head in names), None)
    if hint is None and e.is_Function and isinstance(e, sympy().core.function.AppliedUndef):
        hint = f"put the formula of {head} in its place"
    return Unsupported(f"no operation for SymPy's {head}",
                       hint=hint or "sg.OPS has the operations there are")  # fmt: skip


def in_c(e: Any) -> str:
    """The formula in x, y, z of what SymPy has for the functions of C and NumPy; else nothing."""
    head = type(e).__name__
    if not (type(e).__module__ or "").startswith("sympy.codegen"):
        return ""
    own = OPS.get(head.lower())
    if own and not own.hidden and own.arity in (None, len(e.args)):
        return f"{own.name}({', '.join('xyz'[: len(e.args)])})"
    return formulas().get(head, "")


def _node(graphs: Sheet, e: Any, x: list[Value]) -> Value:
    if e.is_Symbol:
        return graphs.variable(e)
    if getattr(e, "is_Float", False):
        return decimal(graphs, e)
    if getattr(e, "is_Rational", False):
        return graphs.rational(Fraction(int(e.p), int(e.q)))
    head = type(e).__name__
    if head in SHAPES:
        return SHAPES[head](graphs, e, x)
    if formula := in_c(e):
        return rebuilt([graph_of(formula).root], graphs.graphs, put=dict(zip("xyz", x)))[0]
    op = row_of(head)
    if op is None or op.arity not in (None, len(x)):
        raise absent(e)
    return graphs.node(op, tuple(x))


def row_of(head: str) -> Op | None:
    """The row that is this class of SymPy's."""
    own = OPS.get(head)
    if own and own.meaning is None and own.arity is not None:
        return own
    return next((op for op in OPS.values() if op.sympy == head), None)


def decimal(graphs: Sheet, e: Any) -> Value:
    """A SymPy Float as the shortest decimal that means it; `str` drops a double's last bits."""
    double = float(e) if e._prec == DOUBLE else inf
    kept = isfinite(double) and sympy().Float(double) == e  # 1e-320 loses digits, 1e-5000 all
    exact = Fraction(repr(double) if kept else str(e))
    size = graphs.literal(abs(exact))
    return graphs.node(OPS["neg"], (size,)) if exact < 0 else size


def add(graphs: Sheet, e: Any, x: list[Value]) -> Value:
    """A sum, its positive terms first so that it need not open with a minus."""
    terms = sorted(x, key=lambda v: negated(v) is not None)
    found = terms[0]
    for term in terms[1:]:
        minus = negated(term)
        found = (
            graphs.node(OPS["sub"], (found, minus))
            if minus
            else graphs.node(OPS["add"], (found, term))
        )
    return found


def mul(graphs: Sheet, e: Any, x: list[Value]) -> Value:
    """One fraction: the factors with negative exponents below the bar, a minus in front."""
    top, bottom, minus = [], [], False
    for part, v in zip(e.args, x):
        under = reciprocal(part, v)
        if part.is_Rational:
            minus ^= part < 0
            top += [graphs.literal(abs(int(part.p)))] if abs(part.p) != 1 else []
            bottom += [graphs.literal(int(part.q))] if part.q != 1 else []
        elif under is not None:
            bottom.append(under)
        elif (inner := negated(v)) is not None:
            minus ^= True
            top.append(inner)
        else:
            top.append(v)
    found = chained(graphs, "mul", top) if top else graphs.literal(1)
    if bottom:
        found = graphs.node(OPS["div"], (found, chained(graphs, "mul", bottom)))
    return graphs.node(OPS["neg"], (found,)) if minus else found


def reciprocal(part: Any, v: Value) -> Value | None:
    """What stands below the bar of a negative power, as `power` wrote it: 1/b^n, 1/sqrt(b)."""
    if isinstance(part, sympy().Pow) and v.op is OPS["div"] and v.args[0].label == 1:
        return v.args[1]
    return None


def chained(graphs: Sheet, name: str, x: list[Value]) -> Value:
    found = x[0]
    for v in x[1:]:
        found = graphs.node(OPS[name], (found, v))
    return found


def power(graphs: Sheet, e: Any, x: list[Value]) -> Value:
    """b^n; a negative rational exponent goes below the bar."""
    exponent = e.args[1]
    if exponent.is_Rational and exponent < 0:
        below = power_node(
            graphs, x[0], graphs.rational(Fraction(int(-exponent.p), int(exponent.q)))
        )
        return graphs.node(OPS["div"], (graphs.literal(1), below))
    return power_node(graphs, x[0], x[1])


def power_node(graphs: Sheet, base: Value, exponent: Value) -> Value:
    if exponent.label == 1:
        return base
    if exponent.op is OPS["div"] and [a.label for a in exponent.args] == [1, 2]:
        return graphs.node(OPS["sqrt"], (base,))
    op = graphs.power_row(base, exponent)
    return graphs.node(op, (exponent,) if op is OPS["exp"] else (base, exponent))


def exponential(graphs: Sheet, e: Any, x: list[Value]) -> Value:
    return graphs.node(OPS["exp"], (x[0],))


def logarithm(graphs: Sheet, e: Any, x: list[Value]) -> Value:
    logs = [graphs.node(OPS["log"], (v,)) for v in x]
    return logs[0] if len(logs) == 1 else graphs.node(OPS["div"], (logs[0], logs[1]))


def pieces(graphs: Sheet, e: Any, x: list[Value]) -> Value:
    """Piecewise as nested ifs; where none of its conditions holds, it has no value."""
    covered = sympy().Or(*(pair.args[1] for pair in e.args))
    whole = True in (covered, sympy().simplify_logic(covered, force=False), covered.simplify())
    pairs = [*zip(x[::2], x[1::2])]
    found = pairs.pop()[0] if whole else graphs.graphs.valueless()
    for value, condition in reversed(pairs):
        found = chosen(graphs, condition, value, found)
    return found


# A condition that is no single comparison: (value where it holds, value where it does not).
Condition = Callable[[Value, Value], Value]


def chosen(graphs: Sheet, condition: Value | Condition, yes: Value, no: Value) -> Value:
    """yes where the condition holds, else no."""
    if not isinstance(condition, Value):
        return condition(yes, no)
    if condition.op is None:  # SymPy's true and false
        return yes if condition.label else no
    return graphs.node(OPS["if"], (condition, yes, no))


def joined(every: bool) -> Callable[..., Condition]:
    """And, where every condition holds; Or, where one does."""

    def shape(graphs: Sheet, e: Any, x: list[Any]) -> Condition:
        def choice(yes: Value, no: Value) -> Value:
            for condition in reversed(x):
                met = chosen(graphs, condition, yes, no)
                yes, no = (met, no) if every else (yes, met)
            return yes if every else no

        return choice

    return shape


both, either = joined(every=True), joined(every=False)


def odd(graphs: Sheet, e: Any, x: list[Any]) -> Condition:
    """Xor: whether an odd number of the conditions hold."""

    def choice(yes: Value, no: Value) -> Value:
        even, uneven = no, yes
        for condition in x:
            even, uneven = (
                chosen(graphs, condition, uneven, even), chosen(graphs, condition, even, uneven)
            )  # fmt: skip
        return even

    return choice


def equal(graphs: Sheet, e: Any, x: list[Any]) -> Condition:
    return both(graphs, e, [graphs.node(OPS[sign], tuple(x)) for sign in ("ge", "le")])


def otherwise(condition: Condition) -> Condition:
    return lambda yes, no: condition(no, yes)


def one_or_other(graphs: Sheet, e: Any, x: list[Any]) -> Condition:
    """ITE: the second condition where the first holds, else the third."""
    return lambda yes, no: chosen(
        graphs, x[0], chosen(graphs, x[1], yes, no), chosen(graphs, x[2], yes, no)
    )


def whole(e: Any, least: int) -> None:
    """Raises Unsupported where the order of a row's function is no such number."""
    n = e.args[0]
    if not (n.is_Integer and n >= least):
        raise Unsupported(f"SymPy's {type(e).__name__} of order {n}",
                          hint=f"the order is a whole number of at least {least}")  # fmt: skip


def heaviside(graphs: Sheet, e: Any, x: list[Value]) -> Value:
    """1 above 0, 0 below, and at 0 what its second argument says."""

    def where(compare: str, then: Value, other: Value) -> Value:
        return chosen(graphs, graphs.node(OPS[compare], (x[0], zero)), then, other)

    zero, one = graphs.literal(0), graphs.literal(1)
    if x[1:] == [one]:
        return where("ge", one, zero)
    if x[1:] in ([], [zero]):
        return where("gt", one, zero)
    return where("gt", one, where("lt", zero, x[1]))


def digamma_or(graphs: Sheet, e: Any, x: list[Value]) -> Value:
    whole(e, 0)
    return (
        graphs.node(OPS["digamma"], (x[1],))
        if e.args[0] == 0
        else graphs.node(OPS["polygamma"], tuple(x))
    )


def bessel_row(name: str, any_order: bool = False) -> Callable[..., Value]:
    def shape(graphs: Sheet, e: Any, x: list[Value]) -> Value:
        if not any_order:
            whole(e, -10_000)
        n = e.args[0]
        if n in (0, 1):
            return graphs.node(OPS[f"{name}{n}"], (x[1],))
        return graphs.node(OPS[name], tuple(x))

    return shape


def hypergeometric(graphs: Sheet, e: Any, x: list[Value]) -> Value:
    name = {"11": "hyp1f1", "21": "hyp2f1"}.get(f"{len(e.ap)}{len(e.bq)}")
    if name is None:
        raise Unsupported(f"SymPy's {e.func.__name__} with other than 1F1 or 2F1's parameters")
    return graphs.node(OPS[name], tuple(x))


def regularized(name: str) -> Callable[..., Value]:
    """SymPy's incomplete gamma function is not divided by the whole one."""

    def shape(graphs: Sheet, e: Any, x: list[Value]) -> Value:
        part = graphs.node(OPS[name], tuple(x))
        return graphs.node(OPS["mul"], (graphs.node(OPS["gamma"], (x[0],)), part))

    return shape


def from_zero(graphs: Sheet, e: Any, x: list[Value]) -> Value:
    if e.args[2] != 0:
        raise Unsupported("SymPy's betainc_regularized from other than 0")
    return graphs.node(OPS["betainc"], (x[0], x[1], x[3]))


def fraction(graphs: Sheet, e: Any, x: list[Value]) -> Value:
    return graphs.node(OPS["sub"], (x[0], graphs.node(OPS["floor"], (x[0],))))


def constant(name: str) -> Callable[..., Value]:
    return lambda graphs, e, x: graphs.node(OPS[name], ())


# What SymPy has a name for, in the table's operations.
NAMED_NUMBERS = {
    "EulerGamma": "-digamma(1)", "GoldenRatio": "(1 + sqrt(5))/2",
    "Catalan": "(polygamma(1, 1/4) - pi^2)/8",
    "TribonacciConstant": "(1 + cbrt(19 - 3*sqrt(33)) + cbrt(19 + 3*sqrt(33)))/3",
}  # fmt: skip


def named_number(graphs: Sheet, e: Any, x: list[Value]) -> Value:
    return rebuilt([graph_of(NAMED_NUMBERS[type(e).__name__]).root], graphs.graphs)[0]


INSTEAD = (  # of SymPy's classes: what to do about them
    (("Sum", "Product", "Derivative", "Subs"), ".doit() writes it out where SymPy can"),
    (("Integral", "Limit"), "give the formula that it is equal to, which .doit() may find"),
    (("Order",), ".removeO() leaves it out"),
    (("ImaginaryUnit", "re", "im", "arg", "conjugate", "exp_polar", "polar_lift"), COMPLEX),
    (("Infinity", "NegativeInfinity", "ComplexInfinity"), REASONS["inf"]),
    (("NaN",), REASONS["nan"]),
)
SHAPES: dict[str, Callable[..., Any]] = {
    "Add": add, "Mul": mul, "Pow": power, "exp": exponential, "log": logarithm,
    "Piecewise": pieces, "polygamma": digamma_or,
    **{name: bessel_row(name, any_order=True) for name in ("bessely", "besselk")},
    "besselj": bessel_row("besselj"), "besseli": bessel_row("besseli"), "hyper": hypergeometric,
    **{head: regularized(row) for head, row in
       (("lowergamma", "gammainc"), ("uppergamma", "gammaincc"))},
    "betainc_regularized": from_zero, "frac": fraction,
    "Pi": constant("pi"), "Exp1": constant("e"),
    "BooleanTrue": lambda graphs, e, x: graphs.literal(1),
    "BooleanFalse": lambda graphs, e, x: graphs.literal(0),
    "And": both, "Or": either, "Xor": odd, "ITE": one_or_other, "Equality": equal,
    "Not": lambda graphs, e, x: lambda yes, no: chosen(graphs, x[0], no, yes),
    "Unequality": lambda graphs, e, x: otherwise(equal(graphs, e, x)),
    "UnevaluatedExpr": lambda graphs, e, x: x[0],
    **dict.fromkeys(NAMED_NUMBERS, named_number),
    "Heaviside": heaviside,
}  # fmt: skip
