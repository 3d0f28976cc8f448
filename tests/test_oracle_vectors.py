"""The test vectors: complete, true to their schema, the same for a seed, readable elsewhere."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import mpmath
import pytest

from symgrad.cli import main
from symgrad.errors import SymgradError
from symgrad.ops import OPS
from symgrad.oracle import Program, number, vectors
from symgrad.oracle.flags import FLAGS
from symgrad.oracle.programs import ASKED

EXAMPLES = Path(__file__).parents[1] / "examples" / "oracle"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both files, made once, not held against SymPy: the command does that."""
    made = tmp_path_factory.mktemp("vectors")
    for order, name in vectors.FILE_NAMES.items():
        (made / name).write_text(vectors.dumped(vectors.collected(order, check=False)))
    return made


@pytest.fixture(scope="module")
def files(folder: Path) -> list[dict[str, Any]]:
    return [json.loads((folder / name).read_text()) for name in vectors.FILE_NAMES.values()]


@pytest.mark.slow
def test_complete(folder: Path, files: list[dict[str, Any]]) -> None:
    """At least 5,000 tests over every row and every flag, in orders 1 and 2, under 10 MB."""
    flags = Counter(f for d in files for g in d["groups"] for t in g["tests"] for f in t["flags"])
    rows = {step[0] for d in files for g in d["groups"] for step in g["program"]["steps"]}
    assert set(FLAGS) == set(flags)
    assert set(ASKED) == rows  # those of several parameters are left out
    assert 5_000 <= files[0]["count"] == sum(len(g["tests"]) for g in files[0]["groups"])
    assert [1, 2] == [d["order"] for d in files]
    assert 10_000_000 > sum(p.stat().st_size for p in folder.iterdir())


def valid(value: Any, schema: dict[str, Any]) -> bool:
    """As much of JSON Schema as ours uses."""
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float),
             "null": type(None)}  # fmt: skip
    if "anyOf" in schema:
        return any(valid(value, one) for one in schema["anyOf"])
    wanted = schema.get("type", [])
    wanted = [wanted] if isinstance(wanted, str) else wanted
    if wanted and not any(isinstance(value, kinds[k]) for k in wanted):
        return False
    if "const" in schema and value != schema["const"]:
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    if "pattern" in schema and not re.search(schema["pattern"], value):
        return False
    if isinstance(value, dict):
        known = schema.get("properties", {})
        if not set(schema.get("required", ())) <= set(value):
            return False
        if schema.get("additionalProperties") is False and not set(value) <= set(known):
            return False
        return all(valid(v, known[k]) for k, v in value.items() if k in known)
    if isinstance(value, list) and "items" in schema:
        return all(valid(v, schema["items"]) for v in value)
    return True


@pytest.mark.slow
def test_schema(files: list[dict[str, Any]]) -> None:
    """Every file is what its schema says, and a broken one is not."""
    for data in files:
        assert valid(data, vectors.schema())
    broken = {**files[0], "groups": [{**files[0]["groups"][0], "tests": [{"id": 1}]}]}
    assert not valid(broken, vectors.schema())


@pytest.mark.slow
@pytest.mark.parametrize("order", [1, 2])
def test_byte_identical(folder: Path, order: int) -> None:
    """The same seed gives the same bytes, in another process with other hashes too."""
    code = ("import sys; from symgrad.oracle import vectors\n"
            f"print(vectors.dumped(vectors.collected({order}, check=False)), end='')")  # fmt: skip
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True,
                         env={**os.environ, "PYTHONHASHSEED": "77"})  # fmt: skip
    assert (folder / vectors.FILE_NAMES[order]).read_bytes() == run.stdout


MP: dict[str, Any] = {
    **{n: getattr(mpmath, n) for n in (
        "exp", "expm1", "log", "log10", "log1p", "sqrt", "sin", "cos", "tan", "sec", "csc", "cot",
        "asin", "acos", "atan", "sinh", "cosh", "tanh", "sech", "asinh", "acosh", "atanh", "erf",
        "erfc", "erfinv", "gamma", "digamma", "factorial", "atan2", "hypot", "beta")},
    "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b, "neg": lambda a: -a, "sum": lambda *x: mpmath.fsum(x),
    "powi": lambda a, n: a ** int(n), "powr": mpmath.power, "pow": mpmath.power,
    "exp2": lambda a: mpmath.mpf(2) ** a, "log2": lambda a: mpmath.log(a, 2),
    "sigmoid": lambda a: 1 / (1 + mpmath.exp(-a)),
    "softplus": lambda a: mpmath.log1p(mpmath.exp(a)),
    "silu": lambda a: a / (1 + mpmath.exp(-a)),
    "mish": lambda a: a * mpmath.tanh(mpmath.log1p(mpmath.exp(a))),
    "gelu": lambda a: a * mpmath.ncdf(a),
    "logaddexp": lambda *x: mpmath.log(mpmath.fsum(map(mpmath.exp, x))),
    "besselj": lambda n, a: mpmath.besselj(int(n), a),
    "polygamma": lambda n, a: mpmath.polygamma(int(n), a),
}  # fmt: skip


def in_mpmath(program: Program, point: list[Any]) -> Any:
    nodes = [*point, *map(mpmath.mpf, program.constants)]
    for name, *args in program.steps:
        nodes.append(MP[name](*[nodes[j] for j in args]))
    return nodes[program.root]


