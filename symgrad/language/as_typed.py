"""What people type who do not know the language: put into it before it is read.

- `members(text)` are the formulas that an answer states, without what is not part of them:
  `f'(x) =`, `Answer:`, a full stop; a chain `2*3x = 6x` has several.
- `without_accents(text)` has the names of functions as they are known.
- `spellings(text, names)` are the ways to write one formula in the language, most natural first;
  `names` are the variables that are known.

`parse` is strict and does not come here: a formula that stands in a program is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import NamedTuple
from unicodedata import combining, normalize

from ..ops import OPS
from .characters import TABLE, closing, is_latex, without_invisible
from .names import OTHER_NAMES, function, function_elsewhere, pieces

__all__ = [
    "Stated", "TypedToken", "apart", "is_function", "joined", "left_side", "members",
    "misspelled", "spellings", "tokens_of", "without_accents",
]  # fmt: skip

# --- characters -----------------------------------------------------------------------------------

MOST_OF_A_LABEL = 80  # characters
MOST_STATEMENTS = 20  # that are told apart in one text
PRIMES_IN_ONE = {"″": "''", "‴": "'''", "⁗": "''''"}
HIGH_SIGNS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ˣʸᵃᵇᵏᵗᵐⁿ", "0123456789+-()xyabktmn"))
ON_THE_LINE = str.maketrans(HIGH_SIGNS)
HIGH_LETTERS = re.compile(rf"[{''.join(HIGH_SIGNS)}]*[ˣʸᵃᵇᵏᵗᵐⁿ][{''.join(HIGH_SIGNS)}]*")  # e²ˣ
ACCENTED = re.compile(r"(?<![^\W\d_])[^\W\d_]*[à-öø-ÿÀ-ÖØ-Þ][^\W\d_]*")  # raíz
# a new line is no blank
PLAIN_CHARACTERS = {code: char for code, char in TABLE.items() if char != " "}


def simplified(text: str) -> str:
    """The text in the plain characters of the language, superscript letters as powers."""
    if text.isascii():
        return text
    plain = without_invisible(text)[0].translate(PLAIN_CHARACTERS)
    for sign, primes in PRIMES_IN_ONE.items():
        plain = plain.replace(sign, primes)
    return HIGH_LETTERS.sub(lambda found: f"^({found[0].translate(ON_THE_LINE)})", plain)


def without_accents(text: str) -> str:
    """The text with raíz as raiz and sén as sen: a function's name, here or elsewhere."""
    def bare(found: re.Match[str]) -> str:
        word = "".join(c for c in normalize("NFD", found[0]) if not combining(c))
        return word if function_elsewhere(word) else found[0]

    return text if text.isascii() else ACCENTED.sub(bare, normalize("NFC", text))


# --- what surrounds a formula ---------------------------------------------------------------------

PRIME = r"['′’‘´`]"
ARGUMENTS = r"\(\s*[A-Za-z]\w*(?:\s*,\s*[A-Za-z]\w*)*\s*\)"
IN_BRACES = r"\{((?:[^{}]|\{[^{}]*\})*)\}"
NEWTONS = {"\u0307": "'", "\u0308": "''"}  # the dots of x, which are primes
NEWTON = re.compile("|".join(NEWTONS))
WITHOUT_COMMANDS = [(re.compile(pattern), put) for pattern, put in (
    (r"\\(?:left|right|big|Big|quad|[,;:! ])|\s", ""),
    (r"\\(?:mathrm|text|operatorname)\{([a-z])\}", r"\1"),
    (r"\\dot\{?([A-Za-z])\}?", r"\1'"), (r"\\ddot\{?([A-Za-z])\}?", r"\1''"),
    (r"\\partial", "∂"), (rf"\\prime|{PRIME}", "'"),
    (rf"\\[dt]?frac{IN_BRACES}{IN_BRACES}", r"\1/\2"),
    (r"\{", "("), (r"\}", ")"), (r"\(\((\w+)\)\)", r"(\1)"), (r"\^\(?('+)\)?", r"\1"),
)]  # fmt: skip
BY = r"[d∂][A-Za-z](?:\^?\(?\d\)?)?"
LEFT_SIDES = [re.compile(pattern) for pattern in (  # of what is compact
    r"(?P<f>[A-Za-z])(?P<primes>'+)(?P<of>\(.*\))?",  # f'(x), f'(2), y''
    r"(?P<f>[A-Za-z])\^\((?P<n>\d+|[ivIV]+)\)(?P<of>\(.*\))?",  # f^(4)(x), y^(4)
    r"(?P<f>[A-Za-z])\^?(?P<n>\d)(?P<of>\(.*\))",  # f^4(x)
    rf"[d∂](?:\^?\(?(?P<n>\d)\)?)?(?P<f>[A-Za-z](?:\(\w+\))?)?/(?P<by>(?:{BY})+)"
    r"(?P<of>\(.*\)|\[.*\]|[A-Za-z](?:\(\w+\))?)?",  # dy/dx, d^2y/dx^2, d/dx f, d/dx(x^4)
    rf"(?P<f>[A-CE-Za-z])_\(?(?P<by>[a-z]+)\)?(?P<of>{ARGUMENTS})?",  # f_x, f_xy(x, y)
    r"(?P<f>[fz])(?P<by>[a-z]{1,2})",  # fx
    r"D_?\(?(?P<by>[a-z])?\)?(?P<f>[A-Za-z])?(?P<of>\(\w+\))?",  # D_x f
)]  # fmt: skip
ROMAN = {"iv": 4, "v": 5, "vi": 6}


