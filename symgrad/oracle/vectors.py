"""Test vectors that any language can read: programs, points and what must come out.

- `write(folder, orders, seed)` writes first.json, second.json and schema.json; the same bytes for
  a seed. `collected(order, seed)` is the content of one file.
- `schema()` is the JSON Schema of such a file.
- `disagreement(program, point)` is "" where SymPy's balls overlap ours, two derivations that share
  no rule; else what they say, a fault of ours either way.

A number that must come out is given as its nearest double (hex), as 40 digits, and as the least and
largest double that a correct float64 run may give. At a kink there is the interval instead.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from flint import arb

from .. import __version__
from ..arithmetic.balls import precision
from ..errors import LimitReached, SymgradError, Undecided
from ..limits import Limits
from ..ops import OPS, Op
from ..verification.column import Column
from ..verification.runs import overlaps
from .cases import nested, one_row, shapes
from .cases.random_programs import grown
from .cases.sample_numbers import Dice
from .flags import FLAGS, flags
from .float_formats import FORMATS
from .programs import ASKED, CONDITIONAL, Made, Program, graph, point_json, simple, written
from .remarks import shown
from .second_order import SecondDerivatives
from .truth import BITS, Exact, Number, Truth

VERSION = 1
STEPS_IN_A_FILE = 130  # a longer program would fill the file
FINE = 512  # bits, for 40 digits where some cancel
EACH = 26  # points of one program
RANDOM = {1: 60, 2: 40}
COMPANY = {1: 3, 2: 2}  # programs for each row: both files together stay below 10 MB
FORM = FORMATS["float64"]
FILE_NAMES = {1: "first.json", 2: "second.json"}


def write(folder: Path, orders: Sequence[int] = (1, 2), seed: int = 0) -> dict[str, int]:
    """The files, and how many tests each holds."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "schema.json").write_text(json.dumps(schema(), indent=1) + "\n", encoding="utf-8")
    counts = {}
    for order in orders:
        found = collected(order, seed)
        (folder / FILE_NAMES[order]).write_text(dumped(found), encoding="utf-8")
        counts[FILE_NAMES[order]] = found["count"]
    return counts


def dumped(found: dict[str, Any]) -> str:
    """JSON with a line a test."""
    head = {k: v for k, v in found.items() if k != "groups"}
    groups = []
    for group in found["groups"]:
        tests = ",\n  ".join(
            json.dumps(t, ensure_ascii=False, allow_nan=False) for t in group["tests"]
        )
        rest = json.dumps({k: v for k, v in group.items() if k != "tests"}, ensure_ascii=False)
        groups.append(f'{rest[:-1]}, "tests": [\n  {tests}]}}')
    opening = json.dumps(head, ensure_ascii=False, indent=1)[:-2]
    return opening + ',\n "groups": [\n' + ",\n".join(groups) + "\n]}\n"


def collected(order: int = 1, seed: int = 0, check: bool = True) -> dict[str, Any]:
    """All groups; with `check` every program is held against SymPy once."""
    groups, count = [], 0
    for program, points, backwards in programs(order, seed):
        tests = []
        for point in list(dict.fromkeys(map(tuple, points)))[:EACH]:
            test = tested(program, point, backwards, order)
            if test:
                count += 1
                tests.append({"id": count, **test})
        if tests:
            if check:
                checked(program, tests)
            groups.append({
                "program": program.to_json(), "expression": program.expression,
                "latex": program.latex, "backwards": backwards, "tests": tests,
            })  # fmt: skip
    return {
        "schema": "schema.json", "version": VERSION, "generator": f"symgrad {__version__}",
        "seed": seed, "order": order, "dtype": "float64", "count": count,
        "notes": {flag: {"bug": bug, "description": why} for flag, (bug, why) in FLAGS.items()},
        "groups": groups,
    }  # fmt: skip


def checked(program: Program, tests: list[dict[str, Any]]) -> None:
    """Raises SymgradError where SymPy's derivative is another: a fault of ours."""
    valid = next((t for t in tests if t["result"] == "valid"), None)
    if valid:
        point = [float.fromhex(x) if isinstance(x, str) else x for x in valid["point"]]
        told = disagreement(program, point)
        if told:
            raise SymgradError(f"the reference and SymPy differ on {program.text}: {told}")




def programs(order: int, seed: int) -> Iterator[Made]:
    """Every row in company, every shape, infinities, then random programs."""
    offered = ASKED
    rows = [n for n in OPS if n in offered and n not in CONDITIONAL]
    for name in rows:
        yield from islice(one_row.company(name, offered), COMPANY[order])
    yield from nested.choices(offered)
    dice = Dice(f"vectors {seed}")
    small = (made for made in shapes.cases(offered, seed) if len(made[0].steps) <= STEPS_IN_A_FILE)
    yield from islice(small, 200 if order == 1 else 60)
    if order == 1:
        yield from infinite(rows)
    yield from (grown(dice, offered) for _ in range(RANDOM[order]))  # type: ignore[misc]


