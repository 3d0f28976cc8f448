"""`python -O` leaves out every assert, and changes nothing that is printed."""

from __future__ import annotations

import subprocess
import sys

import pytest

CODE = """
import symgrad as sg
made = sg.compile(sg.parse("x^2*sin(y)"), backend="llvm")
print("call" in vars(made), made(2.0, 3.0), made.batch({"x": [1.0, 2.0], "y": [0.5, 0.25]}))
"""
VERIFIED = """
import symgrad as sg
f = sg.parse("|x| + relu(y) + gamma(x*y)")
for point in ({"x": 0.0, "y": 1.0}, {"x": 2.0, "y": 1.5}, {"x": -1.0, "y": 2.0}):
    found = f.verify(point)
    print(found.verdict, {name: (p.verdict, p.exact) for name, p in found.partials.items()})
"""
COMMANDS = {
    "diff": ["-m", "symgrad", "diff", "tanh(x*w+b)", "--at", "x=2"],
    "diff of an error": ["-m", "symgrad", "diff", "1/0"],
    "check": ["-m", "symgrad", "check", "x^2 sin x", "2x cos x"],
    "explain": ["-m", "symgrad", "explain", "x^2 sin(3x)"],
    "graph": ["-m", "symgrad", "graph", "x*y + sin(x)", "--at", "x=2,y=3"],
    "compile": ["-c", CODE],
    "verify": ["-c", VERIFIED],
}


@pytest.mark.slow
@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
def test_asserts_do_nothing(arguments: list[str]) -> None:
    """What is printed, and the exit code, are the same with asserts and without."""
    runs = [
        subprocess.run([sys.executable, *flag, *arguments], capture_output=True, check=False)
        for flag in ([], ["-O"])
    ]
    assert runs[0].stdout + runs[0].stderr
    assert runs[0].returncode == runs[1].returncode
    assert (runs[0].stdout, runs[0].stderr) == (runs[1].stdout, runs[1].stderr)
