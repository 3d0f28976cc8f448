"""The API of `symgrad serve`: it answers what the command prints, and nothing that is hostile."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree

import pytest

import symgrad as sg
from symgrad.cli import main
from symgrad.curves import Span, curves
from symgrad.pages.answering import DEEPEST_REQUEST, ENDPOINTS, answered, language_of
from symgrad.pages.crew import stopped
from symgrad.pages.guards import (
    BYTES_OF_A_REQUEST,
    LOOPBACK,
    REQUESTS_A_SECOND,
    REQUESTS_AT_ONCE,
    Hosts,
    Rates,
    refusal,
)
from symgrad.sentences import languages, spoken

STATIC = files("symgrad.pages") / "static"
FORMULA = "x^2 sin(3x)"
WRONG = "2x sin(3x) + x^2 cos(3x)"


def asked(name: str, **body: Any) -> dict[str, Any]:
    """An answer, without a server."""
    return json.loads(answered(name, json.dumps(body)).text)


def printed(capsys: pytest.CaptureFixture[str], *argv: str) -> dict[str, Any]:
    main([*argv, "--json"])
    return json.loads(capsys.readouterr().out)


def test_diff_is_what_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    """The API answers in the shape of --json, and with the same numbers."""
    assert printed(capsys, "diff", FORMULA) == asked("diff", expression=FORMULA)


def test_check_is_what_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    """A judgement over the API is the command's, in the language that was asked for."""
    told = asked("check", expression=FORMULA, answer=WRONG, lang="de")
    assert "Kettenregel: der Faktor aus der inneren Funktion fehlt." == told.pop("hints")[0]
    assert printed(capsys, "check", FORMULA, WRONG, "--lang", "de") == told


def test_explain_is_what_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    """A derivation over the API has the command's steps; typeset besides."""
    told = asked("explain", expression=FORMULA)
    for step in told["steps"]:
        assert all("<math" in shown for shown in step.pop("mathml").values() if shown)
    assert printed(capsys, "explain", FORMULA) == told


def test_errors_are_what_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    """A text that cannot be read is told with its place, as the command does."""
    assert printed(capsys, "diff", "2 +") == asked("diff", expression="2 +")


def test_a_preview_shows_every_reading() -> None:
    """1/2x is shown in both of its meanings; an unfinished text with what is missing, and where."""
    assert ["(1/2)*x", "1/(2*x)"] == [r["text"] for r in asked("preview", text="1/2x")["readings"]]
    unfinished = asked("preview", text="x^2 sin")
    assert ([], [4, 7]) == (unfinished["readings"], unfinished["position"])
    german = asked("preview", text="x^2 sin", lang="de")
    assert ("sin in Spalte 5 hat kein Argument", "schreibe sin(...)") == (
        german["message"], german["hint"])  # fmt: skip


def test_an_answer_is_previewed_as_it_will_be_judged() -> None:
    """What the preview of an answer shows is the reading that its judgement names."""
    for answer in ("2xsinx + x^2cosx", "2x cos x", "x^2 (cos x + 2 sin x / x)"):
        judged = asked("check", expression="x^2 sin x", answer=answer)
        shown = asked("preview", expression="x^2 sin x", text=answer)
        assert judged["reading"] == shown["readings"][0]["text"]


