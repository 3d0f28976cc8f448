"""Names what is wrong with a gradient: by the wrong transformation that gives the engine's numbers.

- `cause_of(case, failure)` is the cause in words.
- `explanations(...)` are the transformations: what the gradient would be if the engine did that.
  The numbers have no pattern, so that one that gives them all is the cause.

Most are the truth about a program that is a little different: another axis, a cotangent of ones, an
operand transposed, one use of a shared input.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from itertools import combinations, permutations, product
from typing import Any

import numpy as np

from ...arithmetic.balls import STRICT, precision
from ...engine import backward
from ...errors import UsageError
from ..float_formats import FORMATS
from ..programs import with_step
from ..truth import BITS
from .tensor_program import TensorProgram, TensorStep
from .tensor_row import PAIR_DRAWS, SHAPE_DRAWS, TENSOR_ROWS
from .tensor_truth import TensorTruth, shapes_of
from .wrong_slopes import wrong_slopes
from .wrong_values import (
    PLAIN_FACTORS,
    SAME,
    Explained,
    alike,
    arguments,
    cause_of_value,
    in_other_places,
    instead,
    inverted,
    is_permutation,
    rows_called_alike,
    shown,
)

ASSIGNED = "contributions are assigned instead of added: one use counts"
TWICE = "one use of a shared tensor counts twice"
MEAN_OF_USES = "contributions of several uses are averaged instead of added"
WRONG_ORDER = "a node passes its gradient on before all its uses have added theirs: a wrong order"
EVERY_VISIT = "a node passes on all it has each time that it is reached: parts count several times"
READ = "the gradient is lost when a value was read before backward"
NOT_INVERTED = "the permutation is not inverted"
HISTORY = "the same call gives other gradients each time: something of earlier calls is kept"
AGAIN = "a second backward gives another gradient: gradients inside the graph stay"
OUT_OF_GRAPH = {
    "detach": "what was detached has a gradient, or takes that of others",
    "no_grad": "what was computed under no_grad has a gradient, or takes that of others",
    "": "a tensor was changed in place, and backward takes it for what it was before, or after",
}
# causes that are no operation's own
OF_ADDING_UP = (ASSIGNED, TWICE, MEAN_OF_USES, WRONG_ORDER, EVERY_VISIT)
OF_THE_GRAPH = (*OF_ADDING_UP, READ, AGAIN, HISTORY, *OUT_OF_GRAPH.values())
LONGEST_ERROR = 90  # characters of one
TO_ONE_SIDE = "are off a little to one side: an eps that is not theirs, or a constant cut short"
FIRST_DIGITS = "are right in their first digits only: rounded on the way, or with their own eps"
OF_ONE_SIDE = 3  # elements that are all too large, or all too small
UNEXPLAINED = "the gradient is wrong"
REACHES_NOT = "no gradient reaches"
UNUSED_CONSUMERS = f"{REACHES_NOT} a tensor that has consumers which the root does not use"
AT_A_TIE = "at a tie"
OF_SLOPE = "the slope is wrong"
TOO_FEW, TOO_MANY = "some elements get no gradient", "elements that have no gradient get one"
IN_A_GRAPH = "the gradient of a graph is wrong whose steps are right one by one"
OF_STEPS = "steps in a row are wrong that are right one by one, as if they were merged or mistaken"
AS_IT_LIES = "elements are taken in the order in which they lie in memory, not in that of the array"
STAYS_WHOLE = "what is given as integers stays integers: its gradients are no integers"
NOT_CHOSEN = "what is infinite or no number counts although it is not chosen, as in c*a + (1 - c)*b"
OF_TWO_CALLS = "two calls share what they keep for backward: alone each is right"


def cause_of(case: Any, failed: Any) -> str:
    """The likeliest cause in words."""
    return next(causes_of(case, failed))


def causes_of(case: Any, failed: Any) -> Iterator[str]:
    """Every cause that gives these numbers, the likeliest first; there is at least one."""
    told = by_looks(case, failed)
    if told:
        yield told
    if told and not (came_to_nothing(failed) and told.startswith(REACHES_NOT)):
        return
    single, names = len(case.program.steps) == 1, [name for name, _ in case.program.inputs]
    got = np.zeros(np.shape(failed.exact)) if failed.got is None else failed.got
    got = np.asarray(got, dtype=float)
    every = explanations(case, names.index(failed.partial), got, failed.gradients)
    if "in a row" in case.flags and not single:
        every = (e for e in every if e[0] in OF_THE_GRAPH or e[0].startswith("only the first"))
    if failed.kind == "PRECISION":  # what gives the exact gradient, too, explains nothing
        every = (e for e in every if e[0] in OF_THE_GRAPH and not alike(failed.exact, e[1]))
    fitting = (words for words, as_if in every if alike(got, as_if))
    first = next(fitting, "" if told else otherwise(case, failed))
    yield from filter(None, (first, *fitting))


def otherwise(case: Any, failed: Any) -> str:
    """What is said of numbers that nothing gives."""
    if len(case.program.steps) == 1:
        return UNEXPLAINED
    if failed.kind == "PRECISION":
        return lost_digits(failed)
    rest = {"two calls": OF_TWO_CALLS, "in a row": OF_STEPS}
    return next((rest[f] for f in case.flags if f in rest), IN_A_GRAPH)


def by_looks(case: Any, failed: Any) -> str:
    """What is told without trying what gives the numbers; "" where that has to be tried."""
    if failed.kind == "CRASH":
        return f"raised {without_numbers(failed.note)}" if ":" in failed.note else failed.note
    if case.backwards > 1:
        return AGAIN
    if case.apart or case.in_place:
        return OUT_OF_GRAPH[case.apart]
    if "written into" in failed.note:
        return str(failed.note)
    if case.layout != "C":  # in order it is right
        whole = STAYS_WHOLE if failed.partial else STAYS_WHOLE.replace("gradients", "values")
        return whole if case.layout == "int" else AS_IT_LIES
    if "not finite" in case.flags and failed.kind == "RANGE":
        return NOT_CHOSEN
    single = len(case.program.steps) == 1
    if failed.kind == "PRECISION" and (single or not failed.partial):
        return lost_digits(failed)
    if not failed.partial:
        return wrong_value(case, failed) if single else OF_STEPS
    nothing = came_to_nothing(failed)
    if nothing and on_itself(case.program) and case.truth.scalars.exact(case.point).kinks:
        return at_ties(case, failed)
    if nothing:
        return of_nothing(case, failed)
    if not np.isfinite(failed.got).all():
        return not_finite(case, failed)
    return at_ties(case, failed) if failed.note.startswith("ties") else ""


def came_to_nothing(failed: Any) -> bool:
    """Whether there is no gradient where one is due."""
    missing = failed.got is None or (not np.any(failed.got) and bool(np.any(failed.exact)))
    return bool(failed.partial) and missing


def general(words: str) -> str:
    """A cause without its numbers: along axis 0 or axis 1, it is one."""
    return re.sub(r"\([^)]*\)|-?\d+|None", "#", words)


def vague(words: str) -> bool:
    """Whether it tells what is seen, and not why."""
    return words in TELLS_LITTLE or words.startswith((REACHES_NOT, "the gradient has "))


def without_numbers(message: str) -> str:
    """An error's text without its shapes, so that one error is one cause."""
    return re.sub(r"\([\d, ]*\)|\d+", "#", message)[:LONGEST_ERROR]


