"""Whoever reads: every sentence in every language, and not a word of English left in any."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import symgrad as sg
from symgrad import sentences
from symgrad.cli import main
from symgrad.cli.explain import derivation
from symgrad.homework.codes import CODE_MEANINGS, VERDICT_MEANINGS
from symgrad.homework.messages import MISTAKE_SENTENCES
from symgrad.homework.working import follow
from symgrad.ops import OPS
from symgrad.sentences import Complaint, Figures, Words, say, spoken, translated

from . import catalogues
from .test_questions import cases

LANGUAGES = sentences.languages()[1:]
SAMPLES = Path(__file__).parent / "data" / "homework.csv"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language: str) -> None:
    """A sentence of the source that a catalogue lacks is named here, and so is one too many."""
    catalog = catalogues.catalogue(language)
    there = {m.id for m in catalog if m.id and m.string}
    assert {"missing": [], "no longer said": []} == {
        "missing": sorted(set(catalogues.collected()) - there),
        "no longer said": sorted(there - set(catalogues.collected())),
    }, "run python -m tests.catalogues, translate what it lists, run it again"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_program_reads_is_what_the_translator_wrote(language: str) -> None:
    """The compiled file says what the translator's does; else run python -m tests.catalogues."""
    catalog = catalogues.catalogue(language)
    told = {m.id: m.string for m in catalog if m.id and m.string}
    assert told == sentences.words_of(language).known


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_have_the_same_gaps(language: str) -> None:
    """What stands in a gap stands in the translation too; only an English plural s may go."""
    known = sentences.words_of(language).known
    for template, translation in known.items():
        gaps, found = (set(sentences.PLACE.findall(t)) for t in (template, translation))
        assert gaps - found <= ({"_2"} if "argument{_2}" in template else set()), template
        assert found <= gaps, template


# --- nothing stays English ------------------------------------------------------------------------



def marked(template: str) -> str:
    """A translation that shows what of a text was translated; what stands in its gaps was not."""
    pieces = re.split(r"(\{[A-Za-z_]\w*\})", template)
    return "".join(piece if k % 2 or not piece else f"«{piece}»" for k, piece in enumerate(pieces))


@cache
def marking() -> Words:
    """A language that marks what it has translated."""
    return Words({t: t if t == sentences.HALF else marked(t) for t in catalogues.collected()})


TYPED = [  # answers that the parser refuses, for all kinds of reasons
    "", "2x+", "(2x", "2x)", "sine(x)", "sin", "x y z", "2x = 3", "2x, 3x", "d/dx x^2", "f'(x)",
    "2..3x", "2x 3", "x^", "\\frac{2x", "\\foo{x}", "$x", "__import__('os')", "2\u202ex", "x!!",
    "a", "I think 2x",
    "1/0", "log_2", "x^2^", "sin^(-1)", "2e+3x", "|x", "x'", "ln", "max(x)", "5%",
    "x ≠ 2", "√", "X", "0x10", "1e999999", "((((x", "if(x>0, 1)", "sum(k, k, 1, 10^9)", "\\int x",
    "x_", "10^10^10", "½x", "2x/x^2+1", "sin x^2 + 3 2", "x^(2", "log(x, 1)", "2,5x,3", "α", "x→2",
    "+_ |\\right10*/", ":\\left (",
]  # fmt: skip
TRANSLATED = re.compile(r"«[^«»]*»")
MATHEMATICS = {*OPS, *(n for op in OPS.values() for n in (op.text, *op.aliases)), "pi", "Matrix",
               "code", "gradient", "SymPy", "alpha", "theta", "sech", "csch", "coth"}  # fmt: skip


def english(x: Any, typed: str) -> set[str]:
    """The words of a text that nobody has translated: no mathematics, and not the student's own."""
    first = str(translated(x, marking())).partition("\n")[0]
    words = set(re.findall(r"[A-Za-z]{3,}", TRANSLATED.sub(" ", first)))
    return {w for w in words - MATHEMATICS if w not in typed and not w.isupper()}


