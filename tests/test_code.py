"""Generated code in every dialect is the engine's arithmetic, row by row."""

from __future__ import annotations

import ctypes
import math
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import mpmath
import numpy as np
import pytest

import symgrad as sg
from symgrad.arithmetic.floats import FLOATS
from symgrad.arithmetic.rounding import Rounding
from symgrad.compiling.code import domain_ends
from symgrad.compiling.compiler import compile, expression_code, gradient_code
from symgrad.compiling.dialects import DIALECTS
from symgrad.compiling.source import identifiers
from symgrad.engine import Tape, forward, gradient, holds, order
from symgrad.errors import Unsupported, UsageError
from symgrad.ops import OPS, op
from symgrad.value import Graphs, Value, apply, evaluated, variable

from .rows import example

# what a dialect has neither itself nor from a row's `forward`; Python has everything
SPECIAL = {
    "erfinv", "gamma", "lgamma", "digamma", "polygamma", "beta", "factorial", "besselj", "besseli",
    "besselj0", "besselj1", "besseli0", "besseli1", "sinc", "sphericalj",
    "erfi", "erfcx", "erfcinv", "ndtri", "log_ndtr", "Ei", "li", "Si", "Ci", "Shi", "Chi",
    "gammainc", "gammaincc", "betainc", "betaln", "ellipk", "ellipe", "hyp1f1", "hyp2f1", "bessely",
    "besselk", "bessely0", "bessely1", "besselk0", "besselk1", "airyai", "airyaiprime", "airybi",
    "airybiprime", "zeta", "zeta_derivative", "lambertw",
}  # fmt: skip
IN_C_LIBRARY = {"besselj", "besselj0", "besselj1", "bessely", "bessely0", "bessely1"}
NO_GRADIENT = {
    "python": set(),
    "numpy": {"li", "zeta", "zeta_derivative"},
    "c": SPECIAL - IN_C_LIBRARY,
}
NO_VALUE = {
    "python": set(),
    "numpy": {"li", "zeta_derivative"},
    "c": NO_GRADIENT["c"] - {"gamma", "lgamma", "beta", "betaln", "factorial", "sinc"},
}
GCC = shutil.which("gcc")
FLAGS = ["-O2", "-Wall", "-Wextra", "-Werror", "-std=c99", "-shared", "-fPIC"]
ROUNDING = Rounding(least_ulps=6)
LOOSE = Rounding(least_ulps=64)  # rows where the engine asks Arb and code that stands alone cannot
Function = Callable[..., tuple]


def engine(root: Value, point: dict[str, float]) -> list[float]:
    """Value and gradient by the engine in floats; where a domain ends, no slope without a value."""
    tape = Tape.of([root])
    values = forward(tape, FLOATS, point)
    partials = gradient(tape, FLOATS, values)
    y = values[tape.roots[0]]
    undefined = domain_ends(tape) and y != y and all(map(math.isfinite, point.values()))
    return [y, *(y if undefined else partials[name] for name in tape.variables)]


def rounding(root: Value, point: dict[str, float]) -> list:
    """The balls that hold every correct float run."""
    tape, m = Tape.of([root]), LOOSE if root.op and root.op.delicate else ROUNDING
    values = forward(tape, m, {k: m.literal(v) for k, v in point.items()})
    partials = gradient(tape, m, values)
    return [values[tape.roots[0]].ball, *(partials[name].ball for name in tape.variables)]


def inside(ball, x: float) -> bool:
    return not ball.is_finite() or ball.contains(x)


def points(root: Value, count: int = 12) -> list[dict[str, float]]:
    """Points in the domain of a graph of one row."""
    tape, r, found = Tape.of([root]), Random(repr(root.op)), []
    for _ in range(4000):
        point = {name: r.choice([-1, 1]) * r.choice([r.random(), 3 * r.random()])
                 for name in tape.variables}  # fmt: skip
        values = forward(tape, FLOATS, point)
        inner = [(o, [values[j] for j in a]) for o, a in zip(tape.ops, tape.args) if o]
        if all(holds(d, FLOATS, x) for o, x in inner for d in o.domain):
            found.append(point)
        if len(found) == count:
            break
    return found


