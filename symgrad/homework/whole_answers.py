"""Mistakes of whole answers: f itself, its integral, a wrong sign, variable or order, rounding, ...

- `whole(question, answer, yours)` are the codes that the answer as a whole earns.
- `yours(k)` is the answer's ball at spot k; every claim here is confirmed at the spots.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from itertools import chain, combinations, islice
from math import prod
from typing import Any, NamedTuple

from flint import arb

from ..arithmetic.balls import BALLS, exact, precision
from ..engine import Tape, forward, gradient, order
from ..errors import SymgradError
from ..expression import Expression
from ..ops import OPS
from ..value import Graphs, Value, substituted
from .reading import ReadAnswer
from .sought import SLOPE_BITS, Sought, evaluated
from .summands import expanded
from .textbook import textbook
from .variations import Graph, matches, mistakes
from .wrong_rules import POWER_OF

TAYLOR_BITS = 3000  # bits for the order to which a polynomial agrees
TAYLOR_STEPS = (40, 41)  # 2^-40, 2^-41: where that order is read off
MOST_TAYLOR_ORDER = 30
NUMBERS = (0, 1, 2, 3, -1, -2, 4, 5, 10)  # at which a slope may have been taken
MOST_MISREAD = 8  # signs, and powers, that may have been misread
DEEPEST_POWER = 5  # nodes, from a function to what its power was taken for
MOST_LETTERS = 4  # of which several may have been taken for the variable
CENTRES = (0, 1, -1, 2, "pi/4", "pi/2", "pi")

Curve = Callable[[int], arb]


def whole(question: Sought, answer: ReadAnswer, yours: Curve) -> Iterator[str]:
    """The codes that fit, one by one; the most telling first."""
    if answer.constant:
        yield "constant_added"
        return
    known = mistakes(question)
    count = len(known.spots)

    def same(curve: Curve) -> bool:
        return matches(yours, curve, count)

    slope = known.slope
    added = same(lambda k: slope(k) + _offset(yours, slope))
    if added and not yours(0).is_zero():  # 0 is a term gone, or f' differentiated once more
        yield _of_constant(question, _offset(yours, slope))
    for code, curve in curves(question):
        if same(curve):
            yield code
    if same(lambda k: -slope(k)):
        yield "negative"
    elif any(same(curve) for curve in turned(question, answer.root)):
        yield "sign_of_term"
    if same(lambda k: slope(k) * BALLS.pi() / 180) or same(lambda k: slope(k) * 180 / BALLS.pi()):
        yield "degrees"
    if not added and integrated(question, answer.root):  # e^x + 1 is no integral of e^x
        yield "integrated"
    elif question.order > 1 and question.in_time(0.5):
        with suppress(SymgradError):
            if integrated(question, answer.root, question.order):
                yield "integrated_so_often"
    if question.wrt not in answer.variables and not question.constant:
        if not answer.variables or at_number(question, yours):
            yield "answered_numerically"
    if polynomial(answer.root) and taylor(question, answer.root):
        yield "taylor_polynomial"


def turned(question: Sought, root: Value) -> Iterator[Curve]:
    """The derivative with the sign of one of the answer's terms turned."""
    terms = expanded(root)
    slope = mistakes(question).slope
    for term in terms if len(terms) > 1 else ():
        at = curve_of(question, term)
        yield lambda k, at=at: slope(k) + 2 * at(k)  # type: ignore[misc]


def unchained(question: Sought, yours: Curve) -> bool:
    """Whether each of several derivatives lacks the inner one: -sin(3x) for (sin(3x))''.

    That is the derivative where every inner function u is x + c, with u - x for c.
    """
    if question.order < 2 or not question.in_time(0.5):
        return False
    f, graphs, x = question.f, Graphs(), question.wrt
    inner = {u: f"shift {k}" for k, u in enumerate(outermost_arguments(f.root, x))}
    shifted = substituted(f.root, {u: graphs.variable(x) + graphs.variable(c)
                                   for u, c in inner.items()})  # fmt: skip
    further = Expression(shifted, limits=f.limits).backpropagated(*[x] * question.order).root
    root = substituted(further, {c: u - graphs.variable(x) for u, c in inner.items()})
    return bool(inner) and matches(yours, curve_of(question, root), len(mistakes(question).spots))