# --- by their looks -------------------------------------------------------------------------------


def lost_digits(failed: Any) -> str:
    got, exact = np.asarray(failed.got, dtype=float), np.asarray(failed.exact)
    what = "gradients" if failed.partial else "values"
    with np.errstate(all="ignore"):
        single = (got == got.astype(np.float32)).all()
        wider = (exact != exact.astype(np.float32)).any()
    if got.size and single and wider and failed.dtype == "float64":
        return f"{what} are rounded to float32"
    used = exact != 0
    sides = np.sign((np.abs(got) - np.abs(exact))[used]) if got.shape == exact.shape else got[:0]
    one_side = abs(sides.sum()) == sides.size >= OF_ONE_SIDE
    return f"{what} {TO_ONE_SIDE if one_side else FIRST_DIGITS}"


def wrong_value(case: Any, failed: Any) -> str:
    got = np.asarray(failed.got, dtype=float)
    if not np.isfinite(got).all() and np.isfinite(failed.exact).all():
        return "the value overflows on the way"
    return cause_of_value(case.program, case.point, got)


def of_nothing(case: Any, failed: Any) -> str:
    if failed.note.startswith("ties"):
        return at_ties(case, failed)
    if case.read:
        return READ
    if unused(case.program):
        return UNUSED_CONSUMERS
    k = [name for name, _ in case.program.inputs].index(failed.partial)
    return f"{REACHES_NOT} {called(case.program, k)}"


def on_itself(program: TensorProgram) -> bool:
    """Whether it is one step with one operand in several places: every comparison is a tie."""
    args = program.steps[0].args if len(program.steps) == 1 else ()
    return len(set(args)) < len(args)


def unused(program: TensorProgram) -> bool:
    """Whether a step's result is never used."""
    used = {program.root, *(a for step in program.steps for a in step.args)}
    return any(i not in used for i in range(program.first, len(program)))


def not_finite(case: Any, failed: Any) -> str:
    if 0.0 in case.point and "huge" not in case.flags:
        return "something is divided by an element that is 0"
    if "huge" in case.flags:
        return "the gradient overflows on the way"
    return "the gradient is not finite"


def at_ties(case: Any, failed: Any) -> str:
    """The slopes of equal arguments: together they are those of one."""
    got = np.zeros(np.shape(failed.exact)) if failed.got is None else np.asarray(failed.got)
    if ((got == 0) & (failed.exact != 0)).any():
        return f"{AT_A_TIE} no argument gets the gradient"
    k = [name for name, _ in case.program.inputs].index(failed.partial)
    truth, form = case.truth, FORMATS[failed.dtype]
    full = truth.whole_shares(case.point, form)
    if alike(got, input_part(case.program, full, k)):
        return f"{AT_A_TIE} every argument gets the full gradient"
    return f"{AT_A_TIE} the shares of the gradient do not add up to all of it"


