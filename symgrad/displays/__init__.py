"""How things show themselves: a line where Python prints them, a table where a notebook does.

- `brief(thing, verdict=..., ...)` is the line of a `repr`: some facts, at most 400 characters.
- `told_fields(record)` is that of a dataclass by its fields.
- `shortened(text)` is a text cut to that; `table(heading, rows)` and `told(title, ...)` are HTML.

It knows nothing of what it shows, so that every class can use it, the lowest too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import MISSING, fields
from html import escape
from reprlib import Repr
from typing import Any

CHARACTERS_OF_A_REPR = 400
CHARACTERS_OF_A_FACT = 80
ROWS_SHOWN = 20  # of a table in a notebook

_SHORT = Repr()
_SHORT.maxlevel, _SHORT.maxtuple, _SHORT.maxlist, _SHORT.maxdict = 3, 4, 4, 6
_SHORT.maxstring = _SHORT.maxother = CHARACTERS_OF_A_FACT


def brief(thing: Any, **facts: Any) -> str:
    """Name(fact=..., ...), long facts cut; facts that say nothing are left out."""
    shown = (f"{name}={_plain(x)}" for name, x in facts.items() if x not in (None, "", (), [], {}))
    return shortened(f"{type(thing).__name__}({', '.join(shown)})")


def told_fields(record: Any) -> str:
    """The `repr` of a frozen record: those of its fields that differ from their defaults."""
    given = {f.name: getattr(record, f.name) for f in fields(record)}
    return brief(record, **{f.name: given[f.name] for f in fields(record)
                            if f.default is MISSING or given[f.name] != f.default})  # fmt: skip


def _plain(x: Any) -> str:
    return f"{x:.4g}" if isinstance(x, float) else _SHORT.repr(x)


def shortened(text: str, most: int = CHARACTERS_OF_A_REPR) -> str:
    """A text that is too long loses its middle: how it ends matters as much as how it begins."""
    if len(text) <= most:
        return text
    kept = most - 5
    return f"{text[: kept - kept // 3]} ... {text[-(kept // 3) :]}"


# --- HTML -----------------------------------------------------------------------------------------


def table(heading: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table of texts, of which the first rows are shown."""
    every = list(rows)
    head = "".join(f"<th style='text-align:left'>{escape(name)}</th>" for name in heading)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in every[:ROWS_SHOWN])
    left = len(every) - ROWS_SHOWN
    more = f"<p>... and {left:,} more</p>" if left > 0 else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def _cell(x: Any) -> str:
    return f"<td style='text-align:left'>{escape('' if x is None else str(x))}</td>"


def told(title: str, *lines: str, after: str = "") -> str:
    """A line in bold and others below it, drawn ones as they are; `after` is HTML already."""
    below = "".join(map(_line, filter(None, lines)))
    return f"<div><p><b>{escape(title)}</b></p>{below}{after}</div>"


def _line(text: str) -> str:
    first, _, drawn = text.partition("\n")
    return f"<p>{escape(first)}</p>" + (f"<pre>{escape(drawn)}</pre>" if drawn else "")


def folded(summary: str, text: str) -> str:
    """A text that opens when one asks for it."""
    inside = f"<pre>{escape(text)}</pre>"
    return f"<details><summary>{escape(summary)}</summary>{inside}</details>"
