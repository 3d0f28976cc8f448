"""`Expression`: a formula in the user's hand; joins parsing, engine, verifier and formula.

- `parse(text)` reads a formula, `readings(text)` all that an ambiguous one can mean,
  `from_sympy(expr)` takes SymPy's; `diff(text)` is a derivative in one call.
- `f(x=2)` is a value, `f.gradient(x=2)` every partial by backpropagation, `f.hessian(...)` the
  second ones; a mapping works wherever keywords do.
- `f.diff("x")` is the derivative as a readable Expression, `f.verify(x=2)` says how it is known.
- `str(f)`, `f.unicode()`, `f.latex()`, `f.mathml()`, `f.code("python")`, `f.sympy()` write it down.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import combinations_with_replacement
from numbers import Rational
from typing import TYPE_CHECKING, Any, overload

from . import language, notation
from .arithmetic.floats import FLOATS
from .deferred import Deferred
from .displays import shortened
from .doors import door, shown, whole
from .engine import Tape, applied, first_undefined, forward, gradient, order
from .errors import LanguageError, LimitReached, OutOfDomain, Undecided, Unsupported, UsageError
from .limits import Limits
from .ops import OPS
from .processes import bounded
from .sentences import say
from .value import (
    NO_CASE,
    Graphs,
    Number,
    Value,
    gradient_graphs,
    is_literal,
    is_no_case,
    point,
    power,
    rebuilt,
    same,
    tidy,
)

if TYPE_CHECKING:
    from . import curves, formula, plotting, symbolic, verification
    from .compiling import compiler
    from .verification import Verification
    from .verification import exact_gradient as rounded
else:  # each costs 50 ms or more, and a value in floats needs none of them
    compiler, rounded = Deferred("compiling.compiler"), Deferred("verification.exact_gradient")
    curves, plotting, formula = Deferred("curves"), Deferred("plotting"), Deferred("formula")
    symbolic, verification = Deferred("symbolic"), Deferred("verification")

USUAL_VARIABLES = "xtyzur"  # of a function of several letters, as its reader would guess
HIGHEST_ORDER = 100  # of a derivative
LATEX_TYPESET = 20_000  # characters

Point = Mapping[str, float]


class Expression:
    """A formula as a graph of Values. It does not change; every method returns something new."""

    def __init__(
        self, root: Value, text: str | None = None, *, variables: Sequence[str] | None = None,
        places: Mapping[Value, tuple[int, int]] | None = None, notes: Sequence[str] = (),
        limits: Limits = Limits.library,
    ) -> None:  # fmt: skip
        """`text` is what was typed, `places` where in it each node stands, for error messages."""
        self.root = root
        self.text = text
        self.notes = tuple(notes)
        self.limits = limits
        self._places = places or {}
        self._order = tuple(variables) if variables is not None else None
        self._vanished: tuple[str, ...] = ()  # variables of the function this is the derivative of
        self.fragile = ""  # where floats lose this form, though it is right; also one of the notes
        self._computed: Value | None = None  # then the same in a form that floats keep, for code

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables' names in order of appearance."""
        return self._order if self._order is not None else self.tape.variables

    @cached_property
    def tape(self) -> Tape:
        return Tape.of([self.root])

    # --- numbers ------------------------------------------------------------------------------

    @overload
    def __call__(self, inner: Expression, /) -> Expression: ...

    @overload  # numbers alone give a number
    def __call__(  # type: ignore[overload-overlap]
        self, at: Point | None = None, /, *, exact: bool = ..., **values: float
    ) -> float: ...

    @overload
    def __call__(
        self, at: Mapping[str, Operand] | None = None, /, *, exact: bool = ..., **values: Operand
    ) -> Expression: ...

    def __call__(self, at: Any = None, /, *, exact: bool = False, **values: Any) -> Any:
        """The value at a point, every variable given. Raises OutOfDomain where there is none.

        `exact=True` gives the correctly rounded float64 of the true value. Where an Expression is
        given for a variable it is put in, and the result is an Expression: f(x=parse("t^2")), or
        f(g) where f has one variable; variables that are not named stay free then.
        """
        if isinstance(at, Expression):
            at = {self.only_variable(): at}
        given = {**point.mapping(at, self.variables), **values}
        if any(isinstance(x, Expression) for x in given.values()):
            return self._composed(given)
        here = self.point(given, {}, finite=exact)
        if exact:
            return rounded.exact_value(self.tape, here, self.limits)
        nodes = forward(self.tape, FLOATS, here)
        self._defined(nodes)
        return float(nodes[self.tape.roots[0]])

    def _composed(self, given: Mapping[str, Any]) -> Expression:
        """f with formulas and numbers put in for some variables."""
        self.known(given)
        put = {name: _graph(name, x) for name, x in given.items()}
        root = rebuilt([self.root], Graphs(), put=put)[0]
        inner = [g for g in given.values() if isinstance(g, Expression)]
        names = [v for name in self.variables for v in _names(given.get(name, name))]
        return _joined(root, names, inner[0].limits if inner else self.limits)

    def gradient(
        self, point: Point | None = None, /, *, exact: bool = False,
        wrt: Iterable[str] | str | None = None, **at: float,
    ) -> dict[str, float]:  # fmt: skip
        """Every partial at a point, or those by `wrt`, by backpropagation in float64.

        `exact=True` gives the correctly rounded float64 of each true partial; it raises OutOfDomain
        where no finite derivative exists, and Undecided where that stays open.
        """
        at = self.point(point, at, finite=exact)
        names = self._wanted(wrt)
        tape = self.tape if wrt is None else Tape.of([self.root], wrt=names)
        if exact:
            return rounded.exact_gradient(tape, at, self.limits, names)
        values = forward(tape, FLOATS, at)
        self._defined(values)
        slopes = gradient(tape, FLOATS, values)
        return {name: float(slopes.get(name, 0.0)) for name in names}

    def hessian(
        self, point: Point | None = None, /, *, exact: bool = False, **at: float
    ) -> dict[str, dict[str, float]]:
        """The second partials at a point: hessian["x"]["y"] is d2f/dx dy.

        `exact=True` gives each correctly rounded, and raises what `gradient` raises.
        """
        at = self.point(point, at, finite=exact)
        if exact:
            slopes = {name: self.backpropagated(name).tape for name in self.variables}
            return rounded.exact_hessian(self.tape, slopes, at, self.limits)
        self._defined(forward(self.tape, FLOATS, at))
        return {name: self._second(name, at) for name in self.variables}

    def _second(self, name: str, at: Point) -> dict[str, float]:
        tape = self.backpropagated(name).tape
        found = gradient(tape, FLOATS, forward(tape, FLOATS, at))
        return {other: float(found.get(other, 0.0)) for other in self.variables}

    def point(
        self, given: Any, at: Mapping[str, Any], *, all_bound: bool = True, finite: bool = False
    ) -> dict[str, float]:
        """The point as floats. Raises UsageError for an unknown name, a missing or a bad value."""
        joined = {**point.mapping(given, self.variables), **at}
        for name in self._vanished:
            joined.pop(name, None)
        return point.named(joined, {}, self.variables, self, complete=all_bound, finite=finite)

    def known(self, names: Iterable[str]) -> None:
        """Raise UsageError for a name that is no variable; a constant takes any."""
        for name in names:
            if name not in self._vanished and (self.variables or not isinstance(name, str)):
                point.known(name, self.variables, self)

    def _defined(self, values: Sequence[float]) -> None:
        """Raise OutOfDomain if the result depends on a node outside its domain."""
        found = first_undefined(self.tape, FLOATS, values)
        if found and found.sure:
            i = found.node
            op, x = self.tape.ops[i], [values[j] for j in self.tape.args[i]]
            place = self.place(i)
            culprit = "" if place and self.text else f": {notation.text(self._nodes[i])}"
            at = {leaf: y for leaf, y in zip(self.tape.leaves, values) if isinstance(leaf, str)}
            lost = rounded.lost_in_floats(self.tape, at, i)
            why = ", since floats under- or overflow on the way to it" if lost else ""
            raise OutOfDomain(
                NO_CASE if is_no_case(self.tape, i) else
                f"{applied(op, x)} has no value{why}{culprit}",  # type: ignore[arg-type]
                text=self.text, position=place,
                hint="exact=True computes it" if lost else None,
            )  # fmt: skip

    def place(self, i: int) -> tuple[int, int] | None:
        """Where in the text node i of the tape stands, if that is known."""
        return None if not self._places else self._places.get(self._nodes[i])

    @cached_property
    def _nodes(self) -> list[Value]:
        return order([self.root])

    # --- derivatives --------------------------------------------------------------------------

    def diff(self, name: str | None = None, order: int | str = 1, *more: int | str) -> Expression:
        """The derivative by a variable as a readable, verified formula.

        `f.diff("x")` and `f.diff("x", 2)` are by x, once and twice; `f.diff("x", "y")` and
        `f.diff("x", 2, "y")` are mixed. The name may be left out where there is one variable.
        Raises UsageError for an unknown one, and for an order that is none from 1 to 100.
        """
        steps = in_turn(self.only_variable() if name is None else name, order, *more)
        self.known([by for by, _ in steps])
        found, notes = self, list[str]()
        for by, times in steps:
            notes = [note for note in notes if note != found.fragile]  # of a form that is not shown
            found = found._derived(by, times)
            notes += found.notes
        found.notes = tuple(dict.fromkeys(notes))
        if found.fragile:
            found._computed = self.backpropagated(*(by for by, n in steps for _ in range(n))).root
        return found

    def _derived(self, name: str, order: int) -> Expression:
        try:
            found = bounded(
                self.limits, formula.derivative, self.root, name, order, self.limits,
                world=tuple(OPS.values()),
            )  # fmt: skip
        except (LimitReached, Undecided) as stopped:
            root = self.root
            for _ in range(order):
                root = formula.backpropagated(root, name)
            return self._slope(root, (f"as backpropagation has it: {stopped.message}",))
        derivative = self._slope(found.root, found.notes)
        derivative.fragile = found.fragile
        return derivative

    def backpropagated(self, *names: str) -> Expression:
        """The derivative by these variables in turn, as backpropagation's own graph."""
        root = self.root
        for name in names:
            _, slope = gradient_graphs(Tape.of([root], wrt=[name]), [name])
            root = tidy([slope])[0]
        return self._slope(root)

    def _slope(self, root: Value, notes: Sequence[str] = ()) -> Expression:
        """A derivative, which may be asked where its function was."""
        found = self._like(root, notes)
        gone = (name for name in self.variables if name not in found.variables)
        found._vanished = (*self._vanished, *gone)
        return found

    def _like(self, root: Value, notes: Sequence[str] = ()) -> Expression:
        used = set(Tape.of([root]).variables)
        order = [name for name in self.variables if name in used]
        return Expression(root, variables=order, notes=notes, limits=self.limits)

    def only_variable(self) -> str:
        """The variable, where there is one. Raises UsageError elsewhere."""
        if not self.variables and len(self._vanished) == 1:
            return self._vanished[0]
        if len(self.variables) != 1:
            usual = [n for n in USUAL_VARIABLES if n in self.variables]
            which = (*usual, *self.variables, "")[0]
            raise UsageError(
                say("which variable? {there}", there=point.have(self.variables)),
                hint=f'say so: wrt="{which}"' if which else "",
            )
        return self.variables[0]

    def at(self, point: Point | None = None, /, **at: float) -> Expression:
        """The formula with values put in; the other variables stay free, and 1/3 is 1/3."""
        bound = self.point(point, at, all_bound=False, finite=True)
        given = {**(point or {}), **at}
        put = {name: given[name] if is_exact(given[name]) else x for name, x in bound.items()}
        return self._like(formula.substituted(self.root, put))

    def verify(
        self, point: Point | None = None, /, *, wrt: Iterable[str] | str | None = None,
        order: int = 1, **at: float,
    ) -> Verification:  # fmt: skip
        """Hold every partial against SymPy's; free variables are sampled inside the domain.

        With `order` 2 the Hessian is verified: by one variable under its name, by several under
        "x,y" and so on; with n every mixed partial of that order ("x,x,y"), from order 3 on against
        Arb's power series. Raises UsageError for an order that is no whole number from 1 to 100.
        """
        counted(order)
        bound = self.point(point, at, all_bound=False, finite=True)
        names = self._wanted(wrt)
        if order == 1 or not names:
            return verification.verification(self.root, bound, names, limits=self.limits)
        again = combinations_with_replacement(names, order - 1)
        rows = {",".join(above): self._verified_again(above, bound, names) for above in again}
        return next(iter(rows.values())) if len(names) == 1 else verification.joined(rows)

    def _wanted(self, wrt: Iterable[str] | str | None) -> tuple[str, ...]:
        """The variables asked for: all, one, or several. Raises UsageError for what is none."""
        if wrt is None:
            return self.variables
        if isinstance(wrt, str) or not isinstance(wrt, Iterable):
            wrt = (wrt,)
        names = tuple(wrt)
        self.known(names)
        return names

    def _verified_again(
        self, above: Sequence[str], bound: Point, names: tuple[str, ...]
    ) -> Verification:
        """The gradient of what was already differentiated by `above`; from order 3 on once each."""
        root = self.backpropagated(*above).root
        later = names if len(above) == 1 else names[names.index(above[-1]) :]
        return verification.verification(
            root, bound, later, limits=self.limits, above=above, meaning=self.root
        )

    # --- plots --------------------------------------------------------------------------------

    @door()
    def plot(
        self, at: Point | None = None, *, wrt: str | None = None,
        span: tuple[float, float] = (-6.0, 6.0), axes: Any = None,
    ) -> Any:  # fmt: skip
        """f and f' as matplotlib draws them, or a surface where two variables are free.

        Poles, kinks and gaps in the domain are drawn as such. `at` binds variables; where it binds
        the one along the axis too (by `wrt`, where there are several), the tangent there is drawn.
        `axes` are matplotlib's own, to draw on; returns them. Needs the extra `plot`.
        """
        bound = self.point(at, {}, all_bound=False, finite=True)
        names = self._axes(bound, wrt)
        try:
            start, end = (float(x) for x in span)
        except (TypeError, ValueError):
            raise UsageError(f"span is where a plot starts and ends, as (-6, 6), got {span!r}"
                             ) from None  # fmt: skip
        if axes is not None and not hasattr(axes, "plot"):
            raise UsageError(f"axes are matplotlib's, got {axes!r}")
        stretch = curves.Span(start, end)
        if len(names) == 1:
            others = {name: x for name, x in bound.items() if name != names[0]}
            touched = self._touched(names[0], bound) if names[0] in bound else None
            return plotting.curve(self.root, names[0], others, stretch, axes, touched)
        return plotting.surface(self.root, (names[0], names[1]), bound, (stretch, stretch), axes)

    def _touched(self, name: str, bound: Point) -> tuple[float, float, float | None] | None:
        """A point of the curve with its slope, where there is one; None where no value is."""
        try:
            height = self(bound, exact=True)
        except (OutOfDomain, Undecided):
            return None
        try:
            slope = self.gradient(bound, exact=True)[name]
        except (OutOfDomain, Undecided):
            slope = math.nan
        if not math.isfinite(height):
            return None
        return bound[name], height, slope if math.isfinite(slope) else None

    def _axes(self, bound: Point, wrt: str | None) -> list[str]:
        """The variables along a plot's axes: those that are free, or the one by `wrt`."""
        free = [name for name in self.variables if name not in bound and name != wrt]
        if wrt is not None:
            self.known([wrt])
            names = [wrt]
        elif free or len(self.variables) > 1:
            names, free = free[:2], free[2:]
        else:
            names = [*self.variables] or ["x"]
        if not names or free:
            left = f"bind {', '.join(free)} by at" if free else "say which by wrt"
            raise UsageError("a plot has one or two variables along its axes", hint=left)
        return names

    # --- writing ------------------------------------------------------------------------------

    def __str__(self) -> str:
        """Text that parses back to this expression."""
        return notation.text(self.root)

    def __format__(self, spec: str) -> str:
        """f"{f:>20}" in a table."""
        return format(str(self), spec)

    def __repr__(self) -> str:
        return shortened(f"Expression({str(self)!r})")

    def unicode(self) -> str:
        return notation.unicode(self.root)

    def latex(self) -> str:
        return notation.latex(self.root)

    def mathml(self) -> str:
        return notation.mathml(self.root)

    def _repr_latex_(self) -> str | None:
        """For notebooks; what is too long to be typeset is printed."""
        latex = self.latex()
        return f"$\\displaystyle {latex}$" if len(latex) <= LATEX_TYPESET else None

    def code(self, dialect: str = "python", *, gradient: bool | Iterable[str] | str = False) -> str:
        """The text of a function f that computes the value: "python", "numpy" or "c".

        With `gradient=True`, or the names of variables, of a function `value_and_gradient` that
        gives the partials too, by backpropagation: (value, (partials...)) in Python and NumPy, in C
        `double value_and_gradient(const double point[], double grad[])`. The text stands alone; a
        function that NumPy lacks is SciPy's, and one that Python lacks is symgrad's.

        Of a derivative whose readable form loses digits in floats (a note says where), the code
        computes backpropagation's own form, which keeps them. Raises Unsupported, naming what would
        do, for an operation that the language lacks.
        """
        root = self._computed or self.root
        if gradient is False:
            return compiler.expression_code(root, dialect, self.variables)
        wrt = self._wanted(None if gradient is True else gradient)
        return compiler.gradient_code(root, dialect, self.variables, wrt)

    def sympy(self) -> Any:
        """The same as a SymPy expression, its variables real.

        Raises Unsupported where SymPy refuses it: the smaller of x and what has no value.
        """
        try:
            return symbolic.meaning(self.root)
        except (TypeError, ValueError) as error:
            raise Unsupported(f"SymPy has no expression for it: {error}") from None

    def __eq__(self, other: object) -> bool:
        """Equal as graphs: the same formula, typed the same way."""
        return same(self.root, other.root) if isinstance(other, Expression) else NotImplemented

    def __hash__(self) -> int:
        """Of what equal graphs share, whatever the order of their variables."""
        return hash((frozenset(self.tape.variables), self.tape.ops[self.tape.roots[0]]))

    # --- as an operand ------------------------------------------------------------------------

    def __add__(self, other: Operand) -> Expression:
        return _applied("add", self, other)

    def __sub__(self, other: Operand) -> Expression:
        return _applied("sub", self, other)

    def __mul__(self, other: Operand) -> Expression:
        return _applied("mul", self, other)

    def __truediv__(self, other: Operand) -> Expression:
        return _applied("div", self, other)

    def __pow__(self, other: Operand) -> Expression:
        return _applied("pow", self, other)

    def __radd__(self, other: Operand) -> Expression:
        if type(other) is int and other == 0:  # what sum([f, g]) begins with
            return self
        return _applied("add", other, self)

    def __rsub__(self, other: Operand) -> Expression:
        return _applied("sub", other, self)

    def __rmul__(self, other: Operand) -> Expression:
        return _applied("mul", other, self)

    def __rtruediv__(self, other: Operand) -> Expression:
        return _applied("div", other, self)

    def __rpow__(self, other: Operand) -> Expression:
        return _applied("pow", other, self)

    def __neg__(self) -> Expression:
        return _applied("neg", self)

    def __pos__(self) -> Expression:
        return self

    def __abs__(self) -> Expression:
        return _applied("abs", self)

    def __reduce__(self) -> tuple:
        kept = (self.root, self.text, self.variables, self.notes, self.limits)
        more = {"fragile": self.fragile, "_computed": self._computed, "_vanished": self._vanished}
        return _restored, kept, more


