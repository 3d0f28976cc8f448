"""`symgrad grade`: a file of answers in, the same file with verdicts out, and a report.

- One answer a row, in CSV or JSON Lines; every row comes back, in order.
- With --out a journal stands beside the result until it is written; --resume goes on from there.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import RawIOBase
from time import monotonic
from typing import Any, TextIO

from ..errors import UsageError
from ..grading.files import grade
from ..grading.tasks import Outcome, Settings
from ..sentences import say, sentences, spoken
from .arguments import Formatted, add_language, refuse
from .terminal import Terminal, opened

COUNTED = sentences({
    "correct": "{n} correct", "incorrect": "{n} incorrect", "equal_on_part": "{n} equal on part",
    "invalid": "{n} invalid", "undecided": "{n} undecided",
})  # fmt: skip


def add(commands: Any) -> None:
    command = commands.add_parser(
        "grade", help="judge a file of answers",
        description="Judge every answer in a CSV, JSON Lines or xlsx file with the columns "
        "expression and answer; wrt, order, assume, student and question are used if there, others "
        "are kept. With --answer the columns may be called otherwise.",
        epilog="examples:\n"
        "  symgrad grade answers.csv --out graded.csv --report report.html\n"
        '  symgrad grade quiz.xlsx --answer "Response 1=x^2 sin x" \\\n'
        "      --gradebook marks.csv --out graded.xlsx",
        formatter_class=Formatted,
    )  # fmt: skip
    option = command.add_argument
    option("answers", nargs="?", help="the file; - reads standard input")
    option("--out", metavar="FILE", help="where the graded rows go (default: standard output)")
    option("--expression", default="", metavar="TEXT",
           help="what was to be differentiated, or the column that says it")  # fmt: skip
    option("--answer", action="extend", nargs="+", default=[], metavar="COLUMN[=TEXT]",
           help="columns of answers, and what was asked there; may be repeated")  # fmt: skip
    option("--student", default="", metavar="COLUMN", help="the column that says whose it is")
    option("--wrt", default="", metavar="x", help="the variable, where no column wrt says it")
    option("--order", default="", metavar="N", help="the N-th derivative, where no column says")
    option("--assume", action="append", default=[], metavar="TEXT",
           help='what holds of the variables: "a>0", "n whole"; may be repeated')  # fmt: skip
    option("--powers", choices=("real", "principal"), default="real",
           help="whether x^(1/3) has values for x < 0 (default: real)")  # fmt: skip
    option("--credit", choices=("terms", "strict"), default="terms",
           help="right terms count too, or right answers only (default: terms)")  # fmt: skip
    option("--set", dest="problems", metavar="FILE",
           help="a problem set: each student's own questions")  # fmt: skip
    option("--overrides", metavar="FILE",
           help="a teacher's decisions: columns group (or answer) and decision")  # fmt: skip
    option("--gradebook", metavar="FILE", help="write the points of every student, as CSV")
    option("--gradescope", metavar="FILE", help="write one student's results.json")
    option("--moodle", metavar="FILE", help="write grades and feedback for Moodle's import")
    option("--report", metavar="FILE", help="write a report for people, one HTML file")
    option("--json", action="store_true", help="write JSON Lines, whatever was read")
    add_language(command, "the messages and the report")
    option("--reveal", action="store_true", help="show the right answers in the report")
    option("--jobs", type=int, metavar="N", help="processes (default: one a core)")
    option("--scheduler", default="", metavar="tcp://...", help="a dask.distributed cluster")
    option("--resume", action="store_true", help="go on where a run was interrupted")
    option("--rounding", choices=("reject", "accept"), default="reject",
           help="whether constants that were rounded (0.333 for 1/3) pass")  # fmt: skip
    option("--prove", action="store_true", help="try to prove what is equal at all points")
    option("--seconds", type=float, default=Settings().seconds, metavar="S",
           help="of computing for one answer at most (default 2)")  # fmt: skip
    command.set_defaults(run=run)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Exit code 0 once every row is answered."""
    options.out = None if options.out == "-" else options.out
    warning = Terminal(sys.stderr)
    terminal.stream.flush()
    if options.answers is None and len(options.answer) > 1:  # --answer Q1=x^2 quiz.csv
        options.answers = options.answer.pop()
    if options.answers is None:
        raise UsageError(say("grade wants a file of answers"), hint="symgrad grade answers.csv")
    if not options.report:
        refuse(say("without {option}", option="--report"), reveal=options.reveal)
    if options.problems:
        asked = {name: getattr(options, name) for name in ("expression", "wrt", "order")}
        refuse(say("with {option}", option="--set"), **asked)
    answers = options.answers
    if answers == "-":
        answers = getattr(opened(sys.stdin, "input"), "buffer", None) or sys.stdin
    try:
        outcomes = grade(
            answers, options.out or Stream(terminal.stream), report=options.report,
            expression=options.expression, answer=options.answer, student=options.student,
            wrt=options.wrt, order=options.order, assume=options.assume, powers=options.powers,
            credit=options.credit, overrides=options.overrides, gradebook=options.gradebook,
            gradescope=options.gradescope, moodle=options.moodle, reveal=options.reveal,
            lang=options.lang, jobs=options.jobs, scheduler=options.scheduler,
            rounding=options.rounding, prove=options.prove, seconds=options.seconds,
            resume=options.resume, form="jsonl" if options.json else "", bar=progress,
            told=warning.line, problems=options.problems,
        )  # fmt: skip
    except KeyboardInterrupt:
        if options.out:
            said = say("interrupted; what is judged is kept: --resume goes on")
            warning.line(spoken(said, options.lang))
        raise
    for line in summary(outcomes, options):
        (terminal if options.out else warning).line(line)
    return 0


