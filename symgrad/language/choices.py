"""Which reading of an ambiguous text to take: a script that is replayed with every other choice.

- `Choices()` is strict: a place with several meanings raises Ambiguous.
- `Choices([0, 1])` takes meaning 0 at the first such place, 1 at the second, then always the first;
  `following()` is the next script. So every reading is one more run of the same parser.
- A `rival` is a meaning that nobody takes first (2e+3 as 2*e + 3): strict parsing only notes it.
- `explicit(root)` is a reading with * and brackets, so that it can be read in one way only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from ..engine import order
from ..errors import Ambiguous
from ..sentences import one_or_another, say
from ..value import Value, is_literal, is_valueless
from .characters import ARGUMENT_MARK
from .names import UNDEFINED

CHARACTERS_QUOTED = 60  # characters of source that a message quotes


class Choices:
    """The meanings taken so far in one run of the parser."""

    def __init__(self, script: Sequence[int] | None = None) -> None:
        self.strict = script is None
        self.script = list(script or ())
        self.taken: list[tuple[int, int]] = []  # the meaning taken, and of how many
        self.rivals: dict[str, int] = {}
        self.notes: list[str] = []

    def pick(
        self, count: int, span: tuple[int, int], text: str,
        shown: Callable[[], Sequence[str]] = tuple,
    ) -> int:  # fmt: skip
        """The meaning to take at this place; `shown()` are the meanings written out."""
        if self.strict:
            raise ambiguous(text, span, shown())
        return self._next(count)

    def _next(self, count: int) -> int:
        place = len(self.taken)
        choice = self.script[place] if place < len(self.script) else 0
        self.taken.append((choice, count))
        return choice

    def rival(self, kind: str) -> int:
        """1 to take the second meaning of this kind of notation, all over the text alike."""
        if self.strict:
            return 0
        if kind not in self.rivals:
            self.rivals[kind] = self._next(2)
        return self.rivals[kind]

    def note(self, typed: str, meaning: str) -> None:
        note = f"{typed} read as {meaning}"
        if note not in self.notes and len(self.notes) < 8:
            self.notes.append(note)

    def following(self) -> list[int] | None:
        """The script of the next reading, or None after the last."""
        taken = list(self.taken)
        while taken:
            choice, count = taken.pop()
            if choice + 1 < count:
                return [*(c for c, _ in taken), choice + 1]
        return None


def ambiguous(text: str, span: tuple[int, int], meanings: Sequence[str]) -> Ambiguous:
    """The error that names what was typed and every meaning."""
    typed = " ".join(text[slice(*span)].split())
    typed = typed if len(typed) <= CHARACTERS_QUOTED else typed[:CHARACTERS_QUOTED] + "…"
    message: str
    if len(meanings) == 1:
        message = f"{typed} needs brackets: write {meanings[0]}"
    elif meanings:
        message = say("{typed} can mean {meanings}: write one of them", typed=typed,
                      meanings=one_or_another(meanings))  # fmt: skip
    else:
        message = f"{typed} has several readings"
    return Ambiguous(message, meanings, text=text, position=span)


# --- a reading written out ------------------------------------------------------------------------

SUM, MINUS, PRODUCT, FRACTION, POWER, ATOM = 1, 2, 3, 4, 5, 9
CHARACTERS_OF_A_PART = 400  # characters of one subexpression; what is longer is cut


def explicit(root: Value) -> str:
    """The text of the graph; deep or long parts are cut to an ellipsis."""
    texts: dict[Value, tuple[str, int]] = {}
    for node in order((root,)):
        shown, level = _written(node, [texts[a] for a in node.args])
        texts[node] = (shown if len(shown) <= CHARACTERS_OF_A_PART else "…", level)
    return texts[root][0]


def _written(node: Value, args: list[tuple[str, int]]) -> tuple[str, int]:
    """The node, and how tightly it binds."""
    if node.op is None:
        return _leaf(node)
    op, x = node.op, [a for a, _ in args]
    sign = op.infix[0] if op.infix else ""
    if sign and op.arity == 1:
        return f"{sign}{_bracketed(args[0], POWER)}", MINUS
    if op.family == "sum" and sign:
        return f"{_bracketed(args[0], SUM)} {sign} {_bracketed(args[1], PRODUCT)}", SUM
    if op.family == "product":
        left = x[0] if args[0][1] == PRODUCT else _bracketed(args[0], POWER)
        return f"{left}*{_bracketed(args[1], POWER)}", PRODUCT
    if op.family == "quotient":
        return f"{_bracketed(args[0], POWER)}/{_bracketed(args[1], POWER)}", FRACTION
    if op.family == "power" and sign:
        return f"{_bracketed(args[0], ATOM)}^{_bracketed(args[1], ATOM)}", POWER
    if sign:  # a comparison
        return f"{x[0]} {sign} {x[1]}", SUM
    match op.shape:
        case "exponential":
            return f"e^{_bracketed(args[0], ATOM)}", POWER
        case "postfix":
            return f"{_bracketed(args[0], ATOM)}{op.symbol}", POWER
        case "bars":
            return f"|{x[0]}|", ATOM
        case "cases":
            x[1:] = [UNDEFINED if is_valueless(a) else t for a, t in zip(node.args[1:], x[1:])]
    name = op.text or op.name
    return (f"{name}({', '.join(x)})" if op.arity != 0 else name), ATOM


def _bracketed(part: tuple[str, int], least: int) -> str:
    text, level = part
    return text if level >= least else f"({text})"


def _leaf(node: Value) -> tuple[str, int]:
    if not is_literal(node):
        return str(node.label).rstrip(ARGUMENT_MARK), ATOM
    number = Fraction(node.label)
    if number.denominator == 1:
        return str(number), ATOM if number >= 0 else MINUS
    return f"{float(number)!r}", ATOM
