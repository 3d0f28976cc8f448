"""One traversal for every notation: which brackets a graph needs, and in which order it is written.

- `written(root, style)` is the root in that style; no recursion, linear in what is printed.
- A `Style` has one method per shape (leaf, call, infix, power, fraction, root, bars, cases, ...);
  each returns how tightly it binds and its parts: strings, and `Slot`s where arguments go.
- A slot says how tightly its content must bind; what binds less is put in brackets.
- `greek`, `subscript` and `superscript` are the letters that notations have.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import Any, ClassVar, NamedTuple

from ..arithmetic.floats import FLOATS
from ..displays.numerals import numeral
from ..engine import Tape, forward
from ..language.applying import TURNED_SIGNS, has_name, needed
from ..language.names import UNDEFINED
from ..limits import Limits
from ..ops import OPS, Op
from ..value import Graphs, Value, is_literal, is_valueless, literal, rebuilt

# How tightly a shape binds. A minus covers the product after it: -x*y is -(x*y). A fraction
# binds less than a product, so that it gets brackets as the first factor: (a/b)*c.
CONDITION, ANY, SUM, MINUS, FRACTION, PRODUCT, POWER, POSTFIX, ATOM = (
    5, 6, 10, 15, 18, 20, 30, 40, 99,
)  # fmt: skip


class Slot(NamedTuple):
    """A place for an argument that must bind at least this tightly, or be in brackets."""

    node: Value
    level: int = ANY


class CaseRow(NamedTuple):
    """A value, where it applies (conditions that all hold, or others that do), and what is left."""

    value: Value
    conditions: list[list[Value]]
    rest: Value


Printed = str | Slot
Parts = list[Printed]
Shaped = tuple[int, Parts]
Args = tuple[Value, ...]


class Style:
    """What the notations share; a subclass writes the shapes."""

    opening, closing = "(", ")"
    minus = "-"
    name_pattern = "a_{}"  # of bound nodes
    equation, between, last = "{} = {}", "; ", "{}"
    both, either, undefined = " and ", " or ", UNDEFINED
    signs: ClassVar[dict[str, str]] = {}  # what is written for the language's signs
    powers_of_ten = False  # whether 1e30 is written as 10^30
    long = 2_000  # characters; above, shared nodes are bound to names

    def __init__(self, nodes: Sequence[Value]) -> None:
        """`nodes` are all that will be written, arguments first."""
        self.names: Mapping[Value, str] = {}  # nodes that are bound, and then printed by name
        self.barred = _above(nodes, "bars")

    def shaped(self, node: Value) -> Shaped:
        """How tightly the node binds, and its parts."""
        if node.op is None:
            return self.leaf(node)
        return getattr(self, shape(node.op))(node.op, node.args)

    def leaf(self, node: Value) -> Shaped:
        if isinstance(node.label, str):
            return ATOM, [self.name(node.label)]
        number = node.label if is_literal(node) else node.data
        digits = numeral(abs(number))
        if digits is None:
            exact = Fraction(number)
            return self.fraction(OPS["div"], (literal(exact.numerator), literal(exact.denominator)))
        mantissa, _, exponent = digits.partition("e")
        far = self.powers_of_ten or abs(int(exponent or 0)) + len(mantissa) > Limits.library.digits
        if exponent and far:
            return self.shaped(beyond(number, mantissa, int(exponent)))
        return self.negative(digits) if number < 0 else (ATOM, [self.literal(digits)])

    def negative(self, digits: str) -> Shaped:
        return MINUS, [self.minus, self.literal(digits)]

    def bracketed(self, node: Value, parts: Parts) -> Parts:
        """The parts where they bind too loosely; a comparison used as a number is 1 or 0."""
        if is_condition(node):
            level, parts = self.cases(OPS["if"], (node, literal(1), literal(0)))
            if level == ATOM:
                return parts
        return [self.opening, *parts, self.closing]

    def literal(self, digits: str) -> str:
        return digits

    def name(self, name: str) -> str:
        return name

    def head(self, op: Op) -> str:
        """What a function is called."""
        return op.text or op.name

    def case_row(self, args: Args) -> CaseRow:
        """The first row of if(condition, value, rest), with all that gives the same value."""
        row = self.conjunction(args)
        while self.goes_on(row.rest):
            other = self.conjunction(row.rest.args)
            if other.value is not row.value:
                break
            row = CaseRow(row.value, row.conditions + other.conditions, other.rest)
        return row

    def conjunction(self, args: Args) -> CaseRow:
        """if(a, if(b, value, rest), rest) as value where a and b hold."""
        first, value, rest = args
        where = [first]
        while self.goes_on(value) and value.args[2] is rest:
            where.append(value.args[0])
            value = value.args[1]
        return CaseRow(value, [where], rest)

    def goes_on(self, node: Value) -> bool:
        return node.op is OPS["if"] and node not in self.names

    def where(self, row: CaseRow) -> Parts:
        """The conditions of a row: 0 < x < 1, x = 0, x < 0 and y > 1."""
        parts: Parts = []
        for alternative in row.conditions:
            parts += [self.either] if parts else []
            parts += self.all_hold(alternative)
        return parts

    def all_hold(self, conditions: list[Value]) -> Parts:
        parts: Parts = []
        left = list(conditions)
        while left:
            a, *left = left
            parts += [self.both] if parts else []
            found = self.joined(a, left[0]) if left else []
            parts += found or self.condition(a)
            left = left[1:] if found else left
        return parts

    def joined(self, first: Value, second: Value) -> Parts:
        """x = 0 for x <= 0 and x >= 0, and 0 < x < 1 for 0 < x and x < 1; nothing for others."""
        if not (is_condition(first) and is_condition(second)):
            return []
        a, b = first.op.infix[0], second.op.infix[0]  # type: ignore[union-attr, index]
        (x, y), (v, w) = first.args, second.args
        if (a, b) == ("<=", ">=") and v is x and w is y:
            return [Slot(x, SUM), self.compared("="), Slot(y, SUM)]
        if a[0] == b[0] and v is y:
            return [
                Slot(x, SUM), self.compared(a), Slot(y, SUM), self.compared(b), Slot(w, SUM)
            ]  # fmt: skip
        return []

    def compared(self, sign: str) -> str:
        return f" {self.signs.get(sign, sign)} "

    def condition(self, node: Value) -> Parts:
        raise TypeError(f"{type(self).__name__} writes no conditions")

    def branch(self, node: Value) -> Printed:
        """The value of a case, or the word for none."""
        return self.undefined if is_valueless(node) else Slot(node)

    def constant(self, op: Op, args: Args) -> Shaped:
        return ATOM, [self.head(op)]

    def postfix(self, op: Op, args: Args) -> Shaped:
        return POSTFIX, [Slot(args[0], POSTFIX + 1), op.symbol]

    def fraction(self, op: Op, args: Args) -> Shaped:
        raise TypeError(f"{type(self).__name__} writes no fractions")

    def cases(self, op: Op, args: Args) -> Shaped:
        raise TypeError(f"{type(self).__name__} writes no cases")


@cache
def shape(op: Op) -> str:
    """Which method of a style writes this row."""
    if op.shape:
        return op.shape
    if op.infix and op.arity == 1:
        return "prefix"
    if op.infix:
        return {"/": "fraction", "^": "power", "*": "product"}.get(op.infix[0], "infix")
    return "call" if op.arity != 0 else "constant"


def is_condition(node: Value) -> bool:
    return bool(node.op and node.op.infix and node.op.infix[1] == CONDITION)


ROWS_OF_A_TABLE = 50
SIGNS_COMPARED = {"!=": "≠", "<=": "≤", ">=": "≥"}  # as they are typeset


def case_rows(style: Style, args: Args) -> list[CaseRow]:
    """The rows of nested cases as one table.

    Fewer where LaTeX's reader would take a part of a row as said by those above already.
    """
    rows = [style.case_row(args)]
    while style.goes_on(rows[-1].rest) and len(rows) < ROWS_OF_A_TABLE:
        rows.append(style.case_row(rows[-1].rest.args))
    plain = CaseRow(args[1], [[args[0]]], args[2])
    return next((found for found in (rows, rows[:1]) if says_all(found)), [plain])


def says_all(rows: list[CaseRow]) -> bool:
    """Whether no comparison of a row is known to follow from the rows above."""
    if any(len(row.conditions) > 1 for row in rows):
        return True
    told = [[with_number(condition) for condition in row.conditions[0]] for row in rows]
    sides = {side for row in told for side, _, _ in row}
    if None in sides:
        return [1] == [len(row) for row in told]
    wanted = [[comparison[1:] for comparison in row] for row in told]
    return len(sides) > 1 or needed(wanted) == [list(range(len(row))) for row in told]


def with_number(condition: Value) -> tuple[Any, str, Fraction]:
    """x < 1 as (x, <, 1), 1 > x as well, and x < y as (x and y, <, 0); None where it is unclear."""
    if not is_condition(condition):
        return abs, ">", Fraction(0)
    sign = condition.op.infix[0]  # type: ignore[union-attr, index]
    a, b = condition.args
    turned = TURNED_SIGNS[sign]
    first, second = number_of(a), number_of(b)
    if first is not None:
        return (b, turned, first) if second is None and has_name(b) else (None, sign, first)
    if second is not None:
        return (a, sign, second) if has_name(a) else (None, sign, second)
    if not (has_name(a) and has_name(b)):
        return None, sign, Fraction(0)
    x, y = sorted((a, b), key=id)
    return (x, y), sign if x is a else turned, Fraction(0)


def number_of(node: Value) -> Fraction | None:
    """What a number stands for, with a sign before it."""
    if node.op is OPS["neg"]:
        inner = number_of(node.args[0])
        return None if inner is None else -inner
    return Fraction(node.label) if is_literal(node) else None


def separated(args: Sequence[Value], by: str) -> Parts:
    """The arguments with a separator between them."""
    parts: Parts = []
    for a in args:
        parts += [by, Slot(a)] if parts else [Slot(a)]
    return parts


def arguments(op: Op, args: Sequence[Value], by: str) -> Parts:
    """The arguments of a call; sum(k, k, 1, (5)) in brackets, or it would run over k."""
    parts = separated(args, by)
    if op is not OPS["sum"] or len(args) != 4 or args[1].args or is_literal(args[1]):
        return parts
    if is_literal(args[2].args[0] if args[2].op is OPS["neg"] else args[2]):
        parts[-1] = Slot(args[3], ATOM + 1)
    return parts


def _above(nodes: Sequence[Value], which: str) -> set[Value]:
    """The nodes that have such a shape somewhere below them."""
    found: set[Value] = set()
    if any(node.op and shape(node.op) == which for node in nodes):
        for node in nodes:
            if any(a in found or (a.op and shape(a.op) == which) for a in node.args):
                found.add(node)
    return found


def written(root: Value, style: Style, most: float = float("inf")) -> str | None:
    """The root in this style, bound nodes below it by name; None if longer than `most`."""
    return put_together([Slot(root)], style, root, most)


def put_together(
    parts: Parts, style: Style, root: Value | None = None, most: float = float("inf")
) -> str | None:
    out: list[str] = []
    length = 0
    stack = parts[::-1]
    while stack:
        part = stack.pop()
        if isinstance(part, Slot):
            if part.node in style.names and part.node is not root:
                part = style.name(style.names[part.node])
            else:
                level, parts = style.shaped(part.node)
                if level < part.level:
                    parts = style.bracketed(part.node, parts)
                stack += reversed(parts)
                continue
        out.append(part)
        length += len(part)
        if length > most:
            return None
    return "".join(out)


def lengths(nodes: Sequence[Value], style: Style) -> dict[Value, int]:
    """How long each node is when all is written out, brackets aside, counted up to `style.long`."""
    found: dict[Value, int] = {}
    for node in nodes:
        parts = style.shaped(node)[1]
        total = sum(len(p) if isinstance(p, str) else found.get(p.node, 1) for p in parts)
        found[node] = min(total, style.long)
    return found


def beyond(number: float | Fraction, mantissa: str, exponent: int) -> Value:
    """1e-600, which no text may have, as 10^-600; in LaTeX 1e-7, too."""
    graphs = Graphs()
    found = graphs.node(OPS["powi"], (graphs.literal(10), graphs.literal(exponent)))
    if mantissa != "1":
        found = graphs.node(OPS["mul"], (graphs.literal(Fraction(mantissa)), found))
    return graphs.node(OPS["neg"], (found,)) if number < 0 else found


class Spelling(Graphs):
    """The arithmetic in which a row's `spelling` is written."""

    def whole(self, n: Value) -> int:
        """The number that a parameter without variables is."""
        tape = Tape.of([n])
        value: float = forward(tape, FLOATS, {})[-1]
        return round(value)

    def distance(self, a: Value, b: Value) -> Value:
        return self.abs(a if is_literal(b) and b.label == 0 else a - b)


