"""A tensor engine that is a process of its own, judged through the JSON-lines protocol:

    symgrad oracle run --tensors --command "python examples/oracle/tensor_lines.py"

It could be written in any language: a line of JSON is a program, and a line the answer.
"""

import json
import sys

import numpy as np


def summed_to(g, shape):
    """The gradient of what was broadcast: summed over the axes that were stretched."""
    g = g.sum(axis=tuple(range(g.ndim - len(shape))))
    stretched = tuple(i for i, n in enumerate(shape) if n == 1 and g.shape[i] != 1)
    return g.sum(axis=stretched, keepdims=True) if stretched else g


def elementwise(value, *slopes):
    """An operation of numbers: each slope is called with the result, then the arguments."""

    def run(*x):
        y = value(*x)
        return y, lambda g: [summed_to(g * d(y, *x), a.shape) for d, a in zip(slopes, x)]

    return run


def total(x, axis=None, keepdims=False):
    axes = tuple(range(x.ndim)) if axis is None else tuple(np.atleast_1d(axis))

    def back(g):
        return [np.broadcast_to(g if keepdims else np.expand_dims(g, axes), x.shape)]

    return x.sum(axis=axes, keepdims=keepdims), back


def matmul(a, b):
    rows, columns = np.atleast_2d(a), b[:, None] if b.ndim == 1 else b

    def back(g):
        g = np.expand_dims(g, -1) if b.ndim == 1 else g  # a vector is a column, or a row
        g = np.expand_dims(g, -2) if a.ndim == 1 else g
        da = summed_to(g @ np.swapaxes(columns, -1, -2), rows.shape)
        db = summed_to(np.swapaxes(rows, -1, -2) @ g, columns.shape)
        return [da.reshape(a.shape), db.reshape(b.shape)]

    return a @ b, back


def permuted(x, axes):
    inverse = np.argsort([axis % x.ndim for axis in axes])
    return np.transpose(x, axes), lambda g: [np.transpose(g, inverse)]


OPERATIONS = {
    "add": elementwise(np.add, lambda y, a, b: 1.0, lambda y, a, b: 1.0),
    "subtract": elementwise(np.subtract, lambda y, a, b: 1.0, lambda y, a, b: -1.0),
    "multiply": elementwise(np.multiply, lambda y, a, b: b, lambda y, a, b: a),
    "divide": elementwise(np.divide, lambda y, a, b: 1 / b, lambda y, a, b: -y / b),
    "exp": elementwise(np.exp, lambda y, a: y),
    "tanh": elementwise(np.tanh, lambda y, a: 1 - y * y),
    "sum": total, "matmul": matmul, "permute_dims": permuted,
    "reshape": lambda x, shape: (x.reshape(shape), lambda g: [g.reshape(x.shape)]),
}


def read(tensor):
    numbers = [float.fromhex(x) if isinstance(x, str) else x for x in tensor["data"]]
    return np.array(numbers, dtype=float).reshape(tensor["shape"])


def written(array):
    return {"shape": array.shape, "data": [float(x).hex() for x in array.ravel()]}


def answered(program, inputs):
    """The value, and the gradient of sum(cotangent * value) by every input."""
    nodes = [*map(read, inputs), *map(read, program["constants"])]
    first, pulls = len(nodes), []
    for name, *args in program["steps"]:
        settings = args.pop() if args and isinstance(args[-1], dict) else {}
        y, pull = OPERATIONS[name](*[nodes[i] for i in args], **settings)
        nodes.append(np.asarray(y))
        pulls.append((args, pull))
    adjoints = [np.zeros(node.shape) for node in nodes]
    root = program["root"]
    adjoints[root] = read({"data": program["cotangent"], "shape": nodes[root].shape})
    for i in reversed(range(first, root + 1)):
        args, pull = pulls[i - first]
        for j, g in zip(args, pull(adjoints[i])):
            adjoints[j] = adjoints[j] + g
    gradients = [written(adjoint) for adjoint in adjoints[: len(inputs)]]
    return {"value": written(nodes[root]), "gradients": gradients}


def main():
    np.seterr(all="ignore")
    sys.stdin.readline()  # the greeting
    hello = {"name": "lines", "dtype": "float64", "tensors": list(OPERATIONS)}
    print(json.dumps(hello), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = answered(request["tensors"], request["inputs"])
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps({"id": request["id"], **answer}), flush=True)


if __name__ == "__main__":
    main()