@pytest.mark.parametrize(
    ("text", "kinds", "pieces"),
    [
        ("x^2", [], 1),
        ("1/x", ["pole"], 2),
        ("1/(x - 0.001)^2", ["pole"], 2),
        ("tan(x)", ["pole"] * 4, 5),
        ("ln(x)", ["edge"], 1),
        ("ln(x^2)", ["pole"], 2),
        ("ln|x-1|", ["pole"], 2),
        ("x/|x|", ["jump"], 2),
        ("sin(x)/|x|", ["jump"], 2),
        ("atan(1/(x-1))", ["jump"], 2),
        ("1/(1-e^(1/x))", ["open"], 2),
        ("1/(x*(x-0.01))", ["pole"] * 2, 3),
        ("1/x + 1/(x-0.03)", ["pole"] * 2, 3),
        ("1/(x^2-2)", ["pole"] * 2, 3),
        ("floor(x^2/20)", ["jump"] * 2, 3),
        ("if(x>0, 1, 0)", ["jump"], 2),
        ("(-1)^x", [], 0),
        ("(x^2-1)/(x-1)", [], 1),
        ("x^2/x", [], 1),
        ("1/(1/x)", [], 1),
        ("ln(e^x)", [], 1),
        ("sin(x)^2 + cos(x)^2", [], 1),
        ("x - (x-1)", [], 1),
        ("atan(1e6x)", [], 1),
        ("1/(x^2 + 1e-6)", [], 1),
        ("x*sin(1/x)", [], 1),
        ("sqrt(x^2)", ["kink"], 1),
        ("sqrt(x^2+2x+1)", ["kink"], 1),
        ("|x| - |x-1e-3|", ["kink"] * 2, 1),
        ("x*|x|", [], 1),
        ("cbrt(x)", ["vertical"], 1),
        ("acos(x)", ["edge"] * 2, 1),
        ("abs(x)", ["kink"], 1),
        ("max(x, x^2)", ["kink"] * 2, 1),
        ("sign(x)", ["jump"], 2),
        ("tanh(1000x)", [], 1),
        ("sin(x)/x", [], 1),
    ],
)
def test_a_curve_is_not_drawn_across_a_break(text: str, kinds: list[str], pieces: int) -> None:
    """Poles, jumps and ends of the domain part a curve, kinks its slope; what is steep does not."""
    drawn = curves(sg.parse(text).root, "x", {}, Span(-6, 6))
    assert (kinds, pieces) == ([b.kind for b in drawn.breaks], len(drawn.value))
    assert not drawn.coarse or text == "(-1)^x"


@pytest.mark.parametrize(
    ("text", "span", "coarse"),
    [("sin(1000x)", (-6, 6), True), ("x + sin(1000x)/1000", (-6, 6), True),
     ("tan(1000x)", (-6, 6), True), ("sin(60x)", (-6, 6), False),
     ("sin(1000x)", (0, 0.1), False), ("sin(x)/x", (-6, 6), False)],
)  # fmt: skip
def test_what_swings_too_fast_is_said(text: str, span: tuple[float, float], coarse: bool) -> None:
    """Between two points a curve stays near the line, or it is told that not all is shown."""
    drawn = curves(sg.parse(text).root, "x", {}, Span(*span))
    assert coarse == drawn.coarse


@pytest.mark.parametrize(
    ("text", "span"),
    [("1e-12 sin x", (-6, 6)), ("x^2 + 1e9", (-6, 6)), ("sin x", (1e8, 1e8 + 10)),
     ("x", (0, 1e-9))],
)  # fmt: skip
def test_a_curve_fills_its_picture(text: str, span: tuple[float, float]) -> None:
    """However small, far up or far out: the points are apart, and as high as half the picture."""
    drawn = curves(sg.parse(text).root, "x", {}, Span(*span))
    xs, ys = zip(*drawn.value[0])
    low, high = drawn.heights
    assert len(xs) == len(set(xs)) > 200
    assert 0.4 * (high - low) < max(ys) - min(ys)


def test_the_backward_sweep_adds_up() -> None:
    """The last += at every leaf is what `gradient` gives, and every term its factors' product."""
    at = {"x": 2.0, "w": -0.5}
    told = asked("graph", expression="tanh(x*w) + x*x", at=at)
    leaves = {n["title"]: i for i, n in enumerate(told["nodes"]) if n["kind"] == "variable"}
    last = {flow["to"]: flow["total"] for flow in told["backward"]}
    gradient = sg.parse("tanh(x*w) + x*x").gradient(at)
    assert gradient == {name: last[leaves[name]] for name in gradient}
    grads: dict[int, float] = {told["root"]: 1.0}
    for flow in told["backward"]:
        assert flow["term"] == flow["local"] * grads[flow["from"]]
        grads[flow["to"]] = flow["total"]


def test_no_node_of_a_drawing_covers_another() -> None:
    """Every node has a place of its own, and arguments stand to the left of what uses them."""
    told = asked("graph", expression="(x+1)*(x+2)*(x+3)*sin(x*y)*y", at={"x": 1, "y": 2})
    places = [(n["column"], n["row"]) for n in told["nodes"]]
    assert len(places) == len(set(places))
    assert all(told["nodes"][j]["column"] < n["column"] for n in told["nodes"] for j in n["args"])


