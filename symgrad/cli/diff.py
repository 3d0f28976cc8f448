"""`symgrad diff`: the function as it was understood, its derivatives, and how they are known.

`pages.derivatives` gathers everything shown, `showing.shown` prints it for people.
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from typing import Any

from .. import processes
from ..errors import SymgradError, UsageError
from ..expression import Expression
from ..notation import with_signs
from ..ops import OPS
from ..pages.derivatives import CODE, FORMULA_FORMATS, ORDER_OF_EXITS, Wanted, answer
from ..pages.json_shapes import as_json, failure, in_options
from . import arguments
from .showing import shown, symbol, verdict_lines
from .terminal import Terminal, opened, reported


def add(commands: Any) -> None:
    command = commands.add_parser(
        "diff", help="differentiate a formula and verify the result",
        description="Differentiate a formula and verify every partial against SymPy.",
        epilog='example: symgrad diff "tanh(x*w+b)" --at x=2',
    )  # fmt: skip
    command.add_argument(
        "expression", help='the formula, for example "x^2 sin x"; - reads one a line'
    )
    arguments.shared(command)
    command.add_argument(
        "--wrt", action="append", default=[], metavar="x", help="only by these variables"
    )
    command.add_argument(
        "--order", type=int, default=1, metavar="N", help="the N-th derivative (default 1)"
    )
    command.add_argument(
        "--format", choices=FORMULA_FORMATS,
        help="how formulas are written: into a pipe, they alone",
    )
    command.add_argument(
        "--no-verify", action="store_true", help="do not hold the result against SymPy"
    )
    command.set_defaults(run=run)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """One formula, or one a line from standard input."""
    asked(options)
    at = arguments.point(options.at)
    if not options.no_verify:
        processes.prepare("sympy", tuple(OPS.values()))  # the worker loads while we parse
        processes.prepare("symgrad.formula", tuple(OPS.values()))
    if options.expression != "-":
        return one(options.expression, at, options, terminal)
    codes: list[int] = []
    for count, line in enumerate(opened(sys.stdin, "input"), 1):
        if line.strip():
            if codes and not options.json:
                terminal.line()
            codes.append(_line(count, line.strip(), at, options, terminal))
    return next((code for code in ORDER_OF_EXITS if code in codes), 0)


def asked(options: argparse.Namespace) -> Wanted:
    names = arguments.names(options.wrt)
    form = options.format or "text"
    return Wanted(names, options.order, form, not options.no_verify)


def _line(
    count: int, text: str, at: dict[str, float], options: argparse.Namespace, terminal: Terminal
) -> int:
    """One line of many: its error is its answer."""
    try:
        return one(text, at, options, terminal)
    except SymgradError as error:
        if options.json:
            told = {**failure(error, in_options), "expression": text, "line": count}
            terminal.line(as_json(told))
            return error.exit_code
        terminal.stream.flush()
        error.message = f"line {count}: {error.message}"
        return reported(error)


def one(text: str, at: dict[str, float], options: argparse.Namespace, terminal: Terminal) -> int:
    f = arguments.expression(text, options)
    if not options.no_verify:
        import_module("symgrad.verification")  # Arb loads here while SymPy loads in the worker
    found = answer(f, at, asked(options))
    if options.format == "unicode":
        for partial in found["partials"]:
            partial["notes"] = [with_signs(note) for note in partial["notes"]]
    if options.json:
        terminal.line(as_json(found))
    elif options.format and not terminal.stream.isatty():
        stand_alone(f, found, options, terminal)
    else:
        shown(found, terminal)
    return int(found["exit_code"])


def stand_alone(
    f: Expression, found: dict[str, Any], options: argparse.Namespace, terminal: Terminal
) -> None:
    """Into a file or a pipe goes what a program reads; what is known about it, to a person.

    A formula a line, or for a compiler one function of value and partials.
    """
    if options.format in CODE:
        terminal.line(function(f, found, options).strip())
    else:
        for partial in found["partials"]:
            terminal.line(partial["substituted"] or partial["formula"])
    terminal.stream.flush()
    aside = Terminal(sys.stderr)
    each = [(symbol(found, p["wrt"]), note) for p in found["partials"] for note in p["notes"]]
    of_each = [note if len(found["partials"]) == 1 else f"{name} {note}" for name, note in each]
    verdict = verdict_lines(found, aside) if found["verdict"] else []
    for line in (*found["notes"], *of_each, *verdict):
        aside.told(line)


def function(f: Expression, found: dict[str, Any], options: argparse.Namespace) -> str:
    """The code of value and partials."""
    names = [partial["wrt"] for partial in found["partials"]]
    if options.order > 1 and len(names) != 1:
        raise UsageError(
            f"a function in {options.format} has the derivative of order {options.order} by one "
            "variable: choose it by wrt"
        )
    lower = f.backpropagated(*names * (options.order - 1)) if options.order > 1 else f
    return lower.code(options.format, gradient=names)