class LeftSide(NamedTuple):
    """What a left side names: of which function, of which order (None: unsaid), by what, where."""

    function: str
    order: int | None
    by: str = ""
    at_number: bool = False

    def fits(self, wrt: str, order: int, names: Collection[str]) -> bool:
        """Whether it names the derivative that is sought; of letters, it counts those in use."""
        by = {name for name in self.by if name in names}
        return self.order in (None, order) and by <= {wrt} and not self.at_number


def left_side(text: str) -> LeftSide | None:
    """f'(x), y'', dy/dx, d/dx(...), D_x f, f_x, ... as what they name; None for other texts."""
    compact = NEWTON.sub(lambda dots: NEWTONS[dots[0]], normalize("NFD", text.strip(" $")))
    for pattern, put in WITHOUT_COMMANDS:
        compact = pattern.sub(put, compact)
    compact = compact.translate(ON_THE_LINE)
    for form in LEFT_SIDES if len(compact) <= MOST_OF_A_LABEL else ():
        if found := form.fullmatch(compact):
            return _named(found.groupdict())
    return None


def _named(part: Mapping[str, str | None]) -> LeftSide:
    """What the groups of one of the patterns say."""
    by = re.findall(r"([A-Za-z])(?:\^?\(?(\d))?", (part.get("by") or "").replace("d", ""))
    given, of = (part.get("n") or "").lower(), part.get("of") or ""
    order: int | None = len(part.get("primes") or "") or sum(int(n or 1) for _, n in by) or 1
    if given:
        order = int(given) if given.isdigit() else ROMAN.get(given)
    function = (part.get("f") or "f")[0]
    named = not of or re.fullmatch(rf"{ARGUMENTS}|[A-Za-z](?:\(\w+\))?", of)
    if "primes" in part or not part.get("by"):
        return LeftSide(function, order, at_number=not named)
    return LeftSide(function, order if named else None, "".join(name for name, _ in by))


