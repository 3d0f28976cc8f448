"""Parameters of a question: what values they take, under which conditions, and a student's own.

- `Parameters.of({"a": "2..9", "n": [2, 3]}, "a != n")` knows all values; `.instances()` are all
  choices that the conditions allow, `.drawn(key)` the one that belongs to a key.
- `put(text, values)` is a formula with the values in it.

A student's values come from a counter-based generator: a hash of the key and a counter, so that an
instance can be made again anywhere, and nothing has to be stored.
"""

from __future__ import annotations

import ast
import hashlib
import math
import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, product
from typing import Any

from ..errors import UsageError
from ..ops import OPS

MOST_INSTANCES = 2_000  # looked at one by one; beyond, as many are drawn
MOST_VALUES = 10_000  # of one parameter
MOST_DRAWS = 1_000  # until the conditions hold
LARGEST_POWER = 64
VALUE_RANGE = re.compile(
    r"\s*(?P<low>-?\d+(?:/\d+|\.\d+)?)\s*\.\.\s*(?P<high>-?\d+(?:/\d+|\.\d+)?)"
    r"(?:\s+step\s+(?P<step>\d+(?:/\d+|\.\d+)?))?\s*"
)
Values = dict[str, Fraction]

CONDITION_RELATIONS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge,
}  # fmt: skip
CONDITION_OPERATORS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
    ast.Div: operator.truediv, ast.Mod: operator.mod, ast.FloorDiv: operator.floordiv,
}  # fmt: skip
CONDITION_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "gcd": lambda *x: Fraction(math.gcd(*map(whole, x))),
    "lcm": lambda *x: Fraction(math.lcm(*map(whole, x))), "abs": abs, "min": min, "max": max,
}  # fmt: skip


def whole(x: Fraction) -> int:
    if x.denominator != 1:
        raise UsageError(f"{x} is no whole number")
    return int(x)


@dataclass(frozen=True)
class Parameters:
    """Names with the values each may take, and the conditions on them together."""

    values: tuple[tuple[str, tuple[Fraction, ...]], ...] = ()
    conditions: tuple[Any, ...] = ()  # parsed, never executed

    @classmethod
    def of(cls, given: Mapping[str, Any], where: str | Sequence[str] = ()) -> Parameters:
        """Raises UsageError for a range, a value or a condition that means nothing."""
        texts = [where] if isinstance(where, str) else list(where)
        names = tuple(given)
        parsed = tuple(condition(text, names) for text in texts if text.strip())
        values = tuple((name, values_of(name, given[name])) for name in names)
        return cls(values, parsed)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.values)

    def holds(self, chosen: Values) -> bool:
        """Whether the conditions allow these values; one that divides by 0 does not."""
        try:
            return all(truth(c, chosen) for c in self.conditions)
        except ZeroDivisionError:
            return False

    def instances(self) -> Iterator[Values]:
        """Every choice, or if there are more than 2,000 as many that are drawn."""
        if math.prod(len(values) for _, values in self.values) <= MOST_INSTANCES:
            for choice in product(*(values for _, values in self.values)):
                chosen = dict(zip(self.names, choice))
                if self.holds(chosen):
                    yield chosen
        else:
            yield from (self.drawn(f"instance {k}") for k in range(MOST_INSTANCES))

    def drawn(self, key: str) -> Values:
        """The values that belong to a key. Raises UsageError where none are allowed."""
        for k in range(MOST_DRAWS):
            chosen = {
                name: values[number(f"{key}|{k}|{name}") % len(values)]
                for name, values in self.values
            }
            if self.holds(chosen):
                return chosen
        if first := next(islice(self.instances(), 1), None) if self.few else None:
            return first
        raise UsageError("no values of the parameters satisfy the conditions")

    @property
    def few(self) -> bool:
        return math.prod(len(values) for _, values in self.values) <= MOST_INSTANCES


def number(key: str) -> int:
    """A number of 64 bits out of a key, the same on every machine."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big")


def values_of(name: str, given: Any) -> tuple[Fraction, ...]:
    """The values of "2..9", "1/2..5 step 1/2", a list, or one number."""
    if not re.fullmatch(r"[A-Za-z]\w*", name):
        raise UsageError(f"{name!r} is no name of a parameter")
    if name in OPS and not OPS[name].arity:
        raise UsageError(f"{name} is a number already, and no name of a parameter")
    if isinstance(given, list):
        found = tuple(exact(name, x) for x in given)
    elif isinstance(given, str) and ".." in given:
        found = spread(name, given)
    else:
        found = (exact(name, given),)
    if not found:
        raise UsageError(f"the parameter {name} has no values")
    return found


def exact(name: str, x: Any) -> Fraction:
    try:
        if isinstance(x, bool) or not isinstance(x, int | float | str):
            raise ValueError
        return Fraction(str(x).strip())
    except (ValueError, ZeroDivisionError):
        said = f"{x!r} is no value of the parameter {name}"
        raise UsageError(said, hint='write "2..9", "1/2..5 step 1/2" or [2, 3, 5]') from None


def spread(name: str, given: str) -> tuple[Fraction, ...]:
    found = VALUE_RANGE.fullmatch(given)
    if not found:
        said = f"{given!r} is no range of the parameter {name}"
        raise UsageError(said, hint='write "2..9" or "1/2..5 step 1/2"')
    low, high, step = (exact(name, found[k] or "1") for k in ("low", "high", "step"))
    if step <= 0 or (high - low) / step > MOST_VALUES:
        raise UsageError(f"the range {given!r} of {name} has no end, or too many values")
    return tuple(low + k * step for k in range(int((high - low) / step) + 1))


# --- conditions -----------------------------------------------------------------------------------


def condition(text: str, names: Sequence[str]) -> ast.expr:
    """A condition such as `a != b and gcd(a, b) == 1`: read as a tree, and never executed."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise UsageError(f"{text!r} is no condition", hint='write "a != b" or "gcd(a, b) == 1"'
                         ) from None  # fmt: skip
    for node in ast.walk(tree):
        if not known(node, names):
            said = f"{text!r} is no condition: {ast.unparse(node)!r} is not known in it"
            compares = ", ".join(names) or "parameters"
            hint = f"a condition compares {compares}, with + - * / %, gcd and abs"
            raise UsageError(said, hint=hint)
    return tree