def _restored(
    root: Value, text: str | None, variables: Any, notes: Any, limits: Limits
) -> Expression:
    return Expression(root, text, variables=variables, notes=notes, limits=limits)


Operand = Expression | Number


def _applied(name: str, *x: Any) -> Any:
    """op(*x) on formulas and numbers; NotImplemented for anything else, so that Python asks it."""
    if not all(isinstance(a, (Expression, int, float, Fraction)) for a in x):
        return NotImplemented
    graphs = Graphs()
    args = rebuilt([_graph("an operand", a) for a in x], graphs)
    if name == "pow":
        root = power(*args)
    elif name == "neg" and is_literal(args[0]) and args[0].label == 0:
        root = args[0]
    else:
        root = graphs.node(OPS[name], tuple(args))
    limits = next(a.limits for a in x if isinstance(a, Expression))
    return _joined(root, [v for a in x for v in _names(a)], limits)


def _joined(root: Value, names: Iterable[str], limits: Limits) -> Expression:
    """A formula whose variables come in this order, as far as it has them."""
    used = set(Tape.of([root]).variables)
    order = [name for name in dict.fromkeys(names) if name in used]
    return Expression(root, variables=order, limits=limits)


def _names(x: Any) -> tuple[str, ...]:
    """The variables of what stands in a formula: a formula, a name, or a number."""
    return x.variables if isinstance(x, Expression) else (x,) if isinstance(x, str) else ()


