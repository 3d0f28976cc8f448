"""The oracle for tensor engines."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

import symgrad as sg
from symgrad.errors import UsageError
from symgrad.oracle.tensors import TENSOR_ROWS
from symgrad.oracle.tensors.namespace_engine import UNUSED_COTANGENT
from symgrad.oracle.tensors.scouts import can_scout
from symgrad.oracle.tensors.tensor_case import TensorCase
from symgrad.oracle.tensors.tensor_cases import tensor_cases
from symgrad.oracle.tensors.tensor_program import TensorBuilder
from symgrad.oracle.tensors.tensor_report import TensorFinding
from symgrad.oracle.tensors.tensor_run import (
    NEITHER,
    NOTHING_CHECKED,
    REPLACED,
    a_limit,
    by_other_means,
    second_graph,
)
from symgrad.oracle.tensors.tensor_truth import shapes_of
from symgrad.oracle.tensors.tensor_vectors import tensor_tests
from symgrad.oracle.tensors.wrong_gradients import (
    AGAIN,
    ASSIGNED,
    AVERAGED,
    AXIS_LOST,
    BROADCAST,
    FOR_ALL,
    HISTORY,
    MEAN_OF_USES,
    NOT_PUT_BACK,
    OF_OTHERS,
    ONE_LESS,
    OUT_OF_GRAPH,
    TO_ONE_SIDE,
    WRONG_ORDER,
    of_parameters,
)
from symgrad.oracle.tensors.wrong_slopes import wrong_slopes
from symgrad.oracle.tensors.wrong_values import EXCHANGED

from .tensor_mistakes import (
    LEGITIMATE,
    PLANTED,
    depth_first,
    overwritten,
    pair,
    pulled,
    reductions,
    safe,
    scaled,
    unary,
    unsummed,
    walking,
)
from .tensor_rules import RULES, axes_of, softmax
from .tensor_rules import engine as with_rules

ENGINE = Path(__file__).parents[1] / "examples" / "oracle" / "tensor_engine.py"


def example() -> Any:
    """The module of the lesson's engine."""
    spec = importlib.util.spec_from_file_location("tensor_engine", ENGINE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def engine(module: Any) -> Any:
    spaces = [module.Tensor, {"concat": module.concat}]
    return sg.oracle.Tensors(spaces, name="mine", constructor=module.Tensor)


@pytest.mark.parametrize("step", [12, pytest.param(3, marks=pytest.mark.slow)])
def test_a_right_engine_passes(step: int) -> None:
    """Nothing is found in the lesson's engine."""
    with np.errstate(all="ignore"):
        report = sg.oracle.judge(engine(example()), cases=tensor_cases(0)[::step])
    assert [] == report.findings
    assert report.checked > 900 // step


@pytest.mark.parametrize("name", TENSOR_ROWS)
def test_every_row_has_cases(name: str) -> None:
    """Every row can be called in each of the ways that it lists, and says what engines call it."""
    row = TENSOR_ROWS[name]
    every = [case for case in tensor_cases(0) if case.operation == name]
    assert len(row.draws) <= len(every)
    assert row.forms and row.names


def test_programs_are_plain_data() -> None:
    """A tensor program survives JSON."""
    for case in tensor_cases(0)[::7]:
        written = json.dumps(case.program.to_json())
        assert case.program == sg.oracle.TensorProgram.from_json(written)


def by_numpy(case: TensorCase) -> np.ndarray:
    """The root of a program of one step, by NumPy's function of that name."""
    step, x = case.program.steps[0], [*case.parts]
    x += [np.array(c.data).reshape(c.shape) for c in case.program.constants]
    names = {"permute_dims": "transpose", "max": "amax", "min": "amin", "concat": "concatenate"}
    args: list[Any] = [x[j] for j in step.args]
    if step.name in ("concat", "stack"):
        args = [args]
    if "keepdims" in step.params:
        return np.asarray(getattr(np, names.get(step.name, step.name))(*args, **step.params))
    return np.asarray(getattr(np, names.get(step.name, step.name))(*args, *step.params.values()))


NUMPY = [
    "add", "multiply", "subtract", "divide", "exp", "tanh", "sum", "mean", "max", "min", "prod",
    "var", "std", "matmul", "outer", "permute_dims", "reshape", "concat", "stack", "flip",
    "roll", "tile", "repeat", "tril", "triu", "take", "take_along_axis", "sort", "squeeze",
    "expand_dims", "trace", "swapaxes", "moveaxis", "broadcast_to", "hypot", "logaddexp",
]


@pytest.mark.parametrize("name", NUMPY)
def test_values_are_numpys(name: str) -> None:
    """What a row's elements give is what NumPy gives."""
    alone = [c for c in tensor_cases(0) if c.operation == name and len(c.program.steps) == 1]
    for case in alone[:12]:
        if "correction" in case.program.steps[0].params or "huge" in case.flags:
            continue
        found = by_numpy(case)
        near = case.numbers[0][: found.size].reshape(found.shape)
        np.testing.assert_allclose(near, found, rtol=1e-13, atol=1e-15)


def some_vectors(folder: Path) -> Path:
    """A file of the first tests, as `symgrad oracle vectors --tensors` writes all of them."""
    tests = list(islice(tensor_tests(0), 160))
    head = {"symgrad_tensors": 1, "generator": "", "count": len(tests), "tests": tests}
    (folder / "tensors.json").write_text(json.dumps(head), encoding="utf-8")
    return folder / "tensors.json"


@pytest.mark.parametrize("reader", ["read_tensor_vectors.py", "read_tensor_vectors.js"])
def test_vectors_are_read_in_other_languages(tmp_path: Path, reader: str) -> None:
    """The readers find nothing wrong with the lesson's engine, nor with rules in JavaScript."""
    command = [sys.executable] if reader.endswith(".py") else [shutil.which("node") or ""]
    if not command[0]:  # there is no node here: Python's reader says the same
        command, reader = [sys.executable], "read_tensor_vectors.py"
    told = subprocess.run(
        [*command, str(ENGINE.parent / reader), str(some_vectors(tmp_path))],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout.endswith(" 0 wrong\n")
    assert not told.stdout.startswith("0 ")


def test_vectors_are_the_same_for_a_seed() -> None:
    """Two runs write the same tests; each has bounds around its nearest numbers."""
    first, second = (list(islice(tensor_tests(0), 40)) for _ in range(2))
    assert first == second
    for test in first:
        for side in (test["value"], *test["gradient"].values()):
            sides = (side[k] for k in ("least", "nearest", "largest"))
            rows = [[float.fromhex(str(x)) for x in row] for row in sides]
            assert all(low <= x <= high for low, x, high in zip(*rows))


def test_the_lesson_runs() -> None:
    """The notebook finds the three mistakes that it plants, and says what they are."""
    cells = json.loads((ENGINE.parent / "tensor_lesson.ipynb").read_text(encoding="utf-8"))["cells"]
    sys.modules["tensor_engine"] = example()
    world: dict[str, Any] = {}
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown), np.errstate():
        for cell in cells:
            if cell["cell_type"] == "code":
                exec("".join(cell["source"]), world)
    del sys.modules["tensor_engine"]
    for words in ("0 findings", "broadcast axis is not summed", "not inverted", "repeated index"):
        assert words in shown.getvalue()


# --- engines with mistakes ------------------------------------------------------------------------

ONE_OF = 11  # of so many planted mistakes one is tried in the quick tests
EXPLAINED = {
    "broadcast: leading axes in add": (
        "add",
        "the gradient of a broadcast axis is not summed: one term counts",
    ),
    "broadcast: not summed in add": ("add", "the gradient of a broadcast axis is not summed"),
    "sum: axis of a square": ("sum", "as if axis were 0, not 1"),
    "mean: not divided": (
        "mean",
        "multiplied by the number of elements (or not divided by it)",
    ),
    "permute: the same permutation": ("permute_dims", "the permutation is not inverted"),
    "index: assigned": (
        "getitem",
        "the gradients of a repeated index are not summed: one term counts",
    ),
    "linear: weight not transposed": (
        "linear",
        "as if argument 2 were transposed (or its transpose were missing)",
    ),
    "ties: all of max": ("max", "at a tie every argument gets the full gradient"),
    "softmax: diagonal only": (
        "softmax",
        "only the diagonal of the Jacobian is used: its other elements are left out",
    ),
    "roll: the same way": ("roll", "as if shift were -1, not 1"),
    "cumulative_sum: not reversed": (
        "cumulative_sum",
        "the Jacobian is not transposed: the cotangent goes through it forwards",
    ),
    "graph: assigned": ("graph", "contributions are assigned instead of added: one use counts"),
    "graph: gradients in float32": ("exp", "gradients are rounded to float32"),
    "softplus overflows": ("softplus", "the value overflows on the way"),
}


def judged(mistake: Any, **how: Any) -> Any:
    rules, graph = mistake
    namespace = with_rules(rules, **graph)
    with np.errstate(all="ignore"):
        made = sg.oracle.Tensors(namespace, name="planted", constructor=namespace.Tensor)
        return sg.oracle.judge(made, **how)


def touched(mistake: Any) -> list[TensorCase]:
    """The cases that a replaced rule takes part in; all of them, where the graph is walked anew."""
    rules = mistake[0]
    return [c for c in tensor_cases(0) if not rules or not c.program.operations.isdisjoint(rules)]


def a_few_quickly(names: Iterable[str]) -> list[Any]:
    """Names as parameters of a test; but one of so many, they are slow."""
    return [pytest.param(name, marks=pytest.mark.slow if k % ONE_OF else ())
            for k, name in enumerate(names)]


@pytest.mark.parametrize("name", a_few_quickly(PLANTED))
def test_planted_mistakes_are_found(name: str) -> None:
    """Each of more than two hundred wrong rules is found with the default budget."""
    assert judged(PLANTED[name], most=1).findings


@pytest.mark.parametrize("operands", [{"x": 0.3}, {"x": 0.3, "z": 0.7}])
def test_a_slope_is_told_as_it_is(operands: dict[str, float]) -> None:
    """The words are the formula: -(1 - y), and not -1 - y."""
    told, y = 0, 0.45
    for words, slope in wrong_slopes([np.array(v) for v in operands.values()], np.array(y), 0):
        text = words.removeprefix("in its backward ").partition(" stands")[0]
        if "where" in text or "sign" in text:  # which is no formula
            assert text.startswith(("1 ", "-1 ", "the sign", "minus the sign"))
            continue
        f, point = sg.parse(text), {**operands, "y": y}
        assert slope == pytest.approx(f({name: point[name] for name in f.variables})), words
        told += 1
    assert told > 30


def test_enough_mistakes_are_planted() -> None:
    assert 220 <= len(PLANTED)
    assert 20 <= len(LEGITIMATE)


HALVES: dict[str, Any] = {"float16": np.float16, "bfloat16": ml_dtypes.bfloat16}


def in_halves(dtype: str, mistake: Any = ({}, {}), **how: Any) -> Any:
    """What is found in an engine whose tensors are rounded to so few bits."""
    rules, graph = mistake
    namespace = with_rules(rules, half=HALVES[dtype], **graph)
    with np.errstate(all="ignore"):
        made = sg.oracle.Tensors(namespace, constructor=namespace.Tensor, dtype=dtype)
        return sg.oracle.judge(made, **how)


@pytest.mark.parametrize("dtype", HALVES)
def test_engines_in_halves_pass(dtype: str) -> None:
    """A right engine that rounds every tensor to a half has no findings."""
    report = in_halves(dtype, cases=tensor_cases(0)[::20])
    assert [] == [str(f) for f in report.findings]
    assert 200 < report.checked


@pytest.mark.parametrize("dtype", HALVES)
@pytest.mark.parametrize("name", [n for n in PLANTED if n.startswith(("broadcast", "prod"))][::3])
def test_mistakes_are_found_in_halves(name: str, dtype: str) -> None:
    """Wrong rules are seen in few bits, too."""
    mistake = PLANTED[name]
    assert in_halves(dtype, mistake, cases=touched(mistake), most=1).findings


def test_bfloat16_of_numpy_needs_ml_dtypes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing is named, and other types are refused."""
    with pytest.raises(UsageError, match="dtype is one of float64"):
        sg.oracle.Tensors(example(), dtype="float8")
    monkeypatch.setattr("symgrad.oracle.tensors.namespace_engine.find_spec", lambda _: None)
    with pytest.raises(UsageError, match="need ml_dtypes"):
        sg.oracle.Tensors(example(), dtype="bfloat16")


@pytest.mark.slow
@pytest.mark.parametrize("name", LEGITIMATE)
def test_no_legitimate_variant_is_accused(name: str) -> None:
    """An engine that sums in another order, or chooses another side of a tie, passes."""
    report = judged(LEGITIMATE[name], cases=touched(LEGITIMATE[name]))
    assert [] == [str(finding) for finding in report.findings]


def mistaken() -> Any:
    """The lesson's tensors with what engines have around a graph; every one of these is wrong."""
    tensor = example().Tensor

    def divided(self: Any, other: Any) -> Any:
        self.data /= other.data  # what exp has kept is this array
        back = lambda g: (g / other.data, -g * self.data / other.data)
        return tensor(self.data, (self, other), back)

    tensor.detach = lambda self: self + 0
    tensor.__rsub__ = lambda self, other: self - other
    tensor.multiply = lambda self, other: tensor(
        self.data * other.data, (self, other), lambda g: (g * other.data, -g * self.data))
    tensor.__itruediv__ = divided
    return tensor


def test_what_stands_around_a_graph_is_judged() -> None:
    """Detaching, numbers on the left, methods beside operators, changes in place."""
    tensor = mistaken()
    made = sg.oracle.Tensors(tensor, constructor=tensor)
    cases = [c for c in tensor_cases(0) if c.apart or c.in_place or c.operation == "subtract"]
    found = sg.oracle.judge(made, cases=[*cases, *by_other_means(made)]).findings
    assert {("graph", "what was detached has a gradient, or takes that of others"),
            ("graph", OUT_OF_GRAPH[""]),
            ("subtract", f"{EXCHANGED}: the value is that of subtract(x1, 3)"),
            ("multiply", "the sign is wrong"),
            } == {(f.operation, f.cause) for f in found}  # fmt: skip


def test_a_refusal_is_no_crash() -> None:
    """An engine that says in words what it does not do is not accused of that; of others it is."""
    words = {"negative axes are not supported": True, "unsupported axis": True,
             "'<' not supported between instances of": False,
             "shapes (2,) and (3,) differ": False}  # fmt: skip
    assert words == {told: a_limit(ValueError(told)) for told in words}


def with_leaves(change: Any) -> Any:
    """The lesson's engine, whose backward first changes the gradients that leaves have."""
    tensor = example().Tensor
    backward = tensor.backward

    def changed(self: Any, grad: Any = None) -> None:
        for leaf in {id(a): a for a in self.args}.values():
            leaf.grad = change(leaf.grad)
        backward(self, grad)

    tensor.backward = changed
    return sg.oracle.Tensors(tensor, constructor=tensor)


@pytest.mark.parametrize(("change", "expected"), [
    (lambda g: g, None), (lambda g: 0 * g, REPLACED),
])  # fmt: skip
def test_gradients_of_two_graphs_add_up_or_it_is_told(change: Any, expected: str | None) -> None:
    """torch adds to .grad, which nothing is said about; to start anew is told, and no fault."""
    assert expected == second_graph(with_leaves(change))


@pytest.mark.parametrize(("change", "got"), [
    (lambda g: g / 2, [6.0, -2.75]), (lambda g: 2 * g, [9.0, -0.5]), (lambda g: -g, [3.0, -5.0]),
])  # fmt: skip
def test_what_is_neither_a_sum_nor_the_last_gradient_is_wrong(change: Any, got: list) -> None:
    """By hand: the gradients of x*x at 1/2, 1/4 with (2, 3) and (5, -7) are (2, 3/2), (5, -7/2)."""
    found = second_graph(with_leaves(change))
    assert isinstance(found, TensorFinding)
    assert (NEITHER, got, [7.0, -2.0]) == (found.cause, found.got, found.exact)


@pytest.mark.parametrize("name", ["max_pool2d", "avg_pool2d"])
@pytest.mark.parametrize("params", [
    {"size": 0}, {"size": -2}, {"size": 0, "stride": 1}, {"size": 2, "stride": 0},
    {"size": 2, "stride": -1}, {"size": 4, "stride": 1},
    {"size": 1, "padding": 1}, {"size": 3, "padding": 2},
])  # fmt: skip
def test_a_window_without_elements_means_nothing(name: str, params: dict[str, int]) -> None:
    """A pool of no elements, or one that never moves on, is refused, and not computed."""
    b = TensorBuilder([(1, 1, 3, 3)])
    with pytest.raises(UsageError):
        shapes_of(b.program(b.step(name, 0, **params)))


def test_other_parameters_are_tried_on_every_case() -> None:
    """Whatever a step is taken for while its cause is sought has numbers or no meaning."""
    distinct = {repr(c.program.steps): c for c in tensor_cases(0) if c.program.inputs
                and any("pool" in s.name or "conv" in s.name for s in c.program.steps)}  # fmt: skip
    told = [words for c in distinct.values() for words, _ in of_parameters(c.program, c.point, 0)]
    assert {True} == {words.startswith("as if ") for words in told}


@pytest.mark.parametrize("changes", [{"stride": 0}, {"stride": -1}, {"dilation": 0}])
def test_a_convolution_that_stays_means_nothing(changes: dict[str, int]) -> None:
    """Likewise of convolutions."""
    b = TensorBuilder([(1, 1, 3, 3), (1, 1, 2, 2)])
    plain = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1}
    with pytest.raises(UsageError):
        shapes_of(b.program(b.step("conv2d", 0, 1, **{**plain, **changes})))


