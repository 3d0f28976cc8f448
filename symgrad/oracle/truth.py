"""The truth about a program: Arb balls at the exact bits, and what a correct engine may lose.

- `Truth(program)` runs the program's tape; `.balls(point)` are value and partials at 128 bits.
- `.exact(point)` is an `Exact`: the same as fine as it takes, or why there is none, and its kinks.
- `.allowed(point, exact, format)` are the balls that a correct engine stays inside: at a kink the
  hull over one vertex per kink row.
- `.sizes(point)` are the largest terms that each number is the sum of.
- `choices(reference, truth)` are the vertices of what is acceptable at kinks: one choice of slopes
  for every kink row, in every combination; for max one argument gets the 1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from typing import Any

from flint import arb

from ..arithmetic.balls import BALLS, NEGLIGIBLE, STRICT, exact, precision
from ..arithmetic.rounding import Rounded
from ..engine import Tape, backward, first_undefined, forward, kinks
from ..limits import Limits
from ..ops import OPS
from ..verification.kinks import hull, one_sided, vertices
from ..verification.runs import Problem, agree
from .float_formats import Format
from .programs import OPERATORS, Program, tape

BITS = 128
CANCELS = 1.5  # times the sum is what its terms add up to in size, where some cancel
MOST_BITS = 4096
BITS_SETTLED = 80  # bits of relative accuracy that settle a ball

Number = float | int


@dataclass(frozen=True)
class Exact:
    """Value and partials; `undefined` says why there are none, `kinks` are the rows at one."""

    balls: tuple[arb, ...] = ()
    values: Sequence[arb] = ()
    kinks: tuple[int, ...] = ()
    undefined: str = ""
    ends: bool = False  # some row is at a closed end of its domain


class PathTotals:
    """Terms of one adjoint that are not yet added up."""

    __slots__ = ("terms",)

    def __init__(self, *terms: Rounded) -> None:
        self.terms = list(terms)

    def total(self, m: Any) -> Rounded:
        return m.summed((), self.terms)


class AnyOrder:
    """Rounding balls in which the terms of an adjoint may be added in any order."""

    def __init__(self, m: Any) -> None:
        self.m = m
        self.partials = m.partials

    def literal(self, exact: Any) -> PathTotals:
        return PathTotals(Rounded(self.m, arb(exact)))

    def overflowed(self, tape: Tape, values: Sequence[Any]) -> tuple[int, ...]:
        return ()

    def dead(self, adjoint: PathTotals) -> bool:
        return bool(adjoint.total(self.m).ball.is_zero())

    def pull(self, adjoint: PathTotals, partial: Any) -> Rounded:
        return adjoint.total(self.m) * partial


def piled(_: int, adjoint: PathTotals | None, term: Rounded) -> PathTotals:
    """One more term on the pile."""
    if adjoint is None:
        return PathTotals(term)
    adjoint.terms.append(term)
    return adjoint


@dataclass(frozen=True, slots=True)
class PathSizes:
    """The terms of an adjoint that is sent along every path by itself: sizes, errors, how many."""

    size: float
    error: float = 0.0
    paths: float = 1.0


class AlongPaths:
    """Sizes only, for engines that never add an adjoint up before they pass it on.

    What cancels in a sum of adjoints goes on there as two large terms, and is rounded as such.
    """

    def __init__(self, m: Any, form: Format) -> None:
        self.partials, self.form = m.partials, form

    def literal(self, exact: Any) -> PathSizes:
        return PathSizes(float(exact))

    def overflowed(self, tape: Tape, values: Sequence[Any]) -> tuple[int, ...]:
        return ()

    def dead(self, adjoint: PathSizes) -> bool:
        return adjoint.size == 0

    def pull(self, adjoint: PathSizes, partial: Any) -> PathSizes:
        ball = partial.ball if type(partial) is Rounded else arb(partial)
        slope, off = float(ball.abs_upper()), float(ball.rad())
        size = adjoint.size * slope
        return PathSizes(size, adjoint.error * slope + adjoint.size * off + self.rounding(size),
                         adjoint.paths)  # fmt: skip

    def rounding(self, size: float) -> float:
        """What one operation on numbers of this size may lose."""
        return self.form.loose * self.form.ulp(self.form.nearest(size))


def beside(_: int, adjoint: PathSizes | None, term: PathSizes) -> PathSizes:
    """The terms of two ways to a node."""
    if adjoint is None:
        return term
    return PathSizes(
        adjoint.size + term.size, adjoint.error + term.error, adjoint.paths + term.paths
    )


class Truth:
    """A program ready to be run in balls at many points."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.tape = tape(program)
        first = len(program.variables) + len(program.constants)
        self.first = first
        self.constants = [exact(c) for c in program.constants]
        self.powers = [(args[0], args[1]) for name, *args in program.steps
                       if name == "pow" and self.tape.active[args[1]]]  # fmt: skip
        self.steps = [(_function(name), len(args), *args[:2], args)
                      for name, *args in program.steps]  # fmt: skip
        self.pulls = [
            (i, op, args)
            for i, (op, args) in enumerate(zip(self.tape.ops, self.tape.args))
            if op and self.tape.active[i]
        ]
        # A row without a rule, sign for one, has slope 0 in engines: infinity times it is nan.
        self.flat = {i: [ZERO] for i, op, _ in self.pulls if op.partials == (None,)}

    def values(self, point: Sequence[Number]) -> list[arb]:
        """Every node."""
        nodes = [arb(x) for x in point]
        nodes += self.constants
        append = nodes.append
        for run, count, a, *rest in self.steps:
            if count == 1:
                append(run(nodes[a]))
            elif count == 2:
                append(run(nodes[a], nodes[rest[0]]))
            else:
                append(run(*[nodes[j] for j in rest[-1]]))
        return nodes

    def balls(self, point: Sequence[Number]) -> list[arb]:
        """Value and partials at the precision that is set."""
        values = self.values(point)
        return [values[self.program.root], *self.partials(values)]

    def partials(self, values: Sequence[arb]) -> list[arb]:
        """The adjoints of the variables; one that is 0 is not multiplied with what is infinite."""
        adjoints = backward(self.tape, STRICT, values, partials=self.flat.get)
        return [ZERO if a is None else a for a in adjoints[: len(self.program.variables)]]

    def exact(self, point: Sequence[Number]) -> Exact:
        """The truth, its precision doubled until every number is narrow."""
        bits = BITS
        while True:
            with precision(bits):
                found, settled = self._examined(point)
            if settled or 2 * bits > MOST_BITS:
                return self._one_sided(found, point) if found.ends else found
            bits *= 2

    def _examined(self, point: Sequence[Number]) -> tuple[Exact, bool]:
        values = self.values(point)
        outside = first_undefined(self.tape, BALLS, values)
        if outside:
            name = self.tape.ops[outside.node].name  # type: ignore[union-attr]
            return Exact(undefined=f"{name} has no value here"), outside.sure
        at = kinks(self.tape, BALLS, values)
        bent = tuple(k.node for k in at if k.sure and k.margin.kind != ">= 0")
        sure = all(k.sure for k in at)
        if any(k.margin.kind == "jump" and not self.tape.ops[k.node].infix for k in at):  # type: ignore[union-attr]
            return Exact(undefined="it jumps here"), sure
        balls = (values[self.program.root], *(arb(a) for a in self.partials(values)))
        fine = all(narrow(b) or (at and not b.is_finite()) for b in balls)
        balls = tuple(b if narrow(b) else arb("nan") for b in balls)  # wide: it has no limit here
        if any(op is CLAMP and values[args[1]] == values[args[2]] for _, op, args in self.pulls):
            return Exact(undefined="clamp between equal bounds depends on nothing or on all"), True
        if bent and not all(v.is_finite() for v in values):
            return Exact(undefined="a kink at infinity"), True
        lost = self._powerless(values)
        balls = (balls[0], *(arb("nan") if k in lost else b for k, b in enumerate(balls[1:])))
        ends = any(k.margin.kind == ">= 0" for k in at) or any(
            values[args[0]].is_zero() for _, op, args in self.pulls
            if op.exponent and not op.rational  # there it may jump, or have an infinite slope
        )  # fmt: skip
        return Exact(balls, values, bent, ends=ends), sure and fine

    def _powerless(self, values: Sequence[arb]) -> set[int]:
        """The variables in exponents of negative bases: beside such a point a^b has no value."""
        found = {j for i, j in self.powers if not values[i] >= 0}
        for k in range(max(found, default=0), self.first - 1, -1):
            if k in found:
                found.update(self.program.steps[k - self.first][1:])
        return {k for k in found if k < len(self.program.variables)}

    def stopped(self, values: Sequence[arb], largest: float) -> bool:
        """Whether a zero adjoint meets a slope that is not finite in floats."""
        adjoints = backward(self.tape, STRICT, values)
        for i, (op, args) in enumerate(zip(self.tape.ops, self.tape.args)):
            if op and self.tape.active[i] and (adjoints[i] is None or adjoints[i].is_zero()):
                x, wanted = [values[j] for j in args], [self.tape.active[j] for j in args]
                slopes = BALLS.partials(op, values[i], x, wanted)
                sizes = [abs(arb(p)) for p, w in zip(slopes, wanted) if w and p is not None]
                if any(not s <= largest or not abs(values[i]) <= largest for s in sizes):
                    return True
        return False

    def unbounded(self, values: Sequence[arb]) -> bool:
        """Whether 0 has a power by an exponent that varies: in floats its slope a^b*ln(a) is
        infinite, and times 0 no number."""
        return any(values[i].is_zero() for i, _ in self.powers)

    def overflowed(self, values: Sequence[arb], largest: float) -> bool:
        """Whether a zero adjoint meets a value beyond the largest float, outside of any choice."""
        if IF in self.tape.ops:
            return False
        adjoints = backward(self.tape, STRICT, values)
        return any(
            op is not None and (adjoints[i] is None or adjoints[i].is_zero())
            and not abs(values[i]) <= largest
            for i, op in enumerate(self.tape.ops[: self.program.root])
        )  # fmt: skip

    def _one_sided(self, found: Exact, point: Sequence[Number]) -> Exact:
        """At an end of a domain 0*infinity stands for nothing: partials are looked at beside it.

        One that is not the derivative from inside is not judged.
        """
        names = self.program.variables
        problem = Problem(self.tape, None, names, Limits.library)
        at = {name: arb(x) for name, x in zip(names, point)}
        balls = [found.balls[0]]
        for name, ball in zip(names, found.balls[1:]):
            slopes = one_sided(problem, at, name).slopes if ball.is_finite() else []
            same = slopes and all(isinstance(s, arb) and agree(s, ball) for s in slopes)
            balls.append(ball if same else arb("nan"))
        return replace(found, balls=tuple(balls))

    def allowed(self, point: Sequence[Number], truth: Exact, form: Format) -> list[arb]:
        """What a correct engine in that format may give: value, then partials."""
        return self.acceptable(point, truth, form)[0]

    def acceptable(
        self, point: Sequence[Number], truth: Exact, form: Format
    ) -> tuple[list[arb], list[bool]]:
        """The same, and which of them are sets because of a kink."""
        m = form.allowed
        start = {n: Rounded(m, arb(x)) for n, x in zip(self.program.variables, point)}
        with precision(BITS):
            values = forward(self.tape, m, start)
            found, bent = [values[self.program.root].ball], [False]
            runs = [self._loose(values, form, chosen) for chosen in choices(self, truth)]
            for k in range(len(self.program.variables)):
                hull = runs[0][k]
                for other in runs[1:]:
                    hull = joined(hull, other[k])
                found.append(hull)
                bent.append(hull.rad() > 1.5 * min((r[k].rad() for r in runs), key=float))
        return found, bent

    def _loose(
        self, values: Sequence[Rounded], form: Format, chosen: dict[int, list[Any]]
    ) -> list[arb]:
        """Partials in rounding balls; terms add up in any order, zero adjoints stop.

        Or they go along every path by themselves: the larger of both balls is allowed.
        """
        m, count = form.allowed, len(self.program.variables)
        flat = {i: [Rounded(m, ZERO)] for i in self.flat}
        given = (flat | chosen).get
        piles = backward(self.tape, AnyOrder(m), values, partials=given, join=piled)[:count]
        sizes = backward(self.tape, AlongPaths(m, form), values, partials=given, join=beside)
        balls = [ZERO if pile is None else pile.total(m).ball for pile in piles]
        return [wider(ball, one, form) for ball, one in zip(balls, sizes)]

    def sizes(self, values: Sequence[arb]) -> list[float]:
        """For the value and each partial the largest term that was added into it."""
        root = self.program.root
        op = self.tape.ops[root]
        own = [root, *(self.tape.args[root] if op and op.adds else ())]
        largest = [float(name == root) for name in range(len(self.program.variables))]

        def join(j: int, adjoint: Any, term: arb) -> arb:
            if j < len(largest):
                largest[j] = max(largest[j], abs(float(term)))
            return term if adjoint is None else adjoint + term

        backward(self.tape, STRICT, values, join=join)
        return [max(abs(float(values[j])) for j in own), *largest]


