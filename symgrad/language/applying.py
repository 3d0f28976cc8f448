"""Functions applied to arguments: arity, powers on the name, bases, roots, pieces."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from math import inf
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from ..engine import order
from ..errors import LanguageError
from ..ops import OPS, Op
from ..value import Graphs, Value, is_literal, leaves, rebuilt
from .characters import ARGUMENT_MARK, CASES, ROOT, USER, Callee
from .choices import explicit
from .names import constant, function, usage
from .parts import Head, Nodes, Part, Relation
from .tables import Token

INVERSES = {"erf": "erfinv"}


MOST_IN_SUM = 1_000  # terms that are written out
ROW_OF_SIGN = {op.infix[0]: op for op in OPS.values() if op.comparison and op.infix}
PLAIN_SIGNS = {"≤": "<=", "≥": ">="}
TURNED_SIGNS = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
TRUTHS = {"<": lt, "<=": le, "=": eq, ">=": ge, ">": gt, "!=": ne}
ORDINALS_READ = ("first", "second", "third")
POWERS = (OPS["pow"], OPS["powr"], OPS["powi"])


Row = list[tuple[str, Fraction]]  # what one formula is compared with: (">=", 0), ("<", 1)


def holds(row: Row, x: Fraction) -> bool:
    return all(TRUTHS[sign](x, number) for sign, number in row)


def needed(rows: list[Row]) -> list[list[int]]:
    """Of each row the comparisons that say more than the rows above; none if they leave no number.

    That 0 <= x <= 1 says no more than x <= 1 where x < 0 stands above is seen at every number that
    something is compared with, and between these.
    """
    ends = sorted({number for row in rows for _, number in row})
    between = [(a + b) / 2 for a, b in pairwise(ends)]
    left = [ends[0] - 1, *ends, *between, ends[-1] + 1]
    found = []
    for row in rows:
        kept = list(range(len(row)))
        for i in range(len(row)):
            fewer = [row[k] for k in kept if k != i]
            if all(holds(fewer, x) == holds(row, x) for x in left):
                kept.remove(i)
        found.append(kept)
        left = [x for x in left if not holds(row, x)]
    return found


class Calls(Nodes):
    """The callbacks of arguments and calls."""

    # --- arguments --------------------------------------------------------------------------------

    def first_argument(self, start: int, end: int, x: Part) -> list[Part]:
        return [x]

    def next_argument(self, start: int, end: int, found: list[Part], x: Part) -> list[Part]:
        found.append(x)
        return found

    # --- conditions -------------------------------------------------------------------------------

    def compared(self, start: int, end: int, a: Part, sign: Token, b: Part) -> Part:
        """a < b, and inside if a = b and a != b as well."""
        relation = (PLAIN_SIGNS.get(sign.value, sign.value), a.value, b.value)
        choose = lambda yes, no: self.by_relation(relation, yes, no, start, end)
        known: tuple[Relation, ...] = (relation,)
        if relation[0] == "=":
            known = ("<=", *relation[1:]), (">=", *relation[1:])
        return self.part(
            a.value, start, end, "comparison", a, b, deeper=0, choose=choose, relations=known
        )

    def chained(self, start: int, end: int, first: Part, sign: Token, c: Part) -> Part:
        """a < b < c."""
        middle = Part(first.relations[-1][2], first.start, first.end)
        return self.both(start, end, first, sign, self.compared(start, end, middle, sign, c))

    def by_relation(
        self, relation: Relation, yes: Value, no: Value, start: int, end: int
    ) -> Value:
        """yes where a comparison holds, else no; an equality is two of them."""
        sign, a, b = relation
        if sign == "!=":
            return self.by_relation(("=", a, b), no, yes, start, end)
        if sign == "=":
            yes = self.by_relation((">=", a, b), yes, no, start, end)
            return self.by_relation(("<=", a, b), yes, no, start, end)
        condition = self.node(ROW_OF_SIGN[sign], (a, b), start, end)
        return self.node("if", (condition, yes, no), start, end)

    def both(self, start: int, end: int, a: Part, _: Token, b: Part) -> Part:
        choose = lambda yes, no: a.choose(b.choose(yes, no), no)  # type: ignore[misc]
        known = a.relations + b.relations if a.relations and b.relations else ()
        return self.part(
            a.value, start, end, "comparison", a, b, deeper=0, choose=choose, relations=known
        )

    def either(self, start: int, end: int, a: Part, _: Token, b: Part) -> Part:
        choose = lambda yes, no: a.choose(yes, b.choose(yes, no))  # type: ignore[misc]
        return self.part(a.value, start, end, "comparison", a, b, deeper=0, choose=choose)

    def fails(self, start: int, end: int, _: Token, a: Part) -> Part:
        choose = lambda yes, no: a.choose(no, yes)  # type: ignore[misc]
        return self.part(a.value, start, end, "comparison", a, choose=choose)

    # --- calls ------------------------------------------------------------------------------------

    def call(self, start: int, end: int, token: Token, arguments: list[Part]) -> Part:
        callee: Callee = token.value
        value = self.called(callee, arguments, start, end)
        kind = "root" if callee.radical or callee.special else "call"
        return self.part(value, start, end, kind, *arguments)

    def based_call(
        self, start: int, end: int, token: Token, base: Part, arguments: list[Part]
    ) -> Part:
        """log_(a + 1)(x)."""
        return self.call(start, end, token._replace(value=with_base(token, base)), arguments)

    def based(self, start: int, end: int, token: Token, base: Part) -> Head:
        """log_(a + 1) x: a function that waits for its argument."""
        return Head(with_base(token, base), start, end)

    def called(self, callee: Callee, x: list[Part], start: int, end: int) -> Value:
        """name(x), with the power that stands on the name."""
        if callee.power is None:
            return self.function(callee, x, start, end)
        if callee.power > 0:
            base = self.function(callee, x, start, end)
            return self.raised(base, self.graphs.literal(callee.power), start, end)
        inverse = INVERSES.get(callee.op.name, "a" + callee.op.name)
        if callee.power != -1 or function(inverse) is None:
            raise self.refused(
                f"{callee.name}^{callee.power} at column {start + 1}: only positive whole powers "
                "stand on a function's name",
                start, end, f"write {callee.name}(...)^{callee.power}",
            )  # fmt: skip
        return self.inverted(callee, OPS[inverse], x, start, end)

    def inverted(self, callee: Callee, inverse: Op, x: list[Part], start: int, end: int) -> Value:
        """sin^-1(x): asin(x) or 1/sin(x)? Every reader of LaTeX has asin."""
        first = self.function(callee._replace(op=inverse), x, start, end)
        if self.typed(start, start + 1) == "\\":
            return first
        one = self.graphs.literal(1)
        self.constants.known(one)
        second = self.node("div", (one, self.function(callee, x, start, end)), start, end)
        meanings = (first, second)
        return meanings[
            self.choices.pick(2, (start, end), self.text, lambda: [explicit(m) for m in meanings])
        ]

    def function(self, callee: Callee, x: list[Part], start: int, end: int) -> Value:
        """The node of a call without a power."""
        op = callee.op
        if callee.special == ROOT:
            x = x[::-1]
            row = {2: "sqrt", 3: "cbrt"}.get(x[1].value.label) if len(x) == 2 else None
            if row:
                return self.node(row, (x[0].value,), start, end)
        elif callee.special == CASES:
            return self.cases(x, start, end)
        if op is OPS["root"] and callee.base is not None and len(x) == 1:
            return self.indexed_root(str(callee.base), x[0], start, end)
        if callee.base is not None and len(x) == 1:
            return self.logarithm(x[0].value, self.base(callee.base, start), start, end)
        if op is OPS["log"] and callee.base is None and len(x) == 2:
            if x[0].value in self.constants and x[1].value not in self.constants:
                shown = f"log({explicit(x[1].value)}, {explicit(x[0].value)})"
                raise self.refused(
                    f"the base of log comes second: {self.typed(start, end)} has the base "
                    f"{explicit(x[1].value)}", start, end, f"did you mean {shown}?",
                )  # fmt: skip
            found = self.logarithm(x[0].value, x[1].value, start, end)
            if x[0].value in self.constants:
                self.choices.note(self.typed(start, end), explicit(found))
            return found
        if callee.special == USER:
            return self.users(callee, x, start, end)
        if op is OPS["sum"] and len(x) == 4 and fixed_index(x):
            name = self.typed(x[1].start, x[1].end)
            raise self.refused(
                f"{name} at column {x[1].start + 1} has a value and cannot be an index",
                x[1].start, x[1].end, "choose another name for the index",
            )  # fmt: skip
        if op is OPS["sum"] and runs_over(x):
            return self.indexed_sum(x, start, end)
        self.check_count(callee, x, start, end)
        self.check_comparisons(op, x)
        if op is OPS["if"]:
            return x[0].choose(x[1].value, x[2].value)  # type: ignore[misc]
        if op is OPS["pow"]:
            return self.raised(x[0].value, x[1].value, start, end)
        if op.parameters and not op.infix:
            return self.with_numbers(op, x, start, end)
        return self.node(op, tuple([a.value for a in x]), start, end)

    def indexed_root(self, index: str, x: Part, start: int, end: int) -> Value:
        """³√x, by its own row for the indices 2 and 3."""
        if row := {"2": "sqrt", "3": "cbrt"}.get(index):
            return self.node(row, (x.value,), start, end)
        n = self.graphs.literal(int(index))
        return self.with_numbers(OPS["root"], [x, Part(n, start, end, "number")], start, end)

    def check_count(self, callee: Callee, x: list[Part], start: int, end: int) -> None:
        op, given = callee.op, len(x)
        if op is OPS["log"] and callee.base is None and given > 2:
            takes = "1 or 2 arguments"
        elif op.arity is not None and given != op.arity:
            takes = f"{op.arity} argument" + ("s" if op.arity != 1 else "")
        elif op.arity is None and given < 2:
            takes = "2 or more arguments"
        elif op is OPS["dot"] and given % 2:
            takes = "as many numbers again as it has first"
        else:
            return
        twin = function(f"{op.name}2")  # atan(y, x) is atan2(y, x) elsewhere
        if given > 1 and op.open_argument:  # sqrt(x, 3), log10(x, 2)
            twin = function({"root": "root", "logarithm": "log"}.get(op.family, "")) or twin
        decimal = re.fullmatch(r"(\d+),(\d[^,]*)", self.typed(x[0].start, x[-1].end))
        written = usage(callee.op.name) if callee.base is None else f"{callee.name}(x)"
        if twin and given == (2 if twin is OPS["log"] else twin.arity):
            written = f"{twin.name}({', '.join(self.typed(a.start, a.end) for a in x)})"
        if decimal and op.arity == 1 and not twin:
            written = f"{callee.name}({decimal[1]}.{decimal[2]})"
        raise self.refused(
            f"{callee.name} takes {takes}, got {given}", start, end, f"write {written}"
        )

    def check_comparisons(self, op: Op, x: list[Part]) -> None:
        """A comparison stands as the first argument of if, and nowhere else."""
        for i, a in enumerate(x):
            if a.kind == "comparison" and (op is not OPS["if"] or i > 0):
                raise self.misplaced(a)
        if op is OPS["if"] and x[0].kind != "comparison":
            raise self.refused(
                "the first argument of if is a comparison", x[0].start, x[0].end,
                "write if(x > 0, a, b)",
            )  # fmt: skip

    def misplaced(self, a: Part) -> LanguageError:
        return self.refused(
            f"a comparison at column {a.start + 1} stands only inside if(...)", a.start, a.end,
            "write if(x > 0, a, b)",
        )  # fmt: skip

    def cases(self, x: list[Part], start: int, end: int) -> Value:
        r"""LaTeX's \begin{cases}: value, condition, value, condition, ..., value."""
        for a, b in pairwise(x):
            if a.kind == b.kind == "comparison":
                raise self.refused(
                    f"two conditions side by side at column {b.start + 1}", b.start, b.end,
                    r"write \text{ and } between them",
                )  # fmt: skip
        for a in x[1::2]:
            if a.kind != "comparison":
                raise self.refused("a case needs a comparison after &", a.start, a.end)
        for a in x[::2]:
            if a.kind == "comparison":
                raise self.misplaced(a)
        kept = self.needed_of(x[1::2])
        if len(x) % 2:
            value = x[-1].value
        elif [] in kept:
            value = self.one  # of no row
        else:  # beyond the cases the function has no value
            value = self.graphs.valueless()
        for a, condition, relations in reversed(list(zip(x[::2], x[1::2], kept))):
            if relations is None:
                value = condition.choose(a.value, value)  # type: ignore[misc]
                continue
            found = a.value
            for relation in reversed(relations):
                found = self.by_relation(relation, found, value, condition.start, condition.end)
            value = found
        return value

    def needed_of(self, conditions: list[Part]) -> list[list[Relation] | None]:
        """What the rows above do not say of each; nothing of the last where all is covered.

        None where this is not known: of comparisons with more than one formula.
        """
        found = [[self.with_number(r) for r in c.relations] for c in conditions]
        formulas = {r[0] for row in found for r in row}
        if len(formulas) != 1 or None in formulas or [] in found:
            return [None] * len(conditions)
        kept = needed([[r[1:] for r in row] for row in found])
        return [[c.relations[k] for k in row] for c, row in zip(conditions, kept)]

    def with_number(self, relation: Relation) -> tuple[Any, str, Fraction]:
        """x < 1 as (x, <, 1), 1 > x as well, and x < y as (x and y, <, 0)."""
        sign, a, b = relation
        if a in self.constants and b not in self.constants:
            sign, a, b = TURNED_SIGNS.get(sign, sign), b, a
        if b not in self.constants:
            first, second = sorted((a, b), key=id)
            sign = sign if first is a else TURNED_SIGNS.get(sign, sign)
            return (first, second), sign, Fraction(0)
        number = self.constants.value_of(b)
        finite = number - number == 0  # of 10^400, which is no float, too
        return (a if finite else None), sign, Fraction(number if finite else 0)

    @property
    def one(self) -> Value:
        return self.graphs.literal(1)

    # --- the text's own functions, and sums over whole numbers ------------------------------------

    def users(self, callee: Callee, x: list[Part], start: int, end: int) -> Value:
        """g(3x) for g(x) = x^2 + 1: the formula with the arguments put in."""
        arguments, formula = self.functions[callee.name]
        self.unused.pop(callee.name, None)
        if len(x) != len(arguments):
            raise self.refused(
                f"{callee.name} takes {len(arguments)} argument{'s' * (len(arguments) != 1)}, "
                f"got {len(x)}", start, end,
            )  # fmt: skip
        for a in x:
            if a.kind == "comparison":
                raise self.misplaced(a)
        return self.put(formula, {n: a.value for n, a in zip(arguments, x)}, start, end)

    def put(self, formula: Value, names: dict[str, Value], start: int, end: int) -> Value:
        """A formula with others in the place of some names, node by node as if it were typed."""
        self.vanished = True

        def rule(graphs: Graphs, op: Op, args: tuple[Value, ...]) -> Value:
            if op in POWERS:
                return self.raised(args[0], args[1], start, end)
            if op.parameters and not op.infix:
                return self.with_numbers(op, [Part(a, start, end) for a in args], start, end)
            return self.node(op, args, start, end)

        return rebuilt([formula], self.graphs, rule, names)[0]

    def indexed_sum(self, x: list[Part], start: int, end: int) -> Value:
        """sum(k*x^k, k, 1, 5), term by term."""
        low, high = (bound_of(a) for a in x[2:])
        if low is None or high is None:
            raise self.refused(
                "a sum over an index has whole numbers as bounds", x[2].start, x[3].end,
                "write sum(k*x^k, k, 1, 5), or the last of four terms in brackets",
            )  # fmt: skip
        if high < low or high - low >= MOST_IN_SUM:
            raise self.refused(
                f"a sum runs over 1 to {MOST_IN_SUM} terms, here from {low} to {high}", start, end
            )
        name = str(x[1].value.label)
        shown = name.rstrip(ARGUMENT_MARK)
        if any(n != name for n in indexed(x[0].value, x[1].value)):
            raise self.refused(
                f"a name with the index {shown} is another one for each {shown}", x[0].start,
                x[0].end, "write the terms out",
            )  # fmt: skip
        terms = []
        for k in range(low, high + 1):
            size = self.graphs.literal(abs(k))
            self.constants.known(size)
            at = self.node("neg", (size,), start, end) if k < 0 else size
            terms.append(self.put(x[0].value, {name: at}, start, end))
        return self.node("sum", tuple(terms), start, end) if len(terms) > 1 else terms[0]

    def base(self, name: str | Value, start: int) -> Value:
        """The base in log_2, log_b and log_(a + 1)."""
        if isinstance(name, Value):
            return name
        if name[0] in "0123456789.":
            value = self.graphs.literal(Fraction(name))
            self.constants.known(value)
            return value
        if named := constant(name):
            return self.node(named, (), 0, 0)
        self.unused.pop(name, None)
        if name not in self.bound and name[-1] != ARGUMENT_MARK:
            self.seen[name] = min(start, self.seen.get(name, start))
        return self.bound.get(name) or self.graphs.variable(name)

    def logarithm(self, x: Value, base: Value, start: int, end: int) -> Value:
        """log(x, base), by its own row for the bases 2 and 10."""
        if is_literal(base) and base.label in (2, 10):
            return self.node(f"log{base.label}", (x,), start, end)
        if base.op is OPS["e"]:
            return self.node("log", (x,), start, end)
        number = self.constants.value_of(base) if base in self.constants else None
        if number is not None and (number <= 0 or number == 1):
            typed = re.match(r"\\log\s*_\s*(\d\d+)", self.typed(start, end))  # \log_10x
            raise self.refused(
                f"there is no logarithm to the base {explicit(base)}", start, end,
                f"write \\log_{{{typed[1]}}}" if typed else "a base is positive and not 1",
            )  # fmt: skip
        top = self.node("log", (x,), start, end)
        return self.node("div", (top, self.node("log", (base,), start, end)), start, end)

    def with_numbers(self, op: Op, x: list[Part], start: int, end: int) -> Value:
        """The node of a row some of whose arguments are numbers: the order of a Bessel function.

        A name there may become one yet, as the k of a sum does, or an argument of g(k, x).
        """
        args = tuple([a.value for a in x])
        try:
            if op.whole is not None:
                args = self.with_order(op, x, args)
            else:
                self.check_parameters(op, x)
        except LanguageError as error:
            if not any(has_name(args[place]) for place in op.parameters):
                raise
            node = self.node(op, args, start, end)
            self.open[node] = error
            return node
        return self.node(op, args, start, end)

    def told(self, root: Value) -> None:
        """Raise what is wrong with a node that is part of the whole formula after all."""
        for node in order([root]) if self.open else ():
            if node in self.open:
                raise self.open[node]

    def check_parameters(self, op: Op, x: list[Part]) -> None:
        """The order of a Bessel function and its like are numbers: there is no slope in them."""
        for place in op.parameters:
            if has_name(x[place].value):
                raise self.refused(
                    f"the {ORDINALS_READ[place]} argument of {op.name} is a number, not "
                    f"{explicit(x[place].value)}: there is no derivative by it",
                    x[place].start, x[place].end, f"write {usage(op.name)} with a number there",
                )  # fmt: skip

    def with_order(self, op: Op, x: list[Part], args: tuple[Value, ...]) -> tuple[Value, ...]:
        """The arguments with a whole number as the row's parameter: there is no slope in it."""
        place, least = op.parameter or 0, op.whole or 0
        n = args[place]
        whole = n.args[0] if n.op is OPS["neg"] else n
        if not is_literal(whole) or whole.label != int(whole.label):
            found = explicit(n)
            shown = found if n.op is None else f"({found})"
            base = explicit(x[0].value)
            base = base if x[0].value.op is None else f"({base})"
            hint = f"write {base}^(1/{shown})" if place else f"for example {op.name}(2, x)"
            if place and is_literal(x[0].value) and x[0].value.label == int(x[0].value.label):
                hint = f"did you mean root({found}, {base})?"  # root(3, x)
            raise self.refused(
                f"the {'second' if place else 'first'} argument of {op.name} is a whole number, "
                f"not {found}", x[place].start, x[place].end, hint,
            )  # fmt: skip
        if least > -inf and (n is not whole or n.label < least):
            raise self.refused(
                f"{op.name} needs a positive whole number", x[place].start, x[place].end
            )
        order = self.graphs.literal(-whole.label if n is not whole else n.label)
        self.constants.known(order)
        return (*args[:place], order, *args[place + 1 :])


