"""A graph written down: as typed text, with Unicode letters, in LaTeX, as MathML.

- `text(root)` parses back to the same graph. Above 2,000 characters shared nodes print as
  bindings, `a1 = x^2 + 1; a1*sin(a1)`, since written out they can grow exponentially.
- `unicode(root)` is 2x·cos(x²), `latex(root)` is 2 x \\cos\\left(x^{2}\\right) and reads back too,
  `mathml(root)` is a <math> element.
- `cases(root)` are the values of a function of cases, each beside its condition.
- How a row prints stands in the row of the table; a row added at run time prints as a call.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import count

from ..engine import order
from ..value import Value, is_valueless
from .latex import Latex
from .layout import (
    SIGNS_COMPARED,
    Slot,
    Style,
    is_condition,
    lengths,
    put_together,
    spelled,
    written,
)
from .mathml import MathML
from .plain import Short, Text, Unicode

__all__ = ["SIGNS_COMPARED", "cases", "latex", "mathml", "text", "unicode", "with_signs"]

NOT_NAMED = 8  # characters that are not worth a name


def text(root: Value, *, explicit: bool = True) -> str:
    """The text that parses back to this graph, every product with its `*` (or else `2x`)."""
    return _printed(root, Text if explicit else Short)


def unicode(root: Value) -> str:
    """The text with superscripts, subscripts, Greek letters and roots."""
    return _printed(root, Unicode)


def with_signs(said: str) -> str:
    """A sentence with the signs of its comparisons as they are typeset: x ≠ 5."""
    for typed, sign in SIGNS_COMPARED.items():
        said = said.replace(f" {typed} ", f" {sign} ")
    return said


def latex(root: Value) -> str:
    """The LaTeX source, without dollars."""
    return _printed(root, Latex)


def mathml(root: Value) -> str:
    """A presentation MathML element."""
    body = _printed(root, MathML)
    table = f"<mtable>{body}</mtable>" if body.startswith("<mtr>") else body
    return f'<math xmlns="http://www.w3.org/1998/Math/MathML">{table}</math>'


def cases(root: Value) -> list[tuple[str, str]]:
    """The values of a function of cases, each with its condition; "" for all that is left."""
    style = Text(order((root,)))
    found, left = [], root
    while left.op and style.goes_on(left):
        row = style.case_row(left.args)
        found.append(([style.branch(row.value)], style.where(row)))
        left = row.rest
    if not is_valueless(left):
        found.append(([Slot(left)], []))
    return [(put_together(a, style) or "", put_together(b, style) or "") for a, b in found]


def _printed(root: Value, kind: type[Style]) -> str:
    nodes = order((root,))
    if any(node.op and node.op.spelling for node in nodes):
        root = spelled(root)
        nodes = order((root,))
    style = kind(nodes)
    whole = written(root, style, most=style.long)
    if whole is not None:
        return whole
    style.names = _names(nodes, style)
    bound = [
        style.equation.format(style.name(name), written(node, style))
        for node, name in style.names.items()
    ]
    last = written(root, style) or ""
    return style.between.join([*bound, style.last.format(last) if bound else last])


def _names(nodes: Sequence[Value], style: Style) -> dict[Value, str]:
    """Names for the nodes that are used more than once, arguments first."""
    uses = Counter(a for node in nodes for a in node.args)
    sizes = lengths(nodes, style)
    fresh = _fresh({n.label for n in nodes if isinstance(n.label, str)}, style.name_pattern)
    return {
        node: next(fresh)
        for node in nodes
        if uses[node] > 1 and node.op and sizes[node] > NOT_NAMED
        and not is_condition(node) and not is_valueless(node)
    }


def _fresh(taken: set[str], pattern: str) -> Iterator[str]:
    return (name for name in map(pattern.format, count(1)) if name not in taken)