def each_part_twice(question: Sought) -> Iterator[tuple[str, Curve]]:
    """What is made of u'' and v'' for (u*v)'' and (u/v)''."""
    f, x = question.f, question.wrt
    parts = [Expression(a, limits=f.limits) for a in f.root.args if x in Tape.of([a]).variables]
    family = f.root.op.family if f.root.op else ""
    if question.order != 2 or len(parts) != 2 or family not in ("product", "quotient"):
        return
    (u, v), (du, dv), (ddu, ddv) = ([p.backpropagated(*[x] * n).root for p in parts]
                                    for n in range(3))  # fmt: skip
    forms = (
        ("product_of_derivatives", ddu * ddv), ("product_rule_missing_term", ddu * v + u * ddv),
        ("product_rule_missing_term", ddu * v + du * dv + u * ddv),
    ) if family == "product" else (("quotient_of_derivatives", ddu / ddv),)  # fmt: skip
    yield from ((code, curve_of(question, form)) for code, form in forms)


class OtherWay(NamedTuple):
    """Another way to a derivative: the code of what is wrong with it, where, and the slope."""

    code: str
    node: Value
    curve: Curve


def repeated_rules(question: Sought) -> Iterator[OtherWay]:
    """25x^5 for (x^5)'', x*(x-1)*2^(x-2) for (2^x)'': term by term, one wrong rule all along."""
    if question.order < 2 or not question.in_time(0.5):
        return
    graph, x = Graph(question.f.root, question.wrt), question.wrt
    terms = [(graph.nodes[i], sign) for i, sign in graph.summands(len(graph.nodes) - 1)
             if graph.varies[i]]  # fmt: skip
    powers = {term: n for term, _ in terms if (n := graph.degrees.get(term))}
    bases = {term: base for term, _ in terms if (base := _base_of(term, x)) is not None}
    rest = [(term, sign) for term, sign in terms if term not in powers and term not in bases]

    def curve(factor: Callable[[Value, arb], arb], wrong: Collection[Value]) -> Curve:
        right = [(Expression(t, limits=question.limits).backpropagated(*[x] * question.order).root,
                  sign) for t, sign in terms if t not in wrong]  # fmt: skip
        kept = [(curve_of(question, root), sign) for root, sign in right]
        turned = [(t, curve_of(question, t), sign) for t, sign in terms if t in wrong]
        spots = mistakes(question).spots

        def at(k: int) -> arb:
            with precision(SLOPE_BITS):
                v = spots[k].balls()[x]
                told = sum((sign * c(k) for c, sign in kept), arb(0))
                return sum((sign * c(k) * factor(t, v) for t, c, sign in turned), told)

        return at

    if len(rest) == len(terms):
        return
    for code, rule in POWER_OF if powers else ():
        for linear in (True, False):  # whether x is differentiated by it, too
            steps = {t: _steps(rule, n, question.order, linear) for t, n in powers.items()}
            if all(steps.values()):
                node = max(powers, key=lambda t: abs(powers[t]))
                yield OtherWay(code, _power_in(node), curve(
                    lambda t, v, s=steps: s[t][0] * v ** s[t][1], powers))  # type: ignore[misc]
    for code, factor in EXPONENTIALS_REPEATED if bases else ():
        yield OtherWay(code, next(iter(bases)), curve(
            lambda t, v, f=factor: f(evaluated(Tape.of([bases[t]]), {}), v, question.order),  # type: ignore[misc]
            bases))  # fmt: skip


EXPONENTIALS_REPEATED: tuple[tuple[str, Callable[[arb, arb, int], arb]], ...] = (
    ("power_rule_on_exponential", lambda a, v, n: prod((v - j for j in range(n)), start=1 / a**n)),
    ("power_rule_on_exponential", lambda a, v, n: v**n),
    ("exponential_rule", lambda a, v, n: a.log() ** -n),
)  # fmt: skip


