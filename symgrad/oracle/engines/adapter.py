"""What the adapters share: an engine told by a table of its own spellings.

- `Adapter(name, dtype, setup, leaf, rows, backward)` is an engine; `rows` say how it writes each
  operation in terms of a, b, c (or of the tuple `x`, for rows of any number of arguments).

The spellings are both run and printed, so that a reproduction shows what was run.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...errors import Unsupported
from ...ops import OPS
from ..float_formats import FORMATS
from ..programs import OPERATORS, Program, offered, replay

LETTERS = "abc"
INFIX_SIGNS = {name: OPS[name].infix[0].replace("^", "**") for name in OPERATORS}  # type: ignore[index]


class Adapter:
    """An engine whose operations are spelled in a table.

    `run(leaves, root, backwards)` returns value and gradient; `steps` is how a script does it.
    """

    def __init__(
        self, name: str, dtype: str, setup: str, leaf: str, rows: Mapping[str, str],
        run: Callable, ending: str, without: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self.name, self.dtype, self.setup, self.leaf, self.rows = name, dtype, setup, leaf, rows
        self.run, self.ending = run, ending
        self.fixed: Mapping[str, Sequence[int]] = {}  # arguments that must be constants
        self.world: dict[str, Any] = {}
        exec(setup, self.world)
        self.namespace = {
            "where" if row == "if" else row: self.spelled(text) for row, text in rows.items()
        }
        self.operations = offered(self.namespace) - frozenset(without)
        self.made = eval(f"lambda value: {leaf}", self.world)

    def spelled(self, text: str) -> Callable:
        """The function of one row."""
        given = "*x" if "x" in names(text) else ", ".join(c for c in LETTERS if c in names(text))
        return eval(f"lambda {given}: {text}", self.world)

    def gradient(
        self, program: Program, point: Sequence[float], *, backwards: int = 1
    ) -> tuple[float, Sequence[float]]:
        """Build once, then run backward n times, the gradients zeroed before each."""
        self.refused(program)
        leaves = [self.made(x) for x in point]
        return self.run(leaves, replay(program, self.namespace, leaves), backwards)

    def refused(self, program: Program) -> None:
        """Raises Unsupported where an argument is no constant that this engine wants as one."""
        first = len(program.variables), len(program.variables) + len(program.constants)
        for name, *args in program.steps if self.fixed else ():
            if any(not first[0] <= args[i] < first[1] for i in self.fixed.get(name, ())):
                raise Unsupported(f"{name} with an argument that is no constant")

    def source(self, program: Program, point: Sequence[float], backwards: int = 1) -> str:
        """A script that does the same and prints value and gradient."""
        return self.script(program, point, self.ending.replace("TIMES", str(backwards)))

    def script(self, program: Program, point: Sequence[float], ending: str) -> str:
        """The program step by step, then `ending`, in which LEAVES and ROOT stand for its own."""
        names = self.free(program)
        lines = [self.setup.strip()]
        leaves = (self.leaf.replace("value", self.written(x)) for x in point)
        lines += [f"{n} = {leaf}" for n, leaf in zip(names, leaves)]
        nodes = [*names, *map(literal, program.constants)]
        for k, (row, *args) in enumerate(program.steps, 1):
            nodes.append(f"s{k}")
            lines.append(f"s{k} = {self.expression(row, [nodes[j] for j in args])}")
        ending = ending.replace("LEAVES", f"[{', '.join(names)}]")
        lines.append(ending.replace("ROOT", nodes[program.root]))
        return "\n".join(lines)

    def free(self, program: Program) -> list[str]:
        """Names for the variables that neither the engine's script nor its steps use."""
        return [f"v_{n}" if n in self.world or (n[:1] == "s" and n[1:].isdigit()) else n
                for n in program.variables]  # fmt: skip

    def written(self, x: float | int) -> str:
        """A number of the point: the shortest decimal that is x in the engine's floats."""
        short = FORMATS[self.dtype].text(x)
        return short if math.isfinite(x) else literal(x)

    def expression(self, row: str, args: Sequence[str]) -> str:
        """One step in the engine's own words."""
        if row == "neg":
            return f"-{args[0]}"
        if row in OPERATORS:
            return f" {INFIX_SIGNS[row]} ".join(f"({a})" if a.startswith("-") else a for a in args)
        text = self.rows[row]
        if "x" in names(text):
            return f"(lambda *x: {text})({', '.join(args)})"
        return substituted(text, dict(zip(LETTERS, args)))


def names(text: str) -> frozenset[str]:
    """The names in an expression."""
    return frozenset(compile(text, "", "eval").co_names) | frozenset(words(text))


def words(text: str) -> list[str]:
    """The text cut at the ends of its names."""
    parts, word = [], ""
    for c in text:
        if c.isalnum() or c in "_.":
            word += c
        else:
            parts += [word, c]
            word = ""
    return [p for p in [*parts, word] if p]


def substituted(text: str, args: Mapping[str, str]) -> str:
    return "".join(args.get(w, w.replace("a.", args.get("a", "") + ".") if w[:2] == "a." else w)
                   for w in words(text))  # fmt: skip


def literal(x: float | int) -> str:
    return repr(x) if x == x and abs(x) != float("inf") else f"float('{x}')"
