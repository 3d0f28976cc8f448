"""What `compile` returns: generated code, ready for one point and for millions.

- `compiled(2, 0.5, 1)`, `.value`, `.gradient`, `.value_and_gradient`, `.hessian`: one point.
- `.batch(...)`: many points, block by block.
- `.source()` is the code as text, `.backend` says what runs and why.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from .arithmetic.arrays import numpy
from .arithmetic.code import Code, gradient_lines, label, swept
from .arithmetic.dialects import NUMPY, PYTHON, SWIFT, Dialect
from .arithmetic.floats import FLOATS
from .arithmetic.ieee import RAISED
from .arithmetic.lines import Program
from .arithmetic.writing import Layout, written
from .engine import Tape, forward, gradient
from .errors import SymgradError, Unsupported, UsageError, nearest
from .notation import text
from .value import Graphs, Value, tidy

BLOCK = 1 << 13  # points at a time: temporaries stay in the cache, and memory stays small
SHOWN = 200  # nodes; a larger graph's docstring does not spell the formula out


def known(name: str, variables: Sequence[str]) -> None:
    if name not in variables:
        near = nearest(str(name), variables)
        raise UsageError(f"unknown variable {name}", hint=f"did you mean {near}?" if near else
                         f"the variables are {', '.join(variables) or 'none'}")  # fmt: skip


class Compiled:
    """A compiled value with its derivatives; made by `compile`."""

    variables: tuple[str, ...]
    wrt: tuple[str, ...]
    order: int
    _why: str = ""  # NumPy cannot run it

    def __init__(self, root: Value, variables: tuple[str, ...], wrt: tuple[str, ...], order: int,
                 backend: str) -> None:  # fmt: skip
        self._made_of = (root, variables, wrt, order, backend)
        self.variables, self.wrt, self.order = variables, wrt, order
        self._roots = tape_roots(root, wrt) if order == 2 else [root]
        self._formula = formula(root)
        if backend == "numpy":
            self._text(NUMPY)  # Unsupported shows at once
            self._quick = self._scalars
        else:
            self._quick = function_of(self._text(SWIFT))

    @property
    def backend(self) -> str:
        """What runs one point, what runs a batch, and why."""
        asked = self._made_of[-1]
        if asked != "auto":
            return asked
        return "python, batches in " + ("numpy" if self._arrays else f"python ({self._why})")

    def __reduce__(self) -> tuple[Any, ...]:
        return Compiled, self._made_of

    def __repr__(self) -> str:
        return f"<compiled {self._formula}: {self.backend}>"

    # one point

    def __call__(self, *x: float) -> Any:
        """`(value, (partial, ...))`, the arguments by position; order 2 adds the Hessian's rows."""
        try:
            return self._quick(*x)
        except RAISED:
            return self._engine(x)  # a division by zero, an overflow: inf or nan
        except TypeError:
            raise self._refusal(x) from None

    def value_and_gradient(self, point: Mapping[str, float] | None = None, /,
                           **values: float) -> tuple[float, dict[str, float]]:  # fmt: skip
        """The value and `{name: partial}`."""
        value, partials, *_ = self(*self._ordered(point, values))
        return value, dict(zip(self.wrt, partials))

    def value(self, point: Mapping[str, float] | None = None, /, **values: float) -> float:
        """The value alone."""
        x = self._ordered(point, values)
        try:
            found = self._value(*x)
        except (*RAISED, TypeError):
            found = self(*x)
        return float(found[0])

    def gradient(self, point: Mapping[str, float] | None = None, /,
                 **values: float) -> dict[str, float]:  # fmt: skip
        """`{name: partial}`."""
        return self.value_and_gradient(point, **values)[1]

    def hessian(self, point: Mapping[str, float] | None = None, /,
                **values: float) -> dict[str, dict[str, float]]:  # fmt: skip
        """`{name: {name: second partial}}`; needs order=2."""
        if self.order != 2:
            raise UsageError("hessian needs compile(..., order=2)")
        rows = self(*self._ordered(point, values))[2]
        return {a: dict(zip(self.wrt, row)) for a, row in zip(self.wrt, rows)}

    def _ordered(self, point: Mapping[str, float] | None, values: Mapping[str, float]) -> list[Any]:
        """The values by position."""
        given = {**point, **values} if point else values
        try:
            found = [given[name] for name in self.variables]
        except KeyError as missing:
            raise UsageError(f"no value for {missing.args[0]}") from None
        if len(given) > len(found):
            for name in given:
                known(name, self.variables)
        return found

    def _refusal(self, x: Sequence[Any]) -> SymgradError:
        """Why a call by position cannot mean anything."""
        if len(x) != len(self.variables):
            names = ", ".join(self.variables)
            return UsageError(f"expected {len(self.variables)} values ({names}), got {len(x)}")
        return UsageError("a point is made of numbers, got " + ", ".join(
            type(a).__name__ for a in x))  # fmt: skip

    def _engine(self, x: Sequence[float]) -> Any:
        """The engine's own answer, for a point where plain Python arithmetic raises."""
        try:
            point = dict(zip(self.variables, map(FLOATS.literal, x), strict=True))
        except (TypeError, ValueError):
            raise self._refusal(x) from None
        tape = self._tape
        values = forward(tape, FLOATS, point)
        rows = []
        for k in range(len(self._roots)):
            partials = gradient(tape, FLOATS, values, root=k)
            rows.append(tuple(partials.get(name, 0.0) for name in self.wrt))
        value = values[tape.roots[0]]
        return (value, rows[0], tuple(rows[1:])) if self.order == 2 else (value, rows[0])

    @cached_property
    def _tape(self) -> Tape:
        return Tape.of(self._roots, label)

    @cached_property
    def _value(self) -> Callable[..., Any]:
        """The function of the value alone, made when it is first asked for."""
        dialect = NUMPY if self.backend == "numpy" else SWIFT
        program, layout = derivatives(self._roots[:1], dialect, self.variables, ())
        made = function_of(written(program, dialect, "value_and_gradient", self._formula, layout))
        return made if dialect is SWIFT else lambda *x: in_floats(made(*x))

    def _scalars(self, *x: float) -> Any:
        """One point through NumPy code."""
        assert self._arrays
        return in_floats(self._arrays(*x))

    # many points

    def batch(self, points: Any) -> tuple[Any, Any]:
        """Values and partials at many points.

        A mapping of arrays (or numbers) gives `(values, {name: partials})`; a two-dimensional
        array, a column per variable, gives `(values, array with a column per partial)`.
        """
        np = numpy()
        if isinstance(points, Mapping):
            columns = [numbers(a) for a in self._ordered(points, {})]
            shape = common(columns)
            flat = [np.broadcast_to(a, shape).reshape(-1) if a.ndim else a for a in columns]
            values, partials = self._blocks(flat, int(np.prod(shape)))
            each = {n: p.reshape(shape) for n, p in zip(self.wrt, partials)}
            return values.reshape(shape), each
        table = numbers(points)
        if table.ndim != 2 or table.shape[1] != len(self.variables):
            names = ", ".join(self.variables)
            raise UsageError(
                f"batch takes a mapping, or an array with {len(self.variables)} columns ({names}); "
                f"got shape {table.shape}"
            )
        values, partials = self._blocks(list(table.T), len(table))
        return values, partials.T

    def _blocks(self, columns: Sequence[Any], n: int) -> tuple[Any, Any]:
        """Block by block, so that temporaries stay small."""
        np = numpy()
        values, partials = np.empty(n), np.empty((len(self.wrt), n))
        run = self._arrays or self._each
        for i in range(0, n, BLOCK):
            j = min(i + BLOCK, n)
            found = run(*(a[i:j] if a.ndim else a for a in columns))
            values[i:j] = found[0]
            for row, partial in zip(partials, found[1]):
                row[i:j] = partial
        return values, partials

    def _each(self, *columns: Any) -> tuple[Any, Any]:
        """Point by point, where NumPy lacks a function."""
        np = numpy()
        points = np.broadcast(*columns) if columns else [()]
        found = [self(*point) for point in points]
        return [y for y, *_ in found], list(zip(*(p for _, p, *_ in found)))

    # code

    def source(self, dialect: str | None = None) -> str:
        """The code as text that stands alone: "python" or "numpy" (the backend's by default)."""
        dialect = dialect or ("numpy" if self.backend == "numpy" else "python")
        if dialect not in ("python", "numpy"):
            raise UsageError(f"source is in python or numpy, not {dialect!r}")
        return self._text(NUMPY if dialect == "numpy" else PYTHON)

    def _text(self, dialect: Dialect) -> str:
        program, layout = derivatives(self._roots, dialect, self.variables, self.wrt)
        return written(program, dialect, "value_and_gradient", self._formula, layout)

    @cached_property
    def _arrays(self) -> Callable[..., Any] | None:
        """The function over arrays, made when it is first asked for; None where there is none."""
        if self._made_of[-1] == "python":
            return None
        try:
            return function_of(self._text(NUMPY))
        except Unsupported as error:
            self._why = error.message
            return None


