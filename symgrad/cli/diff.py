"""`symgrad diff`: the function as it was understood, its derivatives, and how they are known.

- `answer(f, ...)` gathers everything shown, as the JSON shape.
- `showing.shown(answer, terminal)` prints it for people.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from .. import limits
from ..errors import SymgradError, UsageError
from ..expression import Expression
from ..ops import OPS
from . import arguments
from .showing import shown, verdict_lines
from .terminal import SHAPE, Terminal, as_json, failure, opened, reported

CODE = ("python", "numpy", "c")
FORMATS = ("text", "unicode", "latex", "mathml", *CODE)
ORDER_OF_EXITS = (1, 2, 4, 3, 0)  # for several lines the worst counts, in this order
MOST_ORDER = 10


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
        "--format", choices=FORMATS, default="text", help="how formulas are written"
    )
    command.add_argument(
        "--no-verify", action="store_true", help="do not hold the result against SymPy"
    )
    command.set_defaults(run=run)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """One formula, or one a line from standard input."""
    if not 1 <= options.order <= MOST_ORDER:
        raise UsageError(f"--order goes from 1 to {MOST_ORDER}, got {options.order}")
    at = arguments.point(options.at)
    if not options.no_verify:
        limits.prepare("sympy", tuple(OPS.values()))  # the worker loads while we parse
        limits.prepare("symgrad.formula", tuple(OPS.values()))
    if options.expression != "-":
        return one(options.expression, at, options, terminal)
    codes: list[int] = []
    for count, line in enumerate(opened(sys.stdin, "input"), 1):
        if line.strip():
            if codes and not options.json:
                terminal.line()
            codes.append(_line(count, line.strip(), at, options, terminal))
    return next((code for code in ORDER_OF_EXITS if code in codes), 0)


def _line(
    count: int, text: str, at: dict[str, float], options: argparse.Namespace, terminal: Terminal
) -> int:
    """One line of many: its error is its answer."""
    try:
        return one(text, at, options, terminal)
    except SymgradError as error:
        if options.json:
            terminal.line(as_json({**failure(error), "expression": text, "line": count}))
            return error.exit_code
        terminal.stream.flush()
        error.message = f"line {count}: {error.message}"
        return reported(error)


def one(text: str, at: dict[str, float], options: argparse.Namespace, terminal: Terminal) -> int:
    f = arguments.expression(text, options)
    if not options.no_verify:
        import_module("symgrad.verification")  # Arb loads here while SymPy loads in the worker
    found = answer(f, at, options)
    if options.json:
        terminal.line(as_json(found))
    elif options.format in CODE and not terminal.stream.isatty():
        stand_alone(f, found, options, terminal)
    else:
        shown(found, terminal)
    return int(found["exit_code"])


def stand_alone(
    f: Expression, found: dict[str, Any], options: argparse.Namespace, terminal: Terminal
) -> None:
    """Into a file or a pipe goes what a compiler reads: one function, value and partials.

    What was found out about it goes where a person reads.
    """
    names = [partial["wrt"] for partial in found["partials"]]
    if options.order > 1 and len(names) != 1:
        raise UsageError(
            f"a function in {options.format} has the derivative of order {options.order} by one "
            "variable: choose it by wrt"
        )
    lower = f.backpropagated(*names * (options.order - 1)) if options.order > 1 else f
    terminal.line(lower.code(options.format, gradient=names).strip())
    terminal.stream.flush()
    aside = Terminal(sys.stderr)
    for line in (*found["notes"], *(verdict_lines(found, aside) if found["verdict"] else ())):
        aside.line(line)


# --- what is known ------------------------------------------------------------------------------


def answer(f: Expression, at: dict[str, float], options: argparse.Namespace) -> dict[str, Any]:
    """Everything that is shown about f, in the shape that --json prints."""
    wrt = wanted(f, arguments.names(options.wrt))
    f.point(at, {}, all_bound=False, finite=True)  # an unknown name in --at is an error at once
    free = [name for name in f.variables if name not in at]
    found: dict[str, Any] = {
        "symgrad": SHAPE, "expression": f.text, "function": written(f, options.format),
        "variables": list(f.variables), "at": at, "free": free, "order": options.order,
        "notes": list(f.notes), "value": None, "partials": [], "verdict": None,
    }  # fmt: skip
    quick = options.no_verify and not free
    for name in wrt:
        found["partials"].append(_partial(f, name, at, options, quick))
    (_numbers if options.no_verify else _verified)(found, f, at, wrt, options)
    return found


def wanted(f: Expression, names: Sequence[str]) -> list[str]:
    """The variables to differentiate by; all of f's where none is named."""
    f.known(names)
    return list(dict.fromkeys(names)) or list(f.variables)


