"""Plant one mistake of each code at each place of textbook functions; count how many are named.

    python -m tests.homework_mistakes            5,000 planted mistakes, a table of what was found
    python -m tests.homework_mistakes --count 300

Each wrong derivative is a sweep in the arithmetic of graphs with one wrong line, rewritten in an
equivalent form at random and handed over as text. The wrong lines below are written for this
script: nothing of `symgrad.homework.mistakes` is used, so that a code is found, not echoed.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import symgrad as sg
from symgrad import notation
from symgrad.arithmetic.balls import BALLS, precision
from symgrad.engine import Tape, forward, order
from symgrad.homework.comparing import compared
from symgrad.homework.sought import Sought, sought
from symgrad.homework.variations import unshared
from symgrad.limits import Limits
from symgrad.ops import OPS
from symgrad.value import Graphs, Value, is_literal, tidy

FUNCTIONS = """
x^2*sin(x); x^3*cos(2*x); x*ln(x); x*e^x; x^2*e^(3*x); e^x*sin(x); e^(-x)*cos(x); sin(x)*cos(x)
x^2*ln(x); sqrt(x)*ln(x); x*sqrt(x+1); (x^2+1)*e^x; (2*x+1)*sin(x); x*atan(x); x^2*tan(x)
(x+1)/(x-1); x/(x^2+1); sin(x)/x; e^x/x; ln(x)/x; x^2/(x+3); (2*x+1)/(3*x-2); cos(x)/(1+sin(x))
x/e^x; (x^2-1)/(x^2+1); tan(x)/x; sqrt(x)/(x+1); e^x/(1+e^x); x^3/(x-2); (1-x)/(1+x); ln(x)/x^2
sin(x^2); cos(3*x); e^(x^2); e^(-2*x); ln(x^2+1); sqrt(x^2+1); (x^2+1)^5; (3*x-1)^4; sin(x)^2
cos(x)^3; tan(2*x); sec(3*x); atan(2*x); asin(x/2); ln(sin(x)); e^sin(x); sin(e^x); sqrt(1-x^2)
ln(ln(x)); sin(cos(x)); (e^x+1)^3; sqrt(sin(x)+2); tan(x^2); cosh(2*x); sinh(x^2); tanh(3*x)
1/x; 1/x^2; 1/(x^2+1); 1/(1+e^(-x)); 1/sin(x); 1/sqrt(x); 3/x^4; 5/(2*x+1); 1/(x+1)^2; 2/ln(x)
x^5; 3*x^4; x^3-2*x; 4*x^3+3*x^2-7*x+2; x^2+5; 7*x-3; x^7/7; 2*sqrt(x); x^(3/2); x^(-2); 5*x^(2/3)
2^x; 3^x; 10^x; 2^(3*x); x*2^x; 5^(x^2); x^x; log10(x); log2(x); log10(x^2+1); 3^x+x^3; x*log10(x)
sin(x)+cos(x); 3*sin(x)-2*cos(x); e^x+ln(x); x+1/x; sqrt(x)+1/sqrt(x); tan(x)-x; x^2+sin(3*x)+4
sin(2*x)*cos(3*x); x*sin(x^2); x^2*e^(-x^2); e^x*ln(x^2+1); (x^2+1)^3*(x-1); x*sqrt(1-x^2)
sin(x)^2*cos(x); e^(2*x)*sin(3*x); ln(x)*sin(x); x*e^(-x/2); x*cos(pi*x); e^x*tan(x); x^3*atan(x)
sin(x)/(1+cos(x)); e^(2*x)/(x^2+1); (x^2+1)^2/(x-1); ln(x^2+1)/x; sqrt(x+1)/x; x*e^x/(x+1)
sin(3*x)/cos(2*x); (x*sin(x))/(x+1); x/sqrt(x^2+1); e^(-x)/(1+x); tan(x)/(1+x^2)
(1+sin(x))/(1-sin(x))
sin(x^2+1)^3; e^(sin(2*x)); ln(cos(3*x)+2); sqrt(1+e^(2*x)); cos(sqrt(x)); (1+sqrt(x))^4; sin(ln(x))
atan(e^x); atan(x^2); asin(x)*x; acos(2*x); asinh(x); acosh(x); atanh(x/2); sinh(x)*cosh(x); sech(x)
csc(2*x); cot(x^2); sec(x)*tan(x); csc(x)+cot(x); x*sec(x); sec(x)^3; cot(x)/x; ln(sec(x)+tan(x))
a*x^2+b*x+c; a*sin(b*x); a*e^(k*x); (a*x+b)^3; x/(x+a); a^x; x^n; ln(a*x); sqrt(a^2-x^2); e^(-x^2/a)
a*cos(x)+b*sin(x); x^2*y^3; sin(x*y); x*e^(x*y); ln(x+y); x*y/(x+y); sqrt(x^2+y^2); y^2*cos(x)
pi^2+x; e^2*x; pi*x^2; x^3+pi; 2*pi*x; sin(pi*x); x^2+e^3; ln(3)*x; x^2-ln(2); sqrt(2)*x^2+sqrt(3)
cbrt(x); cbrt(x^2+1); root(x+2,4); x*cbrt(x); sqrt(sqrt(x)+1); sqrt(3*x); sqrt(x)*sin(x); 1/cbrt(x)
x^2*sin(x)*e^x; x*ln(x)*cos(x); (x+1)*(x+2)*(x+3); x*e^x*sin(x); ln(x)^2
1/ln(x)^2; e^x/x^2; e^(1/x)
""".replace("\n", ";").split(";")  # fmt: skip
LIMITS = Limits.student


@dataclass(slots=True)
class Node:
    """One node in the arithmetic of graphs."""

    name: str
    y: Value
    x: tuple[Value, ...]
    dx: tuple[Value, ...]
    v: Value
    vary: tuple[bool, ...]
    bare: bool  # whether the inner function is the variable itself

    def of(self, z: Value) -> Value:
        """g(z)."""
        return GRAPHS.node(OPS[self.name], (z, *self.x[1:]))

    def slope(self, z: Value) -> Value:
        """g'(z)."""
        y = self.of(z)
        return GRAPHS.lift(OPS[self.name].partials[0](GRAPHS, y, z, *self.x[1:]))  # type: ignore[misc]


