"""All derivatives with one wrong rule at one node, and which of them an answer equals.

- `mistakes(question)` holds all variations, made once: code, node, and the slope at any spot.
- `explained(question, yours)` are those that equal the answer at every spot.

The derivative is linear in the tangent of each node, so a wrong tangent there changes the whole by
its adjoint times the change: one sweep serves all mistakes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from flint import arb

from ..arithmetic.balls import BALLS, STRICT, exact, precision
from ..engine import Tape, backward, forward, order, tangents
from ..ops import OPS, Op
from ..value import Value, is_literal, made
from .assumptions import constant
from .mistakes import Node, long_products, wrong_tangents
from .sought import SLOPE_BITS, Sought, Spot
from .wrong_rules import POWER_OF

EXPANDED_NODES = 150  # nodes of a graph written out as a tree
FEWEST_SPOTS = 3  # spots that must confirm a mistake
SUM_ROWS = (OPS["add"], OPS["sub"])
CALCULATED = ("sum", "product", "quotient")  # families whose numbers nobody differentiates
TELLING_SPOTS = 8  # spots below which more are drawn
CONFIRMED_TO = arb(10) ** -30  # relative; absolute where both are 0


@dataclass(frozen=True, slots=True)
class Sweep:
    """One spot: every node's value, tangent and adjoint, constants included."""

    values: list[arb]
    tangents: list[arb]
    adjoints: list[arb]
    here: arb  # the variable's own value
    slope: arb
    partials: list[Sequence[Any]]
    nodes: dict[int, Node] = field(default_factory=dict)  # as the wrong rules see them


