"""A class answers a set: codes, attempts, a teacher's view, and nothing that is not theirs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from symgrad.pages.classroom import meaning

from .test_pages_api import JSON

pytestmark = [pytest.mark.needs("starlette"), pytest.mark.needs("sqlalchemy")]

SET = """
title = "Derivatives"
text = "Differentiate $x^2$ and the like."

[[question]]
name = "power"
expression = "a*x^3"
points = 2
attempts = 2
parameters = { a = "2..9" }
[question.hints]
"a*x^2" = "The exponent comes down."

[[question]]
name = "product"
expression = "x*sin(x)"
"""


class Room:
    """A server with a set and a database, and the codes that open it."""

    def __init__(self, client: Any, attempts: Any, teacher: str) -> None:
        self.client, self.attempts, self.teacher = client, attempts, teacher

    def asked(self, name: str, **body: Any) -> tuple[int, dict[str, Any]]:
        response = self.client.post(f"/api/{name}", headers=JSON, json=body)
        return response.status_code, response.json()

    def student(self, name: str) -> str:
        _, found = self.asked("people", code=self.teacher, names=[name])
        return found["codes"][0]["code"]


@pytest.fixture(scope="module")
def room(tmp_path_factory: Any) -> Iterator[Room]:
    from starlette.testclient import TestClient

    from symgrad.pages.attempts import TEACHER, Attempts
    from symgrad.pages.server import application

    folder = tmp_path_factory.mktemp("class")
    problems = folder / "set.toml"
    problems.write_text(SET, encoding="utf-8")
    attempts = Attempts(str(folder / "attempts.sqlite"))
    teacher = attempts.joined("teacher", TEACHER)
    with TestClient(application(problems=str(problems), attempts=attempts)) as client:
        yield Room(client, attempts, teacher)


def right(expression: str) -> str:
    return f"3*{expression.replace('^3', '^2')}"


def test_a_student_answers(room: Room) -> None:
    """Every student has values of their own; answers count, are judged, and come to an end."""
    ada, emmy = room.student("Ada"), room.student("Emmy")
    shown = {name: room.asked("set", code=name)[1] for name in (ada, emmy)}
    first = shown[ada]["problems"][0]
    assert ("Derivatives", "Ada", "power", 0) == (
        shown[ada]["title"], shown[ada]["name"], first["name"], first["used"]
    )  # fmt: skip
    assert first["question"] != shown[emmy]["problems"][0]["question"]
    answer = right(first["question"]["expression"])
    wrong = room.asked("answer", code=ada, problem="power", answer="x")[1]
    unread = room.asked("answer", code=ada, problem="power", answer="x +")[1]
    correct = room.asked("answer", code=ada, problem="power", answer=answer)[1]
    assert [("incorrect", 1), ("invalid", 1), ("correct", 0)] == [
        (found["verdict"], found["attempts_left"]) for found in (wrong, unread, correct)
    ]
    status, refused = room.asked("answer", code=ada, problem="power", answer=answer)
    assert (400, "all 2 attempts are used") == (status, refused["message"])
    assert 1.0 == room.asked("set", code=ada)[1]["problems"][0]["best"]


def test_the_teachers_hint_comes_first(room: Room) -> None:
    """What the teacher says about an answer is the hint that its student gets."""
    code = room.student("Felix")
    question = room.asked("set", code=code)[1]["problems"][0]["question"]["expression"]
    answer = question.replace("^3", "^2")
    _, found = room.asked("answer", code=code, problem="power", answer=answer)
    assert ["The exponent comes down."] == found["hints"]


def test_a_teacher_sees_decides_and_exports(room: Room) -> None:
    """Equal wrong answers are one group; a decision counts for all of them, later ones too."""
    students = [room.student(name) for name in ("Kurt", "Max", "=1+1")]
    for code, answer in zip(students, ("cos(x)", "cos x", "sin(x)")):
        room.asked("answer", code=code, problem="product", answer=answer)
    _, found = room.asked("class", code=room.teacher)
    group = next(g for g in found["groups"] if g["problem"] == "product" and g["count"] == 2)
    assert ({"cos(x)", "cos x"}, "x*sin(x)") == (set(group["answers"]), group["asked"])
    assert 200 == room.asked("decide", code=room.teacher, same=group["same"], credit=0.5)[0]
    _, decided = room.asked("class", code=room.teacher)
    points = {person["name"]: person["points"] for person in decided["people"]}
    assert [0.5, 0.5] == [points["Kurt"][1], points["Max"][1]]
    _, book = room.asked("gradebook", code=room.teacher)
    lines = {line[0]: line[1:] for line in csv.reader(io.StringIO(book["csv"]))}
    assert ["power", "product", "points"] == lines["student"]
    assert ["", "0.5", "0.5"] == lines["Kurt"]
    assert not any(name.startswith("=") for name in lines)  # no formula for a spreadsheet


@pytest.mark.parametrize("name", ["class", "people", "revoke", "decide", "gradebook"])
def test_what_is_the_teachers_stays_theirs(room: Room, name: str) -> None:
    """A student's code, a wrong one, a revoked one and none open nothing of the teacher's."""
    body: dict[str, Any] = {
        "people": {"names": ["x"]}, "revoke": {"person": 1}, "decide": {"same": "a", "credit": 1},
    }.get(name, {})  # fmt: skip
    for code in (room.student("Eve"), "abcd-efgh", "' or 1=1 --", ""):
        assert 403 == room.asked(name, code=code, **body)[0]


def test_a_code_can_be_revoked_and_made_anew(room: Room) -> None:
    """A revoked code opens nothing; a new one opens the same person's answers."""
    code = room.student("Carl")
    person = next(p for p in room.attempts.people() if p.name == "Carl")
    assert 200 == room.asked("set", code=code.upper().replace("-", " "))[0]
    assert 200 == room.asked("revoke", code=room.teacher, person=person.id)[0]
    assert 403 == room.asked("set", code=code)[0]
    again = room.student("Carl")
    assert (200, 403) == (room.asked("set", code=again)[0], room.asked("set", code=code)[0])