def _base_of(term: Value, name: str) -> Value | None:
    """The a of a^x and of a constant times that, where it is a number."""
    for node in (term, *(term.args if term.op is OPS["mul"] else ())):
        if node.op in (OPS["pow"], OPS["exp"]) and node.args[-1].label == name:
            others = [a for a in (*term.args, *node.args[:-1]) if a is not node]
            if node is term or not any(name in Tape.of([a]).variables for a in others):
                base = node.args[0] if node.op is OPS["pow"] else Graphs().literal(1).exp()
                return None if Tape.of([base]).variables else base
    return None


def _power_in(term: Value) -> Value:
    """The x^5 of 3*x^5."""
    return next((n for n in reversed(order([term])) if n.op and n.op.constant_power), term)


def _steps(
    rule: Callable[..., Any], n: Fraction, times: int, linear: bool
) -> tuple[arb, arb] | None:
    """The factor, and the change of the exponent, that a rule for powers makes of x^n."""
    factor, power, two = arb(1), n, arb(2)
    for _ in range(times):
        e = exact(power)
        if power == 1 and not linear:
            made, shift = arb(1), -1
        else:
            made = arb(rule(BALLS, arb(1), arb(1), e, arb(1)))
            doubled = arb(rule(BALLS, two**e, two, e, arb(1)))
            shift = next((d for d in (-2, -1, 0, 1)
                          if doubled.overlaps(made * two ** (e + d))), None)  # type: ignore[assignment]
            if shift is None or not made.is_finite():
                return None
        factor, power = factor * made, power + shift
    return factor, exact(power - n)


def misread(question: Sought) -> list[OtherWay]:
    """The derivatives of f with one minus read over, or with one power read elsewhere."""
    known: list[OtherWay] | None = question.known.get("misread")
    if known is not None:
        return known
    f, known = question.f, []
    ways = (_without_a_minus, _power_elsewhere) if question.order else ()
    few = (islice(way(f.root, question.wrt), MOST_MISREAD) for way in ways)
    for code, node, other in chain(*few):
        if not question.in_time(0.5):
            return known  # not kept: what one answer had no time for, another may have
        with suppress(SymgradError):
            read = Expression(substituted(f.root, {node: other}), limits=f.limits)
            slope = read.backpropagated(*[question.wrt] * question.order).root
            known.append(OtherWay(code, node, curve_of(question, slope)))
    question.known["misread"] = known
    return known


def _without_a_minus(root: Value, _: str) -> Iterator[tuple[str, Value, Value]]:
    for node in (n for n in order([root]) if n.op in (OPS["neg"], OPS["sub"])):
        a, b = node.args[0], node.args[-1]
        yield "sign", node, b if len(node.args) == 1 else a + b


def _power_elsewhere(root: Value, name: str) -> Iterator[tuple[str, Value, Value]]:
    """sin(x^2) for sin(x)^2, and the other way round; likewise 2*x^3 for (2*x)^3."""
    nodes = order([root])
    moving = {n for n, varies in zip(nodes, Tape.of([root], wrt=[name]).active) if varies}
    inner = {}  # of a function its one argument that varies; of a sum or a sign there is none
    for node in nodes:
        arguments = [a for a in node.args if a in moving]
        if len(arguments) == 1 and node.op and not node.op.adds:
            inner[node] = arguments[0]
    for outer in nodes:
        path = [outer]
        while len(path) < DEEPEST_POWER and path[-1] in inner:
            path.append(inner[path[-1]])
        for k in range(2, len(path)):
            powers = [n.op.constant_power for n in path[:k] if n.op]
            if sum(powers) == 1 and (powers[0] or powers[-1]):
                turn = 1 if powers[0] else -1
                swapped = (*path[:k][turn:], *path[:k][:turn])
                yield "power_misread", outer, _applied(swapped, path[k], inner)


