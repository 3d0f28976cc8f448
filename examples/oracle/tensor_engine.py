"""A tensor engine of 150 lines, after micrograd's Value: every number is a NumPy array.

- `Tensor(array)` is a leaf; operators and methods make new ones; `.backward(cotangent)` fills in
  `.grad` everywhere.
- `python examples/oracle/tensor_engine.py` has it judged. `tensor_lesson.py` plants mistakes in it.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def summed_to(grad: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """The gradient of what was broadcast from `shape`: summed over the axes that it repeats on."""
    grad = grad.sum(axis=tuple(range(grad.ndim - len(shape))))
    stretched = tuple(k for k, n in enumerate(shape) if n == 1 and grad.shape[k] != 1)
    return grad.sum(axis=stretched, keepdims=True)


def along(axis: Any, ndim: int) -> tuple[int, ...]:
    """The axes meant, counted from the front."""
    every = range(ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    return tuple(k % ndim for k in every)


class Tensor:
    """An array, the tensors that it was made of, and how its gradient goes back to them."""

    def __init__(self, data: Any, args: tuple = (), pull: Any = None) -> None:
        self.data = np.asarray(data, dtype=float)
        self.grad = np.zeros_like(self.data)
        self.args, self.pull = args, pull  # pull(gradient) is one gradient for each of args

    @property
    def shape(self) -> tuple[int, ...]:
        return self.data.shape

    def backward(self, grad: Any = None) -> None:
        """Send a cotangent (by default ones) back through the graph."""
        order: list[Tensor] = []
        seen: set[int] = set()

        def visit(node: Tensor) -> None:
            if id(node) not in seen:
                seen.add(id(node))
                for a in node.args:
                    visit(a)
                order.append(node)

        visit(self)
        for node in order:
            if node.args:
                node.grad = np.zeros_like(node.data)
        self.grad = self.grad + (np.ones_like(self.data) if grad is None else grad)
        for node in reversed(order):
            for a, g in zip(node.args, node.pull(node.grad) if node.args else ()):
                a.grad = a.grad + summed_to(g, a.shape)

    # --- arithmetic, with broadcasting ------------------------------------------------------------

    def __add__(self, other: Any) -> Tensor:
        other = lifted(other)
        return Tensor(self.data + other.data, (self, other), lambda g: (g, g))

    def __mul__(self, other: Any) -> Tensor:
        other = lifted(other)
        y = self.data * other.data
        return Tensor(y, (self, other), lambda g: (g * other.data, g * self.data))

    def __pow__(self, n: float) -> Tensor:
        return Tensor(self.data**n, (self,), lambda g: (g * n * self.data ** (n - 1),))

    def __matmul__(self, other: Any) -> Tensor:
        """Matrices, stacks of them, and vectors, which are a row on the left and a column else."""
        a, b = self.data, lifted(other).data
        left, right = a[None] if a.ndim == 1 else a, b[:, None] if b.ndim == 1 else b
        full = left @ right

        def pull(g: np.ndarray) -> tuple:
            g = g.reshape(full.shape)
            for_left, for_right = g @ np.swapaxes(right, -1, -2), np.swapaxes(left, -1, -2) @ g
            return (summed_to(for_left, left.shape).reshape(a.shape),
                    summed_to(for_right, right.shape).reshape(b.shape))  # fmt: skip

        return Tensor(a @ b, (self, lifted(other)), pull)

    def __neg__(self) -> Tensor:
        return self * -1

    def __sub__(self, other: Any) -> Tensor:
        return self + (-lifted(other))

    def __truediv__(self, other: Any) -> Tensor:
        return self * lifted(other) ** -1

    def __radd__(self, other: Any) -> Tensor:
        return self + other

    def __rmul__(self, other: Any) -> Tensor:
        return self * other

    def __rsub__(self, other: Any) -> Tensor:
        return lifted(other) - self

    def __rtruediv__(self, other: Any) -> Tensor:
        return lifted(other) / self

    # --- functions of every element ---------------------------------------------------------------

    def exp(self) -> Tensor:
        y = np.exp(self.data)
        return Tensor(y, (self,), lambda g: (g * y,))

    def log(self) -> Tensor:
        return Tensor(np.log(self.data), (self,), lambda g: (g / self.data,))

    def tanh(self) -> Tensor:
        y = np.tanh(self.data)
        return Tensor(y, (self,), lambda g: (g * (1 - y * y),))

    def relu(self) -> Tensor:
        return Tensor(np.maximum(self.data, 0), (self,), lambda g: (g * (self.data > 0),))

    # --- over axes --------------------------------------------------------------------------------

    def sum(self, axis: Any = None, keepdims: bool = False) -> Tensor:
        axes = along(axis, self.data.ndim)

        def pull(g: np.ndarray) -> tuple:
            g = g if keepdims else np.expand_dims(g, axes)
            return (np.broadcast_to(g, self.shape),)

        return Tensor(self.data.sum(axis=axes, keepdims=keepdims), (self,), pull)

    def mean(self, axis: Any = None, keepdims: bool = False) -> Tensor:
        total = self.sum(axis, keepdims)
        return total * (total.data.size / self.data.size)

    def max(self, axis: Any = None, keepdims: bool = False) -> Tensor:
        """Ties share the gradient."""
        axes = along(axis, self.data.ndim)
        y = self.data.max(axis=axes, keepdims=True)
        hits = self.data == y
        shares = hits / hits.sum(axis=axes, keepdims=True)
        found = y if keepdims else y.squeeze(axes)
        return Tensor(found, (self,), lambda g: (shares * g.reshape(y.shape),))

    def softmax(self, axis: int = -1) -> Tensor:
        e = np.exp(self.data - self.data.max(axis=axis, keepdims=True))
        y = e / e.sum(axis=axis, keepdims=True)
        return Tensor(y, (self,), lambda g: (y * (g - (g * y).sum(axis=axis, keepdims=True)),))

    # --- shapes -----------------------------------------------------------------------------------

    def reshape(self, shape: tuple[int, ...]) -> Tensor:
        return Tensor(self.data.reshape(shape), (self,), lambda g: (g.reshape(self.shape),))

    def transpose(self, axes: tuple[int, ...]) -> Tensor:
        back = np.argsort(along(axes, self.data.ndim))
        return Tensor(self.data.transpose(axes), (self,), lambda g: (g.transpose(back),))

    def __getitem__(self, key: Any) -> Tensor:
        def pull(g: np.ndarray) -> tuple:
            full = np.zeros_like(self.data)
            np.add.at(full, key, g)  # an index may stand there twice
            return (full,)

        return Tensor(self.data[key], (self,), pull)


def lifted(x: Any) -> Tensor:
    return x if isinstance(x, Tensor) else Tensor(x)


def concat(tensors: list[Tensor], axis: int = 0) -> Tensor:
    ends = np.cumsum([t.shape[axis] for t in tensors])[:-1]
    return Tensor(np.concatenate([t.data for t in tensors], axis), tuple(tensors),
                  lambda g: np.split(g, ends, axis))  # fmt: skip


if __name__ == "__main__":
    import symgrad as sg

    engine = sg.oracle.Tensors([Tensor, {"concat": concat}], name="mine", constructor=Tensor)
    print(sg.oracle.judge(engine))