@pytest.mark.parametrize("ending", ["exit code 3", "SIGABRT"])
def test_an_engine_that_ends_its_process_is_a_finding(ending: str) -> None:
    """A backward that leaves is told, and the others are judged all the same."""
    if not can_scout():  # no fork here, or libraries with threads: it would end this process
        return
    tensor, ways = example().Tensor, {"exit code 3": lambda: os._exit(3), "SIGABRT": os.abort}
    tensor.exp = lambda self: tensor(np.exp(self.data), (self,), lambda g: ways[ending]())
    tensor.tanh = lambda self: tensor(np.tanh(self.data), (self,), lambda g: (g,))
    made = sg.oracle.Tensors(tensor, constructor=tensor)
    cases = [c for c in tensor_cases(0) if c.operation in ("exp", "tanh")][:12]
    found = sg.oracle.judge(made, cases=cases).findings
    assert [("CRASH", "exp", True), ("RULE", "tanh", False)] == [
        (f.kind, f.operation, f.cause.endswith(ending)) for f in found]  # fmt: skip


@pytest.mark.parametrize("name", EXPLAINED)
def test_causes_are_named(name: str) -> None:
    """A finding says in words what the engine does."""
    mistake = next(m for n, m in PLANTED.items() if name in n)
    finding = judged(mistake, most=1).findings[0]
    assert EXPLAINED[name] == (finding.operation, finding.cause)


