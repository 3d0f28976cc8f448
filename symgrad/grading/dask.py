"""The same work on a dask.distributed cluster, and no row lost with it.

- `results(address, judge, tasks, ...)` yields (task, outcome) as `workers.Pool` does. Whatever the
  cluster does not bring back (its scheduler is gone, its nodes die) is judged here.
- `python -m symgrad.grading.dask` is what a node runs: one batch, from standard input, in a
  process that may lose its own worker without taking the node with it.
"""

from __future__ import annotations

import logging
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from time import sleep
from typing import Any

from ..errors import Unsupported, UsageError
from ..limits import Deadline
from ..sentences import say
from .workers import Pool

TASKS_A_BATCH = 100  # at most: half a second of work, beside the 0.3 s that a process takes
BATCHES_A_THREAD = 4  # at least, so that no thread of the cluster waits for the last
SECONDS_WITHOUT_CLUSTER = 10.0  # seconds without a scheduler, or without any node
POLL = 0.05

Told = Callable[[str], None]


def results(
    address: str, judge: Callable[[Any], Any], tasks: Sequence[Any], seconds: float | None,
    size: int | None, jobs: int = 1, told: Told = print,
) -> Iterator[tuple[Any, Any]]:  # fmt: skip
    """Every task with its outcome. Raises UsageError where there is no scheduler to begin with."""
    client = connected(address)
    missing = dict(enumerate(tasks))
    try:
        for number, outcome in _brought(client, judge, tasks, seconds, size):
            yield missing.pop(number), outcome
    finally:
        with suppress(Exception):  # a client whose scheduler is gone may fail to say goodbye
            client.close(timeout=2)
    if missing:
        told(say("{n} answers did not come back from {address}: judging them here",
                 n=len(missing), address=address))  # fmt: skip
        yield from Pool(judge, jobs, seconds, size).results(missing.values())


def connected(address: str) -> Any:
    """A client of the cluster."""
    try:
        from distributed import Client  # noqa: PLC0415  # 0.5 s, and an extra of its own
    except ImportError:
        raise Unsupported(
            say("--scheduler needs dask.distributed"), hint="pip install 'symgrad[cluster]'"
        ) from None
    for chatty in ("distributed", "asyncio"):  # a lost connection is ours to tell
        logging.getLogger(chatty).setLevel(logging.CRITICAL)
    try:
        return Client(address, timeout=SECONDS_WITHOUT_CLUSTER, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        said = str(error) or type(error).__name__
        raise UsageError(
            say("no scheduler answers at {address}: {said}", address=address, said=said)
        ) from None


def _brought(
    client: Any, judge: Callable[[Any], Any], tasks: Sequence[Any], seconds: float | None,
    size: int | None,
) -> Iterator[tuple[int, Any]]:  # fmt: skip
    """(number of the task, outcome) for what the cluster brings back."""
    length = batch_length(client, len(tasks))
    numbered = list(enumerate(tasks))
    batches = [numbered[i : i + length] for i in range(0, len(tasks), length)]
    payloads = [pickle.dumps((judge, part, seconds, size)) for part in batches]
    futures = {client.submit(batch, payload, pure=False) for payload in payloads}
    given_up = Deadline(SECONDS_WITHOUT_CLUSTER)
    while futures and not given_up.passed:
        if client.status == "running" and any_node(client):
            given_up = Deadline(SECONDS_WITHOUT_CLUSTER)
        done = {future for future in futures if future.status != "pending"}
        futures -= done
        for future in done:
            yield from fetched(future)
        if not done:
            sleep(POLL)


def batch_length(client: Any, tasks: int) -> int:
    threads = sum(node["nthreads"] for node in nodes(client).values()) or 1
    return max(1, min(TASKS_A_BATCH, tasks // (BATCHES_A_THREAD * threads)))


def nodes(client: Any) -> dict[str, Any]:
    """What the client last heard of the cluster's nodes."""
    with suppress(Exception):
        found: dict[str, Any] = client.scheduler_info(-1)["workers"]
        return found
    return {}


def any_node(client: Any) -> bool:
    return bool(nodes(client))


def fetched(future: Any) -> list[tuple[int, Any]]:
    """A batch's outcomes; nothing where its node or its scheduler is gone."""
    try:
        found: list[tuple[int, Any]] = pickle.loads(future.result(timeout=SECONDS_WITHOUT_CLUSTER))
        return found
    except Exception:  # dask raises anything from KilledWorker to CancelledError
        return []


# --- on a node ------------------------------------------------------------------------------------


def batch(payload: bytes) -> bytes:
    """Judge one batch in a process beside the node's own."""
    run = [sys.executable, "-m", "symgrad.grading.dask"]
    return subprocess.run(run, input=payload, stdout=subprocess.PIPE, check=True).stdout


class Second:
    """A judge for (number, task): the number says which row the outcome belongs to."""

    def __init__(self, judge: Callable[[Any], Any]) -> None:
        self.judge = judge

    def __call__(self, numbered: tuple[int, Any]) -> Any:
        return self.judge(numbered[1])


def main() -> None:
    """A pickled (judge, numbered tasks, seconds, size) in, [(number, outcome), ...] out."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a judge prints must not get between
    judge, tasks, seconds, size = pickle.load(sys.stdin.buffer)
    found = Pool(Second(judge), 1, seconds, size).results(tasks)
    out.write(pickle.dumps([(number, outcome) for (number, _), outcome in found]))
    out.close()


if __name__ == "__main__":
    main()
