"""Problem sets: read, refused with their line, every student's own values, graded and exported."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import islice
from pathlib import Path
from xml.etree import ElementTree

import pytest

import symgrad as sg
from symgrad.cli import main
from symgrad.homework.explaining import Derivation, explain
from symgrad.questions.question import kinds
from symgrad.sets import exporting, printing
from symgrad.sets.exercises import RULE_SHAPES, some
from symgrad.sets.kept_questions import as_text_of, question_of
from symgrad.sets.parameters import Parameters, put
from symgrad.sets.problem_set import SCHEMA, ProblemSet
from symgrad.sets.reviewing import Reviews

EXAMPLE = Path(__file__).parents[1] / "examples" / "sets" / "chain_rule.toml"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_students_values_are_the_same_everywhere() -> None:
    """They come out of a hash of the set, the question, the student and the seed."""
    found = sg.ProblemSet.read(EXAMPLE).instance("ada")
    assert "(2*x + 9)^4" == found[0].question.expression
    again = ProblemSet.read(EXAMPLE).instance("ada")
    assert [p.question for p in found] == [p.question for p in again]
    several = {sg.ProblemSet.read(EXAMPLE).instance(s)[0].question.expression for s in "abcdefgh"}
    assert len(several) > 4


@pytest.mark.slow
def test_every_instance_of_the_example_is_decidable() -> None:
    assert [] == ProblemSet.read(EXAMPLE).checked()


def test_the_teachers_hint_is_said_in_place_of_ours() -> None:
    """By the code of the mistake, or for an answer that was expected, however it is written."""
    first = ProblemSet.read(EXAMPLE).instance("ada")[0]
    hint = "What is the derivative of the inner function 2x + 9?"
    assert hint == first.judge("4(2x+9)^3").message
    assert "The exponent drops by one." == first.judge("(9+2x)^4*4").message
    assert "correct" == first.judge("8(2x+9)^3").verdict


@pytest.mark.parametrize(("text", "told"), [
    ('title="t"\n\n[[question]]\nexpression="sin"', "line 3: sin at column 1 has no argument"),
    ('title="t"\ntext="""\n[[question]]\n"""\n# [[question]] it\'s\n[[question]]\nexpression="sin"',
     "line 6: sin at column 1 has no argument"),
    ('title="t"\n[[question]]\nexpression="x"\ntext="of $x"', "line 2: a $ of the text is never"),
    ('title="t"\n[[question]]\nexpression="x"\ntext="of {expresion}"', "the text has {expresion}"),
    ('title="t"\n[[question]]\nexpression="x"\ntext="${expresion}$"', "the text has {expresion}"),
    ('title="t"\n[[question]]\nexpression="x"\nhints.chain_rul="no"', "is for 'chain_rul'"),
    ('title="t"\n[[question]]\nexpression="x"\nhints.x="see {a}"', "the hint for 'x' has {a}"),
    ('title="t"\n[[question]]\nexpression="x"\nattempts=true', "attempts is a whole number"),
    ('title="t"\n[[question]]\nexpression="e^x"\nparameters.e="1..3"', "e is a number already"),
    ('title="t"\n[[question]]\nexpression="x"\nparameters.b="1..3"', "the parameter b is used"),
    ('title="t"\n[[question]]\nexpressin="x"', "line 2: a question has no 'expressin'"),
    ('title="t"\n[[question]]\nexpression="x"\nkind="tangnt"', "line 2: there is no kind"),
    ('title="t"\n[[question]]\nexpression="5"', "does not depend on x"),
    ('title="t"\n[[question]]\nexpression="|x|"\nkind="value"\nat="x=a"\nparameters={a="-1..1"}',
     "for a = 0"),
    ('title="t"\n[[question]]\nexpression="a*x"\nparameters={a="1..3"}\nwhere="a > 5"',
     "no values of the parameters"),
    ('title="t"\n[[question]]\nexpression="a*x"\nparameters={a="1..x"}', "no range"),
    ('title="t"\n[[question]]\nexpression="a*x"\nparameters={a="1..3"}\nwhere="__import__(a)"',
     "is no condition"),
    ('title="t"\n[[question]]\nexpression="x"\npoints=0', "points is a number above 0"),
    ('title="t"\n[[question]]\nexpression="x"\nname="q"\n[[question]]\nexpression="x"\nname="q"',
     "two questions of the name 'q'"),
    ('[[question]]\nexpression="x"', "has no title"), ('title="t"', "has no questions"),
    ("title=", "is no TOML"), ('title="t"\nfoo=1\n[[question]]\nexpression="x"', "'foo'"),
])  # fmt: skip
def test_what_cannot_be_asked_is_refused_with_its_place(text: str, told: str) -> None:
    with pytest.raises(sg.UsageError) as raised:
        ProblemSet.of(text, "set.toml")
    assert told in str(raised.value)


def test_conditions_are_exact_and_never_executed() -> None:
    """1/3 is no float in them, and a name that is no parameter is refused."""
    found = Parameters.of({"a": "1/3..2 step 1/3", "b": [2, 3]}, "a*3 == b and gcd(b, 2) == 2")
    assert [{"a": Fraction(2, 3), "b": Fraction(2)}] == list(found.instances())
    for text in ("a.b == 1", "c > 1", "[a]", "a if b else a", "f(a)", "'a' == a", "a =="):
        with pytest.raises(sg.UsageError):
            Parameters.of({"a": "1..2", "b": [1]}, text)


@pytest.mark.parametrize(("text", "values", "expected"), [
    ("a*x^n + sin(ax)", {"a": Fraction(2), "n": Fraction(3)}, "2*x^3 + sin(ax)"),
    ("2a - a", {"a": Fraction(-1, 2)}, "2*(-1/2) - (-1/2)"),
    ("x_a + a_1 + \\alpha", {"a": Fraction(5)}, "x_a + a_1 + \\alpha"),
    ("x = {a}", {"a": Fraction(5)}, "x = 5"),
    ("{a}x + {a}^2 - 3{a} + x{a}", {"a": Fraction(-2)}, "(-2)x + (-2)^2 - 3*(-2) + x*(-2)"),
    ("\\frac{x^{a}}{{a}}", {"a": Fraction(12)}, "\\frac{x^{12}}{{12}}"),
])  # fmt: skip
def test_values_are_put_in_for_whole_names_only(
    text: str, values: dict[str, Fraction], expected: str
) -> None:
    assert expected == put(text, values)


def test_what_is_no_slip_is_read() -> None:
    """Braces of LaTeX, a dollar of money, an answer without signs, a parameter in a condition."""
    found = ProblemSet.of(r"""title = "t"
