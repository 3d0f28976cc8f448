"""A tensor engine in any language: a command that speaks JSON lines on stdin and stdout.

- `TensorCommand(["node", "engine.js"])` is an engine for `judge`.

Its answer to the greeting of `oracle.protocol` names its operations on tensors: `{"name", "dtype",
"tensors": ["add", "matmul", ...]}`, by the names of the rows. A request is `{"id", "tensors":
program, "inputs": [tensor, ...], "backwards"}`, with the program as `TensorProgram.to_json` has it
and a tensor as `{"shape", "data"}`; the answer `{"id", "value": tensor, "gradients": [tensor or
null, ...]}`, where a nested list of numbers is a tensor as well. `error` and `unsupported` are as
for scalars.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from ...errors import Unsupported
from ..engine_calls import Died
from ..programs import number, written
from ..protocol import GREETING, SECONDS, Command
from .namespace_engine import Tensored
from .tensor_program import TensorProgram
from .tensor_row import TENSOR_ROWS, conventional


@dataclass(frozen=True)
class CallByName:
    """An operation goes by its own name."""

    name: str


class TensorCommand(Command):
    """A command as an engine of tensors; `with` ends it."""

    def __init__(self, command: Sequence[str], seconds: float = SECONDS) -> None:
        """Raises UsageError where it cannot be started, or does not answer the greeting."""
        super().__init__(command, seconds)
        unknown = sorted(self.operations - set(TENSOR_ROWS))
        self.operations &= set(TENSOR_ROWS)
        self.missing = [name for name in conventional() if name not in self.operations]
        self.told = [f"no such operations: {', '.join(unknown)}"] if unknown else []
        self.watch: Any = SimpleNamespace(started=0.0, allowed=0.0)
        self.hung, self.answered, self.in_backward = False, False, False
        self.spelling = {name: CallByName(name) for name in self.operations}
        self.plans: dict[int, Any] = {}
        self.tried_in = self.dtype
        self.wrong: dict[str, Any] = {}

    def offered(self, hello: Any) -> frozenset[str]:
        return frozenset(hello["tensors"])

    def array(self, data: Any) -> np.ndarray:
        return np.asarray(data, dtype=float)

    def steps(self, program: TensorProgram) -> list[CallByName]:
        return [CallByName(step.name) for step in program.steps]

    def other_ways(self, *_: Any) -> list[Any]:
        """An operation has one name here."""
        return []

    def answer(
        self, program: TensorProgram, arrays: Sequence[np.ndarray], backwards: int = 1,
        read: bool = False, apart: str = "", in_place: bool = False, layout: str = "C",
    ) -> Tensored:  # fmt: skip
        """Ask. Raises Unsupported for what no program of the protocol says."""
        for asked, told in ((read, "reading on the way"), (apart, apart), (in_place, "in place"),
                            (layout == "int", "integers as inputs")):
            if asked:
                raise Unsupported(str(told))
        found = self.replied(tensors_asked(program, arrays, backwards), answer_of)
        return Tensored(found[0], found[1])

    def asked_again(self, case: Any) -> str:
        """A shell script that asks the same question."""
        arrays = [self.array(a) for a in case.arrays]
        asked = {"id": 1, **tensors_asked(case.program, arrays, case.backwards)}
        lines = shlex.join(map(json.dumps, (GREETING, asked)))
        return f"printf '%s\\n' {lines} | {shlex.join(self.command)}"


def tensors_asked(
    program: TensorProgram, arrays: Sequence[np.ndarray], backwards: int
) -> dict[str, Any]:
    return {"tensors": program.to_json(), "inputs": [tensor_json(a) for a in arrays],
            "backwards": backwards}  # fmt: skip


def tensor_json(array: np.ndarray) -> dict[str, Any]:
    return {"shape": list(array.shape), "data": [written(float(x)) for x in array.ravel()]}


def answer_of(answer: dict[str, Any]) -> tuple[np.ndarray, tuple[np.ndarray | None, ...]]:
    """Value and gradients. Raises Died where they cannot be read."""
    try:
        gradients = tuple(None if g is None else tensor(g) for g in answer["gradients"])
        return tensor(answer["value"]), gradients
    except KeyError as error:
        raise Died(f"answered without {error}") from None
    except (TypeError, ValueError, AttributeError) as error:
        raise Died(f"answered what cannot be read: {error}") from None


def tensor(data: Any) -> np.ndarray:
    """{"shape", "data"}, or a nested list of numbers."""
    if isinstance(data, dict):
        flat = [float(number(x)) for x in data["data"]]
        return np.array(flat, dtype=float).reshape([int(n) for n in data["shape"]])
    return np.array(numbers_in(data), dtype=float)


def numbers_in(data: Any) -> Any:
    """Nested lists with their hex floats read."""
    return [numbers_in(x) for x in data] if isinstance(data, list) else float(number(data))


__all__ = ["TensorCommand"]
