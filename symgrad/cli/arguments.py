"""Options that several commands share.

- `point(texts)` reads `x=2`, `x=2,w=0.5` and `x=pi/2` into floats.
- `names(texts)` reads `x,y` or repeated options into names.
- `expression(text, options)` parses a formula with the names that the user declared.
- `refuse(beside, prove=options.prove)` is for options that cannot act beside others.
"""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Iterable
from typing import Any

from ..deferred import Deferred
from ..errors import OF_THE_CALL, LanguageError, SymgradError, UsageError
from ..expression import Expression, parse
from ..language import DECIMAL, name_of
from ..sentences import languages, say
from .terminal import wrapped

EXAMPLES_HANG = 4  # columns: an example goes on inside of where it began, a sentence there

exact: Any = Deferred("verification.exact_gradient")


def shared(command: argparse.ArgumentParser) -> None:
    """--at, --vars and --json."""
    command.add_argument(
        "--at", action="append", default=[], metavar="x=2",
        help="put a value in: x=2, x=2,w=0.5 or x=pi/2; repeatable; other variables stay free",
    )  # fmt: skip
    command.add_argument(
        "--vars", action="append", default=[], metavar="NAMES",
        help="declare names of several letters: speed,xy",
    )  # fmt: skip
    command.add_argument("--json", action="store_true", help="print JSON instead of text")


def add_language(command: argparse.ArgumentParser, of: str = "what is said") -> None:
    """--lang, with the languages that there are."""
    command.add_argument("--lang", default="en", metavar="xx",
                         help=f"the language of {of}: {', '.join(languages())}")  # fmt: skip


class Formatted(argparse.RawDescriptionHelpFormatter):
    """--help whose examples keep their lines, as far as these fit."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        lines: list[str] = []
        for one in text.splitlines():
            deep = len(one) - len(one.lstrip())
            lines += wrapped(one, width, deep + EXAMPLES_HANG if deep else 0)
        return "".join(f"{indent}{line}\n" for line in lines)


def refuse(beside: str, **given: Any) -> None:
    """Raises UsageError for a given option that means nothing there: each acts, or is refused."""
    for name, value in given.items():
        if value:
            option = "--" + name.replace("_", "-")
            raise UsageError(say("{option} has no effect {beside}", option=option, beside=beside))


def names(texts: Iterable[str]) -> list[str]:
    """Raises UsageError where an option holds no name, LanguageError where one is none."""
    found: list[str] = []
    for text in texts:
        given = [name_of(name) for name in text.split(",") if name.strip()]
        if not given:
            raise UsageError(f"{text!r} has no name in it", hint="for example x,y")
        found += given
    return found


def point(texts: Iterable[str]) -> dict[str, float]:
    """Raises UsageError where a binding is not name=number or a name comes twice."""
    found: dict[str, float] = {}
    for text in texts:
        for binding in _split(text):
            name, equals, value = binding.partition("=")
            if not equals or not name.strip() or not value.strip():
                raise UsageError(
                    f"--at wants name=number, got {binding.strip()!r}", hint="for example --at x=2"
                )
            name = name_of(name)
            if name in found:
                raise UsageError(f"--at gives {name} twice")
            found[name] = number(name, value.strip())
    return found


def _split(text: str) -> list[str]:
    """At the commas outside brackets."""
    parts, depth = [""], 0
    for c in text:
        depth += (c in "([{") - (c in ")]}")
        if c == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += c
    return parts


def number(name: str, text: str) -> float:
    """A float, or a constant formula such as pi/2."""
    if DECIMAL.fullmatch(text):
        return _decimal(name, text)
    try:
        constant = parse(text)
        if constant.variables:
            raise UsageError(
                f"{name}={text} contains the variable {constant.variables[0]}",
                hint="a value is a number",
            )
        return _formula(name, text, constant)
    except Misfit:
        raise
    except (LanguageError, UsageError) as error:
        declares = OF_THE_CALL.search(error.hint or "")  # a value has no variables to declare
        raise UsageError(
            f"--at {name}={text} is not a number: {error.message}",
            hint="a value is a number such as 2, 1e-3 or pi/3" if declares else error.hint,
        ) from None


def _decimal(name: str, text: str) -> float:
    """The nearest float; 1e-400 is not 0, and 1e400 is no number of a float's."""
    value = float(text)
    if math.isinf(value) or (value == 0 and re.search("[1-9]", re.split("[eE]", text)[0])):
        raise Misfit(name, text, value)
    return value


def _formula(name: str, text: str, constant: Expression) -> float:
    """The same for a formula without variables: e^(-1000) is not 0 either."""
    value = constant(exact=True)
    if math.isinf(value) or (value == 0 and not exact.vanishes(constant.tape, {})):
        raise Misfit(name, text, value)
    return value


class Misfit(UsageError):
    def __init__(self, name: str, text: str, value: float) -> None:
        size = "large" if value else "small"
        super().__init__(f"--at {name}={text} is too {size} for a float")


def expression(text: str, options: argparse.Namespace) -> Expression:
    """A formula; the mark that some editors put before a file's first line is no part of it."""
    return parse(text.removeprefix("\ufeff").strip(), variables=names(options.vars))


__all__ = ["SymgradError", "expression", "names", "number", "point", "refuse", "shared"]
