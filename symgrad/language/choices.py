"""Which reading of an ambiguous text to take: a script that is replayed with every other choice.

- `Choices()` is strict: a place with several meanings raises Ambiguous.
- `Choices([0, 1])` takes meaning 0 at the first such place, 1 at the second, then always the first;
  `following()` is the next script. So every reading is one more run of the same parser.
- A `rival` is a meaning that nobody takes first (2e+3 as 2*e + 3): strict parsing only notes it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..errors import Ambiguous

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
    if len(meanings) == 1:
        message = f"{typed} needs brackets: write {meanings[0]}"
    elif meanings:
        message = f"{typed} can mean {' or '.join(meanings)}: write one of them"
    else:
        message = f"{typed} has several readings"
    return Ambiguous(message, meanings, text=text, position=span)