def shifted(f: Any, point: list[Any], names: tuple[int, ...]) -> Any:
    """The partial by central differences, exact to more digits than are compared."""
    if not names:
        return f(point)
    j, *rest = names
    h = mpmath.mpf(2) ** -200 * (abs(point[j]) or 1)
    up, down = ([*point[:j], point[j] + s * h, *point[j + 1 :]] for s in (1, -1))
    return (shifted(f, up, tuple(rest)) - shifted(f, down, tuple(rest))) / (2 * h)


@pytest.mark.slow
@pytest.mark.parametrize("order", [1, 2])
def test_mpmath_agrees(files: list[dict[str, Any]], order: int) -> None:
    """Values, gradients and Hessians of a sample are what mpmath says by differences."""
    groups = [g for g in files[order - 1]["groups"] if len(g["program"]["steps"]) < 12
              and all(step[0] in MP for step in g["program"]["steps"])]  # fmt: skip
    every = [(g, t) for g in groups for t in g["tests"] if t["result"] == "valid"]
    compared = 0
    with mpmath.workdps(400):
        for group, test in random.Random(f"vectors {order}").sample(every, 250):
            program = Program.from_json(group["program"])
            point = [mpmath.mpf(number(x)) for x in test["point"]]
            if max(abs(x) for x in point) > 1e4 or any(abs(x) < 1e-8 for x in point):
                continue  # differences of huge or of none, and mpmath's own slow corners
            n = len(point)
            wanted = {(): test["value"], **{(i,): test["gradient"][i] for i in range(n)}}
            if order == 2:
                wanted.update({(i, j): test["hessian"][i][j] for i in range(n) for j in range(n)})
            for names, told in wanted.items():
                truth = shifted(lambda x, p=program: in_mpmath(p, x), point, names)
                gap = abs(truth - mpmath.mpf(told["digits"]))
                assert gap <= abs(truth) * mpmath.mpf(10) ** -35 + mpmath.mpf(10) ** -50, (
                    program, test["id"], names)  # fmt: skip
                compared += 1
    assert compared > 300


def test_a_wrong_meaning_is_our_fault(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """If the table means another function than it differentiates, no vectors are written."""
    meant = replace(OPS["tanh"], meaning=lambda m, x: m.tanh(x) + x / 1000)
    monkeypatch.setitem(OPS, "tanh", meant)
    monkeypatch.setattr(vectors, "programs", lambda order, seed: iter(
        [(vectors.simple("tanh", 1), [(0.5,), (20.0,)], 1)]))  # fmt: skip
    with pytest.raises(SymgradError, match="the reference and SymPy differ on tanh"):
        vectors.write(tmp_path, (1,))


@pytest.mark.slow
def test_programs_are_programs(files: list[dict[str, Any]]) -> None:
    """Every program reads back, and its expression is that of its root."""
    for group in files[0]["groups"]:
        program = Program.from_json(group["program"])
        assert group["expression"] == program.expression


def test_sympy_agrees() -> None:
    """SymPy's derivative of a vector's program overlaps the reference."""
    for name in ("tanh", "powr", "gamma", "hypot"):
        for program, points, _ in vectors.islice(vectors.one_row.company(name, frozenset(OPS)), 3):
            tests = [vectors.tested(program, p, 1, 1) for p in list(points)[:6]]
            vectors.checked(program, [t for t in tests if t])


@pytest.mark.slow
def test_python_reads_them(folder: Path) -> None:
    """A reader in Python passes them with its own math."""
    run = [sys.executable, str(EXAMPLES / "read_vectors.py"), str(folder / "first.json")]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stdout + done.stderr
    assert int(done.stdout.split()[0]) > 500


@pytest.mark.slow
@pytest.mark.parametrize("reader", ["read_vectors.js"])
def test_javascript_reads_them(folder: Path, reader: str) -> None:
    """A reader in JavaScript passes them with its own Math, where node is installed."""
    node = shutil.which("node")
    assert node or "CI" not in os.environ, "CI runs both readers: node must be there"
    read = [node, reader] if node else [sys.executable, "read_vectors.py"]
    run = [read[0], str(EXAMPLES / read[1]), str(folder / "first.json")]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stdout + done.stderr


@pytest.mark.slow
def test_a_wrong_engine_fails_them(folder: Path, tmp_path: Path) -> None:
    """A reader whose cosine is off by 1e-9 fails."""
    text = (EXAMPLES / "read_vectors.py").read_text()
    text = text.replace('"cos": (math.cos,', '"cos": (lambda x: math.cos(x) + 1e-9,')
    (tmp_path / "wrong.py").write_text(text)
    run = [sys.executable, str(tmp_path / "wrong.py"), str(folder / "first.json")]
    assert 1 == subprocess.run(run, capture_output=True, check=False).returncode


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """`symgrad oracle vectors --out DIR` writes them with the schema."""
    monkeypatch.setattr(vectors, "programs", lambda order, seed: iter(
        [(vectors.simple("tanh", 1), [(0.5,), (20.0,)], 1)]))  # fmt: skip
    assert 0 == main(["oracle", "vectors", "--out", str(tmp_path), "--order", "1"])
    assert {"schema.json", "first.json"} == {p.name for p in tmp_path.iterdir()}
    assert "first.json: 2 tests" in capsys.readouterr().out
