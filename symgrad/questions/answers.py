"""What answers consist of beyond formulas: vectors, matrices, sets, intervals, equations, numbers.

- `vector(text)`, `matrix(text)`, `items(text)`, `sides(text)` take a text apart into formulas;
- `intervals(text, ...)` are the intervals of a union;
- `formula(text, known)` and `number(text, limits)` read one formula.

These are parts of answers only: a formula has no comma and no equals sign of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from flint import arb

from ..engine import Tape
from ..homework.coordinates import ExactNumber
from ..homework.reading import Readable, ReadAnswer, Unreadable, read
from ..homework.sought import Sought
from ..language.as_typed import members, simplified
from ..language.names import function
from ..limits import Limits
from ..sentences import Figures, say
from ..value import Graphs, Value

OPENING, CLOSING = "([{⟨", ")]}⟩"
LATEX_SIGNS = (  # written otherwise in LaTeX; what is left of it is read as a formula
    (r"\\left\b|\\right\b|\\[bB]igg?[lr]?(?=[()\[\]{}|])", ""),
    (r"\\langle\b", "⟨"), (r"\\rangle\b", "⟩"),
    (r"\\lbrace\b|\\\{", "{"), (r"\\rbrace\b|\\\}", "}"),
    (r"\\infty\b", " oo "), (r"\\cup\b", " ∪ "), (r"\\pm\b", "±"), (r"\\in\b", "∈"),
    (r"\\(?:le|leq|leqslant)\b", "<="), (r"\\(?:ge|geq|geqslant)\b", ">="),
    (r"\\lt\b", "<"), (r"\\gt\b", ">"), (r"\\approx\b", "≈"), (r"\\(?:lor|vee)\b", " or "),
    (r"\\(?:quad|qquad)\b|\\[,;!] ?", " "), (r"\\text(?:rm)?\{([^{}]*)\}", r" \1 "),
    (r"\\mathbb\{?([RZNL])\}?", r"\1"), (r"\\mid\b", "|"), (r"\\emptyset\b|\\varnothing\b", "∅"),
)  # fmt: skip
SUMMATION = re.compile(  # \\sum_{k=0}^{3}, ∑_(k=0)^3, \\sum\\limits^{3}_{k=0}
    r"(?:\\sum(?![a-z])(?:\s*\\limits)?|∑|(?<![A-Za-z\\])sum(?=\s*[_^]))\s*"
    r"(?:\^\s*(?P<above>\{[^{}]*\}|\([^()]*\)|\w)\s*)?"
    r"_\s*[{(]\s*(?P<index>[A-Za-z])\s*=\s*(?P<low>-?\d+)\s*[)}]\s*"
    r"(?(above)|\^\s*(?P<high>\{[^{}]*\}|\([^()]*\)|∞|oo|\w))"
)
END_OF_SUMMAND = re.compile(r"[-+=≈<>,;]")
NOT_AFTER = re.compile(r"(?:^|[*/^({\[]|\\cdot|\\times)\s*$")  # a sign is none between terms there
ROWS = re.compile(r"\\begin\{[pbvB]?matrix\}(.*?)\\end\{[pbvB]?matrix\}", re.DOTALL)
SOME_LEFT = (  # no other, no more than, no idea
    r"(?!.*\b(?:except|but|more|other|außer|weiter\w*|sauf|autres?|salvo|excepto|más|que|idea|clue"
    r"|ahnung)\b)"
)
WORDS_AFTER = r"(?:\s+[^\W\d]['’\w]*)*"
NONE_AT_ALL = re.compile(
    rf"{SOME_LEFT}(?:there\s+(?:is|are)\s+|(?:es\s+)?gibt\s+(?:es\s+)?|il\s+n['’]y\s+(?:en\s+)?a\s+)?"
    rf"(?:none|never|nie|no{WORDS_AFTER}|dne|n/a|∅|\{{\s*\}}|empty(?:\s+set)?|nowhere"
    rf"|does\s*n[o']t\s+exist|kein\w*{WORDS_AFTER}|nirgends|(?:gibt\s+es|existier\w+)\s+nicht"
    rf"|(?:pas|aucune?s?){WORDS_AFTER}|(?:il\s+)?n['’]existe(?:nt)?\s+(?:pas|aucune?){WORDS_AFTER}"
    rf"|jamais|nulle\s+part|ning[uú]n[oa]?s?{WORDS_AFTER}|nunca|ensemble\s+vide"
    r"|(?:conjunto\s+)?vac[ií]o)\.?",
    re.IGNORECASE,
)
SAID_OF_SLOPES = (  # before and after what is said of a slope at a point
    r"(?:(?:the|an?|f|f'\s*\([^()]*\)|slope|derivative|tangent|it|is|has|there|die|der|eine?|es|ist|hat"
    r"|ableitung|steigung|tangente|la|le|elle|est|une?|dérivée|pente|el|es|una?|derivada|pendiente"
    r"|función|fonction|funktion|tiene)\s+|l['’]\s*)*",
    r"(?:\s+(?:slope|derivative|tangent|there|dort|là|allí|tangente|pendiente|pente))?\.?",
)
NO_VALUE = re.compile(
    rf"{SAID_OF_SLOPES[0]}(?:{NONE_AT_ALL.pattern}|undefined|not\s+(?:defined|differentiable)"
    r"|undefiniert|nicht\s+(?:definiert|differenzierbar)|ind[ée]finie?|indefinid[ao]"
    rf"|n['’]est\s+pas\s+(?:définie?|dérivable)){SAID_OF_SLOPES[1]}", re.IGNORECASE,
)
INFINITELY = r"infinit[eyo]|infinita|infinie?|unendlich"
STEEP = re.compile(
    rf"{SAID_OF_SLOPES[0]}(?:{INFINITELY}|verticale?|vertikal|senkrecht){SAID_OF_SLOPES[1]}",
    re.IGNORECASE,
)
ALL_REALS = re.compile(
    r"(?:all\s+(?:real\s+)?(?:numbers|x|reals)?|everywhere|R|ℝ|always|überall|for\s+all\s+\w+"
    r"|tou[st]\s+(?:les\s+)?r[ée]els?|partout|toujours|todos\s+los\s+(?:n[uú]meros\s+)?reales"
    r"|en\s+todas\s+partes|siempre)\.?",
    re.IGNORECASE,
)
SAID_OF_F = (
    r"(?:f\s+)?(?:(?:is|ist|est|es)\s+)?(?:strictly\s+|streng\s+)?(?:monoton\w*\s+)?"
    r"(?:increasing|decreasing|concave(?:\s+(?:up|down))?|convexe?|steigend|wachsend|fallend"
    r"|(?:dé)?croissante?|(?:de)?creciente|convexa|c[oó]ncava)(?![A-Za-z])"
)  # what an answer may begin with
BEFORE_INTERVALS = (
    r"(?:partout\s+où|(?:everywhere|überall)\s+(?:where|wo)|all|on|for|where|when|if|auf|für|wenn|sur|dans|pour|si|en|para)(?![A-Za-z])"
)
UNION = re.compile(
    r"∪|(?<![A-Za-z])(?:U|u|v|or|and|oder|und|ou|et|o)(?![A-Za-z])|(?<=[\[\])])\s*y\s*(?=[\[\](])|;|∨"
)
BOTH_HOLD = re.compile(r"(?<![A-Za-z])(?:and|und|et)(?![A-Za-z])")
EITHER = re.compile(r"∪|∨|(?<![A-Za-z])(?:U|u|v|or|oder|ou|o)(?![A-Za-z])")
NAMED_SET = re.compile(r"^[DIL]\s*=\s*(?=[\[(\]{Rℝ∅])")  # L = (0, oo)
HALF_LINES = re.compile(r"^\s*(?:R|ℝ)\s*_?\^?\{?\s*([-+])\s*\}?\s*$")  # R+
RELATION_OF = {"+": ">", "-": "<"}
MOST_WRAPPED = 8  # brackets around a vector
LONGEST_CALLED = 40  # characters of a function's name
OF_NUMBERS = r"(?:\s+(?:x|numbers?|reals?|zahlen|values?)\b)*(?:\s+of\s+x\b)?"
LARGER_OR_NOT = r"\b(?:x\s+)?(?:(?:is|ist|est|es|strictly|streng|strictement|estrictamente)\s+)*"
OR_EQUAL = r"(?:\s+(?:or\s+equal|oder\s+gleich|ou\s+égale?|o\s+igual))?"
THAN = (
    r"\s+(?:than|als|que|à|to)(?:\s+(?:or\s+equal\s+to|o\s+igual\s+[aq]u?e?|ou\s+égale?\s+à))?"
    r"\s+([^,;]+?)(?=\s+(?:and|or|und|oder|et|ou|y|o)\s|\s*$)"
)
SAID_OF_X = r"\b(?:(?:les|los|alle)\s+)?(?:x\s+)?(?:(?:is|ist|est|es)\s+)?"
IN_WORDS = (
    (r"\b(?:between|zwischen|entre)\s+(.+?)\s+(?:and|und|et|y)\s+([^,;]+)", r"(\1, \2)"),
    (rf"{LARGER_OR_NOT}(?:greater|larger|bigger|größer|mayor(?:es)?|plus\s+grand|supérieure?)"
     rf"{OR_EQUAL}{THAN}", r"x > \1"),
    (rf"{LARGER_OR_NOT}(?:less|smaller|lower|kleiner|menor(?:es)?|plus\s+petite?|inférieure?)"
     rf"{OR_EQUAL}{THAN}", r"x < \1"),
    (r"\b(?:minus|menos|moins)\s+(?=unendlich|inf|l['’]\s*inf)", "-"),
    (rf"{SAID_OF_X}positi(?:ve[rns]?|v|fs?|v[oa]s?)\b{OF_NUMBERS}", "x > 0"),
    (rf"{SAID_OF_X}n[eé]gati(?:ve[rns]?|v|fs?|v[oa]s?)\b{OF_NUMBERS}", "x < 0"),
)
INSIDE_AN_INTERVAL = re.compile(r"(?<=[\[\](])([^\[\]();]+);(?=[^\[\]();]+[\])\[])")
KEPT_SEMICOLON = "\x1f"
FROM_TO = re.compile(
    r"(?:(?:from|von|de|desde)\s+)?(\S.*?)\s*(?:\.\.+|…|\b(?:to|bis|à|a|hasta)\b)\s*(\S.*)"
)
UNEQUAL = r"(?:!=|≠|<>|=/=|\\neq?\b)"
EXCEPT = re.compile(
    r"(?:(?:outside|außerhalb)(?:\s+(?:of|von))?|"
    r"(?:all\s+(?:real\s+)?(?:numbers|x|reals)?|everywhere|R|ℝ|überall)\s*"
    r"(?:\\(?:setminus\b)?|-|(?=\{)|\b(?:except|without|but|außer|ohne)\b(?:\s+(?:for|at|bei))?))"
    r"\s*(?:x\s*=)?\s*(.+)", re.IGNORECASE,
)
CUT_OUT = re.compile(  # (-1, 1) \\ {0}, (-1, 1) without 0
    r"(.*[\])\[])\s*(?:(?:\\(?:setminus\b)?|-)?\s*(?=\{)|\b(?:except|without|außer|ohne|sauf|salvo"
    r"|excepto|sin)\b(?:\s+(?:for|at|bei))?)\s*(?:x\s*=)?\s*(\{.+\}|[^\[\](){}<>]+)", re.IGNORECASE,
)
TRANSPOSED = re.compile(r"\s*\^\s*\{?\s*(?:T|\\top|\\intercal|\\mathsf\{T\})\s*\}?\s*$")
MULTIPLIED = r"(?:[*·×]|\\cdot(?![a-z])|\\times(?![a-z]))"
TIMES_BEFORE, TIMES_AFTER = re.compile(rf"^{MULTIPLIED}\s*"), re.compile(rf"\s*{MULTIPLIED}$")
SAID_BEFORE = re.compile(  # the gradient is; gradient:
    r"^\s*(?:(?:[^\W\d_]{2,}\s+)+(?:is|ist|est|es)\b\s*:?|[^\W\d_]{3,}\s*:)\s*"
)
ARGUMENTS_AFTER = r"\s*[A-Za-z]?\s*(?:\([^()]*\)|\|.*)?"
DIFFERENTIAL_SIGN = r"(?:∂|d|\\partial|\\mathrm\{d\})\s*"
LABEL = re.compile(  # f_x, f_{x}(1, 2), ∂f/∂x, \frac{\partial f}{\partial x}, D_x f, fx, x
    rf"(?:[A-Za-z]|∂|\\partial|\(?\s*(?:∇|\\nabla)\s*[A-Za-z]?\s*\)?)?['′]?\s*_\s*\{{?\s*(\w+)\s*\}}?"
    rf"{ARGUMENTS_AFTER}"
    rf"|{DIFFERENTIAL_SIGN}{ARGUMENTS_AFTER}\s*/\s*{DIFFERENTIAL_SIGN}(\w){ARGUMENTS_AFTER}"
    rf"|\\d?frac\s*\{{\s*{DIFFERENTIAL_SIGN}[A-Za-z]?\s*\}}\s*\{{\s*{DIFFERENTIAL_SIGN}(\w+)\s*\}}"
    rf"{ARGUMENTS_AFTER}|f([A-Za-z])(?:\([^()]*\))?|(\w+)(?:\([^()]*\))?"
)
BETWEEN_LABELS = re.compile(
    r"\n|(?<![A-Za-z])(?:and|und|et)(?![A-Za-z])|\s(?=[A-Za-z]_\{?\w+\}?\s*(?:\([^()]*\))?\s*=)"
)
ANGLED = re.compile(r"<([^<>]*,[^<>]*)>")  # <a, b>
BAR_BETWEEN = re.compile(r"\(([^()|]*(?:\([^()|]*\)[^()|]*)*)\|(.*)\)")  # (2x | 3)
INFINITE = re.compile(
    r"\s*(?P<sign>[+-]?)\s*(?:oo|∞|(?:l['’]\s*)?inf(?:inity|ty|inito|ini)?|unendlich)\s*",
    re.IGNORECASE,
)
TYPED_DECIMAL = re.compile(r"\s*[+-]?\s*(?:\d+(?:[.,](?P<after>\d*))?|[.,](?P<only>\d+))\s*")
MIXED = re.compile(  # 2 1/3, 2\frac{1}{3}: two and a third
    r"^\s*([+-]?)\s*(\d+)\s*(?:\s|\\d?frac\s*\{)\s*(\d+)\s*(?:/|\}\s*\{)\s*(\d+)\s*\}?\s*$"
)
ENDLESS = re.compile(  # 0.1666..., 0.1\overline{6}: digits that repeat, twice or marked
    r"\s*([-+]?)\s*(\d*)[.,](\d*?)(?:(\d+?)\4+\s*(?:\.\.\.|…)|\\(?:overline|bar)\s*\{(\d+)\})\s*"
)
PROVIDED = re.compile(r"(?<![A-Za-z\\])(?:where|provided|wobei)(?![A-Za-z])")
WITHOUT_EQUALS = (("!=", "≠"), ("<=", "≤"), (">=", "≥"))  # their = is none between two sides
ROUNDED_TO = re.compile(  # 0.333 (3 d.p.), 0.333 to 3 decimal places
    r"(?<=\d)\s*\(?\s*(?:(?:rounded|correct)\s+)?(?:to\s+|auf\s+)?\d+\s*(?:d\.?\s?p\.?|dec\w*(?:\s+places?)?"
    r"|places?|(?:Nachkomma|Dezimal)?stellen)\s*\)?\s*$", re.IGNORECASE,
)
SAID_FIRST = re.compile(  # die allgemeine Lösung ist; la recta tangente es; solution générale :
    r"^(?:(?:the|an?|all|my|its|general|particular|final|indefinite|die|der|das|eine?|meine|alle"
    r"|allgemeine|spezielle|gesuchte|la|les?|une?|ma|el|los|una|mi|recta|droite|équation|ecuación)\s+"
    r"|l['’]\s*)*"
    r"(?:antiderivatives?|integral|solutions?|answer|primitiv(?:e|es|as?)|stammfunktion(?:en)?"
    r"|lösung(?:en)?|antwort|soluci[oó]n|réponse|respuesta|tangent(?:e|en)?|normale?)\b"
    r"(?:\s+(?:line|g[eé]n[eé]rale?|particular|particulière|is|are|ist|sind|lautet|est|es)\b)*"
    r"\s*[:=]?\s*(?=\S)", re.IGNORECASE,
)
STATEMENT_END = re.compile(
    r"[;\n]|,(?!\d)|⇒|⟹|→|[=-]>|\\(?:implies|Rightarrow|to)\b"
    r"|\b(?:so|thus|hence|therefore|also|donc|then|and|und|et)\b"
)
PLACE_WORD = r"(?:at|when|for|if|bei|für|wenn|en|pour)"
RELATION_SIGN = re.compile(r"(<=|>=|≤|≥|<|>)")


@dataclass(frozen=True)
class Names:
    """The variables that an answer may have, and how many of them, first, are the question's."""

    names: tuple[str, ...]
    limits: Limits
    known: int | None = None

    @property
    def own(self) -> tuple[str, ...]:
        return self.names[: self.known]