@pytest.mark.parametrize(
    ("text", "at", "said"),
    [("x*x + 3x", 2, ""), ("x", 2, ""), ("x|x|", 0, ""), ("|x|", 0, "no finite derivative"),
     ("max(x,x^2)", 1, "no finite derivative"), ("floor(x)", 1, "no"), ("1/x", 0, "no value"),
     ("sqrt(x^2-1)", 0.5, "sqrt"), ("e^(x^2)", 40, "largest float")],
)  # fmt: skip
def test_a_sweep_that_tells_no_derivative_says_so(text: str, at: float, said: str) -> None:
    """At a kink, outside the domain or the floats, the last gradients are no derivatives."""
    told = asked("graph", expression=text, at={"x": at})["message"]
    assert said in told and bool(said) == bool(told)


@pytest.mark.parametrize("text", ["x/|x|", "(x+1)*(x+2)*sin(x*x)*x", "x^2*sin(x)*e^x + x"])
def test_no_edge_runs_behind_a_node(text: str) -> None:
    """Between a node and its use, no other node stands in its row."""
    nodes = asked("graph", expression=text, at={"x": 1})["nodes"]
    for node in nodes:
        for start in (nodes[j] for j in node["args"]):
            assert not [n for n in nodes if start["column"] < n["column"] < node["column"]
                        and abs(n["row"] - start["row"]) < 1]


@pytest.mark.parametrize("text", ["2,5x^2", "x^2 + 0,5", "2{,}5x^2"])
@pytest.mark.parametrize("lang", ["en", "de"])
def test_a_decimal_comma_is_read_alike_everywhere(text: str, lang: str) -> None:
    """Where a comma can be nothing else, the preview, every derivative and a check read a point."""
    true = sg.parse(text.replace("{,}", ".").replace(",", "."))
    assert [str(true)] == [r["text"] for r in asked("preview", text=text, lang=lang)["readings"]]
    for name in ("diff", "explain", "plot"):
        assert str(true) == asked(name, expression=text, lang=lang)["function"]
    judged = asked("check", expression=text, answer=str(true.diff("x")), lang=lang)
    assert "correct" == judged["verdict"]


@pytest.mark.parametrize("question", ["1/2x", "x^", "x+y", "", "foo(x)"])
def test_an_answer_is_previewed_whatever_is_wrong_with_the_question(question: str) -> None:
    """The preview of an answer has readings that are typeset, and notes."""
    told = asked("preview", text="7x", expression=question)
    assert ["7*x"] == [reading["text"] for reading in told["readings"]]
    assert "mathml" in told["readings"][0] and [] == told["notes"]


@pytest.mark.parametrize(
    ("text", "notes"),
    [("x^2/x", "gilt, wo"), ("sqrt(x^2+1)-x", "Gleitkommazahlen"), ("x^x", "Stichproben"),
     ("1/2x", "oder 1/(2*x) bedeuten")],
)  # fmt: skip
def test_notes_of_a_derivative_are_told_in_the_language(text: str, notes: str) -> None:
    """What is said beside a derivative is German on a German page."""
    assert notes in json.dumps(asked("diff", expression=text, lang="de"), ensure_ascii=False)


