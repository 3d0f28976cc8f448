"""The peers that write code or tables from a formula: symgrad, C, casadi, SymPy, symengine.

Each is a function (recipe, point or columns) -> Ready, as in `engines.py`.
"""

from __future__ import annotations

import ctypes
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import symgrad as sg
from symgrad.compiling.code import label
from symgrad.compiling.compiler import gradient_code
from symgrad.engine import Arithmetic, Tape, forward, gradient
from symgrad.value import Value, variable

from .ready import METHODS, Ready, called, chunked, functions
from .recipes import Recipe

LOOPS = """
double loop_one(const double *x, double *g, long times)
{
    double sum = 0;
    for (long i = 0; i < times; i++)
        sum += value_and_gradient(x, g);
    return sum;
}

void loop_many(const double *columns, double *out, long variables, long n)
{
    double x[64], g[64];
    for (long i = 0; i < n; i++) {
        for (long k = 0; k < variables; k++)
            x[k] = columns[k*n + i];
        out[i] = value_and_gradient(x, g);
        for (long k = 0; k < variables; k++)
            out[(k + 1)*n + i] = g[k];
    }
}
"""


def graph(recipe: Recipe) -> Value:
    """The recipe as a graph, ready to be compiled."""
    root: Value = recipe.run(METHODS, [variable(name) for name in recipe.names])
    return root


# symgrad


def compiled(recipe: Recipe, **options: Any) -> sg.compiled.Compiled:
    return sg.compile(graph(recipe), wrt=recipe.names, **options)


def symgrad_one(recipe: Recipe, point: Sequence[float], **options: Any) -> Ready:
    call = compiled(recipe, **options)
    x = [dict(zip(recipe.names, point))[name] for name in call.variables]
    return called(partial(call.call, *x), lambda found: [found[0], *found[1]])


def symgrad_many(recipe: Recipe, columns: Any, threads: int = 1, **options: Any) -> Ready:
    call = compiled(recipe, **options)
    given = dict(zip(recipe.names, columns))
    room = np.empty((recipe.variables + 1, columns.shape[1]))
    out = room[0], dict(zip(recipe.names, room[1:]))

    def run() -> None:
        call.batch(given, out=out, threads=threads)

    return called(run, lambda _: room)


# C


def c_library(recipe: Recipe, flags: str = "-O2") -> Any:
    """symgrad's own C text of value and gradient, compiled by gcc, with a loop around it."""
    with tempfile.TemporaryDirectory() as folder:
        source, library = Path(folder, "f.c"), Path(folder, "f.so")
        source.write_text(gradient_code(graph(recipe), "c", recipe.names) + LOOPS)
        subprocess.run(["gcc", *flags.split(), "-fPIC", "-shared", "-o", library, source, "-lm"],
                       check=True)  # fmt: skip
        found = ctypes.CDLL(str(library))
    found.loop_one.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_long]
    found.value_and_gradient.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    found.loop_many.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_long, ctypes.c_long]
    found.loop_one.restype = found.value_and_gradient.restype = ctypes.c_double
    return found


def c_loop(recipe: Recipe, point: Sequence[float]) -> Ready:
    """Called in a loop that is C, too: what a C program pays."""
    found, x, g = c_library(recipe), np.array(point), np.empty(len(point))
    places = x.ctypes.data, g.ctypes.data
    return Ready(partial(found.loop_one, *places),
                 lambda: [found.value_and_gradient(*places), *g])  # fmt: skip


def c_called(recipe: Recipe, point: Sequence[float]) -> Ready:
    """Called from Python by ctypes, its addresses ready."""
    found, x, g = c_library(recipe), np.array(point), np.empty(len(point))
    call = partial(found.value_and_gradient, ctypes.c_void_p(x.ctypes.data),
                   ctypes.c_void_p(g.ctypes.data))  # fmt: skip
    return called(call, lambda value: [value, *g])


def c_many(recipe: Recipe, columns: Any) -> Ready:
    found, (variables, n) = c_library(recipe), columns.shape
    out = np.empty((variables + 1, n))
    call = partial(found.loop_many, columns.ctypes.data, out.ctypes.data, variables, n)
    return called(call, lambda _: out)


# casadi