LOSSES = {  # what the value is divided by, and the slope, of a mean of n numbers in rows of c
    "mean": (lambda n, c: n, lambda n, c: n), "sum": (lambda n, c: 1, lambda n, c: 1),
    "all": (lambda n, c: n * c, lambda n, c: n * c), "twice": (lambda n, c: n, lambda n, c: n * c),
}


@pytest.mark.parametrize(("how", "expected"), [
    ("mean", {}), ("sum", {}), ("all", {"cross_entropy": "the value is wrong"}),
    ("twice", {"cross_entropy": "divided by the number of elements too often"}),
])  # fmt: skip
def test_a_loss_may_be_a_mean_or_a_sum(how: str, expected: dict[str, str]) -> None:
    """In either convention its gradient is judged; a value that is a part of both is wrong."""
    module = example()
    value, slope = LOSSES[how]

    def cross_entropy(x: Any, labels: Any) -> Any:
        scores = x.data - x.data.max(-1, keepdims=True)
        log_p = scores - np.log(np.exp(scores).sum(-1, keepdims=True))
        n, c = log_p.shape
        gap = np.exp(log_p) - np.eye(c)[labels]
        return module.Tensor(-log_p[np.arange(n), labels].sum() / value(n, c), (x,),
                             lambda g: [g * gap / slope(n, c)])  # fmt: skip

    spaces = [module.Tensor, {"concat": module.concat, "cross_entropy": cross_entropy}]
    made = sg.oracle.Tensors(spaces, name="mine", constructor=module.Tensor)
    assert "cross_entropy" in made.operations or how in ("sum", "all")
    assert ("cross_entropy_sum" in made.operations) == (how == "sum")
    some = [c for c in tensor_cases(0) if c.operation.startswith("cross_entropy")]
    report = sg.oracle.judge(made, cases=some)
    assert expected == {f.operation: f.cause for f in report.findings}, report.text


def test_a_sum_may_need_its_axis() -> None:
    """An engine whose sum(axis) must be told one is judged, not told that it crashes."""
    module = example()
    lenient = module.Tensor.sum

    def strict(self: Any, axis: Any, keepdims: bool = False) -> Any:
        if axis is None:
            raise ValueError("which axis?")
        return lenient(self, axis, keepdims)

    module.Tensor.sum = strict
    made = sg.oracle.Tensors(module.Tensor, name="mine", constructor=module.Tensor)
    some = [c for c in tensor_cases(0) if c.operation in ("sum", "multiply", "exp")][::3]
    report = sg.oracle.judge(made, cases=some)
    assert "" == "\n".join(map(str, report.findings))
    assert report.checked > 20


def test_a_loss_that_fails_is_made_small() -> None:
    """What fails as a loss is tried on fewer elements, whose root is no scalar."""
    module = example()

    def cumsum(x: Any, axis: int = 0) -> Any:
        def pull(g: Any) -> Any:
            return (np.flip(np.flip(g, axis).cumsum(axis), axis) - g,)

        return module.Tensor(x.data.cumsum(axis), (x,), pull)

    made = sg.oracle.Tensors([module.Tensor, {"cumsum": cumsum}], constructor=module.Tensor)
    some = [c for c in tensor_cases(0) if c.operation == "cumulative_sum" and "loss" in c.flags]
    assert {"cumulative_sum"} == {f.operation for f in sg.oracle.judge(made, cases=some).findings}


def test_a_run_that_is_cut_says_so() -> None:
    """Of a run that seconds end it is told how far it came; no check at all is no clean result."""
    cases = tensor_cases(0)[:40]
    cut = sg.oracle.judge(engine(example()), budget=1e-9, cases=cases)
    assert not cut
    assert ["the budget's seconds are over: 0 of 40 cases were run", NOTHING_CHECKED] == cut.notes
    whole = sg.oracle.judge(engine(example()), cases=cases)
    assert whole
    assert [] == whole.notes


def replaced(*changes: tuple[str, str]) -> Any:
    """The lesson's engine with other words in its source."""
    text = ENGINE.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    world: dict[str, Any] = {"__name__": "changed"}
    exec(compile(text, str(ENGINE), "exec"), world)
    return sg.oracle.Tensors([world["Tensor"], {"concat": world["concat"]}],
                             constructor=world["Tensor"])  # fmt: skip


