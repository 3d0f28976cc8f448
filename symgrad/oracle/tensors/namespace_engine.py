"""Makes an engine of anything that has tensors, and operations of the usual names.

- `Tensors(namespace, constructor=..., backward=..., grad=...)` is one. `.operations` are the rows
  that it was found to have, `.missing` the others, `.spelling[name]` is how a call is written.
- `.answer(program, arrays, ...)` runs a program forwards and backwards.

How a call is written is found by trying it forwards on known numbers: what gives the right value in
no spelling is missing, not wrong.
"""

from __future__ import annotations

import contextlib
import copy
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from importlib import import_module
from importlib.util import find_spec
from operator import iadd, imul, isub, itruediv
from types import SimpleNamespace
from typing import Any

import numpy as np

from ...errors import Unsupported, UsageError
from ..float_formats import FORMATS
from .adapter_fit import asked_of, held_to_its_engine
from .spelled import (
    NUMBERS_OF,
    CallForm,
    compiled,
    letters,
    off_by_a_factor,
    other_spellings,
    signature_of,
    spelling_of,
    spelling_of_step,
    taken_for_another,
)
from .tensor_case import laid_out
from .tensor_program import TensorProgram
from .tensor_row import TENSOR_ROWS, conventional

# what the parameter of backward is called that takes the cotangent
GIVEN = frozenset((
    "grad", "gradient", "grad_output", "output_grad", "out_grad", "seed", "cotangent",
    "adjoint", "upstream", "g", "dy", "dout", "grad_out", "grad_outputs", "init_grad",
    "initial_gradient", "out",
))  # fmt: skip


IN_PLACE: dict[str, Any] = {"add": iadd, "subtract": isub, "multiply": imul, "divide": itruediv}
CONSTRUCTORS = ("Tensor", "tensor", "array", "Variable")
TWO_COTANGENTS = (2.0, 3.0), (5.0, -7.0)  # of two graphs with one leaf
UNUSED_COTANGENT = ("backward takes a cotangent, and does not give its gradients: it is asked for "
                    "those of sum(root * cotangent)")  # fmt: skip
LEAVES = (  # how one may be made by t of the array a, the likeliest first
    "t(a, requires_grad=True)", "t(a)", "t(a.tolist(), requires_grad=True)", "t(a.tolist())",
)  # fmt: skip
GRADIENTS = "grad", "gradient", "_grad"  # what a tensor calls its own
CONSTANTS = "t(a, requires_grad=False)", "t(a)"  # likewise a tensor without a gradient
PLAIN_NUMBERS = (np.ndarray, np.generic, float, int)
IN_FEW_BITS = ("float16", "bfloat16")


@dataclass(frozen=True)
class Tensored:
    """What an engine gave: the root, and a gradient for every input."""

    value: np.ndarray
    gradients: tuple[np.ndarray | None, ...]
    changed: str = ""  # an array of ours that it wrote into


