"""Antiderivatives as SymPy finds them, as graphs, and the rules by which a person finds them.

- `antiderivatives(root, name, first)` are proposals: whoever takes one differentiates it.
- `definite(root, name, low, high)` is a proposal for the number that an integral is.
- `integrated_by_hand(root, name)` are the rules in their order: what is done, and with what.

All may take long: they run where they can be killed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..value import Value
from .graphing import graph
from .meanings import meaning, symbol, sympy

MOST_INTEGRATION_STEPS = 40


class Applied(NamedTuple):
    """One rule of integration: its code, the formulas that it is about, and what it gives."""

    code: str
    formulas: tuple[Value, ...]
    result: Value | None = None


def antiderivatives(root: Value, name: str, first: bool) -> tuple[Value, ...]:
    """By the way that is quick for such a function, or by the other one.

    By hand SymPy is quick, except for fractions of polynomials, which it takes apart at length.
    """
    f, x = meaning(root), symbol(name)
    fraction = f.is_rational_function(x) and not f.is_polynomial(x)
    found = sympy().integrate(f, x, **({} if first is bool(fraction) else {"manual": True}))
    return tuple(graph(form) for e in branches(found, x) if complete(e) for form in with_sizes(e))


def complete(e: Any) -> bool:
    """Whether nothing is left to integrate, and all is real."""
    s = sympy()
    return not e.has(s.Integral, s.I, s.nan, s.zoo)


def definite(root: Value, name: str, low: Value | None, high: Value | None) -> tuple[Value, ...]:
    """A definite integral as SymPy finds it, as a number; None is an infinite bound."""
    s = sympy()
    a = -s.oo if low is None else meaning(low)
    b = s.oo if high is None else meaning(high)
    found = s.integrate(meaning(root), (symbol(name), a, b))
    known = found.is_number and complete(found) and not found.has(s.oo, -s.oo)
    return (graph(s.simplify(found)),) if known else ()


def branches(e: Any, x: Any) -> Iterator[Any]:
    """The branches of an expression that differ only in what is assumed of its parameters."""
    cases = [p for p in e.atoms(sympy().Piecewise)
             if all(x not in case.cond.free_symbols for case in p.args)]  # fmt: skip
    if not cases:
        yield e
        return
    for case in cases[0].args:
        yield from branches(e.xreplace({cases[0]: case.expr}), x)


def with_sizes(found: Any) -> Iterator[Any]:
    """ln|u| for ln u where u may be negative; then as SymPy has it."""
    s = sympy()
    size = found.replace(s.log, lambda u: s.log(u if u.is_positive else s.Abs(u)))
    yield size
    if size != found:
        yield found


def integrated_by_hand(root: Value, name: str) -> list[Applied]:
    """The rules; none where SymPy has no rule for a part."""
    from sympy.integrals.manualintegrate import integral_steps  # noqa: PLC0415

    rule = integral_steps(meaning(root), symbol(name))
    return [] if rule.contains_dont_know() else list(_told(rule))[:MOST_INTEGRATION_STEPS]


def _shown(*expressions: Any) -> tuple[Value, ...]:
    """SymPy's expressions as graphs, its `_u` being u."""
    def plain(e: Any) -> Any:
        return e.subs({d: symbol(str(d.name).lstrip("_")) for d in e.free_symbols})

    return tuple(graph(plain(e)) for e in expressions)


def _told(rule: Any) -> Iterator[Applied]:
    """A rule and those that it leads to."""
    f = rule.integrand
    match type(rule).__name__:
        case "AddRule":
            yield Applied("sum", _shown(f))
            for part in rule.substeps:
                yield from _told(part)
        case "ConstantTimesRule":
            yield Applied("factor", _shown(rule.constant, rule.other))
            yield from _told(rule.substep)
        case "URule":
            shown = _shown(rule.u_var, rule.u_func, rule.substep.integrand)
            yield Applied("substitution", shown)
            yield from _told(rule.substep)
        case "PartsRule" if rule.second_step is not None:
            yield Applied("parts", _shown(rule.u, rule.dv))
            yield from _told(rule.v_step)
            yield from _told(rule.second_step)
        case "RewriteRule":
            yield Applied("rewritten", _shown(f, rule.rewritten))
            yield from _told(rule.substep)
        case "AlternativeRule":
            yield from _told(rule.alternatives[0])
        case _:
            yield Applied("table", _shown(f), _shown(next(with_sizes(rule.eval())))[0])


__all__ = ["Applied", "antiderivatives", "definite", "integrated_by_hand"]
