"""`Value` does what micrograd's does, at any depth."""

from __future__ import annotations

import copy
import gc
import math
import operator
import pickle
import tracemalloc
from fractions import Fraction
from typing import Any

import micrograd.engine
import numpy as np
import pytest

from symgrad import OutOfDomain, UsageError, Value
from symgrad.ops import OPS
from symgrad.value import apply, literal, same, variable
from tests.benchmarks.linear import chain, lively, shared
from tests.counting import calls

DEEP = 100_000


def sanity_check(cls: Any) -> tuple[float, float]:
    """The expression of micrograd's first test; y and dy/dx."""
    x = cls(-4.0)
    z = 2 * x + 2 + x
    q = z.relu() + z * x
    h = (z * z).relu()
    y = h + q + q * x
    y.backward()
    return y.data, x.grad


def more_ops(cls: Any) -> tuple[float, float, float]:
    """The expression of micrograd's second test and of its README; g, dg/da, dg/db."""
    a = cls(-4.0)
    b = cls(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    g.backward()
    return g.data, a.grad, b.grad


def test_sanity_check() -> None:
    """micrograd's first test passes with the import changed."""
    assert (-20.0, 46.0) == sanity_check(Value)
    assert sanity_check(micrograd.engine.Value) == sanity_check(Value)


def test_more_ops() -> None:
    """micrograd's second test and its README's example pass with the import changed."""
    assert [24.7041, 138.8338, 645.5773] == [round(v, 4) for v in more_ops(Value)]
    assert more_ops(micrograd.engine.Value) == pytest.approx(more_ops(Value), rel=1e-14)


def test_gradients_of_leaves_add_up() -> None:
    """A second backward adds exactly once more to the leaves; intermediates start from zero."""
    a = Value(2.0)
    b = a**2
    c = b**2
    c.backward()
    assert (32.0, 8.0) == (a.grad, b.grad)
    c.backward()
    assert (64.0, 8.0) == (a.grad, b.grad)
    a.grad = 0
    c.backward()
    assert 32.0 == a.grad


def test_gradient_of_a_shared_node() -> None:
    """The gradient of a shared node is the sum over its uses."""
    a = Value(3.0)
    b = a * a
    (b + b * a).backward()
    assert 2 * 3.0 + 3 * 9.0 == a.grad


def test_backward_of_a_leaf() -> None:
    """A leaf's gradient with respect to itself is 1."""
    a = Value(3.0)
    a.backward()
    assert 1.0 == a.grad


@pytest.mark.parametrize("number", [2, 2.5, Fraction(1, 4), np.float64(0.5), np.int64(3), True])
def test_plain_numbers_on_both_sides(number: Any) -> None:
    """Every operator takes a plain number, a Fraction or a NumPy scalar on either side."""
    x, n = Value(1.5), float(number)
    assert [1.5 + n, 1.5 - n, 1.5 * n, 1.5 / n, 1.5**n] == [
        v.data for v in (x + number, x - number, x * number, x / number, x**number)
    ]
    if not isinstance(number, np.generic):  # NumPy's own operators come first there
        assert [n + 1.5, n - 1.5, n * 1.5, n / 1.5, n**1.5] == [
            v.data for v in (number + x, number - x, number * x, number / x, number**x)
        ]


def test_data_is_a_float() -> None:
    """Whatever number a Value is made of, its data is a float."""
    assert {float} == {type(Value(n).data) for n in (1, 1.5, Fraction(1, 2), np.float32(0.5))}


def test_what_is_no_number() -> None:
    """A Value of something else, or an operation with something else, says so."""
    with pytest.raises(UsageError, match="holds a number"):
        Value("two")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="list"):
        Value(1.0) + [1]


def test_power_with_a_value_exponent() -> None:
    """The exponent may be a Value: both gradients are right."""
    a, b = Value(2.0), Value(3.0)
    (a**b).backward()
    assert (12.0, 8 * math.log(2)) == pytest.approx((a.grad, b.grad))
    assert math.inf == (Value(2.0) ** math.inf).data


