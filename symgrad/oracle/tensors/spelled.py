"""How an engine writes an operation: found by trying it forwards on known numbers.

- `spelling_of(engine, name)` is a `CallForm` of a row, or None where no way gives the right values.
- `InScript(engine)` writes calls, leaves and backward as a script of the engine's has them.
- `spelling_of_step(engine, program, k)` is one for a step with just its shapes and parameters: an
  engine may know sum(axis=0), and not sum(axis=(0, 1)).

A form is an expression in a, b, c (or in the list xs of all tensors), the parameters' names, f (the
namespace) and t (the class of tensors).
"""

from __future__ import annotations

import ast
import contextlib
import inspect
import math
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import CodeType, ModuleType, SimpleNamespace
from typing import Any

import numpy as np

from ...errors import Unsupported, UsageError
from .function_source import defined
from .movement_rows import key_of
from .network_rows import EPS
from .tensor_case import irregular
from .tensor_program import Constant, TensorProgram, TensorStep
from .tensor_row import TENSOR_ROWS, Draw, TensorRow, others_meant
from .tensor_truth import TensorTruth, shapes_of

OPERAND_LETTERS = "abc"
NUMBERS_OF = "data", "_data", "value", "array", "numpy"  # what tensors keep theirs by
WAYS = (
    "plain", "tensor", "list", "bool", "bool tensor", "float tensor", "one hot", "one hot tensor",
)  # fmt: skip
DRAWS_TRIED = 4  # ways to call an operation before it counts as missing
# of known numbers, relative to 1
LEAST_FACTOR = 1e-2  # from 1: what is nearer has the value but for a small number of its own
CLOSE_OF_CONVENTIONS = 1e-12  # in float64
CLOSE_FORWARDS = {"float64": 1e-6, "float32": 2e-5, "float16": 1e-2, "bfloat16": 6e-2}


def single(key: Any) -> Any:
    """An index of one part as the part itself."""
    found = key_of(key)
    return found[0] if len(found) == 1 else found


def in_lists(key: Any) -> Any:
    """The same with lists in the place of arrays of integers."""
    found = tuple(k.tolist() if isinstance(k, np.ndarray) else k for k in key_of(key))
    return found[0] if len(found) == 1 else found


def from_the_last(widths: Any) -> list[int]:
    """Widths of padding one after another, those of the last axis first."""
    return [n for pair in widths[::-1] for n in pair]


def axis_by_axis(tensor: Any, name: str) -> Any:
    """All axes of an engine that wants to be told one: the first, until none is left."""
    for _ in range(len(tensor.shape)):
        tensor = getattr(tensor, name)(0)
    return tensor


HELPERS: dict[str, Any] = {
    "axis_by_axis": axis_by_axis,
    "index": single, "lists": in_lists, "flat": from_the_last, "EPS": EPS,
    "cumsum": lambda x: np.cumsum(x).tolist(),
}  # fmt: skip


@cache
def compiled(text: str) -> CodeType:
    return compile(text, "<spelling>", "eval")


@dataclass(frozen=True)
class CallForm:
    """One way to write a call: an engine's name for it, a form, how constants are handed over."""

    row: str
    name: str
    form: str
    way: str = "plain"

    @property
    def defaults(self) -> Mapping[str, Any]:
        return TENSOR_ROWS[self.row].defaults

    @property
    def text(self) -> str:
        return self.form.replace("{n}", self.name)

    def __call__(self, engine: Any, args: Sequence[Any], params: Mapping[str, Any]) -> Any:
        """The engine's result."""
        given = [handed(engine, a, self.way, args[0]) if isinstance(a, Constant) else a
                 for a in args]  # fmt: skip
        world = {**HELPERS, **self.defaults, **params, "f": engine.namespace, "t": engine.kind}
        world.update(zip(OPERAND_LETTERS, given), xs=given, rest=given[1:])
        return eval(compiled(self.text), world)  # a form stands in our own table

    @property
    def exact(self) -> bool:
        """Whether it goes by the row's own name."""
        return self.name == self.row

    def passes(self, row: TensorRow, params: Mapping[str, Any]) -> bool:
        """Whether it hands over every parameter that is not at its default."""
        names = compiled(self.text).co_names
        return all(p in names or (p in row.defaults and row.defaults[p] == value)
                   for p, value in params.items())  # fmt: skip


