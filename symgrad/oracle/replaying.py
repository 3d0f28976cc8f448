"""Run a program in anything that has Python operators and functions by our names.

- `replay(program, namespace, leaves)` returns the root; `leaves` are the engine's own variables.
- `offered(namespace)` is the set of operations that a namespace can replay.

Operators serve add, sub, mul, div, neg, powers and comparisons; everything else comes from the
namespace, an object or a mapping; `if` is its `where`. Constants are plain Python numbers.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..errors import Unsupported
from ..ops import OPS
from .programs import Program

OPERATORS: dict[str, Callable] = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": operator.truediv,
    "neg": operator.neg, "pow": operator.pow, "powi": operator.pow, "powr": operator.pow,
    "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge,
}  # fmt: skip
COMPARISONS = frozenset(("lt", "le", "gt", "ge"))
ARITHMETIC = frozenset(OPERATORS) - COMPARISONS


def found_in(namespace: Any, name: str) -> Callable | None:
    """The namespace's function of that name; `where` serves `if`."""
    wanted = "where" if name == "if" else name
    if isinstance(namespace, Mapping):
        return namespace.get(wanted)
    return getattr(namespace, wanted, None)


def function(namespace: Any, name: str) -> Callable:
    """What runs a step. Raises Unsupported where the namespace lacks it."""
    found = OPERATORS.get(name) or found_in(namespace, name)
    if found is None:
        raise Unsupported(f"the namespace has no {name}")
    return found


def offered(namespace: Any) -> frozenset[str]:
    """The rows that this namespace can replay."""
    rows = (n for n, op in OPS.items() if op.arity != 0 and not op.hidden and n not in OPERATORS)
    named = frozenset(name for name in rows if found_in(namespace, name))
    return named | ARITHMETIC | (COMPARISONS if "if" in named else frozenset())


def replay(program: Program, namespace: Any, leaves: Sequence[Any]) -> Any:
    """The root of the program, computed by the namespace from these leaves."""
    nodes: list[Any] = [*leaves, *program.constants]
    functions = {name: function(namespace, name) for name in program.operations}
    for name, *args in program.steps:
        nodes.append(functions[name](*[nodes[j] for j in args]))
    return nodes[program.root]
