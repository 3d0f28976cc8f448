"""The forms among which the most readable is sought.

- `candidates(root, name, most)` yields (Term, where it came from), at most `most` of them: the
  chain rule with textbook lines, SymPy's derivative and its cheap rearrangements, and the
  rewrites of all of these, two deep. Never `simplify`: it takes 20-450 ms, and is often worse.
- `REWRITES` are the rules that are tried; a rule returns the Term itself where it does not apply.
- `tangent(terms, root, name, style)` is df/dname by the chain rule, from the inside out, so that
  the product rule comes out as f'g + fg' and a sum is differentiated term by term.
- `STYLES` are the sets of textbook lines to try: where the table of operations states a partial
  in rows that are stable in floats, a line here states it as one writes it.

None of this is trusted: every formula is held against SymPy's derivative before it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sized
from functools import partial
from typing import Any

from .. import engine, symbolic
from ..engine import Tape, forward
from ..errors import SymgradError
from ..ops import OPS, Op
from ..value import Value
from .half_angles import (
    angles_joined,
    balanced,
    conjugated,
    doubled,
    exponentials,
    halved,
    one_square,
    partly_common,
    recurrence,
    root_of_square,
    turned_root,
    undoubled,
)
from .identities import (
    absolutes,
    common,
    complement,
    cubed,
    expanded,
    fraction_cleared,
    gathered,
    hyperbolic,
    inverted,
    joined_roots,
    levelled,
    logarithms,
    masked,
    pushed,
    pythagorean,
    quotients,
    reciprocals,
    root_cleared,
    root_content,
    rooted,
    signs,
    swapped,
    unsigned,
)
from .polynomials import divided, factored, joined_below, number_inside
from .rows_as_terms import ONE
from .terms import Style, Term, Terms

REWRITES_DEEP = 3
POLYNOMIAL = 40  # operations up to which SymPy's polynomial rearrangements take milliseconds
MOST_EXP = 12  # power of a polynomial that is factored
SourcedTerm = tuple[Term, str]


def candidates(terms: Terms, root: Value, name: str, raw: Any, most: int) -> Iterator[SourcedTerm]:
    """Forms of df/dname: the chain rule's and their rewrites, then SymPy's and theirs.

    In this order, since a sum that was met first keeps its order of terms.
    """
    seen: dict[Term, str] = {}
    # half of the budget each: the rewrites of one side must not use up the other's
    yield from search(terms, name, chained(terms, root, name), seen, most // 2)
    if raw is not None:
        yield from search(terms, name, rearranged(terms, name, raw), seen, most)


def search(
    terms: Terms, name: str, seeds: Iterable[SourcedTerm], seen: dict[Term, str], most: int
) -> Iterator[SourcedTerm]:
    """The seeds, then what the rewrites make of them, until `most` were seen."""
    layer = [form for form in seeds if fresh(seen, form)]
    yield from layer
    terms.sorting = terms.variable(name)
    for _ in range(REWRITES_DEEP):
        layer = [form for form in rewritten(layer, seen, most) if fresh(seen, form)]
        yield from layer
    terms.sorting = None


def fresh(seen: dict[Term, str], form: SourcedTerm) -> bool:
    if form[0] in seen:
        return False
    seen[form[0]] = form[1]
    return True


def rewritten(layer: Iterable[SourcedTerm], seen: Sized, most: int) -> Iterator[SourcedTerm]:
    for term, source in layer:
        for rule in REWRITES:
            if len(seen) >= most:
                return
            yield rule(term), source


def chained(terms: Terms, root: Value, name: str) -> Iterator[SourcedTerm]:
    for style in STYLES:
        yield tangent(terms, root, name, style), "chain rule"


def rearranged(terms: Terms, name: str, raw: Any) -> Iterator[SourcedTerm]:
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
    return all(abs(p.exp) <= MOST_EXP for p in raw.atoms(symbolic.sympy().Pow) if p.exp.is_Integer)


def read(terms: Terms, made: Callable[[], Any], source: str) -> Iterator[SourcedTerm]:
    """A SymPy expression as a form; none where the table lacks what it is written in."""
    try:
        yield terms.read(symbolic.graph(symbolic.smooth(made()))), source
    except (SymgradError, ArithmeticError, ValueError, s_errors()):
        return


def s_errors() -> type[Exception]:
    """What SymPy's polynomials raise when they cannot."""
    found: type[Exception] = symbolic.sympy().polys.polyerrors.BasePolynomialError
    return found


# --- rewrites of a whole Term ---------------------------------------------------------------------

Rewrite = Callable[[Term], Term]


def throughout(rule: Rewrite) -> Rewrite:
    """The rule on every term, then on every bracket of a product, then on the whole."""

    def rewritten(e: Term) -> Term:
        if e.is_sum:
            return rule(e.home.add(*(within(rule, t) for t in e.args)))
        return rule(within(rule, e))

    return rewritten


def within(rule: Rewrite, e: Term) -> Term:
    """A product whose brackets are rewritten, then the product itself."""
    m = e.home
    sums = {b: n for b, n in e.factors if b.is_sum and n.denominator == 1 and rule(b) is not b}
    if sums:
        e = swapped(e, sums, *(m.power(rule(b), n) for b, n in sums.items()))
    return e if e.is_sum else rule(e)


def deep(rule: Rewrite) -> Rewrite:
    """The rule on a product, or on all the terms of a bracket, or else on the bracket."""

    def rewritten(e: Term) -> Term:
        terms = e.home.add(*map(rule, e.args)) if e.is_sum else e
        return rule(e) if terms is e else terms

    return rewritten


