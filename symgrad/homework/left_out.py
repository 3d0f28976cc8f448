"""What an answer lacks: the right derivative with one factor, or one summand, left out.

- `left_out(question, answer, yours)` is the code, with the part of the question in which it is.

The derivative is looked at as a textbook has it; of a polynomial, as it is multiplied out. This is
asked where no rule explains the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from flint import arb

from ..arithmetic.balls import precision
from ..engine import Tape, order
from ..ops import OPS
from ..value import Value, same, substituted
from .quotients import as_quotient
from .sought import SLOPE_BITS, Sought, evaluated
from .textbook import textbook
from .variations import Variation, matches, mistakes
from .whole_answers import Curve, curve_of

MOST_NODES_SHORTENED = 80  # of a question, and of its derivative


class LeftOut(NamedTuple):
    """What is left out, as a code, and the node of the question in which it is, or that it is."""

    code: str
    node: Value | None


def left_out(question: Sought, root: Value, yours: Curve) -> LeftOut | None:
    """The first part without which the derivative is the answer; None where there is none."""
    count = len(mistakes(question).spots)
    if len(order([question.f.root])) > MOST_NODES_SHORTENED:
        return None
    for found, at in shortened(question):
        if not question.in_time(0.6):
            return None
        first = at(0)
        if first.is_finite() and first.overlaps(yours(0)) and matches(yours, at, count):
            return found
    return LeftOut("lost_term", None) if a_term_less(question, root) else None


def shortened(question: Sought) -> list[tuple[LeftOut, Curve]]:
    """Every derivative with a part left out; made once a question."""
    if "shortened" not in question.known:
        form = textbook(question.lower.root, question.wrt)
        parts = [(found, curve_of(question, root))
                 for found, root in without_a_part(question, form)]  # fmt: skip
        parts += [(LeftOut("lost_factor", v.node.args[k]), v.at)
                  for k, v in beside_nothing(question)]  # fmt: skip
        question.known["shortened"] = parts + list(without_a_factor(question))
    return question.known["shortened"]


def beside_nothing(question: Sought) -> Iterator[tuple[int, Variation]]:
    """The product rule with a factor left out beside the derivative of the other one."""
    known = mistakes(question)
    graph = known.graphs[0]
    for i, node in enumerate(graph.nodes):
        product = node.op and node.op.family == "product"
        if product and all(graph.varies[j] for j in graph.tape.args[i]):
            yield 0, Variation("lost_factor", lambda n: n.dx[0] * n.x[1] + n.dx[1], 0, i, known)
            yield 1, Variation("lost_factor", lambda n: n.dx[0] + n.x[0] * n.dx[1], 0, i, known)


def without_a_factor(question: Sought) -> Iterator[tuple[LeftOut, Curve]]:
    """The derivative divided by a part of the question: e^x (x + 2) lacks the x of x^2 e^x."""
    slope = mistakes(question).slope

    def over(part: Curve) -> Curve:
        def at(k: int) -> arb:
            with precision(SLOPE_BITS):
                return slope(k) / part(k)

        return at

    for node in order([question.f.root]):
        if Tape.of([node]).variables:
            yield LeftOut("lost_factor", node), over(curve_of(question, node))


def without_a_part(question: Sought, form: Value) -> Iterator[tuple[LeftOut, Value]]:
    """The form without a factor that varies, or without a summand of some sum."""
    nodes, outer = order([form]), summed(form)
    for node in nodes if len(nodes) <= MOST_NODES_SHORTENED else ():
        if node.op is OPS["mul"]:
            for kept, lost in ((0, 1), (1, 0)):
                if Tape.of([node.args[lost]]).variables:
                    own = asked(question, node.args[lost])
                    found = LeftOut("lost_factor", own)
                    yield found, substituted(form, {node: node.args[kept]})
        elif node.op in (OPS["add"], OPS["sub"]):
            own = asked(question, node)
            if own is None and node not in outer:
                continue  # the n - 1 of an exponent is no term
            found = LeftOut("shortened_part" if own else "lost_term", own)
            a, b = node.args
            yield found, substituted(form, {node: a})
            yield found, substituted(form, {node: b if node.op is OPS["add"] else -b})


def summed(form: Value) -> set[Value]:
    """The nodes whose terms are terms of the form once it is multiplied out."""
    found, stack = set(), [form]
    while stack:
        node = stack.pop()
        found.add(node)
        if node.op and node.op.family == "quotient":
            stack.append(node.args[0])
        elif node.op and (node.op.adds or node.op.family == "product"):
            stack += node.args
    return found


def asked(question: Sought, node: Value) -> Value | None:
    """The part of the question that is this: what stands there may be quoted."""
    spots = mistakes(question).spots[:3]
    tape = Tape.of([node])
    if not tape.variables or (node.op is None and node.label == question.wrt):
        return next((n for n in order([question.f.root]) if same(n, node)), None)
    parts = [n for n in order([question.f.root]) if n.args]
    with precision(SLOPE_BITS):
        here = [evaluated(tape, s.balls()) for s in spots]
        for part in parts:
            other = Tape.of([part])
            if set(other.variables) == set(tape.variables) and all(
                x.is_finite() and x.overlaps(arb(evaluated(other, s.balls())))
                for x, s in zip(here, spots)
            ):
                return part
    return None


def a_term_less(question: Sought, root: Value) -> bool:
    """Whether a polynomial lacks exactly one term of the derivative, multiplied out."""
    if len(question.names) > 1:
        return False
    right = as_quotient(textbook(question.lower.root, question.wrt), question.wrt)
    mine = as_quotient(root, question.wrt)
    if right is None or mine is None or right[1].degree() > 0 or mine[1].degree() > 0:
        return False
    gap = right[0] * mine[1] - mine[0] * right[1]
    powers = [k for k, c in enumerate(gap.coeffs()) if c != 0]
    return len(powers) == 1 and mine[0][powers[0]] == 0 and mine[0].degree() >= 0


__all__ = ["LeftOut", "beside_nothing", "left_out"]
