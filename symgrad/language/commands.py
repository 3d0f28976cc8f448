r"""The LaTeX commands that are known, and those that are refused by name."""

from __future__ import annotations

import re
from typing import NamedTuple

from .characters import GREEK_NAMES, LEFT_BAR, RIGHT_BAR
from .elsewhere import INTEGRAL, LARGE_SIGNS
from .names import CASE_WORDS

SIGNS = {
    "cdot": "*", "times": "*", "ast": "*", "div": "/", "le": "<=", "leq": "<=", "leqslant": "<=",
    "ge": ">=", "geq": ">=", "geqslant": ">=", "lt": "<", "gt": ">", "lvert": LEFT_BAR,
    "rvert": RIGHT_BAR, "vert": "|", "lbrace": "(", "rbrace": ")", "{": "(", "}": ")",
    "ne": "!=", "neq": "!=", "land": " and ", "lor": " or ", "wedge": " and ", "vee": " or ",
    "neg": " not ", "lnot": " not ",
    "lfloor": " floor(", "rfloor": ")", "lceil": " ceil(", "rceil": ")",
    "lbrack": "(", "rbrack": ")", "cdotp": "*", "centerdot": "*",
}  # fmt: skip
HALF_OPEN = ({"(", "]"}, {"[", ")"})  # an interval
ROUNDED = {"left": (r"\lfloor", r"\lceil"), "right": (r"\rfloor", r"\rceil")}
BLANK = frozenset((
    *(",", ";", ":", "!", " ", "\n", "quad", "qquad", "space", "displaystyle", "textstyle"),
    *("thinspace", "medspace", "thickspace", "enspace", "nobreakspace"),
    *("negthinspace", "negmedspace", "negthickspace"),
    *(size + side for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r")),
    *("limits", "nolimits", "middle"),
))  # fmt: skip
WORDS = {"", *(  # that say nothing inside cases
    word for words in CASE_WORDS.values() for field in ("where", "otherwise")
    for word in words.of(field)
)}  # fmt: skip
NAMED_COMMANDS = (
    "mathrm", "operatorname", "text", "mathit", "mathbf", "mathsf", "mathop", "boldsymbol", "bm",
    "mbox", "textrm", "textit", "textbf", "textnormal",
)
BOLD = ("mathbf", "boldsymbol", "bm", "textbf")
FRACTION_COMMANDS = ("frac", "dfrac", "tfrac", "cfrac", "sfrac", "nicefrac")
STRUCTURES = (*FRACTION_COMMANDS, "over", "left", "right", "begin", "end", "quad", "limits")
GREEK_VARIANTS = {
    "varepsilon": "epsilon", "vartheta": "theta", "varphi": "phi", "varrho": "rho",
    "varsigma": "sigma",
}  # fmt: skip
# what editors call it: our name
EDITORS = {"exponentialE": "e", "lg": "log10", "ld": "log2", "lb": "log2"}
OVER_DIGITS = ("overline", "bar", "dot", "overset", "wideparen", "overarc")
DIGITS_BELOW = re.compile(r"\s*(?:\{[.\s]*\}\s*)?\{?\s*[0-9]")  # \overline{3}, \overset{.}{3}
DERIVATIVE = "give the formula alone and choose the variable with wrt"
REFUSED = {
    **dict.fromkeys(("differentialD", "partial", "prime", "doubleprime", "nabla"), DERIVATIVE),
    **dict.fromkeys(("dot", "ddot", "dddot", "ddddot"), DERIVATIVE),
    **dict.fromkeys(("circ", "degree"), "angles are in radians: write x*pi/180"),
    **dict.fromkeys(("mapsto", "to", "rightarrow"), "give what stands behind the arrow"),
    **dict.fromkeys(("in", "notin"), "write comparisons, as in 0 < x < 1"),
    **dict.fromkeys(("square", "placeholder", "Box"), "fill in the empty box"),
    **dict.fromkeys(
        ("mathcal", "vec", "hat", "bar", "overline", "tilde", "underline"), "write the letter alone"
    ),
    **dict.fromkeys(("mid", "|", "lVert", "Vert", "parallel"), "write |x| for an absolute value"),
    **dict.fromkeys(("bmod", "pmod"), "write mod(a, b)"),
    "varpi": "the constant is \\pi",
    **dict.fromkeys(("dots", "ldots", "cdots"), "write every term out"),
    "bullet": "write \\cdot",
    "%": "write x/100",
    "imaginaryI": "complex numbers are out of scope",
    "infty": "infinity is not a number of the language",
    **LARGE_SIGNS, **dict.fromkeys(("iint", "iiint", "oint", "smallint"), INTEGRAL),
    **dict.fromkeys(("root", "of"), "write \\sqrt[3]{x}"),
    **dict.fromkeys(("norm", "Norm"), "write |x| for an absolute value"),
    "sp": "write ^",
    "sb": "write _",
    "pm": "write two formulas",
    "mp": "write two formulas",
    "binom": "binomials are not part of the language",
    "choose": "binomials are not part of the language",
    "mathbb": "sets are not part of the language",
}
TOKEN = re.compile(
    r"\\([A-Za-z]+\*?|.)|([A-Za-z]+[0-9]*)|([0-9]+\{,\}[0-9]+|[0-9]+\.?[0-9]*|\.[0-9]+)|(.)",
    re.DOTALL,
)
ROMAN_LETTER = re.compile(r"\s*([A-Za-z])")  # \mathrm e
AT_END = re.compile(r"[0-9.]+$")  # a number
ROMAN_IN_BRACES = re.compile(  # {\rm{sin}} x, as MathType has it
    r"\{\s*\\(?:rm|mathrm|operatorname|text|textrm)\s*"
    r"(?=\{[^{}]*\}\s*\}|[^{}]*\})(?:\{\s*)?([A-Za-z]+)\s*(?:\}\s*)?\}"
)
STOPPED = re.compile(r"\s*\{\s*((?:[^\W\d_]|[ '’])*?)\s*[.,;:]\s*\}")  # \text{otherwise.}
WORD_IN_BRACES = re.compile(  # {\text{if }} x > 0
    r"\{\s*\\(?:text|textrm|mbox|mathrm)\s*\{\s*((?:[^\W\d_]|[ '’])*?)\s*[.,;:]?\s*\}\s*\}"
)
ENCYCLOPEDIAS = re.compile(r"\s*\{\s*\\(?:displaystyle|textstyle)(?![A-Za-z])")
BRACED = re.compile(r"\s*\{\s*((?:[^\W_]|[ '’]|\\?_)*?)\s*\}")
OF_BRACKET = re.compile(r"\s*(?:\^\s*(\{[^{}]*\}|\w)\s*)?\{?\s*(?:\(|\\left\s*\()")  # \Gamma^2(x)
OPENING = re.compile(r"\s*(?:\\left\s*)?[({]")
OPERAND_AHEAD = re.compile(
    r"\s*(?:\^\s*(?:\{[^{}]*\}|\S)\s*)?(?:[A-Za-z0-9({|]|\\(?:left|[dt]?frac|sqrt|alpha|beta|gamma|"
    r"theta|phi|varphi|pi|omega|lambda|tau|mu)\b)"
)
THOUSANDS = re.compile(r"[1-9][0-9]{0,2}\{,\}[0-9]{3}")  # as often 1000 as 1.000
WORD_AS_INDEX = re.compile(
    r"\s*\{\s*\\(?:text|textrm|textnormal|mathrm|mathit|rm|operatorname)\b\s*"
    r"(?=\{[^{}]*\}\s*\}|[^{}]*\})(?:\{\s*)?([A-Za-z0-9]+)\s*(?:\}\s*)?\}()"
)
INDEX = re.compile(r"\s*(?:\{\s*([A-Za-z0-9]+)\s*\}|([0-9A-Za-z]))")
DIGIT_FRACTION = re.compile(
    r"\s*(?:\{\s*([0-9]+)\s*\}\s*\{\s*([0-9]+)\s*\}|([0-9])([0-9])(?![0-9]))"
)
GREEK_AS_INDEX = re.compile(  # x_{\\alpha}
    rf"\s*(?:\{{\s*\\({'|'.join(GREEK_NAMES)})\s*\}}|\\({'|'.join(GREEK_NAMES)})(?![A-Za-z]))"
)
POWER_THEN_INDEX = re.compile(r"\^\s*(?:\{[^{}]*\}|[A-Za-z0-9])(?=_)")
ONE_COMMAND = re.compile(r"\s*\{\s*\\([A-Za-z]+)\s*\}")
CONDITION_IN_TEXT = re.compile(r"\s*\{\s*((?:[^\W\d_]|[ '’])*?)\s*\$([^${}]*)\$\s*[.,;]?\s*\}")
FONT_SWITCHES = ("rm", "it", "bf", "sf", "cal", "mit")
WORD_AHEAD = re.compile(r"\s*([A-Za-z][A-Za-z0-9]*)")
DISPLAY = re.compile(
    r"\s*\\begin\{((?:equation|displaymath|math|align|aligned|gather|gathered|split|multline)\*?)\}"
    r"(.*)\\end\{\1\}\s*", re.DOTALL,
)
LONGEST_DERIVED = 500  # characters over the line
ABOVE_THE_LINE = re.compile(r"\s*\{\s*d\s*(?![-+*/!\s])")  # \frac{d f(x)}{dx}
BELOW_THE_LINE = re.compile(
    r"\s*\{\s*d\s*\\?([A-Za-z]+)\s*(?:\^\s*(?:\{\s*[0-9n]\s*\}|[0-9n])\s*)?\}"
)
ARRAY_COLUMNS = re.compile(r"\s*\{[lcr|@{}\s]*\}")
TABLE_AHEAD = re.compile(r"\s*(?:\\[A-Za-z]+|\\.|.)\s*\\begin\b")  # \left\{ \begin{cases}
TABLES = ("cases", "array", "dcases", "rcases", "aligned", "matrix")
SQRT_OF_BRACKETS = re.compile(r"\s*(?:\\left\s*)?\(")
ROW_END = re.compile(r"\*?(?:\s*\[\s*-?[0-9.]+\s*[a-z]{2}\s*\])?")  # \\[4pt]
DOLLARS = re.compile(r"\s*(\$\$|\$|\\\(|\\\[)(.*?)(\$\$|\$|\\\)|\\\])\s*", re.DOTALL)
MATH_DELIMITERS = {"$": "$", "$$": "$$", r"\(": r"\)", r"\[": r"\]"}


def column(place: int) -> str:
    return f"at column {place + 1}"


class Frame(NamedTuple):
    """An open brace: what its end writes, and which arguments the command wants after it."""

    char: str
    place: int
    closing: str
    wanted: list[str]
    begin: int = 0  # where in the rewritten text its content begins
    over: bool = False  # whether \over stood in it
    level: int = 0  # how many brackets are open where its content begins
    bars: int = 0  # and how many bars stand before it