CLAMP, IF, HYPOT = OPS["clamp"], OPS["if"], OPS["hypot"]
ONE, ZERO = arb(1), arb(0)


def _function(name: str) -> Any:
    """What runs a step in balls: Arb's own function, or the row's forward."""
    op = OPS[name]
    if op.rational and name in OPERATORS and op.whole is None:
        return OPERATORS[name]
    if op.forward is None:
        own = getattr(BALLS, name)
        return getattr(own, "__wrapped__", own)
    rule = op.forward
    return lambda *x: rule(BALLS, *x)


def narrow(ball: arb) -> bool:
    return bool(
        ball.is_exact() or ball.rel_accuracy_bits() >= BITS_SETTLED or abs(ball) < NEGLIGIBLE
    )


def wider(ball: arb, paths: PathSizes | None, form: Format) -> arb:
    """The ball, or that of a sum path by path where its terms cancel and it is bounded."""
    if paths is None or not paths.size < form.largest or not ball.is_finite():
        return ball
    if paths.size <= CANCELS * abs(float(ball.mid())):
        return ball
    off = paths.error + paths.paths * form.loose * form.ulp(form.nearest(paths.size))
    return arb(ball.mid(), off) if float(ball.rad()) < off < math.inf else ball


def joined(a: arb, b: arb) -> arb:
    """The hull of two balls; unbounded if one of them is."""
    return a.union(b) if a.is_finite() and b.is_finite() else arb(0, math.inf)


