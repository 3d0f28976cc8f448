"""A PrairieLearn question whose answer is judged by symgrad: any right form is right."""

from __future__ import annotations

import random
from typing import Any

import symgrad as sg

FACTORS = ("sin(x)", "cos(x)", "e^x", "ln(x)")
ANSWER = "derivative"


def generate(data: dict[str, Any]) -> None:
    """A question of its own for every student."""
    draw = random.Random(data["variant_seed"])
    f = sg.parse(f"x^{draw.randint(2, 6)}*{draw.choice(FACTORS)}")
    data["params"]["f"] = str(f)
    data["params"]["shown"] = f.latex()
    data["correct_answers"]["shown"] = f.diff("x").latex()


def parse(data: dict[str, Any]) -> None:
    """What cannot be read is told before it counts as an attempt."""
    found = judged(data)
    if found.verdict == "invalid":
        data["format_errors"][ANSWER] = found.message


def grade(data: dict[str, Any]) -> None:
    """Credit for the right terms, and a hint that does not give the answer away."""
    found = judged(data)
    data["partial_scores"][ANSWER] = {"score": found.credit, "weight": 1}
    data["score"] = found.credit
    data["feedback"][ANSWER] = found.message


def judged(data: dict[str, Any]) -> sg.Judgement:
    return sg.check(data["params"]["f"], data["submitted_answers"].get(ANSWER) or "", "x")
