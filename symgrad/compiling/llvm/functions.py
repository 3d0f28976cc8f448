"""A program's machine code, made when first asked for: one point, many points, sums over points.

- `Functions(program, layout, accuracy, optimize, telling)` holds it; `callable(other)` is a
  built-in function of Python, `point(x)`, `batch(columns, rows)` and `summed(...)` go through
  ctypes. If it is `telling`, each tells whether it met nan.
- `Native(written, layout, accuracy, optimize)` is a program's machine code twice: quick, and
  careful where the quick one met nan.

In a backward sweep 0 times infinity is 0: that takes a choice at every product whose factors may be
such; a variable may be infinite, too. The quick code has none. It tells whether an output is nan,
as all that comes of 0 times infinity ends up, and only then the careful code, made when first
needed, answers instead.
"""

from __future__ import annotations

import ctypes
import threading
import weakref
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from ...deferred import numpy
from ..code import Code
from ..lines import WILD, Listing
from . import machine
from .entry import MEMORY, PYTHON_DECLARED, ROW, Mode, batch_function, call_function, point_function
from .ir import BLOCK, CHUNK, LONG, IrWriter, Kind
from .library import MACHINE_DIALECTS, Library
from .machine import Machine

SMALL = 300  # lines; up to here better code costs no time worth mentioning
MEDIUM = 3000  # lines
FASTCALL = 0x0080
POINT = (ctypes.c_int64, ctypes.c_void_p, ctypes.c_void_p)
BATCH = (None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64, ctypes.c_void_p)


def address(a: Any) -> int:
    """Where a contiguous array stands; its own `ctypes.data` takes several times as long."""
    try:
        return ctypes.addressof(ctypes.c_char.from_buffer(a))
    except (TypeError, ValueError):  # read-only, or empty
        return int(a.ctypes.data)


class Definition(ctypes.Structure):
    """CPython's PyMethodDef."""

    _fields_ = [("name", ctypes.c_char_p), ("function", ctypes.c_void_p),
                ("flags", ctypes.c_int), ("doc", ctypes.c_char_p)]  # fmt: skip


SPARE_DEFINITIONS: list[Definition] = []  # of functions that are gone


class Entry:
    """What a built-in function holds on to: its code, and who answers a call without floats."""

    __slots__ = ("machine", "other")

    def __init__(self, machine: Machine, other: Callable[..., Any]) -> None:
        self.machine, self.other = machine, other

    def __call__(self, *x: Any) -> Any:
        return self.other(*x)


