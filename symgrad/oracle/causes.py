"""What explains a failure: the engine itself is asked for the steps of the program, one by one.

- `explained(question, case, remark)` is a `Cause`, or None: which row's value or slope is wrong and
  how, or what is wrong between the rows; its `.case` shows it alone where one row does.

A failure is a row's where the engine's own answers to single steps, put together by the chain rule,
are the numbers that it gave for the whole. Where they are not, the same answers are put together in
the wrong ways that engines have (a term assigned where it belongs added, ...); the one that gives
the engine's numbers is the cause. What a cause explains is counted and not told again.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from ..ops import OPS
from .cases import Case, askable
from .float_formats import FORMATS, Format
from .programs import COMPARISONS, Program, fan_out, unused
from .remarks import Answer, Remark, judged
from .truth import Truth

MOST_STEPS = 60  # of a program that is looked at step by step
Ask = Callable[[Case], Answer]
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Cause:
    """What is wrong: `key` is equal for failures of one cause, `words` say it."""

    key: Key
    words: str
    case: Case | None = None  # the step alone, where that shows it
    row: str = ""
    fitting: tuple[str, ...] = ()  # every wrong sweep that gives the number


@dataclass(frozen=True)
class EngineAsked:
    """An engine that can be asked, its floats, and the causes that are known already."""

    ask: Ask
    form: Format
    known: Container[Key] = ()

    @property
    def narrow(self) -> bool:
        return NARROW in self.known

    def remark(self, case: Case, answer: Answer, place: int | None = None) -> Remark | None:
        """The first number of an answer that fails, or the one at that place."""
        every = (r for r in judged(Truth(case.program), case.point, answer, self.form) if r.fails)
        return next((r for r in every if place in (None, r.place)), None)


@dataclass(frozen=True)
class StepAlone:
    """A step alone, the nodes that its variables stand for, and the engine's answer."""

    case: Case
    nodes: tuple[int, ...]
    answer: Answer


def explained(question: EngineAsked, case: Case, remark: Remark) -> Cause | None:
    """The cause of a failing number, as far as the engine's own numbers tell."""
    if case.order != 1 or case.backwards != 1 or len(case.program.steps) > MOST_STEPS:
        return None
    answer = question.ask(case)
    if answer.crash:
        return None
    got = (answer.value, *answer.gradient)
    if not same(got[remark.place], remark.got, remark.exact):
        return Cause(("unsteady",), "the same question is answered differently the second time")
    precise = question.narrow or remark.kind == "PRECISION"
    if precise and narrower(question, case) and (
        question.narrow or holds_elsewhere(question, case, remark, narrower)
    ):
        return Cause(NARROW, "the numbers have the digits of a narrower format than is declared")
    if not case.program.steps:
        return None
    number = Failing(remark.place, got[remark.place], remark.exact)
    apart = Taken(question, case, apart=True)
    if apart.gives(number, added):
        return apart.wrong_row()
    if permuted(apart, answer) and (
        ORDER in question.known or holds_elsewhere(question, case, remark, reordered)
    ):
        return Cause(ORDER, "the partials come in another order than the variables")
    sweep, *others = joined_wrongly(apart, number) if number.place else ("",)
    if sweep:
        return Cause(("sweep", sweep), sweep, fitting=(sweep, *others))
    as_written = Taken(question, case, apart=False)
    return as_written.wrong_row() if as_written.gives(number, added) else None


@dataclass(frozen=True)
class Failing:
    """The number that fails: 0 is the value, else the variable + 1."""

    place: int
    got: float
    exact: float | None


def same(a: float | None, b: float | None, exact: float | None = None) -> bool:
    """Whether they are one number, as far as how wrong it is can tell."""
    if a is None or b is None or a == b or (a != a and b != b):
        return a == b or (a is not None and b is not None and a != a and b != b)
    if not (math.isfinite(a) and math.isfinite(b)):
        return False
    off = max(abs(a - exact), abs(b - exact)) if exact is not None else max(abs(a), abs(b))
    return abs(a - b) <= off / 8