GRAPHS = Graphs()
PAIRS = {
    "sin": "cosh sin", "cos": "sin sinh", "tan": "sec", "sec": "tan", "csc": "cot", "cot": "csc",
    "sinh": "cos", "cosh": "sin", "tanh": "tan", "sech": "sec", "asin": "atan",
    "atan": "asin atanh",
    "acos": "asin", "asinh": "asin", "acosh": "acos", "atanh": "atan",
}  # fmt: skip
ONE_ARGUMENT = {n for n, o in OPS.items() if o.arity == 1 and o.partials[0] and n != "neg"}
POWERS = ("powi", "powr", "sqrt", "cbrt")


def planted(n: Node) -> Iterator[tuple[str, Any]]:
    """Every code that can be planted at a node, with the wrong tangent."""
    g, (a, b), (da, db) = GRAPHS, (n.x + n.x)[:2], (n.dx + n.dx)[:2]
    if n.name == "mul" and all(n.vary):
        yield "product_rule_missing_term", da * b
        yield "product_rule_missing_term", a * db
        yield "product_of_derivatives", da * db
        yield "product_rule_mixed", da * a + db * b
        yield "product_rule_mixed", da * b - a * db
        yield "product_rule_mixed", da + b
    elif n.name == "mul":
        yield "constant_factor", db if n.vary[1] else da
    elif n.name == "div" and all(n.vary):
        top = da * b - a * db
        yield "quotient_order", (a * db - da * b) / g.powi(b, 2)
        yield "quotient_of_derivatives", da / db
        yield "quotient_denominator_not_squared", top / b
        yield "quotient_wrong_denominator", top / g.powi(a, 2)
        yield "quotient_wrong_denominator", top / g.powi(b, 3)
        yield "sign", (da * b + a * db) / g.powi(b, 2)
    elif n.name == "div" and n.vary[1]:
        yield "quotient_order", a * db / g.powi(b, 2)
        if not n.bare:
            yield "chain_rule", -(a / g.powi(b, 2))
    elif n.name == "div":
        yield "constant_factor", da
    elif n.name == "add" and n.vary[1]:
        yield "sign", da - db
    elif n.name == "sub" and n.vary[1]:
        yield "sign", da + db
    elif n.name == "neg":
        yield "sign", da
    elif n.name in POWERS or (n.name == "pow" and n.vary == (True, False)):
        yield from planted_power(n)
    elif n.name == "pow" and n.vary == (False, True):
        yield "power_rule_on_exponential", b * n.y / a
        yield "power_rule_on_exponential", b * n.y / a * db
        yield "exponential_rule", n.y * db
        if not n.bare:
            yield "chain_rule", n.y * g.log(a)
    elif n.name == "pow":
        yield "power_rule_on_exponential", b * n.y / a * da
        yield "exponential_rule", n.y * g.log(a) * db
    elif n.name in ONE_ARGUMENT:
        yield from planted_function(n)