PROMISED = re.compile(  # a derivative that is still to be taken: (x^4)', d(x^4)/dx, D[x^4]
    rf"[\w)\]}}]\s*{PRIME}|\^\s*\{{?\s*\\prime"
    r"|[d∂]\s*[\w(\[{].*/\s*[d∂]\s*[A-Za-z]|[d∂]\s*/\s*[d∂]\s*[A-Za-z]"
    r"|\bD_?\{?[a-z]?\}?\s*[(\[]|\\frac\s*\{\s*(?:d|\\partial|\\mathrm\{d\})"
)
FUNCTION_OF_LETTER = re.compile(rf"[A-Za-z]\s*{ARGUMENTS}|y|f|z")
LETTER = re.compile(r"[A-Za-df-z]")  # e is a number
ANNOUNCING = (
    "answer|ans|solution|result|derivative|slope|steigung|pente|pendiente|antwort|lösung|ergebnis|ableitung|respuesta"
    "|solución|resultado|derivada|réponse|résultat|dérivée|derivata|risposta|risultato|soluzione"
    "|resposta|solução"
)
ANNOUNCED = re.compile(
    r"\s*(?:(?:the|my|final|first|second|die|das|meine?|erste|zweite|la|el|mi|ma|mon|le|primera"
    r"|segunda|première|seconde|il|lo|a|o|minha|mia|prima|primeira)\s+)*"
    rf"(?:{ANNOUNCING})(?:\s+(?:of|von|de|der|di|da|do|du)\s+[^:=\s]+)?"
    r"\s*(?:\.|:|=>?|(?:is|ist|lautet|es|est|vaut|vale|equals|é|è|sarebbe)\b:?)\s*", re.I,
)
LEADING = re.compile(  # so, it is, an arrow; "I think" says more than that
    r"\s*(?:(?:it['’]?s|it\s+is|we\s+(?:get|have)|this\s+(?:is|gives)|that['’]?s|das\s+ist|es\s+ist"
    r"|c['’]est|so|thus|hence|therefore|then|also|folglich|(?:somit|damit|demnach|es)\s+gilt|somit|damit|demnach"
    r"|(?:wir|man)\s+erh(?:alten|ält)|daraus\s+folgt|donc|alors|ainsi|d['’]où|finalement"
    r"|on\s+(?:a|obtient|trouve)|quindi|dunque|perciò|portanto|então|logo|assim|entonces|luego|por\s+(?:lo\s+)?tanto|as[ií]\s+que"
    r"|se\s+obtiene|obtenemos|(?:by|using|nach|mit|con|por|par|avec|d['’]après)\s+"
    r"(?:the\s+|der\s+|la\s+)?(?:(?:chain|product|quotient|power|sum)\s+rule"
    r"|(?:ketten|produkt|quotienten|potenz|summen)regel|r(?:egla|ègle)(?:\s+de\s+la)?\s+\w+))"
    r"(?![A-Za-z(])\s*[:,]?"
    r"|→|⟶|->|∴|\\therefore(?![a-z])|\\to(?![a-z]))\s*", re.I,
)
TICKS = re.compile(r"(?:\s*[✓✔☑✅\U0001f300-\U0001faff])+\s*$")
TAGS = re.compile(r"</?(?:p|div|span|br|b|i|em|strong|code|math)\s*/?>")
SUPERSCRIPT_TAG = re.compile(r"<sup>(.*?)</sup>")
ENTITY = re.compile(r"&#?\w{2,8};")
QUOTED = re.compile(r"[\"“”„«»‘‚‹›'`]+([^\"“”„«»‘‚‹›`]*?)[\"“”«»‘’‹›'`]*|\*\*([^*]*)\*\*")
LISTED = re.compile(  # a) 2x, while (e) and (2) are numbers
    r"(?:(?:\(([a-df-h])|[a-h]|\d{1,2}|i{1,3})\)|[•*])\s+"
)
COMMENT = re.compile(  # which changes nothing: (squared) would
    r"(?<=\S)\s+\((?:(?:by|the|using|with|simplified|power|chain|product|quotient|sum|factor|rules?"
    r"|final|answer|done|mit|vereinfacht|nach|der|(?:ketten|produkt|quotienten|potenz)regel"
    r"|simplifi[eé]e?|simplificad[ao])(?:\s+|(?=\))))+\)\s*$", re.I,
)
INTRODUCED = (r"(?:for|where|with|für|wobei|mit|pour|para)\s+"
              r"(?:(?:all|every|any|alle|tout|todo)\s+)?")  # fmt: skip
