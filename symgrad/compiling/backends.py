"""What runs a compiled function: machine code through LLVM, NumPy code, Python code.

- `Plan` is what is computed: the outputs, the variables, by which of them, to which order.
- `BACKENDS[name](plan, ...)` runs it: `.call(*x)` at one point, by position, as nested tuples;
  `.run(columns, rows)` at many points, arrays in and arrays out.
"""

from __future__ import annotations

import builtins
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite, isnan, nan
from typing import Any, ClassVar

from ..arithmetic.floats import FLOATS
from ..arithmetic.ieee import RAISED
from ..deferred import numpy
from ..engine import Tape, forward, gradient
from ..errors import UsageError
from ..notation import text
from ..value import Graphs, Value, as_float, gradient_graphs, tidy
from .code import Code, domain_ends, gradient_lines, label, swept
from .dialects import NUMPY, PYTHON, SWIFT, Dialect
from .lines import WILD, Listing
from .llvm import functions, machine
from .source import Layout, written

NODES_SHOWN = 200  # nodes; a larger graph's docstring does not spell the formula out
DOUBLES_IN_BLOCKS = 1 << 20  # numbers that blocks of all arrays together have
BLOCK = 1 << 13  # points at a time: temporaries stay in the cache, and memory stays small


@dataclass(frozen=True)
class Plan:
    """What a compiled function computes; `many`: the outputs are a list, else there is one."""

    roots: tuple[Value, ...]
    variables: tuple[str, ...]
    wrt: tuple[str, ...]
    order: int = 1
    many: bool = False
    derived: bool = False  # the root is a derivative's own graph

    @cached_property
    def graphs(self) -> list[Value]:
        """The graphs whose gradients are wanted: for order 2 the gradient's own components too."""
        return tape_roots(self.roots[0], self.wrt) if self.order == 2 else list(self.roots)

    @cached_property
    def tape(self) -> Tape:
        return Tape.of(self.graphs, label, self.wrt)

    @cached_property
    def layout(self) -> Layout:
        """Where the program's outputs stand: (value, partials), with the Hessian's rows behind;
        for a list (values, rows of partials).
        """
        m, n = len(self.roots), len(self.wrt)
        rows = [list(range(m + n * k, m + n * (k + 1))) for k in range(len(self.graphs))]
        if self.many:
            return [list(range(m)), rows]
        return [0, rows[0], rows[1:]] if self.order == 2 else [0, rows[0]]

    def written(self, code: Code) -> Listing:
        """The values, then the partials of every graph, row by row, in this code."""
        values = swept(code, self.tape)
        rows = [gradient_lines(code, self.tape, values, self.wrt, k, self.function_of(k))
                for k in range(len(self.graphs))]  # fmt: skip
        outputs = [values[i] for i in self.tape.roots[: len(self.roots)]]
        return code.program([*outputs, *(y for row in rows for y in row)], self.variables)

    def text(self, dialect: Dialect, degree: float = 1) -> str:
        """The program as the text of a function; of `degree` WILD no line is taken as finite."""
        program = self.written(Code(dialect, degree=degree))
        return written(program, dialect, "value_and_gradient", self.formula, self.layout)

    @cached_property
    def formula(self) -> str:
        """The formula for a docstring, if it is short."""
        return "several formulas" if self.many else formula(self.roots[0])

    def engine(self, x: Sequence[float]) -> list[float]:
        """The engine's own answer, as the flat outputs."""
        values = forward(self.tape, FLOATS, dict(zip(self.variables, x)))
        found = [values[i] for i in self.tape.roots[: len(self.roots)]]
        finite = all(map(isfinite, x))
        for k in range(len(self.graphs)):
            partials, function = gradient(self.tape, FLOATS, values, root=k), self.function_of(k)
            undefined = function is not None and finite and isnan(found[function])
            found += [nan if undefined else partials.get(name, 0.0) for name in self.wrt]
        return found

    @cached_property
    def ends(self) -> bool:
        """Whether a slope may go on where a function has no value; a derivative's own graph may
        also lack a number where f has a slope.
        """
        return not self.derived and domain_ends(self.tape)

    def function_of(self, graph: int) -> int | None:
        """The function without whose value a graph has no slope; of order 2 all are of one."""
        return None if not self.ends else 0 if self.order == 2 else graph

    def floats(self, x: Sequence[Any]) -> list[float]:
        """A point by position as floats, or why it cannot mean anything."""
        if len(x) != len(self.variables):
            names = ", ".join(self.variables)
            raise UsageError(f"expected {len(self.variables)} values ({names}), got {len(x)}")
        try:
            return [number(a) for a in x]
        except (TypeError, ValueError):
            kinds = ", ".join(type(a).__name__ for a in x)
            raise UsageError(f"a point is made of numbers, got {kinds}") from None


def number(a: Any) -> float:
    """A number as a call takes it: 10^400 is infinite. Raises TypeError for what is none."""
    try:
        return as_float(a)
    except OverflowError:
        return FLOATS.literal(a)


class Backend(ABC):
    """Runs a plan; `name` says what it is, and why where that is not what was asked."""

    name: ClassVar[str]
    call: Callable[..., Any]

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    @abstractmethod
    def run(self, columns: Sequence[Any], rows: Sequence[Any]) -> None:
        """Every output at every point: columns and rows are arrays of one dimension."""

    @abstractmethod
    def source(self) -> str:
        """The code as text."""