@pytest.mark.parametrize("exponent", [2, -1, 0.5, 3.0])
def test_constant_exponent_of_a_negative_base(exponent: float) -> None:
    """A constant exponent never meets the logarithm of the base."""
    a = Value(-4.0) if exponent != 0.5 else Value(4.0)
    (a**exponent).backward()
    assert exponent * a.data ** (exponent - 1) == a.grad


@pytest.mark.parametrize("name", [n for n, o in OPS.items() if o.arity == 1 and not o.hidden])
def test_a_method_per_row(name: str) -> None:
    """Every operation of one argument that users may write is a method of Value."""
    x = Value(0.5)
    found = getattr(x, name)() if name != "neg" else -x
    assert OPS[name] is found.op
    assert apply(name, x).data == found.data or math.isnan(found.data)


def test_undefined() -> None:
    """backward of a value that does not exist names the operation at fault."""
    with pytest.raises(OutOfDomain, match=r"log\(-1\)"):
        ((Value(0.0) - 1).log() + 2).backward()
    with pytest.raises(UsageError, match="variable"):
        (variable("x") + 1).backward()


def test_zero_adjoint() -> None:
    """An adjoint of 0 never meets an infinite partial."""
    x = Value(0.0)
    (x * x.sqrt()).backward()
    assert 0.0 == x.grad


def test_drawing_names() -> None:
    """`_prev` and `_op` are what micrograd's drawing code reads."""
    a, b = Value(1.0), Value(2.0, label="b")
    c = a * b
    assert ({a, b}, "*", set(), "") == (c._prev, c._op, a._prev, a._op)
    assert ("ReLU", "tanh", "b") == (c.relu()._op, c.tanh()._op, b.label)
    assert "Value(data=2.0, grad=0.0)" == repr(c)


@pytest.mark.slow
@pytest.mark.parametrize("graph", [chain, shared, lively])
def test_deep_graphs(graph: Any) -> None:
    """A deep graph is built, differentiated, printed, compared, copied, pickled and freed."""
    x = Value(1.0)
    y = graph(x, DEEP)
    y.backward()
    assert repr(y).startswith("Value(data=")
    assert same(y, graph(Value(1.0), DEEP))
    assert not same(y, graph(Value(1.0), DEEP - 10))
    for twin in (copy.copy(y), copy.deepcopy(y), pickle.loads(pickle.dumps(y))):
        assert twin is not y
        assert (y.data, y.grad) == (twin.data, twin.grad)
        assert same(y, twin)
    del y, twin
    gc.collect()


def test_copies_keep_their_leaves_apart() -> None:
    """The leaf under a shallow copy is the same one; under a deep copy it is another."""
    x = Value(2.0)
    y = x * x
    copy.copy(y).backward()
    assert 4.0 == x.grad
    copy.deepcopy(y).backward()
    assert 4.0 == x.grad


def test_same() -> None:
    """Graphs are equal by structure, names, exact numbers, and the data of nameless leaves."""
    x = variable("x")
    assert same(x + 1, variable("x") + 1.0)
    assert not same(x + 1, 1 + x)
    assert not same(x + 1, variable("y") + 1)
    assert same(Value(2.0) * 3, Value(2.0) * 3)
    assert not same(Value(2.0), Value(3.0))
    assert same(x * literal(Fraction(1, 2)), x * 0.5)


def tanh_by_hand(x: Value) -> Value:
    """The operation that Karpathy's lecture adds to its Value."""
    t = (math.exp(2 * x.data) - 1) / (math.exp(2 * x.data) + 1)
    out = Value(t, (x,), "tanh")

    def _backward() -> None:
        x.grad += (1 - t**2) * out.grad

    out._backward = _backward
    return out


def neuron(tanh: Any) -> tuple[list[Value], Value]:
    """The lecture's neuron: x1*w1 + x2*w2 + b through tanh."""
    leaves = [Value(v) for v in (2.0, 0.0, -3.0, 1.0, 6.8813735870195432)]
    x1, x2, w1, w2, b = leaves
    return leaves, tanh(x1 * w1 + x2 * w2 + b)