HOSTILE = {
    "no JSON": "{",
    "no object": "[1, 2]",
    "deep": "[" * 100_000,
    "deep and closed": "[" * (DEEPEST_REQUEST + 1) + "]" * (DEEPEST_REQUEST + 1),
    "half a character": '{"expression": "\\ud800"}',
    "not UTF-8": b'{"expression": "\xff"}',
    "nan": '{"expression": "x", "at": {"x": NaN}, "from": NaN}',
    "huge": '{"expression": "x", "at": {"x": 1e999}}',
    "an integer of 5,000 digits": '{"expression": "x", "at": {"x": ' + "9" * 5_000 + "}}",
    "long": json.dumps({"expression": "x+" * 5_000 + "x"}),
    "a tower": '{"expression": "9^9^9^9^9"}',
    "nested": json.dumps({"expression": "(" * 1_000 + "x" + ")" * 1_000}),
    "another field": '{"expression": "x", "__class__": "x"}',
    "a wrong type": '{"expression": {"x": 1}}',
    "code": '{"expression": "__import__(\'os\').system(\'id\')"}',
    "many names": json.dumps({"expression": "x", "vars": ["a"] * 1_000}),
    "SQL": '{"expression": "x\'; drop table attempts; --"}',
    "markup": '{"expression": "<script>alert(1)</script>"}',
    "nothing": "{}",
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("name", ["diff", "plot", "check"])
def test_hostile_requests_get_an_error(name: str, body: str | bytes) -> None:
    """What is hostile is answered by a clear error, at once, and never by a traceback."""
    reply = answered(name, body)
    told = json.loads(reply.text)
    assert reply.status in (400, 422)
    assert told["message"] and told["error"] in ("UsageError", "LanguageError", "LimitReached")
    assert 1_000 > len(told["message"])


def test_every_field_is_described() -> None:
    """OpenAPI names every endpoint with every field, and what must be given."""
    from symgrad.pages.fields import document

    paths = document({n: (e.purpose, e.fields) for n, e in ENDPOINTS.items()})["paths"]
    assert {"/healthz", *(f"/api/{name}" for name in ENDPOINTS)} == set(paths)
    for name, endpoint in ENDPOINTS.items():
        body = paths[f"/api/{name}"]["post"]["requestBody"]["content"]["application/json"]
        assert set(endpoint.fields) == set(body["schema"]["properties"])


def test_who_asks_too_much_waits() -> None:
    """An address has so many requests at once, and then so many a second."""
    now = 0.0
    rates = Rates(lambda: now)
    assert all(rates.spent("a") for _ in range(int(REQUESTS_AT_ONCE)))
    assert (False, True) == (rates.spent("a"), rates.spent("b"))
    now = 1.0
    assert int(REQUESTS_A_SECOND) == sum(rates.spent("a") for _ in range(1_000))


# --- questions of every kind ----------------------------------------------------------------------


def test_every_kind_can_be_asked_and_solved() -> None:
    """An exercise comes with its question as data; its own solution is judged right."""
    for kind in ("derivative", "tangent", "value", "gradient"):
        made = asked("exercise", rule="chain", level=1, seed=3, kind=kind)
        if "error" in made:  # not every kind can be made up by rule
            assert "UsageError" == made["error"]
            continue
        solved = asked("solution", question=made["question"])
        judged = asked("check", question=made["question"], answer=solved["right"])
        assert ("correct", True) == (judged["verdict"], "<math" in solved["mathml"])


def test_equal_seeds_make_equal_exercises() -> None:
    """An exercise is known by its rule, level and seed: a link can hold it."""
    first, again = (asked("exercise", rule="product", level=2, seed=9) for _ in range(2))
    assert first == again
    assert first != asked("exercise", rule="product", level=2, seed=10)


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("y = 3x - 2", ["<mi>y</mi><mo>=</mo>", "<mn>3</mn>"]),
        ("(-oo, 2) U (3, oo)", ["<mo>−</mo><mi>∞</mi>", "<mtext>\xa0U\xa0</mtext>"]),
        (r"f(x) = \left(9x + 1\right)^{5}", ["<mi>f</mi>", "<msup>"]),
        ("{1, -1}", ["<mo>{</mo>", "<mo>}</mo>"]),
        ("<script>", ["&lt;"]),
        ("none at all", ["<mtext>none\xa0at\xa0all</mtext>"]),
        ("max at (-1, 2)", ["<mtext>max\xa0at\xa0</mtext>", "<mo>−</mo><mn>1</mn>"]),
        ("x = pi/2 + n pi", ["<mi>π</mi>", "<mi>n</mi>"]),
        ("((y, x), (1, 2))", ["<mo>(</mo><mo>(</mo><mi>y</mi>", "<mn>2</mn><mo>)</mo><mo>)</mo>"]),
        ("((1+h)^2-1)/h -> 2", ["<mfrac>", "<mo>→</mo>"]), ("x != 2", ["<mo>≠</mo>"]),
        ("(-∞, 2) ∪ (3, ∞)", ["<mo>−</mo><mi>∞</mi>", "<mo>∪</mo>"]),
        ("y = -x/6 + 9,5", ["<mn>9.5</mn>"]),
    ],
)
def test_an_answer_of_several_formulas_is_typeset(text: str, inside: list[str]) -> None:
    """Equations, intervals, sets and words are shown as they were meant, and never as markup."""
    tangent = {"kind": "tangent", "expression": "x^2", "at": "x=1"}
    shown = asked("preview", text=text, question=tangent)
    assert all(part in shown["readings"][0]["mathml"] for part in inside)
    ElementTree.fromstring(shown["readings"][0]["mathml"])


