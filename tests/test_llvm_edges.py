"""Machine code at its edges: no LLVM, a lesser processor, lifetimes, threads, training."""

from __future__ import annotations

import copy
import gc
import math
import pickle
import subprocess
import sys
import threading
import weakref
from random import Random
from typing import Any

import numpy as np
import pytest

from symgrad.compiling.backends import LlvmBackend
from symgrad.compiling.compiler import compile, prepared
from symgrad.compiling.llvm import functions, machine
from symgrad.compiling.llvm.machine import WIDTHS
from symgrad.errors import Unsupported
from symgrad.nn import MLP, Step
from symgrad.value import Value, apply, variable

X, W, B = (variable(name) for name in "xwb")
NEURON = (X * W + B).tanh()
POINT = (2.0, 0.5, 1.0)
BOTH = pytest.mark.parametrize("accuracy", ["exact", "fast"])


def machine_code(**options: Any) -> Any:
    return compile(NEURON, backend="llvm", **options)


def alone(code: str) -> subprocess.CompletedProcess[str]:
    """Python running this code in a process of its own."""
    head = ("from symgrad.compiling.compiler import compile\n"
            "from symgrad.value import variable, apply\n")  # fmt: skip
    return subprocess.run([sys.executable, "-c", head + code], check=False, text=True,
                          capture_output=True, timeout=120)  # fmt: skip


# what the platform lacks


def test_no_llvm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without LLVM "auto" runs without it and says so; "llvm" refuses and says what to install."""
    expected = machine_code()(*POINT)
    monkeypatch.setattr(LlvmBackend, "missing", lambda: "no LLVM (none here)")
    compiled = compile(NEURON)
    assert "python, batches in numpy (no LLVM (none here))" == compiled.backend
    assert compiled(*POINT)[0] == pytest.approx(expected[0], rel=1e-15)
    assert compiled.batch(np.array([POINT]))[0] == pytest.approx(expected[0], rel=1e-15)
    with pytest.raises(Unsupported, match=r"no LLVM \(none here\)"):
        compile(NEURON, backend="llvm")


def test_llvmlite_cannot_be_imported() -> None:
    """A real process in which llvmlite does not import: the same story."""
    found = alone("""
import sys
sys.modules["llvmlite"] = None
compiled = compile(variable("x").tanh())
print(compiled.backend)
print(compiled(0.5), compiled.batch({"x": [0.5]}), compiled.hessian(x=0.5))
try:
    compile(variable("x"), backend="llvm")
except Exception as error:
    print(type(error).__name__, error)
""")
    assert "" == found.stderr
    assert "python, batches in numpy (no LLVM (" in found.stdout
    assert "Unsupported no LLVM (" in found.stdout
    assert "pip install 'symgrad[fast]'" in found.stdout


@pytest.mark.parametrize("width", [None, *((prefix, lanes) for _, prefix, lanes in WIDTHS)])
@BOTH
def test_vector_libraries(
    width: tuple[str, int] | None, accuracy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With narrower vectors, or no vector library at all, batches stay right."""
    here = machine.vectors()
    if width and (here is None or width[1] > here[1]):
        width = here  # this processor cannot run wider ones
    monkeypatch.setattr(machine, "vectors", lambda: width)
    checked(accuracy)


