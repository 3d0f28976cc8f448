"""The benchmarks beside the peers: whoever is installed is in the table, and agrees."""

from __future__ import annotations

import math
import sys
from subprocess import run

import numpy as np
import pytest

from symgrad.arithmetic.floats import FLOATS
from symgrad.engine import Tape, forward, gradient

from .benchmarks.contests import CLOSE, Contest, error, truth
from .benchmarks.engines import ENGINES, Engine
from .benchmarks.generators import graph
from .benchmarks.measuring import Table, digits, interleaved, loop, shown
from .benchmarks.ready import Ready
from .benchmarks.recipes import BOX, OPERATORS, POLYNOMIAL, recipe


@pytest.mark.parametrize("operations", [5, 30, 430, 2000])
@pytest.mark.parametrize("seed", range(5))
def test_a_recipe_is_tame(seed, operations):
    """A recipe has exactly so many operations, and is finite in every corner of its box."""
    program = recipe(seed, operations, 4)
    tape = Tape.of([graph(program)])
    assert operations == len(program.steps)
    for corner in range(16):
        point = {name: BOX[corner >> k & 1] for k, name in enumerate(program.names)}
        values = forward(tape, FLOATS, point)
        assert all(map(math.isfinite, [*values, *gradient(tape, FLOATS, values).values()]))


def test_a_recipe_uses_every_result():
    """Nothing in a recipe is dead code, and + - * are all there is in a polynomial."""
    program = recipe(3, 400, 7, POLYNOMIAL)
    used = {p for _, places in program.steps for p in places if isinstance(p, int)}
    assert set(range(7 + 400 - 1)) == used
    assert {"add", "sub", "mul"} == {name for name, _ in program.steps} <= set(OPERATORS)


def contest(task):
    program = recipe(1, 30, 5)
    columns = np.random.default_rng(1).uniform(*BOX, (5, 37))
    columns = columns if task == "many" else columns[:, :1]
    points = np.array([truth(program, list(x)) for x in columns.T]).T
    given, expected = (columns, points) if task == "many" else (list(columns[:, 0]), points[:, 0])
    return Contest(task, program, given, expected, Table("", ("",)))


@pytest.mark.slow
@pytest.mark.parametrize("task", ["one", "many"])
def test_symgrad_agrees_with_arb(task):
    """What symgrad compiles, and C made of its text, give Arb's value and partials."""
    entered = contest(task)
    ours = [e for e in entered.entered(slow=False) if e.name.startswith(("symgrad", "gcc"))]
    made = list(entered.made(ours))
    assert [engine.name for engine in ours] == [engine.name for engine, *_ in made]
    assert all(off < 1e-13 for *_, off in made)
    assert {"symgrad", "symgrad, fast"} <= {engine.name for engine in ours}


def test_a_peer_that_differs_is_not_timed():
    """A wrong partial keeps a peer off the table, and the table says so."""
    entered = contest("one")
    *rest, last = entered.expected

    def peer(name, answer):
        return Engine(name, "symgrad", lambda *_: Ready(loop(lambda: None), lambda: answer))

    assert [] == list(entered.made([peer("wrong", [*rest, last + 1]), peer("short", rest)]))
    assert ["wrong", "short"] == [note.split(":")[0] for note in entered.table.notes]
    assert error(entered.expected, entered.expected) == 0 < CLOSE


def test_a_missing_peer_is_named():
    """A module that is not there is missing by its name, one that is there is not."""
    assert "no_such_module" == Engine("x", "no_such_module").missing()
    assert "" == Engine("x", "numpy").missing()


def test_interleaved_counts_every_run():
    """Each loop is timed by its own runs: the sum of a hundred times more numbers takes longer."""
    loops = {str(n): loop(lambda n=n: sum(range(n))) for n in (50, 5000)}
    times = interleaved(loops, rounds=3, least=0.002)
    assert 0 < 5 * times["50"] < times["5000"]


def test_numbers_are_short():
    """Seconds and ratios have three digits and a unit."""
    assert ["1.5 s", "20 ms", "3.12 µs", "43 ns"] == [
        shown(x) for x in (1.5, 0.02, 3.124e-6, 43e-9)]  # fmt: skip
    assert ["0.045", "0.5", "1.23", "12.3", "1,230"] == [
        digits(x) for x in (0.0451, 0.5, 1.234, 12.34, 1234)]  # fmt: skip


def test_a_table_prints_itself():
    """Text is aligned, Markdown is a table; notes follow."""
    table = Table("title", ("", "a"), [("row", "1")], ["note"])
    assert "title\n       a\n  row  1\n  note\n" == table.text()
    assert "**title**\n\n|  | a |\n| --- | ---: |\n| row | 1 |\n\nnote\n" == table.markdown()


SECTIONS = {"one": "One point", "many": "2,000 points", "bandwidth": "Memory",
            "threads": "Two threads", "eager": "The eager graph", "training": "A training step",
            "linear": "Compiling large graphs"}  # fmt: skip


@pytest.fixture(scope="module")
def printed():
    """The tables that the command prints with small sizes, by section."""
    chosen = [word for section in SECTIONS for word in ("--only", section)]
    found = run([sys.executable, "-m", "tests.benchmarks.peers", "--quick", *chosen],
                capture_output=True, text=True, check=True).stdout  # fmt: skip
    head, *tables = found.strip().split("\n\n")
    assert "symgrad" in head and "numpy" in head
    return dict(zip(SECTIONS, tables, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("section", SECTIONS)
def test_sections_print_their_tables(printed, section):
    """Each section prints a table with rows under its title."""
    title, _, *rows = printed[section].splitlines()
    assert title.startswith(SECTIONS[section])
    assert rows


@pytest.mark.slow
@pytest.mark.parametrize("task", ["one", "many"])
def test_every_peer_is_in_the_table(printed, task):
    """A peer that is installed agrees and has its row; one that is not is named below."""
    for engine in ENGINES:
        if getattr(engine, task) and not engine.slow:
            left_out = f"{engine.name}: left out, {engine.missing()} is not installed"
            assert (left_out if engine.missing() else f"  {engine.name}  ") in printed[task]
    assert "differs" not in printed[task]