def _applied(functions: Sequence[Value], to: Value, inner: Mapping[Value, Value]) -> Value:
    """Nodes as functions of their one inner one, the outermost first, of another one."""
    graphs = Graphs()
    for node in reversed(functions):
        if node.op:
            to = graphs.node(node.op, tuple(to if a is inner[node] else a for a in node.args))
    return to


def outermost_arguments(root: Value, name: str) -> list[Value]:
    """The inner functions of f: arguments below sums, products and quotients only; of 1/u, u."""
    found, stack = [], [root]
    while stack:
        node = stack.pop()
        for a in node.args:
            below = node.op and node.op.family == "quotient" and a is not node.args[0]
            over = below and name not in Tape.of([node.args[0]]).variables
            if node.op and node.op.family in ("sum", "product", "quotient") and not over:
                stack.append(a)
            elif a.op is not None and name in Tape.of([a]).variables:
                found.append(a)
    return list(dict.fromkeys(found))


def at_number(question: Sought, yours: Curve) -> bool:
    """Whether an answer in the other variables is the slope at some number."""
    spots = mistakes(question).spots

    def curve(number: int) -> Curve:
        def at(k: int) -> arb:
            with precision(SLOPE_BITS):
                return slope_of(
                    question.tape, question.wrt, {**spots[k].balls(), question.wrt: arb(number)}
                )

        return at

    return any(matches(yours, curve(number), len(spots)) for number in NUMBERS)


def _of_constant(question: Sought, offset: arb) -> str:
    """What f' + c is: the constant term of f' itself may be gone, or be another number; that of
    f may have outlasted several derivatives."""
    with precision(SLOPE_BITS):
        kept = fixed_terms(question.f.root) if question.order > 1 else []
        if any((term - offset).contains(0) for term in kept):
            return "constant_kept"
        if polynomial(question.f.root):
            own = question._slope({n: arb(0) for n in question.names})
        else:
            own = sum(fixed_terms(textbook(question.lower.root, question.wrt)), arb(0))
    if not own.is_finite() or own.contains(0):
        return "constant_added"
    return "missing_term" if (own + offset).contains(0) else "arithmetic_slip"


def fixed_terms(root: Value) -> list[arb]:
    """The summands that are numbers."""
    tapes = [Tape.of([term]) for term in expanded(root)]
    return [evaluated(tape, {}) for tape in tapes if not tape.variables]


def _offset(yours: Curve, slope: Curve) -> arb:
    with precision(SLOPE_BITS):
        return yours(0) - slope(0)


def curves(question: Sought) -> list[tuple[str, Curve]]:
    """f, its other derivatives and its other partials, as functions of the spot; made once."""
    known: list[tuple[str, Curve]] | None = question.known.get("curves")
    if known is None:
        known = list(_curves(question))
        if question.in_time(0.5):  # else some are left out, for which another answer has time
            question.known["curves"] = known
    return known


def _curves(question: Sought) -> Iterator[tuple[str, Curve]]:
    f, wrt, n = question.f, question.wrt, question.order
    yield "copied", curve_of(question, f.root)
    other = f
    for k in range(1, n + 2):
        with suppress(SymgradError):  # not every row has a derivative of that order
            other = other.backpropagated(wrt) if question.in_time(0.5) else other
        if k != n and question.in_time(0.5):
            code = "not_differentiated_enough" if k < n else "second_derivative"
            yield code, curve_of(question, other.root)
    names = question.f.variables
    if n == 1 and len(names) > 1:
        partials = [f.backpropagated(name).root for name in names]
        yield "all_variables", curve_of(question, sum(partials[1:], partials[0]))
        others = [p for name, p in zip(names, partials) if name != wrt][:MOST_LETTERS]
        for some in chain.from_iterable(combinations(others, k) for k in range(2, len(others) + 1)):
            yield "constant_treated_as_variable", curve_of(question, sum(some[1:], some[0]))
    for name in names if n > 1 else ():
        for k in range(1, n + 1):
            if name != wrt and question.in_time(0.5):
                also = f.backpropagated(*[wrt] * n, *[name] * k).root
                yield "constant_treated_as_variable", curve_of(question, also)
    for name in names:
        if name != wrt:
            yield "wrong_variable", curve_of(question, f.backpropagated(*[name] * n).root)
            if n < 3:
                yield "mixed_partial", curve_of(question, f.backpropagated(wrt, name).root)


