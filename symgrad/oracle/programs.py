"""A `Program`: an expression as plain data, for engines that have no parser of ours.

- `Program(variables, constants, steps, root)`; nodes are numbered variables first, then constants,
  then steps; a step is `("mul", 0, 1)`, its arguments such numbers.
- `.to_json()` is the plain data (constants as hex floats or integers), `Program.from_json` reads
  it back; `.text` and `.latex` show it (None above 200 nodes), `.expression` can be parsed.
- `ProgramBuilder()` makes them step by step; `pruned(program)` drops what the root does not use.
- `inside(name, x)` says whether a row has a value at these arguments.
- `tape(program)` is the same as a `Tape`, so that every arithmetic runs it.
- `replay(program, namespace, leaves)` runs it in anything that has Python operators and functions
  by our names: operators serve arithmetic, powers and comparisons, the namespace (an object or a
  mapping) everything else; `if` is its `where`. `offered(namespace)` are the rows that it can
  replay.
"""

from __future__ import annotations

import json
import math
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from ..arithmetic.floats import FLOATS
from ..engine import Tape, holds
from ..errors import Unsupported, UsageError
from ..notation import latex, text
from ..ops import OPS
from ..value import Graphs, Value

Step = tuple[Any, ...]  # ("mul", 0, 1)
MOST_SHOWN = 200


@dataclass(frozen=True)
class PreferredRows:
    """The rows that cases are made of first, or most, where the engine has them."""

    everyday: tuple[str, ...]  # have two rounds for one of the others
    common: tuple[str, ...]  # what random programs mostly consist of
    integral: tuple[str, ...]  # what languages have whole numbers for
    alike: tuple[tuple[str, ...], ...]  # stand for one another in programs that differ in one step
    probed: tuple[str, ...]  # the first of them shows whether an engine answers at all


PREFERRED = PreferredRows(
    everyday=("exp", "log", "sin", "cos", "tanh", "sqrt", "sigmoid", "div", "powi", "mul"),
    common=("add", "mul", "sub", "div", "neg", "mul", "add"),
    integral=("mul", "add", "sub", "div", "powi", "neg", "abs", "max", "min"),
    alike=(("add", "sub", "mul", "max", "min"), ("sin", "cos", "tanh", "atan", "sigmoid", "neg")),
    probed=("mul", "add", "exp", "sin", "tanh"),
)  # fmt: skip


@dataclass(frozen=True)
class Program:
    """Variables, constants, then steps, numbered in that order; `root` is one of these numbers."""

    variables: tuple[str, ...]
    constants: tuple[float | int, ...]
    steps: tuple[Step, ...]
    root: int

    def __len__(self) -> int:
        return len(self.variables) + len(self.constants) + len(self.steps)

    def to_json(self) -> dict[str, Any]:
        """Plain data for `json.dumps`."""
        return {
            "variables": list(self.variables),
            "constants": [written(c) for c in self.constants],
            "steps": [list(step) for step in self.steps],
            "root": self.root,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | str) -> Program:
        """The program in this data (or its text). Raises UsageError where it is none."""
        found = json.loads(data) if isinstance(data, str) else data
        try:
            made = cls(
                tuple(found["variables"]), tuple(number(c) for c in found["constants"]),
                tuple(tuple(step) for step in found["steps"]), found["root"],
            )  # fmt: skip
        except (KeyError, TypeError, ValueError) as error:
            raise UsageError(f"not a program: {error}") from None
        check(made)
        return made

    @property
    def operations(self) -> frozenset[str]:
        """The names of the rows it uses."""
        return frozenset(step[0] for step in self.steps)

    @property
    def text(self) -> str | None:
        """As one types it, with the steps beside it that the root does not use."""
        if len(self) > MOST_SHOWN:
            return None
        beside = ", ".join(text(graph(replace(self, root=i))) for i in unused(self))
        return f"{self.expression} (beside it: {beside})" if beside else self.expression

    @property
    def expression(self) -> str | None:
        """The root alone, as one types it; None above 200 nodes."""
        return text(graph(self)) if len(self) <= MOST_SHOWN else None

    @property
    def latex(self) -> str | None:
        return latex(graph(self)) if len(self) <= MOST_SHOWN else None


