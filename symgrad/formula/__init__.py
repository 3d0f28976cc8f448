"""The derivative as a formula that one likes to read, held against SymPy's before it is shown.

- `derivative(root, name)` is the most readable of many forms of df/dname, a `Formula`.
- `substituted(root, {"x": 2})` is f with values put in, written readably.

Runs in the process that holds SymPy. The search is bounded by `limits.candidates`, so that a
formula does not depend on the machine; the second that backs it up is said in `Formula.notes`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from numbers import Rational
from time import process_time
from typing import Any

from .. import symbolic
from ..engine import Tape, order
from ..errors import SymgradError
from ..language import graph_of
from ..limits import Limits
from ..notation import text
from ..ops import OPS, Op
from ..sentences import Figures, Said, one_and_another, say
from ..symbolic.in_balls import Reference
from ..value import Graphs, Value, gradient_graphs, is_literal, on_paper, rebuilt, tidy
from .candidates import candidates
from .checking import FloatCheck, FormCheck
from .readability import cost
from .term_writing import written
from .terms import Terms

SEARCH_SECONDS = 1.0  # of processor time: the backstop
DEEPEST = 100  # levels of a graph that are searched: SymPy runs out of stack, and time is linear
BULKY = 400  # expanded nodes above which a formula is not searched for
CHECKED = 40  # forms held against SymPy's before the chain rule's own is taken
SUBSTITUTED_DIGITS = 12  # digits of a power that is worked out when a value is put in
EQUALLY_READABLE = 2.0  # how much longer a form may be that loses nothing in floats
WORTH = 12.0  # how much longer a form may be that has a value at more points
MOST_COMPARISONS = 10_000  # of nodes, in the slope of a max
LONG_SUM = 30  # terms
SEEDS = 2  # forms that are tried of a bulky formula
NOT_SEARCHED = say("long, so not searched for a shorter form")
DECIMAL_IN_TEXT = re.compile(r"[0-9]\.[0-9]")
NOWHERE = say("no point was found where the function has a value: this is what the rules make "
              "of it")  # fmt: skip
NO_SMOOTH_POINT = say("no point was found where every part of the function is smooth")
UNCONFIRMED = say("no form of SymPy's derivative confirms this one; held against backpropagation")
EXTREMES, SUMS = (OPS["max"], OPS["min"]), (OPS["add"], OPS["sub"])
Candidate = tuple[float, int, Value, str]  # cost, which one it was, the form, its source


@dataclass(frozen=True)
class Formula:
    """A derivative: its graph, where the form came from, and what must be said with it."""

    root: Value
    source: str
    notes: tuple[str, ...] = ()
    fragile: str = ""  # where, in floats, this form loses the number; also one of the notes


def derivative(root: Value, name: str, order: int = 1, limits: Limits = Limits.library) -> Formula:
    """df/dname, or a higher one, in the most readable form found."""
    root = distinct(root)
    found = Formula(root, "given")
    for times in range(1, order + 1):
        step = first_derivative(found.root, name, root, times, limits)
        # what floats make of the lower derivative's form is no word about this one
        told = [note for note in found.notes if note != found.fragile]
        notes = tuple(dict.fromkeys((*told, *step.notes)))
        found = Formula(step.root, step.source, notes, step.fragile)
    return found


def first_derivative(root: Value, name: str, f: Value, times: int, limits: Limits) -> Formula:
    """d(root)/dname where root is already the (times - 1)th derivative of f."""
    size, depth = map(max, zip(extent(root), extent(f)))
    if size > limits.expanded:
        return backpropagation(
            root, name, say("too large to rearrange: as backpropagation computes it")
        )
    if depth > DEEPEST:  # as sums of products, a chain of n operations takes n^2 steps to write
        return backpropagation(root, name, NOT_SEARCHED)
    bulky = size > BULKY or crowded(f)
    raw, reference = (None, None) if bulky else sympys(f, name, times)
    names = Tape.of([f]).variables
    floats = FloatCheck(root, name)
    forms, notes = written_forms(root, name, raw, SEEDS if bulky else limits.candidates, names)
    for witness, doubts in witnesses(root, name, reference, NOT_SEARCHED if bulky else UNCONFIRMED):
        found = chosen(forms, witness, floats)
        if found is not None:
            return replace(found, notes=notes + doubts + found.notes)
    return backpropagation(root, name, *notes, *doubts)


def witnesses(
    root: Value, name: str, reference: Reference | None, doubt: str
) -> Iterator[tuple[FormCheck, tuple[str, ...]]]:
    """What to hold a form against, the strictest first, and what must be said of it."""
    if reference is not None:
        yield FormCheck(root, name, reference), ()
    engine = FormCheck(root, name, None)
    yield engine, (doubt,)
    if not engine.good:  # an empty domain, as of ln(-1 - x^2), or a kink everywhere
        where = NO_SMOOTH_POINT if any(spot.exists for spot in engine.spots) else NOWHERE
        yield FormCheck(root, name, None, anywhere=True), (where,)


def backpropagation(root: Value, name: str, *notes: str) -> Formula:
    return Formula(backpropagated(root, name), "backpropagation", notes)


def sympys(f: Value, name: str, times: int) -> tuple[Any, Reference | None]:
    """SymPy's derivative, and f with it laid flat; None where balls cannot hold it."""
    try:
        meaning = symbolic.meaning(f)
        raw = symbolic.differentiated(meaning, name, times)
        # of a case without a value SymPy makes a slope of 0
        return None if meaning.has(symbolic.sympy().nan) else raw, symbolic.flat([meaning, raw])
    except (SymgradError, RecursionError):
        return None, None


