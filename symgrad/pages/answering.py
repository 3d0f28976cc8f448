"""Every question that a page or a program may ask, and its answer as JSON.

- `ENDPOINTS` has their fields and functions; `answered("diff", body)` is a `Reply`: a status as
  HTTP counts it, and one line of JSON. It never raises, and never evaluates a text.

The server asks this in processes that it can kill, the browser's engine in a web worker.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

from .. import curves
from ..errors import LimitReached, OutOfDomain, SymgradError, Undecided, UsageError, Verdict
from ..expression import Expression
from ..homework.explaining import explain
from ..homework.judgement import Judgement
from ..homework.messages import unplaced
from ..homework.sought import sought
from ..homework.working import Working, follow
from ..limits import Limits
from ..questions.asking import check
from ..questions.question import Question
from ..sentences import languages, pointed, say, spoken
from ..sets.exercises import LEVELS, RULE_SHAPES
from . import derivations, derivatives, playback, previews, tutoring
from .fields import (
    Field,
    FlagField,
    NamesField,
    NumberField,
    OneOfField,
    PointField,
    TextField,
    TextsField,
    WholeField,
    values,
)
from .json_shapes import SHAPE, as_json, failure

CHARACTERS_ASKED = Limits.student.characters
CHARACTERS_ASSUMED = 200
CLOSE = 1e-9  # as many digits as a drawing shows, and some
DEEPEST_REQUEST = 16  # brackets of JSON in each other: a request has two

FORMULA, WRT = TextField(CHARACTERS_ASKED), TextField(64, "")
LANGUAGE = OneOfField(tuple(languages()))


JSON_TYPES = {str: "string", int: "integer", bool: "boolean", list: "array", dict: "object"}


class QuestionField:
    """A question of any kind, by the fields of `sg.Question`; without one, none.

    With a `kind` its fields may stand in the request itself.
    """

    default = ()

    def read(self, name: str, x: Any) -> Question:
        if not isinstance(x, dict):
            raise UsageError(f"{name} is an object with the fields of a question")
        return tutoring.question_of(x)

    def described(self) -> dict[str, Any]:
        said = "the fields of symgrad.Question; beside a `kind` they may stand outside of it"
        return {"type": "object", "description": said, "properties": self.beside}

    @property
    def beside(self) -> dict[str, Any]:
        """What may stand in the request itself, as OpenAPI has it."""
        return {name: {"type": [JSON_TYPES[t] for t in types]}
                for name, types in tutoring.HELD.items()}  # fmt: skip


class Reply(NamedTuple):
    """A status as HTTP counts it, and one line of JSON."""

    status: int
    text: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What is asked for, the fields of the question, and what answers it."""

    purpose: str
    fields: Mapping[str, Field]
    answer: Callable[[dict[str, Any]], dict[str, Any]]
    quick: bool  # answered in milliseconds: it never waits behind one that is not


def answered(name: str, body: bytes | str) -> Reply:
    """The answer to a request, or the error that it deserves."""
    try:
        endpoint, asked = ENDPOINTS[name], decoded(body)
        found = endpoint.answer(values(endpoint.fields, gathered(endpoint.fields, asked)))
        return Reply(200, as_json({"symgrad": SHAPE, **found}))
    except Exception as problem:
        error = problem if isinstance(problem, SymgradError) else unforeseen(problem)
        told = previews.told(error, language_of(body) or "en")
        return Reply(status(error), as_json(failure(told)))


def language_of(body: bytes | str) -> str:
    """The language that a request asks for, so far as it can be read."""
    with suppress(UsageError):
        asked = decoded(body)
        language = asked.get("lang") if isinstance(asked, dict) else ""
        return language if isinstance(language, str) and language in languages() else ""
    return ""


def gathered(fields: Mapping[str, Field], asked: Any) -> Any:
    """A request in which the fields of a question stand under `question`."""
    if "question" not in fields or not isinstance(asked, dict) or "question" in asked:
        return asked
    if "kind" not in asked:
        return asked
    question = {name: x for name, x in asked.items() if name in tutoring.HELD}
    rest = {name: x for name, x in asked.items() if name not in tutoring.HELD}
    return {**rest, "question": question}


