"""Plots by matplotlib, the extra `plot`: a curve with its derivative, or a surface.

- `curve(root, name, others, span)` draws f and f'; poles are dotted lines, kinks dots, and nothing
  is joined over a gap. Where a point is `touched`, the tangent there is drawn.
- `surface(root, names, at, spans)` draws f over two variables, with holes where it has breaks.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from . import curves, notation
from .curves import WILD_ELSEWHERE, Break, Piece, Span, middle
from .errors import Unsupported
from .value import Value

LABEL_CHARACTERS = 48  # a longer formula is called f
NOT_ALL = "not all of it is shown: a shorter span tells more"
Touched = tuple[float, float, float | None]  # x, f(x), f'(x) if there is one
COLOURS = ("tab:blue", "tab:orange", "tab:green")  # f, f', the tangent


def matplotlib() -> Any:
    """matplotlib.pyplot, which takes a second to load. Raises Unsupported where it is missing."""
    try:
        from matplotlib import pyplot  # noqa: PLC0415  # an extra
    except ImportError:
        raise Unsupported("plots need matplotlib", hint="pip install 'symgrad[plot]'") from None
    return pyplot


def curve(
    root: Value, name: str, others: Mapping[str, float], span: Span, axes: Any = None,
    touched: Touched | None = None,
) -> Any:  # fmt: skip
    """f and f' along one variable, on matplotlib axes; `touched` is where a tangent is drawn."""
    drawn = curves.curves(root, name, others, span)
    axes = axes or matplotlib().subplots()[1]
    _lines(axes, drawn.derivative, color=COLOURS[1], label=f"f'({name})", linestyle="--")
    _lines(axes, drawn.value, color=COLOURS[0], label=_named(root, (name,)))
    for found in drawn.breaks:
        _marked(axes, found)
    if touched is not None:
        _tangent(axes, name, touched, span)
    axes.set_ylim(*drawn.heights)
    axes.set_xlim(span.start, span.end)
    axes.set_xlabel(name)
    axes.set_title("; ".join(filter(None, [_bound(others), NOT_ALL if drawn.coarse else ""])))
    axes.grid(alpha=0.3)
    axes.legend()
    return axes


def _lines(axes: Any, pieces: Sequence[Piece], label: str, **style: Any) -> None:
    """Each piece by itself; the legend names the first."""
    for k, piece in enumerate(pieces):
        xs, ys = zip(*piece)
        axes.plot(xs, ys, label=label if k == 0 else None, **style)


def _marked(axes: Any, found: Break) -> None:
    if found.y is not None:
        axes.plot([found.x], [found.y], "o", color=COLOURS[0], label=None)
    elif found.kind in ("pole", "open"):
        axes.axvline(found.x, color="gray", linestyle=":", linewidth=1)


def _tangent(axes: Any, name: str, touched: Touched, span: Span) -> None:
    """The tangent, or only the point where there is none."""
    x, y, m = touched
    if m is None:
        axes.plot([x], [y], "o", color=COLOURS[2], label=f"at {name} = {x:g}: no finite derivative")
        return
    ends = (span.start, span.end)
    axes.plot(ends, [y + m * (end - x) for end in ends], color=COLOURS[2], linewidth=1,
              label=f"tangent at {name} = {x:g}: slope {m:.6g}")  # fmt: skip
    axes.plot([x], [y], "o", color=COLOURS[2])


def surface(
    root: Value, names: tuple[str, str], at: Mapping[str, float], spans: tuple[Span, Span],
    axes: Any = None,
) -> Any:  # fmt: skip
    """f over two variables, on three-dimensional matplotlib axes."""
    drawn = curves.surface(root, names, at, spans)
    if axes is None:
        axes = matplotlib().figure().add_subplot(projection="3d")
    n = len(drawn.ys)
    corners = [i * n + j for i, j in drawn.cells]
    triangles = [t for c in corners for t in ((c, c + n, c + 1), (c + n, c + n + 1, c + 1))]
    flat = [z for row in drawn.heights for z in row]
    shown = [flat[k] for k in {k for t in triangles for k in t}]
    if triangles:
        axes.plot_trisurf(
            [x for x in drawn.xs for _ in drawn.ys], [y for _ in drawn.xs for y in drawn.ys],
            [z if math.isfinite(z) else 0.0 for z in flat],  # those are in no triangle
            triangles=triangles, cmap="viridis", linewidth=0,
        )  # fmt: skip
        axes.set_zlim(*middle(shown, WILD_ELSEWHERE))
    axes.set_xlabel(names[0])
    axes.set_ylabel(names[1])
    axes.set_title(_named(root, names) + ("" if not at else f", {_bound(at)}"))
    return axes


def _named(root: Value, names: Sequence[str]) -> str:
    """f(x) = the formula, if there is room for it."""
    formula = notation.unicode(root)
    head = f"f({', '.join(names)})"
    return f"{head} = {formula}" if len(formula) <= LABEL_CHARACTERS else head


def _bound(at: Mapping[str, float]) -> str:
    return ", ".join(f"{name} = {x:g}" for name, x in at.items())


__all__ = ["curve", "surface"]
