"""Many points in arrays: what comes in, what goes out, and who may share memory with whom.

- `points(given, ...)` are columns of one length from a mapping or a table.
- `results(plan, points, out)` are rows to be written, and the same as the caller sees them.
- `summed(backend, plan, x)` is the sum over all points.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import Any

from .arithmetic.arrays import numpy
from .backends import Backend, LlvmBackend, Plan
from .errors import UsageError

WHOLE = 64  # a piece of the points is a multiple of this


@dataclass(frozen=True)
class Points:
    """Columns of one length; `shape` is theirs as the caller has it, `table`: one array came."""

    columns: list[Any]
    shape: tuple[int, ...]
    table: bool


@dataclass(frozen=True)
class Results:
    """Rows of one length, and what the caller sees of them."""

    rows: list[Any]
    shown: tuple[Any, ...]


def points(given: Any, variables: Sequence[str], ordered: Callable[..., list[Any]]) -> Points:
    """The columns of a mapping name -> array or number, or of a table (points x variables)."""
    np = numpy()
    if isinstance(given, Mapping):
        columns = [numbers(a) for a in ordered(given, {})]
        shape = common(columns)
        size = prod(shape)
        full = [np.broadcast_to(a, shape).reshape(size) if a.shape != shape else a.reshape(size)
                for a in columns]  # fmt: skip
        return Points([solid(a) for a in full], shape, False)
    table = numbers(given)
    if table.ndim != 2 or table.shape[1] != len(variables):
        names = ", ".join(variables)
        raise UsageError(
            f"batch takes a mapping, or an array with {len(variables)} columns ({names}); "
            f"got shape {table.shape}"
        )
    return Points(list(table.T), (len(table),), True)


def solid(a: Any) -> Any:
    """A number for all points takes memory of its own."""
    return numpy().ascontiguousarray(a) if a.strides == (0,) else a


def results(plan: Plan, given: Points, out: Any) -> Results:
    """New arrays, or those of `out`, as rows: values first, then every row of partials."""
    m, k = len(plan.roots), len(plan.wrt)
    shapes = [given.shape] * m
    blocks = len(plan.graphs)  # of k partials each
    np = numpy()
    if out is None:
        room = np.empty((m + blocks * k, prod(given.shape)))
        each = [row.reshape(given.shape) for row in room]
        return Results(list(room), shape_of(plan, given, each[:m], each[m:], room[m:]))
    rows = []
    for a in leaves(plan, given, out):
        if not isinstance(a, np.ndarray) or a.dtype != float or not a.flags.writeable:
            raise UsageError(f"out takes writable arrays of float64, got {described(a)}")
        if a.shape != shapes[0]:
            raise UsageError(f"out has an array of shape {a.shape}, the points have {shapes[0]}")
        flat = a.reshape(-1)
        if a.size and not np.may_share_memory(flat, a):
            raise UsageError("out takes arrays whose points lie one after the other")
        rows.append(flat)
    return Results(rows, out)


def shape_of(plan: Plan, given: Points, values: list[Any], partials: list[Any],
             room: Any) -> tuple[Any, ...]:  # fmt: skip
    """The caller's view: `values, partials`, behind them the second partials for order 2."""
    k, blocks = len(plan.wrt), range(len(plan.graphs))
    if given.table:
        each = [room[k * b : k * (b + 1)].T for b in blocks]
        if plan.many:
            return tuple(values), tuple(each)
        if plan.order == 2:
            return values[0], each[0], room[k:].reshape(k, k, -1).transpose(2, 0, 1)
        return values[0], each[0]
    named = [dict(zip(plan.wrt, partials[k * b : k * (b + 1)])) for b in blocks]
    if plan.many:
        return tuple(values), tuple(named)
    if plan.order == 2:
        return values[0], named[0], dict(zip(plan.wrt, named[1:]))
    return values[0], named[0]


def leaves(plan: Plan, given: Points, out: Any) -> list[Any]:
    """The arrays of an `out`, in the order of the program's outputs."""
    try:
        values, first, *more = out
        values, blocks = (values, first) if plan.many else ((values,), (first,))
        if plan.order == 2:
            second = more[0]
            blocks += (
                tuple(second.transpose(1, 0, 2))
                if given.table
                else tuple(second[name] for name in plan.wrt)
            )
        columns = [list(b.T) if given.table else [b[name] for name in plan.wrt] for b in blocks]
        found = [*values, *(a for block in columns for a in block)]
    except (TypeError, ValueError, KeyError, IndexError, AttributeError):
        found = []
    if len(found) != len(plan.roots) + len(plan.graphs) * len(plan.wrt):
        raise UsageError("out takes what batch returns: (values, partials), in the same shapes")
    return found


def apart(columns: Sequence[Any], rows: Sequence[Any]) -> None:
    """Refuse an output that shares memory with an input or with another output."""
    np = numpy()
    spans = sorted(
        ((*np.lib.array_utils.byte_bounds(a), k) for k, a in enumerate((*columns, *rows)) if a.size)
    )
    arrays, n = [*columns, *rows], len(columns)
    reach: list[tuple[int, int]] = []  # (end, which) of those that may still overlap
    for start, end, k in spans:
        reach = [(e, j) for e, j in reach if e > start]
        for _, j in reach:
            if (j >= n or k >= n) and np.shares_memory(arrays[j], arrays[k]):
                raise UsageError("out overlaps with an input or with itself")
        reach.append((end, k))


def pieces(n: int, threads: int) -> list[slice]:
    """The points in at most `threads` pieces of whole vectors."""
    size = -(-n // (threads * WHOLE)) * WHOLE
    ends = [*range(0, n, size), n] if size else []
    return [slice(a, b) for a, b in pairwise(ends)]


def summed(backend: Backend, plan: Plan, x: Sequence[Any]) -> list[float]:
    """Every output summed over the points; numbers among `x` are the same at all points."""
    np = numpy()
    columns = [numbers(a) for a in x]
    shape = common(columns)
    n = prod(shape)
    fixed = [k for k, a in enumerate(columns) if a.ndim == 0]
    arrays = [a.reshape(1) if a.ndim == 0 else solid(np.broadcast_to(a, shape).reshape(n))
              for a in columns]  # fmt: skip
    count, rest = len(plan.roots) + len(plan.graphs) * len(plan.wrt), 0
    sums = [0.0] * count
    if isinstance(backend, LlvmBackend) and len(fixed) < len(columns):
        whole = n - n % LlvmBackend.lanes
        contiguous = [np.ascontiguousarray(a) for a in arrays]
        if whole:
            sums = backend.native.total(fixed, contiguous, whole)
        rest = whole
    if rest < n:
        full = [np.full(n - rest, a[0]) if k in fixed else a[rest:] for k, a in enumerate(arrays)]
        rows = np.empty((count, n - rest))
        backend.run([np.ascontiguousarray(a) for a in full], list(rows))
        sums = [s + float(row.sum()) for s, row in zip(sums, rows)]
    return sums


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


def described(a: Any) -> str:
    dtype = getattr(a, "dtype", None)
    return f"an array of {dtype}" if dtype is not None else type(a).__name__
