"""How long 50 users wait: `python -m tests.benchmarks.serving`, on the loopback, a bounded number.

Each user keeps a connection and asks again as soon as it is answered (or, with --think, after so
many seconds): previews of a growing text, then a check, as one who types does.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import statistics
import subprocess
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

FACTORS = ("sin x", "e^x", "ln x", "cos(2x)", "tan x")
QUESTIONS = [f"x^{n} {factor}" for n in range(1, 6) for factor in FACTORS]
ANSWERS = ["2x cos x", "x^2 e^x + 2x e^x", "1/x", "-2x sin(2x)", "x^2 cos x + 2x sin x"]


async def asked(reader, writer, name: str, body: dict) -> tuple[int, bytes]:
    data = json.dumps(body).encode()
    head = (f"POST /api/{name} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
            f"content-length: {len(data)}\r\n\r\n")
    writer.write(head.encode() + data)
    top = await reader.readuntil(b"\r\n\r\n")
    length = int(re.search(rb"content-length: (\d+)", top)[1])
    return int(top.split()[1]), await reader.readexactly(length)


async def user(k: int, port: int, rounds: int, think: float, took: dict, codes: Counter) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for i in range(rounds):
        question, answer = QUESTIONS[(k + i) % len(QUESTIONS)], ANSWERS[(k * 7 + i) % len(ANSWERS)]
        cut = answer[: 3 + i % len(answer)]
        for name, body in (
            ("preview", {"text": cut, "expression": question}),
            ("preview", {"text": answer, "expression": question}),
            ("check", {"expression": question, "answer": answer}),
        ):
            await asyncio.sleep(think * (0.5 + (k * 37 + i * 11) % 100 / 100))
            start = time.perf_counter()
            status, _ = await asked(reader, writer, name, body)
            took[name].append(time.perf_counter() - start)
            codes[status] += 1
    writer.close()


def memory(pid: int) -> float:
    """MB held by a process and its children, as the system counts them for each."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text()
        except OSError:
            continue
        if int(re.search(r"Pid:\s*(\d+)", text)[1]) == pid or f"PPid:\t{pid}\n" in text:
            total += int(re.search(r"VmRSS:\s*(\d+)", text)[1])
    return total / 1024


async def load(port: int, users: int, requests: int, think: float) -> tuple[dict, Counter, float]:
    took, codes = defaultdict(list), Counter()
    start = time.perf_counter()
    rounds = max(1, requests // users // 3)
    await asyncio.gather(*(user(k, port, rounds, think, took, codes) for k in range(users)))
    return took, codes, time.perf_counter() - start


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--users", type=int, default=50)
    options.add_argument("--requests", type=int, default=10_000)
    options.add_argument("--think", type=float, default=1.0, help="seconds between two requests")
    given = options.parse_args()
    command = [sys.executable, "-c", "from symgrad.pages import guards, server\n"
               "guards.REQUESTS_AT_ONCE = guards.REQUESTS_A_SECOND = 1e9  # all come from here\n"
               "server.serve('127.0.0.1', 0, lambda address: print(address, flush=True))"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        port = int(process.stdout.readline().rsplit(":", 1)[1])
        asyncio.run(load(port, 4, 60, 0))  # warm
        before = memory(process.pid)
        took, codes, seconds = asyncio.run(load(port, given.users, given.requests, given.think))
        after = memory(process.pid)
    finally:
        process.terminate()
        process.wait()
    for name, times in sorted(took.items()):
        cuts = statistics.quantiles(times, n=100)
        shown = [f"{1e3 * t:6.1f}" for t in (cuts[49], cuts[94], cuts[98], max(times))]
        print(f"{name:8} {len(times):6,} requests; ms: median, 95 %, 99 %, most:", *shown)
    total = sum(codes.values())
    print(f"{total:,} requests in {seconds:.1f} s, {total / seconds:,.0f} a second; statuses "
          f"{dict(codes)}; memory {before:.0f} MB before, {after:.0f} MB after")


if __name__ == "__main__":
    main()