def known(node: ast.AST, names: Sequence[str]) -> bool:
    match node:
        case ast.Name():
            return node.id in names or node.id in CONDITION_FUNCTIONS
        case ast.Constant():
            return isinstance(node.value, int | float) and not isinstance(node.value, bool)
        case ast.Call():
            called = node.func.id if isinstance(node.func, ast.Name) else ""
            return called in CONDITION_FUNCTIONS and not node.keywords
        case ast.BinOp():
            return type(node.op) in CONDITION_OPERATORS or isinstance(node.op, ast.Pow)
        case ast.Compare():
            return all(type(op) in CONDITION_RELATIONS for op in node.ops)
        case ast.UnaryOp():
            return isinstance(node.op, ast.USub | ast.UAdd | ast.Not)
    return isinstance(node, ast.BoolOp | ast.boolop | ast.operator | ast.unaryop | ast.cmpop
                      | ast.expr_context)  # fmt: skip


def truth(node: ast.expr, at: Values) -> Any:
    """The value of a condition's part, exact."""
    match node:
        case ast.BoolOp():
            every = isinstance(node.op, ast.And)
            found = (truth(v, at) for v in node.values)
            return all(found) if every else any(found)
        case ast.Compare():
            sides = [truth(s, at) for s in (node.left, *node.comparators)]
            pairs = zip(node.ops, sides, sides[1:])
            return all(CONDITION_RELATIONS[type(op)](a, b) for op, a, b in pairs)
        case ast.BinOp():
            a, b = truth(node.left, at), truth(node.right, at)
            if isinstance(node.op, ast.Pow):
                return power(a, b)
            return CONDITION_OPERATORS[type(node.op)](a, b)
        case ast.UnaryOp():
            value = truth(node.operand, at)
            return not value if isinstance(node.op, ast.Not) else (
                -value if isinstance(node.op, ast.USub) else value)  # fmt: skip
        case ast.Call():
            return CONDITION_FUNCTIONS[node.func.id](*(truth(a, at) for a in node.args))  # type: ignore[attr-defined]
        case ast.Name():
            return at[node.id]
        case ast.Constant():
            return Fraction(str(node.value))
    raise UsageError(f"{ast.unparse(node)!r} is no part of a condition")


def power(a: Fraction, b: Fraction) -> Fraction:
    if abs(b) > LARGEST_POWER:
        raise UsageError(f"the exponent {b} in a condition is too large")
    return Fraction(a ** whole(b))


# --- in a text ------------------------------------------------------------------------------------


def put(text: str, values: Mapping[str, Fraction]) -> str:
    """A formula with values for its names, which may stand in braces as they do in a text: in
    brackets where they need them. LaTeX keeps its braces: x^{a} is x^{12}."""
    for name, value in values.items():
        if "\\" not in text:
            text = re.sub(rf"(\w?)\{{\s*{re.escape(name)}\s*\}}(?=(\d?))", _unbraced(value), text)
        alone = rf"(?<![A-Za-z0-9_\\]){re.escape(name)}(?![A-Za-z0-9_])"
        text = re.sub(alone, _bracketed(value), text)
        text = re.sub(rf"(?<=\d){re.escape(name)}(?![A-Za-z0-9_])", rf"*({value})", text)
    return text


def _unbraced(value: Fraction) -> Callable[[re.Match[str]], str]:
    """{a} as a number that does not run into its neighbours: 3{a} is 3*2, x{a} is x*2."""
    alone = _bracketed(value)
    return lambda found: (
        f"{found[1]}*({value})" if found[1] else f"({value})" if found[2] else alone(found)
    )


def _bracketed(value: Fraction) -> Callable[[re.Match[str]], str]:
    plain = value.denominator == 1 and value >= 0
    return lambda found: str(value) if plain or _alone(found) else f"({value})"


def _alone(found: re.Match[str]) -> bool:
    """Whether a name is all there is between two commas, brackets, ends: x=-1, [-1, 2]."""
    before, after = found.string[: found.start()].rstrip(), found.string[found.end() :].lstrip()
    return before[-1:] in ("", *"=,;[(") and after[:1] in ("", *",;])=")


__all__ = ["Parameters", "Values", "put"]