@pytest.mark.parametrize(("kind", "answer", "shown"), [
    ("stationary", "x = 1,5", "<mn>1.5</mn>"), ("gradient", "(1,5; 2)", "<mn>1.5</mn>"),
    ("gradient", "(1,5)", "<mn>1</mn><mo>,</mo>"), ("stationary", "1,5; 2", "<mn>1.5</mn>"),
])  # fmt: skip
def test_a_preview_has_the_commas_of_the_judgement(kind: str, answer: str, shown: str) -> None:
    """1,5 is a number in German, and (1,5) a vector with two entries."""
    question = {"kind": kind, "expression": "x^3*y" if kind == "gradient" else "x^3"}
    found = asked("preview", text=answer, question=question, lang="de")["readings"][0]
    assert shown in found["mathml"]


def test_a_witness_is_told_in_the_language() -> None:
    """As the command tells it, with the reader's decimal sign."""
    found = asked("check", expression="x^2 sin x", answer="2x cos x", lang="de")["witness"]
    assert "bei x = 2 ist dein Wert -1,66459, die Steigung ist 1,9726" == found["says"]
    assert "-1.66459" == found["yours"]


def test_an_answer_is_read_with_the_letters_of_its_question() -> None:
    """xy is x times y where the question has both; a derivative's answer fails where it fails."""
    gradient = {"kind": "gradient", "expression": "x^2 y"}
    shown = asked("preview", text="(2xy, x^2)", question=gradient)["readings"][0]["mathml"]
    assert "<mi>y</mi>" in shown and "mtext>2xy" not in shown
    assert 2 == len(asked("preview", text="1/2x", question=gradient)["readings"])
    assert not asked("preview", text="2x(", question={"expression": "x^2"})["readings"]


def words_of_the_page(language: str) -> dict[str, str]:
    """All that the page says in a language, names of kinds and fields apart."""
    found: dict[str, Any] = json.loads((STATIC / f"words.{language}.json").read_text("utf-8"))
    return {key: text for key, text in found.items() if key != "names"}


@pytest.mark.parametrize("language", languages())
def test_the_page_speaks_every_language(language: str) -> None:
    """Its list offers each that has a catalogue; its words are all there, with the same gaps."""
    assert f'<option value="{language}"' in (STATIC / "index.html").read_text("utf-8")
    english, here = words_of_the_page("en"), words_of_the_page(language)
    gaps = {key: sorted(re.findall(r"\{\w+\}", text)) for key, text in english.items()}
    assert gaps == {key: sorted(re.findall(r"\{\w+\}", text)) for key, text in here.items()}
    names = json.loads((STATIC / f"words.{language}.json").read_text("utf-8"))["names"]
    kinds = {kind["name"] for kind in asked("kinds")["kinds"]}
    assert language == "en" or kinds <= set(names)


def test_choices_are_what_a_kind_takes() -> None:
    """Each word that a page offers for a field is taken, and no other."""
    for kind in asked("kinds")["kinds"]:
        for name, choices in kind["choices"].items():
            assert name in kind["needs"] + kind["takes"]
            for word in (*choices, "sideways"):
                given = {"kind": kind["name"], "expression": "x^3 - 3x", name: word}
                told = asked("check", question=given, answer="x")
                assert ("verdict" in told) == (word in choices)


@pytest.mark.parametrize(("text", "at", "value", "slope"), [
    ("x^2 e^(-x) + |x-1|", 1, 0.36787944117144233, None),
    ("x^2 e^(-x)", 1, 0.36787944117144233, 0.36787944117144233),
    ("cbrt(x)", 0, 0.0, None), ("ln x", -1, None, None), ("5", 1, 5.0, 0.0),
    ("e^(x^2)", 40, None, None), ("1/(1e-320+x^2)", 0, None, None),
    ("1e300x^2", 1e6, None, None),
])
def test_the_numbers_of_a_tangent_are_true(
    text: str, at: float, value: float | None, slope: float | None
) -> None:  # fmt: skip
    """Height and slope are correctly rounded (1/e twice); where there is none, the reason."""
    told = asked("tangent", expression=text, at={"x": at})
    assert (value, slope) == (told["value"], told["slope"])
    assert bool(told["message"]) == (slope is None)


