"""What people see of `symgrad diff`: formulas, numbers under them, and the verdict.

- `shown(found, terminal)` prints an answer; `found` is the shape that --json prints.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from .terminal import Terminal


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
            terminal.told(line, hang=2)


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
        terminal.told(f"{terminal.bold(label)} = {formula}", hang=len(label) + 3)
    indent = " " * len(label)
    for row in filter(None, rows):
        remark = f"    {terminal.dim(row[1])}" if row[1] else ""
        terminal.told(f"{indent} = {row[0]}{remark}", hang=len(label) + 3)
    for note in notes:
        terminal.told(f"{indent}   {terminal.dim(note)}")


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
    if check is None or check.get("verdict") == "undefined":
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
    """40 digits rounded to 17."""
    mantissa, e, exponent = f"{Decimal(digits):.16e}".partition("e")
    return mantissa.rstrip("0").rstrip(".") + e + exponent


def _sides(check: dict[str, Any]) -> str:
    """-1 from the left, 1 from the right"""
    sides = zip(check["one_sided"], ("left", "right"))
    return ", ".join(f"{short_or_inf(x)} from the {side}" for x, side in sides if x is not None)


def short_or_inf(x: float) -> str:
    return short(x) if math.isfinite(x) else str(x).replace("inf", "infinity")


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
    "kink": "a kink: there is no single finite derivative here",
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
