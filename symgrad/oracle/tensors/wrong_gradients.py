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
from dataclasses import replace
from itertools import permutations
from typing import Any

import numpy as np

from ...arithmetic.balls import STRICT, precision
from ...engine import backward
from ...errors import UsageError
from ..programs import with_step
from ..truth import BITS
from .tensor_program import TensorProgram, TensorStep
from .tensor_row import TENSOR_ROWS
from .tensor_truth import TensorTruth, shapes_of

ASSIGNED = "contributions are assigned instead of added: one use counts"
TWICE = "one use of a shared tensor counts twice"
READ = "the gradient is lost when a value was read before backward"
NOT_INVERTED = "the permutation is not inverted"
AGAIN = "a second backward gives another gradient: gradients inside the graph stay"
OUT_OF_GRAPH = {
    "detach": "what was detached has a gradient, or takes that of others",
    "no_grad": "what was computed under no_grad has a gradient, or takes that of others",
    "": "a tensor was changed in place, and backward takes it for what it was before, or after",
}
# causes that are no operation's own
OF_THE_GRAPH = (ASSIGNED, TWICE, READ, AGAIN, *OUT_OF_GRAPH.values())
LONGEST_ERROR = 90  # characters of one
SAME = 1e-4  # relative: what explains the numbers gives their first digits, also in float32
UNEXPLAINED = "the gradient is wrong"
IN_A_GRAPH = "the gradient of a graph is wrong whose steps are right one by one"
OF_TWO_CALLS = "two calls share what they keep for backward: alone each is right"
Explained = tuple[str, Any]  # words, and the gradient that they would give


def cause_of(case: Any, failed: Any) -> str:
    """The cause in words."""
    if failed.kind == "CRASH":
        return f"raised {without_numbers(failed.note)}" if ":" in failed.note else failed.note
    if case.backwards > 1:
        return AGAIN
    if case.apart or case.in_place:
        return OUT_OF_GRAPH[case.apart]
    if "written into" in failed.note:
        return failed.note
    if failed.kind == "PRECISION":
        return lost_digits(failed)
    if not failed.partial:
        return wrong_value(failed)
    nothing = failed.got is None or (not np.any(failed.got) and np.any(failed.exact))
    if nothing and on_itself(case.program) and case.truth.scalars.exact(case.point).kinks:
        return at_ties(failed)
    if nothing:
        return of_nothing(case, failed)
    if not np.isfinite(failed.got).all():
        return not_finite(case, failed)
    if failed.note.startswith("ties"):
        return at_ties(failed)
    k = [name for name, _ in case.program.inputs].index(failed.partial)
    got = np.asarray(failed.got, dtype=float)
    fitting = (words for words, as_if in explanations(case, k, got) if alike(got, as_if))
    if len(case.program.steps) == 1:
        return next(fitting, UNEXPLAINED)
    return next(fitting, OF_TWO_CALLS if "two calls" in case.flags else IN_A_GRAPH)


def alike(got: np.ndarray, as_if: Any) -> bool:
    if as_if is None or np.shape(as_if) != got.shape:
        return False
    scale = np.abs(got).max(initial=0.0)
    return bool(np.isfinite(as_if).all() and np.abs(got - as_if).max(initial=0.0) <= SAME * scale)


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
    return f"{what} have lost digits"


def wrong_value(failed: Any) -> str:
    got = np.asarray(failed.got, dtype=float)
    if not np.isfinite(got).all() and np.isfinite(failed.exact).all():
        return "the value overflows on the way"
    return "the value is wrong"


def of_nothing(case: Any, failed: Any) -> str:
    if failed.note.startswith("ties"):
        return at_ties(failed)
    if case.read:
        return READ
    if unused(case.program):
        return "no gradient reaches a tensor that has consumers which the root does not use"
    names = [name for name, _ in case.program.inputs]
    return f"no gradient reaches input {names.index(failed.partial) + 1}"


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


def at_ties(failed: Any) -> str:
    """The slopes of equal arguments: together they are those of one."""
    got = np.zeros(np.shape(failed.exact)) if failed.got is None else np.asarray(failed.got)
    if ((got == 0) & (failed.exact != 0)).any():
        return "at a tie no argument gets the gradient"
    return "at a tie every argument gets the full gradient"


# --- the truth about another program --------------------------------------------------------------


