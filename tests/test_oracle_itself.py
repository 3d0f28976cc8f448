"""symgrad is the first engine that the oracle judges: no finding is allowed."""

from __future__ import annotations

from typing import Any

import pytest

from symgrad.compiling.compiler import compile
from symgrad.expression import Expression
from symgrad.oracle import Program, engine, judge
from symgrad.oracle.programs import graph

CASES, PATIENCE = 3_000, 600.0  # a backstop in seconds: cases are what is counted


class Compiled:
    """An expression through one of the backends that it compiles to, made anew where it changes."""

    dtype = "float64"
    operations = engine("symgrad").operations

    def __init__(self, backend: str) -> None:
        self.name, self.backend = f"symgrad, {backend}", backend
        self.program: Program | None = None

    def gradient(self, program: Program, point: Any, *, backwards: int = 1) -> Any:
        if self.program is not program:
            f = Expression(graph(program, exactly=True), variables=program.variables)
            self.made, self.program = compile(f, backend=self.backend), program
        return self.made(*map(float, point))


@pytest.mark.slow
@pytest.mark.parametrize("judged", [engine("symgrad"), Compiled("python")],
                         ids=lambda made: made.name)  # fmt: skip
def test_symgrad_itself(judged: Any) -> None:
    """Backward on Values and the compiled Python: nothing is found."""
    report = judge(judged, PATIENCE, cases=CASES)
    assert [] == [str(f) for f in report.findings]
    assert report.checked > 500
