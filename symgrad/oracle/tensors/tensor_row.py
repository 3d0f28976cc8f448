"""One row a tensor operation: its name, its elements in scalar rows, how engines spell it.

- `tensor_row(name, elements, ...)` adds a row to `TENSOR_ROWS`; a name is that of the Python array
  API standard where it has one.
- `elements(m, *tensors, **params)` is the result as an array of scalar nodes; its shape is the
  operation's shape rule. m is the arithmetic (`elements.Recorder`).
- `draw(*shapes, **params)` is one way to call the operation that means something; `ints(...)` in
  the place of a shape is a constant tensor of integers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .tensor_program import Constant, Shape

TENSOR_ROWS: dict[str, TensorRow] = {}


@dataclass(frozen=True)
class Draw:
    """Shapes and parameters of one call; a Constant stands for itself."""

    args: tuple[Any, ...]
    params: Mapping[str, Any]

    @property
    def shapes(self) -> tuple[Shape, ...]:
        return tuple(a.shape if isinstance(a, Constant) else a for a in self.args)

    @property
    def elements(self) -> int:
        return max((int(np.prod(s, dtype=int)) for s in self.shapes), default=0)


@dataclass(frozen=True)
class TensorRow:
    """One operation."""

    name: str
    elements: Callable[..., Any]
    draws: tuple[Draw, ...]
    names: tuple[str, ...]  # how engines call it
    forms: tuple[str, ...]  # how such a call is written; {n} is the name
    defaults: Mapping[str, Any] = field(default_factory=dict)
    values: str = "any"  # where its arguments lie: any, positive, inside (-1, 1), ...
    special: tuple[str, ...] = ()  # what else its arguments should be: zero, ties, huge
    settled: bool = True  # every engine means the same by its name: another value is a wrong one
    mistakes: tuple[tuple[str, Callable[..., Any]], ...] = ()  # words, and the gradients instead
    misread: tuple[tuple[str, Callable[..., Any]], ...] = ()  # words, and the values instead
    instead: str = ""  # the row that this is another convention of: summed, not averaged


def conventional() -> list[str]:
    """The rows, without those that are another convention of one."""
    return [name for name, row in TENSOR_ROWS.items() if not row.instead]


def others_meant(row: TensorRow) -> list[TensorRow]:
    """The other conventions by the same name."""
    base = row.instead or row.name
    return [r for r in TENSOR_ROWS.values() if base in (r.name, r.instead) and r is not row]


def draw(*args: Any, **params: Any) -> Draw:
    return Draw(args, params)


def ints(data: Any) -> Constant:
    """A constant tensor of integers, nested lists as NumPy reads them."""
    array = np.asarray(data, dtype=int)
    return Constant(array.shape, tuple(array.ravel().tolist()))


def tensor_row(
    name: str, elements: Callable, *draws: Draw, names: str = "", forms: Sequence[str] = (),
    values: str = "any", special: str = "", settled: bool = True, instead: str = "",
    mistakes: Sequence[tuple[str, Callable[..., Any]]] = (),
    misread: Sequence[tuple[str, Callable[..., Any]]] = (), **defaults: Any,
) -> None:  # fmt: skip
    """Add a row; `names` are the other names that engines give it."""
    own = (name, *names.split())
    TENSOR_ROWS[name] = TensorRow(
        name, elements, draws, own, tuple(forms), defaults, values, tuple(special.split()), settled,
        tuple(mistakes), tuple(misread), instead,
    )  # fmt: skip


# --- shapes that several operations are called with -----------------------------------------------

SHAPE_DRAWS = tuple(draw(s) for s in ((2, 3), (3,), (), (1,), (3, 1), (2, 1, 3), (0,), (2, 0)))
PAIR_DRAWS = tuple(draw(*s) for s in (
    ((2, 3), (3,)), ((3, 1), (3, 4)), ((2, 3), (2, 3)), ((2, 3), ()), ((), (2, 3)), ((3,), (2, 3)),
    ((3, 3), (3,)), ((2, 3), (2, 1)), ((1,), (3,)), ((3, 1), (1, 4)), ((2, 1, 3), (4, 1)), ((), ()),
    ((1, 3), (2, 3)), ((2, 3), (1, 1)), ((2, 2, 3), (2, 1, 1)), ((0, 3), (3,)), ((2, 3), (1,)),
))  # fmt: skip
OVER_AXES = tuple(
    draw(shape, axis=axis, keepdims=keepdims)
    for shape, axis, keepdims in (
        ((3, 3), 1, False), ((3, 3), 0, False), ((2, 3), None, False), ((2, 3), -1, False),
        ((2, 3), 0, True), ((3, 3), -1, True), ((2, 3, 4), (0, 2), False), ((2, 3, 4), 1, False),
        ((2, 3, 2), (-1, 0), False), ((2, 2, 3), (1, 2), True), ((4,), 0, False), ((4,), None, True),
        ((), None, False), ((1, 3), 0, False), ((2, 3), None, True), ((3, 3), -2, False),
        ((2, 1, 3), (0, 1), False), ((2, 2, 2), (0, 1, 2), False), ((3, 1), 1, True), ((3, 3, 3), (0, 2), True),
        ((2, 2, 2), -2, False), ((2, 2, 2), (2, 0), False), ((2, 2, 2), (0, -1), True),
    )
)  # fmt: skip
LINE_DRAWS = tuple(
    draw(shape, axis=axis)
    for shape, axis in (((3, 3), -1), ((2, 3), 0), ((2, 3), 1), ((4,), 0), ((2, 3, 2), 1),
                        ((3, 3), 0), ((2, 2, 3), -2), ((1, 3), 0),
                        ((2, 2, 2), -1), ((2, 2, 2), 0))
)  # fmt: skip

# --- how engines write a call ---------------------------------------------------------------------

UNARY_FORMS = ("a.{n}()", "f.{n}(a)", "t.{n}(a)", "f.{n}()(a)", "f.{n}().forward(a)")
BINARY_FORMS = ("f.{n}(a, b)", "a.{n}(b)", "t.{n}(a, b)")
OF_AXES = (
    "a.{n}(axis=axis, keepdims=keepdims)", "a.{n}(dim=axis, keepdim=keepdims)",
    "f.{n}(a, axis=axis, keepdims=keepdims)", "f.{n}(a, dim=axis, keepdim=keepdims)",
    "a.{n}(axis, keepdims)", "f.{n}(a, axis, keepdims)", "a.{n}(axes=axis, keepdims=keepdims)",
    "f.{n}(a, axes=axis, keepdims=keepdims)", "a.{n}(dim=axis, keepdims=keepdims)",
    "a.{n}(axis=axis)", "a.{n}(dim=axis)", "f.{n}(a, axis=axis)", "f.{n}(a, dim=axis)",
    "a.{n}(axis)", "f.{n}(a, axis)", "a.{n}(axes=axis)", "f.{n}(a, axes=axis)", "a.{n}()", "f.{n}(a)",
    "axis_by_axis(a, '{n}')", "(a.{n}(axis) if keepdims else None)",
    "(f.{n}(a, axis) if keepdims else None)",
)  # fmt: skip
OF_LINE = (
    "a.{n}(axis=axis)", "f.{n}(a, axis=axis)", "a.{n}(dim=axis)", "f.{n}(a, dim=axis)",
    "a.{n}(axis)", "f.{n}(a, axis)", "f.{n}(a)", "a.{n}()",
)  # fmt: skip


def with_first(forms: Sequence[str]) -> tuple[str, ...]:
    """The same, and the first of the results where an engine gives several."""
    return (*forms, *(f"{form}[0]" for form in forms))
