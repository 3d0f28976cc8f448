"""Functions applied to arguments: arity, powers on the name, bases, roots, pieces."""

from __future__ import annotations

from ..errors import LanguageError
from ..ops import OPS, Op
from ..value import Value, is_literal
from .explicit import explicit
from .names import function
from .nodes import Nodes, Part
from .patterns import CASES, ROOT, Callee
from .tables import Token

INVERSES = {"erf": "erfinv"}
ORDERS = ("root", "besselj", "besseli", "polygamma")  # rows with a whole number as a parameter


class Calls(Nodes):
    """The callbacks of arguments and calls."""

    # --- arguments --------------------------------------------------------------------------------

    def first_argument(self, start: int, end: int, x: Part) -> list[Part]:
        return [x]

    def next_argument(self, start: int, end: int, found: list[Part], x: Part) -> list[Part]:
        found.append(x)
        return found

    def lt(self, start: int, end: int, a: Part, b: Part) -> Part:
        return self.infix("lt", start, end, a, b, "comparison")

    def le(self, start: int, end: int, a: Part, b: Part) -> Part:
        return self.infix("le", start, end, a, b, "comparison")

    def gt(self, start: int, end: int, a: Part, b: Part) -> Part:
        return self.infix("gt", start, end, a, b, "comparison")

    def ge(self, start: int, end: int, a: Part, b: Part) -> Part:
        return self.infix("ge", start, end, a, b, "comparison")

    # --- calls ------------------------------------------------------------------------------------

    def call(self, start: int, end: int, token: Token, arguments: list[Part]) -> Part:
        callee: Callee = token.value
        value = self.called(callee, arguments, start, end)
        kind = "root" if callee.radical or callee.special else "call"
        return self.part(value, start, end, kind, *arguments)

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
        if self.latex:
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
        if callee.base is not None:
            return self.logarithm(x[0].value, self.base(callee.base, start), start, end)
        if op is OPS["log"] and len(x) == 2:
            return self.logarithm(x[0].value, x[1].value, start, end)
        self.check_count(callee, x, start, end)
        self.check_comparisons(op, x)
        if op.name == "pow":
            return self.raised(x[0].value, x[1].value, start, end)
        args = tuple([a.value for a in x])
        if op.name in ORDERS:
            args = self.with_order(op, x, args)
        return self.node(op, args, start, end)

    def check_count(self, callee: Callee, x: list[Part], start: int, end: int) -> None:
        op, given = callee.op, len(x)
        if op.arity is not None and given != op.arity:
            takes = f"{op.arity} argument" + ("s" if op.arity != 1 else "")
        elif op.arity is None and given < 2:
            takes = "2 or more arguments"
        elif op.name == "dot" and given % 2:
            takes = "as many numbers again as it has first"
        else:
            return
        raise self.refused(
            f"{callee.name} takes {takes}, got {given}", start, end, f"write {op.notation}"
        )

    def check_comparisons(self, op: Op, x: list[Part]) -> None:
        """A comparison stands as the first argument of if, and nowhere else."""
        for i, a in enumerate(x):
            if a.kind == "comparison" and (op.name != "if" or i > 0):
                raise self.misplaced(a)
        if op.name == "if" and x[0].kind != "comparison":
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
        for a in x[1::2]:
            if a.kind != "comparison":
                raise self.refused("a case needs a comparison after &", a.start, a.end)
        for a in x[::2]:
            if a.kind == "comparison":
                raise self.misplaced(a)
        if len(x) % 2 == 0:
            raise self.refused(
                "the last case has a condition", x[-1].start, x[-1].end, r"write \text{otherwise}"
            )
        value = x[-1].value
        for i in range(len(x) - 3, -1, -2):
            value = self.node("if", (x[i + 1].value, x[i].value, value), start, end)
        return value

    def base(self, name: str, start: int) -> Value:
        """The base in log_2 and log_b."""
        if name.isdigit():
            value = self.graphs.literal(int(name))
            self.constants.known(value)
            return value
        if name == "e":
            return self.node("e", (), 0, 0)
        if name not in self.bound:
            self.seen[name] = min(start, self.seen.get(name, start))
        return self.bound.get(name) or self.graphs.variable(name)

    def logarithm(self, x: Value, base: Value, start: int, end: int) -> Value:
        """log(x, base), by its own row for the bases 2 and 10."""
        if is_literal(base) and base.label in (2, 10):
            return self.node(f"log{base.label}", (x,), start, end)
        if base.op is OPS["e"]:
            return self.node("log", (x,), start, end)
        if is_literal(base) and base.label in (0, 1):
            raise self.refused(f"there is no logarithm to the base {base.label}", start, end)
        top = self.node("log", (x,), start, end)
        return self.node("div", (top, self.node("log", (base,), start, end)), start, end)

    def with_order(self, op: Op, x: list[Part], args: tuple[Value, ...]) -> tuple[Value, ...]:
        """The arguments with a whole number as the row's parameter: there is no slope in it."""
        place = 1 if op.name == "root" else 0
        n = args[place]
        whole = n.args[0] if n.op is OPS["neg"] else n
        if not is_literal(whole) or whole.label != int(whole.label):
            found = explicit(n)
            shown = found if n.op is None else f"({found})"
            base = explicit(x[0].value)
            base = base if x[0].value.op is None else f"({base})"
            raise self.refused(
                f"the {'second' if place else 'first'} argument of {op.name} is a whole number, "
                f"not {found}", x[place].start, x[place].end,
                f"write {base}^(1/{shown})" if place else f"for example {op.name}(2, x)",
            )  # fmt: skip
        if op.name in ("root", "polygamma") and (n is not whole or (place and n.label < 1)):
            raise self.refused(
                f"{op.name} needs a positive whole number", x[place].start, x[place].end
            )
        order = self.graphs.literal(-whole.label if n is not whole else n.label)
        self.constants.known(order)
        return (*args[:place], order, *args[place + 1 :])