def unforeseen(problem: Exception) -> SymgradError:
    """What is no error of ours is a fault of ours: nothing is claimed, and nothing told away."""
    return Undecided(say("this could not be answered: {name}", name=type(problem).__name__))


def status(error: SymgradError) -> int:
    """What HTTP says of an error."""
    if isinstance(error, UsageError):
        return 400
    return 504 if isinstance(error, LimitReached | Undecided) and _late(error) else 422


def _late(error: SymgradError) -> bool:
    return getattr(error, "limit", "") in ("seconds", "bytes")


def decoded(body: bytes | str) -> Any:
    """The JSON of a request. Raises UsageError for what is none, or nested too deep."""
    try:
        text = body if isinstance(body, str) else body.decode("utf-8")
        if _depth(text) > DEEPEST_REQUEST:
            raise UsageError("the request is nested too deep")
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = error if isinstance(error, json.JSONDecodeError) else "not UTF-8"
        raise UsageError(f"the request is no JSON: {reason}") from None


def _depth(text: str) -> int:
    """How many brackets stand open at most, those inside texts included: an upper bound."""
    depth = deepest = 0
    inside = escaped = False
    for c in text:
        if inside:
            inside = escaped or c != '"'
            escaped = c == "\\" and not escaped
        elif c == '"':
            inside = True
        elif c in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif c in "]}":
            depth -= 1
    return deepest


# --- what can be asked ----------------------------------------------------------------------------


def _formula(q: Mapping[str, Any]) -> Expression:
    return previews.typed(q["expression"], q["vars"])


def _diff(q: dict[str, Any]) -> dict[str, Any]:
    f = _formula(q)
    wanted = derivatives.Wanted(q["wrt"], q["order"], q["format"], q["verify"], q["written"])
    return spoken(derivatives.answer(f, q["at"], wanted), q["lang"])


def _check(q: dict[str, Any]) -> dict[str, Any]:
    question, lang = q["question"], q["lang"]
    if not question and not q["expression"]:
        raise UsageError("the field expression is missing")
    for name, field in OF_A_DERIVATIVE.items() if question else ():
        if q[name] != field.default:
            said = f"{name} has no effect beside a question"
            raise UsageError(said, hint="it has fields of its own")
    found: Judgement | Working = (
        check(question, question.pointed(q["answer"], lang)) if question
        else judged_derivative(q, pointed(q["answer"], lang))
    )  # fmt: skip
    hints = [unplaced(m.message) for m in getattr(found, "mistakes", ())]
    told = {**found.as_dict(), "hints": hints}
    return {**spoken(told, q["lang"]), "exit_code": found.exit_code}


def judged_derivative(q: Mapping[str, Any], answer: str) -> Judgement | Working:
    """An answer to `expression`, or a working line by line."""
    judge: Callable[..., Judgement | Working] = follow if q["working"] else check
    return judge(
        q["expression"], answer, q["wrt"] or None, order=q["order"], assume=q["assume"],
        powers=q["powers"], rounding=q["rounding"], limits=Limits.student,
    )  # fmt: skip


def _kinds(q: dict[str, Any]) -> dict[str, Any]:
    return {"kinds": tutoring.kinds_shown(q["lang"]), "rules": list(RULE_SHAPES), "exit_code": 0}


def _exercise(q: dict[str, Any]) -> dict[str, Any]:
    made = tutoring.exercise(q["rule"], q["level"], q["seed"], q["kind"], q["lang"])
    return {**made, "exit_code": 0}


def _solution(q: dict[str, Any]) -> dict[str, Any]:
    if not q["question"]:
        raise UsageError("the field question is missing")
    return {**tutoring.solution(q["question"], q["lang"]), "exit_code": 0}


def _explain(q: dict[str, Any]) -> dict[str, Any]:
    found = explain(_formula(q), q["wrt"] or None, lang=q["lang"])
    shape = derivations.shape(found)
    for told, step in zip(shape["steps"], found.steps):
        told["mathml"] = derivations.typeset(step)
    return shape