class Tensors:
    """An engine of tensors.

    `namespace` is a module, a class, a mapping, or several of them; `constructor(array)` makes a
    leaf (these may be names, too), `backward(root, cotangent)` runs backward, `grad(leaf)` is the
    gradient then, `value(t)` the numbers of a tensor. What is not given is found out. An engine
    that differentiates functions gives `pullback(function, arrays)` instead: the value, and what
    takes a cotangent to the gradients.
    """

    def __init__(
        self, namespace: Any, *, name: str | None = None, constructor: Callable | None = None,
        backward: Callable | None = None, grad: Callable | None = None,
        value: Callable | None = None, pullback: Callable | None = None, dtype: str = "float64",
        tensor: Any = None,
    ) -> None:  # fmt: skip
        several = namespace if isinstance(namespace, (list, tuple)) else [namespace]
        self.spaces = [space(n) for n in several]
        self.namespace = Together(self.spaces)
        self.name = name or _name(namespace)
        self.dtype, self.arrays_of = dtype, array_type(dtype)
        self.pullback = pullback
        asked = self.asked = {"backward": backward, "grad": grad, "value": value}
        if isinstance(constructor, str):
            constructor = getattr(self.namespace, constructor, constructor)
        backward, grad, value = map(self.named, asked.values())
        made = constructor or tensor or first_of(self.spaces, CONSTRUCTORS)
        if made is None or not callable(made):
            told = f"engine {self.name}: give the constructor of its tensors"
            got = "" if made is None else f", got {made!r}"
            raise UsageError(told + got, hint="Tensors(namespace, constructor=...)")
        self.constructor = made
        self.grad, self.value = grad or gradient_of, value or numbers_of
        self.in_backward = False  # whether the last call came so far
        self.refused: dict[int, bool] = {}  # numbers of axes that its tensors cannot have
        self.rows: tuple[int, ...] = ()  # (1,) where it has matrices only: of a vector one row
        every = self.ways_to_make()
        self.leaf = every[0]
        # In halves two operations may look alike: where there are wider tensors, these are tried.
        self.tried_in = "float32" if dtype in IN_FEW_BITS and self.keeps_single() else dtype
        self.constant = self.makes_constants()
        if every == [self.constructor]:  # nothing has worked
            asked_of(self, "constructor", self.sample(0.5, 0.25))
        example = self.constant(self.sample(0.5, 0.25))
        self.example = example
        self.understood(asked)
        self.kind: Any = type(example)
        self.told: list[str] = []
        self.watch: Any = SimpleNamespace(started=0.0, allowed=0.0)  # ends a call that hangs
        self.hung, self.answered = False, False  # whether one did, and whether any gave an answer
        kept = asked_of(self, "value", example).dtype
        if kept == np.float32 and dtype == "float64":
            self.dtype = "float32"
            self.told.append("its tensors are float32, and are judged as such")
            self.tried_in = self.dtype
        self.spelling: dict[str, CallForm] = {}
        self.signatures: dict[Any, CallForm | None] = {}
        self.recent: dict[str, Any] = {}
        self.plans: dict[int, Any] = {}
        self.wrong: dict[str, Any] = {}  # a call of each operation that gives a wrong value
        self.backward = self.handing_over(backward) if backward else self.found_backward(every)
        held_to_its_engine(self, gradient_of)
        self.operations, self.missing = self.found()

    # --- tensors in and out -----------------------------------------------------------------------

    def array(self, data: Any) -> np.ndarray:
        return np.asarray(data, dtype=self.arrays_of)

    @property
    def in_halves(self) -> bool:
        """Whether calls are tried in so few bits that two operations may look alike."""
        return self.tried_in in IN_FEW_BITS

    def sample(self, *numbers: float) -> np.ndarray:
        """These numbers in a row."""
        return self.array(numbers).reshape(*self.rows, -1)

    def keeps_single(self) -> bool:
        """Whether a tensor made of a float32 holds it whole."""
        third = np.full((*self.rows, 1), 1 / 3, np.float32)
        try:
            return bool(self.numbers(self.leaf(third)) == third)
        except Exception:  # an engine may raise anything
            return False

    def ways_to_make(self) -> list[Callable]:
        """How a leaf may be constructed: what works, the likeliest first."""
        forms = list(LEAVES)
        asks = "requires_grad" in signature_of(self.constructor)
        if not asks and not isinstance(self.constructor, type):
            forms = forms[1::2]
        forms += [f"t({a}, {flag}=True)" for flag in switches(self.constructor)
                  for a in ("a", "a.tolist()")]  # fmt: skip
        ways = [partial(self.constructed, form) for form in forms]
        for self.rows in ((), (1,)):
            sample = self.sample(0.5, 0.25)
            found: list[Callable] = [way for way in ways if works(way, sample)]
            if found:
                return found
        self.rows = ()
        return [self.constructor]

    def constructed(self, form: str, a: np.ndarray) -> Any:
        """A tensor, as one of `LEAVES` makes it."""
        return eval(compiled(form), {"t": self.constructor, "a": a})

    def makes_constants(self) -> Callable:
        """Likewise a tensor that wants no gradient."""
        if self.pullback is not None:
            return self.constructor
        sample = self.sample(0.5, 0.25)
        ways: list[Callable] = [partial(self.constructed, way) for way in CONSTANTS]
        ways.append(self.leaf)
        return next(way for way in ways if works(way, sample) or way is self.leaf)

    def made(self, array: np.ndarray) -> Any:
        """A leaf. Raises Unsupported where arrays whose memory is not in order are refused, or
        such as have no elements."""
        try:
            leaf = self.leaf(array)
            if not array.size and np.shape(self.numbers(leaf)) != array.shape:
                raise ValueError  # nested lists without elements tell no shape
            return leaf
        except Exception as error:  # an engine may raise anything
            if not array.size:
                raise Unsupported(f"arrays without elements: {type(error).__name__}") from None
            if array.dtype.kind == "i":
                raise Unsupported(f"integers: {type(error).__name__}") from None
            if self.refuses(array.ndim):
                raise Unsupported(f"tensors of {array.ndim} axes: {type(error).__name__}") from None
            if array.flags.c_contiguous and min(array.strides, default=0) >= 0:
                raise
            told = f"arrays of strides {array.strides}: {type(error).__name__}"
            raise Unsupported(told) from None

    def refuses(self, axes: int) -> bool:
        """Whether it makes no tensors of so many axes, whatever is in them."""
        if axes not in self.refused:
            self.refused[axes] = not works(self.leaf, self.array(np.full((2,) * axes, 0.5)))
        return self.refused[axes]

    def numbers(self, tensor: Any) -> np.ndarray:
        """The numbers of a tensor. Raises TypeError where it holds something else."""
        plain = isinstance(tensor, PLAIN_NUMBERS)  # a gradient may be an array already
        found = np.asarray(tensor if plain else self.value(tensor))
        if str(found.dtype) == "bfloat16":  # to NumPy it is no number
            found = found.astype(np.float32)
        if found.dtype.kind not in "fiub":
            raise TypeError(f"gave {type(tensor).__name__} of {found.dtype} where numbers belong")
        return found

    def named(self, given: Any) -> Any:
        """A function; a name stands for the namespace's function, or for what a tensor has."""
        if not isinstance(given, str):
            return given
        if self.namespace.has(given):
            return getattr(self.namespace, given)

        def of(tensor: Any, *args: Any) -> Any:
            found = getattr(tensor, given)
            return found(*args) if callable(found) else found

        return of

    def understood(self, asked: Mapping[str, Any]) -> None:
        """Raises UsageError where what was given is no function, nor the name of one, nor of what
        a tensor has."""
        leaf = self.leaf(self.sample(0.5))
        for word, given in asked.items():
            has = isinstance(given, str) and (self.namespace.has(given) or hasattr(leaf, given))
            if not (given is None or callable(given) or has):
                told = f"engine {self.name}: {word} is a function or its name, got {given!r}"
                raise UsageError(told)

    # --- backward ---------------------------------------------------------------------------------

    def found_backward(self, leaves: Sequence[Callable]) -> Callable:
        """How leaves are made, and how a cotangent is handed over: as an array, as a tensor, or in
        sum(root * cotangent). What gives the right gradient of a square comes first."""
        if self.pullback is not None:
            return self.weighted
        names = signature_of(getattr(self.example, "backward", None))  # bound: without the receiver
        takes = bool(names) and names[0].strip("_") in GIVEN
        ways = [self.by_tensor, self.by_array, self.weighted] if takes else [self.weighted]
        found: list[tuple[bool, Callable, Callable]] = []
        for leaf in leaves:
            self.leaf = leaf
            for way in ways:
                got = self.carried(way)
                if got is not None:
                    found.append((not np.allclose(got, [2.0, 1.5]), leaf, way))
        best = min(found, key=lambda f: f[0], default=(False, leaves[0], self.weighted))
        self.leaf = best[1]
        if takes and not best[0] and best[2] == self.weighted and any(w for w, _, _ in found):
            self.told.append(UNUSED_COTANGENT)
        return best[2]

    def handing_over(self, backward: Callable) -> Callable:
        """backward(root, cotangent) as it was given; one of a root alone starts at 1."""
        if len(signature_of(backward)) != 1:
            return backward
        return lambda root, cotangent: backward(self.total(root, cotangent))

    def carried(self, way: Callable) -> np.ndarray | None:
        """The gradient of a square that this way gives, if it gives numbers."""
        try:
            leaf = self.leaf(self.sample(0.5, 0.25))
            way(self.squared(leaf), self.sample(2.0, 3.0))
            found = self.numbers(self.grad(leaf))
        except Exception:  # whatever an engine raises, it does not take this
            return None
        return found.ravel() if found.dtype.kind == "f" and found.size == 2 else None

    def squared(self, leaf: Any) -> Any:
        """leaf * leaf, by an operator or by name."""
        try:
            return leaf * leaf
        except TypeError:
            name = next((n for n in ("multiply", "mul") if self.namespace.has(n)), "square")
            return getattr(self.namespace, name)(*[leaf] * (1 if name == "square" else 2))

    @staticmethod
    def by_array(root: Any, cotangent: np.ndarray) -> None:
        root.backward(cotangent)

    def by_tensor(self, root: Any, cotangent: np.ndarray) -> None:
        root.backward(self.constant(cotangent))

    def weighted(self, root: Any, cotangent: np.ndarray) -> Any:
        """The scalar sum(root * cotangent), for engines whose backward starts at 1."""
        self.total(root, cotangent).backward()

    def total(self, root: Any, cotangent: np.ndarray) -> Any:
        """sum(root * cotangent), a scalar. Raises Unsupported where it has no sum, nor a mean."""
        if cotangent.size == 1 and cotangent.ravel()[0] == 1:
            return root
        if not cotangent.ndim:
            return self.times(root, cotangent)
        ways = (("sum", 1), ("mean", cotangent.size)) if cotangent.size else (("sum", 1),)
        for row, factor in ways:
            if run := self.function_of(row, root):
                return over_all_axes(run, self.times(root, factor * cotangent), cotangent.ndim)
        if cotangent.size == 1:
            return self.times(root, cotangent)
        raise Unsupported("a cotangent: backward starts at 1, and there is no sum")

    @cached_property
    def example_gradient(self) -> Any:
        """A gradient as a leaf has it; None where there is none."""
        with contextlib.suppress(Exception):  # an engine may raise anything
            leaf = self.leaf(self.sample(0.5, 0.25))
            self.backward(self.squared(leaf), self.sample(2.0, 3.0))
            return self.grad(leaf)
        return None

    def times(self, root: Any, cotangent: np.ndarray) -> Any:
        try:
            return root * self.constant(cotangent)
        except TypeError:  # no operators: a namespace of functions
            name = "multiply" if self.namespace.has("multiply") else "mul"
            return getattr(self.namespace, name)(root, self.constant(cotangent))

    def function_of(self, row: str, tensor: Any) -> Callable | None:
        """Its function of that row, or its tensors' method."""
        for name in TENSOR_ROWS[row].names:
            if callable(getattr(tensor, name, None)):
                return methodcaller_of(name)
            if self.namespace.has(name):
                return getattr(self.namespace, name)
        return None

    # --- operations -------------------------------------------------------------------------------

    def found(self) -> tuple[frozenset[str], tuple[str, ...]]:
        """The rows that it has in some spelling, and those that it lacks."""
        had: set[str] = set()
        for name, row in TENSOR_ROWS.items():
            base = row.instead or name  # one convention is enough
            spelling = None if base in had else spelling_of(self, name)
            if spelling is not None:
                self.spelling[name] = spelling
                had.add(base)
        for name in taken_for_another(self) if self.in_halves else ():
            del self.spelling[name]
            had.discard(TENSOR_ROWS[name].instead or name)
        lacking = tuple(name for name in conventional() if name not in had)
        for name in lacking:
            off_by_a_factor(self, name)
        return frozenset(self.spelling), lacking

    def has(self, name: str, form: str) -> bool:
        """Whether there may be such a thing; what is no call by name is tried."""
        if "f.{n}()" in form:
            return isinstance(getattr(self.namespace, name, None), type)
        if "f.{n}" in form or "f.linalg.{n}" in form:
            return self.namespace.has(name)
        if "t.{n}" in form or "a.{n}" in form:
            return hasattr(self.kind, name) or name in vars_of(self.example)
        return True

    @cached_property
    def namesakes(self) -> dict[str, list[str]]:
        """Its names by their letters alone: LeakyReLU is a leaky_relu."""
        found: dict[str, list[str]] = {}
        for name in dict.fromkeys(name for one in self.spaces for name in dir(one)):
            found.setdefault(letters(name), []).append(name)
        return found

    def tried(
        self, program: TensorProgram, spelling: CallForm, arrays: Sequence[np.ndarray]
    ) -> Any:
        """What one step gives when it is written like this; None where it is no tensor."""
        judged, self.arrays_of = self.arrays_of, array_type(self.tried_in)
        try:
            return self.given_by(program, spelling, arrays)
        finally:
            self.arrays_of = judged

    def given_by(
        self, program: TensorProgram, spelling: CallForm, arrays: Sequence[np.ndarray]
    ) -> Any:
        step = program.steps[0]

        def function(*leaves: Any) -> Any:
            nodes = [*leaves, *program.constants]
            return spelling(self, [nodes[j] for j in step.args], step.params)

        given = [self.array(a).copy() for a in arrays]  # what is known is asked of others, too
        if self.pullback is not None:
            return self.numbers(self.pullback(function, given)[0])
        found = function(*[self.leaf(a) for a in given])
        return self.numbers(found) if isinstance(found, self.kind) else None

    def steps(self, program: TensorProgram) -> list[CallForm]:
        """How each step is written. Raises Unsupported where one has no spelling."""
        plan = self.plans.get(id(program))
        if plan is None:
            every = [spelling_of_step(self, program, k) for k in range(len(program.steps))]
            plan = self.plans[id(program)] = every, program  # the program is kept: ids are reused
        return plan[0]

    def other_ways(self, step: Any, args: tuple[Any, ...]) -> list[CallForm]:
        """How else it has an operation: a method beside a function, a second name."""
        return other_spellings(self, step, args)

    def forward(
        self, program: TensorProgram, leaves: Sequence[Any], read: bool = False,
        in_place: bool = False,
    ) -> Any:  # fmt: skip
        """Every node, computed by the engine."""
        nodes: list[Any] = [*leaves, *program.constants]
        for spelling, step in zip(self.steps(program), program.steps):
            given = [nodes[j] for j in step.args]
            change = IN_PLACE.get(step.name) if in_place else None
            if change and step.args[0] >= program.first:
                made = change(*given)
            else:
                made = spelling(self, given, step.params)
            if read:
                read_aloud(made)
            nodes.append(made)
        return nodes

    def taken_out(self, leaf: Any, way: str) -> Any:
        """leaf * leaf without its gradient. Raises Unsupported where there is no such way."""
        if way == "no_grad":
            owner = self.kind if hasattr(self.kind, way) else self.namespace
            given: Any = getattr(owner, way, None)
            context = given() if callable(given) else given
            if not hasattr(context, "__enter__"):
                raise Unsupported(way)
            with context:
                return self.squared(leaf)
        square = self.squared(leaf)
        for name in ("detach", "stop_gradient"):
            if callable(getattr(square, name, None)):
                return getattr(square, name)()
            if self.namespace.has(name):
                return getattr(self.namespace, name)(square)
        raise Unsupported(way)

    def answer(
        self, program: TensorProgram, arrays: Sequence[np.ndarray], backwards: int = 1,
        read: bool = False, apart: str = "", in_place: bool = False, layout: str = "C",
    ) -> Tensored:  # fmt: skip
        """Build once, then run backward so many times, the gradients as new before each."""
        if self.pullback is not None:
            try:
                return self.pulled_back(program, arrays, backwards, apart, in_place)
            except Exception as error:  # an engine may raise anything
                if layout != "int":
                    raise
                raise Unsupported(f"integers: {type(error).__name__}") from None
        self.in_backward = False
        before = [a.copy() for a in arrays]
        leaves = [self.made(a) for a in arrays]
        fresh = [copied(getattr(leaf, "grad", None)) for leaf in leaves]
        nodes = [*leaves[:-1], self.taken_out(leaves[0], apart)] if apart else leaves
        root = self.forward(program, nodes, read, in_place)[program.root]
        value = np.array(self.numbers(root))
        weights = self.array(program.cotangent).reshape(value.shape)
        given = laid_out(weights, layout) if layout in ("transposed", "strided") else weights.copy()
        self.in_backward = True
        for turn in range(backwards):
            for leaf, clean in zip(leaves, fresh) if turn else ():
                leaf.grad = copied(clean)
            self.backward(root, given)
        found = tuple(_gradient(self, leaf) for leaf in leaves)
        names = [*(f"input {k}" for k in range(1, len(leaves) + 1)), "the cotangent"]
        held = [np.ravel(self.numbers(leaf)) for leaf in leaves]
        after, was = [*arrays, given, *held], [*before, weights, *map(np.ravel, before)]
        pairs = zip([*names, *names], after, was)
        return Tensored(value, found, next((n for n, a, b in pairs if not same(a, b)), ""))

    def in_two_graphs(self) -> tuple[np.ndarray, list[np.ndarray]] | None:
        """A leaf, and its gradient after backward through x*x, then through a new x*x; None where
        functions are differentiated, so that no tensor keeps a gradient."""
        if self.pullback is not None:
            return None
        start = self.sample(0.5, 0.25)
        leaf, seen = self.made(start), []
        for cotangent in TWO_COTANGENTS:
            self.backward(self.squared(leaf), self.sample(*cotangent))
            kept = _gradient(self, leaf)
            seen.append(np.zeros_like(start) if kept is None else kept)
        return start, seen

    def pulled_back(
        self, program: TensorProgram, arrays: Sequence[np.ndarray], backwards: int,
        apart: str = "", in_place: bool = False,
    ) -> Tensored:  # fmt: skip
        """The same where functions are differentiated."""

        def function(*leaves: Any) -> Any:
            nodes = [*leaves[:-1], self.taken_out(leaves[0], apart)] if apart else leaves
            return self.forward(program, nodes, in_place=in_place)[program.root]

        self.in_backward = False
        root, pull = self.pullback(function, [np.asarray(a) for a in arrays])  # type: ignore[misc]
        value = self.numbers(root)
        weights = self.array(program.cotangent).reshape(value.shape)
        self.in_backward = True
        for _ in range(backwards):
            gradients = pull(weights.copy())
        return Tensored(value, tuple(None if g is None else self.numbers(g) for g in gradients))


