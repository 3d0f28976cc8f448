"""`symgrad site`: the page as static files, with symgrad in it."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from ..pages import static_site
from .terminal import Terminal


def add(commands: Any) -> None:
    command = commands.add_parser(
        "site", help="write the page for a host of static files, with symgrad in it",
        description="Write the page with all of symgrad in it: it runs in the browser (Pyodide), "
        "so that no server is needed and nothing leaves the machine.",
        epilog="example: symgrad site --out public && python -m http.server -d public",
    )  # fmt: skip
    command.add_argument("--out", required=True, metavar="DIR", help="the folder; it is made")
    command.add_argument(
        "--kept", metavar="DIR", help="where what npm and pip fetch is kept (default: a cache)"
    )
    command.set_defaults(run=run)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    kept = Path(options.kept) if options.kept else cache()
    told = lambda text: terminal.line(terminal.dim(text))
    folder = static_site.write(Path(options.out), kept, told)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    terminal.line(f"{folder}: {size / 1e6:.1f} MB, for any host of static files")
    return 0


def cache() -> Path:
    """Where programs of this system keep what can be fetched again."""
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "symgrad"