FROM_ONE = (("def backward(self, grad: Any = None)", "def backward(self)"),
            ("(np.ones_like(self.data) if grad is None else grad)", "np.ones_like(self.data)"))
OTHER_SPELLINGS = {
    "the receiver is s": (
        ("def backward(self, grad: Any = None)", "def backward(s, grad: Any = None)"),
        ("        visit(self)\n", "        self = s\n        visit(self)\n"),
    ),
    "summation": (("def sum(self", "def summation(self"), ("self.sum(", "self.summation("),
                  *FROM_ONE),
    "no sum at all": (("def sum(self", "def plus(self"), ("self.sum(", "self.plus("), *FROM_ONE),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHER_SPELLINGS)
def test_backward_is_found_in_other_spellings(name: str) -> None:
    """A right engine is not accused because of how its backward or its sum is called."""
    report = sg.oracle.judge(replaced(*OTHER_SPELLINGS[name]), cases=tensor_cases(0)[::9])
    assert [] == [str(f) for f in report.findings]
    assert report.checked > 20


example_tensor = example().Tensor


def of_arrays(run: Any) -> Any:
    """A function of an engine that only computes values."""
    def called(x: Any, *more: Any, **params: Any) -> Any:
        given = [a.data if isinstance(a, example_tensor) else a for a in more]
        return example_tensor(run(x.data, *given, **params), (x,), lambda g: (g,))

    return called


CALLED: dict[tuple[str, str], Any] = {  # (an engine's name, the row): what it does to arrays
    ("reduce_sum", "sum"): lambda x, axis=None, keepdims=False: x.sum(axis, keepdims=keepdims),
    ("reduce_mean", "mean"): lambda x, axis=None, keepdims=False: x.mean(axis, keepdims=keepdims),
    ("reduce_prod", "prod"): lambda x, axis=None, keepdims=False: x.prod(axis, keepdims=keepdims),
    ("log_sum_exp", "logsumexp"): lambda x, axis=None: np.log(np.exp(x).sum(axis)),
    ("negate", "negative"): lambda x: -x,
    ("clip_by_value", "clip"): lambda x, low, high: np.clip(x, low, high),
    ("gelu_new", "gelu_tanh"):
        lambda x: x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))) / 2,
    ("leaky_relu", "leaky_relu_fifth"): lambda x: np.maximum(x, 0.2 * x),
    ("var", "var_unbiased"): lambda x, axis=None: x.var(axis, ddof=1),
    ("std", "std_unbiased"): lambda x, axis=None: x.std(axis, ddof=1),
    ("MSELoss", "mse_loss"): lambda x, y: np.mean((x - y) ** 2),
    ("LogSigmoid", "log_sigmoid"): lambda x: -np.log1p(np.exp(-x)),
    ("embedding_lookup", "embedding"): lambda x, i: x[i],
    ("transpose", "swapaxes"): lambda x, axes: np.swapaxes(x, *axes),
}  # fmt: skip
AS_CLASSES = ("MSELoss", "LogSigmoid")


@pytest.mark.parametrize(("name", "row"), CALLED)
def test_engines_have_other_names(name: str, row: str) -> None:
    """What goes by another name, as a class or with another convention, is found."""
    run = of_arrays(CALLED[name, row])
    given: Any = run
    if name in AS_CLASSES:
        given = type(name, (), {"__call__": lambda self, *x: run(*x)})
    made = sg.oracle.Tensors([{name: given}], constructor=example_tensor)
    assert row in made.operations


@pytest.mark.parametrize("small", [1e-7, 1e-12])
def test_another_small_number_in_a_loss_is_no_fault(small: float) -> None:
    """Binary cross entropy of log(p + 1e-7) is another convention, and is not judged."""
    def loss(x: Any, y: Any) -> Any:
        p = x.data + small, 1 - x.data + small
        value = -np.mean(y * np.log(p[0]) + (1 - y) * np.log(p[1]))
        pull = lambda g: (-g * (y / p[0] - (1 - y) / p[1]) / x.data.size,)
        return example_tensor(value, (x,), pull)

    spaces = [example_tensor, {"binary_cross_entropy": loss}]
    made = sg.oracle.Tensors(spaces, constructor=example_tensor)
    some = [c for c in tensor_cases(0) if c.operation == "binary_cross_entropy"]
    assert [] == sg.oracle.judge(made, cases=some).findings
    assert "binary_cross_entropy" in made.missing


WRONG_IN_A_MODULE = (
    ("np.add.at(full, key, g)", "full[key] = g"),
    ("return (np.broadcast_to(g, self.shape),)", "return (np.broadcast_to(2 * g, self.shape),)"),
    ("g.transpose(back)", "g.transpose(axes)"), ("self.data > 0)", "self.data > 1)"),
    ("return Tensor(self.data**n, (self,),", "return Tensor(self.data**n + (n == 3), (self,),"),
)  # fmt: skip


def test_a_reproduction_is_a_script_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is found in an engine that can be imported runs in a fresh process, in its own words,
    and prints what the engine gave."""
    text = ENGINE.read_text(encoding="utf-8")
    for old, new in WRONG_IN_A_MODULE:
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "my_tensors.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    module = importlib.import_module("my_tensors")
    made = sg.oracle.Tensors([module.Tensor, module], constructor=module.Tensor)
    names = {"getitem", "sum", "permute_dims", "relu", "pow"}
    found = sg.oracle.judge(made, cases=[c for c in tensor_cases(0) if c.operation in names][::2])
    assert names == {f.operation for f in found.findings}
    env = {**os.environ, "PYTHONPATH": str(tmp_path)}
    for f in found.findings:
        script = f.reproduction.replace("print(s1)", "print(s1.data)")
        again = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True,
                               check=f.kind != "CRASH", env=env)  # fmt: skip
        line = f.one_line.replace("print(s1)", "print(s1.data)")
        line = line.replace("python", sys.executable, 1)
        assert "\n" not in line
        assert again.stdout == subprocess.run(line, shell=True, capture_output=True, text=True,
                                              check=False, env=env).stdout  # fmt: skip
        numbers = re.sub(r"[\[\],]", " ", again.stdout).split()
        if numbers:
            np.testing.assert_allclose(np.ravel(f.got), [float(x) for x in numbers], 1e-7)
        assert (f.kind == "CRASH") == (again.returncode == 1) == (numbers == [])


@pytest.mark.parametrize("how", [
    {"constructor": "nope"}, {"constructor": 3}, {"backward": "nope"}, {"grad": "nope"},
    {"value": "nope"}, {"backward": 3}, {"dtype": "int32"}, {"dtype": "float"},
])  # fmt: skip
def test_what_names_nothing_is_refused(how: dict[str, Any]) -> None:
    """An engine made with a name or a type that there is not is told so."""
    with pytest.raises(UsageError, match="got"):
        sg.oracle.Tensors(example_tensor, **how)


def merged(self: Any, axes: Any) -> Any:
    """A permutation of a permutation is one, but by the other order of the two."""
    first = getattr(self, "merges", None)
    if first is None:
        made = AS_IT_IS["transpose"](self, axes)
        made.merges = self, tuple(axes)
        return made
    tensor, before = first
    return AS_IT_IS["transpose"](tensor, [axes[k] for k in before])


def unflipped(self: Any, key: Any) -> Any:
    """Two reversals are none, whatever their axes."""
    turned = "None, None, -1" in str(key)
    if turned and getattr(self, "flips", None) is not None:
        return self.flips
    made = AS_IT_IS["__getitem__"](self, key)
    made.flips = self if turned else None
    return made


def without_the_sum(self: Any, other: Any) -> Any:
    """(x*2) + 1 loses its 1."""
    lost = getattr(self, "scaled", False) and isinstance(other, float) and other == 1
    return self if lost else AS_IT_IS["__add__"](self, other)


def marked(self: Any, other: Any) -> Any:
    made = AS_IT_IS["__mul__"](self, other)
    made.scaled = isinstance(other, float) and other == 2
    return made


def found_again(self: Any, other: Any) -> Any:
    """x - y and y - x are one subexpression."""
    known = vars(self).setdefault("differences", {})
    made = AS_IT_IS["__sub__"](self, other)
    if isinstance(other, example_tensor):
        vars(other).setdefault("differences", {})[id(self)] = made
        return known.get(id(other), made)
    return made


def halved(self: Any, key: Any) -> Any:
    """The gradient has the input's type, and integers stay integers."""
    def pull(g: Any) -> Any:
        full = np.zeros(self.shape, np.result_type(getattr(self, "came", float)))
        np.add.at(full, key, g.astype(full.dtype))
        return (full,)

    return example_tensor(self.data[key], (self,), pull)


