"""Random expressions over the whole table, for hypothesis; a new row joins by itself.

- `graphs()` draws (root, point): a graph in free variables as the parser would build it, and a
  point in its domain where every intermediate value is a moderate float.
- `graphs(smooth=True)` keeps that point off kinks; `graphs(rows=[...])` takes these rows alone.
- `@examples(150)` asks for so many of them, and for more where hypothesis explores.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from symgrad.arithmetic.floats import FLOATS
from symgrad.engine import holds
from symgrad.ops import OPS, Margin, Op
from symgrad.value import Graphs, Value, is_literal, leaves, power_row

from .rows import COMPARISONS

NAMES = ["x", "y", "w1", "x_2", "alpha", "beta", "e1"]
LITERALS = [Fraction(n, 8) for n in (0, 1, 2, 3, 4, 5, 8, 12, 16, 20, 24, 40, 80)]
PARAMETERS: dict[str, tuple[int, list[Fraction]]] = {  # which argument, and what it may be
    "powi": (1, [Fraction(n) for n in (-3, -2, -1, 0, 1, 2, 3, 4, 7)]),
    "powr": (1, [Fraction(n, 4) for n in (1, 2, 3, 6, 10)]),
    "root": (1, [Fraction(n) for n in (2, 3, 4, 5)]),
    "polygamma": (0, [Fraction(n) for n in (0, 1, 2, 3)]),
    "besselj": (0, [Fraction(n) for n in (0, 1, 2, 3)]),
    "besseli": (0, [Fraction(n) for n in (0, 1, 2, 3)]),
}
CONSTANTS = [op for op in OPS.values() if op.arity == 0]
POWERS = ("powi", "powr", "pow", "exp")
LARGEST = 1e6  # of an intermediate value; none is nearer to 0 than 1/LARGEST, but 0 itself

Known = dict[Value, float]
Draw = Callable[[st.SearchStrategy], object]


ORDINARY = 100  # examples of a test that does not say how many it wants
UNHURRIED = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


def examples(count: int) -> settings:
    """So many examples of a graph, times what the profile draws more than is ordinary."""
    return settings(
        max_examples=count * settings().max_examples // ORDINARY, suppress_health_check=UNHURRIED)


def offered() -> list[Op]:
    """The rows an expression may be made of: all that a user can type, but bare comparisons."""
    typed = [op for op in OPS.values() if op.arity != 0 and not op.hidden]
    return [op for op in typed if op.name not in COMPARISONS]


@st.composite
def graphs(
    draw: Draw, most: int = 12, smooth: bool = False, rows: Sequence[Op] | None = None
) -> tuple[Value, dict[str, float]]:
    """A graph of at most `most` operations, and a point inside its domain."""
    rows, build = list(rows or offered()), Graphs()
    numbers = st.integers(-64, 64).map(lambda k: k / 16)
    point = {name: draw(numbers) for name in draw(_some_names())}
    known: Known = {build.literal(n): float(n) for n in draw(_some_literals())}
    for op in draw(st.lists(st.sampled_from(CONSTANTS), max_size=1)):
        known[build.node(op, ())] = FLOATS.forward(op, ())
    known |= {build.variable(name): at for name, at in point.items()}
    often = [op for op in rows if op.infix] or rows
    ops = st.one_of(st.sampled_from(rows), st.sampled_from(often))
    for _ in range(draw(st.integers((most + 1) // 2, most))):
        op = draw(ops)
        node = build.node(op, _arguments(draw, build, op, known))
        y = value(node, known, smooth)
        if y is not None:
            known.pop(node, None)  # to the end, from where arguments are taken first
            known[node] = y
    root = list(known)[-1]
    used = {leaf.label for leaf in leaves(root)}
    return root, {name: at for name, at in point.items() if name in used}


@cache
def _some_literals() -> st.SearchStrategy:
    return st.lists(st.sampled_from(LITERALS), max_size=3, unique=True)


@cache
def _some_names() -> st.SearchStrategy:
    return st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True)


def _arguments(draw: Draw, build: Graphs, op: Op, known: Known) -> tuple[Value, ...]:
    pool = list(reversed(known))
    arity = (
        draw(st.sampled_from([2, 4] if op.name == "dot" else [2, 3]))
        if op.arity is None
        else op.arity
    )
    recent = [draw(st.integers(0, min(len(pool), near) - 1)) for near in (2, 6, 8, 8)[:arity]]
    args = [pool[i] for i in draw(st.permutations(recent))]
    if op.name in PARAMETERS:
        at, choices = PARAMETERS[op.name]
        args[at] = build.literal(draw(st.sampled_from(choices)))
    if op.name == "if":
        args[0] = build.node(OPS[draw(st.sampled_from(COMPARISONS[:4]))], tuple(args[:2]))
    return tuple(args)


def value(node: Value, known: Known, smooth: bool) -> float | None:
    """The node's float, or None where it should not be part of a test's graph."""
    op = node.op
    if op.name in POWERS and op.name != "exp" and power_row(*node.args) is not op:
        return None  # the parser would have chosen another row
    if op.name == "powi" and [0, 0] == [is_literal(a) and a.label for a in node.args]:
        return None  # 0^0 means nothing, and the parser refuses it
    x = [_float(a, known) for a in node.args]
    if not all(holds(margin, FLOATS, x) for margin in op.domain):
        return None
    if smooth and any(_at(margin, x) for margin in op.kinks):
        return None
    y = FLOATS.forward(op, x)
    return y if y == 0 or 1 / LARGEST <= abs(y) <= LARGEST else None


def _float(a: Value, known: Known) -> float:
    if a in known:
        return known[a]
    return float(a.label) if is_literal(a) else FLOATS.forward(a.op, [known[b] for b in a.args])


def _at(margin: Margin, x: list[float]) -> bool:
    return FLOATS.decide("= 0", margin.of(FLOATS, *x)) is not False
