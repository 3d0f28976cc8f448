"""The forms among which the most readable is sought.

- `candidates(root, name, most)` yields (Term, where it came from), at most `most` of them: the
  chain rule with textbook lines, SymPy's derivative and its cheap rearrangements, and the
  rewrites of all of these, two deep. Never `simplify`: it takes 20-450 ms, and is often worse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sized
from functools import partial
from typing import Any

from .. import symbolic
from ..errors import SymgradError
from ..value import Value
from .rewrites import REWRITES
from .terms import Term, Terms
from .textbook import STYLES, tangent

DEEP = 2
POLYNOMIAL = 40  # operations up to which SymPy's polynomial rearrangements take milliseconds
HIGHEST = 12  # power of a polynomial that is factored
Form = tuple[Term, str]


def candidates(terms: Terms, root: Value, name: str, raw: Any, most: int) -> Iterator[Form]:
    """Forms of df/dname: the chain rule's and their rewrites, then SymPy's and theirs.

    In this order, since a sum that was met first keeps its order of terms.
    """
    seen: dict[Term, str] = {}
    yield from search(terms, name, chained(terms, root, name), seen, most // 2)
    if raw is not None:
        yield from search(terms, name, rearranged(terms, name, raw), seen, most)


def search(
    terms: Terms, name: str, seeds: Iterable[Form], seen: dict[Term, str], most: int
) -> Iterator[Form]:
    """The seeds, then what the rewrites make of them, until `most` were seen."""
    layer = [form for form in seeds if fresh(seen, form)]
    yield from layer
    terms.sorting = terms.variable(name)
    for _ in range(DEEP):
        layer = [form for form in rewritten(layer, seen, most) if fresh(seen, form)]
        yield from layer
    terms.sorting = None


def fresh(seen: dict[Term, str], form: Form) -> bool:
    if form[0] in seen:
        return False
    seen[form[0]] = form[1]
    return True


def rewritten(layer: Iterable[Form], seen: Sized, most: int) -> Iterator[Form]:
    for term, source in layer:
        for rule in REWRITES:
            if len(seen) >= most:
                return
            yield rule(term), source


def chained(terms: Terms, root: Value, name: str) -> Iterator[Form]:
    for style in STYLES:
        yield tangent(terms, root, name, style), "chain rule"


def rearranged(terms: Terms, name: str, raw: Any) -> Iterator[Form]:
    """SymPy's derivative, and what its own cheap functions make of it."""
    terms.sorting = terms.variable(name)
    yield from read(terms, lambda: raw, "SymPy")
    if not is_small_fraction(raw):
        return
    s = symbolic.sympy()
    for rule in (s.cancel, s.factor):
        yield from read(terms, partial(rule, raw), f"SymPy's {rule.__name__}")


def is_small_fraction(raw: Any) -> bool:
    """A quotient of polynomials of low degree: factoring e^(x + 262) takes SymPy a minute."""
    if raw.count_ops() > POLYNOMIAL or not raw.is_rational_function():
        return False
    return all(abs(p.exp) <= HIGHEST for p in raw.atoms(symbolic.sympy().Pow) if p.exp.is_Integer)


def read(terms: Terms, made: Callable[[], Any], source: str) -> Iterator[Form]:
    """A SymPy expression as a form; none where the table lacks what it is written in."""
    try:
        yield terms.read(symbolic.graph(symbolic.smooth(made()))), source
    except (SymgradError, ArithmeticError, ValueError, s_errors()):
        return


def s_errors() -> type[Exception]:
    """What SymPy's polynomials raise when they cannot."""
    found: type[Exception] = symbolic.sympy().polys.polyerrors.BasePolynomialError
    return found