def infinite(rows: Sequence[str]) -> Iterator[Made]:
    """Rows of one argument at infinity."""
    for name in rows:
        if OPS[name].arity == 1:
            yield simple(name, 1), [(math.inf,), (-math.inf,)], 1


def tested(
    program: Program, point: Sequence[Number], backwards: int, order: int
) -> dict[str, Any] | None:
    """One test; None where the program has no value there."""
    if any(math.isinf(x) for x in point):
        numbers = at_infinity(program, point)
    else:
        reference = Truth(program)
        truth = reference.exact(point)
        if truth.undefined or not truth.balls[0].is_finite():
            return None
        numbers = second(program, point, truth) if order == 2 else first(reference, point, truth)
    if numbers is None:
        return None
    partials = [*numbers["gradient"], *(h for row in numbers.get("hessian", ()) for h in row)]
    result = (
        "acceptable" if any("interval" in p for p in partials) or math.inf in map(abs, point)
        else "undefined" if any("undefined" in p for p in partials) else "valid"
    )  # fmt: skip
    return {
        "point": point_json(point), "decimal": [repr(x) for x in point], **numbers,
        "flags": list(flags(program, point, backwards, order)), "result": result,
    }  # fmt: skip


def first(reference: Truth, point: Sequence[Number], truth: Exact) -> dict[str, Any]:
    allowed = reference.allowed(point, truth, FORM)
    with precision(FINE):
        balls = map(finer, truth.balls, reference.balls(point))
        bent = bool(truth.kinks)
        found = [number(t, a, bent and k > 0) for k, (t, a) in enumerate(zip(balls, allowed))]
    return {"value": found[0], "gradient": found[1:], "conditioning": conditioning(found)}


def finer(truth: arb, again: arb) -> arb:
    """The truth from a run with more bits, where that is the same number: 40 digits are told."""
    same = truth.is_finite() and again.is_finite() and truth.overlaps(again)
    return again if same and again.rel_accuracy_bits() > truth.rel_accuracy_bits() else truth


def second(program: Program, point: Sequence[Number], truth: Exact) -> dict[str, Any] | None:
    """The Hessian too; none at a kink or at an end of the domain."""
    if truth.kinks or truth.ends or not all(b.is_finite() for b in truth.balls):
        return None
    found = first(Truth(program), point, truth)
    curved = SecondDerivatives(program)
    if curved.bends(point):
        return None
    rows = curved.hessian(point, FORM, FINE)
    with precision(FINE):
        hessian = [[number(t, a, False) for t, a in row] for row in rows]
    return {
        "value": found["value"], "gradient": found["gradient"], "hessian": hessian,
        "conditioning": conditioning([p for row in hessian for p in row]),
    }  # fmt: skip


def number(truth: arb, allowed: arb, bent: bool) -> dict[str, Any]:
    """What one number must be."""
    if not truth.is_finite():
        return {"undefined": True}
    ends = {"low": written(bound(allowed, -1)), "high": written(bound(allowed, 1))}
    if bent and float(allowed.rad()) > 1e-9 * (1 + abs(float(allowed.mid()))):
        return {"interval": [ends["low"], ends["high"]]}
    return {"nearest": written(float(truth)), "digits": shown(truth), **ends}


def bound(allowed: arb, side: int) -> float:
    """The end of a ball as a float, rounded outwards; infinite where it is unbounded."""
    if not allowed.is_finite():
        return side * math.inf
    end = float(allowed.upper() if side > 0 else allowed.lower())
    return math.nextafter(end, side * math.inf)


def conditioning(numbers: Sequence[dict[str, Any]]) -> float | None:
    """How many times 64 ulp a correct run may be off; None where it may be anything."""
    worst = 1.0
    for found in numbers:
        if "nearest" in found:
            low, high = (float.fromhex(found[end]) for end in ("low", "high"))
            if math.isinf(high - low):
                return None
            unit = math.ulp(float.fromhex(found["nearest"]))
            worst = max(worst, (high - low) / 2 / 64 / unit)
    told = float(f"{worst:.3g}")  # which may round to infinity
    return told if math.isfinite(told) else None


