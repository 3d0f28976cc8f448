"""Tables that name operations outside the table itself: each is complete, and of rows there are.

Most facts about an operation are fields of its row. What belongs to a library, a language or an
arithmetic is one table there; a new one needs a test in `COMPLETE` (`test_house.py` asks for it).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

import pytest

from symgrad.compiling.llvm.ir import PAIRED
from symgrad.formula.candidates import CHAINED_CASES
from symgrad.formula.identities import ANGLES
from symgrad.formula.readability import KIN
from symgrad.formula.rows_as_terms import SPECIAL_TERMS, SUMS_AND_PRODUCTS
from symgrad.homework.mistakes import OWN_MISTAKES
from symgrad.language.commands import SIGNS
from symgrad.language.names import OTHER_NAMES
from symgrad.ops import ALIASES, OPS, Op
from symgrad.oracle.cases.sample_numbers import PARAMETERS
from symgrad.oracle.engines.adapter import words
from symgrad.oracle.engines.library_rows import LIBRARY_ROWS
from symgrad.oracle.programs import PREFERRED
from symgrad.questions.far_out import GROWING
from symgrad.symbolic import graph, meaning, references
from symgrad.symbolic.graphing import SHAPES
from symgrad.symbolic.in_balls import HEADS
from symgrad.symbolic.in_germs import GERM_HEADS
from symgrad.symbolic.in_series import SERIES
from symgrad.value import Value

from .rows import example


def rows_there(names: Iterable[str]) -> None:
    assert [] == [name for name in names if name not in OPS]


NUMBERS = {"Pi", "Exp1", "BooleanTrue"}


@cache
def heads(row: Op) -> set[str]:
    """SymPy's functions in what a row means."""
    steps = references(example(row), ()).steps
    return {head for head, _ in steps if head not in ("number", "variable")}


def heads_of_all() -> set[str]:
    return {head for row in OPS.values() for head in heads(row)}


def functions_of_pairs() -> None:
    """A function that is computed with another is what that one is computed with."""
    rows_there(PAIRED)
    assert PAIRED == {b: a for a, b in PAIRED.items()}


def cases() -> None:
    """The derivatives that are said by cases are those of rows that choose, or bend at 0."""
    rows_there(CHAINED_CASES)
    bent = {name for name in CHAINED_CASES if OPS[name].chooses or OPS[name].kinks}
    assert set(CHAINED_CASES) == bent | {"elu"}


def relatives() -> None:
    """Kin are rows that one can type, and nobody is his only relative."""
    rows_there(name for kin in KIN for name in kin)
    assert all(len(kin) > 1 and not any(OPS[name].hidden for name in kin) for kin in KIN)


def sums() -> None:
    """Whatever is rational is a sum, a product or a power of Terms, and so is every power."""
    rows_there(SUMS_AND_PRODUCTS)
    rational = {name for name, row in OPS.items() if row.rational}
    assert rational <= set(SUMS_AND_PRODUCTS)
    assert {"pow", "powr", "power_below"} <= set(SUMS_AND_PRODUCTS)


def better_written() -> None:
    """Every comparison, every extreme, and every order of a Bessel function has a better way."""
    rows_there(SPECIAL_TERMS)
    shown = {name for name, row in OPS.items() if row.comparison and not row.hidden}
    orders = {name for name in OPS if f"{name}0" in OPS and f"{name}1" in OPS}
    assert shown | orders | {"exp", "pow", "max", "min"} == set(SPECIAL_TERMS)


def signs() -> None:
    """Every comparison can be typed in LaTeX, a negated one too."""
    typed = {OPS[name].infix[0] for name in ("lt", "le", "gt", "ge")}  # type: ignore[index]
    assert typed | {"!="} <= set(SIGNS.values())


def other_names() -> None:
    """A name from elsewhere leads to names that can be typed, and is none itself."""
    known = {*OPS, *ALIASES, *(row.text for row in OPS.values() if row.text)}
    led = {name for other in OTHER_NAMES.values() for name in other.split(" or ")}
    assert set() == led - known
    assert set() == set(OTHER_NAMES) & known