def _graph(name: str, x: Any) -> Value:
    """A formula's graph; a number as one types it: 0.1 is the decimal, and -2 is neg(2)."""
    if isinstance(x, Expression):
        return x.root
    graphs = Graphs()
    exact = x if isinstance(x, (int, Fraction)) else Fraction(repr(_finite(name, x)))
    size: Value = graphs.literal(abs(exact))
    if isinstance(x, Fraction) and x.denominator != 1:
        size = graphs.div(abs(x.numerator), x.denominator)
    return graphs.node(OPS["neg"], (size,)) if exact < 0 else size


def is_exact(x: Any) -> bool:
    """Whether a number is what it shows: a fraction, SymPy's too, or a decimal; no float is."""
    return isinstance(x, (Rational, Decimal))


def _finite(name: str, x: Any) -> float:
    number = point.number(name, x)
    if not math.isfinite(number):
        raise UsageError(f"{name} needs a finite number, got {number}")
    return number


def in_turn(first: str, *more: Any) -> list[tuple[str, int]]:
    """The variables of a derivative with their orders: ("x", 2, "y") is twice by x, once by y."""
    found = [(first, 1)]
    for one in more:
        if isinstance(one, str) and one.isidentifier():
            found.append((one, 1))
        else:
            counted(one)
            found[-1] = found[-1][0], one
    return found