EVERYWHERE_SAID = re.compile(
    rf"\s*,?\s*(?:\b{INTRODUCED})?"
    r"(?:real\s+|reellen\s+)?\b[a-z]\s*(?:∈|\\in(?![a-z]))\s*(?:R|ℝ|\\mathbb\s*\{?R\}?)\s*$"
    r"|\s*,?\s*\b(?:for\s+(?:all|every)|für\s+alle|pour\s+tout|para\s+todo)\s+(?:real\s+)?[a-z]\s*$"
    rf"|\s*(?:[,(]\s*(?:{INTRODUCED})?|\b{INTRODUCED})[a-z]\s+(?:(?:is\s+|ist\s+)?(?:in|aus|dans|en)\s+[Rℝ]"
    r"|(?:is\s+|ist\s+|est\s+|es\s+)?(?:a\s+)?(?:real|reell|réel)(?:\s+number)?)\s*\)?\s*$"
)
COMPARED = r"(?:[<>≤≥≠]=?|!=|\\(?:le|ge|leq|geq|lt|gt|ne|neq)(?![a-z]))"
BOXED = re.compile(r"\s*\\(?:boxed|fbox|underline)\s*\{(.*)\}\s*", re.DOTALL)
IS = re.compile(
    rf"(\s*(?:[A-Za-z]\s*{PRIME}+\s*(?:{ARGUMENTS})?|d\s*[a-z]\s*/\s*d\s*[a-z])\s*)(?::(?!=)|(?:is|ist|es|est|vaut|vale|é|è)\b)"
)
DEFINED = re.compile(r"\s*[A-Za-z]\s*:(?!=)\s*")  # f: x^2
FOLLOWS = r"=>|⇒|⟹|\\Rightarrow|\\implies"
DIVIDED_BY = re.compile(r"(?<=[\w)])\s*:\s*(?=[\w(])")  # in many countries
EQUALS = re.compile(rf"(?<![<>!=:]):?==?(?![=>])|{FOLLOWS}|≡|\\equiv(?![a-z])|\bequals?\b")
APART = re.compile(
    rf"(?:\s*(?:[,;\n$]|\\\\|\\q?quad|\b(?:and|und|et|where|wobei)\b|{FOLLOWS}))+\s*"
)
WITH_A_BASE = re.compile(rf"{OPS['log'].name}\s*\(")  # which may be left out
COMMA_IN_NUMBER = re.compile(  # 1,000,000 has none
    r"(?<=\d)(?:,|\{,\})(?=\d)(?!\d{3},\d{3})(?<!,\d\d\d,)"
)
COMMA_OR_BRACKET = re.compile(
    rf"(?P<comma>{COMMA_IN_NUMBER.pattern})|(?P<name>(?<![A-Za-z])[A-Za-z]+)?\s*(?:\\left)?\\?(?P<open>[({{\[])"
    r"|(?P<semicolon>;)|[)}\]]"
)
INDEXED_ROOT = re.compile(r"(?:(?<![A-Za-z\\])sqrt|√)\s*\[\s*(\d{1,3})\s*\]\s*[({]")
BRACKET_SIZES = re.compile(r"\\(?:left|right|big|Big)(?=[()\[\]])")


@dataclass(frozen=True, slots=True)
class Stated:
    """The formulas of a text, one or a chain of them; `as_function` where it said y = or f(x) =,
    and `another` where it names a derivative that is not the one sought."""

    formulas: tuple[str, ...]
    as_function: str = ""
    another: str = ""


def members(
    text: str, names: Collection[str] = (), wrt: str = "", order: int = 1
) -> Stated:
    """The formulas that a text states; `names` are its variables, where they are known.

    Another letter on the left, as in A = 2 pi r, says what the formula is called. With `wrt`, of
    several derivatives that are stated the one by it, of that order, counts.
    """
    text, around = _unwrapped(_bare(_unquoted(simplified(without_markup(text)), names), names))
    another = ""
    if wrt:
        text, another = sought_among(text, names, wrt, order)
        text = _bare(text, names)
    parts = [part.strip() for part in split(text)]
    called = ""
    if len(parts) > 1:
        left = BRACKET_SIZES.sub("", parts[0]).strip()
        if FUNCTION_OF_LETTER.fullmatch(left):
            called, parts = left, parts[1:]
        elif names and LETTER.fullmatch(left) and left not in names:
            parts = parts[1:]
    parts = [part for part in parts if not _left(part)] or parts[-1:]
    return Stated(tuple(_wrapped(_bare(part, names), around) for part in parts), called, another)


def _left(part: str) -> bool:
    """Whether a member of a chain states nothing: what is sought, or a derivative not yet taken."""
    part = BRACKET_SIZES.sub("", part).strip()
    return not part or left_side(part) is not None or bool(PROMISED.search(part))