def _gradient(engine: Tensors, leaf: Any) -> np.ndarray | None:
    found = engine.grad(leaf)
    return None if found is None else np.array(engine.numbers(found))


def array_type(dtype: str) -> Any:
    """NumPy's type of such arrays. Raises UsageError where it has none."""
    if dtype not in FORMATS:
        raise UsageError(f"dtype is one of {', '.join(FORMATS)}, got {dtype!r}")
    if dtype != "bfloat16":
        return np.dtype(dtype)
    if find_spec("ml_dtypes") is None:
        raise UsageError("arrays of bfloat16 need ml_dtypes", hint="pip install ml_dtypes")
    return import_module("ml_dtypes").bfloat16


def copied(gradient: Any) -> Any:
    """With numbers of its own: an engine may add to these in place."""
    try:
        return copy.deepcopy(gradient)
    except Exception:  # what it holds may refuse
        return copy.copy(gradient)


def methodcaller_of(name: str) -> Callable:
    return lambda tensor, *args: getattr(tensor, name)(*args)


def over_all_axes(run: Callable, tensor: Any, dims: int) -> Any:
    """The sum or mean of all elements, axis by axis where one has to be named."""
    try:
        return run(tensor)
    except TypeError:
        for _ in range(dims):
            tensor = run(tensor, 0)
        return tensor


