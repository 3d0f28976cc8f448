"""`symgrad explain`: the derivation in steps, as text, Markdown, LaTeX or JSON.

- `derivation(explanation, form)` is the whole of it in one of the `FORMATS`.
- `shape(explanation)` is what --json prints.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from .. import limits, notation
from ..homework.explaining import DerivationStep, Explanation, Pending, explain
from ..ops import OPS
from ..value import Value
from . import arguments
from .terminal import SHAPE, Terminal, as_json

FORMATS = ("text", "unicode", "markdown", "latex", "json")


class Writing(NamedTuple):
    """How formulas are written, and how the derivative of a bracket is."""

    formula: Callable[[Value], str]
    primed: str


TEXT = Writing(notation.text, "({})'")
UNICODE = Writing(notation.unicode, "({})′")
LATEX = Writing(notation.latex, r"\left({}\right)'")


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
    command.add_argument("--format", choices=FORMATS, default="text", help="how it is written")
    command.add_argument("--json", action="store_true", help="the same as --format json")
    command.set_defaults(run=run)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    limits.prepare("sympy", tuple(OPS.values()))  # it loads while we parse
    f = arguments.expression(options.expression, options)
    found = explain(f, options.wrt)
    if options.json or options.format == "json":
        terminal.line(as_json(shape(found)))
    else:
        for line in derivation(found, options.format, terminal):
            terminal.line(line)
    return found.exit_code


def derivation(
    found: Explanation, form: str = "text", terminal: Terminal | None = None
) -> list[str]:  # fmt: skip
    """The lines of a derivation."""
    if form == "markdown":
        return _markdown(found)
    if form == "latex":
        return _latex(found)
    return _text(found, UNICODE if form == "unicode" else TEXT, terminal)


# --- formulas -----------------------------------------------------------------------------------


def primed(part: Value, style: Writing) -> str:
    """(part)', or x' for a name."""
    inside = style.formula(part)
    return inside + style.primed[-1] if part.op is None else style.primed.format(inside)


def pending(form: Pending, style: Writing) -> str:
    """A formula with derivatives still to be taken."""
    shown = style.formula(form.form)
    for mark, part in form.parts.items():
        shown = shown.replace(mark, primed(part, style))
    return shown


def title(step: DerivationStep, style: Writing) -> str:
    """The rule in letters, and what the letter u stands for: (sin(u))' = cos(u)*u', u = 3*x."""
    if step.stated is None:
        return ""
    left, right = (pending(side, style) for side in step.stated)
    stated = f"{left} = {right}"
    if step.inner is None:
        return stated
    letter = style.formula(next(iter(step.stated[1].parts.values())))
    return stated + f" {'with' if style is not LATEX else chr(92) + 'text{ with }'} " + (
        f"{letter} = {style.formula(step.inner)}"
    )


def equation(step: DerivationStep, style: Writing) -> str:
    """(x^2)' = 2*x: the step, its result behind it where no other step is needed for that."""
    sides = [style.primed.format(style.formula(step.of)), pending(step.becomes, style)]
    if not step.needs and style.formula(step.result) != sides[1]:
        sides.append(style.formula(step.result))
    return " = ".join(sides)


def conclusion(step: DerivationStep, style: Writing) -> str:
    """The step's result once the steps that it needs are done."""
    return f"{style.primed.format(style.formula(step.of))} = {style.formula(step.result)}"


def last(found: Explanation, style: Writing) -> str:
    """f'(x) = the readable formula."""
    return f"{slope(found)} = {style.formula(found.derivative.root)}"


def slope(found: Explanation) -> str:
    """f'(x), or df/dx where there are other variables."""
    return f"f'({found.name})" if len(found.f.variables) < 2 else f"df/d{found.name}"


def function(found: Explanation) -> str:
    return f"f({', '.join(found.f.variables)})"


def closings(steps: Sequence[DerivationStep]) -> list[list[DerivationStep]]:
    """For every step those that are complete after it, the innermost first."""
    found: list[list[DerivationStep]] = []
    open_steps: list[DerivationStep] = []
    for step, after in zip(steps, [*steps[1:], None]):
        if step.needs:
            open_steps.append(step)
        done = []
        while open_steps and (after is None or after.depth <= open_steps[-1].depth):
            done.append(open_steps.pop())
        found.append(done)
    return found


# --- as text ------------------------------------------------------------------------------------