def python(source: str, name: str = "value_and_gradient") -> Function:
    space: dict = {}
    exec(source, space)
    return space[name]


def same(a: float, b: float) -> bool:
    return a == b or (a != a and b != b)


def supported(dialect: str) -> list[str]:
    return [name for name in OPS if name not in NO_GRADIENT[dialect]]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", list(OPS))
def test_unsupported(name: str, dialect: str) -> None:
    """A row is Unsupported in a dialect if and only if the table above says so, by its name."""
    for write, lacking in ((gradient_code, NO_GRADIENT), (expression_code, NO_VALUE)):
        if name in lacking[dialect]:
            with pytest.raises(Unsupported, match=f"{dialect} has no .*; .* has it"):
                write(example(OPS[name]), dialect)
        else:
            assert write(example(OPS[name]), dialect).isascii()


@pytest.mark.parametrize("name", list(OPS))
def test_python(name: str) -> None:
    """Compiled Python has the engine's bits; the text that stands alone is a correct float run."""
    root = example(OPS[name])
    compiled, alone = compile(root, backend="python"), python(gradient_code(root, "python"))
    for point in points(root):
        expected = engine(root, point)
        value, partials = compiled(*point.values())
        assert expected == [value, *partials]
        value, partials = alone(*point.values())
        balls = rounding(root, point)
        assert all(map(inside, balls, [value, *partials])), (point, value, partials)


@pytest.mark.parametrize("name", list(OPS))
def test_python_never_raises(name: str) -> None:
    """Python code gives inf or nan where Python raises, at every special number."""
    root = example(OPS[name])
    compiled, alone = compile(root, backend="python"), python(gradient_code(root, "python"))
    special = [0.0, -0.0, 1.0, -1.0, 2.5, 1e308, -1e308, 5e-324, 800.0, -800.0,
               math.inf, -math.inf, math.nan]  # fmt: skip
    r = Random(name)
    drawn = (tuple(r.choice(special) for _ in compiled.variables) for _ in range(60))
    for x in dict.fromkeys(drawn):
        for found in (compiled(*x), alone(*x)):
            assert all(isinstance(a, float | int) for a in (found[0], *found[1])), x


@pytest.mark.parametrize("name", supported("numpy"))
def test_numpy(name: str) -> None:
    """NumPy code is a correct float run of the row at many points at once."""
    root = example(OPS[name])
    source, where = gradient_code(root, "numpy"), points(root)
    run, names = python(source), Tape.of([root]).variables
    allowed = near if "special." in source else inside  # SciPy's functions are SciPy's
    value, partials = run(*(np.array([p[n] for p in where]) for n in names))
    columns = [np.broadcast_to(c, len(where)) for c in (value, *partials)]
    for k, point in enumerate(where):
        assert all(map(allowed, rounding(root, point), [float(c[k]) for c in columns])), point


@pytest.mark.parametrize(("text", "x"), [
    ("Ci(x)", -1.0), ("Chi(x)", -2.0), ("lambertw(x)", -1.0), ("beta(x, 3)", -2.0),
])  # fmt: skip
def test_numpy_has_no_number_where_there_is_none(text: str, x: float) -> None:
    """SciPy's are those of |x|, the real part of a complex one, or a limit from one side."""
    names: dict = {}
    exec(sg.parse(text).code("numpy"), names)
    assert np.isnan(names["f"](np.array([x, 1.5]))).tolist() == [True, False]


def near(ball, x: float) -> bool:
    """Within 2e-13 of the truth: its digamma beside a zero is 80 ulps off."""
    return inside(ball, x) or abs(ball.mid() - x) <= 2e-13 * abs(ball.mid())


def c_library(texts: dict[str, str], folder) -> ctypes.CDLL:
    """Texts compiled into one library, the function of each under its key."""
    files = []
    for key, text in texts.items():
        files.append(folder / f"{key}.c")
        files[-1].write_text(text.replace("value_and_gradient(", f"{key}("))
    library = folder / "library.so"
    subprocess.run([GCC, *FLAGS, *files, "-o", library, "-lm"], check=True)
    return ctypes.CDLL(str(library))


