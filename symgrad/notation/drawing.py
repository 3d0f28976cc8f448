"""The graph with data and gradient on every node, as micrograd draws it.

- `dot(root)` is Graphviz source, `svg(root, path)` a file drawn by Graphviz's program `dot`,
  `mermaid(root)` a diagram that GitHub and notebooks render, `tree(root)` text for a terminal.
- A graph with free variables has no data and no gradients: only its shape is drawn.
"""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from ..engine import order
from ..errors import LimitReached, SymgradError
from ..value import Value, is_literal
from .layout import numeral

Escape = Callable[[str], str]
TreeRow = tuple[str, Value]

NODES_DRAWN = 2_000  # nodes; a larger drawing cannot be read, and Graphviz takes minutes
TREE_LEVELS = 24  # levels of a tree; what is deeper goes on further down, at the left margin
GRAPHVIZ_SECONDS = 30  # for Graphviz
NODES_DRAWN_TIDILY = 200  # nodes; above, Graphviz is told to be quick rather than tidy
QUICK = ("-Gnslimit=0.5", "-Gnslimit1=0.5", "-Gmclimit=0.2", "-Gsplines=line")


_BELOW = {"": "", "├─ ": "│  ", "└─ ": "   "}  # a twig of the tree, and what stands under it


def dot(root: Value, *, most: int = NODES_DRAWN) -> str:
    """Graphviz source: a box per number, a circle per operation."""
    box, circle = '  {} [label="{{ {} }}"]', '  {} [label="{}", shape=circle]'
    body = _drawn(_nodes(root, most), box, circle, "  {} -> {}", " | ", _record)
    return "\n".join(["digraph {", "  rankdir=LR", "  node [shape=record]", *body, "}", ""])


def mermaid(root: Value, *, most: int = NODES_DRAWN) -> str:
    """A Mermaid flowchart."""
    box, circle = '  {}["{}"]', '  {}(("{}"))'
    body = _drawn(_nodes(root, most), box, circle, "  {} --> {}", "<br>", _entities)
    return "\n".join(["flowchart LR", *body, ""])


