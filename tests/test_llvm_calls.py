"""What goes into compiled functions and comes out: arguments, arrays of a batch, `out`."""

from __future__ import annotations

import gc
import math
import pickle
import sys
import tracemalloc
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import symgrad
from symgrad.compiling.compiler import compile
from symgrad.errors import UsageError
from symgrad.value import variable

from .test_llvm_batches import leaves

X, W, B = (variable(name) for name in "xwb")
NEURON = (X * W + B).tanh()
POINT = (2.0, 0.5, 1.0)
PACKAGE = Path(symgrad.__file__).parent


def machine_code(**options: Any) -> Any:
    return compile(NEURON, backend="llvm", **options)


# the built-in function


class Number:
    """What has a value as a float, or raises."""

    def __init__(self, found: Any) -> None:
        self.found = found

    def __float__(self) -> Any:
        if isinstance(self.found, BaseException):
            raise self.found
        return self.found


class Own(float):
    """A float of somebody's own."""


@pytest.mark.parametrize("two", [
    2, Own(2), True + 1, np.float64(2), np.float32(2), np.int8(2), np.array(2.0), Fraction(2),
    Decimal(2), Number(2.0),
], ids=lambda two: type(two).__name__)  # fmt: skip
def test_numbers(two: Any) -> None:
    """Whatever is a number may be an argument, at a point and in a batch of objects."""
    compiled = machine_code()
    assert compiled(*POINT) == compiled.call(two, 0.5, 1)
    if not isinstance(two, Number):
        assert compiled(*POINT)[0] == compiled.batch({"x": [two], "w": 0.5, "b": 1})[0][0]


def test_minus_one_and_huge() -> None:
    """-1 is a number though it also marks an error; an integer beyond floats is infinite."""
    compiled = machine_code()
    assert compiled(-1, -1, -1) == compiled(-1.0, -1.0, -1.0)
    assert 1.0 == compiled(10**400, 1, 1)[0]
    assert -1.0 == compiled(-(10**400), 1, 1)[0]
    assert 1.0 == compiled.batch({"x": [10**400], "w": 1, "b": 1})[0][0]


@pytest.mark.parametrize("bad", ["2", b"2", None, 2j, [2.0], {}, np.array([2.0, 3.0]), X,
                                 Number("2")])  # fmt: skip
def test_no_numbers(bad: Any) -> None:
    """What is no number is refused by its type's name, and leaves no error behind."""
    call = machine_code().call
    expected = call(*POINT)
    with pytest.raises(UsageError, match=f"got float, {type(bad).__name__}, float"):
        call(2.0, bad, 1.0)
    assert expected == call(*POINT)


@pytest.mark.parametrize("count", [0, 1, 2, 4, 1000])
def test_counts(count: int) -> None:
    """Another number of arguments is refused with the names; keywords are Python's own error."""
    call = machine_code().call
    with pytest.raises(UsageError, match=rf"expected 3 values \(x, w, b\), got {count}"):
        call(*[1.0] * count)
    with pytest.raises(TypeError, match="keyword"):
        call(1.0, 2.0, b=3.0)


@pytest.mark.parametrize("error", [ZeroDivisionError("mine"), KeyboardInterrupt()])
def test_an_argument_that_raises(error: BaseException) -> None:
    """An error of the caller's own number comes through, whatever it is."""
    with pytest.raises(type(error)):
        machine_code().call(Number(error), 1.0, 1.0)


