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

from ..deferred import numpy
from ..errors import UsageError
from .backends import Backend, LlvmBackend, Plan, number
from .llvm.functions import address

POINTS_IN_A_PIECE = 64  # a piece of the points is a multiple of this


@dataclass(frozen=True)
class Points:
    """Columns of one length; `shape` is theirs as the caller has it, `table`: one array came."""

    columns: list[Any]
    shape: tuple[int, ...]
    table: bool


@dataclass(frozen=True)
class BatchResults:
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


def results(plan: Plan, given: Points, out: Any) -> BatchResults:
    """New arrays, or those of `out`, as rows: values first, then every row of partials."""
    m, k = len(plan.roots), len(plan.wrt)
    shapes = [given.shape] * m
    blocks = len(plan.graphs)  # of k partials each
    np = numpy()
    if out is None:
        room = np.empty((m + blocks * k, prod(given.shape)))
        each = [row.reshape(given.shape) for row in room]
        return BatchResults(list(room), shape_of(plan, given, each[:m], each[m:], room[m:]))
    rows = []
    for a in leaves(plan, given, out):
        if not isinstance(a, np.ndarray) or a.dtype != float or not a.flags.writeable:
            raise UsageError(f"out takes writable arrays of float64, got {described(a)}")
        if a.shape != shapes[0]:
            raise UsageError(f"out has an array of shape {a.shape}, the points have {shapes[0]}")
        flat = a.reshape(-1)
        if a.size and not np.may_share_memory(flat, a):
            raise UsageError("out takes arrays whose points lie one after the other")
        if a.size > 1 and abs(flat.strides[0]) < a.itemsize:
            raise UsageError("out takes arrays whose points lie apart")
        rows.append(flat)
    return BatchResults(rows, out)


def shape_of(plan: Plan, given: Points, values: list[Any], partials: list[Any],
             room: Any) -> tuple[Any, ...]:  # fmt: skip
    """The caller's view: `values, partials`, behind them the second partials for order 2."""
    k, blocks = len(plan.wrt), range(len(plan.graphs))
    if given.table:
        each = [room[k * b : k * (b + 1)].T for b in blocks]
        if plan.many:
            return tuple(values), tuple(each)
        if plan.order == 2:
            second = room[k:].reshape(k, k, room.shape[1])
            return values[0], each[0], second.transpose(2, 0, 1)
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
        values, first, *more = (unwrapped(a) for a in out)
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


def unwrapped(a: Any) -> Any:
    """A matrix as the array that it is: its rows and columns have two dimensions."""
    return numpy().asarray(a) if hasattr(a, "dtype") else a


def apart(columns: Sequence[Any], rows: Sequence[Any]) -> None:
    """Refuse an output that shares memory with an input or with another output."""
    np = numpy()
    given, taken = hull(columns), hull(rows)
    if not (given[0] < taken[1] and taken[0] < given[1]):
        columns = ()  # inputs lie elsewhere, so that they need not be looked at one by one
    spans = sorted((*bounds(a), k) for k, a in enumerate((*columns, *rows)) if a.size)
    arrays, n = [*columns, *rows], len(columns)
    reach: list[tuple[int, int]] = []  # (end, which) of those that may still overlap
    for start, end, k in spans:
        reach = [(e, j) for e, j in reach if e > start]
        for _, j in reach:
            if (j >= n or k >= n) and np.shares_memory(arrays[j], arrays[k]):
                raise UsageError("out overlaps with an input or with itself")
        reach.append((end, k))


def hull(arrays: Sequence[Any]) -> tuple[int, int]:
    """Where the memory of all of them begins and ends."""
    each = [bounds(a) for a in arrays if a.size]
    return min((a for a, _ in each), default=0), max((b for _, b in each), default=0)


def bounds(a: Any) -> tuple[int, int]:
    """Where an array's memory begins and ends."""
    if a.flags.c_contiguous:
        start = address(a)
        return start, start + a.nbytes
    found: tuple[int, int] = numpy().lib.array_utils.byte_bounds(a)
    return found


def pieces(n: int, threads: int) -> list[slice]:
    """The points in at most `threads` pieces of whole vectors."""
    size = -(-n // (threads * POINTS_IN_A_PIECE)) * POINTS_IN_A_PIECE
    ends = [*range(0, n, size), n] if size else []
    return [slice(a, b) for a, b in pairwise(ends)]


def summed(backend: Backend, plan: Plan,
           fixed: Sequence[str]) -> Callable[[Any, Sequence[Any]], Any]:  # fmt: skip
    """A function (x, columns) that gives the array of every output summed over the points: x are
    the numbers of the variables in `fixed`, columns those of the others, in the plan's order.
    """
    np = numpy()
    if len({*fixed}) < len(fixed) or not {*fixed} <= {*plan.variables}:
        raise UsageError(f"fixed are different names among {', '.join(plan.variables)}")
    places = [plan.variables.index(name) for name in fixed]
    free = len(plan.variables) - len(places)
    count = len(plan.roots) + len(plan.graphs) * len(plan.wrt)
    native, lanes = None, 1
    if isinstance(backend, LlvmBackend):
        native, lanes = backend.native.summed(places), backend.native.lanes

    def total(x: Any, columns: Sequence[Any]) -> Any:
        if len(x) != len(places) or len(columns) != free:
            raise UsageError(f"a sum takes {len(places)} numbers and {free} columns, "
                             f"got {len(x)} and {len(columns)}")  # fmt: skip
        x, arrays = numbers(x), [numbers(a) for a in columns]
        shape = common(arrays)
        n = prod(shape)
        flat = [(a if a.shape == shape else np.broadcast_to(a, shape)).reshape(n) for a in arrays]
        if not n:
            return np.zeros(count)
        if native:
            fill = -n % lanes
            return native(x, [np.concatenate([a, a[:1].repeat(fill)]) if fill
                              else np.ascontiguousarray(a) for a in flat], n)  # fmt: skip
        given, others, rows = dict(zip(places, x.tolist())), iter(flat), np.empty((count, n))
        table = [np.full(n, given[k]) if k in given else next(others)
                 for k in range(len(plan.variables))]  # fmt: skip
        backend.run(table, list(rows))
        return rows.sum(axis=1)

    return total


def numbers(x: Any) -> Any:
    """An array of float64; what is no real number, or hidden by a mask, is refused."""
    np = numpy()
    try:
        found = np.asarray(x)
        if found.dtype == float:
            if hasattr(x, "filled") and np.any(x.mask):
                raise TypeError
            return found
        if found.dtype.kind == "O":
            return np.array([number(a) for a in found.flat], float).reshape(found.shape)
        if found.dtype.kind in "biuf":
            return numbers(x.astype(float)) if hasattr(x, "filled") else found.astype(float)
        raise TypeError
    except (TypeError, ValueError):
        raise UsageError(f"batch takes numbers, got {x!r:.60}") from None


def common(columns: Sequence[Any]) -> tuple[int, ...]:
    """The shape that arrays broadcast to."""
    if len({a.shape for a in columns}) == 1:
        return tuple(columns[0].shape)
    try:
        return tuple(numpy().broadcast_shapes(*(a.shape for a in columns)))
    except ValueError:
        shapes = ", ".join(str(a.shape) for a in columns)
        raise UsageError(f"arrays of shapes {shapes} do not go together") from None


def described(a: Any) -> str:
    dtype = getattr(a, "dtype", None)
    return f"an array of {dtype}" if dtype is not None else type(a).__name__