def printable(text: str) -> str:
    """An engine's text without what a terminal would obey: control characters are escaped."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)


def written(x: float | int) -> str | int:
    """A number in JSON: an integer as it is, a float as its hex digits, inf, -inf or nan."""
    return x if isinstance(x, int) else float(x).hex()


def number(x: str | int | float) -> float | int:
    """Such a number read back. Raises ValueError where it is none: "0.5" is no hex float."""
    if isinstance(x, str):
        if "0x" not in x and x not in ("inf", "-inf", "nan"):
            raise ValueError(f"{x!r} is no hex float")
        return float.fromhex(x)
    return x


def check(program: Program) -> None:
    """Raises UsageError where a step names an unknown row or a node that does not exist yet."""
    first = len(program.variables) + len(program.constants)
    for i, (name, *args) in enumerate(program.steps, first):
        if name not in OPS:
            raise UsageError(f"a step names {name!r}, which is no operation")
        arity = OPS[name].arity
        if not args or (arity is not None and len(args) != arity):
            raise UsageError(f"{name} takes {arity or 'one or more'} arguments, got {len(args)}")
        if not all(isinstance(j, int) and 0 <= j < i for j in args):
            raise UsageError(f"step {i} uses a node that does not come before it: {args}")
    if not (isinstance(program.root, int) and 0 <= program.root < len(program)):
        raise UsageError(f"the root {program.root!r} is no node")


def with_step(program: Any, place: int, step: Any) -> Any:
    """A program, of numbers or of tensors, with another step at a place."""
    return replace(program, steps=(*program.steps[:place], step, *program.steps[place + 1 :]))


def tape(program: Program) -> Tape:
    """The program laid flat for the engine's sweeps."""
    n, c = len(program.variables), len(program.constants)
    active = [True] * n + [False] * c
    for _, *args in program.steps:
        active.append(any(active[j] for j in args))
    return Tape(
        (None,) * (n + c) + tuple(OPS[step[0]] for step in program.steps),
        ((),) * (n + c) + tuple(tuple(step[1:]) for step in program.steps),
        (*program.variables, *program.constants, *[None] * len(program.steps)), tuple(active),
        (program.root,), program.variables,
    )  # fmt: skip


def graph(program: Program, *, exactly: bool = False) -> Value:
    """The program as a graph of Values in free variables.

    For reading, a constant is the shortest decimal of its float; `exactly` it is the float itself.
    """
    graphs = Graphs()
    nodes = [graphs.variable(name) for name in program.variables]
    beside = {args[i] for name, *args in program.steps for i in OPS[name].parameters}
    for i, c in enumerate(program.constants, len(nodes)):
        negative = c < 0 and i not in beside
        size = abs(c) if negative else c
        made = graphs.literal(size if exactly else Fraction(repr(size)))
        nodes.append(graphs.node(OPS["neg"], (made,)) if negative else made)
    for name, *args in program.steps:
        nodes.append(graphs.node(OPS[name], tuple([nodes[j] for j in args])))
    return nodes[program.root]


Made = tuple[Program, Sequence[Sequence[Any]], int]  # a program, points for it, backward runs


