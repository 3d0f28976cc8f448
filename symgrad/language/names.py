"""What a name can be: a variable, a constant, a function; and what was perhaps meant.

- `function(name)` and `constant(name)` look the name up in the table of operations, as it is now.
- `name_of(text)` is the name that is meant by α, x₁ or x_{1}, whoever declares or binds it.
- `ordinary(name)` says whether a name needs no declaration: x, x1, x_12, alpha, alpha_1.
- `pieces(name, known)` splits xsin or xy into names that are known.
- `unknown_name(...)` and `unknown_function(...)` are the errors, each with its suggestion.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import takewhile
from typing import Any, NamedTuple

from ..errors import Fault, LanguageError, nearest
from ..ops import ALIASES, OPS, Op
from .characters import (
    GLUED,
    GREEK_NAMES,
    INDEX_FIRST,
    JOINED_CONDITIONS,
    NAME,
    WORD_BEHIND,
    normal,
    plain,
)
from .elsewhere import LARGE_SIGNS, formulas, instead

_ORDINARY = re.compile(r"([A-Za-z]+?)\d*(_([0-9]+|[A-Za-z]+[0-9]*))*")  # x_1y is x_1*y, or a slip
_INDEXED = re.compile(r"([A-Za-z]+)(_[0-9]+)([A-Za-z]\w*)")
_BESSEL = re.compile("([JIYK])_?([01])")
# names of functions elsewhere, which are never products before a bracket
FOREIGN = frozenset((
    "zeta", "phi", "Phi", "theta", "Theta", "eta", "delta", "Delta", "Lambda", "Xi", "xi", "chi",
    "Pi", "psi", "Psi",
))  # fmt: skip
_LETTERS = re.compile(r"[fghFGHWD](?:_?[0-9]+|_[A-Za-z]+)?")  # f(x), f_1(x), D_x(...), W(x)
_OPERATOR = re.compile("D_([A-Za-z])")
_ORDERED = re.compile(
    "([jJyYiIkKhHE]|psi|Psi|zeta)_?([0-9]+|n)|(Si|Ci|Ei|li|Li|Ai|Bi|Shi|Chi)|[TPLUC]_n"
)
SIGN_OF_DERIVATIVE = "d"  # of d/d x
SIGMOIDS = ("sigma",)  # sigma(x) is as often sigmoid(x) as a product

STATEMENTS = "a formula has no statements; a name is bound by a = 2; a*x"
BINOMIALS = "binomials are not part of the language"
UNDEFINED = "undefined"  # the value of a case that has none


class CaseWords(NamedTuple):
    """What a language says around cases: before a condition, instead of one, between
    two; before a set; what is whole; before what is left out."""

    where: str
    otherwise: str
    then: str
    both: str
    either: str
    undefined: str
    among: str = "in"
    whole: str = "interi"
    but: str = "tranne"

    def of(self, field: str) -> list[str]:
        return str(getattr(self, field)).replace("_", " ").split("|")


CASE_WORDS = {
    "en": CaseWords(
        "provided_that|provided|whenever|when|where|iff|if|for_all|for|with|at",
        "elsewhere|else|otherwise", "then", "and", "or",
        f"{UNDEFINED}|not_defined|does_not_exist|doesn't_exist|dne|not_differentiable",
        "on|over|in|for", "integers|integer|integral|whole_numbers|whole_number",
        "except|excluding",
    ),
    "de": CaseWords(
        "falls|wenn|für_alle|für|mit|bei", "ansonsten|sonst|andernfalls", "dann", "und", "oder",
        "undefiniert|nicht_definiert|existiert_nicht|nicht_differenzierbar",
        "auf|in|im|an|für", "ganzen_zahlen|ganze_zahlen|ganzzahlige|ganzzahliges|ganzzahlig",
        "außer|ausgenommen",
    ),
    "es": CaseWords(
        "para|cuando|con|si|en", "si_no|sino|en_otro_caso|en_otro|en_caso_contrario"
        "|de_lo_contrario", "entonces", "y", "o",
        "indefinida|indefinido|no_definida|no_definido|no_existe|no_derivable",
        "en|sobre|para", "números_enteros|enteros|entero", "excepto|salvo",
    ),
    "fr": CaseWords(
        "pour|quand|lorsque|avec|si|en", "sinon|autrement|ailleurs", "alors", "et", "ou",
        "indéfinie|indéfini|non_définie|non_défini|n'existe_pas|non_dérivable",
        "sur|dans|pour|aux|en", "nombres_entiers|entiers|entier", "sauf|excepté",
    ),
    "it": CaseWords("se|per", "altrimenti", "allora", "e", "o", "non_definita|non_esiste"),
}  # fmt: skip


def case_words(field: str) -> str:
    """A pattern for what all the languages say."""
    words = [word for language in CASE_WORDS.values() for word in language.of(field)]
    return "|".join(re.escape(w).replace(r"\ ", r"\s+") for w in dict.fromkeys(words))


JOINED_BY = {word: sign for words in CASE_WORDS.values() for sign, own in (
    ("and", words.both), ("or", words.either)) for word in own.split("|")}  # fmt: skip
REASONS = {
    "E": "Euler's number is e; declare E if it is a variable",
    "i": "complex numbers are out of scope; declare i if it is a variable",
    "I": "complex numbers are out of scope; declare I if it is a variable",
    "inf": "infinity is not a number of the language",
    "infinity": "infinity is not a number of the language",
    "nan": "nan is not a number of the language",
    "NaN": "nan is not a number of the language",
    "true": "comparisons stand only inside if(...)",
    "false": "comparisons stand only inside if(...)",
    "True": "comparisons stand only inside if(...)",
    "False": "comparisons stand only inside if(...)",
    "int": "integrals are not part of the language; rounding is floor(x), round(x) or trunc(x)",
    "in": "write comparisons, as in 0 < x < 1",
    "im": "complex numbers are out of scope; declare im if it is a variable",
    **dict.fromkeys(("and", "or", "not"), JOINED_CONDITIONS),
    **dict.fromkeys(("oo", "Infinity", "INF"), "infinity is not a number of the language"),
    **dict.fromkeys(("null", "None", "NULL"), "it is not a number"),
    UNDEFINED: f"it stands as a case of if(x > 0, 1, {UNDEFINED}) only",
    **dict.fromkeys(("let", "def", "return", "for", "while", "import", "print"), STATEMENTS),
    **dict.fromkeys(("choose", "binom", "binomial", "nCr", "comb"), BINOMIALS),
}
CONDITIONALS = (
    "if", "else", "piecewise", "Piecewise", "where", "ite", "cases", "ifelse", "iff", "iif",
    "cond", "select", "ifthenelse",
)
OTHER_NAMES = {
    "tg": "tan", "ctg": "cot", "cotg": "cot", "cotan": "cot", "ctan": "cot", "sh": "sinh",
    "ch": "cosh", "th": "tanh", "cth": "coth", "arctg": "atan", "arcctg": "acot", "sen": "sin",
    "lg": "log10 or log2", "lb": "log2", "ld": "log2", "Log": "ln", "squareroot": "sqrt",
    "sine": "sin", "cosine": "cos", "tangent": "tan", "logistic": "sigmoid", "signum": "sign",
    "abs_": "abs", "fabs": "abs", "fact": "factorial", "tgamma": "gamma", "arsh": "asinh",
    "arch": "acosh", "arth": "atanh", "arcsen": "asin", "arsen": "asin", "asen": "asin",
    "senh": "sinh", "arcsenh": "asinh", "tgh": "tanh", "ctgh": "coth", "cotgh": "coth",
    "cotanh": "coth", "ctanh": "coth", "nint": "round", "rint": "round", "fix": "trunc",
    "atg": "atan", "arctang": "atan", "arccotg": "acot", "arccotan": "acot", "arccosec": "acsc",
    "arccosech": "acsch", "artgh": "atanh", "arctgh": "atanh", "argsh": "asinh", "argch": "acosh",
    "argth": "atanh", "argsinh": "asinh", "argcosh": "acosh", "argtanh": "atanh", "cosen": "cos",
    "cosinus": "cos", "sinus": "sin", "tangens": "tan", "secant": "sec", "cosecant": "csc",
    "cotangent": "cot", "cotangens": "cot", "jn": "besselj", "jv": "besselj", "yn": "bessely",
    "iv": "besseli", "kn": "besselk", "gammap": "gammainc", "igamma": "gammainc",
    "gammaq": "gammaincc", "igammac": "gammaincc", "ibeta": "betainc",
    "nthroot": "root", "nroot": "root", "surd": "root", "seno": "sin", "coseno": "cos",
    "cosseno": "cos", "tangente": "tan", "cotangente": "cot", "secante": "sec",
    "cosecante": "csc", "cossecante": "csc", "arcoseno": "asin", "arcocoseno": "acos",
    "arcotangente": "atan", "logaritmo": "ln",
}  # fmt: skip
DEGREES = ("deg", "degree", "degrees")
DERIVATIVES = (
    "diff", "Diff", "derivative", "Derivative", "deriv", "derive", "grad", "gradient", "nabla", "D",
)  # fmt: skip


def row_of(name: str) -> Op | None:
    """The row that a user may call by this name; hidden rows are not offered."""
    op = OPS.get(ALIASES.get(name, name))
    return None if op is None or op.hidden else op


def function(name: str) -> Op | None:
    """The row that name(...) applies. Rows with an operator are written with it, except pow."""
    op = row_of(name)
    return None if op is None or op.arity == 0 or (op.infix and name != "pow") else op


def usage(name: str) -> str:
    """How a function is called: sin(x), root(x, n), max(a, b)."""
    op = function(name)
    if op and op.arity is None:
        return f"{name}(a, b)" if name != "dot" else "dot(a, b, x, y)"
    shown = re.match(r"\w+\([^()]*\)", op.notation) if op else None
    if op is OPS["root"]:  # whose n is a number
        return "root(x, 3)"
    inside = ", ".join("abc"[: op.arity]) if op and op.arity and op.arity > 1 else "..."
    return shown[0] if shown else f"{name}({inside})"


def constant(name: str) -> Op | None:
    """pi, e and what else the table has without arguments."""
    op = row_of(name)
    return op if op and op.arity == 0 else None


def functions() -> list[str]:
    return [n for n in (*OPS, *ALIASES) if function(n)]


def ordinary(name: str) -> bool:
    """Whether the name stands for itself without being declared."""
    found = _ORDINARY.fullmatch(name)
    if not found or name in REASONS:
        return False
    stem = re.match(r"[A-Za-z]+", name)[0]  # type: ignore[index]
    return len(stem) == 1 or (stem in GREEK_NAMES and stem.lower() != "pi")


def likely_function(name: str) -> bool:
    """Whether name(x) would hardly be a product: f(x), J_0(x), Gamma(x), a row of the table."""
    stem, _, index = name.partition("_")
    word = len(index) > 1 and index.isalpha()  # gamma_inc, but not k_cat
    known = function(stem if word else name) is not None or name in SIGMOIDS or name in FOREIGN
    return known or miscalled(name) or letter_of_function(name) or bool(_ORDERED.fullmatch(name))


def bindable(name: str) -> bool:
    """Whether a text may give the name a meaning of its own: u, gamma, but not sin or pi."""
    op = function(name)
    return not (constant(name) or (op and op.open_argument)) and name.strip("_") == name


def letter_of_function(name: str) -> bool:
    """f, g_1, W: whatever stands before their bracket, also f^-1(x)."""
    return _LETTERS.fullmatch(name) is not None


def perhaps_raised(name: str) -> bool:
    """Whether name^2(x) would hardly be a product: f^2(x), J_0^2(x), Gamma^2(x)."""
    return letter_of_function(name) or miscalled(name) or bool(_BESSEL.fullmatch(name))


def derivative_by(name: str) -> str | None:
    """The x of D_x, which is a sign before an operand."""
    found = _OPERATOR.fullmatch(name)
    return found[1] if found else None


def name_of(text: str) -> str:
    """The name as a graph has it, from any way to write it: alpha from α, x_1 from x₁ and x_{1}."""
    typed = plain(text.strip())
    if typed[:1] == "\\" and typed[1:] in GREEK_NAMES:
        return typed[1:]
    if not NAME.fullmatch(typed):
        raise LanguageError(
            f"{text!r} is no name", hint="a name is a letter and what follows: x, x1, x_12, speed"
        )
    return normal(typed)


def miscalled(name: str) -> bool:
    """Gamma(x): a name of several letters that is a function but for its capital."""
    return len(name) > 1 and name != name.lower() and function(name.lower()) is not None


def pieces(name: str, known: Collection[str], *, called: bool = False) -> list[list[str]]:
    """The ways to split a name into known names and constants, fewest pieces first.

    A function may be a piece if an argument follows: the last one where a bracket comes after.
    """
    ways: list[list[list[str]]] = [[] for _ in range(len(name) + 1)]  # ways[i]: of name[i:]
    ways[-1] = [[]]
    heads = {f for f in (*OPS, *ALIASES) if f in name and function(f)}
    longest = max(map(len, (*OPS, *ALIASES, *known)))  # a key that was leant on takes linear time
    for i in range(len(name) - 1, -1, -1):
        for j in range(i + 1, min(len(name), i + longest) + 1):
            part, last = name[i:j], j == len(name)
            op = function(part) if part in heads else None
            fits = part in known or constant(part)
            opens = op and ((last and called) or (not last and op.open_argument))
            if fits or opens or (part.isdigit() and i and not name[i - 1].isdigit()):
                ways[i] += [[part, *rest] for rest in ways[j] if _follows(part, rest)]
        ways[i] = sorted(ways[i], key=len)[:4]
    return [way for way in ways[0] if len(way) > 1]


def _follows(part: str, rest: list[str]) -> bool:
    """Whether the pieces can stand side by side: a number only after a function, as in sin2x."""
    return not (rest and rest[0].isdigit()) or function(part) is not None


def _letters(name: str, text: str) -> set[str]:
    """The letters of a name that are likely variables: rsqrt is no product of r."""
    alone = set(re.findall(r"(?<![A-Za-z_])[A-Za-z](?![A-Za-z_])", text))
    return set(name) & (alone | set("xyztuvw")) - {"i"}


def _suggested(name: str, text: str, called: bool) -> str | None:
    """The name written with explicit * and brackets, where that is plausible."""
    for way in pieces(name, _letters(name, text), called=called):
        if any(function(part) for part in way):
            return _spelled_out(way, called)
    return None


def _stands(name: str) -> bool:
    """Whether a name is a letter or a constant that may stand for itself."""
    alone = len(name) == 1 and name.isalpha() and name not in REASONS
    return alone or constant(name) is not None or name in GREEK_NAMES


def _spelled_out(way: list[str], called: bool) -> str:
    """x, sin, y as x*sin(y); ln, ln, x as ln(ln(x))."""
    out = ""
    while way:
        heads = list(takewhile(function, way))
        way = way[len(heads) :]
        if heads:
            inner = list(takewhile(lambda part: not function(part), way))
        else:
            inner = way[:1]
        way = way[len(inner) :]
        argument = "*".join(inner) or ("..." if called else "")
        applied = "(".join([*heads, argument]) + ")" * len(heads)
        out += (applied if argument else "*".join(heads)) + "*" * bool(way)  # y1 is a name, too
    return out


def of_elsewhere(name: str, *, before: bool) -> str | None:
    """What is written for 2 times x, int_0^1 and Inx; `before`: whether an operand follows."""
    known = name if name in formulas() else name.lower()
    if known in formulas() and before:
        return f"write {formulas()[known]}, or declare it (variables=[\"{name}\"])"
    stem = name.partition("_")[0]
    if stem in LARGE_SIGNS:
        return LARGE_SIGNS[stem]
    meant = f"ln({name[2:]})"
    return f"did you mean {meant}?" if re.fullmatch("In[a-z]", name) else None


def written_for(name: str) -> str:
    """What to write for a function of another system."""
    return f"did you mean {OTHER_NAMES[name]}?" if name in OTHER_NAMES else str(instead(name))


def function_elsewhere(name: str) -> bool:
    """Whether the name is a function's somewhere else, or one of ours but for capitals."""
    small = name.lower()
    return small in OTHER_NAMES or instead(name) is not None or function(small) is not None