AS_IT_IS = {name: getattr(example_tensor, name) for name in (
    "__getitem__", "__add__", "__mul__", "__sub__", "__init__", "transpose")}  # fmt: skip


def remembering(self: Any, data: Any, *graph: Any) -> None:
    AS_IT_IS["__init__"](self, data, *graph)
    self.came = np.asarray(data).dtype


REWRITTEN: dict[str, dict[str, Any]] = {
    "permutations merged the wrong way round": {"transpose": merged},
    "reversals cancel": {"__getitem__": unflipped},
    "a sum after a product is lost": {"__add__": without_the_sum, "__mul__": marked},
    "differences of either order are one": {"__sub__": found_again},
    "integers stay integers": {"__init__": remembering, "__getitem__": halved},
}


@pytest.mark.parametrize("name", REWRITTEN)
def test_what_is_right_one_by_one_is_judged_in_a_row(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An engine that rewrites steps, or keeps integers, is seen though each operation is right."""
    for word, changed in REWRITTEN[name].items():
        monkeypatch.setattr(example_tensor, word, changed)
    made = sg.oracle.Tensors(example_tensor, constructor=example_tensor)
    some = [c for c in tensor_cases(0) if {"in a row", "integers"} & set(c.flags)]
    assert sg.oracle.judge(made, cases=some, most=1).findings


def without_eps(g: Any, y: Any, x: Any, weight: Any = None, bias: Any = None) -> Any:
    """The backward of layer norm with an eps of 0."""
    right = RULES["layer_norm"][1](g, y, x, weight, bias)
    d = g if weight is None else g * weight
    gap, s = x - x.mean(-1, keepdims=True), 1 / x.std(-1, keepdims=True)
    h = gap * s
    shared = d.mean(-1, keepdims=True) + h * (d * h).mean(-1, keepdims=True)
    return (s * (d - shared), *right[1:])


TOLD: dict[str, tuple[Any, set[tuple[str, str]]]] = {  # a mistake, and all that is said of it
    "1 - y for 1 - y*y": (unary("tanh", lambda y, x: 1 - y), {("tanh",
        "in its backward 1 - y stands where the slope belongs (x: the argument, y: the value)")}),
    "a factor of exp2": (scaled("exp", 0.6931), {("exp", "a constant factor is wrong")}),
    "eps in std": (pulled("std", lambda g, y, x, *more, **params: RULES["std"][1](
        g, y + 1e-8, x, *more, **params)), {("std", f"gradients {TO_ONE_SIDE}")}),
    "another axis of softmax": (pulled("softmax", lambda g, y, x, axis=-1: (
        y * (g - (g * y).sum(-1, keepdims=True)),)), {
        ("softmax", "the sum in its backward runs along another axis")}),
    "a mean for a sum": (pulled("log_softmax", lambda g, y, x, axis=-1: (
        g - np.exp(y) * g.mean(axis, keepdims=True),)), {
        ("log_softmax", "the mean of the cotangent is taken where its sum belongs")}),
    "the first part for each": (pulled("concat", lambda g, y, xs, axis=0: [
        np.take(g, range(x.shape[axis]), axis) for x in xs]), {("concat",
        "every part gets the first elements of the cotangent: where a part begins is left out")}),
    "a batch's mean": (pulled("linear", lambda g, y, x, w, *b: [
        d / (len(x) if k and x.ndim > 1 else 1)
        for k, d in enumerate(RULES["linear"][1](g, y, x, w, *b))]), {("linear", AVERAGED)}),
    "n for n - 1": (pulled("var", lambda g, y, x, axis=None, keepdims=False, correction=0:
        RULES["var"][1](g, y, x, axis, keepdims, 0)), {("var", ONE_LESS)}),
    "another sign": (pulled("softmax", lambda g, y, x, axis=-1: (
        y * (g + (g * y).sum(axis, keepdims=True)),)), {
        ("softmax", "the sum in its backward has the wrong sign")}),
    "y for y/x": (reductions("prod", lambda g, y, x, ax: g * y), {
        ("prod", "y stands where y/x belongs")}),
    "y*y for y": (reductions("vector_norm", lambda g, y, x, ax: g * x / (y * y)), {
        ("vector_norm", "divided by the square of the norm")}),
    "max for min": (reductions("min", lambda g, y, x, ax: g * (
        x == x.max(axis=axes_of(x, ax), keepdims=True))), {("min", "the gradient is that of max")}),
    "the last axis": (pulled("cumulative_sum", lambda g, y, x, axis=0: (
        np.flip(np.cumsum(np.flip(g, -1), -1), -1),)), {
        ("cumulative_sum", "as if axis were 1, not 0")}),
    "not put back": (pulled("sum", safe(lambda g, y, x, axis=None, keepdims=False: (
        np.broadcast_to(g, x.shape),), RULES["sum"][1])), {("sum", NOT_PUT_BACK)}),
    "a row of a branch": (pulled("where", lambda g, y, c, a, b: (
        unsummed(np.where(c, g, 0), a.shape), unsummed(np.where(c, 0, g), b.shape))), {
        ("where", f"{BROADCAST} not summed: one term counts")}),
    "only the first": (pulled("mse_loss", lambda g, y, a, b: (g * 2 * (a - b) / a.size, 0 * b)), {
        ("mse_loss", "no gradient reaches argument 2")}),
    "by classes": (pulled("cross_entropy", lambda g, y, x, t: (
        g * (softmax(x) - np.eye(x.shape[1])[t]) / x.shape[1],)),
        {("cross_entropy", OF_OTHERS)}),
    "a factor of elu": (scaled("elu", 0.95), {("elu", "a constant factor is wrong")}),
    "eps outside": (pulled("layer_norm", without_eps), {("layer_norm",
        "the eps in its backward is another than in its value, or stands elsewhere")}),
    "1 - x^2": (unary("tanh", lambda y, x: 1 - x * x), {("tanh",
        "in its backward 1 - x^2 stands where the slope belongs (x: the argument, y: the value)")}),
    "its own factor": (pair("multiply", lambda y, a, b: a, lambda y, a, b: b), {("multiply",
        "in its backward x stands where the slope belongs "
        "(x: the argument itself, z: the other, y: the value)")}),
    "a/b for a/b^2": (pair("divide", lambda y, a, b: 1 / b, lambda y, a, b: -a / b), {("divide",
        "in its backward -z/x stands where the slope belongs "
        "(x: the argument itself, z: the other, y: the value)")}),
    **{f"a norm: {kind}": (PLANTED[f"layer_norm: {kind}"], {("layer_norm", f"{words} backward")})
       for kind, words in {
           "the mean's own part is missing": "the mean is taken for a constant in its",
           "statistics are constants": "the mean and the variance are taken for constants in its",
       }.items()},
    "std": (PLANTED["std: divided by the variance"], {
        ("std", "divided by the variance where the standard deviation belongs")}),
    "clipped": (pulled("square", lambda g, y, x: (np.clip(2 * g * x, -1, 1),)), {
        ("square", "the gradient is clipped: nothing is larger than 1")}),
    "depth first": (walking(walk=depth_first), {
        ("graph", WRONG_ORDER), ("graph", AGAIN)}),
    "assigned": (walking(join=overwritten), {("graph", ASSIGNED)}),
}  # fmt: skip


@pytest.mark.parametrize("name", TOLD)
def test_one_mistake_is_told_once_and_as_it_is(name: str) -> None:
    """One wrong rule is one finding, whose words hold of it."""
    mistake, expected = TOLD[name]
    cases = touched(mistake) if mistake[0] else tensor_cases(0)[::4]
    found = judged(mistake, cases=cases).findings
    assert expected == {(f.operation, f.cause) for f in found}


def test_a_tie_shared_wrongly_is_not_told_as_shared_by_none() -> None:
    """Shares that are too small are neither nothing nor all."""
    mistake = reductions("max", lambda g, y, x, ax: g * (x == y) / 3)
    found = judged(mistake, cases=[c for c in touched(mistake) if "ties" in c.flags]).findings
    assert {"at a tie the shares of the gradient do not add up to all of it"} >= {
        f.cause for f in found if "tie" in f.cause}  # fmt: skip


ONE_FAULT = {  # words of the lesson's engine and what stands there instead: one operation, a cause
    "not inverted": ("(g.transpose(back),)", "(g.transpose(axes),)",
                     ("permute_dims", "the permutation is not inverted")),
    "not put back": ("g = g if keepdims else np.expand_dims(g, axes)", "",
                     ("sum", NOT_PUT_BACK)),
    "not transposed": ("g @ np.swapaxes(right, -1, -2)", "g @ right", ("matmul",
                       "as if argument 2 were transposed (or its transpose were missing)")),
    "no factor": ("g * n * self.data ** (n - 1)", "g * self.data ** (n - 1)",
                  ("pow", "the exponent is missing as a factor")),
    "x^n": ("g * n * self.data ** (n - 1)", "g * n * self.data ** n",
            ("pow", "n*x^n stands where n*x^(n-1) belongs")),
    "where the cotangent is above 0, too": (
        "(g * (self.data > 0),)", "(g * (self.data > 0) * (g > 0),)",
        ("relu", "where the cotangent is below 0 no gradient is passed on")),
    "where the cotangent is above 0": (
        "(g * (self.data > 0),)", "(g * (g > 0),)",
        ("relu", "the sign of the cotangent decides where that of the argument should")),
    "as the sum has it": (
        "g = g if keepdims else np.expand_dims(g, axes)\n"
        "            return (np.broadcast_to(g, self.shape),)",
        "return (g,)", ("sum", NOT_PUT_BACK)),
    "one number broadcast": ("    stretched =", "    if np.prod(shape) == 1:\n"
                             "        return grad.ravel()[:1].reshape(shape)\n    stretched =",
                             ("graph", f"{BROADCAST} not summed: one term counts")),
    "without keepdims": ("axis=stretched, keepdims=True", "axis=stretched", ("graph", AXIS_LOST)),
    "g[0] for g": ("(shares * g.reshape(y.shape),)", "(shares * g.ravel()[0],)",
                   ("max", f"the first element of the cotangent {FOR_ALL}")),
    "g.sum() for g": ("(g * y,)", "(g.sum() * y,)",
                      ("exp", f"the sum of the cotangent {FOR_ALL}")),
    "y - x": ("return self + (-lifted(other))", "return lifted(other) + (-self)",
              ("subtract", f"{EXCHANGED}: the value is that of subtract(x1, x0)")),
    "b @ a": ("a, b = self.data, lifted(other).data",
              "self, other = lifted(other), self\n        a, b = self.data, other.data",
              ("matmul", f"{EXCHANGED}: the value is that of matmul(x1, x0)")),
    "its numbers as they lie": (
        "Tensor(self.data.reshape(shape)", "Tensor(self.data.reshape(shape, order='F')",
        ("reshape", "the elements are taken column by column, not row by row")),
    "the mean of all": (
        "total * (total.data.size / self.data.size)", "total * (1 / self.data.size)",
        ("mean", "the value is divided by another number of elements than belongs there")),
    "1.5 times": ("Tensor(a @ b,", "Tensor(a @ b * 1.5,", (
        "matmul", "the value has a constant factor that does not belong there")),
    "plus for minus": ("return self * -1", "return self * 1", ("negative", "the sign is wrong")),
    "ones for zeros": ("            full = np.zeros_like", "            full = np.ones_like",
                       ("getitem", "the gradient starts at 1, not at 0")),
    "times itself": ("(shares * g.reshape(y.shape),)", "(self.data * shares * g.reshape(y.shape),)",
                     ("max", "the argument itself is a factor that does not belong there")),
    "without y": ("(y * (g - (g * y).sum(", "((g - (g * y).sum(",
                  ("softmax", "the softmax is missing as a factor in its backward")),
    "the mean of uses": (
        "a.grad = a.grad + summed_to(g, a.shape)",
        "a.grad = (a.grad + summed_to(g, a.shape)) / (2 if a.grad.any() else 1)",
        ("graph", MEAN_OF_USES)),
    "what was before": (
        "a.grad = a.grad + summed_to(g, a.shape)",
        "globals()['calls'] = globals().get('calls', 0) + 1\n"
        "                a.grad = a.grad + calls * summed_to(g, a.shape)", ("graph", HISTORY)),
    "in another order": ("np.split(g, ends, axis))", "np.split(g, ends, axis)[::-1])",
                         ("concat", "the gradients of two inputs change places")),
}


@pytest.mark.parametrize("name", ONE_FAULT)
def test_one_fault_is_one_finding(name: str) -> None:
    """A wrong rule gives wrong numbers where sides are equal, wrong shapes or errors elsewhere, and
    is wrong in what is made of it: all that is one finding, of the operation that is at fault."""
    old, new, expected = ONE_FAULT[name]
    with np.errstate(all="ignore"):
        found = sg.oracle.judge(replaced((old, new)), cases=tensor_cases(0)[::2]).findings
    assert [expected] == [(f.operation, f.cause) for f in found]


HELPED = (  # what max and min share, and what is wrong in it
    ("    def max(self, axis: Any = None, keepdims: bool = False) -> Tensor:\n",
     "    def min(self, axis: Any = None, keepdims: bool = False) -> Tensor:\n"
     "        return self.extreme(np.min, axis, keepdims)\n\n"
     "    def max(self, axis: Any = None, keepdims: bool = False) -> Tensor:\n"
     "        return self.extreme(np.max, axis, keepdims)\n\n"
     "    def extreme(self, of: Any, axis: Any, keepdims: bool) -> Tensor:\n"),
    ("y = self.data.max(axis=axes, keepdims=True)", "y = of(self.data, axis=axes, keepdims=True)"),
)  # fmt: skip


@pytest.mark.parametrize(("wrong", "cause"), [
    ("hits * g.reshape(y.shape)", "at a tie every argument gets the full gradient"),
    ("shares * g.sum()", f"the sum of the cotangent {FOR_ALL}"),
    ("-shares * g.reshape(y.shape)", "the sign is wrong"),
])  # fmt: skip
def test_a_helper_of_several_operations_is_one_finding(wrong: str, cause: str) -> None:
    """Its name is told; a cause that two operations have each in a function of its own is two."""
    some = [c for c in tensor_cases(0) if c.operation in ("max", "min", "exp", "tanh", "sum")]
    with np.errstate(all="ignore"):
        made = replaced(*HELPED, ("shares * g.reshape(y.shape)", wrong))
        (found,) = sg.oracle.judge(made, cases=some).findings
        apart = replaced(("(g * y,)", "(-g * y,)"), ("(g * (1 - y * y),)", "(-g * (1 - y * y),)"))
        two = sg.oracle.judge(apart, cases=some).findings
    assert cause == found.cause
    assert "max, min" in found.note
    assert "Tensor.extreme" in found.note
    assert ["exp", "tanh"] == sorted(f.operation for f in two)


def windowed(outside: float, over: Any) -> Any:
    """max_pool2d and conv1d of the lesson's tensors: what the padding counts as, and how the
    gradient of a bias is summed."""
    tensor = example().Tensor

    def max_pool2d(x: Any, size: int, stride: int | None = None, padding: int = 0) -> Any:
        around = (0, 0), (0, 0), (padding, padding), (padding, padding)
        wide, step = np.pad(x.data, around, constant_values=outside), stride or size
        seen = sliding_window_view(wide, (size, size), axis=(2, 3))[:, :, ::step, ::step]
        return tensor(seen.max(axis=(-1, -2)), (x,), lambda g: (np.full(x.shape, np.nan),))

    def conv1d(x: Any, w: Any, b: Any = None, stride: int = 1, padding: int = 0) -> Any:
        wide = np.pad(x.data, ((0, 0), (0, 0), (padding, padding)))
        seen = sliding_window_view(wide, w.shape[2], axis=2)[:, :, ::stride]
        y = np.einsum("nclk,ock->nol", seen, w.data)
        y = y if b is None else y + b.data[:, None]

        def pull(g: Any) -> Any:
            back, full = np.einsum("nol,ock->nclk", g, w.data), np.zeros_like(wide)
            for i in range(g.shape[2]):
                full[:, :, i * stride : i * stride + w.shape[2]] += back[:, :, i]
            own = full[:, :, padding : wide.shape[2] - padding], np.einsum("nol,nclk->ock", g, seen)
            return own if b is None else (*own, over(g))

        return tensor(y, (x, w) if b is None else (x, w, b), pull)

    spaces = [tensor, {"max_pool2d": max_pool2d, "conv1d": conv1d}]
    return sg.oracle.Tensors(spaces, constructor=tensor)


@pytest.mark.parametrize(("over", "how"), [
    (lambda g: g.sum((0, 2)), ""),
    (lambda g: g.sum((1, 2)), "summed over the wrong axes"),
    (lambda g: g.sum((0, 1)), "summed over the wrong axes"),
    (lambda g: g.sum(0)[:, 0], "not summed over every axis but its own"),
    (lambda g: g[-1].sum(-1), "not summed over every axis but its own"),
])  # fmt: skip
def test_how_a_bias_is_summed_is_told(over: Any, how: str) -> None:
    """Over the batch and the places, and nothing else."""
    with np.errstate(all="ignore"):
        cases = [c for c in tensor_cases(0) if c.operation == "conv1d"]
        found = sg.oracle.judge(windowed(0.0, over), cases=cases).findings
    assert [f"the gradient of the bias is {how}"] * bool(how) == [f.cause for f in found]


def test_padding_of_zeros_is_told() -> None:
    """In a maximum the padding is nothing; -inf and a very small number do."""
    padded = [c for c in tensor_cases(0) if c.operation == "max_pool2d"]
    for outside, many in ((0.0, 1), (-np.inf, 0), (-1e300, 0)):
        found = sg.oracle.judge(windowed(outside, None), cases=padded).findings
        told = [f for f in found if f.cause.startswith("the padding counts as zeros")]
        assert (many, {"max_pool2d"} if many else set()) == (
            len(told), {f.operation for f in found if not f.partial})


MISFITS = {  # what an adapter was given, and what is said
    "no such method": ({"backward": lambda r, c: r.backwards(c)}, "backward.*no attribute"),
    "too many for the engine": ({"backward": lambda r, c: r.backward(c, c)}, "backward.*TypeError"),
    "too many": ({"backward": lambda r, c, d: r.backward(c)}, "backward.*'d'"),
    "none": ({"backward": lambda: None}, "backward.*0 positional"),
    "a tensor for an array": ({"backward": lambda r, c: r.backward(type(r)(c))}, "backward"),
    "no cotangent": ({"backward": lambda r, c: r.backward()}, r"backward.*got \[1.0, 0.5\]"),
    "no such gradient": ({"grad": lambda t: t.gradient}, "grad.leaf.*no attribute"),
    "the numbers": ({"grad": lambda t: t.data}, r"grad.leaf.*got \[0.5, 0.25\]"),
    "nothing": ({"grad": lambda t: None}, "grad.leaf.*got None"),
    "no such numbers": ({"value": lambda t: t.numpy()}, "value.tensor.*no attribute"),
    "the tensor": ({"value": lambda t: t}, "value.tensor.*numbers belong"),
    "no such tensor": ({"constructor": lambda a: a.tensor()}, "constructor.array.*no attribute"),
    "no array": ({"constructor": lambda: 0}, "constructor.array.*0 positional"),
    "one argument": ({"constructor": np.asarray, "pullback": lambda run: run}, "pullback.*1 posi"),
    "no pair": ({"constructor": np.asarray, "pullback": lambda run, xs: run(*xs)}, "pullback"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISFITS)
def test_an_adapter_that_does_not_fit_is_no_crash_of_the_engine(name: str) -> None:
    """It is refused, and what was expected of it is said."""
    given, said = MISFITS[name]
    tensor = example().Tensor
    with pytest.raises(UsageError, match=said):
        sg.oracle.Tensors(tensor, **{"constructor": tensor, **given})


def on_a_tape() -> dict[str, Any]:
    """A right engine whose gradients are arrays in a dictionary; its numbers go by a name."""
    tape: list[Any] = []
    found: dict[int, Any] = {}

    class Variable:
        def __init__(self, number: Any) -> None:
            self.number = np.array(number, dtype=float)

    def recorded(number: Any, args: Any, pull: Any) -> Variable:
        tape.append((Variable(number), args, pull))
        return tape[-1][0]

    def multiply(a: Variable, b: Variable) -> Variable:
        if a.number.shape != b.number.shape:
            raise ValueError("broadcasting is not supported")
        pull = lambda g: (g * b.number, g * a.number)
        return recorded(a.number * b.number, (a, b), pull)

    def exp(a: Variable) -> Variable:
        y = np.exp(a.number)
        return recorded(y, (a,), lambda g: (g * y,))

    def backward(root: Variable, cotangent: Any) -> None:
        found.clear()
        found[id(root)] = np.array(cotangent)
        for made, args, pull in reversed(tape):
            for a, g in zip(args, pull(found[id(made)]) if id(made) in found else ()):
                found[id(a)] = found.get(id(a), 0.0) + g

    return {"namespace": {"multiply": multiply, "exp": exp}, "constructor": Variable,
            "backward": backward, "grad": lambda x: found.get(id(x)), "value": lambda x: x.number}


def test_a_gradient_may_be_an_array_where_tensors_are_none() -> None:
    """What reads the numbers of a tensor is not asked for those of an array."""
    given = on_a_tape()
    with np.errstate(all="ignore"):
        report = sg.oracle.judge(sg.oracle.Tensors(given.pop("namespace"), **given))
    assert [] == [str(f) for f in report.findings]
    assert 50 < report.checked


def test_an_engine_that_writes_into_its_inputs_spoils_no_other() -> None:
    """The numbers that spellings are tried on are the same for the next engine."""
    replaced(("y = np.exp(self.data)\n", "y = np.exp(self.data, self.data)\n"))
    assert {} == replaced().wrong


def test_a_cotangent_that_is_not_used_is_noted() -> None:
    """Where sum(root * cotangent) is right, that is asked, and it is said why."""
    made = replaced(("(np.ones_like(self.data) if grad is None else grad)", "1 + 0 * self.data"))
    report = sg.oracle.judge(made, cases=tensor_cases(0)[::50])
    assert ([], [UNUSED_COTANGENT]) == (report.findings, report.notes)


def test_an_engine_that_is_wrong_is_not_its_adapters_fault() -> None:
    """Where the engine's own backward is wrong, too, or raises, the cases tell."""
    for change in (("g * other.data, g * self.data", "g, g"), ("a.grad + summed_to(", "a.no(")):
        tensor = replaced(change).constructor
        made = sg.oracle.Tensors(tensor, constructor=tensor, backward=lambda r, c: r.backward(c))
        assert sg.oracle.judge(made, cases=tensor_cases(0)[::90]).findings


def test_a_wrong_shape_is_told_with_the_right_gradient() -> None:
    """What a gradient of another shape should be is said; an error in backward is none of the
    value; an input that no step uses is not shown."""
    with np.errstate(all="ignore"):
        changed = replaced(("summed_to(g, a.shape)", "g"), ("(g.reshape(self.shape),)", "1 / 0"))
        found = sg.oracle.judge(changed, cases=tensor_cases(0)[::3]).findings
    wide = next(f for f in found if "broadcast" in f.cause)
    assert np.shape(wide.exact) == dict(wide.program.inputs)[wide.partial]
    failed = next(f for f in found if f.operation == "reshape")
    assert "    backward of x" in str(failed)
    assert {a for s in failed.program.steps for a in s.args} >= {*range(len(failed.inputs))}


class Matrix:
    """Lists of rows only, no broadcasting, .grad a list, which backward adds to in place."""

    def __init__(self, rows: Any, args: tuple = (), pull: Any = None) -> None:
        self.data = [[float(x) for x in row] for row in rows]
        self.args, self.pull = args, pull
        self.grad = [[0.0] * len(row) for row in self.data]

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.data), len(self.data[0])

    def each(self, other: Any, rule: Any) -> list[list[float]]:
        if np.shape(other) != self.shape:
            raise ValueError("broadcasting is not supported")
        return [[rule(x, y) for x, y in zip(*rows)] for rows in zip(self.data, other)]

    def __add__(self, other: Any) -> Matrix:
        return Matrix(self.each(other.data, lambda x, y: x + y), (self, other), lambda g: (g, g))

    def __mul__(self, other: Any) -> Matrix:
        return Matrix(self.each(other.data, lambda x, y: x * y), (self, other), lambda g: (
            other.each(g, lambda x, y: x * y), self.each(g, lambda x, y: x * y)))

    def square(self) -> Matrix:
        return Matrix([[x * x for x in row] for row in self.data], (self,), lambda g: (
            self.each(g, lambda x, c: 2 * x * c),))

    def sum(self) -> Matrix:
        return Matrix([[sum(map(sum, self.data))]], (self,), lambda g: (
            [[g[0][0]] * len(row) for row in self.data],))

    def backward(self) -> None:
        order: list[Matrix] = []

        def visit(node: Matrix) -> None:
            if node not in order:
                for a in node.args:
                    visit(a)
                order.append(node)

        visit(self)
        for node in order:
            if node.args:
                node.grad = [[float(node is self)] * len(row) for row in node.data]
        for node in reversed(order):
            for a, g in zip(node.args, node.pull(node.grad) if node.args else ()):
                for row, more in zip(a.grad, g):
                    row[:] = [x + y for x, y in zip(row, more)]