def counted(order: Any) -> None:
    """Raise UsageError for what cannot be the order of a derivative; 0 is none, True no number."""
    if not whole(order) or not 1 <= order <= HIGHEST_ORDER:
        said = f"the order is a whole number from 1 to {HIGHEST_ORDER}, got {shown(order)}"
        raise UsageError(said)


def parse(
    text: str, *, variables: Iterable[str] | str = (), limits: Limits = Limits.library
) -> Expression:
    """Read a formula.

    `variables` declares names of several letters. Raises LanguageError (with the place and a
    suggestion), Ambiguous (with all readings) or LimitReached.
    """
    reading = language.graph_of(
        text_of(text), variables=declared(variables), limits=limits_of(limits)
    )
    return _expression(reading, limits)


def readings(
    text: str, *, variables: Iterable[str] | str = (), limits: Limits = Limits.library
) -> list[Expression]:
    """All that a text can mean, most natural first."""
    found = language.all_readings(
        text_of(text), variables=declared(variables), limits=limits_of(limits)
    )
    return [_expression(reading, limits) for reading in found]


def diff(
    f: str | Expression, wrt: str | None = None, order: int = 1, *,
    variables: Iterable[str] | str = (), limits: Limits = Limits.library,
) -> Expression:  # fmt: skip
    """The derivative of a formula as a readable, verified one: diff("x^2 sin x").

    `wrt` may be left out where there is one variable; `variables` declares names of several
    letters. Raises what parsing raises, and UsageError for an unknown variable or order.
    """
    wrt = declared(wrt)[0] if isinstance(wrt, str) else wrt
    if not isinstance(f, Expression):
        names = declared(variables) + ((wrt,) if isinstance(wrt, str) else ())
        f = parse(f, variables=names, limits=limits)
    return f.diff(wrt, order)


