"""Engines for the oracle to judge: a right one, legitimate variants of it, and planted bugs.

- `Right()` is a small engine on a tape, with accurate rules.
- `VARIANTS` are engines that differ from it where engines may; the oracle must accept them.
- `BUGS` maps a name to an engine with that one bug; the oracle must reject each.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from symgrad.oracle import Program

Rule = Callable[..., float]


def sech(x: float) -> float:
    e = math.exp(-abs(x))
    return 2 * e / (1 + e * e)


def sigmoid(x: float) -> float:
    e = math.exp(-abs(x))
    return 1 / (1 + e) if x >= 0 else e / (1 + e)


def exp(x: float) -> float:
    return math.inf if x > 709.79 else math.exp(x)


def quotient(a: float, b: float) -> float:
    return a / b if b else math.copysign(math.inf, a) if a else math.nan


def power(x: float, n: float) -> float:
    try:
        found = float(x) ** n
        return math.nan if isinstance(found, complex) else found
    except ZeroDivisionError:
        return math.inf
    except OverflowError:
        return -math.inf if x < 0 and n % 2 else math.inf


def logarithm(x: float) -> float:
    return math.log(x) if x > 0 else -math.inf if x == 0 else math.nan


def root(x: float) -> float:
    return math.sqrt(x) if x >= 0 else math.nan


def circle(f: Callable[[float], float]) -> Callable[[float], float]:
    return lambda x: f(x) if math.isfinite(x) else math.nan


sin, cos = circle(math.sin), circle(math.cos)


def softplus(x: float) -> float:
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def by_denominator(a: float, b: float) -> float:
    """-(a/b)/b: b*b may overflow."""
    return -quotient(quotient(a, b), b)


RULES: dict[str, tuple[Rule, tuple[Rule, ...]]] = {
    "add": (lambda a, b: a + b, (lambda y, a, b: 1.0, lambda y, a, b: 1.0)),
    "sub": (lambda a, b: a - b, (lambda y, a, b: 1.0, lambda y, a, b: -1.0)),
    "mul": (lambda a, b: a * b, (lambda y, a, b: b, lambda y, a, b: a)),
    "div": (quotient, (lambda y, a, b: quotient(1.0, b), lambda y, a, b: by_denominator(a, b))),
    "neg": (lambda x: -x, (lambda y, x: -1.0,)),
    "powi": (power, (lambda y, x, n: n * power(x, n - 1) if n else 0.0, lambda y, x, n: 0.0)),
    "exp": (exp, (lambda y, x: y,)),
    "log": (logarithm, (lambda y, x: quotient(1.0, x),)),
    "sqrt": (root, (lambda y, x: quotient(0.5, y),)),
    "sin": (sin, (lambda y, x: cos(x),)),
    "cos": (cos, (lambda y, x: -sin(x),)),
    "tanh": (math.tanh, (lambda y, x: sech(x) ** 2,)),
    "sigmoid": (sigmoid, (lambda y, x: sigmoid(x) * sigmoid(-x),)),
    "softplus": (softplus, (lambda y, x: sigmoid(x),)),
    "relu": (lambda x: max(x, 0.0), (lambda y, x: float(x > 0),)),
    "abs": (abs, (lambda y, x: float((x > 0) - (x < 0)),)),
    "atan": (math.atan, (lambda y, x: 1 / math.hypot(1, x) / math.hypot(1, x),)),
}
TIED = ("max", "min")


class Right:
    """A tape of (rule, arguments, value), swept backwards; subclasses change one thing."""

    name, dtype = "planted", "float64"
    operations = frozenset((*RULES, *TIED, "lt", "gt", "le", "ge", "if"))
    rules = RULES

    def __init__(self) -> None:
        self.calls = 0

    def leaf(self, x: Any) -> float:
        return float(x)

    def constant(self, c: Any) -> float:
        return float(c)

    def value(self, name: str, x: Sequence[float]) -> float:
        if name in TIED:
            return (max if name == "max" else min)(x)
        if name == "if":
            return x[1] if x[0] else x[2]
        if name in ("lt", "gt", "le", "ge"):
            a, b = x
            return float({"lt": a < b, "gt": a > b, "le": a <= b, "ge": a >= b}[name])
        return self.rules[name][0](*x)

    def partials(self, name: str, y: float, x: Sequence[float]) -> list[float]:
        if name in TIED:
            hits = [float(a == y) for a in x]
            return [h / sum(hits) for h in hits]
        if name == "if":
            return [0.0, float(x[0] != 0), float(x[0] == 0)]
        if name in ("lt", "gt", "le", "ge"):
            return [0.0, 0.0]
        return [rule(y, *x) for rule in self.rules[name][1]]

    def order(self, count: int, root: int) -> Sequence[int]:
        return range(root, -1, -1)

    def term(self, adjoint: float, partial: float, name: str, place: int) -> float:
        return adjoint * partial

    def flows(self, adjoint: float) -> bool:
        return adjoint != 0

    def added(self, adjoints: list[float], j: int, term: float, uses: Sequence[int]) -> None:
        adjoints[j] += term

    def seed(self, run: int) -> float:
        return 1.0

    def result(self, value: float, gradient: list[float], program: Program) -> Any:
        return value, gradient

    def zeroed(self, adjoints: list[float], leaves: int) -> list[float]:
        return [0.0] * len(adjoints)

    def gradient(self, program: Program, point: Sequence[float], *, backwards: int = 1) -> Any:
        self.calls += 1
        values = [*map(self.leaf, point), *map(self.constant, program.constants)]
        first = len(values)
        for name, *args in program.steps:
            values.append(self.value(name, [values[j] for j in args]))
        self.uses = [0] * len(values)
        for _, *args in program.steps:
            for j in args:
                self.uses[j] += 1
        adjoints = [0.0] * len(values)
        for run in range(backwards):
            adjoints = self.zeroed(adjoints, len(point))
            adjoints[program.root] = self.seed(run)
            for i in self.order(len(values), program.root):
                if i >= first and self.flows(adjoints[i]):
                    self.swept(program.steps[i - first], i, values, adjoints)
        gradient = adjoints[: len(point)]
        return self.result(values[program.root], gradient, program)

    def swept(self, step: Any, i: int, values: list[float], adjoints: list[float]) -> None:
        name, *args = step
        found = self.partials(name, values[i], [values[j] for j in args])
        for place, (j, p) in enumerate(zip(args, found)):
            self.added(adjoints, j, self.term(adjoints[i], p, name, place), self.uses)


# --- legitimate variants --------------------------------------------------------------------------


def ruled(**changed: Any) -> type[Right]:
    """An engine with some rows replaced."""
    return type("Ruled", (Right,), {"rules": {**RULES, **changed}})


class Reversed(Right):
    """Adds in another order: all terms of a node are kept, then summed smallest first."""

    def gradient(self, program: Program, point: Sequence[float], *, backwards: int = 1) -> Any:
        self.kept: dict[int, list[float]] = {}
        return super().gradient(program, point, backwards=backwards)

    def zeroed(self, adjoints: list[float], leaves: int) -> list[float]:
        self.kept = {}
        return [0.0] * len(adjoints)

    def added(self, adjoints: list[float], j: int, term: float, uses: Sequence[int]) -> None:
        self.kept.setdefault(j, []).append(term)
        adjoints[j] = sum(sorted(self.kept[j], key=abs))


class First(Right):
    """A tie goes to the first argument."""

    def partials(self, name: str, y: float, x: Sequence[float]) -> list[float]:
        if name in TIED:
            return [float(k == list(x).index(y)) for k in range(len(x))]
        return super().partials(name, y, x)


class Last(Right):
    """A tie goes to the last argument."""

    def partials(self, name: str, y: float, x: Sequence[float]) -> list[float]:
        if name in TIED:
            last = len(x) - 1 - list(x)[::-1].index(y)
            return [float(k == last) for k in range(len(x))]
        return super().partials(name, y, x)


class Fused(Right):
    """Adjoints are summed exactly (fsum), as a fused or compensated engine does."""

    def zeroed(self, adjoints: list[float], leaves: int) -> list[float]:
        self.kept: dict[int, list[float]] = {}
        return [0.0] * len(adjoints)

    def added(self, adjoints: list[float], j: int, term: float, uses: Sequence[int]) -> None:
        kept = self.kept.setdefault(j, [])
        kept.append(term)
        adjoints[j] = math.fsum(kept) if all(map(math.isfinite, kept)) else sum(kept)


class Tuples(Right):
    """Gives tuples and ints where a list of floats was expected; fewer operations."""

    operations = frozenset(("add", "mul", "sub", "neg", "relu"))

    def result(self, value: float, gradient: list[float], program: Program) -> Any:
        return [value, tuple(int(g) if g == int(g) else g for g in gradient if True)
                if all(map(math.isfinite, gradient)) else tuple(gradient)]  # fmt: skip


def reciprocal_quotient(a: float, b: float) -> float:
    found = a * quotient(1.0, b)
    return found if 1e-300 < abs(found) < 1e300 and 1e-300 < abs(b) < 1e300 else quotient(a, b)


VARIANTS: dict[str, Callable[[], Any]] = {
    "right": Right,
    "reversed": Reversed,
    "ties go first": First,
    "ties go last": Last,
    "exact sums": Fused,
    "tuples and ints": Tuples,
    "relu'(0) is 1": ruled(relu=(RULES["relu"][0], (lambda y, x: float(x >= 0),))),
    "relu'(0) is 1/2": ruled(
        relu=(RULES["relu"][0], (lambda y, x: 0.5 if x == 0 else float(x > 0),))
    ),
    "abs'(0) is 1": ruled(abs=(abs, (lambda y, x: 1.0 if x >= 0 else -1.0,))),
    "abs'(0) is -1": ruled(abs=(abs, (lambda y, x: 1.0 if x > 0 else -1.0,))),
    "a/b as a*(1/b)": ruled(div=(reciprocal_quotient, RULES["div"][1])),
    "powers by multiplication": ruled(
        powi=(
            lambda x, n: math.prod([x] * int(n)) if 0 <= n < 6 else power(x, n),
            RULES["powi"][1],
        )
    ),
    "two ulps of tanh": ruled(
        tanh=(lambda x: math.tanh(x) * (1 - 4e-16), RULES["tanh"][1])
    ),
    "square root by a power": ruled(
        sqrt=(lambda x: power(x, 0.5), (lambda y, x: quotient(0.5, y),))
    ),
}


# --- planted bugs ---------------------------------------------------------------------------------


def wrong(name: str, place: int, rule: Rule, when: Callable[..., bool] = lambda *x: True) -> Any:
    """An engine whose partial number `place` of a row is `rule(y, *x)` where `when(*x)`."""
    forward, partials = RULES[name]
    right = partials[place]
    changed = [*partials]
    changed[place] = lambda y, *x: rule(y, *x) if when(*x) else right(y, *x)
    return ruled(**{name: (forward, tuple(changed))})


def scaled(name: str, place: int, by: float, when: Callable[..., bool] = lambda *x: True) -> Any:
    """The right partial, times a number."""
    right = RULES[name][1][place]
    return wrong(name, place, lambda y, *x: by * right(y, *x), when)


def valued(name: str, rule: Rule) -> Any:
    """An engine whose value of a row is wrong; its partials are right."""
    return ruled(**{name: (rule, RULES[name][1])})


def changed(**methods: Any) -> type[Right]:
    """An engine with methods replaced."""
    return type("Changed", (Right,), methods)


def overwrites(self: Any, adjoints: list[float], j: int, term: float, uses: Any) -> None:
    adjoints[j] = term


def overwrites_beyond(count: int) -> Any:
    def added(self: Any, adjoints: list[float], j: int, term: float, uses: Any) -> None:
        adjoints[j] = term if uses[j] > count else adjoints[j] + term

    return added


def only_first(self: Any, adjoints: list[float], j: int, term: float, uses: Any) -> None:
    adjoints[j] = adjoints[j] or term


def truncated(limit: int) -> Any:
    """Adjoints do not reach further than so many nodes back."""

    def order(self: Any, count: int, root: int) -> Sequence[int]:
        return range(root, max(-1, root - limit), -1)

    return order


def forgets(self: Any, adjoints: list[float], leaves: int) -> list[float]:
    """Only the leaves are zeroed: the inner nodes keep what the last run left."""
    return [0.0] * leaves + adjoints[leaves:]


def zeroes_nothing(self: Any, adjoints: list[float], leaves: int) -> list[float]:
    return list(adjoints)


def same_operand_once(self: Any, step: Any, i: int, values: Any, adjoints: Any) -> None:
    """x*x: the second of two equal operands gets nothing."""
    name, *args = step
    found = self.partials(name, values[i], [values[j] for j in args])
    for place, (j, p) in enumerate(zip(args, found)):
        if j not in args[:place]:
            self.added(adjoints, j, adjoints[i] * p, self.uses)


def equal_values_once(self: Any, step: Any, i: int, values: Any, adjoints: Any) -> None:
    """Operands are told apart by their value: of two equal ones the second gets nothing."""
    name, *args = step
    x = [values[j] for j in args]
    found = self.partials(name, values[i], x)
    for place, (j, p) in enumerate(zip(args, found)):
        if x[place] not in x[:place] or j in args[:place]:
            self.added(adjoints, j, adjoints[i] * p, self.uses)


def backwards_order(self: Any, count: int, root: int) -> Sequence[int]:
    """The root, then the others from the leaves up: not a topological order."""
    return [root, *range(root)]


def stale_closure(self: Any, step: Any, i: int, values: Any, adjoints: Any) -> None:
    """Every product's closure sees the operands of the last product that was built."""
    name, *args = step
    x = [values[j] for j in args]
    if name == "mul":
        x = self.last_product or x
    found = self.partials(name, values[i], x)
    for j, p in zip(args, found):
        self.added(adjoints, j, adjoints[i] * p, self.uses)