class Taken:
    """A program taken to pieces: what the engine says of each of its steps.

    `apart`: operands that are one node, constants and integers are given as different variables.
    """

    def __init__(self, question: EngineAsked, case: Case, apart: bool) -> None:
        self.question, self.case, self.program, self.apart = question, case, case.program, apart
        program = case.program
        self.first = len(program.variables) + len(program.constants)
        self.values: list[Any] = [*case.point, *program.constants]
        self.steps: dict[int, StepAlone] = {}
        self.complete = True
        for i in range(self.first, program.root + 1):
            self.values.append(self.taken(i))

    def taken(self, i: int) -> float:
        """The engine's value of a step; a comparison is asked for inside the choice it makes."""
        name = self.program.steps[i - self.first][0]
        if name in COMPARISONS:
            return math.nan
        alone, nodes = single(self.program, i, self.values, self.apart)
        answer = self.question.ask(alone)
        if answer.crash:
            self.complete = False
            return math.nan
        self.steps[i] = StepAlone(alone, nodes, answer)
        return answer.value

    def gives(self, number: Failing, sweep: Sweep) -> bool:
        """Whether the steps' answers, put together so, are the number that the engine gave."""
        if not self.complete:
            return False
        found = self.values[self.program.root]
        if number.place:
            found = sweep(self)[number.place - 1] or 0.0
        return same(found, number.got, number.exact)

    def may_be(self, number: Failing, name: str) -> bool:
        """Whether one of the wrong sweeps of that name gives it."""
        return self.complete and any(
            same(found[number.place - 1] or 0.0, number.got, number.exact)
            for found in WRONG_SWEEPS[name](self)
        )

    def wrong_row(self) -> Cause | None:
        """The first step that is wrong by itself."""
        for step in self.steps.values():
            remark = self.question.remark(step.case, step.answer)
            if remark:
                return blamed(self.question, step, remark)
        return None

    def contributions(self, i: int, adjoint: float) -> Iterator[tuple[int, float]]:
        step = self.steps.get(i)
        for j, slope in zip(step.nodes, step.answer.gradient) if step and adjoint else ():
            yield j, adjoint * slope


def single(
    program: Program, i: int, values: Sequence[Any], apart: bool
) -> tuple[Case, tuple[int, ...]]:
    """StepAlone i as a program of its own at these values, and the nodes of its variables."""
    n, first = len(program.variables), len(program.variables) + len(program.constants)
    step = program.steps[i - first]
    inner = program.steps[step[1] - first] if step[0] == "if" else None
    operands = [*inner[1:], *step[2:]] if inner else list(step[1:])
    fixed = {} if inner else {operands[k] for k in OPS[step[0]].parameters}
    nodes: list[int] = []
    constants: list[Any] = []
    slots: list[tuple[str, int]] = []
    for j in operands:
        constant = n <= j < first and (j in fixed or not apart)
        if constant:
            constants.append(program.constants[j - n])
            slots.append(("constant", len(constants) - 1))
        elif not apart and j in nodes:
            slots.append(("variable", nodes.index(j)))
        else:
            nodes.append(j)
            slots.append(("variable", len(nodes) - 1))
    many, kept = len(nodes), len(constants)
    at = [k if kind == "variable" else many + k for kind, k in slots]
    steps: tuple[Any, ...] = ((step[0], *at),)
    if inner:
        steps = ((inner[0], *at[:2]), ("if", many + kept, *at[2:]))
    names = tuple("xyzuvw"[k] if many <= 6 else f"x{k}" for k in range(many))
    made = Program(names, tuple(constants), steps, many + kept + len(steps) - 1)
    point = [values[j] if not apart and j < n else float(values[j]) for j in nodes]
    return Case(made, tuple(point)), tuple(nodes)


# --- how the pieces may be put together -----------------------------------------------------------

Sweep = Callable[[Taken], list[Any]]
Order = Callable[[Program], list[int]]
Join = Callable[[str, float, float], float]  # of a row's term and what is there


def node_args(program: Program, i: int) -> tuple[int, ...]:
    first = len(program.variables) + len(program.constants)
    return tuple(program.steps[i - first][1:]) if i >= first else ()


def as_built(program: Program) -> list[int]:
    """From the root back, as the steps were written."""
    return list(range(program.root, -1, -1))


def by_depth(turn: int) -> Order:
    """Each node after all that use it, as a recursive sort finds them, arguments in turn or not."""
    def order(program: Program) -> list[int]:
        done: dict[int, None] = {}
        stack = [(program.root, False)]
        while stack:
            i, left = stack.pop()
            if left:
                done[i] = None
            elif i not in done:
                stack += [(i, True), *((j, False) for j in node_args(program, i)[::-turn])]
        return list(done)[::-1]

    return order