def svg(root: Value, path: str | Path, *, most: int = NODES_DRAWN) -> Path:
    """Draw the graph into an SVG file with Graphviz."""
    source, program = dot(root, most=most), shutil.which("dot")
    if program is None:
        raise SymgradError(
            "an SVG drawing needs Graphviz, whose program dot is not on the PATH",
            hint="install graphviz, or use the format dot, mermaid or tree, which need nothing",
        )
    options = QUICK if len(order((root,))) > NODES_DRAWN_TIDILY else ()
    try:
        done = subprocess.run(
            [program, "-Tsvg", *options], input=source.encode(), capture_output=True, check=True,
            timeout=GRAPHVIZ_SECONDS,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise LimitReached(
            f"Graphviz took longer than {GRAPHVIZ_SECONDS} seconds", "seconds",
            hint="the formats dot, mermaid and tree are quick",
        ) from None  # fmt: skip
    except subprocess.CalledProcessError as error:
        reason = error.stderr.decode(errors="replace").strip()
        raise SymgradError(f"Graphviz could not draw the graph: {reason}") from None
    target = Path(path)
    try:
        target.write_bytes(done.stdout)
    except OSError as error:
        raise SymgradError(f"cannot write {target}: {error.strerror}") from None
    return target


def tree(root: Value, *, most: int = NODES_DRAWN) -> str:
    """The graph for a terminal: what is used more than once is drawn once, then referred to."""
    nodes = _nodes(root, most)
    uses = Counter(a for node in nodes for a in node.args)
    marks: dict[Value, str] = {}
    trees: list[list[TreeRow]] = []
    waiting = deque([root])
    while waiting:
        trees.append(_grown(waiting.popleft(), uses, marks, waiting))
    eager = root.data is not None
    width = max(len(text) for rows in trees for text, _ in rows)
    return "\n\n".join(_columns(rows, width, eager) for rows in trees)


def _grown(
    top: Value, uses: Counter[Value], marks: dict[Value, str], late: deque[Value]
) -> list[TreeRow]:
    """The rows of one tree; nodes too deep for it are put into `late`."""
    rows: list[TreeRow] = []
    stack = [("", "", top, 0)]
    while stack:
        before, twig, node, depth = stack.pop()
        again = node in marks and node is not top
        later = not again and depth == TREE_LEVELS and bool(node.args)
        if node.args and node not in marks and (uses[node] > 1 or later):
            marks[node] = f"#{len(marks) + 1}"
        shown = (title(node) or "·") + _reference(marks.get(node), again, later)
        rows.append((before + twig + shown, node))
        if later:
            late.append(node)
        elif not again:
            below = before + _BELOW[twig]
            twigs = ["├─ "] * (len(node.args) - 1) + ["└─ "]
            stack += reversed([(below, t, a, depth + 1) for t, a in zip(twigs, node.args)])
    return rows


def _reference(mark: str | None, again: bool, later: bool) -> str:
    if not mark:
        return ""
    return f" (see {mark})" if again else f" (continued at {mark})" if later else f" {mark}"


def _columns(rows: list[TreeRow], width: int, eager: bool) -> str:
    """The tree at the left, data and gradients in columns at the right."""
    lines = []
    for text, node in rows:
        numbers = "".join(f"   {fact:<15}" for fact in (facts(node) if eager else []))
        lines.append(f"{text:<{width}}{numbers}".rstrip())
    return "\n".join(lines)


def title(node: Value) -> str:
    """What a node is: a name, an exact number, or the operation."""
    if node.op:
        return node.op.symbol or node.op.text or node.op.name
    if isinstance(node.label, str):
        return node.label
    if is_literal(node):
        digits = numeral(abs(node.label))
        return str(node.label) if digits is None else "-" * (node.label < 0) + digits
    return "" if node.data is not None else "?"


def facts(node: Value) -> list[str]:
    """The node's data and gradient, where it has them."""
    return [] if node.data is None else [f"data {number(node.data)}", f"grad {number(node.grad)}"]


def number(x: float) -> str:
    """Four decimals as in micrograd, or three digits and an exponent where these say nothing."""
    return f"{x:.4f}" if x == 0 or 1e-3 <= abs(x) < 1e7 or x - x != 0 else f"{x:.3e}"


def _nodes(root: Value, most: int) -> list[Value]:
    nodes = order((root,))
    if len(nodes) > most:
        raise LimitReached(
            f"a drawing of {len(nodes):,} nodes: at most {most:,} are drawn", "nodes"
        )
    return nodes


def _drawn(
    nodes: Sequence[Value], box: str, circle: str, edge: str, between: str, escape: Escape
) -> Iterator[str]:
    """A line for every box, circle and edge, arguments first.

    With data, an operation is a circle and the box of its result; without, its circle alone.
    """
    eager = nodes[-1].data is not None
    ends: dict[Value, str] = {}
    for i, node in enumerate(nodes):
        ends[node] = f"n{i}" if eager or not node.args else f"op{i}"
        if node.args:
            yield circle.format(f"op{i}", escape(title(node)))
            yield from (edge.format(ends[a], f"op{i}") for a in node.args)
        texts = facts(node) if eager else []
        if texts or not node.args:
            named = [] if node.args else [title(node)]
            yield box.format(f"n{i}", between.join(escape(t) for t in named + texts if t))
        if texts and node.args:
            yield edge.format(f"op{i}", f"n{i}")


def _escaping(special: str, escaped: Escape) -> Escape:
    table = {ord(c): escaped(c) for c in special}
    return lambda text: text.translate(table)


_record = _escaping('\\"{}|<>', lambda c: "\\" + c)
_entities = _escaping('"&<>#;+-*/^!|[](){}', lambda c: f"#{ord(c)};")
