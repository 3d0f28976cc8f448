"""An engine in any language: a command that speaks JSON lines on stdin and stdout.

- `Command(["node", "engine.js"])` is an engine for `judge`.

It is greeted with `{"symgrad-oracle": 1}` and answers `{"name", "dtype", "operations"}`. Each
request `{"id", "program", "point", "backwards"}` is answered by `{"id", "value", "gradient"}` or
`{"id", "error"}`; numbers are hex floats, "inf", "-inf" or "nan". One that dies or hangs is
started again.
"""

from __future__ import annotations

import contextlib
import json
import selectors
import subprocess
import time
from collections.abc import Sequence
from typing import Any

from ..errors import UsageError
from .programs import Program, number, point_json

GREETING = {"symgrad-oracle": 1}
SECONDS = 5.0  # for one answer
PIECE = 1 << 16


class Died(Exception):
    """The command ended, hung, or said something that is no answer."""


class Command:
    """A command as an engine; `with` ends it."""

    def __init__(self, command: Sequence[str], seconds: float = SECONDS) -> None:
        """Raises UsageError where it cannot be started, or does not answer the greeting."""
        self.command, self.seconds = list(command), seconds
        self.process: subprocess.Popen | None = None
        self.asked = 0
        try:
            hello = self.started()
            self.name, self.dtype = str(hello["name"]), str(hello["dtype"])
            self.operations = frozenset(hello["operations"])
        except (Died, KeyError, TypeError) as error:
            self.stop()
            raise UsageError(f"{self.command[0]} did not answer the greeting: {error}") from None

    def __enter__(self) -> Command:
        return self

    def __exit__(self, *error: Any) -> None:
        self.stop()

    def started(self) -> Any:
        """Start the command; its answer to the greeting."""
        try:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        except OSError as error:
            raise UsageError(f"cannot run {self.command[0]}: {error.strerror}") from None
        self.rest = b""
        return self.exchanged(GREETING)

    def stop(self) -> None:
        """End the command."""
        if self.process is not None:
            self.process.kill()
            with contextlib.suppress(OSError):
                self.process.communicate()
            self.process = None

    def gradient(
        self, program: Program, point: Sequence[float], *, backwards: int = 1
    ) -> tuple[float, Sequence[float]]:
        """Ask; a command that died is started again for the next question."""
        if self.process is None:
            self.started()
        self.asked += 1
        request = {"id": self.asked, "program": program.to_json(), "point": point_json(point),
                   "backwards": backwards}  # fmt: skip
        try:
            answer = self.exchanged(request)
        except Died:
            self.stop()
            raise
        return self.understood(answer)

    def understood(self, answer: Any) -> tuple[float, Sequence[float]]:
        if not isinstance(answer, dict) or answer.get("id") != self.asked:
            self.stop()  # whatever is still to come belongs to no question
            raise Died(f"answered {str(answer)[:80]} to question {self.asked}")
        if "error" in answer:
            raise RuntimeError(str(answer["error"]))
        return number(answer["value"]), [number(x) for x in answer["gradient"]]

    def exchanged(self, message: Any) -> Any:
        """Send a line, read a line."""
        process = self.process
        assert process is not None and process.stdin is not None
        try:
            process.stdin.write(json.dumps(message).encode() + b"\n")
            process.stdin.flush()
        except OSError:
            raise Died(f"the command ended with exit code {process.wait(1)}") from None
        line = self.line()
        try:
            return json.loads(line)
        except ValueError:
            raise Died(f"said {line[:80].decode(errors='replace')!r}, which is no JSON") from None

    def line(self) -> bytes:
        """The next line, within the time allowed."""
        process = self.process
        assert process is not None and process.stdout is not None
        until = time.monotonic() + self.seconds
        with selectors.DefaultSelector() as ready:
            ready.register(process.stdout, selectors.EVENT_READ)
            while b"\n" not in self.rest:
                if not ready.select(max(0.0, until - time.monotonic())):
                    raise Died(f"no answer within {self.seconds:g} s")
                piece = process.stdout.read1(PIECE)  # type: ignore[attr-defined]
                if not piece:
                    raise Died(f"the command ended with exit code {process.wait(1)}")
                self.rest += piece
        line, _, self.rest = self.rest.partition(b"\n")
        return line

    def source(self, program: Program, point: Sequence[float], backwards: int = 1) -> str:
        """A shell script that asks the same question."""
        request = {"id": 1, "program": program.to_json(), "point": point_json(point),
                   "backwards": backwards}  # fmt: skip
        command = " ".join(self.command)
        return (
            f"printf '%s\\n' '{json.dumps(GREETING)}' '{json.dumps(request)}' | {command}"
        )
