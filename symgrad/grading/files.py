"""A file of answers in, the same file with verdicts out, marks, and a report.

- `grade("answers.csv", out="graded.csv", report="report.html")` does all of it, and returns the
  outcomes, a mapping a row; `grade` is also what `symgrad grade` runs.
- With `out` a journal stands beside the result until that is written; `resume=True` goes on there.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from io import IOBase
from pathlib import Path
from typing import Any

from ..displays import brief, table, told
from ..doors import door, shown
from ..errors import UsageError
from ..sentences import one_or_another, say, spoken
from ..sets.problem_set import ProblemSet
from . import marks
from .class_report import pieces
from .dask import Told
from .decisions import decided, decisions
from .journal import Journal
from .layouts import Choice
from .of_a_set import read_for
from .pile import Pile, fits_a_spreadsheet, read, written
from .sheets import bad_bytes, form_of
from .targets import Target, apart
from .tasks import Outcome, Progress, Settings, graded, readable

FilePath = str | os.PathLike[str]
Bar = Callable[[int], AbstractContextManager[Progress]]


class Graded(list[Outcome]):
    """The outcomes of a pile, a mapping a row: a list that shows how it went."""

    @property
    def counts(self) -> dict[str, int]:
        """How many rows have each verdict."""
        return dict(Counter(row["verdict"] for row in self).most_common())

    def __repr__(self) -> str:
        return brief(self, answers=len(self), **self.counts)

    def _repr_html_(self) -> str:
        """For notebooks: the counts, and the first rows."""
        shown = ("verdict", "credit", "mistake", "message")
        went = ", ".join(f"{count} {verdict}" for verdict, count in self.counts.items())
        rows = ([row.get(name) for name in shown] for row in self)
        return told(f"{len(self)} answer{'s' * (len(self) != 1)}", went, after=table(shown, rows))


@door("answer", "assume")
def grade(
    answers: FilePath | bytes | IOBase, out: FilePath | IOBase | None = None, *,
    expression: str = "", answer: str | Iterable[str] = (), student: str = "", wrt: str = "",
    order: int | str = "", assume: str | Iterable[str] = (), powers: str = "real",
    credit: str = "terms", overrides: FilePath | None = None, gradebook: FilePath | None = None,
    gradescope: FilePath | None = None, moodle: FilePath | None = None,
    report: FilePath | None = None, reveal: bool = False, lang: str = "en",
    jobs: int | None = None, scheduler: str = "", rounding: str = "reject", prove: bool = False,
    seconds: float = 2.0, resume: bool = False, form: str = "", bar: Bar | None = None,
    told: Told = print, problems: FilePath | ProblemSet | None = None,
) -> Graded:  # fmt: skip
    """Judge every answer of a file: CSV, JSON Lines or a spreadsheet.

    `answers` is a path, a stream, or bytes, with the columns expression and answer; or `answer`
    names the columns, as "Response 1" or "Response 1=x^2", and `expression` what was asked. `out`
    (a path, or a stream of bytes) gets the rows with their verdicts, `report` a page for people,
    `gradebook` the points (`student` names the column), `gradescope` a results.json, `moodle` a
    feedback file. `overrides` is a file of a teacher's decisions. `jobs` processes share the work
    (one a core), or a dask cluster at `scheduler`; `seconds` are for one answer at most. `resume`
    goes on where a run with the same `out` was interrupted. `lang` is the language of all
    messages. With `problems`, a problem set or its file, the questions are those of the set, with
    each student's values: a column `question` names them, or columns are headed by their names.
    Returns a mapping a row: verdict, credit, mistake, ... Raises UsageError for what cannot be read
    or written, and before anything is judged where a question cannot be read.
    """
    if not isinstance(problems, ProblemSet | str | os.PathLike | None):
        raise UsageError(f"problems is a path or a ProblemSet, got {shown(problems)}")
    _possible(rounding, powers, credit, jobs, seconds, lang)
    places = {"out": out, "report": report, "gradebook": gradebook, "gradescope": gradescope,
              "moodle": moodle}  # fmt: skip
    targets = _targets(places, name_of(answers), resume)
    choice = Choice(expression, several(answer), student, wrt, str(order))
    pile = read(contents(answers), name_of(answers), choice) if problems is None else read_for(
        problems if isinstance(problems, ProblemSet) else ProblemSet.read(os.fspath(problems)),
        contents(answers), name_of(answers), choice,
    )  # fmt: skip
    settings = Settings(rounding, prove, several(assume), powers, lang, seconds)
    made = []
    if overrides is not None:
        made = decisions(contents(overrides, "overrides"), name_of(overrides))
    tell = partial(in_the_language, told, lang)
    if out is not None and shape(pile, name_of(out), form) == "xlsx":
        fits_a_spreadsheet(pile)
    _sensible(pile, targets, settings, tell)
    beside = journal(targets.get("out"), settings, resume, tell)
    with beside as kept, (bar or silent)(len(pile.rows)) as moved:
        outcomes = graded(
            pile, settings, jobs=jobs, scheduler=scheduler, journal=kept, progress=moved, told=tell
        )
        outcomes = decided(pile, marks.credited(outcomes, credit), made, tell, lang)
        results = Results(pile, outcomes, name_of(answers), name_of(out), form, reveal, lang)
        for what, target in targets.items():
            target.write(getattr(results, what)())
    return Graded(outcomes)


@dataclass(frozen=True, slots=True)
class Results:
    """What a run may write, each in pieces: the methods are named as the arguments of `grade`."""

    pile: Pile
    outcomes: list[Outcome]
    source: str
    place: str
    form: str
    reveal: bool
    language: str

    def out(self) -> Iterable[bytes]:
        return written(self.pile, self.outcomes, shape(self.pile, self.place, self.form))

    def report(self) -> Iterable[bytes]:
        title = Path(self.source).name or "answers"
        page = pieces(self.pile, self.outcomes, title=title, reveal=self.reveal,
                      language=self.language)  # fmt: skip
        return (piece.encode("utf-8", "backslashreplace") for piece in page)

    def gradebook(self) -> Iterable[bytes]:
        return [marks.gradebook(self.pile, self.outcomes)]

    def gradescope(self) -> Iterable[bytes]:
        return [marks.gradescope(self.pile, self.outcomes)]

    def moodle(self) -> Iterable[bytes]:
        return [marks.moodle(self.pile, self.outcomes)]


def shape(pile: Pile, place: str, form: str) -> str:
    """How the graded rows are written: as asked for, as the name ends, as they were read."""
    own = pile.sheet.form
    own = "csv" if own == "xlsx" and not place else own  # a terminal shows no workbook
    return form or form_of(place, own)


def several(texts: str | Iterable[str]) -> tuple[str, ...]:
    """One text, or several; an empty one says nothing."""
    given = (texts,) if isinstance(texts, str) else texts
    found = tuple(given) if isinstance(given, Iterable) else (given,)
    strange = [type(text).__name__ for text in found if not isinstance(text, str)]
    if strange:
        raise UsageError(say("a text or several are wanted, got {kind}", kind=strange[0]))
    return tuple(text for text in found if text.strip())


def name_of(file: Any) -> str:
    """The path of a file; nothing for what has none."""
    return os.fspath(file) if isinstance(file, (str, os.PathLike)) else ""


def in_the_language(told: Told, lang: str, text: str) -> None:
    told(spoken(text, lang))


def silent(total: int) -> AbstractContextManager[Progress]:
    """No bar."""
    return nullcontext(lambda done, of: None)


def _targets(places: Mapping[str, Any], source: str, resume: bool) -> dict[str, Target]:
    """Where results go, each tried."""
    targets = {what: Target(place) for what, place in places.items() if place is not None}
    apart(targets.values(), source)
    if resume and ("out" not in targets or targets["out"].replaced is None):
        raise UsageError(say("resume needs out"), hint=say("the journal stands beside that file"))
    return targets


def _possible(
    rounding: str, powers: str, credit: str, jobs: int | None, seconds: float, lang: str
) -> None:
    spoken("", lang)  # there is such a language
    for name, given, allowed in (("rounding", rounding, ("reject", "accept")),
                                 ("powers", powers, ("real", "principal")),
                                 ("credit", credit, marks.SCHEMES)):  # fmt: skip
        if given not in allowed:
            raise UsageError(say("{name} is {allowed}, got {given}", name=name, given=repr(given),
                                 allowed=one_or_another(allowed)))  # fmt: skip
    if jobs is not None and jobs < 1:
        raise UsageError(say("jobs is at least 1, got {jobs}", jobs=jobs))
    if not seconds > 0:
        raise UsageError(say("seconds is more than 0, got {seconds}", seconds=f"{seconds:g}"))


def _sensible(pile: Pile, targets: Mapping[str, Target], settings: Settings, tell: Told) -> None:
    """What the file cannot give is said before the work."""
    for purpose in ("gradebook", "moodle"):
        if purpose in targets:
            marks.known_students(pile, purpose)
            nobody = sum(not row.blank and not row.student.strip() for row in pile.rows)
            if nobody:
                tell(say("answers of nobody, which count for no one: {n}", n=nobody))
    if "gradescope" in targets:
        marks.one_student(pile)
    readable(pile, settings)
    for number in bad_bytes(pile.sheet)[:3]:
        place = pile.sheet.place(number)
        tell(say("{place} has a byte that is not UTF-8: it is kept as it is", place=place))


def contents(path: Any, name: str = "answers") -> bytes:
    if isinstance(path, bytes):
        return path
    if hasattr(path, "read"):
        data = path.read()
        return data.encode() if isinstance(data, str) else bytes(data)
    try:
        return Path(path).read_bytes()
    except OSError as error:
        file = os.fspath(path)
        raise UsageError(say("cannot read {file}: {why}", file=file, why=error.strerror)) from None
    except TypeError:
        kind = type(path).__name__
        raise UsageError(
            say("{name} is a path or bytes, got {kind}", name=name, kind=kind)
        ) from None


@contextmanager
def journal(
    out: Target | None, settings: Settings, resume: bool, told: Told
) -> Iterator[Journal | None]:
    """What is done so far, kept beside the result until that is written."""
    if out is None or out.replaced is None:
        yield None
        return
    path = out.replaced.with_name(f"{out.replaced.name}.journal")
    kept = Journal(path, settings.as_dict(), resume=resume, told=told)
    done = False
    try:
        yield kept
        done = True
    finally:
        kept.close(done=done)


__all__ = ["grade"]
