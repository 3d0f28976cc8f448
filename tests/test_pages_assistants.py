"""`symgrad mcp`: what a language model asks, and is told."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import pytest

pytestmark = pytest.mark.needs("mcp")

CALLS: list[tuple[str, dict[str, Any], str]] = [
    ("diff", {"expression": "x^2"}, "verified"),
    ("check", {"expression": "x^2 sin x", "answer": "2x cos x"}, "incorrect"),
    ("explain", {"expression": "x^2 sin x"}, "verified"),
    ("verify_antiderivative", {"integrand": "2x", "antiderivative": "x^2 + C"}, "correct"),
    ("verify_antiderivative", {"integrand": "cos t", "antiderivative": "sin t + C"}, "correct"),
]


async def told() -> tuple[list[str], list[dict[str, Any]]]:
    """The tools' names, and the answers over standard input and output."""
    from mcp import ClientSession, StdioServerParameters
    from mcp.client.stdio import stdio_client

    command = StdioServerParameters(command=sys.executable, args=["-m", "symgrad", "mcp"])
    asked = [*((name, arguments) for name, arguments, _ in CALLS), ("diff", {"expression": "2 +"})]
    async with (
        stdio_client(command) as (reading, writing),
        ClientSession(reading, writing) as session,
    ):
        await session.initialize()
        names = [tool.name for tool in (await session.list_tools()).tools]
        results = [await session.call_tool(name, arguments) for name, arguments in asked]
        return names, [json.loads(result.content[0].text) for result in results]


def test_a_model_is_told_the_truth() -> None:
    """Every tool answers with its verdict; what cannot be read is an error that says where."""
    names, found = asyncio.run(told())
    assert list(dict.fromkeys(name for name, _, _ in CALLS)) == names
    verdicts = [answer.get("verdict", answer) for answer in found[:-1]]
    assert [verdict for _, _, verdict in CALLS] == verdicts
    assert "LanguageError" == found[-1]["error"]