@BOTH
def test_a_processor_with_sse2_only(accuracy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Code for the oldest processor of this kind is right: no wide vectors, no fused product."""
    binding = machine.llvm()
    oldest = "x86-64" if binding.get_default_triple().startswith("x86_64") else "generic"

    here = machine.vectors()
    monkeypatch.setattr(machine, "processor", lambda: (oldest, ""))
    monkeypatch.setattr(machine, "LINKERS", [machine.Linker(level) for level in range(4)])
    monkeypatch.setattr(machine, "vectors", lambda: here and (WIDTHS[-1][1], WIDTHS[-1][2]))
    checked(accuracy)


def checked(accuracy: str) -> None:
    """Points and batches of many functions agree with the Python backend."""
    root = NEURON * apply("exp", X) + apply("sin", W) * apply("cos", W) + apply("log", B)
    compiled = compile(root, backend="llvm", accuracy=accuracy)
    table = np.random.default_rng(1).uniform(0.1, 2, (19, 3))
    values, partials = compiled.batch(table)
    expected = compile(root, backend="python")
    for k, x in enumerate(table.tolist()):
        value, row = expected(*x)
        for got, slopes in (compiled(*x), (values[k], partials[k])):
            assert value == pytest.approx(got, rel=1e-13)
            assert list(row) == pytest.approx(list(slopes), rel=1e-12, abs=1e-14)


# lifetimes


def test_who_outlives_whom() -> None:
    """The built-in function keeps its code; without it the code goes at once."""
    compiled = machine_code()
    code = weakref.ref(compiled._one.native.quick._machine)
    call, expected = compiled.call, compiled(*POINT)
    del compiled
    gc.collect()
    assert expected == call(*POINT) == call(2, 0.5, 1)
    gc.disable()
    try:
        del call
        assert code() is None
    finally:
        gc.enable()


def test_cycles() -> None:
    """Functions in cycles that the collector takes apart; their definitions are used again."""
    for k in range(5):
        compiled = compile(X * k, backend="llvm")
        compiled.itself = [compiled, compiled.call]  # type: ignore[attr-defined]
    del compiled
    gc.collect()
    assert functions.SPARE_DEFINITIONS
    waiting = len(functions.SPARE_DEFINITIONS)
    again = [compile(X * k, backend="llvm") for k in range(3)]
    assert waiting - 3 == len(functions.SPARE_DEFINITIONS)
    assert [(2.0 * k, (k,)) for k in range(3)] == [compiled(2.0) for compiled in again]


@pytest.mark.slow
def test_many_functions() -> None:
    """Three hundred functions in a row take the room of a few."""
    found = alone("""
import gc
def room():
    gc.collect()
    return int(open("/proc/self/statm").read().split()[1]) * 4 if linux else 0
import sys
linux = sys.platform == "linux"
x = variable("x")
def made(count):
    for k in range(count):
        assert compile(x.sin() * x + k, backend="llvm")(0.0) == (k, (0.0,))
made(30)
before = room()
made(300)
print(room() - before)
""")
    assert "" == found.stderr
    assert int(found.stdout) < 8_000  # kilobytes; a function that stayed would take 100


def test_copies() -> None:
    """Copies and pickles are functions of their own with the same bits."""
    compiled = machine_code(order=2, accuracy="fast", wrt=["w"])
    for again in (copy.copy(compiled), copy.deepcopy(compiled),
                  pickle.loads(pickle.dumps(compiled))):  # fmt: skip
        assert compiled(*POINT) == again(*POINT)
        assert (compiled.wrt, compiled.backend) == (again.wrt, again.backend)


def test_threads() -> None:
    """Threads that are the first to ask share one machine code, and each gets its own answers."""
    compiled, ready, found = prepared(NEURON, backend="llvm"), threading.Barrier(4), {}

    def work(k: int) -> None:
        ready.wait()
        found[k] = [compiled.call(float(i), 0.5, k) for i in range(200)]
        found[k].append(compiled.batch({"x": np.arange(30.0), "w": 0.5, "b": k})[0].tolist())

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for k in range(4):
        single = [compiled(float(i), 0.5, k) for i in range(200)]
        assert [*single, [y for y, _ in single[:30]]] == found[k]
    assert 1 == len(compiled._many.native.quick._keep)  # the batch was compiled once


def test_fork_and_exit() -> None:
    """A forked child calls the parent's code; a process ends quietly with functions in use."""
    found = alone("""
import os
compiled = compile(variable("x") * 2, backend="llvm")
class Late:
    def __del__(self, compiled=compiled, call=compiled.call):
        print(compiled(1.5), call(2))
late = Late()
late.itself = late
child = os.fork() if hasattr(os, "fork") else None
if child == 0:
    os._exit(0 if compiled(1.5) == (3.0, (2.0,)) == compiled.call(1.5) else 1)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) if child else 0, flush=True)
""")
    assert ("0\n(3.0, (2.0,)) (4.0, (2.0,))\n", "") == (found.stdout, found.stderr)
    assert 0 == found.returncode


@pytest.mark.parametrize("backend", ["llvm", "numpy", "python"])
def test_a_graph_changed_later(backend: str) -> None:
    """What was compiled stays: a number changed in the graph afterwards changes no method."""
    factor = Value(2.0)
    root = X * X * factor
    compiled = compile(root, backend=backend)
    factor.data = 5.0
    for one in (compiled, pickle.loads(pickle.dumps(compiled))):
        assert (18.0, (12.0,)) == one(3.0)
        assert (18.0, {"x": {"x": 4.0}}) == (one.value(x=3.0), one.hessian(x=3.0))
        assert {"x": 4.0} == one.hvp({"x": 3.0}, {"x": 1.0})
        assert [18.0] == one.batch({"x": [3.0]})[0].tolist()
    assert (45.0, (30.0,)) == compile(root, backend=backend)(3.0)


@pytest.mark.parametrize("backend", ["llvm", "numpy", "python"])
def test_constants_that_are_no_numbers(backend: str) -> None:
    """inf and nan may stand in a graph, and go through to every derivative."""
    infinite = compile(X * X * Value(math.inf), backend=backend)
    assert (math.inf, (math.inf,)) == infinite(3.0)
    assert (math.inf, {"x": {"x": math.inf}}) == (infinite.value(x=3.0), infinite.hessian(x=3.0))
    assert {"x": math.inf} == infinite.hvp({"x": 3.0}, {"x": 1.0})
    undefined = compile(X * X * Value(math.nan), backend=backend)
    assert math.isnan(undefined(3.0)[0]) and math.isnan(undefined.hessian(x=3.0)["x"]["x"])


# training


@pytest.mark.parametrize("backend", ["llvm", "python"])
def test_steps(backend: str) -> None:
    """A compiled step's losses and gradients are the eager ones, over twenty updates."""
    r = Random(3)
    inputs = [[r.uniform(-1, 1), r.uniform(-1, 1)] for _ in range(7)]
    targets = [math.sin(a + b) for a, b in inputs]
    eager, fast = (MLP(2, [4, 1], rng=Random(5)) for _ in range(2))
    step = Step(fast, lambda out, y: (out - y) ** 2, backend=backend)
    for _ in range(20):
        total = sum((eager(x) - y) ** 2 for x, y in zip(inputs, targets)) / len(inputs)
        eager.zero_grad()
        total.backward()
        assert total.data == pytest.approx(step(inputs, targets), rel=1e-12)
        for p, q in zip(eager.parameters(), fast.parameters(), strict=True):
            assert p.grad == pytest.approx(q.grad, rel=1e-10, abs=1e-13)
            p.data -= 0.1 * p.grad
            q.data -= 0.1 * q.grad