def has_name(v: Value) -> bool:
    """Whether a variable stands in a formula."""
    return any(isinstance(leaf.label, str) for leaf in leaves(v))


def with_base(token: Token, base: Part) -> Callee:
    callee: Callee = token.value
    return callee._replace(base=base.value)


def bound_of(a: Part) -> int | None:
    """A whole number typed as a bound of a sum, not in brackets; None for anything else."""
    if a.kind not in ("number", "sign"):
        return None
    n = a.value.args[0] if a.value.op is OPS["neg"] else a.value
    if not is_literal(n) or n.label != int(n.label):
        return None
    return -int(n.label) if n is not a.value else int(n.label)


def fixed_index(x: Sequence[Part]) -> bool:
    """sum(x^k, k, 0, 2) after k = 3, and sum(e*x, e, 0, 2)."""
    named = x[1].kind == "constant" or (x[1].kind == "name" and not is_variable(x[1].value))
    return named and None not in (bound_of(x[2]), bound_of(x[3]))


def is_variable(v: Value) -> bool:
    return v.op is None and isinstance(v.label, str)


def runs_over(x: Sequence[Part]) -> bool:
    """Whether sum(k*x^k, k, 1, 5) has an index: a name behind the formula, then a number."""
    if len(x) != 4 or x[1].kind != "name" or x[2].kind not in ("number", "sign"):
        return False
    first = x[2].value.args[0] if x[2].value.op is OPS["neg"] else x[2].value
    return is_literal(first) and x[3].kind != "group"


def indexed(formula: Value, index: Value) -> list[str]:
    """The names in a formula that are the index k, or have it as in a_k."""
    names = [str(leaf.label) for leaf in leaves(formula) if not is_literal(leaf)]
    k = str(index.label)
    return [name for name in names if name == k or name.endswith(f"_{k.rstrip(ARGUMENT_MARK)}")]
