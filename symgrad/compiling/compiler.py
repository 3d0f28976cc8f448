"""A formula as a fast function: machine code, or generated code, for one point and for millions.

- `compile(f)` is a `Compiled`; `compile(f, wrt=["x"], order=2, backend="python")` chooses, and
  `compile([f, g, h])` computes several functions and their Jacobian in one call.
- `expression_code`, `gradient_code` are functions as text: Python, NumPy, C.

Compiled Python has the bits of `engine` in floats (up to what over- and underflows on the way);
machine code is within the ulps that README.md lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from ..deferred import Deferred
from ..engine import Tape
from ..errors import UsageError
from ..language import graph_of
from ..value import Value, point
from .backends import Plan, formula
from .code import gradient_program, label, value_program
from .compiled import Compiled
from .dialects import DIALECTS
from .source import written

BACKENDS = ("auto", "llvm", "numpy", "python")
ACCURACIES = ("exact", "fast")

symbolic: Any = Deferred("symbolic")


def compile(f: Any, wrt: Iterable[str] | str | None = None, order: int = 1, backend: str = "auto",
            *, accuracy: str = "exact", optimize: bool | None = None,
            variables: Iterable[str] | None = None) -> Compiled:  # fmt: skip
    """A fast function of f's value and derivatives.

    `f` is a text, an Expression, a graph of Values, a SymPy expression, or a list of these.
    `variables` is the order of positional arguments (that of appearance), `wrt` names the variables
    to differentiate by (all), `order` is 1 or 2. `backend` "auto" runs machine code where
    llvmlite is there, else one point in Python and a batch in NumPy where NumPy has every function.
    For machine code, `accuracy` "exact" calls only routines within 1 ulp, "fast" also vector
    routines within 4; `optimize` True spends time on better code, False none, None by size.
    Raises UsageError for what cannot be compiled, Unsupported for a backend that cannot.
    """
    made = prepared(f, wrt, order, backend, accuracy, optimize, variables)
    made.prepare()  # machine code is made now, not at the first call
    return made


def prepared(f: Any, wrt: Iterable[str] | str | None = None, order: int = 1, backend: str = "auto",
             accuracy: str = "exact", optimize: bool | None = None,
             variables: Iterable[str] | None = None) -> Compiled:  # fmt: skip
    """`compile`, but that machine code is made when it is first needed."""
    if backend not in BACKENDS:
        raise UsageError(f"unknown backend {backend!r}; one of {', '.join(BACKENDS)}")
    if accuracy not in ACCURACIES:
        raise UsageError(f"accuracy is {' or '.join(ACCURACIES)}, got {accuracy!r}")
    if order not in (1, 2):
        raise UsageError(f"order is 1 or 2, got {order!r}")
    many = isinstance(f, list | tuple)
    if many and (not f or order != 1):
        raise UsageError("a list to compile has at least one function, and order 1")
    given = list(f) if many else [f]
    declared = () if variables is None else positions(variables, ())
    roots = tuple(graph(g, declared) for g in given)
    tape = Tape.of(roots, label)
    named = (getattr(g, "variables", None) or (many and Tape.of([root], label).variables) or ()
             for g, root in zip(given, roots))  # fmt: skip
    used = tuple(dict.fromkeys((*chain.from_iterable(named), *tape.variables)))
    names = used if variables is None else positions(variables, used)
    plan = Plan(roots, names, chosen(wrt, names), order, many)
    if order == 1 and {*plan.wrt} >= {*tape.variables}:
        vars(plan)["tape"] = tape  # the same, and laying a graph flat takes a tenth of the time
    return Compiled(plan, backend, {"accuracy": accuracy, "optimize": optimize})


def positions(variables: Any, used: Sequence[str]) -> tuple[str, ...]:
    """The order of positional arguments: every variable once; others may be named, and unused."""
    given = (variables,) if isinstance(variables, str) else tuple(variables)
    for k, name in enumerate(given):
        if not isinstance(name, str) or name in given[:k]:
            raise UsageError(f"variables are different names, got {point.shown(variables)}")
    missing = [name for name in used if name not in given]
    if missing:
        raise UsageError(f"variables leaves out {point.listed(missing)}")
    return given


def graph(f: Any, declared: Sequence[str] = ()) -> Value:
    """What is compiled, as a graph."""
    if isinstance(f, str):
        return graph_of(f, variables=declared).root
    root = f if isinstance(f, Value) else getattr(f, "root", None)
    if isinstance(root, Value):
        return root
    if any(base.__module__ == "sympy.core.basic" for base in type(f).__mro__):
        found: Value = symbolic.graph(f)
        return found
    raise UsageError(f"compile takes a text, an Expression, a Value, a SymPy expression or a list, "
                     f"got {type(f).__name__}")  # fmt: skip


def expression_code(root: Value, dialect: str, variables: Sequence[str] | None = None) -> str:
    """The text of a function f that computes the value, in "python", "numpy" or "c"."""
    if dialect not in DIALECTS:
        raise UsageError(f"unknown dialect {dialect!r}; one of {', '.join(DIALECTS)}")
    program = value_program(root, DIALECTS[dialect], variables)
    return written(program, DIALECTS[dialect], "f", formula(root), [0])


def gradient_code(
    root: Value, dialect: str, variables: Sequence[str] | None = None,
    wrt: Sequence[str] | None = None, name: str = "value_and_gradient",
) -> str:  # fmt: skip
    """The same with the partials by `wrt` (all); in C `double value_and_gradient(point, grad)`."""
    if dialect not in DIALECTS:
        raise UsageError(f"unknown dialect {dialect!r}; one of {', '.join(DIALECTS)}")
    program = gradient_program(root, DIALECTS[dialect], variables, wrt)
    layout = [0, list(range(1, len(program.outputs)))]
    return written(program, DIALECTS[dialect], name, formula(root), layout)


def chosen(wrt: Iterable[str] | str | None, variables: Sequence[str]) -> tuple[str, ...]:
    """The variables to differentiate by, checked."""
    if wrt is None:
        return tuple(variables)
    try:
        one = isinstance(wrt, str) or hasattr(wrt, "name")
        given: tuple[Any, ...] = (wrt,) if one else tuple(wrt)
        names = tuple(getattr(name, "name", name) for name in given)  # SymPy's symbols have one
    except TypeError:
        raise UsageError(f"wrt is a name or several, got {wrt!r:.60}") from None
    for k, name in enumerate(names):
        point.known(name, variables)
        if name in names[:k]:
            raise UsageError(f"wrt has {name} twice")
    return names
