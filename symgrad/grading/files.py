"""A file of answers in, the same file with verdicts out, and a report.

- `grade("answers.csv", out="graded.csv", report="report.html")` does all of it, and returns the
  outcomes, a mapping a row; `grade` is also what `symgrad grade` runs.
- With `out` a journal stands beside the result until that is written; `resume=True` goes on there.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from io import IOBase
from pathlib import Path
from typing import Any

from ..errors import UsageError
from . import pile as rows
from .class_report import report as page
from .dask import Told
from .journal import Journal
from .pile import Pile
from .tasks import Outcome, Progress, Settings, graded

FilePath = str | os.PathLike[str]
Bar = Callable[[int], AbstractContextManager[Progress]]


def grade(
    answers: FilePath | bytes | IOBase, out: FilePath | IOBase | None = None, *,
    report: FilePath | None = None, reveal: bool = False, jobs: int | None = None,
    scheduler: str = "", rounding: str = "reject", prove: bool = False, seconds: float = 2.0,
    resume: bool = False, form: str = "", bar: Bar | None = None, told: Told = print,
) -> list[Outcome]:  # fmt: skip
    """Judge every answer of a file: a CSV or JSON Lines with the columns expression and answer.

    `answers` is a path, a stream, or bytes. `out` (a path, or a stream of bytes) gets the rows
    with their verdicts, `report` a page for people. `jobs` processes share the work (one a core),
    or a dask cluster at `scheduler`; `seconds` are for one answer at most. `resume` goes on where a
    run with the same `out` was interrupted. Returns a mapping a row: verdict, credit, mistake, ...
    Raises UsageError for what cannot be read or written, or options that mean nothing.
    """
    kept_beside = None if hasattr(out, "write") else out
    _possible(rounding, jobs, seconds, resume, kept_beside)
    pile = rows.read(contents(answers), name_of(answers))
    settings = Settings(rounding, prove, seconds)
    with journal(kept_beside, settings, resume) as kept, (bar or silent)(len(pile.rows)) as moved:
        outcomes = graded(
            pile, settings, jobs=jobs, scheduler=scheduler, journal=kept, progress=moved, told=told
        )
        if out is not None:
            shape = form or rows.form_of("" if kept_beside is None else name_of(out), pile.form)
            write(out, rows.written(pile, outcomes, shape))
        if report is not None:
            write(report, paper(pile, outcomes, name_of(answers), reveal))
    return outcomes


def paper(pile: Pile, outcomes: list[Outcome], name: str, reveal: bool) -> bytes:
    """The report, as a file holds it."""
    title = Path(name).name or "answers"
    return page(pile, outcomes, title=title, reveal=reveal).encode("utf-8", "backslashreplace")


def name_of(file: Any) -> str:
    return "" if isinstance(file, bytes) or hasattr(file, "read") else os.fspath(file)


def silent(total: int) -> AbstractContextManager[Progress]:
    """No bar."""
    return nullcontext(lambda done, of: None)


def _possible(
    rounding: str, jobs: int | None, seconds: float, resume: bool, out: object
) -> None:
    if rounding not in ("reject", "accept"):
        raise UsageError(f"rounding is reject or accept, got {rounding!r}")
    if jobs is not None and jobs < 1:
        raise UsageError(f"jobs is at least 1, got {jobs}")
    if not seconds > 0:
        raise UsageError(f"seconds is more than 0, got {seconds:g}")
    if resume and out is None:
        raise UsageError("resume needs out", hint="the journal stands beside that file")


def contents(path: Any) -> bytes:
    if isinstance(path, bytes):
        return path
    if hasattr(path, "read"):
        data = path.read()
        return data.encode() if isinstance(data, str) else bytes(data)
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {os.fspath(path)}: {error.strerror}") from None
    except TypeError:
        raise UsageError(f"answers is a path or bytes, got {type(path).__name__}") from None


@contextmanager
def journal(
    out: Any, settings: Settings, resume: bool
) -> Iterator[Journal | None]:
    """What is done so far, kept beside the result until that is written."""
    if out is None:
        yield None
        return
    path = Path(f"{os.fspath(out)}.journal")
    try:
        kept = (Journal.resumed if resume else Journal.fresh)(path, settings.as_dict())
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from None
    done = False
    try:
        yield kept
        done = True
    finally:
        kept.close(done=done)


def write(path: Any, data: bytes) -> None:
    """All of it or nothing: a kill must not leave half a file behind."""
    if hasattr(path, "write"):
        path.write(data)
        return
    half = Path(f"{os.fspath(path)}.part")
    try:
        half.write_bytes(data)
        os.replace(half, path)  # the one call that is atomic everywhere
    except OSError as error:
        raise UsageError(f"cannot write {os.fspath(path)}: {error.strerror}") from None


__all__ = ["grade"]
