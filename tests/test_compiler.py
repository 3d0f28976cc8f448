"""`compile`: what a user of compiled functions relies on."""

from __future__ import annotations

import math
import pickle
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given

from symgrad.arithmetic.floats import FLOATS
from symgrad.compiling.backends import LlvmBackend
from symgrad.compiling.compiler import compile
from symgrad.engine import Tape, first_undefined, forward
from symgrad.errors import Unsupported, UsageError
from symgrad.notation import text
from symgrad.value import Graphs, Value, apply, variable

from .strategies import examples, graphs
from .test_code import engine, inside, python, rounding

X, W, B = (variable(name) for name in "xwb")
NEURON = (X * W + B).tanh()
POINT = {"x": 2.0, "w": 0.5, "b": 1.0}


@given(graphs())
@examples(150)
def test_random_graphs(drawn: tuple[Value, dict[str, float]]) -> None:
    """Compiled Python has the engine's bits wherever the engine has a number, on random graphs;
    NumPy is within rounding balls.
    """
    root, point = drawn
    compiled = compile(root, backend="python")
    names = compiled.variables
    value, partials = compiled.value_and_gradient({name: point[name] for name in names})
    expected = engine(root, point)
    got = [value, *(partials[name] for name in names)]
    # a constant 0 stops an infinite adjoint when compiled; the engine multiplies, and has nan;
    # where there is no value, a factor of 0 stops the engine's nan
    nowhere = first_undefined(tape := Tape.of([root]), FLOATS, forward(tape, FLOATS, point))
    assert nowhere or all(a == b or a != a for a, b in zip(expected, got)), (text(root), point)
    values, columns = compiled.batch({name: np.full(3, point[name]) for name in names})
    found = [np.broadcast_to(c, values.shape).flat[-1] for c in (values, *columns.values())]
    assert all(map(inside, rounding(root, point), map(float, found))), (text(root), point, found)


def test_calls() -> None:
    """Keywords, a mapping and positions give the same value and gradient."""
    compiled = compile(NEURON)
    value, partials = compiled(2, 0.5, 1)
    assert math.tanh(2) == value == compiled.value(**POINT) == compiled.call(2.0, 0.5, 1.0)[0]
    assert (value, dict(zip("xwb", partials))) == compiled.value_and_gradient(POINT)
    assert compiled.gradient(POINT) == compiled.gradient(x=2, w=0.5, b=1)
    assert ("x", "w", "b") == compiled.variables


def test_wrt() -> None:
    """`wrt` chooses and orders the partials; the function still takes every variable."""
    compiled = compile(NEURON, wrt=["b", "x"])
    full = compile(NEURON).gradient(POINT)
    assert {"b": full["b"], "x": full["x"]} == compiled.gradient(POINT)
    assert ["b", "x"] == list(compiled.gradient(POINT))
    assert {"w": full["w"]} == compile(NEURON, wrt="w").gradient(POINT)
    source = compile(apply("log", X) * apply("log", W), wrt="x").source("python")
    assert "_div(1.0, x)" in source and "_div(1.0, w)" not in source


def test_hessian() -> None:
    """order=2 gives the Hessian: nested dicts, symmetric, and right."""
    compiled = compile(X * X * W + W.sin(), order=2)
    assert {"x": {"x": 6.0, "w": 4.0}, "w": {"x": 4.0, "w": -math.sin(3)}} == compiled.hessian(
        x=2, w=3
    )
    assert (12 + math.sin(3), {"x": 12.0, "w": 4 + math.cos(3)}) == compiled.value_and_gradient(
        x=2, w=3
    )
    root = apply("if", apply("gt", X, 0), X.log(), X * X)
    assert {"x": {"x": 2.0}} == compile(root, order=2).hessian(x=-1)
    assert {"x": {"x": -0.25}} == compile(root, order=2).hessian(x=2)
    assert {"x": {"x": 2.0}} == compile(root, order=2, backend="numpy").hessian(x=0)
    assert compile(NEURON, order=2).hessian(POINT) == compile(NEURON).hessian(POINT)
    with pytest.raises(UsageError, match="a Hessian needs one function"):
        compile([NEURON, X]).hessian(POINT)


