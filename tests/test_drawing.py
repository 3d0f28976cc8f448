"""The drawn graph: DOT, SVG, Mermaid and the tree in the terminal."""

from __future__ import annotations

import re
import shutil
import stat
from pathlib import Path

import pytest
from hypothesis import given

from symgrad.engine import order
from symgrad.errors import LimitReached, SymgradError
from symgrad.notation import drawing
from symgrad.notation.drawing import dot, mermaid, svg, tree
from symgrad.value import Graphs, Value, apply, variable

from .strategies import examples, graphs


def eager() -> Value:
    """tanh(x*w + b) at x = 2, w = 0.5, b = 1, differentiated."""
    x, w, b = variable("x", 2.0), variable("w", 0.5), variable("b", 1.0)
    root = apply("tanh", x * w + b)
    root.backward()
    return root


def free() -> Value:
    x, y = variable("x"), variable("y")
    s = x * y
    return apply("sin", s) + s


def test_dot_of_values() -> None:
    """Every number is a record with label, data and gradient; every operation a circle."""
    source = dot(eager())
    assert '  n0 [label="{ x | data 2.0000 | grad 0.0353 }"]' in source.splitlines()
    assert '  op2 [label="*", shape=circle]' in source.splitlines()
    assert '[label="{ data 0.9640 | grad 1.0000 }"]' in source
    assert "rankdir=LR" in source


def test_dot_of_variables() -> None:
    """A graph without data has no gradients to show: its operations are circles alone."""
    assert [
        "digraph {", "  rankdir=LR", "  node [shape=record]",
        '  n0 [label="{ x }"]', '  n1 [label="{ y }"]',
        '  op2 [label="*", shape=circle]', "  n0 -> op2", "  n1 -> op2",
        '  op3 [label="sin", shape=circle]', "  op2 -> op3",
        '  op4 [label="+", shape=circle]', "  op3 -> op4", "  op2 -> op4", "}",
    ] == dot(free()).splitlines()  # fmt: skip


def test_mermaid() -> None:
    """Mermaid has the same boxes and circles; a sign that it would read as markup is escaped."""
    assert ["flowchart LR", '  n0["x"]', '  n1["y"]', '  op2(("#42;"))', "  n0 --> op2"] == (
        mermaid(free()).splitlines()[:5]
    )
    assert '  n0["x<br>data 2.0000<br>grad 0.0353"]' in mermaid(eager()).splitlines()


def test_tree_of_values() -> None:
    """The tree shows data and gradient of every node in columns."""
    assert [
        "tanh        data 0.9640       grad 1.0000",
        "└─ +        data 2.0000       grad 0.0707",
        "   ├─ *     data 1.0000       grad 0.0707",
        "   │  ├─ x  data 2.0000       grad 0.0353",
        "   │  └─ w  data 0.5000       grad 0.1413",
        "   └─ b     data 1.0000       grad 0.0707",
    ] == [re.sub(r" {3}(?=data)", "  ", line) for line in tree(eager()).splitlines()]


def test_tree_shows_shared_nodes_once() -> None:
    """A node that is used twice is drawn once and then referred to."""
    assert ["+", "├─ sin", "│  └─ * #1", "│     ├─ x", "│     └─ y", "└─ * (see #1)"] == (
        tree(free()).splitlines()
    )


def test_deep_tree_goes_on_at_the_margin() -> None:
    """What is nested too deep for the page is drawn further down."""
    root = variable("x")
    for _ in range(60):
        root = apply("sin", root)
    lines = tree(root).splitlines()
    assert max(map(len, lines)) < 110
    assert 60 == sum(" sin" in line or line.startswith("sin") for line in lines) - 2
    assert "sin #1" in lines


@examples(100)
@given(graphs())
def test_everything_is_drawn(drawn: tuple[Value, dict[str, float]]) -> None:
    """Each node appears once in each drawing, each argument as one edge."""
    root = drawn[0]
    nodes = order((root,))
    edges = sum(len(node.args) for node in nodes)
    for source, arrow in ((dot(root), " -> "), (mermaid(root), " --> ")):
        assert edges == source.count(arrow)
        assert len(nodes) == len(source.splitlines()) - edges - (4 if arrow == " -> " else 1)
    assert edges + 1 >= len([line for line in tree(root).splitlines() if line]) >= len(nodes)


def test_names_cannot_break_out() -> None:
    """Characters that DOT, records or Mermaid would read are escaped."""
    name = 'a"|{}<b>\\'
    assert 'label="{ a\\"\\|\\{\\}\\<b\\>\\\\ }"' in dot(variable(name) + 1)
    assert '["a#34;#124;#123;#125;#60;b#62;\\"]' in mermaid(variable(name) + 1)


def test_too_large() -> None:
    """A drawing that nobody could read is refused, with the count and the limit."""
    root = variable("x")
    for _ in range(100_000):
        root = apply("sin", root)
    for draw in (dot, mermaid, tree):
        with pytest.raises(LimitReached, match="100,001 nodes: at most 2,000"):
            draw(root)


def test_svg_without_graphviz(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without Graphviz the error says what to install and what works without."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SymgradError, match=r"install graphviz, or .* mermaid or tree"):
        svg(eager(), tmp_path / "graph.svg")


def program(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A program named dot in front of all others."""
    path = folder / "dot"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def test_svg(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What Graphviz answers to the DOT source is the file."""
    program(tmp_path, monkeypatch, 'echo "$@"; cat')
    path = svg(eager(), tmp_path / "graph.svg")
    assert "-Tsvg\n" + dot(eager()) == path.read_text()


def test_svg_where_graphviz_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Graphviz's own complaint is passed on, and no file is left."""
    program(tmp_path, monkeypatch, "echo no layout >&2; exit 1")
    with pytest.raises(SymgradError, match="could not draw the graph: no layout"):
        svg(eager(), tmp_path / "graph.svg")
    assert not (tmp_path / "graph.svg").exists()


def test_svg_that_takes_too_long(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Graphviz is stopped when its time is up."""
    program(tmp_path, monkeypatch, "exec sleep 5")
    monkeypatch.setattr(drawing, "GRAPHVIZ_SECONDS", 0.1)
    with pytest.raises(LimitReached, match="longer than"):
        svg(eager(), tmp_path / "graph.svg")


def test_svg_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A path that cannot be written is an error that names it."""
    program(tmp_path, monkeypatch, "cat")
    with pytest.raises(SymgradError, match=r"cannot write .*missing"):
        svg(eager(), tmp_path / "missing" / "graph.svg")


def test_svg_by_graphviz_itself(tmp_path: Path) -> None:
    """Where Graphviz is installed, the file is an SVG with every operation in it."""
    if shutil.which("dot"):
        drawn = svg(eager(), tmp_path / "graph.svg").read_text()
        assert drawn.startswith("<?xml") and "tanh" in drawn
    else:
        with pytest.raises(SymgradError, match="install graphviz"):
            svg(eager(), tmp_path / "graph.svg")


def test_small_numbers_keep_digits() -> None:
    """A gradient of 1e-9 is not shown as 0.0000."""
    assert ["0.0000", "2.0000", "1.000e-09", "-1.500e+12", "nan", "inf"] == [
        drawing.number(n) for n in (0.0, 2.0, 1e-9, -1.5e12, float("nan"), float("inf"))
    ]


def test_large_drawings_are_linear() -> None:
    """A graph of the largest size is drawn without recursion."""
    g, root = Graphs(), variable("x")
    for _ in range(900):
        root = g.sin(root) * root
    assert len(dot(root)) < 200_000 and len(tree(root)) < 400_000
