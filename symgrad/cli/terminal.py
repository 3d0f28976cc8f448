"""What the commands print with: colour only on a terminal, letters it can show, errors, JSON.

- `Terminal(stream)` has `good`, `bad`, `dim`, `bold`; `line` prints what programs may read as it
  is, `told` what people read, in lines that fit.
- `speak(error, language)` puts an error into the reader's language.
- `reported(error)` prints an error the way users should see it; returns its exit code.
- `opened(sys.stdin, "input")` is a standard stream, if there is one.
- `wrapped(text, width, hang)` are lines that fit: words wrap, and formulas break before an
  operator; all but the first begin with `hang` blanks. `columns(stream)` is how wide a stream is.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import sys
from itertools import accumulate
from typing import NamedTuple, TextIO

from ..errors import SymgradError, caret
from ..pages.json_shapes import as_json, failure, in_options
from ..sentences import complained, languages, spoken

ERROR_HANGS = len("error: ")
CARET_HANGS = 6  # columns: its indent, and a mark that more follows
TERMINAL_CHARACTERS = str.maketrans(
    {"∂": "d", "✓": "+", "✗": "x", "·": "-", "′": "'", "±": "+-", "…": "...", "→": "->"}
)


class Terminal:
    """A stream that may show colour and any letter."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.width = columns(stream)
        self.colour = (
            stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        )
        try:
            "∂✓✗".encode(stream.encoding or "ascii")
            self.unicode = True
        except (UnicodeEncodeError, LookupError):
            self.unicode = False

    def told(self, text: str, hang: int | None = None) -> None:
        """Print a text that people read, in lines that fit; later ones hang as far as it does."""
        for own in text.split("\n"):
            indent = len(own) - len(own.lstrip(" ")) if hang is None else hang
            for line in wrapped(own, self.width, indent):
                self.line(line)

    def line(self, text: str = "") -> None:
        """Print one line, in letters that the stream can show."""
        if not self.unicode:
            text = (
                text.translate(TERMINAL_CHARACTERS)
                .encode(self.stream.encoding or "ascii", "replace")
                .decode("ascii", "replace")
            )
        self.stream.write(text + "\n")

    def _styled(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour else text

    def good(self, text: str) -> str:
        return self._styled("32", text)

    def bad(self, text: str) -> str:
        return self._styled("1;31", text)

    def odd(self, text: str) -> str:
        return self._styled("33", text)

    def dim(self, text: str) -> str:
        return self._styled("2", text)

    def bold(self, text: str) -> str:
        return self._styled("1", text)


def opened(stream: TextIO | None, name: str) -> TextIO:
    """The standard stream; `symgrad ... <&-` has closed it, and then Python holds None."""
    if stream is None:
        raise OSError(errno.EBADF, f"standard {name} is closed")
    return stream


def speak(error: SymgradError, language: str) -> None:
    """The error's message and hint in a language that there is."""
    if language in languages():
        error.message = spoken(complained(error.message), language)
        error.hint = spoken(complained(error.hint), language) if error.hint else None


def reported(error: SymgradError, json: Terminal | None = None) -> int:
    """Print an error, to stderr for people or as JSON to stdout; returns its exit code."""
    if json:
        json.line(as_json(failure(error, in_options)))
    elif sys.stderr is not None:
        warning = Terminal(sys.stderr)
        said, *place = in_options(str(error)).split("\n")
        warning.told(warning.bad("error: ") + said, hang=ERROR_HANGS)
        if error.text is not None and error.position is not None and warning.width:
            place = caret(error.text, *error.position, window=warning.width - CARET_HANGS)
        for line in place:
            warning.line(line)
    return error.exit_code


# --- lines that fit -------------------------------------------------------------------------------

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
