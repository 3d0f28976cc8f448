"""What the commands print with: colour only on a terminal, letters it can show, errors, JSON.

- `Terminal(stream)` has `good`, `bad`, `dim`, `bold` and `line`.
- `speak(error, language)` puts an error into the reader's language.
- `reported(error)` prints an error the way users should see it; returns its exit code.
- `opened(sys.stdin, "input")` is a standard stream, if there is one.
- `as_json(x)` is one line of JSON in which inf and nan are strings.
"""

from __future__ import annotations

import errno
import json as json_library
import math
import os
import sys
from typing import Any, TextIO

from ..errors import OF_THE_CALL, Ambiguous, LanguageError, SymgradError
from ..sentences import complained, languages, spoken

SHAPE = (
    1  # version of the JSON shape; documented in the README, raised when a field changes meaning
)
PLAIN = str.maketrans(
    {"∂": "d", "✓": "+", "✗": "x", "·": "-", "′": "'", "±": "+-", "…": "...", "→": "->"}
)


class Terminal:
    """A stream that may show colour and any letter."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.colour = (
            stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        )
        try:
            "∂✓✗".encode(stream.encoding or "ascii")
            self.unicode = True
        except (UnicodeEncodeError, LookupError):
            self.unicode = False

    def line(self, text: str = "") -> None:
        """Print one line, in letters that the stream can show."""
        if not self.unicode:
            text = (
                text.translate(PLAIN)
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
        warning.line(warning.bad("error: ") + in_options(str(error)))
    return error.exit_code


def in_options(hint: str) -> str:
    """A hint that names arguments of Python, in options of the command."""
    option = lambda found: "--vars " + found[2] if found[1] else f"--wrt {found[4] or ''}".strip()
    return OF_THE_CALL.sub(option, hint)


def failure(error: SymgradError) -> dict[str, Any]:
    """The JSON shape of an error."""
    found: dict[str, Any] = {
        "symgrad": SHAPE,
        "error": type(error).__name__,
        "message": error.message,
        "hint": in_options(error.hint) if error.hint else None,
        "expression": error.text,
        "position": list(error.position) if error.position else None,
        "exit_code": error.exit_code,
    }
    if isinstance(error, LanguageError):
        found["code"] = error.code
    if isinstance(error, Ambiguous):
        found["readings"] = list(error.readings)
    return found


def as_json(x: Any) -> str:
    """One line of strict JSON; numbers that JSON lacks are the strings inf, -inf and nan."""
    return json_library.dumps(finite(x), ensure_ascii=False, allow_nan=False)


def finite(x: Any) -> Any:
    """The same data with inf and nan as strings."""
    if isinstance(x, dict):
        return {k: finite(v) for k, v in x.items()}
    if isinstance(x, (list, tuple)):
        return [finite(v) for v in x]
    return x if not isinstance(x, float) or math.isfinite(x) else str(x)
