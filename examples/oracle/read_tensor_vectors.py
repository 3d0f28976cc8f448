"""Holds a tensor engine against the vectors: python read_tensor_vectors.py tensors.json

The engine here is tensor_engine.py; CALLS says how it writes each operation.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from tensor_engine import Tensor, concat

CALLS = {
    "add": lambda x, y: x + y, "multiply": lambda x, y: x * y, "subtract": lambda x, y: x - y,
    "divide": lambda x, y: x / y, "matmul": lambda x, y: x @ y, "negative": lambda x: -x,
    "exp": Tensor.exp, "log": Tensor.log, "tanh": Tensor.tanh, "relu": Tensor.relu,
    "sum": Tensor.sum, "mean": Tensor.mean, "max": Tensor.max, "softmax": Tensor.softmax,
    "reshape": Tensor.reshape, "permute_dims": lambda x, axes: x.transpose(tuple(axes)),
    "concat": lambda *x, axis: concat(list(x), axis),
}  # fmt: skip


def floats(hexes: list[str], shape: list[int]) -> np.ndarray:
    return np.array([float.fromhex(x) for x in hexes]).reshape(shape)


def wrong(test: dict) -> list[str]:
    """The tensors of one test that lie outside their bounds."""
    program = test["program"]
    leaves = [Tensor(floats(test["inputs"][i["name"]], i["shape"])) for i in program["inputs"]]
    nodes = [*leaves, *(floats(c["data"], c["shape"]) for c in program["constants"])]
    for name, *args in program["steps"]:
        params = args.pop() if isinstance(args[-1], dict) else {}
        params = {k: tuple(v) if isinstance(v, list) else v for k, v in params.items()}
        nodes.append(CALLS[name](*[nodes[j] for j in args], **params))
    root = nodes[program["root"]]
    root.backward(floats(program["cotangent"], root.shape))
    found = {"value": (root.data, test["value"])}
    for leaf, side in zip(leaves, test["gradient"].items()):
        found[side[0]] = leaf.grad, side[1]
    return [name for name, (got, side) in found.items() if not within(got, side)]


def within(got: np.ndarray, side: dict) -> bool:
    least, largest = (floats(side[k], list(got.shape)) for k in ("least", "largest"))
    return bool(((least <= got) & (got <= largest)).all())


if __name__ == "__main__":
    tests = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["tests"]
    mine = [t for t in tests if {s[0] for s in t["program"]["steps"]} <= set(CALLS)]
    bad = {t["id"]: wrong(t) for t in mine}
    print(f"{len(mine)} of {len(tests)} tests, {sum(map(bool, bad.values()))} wrong")
    for name, tensors in bad.items():
        if tensors:
            print(name, *tensors)