def test_ieee() -> None:
    """Where Python raises, the compiled function gives what the engine gives: inf and nan."""
    assert (math.inf, (-math.inf,)) == compile(1 / X)(0)
    assert (math.inf, (math.inf,)) == compile(X.exp())(1000)
    assert math.isnan(compile(X.log())(-1)[0])
    assert math.isnan(compile(X.sin()).value(x=math.inf))
    assert math.inf == compile(X * X).value(x=10**400)


def test_batch() -> None:
    """A batch is the single calls, for mappings with numbers beside arrays and for tables."""
    compiled = compile(NEURON)
    x = np.linspace(-3, 3, 20_001)
    values, partials = compiled.batch({"x": x, "w": 0.5, "b": 1})
    assert x.shape == values.shape == partials["b"].shape
    for k in (0, 8191, 8192, 20_000):
        value, expected = compiled.value_and_gradient(x=x[k], w=0.5, b=1)
        assert value == pytest.approx(values[k], rel=1e-15)
        assert expected == pytest.approx({n: p[k] for n, p in partials.items()}, rel=4e-15)
    table = np.stack([x, np.full_like(x, 0.5), np.ones_like(x)], axis=1)
    again, columns = compiled.batch(table)
    assert np.array_equal(values, again)
    assert np.array_equal(columns, np.stack(list(partials.values()), axis=1))


def test_batch_shapes() -> None:
    """Arrays keep their shape and broadcast; an empty batch is empty; integers are numbers."""
    compiled = compile(X * W)
    values, partials = compiled.batch({"x": np.ones((2, 1), int), "w": [[1, 2, 3]]})
    assert [[1, 2, 3], [1, 2, 3]] == values.tolist() == partials["x"].tolist()
    assert (0,) == compiled.batch({"x": [], "w": 2})[0].shape
    assert ((0,), (0, 2)) == tuple(a.shape for a in compiled.batch(np.empty((0, 2))))
    assert () == compiled.batch({"x": 2, "w": 3})[0].shape
    assert [1.0, 1.0] == compile(X + 1).batch({"x": [0, 0]})[0].tolist()
    assert [1.0, 1.0] == compile(X + 1).batch({"x": [0, 0]})[1]["x"].tolist()


def test_batch_without_numpy_functions(monkeypatch: pytest.MonkeyPatch) -> None:
    """A function that NumPy lacks runs point by point, and `.backend` says so."""
    with monkeypatch.context() as patch:
        patch.setattr(LlvmBackend, "missing", lambda: "no LLVM (none)")
        compiled = compile(X.erf() * W)
        assert "python (no LLVM (none); numpy has no erf)" == compiled.backend
    values, partials = compiled.batch({"x": [0.5, 1.0], "w": 2})
    assert [2 * math.erf(0.5), 2 * math.erf(1)] == values.tolist()
    assert [math.erf(0.5), math.erf(1)] == partials["w"].tolist()


def test_backends() -> None:
    """Each backend gives the same; numpy refuses by name what it lacks."""
    assert "llvm" == compile(NEURON).backend
    for backend in ("llvm", "numpy", "python"):
        compiled = compile(NEURON, backend=backend)
        assert backend == compiled.backend
        assert compile(NEURON).gradient(POINT) == pytest.approx(compiled.gradient(POINT), rel=1e-14)
        assert type(compiled.value(POINT)) is float
        assert type(compiled(2, 0.5, 1)[1][0]) is float
    with pytest.raises(Unsupported, match="numpy has no erf; backend='python' has it"):
        compile(X.erf(), backend="numpy")


def test_source() -> None:
    """The source is a readable function that runs by itself and names its formula."""
    for dialect in ("python", "numpy"):
        source = compile(NEURON).source(dialect)
        assert '"""tanh(x*w + b)"""' in source
        assert "symgrad" not in source
        assert math.tanh(2) == python(source)(2, 0.5, 1)[0]
    assert compile(NEURON, backend="numpy").source() == compile(NEURON).source("numpy")
    assert "define i64 @point" in compile(NEURON, backend="llvm").source()
    with pytest.raises(UsageError, match="python or numpy"):
        compile(NEURON).source("c++")