# --- the truth about another program --------------------------------------------------------------


def gradient(program: TensorProgram, point: Any, k: int) -> Any:
    """The exact gradient of input k, or None where the program has no meaning."""
    found = gradients_of(program, tuple(point))
    return None if found is None else input_part(program, found, k)


@lru_cache(maxsize=8192)
def gradients_of(program: TensorProgram, point: tuple[float, ...]) -> np.ndarray | None:
    """Those of all inputs one after another: a case is explained more than once."""
    try:
        near, _ = TensorTruth(program).numbers(point)
    except (UsageError, ZeroDivisionError, ValueError):
        return None
    return near[len(near) - len(point) :]


def input_part(program: TensorProgram, flat: Any, k: int) -> Any:
    sizes = [int(np.prod(s, dtype=int)) for _, s in program.inputs]
    first = sum(sizes[:k])
    return np.asarray(flat[first : first + sizes[k]]).reshape(program.inputs[k][1])


def explanations(
    case: Any, k: int, got: np.ndarray, gradients: Any = ()
) -> Iterator[Explained]:
    """The likeliest first."""
    program, point = case.program, case.point
    exact = gradient(program, point, k)
    yield from of_shape(program, exact, got)
    if exact is None or exact.shape != got.shape:
        return
    ones = replace(program, cotangent=(1.0,) * len(program.cotangent))
    yield "the cotangent is taken for ones", gradient(ones, point, k)
    factors = list(scaled(program, exact, got))
    yield from of_order(program, point, k)
    yield from of_uses(program, point, k)
    own = np.array(program.cotangent).reshape(shapes_of(program)[program.root])
    if own.shape == exact.shape and len(program.steps) == 1:
        yield "the cotangent is passed on as it came", own
        if (own < 0).any():
            yield BY_ITS_SIGN, np.where(own > 0, exact, 0.0)
            yield SIGN_INSTEAD, np.where(own > 0, own, 0.0)
    yield from (f for f in factors if f[0] in PLAIN_FACTORS.values())
    yield from of_rows(case, k)
    yield from of_batches(program, exact, k)
    yield from of_broadcasts(case, k)
    yield from of_terms(case, k)
    yield from (f for f in factors if f[0] not in (*PLAIN_FACTORS.values(), A_FACTOR))
    yield from of_parameters(program, point, k)
    yield from not_put_back(program, point, k)
    yield from of_conditions(program, point, k)
    yield from of_operands(case, k, gradients)
    yield from of_slopes(case, k)
    yield "the gradient starts at 1, not at 0", exact + 1
    if len(program.steps) == 1 and not TENSOR_ROWS[program.steps[0].name].mistakes:
        own_numbers = input_part(program, point, k)
        with np.errstate(all="ignore"):
            yield "the argument itself is a factor that does not belong there", exact * own_numbers
            yield "divided by the argument itself, which does not belong there", exact / own_numbers
    yield from (f for f in factors if f[0] == A_FACTOR)
    yield from ((f"the gradient is {how}", moved) for how, moved in in_other_places(exact))
    yield from of_cotangents(program, point, k)
    yield from of_one_for_all(program, point, k)
    yield from of_jacobian(program, point, k, exact, got)
    yield from of_other_rows(program, point, k)
    yield from of_masks(exact, got)
    if exact.shape != own.shape and len(program.steps) == 1 and not program.steps[0].params:
        if fits(exact.shape, own.shape):
            yield OF_BROADCAST, got


BY_ITS_SIGN = "where the cotangent is below 0 no gradient is passed on"
SIGN_INSTEAD = "the sign of the cotangent decides where that of the argument should"


def of_shape(program: TensorProgram, exact: Any, got: np.ndarray) -> Iterator[Explained]:
    if exact is None or got.shape == exact.shape:
        return
    yield from forwards_again(program)
    summed = got.sum(axis=tuple(range(max(0, got.ndim - exact.ndim))))
    for axis, n in enumerate(exact.shape if summed.ndim == exact.ndim else ()):
        summed = summed.sum(axis=axis, keepdims=True) if n == 1 != summed.shape[axis] else summed
    if alike(summed, exact):
        yield "the gradient of a broadcast axis is not summed", got
    lost = tuple(a for a, n in enumerate(exact.shape) if n == 1)
    for axes in (c for n in range(1, len(lost) + 1) for c in combinations(lost, n)):
        if fits(exact.squeeze(axes).shape, got.shape):
            yield AXIS_LOST, np.broadcast_to(exact.squeeze(axes), got.shape)
    if got.ndim != exact.ndim:
        yield f"the gradient has {got.ndim} axes, the input {exact.ndim}", got
    yield OTHER_SHAPE, got


