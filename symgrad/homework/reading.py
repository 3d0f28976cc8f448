"""An answer's text as graphs, or the reason why it cannot be judged.

- `read(text, question)` are all readings of an answer, most natural first.
- It raises `Unreadable` with the code, what a student reads, and the place in the text.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Protocol

from ..engine import order
from ..errors import OF_THE_CALL, Fault, LanguageError, LimitReached, SymgradError, caret
from ..language import Reading, all_readings, explicit
from ..language.as_typed import is_function, misspelled, spellings, tokens_of, without_accents
from ..language.names import UNDEFINED, function_elsewhere
from ..limits import Limits
from ..notation import cases
from ..ops import OPS
from ..sentences import Complaint, Figures, Sentence, in_sequence, raised, say
from ..value import Graphs, Value, rebuilt

ENGLISH = {"unknown", "two", "empty", "expected", "the", "more", "an", "a", "names", "too"}
READING_NODES = 2_000  # characters of an answer beyond which its reading is not written out

DERIVATIVE_LEFT = re.compile(
    r"d\s*/\s*d\s*[A-Za-z]\b|\bd\s*[yf]\s*/\s*d\s*[A-Za-z]\b|\\frac\s*\{\s*(d|\\partial)\b|∂"
    r"|[A-Za-z)]['′’](?![A-Za-z])"
    r"|\b(diff|derivative|deriv|Derivative|D|nabla|grad|integrate|Integral|int)\s*\("
)
CODE_TYPED = re.compile(
    r"__|;|`|@|#|\blambda\s+\w*\s*:|<\s*/?\s*[a-zA-Z]+[^<>]*>|[A-Za-z_]\w*\s*\.\s*[A-Za-z_]\w*\s*\("
    r"|\\(input|write|def|include|catcode|immediate|openin|href|url|csname)\b"
    r"|\bfor\s+\w+\s+in\b|\b(import|exec|eval|open|system|print|def|return|while|class|os|sys)\b\s*[(\w:.]"
)
RELATION = re.compile(
    r"[=<>≤≥≠≈~→⇒±]|\\(le|ge|leq|geq|neq|approx|lt|gt|to|Rightarrow|pm)\b"
    r"|\b(or|and|oder|und|ou|et)\b|\S\s*\n\s*\S"
)
CONDITIONED = re.compile(r"\b(if|iff|piecewise)\s*\(|\\begin\s*\{cases\}")
WORDS_TYPED = re.compile(
    r"(?:[^\W\d_]|['’]){2,}[\s,.]+(?:[^\W\d_]|['’]){2,}|,"
    r"|^\s*(true|false|none|nan|inf|infinity|undefined|dne|idk|n/a|null)\b",
    re.IGNORECASE,
)
WORD_OF_A_LANGUAGE = re.compile(  # weiß, größer
    r"(?<![^\W\d_])(?=\w{2})[^\W\d_]*[ß-öø-ÿÀ-ÖØ-Þœ][^\W\d_]*")  # fmt: skip
NO_IDEA = re.compile(  # in the languages that sentences are told in
    r"(?:i\s+)?(?:(?:do\s*n[o'’]?t|can(?:\s*no)?['’]?t|couldn['’]?t)\s+(?:know|do|solve|understand"
    r"|remember)(?:\s+(?:it|this|how|what|sorry|yet|the\s+answer))*|dunno|idk"
    r"|(?:have\s+)?no\s+(?:idea|clue)|(?:am\s+)?not\s+sure|unsure|give\s+up|skip(?:ped)?|pass"
    r"|help(?:\s+me)?(?:\s+please)?|n/?a|k\.?\s?a\.?)"
    r"|(?:ich\s+)?(?:wei(?:ß|ss)(?:\s+(?:es|ich|das|leider|auch))*\s+nicht"
    r"|(?:habe?\s+)?keine\s+ahnung|(?:kann|verstehe?)(?:\s+(?:ich|es|das|leider))*\s+nicht)"
    r"|(?:yo\s+)?no\s+(?:lo\s+)?(?:sé|se|entiendo|puedo)|(?:no\s+tengo\s+)?ni\s+idea"
    r"|(?:je\s+)?(?:ne\s+|n['’])?(?:sais|comprends|ai)\s+pas(?:\s+d['’]idée)?|jsp"
    r"|aucune\s+idée|pas\s+d['’]idée", re.I,
)
BAR = re.compile(r"/\s*(?:\d+(?:\.\d+)?(?=[A-Za-z(√\\])|[a-z](?=[a-z(]))")  # 1/2x, x/yz
OR_DECLARED = re.compile(r",? or declare it \(variables=.*\)$")  # which a student cannot
OF_TEN_OR_EULER = re.compile(r"\de[+-]\d")  # 2e+1 is 20, or twice Euler's number and 1


class Unreadable(Exception):
    """An answer that cannot be judged: a code, a message and the place."""

    def __init__(
        self, code: str, message: str, position: tuple[int, int] | None, text: str
    ) -> None:
        super().__init__(message)
        self.code, self.position = code, position
        drawn = caret(text, *position) if position is not None and text.strip() else []
        self.message = in_sequence("\n", message, *drawn)


class Readable(Protocol):
    """What reading an answer needs to know of the question."""

    @property
    def names(self) -> tuple[str, ...]: ...

    @property
    def own(self) -> tuple[str, ...]:
        """The names of the question itself; an answer may have others, as those of a family."""
        ...

    @property
    def limits(self) -> Limits: ...


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """One reading of an answer."""

    root: Value
    text: str  # as it was understood
    variables: tuple[str, ...]
    notes: tuple[str, ...] = ()
    constant: str = ""  # the C of "+ C", if there is one
    typed: str = ""  # in the language's own spelling
    other: bool = False  # whether it reads what was typed in a way that is not the usual one
    reaching: bool = False  # whether a function's open argument reaches further in it
    of_integral: bool = False  # whether a "+ C" stood after it


def read(text: str, question: Readable, *, derivative: bool = True) -> list[ReadAnswer]:
    """All readings, most natural first, at least one. Raises Unreadable.

    Where no derivative is asked for, no hint says how to give one.
    """
    if len(text) > question.limits.characters:
        raise Unreadable(
            "forbidden", say("The answer is too long: {n} characters.", n=len(text)), None, text
        )
    if not re.search(r"\w", text):
        raise Unreadable(
            "empty", say("There is no answer yet: type the derivative as one formula."), None, text
        )
    letters = set(re.findall(r"[^\W\d_]", text))
    if NO_IDEA.fullmatch(text.strip(" .,!?…:(")) and not letters <= set(question.names):
        kind = say("That is all right: begin with the rule for the outermost operation, and type "
                   "what you get as one formula.")  # fmt: skip
        plain = say("That is all right: type what you have, as far as you get.")
        raise Unreadable("not_an_expression", kind if derivative else plain, None, text)
    text = without_accents(text)
    if word := WORD_OF_A_LANGUAGE.search(text):
        said = f"unknown name {word[0]} at column {word.start() + 1}"
        strange = LanguageError(said, code=Fault.unknown_name, text=text, position=word.span())
        raise _unreadable(strange, text, derivative)
    slip = misspelled(text)
    if slip:
        said = say("Unknown function {name}; did you mean {meant}?", name=slip.name,
                   meant=slip.meant)  # fmt: skip
        raise Unreadable("unknown_function", said, slip.place, text)
    first, *others = spellings(text, question.names)
    try:
        answers = _answers(first, question)
    except SymgradError as error:
        raise _unreadable(error, text, derivative) from None
    for other in others:
        with suppress(SymgradError):
            answers += [replace(a, other=True) for a in _answers(other, question)]
    known = [a for a in answers if set(a.variables) <= set(question.names)]
    return known or [_with_constant(answers[0], text, question)]


def _answers(text: str, question: Readable) -> list[ReadAnswer]:
    """The readings of one spelling; those that a bar divides otherwise, say, are unusual."""
    found = all_readings(text, variables=question.names, limits=question.limits)
    reaches = _numbered(text)
    unclear = bool(BAR.search(text) or OF_TEN_OR_EULER.search(text)) or _open(text)
    return [
        ReadAnswer(_shared(r.root), _written(r), r.variables, r.notes, typed=text,
               other=k > 0 and unclear and r.notes == found[0].notes, reaching=reaches)
        for k, r in enumerate(found)
    ]  # fmt: skip


def _open(text: str) -> bool:
    """Whether a function's argument stands without brackets, so that it may reach further."""
    tokens = list(tokens_of(text))
    return any(is_function(a) and b.text not in ("(", "^") for a, b in pairwise(tokens))


