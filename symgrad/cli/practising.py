"""`symgrad practice`: asks, judges, names the mistake; a hint first, then a step."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import closing
from itertools import chain, islice
from typing import Any

from ..errors import Unsupported, Verdict
from ..sentences import Figures, say, spoken
from ..sets.exercises import RULE_SHAPES, practice
from ..sets.printing import in_words
from ..sets.problem_set import Posed, ProblemSet, in_pieces
from ..sets.reviewing import Reviews
from .arguments import add_language, refuse
from .terminal import Terminal, opened

HELP = say("type an answer, or: hint, step, skip, quit")
COUNT = 10  # exercises
WRONG_ANSWERS = 3  # wrong answers before the right one is shown, where a set says nothing


def add(commands: Any) -> None:
    command = commands.add_parser(
        "practice", help="exercises, judged as you answer",
        description="Asks, judges, names the mistake, gives a hint first and a step second. What "
        "went wrong is kept, and comes back when it is due.",
        epilog="example: symgrad practice --rule chain --level 2",
    )  # fmt: skip
    option = command.add_argument
    option("--rule", choices=tuple(RULE_SHAPES), metavar="RULE",
           help=f"which rule (default: all in turn): {', '.join(RULE_SHAPES)}")  # fmt: skip
    option("--level", type=int, choices=(1, 2, 3), help="how deep (default 1)")
    option("--kind", metavar="KIND", help="which kind of question (default: derivative)")
    option("--seed", type=int, metavar="N", help="other exercises (default 0)")
    option("--count", type=counting, metavar="N", help="how many (default 10)")
    option("--set", metavar="FILE", help="the questions of a problem set instead")
    option("--student", default="", metavar="ID", help="whose values a set puts in")
    option("--db", metavar="FILE", help="where to keep what went wrong")
    option("--no-db", action="store_true", help="keep nothing")
    add_language(command)
    command.set_defaults(run=run)


def counting(text: str) -> int:
    """A number of exercises, from 1 on; argparse says what is wrong with another one."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a whole number from 1 on is wanted, got {text!r}")
    return int(text)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    if options.set:
        made = {name: getattr(options, name) for name in ("rule", "level", "kind", "count")}
        refuse(say("with {option}", option="--set"), **made, seed=options.seed is not None)
    else:
        refuse(say("without {option}", option="--set"), student=options.student)
    if options.no_db:
        refuse(say("with {option}", option="--no-db"), db=options.db)
    reviews = opened_reviews(options, terminal)
    if reviews is None:
        return asked(options, terminal, None)
    with closing(reviews):
        return asked(options, terminal, reviews)


def opened_reviews(options: argparse.Namespace, terminal: Terminal) -> Reviews | None:
    """The file, if one is kept; without fsrs that is said and practice goes on."""
    if options.no_db:
        return None
    try:
        return Reviews(options.db)
    except Unsupported as missing:
        if options.db:
            raise
        terminal.told(terminal.dim(f"{missing.message}; {missing.hint}"))
        return None


def questions(options: argparse.Namespace, reviews: Reviews | None) -> Iterator[Posed]:
    """What is due, then what is new."""
    kind = options.kind or "derivative"
    new = practice(options.rule, options.level or 1, options.seed or 0, kind=kind)
    old = reviews.due() if reviews else []
    return map(Posed.alone, islice(chain(old, new), options.count or COUNT))


def asked(options: argparse.Namespace, terminal: Terminal, reviews: Reviews | None) -> int:
    spoken("", options.lang)  # there is such a language
    lines = iter(opened(sys.stdin, "input").readline, "")
    right = total = 0
    terminal.told(terminal.dim(spoken(HELP, options.lang)))
    found = ProblemSet.read(options.set) if options.set else None
    if found:
        terminal.line(terminal.bold(found.title))
        terminal.told("".join(in_pieces(found.text)))
    posed = found.instance(options.student) if found else questions(options, reviews)
    for number, question in enumerate(posed, 1):
        done = one(question, number, lines, terminal, options.lang)
        if done is None:
            break
        total, right = total + 1, right + done
        if reviews:
            reviews.answered(question.question, done)
    terminal.told(spoken(say("{right} of {total} right", right=right, total=total), options.lang))
    return 0


def one(
    posed: Posed, number: int, lines: Iterator[str], terminal: Terminal, language: str
) -> bool | None:
    """One exercise: whether it was right the first time; None to stop."""
    understood = posed.question.posed
    terminal.line()
    terminal.told(terminal.bold(f"{number}. {in_words(posed, language)}"), hang=3)
    steps, told, wrong = understood.worked(), 0, 0
    while wrong < (posed.problem.attempts or WRONG_ANSWERS):
        terminal.stream.write("> ")
        terminal.stream.flush()
        typed = next(lines, "quit\n").strip()
        match typed.lower():
            case "quit" | "q" | "exit":
                return None
            case "" | "help" | "?":
                terminal.told(terminal.dim(spoken(HELP, language)))
            case "hint" | "step":
                told = hinted(typed.lower(), steps, told, terminal, language)
            case "skip":
                break
            case _:
                found = posed.judge(posed.question.pointed(typed, language))
                said = spoken(found.message, language)
                if found.verdict == Verdict.correct:
                    terminal.told(terminal.good(f"✓ {said}"))
                    return wrong == 0 and told == 0
                terminal.told(terminal.bad(f"✗ {said}"))
                wrong += found.verdict != Verdict.invalid
    right = say("a right answer: {formula}", formula=Figures(understood.right()))
    terminal.told(spoken(right, language))
    return False


def hinted(which: str, steps: Any, told: int, terminal: Terminal, language: str) -> int:
    """The next step: what to do as a hint, with its formula as a step."""
    step = steps[min(told, len(steps) - 1)].spoken(language)
    terminal.told(terminal.odd(step.said if which == "hint" else step.line))
    return told + (which == "step")
