"""`symgrad explain`: the derivation in steps, as text, Markdown, LaTeX or JSON.

- `derivation(explanation, form)` is the whole of it in one of the `EXPLANATION_FORMATS`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any

from .. import processes
from ..homework.derivation_steps import (
    LATEX,
    TEXT,
    UNICODE,
    Explanation,
    Writing,
    closings,
    conclusion,
    doubt,
    equation,
    function,
    in_markdown,
    last,
    rests_on,
    title,
)
from ..homework.explaining import explain
from ..ops import OPS
from ..pages.derivations import shape
from ..pages.json_shapes import SHAPE, as_json
from ..questions.question import Question
from ..sentences import Figures, say, spoken
from . import arguments
from .arguments import add_language, refuse
from .check import add_kinds, asked_for
from .terminal import Terminal

STEP_HANGS = 3  # columns: under the words of a step, behind its number
EXPLANATION_FORMATS = ("text", "unicode", "markdown", "latex", "json")


def add(commands: Any) -> None:
    command = commands.add_parser(
        "explain", help="derive a formula step by step",
        description="The derivation in steps, each naming its rule, each held against SymPy.",
        epilog='example: symgrad explain "x^2 sin(3x)"',
    )  # fmt: skip
    command.add_argument("expression", help='the formula, for example "x^2 sin x"')
    command.add_argument("--wrt", metavar="x", help="by this variable, where there are several")
    command.add_argument(
        "--vars", action="append", default=[], metavar="NAMES",
        help="declare names of several letters: speed,xy",
    )  # fmt: skip
    command.add_argument("--format", choices=EXPLANATION_FORMATS,
                         help="how it is written (default: text)")  # fmt: skip
    command.add_argument("--json", action="store_true", help="the same as --format json")
    add_language(command)
    add_kinds(command)
    command.set_defaults(run=run)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    spoken("", options.lang)  # there is such a language
    question = asked_for(options)
    if options.json and options.format != "json":
        refuse(say("with {option}", option="--json"), format=options.format)
    if options.kind != "derivative":
        return worked(question, options, terminal)
    processes.prepare("sympy", tuple(OPS.values()))  # it loads while we parse
    f = arguments.expression(options.expression, options)
    found = explain(f, options.wrt, lang=options.lang)
    if options.json or options.format == "json":
        terminal.line(as_json(shape(found)))
    else:
        form = options.format or "text"
        for line in derivation(found, form, terminal):
            if form in ("text", "unicode"):
                terminal.told(line, hang=len(line) - len(line.lstrip(" ")) + STEP_HANGS)
            else:
                terminal.line(line)
    return found.exit_code


def worked(question: Question, options: argparse.Namespace, terminal: Terminal) -> int:
    """The solution of a question of another kind."""
    form = options.format if options.format not in ("text", "json") else None
    beside = say("with --kind {kind}", kind=options.kind)
    refuse(beside, **{f"format {form}": form}, vars=options.vars)
    understood = question.posed
    steps = [step.spoken(options.lang) for step in understood.worked()]
    asked, right = spoken(understood.asked(), options.lang), Figures(understood.right())
    if options.json or options.format == "json":
        plain = zip(steps, understood.worked())  # a program's numbers have points
        said = [{"said": told.said, "formula": step.formula} for told, step in plain]
        terminal.line(as_json({"symgrad": SHAPE, "question": asked,
                               "steps": said, "answer": str(right)}))  # fmt: skip
        return 0
    terminal.told(terminal.bold(asked))
    for number, step in enumerate(steps, 1):
        terminal.told(f"{number:>3}. {step.line}", hang=5)
    answer = spoken(say("Answer: {formula}", formula=right), options.lang)
    terminal.told(answer, hang=answer.index(":") + 2)
    return 0


def derivation(
    found: Explanation, form: str = "text", terminal: Terminal | None = None
) -> list[str]:  # fmt: skip
    """The lines of a derivation."""
    if form == "markdown":
        return in_markdown(found)
    if form == "latex":
        return _latex(found)
    return _text(found, (UNICODE if form == "unicode" else TEXT).told(found), terminal)


# --- as text ------------------------------------------------------------------------------------


def _text(found: Explanation, style: Writing, terminal: Terminal | None) -> list[str]:
    bold, dim, good, odd, bad = _colours(terminal)
    lines = [f"{bold(function(found))} = {style.formula(found.f.root)}", ""]
    for step, done in zip(found.steps, closings(found.steps)):
        indent = "   " * step.depth
        said = title(step, style)
        head = f"{indent}{step.number}. {bold(step.rule)}" + (f"   {dim(said)}" if said else "")
        lines += [head, f"{indent}   {equation(step, style)}{doubt(step, style)}"]
        lines += [f"{'   ' * s.depth}   {conclusion(s, style)}{doubt(s, style)}" for s in done]
    mark = {"verified": good, "undecided": odd, "wrong": bad}[found.verdict]
    notes = [dim(note) for note in found.notes]
    return [*lines, "", mark(rests_on(found)), *notes, f"{bold(last(found, style))}"]


def _colours(terminal: Terminal | None) -> Sequence[Callable[[str], str]]:
    if terminal is None:
        return [str] * 5
    return terminal.bold, terminal.dim, terminal.good, terminal.odd, terminal.bad


# --- as Markdown and LaTeX ------------------------------------------------------------------------


def _latex(found: Explanation) -> list[str]:
    """A sequence of displayed formulas; amsmath is all it needs."""
    style = LATEX.told(found)
    lines = [rf"\[ {function(found)} = {style.formula(found.f.root)} \]", r"\begin{enumerate}"]
    done_after = closings(found.steps)
    for step, done in zip(found.steps, done_after):
        said = title(step, style)
        rule = rf"\textbf{{{step.rule}}}" + (rf": \({said}\)" if said else "")
        lines += [rf"\item {rule}", rf"  \[ {equation(step, style)} \]{doubt(step, style)}"]
        for s in done:
            told = style.say("Step {number} with {needed}:", number=s.number,
                             needed=", ".join(map(str, s.needs)))  # fmt: skip
            lines.append(rf"  {told} \({conclusion(s, style)}\).")
    return [*lines, r"\end{enumerate}", f"% {rests_on(found)}", rf"\[ {last(found, style)} \]"]
