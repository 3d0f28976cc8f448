"""A problem set: a TOML file with questions, their parameters, and the teacher's own hints.

- `ProblemSet.read(path)` reads and checks a file; a question that cannot be asked is refused with
  its line.
- `problems.instance(student)` are the questions with that student's values.
- `SCHEMA` is the file's JSON Schema.
"""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

from ..displays import brief, told_fields
from ..doors import door
from ..errors import OF_THE_CALL, SymgradError, UsageError, Verdict, nearest
from ..expression import parse
from ..homework.comparing import compared
from ..homework.judgement import Judgement
from ..homework.reading import Unreadable
from ..homework.sought import Sought
from ..limits import Limits
from ..notation import text as written
from ..questions.answers import Names, formula
from ..questions.asking import check
from ..questions.question import Question, kinds, meanings
from ..sentences import complained, in_sequence, say
from ..value import tidy
from .kept_questions import KEPT_FIELDS, as_text_of, question_of
from .parameters import Parameters, Values, put

FIELDS_OF_FORMULAS = ("expression", "at", "direction", "domain", "x", "y", "initial")
FIELDS_OF_A_SET = ("name", "text", "points", "attempts", "hints", "parameters", "where")
THOROUGH_INSTANCES = 200  # whose right answers `set check` has judged
NO_PARAMETERS = Parameters()
CODE_OF_A_MISTAKE = re.compile(r"[a-z]{2,}(?:_[a-z]+)*")  # of a mistake
HEADER = re.compile(r"^[ \t]*\[\[\s*questions?\s*\]\]", re.MULTILINE)
TEXT_OR_REMARK = re.compile(  # in which [[question]] begins none
    r'"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*', re.DOTALL
)
GAP_IN_TEXT = re.compile(r"\{(\w+)\}")
MATHS = re.compile(r"(?<!\\)(\$\$?)(?P<formula>(?:\\.|[^$\\])+)\1", re.DOTALL)  # not \$5

SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "A problem set of symgrad",
    "type": "object",
    "required": ["title", "question"],
    "additionalProperties": False,
    "properties": {
        "title": {"type": "string"},
        "text": {"type": "string", "description": "what is said before the first question"},
        "seed": {"type": "integer"},
        "question": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/question"}},
    },
    "$defs": {
        "value": {"type": ["string", "number"]},
        "point": {"type": ["string", "object", "array"]},
        "question": {
            "type": "object",
            "required": ["expression"],
            "additionalProperties": False,
            "properties": {
                "name": {"type": "string"}, "kind": {"type": "string"},
                "text": {"type": "string", "description": "Markdown with $...$; {a}, {expression}"},
                "expression": {"type": ["string", "array"], "items": {"type": "string"}},
                "wrt": {"type": ["string", "array"], "items": {"type": "string"}},
                "at": {"$ref": "#/$defs/point"}, "initial": {"$ref": "#/$defs/point"},
                "order": {"type": "integer", "minimum": 1}, "degree": {"type": "integer"},
                "places": {"type": "integer", "minimum": 0}, "domain": {"type": "string"},
                "assume": {"type": ["string", "array"]}, "direction": {"type": ["string", "array"]},
                "normalised": {"type": "boolean"}, "constant": {"enum": ["free", "wanted"]},
                "which": {"type": "string"}, "x": {"type": "string"}, "y": {"type": "string"},
                "powers": {"enum": ["real", "principal"]},
                "rounding": {"enum": ["reject", "accept"]},
                "points": {"type": "number", "exclusiveMinimum": 0},
                "attempts": {"type": "integer", "minimum": 1},
                "hints": {"type": "object", "additionalProperties": {"type": "string"}},
                "parameters": {"type": "object"},
                "where": {"type": ["string", "array"], "items": {"type": "string"}},
            },
        },
    },
}  # fmt: skip


