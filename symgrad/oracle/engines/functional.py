"""Engines that differentiate functions: the program becomes a function of its variables.

- `Functional(name, dtype, setup, rows, call)` replays the program inside such a function.
- `Curved(..., curve)` has second derivatives, too.
- `autograd()`, `jax(dtype)` and `casadi()` are such engines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..programs import Program, replay
from .adapter import Adapter, literal
from .library_rows import LIBRARY_ROWS


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
        names = self.free(program)
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


# --- HIPS autograd --------------------------------------------------------------------------------

AUTOGRAD_CALL = "(float(f(*point)), [float(grad(f, i)(*point)) for i in range(len(point))])"
AUTOGRAD_CURVE = """[[float(grad(grad(f, i), j)(*point)) for j in range(len(point))]
         for i in range(len(point))]"""
AUTOGRAD_SETUP = """import warnings
warnings.simplefilter('ignore')
import autograd.numpy as np
from autograd import grad
from autograd.scipy import special"""


def autograd(dtype: str = "float64") -> Any:
    """The engine; float64 only. A gradient that misses a variable warns and is 0."""
    made = Curved(
        "autograd", "float64", AUTOGRAD_SETUP, LIBRARY_ROWS["autograd"], AUTOGRAD_CALL,
        AUTOGRAD_CURVE, "np.float64(value)",
    )  # fmt: skip
    made.fixed = {"clamp": (1, 2)}
    return made


# --- JAX on the CPU, step by step (no jit: each program is its own) -------------------------------

JAX_CALL = (
    "(lambda y, g: (float(y), [*map(float, g)]))"
    "(*jax.value_and_grad(f, (*range(len(point)),))(*point))"
)


def jax(dtype: str = "float64") -> Any:
    """The engine, in float64 or float32. Hessians are not asked for: each compiles for seconds."""
    wide = dtype == "float64"
    setup = (
        "import functools, os\nos.environ.setdefault('JAX_PLATFORMS', 'cpu')\n"
        "import jax, jax.numpy as jnp\n"
        f"jax.config.update('jax_enable_x64', {wide})"
    )
    number = f"jnp.asarray(value, jnp.{dtype})"
    return Functional("jax", dtype, setup, LIBRARY_ROWS["jax"], JAX_CALL, number)


# --- CasADi's SX, reverse mode --------------------------------------------------------------------

CASADI_SETUP = """import casadi as ca, functools
def differentiated(f, point):
    x = ca.SX.sym('x', len(point))
    y = ca.SX(f(*ca.vertsplit(x)))
    values = ca.Function('f', [x], [y, ca.gradient(y, x)])(ca.DM(point))
    return float(values[0]), [float(g) for g in values[1].full().ravel()]
def curved(f, point):
    x = ca.SX.sym('x', len(point))
    y = ca.SX(f(*ca.vertsplit(x)))
    return ca.Function('f', [x], [ca.hessian(y, x)[0]])(ca.DM(point)).full().tolist()"""


def casadi(dtype: str = "float64") -> Any:
    """The engine; float64 only."""
    return Curved(
        "casadi", "float64", CASADI_SETUP, LIBRARY_ROWS["casadi"], "differentiated(f, point)",
        "curved(f, point)", "float(value)",
    )  # fmt: skip