def when_met(turn: int, deep: bool) -> Order:
    """Each node when it is first met, in depth or in breadth: before all that use it are done."""
    def order(program: Program) -> list[int]:
        met: dict[int, None] = {}
        line = [program.root]
        while line:
            i = line.pop(-1 if deep else 0)
            if i not in met:
                met[i] = None
                line += node_args(program, i)[:: -turn if deep else turn]
        return list(met)

    return order


def from_the_leaves(program: Program) -> list[int]:
    return [program.root, *range(program.root)]


def swept(taken: Taken, join: Join, order: Order = as_built) -> list[Any]:
    """Adjoints of the variables, terms joined so, the nodes in that order."""
    adjoints: list[Any] = [None] * len(taken.values)
    adjoints[taken.program.root] = 1.0
    for i in order(taken.program):
        row = taken.program.steps[i - taken.first][0] if i >= taken.first else ""
        for j, term in taken.contributions(i, adjoints[i]):
            adjoints[j] = term if adjoints[j] is None else join(row, adjoints[j], term)
    return adjoints[: len(taken.program.variables)]


def sums(row: str, old: float, new: float) -> float:
    return old + new


def added(taken: Taken) -> list[Any]:
    return swept(taken, sums)


SORTED = (as_built, by_depth(1), by_depth(-1))
UNSORTED = (*(when_met(turn, deep) for deep in (False, True) for turn in (1, -1)), from_the_leaves)
MOST_ASSIGNING = 2  # rows that assign where the others add


def assigned(taken: Taken) -> Iterator[list[Any]]:
    return (swept(taken, lambda row, old, new: new, order) for order in SORTED)


def assigned_by_some(taken: Taken) -> Iterator[list[Any]]:
    """Some rows assign where the others add."""
    rows = sorted({step[0] for step in taken.program.steps})
    for those in (s for n in range(1, MOST_ASSIGNING + 1) for s in combinations(rows, n)):
        for order in SORTED:
            yield swept(taken, lambda row, old, new, those=those: (  # type: ignore[misc]
                new if row in those else old + new), order)  # fmt: skip


def kept_first(taken: Taken) -> Iterator[list[Any]]:
    return (swept(taken, lambda row, old, new: old or new, order) for order in SORTED)


def too_early(taken: Taken) -> Iterator[list[Any]]:
    return (swept(taken, sums, order) for order in UNSORTED)


def one_of_same(taken: Taken) -> list[Any]:
    """Of two operands that are one node only the first counts."""
    adjoints: list[Any] = [None] * len(taken.values)
    adjoints[taken.program.root] = 1.0
    for i in range(taken.program.root, taken.first - 1, -1):
        terms = [*taken.contributions(i, adjoints[i])]
        for j, term in dict(reversed(terms)).items():
            adjoints[j] = term + (adjoints[j] or 0.0)
    return adjoints[: len(taken.program.variables)]


MOST_VISITS = 3_000


def again_and_again(taken: Taken) -> list[Any]:
    """Each arrival is passed on together with all that came before it."""
    adjoints: list[Any] = [None] * len(taken.values)
    adjoints[taken.program.root] = 1.0
    waiting, visits = [taken.program.root], 0
    while waiting and visits < MOST_VISITS:
        visits += 1
        i = waiting.pop()
        terms = [*taken.contributions(i, adjoints[i])]
        for j, term in terms:
            adjoints[j] = term + (adjoints[j] or 0.0)
        waiting += [j for j, _ in reversed(terms)]
    return adjoints[: len(taken.program.variables)]


def slopes_alone(taken: Taken) -> list[Any]:
    """No step is multiplied by what arrives at it."""
    adjoints: list[Any] = [None] * len(taken.values)
    adjoints[taken.program.root] = 1.0
    for i in range(taken.program.root, taken.first - 1, -1):
        for j, term in taken.contributions(i, 1.0 if adjoints[i] else 0.0):
            adjoints[j] = term + (adjoints[j] or 0.0)
    return adjoints[: len(taken.program.variables)]


WRONG_SWEEPS: dict[str, Callable[[Taken], Iterator[list[Any]]]] = {
    "an operand that stands twice in a step gets one of its two terms":
        lambda taken: iter([one_of_same(taken)]),
    "a node with several uses keeps only its last term: = where += belongs": assigned,
    "a node with several uses keeps only its first term": kept_first,
    "a node passes its gradient on before all of it has arrived": too_early,
    "what has arrived at a node is passed on again with each further term":
        lambda taken: iter([again_and_again(taken)]),
    "a step's slope is not multiplied by the gradient that arrives at it":
        lambda taken: iter([slopes_alone(taken)]),
    "some operations keep only the last term of a node with several uses: = where += belongs":
        assigned_by_some,
}  # fmt: skip