@dataclass(frozen=True)
class SetQuestion:
    """One question of a set, with its parameters still open."""

    name: str
    fields: tuple[tuple[str, Any], ...]
    text: str = ""
    points: float = 1.0
    attempts: int | None = None
    hints: tuple[tuple[str, str], ...] = ()
    parameters: Parameters = NO_PARAMETERS
    line: int = 0

    def __repr__(self) -> str:
        return told_fields(self)

    def answered_by(self, text: str) -> bool:
        """Whether a text may be an answer, in the letters of the question."""
        letters = re.findall("[A-Za-z]", str(dict(self.fields).get("expression")))
        with suppress(Unreadable):
            return bool(formula(text, Names(tuple(dict.fromkeys(letters)), Limits.student)))
        return False

    def instance(self, values: Values) -> Posed:
        """The question with these values. Raises what a Question raises."""
        filled = {name: self.filled(name, given, values) for name, given in self.fields}
        question = Question(**filled)
        return Posed(self, question, values, self.said(question, values))

    def filled(self, name: str, given: Any, values: Values) -> Any:
        """A field with the values put in, a formula tidied up: 1*x^1 is x."""
        if name not in FIELDS_OF_FORMULAS or not values:
            return given
        if isinstance(given, Mapping):
            return {k: put(str(v), values) for k, v in given.items()}
        if isinstance(given, list):
            return [self.filled(name, part, values) for part in given]
        found = put(str(given), values)
        return tidied(found) if name == "expression" else found

    def said(self, question: Question, values: Values) -> str:
        """The teacher's text with {a} and {expression} filled in; else the kind's own words."""
        if not self.text:
            return question.posed.asked()
        return self.filled_text(question, values, in_latex)

    def filled_text(self, question: Question, values: Values, write: Callable[[str], str]) -> str:
        """The teacher's text with its gaps filled."""
        known = {name: str(value) for name, value in values.items()}
        return gaps_filled(
            self.text, {**known, "expression": bracketed(question.expression, write)}
        )


@dataclass(frozen=True)
class Posed:
    """A question as one student gets it: the values, and the text."""

    problem: SetQuestion
    question: Question
    values: Values
    text: str

    @classmethod
    def alone(cls, question: Question) -> Posed:
        """A question of no set, in the words of its kind."""
        return cls(SetQuestion("", ()), question, {}, question.posed.asked())

    def judge(self, answer: str) -> Judgement:
        """The judgement, with the teacher's own hint where one fits."""
        found = check(self.question, answer)
        hint = self.hint(found, answer)
        if not hint or found.verdict == Verdict.correct:
            return found
        return replace(found, message=hint)

    def as_json(self) -> str:
        """The question and the hints; `from_json` makes it again, in another process."""
        fields = {"question": json.loads(as_text_of(self.question)), "hints": self.problem.hints,
                  "values": {n: str(v) for n, v in self.values.items()}}  # fmt: skip
        return json.dumps(fields, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str, limits: Limits = Limits.student) -> Posed:
        found = json.loads(text)
        hints = tuple((key, said) for key, said in found.get("hints", ()))
        values = {n: Fraction(v) for n, v in found.get("values", {}).items()}
        question = question_of(json.dumps(found["question"]))
        return cls(SetQuestion("", (), hints=hints), replace(question, limits=limits), values, "")

    def hint(self, found: Judgement, answer: str) -> str:
        """The teacher's words for this mistake, or for this very answer."""
        codes = [str(m.code) for m in found.mistakes]
        for key, said in self.problem.hints:
            if key in codes[:1] or self.equals(answer, put(key, self.values)):
                return gaps_filled(said, {n: str(v) for n, v in self.values.items()})
        return ""

    def equals(self, answer: str, anticipated: str) -> bool:
        """Whether an answer is one that the teacher expected, however it is written."""
        if answer.replace(" ", "") == anticipated.replace(" ", ""):
            return True
        return not CODE_OF_A_MISTAKE.fullmatch(anticipated) and alike(answer, anticipated)


