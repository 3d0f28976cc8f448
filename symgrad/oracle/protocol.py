"""An engine in any language: a command that speaks JSON lines on stdin and stdout.

- `Command(["node", "engine.js"])` is an engine for `judge`.

It is greeted with `{"symgrad-oracle": 1}` and answers `{"name", "dtype", "operations"}`. Each
request `{"id", "program", "point", "backwards"}` is answered by `{"id", "value", "gradient"}` or
`{"id", "error"}`, or by `{"id", "unsupported": "why"}` for a program that it cannot take, which is
then skipped and counted. Numbers are hex floats, "inf", "-inf" or "nan", or plain JSON numbers. One
that dies, hangs, floods or babbles is ended with all its children, and started again for the next
question; an `error` is what raising is in Python.
"""

from __future__ import annotations

import contextlib
import json
import shlex
import signal
import subprocess
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from ..doors import door
from ..errors import Unsupported, UsageError
from ..limits import Deadline
from ..processes import ended
from .engine_calls import Answered, Died
from .pipes import pipes
from .programs import Program, number, point_json

T = TypeVar("T")

GREETING = {"symgrad-oracle": 1}
SECONDS = 5.0  # for one answer
WARMING_UP = 4  # times as long, for the greeting and the first one
LONGEST = 1 << 24  # bytes of one line
SECONDS_TO_EXIT = 0.5  # seconds in which one that closed its pipe tells its exit code


class Command:
    """A command as an engine; `with` ends it."""

    outside = True  # it has a process of its own already

    @door()
    def __init__(self, command: Sequence[str], seconds: float = SECONDS) -> None:
        """Raises UsageError where it cannot be started, or does not answer the greeting."""
        self.command, self.seconds = list(command), seconds
        self.process: subprocess.Popen | None = None
        self.asked, self.warm = 0, False
        if not self.command:
            raise UsageError("the command is empty")
        try:
            hello = self.started()
            self.name, self.dtype = str(hello["name"]), str(hello["dtype"])
            self.operations = self.offered(hello)
        except KeyError as error:
            self.stop()
            raise UsageError(f"the greeting of {self.command[0]} lacks {error}") from None
        except (Died, TypeError) as error:
            self.stop()
            raise UsageError(f"{self.command[0]} did not answer the greeting: {error}") from None
        except BaseException:
            self.stop()
            raise

    def __enter__(self) -> Command:
        return self

    def __exit__(self, *error: Any) -> None:
        self.stop()

    def started(self) -> Any:
        """Start the command, in a group of its own; its answer to the greeting."""
        try:
            self.process = subprocess.Popen(
                self.command, bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise UsageError(f"cannot run {self.command[0]}: {error.strerror}") from None
        assert self.process.stdin is not None and self.process.stdout is not None
        self.pipes = pipes(self.process.stdin.fileno(), self.process.stdout.fileno())
        self.rest = b""
        return self.exchanged(GREETING)

    def offered(self, hello: Any) -> frozenset[str]:
        """The operations that the answer to the greeting names."""
        return frozenset(hello["operations"])

    def stop(self) -> None:
        """End the command, and what it has started."""
        process, self.process = self.process, None
        if process is not None:
            ended(process.pid)
            self.pipes.close()
            for stream in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):
                    stream.close()  # type: ignore[union-attr]
            process.wait()

    def gradient(
        self, program: Program, point: Sequence[float], *, backwards: int = 1
    ) -> tuple[float, Sequence[float]]:
        """Ask. Raises Died where there is no answer; the next question starts a new process."""
        return self.replied(request(program, point, backwards), understood)

    def replied(self, question: dict[str, Any], read: Callable[[dict[str, Any]], T]) -> T:
        """What is read from the answer. Raises Died, Unsupported, and Answered for `error`."""
        try:
            if self.process is None:
                self.started()
            self.asked += 1
            answer = self.exchanged({"id": self.asked, **question})
            if not isinstance(answer, dict) or answer.get("id") != self.asked:
                raise Died(f"answered {str(answer)[:80]} to question {self.asked}")
            silent = "error" in answer or "unsupported" in answer
            found = None if silent else read(answer)
            self.warm = True
            if self.rest.strip():
                raise Died(f"said {self.rest[:80].decode(errors='replace')!r} after its answer")
        except BaseException:  # whatever is still to come belongs to no question
            self.stop()
            raise
        if "unsupported" in answer:
            raise Unsupported(str(answer["unsupported"]))
        if found is None:
            raise Answered(str(answer["error"]))
        return found

    def exchanged(self, message: Any) -> Any:
        """Send a line, read a line, within the time allowed."""
        deadline = Deadline(self.patience)
        self.send(json.dumps(message).encode() + b"\n", deadline)
        line = self.line(deadline)
        try:
            return json.loads(line)
        except (ValueError, RecursionError):
            raise Died(f"said {line[:80].decode(errors='replace')!r}, which is no JSON") from None

    def send(self, data: bytes, deadline: Deadline) -> None:
        try:
            self.pipes.send(data, deadline)
        except TimeoutError:
            raise Died(self.late) from None
        except OSError:
            raise Died(self.fate("input")) from None

    def line(self, deadline: Deadline) -> bytes:
        """The next line."""
        parts, size = [self.rest], len(self.rest)
        while b"\n" not in parts[-1]:
            try:
                piece = self.pipes.read(deadline)
            except TimeoutError:
                raise Died(self.late) from None
            if not piece:
                raise Died(self.fate("output"))
            parts.append(piece)
            size += len(piece)
            if size > LONGEST:
                raise Died(f"said more than {LONGEST:,} bytes in one line")
        line, _, self.rest = b"".join(parts).partition(b"\n")
        return line

    @property
    def patience(self) -> float:
        """The seconds for one answer; for the first one there is compiled."""
        return self.seconds * (1 if self.warm else WARMING_UP)

    @property
    def late(self) -> str:
        return f"no answer within {self.patience:g} s"

    def fate(self, stream: str) -> str:
        """How it ended, if it did."""
        assert self.process is not None
        try:
            code = self.process.wait(SECONDS_TO_EXIT)
        except subprocess.TimeoutExpired:
            return f"the command closed its {stream}"
        if code < 0:
            return f"the command died of {signal.Signals(-code).name}"
        return f"the command ended with exit code {code}"

    def source(self, program: Program, point: Sequence[float], backwards: int = 1) -> str:
        """A shell script that asks the same question."""
        asked = {"id": 1, **request(program, point, backwards)}
        lines = shlex.join(map(json.dumps, (GREETING, asked)))
        return f"printf '%s\\n' {lines} | {shlex.join(self.command)}"


def request(program: Program, point: Sequence[float], backwards: int) -> dict[str, Any]:
    return {"program": program.to_json(), "point": point_json(point), "backwards": backwards}


def understood(answer: dict[str, Any]) -> tuple[float, Sequence[float]]:
    """Value and gradient. Raises Died where they cannot be read."""
    try:
        return number(answer["value"]), [number(x) for x in answer["gradient"]]
    except KeyError as error:
        raise Died(f"answered without {error}") from None
    except (TypeError, ValueError) as error:
        raise Died(f"answered what cannot be read: {error}") from None
