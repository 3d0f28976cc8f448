"""Tensors as arrays of scalar nodes: the arithmetic in which a tensor row writes its elements.

- `Recorder` is that arithmetic: its numbers are `Element`s, nodes of a scalar program that grows.
- `each(rule, *tensors)` applies a scalar rule to every element, with broadcasting;
  `along(rule, tensor, axis, keepdims)` applies one to all elements along some axes.

An array of Elements is an ordinary NumPy array of objects, so that whatever only moves elements
(reshape, roll, take) is NumPy's own function.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from ...engine import Arithmetic
from ...ops import OPS, Op
from ..programs import Program


class Element:
    """One node: `place` counts the variables from 0, the steps on from there, constants from -1."""

    __slots__ = ("m", "place")

    def __init__(self, m: Recorder, place: int) -> None:
        self.m, self.place = m, place

    def __add__(self, other: Any) -> Element:
        return self.m.step("add", self, other)

    def __radd__(self, other: Any) -> Element:
        return self.m.step("add", other, self)

    def __sub__(self, other: Any) -> Element:
        return self.m.step("sub", self, other)

    def __rsub__(self, other: Any) -> Element:
        return self.m.step("sub", other, self)

    def __mul__(self, other: Any) -> Element:
        return self.m.step("mul", self, other)

    def __rmul__(self, other: Any) -> Element:
        return self.m.step("mul", other, self)

    def __truediv__(self, other: Any) -> Element:
        return self.m.step("div", self, other)

    def __rtruediv__(self, other: Any) -> Element:
        return self.m.step("div", other, self)

    def __neg__(self) -> Element:
        return self.m.step("neg", self)


class Recorder(Arithmetic):
    """Writes down a scalar program; its numbers are the nodes."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self.constants: list[Any] = []
        self.known: dict[Any, Element] = {}
        self.steps: list[tuple[Any, ...]] = []

    def literal(self, exact: Any) -> Element:
        """The node of a constant, one for each number. Raises TypeError for an array."""
        if isinstance(exact, np.ndarray):
            raise TypeError("an element is a number")
        exact = exact.item() if isinstance(exact, np.generic) else exact
        key = type(exact), str(exact)  # -0.0 is another number than 0.0
        if key not in self.known:
            self.constants.append(exact)
            self.known[key] = Element(self, -len(self.constants))
        return self.known[key]

    def ratio(self, a: int, b: int) -> Element:
        return self.literal(Fraction(a, b))

    def step(self, name: str, *x: Any) -> Element:
        """One more step."""
        self.steps.append((name, *[a.place if type(a) is Element else self.literal(a).place
                                   for a in x]))  # fmt: skip
        return Element(self, len(self.names) + len(self.steps) - 1)

    def forward(self, op: Op, x: Sequence[Any]) -> Element:
        return self.step(op.name, *x)

    def sum(self, *x: Any) -> Any:
        return x[0] if len(x) == 1 else self.step("sum", *x) if x else self.literal(0)

    def dot(self, a: Sequence[Any], b: Sequence[Any]) -> Any:
        return a[0] * b[0] if len(a) == 1 else self.step("dot", *a, *b) if len(a) else 0

    def select(self, c: Any, a: Any, b: Any) -> Any:
        return self.step("if", c, a, b)

    def product(self, *x: Any) -> Any:
        """Factor by factor, so that one of them may be 0."""
        found = x[0] if x else self.literal(1)
        for factor in x[1:]:
            found = found * factor
        return found

    def __getattr__(self, name: str) -> Callable:
        if name not in OPS:
            raise AttributeError(f"no scalar row is called {name}")
        return lambda *x: self.step(name, *x)

    def max(self, *x: Any) -> Any:
        """Of one element that itself, which is at no tie."""
        return x[0] if len(x) == 1 else self.step("max", *x)

    def min(self, *x: Any) -> Any:
        return x[0] if len(x) == 1 else self.step("min", *x)

    def logaddexp(self, *x: Any) -> Any:
        return x[0] if len(x) == 1 else self.step("logaddexp", *x)

    def program(self, root: Element) -> tuple[Program, Callable[[Any], int]]:
        """What was written down, and the number that an element has in it."""
        first, many = len(self.names), len(self.constants)

        def number(place: int) -> int:
            return first - 1 - place if place < 0 else place if place < first else place + many

        steps = tuple((name, *map(number, args)) for name, *args in self.steps)
        made = Program(self.names, tuple(self.constants), steps, number(root.place))
        return made, lambda element: number(self.lifted(element).place)

    def lifted(self, x: Any) -> Element:
        return x if type(x) is Element else self.literal(x)


def boxed(x: Any) -> np.ndarray:
    """An array of objects, also where NumPy gave the object itself."""
    return np.asarray(x, dtype=object)


def filled(shape: Sequence[int], rule: Callable[[tuple[int, ...]], Any]) -> np.ndarray:
    """The array that has rule(index) at each index."""
    found = np.empty(tuple(shape), dtype=object)
    for index in np.ndindex(*found.shape):
        found[index] = rule(index)
    return found


def each(rule: Callable, *tensors: Any) -> np.ndarray:
    """rule(*elements) at every place, the tensors broadcast against one another."""
    arrays = np.broadcast_arrays(*map(boxed, tensors))
    return filled(arrays[0].shape, lambda i: rule(*(a[i] for a in arrays)))


def axes_of(x: np.ndarray, axis: Any) -> tuple[int, ...]:
    """The axes meant, counted from 0: None means all of them."""
    if axis is None:
        return tuple(range(x.ndim))
    return tuple(a % x.ndim for a in ((axis,) if isinstance(axis, int) else axis))


def along(rule: Callable, x: np.ndarray, axis: Any, keepdims: bool = False) -> np.ndarray:
    """rule(*elements) of what lies along these axes."""
    axes = axes_of(x, axis)
    kept = [n for k, n in enumerate(x.shape) if k not in axes]
    last = np.moveaxis(x, axes, range(x.ndim - len(axes), x.ndim))
    count = int(np.prod([x.shape[k] for k in axes], dtype=int))
    rows = last.reshape(*kept, count)
    found = filled(kept, lambda i: rule(*rows[i]))
    return np.expand_dims(found, axes) if keepdims else found


def lines(rule: Callable, x: np.ndarray, axis: int) -> np.ndarray:
    """rule(elements), a list as long, for each line along one axis."""
    last = np.moveaxis(x, axis, -1)
    found = np.empty(last.shape, dtype=object)
    for i in np.ndindex(*last.shape[:-1]):
        found[i] = rule(list(last[i]))
    return np.moveaxis(found, -1, axis)