def _text(found: Explanation, style: Writing, terminal: Terminal | None) -> list[str]:
    bold, dim, good, odd, bad = _colours(terminal)
    lines = [f"{bold(function(found))} = {style.formula(found.f.root)}", ""]
    for step, done in zip(found.steps, closings(found.steps)):
        indent = "   " * step.depth
        said = title(step, style)
        head = f"{indent}{step.number}. {bold(step.rule)}" + (f"   {dim(said)}" if said else "")
        lines += [head, f"{indent}   {equation(step, style)}{_doubt(step)}"]
        lines += [f"{'   ' * s.depth}   {conclusion(s, style)}{_doubt(s)}" for s in done]
    mark = {"verified": good, "undecided": odd, "wrong": bad}[found.verdict]
    notes = [dim(note) for note in found.derivative.notes]
    return [*lines, "", mark(_verdict(found)), *notes, f"{bold(last(found, style))}"]


def _colours(terminal: Terminal | None) -> Sequence[Callable[[str], str]]:
    if terminal is None:
        return [str] * 5
    return terminal.bold, terminal.dim, terminal.good, terminal.odd, terminal.bad


DOUBTS = {True: "", None: "   (not verified)", False: "   (WRONG: SymPy disagrees)"}


def _doubt(step: DerivationStep) -> str:
    return DOUBTS[step.verified]


def _verdict(found: Explanation) -> str:
    """What the derivation rests on."""
    count = len(found.steps)
    if found.verdict == "verified":
        fewest = min(step.points for step in found.steps)
        each = f"{count} steps, each" if count > 1 else "1 step,"
        points = f" at {fewest} points or more" if fewest > 1 else ""
        return f"✓ {each} verified against SymPy{points}"
    if found.verdict == "wrong":
        return "✗ WRONG: a step and SymPy disagree"
    unsure = sum(step.verified is None for step in found.steps)
    return f"! {unsure} of {count} steps could not be verified"


# --- as Markdown and LaTeX ------------------------------------------------------------------------


def _markdown(found: Explanation) -> list[str]:
    style = LATEX
    lines = [f"**Differentiate** ${function(found)} = {style.formula(found.f.root)}$", ""]
    for step, done in zip(found.steps, closings(found.steps)):
        indent = "  " * step.depth
        said = title(step, style)
        lines.append(f"{indent}- **{step.number}. {step.rule}**" + (f": ${said}$" if said else ""))
        lines += ["", f"{indent}  ${equation(step, style)}${_doubt(step)}", ""]
        for s in done:
            lines += [f"{'  ' * s.depth}  ${conclusion(s, style)}${_doubt(s)}", ""]
    return [*lines, _verdict(found), "", f"$${last(found, style)}$$"]


def _latex(found: Explanation) -> list[str]:
    """A sequence of displayed formulas; amsmath is all it needs."""
    style = LATEX
    lines = [rf"\[ {function(found)} = {style.formula(found.f.root)} \]", r"\begin{enumerate}"]
    done_after = closings(found.steps)
    for step, done in zip(found.steps, done_after):
        said = title(step, style)
        rule = rf"\textbf{{{step.rule}}}" + (rf": \({said}\)" if said else "")
        lines += [rf"\item {rule}", rf"  \[ {equation(step, style)} \]{_doubt(step)}"]
        for s in done:
            from_steps = ", ".join(map(str, s.needs))
            lines.append(rf"  Step {s.number} with {from_steps}: \({conclusion(s, style)}\).")
    return [*lines, r"\end{enumerate}", f"% {_verdict(found)}", rf"\[ {last(found, style)} \]"]


# --- as JSON --------------------------------------------------------------------------------------


def shape(found: Explanation) -> dict[str, Any]:
    return {
        "symgrad": SHAPE, "expression": found.f.text, "function": str(found.f),
        "wrt": found.name, "steps": [_step(step) for step in found.steps],
        "verdict": found.verdict, "derivative": str(found.derivative),
        "notes": list(found.derivative.notes), "exit_code": found.exit_code,
    }  # fmt: skip


def _step(step: DerivationStep) -> dict[str, Any]:
    return {
        "number": step.number, "depth": step.depth, "rule": step.rule,
        "statement": title(step, TEXT) or None, "on": notation.text(step.of),
        "inner": notation.text(step.inner) if step.inner else None,
        "becomes": pending(step.becomes, TEXT), "result": notation.text(step.result),
        "needs": list(step.needs), "verified": step.verified, "points": step.points,
    }  # fmt: skip
