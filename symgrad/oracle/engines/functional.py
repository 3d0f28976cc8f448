"""Engines that differentiate functions: the program becomes a function of its variables.

- `Functional(name, dtype, setup, rows, call)` replays the program inside such a function.
- `Curved(..., curve)` has second derivatives, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..programs import Program
from ..replaying import replay
from .adapter import Adapter, literal


class Functional(Adapter):
    """`call` is the expression that yields value and gradients of `f` at `point`."""

    def __init__(
        self, name: str, dtype: str, setup: str, rows: Mapping[str, str], call: str,
        number: str = "value",
    ) -> None:  # fmt: skip
        super().__init__(name, dtype, setup, number, rows, print, "")
        self.call = call
        self.called = eval(f"lambda f, point: {call}", self.world)

    def gradient(
        self, program: Program, point: Sequence[float], *, backwards: int = 1
    ) -> tuple[float, Sequence[float]]:
        """Value and gradient of the function that replays the program."""

        def f(*leaves: Any) -> Any:
            return replay(program, self.namespace, leaves)

        self.refused(program)
        found: Any = None
        for _ in range(backwards):
            found = self.called(f, [self.made(x) for x in point])
        return found

    def source(self, program: Program, point: Sequence[float], backwards: int = 1) -> str:
        """The function spelled out, and the call."""
        return self.spelled_out(program, point, self.call)

    def spelled_out(self, program: Program, point: Sequence[float], call: str) -> str:
        names = [f"v_{n}" if n in self.world else n for n in program.variables]
        nodes = [*names, *map(literal, program.constants)]
        lines = []
        for k, (row, *args) in enumerate(program.steps, 1):
            nodes.append(f"s{k}")
            lines.append(f"    s{k} = {self.expression(row, [nodes[j] for j in args])}")
        head = [self.setup.strip(), f"def f({', '.join(names)}):"]
        values = ", ".join(self.leaf.replace("value", self.written(x)) for x in point)
        tail = [f"    return {nodes[program.root]}", f"point = [{values}]", f"print({call})"]
        return "\n".join(head + lines + tail)


class Curved(Functional):
    """The same, and `curve` is the expression that yields the rows of its Hessian."""

    def __init__(
        self, name: str, dtype: str, setup: str, rows: Mapping[str, str], call: str,
        curve: str, number: str = "value",
    ) -> None:  # fmt: skip
        super().__init__(name, dtype, setup, rows, call, number)
        self.curve = curve
        self.curved = eval(f"lambda f, point: {curve}", self.world)

    def second(self, program: Program, point: Sequence[float]) -> Sequence[Sequence[float]]:
        """The rows of the Hessian."""

        def f(*leaves: Any) -> Any:
            return replay(program, self.namespace, leaves)

        self.refused(program)
        return self.curved(f, [self.made(x) for x in point])

    def second_source(self, program: Program, point: Sequence[float]) -> str:
        """A script that prints the Hessian."""
        return self.spelled_out(program, point, self.curve)