def spelled(root: Value) -> Value:
    """The root with rows that nobody can type (hidden ones) put in terms of rows one can."""
    return rebuilt((root,), Spelling(), _spelled)[0]


def _spelled(graphs: Spelling, op: Op, args: Args) -> Value:
    return op.spelling(graphs, *args) if op.spelling else graphs.node(op, args)


# by name; pi is the number
GREEK_LETTERS = {unicodedata.name(c).split()[-1].lower().replace("lamda", "lambda"): c
                 for c in "αβγδεζηθικλμνξορστυφχψω"}  # fmt: skip
# the capitals that are not Latin letters too
_CAPITAL = ["gamma", "delta", "theta", "lambda", "xi", "sigma", "phi", "psi", "omega"]
GREEK_LETTERS |= {name.title(): GREEK_LETTERS[name].upper() for name in _CAPITAL}
_DOWN = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_UP = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def greek(name: str) -> str:
    return GREEK_LETTERS.get(name, name)


def subscript(index: str) -> str:
    """The index below the line: ₁ for digits, _max for anything else."""
    if not index:
        return ""
    return index.translate(_DOWN) if index.isascii() and index.isdigit() else f"_{index}"


def superscript(number: float | Fraction) -> str | None:
    """A whole number above the line."""
    whole = -(10**9) < number < 10**9 and number == int(number)
    return str(int(number)).translate(_UP) if whole else None