@dataclass(frozen=True)
class Number:
    """A number that was typed: exact as typed, and the decimals it has where it is a decimal."""

    text: str
    value: ExactNumber
    places: int | None = None  # None: it is no decimal, but 1/3, sqrt(2), ...

    def ball(self) -> arb:
        return self.value.ball()


class Interval(NamedTuple):
    """From low to high; None where it has no end on that side."""

    low: Number | None
    high: Number | None
    low_closed: bool = False
    high_closed: bool = False


def plain(text: str) -> str:
    """The text without dollars, LaTeX's brackets and relations as signs, in plain characters."""
    text = text.strip().rstrip(";").rstrip()  # 12;
    for dollars in ("$$", "$"):
        if text.startswith(dollars) and text.endswith(dollars) and len(text) > 2 * len(dollars):
            text = text[len(dollars) : -len(dollars)].strip()
    latex = "\\" in text
    for pattern, sign in LATEX_SIGNS:
        text = re.sub(pattern, sign, text)
    text = text if latex else simplified(text)
    return written_as_calls(text).strip() if "sum" in text or "∑" in text else text.strip()


def written_as_calls(text: str) -> str:
    """Sums with a sign as calls: \\sum_{k=0}^{3} x^k/k! as sum((x^k/k!), k, 0, 3), innermost first.

    The summand ends at the next + or - outside of brackets, as it does on paper.
    """
    for sign in reversed(list(SUMMATION.finditer(text))):
        rest, depth, end = text[sign.end() :], 0, None
        for i, char in enumerate(rest):
            depth += (char in OPENING) - (char in CLOSING)
            if depth < 0 or (depth == 0 and END_OF_SUMMAND.match(char)
                             and not NOT_AFTER.search(rest[:i])):  # fmt: skip
                end = i
                break
        summand, after = rest[:end], "" if end is None else rest[end:]
        high = (sign["above"] or sign["high"]).strip("{}() ")
        call = f"sum(({summand.strip()}), {sign['index']}, {sign['low']}, {high})"
        text = text[: sign.start()] + call + after
    return text


