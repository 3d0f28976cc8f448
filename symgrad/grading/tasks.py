"""Grade a pile of answers: every row comes back with its verdict, whatever happens to any of them.

- `graded(pile, settings)` is one outcome a row, in order: a mapping of the columns `OUTCOME`.
- Equal answers to equal questions are judged once; `journal` keeps what is done, `scheduler` sends
  the work to a cluster, `judge` is what judges one `Task` (by default `check`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

from .. import __version__
from ..errors import LimitReached, SymgradError, Undecided, UsageError
from ..expression import HIGHEST_ORDER
from ..homework.judging import check
from ..homework.sought import sought
from ..limits import Limits
from ..sentences import Figures, complained, pointed, say, spoken
from ..sets.problem_set import Posed
from . import dask as cluster
from .groups import group_name
from .journal import Journal
from .pile import OUTCOME, Pile, Row, Task
from .workers import Lost, Pool

REPEATED = ("verdict", "mistake", "place", "message", "decision")  # equal for many answers
Outcome = dict[str, Any]
Progress = Callable[[int, int], None]  # rows done, rows in all


@dataclass(frozen=True, slots=True)
class Settings:
    """What the verdicts depend on, beside the answers themselves."""

    rounding: str = "reject"
    prove: bool = False
    assume: tuple[str, ...] = ()
    powers: str = "real"
    language: str = "en"
    seconds: float = Limits.student.seconds or 2.0
    megabytes: int = Limits.student.bytes >> 20

    @property
    def limits(self) -> Limits:
        return replace(Limits.student, seconds=self.seconds, bytes=self.megabytes << 20)

    def of(self, task: Task) -> tuple[str, ...]:
        """What is assumed for one question: of all, and of this one."""
        return (*self.assume, task.assume) if task.assume.strip() else self.assume

    def told(self, verdict: str, message: str) -> dict[str, Any]:
        """An outcome that consists of a verdict and what is said, in the language wanted."""
        return outcome(verdict, spoken(message, self.language))

    def undecided(self, why: str) -> dict[str, Any]:
        return self.told("undecided", say("Not decided: {why}.", why=why))

    def as_dict(self) -> dict[str, Any]:
        """All of them, and who judges: another version may judge otherwise."""
        return {"symgrad": __version__, **asdict(self), "assume": list(self.assume)}


def outcome(verdict: str, message: str = "", **more: Any) -> Outcome:
    """A whole outcome; what is not given is empty."""
    empty = dict.fromkeys(OUTCOME, "")
    return {**empty, "verdict": verdict, "credit": 0, "message": message, **more}


# --- one task -----------------------------------------------------------------------------------


def judged(settings: Settings, task: Task) -> Outcome:
    """The outcome for one answer; nothing is raised, since every row is answered."""
    try:
        return _checked(settings, task)
    except (LimitReached, Undecided) as stopped:
        return settings.undecided(complained(stopped.message))
    except SymgradError as error:  # an unreadable answer is a verdict; this is about the question
        said = say("The question cannot be judged: {why}.", why=complained(error.message))
        return settings.told("undecided", said)
    except MemoryError:
        megabytes = settings.megabytes
        return settings.undecided(say("it took more than {n} MB of memory", n=megabytes))
    except Exception as error:  # a fault of ours must not cost a row
        kind = type(error).__name__
        return settings.undecided(say("an internal error ({kind}: {text})", kind=kind, text=error))


def readable(pile: Pile, settings: Settings) -> None:
    """Raises UsageError for the first question that cannot be read, with its line."""
    seen = set()
    for row in pile.rows:
        asked = row.task.asked
        if row.fault or row.blank or asked in seen:
            continue
        seen.add(asked)
        try:
            if row.task.posed:
                assert Posed.from_json(row.task.posed, settings.limits).question.posed
                continue
            order = order_of(row.task)
            sought(row.task.expression, row.task.wrt.strip() or None, order, settings.limits,
                     settings.of(row.task), settings.powers)  # fmt: skip
        except SymgradError as error:
            place = pile.sheet.place(row.number)
            said = say("{place}: the question cannot be read: {why}", place=place,
                       why=complained(error.message))  # fmt: skip
            raise UsageError(
                said, text=error.text, position=error.position, hint=error.hint
            ) from None


def order_of(task: Task) -> int:
    order = task.order.strip().removesuffix(".0") or "1"  # 2.0, where a column had a gap
    if not (order.isascii() and order.isdigit() and 0 < int(order[:9]) <= HIGHEST_ORDER):
        given = repr(order[:40])
        raise UsageError(say("its order is {given}, not 1, 2, ... {most}", given=given,
                             most=HIGHEST_ORDER))  # fmt: skip
    return int(order[:9])


def _checked(settings: Settings, task: Task) -> Outcome:
    if task.posed:
        one = Posed.from_json(task.posed, settings.limits)
        found = one.judge(one.question.pointed(task.answer, settings.language))
    else:
        answer = pointed(task.answer, settings.language)
        found = check(
            task.expression, answer, task.wrt.strip() or None, order=order_of(task),
            assume=settings.of(task), powers=settings.powers, limits=settings.limits,
            rounding=settings.rounding, prove=settings.prove,
        )  # fmt: skip
    first = found.mistakes[0] if found.mistakes else None
    message = spoken(found.message, settings.language).partition("\n")[0]
    witness = str(found.witness) if found.witness else ""
    return outcome(
        found.verdict, message, credit=found.credit, reading=found.reading,
        mistake=first.code if first else "", place=first.place if first else "",
        witness=spoken(witness, settings.language), group=group_name(task, found.reading),
    )  # fmt: skip


def lost(settings: Settings, why: str) -> Outcome:
    """A row that hit the backstop says so."""
    if why == "late":
        seconds = Figures(f"{settings.seconds:g}")
        return settings.undecided(say("it took more than {n} s of computing", n=seconds))
    return settings.undecided(say("the process that judged it died, twice"))


# --- all of them --------------------------------------------------------------------------------


def tasks(pile: Pile) -> list[Task | None]:
    """What is to be judged in each row; None where the row could not be read."""
    return [None if row.fault or row.blank else row.task for row in pile.rows]


def graded(
    pile: Pile, settings: Settings = Settings(), *, jobs: int | None = None, scheduler: str = "",
    judge: Callable[[Task], Outcome] | None = None, journal: Journal | None = None,
    progress: Progress = lambda done, of: None, told: cluster.Told = print,
) -> list[Outcome]:  # fmt: skip
    """One outcome a row, in order."""
    wanted = tasks(pile)
    uses: dict[Task, int] = {}
    for t in wanted:
        if t is not None:
            uses[t] = uses.get(t, 0) + 1
    known = {t: journal.known[t.key] for t in uses if t.key in journal.known} if journal else {}
    left = [t for t in uses if t not in known]
    texts: dict[str, str] = {}  # what is said of many answers is kept once
    done = sum(uses[t] for t in known)
    progress(done, len(wanted))
    for t, found in _results(left, settings, jobs or cores(), scheduler, judge, told):
        made = lost(settings, found.why) if isinstance(found, Lost) else found
        known[t] = kept_once(made, texts)
        known[t]["group"] = known[t]["group"] or group_name(t, "")
        if journal:
            journal.keep(t.key, known[t])
        done += uses[t]
        progress(done, len(wanted))
    return [
        known[t] if t is not None else fault(settings, row) for t, row in zip(wanted, pile.rows)
    ]


def kept_once(made: Outcome, texts: dict[str, str]) -> Outcome:
    """An outcome from another process, with our own names and texts in place of their copies.

    A sentence carries its parts along, which nobody asks for any more: a million would not fit.
    """
    found = {name: str(x) if isinstance(x, str) else x for name, x in made.items()}
    return {
        name: texts.setdefault(found[name], found[name]) if name in REPEATED else found[name]
        for name in OUTCOME
    }


def _results(
    left: Sequence[Task], settings: Settings, jobs: int, scheduler: str,
    judge: Callable[[Task], Outcome] | None, told: cluster.Told,
) -> Iterator[tuple[Task, Any]]:  # fmt: skip
    """Outcomes as they come, from processes here or from a cluster."""
    judge = judge or partial(judged, settings)
    seconds, size = settings.seconds, settings.megabytes << 20
    if scheduler and left:
        return cluster.results(scheduler, judge, left, seconds, size, jobs, told)
    return Pool(judge, min(jobs, len(left)), seconds, size).results(left)


def fault(settings: Settings, row: Row) -> Outcome:
    """The outcome for a row that is not judged; of a blank one there is nothing to say."""
    if row.blank:
        return dict.fromkeys(OUTCOME, "")
    said = say("This row could not be read: {why}.", why=row.fault)
    return settings.told("invalid", said)


def cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


__all__ = ["Outcome", "Settings", "Task", "graded", "judged", "tasks"]
