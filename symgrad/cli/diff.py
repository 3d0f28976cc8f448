"""`symgrad diff`: the function as it was understood, its derivatives, and how they are known.

- `answer(f, ...)` gathers everything shown, as the JSON shape.
- `shown(answer, terminal)` prints it for people.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from .. import limits
from ..errors import SymgradError, UsageError
from ..expression import Expression
from ..ops import OPS
from . import arguments
from .terminal import SHAPE, Terminal, as_json, failure, opened, reported

FORMATS = ("text", "unicode", "latex", "mathml", "python", "numpy", "c")
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
    else:
        shown(found, terminal)
    return int(found["exit_code"])


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
        "ulps": p.ulps, "point": p.point if sampled else None, "one_sided": p.check.one_sided,
        "interval": p.check.interval, "note": p.check.note,
    }  # fmt: skip


# --- what people see ------------------------------------------------------------------------------


def shown(found: dict[str, Any], terminal: Terminal) -> None:
    """The answer as text: the function, each derivative, the verdict."""
    name = f"f({', '.join(found['variables'])})" if found["variables"] else "f"
    rows = [] if found["free"] else [_number(found["value"], terminal, bound(found["at"]))]
    missing = undefined(found)
    _block(terminal, name, found["function"], rows, [*found["notes"], *missing])
    for partial in found["partials"]:
        _shown_partial(found, partial, terminal)
    if found["verdict"]:
        terminal.line()
        for line in verdict_lines(found, terminal):
            terminal.line(line)


def _shown_partial(found: dict[str, Any], partial: dict[str, Any], terminal: Terminal) -> None:
    rows: list[tuple[str, str] | None] = []
    if partial["substituted"]:
        rows.append((partial["substituted"], f"at {bound(found['at'])}"))
    elif not found["free"]:
        rows.append(_number(partial, terminal))
    told = partial.get("note") and not found["free"] and not undefined(found)
    notes = [*partial["notes"], *([partial["note"]] if told else [])]
    terminal.line()
    _block(terminal, symbol(found, partial["wrt"]), partial["formula"], rows, notes)


def undefined(found: dict[str, Any]) -> list[str]:
    """Why f itself has no value here, if it has none."""
    value = found["value"]
    return (
        [value["note"]] if value and value.get("verdict") == "undefined" and value["note"] else []
    )


def _block(
    terminal: Terminal, label: str, formula: str, rows: Sequence[tuple[str, str] | None],
    notes: Sequence[str],
) -> None:  # fmt: skip
    """label = formula, and below it, their = under its =, what more is known."""
    if "\n" in formula.strip():
        terminal.line(terminal.bold(label) + ":")
        for line in formula.strip().splitlines():
            terminal.line("    " + line)
    else:
        terminal.line(f"{terminal.bold(label)} = {formula}")
    indent = " " * len(label)
    for row in filter(None, rows):
        terminal.line(f"{indent} = {row[0]}" + (f"    {terminal.dim(row[1])}" if row[1] else ""))
    for note in notes:
        terminal.line(f"{indent}   {terminal.dim(note)}")


def bound(at: dict[str, float]) -> str:
    """x = 2, w = 0.5"""
    return ", ".join(f"{name} = {short(x)}" for name, x in at.items())


def short(x: float) -> str:
    """A float as one writes it: 2 for 2.0, all digits where they are needed."""
    return repr(int(x)) if x == int(x) and abs(x) < 1e16 else repr(x)


def symbol(found: dict[str, Any], name: str) -> str:
    """f'(x) for one variable, else ∂f/∂x."""
    order = found["order"]
    if len(found["variables"]) <= 1:
        return "f" + ("'" * order if order < 4 else f"^({order})") + f"({name})"
    power = "" if order == 1 else str(order).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"∂{power}f/∂{name}{power}"