def judgements() -> Iterator[tuple[str, sg.Judgement]]:
    with SAMPLES.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            typed = row["student_answer"]
            yield typed, sg.check(row["expression"], typed, row["variable"] or None)
    for typed in TYPED:
        yield typed, sg.check("x^2", typed)


def test_nothing_that_is_said_stays_english() -> None:
    """Every message, remark and witness is made of sentences that a translator has."""
    left = {(typed[:40], word) for typed, found in judgements() for x in told(found)
            for word in english(x, typed)}  # fmt: skip
    assert set() == left


def told(found: sg.Judgement) -> Iterator[str]:
    """All that a judgement says."""
    yield from (found.message, *found.remarks, *(m.message for m in found.mistakes))
    yield from (str(x) for x in (found.witness, found.evidence) if x)
    yield from (x for claim in found.claims for x in (claim.says, claim.witness))


KINDS_ASKED = sorted({row["kind"] for row in cases()})


def of_questions(kind: str, *columns: str, most: int = 1) -> Iterator[tuple[str, str]]:
    """What is said of questions of a kind: how they are asked, solved and judged."""
    counts: Counter[tuple[str, ...]] = Counter()
    for row in (row for row in cases() if row["kind"] == kind):
        told_alike = tuple(row[column] for column in columns)
        counts[told_alike] += 1
        if counts[told_alike] > most:
            continue
        question = sg.Question(kind, **json.loads(row["question"]))
        typed = row["question"] + row["answer"]
        yield typed, say(question.posed.wants)
        yield typed, question.posed.asked()
        yield from ((typed, step.said) for step in question.posed.worked())
        yield from ((typed, x) for x in told(sg.check(question, row["answer"])))


@pytest.mark.parametrize("kind", KINDS_ASKED)
def test_no_question_stays_english(kind: str) -> None:
    """Nor do questions of other kinds, their steps, and what is said of answers to them."""
    left = {(x, word) for typed, x in of_questions(kind) for word in english(x, typed)}
    assert set() == left


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS_ASKED)
def test_no_verdict_on_a_question_stays_english(kind: str) -> None:
    """Two answers for each mistake that has a name: what is said of others is said alike."""
    told_of = of_questions(kind, "verdict", "mistake", most=2)
    assert set() == {(x, word) for typed, x in told_of for word in english(x, typed)}


EXPLAINED = ["x^2*sin(2.5x)", "e^(3x)/x", "ln(x)^x", "|x| + tan x", "x", "3", "max(x, x^2)",
             "asin(x)/(1 - x)", "2^x"]  # fmt: skip