def casadi_function(recipe: Recipe) -> Any:
    import casadi

    x = casadi.SX.sym("x", recipe.variables)
    y = recipe.run(functions(casadi), casadi.vertsplit(x))
    return casadi.Function("f", [x], [y, casadi.gradient(y, x)])


def casadi_called(recipe: Recipe, point: Sequence[float]) -> Ready:
    f, x = casadi_function(recipe), list(point)
    return called(lambda: f(x), lambda found: [float(found[0]), *np.array(found[1]).ravel()])


def casadi_buffer(recipe: Recipe, point: Sequence[float]) -> Ready:
    """Its interface without copies: memory is given once."""
    return buffered(casadi_function(recipe), np.array(point), np.empty(1), np.empty(len(point)))


def casadi_many(recipe: Recipe, columns: Any) -> Ready:
    """`map` over all points, through the buffer; casadi's columns are points."""
    n = columns.shape[1]
    f = casadi_function(recipe).map(n)
    return buffered(f, np.ascontiguousarray(columns.T), np.empty(n), np.empty(columns.T.shape))


def buffered(f: Any, x: Any, value: Any, partials: Any) -> Ready:
    buffer, trigger = f.buffer()
    buffer.set_arg(0, memoryview(x.reshape(-1)))
    buffer.set_res(0, memoryview(value))
    buffer.set_res(1, memoryview(partials.reshape(-1)))
    kept = f, buffer, x  # as long as there is `read`

    def read(_: Any) -> Any:
        assert kept
        return np.vstack([value, partials.T]) if x.ndim == 2 else [*value, *partials]

    return called(trigger, read)


# SymPy and symengine


class Symbolic(Arithmetic):
    """Expressions of SymPy or symengine as the engine's numbers: its gradient program in theirs."""

    def __init__(self, library: Any) -> None:
        self.functions = {**functions(library), "cosh": library.cosh}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return self.functions[name] if name in self.functions else super().__getattr__(name)

    def powi(self, x: Any, n: int) -> Any:
        return x**n

    def sech(self, x: Any) -> Any:
        return 1 / self.functions["cosh"](x)


def derivatives(library: Any, recipe: Recipe, own: bool) -> tuple[list[Any], list[Any]]:
    """Symbols, and value and partials: differentiated by the library (`own`), or by symgrad's
    backward sweep over the library's expressions.
    """
    symbols = [library.Symbol(name, real=True) for name in recipe.names]
    if own:
        y = recipe.run(functions(library), symbols)
        return symbols, [y, *(y.diff(x) for x in symbols)]
    tape, m = Tape.of([graph(recipe)], label), Symbolic(library)
    values = forward(tape, m, dict(zip(recipe.names, symbols)))
    partials = gradient(tape, m, values)
    return symbols, [values[tape.roots[0]], *(partials[name] for name in recipe.names)]


def sympy_one(recipe: Recipe, point: Sequence[float], own: bool) -> Ready:
    import sympy

    f = sympy.lambdify(*derivatives(sympy, recipe, own), modules="math", cse=True)
    return called(partial(f, *point), list)


def sympy_many(recipe: Recipe, columns: Any, own: bool) -> Ready:
    import sympy

    f = sympy.lambdify(*derivatives(sympy, recipe, own), modules="numpy", cse=True)

    def each(x: Any) -> tuple[Any, Any]:
        value, *partials = f(*x)
        return value, partials

    return chunked(each, columns)


def symengine_function(recipe: Recipe) -> Any:
    import symengine

    symbols, found = derivatives(symengine, recipe, True)
    backend = "llvm" if symengine.have_llvm else "lambda"
    return symengine.Lambdify(symbols, found, backend=backend, cse=True)


def symengine_one(recipe: Recipe, point: Sequence[float]) -> Ready:
    f, x, out = symengine_function(recipe), np.array(point), np.empty(recipe.variables + 1)
    return called(lambda: f(x, out=out), lambda _: [*out])


def symengine_many(recipe: Recipe, columns: Any) -> Ready:
    f, x = symengine_function(recipe), np.ascontiguousarray(columns.T)
    out = np.empty((len(x), recipe.variables + 1))
    return called(lambda: f(x, out=out), lambda _: out.T)