def parameters() -> None:
    """A row with one parameter is tried with some numbers, in the place where it stands."""
    with_one = {name for name, row in OPS.items() if len(row.parameters) == 1 and not row.hidden}
    assert with_one == set(PARAMETERS)
    assert all((place,) == OPS[name].parameters for name, (place, _) in PARAMETERS.items())
    for name, (_, numbers) in PARAMETERS.items():
        least = OPS[name].whole
        assert least is None or all(n == int(n) >= least for n in numbers)


def preferred() -> None:
    """What cases are made of are rows; those that stand for one another take as many arguments."""
    others = (name for rows in PREFERRED.alike for name in rows)
    rows_there((*PREFERRED.everyday, *PREFERRED.common, *PREFERRED.integral, *PREFERRED.probed))
    rows_there(others)
    assert all(len({OPS[name].arity or 2 for name in rows}) == 1 for rows in PREFERRED.alike)


def grown() -> None:
    """What a function far out is made of: whatever is rational, or as steep as e^x."""
    rows_there(GROWING)
    rational = {name for name, row in OPS.items() if row.rational and not row.exponent}
    assert rational - {"dot"} <= set(GROWING)


def shapes() -> None:
    """What any row means can be read back from SymPy."""
    for row in OPS.values():
        if not row.hidden:
            assert isinstance(graph(meaning(example(row))), Value), row.name
    assert set(SHAPES)


def heads_in_balls() -> None:
    """Every SymPy function that a row means has a ball."""
    assert set() == heads_of_all() - set(HEADS)


def heads_in_series() -> None:
    """Each has a power series, but those that stand for one number, and the hidden spherical j."""
    assert NUMBERS | {"jn"} == heads_of_all() - set(SERIES)


def heads_in_germs() -> None:
    """Each has a germ, or is continuous: then it is what it is where its argument goes."""
    continuous = {"erfcinv", "bessely", "besselk", "zeta_derivative", "jn"}
    assert NUMBERS | continuous == heads_of_all() - set(GERM_HEADS)


COMPLETE: dict[str, Callable[[], None]] = {
    "compiling/llvm/ir.py PAIRED": functions_of_pairs,
    "formula/candidates.py CHAINED_CASES": cases,
    "formula/identities.py ANGLES": lambda: rows_there(
        name for angle in ANGLES for name in vars(angle).values() if name not in (1, -1)),
    "formula/readability.py KIN": relatives,
    "formula/rows_as_terms.py SUMS_AND_PRODUCTS": sums,
    "formula/rows_as_terms.py SPECIAL_TERMS": better_written,
    "homework/mistakes.py OWN_MISTAKES": lambda: rows_there(OWN_MISTAKES),
    "language/commands.py SIGNS": signs,
    "language/names.py OTHER_NAMES": other_names,
    "oracle/cases/sample_numbers.py PARAMETERS": parameters,
    "oracle/programs.py PREFERRED": preferred,
    "questions/far_out.py GROWING": grown,
    "symbolic/graphing.py SHAPES": shapes,
    "symbolic/in_balls.py HEADS": heads_in_balls,
    "symbolic/in_germs.py GERM_HEADS": heads_in_germs,
    "symbolic/in_series.py SERIES": heads_in_series,
}  # fmt: skip


@pytest.mark.parametrize("table", COMPLETE)
def test_a_table_of_rows_is_complete(table: str) -> None:
    """A table outside `ops` has all the rows that it should have, and none that is gone."""
    COMPLETE[table]()


@pytest.mark.parametrize("library", LIBRARY_ROWS)
def test_libraries_spell_rows(library: str) -> None:
    """What a library spells is a row, in as many letters as it takes arguments."""
    spelled = LIBRARY_ROWS[library]
    rows_there(spelled)
    for name, text in spelled.items():
        letters = set(words(text.replace("a.", "a .", 1))) & set("abcx")
        arity = OPS[name].arity
        assert letters == (set("abc"[:arity]) if arity else {"x"}), name