def planted_power(n: Node) -> Iterator[tuple[str, Any]]:
    u, du = n.x[0], n.dx[0]
    k = {"sqrt": GRAPHS.ratio(1, 2), "cbrt": GRAPHS.ratio(1, 3)}.get(n.name) or n.x[1]
    below = n.y / u
    yield "power_rule", below * du
    yield "power_rule", (k - 1) * below * du
    yield "exponent_not_reduced", k * n.y * du
    yield "sign", -(k * below * du)
    if n.name == "sqrt":
        yield "missing_root", du / (2 * u)
    if not n.bare:
        yield "chain_rule", k * below
        yield "chain_rule_inner_only", n.slope(du)
        yield "chain_rule_inner_only", n.of(du)
        yield "inner_argument_lost", n.slope(n.v) * du


def planted_function(n: Node) -> Iterator[tuple[str, Any]]:
    u, du = n.x[0], n.dx[0]
    yield "sign", -(n.slope(u) * du)
    for other in PAIRS.get(n.name, "").split():
        slope = OPS[other].partials[0](GRAPHS, GRAPHS.node(OPS[other], (u,)), u)  # type: ignore[misc]
        yield "wrong_table_entry", slope * du
    if n.name in ("sin", "cos", "tan"):
        yield "degrees", n.slope(u) * du * (GRAPHS.pi() / 180)
    if n.name in ("log10", "log2"):
        yield "log_base", du / u
    if n.name == "exp":
        yield "power_rule_on_exponential", u * GRAPHS.exp(u - 1)
    if not n.bare:
        yield "chain_rule", n.slope(u)
        yield "chain_rule_inner_only", n.slope(du)
        yield "chain_rule_inner_only", du
        yield "chain_rule_inner_only", n.of(du)
        yield "inner_argument_lost", n.slope(n.v) * du
        yield "inner_argument_lost", n.slope(n.v)


