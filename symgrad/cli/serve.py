"""`symgrad serve`: the page and the API on this machine."""

from __future__ import annotations

import argparse
from importlib.util import find_spec
from typing import Any

from ..deferred import Deferred
from ..errors import UsageError
from ..sentences import say
from ..sets.problem_set import ProblemSet
from .arguments import refuse
from .terminal import Terminal

server: Any = Deferred("pages.server")  # Starlette is an extra
kept: Any = Deferred("pages.attempts")
LAST_PORT = 65_535


def add(commands: Any) -> None:
    command = commands.add_parser(
        "serve", help="show the page, and answer programs, on this machine",
        description="Serve the page and the API (JSON under /api, described by /openapi.json).",
        epilog="example: symgrad serve --port 8000",
    )  # fmt: skip
    command.add_argument("--port", type=int, default=8000, help="default 8000; 0 takes a free one")
    command.add_argument(
        "--host", default="127.0.0.1", metavar="NAME",
        help="default 127.0.0.1, which only this machine can reach",
    )  # fmt: skip
    command.add_argument(
        "--name", action="append", default=[], metavar="HOST",
        help="the name under which a web server in front of this one shows the page",
    )  # fmt: skip
    command.add_argument(
        "--set", metavar="FILE", help="a problem set for a class, in the tab Practise"
    )
    command.add_argument(
        "--db", metavar="FILE",
        help="where the class's codes and answers are kept: an SQLite file, or an address such as "
        "postgresql+psycopg://...",
    )  # fmt: skip
    command.add_argument(
        "--new-code", action="store_true", help="show a new code for the teacher; the old one ends"
    )
    command.set_defaults(run=run)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Until Ctrl-C."""
    needed("symgrad serve", "web", "starlette", "uvicorn", "httptools", "sqlalchemy")
    if not 0 <= options.port <= LAST_PORT:
        raise UsageError(f"--port goes from 0 to {LAST_PORT}, got {options.port}")

    if not options.db:
        refuse(say("without {option}", option="--db"), new_code=options.new_code)
    if options.db and not options.set:
        raise UsageError("--db keeps the answers to a set", hint="add --set FILE")
    if options.set:
        ProblemSet.read(options.set)  # a broken question is refused now
    attempts = opened(options.db, terminal, options.new_code) if options.db else None

    def started(address: str) -> None:
        terminal.line(f"symgrad is at {address}  (Ctrl-C ends it)")
        terminal.stream.flush()

    server.serve(
        options.host, options.port, started, names=options.name, problems=options.set or "",
        attempts=attempts,
    )  # fmt: skip
    return 0


def opened(address: str, terminal: Terminal, anew: bool = False) -> Any:
    """The database; the first teacher's code is made with it, another where it is asked for."""
    attempts = kept.Attempts(address)
    if anew or not any(person.role == kept.TEACHER for person in attempts.people()):
        code = attempts.joined("teacher", kept.TEACHER)
        terminal.line(f"the teacher's code, shown this once: {code}")
    return attempts


def needed(what: str, extra: str, *modules: str) -> None:
    """Raise UsageError where an extra is not installed."""
    missing = [name for name in modules if find_spec(name) is None]
    if missing:
        raise UsageError(
            f"{what} needs {' and '.join(missing)}", hint=f"pip install 'symgrad[{extra}]'"
        )
