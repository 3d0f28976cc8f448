"""Every shape of a graph: what goes wrong between the rows rather than inside one.

- `cases(operations, seed)` are (program, points, backwards): sharing, fan-out, diamonds, skips,
  equal leaves, zero nodes, chains of thousands, a leaf as the root, unused variables, many
  variables, repeated calls, repeated backward runs, a second graph on the same engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ..programs import Made, Program, ProgramBuilder
from .sample_numbers import Dice, ordinary

FEW = [(0.5,), (2.0,), (-1.5,), (0.0,), (1.0,), (3.0,), (-0.25,)]
TWO = [(2.0, 3.0), (-1.0, 0.5), (0.0, 1.5), (1.5, 0.0), (2.0, 2.0), (0.0, 0.0), (-3.0, -0.25),
       (1, 2)]  # fmt: skip
THREE = [(2.0, 3.0, 5.0), (-1.0, 0.5, 2.0), (0.0, 1.5, -2.0), (1.0, 1.0, 1.0), (3, 1, 2)]
EVERYDAY: dict[int, Sequence[Sequence[Any]]] = {1: FEW, 2: TWO, 3: THREE}
CHAINS = (10, 60, 150)
NEIGHBOURS = [(1.0, 1.0 + 2.0**-30), (1.25, 1.25 - 1e-9), (1e8, 1e8 + 1), (0.1, 0.3 / 3),
          (-3.0, -3.0000001)]  # fmt: skip
TWINS = [(0.5, 0.501), (0.5, 0.5 + 1e-7), (1.25, 1.25 + 1e-10), (3.0, 3.0 + 1e-12), (-1.0, -2.0),
         (-1, -2), (1, 1.5), (2.5, -2.5), (0, 0.5), (-0.0, 2.0), (2**60 + 1, 2.0),
         (2**61 - 1, 0.5)]  # fmt: skip  # what a table of constants may take for one
FANS = (2, 3, 4, 5, 6, 8, 9, 12, 16, 17, 32, 33, 64, 65, 100, 257)


def cases(offered: frozenset[str], seed: int = 0) -> Iterator[Made]:
    """Small shapes first; then fans and chains, ever larger."""
    yield from leaf_roots()
    yield from cancelling()
    for program in small():
        yield program, EVERYDAY[len(program.variables)], 1
    for program in small():
        yield program, EVERYDAY[len(program.variables)][:3], 2
        yield program, EVERYDAY[len(program.variables)][:2], 5
    for pair in TWINS:
        yield two_constants(*pair), TWO[:3], 1
    yield from several_variables(seed)
    for n in FANS:
        yield fan_of_products(n), FEW[:4], 1
        yield fan_of_sums(n), FEW[:4], 1
        yield fan_inside(n), FEW[:4], 1
        yield ladder(min(n, 40)), [(1.0,), (-1.0,), (0.5,)], 1
    for n in CHAINS:
        yield from chains(n, offered)
    for n in (12, 40):
        yield small_square(), FEW[:2], n
    for name in ("mul", "div", "sub", "add"):
        yield beside_a_constant(name), FEW[:3], 1
    for n in (5, 9, 17, 40, 120, 129, 257, 300):
        yield many_variables(n), [tuple(ordinary(Dice(i)) for i in range(n))], 1
        yield many_variables(n), [tuple([1.0] * n), tuple(range(1, n + 1))], 1


def leaf_roots() -> Iterator[Made]:
    """A variable as the root, unused variables, a root that is also an argument elsewhere."""
    yield Program(("x",), (), (), 0), FEW + [(3,), (1e300,), (-0.0,)], 1
    yield Program(("x", "y"), (), (), 1), TWO, 1
    yield Program(("x",), (), (), 0), FEW[:2], 3
    yield Program(("x", "y"), (), (("mul", 0, 0),), 2), TWO, 1
    yield Program(("x", "y", "z"), (), (("mul", 0, 2),), 3), [(2.0, 3.0, 5.0), (1, 2, 3)], 1
    yield Program(("x", "y"), (), (("mul", 0, 1), ("add", 2, 0), ("neg", 3)), 2), TWO, 1
    yield Program(("x", "y"), (), (("mul", 0, 1), ("mul", 2, 2), ("add", 2, 3)), 3), TWO, 1


def cancelling() -> Iterator[Made]:
    """Differences of nearly equal numbers, and of their squares."""
    yield made(2, [("sub", 0, 1)]), NEIGHBOURS, 1
    yield made(2, [("mul", 0, 0), ("mul", 1, 1), ("sub", -2, -1)]), NEIGHBOURS, 1
    yield made(2, [("sub", 0, 1), ("div", -1, 0)]), NEIGHBOURS, 1


def small_square() -> Program:
    return made(1, [("mul", 0, 0), ("mul", -1, 0), ("add", -1, -2)])


def beside_a_constant(name: str) -> Program:
    """x*(c*d) + c*d and the like: a part that no variable is in, which plain numbers compute."""
    b = ProgramBuilder(["x"])
    f = b.step(name, b.constant(0.7), b.constant(1.3))
    return b.program(b.step("add", b.step("mul", 0, f), f))


def small() -> Iterator[Program]:
    """Sharing, one operand twice, diamonds, cancellation, nodes of value 0, equal leaves."""
    x, y = 0, 1

    def one(*steps: Any) -> Program:
        return made(1, steps)

    yield one(("mul", x, x))
    yield one(("add", x, x))
    yield one(("mul", x, x), ("mul", -1, x))
    yield one(("mul", x, x), ("mul", -1, -1), ("add", -1, -2))
    yield one(("add", x, x), ("add", -1, -1), ("add", -1, -1))
    yield one(("mul", x, x), ("add", -1, x), ("mul", -1, -2))
    yield one(("sub", x, x), ("mul", -1, x), ("add", -1, x))
    yield one(("neg", x), ("add", -1, x), ("mul", -1, -2))
    yield one(("neg", x), ("neg", -1), ("mul", -1, -2), ("sub", -1, -3))
    yield one(("mul", x, x), ("neg", -1), ("mul", -2, -2), ("add", -1, -2), ("mul", -1, -4))
    yield made(2, [("mul", x, y), ("add", x, y), ("mul", -1, -2)])
    yield made(2, [("mul", x, y), ("mul", -1, x), ("mul", -1, y), ("add", -1, -3)])
    yield made(2, [("add", x, y), ("sub", x, y), ("mul", -1, -2), ("mul", -1, -1)])
    yield made(2, [("sub", x, y), ("mul", -1, -1), ("mul", -1, -2)])
    yield made(2, [("mul", x, y), ("neg", -1), ("add", -1, -2), ("mul", -1, x)])
    yield made(2, [("sub", x, y), ("sub", y, x), ("mul", -1, -2)])
    square = [("mul", -1, -2), ("mul", -1, -3), ("add", -1, -4)]
    yield made(2, [("add", x, y), ("add", -1, x), *square])
    yield made(2, [("mul", x, x), ("mul", y, y), ("mul", -1, -2), ("add", -1, -3), ("mul", -1, -4)])
    yield made(3, [("mul", x, y), ("mul", -1, 2), ("add", -1, -2), ("sub", -1, 0)])


def made(count: int, steps: Sequence[Any]) -> Program:
    """A program whose negative arguments count back from the step that they stand in."""
    names = ("x", "y", "z")[:count]
    done = tuple(
        (name, *[count + i + a if a < 0 else a for a in args])
        for i, (name, *args) in enumerate(steps)
    )
    return Program(names, (), done, count + len(done) - 1)


def two_constants(c: float, d: float) -> Program:
    """x*c + y*d, whose partials are the constants."""

    def body(b: ProgramBuilder) -> Any:
        return b.step("add", b.step("mul", 0, b.constant(c)), b.step("mul", 1, b.constant(d)))

    return built(body, 2)


def fan_of_products(n: int) -> Program:
    """u = x*1.5 used n times: u*1 + u*2 + ... (made in a chain of sums)."""

    def body(b: ProgramBuilder) -> Any:
        u = b.step("mul", 0, b.constant(1.5))
        total = b.step("mul", u, b.constant(1.0))
        for k in range(2, n + 1):
            total = b.step("add", total, b.step("mul", u, b.constant(float(k))))
        return total

    return built(body)


def fan_of_sums(n: int) -> Program:
    """x added to itself n times."""

    def body(b: ProgramBuilder) -> Any:
        total: Any = 0
        for _ in range(n):
            total = b.step("add", total, 0)
        return total

    return built(body)


def fan_inside(n: int) -> Program:
    """u = x*x with n consumers, each of which is used again."""

    def body(b: ProgramBuilder) -> Any:
        u = b.step("mul", 0, 0)
        uses = [b.step("sub", u, b.constant(float(k))) for k in range(n)]
        total = uses[0]
        for v in uses[1:]:
            total = b.step("sub", v, total)
        return b.step("mul", total, u)

    return built(body)


def ladder(n: int) -> Program:
    """Diamonds on end: v = u + u, or u*u/2 where that stays bounded; 2^n paths."""

    def body(b: ProgramBuilder) -> Any:
        u: Any = 0
        for k in range(n):
            left = b.step("mul", u, b.constant(0.5))
            right = b.step("mul", u, b.constant(0.25 if k % 2 else 0.5))
            u = b.step("add", left, right)
        return u

    return built(body)


def several_variables(seed: int) -> Iterator[Made]:
    """Three to five variables, used out of order, some equal, some zero."""
    for n in (3, 4, 5):
        b = ProgramBuilder([f"x{i}" for i in range(n)])
        u: Any = n - 1
        for k in range(n - 2, -1, -1):
            u = b.step("mul", u, k) if k % 2 else b.step("sub", k, u)
        program = b.program(b.step("add", u, b.step("mul", u, n // 2)))
        dice = Dice(f"several {seed} {n}")
        points: list[tuple[Any, ...]] = [tuple(ordinary(dice) for _ in range(n)) for _ in range(4)]
        points += [(1.0,) * n, (0.0,) * n, (2.0, *[0.0] * (n - 1)), tuple(range(2, n + 2))]
        yield program, points, 1
        yield program, points[:2], 2


def many_variables(n: int) -> Program:
    """Each variable with a weight of its own, and with its neighbour."""
    b = ProgramBuilder([f"x{i}" for i in range(n)])
    total: Any = b.step("mul", 0, b.constant(0.5))
    for k in range(1, n):
        total = b.step("add", total, b.step("mul", k, b.constant(float(k + 1))))
        if k % 3 == 0:
            total = b.step("add", total, b.step("mul", k, k - 1))
    return b.program(total)


# --- chains of hundreds, thousands and tens of thousands ------------------------------------------

DEEP = (1100, 400, 3000, 10_000)  # Python's own limit of recursion first
LONG = (40_000, 70_000)  # beyond what 16 bits count


def deep(offered: frozenset[str]) -> Iterator[Made]:
    """Chains of hundreds and thousands."""
    yield chain_of_sums(DEEP[-1]), [(0.5,)], 1  # the longest first: depth alone may be the fault
    for n in DEEP:
        yield from chains(n, offered)
    for n in LONG:
        yield chain_of_sums(n), [(0.5,)], 1


def chains(n: int, offered: frozenset[str]) -> Iterator[Made]:
    """Chains of n links; the second backward run too."""
    yield chain_of_sums(n), [(0.5,)], 1
    yield chain_of_halves(n), [(2.0,)], 1
    for name in ("tanh", "relu", "sin", "sigmoid", "abs", "max"):
        if name in offered:
            yield chain_of(name, n), [(0.5,), (-2.0,)], 1
            break
    yield skips(n), [(0.5,)], 1
    yield chain_of_sums(n), [(0.5,)], 3
    yield chain_of_products(n), [(0.5,)], 1


def chain_of_sums(n: int) -> Program:
    def body(b: ProgramBuilder) -> Any:
        u: Any = b.step("mul", 0, 0)
        for _ in range(n):
            u = b.step("add", u, b.constant(1.0)) if n < 200 else b.step("add", u, 0)
        return u

    return built(body)


def chain_of_products(n: int) -> Program:
    """Products with -1 and 1 in turn, so that nothing grows."""

    def body(b: ProgramBuilder) -> Any:
        u: Any = 0
        minus = b.constant(-1.0)
        for _ in range(n):
            u = b.step("mul", u, minus)
        return u

    return built(body)


def chain_of_halves(n: int) -> Program:
    """u = u/2 + x: converges to 2x."""

    def body(b: ProgramBuilder) -> Any:
        u: Any = 0
        half = b.constant(0.5)
        for _ in range(n):
            u = b.step("add", b.step("mul", u, half), 0)
        return u

    return built(body)


def chain_of(name: str, n: int) -> Program:
    """u = f(u)/2 + x/4, again and again."""

    def body(b: ProgramBuilder) -> Any:
        u: Any = 0
        half, quarter = b.constant(0.5), b.constant(0.25)
        for _ in range(n):
            f = b.step(name, u, half) if name == "max" else b.step(name, u)
            u = b.step("add", b.step("mul", f, half), b.step("mul", 0, quarter))
        return u

    return built(body)


def skips(n: int) -> Program:
    """u_k = u_{k-1}/2 - u_{k-3}/4, with x added at each: connections that skip."""

    def body(b: ProgramBuilder) -> Any:
        known: list[Any] = [0, b.step("neg", 0), b.step("mul", 0, 0)]
        half, quarter = b.constant(0.5), b.constant(0.25)
        for _ in range(n):
            far = b.step("mul", known[-3], quarter)
            known.append(b.step("sub", b.step("mul", known[-1], half), far))
        return b.step("add", known[-1], 0)

    return built(body)


def built(body: Callable[[ProgramBuilder], Any], count: int = 1) -> Program:
    b = ProgramBuilder(["x", "y"][:count])
    return b.program(body(b))