class Graph:
    """A graph to make mistakes in: laid flat, with what each node is and how deep it lies."""

    def __init__(self, root: Value, wrt: str) -> None:
        self.nodes = order([root])
        self.index = {node: i for i, node in enumerate(self.nodes)}
        self.tape = Tape.of([root], wrt=[wrt])
        self.whole = replace(self.tape, active=(True,) * len(self.tape))  # constants move, too
        self.wrt = wrt
        self.varies = self.tape.active
        self.degrees = degrees_of(self.nodes, wrt, self.varies)
        self.users: dict[Value, list[Value]] = {}
        for node in self.nodes:
            for argument in node.args:
                self.users.setdefault(argument, []).append(node)
        self.depth = [0] * len(self.nodes)
        for i in range(len(self.nodes) - 1, -1, -1):
            op = self.tape.ops[i]
            for j in self.tape.args[i]:
                step = 0 if op and op.family == "sum" else 1
                self.depth[j] = max(self.depth[j], self.depth[i] + step)
        for i in range(len(self.nodes)):
            if len(self.factors(i)) > 2:
                for j in set(self.within(i)[1:]):  # pairs of factors that nobody sees
                    self.depth[j] += 1

    def is_summand(self, i: int) -> bool:
        """Whether a node is a term of a sum, beside others that vary."""
        while True:
            users = self.users.get(self.nodes[i], [])
            above = users[0] if len(users) == 1 else None
            if above is None:
                return False
            if above.op in SUM_ROWS:
                return sum(self.varies[self.index[a]] for a in above.args) > 1
            if above.op is not OPS["neg"]:
                return False
            i = self.index[above]

    def on_top(self, i: int) -> bool:
        """Whether nothing but a sign is done to a node."""
        while users := self.users.get(self.nodes[i], []):
            if users[0].op is not OPS["neg"]:
                return False
            i = self.index[users[0]]
        return True

    def summands(self, i: int) -> list[tuple[int, int]]:
        """The terms of a sum, each with its sign; a node that is no sum alone."""
        found, terms = [(i, 1)], []
        while found:
            k, sign = found.pop()
            op, args = self.tape.ops[k], self.tape.args[k]
            if op in SUM_ROWS or op is OPS["neg"]:
                turned = -sign if op in (OPS["sub"], OPS["neg"]) else sign
                found += zip(args, (sign, turned)[-len(args) :])
            else:
                terms.append((k, sign))
        return terms

    def as_if_varying(self, i: int, n: Node, named: int = 0) -> Any:
        """2*pi for pi^2, 1/5 for ln(5): the derivative of a constant by the constants in it; that
        of one with a name, alone or in a product, is as told: 2 for 2*pi."""
        values = n.flow[0]
        slopes: dict[Value, arb] = {}
        for node in order([self.nodes[i]]):
            x, dx = [values[self.index[a]] for a in node.args], [slopes[a] for a in node.args]
            if not x:
                slopes[node] = arb(named if node.op else 0)
            elif node.op is OPS["exp"]:
                slopes[node] = arb(0) if x[0] == 1 else x[0] * (x[0] - 1).exp()
            else:
                if node.op.family not in CALCULATED and not node.args[0].args:
                    dx[0] = arb(1)  # the 5 of ln(5), the 3 of 3^2; 2*pi only loses its pi
                partials = BALLS.partials(node.op, values[self.index[node]], x, [True] * len(x))
                flow = [(p, t) for p, t in zip(partials, dx) if p is not None and not t.is_zero()]
                slopes[node] = sum((arb(p) * t for p, t in flow), arb(0))
        slope = slopes[self.nodes[i]]
        return arb.nan() if slope.is_zero() else slope

    def factors(self, i: int) -> list[int]:
        """The moving factors of a product of products, at its outermost node."""
        product = OPS["mul"]
        if self.tape.ops[i] is not product:
            return []
        if any(user.op is product for user in self.users.get(self.nodes[i], ())):
            return []
        products = self.within(i)
        inner = set(products)
        return [j for k in products for j in self.tape.args[k] if self.varies[j] and j not in inner]

    def within(self, i: int) -> list[int]:
        """A product, and the moving products that are its factors, their factors, ..."""
        found = [i]
        for k in found:
            if len(found) > len(self.nodes):
                break  # shared ones, over and over
            found += [j for j in self.tape.args[k]
                      if self.tape.ops[j] is OPS["mul"] and self.varies[j]]  # fmt: skip
        return found

    def sweep(self, spot: Spot) -> Sweep:
        """Forward for values and tangents, backward for adjoints, on the same partials."""
        point, tape = spot.balls(), self.tape
        values = [arb(y) for y in forward(tape, BALLS, point)]
        partials = [self.partials(i, values) for i in range(len(tape))]

        def rule(i: int, near: Sequence[arb | None]) -> arb:
            flow = [(p, t) for p, t in zip(partials[i], near) if p is not None and t is not None]
            return sum((arb(p) * t for p, t in flow if not t.is_zero()), arb(0))

        moving = tangents(tape, BALLS, values, {self.wrt: arb(1)}, rule)
        flow = [arb(0) if t is None else t for t in moving]
        adjoints = backward(self.whole, STRICT, values, arb(1), partials=partials.__getitem__)
        changes = [arb(0) if a is None else a for a in adjoints]
        return Sweep(values, flow, changes, point[self.wrt], flow[tape.roots[0]], partials)

    def partials(self, i: int, values: Sequence[arb]) -> Sequence[Any]:
        """A node's partials by every argument, also by those that stand still."""
        op, x = self.tape.ops[i], [values[j] for j in self.tape.args[i]]
        return BALLS.partials(op, values[i], x, [True] * len(x)) if op else ()