@pytest.mark.parametrize("question", [
    {"kind": "nothing", "expression": "x"}, {"kind": ["a"]}, {"expression": {"a": "x"}},
    {"kind": "tangent", "expression": "x^2"}, {"limits": 5}, {"expression": "x", "order": True},
    {"kind": "tangent", "expression": "x^2", "at": 7}, {"expression": ["x"] * 100},
    {"expression": "x" * 6_000}, {"at": [[["x"]]], "expression": "x"}, {"order": 10**9},
])  # fmt: skip
def test_what_is_no_question_is_refused(question: dict[str, Any]) -> None:
    """A question that means nothing is refused with a sentence, whatever stands in it."""
    told = asked("check", question=question, answer="2x")
    assert told["error"] in ("UsageError", "LanguageError")


# --- over HTTP ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    from starlette.testclient import TestClient

    from symgrad.pages.server import application

    with TestClient(application(), raise_server_exceptions=False) as client:
        yield client


JSON = {"content-type": "application/json"}
served = pytest.mark.needs("starlette")


@served
def test_the_server_answers(client: Any) -> None:
    """Health, the API's description, the page and an answer come with headers that guard them."""
    for path in ("/healthz", "/openapi.json", "/", "/index.html"):
        response = client.get(path)
        assert 200 == response.status_code
        assert "default-src 'none'" in response.headers["content-security-policy"]
        assert "unsafe-inline" not in response.headers["content-security-policy"]
    response = client.post("/api/diff", json={"expression": FORMULA})
    assert sg.diff(FORMULA).__str__() == response.json()["partials"][0]["formula"]


@served
@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (415, {"content-type": "text/plain"}, b"{}"),
        (415, {"content-type": "application/x-www-form-urlencoded"}, b"expression=x"),
        (403, {**JSON, "origin": "https://evil.example"}, b"{}"),
        (403, {**JSON, "origin": "null"}, b"{}"),
        (403, {**JSON, "sec-fetch-site": "cross-site"}, b"{}"),
        (403, {**JSON, "host": "evil.example"}, b"{}"),
        (413, JSON, b" " * (BYTES_OF_A_REQUEST + 1)),
        (400, JSON, b"{"),
        (422, JSON, b'{"expression": "2 +"}'),
    ],
)
def test_what_is_refused(client: Any, status: int, headers: dict[str, str], body: bytes) -> None:
    """Another site's page, another host's name, another type, too much: each is a clear error."""
    response = client.post("/api/diff", headers=headers, content=body)
    assert status == response.status_code
    assert response.json()["message"]


@served
@pytest.mark.parametrize(("method", "path", "headers", "body", "said"), [
    ("POST", "/api/diff", {"origin": "https://evil.example", "accept-language": "fr-CH, fr;q=0.9"},
     b"{}", "la page d'un autre site n'a pas le droit de demander ici"),
    ("POST", "/api/diff", {"accept-language": "de"}, b" " * (BYTES_OF_A_REQUEST + 1),
     "eine Anfrage hat höchstens 32768 Bytes"),
    ("GET", "/api/diff", {"accept-language": "xx, es-MX"}, b"", "esto se pregunta con POST"),
    ("GET", "/nothing", {}, b"", "there is nothing here"),
    ("POST", "/api/check", {"accept-language": "fr"},
     b'{"expression": "x", "answer": "' + b"1" * 5001 + b'", "lang": "de"}',
     "answer hat 5001 Zeichen; gelesen werden höchstens 5000"),
])  # fmt: skip
def test_what_is_refused_in_the_language_of_the_request(
    client: Any, method: str, path: str, headers: dict[str, str], body: bytes, said: str
) -> None:
    """What the request asks for counts, then what the browser wants, then English."""
    told = client.request(method, path, headers={**JSON, **headers}, content=body)
    assert said == told.json()["message"]