class Stream(RawIOBase):
    """Standard output, which may be a text stream alone, as something that takes bytes."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, data: Any) -> int:
        out = getattr(self.stream, "buffer", None)
        if out is None:
            self.stream.write(data.decode("utf-8"))
        else:
            out.write(data)
        return len(data)


# --- what people see ----------------------------------------------------------------------------


@contextmanager
def progress(total: int) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, else nothing."""
    if not sys.stderr.isatty():
        yield lambda done, of: None
        return
    from rich.console import Console  # noqa: PLC0415  # 80 ms, only on a terminal
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TimeRemainingColumn,
    )

    columns = ("[progress.description]{task.description}", BarColumn(), MofNCompleteColumn(),
               TimeRemainingColumn())  # fmt: skip
    # no thread that refreshes: the processes that judge are forked from this one
    with Progress(*columns, console=Console(stderr=True), auto_refresh=False) as bar:
        line, due = bar.add_task("judging", total=total), refreshing()
        yield lambda done, of: bar.update(line, completed=done, refresh=due(done == of))


def refreshing(every: float = 0.1) -> Callable[[bool], bool]:
    """Whether the bar is due to be drawn: a few times a second, and at the end."""
    last = 0.0

    def due(end: bool) -> bool:
        nonlocal last
        if not end and monotonic() - last < every:
            return False
        last = monotonic()
        return True

    return due


def summary(found: Sequence[Outcome], options: argparse.Namespace) -> list[str]:
    """32 answers: 20 correct, 9 incorrect, 3 invalid"""
    found = [one for one in found if one["verdict"]]
    counts = Counter(one["verdict"] for one in found)
    told = ", ".join(counted(COUNTED[v], counts[v], options.lang) for v in COUNTED if counts[v])
    names = (options.out, options.report, options.gradebook, options.gradescope, options.moodle)
    files = [name for name in names if name]
    where = f" -> {', '.join(files)}" if files else ""
    answers = counted("{n} answer" if len(found) == 1 else "{n} answers", len(found), options.lang)
    return [f"{answers}: {told}{where}" if told else f"{answers}{where}"]


def counted(template: str, n: int, language: str) -> str:
    return str(spoken(say(template, n=f"{n:,}"), language))