@dataclass(slots=True, eq=False)
class Variation:
    """A mistake at a node; `at(k)` is the whole derivative with it, at spot number k."""

    code: str
    tangent: Callable[[Node], Any]
    graph: int
    index: int
    among: Mistakes
    known: dict[int, arb] = field(default_factory=dict)

    @property
    def node(self) -> Value:
        return self.among.graphs[self.graph].nodes[self.index]

    @property
    def depth(self) -> int:
        return self.among.graphs[self.graph].depth[self.index]

    @property
    def in_a_sum(self) -> bool:
        """Whether the node is added to something, or stands alone."""
        users = self.among.graphs[self.graph].users.get(self.node, ())
        return all(user.op and user.op.adds for user in users)

    def at(self, k: int) -> arb:
        found = self.known.get(k)
        if found is None:
            with precision(SLOPE_BITS):
                try:
                    found = self._slope(k)
                except (ZeroDivisionError, ValueError, OverflowError):
                    found = arb.nan()
            self.known[k] = found
        return found

    def _slope(self, k: int) -> arb:
        """The right one, with the change of the tangent that the adjoint carries up."""
        s, i = self.among.sweep(self.graph, k), self.index
        change = self.tangent(self.among.seen(self.graph, i, k)) - s.tangents[i]
        return arb(s.slope + s.adjoints[i] * change)


class Mistakes:
    """All variations of a question."""

    def __init__(self, question: Sought, spots: Sequence[Spot] = (), root: Any = None) -> None:
        self.question = question
        self.sweeps: dict[tuple[int, int], Sweep] = {}
        self.world = tuple(OPS.values())
        root = question.lower.root if root is None else root
        self.graphs = [Graph(root, question.wrt)]
        tree, self.single = unshared(root)
        if tree is not None:
            self.graphs.append(Graph(tree, question.wrt))
        self.spots = list(spots) or self._telling(question)
        self.all = list(self._all())

    def _telling(self, question: Sought) -> list[Spot]:
        """Spots at which mistakes differ: where an inner function is 0, several come out alike."""
        spots = sorted(question.spots, key=lambda s: s.far)
        telling = [s for s in spots if self._tells(s)]
        for spot in question.generic() if len(telling) < TELLING_SPOTS else ():
            if self._tells(spot):
                telling.append(spot)
        return telling if len(telling) >= FEWEST_SPOTS else spots

    def _tells(self, spot: Spot) -> bool:
        """Whether every part of the question has a value there that is not 0."""
        graph = self.graphs[0]
        with precision(SLOPE_BITS):
            values = forward(graph.tape, BALLS, spot.balls())
            moving = [arb(y) for y, varies in zip(values, graph.varies) if varies]
        return all(y.is_finite() and not y.contains(0) for y in moving)

    def sweep(self, graph: int, k: int) -> Sweep:
        found = self.sweeps.get((graph, k))
        if found is None:
            with precision(SLOPE_BITS):
                found = self.sweeps[graph, k] = self.graphs[graph].sweep(self.spots[k])
        return found

    def slope(self, k: int) -> arb:
        return self.question.slope(self.spots[k], SLOPE_BITS)

    def _all(self) -> Iterator[Variation]:
        """Of the shared graph, and of single occurrences where a node occurs several times."""
        for g, graph in enumerate(self.graphs):
            for i, node in enumerate(graph.nodes):
                if g and node in self.single:
                    continue
                for code, tangent in self._wrong(graph, i):
                    yield Variation(code, tangent, g, i, self)

    def _wrong(self, graph: Graph, i: int) -> Iterator[tuple[str, Callable[[Node], Any]]]:
        op, args = graph.tape.ops[i], graph.tape.args[i]
        if op and graph.varies[i]:
            varies = tuple(graph.varies[j] for j in args)
            bare = tuple(graph.tape.leaves[j] == graph.wrt for j in args)
            numbers = any(is_literal(a) for a in graph.nodes[i].args)
            for code, tangent in wrong_tangents(op, varies, bare, self.world):
                if not (numbers and code == "constant_treated_as_variable"):  # 2 is no name
                    yield code, tangent
            if graph.is_summand(i):
                yield "missing_term", lambda n: arb(0)
            if graph.is_summand(i) or graph.on_top(i):
                yield from _gone(op, varies, bare)
            if bare_product(op, varies, bare) and graph.users.get(graph.nodes[i]):
                yield "linear_term_kept", lambda n: n.y
            yield from long_products(graph.factors(i))
            yield from _undistributed(graph, i)
            yield from _term_by_term(graph, i)
            yield from _constant_beside(graph, i)
            yield from _disguised(graph, i)
            yield from _logarithms(graph, i)
        elif graph.varies[i] and graph.is_summand(i):  # the variable itself
            yield "missing_term", lambda n: arb(0)
            yield "linear_term_kept", lambda n: n.y
        elif not graph.varies[i]:
            yield from _constants(graph, i)

    def seen(self, g: int, i: int, k: int) -> Node:
        """A node as the wrong rules see it, shared by all mistakes that can be made there."""
        graph, s = self.graphs[g], self.sweep(g, k)
        node = s.nodes.get(i)
        if node is None:
            op, args = graph.tape.ops[i], graph.tape.args[i]
            x, dx = ([flow[j] for j in args] for flow in (s.values, s.tangents))
            varies = tuple(graph.varies[j] for j in args)
            node = Node(op, s.values[i], x, dx, s.here, varies, (s.values, s.tangents))  # type: ignore[arg-type]
            s.nodes[i] = node
        return node


