"""Lines of a program: numbers that remember how they were made, each written once.

- `CodeLine` is a number of a program; its operators write new lines.
- `Lines` keeps them: equal lines are shared, constants folded, the neutral elements leave no line.
- `Listing` is the finished list, which `source` turns into text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..arithmetic.floats import FLOATS
from ..ops import OPS
from .natives import COMPARISON_SIGNS

TAME = 8  # a partial is taken as finite up to this degree in the variables: (1e38)^8 still is
STEEP_DEGREE = 1e9  # the degree of what may overflow, but has no pole
WILD = float("inf")


def growth(kind: str) -> str:
    """Whether a line of that kind stays bounded, or grows no faster than its arguments."""
    if kind.startswith("select"):  # of one of two, also by a comparison of its own
        return "gentle"
    return OPS[kind].growth if kind in OPS else ""


class CodeLine:
    """A number of the program: line `i` of the code `m`; operators write a new line."""

    __slots__ = ("i", "m")

    def __init__(self, m: Lines, i: int) -> None:
        self.m = m
        self.i = i

    def __add__(self, other: Any) -> CodeLine:
        return self.m.sum_of(self, other if type(other) is CodeLine else self.m.literal(other))

    def __radd__(self, other: Any) -> CodeLine:
        return self.m.sum_of(self.m.lift(other), self)

    def __sub__(self, other: Any) -> CodeLine:
        return self.m.difference(self, other if type(other) is CodeLine else self.m.literal(other))

    def __rsub__(self, other: Any) -> CodeLine:
        return self.m.difference(self.m.lift(other), self)

    def __mul__(self, other: Any) -> CodeLine:
        return self.m.product(self, other if type(other) is CodeLine else self.m.literal(other))

    def __rmul__(self, other: Any) -> CodeLine:
        return self.m.product(self.m.lift(other), self)

    def __truediv__(self, other: Any) -> CodeLine:
        return self.m.quotient(self, other if type(other) is CodeLine else self.m.literal(other))

    def __rtruediv__(self, other: Any) -> CodeLine:
        return self.m.quotient(self.m.lift(other), self)

    def __neg__(self) -> CodeLine:
        return self.m.negative(self)


@dataclass(frozen=True, slots=True)
class Listing:
    """Lines of code: line i is `kinds[i]` of the lines `args[i]`.

    `holds[i]` is a literal's float, a variable's name, or what an engine call names.
    """

    kinds: tuple[str, ...]
    args: tuple[tuple[int, ...], ...]
    holds: tuple[Any, ...]
    outputs: tuple[int, ...]
    variables: tuple[str, ...]


class Lines:
    """What has been written so far."""

    def __init__(self, degree: float = 1) -> None:
        self.variables = degree  # how fast they grow: 1, or WILD where they may be infinite
        self.kinds: list[str] = []
        self.args: list[tuple[int, ...]] = []
        self.holds: list[Any] = []
        self._degrees: list[float] = []  # of the first lines: found when first asked for
        self._tamer: dict[int, float] = {}  # degrees that a row knows better than its lines
        self.numbers: list[float | None] = []  # what a literal line holds
        self.index: dict[Any, int] = {}  # nothing points back, so that all goes at once
        self.whole: dict[int, int] = {}  # literals of whole numbers, which rules are full of
        self.backwards = False  # writing partials, where 0 times anything is structurally 0

    def program(self, outputs: Iterable[Any], variables: Iterable[str]) -> Listing:
        found = tuple(self.lift(y).i for y in outputs)
        return Listing(tuple(self.kinds), tuple(self.args), tuple(self.holds), found,
                       tuple(variables))  # fmt: skip

    # lines

    def emit(self, kind: str, *x: CodeLine, holds: Any = None) -> CodeLine:
        """The line kind(*x), shared with an equal one."""
        args = tuple([a.i for a in x])
        if holds is None:
            key: Any = (kind, *args)
        else:
            key = (kind, args, repr(holds) if type(holds) is float else holds)
        found = self.index.get(key)
        return self._new(key, kind, args, holds) if found is None else CodeLine(self, found)

    def commuting(self, kind: str, a: CodeLine, b: CodeLine) -> CodeLine:
        """The line kind(a, b), shared with an equal one or with kind(b, a)."""
        i, j = a.i, b.i
        key = (kind, i, j) if i < j else (kind, j, i)
        found = self.index.get(key)
        return self._new(key, kind, (i, j), None) if found is None else CodeLine(self, found)

    def _new(self, key: Any, kind: str, args: tuple[int, ...], holds: Any) -> CodeLine:
        i = self.index[key] = len(self.kinds)
        self.kinds.append(kind)
        self.args.append(args)
        self.holds.append(holds)
        self.numbers.append(holds if kind == "literal" else None)
        return CodeLine(self, i)

    def degree(self, line: CodeLine) -> float:
        """How fast it grows with the variables; WILD where it may be infinite or nan."""
        known = self._degrees
        for i in range(len(known), line.i + 1):
            tamer = self._tamer.get(i)
            known.append(self._degree(self.kinds[i], self.args[i], i) if tamer is None else tamer)
        return known[line.i]

    def tame(self, line: CodeLine, degree: float) -> None:
        """Note that a line grows no faster than that."""
        if degree < self.degree(line):
            self._tamer[line.i] = degree
            del self._degrees[line.i :]

    def _degree(self, kind: str, args: tuple[int, ...], i: int) -> float:
        known = self._degrees
        if kind in ("mul", "guarded"):
            return known[args[0]] + known[args[1]]
        match growth(kind):
            case "gentle":
                return max([known[j] for j in args])
            case "bounded":
                return 0 if WILD not in [known[j] for j in args] else WILD
            case "steep":
                return max(STEEP_DEGREE, known[args[0]])
        if kind == "power" and (power := self.numbers[args[1]] or 0) > 0 and power == int(power):
            return known[args[0]] * power
        if kind == "div" and self.numbers[args[1]]:
            return known[args[0]]
        if kind == "literal":
            return 0 if abs(self.holds[i]) < WILD else WILD
        return self.variables if kind == "variable" else WILD

    def number(self, line: CodeLine) -> float | None:
        """A literal line's number."""
        return self.numbers[line.i]

    def literal(self, exact: Any) -> CodeLine:
        if type(exact) is int and exact in self.whole:
            return CodeLine(self, self.whole[exact])
        found = self.emit("literal", holds=FLOATS.literal(exact))
        if type(exact) is int:
            self.whole[exact] = found.i
        return found

    def variable(self, name: str) -> CodeLine:
        return self.emit("variable", holds=name)

    def lift(self, x: Any) -> CodeLine:
        return x if type(x) is CodeLine else self.literal(x)

    def folded(self, name: str, x: Sequence[CodeLine]) -> CodeLine | None:
        """The literal name(*x) where every argument is one."""
        numbers = []
        for a in x:
            number = self.numbers[a.i]
            if number is None:
                return None
            numbers.append(number)
        return self.literal(FLOATS.forward(OPS[name], numbers))

    def nonzero(self, line: CodeLine) -> bool:
        """Whether a line is a number but 0, or the reciprocal of what is finite: 0 by underflow."""
        number = self.numbers[line.i]
        if number is None and self.variables < WILD and self.kinds[line.i] in ("div", "neg"):
            number = self.numbers[self.args[line.i][0]]
        return number is not None and number != 0

    # operators; the neutral elements 0 and 1 leave no line

    def sum_of(self, a: CodeLine, b: CodeLine) -> CodeLine:
        left, right = self.numbers[a.i], self.numbers[b.i]
        if left is None and right is None:
            if self.kinds[b.i] == "neg":  # the same to the last bit, and a line less
                return self.emit("sub", a, self.under(b))
            if self.kinds[a.i] == "neg":
                return self.emit("sub", b, self.under(a))
            return self.commuting("add", a, b)
        if right == 0:
            return a
        return b if left == 0 else self.folded("add", (a, b)) or self.commuting("add", a, b)

    def difference(self, a: CodeLine, b: CodeLine) -> CodeLine:
        if self.number(b) == 0:
            return a
        if self.number(a) == 0:
            return self.negative(b)
        if self.kinds[b.i] == "neg":
            return self.sum_of(a, self.under(b))
        return self.folded("sub", (a, b)) or self.emit("sub", a, b)

    def product(self, a: CodeLine, b: CodeLine) -> CodeLine:
        if self.numbers[a.i] is not None or self.numbers[b.i] is not None:
            found = self.folded("mul", (a, b)) or self.scaled(a, b) or self.scaled(b, a)
            return found or self.commuting("mul", a, b)
        if self.kinds[a.i] in COMPARISON_SIGNS or self.kinds[b.i] in COMPARISON_SIGNS:
            return self.switched(a, b) or self.commuting("mul", a, b)
        return self.commuting("mul", a, b)

    def scaled(self, factor: CodeLine, x: CodeLine) -> CodeLine | None:
        """factor times x where the factor is 0, 1 or -1; 0 times infinity is nan in a value."""
        match self.numbers[factor.i]:
            case 0 if self.backwards:
                return self.literal(0)
            case 1:
                return x
            case -1:
                return self.negative(x)
        return None

    def switched(self, a: CodeLine, b: CodeLine) -> Any:
        """A product with a comparison as a choice, where the other factor is surely finite."""
        for switch, other in ((b, a), (a, b)):
            if self.switch(switch) and self.degree(other) <= TAME:
                return self.select(switch, other, 0)
        return None

    def switch(self, line: CodeLine) -> bool:
        """Whether a line is 1 or 0."""
        return self.kinds[line.i] in COMPARISON_SIGNS

    def quotient(self, a: CodeLine, b: CodeLine) -> CodeLine:
        if self.number(b) == 1:
            return a
        return self.folded("div", (a, b)) or self.emit("div", a, b)

    def negative(self, a: CodeLine) -> CodeLine:
        if self.kinds[a.i] == "neg":
            return self.under(a)
        return self.folded("neg", (a,)) or self.emit("neg", a)

    def under(self, a: CodeLine) -> CodeLine:
        """The argument of a line that has one."""
        return CodeLine(self, self.args[a.i][0])

    def select(self, c: Any, a: Any, b: Any) -> Any:
        c, a, b = self.lift(c), self.lift(a), self.lift(b)
        known = self.number(c)
        if known is not None:
            return a if known else b
        if a.i == b.i:
            return a
        if not self.switch(c):
            return self.emit("select", c, a, b)
        if self.number(a) == 1 and self.number(b) == 0:
            return c
        left, right = (CodeLine(self, j) for j in self.args[c.i])
        return self.emit("select_" + self.kinds[c.i], left, right, a, b)