def sweep(root: Value, wrt: str, at: Value | None = None, wrong: Any = None) -> tuple[Value, dict]:
    """Tangents forward in the arithmetic of graphs, one of them replaced; and every node."""
    tangent: dict[Value, Value] = {}
    nodes: dict[Value, Node] = {}
    zero, one = GRAPHS.literal(0), GRAPHS.literal(1)
    nodes_in_order = order([root])
    active = Tape.of([root], wrt=[wrt]).active
    varies = dict(zip(nodes_in_order, active))
    for node in nodes_in_order:
        if node.op is None:
            tangent[node] = one if node.label == wrt else zero
        else:
            dx = tuple(tangent[a] for a in node.args)
            last = node.op.name == "div" or (node.op.name == "pow" and varies[node.args[1]])
            inner = node.args[-1 if last else 0] if node.args else node
            nodes[node] = Node(
                node.op.name, node, node.args, dx, GRAPHS.variable(wrt),
                tuple(varies[a] for a in node.args), inner.label == wrt,
            )  # fmt: skip
            partials = GRAPHS.partials(node.op, node, node.args, [varies[a] for a in node.args])
            total = zero
            for p, a, t in zip(partials, node.args, dx):
                if p is not None and varies[a]:
                    total = total + GRAPHS.lift(p) * t
            tangent[node] = total
        if node is at:
            tangent[node] = wrong
    return tangent[root], {n: found for n, found in nodes.items() if varies[n]}


def whole(q: Sought) -> Iterator[tuple[str, Value]]:
    """Wrong answers that are made as a whole."""
    f, slope = q.f.root, q.f.backpropagated(q.wrt).root
    yield "copied", f
    yield "negative", -slope
    yield "constant_added", slope + GRAPHS.literal(3)
    yield "second_derivative", q.f.backpropagated(q.wrt, q.wrt).root
    for name in q.names:
        if name != q.wrt:
            yield "wrong_variable", q.f.backpropagated(name).root
    nodes = order([f])
    for node in nodes:
        users = [n for n in nodes if node in n.args]
        alone = not Tape.of([node], wrt=[q.wrt]).active[-1]
        if alone and any(u.op and u.op.name == "add" for u in users):
            yield "constant_kept", sweep(f, q.wrt, node, node)[0]
        if node.op and node.op.name == "pi":
            yield "constant_treated_as_variable", sweep(f, q.wrt, node, GRAPHS.literal(1))[0]
    slope = unshared(slope)[0] or slope
    for node in [n for n in order([slope]) if is_literal(n) and n.label > 1][:3]:
        yield "arithmetic_slip", substituted(slope, node, GRAPHS.literal(node.label + 1))


def substituted(root: Value, old: Value, new: Value) -> Value:
    made: dict[Value, Value] = {}
    for n in order([root]):
        made[n] = new if n is old else n
        if n.op:
            made[n] = GRAPHS.node(n.op, tuple(made[a] for a in n.args))
        elif isinstance(n.label, str):
            made[n] = GRAPHS.variable(n.label)
        elif n is not old:
            made[n] = GRAPHS.literal(n.label)
    return made[root]


# --- equivalent forms ---------------------------------------------------------------------------


def rewritten(root: Value, random: Random) -> Value:
    """The same function in another form: terms and factors swapped, fractions and signs moved."""
    new: dict[Value, Value] = {}
    for node in order([root]):
        if node.op is None:
            new[node] = node
            continue
        new[node] = other_form(node.op.name, tuple(new[a] for a in node.args), random)
    return new[root]


def other_form(name: str, x: tuple[Value, ...], random: Random) -> Value:
    plain = GRAPHS.node(OPS[name], x)
    if not x or random.random() < 0.5:
        return plain
    a, b = (x + x)[:2]
    match name:
        case "add" | "mul":
            return GRAPHS.node(OPS[name], (b, a))
        case "sub":
            return -b + a if random.random() < 0.5 else -(b - a)
        case "div":
            return a * GRAPHS.powi(b, -1) if random.random() < 0.3 else plain
        case "powi" if b.label == 2:
            return a * a
        case "tan":
            return GRAPHS.sin(a) / GRAPHS.cos(a)
        case "sec":
            return 1 / GRAPHS.cos(a)
        case "neg":
            return GRAPHS.literal(-1 * -1) * plain
    return plain


# --- the count ------------------------------------------------------------------------------------


@dataclass(slots=True)
class Count:
    """How often the planted code and place came out."""

    total: Counter = field(default_factory=Counter)
    found: Counter = field(default_factory=Counter)
    first_two: Counter = field(default_factory=Counter)
    placed: Counter = field(default_factory=Counter)
    with_place: Counter = field(default_factory=Counter)
    accepted: list = field(default_factory=list)
    missed: list = field(default_factory=list)
    unplaced: list = field(default_factory=list)