OTHER_SHAPE = "the gradient has another shape than the input"
AXIS_LOST = "the gradient of a broadcast axis is summed, but its axis is lost: keepdims is missing"
OF_OTHER_SHAPE = (AXIS_LOST, "the gradient has ")


def forwards_again(program: TensorProgram) -> Iterator[Explained]:
    """As if a step that moves elements did with the cotangent what it did with them."""
    own = np.array(program.cotangent).reshape(shapes_of(program)[program.root])
    alone = len(program.steps) == len(program.inputs) == 1
    if not alone or own.size != np.prod(program.inputs[0][1]):
        return
    again = replace(program, inputs=(("g", own.shape),), cotangent=())
    with suppress(UsageError, ZeroDivisionError, ValueError):
        turned_again = TensorTruth(again).forward(own.ravel().tolist())
        permuted = any(map(is_permutation, program.steps[0].params.values()))
        yield NOT_INVERTED if permuted else NOT_TRANSPOSED, turned_again


A_FACTOR = "a constant factor is wrong"
TOO_MUCH = "multiplied by the number of elements (or not divided by it)"
TOO_LITTLE = "divided by the number of elements too often"
ONE_LESS = "divided by n where n - 1 belongs, or by n - 1 for n"
OF_OTHERS = "divided by another number of elements than belongs there: by that of other axes"


OF_COUNTS = (TOO_MUCH, TOO_LITTLE, ONE_LESS, OF_OTHERS, PLAIN_FACTORS[2.0], PLAIN_FACTORS[0.5])


def scaled(program: TensorProgram, exact: Any, got: np.ndarray) -> Iterator[Explained]:
    """One factor for all elements, under each name that it may have."""
    used = exact != 0
    if not used.any():
        return
    factor = float(np.median(got[used] / exact[used]))
    names = dict.fromkeys(words for f, words in factors_of(program, exact)
                          if abs(f - factor) < SAME * abs(f))  # fmt: skip
    yield from ((words, factor * exact) for words in names)
    if not names and np.unique(exact[used]).size > 1:
        yield A_FACTOR, factor * exact


def factors_of(program: TensorProgram, exact: Any) -> Iterator[tuple[float, str]]:
    """Factors that mean something, given how many elements there are."""
    yield from PLAIN_FACTORS.items()
    root = shapes_of(program)[program.root]
    each = exact.size // max(1, int(np.prod(root, dtype=int)))
    if root == exact.shape and len(program.steps) == 1:
        return  # element by element: nothing is divided by how many there are
    sizes = {n for n in (*exact.shape, *root, exact.size, each) if n > 1}
    for n in sizes:
        yield from ((n, TOO_MUCH), (1 / n, TOO_LITTLE), (1 / n**2, TOO_LITTLE))
    for n in sizes:
        yield from ((n / (n - 1), ONE_LESS), ((n - 1) / n, ONE_LESS))
    for n, m in product((*sizes, *(n - 1 for n in sizes)), sizes):
        yield from ((f, OF_OTHERS) for f in (n / m, m / n) if f not in (1.0, n, m))


def of_parameters(program: TensorProgram, point: Any, k: int) -> Iterator[Explained]:
    """As if a step had other parameters, that give a root of the same shape."""
    for i, step in enumerate(program.steps):
        for name, value in step.params.items():
            for other in instead(step, name, value, program):
                changed = with_step(program, i, replace(step, params={**step.params, name: other}))
                words = f"as if {name} were {shown(other)}, not {shown(value)}"
                inverse = is_permutation(value) and other == inverted(value)
                yield NOT_INVERTED if inverse else words, same_root(program, changed, point, k)


def same_root(program: TensorProgram, changed: TensorProgram, point: Any, k: int) -> Any:
    """The gradient of a changed program, None where its root has another shape."""
    try:
        if shapes_of(changed)[changed.root] != shapes_of(program)[program.root]:
            return None
    except UsageError:
        return None
    return gradient(changed, point, k)


def of_uses(program: TensorProgram, point: Any, k: int) -> Iterator[Explained]:
    """One use of a shared node at a time: = for +=."""
    every = ((i, j, a) for i, step in enumerate(program.steps) for j, a in enumerate(step.args))
    uses = [(i, j) for i, j, a in every if a == k]
    if len(uses) < 2:
        return
    parts = [gradient_of_use(program, point, k, use) for use in uses]
    known = [p for p in parts if p is not None]
    for part in known:
        yield ASSIGNED, part
        yield TWICE, sum(known) + part
    yield MEAN_OF_USES, sum(known) / len(uses)
    for many in range(2, len(known)):
        yield f"only the first {many} uses of a tensor count", sum(known[:many])
        yield f"only the first {many} uses of a tensor count", sum(known[-many:])