def test_no_leak_in_calls() -> None:
    """A hundred thousand calls, good and bad, leave neither objects nor references."""
    call, thing = machine_code().call, object()

    def calls(count: int) -> None:
        for _ in range(count):
            call(*POINT)
            call(2, 0.5, 1)
        for _ in range(count // 10):
            with pytest.raises(UsageError):
                call(thing, 0.5, 1.0)

    def kept() -> int:
        """Bytes that this file and symgrad hold; other threads allocate elsewhere."""
        gc.collect()
        ours = [tracemalloc.Filter(True, __file__), tracemalloc.Filter(True, f"{PACKAGE}/*")]
        return sum(t.size for t in tracemalloc.take_snapshot().filter_traces(ours).traces)

    calls(500)
    before = sys.getrefcount(thing), sys.getrefcount(call), sys.getrefcount(POINT)
    tracemalloc.start()
    calls(500)
    first = kept()
    calls(5000)
    more = kept()
    tracemalloc.stop()
    assert before == (sys.getrefcount(thing), sys.getrefcount(call), sys.getrefcount(POINT))
    assert more - first < 20_000


# arrays of a batch

LINE = np.linspace(-2, 2, 17)


class Foreign:
    """Somebody else's array, which knows how to become one of NumPy's."""

    def __repr__(self) -> str:
        return "Foreign()"

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return np.asarray(LINE, dtype)


@pytest.mark.parametrize("given", [
    LINE[::-1][::-1], np.repeat(LINE, 3)[::3], LINE.astype(object), LINE.tolist(), tuple(LINE),
    LINE.astype(">f8"), LINE.astype(np.longdouble), Foreign(), np.ma.masked_array(LINE),
    np.frombuffer(b"\0" + LINE.tobytes(), offset=1),
], ids=str)  # fmt: skip
@pytest.mark.parametrize("backend", ["llvm", "numpy", "python"])
def test_kinds_of_arrays(given: Any, backend: str) -> None:
    """Views, other dtypes, lists and foreign arrays are the same points."""
    compiled = compile(X * W, backend=backend)
    values, partials = compiled.batch({"x": given, "w": 3})
    assert (LINE * 3).tolist() == values.tolist()
    assert LINE.tolist() == partials["w"].tolist()


@pytest.mark.parametrize("given", [np.float32([0.5, 1]), np.array([2, 3], np.uint8),
                                   np.array([True, False]), [1, 2.5], [2**70, Fraction(1, 4)]],
                         ids=str)  # fmt: skip
def test_numbers_in_arrays(given: Any) -> None:
    """Integers, booleans and exact numbers become the nearest floats."""
    values, _ = compile(X * 1, backend="llvm").batch({"x": given})
    assert [float(a) for a in given] == values.tolist()


@pytest.mark.parametrize("bad", [
    ["1", "2"], "12", [b"1"], None, [None], [1, None], [1j], LINE + 0j, [[1], [1, 2]], {1, 2},
    np.zeros(2, "M8[s]"), np.zeros(2, "m8[s]"), np.zeros(2, [("a", float)]), (a for a in "ab"), X,
    np.ma.masked_array(LINE, LINE > 0), np.ma.masked_array([1, 2], [True, False]),
], ids=lambda bad: type(bad).__name__)  # fmt: skip
def test_no_numbers_in_arrays(bad: Any) -> None:
    """Text, dates, complex and hidden numbers are refused: none is dropped without a word."""
    compiled = compile(X * W, backend="llvm")
    for points in ({"x": bad, "w": 1}, bad):
        with pytest.raises(UsageError, match=r"batch takes (numbers|a mapping)"):
            compiled.batch(points)
    with pytest.raises(UsageError, match="batch takes numbers"):
        compiled.total({"x": bad, "w": 1.0})


def test_tables() -> None:
    """A table in any order of memory is the same points; more than fits into memory is an error."""
    compiled, table = machine_code(), np.random.default_rng(2).normal(size=(40, 3))
    values, partials = compiled.batch(table)
    for same in (np.asfortranarray(table), np.repeat(table, 2, axis=0)[::2], table[::-1][::-1]):
        again, columns = compiled.batch(same)
        assert (values.tolist(), partials.tolist()) == (again.tolist(), columns.tolist())
    tall = np.broadcast_to(1.0, (10**8, 1))  # takes no room itself
    with pytest.raises(MemoryError):
        compiled.batch({"x": tall, "w": tall.T, "b": 1})


# `out`


@pytest.mark.parametrize("form", ["mapping", "table"])
@pytest.mark.parametrize(("f", "order"), [(NEURON, 1), (NEURON, 2), ([NEURON, X * W * B], 1)])
def test_out(f: Any, order: int, form: str) -> None:
    """`out` is written to and returned, whole or in strides, for every kind of result."""
    compiled = compile(f, order=order, backend="llvm")
    table = np.random.default_rng(4).normal(size=(19, 3))
    points = dict(zip("xwb", table.T)) if form == "mapping" else table
    expected = compiled.batch(points)
    for room in (np.empty_like, wide):
        out = shaped(expected, room)
        assert out is compiled.batch(points, out=out)
        assert all(map(np.array_equal, leaves(expected), leaves(out)))


def wide(a: Any) -> Any:
    """Like a, its points in strides."""
    return np.full((2 * len(a), *a.shape[1:]), math.nan)[::2]


def shaped(found: Any, room: Any) -> Any:
    """The same nest with other arrays."""
    if isinstance(found, dict):
        return {name: shaped(part, room) for name, part in found.items()}
    return tuple(shaped(a, room) for a in found) if isinstance(found, tuple) else room(found)


@pytest.mark.parametrize(("values", "message"), [
    (np.broadcast_to(0.0, 3), "writable arrays of float64"),
    (np.empty(3, "f4"), "writable arrays of float64, got an array of float32"),
    (np.empty(3, ">f8"), "writable arrays of float64"),
    ([0.0, 0.0, 0.0], "writable arrays of float64, got list"),
    (None, "writable arrays of float64, got NoneType"),
    (np.empty(4), r"shape \(4,\), the points have \(3,\)"),
    (np.empty((3, 1)), r"shape \(3, 1\), the points have \(3,\)"),
])  # fmt: skip
def test_out_refused(values: Any, message: str) -> None:
    """An `out` that cannot hold the result is refused with what it is."""
    compiled = compile(X * W, backend="llvm")
    with pytest.raises(UsageError, match=message):
        compiled.batch({"x": LINE[:3], "w": 1}, out=(values, {"x": np.empty(3), "w": np.empty(3)}))


@pytest.mark.parametrize("out", [5, (), (1,), (1, 2), {"x": 1}, (np.zeros(3), {"x": np.zeros(3)}),
                                 (np.zeros(3), np.zeros((3, 2)))], ids=str)  # fmt: skip
def test_out_of_another_form(out: Any) -> None:
    """An `out` of another form than the result is refused."""
    with pytest.raises(UsageError, match="out takes what batch returns"):
        compile(X * W, backend="llvm").batch({"x": LINE[:3], "w": 1}, out=out)


@pytest.mark.parametrize("backend", ["llvm", "numpy", "python"])
def test_aliases(backend: str) -> None:
    """An output that shares memory with an input or an output is refused; a neighbour is not."""
    compiled, room = compile(X * W, backend=backend), np.arange(40.0)
    x, apart = room[:10], {"x": np.empty(10), "w": np.empty(10)}
    for values in (x, room[5:15], room[1:20:2], room[9::-1]):
        with pytest.raises(UsageError, match="out overlaps"):
            compiled.batch({"x": x, "w": 2}, out=(values, apart))
    with pytest.raises(UsageError, match="out overlaps"):
        compiled.batch({"x": x, "w": 2}, out=(apart["x"], apart))
    compiled.batch({"x": x, "w": x}, out=(room[10:20], apart))
    assert (np.arange(10.0) ** 2).tolist() == room[10:20].tolist()
    even, odd = room[20:40:2], room[21:40:2]  # interleaved, and no number in common
    compiled.batch({"x": even, "w": 2}, out=(odd, apart))
    assert (2 * even).tolist() == odd.tolist()


# what else may be asked wrongly


@pytest.mark.parametrize(("call", "message"), [
    (lambda c: compile(NEURON, wrt=["x", "w", "x"]), "wrt has x twice"),
    (lambda c: compile(NEURON, wrt=5), "wrt is a name or several, got 5"),
    (lambda c: c.value([1.0, 2.0, 3.0]), "a point has names, got"),
    (lambda c: c.gradient(np.ones(3)), "a point has names, got array"),
    (lambda c: c.summed(["q"]), "different names among x, w, b"),
    (lambda c: c.summed(["x", "x"]), "different names among x, w, b"),
    (lambda c: c.summed(["x"])([1.0], [LINE]), "1 numbers and 2 columns, got 1 and 1"),
    (lambda c: c.summed(["x"])([1.0], [LINE] * 3), "1 numbers and 2 columns, got 1 and 3"),
    (lambda c: c.summed(["x"])([], [LINE, LINE]), "1 numbers and 2 columns, got 0 and 2"),
    (lambda c: c.batch({"x": LINE, "w": 1, "b": 1}, threads=0), "at least 1, got 0"),
])  # fmt: skip
@pytest.mark.parametrize("backend", ["llvm", "python"])
def test_asked_wrongly(call: Any, message: str, backend: str) -> None:
    """A request that cannot mean anything says so; none reads memory that is not there."""
    with pytest.raises(UsageError, match=message):
        call(compile(NEURON, backend=backend))


@pytest.mark.parametrize("backend", ["llvm", "numpy", "python"])
@pytest.mark.parametrize("names", [("lambda", "None"), ("math", "np"), ("\u03b1", "\ufb01"),
                                   ('a"b', "a'b"), ("_div", "float"), ("ptr", "%x\n}"),
                                   ("a):\n  raise", ""), ("x", "x ")])  # fmt: skip
def test_names(names: tuple[str, str], backend: str) -> None:
    """A name is only a name, whatever it means to Python or to LLVM."""
    a, b = map(variable, names)
    compiled = compile(a.sin() * b / 2, backend=backend)
    assert (math.sin(1) * 1.5, (math.cos(1) * 1.5, math.sin(1) / 2)) == compiled(1.0, 3.0)
    assert math.sin(1) * 1.5 == compiled.value(dict(zip(names, (1.0, 3.0))))


def test_a_chain() -> None:
    """A chain of many thousand operations compiles without recursion, and pickles."""
    y = X
    for _ in range(5000):
        y = y * 0.5 + 1
    compiled = compile(y, backend="llvm")
    assert (2.0, (0.0,)) == compiled(1.0) == pickle.loads(pickle.dumps(compiled))(1.0)


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")  # NumPy's, of its matrices
@pytest.mark.parametrize("backend", ["llvm", "numpy", "python"])
def test_asked_oddly(backend: str) -> None:
    """Strings, directions and threads that are none are refused; NumPy's whole numbers are fine."""
    compiled, table = compile(variable("x") * variable("y"), backend=backend), np.ones((70, 2))
    for wrong in (lambda: compiled("2", "3"), lambda: compiled.hvp({"x": 1, "y": 2}, None),
                  lambda: compiled.batch(table, threads=0),
                  lambda: compiled.batch(table, threads=1.5),
                  lambda: compiled.summed(["x"])(["a"], [table[:, 0]])):  # fmt: skip
        with pytest.raises(UsageError):
            wrong()
    assert compiled.batch(table, threads=np.int64(2))[0].all()
    out = np.zeros(70), np.asmatrix(np.zeros((70, 2)))
    assert compiled.batch(table, out=out)[0].all() and out[1].all()
    inside = np.lib.stride_tricks.as_strided(np.zeros(70), (70,), (0,))
    with pytest.raises(UsageError):
        compiled.batch(table, out=(inside, np.zeros((70, 2))))
    second = compile(variable("x") * variable("y"), order=2, wrt=[], backend=backend)
    assert (70, 0, 0) == second.batch(table)[2].shape