def greek_inside(letters: str) -> str | None:
    """The theta of thetat and of athetat; letters as short as those of nu and xi are products."""
    names = ("pi", *(name for name in GREEK_NAMES if len(name) > 2))
    return max((name for name in names if name in letters), key=len, default=None)


def run_together(letters: str) -> str | None:
    """xsinx as x*sin(x): letters of LaTeX that would otherwise be a product of all of them."""
    inside = [
        f for f in (*OPS, *ALIASES)
        if len(f) > 1 and f in letters and function(f) and f not in GREEK_NAMES
    ]  # fmt: skip
    for called in (False, True) if inside else ():
        for way in pieces(letters, set(letters) - set(REASONS), called=called):
            if any(function(part) for part in way):
                return _spelled_out(way, called)
    if not inside:
        return elsewhere_inside(letters)
    return f"{inside[0]}(...) apart from the letters beside it"


def elsewhere_inside(letters: str) -> str | None:
    """arctgx as atan(x): a function of elsewhere among letters."""
    others = sorted((n for n in OTHER_NAMES if len(n) > 2 and n in letters), key=len)
    others = others or [n for n in OTHER_NAMES if f"{n}x" == letters]
    if not others or not letters.isalpha() or set(letters) & set(REASONS):
        return None
    before, _, after = letters.partition(others[-1])
    meant = OTHER_NAMES[others[-1]].split(" or ")[0]
    return _spelled_out([*before, meant, *after], not after)