def _number(
    check: dict[str, Any] | None, terminal: Terminal, where: str = ""
) -> tuple[str, str] | None:
    """The number, and beside it where it is and how far float64 was off."""
    if check is None or (check.get("verdict") == "undefined" and check["engine"] is None):
        return None
    remarks = ", ".join(t for t in (f"at {where}" if where else "", _error(check)) if t)
    if check.get("one_sided"):
        return terminal.bold(_sides(check)), remarks
    return terminal.bold(_digits(check)), remarks


def _digits(check: dict[str, Any]) -> str:
    """The correctly rounded number; its digits where no float can hold it."""
    exact = check.get("exact")
    if check.get("verdict") == "out_of_range" and check["digits"]:
        return decimal(check["digits"])
    return repr(check["engine"] if exact is None else exact)


def decimal(digits: str) -> str:
    """17 of 40 digits."""
    mantissa, e, exponent = digits.partition("e")
    return mantissa[: 18 + mantissa.startswith("-")] + e + exponent


def _sides(check: dict[str, Any]) -> str:
    """-1 from the left, 1 from the right"""
    sides = zip(check["one_sided"], ("left", "right"))
    return ", ".join(f"{short_or_inf(x)} from the {side}" for x, side in sides if x is not None)


def short_or_inf(x: float) -> str:
    return short(x) if math.isfinite(x) else str(x).replace("inf", "infinite")


def _error(check: dict[str, Any]) -> str:
    """How far float64 backpropagation was off."""
    ulps, engine, verdict = check.get("ulps"), check.get("engine"), check.get("verdict")
    if verdict is None:
        return "float64, not verified"
    if engine is None or verdict == "undefined":
        return ""
    if engine == check.get("exact") and verdict != "out_of_range":
        return "float64 gives exactly this"
    off = f", {ulps:.1f} ulp {_unit(check)}off" if verdict == "verified" else ""
    return f"float64 gives {engine!r}{off}"


def _unit(check: dict[str, Any]) -> str:
    """What an ulp is of, where that is not the number itself: what cancels is far larger."""
    engine, exact = check["engine"], check["exact"]
    own = abs(engine - exact) / math.ulp(exact)  # half an ulp at most from the true one
    return "of its largest term " if own > check["ulps"] + 0.75 else ""


SENTENCES = {
    "lost_digits": "the rules are right, but float64 loses digits here",
    "out_of_range": "the rules are right, but float64 over- or underflows here",
    "kink": "a kink: there is no single derivative here, and the engine's choice lies in the "
    "interval",
    "convention": "differentiable here, but backpropagation's choice at a kink is not the "
    "derivative",
    "undefined": "undefined here",
    "undecided": "undecided: the check could not be completed",
    "wrong": "WRONG: engine and SymPy disagree",
}


def verdict_lines(found: dict[str, Any], terminal: Terminal) -> list[str]:
    """The last word, and what it rests on."""
    verdict = found["verdict"]
    if verdict == "verified":
        worst = found["worst_ulps"]
        error = "" if worst is None else f", worst error {worst:.1f} ulp"
        return [terminal.good("✓ verified") + f" against SymPy{_where(found)}{error}"]
    mark = terminal.bad("✗") if verdict == "wrong" else terminal.odd("!")
    lines = [f"{mark} {SENTENCES[verdict]}"]
    for check in [found["value"], *found["partials"]]:
        if check and check.get("verdict") in ("wrong", "undecided") and check["note"]:
            at = bound(check["point"] or found["at"])
            lines.append(
                f"  {check.get('wrt', 'the value')}{f' at {at}' if at else ''}: {check['note']}"
            )
    return lines


def _where(found: dict[str, Any]) -> str:
    """ at 12 points (x = 2; w, b sampled)"""
    if not found["sampled"]:
        return " at this point" if found["at"] else ""
    points = "1 point" if found["points"] == 1 else f"{found['points']} points"
    given = f"{bound(found['at'])}; " if found["at"] else ""
    names = ", ".join(found["free"][:6]) + (", ..." if len(found["free"]) > 6 else "")
    return f" at {points} ({given}{names} sampled)"