class StaleClosure(Right):
    last_product: Any = None
    swept = stale_closure

    def value(self, name: str, x: Sequence[float]) -> float:
        if name == "mul":
            self.last_product = list(x)
        return super().value(name, x)


class SecondCall(Right):
    """Right the first time, and never again for one program."""

    def result(self, value: float, gradient: list[float], program: Program) -> Any:
        again = program == getattr(self, "before", None)
        self.before = program
        return value, [g + 1 for g in gradient] if again else gradient


class RareCall(Right):
    """Every hundredth call is off."""

    def result(self, value: float, gradient: list[float], program: Program) -> Any:
        return value, [g * 1.01 + 0.01 for g in gradient] if self.calls % 100 == 99 else gradient


class Cached(Right):
    """The gradient is cached by the program alone: another point gets the first one's."""

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[Any, Any] = {}

    def result(self, value: float, gradient: list[float], program: Program) -> Any:
        return value, self.known.setdefault(program, gradient)


class CachedByValue(Right):
    """Caches value and gradient by the shape alone: other constants get the first ones' result."""

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[Any, Any] = {}

    def gradient(self, program: Program, point: Sequence[float], *, backwards: int = 1) -> Any:
        key = (program.steps, program.root, tuple(point))
        if key not in self.known:
            self.known[key] = super().gradient(program, point, backwards=backwards)
        return self.known[key]


