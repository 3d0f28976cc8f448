"""A problem set for a class: what a student sees and answers, what a teacher sees and decides.

- `Classroom(set_path, attempts, call)` answers the requests in `CLASS_ENDPOINTS`; `call` runs a
  function in a process that can be killed.

Who asks is known by a code alone. Without a database nobody has one, and nothing is kept.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

from ..errors import UsageError
from ..grading.groups import normal_form
from ..grading.sheets import csv_line
from ..homework.messages import unplaced
from ..limits import Limits
from ..questions.question import meanings
from ..sentences import languages, say, spoken
from ..sets.kept_questions import as_text_of
from ..sets.problem_set import Posed, ProblemSet, gaps_filled
from . import tutoring
from .attempts import STUDENT, TEACHER, Attempt, Attempts, Person, now
from .fields import Field, NumberField, OneOfField, TextField, TextsField, WholeField, values

CHARACTERS_OF_A_CODE = 64
CHARACTERS_OF_A_NAME = 200
LETTERS_OF_SAME = 12
EXAMPLES_SHOWN = 5

OF_WHOM = TextField(CHARACTERS_OF_A_CODE, "")
LANG = OneOfField(tuple(languages()))
CLASS_ENDPOINTS: dict[str, tuple[str, dict[str, Field]]] = {  # what each is for, and its fields
    "set": ("the questions of the class's set, with a student's own values",
            {"code": OF_WHOM, "lang": LANG}),
    "answer": ("an answer to a question of the set, which counts",
               {"code": OF_WHOM, "problem": TextField(CHARACTERS_OF_A_NAME),
                "answer": TextField(Limits.student.characters), "lang": LANG}),
    "class": ("a teacher's view: progress, and wrong answers in groups",
              {"code": OF_WHOM, "lang": LANG}),
    "people": ("new codes for students of these names",
               {"code": OF_WHOM, "names": TextsField(CHARACTERS_OF_A_NAME), "lang": LANG}),
    "revoke": ("end a student's code",
               {"code": OF_WHOM, "person": WholeField(1, 2**31), "lang": LANG}),
    "decide": ("the credit of all answers that say the same",
               {"code": OF_WHOM, "same": TextField(LETTERS_OF_SAME), "credit": NumberField(),
                "lang": LANG}),
    "gradebook": ("every student's points, as CSV", {"code": OF_WHOM, "lang": LANG}),
}  # fmt: skip
OF_TEACHERS = ("class", "people", "revoke", "decide", "gradebook")


class Forbidden(UsageError):
    """The code opens nothing, or not this."""


class Told(NamedTuple):
    """What a process makes of an answer: the judgement as JSON data, and what is kept of it."""

    shown: dict[str, Any]
    verdict: str
    mistake: str
    credit: float
    same: str


def meaning(code: str, language: str) -> str:
    """What a mistake is, in a few words for a teacher."""
    told = meanings().get(code)
    return str(spoken(say(told), language)) if told else code


# --- in a process that can be killed --------------------------------------------------------------


@lru_cache(maxsize=4)
def problem_set(path: str) -> ProblemSet:
    return ProblemSet.read(path)


def posed_for(path: str, student: str, language: str) -> dict[str, Any]:
    """The set's questions with one student's values."""
    found = problem_set(path)
    problems = [
        {"name": one.problem.name, "points": one.problem.points,
         "attempts": one.problem.attempts,
         **tutoring.posed(one.question, language, one.text if one.problem.text else "")}
        for one in found.instance(student)
    ]  # fmt: skip
    return {"title": found.title, "text": tutoring.in_parts(found.text), "problems": problems}


def judged_for(path: str, student: str, problem: str, answer: str, language: str) -> Told:
    """The judgement on one student's answer, with the teacher's own hints."""
    found = problem_set(path)
    one = found.of_student(found.problem(problem), student)
    judgement = one.judge(one.question.pointed(answer, language))
    known = {name: str(value) for name, value in one.values.items()}
    own = {gaps_filled(said, known) for _, said in one.problem.hints}  # the teacher's come first
    hints = ([judgement.message] if judgement.message in own
             else [unplaced(m.message) for m in judgement.mistakes])  # fmt: skip
    shown = spoken({**judgement.as_dict(), "hints": hints}, language)
    mistake = str(judgement.mistakes[0].code) if judgement.mistakes else ""
    same = same_as(one, judgement.reading or answer)
    return Told(shown, str(judgement.verdict), mistake, judgement.credit, same)


def same_as(one: Posed, reading: str) -> str:
    """A name for all answers to the same question that say the same."""
    content = "|".join((one.problem.name, as_text_of(one.question), normal_form(reading.strip())))
    return sha256(content.encode()).hexdigest()[:LETTERS_OF_SAME]


# --- in the server --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Classroom:
    """A set, who may answer it, and a way to have something computed."""

    path: str
    attempts: Attempts | None
    call: Callable[..., Awaitable[Any]]

    async def answered(self, name: str, body: Any) -> dict[str, Any]:
        """Raises SymgradError; Forbidden for a code that does not open this."""
        given = values(CLASS_ENDPOINTS[name][1], body)
        person = self.person(given["code"], TEACHER if name in OF_TEACHERS else STUDENT)
        match name:
            case "set":
                return await self.shown(person, given)
            case "answer":
                return await self.judged(person, given)
            case "class":
                return self.overview(given["lang"])
            case "people":
                return self.joined(given["names"])
            case "revoke":
                self.revoke(given["person"])
            case "decide":
                self.decide(given["same"], given["credit"])
            case "gradebook":
                return {"csv": self.gradebook()}
        return {}

    @property
    def db(self) -> Attempts:
        if self.attempts is None:
            raise UsageError(say("nothing is kept here"), hint="symgrad serve --set FILE --db FILE")
        return self.attempts

    def person(self, code: str, role: str) -> Person:
        """Who asks. A teacher may see what a student sees."""
        if self.attempts is None and role == STUDENT:
            return Person(0, "", STUDENT, False)
        found = self.db.who(code)
        if found is None or role not in (found.role, STUDENT):
            raise Forbidden(say("this code opens nothing here"))
        return found

    async def shown(self, person: Person, given: Mapping[str, Any]) -> dict[str, Any]:
        """The questions, how often each was answered, and the best credit."""
        found: dict[str, Any] = await self.call(posed_for, self.path, person.name, given["lang"])
        mine = self.attempts.attempts(person.id) if self.attempts else []
        for one in found["problems"]:
            own = [a for a in mine if a.problem == one["name"]]
            one["used"], one["best"] = len(own), max((a.credit for a in own), default=None)
        return {"role": person.role, "name": person.name, "kept": bool(self.attempts), **found}

    async def judged(self, person: Person, given: Mapping[str, Any]) -> dict[str, Any]:
        """An answer that counts; one too many is refused before anything is told about it."""
        problem = problem_set(self.path).problem(given["problem"])
        used = self.attempts.count(person.id, problem.name) if self.attempts else 0
        if problem.attempts is not None and used >= problem.attempts:
            raise UsageError(say("all {n} attempts are used", n=problem.attempts))
        told: Told = await self.call(
            judged_for, self.path, person.name, problem.name, given["answer"], given["lang"]
        )
        counts = told.verdict != "invalid"  # what cannot be read costs nothing
        if self.attempts and counts:
            attempt = Attempt(person.id, problem.name, used + 1, given["answer"], told.verdict,
                              told.mistake, told.credit, told.same, now())  # fmt: skip
            if not self.attempts.noted(attempt):
                raise UsageError(say("another answer came first"), hint=say("send it again"))
        left = None if problem.attempts is None else problem.attempts - used - counts
        credit = self.db.decisions().get(told.same, told.credit) if self.attempts else told.credit
        return {**told.shown, "credit": credit, "attempts_left": left}

    # --- the teacher's ------------------------------------------------------------------------

    def joined(self, names: Sequence[str]) -> dict[str, Any]:
        """New codes; they are shown this once."""
        lines = ("".join(c if c.isprintable() else " " for c in name) for name in names)
        wanted = [" ".join(line.split()) for line in lines if line.strip()]
        if not wanted:
            raise UsageError(say("name at least one student"))
        return {"codes": [{"name": name, "code": self.db.joined(name)} for name in wanted]}

    def revoke(self, person: int) -> None:
        if not any(p.id == person and p.role == STUDENT for p in self.db.people()):
            raise UsageError(say("there is no student of the number {n}", n=person))
        self.db.revoked(person)

    def decide(self, same: str, credit: float) -> None:
        if not 0 <= credit <= 1:
            raise UsageError(say("a credit is between 0 and 1, got {n}", n=f"{credit:g}"))
        if not any(a.same == same for a in self.db.attempts()):
            raise UsageError(say("there is no answer of this group"))
        self.db.decided(same, credit)

    def overview(self, language: str = "en") -> dict[str, Any]:
        """Everybody's progress, and the wrong answers in groups that say the same."""
        attempts = self.db.attempts()
        problems = [p.name for p in problem_set(self.path)]
        people = [{"id": p.id, "name": p.name, "revoked": p.revoked,
                   "points": self.points(p.id, attempts)}
                  for p in self.db.people() if p.role == STUDENT]  # fmt: skip
        return {"problems": problems, "people": people, "groups": self.groups(attempts, language)}

    def groups(self, attempts: Sequence[Attempt], language: str) -> list[dict[str, Any]]:
        decisions, found = self.db.decisions(), dict[str, dict[str, Any]]()
        names = {p.id: p.name for p in self.db.people()}
        for a in attempts:
            if a.verdict == "correct" and a.same not in decisions:
                continue
            if a.same not in found:
                found[a.same] = {
                    "same": a.same, "problem": a.problem, "verdict": a.verdict,
                    "asked": self.asked(a.problem, names.get(a.person, "")),
                    "mistake": a.mistake, "meaning": meaning(a.mistake, language), "count": 0,
                    "answers": [], "decision": decisions.get(a.same),
                }  # fmt: skip
            group = found[a.same]
            group["count"] += 1
            if a.answer not in group["answers"] and len(group["answers"]) < EXAMPLES_SHOWN:
                group["answers"].append(a.answer)
        return sorted(found.values(), key=lambda g: -g["count"])

    def asked(self, problem: str, student: str) -> str:
        """The formula of a question with a student's values; none where the set has it no more."""
        found = problem_set(self.path)
        with suppress(UsageError):
            given = found.of_student(found.problem(problem), student).question.expression
            return given if isinstance(given, str) else ", ".join(map(str, given))
        return ""

    def points(self, person: int, attempts: Sequence[Attempt]) -> list[float | None]:
        """A person's points for every problem: the best attempt's."""
        found: list[float | None] = []
        for problem in problem_set(self.path):
            credits = [a.credit for a in attempts
                       if a.person == person and a.problem == problem.name]  # fmt: skip
            found.append(round(max(credits) * problem.points, 4) if credits else None)
        return found

    def gradebook(self) -> str:
        """A line for every student: points by problem, and their sum."""
        overview = self.overview()
        lines = [["student", *overview["problems"], "points"]]
        for person in overview["people"]:
            points = person["points"]
            total = sum(p for p in points if p is not None)
            shown = ["" if p is None else f"{p:g}" for p in points]
            lines.append([person["name"], *shown, f"{total:g}"])
        return "".join(csv_line(line) for line in lines)
