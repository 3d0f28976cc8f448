"""The neural network library and the example that trains it."""

from __future__ import annotations

import random
import runpy
import sys
from pathlib import Path
from typing import Any

import micrograd.nn
import pytest

import symgrad.nn
from symgrad import UsageError, Value
from symgrad.nn import MLP, Layer, Neuron
from tests.benchmarks import micrograd_mlp

EXAMPLE = str(Path(__file__).parents[1] / "examples" / "train_mlp.py")


def trained(library: Any) -> tuple[list[float], list[float]]:
    """Losses and final weights of five steps on one seed."""
    model, data, losses = micrograd_mlp.network(library), micrograd_mlp.samples(), []
    for _ in range(5):
        losses.append(micrograd_mlp.step(model, data))
        for p in model.parameters():
            p.data -= 0.1 * p.grad
    return losses, [p.data for p in model.parameters()]


def test_the_same_network_as_micrograd() -> None:
    """With one seed both libraries draw the same network and train it to the same weights."""
    (losses, weights), (their_losses, their_weights) = trained(symgrad.nn), trained(micrograd.nn)
    assert their_losses == pytest.approx(losses, rel=1e-12)
    assert their_weights == pytest.approx(weights, rel=1e-9)
    assert losses[-1] < losses[0]


def test_zero_grad() -> None:
    """zero_grad sets the gradient of every parameter to 0."""
    model = MLP(3, [4, 1])
    model([1, 2, 3]).backward()
    assert any(p.grad for p in model.parameters())
    model.zero_grad()
    assert {0.0} == {p.grad for p in model.parameters()}


def test_shapes() -> None:
    """A network has the parameters and the printed form that micrograd's has."""
    model = MLP(2, [3, 1])
    assert 3 * 3 + 4 == len(model.parameters())
    assert "MLP of [Layer of [ReLUNeuron(2), ReLUNeuron(2), ReLUNeuron(2)], " in str(model)
    assert str(model).endswith("Layer of [LinearNeuron(3)]]")
    assert 3 == len(Layer(2, 3)([1, 2]))
    assert isinstance(Layer(2, 1)([1, 2]), Value)
    assert 1 == len(MLP(2, [1, 1])([1, 2]).args[0].args) // 2


def test_a_neuron_is_a_dot() -> None:
    """A neuron's value is relu(w·x + b), and its inputs get gradients."""
    neuron = Neuron(2)
    for p, value in zip(neuron.parameters(), (2.0, -1.0, 0.5)):
        p.data = value
    x = [Value(3.0), Value(4.0)]
    y = neuron(x)
    y.backward()
    assert (2.5, [2.0, -1.0], [3.0, 4.0, 1.0]) == (
        y.data, [a.grad for a in x], [p.grad for p in neuron.parameters()]
    )  # fmt: skip


def test_wrong_number_of_inputs() -> None:
    """A neuron that gets too many or too few inputs says so."""
    with pytest.raises(UsageError, match="2 inputs got 3"):
        Neuron(2)([1, 2, 3])


def test_own_source_of_randomness() -> None:
    """`rng` draws the weights without touching Python's global state."""
    state = random.getstate()
    first, second = (MLP(2, [3, 1], rng=random.Random(7)).parameters() for _ in range(2))
    assert [p.data for p in first] == [p.data for p in second]
    assert state == random.getstate()


def test_example_in_characters(capsys: pytest.CaptureFixture[str]) -> None:
    """The example learns, and draws the decision boundary as characters."""
    main = runpy.run_path(EXAMPLE)["main"]
    main(["--steps", "15", "--samples", "40", "--characters"])
    shown = capsys.readouterr().out
    first, last = (
        float(line.split("loss ")[1].split()[0])
        for line in (shown.splitlines()[1], [x for x in shown.splitlines() if "loss" in x][-1])
    )
    assert last < 0.6 * first
    assert "·" in shown and "+" in shown and "o" in shown


def test_example_as_a_picture(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With matplotlib the example writes a PNG; without, it draws characters and says nothing."""
    target = tmp_path / "moons.png"
    arguments = ["--steps", "1", "--samples", "8", "--output", str(target)]
    example = runpy.run_path(EXAMPLE)
    example["main"](arguments)
    if "wrote" in capsys.readouterr().out:
        assert b"\x89PNG" == target.read_bytes()[:4]
    monkeypatch.setitem(example["main"].__globals__, "find_spec", lambda name: None)
    example["main"](arguments)
    assert "·" in capsys.readouterr().out


def test_the_example_needs_no_heavy_library() -> None:
    """Training a network imports neither sympy nor numpy."""
    import subprocess

    code = (
        "import sys, runpy; runpy.run_path(sys.argv[1])['main']"
        "(['--steps', '1', '--samples', '4', '--characters'])\n"
        "assert not {'sympy', 'numpy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, EXAMPLE], check=True, capture_output=True)