class Recursive(Right):
    """Sorts by recursion."""

    def gradient(self, program: Program, point: Sequence[float], *, backwards: int = 1) -> Any:
        first = len(program.variables) + len(program.constants)
        seen: set[int] = set()

        def visit(i: int) -> None:
            if i not in seen:
                seen.add(i)
                for j in program.steps[i - first][1:] if i >= first else ():
                    visit(j)

        visit(program.root)
        return super().gradient(program, point, backwards=backwards)


def integers_divide(self: Any, name: str, x: Sequence[float]) -> float:
    if name == "div" and all(isinstance(a, int) for a in x) and x[1]:
        return x[0] // x[1]
    return Right.value(self, name, x)


def integer_slopes(self: Any, name: str, y: float, x: Sequence[float]) -> list[float]:
    found = Right.partials(self, name, float(y), [float(a) for a in x])
    whole = all(isinstance(a, int) for a in x)
    return [float(int(p)) if whole and math.isfinite(p) else p for p in found]


def kept(self: Any, x: Any) -> Any:
    return x


def single(x: float) -> float:
    """x with 24 bits."""
    if not math.isfinite(x) or x == 0:
        return x
    m, e = math.frexp(x)
    return math.ldexp(round(m * 2**24) / 2**24, e)


def result(change: Callable[[float, list[float]], Any]) -> Any:
    return changed(result=lambda self, value, gradient, program: change(value, gradient))


