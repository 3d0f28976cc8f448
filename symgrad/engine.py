"""Forward and backward over any arithmetic: the engine knows nodes only by `.op` and `.args`.

- `order(roots)` lists the graph's nodes, arguments first; no recursion, linear.
- `Tape.of(roots)` is that order with arguments as numbers: what the sweeps run on.
- `forward(tape, m, point)` are all values; `backward(tape, m, values)` all adjoints of the root;
  `tangents(tape, m, values, moving)` the derivatives of all nodes along a direction.
- `gradient(tape, m, values)` is the gradient by name: what flows into a name's leaves, summed.
- `first_undefined` and `kinks` read the rows' margins: where the result depends on a node outside
  its domain, and which nodes sit on a kink.

These are the only loops that apply rules. Who needs other partials at some nodes, or wants to see
each term, passes a hook.

`m` is an arithmetic (see `Arithmetic`): floats, balls, rounding balls, graphs, code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .ops import OPS, Margin, Op

NAN, MUL, IF = float("nan"), OPS["mul"], OPS["if"]
PERHAPS, SURELY = 1, 2  # how a root depends on a node: below an open condition, and else
Partials = Callable[[int], Sequence[Any] | None]
Join = Callable[[int, Any, Any], Any]


class Arithmetic:
    """Defaults for an arithmetic; one of these is what rules call `m`.

    A function that the arithmetic itself lacks is run from the row's `forward`, so an arithmetic
    names only what it has natively. Numbers carry the operators + - * /. Rules also call
    `select(c, a, b)`, a or b by whether c is 0, which each arithmetic has to say for itself.
    """

    def literal(self, exact: Any) -> Any:
        """The number for an int, Fraction or float, as exactly as this arithmetic can."""
        return exact

    def ratio(self, a: int, b: int) -> Any:
        return self.literal(a) / b

    def forward(self, op: Op, x: Sequence[Any]) -> Any:
        """y = op(*x)."""
        return op.forward(self, *x) if op.forward else getattr(self, op.name)(*x)

    def partials(self, op: Op, y: Any, x: Sequence[Any], wanted: Sequence[bool]) -> list[Any]:
        """dy/dx[i] for every wanted i, None where it is structurally zero."""
        if op.pullback:
            return op.pullback(self, y, x)
        return [
            rule(self, y, *x) if rule and wants else None
            for rule, wants in zip(op.partials, wanted)
        ]

    def pull(self, adjoint: Any, partial: Any) -> Any:
        """What an argument receives; in the numeric arithmetics a zero adjoint stops everything."""
        return adjoint * partial

    def dead(self, adjoint: Any) -> bool:
        """True if nothing flows from this adjoint, so that 0 times infinity never arises."""
        return False

    def overflowed(self, tape: Tape, values: Sequence[Any]) -> Container[int]:
        """The nodes that are infinite because numbers end there: a slope of 0 at one is made up."""
        return ()

    def vanishes(self, slope: Any) -> bool:
        """Whether a slope is 0, or may be for all that is known."""
        return bool(slope == 0)

    def decide(self, kind: str, value: Any) -> bool | None:
        """Whether a margin's value is > 0, >= 0, ...: yes, no or (None) cannot tell."""
        raise TypeError(f"{type(self).__name__} cannot decide a margin")

    def sum(self, *x: Any) -> Any:
        total = x[0]
        for term in x[1:]:
            total = total + term
        return total

    def dot(self, a: Sequence[Any], b: Sequence[Any]) -> Any:
        return self.sum(*(p * q for p, q in zip(a, b)))

    def shares(self, y: Any, x: Sequence[Any]) -> list[Any]:
        """1/n for each of the n arguments that equal y, else 0."""
        hits = [self.eq(a, y) for a in x]
        count = self.sum(*hits)
        return [hit / count for hit in hits]

    def gap(self, which: Callable, x: Sequence[Any]) -> Any:
        """How far the extreme argument is from the next one: 0 at a tie."""
        top, bottom = (self.max, self.min) if which is max else (self.min, self.max)
        first, second = top(x[0], x[1]), bottom(x[0], x[1])
        for a in x[2:]:
            first, second = top(first, a), top(second, bottom(first, a))
        return first - second if which is max else second - first

    def __getattr__(self, name: str) -> Callable:
        op = OPS.get(name)
        if op is None or op.forward is None:
            raise AttributeError(f"{type(self).__name__} has no {name}")
        return lambda *x: self.forward(op, x)