AXES = ("axis", "dim", "axes", "dims")  # what engines call it
OPERATOR = re.compile(r"^(-a|a \S+ b)$")


def handed(engine: Any, constant: Constant, way: str, first: Any) -> Any:
    """A constant as the engine may want it; labels as rows of 0 and 1, as wide as `first`."""
    if constant.shape == () and way == "plain":
        return constant.data[0]
    array = np.array(constant.data).reshape(constant.shape)
    if not constant.whole:
        return engine.constant(engine.array(array))
    if way.startswith("one hot"):
        array = np.eye(first.shape[-1])[array]
        return engine.constant(engine.array(array)) if way.endswith("tensor") else array
    if way.startswith("bool"):
        array = array.astype(bool)
    if way == "list":
        return array.tolist()
    if way == "float tensor":
        return engine.constant(engine.array(array))
    return engine.constant(array) if way.endswith("tensor") else array


# --- the same in a script -------------------------------------------------------------------------


class InScript:
    """How a script says what was asked of an engine: in the engine's own words where they can be
    imported. `imports` are the lines that it needs for what was said."""

    def __init__(self, engine: Any) -> None:
        self.engine = engine
        self.imports: dict[str, None] = {}
        self.functions: dict[str, list[str]] = {}  # what is defined, by its name

    def place(self, thing: Any) -> str:
        """What a thing is called where it can be imported, else an empty text."""
        if isinstance(thing, ModuleType):
            self.imports[f"import {thing.__name__}"] = None
            return thing.__name__
        module, name = getattr(thing, "__module__", ""), getattr(thing, "__qualname__", "")
        first = name.partition(".")[0]
        found = sys.modules.get(module or "")
        for part in name.split("."):
            found = getattr(found, part, None)
        if found is not thing or found is None:
            return ""
        if module == "__main__":  # as the others see it
            module = Path(getattr(sys.modules[module], "__file__", "") or "").stem
        if not module.replace(".", "").isidentifier():
            return ""
        self.imports[f"from {module} import {first}"] = None
        return str(name)

    def called(self, function: Any, name: str) -> str:
        """What a function is called that may be a lambda: by this name it is defined then."""
        found = self.place(function)
        if found:
            return found
        if name not in self.functions:
            self.functions[name] = defined(function, name, self.place)
        return name if self.functions[name] else ""

    @property
    def head(self) -> list[str]:
        """The lines that a script begins with."""
        own = [line for lines in self.functions.values() for line in lines]
        every = [*self.imports, *own]
        early = [line for line in every if line.startswith(("import ", "from "))]
        return list(dict.fromkeys([*early, *(line for line in every if line not in early)]))

    def owner(self, name: str) -> str:
        """What a function of the namespace is called; f.name where it cannot be imported."""
        for one in self.engine.spaces:
            if hasattr(one, name):
                place = "" if isinstance(one, SimpleNamespace) else self.place(one)
                return f"{place}.{name}" if place else self.place(getattr(one, name)) or f"f.{name}"
        return f"f.{name}"

    def array(self, text: str) -> str:
        """Numbers as NumPy has them, in the engine's floats."""
        own = self.engine.dtype
        typed = "" if own == "float64" else f", dtype={LENT_TYPES.get(own, 'np')}.{own}"
        return text if text.startswith("np.") else f"np.array({text}{typed})"

    def made(self, way: Any, text: str) -> str:
        """A tensor; an empty text where how it is made cannot be told."""
        form = getattr(way, "args", ("",))[0]
        maker = self.called(self.engine.constructor, "leaf") if form else ""
        if not maker:
            return ""
        given = {"a.tolist()": text, "a": self.array(text), "t": maker}
        return re.sub(r"a\.tolist\(\)|\b[at]\b", lambda w: given[w[0]], form)

    def leaf(self, text: str) -> str:
        if self.engine.pullback is not None:
            return self.array(text)
        return self.made(self.engine.leaf, text) or f"leaf({text})"

    def shown(self, text: str, example: Any) -> str:
        """What prints the numbers of a tensor like the example."""
        kind = type(example)
        if any("__repr__" in vars(c) or "__str__" in vars(c) for c in kind.__mro__[:-1]):
            return text
        name = next((n for n in NUMBERS_OF if hasattr(example, n)), "")
        return f"{text}.{name}()" if callable(getattr(example, name, None)) else f"{text}.{name}"

    def gradient(self, leaf: str) -> str:
        """What prints its gradient."""
        given = self.engine.asked["grad"]
        if given is None:
            return self.shown(f"{leaf}.grad", self.engine.example_gradient)
        own = self.of_its_own(given, leaf, name="gradient") or f"{leaf}.grad"
        return own if callable(given) else self.shown(own, self.engine.example_gradient)

    def value(self, node: str) -> str:
        given = self.engine.asked["value"]
        own = self.of_its_own(given, node, name="numbers") if given is not None else ""
        return own or self.shown(node, self.engine.example)

    def of_its_own(self, given: Any, text: str, *more: str, name: str = "") -> str:
        """A call of what was given to the engine: a function, the namespace's, or a method."""
        if isinstance(given, str) and not self.engine.namespace.has(given):
            method = more or callable(getattr(self.engine.example, given, None))
            return f"{text}.{given}({', '.join(more)})" if method else f"{text}.{given}"
        called = self.owner(given) if isinstance(given, str) else self.called(given, name)
        return f"{called}({', '.join((text, *more))})" if called else ""

    def backward(self, root: str, weights: str, plain: bool) -> str:
        """`plain`: the cotangent is 1."""
        engine, tensor = self.engine, self.made(self.engine.constant, weights)
        given = engine.asked["backward"]
        if given is not None:
            name = given if isinstance(given, str) else self.called(given, "backward")
            alone = callable(given) and len(signature_of(given)) == 1
            more = () if alone else (self.array(weights),)
            seed = root if not alone or plain else f"({root} * {tensor or weights}).sum()"
            own = f"{name}({', '.join((seed, *more))})" if callable(given) else (
                self.of_its_own(given, seed, *more))  # fmt: skip
            return own if name else f"backward({root}, {weights})"
        if engine.backward == engine.by_array:
            return f"{root}.backward({self.array(weights)})"
        if engine.backward == engine.by_tensor and tensor:
            return f"{root}.backward({tensor})"
        if engine.backward == engine.weighted and plain:
            return f"{root}.backward()"
        if engine.backward == engine.weighted and tensor and hasattr(engine.kind, "sum"):
            return f"({root} * {tensor}).sum().backward()"
        return f"backward({root}, {weights})"

    def constant(self, constant: Constant, way: str) -> str:
        """As `handed` hands it over."""
        numbers = np.array(constant.data).reshape(constant.shape)
        text = repr(numbers.tolist())
        if way == "list" or (constant.shape == () and way == "plain"):
            return text
        if constant.whole:
            text = f"np.array({text}{', dtype=bool' if way.startswith('bool') else ''})"
            text = f"np.eye(classes)[{text}]" if way.startswith("one hot") else text
        wrapped = not constant.whole or way.endswith("tensor")
        return (self.made(self.engine.constant, text) or text) if wrapped else text

    def call(self, spelling: CallForm, args: Sequence[str], params: Mapping[str, Any]) -> str:
        """A call with these texts in the place of its letters."""
        names = {p: repr(v) for p, v in {**spelling.defaults, **params, "EPS": EPS}.items()}
        names |= dict(zip(OPERAND_LETTERS, (f"({a})" if a[0] == "-" else a for a in args)))
        names |= {"xs": f"[{', '.join(args)}]", "rest": f"[{', '.join(args[1:])}]"}
        names["t"] = self.place(self.engine.kind) or "t"
        tree = ast.parse(spelling.text, mode="eval")
        return ast.unparse(Replaced(self, names).visit(tree))


