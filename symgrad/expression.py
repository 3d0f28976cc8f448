"""`Expression`: a formula in the user's hand; joins parsing, engine, verifier and formula.

- `parse(text)` reads a formula, `readings(text)` all that an ambiguous one can mean,
  `from_sympy(expr)` takes SymPy's.
- `f(x=2)` is a value, `f.gradient(x=2)` every partial by backpropagation, `f.hessian(...)` the
  second ones; a mapping works wherever keywords do.
- `f.diff("x")` is the derivative as a readable Expression, `f.verify(x=2)` says how it is known.
- `str(f)`, `f.unicode()`, `f.latex()`, `f.mathml()`, `f.code("python")`, `f.sympy()` write it down.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING, Any

from . import language, notation
from .arithmetic.floats import FLOATS
from .deferred import Deferred
from .engine import Tape, applied, first_undefined, forward, gradient, order
from .errors import LimitReached, OutOfDomain, Undecided, UsageError, nearest
from .limits import Limits, bounded
from .ops import OPS
from .value import Value, as_float, gradient_graphs, same, tidy

if TYPE_CHECKING:
    from . import formula, symbolic, verification
    from .compiling import compiler
    from .verification import Verification
    from .verification import exact_gradient as rounded
else:  # each costs 50 ms or more, and a value in floats needs none of them
    compiler, rounded = Deferred("compiling.compiler"), Deferred("verification.exact_gradient")
    formula = Deferred("formula")
    symbolic, verification = Deferred("symbolic"), Deferred("verification")

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

    def __call__(self, point: Point | None = None, /, *, exact: bool = False, **at: float) -> float:
        """The value at a point, every variable given. Raises OutOfDomain where there is none.

        `exact=True` gives the correctly rounded float64 of the true value.
        """
        at = self.point(point, at, finite=exact)
        if exact:
            return rounded.exact_value(self.tape, at, self.limits)
        values = forward(self.tape, FLOATS, at)
        self._defined(values)
        return float(values[self.tape.roots[0]])

    def gradient(
        self, point: Point | None = None, /, *, exact: bool = False, **at: float
    ) -> dict[str, float]:
        """Every partial at a point, by backpropagation in float64.

        `exact=True` gives the correctly rounded float64 of each true partial; it raises OutOfDomain
        where no finite derivative exists, and Undecided where `limits.bits` do not suffice.
        """
        at = self.point(point, at, finite=exact)
        if exact:
            found = rounded.exact_gradient(self.tape, at, self.limits)
        else:
            values = forward(self.tape, FLOATS, at)
            self._defined(values)
            found = gradient(self.tape, FLOATS, values)
        return {name: float(found[name]) for name in self.variables}

    def hessian(self, point: Point | None = None, /, **at: float) -> dict[str, dict[str, float]]:
        """The second partials at a point: hessian["x"]["y"] is d2f/dx dy."""
        at = self.point(point, at)
        self._defined(forward(self.tape, FLOATS, at))
        return {name: self._second(name, at) for name in self.variables}

    def _second(self, name: str, at: Point) -> dict[str, float]:
        tape = self.backpropagated(name).tape
        found = gradient(tape, FLOATS, forward(tape, FLOATS, at))
        return {other: float(found.get(other, 0.0)) for other in self.variables}

    def point(
        self, given: Point | None, at: Point, *, all_bound: bool = True, finite: bool = False
    ) -> dict[str, float]:
        """The point as floats. Raises UsageError for an unknown name, a missing or a bad value.

        Floats go through inf and nan as IEEE 754 says; what is held against the truth asks for a
        `finite` point, since f has none elsewhere.
        """
        joined = {**(given or {}), **at}
        for name in joined:
            if name not in self.variables:
                close = nearest(name, self.variables)
                raise UsageError(
                    f"{name} is not a variable of {self}",
                    hint=f"did you mean {close}?" if close else f"it has {_listed(self.variables)}",
                )
        missing = [name for name in self.variables if name not in joined]
        if missing and all_bound:
            raise UsageError(
                f"{_listed(missing)} {'has' if len(missing) == 1 else 'have'} no value"
            )
        found = {name: _number(name, x) for name, x in joined.items()}
        for name, x in found.items():
            if finite and not math.isfinite(x):
                raise UsageError(f"{name} needs a finite number, got {x}")
        return found

    def known(self, names: Iterable[str]) -> None:
        """Raise UsageError for a name that is no variable; a constant takes any."""
        if self.variables:
            self.point(dict.fromkeys(names, 0.0), {}, all_bound=False)

    def _defined(self, values: Sequence[float]) -> None:
        """Raise OutOfDomain if the result depends on a node outside its domain."""
        found = first_undefined(self.tape, FLOATS, values)
        if found and found.sure:
            i = found.node
            op, x = self.tape.ops[i], [values[j] for j in self.tape.args[i]]
            place = self.place(i)
            culprit = "" if place and self.text else f": {notation.text(self._nodes[i])}"
            raise OutOfDomain(
                f"{applied(op, x)} has no value{culprit}",  # type: ignore[arg-type]
                text=self.text, position=place,
            )  # fmt: skip

    def place(self, i: int) -> tuple[int, int] | None:
        """Where in the text node i of the tape stands, if that is known."""
        if not self._places:
            return None
        return self._places.get(self._nodes[i])

    @cached_property
    def _nodes(self) -> list[Value]:
        return order([self.root])

    # --- derivatives --------------------------------------------------------------------------

    def diff(self, name: str | None = None, order: int = 1) -> Expression:
        """The derivative by a variable as a readable, verified formula.

        `name` may be left out where there is one variable. Raises UsageError for an unknown one,
        and for an order that is no whole number from 1 on.
        """
        _counted(order)
        name = self.only_variable() if name is None else name
        self.known([name])
        try:
            found = bounded(
                self.limits, formula.derivative, self.root, name, order, self.limits,
                world=tuple(OPS.values()),
            )  # fmt: skip
        except (LimitReached, Undecided) as stopped:
            root = self.root
            for _ in range(order):
                root = formula.backpropagated(root, name)
            return self._like(root, (f"as backpropagation has it: {stopped.message}",))
        derivative = self._like(found.root, found.notes)
        if found.fragile:
            derivative.fragile = found.fragile
            derivative._computed = self.backpropagated(*[name] * order).root
        return derivative

    def backpropagated(self, *names: str) -> Expression:
        """The derivative by these variables in turn, as backpropagation's own graph."""
        root = self.root
        for name in names:
            _, slope = gradient_graphs(Tape.of([root], wrt=[name]), [name])
            root = tidy([slope])[0]
        return self._like(root)

    def _like(self, root: Value, notes: Sequence[str] = ()) -> Expression:
        used = set(Tape.of([root]).variables)
        order = [name for name in self.variables if name in used]
        return Expression(root, variables=order, notes=notes, limits=self.limits)

    def only_variable(self) -> str:
        """The variable, where there is one. Raises UsageError elsewhere."""
        if len(self.variables) != 1:
            have = f"it has {_listed(self.variables)}" if self.variables else "it has none"
            raise UsageError(f"which variable? {have}")
        return self.variables[0]

    def at(self, point: Point | None = None, /, **at: float) -> Expression:
        """The formula with values put in; the other variables stay free."""
        bound = self.point(point, at, all_bound=False, finite=True)
        root = formula.substituted(self.root, bound)
        return self._like(root)

    def verify(
        self, point: Point | None = None, /, *, wrt: Iterable[str] | None = None, order: int = 1,
        **at: float,
    ) -> Verification:  # fmt: skip
        """Hold every partial against SymPy's; free variables are sampled inside the domain.

        With `order` 2 the Hessian is verified: by one variable under its name, by several under
        "x,y" and so on; with n every mixed partial of that order ("x,x,y"), from order 3 on against
        Arb's power series. Raises UsageError for an order that is no whole number from 1 on.
        """
        _counted(order)
        bound = self.point(point, at, all_bound=False, finite=True)
        names = tuple(wrt) if wrt is not None else self.variables
        self.known(names)
        if order == 1 or not names:
            return verification.verification(self.root, bound, names, limits=self.limits)
        again = combinations_with_replacement(names, order - 1)
        rows = {",".join(above): self._verified_again(above, bound, names) for above in again}
        return next(iter(rows.values())) if len(names) == 1 else verification.joined(rows)

    def _verified_again(
        self, above: Sequence[str], bound: Point, names: tuple[str, ...]
    ) -> Verification:
        """The gradient of what was already differentiated by `above`; from order 3 on once each."""
        root = self.backpropagated(*above).root
        later = names if len(above) == 1 else names[names.index(above[-1]) :]
        return verification.verification(
            root, bound, later, limits=self.limits, above=above, meaning=self.root
        )

    # --- writing ------------------------------------------------------------------------------

    def __str__(self) -> str:
        """Text that parses back to this expression."""
        return notation.text(self.root)

    def __repr__(self) -> str:
        return f"Expression({str(self)!r})"

    def unicode(self) -> str:
        return notation.unicode(self.root)

    def latex(self) -> str:
        return notation.latex(self.root)

    def mathml(self) -> str:
        return notation.mathml(self.root)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"

    def code(self, dialect: str = "python") -> str:
        """A function that computes the value: "python", "numpy" or "c".

        Of a derivative whose readable form loses digits in floats (a note says where), the code
        computes backpropagation's own form, which keeps them.
        """
        return compiler.expression_code(self._computed or self.root, dialect, self.variables)

    def sympy(self) -> Any:
        """The same as a SymPy expression, its variables real."""
        return symbolic.meaning(self.root)

    def __eq__(self, other: object) -> bool:
        """Equal as graphs: the same formula, typed the same way."""
        return same(self.root, other.root) if isinstance(other, Expression) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.variables, len(self.tape)))

    def __reduce__(self) -> tuple:
        kept = (self.root, self.text, self.variables, self.notes, self.limits)
        return _restored, kept, {"fragile": self.fragile, "_computed": self._computed}


