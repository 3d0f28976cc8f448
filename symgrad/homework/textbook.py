"""One differentiation rule as a formula, the derivatives of its parts not yet taken.

- `textbook(root, "x")` is the whole derivative, as the rows have it.
- `TextbookRule(terms, graphs, "x", active).pending(node)` is d(node)/dx by its row: for u*v it is
  u'*v + u*v', for sin(u) it is cos(u)*u'. The factors come from the table's partials; only sums,
  products and quotients have a form of their own in every textbook.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..engine import order
from ..formula.candidates import STYLES, by_cases, tangents
from ..formula.term_writing import written
from ..formula.terms import Term, Terms
from ..ops import OPS, Op
from ..value import Graphs, Value, is_literal, tidy

FIRST_MARK = 0x4E00  # names that nobody can type stand for derivatives that are still to be taken


@dataclass(frozen=True, slots=True)
class Pending:
    """A formula in which the variables named in `parts` stand for the derivatives of these."""

    form: Value
    parts: dict[str, Value]


def textbook(root: Value, name: str) -> Value:
    """The derivative as a textbook writes it: 3*cos(3*x), as the rows have it and no SymPy."""
    terms, nodes = Terms(), order((root,))
    terms.read(root, set(nodes))
    slope = tangents(terms, root, name, STYLES[0])[-1]
    decimals = any(is_literal(v) and not isinstance(v.label, int) for v in nodes)
    return written(terms, slope or terms.zero, Graphs(), decimals)


def is_name(name: str, node: Value) -> bool:
    """Whether a node is the variable of that name."""
    return node.op is None and node.label == name


def reach(node: Value, active: dict[Value, bool]) -> list[Value]:
    """The sums, differences and signs at the top of a node, arguments first."""
    found, stack = [], [node]
    while stack:
        v = stack.pop()
        if v.op and v.op.family == "sum" and active[v]:
            found.append(v)
            stack += v.args
    return list(dict.fromkeys(found[::-1]))


class TextbookRule:
    """Writes one rule as a graph; a name nobody can type stands for each derivative to take."""

    def __init__(
        self, terms: Terms, graphs: Graphs, name: str, active: dict[Value, bool],
        decimals: bool = False,
    ) -> None:  # fmt: skip
        self.terms, self.graphs, self.name, self.active = terms, graphs, name, active
        self.decimals = decimals
        self.parts: dict[str, Value] = {}

    def prime(self, node: Value) -> Pending:
        """(node)' and nothing else."""
        mark = chr(FIRST_MARK)
        return Pending(self.graphs.variable(mark), {mark: node})

    def pending(self, node: Value) -> Pending:
        form = self.additive(node) if node.op and node.op.family == "sum" else self.other(node)
        (form,) = tidy([form])
        used = {v.label for v in order((form,))}
        return Pending(form, {mark: of for mark, of in self.parts.items() if mark in used})

    def d(self, node: Value) -> Value:
        """The derivative of a part: 0 for a constant, else a mark, one a part."""
        if not self.active[node]:
            return self.graphs.literal(0)
        for mark, of in self.parts.items():
            if of is node:
                return self.graphs.variable(mark)
        mark = chr(FIRST_MARK + len(self.parts))
        self.parts[mark] = node
        return self.graphs.variable(mark)

    def additive(self, node: Value) -> Value:
        """A sum of sums in one step, term by term."""
        new: dict[Value, Value] = {}
        for v in reach(node, self.active):
            args = tuple(new[a] if a in new else self.d(a) for a in v.args)
            new[v] = self.graphs.node(v.op, args)  # type: ignore[arg-type]
        return new[node]

    def other(self, node: Value) -> Value:
        op, args = node.op, node.args
        assert op is not None
        if cases := by_cases(op):
            return self.cases(cases, node)
        special = TEXTBOOK_SHAPES.get(op.name)
        return special(self, *args) if special else self.chained(op, node)

    def chained(self, op: Op, node: Value) -> Value:
        """The sum over the moving parts: partial times derivative."""
        products = []
        for partial, a in zip(self.partials(op, node), node.args):
            if partial is not None and self.active[a]:
                products.append(partial if is_name(self.name, a) else times(partial, self.d(a)))
        total = products[0] if products else self.graphs.literal(0)
        for product in products[1:]:
            minus = product.op is OPS["neg"]
            total = total - product.args[0] if minus else total + product
        return total

    def partials(self, op: Op, node: Value) -> list[Value | None]:
        """dy/dx[i] as a textbook writes it."""
        terms = self.terms
        terms.style = STYLES[0]
        x, wanted = [terms.read(a) for a in node.args], [self.active[a] for a in node.args]
        found = terms.partials(op, terms.read(node), x, wanted)
        terms.style = ()
        return [None if p is None else self.written(terms.lift(p)) for p in found]

    def written(self, term: Term) -> Value:
        return written(self.terms, term, self.graphs, self.decimals)

    def cases(self, rule: Callable[..., Any], node: Value) -> Value:
        """The rule of a row that is one case or another, on marks."""
        terms = self.terms
        x = [terms.read(a) for a in node.args]
        t = [terms.read(self.d(a)) if self.active[a] else None for a in node.args]
        return self.written(rule(terms, terms.read(node), x, t) or terms.zero)

    # --- rules that every textbook has in a form of their own -------------------------------------

    def product(self, a: Value, b: Value) -> Value:
        return self.d(a) * b + a * self.d(b)

    def quotient(self, a: Value, b: Value) -> Value:
        if not self.active[b]:
            return self.d(a) / b
        square = self.graphs.node(OPS["powi"], (b, self.graphs.literal(2)))
        if not self.active[a]:
            return -((a * self.d(b)) / square)
        return (self.d(a) * b - a * self.d(b)) / square


def times(partial: Value, d: Value) -> Value:
    """partial*d, with d above the bar where 1 stands there."""
    if partial.op is OPS["neg"]:
        return -times(partial.args[0], d)
    if partial.op is OPS["div"] and partial.args[0].label == 1:
        return d / partial.args[1]
    return partial * d


TEXTBOOK_SHAPES: dict[str, Callable[..., Value]] = {
    "mul": TextbookRule.product, "div": TextbookRule.quotient,
}  # fmt: skip
