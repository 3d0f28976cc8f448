"""JAX on the CPU, step by step (no jit: each program is its own)."""

from __future__ import annotations

from typing import Any

from .functional import Functional

ROWS = {
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
CALL = (
    "(lambda y, g: (float(y), [*map(float, g)]))"
    "(*jax.value_and_grad(f, (*range(len(point)),))(*point))"
)


def engine(dtype: str = "float64") -> Any:
    """The engine, in float64 or float32. Hessians are not asked for: each compiles for seconds."""
    wide = dtype == "float64"
    setup = (
        "import functools, os\nos.environ.setdefault('JAX_PLATFORMS', 'cpu')\n"
        "import jax, jax.numpy as jnp\n"
        f"jax.config.update('jax_enable_x64', {wide})"
    )
    return Functional("jax", dtype, setup, ROWS, CALL, f"jnp.asarray(value, jnp.{dtype})")