def signature_of(function: Any) -> list[str]:
    """The names of a function's parameters, none where it will not tell."""
    try:
        return list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return []


class Replaced(ast.NodeTransformer):
    """An expression with texts in the place of names, and results in that of our own helpers."""

    def __init__(self, script: InScript, names: Mapping[str, str]) -> None:
        self.script, self.names = script, names

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Name(self.names.get(node.id, node.id))

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if isinstance(node.value, ast.Name) and node.value.id == "f":
            return ast.Name(self.script.owner(node.attr))
        return self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        inside = getattr(getattr(node.slice, "func", None), "id", "")
        if inside in HELPERS:
            key = HELPERS[inside](ast.literal_eval(self.names["key"]))
            return ast.Subscript(self.visit(node.value), ast.Name(in_python(key, True)))
        return self.generic_visit(node)

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        self.generic_visit(node)
        with contextlib.suppress(ValueError, SyntaxError):
            return node.body if ast.literal_eval(ast.unparse(node.test)) else node.orelse
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        name = getattr(node.func, "id", "")
        self.generic_visit(node)
        with contextlib.suppress(ValueError, SyntaxError):
            if name in FOLDED:
                given = ast.literal_eval(ast.unparse(node.args[0]))
                return ast.Name(in_python(FOLDED[name](given)))
        return node