def order(roots: Iterable[Any]) -> list[Any]:
    """Every node that the roots are made of, once, arguments before what uses them."""
    found: list[Any] = []
    seen: set[Any] = set()
    stack = list(roots)[::-1]
    take, put, meet = stack.pop, found.append, seen.add  # looked up once, not at every node
    while stack:
        node = take()
        if node is None:  # the arguments of the node below are done
            put(take())
        elif node not in seen:
            meet(node)
            args = node.args
            if args:
                stack += (node, None)
                stack += args[::-1]
            else:
                put(node)
    return found


@dataclass(frozen=True, slots=True)
class Tape:
    """A graph laid flat: node i is `ops[i]` of the nodes `args[i]`; a leaf has no op.

    `leaves[i]` says what a leaf holds: a str is a variable's name, a number is an exact literal.
    `active[i]` is true where the node depends on a variable of `wrt` (by default any).
    """

    ops: tuple[Op | None, ...]
    args: tuple[tuple[int, ...], ...]
    leaves: tuple[Any, ...]
    active: tuple[bool, ...]
    roots: tuple[int, ...]
    variables: tuple[str, ...]  # in order of appearance

    def __len__(self) -> int:
        return len(self.ops)

    @classmethod
    def of(
        cls, roots: Iterable[Any], label: Callable[[Any], Any] | None = None,
        wrt: Iterable[str] | None = None,
    ) -> Tape:
        """Lay the graph of these roots flat; `label(leaf)` names or values a leaf."""
        roots = list(roots)
        nodes = order(roots)
        index = {node: i for i, node in enumerate(nodes)}
        args = tuple([tuple(map(index.__getitem__, node.args)) for node in nodes])
        ops = tuple([node.op for node in nodes])
        leaves = tuple([None if n.op else (label(n) if label else n.label) for n in nodes])
        chosen = None if wrt is None else set(wrt)
        active: list[bool] = []
        for leaf, near in zip(leaves, args):
            here = isinstance(leaf, str) and (chosen is None or leaf in chosen)
            active.append(True in [active[j] for j in near] if near else here)
        names = dict.fromkeys(leaf for leaf in leaves if isinstance(leaf, str))
        return cls(ops, args, leaves, tuple(active), tuple(index[r] for r in roots), tuple(names))


def forward(tape: Tape, m: Any, point: Mapping[str, Any]) -> list[Any]:
    """The value of every node; `point` holds m's numbers for the variables."""
    values: list[Any] = []
    of, put, run, literal = values.__getitem__, values.append, m.forward, m.literal
    for op, args, leaf in zip(tape.ops, tape.args, tape.leaves):
        if op:
            put(run(op, list(map(of, args))))
        else:
            put(point[leaf] if isinstance(leaf, str) else literal(leaf))
    return values