def tape_roots(root: Value, wrt: Sequence[str]) -> list[Value]:
    """The root and its gradient as graphs, whose own gradients are the Hessian's rows."""
    graphs = Graphs()
    tape = Tape.of([root], label, wrt)
    values = forward(tape, graphs, {name: graphs.variable(name) for name in tape.variables})
    partials = gradient(tape, graphs, values)
    return tidy([values[tape.roots[0]], *(partials.get(x, graphs.literal(0)) for x in wrt)], graphs)


def derivatives(roots: Sequence[Value], dialect: Dialect, variables: Sequence[str],
                wrt: Sequence[str]) -> tuple[Program, Layout]:  # fmt: skip
    """The program of value and gradient; of the Hessian too where the gradient's roots follow."""
    tape, code = Tape.of(roots, label, wrt), Code(dialect)
    values = swept(code, tape)
    rows = [gradient_lines(code, tape, values, wrt, k) for k in range(len(roots))]
    outputs = [values[tape.roots[0]], *(line for row in rows for line in row)]
    n = len(wrt)
    layout: list[Any] = [0, list(range(1, n + 1))]
    if len(roots) > 1:
        layout.append([list(range(1 + n * k, 1 + n * (k + 1))) for k in range(1, n + 1)])
    return code.program(outputs, variables), layout


