"""Things side by side: products, how far sin x y reaches, and what 1/2x divides by.

An open argument is another function first of all, or numbers and constants, then one name, power,
root or bracket. Where operands follow that are no function, every reach is a reading of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from ..errors import Fault, LanguageError
from ..ops import OPS
from .applying import Calls
from .choices import explicit
from .parts import Chain, Head, Link, Part

BELOW = re.compile(r"\s*[/⁄∕]\s*(\d+)(?![\d.])")  # what makes 2 1/2 look like a mixed number
GROUPS_OF_DIGITS = re.compile(  # 1 000 000, also with LaTeX's blanks
    r"[1-9]\d{0,2}(?:(?:[\s~]|\\[,;:! ])\d{3})+(?!\d)(?:\.\d+)?"
)
BLANKS = re.compile(r"(?:\s|~|\\[,;:! ])+")  # those of LaTeX as well


class Products(Calls):
    """The callbacks of juxtaposition, `*` and `/`."""

    def next_link(self, start: int, end: int, chain: Chain, link: Link) -> Chain:
        chain = chain if isinstance(chain, list) else [chain]
        self.check_line(chain[-1], link)
        chain.append(link)
        return chain

    def check_line(self, last: Link, link: Link) -> None:
        """Two lines are two formulas, hardly their product; LaTeX breaks its lines anywhere."""
        if not self.latex and isinstance(last, Part) and "\n" in self.text[last.end : link.start]:
            raise self.refused(
                f"a second formula begins in a new line at column {link.start + 1}",
                link.start, link.end, "give one formula; a product over two lines has its *",
            )  # fmt: skip

    def whole(self, start: int, end: int, chain: Chain) -> Part:
        """A product of juxtaposed factors."""
        if isinstance(chain, Part):
            return chain
        return self.product(self.factors(start, end, chain))

    def product(self, parts: Sequence[Part]) -> Part:
        out = parts[0]
        for part in parts[1:]:
            out = self.multiplied(out, part)
        return out

    def multiplied(self, a: Part, b: Part) -> Part:
        found, last = self.infix("mul", a.start, b.end, a, b), b.half
        if last is None:
            return found
        half = lambda d: self.node("mul", (a.value, last(d)), a.start, d.end)
        return found._replace(half=half)

    def factors(self, start: int, end: int, chain: Chain) -> list[Part]:
        """The factors of a chain: functions with their arguments, rivals such as e^2x decided."""
        if isinstance(chain, Part):
            return [chain]
        chain = chain if isinstance(chain, list) else [chain]
        parts: list[Part] = []
        i = 0
        while i < len(chain):
            found, i = self.opened(chain, i, parts[-1] if parts else None)
            parts += found
        return self.unbracketed(parts)

    def unbracketed(self, parts: list[Part]) -> list[Part]:
        """e^2x is (e^2)*x, with a note; as its rival e^(2x)."""
        out: list[Part] = []
        i = 0
        while i < len(parts):
            part, j = parts[i], i + 1
            while j < len(parts) and self.grows(part, parts[j - 1], parts[j]):
                j += 1
            if j > i + 1:
                part = self.grown(parts[i:j])
                j = j if part.end == parts[j - 1].end else i + 1
            out.append(part)
            i = j
        return out

    def grows(self, part: Part, last: Part, after: Part) -> bool:
        """Whether a name touches a bare exponent of a constant base, as x does in e^2x."""
        if not part.power or part.power[0].value not in self.constants:
            return False
        exponent = part.power[1]
        named = after.kind == "name" or (after.power is not None and after.power[0].kind == "name")
        return exponent.kind in ("number", "sign", "constant") and last.end == after.start and named

    def grown(self, parts: list[Part]) -> Part:
        """The power with the touching names in its exponent if that rival is taken, else alone."""
        base, exponent = parts[0].power  # type: ignore[misc]
        start, end = parts[0].start, parts[-1].end
        if not self.choices.rival("exponent of a product"):
            shown = "*".join(
                f"({explicit(p.value)})" if p.power else explicit(p.value) for p in parts
            )
            self.choices.note(self.typed(start, end), shown)
            return parts[0]
        n = exponent.value
        negative = n.op is OPS["neg"]
        product = n.args[0] if negative else n
        for part in parts[1:]:
            product = self.node("mul", (product, part.value), exponent.start, end)
        if negative:
            product = self.node("neg", (product,), exponent.start, end)
        return self.part(self.raised(base.value, product, start, end), start, end, "power", *parts)

    def times(self, start: int, end: int, a: Part, b: list[Part]) -> Part:
        for part in b:
            a = self.multiplied(a, part)
        return a

    def over(self, start: int, end: int, a: Part, b: list[Part]) -> Part:
        """a/b; where b is juxtaposed factors, how many of them are the denominator?"""
        count = 1
        if len(b) > 1:
            extents = range(1, min(len(b), 8) + 1)
            count += self.choices.pick(
                len(extents), (start, end), self.text,
                lambda: [explicit(self.quotient(a, b, n).value) for n in extents],
            )  # fmt: skip
        elif a.half and b[0].kind == "number":
            if self.choices.rival("half"):
                return Part(a.half(b[0]), start, end, depth=a.depth)
            self.choices.note(
                self.typed(start, end), f"({explicit(a.value)})/{explicit(b[0].value)}"
            )
        return self.quotient(a, b, count)

    def quotient(self, a: Part, b: list[Part], count: int) -> Part:
        """a over the first factors of b, times the others."""
        out = self.infix("div", a.start, b[count - 1].end, a, self.product(b[:count]))
        for part in b[count:]:
            out = self.multiplied(out, part)
        return out

    def minus_factor(self, start: int, end: int, b: list[Part]) -> list[Part]:
        return [self.neg(start, b[0].end, b[0]), *b[1:]]

    def plus_factor(self, start: int, end: int, b: list[Part]) -> list[Part]:
        return [self.plus(start, b[0].end, b[0]), *b[1:]]

    # --- open arguments ---------------------------------------------------------------------------

    def opened(self, chain: list[Link], i: int, before: Part | None) -> tuple[list[Part], int]:
        """The factors that begin at link i, and the next link: a part, or functions with arguments.

        An open argument is another function first of all, or numbers and constants, then one name,
        power, root or bracket. Where operands follow that are no function, the readings differ.
        """
        link = chain[i]
        if isinstance(link, Part):
            if before is not None:
                self.adjacent(before, link)
            return [link], i + 1
        first = i
        while i < len(chain) and isinstance(chain[i], Head):
            i += 1
        heads: list[Head] = chain[first:i]  # type: ignore[assignment]
        if i == len(chain):
            raise self.without_argument(heads[-1])
        callee = heads[-1].callee
        constant = callee.op in (OPS["log"], OPS["sqrt"]) and not self.rebased(heads, chain[i])
        ends = self.extents(chain, i, radical=callee.radical, constant=constant)
        meanings = self.meanings(heads, chain, i, ends)
        minus = heads[-1].callee.minus
        choice = 0
        if len(meanings) > 1 or minus:
            last = max(n for _, n in meanings)
            place = (heads[0].start, chain[last - 1].end)
            choice = self.choices.pick(
                len(meanings), place, self.text,
                lambda: [
                    explicit(self.product([*make(), *self.rest(chain, n, last)]).value)
                    for make, n in meanings
                ],
            )  # fmt: skip
        make, after = meanings[choice]
        return make(), after

    def meanings(
        self, heads: list[Head], chain: list[Link], i: int, ends: list[int]
    ) -> list[tuple[Callable[[], list[Part]], int]]:
        """What functions before links i.. can mean: how to make it, and the link after it."""
        found: list[tuple[Callable[[], list[Part]], int]] = []
        link = chain[i]
        if heads[-1].callee.radical and isinstance(link, Part) and link.power:
            found.append((lambda: [self.root_of_base(heads, link)], i + 1))
        for end in ends:
            found.append((lambda end=end: [self.applied(heads, chain[i:end])], end))  # type: ignore[misc]
        found += self.with_base(heads, chain, i, ends)
        if ends[-1] < len(chain) and self.swallows(chain, i, ends[-1], heads[-1]):
            end = ends[-1]
            inner, after = self.opened(chain, end, None)
            found.append((lambda: [self.applied(heads, [*chain[i:end], *inner])], after))
            based = self.rebased(heads, chain[i])
            if based and end == i + 1:
                found.append((lambda: [self.applied(based, inner)], after))
        return found[:8]

    def with_base(
        self, heads: list[Head], chain: list[Link], i: int, ends: list[int]
    ) -> list[tuple[Callable[[], list[Part]], int]]:
        """log 2 x as log_2(x); log 2x is read as sin 2x is."""
        base = chain[i]
        kind = _kind(chain[i + 1]) if i + 1 < len(chain) else ""
        apart = kind == "group" or (kind in ("name", "power") and base.end < chain[i + 1].start)
        based = self.rebased(heads, base)
        if not apart or not based:
            return []
        return [
            (lambda end=end: [self.applied(based, chain[i + 1 : end])], end)  # type: ignore[misc]
            for end in ends
            if end > i + 1
        ]

    def rebased(self, heads: list[Head], base: Link) -> list[Head]:
        """The functions with this number as the base of the last, where that is log."""
        digits, last = self.typed(base.start, base.end), heads[-1]
        if last.callee.name != "log" or not digits.isdigit() or int(digits) < 2:
            return []
        return [*heads[:-1], last._replace(callee=last.callee._replace(base=digits))]

    def root_of_base(self, heads: list[Head], link: Part) -> Part:
        base, exponent = link.power  # type: ignore[misc]
        rooted = self.applied(heads, [base])
        value = self.raised(rooted.value, exponent.value, rooted.start, link.end)
        return self.part(value, rooted.start, link.end, "call", link)

    def swallows(self, chain: list[Link], i: int, end: int, head: Head) -> bool:
        """sin 2 cos x: numbers only so far, and a function follows."""
        numbers = all(
            isinstance(x, Part) and x.kind in ("number", "constant") for x in chain[i:end]
        )
        return numbers and isinstance(chain[end], Head) and not head.callee.radical

    def extents(
        self, chain: list[Link], i: int, *, radical: bool, constant: bool = False
    ) -> list[int]:
        """Where an open argument that begins at link i can end.

        `constant`: also after its numbers, as in ln 2 x, since ln(2) is a constant people write.
        """
        k = i
        if not radical:
            while k < len(chain) and _kind(chain[k]) in ("number", "constant"):
                if k > i:
                    self.adjacent(chain[k - 1], chain[k])  # type: ignore[arg-type]
                k += 1
        numbers_only = k > i
        apart = k if numbers_only and k < len(chain) and constant and (
            BLANKS.fullmatch(self.text[chain[k - 1].end : chain[k].start])) else 0  # fmt: skip
        calls = k < len(chain) and _kind(chain[k]) == "call"
        if (k < len(chain) and _kind(chain[k]) not in ("head", "call")) or (
            calls and not numbers_only
        ):
            k += 1
        ends = [apart, k] if 0 < apart < k else [k]  # sin 2 x is sin(2x) to everybody
        if calls and numbers_only:
            return [k, k + 1]
        while k < len(chain) and _kind(chain[k]) not in ("head", "call"):
            self.adjacent(chain[k - 1], chain[k])  # type: ignore[arg-type]
            k += 1
            ends.append(k)
        return ends

    def rest(self, chain: list[Link], start: int, end: int) -> list[Part]:
        parts: list[Part] = []
        while start < end:
            found, start = self.opened(chain, start, parts[-1] if parts else None)
            parts += found
        return parts

    def applied(self, heads: list[Head], links: Sequence[Link]) -> Part:
        """heads[0](heads[1](... product of links))."""
        argument = self.product(links)  # type: ignore[arg-type]
        for head in reversed(heads):
            if head.callee.minus:
                argument = self.neg(argument.start, argument.end, argument)
            value = self.called(head.callee, [argument], head.start, argument.end)
            argument = self.part(value, head.start, argument.end, "call", argument)
        return argument

    def adjacent(self, a: Part, b: Part) -> None:
        """A number after an operand is a slip of the pen, or a missing sign."""
        raised = b.kind == "power" and self.text[b.start] in ".0123456789"
        if not (b.kind == "number" or raised):
            return
        if self.closed(a, b, raised):
            return
        left, right = self.typed(a.start, a.end), self.typed(b.start, b.end)
        if a.kind == "number":
            start = a.start
            message = f"two numbers side by side at column {a.start + 1}: {left} {right}"
            hint = self.for_numbers(a, b, left, right)
        else:
            start = b.start
            message = f"a number at column {b.start + 1} follows an operand: {_cut(left)} {right}"
            hint = "write * for a product, ^ for a power"
            if self.latex and a.end == b.start and left[-1].isdigit():  # x^10
                hint = f"write {left[:-1]}{{{left[-1]}{right}}} for one number, * for a product"
        raise self.refused(message, start, b.end, hint)

    def for_numbers(self, a: Part, b: Part, left: str, right: str) -> str:
        """What two numbers side by side were meant as: 2 1/2, 1 000 000, 1.6 10^-19, 2 3."""
        below = BELOW.match(self.text, b.end)
        if below and left.isdigit() and right.isdigit():
            right += "/" + below[1]
            return f"write {left} + {right} for one number, {left}*({right}) for the product"
        if re.search(r"(?<![A-Za-z])log\s+$", self.text[: a.start]) and left not in ("0", "1"):
            return f"write log_{left}({right}), or {left}*{right} for the product"
        groups = GROUPS_OF_DIGITS.match(self.text, a.start)
        if groups and (right[0] == "0" or len(BLANKS.findall(groups[0])) > 1):
            return f"write {BLANKS.sub('', groups[0])} for one number"
        if b.kind != "number" or not right.isdigit():
            return f"write {left}*{right} for the product"
        return f"write {left}*{right} for the product, {left}{right} for one number"

    def closed(self, a: Part, b: Part, raised: bool) -> bool:
        """cos(x^2)2x, and with a power x 2^x: nobody can mean one number, x2 or x^2."""
        touch = a.end == b.start
        if self.text[a.end - 1 : a.end] in (")", "]", "}", "|"):
            return touch or raised
        if touch:  # 2^x3^x, where LaTeX's powers have one letter
            return raised and self.latex and a.kind == "power" and self.text[a.end - 1].isalpha()
        return raised and a.kind in ("name", "constant", "call")

    def without_argument(self, head: Head) -> LanguageError:
        name = head.callee.name
        fraction = re.match(r"log_([0-9]+/[0-9]+)", self.text[head.start :])
        written = f"log_({fraction[1]})" if fraction else name
        return self.refused(
            f"{name} at column {head.start + 1} has no argument", head.start, head.end,
            f"write {written}(...)", Fault.function_without_argument,
        )  # fmt: skip


def _kind(link: Link) -> str:
    return "head" if isinstance(link, Head) else link.kind


def _cut(text: str) -> str:
    return text if len(text) <= 30 else "…" + text[-29:]