def c_call(function, x: list[float]) -> list[float]:
    function.restype = ctypes.c_double
    grad = (ctypes.c_double * len(x))()
    return [function((ctypes.c_double * len(x))(*x), grad), *grad]


@pytest.mark.needs("gcc")
def test_c(tmp_path) -> None:
    """C code of every row compiles without a warning and is a correct float run."""
    texts = {f"f_{n}": gradient_code(example(OPS[n]), "c") for n in supported("c")}
    library = c_library(texts, tmp_path)
    for name in supported("c"):
        root = example(OPS[name])
        for point in points(root):
            found = c_call(library[f"f_{name}"], list(point.values()))
            assert all(map(inside, rounding(root, point), found)), (name, point, found)


@pytest.mark.needs("gcc")
def test_c_values_compile(tmp_path) -> None:
    """The value alone is a C function of doubles; a value that needs no argument takes none."""
    graphs = {"a": apply("sinc", variable("double")), "b": apply("pi"), "c": variable("x") * 0}
    for key, root in graphs.items():
        (tmp_path / f"{key}.c").write_text(expression_code(root, "c").replace(" f(", f" {key}("))
    library = tmp_path / "values.so"
    files = [tmp_path / f"{key}.c" for key in graphs]
    subprocess.run([GCC, *FLAGS, *files, "-o", library, "-lm"], check=True)
    found = ctypes.CDLL(str(library))
    functions = {key: found[key] for key in graphs}
    for function in functions.values():
        function.restype = ctypes.c_double
    assert math.pi == functions["b"]()
    assert math.sin(2) / 2 == functions["a"](ctypes.c_double(2))


def zero_adjoints() -> list[tuple[Value, float, float]]:
    """(graph, x, derivative) where a zero adjoint meets an infinite partial."""
    x = variable("x")
    below = apply("gt", x, 0)
    return [
        (apply("if", below, x.log(), x), -1.0, 1.0),
        (x * x.sqrt(), 0.0, 0.0),
        (apply("if", apply("lt", x, 700), x.exp() * x, x), 1000.0, 1.0),
        (apply("if", below, 1 / x, x * x), 0.0, 0.0),
        (apply("if", below, (x.log().exp() * x.log()).relu(), x), -3.0, 1.0),
    ]


@pytest.mark.parametrize("k", range(len(zero_adjoints())))
def test_zero_adjoints(k: int, tmp_path) -> None:
    """A zero adjoint stops an infinite partial in every dialect, as it does in the engine."""
    root, x, expected = zero_adjoints()[k]
    assert expected == engine(root, {"x": x})[1]
    assert expected == compile(root, backend="python")(x)[1][0]
    assert expected == python(gradient_code(root, "python"))(x)[1][0]
    assert expected == python(gradient_code(root, "numpy"))(np.array([x]))[1][0][0]
    if GCC:
        library = c_library({"g": gradient_code(root, "c")}, tmp_path)
        assert expected == c_call(library["g"], [x])[1]


def overflows() -> list[tuple[Value, float]]:
    """Values whose slope at an overflowed argument is 0, though the derivative is not."""
    x = variable("x")
    return [
        ((1 + x.exp()).log(), 800.0), (((1 + x.exp()).log() / 900).tanh(), 750.0),
        (x / (1 + x * x).sqrt() + x, 1e170), ((x**3 * 1e300).log(), 1e10),
        (x.sinh().log(), 900.0), (1 / (1 + x.exp()).log(), 720.0),
        ((1 + x.exp()).log().asinh(), 800.0), ((x * x).cbrt() + x, 1e200), (x.exp().atan(), 1000.0),
        (1 / (1 + x.exp()), 1000.0),
    ]  # fmt: skip