@pytest.mark.parametrize("backend", ["llvm", "numpy", "python"])
def test_pickle(backend: str) -> None:
    """A compiled function survives pickling, with all that it was compiled for."""
    compiled = compile(NEURON, wrt=["w"], order=2, backend=backend)
    again = pickle.loads(pickle.dumps(compiled))
    assert compiled(2, 0.5, 1) == again(2, 0.5, 1)
    assert (compiled.variables, compiled.wrt) == (again.variables, again.wrt)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda c: c(1, 2), "expected 3 values (x, w, b), got 2"),
        (lambda c: c(1, 2, [3]), "a point is made of numbers, got int, int, list"),
        (lambda c: c(1, 2, 3j), "a point is made of numbers, got int, int, complex"),
        (lambda c: compile("x", backend="numpy")(np.complex64(3)), "numbers, got complex64"),
        (lambda c: c(1, 2, None), "a point is made of numbers, got int, int, NoneType"),
        (lambda c: c(1, 2, "three"), "a point is made of numbers, got int, int, str"),
        (lambda c: c.value(x=1, w=2), "b has no value"),
        (lambda c: c.gradient(x=1, w=2, b=3, bb=4), "bb is not a variable of "),
        (lambda c: c.batch(np.ones((4, 2))), "an array with 3 columns (x, w, b); got shape (4, 2)"),
        (lambda c: c.batch(np.ones(3)), "got shape (3,)"),
        (lambda c: c.batch({"x": [1, 2], "w": [1, 2, 3], "b": 1}), "shapes (2,), (3,), ()"),
        (lambda c: c.batch({"x": ["a"], "w": 1, "b": 1}), "batch takes numbers, got ['a']"),
        (lambda c: c.batch({"x": [1]}), "w and b have no value"),
        (lambda c: compile(b"x"), "a SymPy expression or a list, got bytes"),
        (lambda c: compile(NEURON, wrt="q"), "q is not a variable of the function"),
        (lambda c: compile(NEURON, order=3), "order is 1 or 2, got 3"),
        (lambda c: compile(NEURON, backend="fortran"), "one of auto, llvm, numpy, python"),
    ],
)
def test_refused(call, message: str) -> None:
    """A call that cannot mean anything says what was expected and what came."""
    with pytest.raises(UsageError) as caught:
        call(compile(NEURON))
    assert message in str(caught.value)


