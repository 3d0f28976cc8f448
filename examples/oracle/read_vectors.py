"""Run the test vectors against Python's own math: python read_vectors.py DIR/first.json"""

import json
import math
import sys
from pathlib import Path

RULES = {  # name: (value, partials)
    "add": (lambda a, b: a + b, lambda y, a, b: (1, 1)),
    "sub": (lambda a, b: a - b, lambda y, a, b: (1, -1)),
    "mul": (lambda a, b: a * b, lambda y, a, b: (b, a)),
    "neg": (lambda x: -x, lambda y, x: (-1,)),
    "sin": (math.sin, lambda y, x: (math.cos(x),)),
    "cos": (math.cos, lambda y, x: (-math.sin(x),)),
    "atan": (math.atan, lambda y, x: (1 / math.hypot(1, x) / math.hypot(1, x),)),
    "asinh": (math.asinh, lambda y, x: (1 / math.hypot(1, x),)),
    "erf": (math.erf, None), "erfc": (math.erfc, None), "tanh": (math.tanh, None),
}  # fmt: skip


def read(x):
    return float.fromhex(x) if isinstance(x, str) else float(x)


def run(program, point):
    v = [read(x) for x in point + program["constants"]]
    first = len(v)
    for name, *args in program["steps"]:
        v.append(RULES[name][0](*(v[j] for j in args)))
    g = [0.0] * len(v)
    g[program["root"]] = 1.0
    for i in range(program["root"], first - 1, -1):
        name, *args = program["steps"][i - first]
        if g[i] and RULES[name][1] is None:
            return v[program["root"]], None  # only its value is known here
        for j, p in zip(args, RULES[name][1](v[i], *(v[j] for j in args)) if g[i] else ()):
            g[j] += g[i] * p
    return v[program["root"]], g[: len(point)]


def fits(got, want):
    low, high = want.get("interval") or (want.get("low", "-inf"), want.get("high", "inf"))
    return read(low) <= got <= read(high)


ran, failed = 0, []
for group in json.loads(Path(sys.argv[1]).read_text())["groups"]:
    if all(step[0] in RULES for step in group["program"]["steps"]):
        for test in group["tests"]:
            if "Infinity" in test["flags"]:
                continue  # math.sin raises there
            value, gradient = run(group["program"], test["point"])
            pairs = [(value, test["value"]), *zip(gradient or (), test["gradient"])]
            ran += 1
            failed += [] if all(fits(*pair) for pair in pairs) else [test["id"]]
print(f"{ran} tests ran, {len(failed)} failed {failed[:10] or ''}")
sys.exit(bool(failed))
