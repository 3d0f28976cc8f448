"""What went wrong comes back: questions kept in a local SQLite file, and when each is due.

- `Reviews(path)` is such a file; `.answered(question, right)` notes an answer, `.due(now)` are the
  questions whose time has come. The intervals are those of the package fsrs, an extra.
"""

from __future__ import annotations

import json
import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from ..errors import Unsupported, UsageError
from ..questions.question import Question
from .kept_questions import as_text_of, question_of

REVIEW_TABLE = """create table if not exists review (
    question text primary key, card text not null, due text not null,
    answers integer not null default 0, wrong integer not null default 0)"""


def usual_place() -> Path:
    """Where a desktop keeps a program's data."""
    home = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
    return Path(home) / "symgrad" / "practice.sqlite"


class Reviews:
    """The file. Raises UsageError where it cannot be written, Unsupported without fsrs."""

    def __init__(self, path: str | Path | None = None) -> None:
        try:
            from fsrs import Card, Rating, Scheduler  # noqa: PLC0415  # an extra
        except ImportError:
            raise Unsupported(
                "keeping what went wrong needs the package fsrs",
                hint="pip install 'symgrad[practice]'",
            ) from None
        self.card, self.rating = Card, Rating
        self.scheduler = Scheduler(enable_fuzzing=False)
        self.path = Path(path) if path else usual_place()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.file = sqlite3.connect(self.path)
            self.file.execute(REVIEW_TABLE)
        except (OSError, sqlite3.Error) as problem:
            raise UsageError(f"cannot write {self.path}: {problem}") from None

    def answered(self, question: Question, right: bool, now: datetime | None = None) -> None:
        """Notes an answer; a question that was right at once and is not kept yet stays out."""
        key, now = as_text_of(question), now or datetime.now(UTC)
        row = self.file.execute("select card from review where question = ?", (key,)).fetchone()
        if row is None and right:
            return
        card = self.card.from_dict(json.loads(row[0])) if row else self.card(due=now)
        rating = self.rating.Good if right else self.rating.Again
        card, _ = self.scheduler.review_card(card, rating, now)
        with self.file:
            self.file.execute(
                "insert into review (question, card, due, answers, wrong) values (?, ?, ?, 1, ?) "
                "on conflict (question) do update set card = excluded.card, due = excluded.due, "
                "answers = answers + 1, wrong = wrong + excluded.wrong",
                (key, json.dumps(card.to_dict()), card.due.isoformat(), int(not right)),
            )

    def due(self, now: datetime | None = None) -> list[Question]:
        """The questions whose time has come, the longest due first."""
        now = now or datetime.now(UTC)
        rows = self.file.execute(
            "select question from review where due <= ? order by due", (now.isoformat(),)
        )
        return [question_of(text) for (text,) in rows.fetchall()]

    def close(self) -> None:
        self.file.close()


__all__ = ["Reviews"]