def written(f: Expression, form: str) -> str:
    """f in one of the formats."""
    if form in CODE:
        return f.code(form)
    return {"text": f.__str__, "unicode": f.unicode, "latex": f.latex, "mathml": f.mathml}[form]()


def _partial(
    f: Expression, name: str, at: dict[str, float], options: argparse.Namespace, quick: bool
) -> dict[str, Any]:
    """One derivative as a formula; `quick` leaves SymPy alone."""
    order, form = options.order, options.format
    derivative = f.backpropagated(*[name] * order) if quick else f.diff(name, order)
    bound = {n: x for n, x in at.items() if n in derivative.variables}
    partly = bound and len(bound) < len(derivative.variables)
    return {
        "wrt": name, "formula": written(derivative, form),
        "substituted": written(derivative.at(bound), form) if partly else None,
        "notes": [note for note in derivative.notes if note != derivative.fragile],
        "fragile": derivative.fragile or None,
    }  # fmt: skip


def _numbers(
    found: dict[str, Any], f: Expression, at: dict[str, float], wrt: list[str], options: Any
) -> None:
    """Without verification: what backpropagation says where every variable has a value."""
    found["exit_code"] = 0
    if found["free"]:
        return
    found["value"] = {"engine": f(at)}
    for partial in found["partials"]:
        name = partial["wrt"]
        lower = f.backpropagated(*[name] * (options.order - 1))
        at_hand = {n: x for n, x in at.items() if n in lower.variables}
        partial["engine"] = lower.gradient(at_hand).get(name, 0.0)


def _verified(
    found: dict[str, Any], f: Expression, at: dict[str, float], wrt: list[str], options: Any
) -> None:
    """Every partial held against SymPy."""
    if options.order == 1:
        checks = [f.verify(at, wrt=wrt)]
    else:
        checks = [f.verify(at, wrt=[name], order=options.order) for name in wrt]
    worst = (
        min(checks, key=lambda v: ORDER_OF_EXITS.index(v.exit_code))
        if wrt
        else f.verify(at, wrt=[])
    )
    partials = {name: p for check in checks for name, p in check.partials.items()}
    if worst.value and options.order == 1:
        found["value"] = _check(worst.value, worst.sampled)
    for partial in found["partials"]:
        partial.update(_check(partials[partial["wrt"]], worst.sampled))
    ulps = [check.ulps for check in checks if check.ulps is not None]
    found.update(
        verdict=worst.verdict, sampled=worst.sampled, points=worst.counted,
        worst_ulps=max(ulps, default=None), exit_code=worst.exit_code,
    )  # fmt: skip
    found["notes"] += [note for note in worst.notes if note not in found["notes"]]


def _check(p: Any, sampled: bool) -> dict[str, Any]:
    """One verified number; where points were sampled, its numbers belong to `point`."""
    return {
        "verdict": p.verdict, "engine": p.engine, "exact": p.exact, "digits": p.digits,
        "ulps": p.ulps, "point": p.point if sampled else None, "one_sided": p.one_sided,
        "interval": p.interval, "note": p.note,
    }  # fmt: skip