def sought_among(text: str, names: Collection[str], wrt: str, order: int) -> tuple[str, str]:
    """Of several statements the one about the derivative that is sought; where there is none,
    the first about a derivative, and the left side that names it."""
    said = [(_heading(statement, names), statement) for statement in statements(text, names)]
    derivatives = [(left, one) for left, one in said if left and left.order != 0]
    fitting = [(left, one) for left, one in derivatives if left.fits(wrt, order, names)]
    fitting = [(left, one) for left, one in fitting if left.order] or fitting[-1:]
    if fitting:
        called = next((f for left, _ in fitting if (f := left.function) in "fyz"),
                      fitting[-1][0].function)  # fmt: skip
        return " = ".join(_bare(one, names) for left, one in fitting if left.function == called), ""
    if any(left is None for left, _ in said):
        return next(one for left, one in said if left is None), ""
    for left, one in derivatives:
        if not left.at_number:
            return one, split(one)[0].strip(" $")
    return said[-1][1], ""


def _heading(statement: str, names: Collection[str]) -> LeftSide | None:
    """What the left side of a statement names; of order 0 where it is the function itself."""
    first, *others = split(statement)
    first = BRACKET_SIZES.sub("", LEADING.sub("", first)).strip(" $")
    if not others:
        return None
    own = FUNCTION_OF_LETTER.fullmatch(first) or (LETTER.fullmatch(first) and first not in names)
    return LeftSide(first[0], 0) if own else left_side(first)


def statements(text: str, names: Collection[str]) -> list[str]:
    """The text where it goes on with another left side: f'(x) = 2x, f''(x) = 2."""
    starts, ends, depth = [0], [], 0
    for found in re.finditer(rf"[(\[{{]|[)\]}}]|{APART.pattern}", text):
        sign = found[0]
        if sign in ("(", "[", "{", ")", "]", "}"):
            depth += 1 if sign in "([{" else -1
        elif depth == 0 and len(starts) < MOST_STATEMENTS:
            ahead = text[found.end() : found.end() + 2 * MOST_OF_A_LABEL]
            if _heading(ahead, names):
                starts.append(found.end())
                ends.append(found.start())
    return [text[i:j] for i, j in zip(starts, [*ends, len(text)], strict=True)]


def without_markup(text: str) -> str:
    """A text that was copied from a page or a sheet, without its tags: x<sup>2</sup> is x^(2)."""
    if "<" in text:
        text = TAGS.sub(" ", SUPERSCRIPT_TAG.sub(r"^(\1)", text))
    return ENTITY.sub(lambda found: unescape(found[0]), text) if "&" in text else text


def _unquoted(text: str, names: Collection[str]) -> str:
    """Without quotation marks around it, a) before it, and (simplified) after it.

    (a) before it is a label where a is no letter of the formula.
    """
    text = EVERYWHERE_SAID.sub("", text.strip())
    if (listed := LISTED.match(text)) and listed[1] not in names:
        text = text[listed.end() :]
    if quoted := QUOTED.fullmatch(text):
        text = quoted[1] or quoted[2] or ""
    return COMMENT.sub("", text)


Delimiters = tuple[str, str]
ENCLOSING: tuple[Delimiters, ...] = (("$$", "$$"), ("$", "$"), (r"\[", r"\]"), (r"\(", r"\)"))


def _unwrapped(text: str) -> tuple[str, Delimiters]:
    """A text without the dollars around all of it, and these."""
    for opening, ending in ENCLOSING:
        inner = text[len(opening) : -len(ending)]
        if text.startswith(opening) and text.endswith(ending) and opening not in inner:
            return inner.strip(), (opening, ending)
    return text, ("", "")


def _wrapped(text: str, around: Delimiters) -> str:
    """A formula between its dollars, where nothing else says that it is LaTeX."""
    return text if is_latex(text) or not text else f"{around[0]}{text}{around[1]}"


def _bare(text: str, names: Collection[str]) -> str:
    """Without `Answer:`, a box around it, and the stop at the end of a sentence."""
    text = text.strip()
    text = re.sub(r"(?:\s*\\\\)+\s*$", "", text)
    while (box := BOXED.fullmatch(text)) and _closed(box[1]):
        text = box[1].strip()
    text = TICKS.sub("", text)
    while found := LEADING.match(text):
        text = text[found.end() :]
    text = IS.sub(r"\1=", text, count=1)
    for announced in (ANNOUNCED, DEFINED):
        found = announced.match(text)
        divided = announced is DEFINED and text.strip()[:1] in names  # x : 2
        if found and not divided and not text[found.end() :].startswith("="):
            text = text[found.end() :]
    stopped = re.sub(r"(?:\s*(?:[;,?]|(?<!\\)\.(?!\w)))+\s*$", "", text)
    lone = text.strip()[:-1].isdigit()  # 5. is a number
    return text if lone or text.rstrip().endswith(("\\,", "\\;", "right.")) else stopped


