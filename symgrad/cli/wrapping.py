"""Lines that fit a terminal: words wrap, and formulas break before an operator.

- `wrapped(text, width, hang)` are the lines; all but the first begin with `hang` blanks.
- `columns(stream)` is how wide a stream is: None where nobody looks at it.
"""

from __future__ import annotations

import os
import re
import shutil
from itertools import accumulate
from typing import NamedTuple, TextIO

NARROWEST, WIDEST = 40, 200  # columns
ROOM = 16  # columns that are left to a line, however far it hangs
FILLED = 0.5  # of a line at least, where a break further out is chosen
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# A blank, unless an operator stands before it: "a + b" breaks into "a" and "+ b".
BETWEEN_WORDS = re.compile(r"(?<=[^\s])(?<![-+*/=<>·±]) +(?=\S)")
INSIDE_A_PRODUCT = re.compile(r"(?<=[^\s(*/^])(?=[*/·]\S)")
# what keeps its sides together more than a sum
BREAKS_LATE = {"=": 0.5, "*": 0.6, "/": 0.7, "·": 0.6}


class BreakPoint(NamedTuple):
    """Where a line may end, where the next then begins, and how deep in brackets that is."""

    end: int
    start: int
    rank: float


def columns(stream: TextIO) -> int | None:
    """What COLUMNS says, or the terminal itself; whatever else reads a stream wants whole lines."""
    if not (stream.isatty() or os.environ.get("COLUMNS", "").isdigit()):
        return None
    return max(NARROWEST, min(WIDEST, shutil.get_terminal_size().columns))


def wrapped(text: str, width: int | None, hang: int = 0) -> list[str]:
    """The lines of a text; what cannot be broken is left too long."""
    plain = COLOUR.sub("", text)
    if width is None or len(plain) <= width:
        return [text]
    hang = min(hang, max(0, width - ROOM))
    left = break_points(plain)
    cuts: list[BreakPoint] = []
    start, indent = 0, 0
    while len(plain) - start + indent > width and (left := [p for p in left if p.end > start]):
        cuts.append(_chosen(left, start, width - indent))
        start, indent = cuts[-1].start, hang
    return _cut(text, plain, cuts, hang)


def break_points(plain: str) -> list[BreakPoint]:
    """Where a text may be broken, in order."""
    depths = list(accumulate((c in "([{") - (c in ")]}") for c in plain))
    found = [BreakPoint(m.start(), m.end(), depths[m.start()] + BREAKS_LATE.get(plain[m.end()], 0))
             for m in BETWEEN_WORDS.finditer(plain)]  # fmt: skip
    found += [BreakPoint(m.start(), m.end(), depths[m.start() - 1] + BREAKS_LATE[plain[m.end()]])
              for m in INSIDE_A_PRODUCT.finditer(plain)]  # fmt: skip
    return sorted(found)


def _chosen(points: list[BreakPoint], start: int, room: int) -> BreakPoint:
    """The outermost break in the second half of the line, the last of these; else the last."""
    fitting = [p for p in points if p.end - start <= room] or points[:1]
    late = [p for p in fitting if p.end - start >= FILLED * room] or fitting[-1:]
    return min(reversed(late), key=lambda p: p.rank)


def _cut(text: str, plain: str, cuts: list[BreakPoint], hang: int) -> list[str]:
    """The text with its colours, cut where the plain one is."""
    shown = [i for m in re.finditer(rf"{COLOUR.pattern}|(.)", text) if m[1] for i in [m.start()]]
    ends = [shown[p.end] for p in cuts] + [len(text)]
    starts = [0] + [shown[p.start] for p in cuts]
    lines = [text[a:b].rstrip() for a, b in zip(starts, ends)]
    return [lines[0], *(" " * hang + line for line in lines[1:])]
