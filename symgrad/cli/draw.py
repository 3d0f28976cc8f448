"""`symgrad graph`: the Value graph with data and gradient on every node, as micrograd draws it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ..errors import UsageError
from ..notation import drawing
from ..pages.json_shapes import SHAPE, as_json
from ..sentences import say
from ..value import evaluated
from . import arguments
from .terminal import Terminal

DRAWING_FORMATS = ("tree", "dot", "mermaid", "svg")
ENDINGS = {".dot": "dot", ".gv": "dot", ".mmd": "mermaid", ".svg": "svg", ".txt": "tree"}


def add(commands: Any) -> None:
    command = commands.add_parser(
        "graph", help="draw the graph of a formula",
        description="Draw the Value graph; with every variable given, with data and gradients.",
        epilog='example: symgrad graph "x*y + sin x" --at x=2,y=3 --format mermaid',
    )  # fmt: skip
    command.add_argument("expression", help="the formula")
    arguments.shared(command)
    command.add_argument("--format", choices=DRAWING_FORMATS,
                         help="default: by the file's name, else tree")  # fmt: skip
    command.add_argument(
        "--out", metavar="FILE", help="write to a file (.dot, .mmd, .svg or .txt) instead"
    )
    command.set_defaults(run=run)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    if options.out:
        arguments.refuse(say("with {option}", option="--out"), json=options.json)
    f = arguments.expression(options.expression, options)
    at = f.point(arguments.point(options.at), {}, all_bound=False, finite=True)
    root = evaluated(f.root, at) if len(at) == len(f.variables) else f.root
    if root.data is not None:
        root.backward()
    form = _format(options)
    if form == "svg":
        drawing.svg(root, options.out)
        return 0
    text = {"tree": drawing.tree, "dot": drawing.dot, "mermaid": drawing.mermaid}[form](root)
    if options.out:
        Path(options.out).write_text(text + "\n", encoding="utf-8")
    else:
        terminal.line(
            as_json({"symgrad": SHAPE, "format": form, "graph": text}) if options.json else text
        )
    return 0


def _format(options: argparse.Namespace) -> str:
    """--format, or what the file's name says."""
    ending = Path(options.out).suffix if options.out else ""
    form = options.format or (ENDINGS.get(ending) if options.out else "tree")
    if form is None:
        *most, last = ENDINGS
        raise UsageError(
            f"what should be written to {options.out}? its name ends in none of "
            f"{', '.join(most)} and {last}",
            hint="or say it with --format",
        )
    if form == "svg" and not options.out:
        raise UsageError("an SVG goes to a file", hint="add --out graph.svg")
    return str(form)

