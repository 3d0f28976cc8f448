"""SymPy's column: value and partials of a graph in balls, without any of the engine's rules.

- `Column.of(root, names, limits)` lets SymPy differentiate the meaning of a graph; one too large
  or too deep for SymPy goes in pieces, identical pieces once.
- `column.at(point)` joins the pieces by the chain rule, forwards, in exact balls.
- `column.along(point, direction)` is one directional derivative, for graphs of many variables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flint import arb

from ..engine import order
from ..errors import Undecided
from ..limits import Limits
from ..ops import OPS
from ..processes import bounded
from ..symbolic import by_operations, references
from ..symbolic.in_balls import Reference
from ..symbolic.in_germs import derivative, limit
from ..symbolic.in_series import Taylor, expands
from ..value import Graphs, Value, is_literal

WHOLE, DEEP = 400, 40  # expanded nodes and depth up to which SymPy gets the graph in one piece
PIECE, PIECE_DEEP = 60, 12  # of a piece of a larger graph
MOST_COMPARED = 5  # arguments of a max or min that SymPy gets in one piece
FEW_NAMES = 8  # by which SymPy differentiates again; n factors have n^2 such slopes of n factors
Part = tuple[Value, tuple[Any, ...], int]  # a graph in u0, u1, ..., what these are, its number
NODES_OF_A_CUT = 8  # a node used twice and at least this large is a good place to cut


@dataclass(frozen=True, slots=True)
class Piece:
    """Node `output` as a function of `inputs` (variables' names, or outputs of earlier pieces)."""

    inputs: tuple[Any, ...]
    output: int
    reference: Reference | Taylor  # the value, then the partial by each input
    letters: tuple[str, ...]  # what the inputs are called in it: u0, u1, ...

    def at(self, given: Mapping[str, arb]) -> list[arb]:
        """Its numbers; where SymPy's expression has none (0/0), what it tends to as u moves."""
        numbers = self.reference.at(given)
        if all(b.is_finite() for b in numbers):
            return numbers
        return [b if b.is_finite() else self.limit(given, k) for k, b in enumerate(numbers)]

    def limit(self, given: Mapping[str, arb], k: int) -> arb:
        """What a partial tends to as its own variable moves; the value, as any one does.

        Where f is continuous, that is its derivative at the point; else by its definition.
        """
        if isinstance(self.reference, Taylor):
            return self.by_definition(self.reference, given, k)
        reference, letters = self.reference, self.letters[k - 1 : k] if k else self.letters
        numbers = (limit(reference, given, k, letter) for letter in letters)
        found = next((x for x in numbers if x.is_finite()), arb("nan"))
        if k and not found.is_finite():
            return derivative(reference, given, letters[0])
        return found

    def by_definition(self, taylor: Taylor, given: Mapping[str, arb], k: int) -> arb:
        """A derivative where the meaning has no series, by one variable: from both sides."""
        by = (*taylor.above, *self.letters[k - 1 : k]) if k else taylor.above
        alone = len(set(by)) == 1
        return derivative(taylor.reference, given, by[0], len(by)) if alone else arb("nan")


@dataclass(frozen=True, slots=True)
class Column:
    """The pieces of a graph, in order; the last one ends at the root."""

    pieces: tuple[Piece, ...]
    names: tuple[str, ...]

    @classmethod
    def of(
        cls, root: Value, names: Sequence[str], limits: Limits, above: Sequence[str] = (), *,
        finely: bool = False,
    ) -> Column:  # fmt: skip
        """Raises Undecided or LimitReached where SymPy cannot; `above`: differentiated by first.

        `finely`: operation by operation, where SymPy's expression of the whole is none (sinc(0)).
        """
        world, names = tuple(OPS.values()), tuple(names)
        if above:
            reference = higher(root, names, limits, above, finely)
            return cls((Piece(names, 0, reference, names),), names)
        try:
            return cls(_pieces(cut(root, finely=finely), limits, world), names)
        except Undecided:  # SymPy met what it cannot prove real: |u|' then has re(u) and im(u)
            return cls(_pieces(cut(root, finely=True), limits, world), names)

    def at(self, point: Mapping[str, arb]) -> list[arb]:
        """The value, then the partial by each name, at the current precision."""
        units = [{n: arb(int(n == name)) for n in self.names} for name in self.names]
        return self._swept(point, units)

    def along(self, point: Mapping[str, arb], direction: Mapping[str, arb]) -> list[arb]:
        """The value and the derivative along a direction."""
        return self._swept(point, [dict(direction)])

    def _swept(self, point: Mapping[str, arb], directions: list[dict[str, arb]]) -> list[arb]:
        values: dict[Any, arb] = dict(point)
        zero = arb(0)
        tangents: dict[Any, list[arb]] = {
            name: [d.get(name, zero) for d in directions] for name in point
        }
        found: list[arb] = []
        for piece in self.pieces:
            given = {f"u{i}": values[end] for i, end in enumerate(piece.inputs)}
            given.update(point)
            y, *partials = piece.at(given)
            flow = [tangents[end] for end in piece.inputs]
            moved = [joined(partials, [t[k] for t in flow]) for k in range(len(directions))]
            values[piece.output], tangents[piece.output] = y, moved
            found = [y, *moved]
        return found


def higher(
    root: Value, names: Sequence[str], limits: Limits, above: Sequence[str], finely: bool = False
) -> Reference | Taylor:
    """Partials of what is differentiated already: by SymPy where that is short, else by series.

    By series too where SymPy's answer cannot be evaluated (`finely`: has no value at the point).
    """
    world = tuple(OPS.values())

    def by_sympy() -> Reference:
        found: Reference = bounded(limits, references, root, names, above, world=world)
        return found

    def expanded(laid_flat: Callable[..., Reference], *rest: Any) -> Taylor | None:
        flat = bounded(limits, laid_flat, root, *rest, world=world)
        return Taylor(flat, tuple(names), tuple(above)) if expands(flat) else None

    stopped: Undecided | None = None
    root, wide = narrowed(root)
    if not finely and not wide:
        short = len(above) == 1 and len(names) <= FEW_NAMES and fits(order((root,)))
        try:
            found = by_sympy() if short else expanded(references, ())
            if found is not None:
                return found
        except Undecided as answer:  # re(u) in it, or no number
            stopped = answer
    found = expanded(by_operations)
    if found is None and stopped is not None:
        raise stopped
    return found or by_sympy()


def _pieces(parts: list[Part], limits: Limits, world: Any) -> tuple[Piece, ...]:
    """SymPy's derivatives of every piece, those of equal pieces once."""
    unique = dict.fromkeys(graph for graph, _, _ in parts)  # 15 squares in a row are one piece
    made = dict(zip(unique, bounded(limits, _differentiated, list(unique), world=world)))
    return tuple(
        Piece(inputs, output, made[graph], tuple(f"u{i}" for i in range(len(inputs))))
        for graph, inputs, output in parts
    )


def joined(partials: Sequence[arb], tangents: Sequence[arb]) -> arb:
    """The chain rule; a factor that is exactly 0 stops what is infinite in the other."""
    total = arb(0)
    for p, t in zip(partials, tangents):
        if not p.is_zero() and not t.is_zero():
            total = total + p * t
    return total


def _differentiated(parts: list[Value]) -> list[Reference]:
    return [references(part, ends(part)) for part in parts]


def ends(part: Value) -> list[str]:
    """u0, u1, ... as far as the piece has them."""
    used = {n.label for n in order((part,)) if isinstance(n.label, str)}
    return sorted(used, key=lambda name: int(name[1:]))


def cut(root: Value, *, finely: bool = False) -> list[Part]:
    """The graph as pieces; `finely`: every operation one, so that all SymPy sees are real symbols.

    Sizes are those of the expanded expression, which is what SymPy sees.
    """
    root, inner = (root, set()) if finely else narrowed(root)
    nodes = order((root,))
    index = {node: i for i, node in enumerate(nodes)}
    if finely:
        cuts = {node for node in nodes if node.op and not is_comparison(node)}
        cuts |= {a for node in nodes for a in literals(node, parameters=False)}
    else:
        cuts = inner if fits(nodes) else inner | cut_nodes(nodes)
    cuts.add(root)
    graphs = Graphs()
    return [
        part(node, cuts - {node, *literals(node, parameters=True)}, index, graphs)
        for node in nodes if node in cuts
    ]  # fmt: skip


def narrowed(root: Value) -> tuple[Value, set[Value]]:
    """The graph with maxima of many as maxima of maxima; these, and what they compare, to cut at.

    SymPy's slope of one compares every two arguments, for each of them. Of symbols it does so once.
    """
    new: dict[Value, Value] = {}
    inner: set[Value] = set()
    graphs = Graphs()
    for node in order((root,)):
        args = [new[a] for a in node.args]
        while node.op and node.op.chooses and node.op.arity is None and len(args) > MOST_COMPARED:
            groups = [args[k : k + MOST_COMPARED] for k in range(0, len(args), MOST_COMPARED)]
            inner |= {a for a in args if a.op}
            args = [graphs.node(node.op, tuple(g)) if len(g) > 1 else g[0] for g in groups]
            inner |= {a for a, g in zip(args, groups) if len(g) > 1}
        kept = len(args) == len(node.args) and all(a is b for a, b in zip(args, node.args))
        new[node] = node if kept or not node.op else graphs.node(node.op, tuple(args))
    return new[root], inner


def literals(node: Value, *, parameters: bool) -> list[Value]:
    """A node's literals: those that are a parameter (the n of x^n), or may be symbols instead."""
    fixed = node.op.parameters if node.op else ()
    return [a for i, a in enumerate(node.args) if is_literal(a) and (i in fixed) is parameters]


def fits(nodes: Sequence[Value]) -> bool:
    """Whether SymPy gets the whole graph at once."""
    size: dict[Value, int] = {}
    depth: dict[Value, int] = {}
    for node in nodes:
        size[node] = 1 + sum(size[a] for a in node.args)
        depth[node] = 1 + max((depth[a] for a in node.args), default=0)
        if size[node] > WHOLE or depth[node] > DEEP:
            return False
    return True


def cut_nodes(nodes: Sequence[Value]) -> set[Value]:
    """Where a large graph is cut: at shared nodes of some size, and where a piece is full."""
    uses: dict[Value, int] = {}
    for node in nodes:
        for a in node.args:
            uses[a] = uses.get(a, 0) + 1
    cuts: set[Value] = set()
    size: dict[Value, int] = {}
    depth: dict[Value, int] = {}
    for node in nodes:
        parts = [a for a in node.args if a not in cuts]
        while parts and sum(size[a] for a in parts) > PIECE:
            largest = max(parts, key=size.__getitem__)  # the fewest cuts: each is a chain rule
            cuts.add(largest)
            parts = [a for a in parts if a is not largest]
        size[node] = 1 + sum(size[a] for a in parts)
        depth[node] = 1 + max((depth[a] for a in parts), default=0)
        full = depth[node] > PIECE_DEEP or (uses.get(node, 0) > 1 and size[node] >= NODES_OF_A_CUT)
        if full and not is_comparison(node):
            cuts.add(node)
    return {node for node in cuts if node.op}  # a leaf ends a piece anyway


def is_comparison(node: Value) -> bool:
    """x < y and the like: an `if` wants its condition in sight."""
    return node.op is not None and bool(node.op.kinks) and node.op.infix is not None


def part(node: Value, cuts: set[Value], index: Mapping[Value, int], graphs: Graphs) -> Part:
    """The graph of one node down to the cuts, with u0, u1, ... for the ends."""
    names: dict[Any, Value] = {}
    new: dict[Value, Value] = {}
    for n in above(node, cuts):
        if n in cuts or isinstance(n.label, str):
            end = index[n] if n in cuts else n.label
            if end not in names:
                names[end] = graphs.variable(f"u{len(names)}")
            new[n] = names[end]
        elif n.op:
            new[n] = graphs.node(n.op, tuple(new[a] for a in n.args))
        else:
            new[n] = graphs.literal(n.data if n.label is None else n.label)
    return new[node], tuple(names), index[node]


def above(node: Value, ends: set[Value]) -> list[Value]:
    """The nodes under `node` down to the ends, arguments first."""
    found: list[Value] = []
    seen: set[Value] = set()
    stack: list[Any] = [node]
    while stack:
        n = stack.pop()
        if n is None:
            found.append(stack.pop())
        elif n not in seen:
            seen.add(n)
            stack += (n, None) if n in ends else (n, None, *n.args[::-1])
    return found
