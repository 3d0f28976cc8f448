"""A finding as a script that runs by itself.

- `reproduction(engine, case, finding)` is in the engine's own language where the engine has one
  (`engine.source(program, point, backwards)`), else it calls the engine through `Program`.
"""

from __future__ import annotations

import json
from typing import Any

from .cases import Case
from .programs import point_json
from .reports import Finding

MOST_STEPS = 60  # a longer program is written as data


def reproduction(engine: Any, case: Case, finding: Finding) -> str:
    """Python that prints what the engine gives, with the truth beside it."""
    wanted = f"d/d{finding.partial}" if finding.partial else "the value"
    truth = f"# {wanted} should be {finding.exact!r}" if finding.exact is not None else ""
    told = f"# {finding.kind}: {truth[2:] or finding.note}"
    source = getattr(engine, "source", None)
    if callable(source):
        return f"{told}\n{source(case.program, case.point, case.backwards)}"
    return f"{told}\n{general(engine, case)}"


def general(engine: Any, case: Case) -> str:
    """A call of any engine in Python."""
    kind = type(engine)
    module = kind.__module__
    place = "" if module == "__main__" else f"from {module} import {kind.__qualname__}\n"
    program = json.dumps(case.program.to_json())
    point = json.dumps(point_json(case.point))
    runs = f", backwards={case.backwards}" if case.backwards > 1 else ""
    return (
        f"{place}from symgrad.oracle import Program, number\n"
        f"program = Program.from_json('{program}')\n"
        f"point = [number(x) for x in {point}]\n"
        f"print({kind.__qualname__}().gradient(program, point{runs}))"
    )