def at_infinity(program: Program, point: Sequence[Number]) -> dict[str, Any] | None:
    """The limits of value and slope, where the float row has them."""
    from_floats = one_row.limits(program, point)
    if from_floats is None:
        return None
    value, slope = from_floats
    found = [
        {"nearest": written(x), "digits": repr(x), "low": written(x), "high": written(x)}
        for x in (value, slope)
    ]
    return {"value": found[0], "gradient": found[1:], "conditioning": 1.0}


def schema() -> dict[str, Any]:
    """The JSON Schema of first.json and second.json."""
    hexes = {"type": "string", "pattern": r"^(-?0x[01]\.[0-9a-f]+p[+-][0-9]+|-?inf|nan)$"}
    real = {"anyOf": [hexes, {"type": "integer"}]}
    wanted = {
        "anyOf": [
            {"type": "object", "required": ["nearest", "digits", "low", "high"],
             "additionalProperties": False,
             "properties": {"nearest": hexes, "digits": {"type": "string"}, "low": hexes,
                            "high": hexes}},
            {"type": "object", "required": ["interval"], "additionalProperties": False,
             "properties": {"interval": {"type": "array", "items": hexes, "minItems": 2,
                                         "maxItems": 2}}},
            {"type": "object", "required": ["undefined"], "additionalProperties": False,
             "properties": {"undefined": {"const": True}}},
        ]
    }  # fmt: skip
    many = {"type": "array", "items": wanted}
    test = {
        "type": "object", "additionalProperties": False,
        "required": ["id", "point", "decimal", "value", "gradient", "conditioning", "flags",
                     "result"],
        "properties": {
            "id": {"type": "integer", "minimum": 1},
            "point": {"type": "array", "items": real},
            "decimal": {"type": "array", "items": {"type": "string"}},
            "value": wanted, "gradient": many, "hessian": {"type": "array", "items": many},
            "conditioning": {"type": ["number", "null"]},
            "flags": {"type": "array", "items": {"enum": list(FLAGS)}},
            "result": {"enum": ["valid", "acceptable", "undefined"]},
        },
    }  # fmt: skip
    step = {"type": "array", "items": {"type": ["integer", "string"]}, "minItems": 2}
    program = {
        "type": "object", "required": ["variables", "constants", "steps", "root"],
        "additionalProperties": False,
        "properties": {
            "variables": {"type": "array", "items": {"type": "string"}},
            "constants": {"type": "array", "items": real},
            "steps": {"type": "array", "items": step}, "root": {"type": "integer"},
        },
    }  # fmt: skip
    group = {
        "type": "object", "required": ["program", "expression", "latex", "backwards", "tests"],
        "additionalProperties": False,
        "properties": {
            "program": program, "expression": {"type": ["string", "null"]},
            "latex": {"type": ["string", "null"]}, "backwards": {"type": "integer", "minimum": 1},
            "tests": {"type": "array", "items": test, "minItems": 1},
        },
    }  # fmt: skip
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "symgrad test vectors for automatic differentiation",
        "type": "object", "additionalProperties": False,
        "required": ["schema", "version", "generator", "seed", "order", "dtype", "count", "notes",
                     "groups"],
        "properties": {
            "schema": {"const": "schema.json"}, "version": {"const": VERSION},
            "generator": {"type": "string"}, "seed": {"type": "integer"},
            "order": {"enum": [1, 2]}, "dtype": {"const": "float64"},
            "count": {"type": "integer"},
            "notes": {"type": "object", "additionalProperties": {
                "type": "object", "required": ["bug", "description"], "additionalProperties": False,
                "properties": {"bug": {"type": "string"}, "description": {"type": "string"}}}},
            "groups": {"type": "array", "items": group},
        },
    }  # fmt: skip


# --- SymPy asked once a program -------------------------------------------------------------------

LIMITS = replace(Limits.library, seconds=20)


def column(program: Program) -> Column | None:
    """SymPy's derivative of the program; None where SymPy cannot."""
    return _column(program, tuple(OPS.values()))


@lru_cache(maxsize=256)
def _column(program: Program, world: tuple[Op, ...]) -> Column | None:
    """Made once, and anew where the table of operations, `world`, has changed."""
    try:
        return Column.of(graph(program, exactly=True), program.variables, LIMITS)
    except (Undecided, LimitReached):
        return None


def disagreement(program: Program, point: Sequence[Number]) -> str:
    """Where SymPy's value or partials lie apart from the reference's."""
    found = column(program)
    if found is None:
        return ""
    with precision(BITS):
        ours = Truth(program).balls(point)
        theirs = found.at({n: arb(x) for n, x in zip(program.variables, point)})
        for name, a, b in zip(("the value", *program.variables), ours, theirs):
            if a.is_finite() and b.is_finite() and not overlaps(a, b):
                return f"{name}: {a} here, {b} in SymPy"
    return ""
