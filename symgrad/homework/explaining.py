"""The derivation in the steps that a teacher would write, each held against SymPy.

- `explain(f, "x")` is an `Explanation`: its `.steps` (rule, subexpression, result, whether it
  was verified) outside in, and the readable derivative; `lang="de"` tells it in German.
- A step's `.stated` is the rule in letters, `(u*v)' = u'*v + u*v'`, and `.becomes` the same with
  the step's own parts; one function makes both, so that neither says what the other does not.

Rules have their names in the table of operations, and their factors from its partials.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ..arithmetic.balls import precision
from ..doors import door
from ..engine import Tape, order
from ..errors import LimitReached, SymgradError
from ..expression import Expression, declared, parse
from ..formula.candidates import STYLES, by_cases, tangents
from ..formula.checking import FORM_BITS, FormCheck, agrees, value
from ..formula.term_writing import written
from ..formula.terms import Term, Terms
from ..limits import Limits
from ..ops import OPS, Op
from ..processes import bounded
from ..sentences import say, sentences, spoken
from ..symbolic import differentiated, flat, meaning
from ..value import Graphs, Value, is_literal, substituted
from .derivation_steps import DerivationStep, Explanation
from .textbook import Pending, TextbookRule, is_name, reach

MOST_RULE_STEPS = 300
DEEPEST_STEP = 100  # beyond, SymPy takes seconds a step and then runs out of stack
FEWEST_HELD = 3  # points behind "verified"
FUNCTION_LETTERS = ("u", "v", "w", "p", "q", "r")

MUL, DIV, POW = OPS["mul"], OPS["div"], OPS["pow"]
STRUCTURAL = ("sum", "product", "quotient")
RULE_NAMES = sentences({  # what the table of operations calls the rules, in every language
    "constant factor rule": "constant factor rule", "exponential rule": "exponential rule",
    "power rule": "power rule", "power rule for two functions": "power rule for two functions",
    "product rule": "product rule", "quotient rule": "quotient rule", "sum rule": "sum rule",
})  # fmt: skip


@door("f")
def explain(
    f: str | Expression, wrt: str | None = None, *, limits: Limits | None = None, lang: str = "en"
) -> Explanation:
    """The derivation of df/dwrt in a teacher's steps, each held against SymPy.

    `wrt` may be left out where f has one variable; `lang` is the language that it is told in.
    Raises what parsing raises, UsageError for an unknown name or language, and LimitReached for
    more than 300 steps or 100 inside each other.
    """
    spoken("", lang)  # there is such a language
    wrt = declared(wrt)[0] if isinstance(wrt, str) else wrt
    if not isinstance(f, Expression):
        f = parse(f, variables=() if wrt is None else declared(wrt))
    limits = limits or f.limits
    name = f.only_variable() if wrt is None else wrt
    f.known([name])
    steps = Derivation(f.root, name).steps()  # too many are refused before any work is done
    derivative = f.diff(name)
    forms = [(step.of, filled(step, steps), step.result) for step in steps]
    counts = bounded(limits, held, forms, name, world=tuple(OPS.values()))
    checked = tuple(
        replace(step, verified=ok, points=points) for step, (ok, points) in zip(steps, counts)
    )
    return Explanation(f, name, checked, derivative).spoken(lang)


def rule_name(op: Op) -> str:
    """What a row's rule is called."""
    known = RULE_NAMES.get(op.rule, "")
    return say(known) if known else op.rule or say("derivative of {f}", f=op.text or op.name)


# --- which rule ---------------------------------------------------------------------------------


