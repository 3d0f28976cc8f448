"""A program's machine code, made when first asked for: one point, many points, sums over points.

- `Functions(program_for, layout, accuracy, optimize)` holds it; `callable(other)` is a built-in
  function of Python, `point(x)`, `batch(columns, rows)` and `summed(...)` go through ctypes.
"""

from __future__ import annotations

import ctypes
import threading
import weakref
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from ..arrays import address, numpy
from ..dialects import Dialect
from ..lines import Program
from . import machine
from .calling import MEMORY, PYTHON, call_function, point_function
from .library import DIALECTS, Library
from .looping import Mode, batch_function
from .machine import Machine
from .writing import Kind, Writer

SMALL = 300  # lines; up to here better code costs no time worth mentioning
FASTCALL = 0x0080
POINT = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)
BATCH = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64)


class Definition(ctypes.Structure):
    """CPython's PyMethodDef."""

    _fields_ = [("name", ctypes.c_char_p), ("function", ctypes.c_void_p),
                ("flags", ctypes.c_int), ("doc", ctypes.c_char_p)]  # fmt: skip


SPARE: list[Definition] = []  # of functions that are gone


class Entry:
    """What a built-in function holds on to: its code, and who answers a call without floats."""

    __slots__ = ("machine", "other")

    def __init__(self, machine: Machine, other: Callable[..., Any]) -> None:
        self.machine, self.other = machine, other

    def __call__(self, *x: Any) -> Any:
        return self.other(*x)


