"""Reductions of the grammar to a graph of Values, one method per alias of the grammar.

- `Builder(...)` is what `tables.run` calls back; the value of the whole text is a `Part`.
- `Calls` (applying.py) has the callbacks of functions, `Products` (juxtaposing.py) those of
  products, `Nodes` (parts.py) what all share; choices.py says which of several meanings to take.
- Constants are followed exactly while they are small (parts.py), so that 9^9^9^9, (9!)! and
  1/0 are errors within microseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ..errors import LanguageError
from ..ops import OPS
from ..value import Value
from .characters import ARGUMENT_MARK
from .complaints import unexpected
from .juxtaposing import Products
from .parts import Head, Part
from .tables import Token


def exactly(digits: str) -> int | Fraction:
    """A number as it was typed; a plain decimal without the detour of Fraction's own parser."""
    if digits.isdigit():
        return int(digits)
    whole, _, rest = digits.partition(".")
    if rest.isdigit():
        return Fraction(int(whole + rest), 10 ** len(rest))
    return Fraction(digits)


class Builder(Products):
    """The callbacks of one run over one text."""

    tokens: Sequence[Token] = ()  # for messages

    def unexpected(self, token: Token, allowed: set[str]) -> LanguageError:
        """The error for a token that fits nowhere."""
        return unexpected(self.tokens, token, allowed, self.text)

    # --- atoms ------------------------------------------------------------------------------------

    def number(self, start: int, end: int, token: Token) -> Part:
        digits = token.value
        value = self.numbers.get(digits)
        if value is None:
            value = self.graphs.literal(exactly(digits))
            self.constants.known(value)
            self.numbers[digits] = value
        return Part(value, start, end, "number")

    def name(self, start: int, end: int, token: Token) -> Part:
        found = self.bound.get(token.value)
        self.unused.pop(token.value, None)
        if found is None:
            if token.value[-1] != ARGUMENT_MARK:
                self.seen.setdefault(token.value, start)
            found = self.graphs.variable(token.value)
        return Part(found, start, end, "name")

    def constant(self, start: int, end: int, token: Token) -> Part:
        return Part(self.node(token.value, (), start, end), start, end, "constant")

    def group(self, start: int, end: int, inner: Part) -> Part:
        return self.part(inner.value, start, end, "group", inner)

    def bars(self, start: int, end: int, _: Token, inner: Part, __: Token) -> Part:
        return self.part(self.node("abs", (inner.value,), start, end), start, end, "group", inner)

    def head(self, start: int, end: int, token: Token) -> Head:
        return Head(token.value, start, end)

    # --- signs, sums, powers ----------------------------------------------------------------------

    def add(self, start: int, end: int, a: Part, b: Part) -> Part:
        return self.infix("add", start, end, a, b)

    def sub(self, start: int, end: int, a: Part, b: Part) -> Part:
        return self.infix("sub", start, end, a, b)

    def factorial(self, start: int, end: int, x: Part) -> Part:
        return self.part(self.node("factorial", (x.value,), start, end), start, end, "power", x)

    def superscript(self, start: int, end: int, x: Part, token: Token) -> Part:
        value = self.raised(x.value, self.graphs.literal(token.value), start, end)
        raised = Part(self.graphs.literal(token.value), token.start, token.end, "superscript")
        return self.part(value, start, end, "power", x, power=(x, raised))

    def power(self, start: int, end: int, x: Part, n: Part) -> Part:
        value = self.raised(x.value, n.value, start, end)
        bare = n.kind in ("number", "name", "constant", "power", "sign")
        half = None
        if n.kind == "number" and n.value.label == 1:
            half = lambda d: self.raised(x.value, self.over_value(n, d), start, d.end)
        elif n.kind == "sign" and n.value.op is OPS["neg"] and n.value.args[0].label == 1:
            one = n._replace(value=n.value.args[0])
            half = lambda d: self.raised(
                x.value, self.node("neg", (self.over_value(one, d),), n.start, d.end), start, d.end
            )
        return self.part(
            value, start, end, "power", x, n, power=(x, n) if bare else None, half=half
        )

    def over_value(self, a: Part, b: Part) -> Value:
        return self.node("div", (a.value, b.value), a.start, b.end)

    # --- statements -------------------------------------------------------------------------------

    def bind(self, start: int, end: int, token: Token, value: Part) -> None:
        self.bound[token.value] = value.value
        self.unused[token.value] = (token.start, token.end)

    def define(self, start: int, end: int, token: Token, value: Part) -> None:
        name, arguments = token.value
        self.functions[name] = tuple(n + ARGUMENT_MARK for n in arguments), value.value
        self.unused[name] = (token.start, token.end)
        self.vanished = True

    def bindings(self, start: int, end: int, *_: None) -> None:
        """The bindings are in `bound`."""

    def after_bindings(self, start: int, end: int, _: None, value: Part) -> Part:
        """A binding that is never used is a slip: ut = x + 1; u^2."""
        for name, place in self.unused.items():
            near = next((n for n in self.seen if n.lower() in name.lower() or
                         name.lower() in n.lower()), None)  # fmt: skip
            hint = f"did you mean {near}?" if near else "leave the binding out"
            raise self.refused(f"{name} is bound and never used", *place, hint)
        return value