def chain(n: int) -> Value:
    """x_{k+1} = x_k sin(x_k)/2 + 1, a graph of n operations that share."""
    build = Graphs()
    y, half, one = build.variable("x"), build.literal(0.5), build.literal(1)
    for _ in range(n // 4):
        y = build.mul(build.mul(y, build.sin(y)), half)
        y = build.add(y, one)
    return y


@pytest.mark.slow
def test_large_graph() -> None:
    """A graph of 20,000 operations compiles and has the engine's bits."""
    root = chain(20_000)
    compiled = compile(root, backend="python")
    assert engine(root, {"x": 1.25}) == [compiled(1.25)[0], *compiled(1.25)[1]]


def test_constants() -> None:
    """A graph without variables is a function of nothing."""
    compiled = compile(apply("pi").sin() + 1)
    assert (math.sin(math.pi) + 1, ()) == compiled()
    assert {} == compiled.gradient()
    assert () == compiled.batch({})[0].shape


def test_numpy_is_deferred() -> None:
    """Compiling and calling for one point does not import numpy."""
    check = ("import sys; from symgrad.compiling.compiler import compile; "
             "from symgrad.value import variable; "
             "compile(variable('x').tanh())(2.0); sys.exit('numpy' in sys.modules)")  # fmt: skip
    assert 0 == subprocess.run([sys.executable, "-c", check], check=False).returncode


class Formula:
    """What compile needs of an Expression: its graph, and the variables it was declared with."""

    root = 1 / X
    variables = ("y", "x")


@pytest.mark.parametrize("backend", ["auto", "llvm", "numpy", "python"])
def test_declared_variables(backend: str) -> None:
    """A declared variable that the formula does not use is an argument with derivative 0."""
    compiled = compile(Formula, backend=backend)
    assert (0.5, (0.0, -0.25)) == compiled(7, 2)
    assert (math.inf, {"y": 0.0, "x": -math.inf}) == compiled.value_and_gradient(x=0, y=1)
    assert [0.0, 0.0] == compiled.batch({"x": [1, 2], "y": 0})[1]["y"].tolist()


@pytest.mark.parametrize("backend", ["llvm", "numpy", "python"])
@pytest.mark.parametrize(("text", "x"), [
    ("ln(x)", -2.5), ("log1p(x)", -10.0), ("logit(x)", -1e-300), ("atanh(x) + x^3", 2.5),
    ("acoth(x)", 0.5), ("entr(x - 1)", -2.5), ("xlogy(x, x)", -1 + 2.0**-53),
    ("x^2 + ln(ln(x))", 0.5), ("clamp(x, 2, 1)", 1.5), ("clamp(x, 2x, x)", 1.0),
    ("x + clamp(3, x, -x)", 2.0), ("acot(x)", 0.0), ("mod(2, x - 1)", 1.0), ("mod(x, 0x)", 1.0),
    ("xlogy(x + 1, x)", -1.0), ("xlog1py(x + 2, x)", -2.0),
])  # fmt: skip
def test_where_there_is_no_value_there_is_no_slope(text: str, x: float, backend: str) -> None:
    """1/x is no derivative of ln at -2.5, nor -1/x^2 a second one, at a point or in a batch."""
    f = compile(text, backend=backend)
    value, slope = f.value_and_gradient(x=x)
    values, slopes = f.batch(np.array([[x], [x]]))
    found = [value, slope["x"], f.hessian(x=x)["x"]["x"], *values, *np.ravel(slopes)]
    assert all(map(math.isnan, found))


@pytest.mark.parametrize("backend", ["llvm", "python"])
def test_ln_of_beta_is_of_positive_numbers(backend: str) -> None:
    """ln|beta| goes on where beta is negative, but is not its ln; at 0 there is a pole."""
    f = compile("betaln(x, 0.5)", backend=backend)
    value, slopes = f.value_and_gradient(x=-1.476)
    assert math.isnan(value) and math.isnan(slopes["x"])
    assert math.inf == f.value_and_gradient(x=0.0)[0]
    assert math.log(math.pi / 2) == pytest.approx(f.value_and_gradient(x=1.5)[0])


@pytest.mark.parametrize("backend", ["llvm", "numpy", "python"])
@pytest.mark.parametrize(("text", "x", "slope"), [
    ("if(x<0, -x^3, x^2)", 1e200, 2e200), ("if(x>0, x^2, x^4)", 1e150, 2e150),
    ("if(x > 0, x, x*exp(x^2))", 1e10, 1.0), ("max(x, -x^3)", 1e250, 1.0),
])  # fmt: skip
def test_a_branch_not_taken_may_overflow(
    text: str, x: float, slope: float, backend: str
) -> None:
    """0 times the infinity of the other branch is 0, at a point and in a batch."""
    f = compile(text, backend=backend)
    assert slope == f.gradient(x=x)["x"]
    assert [slope] * 3 == f.batch(np.array([[x]] * 3))[1].ravel().tolist()


@pytest.mark.parametrize("backend", ["llvm", "numpy", "python"])
@pytest.mark.parametrize(("text", "x", "slope"), [
    ("if(x > 0, ln(x), x^2)", -2.0, -4.0), ("ln(x)", 0.0, math.inf), ("x + 0*y", math.inf, 1.0),
    ("ln(x) - ln(x) + x", math.inf, 1.0), ("ln(x)", math.inf, 0.0), ("1/x", 0.0, -math.inf),
])  # fmt: skip
def test_a_slope_goes_on_where_there_is_a_value(
    text: str, x: float, slope: float, backend: str
) -> None:
    """A branch that is not taken, a pole and an infinity lose nothing."""
    f = compile(text, backend=backend, wrt="x")
    point = {name: x if name == "x" else 1.0 for name in f.variables}
    assert slope == f.gradient(point)["x"]