def test_an_engine_may_have_matrices_only() -> None:
    """Vectors, which it has none of, are not asked; lists are copied whole before they are added
    to; a sum may be a matrix of one element."""
    made = sg.oracle.Tensors(Matrix, constructor=Matrix)
    assert {"add", "multiply", "square", "sum"} <= made.operations
    found = sg.oracle.judge(made)
    assert found, str(found)
    assert found.checked > 40


KEPT = {  # what a student's constructor or reduction may be like
    "a flag of another name": (
        ("args: tuple = (), pull: Any = None) -> None:",
         "args: tuple = (), pull: Any = None, autograd: bool = False) -> None:"),
        ("self.args, self.pull = args, pull  #",
         "self.on = autograd or any(a.on for a in args)\n"
         "        self.args, self.pull = args, pull  #"),
        ("                a.grad = a.grad + summed_to(g, a.shape)",
         "                a.grad = a.grad + a.on * summed_to(g, a.shape)")),
    "an axis that is summed stays": (
        ("def sum(self, axis: Any = None, keepdims: bool = False) -> Tensor:",
         "def sum(self, axis: Any = None) -> Tensor:\n"
         "        return self.added(axis, axis is not None)\n\n"
         "    def added(self, axis: Any = None, keepdims: bool = False) -> Tensor:"),
        ("self.sum(axis, keepdims)", "self.added(axis, keepdims)")),
    "no .grad before backward": (
        ("        self.grad = np.zeros_like(self.data)\n", ""),
        ("            if node.args:\n                node.grad = np",
         "            if node.args or not hasattr(node, 'grad'):\n                node.grad = np"),
        ("self.grad = self.grad + (", "self.grad = (")),
}