def test_what_is_late_is_told_in_the_language_of_the_request() -> None:
    """A process that was ended has told nothing: the server says so, in the request's words."""
    said = {spoken(stopped(kind, 5).message, "de") for kind in ("late", "lost")}
    assert {"innerhalb von 5 s wurde keine Antwort gefunden",
            "im erlaubten Speicher wurde keine Antwort gefunden"} == said  # fmt: skip
    assert ["de", "", ""] == [language_of(b) for b in (b'{"lang": "de"}', b"[", b'{"lang": 5}')]


@pytest.mark.parametrize(
    ("origin", "host", "status"),
    [
        ("http://127.0.0.1:8000", "127.0.0.1:8000", None),
        ("http://localhost:9999", "localhost:8000", 403),  # another program of this machine
        ("https://math.school.example", "127.0.0.1:8000", None),
        ("https://math.school.example", "math.school.example", None),
        ("https://evil.example", "math.school.example", 403),
        (None, "evil.example", 403),
        ("null", "127.0.0.1:8000", 403),
    ],
)
def test_only_our_own_pages_ask(origin: str | None, host: str, status: int | None) -> None:
    """A page is ours where its address is the server's, or that of the web server in front."""
    hosts = Hosts((*LOOPBACK, "math.school.example"), ("math.school.example",))
    headers = {**JSON, "host": host, **({"origin": origin} if origin else {})}
    found = refusal(headers, hosts)
    assert status == (found.status if found else None)


@served
def test_a_body_of_unknown_length_is_cut_off(client: Any) -> None:
    """A request that never says how long it is ends where it is too long."""
    pieces = (b" " * 1_000 for _ in range(1_000))
    response = client.post("/api/diff", headers=JSON, content=pieces)
    assert 413 == response.status_code


@served
@pytest.mark.parametrize("path", ["/../pyproject.toml", "/%2e%2e/%2e%2e/etc/passwd", "/api/x",
                                  "//etc/passwd", "/static/../server.py", "/server.py"])
def test_no_path_leads_out(client: Any, path: str) -> None:
    """There are the page's files, and nothing else."""
    assert client.get(path).status_code in (404, 405)
    assert 404 == client.post("/api/nothing", headers=JSON, content=b"{}").status_code


@served
def test_what_hangs_is_ended_and_the_others_go_on(client: Any, monkeypatch: Any) -> None:
    """An answer that takes too long is an error that says so, and its process is made anew."""
    from symgrad.pages import crew

    monkeypatch.setattr(crew, "answered", _hangs)

    async def run() -> tuple[crew.Reply, crew.Reply]:
        one = crew.Crew(1, 0.3)
        try:
            late = await one.ask("sleep", b"")
            one.limits = replace(one.limits, seconds=30)
            return late, await one.ask("wake", b"")
        finally:
            one.close()

    late, after = client.portal.call(run)
    assert (504, 200) == (late.status, after.status)
    assert "seconds" not in json.loads(late.text)["error"]


def _hangs(name: str, body: bytes) -> Any:
    """Stands for an answer that takes for ever."""
    import time

    from symgrad.pages.answering import Reply

    if name == "sleep":
        time.sleep(60)
    return Reply(200, "{}")


def test_a_question_may_stand_in_the_request_itself() -> None:
    """With a kind the fields of a question need no object of their own, numbers as numbers."""
    told = asked("check", kind="tangent", expression="x^2", at={"x": 1}, answer="y = 2x - 1")
    assert "correct" == told["verdict"]
    half = asked("check", kind="value", expression="x^2", at={"x": 0.5}, answer="1")
    assert "correct" == half["verdict"]
    needs = asked("check", kind="tangent", expression="x^2", answer="y = 2x - 1")
    assert 'say so: "at": "x=2"' == needs["hint"]


def test_hints_name_the_fields_of_a_request() -> None:
    """A program has no options of the command."""
    hints = {asked("explain", expression="x*y")["hint"], asked("diff", expression="2foo")["hint"],
             asked("preview", text="foo")["hint"]}  # fmt: skip
    assert not any("--" in hint for hint in hints)
    assert {'say so: "wrt": "x"'} <= hints and any('"vars": ["foo"]' in hint for hint in hints)


def test_what_has_no_effect_is_refused() -> None:
    """A working is one of a derivative; what a question has no field for is not ignored."""
    tangent = {"kind": "tangent", "expression": "x^2", "at": "x=1"}
    for more in ({"working": True}, {"order": 2}, {"assume": ["a>0"]}, {"expression": "x"}):
        found = asked("check", question=tangent, answer="y = 2x - 1", **more)
        assert ("UsageError", True) == (found["error"], "no effect" in found["message"])
    assert "the field expression is missing" == asked("check", answer="2x")["message"]


