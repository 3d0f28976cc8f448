"""How far the float rows are from the truth, over their whole domains.

    python tests/accuracy.py --points 2000           # the table of worst ulps
    python tests/accuracy.py --points 2000 --markdown tests/data/accuracy.md
    python tests/accuracy.py --rounding              # the rounding balls, 10,000 expressions
    python tests/accuracy.py --exact                 # exact gradients, 10,000 (expression, point)
    python tests/accuracy.py --speed                 # microseconds a call

An ulp is max(2^-1074, 2^(e-52)); a result beyond the largest float should be inf.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

from flint import arb, ctx

from symgrad.arithmetic.floats import FLOATS
from symgrad.arithmetic.rounding import ROUNDING
from symgrad.engine import Tape, forward, gradient
from symgrad.errors import OutOfDomain, Undecided
from symgrad.ops import OPS, Op
from symgrad.verification.exact_gradient import exact_gradient, exact_value

if not __package__:  # run as a script
    sys.path.insert(0, str(Path(__file__).parent.parent))
    __package__ = "tests"

from .forward_mode import nearest_float, value_and_slope
from .points import points
from .random_graphs import Case, random_case
from .reference import truth

LARGEST = arb(2) ** 1024
PARTIAL_ULPS = 4.0


def ulp(true: arb) -> arb:
    mantissa, exponent = true.mid().man_exp()
    e = int(exponent) + int(mantissa).bit_length() - 1
    return arb(2) ** max(-1074, e - 52)


def error(computed: float, true: arb) -> float:
    """How many ulps the float is off; inf stands for 2^1024."""
    ctx.prec = 400
    if computed != computed:
        return math.inf
    if abs(true) < arb(2) ** -1150:
        return abs(computed) / 5e-324
    true = max(-LARGEST, min(LARGEST, true.mid()))
    computed_ball = LARGEST * math.copysign(1, computed) if math.isinf(computed) else arb(computed)
    unit = ulp(min(abs(true), arb(1.7976931348623157e308)))
    return float((abs(computed_ball - true) / unit).mid())


@dataclass
class Worst:
    """The largest error of one rule, and where."""

    ulps: float = 0.0
    x: tuple[float, ...] = ()
    tried: int = 0
    over: list = field(default_factory=list)

    def see(self, ulps: float, x: tuple[float, ...], allowed: float) -> None:
        self.tried += 1
        if ulps > self.ulps:
            self.ulps, self.x = ulps, x
        if ulps > allowed:
            self.over.append((ulps, x))


def measured(op: Op, count: int, seed: int = 0) -> list[Worst]:
    """The worst of the forward and of each partial of one row over `count` points of its domain."""
    worst: list[Worst] = [Worst()]
    tried = 0
    for x in points(op, 12 * count, seed):
        true = truth(op.name, x)
        if true is None:
            continue
        tried += 1
        y = FLOATS.forward(op, x)
        worst[0].see(error(y, true[0]), x, op.ulps)
        for i, (p, q) in enumerate(zip(FLOATS.partials(op, y, x), true[1])):
            at = 1 if op.arity is None else i + 1
            worst += [Worst() for _ in range(at + 1 - len(worst))]
            if q is not None and not (p is None and q == 0):
                worst[at].see(math.inf if p is None else error(p, q), x, PARTIAL_ULPS)
        if tried == count:
            break
    return worst


def table(names: Iterable[str], count: int, seed: int = 0) -> list[str]:
    """The figures as the rows of a Markdown table, and the failures."""
    lines = ["| operation | allowed | value | partials | points |", "|---|---|---|---|---|"]
    for name in names:
        worst = measured(OPS[name], count, seed)
        cells = [f"{w.ulps:.2f}" for w in worst]
        partials = ", ".join(cells[1:])
        line = f"| `{name}` | {OPS[name].ulps:g} | {cells[0]} | {partials} | {worst[0].tried} |"
        lines.append(line)
        print(line, flush=True)
        for i, w in enumerate(worst):
            for ulps, x in sorted(w.over, reverse=True)[:3]:
                print(f"    OVER {'value' if i == 0 else f'partial {i - 1}'} {ulps:.3g} at {x}")
    return lines


def rounding_table(count: int) -> None:
    """Violations of the rounding balls, and how much wider they are than the error."""
    wider: dict[str, list[float]] = {"value": [], "gradient": []}
    outside = unbounded = 0
    for seed in range(count):
        for which, inside, ratio in bounded(random_case(seed, 5 + seed % 46)):
            outside += not inside
            unbounded += ratio == math.inf
            wider[which].append(ratio)
    print(f"{count} expressions: {outside} outside their ball, {unbounded} balls unbounded")
    for which, ratios in wider.items():
        print(f"  median radius over error of a {which}: {statistics.median(ratios):.1f}")


def bounded(case: Case) -> Iterator[tuple[str, bool, float]]:
    """For the value and each partial: is the float inside its ball, and radius over error."""
    tape, point = case.tape, case.point
    values = forward(tape, FLOATS, point)
    balls = forward(tape, ROUNDING, {k: ROUNDING.literal(v) for k, v in point.items()})
    slopes, slope_balls = gradient(tape, FLOATS, values), gradient(tape, ROUNDING, balls)
    for name in (None, *point):
        true = nearest_float(partial(second_opinion, tape, point, name or ""))
        number = values[tape.roots[0]] if name is None else slopes[name]
        ball = (balls[tape.roots[0]] if name is None else slope_balls[name]).ball
        yield "value" if name is None else "gradient", *judged(number, ball, true)


def judged(number: float, ball: arb, true: float | None) -> tuple[bool, float]:
    """Inside (an unbounded ball holds everything), and radius over error, at least half an ulp."""
    if not ball.is_finite():
        return True, math.inf
    inside = math.isfinite(number) and bool(ball.contains(arb(number)))
    if true is None or not math.isfinite(true):
        return inside, 0.0
    floor = arb(math.ulp(true)) / 2
    error = abs(arb(number) - true)
    return inside, float(ball.rad() / (error if error > floor else floor))


def second_opinion(tape: Tape, point: dict[str, float], name: str) -> arb:
    """The true partial by that variable; the value for no name."""
    return value_and_slope(tape, point, name)[name != ""]


def exact_table(count: int) -> None:
    """Exact values and gradients against forward mode over definitions of their own."""
    right = wrong = skipped = 0
    for seed in range(count):
        case = random_case(f"exact {seed}", 3 + seed % 25)
        for name, mine, theirs in compared(case):
            skipped += theirs is None
            right += mine == theirs
            if theirs is not None and mine != theirs:
                wrong += 1
                print("    WRONG", seed, name, mine, theirs)
    print(f"{count} pairs: {right} numbers right, {wrong} wrong, {skipped} without second opinion")


def compared(case: Case) -> Iterator[tuple[str, Any, float | None]]:
    """Value and partials: ours, and the second opinion's (None: it has none)."""
    tape, point = case.tape, case.point
    yield "", answer(exact_value, case), nearest_float(partial(second_opinion, tape, point, ""))
    mine = answer(exact_gradient, case)
    theirs = {n: nearest_float(partial(second_opinion, tape, point, n)) for n in tape.variables}
    if not isinstance(mine, dict):  # no gradient: right, if there is a partial that does not exist
        mine = dict.fromkeys(theirs, mine)
        theirs = dict.fromkeys(theirs) if None in theirs.values() else theirs
    for name in theirs:
        yield name, mine[name], theirs[name]


