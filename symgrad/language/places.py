"""Places in a text that may have been rewritten, and errors that point into the text as typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..errors import LanguageError, LimitReached
from .characters import foreign
from .scripts import written_out


class Origin(NamedTuple):
    """Where each character of a rewritten text begins and ends in the text as typed."""

    starts: Sequence[int]
    ends: Sequence[int]


class Places:
    """`where` maps places of a rewritten text to places as typed; None if nothing was rewritten."""

    def __init__(self, text: str, typed: str, where: Origin | None) -> None:
        self.text, self.typed, self.where = text, typed, where

    @property
    def latex(self) -> bool:
        return self.where is not None

    def at(self, place: int) -> int:
        """The place in the text as typed."""
        if self.where is None:
            return place
        starts = self.where.starts
        return starts[place] if 0 <= place < len(starts) else len(self.typed)

    def span(self, start: int, end: int) -> tuple[int, int]:
        if self.where is None:
            return start, end
        first = self.at(start)
        if start >= end:
            return first, first
        ends = self.where.ends
        return first, max(first + 1, ends[end - 1] if end <= len(ends) else len(self.typed) + 1)

    def column(self, place: int) -> str:
        return f"at column {self.at(place) + 1}"

    def error(
        self, message: str, start: int, end: int = -1, hint: str | None = None
    ) -> LanguageError:
        position = self.span(start, end if end >= 0 else start + 1)
        return LanguageError(message, text=self.typed, position=position, hint=hint)

    def limit(self, message: str, limit: str, start: int, end: int) -> LimitReached:
        return LimitReached(message, limit, text=self.typed, position=self.span(start, end))

    def stranger(self, position: int) -> LanguageError:
        place = min(self.at(position), len(self.typed) - 1)
        return foreign(self.typed, place, written_out(self.typed, place))