def text_of(text: Any) -> str:
    if not isinstance(text, str):
        raise UsageError(f"a formula is a str, got {type(text).__name__}")
    return text


def declared(variables: Any) -> tuple[str, ...]:
    """Names of variables. Raises UsageError for what holds none; one str is one name."""
    given = (variables,) if isinstance(variables, str) else variables
    if not isinstance(given, Iterable) or not all(isinstance(name, str) for name in given):
        raise UsageError(
            f"variables are names, got {shown(variables)}",
            hint='for example variables=["speed"]',
        )
    try:
        return tuple([language.name_of(name) for name in given])
    except LanguageError as error:
        raise UsageError(error.message, hint=error.hint) from None


def limits_of(limits: Any) -> Limits:
    if not isinstance(limits, Limits):
        raise UsageError(
            f"limits are a Limits, got {shown(limits)}",
            hint="for example Limits.student, or dataclasses.replace(Limits.library, seconds=5)",
        )
    return limits


def _expression(reading: Any, limits: Limits) -> Expression:
    return Expression(
        reading.root, reading.text, variables=reading.variables, places=reading.places,
        notes=reading.notes, limits=limits,
    )  # fmt: skip


def from_sympy(expression: Any) -> Expression:
    """A SymPy expression as ours. Raises Unsupported naming what the table lacks."""
    if not isinstance(expression, symbolic.sympy().Basic):
        raise UsageError(
            f"from_sympy takes a SymPy expression, got {type(expression).__name__}",
            hint="parse reads a text" if isinstance(expression, str) else None,
        )
    return Expression(symbolic.graph(expression))


__all__ = ["Expression", "diff", "from_sympy", "parse", "readings"]