def unannounced(text: str) -> str:
    """The text without what it says of itself: the solution is ..."""
    return SAID_FIRST.sub("", text)


def formula(text: str, known: Readable) -> ReadAnswer:
    """One formula, by its most natural reading. Raises Unreadable."""
    return readings(text, known)[0]


def readings(text: str, known: Readable) -> list[ReadAnswer]:
    """One formula, in all its readings. Raises Unreadable."""
    stated = members(text).formulas
    asked = isinstance(known, Sought) and known.order > 0
    found = read(stated[-1] if stated else text, known, derivative=asked)
    first = found[0]
    if first.constant:
        said = say("{name} is no variable of the question.", name=first.constant)
        raise Unreadable("unknown_name", said, None, text)
    return found


def constant(root: Value) -> bool:
    return not Tape.of([root]).variables


def number(text: str, limits: Limits) -> Number:
    """A number, `3*sqrt(2)/4` or `2,72`. Raises Unreadable for what has variables or no value."""
    text = MIXED.sub(r"\1(\2 + \3/\4)", text)
    endless = ENDLESS.fullmatch(text)
    if endless:
        return Number(text.strip(), ExactNumber(text.strip(), repeating(*endless.groups())))
    text = re.sub(r"(?<=\d)\s*(?:\.\.\.|…)\s*$", "", text)
    decimal = TYPED_DECIMAL.fullmatch(text)
    typed = text.replace(",", ".") if decimal else text
    root = formula(typed, Names((), limits)).root
    after = (decimal["after"] or decimal["only"] or "") if decimal else None
    value = ExactNumber(text.strip(), root)
    if not value.ball().is_finite():
        raise Unreadable("undefined", say("{text} has no value.", text=text.strip()), None, text)
    return Number(text.strip(), value, len(after) if after is not None else None)


