"""Neural networks as micrograd has them, on `Value`.

- `MLP(2, [16, 16, 1])` is a multi-layer perceptron; `model(x)` its output for a list of inputs.
- `model.parameters()` are all weights and biases, `model.zero_grad()` sets their gradients to 0.
- Weights come from Python's `random`, in micrograd's order: with one `random.seed` both libraries
  draw the same network. `rng=random.Random(1)` draws from a source of one's own.

A neuron is one `dot` node, where micrograd makes two nodes per input.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from .errors import UsageError
from .ops import OPS
from .value import Value, apply, lift

DOT = OPS["dot"]


class Module:
    """Anything that has parameters."""

    def zero_grad(self) -> None:
        for p in self.parameters():
            p.grad = 0.0

    def parameters(self) -> list[Value]:
        return []


class Neuron(Module):
    """w·x + b, then relu unless `nonlin` is false."""

    def __init__(self, nin: int, nonlin: bool = True, rng: Any = random) -> None:
        self.w = [Value(rng.uniform(-1, 1)) for _ in range(nin)]
        self.b = Value(0)
        self.nonlin = nonlin

    def __call__(self, x: Sequence[Any]) -> Value:
        if len(x) != len(self.w):
            raise UsageError(f"a neuron of {len(self.w)} inputs got {len(x)}")
        act: Any = apply(DOT, *self.w, *x) + self.b
        return act.relu() if self.nonlin else act

    def parameters(self) -> list[Value]:
        return [*self.w, self.b]

    def __repr__(self) -> str:
        return f"{'ReLU' if self.nonlin else 'Linear'}Neuron({len(self.w)})"


class Layer(Module):
    """Neurons side by side; a layer of one returns its Value, not a list."""

    def __init__(self, nin: int, nout: int, nonlin: bool = True, rng: Any = random) -> None:
        self.neurons = [Neuron(nin, nonlin, rng) for _ in range(nout)]

    def __call__(self, x: Sequence[Any]) -> Any:
        x = [lift(a) for a in x]  # once, not once a neuron
        out = [neuron(x) for neuron in self.neurons]
        return out[0] if len(out) == 1 else out

    def parameters(self) -> list[Value]:
        return [p for neuron in self.neurons for p in neuron.parameters()]

    def __repr__(self) -> str:
        return f"Layer of [{', '.join(map(str, self.neurons))}]"


class MLP(Module):
    """Layers one after the other; the last is linear."""

    def __init__(self, nin: int, nouts: Sequence[int], rng: Any = random) -> None:
        sizes = [nin, *nouts]
        last = len(nouts) - 1
        self.layers = [Layer(sizes[i], sizes[i + 1], i != last, rng) for i in range(len(nouts))]

    def __call__(self, x: Sequence[Any]) -> Any:
        for layer in self.layers:
            x = layer(x if isinstance(x, Sequence) else [x])
        return x

    def parameters(self) -> list[Value]:
        return [p for layer in self.layers for p in layer.parameters()]

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(map(str, self.layers))}]"
