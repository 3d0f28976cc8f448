"""Test vectors of tensor programs that any language can read.

- `write_tensors(folder, seed)` writes tensors.json and its JSON Schema; the same bytes for a seed.
- `tensor_tests(seed)` are the tests: a program, its inputs, and for the root and every gradient the
  nearest doubles, and the least and largest that a correct float64 run may give: a few ulps of
  the tensor's largest number further than the rounding balls.

At a tie the gradient is an interval for each element, the hull of what the sides give.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ... import __version__
from ...arithmetic.balls import precision
from ..float_formats import FORMATS
from ..programs import written
from ..truth import BITS
from .tensor_case import TensorCase
from .tensor_cases import tensor_cases

TENSOR_VECTORS = "tensors.json"
TENSOR_SCHEMA = "tensors_schema.json"
TESTS_EACH = 10  # of one operation, called alone


def write_tensors(folder: Path, seed: int = 0) -> dict[str, int]:
    """The two files, and how many tests there are."""
    folder.mkdir(parents=True, exist_ok=True)
    tests = list(tensor_tests(seed))
    lines = ",\n".join(json.dumps(test, allow_nan=False) for test in tests)
    head = json.dumps({"symgrad_tensors": 1, "generator": __version__, "count": len(tests)})
    text = f'{head[:-1]}, "tests": [\n{lines}\n]}}\n'
    (folder / TENSOR_VECTORS).write_text(text, encoding="utf-8")
    schema = json.dumps(tensor_schema(), indent=1) + "\n"
    (folder / TENSOR_SCHEMA).write_text(schema, encoding="utf-8")
    return {TENSOR_VECTORS: len(tests)}


def tensor_tests(seed: int = 0) -> Iterator[dict[str, Any]]:
    """Every operation alone, then the small networks; what has no bounded truth is left out."""
    many: Counter[str] = Counter()
    for case in tensor_cases(seed):
        plain = case.backwards == 1 and case.layout == "C" and not case.read
        alone = len(case.program.steps) == 1 or len(case.flags) == 1
        if not (plain and alone and many[case.operation] < TESTS_EACH):
            continue
        test = tensor_test(case)
        if test is not None:
            many[case.operation] += 1
            yield {"id": f"{case.operation} {many[case.operation]}", **test}


def tensor_test(case: TensorCase) -> dict[str, Any] | None:
    """One test, or None where a number does not exist or has no bound."""
    truth, form = case.truth, FORMATS["float64"]
    with precision(BITS):
        exact = truth.scalars.exact(case.point)
        if exact.undefined:
            return None
        balls = [*(exact.values[j] for j in truth.lowered.elements), *exact.balls[1:]]
        allowed, bent, _ = truth.acceptable(case.point, exact, form)
        if not all(b.is_finite() for b in (*balls, *allowed)):
            return None
        slack = [form.close * form.ulp(size) for size in truth.scales(truth.sizes(exact.values))]
        numbers = [[float(b) for b in balls],
                   [float(a.lower() - s) for a, s in zip(allowed, slack)],
                   [float(a.upper() + s) for a, s in zip(allowed, slack)]]  # fmt: skip
    parts = list(sides(case, numbers))
    names = [name for name, _ in case.program.inputs]
    return {
        "program": case.program.to_json(), "text": case.program.text, "flags": list(case.flags),
        "inputs": {n: [written(x) for x in part.ravel().tolist()]
                   for n, part in zip(names, case.parts)},
        "value": parts[0], "gradient": dict(zip(names, parts[1:])),
        "result": "acceptable" if any(bent) else "valid",
    }  # fmt: skip


def sides(case: TensorCase, numbers: list[list[float]]) -> Iterator[dict[str, list[str | int]]]:
    """Nearest, least and largest of the root, then of each input's gradient."""
    sizes = [len(case.program.cotangent), *(part.size for part in case.parts)]
    at = 0
    for size in sizes:
        cut = [[written(x) for x in row[at : at + size]] for row in numbers]
        yield dict(zip(("nearest", "least", "largest"), cut))
        at += size


def tensor_schema() -> dict[str, Any]:
    """The JSON Schema of the file."""
    hexes = {"type": "array", "items": {"type": "string", "pattern": "^-?(0x|inf)"}}
    three = {"type": "object", "required": ["nearest", "least", "largest"],
             "additionalProperties": hexes}  # fmt: skip
    program = {"type": "object", "required": ["inputs", "constants", "steps", "root", "cotangent"]}
    properties = {
        "id": {"type": "string"}, "program": program, "text": {"type": "string"},
        "flags": {"type": "array", "items": {"type": "string"}},
        "inputs": {"type": "object", "additionalProperties": hexes},
        "value": three, "gradient": {"type": "object", "additionalProperties": three},
        "result": {"enum": ["valid", "acceptable"]},
    }  # fmt: skip
    test = {"type": "object", "required": sorted(properties), "properties": properties}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Gradients of tensor programs: of sum(cotangent * root)",
        "type": "object", "required": ["symgrad_tensors", "count", "tests"],
        "properties": {"tests": {"type": "array", "items": test}},
    }  # fmt: skip
