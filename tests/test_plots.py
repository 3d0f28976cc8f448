"""What `f.plot()` draws: pieces that may be joined, and nothing over a break."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

import symgrad as sg
from symgrad.curves import Span, curves, surface

pytestmark = pytest.mark.needs("matplotlib")


@pytest.fixture(autouse=True)
def _no_window() -> Iterator[None]:
    import matplotlib

    matplotlib.use("Agg")
    yield
    matplotlib.pyplot.close("all")


def lines(axes: Any, label: str) -> list[Any]:
    """The lines of the colour that this label has in the legend."""
    named = [line for line in axes.lines if str(line.get_label()).startswith(label)]
    return [line for line in axes.lines if line.get_color() == named[0].get_color()
            and line.get_linestyle() == named[0].get_linestyle()]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "breaks"),
    [("tan(x)", [-3 * math.pi / 2, -math.pi / 2, math.pi / 2, 3 * math.pi / 2]),
     ("1/(x-3)", [3.0]), ("sign(x)", [0.0]), ("sin(x)/x", []), ("x^3", [])],
)  # fmt: skip
def test_no_line_crosses_a_break(text: str, breaks: list[float]) -> None:
    """f is drawn in one piece more than it has poles and jumps, none of them across one."""
    drawn = lines(sg.parse(text).plot(), "f(x)")
    assert len(breaks) + 1 == len(drawn)
    for line in drawn:
        xs = line.get_xdata()
        assert not any(xs[0] < x < xs[-1] for x in breaks)


def test_points_lie_on_the_curve() -> None:
    """Every point drawn is f's and f''s, to what a picture shows."""
    axes = sg.parse("x*sin(x)").plot(span=(-2, 2))
    for x, y in zip(*lines(axes, "f(x)")[0].get_data()):
        assert y == pytest.approx(x * math.sin(x), abs=1e-6)
    for x, y in zip(*lines(axes, "f'(x)")[0].get_data()):
        assert y == pytest.approx(math.sin(x) + x * math.cos(x), abs=1e-6)


def test_kinks_are_dots_and_poles_are_lines() -> None:
    """A kink is a dot on the curve, a pole a line from top to bottom."""
    axes = sg.parse("|x - 1| + 1/(x + 2)").plot()
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    assert [1.0] == [pytest.approx(dot.get_xdata()[0], abs=1e-2) for dot in dots]
    poles = [line for line in axes.lines if line.get_linestyle() == ":"]
    assert [-2.0] == [pytest.approx(pole.get_xdata()[0], abs=1e-2) for pole in poles]


def test_a_tangent() -> None:
    """`at` binds the variable of the axis for the tangent: it goes through f with slope f'."""
    (tangent,) = lines(sg.parse("x^2").plot({"x": 3}), "tangent")
    (x0, x1), (y0, y1) = tangent.get_data()
    assert 6 == (y1 - y0) / (x1 - x0) and 9 == y0 + 6 * (3 - x0)


@pytest.mark.parametrize("text", ["|x|", "max(x, 0)", "sqrt(x)", "cbrt(x)"])
def test_no_tangent_at_a_corner(text: str) -> None:
    """Where there is no finite derivative the legend says so, and no line is drawn."""
    axes = sg.parse(text).plot({"x": 0})
    assert "at x = 0: no finite derivative" in axes.get_legend_handles_labels()[1]
    assert not [line for line in axes.lines if str(line.get_label()).startswith("tangent")]


def test_others_are_bound() -> None:
    """The other variables are those that `at` binds; one by `wrt` is along the axis."""
    axes = sg.parse("a*x^2").plot({"a": 2}, span=(0, 1))
    assert "x" == axes.get_xlabel() and "a = 2" == axes.get_title()
    assert 2.0 == lines(axes, "f(x)")[0].get_ydata()[-1]
    assert "a" == sg.parse("a*x^2").plot({"x": 2}, wrt="a").get_xlabel()


def test_two_variables_are_a_surface() -> None:
    """Two free variables span a surface; no cell of it lies over a pole or outside the domain."""
    axes = sg.parse("1/(x-y)").plot()
    assert ("x", "y") == (axes.get_xlabel(), axes.get_ylabel())
    drawn = surface(sg.parse("sqrt(x)/(x-y)").root, ("x", "y"), {}, (Span(-1, 1), Span(-1, 1)), 12)
    assert drawn.cells
    for i, j in drawn.cells:
        corners = [(drawn.xs[k], drawn.ys[m]) for k in (i, i + 1) for m in (j, j + 1)]
        assert all(x >= 0 for x, _ in corners) and 1 == len({x > y for x, y in corners})


def test_what_cannot_be_drawn() -> None:
    """More than two free variables, or a span that is none, is an error that says what to do."""
    with pytest.raises(sg.UsageError, match="bind c by at"):
        sg.parse("a + b + c").plot()
    with pytest.raises(sg.UsageError, match="say which by wrt"):
        sg.parse("a*b").plot({"a": 1, "b": 2})
    with pytest.raises(sg.UsageError, match="from a number to a larger one"):
        sg.parse("x").plot(span=(1, 1))
    for span in (5, (1, 2, 3), ("a", "b"), None, ((0, 1), (0, 1))):
        with pytest.raises(sg.UsageError, match="where a plot starts and ends"):
            sg.parse("x").plot(span=span)
    with pytest.raises(sg.UsageError, match="axes are matplotlib's"):
        sg.parse("x").plot(axes=5)


def test_a_number_is_a_level_line() -> None:
    """A formula without variables is drawn too."""
    assert {2.0} == set(lines(sg.parse("2").plot(), "f(x)")[0].get_ydata())


def test_without_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names what to install."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(sg.Unsupported, match=r"symgrad\[plot\]"):
        sg.parse("x").plot()


def test_pieces_go_from_left_to_right() -> None:
    """The pieces that the page and matplotlib draw are in order, and so are their points."""
    drawn = curves(sg.parse("tan(x) + ln(x+2)").root, "x", {}, Span(-6, 6))
    xs = [x for piece in drawn.value for x, _ in piece]
    assert all(a < b for a, b in pairwise(xs))
