"""The drawn graph: DOT, SVG, Mermaid and the tree in the terminal."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given

from symgrad.engine import order
from symgrad.errors import LimitReached, SymgradError
from symgrad.notation.drawing import dot, mermaid, svg, tree
from symgrad.value import Graphs, Value, apply, variable
from symgrad.value.boxes import number, picture

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
    for _ in range(3_000):
        root = apply("sin", root)
    for draw in (dot, mermaid, tree):
        with pytest.raises(LimitReached, match="3,001 nodes: at most 2,000"):
            draw(root)


def shapes(drawn: str) -> Counter[str]:
    """How many elements of each kind an SVG has; it is well-formed XML."""
    return Counter(e.tag.split("}")[1] for e in ElementTree.fromstring(drawn).iter())


def test_svg(tmp_path: Path) -> None:
    """A file has a box a number, a circle an operation, and a line an argument."""
    drawn = svg(eager(), tmp_path / "graph.svg").read_text(encoding="utf-8")
    assert {"rect": 6, "ellipse": 3, "path": 5 + 3} == {
        kind: shapes(drawn)[kind] for kind in ("rect", "ellipse", "path")
    }
    assert all(f">{text}</text>" in drawn for text in ("x", "tanh", "data 0.9640", "grad 0.0353"))


def test_a_value_shows_its_graph_in_a_notebook() -> None:
    """A Value is drawn where a notebook asks for a picture; one too large to read is not."""
    root = eager()
    assert 6 == shapes(root._repr_svg_())["rect"]
    for _ in range(200):
        root = root.sin()
    assert root._repr_svg_() is None


def test_labels_of_inner_nodes_are_drawn() -> None:
    """What a user calls the result of an operation stands in every drawing."""
    root = eager()
    root.label, root.args[0].label = "out", "n"
    assert ">out</text>" in root._repr_svg_() and ">n</text>" in root._repr_svg_()
    assert 'label="{ out | data 0.9640' in dot(root) and '["out<br>data' in mermaid(root)
    assert "└─ n = +" in tree(root)


@examples(60)
@given(graphs())
def test_no_box_covers_another(drawn: tuple[Value, dict[str, float]]) -> None:
    """Boxes of one picture are apart, whatever the graph."""
    boxes = [tuple(float(e.get(k, "0")) for k in ("x", "y", "width", "height"))
             for e in ElementTree.fromstring(boxes_of(drawn[0])).iter() if e.tag.endswith("rect")]
    for i, (x, y, w, h) in enumerate(boxes):
        assert all(x + w <= a or a + c <= x or y + h <= b or b + d <= y
                   for a, b, c, d in boxes[:i])  # fmt: skip


def boxes_of(root: Value) -> str:
    return picture(order((root,)))


def test_svg_that_cannot_be_written(tmp_path: Path) -> None:
    """A path that cannot be written is an error that names it."""
    with pytest.raises(SymgradError, match=r"cannot write .*missing"):
        svg(eager(), tmp_path / "missing" / "graph.svg")


def test_small_numbers_keep_digits() -> None:
    """A gradient of 1e-9 is not shown as 0.0000."""
    assert ["0.0000", "2.0000", "1.000e-09", "-1.500e+12", "nan", "inf"] == [
        number(n) for n in (0.0, 2.0, 1e-9, -1.5e12, float("nan"), float("inf"))
    ]


def test_large_drawings_are_linear() -> None:
    """A graph of the largest size is drawn without recursion."""
    g, root = Graphs(), variable("x")
    for _ in range(900):
        root = g.sin(root) * root
    assert len(dot(root)) < 200_000 and len(tree(root)) < 400_000