def curve_of(question: Sought, root: Value) -> Curve:
    return curve_on(question, Tape.of([root]), {})


def curve_on(question: Sought, tape: Tape, numbers: Mapping[str, Fraction]) -> Curve:
    """The same with numbers for some of a tape's names."""
    spots = mistakes(question).spots
    strange = set(tape.variables) - set(question.names) - set(numbers)  # the C of "+ C"
    cache: dict[int, arb] = {}

    def at(k: int) -> arb:
        if k not in cache:
            with precision(SLOPE_BITS):
                if strange:
                    return arb.nan()
                put = {name: exact(x) for name, x in numbers.items()}
                cache[k] = evaluated(tape, {**spots[k].balls(), **put})
        return cache[k]

    return at


def integrated(question: Sought, root: Value, order: int = 1) -> bool:
    """Whether the derivative of the answer, of that order, is f."""
    spots, f = mistakes(question).spots, curve_of(question, question.f.root)
    for _ in range(1, order):
        root = Expression(root, limits=question.limits).backpropagated(question.wrt).root
    tape = Tape.of([root])
    if question.wrt not in tape.variables:
        return False

    def slope(k: int) -> arb:
        with precision(SLOPE_BITS):
            return slope_of(tape, question.wrt, spots[k].balls())

    return matches(slope, f, len(spots))


def slope_of(tape: Tape, name: str, point: Mapping[str, arb]) -> arb:
    """The partial of a graph by one variable; not finite where there is none."""
    try:
        return arb(gradient(tape, BALLS, forward(tape, BALLS, point))[name])
    except (ValueError, ArithmeticError):  # a parameter that no row takes
        return arb.nan()


# --- polynomials --------------------------------------------------------------------------------


def polynomial(root: Value) -> bool:
    """Whether an answer is a polynomial that varies."""
    active = Tape.of([root]).active
    for node, varies in zip(order([root]), active):
        if node.op and varies:
            if not node.op.rational:
                return False
            if node.op is OPS["div"] and Tape.of([node.args[1]]).variables:
                return False
            if node.op.parameter is not None and node.args[1].label < 0:
                return False
    return bool(active[-1])


def taylor(question: Sought, root: Value) -> bool:
    """Whether a polynomial agrees with the slope at a point to an order above its degree."""
    if len(question.names) > 1 or polynomial(question.f.root):
        return False
    tape = Tape.of([root])
    return any(_touches(question, tape, centre) for centre in CENTRES)


def _touches(question: Sought, tape: Tape, centre: Any) -> bool:
    gaps = []
    with precision(TAYLOR_BITS):
        middle = _centre(centre)
        for step in TAYLOR_STEPS:
            point = {question.wrt: middle + arb(2) ** -step}
            slope = question._slope(point)
            gap = evaluated(tape, point) - slope
            if not gap.is_finite() or gap.contains(0):
                return False
            gaps.append(abs(gap))
        agreement = (gaps[0] / gaps[1]).log() / arb(2).log()
        low, high = (abs(evaluated(tape, {question.wrt: arb(2) ** s})) for s in TAYLOR_STEPS)
        degree = (high / low).log() / arb(2).log()
    return bool(degree + 0.5 < agreement < MOST_TAYLOR_ORDER)


def _centre(centre: Any) -> arb:
    if isinstance(centre, str):
        return arb.pi() / {"pi/4": 4, "pi/2": 2, "pi": 1}[centre]
    return arb(centre)


__all__ = [
    "Curve", "curve_of", "curves", "each_part_twice", "misread", "repeated_rules", "unchained",
    "whole",
]  # fmt: skip
