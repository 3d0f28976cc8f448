"""A student's micrograd with one bug, found and explained by the oracle.

Run it: python examples/oracle/micrograd_bug.py
"""

from __future__ import annotations

import math
from typing import Any

import symgrad as sg
from symgrad.oracle import Program, replay


class Value:
    """micrograd, typed from memory."""

    def __init__(self, data: float, children: tuple[Value, ...] = ()) -> None:
        self.data, self.grad, self.children = data, 0.0, children
        self.pull = lambda: None

    def __add__(self, other: Any) -> Value:
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other))

        def pull() -> None:
            self.grad += out.grad
            other.grad += out.grad

        out.pull = pull
        return out

    def __mul__(self, other: Any) -> Value:
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other))

        def pull() -> None:
            self.grad = other.data * out.grad  # the bug: = where += belongs
            other.grad += self.data * out.grad

        out.pull = pull
        return out

    def tanh(self) -> Value:
        out = Value(math.tanh(self.data), (self,))

        def pull() -> None:
            e = math.exp(-abs(self.data))  # 1 - tanh(x)^2 would be 0 beyond 19
            self.grad += out.grad * (2 * e / (1 + e * e)) ** 2

        out.pull = pull
        return out

    __radd__, __rmul__ = __add__, __mul__

    def backward(self) -> None:
        topo, seen, stack = [], set(), [(self, False)]
        while stack:
            node, done = stack.pop()
            if done:
                topo.append(node)
            elif node not in seen:
                seen.add(node)
                stack += [(node, True), *((child, False) for child in node.children)]
        for node in topo:
            node.grad = 0.0
        self.grad = 1.0
        for node in reversed(topo):
            node.pull()


class Student:
    """The class above as the oracle wants to see it."""

    name, dtype = "my micrograd", "float64"
    operations = frozenset(("add", "mul", "tanh"))

    def gradient(self, program: Program, point: Any, *, backwards: int = 1) -> Any:
        leaves = [Value(float(x)) for x in point]
        root = replay(program, {"tanh": Value.tanh}, leaves)
        for _ in range(backwards):
            for leaf in leaves:
                leaf.grad = 0.0
            root.backward()
        return root.data, [leaf.grad for leaf in leaves]


def main(budget: float = 5.0) -> None:
    report = sg.oracle.judge(Student(), budget=budget)
    print(report.headline)
    for finding in report.findings:
        print(f"\n{finding}")
    if report.findings:
        print(
            "\nx*x sends two gradients to x. The first line of mul's pull assigns with =, so that\n"
            "what came before is lost: it must add with +=."
        )


if __name__ == "__main__":
    main()
