"""Prints our derivative beside the shortest of five computer algebra systems, row by row.

python tests/formula_table.py            # the table and its summary
python tests/formula_table.py --own      # forty textbook functions more, no rivals
"""

from __future__ import annotations

import csv
import sys
import time
from functools import cache
from pathlib import Path
from typing import NamedTuple

from symgrad.formula import Formula, derivative
from symgrad.language import graph_of
from symgrad.limits import Limits
from symgrad.notation import text

DATA = Path(__file__).parent / "data"


class Row(NamedTuple):
    """One line of the table."""

    expression: str
    variable: str
    shortest: int
    found: Formula
    seconds: float

    @property
    def shown(self) -> str:
        return text(self.found.root)

    @property
    def length(self) -> int:
        return len(self.shown.replace(" ", ""))


@cache
def rows(name: str = "formula.csv") -> list[Row]:
    """The rows of a file: `formula_exercises.csv` has calculus books' exercises, and the shortest
    that SymPy's simplify, factor, cancel, trigsimp and six others make of each.
    """
    with (DATA / name).open(encoding="utf-8") as file:
        return [
            row(r["expression"], r["variable"], int(r["shortest_len"]))
            for r in csv.DictReader(file)
        ]


def row(expression: str, variable: str, shortest: int = 0, order: int = 1) -> Row:
    root = graph_of(expression).root
    start = time.perf_counter()
    found = derivative(root, variable, order, limits=Limits.library)
    return Row(expression, variable, shortest, found, time.perf_counter() - start)


def summary(table: list[Row]) -> dict[str, float]:
    """Shares in percent: no longer than the shortest, at most 3 more, shorter."""
    excess = [r.length - r.shortest for r in table]
    share = lambda hits: 100 * sum(hits) / len(excess)
    return {
        "no longer": share(d <= 0 for d in excess),
        "at most 3 more": share(d <= 3 for d in excess),
        "shorter": share(d < 0 for d in excess),
    }


def line(r: Row) -> str:
    beside = (
        f"{r.length:3d} {r.shortest:3d} {'+' * max(0, min(9, r.length - r.shortest)):9s} "
        if r.shortest
        else ""
    )
    notes = f"   [{'; '.join(r.found.notes)}]" if r.found.notes else ""
    return f"{beside}{1000 * r.seconds:5.0f} ms  {r.expression:28s} {r.shown}{notes}"


OWN = """
x^2 - 1|x;(x^2+1)/(x^2-1)|x;x^3/(x-1)^2|x;1/(x^2+1)|x;sqrt(x^2+1)|x;x*sqrt(1-x^2)|x;1/(x*sqrt(x))|x
sin(x)*cos(x)|x;sin(x)^2|x;tan(x)|x;sec(x)|x;sin(2*x+1)^3|x;x*cos(x)-sin(x)|x;e^(x^2)|x;x^2*e^(-x)|x
e^(-x^2/2)/sqrt(2*pi)|x;2^x|x;x^x|x;x^y|x;x^y|y;ln(x^2+1)|x;ln(x)/x|x;ln(abs(x))|x;log10(x)|x
abs(x)|x;abs(x^2-1)|x;x*abs(x)|x;sigmoid(x)|x;sigmoid(w*x+b)|w;tanh(x*w+b)|x;tanh(x*w+b)|w
tanh(x*w+b)|b;softplus(x)|x;gelu(x)|x;silu(x)|x;max(x,y)|x;max(x,y,z)|y;if(x>0,x^2,-x)|x;relu(w*x+b)|w
gamma(x)|x;x!|x;besselj0(x)|x;atan2(y,x)|x;atan2(y,x)|y;atan(x)|x;asin(x)|x;acosh(x)|x;atan(1/x)|x
atan(x)+atan(1/x)|x;hypot(x,y)|x;sqrt(x)+cbrt(x)|x;0.5*x^2+0.3*x|x;(y-a*x-b)^2|a;1/(1+e^(-x))|x
erf(x)|x;x*ln(x)-x|x;(x^2+1)^x|x;sinc(x)|x;logaddexp(x,y)|x;-(p*ln(q)+(1-p)*ln(1-q))|q
sqrt(x+sqrt(x))|x;sin(x)/x|x;cos(x)/sin(x)|x;ln(sin(x))|x;ln(x+sqrt(x^2+1))|x;e^(sin(x))|x;mish(x)|x
a*x^2+b*x+c|x;x/(1+abs(x))|x;k*x/(1+k*x)|x;sin(x)*e^x*x^2|x;(x+1)*(x+2)*(x+3)|x;sqrt(x)*(x-1)|x;clamp(x,0,1)|x
e^x+e^(-x)|x;tan(x)^2|x;sec(x)*tan(x)|x;ln(sec(x)+tan(x))|x;x^2*sin(1/x)|x;(1+1/x)^x|x;1/(1+x)^2|x;x^(1/3)|x
"""


@cache
def own() -> list[Row]:
    pairs = [p.split("|") for line in OWN.split("\n") if line for p in line.split(";")]
    return [row(expression, variable) for expression, variable in pairs]


def main(arguments: list[str]) -> None:
    table = own() if "--own" in arguments else rows()
    for r in table:
        print(line(r))
    times = sorted(1000 * r.seconds for r in table)
    mean, p90 = sum(times) / len(times), times[int(0.9 * len(times))]
    print(f"mean {mean:.0f} ms, p90 {p90:.0f} ms, most {times[-1]:.0f} ms")
    if "--own" not in arguments:
        print("  ".join(f"{name}: {share:.1f} %" for name, share in summary(table).items()))


if __name__ == "__main__":
    main(sys.argv[1:])