def written_forms(
    root: Value, name: str, raw: Any, most: int, names: tuple[str, ...]
) -> tuple[list[Candidate], tuple[str, ...]]:
    """Every candidate with its cost, the least first, and what to say of the search.

    `names` are in the order in which they stand in products: that of the user's own formula.
    """
    terms, graphs, start = Terms(), Graphs(), process_time()
    for v in names:
        terms.variable(v)
    users = set(order((root,)))
    flat, spelled = long_sums(root)
    terms.read(flat, spelled, spelled)
    decimals = in_decimals(users)
    forms: list[Candidate] = []
    notes: tuple[str, ...] = ()
    for term, source in candidates(terms, flat, name, raw, most):
        form = written(terms, term, graphs, decimals)
        forms.append((cost(form, users), len(forms), form, source))
        if process_time() - start > SEARCH_SECONDS:
            notes = (say("the search for a shorter form stopped after {n} s",
                         n=f"{SEARCH_SECONDS:g}"),)  # fmt: skip
            break
    return sorted(forms, key=lambda f: f[:2])[:CHECKED], notes


def chosen(forms: list[Candidate], witness: FormCheck, floats: FloatCheck) -> Formula | None:
    """The most readable form that the witness accepts; of equally readable ones a sound one."""
    first = accepted(witness, forms) if witness.good else None
    if first is None:
        return None
    fault = floats.fault(first[2])
    sound = next(sounder(witness, forms, first, floats), None) if fault else first
    form = sound or first
    fragile = "" if sound or fault is None else fault.sentence
    told = (fragile,) if fragile else ()
    return Formula(form[2], form[3], domain_notes(witness, form[2]) + told, fragile)


def accepted(witness: FormCheck, forms: list[Candidate]) -> Candidate | None:
    """The first form that is right; a somewhat longer one if that is right at more points."""
    first: Candidate | None = None
    for form in forms:
        if first is not None and form[0] > first[0] + WORTH:
            break
        if witness.accepts(form[2]):
            if witness.closes_gaps(form[2]):
                return form
            first = first or form
    return first


def sounder(
    witness: FormCheck, forms: list[Candidate], first: Candidate, floats: FloatCheck
) -> Iterator[Candidate]:
    """Forms as readable as the first that are right, too, and lose nothing in floats.

    None with a function that the first has not: w*sech(u)^2 is short, w*(1 - tanh(u)^2) is known.
    """
    known = operations(first[2])
    for form in forms:
        as_readable = form[0] <= first[0] + EQUALLY_READABLE and operations(form[2]) <= known
        if (form is not first and as_readable and witness.accepts(form[2])
                and witness.closes_gaps(form[2]) and floats.fault(form[2]) is None):  # fmt: skip
            yield form


def operations(root: Value) -> set[Op]:
    return {node.op for node in order((root,)) if node.op}


def domain_notes(witness: FormCheck, form: Value) -> tuple[str, ...]:
    conditions = witness.wider(form)
    holes = [hole for hole in witness.holes(form) if hole not in conditions]
    told = (say("holds where {conditions}", conditions=all_of(conditions)),) if conditions else ()
    return told + ((say("for {conditions}", conditions=all_of(holes)),) if holes else ())


def all_of(conditions: Iterable[str]) -> str:
    return one_and_another([c if isinstance(c, Said) else Figures(c) for c in conditions])


def distinct(root: Value) -> Value:
    """The graph with max(x, x) as x: elsewhere it would have a kink everywhere."""
    if all(node.op not in EXTREMES for node in order((root,))):
        return root
    return rebuilt([root], Graphs(), once)[0]


def once(graphs: Graphs, op: Op, args: tuple[Value, ...]) -> Value:
    """A node; max and min without an argument that they have already."""
    kept = tuple(dict.fromkeys(args)) if op in EXTREMES else args
    return kept[0] if op in EXTREMES and len(kept) == 1 else graphs.node(op, kept)