def joined_wrongly(taken: Taken, number: Failing) -> tuple[str, ...]:
    """The wrong sweeps that give this number: one that is known, or that fits at other points, too,
    is the first; an empty text where there is none."""
    every = [name for name in WRONG_SWEEPS if taken.may_be(number, name)]
    first = next((n for n in every if ("sweep", n) in taken.question.known), "")
    names, seen = every, 0
    for other, found in elsewhere(taken.question, taken.case, number.place) if (
        every and not first) else ():  # fmt: skip
        seen += 1
        there = Failing(number.place, found.got or 0.0, found.exact)
        beside = Taken(taken.question, other, apart=True)
        names = [name for name in names if beside.may_be(there, name)]
    first = first or (names[0] if names and seen else "")
    return (first, *(n for n in every if n != first)) if first else ("",)


def reordered(question: EngineAsked, case: Case) -> bool:
    return permuted(Taken(question, case, apart=True), question.ask(case))


def permuted(taken: Taken, answer: Answer) -> bool:
    """Whether the right partials were given, in another order."""
    right = [g or 0.0 for g in added(taken)] if taken.complete else []
    moved = sum(a != b for a, b in zip(right, answer.gradient))
    return moved > 1 and sorted(right) == sorted(answer.gradient)


def elsewhere(question: EngineAsked, case: Case, place: int) -> Iterator[tuple[Case, Remark]]:
    """Other points of a program at which that number fails, too."""
    for factor in FACTORS_ELSEWHERE:
        other = moved(case, factor)
        answer = question.ask(other)
        found = None if answer.crash else question.remark(other, answer, place)
        if found:
            yield other, found


def holds_elsewhere(
    question: EngineAsked, case: Case, remark: Remark, holds: Callable[[EngineAsked, Case], bool]
) -> bool:
    """Whether what was seen at a point is seen wherever else the number fails."""
    every = [holds(question, other) for other, _ in elsewhere(question, case, remark.place)]
    return bool(every) and all(every)


def covers(question: EngineAsked, key: Key, case: Case, place: int) -> bool:
    """Whether the wrong sweep of a key gives the failing number of another case."""
    answer = question.ask(case)
    found = None if answer.crash else question.remark(case, answer, place)
    if not found or not place or not 0 < len(case.program.steps) <= MOST_STEPS:
        return False
    number = Failing(place, found.got, found.exact)  # type: ignore[arg-type]
    return Taken(question, case, apart=True).may_be(number, key[1])


# --- a row that is wrong by itself ----------------------------------------------------------------


NARROW: Key = ("format",)
ORDER: Key = ("order",)


def blamed(question: EngineAsked, step: StepAlone, remark: Remark) -> Cause | None:
    """The cause in words, keyed by the row, by which of its numbers is wrong, and by how."""
    case = step.case
    row = case.program.steps[-1][0]
    if question.narrow and narrower(question, case):
        return Cause(NARROW, "the numbers have the digits of a narrower format than is declared")
    if remark.kind == "PRECISION" and narrow_number(question, remark) and narrow_everywhere(
        question, case, remark
    ):
        return Cause(NARROW, "the numbers have the digits of a narrower format than is declared",
                     case, row)  # fmt: skip
    if any(isinstance(x, int) for x in case.point):
        in_floats = replace(case, point=tuple(map(float, case.point)))
        beside = question.remark(in_floats, question.ask(in_floats), remark.place)
        if beside is None:
            return Cause(("integers",), "whole numbers handed over as integers", case, row)
        case, remark = in_floats, beside
    if misread := constants_read_as(question, step):
        return Cause(("constants", misread), f"constants are {misread}", case)
    if equal_values(question, case, remark):
        return Cause(("equal",), "two arguments of equal value are taken for one", case)
    written = shape_of(case.program)
    what = f"the value of {row}" if not remark.place else slope_words(row, case, remark.place)
    hows = ("row", row, remark.place, written)
    how = next((h for h in CHANGES if (*hows, h) in question.known and fits(h, case, remark)), "")
    how = how or changed(question, case, remark)
    return Cause((*hows, how), f"{what} {how or 'is wrong'}{written}", case, row)