def test_what_is_wrong_is_told_in_the_language_of_the_page(room: Room) -> None:
    """A class's errors, and what a mistake of any kind of question means, are translated."""
    for lang, said in (("de", "dieser Code öffnet hier nichts"), ("en", "this code opens nothing")):
        assert said in room.asked("set", code="abcd", lang=lang)[1]["message"]
    assert "missing" != meaning("missing", "en") != meaning("missing", "fr")


def test_only_what_is_there_is_revoked_and_decided(room: Room) -> None:
    """The teacher's own code, a student and a group that are not there are refused."""
    own = next(p for p in room.attempts.people() if p.role == "teacher")
    for person in (own.id, 9999):
        assert 400 == room.asked("revoke", code=room.teacher, person=person)[0]
    assert 200 == room.asked("class", code=room.teacher)[0]
    assert 400 == room.asked("decide", code=room.teacher, same="nosuch", credit=1)[0]


def test_a_decision_counts_for_the_answers_to_come(room: Room) -> None:
    """Who gives a wrong answer that the teacher accepted is told its credit at once."""
    first, second = room.student("Hypatia"), room.student("Sophie")
    asked = {"problem": "product", "answer": "sin x + 3 x cos x"}
    assert 1 > room.asked("answer", code=first, **asked)[1]["credit"]
    groups = room.asked("class", code=room.teacher)[1]["groups"]
    same = next(g["same"] for g in groups if asked["answer"] in g["answers"])
    assert 200 == room.asked("decide", code=room.teacher, same=same, credit=1)[0]
    assert 1 == room.asked("answer", code=second, **asked)[1]["credit"]


@pytest.mark.parametrize(("typed", "kept"), [
    ("  Ada\n Byron ", "Ada Byron"), ("Max\u202e\x00", "Max"), ("=1+1", "=1+1"),
])  # fmt: skip
def test_a_name_is_one_line(room: Room, typed: str, kept: str) -> None:
    """Breaks of lines and what turns a text around do not get into a table."""
    _, found = room.asked("people", code=room.teacher, names=[typed])
    assert [kept] == [one["name"] for one in found["codes"]]


def test_opening_the_page_is_no_guess(room: Room) -> None:
    """Who has typed no code yet does not use up the requests of a school's address."""
    for _ in range(60):
        assert 403 == room.asked("set", code="")[0]
    assert 'name="symgrad-set" content="coded"' in room.client.get("/").text


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_questions_are_posted(room: Room, method: str) -> None:
    """Another method is told so; what is not there stays not there."""
    said = [getattr(room.client, method)(f"/api/{name}").status_code for name in ("diff", "x")]
    assert [405, 404] == said


def test_codes_are_not_kept(room: Room, tmp_path: Path) -> None:
    """The database has no code in it, only hashes that do not lead back."""
    code = room.student("Ludwig")
    path = Path(room.attempts.address.removeprefix("sqlite:///"))
    with room.attempts.engine.connect() as db:
        db.exec_driver_sql("pragma wal_checkpoint(truncate)")
    assert code.encode() not in path.read_bytes()
    assert code.replace("-", "").encode() not in path.read_bytes()
    assert 0 == path.stat().st_mode & 0o077


def test_two_answers_at_once_are_not_one_too_many(room: Room) -> None:
    """Where two answers have the same number, the second is not kept."""
    from symgrad.pages.attempts import Attempt

    room.student("Sofia")
    person = next(p for p in room.attempts.people() if p.name == "Sofia")
    attempt = Attempt(person.id, "power", 1, "x", "incorrect", "", 0.0, "same", "2026")
    assert (True, False) == (room.attempts.noted(attempt), room.attempts.noted(attempt))
    assert 1 == room.attempts.count(person.id, "power")


def test_a_set_without_a_database_keeps_nothing(tmp_path: Path) -> None:
    """Then nobody needs a code, and a teacher's requests say what is missing."""
    from starlette.testclient import TestClient

    from symgrad.pages.server import application

    path = tmp_path / "set.toml"
    path.write_text(SET, encoding="utf-8")
    with TestClient(application(problems=str(path))) as client:
        room = Room(client, None, "")
        assert (200, False) == (room.asked("set")[0], room.asked("set")[1]["kept"])
        _, found = room.asked("answer", problem="product", answer="sin x + x cos x")
        assert "correct" == found["verdict"]
        assert (400, "nothing is kept here") == (
            room.asked("class")[0], room.asked("class")[1]["message"])  # fmt: skip
        assert 'name="symgrad-set" content="yes"' in client.get("/").text
        assert "/api/answer" in client.get("/openapi.json").json()["paths"]
