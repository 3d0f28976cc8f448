"""Every peer that runs a recipe's value and gradient, as a row of a table.

- `ENGINES` lists them; `engine.missing()` is empty if it is installed, else what is missing.
- `engine.one(recipe, point)` and `engine.many(recipe, columns)` make it `Ready`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import Any

from . import generators as g
from . import tracers as t
from .ready import Ready
from .recipes import Recipe

Maker = Callable[[Recipe, Any], Ready]
ANY = 10**9


@dataclass(frozen=True)
class Engine:
    """A peer. Beyond so many operations it takes minutes, as `why` says, and is left out."""

    name: str
    needs: str  # a module or a command
    one: Maker | None = None
    many: Maker | None = None
    largest: int = ANY  # operations at one point
    largest_many: int = ANY
    why: str = ""
    slow: bool = False  # compiles for tens of seconds whatever the size

    def missing(self) -> str:
        """The module or command that is not installed, if so."""
        return "" if find_spec(self.needs) or shutil.which(self.needs) else self.needs


OURS = "symgrad"  # at one point, the defaults
OURS_FAST = "symgrad, fast"  # at many
ENGINES = (
    Engine(OURS, "llvmlite", g.symgrad_one, g.symgrad_many),
    Engine(OURS_FAST, "llvmlite", partial(g.symgrad_one, accuracy="fast"),
           partial(g.symgrad_many, accuracy="fast")),
    Engine("symgrad, optimize", "llvmlite", partial(g.symgrad_one, optimize=True)),
    Engine("symgrad, fast, optimize", "llvmlite",
           partial(g.symgrad_one, accuracy="fast", optimize=True)),
    Engine("symgrad in Python", "symgrad", partial(g.symgrad_one, backend="python")),
    Engine("symgrad in NumPy", "numpy", None, partial(g.symgrad_many, backend="numpy")),
    Engine("gcc -O2, loop in C", "gcc", g.c_loop, g.c_many),
    Engine("gcc -O2, ctypes", "gcc", g.c_called),
    Engine("casadi, buffer", "casadi", g.casadi_buffer, g.casadi_many),
    Engine("casadi, call", "casadi", g.casadi_called),
    Engine("symengine", "symengine", g.symengine_one, g.symengine_many, 430, 430,
           "its Lambdify takes minutes"),
    Engine("SymPy diff, lambdify", "sympy", partial(g.sympy_one, own=True),
           partial(g.sympy_many, own=True), 430, 430, "its diff takes minutes"),
    Engine("SymPy lambdify", "sympy", partial(g.sympy_one, own=False),
           partial(g.sympy_many, own=False), 430, 430, "its cse takes minutes"),
    Engine("jax, jit", "jax", t.jax_one, t.jax_many, 430, 430, "its compiler takes minutes"),
    Engine("torch", "torch", t.torch_one, t.torch_many),
    Engine("torch.compile", "torch", t.torch_compiled_one, t.torch_compiled_many, 430, 430,
           "its compiler takes minutes", slow=True),
    Engine("autograd", "autograd", t.autograd_one, t.autograd_many),
    Engine("micrograd", "micrograd", t.micrograd),
    Engine("symgrad, Values", "symgrad", t.symgrad_eager),
)  # fmt: skip
