"""The report on a pile of answers: one HTML file, and nothing else is needed to read it.

- `report(pile, outcomes)` is the page: for every question the counts, a histogram of mistakes and
  the wrong answers, equal ones together, formulas as MathML.

No network, no script; readable on a phone, on paper and in the dark. Everything that a student
typed is escaped, and the page forbids itself to load or run anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from ..errors import SymgradError
from ..expression import parse
from ..limits import Limits
from .groups import Asked, Cluster, Group, groups
from .page import PAGE
from .pile import Pile

VERDICTS = {  # in the order in which they are shown
    "correct": "correct", "incorrect": "incorrect", "equal_on_part": "right on a part only",
    "invalid": "not readable", "undecided": "undecided",
}  # fmt: skip
SHOWN = 8  # wrong answers shown at once; the others unfold
MOST = 200  # wrong answers to one question that the page holds
LONGEST = 160  # characters of an answer
NAMES = 6  # students named beside an answer

Outcomes = Sequence[Mapping[str, Any]]


def report(pile: Pile, outcomes: Outcomes, *, title: str = "answers", reveal: bool = False) -> str:
    """The whole page; `reveal` shows the right answers too."""
    found = groups(pile, outcomes)
    sections = "".join(_section(group, i, reveal) for i, group in enumerate(found, 1))
    return PAGE.format(
        title=escape(title), lead=_lead(outcomes, found), overview=_overview(found),
        sections=sections,
    )  # fmt: skip


# --- the whole pile -------------------------------------------------------------------------------


def _lead(outcomes: Outcomes, found: Sequence[Group]) -> str:
    told = f"{_count(len(outcomes), 'answer')} to {_count(len(found), 'question')}"
    counts = Counter(one["verdict"] for one in outcomes)
    return f'<p class="lead">{told}</p>{_strip(counts)}'


def _count(n: int, word: str) -> str:
    return f"{n:,} {word}" if n == 1 else f"{n:,} {word}s"


def _strip(counts: Mapping[str, int]) -> str:
    """A bar of all verdicts, and the same in words."""
    total = sum(counts.values()) or 1
    present = [v for v in VERDICTS if counts.get(v)]
    parts = "".join(
        f'<span class="{v}" style="width:{100 * counts[v] / total:.3f}%"></span>' for v in present
    )
    words = "".join(
        f'<li><i class="{v}"></i><b>{counts[v]:,}</b> {VERDICTS[v]}</li>' for v in present
    )
    return f'<div class="strip" aria-hidden="true">{parts}</div><ul class="legend">{words}</ul>'


def _overview(found: Sequence[Group]) -> str:
    """A line a question, where there are several."""
    if len(found) < 2:
        return ""
    lines = "".join(
        f'<tr><td><a href="#q{i}">{escape(_cut(group.asked.name(i), 60))}</a></td>'
        f'<td class="math">{_formula(group.asked.expression)}</td>'
        f'<td class="n">{group.answers:,}</td><td class="n">{_percent(group)}</td></tr>'
        for i, group in enumerate(found, 1)
    )
    head = '<tr><th>Question</th><th></th><th class="n">Answers</th><th class="n">Right</th></tr>'
    return f'<table class="overview"><thead>{head}</thead><tbody>{lines}</tbody></table>'


def _percent(group: Group) -> str:
    return f"{100 * group.verdicts['correct'] / group.answers:.0f}&#8239;%"


# --- one question ---------------------------------------------------------------------------------


def _section(group: Group, number: int, reveal: bool) -> str:
    return (
        f'<section id="q{number}"><h2>{escape(_cut(group.asked.name(number), 120))}</h2>'
        f"{_task(group.asked)}{_answer(group.asked) if reveal else ''}"
        f"{_strip(group.verdicts)}{_mistakes(group)}{_wrong(group)}</section>"
    )


def _task(asked: Asked) -> str:
    """Differentiate f with respect to x."""
    given = f" {escape(_cut(asked.order, 20))} times"
    times = {"": "", "1": "", "2": " twice"}.get(asked.order, given)
    wrt = f" with respect to {_formula(asked.wrt)}" if asked.wrt else ""
    return (
        f'<p class="task">Differentiate{times}{wrt}</p>'
        f'<div class="math display">{_formula(asked.expression)}</div>'
    )


def _answer(asked: Asked) -> str:
    try:
        f = parse(asked.expression, limits=Limits.student)
        slope = f.diff(asked.wrt or None, int(asked.order or 1))
    except (SymgradError, ValueError):
        return ""
    return f'<p class="task">Right answer</p><div class="math display">{slope.mathml()}</div>'


def _mistakes(group: Group) -> str:
    """The histogram."""
    if not group.mistakes:
        return ""
    most = max(group.mistakes.values())
    lines = "".join(
        f"<tr><th>{escape(code.replace('_', ' '))}</th>"
        f'<td><span class="bar" style="width:{100 * n / most:.1f}%"></span></td>'
        f'<td class="n">{n:,}</td></tr>'
        for code, n in group.mistakes.most_common()
    )
    return f'<h3>Mistakes</h3><table class="histogram"><tbody>{lines}</tbody></table>'


def _wrong(group: Group) -> str:
    """Every answer that is not right, equal ones together, the most frequent first."""
    if not group.clusters:
        return ""
    first = "".join(map(_cluster, group.clusters[:SHOWN]))
    rest = group.clusters[SHOWN:MOST]
    more = _list("".join(map(_cluster, rest)))
    unfold = f"<details><summary>{_count(len(rest), 'more answer')}</summary>{more}</details>"
    left = len(group.clusters[MOST:])
    note = f'<p class="note">{_count(left, "more answer")} in the graded file.</p>'
    said = _list(first) + (unfold if rest else "") + (note if left else "")
    return f"<h3>Answers that are not right</h3>{said}"


def _list(items: str) -> str:
    return f'<ol class="clusters">{items}</ol>'


def _cluster(cluster: Cluster) -> str:
    one = cluster.outcome
    verdict = one["verdict"]
    code = str(one["mistake"]).replace("_", " ")
    tag = VERDICTS.get(verdict, verdict) + (f": {code}" if code else "")
    return (
        f'<li><span class="times">{cluster.count:,}&times;</span><div>'
        f'<div class="math">{_read(cluster)}</div>'
        f'<p class="tag {escape(verdict)}">{escape(tag)}</p>'
        f"<p>{escape(_cut(str(one['message']), 600))}</p>{_small(cluster)}</div></li>"
    )


def _read(cluster: Cluster) -> str:
    """The answer as a formula; as typed where it could not be read."""
    reading = str(cluster.outcome["reading"])
    return _formula(reading) if reading else _typed(next(iter(cluster.typed)))


def _small(cluster: Cluster) -> str:
    """What was typed, where one could check it, and by whom."""
    told = []
    if cluster.outcome["reading"]:
        typed = [_typed(text) for text in list(cluster.typed)[:3]]
        told.append("typed " + _listed(typed, len(cluster.typed)))
    witness = str(cluster.outcome["witness"])
    if witness and witness[1:] not in str(cluster.outcome["message"]):
        told.append(escape(_cut(witness, 200)))
    if cluster.students:
        names = [escape(_cut(name, 40)) for name in list(cluster.students)[:NAMES]]
        told.append(_listed(names, len(cluster.students)))
    return "".join(f'<p class="small">{line}</p>' for line in told)


def _listed(shown: Sequence[str], total: int) -> str:
    """a, b, c and 2 more"""
    more = f" and {total - len(shown):,} more" if total > len(shown) else ""
    return ", ".join(shown) + more


# --- texts and formulas ---------------------------------------------------------------------------


def _formula(text: str) -> str:
    """A formula as MathML; as typed where it is too long or cannot be read."""
    if len(text) > LONGEST:
        return _typed(text)
    try:
        return parse(text, variables=list(_words(text)), limits=Limits.student).mathml()
    except (SymgradError, ArithmeticError, ValueError):
        return _typed(text)


def _words(text: str) -> Iterator[str]:
    """A text that is one long name stands for itself."""
    if text.isidentifier():
        yield text


def _typed(text: str) -> str:
    return f"<code>{escape(_cut(text, LONGEST)) or '(nothing)'}</code>"


def _cut(text: str, most: int) -> str:
    """At most so many characters, none of them invisible."""
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[: most + 1])
    return shown if len(text) <= most else shown[: most - 1] + "…"
