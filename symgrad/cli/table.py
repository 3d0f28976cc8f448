"""`symgrad ops`: every operation with its notation, derivative, domain and kinks; or some."""

from __future__ import annotations

import argparse
from inspect import signature
from typing import Any

from .. import notation
from ..errors import UsageError, nearest
from ..ops import ALIASES, OPS, Margin, Op
from ..pages.json_shapes import SHAPE, as_json
from ..value import Graphs, Value
from .terminal import Terminal

COLUMNS_OF_A_PIPE = 150
TABLE_COLUMNS = ("operation", "written", "derivative", "domain", "kinks")


def add(commands: Any) -> None:
    command = commands.add_parser(
        "ops", help="list the operations", description="List every operation there is.",
        epilog="example: symgrad ops sin atan2",
    )  # fmt: skip
    command.add_argument("names", nargs="*", metavar="NAME", help="only these, told in full")
    command.add_argument("--json", action="store_true", help="print JSON instead of a table")
    command.set_defaults(run=run)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    chosen = [named(name) for name in options.names] or [o for o in OPS.values() if not o.hidden]
    rows = [described(o) for o in chosen]
    if options.json:
        terminal.line(as_json({"symgrad": SHAPE, "operations": rows}))
        return 0
    if options.names:
        for row in rows:
            _told(row, terminal)
    else:
        _printed(rows, terminal)
    return 0


def named(name: str) -> Op:
    """The row of that name or alias. Raises UsageError for none, with the one perhaps meant."""
    op = OPS.get(ALIASES.get(name, name))
    if op is None or op.hidden:
        known = [n for n, o in OPS.items() if not o.hidden] + list(ALIASES)
        meant = nearest(name, known)
        hint = f"did you mean {meant}?" if meant else "symgrad ops lists them"
        raise UsageError(f"there is no operation {name}", hint=hint)
    return op


def _told(row: dict[str, Any], terminal: Terminal) -> None:
    """One operation, a line a fact."""
    for fact in (*TABLE_COLUMNS, "aliases"):
        told = ", ".join(row[fact]) if fact == "aliases" else row[fact]
        if told:
            terminal.told(f"{terminal.bold(f'{fact:<12}')}{told}", hang=12)
    terminal.line()


def described(o: Op) -> dict[str, Any]:
    """One row for people: conditions written out."""
    return {
        "operation": o.name, "written": o.notation, "derivative": o.derivative,
        "domain": " and ".join(condition(d, o) for d in o.domain),
        "kinks": " or ".join(condition(k, o) for k in o.kinks),
        "aliases": list(o.aliases),
    }  # fmt: skip


def condition(margin: Margin, o: Op) -> str:
    """A margin as text: its expression, run on letters, and its kind."""
    graphs = Graphs()
    letters = letters_of(o)
    try:
        shown = margin.of(graphs, *(graphs.variable(n) for n in letters))
        text = notation.text(shown) if isinstance(shown, Value) else str(shown)
    except TypeError:
        text = "two of them are equal" if margin.kind == "= 0" else o.name
        return text
    kind = {"integer": "a whole number", "not integer": "no whole number"}.get(
        margin.kind, margin.kind
    )
    word = (
        f"{text} is {kind}" if "whole" in kind else f"{text} {kind.replace('jump', '= 0 (a jump)')}"
    )
    return word if margin.unless is None else f"({word}, unless {condition(margin.unless, o)})"


def letters_of(o: Op) -> list[str]:
    """The letters that a row's rules are written in."""
    rule = next((d.of for d in (*o.domain, *o.kinks)), None)
    if rule is None:
        return []
    names = [
        p.name
        for p in list(signature(rule).parameters.values())[1:]
        if p.kind == p.POSITIONAL_OR_KEYWORD
    ]
    return names or ["a", "b"]


def _printed(rows: list[dict[str, Any]], terminal: Terminal) -> None:
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415  # 80 ms, only for tables
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in TABLE_COLUMNS:
        table.add_column(column, overflow="fold")
    for r in rows:
        table.add_row(*(_escaped(r[column]) for column in TABLE_COLUMNS))
    width = terminal.width or COLUMNS_OF_A_PIPE
    Console(file=terminal.stream, no_color=not terminal.colour, width=width).print(table)


def _escaped(text: str) -> str:
    return text.replace("[", r"\[")
