"""Sums of products in normal form: the small algebra in which formulas are rearranged.

- `Terms()` is an arithmetic; its numbers are `Term`s, equal ones made once (compared by identity).
- `terms.read(root)` is a Value graph as a Term; what was read first keeps its order when written.
- `terms.add`, `terms.multiply`, `terms.power` collect like terms and equal factors, nothing else.

A Term is an atom (a variable or a function of Terms), a product (a number and powers of Terms) or
a sum of products. e^u is a power of the atom exp, so that e^(2x) and e^x share a factor.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal

from ..engine import Arithmetic, order
from ..ops import OPS, Op
from ..value import Value
from .rows_as_terms import ONE, SPECIAL_TERMS, SUMS_AND_PRODUCTS, digits, known_at, number_power

MOST_DIGITS = 400  # of a number raised to a power


class Term:
    """An atom, a product or a sum. `op` is an atom's row, or "variable", "product", "sum"."""

    __slots__ = ("args", "born", "factors", "home", "label", "number", "op", "place")

    def __init__(self, home: Terms, op: Any, args: tuple[Term, ...], label: Any = None) -> None:
        self.home, self.op, self.args, self.label = home, op, args, label
        self.number: Fraction = ONE
        self.factors: tuple[tuple[Term, Fraction], ...] = ((self, ONE),)
        self.place = self.born = len(home.made)

    def __add__(self, other: Any) -> Term:
        return self.home.add(self, self.home.lift(other))

    def __sub__(self, other: Any) -> Term:
        return self.home.add(self, self.home.scaled(-ONE, self.home.lift(other)))

    def __rsub__(self, other: Any) -> Term:
        return self.home.lift(other) - self

    def __mul__(self, other: Any) -> Term:
        return self.home.multiply(self, self.home.lift(other))

    def __truediv__(self, other: Any) -> Term:
        return self.home.multiply(self, self.home.power(self.home.lift(other), -ONE))

    def __rtruediv__(self, other: Any) -> Term:
        return self.home.lift(other) / self

    def __neg__(self) -> Term:
        return self.home.scaled(-ONE, self)

    __radd__, __rmul__ = __add__, __mul__

    @property
    def is_sum(self) -> bool:
        return bool(self.op == "sum")

    @property
    def is_number(self) -> bool:
        return not self.factors

    @property
    def terms(self) -> tuple[Term, ...]:
        """The summands; a Term that is no sum is its own."""
        return self.args if self.op == "sum" else (self,)


Style = tuple[Literal["textbook", "otherwise"], ...]


