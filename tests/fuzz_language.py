"""Random and mutated texts against the parser: `python tests/fuzz_language.py [100000] [seed]`.

Every text must be read, or refused with a SymgradError whose place lies inside the text, at once.
"""

from __future__ import annotations

import csv
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from importlib import resources

from symgrad.errors import SymgradError
from symgrad.language import all_readings, graph_of
from symgrad.language.characters import without_invisible
from symgrad.limits import Limits

from .counting import counted

PIECES = [
    *"xyzabe0123459.+-*/^()|!,;=<>_{}[] '\"$&%\\?:#@~`\n\t", "sin", "cos ", "ln", "log_2", "sqrt(",
    "pi", "gamma", "if(", "max(", "<=", ">=", "**", "²", "⁻¹", "√", "∛", "·", "×", "α", "x₁",
    "x_{1}",
    "\\frac", "\\sqrt", "\\left(", "\\right)", "\\left|", "\\right|", "\\sin", "\\alpha", "\\cdot",
    "\\begin{cases}", "\\end{cases}", "\\\\", "\\operatorname{", "\\mathrm{x1}", "\u200b", "\u202e",
    "х", "💗", "\x00", "\ud800", "\ue000", "\ue001", "１", "1e9", "9^9^9", "!!", "e^2x", "1/2x",
    "=2;",
    "__import__('os')", "9!", "e+", "0x1", "\u0661", "ß", "ﬁ", "ǅ", "\u0301",
]  # fmt: skip
CALLS_PER_TEXT = 30_000  # of at most some hundred characters; the worst of 3,000 takes 10,000


def samples() -> list[str]:
    """The texts of grammar/cases.csv."""
    table = resources.files("symgrad.grammar").joinpath("cases.csv").read_text(encoding="utf-8")
    return [row["text"] for row in csv.DictReader(table.splitlines())]


def texts(count: int, seed: int) -> Iterator[str]:
    """Half random pieces side by side, half samples with a few edits."""
    rng = random.Random(seed)
    known = samples()
    for i in range(count):
        if i % 2:
            yield "".join(rng.choices(PIECES, k=rng.randint(1, 14)))
        else:
            yield mutated(rng.choice(known), rng, known)


def mutated(text: str, rng: random.Random, known: list[str]) -> str:
    """The text after one to four edits: insert, delete, double, swap in another text."""
    for _ in range(rng.randint(1, 4)):
        i = rng.randint(0, len(text))
        j = min(len(text), i + rng.randint(0, 4))
        match rng.randrange(5):
            case 0:
                text = text[:i] + rng.choice(PIECES) + text[i:]
            case 1:
                text = text[:i] + text[j:]
            case 2:
                text = text[:j] + text[i:j] * rng.randint(1, 5) + text[j:]
            case 3:
                text = text[:i] + rng.choice(known) + text[j:]
            case _:
                text = rng.choice(
                    ["({})", "|{}|", "sin {}", "-{}", "{}!", "$ {} $", "\\sqrt{{{}}}"]
                ).format(text)
    return text[:400]


def calls_and_error(read: Callable[[], object]) -> tuple[SymgradError | None, int]:
    """How a text was refused, if it was, and how many functions that took."""

    def refusal() -> SymgradError | None:
        try:
            read()
        except SymgradError as error:
            return error
        return None

    return counted(refusal)


def outcome(text: str) -> str:
    """What became of the text; an AssertionError says what must not be."""
    refusal, work = calls_and_error(lambda: graph_of(text, limits=Limits.student))
    assert CALLS_PER_TEXT > work, (text, "slow")
    if refusal is None:
        return "read"
    check(refusal, text)
    return type(refusal).__name__


def check(error: SymgradError, text: str) -> None:
    """An error has its text and a place inside it."""
    assert error.text == without_invisible(text)[0], (text, "an error without its text")
    assert error.position is not None, (text, error.message)
    first, last = error.position
    assert 0 <= first <= last <= len(text) + 1, (text, error.position)
    assert first <= len(text), (text, error.position)
    assert str(error), text


def readings_outcome(text: str) -> None:
    """The same for `all_readings`."""
    try:
        found = len(all_readings(text, variables=("x", "y"), limits=Limits.student))
    except SymgradError as error:
        check(error, text)
    else:
        assert 1 <= found <= 8, text


def fuzz(count: int, seed: int) -> Counter[str]:
    """How often texts were read, and refused in which way."""
    found: Counter[str] = Counter()
    for i, text in enumerate(texts(count, seed)):
        found[outcome(text)] += 1
        if i % 10 == 0:
            readings_outcome(text)
    return found


if __name__ == "__main__":
    number, seed = [*(int(a) for a in sys.argv[1:]), 100_000, 1][:2] if sys.argv[2:] else (
        int(sys.argv[1]) if sys.argv[1:] else 100_000, 1,
    )  # fmt: skip
    started = time.perf_counter()
    print(dict(fuzz(number, seed)), f"{time.perf_counter() - started:.0f} s")