def narrower(question: EngineAsked, case: Case) -> bool:
    """Whether every number of an answer is one of a narrower format, and right in that."""
    answer = question.ask(case)
    forms = (f for f in FORMATS.values() if f.bits < question.form.bits)
    numbers = (answer.value, *answer.gradient)
    return any(
        all(form.nearest(x) == x or x != x for x in numbers)
        and not any(r.fails for r in judged(Truth(c.program), c.point, answer, form))
        for form in forms
        for c in (case, rounded(case, form))
    )


def rounded(case: Case, form: Format) -> Case:
    """The case with its numbers rounded to a format, as leaves of that format hold them."""

    def near(x: Any) -> Any:
        return x if isinstance(x, int) else form.nearest(x)

    program = replace(case.program, constants=tuple(map(near, case.program.constants)))
    return replace(case, program=program, point=tuple(map(near, case.point)))


FEWER_BITS = (8, 11, 24)  # of bfloat16, float16, float32


def narrow_number(question: EngineAsked, remark: Remark) -> bool:
    """Whether a number has fewer bits than the format, and is off by no more than that explains."""
    got, exact = remark.got or 0.0, remark.exact or 0.0
    if not math.isfinite(got):
        return False
    mantissa = math.frexp(got)[0]
    return any(
        bits < question.form.bits and math.ldexp(mantissa, bits).is_integer()
        and abs(got - exact) <= math.ldexp(abs(exact), 2 - bits)
        for bits in FEWER_BITS
    )  # fmt: skip


def narrow_everywhere(question: EngineAsked, case: Case, remark: Remark) -> bool:
    """The same wherever else it fails; once that is known, it need not be looked at again."""
    others = [found for _, found in elsewhere(question, case, remark.place)]
    narrow = all(narrow_number(question, found) for found in others)
    return narrow and (question.narrow or (bool(others) and narrow_product(question)))


IRREGULAR_PRODUCT = Case(Program(("x", "y"), (), (("mul", 0, 1),), 2), (0.1, 0.7))


def narrow_product(question: EngineAsked) -> bool:
    """Whether a product is rounded to fewer bits: 1 - y*y may have few by what cancels in it."""
    answer = question.ask(IRREGULAR_PRODUCT)
    pairs = zip((answer.value, *answer.gradient), (0.1 * 0.7, 0.7, 0.1))
    return bool(answer.crash) or any(
        narrow_number(question, Remark("PRECISION", 0, got, exact)) for got, exact in pairs
    )


IRREGULAR_POINT = (0.7, 1.3, 1.9, 0.4, 2.6)
MISREAD: dict[str, Callable[[Any], Any]] = {
    "read without their sign": abs, "read as 0": lambda c: 0 * c, "negated": lambda c: -c,
    "cut to whole numbers": lambda c: int(c) if math.isfinite(c) else c,
}  # fmt: skip


def constants_read_as(question: EngineAsked, step: StepAlone) -> str:
    """How the constants were misread, if an answer is right for what they became."""
    ordinary = replace(step.case, point=IRREGULAR_POINT[: len(step.case.point)])
    constants = step.case.program.constants
    more = tuple(c + 5 for c in constants)
    larger = replace(ordinary, program=replace(step.case.program, constants=more))
    beside = [*(moved(step.case, factor) for factor in FACTORS_ELSEWHERE), ordinary, larger]
    beside = [case for case in beside if askable(case.program)]
    for name, change in MISREAD.items():
        if repr(tuple(map(change, constants))) != repr(constants) and all(
            reads_as(question, other, change) for other in (step.case, *beside)
        ):
            return name
    return ""


def reads_as(question: EngineAsked, case: Case, change: Callable[[Any], Any]) -> bool:
    """Whether the engine's answer is right for constants that were changed so."""
    program = case.program
    other = replace(program, constants=tuple(map(change, program.constants)))
    if not askable(other):
        return False
    if Truth(other).exact(case.point).undefined:
        return False
    answer = question.ask(case)
    return not any(r.fails for r in judged(Truth(other), case.point, answer, question.form))


NUDGE_FACTOR = 1 + 2.0**-20


def equal_values(question: EngineAsked, case: Case, remark: Remark) -> bool:
    """Whether it fails only where two arguments have one value, in a row that does not choose."""
    x = case.point
    if len({*x, 0.0}) > len(x) - (0.0 in x) or OPS[case.program.steps[-1][0]].chooses:
        return False
    other = replace(case, point=tuple(a * NUDGE_FACTOR**k for k, a in enumerate(x)))
    if Truth(other.program).exact(other.point).undefined:  # a power of -1 that is not whole
        return False
    return question.remark(other, question.ask(other)) is None