def same(a: np.ndarray, b: np.ndarray) -> bool:
    return bool(np.array_equal(a, b, equal_nan=True))


# --- what engines call things ---------------------------------------------------------------------


class Together:
    """Several namespaces as one: the first that has a name."""

    def __init__(self, spaces: Sequence[Any]) -> None:
        self.spaces = spaces

    def has(self, name: str) -> bool:
        return any(hasattr(s, name) for s in self.spaces)

    def __getattr__(self, name: str) -> Any:
        for one in self.spaces:
            if hasattr(one, name):
                return getattr(one, name)
        raise AttributeError(name)


def space(namespace: Any) -> Any:
    return SimpleNamespace(**namespace) if isinstance(namespace, Mapping) else namespace


def first_of(spaces: Sequence[Any], names: Sequence[str]) -> Any:
    classes = [s for s in spaces if isinstance(s, type)]
    named = (getattr(s, n) for n in names for s in spaces if hasattr(s, n))
    return next(named, classes[0] if classes else None)


def _name(namespace: Any) -> str:
    found = getattr(namespace, "__name__", "")
    return found.rsplit(".", 1)[-1] or "the engine"


def switches(function: Any) -> list[str]:
    """The names of its parameters that are False where nobody asks: one may stand for gradients."""
    try:
        every = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return []
    others = "requires_grad", "a", "t"  # asked anyway; the letters of the forms
    return [n for n, p in every.items() if p.default is False and n not in others]