[[question]]
expression = "2a x y"
wrt = "x"
text = "Cost \\$5: ${expression}$ or $\\text{abc} x_{max} e^{x}$"
hints = { xy = "no", chain_rule = "no" }
parameters = { a = "1..3", b = "1..3" }
where = "a != b" """)
    assert 1 == len(found)


def test_what_is_missing_is_asked_for_as_the_file_has_it() -> None:
    """A hint names an entry of the file, no option of a command."""
    for entry, hint in (("kind = 'tangent'", 'say so: at = "x=2"'), ("", 'say so: wrt = "x"')):
        source = f"title = 't'\n[[question]]\n{entry}\nexpression = 'x^2{'' if entry else ' y'}'"
        with pytest.raises(sg.UsageError) as caught:
            ProblemSet.of(source)
        assert hint == caught.value.hint


def test_answers_to_a_set_are_graded_with_each_students_values() -> None:
    """Long, a row an answer, and wide, a column a question; the points are the set's."""
    long = b"student,question,answer\nada,power,8(2x+9)^3\nada,4,1.418\nbob,power,3(6x+5)^2\n"
    long += b"bob,no,1\n"
    found = sg.grade(io.BytesIO(long), problems=EXAMPLE, jobs=1)
    assert ["correct", "correct", "incorrect", "invalid"] == [o["verdict"] for o in found]
    wide = b"student,power,tangent\nada,8(2x+9)^3,y=120x-260\n"
    out = io.BytesIO()
    assert ["correct", "correct"] == [
        o["verdict"] for o in sg.grade(io.BytesIO(wide), out, problems=EXAMPLE, jobs=1)
    ]
    assert "power verdict" in out.getvalue().decode()


def test_points_of_a_set_reach_the_gradebook(tmp_path: Path) -> None:
    answers = tmp_path / "answers.csv"
    answers.write_text("student,power,tangent\nada,8(2x+9)^3,y=1\n", encoding="utf-8")
    sg.grade(answers, tmp_path / "out.csv", problems=EXAMPLE, gradebook=tmp_path / "g.csv", jobs=1)
    with (tmp_path / "g.csv").open(newline="", encoding="utf-8") as file:
        assert [["id", "points", "of"], ["ada", "2", "5"]] == list(csv.reader(file))