def _closed(text: str) -> bool:
    """Whether its braces belong to one another."""
    depth = 0
    for sign in re.findall(r"[{}]", text):
        depth += 1 if sign == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def split(text: str) -> list[str]:
    """The text at its = signs outside of brackets."""
    parts, depth, start = [], 0, 0
    for found in re.finditer(rf"[(\[{{]|[)\]}}]|\\(?:begin|end)\b|{EQUALS.pattern}", text):
        sign = found[0]
        if sign in ("(", "[", "{", "\\begin"):
            depth += 1
        elif sign in (")", "]", "}", "\\end"):
            depth -= 1
        elif depth == 0:
            parts.append(text[start : found.start()])
            start = found.end()
    return [*parts, text[start:]]


# --- one formula ----------------------------------------------------------------------------------


class TypedToken(NamedTuple):
    kind: str  # number, word, open, close, other
    text: str
    blank: bool  # whether a blank stands before it


TYPED_TOKEN = re.compile(
    r"(?P<blank>(?:\s|\\[,;!: ])+)|(?P<number>\d+(?:\.\d+)?|\.\d+)"
    r"|(?P<word>\\[A-Za-z]+|[A-Za-zα-ωΑ-Ωπ]+)|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<other>\\\\|.)",
    re.DOTALL,
)
SPELLED = re.compile(r"\b((?:co)?sine|(?:co)?tangent|(?:co)?secant)\b")  # not sin(e*x)
SQUARED = re.compile(r"\b([A-Za-z]{2,})(\d)\(")
SPELLED_OUT = (  # English words: more often a slip than a habit
    "sine", "cosine", "tangent", "secant", "cosecant", "cotangent", "logistic", "signum", "power",
    "squareroot", "fact", "fabs", "abs_", "heaviside", "step", "logsumexp", "nthroot", "tgamma",
    "Log",
)  # fmt: skip


class Misspelled(NamedTuple):
    """A function's name that is none, what was meant, and where it stands."""

    name: str
    meant: str
    place: tuple[int, int]


def misspelled(text: str) -> Misspelled | None:
    """sine(x), which could be read as sin(e*x); sec2(x), which has lost its ^."""
    if spelled := SPELLED.search(text):
        return Misspelled(spelled[0], spelled[0].removesuffix("e")[:3], spelled.span())
    for found in SQUARED.finditer(text):
        name, power = found.groups()
        if function(name) and not function(name + power):
            return Misspelled(name + power, f"{name}(...)^{power}", found.span(1))
    return None


def apart(tokens: Iterable[TypedToken], names: Collection[str]) -> Iterator[TypedToken]:
    """The same with xcosx as x cos x, where that is made of known names."""
    for token in tokens:
        whole = token.kind != "word" or token.text in names or token.text[0] == "\\"
        ways = [] if whole or is_function(token) else pieces(token.text, names)
        yield token if not ways else token._replace(text=ways[0][0])
        yield from (TypedToken("word", part, True) for part in (ways[0][1:] if ways else ()))


IN_THOUSANDS = re.compile(r"(?<![\w.,])[1-9]\d{0,2}(?:(?:,\d{3})+|(?:\.\d{3})+)(?![\d.,])")
DOTTED = re.compile(r"(?<![A-Za-z\\])([A-Za-z]+|(?<=[)\]}]))\s*\.\s*(?=[A-Za-z(\\√])")


def _multiplied(text: str, names: Collection[str]) -> str:
    """2x.cos(x) with a dot as the sign of a product: of a variable, or after a bracket."""
    return DOTTED.sub(lambda left: f"{left[1]}*" if set(left[1]) <= set(names) else left[0], text)