class Functions:
    """The machine code of one program."""

    def __init__(self, program: Listing, layout: Any, accuracy: str, optimize: bool | None,
                 telling: bool) -> None:  # fmt: skip
        self.accuracy, self.optimize, self.layout = accuracy, optimize, layout
        self.program, self.telling = program, telling
        self._library_of_one = self._library()
        self._cut = (CHUNK, 0) if optimize else (LONG, BLOCK)
        self._one = IrWriter(self.program, Kind(), self._library_of_one, *self._cut)
        self.lines = len(self._one.lines)
        self.fixed = self._one.fixed
        self._lock = threading.RLock()  # several threads may be the first to ask for code
        self._batches: dict[Mode, Any] = {}
        self._keep: list[Any] = []

    @property
    def lanes(self) -> int:
        """Doubles in a vector of the batch loop: two vectors of the processor's overlap, and a call
        serves twice as many; in long code that runs no faster, and LLVM takes twice as long.
        """
        return 8 if self.lines <= MEDIUM else max(4, (machine.vectors() or ("", 1))[1])

    @property
    def _machine(self) -> Machine:
        with self._lock:
            return self._compiled

    @cached_property
    def _compiled(self) -> Machine:
        return Machine(self._text(self._one), self.level(self._one.weight), "point", "call",
                       beside=machine.routines(self._library_of_one))  # fmt: skip

    @cached_property
    def _point(self) -> Any:
        address = self._machine.address("point")  # only then is it known what the code asks
        return outside(POINT, self._library_of_one.asks)(address)

    def level(self, weight: int) -> int:
        """LLVM's own level of effort for so many lines and stores; 0 compiles in linear time."""
        if self.optimize is None:
            return 2 if weight <= SMALL else 0
        return 2 if self.optimize else 0

    def _library(self) -> Library:
        return Library(self.accuracy, machine.vectors(), machine.has, machine.fuses(), {})

    def source(self) -> str:
        """The module's text, with our own routines."""
        library = replace(self._library(), shared=None)
        return self._text(IrWriter(self.program, Kind(), library, *self._cut))

    def _text(self, writer: IrWriter) -> str:
        library, program = writer.library, self.program
        body = point_function(writer, self.telling)
        entry = call_function(len(program.variables), len(program.outputs), self.layout,
                              library.asks)  # fmt: skip
        return "\n".join([PYTHON_DECLARED, MEMORY, ROW, library.text(), body, entry])

    def callable(self, other: Callable[..., Any]) -> Callable[..., Any]:
        """The built-in function; what is not floats goes to `other`."""
        return builtin(Entry(self._machine, other), self._machine.address("call"))

    def point(self, x: Sequence[float]) -> tuple[list[float], bool]:
        """The outputs at one point, and whether one is nan."""
        given = (ctypes.c_double * max(1, len(x)))(*x)
        out = (ctypes.c_double * max(1, len(self.program.outputs)))()
        lost = self._point(given, out)
        return list(out)[: len(self.program.outputs)], bool(lost)

    # many points

    def batch(self, columns: Sequence[Any], rows: Sequence[Any]) -> bool:
        """Contiguous arrays in and out, all of one length; n points are whole vectors and, for
        the rest, one more vector that overlaps the last (or is filled up). Whether nan was met.
        """
        n = len(rows[0])
        for k, y in self.fixed.items():
            rows[k][:] = y
        if len(self.fixed) == len(rows) or not n:
            return False
        lost = self._lost()
        if n < self.lanes:
            self._filled(columns, rows, n, lost)
        else:
            run = self._batch(Mode(telling=self.telling))
            ins, outs = addresses(columns), addresses(rows)
            run(ins, outs, n - n % self.lanes, lost)
            if n % self.lanes:
                back = 8 * (n - self.lanes)
                run(moved(ins, back), moved(outs, back), self.lanes, lost)
        return any(lost)

    def _lost(self) -> Any:
        return (ctypes.c_int64 * self.lanes)()

    def _filled(self, columns: Sequence[Any], rows: Sequence[Any], n: int, lost: Any) -> None:
        """Fewer points than a vector has lanes."""
        given = [(ctypes.c_double * self.lanes)(*a, *[a[0]] * (self.lanes - n)) for a in columns]
        out = [(ctypes.c_double * self.lanes)() for _ in rows]
        run = self._batch(Mode(telling=self.telling))
        run(places(given), places(out), self.lanes, lost)
        for k, (row, y) in enumerate(zip(rows, out)):
            if k not in self.fixed:
                row[:] = y[:n]

    def summed(self, fixed: Sequence[int]) -> Callable[..., tuple[Any, bool]]:
        """A function (x, columns, n) that gives the array of every output summed over n points, and
        whether nan was met: x are the variables in `fixed`; the others' columns reach to the end of
        the last vector.
        """
        np, run = numpy(), self._batch(Mode(frozenset(fixed), True, self.telling))
        given, sums = (
            np.zeros(max(1, len(fixed))),
            np.zeros((len(self.program.outputs), self.lanes)),
        )
        ins, outs = addresses([given] * len(self.program.variables)), addresses(list(sums))
        each, constants = np.ones(self.lanes), np.zeros(len(sums))
        for k, y in self.fixed.items():
            constants[k] = y
        for place, k in enumerate(fixed):
            ins[k] = given.ctypes.data + 8 * place
        others = sorted({*range(len(self.program.variables))} - {*fixed})
        lock = threading.Lock()  # one room for all calls

        def total(x: Any, columns: Sequence[Any], n: int) -> tuple[Any, bool]:
            lost = self._lost()
            with lock:
                given[: len(fixed)] = x
                for k, column in zip(others, columns):
                    ins[k] = column.ctypes.data
                sums.fill(0.0)
                run(ins, outs, n, lost)
                return sums @ each + n * constants, any(lost)

        return total

    def _batch(self, mode: Mode) -> Callable[..., None]:
        with self._lock:
            found = self._batches.get(mode)
            if found is None:
                library = self._library()
                writer = IrWriter(self.program, Kind(self.lanes), library)
                body = batch_function(writer, mode)
                text = "\n".join([PYTHON_DECLARED, MEMORY, library.text(), body])
                made = Machine(text, 1, "batch", beside=machine.routines(library))
                self._keep.append(made)
                found = outside(BATCH, library.asks)(made.address("batch"))
                self._batches[mode] = found
        return found


