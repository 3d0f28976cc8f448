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

AUTOGRAD_ROWS = {
    **{n: f"np.{n}(a)" for n in (
        "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "sin", "cos", "tan",
        "sinh", "cosh", "tanh", "abs", "sign", "sinc")[:-1]},
    **{n: f"np.arc{n[1:]}(a)" for n in ("asin", "acos", "atan", "asinh", "acosh", "atanh")},
    **{n: f"special.{n}(a)" for n in ("erf", "erfc", "erfinv", "gamma")},
    "digamma": "special.psi(a)",
    "lgamma": "special.gammaln(a)",
    "sigmoid": "special.expit(a)",
    "besselj0": "special.j0(a)",
    "besselj1": "special.j1(a)",
    "beta": "special.beta(a, b)",
    "polygamma": "special.polygamma(a, b)",
    "logaddexp": "np.logaddexp(*x) if len(x) == 2 else special.logsumexp(np.array(x))",
    "atan2": "np.arctan2(a, b)",
    "relu": "np.maximum(a, 0.0)",
    "max": "np.max(np.array(x))",
    "min": "np.min(np.array(x))",
    "sum": "np.sum(np.array(x))",
    "dot": "np.dot(np.array(x[:len(x) // 2]), np.array(x[len(x) // 2:]))",
    "clamp": "np.clip(a, b, c)",
    "if": "np.where(a, b, c)",
}  # fmt: skip
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
        "autograd", "float64", AUTOGRAD_SETUP, AUTOGRAD_ROWS, AUTOGRAD_CALL, AUTOGRAD_CURVE,
        "np.float64(value)",
    )  # fmt: skip
    made.fixed = {"clamp": (1, 2)}
    return made


# --- JAX on the CPU, step by step (no jit: each program is its own) -------------------------------

JAX_ROWS = {
    **{n: f"jnp.{n}(a)" for n in (
        "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "sin", "cos",
        "tan", "sinh", "cosh", "tanh", "abs", "sign")},
    **{n: f"jnp.arc{n[1:]}(a)" for n in ("asin", "acos", "atan", "asinh", "acosh", "atanh")},
    **{n: f"jax.nn.{n}(a)" for n in (
        "relu", "leaky_relu", "softplus", "elu", "silu", "mish", "sigmoid")},
    "gelu": "jax.nn.gelu(a, approximate=False)",
    "softsign": "jax.nn.soft_sign(a)",
    **{n: f"jax.scipy.special.{n}(a)" for n in ("erf", "erfc", "erfinv", "digamma")},
    "lgamma": "jax.scipy.special.gammaln(a)",
    "gamma": "jax.scipy.special.gamma(a)",
    "beta": "jax.scipy.special.beta(a, b)",
    "polygamma": "jax.scipy.special.polygamma(a, b)",
    "besseli0": "jax.scipy.special.i0(a)",
    "besseli1": "jax.scipy.special.i1(a)",
    "atan2": "jnp.arctan2(a, b)",
    "hypot": "functools.reduce(jnp.hypot, x)",
    "logaddexp": "jnp.logaddexp(*x) if len(x) == 2 else "
                 "jax.nn.logsumexp(jnp.stack([*map(jnp.asarray, x)]))",
    "max": "jnp.stack([*map(jnp.asarray, x)]).max()",
    "min": "jnp.stack([*map(jnp.asarray, x)]).min()",
    "sum": "jnp.stack([*map(jnp.asarray, x)]).sum()",
    "dot": "jnp.dot(*jnp.split(jnp.stack([*map(jnp.asarray, x)]), 2))",
    "clamp": "jnp.clip(a, b, c)",
    "if": "jnp.where(a, b, c)",
}  # fmt: skip
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
    return Functional("jax", dtype, setup, JAX_ROWS, JAX_CALL, f"jnp.asarray(value, jnp.{dtype})")


# --- CasADi's SX, reverse mode --------------------------------------------------------------------

CASADI_ROWS = {
    **{n: f"ca.{n}(a)" for n in (
        "exp", "expm1", "log", "log10", "log1p", "sqrt", "sin", "cos", "tan", "asin", "acos",
        "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "sign", "erf", "erfinv")},
    "abs": "ca.fabs(a)",
    "atan2": "ca.atan2(a, b)",
    "hypot": "functools.reduce(ca.hypot, x)",
    "relu": "ca.fmax(a, 0)",
    "max": "functools.reduce(ca.fmax, x)",
    "min": "functools.reduce(ca.fmin, x)",
    "sum": "ca.sum1(ca.vertcat(*x))",
    "dot": "ca.dot(ca.vertcat(*x[:len(x) // 2]), ca.vertcat(*x[len(x) // 2:]))",
    "clamp": "ca.fmax(b, ca.fmin(a, c))",
    "if": "ca.if_else(a, b, c)",
}  # fmt: skip
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
        "casadi", "float64", CASADI_SETUP, CASADI_ROWS, "differentiated(f, point)",
        "curved(f, point)", "float(value)",
    )  # fmt: skip