def gradient(program: TensorProgram, point: Any, k: int) -> Any:
    """The exact gradient of input k, or None where the program has no meaning."""
    try:
        near, _ = TensorTruth(program).numbers(tuple(point))
    except (UsageError, ZeroDivisionError, ValueError):
        return None
    return input_part(program, near[len(near) - len(point) :], k)


def input_part(program: TensorProgram, flat: Any, k: int) -> Any:
    sizes = [int(np.prod(s, dtype=int)) for _, s in program.inputs]
    first = sum(sizes[:k])
    return np.asarray(flat[first : first + sizes[k]]).reshape(program.inputs[k][1])


def explanations(case: Any, k: int, got: np.ndarray) -> Iterator[Explained]:
    """The likeliest first."""
    program, point = case.program, case.point
    exact = gradient(program, point, k)
    yield from of_shape(exact, got)
    if exact is None or exact.shape != got.shape:
        return
    ones = replace(program, cotangent=(1.0,) * len(program.cotangent))
    yield "the cotangent is taken for ones", gradient(ones, point, k)
    factor = scaled(program, exact, got)
    plain = factor is not None and factor[0] in PLAIN_FACTORS.values()
    yield from [factor] if factor and plain else []
    yield from of_uses(program, point, k)
    yield from of_terms(case, k)
    yield from [factor] if factor and not plain else []
    yield from of_parameters(program, point, k)
    yield from of_operands(case, k)
    yield from moved(exact)
    yield from of_cotangents(program, point, k)
    yield from of_jacobian(program, point, k, exact, got)
    yield from of_masks(exact, got)


def of_shape(exact: Any, got: np.ndarray) -> Iterator[Explained]:
    if exact is None or got.shape == exact.shape:
        return
    summed = got.sum(axis=tuple(range(max(0, got.ndim - exact.ndim))))
    for axis, n in enumerate(exact.shape if summed.ndim == exact.ndim else ()):
        summed = summed.sum(axis=axis, keepdims=True) if n == 1 != summed.shape[axis] else summed
    if alike(summed, exact):
        yield "the gradient of a broadcast axis is not summed", got
    if got.ndim != exact.ndim:
        yield f"the gradient has {got.ndim} axes, the input {exact.ndim}", got
    yield "the gradient has another shape than the input", got


PLAIN_FACTORS = {
    -1.0: "the sign is wrong", 2.0: "a factor of 2 too much", 0.5: "a factor of 2 is missing",
}  # fmt: skip
TOO_MUCH = "multiplied by the number of elements (or not divided by it)"
TOO_LITTLE = "divided by the number of elements too often"


