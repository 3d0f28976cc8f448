"""The catalogues of sentences: what has to be translated, and what a language has.

    python -m tests.catalogues          # merges new sentences into every .po and compiles it
    python -m tests.catalogues pt       # begins a new language

- `collected()` are the templates in the source: what is given to `say`, the tables marked by
  `sentences`, and the messages of the parser, whose gaps are numbered.
- `catalogue(language)` is a translator's file as Babel reads it.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from symgrad.sentences import FOLDER, HALF, languages

from . import house

SAME_DAY = datetime(2026, 1, 1, tzinfo=UTC)
SAYING = {"say", "count", "Story"}  # functions whose texts are templates
SEVERAL = re.compile(r"(?<![\\\w])[a-z]{2,}[,;:]?(?: a)? [a-z]{2,}(?!\w)")  # words in a row
WORD = re.compile(r"(?:^|\s)[a-z]{3,}(?:$|[\s,;:.])")
REFUSING = {"UsageError", "LimitReached", "Unsupported"}
MARKUP = re.compile("<text>|pip install")
GAP = re.compile(r"\{_\d\}")
WORDS = re.compile(r"[A-Za-z]{2}")


@cache
def collected() -> dict[str, list[str]]:
    """Every template, with the files that say it."""
    found: dict[str, list[str]] = {HALF: ["symgrad/sentences.py"]}
    for source in house.sources():
        plain = complaints if parses(source) else refusals if asks(source) else lambda _: ()
        for template in [*said(source.tree), *plain(source)]:
            places = found.setdefault(template, [])
            if source.name not in places:
                places.append(source.name)
    return found


def name_of(call: ast.Call) -> str:
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def targets(node: ast.AnnAssign | ast.Assign) -> list[str]:
    """The names that an assignment gives a value."""
    given = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [name.id for name in given if isinstance(name, ast.Name)]


def said(tree: ast.Module) -> Iterator[str]:
    """The templates that a file gives to `say`, and those in tables marked by `sentences`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and name_of(node) in SAYING:
            yield from texts(node.args)
        elif isinstance(node, ast.AnnAssign | ast.Assign) and "wants" in targets(node):
            yield from texts([node.value] if node.value else [])
        elif isinstance(node, ast.Call) and name_of(node) == "sentences":
            for table in node.args:
                yield from texts(table.values if isinstance(table, ast.Dict) else [])


def texts(nodes: list[ast.expr]) -> Iterator[str]:
    for node in nodes:
        for part in (node.body, node.orelse) if isinstance(node, ast.IfExp) else (node,):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                if WORDS.search(part.value):
                    yield part.value


# --- the parser's messages ------------------------------------------------------------------------


def parses(source: house.Source) -> bool:
    return source.layer in ("language", "processes")


def complaints(source: house.Source) -> Iterator[str]:
    """Texts of several words that are no docstring and no pattern: what the parser tells."""
    patterns = {id(part) for node in ast.walk(source.tree)
                if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re.")
                for part in ast.walk(node)}  # fmt: skip
    docstrings = {id(node.value) for node in ast.walk(source.tree) if isinstance(node, ast.Expr)}
    inside = {id(part) for node in ast.walk(source.tree) if isinstance(node, ast.JoinedStr)
              for part in node.values}  # fmt: skip
    sentences = {id(text) for node in ast.walk(source.tree)
                 if isinstance(node, ast.Call) and name_of(node) in SAYING for text in node.args}
    others = patterns | docstrings | inside | sentences
    for node in ast.walk(source.tree):
        if id(node) in others:
            continue
        template = template_of(node)
        written = template.removeprefix("write ")
        if not told_to_people(written):
            yield from ["write {_0}"] if written != template else []  # whatever is to be written
        elif "$END" not in template:
            yield template


def asks(source: house.Source) -> bool:
    return source.layer in ("expression", "homework", "questions", "sets")


def refusals(source: house.Source) -> Iterator[str]:
    """What is wrong with a question, and the hints: the texts of errors there, said in English."""
    for node in ast.walk(source.tree):
        found: list[ast.expr] = []
        if isinstance(node, ast.Call) and name_of(node) in REFUSING:
            found = [*node.args[:1], *(k.value for k in node.keywords if k.arg == "hint")]
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in ("said", "hint"):
            found = [node.value]
        for text in found:
            for part in (text.body, text.orelse) if isinstance(text, ast.IfExp) else (text,):
                template = template_of(part)
                if WORDS.search(GAP.sub("", template)) and not MARKUP.search(template):
                    yield template


def told_to_people(template: str) -> bool:
    """Whether a text has words in a row, so that it is no formula."""
    word = WORD.search(GAP.sub("", template))
    return bool(word and SEVERAL.search(GAP.sub("gap", template)))


def template_of(node: ast.AST) -> str:
    """An f-string with its gaps numbered: {_0} {_1} is not part of the language."""
    if isinstance(node, ast.Constant):
        text = node.value if isinstance(node.value, str) else ""
        return text.replace("{", "{{").replace("}", "}}")
    if not isinstance(node, ast.JoinedStr):
        return ""
    pieces, gaps = [], 0
    for part in node.values:
        if isinstance(part, ast.Constant):
            pieces.append(template_of(part))
        else:
            pieces.append(f"{{_{gaps}}}")
            gaps += 1
    return "".join(pieces)


# --- files ----------------------------------------------------------------------------------------


def catalogue(language: str) -> Catalog:
    path = FOLDER / f"{language}.po"
    if not path.exists():
        return Catalog(locale=language, project="symgrad", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language, charset="utf-8")


def merged(language: str) -> Catalog:
    """The translator's file with all templates of the source and no others."""
    old, new = catalogue(language), Catalog(locale=language, project="symgrad", charset="utf-8")
    for template, places in sorted(collected().items()):
        known = old.get(template)
        new.add(template, known.string if known else "", locations=[(p, 0) for p in places])
    return new


def written(catalog: Catalog) -> bytes:
    """A .po file, the same every time."""
    out = io.BytesIO()
    write_po(out, catalog, width=98, omit_header=False, include_lineno=False)
    return re.sub(rb'"(POT-Creation|PO-Revision)-Date:.*\n|"Generated-By:.*\n', b"", out.getvalue())


def compiled(catalog: Catalog) -> bytes:
    """The same as the program reads it."""
    catalog.creation_date = catalog.revision_date = SAME_DAY
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def main(new: list[str]) -> None:
    for language in [*languages()[1:], *new]:
        catalog = merged(language)
        (FOLDER / f"{language}.po").write_bytes(written(catalog))
        (FOLDER / f"{language}.mo").write_bytes(compiled(read_po(io.BytesIO(written(catalog)))))
        left = [m.id for m in catalog if m.id and not m.string]
        print(f"{language}: {len(catalog)} sentences, {len(left)} to translate")
        for template in left:
            print(f"  {template!r}")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    main(sys.argv[1:])


__all__ = ["Path", "catalogue", "collected", "compiled", "merged", "written"]
