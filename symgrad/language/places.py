"""Places in a text that may have been rewritten, and errors that point into the text as typed."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import LanguageError, LimitReached
from .characters import foreign


class Places:
    """`where` maps places of a rewritten text to places as typed; None if nothing was rewritten."""

    def __init__(self, text: str, typed: str, where: Sequence[int] | None) -> None:
        self.text, self.typed, self.where = text, typed, where

    @property
    def latex(self) -> bool:
        return self.where is not None

    def at(self, place: int) -> int:
        """The place in the text as typed."""
        if self.where is None:
            return place
        return self.where[place] if 0 <= place < len(self.where) else len(self.typed)

    def span(self, start: int, end: int) -> tuple[int, int]:
        if self.where is None:
            return start, end
        first = self.at(start)
        if start >= end:
            return first, first
        return first, max(first + 1, self.at(end - 1) + 1)

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
        return foreign(self.typed, min(self.at(position), len(self.typed) - 1))