def backward(
    tape: Tape, m: Any, values: Sequence[Any], seed: Any = 1, root: int = 0, *,
    partials: Partials | None = None, join: Join | None = None,
) -> list[Any]:  # fmt: skip
    """The adjoint of every node (None: structurally zero), for root number `root`.

    `partials(i)` gives the partials of node i where they are not the row's (None: they are);
    `join(j, adjoint, term)` is the adjoint of node j with another term, where it is not their sum
    (the first term comes with None).
    """
    adjoints: list[Any] = [None] * len(tape)
    adjoints[tape.roots[root]] = m.literal(seed) if isinstance(seed, int) else seed
    active, lost = tape.active, m.overflowed(tape, values)
    for i in range(tape.roots[root], -1, -1):
        op, adjoint = tape.ops[i], adjoints[i]
        if op is None or adjoint is None or not active[i] or m.dead(adjoint):
            continue
        args = tape.args[i]
        slopes = partials(i) if partials else None
        if slopes is None:
            x, wanted = list(map(values.__getitem__, args)), list(map(active.__getitem__, args))
            slopes = m.partials(op, values[i], x, wanted)
        for j, slope in zip(args, slopes):
            if slope is not None and active[j]:
                # ln(1 + e^x) at 800 has the slope 1/inf, where the derivative is 1; a constant
                # factor of 0 is a true one, and so is a choice
                limit = lost and j in lost and not op.chooses and m.vanishes(slope)
                made_up = limit and (op is not MUL or all(active[k] for k in args))
                term, before = m.pull(adjoint, NAN if made_up else slope), adjoints[j]
                if join:
                    adjoints[j] = join(j, before, term)
                else:
                    adjoints[j] = term if before is None else before + term
    return adjoints


def gradient(
    tape: Tape, m: Any, values: Sequence[Any], root: int = 0, *, partials: Partials | None = None
) -> dict[str, Any]:
    """The derivative by every variable; 0 where the root does not depend on it."""
    return by_name(tape, m, backward(tape, m, values, root=root, partials=partials))


def by_name(
    tape: Tape, m: Any, adjoints: Sequence[Any], names: Iterable[str] | None = None
) -> dict[str, Any]:
    """The adjoints of the variables: a name may stand at several leaves, and gets their sum."""
    sums: dict[str, Any] = {}
    for leaf, adjoint in zip(tape.leaves, adjoints):
        if isinstance(leaf, str) and adjoint is not None:
            sums[leaf] = sums[leaf] + adjoint if leaf in sums else adjoint
    wanted = tape.variables if names is None else names
    return {name: sums[name] if name in sums else m.literal(0) for name in wanted}


def tangents(
    tape: Tape, m: Any, values: Sequence[Any], moving: Mapping[str, Any],
    rule: Callable[[int, list[Any]], Any] | None = None,
) -> list[Any]:  # fmt: skip
    """The derivative of every node (None: it stands still) as the variables move like `moving`.

    `rule(i, tangents of the arguments)` is used instead of the chain rule at every node.
    """
    flow: list[Any] = []
    for i, (op, args, leaf) in enumerate(zip(tape.ops, tape.args, tape.leaves)):
        near = [flow[j] for j in args]
        if op is None:
            flow.append(moving.get(leaf) if isinstance(leaf, str) else None)
        elif all(t is None for t in near):
            flow.append(None)
        else:
            flow.append(rule(i, near) if rule else chained(tape, m, values, i, near))
    return flow


def chained(tape: Tape, m: Any, values: Sequence[Any], i: int, near: Sequence[Any]) -> Any:
    """The chain rule at one node, forwards; None where every partial is structurally zero."""
    x, wanted = [values[j] for j in tape.args[i]], [t is not None for t in near]
    total = None
    for slope, t in zip(m.partials(tape.ops[i], values[i], x, wanted), near):
        if slope is not None and t is not None:
            term = m.pull(t, slope)
            total = term if total is None else total + term
    return total


@dataclass(frozen=True, slots=True)
class Delicate:
    """A node at which a margin is broken, or met; not `sure` where this arithmetic cannot tell."""

    node: int
    margin: Margin
    sure: bool


def holds(margin: Margin, m: Any, x: Sequence[Any]) -> bool | None:
    """Whether a margin holds at x: yes, no or (None) cannot tell."""
    verdict = m.decide(margin.kind, margin.of(m, *x))
    if verdict is True or margin.unless is None:
        return verdict
    excuse = holds(margin.unless, m, x)
    return excuse if excuse is not False else verdict


