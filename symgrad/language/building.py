"""Reductions of the grammar to a graph of Values, one method per alias of the grammar.

- `Builder(...)` is what `tables.run` calls back; `builder.part` of the whole text is its last value.
- Here it is decided how far a function's open argument reaches (`opened`), what a fraction's
  denominator is (`over`), and which of several meanings to take (choices.py).
- Constants are followed exactly while they are small, so that 9^9^9^9, (9!)! and 1/0 are errors
  within microseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from ..errors import LanguageError, LimitReached
from ..limits import Limits
from ..ops import OPS, Op
from ..value import Graphs, Value, is_literal
from .applying import Calls
from .choices import Choices
from .constants import Constants
from .explicit import explicit
from .lexer import Callee
from .tables import Token


class Part(NamedTuple):
    """A piece of the text and what it means."""

    value: Value
    start: int
    end: int
    kind: str = ""  # number, constant, name, group, call, power, comparison
    depth: int = 0  # of brackets, powers and signs
    power: tuple[Part, Part] | None = None  # base and exponent, if written without brackets
    half: Callable[[Part], Value] | None = None  # x^1: what x^1/2 would be as x^(1/2)


class Head(NamedTuple):
    """A function that waits for its argument."""

    callee: Callee
    start: int
    end: int


Link = Part | Head
Chain = Link | list[Link]  # one thing, or several side by side


class Builder(Calls):
    """The callbacks of one run over one text."""

    def __init__(self, text: str, choices: Choices, limits: Limits, *, latex: bool = False) -> None:
        self.text, self.choices, self.limits, self.latex = text, choices, limits, latex
        self.graphs = Graphs()
        self.constants = Constants(limits)
        self.numbers: dict[str, Value] = {}
        self.bound: dict[str, Value] = {}
        self.variables: dict[str, None] = {}
        self.places: dict[Value, tuple[int, int]] = {}

    # --- nodes ------------------------------------------------------------------------------------

    def node(self, op: Op | str, args: tuple[Value, ...], start: int, end: int) -> Value:
        """The shared node op(*args), with its place where it can be undefined."""
        op = OPS[op] if isinstance(op, str) else op
        node = self.graphs.node(op, args)
        if op.domain:
            self.places.setdefault(node, (start, end))
        try:
            self.constants.follow(node)
        except (LanguageError, LimitReached) as error:
            error.text, error.position = self.text, (start, end)
            raise
        if len(self.graphs.made) > self.limits.nodes:
            raise self.limited(f"more than {self.limits.nodes} nodes", "nodes", start, end)
        return node

    def part(
        self, value: Value, start: int, end: int, kind: str, *inside: Part, deeper: int = 1,
        **more: Any,
    ) -> Part:  # fmt: skip
        """A part whose depth is that of its deepest content, one more where it nests."""
        if self.limits.depth is None:
            return Part(value, start, end, kind, **more)
        depth = max([p.depth for p in inside], default=0) + deeper
        if depth > self.limits.depth:
            raise self.limited(
                f"brackets, powers and signs are nested more than {self.limits.depth} deep",
                "depth", start, end,
            )  # fmt: skip
        return Part(value, start, end, kind, depth, **more)

    def limited(self, message: str, limit: str, start: int, end: int) -> LimitReached:
        return LimitReached(message, limit, text=self.text, position=(start, end))

    def refused(self, message: str, start: int, end: int, hint: str | None = None) -> LanguageError:
        return LanguageError(message, text=self.text, position=(start, end), hint=hint)

    def typed(self, start: int, end: int) -> str:
        return self.text[start:end]

    # --- atoms ------------------------------------------------------------------------------------

    def number(self, start: int, end: int, token: Token) -> Part:
        digits = token.value
        value = self.numbers.get(digits)
        if value is None:
            value = self.graphs.literal(int(digits) if digits.isdigit() else Fraction(digits))
            self.constants.known(value)
            self.numbers[digits] = value
        return Part(value, start, end, "number")

    def name(self, start: int, end: int, token: Token) -> Part:
        found = self.bound.get(token.value)
        if found is None:
            self.variables.setdefault(token.value)
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

    def infix(self, op: str, start: int, end: int, a: Part, b: Part, kind: str = "") -> Part:
        """The row of a sign between two operands."""
        return self.part(self.node(op, (a.value, b.value), start, end), start, end, kind, a, b, deeper=0)

    def add(self, start: int, end: int, a: Part, b: Part) -> Part:
        return self.infix("add", start, end, a, b)

    def sub(self, start: int, end: int, a: Part, b: Part) -> Part:
        return self.infix("sub", start, end, a, b)

    def neg(self, start: int, end: int, x: Part) -> Part:
        return self.part(self.node("neg", (x.value,), start, end), start, end, "sign", x)

    def plus(self, start: int, end: int, x: Part) -> Part:
        return self.part(x.value, start, end, "sign", x)

    def factorial(self, start: int, end: int, x: Part) -> Part:
        return self.part(self.node("factorial", (x.value,), start, end), start, end, "power", x)

    def superscript(self, start: int, end: int, x: Part, token: Token) -> Part:
        value = self.raised(x.value, self.graphs.literal(token.value), start, end)
        return self.part(value, start, end, "power", x)

    def power(self, start: int, end: int, x: Part, n: Part) -> Part:
        value = self.raised(x.value, n.value, start, end)
        bare = n.kind in ("number", "name", "constant", "power", "sign")
        half = None
        if n.kind == "number" and n.value.label == 1:
            half = lambda d: self.raised(x.value, self.over_value(n, d), start, d.end)  # noqa: E731
        return self.part(
            value, start, end, "power", x, n, power=(x, n) if bare else None, half=half
        )

    def over_value(self, a: Part, b: Part) -> Value:
        return self.node("div", (a.value, b.value), a.start, b.end)

    def raised(self, x: Value, n: Value, start: int, end: int) -> Value:
        """x^n by the row made for it; a minus is folded into a whole exponent."""
        if x.op is OPS["e"]:
            return self.node("exp", (n,), start, end)
        whole = n.args[0] if n.op is OPS["neg"] else n
        if is_literal(whole) and whole.label == int(whole.label):
            self.constants.known(whole)
            exponent = self.graphs.literal(-whole.label if n is not whole else n.label)
            self.constants.known(exponent)
            return self.node("powi", (x, exponent), start, end)
        return self.node("powr" if n in self.constants else "pow", (x, n), start, end)

    # --- products ---------------------------------------------------------------------------------

    def next_link(self, start: int, end: int, chain: Chain, link: Link) -> Chain:
        if not isinstance(chain, list):
            return [chain, link]
        chain.append(link)
        return chain

    def whole(self, start: int, end: int, chain: Chain) -> Part:
        """A product of juxtaposed factors."""
        if isinstance(chain, Part):
            return chain
        return self.product(self.factors(start, end, chain))

    def product(self, parts: Sequence[Part]) -> Part:
        out = parts[0]
        for part in parts[1:]:
            out = self.multiplied(out, part)
        return out

    def multiplied(self, a: Part, b: Part) -> Part:
        last = b.half
        half = None
        if last:
            half = lambda d: self.node("mul", (a.value, last(d)), a.start, d.end)  # noqa: E731
        return self.infix("mul", a.start, b.end, a, b)._replace(half=half)

    def factors(self, start: int, end: int, chain: Chain) -> list[Part]:
        """The factors of a chain: functions with their arguments, rivals such as e^2x decided."""
        if isinstance(chain, Part):
            return [chain]
        chain = chain if isinstance(chain, list) else [chain]
        parts: list[Part] = []
        i = 0
        while i < len(chain):
            found, i = self.opened(chain, i, parts[-1] if parts else None)
            parts += found
        return self.unbracketed(parts)

    def unbracketed(self, parts: list[Part]) -> list[Part]:
        """e^2x is (e^2)*x, with a note; as its rival e^(2x)."""
        out: list[Part] = []
        i = 0
        while i < len(parts):
            part, j = parts[i], i + 1
            while j < len(parts) and self.grows(part, parts[j - 1], parts[j]):
                j += 1
            if j > i + 1:
                part = self.grown(parts[i:j])
                j = j if part.end == parts[j - 1].end else i + 1
            out.append(part)
            i = j
        return out

    def grows(self, part: Part, last: Part, after: Part) -> bool:
        """Whether a name touches a bare exponent of a constant base, as x does in e^2x."""
        if not part.power or part.power[0].value not in self.constants:
            return False
        exponent = part.power[1]
        named = after.kind == "name" or (after.power is not None and after.power[0].kind == "name")
        return exponent.kind in ("number", "sign", "constant") and last.end == after.start and named

    def grown(self, parts: list[Part]) -> Part:
        """The power with the touching names in its exponent if that rival is taken, else alone."""
        base, exponent = parts[0].power  # type: ignore[misc]
        start, end = parts[0].start, parts[-1].end
        if not self.choices.rival("exponent of a product"):
            shown = "*".join(f"({explicit(p.value)})" if p.power else explicit(p.value) for p in parts)
            self.choices.note(self.typed(start, end), shown)
            return parts[0]
        n = exponent.value
        negative = n.op is OPS["neg"]
        product = n.args[0] if negative else n
        for part in parts[1:]:
            product = self.node("mul", (product, part.value), exponent.start, end)
        if negative:
            product = self.node("neg", (product,), exponent.start, end)
        return self.part(self.raised(base.value, product, start, end), start, end, "power", *parts)

    def times(self, start: int, end: int, a: Part, b: list[Part]) -> Part:
        for part in b:
            a = self.multiplied(a, part)
        return a

    def over(self, start: int, end: int, a: Part, b: list[Part]) -> Part:
        """a/b; where b is juxtaposed factors, how many of them are the denominator?"""
        count = 1
        if len(b) > 1:
            extents = range(1, min(len(b), 8) + 1)
            count += self.choices.pick(
                len(extents), (start, end), self.text,
                lambda: [explicit(self.quotient(a, b, n).value) for n in extents],
            )  # fmt: skip
        elif a.half and b[0].kind == "number":
            if self.choices.rival("half"):
                return Part(a.half(b[0]), start, end, depth=a.depth)
            self.choices.note(self.typed(start, end), f"({explicit(a.value)})/{explicit(b[0].value)}")
        return self.quotient(a, b, count)

    def quotient(self, a: Part, b: list[Part], count: int) -> Part:
        """a over the first factors of b, times the others."""
        out = self.infix("div", a.start, b[count - 1].end, a, self.product(b[:count]))
        for part in b[count:]:
            out = self.multiplied(out, part)
        return out

    def minus_factor(self, start: int, end: int, b: list[Part]) -> list[Part]:
        return [self.neg(start, b[0].end, b[0]), *b[1:]]

    def plus_factor(self, start: int, end: int, b: list[Part]) -> list[Part]:
        return [self.plus(start, b[0].end, b[0]), *b[1:]]

    # --- open arguments ---------------------------------------------------------------------------

    def opened(self, chain: list[Link], i: int, before: Part | None) -> tuple[list[Part], int]:
        """The factors that begin at link i, and the next link: a part, or functions with arguments.

        An open argument is another function first of all, or numbers and constants, then one name,
        power, root or bracket. Where operands follow that are no function, the readings differ.
        """
        link = chain[i]
        if isinstance(link, Part):
            if before is not None:
                self.adjacent(before, link)
            return [link], i + 1
        first = i
        while i < len(chain) and isinstance(chain[i], Head):
            i += 1
        heads: list[Head] = chain[first:i]  # type: ignore[assignment]
        if i == len(chain):
            raise self.without_argument(heads[-1])
        ends = self.extents(chain, i, radical=heads[-1].callee.radical)
        meanings = self.meanings(heads, chain, i, ends)
        minus = heads[-1].callee.minus
        choice = 0
        if len(meanings) > 1 or minus:
            last = max(n for _, n in meanings)
            place = (heads[0].start, chain[last - 1].end)
            choice = self.choices.pick(
                len(meanings), place, self.text,
                lambda: [
                    explicit(self.product([*make(), *self.rest(chain, n, last)]).value)
                    for make, n in meanings
                ],
            )  # fmt: skip
        make, after = meanings[choice]
        return make(), after

    def meanings(
        self, heads: list[Head], chain: list[Link], i: int, ends: list[int]
    ) -> list[tuple[Callable[[], list[Part]], int]]:
        """What functions before links i.. can mean: how to make it, and the link after it."""
        found: list[tuple[Callable[[], list[Part]], int]] = []
        link = chain[i]
        if heads[-1].callee.radical and isinstance(link, Part) and link.power:
            found.append((lambda: [self.root_of_base(heads, link)], i + 1))
        for end in ends:
            found.append((lambda end=end: [self.applied(heads, chain[i:end])], end))  # type: ignore[misc]
        if ends[-1] < len(chain) and self.swallows(chain, i, ends[-1], heads[-1]):
            end = ends[-1]
            inner, after = self.opened(chain, end, None)
            found.append((lambda: [self.applied(heads, [*chain[i:end], *inner])], after))
        return found[:8]

    def root_of_base(self, heads: list[Head], link: Part) -> Part:
        base, exponent = link.power  # type: ignore[misc]
        rooted = self.applied(heads, [base])
        value = self.raised(rooted.value, exponent.value, rooted.start, link.end)
        return self.part(value, rooted.start, link.end, "call", link)

    def swallows(self, chain: list[Link], i: int, end: int, head: Head) -> bool:
        """sin 2 cos x: numbers only so far, and a function follows."""
        numbers = all(isinstance(x, Part) and x.kind in ("number", "constant") for x in chain[i:end])
        return numbers and isinstance(chain[end], Head) and not head.callee.radical

    def extents(self, chain: list[Link], i: int, *, radical: bool) -> list[int]:
        """Where an open argument that begins at link i can end."""
        k = i
        if not radical:
            while k < len(chain) and _kind(chain[k]) in ("number", "constant"):
                if k > i:
                    self.adjacent(chain[k - 1], chain[k])  # type: ignore[arg-type]
                k += 1
        numbers_only = k > i
        calls = k < len(chain) and _kind(chain[k]) == "call"
        if k < len(chain) and _kind(chain[k]) not in ("head", "call"):
            k += 1
        elif calls and not numbers_only:
            k += 1
        ends = [k]
        if calls and numbers_only:
            return [k, k + 1]
        while k < len(chain) and _kind(chain[k]) not in ("head", "call"):
            self.adjacent(chain[k - 1], chain[k])  # type: ignore[arg-type]
            k += 1
            ends.append(k)
        return ends

    def rest(self, chain: list[Link], start: int, end: int) -> list[Part]:
        parts: list[Part] = []
        while start < end:
            found, start = self.opened(chain, start, parts[-1] if parts else None)
            parts += found
        return parts

    def applied(self, heads: list[Head], links: Sequence[Link]) -> Part:
        """heads[0](heads[1](... product of links))."""
        argument = self.product(links)  # type: ignore[arg-type]
        for head in reversed(heads):
            if head.callee.minus:
                argument = self.neg(argument.start, argument.end, argument)
            value = self.called(head.callee, [argument], head.start, argument.end)
            argument = self.part(value, head.start, argument.end, "call", argument)
        return argument

    def adjacent(self, a: Part, b: Part) -> None:
        """A number after an operand is a slip of the pen, or a missing sign."""
        if not (b.kind == "number" or (b.kind == "power" and self.text[b.start] in ".0123456789")):
            return
        left, right = self.typed(a.start, a.end), self.typed(b.start, b.end)
        if a.kind == "number":
            message = f"two numbers side by side at column {a.start + 1}: {left} {right}"
            hint = f"write {left}*{right} for the product, {left}{right} for one number"
        else:
            message = f"a number at column {b.start + 1} follows an operand: {_cut(left)} {right}"
            hint = "write * for a product, ^ for a power"
        raise self.refused(message, b.start, b.end, hint)

    def without_argument(self, head: Head) -> LanguageError:
        name = head.callee.name
        return self.refused(
            f"{name} at column {head.start + 1} has no argument", head.start, head.end,
            f"write {name}(...)",
        )  # fmt: skip

    # --- statements -------------------------------------------------------------------------------

    def bind(self, start: int, end: int, token: Token, value: Part) -> None:
        self.bound[token.value] = value.value

    def bindings(self, start: int, end: int, *_: None) -> None:
        """The bindings are in `bound`."""

    def after_bindings(self, start: int, end: int, _: None, value: Part) -> Part:
        return value


def _kind(link: Link) -> str:
    return "head" if isinstance(link, Head) else link.kind


def _cut(text: str) -> str:
    return text if len(text) <= 30 else "…" + text[-29:]
