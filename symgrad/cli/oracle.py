"""`symgrad oracle`: judge an autograd engine, write test vectors, show a report again.

- `run ENGINE` judges an adapter that ships, an engine of yours (`mine:Engine`), or with --command
  any program that speaks JSON lines.
- `sweep ENGINE OPERATION --dtype bfloat16` judges an operation at every number of a format.
- `vectors --out DIR` writes the test vectors with their schema.
- `show REPORT` prints a report that `run --json` wrote.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import time
from pathlib import Path
from typing import Any

from ..errors import UsageError
from ..oracle import engines, vectors
from ..oracle import report as reports
from ..oracle.engines.from_text import engine_from
from ..oracle.float_formats import FORMATS
from ..oracle.known_findings import known_names
from ..oracle.protocol import Command
from ..oracle.remarks import FAILURES
from ..oracle.report_files import WRITERS
from ..oracle.run import judge
from ..oracle.sweep_chunks import BITS_OF_INPUTS
from ..oracle.sweeps import sweep
from ..oracle.tensors.library_tensors import tensor_engine
from ..oracle.tensors.tensor_command import TensorCommand
from ..oracle.tensors.tensor_vectors import write_tensors
from ..pages.json_shapes import as_json
from ..sentences import say
from .arguments import refuse
from .terminal import Terminal

SECONDS_BETWEEN_LINES = 0.2  # of progress
MOST_PROGRESS = 200  # characters of a line
CLEARED = "\r\x1b[K"  # the line that the cursor is in, emptied


def add(commands: Any) -> None:
    command = commands.add_parser(
        "oracle", help="judge another autograd engine",
        description="Hold autograd engines against exact numbers; no tolerance to set.",
        epilog="exit codes: 0 nothing found, 1 findings, or nothing could be checked, "
               "2 the input was not understood",
    )  # fmt: skip
    kinds = command.add_subparsers(dest="kind", metavar="WHAT", required=True)
    run_ = kinds.add_parser("run", help="judge an engine")
    run_.add_argument("engine", nargs="?", help=f"{', '.join(engines.NAMES)}, or module:Class")
    run_.add_argument("--command", metavar="CMD", help="a command that speaks JSON lines")
    run_.add_argument("--tensors", action="store_true", help="the engine's tensors, not scalars")
    run_.add_argument("--dtype", choices=tuple(FORMATS))
    run_.add_argument("--cases", type=int, metavar="N", help="how many are tried")
    run_.add_argument("--budget", type=float, default=60.0, metavar="S", help="seconds (60)")
    run_.add_argument("--seed", type=int, default=0)
    run_.add_argument("--baseline", metavar="FILE", help="a report: what it has is known")
    run_.add_argument("--at-least", choices=FAILURES, default=FAILURES[-1], metavar="LABEL",
                      help=f"fail from this label on: {', '.join(FAILURES)}")  # fmt: skip
    for name in WRITERS:
        run_.add_argument(f"--{name}", metavar="FILE", help=f"write the report as {name}, too")
    run_.add_argument("--json", action="store_true", help="print JSON instead of text")
    swept = kinds.add_parser("sweep", help="judge an operation at every number of a format")
    swept.add_argument("engine", help=f"{', '.join(engines.NAMES)}, or module:Class")
    swept.add_argument("operation", help="of one argument: tanh")
    swept.add_argument("--dtype", choices=tuple(BITS_OF_INPUTS), default="bfloat16")
    swept.add_argument("--resume", metavar="FILE", help="write down each piece, do none twice")
    swept.add_argument("--processes", type=int, default=1, metavar="N")
    swept.add_argument("--scheduler", metavar="ADDRESS", help="of a dask cluster")
    swept.add_argument("--picture", metavar="FILE", help="write errors over inputs as SVG")
    swept.add_argument("--json", action="store_true", help="print JSON instead of text")
    made = kinds.add_parser("vectors", help="write test vectors that any language can read")
    made.add_argument("--out", required=True, metavar="DIR")
    made.add_argument("--order", type=int, choices=(1, 2), default=None, help="default: both")
    made.add_argument("--tensors", action="store_true", help="of tensor programs, not scalars")
    made.add_argument("--seed", type=int, default=0)
    made.add_argument("--json", action="store_true", help="print JSON instead of text")
    show = kinds.add_parser("show", help="print a report again")
    show.add_argument("report", help="what `run --json` wrote")
    show.add_argument("--json", action="store_true", help="print JSON instead of text")
    command.set_defaults(run=run)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Exit code 1 with findings."""
    kinds = {"run": judged, "sweep": swept, "vectors": written, "show": shown}
    return kinds[options.kind](options, terminal)


def judged(options: argparse.Namespace, terminal: Terminal) -> int:
    if not options.budget > 0:
        raise UsageError(f"--budget is more than 0, got {options.budget:g}")
    if options.cases is not None and options.cases < 1:
        raise UsageError(f"--cases is at least 1, got {options.cases}")
    if bool(options.engine) == bool(options.command):
        known = ", ".join(engines.NAMES)
        raise UsageError("name an engine, or give --command", hint=f"one of {known}")
    if options.command:
        refuse(say("with {option}", option="--command"), dtype=options.dtype)
    if options.baseline:
        known_names(options.baseline)  # before the minute that a run takes
    if options.command:
        kind = TensorCommand if options.tensors else Command
        with kind(shlex.split(options.command)) as engine:
            report = examined(engine, options)
    else:
        report = examined(named(options), options)
    for name, writer in WRITERS.items():
        if file := getattr(options, name):
            save(Path(file), writer(report, from_label(options.at_least)))
    told(report, options, terminal)
    return exit_code(report, options.at_least)