def repeating(sign: str, whole: str, before: str, digits: str, named: str) -> Value:
    """0.1666... as the fraction that it is: what repeats counts so many nines."""
    period = digits or named
    scale, nines = 10 ** len(before), 10 ** len(period) - 1
    value = Fraction(int((whole or "0") + before) * nines + int(period), scale * nines)
    size = Graphs().ratio(value.numerator, value.denominator)
    return -size if sign == "-" else size


# --- taking a text apart --------------------------------------------------------------------------


def parts(text: str, separators: str = ",") -> list[str]:
    """The text at its separators outside of all brackets."""
    found, depth, start = [], 0, 0
    for i, sign in enumerate(text):
        if sign in OPENING:
            depth += 1
        elif sign in CLOSING:
            depth -= 1
        elif sign in separators and depth <= 0:
            found.append(text[start:i].strip())
            start = i + 1
    return [*found, text[start:].strip()]


def inside(text: str, brackets: str) -> str | None:
    """What stands between a pair of brackets around the whole text; `brackets` are such pairs."""
    text = text.strip()
    for opening, closing in zip(brackets[::2], brackets[1::2]):
        if not (text.startswith(opening) and text.endswith(closing) and len(text) >= 2):
            continue
        depth = 0
        for i, sign in enumerate(text):
            depth += (sign == opening) - (sign == closing)
            if depth == 0 and i < len(text) - 1:
                break
        else:
            return text[1:-1].strip()
    return None


def right_side(text: str) -> str:
    """What stands right of the last = outside of brackets.

    The = of `x != 0` is none. Raises Unreadable for `-x/y where y = 2`.
    """
    return parts(unconditional(text), "=")[-1]