@pytest.mark.parametrize("k", range(len(overflows())))
def test_overflow_is_no_gradient_of_0(k: int, tmp_path) -> None:
    """Where a value has overflowed on the way, the gradient is nan in every dialect, never 0."""
    root, x = overflows()[k]
    assert math.isnan(engine(root, {"x": x})[1])
    for backend in ("python", "numpy", "llvm"):
        compiled = compile(root, backend=backend)
        assert math.isnan(compiled.gradient(x=x)["x"]), backend
        assert all(np.isnan(compiled.batch({"x": [x, x]})[1]["x"])), backend
    assert math.isnan(python(gradient_code(root, "python"))(x)[1][0])
    if GCC:
        library = c_library({"g": gradient_code(root, "c")}, tmp_path)
        assert math.isnan(c_call(library["g"], [x])[1])
    eager = evaluated(root, {"x": x})
    eager.backward()
    assert math.isnan(next(v for v in order((eager,)) if v.label == "x").grad)


def test_sharing() -> None:
    """Equal subexpressions are one line, constants are folded and unused lines are gone."""
    x, y = variable("x"), variable("y")
    source = expression_code((x * y).sin() + (y * x).sin() * apply("pi").sqrt(), "c")
    source = source.partition("{")[2]
    assert 1 == source.count("x*y") and 0 == source.count("y*x")
    assert repr(math.sqrt(math.pi)) in source
    assert "tanh(x);" not in gradient_code(x.tanh() * 0 + y, "c")
    assert "if" not in gradient_code(x * y + 2 * x, "python")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_names(dialect: str) -> None:
    """Names that mean something in the dialect are changed, and stay different."""
    names = ["lambda", "double", "np", "math", "x_1", "t1", "α", "def", "def_", "x y", "1", "_sech"]
    found = identifiers(names, DIALECTS[dialect])
    assert len(names) == len(set(found.values()))
    assert all(safe.isidentifier() for safe in found.values())
    assert not set(found.values()) & DIALECTS[dialect].reserved
    assert "x_1" == found["x_1"]


HOSTILE = ['"""\nimport os\n"""', "x;import os", "*/ int y; /*", "x)\n    raise SystemExit", "\\"]


@pytest.mark.parametrize("name", [*HOSTILE, "lambda", "t1", "float", "_floats", "α", "point"])
def test_hostile_names(name: str, tmp_path) -> None:
    """Nothing of a variable's name gets into code but letters, digits and underscores."""
    x = variable(name)
    root = (x * x).sin() * (x * x).cos()
    expected = engine(root, {name: 0.7})
    compiled = compile(root)
    assert expected == [compiled.value({name: 0.7}), compiled.gradient({name: 0.7})[name]]
    for dialect in ("python", "numpy"):
        value, (partial,) = python(gradient_code(root, dialect))(0.7)
        assert expected == pytest.approx([float(value), float(partial)], rel=1e-15)
    if GCC:
        library = c_library({"g": gradient_code(root, "c")}, tmp_path)
        assert expected == pytest.approx(c_call(library["g"], [0.7]), rel=1e-15)


def test_long_chain() -> None:
    """A chain of 5,000 operations is straight-line code without nesting."""
    x = y = variable("x")
    for _ in range(2500):
        y = (y * x).sin()
    value, partials = compile(y, backend="python")(1.5)
    assert engine(y, {"x": 1.5}) == [value, *partials]
    assert max(map(len, gradient_code(y, "c").splitlines())) < 120


def test_undefined_times_zero() -> None:
    """A value that does not exist stays nan under a factor 0; a partial that is 0 is dropped."""
    x = variable("x")
    for dialect in ("python", "numpy"):
        run = python(gradient_code(x.log() * 0 + 1, dialect))
        assert math.isnan(run(-1.0)[0])
        assert (1.0, (0.0,)) == run(2.0)


@pytest.mark.usefixtures("table")
def test_new_row() -> None:
    """A row added at run time is written in every dialect, from its forward."""
    added = op("cubed", lambda m, y, x: 3 * m.powi(x, 2), forward=lambda m, x: x * x * x,
               notation="cubed(x)", derivative="3*x^2")  # fmt: skip
    root = apply(added, variable("x"))
    assert (8.0, (12.0,)) == compile(root, backend="python")(2)
    assert (8.0, (12.0,)) == python(gradient_code(root, "numpy"))(2)
    assert "x*x*x" in expression_code(root, "c")


