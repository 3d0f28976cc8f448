"""The peers that trace numbers: micrograd, autograd, torch, jax, and symgrad's own eager Values.

Each is a function (recipe, point or columns) -> Ready. Each library is used as its documentation
has it; where it has several ways the quickest is taken (`chunked` tries sizes).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import cos, exp, log, sin, sqrt, tanh
from typing import Any

import numpy as np

from .ready import METHODS, Ready, called, chunked, functions
from .recipes import Recipe


def eager(values: Callable[[float], Any], m: Mapping[str, Callable[..., Any]], recipe: Recipe,
          point: Sequence[float]) -> Ready:  # fmt: skip
    """Build the graph, go backwards, as micrograd does at every step."""

    def call() -> tuple[Any, list[Any]]:
        leaves = [values(x) for x in point]
        root = recipe.run(m, leaves)
        root.backward()
        return root, leaves

    return called(call, lambda found: [found[0].data, *(leaf.grad for leaf in found[1])])


def symgrad_eager(recipe: Recipe, point: Sequence[float]) -> Ready:
    from symgrad import Value

    return eager(Value, METHODS, recipe, point)


def micrograd(recipe: Recipe, point: Sequence[float]) -> Ready:
    """micrograd has + - * / and powers; the functions are written as its own tanh lesson does."""
    from micrograd.engine import Value

    def function(f: Callable[[float], float],
                 slope: Callable[[float, float], float]) -> Callable[[Any], Any]:  # fmt: skip
        def made(x: Any) -> Any:
            out = Value(f(x.data), (x,), f.__name__)

            def _backward() -> None:
                x.grad += slope(x.data, out.data) * out.grad

            out._backward = _backward
            return out

        return made

    m = {
        "tanh": function(tanh, lambda x, y: 1 - y * y),
        "exp": function(exp, lambda x, y: y),
        "log": function(log, lambda x, y: 1 / x),
        "sin": function(sin, lambda x, y: cos(x)),
        "cos": function(cos, lambda x, y: -sin(x)),
        "sqrt": function(sqrt, lambda x, y: 0.5 / y),
    }
    return eager(Value, m, recipe, point)


def autograd_gradient(recipe: Recipe) -> Callable[[Any], Any]:
    import autograd.numpy
    from autograd import value_and_grad

    m = functions(autograd.numpy)
    return value_and_grad(lambda x: autograd.numpy.sum(recipe.run(m, [*x])))


def autograd_one(recipe: Recipe, point: Sequence[float]) -> Ready:
    run, x = autograd_gradient(recipe), np.array(point)
    return called(lambda: run(x), lambda found: [found[0], *found[1]])


def autograd_many(recipe: Recipe, columns: Any) -> Ready:
    import autograd.numpy
    from autograd.core import make_vjp

    m = functions(autograd.numpy)

    def each(x: Any) -> tuple[Any, Any]:
        back, value = make_vjp(lambda a: recipe.run(m, [*a]), x)
        return value, back(np.ones_like(value))

    return chunked(each, columns)


def torch_gradient(recipe: Recipe, compiled: bool) -> Callable[[Any], tuple[Any, Any]]:
    import torch

    m = functions(torch)

    def forward(x: Any) -> Any:
        return recipe.run(m, x.unbind(0))

    run = torch.compile(forward, dynamic=False) if compiled else forward

    def each(x: Any) -> tuple[Any, Any]:
        leaf = torch.from_numpy(x).requires_grad_()
        value = run(leaf)
        partials = torch.autograd.grad(value, leaf, torch.ones_like(value))[0]
        return value.detach(), partials

    return each


def torch_one(recipe: Recipe, point: Sequence[float]) -> Ready:
    each, x = torch_gradient(recipe, False), np.array(point)
    return called(lambda: each(x), lambda found: [found[0].item(), *found[1].tolist()])


def torch_many(recipe: Recipe, columns: Any) -> Ready:
    return chunked(torch_gradient(recipe, False), columns)


def torch_compiled_one(recipe: Recipe, point: Sequence[float]) -> Ready:
    each, x = torch_gradient(recipe, True), np.array(point)
    each(x)
    return called(lambda: each(x), lambda found: [found[0].item(), *found[1].tolist()])


def torch_compiled_many(recipe: Recipe, columns: Any) -> Ready:
    each = torch_gradient(recipe, True)
    each(columns)
    return called(lambda: each(columns), lambda found: np.vstack([f.numpy() for f in found]))


def jax_one(recipe: Recipe, point: Sequence[float]) -> Ready:
    import jax

    m = functions(jax.numpy)
    run = jax.jit(jax.value_and_grad(lambda x: recipe.run(m, [*x])))
    x = jax.numpy.array(point)
    run(x)
    return called(lambda: jax.block_until_ready(run(x)), lambda found: [found[0], *found[1]])


def jax_many(recipe: Recipe, columns: Any) -> Ready:
    """A column an argument: a table as one argument runs four times longer."""
    import jax

    m, count = functions(jax.numpy), len(columns)
    each = jax.value_and_grad(lambda *x: recipe.run(m, x), argnums=tuple(range(count)))
    run, x = jax.jit(jax.vmap(each)), [jax.numpy.array(column) for column in columns]
    jax.block_until_ready(run(*x))
    return called(lambda: jax.block_until_ready(run(*x)),
                  lambda found: np.array([found[0], *found[1]]))  # fmt: skip
