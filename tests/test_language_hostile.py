"""Hostile texts: too large, too deep, too ambiguous, invisible; each gets an answer at once."""

from __future__ import annotations

import pickle
import subprocess
import sys
from dataclasses import replace
from functools import partial

import pytest

from symgrad.errors import LanguageError, LimitReached, SymgradError
from symgrad.language import all_readings, graph_of
from symgrad.limits import Limits

from .fuzz_language import calls_and_error, fuzz

DEEP, LONG = 100_000, 20_000
HUGE = {
    "nested brackets": "(" * DEEP + "x" + ")" * DEEP,
    "nested calls": "sin(" * LONG + "x" + ")" * LONG,
    "sum of terms": "+".join(f"{i}*x{i % 9}" for i in range(DEEP)),
    "bindings": "u0 = x;" + "".join(f"u{i + 1} = u{i}*x;" for i in range(DEEP)) + f"u{DEEP}",
    "signs": "-" * LONG + "x",
    "powers": "^".join("x" * LONG),
    "juxtaposed": "x " * LONG,
    "open arguments": "sin " * LONG + "x",
    "bars": "|" * LONG + "x" + "|" * LONG,
    "latex fractions": r"\frac{x}{" * LONG + "x" + "}" * LONG,
}


@pytest.mark.parametrize("text", [
    pytest.param(text, id=name, marks=[pytest.mark.slow] if len(text) > 2 * DEEP else [])
    for name, text in HUGE.items()])  # fmt: skip
def test_large_texts_are_read(text: str) -> None:
    """100,000 brackets, terms or bindings are read under the library's limits, no recursion."""
    assert graph_of(text).root is not None


@pytest.mark.parametrize(
    "text",
    ["9^9^9^9", "((9!)!)!", "1e999999999", "1e-999999999", "171!", "2^(10^9)", "9^9^9^sqrt(4)",
     "(1/3)^-99999", "9^(2^40)", "9" * 401, "a" * 65, "x" + "²" * 500, "a=9^9999; a^9999",
     "9^9^exp(9)", "1.0000001^1e9"],
)  # fmt: skip
def test_limits(text: str) -> None:
    """Numbers too large to hold are a limit, with a place, at once."""
    refusal, work = calls_and_error(lambda: graph_of(text))
    assert isinstance(refusal, LimitReached)
    assert 2_000 > work
    assert 4 == refusal.exit_code
    assert refusal.limit
    assert text == refusal.text
    assert refusal.position is not None


@pytest.mark.parametrize(
    ("text", "limit"),
    [("x" * 6_000, "characters"), ("(" * 201 + "x" + ")" * 201, "depth"),
     ("-" * 201 + "x", "depth"),
     ("^".join("x" * 202), "depth"), ("+".join(f"{i}x" for i in range(700)), None),
     ("+".join(f"x^{i % 99}/{i}" for i in range(1, 500)), None)],
)  # fmt: skip
def test_student_limits(text: str, limit: str | None) -> None:
    """The student's limits count characters and depth; ordinary long sums pass."""
    if limit is None:
        assert graph_of(text, limits=Limits.student).root is not None
    else:
        with pytest.raises(LimitReached) as caught:
            graph_of(text, limits=Limits.student)
        assert limit == caught.value.limit


def test_node_limit() -> None:
    """More nodes than allowed stop the work."""
    with pytest.raises(LimitReached, match="nodes"):
        graph_of("x+y*z-2", limits=replace(Limits.library, nodes=4))


@pytest.mark.parametrize("text", ["1/0", "x/0", "0^0", "0^-1", "1/0.0"])
def test_meaningless(text: str) -> None:
    """A literal division by zero means nothing: exit code 2."""
    with pytest.raises(LanguageError) as caught:
        graph_of(text)
    assert 2 == caught.value.exit_code


def test_many_ambiguities_are_bounded() -> None:
    """Readings are counted, not multiplied out."""
    for text, names in [(" + ".join(["1/2x", "sin x y"] * 40), "xy"),
                        ("sin" * 10 + "x" * 20, "xsin")]:  # fmt: skip
        refusal, work = calls_and_error(partial(all_readings, text, variables=list(names)))
        assert isinstance(refusal, LanguageError) and "too ambiguous" in str(refusal)
        assert 500_000 > work


def test_fuzz() -> None:
    """3,000 random and mutated texts: read, or refused with a place inside the text."""
    found = fuzz(3_000, seed=2)
    assert 3_000 == sum(found.values())
    assert found["read"] > 100


def test_parsing_needs_no_heavy_library() -> None:
    """The first parse imports neither lark nor sympy nor numpy nor flint."""
    code = (
        "import sys; from symgrad.language import graph_of; graph_of('tanh(x*w + b)');"
        "print([m for m in ('lark', 'sympy', 'numpy', 'flint', 'rich') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "[]" == done.stdout.strip()


def test_errors_survive_pickling() -> None:
    """An error can cross a process border whole."""
    with pytest.raises(SymgradError) as caught:
        graph_of("1/2x")
    assert str(caught.value) == str(pickle.loads(pickle.dumps(caught.value)))
