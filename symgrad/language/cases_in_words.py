"""Functions that are given case by case in words: 1 if x > 0, -1 if x < 0.

- `in_cases(text)` is such a text as if(x > 0, 1, if(x < 0, -1, ...)), in four languages' words;
  None for every other text.
- `one_case(text)` are the formula and the condition of a text that says no more.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from .as_typed import COMPARED, members, simplified
from .names import JOINED_BY, UNDEFINED, case_words

__all__ = ["in_cases", "one_case"]

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
BLANKS_IN_A_ROW = re.compile(r"([^\S\n])[^\S\n]+|(\n)\n+")
ATOM = (r"(?>\d+(?:\.\d+)?|π|pi|[kn](?=\s*(?:π|pi|[^\w(]|$))"
        r"|(?:sqrt|√)\s*(?:\d+|\([^()]*\))|\([^()]*\))")  # fmt: skip
GIVEN_PLACE = rf"(?>(?:±|\+-|[-+])?\s*{ATOM}(?:(?:\s*[-+*/]\s*|\s?){ATOM})*)"
PLACE_AHEAD = rf"{IF_WORDS}\s*(?:[a-z]\s*=\s*)?"
VALUELESS = re.compile(
    rf"(?:{PLACE_AHEAD}(?P<before>{GIVEN_PLACE}),?\s+)?"
    rf"(?:[a-z]['′’]\(\s*(?P<of>{GIVEN_PLACE}|[a-z])\s*\)|[a-z]['′’]|it|es|elle|il"
    r"|(?:the|die|la) (?:derivative|ableitung|derivada|dérivée))?"
    r"\s*(?:(?:is|ist|es|est|está|è|=)\s+)?"
    rf"(?:{case_words('undefined')})(?:\s+{PLACE_AHEAD}(?P<after>{GIVEN_PLACE}))?", re.I,
)
AT_A_POINT = rf"[a-z]\s*=\s*{GIVEN_PLACE}"
WHERE, AMONG = (rf"\b(?:{case_words(field)})\s+" for field in ("where", "among"))
BOUND_SAID = rf"\s*({GIVEN_PLACE}|[-+]?\s*(?:∞|\\infty|inf(?:inity)?))\s*"
ON_INTERVAL = re.compile(
    rf"(?:(?:{WHERE})?(?:[a-z]\s*)?(?:∈|\\in(?![a-z]))\s*|(?:{WHERE}[a-z]\s+)?{AMONG})"
    r"(?:(?:the|dem|el|l['’])?\s*interval[a-z]*\s*)?"
    rf"([(\[\]]){BOUND_SAID}[,;]{BOUND_SAID}([)\[\]])", re.I)
NOT_SAID = r"not\s+|nicht\s+|no\s+|non[\s-]+|n['’]est\s+pas\s+|keine?\s+"
WHOLE_SAID = rf"(?:{case_words('whole')})(?!\w)|[Zℤ]\b"
AT_WHOLE_NUMBERS = re.compile(
    rf"(?:(?:{WHERE})?[a-z]\s*(?P<out>∉|\\notin(?![a-z])|∈|\\in(?![a-z]))\s*"
    rf"|(?:{WHERE}(?:[a-z]\s+)?|{AMONG}))(?:(?P<no>{NOT_SAID})|"
    r"(?:is|ist|es|est|in|all|every|any|an?|each|the|allen?|den|los|las|todos|tous|les)\s+)*"
    rf"(?:{WHOLE_SAID})(?:\s+(?:x|values?)\b)*", re.I)
COUNTER = re.compile(r"(?<![a-zA-Z])[kn](?=pi|π|\W|$)")
COUNTED_OFF = re.compile(  # pi/2 + k*pi, where k is whole
    rf"\s*,?\s*\(?(?:{WHERE}|\b(?:all|any|every)\s+)*(?:(?:{WHOLE_SAID})\s+(?P<before>[kn])\b|\b(?P<k>[kn])\s*"
    rf"(?:∈|\\in(?![a-z])|(?:is|ist|es|est|an?|in)\s+)*\s*(?:{WHOLE_SAID}))\)?", re.I)
BUT_THERE = re.compile(
    rf"\s*,?\s+\(?(?:{case_words('but')})\s+(?:{PLACE_AHEAD})?(?P<places>[^()]*)\)?\s*$", re.I)
BRACKETED_REMARK = re.compile(
    rf"\s*\(((?:[^()]*\s)?(?:{case_words('undefined')})(?!\w)(?:[^()]|\([^()]*\))*)\)\s*$", re.I)
NAMED_PLACE = re.compile(rf"\b(?P<x>[a-z])\s*=\s*(?P<place>{GIVEN_PLACE})")
IS_NOT = (r"(?:≠|!=|\\neq?(?![a-z])"
          r"|\s(?:(?:is|ist|es|est)\s+)?(?:not|nicht|no(?:\s+es)?|n['’]est\s+pas)"
          r"(?:\s+(?:equal\s+to|gleich|igual\s+a|égal\s+à))?\s)")  # fmt: skip
SAYS_CASES = re.compile(
    rf"{COMPARED}|{IS_NOT}|posit|negat|{case_words('undefined')}|{IF_WORDS}\s*{AT_A_POINT}", re.I)
AFTER_PLACE = rf"(?!\w|\s*:|\s+{IF_WORDS})"
NOT_THESE = re.compile(  # x ≠ 2, -2
    rf"\b(?P<x>[a-z])\s*{IS_NOT}\s*(?P<places>{GIVEN_PLACE}{AFTER_PLACE}"
    rf"(?:(?:\s*,\s*|\s+(?:{'|'.join(JOINED_BY)})\s+){GIVEN_PLACE}{AFTER_PLACE})*)(?:\s+(?:ist|es)\b)?")


class WordedCase(NamedTuple):
    """A formula, its condition, or both; a formula with neither else nor a condition waits."""

    formula: str
    condition: str
    otherwise: bool = False
    joined: str = ""  # the word before it: and, or
    single: bool = False  # whether the condition names single points


def in_cases(text: str, name: str = "x") -> str | None:
    """The text with if(condition, formula, ...), where it consists of cases, two at least.

    `name` is the variable where no condition tells, as in "undefined at 0".
    """
    cases = _cases(text, name)
    if len(cases) < 2:
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


def one_case(text: str, name: str = "x") -> tuple[str, str] | None:
    """The formula and its condition, where that is all: 0 for x not an integer, 2x for x = 3."""
    cases = _cases(text, name)
    if len(cases) != 1 or cases[0].otherwise or cases[0].formula == UNDEFINED:
        return None
    return cases[0].formula, cases[0].condition


def _cases(text: str, name: str) -> list[WordedCase]:
    """The cases of which a text consists; none where it does not, or of too many."""
    if len(text) > MOST_CHARACTERS:
        return []
    text = BLANKS_IN_A_ROW.sub(r"\1\2", text)  # each pattern below may begin at any of them
    text = COUNTED_OFF.sub(lambda k: k[0] if name in (k["k"], k["before"]) else "", text)
    text = BUT_THERE.sub(lambda but: f", {UNDEFINED} {_at_places(but['places'], name)}", text)
    text = ON_INTERVAL.sub(lambda found: _inside(found, name), text)
    text = AT_WHOLE_NUMBERS.sub(lambda found: _whole(found, name), text)
    if not SAYS_CASES.search(text):
        return []
    text = _without_braces(SIGN_WORDS.sub(_compared, simplified(text).strip(" .$")))
    text = BRACKETED_REMARK.sub(r", \1", text)  # 1/x (undefined at 0)
    text = NOT_THESE.sub(_none_of_these, text)
    seen = VARIABLE.search(text)
    x = seen[0] if seen else name
    pieces = _pieces(text)
    told = _with_all_places([_case(piece, x)._replace(joined=word) for word, piece in pieces], x)
    first, *others = told or [WordedCase("", "")]
    if others and first.formula and not first.condition and all(
        case.condition and (case.formula == UNDEFINED or case.single) for case in others
    ):
        told = [*others, first._replace(otherwise=True)]
    cases = _paired(told)
    return cases if cases is not None and len(cases) <= MOST_CASES else []


def _at_places(places: str, name: str) -> str:
    """if x = 0 for "0" and "x = 0", if floor(x) = x for "integers"."""
    whole = re.fullmatch(rf"(?:\s|the|den|los|las|les|at|an|aux)*(?:{WHOLE_SAID})\s*", places, re.I)
    return f"if floor({name}) = {name}" if whole else f"if {places}"


def _whole(found: re.Match[str], name: str) -> str:
    out = bool(found["no"]) or (found["out"] or "")[-5:] in ("∉", "notin")
    return f" if floor({name}) {'!=' if out else '='} {name}"


def _equal(x: str, place: str) -> str:
    """x = 1 or x = -(1) for ±1; of pi/2 + k*pi, with every whole k, that so many steps are whole"""
    both = re.match(r"±|\+-", place)
    bare = place[both.end() :] if both else place
    if COUNTER.search(bare):
        start, next_one = (COUNTER.sub(f"({n})", bare) for n in (0, 1))
        steps = f"({x} - ({start}))/(({next_one}) - ({start}))"
        return f"floor({steps}) = {steps}"
    return f"{x} = {bare} or {x} = -({bare})" if both else f"{x} = {place}"


def _named_places(condition: str) -> str:
    """A condition with x = ±1 and x = k*pi written out."""
    def written(found: re.Match[str]) -> str:
        said = _equal(found["x"], found["place"])
        return found[0] if said == f"{found['x']} = {found['place']}" else said

    return NAMED_PLACE.sub(written, condition)


def _none_of_these(found: re.Match[str]) -> str:
    """x != 2 and x != -2 for "x ≠ 2, -2" and "x ≠ ±2"."""
    said = [_equal(found["x"], place[0]) for place in re.finditer(GIVEN_PLACE, found["places"])]
    return " and ".join(said).replace(" = ", " != ").replace(" or ", " and ")


def _with_all_places(told: list[WordedCase], x: str) -> list[WordedCase]:
    """undefined at 1 and -1: the second number is a place, too; x != 1, x != 2 is one condition."""
    found: list[WordedCase] = []
    for case in told:
        before = found[-1] if found else None
        listed = before is not None and before.formula == UNDEFINED and before.single
        alone = not (case.condition or case.otherwise)
        if before and listed and alone and re.fullmatch(GIVEN_PLACE, case.formula):
            said = f"{before.condition} or {_equal(x, case.formula)}"
            found[-1] = before._replace(condition=said)
        elif before and listed and case.single and not case.formula:
            found[-1] = before._replace(condition=f"{before.condition} or {case.condition}")
        elif before and "!=" in before.condition and "!=" in case.condition and not case.formula:
            found[-1] = before._replace(condition=" and ".join((before.condition, case.condition)))
        else:
            found.append(case)
    return found


def _inside(found: re.Match[str], name: str) -> str:
    """if 0 < x and x < 1 for "on (0, 1)"; ]0, 1[ is open, too."""
    opening, low, high, closing = found.groups()
    ends = [not re.search("∞|inf", bound) for bound in (low, high)]
    sides = [f"{low} {'<=' if opening == '[' else '<'} {name}"] * ends[0]
    sides += [f"{name} {'<=' if closing == ']' else '<'} {high}"] * ends[1]
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
        return WordedCase(UNDEFINED, _equal(x, place) if place else "", single=bool(place))
    if re.fullmatch(AT_A_POINT, piece):
        return WordedCase("", _named_places(piece), single=True)
    for form in (ELSE_FIRST, ELSE_LAST):
        if found := form.fullmatch(piece):
            return WordedCase(_formula(found["formula"]), "", otherwise=True)
    for form in (CONDITION_FIRST, CONDITION_LAST, CONDITION_ALONE):
        if found := form.fullmatch(piece):
            part = found.groupdict()
            said = part.get("condition") or part.get("said") or part.get("in_brackets") or ""
            single = re.fullmatch(AT_A_POINT, said.strip()) is not None
            formula, said = _formula(part.get("formula") or ""), _named_places(said.strip())
            return WordedCase(formula, said, single=single)
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