def _numbered(text: str) -> bool:
    """Whether a number and a name stand in an open argument: ln 2 x, √2x."""
    tokens = list(tokens_of(text))
    return any(
        (is_function(a) or a.text == "√") and b.kind == "number" and c.kind == "word"
        for a, b, c in zip(tokens, tokens[1:], tokens[2:], strict=False)
    )


def _written(reading: Reading) -> str:
    root = reading.root
    if len(order((root,))) > READING_NODES:
        return reading.text
    return _in_cases(root) if root.op is OPS["if"] else explicit(root)


def _in_cases(root: Value) -> Sentence:
    """1 if x > 0, -1 if x < 0, 0 otherwise."""
    told = [
        say("{formula} if {condition}", formula=_value(value), condition=Figures(condition))
        if condition else say("{formula} otherwise", formula=_value(value))
        for value, condition in cases(root)
    ]  # fmt: skip
    return in_sequence(", ", *told)


def _value(text: str) -> str:
    return say("undefined") if text == UNDEFINED else Figures(text)


def _shared(root: Value) -> Value:
    return rebuilt((root,), Graphs())[0]


def _with_constant(answer: ReadAnswer, text: str, question: Readable) -> ReadAnswer:
    """An answer with one unknown name that is added, as the C of an integral. Raises Unreadable."""
    strange = [v for v in answer.variables if v not in question.names]
    if len(strange) == 1 and _additive(answer.root, strange[0]):
        return replace(answer, constant=strange[0])
    name = strange[0]
    twin = next((n for n in question.own if n.lower() == name.lower()), None)
    said = (
        say("A number is wanted here, without {name}.", name=name) if not question.own else
        say("{name} is no variable of the question; did you mean {twin}?", name=name, twin=twin)
        if twin
        else say("{name} is no variable of the question; the question has {names}.", name=name,
                 names=_listed(question.own))
    )  # fmt: skip
    found = re.search(rf"(?<![A-Za-z]){re.escape(name)}", text)
    place = (found.start(), found.end()) if found else None
    raise Unreadable("unknown_name", said, place, text)