def gradient_of_use(program: TensorProgram, point: Any, k: int, use: tuple[int, int]) -> Any:
    """The gradient that flows through one argument: it becomes an input of its own."""
    name, shape = program.inputs[k]
    n = len(program.inputs)

    def place(a: int) -> int:
        return a if a < n else a + 1

    steps = []
    for i, step in enumerate(program.steps):
        args = tuple(n if (i, j) == use else place(a) for j, a in enumerate(step.args))
        steps.append(replace(step, args=args))
    inputs = (*program.inputs, (f"{name}_", shape))
    split = replace(program, inputs=inputs, steps=tuple(steps), root=place(program.root))
    part = input_part(program, point, k).ravel().tolist()
    return gradient(split, (*point, *part), n)


MOST_ORDERED = 12  # steps of a graph whose walks are tried


def of_order(program: TensorProgram, point: Any, k: int) -> Iterator[Explained]:
    """As if nodes were done in another order than after all of their uses."""
    if not 1 < len(program.steps) <= MOST_ORDERED:
        return
    pulls = Pulls(program, point)
    for sign in (1, -1):
        for order in (by_depth(program, sign), by_breadth(program, sign)):
            now, later = pulls.walked(order, k)
            yield WRONG_ORDER, later
            yield WRONG_ORDER, now
        yield EVERY_VISIT, pulls.walked(by_breadth(program, sign, again=True), k)[1]
        yield EVERY_VISIT, pulls.visited(k, sign)


def node_args(program: TensorProgram, i: int) -> tuple[int, ...]:
    return program.steps[i - program.first].args if i >= program.first else ()


def by_depth(program: TensorProgram, sign: int) -> list[int]:
    """Each node when it is first met, then what it was made of."""
    order, stack = [], [program.root]
    while stack:
        i = stack.pop()
        if i not in order:
            order.append(i)
            stack += node_args(program, i)[::sign]
    return order


def by_breadth(program: TensorProgram, sign: int, again: bool = False) -> list[int]:
    """Node by node what it was made of; `again`: twice what stands in both places of a step."""
    order = [program.root]
    for i in order:
        args = node_args(program, i)[::sign]
        order += [a for a in (args if again else dict.fromkeys(args)) if a not in order]
    return order