def long_sums(root: Value) -> tuple[Value, Mapping[Value, Value]]:
    """The graph with every long chain of + and - as one sum, and how each node was written.

    Term by term, the algebra would write each beginning of the chain out: n^2 steps.
    """
    nodes = order((root,))
    uses = Counter(a for node in nodes for a in node.args)
    inner = {a for v in nodes if v.op in SUMS for a in v.args if a.op in SUMS and uses[a] == 1}
    if len(inner) < LONG_SUM:
        return root, dict(zip(nodes, nodes))
    graphs, new = Graphs(), dict[Value, Value]()
    for node in nodes:
        terms = signed_terms(node, inner) if node.op in SUMS and node not in inner else []
        if len(terms) < LONG_SUM:
            args = tuple(new[a] for a in node.args)
            new[node] = graphs.node(node.op, args) if node.op else rebuilt([node], graphs)[0]
            continue
        args = tuple(graphs.node(OPS["neg"], (new[v],)) if minus else new[v] for v, minus in terms)
        new[node] = graphs.node(OPS["sum"], args)
    return new[root], {made: node for node, made in new.items() if node not in inner}


def signed_terms(total: Value, inner: Container[Value]) -> list[tuple[Value, bool]]:
    """What a chain of + and - adds up, from left to right, and whether it is subtracted."""
    found: list[tuple[Value, bool]] = []
    stack = [(total, False)]
    while stack:
        v, negative = stack.pop()
        if v is total or v in inner:
            left, right = v.args
            stack += [(right, negative ^ (v.op is OPS["sub"])), (left, negative)]
        else:
            found.append((v, negative))
    return found


def extent(root: Value) -> tuple[int, int]:
    """How many nodes a graph has when written out as a tree, and on how many levels.

    A sum of sums is one level: a + b + c is typed as two nodes, one below the other.
    """
    size: dict[Value, int] = {}
    depth: dict[Value, int] = {}
    for node in order((root,)):
        size[node] = 1 + sum(size[a] for a in node.args)
        deepest = max((depth[a] for a in node.args), default=0)
        depth[node] = deepest if node.op in SUMS and deepest else deepest + 1
    return size[root], depth[root]


def crowded(root: Value) -> bool:
    """Whether some max is bulky to SymPy, which compares every two arguments for each of them."""
    extremes = [node for node in order((root,)) if node.op in EXTREMES]
    return any(len(node.args) ** 2 * extent(node)[0] > MOST_COMPARISONS for node in extremes)


def backpropagated(root: Value, name: str) -> Value:
    """The derivative as backpropagation makes it, in the rows and the signs that one can type."""
    graphs = Graphs()
    tape = Tape.of(tidy([root], graphs), wrt=[name])
    _, slope = gradient_graphs(tape, [name], graphs)
    slope = tidy(rebuilt(tidy([slope], graphs), graphs, signed), graphs)[0]
    return read_back(slope, tape.variables)


def read_back(root: Value, names: tuple[str, ...]) -> Value:
    """The graph that one gets who types what is shown; the graph itself where it is too long."""
    try:
        return graph_of(text(root), variables=names).root
    except SymgradError:
        return root


def signed(graphs: Graphs, op: Op, args: tuple[Value, ...]) -> Value:
    """A node whose numbers have no sign of their own: -2 is neg(2), as the language reads it."""
    if op.whole is not None:
        return graphs.node(op, args)
    return graphs.node(
        op, tuple(graphs.rational(Fraction(a.label)) if is_negative(a) else a for a in args)
    )


def is_negative(v: Value) -> bool:
    return is_literal(v) and v.label < 0


def substituted(root: Value, given: Mapping[str, Any]) -> Value:
    """A graph with numbers for some variables, its arithmetic done where it stays exact.

    A float is shown as Python prints it: 0.1, though it stands for the double next to it.
    """
    graphs, terms = Graphs(), Terms(digits=SUBSTITUTED_DIGITS)
    exact = {
        name: Fraction(repr(x)) if isinstance(x, float) else as_fraction(x)
        for name, x in given.items()
    }
    tape = Tape.of([root], wrt=exact)
    numbers = {name: graphs.rational(x) for name, x in exact.items()}
    nodes = on_paper(tape, graphs, numbers)
    untouched = {node for node, active in zip(nodes, tape.active) if not active}
    decimals = in_decimals(nodes) or any(
        exact[name].denominator != 1 for name, x in given.items() if not isinstance(x, Rational)
    )
    return written(terms, terms.read(nodes[tape.roots[0]], untouched), graphs, decimals)


def as_fraction(x: Rational | Decimal) -> Fraction:
    """A number exactly; NumPy's and SymPy's have whole numbers of their own."""
    return Fraction(x) if isinstance(x, Decimal) else Fraction(int(x.numerator), int(x.denominator))


def in_decimals(nodes: Iterable[Value]) -> bool:
    """Whether the user, or a row that he calls, writes decimals: 0.6 rather than 3/5."""
    return any(
        DECIMAL_IN_TEXT.search(node.op.derivative) if node.op else isinstance(node.label, Fraction)
        for node in nodes
    )


__all__ = ["Formula", "derivative", "substituted"]