def _restored(
    root: Value, text: str | None, variables: Any, notes: Any, limits: Limits
) -> Expression:
    return Expression(root, text, variables=variables, notes=notes, limits=limits)


def _number(name: str, x: Any) -> float:
    try:
        return as_float(x)
    except (TypeError, ValueError):
        raise UsageError(f"{name} needs a number, got {x!r}") from None
    except OverflowError:
        raise UsageError(f"{name} is too large for a float64") from None


def _counted(order: Any) -> None:
    """Raise UsageError for what cannot be the order of a derivative; 0 is none, True no number."""
    if not isinstance(order, int) or isinstance(order, bool) or order < 1:
        raise UsageError(f"the order is a whole number from 1 on, got {order!r}")


def _listed(names: Sequence[str]) -> str:
    """x; x and y; x, y and z; or that there is none."""
    if not names:
        return "no variables"
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + f" and {names[-1]}"


def parse(
    text: str, *, variables: Iterable[str] = (), limits: Limits = Limits.library
) -> Expression:
    """Read a formula.

    `variables` declares names of several letters. Raises LanguageError (with the place and a
    suggestion), Ambiguous (with all readings) or LimitReached.
    """
    return _expression(language.graph_of(_text(text), variables=variables, limits=limits), limits)


def readings(
    text: str, *, variables: Iterable[str] = (), limits: Limits = Limits.library
) -> list[Expression]:
    """All that a text can mean, most natural first."""
    found = language.all_readings(_text(text), variables=variables, limits=limits)
    return [_expression(reading, limits) for reading in found]


def _text(text: Any) -> str:
    if not isinstance(text, str):
        raise UsageError(f"a formula is a str, got {type(text).__name__}")
    return text


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


__all__ = ["Expression", "from_sympy", "parse", "readings"]