def slope_words(row: str, case: Case, place: int) -> str:
    many = len(case.program.variables)
    return f"the slope of {row}" + (f" by its {ORDINALS[min(place, 4)]} argument" * (many > 1))


ORDINALS = ("", "first", "second", "third", "last")


def shape_of(program: Program) -> str:
    """How its operands differ from distinct variables: "" where they do not."""
    n, first = len(program.variables), len(program.variables) + len(program.constants)
    row, *args = program.steps[-1]
    fixed = OPS[row].parameters
    constants = [k for k, j in enumerate(args) if n <= j < first and k not in fixed]
    if constants:
        return f" where its {ORDINALS[min(constants[0] + 1, 4)]} argument is a constant"
    uses = fan_out(program)
    return " where two arguments are one node" if any(uses[k] > 1 for k in range(n)) else ""


CHANGES: dict[str, Callable[[Remark, Truth, Case], float]] = {
    "has the wrong sign": lambda r, t, c: -(r.exact or 0.0),
    "is twice what it should be": lambda r, t, c: 2 * (r.exact or 0.0),
    "is half of what it should be": lambda r, t, c: (r.exact or 0.0) / 2,
    "is that by the other argument": lambda r, t, c: float(
        t.balls(c.point)[3 - r.place] if r.place and len(c.point) == 2 else math.nan),
    "has its arguments swapped": lambda r, t, c: float(
        t.balls(c.point[::-1])[r.place] if len(c.point) == 2 else math.nan),
    "lacks the exponent as a factor": lambda r, t, c: (r.exact or 0.0) / c.program.constants[0]
        if c.program.constants and c.program.constants[0] and r.place else math.nan,
}  # fmt: skip
FACTORS_ELSEWHERE = (1.37, 0.61, -1.0, 2.3)  # factors of a point that lead to others
AGREES = 1e-6
ENOUGH = 2  # other points that must agree


def moved(case: Case, factor: float) -> Case:
    """The case at another point, and with another exponent where the row has one."""
    program = case.program
    point = tuple(x * factor + 0.1 * k for k, x in enumerate(case.point))
    constants = tuple(c + k if isinstance(c, int) else c
                      for k, c in zip((round(factor),) * len(program.constants), program.constants))
    other = replace(case, program=replace(program, constants=constants), point=point)
    return other if askable(other.program) else replace(case, point=point)


def changed(question: EngineAsked, case: Case, remark: Remark) -> str:
    """The name of what was done to the right number, where it holds at other points, too."""
    names = [n for n in CHANGES if fits(n, case, remark)] if remark.kind == "RULE" else []
    if not names:
        return ""
    seen = 0
    for other, found in elsewhere(question, case, remark.place):
        if found.kind == "RULE":
            seen += 1
            names = [n for n in names if fits(n, other, found)]
    return names[0] if names and seen >= ENOUGH else ""


def fits(name: str, case: Case, remark: Remark) -> bool:
    """Whether the number is what this change makes of the truth."""
    try:
        wanted = CHANGES[name](remark, Truth(case.program), case)
    except (ArithmeticError, IndexError):
        return False
    got = remark.got if remark.got is not None else math.nan
    return wanted != remark.exact and (got == wanted or abs(got - wanted) <= AGREES * abs(wanted))


# --- what does not lie in the numbers of one question ---------------------------------------------

OTHER = Case(Program(("x", "y"), (), (("mul", 0, 1), ("add", 2, 0)), 3), (3.0, 7.0))


def between_questions(question: EngineAsked, case: Case, remark: Remark) -> Cause | None:
    """A cause that lies in what was asked before, in steps beside the root, or in equal values."""
    place = remark.place
    before = question.ask(case)
    if OTHER.program.operations <= case.program.operations | {"add", "mul"}:
        question.ask(OTHER)
    after = [question.ask(case) for _ in range(3)]
    numbers = [(a.value, *a.gradient)[place] for a in (before, *after) if not a.crash]
    if any(not same(x, remark.got, remark.exact) for x in numbers):
        return Cause(("unsteady",), "the answer depends on what was asked before")
    if unused(case.program):
        return Cause(("beside",), "steps that the root does not use change its gradient")
    return None


def joined(question: EngineAsked, case: Case) -> bool:
    """Whether every step is right by itself, so that what joins them is not."""
    if case.order != 1 or len(case.program.steps) > MOST_STEPS:
        return False
    steps = Taken(question, case, apart=False).steps.values()
    return len(steps) > 1 and not any(question.remark(s.case, s.answer) for s in steps)
