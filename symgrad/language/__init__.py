"""Text to graph: one reading, or all of them, and errors that say what and where.

- `graph_of(text)` is the graph of a text that has one meaning, as a `Reading`; it raises
  LanguageError with a place and a suggestion, Ambiguous with every reading, or LimitReached.
- `all_readings(text, variables=...)` are all the graphs that a text can mean, most natural first;
  there names such as xy or xsin(x) may be products of the known variables.

Text is never evaluated. Nothing here recurses, and lark is not needed at run time (tables.py).
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from ..errors import Ambiguous, Fault, LanguageError, LimitReached, SymgradError
from ..limits import Limits
from ..value import Graphs, Value, leaves, rebuilt
from .building import Builder
from .characters import DECIMAL, check_forms, is_latex, normal, plain, without_invisible
from .choices import Choices, ambiguous, explicit
from .from_latex import rewritten
from .lexer import Lexer
from .names import name_of
from .tables import run

__all__ = ["DECIMAL", "Reading", "all_readings", "explicit", "graph_of", "name_of", "uncollected"]

MOST_READINGS = 8  # readings
RUNS = 32  # of the parser, over one text
LARGE_TEXT = 10_000  # characters
LONG_TEXT = 2_000  # characters; the readings of a longer ambiguous text are not written out


@dataclass(frozen=True, slots=True)
class Reading:
    """One meaning of a text: a graph with one leaf per variable and equal nodes shared."""

    root: Value
    text: str
    variables: tuple[str, ...] = ()  # in order of appearance
    places: Mapping[Value, tuple[int, int]] = field(default_factory=dict)  # where domains matter
    notes: tuple[str, ...] = ()  # how a notation was read that some would read otherwise
    latex: bool = False


def graph_of(
    text: str, *, variables: Iterable[str] = (), limits: Limits = Limits.library
) -> Reading:
    """The one meaning of a text; `variables` are names it may use besides x, x1, alpha, ..."""
    declared = _declared(variables)
    try:
        return _reading(text, declared, limits, Choices(), splits=False)
    except Ambiguous as error:
        raise _with_readings(error, text, declared, limits) from None


def all_readings(
    text: str, *, variables: Iterable[str] = (), limits: Limits = Limits.library
) -> list[Reading]:
    """Every meaning of a text, most natural first, at most eight."""
    return _all(text, _declared(variables), limits, splits=True)


def _declared(variables: Iterable[str]) -> frozenset[str]:
    return frozenset(normal(plain(name)) for name in variables)


def _all(text: str, declared: frozenset[str], limits: Limits, *, splits: bool) -> list[Reading]:
    found: dict[Value, Reading] = {}
    failure: SymgradError | None = None
    graphs = Graphs()
    script: list[int] | None = []
    runs = 0
    while script is not None:
        choices, runs = Choices(script), runs + 1
        try:
            reading = _reading(text, declared, limits, choices, splits=splits)
            found.setdefault(rebuilt((reading.root,), graphs)[0], reading)
        except LimitReached:
            raise
        except LanguageError as error:
            failure = failure or error
        script = choices.following()
        if len(found) > MOST_READINGS or (script is not None and runs >= RUNS):
            read = without_invisible(text)[0]
            raise LanguageError(
                f"too ambiguous: more than {MOST_READINGS} readings", text=read,
                position=(0, len(read)), code=Fault.ambiguous, hint="write * and brackets",
            )  # fmt: skip
    if not found and failure:
        raise failure
    return list(found.values())


def _reading(
    text: str, declared: frozenset[str], limits: Limits, choices: Choices, *, splits: bool
) -> Reading:
    """One run of lexer and parser."""
    if len(text) > limits.characters:
        raise LimitReached(
            f"the text has {len(text)} characters; at most {limits.characters} are read",
            "characters", text=text, position=(limits.characters, limits.characters + 1),
        )  # fmt: skip
    if not text.strip():
        raise LanguageError("empty expression", text=text, position=(0, max(1, len(text))),
                            code=Fault.empty,
                            hint="type a formula such as x^2*sin(x)")  # fmt: skip
    text, dropped = without_invisible(text)
    check_forms(text)
    latex = is_latex(text)
    source, where = rewritten(text, declared) if latex else (plain(text), None)
    if not source.strip():
        raise LanguageError("empty expression", text=text, position=(0, len(text)),
                            code=Fault.empty)  # fmt: skip
    lexer = Lexer(source, text, declared, choices, limits, where=where, splits=splits)
    builder = Builder(text, choices, limits, latex=latex)
    with uncollected(len(source) > LARGE_TEXT):
        builder.tokens = lexer.tokens()
        part = run(builder.tokens, builder)
        builder.told(part.value)
    notes = (*choices.notes, *["invisible characters were dropped"] * dropped)
    variables = builder.variables
    if builder.vanished:  # the argument of a function of the text's own is no variable
        standing = {leaf.label for leaf in leaves(part.value)}
        variables = tuple(name for name in variables if name in standing)
    return Reading(part.value, text, variables, builder.places, notes, latex)


@contextmanager
def uncollected(large: bool) -> Iterator[None]:
    """No hunt for garbage while a large graph grows: all of it is alive, and it costs a fifth."""
    paused = large and gc.isenabled()
    if paused:
        gc.disable()
    try:
        yield
    finally:
        if paused:
            gc.enable()


def _with_readings(
    error: Ambiguous, text: str, declared: frozenset[str], limits: Limits
) -> SymgradError:
    """The error with every reading of the whole text, written out."""
    if len(text) > LONG_TEXT:
        return error
    try:
        found = _all(text, declared, limits, splits=False)
    except SymgradError as other:
        return error if error.readings else other
    meanings = tuple(explicit(r.root) for r in found)
    if not error.readings and error.position:
        shown = error.text or text
        return ambiguous(shown, (0, len(shown)), meanings)
    return Ambiguous(
        error.message, meanings, text=error.text, position=error.position, hint=error.hint
    )