def answer(function: Callable, case: Case) -> Any:
    try:
        return function(case.tape, case.point)
    except (OutOfDomain, Undecided) as error:
        return error


def speed(names: Iterable[str]) -> None:
    """Microseconds a call of forward and partials, the median over the row's points."""
    for name in names:
        op, times = OPS[name], []
        for x in [x for x in points(op, 400, 1) if truth(name, x)][:100]:
            y = FLOATS.forward(op, x)
            start = perf_counter()
            for _ in range(20):
                FLOATS.forward(op, x)
            middle = perf_counter()
            for _ in range(20):
                FLOATS.partials(op, y, x)
            times.append(((middle - start) / 20e-6, (perf_counter() - middle) / 20e-6))
        value, slope = zip(*times)
        print(f"{name:16} value {statistics.median(value):6.2f} worst {max(value):7.1f}   "
              f"partials {statistics.median(slope):6.2f} worst {max(slope):7.1f}")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=list(OPS))
    parser.add_argument("--points", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--markdown", type=Path)
    parser.add_argument("--count", type=int, default=10_000, help="expressions to try")
    for part in ("rounding", "exact", "speed"):
        parser.add_argument(f"--{part}", action="store_true")
    chosen = parser.parse_args()
    start = perf_counter()
    if chosen.rounding:
        rounding_table(chosen.count)
    elif chosen.exact:
        exact_table(chosen.count)
    elif chosen.speed:
        speed(chosen.names)
    else:
        lines = table(chosen.names, chosen.points, chosen.seed)
        if chosen.markdown:
            chosen.markdown.write_text("\n".join(lines) + "\n")
    print(f"{perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
