"""The table of what each target calls an operation is complete, and all that it names is there."""

from __future__ import annotations

import pytest

from symgrad.compiling import compositions, dialects
from symgrad.compiling.code import COMPOSED_BY_CODE
from symgrad.compiling.llvm import ir, library
from symgrad.compiling.natives import NATIVES, TARGETS, marked, own_cells, slope_of
from symgrad.ops import OPS

LINE_KINDS = {"power", "select", "guarded", "gelu_slope", "ndtr_slope"}  # of code, not of graphs
DIALECTS = {"swift": dialects.SWIFT, "python": dialects.PYTHON, "numpy": dialects.NUMPY_TEXT,
            "c": dialects.C, **library.MACHINE_DIALECTS}  # fmt: skip


@pytest.mark.parametrize("name", OPS)
def test_every_row_is_accounted_for(name: str) -> None:
    """A target has a row itself, or composes it, or the table says that it is lacking."""
    for target in TARGETS:
        if not OPS[name].forward and name not in COMPOSED_BY_CODE:
            assert "." != NATIVES[name][target], target
        elif name in NATIVES:
            assert "-" != NATIVES[name][target], target


@pytest.mark.parametrize("name", NATIVES)
def test_every_line_is_asked_for(name: str) -> None:
    """A line of the table is of a row, of a row's partial, or of a kind of line that code has."""
    assert {*TARGETS} == {*NATIVES[name]}
    if slope := slope_of(name):
        row, place = slope
        assert OPS[row].arity is None if place is None else OPS[row].partials[place]
    else:
        assert name.removeprefix("select_") in OPS.keys() | LINE_KINDS


@pytest.mark.parametrize("name", sorted(NATIVES.keys() & OPS.keys() - dialects.SIGNED_ROWS))
def test_no_line_is_idle(name: str) -> None:
    """A row that is composed is in the table only where its own function is better."""
    assert OPS[name].native or not OPS[name].forward


@pytest.mark.parametrize("target", TARGETS)
def test_what_the_table_names_is_there(target: str) -> None:
    """Rules, helpers, routines and instructions exist under the names that the table has."""
    assert all(hasattr(compositions, rule) for rule in marked(target, ":").values())
    assert {*marked(target, "routine")} <= library.OWN_ROUTINES.keys()
    words = {dialects.NAME_IN_CODE.findall(cell)[0] for cell in own_cells(target).values()
             if dialects.NAME_IN_CODE.findall(cell)}  # fmt: skip
    helpers = DIALECTS[target].helpers
    assert {word for word in words if "_" in (word[0], word[-1])} <= helpers.keys()


def test_every_routine_is_used() -> None:
    """A routine of ours stands in the table, under "exact"."""
    assert library.OWN_ROUTINES.keys() == {*marked("exact", "routine")}


@pytest.mark.parametrize("target", ["python", "numpy", "c"])
def test_every_helper_is_used(target: str) -> None:
    """A text brings no function along that no row calls, directly or through another one."""
    dialect = DIALECTS[target]
    templates = " ".join(template for template, *_ in dialect.forms.values())
    asked = dialects.prelude(dialect, templates)
    unused = [name for name, text in dialect.helpers.items() if text.strip() not in asked]
    assert {"python": ["_floats", "_rows"]}.get(target, []) == unused  # which engine calls ask for


def test_machine_code_has_every_instruction() -> None:
    """Each comparison, and each operation of arithmetic, is one instruction."""
    assert {"add", "sub", "mul", "div"} == ir.BINARY.keys()
    assert {name for name, op in OPS.items() if op.comparison} == ir.FCMP.keys()