def function_of(source: str) -> Callable[..., Any]:
    """The function that our own text defines; nothing of a caller's text is in it but names."""
    space: dict[str, Any] = {"__name__": "symgrad.compiled"}
    exec(builtins.compile(source, "<symgrad.compiled>", "exec"), space)
    made: Callable[..., Any] = space["value_and_gradient"]
    return made


def in_floats(found: Any) -> Any:
    """NumPy scalars as floats: (value, (partials...), ((Hessian's row...), ...))."""
    value, partials, *rows = found
    hessian = [tuple(tuple(map(float, row)) for row in table) for table in rows]
    return float(value), tuple(map(float, partials)), *hessian


def numbers(x: Any) -> Any:
    """An array of float64."""
    try:
        return numpy().asarray(x, float)
    except (TypeError, ValueError):
        raise UsageError(f"batch takes numbers, got {x!r:.60}") from None


def common(columns: Sequence[Any]) -> tuple[int, ...]:
    """The shape that arrays broadcast to."""
    try:
        return tuple(numpy().broadcast_shapes(*(a.shape for a in columns)))
    except ValueError:
        shapes = ", ".join(str(a.shape) for a in columns)
        raise UsageError(f"arrays of shapes {shapes} do not go together") from None


def formula(root: Value) -> str:
    """The formula for a docstring, if it is short."""
    nodes, seen = [root], 0
    while nodes and seen < SHOWN:
        nodes += nodes.pop().args
        seen += 1
    return "a large formula" if nodes else text(root)
