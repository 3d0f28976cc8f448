"""The two ends of a command that runs beside us: bytes in and out, within a time.

- `pipes(theirs, ours)` are they: `.send(data, deadline)` and `.read(deadline)` raise TimeoutError
  where nothing moves, OSError where the other side is gone; a read of nothing is its end.

Where the system can wait for a pipe (`poll`) one thread does all; elsewhere a thread waits at each
end, since a read cannot be told when to give up.
"""

from __future__ import annotations

import os
import select
from queue import Empty, SimpleQueue
from threading import Thread

from ..limits import Deadline

PIECE = 1 << 16  # bytes of one read
SECONDS_TO_JOIN = 1.0  # for a thread whose pipe is closed


class Polled:
    """Both ends waited for by the system."""

    def __init__(self, theirs: int, ours: int) -> None:
        self.theirs, self.ours = theirs, ours
        os.set_blocking(theirs, False)

    def send(self, data: bytes, deadline: Deadline) -> None:
        while data:
            self._awaited(self.theirs, select.POLLOUT, deadline)
            data = data[os.write(self.theirs, data) :]

    def read(self, deadline: Deadline) -> bytes:
        self._awaited(self.ours, select.POLLIN, deadline)
        return os.read(self.ours, PIECE)

    def _awaited(self, end: int, event: int, deadline: Deadline) -> None:
        poll = select.poll()
        poll.register(end, event)
        if not poll.poll(1000 * deadline.left):
            raise TimeoutError

    def close(self) -> None:
        """Nothing waits any more."""


class Threaded:
    """A thread at each end: the reader goes on until the end, a writer for one message."""

    def __init__(self, theirs: int, ours: int) -> None:
        self.theirs, self.ours = theirs, ours
        self.pieces: SimpleQueue[bytes] = SimpleQueue()
        self.threads = [Thread(target=self._reads, daemon=True)]
        self.threads[0].start()

    def _reads(self) -> None:
        piece = b"."
        while piece:
            try:
                piece = os.read(self.ours, PIECE)
            except OSError:
                piece = b""
            self.pieces.put(piece)

    def send(self, data: bytes, deadline: Deadline) -> None:
        failed: list[OSError] = []
        writer = Thread(target=self._writes, args=(data, failed), daemon=True)
        self.threads = [self.threads[0], writer]
        writer.start()
        writer.join(deadline.left)
        if writer.is_alive():
            raise TimeoutError
        if failed:
            raise failed[0]

    def _writes(self, data: bytes, failed: list[OSError]) -> None:
        try:
            while data:
                data = data[os.write(self.theirs, data) :]
        except OSError as error:
            failed.append(error)

    def read(self, deadline: Deadline) -> bytes:
        try:
            return self.pieces.get(timeout=max(0.0, deadline.left))
        except Empty:
            raise TimeoutError from None

    def close(self) -> None:
        """The command is gone, and with it what the threads wait for."""
        for thread in self.threads:
            thread.join(SECONDS_TO_JOIN)


def pipes(theirs: int, ours: int) -> Polled | Threaded:
    """As this system can."""
    return (Polled if hasattr(select, "poll") else Threaded)(theirs, ours)