class PythonBackend(Backend):
    """Generated Python: the bits of the engine's floats."""

    name = "python"

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self._quick = function_of(plan.text(SWIFT))

    def call(self, *x: Any) -> Any:
        """One point; the engine answers where plain Python arithmetic raises, or gives nan."""
        if {*map(type, x)} - {float} or len(x) != len(self.plan.variables):
            x = tuple(self.plan.floats(x))
        try:
            found = self._quick(*x)
            if not lost(found):
                return found
        except RAISED:
            pass
        return nested(self.plan.engine(x), self.plan.layout)

    def run(self, columns: Sequence[Any], rows: Sequence[Any]) -> None:
        points = zip(*columns) if columns else [()] * len(rows[0])
        for k, point in enumerate(points):
            for row, y in zip(rows, flat(self.call(*point))):
                row[k] = y

    def source(self) -> str:
        return self.plan.text(PYTHON)


class NumpyBackend(Backend):
    """Generated NumPy, block by block."""

    name = "numpy"

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self._arrays = function_of(plan.text(NUMPY))

    @cached_property
    def _careful(self) -> Callable[..., Any]:
        """The same where numbers have overflowed: 0 times infinity is 0 in a backward sweep."""
        return function_of(self.plan.text(NUMPY, WILD))

    def call(self, *x: Any) -> Any:
        point = self.plan.floats(x)
        found = self._arrays(*point)
        found = self._careful(*point) if lost(found) else found
        return nested([float(y) for y in flat(found)], self.plan.layout)

    def run(self, columns: Sequence[Any], rows: Sequence[Any]) -> None:
        np = numpy()
        for i in range(0, len(rows[0]) if rows else 0, BLOCK):
            block, out = [c[i : i + BLOCK] for c in columns], [row[i : i + BLOCK] for row in rows]
            for y, found in zip(out, flat(self._arrays(*block))):
                y[:] = found
            odd = np.logical_or.reduce([y != y for y in out])
            if odd.any():
                for y, found in zip(out, flat(self._careful(*(c[odd] for c in block)))):
                    y[odd] = found

    def source(self) -> str:
        return self.plan.text(NUMPY)


class LlvmBackend(Backend):
    """Machine code; `accuracy` "exact" or "fast", `optimize` more time for better code."""

    name = "llvm"
    missing = staticmethod(machine.missing)

    def __init__(self, plan: Plan, accuracy: str = "exact", optimize: bool | None = None) -> None:
        super().__init__(plan)
        self.native = functions.Native(plan.written, plan.layout, accuracy, optimize)

    @cached_property
    def call(self) -> Callable[..., Any]:  # type: ignore[override]
        """The built-in function, compiled when first asked for."""
        plan, native = self.plan, self.native  # not self: no cycle, so the code goes at once

        def other(*x: Any) -> Any:
            """A call with what is no float, or that gives nan."""
            return nested(native.point(plan.floats(x)), plan.layout)

        return native.callable(other)

    def run(self, columns: Sequence[Any], rows: Sequence[Any]) -> None:
        """Straight from the arrays where they are contiguous, else block by block through one."""
        if all(a.flags.c_contiguous and a.dtype == float for a in (*columns, *rows)):
            self.native.batch(columns, rows)
            return
        np, n = numpy(), len(rows[0]) if rows else 0
        block = max(1, min(n, BLOCK, DOUBLES_IN_BLOCKS // (len(columns) + len(rows))))
        room, out = np.empty((len(columns), block)), np.empty((len(rows), block))
        for i in range(0, n, block):
            size = min(block, n - i)
            for a, column in zip(room, columns):
                a[:size] = column[i : i + size]
            self.native.batch([a[:size] for a in room], [y[:size] for y in out])
            for row, y in zip(rows, out):
                row[i : i + size] = y[:size]

    def source(self) -> str:
        return self.native.source()


class Copies(Graphs):
    """Graphs that may hold inf and nan, which no fraction is."""

    def literal(self, exact: Any) -> Value:
        if isinstance(exact, float) and not isfinite(exact):
            return Value(exact)
        return super().literal(exact)


def tape_roots(root: Value, wrt: Sequence[str]) -> list[Value]:
    """The root and its gradient as graphs, whose own gradients are the Hessian's rows."""
    graphs = Copies()
    tape = Tape.of([root], label, wrt)
    return tidy(gradient_graphs(tape, wrt, graphs), graphs)


def function_of(source: str) -> Callable[..., Any]:
    """The function that our own text defines; nothing of a caller's text is in it but names."""
    space: dict[str, Any] = {"__name__": "symgrad.compiling.compiler"}
    exec(builtins.compile(source, "<symgrad.compiling.compiler>", "exec"), space)
    made: Callable[..., Any] = space["value_and_gradient"]
    return made


def lost(found: Any) -> bool:
    """Whether a number of nested tuples is nan."""
    return any(map(lost, found)) if isinstance(found, tuple) else found != found


def flat(found: Any) -> list[Any]:
    """The numbers of nested tuples, in order."""
    return [y for part in found for y in flat(part)] if isinstance(found, tuple) else [found]


def nested(outputs: Sequence[float], layout: Any) -> Any:
    """Flat outputs as the nested tuples of a layout."""
    return outputs[layout] if isinstance(layout, int) else tuple(
        nested(outputs, part) for part in layout)  # fmt: skip


def formula(root: Value) -> str:
    """A short formula's text."""
    nodes, seen = [root], 0
    while nodes and seen < NODES_SHOWN:
        nodes += nodes.pop().args
        seen += 1
    return "a large formula" if nodes else text(root)