def bare_product(op: Op, varies: tuple[bool, ...], bare: tuple[bool, ...]) -> bool:
    """Whether a node is a constant times the variable."""
    return op is OPS["mul"] and sum(varies) == 1 and bare[varies.index(True)]


def _constants(graph: Graph, i: int) -> Iterator[tuple[str, Callable[[Node], Any]]]:
    """A constant that was differentiated as if it were none."""
    node = graph.nodes[i]
    users = graph.users.get(node, [])
    summand = not users or any(n.op and n.op.family == "sum" for n in users)
    exponent = any(n.op and n.op.parameter == 1 and n.args[1] is node for n in users)
    if exponent:
        return
    if summand:
        yield "constant_kept", lambda n: n.y
    factor = is_literal(node) and any(n.op in (OPS["mul"], OPS["div"]) for n in users)
    if (node.op is None or node.op.arity == 0) and not factor:  # nobody differentiates the 6 of 6x
        yield "constant_treated_as_variable", lambda n: arb(1)
    elif node.op is OPS["exp"]:
        yield "constant_treated_as_variable", lambda n: n.x[0] * (n.x[0] - 1).exp()


def _undistributed(graph: Graph, i: int) -> Iterator[tuple[str, Callable[[Node], Any]]]:
    """u'v - u1*v' + u2*v' for u = u1 + u2: the minus of the quotient rule reaches u1 only."""
    over = graph.tape.ops[i] is OPS["div"] and all(graph.varies[j] for j in graph.tape.args[i])
    first = graph.tape.args[i][0] if over else i
    if not over or graph.tape.ops[first] not in SUM_ROWS:
        return
    while graph.tape.ops[first] in SUM_ROWS:
        first = graph.tape.args[first][0]

    def tangent(n: Node) -> Any:
        (a, b), (da, db) = n.x, n.dx
        return (da * b - (2 * n.flow[0][first] - a) * db) / (b * b)

    yield "sign", tangent


def _term_by_term(graph: Graph, i: int) -> Iterator[tuple[str, Callable[[Node], Any]]]:
    """g(u1)' + g(u2)' for g(u1 + u2)': (a + b)^2 as a^2 + b^2."""
    op, args = graph.tape.ops[i], graph.tape.args[i]
    moving = [k for k, j in enumerate(args) if graph.varies[j]]
    if op is None or len(moving) != 1 or op.adds or op.family == "product":
        return
    k, terms = moving[0], graph.summands(args[moving[0]])
    several = sum(graph.varies[j] for j, _ in terms) > 1  # else a number just got lost
    powered = op.constant_power and op.family == "power"
    if len(terms) < 2 or not (several or powered) or (op.family == "quotient" and k == 0):
        return

    def tangent(n: Node, turning: bool) -> Any:
        total = arb(0)
        for j, sign in terms:
            if graph.varies[j]:
                inside = sign if turning else 1
                x = [inside * n.flow[0][j] if at == k else value for at, value in enumerate(n.x)]
                slope = BALLS.partials(op, BALLS.forward(op, x), x, [True] * len(x))[k]
                total += sign * slope * n.flow[1][j]
        return total

    for turning in (False, True):  # (a - b)^3 as a^3 - b^3, and e^(a - b) as e^a + e^(-b)
        yield "term_by_term", lambda n, turning=turning: tangent(n, turning)  # type: ignore[misc]