def test_fields_are_listed_under_their_own_names() -> None:
    """The option of the command is no name of a field."""
    assert ", wrt, " in asked("check", expression="x^2", answer="2x", strange=1)["hint"]


@pytest.mark.parametrize(("name", "body", "told"), [
    ("plot", {"expression": "x", "from": 5, "to": 1}, "geht von einer Zahl zu einer größeren"),
    ("plot", {"expression": "x", "from": 0, "to": 1e12}, "liegt zwischen -1e+09 und 1e+09"),
    ("plot", {"expression": "x*y*z", "wrt": "x"}, "y und z haben keinen Wert"),
    ("diff", {"expression": "x", "wrt": ["y"]}, "y ist keine Variable von x"),
    ("check", {"question": {"kind": "integral", "expression": "x", "domain": "[0,oo"},
               "answer": "1"}, "[0,oo ist kein Intervall: schreibe"),
])  # fmt: skip
def test_what_is_wrong_is_told_in_german(name: str, body: dict[str, Any], told: str) -> None:
    """What is wrong with a question is a true sentence in the language of the page, said once."""
    message = asked(name, **body, lang="de")["message"]
    assert told in message and message.count("Intervall") <= 1


STATED = {  # a question, an answer, and what is in its preview
    ("f'(x) = 2x", "derivative"): "2*x", ("y' = 2x = x + x", "derivative"): None,
    ("2x, x != 0", "derivative"): None, ("6x - 9", "tangent"): "6*x - 9",
    ("y = 6x - 9", "tangent"): None,
}  # fmt: skip
UNREAD = {
    ("y = 6x -", "tangent"): "ends after -", ("y = 6x + foo", "tangent"): "foo",
    ("(2xy, x^^2)", "gradient"): "The entry for y", ("(2xy, )", "gradient"): "The entry for y",
    ("2xy, sine(x)", "gradient"): "did you mean sin?", ("2x; 3x", "derivative"): ";",
    ("2x, 0", "derivative"): ",",
}  # fmt: skip
OF_KIND: dict[str, dict[str, Any]] = {
    "derivative": {"expression": "x^2"}, "tangent": {"expression": "x^2", "at": "x=3"},
    "gradient": {"expression": "x^2*y"},
}  # fmt: skip


@pytest.mark.parametrize(("answer", "kind"), STATED)
def test_what_is_judged_is_previewed(answer: str, kind: str) -> None:
    """A label, a chain, a condition: what a judgement reads, its preview reads, too."""
    question = {"kind": kind, **OF_KIND[kind]}
    assert "correct" == asked("check", question=question, answer=answer)["verdict"]
    found = asked("preview", question=question, text=answer)
    expected = STATED[answer, kind] or answer
    assert ([expected], []) == ([r["text"] for r in found["readings"]], found["notes"])


@pytest.mark.parametrize(("answer", "kind"), UNREAD)
def test_what_cannot_be_judged_is_told_before(answer: str, kind: str) -> None:
    """Where a part of an answer cannot be read, its preview says which, and why."""
    question = {"kind": kind, **OF_KIND[kind]}
    assert "invalid" == asked("check", question=question, answer=answer)["verdict"]
    notes = asked("preview", question=question, text=answer)["notes"]
    assert UNREAD[answer, kind] in " ".join(notes)


def test_a_formula_is_previewed_without_a_text_beside_it() -> None:
    """`expression` alone is what is previewed."""
    assert "x^2" == asked("preview", expression="x²")["readings"][0]["text"]


def test_what_may_stand_beside_a_kind_is_described() -> None:
    """The fields of a question are allowed where it is, and nothing else is."""
    from symgrad.pages.fields import document

    paths = document({n: (e.purpose, e.fields) for n, e in ENDPOINTS.items()})["paths"]
    for name, held in (("check", True), ("diff", False)):
        body = paths[f"/api/{name}"]["post"]["requestBody"]["content"]["application/json"]
        shape = body["schema"]
        assert not shape["additionalProperties"]
        assert held is ("^kind$" in shape["patternProperties"])
