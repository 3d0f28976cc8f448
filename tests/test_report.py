"""The report: one page, nothing loaded, nothing run, everything typed escaped."""

from __future__ import annotations

import json
import re
import shutil
import struct
import subprocess
import zlib
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from symgrad.grading import pile as rows
from symgrad.grading.class_report import pieces
from symgrad.grading.groups import group_name, groups
from symgrad.grading.pile import Task
from symgrad.grading.tasks import outcome

from .counting import calls

HERE = Path(__file__).parent
EXAMPLE = HERE.parent / "examples" / "homework" / "report.html"
NASTY = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</style><h1>", "&lt;b&gt;",
    "javascript:alert(1)", "{title}", "\x00\x1b[31m\u202ex", "<math><mi>x", "'; --", "\ud800",
]  # fmt: skip


def report(*given: Any, **more: Any) -> str:
    """The report as one text."""
    return "".join(pieces(*given, **more))


def piled(*cells: dict[str, str]) -> rows.Pile:
    """A pile with these cells."""
    return rows.read("\n".join(map(json.dumps, cells)).encode(), "a.jsonl")


def page(*answers: tuple[str, str, str, str], reveal: bool = False, **cells: str) -> str:
    """A report on (answer, verdict, mistake, reading) to x^2."""
    pile = piled(*({"expression": "x^2", "answer": a, "student": f"S{i}", **cells}
                   for i, (a, _, _, _) in enumerate(answers)))  # fmt: skip
    found = [outcome(v, "A message.", mistake=m, reading=r) for _, v, m, r in answers]
    return report(pile, found, title="pile", reveal=reveal)