def collected(e: Term) -> Term:
    """One fraction, its numerator multiplied out and shortened, twice."""
    for _ in range(2):
        e = shortened(common(throughout(absolutes)(e)))
    return e


def shortened(e: Term) -> Term:
    """A product whose numerator's brackets are multiplied out, and their common factors taken."""
    if e.is_sum:
        return common(pythagorean(expanded(e)))
    for b, n in e.factors:
        if b.is_sum and n == 1 and (new := common(pythagorean(expanded(b)))) is not b:
            e = swapped(e, {b: ONE}, new)
    return e


def root_shortened(e: Term) -> Term:
    """sqrt((1 + x)^4 - (1 + x)^2) = |1 + x|*sqrt(x^2 + 2*x): squares leave a root."""
    m = e.home
    for b, n in e.factors:
        if b.is_sum and n.denominator == 2:
            for new in (shortened(common(b)), factored(expanded(b))):
                if new is not b and not new.is_sum:
                    return absolutes(rooted(swapped(e, {b: n}, m.power(new, n))))
    return e


# A form that several reach counts once; where the budget ends a layer, the last are not tried.
REWRITES: tuple[Rewrite, ...] = (
    throughout(unsigned), throughout(deep(cubed)), throughout(masked), throughout(pushed),
    levelled, common, throughout(common), expanded, throughout(expanded), collected, shortened,
    throughout(pythagorean), throughout(complement), throughout(hyperbolic),
    throughout(deep(quotients)), throughout(reciprocals), throughout(gathered),
    throughout(absolutes), throughout(signs), throughout(rooted), throughout(joined_roots),
    root_cleared, throughout(root_content), fraction_cleared, throughout(inverted),
    throughout(logarithms), throughout(deep(doubled)), throughout(halved), throughout(exponentials),
    throughout(partly_common), throughout(conjugated), throughout(turned_root),
    throughout(joined_below), throughout(root_of_square), throughout(divided), throughout(balanced),
    throughout(one_square), throughout(factored), throughout(number_inside),
    throughout(root_shortened), throughout(recurrence),
    throughout(undoubled), throughout(angles_joined),
)  # fmt: skip


STYLES: tuple[Style, ...] = (("textbook",), ("otherwise", "textbook"))


def either(m: Any, c: Any, a: Any, b: Any) -> Any:
    return m.select(c, m.zero if a is None else a, m.zero if b is None else b)


def of_case(x: Any, t: Any) -> Any:
    """The tangent of a case; where it has no value, this."""
    return x if x.op is OPS["log"] and x.args[0].is_number and x.args[0].number < 0 else t


def extreme(comparison: str) -> Callable[..., Any]:
    """max, min: the tangent of the argument that is attained."""

    def rule(m: Any, y: Any, x: Any, t: Any) -> Any:
        if x[0].is_number and len(x) == 2:  # max(0, x) turns where x > 0, not where 0 < x
            x, t = x[::-1], t[::-1]
        best, found = x[0], t[0]
        for a, ta in zip(x[1:], t[1:]):
            found = either(m, m.call(comparison, best, a), found, ta)
            best = m.call("max" if comparison == "gt" else "min", best, a)
        return found

    return rule


def clamped(m: Any, y: Any, x: Any, t: Any) -> Any:
    u, a, b = x
    return either(m, m.call("lt", u, a), t[1], either(m, m.call("gt", u, b), t[2], t[0]))


def rises(left: Callable[..., Any]) -> Callable[..., Any]:
    """t where x > 0, else left(m, x, t)."""
    return lambda m, y, x, t: either(m, m.call("gt", x[0], m.zero), t[0], left(m, x[0], t[0]))


# Rows whose derivative is one case or another: (m, y, arguments, their tangents or None).
CHAINED_CASES: dict[str, Callable[..., Any]] = {
    "if": lambda m, y, x, t: either(m, x[0], of_case(x[1], t[1]), of_case(x[2], t[2])),
    "max": extreme("gt"), "min": extreme("lt"), "clamp": clamped,
    "relu": rises(lambda m, x, t: m.zero),
    "leaky_relu": rises(lambda m, x, t: t * m.ratio(1, 100)),
    "elu": rises(lambda m, x, t: m.exp(x) * t),
}  # fmt: skip


def by_cases(op: Op | None) -> Callable[..., Any] | None:
    """The tangent of a row whose derivative is one case or another; None for the others."""
    return CHAINED_CASES.get(op.name) if op else None


def tangent(terms: Terms, root: Value, name: str, style: Style) -> Term:
    """df/dname by the chain rule, from the inside out."""
    return tangents(terms, root, name, style)[-1] or terms.zero


def tangents(terms: Terms, root: Value, name: str, style: Style) -> list[Term | None]:
    """The derivative of every node of a graph, in its order (None: a constant)."""
    tape = Tape.of([root], wrt=[name])
    values = forward(tape, terms, {v: terms.variable(v) for v in tape.variables})
    terms.style = style

    def rule(i: int, t: list[Term | None]) -> Term:
        return passed_on(terms, tape.ops[i], values[i], [values[j] for j in tape.args[i]], t)

    found = engine.tangents(tape, terms, values, {name: terms.literal(1)}, rule)
    terms.style = ()
    return found


def passed_on(m: Terms, op: Any, y: Term, x: list[Term], t: list[Term | None]) -> Term:
    """The tangent of y = op(x) from those of its arguments (None: a constant)."""
    if cases := by_cases(op):
        case: Term = cases(m, y, x, t)
        return case
    partials = m.partials(op, y, x, [a is not None for a in t])
    pairs = [(p, a) for p, a in zip(partials, t) if a is not None and p is not None]
    return m.add(*(m.multiply(m.lift(p), a) for p, a in pairs)) if pairs else m.zero
