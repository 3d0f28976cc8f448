"""A formula as a fast function: machine code, or generated code, for one point and for millions.

- `compile(f)` is a `Compiled`; `compile(f, wrt=["x"], order=2, backend="python")` chooses, and
  `compile([f, g, h])` computes several functions and their Jacobian in one call.
- `compiled(2, 0.5, 1)` by position, `.value`, `.gradient`, `.value_and_gradient`, `.hessian`,
  `.hvp` by name: one point. `.call` is the first without a Python frame around machine code.
- `compiled.batch(points, out=..., threads=...)`: many points; `.total(points)`: their sum.
- `compiled.source()` is the code as text, `.backend` says what runs and why.
- `expression_code`, `gradient_code` are functions as text: Python, NumPy, C.

Compiled Python has the bits of `engine` in floats (up to what over- and underflows on the way);
machine code is within the ulps that README.md lists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from itertools import chain
from operator import index
from typing import Any

from ..deferred import Deferred
from ..doors import door, shown
from ..engine import Tape
from ..errors import Unsupported, UsageError
from ..language import graph_of, uncollected
from ..value import Value, gradient_graphs, on_paper, point, tidy
from ..value import point as points
from . import batches
from .backends import Backend, Copies, LlvmBackend, NumpyBackend, Plan, PythonBackend, formula
from .code import gradient_program, label, value_program
from .dialects import DIALECTS, NUMPY, PYTHON
from .source import written

BACKENDS = ("auto", "llvm", "numpy", "python")
ACCURACIES = ("exact", "fast", "correct")
LARGE_GRAPH = 1000  # nodes; a larger one is compiled without hunts for garbage

symbolic: Any = Deferred("symbolic")
correct_batches: Any = Deferred("compiling.correct_batches")


@door("wrt")
def compile(f: Any, wrt: Iterable[str] | str | None = None, order: int = 1, backend: str = "auto",
            *, accuracy: str = "exact", optimize: bool | None = None,
            variables: Iterable[str] | None = None) -> Compiled:  # fmt: skip
    """A fast function of f's value and derivatives.

    `f` is a text, an Expression, a graph of Values, a SymPy expression, or a list of these.
    `variables` is the order of positional arguments (that of appearance), `wrt` names the variables
    to differentiate by (all), `order` is 1 or 2. `backend` "auto" runs machine code where
    llvmlite is there, else one point in Python and a batch in NumPy where NumPy has every function.
    For machine code, `accuracy` "exact" calls only routines within 1 ulp, "fast" also vector
    routines within 4; "correct" makes every number of a batch the float64 nearest to the truth (a
    point alone is as in "exact"); `optimize` True spends time on better code, False none, None by
    size.
    Raises UsageError for what cannot be compiled, Unsupported for a backend that cannot.
    """
    made = prepared(f, wrt, order, backend, accuracy, optimize, variables)
    made.prepare()  # machine code is made now, not at the first call
    return made


def prepared(f: Any, wrt: Iterable[str] | str | None = None, order: int = 1, backend: str = "auto",
             accuracy: str = "exact", optimize: bool | None = None,
             variables: Iterable[str] | None = None) -> Compiled:  # fmt: skip
    """`compile`, but that machine code is made when it is first needed."""
    if backend not in BACKENDS:
        raise UsageError(f"unknown backend {backend!r}; one of {', '.join(BACKENDS)}")
    if accuracy not in ACCURACIES:
        raise UsageError(f"accuracy is {' or '.join(ACCURACIES)}, got {accuracy!r}")
    if order not in (1, 2):
        raise UsageError(f"order is 1 or 2, got {order!r}")
    many = isinstance(f, list | tuple)
    if many and (not f or order != 1):
        raise UsageError("a list to compile has at least one function, and order 1")
    given = list(f) if many else [f]
    declared = () if variables is None else positions(variables, ())
    roots = tuple(graph(g, declared) for g in given)
    tape = Tape.of(roots, label)
    named = (getattr(g, "variables", None) or (many and Tape.of([root], label).variables) or ()
             for g, root in zip(given, roots))  # fmt: skip
    used = tuple(dict.fromkeys((*chain.from_iterable(named), *tape.variables)))
    names = used if variables is None else positions(variables, used)
    plan = Plan(roots, names, chosen(wrt, names), order, many)
    if order == 1 and {*plan.wrt} >= {*tape.variables}:
        vars(plan)["tape"] = tape  # the same, and laying a graph flat takes a tenth of the time
    return Compiled(plan, backend, {"accuracy": accuracy, "optimize": optimize})


def positions(variables: Any, used: Sequence[str]) -> tuple[str, ...]:
    """The order of positional arguments: every variable once; others may be named, and unused."""
    given = (variables,) if isinstance(variables, str) else tuple(variables)
    for k, name in enumerate(given):
        if not isinstance(name, str) or name in given[:k]:
            raise UsageError(f"variables are different names, got {shown(variables)}")
    missing = [name for name in used if name not in given]
    if missing:
        raise UsageError(f"variables leaves out {point.listed(missing)}")
    return given


def graph(f: Any, declared: Sequence[str] = ()) -> Value:
    """What is compiled, as a graph."""
    if isinstance(f, str):
        return graph_of(f, variables=declared).root
    root = f if isinstance(f, Value) else getattr(f, "root", None)
    if isinstance(root, Value):
        return root
    if any(base.__module__ == "sympy.core.basic" for base in type(f).__mro__):
        found: Value = symbolic.graph(f)
        return found
    raise UsageError(f"compile takes a text, an Expression, a Value, a SymPy expression or a list, "
                     f"got {type(f).__name__}")  # fmt: skip


def expression_code(root: Value, dialect: str, variables: Sequence[str] | None = None) -> str:
    """The text of a function f that computes the value, in "python", "numpy" or "c"."""
    if not isinstance(dialect, str) or dialect not in DIALECTS:
        raise UsageError(f"unknown dialect {dialect!r}; one of {', '.join(DIALECTS)}")
    program = value_program(root, DIALECTS[dialect], variables)
    return written(program, DIALECTS[dialect], "f", formula(root), [0])


def gradient_code(
    root: Value, dialect: str, variables: Sequence[str] | None = None,
    wrt: Sequence[str] | None = None, name: str = "value_and_gradient",
) -> str:  # fmt: skip
    """The same with the partials by `wrt` (all); in C `double value_and_gradient(point, grad)`."""
    if not isinstance(dialect, str) or dialect not in DIALECTS:
        raise UsageError(f"unknown dialect {dialect!r}; one of {', '.join(DIALECTS)}")
    program = gradient_program(root, DIALECTS[dialect], variables, wrt)
    layout = [0, list(range(1, len(program.outputs)))]
    return written(program, DIALECTS[dialect], name, formula(root), layout)


def chosen(wrt: Iterable[str] | str | None, variables: Sequence[str]) -> tuple[str, ...]:
    """The variables to differentiate by, checked."""
    if wrt is None:
        return tuple(variables)
    try:
        one = isinstance(wrt, str) or hasattr(wrt, "name")
        given: tuple[Any, ...] = (wrt,) if one else tuple(wrt)
        names = tuple(getattr(name, "name", name) for name in given)  # SymPy's symbols have one
    except TypeError:
        raise UsageError(f"wrt is a name or several, got {wrt!r:.60}") from None
    for k, name in enumerate(names):
        point.known(name, variables)
        if name in names[:k]:
            raise UsageError(f"wrt has {name} twice")
    return names


Point = Mapping[str, float] | None


class Compiled:
    """A compiled function with its derivatives; made by `compile`.

    `call(*x)` takes floats in the order of `variables` and returns `(value, (partial, ...))`; order
    2 adds the Hessian's rows; for a list of functions it is `(values, Jacobian's rows)`.
    """

    def __init__(self, plan: Plan, backend: str, options: Mapping[str, Any]) -> None:
        self._made_of = (plan, backend, options)
        self.plan, self.variables, self.wrt, self.order = plan, plan.variables, plan.wrt, plan.order
        with uncollected(len(plan.tape) > LARGE_GRAPH):
            self._one, self._many, self.backend = runners(plan, backend, options)
        self.correct = options.get("accuracy") == "correct"  # batches only

    @cached_property
    def call(self) -> Callable[..., Any]:
        """What runs one point: for machine code a built-in function of Python."""
        return self._one.call

    def prepare(self) -> None:
        """Make the code now, not at the first call."""
        with uncollected(len(self.plan.tape) > LARGE_GRAPH):
            self.call  # noqa: B018  # asking for it makes it

    def __reduce__(self) -> tuple[Any, ...]:
        return Compiled, self._made_of

    def __repr__(self) -> str:
        return f"<compiled {self.plan.formula}: {self.backend}>"

    # one point

    def __call__(self, *x: float, **values: float) -> Any:
        """`(value, (partial, ...))`; order 2 adds the Hessian's rows.

        The arguments by position, in the order of `.variables`, or by name.
        """
        if values:
            given, names = len(x) + len(values), self.variables
            if given > len(names):
                raise UsageError(f"expected {len(names)} values ({', '.join(names)}), got {given}")
            x = (*self._ordered(dict(zip(names, x)), values),)
        return self.call(*x)

    def value_and_gradient(self, point: Point = None, /, **values: float) -> tuple[Any, Any]:
        """The value and `{name: partial}`; for a list of functions a tuple of each."""
        found, partials, *_ = self.call(*self._ordered(point, values))
        if self.plan.many:
            return found, tuple(dict(zip(self.wrt, row)) for row in partials)
        return found, dict(zip(self.wrt, partials))

    def value(self, point: Point = None, /, **values: float) -> Any:
        """The value alone; for a list of functions a tuple."""
        return self._values.call(*self._ordered(point, values))[0]

    def gradient(self, point: Point = None, /, **values: float) -> Any:
        """`{name: partial}`; for a list of functions a tuple of these: the Jacobian's rows."""
        return self.value_and_gradient(point, **values)[1]

    jacobian = gradient

    def hessian(self, point: Point = None, /, **values: float) -> dict[str, dict[str, float]]:
        """`{name: {name: second partial}}`."""
        rows = self._second.call(*self._ordered(point, values))[2]
        return {a: dict(zip(self.wrt, row)) for a, row in zip(self.wrt, rows)}

    def hvp(
        self, point: Mapping[str, float], direction: Mapping[str, float] | None = None
    ) -> dict[str, float]:
        """The Hessian times a direction, `{name: component}`, at the cost of a few gradients.

        The gradient of (gradient . direction); a name that the direction leaves out counts as 0.
        """
        if not isinstance(direction, Mapping):
            raise UsageError(
                "hvp takes a point and a direction, two mappings of names; "
                f"the direction is {direction!r:.60}"
            )
        for name in direction:
            points.known(name, self.wrt, self.plan.formula)
        x = self._ordered(point, {})
        found = self._along.call(*x, *(direction.get(name, 0.0) for name in self.wrt))
        return dict(zip(self.wrt, found[1]))

    def _ordered(self, point: Point, values: Mapping[str, float]) -> list[Any]:
        """The values by position."""
        given = {**points.mapping(point, self.variables), **values}
        if len(given) == len(self.variables):
            with suppress(KeyError):  # which is named below
                return [given[name] for name in self.variables]
        if set(given) >= set(self.variables):  # so that one is unknown
            for name in given:
                points.known(name, self.variables, self.plan.formula)
        named = points.named(given, {}, self.variables, self.plan.formula)
        return [named[name] for name in self.variables]

    @cached_property
    def _frozen(self) -> tuple[Value, ...]:
        """The functions as they were compiled: numbers in the caller's graph may change since."""
        tape = self.plan.tape
        values = on_paper(tape, Copies())
        return tuple(values[i] for i in tape.roots[: len(self.plan.roots)])

    @cached_property
    def _values(self) -> Compiled:
        """The values without derivatives, made when first asked for."""
        plan = Plan(self._frozen, self.variables, (), many=self.plan.many)
        return Compiled(plan, *self._made_of[1:])

    @cached_property
    def _second(self) -> Compiled:
        """Code of order 2: this, or made when first asked for."""
        if self.order == 2:
            return self
        if self.plan.many:
            raise UsageError("a Hessian needs one function; this is a list")
        return Compiled(replace(self.plan, roots=self._frozen, order=2), *self._made_of[1:])

    @cached_property
    def _along(self) -> Compiled:
        """The derivative along a direction, whose gradient is the Hessian times it."""
        if self.plan.many:
            raise UsageError("hvp needs one function; this is a list")
        root, names = along(self._frozen[0], self.variables, self.wrt)
        plan = Plan((root,), (*self.variables, *names), self.wrt, derived=True)
        return Compiled(plan, *self._made_of[1:])

    # many points

    def batch(self, points: Any, out: Any = None, threads: int = 1) -> tuple[Any, Any]:
        """Values and partials at many points.

        A mapping of arrays (or numbers) gives `(values, {name: partials})`; a two-dimensional
        array, a column per variable, gives `(values, array with a column per partial)`; a list of
        functions gives a tuple of each, order 2 adds `{name: {name: ...}}` or an array (n, k, k).
        `out` is such a result, of float64, to be written to. Raises UsageError for shapes that do
        not go together and for an `out` that overlaps with an input.
        """
        given = batches.points(points, self.variables, self._ordered)
        results = batches.results(self.plan, given, out)
        if out is not None:
            batches.apart(given.columns, results.rows)
        if results.rows:
            self._run(given.columns, results.rows, threads)
            if self.correct:
                correct_batches.corrected(self.plan, given.columns, results.rows)
        return results.shown

    def _run(self, columns: Sequence[Any], rows: Sequence[Any], threads: int) -> None:
        """All points, in `threads` pieces at the same time."""
        try:
            count = index(threads)
        except TypeError:
            count = 0
        if count < 1:
            raise UsageError(f"threads is a whole number of at least 1, got {threads!r}")
        pieces = batches.pieces(len(rows[0]), count)
        if len(pieces) < 2:
            self._many.run(columns, rows)
            return
        with ThreadPoolExecutor(len(pieces)) as pool:
            for _ in pool.map(
                lambda piece: self._many.run([c[piece] for c in columns], [r[piece] for r in rows]),
                pieces,
            ):
                pass  # an error of a piece is raised here

    def total(self, points: Mapping[str, Any]) -> tuple[float, dict[str, float]]:
        """Value and gradient summed over the points: `(sum, {name: sum of partials})`.

        A number in `points` is the same at all points: a parameter of a model, say, whose summed
        partial is the gradient of the summed value.
        """
        x = dict(zip(self.variables, self._ordered(points, {})))
        fixed = [name for name, a in x.items() if not batches.numbers(a).shape]
        columns = [a for name, a in x.items() if name not in fixed]
        value, partials = self.summed(fixed)([x[name] for name in fixed], columns)
        return value, dict(zip(self.wrt, partials.tolist()))

    @door()
    def summed(self, fixed: Sequence[str]) -> Callable[..., tuple[float, Any]]:
        """`total` for many calls: a function (x, columns) that gives `(sum, array of partials)`.

        x are numbers for the variables in `fixed`, which are the same at all points, columns are
        arrays for all other variables, in their order. The partials are by `wrt`, in its order.
        """
        if self.plan.many or self.order != 1:
            raise UsageError("a sum needs one function, compiled with order=1")
        run = batches.summed(self._many, self.plan, fixed)

        def total(x: Sequence[float], columns: Sequence[Any]) -> tuple[float, Any]:
            found = run(x, columns)
            return float(found[0]), found[1:]

        return total

    # code

    def source(self, dialect: str | None = None) -> str:
        """The code as text: what runs, or "python" or "numpy", which stand alone."""
        if dialect is None:
            return self._one.source()
        if dialect not in ("python", "numpy"):
            raise UsageError(f"source is in python or numpy, not {dialect!r}")
        return self.plan.text(NUMPY if dialect == "numpy" else PYTHON)


def runners(plan: Plan, backend: str, options: Mapping[str, Any]) -> tuple[Backend, Backend, str]:
    """What runs one point, what runs many, and a word about it."""
    if options.get("accuracy") == "correct":
        options = {**options, "accuracy": "exact"}
    if backend == "python":
        one: Backend = PythonBackend(plan)
        return one, one, "python"
    if backend == "numpy":
        one = NumpyBackend(plan)
        return one, one, "numpy"
    if missing := LlvmBackend.missing():
        if backend == "llvm":
            raise Unsupported(missing, hint="backend='auto' runs without it")
        one = PythonBackend(plan)
        try:
            return one, NumpyBackend(plan), f"python, batches in numpy ({missing})"
        except Unsupported as error:
            return one, one, f"python ({missing}; {error.message})"
    one = LlvmBackend(plan, **options)
    return one, one, "llvm"


def along(root: Value, variables: Sequence[str], wrt: Sequence[str]) -> tuple[Value, list[str]]:
    """gradient . direction as a graph, and the names of the direction's components."""
    graphs, names = Copies(), list[str]()
    for name in wrt:
        fresh = f"d{name}"
        while fresh in variables or fresh in names:
            fresh += "_"
        names.append(fresh)
    tape = Tape.of([root], label, wrt)
    slopes = gradient_graphs(tape, wrt, graphs)[1:]
    terms = [graphs.mul(slope, graphs.variable(d)) for x, d, slope in zip(wrt, names, slopes)
             if x in tape.variables]  # fmt: skip
    total = graphs.literal(0)
    for term in terms:
        total = graphs.add(total, term)
    return tidy([total], graphs)[0], names