def _listed(names: tuple[str, ...]) -> str:
    if len(names) == 1:
        return names[0]
    return say("{first} and {last}", first=", ".join(names[:-1]), last=names[-1])


def _additive(root: Value, name: str) -> bool:
    """Whether a name occurs once, as a summand among others."""
    stack, found = [root] if root.op and root.op is not OPS["neg"] else [], 0
    while stack:
        node = stack.pop()
        if node.op and node.op.family == "sum":
            stack += node.args
        elif node.label == name and node.op is None:
            found += 1
        elif any(n.label == name and n.op is None for n in order((node,))):
            return False
    return found == 1


def _unreadable(error: SymgradError, text: str, derivative: bool = True) -> Unreadable:
    """The code of what the parser refused, and its message in a student's words."""
    code = _code(error, text)
    said: str = Complaint(error.message)
    if said.split(maxsplit=1)[0] in ENGLISH:
        said = raised(said)
    hint = _hint(code, error, derivative)
    message = in_sequence("", said, "; ", hint, ".") if hint else in_sequence("", said, ".")
    place, read_as = error.position, error.text if error.text is not None else text
    if place is not None and read_as != text:  # the place in what was typed, if it stands there
        piece = read_as[slice(*place)]
        start = text.find(piece) if text.count(piece) == 1 else -1
        place, read_as = ((start, start + len(piece)), text) if start >= 0 else (place, read_as)
    return Unreadable(code, message, place, read_as)


def _hint(code: str, error: SymgradError, derivative: bool) -> str:
    if code in ("not_an_expression", "unevaluated_derivative") and not derivative:
        return ""
    if code == "not_an_expression":
        return say("give the derivative alone, as one formula without = or < and without words")
    if code == "unevaluated_derivative":
        return say("work the derivative out: an answer contains no d/dx and no prime")
    if isinstance(error, LimitReached):
        return ""
    if code == "forbidden":
        return say("only a formula can be judged")
    place = error.text[slice(*error.position)] if error.text and error.position else ""
    if code == "unknown_name" and re.fullmatch("d[a-z]", place) and derivative:
        return say("leave it out: the derivative alone is asked for")
    hint = error.hint or ""
    if function_elsewhere(place):  # not mal, which is no m*a*l
        hint = OR_DECLARED.sub("", hint)
    return "" if OF_THE_CALL.search(hint) else Complaint(hint)


SURE = (Fault.empty, Fault.undefined, Fault.ambiguous)
TELLING_FAULTS = (Fault.unbalanced, Fault.unknown_function, Fault.function_without_argument)


def _code(error: SymgradError, text: str) -> str:
    """Which of the codes for invalid answers fits; what was meant counts before what failed."""
    fault = error.code if isinstance(error, LanguageError) else Fault.syntax
    if isinstance(error, LimitReached):
        return "forbidden"
    if fault in SURE:
        return fault
    if CODE_TYPED.search(text):
        return "forbidden"
    if RELATION.search(text) and not CONDITIONED.search(text):
        return "not_an_expression"
    if DERIVATIVE_LEFT.search(text):
        return "unevaluated_derivative"
    if fault in TELLING_FAULTS:
        return fault
    if _lopsided(text):
        return Fault.unbalanced
    if error.position and not text[error.position[0] :][:1].isprintable():
        return "forbidden"
    if "\\" in text or "$" in text:
        return "latex_error"
    return "not_an_expression" if WORDS_TYPED.search(text) else fault


def _lopsided(text: str) -> bool:
    return any(text.count(a) != text.count(b) for a, b in ("()", "[]", "{}"))


__all__ = ["LanguageError", "ReadAnswer", "Unreadable", "read"]