class Elements(HTMLParser):
    """All elements and attributes of a page, and whether they nest."""

    VOID = frozenset({"meta", "br", "img", "link", "input", "hr"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.stack: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.names.append(tag)
        self.attributes += attrs
        if tag not in self.VOID:
            self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.stack.pop()


def self_contained(text: str) -> None:
    """Nothing is loaded, nothing is run, every element is closed."""
    found = Elements(text)
    assert [] == found.stack
    assert not {"script", "img", "link", "iframe", "object", "form"} & set(found.names)
    names = {name for name, _ in found.attributes}
    assert not {"src", "onerror", "onclick", "onload", "action"} & names
    assert all(str(x).startswith("#") for name, x in found.attributes if name == "href")
    assert "url(" not in text and "@import" not in text


@pytest.mark.parametrize("typed", NASTY)
def test_everything_typed_is_escaped(typed: str) -> None:
    """Whatever a student types, the page has the same elements and runs nothing."""
    harmless = page(("abc", "invalid", "syntax", ""), question="Q", wrt="x")
    hostile = page((typed, "invalid", "syntax", ""), question=typed, wrt="x")
    self_contained(hostile)
    assert Elements(harmless).names == Elements(hostile).names
    assert typed not in hostile or not {"<", "&", '"'} & set(typed)


def test_hostile_everywhere() -> None:
    """Every column may be hostile: expression, variable, order, student, message, witness."""
    typed = "<script>x</script>"
    columns = ("expression", "answer", "wrt", "order", "student", "question")
    pile = piled(dict.fromkeys(columns, typed))
    one = dict.fromkeys(rows.OUTCOME, typed) | {"verdict": "incorrect", "credit": 0}
    text = report(pile, [one], title=typed, reveal=True)
    self_contained(text)
    assert "<script" not in text


def test_equal_answers_stand_together() -> None:
    """Answers that say the same are one cluster, however typed; the largest comes first."""
    answers = [("x", "incorrect", "unknown", "x"), ("x*2*y", "incorrect", "unknown", "x*2*y"),
               ("2y x", "incorrect", "unknown", "2*y*x"), ("2x", "correct", "", "2*x")]  # fmt: skip
    cells = [{"expression": "x^2 y", "answer": a, "student": f"S{i}"}
             for i, (a, *_) in enumerate(answers)]  # fmt: skip
    pile = piled(*cells)
    named = [group_name(Task("x^2 y", a), r) for a, *_, r in answers]
    (group,) = groups(pile, [outcome(v, mistake=m, reading=r, group=g)
                             for (_, v, m, r), g in zip(answers, named)])  # fmt: skip
    assert [(2, ["x*2*y", "2y x"], ["S1", "S2"]), (1, ["x"], ["S0"])] == [
        (c.count, list(c.typed), list(c.students)) for c in group.clusters
    ]
    assert {"incorrect": 3, "correct": 1} == group.verdicts and {"unknown": 3} == group.mistakes


def test_questions_apart() -> None:
    """Each question has its own part, in the order of the file."""
    data = b"question,expression,answer\nB,x^2,1\nA,x^3,2\nB,x^2,3\n"
    pile = rows.read(data)
    found = groups(pile, [outcome("incorrect")] * 3)
    assert [("B", 2), ("A", 1)] == [(g.asked.label, g.answers) for g in found]
    text = report(pile, [outcome("incorrect")] * 3)
    assert 0 < text.index('id="q1"') < text.index('id="q2"')


def test_right_answer_only_if_asked() -> None:
    """The page does not give the right answer away unless told to."""
    cells = ("x", "incorrect", "unknown", "x")
    assert "Right answer" not in page(cells)
    assert "Right answer" in page(cells, reveal=True)


def test_many_wrong_answers_fold() -> None:
    """Of many different wrong answers the frequent ones are shown and the others unfold."""
    text = page(*((f"x+{i}", "incorrect", "unknown", f"x + {i}") for i in range(300)))
    self_contained(text)
    assert "192 more answers</summary>" in text and "100 more answers in the graded file" in text


CLASS = [("Ada", "1", "x"), ("Ada", "2", "2x"), ("<b>Bob", "1", "2x"), ("<b>Bob", "2", "x"),
         ("Eve", "1", "x")]  # fmt: skip


def test_every_student_has_a_view() -> None:
    """Each student's answers, messages and marks stand together, out of all questions."""
    cells = [{"student": s, "question": q, "expression": "x^2", "answer": a} for s, q, a in CLASS]
    found = [outcome("correct", "Right.", credit=1) if a == "2x" else
             outcome("incorrect", "No.", credit=0.5) for *_, a in CLASS]  # fmt: skip
    text = report(piled(*cells), found)
    self_contained(text)
    views = re.findall(r"<summary>(.*?) <b>(.*?)</b></summary>", text)
    assert [("Ada", "1.5 of 2"), ("&lt;b&gt;Bob", "1.5 of 2"), ("Eve", "0.5 of 2")] == views
    assert 5 == text.count('<td class="n ') and text.index('id="q2"') < text.index('id="students"')


def test_versions_of_a_question_stand_together() -> None:
    """A question whose numbers differ from student to student is one, with what each was asked."""
    cells = [{"question": "3", "expression": f"x^{n}", "answer": "x"} for n in (2, 3, 4)]
    found = [outcome("incorrect", "No.", mistake="power_rule", group=f"g{n}") for n in range(3)]
    text = report(piled(*cells), found)
    self_contained(text)
    assert 1 == text.count("<section id=\"q") and "3 versions, one of them:" in text
    assert all(f"asked <code>x^{n}</code>" in text for n in (2, 3, 4))


def test_nobody_has_no_view() -> None:
    """A file that does not say whose answers they are has no part about students."""
    assert 'id="students"' not in report(piled({"expression": "x", "answer": "1"}),
                                         [outcome("correct")])  # fmt: skip


def test_decisions_are_shown() -> None:
    """What a teacher decided stands in the report, accepted answers too, and every group's name."""
    cells = [{"expression": "x^2", "answer": a} for a in ("x", "2x")]
    found = [outcome("correct", "Fine.", credit=1, decision="accepted", group="0a1b2c3d"),
             outcome("incorrect", "No.", credit=0.25, group="4e5f6a7b")]  # fmt: skip
    text = report(piled(*cells), found)
    assert "accepted by the teacher" in text and "credit 0.25" in text
    assert all(name in text for name in ("group 0a1b2c3d", "group 4e5f6a7b"))


@pytest.mark.parametrize("kinds", [3, 10**9], ids=["few answers", "all different"])
def test_the_report_is_linear(kinds: int) -> None:
    """Twice the answers are twice the work, whether few of them differ or all."""
    counts = []
    for size in (500, 1000):
        answers = [f"x+{i % kinds}" for i in range(size)]
        pile = piled(*({"expression": "x^2", "answer": a, "student": f"S{i}"}
                       for i, a in enumerate(answers)))  # fmt: skip
        found = [outcome("incorrect", "No.", reading=a, group=a) for a in answers]
        report(pile, found)  # what is loaded once is loaded now
        counts.append(calls(lambda pile=pile, found=found: report(pile, found)))
    assert counts[1] < 2.1 * counts[0]


def test_many_questions_and_students() -> None:
    """However many there are, the page holds some hundreds, and says how many it leaves out."""
    cells = [{"student": f"S{i}", "expression": f"{i}*x", "answer": "1"} for i in range(400)]
    text = report(piled(*cells), [outcome("incorrect")] * 400)
    assert (200, 150) == (text.count("<section id=\"q"), text.count("<summary>S"))
    assert "200 more questions in the graded file." in text
    assert "250 more students in the gradebook." in text


def test_formulas() -> None:
    """Question and answers are MathML."""
    text = page(("x^3", "incorrect", "unknown", "x^3"))
    assert 2 <= len(re.findall(r"<math ", text))
    assert "<msup><mi>x</mi><mn>3</mn></msup>" in text


def test_example() -> None:
    """The report that ships as an example is one of these pages."""
    self_contained(EXAMPLE.read_text(encoding="utf-8"))


# --- in a browser --------------------------------------------------------------------------------

NAMES = ("chromium", "chromium-browser", "google-chrome")
BROWSER = next(filter(None, map(shutil.which, NAMES)), None)
QUIET = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--hide-scrollbars"]  # fmt: skip


def browser(profile: Path, *options: str) -> bytes:
    """Run the browser once, with a profile of its own."""
    assert BROWSER
    run = [BROWSER, *QUIET, f"--user-data-dir={profile}", *options]
    return subprocess.run(run, capture_output=True, timeout=60, check=True).stdout


def pixels(png: bytes) -> tuple[int, int, list[bytes]]:
    """Width, height and the rows of an 8-bit PNG, its filters undone."""
    width, height, depth, kind = struct.unpack(">IIBB", png[16:26])
    assert 8 == depth
    size, data, at = {2: 3, 6: 4}[kind], b"", 8
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        data += png[at + 8 : at + 8 + length] if name == b"IDAT" else b""
        at += length + 12
    raw, before, lines = zlib.decompress(data), bytearray(width * size), []
    for y in range(height):
        start = y * (width * size + 1)
        line = bytearray(raw[start + 1 : start + 1 + width * size])
        before = unfiltered(raw[start], line, before, size)
        lines.append(bytes(before))
    return width, height, lines


def unfiltered(kind: int, line: bytearray, above: bytearray, size: int) -> bytearray:
    for i in range(len(line)):
        a = line[i - size] if i >= size else 0
        b, c = above[i], above[i - size] if i >= size else 0
        near = (a, b, c)[min(range(3), key=lambda k: abs((b - c, a - c, a + b - 2 * c)[k]))]
        line[i] = (line[i] + (0, a, b, (a + b) // 2, near)[kind]) & 255
    return line


@pytest.mark.slow
@pytest.mark.needs(*NAMES)
@pytest.mark.parametrize("width", [1100, 500])
def test_in_a_browser(width: int, tmp_path: Path) -> None:
    """At the width of a desk and of a phone the page fits, and is neither blank nor cut off."""
    shot = tmp_path / "shot.png"
    browser(tmp_path / "p", f"--window-size={width},280", f"--screenshot={shot}", EXAMPLE.as_uri())
    found, height, lines = pixels(shot.read_bytes())
    assert (width, 280) == (found, height)
    ground = lines[1][:3]
    assert 25 < sum(len(set(zip(*[iter(line)] * 3))) > 1 for line in lines) / 2.8
    size = len(lines[0]) // width
    assert all(ground == line[-size * k :][:3] for line in lines for k in (1, 2, 3))  # a margin


@pytest.mark.slow
@pytest.mark.needs(*NAMES)
def test_nothing_is_wider_than_a_phone(tmp_path: Path) -> None:
    """At 360 pixels no part of the page sticks out: long formulas scroll by themselves."""
    long = "+".join(f"sin({k}*x)^{k}" for k in range(2, 14))
    text = page((long, "incorrect", "unknown", long), ("y" * 400, "invalid", "syntax", ""))
    # the script is the test's own; the page forbids it, so its policy is taken out
    inside = "document.querySelector('iframe').contentDocument.documentElement"
    onload = f"document.title='W' + {inside}.scrollWidth"
    bare = re.sub(r"<meta http-equiv[^>]*>", "", text)
    (tmp_path / "page.html").write_text(bare, encoding="utf-8")
    frame = f'<iframe src="page.html" width="360" onload="{onload}"></iframe>'
    (tmp_path / "frame.html").write_text(f"<!DOCTYPE html><title>x</title>{frame}")
    dom = browser(
        tmp_path / "p", "--allow-file-access-from-files", "--virtual-time-budget=3000",
        "--dump-dom", (tmp_path / "frame.html").as_uri(),
    ).decode()  # fmt: skip
    (measured,) = re.findall(r"<title>W(\d+)</title>", dom)
    assert int(measured) <= 360


@pytest.mark.slow
@pytest.mark.needs(*NAMES)
def test_on_paper(tmp_path: Path) -> None:
    """The page prints: a PDF of some pages."""
    file = tmp_path / "page.pdf"
    browser(tmp_path / "p", f"--print-to-pdf={file}", "--no-pdf-header-footer", EXAMPLE.as_uri())
    pages = len(re.findall(rb"/Type\s*/Page\b(?!s)", file.read_bytes()))
    assert 2 <= pages <= 8