class Pulls:
    """The gradients that each step of a program passes on to its arguments."""

    def __init__(self, program: TensorProgram, point: Any) -> None:
        self.program = program
        shapes = shapes_of(program)
        self.nodes = [TensorTruth(replace(program, root=i, cotangent=())).forward(point)
                      for i in range(len(shapes))]  # fmt: skip

    def of(self, i: int, adjoint: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
        """What node i gives each of its arguments."""
        program, n = self.program, len(self.program.inputs)
        if i < program.first:
            return
        step = program.steps[i - program.first]
        free = [a for a in step.args if not n <= a < program.first]
        fixed = [a for a in step.args if n <= a < program.first]
        places = iter(range(len(free))), iter(range(len(free), len(step.args)))
        args = tuple(next(places[n <= a < program.first]) for a in step.args)
        alone = TensorProgram(
            tuple((f"x{j}", self.nodes[a].shape) for j, a in enumerate(free)),
            tuple(program.constants[a - n] for a in fixed),
            (TensorStep(step.name, args, step.params),), len(args), tuple(adjoint.ravel().tolist()),
        )  # fmt: skip
        point = [float(x) for a in free for x in self.nodes[a].ravel()]
        for j, a in enumerate(free):
            part = gradient(alone, point, j)
            yield a, np.zeros(self.nodes[a].shape) if part is None else part

    def start(self) -> dict[int, np.ndarray]:
        root = self.program.root
        return {root: np.array(self.program.cotangent).reshape(self.nodes[root].shape)}

    def walked(self, order: list[int], k: int) -> tuple[np.ndarray, np.ndarray]:
        """The adjoint of input k when its turn came, and in the end."""
        adjoints, none = self.start(), np.zeros(self.nodes[k].shape)
        now = none
        for i in order:
            now = adjoints.get(k, none) if i == k else now
            for a, part in self.of(i, adjoints.get(i, np.zeros(self.nodes[i].shape))):
                adjoints[a] = adjoints[a] + part if a in adjoints else part
        return now, adjoints.get(k, none)

    def visited(self, k: int, sign: int) -> np.ndarray | None:
        """The adjoint of input k if every visit sends on all that has come so far."""
        adjoints, stack, many = self.start(), [self.program.root], 0
        while stack and many < MOST_PASSED_ON:
            i, many = stack.pop(), many + 1
            parts = list(self.of(i, adjoints[i]))
            for a, part in parts:
                adjoints[a] = adjoints[a] + part if a in adjoints else part
            stack += [a for a, _ in parts][::sign]
        return None if stack else adjoints.get(k)


MOST_PASSED_ON = 40


def of_batches(program: TensorProgram, exact: Any, k: int) -> Iterator[Explained]:
    """As if what all samples have in common were averaged over them."""
    if len(program.steps) != 1 or k not in program.steps[0].args:
        return
    args = program.steps[0].args
    first = shapes_of(program)[args[0]]
    if args.index(k) and len(first) > 1 and first[0] > 1:
        yield AVERAGED, exact / first[0]


AVERAGED = "the gradient is averaged over the batch instead of summed"


def of_broadcasts(case: Any, k: int) -> Iterator[Explained]:
    """As if of several axes that are broadcast some were not summed."""
    program, parts = case.program, case.parts
    shape, root = program.inputs[k][1], shapes_of(program)[program.root]
    if len(program.steps) > 1 or shape == root or k not in program.steps[0].args:
        return
    for wide in as_wide(shape, root):
        inputs = tuple((n, wide if j == k else s) for j, (n, s) in enumerate(program.inputs))
        point = flat([np.broadcast_to(p, wide) if j == k else p for j, p in enumerate(parts)])
        whole = same_root(program, replace(program, inputs=inputs), point, k)
        if whole is not None:
            yield from partly_summed(whole, shape)


def as_wide(shape: Any, root: Any) -> list[Any]:
    """The shapes that an operand may be broadcast to: the root's, or stacks of its matrices."""
    several = len(root) - len(shape)
    wide = [root, (*root[:several], *shape), (*root[:-2], *shape[-2:])]
    return [w for w in dict.fromkeys(wide) if w != shape and fits(shape, w)]


def partly_summed(whole: np.ndarray, shape: Any) -> Iterator[Explained]:
    """The gradient of what was broadcast from `shape`, summed over some of the axes."""
    lead = whole.ndim - len(shape)
    axes = [a for a, n in enumerate(whole.shape) if a < lead or shape[a - lead] == 1 != n]
    for several in range(1, len(axes) + 1) if whole.size else ():
        for taken in combinations(axes, several):
            summed = whole.sum(axis=tuple(set(axes) - set(taken)), keepdims=True)
            for at in (0, -1):
                some = summed
                for axis in taken:
                    some = some.take([at], axis)
                yield f"{BROADCAST} not summed: one term counts", some.reshape(shape)
            mean = summed.mean(axis=taken, keepdims=True)
            yield f"{BROADCAST} averaged, not summed", mean.reshape(shape)


BROADCAST = "the gradient of a broadcast axis is"
OF_BROADCAST = f"{BROADCAST} wrong: where nothing is broadcast all is right"


def fits(shape: Any, wide: Any) -> bool:
    try:
        return np.broadcast_shapes(shape, wide) == tuple(wide)
    except ValueError:
        return False


def of_rows(case: Any, k: int) -> Iterator[Explained]:
    """The mistakes that the row of the only step knows of."""
    program = case.program
    if len(program.steps) != 1 or k not in program.steps[0].args:
        return
    step = program.steps[0]
    value = TensorTruth(program).forward(case.point)
    weights = np.array(program.cotangent).reshape(value.shape)
    args = arguments(program, case.point)
    params = {**TENSOR_ROWS[step.name].defaults, **step.params}
    for words, rule in TENSOR_ROWS[step.name].mistakes:
        with np.errstate(all="ignore"):
            yield from ((words, f) for f in rule(weights, value, args, params, step.args.index(k)))


def of_slopes(case: Any, k: int) -> Iterator[Explained]:
    """As if what works element by element had another slope in its backward."""
    program, step = case.program, case.program.steps[0]
    draws = TENSOR_ROWS[step.name].draws[:2]
    if len(program.steps) > 1 or draws not in (SHAPE_DRAWS[:2], PAIR_DRAWS[:2]):
        return
    value = TensorTruth(program).forward(case.point)
    operands = [np.broadcast_to(a, value.shape) for a in arguments(program, case.point)]
    weights, shape = np.array(program.cotangent).reshape(value.shape), program.inputs[k][1]
    if len({*step.args}) == len(step.args) and k in step.args:
        for words, slopes in wrong_slopes(operands, value, step.args.index(k)):
            yield words, summed_to(weights * slopes, shape)


def summed_to(wide: np.ndarray, shape: Any) -> np.ndarray:
    """The gradient of what was broadcast from `shape`."""
    lead = wide.ndim - len(shape)
    axes = [a for a, n in enumerate(wide.shape) if a < lead or shape[a - lead] == 1 != n]
    return wide.sum(axis=tuple(axes), keepdims=True).reshape(shape)


def of_terms(case: Any, k: int) -> Iterator[Explained]:
    """An element of the gradient is a sum; as if only one of its terms counted, or their mean."""
    terms = terms_of(case)
    shape = case.program.inputs[k][1]
    sizes = [int(np.prod(s, dtype=int)) for _, s in case.program.inputs]
    own = terms[sum(sizes[:k]) : sum(sizes[: k + 1])]
    if not any(len(t) > 1 for t in own):
        return

    def of(choose: Any) -> np.ndarray:
        return np.array([choose(t) if t else 0.0 for t in own]).reshape(shape)

    what = what_is_summed(case.program, k, own)
    if what == OF_A_SUM:
        yield from ((OF_A_SUM, of(lambda t, at=at: t[at])) for at in (-1, 0))
        return
    yield f"{what} not summed: one term counts", of(lambda t: t[-1])
    yield f"{what} not summed: one term counts", of(lambda t: t[0])
    yield f"{what} averaged, not summed", of(lambda t: sum(t) / len(t))


OF_A_SUM = "of the terms that the gradient is the sum of only one counts"


def not_put_back(program: TensorProgram, point: Any, k: int) -> Iterator[Explained]:
    """As if the cotangent of what reduces were laid along the last axes, whichever it lost."""
    ones = replace(program, cotangent=(1.0,) * len(program.cotangent))
    slopes, root = gradient(ones, point, k), shapes_of(program)[program.root]
    if len(program.steps) == 1 and len(root) < slopes.ndim and fits(root, slopes.shape):
        yield NOT_PUT_BACK, slopes * np.array(program.cotangent).reshape(root)


NOT_PUT_BACK = "an axis that is lost is not put back: the cotangent lies along another one"


def what_is_summed(program: TensorProgram, k: int, terms: list[list[float]]) -> str:
    """Why an element of the input has several terms."""
    step, shapes = program.steps[0], shapes_of(program)
    if sum(s.args.count(k) for s in program.steps) > 1:
        return "the gradients of a tensor that is used twice are"
    if len(program.steps) > 1:
        return OF_A_SUM
    shape, root = shapes[k], shapes[program.root]
    if not step.params and shape != root and fits(shape, root):
        return BROADCAST
    # where elements are moved only, the terms are the cotangent's own numbers
    if {t for own in terms for t in own} <= set(program.cotangent):
        indices = any(c.whole for c in program.constants) or "key" in step.params
        several = "a repeated index" if indices else "an element's copies"
        return f"the gradients of {several} are"
    return OF_A_SUM


def terms_of(case: Any) -> list[list[float]]:
    """For every element of the inputs the terms that its gradient is the sum of."""
    scalars = case.truth.scalars
    terms: list[list[float]] = [[] for _ in case.truth.names]

    def join(j: int, adjoint: Any, term: Any) -> Any:
        if j < len(terms):
            terms[j].append(float(term))
        return term if adjoint is None else adjoint + term

    with precision(BITS):
        backward(scalars.tape, STRICT, scalars.values(case.point), join=join)
    return terms


def of_one_for_all(program: TensorProgram, point: Any, k: int) -> Iterator[Explained]:
    """As if one number of the cotangent, or what it adds up to, stood for all: g[0] for g."""
    own = np.array(program.cotangent).reshape(shapes_of(program)[program.root])
    if len(program.steps) > 1 or own.size < 2:
        return
    flat = own.ravel()
    ways = [("the first element", flat[0]), ("the last element", flat[-1]),
            ("the sum", flat.sum()), ("the mean", flat.mean())]  # fmt: skip
    for axis, n in enumerate(own.shape if own.ndim > 1 else ()):
        ways += [("one line", own.take([at], axis)) for at in (0, -1) if n > 1]
        ways += [("one line's sum", own.sum(axis, keepdims=True))]
    for words, way in ways:
        given = np.broadcast_to(way, own.shape).ravel().tolist()
        changed = replace(program, cotangent=tuple(given))
        yield f"{words} of the cotangent {FOR_ALL}", gradient(changed, point, k)


FOR_ALL = "stands where all of it belongs"


def of_cotangents(program: TensorProgram, point: Any, k: int) -> Iterator[Explained]:
    """As if the cotangent were permuted before it is used."""
    shape = shapes_of(program)[program.root]
    own = np.array(program.cotangent).reshape(shape)
    like = input_part(program, point, k)
    if own.size == like.size:
        yield "the elements of the cotangent are taken in another order", np.reshape(
            own, like.shape, order="F")
    if own.size == like.size and len(program.steps) == 1:
        words = "the cotangent is reshaped where it should be moved back"
        yield words, own.reshape(like.shape)
    others = [axes for axes in permutations(range(own.ndim)) if axes != tuple(range(own.ndim))]
    ways = [("transposed", own.transpose(axes)) for axes in others]
    ways += [("reversed", np.flip(own, axis)) for axis in range(own.ndim)]
    ways += [("shifted", np.roll(own, by, axis)) for axis in range(own.ndim) for by in (1, -1)]
    ways += [("in another order", np.reshape(own.ravel(order="F"), shape))]
    ways += [("reversed", np.flip(own))]
    for words, way in ways:
        if way.shape == own.shape or "order" in words:
            changed = replace(program, cotangent=tuple(way.ravel().tolist()))
            yield f"the cotangent is {words} on the way", gradient(changed, point, k)


def of_operands(case: Any, k: int, gradients: Any = ()) -> Iterator[Explained]:
    """As if operands were transposed, or had changed places."""
    program, parts = case.program, case.parts
    shapes = shapes_of(program)[: program.first]
    for j, shape in enumerate(shapes):
        if len(shape) >= 2 and shape[-1] == shape[-2]:
            yield f"as if {called(program, j)} were transposed (or its transpose were missing)", (
                gradient(*turned(case, j), k))
        if j < len(parts) and j != k and shape == program.inputs[k][1]:
            other = gradient(program, case.point, j)
            own = gradient(program, case.point, k)
            there = gradients[j] if j < len(gradients) else None
            both = there is not None and alike(np.asarray(there, dtype=float), own)
            yield CHANGED_PLACES if both else ANOTHERS, other
            swapped = [parts[{j: k, k: j}.get(i, i)] for i in range(len(parts))]
            yield "as if two operands changed places", gradient(program, flat(swapped), k)


def of_conditions(program: TensorProgram, point: Any, k: int) -> Iterator[Explained]:
    """As if what is chosen were not, and what is not chosen were."""
    for i, c in enumerate(program.constants):
        if c.whole and {*c.data} <= {0, 1}:
            turned_round = replace(c, data=tuple(1 - n for n in c.data))
            constants = (*program.constants[:i], turned_round, *program.constants[i + 1 :])
            other = gradient(replace(program, constants=constants), point, k)
            yield "as if the condition were inverted", other


def called(program: TensorProgram, node: int) -> str:
    """An input or a constant by its place in the call, where there is only one call."""
    args = program.steps[0].args if len(program.steps) == 1 else ()
    return f"argument {args.index(node) + 1}" if node in args else program.names[node]


def turned(case: Any, node: int) -> tuple[TensorProgram, tuple[float, ...]]:
    """The program and its point with the matrices of one input or constant transposed."""
    program, n = case.program, len(case.parts)
    if node < n:
        parts = [np.swapaxes(p, -1, -2) if i == node else p for i, p in enumerate(case.parts)]
        return program, flat(parts)
    constants = list(program.constants)
    old = constants[node - n]
    data = np.swapaxes(np.array(old.data).reshape(old.shape), -1, -2).ravel().tolist()
    constants[node - n] = replace(old, data=tuple(data))
    return replace(program, constants=tuple(constants)), case.point


CHANGED_PLACES = "the gradients of two inputs change places"
ANOTHERS = "an input gets the gradient that belongs to another one"


def flat(parts: Any) -> tuple[float, ...]:
    return tuple(float(x) for p in parts for x in p.ravel())


ONLY_DIAGONAL = "only the diagonal of the Jacobian is used: its other elements are left out"
NOT_TRANSPOSED = "the Jacobian is not transposed: the cotangent goes through it forwards"
OF_JACOBIAN = (ONLY_DIAGONAL, NOT_TRANSPOSED)
MOST_COLUMNS = 40  # elements of a root whose Jacobian is looked at


def of_jacobian(
    program: TensorProgram, point: Any, k: int, exact: Any, got: np.ndarray
) -> Iterator[Explained]:
    """As if only its diagonal counted, or it were not transposed."""
    n = len(program.cotangent)
    if not 1 < n == exact.size <= MOST_COLUMNS:
        return
    units = np.eye(n)
    rows = [gradient(replace(program, cotangent=tuple(u)), point, k) for u in units.tolist()]
    jacobian = np.array([r.ravel() for r in rows])
    weights = np.array(program.cotangent)
    diagonal = (np.diag(jacobian) * weights).reshape(exact.shape)
    if not (jacobian - np.diag(np.diag(jacobian))).any() and len(program.steps) == 1:
        yield from of_other_rows(program, point, k)
        yield from of_masks(exact, got)  # these tell more than that a slope is wrong
        yield OF_SLOPE, got
        return
    yield ONLY_DIAGONAL, diagonal
    yield NOT_TRANSPOSED, (jacobian @ weights).reshape(exact.shape)


def of_other_rows(program: TensorProgram, point: Any, k: int) -> Iterator[Explained]:
    """As if the step were another operation that is called alike."""
    if len(program.steps) != 1:
        return
    for name in rows_called_alike(program.steps[0].name):
        changed = with_step(program, 0, replace(program.steps[0], name=name))
        yield f"the gradient is that of {name}", same_root(program, changed, point, k)


def of_masks(exact: Any, got: np.ndarray) -> Iterator[Explained]:
    """Right where there is something, but too little or too much."""
    most = float(np.abs(got).max(initial=0.0))
    if (np.abs(exact) > most).any():
        words = f"the gradient is clipped: nothing is larger than {most:g}"
        yield words, np.clip(exact, -most, most)
    yield TOO_FEW, np.where(got == 0, 0.0, exact)
    if (exact == 0).any():
        yield TOO_MANY, np.where(exact == 0, got, exact)


ABOUT_PLACES = re.compile(
    "as if|axis|axes|another shape|transposed|reversed|shifted|order|moved|passed on as it came|"
    "change places|belongs to another|not inverted|number where it should be|first elements|"
    f"{FOR_ALL}"
)


def of_places(words: str) -> bool:
    """Whether a cause says that numbers are right, or would be, in other places."""
    return bool(ABOUT_PLACES.search(words)) and not words.startswith((BROADCAST, *OF_THE_GRAPH))


TELLS_LITTLE = (UNEXPLAINED, OF_BROADCAST, OF_SLOPE, TOO_FEW, TOO_MANY, A_FACTOR)
