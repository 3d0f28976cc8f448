"""Random expressions over the whole table, for hypothesis; a new row joins by itself.

- `graphs()` draws (root, point): a graph in free variables as the parser would build it, and a
  point in its domain where every intermediate value is a moderate float.
- `graphs(smooth=True)` keeps that point off kinks; `graphs(rows=[...])` takes these rows alone.
- `@examples(150)` asks for so many of them, and for more where hypothesis explores.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from symgrad.engine import order
from symgrad.ops import OPS, Op
from symgrad.value import Value, leaves

from .random_graphs import Growth, Taste
from .rows import COMPARISONS

NAMES = ["x", "y", "w1", "x_2", "alpha", "beta", "e1"]
LITERALS = [Fraction(n, 8) for n in (1, 2, 3, 4, 0, 5, 8, 12, 16, 20, 24, 40, 80)]
ORDINARY = 100  # examples of a test that does not say how many it wants
UNHURRIED = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]

Draw = Callable[[st.SearchStrategy], Any]


def examples(count: int) -> settings:
    """So many examples of a graph, times what the profile draws more than is ordinary."""
    return settings(
        max_examples=count * settings().max_examples // ORDINARY, suppress_health_check=UNHURRIED)


class Drawn:
    """What `Growth` asks of a Random, drawn by hypothesis: small choices, which it can shrink."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw

    def randrange(self, start: int, stop: int) -> int:
        return self.draw(st.integers(start, stop - 1))

    def random(self) -> float:
        return self.randrange(0, 100) / 100

    def choice(self, some: Sequence[Any]) -> Any:
        return some[self.randrange(0, len(some))]

    def sample(self, some: Sequence[Any], count: int) -> list[Any]:
        return self.draw(st.permutations(some))[:count]


def offered() -> list[Op]:
    """The rows an expression may be made of: all that a user can type, but bare comparisons."""
    return [op for op in OPS.values() if not op.hidden and op.name not in COMPARISONS
            and len(op.parameters) < 2]  # fmt: skip


@st.composite
def graphs(
    draw: Draw, most: int = 12, smooth: bool = False, rows: Sequence[Op] | None = None
) -> tuple[Value, dict[str, float]]:
    """A graph of at most `most` operations, and a point inside its domain."""
    r = Drawn(draw)
    rows = list(rows or offered())
    often = [op for op in rows if op.infix] or rows
    taste = Taste(
        number=lambda r: r.randrange(-64, 65) / 16, literal=lambda r: r.choice(LITERALS),
        zeros=True, kinks=not smooth, near=3)  # fmt: skip
    growth = Growth(r, r.sample(NAMES, r.randrange(1, 5)), taste)
    size = r.randrange((most + 1) // 2, most + 1)
    for _ in range(3 * size):  # what is not worth having is drawn again, but not for ever
        if len(growth.made) < size:
            growth.grown(r.choice(r.choice((rows, often))))
    root = max(growth.nodes, key=lambda node: len(order((node,))))
    used = {leaf.label for leaf in leaves(root)}
    return root, {name: at for name, at in growth.point.items() if name in used}
