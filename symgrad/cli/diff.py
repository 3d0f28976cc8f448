"""`symgrad diff`: the function as it was understood, its derivatives, and how they are known.

- `answer(f, ...)` gathers everything shown, as the JSON shape.
- `shown(answer, terminal)` prints it for people.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any

from .. import limits
from ..errors import SymgradError, UsageError
from ..expression import Expression
from ..ops import OPS
from . import arguments
from .terminal import SHAPE, Terminal, as_json, failure, reported

FORMATS = ("text", "unicode", "latex", "mathml", "python", "numpy", "c")
ORDER_OF_EXITS = (1, 2, 4, 3, 0)  # for several lines the worst counts, in this order
MOST_ORDER = 10


def add(commands: Any) -> None:
    command = commands.add_parser(
        "diff", help="differentiate a formula and verify the result",
        description="Differentiate a formula and verify every partial against SymPy.",
        epilog='example: symgrad diff "tanh(x*w+b)" --at x=2',
    )  # fmt: skip
    command.add_argument("expression", help='the formula, for example "x^2 sin x"; - reads one a line')
    arguments.shared(command)
    command.add_argument("--wrt", action="append", default=[], metavar="x", help="only by these variables")
    command.add_argument("--order", type=int, default=1, metavar="N", help="the N-th derivative (default 1)")
    command.add_argument("--format", choices=FORMATS, default="text", help="how formulas are written")
    command.add_argument("--no-verify", action="store_true", help="do not hold the result against SymPy")
    command.set_defaults(run=run)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """One formula, or one a line from standard input."""
    if not 1 <= options.order <= MOST_ORDER:
        raise UsageError(f"--order goes from 1 to {MOST_ORDER}, got {options.order}")
    at = arguments.point(options.at)
    if not options.no_verify:
        limits.prepare("sympy", tuple(OPS.values()))  # it loads while we parse
    if options.expression != "-":
        return one(options.expression, at, options, terminal)
    codes = [_line(line.strip(), at, options, terminal) for line in sys.stdin if line.strip()]
    return next((code for code in ORDER_OF_EXITS if code in codes), 0)


def _line(text: str, at: dict[str, float], options: argparse.Namespace, terminal: Terminal) -> int:
    """One line of many: its error is its answer."""
    try:
        return one(text, at, options, terminal)
    except SymgradError as error:
        if options.json:
            terminal.line(as_json({**failure(error), "expression": text}))
            return error.exit_code
        terminal.stream.flush()
        return reported(error, terminal)


def one(text: str, at: dict[str, float], options: argparse.Namespace, terminal: Terminal) -> int:
    f = arguments.expression(text, options)
    found = answer(f, at, options)
    if options.json:
        terminal.line(as_json(found))
    else:
        shown(found, terminal)
    return int(found["exit_code"])


# --- what is known ------------------------------------------------------------------------------


def answer(f: Expression, at: dict[str, float], options: argparse.Namespace) -> dict[str, Any]:
    """Everything that is shown about f, in the shape that --json prints."""
    wrt = wanted(f, arguments.names(options.wrt))
    f.point(at, {}, all_bound=False)  # an unknown name in --at is an error at once
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
    f.point(dict.fromkeys(names, 0.0), {}, all_bound=False)
    return list(dict.fromkeys(names)) or list(f.variables)


def written(f: Expression, form: str) -> str:
    """f in one of the formats."""
    if form in ("python", "numpy", "c"):
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
        "notes": list(derivative.notes),
    }  # fmt: skip


def _numbers(found: dict[str, Any], f: Expression, at: dict[str, float], wrt: list[str], options: Any) -> None:
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


def _verified(found: dict[str, Any], f: Expression, at: dict[str, float], wrt: list[str], options: Any) -> None:
    """Every partial held against SymPy."""
    if options.order == 1:
        checks = [f.verify(at, wrt=wrt)]
    else:
        checks = [f.verify(at, wrt=[name], order=options.order) for name in wrt]
    worst = min(checks, key=lambda v: ORDER_OF_EXITS.index(v.exit_code)) if wrt else f.verify(at, wrt=[])
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
        "ulps": p.ulps, "point": p.point if sampled else None, "one_sided": p.check.one_sided,
        "interval": p.check.interval, "note": p.check.note,
    }  # fmt: skip


# --- what people see ------------------------------------------------------------------------------


def shown(found: dict[str, Any], terminal: Terminal) -> None:
    """The answer as text: the function, each derivative, the verdict."""
    variables = found["variables"]
    name = f"f({', '.join(variables)})" if variables else "f"
    terminal.line(_equation(terminal.bold(name), len(name), found["function"]))
    for note in found["notes"]:
        terminal.line(terminal.dim(f"  note: {note}"))
    if found["value"]:
        given = ", ".join(f"{n} = {x:g}" if x == float(f"{x:g}") else f"{n} = {x!r}" for n, x in found["at"].items())
        if not found["free"]:
            terminal.line(_number(found["value"], "f", len(name), terminal, f"at {given}" if given else ""))
    for partial in found["partials"]:
        _shown_partial(found, partial, terminal)
    if found["verdict"]:
        terminal.line()
        for line in verdict_lines(found, terminal):
            terminal.line(line)


def _equation(label: str, width: int, formula: str) -> str:
    if "\n" in formula.strip():
        return f"{label}:\n" + "\n".join("    " + line for line in formula.strip().splitlines())
    return f"{label} = {formula}"


def symbol(found: dict[str, Any], name: str) -> str:
    """f'(x) for one variable, else ∂f/∂x."""
    order, alone = found["order"], len(found["variables"]) <= 1
    if alone:
        return "f" + ("'" * order if order < 4 else f"^({order})") + f"({name})"
    power = "" if order == 1 else "²³⁴⁵⁶⁷⁸⁹"[order - 2] if order < 10 else "^10"
    return f"∂{power}f/∂{name}{power}"


