"""A derivation step by step: how its parts are written, and its JSON.

- `title(step, TEXT)` and `equation(step, TEXT)` are a step's rule and what it did.
- `shape(explanation)` is what `symgrad explain --json` prints.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from .. import notation
from ..homework.explaining import DerivationStep, Explanation, Pending
from ..value import Value
from .json_shapes import SHAPE


class Writing(NamedTuple):
    """How formulas are written, and how the derivative of a bracket is."""

    formula: Callable[[Value], str]
    primed: str


TEXT = Writing(notation.text, "({})'")
UNICODE = Writing(notation.unicode, "({})′")
LATEX = Writing(notation.latex, r"\left({}\right)'")



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


# --- typeset --------------------------------------------------------------------------------------

MATHML = Writing(notation.mathml, "({})'")
PRIME_TYPESET = "<mo>′</mo>"


def typeset(step: DerivationStep) -> dict[str, str | None]:
    """A step's parts as MathML; derivatives still to be taken are brackets with a prime."""
    return {
        "on": MATHML.formula(step.of), "becomes": _typeset(step.becomes),
        "result": MATHML.formula(step.result),
        "inner": MATHML.formula(step.inner) if step.inner else None,
    }  # fmt: skip


def _typeset(form: Pending) -> str:
    shown = MATHML.formula(form.form)
    for mark, part in form.parts.items():
        inside = re.sub("</?math[^>]*>", "", MATHML.formula(part))
        bracketed = inside if part.op is None else f"<mo>(</mo>{inside}<mo>)</mo>"
        shown = shown.replace(f"<mi>{mark}</mi>", f"<mrow>{bracketed}{PRIME_TYPESET}</mrow>")
    return shown
