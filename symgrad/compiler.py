"""A formula as a fast function: generated straight-line code for one point and for millions.

- `compile(f)` is a `Compiled`; `compile(f, wrt=["x"], order=2, backend="python")` chooses.
- `compiled(2, 0.5, 1)` is the quick call: `(value, (partial, ...))`, by position.
- `.value`, `.gradient`, `.value_and_gradient`, `.hessian` take `x=2, w=0.5` or a mapping.
- `.batch({"x": array, ...})` or `.batch(points)` runs over many points.
- `.source()` is the code as text, `.backend` says what runs and why.

Compiled Python has the bits of `engine` in floats (up to what over- and underflows on the way);
where it raises, the engine itself answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from .arithmetic.code import gradient_program, label, value_program
from .arithmetic.dialects import DIALECTS
from .arithmetic.writing import written
from .compiled import Compiled, formula, known
from .engine import Tape
from .errors import UsageError
from .value import Value

BACKENDS = ("auto", "numpy", "python")


def compile(f: Any, wrt: Iterable[str] | str | None = None, order: int = 1,
            backend: str = "auto") -> Compiled:  # fmt: skip
    """A fast function of f's value and derivatives; f is an Expression or a graph of Values.

    `wrt` names the variables to differentiate by (all), `order` is 1 or 2. `backend` "auto" runs
    one point in Python and a batch in NumPy where NumPy has every function.
    """
    root = f if isinstance(f, Value) else getattr(f, "root", None)
    if not isinstance(root, Value):
        raise UsageError(f"compile takes an Expression or a Value, got {type(f).__name__}")
    if backend not in BACKENDS:
        raise UsageError(f"unknown backend {backend!r}; one of {', '.join(BACKENDS)}")
    if order not in (1, 2):
        raise UsageError(f"order is 1 or 2, got {order!r}")
    variables = Tape.of([root], label).variables if f is root else tuple(f.variables)
    return Compiled(root, variables, chosen(wrt, variables), order, backend)


def expression_code(root: Value, dialect: str, variables: Sequence[str] | None = None) -> str:
    """The text of a function f that computes the value, in "python", "numpy" or "c"."""
    if dialect not in DIALECTS:
        raise UsageError(f"unknown dialect {dialect!r}; one of {', '.join(DIALECTS)}")
    program = value_program(root, DIALECTS[dialect], variables)
    return written(program, DIALECTS[dialect], "f", formula(root), [0])


def gradient_code(root: Value, dialect: str, variables: Sequence[str] | None = None) -> str:
    """The same with the gradient; in C `double value_and_gradient(point, grad)`."""
    if dialect not in DIALECTS:
        raise UsageError(f"unknown dialect {dialect!r}; one of {', '.join(DIALECTS)}")
    program = gradient_program(root, DIALECTS[dialect], variables)
    layout = [0, list(range(1, len(program.outputs)))]
    return written(program, DIALECTS[dialect], "value_and_gradient", formula(root), layout)


def chosen(wrt: Iterable[str] | str | None, variables: Sequence[str]) -> tuple[str, ...]:
    """The variables to differentiate by, checked."""
    if wrt is None:
        return tuple(variables)
    names = (wrt,) if isinstance(wrt, str) else tuple(wrt)
    for name in names:
        known(name, variables)
    return names