def unconditional(text: str) -> str:
    """The text with signs for != and the like. Raises Unreadable for one with a condition."""
    for sign, plain_sign in WITHOUT_EQUALS:
        text = text.replace(sign, plain_sign)
    condition = PROVIDED.search(text)
    if condition:
        said = say("Give the formula alone, without {word} ...", word=condition[0])
        raise Unreadable("not_an_expression", said, condition.span(), text)
    return text


def as_asked(text: str, places: int | None) -> str:
    """Of `1/3 ≈ 0.333` the exact number, or with places the rounded one; right of the last =."""
    text = ROUNDED_TO.sub("", text)
    stated = [part for part in parts(text, "≈") if part]
    return right_side((stated or [text])[0 if places is None else -1])


def chain(text: str, names: Sequence[str] = (), places: int | None = None) -> list[str]:
    """What the last chain of equalities of a text says before its last member.

    Beyond ≈ nothing is equal, except where a number rounded to places is asked for.
    """
    statement = next((s for s in reversed(STATEMENT_END.split(text)) if s.strip()), "")
    said = [part for part in parts(statement, "≈") if part]
    equals = [one for part in (said[:1] if places is None else said)
              for one in members(part, names).formulas]  # fmt: skip
    return [one for one in equals[:-1] if one.strip() not in names and not arrays(one)]


def without_place(text: str, names: Iterable[str]) -> str:
    """A number without the place that was asked about after it: `2 at x = 1`, `2, x = 1`."""
    places = rf"(?:{'|'.join(map(re.escape, names))})\s*=\s*[^=,]+"
    lead = rf"(?:\s*,\s*(?:{PLACE_WORD}\s+)?|\s+{PLACE_WORD}\s+)"
    return re.sub(rf"(?<=[\w)}}]){lead}{places}(?:(?:,|\s+and)\s*{places})*$", "", text)


def vector(text: str, names: Sequence[str] = ()) -> list[str]:
    """The components of `(a, b)`, `<a, b>`, `[a, b]`, a column in LaTeX, or `a, b`.

    Vectors may be multiplied by a formula, and added up. With the `names` of the components they
    come in this order: of `f_y = 3, f_x = 2` as 2, 3. Raises Unreadable.
    """
    text = ANGLED.sub(r"⟨\1⟩", SAID_BEFORE.sub("", plain(text)))
    text = BAR_BETWEEN.sub(r"(\1; \2)", text) if text.count("|") == 1 else text
    stated = labelled(text, names)
    if stated and not arrays(stated[-1].rpartition("=")[2]):
        return by_labels(stated, names)
    *before, text = parts(unconditional(stated[-1] if stated else text), "=")
    added = linear(text, flat=True)
    if added is None:
        return [inside(p, "[]()") or p if inside(p, "[]") else p for p in cells(unwrapped(text))]
    found = [cell for row in added for cell in row]
    labels = [cells(unwrapped(one)) for one in before]
    places = [[component(label, names) for label in one] for one in labels]
    order = next((p for p in places if len(p) == len(found) and None not in p), None)
    return found if order is None else in_order(order, found, text)


def labelled(text: str, names: Sequence[str]) -> list[str]:
    """The equations of `f_x = 2, f_y = 3`, of `(x: 2, y: 3)`; nothing where there are no others."""
    inner = inside(text, "()[]{}")
    lines = BETWEEN_LABELS.split(inner if inner and "=" in parts(inner, ",;")[-1] else text)
    stated = [one for line in lines for one in parts(line, ",;") if one]
    if all(component(one.partition(":")[0], names) is not None for one in stated):
        stated = [one.replace(":", "=", 1) for one in stated]
    return stated if len(stated) > 1 and all(len(parts(s, "=")) > 1 for s in stated) else []


def by_labels(stated: Sequence[str], names: Sequence[str]) -> list[str]:
    """The right sides of `f_y = 3, f_x = 2`, in the order of the names. Raises Unreadable."""
    sides_of = [parts(one, "=") for one in stated]
    given = ["=".join(right) for _, *right in sides_of]
    if not names:
        return [right_side(one) for one in given]
    order = [component(left, names) for left, *_ in sides_of]
    strange = next((left for (left, *_), i in zip(sides_of, order) if i is None), None)
    if strange is not None:
        said = say("{label} names no component: give them in the order {order}.", label=strange,
                   order=", ".join(names))  # fmt: skip
        raise Unreadable("not_an_expression", said, None, strange)
    return in_order(order, given, ", ".join(stated))


def in_order(order: Sequence[int | None], given: Sequence[str], text: str) -> list[str]:
    """The components by the places that their labels name. Raises Unreadable for a place twice."""
    if len(set(order)) < len(order):
        said = say("One component is given twice.")
        raise Unreadable("not_an_expression", said, None, text)
    return [one for _, one in sorted(zip(order, given))]


def component(label: str, names: Sequence[str]) -> int | None:
    """Which component a label names: f_y, ∂f/∂y, fy, y or v_2; None where it is none."""
    found = LABEL.fullmatch(label.strip())
    name = next(filter(None, found.groups()), "") if found else ""
    numbered = [str(i + 1) for i in range(len(names))]
    known = next((n for n in (names, numbered) if name in n), [])
    return list(known).index(name) if known else None


def cells(text: str) -> list[str]:
    """A list's members; between semicolons commas are decimal where each joins two digits."""
    decimal = ";" in text and len(parts(text)) - 1 == len(re.findall(r"\d,\d", text))
    return parts(text, ";" if decimal else ",;")


def unwrapped(text: str) -> str:
    """A list without the brackets around it."""
    text = TRANSPOSED.sub("", text)
    for _ in range(MOST_WRAPPED):
        inner = inside(text, "()[]{}⟨⟩<>")
        if inner is None or (len(cells(inner)) < 2 and inside(inner, "()[]⟨⟩<>") is None):
            break
        text = inner
    return text