def named(options: argparse.Namespace) -> Any:
    """The engine that was named."""
    if ":" in options.engine:
        found = engine_from(options.engine)
        own = getattr(found, "dtype", options.dtype)
        if options.dtype not in (None, own):
            raise UsageError(f"{options.engine} says that it computes in {own}",
                             hint="leave --dtype away, or set its dtype")  # fmt: skip
        return found
    if options.tensors:
        return tensor_engine(options.engine, options.dtype or "float64")
    return engines.engine(options.engine, options.dtype or "float64")


def examined(engine: Any, options: argparse.Namespace) -> Any:
    """The report, with a line of progress where somebody watches."""
    watched = sys.stderr.isatty() and not options.json
    progress = Progress(sys.stderr) if watched else None
    report = judge(engine, options.budget, options.seed, cases=options.cases,
                   baseline=options.baseline, progress=progress)  # fmt: skip
    if progress:
        progress.ended()
    return report


class Progress:
    """Each finding's line when it is found, and how far the run is."""

    def __init__(self, stream: Any) -> None:
        self.stream, self.told, self.shown = stream, 0, 0.0

    def __call__(self, report: Any) -> None:
        now = time.monotonic()
        if now < self.shown + SECONDS_BETWEEN_LINES and len(report.findings) == self.told:
            return
        for finding in report.findings[self.told :]:
            self.stream.write(f"{CLEARED}{finding.line[:MOST_PROGRESS]}\n")
        self.told, self.shown = max(self.told, len(report.findings)), now
        self.stream.write(f"{CLEARED}{report.checked:,} checks, {len(report.findings)} findings")
        self.stream.flush()

    def ended(self) -> None:
        self.stream.write(CLEARED)


def exit_code(report: Any, least: str = FAILURES[-1]) -> int:
    """1 where a finding is at least of this label, or nothing was checked at all."""
    worst = from_label(least)
    return int(not report.checked or any(f.kind in worst for f in report.findings))


def from_label(least: str) -> tuple[str, ...]:
    """The labels from the worst to this one."""
    return FAILURES[: FAILURES.index(least) + 1]


def swept(options: argparse.Namespace, terminal: Terminal) -> int:
    if options.processes < 1:
        raise UsageError(f"--processes is at least 1, got {options.processes}")
    if options.scheduler:
        refuse(say("with {option}", option="--scheduler"), processes=options.processes > 1)
    watched = sys.stderr.isatty() and not options.json

    def progress(report: Any) -> None:
        sys.stderr.write(f"{CLEARED}{report.headline}")
        sys.stderr.flush()

    report = sweep(
        options.engine, options.operation, options.dtype, resume=options.resume,
        processes=options.processes, scheduler=options.scheduler,
        progress=progress if watched else None,
    )  # fmt: skip
    if watched:
        sys.stderr.write(CLEARED)
    if options.picture:
        save(Path(options.picture), report.picture())
    if options.json:
        terminal.line(as_json(report.to_json()))
    else:
        head, *rest = str(report).split("\n")
        terminal.told(terminal.bold(head))
        for line in rest:
            terminal.told(line)
    return 0 if report else 1


def save(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from None


def told(report: Any, options: argparse.Namespace, terminal: Terminal) -> None:
    if options.json:
        terminal.line(as_json(report.to_json()))
        return
    terminal.told(terminal.bold(report.headline))
    for reason, count in report.skipped.most_common():
        terminal.told(terminal.dim(f"skipped {count:,}: {reason}"))
    for line in getattr(report, "summary", ()):
        terminal.told(line)
    for i, finding in enumerate(report.findings, 1):
        first, *rest = str(finding).split("\n")
        terminal.line()
        terminal.told(f"{i}. " + terminal.bad(finding.kind) + first[len(finding.kind) :], hang=3)
        for line in rest:
            terminal.told(line)
        terminal.line("\n" + terminal.dim(reports.indented(finding.reproduction)))
    for name in getattr(report, "mended", ()):
        terminal.line(terminal.good(f"mended: {name}"))
    if report.notes:
        terminal.line("\n" + terminal.bold("notes (nothing fails)"))
        for note in report.notes:
            first, *rest = str(note).split("\n")
            kind = getattr(note, "kind", "")
            terminal.told(terminal.odd(kind) + first[len(kind) :])
            for line in rest:
                terminal.told(terminal.dim(line))


def written(options: argparse.Namespace, terminal: Terminal) -> int:
    if options.tensors:
        refuse(say("with {option}", option="--tensors"), order=options.order)
    orders = (1, 2) if options.order is None else (options.order,)
    if options.tensors:
        found = write_tensors(Path(options.out), options.seed)
    else:
        found = vectors.write(Path(options.out), orders, options.seed)
    if options.json:
        terminal.line(as_json(found))
    else:
        for name, count in found.items():
            terminal.line(f"{name}: {count:,} tests")
    return 0


def shown(options: argparse.Namespace, terminal: Terminal) -> int:
    try:
        data = json.loads(Path(options.report).read_text(encoding="utf-8"))
        report = reports.Report.from_json(data)
    except OSError as error:
        raise UsageError(f"cannot read {options.report}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{options.report} is no report of the oracle: {error}") from None
    told(report, options, terminal)
    return exit_code(report)