def test_the_command_shows_checks_and_exports(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Text, a page with MathML, Moodle's XML, PrairieLearn's folders; what is lost is said."""
    assert 0 == main(["set", "check", str(EXAMPLE)])
    assert 0 == main(["set", "show", str(EXAMPLE), "--student", "ada", "--solutions"])
    assert "Answer: y = 120*x - 260" in capsys.readouterr().out
    page = tmp_path / "set.html"
    assert 0 == main(["set", "show", str(EXAMPLE), "--format", "html", "--out", str(page)])
    assert "<math" in page.read_text(encoding="utf-8")
    assert 0 == main(["set", "export", str(EXAMPLE), "--to", "moodle", "--out", str(tmp_path)])
    root = ElementTree.parse(tmp_path / "moodle.xml").getroot()
    kinds = [q.get("type") for q in root.iter("question")]
    assert ["category", "shortanswer", "shortanswer", "shortanswer", "numerical"] == kinds
    assert "Moodle accepts the listed spellings only" in capsys.readouterr().out
    to = ["--to", "prairielearn", "--out", str(tmp_path)]
    assert 0 == main(["set", "export", str(EXAMPLE), *to])
    info = json.loads((tmp_path / "The-chain-rule-power" / "info.json").read_text(encoding="utf-8"))
    assert "power" == info["title"]
    assert 0 == main(["set", "schema"])
    assert SCHEMA["title"] in capsys.readouterr().out


# --- exercises ------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", RULE_SHAPES)
def test_exercises_need_their_rule_and_differ(rule: str) -> None:
    """No two alike, each with its rule, each longer at a higher level, all the same every time."""
    hard = 0
    for level in (1, 2, 3):
        found = some(5, rule=rule, level=level, seed=3)
        assert 5 == len({q.expression for q in found})
        assert [q.expression for q in found] == [
            q.expression for q in islice(sg.practice(rule, level, 3), 5)
        ]
        rules = sum(len(Derivation(sg.parse(q.expression).root, "x").steps()) for q in found)
        hard += -rules if level == 1 else rules
    assert hard > 0


def test_an_exercise_has_a_verified_solution() -> None:
    """Its steps are held against SymPy and its right answer is judged right."""
    for question in some(3, rule="product", level=2, seed=7):
        assert "verified" == explain(question.expression).verdict
        assert "correct" == sg.check(question, question.posed.right()).verdict


@pytest.mark.slow
@pytest.mark.parametrize("level", [1, 2, 3])
def test_many_exercises_none_degenerate(level: int) -> None:
    """Hundreds of all rules: the judge finds each one's derivative right, and 0 wrong."""
    for question in some(120, level=level, seed=11):
        f = sg.parse(question.expression)
        assert "correct" == sg.check(question, str(f.backpropagated("x"))).verdict
        assert "correct" != sg.check(question, "0").verdict


@pytest.mark.parametrize("given", [{"rule": "chian"}, {"level": 4}, {"kind": "nothing"}])
def test_unknown_practice_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(sg.UsageError):
        sg.practice(**given)  # type: ignore[arg-type]


# --- what comes back ------------------------------------------------------------------------------


@pytest.mark.parametrize("question", [
    sg.Question("derivative", "x^2 sin x"), sg.Question("value", "x^3", at="x=2", places=3),
    sg.Question("gradient", "x*y", wrt=("x", "y")),
    sg.Question("taylor", "e^x", at="x=0", degree=3),
    sg.Question("jacobian", ("x*y", "x + y"), wrt=("x", "y")),
    sg.Question("parametric", wrt="t", x="t^2", y="t^3", order=2),
    sg.Question("ode", "y' = 2*y", initial={"x": "0", "y": "1"}),
])  # fmt: skip
def test_a_question_can_be_kept_as_text(question: sg.Question) -> None:
    assert question == question_of(as_text_of(question))


def test_what_went_wrong_comes_back_when_it_is_due(tmp_path: Path) -> None:
    """A right answer at once is not kept; a wrong one comes back, and later after right ones."""
    found = Reviews(tmp_path / "p.sqlite")
    good, bad = sg.Question("derivative", "x^2"), sg.Question("derivative", "x^3")
    found.answered(good, True, NOW)
    found.answered(bad, False, NOW)
    assert [] == found.due(NOW)
    later = NOW + timedelta(minutes=30)
    assert [bad] == found.due(later)
    for day in range(3):
        found.answered(bad, True, later + timedelta(days=day))
    assert [] == found.due(later + timedelta(days=3))
    found.close()


def test_practice_in_a_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It asks, hints, judges, names the mistake, shows the answer, and keeps what went wrong."""
    first = next(iter(sg.practice("chain", 1, 0)))
    right = first.posed.right()
    typed = f"hint\nx\nstep\nskip\n{right}\nquit\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    place = str(tmp_path / "p.sqlite")
    assert 0 == main(["practice", "--rule", "chain", "--db", place])
    said = capsys.readouterr().out
    assert "Chain rule" in said
    assert f"a right answer: {right}" in said
    assert 1 == len(Reviews(place).due(datetime.now(UTC) + timedelta(days=1)))


MIXED = """
title = "t"
text = "It costs \\\\$5: $x > 0$."
[[question]]
name = "jac"
kind = "jacobian"
text = "Give the Jacobian of $F = {expression}$, or $$ \\\\frac{1}{2} $$."
expression = ["a*x*y", "x+y"]
parameters = { a = [3] }
[[question]]
name = "line"
kind = "tangent"
expression = "x^2 + b*x - c"
at = "x=c"
attempts = 2
parameters = { b = ["-1/2"], c = [-2] }
hints.wrong_point = "Is ({c}, 7) on it?"
"""


def test_a_set_is_shown_as_it_was_meant() -> None:
    """Several formulas in a bracket, numbers below 0 with one sign, dollars as dollars."""
    found = ProblemSet.of(MIXED)
    said = printing.as_text(found, found.instance(), "", False)
    assert "It costs $5: x > 0." in said
    assert "of F = (3*x*y, x + y), or" in said
    assert "of x^2 - (1/2)*x + 2 at x = -2." in said
    page = printing.as_html(found, found.instance(), "", False)
    assert '<span class="points">1 point</span>' in page
    assert "$" not in page.replace("costs $5", "")
    quiz = exporting.moodle(found, found.instance()).files["moodle.xml"]
    assert r"\(F = (3 x y, x + y)\), or \( \frac{1}{2} \)." in quiz
    unnamed = ProblemSet.of(MIXED.replace('name = "line"', ""))
    assert "\n2. (1 point)\n" in printing.as_text(unnamed, unnamed.instance(), "", False)
    assert '<p class="math"><math' in page and page.count('class="math"') == 1


def test_practice_asks_a_sets_questions_in_the_teachers_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its texts, its hints, and as many attempts as it gives."""
    place = tmp_path / "set.toml"
    place.write_text(MIXED, encoding="utf-8")
    typed = "[[3y, 3x], [1, 1]]\ny = -9x/2\ny = 1\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    assert 0 == main(["practice", "--set", str(place), "--no-db"])
    said = capsys.readouterr().out
    assert "1. Give the Jacobian of F = (3*x*y, x + y)" in said
    assert "Is (-2, 7) on it?" in said
    assert "a right answer: y = -9*x/2 - 2" in said
    assert "1 of 2 right" in said


def test_a_report_on_a_set_says_what_was_asked(tmp_path: Path) -> None:
    """Of a tangent no derivative is revealed; a row that names no question is not guessed at."""
    rows = b'student,question,answer\nada,line,y = x\nada,,"[[3y, 3x], [1, 1]]"\n'
    place = tmp_path / "report.html"
    found = sg.grade(io.BytesIO(rows), problems=ProblemSet.of(MIXED), jobs=1, report=place,
                     reveal=True)  # fmt: skip
    assert ["incorrect", "invalid"] == [o["verdict"] for o in found]
    assert "does not say which question" in found[1]["message"]
    page = place.read_text(encoding="utf-8")
    assert "Give the tangent line of x^2 - (1/2)*x + 2 at x = -2." in page
    assert "Differentiate" not in page


def test_a_file_may_ask_questions_of_all_kinds() -> None:
    """A column kind, and columns for what it needs; a broken question is told with its line."""
    heading = b"kind,expression,at,places,answer\n"
    rows = b"tangent,x^2,x=3,,y=6x-9\nvalue,e^x,x=1,2,2.72\n,x^2,,,2x\ntangent,x^2,x=3,,y=6x\n"
    found = sg.grade(io.BytesIO(heading + rows), jobs=1)
    assert ["correct", "correct", "correct", "incorrect"] == [o["verdict"] for o in found]
    assert "wrong_point" == found[3]["mistake"]
    with pytest.raises(sg.UsageError, match="line 2"):
        sg.grade(io.BytesIO(heading + b"tangent,x^2,x=1/0,,y=6x\n"), jobs=1)


def test_a_solution_is_explained_in_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Every kind has worked steps; as JSON, too."""
    assert 0 == main(["explain", "--kind", "tangent", "x^2 sin x", "--at", "x=pi/2"])
    assert "Answer: y = pi^2/4 + pi*(x - pi/2)" in capsys.readouterr().out
    assert 0 == main(["explain", "--kind", "value", "x^3", "--at", "x=2", "--json"])
    assert "12" == json.loads(capsys.readouterr().out)["answer"]


@pytest.mark.parametrize("count", [1, pytest.param(3, marks=pytest.mark.slow)])
@pytest.mark.parametrize("kind", sorted(kinds()))
def test_every_kind_makes_questions_up(kind: str, count: int) -> None:
    """Each is kept and read again, and its own right answer is judged right."""
    for question in islice(sg.practice("chain", 1, 3, kind=kind), count):
        assert question == question_of(as_text_of(question))
        assert "correct" == sg.check(question, question.posed.right()).verdict


@pytest.mark.parametrize("count", ["-3", "0", "x"])
def test_a_count_that_is_none_is_refused(count: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["practice", "--no-db", "--count", count])
    assert "a whole number from 1 on" in capsys.readouterr().err