def cases(random: Random) -> Iterator[tuple[Sought, str, str, Value]]:
    """Question, code, place (or nothing) and the wrong derivative, all there are."""
    for text in FUNCTIONS:
        if not text.strip():
            continue
        q = sought(text.strip(), "x", 1, LIMITS)
        _, nodes = sweep(q.f.root, "x")
        for node, n in nodes.items():
            for code, wrong in planted(n):
                yield q, code, notation.text(node), sweep(q.f.root, "x", node, wrong)[0]
        for code, wrong in whole(q):
            yield q, code, "", wrong


def right(q: Sought, root: Value) -> bool:
    """Whether this is no wrong answer: right at least on a part, or nowhere defined."""
    q.started()
    return compared(root, q).verdict != "incorrect" or not has_value(q, root)


def has_value(q: Sought, root: Value) -> bool:
    tape = Tape.of([root])
    with precision(128):
        values = [forward(tape, BALLS, s.balls())[tape.roots[0]] for s in q.spots]
    return sum(bool(v.is_finite()) for v in values) >= 3


def counted(amount: int, seed: int = 1) -> Count:
    """Plant this many mistakes, drawn from all there are in several forms each."""
    random = Random(seed)
    pool = list(cases(random))
    random.shuffle(pool)
    count, k = Count(), 0
    while sum(count.total.values()) < amount:
        q, code, place, wrong = pool[k % len(pool)]
        k += 1
        if k > 3 * len(pool) + 5 * amount:
            break
        root = tidy([rewritten(wrong, random)], GRAPHS)[0]
        if right(q, root):
            continue
        judged(count, q, code, place, notation.text(root))
    return count


def judged(count: Count, q: Sought, code: str, place: str, answer: str) -> None:
    found = sg.check(q.f.text, answer, q.wrt)
    count.total[code] += 1
    if found.verdict not in ("incorrect", "equal_on_part"):
        count.accepted.append((q.f.text, code, place, answer, found.verdict, found.message))
        return
    codes = list(dict.fromkeys(m.code for m in found.mistakes))
    places = list(dict.fromkeys(m.place for m in found.mistakes if m.place))
    count.found[code] += code in codes
    count.first_two[code] += code in codes[:2]
    if code not in codes[:2]:
        count.missed.append((q.f.text, code, place, answer, codes))
    if place:
        count.with_place[code] += 1
        count.placed[code] += place in places[:2]
        if place not in places[:2]:
            count.unplaced.append((q.f.text, code, place, answer, places[:3]))


def main() -> None:
    """Plant, count, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=5000)
    options.add_argument("--show", type=int, default=0, help="print this many misses of each kind")
    chosen = options.parse_args()
    count = counted(chosen.count)
    print(f"{'code':34}{'planted':>8}{'found':>8}{'first 2':>8}{'place':>8}")
    for code, total in count.total.most_common():
        print(line(code, total, count.found[code], count.first_two[code],
                   count.placed[code], count.with_place[code]))  # fmt: skip
    columns = (count.total, count.found, count.first_two, count.placed, count.with_place)
    print(line("all", *(sum(column.values()) for column in columns)))
    print(f"not judged incorrect: {len(count.accepted)}")
    for kind in (count.accepted, count.missed, count.unplaced):
        by_code = defaultdict(list)
        for row in kind:
            by_code[row[1]].append(row)
        for rows in by_code.values():
            for row in rows[: chosen.show]:
                print("   ", *row, sep=" | ")


def line(code: str, total: int, found: int, first: int, placed: int, places: int) -> str:
    """One row of the table."""
    place = f"{placed / places:8.1%}" if places else ""
    return f"{code:34}{total:8}{found / total:8.1%}{first / total:8.1%}{place}"


if __name__ == "__main__":
    main()