def test_unknown_dialect() -> None:
    """An unknown dialect is refused with the known ones."""
    with pytest.raises(UsageError, match="python, numpy, c"):
        expression_code(variable("x"), "fortran")


def test_shared_graphs() -> None:
    """Fractions, large and infinite literals are written so that they read back."""
    g, x = Graphs(), variable("x")
    for exact in (10**400, 1e308, 2**60, 0.1):
        root = x * exact if exact != 10**400 else g.node(OPS["mul"], (x, g.literal(exact)))
        assert same(engine(root, {"x": 2.0})[0], compile(root, backend="python")(2)[0])


# Where the row's own rule goes by way of subnormal numbers, or an exponent rounds.
CORNERS = [
    ("silu(x)", {"x": -745.0}), ("silu(x)", {"x": -720.5}), ("silu(x)", {"x": -700.25}),
    ("mish(x)", {"x": -745.0}), ("mish(x)", {"x": -712.0}), ("silu(x)*3", {"x": -730.0}),
    ("hypot(x, y)", {"x": 5e-324, "y": 5e-324}), ("hypot(x, y)", {"x": 1e-323, "y": 5e-324}),
    ("hypot(x, y)", {"x": 3e-320, "y": 4e-320}), ("hypot(x, y)", {"x": 1e-310, "y": -2e-310}),
    ("x^y", {"x": 1e-310, "y": 0.0}), ("x^y", {"x": 2.0, "y": 0.0}), ("x^y", {"x": -3.0, "y": 0.0}),
    ("x^y", {"x": -1.0, "y": 2.0**60}), ("x^y", {"x": -1.0, "y": -(2.0**55)}),
    ("x^y", {"x": -1.0000000000000002, "y": 2.0**54}), ("x^y", {"x": -1.0, "y": 2.0**53 + 2}),
    ("x^y", {"x": -0.9999999999999999, "y": 2.0**56}), ("x^y", {"x": -1.0, "y": 2.0**53 - 1}),
    ("2*x^y", {"x": -1.0, "y": 1e18}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "point"), CORNERS, ids=lambda x: str(x))
def test_corners_of_every_backend(text: str, point: dict[str, float]) -> None:
    """Value and slope by x are the truth to a few ulps where a rule would end in subnormals."""
    f = sg.parse(text)
    value = f(point, exact=True)
    slope = sg.parse(text).verify(point, wrt=["x"]).partials["x"].exact
    assert slope is not None
    for backend in ("python", "numpy", "llvm"):
        compiled = compile(f, backend=backend)
        here, there = compiled.value_and_gradient(point), compiled.batch(point)
        for got, expected in ((here[0], value), (here[1]["x"], slope),
                              (float(there[0]), value), (float(there[1]["x"]), slope)):  # fmt: skip
            assert abs(got - expected) <= 8 * math.ulp(expected), (backend, got, expected)


RANGE_ENDS = {  # text, point: the partial by x, as a text of mpmath; a factor of it overflows
    ("x^y", (5e-324, 1e-300)): "Y*X**(Y-1)", ("x^y", (4.24e-312, 4.24e-312)): "Y*X**(Y-1)",
    ("x^y", (1e-310, 1e-5)): "Y*X**(Y-1)", ("x^y", (5e-324, 0.04)): "Y*X**(Y-1)",
    ("Ei(x)*y", (710.0, 1.0)): "exp(X)/X", ("Ei(x)*y", (716.0, 1.0)): "exp(X)/X",
    ("Chi(x)*y", (711.5, 1.0)): "cosh(X)/X", ("log_ndtr(x)*y", (12.5, 1.0)):
        "sqrt(2/pi)*exp(-X*X/2)/erfc(-X/sqrt(2))",
    ("log_ndtr(x)*y", (1.5, 1.0)): "sqrt(2/pi)*exp(-X*X/2)/erfc(-X/sqrt(2))",
    ("log_ndtr(x)*y", (-30.0, 1.0)): "sqrt(2/pi)*exp(-X*X/2)/erfc(-X/sqrt(2))",
}  # fmt: skip