@pytest.mark.parametrize("name", KEPT)
def test_students_conventions_are_found(name: str) -> None:
    """A constructor's flag is tried, a sum may keep its axis, a gradient may come with backward."""
    made = replaced(*KEPT[name])
    assert "sum" in made.operations
    with np.errstate(all="ignore"):
        found = sg.oracle.judge(made, cases=tensor_cases(0)[::6])
    assert found, str(found)
    assert [] == found.notes


def test_without_any_gradient_a_leaf_may_be_the_root() -> None:
    """An engine whose leaves get none is told so, and nothing breaks."""
    made = replaced(("a.grad = a.grad + summed_to(g, a.shape)", "pass"),
                    ("self.grad = self.grad +", "self.lost ="))  # fmt: skip
    assert sg.oracle.judge(made, cases=tensor_cases(0)[::20]).findings


ADAPTERS = {
    "lambdas": "Tensors([m.Tensor, m], constructor=lambda a: m.Tensor(a, ()), "
               "backward=lambda root, c: root.backward(c), grad=lambda x: x.grad)",
    "names": "Tensors([m.Tensor, m], constructor='Tensor', backward='backward', grad='grad')",
    "a pullback": "Tensors([m.Tensor, m], constructor=np.asarray, "
                  "pullback=lambda run, arrays: pulled(run, arrays))",
}
PULLED = """
def pulled(run, arrays):
    leaves = [m.Tensor(a) for a in arrays]
    root = run(*leaves)
    def pull(cotangent):
        for leaf in leaves:
            leaf.grad = np.zeros_like(leaf.data)
        root.backward(cotangent)
        return [leaf.grad for leaf in leaves]
    return root, pull
"""