def _gone(
    op: Op, varies: tuple[bool, ...], bare: tuple[bool, ...]
) -> Iterator[tuple[str, Callable[[Node], Any]]]:
    """The derivative 0 of a constant takes the other factor with it."""
    if op.family == "product" and varies.count(True) == 1 and not bare[varies.index(True)]:
        yield "product_of_derivatives", lambda n: arb(0)
    if op.family == "quotient" and varies == (False, True):
        yield "quotient_of_derivatives", lambda n: arb(0)


def _constant_beside(graph: Graph, i: int) -> Iterator[tuple[str, Callable[[Node], Any]]]:
    """c'*u and c'*u' for c*u, where c is a constant such as pi^2 or ln(5)."""
    args = graph.tape.args[i]
    moving = [k for k, j in enumerate(args) if graph.varies[j]]
    op = graph.tape.ops[i]
    if op is None or op.family != "product" or len(moving) != 1:
        return
    u, c = moving[0], args[1 - moving[0]]
    named = len(Tape.of([graph.nodes[c]]).variables)  # y^2 alone makes a mixed partial
    if graph.nodes[c].op and (not named or (named == 1 and graph.is_summand(i))):
        yield "constant_treated_as_variable", lambda n: graph.as_if_varying(c, n, 1) * n.x[u]
        yield "constant_treated_as_variable", lambda n: graph.as_if_varying(c, n) * n.dx[u]


def _disguised(graph: Graph, i: int) -> Iterator[tuple[str, Callable[[Node], Any]]]:
    """The power rule in x*sqrt(x), which is x^(3/2)."""
    node, n = graph.nodes[i], graph.degrees.get(graph.nodes[i])
    inside = any(graph.degrees.get(user) for user in graph.users.get(node, ()))
    plain = all(a.op is None for a in node.args) and node.op not in ADDED
    moving = sum(graph.varies[j] for j in graph.tape.args[i])
    if n and not inside and not plain and (moving > 1 or (node.op and node.op.exponent)):
        power = exact(n)
        for code, f in POWER_OF:
            if code in ("power_rule", "exponent_not_reduced"):
                yield code, lambda s, f=f: f(BALLS, s.y, s.v, power, arb(1))  # type: ignore[misc]


Degree = Callable[[Fraction, Fraction], Fraction]
ADDED: dict[Op, Degree] = {OPS["mul"]: lambda a, b: a + b, OPS["div"]: lambda a, b: a - b}


def degrees_of(nodes: Sequence[Value], name: str, varies: Sequence[bool]) -> dict[Value, Fraction]:
    """The n of every node that is c*x^n; 0 of constants."""
    found: dict[Value, Fraction] = {}
    for node, moves in zip(nodes, varies):
        known = [found[a] for a in node.args if a in found]
        if not moves or node.op is None:
            found[node] = Fraction(moves and node.label == name)
        elif node.op in ADDED and len(known) == 2:
            found[node] = ADDED[node.op](*known)
        elif node.op.exponent and node.args[0] in found:
            numbers = [number for a in node.args[1:] if (number := constant(a)) is not None]
            if len(numbers) == len(node.args) - 1:
                found[node] = found[node.args[0]] * node.op.exponent(*numbers)
    return found