# --- the sides of a kink --------------------------------------------------------------------------

Chosen = dict[int, list[Any]]  # node -> its partials
MOST_ROWS, MOST_VERTICES = 10, 256
ZERO = arb(0)
TIED_IFS: list[list[Any]] = [  # of an `if` whose comparison is a tie
    [None, arb(1), arb(0)],
    [None, arb(0), arb(1)],
]


def choices(reference: Any, truth: Any) -> list[Chosen]:
    """One vertex per kink row, in every combination; above a few rows the rows' own hulls."""
    with precision(256):
        return _choices(reference, truth)


def _choices(reference: Any, truth: Any) -> list[Chosen]:
    flat = reference.tape
    ties = {i for i in truth.kinks if flat.ops[i].infix}
    rows = [(i, _vertices(flat, truth, i)) for i in truth.kinks if i not in ties]
    rows += [(i, TIED_IFS) for i, op, args in reference.pulls if op is IF and args[0] in ties]
    rows = [(i, found) for i, found in rows if found]
    count = math.prod(len(found) for _, found in rows)
    if len(rows) > MOST_ROWS or count > MOST_VERTICES:
        rows = [(i, [hull(found)]) for i, found in rows]
    every = product(*(found for _, found in rows))
    return [dict(zip((i for i, _ in rows), choice)) for choice in islice(every, MOST_VERTICES)]


def _vertices(flat: Tape, truth: Any, i: int) -> list[list[Any]]:
    """The row's partials just beside the kink, from every side of every argument."""
    op, x = flat.ops[i], [truth.values[j] for j in flat.args[i]]
    if op is HYPOT:  # its slopes at 0 fill a disc, which no few vertices span
        return [[ZERO] * len(x), [arb(0, 1)] * len(x)]
    return vertices(op, x) if op else []
