"""What the commands print with: colour only on a terminal, letters it can show, errors, JSON.

- `Terminal(stream)` has `good`, `bad`, `dim`, `bold`; `line` prints what programs may read as it
  is, `told` what people read, in lines that fit.
- `speak(error, language)` puts an error into the reader's language.
- `reported(error)` prints an error the way users should see it; returns its exit code.
- `opened(sys.stdin, "input")` is a standard stream, if there is one.
"""

from __future__ import annotations

import errno
import os
import sys
from typing import TextIO

from ..errors import SymgradError, caret
from ..pages.json_shapes import as_json, failure, in_options
from ..sentences import complained, languages, spoken
from .wrapping import columns, wrapped

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
        hang = len(text) - len(text.lstrip(" ")) if hang is None else hang
        for line in wrapped(text, self.width, hang):
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
        json.line(as_json(failure(error)))
    elif sys.stderr is not None:
        warning = Terminal(sys.stderr)
        said, *place = in_options(str(error)).split("\n")
        warning.told(warning.bad("error: ") + said, hang=ERROR_HANGS)
        if error.text is not None and error.position is not None and warning.width:
            place = caret(error.text, *error.position, window=warning.width - CARET_HANGS)
        for line in place:
            warning.line(line)
    return error.exit_code