LENT_TYPES = {"bfloat16": "ml_dtypes"}  # whose type of arrays that is, if not NumPy's
FOLDED: dict[str, Callable[[Any], Any]] = {
    **{name: HELPERS[name] for name in ("index", "lists", "flat", "cumsum")},
    "bool": bool, "len": len, "list": list,
}  # fmt: skip


def in_python(value: Any, brackets: bool = False) -> str:
    """A value, or an index as it stands in brackets."""
    if isinstance(value, tuple):
        inner = ", ".join(in_python(v, brackets) for v in value) + "," * (len(value) == 1)
        return inner if brackets else f"({inner})"
    if isinstance(value, slice) and brackets:
        ends = ("" if end is None else str(end) for end in (value.start, value.stop))
        return ":".join(ends) + ("" if value.step is None else f":{value.step}")
    if isinstance(value, np.ndarray):
        return f"np.array({value.tolist()})"
    return "..." if value is Ellipsis else repr(value)


@lru_cache(maxsize=20_000)
def known(
    name: str, args: tuple[Any, ...], shown: str, step: TensorStep
) -> tuple[TensorProgram, list[np.ndarray], np.ndarray]:
    """The step alone, with numbers to try it on, and what it gives."""
    inputs = tuple((f"x{k}", a) for k, a in enumerate(args) if not isinstance(a, Constant))
    constants = tuple(a for a in args if isinstance(a, Constant))
    places = iter(range(len(inputs))), iter(range(len(inputs), len(args)))
    order = tuple(next(places[isinstance(a, Constant)]) for a in args)
    program = TensorProgram(inputs, constants, (TensorStep(name, order, step.params),), len(args))
    sizes = [int(np.prod(shape, dtype=int)) for _, shape in inputs]
    flat = irregular(sum(sizes), 11, TENSOR_ROWS[name].values)
    truth = TensorTruth(program)
    value = truth.forward(flat)
    parts = np.split(np.array(flat), np.cumsum(sizes)[:-1]) if sizes else []
    return program, [p.reshape(shape) for p, (_, shape) in zip(parts, inputs)], value


def candidates(
    engine: Any, row: TensorRow, params: Mapping[str, Any], fixed: bool
) -> Iterator[CallForm]:
    """What may be tried, what worked last first; `fixed`: there are constants to hand over."""
    def takes(spelling: CallForm) -> bool:
        no_axis = {**row.defaults, **params}.get("axis", 0) is None
        fits = not (no_axis and needs_its_axis(engine, spelling))
        return fits and spelling.passes(row, params)

    recent = engine.recent.get(row.name)
    if recent is not None and takes(recent):
        yield recent
    for way in WAYS if fixed else WAYS[:1]:
        for form in row.forms:
            for name in names_of(engine, row) if "{n}" in form else row.names[:1]:
                spelling = CallForm(row.name, name, form, way)
                if engine.has(name, form) and spelling != recent and takes(spelling):
                    yield spelling


def names_of(engine: Any, row: TensorRow) -> list[str]:
    """The row's names, and those of the engine that differ from one in signs of writing only."""
    alike = (a for name in row.names for a in engine.namesakes.get(letters(name), ()))
    return list(dict.fromkeys([*row.names, *alike]))


def letters(name: str) -> str:
    """What tells names apart: LeakyReLU is a leaky_relu."""
    return name.replace("_", "").lower()


def needs_its_axis(engine: Any, spelling: CallForm) -> bool:
    """Whether an axis is handed over to what has no default for it: then None is no axis."""
    owner = engine.namespace if spelling.form.startswith("f.") else engine.kind
    try:
        parameters = inspect.signature(getattr(owner, spelling.name)).parameters
    except (AttributeError, TypeError, ValueError):
        return False
    required = any(p.default is p.empty for axis in AXES if (p := parameters.get(axis)))
    return required and "axis" in compiled(spelling.text).co_names


