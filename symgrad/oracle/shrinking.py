"""Makes a failing case small: fewer operations, then simpler numbers.

- `shrunk(case, fails, most)` is the smallest case found that still fails the same way, trying at
  most that many; `fails(case)` asks the engine.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any, TypeVar

from ..arithmetic.floats import FLOATS
from ..ops import OPS
from .cases import Case, askable
from .float_formats import FORMATS
from .programs import Program, pruned, with_step

AnyCase = TypeVar("AnyCase")
MOST_NODES = 400  # larger programs are cut in halves first


def shrunk(case: Case, fails: Callable[[Case], bool], most: int, dtype: str = "float64") -> Case:
    """The smallest that is found; cases of constants alone are not tried."""

    def smaller(case: Case) -> Iterator[Case]:
        cases = (in_range(c, dtype) for c in candidates(case, dtype))
        return (c for c in cases if sensible(c.program))

    return smallest(case, smaller, fails, most)


def smallest(
    case: AnyCase, smaller: Callable[[AnyCase], Iterator[AnyCase]],
    fails: Callable[[AnyCase], bool], most: int,
) -> AnyCase:  # fmt: skip
    """Greedy: the first smaller case that fails the same way is taken, until none does."""
    tried, improved = 0, True
    while improved and tried < most:
        improved = False
        for one in islice(smaller(case), most - tried):
            tried += 1
            if fails(one):
                case, improved = one, True
                break
    return case


def in_range(case: Case, dtype: str) -> Case:
    """The case with its numbers exact in the engine's floats."""
    if dtype == "float64":
        return case
    nearest = FORMATS[dtype].nearest
    return replace(case, point=tuple(x if isinstance(x, int) else nearest(x) for x in case.point))


def candidates(case: Case, dtype: str) -> Iterator[Case]:
    """Smaller cases, the boldest first."""
    yield from smaller_programs(case)
    if case.backwards > 1:
        yield replace(case, backwards=case.backwards - 1)
    yield from simpler_points(case, dtype)
    yield from simpler_constants(case, dtype)


def sensible(program: Program) -> bool:
    """Whether it can be asked, and no step nor the root is of constants alone."""
    n, first = len(program.variables), len(program.variables) + len(program.constants)
    fixed = any(all(n <= j < first for j in args) for _, *args in program.steps)
    return not fixed and not n <= program.root < first and askable(program)


