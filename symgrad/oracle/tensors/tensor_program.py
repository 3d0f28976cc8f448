"""A `TensorProgram`: an expression in tensors as plain data.

- `TensorProgram(inputs, constants, steps, root, cotangent)`: nodes are numbered inputs first, then
  constants, then steps; a step is `("sum", 2, {"axis": [0], "keepdims": True})`.
- `.to_json()` is the plain data, `TensorProgram.from_json` reads it back; `.text` shows it.
- The gradient meant is that of sum(cotangent * root); the numbers of a cotangent are short binary
  fractions, all different, so that no permutation of the root's elements goes unseen.
- `Builder(shapes)` makes one step by step.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...errors import UsageError
from ..programs import number, written

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Constant:
    """A tensor that has no gradient: floats, or integers (indices, labels, masks)."""

    shape: Shape
    data: tuple[float | int, ...]

    @property
    def whole(self) -> bool:
        return bool(self.data) and all(isinstance(x, int) for x in self.data)


@dataclass(frozen=True)
class TensorStep:
    """An operation on earlier nodes."""

    name: str
    args: tuple[int, ...]
    params: Mapping[str, Any]

    def __hash__(self) -> int:
        return hash((self.name, self.args))


@dataclass(frozen=True)
class TensorProgram:
    """Inputs (name and shape), constants, then steps, numbered in that order."""

    inputs: tuple[tuple[str, Shape], ...]
    constants: tuple[Constant, ...]
    steps: tuple[TensorStep, ...]
    root: int
    cotangent: tuple[float, ...] = ()

    def __len__(self) -> int:
        return self.first + len(self.steps)

    @property
    def first(self) -> int:
        """The number of the first step."""
        return len(self.inputs) + len(self.constants)

    @property
    def operations(self) -> frozenset[str]:
        return frozenset(step.name for step in self.steps)

    def to_json(self) -> dict[str, Any]:
        """Plain data for `json.dumps`; floats as hex digits."""
        return {
            "inputs": [{"name": name, "shape": list(shape)} for name, shape in self.inputs],
            "constants": [{"shape": list(c.shape), "data": [written(x) for x in c.data]}
                          for c in self.constants],
            "steps": [[s.name, *s.args, *([dict(s.params)] if s.params else [])]
                      for s in self.steps],
            "root": self.root,
            "cotangent": [written(x) for x in self.cotangent],
        }  # fmt: skip

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | str) -> TensorProgram:
        """The program in this data (or its text). Raises UsageError where it is none."""
        try:
            found = json.loads(data) if isinstance(data, str) else data
            made = cls(
                tuple((i["name"], tuple(i["shape"])) for i in found["inputs"]),
                tuple(Constant(tuple(c["shape"]), tuple(map(number, c["data"])))
                      for c in found["constants"]),
                tuple(map(_step, found["steps"])),
                found["root"],
                tuple(float(number(x)) for x in found["cotangent"]),
            )  # fmt: skip
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise UsageError(f"not a tensor program: {error}") from None
        for i, step in enumerate(made.steps, made.first):
            if not all(isinstance(j, int) and 0 <= j < i for j in step.args):
                raise UsageError(f"step {i} uses a node that does not come before it: {step.args}")
        if not (isinstance(made.root, int) and 0 <= made.root < len(made)):
            raise UsageError(f"the root {made.root!r} is no node")
        return made

    @property
    def names(self) -> list[str]:
        """What each node is called in text."""
        return [
            *(name for name, _ in self.inputs),
            *(_shown(c) for c in self.constants),
            *(f"s{k}" for k in range(1, len(self.steps) + 1)),
        ]

    @property
    def text(self) -> str:
        """One line a step, the inputs' shapes first: x (2, 3); s1 = sum(x, axis=0)."""
        names = self.names
        parts = [f"{name} {shape}" for name, shape in self.inputs]
        for k, step in enumerate(self.steps, self.first):
            given = [names[j] for j in step.args]
            given += [f"{key}={_plain(value)}" for key, value in step.params.items()]
            parts.append(f"{names[k]} = {step.name}({', '.join(given)})")
        if self.root != len(self) - 1 or not self.steps:
            parts.append(f"root {names[self.root]}")
        return "; ".join(parts)


def _step(data: Sequence[Any]) -> TensorStep:
    name, *args = data
    params = args.pop() if args and isinstance(args[-1], Mapping) else {}
    read = {p: v if p == "key" else tupled(v) for p, v in params.items()}
    return TensorStep(name, tuple(args), read)


def tupled(value: Any) -> Any:
    """Lists as tuples; only in a key does a list mean something else, an array of integers."""
    return tuple(map(tupled, value)) if isinstance(value, (list, tuple)) else value


def _shown(constant: Constant) -> str:
    data = [f"{x:g}" for x in constant.data]
    return data[0] if constant.shape == () else f"[{', '.join(data)}] {constant.shape}"


def _plain(value: Any) -> str:
    return str(value).replace("'", "")


class TensorBuilder:
    """Makes a program step by step; inputs and constants are declared before the first step."""

    def __init__(self, shapes: Sequence[Shape], constants: Sequence[Constant] = ()) -> None:
        names = "xyzuvwpqrs"
        self.inputs = tuple((names[k], tuple(shape)) for k, shape in enumerate(shapes))
        self.constants = tuple(constants)
        self.steps: list[TensorStep] = []

    def step(self, name: str, *args: int, **params: Any) -> int:
        """The number of the new node."""
        self.steps.append(TensorStep(name, args, params))
        return len(self.inputs) + len(self.constants) + len(self.steps) - 1

    def program(self, root: int) -> TensorProgram:
        """Without a cotangent yet: its length is the root's size."""
        return TensorProgram(self.inputs, self.constants, tuple(self.steps), root)


def with_cotangent(program: TensorProgram, cotangent: Sequence[float]) -> TensorProgram:
    return replace(program, cotangent=tuple(cotangent))