def relevant(tape: Tape, m: Any, values: Sequence[Any], root: int = 0) -> Sequence[int]:
    """The nodes that the root depends on at this point: branches not taken are left out."""
    return [i for i, need in enumerate(needed(tape, m, values, root)) if need]


def needed(tape: Tape, m: Any, values: Sequence[Any], root: int = 0) -> bytes | bytearray:
    """Of each node whether the root depends on it: SURELY, PERHAPS, or not (0)."""
    if len(tape.roots) == 1 and IF not in tape.ops:
        return bytes([SURELY]) * len(tape)
    found = bytearray(len(tape))
    found[tape.roots[root]] = SURELY
    for i in range(tape.roots[root], -1, -1):
        op, args, need = tape.ops[i], tape.args[i], found[i]
        if need and op is IF:
            taken = m.decide("!= 0", values[args[0]])
            found[args[0]] = max(found[args[0]], need)
            args = args[1:] if taken is None else (args[1] if taken else args[2],)
            need = PERHAPS if taken is None else need  # either branch may count, or neither alone
        for j in args if need and op else ():
            found[j] = max(found[j], need)
    return found


def first_undefined(tape: Tape, m: Any, values: Sequence[Any], root: int = 0) -> Delicate | None:
    """The innermost node outside its domain that the root depends on; else one that may be so."""
    unknown = None
    for i, need in enumerate(needed(tape, m, values, root)):
        op = tape.ops[i]
        if need and op and op.domain:
            x = [values[j] for j in tape.args[i]]
            for margin in op.domain:
                verdict = holds(margin, m, x)
                if verdict is False and need == SURELY:  # which outweighs a doubt further in
                    return Delicate(i, margin, True)
                if verdict is not True and unknown is None:
                    unknown = Delicate(i, margin, False)
    return unknown


def closed_ends(op: Op, m: Any, x: Sequence[Any]) -> Iterator[Margin]:
    """The margins at whose 0 the domain of a row ends: of sqrt at 0, of 0^b at b = 0."""
    for margin in op.domain:
        if margin.kind == ">= 0":
            yield margin
        excuse = margin.unless
        if excuse and excuse.kind == ">= 0" and m.decide(margin.kind, margin.of(m, *x)) is not True:
            yield excuse


def kinks(tape: Tape, m: Any, values: Sequence[Any], root: int = 0) -> list[Delicate]:
    """The nodes at a kink or at a closed end of their domain, or perhaps so."""
    found = []
    for i, need in enumerate(needed(tape, m, values, root)):
        op = tape.ops[i]
        if need and op and tape.active[i] and (op.kinks or op.domain):
            x = [values[j] for j in tape.args[i]]
            for margin in (*op.kinks, *closed_ends(op, m, x)):
                if margin.unless is not None and holds(margin.unless, m, x):
                    continue
                at = m.decide("= 0", margin.of(m, *x))
                if at is not False:
                    found.append(Delicate(i, margin, at is True and need == SURELY))
                    break  # one is enough to ask for both sides
    return found


def applied(op: Op, x: Sequence[float]) -> str:
    """An operation on numbers, for a message: ln(-1), 0/0."""
    shown = [f"{a:.6g}" for a in x]
    signed = [f"({a})" if a.startswith("-") else a for a in shown]
    if op.infix and len(shown) == 2:
        return op.infix[0].join(signed)
    formula = op.notation.partition(",")[0]  # "x^(c-1), c-1 not rounded" of a row without a name
    letters = dict.fromkeys(re.findall(r"\b[abcx]\b", formula))
    if op.hidden and len(letters) == len(shown):
        return re.sub(r"\b[abcx]\b", lambda m: dict(zip(letters, signed))[m[0]], formula)
    return f"{op.text or op.name}({', '.join(shown)})"
