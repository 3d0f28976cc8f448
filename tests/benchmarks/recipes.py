"""Random programs that every library can run: + - * / and the functions that all of them have.

- `recipe(seed, operations, variables)` is a `Recipe`; `recipe.run(m, x)` runs it, m being a
  library's functions by name, so that each traces, evaluates or writes the same program.
- `recipe(..., POLYNOMIAL)` has + - * only.

Intervals are carried along, so that no point of the box BOX leads to nan, a pole or a large number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import Any

BOX = (0.25, 1.75)  # where the variables lie
LARGEST = 20.0  # no value in between is larger
SMALLEST = 0.1  # nor is a divisor or the argument of log and sqrt smaller
ARITHMETIC = {"add": 8, "sub": 6, "mul": 10, "div": 2}  # how often each is drawn
FUNCTIONS = {"tanh": 1, "exp": 1, "log": 1, "sin": 1, "cos": 1, "sqrt": 1}
ALL = {**ARITHMETIC, **FUNCTIONS}
POLYNOMIAL = {"add": 2, "sub": 2, "mul": 3}
OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
}  # fmt: skip
Interval = tuple[float, float]
Step = tuple[str, tuple[int | float, ...]]  # a float is a constant, an int counts earlier results


@dataclass(frozen=True)
class Recipe:
    """Steps one after the other; results are counted, the variables being the first."""

    variables: int
    steps: tuple[Step, ...]

    @property
    def names(self) -> list[str]:
        return [f"x{k}" for k in range(self.variables)]

    def run(self, m: Mapping[str, Callable[..., Any]], x: Sequence[Any]) -> Any:
        """The last result; `m` has the functions, the operators are Python's own."""
        m = {**OPERATORS, **m}
        found = list(x)
        for name, places in self.steps:
            found.append(m[name](*[found[p] if isinstance(p, int) else p for p in places]))
        return found[-1]


def image(name: str, x: Sequence[Interval]) -> Interval | None:
    """Where the result lies if the arguments lie there; None if that is not tame."""
    ends = [a for interval in x for a in interval]
    if name in ("log", "sqrt") and ends[0] < SMALLEST:
        return None
    if name in ("sin", "cos"):
        return -1.0, 1.0
    if name == "div" and not (x[1][0] > SMALLEST or x[1][1] < -SMALLEST):
        return None
    if name == "exp" and ends[1] > math.log(LARGEST):
        return None
    if name in OPERATORS:
        found = [OPERATORS[name](a, b) for a in x[0] for b in x[1]]
    else:
        found = [getattr(math, name)(a) for a in ends]
    return (min(found), max(found)) if max(map(abs, found)) <= LARGEST else None


class Growth:
    """A recipe on its way."""

    def __init__(self, r: Random, variables: int, weights: Mapping[str, int]) -> None:
        self.r, self.names, self.weights = r, list(weights), list(weights.values())
        self.where: list[Interval] = [BOX] * variables
        self.steps: list[Step] = []
        self.loose = dict.fromkeys(range(variables))  # what nothing uses yet, in order

    @property
    def length(self) -> int:
        """Steps there will be once all that is loose is summed."""
        return len(self.steps) + len(self.loose) - 1

    def grow(self) -> None:
        """One more step, drawn again until it is tame."""
        while True:
            name = self.r.choices(self.names, self.weights)[0]
            places = [self.place() for _ in range(2 if name in OPERATORS else 1)]
            if len(set(places)) == 2 and self.r.random() < 0.1:
                places[1] = self.r.randrange(1, 40) / 16
            if self.added(name, *places):
                return

    def added(self, name: str, *places: int | float) -> bool:
        found = image(name, [self.where[p] if isinstance(p, int) else (p, p) for p in places])
        if found is None or (len(set(places)) < len(places) and name != "mul"):
            return False
        self.joined(name, places, found)
        return True

    def joined(self, name: str, places: tuple[int | float, ...], found: Interval) -> None:
        self.steps.append((name, places))
        self.where.append(found)
        for p in places:
            self.loose.pop(p, None)
        self.loose[len(self.where) - 1] = None

    def place(self) -> int:
        """An earlier result: often one that nothing uses, else a recent one or any."""
        if self.r.random() < 0.5:
            return self.r.choice(list(islice(self.loose, 16)))
        return self.r.randrange(len(self.where))


def recipe(seed: Any, operations: int, variables: int,
           weights: Mapping[str, int] = ALL) -> Recipe:  # fmt: skip
    """A random program of exactly so many operations; what nothing uses at the end is summed."""
    growth = Growth(Random(f"recipe {seed} {operations}"), variables, weights)
    while growth.length < operations - 1:
        growth.grow()
    if growth.length < operations:
        growth.joined("mul", (next(iter(growth.loose)), 0.5), BOX)
    while len(growth.loose) > 1:
        growth.joined("add", tuple(islice(growth.loose, 2)), BOX)
    return Recipe(variables, tuple(growth.steps))