def bracketed(given: Any, write: Callable[[str], str] = str) -> str:
    """An expression as it is shown, several in a bracket."""
    several = isinstance(given, list | tuple)
    return f"({', '.join(write(str(f)) for f in given)})" if several else write(str(given))


def in_pieces(text: str) -> list[str]:
    """A text with $formulas$ in it: words and formulas in turn; \\$ is a dollar."""
    pieces, end = [], 0
    for found in MATHS.finditer(text):
        pieces += [text[end : found.start()].replace(r"\$", "$"), found["formula"]]
        end = found.end()
    return [*pieces, text[end:].replace(r"\$", "$")]


def gaps_filled(text: str, known: Mapping[str, str]) -> str:
    """A text with {a} replaced; what nobody knows stays as it is."""
    return GAP_IN_TEXT.sub(lambda gap: known.get(gap[1], gap[0]), text)


def alike(answer: str, anticipated: str) -> bool:
    """Whether two formulas are equal wherever they live."""
    try:
        f = parse(anticipated, limits=Limits.student)
        known = Sought(f, next(iter(f.variables), "x"), 0, Limits.student)
        return compared(formula(answer, known).root, known).verdict == Verdict.correct
    except (SymgradError, Unreadable):
        return False


@dataclass(frozen=True)
class ProblemSet:
    """A title and its problems."""

    title: str
    problems: tuple[SetQuestion, ...]
    text: str = ""
    seed: int = 0
    path: str = ""

    def __repr__(self) -> str:
        return brief(self, title=self.title, problems=[p.name for p in self.problems])

    @classmethod
    @door()
    def read(cls, path: str | Path) -> ProblemSet:
        """The set in a TOML file. Raises UsageError, with the line, for what cannot be asked."""
        try:
            source = Path(path).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as problem:
            why = getattr(problem, "strerror", None) or problem
            raise UsageError(f"cannot read {path}: {why}") from None
        return cls.of(source, str(path))

    @classmethod
    @door()
    def of(cls, source: str, path: str = "the set") -> ProblemSet:
        """The set in the text of a TOML file."""
        try:
            data = tomllib.loads(source)
        except tomllib.TOMLDecodeError as problem:
            raise UsageError(f"{path} is no TOML: {problem}") from None
        given = data.pop("question", None) or data.pop("questions", None)
        title = data.pop("title", "")
        unknown = set(data) - {"text", "seed"}
        if unknown or not isinstance(title, str) or not title:
            what = f"has an unknown entry {sorted(unknown)[0]!r}" if unknown else "has no title"
            raise UsageError(f"{path} {what}", hint="a set has title, text, seed and [[question]]")
        if not isinstance(given, list) or not given:
            raise UsageError(f"{path} has no questions", hint="each begins with [[question]]")
        bare = TEXT_OR_REMARK.sub(lambda text: "\n" * text[0].count("\n"), source)
        lines = [bare.count("\n", 0, m.start()) + 1 for m in HEADER.finditer(bare)]
        lines += [0] * (len(given) - len(lines))
        problems = tuple(
            problem_of(k, item, line, path) for k, (item, line) in enumerate(zip(given, lines), 1)
        )
        names = [p.name for p in problems]
        twice = next((n for n in names if names.count(n) > 1), None)
        if twice:
            raise UsageError(f"{path} has two questions of the name {twice!r}")
        seed = data.get("seed", 0)
        if not isinstance(seed, int):
            raise UsageError(f"{path}: the seed is a whole number, got {seed!r}")
        return cls(title, problems, str(data.get("text", "")), seed, path)

    def __iter__(self) -> Iterator[SetQuestion]:
        return iter(self.problems)

    def __len__(self) -> int:
        return len(self.problems)

    def instance(self, student: str = "") -> list[Posed]:
        """The questions with this student's values, which any machine makes again."""
        return [self.of_student(p, student) for p in self.problems]

    @door()
    def of_student(self, p: SetQuestion, student: str = "") -> Posed:
        """One of the questions with this student's values."""
        key = f"{self.title}|{p.name}|{student}|{self.seed}"
        return p.instance(p.parameters.drawn(key) if p.parameters.values else {})

    @door()
    def problem(self, name: str) -> SetQuestion:
        """The problem of this name, or of this number. Raises UsageError where there is none."""
        for k, p in enumerate(self.problems, 1):
            if name in (p.name, str(k)):
                return p
        if not name:
            raise UsageError("it does not say which question of the set is answered")
        known = ", ".join(p.name for p in self.problems)
        raise UsageError(f"the set has no question {name!r}", hint=f"it has {known}")

    def checked(self) -> list[str]:
        """What a thorough look finds: instances whose own right answer is not judged right."""
        faults: list[str] = []
        for p in self.problems:
            for values in islice(p.parameters.instances() if p.parameters.values else [{}],
                                 THOROUGH_INSTANCES):  # fmt: skip
                fault = fault_of(p, values)
                if fault:
                    place = where(p, self.path)
                    faults.append(in_sequence("", place, ": ", fault, shown(values)))
        return faults