class Functions:
    """The machine code of one program."""

    def __init__(self, program_for: Callable[[Dialect], Program], layout: Any, accuracy: str,
                 optimize: bool | None) -> None:  # fmt: skip
        self.accuracy, self.optimize, self.layout = accuracy, optimize, layout
        self.program = program_for(DIALECTS[accuracy])
        self._library_of_one = self._library()
        self._one = Writer(self.program, Kind(), self._library_of_one)
        self.lines = len(self._one.lines)
        self._lock = threading.RLock()  # several threads may be the first to ask for code
        self._batches: dict[Mode, Any] = {}
        self._keep: list[Any] = []

    @property
    def lanes(self) -> int:
        """Doubles in a vector of the batch loop; in short code two vectors of the processor's
        overlap, in long code they would crowd each other out of the registers.
        """
        return 8 if self.lines <= SMALL else max(4, (machine.vectors() or ("", 1))[1])

    @property
    def _machine(self) -> Machine:
        with self._lock:
            return self._compiled

    @cached_property
    def _compiled(self) -> Machine:
        return Machine(self.source(), self.level(self.lines), "point", "call")

    @cached_property
    def _point(self) -> Any:
        return POINT(self._machine.address("point"))

    def level(self, lines: int) -> int:
        """LLVM's own level of effort; 0 compiles in linear time."""
        if self.optimize is None:
            return 2 if lines <= SMALL else 0
        return 2 if self.optimize else 0

    def _library(self) -> Library:
        flags = " contract" if self.accuracy == "fast" else ""
        return Library(self.accuracy, machine.vectors(), machine.has, flags)

    def source(self) -> str:
        """The module's text."""
        library, program = self._library_of_one, self.program
        body = point_function(self._one)
        entry = call_function(len(program.variables), len(program.outputs), self.layout)
        return "\n".join([library.text(), MEMORY, PYTHON, body, entry])

    def callable(self, other: Callable[..., Any]) -> Callable[..., Any]:
        """The built-in function; what is not floats goes to `other`."""
        return builtin(Entry(self._machine, other), self._machine.address("call"))

    def point(self, x: Sequence[float]) -> list[float]:
        """The outputs at one point."""
        given = (ctypes.c_double * max(1, len(x)))(*x)
        out = (ctypes.c_double * max(1, len(self.program.outputs)))()
        self._point(given, out)
        return list(out)[: len(self.program.outputs)]

    # many points

    def batch(self, columns: Sequence[Any], rows: Sequence[Any]) -> None:
        """Contiguous arrays in and out, all of one length; n points are whole vectors and, for
        the rest, one more vector that overlaps the last (or is filled up).
        """
        n = len(rows[0])
        if 0 < n < self.lanes:
            self._filled(columns, rows, n)
        elif n:
            run = self._batch(Mode())
            ins, outs = addresses(columns), addresses(rows)
            run(ins, outs, n - n % self.lanes)
            if n % self.lanes:
                back = 8 * (n - self.lanes)
                run(moved(ins, back), moved(outs, back), self.lanes)

    def _filled(self, columns: Sequence[Any], rows: Sequence[Any], n: int) -> None:
        """Fewer points than a vector has lanes."""
        given = [(ctypes.c_double * self.lanes)(*a, *[a[0]] * (self.lanes - n)) for a in columns]
        out = [(ctypes.c_double * self.lanes)() for _ in rows]
        self._batch(Mode())(places(given), places(out), self.lanes)
        for row, y in zip(rows, out):
            row[:] = y[:n]

    def summed(self, fixed: Sequence[int]) -> Callable[[Any, Sequence[Any], int], Any]:
        """A function (x, columns, n) that gives the array of every output summed over n points: x
        are the variables in `fixed`; the others' columns reach to the end of the last vector.
        """
        np, run = numpy(), self._batch(Mode(frozenset(fixed), summed=True))
        given, sums = (
            np.zeros(max(1, len(fixed))),
            np.zeros((len(self.program.outputs), self.lanes)),
        )
        ins, outs = addresses([given] * len(self.program.variables)), addresses(list(sums))
        each = np.ones(self.lanes)
        for place, k in enumerate(fixed):
            ins[k] = given.ctypes.data + 8 * place
        others = sorted({*range(len(self.program.variables))} - {*fixed})

        def total(x: Any, columns: Sequence[Any], n: int) -> Any:
            given[: len(fixed)] = x
            for k, column in zip(others, columns):
                ins[k] = column.ctypes.data
            sums.fill(0.0)
            run(ins, outs, n)
            return sums @ each

        return total

    def _batch(self, mode: Mode) -> Callable[..., None]:
        with self._lock:
            found = self._batches.get(mode)
            if found is None:
                library = self._library()
                writer = Writer(self.program, Kind(self.lanes), library)
                body = batch_function(writer, mode)
                made = Machine("\n".join([library.text(), MEMORY, body]), 1, "batch")
                self._keep.append(made)
                found = self._batches[mode] = BATCH(made.address("batch"))
        return found


def builtin(entry: Entry, address: int) -> Callable[..., Any]:
    """The code at an address as a built-in function of Python, with `entry` as its self.

    Its definition is never freed but used again: Python still reads it when the function goes,
    and by then the garbage collector may have taken apart whatever else held it.
    """
    try:
        definition = SPARE.pop()
    except IndexError:
        definition = Definition(b"value_and_gradient", None, FASTCALL,
                                b"(value, (partial, ...)) by position")  # fmt: skip
    definition.function = address
    new = ctypes.pythonapi.PyCFunction_NewEx
    new.restype = ctypes.py_object
    new.argtypes = [ctypes.c_void_p, ctypes.py_object, ctypes.c_void_p]
    made: Callable[..., Any] = new(ctypes.addressof(definition), entry, None)
    weakref.finalize(made, SPARE.append, definition).atexit = False
    return made


def addresses(arrays: Sequence[Any]) -> Any:
    """A table of where arrays stand."""
    return (ctypes.c_void_p * max(1, len(arrays)))(*map(address, arrays))


def places(arrays: Sequence[Any]) -> Any:
    """The same for arrays of ctypes."""
    return (ctypes.c_void_p * max(1, len(arrays)))(*(ctypes.addressof(a) for a in arrays))


def moved(table: Any, by: int) -> Any:
    """A table of the places that lie `by` bytes further."""
    return (ctypes.c_void_p * len(table))(*((a or 0) + by for a in table))