@pytest.mark.parametrize("backend", ["python", "llvm"])
@pytest.mark.parametrize("case", RANGE_ENDS)
def test_slopes_at_the_ends_of_the_range(
    case: tuple[str, tuple[float, float]], backend: str
) -> None:
    """A slope is right to 8 ulps where a factor of it is too large or too small for a float."""
    text, (x, y) = case
    names = {**vars(mpmath), "X": mpmath.mpf(x), "Y": mpmath.mpf(y)}
    with mpmath.workdps(60):
        truth = float(eval(RANGE_ENDS[case], names))
    compiled = compile(sg.parse(text, variables=["x", "y"]), backend=backend)
    many = compiled.batch({"x": [x] * 3, "y": [y] * 3})[1]["x"][0]
    for found in (compiled.gradient(x=x, y=y)["x"], float(many)):
        assert found == truth or abs(found - truth) <= 8 * math.ulp(truth)


@pytest.mark.needs("gcc")
def test_corners_in_c(tmp_path) -> None:
    """C's gelu' below -5 and silu' in subnormal numbers are as good."""
    texts = {name: gradient_code(sg.parse(f"{name}(x)").root, "c") for name in ("gelu", "silu")}
    library = c_library(texts, tmp_path)
    for name, x in (("gelu", -8.0), ("gelu", -20.0), ("gelu", -5.5), ("silu", -745.0)):
        expected = sg.parse(f"{name}(x)").gradient(x=x, exact=True)["x"]
        assert abs(c_call(library[name], [x])[1] - expected) <= 8 * math.ulp(expected), (name, x)


@pytest.mark.needs("gcc")
def test_what_the_command_writes_into_a_file_compiles(tmp_path: Path) -> None:
    """`symgrad diff ... --format c > f.c` is C and nothing else; the verdict goes to stderr."""
    command = [sys.executable, "-m", "symgrad", "diff", "besselj0(x)*w + erf(x)", "--format", "c"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True)
    found = c_call(c_library({"f": printed.stdout}, tmp_path).f, [1.5, -2.0])
    x = mpmath.mpf(1.5)
    expected = [
        -2 * mpmath.besselj(0, x) + mpmath.erf(x),
        2 * mpmath.besselj(1, x) + 2 / mpmath.sqrt(mpmath.pi) * mpmath.exp(-x * x),
        mpmath.besselj(0, x),
    ]
    assert all(abs(a - b) <= 1e-15 * abs(b) * 4 for a, b in zip(found, expected, strict=True))
    assert "verified" in printed.stderr


def test_code_of_value_and_partials_by_name() -> None:
    """`code(..., gradient=...)` gives the partials that were asked for, in that order."""
    f = sg.parse("x^2*y + gamma(y)")
    alone = python(f.code("numpy", gradient=["y", "x"]))
    value, partials = alone(3.0, 2.0)
    psi = float(mpmath.digamma(2))
    assert (19.0, [9 + psi, 12.0]) == (float(value), [float(p) for p in partials])
    with pytest.raises(UsageError, match="z"):
        f.code("c", gradient="z")


@pytest.mark.parametrize("backend", ["python", "numpy", "llvm"])
@pytest.mark.parametrize("name", ["silu", "mish", "softsign", "gelu_tanh", "hardswish", "tanh"])
def test_activations_end_as_the_engine_does(name: str, backend: str) -> None:
    """At infinities every backend has the row's limits, at a point and in a batch."""
    compiled = compile(f"{name}(x)", backend=backend)
    ends = [math.inf, -math.inf]
    expected = [engine(apply(name, variable("x")), {"x": x}) for x in ends]
    value, partials = compiled.batch({"x": np.array(ends)})
    assert expected == [[v, p] for v, p in zip(value, partials["x"])]
    assert expected == [[v, *p] for v, p in map(compiled, ends)]