def fault_of(p: SetQuestion, values: Values) -> str:
    """What is wrong with an instance, if its right answer is not judged right."""
    try:
        posed = p.instance(values)
        right = posed.question.posed.right()
        found = check(posed.question, right)
    except SymgradError as error:
        return complained(error.message)
    if found.verdict == Verdict.correct:
        return ""
    return say("{right} is judged {verdict}", right=right, verdict=found.verdict)


def where(p: SetQuestion, path: str) -> str:
    return placed(path, p.line, p.name)


def placed(path: str, line: int, name: object) -> str:
    if line:
        return say("{file}, line {number}", file=path, number=line)
    return say("{file}, question {name}", file=path, name=name)


def shown(values: Values) -> str:
    if not values:
        return ""
    return say(" for {values}", values=", ".join(f"{n} = {v}" for n, v in values.items()))


def problem_of(number: int, given: Any, line: int, path: str) -> SetQuestion:
    """One entry of the file. Raises UsageError with its line."""
    place = placed(path, line, number)
    try:
        return _problem(number, given, line)
    except SymgradError as error:
        said = in_sequence(": ", place, complained(error.message))
        hint = OF_THE_CALL.sub(in_toml, error.hint) if error.hint else None
        raise UsageError(said, hint=hint, text=error.text, position=error.position) from None


def in_toml(argument: re.Match[str]) -> str:
    """wrt="x", an argument of Python, as an entry of the file: wrt = "x"."""
    return argument[0].replace("=", " = ", 1)


def _problem(number: int, given: Any, line: int) -> SetQuestion:
    if not isinstance(given, Mapping):
        raise UsageError("a question is a table")
    unknown = set(given) - {*KEPT_FIELDS, *FIELDS_OF_A_SET}
    if unknown:
        first = sorted(unknown)[0]
        meant = nearest(first, (*KEPT_FIELDS, *FIELDS_OF_A_SET))
        every = ", ".join(kinds())
        hint = (f"did you mean {meant}?" if meant else
                f"it has {', '.join(FIELDS_OF_A_SET)} and the fields of its kind ({every})")
        raise UsageError(f"a question has no {first!r}", hint=hint)
    parameters = dict(given.get("parameters", {}))
    conditions = [*listed(parameters.pop("where", [])), *listed(given.get("where", []))]
    points, attempts = given.get("points", 1), given.get("attempts")
    if isinstance(points, bool) or not isinstance(points, int | float) or not points > 0:
        raise UsageError(f"points is a number above 0, got {points!r}")
    if attempts is not None and (type(attempts) is not int or attempts < 1):
        raise UsageError(f"attempts is a whole number from 1 on, got {attempts!r}")
    hints = given.get("hints", {})
    if not isinstance(hints, Mapping) or not all(isinstance(h, str) for h in hints.values()):
        raise UsageError("hints are texts by mistake or by answer")
    found = SetQuestion(
        str(given.get("name", number)), tuple((k, given[k]) for k in KEPT_FIELDS if k in given),
        str(given.get("text", "")), float(points), attempts, tuple(hints.items()),
        Parameters.of(parameters, conditions), line,
    )  # fmt: skip
    written_well(found)
    looked_at(found)
    return found


