"""Neural networks as micrograd has them, on `Value`.

- `MLP(2, [16, 16, 1])` is a multi-layer perceptron; `model(x)` its output for a list of inputs.
- `model.parameters()` are all weights and biases, `model.zero_grad()` sets their gradients to 0.
- Weights come from Python's `random`, in micrograd's order: with one `random.seed` both libraries
  draw the same network. `rng=random.Random(1)` draws from a source of one's own.

- `Step(model, loss)` is a training step on compiled code: `step(inputs, targets)` does forward,
  zero and backward over all samples in one call, and returns the mean loss.

A neuron is one `dot` node, where micrograd makes two nodes per input.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from itertools import chain
from operator import attrgetter
from typing import Any

from .compiling.code import label
from .deferred import Deferred, numpy
from .doors import door, shown
from .engine import Tape
from .errors import UsageError
from .ops import OPS
from .value import Graphs, Value, apply, lift, on_paper, variable

batches: Any = Deferred("compiling.batches")
compiler: Any = Deferred("compiling.compiler")

DOT = OPS["dot"]
DATA = attrgetter("data")


class Module:
    """Anything that has parameters."""

    def zero_grad(self) -> None:
        for p in self.parameters():
            p.grad = 0.0

    def parameters(self) -> list[Value]:
        return []


class Neuron(Module):
    """w·x + b, then relu unless `nonlin` is false."""

    @door()
    def __init__(self, nin: int, nonlin: bool = True, rng: Any = random) -> None:
        if nin < 1:
            raise UsageError(f"nin is at least 1, got {nin}")
        self.w = [Value(rng.uniform(-1, 1)) for _ in range(nin)]
        self.b = Value(0)
        self.nonlin = nonlin

    def __call__(self, x: Sequence[Any]) -> Value:
        given = len(x) if hasattr(x, "__len__") else shown(x)
        if given != len(self.w):
            raise UsageError(f"a neuron of {len(self.w)} inputs got {given}")
        act: Any = apply(DOT, *self.w, *x) + self.b
        return act.relu() if self.nonlin else act

    def parameters(self) -> list[Value]:
        return [*self.w, self.b]

    def __repr__(self) -> str:
        return f"{'ReLU' if self.nonlin else 'Linear'}Neuron({len(self.w)})"


class Layer(Module):
    """Neurons side by side; a layer of one returns its Value, not a list."""

    @door()
    def __init__(self, nin: int, nout: int, nonlin: bool = True, rng: Any = random) -> None:
        self.neurons = [Neuron(nin, nonlin, rng) for _ in range(nout)]

    def __call__(self, x: Sequence[Any]) -> Any:
        x = [lift(a) for a in (x if hasattr(x, "__len__") else [x])]  # once, not once a neuron
        out = [neuron(x) for neuron in self.neurons]
        return out[0] if len(out) == 1 else out

    def parameters(self) -> list[Value]:
        return list(chain.from_iterable([neuron.parameters() for neuron in self.neurons]))

    def __repr__(self) -> str:
        return f"Layer of [{', '.join(map(str, self.neurons))}]"


class MLP(Module):
    """Layers one after the other; the last is linear."""

    @door()
    def __init__(self, nin: int, nouts: Sequence[int], rng: Any = random) -> None:
        sizes = [nin, *nouts]
        last = len(nouts) - 1
        self.layers = [Layer(sizes[i], sizes[i + 1], i != last, rng) for i in range(len(nouts))]

    def __call__(self, x: Sequence[Any]) -> Any:
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self) -> list[Value]:
        return list(chain.from_iterable([layer.parameters() for layer in self.layers]))

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(map(str, self.layers))}]"


class Step:
    """Forward, zero and backward on compiled code: one sample is traced, all run in one call.

    `loss(output, target)` is a sample's loss as a Value of the model's output and of its target (or
    `loss(output, *targets)` for targets of several columns). Weights are read from `p.data` at each
    call and the gradient of the mean loss is written to `p.grad`; the update stays the caller's.
    """

    def __init__(self, model: Any, loss: Callable[..., Any], **options: Any) -> None:
        self.model, self.loss, self.options = model, loss, options
        self._compiled: dict[tuple[int, ...], Callable[..., Any]] = {}

    def __call__(self, inputs: Any, targets: Any) -> float:
        """The mean loss of the samples: inputs (n x k), targets (n) or (n x m).

        Raises UsageError for shapes that do not go together.
        """
        np = numpy()
        x, y = batches.numbers(inputs), batches.numbers(targets)
        y = y.reshape(-1, 1) if y.ndim == 1 else y
        if x.ndim != 2 or y.ndim != 2 or len(x) != len(y) or not len(x):
            raise UsageError("a step takes inputs (n x k) and targets (n) or (n x m), n > 0; "
                             f"got shapes {x.shape} and {np.shape(targets)}")  # fmt: skip
        parameters = self.model.parameters()
        shape = (x.shape[1], y.shape[1], len(parameters))
        if shape not in self._compiled:
            self._compiled[shape] = self._traced(parameters, *shape[:2])
        weights = np.fromiter(map(DATA, parameters), float, len(parameters))
        total, partials = self._compiled[shape](weights, [*x.T, *y.T])
        for p, g in zip(parameters, (partials / len(x)).tolist()):
            p.grad = g
        return float(total) / len(x)

    def _traced(self, parameters: list[Value], inputs: int, targets: int) -> Callable[..., Any]:
        """The summed loss of samples, its parameters variables with names that nobody types."""
        x, y = ([variable(f"{what} {k}") for k in range(count)]
                for what, count in (("input", inputs), ("target", targets)))  # fmt: skip
        names = {p: f"parameter {k}" for k, p in enumerate(parameters)}
        tape = Tape.of([lift(self.loss(self.model(x), *y))], lambda v: names.get(v) or label(v))
        values = on_paper(tape, Graphs())
        weights = list(names.values())
        sample = Sample(values[tape.roots[0]], [*weights, *(str(v.label) for v in (*x, *y))])
        found: Callable[..., Any] = compiler.prepared(sample, wrt=weights, **self.options).summed(
            weights
        )
        return found


class Sample:
    """A sample's loss, for the compiler: a graph and the order of its variables."""

    def __init__(self, root: Value, variables: Sequence[str]) -> None:
        self.root, self.variables = root, variables
