"""Functions that are given case by case in words: 1 if x > 0, -1 if x < 0.

- `in_cases(text)` is such a text as if(x > 0, 1, if(x < 0, -1, ...)), in four languages' words;
  None for every other text.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from .as_typed import COMPARED, members, simplified
from .names import JOINED_BY, UNDEFINED, case_words

__all__ = ["in_cases"]

MOST_CASES = 12
MOST_CHARACTERS = 1000  # of a text in which cases are looked for
IF_WORDS = rf"(?:{case_words('where')})(?![\w(])"
ELSE_WORDS = rf"(?:{case_words('otherwise')})(?!\w)"
BETWEEN_CASES = re.compile(
    rf"(?:\s*(?:[;\n]|\\\\|(?<!\d),|,(?!\d)|\s(?:{'|'.join(JOINED_BY)}|but)\s))+\s*|\s+(?={ELSE_WORDS})"
)
SIGN_WORDS = re.compile(
    r"\b(?P<x>[a-z])\s+(?:(?:is|ist|es|est)\s+)?(?P<sign>posit|negat)[a-z]*"
    r"|\b(?P<less>posit|negat)[a-z]*\s+(?P<name>[a-z])\b", re.I,
)
CONDITION_ALONE = re.compile(rf"(?:{IF_WORDS}\s*)?(?P<condition>[^:]*?{COMPARED}[^:]*?)\s*")
CONDITION_FIRST = re.compile(
    rf"(?:{IF_WORDS}\s*)?(?P<condition>[^:]*?(?:{COMPARED}|=)[^:]*?)\s*"
    rf"(?::|->|→|\b(?:{case_words('then')})\b)\s*(?P<formula>.*)"
)
CONDITION_LAST = re.compile(
    rf"(?P<formula>.*?)(?:\s{IF_WORDS}\s*(?P<said>.*?(?:{COMPARED}|=).*)"
    rf"|\s*\((?:{IF_WORDS}\s*)?(?P<in_brackets>[^()]*{COMPARED}[^()]*)\))\s*"
)
ELSE_FIRST = re.compile(rf"{ELSE_WORDS}\s*:?\s*(?P<formula>.*)")
ELSE_LAST = re.compile(rf"(?P<formula>.+?)\s*\(?\s*{ELSE_WORDS}\s*\)?\s*")
NEVER_A_FORMULA = re.compile(rf"{COMPARED}|\b(?:{IF_WORDS}|{ELSE_WORDS})")
VARIABLE = re.compile(rf"[a-zA-Z](?=\s*{COMPARED})")
GIVEN_PLACE = r"-?\d+(?:\.\d+)?"
PLACE_AHEAD = rf"{IF_WORDS}\s*(?:[a-z]\s*=\s*)?"
VALUELESS = re.compile(
    rf"(?:{PLACE_AHEAD}(?P<before>{GIVEN_PLACE})\s+)?"
    rf"(?:[a-z]['′’]\(\s*(?P<of>{GIVEN_PLACE}|[a-z])\s*\)|[a-z]['′’]|it|es|elle|il"
    r"|(?:the|die|la) (?:derivative|ableitung|derivada|dérivée))?"
    r"\s*(?:(?:is|ist|es|est|está|è|=)\s+)?"
    rf"(?:{case_words('undefined')})(?:\s+{PLACE_AHEAD}(?P<after>{GIVEN_PLACE}))?", re.I,
)
AT_A_POINT = rf"[a-z]\s*=\s*{GIVEN_PLACE}"
SAYS_CASES = re.compile(
    rf"{COMPARED}|posit|negat|{case_words('undefined')}|{IF_WORDS}\s*{AT_A_POINT}", re.I)
WHERE, AMONG = (rf"\b(?:{case_words(field)})\s+" for field in ("where", "among"))
BOUND_SAID = rf"\s*({GIVEN_PLACE}|[-+]?\s*(?:∞|\\infty|inf(?:inity)?))\s*"
ON_INTERVAL = re.compile(
    rf"(?:(?:{WHERE})?(?:[a-z]\s*)?(?:∈|\\in(?![a-z]))\s*|(?:{WHERE}[a-z]\s+)?{AMONG})"
    r"(?:(?:the|dem|el|l['’])?\s*interval[a-z]*\s*)?"
    rf"([(\[\]]){BOUND_SAID}[,;]{BOUND_SAID}([)\[\]])", re.I)
AT_WHOLE_NUMBERS = re.compile(
    rf"(?:(?:{WHERE})?[a-z]\s*(?:∈|\\in(?![a-z]))\s*|(?:{WHERE}(?:[a-z]\s+)?|{AMONG}))"
    r"(?:(?:is|ist|es|est|in|all|every|any|an?|each|the|allen?|den|los|las|todos|tous|les)\s+)*"
    rf"(?:(?:{case_words('whole')})(?!\w)|[Zℤ]\b)(?:\s+(?:x|values?)\b)*", re.I)
BRACKETED_REMARK = re.compile(rf"\s*\(({VALUELESS.pattern}(?:\s+if floor.*)?)\)\s*$", re.I)


class WordedCase(NamedTuple):
    """A formula, its condition, or both; a formula with neither else nor a condition waits."""

    formula: str
    condition: str
    otherwise: bool = False
    joined: str = ""  # the word before it: and, or


def in_cases(text: str, name: str = "x") -> str | None:
    """The text with if(condition, formula, ...), where it consists of cases, two at least.

    `name` is the variable where no condition tells, as in "undefined at 0".
    """
    if len(text) > MOST_CHARACTERS:
        return None
    text = ON_INTERVAL.sub(lambda found: _inside(found, name), text)
    text = AT_WHOLE_NUMBERS.sub(f" if floor({name}) = {name}", text)
    if not SAYS_CASES.search(text):
        return None
    text = _without_braces(SIGN_WORDS.sub(_compared, simplified(text).strip(" .$")))
    text = BRACKETED_REMARK.sub(r", \1", text)  # 1/x (undefined at 0)
    seen = VARIABLE.search(text)
    x = seen[0] if seen else name
    told = [_case(piece, x)._replace(joined=word) for word, piece in _pieces(text)]
    first, *others = told or [WordedCase("", "")]
    if others and first.formula and not first.condition and all(
        case.condition and (case.formula == UNDEFINED or re.fullmatch(AT_A_POINT, case.condition))
        for case in others
    ):
        told = [*others, first._replace(otherwise=True)]
    cases = _paired(told)
    if cases is None or not 2 <= len(cases) <= MOST_CASES:
        return None
    *before, last = cases
    if any(case.otherwise for case in before):
        return None
    rest = last.formula
    if not last.otherwise and last.formula != UNDEFINED:
        rest = f"if({last.condition}, {last.formula}, {UNDEFINED})"
    for case in reversed(before):
        rest = f"if({case.condition}, {case.formula}, {rest})"
    return rest


def _inside(found: re.Match[str], name: str) -> str:
    """if 0 < x and x < 1 for "on (0, 1)"; ]0, 1[ is open, too."""
    opening, low, high, closing = found.groups()
    sides = [f"{low} {'<=' if opening == '[' else '<'} {name}"] * low[-1].isdigit()
    sides += [f"{name} {'<=' if closing == ']' else '<'} {high}"] * high[-1].isdigit()
    return f" if {' and '.join(sides)}" if sides else ""


def _compared(found: re.Match[str]) -> str:
    """x > 0 for "x is positive" and "negative x"."""
    sign = (found["sign"] or found["less"]).lower()
    return f"{found['x'] or found['name']} {'>' if sign == 'posit' else '<'} 0"


def _without_braces(text: str) -> str:
    inner = re.fullmatch(r"(?:[^=<>]*=)?\s*\\?\{([^{}]*?)\\?\}?", text)
    return inner[1] if inner else text


def _pieces(text: str) -> list[tuple[str, str]]:
    """The text where it is separated, outside of brackets; each with the word before it."""
    pieces, start, depth, word = [], 0, 0, ""
    for found in re.finditer(rf"[(\[{{]|[)\]}}]|{BETWEEN_CASES.pattern}", text):
        if found[0] in ("(", "[", "{"):
            depth += 1
        elif found[0] in (")", "]", "}"):
            depth -= 1
        elif depth == 0:
            pieces.append((word, text[start : found.start()].strip()))
            start, word = found.end(), JOINED_BY.get(found[0].strip(), "")
    return [piece for piece in (*pieces, (word, text[start:].strip())) if piece[1]]


def _case(piece: str, x: str) -> WordedCase:
    if none := VALUELESS.fullmatch(piece):
        place = none["before"] or none["after"] or none["of"]
        return WordedCase(UNDEFINED, f"{x} = {place}" if place else "")
    if re.fullmatch(rf"{x}\s*=\s*{GIVEN_PLACE}", piece):
        return WordedCase("", piece)
    for form in (ELSE_FIRST, ELSE_LAST):
        if found := form.fullmatch(piece):
            return WordedCase(_formula(found["formula"]), "", otherwise=True)
    for form in (CONDITION_FIRST, CONDITION_LAST, CONDITION_ALONE):
        if found := form.fullmatch(piece):
            part = found.groupdict()
            said = part.get("condition") or part.get("said") or part.get("in_brackets") or ""
            return WordedCase(_formula(part.get("formula") or ""), said.strip())
    return WordedCase(_formula(piece), "")


def _formula(text: str) -> str:
    """A case's formula without f'(x) = before it; nothing where it is none."""
    if VALUELESS.fullmatch(text.strip()):
        return UNDEFINED
    stated = members(re.sub(r"(?<=\d),(?=\d)", ".", text)).formulas
    return "" if len(stated) != 1 or NEVER_A_FORMULA.search(stated[0]) else stated[0]


def _paired(cases: list[WordedCase]) -> list[WordedCase] | None:
    """Formulas with the conditions that stand beside them; None where one is left over."""
    found: list[WordedCase] = []
    first = bool(cases) and bool(cases[0].condition) and not cases[0].formula  # if x > 0, 1; ...
    waiting: WordedCase | None = None
    for case in cases:
        whole = case.formula and (case.condition or case.otherwise)
        if waiting is None and whole:
            found.append(case)
        elif waiting is None and not whole:
            more = case.condition and not case.formula and not first
            if more and case.joined and found and not found[-1].otherwise:  # x > 0 and x < 1
                said = f" {case.joined} ".join((found[-1].condition, case.condition))
                found[-1] = WordedCase(found[-1].formula, said)
            elif case.otherwise or bool(case.condition) == first:
                waiting = case
            else:
                return None
        elif waiting is not None and not whole and bool(case.formula) != bool(waiting.formula):
            said = case.condition or waiting.condition
            otherwise = case.otherwise or waiting.otherwise
            found.append(WordedCase(case.formula or waiting.formula, said, otherwise))
            waiting = None
        else:
            return None
    return found if waiting is None and all(c.otherwise or c.condition for c in found) else None