def vars_of(example: Any) -> Mapping[str, Any]:
    """What an object holds itself, none where it has slots."""
    return getattr(example, "__dict__", {})


def works(way: Callable, sample: np.ndarray) -> bool:
    try:
        way(sample)
    except Exception:  # a constructor may raise anything
        return False
    return True


def numbers_of(tensor: Any) -> Any:
    """The numbers of a tensor, under the names that engines keep them by.

    `detach` comes last: there are engines that take the tensor itself out of the graph.
    """
    if isinstance(tensor, PLAIN_NUMBERS):
        return tensor
    for name in NUMBERS_OF:
        found = getattr(tensor, name, None)
        try:
            found = found() if callable(found) else found
        except Exception:  # torch wants to be asked otherwise
            continue
        if isinstance(found, (*PLAIN_NUMBERS, list)):
            return found
    return tensor.detach().numpy() if hasattr(tensor, "detach") else np.asarray(tensor)


def read_aloud(tensor: Any) -> None:
    """Read the numbers in every way that a tensor offers: that must change nothing."""
    for name in ("numpy", "tolist", "item"):
        method = getattr(tensor, name, None)
        if callable(method):
            with contextlib.suppress(Exception):  # item() of many elements
                method()


def gradient_of(leaf: Any) -> Any:
    """`.grad`, a number of its own or a method; None where backward has never given it one."""
    found = next((getattr(leaf, name) for name in GRADIENTS if hasattr(leaf, name)), None)
    return found() if callable(found) else found