def scaled(program: TensorProgram, exact: Any, got: np.ndarray) -> Explained | None:
    """One factor for all elements, of which there are several."""
    used = exact != 0
    if (np.unique(exact[used]).size < 2 and exact.size > 1) or not used.any():
        return None
    factor = float(np.median(got[used] / exact[used]))
    shapes = shapes_of(program)
    left = max(1, int(np.prod(shapes[program.root], dtype=int)))
    names = dict(PLAIN_FACTORS)
    for n in sorted({exact.size, exact.size // left, *exact.shape, *shapes[program.root]}):
        if n > 1:
            names.setdefault(float(n), TOO_MUCH)
            names.setdefault(1 / n, TOO_LITTLE)
            names.setdefault(1 / n**2, TOO_LITTLE)
    known = (words for f, words in names.items() if abs(f - factor) < SAME * abs(f))
    return next(known, "a constant factor is wrong"), factor * exact


def of_parameters(program: TensorProgram, point: Any, k: int) -> Iterator[Explained]:
    """As if a step had other parameters, that give a root of the same shape."""
    for i, step in enumerate(program.steps):
        for name, value in step.params.items():
            for other in instead(step, name, value, program):
                changed = with_step(program, i, replace(step, params={**step.params, name: other}))
                words = f"as if {name} were {shown(other)}, not {shown(value)}"
                inverse = is_permutation(value) and other == inverted(value)
                yield NOT_INVERTED if inverse else words, same_root(program, changed, point, k)


def shown(value: Any) -> str:
    return str(value).replace("'", "")


def instead(step: TensorStep, name: str, value: Any, program: TensorProgram) -> list[Any]:
    """What an engine might take the parameter for."""
    if name in ("axis", "first", "second", "source", "target"):
        dims = len(shapes_of(program)[step.args[0]])
        same = (value, value + dims) if isinstance(value, int) else (value,)
        return [a for a in (*range(dims), None) if a not in same]
    if name == "axes" and is_permutation(value):
        order = tuple(range(len(value)))
        others = [inverted(value), order[::-1], order]
        return [o for o in others if list(o) != [a % len(value) for a in value]]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        defaults = TENSOR_ROWS[step.name].defaults
        return [defaults[name]] if name in defaults else []
    return [other for other in (0, 1, -value) if other != value]


def inverted(axes: Any) -> tuple[int, ...]:
    """The permutation that undoes this one."""
    return tuple(int(i) for i in np.argsort([a % len(axes) for a in axes]))


def is_permutation(value: Any) -> bool:
    flat = isinstance(value, tuple) and all(isinstance(a, int) for a in value)
    return flat and sorted(a % len(value) for a in value) == list(range(len(value)))


def same_root(program: TensorProgram, changed: TensorProgram, point: Any, k: int) -> Any:
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
    for part in (p for p in parts if p is not None):
        yield ASSIGNED, part
        yield TWICE, sum(p for p in parts if p is not None) + part


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

    what = what_is_summed(case.program, k)
    yield f"{what} not summed: one term counts", of(lambda t: t[-1])
    yield f"{what} not summed: one term counts", of(lambda t: t[0])
    yield f"{what} averaged, not summed", of(lambda t: sum(t) / len(t))


def what_is_summed(program: TensorProgram, k: int) -> str:
    """Why an element of the input has several terms."""
    step, shapes = program.steps[0], shapes_of(program)
    if len(program.steps) > 1 or step.args.count(k) > 1:
        return "the gradients of a tensor that is used twice are"
    if any(c.whole for c in program.constants) or "key" in step.params:
        return "the gradients of a repeated index are"
    if not step.params and shapes[k] != shapes[program.root] and len(step.args) > 1:
        return "the gradient of a broadcast axis is"
    return "the gradient of an element that is used several times is"


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


def moved(exact: Any) -> Iterator[Explained]:
    """The right numbers in the wrong places."""
    for axes in permutations(range(exact.ndim)):
        if axes != tuple(range(exact.ndim)):
            yield "the gradient is transposed", exact.transpose(axes)
    for axis in range(exact.ndim):
        yield f"the gradient is reversed along axis {axis}", np.flip(exact, axis)
        yield f"the gradient is shifted along axis {axis}", np.roll(exact, 1, axis)
        yield f"the gradient is shifted along axis {axis}", np.roll(exact, -1, axis)
    yield "the gradient is reversed", np.flip(exact)
    yield "the gradient lies in another order", np.reshape(exact, exact.shape, order="F")


def of_cotangents(program: TensorProgram, point: Any, k: int) -> Iterator[Explained]:
    """As if the cotangent were permuted before it is used."""
    shape = shapes_of(program)[program.root]
    own = np.array(program.cotangent).reshape(shape)
    like = input_part(program, point, k)
    if own.shape == like.shape:
        yield "the cotangent is passed on as it came", own
    elif own.size == like.size:
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


def of_operands(case: Any, k: int) -> Iterator[Explained]:
    """As if operands were transposed, or had changed places."""
    program, parts = case.program, case.parts
    for j, (name, shape) in enumerate(program.inputs):
        if len(shape) >= 2 and shape[-1] == shape[-2]:
            other = [np.swapaxes(p, -1, -2) if i == j else p for i, p in enumerate(parts)]
            words = f"as if {name} were transposed (or its transpose were missing)"
            yield words, gradient(program, flat(other), k)
        if j != k and shape == program.inputs[k][1]:
            yield "the gradients of two inputs change places", gradient(program, case.point, j)
            swapped = [parts[{j: k, k: j}.get(i, i)] for i in range(len(parts))]
            yield "as if two operands changed places", gradient(program, flat(swapped), k)


def flat(parts: Any) -> tuple[float, ...]:
    return tuple(float(x) for p in parts for x in p.ravel())


ONLY_DIAGONAL = "only the diagonal of the Jacobian is used: its other elements are left out"
NOT_TRANSPOSED = "the Jacobian is not transposed: the cotangent goes through it forwards"
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
        yield "the slope is wrong", got
        return
    yield ONLY_DIAGONAL, diagonal
    yield NOT_TRANSPOSED, (jacobian @ weights).reshape(exact.shape)


def of_masks(exact: Any, got: np.ndarray) -> Iterator[Explained]:
    """Right where there is something, but too little or too much."""
    yield "some elements get no gradient", np.where(got == 0, 0.0, exact)
    if (exact == 0).any():
        yield "elements that have no gradient get one", np.where(exact == 0, got, exact)
