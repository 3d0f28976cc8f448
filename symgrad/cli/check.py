"""`symgrad check`: judge an answer, or a working line by line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .. import processes
from ..errors import UsageError
from ..expression import parse
from ..grading.sheets import without_mark
from ..homework.judgement import Judgement
from ..homework.judging import check
from ..homework.working import Working, follow
from ..limits import Limits
from ..ops import OPS
from ..pages.json_shapes import SHAPE, as_json
from ..sentences import Figures, lowered, pointed, say, sentences, spoken
from .terminal import Terminal, opened

SIGNS_OF_VERDICTS = {
    "correct": "✓", "incorrect": "✗", "equal_on_part": "✗", "invalid": "!", "undecided": "!",
}  # fmt: skip
TOLD = sentences({
    "correct": "right", "incorrect": "wrong", "equal_on_part": "right on a part only",
    "invalid": "cannot be judged", "undecided": "not decided",
})  # fmt: skip


def add(commands: Any) -> None:
    command = commands.add_parser(
        "check", help="judge a student's derivative",
        description="Judge an answer to: differentiate EXPR. Names the mistake where it is wrong.",
        epilog='example: symgrad check "x^2 sin x" "2x cos x"\n\n'
        "exit codes: 0 correct, 1 incorrect, 2 invalid, 3 undecided",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    command.add_argument("expression", metavar="EXPR", help="the function to differentiate")
    command.add_argument("answer", metavar="ANSWER", nargs="?", help="what the student answered")
    command.add_argument(
        "--wrt", metavar="x", help="the variable; may be left out where there is one"
    )
    command.add_argument(
        "--order", type=int, default=1, metavar="N", help="the N-th derivative (default 1)"
    )
    command.add_argument(
        "--working", metavar="FILE", help="judge a file line by line; - is standard input"
    )
    command.add_argument(
        "--rounding",
        choices=("reject", "accept"),
        default="reject",
        help="whether 0.333 passes for 1/3",
    )
    command.add_argument(
        "--prove", action="store_true", help="also try to prove a right answer symbolically"
    )
    command.add_argument(
        "--assume", action="append", default=[], metavar="TEXT",
        help='what holds of the variables: "a>0", "n whole"; may be repeated',
    )  # fmt: skip
    command.add_argument(
        "--powers", choices=("real", "principal"), default="real",
        help="whether x^(1/3) has values for x < 0 (default: real)",
    )  # fmt: skip
    command.add_argument(
        "--lang", default="en", metavar="xx", help="the language of what is said: en, de, es, fr"
    )
    command.add_argument("--reveal", action="store_true", help="show the right answer")
    command.add_argument("--json", action="store_true", help="print JSON instead of text")
    command.set_defaults(run=run)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """One answer, or one working."""
    if (options.answer is None) == (options.working is None):
        said = say("check wants an answer or --working FILE")
        raise UsageError(said, hint='symgrad check "x^2" "2x"')
    spoken("", options.lang)  # there is such a language
    if options.prove or options.reveal:
        processes.prepare("sympy", tuple(OPS.values()))  # it loads while we judge
    if options.working is not None:
        found: Judgement | Working = _worked(options)
    else:
        answer = pointed(options.answer, options.lang)
        found = check(
            options.expression, answer, options.wrt, order=options.order,
            assume=options.assume, powers=options.powers, rounding=options.rounding,
            prove=options.prove,
        )  # fmt: skip
    right = _right(options) if options.reveal else None
    if options.json:
        told = spoken(found.as_dict(), options.lang)
        shown = {"symgrad": SHAPE, **told, "exit_code": found.exit_code}
        terminal.line(as_json({**shown, "answer": right} if right else shown))
    else:
        if isinstance(found, Working):
            _lines(found, terminal, options.lang)
        else:
            _shown(found, terminal, options.lang)
        if right:
            said = say("the derivative: {formula}", formula=Figures(right))
            terminal.line(f"  {spoken(said, options.lang)}")
    return found.exit_code


def _worked(options: argparse.Namespace) -> Working:
    if options.working == "-":
        text = opened(sys.stdin, "input").read()
    else:
        try:
            text = without_mark(Path(options.working).read_bytes()).text
        except OSError as error:
            said = say("cannot read {file}: {why}", file=options.working, why=error.strerror)
            raise UsageError(said) from None
    text = pointed(text, options.lang)
    return follow(
        options.expression, text, options.wrt, order=options.order, assume=options.assume,
        powers=options.powers, rounding=options.rounding,
    )  # fmt: skip


def _right(options: argparse.Namespace) -> str:
    """The derivative as a readable formula; only with --reveal."""
    declared = (options.wrt,) if options.wrt else ()
    f = parse(options.expression, variables=declared, limits=Limits.student)
    if options.wrt and options.wrt not in f.variables:
        return "0"
    return str(f.diff(options.wrt, options.order)) if f.variables else "0"


def _shown(found: Judgement, terminal: Terminal, language: str) -> None:
    """The verdict, what it rests on, and what a student reads."""
    sign = SIGNS_OF_VERDICTS[found.verdict]
    message = spoken(found.message, language)
    if found.verdict == "correct":
        said = spoken(lowered(found.message), language).rstrip(".")
        evidence = spoken(str(found.evidence), language)
        terminal.line(f"{terminal.good(sign)} {said}: {evidence}")
    else:
        style = terminal.bad if sign == "✗" else terminal.odd
        terminal.line(f"{style(sign)} {spoken(say(TOLD[found.verdict]), language)}")
        for line in message.splitlines():
            terminal.line(f"  {line}")
    for remark in _beside(found):
        terminal.line(terminal.dim(f"  {spoken(remark, language)}"))


def _beside(found: Judgement) -> Iterator[str]:
    """What is worth knowing besides the message."""
    yield from found.remarks
    if found.reading:
        yield say("read as {reading}", reading=Figures(found.reading))
    if found.witness and str(found.witness)[1:] not in found.message:
        yield found.witness.sentence
    if 0 < found.credit < 1:
        yield say("credit {credit}", credit=Figures(f"{found.credit:g}"))


def _lines(found: Working, terminal: Terminal, language: str) -> None:
    for line in found.lines:
        verdict = line.judgement.verdict if line.judgement else ""
        sign = SIGNS_OF_VERDICTS.get(verdict, "-")
        style = {"✓": terminal.good, "✗": terminal.bad}.get(sign, terminal.odd)
        terminal.line(f"{style(sign)} {line.number}: {line.text}")
    terminal.line(spoken(found.message, language))