def outside(signature: Sequence[Any], asks: bool) -> Any:
    """The kind of a function called through ctypes: one that asks Python keeps Python's lock and
    may raise, any other lets other threads run meanwhile.
    """
    made = ctypes.PYFUNCTYPE if asks else ctypes.CFUNCTYPE
    return made(*signature)


def builtin(entry: Entry, address: int) -> Callable[..., Any]:
    """The code at an address as a built-in function of Python, with `entry` as its self.

    Its definition is never freed but used again: Python still reads it when the function goes,
    and by then the garbage collector may have taken apart whatever else held it.
    """
    try:
        definition = SPARE_DEFINITIONS.pop()
    except IndexError:
        definition = Definition(b"value_and_gradient", None, FASTCALL,
                                b"(value, (partial, ...)) by position")  # fmt: skip
    definition.function = address
    new = ctypes.pythonapi.PyCFunction_NewEx
    new.restype = ctypes.py_object
    new.argtypes = [ctypes.c_void_p, ctypes.py_object, ctypes.c_void_p]
    made: Callable[..., Any] = new(ctypes.addressof(definition), entry, None)
    weakref.finalize(made, SPARE_DEFINITIONS.append, definition).atexit = False
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


class Native:
    """The machine code of one program, with and without guards."""

    def __init__(self, written: Callable[[Code], Listing], layout: Any, accuracy: str,
                 optimize: bool | None) -> None:  # fmt: skip
        self._written, self._options = written, (layout, accuracy, optimize)
        self._dialect = MACHINE_DIALECTS[accuracy]
        self.quick = Functions(written(Code(self._dialect, guards=False)), *self._options, True)
        self.lanes, self.source, self.callable = (
            self.quick.lanes, self.quick.source, self.quick.callable)  # fmt: skip
        self._lock = threading.RLock()

    @property
    def careful(self) -> Functions:
        """The code with guards."""
        with self._lock:
            return self._careful

    @cached_property
    def _careful(self) -> Functions:
        return Functions(self._written(Code(self._dialect, degree=WILD)), *self._options, False)

    def point(self, x: Sequence[float]) -> list[float]:
        """The outputs at one point."""
        found, lost = self.quick.point(x)
        return self.careful.point(x)[0] if lost else found

    def batch(self, columns: Sequence[Any], rows: Sequence[Any]) -> None:
        """Contiguous arrays in and out, all of one length."""
        if not self.quick.batch(columns, rows):
            return
        np = numpy()
        where = np.zeros(len(rows[0]), bool)
        for row in rows:
            where |= np.isnan(row)
        places = np.flatnonzero(where)
        some = [np.empty(len(places)) for _ in rows]
        self.careful.batch([column[places] for column in columns], some)
        for row, y in zip(rows, some):
            row[places] = y

    def summed(self, fixed: Sequence[int]) -> Callable[[Any, Sequence[Any], int], Any]:
        """A function (x, columns, n) that gives the array of every output summed over n points: x
        are the variables in `fixed`; the others' columns reach to the end of the last vector.
        """
        quick, careful = self.quick.summed(fixed), list[Any]()

        def total(x: Any, columns: Sequence[Any], n: int) -> Any:
            found, lost = quick(x, columns, n)
            if not lost:
                return found
            if not careful:
                careful.append(self.careful.summed(fixed))
            return careful[0](x, columns, n)[0]

        return total
