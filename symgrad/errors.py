"""Everything symgrad raises, in one family, and every verdict it gives; each with its exit code.

- `SymgradError` carries what was read (`text`), where (`position`), what was perhaps meant
  (`hint`) and the exit code that the command line returns for it.
- `str(error)` is the whole message: one line that says what and where, the source line with a
  caret under the place, one suggestion.
- `Verdict` is what a check or a judgement says; `Verdict.wrong.exit_code` is 1, `worst(verdicts)`
  the one that counts.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from enum import StrEnum

# what a hint tells the caller to pass; the command has options of these names instead
OF_THE_CALL = re.compile(
    r'\b(?:(variables)=\["(.+?)"\]|(wrt)="(.+?)"|(?:(?<=with )|(?<=by ))(wrt)\b'
    r'|(at|domain|direction|which|degree)=("[^"]+"|\d+))'
)
OURS, LIBRARIES = os.path.dirname(__file__), "site-packages"  # where frames are no user's
WINDOW = 76  # columns of source shown around a place; a 1 MB line must not flood a terminal


class Verdict(StrEnum):
    """A verdict is its own word: Verdict.kink == "kink". The worst stand first."""

    exit_code: int

    def __new__(cls, word: str, exit_code: int) -> Verdict:
        verdict = str.__new__(cls, word)
        verdict._value_, verdict.exit_code = word, exit_code
        return verdict

    __repr__ = str.__repr__

    # of a derivative, held against SymPy's
    wrong = "wrong", 1
    undecided = "undecided", 3  # of an answer, too
    undefined = "undefined", 0
    kink = "kink", 0
    convention = "convention", 0
    out_of_range = "out_of_range", 0
    lost_digits = "lost_digits", 0
    verified = "verified", 0
    # of an answer to "differentiate this"
    invalid = "invalid", 2
    incorrect = "incorrect", 1
    equal_on_part = "equal_on_part", 1
    correct = "correct", 0


BADNESS = {verdict: rank for rank, verdict in enumerate(Verdict)}


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """wrong, then undecided, then the rest; of none: undecided."""
    return min(verdicts, key=BADNESS.__getitem__, default=Verdict.undecided)


class SymgradError(Exception):
    """Base of all errors; `exit_code` is what the command line returns."""

    exit_code = 2

    def __init__(
        self, message: str, *, text: str | None = None, position: tuple[int, int] | None = None,
        hint: str | None = None,
    ) -> None:  # fmt: skip
        """`position` is a half-open (start, end) range of characters in `text`."""
        super().__init__(message)
        self.message = message
        self.text = text
        self.position = position
        self.hint = hint

    def __str__(self) -> str:
        lines = [self.message + (f"; {self.hint}" if self.hint else "")]
        if self.text is not None and self.position is not None:
            lines += caret(self.text, *self.position)
        return "\n".join(lines)

    def _render_traceback_(self) -> list[str]:
        """What a notebook prints: the line of the cell, what is wrong with it, and the caret."""
        return [*_asked(self), f"{type(self).__name__}: {self}"]

    def __reduce__(self) -> tuple:
        state = {k: v for k, v in self.__dict__.items() if k != "message"}
        return _rebuilt, (type(self), self.message, state)


def _asked(error: BaseException) -> list[str]:
    """The last line of the user's own code on the way to the error; not ours, nor a library's."""
    import traceback  # noqa: PLC0415  # only once something failed, and in a notebook

    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if not f.filename.startswith(OURS) and LIBRARIES not in f.filename]
    return [f"line {own[-1].lineno}: {own[-1].line}", ""] if own and own[-1].line else []


def _rebuilt(kind: type[SymgradError], message: str, state: dict) -> SymgradError:
    error = kind.__new__(kind)
    Exception.__init__(error, message)
    error.message = message
    error.__dict__.update(state)
    return error


class Fault(StrEnum):
    """What is wrong with a text, for programs: nobody has to look into a message."""

    syntax = "syntax"
    empty = "empty"
    unbalanced = "unbalanced"
    ambiguous = "ambiguous"
    undefined = "undefined"  # it has no value anywhere: 1/0
    unknown_name = "unknown_name"
    unknown_function = "unknown_function"
    function_without_argument = "function_without_argument"


class LanguageError(SymgradError):
    """The text is not part of the language, or cannot mean anything; `.code` says which fault."""

    def __init__(self, message: str, *, code: Fault = Fault.syntax, **where: object) -> None:
        super().__init__(message, **where)  # type: ignore[arg-type]
        self.code = code


class Ambiguous(LanguageError):
    """The text has several readings; `.readings` holds them as texts, most natural first."""

    def __init__(self, message: str, readings: Sequence[str] = (), **where: object) -> None:
        super().__init__(message, code=Fault.ambiguous, **where)
        self.readings = tuple(readings)


class OutOfDomain(SymgradError):
    """No (finite) value or derivative exists here; says which subexpression is at fault."""


class Unsupported(SymgradError):
    """A target lacks an operation; names the operation and what would do."""


class UsageError(SymgradError):
    """A call that cannot mean anything: an unknown variable, a missing value, a bad option."""


class WrongCall(UsageError, TypeError):
    """An argument of a type that cannot mean anything there, or one missing or too many."""


class LimitReached(SymgradError):
    """A limit stopped the work; `limit` names which."""

    exit_code = 4

    def __init__(self, message: str, limit: str = "", **where: object) -> None:
        super().__init__(message, **where)  # type: ignore[arg-type]
        self.limit = limit


class Undecided(SymgradError):
    """The exact result could not be decided within the limits; never counted as right."""

    exit_code = 3


def caret(text: str, start: int, end: int, window: int = WINDOW) -> list[str]:
    """The source line holding `text[start]`, indented, and a line of carets under the place."""
    start = max(0, min(start, len(text)))
    head = text.rfind("\n", 0, start) + 1
    tail = text.find("\n", start)
    tail = len(text) if tail < 0 else tail
    left = max(head, min(start - window // 2, tail - window))
    right = min(tail, left + window)
    shown = "".join(c if c.isprintable() else " " for c in text[left:right])
    before, after = "…" if left > head else "", "…" if right < tail else ""
    width = max(1, min(end, right) - start)
    return [
        f"    {before}{shown}{after}",
        "    " + " " * (len(before) + start - left) + "^" * width,
    ]


def nearest(word: str, known: Sequence[str], cutoff: float = 0.7) -> str | None:
    """The known name most like `word`, or None where none is close."""
    from difflib import get_close_matches  # noqa: PLC0415  # 5 ms, only once something failed

    folded = {k.lower(): k for k in known}
    word = word.lower()
    swapped = [k for k in folded if sorted(k) == sorted(word)]  # tahn is tanh, not tan
    found = swapped or get_close_matches(word, list(folded), n=1, cutoff=cutoff)
    return folded[found[0]] if found else None