@pytest.mark.parametrize("text", EXPLAINED)
def test_no_derivation_stays_english(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every word of a derivation is told in the language, that of its rules and notes included."""
    monkeypatch.setattr(sentences, "words_of", lambda language: marking())
    found = sg.explain(text, "x").spoken("xx")
    lines = [line for form in ("text", "markdown", "latex") for line in derivation(found, form)]
    kept = re.sub(r"\\(begin|end)\{\w+\}|\\[A-Za-z]+", " ", "\n".join(lines))
    assert set() == {w for line in kept.splitlines() for w in english(line, "")}


def test_derivations_are_told() -> None:
    """The rules, what stands between formulas, and decimal signs are those of the language."""
    found = sg.explain("2.5*sin(1.5x)", lang="de")
    assert "Faktorregel" == found.steps[0].rule
    text, latex = ("\n".join(derivation(found, form)) for form in ("text", "latex"))
    assert "mit u = 1,5*x" in text and "2,5*sin(1,5*x)" in text and "mit SymPy verglichen" in text
    assert "2{,}5" in latex and r"\text{ mit }" in latex and "2.5" not in text + latex
    with pytest.raises(sg.UsageError):
        sg.explain("x^2", lang="xx")


def test_solutions_and_sets_are_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """What explain and set print for questions of other kinds is in the language, too."""
    assert 0 == main(["explain", "x^2.5", "--kind", "tangent", "--at", "x=1", "--lang", "es"])
    said = capsys.readouterr().out
    assert "Da la recta tangente a la gráfica de x^2,5" in said and "Respuesta: y = " in said
    (tmp_path / "a.toml").write_text('title = "A"\n[[question]]\nexpression = "x^2.5"\n')
    assert 0 == main(["set", "show", str(tmp_path / "a.toml"), "--solutions", "--lang", "fr"])
    said = capsys.readouterr().out
    assert "(1 point)" in said and "Dérivez x^2,5" in said and "Réponse : 2,5*x^1,5" in said


# --- how it is told -------------------------------------------------------------------------------


def test_parts_are_told_too() -> None:
    """A sentence inside a sentence is translated, and so are those in records and tuples."""
    found = sg.check("sin(2.5x)", "cos(2.5x)")
    told = found.spoken("de")
    assert told.message.startswith("Kettenregel in sin(2,5*x): der Faktor aus der inneren")
    assert told.message == told.mistakes[0].message and told.verdict == found.verdict
    assert found.message.startswith("The chain rule in sin(2.5*x)")


def test_the_decimal_sign_follows_the_language() -> None:
    """Numbers and formulas have the comma of the language, but where a comma separates already."""
    assert "1,5*x" == spoken(Figures("1.5*x"), "fr") and "1.5*x" == spoken(Figures("1.5*x"))
    assert "max(1.5, x)" == spoken(Figures("max(1.5, x)"), "de")
    assert "correct" == sg.check("1,25x^2", spoken(Figures("2.5*x"), "de")).verdict


TYPED_WITH_COMMAS = [
    ("x*ln(2.5)", "ln(2,5)"), ("x*sin(1.5) + x/2", "0,5+sin(1,5)"), ("x^2,5", "2,5x^1,5"),
    ("x*max(1,2.5)", "max(1, 2.5)"),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "answer"), TYPED_WITH_COMMAS)
def test_decimal_commas_are_read(expression: str, answer: str) -> None:
    """A comma between digits is a decimal one where those are usual, unless points stand there."""
    assert 0 == main(["check", expression, answer, "--lang", "de"])
    pile = f"expression;answer\n{expression};{answer}\n".encode()
    assert ["correct"] == [one["verdict"] for one in sg.grade(pile, jobs=1, lang="de")]


IN_PARTS = [  # kind, fields, what is typed with decimal commas
    ("monotonicity", {"which": "decreasing"}, "x^3-3x", "(-1,1)"),
    ("monotonicity", {"which": "decreasing"}, "x^3-3x", "]-1,1["),
    ("monotonicity", {"which": "decreasing"}, "x^3-6.75x", "(-1,5; 1,5)"),
    ("monotonicity", {"which": "increasing"}, "x^3-3x", "x in (-oo,-1) U (1,oo)"),
    ("stationary", {}, "x^2-3x", "1,5"), ("stationary", {}, "x^2-2x", "{1}"),
    ("stationary", {}, "x^3-3x", r"\{-1,1\}"), ("stationary", {}, "x^2-2.5x", "x = 1,25"),
    ("gradient", {}, "2x+3y", "(2,3)"), ("gradient", {}, "x^2+3y", "(2x,3)"),
    ("gradient", {}, "2.5x+3y", "(2,5; 3)"), ("gradient", {}, "x ln(2.5)+3y", "(ln(2,5); 3)"),
    ("hessian", {}, "x^2+x*y", "[[2,1],[1,0]]"), ("value", {"at": "x=1"}, "0.75x^2", "(1,5)"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "fields", "expression", "answer"), IN_PARTS)
def test_commas_between_parts_are_kept(
    kind: str, fields: dict[str, str], expression: str, answer: str
) -> None:
    """A comma in a vector, a set or an interval is no decimal one, unless others separate it."""
    question = sg.Question(kind, expression, **fields)  # type: ignore[arg-type]
    found = sg.check(question, question.pointed(answer, "de"))
    assert "correct" == found.verdict, found.message


@pytest.mark.parametrize("language", LANGUAGES)
def test_complaints_are_recognised(language: str) -> None:
    """What the parser says is told by its template, the place in it as well."""
    (said,) = {spoken(sg.check("x^2", "(2x").message, language).partition("\n")[0]}
    assert "(" in said and "1" in said and "at column" not in said and "never closed" not in said
    assert "no such sentence" == spoken(Complaint("no such sentence"), language)


def test_workings_are_told() -> None:
    """A working is told in the language, the number of its line included."""
    told = spoken(follow("x^2", "2x\n3x").message, "es")
    assert told.startswith("Línea 2: ")


def test_the_command_tells(capsys: pytest.CaptureFixture[str]) -> None:
    """--lang is the language of all that check prints; another one is refused before the work."""
    assert 1 == main(["check", "x^2 sin x", "2x cos x", "--lang", "de"])
    said = capsys.readouterr().out
    assert "✗ falsch" in said and "Produktregel" in said and "Steigung" in said
    assert 0 == main(["check", "x^2", "2x", "--lang", "fr", "--json"])
    assert '"message": "Juste."' in capsys.readouterr().out
    assert 2 == main(["check", "x^2", "2x", "--lang", "xx"])
    assert "there are en, de, es, fr" in capsys.readouterr().err


def test_graded_files_tell(tmp_path: Path) -> None:
    """Messages, report and marks of a pile are in the language of the class."""
    data = b"student,expression,answer\nAda,x^2 sin x,2x cos x\nAda,x^2,2x+\n"
    files: dict[str, Any] = {"report": tmp_path / "r.html", "moodle": tmp_path / "m.csv"}
    found = sg.grade(data, jobs=1, lang="de", **files)
    assert found[0]["message"].startswith("Die Ableitung eines Produkts")
    assert found[0]["witness"].startswith("bei x = ") and "Der Text endet" in found[1]["message"]
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert '<html lang="de">' in page and "2 Antworten auf 2 Fragen" in page
    assert "Die Ableitung eines Produkts" in (tmp_path / "m.csv").read_text(encoding="utf-8")


def test_errors_are_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """What stops a command is told in the language too, the parser's complaint inside it."""
    (tmp_path / "a.csv").write_text("expression,answer\nsine(x),1\n")
    assert 2 == main(["grade", str(tmp_path / "a.csv"), "--lang", "de"])
    said = " ".join(capsys.readouterr().err.split())  # lines end where the terminal does
    assert "Zeile 2: die Frage ist nicht zu lesen: unbekannte Funktion sine in Spalte 1" in said
    assert 2 == main(["check", "sine(x)", "1", "--lang", "es"])
    said = " ".join(capsys.readouterr().err.split())
    assert "función desconocida sine en la columna 1" in said
    assert 2 == main(["check", "x^2", "1", "--kind", "inverse", "--at", "y=-4", "--lang", "fr"])
    assert "aucun x où x^2 vaut -4 n'a été trouvé" in " ".join(capsys.readouterr().err.split())


def test_a_language_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A translator adds a file, and no code, to add a language."""
    monkeypatch.setattr(sentences, "FOLDER", tmp_path)
    catalog = catalogues.Catalog(locale="pt")
    catalog.add("Right.", "Certo.")
    (tmp_path / "pt.mo").write_bytes(catalogues.compiled(catalog))
    assert ["en", "pt"] == sentences.languages()
    assert ("Certo.", "proved") == (spoken(say("Right."), "pt"), spoken(say("proved"), "pt"))


# --- codes ----------------------------------------------------------------------------------------


def test_every_code_has_a_meaning() -> None:
    """Every code that a mistake can have, and every verdict, is explained to the teacher."""
    assert set() == set(MISTAKE_SENTENCES) - set(CODE_MEANINGS)
    seen = {m.code for _, found in judgements() for m in found.mistakes}
    assert set() == seen - set(CODE_MEANINGS)
    verdicts = {"correct", "incorrect", "equal_on_part", "invalid", "undecided"}
    assert verdicts == set(VERDICT_MEANINGS)
