"""The graph with data and gradient on every node, as micrograd draws it.

- `dot(root)` is Graphviz source, `svg(root, path)` a file, `mermaid(root)` a diagram that GitHub
  and notebooks render, `tree(root)` text for a terminal.
- A graph with free variables has no data and no gradients: only its shape is drawn.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from ..engine import order
from ..errors import LimitReached, SymgradError
from ..value import Value
from ..value.boxes import facts, label, picture, title, with_gradient

Escape = Callable[[str], str]
TreeRow = tuple[str, Value]

NODES_DRAWN = 2_000  # nodes; a larger drawing cannot be read
TREE_LEVELS = 24  # levels of a tree; what is deeper goes on further down, at the left margin


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
    """Draw the graph into an SVG file."""
    target = Path(path)
    drawn = picture(_nodes(root, most))
    try:
        target.write_text(drawn, encoding="utf-8")
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
    graded = with_gradient(nodes)
    told = {node: facts(node, graded) if eager else [] for node in nodes}
    return "\n\n".join(_columns(rows, width, told) for rows in trees)


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
        shown = named(node) + _reference(marks.get(node), again, later)
        rows.append((before + twig + shown, node))
        if later:
            late.append(node)
        elif not again:
            below = before + _BELOW[twig]
            twigs = ["├─ "] * (len(node.args) - 1) + ["└─ "]
            stack += reversed([(below, t, a, depth + 1) for t, a in zip(twigs, node.args)])
    return rows


def named(node: Value) -> str:
    """d = *: the operation, and what the user called its result."""
    return f"{label(node)} = {title(node)}" if label(node) else title(node) or "·"


def _reference(mark: str | None, again: bool, later: bool) -> str:
    if not mark:
        return ""
    return f" (see {mark})" if again else f" (continued at {mark})" if later else f" {mark}"


def _columns(rows: list[TreeRow], width: int, told: Mapping[Value, list[str]]) -> str:
    """The tree at the left, data and gradients in columns at the right."""
    lines = []
    for text, node in rows:
        numbers = "".join(f"   {fact:<15}" for fact in told[node])
        lines.append(f"{text:<{width}}{numbers}".rstrip())
    return "\n".join(lines)


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
    graded = with_gradient(nodes)
    ends: dict[Value, str] = {}
    for i, node in enumerate(nodes):
        ends[node] = f"n{i}" if eager or not node.args else f"op{i}"
        if node.args:
            yield circle.format(f"op{i}", escape(title(node) if eager else named(node)))
            yield from (edge.format(ends[a], f"op{i}") for a in node.args)
        texts = facts(node, graded) if eager else []
        if texts or not node.args:
            called = label(node) if node.args else title(node)
            yield box.format(f"n{i}", between.join(escape(t) for t in (called, *texts) if t))
        if texts and node.args:
            yield edge.format(f"op{i}", f"n{i}")


def _escaping(special: str, escaped: Escape) -> Escape:
    table = {ord(c): escaped(c) for c in special}
    return lambda text: text.translate(table)


_record = _escaping('\\"{}|<>', lambda c: "\\" + c)
_entities = _escaping('"&<>#;+-*/^!|[](){}', lambda c: f"#{ord(c)};")