def hang(*_: Any) -> float:
    while True:
        pass


def fail(*_: Any) -> float:
    raise RuntimeError("a bug of mine")


def softplus_threshold(x: float) -> float:
    return x if x > 20 else softplus(x)


BUGS: dict[str, Callable[[], Any]] = {
    # accumulation, order, sharing
    "overwrites": changed(added=overwrites),
    "keeps the first": changed(added=only_first),
    "overwrites beyond 3 consumers": changed(added=overwrites_beyond(3)),
    "overwrites beyond 30 consumers": changed(added=overwrites_beyond(30)),
    "overwrites beyond 100 consumers": changed(added=overwrites_beyond(100)),
    "not topological": changed(order=backwards_order),
    "stops after 50 nodes": changed(order=truncated(50)),
    "stops after 1000 nodes": changed(order=truncated(1000)),
    "one operand twice": changed(swept=same_operand_once),
    "equal values": changed(swept=equal_values_once),
    "stale closure": StaleClosure,
    "recursion": Recursive,
    # calls
    "inner gradients stay": changed(zeroed=forgets),
    "nothing is zeroed": changed(zeroed=zeroes_nothing),
    "seed of the second run": changed(seed=lambda self, run: float(run + 1)),
    "seed of the fourth run": changed(seed=lambda self, run: 2.0 if run > 2 else 1.0),
    "second call": SecondCall,
    "every hundredth call": RareCall,
    "cached by the program": Cached,
    "cached by the shape": CachedByValue,
    # signs and local rules
    "sub adds": wrong("sub", 1, lambda y, a, b: 1.0),
    "neg keeps the sign": wrong("neg", 0, lambda y, x: 1.0),
    "mul swaps": ruled(
        mul=(RULES["mul"][0], (lambda y, a, b: a, lambda y, a, b: b))
    ),
    "div by b once": wrong("div", 1, lambda y, a, b: -quotient(a, b)),
    "div lost a sign": scaled("div", 1, -1.0),
    "square of b overflows": wrong("div", 1, lambda y, a, b: -quotient(a, b * b)),
    "power rule without n": wrong("powi", 0, lambda y, x, n: power(x, n - 1)),
    "power rule off by one": wrong("powi", 0, lambda y, x, n: n * power(x, n)),
    "power of negative base": wrong(
        "powi", 0, lambda y, x, n: n * power(abs(x), n - 1), lambda x, n: x < 0
    ),
    "x^0": wrong("powi", 0, lambda y, x, n: 1.0, lambda x, n: n == 0),
    "odd powers above 3": scaled("powi", 0, 2.0, lambda x, n: n > 3 and n % 2 == 1),
    "power through y/x": wrong("powi", 0, lambda y, x, n: n * y / x if x else math.nan),
    "negative powers": scaled("powi", 0, -1.0, lambda x, n: n < 0),
    "exp' is x*y": wrong("exp", 0, lambda y, x: x * y),
    "log' is 1/|x|+": wrong("log", 0, lambda y, x: quotient(1.0, x + 1e-9)),
    "cos keeps its sign": scaled("cos", 0, -1.0),
    "sin' of negative": scaled("sin", 0, -1.0, lambda x: x < 0),
    "sqrt' without the half": scaled("sqrt", 0, 2.0),
    "atan' by a square": wrong("atan", 0, lambda y, x: 1 / (1 + abs(x))),
    "sigmoid' without a factor": wrong("sigmoid", 0, lambda y, x: y),
    "tanh' is 1 - y": wrong("tanh", 0, lambda y, x: 1 - y),
    "relu leaks": wrong("relu", 0, lambda y, x: 0.01, lambda x: x < 0),
    "relu' of large": wrong("relu", 0, lambda y, x: 0.0, lambda x: x > 6),
    "abs' is 1": wrong("abs", 0, lambda y, x: 1.0),
    # values
    "abs is a square": valued("abs", lambda x: x if x >= 0 else -x + 1e-3),
    "exp is clipped": valued("exp", lambda x: exp(min(x, 80.0))),
    "sin of large angles": valued("sin", lambda x: sin(x) if abs(x) < 1e4 else 0.0),
    "softplus threshold": valued("softplus", softplus_threshold),
    "softplus overflows": valued("softplus", lambda x: logarithm(1 + exp(x))),
    "sigmoid raises": valued("sigmoid", lambda x: 1 / (1 + math.exp(-x))),
    "sigmoid of -40": valued("sigmoid", lambda x: 1 - 1 / (1 + exp(x))),
    # ties and kinks
    "max gives both": changed(
        partials=lambda self, name, y, x: [float(a == y) for a in x]
        if name == "max"
        else Right.partials(self, name, y, x)
    ),
    "max gives halves at every tie": changed(
        partials=lambda self, name, y, x: [(a == y) / (1 + (list(x).count(y) > 1)) for a in x]
        if name == "max"
        else Right.partials(self, name, y, x)
    ),
    "min gives none at ties": changed(
        partials=lambda self, name, y, x: [0.0] * len(x)
        if name == "min" and list(x).count(y) > 1
        else Right.partials(self, name, y, x)
    ),
    "max of the first two": changed(
        value=lambda self, name, x: max(x[:2]) if name == "max" else Right.value(self, name, x)
    ),
    "abs'(0) is 2": wrong("abs", 0, lambda y, x: 2.0, lambda x: x == 0),
    "relu'(0) is nan": wrong("relu", 0, lambda y, x: math.nan, lambda x: x == 0),
    "gt is ge": changed(
        value=lambda self, name, x: float(x[0] >= x[1])
        if name == "gt"
        else Right.value(self, name, x)
    ),
    "if gives both branches": changed(
        partials=lambda self, name, y, x: [0.0, 1.0, 1.0]
        if name == "if"
        else Right.partials(self, name, y, x)
    ),
    "masked nan": changed(flows=lambda self, adjoint: True),
    # saturation and precision
    "tanh' is 1 - y*y": wrong("tanh", 0, lambda y, x: 1 - y * y),
    "sigmoid' is s*(1-s)": wrong("sigmoid", 0, lambda y, x: y * (1 - y)),
    "tanh' is 0 beyond 10": wrong("tanh", 0, lambda y, x: 0.0, lambda x: abs(x) > 10),
    "tanh' to 1e-7": scaled("tanh", 0, 1 + 1e-7),
    "sin' to 1e-12": scaled("sin", 0, 1 + 1e-12),
    "exp to 1e-10": valued("exp", lambda x: exp(x) * (1 + 1e-10)),
    "single precision gradients": changed(
        term=lambda self, adjoint, partial, name, place: single(adjoint * partial)
    ),
    "single precision values": changed(
        value=lambda self, name, x: single(Right.value(self, name, x))
    ),
    "tiny adjoints vanish": changed(flows=lambda self, adjoint: abs(adjoint) > 1e-12),
    "clipped gradients": result(lambda value, g: (value, [max(-1e3, min(1e3, a)) for a in g])),
    "negative adjoints": changed(
        term=lambda self, adjoint, partial, name, place: adjoint * partial * 1.5
        if adjoint < -1
        else adjoint * partial
    ),
    # constants and integers
    "constants on the left": changed(
        constant=lambda self, c: float(c) if c >= 0 else -float(c)
    ),
    "integer division": changed(leaf=kept, constant=kept, value=integers_divide),
    "integer slopes": changed(leaf=kept, constant=kept, partials=integer_slopes),
    "small constants": changed(constant=lambda self, c: float(c) if abs(c) > 0.2 else 0.0),
    # shapes of the result
    "two variables swapped": result(
        lambda value, g: (value, [g[1], g[0], *g[2:]] if len(g) > 2 else g)
    ),
    "eight variables": result(lambda value, g: (value, [*g[:8], *[0.0] * len(g[8:])])),
    "none where 0": result(lambda value, g: (value, [a or None for a in g])),
    "strings": result(lambda value, g: (value, [str(a) for a in g])),
    "too many": result(lambda value, g: (value, [*g, 0.0])),
    "no gradient": result(lambda value, g: None),
    "value as gradient": result(lambda value, g: (g, value)),
    "hangs": valued("abs", hang),
    "raises": valued("abs", fail),
    "value off by an ulp of single": result(lambda value, g: (value * (1 + 1e-9), g)),
}