def spellings(text: str, names: Collection[str]) -> list[str]:
    """The ways to write what was typed, most natural first; 1,000 is a thousand in the last."""
    text, latex = simplified(text), is_latex(text)
    text = text if latex else _multiplied(DIVIDED_BY.sub("/", text), names)
    plain = text if _called(text) else IN_THOUSANDS.sub(lambda n: re.sub("[.,]", "", n[0]), text)
    typed, grouped = _unglued(text, names), _unglued(plain, names)
    texts = [pointed_decimals(typed)]
    if WITH_A_BASE.search(typed) and "." not in typed:
        texts.append(COMMA_IN_NUMBER.sub(".", typed))
    tokens = [_tokens(way, names, latex) for way in dict.fromkeys(texts)]
    ways = [way for t in tokens for way in (t, _crosses(t, names), _divided(t, names))]
    ways.append(_tokens(pointed_decimals(grouped), names, latex))
    return list(dict.fromkeys(joined(way if latex else _products(way)) for way in ways if way))


def _tokens(text: str, names: Collection[str], latex: bool) -> list[TypedToken]:
    rooted = text if latex else _indexed_roots(text)
    return [_translated(t, names) for t in tokens_of(rooted)]


def tokens_of(text: str) -> Iterator[TypedToken]:
    blank = False
    for found in TYPED_TOKEN.finditer(text):
        if found.lastgroup == "blank":
            blank = True
        else:
            yield TypedToken(found.lastgroup or "other", found[0], blank)
            blank = False


def joined(tokens: list[TypedToken]) -> str:
    return "".join(" " * t.blank + t.text for t in tokens).strip()


def pointed_decimals(text: str) -> str:
    """Decimal commas as points, where a comma can be nothing else: not among the arguments of a
    function that takes several, unless a semicolon stands between these."""
    separators: list[str] = []

    def pointed(found: re.Match[str]) -> str:
        separator = separators[-1] if separators else ""
        if found["comma"]:
            return found[0] if separator == "," else "."
        if found["semicolon"]:
            return "," if separator == ";" else ";"
        if found["open"]:
            separators.append(_separator(text, found.end() - 1, found["name"] or ""))
        elif separators:
            separators.pop()
        return found[0]

    return text if "." in text else COMMA_OR_BRACKET.sub(pointed, text)


def _separator(text: str, opened: int, name: str) -> str:
    """What stands between the arguments of a function that takes several, or nothing."""
    op = function(_meant(name)) or function(name)
    if op is None or (op.arity == 1 and not WITH_A_BASE.fullmatch(f"{name}(")):
        return ""
    return ";" if ";" in text[opened : closing(text, opened)] else ","


def _indexed_roots(text: str) -> str:
    """sqrt[3]{x} and √[3](x), where LaTeX lost its backslash, as root(x, 3)."""
    while found := INDEXED_ROOT.search(text):
        end = closing(text, found.end() - 1)
        if not end:
            return text
        root = f"root({text[found.end() : end]}, {found[1]})"
        text = text[: found.start()] + root + text[end + 1 :]
    return text


def _unglued(text: str, names: Collection[str]) -> str:
    """xln|x| and xsin x as x*ln|x| and x*sin x: variables glued to a function."""
    def apart(found: re.Match[str]) -> str:
        word = found[0]
        for k in range(1, len(word) - 1):
            if set(word[:k]) <= set(names) and function(word[k:]) and not function(word):
                return f"{'*'.join(word[:k])}*{word[k:]}"
        return word

    return re.sub(r"(?<![A-Za-z\\])[A-Za-z]{3,}(?=[|^²³⁴⁵⁶]|\s+[A-Za-z\d])", apart, text)


def _divided(tokens: list[TypedToken], names: Collection[str]) -> list[TypedToken] | None:
    """The same with acos(a x) as a*cos(a x): a function whose first letter is a variable."""
    parts = []
    for token in tokens:
        head, tail = token.text[:1], token.text[1:]
        glued = is_function(token) and head in names and len(tail) > 2 and function(tail)
        parts += [token._replace(text=head), TypedToken("other", "*", False),
                  token._replace(text=tail, blank=False)] if glued else [token]  # fmt: skip
    return parts if len(parts) > len(tokens) else None


def _called(text: str) -> bool:
    """Whether a comma stands among the arguments of a function."""
    stack: list[bool] = []
    for found in re.finditer(r"((?<![A-Za-z])[A-Za-z]+)?\(|\)|,", text):
        if found[0] == ",":
            if stack and stack[-1]:
                return True
        elif found[0] == ")":
            stack = stack[:-1]
        else:
            stack.append(bool(found[1]) and function(found[1]) is not None)
    return False


