"""`symgrad oracle`: judge an autograd engine, write test vectors, show a report again.

- `run ENGINE` judges an adapter that ships, or with --command any program that speaks JSON lines.
- `vectors --out DIR` writes the test vectors with their schema.
- `show REPORT` prints a report that `run --json` wrote.
"""

from __future__ import annotations

import argparse
import json
import shlex
from pathlib import Path
from typing import Any

from ..errors import UsageError
from ..oracle import engines, vectors
from ..oracle import report as reports
from ..oracle.protocol import Command
from ..oracle.run import judge
from ..pages.json_shapes import as_json
from .terminal import Terminal


def add(commands: Any) -> None:
    command = commands.add_parser(
        "oracle", help="judge another autograd engine",
        description="Hold autograd engines against exact numbers; no tolerance to set.",
        epilog="exit codes: 0 nothing found, 1 findings, 2 the input was not understood",
    )  # fmt: skip
    kinds = command.add_subparsers(dest="kind", metavar="WHAT", required=True)
    run_ = kinds.add_parser("run", help="judge an engine")
    run_.add_argument("engine", nargs="?", help=", ".join(engines.NAMES))
    run_.add_argument("--command", metavar="CMD", help="a command that speaks JSON lines")
    run_.add_argument("--dtype", choices=("float64", "float32"), default="float64")
    run_.add_argument("--budget", type=float, default=60.0, metavar="S", help="seconds (60)")
    run_.add_argument("--seed", type=int, default=0)
    run_.add_argument("--json", action="store_true", help="print JSON instead of text")
    made = kinds.add_parser("vectors", help="write test vectors that any language can read")
    made.add_argument("--out", required=True, metavar="DIR")
    made.add_argument("--order", type=int, choices=(1, 2), default=None, help="default: both")
    made.add_argument("--seed", type=int, default=0)
    made.add_argument("--json", action="store_true", help="print JSON instead of text")
    show = kinds.add_parser("show", help="print a report again")
    show.add_argument("report", help="what `run --json` wrote")
    show.add_argument("--json", action="store_true", help="print JSON instead of text")
    command.set_defaults(run=run)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Exit code 1 with findings."""
    return {"run": judged, "vectors": written, "show": shown}[options.kind](options, terminal)


def judged(options: argparse.Namespace, terminal: Terminal) -> int:
    if not options.budget > 0:
        raise UsageError(f"--budget is more than 0, got {options.budget:g}")
    if bool(options.engine) == bool(options.command):
        known = ", ".join(engines.NAMES)
        raise UsageError("name an engine, or give --command", hint=f"one of {known}")
    if options.command:
        with Command(shlex.split(options.command)) as engine:
            report = judge(engine, options.budget, options.seed)
    else:
        engine = engines.engine(options.engine, options.dtype)
        report = judge(engine, options.budget, options.seed)
    told(report, options, terminal)
    return 1 if report.findings else 0


def told(report: reports.Report, options: argparse.Namespace, terminal: Terminal) -> None:
    if options.json:
        terminal.line(as_json(report.to_json()))
        return
    terminal.line(terminal.bold(report.headline))
    for reason, count in report.skipped.most_common():
        terminal.line(terminal.dim(f"skipped {count:,}: {reason}"))
    for i, finding in enumerate(report.findings, 1):
        first, *rest = str(finding).split("\n")
        terminal.line(f"\n{i}. " + terminal.bad(finding.kind) + first[len(finding.kind) :])
        for line in rest:
            terminal.line(line)
        terminal.line("\n" + terminal.dim(reports.indented(finding.reproduction)))
    if report.notes:
        terminal.line("\n" + terminal.bold("notes (nothing fails)"))
        for note in report.notes:
            first, *rest = str(note).split("\n")
            terminal.line(terminal.odd(note.kind) + first[len(note.kind) :])
            for line in rest:
                terminal.line(terminal.dim(line))


def written(options: argparse.Namespace, terminal: Terminal) -> int:
    orders = (1, 2) if options.order is None else (options.order,)
    found = vectors.write(Path(options.out), orders, options.seed)
    if options.json:
        terminal.line(as_json(found))
    else:
        for name, count in found.items():
            terminal.line(f"{name}: {count:,} tests")
    return 0


def shown(options: argparse.Namespace, terminal: Terminal) -> int:
    try:
        data = json.loads(Path(options.report).read_text())
        report = reports.Report.from_json(data)
    except OSError as error:
        raise UsageError(f"cannot read {options.report}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{options.report} is no report of the oracle: {error}") from None
    told(report, options, terminal)
    return 1 if report.findings else 0