def resolved(engine: Any, step: TensorStep, args: tuple[Any, ...]) -> CallForm | None:
    """A spelling that gives the right values of just this step."""
    row = TENSOR_ROWS[step.name]
    program, arrays, value = known(step.name, args, repr(step.params), step)
    wrong, right = None, None
    for spelling in candidates(engine, row, step.params, bool(program.constants)):
        got = given_by(engine, program, spelling, arrays)
        if got is not None and got.size == value.size == 1:  # it may have no tensors without axes
            got = got.reshape(value.shape)
        if got is None or got.shape != value.shape:
            continue
        if close(got, value, engine.tried_in, row.settled):
            right = engine.recent[step.name] = spelling
            break
        if wrong is None and blamable(engine, row, spelling, step.params):
            wrong = got, spelling
    # 2 - x is wrong, whatever else is right
    if wrong is not None and (right is None or OPERATOR.match(wrong[1].form)):
        engine.wrong.setdefault(step.name, (program, arrays, value, *wrong))
    return right


def off_by_a_factor(engine: Any, name: str) -> None:
    """Notes a loss that in no convention has its value, but a constant part of it: divided by all
    elements, not by the rows."""
    row = TENSOR_ROWS[name]
    for draw in row.draws[:1] if others_meant(row) and name not in engine.wrong else ():
        step, args = step_of(name, draw)
        program, arrays, value = known(name, args, repr(step.params), step)
        for spelling in candidates(engine, row, step.params, bool(program.constants)):
            got = given_by(engine, program, spelling, arrays)
            if got is not None and got.shape == value.shape == () and value:
                if spelling.exact and always_a_part(engine, row, spelling):
                    engine.wrong[name] = program, arrays, value, got, spelling
                    return


def always_a_part(engine: Any, row: TensorRow, spelling: CallForm) -> bool:
    """Whether a call gives the value but for a factor of the shapes, whatever the numbers are."""
    for draw in row.draws:
        step, args = step_of(row.name, draw)
        program, arrays, _ = known(row.name, args, repr(step.params), step)
        ratios = []
        for scale in (1.0, 0.75):
            moved = [scale * a for a in arrays]
            flat = np.concatenate([a.ravel() for a in moved]).tolist()
            value = TensorTruth(program).forward(flat)
            got = given_by(engine, program, spelling, moved)
            if got is None or got.shape != () or not value:
                return False
            ratios.append(float(got / value))
        spread, most = abs(ratios[0] - ratios[1]), CLOSE_FORWARDS[engine.tried_in] * abs(ratios[0])
        if abs(ratios[0] - 1) < LEAST_FACTOR or spread > most:
            return False
    return True


def taken_for_another(engine: Any) -> set[str]:
    """Rows whose call is another row, too, and gives that one's values: in few bits both of two
    like gelu and gelu_quick look right."""
    found: set[str] = set()
    for name, spelling in engine.spelling.items():
        draws = TENSOR_ROWS[name].draws
        alike = [n for n, s in engine.spelling.items()
                 if s.text == spelling.text and TENSOR_ROWS[n].draws[:1] == draws[:1]]  # fmt: skip
        if draws and len(alike) > 1:
            gaps = [gap(engine, n) for n in alike]
            found |= {n for n, far in zip(alike, gaps) if far > 2 * min(gaps)}
    return found


def gap(engine: Any, name: str) -> float:
    """How far a row's call is from its values."""
    step, args = step_of(name, TENSOR_ROWS[name].draws[0])
    program, arrays, value = known(name, args, repr(step.params), step)
    got = given_by(engine, program, engine.spelling[name], arrays)
    return math.inf if got is None else float(np.abs(got - value).max(initial=0.0))


def given_by(engine: Any, program: TensorProgram, spelling: CallForm, arrays: Any) -> Any:
    """What the engine gives, None where it is not written like this."""
    try:
        return engine.tried(program, spelling, arrays)
    except Exception:  # whatever it raises
        return None


