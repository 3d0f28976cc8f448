"""`symgrad set`: check a problem set, print it for a student, export it to other platforms."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from ..errors import UsageError
from ..sentences import say, spoken
from ..sets import exporting, printing
from ..sets.problem_set import SCHEMA, ProblemSet
from .arguments import Formatted, add_language
from .terminal import Terminal

PRINTED = {"text": printing.as_text, "markdown": printing.as_markdown, "html": printing.as_html}
PLATFORMS = {"moodle": exporting.moodle, "prairielearn": exporting.prairielearn}


def add(commands: Any) -> None:
    command = commands.add_parser(
        "set", help="check, print and export a problem set",
        description="A problem set is a TOML file: a title, and questions with [[question]].",
        epilog="examples:\n  symgrad set check exercises.toml\n"
        "  symgrad set show exercises.toml --student ada --solutions\n"
        "  symgrad set export exercises.toml --to moodle --out quiz\n"
        "  symgrad set schema > set.schema.json",
        formatter_class=Formatted,
    )  # fmt: skip
    does = command.add_subparsers(dest="does", metavar="ACTION", required=True)
    checked = does.add_parser("check", help="judge the right answer of every instance")
    shown = does.add_parser("show", help="print the questions of a student")
    exported = does.add_parser("export", help="write the questions for another platform")
    does.add_parser("schema", help="print the JSON Schema of a set")
    for one in (checked, shown, exported):
        one.add_argument("file", metavar="FILE", help="the set, a TOML file")
    for one in (checked, shown, exported):
        add_language(one)
    for one in (shown, exported):
        one.add_argument("--student", default="", metavar="ID", help="whose values are put in")
    shown.add_argument("--solutions", action="store_true", help="with steps and answers")
    shown.add_argument("--format", choices=tuple(PRINTED), default="text", help="how it is written")
    shown.add_argument("--out", metavar="FILE", help="where to (default: standard output)")
    exported.add_argument("--to", choices=tuple(PLATFORMS), required=True, help="which platform")
    exported.add_argument("--out", metavar="DIR", required=True, help="the folder to write into")
    command.set_defaults(run=run)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    if options.does == "schema":
        terminal.line(json.dumps(SCHEMA, indent=2))
        return 0
    spoken("", options.lang)  # there is such a language
    found = ProblemSet.read(options.file)
    if options.does == "check":
        return checked(found, terminal, options.lang)
    posed = found.instance(options.student)
    if options.does == "show":
        text = PRINTED[options.format](
            found, posed, options.student, options.solutions, options.lang
        )
        if options.out:
            write(Path(options.out), text)
        else:
            put = terminal.told if options.format == "text" else terminal.line
            for line in text.rstrip("\n").split("\n"):
                put(line)
        return 0
    made = PLATFORMS[options.to](found, posed, options.lang)
    for name, text in made.files.items():
        write(Path(options.out) / name, text)
    for said in made.lost:
        terminal.told(terminal.odd(f"! {spoken(said, options.lang)}"))
    said = say("questions written to {folder}: {n}", folder=options.out, n=len(posed))
    terminal.told(spoken(said, options.lang))
    return 0


def checked(found: ProblemSet, terminal: Terminal, language: str) -> int:
    """0 where every instance's right answer is judged right."""
    faults = found.checked()
    for fault in faults:
        terminal.told(f"{terminal.bad('✗')} {spoken(fault, language)}")
    if not faults:
        count = say("{n} question" if len(found) == 1 else "{n} questions", n=len(found))
        said = say("{title}: {count}, every right answer is judged right", title=found.title,
                   count=count)  # fmt: skip
        terminal.told(f"{terminal.good('✓')} {spoken(said, language)}")
    return 1 if faults else 0


def write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as problem:
        raise UsageError(f"cannot write {path}: {problem.strerror}") from None