def written_well(p: SetQuestion) -> None:
    """Raises UsageError for slips that no instance shows: in the text, the hints, a parameter."""
    gaps_known(p.text, (*p.parameters.names, "expression"))
    codes = meanings()
    for key, said in p.hints:
        gaps_known(said, p.parameters.names, key)
        if CODE_OF_A_MISTAKE.fullmatch(key) and key not in codes and not p.answered_by(key):
            meant = nearest(key, tuple(codes))
            raise UsageError(f"a hint is for {key!r}, which is neither a mistake nor an answer",
                             hint=f"did you mean {meant}?" if meant else None)  # fmt: skip
    conditions = map(ast.unparse, p.parameters.conditions)
    used = " ".join(map(str, (p.fields, p.text, p.hints, *conditions)))
    for name in p.parameters.names:
        if not re.search(rf"(?<![A-Za-z_]){re.escape(name)}(?![A-Za-z0-9_])", used):
            raise UsageError(f"the parameter {name} is used nowhere")


def gaps_known(text: str, known: Sequence[str], hint_for: str = "") -> None:
    """Raises UsageError for a $ that is never closed, and for a gap that nothing fills."""
    for k, piece in enumerate(in_pieces(text.replace(r"\$", ""))):
        if "$" in piece:
            raise UsageError(f"a $ of the hint for {hint_for!r} is never closed" if hint_for
                             else "a $ of the text is never closed")  # fmt: skip
        for name in sorted(set(GAP_IN_TEXT.findall(piece)) - set(known)):
            meant = nearest(name, known)
            if meant or k % 2 == 0:  # between dollars braces are LaTeX's
                gap, better = ("{" + one + "}" for one in (name, meant or ""))
                gaps = ", ".join("{" + one + "}" for one in known)
                advice = f"did you mean {better}?" if meant else gaps and f"it may have {gaps}"
                raise UsageError(
                    f"the hint for {hint_for!r} has {gap}, which is no parameter" if hint_for
                    else f"the text has {gap}, which is no parameter", hint=advice or None,
                )  # fmt: skip


def listed(given: Any) -> list[str]:
    return [given] if isinstance(given, str) else [str(x) for x in given]


def looked_at(p: SetQuestion) -> None:
    """Raises UsageError, with the values, for the first instance that cannot be asked."""
    if not p.parameters.values:
        degenerate(p.instance({}), {})
        return
    count = 0
    for values in p.parameters.instances():
        count += 1
        try:
            degenerate(p.instance(values), values)
        except SymgradError as error:
            said = in_sequence("", complained(error.message), shown(values))
            raise UsageError(said, hint=error.hint) from None
    if not count:
        raise UsageError("no values of the parameters satisfy the conditions")


def degenerate(posed: Posed, values: Values) -> None:
    """Raises UsageError for a question about a constant."""
    understood = posed.question.posed
    if values and understood.absent:
        raise UsageError(understood.absent)
    f = getattr(understood, "sought", None)
    if f is not None and posed.question.kind == "derivative" and f.wrt not in f.f.variables:
        raise UsageError(f"{f.f} does not depend on {f.wrt}")


def tidied(typed: str) -> str:
    """A formula with numbers put in, as a person writes it; an equation side by side."""
    sides = typed.split("=")
    with suppress(SymgradError):
        roots = [parse(side, limits=Limits.student).root for side in sides]
        return " = ".join(written(root) for root in tidy(roots))
    return typed


def in_latex(typed: str) -> str:
    """A formula for a text: LaTeX, an equation with both sides."""
    with suppress(SymgradError):
        return " = ".join(parse(s, limits=Limits.student).latex() for s in typed.split("="))
    return typed


__all__ = ["SCHEMA", "Posed", "ProblemSet", "SetQuestion"]
