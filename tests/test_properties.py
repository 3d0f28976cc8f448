"""Random expressions over the whole table against SymPy, first and second order."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, note

from symgrad import notation
from symgrad.expression import Expression
from symgrad.language import graph_of
from symgrad.limits import Limits
from symgrad.value import Value
from symgrad.verification import verification

from .random_graphs import random_case
from .strategies import examples, graphs

HERE = replace(Limits.library, seconds=None, bits=8192)
DRAWN = replace(HERE, seconds=5)  # SymPy may never end on what is drawn; undecided is not wrong


@examples(150)
@given(graphs(most=8, smooth=True))
def test_gradients_agree_with_sympy(drawn: tuple[Value, dict[str, float]]) -> None:
    """Balls meet SymPy's derivative to 30 digits, and floats stay inside their rounding balls."""
    root, point = drawn
    note(f"{notation.text(root)} at {point}")
    found = verification(root, point, limits=DRAWN)
    assert found.verdict != "wrong", found.witness


@examples(60)
@given(graphs(most=5, smooth=True))
def test_gradient_graphs_agree_with_sympy(drawn: tuple[Value, dict[str, float]]) -> None:
    """The gradient as a graph is SymPy's derivative, and its own gradient SymPy's second one."""
    root, point = drawn
    f = Expression(root, limits=DRAWN)
    for name in f.variables:
        slope = f.backpropagated(name).root
        note(f"{notation.text(root)} by {name} at {point}")
        found = verification(slope, point, [name], limits=DRAWN, above=(name,), meaning=root)
        assert found.verdict != "wrong", found.witness


@pytest.mark.parametrize("limits", [HERE, Limits.library])
def test_what_sympy_cannot_compare_is_cut_into_pieces(limits: Limits) -> None:
    """SymPy's meaning of this raises TypeError (zoo > 0); operation by operation it is verified."""
    root = graph_of("relu(csch(relu(x) + relu(x)) + csch(relu(x) + relu(x)))").root
    assert "verified" == verification(root, {"x": 0.0625}, limits=limits).verdict


def test_hardly_any_check_stays_open() -> None:
    """Of 200 random expressions in their domain at most 2 % are undecided, none is wrong."""
    cases = [random_case(f"open {seed}", 3 + seed % 8) for seed in range(200)]
    verdicts = [verification(c.root, c.point, limits=HERE).verdict for c in cases]
    assert 0 == verdicts.count("wrong")
    assert verdicts.count("undecided") <= 4, verdicts
