"""The journal of a grading run: what was judged so far, so that a run that was killed can go on.

- `Journal(path, settings, resume, told)` is one, alone: a second run on the same file is refused.
- `journal.known[key]` is an outcome that was already judged; `journal.keep(key, outcome)` adds one.

One line of JSON an outcome, appended and flushed; a last line that was torn by a kill is dropped,
and that is told. A file that is no journal is never written over.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from ..errors import UsageError
from ..sentences import say
from .pile import OUTCOME
from .targets import named

try:
    import fcntl
except ImportError:  # Windows, whose files that are open cannot be replaced anyway
    fcntl = None  # type: ignore[assignment]

Told = Callable[[str], None]


class Journal:
    """An append-only file beside the result."""

    def __init__(
        self, path: Path, settings: Mapping[str, Any], *, resume: bool = False, told: Told = print
    ) -> None:
        """Raises UsageError where the file is another's, or belongs to other settings."""
        self.path = path
        self.known: dict[str, dict[str, Any]] = {}
        with named(str(path)):
            self.file = alone(path)
        try:
            self._begun(dict(settings), resume, told)
        except BaseException:
            self.file.close()
            raise

    def _begun(self, settings: dict[str, Any], resume: bool, told: Told) -> None:
        data = self.file.read()
        lines, good = whole_lines(data)
        if data and not (lines and isinstance(lines[0].get("settings"), dict)):
            raise UsageError(
                say("{file} is no journal of symgrad: it is left as it is", file=self.path)
            )
        if not (resume and lines):
            if len(lines) > 1:
                told(say("{file} held {n} judged answers: begun anew", file=self.path.name,
                         n=f"{len(lines) - 1:,}"))  # fmt: skip
            self.file.seek(0)
            self.file.truncate()
            self.write({"settings": settings})
            return
        if lines[0]["settings"] != settings:
            raise UsageError(
                say("{file} was begun with other settings: {settings}", file=self.path.name,
                    settings=lines[0]["settings"]),
                hint=say("use those, or start anew without --resume"),
            )
        self.known = {line["key"]: line["outcome"] for line in lines[1:] if is_entry(line)}
        strange = len(lines) - 1 - len(self.known)
        if good < len(data) or strange:
            told(say("{file} is torn: what is lost there is judged again", file=self.path.name))
        self.file.seek(good)
        self.file.truncate()

    def keep(self, key: str, outcome: Mapping[str, Any]) -> None:
        self.write({"key": key, "outcome": dict(outcome)})

    def write(self, line: Mapping[str, Any]) -> None:
        """One whole line, out of this process at once: a kill must not take it along."""
        with named(str(self.path)):
            self.file.write(json.dumps(line).encode() + b"\n")
            self.file.flush()

    def close(self, *, done: bool) -> None:
        """Once the result is written nothing is left to resume."""
        if done:
            self.path.unlink(missing_ok=True)
        with named(str(self.path)):
            self.file.close()


def alone(path: Path) -> BinaryIO:
    """The file, opened so that no other run has it too. Raises UsageError where one does."""
    while True:
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o666), "r+b")
        try:
            if fcntl:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise UsageError(
                say("another run is at work on {file}: let it end first", file=path.name)
            ) from None
        if path.exists() and os.path.samestat(os.fstat(file.fileno()), path.stat()):
            return file
        file.close()  # the other run ended in between, and has removed it


def is_entry(line: Mapping[str, Any]) -> bool:
    outcome = line.get("outcome")
    return isinstance(line.get("key"), str) and isinstance(outcome, dict) and set(
        OUTCOME) == set(outcome)  # fmt: skip


def whole_lines(data: bytes) -> tuple[list[dict[str, Any]], int]:
    """The lines that are complete, and how many bytes they take."""
    found: list[dict[str, Any]] = []
    good = 0
    for line in data.splitlines(keepends=True):
        try:
            entry = json.loads(line) if line.endswith(b"\n") else None
        except ValueError:
            entry = None
        if not isinstance(entry, dict):
            break
        found.append(entry)
        good += len(line)
    return found, good
