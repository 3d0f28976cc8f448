"""Tensor engines that are released: torch, autograd, mygrad, jax, tinygrad, ten lines each.

- `tensor_engine(name, dtype)` is one; `TENSOR_LIBRARIES` are their names.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from ...doors import door
from ...errors import UsageError
from .namespace_engine import Tensors


def torch(dtype: str) -> Tensors:
    torch = import_module("torch")
    nn = import_module("torch.nn.functional")

    def leaf(array: np.ndarray, requires_grad: bool = True) -> Any:
        return tensor(array).requires_grad_(requires_grad)

    def tensor(array: np.ndarray) -> Any:
        if str(array.dtype) != "bfloat16":
            return torch.tensor(array)
        return torch.tensor(array.astype(np.float32)).to(torch.bfloat16)

    def backward(root: Any, cotangent: np.ndarray) -> None:
        if root.requires_grad:
            root.backward(tensor(cotangent), retain_graph=True)

    def numbers(tensor: Any) -> Any:
        return (tensor.float() if tensor.dtype == torch.bfloat16 else tensor).detach().numpy()

    spaces = [nn, torch, torch.linalg, torch.special]
    return Tensors(spaces, name="torch", constructor=leaf, backward=backward, dtype=dtype,
                   value=numbers)  # fmt: skip


def autograd(dtype: str) -> Tensors:
    """It differentiates functions of one argument: of a tuple of arrays."""
    numpy, special = import_module("autograd.numpy"), import_module("autograd.scipy.special")
    linalg, make_vjp = import_module("autograd.numpy.linalg"), import_module("autograd").make_vjp

    def pullback(function: Callable, arrays: Any) -> Any:
        run = make_vjp(lambda xs: function(*xs))
        pull, value = run(tuple(arrays))
        return value, pull

    return Tensors([numpy, special, linalg], name="autograd", constructor=numpy.array,
                   pullback=pullback, dtype=dtype)  # fmt: skip


def jax(dtype: str) -> Tensors:
    jax = import_module("jax")
    jax.config.update("jax_enable_x64", True)
    spaces = [jax.numpy, jax.nn, jax.scipy.special, jax.numpy.linalg, jax.lax]
    asarray = jax.numpy.asarray
    return Tensors(spaces, name="jax", constructor=asarray, dtype=dtype,
                   pullback=lambda run, arrays: jax.vjp(run, *map(asarray, arrays)))  # fmt: skip


def mygrad(dtype: str) -> Tensors:
    mygrad = import_module("mygrad")
    nnet = import_module("mygrad.nnet")

    def leaf(array: np.ndarray, requires_grad: bool = True) -> Any:
        return mygrad.tensor(array, constant=None if requires_grad else True)

    spaces = [mygrad, nnet, mygrad.linalg]
    return Tensors(spaces, name="mygrad", constructor=leaf, dtype=dtype,
                   backward=lambda root, cotangent: root.backward(cotangent))  # fmt: skip


def tinygrad(dtype: str) -> Tensors:
    """On whichever device it finds; equal leaves would be one node, so that each is a buffer."""
    tensor = import_module("tinygrad").Tensor

    def pullback(function: Callable, arrays: Any) -> Any:
        leaves = [tensor(np.ascontiguousarray(a)).realize() for a in arrays]
        root = function(*leaves)
        return root, lambda cotangent: root.gradient(*leaves, gradient=tensor(cotangent))

    return Tensors(tensor, name="tinygrad", constructor=tensor, pullback=pullback, dtype=dtype)


TENSOR_LIBRARIES: dict[str, Callable[[str], Tensors]] = {
    made.__name__: made for made in (torch, autograd, mygrad, jax, tinygrad)
}


@door()
def tensor_engine(name: str, dtype: str = "float64") -> Tensors:
    """Raises UsageError where there is no such adapter, or its package is missing."""
    if name not in TENSOR_LIBRARIES:
        hint = f"there are {', '.join(TENSOR_LIBRARIES)}"
        raise UsageError(f"no tensor adapter for {name}", hint=hint)
    if find_spec(name) is None:
        raise UsageError(f"{name} is not installed", hint=f"pip install {name}")
    return TENSOR_LIBRARIES[name](dtype)
