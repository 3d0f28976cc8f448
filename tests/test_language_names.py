"""Names and numbers in options: the command line takes what the language takes."""

from __future__ import annotations

from argparse import Namespace

import pytest

from symgrad.cli.arguments import expression, names, point
from symgrad.errors import LanguageError, SymgradError, UsageError
from symgrad.language import explicit, graph_of, name_of

WRITTEN = [
    ("x", "x"), (" x ", "x"), ("x1", "x1"), ("x_1", "x_1"), ("x₁", "x_1"), ("x_{1}", "x_1"),
    ("x_{12}", "x_12"), ("α", "alpha"), (r"\alpha", "alpha"), ("α₁", "alpha_1"), ("speed", "speed"),
    ("ｘ", "x"),
]  # fmt: skip
NO_NAMES = ["", " ", "1a", "1", "x y", "x+1", "x^2", "f(x)", "x_{i,j}", "x-1", "\\", "$x$", "💗"]


@pytest.mark.parametrize(("text", "name"), WRITTEN)
def test_a_name_is_the_same_however_it_is_written(text: str, name: str) -> None:
    """A name in an option is the name that the formula has; declaring it so is enough, too."""
    assert name == name_of(text)
    assert {name: 2.0} == point([f"{text}=2"])
    assert [name] == names([text])
    assert name == explicit(graph_of(name, variables=[text.strip()]).root) or "\\" in text


@pytest.mark.parametrize("text", NO_NAMES)
def test_what_is_no_name_is_refused(text: str) -> None:
    """What is no name is neither declared, nor bound, nor differentiated by."""
    with pytest.raises(LanguageError, match="is no name"):
        name_of(text)
    with pytest.raises(SymgradError):
        names([text])
    with pytest.raises(SymgradError):
        point([f"{text}=2"])


def test_a_name_comes_once() -> None:
    """Two ways to write one name are one name."""
    with pytest.raises(UsageError, match="--at gives x_1 twice"):
        point(["x₁=2", "x_{1}=3"])


@pytest.mark.parametrize(
    ("text", "said"),
    [("1_0", "stands inside a number"), ("1e-400", "too small"), ("1e400", "too large"),
     ("-1e999", "too large"), ("0.001e-330", "too small"), ("inf", "infinity"), ("nan", "nan"),
     ("1 000", "side by side"), ("a", "contains the variable a"), ("0x10", "another base")],
)  # fmt: skip
def test_numbers_that_the_language_refuses(text: str, said: str) -> None:
    """A value is a number of the language, and none is turned into 0 or infinity in silence."""
    with pytest.raises(UsageError) as caught:
        point([f"x={text}"])
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [("2", 2.0), ("-.5", -0.5), ("+3.", 3.0), ("0e9", 0.0), ("1e-320", 1e-320), ("2^3", 8.0),
     ("1/4", 0.25), ("-0", 0.0)],
)  # fmt: skip
def test_numbers_that_the_language_reads(text: str, value: float) -> None:
    """A value is a decimal or a constant formula."""
    assert {"x": value} == point([f"x={text}"])


def test_the_mark_of_an_editor_is_no_part_of_a_line() -> None:
    """A byte order mark, which nobody sees, is left out."""
    assert "x^2" == expression("\ufeffx^2\n", Namespace(vars=[])).text
    assert "x^2" == expression("x\ufeff^2", Namespace(vars=[])).text
