"""`symgrad check`: judge an answer, or a working line by line."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from .. import processes
from ..errors import UsageError
from ..expression import parse
from ..grading.sheets import without_mark
from ..homework.judgement import SIGNS_OF_VERDICTS, Judgement, told_in
from ..homework.working import Working, follow
from ..limits import Limits
from ..ops import OPS
from ..pages.json_shapes import SHAPE, as_json
from ..questions.asking import check
from ..questions.question import Question, kind_of
from ..sentences import Figures, pointed, say, spoken
from .arguments import Formatted, add_language, refuse
from .terminal import Terminal, opened


def add(commands: Any) -> None:
    command = commands.add_parser(
        "check", help="judge a student's answer",
        description="Judge an answer to: differentiate EXPR, or to a question of another kind. "
        "Names the mistake where it is wrong.",
        epilog='examples: symgrad check "x^2 sin x" "2x cos x"\n'
        '          symgrad check --kind tangent "x^2" "y = 6x - 9" --at x=3\n'
        '          symgrad check --kind antiderivative "1/x" "ln|x| + C"\n\n'
        "exit codes: 0 correct, 1 incorrect, 2 invalid, 3 undecided",
        formatter_class=Formatted,
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
        "--rounding", choices=("reject", "accept"), default="reject",
        help="whether 0.333 passes for 1/3",
    )  # fmt: skip
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
    add_language(command)
    add_kinds(command)
    command.add_argument("--reveal", action="store_true", help="show the right answer")
    command.add_argument("--json", action="store_true", help="print JSON instead of text")
    command.set_defaults(run=run)


def add_kinds(command: argparse.ArgumentParser) -> None:
    """The options that say what a question of another kind asks."""
    asked = command.add_argument_group("other kinds of question")
    asked.add_argument(
        "--kind", default="derivative", metavar="KIND",
        help="gradient, value, tangent, antiderivative, ... (default: derivative)",
    )  # fmt: skip
    for name, gap, said in OF_KINDS:
        asked.add_argument(f"--{name}", metavar=gap, help=said)
    asked.add_argument("--places", type=int, metavar="N", help="decimals to round to")
    asked.add_argument("--degree", type=int, metavar="N", help="of a Taylor polynomial")
    asked.add_argument(
        "--as-given", action="store_true", help="a direction is not scaled to length 1"
    )


OF_KINDS = (  # fields of a Question that are texts
    ("at", "x=2", "the point, in exact numbers: x=pi/3"),
    ("domain", "[a,b]", 'an interval: "[0, 2pi]"'),
    ("direction", "(a,b)", "along which to differentiate"),
    ("which", "WORD", "both, increasing, decreasing, curvature, concave up, concave down"),
    ("constant", "WORD", "wanted: an integral without + C is wrong"),
    ("initial", "x=0,y=1", "where a solution of a differential equation begins"),
    ("x", "FORMULA", "x(t) of a curve"),
    ("y", "FORMULA", "y(t) of a curve, or the name of y in an equation"),
)


def asked_for(options: argparse.Namespace) -> Question:
    """The question of the command line. Raises UsageError for options that its kind cannot use."""
    row = kind_of(options.kind)
    if "normalised" not in (*row.needs, *row.takes):
        refuse(say("with --kind {kind}", kind=row.name), as_given=options.as_given)
    given = {name: getattr(options, name) for name, *_ in OF_KINDS}
    given |= {name: getattr(options, name) for name in ("places", "degree", "wrt")}
    given |= {"order": getattr(options, "order", 1)}
    given |= {name: getattr(options, name, None) for name in ("powers", "rounding")}
    given = {name: value for name, value in given.items() if value is not None}
    return Question(
        options.kind, options.expression, assume=tuple(getattr(options, "assume", ())),
        normalised=not options.as_given, **given,
    )  # fmt: skip


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """One answer, or one working."""
    if (options.answer is None) == (options.working is None):
        said = say("check wants an answer or --working FILE")
        raise UsageError(said, hint='symgrad check "x^2" "2x"')
    spoken("", options.lang)  # there is such a language
    question, plain = asked_for(options), options.kind == "derivative"
    if not plain:
        beside = say("with --kind {kind}", kind=options.kind)
        refuse(beside, prove=options.prove, working=options.working)
    if options.working is not None:
        refuse(say("with {option}", option="--working"), prove=options.prove)
    if options.prove or options.reveal:
        processes.prepare("sympy", tuple(OPS.values()))  # it loads while we judge
    if options.working is not None:
        found: Judgement | Working = _worked(options)
    elif not plain:
        found = check(question, question.pointed(options.answer, options.lang))
    else:
        answer = pointed(options.answer, options.lang)
        found = check(
            options.expression, answer, options.wrt, order=options.order, assume=options.assume,
            powers=options.powers, rounding=options.rounding, prove=options.prove,
        )  # fmt: skip
    right = None
    if options.reveal:
        right = _right(options) if plain else question.posed.right()
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
            said = say("the derivative: {formula}" if plain else "a right answer: {formula}",
                       formula=Figures(right))  # fmt: skip
            terminal.told(f"  {spoken(said, options.lang)}", hang=2)
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
    sign, verdict, message, beside = told_in(found, language)
    if found.verdict == "correct":
        terminal.told(f"{terminal.good(sign)} {verdict}", hang=2)
    else:
        style = terminal.bad if sign == "✗" else terminal.odd
        terminal.line(f"{style(sign)} {verdict}")
    for line in message.splitlines():
        terminal.told(f"  {line}")
    for remark in beside:
        terminal.told(f"  {terminal.dim(remark)}")


def _lines(found: Working, terminal: Terminal, language: str) -> None:
    for line in found.lines:
        verdict = line.judgement.verdict if line.judgement else ""
        sign = SIGNS_OF_VERDICTS.get(verdict, "-")
        style = {"✓": terminal.good, "✗": terminal.bad}.get(sign, terminal.odd)
        terminal.told(f"{style(sign)} {line.number}: {line.text}", hang=5)
    terminal.told(spoken(found.message, language))