def _preview(q: dict[str, Any]) -> dict[str, Any]:
    text, question = q["text"] or q["expression"], q["question"]
    if not q["text"]:
        q = {**q, "expression": ""}  # a formula is previewed, and no answer to one
    asked = None
    if question and question.kind == "derivative":
        asked = question.posed.sought
    elif q["expression"] and not question:
        with suppress(SymgradError):  # what is wrong with the question is told beside it
            asked = sought(q["expression"], q["wrt"] or None, q["order"], Limits.student,
                           q["assume"], q["powers"])  # fmt: skip
    if asked:
        found = tutoring.stated(pointed(text, q["lang"]), asked, q["lang"])
    elif question or q["parts"]:
        names = tutoring.names_in(question) if question else q["vars"]
        typed = tutoring.pointed_as_judged(question, text, q["lang"]) if question else text
        found = tutoring.previewed(typed, names, q["lang"])
    else:
        found = spoken(previews.formula(text, q["vars"], q["lang"]), q["lang"])
    if (question or asked) and len(found["readings"]) < 2 and text.strip():
        found = as_judged(found, q, pointed(text, q["lang"]))
    return {"text": text, "exit_code": 0, **found}


def as_judged(found: dict[str, Any], q: Mapping[str, Any], answer: str) -> dict[str, Any]:
    """A preview that says of an answer what its judgement would: whether it can be read."""
    question = q["question"]
    try:
        judged = (check(question, question.pointed(answer, q["lang"])) if question else
                  check(q["expression"], answer, q["wrt"] or None, order=q["order"],
                        assume=q["assume"], powers=q["powers"]))  # fmt: skip
    except SymgradError:
        return found
    readable = judged.verdict != Verdict.invalid
    if readable and not found["readings"]:
        shown = {"text": answer, "mathml": tutoring.loosely(answer), "variables": []}
        return {"readings": [shown], "notes": []}
    if readable or "code" in found:
        return found
    said, *_ = spoken(judged.message, q["lang"]).split("\n")
    code = judged.mistakes[0].code if judged.mistakes else "invalid"
    return {**found, "notes": [*found["notes"], said], "code": code}


def _drawn_along(f: Expression, q: Mapping[str, Any]) -> str:
    """The variable along which a curve is drawn."""
    return q["wrt"] or (f.only_variable() if f.variables else "x")


def _plot(q: dict[str, Any]) -> dict[str, Any]:
    f = _formula(q)
    name = _drawn_along(f, q)
    others = [v for v in f.variables if v != name]
    at = {v: x for v, x in (q["at"]).items() if v != name}
    if f.variables:
        f.known([name])
    f.point({**at, name: 0.0} if f.variables else at, {}, finite=True)
    span = curves.Span(q["from"], q["to"])
    return {"expression": f.text, "function": str(f), "at": {v: at[v] for v in others},
            **curves.curves(f.root, name, at, span).plain(), "exit_code": 0}  # fmt: skip


def _tangent(q: dict[str, Any]) -> dict[str, Any]:
    """The height and the slope, correctly rounded, or why there is none."""
    f = _formula(q)
    name = _drawn_along(f, q)
    here = {v: x for v, x in q["at"].items() if v in f.variables}
    found: dict[str, Any] = {"wrt": name, "at": here, "value": None, "slope": None, "message": ""}
    try:
        found["value"] = in_range(f(here, exact=True))
        found["slope"] = in_range(f.gradient(here, exact=True).get(name, 0.0))
    except (OutOfDomain, Undecided) as problem:
        found["message"] = previews.told(problem, q["lang"]).message
    return {**found, "exit_code": 0}


def in_range(x: float) -> float:
    """x, if it is finite: a correctly rounded number is infinite where floats end."""
    if math.isinf(x):
        raise OutOfDomain(say("beyond the largest float"))
    return x


def _graph(q: dict[str, Any]) -> dict[str, Any]:
    f = _formula(q)
    at = f.point(q["at"], {}, finite=True)
    played = playback.played(f, at)
    return {"expression": f.text, **played, "message": _untrue(f, at, played, q["lang"]),
            "exit_code": 0}  # fmt: skip