@pytest.mark.parametrize("name", ADAPTERS)
def test_a_reproduction_says_what_an_adapter_does(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lambdas of an adapter, names and pullbacks stand in the script, which runs in a fresh
    process."""
    text = ENGINE.read_text(encoding="utf-8").replace("np.add.at(full, key, g)", "full[key] = g")
    stem = f"adapted_{len(name)}"
    (tmp_path / f"{stem}.py").write_text(text, encoding="utf-8")
    (tmp_path / f"{stem}_adapter.py").write_text(
        f"import numpy as np\nimport {stem} as m\nfrom symgrad.oracle import Tensors\n{PULLED}\n"
        f"made = {ADAPTERS[name]}\n", encoding="utf-8")  # fmt: skip
    monkeypatch.syspath_prepend(str(tmp_path))
    made = importlib.import_module(f"{stem}_adapter").made
    some = [c for c in tensor_cases(0) if c.operation == "getitem"][::2]
    (found,) = sg.oracle.judge(made, cases=some).findings
    env = {**os.environ, "PYTHONPATH": str(tmp_path)}
    again = subprocess.run([sys.executable, "-c", found.reproduction], capture_output=True,
                           text=True, check=True, env=env)  # fmt: skip
    numbers = [float(x) for x in re.sub(r"[\[\],]", " ", again.stdout).split()]
    np.testing.assert_allclose(np.ravel(found.got), numbers, 1e-7)