def earlier(text: str) -> list[str]:
    """What a chain of equalities says before its last member, with several entries in brackets."""
    before = parts(unconditional(SAID_BEFORE.sub("", plain(text))), "=")[:-1]
    return [one for one in before if arrays(ANGLED.sub(r"⟨\1⟩", one))]


class Array(NamedTuple):
    """A vector or a matrix in a text: where it stands, and its rows."""

    start: int
    end: int
    rows: list[list[str]]


def arrays(text: str, flat: bool = False) -> list[Array]:
    """The vectors and matrices outside of other brackets; `flat` where only vectors are wanted."""
    found, at = [], 0
    while at < len(text):
        column = ROWS.match(text, at)
        if column:
            rows = [row.split("&") for row in re.split(r"\\\\", column[1]) if row.strip()]
            stripped = [[cell.strip() for cell in row] for row in rows]
            found.append(Array(at, column.end(), stripped))
            at = column.end()
        elif text[at] in OPENING:
            end = at + 1 + len(balanced(text[at + 1 :]))
            if text[at] != "{" and not called(text[:at], text[at]):
                inner = rows_inside(text[at + 1 : end], flat)
                found += [Array(at, end + 1, inner)] if inner else []
            at = end + 1
        else:
            at += 1
    return found


def rows_inside(text: str, flat: bool) -> list[list[str]] | None:
    """The rows of what stands in brackets; None where it is one formula."""
    if flat and len(found := cells(text)) > 1:
        return [found]
    rows = parts(text, ";")
    in_brackets = [inside(row, "[](){}⟨⟩<>") for row in rows]
    if len(rows) > 1 and None not in in_brackets:  # [0,5; 1]; [2; 3]
        return [cells(row or "") for row in in_brackets]
    if len(rows) > 1:
        return [spaced(row) for row in rows]
    rows = parts(text)
    if len(rows) < 2:
        inner = unwrapped(text)
        return rows_inside(inner, flat) if len(cells(inner)) > 1 else None
    opened = [inside(row, "[](){}⟨⟩<>") for row in rows]
    if all(row is not None for row in opened):
        return [parts(row) for row in opened if row is not None]
    return [rows]


def linear(text: str, flat: bool = False) -> list[list[str]] | None:
    """The entries of vectors or matrices added up, each perhaps times a formula.

    None where there is none, or a list without brackets. Raises Unreadable for what is no sum of
    multiples: (x, y)^2, (x, y) + 1, (x, y)*(1, 2).
    """
    for _ in range(MOST_WRAPPED):
        inner = inside(text, "()[]{}")
        if inner is None or len(cells(inner)) > 1:
            break
        text = inner  # (1/2 (x, y))
    if not arrays(text, flat) or len(parts(text, ",;")) > 1:
        return None
    several = [scaled(sign, term, flat) for sign, term in summed(text)]
    if any([len(row) for row in rows] != [len(row) for row in several[0]] for rows in several):
        raise no_sum(text)
    return [["".join(added) for added in zip(*row)] for row in zip(*several)]


def no_sum(text: str) -> Unreadable:
    said = say("{text} is no vector or matrix that can be read: write out its entries.",
               text=Figures(text.strip()))  # fmt: skip
    return Unreadable("not_an_expression", said, None, text)


def summed(text: str) -> list[tuple[str, str]]:
    """The summands outside of brackets, with their signs."""
    held = {i for one in arrays(text) for i in range(one.start, one.end)}
    found, depth, start, sign = [], 0, 0, ""
    for i, char in enumerate(text):
        depth += (char in OPENING) - (char in CLOSING)
        if i in held or depth or char not in "+-" or text[:i].rstrip().endswith(("^", "*", "/")):
            continue
        if text[start:i].strip() or sign:
            found.append((sign, text[start:i]))
        start, sign = i + 1, char
    return [*found, (sign, text[start:])]


def scaled(sign: str, term: str, flat: bool) -> list[list[str]]:
    """The entries of one vector or matrix with a sign, times a formula. Raises Unreadable."""
    found = arrays(term, flat)
    if len(found) != 1:
        raise no_sum(term)
    one = found[0]
    before, after = term[: one.start].strip(), term[one.end :].strip().rstrip(".,;")
    if turned := TRANSPOSED.match(after):
        after = after[turned.end() :].strip()
    rows = [list(column) for column in zip(*one.rows)] if turned and not flat else one.rows
    if before.endswith(("/", "^")) or after[:1] in ("^", "_", "!"):
        raise no_sum(term)
    before, after = TIMES_AFTER.sub("", before), TIMES_BEFORE.sub("", after)
    times = f"{before}*" if before else ""
    over = after if after.startswith("/") or not after else f"*{after}"
    if not (sign or times or over):
        return rows
    return [[f"{sign}{times}({cell}){over}" for cell in row] for row in rows]


def called(before: str, opening: str) -> bool:
    """Whether what stands before a bracket is a function, as in max(a, b)."""
    word = re.search(r"[A-Za-z]\w*$", before[-LONGEST_CALLED:])
    return opening == "(" and word is not None and function(word[0]) is not None


def balanced(text: str) -> str:
    """The text up to the bracket that closes what was opened before it."""
    depth = 0
    for i, sign in enumerate(text):
        depth += (sign in OPENING) - (sign in CLOSING)
        if depth < 0:
            return text[:i]
    return text


def matrix(text: str) -> list[list[str]]:
    """The rows of `[[a, b], [c, d]]`, of `[a, b; c, d]`, or of a matrix in LaTeX, or a sum."""
    text = ANGLED.sub(r"⟨\1⟩", right_side(SAID_BEFORE.sub("", plain(text))))
    if found := linear(text):
        return found
    if "\n" in text and not re.search("[,;]", text):
        text = text.replace("\n", ";")  # a row a line
    inner = inside(text, "[](){}⟨⟩<>")
    body = text if inner is None else inner
    return rows_inside(body, False) or [[inside(body, "[](){}⟨⟩<>") or body]]


