"""A server among hostile neighbours: floods, slow senders, heads without end; on the loopback."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.needs("starlette"), pytest.mark.needs("httptools")]

STARTED = """
from symgrad.pages import server
server.SECONDS_OF_SENDING = 1.0
server.serve("127.0.0.1", 0, lambda address: print(address, flush=True))
"""
HEAVY = {"expression": "tanh(x^3)*e^x", "written": True}
LIGHT = {"expression": "x^2", "answer": "2x"}
ERRORS = (400, 403, 404, 405, 408, 413, 415, 422, 429, 503, 504)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    run = [sys.executable, "-c", STARTED]
    process = subprocess.Popen(run, stdout=subprocess.PIPE, text=True)
    try:
        yield int(process.stdout.readline().rsplit(":", 1)[1])
    finally:
        process.terminate()
        process.wait()


def request(name: str, body: object) -> bytes:
    data = json.dumps(body).encode()
    head = (f"POST /api/{name} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
            f"connection: close\r\ncontent-length: {len(data)}\r\n\r\n")  # fmt: skip
    return head.encode() + data


async def sent(port: int, data: bytes) -> bytes:
    """All that the server says to these bytes; nothing where it hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(data)
        return await asyncio.wait_for(reader.read(), 60)
    except ConnectionError:
        return b""
    finally:
        writer.close()


def status(answer: bytes) -> int:
    return int(answer.split(maxsplit=2)[1])


def test_a_flood_is_sent_away(port: int) -> None:
    """Of 400 heavy requests at once each is answered or told why not; afterwards all is well."""

    async def flood() -> tuple[list[bytes], bytes]:
        answers = await asyncio.gather(*(sent(port, request("diff", HEAVY)) for _ in range(400)))
        return answers, await sent(port, request("check", LIGHT))

    answers, after = asyncio.run(flood())
    counts = Counter(map(status, answers))
    assert {200, 429, 503} >= set(counts)
    assert counts[429] + counts[503] > counts[200]
    for answer in answers:
        assert json.loads(answer.partition(b"\r\n\r\n")[2])
    assert 200 == status(after)


def test_slow_senders_hold_nobody_up(port: int) -> None:
    """A hundred who never finish their request do not keep another from an answer."""
    unfinished = request("diff", HEAVY)[:-10]

    async def run() -> tuple[bytes, bytes]:
        slow = [asyncio.create_task(sent(port, unfinished)) for _ in range(100)]
        await asyncio.sleep(0.2)
        return await sent(port, request("check", LIGHT)), await slow[0]

    answer, slow = asyncio.run(run())
    assert (200, 408) == (status(answer), status(slow))


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx: " + b"a" * 1_000_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * 100_000 + b"\r\n",
        b"\x00\x01\x02\x03" * 100,
        b"GET /../../etc/passwd HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n",
        b"POST /api/diff HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: -5\r\n\r\n{}",
        b"POST /api/diff HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 5\r\n"
        b"transfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"OPTIONS /api/diff HTTP/1.1\r\nhost: 127.0.0.1\r\norigin: https://evil.example\r\n"
        b"connection: close\r\n\r\n",
    ],
    ids=["long head", "many headers", "no HTTP", "path", "negative", "two lengths", "preflight"],
)
def test_what_is_no_honest_request_is_refused(port: int, data: bytes) -> None:
    """Each is an error or a closed connection, and allows no other site anything."""
    answer = asyncio.run(sent(port, data))
    assert not answer or status(answer) in ERRORS
    assert b"access-control-allow" not in answer.lower()
    assert 200 == status(asyncio.run(sent(port, request("check", LIGHT))))