def smaller_programs(case: Case) -> Iterator[Case]:
    program, n = case.program, len(case.program.variables)
    first = n + len(program.constants)
    size = len(program)
    if pruned(program)[0] != program:
        yield cut(case, program)
    roots = range(first, size)
    if size > MOST_NODES:
        roots = range(first, size, max(1, size // 40))  # a few, spread out
    for root in roots:
        if root != program.root:
            yield cut(case, replace(program, root=root))
    if size <= MOST_NODES:
        yield from (lifted(case, i) for i in roots if i != program.root)
    for i in roots[::-1]:
        for j in dict.fromkeys(program.steps[i - first][1:]):
            yield cut(case, bypassed(program, i, j))
        for k in range(n):
            if k not in program.steps[i - first][1:]:
                yield cut(case, bypassed(program, i, k))
    for i, (name, *args) in enumerate(program.steps):
        if name in ("max", "min", "sum", "hypot", "logaddexp") and len(args) > 2:
            for k in range(len(args)):
                yield cut(case, with_step(program, i, (name, *args[:k], *args[k + 1 :])))
        if name == "dot" and len(args) > 2:
            half = len(args) // 2
            shorter = (*args[: half - 1], *args[half : 2 * half - 1])
            yield cut(case, with_step(program, i, (name, *shorter)))
    for a in range(n):
        for b in range(a):
            yield cut(case, merged(program, a, b))


def bypassed(program: Program, i: int, j: int) -> Program:
    """Node j wherever node i was used."""
    steps = tuple((s[0], *[j if a == i else a for a in s[1:]]) for s in program.steps)
    return replace(program, steps=steps, root=j if program.root == i else program.root)


def lifted(case: Case, i: int) -> Case:
    """Node i as a variable of its own, with the value it had."""
    program, n = case.program, len(case.program.variables)
    fresh = (f"{a}{k}" for k in range(n + 1) for a in "uvst")
    name = next(name for name in fresh if name not in program.variables)

    def place(a: int) -> int:
        return n if a == i else a + (a >= n)

    steps = tuple((s[0], *map(place, s[1:])) for s in program.steps)
    names = (*program.variables, name)
    made = Program(names, program.constants, steps, place(program.root))
    return cut(replace(case, point=(*case.point, value(case, i))), made)


def value(case: Case, i: int) -> float:
    """The float of one node."""
    nodes: list[float] = [*map(float, case.point), *map(float, case.program.constants)]
    for name, *args in case.program.steps[: i + 1 - len(nodes)]:
        nodes.append(FLOATS.forward(OPS[name], [nodes[j] for j in args]))
    return nodes[i]


merged = bypassed  # variable a becomes variable b


def cut(case: Case, program: Program) -> Case:
    """The case without what the root no longer uses."""
    smaller, kept = pruned(program)
    if not smaller.variables and program.variables:
        smaller, kept = pruned(replace(program, variables=program.variables), keep=True)
    return replace(case, program=smaller, point=tuple(case.point[k] for k in kept))


def simpler_points(case: Case, dtype: str) -> Iterator[Case]:
    for k, x in enumerate(case.point):
        for simpler in simpler_numbers(x, dtype):
            yield replace(case, point=(*case.point[:k], simpler, *case.point[k + 1 :]))


def simpler_constants(case: Case, dtype: str) -> Iterator[Case]:
    constants = case.program.constants
    for k, x in enumerate(constants):
        for simpler in simpler_numbers(x, dtype):
            made = replace(case.program, constants=(*constants[:k], simpler, *constants[k + 1 :]))
            yield replace(case, program=made)


def simpler_numbers(x: Any, dtype: str) -> Iterator[Any]:
    """Numbers that are simpler to read than x, the simplest first."""
    nearest = FORMATS[dtype].nearest
    if isinstance(x, int):
        yield from (c for c in (1, 2, 3, -1, -2, 0) if cost(c, dtype) < cost(x, dtype))
        return
    if not math.isfinite(x):
        large = [1e3, 1e200, 1e300] if dtype == "float64" else [1e3, 1e30]
        yield from (math.copysign(way, x) for way in large)
        return
    ways = [1.0, 2.0, 3.0, 0.5, -1.0, -2.0, 0.0, float(round(x)) if abs(x) < 1e15 else x, -x]
    ways += [float(f"{x:.{k}g}") for k in (1, 2, 3)]
    if x:
        power = round(math.log10(abs(x)))
        ways += [math.copysign(10.0**k, x) for k in (power, power // 2) if k < 309]
    normal = FORMATS[dtype].normal
    if 0 < abs(x) < normal:  # the simplest normal number that is nearly as small
        ways += [math.copysign(10.0 ** (math.ceil(math.log10(normal)) + 2), x)]
    if 0 < abs(abs(x) - 1) < 0.01:  # 1.01, 0.999
        beside = math.copysign(1.0, abs(x) - 1)
        ways += [math.copysign(1 + beside * 10.0**-k, x) for k in (2, 3, 4)]
    if 1 < abs(x) < 1e4:
        ways += [float(f"{x / 2:.2g}")]
    if 1 < abs(x) < 1e15:  # between the poles of gamma
        ways += [math.trunc(x) + 0.5, float(f"{x:.1g}") + 0.5]
    for way in sorted({nearest(w) for w in ways}, key=lambda w: cost(w, dtype)):
        if cost(way, dtype) < cost(x, dtype):
            yield way


def cost(x: Any, dtype: str = "float64") -> tuple[bool, int, int, float]:
    """How hard a number is to read: a subnormal one, significant digits, then sign and length."""
    form = FORMATS[dtype]
    text = form.text(x)
    digits = text.lstrip("-").split("e")[0].replace(".", "").strip("0") or "0"
    return 0 < abs(x) < form.normal, len(digits), len(text), abs(x)