def spaced(row: str) -> list[str]:
    """A row's cells: between commas, or as in `2x -1` between blanks before which nothing ends."""
    cells_ = parts(row)
    if len(cells_) > 1:
        return cells_
    return [cell for cell in re.split(r"(?<=[\w)])\s+(?=[-+]?[\w(\\])", row.strip()) if cell]


def items(text: str) -> list[str]:
    """The members of `{a, b}`, of `x = a or x = b`, of `a; b`, of `x = ±a`; none of `none`."""
    text = re.sub(r"^[A-Za-z]\w*\s*(?:=|∈|in(?![A-Za-z]))\s*(?=[{∅])", "", plain(text))
    if NONE_AT_ALL.fullmatch(text):
        return []
    inner = inside(text, "{}")
    body = text if inner is None else inner
    if not body.strip():
        return []
    words = re.sub(r"(?<![A-Za-z])(?:or|and|oder|und|ou|et|[oy](?=\s+x\s*=))(?![A-Za-z])"
                   r"|(?<=[\d)\]])\s+[yo]\s+(?=[-+]?[\d(\[])|∨|;|&",
                   ",", body)
    found = [re.sub(r"^[a-zA-Z]\w*\s*(?:=|∈)\s*", "", part) for part in parts(words) if part]
    return [one for part in found for one in signed(part)]


def signed(text: str) -> list[str]:
    """±a is a and -a."""
    for sign in ("±", "+-", "+/-"):
        if sign in text:
            before, _, after = text.partition(sign)
            return [f"{before}+{after}" if before.strip() else after, f"{before}-{after}"]
    return [text]


def sides(text: str) -> list[str]:
    """The sides of an equation, as many as there are. Raises Unreadable where one is empty."""
    found = parts(plain(text), "=")
    found = found[1:] if len(found) > 1 and not found[0] else found
    if "" in found:
        said = say("A side of this equation is empty.")
        raise Unreadable("syntax", said, (len(text.rstrip()), len(text.rstrip()) + 1), text)
    return found


# --- intervals ------------------------------------------------------------------------------------


def bound(text: str, side: int, limits: Limits) -> Number | None:
    """The lower (-1) or upper end (1) of an interval; None is infinity on that side."""
    infinite = INFINITE.fullmatch(text)
    if infinite is None:
        return number(text, limits)
    if (infinite["sign"] == "-") != (side < 0):
        said = say("No interval begins at oo or ends at -oo: write (-oo, a) or (a, oo).")
        raise Unreadable("not_an_interval", said, None, text)
    return None


def intervals(text: str, name: str, limits: Limits) -> list[Interval]:
    """A union of intervals: `(-oo, 2) U (3, oo)`, `x < 2 or x > 3`, `]0, 1[`, `none`."""
    text = plain(text)
    text = NAMED_SET.sub("", text)
    such_that = rf"\{{\s*{re.escape(name)}\s*(?:∈\s*[Rℝ]\s*)?[|:](.*)\}}"
    text = re.sub(such_that, r"\1", text, flags=re.DOTALL)
    text = HALF_LINES.sub(lambda sign: f"{name} {RELATION_OF[sign[1]]} 0", text)
    if ALL_REALS.fullmatch(text):
        return [Interval(None, None)]
    for words, signs in IN_WORDS:
        text = re.sub(words, signs.replace("x", name), text, flags=re.IGNORECASE)
    within = rf"{re.escape(name)}\s*(?:∈|in(?![A-Za-z]))"
    for lead in (SAID_OF_F, BEFORE_INTERVALS, within):
        text = re.sub(rf"^\s*(?:{lead})", "", text, flags=re.IGNORECASE).strip()
    around = re.fullmatch(rf"\|\s*{re.escape(name)}\s*\|\s*(<=|>=|≤|≥|<|>)(.+)", text)
    if around:  # |x| < 1
        sign, end = around[1], around[2].strip()
        text = f"-({end}) {sign} {name} {sign} {end}"
        if sign[0] in ">≥":
            text = f"{name} {'<' + sign[1:]} -({end}) or {name} {sign} {end}"
    ring = re.fullmatch(rf"(.+?)(<=?|≤)\s*\|\s*{re.escape(name)}\s*\|\s*(<=?|≤)(.+)", text)
    if ring:  # 0 < |x| < 1
        low, first, second, high = (part.strip() for part in ring.groups())
        text = (f"-({high}) {second} {name} {first} -({low}) or "
                f"{low} {first} {name} {second} {high}")  # fmt: skip
    if NONE_AT_ALL.fullmatch(text):
        return []
    if ALL_REALS.fullmatch(text):
        return [Interval(None, None)]
    cut = CUT_OUT.fullmatch(text) or re.fullmatch(
        rf"(.*[<>≤≥].*?|.*[\])\[])(?:\s*(?:[,;∧]|\b(?:and|und|et|y|but|aber|with|mit)\b))+"
        rf"\s*{re.escape(name)}\s*{UNEQUAL}(.+)", text)  # fmt: skip
    if cut:
        return without(intervals(cut[1], name, limits), cut[2], limits)
    left_out = EXCEPT.fullmatch(text) or re.fullmatch(rf"{re.escape(name)}\s*{UNEQUAL}(.+)", text)
    if left_out:
        return outside_of(left_out[1], name, limits)
    whole = re.fullmatch(r"[\[(\]][^\[\]()]*[\])\[]", text)
    text = INSIDE_AN_INTERVAL.sub(rf"\1{KEPT_SEMICOLON}", text)  # it joins nothing there
    pieces = [text] if whole else UNION.split(text)
    pieces = [piece.replace(KEPT_SEMICOLON, ";") for piece in pieces]
    texts = [one for piece in pieces for one in apart(piece.strip().strip(",").strip()) if one]
    found = [interval(piece, name, limits, closed=False) for piece in texts]
    return found if EITHER.search(text) else overlapping(found, bool(BOTH_HOLD.search(text)))


