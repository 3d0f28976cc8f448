"""Who may answer, and what was answered: a small database, SQLite or what SQLAlchemy can open.

- `Attempts("attempts.sqlite")`, or `Attempts("postgresql+psycopg://...")` for a school.
- `.joined(name, role)` is a new person's code, which is shown once: only its hash is kept.
- `.who(code)` is the person, `.noted(...)` keeps an answer, `.decided(...)` a teacher's decision.

No accounts and no passwords: a code is 80 random bits, can be revoked and made anew.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    event,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from ..errors import UsageError

LETTERS_OF_CODES = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another
LETTERS_OF_A_CODE = 16  # five bits each, nearly
CODE_GROUP = 4
STUDENT, TEACHER = "student", "teacher"
OWNER_ONLY = 0o600

METADATA = MetaData()
PEOPLE = Table(
    "person", METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("role", String(20), nullable=False),
    Column("code", String(64), nullable=False, unique=True),  # its SHA-256
    Column("revoked", Boolean, nullable=False, default=False),
    UniqueConstraint("name", "role"),
)  # fmt: skip
GIVEN_ANSWERS = Table(
    "attempt", METADATA,
    Column("id", Integer, primary_key=True),
    Column("person", ForeignKey("person.id"), nullable=False, index=True),
    Column("problem", String(200), nullable=False),
    Column("number", Integer, nullable=False),  # of this person at this problem
    Column("answer", Text, nullable=False),
    Column("verdict", String(20), nullable=False),
    Column("mistake", String(60), nullable=False),
    Column("credit", Float, nullable=False),
    Column("same", String(16), nullable=False, index=True),  # equal answers to equal questions
    Column("at", String(32), nullable=False),
    UniqueConstraint("person", "problem", "number"),
)  # fmt: skip
DECIDED = Table(
    "decision", METADATA, Column("same", String(16), primary_key=True),
    Column("credit", Float, nullable=False),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """One who has a code."""

    id: int
    name: str
    role: str
    revoked: bool


@dataclass(frozen=True, slots=True)
class Attempt:
    """One answer, with what a teacher decided about all that say the same."""

    person: int
    problem: str
    number: int
    answer: str
    verdict: str
    mistake: str
    credit: float
    same: str
    at: str


class Attempts:
    """The database. Raises UsageError where it cannot be opened."""

    def __init__(self, address: str) -> None:
        self.address = address if "://" in address else f"sqlite:///{address}"
        try:
            if self.address.startswith("sqlite:///"):
                Path(self.address.removeprefix("sqlite:///")).touch(OWNER_ONLY)
            self.engine = create_engine(self.address)
            if self.address.startswith("sqlite"):
                event.listen(self.engine, "connect", _quick_and_safe)
            METADATA.create_all(self.engine)
        except (OSError, SQLAlchemyError, ImportError) as error:
            said = str(getattr(error, "orig", None) or error).splitlines()[0]
            raise UsageError(f"cannot open {address}: {said}") from None

    @contextmanager
    def begun(self) -> Iterator[Connection]:
        with self.engine.begin() as connection:
            yield connection

    # --- people -------------------------------------------------------------------------------

    def joined(self, name: str, role: str = STUDENT) -> str:
        """The code of a new person, or a new code for one who is there."""
        code = new_code()
        with self.begun() as db:
            same = (PEOPLE.c["name"] == name) & (PEOPLE.c["role"] == role)
            known = update(PEOPLE).where(same).values(code=hashed(code), revoked=False)
            if db.execute(known).rowcount == 0:
                row = {"name": name, "role": role, "code": hashed(code), "revoked": False}
                db.execute(insert(PEOPLE).values(row))
        return code

    def revoked(self, person: int) -> None:
        """The code opens nothing any more."""
        with self.begun() as db:
            db.execute(update(PEOPLE).where(PEOPLE.c.id == person).values(revoked=True))

    def who(self, code: str) -> Person | None:
        """The person whose code this is."""
        asked = (PEOPLE.c.code == hashed(code)) & PEOPLE.c.revoked.is_(False)
        with self.begun() as db:
            row = db.execute(select(*OF_A_PERSON).where(asked)).first()
        return Person(*row) if row else None

    def people(self) -> list[Person]:
        with self.begun() as db:
            rows = db.execute(select(*OF_A_PERSON).order_by(PEOPLE.c.name))
            return [Person(*row) for row in rows]

    # --- answers ------------------------------------------------------------------------------

    def count(self, person: int, problem: str) -> int:
        """How often a person has answered a problem."""
        mine = (GIVEN_ANSWERS.c.person == person) & (GIVEN_ANSWERS.c.problem == problem)
        with self.begun() as db:
            return db.execute(select(func.count()).where(mine)).scalar_one()

    def noted(self, attempt: Attempt) -> bool:
        """Keep an answer; False where another one of this number came first."""
        row = {name: getattr(attempt, name) for name in Attempt.__slots__}
        try:
            with self.begun() as db:
                db.execute(insert(GIVEN_ANSWERS).values(row))
        except IntegrityError:
            return False
        return True

    def attempts(self, person: int | None = None) -> list[Attempt]:
        """All answers, or one person's, as the teacher's decisions leave them."""
        decided = func.coalesce(DECIDED.c.credit, GIVEN_ANSWERS.c.credit)
        columns: list[Any] = [decided if name == "credit" else GIVEN_ANSWERS.c[name]
                              for name in Attempt.__slots__]  # fmt: skip
        joined = GIVEN_ANSWERS.outerjoin(DECIDED, GIVEN_ANSWERS.c.same == DECIDED.c.same)
        query = select(*columns).select_from(joined).order_by(GIVEN_ANSWERS.c.id)
        if person is not None:
            query = query.where(GIVEN_ANSWERS.c.person == person)
        with self.begun() as db:
            return [Attempt(*row) for row in db.execute(query)]

    # --- decisions ----------------------------------------------------------------------------

    def decided(self, same: str, credit: float) -> None:
        """All answers that say the same get this credit, those to come as well."""
        with self.begun() as db:
            known = update(DECIDED).where(DECIDED.c.same == same).values(credit=credit)
            if db.execute(known).rowcount == 0:
                db.execute(insert(DECIDED).values(same=same, credit=credit))

    def decisions(self) -> dict[str, float]:
        with self.begun() as db:
            rows = db.execute(select(DECIDED.c.same, DECIDED.c.credit))
            return {row.same: row.credit for row in rows}


OF_A_PERSON: Sequence[Any] = (PEOPLE.c.id, PEOPLE.c.name, PEOPLE.c.role, PEOPLE.c.revoked)


def _quick_and_safe(connection: Any, _: Any) -> None:
    """A reader does not wait for a writer, and what is written survives a crash of the program."""
    for setting in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {setting}")


def new_code() -> str:
    letters = [secrets.choice(LETTERS_OF_CODES) for _ in range(LETTERS_OF_A_CODE)]
    groups = ["".join(letters[k : k + CODE_GROUP]) for k in range(0, len(letters), CODE_GROUP)]
    return "-".join(groups)


def hashed(code: str) -> str:
    """What is kept of a code; blanks, dashes and capitals do not count."""
    plain = "".join(c for c in code.lower() if c.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
