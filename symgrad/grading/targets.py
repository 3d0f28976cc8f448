"""A file to be written: tried before the work, and replaced in one step after it.

- `Target(path)` raises UsageError where nothing could be written; `.write(pieces)` writes all of it
  or nothing.
- `apart(targets, source)` raises where two of them, or one and the file of answers, are the same.

A device, a pipe and a link stay what they are: the first two are written into, and behind a link
its file is replaced. What is replaced keeps its permissions.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import Any

from ..errors import UsageError
from ..sentences import say

MADE_BY_THE_SYSTEM = ("/dev/", "/proc/")  # names of streams that are open already


class Target:
    """Where a result goes: a path, or a stream that takes bytes."""

    def __init__(self, place: Any) -> None:
        self.stream = place if hasattr(place, "write") else None
        if not self.stream and not isinstance(place, (str, os.PathLike)):
            kind = type(place).__name__
            said = say("a result goes to a path or a stream of bytes, got {kind}", kind=kind)
            raise UsageError(said)
        self.name = "the output" if self.stream else os.fspath(place)
        if self.name == "-":
            raise UsageError(say("only --out may be -"), hint=say("name a file for the others"))
        self.path = Path(os.path.realpath(self.name))  # behind a link
        self.direct = False
        if not self.stream:
            with named(self.name):
                self._tried()

    @property
    def replaced(self) -> Path | None:
        """The file that will be made or replaced; None where something is written into."""
        return None if self.stream or self.direct else self.path

    def _tried(self) -> None:
        """A folder, a read-only file or a missing folder shows now, not after an hour."""
        there = os.stat(self.name) if os.path.exists(self.name) else None
        if there and stat.S_ISDIR(there.st_mode):
            raise IsADirectoryError(21, "it is a folder")
        system = self.name.startswith(MADE_BY_THE_SYSTEM)
        self.direct = system or bool(there and not stat.S_ISREG(there.st_mode))
        if there and not os.access(self.name, os.W_OK):
            raise PermissionError(13, "Permission denied")
        if not self.direct:
            part = self._part()
            try:
                os.close(opened_new(part))
            finally:  # Ctrl-C leaves nothing behind
                with suppress(FileNotFoundError):
                    part.unlink()

    def _part(self) -> Path:
        return self.path.with_name(f"{self.path.name}.{token_hex(4)}.part")

    def write(self, pieces: Iterable[bytes]) -> None:
        """Raises UsageError, with the name, where the disk is full."""
        with named(self.name):
            if self.stream:
                self.stream.writelines(pieces)
            elif self.direct:
                with open(self.name, "wb") as file:
                    file.writelines(pieces)
            else:
                self._replace(pieces)

    def _replace(self, pieces: Iterable[bytes]) -> None:
        part = self._part()
        try:
            with os.fdopen(opened_new(part), "wb") as file:
                file.writelines(pieces)
                file.flush()
                os.fsync(file.fileno())
            if self.path.exists():
                like(self.path.stat(), part)
            os.replace(part, self.path)  # the one call that is atomic everywhere
        finally:
            with suppress(FileNotFoundError):
                part.unlink()


def opened_new(path: Path) -> int:
    """A file that nobody else has, with the permissions that a new file gets here."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)


def like(old: os.stat_result, path: Path) -> None:
    """Give a file the permissions and, where that is allowed, the owner of another."""
    os.chmod(path, stat.S_IMODE(old.st_mode))
    with suppress(PermissionError, AttributeError):
        os.chown(path, old.st_uid, old.st_gid)


class named:  # noqa: N801  # reads as a word: with named(path)
    """What goes wrong in its block is told with the file's name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if isinstance(error, OSError) and not isinstance(error, BrokenPipeError):
            why = error.strerror or error
            raise UsageError(say("cannot write {file}: {why}", file=self.name, why=why)) from None


def apart(targets: Iterable[Target], source: str) -> None:
    """Raises UsageError where one result would replace another, or the answers themselves."""
    seen: dict[Path, str] = {}
    if source:
        seen[Path(os.path.realpath(source))] = say("{file}, the answers", file=source)
    for target in targets:
        if target.replaced is None:
            continue
        if target.replaced in seen:
            raise UsageError(
                say("{file} would replace {other}", file=target.name, other=seen[target.replaced])
            )
        seen[target.replaced] = target.name