def unknown_function(name: str, **where: Any) -> LanguageError:
    """The error for name(...)."""
    column = where["position"][0] + 1
    message = f"unknown function {name} at column {column}"
    op = OPS.get(ALIASES.get(name, name))
    if name in DERIVATIVES:
        hint: str | None = "give the formula alone and choose the variable with wrt"
    elif name in CONDITIONALS:
        hint = "write if(x > 0, a, b)"
    elif name in REASONS:
        hint = REASONS[name]
    elif other := OTHER_NAMES.get(name) or OTHER_NAMES.get(name.lower()):  # nthRoot
        hint = f"did you mean {other}?"
    elif bessel := _BESSEL.fullmatch(name):
        row = f"bessel{bessel[1].lower()}{bessel[2]}"
        hint = f"did you mean {row}? for a product write {name}*(...)"
    elif glued := _numbered(name):
        hint = glued
    elif name.startswith("_") and name[1:].isalnum():
        hint = INDEX_FIRST
    elif name[:-1] in LARGE_SIGNS and name[-1] == "_":
        hint = LARGE_SIGNS[name[:-1]]
    elif constant(name.lower()):
        hint = f"write {name.lower()}"
    elif name.endswith("_") and name[0] != "_":
        hint = "an index is letters or digits, as in x_1 or x_{12}"
    elif (indexed := _INDEXED.fullmatch(name)) and _stands(indexed[1]) and function(indexed[3]):
        hint = f"write {indexed[1]}{indexed[2]}*{indexed[3]}(...)"
    elif len(name) == 1 and name.isalpha():
        hint = f"write {name}*(...) for a product, or the formula of {name} itself"
    elif name in FOREIGN:
        hint = f"there is no function {name} here; for a product write {name}*(...)"
    elif written := instead(name):
        hint = written
    elif op and op.infix:
        hint = f"write it as {op.notation}"
    else:
        split = _suggested(name, where["text"], called=True)
        close = _close(name)
        split = split if split and split.endswith("(...)") and split.count("*") < 3 else None
        if close and close.lower() == name.lower():
            hint = f"names are case sensitive: did you mean {close}?"
        else:
            hint = f"write {split}" if split else f"did you mean {close}?" if close else None
    if hint is None and len(name) < 4:
        hint = "a product needs its *, as in a*(b + 1)"
    return LanguageError(message, code=Fault.unknown_function, hint=hint, **where)


