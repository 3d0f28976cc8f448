"""Solutions of ordinary differential equations as SymPy finds them, as graphs.

- `solutions(residual, name, functions, initial)` are proposals: whoever takes one puts it in.

It may take long: it runs where it can be killed.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from ..value import Value
from .by_hand import with_sizes
from .graphing import graph
from .meanings import meaning, symbol, sympy

Initial = tuple[Value, tuple[Value, ...]]  # x0, and y, y', ... there


def solutions(
    residual: Value, name: str, functions: Sequence[str], initial: Initial | None
) -> tuple[str, tuple[Value, ...]]:
    """SymPy's word for how the equation is solved, and the solutions y(x) that it finds."""
    s, x = sympy(), symbol(name)
    y = s.Function("y_of_x")
    put = {symbol(n): y(x).diff(x, k) if k else y(x) for k, n in enumerate(functions)}
    equation = s.Eq(meaning(residual).subs(put), 0)
    way, found = first_that_fits(equation, y(x))
    explicit = [e.rhs for e in (found if isinstance(found, list) else [found]) if e.lhs == y(x)]
    if initial:
        explicit = [fixed for e in explicit for fixed in with_constants(e, x, initial)]
    return way, tuple(graph(form) for e in explicit for form in spoken(e))


def first_that_fits(equation: Any, y: Any) -> tuple[str, Any]:
    """The first way that the equation can be solved in: to classify it takes far longer."""
    for way in PREFERRED_WAYS:
        with suppress(ValueError, RuntimeError):  # it does not fit, or SymPy cannot
            return way, sympy().dsolve(equation, y, hint=way)
    return "", sympy().dsolve(equation, y)


def with_constants(e: Any, x: Any, initial: Initial) -> list[Any]:
    """A solution with its constants as the initial values determine them."""
    s, (at, values) = sympy(), initial
    x0 = meaning(at)
    constants = sorted((c for c in e.free_symbols if str(c).startswith("C")), key=str)
    told = [s.Eq(e.diff(x, k).subs(x, x0), meaning(value)) for k, value in enumerate(values)]
    return [s.simplify(e.subs(ways)) for ways in s.solve(told, constants, dict=True)]


PREFERRED_WAYS = (  # as a course teaches them; what takes SymPy longest comes last
    "separable", "1st_linear", "nth_linear_constant_coeff_homogeneous",
    "nth_linear_constant_coeff_undetermined_coefficients", "nth_linear_euler_eq_homogeneous",
    "Bernoulli", "1st_homogeneous_coeff_best", "1st_exact", "nth_algebraic",
)  # fmt: skip


def spoken(e: Any) -> list[Any]:
    """A solution with C, or C_1 and C_2, for its constants."""
    s = sympy()
    constants = sorted((c for c in e.free_symbols if str(c).startswith("C")), key=str)
    named = [symbol("C" if len(constants) == 1 else f"C_{k + 1}") for k in range(len(constants))]
    plain = e.subs(dict(zip(constants, named)))
    forms = [s.expand(plain), plain] if len(constants) > 1 else [plain]
    return [form for p in forms for form in (p, *with_sizes(p)) if not form.has(s.Integral, s.I)]


__all__ = ["solutions"]
