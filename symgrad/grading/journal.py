"""The journal of a grading run: what was judged so far, so that a run that was killed can go on.

- `Journal.fresh(path, settings)` starts one; `Journal.resumed(path, settings)` reads what is there.
- `journal.known[key]` is an outcome that was already judged; `journal.keep(key, outcome)` adds one.

One line of JSON an outcome, appended and flushed; a last line that was torn by a kill is dropped.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, Self

from ..errors import UsageError


class Journal:
    """An append-only file beside the result."""

    def __init__(self, path: Path, known: dict[str, dict[str, Any]], file: BinaryIO) -> None:
        self.path, self.known, self.file = path, known, file

    @classmethod
    def fresh(cls, path: Path, settings: Mapping[str, Any]) -> Self:
        journal = cls(path, {}, path.open("wb"))
        journal.write({"settings": dict(settings)})
        return journal

    @classmethod
    def resumed(cls, path: Path, settings: Mapping[str, Any]) -> Self:
        """Raises UsageError where the journal belongs to a run with other settings."""
        lines, good = whole_lines(path.read_bytes() if path.exists() else b"")
        if not lines or "settings" not in lines[0]:
            return cls.fresh(path, settings)
        if lines[0]["settings"] != dict(settings):
            raise UsageError(
                f"{path.name} was begun with other settings: {lines[0]['settings']}",
                hint="use those, or start anew without --resume",
            )
        file = path.open("r+b")
        file.truncate(good)
        file.seek(good)
        known = {line["key"]: line["outcome"] for line in lines[1:] if "key" in line}
        return cls(path, known, file)

    def keep(self, key: str, outcome: Mapping[str, Any]) -> None:
        self.known[key] = dict(outcome)
        self.write({"key": key, "outcome": dict(outcome)})

    def write(self, line: Mapping[str, Any]) -> None:
        """One whole line, out of this process at once: a kill must not take it along."""
        self.file.write(json.dumps(line).encode() + b"\n")
        self.file.flush()

    def close(self, *, done: bool) -> None:
        """Once the result is written nothing is left to resume."""
        self.file.close()
        if done:
            self.path.unlink(missing_ok=True)


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
