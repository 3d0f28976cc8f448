"""`symgrad mcp`: tools for language models, over standard input and output."""

from __future__ import annotations

import argparse
from typing import Any

from ..deferred import Deferred
from .serve import needed
from .terminal import Terminal

assistants: Any = Deferred("pages.assistants")  # the package mcp is an extra


def add(commands: Any) -> None:
    command = commands.add_parser(
        "mcp", help="offer diff, check and explain to language models",
        description="A server of the Model Context Protocol on standard input and output, with the "
        "tools diff, check, explain and verify_antiderivative.",
        epilog="example: put the command `symgrad mcp` into an assistant's list of servers",
    )  # fmt: skip
    command.set_defaults(run=run)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Until standard input ends."""
    needed("symgrad mcp", "mcp", "mcp")
    assistants.server().run()
    return 0