def _logarithms(graph: Graph, i: int) -> Iterator[tuple[str, Callable[[Node], Any]]]:
    """ln(u)/ln(b), which is how a logarithm to another base is kept."""
    node = graph.nodes[i]
    if node.op is OPS["div"] and all(a.op is OPS["log"] for a in node.args):
        if not graph.varies[graph.tape.args[i][1]]:
            yield "log_base", lambda n: n.dx[0]
            yield "log_base", lambda n: n.dx[0] * n.x[1]
            yield "log_base", lambda n: n.dx[0] / n.x[1].exp()


def unshared(root: Value) -> tuple[Value | None, set[Value]]:
    """The graph written out as a tree (None: too large), and those nodes that occur once."""
    size: dict[Value, int] = {}
    nodes = order([root])
    for node in nodes:
        size[node] = 1 + sum(size[a] for a in node.args)
    if size[root] == len(nodes) or size[root] > EXPANDED_NODES:
        return None, set()
    stack: list[Any] = [root]
    done: list[Value] = []
    copies: dict[Value, list[Value]] = {}
    while stack:
        node = stack.pop()
        if isinstance(node, tuple):
            node, count = node
            args = tuple(done[len(done) - count :])
            del done[len(done) - count :]
        elif node.args:
            stack += ((node, len(node.args)), *node.args[::-1])
            continue
        else:
            args = ()
        done.append(made(node.op, node.data, args, node.label))
        copies.setdefault(node, []).append(done[-1])
    return done[0], {found[0] for found in copies.values() if len(found) == 1}


def mistakes(question: Sought) -> Mistakes:
    """The variations, made once a question."""
    if "mistakes" not in question.known:
        question.known["mistakes"] = Mistakes(question)
    return question.known["mistakes"]


def matches(yours: Callable[[int], arb], slope: Callable[[int], arb], count: int) -> bool:
    """Whether two functions are equal at all spots at which the answer has a value."""
    confirmed = 0
    for k in range(count):
        mine = yours(k)
        if not mine.is_finite():
            continue
        other = slope(k)
        if not other.is_finite() or not mine.overlaps(other):
            return False
        zero = mine.contains(0) and other.contains(0)
        scale = 1 if zero else abs(mine).abs_lower()
        confirmed += bool((mine - other).rad() <= CONFIRMED_TO * scale)
    return confirmed >= FEWEST_SPOTS


def explained(question: Sought, yours: Callable[[int], arb]) -> list[Variation]:
    """The variations that equal the answer."""
    found = mistakes(question)
    count = len(found.spots)
    first = next((k for k in range(count) if yours(k).is_finite()), None)
    if first is None:
        return []
    mine = yours(first)  # most variations differ at the first spot already
    likely = [v for v in found.all if mine.overlaps(v.at(first))]
    return [v for v in likely if matches(yours, v.at, count)]


QUOTIENT_STEP = Fraction(1, 2**60)  # of a difference quotient, which then has 36 digits


def before(question: Sought, yours: Callable[[int], arb]) -> list[Variation]:
    """The variations of f's first derivative whose derivative is the answer."""
    name, spots = question.wrt, mistakes(question).spots
    where = [k for k, s in enumerate(spots) if isinstance(s.point[name], Fraction) and not s.far]
    aside = [
        Spot({**spots[k].point, name: spots[k].point[name] + side * QUOTIENT_STEP})  # type: ignore[operator]
        for k in where
        for side in (1, -1)
    ]
    known = Mistakes(question, aside, question.f.root)

    def rise(v: Variation, k: int) -> arb:
        quotient = (v.at(2 * k) - v.at(2 * k + 1)) / (2 * exact(QUOTIENT_STEP))
        return quotient + arb(0, 1) * CONFIRMED_TO * abs(quotient).abs_upper() / 1000

    def fits(v: Variation) -> bool:
        return matches(lambda k: yours(where[k]), lambda k: rise(v, k), len(where))

    return [v for v in known.all if len(where) >= FEWEST_SPOTS and fits(v)]


__all__ = ["Graph", "Mistakes", "Sweep", "Variation", "before", "explained", "matches", "mistakes"]
