"""Tools for language models: a tutor that cannot be talked into a wrong derivative.

- `server()` is a server of the Model Context Protocol with the tools `diff`, `check`, `explain` and
  `verify_antiderivative`; `symgrad mcp` runs it over standard input and output.

What a tool answers is the API's JSON; what hangs is ended, as the server of the page does.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from mcp.server.mcpserver import MCPServer

from .crew import Crew

SECONDS_OF_A_TOOL = 20.0
TOOL_PROCESSES = 2
INSTRUCTIONS = (
    "Derivatives computed and verified by symgrad in proven bounds. Trust its verdicts over your "
    "own algebra: `verified` and `correct` are checked at many points with rigorous error bounds; "
    "`undecided` claims nothing. When tutoring, show the hint first and the place second."
)


class Tools:
    """The tools, answered by processes that can be killed."""

    def __init__(self) -> None:
        self.crew: Crew | None = None

    @asynccontextmanager
    async def opened(self, server: Any) -> AsyncIterator[None]:
        self.crew = Crew(TOOL_PROCESSES, SECONDS_OF_A_TOOL)
        try:
            yield
        finally:
            self.crew.close()

    async def asked(self, name: str, **body: Any) -> dict[str, Any]:
        """The API's answer, an error included: the model is to read it."""
        assert self.crew is not None  # opened with the server
        reply = await self.crew.ask(name, json.dumps(body).encode())
        found: dict[str, Any] = json.loads(reply.text)
        return found

    async def diff(
        self, expression: str, wrt: list[str] | None = None, order: int = 1,
        at: dict[str, float] | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Differentiate a formula (typed or LaTeX) and verify the result against SymPy.

        `wrt` are the variables to differentiate by (default: all), `at` a point for numbers.
        """
        return await self.asked(
            "diff", expression=expression, wrt=wrt or [], order=order, at=at or {}
        )

    async def check(
        self, expression: str, answer: str, wrt: str = "", order: int = 1, lang: str = "en"
    ) -> dict[str, Any]:
        """Judge a student's derivative of `expression`: verdict, named mistakes, hints, witness."""
        return await self.asked(
            "check", expression=expression, answer=answer, wrt=wrt, order=order, lang=lang
        )

    async def explain(self, expression: str, wrt: str = "") -> dict[str, Any]:
        """Derive a formula step by step, each step verified."""
        return await self.asked("explain", expression=expression, wrt=wrt)

    async def verify_antiderivative(
        self, integrand: str, antiderivative: str, wrt: str = "", lang: str = "en"
    ) -> dict[str, Any]:
        """Judge an antiderivative, with or without + C, by differentiating it.

        `wrt` may be left out where there is one variable.
        """
        question = {"kind": "antiderivative", "expression": integrand}
        if wrt:
            question["wrt"] = wrt
        return await self.asked("check", question=question, answer=antiderivative, lang=lang)


def server() -> MCPServer:
    tools = Tools()
    found = MCPServer("symgrad", instructions=INSTRUCTIONS, lifespan=tools.opened)
    for tool in (tools.diff, tools.check, tools.explain, tools.verify_antiderivative):
        found.add_tool(tool)
    return found