class Terms(Arithmetic):
    """The arithmetic of Terms; `style` names the fields of a row to use instead of its partials."""

    def __init__(self, digits: int = MOST_DIGITS) -> None:
        """`digits`: a power of a number that has more is left as a power."""
        self.made: dict[Any, Term] = {}
        self.digits = digits
        self.written: dict[Term, Value] = {}  # how the user wrote a Term
        self.style: Style = ()
        self.sorting: Term | None = None  # new sums by falling powers of this variable
        self.zero = self.literal(0)

    # --- making -----------------------------------------------------------------------------------

    def literal(self, exact: Any) -> Term:
        return self.product(Fraction(exact), {})

    def variable(self, name: str) -> Term:
        key = ("variable", name)
        return self.made.get(key) or self._keep(key, Term(self, "variable", (), name))

    def call(self, op: Op | str, *args: Any) -> Term:
        """A function of Terms: what it is known to be, else an atom."""
        op = OPS[op] if isinstance(op, str) else op
        x = tuple(map(self.lift, args))
        if all(a.is_number for a in x):
            known = known_at(self, op, [a.number for a in x])
            if known is not None:
                return self.literal(known)
        better = SPECIAL_TERMS.get(op.name)
        special: Term | None = better(self, *x) if better else None
        return special or self.atom(op, x)

    def atom(self, op: Op, args: tuple[Term, ...]) -> Term:
        key = (op, args)
        return self.made.get(key) or self._keep(key, Term(self, op, args))

    def product(self, number: Fraction, factors: Mapping[Term, Fraction]) -> Term:
        """number * base^exponent * ..., an atom itself where it is nothing else."""
        kept = {b: n for b, n in factors.items() if n} if number else {}
        if number == 1 and len(kept) == 1 and ONE in kept.values():
            return next(iter(kept))
        key = ("product", number, frozenset(kept.items()))
        if key in self.made:
            return self.made[key]
        made = Term(self, "product", ())
        made.number, made.factors = number, tuple(sorted(kept.items(), key=self._rank))
        made.args = tuple(b for b, _ in made.factors)
        return self._keep(key, made)

    def _keep(self, key: Any, made: Term) -> Term:
        if isinstance(key[0], Op) and made.args:  # cos(u) stands where sin(u) stood
            made.place = self.made.setdefault(("place", made.args), made).place
        self.made[key] = made
        return made

    def _rank(self, factor: tuple[Term, Fraction]) -> tuple[int, int, int]:
        """Constants, variables, functions, brackets; each in order of appearance."""
        base = factor[0]
        if base.op == "variable":
            group = 1
        elif base.is_number or not base.args:
            group = 0
        else:
            group = 3 if base.is_sum or base.op == "product" else 2
        return group, base.place, base.born

    # --- arithmetic -------------------------------------------------------------------------------

    def lift(self, x: Any) -> Term:
        return x if isinstance(x, Term) else self.literal(x)

    def scaled(self, c: Fraction, e: Term) -> Term:
        """c*e; a sign is given to every summand, another number stays in front."""
        if e.is_sum:
            return (
                self.add(*(self.scaled(c, t) for t in e.args))
                if c == -1
                else self.product(c, {e: ONE})
            )
        return self.product(c * e.number, dict(e.factors))

    def add(self, *x: Term) -> Term:
        """The sum, like terms collected."""
        counts: dict[Term, Fraction] = {}
        for e in x:
            for t in self._summands(e):
                like = t if t.number == 1 else self.product(ONE, dict(t.factors))
                counts[like] = counts.get(like, Fraction(0)) + t.number
        kept = [self.scaled_once(c, like) for like, c in counts.items() if c]
        if len(kept) < 2:
            return kept[0] if kept else self.zero
        key = ("sum", frozenset(kept))
        if key in self.made:
            return self.made[key]
        opposite = self.made.get(("sum", frozenset(self.scaled_once(-ONE, t) for t in kept)))
        if opposite:  # only one of x - 1 and 1 - x exists, so that they cancel
            return self.product(-ONE, {opposite: ONE})
        if self.sorting is not None:
            kept.sort(key=self._degree)
        return self._keep(key, Term(self, "sum", tuple(kept)))

    def _degree(self, t: Term) -> Any:
        """Falling powers of a polynomial; other terms stay in order; numbers last."""
        if any(b.op != "variable" for b, _ in t.factors):
            return False, Fraction(0)
        power = next((n for b, n in t.factors if b is self.sorting), Fraction(0))
        return t.is_number, -power

    def scaled_once(self, c: Fraction, t: Term) -> Term:
        return t if c == 1 else self.product(c * t.number, dict(t.factors))

    def _summands(self, e: Term) -> Iterable[Term]:
        if e.is_sum:
            return e.args
        inner = e.factors[0][0] if len(e.factors) == 1 and e.factors[0][1] == 1 else None
        if inner is not None and inner.is_sum and abs(e.number) == 1:
            return [self.scaled_once(e.number, t) for t in inner.args]
        return (e,)

    def multiply(self, *x: Term) -> Term:
        """The product, powers of equal bases collected; no bracket is multiplied out."""
        number, powers = ONE, dict[Term, Fraction]()
        for e in x:
            number *= e.number
            for base, n in e.factors:
                powers[base] = powers.get(base, Fraction(0)) + n
        return self._settled(number, powers)

    def _settled(self, number: Fraction, powers: dict[Term, Fraction]) -> Term:
        """The product, bases that came to a whole power taken apart: sqrt(2)^2, sqrt(a*b)^2."""
        apart = []
        for base, n in list(powers.items()):
            if n > 1 and is_step(base):
                powers[base] = ONE
            if base.op == "product" and (n.denominator == 1 or (base.is_number and not 0 < n < 1)):
                taken = self.power(base, n)
                if taken.factors != ((base, n),):  # else a number with too many digits stays
                    del powers[base]
                    apart.append(taken)
        made = self.product(number, powers)
        return self.multiply(made, *apart) if apart else made

    def power(self, e: Term, n: Fraction) -> Term:
        """e^n for a rational n; roots are not taken apart where that could change the domain."""
        if e.is_number:
            number: Term = number_power(self, e.number, n)
            return number
        if n.denominator == 1:
            if e.number != 1 and abs(n) * digits(e.number) > self.digits:
                return self.product(ONE, {e: n})
            return self._settled(e.number**n.numerator, {b: k * n for b, k in e.factors})
        if e.is_sum or e.op != "product":
            return self.product(ONE, {e: n})
        return self._root(e, n)

    def _root(self, e: Term, n: Fraction) -> Term:
        """A product to a fraction: positive numbers and powers of e leave the bracket."""
        free = {b: k * n for b, k in e.factors if is_exp(b)}
        rest = {b: k for b, k in e.factors if not is_exp(b)}
        outside = number_power(self, abs(e.number), n)
        sign = ONE if e.number > 0 else -ONE
        if sign == 1 and len(rest) == 1:
            ((base, k),) = rest.items()
            if k.denominator % 2 == 0 or k == 1:  # base >= 0 wherever this exists
                return self.multiply(outside, self.product(ONE, {**free, base: k * n}))
        inner = self.product(sign, rest)
        return self.multiply(
            outside,
            self.product(ONE, free if inner.is_number and sign == 1 else {**free, inner: n}),
        )

    # --- as an arithmetic -------------------------------------------------------------------------

    def forward(self, op: Op, x: Sequence[Any]) -> Term:
        x = [self.lift(a) for a in x]
        rule = SUMS_AND_PRODUCTS.get(op.name)
        made: Term = rule(self, *x) if rule else self.call(op, *x)
        return made

    def partials(self, op: Op, y: Any, x: Sequence[Any], wanted: Sequence[bool]) -> list[Any]:
        """As everywhere, but in the style that was set for the row."""
        written = next(filter(None, (getattr(op, field) for field in self.style)), None)
        if written is None:
            return Arithmetic.partials(self, op, y, x, wanted)
        if callable(written):
            return list(written(self, y, x))
        return [rule(self, y, *x) if rule and w else None for rule, w in zip(written, wanted)]

    def select(self, c: Any, a: Any, b: Any) -> Term:
        yes, no = self.lift(a), self.lift(b)
        if c.is_number:
            return yes if c.number else no
        return yes if yes is no else self.call("if", c, yes, no)

    def ratio(self, a: int, b: int) -> Term:
        return self.literal(Fraction(a, b))

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in OPS:
            raise AttributeError(f"Terms has no {name}")
        return lambda *x: self.forward(OPS[name], x)

    # --- reading ----------------------------------------------------------------------------------

    def read(
        self, root: Value, users: Container[Value] = (),
        spelled: Mapping[Value, Value] | None = None,
    ) -> Term:  # fmt: skip
        """A Value graph as a Term; the spelling of the `users` nodes is kept for writing.

        `spelled` has other nodes that these are written as.
        """
        spelled = spelled or {}
        new: dict[Value, Term] = {}
        for node in order((root,)):
            if node.op:
                made = self.forward(node.op, [new[a] for a in node.args])
            elif isinstance(node.label, str):
                made = self.variable(node.label)
            else:
                made = self.literal(node.data if node.label is None else node.label)
            new[node] = made
            if node in users and (not made.is_number or node.op is None):
                self.written.setdefault(made, spelled.get(node, node))
        return new[root]


def is_step(e: Term) -> bool:
    """if(..., 1, 0), which is its own square."""
    return isinstance(e.op, Op) and e.op is OPS["if"] and all(
        a.is_number and a.number in (0, 1) for a in e.args[1:])  # fmt: skip


def is_exp(e: Term) -> bool:
    return e.op is OPS["exp"]
