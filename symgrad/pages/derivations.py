"""A derivation for programs: its JSON, and its parts as MathML.

- `shape(explanation)` is what `symgrad explain --json` prints, `typeset(step)` what the page shows.
"""

from __future__ import annotations

import re
from typing import Any

from .. import notation
from ..homework.derivation_steps import TEXT, DerivationStep, Explanation, Writing, pending, title
from ..homework.textbook import Pending
from .json_shapes import SHAPE


def shape(found: Explanation) -> dict[str, Any]:
    return {
        "symgrad": SHAPE, "expression": found.f.text, "function": str(found.f),
        "wrt": found.name, "steps": [_step(step, TEXT.told(found)) for step in found.steps],
        "verdict": found.verdict, "derivative": str(found.derivative),
        "notes": found.notes, "exit_code": found.exit_code,
    }  # fmt: skip


def _step(step: DerivationStep, style: Writing) -> dict[str, Any]:
    return {
        "number": step.number, "depth": step.depth, "rule": step.rule,
        "statement": title(step, style) or None, "on": notation.text(step.of),
        "inner": notation.text(step.inner) if step.inner else None,
        "becomes": pending(step.becomes, TEXT), "result": notation.text(step.result),
        "needs": list(step.needs), "verified": step.verified, "points": step.points,
    }  # fmt: skip


# --- typeset --------------------------------------------------------------------------------------

MATHML = Writing(notation.mathml, "({})'")
PRIME_TYPESET = "<mo>′</mo>"


def typeset(step: DerivationStep) -> dict[str, str | None]:
    """A step's parts as MathML; derivatives still to be taken are brackets with a prime.

    `stated` is the rule in letters, and `letter` what u stands for in it, for the chain rule.
    """
    stated, letter = None, None
    if step.stated is not None:
        left, right = step.stated
        stated = whole(f"{inside(left)}<mo>=</mo>{inside(right)}")
        if step.inner is not None:
            letter = MATHML.formula(next(iter(right.parts.values())))
    return {
        "on": MATHML.formula(step.of), "becomes": whole(inside(step.becomes)),
        "result": MATHML.formula(step.result),
        "inner": MATHML.formula(step.inner) if step.inner else None,
        "stated": stated, "letter": letter,
    }  # fmt: skip


def whole(content: str) -> str:
    return f'<math xmlns="http://www.w3.org/1998/Math/MathML">{content}</math>'


def bare(mathml: str) -> str:
    """What stands in a formula's outermost element."""
    return re.sub("</?math[^>]*>", "", mathml)


def inside(form: Pending) -> str:
    shown = bare(MATHML.formula(form.form))
    for mark, part in form.parts.items():
        content = bare(MATHML.formula(part))
        bracketed = content if part.op is None else f"<mo>(</mo>{content}<mo>)</mo>"
        shown = shown.replace(f"<mi>{mark}</mi>", f"<mrow>{bracketed}{PRIME_TYPESET}</mrow>")
    return shown
