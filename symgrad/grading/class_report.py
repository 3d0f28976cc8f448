"""The report on a pile of answers: one HTML file, and nothing else is needed to read it.

- `pieces(pile, outcomes)` is the page, piece by piece: for every question the counts, a histogram
  of mistakes and the wrong answers, equal ones together, formulas as MathML; and what every student
  got.

No network, no script; readable on a phone, on paper and in the dark. Everything that a student
typed is escaped, and the page forbids itself to load or run anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from html import escape
from itertools import islice
from typing import Any

from ..errors import SymgradError
from ..expression import parse
from ..homework.codes import CODE_MEANINGS
from ..limits import Limits
from ..questions.question import QuestionKind, meanings
from ..sentences import Figures, say, sentences, spoken
from ..sets.problem_set import Posed
from .groups import Asked, Cluster, Group, groups
from .marks import Mark, Marked, Outcomes, decimal, marks
from .page import PAGE
from .pile import Pile

VERDICTS = sentences({  # in the order in which they are shown
    "correct": "correct", "incorrect": "incorrect", "equal_on_part": "right on a part only",
    "invalid": "not readable", "undecided": "undecided",
})  # fmt: skip
DECISION_SENTENCES = sentences({
    "accepted": "accepted by the teacher", "rejected": "rejected by the teacher",
})  # fmt: skip
ANSWERS_SHOWN = 8  # wrong answers shown at once; the others unfold
MOST_QUESTIONS = 200  # that the page holds
MOST_WRONG = 200  # answers to one question that the page holds
MOST_STUDENTS = 300  # whose answers the page holds
MOST_MARKS = 60_000  # of all students on the page: it is held in memory
LONGEST_ANSWER = 160  # characters
STUDENTS_NAMED = 6  # students named beside an answer
HERE = "\0"  # in the page: where its sections go, which nobody can type



def pieces(
    pile: Pile, outcomes: Outcomes, *, title: str = "answers", reveal: bool = False,
    language: str = "en",
) -> Iterator[str]:  # fmt: skip
    """The whole page; `reveal` shows the right answers too."""
    return Paper(pile, outcomes, title, reveal, language).pieces()


@dataclass(frozen=True)
class Paper:
    """What is reported, and how: every method is a part of the page."""

    pile: Pile
    outcomes: Outcomes
    title: str
    reveal: bool
    language: str

    @cached_property
    def groups(self) -> list[Group]:
        return groups(self.pile, self.outcomes)

    def say(self, template: str, **parts: Any) -> str:
        """A sentence in the report's language, escaped."""
        return escape(str(spoken(say(template, **parts), self.language)))

    def count(self, n: int, one: str, many: str) -> str:
        return self.say(one if n == 1 else many, n=f"{n:,}")

    def pieces(self) -> Iterator[str]:
        """The page: of a million answers not even its sections are held together."""
        students = self.students(marks(self.pile, self.outcomes))  # gone before there are groups
        foot = self.say(
            "Made by symgrad. Equal answers were judged once; the graded file has every row."
        )
        before, after = PAGE.format(
            language=escape(self.language or "en"), title=escape(self.title),
            heading=self.say("{title}: report", title=self.title), lead=self.lead(),
            overview=self.overview(), sections=HERE, students=students, foot=foot,
        ).split(HERE)  # fmt: skip
        yield before
        for i, group in self.numbered():
            yield self.section(group, i)
        left = len(self.groups) - MOST_QUESTIONS
        if left > 0:
            note = self.count(left, "{n} more question in the graded file.",
                              "{n} more questions in the graded file.")  # fmt: skip
            yield f'<p class="note">{note}</p>'
        yield after

    def numbered(self) -> list[tuple[int, Group]]:
        """The questions that the page holds."""
        return list(enumerate(self.groups[:MOST_QUESTIONS], 1))

    # --- the whole pile ---------------------------------------------------------------------------

    def lead(self) -> str:
        counts = Counter(one["verdict"] for one in self.outcomes if one["verdict"])
        told = self.say(
            "{answers} to {questions}",
            answers=self.count(counts.total(), "{n} answer", "{n} answers"),
            questions=self.count(len(self.groups), "{n} question", "{n} questions"),
        )
        return f'<p class="lead">{told}</p>{self.strip(counts)}'

    def strip(self, counts: Mapping[str, int]) -> str:
        """A bar of all verdicts, and the same in words."""
        total = sum(counts.values()) or 1
        present = [v for v in VERDICTS if counts.get(v)]
        parts = "".join(
            f'<span class="{v}" style="width:{100 * counts[v] / total:.3f}%"></span>'
            for v in present
        )
        words = "".join(
            f'<li><i class="{v}"></i><b>{counts[v]:,}</b> {self.say(VERDICTS[v])}</li>'
            for v in present
        )
        return (
            f'<div class="strip" aria-hidden="true">{parts}</div><ul class="legend">{words}</ul>'
        )

    def overview(self) -> str:
        """A line a question, where there are several."""
        if len(self.groups) < 2:
            return ""
        lines = "".join(
            f'<tr><td><a href="#q{i}">{escape(cut(self.name(group.asked, i), 60))}</a></td>'
            f'<td class="math">{formula(group.asked.expression)}</td>'
            f'<td class="n">{group.answers:,}</td>'
            f'<td class="n">{percent(group.verdicts["correct"] / group.answers)}</td>'
            f'<td class="n">{percent(group.credit / group.answers)}</td></tr>'
            for i, group in self.numbered()
        )
        numbers = "".join(f'<th class="n">{self.say(w)}</th>' for w in NUMBERS_HEADED.values())
        head = f"<thead><tr><th>{self.say('Question')}</th><th></th>{numbers}</tr></thead>"
        return f'<table class="overview">{head}<tbody>{lines}</tbody></table>'

    def name(self, asked: Asked, number: int) -> str:
        """The teacher's name for a question, or its number."""
        given = asked.label or str(number)
        question: str = spoken(say("Question {name}", name=given), self.language)
        return question if given.isdigit() else given

    # --- one question -----------------------------------------------------------------------------

    def section(self, group: Group, number: int) -> str:
        return (
            f'<section id="q{number}"><h2>{escape(cut(self.name(group.asked, number), 120))}</h2>'
            f"{self.task(group)}{self.answer(group.asked) if self.reveal else ''}"
            f"{self.strip(group.verdicts)}{self.mistakes(group)}{self.wrong(group)}</section>"
        )

    def task(self, group: Group) -> str:
        """Differentiate f with respect to x; what another kind asks for, in its own words."""
        asked = group.asked
        if not asked.expression:  # it was not said, or what a set calls otherwise
            return ""
        other = of_another_kind(asked)
        several = len(group.versions)
        first = self.say("{n} versions, one of them:", n=several) + " " if several > 1 else ""
        if other:
            return f'<p class="task">{first}{escape(spoken(other.asked(), self.language))}</p>'
        order = asked.order or "1"
        times = TIMES.get(order, TIMES["more"])
        told = self.say(times, n=cut(order, 20))
        wrt = f" ({formula(asked.wrt)})" if asked.wrt else ""
        told += f". {first}" if first else ""
        return (
            f'<p class="task">{told}{wrt}</p>'
            f'<div class="math display">{formula(asked.expression)}</div>'
        )

    def answer(self, asked: Asked) -> str:
        other = of_another_kind(asked)
        try:
            if other:
                shown = formula(other.right())
            else:
                f = parse(asked.expression, limits=Limits.student)
                shown = f.diff(asked.wrt or None, int(asked.order or 1)).mathml()
        except (SymgradError, ValueError):
            return ""
        told = self.say("Right answer")
        return f'<p class="task">{told}</p><div class="math display">{shown}</div>'

    def mistakes(self, group: Group) -> str:
        """The histogram."""
        if not group.mistakes:
            return ""
        most = max(group.mistakes.values())
        lines = "".join(
            f'<tr><th>{self.named(code)}<p class="small">{self.beside(code)}</p></th>'
            f'<td><span class="bar" style="width:{100 * n / most:.1f}%"></span></td>'
            f'<td class="n">{n:,}</td></tr>'
            for code, n in group.mistakes.most_common()
        )
        return (
            f"<h3>{self.say('Mistakes')}</h3>"
            f'<table class="histogram"><tbody>{lines}</tbody></table>'
        )

    def named(self, code: str) -> str:
        """A mistake's name, which is English; in other languages what it means."""
        told, known = self.meaning(code)
        return escape(code.replace("_", " ")) if told == known else told

    def beside(self, code: str) -> str:
        """What a name means; beside a meaning the code, by which the graded file is filtered."""
        told, known = self.meaning(code)
        return told if told == known else f"<code>{escape(code)}</code>"

    def meaning(self, code: str) -> tuple[str, str]:
        """What a mistake means, in the report's language and in English."""
        known = CODE_MEANINGS.get(code) or meanings().get(code) or ""
        return self.say(known), escape(known)

    def wrong(self, group: Group) -> str:
        """Every answer that is not right, equal ones together, the most frequent first."""
        if not group.clusters:
            return ""
        shown = partial(self.cluster, versions=len(group.versions) > 1)
        first = "".join(map(shown, group.clusters[:ANSWERS_SHOWN]))
        rest = group.clusters[ANSWERS_SHOWN:MOST_WRONG]
        more = listed("".join(map(shown, rest)))
        summary = self.count(len(rest), "{n} more answer", "{n} more answers")
        unfold = f"<details><summary>{summary}</summary>{more}</details>"
        left = len(group.clusters[MOST_WRONG:])
        note = self.count(left, "{n} more answer in the graded file.",
                          "{n} more answers in the graded file.")  # fmt: skip
        said = listed(first) + (unfold if rest else "")
        said += f'<p class="note">{note}</p>' if left else ""
        return f"<h3>{self.say('Answers that are not right')}</h3>{said}"

    def cluster(self, cluster: Cluster, versions: bool = False) -> str:
        one = cluster.outcome
        verdict = one["verdict"]
        told = DECISION_SENTENCES.get(one["decision"]) or VERDICTS.get(verdict)
        tag = self.say(told) if told else escape(verdict)
        if one["mistake"]:
            tag += f": {self.named(str(one['mistake']))}"
        return (
            f'<li><span class="times">{cluster.count:,}&times;</span><div>'
            f'<div class="math">{read(cluster)}</div>'
            f'<p class="tag {escape(verdict)}">{tag}{self.credit(one)}{self.group(one)}</p>'
            f"<p>{escape(cut(str(one['message']), 600))}</p>"
            f"{self.small(cluster, versions)}</div></li>"
        )

    def credit(self, one: Mapping[str, Any]) -> str:
        if not 0 < float(one["credit"] or 0) < 1:
            return ""
        return ", " + self.say("credit {credit}", credit=Figures(f"{one['credit']:g}"))

    def group(self, one: Mapping[str, Any]) -> str:
        """The name by which a teacher's decision reaches all of these answers."""
        name = escape(str(one["group"]))
        return f'<span class="small">{self.say("group")} {name}</span>' if name else ""

    def small(self, cluster: Cluster, versions: bool) -> str:
        """What was asked, if not the same of all, typed, where one could check it, and by whom."""
        asked = as_typed(cluster.asked.expression)
        told = [f"{self.say('asked')} {asked}"] if versions else []
        if cluster.outcome["reading"]:
            typed = self.some(map(as_typed, cluster.typed), len(cluster.typed), 3)
            told.append(f"{self.say('typed')} {typed}")
        witness = str(cluster.outcome["witness"])
        if witness and witness[1:] not in str(cluster.outcome["message"]):
            told.append(escape(cut(witness, 200)))
        if cluster.students:
            names = (escape(cut(name, 40)) for name in cluster.students)
            told.append(self.some(names, len(cluster.students), STUDENTS_NAMED))
        return "".join(f'<p class="small">{line}</p>' for line in told)

    def some(self, shown: Iterable[str], total: int, most: int) -> str:
        """a, b, c and 2 more"""
        left = total - most
        more = " " + self.say("and {n} more", n=f"{left:,}") if left > 0 else ""
        return ", ".join(islice(shown, most)) + more

    # --- every student ----------------------------------------------------------------------------

    def students(self, marked: Marked) -> str:
        """What each got, and for what; where the file says whose answers they are."""
        found = list(marked.students)
        if not found:
            return ""
        most = min(MOST_STUDENTS, max(1, MOST_MARKS // max(1, marked.questions)))
        shown = "".join(self.student(marked, name) for name in found[:most])
        left = len(found) - most
        note = self.count(left, "{n} more student in the gradebook.",
                          "{n} more students in the gradebook.")  # fmt: skip
        more = f'<p class="note">{note}</p>' if left > 0 else ""
        return f'<section id="students"><h2>{self.say("Students")}</h2>{shown}{more}</section>'

    def student(self, marked: Marked, name: str) -> str:
        points = Figures(decimal(marked.points(name)))
        got = self.say("{points} of {n}", points=points, n=decimal(marked.of))
        lines = "".join(map(self.mark, marked.marks(name)))
        return (
            f"<details><summary>{escape(cut(name, 60))} <b>{got}</b></summary>"
            f'<table class="marks"><tbody>{lines}</tbody></table></details>'
        )

    def mark(self, mark: Mark) -> str:
        one = mark.outcome
        credit = spoken(Figures(f"{mark.credit:g}"), self.language)
        return (
            f"<tr><th>{escape(cut(mark.question, 60))}</th><td>{as_typed(mark.answer)}"
            f'<p class="small">{escape(cut(str(one["message"]), 300))}</p></td>'
            f'<td class="n {escape(one["verdict"])}">{credit}</td></tr>'
        )


TIMES = sentences({
    "1": "Differentiate", "2": "Differentiate twice", "more": "Differentiate {n} times",
})  # fmt: skip
NUMBERS_HEADED = sentences({"answers": "Answers", "right": "Right", "credit": "Credit"})


# --- texts and formulas ---------------------------------------------------------------------------


def of_another_kind(asked: Asked) -> QuestionKind | None:
    """The question, where it is not for a derivative."""
    question = Posed.from_json(asked.posed).question if asked.posed else None
    return question.posed if question and question.kind != "derivative" else None


def percent(share: float) -> str:
    return f"{100 * share:.0f}&#8239;%"


def listed(items: str) -> str:
    return f'<ol class="clusters">{items}</ol>'


def read(cluster: Cluster) -> str:
    """The answer as a formula; as typed where it could not be read."""
    reading = str(cluster.outcome["reading"])
    return formula(reading) if reading else as_typed(next(iter(cluster.typed)))


def formula(text: str) -> str:
    """A formula as MathML; as typed where it is too long or cannot be read."""
    if len(text) > LONGEST_ANSWER:
        return as_typed(text)
    try:
        return parse(text, variables=list(words(text)), limits=Limits.student).mathml()
    except (SymgradError, ArithmeticError, ValueError):
        return as_typed(text)


def words(text: str) -> Iterator[str]:
    """A text that is one long name stands for itself."""
    if text.isidentifier():
        yield text


def as_typed(text: str) -> str:
    return f"<code>{escape(cut(text, LONGEST_ANSWER)) or '&nbsp;'}</code>"


def cut(text: str, most: int) -> str:
    """At most so many characters, none of them invisible."""
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[: most + 1])
    return shown if len(text) <= most else shown[: most - 1] + "…"