def outside_of(text: str, name: str, limits: Limits) -> list[Interval]:
    """All numbers without one, or without an interval: `x != 0`, `R \\ {0}`, `R \\ [-2, 2]`."""
    inner = inside(text, "{}") or text.strip()
    several = inside(inner, "()")
    inner = several if several and EITHER.search(several) else inner
    if re.fullmatch(r"[\[(\]].*[,;].*[\])\[]", inner):
        return complement(intervals(inner, name, limits))
    ends = [number(one, limits) for one in items(inner)]
    ends.sort(key=lambda end: float(end.ball()))
    return [Interval(a, b) for a, b in pairwise([None, *ends, None])]


def without(found: list[Interval], places: str, limits: Limits) -> list[Interval]:
    """Intervals cut at numbers: (-1, 1) without 0."""
    for place in items(inside(places.strip(), "{}") or places):
        at = number(place, limits)
        whole, found = found, []
        for one in whole:
            low, high = one.low, one.high
            if (low and not low.ball() < at.ball()) or (high and not at.ball() < high.ball()):
                found.append(one)
                continue
            found += [Interval(low, at, one.low_closed), Interval(at, high, False, one.high_closed)]
    return found


def complement(gaps: Sequence[Interval]) -> list[Interval]:
    """What several intervals leave of the line."""
    found: list[Interval] = []
    low, closed = None, False
    for gap in sorted(gaps, key=lambda one: float(one.low.ball()) if one.low else float("-inf")):
        if gap.low is not None and not (low and gap.low.ball() < low.ball()):
            found.append(Interval(low, gap.low, closed, not gap.low_closed))
        if gap.high is None:
            return found
        if not (low and gap.high.ball() < low.ball()):
            low, closed = gap.high, not gap.high_closed
    return [*found, Interval(low, None, closed)]


def overlapping(found: list[Interval], both: bool) -> list[Interval]:
    """`x > -2 and x < 2` is one interval; `x < -2 and x > 2` are two, as students mean it.

    Where `both` have to hold, `x > 0 and x > -1` is the first of them.
    """
    if len(found) != 2:
        return found
    a, b = found
    if both and a.low and b.low and not (a.high or b.high):
        return [b if a.low.ball() < b.low.ball() else a]
    if both and a.high and b.high and not (a.low or b.low):
        return [a if a.high.ball() < b.high.ball() else b]
    below, above = sorted(found, key=lambda one: one.low is not None)
    if below.low or above.high or not below.high or not above.low:
        return found
    if not above.low.ball() < below.high.ball():
        return found
    return [Interval(above.low, below.high, above.low_closed, below.high_closed)]


def apart(text: str) -> list[str]:
    """`(0, 1), (2, 3)` has two intervals."""
    found = [p for p in parts(text) if p]
    bracketed = all(re.fullmatch(r"[\[(\]].*[\])\[]", p) for p in found)
    related = all(RELATION_SIGN.search(p) for p in found)
    return found if len(found) > 1 and (bracketed or related) else [text]


def interval(text: str, name: str, limits: Limits, closed: bool = True) -> Interval:
    """One interval, in brackets, by inequalities, or `from 0 to 1`, which then is closed, or not.

    Raises Unreadable.
    """
    found = re.fullmatch(r"([\[(\]])(.*)([\])\[])", text, re.DOTALL)
    ends = re.split(";" if ";" in found[2] else ",", found[2]) if found else []
    if found and len(ends) != 2:
        ends = parts(found[2], ",;")
    if found and len(ends) == 2:
        low, high = (bound(end, side, limits) for end, side in zip(ends, (-1, 1)))
        shut = found[1] == "[" and low is not None, found[3] == "]" and high is not None
        return Interval(low, high, *shut)
    signs = RELATION_SIGN.split(text)
    if len(signs) >= 3:
        return related(signs, name, limits)
    if whole := FROM_TO.fullmatch(text):
        low, high = bound(whole[1], -1, limits), bound(whole[2], 1, limits)
        return Interval(low, high, closed and low is not None, closed and high is not None)
    said = say("{text} is no interval: write (a, b), or a < {name} < b.", text=text, name=name)
    raise Unreadable("not_an_interval", said, None, text)


def related(signs: list[str], name: str, limits: Limits) -> Interval:
    """a < x <= b, x > a."""
    sides_of, relations = [s.strip() for s in signs[::2]], signs[1::2]
    if name not in sides_of or len(signs) > 5 or (len(signs) == 5 and sides_of[1] != name):
        said = say("An interval is written as (a, b), or as a < {name} < b.", name=name)
        raise Unreadable("not_an_interval", said, None, "".join(signs))
    low = high = None
    low_closed = high_closed = False
    at = sides_of.index(name)
    for i, relation in enumerate(relations):
        other = sides_of[i] if i < at else sides_of[i + 1]
        closed, less = relation in ("<=", ">=", "≤", "≥"), relation[0] in "<≤"
        lower = (i < at) == less  # a < x, x > a
        value = bound(other, -1 if lower else 1, limits)
        if lower:
            low, low_closed = value, closed and value is not None
        else:
            high, high_closed = value, closed and value is not None
    return Interval(low, high, low_closed, high_closed)


def fraction(value: Number) -> Fraction | None:
    """A decimal as the fraction that it is."""
    if value.places is None:
        return None
    return Fraction(re.sub(r"\s", "", value.text.replace(",", ".")))
