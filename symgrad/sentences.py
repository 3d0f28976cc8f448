"""Sentences for people, in the language of who reads them.

- `say("{name} has no value.", name=text)` is a sentence: a str, in English, that knows its parts.
- `spoken(x, "de")` is the same in German: a sentence, or a record or tuple with sentences in it.
- `pointed(text, "de")` is an answer as it was typed there, with decimal points.
- `languages()` are those that can be spoken: each is a file `languages/xx.mo`, made from the
  translator's `xx.po` by `python -m tests.catalogues`. No code names a language.

What is said is decided in English and told in any language at the very end, so that no verdict,
code or test depends on who reads it. A message of the parser is recognised by its template.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import cached_property, lru_cache, reduce
from pathlib import Path
from typing import Any, NamedTuple

from .doors import held
from .errors import UsageError

FOLDER = Path(__file__).with_name("languages")
HALF = "0.5"  # its translation tells the decimal sign
PLACE = re.compile(r"\{([A-Za-z_]\w*)\}")  # of a part in a template
DECIMAL_POINT = re.compile(r"(?<=\d)\.(?=\d)")
BRACKET = re.compile(r"[(\[\]{][^()\[\]{};|]+[)\[\]}]")  # without others in it, or other separators
LATEX_SIZE = re.compile(r"\\left\s*\\?$|\\$")
LAST_WORD = re.compile(r"\w+$|[)}^*/+-]$")
JOINING = {"U", "in", "or", "and", "und", "oder", "y", "o", "et", "ou"}  # before an interval


class Said(str):
    """A text in English that can be told in other languages."""

    __slots__ = ()

    def told(self, words: Words) -> str:
        return str(self)


class Sentence(Said):
    """A template with its parts, each a text or a sentence again."""

    template: str
    parts: Mapping[str, Any]

    def told(self, words: Words) -> str:
        parts = {name: translated(part, words) for name, part in self.parts.items()}
        return words.of(self.template).format(**parts)


class Lowered(Sentence):
    """A sentence that goes on after a colon, in small letters where that is English."""

    def told(self, words: Words) -> str:
        return translated(self.parts["text"], words)


class Raised(Sentence):
    """Words that begin a sentence, and so with a capital."""

    def told(self, words: Words) -> str:
        return raised(translated(self.parts["text"], words))


class Complaint(Said):
    """What the parser or a limit says: plain English, recognised by its template."""

    def told(self, words: Words) -> str:
        return words.recognised(str(self))


class Figures(Said):
    """A number or a formula: its decimal sign follows the language."""

    sign = "{}"  # what it is written in

    def told(self, words: Words) -> str:
        sign = self.sign.format(words.decimal_sign)
        return DECIMAL_POINT.sub(sign, self) if "," not in self else str(self)


class FiguresInLatex(Figures):
    """The same in LaTeX, where a comma in braces has no space behind it."""

    sign = "{{{}}}"


def say(template: str, **parts: Any) -> Sentence:
    return made(Sentence, template.format(**parts), template, parts)


def complained(text: str) -> str:
    """What an error says: a sentence as it is, plain English to be recognised."""
    return text if isinstance(text, Said) else Complaint(text)


def made(kind: type[Sentence], text: str, template: str, parts: Mapping[str, Any]) -> Sentence:
    sentence = kind(text)
    sentence.template, sentence.parts = template, parts
    return sentence


def in_sequence(separator: str, *texts: str) -> Sentence:
    """Sentences one after another; what stands between them is no language."""
    template = separator.join(f"{{p{k}}}" for k in range(len(texts)))
    return say(template, **{f"p{k}": text for k, text in enumerate(texts)})


def one_or_another(texts: Sequence[str]) -> str:
    """a or b or c"""
    return reduce(lambda first, second: say("{first} or {second}", first=first, second=second),
                  texts)  # fmt: skip


def one_and_another(texts: Sequence[str]) -> str:
    """a and b and c"""
    return reduce(lambda first, last: say("{first} and {last}", first=first, last=last), texts)


def lowered(text: str) -> Sentence:
    return made(Lowered, text[:1].lower() + text[1:], "", {"text": text})


def raised(text: str) -> Sentence:
    return made(Raised, text[:1].upper() + text[1:], "", {"text": text})


def sentences(table: dict[Any, str]) -> dict[Any, str]:
    """A table of templates for `say`: this is how what collects them knows it."""
    return table


# --- in another language ----------------------------------------------------------------------


def spoken(x: Any, language: str = "en") -> Any:
    """The same in a language. Raises UsageError for one that nobody has translated."""
    held("lang", "str", language)
    return x if language in ("", "en") else translated(x, words_of(language))


def translated(x: Any, words: Words) -> Any:
    if isinstance(x, Said):
        return x.told(words)
    if is_dataclass(x) and not isinstance(x, type):
        return replace(x, **{f.name: translated(getattr(x, f.name), words) for f in fields(x)})
    if type(x) is dict:
        return {key: translated(item, words) for key, item in x.items()}
    if type(x) in (tuple, list):
        return type(x)(translated(item, words) for item in x)
    return x


class Template(NamedTuple):
    """A sentence with gaps: how it is recognised, how long it is without them, what it becomes."""

    pattern: re.Pattern[str]
    length: int
    translation: str


class Words:
    """What a language has for every template; what it lacks is said in English."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self.known = known

    def of(self, template: str) -> str:
        return self.known.get(template) or template

    @property
    def decimal_sign(self) -> str:
        return self.of(HALF)[1:-1]

    @cached_property
    def templates(self) -> list[Template]:
        """Those that may be recognised, by gaps that are numbered."""
        numbered = (t for t in self.known if all(name[:1] == "_" for name in PLACE.findall(t)))
        return [Template(pattern(t), len(PLACE.sub("", t)), self.known[t]) for t in numbered]

    def recognised(self, text: str) -> str:
        """A text in English by the template that it was made from; as it is without one."""
        return self.covered(text)[1]

    def covered(self, text: str) -> tuple[int, str]:
        """How much of a text the templates in it say, at most, and what it is then.

        A part that is one word was typed by a person: it is a name, whatever it says.
        """
        best = 0, text
        for template in self.templates:
            found = template.pattern.fullmatch(text)
            if found:
                parts = {name: self.covered(part) if " " in part else (0, part)
                         for name, part in found.groupdict().items()}  # fmt: skip
                length = template.length + sum(n for n, _ in parts.values())
                told = {name: part for name, (_, part) in parts.items()}
                best = max(best, (length, template.translation.format(**told)), key=lambda b: b[0])
        return best