def _translated(token: TypedToken, names: Collection[str]) -> TypedToken:
    """tg as tan: a name of other countries, where it is no product of variables."""
    word = token.text
    if token.kind != "word" or word in names or word in SPELLED_OUT or set(word) <= set(names):
        return token
    for k in range(len(word), 1, -1):  # senx, with x glued to it
        meant = _meant(word[:k])
        if meant.isidentifier() and function(meant) and set(word[k:]) <= set(names):
            return token._replace(text=meant + word[k:])
    for other, meant in OTHER_NAMES.items() if not pieces(word, names) else ():  # senxcosx
        if other in word and meant.isidentifier() and pieces(word.replace(other, meant), names):
            return token._replace(text=word.replace(other, meant))
    return token


def _meant(word: str) -> str:
    """What a name of other countries is called here, or nothing."""
    return "log10" if word == "lg" else OTHER_NAMES.get(word, "")


def _partners(tokens: list[TypedToken]) -> dict[int, int]:
    """Of every bracket the one that belongs to it."""
    stack, found = [], {}
    for i, token in enumerate(tokens):
        if token.kind == "open":
            stack.append(i)
        elif token.kind == "close" and stack:
            j = stack.pop()
            found[i], found[j] = j, i
    return found


def is_function(token: TypedToken) -> bool:
    return token.kind == "word" and function(token.text.lstrip("\\")) is not None


def _products(tokens: list[TypedToken]) -> list[TypedToken]:
    """Products written out where a number follows a bracket, or a blank ends a denominator."""
    partner = _partners(tokens)
    out: list[TypedToken] = []
    for i, token in enumerate(tokens):
        if i and token.blank and (_factor(tokens, i, partner) or _aside(tokens, i, partner)):
            out.append(TypedToken("other", "*", False))
        out.append(token)
    return out


def _operand(token: TypedToken) -> bool:
    return token.kind in ("number", "word", "open")


def _factor(tokens: list[TypedToken], i: int, partner: dict[int, int]) -> bool:
    """(x+1) 2x and x^2 2^x: a number after a bracket or a power; not of cos^(2) 2x."""
    if tokens[i].kind != "number":
        return False
    powered = i > 1 and i + 1 < len(tokens) and tokens[i - 2].text == tokens[i + 1].text == "^"
    if tokens[i - 1].kind != "close" or i - 1 not in partner:
        return powered and tokens[i - 1].kind == "number"
    start = partner[i - 1]
    head = tokens[start - 2] if start > 1 and tokens[start - 1].text in "^_" else None
    return head is None or not (is_function(head) or tokens[start - 1].text == "_")


def _aside(tokens: list[TypedToken], i: int, partner: dict[int, int]) -> bool:
    """a/b c with a blank is (a/b)*c."""
    if not _operand(tokens[i]):
        return False
    j = _start(tokens, i - 1, partner)
    if j >= 2 and tokens[j - 1].text == "^":
        j = _start(tokens, j - 2, partner)
    if j >= 1 and tokens[i - 1].kind == "close" and is_function(tokens[j - 1]):
        return j >= 2 and tokens[j - 2].text == "/"  # a/sin(x) b
    return j >= 1 and tokens[j - 1].text == "/" and not is_function(tokens[j])


def _start(tokens: list[TypedToken], i: int, partner: dict[int, int]) -> int:
    """Where the operand that ends at a token begins; -1 where none does."""
    if tokens[i].kind == "close":
        j = partner.get(i, -1)
        return j
    return i if tokens[i].kind in ("number", "word") else -1


def _crosses(tokens: list[TypedToken], names: Collection[str]) -> list[TypedToken] | None:
    """The same with an x between blanks as a times sign."""
    def cross(i: int) -> bool:
        token = tokens[i]
        sides = 0 < i < len(tokens) - 1 and token.blank and tokens[i + 1].blank
        return sides and token.text == "x" and _operand(tokens[i + 1]) and (
            tokens[i - 1].kind in ("number", "word", "close") and not is_function(tokens[i - 1])
        )  # fmt: skip

    if "x" not in names or not any(map(cross, range(len(tokens)))):
        return None
    times = TypedToken("other", "*", True)
    return [times if cross(i) else token for i, token in enumerate(tokens)]