def _shown_partial(found: dict[str, Any], partial: dict[str, Any], terminal: Terminal) -> None:
    label = symbol(found, partial["wrt"])
    terminal.line()
    terminal.line(_equation(terminal.bold(label), len(label), partial["formula"]))
    if partial["substituted"]:
        bound = ", ".join(f"{n} = {x:g}" for n, x in found["at"].items())
        width = max(len(label), len(bound) + 3)
        terminal.line(f"{terminal.dim(f'at {bound}'.rjust(len(label)))} = {partial['substituted']}" if width else "")
    if not found["free"] and partial.get("engine") is not None:
        terminal.line(_number(partial, "", len(label), terminal))
    for note in [*partial["notes"], partial.get("note")]:
        if note:
            terminal.line(terminal.dim(" " * len(label) + f"   {note}"))


def _number(check: dict[str, Any], label: str, width: int, terminal: Terminal, where: str = "") -> str:
    """= 0.0353...   float64: off by 0.4 ulp"""
    exact = check.get("exact")
    x = check["engine"] if exact is None else exact
    tail = _error(check)
    number = terminal.bold(repr(x)) if check.get("verdict") not in ("kink", "undefined") else _sides(check)
    remarks = "   ".join(t for t in (where, tail) if t)
    return f"{label.rjust(width)} = {number}" + (f"   {terminal.dim(remarks)}" if remarks else "")


def _sides(check: dict[str, Any]) -> str:
    if check.get("one_sided"):
        left, right = check["one_sided"]
        shown = [f"{x!r} from the {side}" for x, side in ((left, "left"), (right, "right")) if x is not None]
        return "no derivative: " + ", ".join(shown)
    return "undefined"


def _error(check: dict[str, Any]) -> str:
    """How far float64 was off."""
    ulps, engine = check.get("ulps"), check.get("engine")
    if check.get("verdict") is None:
        return "float64, not verified"
    if engine is None:
        return ""
    if engine == check.get("exact"):
        return "float64 gives exactly this"
    if check["verdict"] in ("verified",):
        return f"float64 gives {engine!r}, {ulps:.1f} ulp off"
    return f"float64 gives {engine!r}"


SENTENCES = {
    "lost_digits": "the rules are right, but float64 loses digits here (ill-conditioned)",
    "out_of_range": "the rules are right, but float64 over- or underflows here",
    "kink": "a kink: the one-sided derivatives differ or are infinite",
    "convention": "differentiable here, but backpropagation's choice at a kink is not the derivative",
    "undefined": "undefined here",
    "undecided": "undecided: the check could not be completed",
    "wrong": "WRONG: engine and SymPy disagree",
}


def verdict_lines(found: dict[str, Any], terminal: Terminal) -> list[str]:
    """The last word, and what it rests on."""
    verdict = found["verdict"]
    if verdict == "verified":
        count = len(found["partials"])
        what = {0: "the value", 1: "the derivative"}.get(count, f"all {count} derivatives")
        worst = found["worst_ulps"]
        error = "" if worst is None else f", float64 at most {worst:.1f} ulp off"
        return [terminal.good("✓ verified") + f" against SymPy: {what} {_where(found)}{error}"]
    mark = terminal.bad("✗") if verdict == "wrong" else terminal.odd("·")
    lines = [f"{mark} {SENTENCES[verdict]}"]
    for check in [found["value"], *found["partials"]]:
        if check and check.get("verdict") == "wrong":
            at = ", ".join(f"{n} = {x!r}" for n, x in (check["point"] or found["at"]).items())
            lines.append(f"  {check.get('wrt', 'value')} at {at}: {check['note']}")
    return lines


def _where(found: dict[str, Any]) -> str:
    points = found["points"]
    if not found["sampled"]:
        return "at this point" if found["at"] else ""
    bound = ", ".join(f"{n} = {x:g}" for n, x in found["at"].items())
    fixed = f" with {bound}" if bound else ""
    return f"at {points} points{fixed}"
