"""How far the float rows are from the truth, over their whole domains.

    python tests/accuracy.py --points 2000           # the table of worst ulps
    python tests/accuracy.py --points 2000 --markdown docs/accuracy.md
    python tests/accuracy.py --rounding              # the rounding balls, 10,000 expressions
    python tests/accuracy.py --exact                 # exact gradients, 10,000 (expression, point)
    python tests/accuracy.py --speed                 # microseconds a call

An ulp is max(2^-1074, 2^(e-52)); a result beyond the largest float should be inf.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from flint import arb, ctx
from points import points
from reference import truth

from symgrad.arithmetic.floats import FLOATS
from symgrad.ops import OPS, Op

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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=list(OPS))
    parser.add_argument("--points", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--markdown", type=Path)
    chosen = parser.parse_args()
    start = perf_counter()
    lines = table(chosen.names, chosen.points, chosen.seed)
    print(f"{perf_counter() - start:.0f} s")
    if chosen.markdown:
        chosen.markdown.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