def test_an_operation_by_hand() -> None:
    """A node made the way of micrograd's lecture, with a closure, takes part in backward."""
    (mine, out), (ours, built_in) = neuron(tanh_by_hand), neuron(lambda n: n.tanh())
    for root in (out, built_in, out, built_in):
        root.backward()
    assert [v.grad for v in ours] == pytest.approx([v.grad for v in mine], rel=1e-14)
    assert -3.0 == pytest.approx(mine[0].grad)
    assert ("tanh", {out.args[0]}) == (out._op, out._prev)
    assert "Value(data=0.7" in repr(out)
    with pytest.raises(UsageError, match="cannot be copied"):
        copy.deepcopy(out * 2)
    with pytest.raises(UsageError, match="cannot be copied"):
        pickle.dumps(out * 2)


def test_nan_below_an_operation_by_hand() -> None:
    """Where an operation by hand stands above it, the fault is still named."""
    with pytest.raises(OutOfDomain, match=r"log\(-1\)"):
        tanh_by_hand((Value(0.0) - 1).log()).backward()


@pytest.mark.parametrize("tanh", [tanh_by_hand, Value.tanh])
def test_steps_by_hand(tanh: Any) -> None:
    """`_backward` pulls one node, as the lecture does before it writes `backward`."""
    leaves, out = neuron(tanh)
    out.grad = 1.0
    n = out.args[0]
    for node in (out, n, n.args[0], *n.args[0].args):
        node._backward()
    leaves[0]._backward()  # a leaf has no step
    assert [-1.5, 0.5, 1.0, 0.0, 0.5] == pytest.approx([v.grad for v in leaves])


def test_operations_by_hand_are_freed() -> None:
    """Nodes by hand leave nothing behind once the garbage is collected."""
    before = alive()
    for _ in range(20):
        neuron(tanh_by_hand)[1].backward()
    assert before == alive()


def alive() -> int:
    """How many Values there are."""
    gc.collect()
    return sum(type(o) is Value for o in gc.get_objects())


@pytest.mark.parametrize("turn", [False, True])
@pytest.mark.parametrize("name", ["add", "sub", "mul", "truediv", "pow"])
def test_arrays_beside_a_value(name: str, turn: bool) -> None:
    """An operator between a Value and an array works element by element, on either side."""
    x, array, act = Value(2.0), np.array([1.0, 2.0]), getattr(operator, name)
    found = act(array, x) if turn else act(x, array)
    expected = [act(a, 2.0) if turn else act(2.0, a) for a in (1.0, 2.0)]
    assert expected == [v.data for v in found]


def test_texts_beside_a_value() -> None:
    """A text is no number, whatever it says."""
    for act in (operator.add, operator.mul, operator.pow):
        with pytest.raises(TypeError):
            act(Value(2.0), "1")
        with pytest.raises(TypeError):
            act("1", Value(2.0))


def test_copies_share_what_was_shared() -> None:
    """Two roots over one node, copied together, stand over one node again; gradients go along."""
    x = Value(2.0)
    shared_node = x * x
    first, second = copy.deepcopy([shared_node + 1, shared_node * 3])
    assert first.args[0] is second.args[0]
    (shared_node * 3).backward()
    assert (12.0, 3.0) == tuple(v.grad for v in pickle.loads(pickle.dumps([x, shared_node])))


def test_bytes_a_node() -> None:
    """A graph holds at most 260 bytes a node at the peak of backward."""
    x, nodes = Value(1.0), 50_000
    Value(1.0).sin().backward()
    tracemalloc.start()
    lively(x, nodes).backward()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert 260 >= peak / nodes


def test_linear_time() -> None:
    """Ten times the nodes take ten times the work: nothing is quadratic."""
    lively(Value(1.0), 50).backward()
    small = calls(lambda: lively(Value(1.0), 5_000).backward())
    large = calls(lambda: lively(Value(1.0), 50_000).backward())
    assert 11 * small >= large