def _numbered(name: str) -> str | None:
    """log3(x) may be log_3(x), sqrt3(x) a cube root, and sin2(x) a power."""
    found = GLUED.fullmatch(name)
    op = function(found[1]) if found else None
    if found and op is OPS["root"]:
        return f"write root(x, {found[2]})"
    if not found or not op or not op.open_argument:
        return None
    stem, digits = found.groups()
    if op is OPS["sqrt"] or op is OPS["cbrt"]:
        return f"write root(x, {digits}), or sqrt({digits})*(...) for a product"
    if op.family == "logarithm":
        based = stem.startswith("log") and int(digits) > 1
        return f"write log_{digits}(...)" if based else f"write {stem}({digits})*(...)"
    return f"write {stem}(...)^{digits} for a power, {stem}({digits}*...) for a multiple"


def unknown_name(name: str, **where: Any) -> LanguageError:
    """The error for a name that stands for nothing."""
    column = where["position"][0] + 1
    if name in REASONS:
        return LanguageError(
            f"{name} at column {column} is not a variable",
            code=Fault.unknown_name, hint=REASONS[name], **where,
        )
    if name in CONDITIONALS:
        return LanguageError(
            f"{name} at column {column} is not a name", hint="write if(x > 0, a, b)", **where
        )
    if function(name) and name not in DEGREES:  # 30 degrees is no call
        return LanguageError(
            f"{name} at column {column} is a function and needs brackets",
            code=Fault.function_without_argument, hint=f"write {usage(name)}", **where,
        )  # fmt: skip
    hint = _suggested(name, where["text"], called=False)
    indexed = _INDEXED.fullmatch(name)
    close = _close(name) if len(name) > 3 else None
    low = name.lower()
    if name in DERIVATIVES:
        advice = "give the formula alone and choose the variable with wrt"
    elif name in DEGREES:
        advice = "angles are in radians: write x*pi/180"
    elif name != low and (constant(low) or low in GREEK_NAMES or function(low)):
        shown = f"{low}(...)" if function(low) else low
        advice = f"names are case sensitive: did you mean {shown}?"
    elif re.fullmatch("d[A-Za-z]", name):
        advice = "give the formula alone and choose the variable with wrt"
    elif name.startswith("_"):
        advice = "a name begins with a letter"
    elif name.endswith("_"):
        advice = "an index is missing after _"
    elif indexed and indexed[1] == "log":
        argument = indexed[3] if _stands(indexed[3]) else "..."
        advice = f"write log{indexed[2]}({argument})"
    elif indexed and _stands(indexed[1]) and (_stands(indexed[3]) or ordinary(indexed[3])):
        product = f"{indexed[1]}{indexed[2]}*{indexed[3]}"
        advice = f"write {product}, or declare it (variables=[\"{name}\"])"
    elif name in OTHER_NAMES:
        advice = f"did you mean {OTHER_NAMES[name]}?"
        advice += f" for a product write {'*'.join(name)}" if len(name) == 2 else ""
    elif hint:
        advice = f"did you mean {hint}?"
    elif close:
        advice = f"did you mean {close}(...)?"
    elif (behind := WORD_BEHIND.match(where["text"], where["position"][1])) and (
        function_elsewhere(both := name + behind[1])
    ):
        advice = f"write {both}(...)" if function(both) else written_for(both)
    elif read_elsewhere := of_elsewhere(name, before=behind is not None):
        advice = read_elsewhere
    elif apart := elsewhere_inside(name):
        advice = f"did you mean {apart}?"
        advice += f" for a product write {'*'.join(name)}" if len(name) == 3 else ""
    elif factors := _factors(name):
        advice = f"write {_spelled_out(factors, False)}, or declare it (variables=[\"{name}\"])"
    else:
        advice = f"declare it if it is one name (variables=[\"{name}\"])"
    message = f"unknown name {name} at column {column}"
    return LanguageError(message, code=Fault.unknown_name, hint=advice, **where)


def _close(name: str) -> str | None:
    """The function most like the name: sin for sine; mod is not like sigmoid."""
    found = nearest(name, functions(), cutoff=0.8)
    if function(once := re.sub(r"(.)\1", r"\1", name)):
        return once
    if found and len(name) < 4 and sorted(found) != sorted(name.lower()):
        return None
    return found


def _factors(name: str) -> list[str]:
    """x1y as x1 and y, pir as pi and r; nothing where a factor would be refused itself."""
    ways = pieces(name, set(name) - set(REASONS)) if name.isalpha() else []
    factors = ways[0] if ways else re.findall(r"[A-Za-z]\d*|\d+", name) if name.isalnum() else []
    return [] if set(factors) & set(REASONS) or len(factors) > 3 else factors
