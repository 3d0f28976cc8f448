"""A problem set on paper and on a page, with or without solutions.

- `as_text`, `as_markdown`, `as_html` write the questions of one student.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from html import escape

from ..errors import SymgradError
from ..expression import Expression, parse
from ..limits import Limits
from ..sentences import Figures, say, spoken
from .problem_set import Posed, ProblemSet, in_pieces

STYLE_OF_SHEET = """
body{font:16px/1.6 Georgia,serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#111;
background:#fff}
h1{font-size:1.5rem}h2{font-size:1.05rem;margin:1.6rem 0 .3rem}li{margin:.3rem 0}
.points{float:right;font-weight:400;color:#555}.space{height:5rem;border-bottom:1px solid #bbb}
.solution{border-left:3px solid #888;padding-left:.8rem;margin:.6rem 0}
math{font-size:1.1em}.math{overflow-x:auto}
@media print{body{margin:0}section{break-inside:avoid}}
@media screen and (prefers-color-scheme:dark){body{color:#eee;background:#16191e}
.points{color:#aaa}}
"""


def heading(posed: Posed, number: int, language: str) -> str:
    return f"{titled(posed, number)} ({worth(posed, language)})"


def titled(posed: Posed, number: int) -> str:
    """The number and the name; a question without a name is called by its number."""
    name = posed.problem.name
    return f"{number}." if name == str(number) else f"{number}. {name}"


def worth(posed: Posed, language: str) -> str:
    points = posed.problem.points
    said = say("{n} point" if points == 1 else "{n} points", n=Figures(f"{points:g}"))
    return str(spoken(said, language))


def as_text(
    found: ProblemSet, posed: Sequence[Posed], student: str, solutions: bool, language: str = "en"
) -> str:
    """Plain text for a terminal."""
    lines = [found.title + (f" · {student}" if student else ""), ""]
    lines += ["".join(in_pieces(found.text)), ""] if found.text else []
    for number, one in enumerate(posed, 1):
        lines += [heading(one, number, language), f"   {in_words(one, language)}"]
        lines += [f"   {line}" for line in solution(one, language)] if solutions else []
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def in_words(posed: Posed, language: str) -> str:
    """The text with its formulas as they are typed."""
    if not posed.problem.text:
        return str(spoken(posed.text, language))
    return "".join(in_pieces(posed.problem.filled_text(posed.question, posed.values, str)))


def solution(posed: Posed, language: str) -> list[str]:
    """The steps and the answer, a line each."""
    understood = posed.question.posed
    steps = [step.spoken(language).line for step in understood.worked()]
    answer = say("Answer: {formula}", formula=Figures(understood.right()))
    return [*steps, spoken(answer, language)]


def as_markdown(
    found: ProblemSet, posed: Sequence[Posed], student: str, solutions: bool, language: str = "en"
) -> str:
    """Markdown with formulas between dollars."""
    lines = [f"# {found.title}", ""]
    lines += [f"*{student}*", ""] if student else []
    lines += [found.text, ""] if found.text else []
    for number, one in enumerate(posed, 1):
        lines += [f"## {heading(one, number, language)}", "", spoken(one.text, language), ""]
        lines += [*(f"- {line}" for line in solution(one, language)), ""] if solutions else []
    return "\n".join(lines).rstrip() + "\n"


def as_html(
    found: ProblemSet, posed: Sequence[Posed], student: str, solutions: bool, language: str = "en"
) -> str:
    """One page that prints: room to write, or the solutions."""
    parts = [f"<h1>{escape(found.title)}</h1>"]
    parts += [f"<p>{escape(student)}</p>"] if student else []
    parts += [f"<p>{with_mathml(found.text)}</p>"] if found.text else []
    for number, one in enumerate(posed, 1):
        below = '<div class="space"></div>'
        if solutions:
            steps = "".join(f"<li>{escape(line)}</li>" for line in solution(one, language))
            below = f'<ol class="solution">{steps}</ol>'
        points = f'<span class="points">{escape(worth(one, language))}</span>'
        parts.append(
            f"<section><h2>{escape(titled(one, number))} {points}</h2>"
            f"<p>{with_mathml(spoken(one.text, language))}</p>{formulas(one)}{below}</section>"
        )
    title = escape(found.title)
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        f'<title>{title}</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<style>{STYLE_OF_SHEET}</style></head>\n<body><main>{''.join(parts)}</main></body></html>\n"
    )


def formulas(posed: Posed) -> str:
    """What a task in our words has as it is typed, typeset; a teacher's text does that itself."""
    given = [] if posed.problem.text else posed.question.expression
    shown: list[str] = []
    for f in [given] if isinstance(given, str | Expression) else given:
        with suppress(SymgradError):
            shown.append(parse(str(f), limits=Limits.student).mathml())
    return "".join(f'<p class="math">{one}</p>' for one in shown)


def with_mathml(text: str) -> str:
    """A text with its formulas as MathML; one that cannot be read stays as it is."""
    pieces = in_pieces(text)
    return "".join(mathml(p) if k % 2 else escape(p) for k, p in enumerate(pieces))


def mathml(latex: str) -> str:
    """A formula, an equation or several formulas in a bracket; in italics what is none."""
    sides = [typeset(side.strip()) for side in latex.split("=")]
    if not any(sides):
        return f"<i>{escape(latex)}</i>"
    return " = ".join(found or escape(side) for found, side in zip(sides, latex.split("=")))


def typeset(side: str) -> str:
    """MathML; nothing where it cannot be read."""
    several = re.fullmatch(r"\((.+, .+)\)", side)
    if several:
        parts = [typeset(part) for part in several[1].split(", ")]
        return f"({', '.join(parts)})" if all(parts) else ""
    with suppress(SymgradError):
        return parse(f"${side}$", limits=Limits.student).mathml()
    return ""


__all__ = ["as_html", "as_markdown", "as_text"]
