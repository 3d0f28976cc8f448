"""A finding as a script that runs by itself.

- `reproduction(engine, case, finding)` is in the engine's own language where the engine has one
  (`engine.source(program, point, backwards)`, for a Hessian `second_source(program, point)`),
  else it calls the engine through `Program`.
"""

from __future__ import annotations

import json
from typing import Any

from . import engines
from .cases import Case
from .programs import point_json
from .reports import Finding

MOST_STEPS = 60  # a longer program is written as data
ACCEPTABLE = "acceptable: "  # how the note begins where any number of an interval will do


def reproduction(engine: Any, case: Case, finding: Finding) -> str:
    """Python that prints what the engine gives, with the truth beside it."""
    wanted = finding.derivative or "the value"
    told = f"# {finding.kind}: {finding.note}"
    if finding.note.startswith(ACCEPTABLE):
        told = f"# {finding.kind}: {wanted} should be one of {finding.note[len(ACCEPTABLE):]}"
    elif finding.exact is not None:
        told = f"# {finding.kind}: {wanted} should be {finding.exact!r}"
    source = getattr(engine, "source" if case.order == 1 else "second_source", None)
    if callable(source) and len(case.program.steps) <= MOST_STEPS:
        given = (case.program, case.point, case.backwards)[: 3 if case.order == 1 else 2]
        return f"{told}\n{source(*given)}"
    return f"{told}\n{general(engine, case)}"


def general(engine: Any, case: Case) -> str:
    """A call of any engine in Python."""
    kind = type(engine)
    module = kind.__module__
    place = "" if module == "__main__" else f"from {module} import {kind.__qualname__}\n"
    made = f"{kind.__qualname__}()"
    if module.startswith(engines.__name__):
        place = "from symgrad.oracle import engine\n"
        made = f"engine({engine.name!r}, {engine.dtype!r})"
    program = json.dumps(case.program.to_json())
    point = json.dumps(point_json(case.point))
    runs = f", backwards={case.backwards}" if case.backwards > 1 else ""
    call = "second(program, point" if case.order == 2 else f"gradient(program, point{runs}"
    return (
        f"{place}from symgrad.oracle import Program, number\n"
        f"program = Program.from_json('{program}')\n"
        f"point = [number(x) for x in {point}]\n"
        f"print({made}.{call}))"
    )
