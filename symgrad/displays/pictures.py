"""A graph as an SVG that needs no program: a box a node, a circle before it for its operation.

- `pictured(nodes)` draws `Box`es, arguments first; each says what it is made of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import NamedTuple

from . import layered

# all in pixels
CHARACTER_WIDTH = 7.3
LINE_HEIGHT = 16
PADDING = 7
RADIUS = 15  # of a circle
GAP = 34  # between columns, where the edges run
ROW_GAP = 14
PICTURE_MARGIN = 8
INK, PAPER, EDGE = "#1f2933", "#ffffff", "#7b8794"


class Box(NamedTuple):
    """One node: the lines in its box, its operation ("": a leaf), and its arguments' numbers."""

    lines: tuple[str, ...]
    operation: str = ""
    args: tuple[int, ...] = ()

    @property
    def circle(self) -> float:
        """Half the width of its circle: a long name makes it an oval."""
        return max(RADIUS, len(self.operation) * CHARACTER_WIDTH / 2 + 5) if self.operation else 0

    @property
    def box(self) -> float:
        """The width of its box; nothing where it has no lines."""
        longest = max(map(len, self.lines), default=0)
        return longest * CHARACTER_WIDTH + 2 * PADDING if longest else 0

    @property
    def joint(self) -> float:
        """Between circle and box."""
        return PADDING if self.operation and self.lines else 0

    @property
    def width(self) -> float:
        return 2 * self.circle + self.joint + self.box


def pictured(nodes: Sequence[Box]) -> str:
    """The SVG element."""
    args = [node.args for node in nodes]
    columns = layered.columns(args)
    rows = layered.rows(args, columns)
    height = LINE_HEIGHT * max(2, *(len(node.lines) for node in nodes)) + PADDING
    left = _lefts(nodes, columns)
    xs = [left[column] for column in columns]
    ys = [PICTURE_MARGIN + height / 2 + row * (height + ROW_GAP) for row in rows]
    body = [*_edges(nodes, columns, left, ys), *_nodes(nodes, xs, ys)]
    wide = max(x + node.width for x, node in zip(xs, nodes)) + PICTURE_MARGIN
    high = max(ys) + height / 2 + PICTURE_MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:.0f}" height="{high:.0f}" '
        f'viewBox="0 0 {wide:.0f} {high:.0f}" font-family="monospace" font-size="12" '
        f'text-anchor="middle" fill="{INK}">\n{chr(10).join(body)}\n</svg>\n'
    )


def _lefts(nodes: Sequence[Box], columns: Sequence[int]) -> list[float]:
    """Where each column begins: to the right of the widest node of the one before."""
    widest = [0.0] * (max(columns) + 1)
    for node, column in zip(nodes, columns):
        widest[column] = max(widest[column], node.width)
    found = [float(PICTURE_MARGIN)]
    for width in widest[:-1]:
        found.append(found[-1] + width + GAP)
    return found


def _edges(
    nodes: Sequence[Box], columns: Sequence[int], left: Sequence[float], ys: Sequence[float]
) -> Iterator[str]:
    """Level to the last gap before its use: what lies between has another row."""
    for node, column, y in zip(nodes, columns, ys):
        x = left[column]
        for j in node.args:
            begin, start = left[columns[j]] + nodes[j].width, x - GAP
            half = GAP / 2
            yield (
                f'<path d="M{begin:.1f} {ys[j]:.1f}H{start:.1f}C{start + half:.1f} {ys[j]:.1f} '
                f'{x - half:.1f} {y:.1f} {x:.1f} {y:.1f}" fill="none" stroke="{EDGE}"/>'
            )


def _nodes(nodes: Sequence[Box], xs: Sequence[float], ys: Sequence[float]) -> Iterator[str]:
    style = f'fill="{PAPER}" stroke="{EDGE}"'
    for node, x, y in zip(nodes, xs, ys):
        if node.operation:
            middle = x + node.circle
            yield (f'<ellipse cx="{middle:.1f}" cy="{y:.1f}" rx="{node.circle:.1f}" ry="{RADIUS}" '
                   f"{style}/>{_text(node.operation, middle, y + 4)}")  # fmt: skip
        if node.lines:
            start, tall = x + node.width - node.box, LINE_HEIGHT * len(node.lines) + PADDING
            joint = (f'<path d="M{start - node.joint:.1f} {y:.1f}H{start:.1f}" stroke="{EDGE}"/>'
                     if node.joint else "")  # fmt: skip
            lines = (_text(line, start + node.box / 2, y - tall / 2 + PADDING + 9 + k * LINE_HEIGHT)
                     for k, line in enumerate(node.lines))  # fmt: skip
            yield (f'{joint}<rect x="{start:.1f}" y="{y - tall / 2:.1f}" width="{node.box:.1f}" '
                   f'height="{tall}" rx="3" {style}/>{"".join(lines)}')  # fmt: skip


def _text(text: str, x: float, y: float) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'
