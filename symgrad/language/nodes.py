"""What the builder's halves share: parts of a text, nodes with their places, powers, errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ..errors import LanguageError, LimitReached
from ..limits import Limits
from ..ops import OPS, Op
from ..value import Graphs, Value, is_literal
from .choices import Choices
from .constants import Constants
from .patterns import Callee


class Part(NamedTuple):
    """A piece of the text and what it means."""

    value: Value
    start: int
    end: int
    kind: str = ""  # number, constant, name, group, call, power, comparison
    depth: int = 0  # of brackets, powers and signs
    power: tuple[Part, Part] | None = None  # base and exponent, if written without brackets
    half: Callable[[Part], Value] | None = None  # x^1: what x^1/2 would be as x^(1/2)
    choose: Callable[[Value, Value], Value] | None = None  # of a condition: a where it holds, or b
    relation: tuple[str, Value, Value] | None = None  # of a comparison


class Head(NamedTuple):
    """A function that waits for its argument."""

    callee: Callee
    start: int
    end: int


Link = Part | Head
Chain = Link | list[Link]  # one thing, or several side by side


class Nodes:
    """The graph that one run over one text builds."""

    def __init__(self, text: str, choices: Choices, limits: Limits, *, latex: bool = False) -> None:
        self.text, self.choices, self.limits, self.latex = text, choices, limits, latex
        self.graphs = Graphs()
        self.constants = Constants(limits)
        self.numbers: dict[str, Value] = {}
        self.bound: dict[str, Value] = {}
        self.functions: dict[str, tuple[tuple[str, ...], Value]] = {}  # arguments, formula
        self.vanished = False  # whether names were used that are no variables: k in a sum
        self.unused: dict[str, tuple[int, int]] = {}  # bindings that nothing has used so far
        self.seen: dict[str, int] = {}  # where each variable stands first
        self.places: dict[Value, tuple[int, int]] = {}

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
            return Part(value, start, end, kind, **more) if more else Part(value, start, end, kind)
        depth = max([p.depth for p in inside], default=0) + deeper
        if depth > self.limits.depth:
            raise self.limited(
                f"brackets, powers and signs are nested more than {self.limits.depth} deep",
                "depth", start, end,
            )  # fmt: skip
        return Part(value, start, end, kind, depth, **more)

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables in order of appearance."""
        return tuple(sorted(self.seen, key=self.seen.__getitem__))

    def limited(self, message: str, limit: str, start: int, end: int) -> LimitReached:
        return LimitReached(message, limit, text=self.text, position=(start, end))

    def refused(self, message: str, start: int, end: int, hint: str | None = None) -> LanguageError:
        return LanguageError(message, text=self.text, position=(start, end), hint=hint)

    def typed(self, start: int, end: int) -> str:
        return self.text[start:end]

    def infix(self, op: str, start: int, end: int, a: Part, b: Part, kind: str = "") -> Part:
        """The row of a sign between two operands."""
        value = self.node(op, (a.value, b.value), start, end)
        if self.limits.depth is None:
            return Part(value, start, end, kind)
        return self.part(value, start, end, kind, a, b, deeper=0)

    def neg(self, start: int, end: int, x: Part) -> Part:
        return self.part(self.node("neg", (x.value,), start, end), start, end, "sign", x)

    def plus(self, start: int, end: int, x: Part) -> Part:
        return self.part(x.value, start, end, "sign", x)

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