class Derivation:
    """The steps for one graph and one variable."""

    def __init__(self, root: Value, name: str) -> None:
        self.root, self.name = root, name
        self.nodes = order((root,))
        self.active = dict(zip(self.nodes, Tape.of([root], wrt=[name]).active))
        self.terms, self.graphs = Terms(), Graphs()
        self.terms.read(root, set(self.nodes))
        found = tangents(self.terms, root, name, STYLES[0])
        self.tangents = dict(zip(self.nodes, found))
        self.decimals = any(is_literal(v) and not isinstance(v.label, int) for v in self.nodes)

    def steps(self) -> list[DerivationStep]:
        """Outside in: a step, then those of its parts from left to right; equal parts once."""
        if not self.active[self.root] or self.root.op is None:
            return [self.trivial()]
        found: list[DerivationStep] = []
        numbers: dict[Value, int] = {}
        stack = [(self.root, 0)]
        while stack:
            node, depth = stack.pop()
            if node in numbers:
                continue
            if len(found) == MOST_RULE_STEPS:
                said = say("a derivation of more than {n} steps", n=MOST_RULE_STEPS)
                raise LimitReached(said, limit="steps")
            if depth > DEEPEST_STEP:
                said = say("a derivation nested more than {n} steps deep", n=DEEPEST_STEP)
                raise LimitReached(said, limit="steps")
            numbers[node] = len(found) + 1
            found.append(self.step(node, depth, len(found) + 1))
            parts = [v for v in found[-1].becomes.parts.values() if v.op]
            stack += [(v, depth + 1) for v in reversed(parts)]
        return [replace(s, needs=needed(s.becomes, numbers)) for s in found]

    def trivial(self) -> DerivationStep:
        """f is a constant, or the variable itself."""
        one = self.root.label == self.name and self.root.op is None
        result = self.graphs.literal(int(one))
        rule = say("the variable itself" if one else "constant rule")
        return DerivationStep(1, 0, rule, self.root, None, None, Pending(result, {}), result, ())

    def step(self, node: Value, depth: int, number: int) -> DerivationStep:
        rule, inner = self.named(node)
        return DerivationStep(
            number, depth, rule, node, self.stated(node), inner,
            self.applied(node), self.written(self.tangents[node]), (),
        )  # fmt: skip

    def written(self, term: Term | None) -> Value:
        return written(self.terms, term or self.terms.zero, self.graphs, self.decimals)

    def named(self, node: Value) -> tuple[str, Value | None]:
        """The rule's name, and the inner function where it is the chain rule."""
        op, moving = node.op, [a for a in node.args if self.active[a]]
        assert op is not None
        own = rule_name(op)
        if op.adds:
            return own, None
        if by_cases(op):
            return say("case by case"), None
        if (op is DIV and moving == [node.args[0]]) or (op is MUL and len(moving) == 1):
            return say("constant factor rule"), None
        if op is DIV and moving == [node.args[1]]:
            return say("reciprocal rule"), None
        if op is POW and len(moving) == 1:
            own = rule_name(OPS["powr" if moving[0] is node.args[0] else "exp"])
        if len(moving) == 1 and not is_name(self.name, moving[0]):
            return say("chain rule with the {rule}", rule=own), moving[0]
        return own, None

    # --- the rule in letters and with its parts ---------------------------------------------------

    def applied(self, node: Value) -> Pending:
        """d(node) by its rule, the derivatives of its parts not yet taken."""
        rule = TextbookRule(self.terms, self.graphs, self.name, self.active, self.decimals)
        return rule.pending(node)

    def stated(self, node: Value) -> tuple[Pending, Pending] | None:
        """The rule itself: the node's operation on letters instead of its parts."""
        op = node.op
        assert op is not None
        if by_cases(op) or op.arity is None:
            return None
        letters, active = self.lettered(node)
        if op.family == "sum" and len(reach(node, self.active)) > 1:  # one step for all the terms
            op, letters, active = OPS["add"], list(self.free_letters()[:2]), [True, True]
        terms, graphs = Terms(), Graphs()
        args = tuple(graphs.variable(a) if isinstance(a, str) else a for a in letters)
        left = graphs.node(op, args)
        terms.read(left, {left, *args})
        rule = TextbookRule(terms, graphs, self.name, {left: True, **dict(zip(args, active))})
        return rule.prime(left), rule.pending(left)

    def lettered(self, node: Value) -> tuple[list[Any], list[bool]]:
        """A letter for each part: u, v for functions, c for a constant, n for an exponent."""
        op, free = node.op, iter(self.free_letters())
        assert op is not None
        alone = sum(self.active[a] for a in node.args) == 1
        found: list[Any] = []
        for i, a in enumerate(node.args):
            if self.active[a]:
                keeps = alone and op.family not in STRUCTURAL
                found.append(self.name if keeps and is_name(self.name, a) else next(free))
            elif op.family == "power" and i == 1:
                found.append("n")
            elif a.op is not None and not a.args:  # e and pi are themselves
                found.append(a)
            else:
                found.append("c" if op is not POW else "a")
        return found, [self.active[a] for a in node.args]

    def free_letters(self) -> Sequence[str]:
        """Letters for functions that are not names in the formula."""
        taken = {v.label for v in self.nodes if isinstance(v.label, str)}
        free = [c for c in FUNCTION_LETTERS if c not in taken]
        return free if len(free) > 3 else FUNCTION_LETTERS


def needed(becomes: Pending, numbers: dict[Value, int]) -> tuple[int, ...]:
    """The steps that take the derivatives still to be taken."""
    return tuple(numbers[v] for v in becomes.parts.values() if v.op)


# --- is it true? ----------------------------------------------------------------------------------


def filled(step: DerivationStep, steps: Sequence[DerivationStep]) -> Value:
    """A step's right side with the results of the steps that it needs."""
    known = {s.of: s.result for s in steps}
    graphs = Graphs()
    put = {mark: known.get(of, graphs.literal(1)) for mark, of in step.becomes.parts.items()}
    return substituted(step.becomes.form, put)


def held(forms: Sequence[tuple[Value, Value, Value]], name: str) -> list[tuple[bool | None, int]]:
    """For every (subexpression, line, result): true?, and at how many points; needs SymPy."""
    return [checked(of, (line, result), name) for of, line, result in forms]


def checked(of: Value, forms: Sequence[Value], name: str) -> tuple[bool | None, int]:
    """Whether the forms are the derivative, as SymPy has it, at the points where it exists."""
    try:
        f = meaning(of)
        witness = FormCheck(of, name, flat([f, differentiated(f, name)]))
    except (SymgradError, RecursionError):
        return None, 0
    spots = [s for s in witness.spots if s.exists and s.slope.is_finite() and not s.gap]
    with precision(FORM_BITS):
        tapes = [Tape.of([form]) for form in forms]
        found = [[value(tape, s.point) for s in spots] for tape in tapes]
        pairs = [(y, s.slope) for column in found for y, s in zip(column, spots) if y is not None]
        if any(not y.overlaps(slope) for y, slope in pairs):
            return False, len(spots)
        slopes = [s.slope for s in spots]
        agreed = min(sum(map(bool, map(agrees, column, slopes))) for column in found)
    return (True if agreed >= min(FEWEST_HELD, len(witness.spots)) else None), agreed


__all__ = ["DerivationStep", "Explanation", "Pending", "explain"]