def pattern(template: str) -> re.Pattern[str]:
    """What fits a template: any text in its gaps, the same where one stands twice."""
    pieces, seen = [], set[str]()
    for k, piece in enumerate(PLACE.split(template)):
        if k % 2 == 0:
            pieces.append(re.escape(piece.replace("{{", "{").replace("}}", "}")))
        else:
            pieces.append(f"(?P={piece})" if piece in seen else f"(?P<{piece}>.+?)")
            seen.add(piece)
    return re.compile("".join(pieces), re.DOTALL)


class Catalogue(gettext.GNUTranslations):
    """A compiled file of translations, with all that it knows."""

    @property
    def known(self) -> dict[str, str]:
        every: dict[str, str] = self.__dict__["_catalog"]
        return {template: text for template, text in every.items() if template}


@lru_cache(maxsize=16)
def words_of(language: str) -> Words:
    if language not in languages():
        raise UsageError(
            f"there is no language {language!r}", hint=f"there are {', '.join(languages())}"
        )
    with (FOLDER / f"{language}.mo").open("rb") as file:
        return Words(Catalogue(file).known)


def pointed(text: str, language: str, in_parts: bool = False) -> str:
    """What was typed in a language with decimal commas, with points: ln(2,5) is ln(2.5) there.

    Where decimal points stand already, a comma is no decimal sign. Nor is it in a bracket by
    itself where answers come `in_parts`: (1,3) is an interval, but (1,5; 3) begins at 3/2.
    """
    if language in ("", "en") or DECIMAL_POINT.search(text):
        return text
    sign = words_of(language).decimal_sign
    if sign == ".":
        return text
    kept = [found.span() for found in BRACKET.finditer(text) if in_parts and by_itself(found)]
    return re.sub(rf"(?<=\d){re.escape(sign)}(?=\d)", lambda found: sign if any(
        a < found.start() < b for a, b in kept) else ".", text)  # fmt: skip


def by_itself(bracket: re.Match[str]) -> bool:
    """Whether a bracket is a vector, a set or an interval: it is no function's, and no factor."""
    before = LATEX_SIZE.sub("", bracket.string[: bracket.start()]).rstrip()
    after = bracket.string[bracket.end() :].lstrip()
    word = LAST_WORD.search(before)
    return (not word or word[0] in JOINING) and not re.match(r"[\w^*/+-]", after)


def languages() -> list[str]:
    """en, and whatever has been translated."""
    return ["en", *sorted(path.stem for path in FOLDER.glob("*.mo"))]
