"""Choices: `if` with every comparison, ties and near-ties, choices in choices, masked branches.

- `cases(operations)` are (program, points, backwards); none where an engine has no `if`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from .programs import Builder, Program, inside, pruned

Made = tuple[Program, Sequence[Sequence[Any]], int]
BRANCHES = [(1.0, 2.0), (2.0, 1.0), (1.0, 1.0), (-1.0, -1.0), (0.0, 0.0), (0.0, -0.0), (-2.0, 3.0)]
BESIDE = (2.0**-52, 2.0**-30, 1e-12, 1e-9, 1e-6, -(2.0**-53), -1e-10, -1e-7)  # near-ties, relative
PATHS = [(x, y) for x in (0.5, 2.0, -1.0, 1.0) for y in (0.25, 3.0, -2.0, 1.0)]  # of two conditions


def cases(offered: frozenset[str]) -> Iterator[Made]:
    """if(a < b, f, g) with every comparison, ties included; the masked branch undefined."""
    if "if" not in offered:
        return
    for name in ("log", "sqrt", "div", "asin", "exp", "powr", "acosh", "log1p", "gamma", "lgamma"):
        points = (-1.0, 0.0, 2.0, 0.5, -3.0, 1000.0, -1000.0)
        if name in offered:
            yield masking(name), [(x,) for x in points if unmasked(name, x)], 1
    for compare in ("lt", "le", "gt", "ge"):
        b = Builder(["a", "b"])
        c = b.step(compare, 0, 1)
        b.step("if", c, b.step("mul", 0, b.constant(3.0)), b.step("mul", 1, 1))
        near = [(a * (1 + d), a) for a in (1.5, -40.0) for d in BESIDE]
        yield b.program(), [*BRANCHES, *near, *((b, a) for a, b in near)], 1
        b = Builder(["a"])
        c = b.step(compare, 0, b.constant(1.0))
        b.step("if", c, 0, b.step("neg", 0))
        yield b.program(), [(x,) for x in (0.0, 1.0, 2.0, -1.0, 0.999, *(1 + d for d in BESIDE))], 1
    for program in several_branches():
        yield program, PATHS, 1


def several_branches() -> Iterator[Program]:
    """Choices inside choices, two by one condition, and by what the branches do not contain."""
    for kind in range(5):
        b = Builder(["x", "y"])
        c, d = b.step("gt", 0, 1), b.step("lt", 0, b.constant(1.0))
        product, square, minus = b.step("mul", 0, 1), b.step("mul", 1, 1), b.step("neg", 0)
        match kind:
            case 0:
                b.step("if", c, b.step("if", d, product, minus), square)
            case 1:
                b.step("if", c, product, b.step("if", d, minus, square))
            case 2:
                b.step("sub", b.step("if", c, 0, 1), b.step("if", c, square, minus))
            case 3:
                b.step("if", d, square, b.step("mul", b.step("if", c, 1, 0), 1))
            case 4:
                b.step("if", c, b.step("if", d, 0, 0), product)
        yield pruned(b.program())[0]


def masking(name: str) -> Program:
    """if(x > 0, f(x), 2*x), for exp if(x < 0, ...): where f is masked it has no value or slope."""
    b = Builder(["x"])
    c = b.step("lt" if name == "exp" else "gt", 0, b.constant(0.0))
    one = b.constant(1.0 if name == "div" else 0.5)
    f = {"div": lambda: b.step("div", one, 0), "powr": lambda: b.step("powr", 0, one)}
    b.step("if", c, f[name]() if name in f else b.step(name, 0), b.step("mul", 0, b.constant(2.0)))
    return b.program()


def unmasked(name: str, x: float) -> bool:
    taken = x < 0 if name == "exp" else x > 0
    x = x if name not in ("div", "powr") else abs(x)
    return not taken or name in ("div", "powr") or inside(name, (x,))
