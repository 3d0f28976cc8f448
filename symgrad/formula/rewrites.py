"""Cheap rearrangements of a whole Term: the rules that the search tries, two deep.

- `REWRITES` are these rules; a rule returns the Term itself where it does not apply.
- `collected(e)` is one fraction, its numerator multiplied out and shortened.
- `throughout(rule)` applies a rule for a sum or a product to all of a Term.
"""

from __future__ import annotations

from collections.abc import Callable

from .calls import ONE
from .cases import absolutes, cubed, masked, pushed, signs, unsigned
from .identities import (
    complement,
    fraction_cleared,
    gathered,
    hyperbolic,
    inverted,
    joined_roots,
    logarithms,
    pythagorean,
    quotients,
    reciprocals,
    root_cleared,
    root_content,
    rooted,
    swapped,
)
from .sums import common, expanded
from .terms import Term

Rule = Callable[[Term], Term]


def throughout(rule: Rule) -> Rule:
    """The rule on every term, then on every bracket of a product, then on the whole."""

    def rewritten(e: Term) -> Term:
        if e.is_sum:
            return rule(e.home.add(*(within(rule, t) for t in e.args)))
        return rule(within(rule, e))

    return rewritten


def within(rule: Rule, e: Term) -> Term:
    """A product whose brackets are rewritten, then the product itself."""
    m = e.home
    sums = {b: n for b, n in e.factors if b.is_sum and n.denominator == 1 and rule(b) is not b}
    if sums:
        e = swapped(e, sums, *(m.power(rule(b), n) for b, n in sums.items()))
    return e if e.is_sum else rule(e)


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


REWRITES: tuple[Rule, ...] = (
    throughout(unsigned), throughout(cubed), throughout(masked), throughout(pushed),
    common, throughout(common), expanded, throughout(expanded), collected, shortened,
    throughout(pythagorean), throughout(complement), throughout(hyperbolic),
    throughout(quotients), throughout(reciprocals), throughout(gathered),
    throughout(absolutes), throughout(signs), throughout(rooted), throughout(joined_roots),
    root_cleared, throughout(root_content), fraction_cleared, throughout(inverted),
    throughout(logarithms),
)  # fmt: skip