def _untrue(f: Expression, at: Mapping[str, float], played: dict[str, Any], lang: str) -> str:
    """Why the gradients of a played sweep are no derivatives; "" where they are."""
    try:
        true = {name: in_range(x) for name, x in f.gradient(at, exact=True).items()}
    except (OutOfDomain, Undecided) as problem:
        return previews.told(problem, lang).message
    totals = {flow["to"]: flow["total"] for flow in played["backward"]}
    found = dict.fromkeys(true, 0.0)
    for i, node in enumerate(played["nodes"]):
        if node["kind"] == "variable":
            found[node["title"]] += totals.get(i, 1.0 if i == played["root"] else 0.0)
    if all(math.isclose(found[name], x, rel_tol=CLOSE, abs_tol=CLOSE) for name, x in true.items()):
        return ""
    return str(spoken(say("floats lose it on the way"), lang))


OF_A_FORMULA: dict[str, Field] = {"expression": FORMULA, "vars": NamesField(), "lang": LANGUAGE}
JUDGED: dict[str, Field] = {
    "wrt": WRT, "order": WholeField(1, derivatives.MOST_ORDER, 1),
    "assume": TextsField(CHARACTERS_ASSUMED), "powers": OneOfField(("real", "principal")),
    "lang": LANGUAGE,
}  # fmt: skip
OF_A_DERIVATIVE: dict[str, Field] = {
    "expression": TextField(CHARACTERS_ASKED, ""),
    **{name: field for name, field in JUDGED.items() if name != "lang"},
    "rounding": OneOfField(("reject", "accept")), "working": FlagField(False),
}  # fmt: skip
AT = PointField()

ENDPOINTS = {
    "diff": Endpoint(
        "differentiate a formula and verify the result",
        {**OF_A_FORMULA, "at": PointField({}), "wrt": NamesField(),
         "order": WholeField(1, derivatives.MOST_ORDER, 1),
         "format": OneOfField(derivatives.FORMULA_FORMATS), "verify": FlagField(True),
         "written": FlagField(False)},
        _diff, quick=False,
    ),
    "check": Endpoint(
        "judge an answer to `expression`, a working line by line, or an answer to any `question`",
        {**OF_A_DERIVATIVE, "answer": FORMULA, "lang": LANGUAGE, "question": QuestionField()},
        _check, quick=True,
    ),
    "explain": Endpoint(
        "derive a formula step by step", {**OF_A_FORMULA, "wrt": WRT}, _explain, quick=False,
    ),
    "preview": Endpoint(
        "how a formula is read, or an answer to the question `expression`, or, with `parts`, a "
        "text of several formulas and words",
        {"text": TextField(CHARACTERS_ASKED, ""), "vars": NamesField(), "parts": FlagField(False),
         "expression": TextField(CHARACTERS_ASKED, ""),
         "question": QuestionField(), **JUDGED},
        _preview, quick=True,
    ),
    "plot": Endpoint(
        "points of f and f' that may be joined, with poles, jumps, ends of the domain and kinks",
        {**OF_A_FORMULA, "wrt": WRT, "at": PointField({}), "from": NumberField(-6.0),
         "to": NumberField(6.0)},
        _plot, quick=True,
    ),
    "tangent": Endpoint(
        "the value and the slope at a point, correctly rounded, or why there is none",
        {**OF_A_FORMULA, "wrt": WRT, "at": AT}, _tangent, quick=True,
    ),
    "kinds": Endpoint(
        "the kinds of question with their fields, and the rules of exercises",
        {"lang": LANGUAGE}, _kinds, quick=True,
    ),
    "exercise": Endpoint(
        "an exercise made by rule, level and seed",
        {"rule": OneOfField(("", *RULE_SHAPES)), "level": WholeField(LEVELS[0], LEVELS[-1], 1),
         "seed": WholeField(0, 2**31, 0), "kind": TextField(40, "derivative"), "lang": LANGUAGE},
        _exercise, quick=True,
    ),
    "solution": Endpoint(
        "the solution of a question, step by step",
        {"question": QuestionField(), "lang": LANGUAGE}, _solution, quick=False,
    ),
    "graph": Endpoint(
        "the graph with every step of the forward and the backward sweep",
        {**OF_A_FORMULA, "at": PointField({})}, _graph, quick=True,
    ),
}  # fmt: skip