class ProgramBuilder:
    """Makes a program step by step; nodes are handles until `program` numbers them."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(names)
        self.constants: list[float | int] = []
        self.steps: list[Step] = []

    def constant(self, x: float | int) -> tuple[str, int]:
        self.constants.append(x)
        return "constant", len(self.constants) - 1

    def step(self, name: str, *args: Any) -> tuple[str, int]:
        """`args` are indices of variables, or what `constant` and `step` returned."""
        self.steps.append((name, *args))
        return "step", len(self.steps) - 1

    def program(self, root: Any = None) -> Program:
        """The program with that root (by default the last step)."""
        offset = {"constant": len(self.names), "step": len(self.names) + len(self.constants)}

        def place(a: Any) -> int:
            return a if isinstance(a, int) else offset[a[0]] + a[1]

        steps = tuple((name, *map(place, args)) for name, *args in self.steps)
        last = ("step", len(self.steps) - 1) if root is None else root
        return Program(self.names, tuple(self.constants), steps, place(last))


def simple(name: str, count: int, constants: Mapping[int, float | int] | None = None) -> Program:
    """One step in as many variables as it has arguments, but for those given as constants."""
    constants = constants or {}
    b = ProgramBuilder([f"x{i}" if count > 1 else "x" for i in range(count) if i not in constants])
    free = iter(range(count))
    args = [b.constant(constants[i]) if i in constants else next(free) for i in range(count)]
    b.step(name, *args)
    return b.program()


def inside(name: str, x: Sequence[float]) -> bool:
    """Whether the row has a value there, as floats see it."""
    return not any(holds(margin, FLOATS, list(x)) is False for margin in OPS[name].domain)


def pruned(program: Program, keep: bool = False) -> tuple[Program, list[int]]:
    """What the root uses, renumbered, and which of the variables are left (all with `keep`)."""
    n, c = len(program.variables), len(program.constants)
    used = [keep and i < n for i in range(len(program))]
    used[program.root] = True
    for i in range(len(program) - 1, n + c - 1, -1):
        if used[i]:
            for j in program.steps[i - n - c][1:]:
                used[j] = True
    place: dict[int, int] = {}
    for i, u in enumerate(used):
        if u:
            place[i] = len(place)
    kept = [i for i in range(n) if used[i]]
    return Program(
        tuple(program.variables[i] for i in kept),
        tuple(x for i, x in enumerate(program.constants, n) if used[i]),
        tuple((s[0], *[place[j] for j in s[1:]])
              for i, s in enumerate(program.steps, n + c) if used[i]),
        place[program.root],
    ), kept  # fmt: skip


def unused(program: Program) -> list[int]:
    """The steps that neither the root nor any other step uses, the root left out."""
    uses = fan_out(program)
    first = len(program.variables) + len(program.constants)
    return [i for i in range(first, len(program)) if not uses[i] and i != program.root]


def fan_out(program: Program) -> list[int]:
    """How many arguments each node is."""
    found = [0] * len(program)
    for _, *args in program.steps:
        for j in args:
            found[j] += 1
    return found


def depth(program: Program) -> int:
    """The longest way from the root to a leaf."""
    found = [0] * (len(program.variables) + len(program.constants))
    for _, *args in program.steps:
        found.append(1 + max(found[j] for j in args))
    return found[program.root]


def by_turns(sources: list[Iterator[Made]]) -> Iterator[Made]:
    """One program of each in turn."""
    while sources:
        for source in list(sources):
            made = next(source, None)
            if made is None:
                sources.remove(source)
            else:
                yield made


def point_json(point: Sequence[float | int]) -> list[str | int]:
    return [written(x) for x in point]


# --- programs in anything that has Python operators -----------------------------------------------

SIGNED: dict[tuple[str, int | None], Callable] = {  # by sign, and by how many numbers it takes
    ("+", 2): operator.add, ("-", 2): operator.sub, ("*", 2): operator.mul,
    ("/", 2): operator.truediv, ("-", 1): operator.neg, ("^", 2): operator.pow,
}  # fmt: skip
OPERATORS: dict[str, Callable] = {
    n: op.holds if op.comparison else SIGNED[op.infix[0], op.arity]
    for n, op in OPS.items() if op.infix
}  # fmt: skip
# rows that programs are made of: constants are none, and at most one argument is a parameter
ASKED = frozenset(n for n, op in OPS.items()
                  if op.arity != 0 and not op.hidden and len(op.parameters) < 2)  # fmt: skip
COMPARISONS = frozenset(n for n, op in OPS.items() if op.comparison and not op.hidden)
CONDITIONAL = COMPARISONS | {"if"}
ARITHMETIC = frozenset(OPERATORS) - COMPARISONS


def found_in(namespace: Any, name: str) -> Callable | None:
    """The namespace's function of that name; `where` serves `if`."""
    wanted = "where" if name == "if" else name
    if isinstance(namespace, Mapping):
        return namespace.get(wanted)
    return getattr(namespace, wanted, None)


def function(namespace: Any, name: str) -> Callable:
    """What runs a step. Raises Unsupported where the namespace lacks it."""
    found = OPERATORS.get(name) or found_in(namespace, name)
    if found is None:
        raise Unsupported(f"the namespace has no {name}")
    return found


def offered(namespace: Any) -> frozenset[str]:
    """The rows that this namespace can replay."""
    rows = (n for n, op in OPS.items() if op.arity != 0 and not op.hidden and n not in OPERATORS)
    named = frozenset(name for name in rows if found_in(namespace, name))
    return named | ARITHMETIC | (COMPARISONS if "if" in named else frozenset())


def replay(program: Program, namespace: Any, leaves: Sequence[Any]) -> Any:
    """The root of the program, computed by the namespace from these leaves."""
    nodes: list[Any] = [*leaves, *program.constants]
    functions = {name: function(namespace, name) for name in program.operations}
    for name, *args in program.steps:
        nodes.append(as_float(functions[name](*[nodes[j] for j in args])))
    return nodes[program.root]


MOST_WHOLE_FLOAT = 2**53  # in size, of a whole number that is one of float64, too


def as_float(x: Any) -> Any:
    """x, but for a large integer that Python made of constants: to NumPy it would be an object."""
    if type(x) is not int or -MOST_WHOLE_FLOAT <= x <= MOST_WHOLE_FLOAT:
        return x
    try:
        return float(x)
    except OverflowError:
        return math.copysign(math.inf, x)