def other_spellings(engine: Any, step: TensorStep, args: tuple[Any, ...]) -> list[CallForm]:
    """What gives the same values by other means: a method beside a function, a second name."""
    row, own = TENSOR_ROWS[step.name], engine.spelling[step.name]
    program, arrays, value = known(step.name, args, repr(step.params), step)
    found = {means(own): own}
    others = {s.text for n, s in engine.spelling.items() if n != step.name and engine.in_halves}
    for spelling in candidates(engine, row, step.params, bool(program.constants)):
        if means(spelling) not in found and spelling.way == own.way and spelling.text not in others:
            got = given_by(engine, program, spelling, arrays)
            alike = got is not None and got.shape == value.shape
            if alike and close(got, value, engine.tried_in, row.settled):
                found[means(spelling)] = spelling
    return [s for s in found.values() if s is not own]


def means(spelling: CallForm) -> tuple[str, str]:
    """The name, and whose it is; an operator is a name of its own."""
    named = "{n}" in spelling.form
    return (spelling.name, spelling.form[:2]) if named else (spelling.form, "")


def blamable(engine: Any, row: TensorRow, spelling: CallForm, params: Mapping[str, Any]) -> bool:
    """Whether a wrong value of this call is the engine's fault: the name is exact, or gave the
    right values elsewhere, and every parameter is handed over as it is."""
    named = spelling.exact and ("{n}" in spelling.form or OPERATOR.match(spelling.form))
    known = spelling == engine.spelling.get(row.name)
    others = [(TENSOR_ROWS[n], s) for n, s in engine.spelling.items() if n != row.name]
    sure = row.settled or (known and params)  # right elsewhere, and told all of its settings
    alike = (s.text == spelling.text or (not spelling.exact and {spelling.name} & {*other.names})
             for other, s in others)  # transpose(0, 1) of an engine that permutes is no swap
    if not (named or known) or not sure or any(alike):
        return False
    names = compiled(spelling.text).co_names
    return "(" not in inner(spelling) and all(p in names for p in (*row.defaults, *params))


def inner(spelling: CallForm) -> str:
    """What stands within the call's brackets."""
    return spelling.text.split("(", 1)[-1]


def close(got: np.ndarray, value: np.ndarray, dtype: str, settled: bool = True) -> bool:
    """Whether these are the values. Where engines differ in conventions all digits tell: they may
    add 1e-7 somewhere."""
    with np.errstate(all="ignore"):
        wide = settled or dtype != "float64"
        least = CLOSE_FORWARDS[dtype] if wide else CLOSE_OF_CONVENTIONS
        return bool(np.allclose(got.astype(float), value, rtol=least, atol=least))


def filled_up(step: TensorStep, args: tuple[Any, ...]) -> tuple[Any, ...]:
    """The arguments with elements, if that has a meaning: any spelling is right about none."""
    shapes = tuple(a if isinstance(a, Constant) else tuple(n or 2 for n in a) for a in args)
    try:
        known(step.name, shapes, repr(step.params), step)
    except UsageError:
        return args
    return shapes


def step_of(name: str, draw: Draw) -> tuple[TensorStep, tuple[Any, ...]]:
    return TensorStep(name, tuple(range(len(draw.args))), draw.params), draw.args


def spelling_of(engine: Any, name: str) -> CallForm | None:
    """How the engine writes this row, shown on the first way to call it that works."""
    row = TENSOR_ROWS[name]
    if not any(engine.has(n, form) for form in row.forms for n in names_of(engine, row)):
        return None
    several = others_meant(row) and not row.settled  # of one row the sum is the mean
    tried = 1 if several else DRAWS_TRIED
    for draw in (row.draws or PAIR)[:tried]:
        found = resolved(engine, *step_of(name, draw))
        if found is not None:
            return found
    return None


PAIR = (Draw(((2, 3), (2, 3)), {}),)


def spelling_of_step(engine: Any, program: TensorProgram, k: int) -> CallForm:
    """Raises Unsupported where the engine has no spelling for just this."""
    step = program.steps[k]
    shapes = shapes_of(program)
    n = len(program.inputs)
    args = tuple(program.constants[j - n] if n <= j < program.first else shapes[j]
                 for j in step.args)  # fmt: skip
    key = step.name, args, repr(step.params)
    if key not in engine.signatures:
        engine.signatures[key] = resolved(engine, step, filled_up(step, args))
    found = engine.signatures[key]
    if found is None:
        told = ", ".join(f"{p}={v}" for p, v in step.params.items())
        raise Unsupported(f"{step.name}({told})")
    return found
