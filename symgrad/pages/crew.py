"""Processes that answer requests, each of which can be killed while the others go on.

- `Crew(size, seconds).ask("check", body)` is the `Reply`; one that takes too long loses its
  process, and gets an error that says so.
- Too many who wait are sent away at once (`Busy`), so that nobody waits for long.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from importlib import import_module
from typing import Any

from ..errors import LimitReached, SymgradError
from ..limits import Deadline, Limits
from ..processes import Worker
from ..sentences import say
from ..symbolic import sympy
from . import previews
from .answering import Reply, answered, language_of, status
from .json_shapes import as_json, failure

SECONDS_AT_MOST = 60.0
BYTES_OF_AN_ANSWER = 1 << 30  # more than what a process had before
MOST_WAITING = 200  # requests
LOWER_PRIORITY = 5  # what answers slowly lets what answers quickly go first

WARMING = (  # what a worker has seen once, it answers in a millisecond
    ("preview", b'{"text": "x^2 sin(3x)"}'),
    ("check", b'{"expression": "x^2 sin x", "answer": "2x cos x", "lang": "de"}'),
    ("plot", b'{"expression": "1/x"}'),
    ("graph", b'{"expression": "x*y", "at": {"x": 2, "y": 3}}'),
)


class Busy(Exception):
    """Too many requests wait already."""


class Hand:
    """One process, and what it has been asked."""

    def __init__(self, nice: int) -> None:
        self.nice = nice
        self.started()

    def started(self) -> None:
        self.worker = Worker()
        self.worker.send(None, warmed, (self.nice,))
        self.worker.owed += 1

    async def answer(self, limits: Limits, function: Callable, *args: Any) -> Any:
        """What the function gives; a new process takes the place of one that is late or gone.

        Raises what the function raises, or LimitReached.
        """
        self.worker.send(limits, function, args)
        seconds, kind = limits.seconds or SECONDS_AT_MOST, "late"
        try:
            kind, found = await self.outcome(seconds)
        finally:  # also where the request is cancelled: half an answer must not stay in the pipe
            if kind in ("late", "died"):
                self.worker.kill()
                self.started()
        if kind in ("late", "died"):
            raise stopped(kind, seconds)
        if kind == "error":
            raise found
        return found

    async def outcome(self, seconds: float) -> tuple[str, Any]:
        """What the pipe brings, without a thread where the system can tell when it does."""
        if not hasattr(os, "fork"):
            return await asyncio.to_thread(self.worker.answer, seconds)
        deadline = Deadline(seconds)
        while True:
            if not await readable(self.worker.pipe, deadline.left):
                return "late", None
            try:
                found = self.worker.pipe.recv()
            except (EOFError, OSError):
                return "died", None
            if not self.worker.owed:
                return found
            self.worker.owed -= 1


async def readable(pipe: Any, seconds: float) -> bool:
    """Whether something can be read from a pipe in time."""
    loop = asyncio.get_running_loop()
    heard = asyncio.Event()
    loop.add_reader(pipe.fileno(), heard.set)
    try:
        return await asyncio.wait_for(heard.wait(), max(0.0, seconds))
    except TimeoutError:
        return False
    finally:
        loop.remove_reader(pipe.fileno())
        os.set_blocking(pipe.fileno(), True)  # an event loop may have changed that


def stopped(kind: str, seconds: float) -> LimitReached:
    """What is said where a process was lost."""
    if kind == "late":
        return LimitReached(say("no answer was found within {n} s", n=f"{seconds:g}"), "seconds")
    return LimitReached(say("no answer was found within the memory allowed"), "bytes")


def warmed(nice: int) -> None:
    """Run in a new process: it loads what it needs before anyone waits for it."""
    if nice and hasattr(os, "nice"):
        os.nice(nice)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
    for name, body in WARMING:
        answered(name, body)


def loaded() -> None:
    """Import all that an answer needs, before the processes are forked: they share it."""
    for module in ("symgrad.formula", "symgrad.verification", "symgrad.compiling.compiler"):
        import_module(module)
    sympy()
    gc.collect()
    gc.freeze()  # what is loaded stays: it is not looked at again


class Crew:
    """So many processes; a request waits for the next that is free."""

    def __init__(self, size: int, seconds: float, *, nice: int = 0) -> None:
        self.limits = replace(Limits.student, seconds=seconds, bytes=BYTES_OF_AN_ANSWER)
        self.hands = [Hand(nice) for _ in range(size)]
        self.free: asyncio.LifoQueue[Hand] = asyncio.LifoQueue()  # the one whose caches are warm
        for hand in self.hands:
            self.free.put_nowait(hand)
        self.waiting = 0

    async def ask(self, name: str, body: bytes) -> Reply:
        """The reply to a request. Raises Busy where too many wait."""
        try:
            reply: Reply = await self.call(answered, name, body)
            return reply
        except SymgradError as error:
            told = previews.told(error, language_of(body) or "en")
            return Reply(status(error), as_json(failure(told)))

    async def call(self, function: Callable, *args: Any) -> Any:
        """function(*args) in a process. Raises Busy, LimitReached, or what the function raises."""
        async with self.hand() as hand:
            return await hand.answer(self.limits, function, *args)

    @asynccontextmanager
    async def hand(self) -> AsyncIterator[Hand]:
        if self.waiting >= MOST_WAITING:
            raise Busy
        self.waiting += 1
        try:
            hand = await self.free.get()
        finally:
            self.waiting -= 1
        try:
            yield hand
        finally:
            self.free.put_nowait(hand)

    def close(self) -> None:
        for hand in self.hands:
            with suppress(OSError):
                hand.worker.kill()
