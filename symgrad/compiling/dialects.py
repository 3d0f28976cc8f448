"""The languages that code is written in: one table row per function that a language has itself.

- `DIALECTS["python" | "numpy" | "c"]` is a `Dialect`: `forms` maps an operation to how it is
  written, `helpers` are small functions that a text brings along where it uses them.
- `SWIFT` is Python that may raise where IEEE 754 gives inf or nan: `compiler` runs it first.
- What a dialect has no form for is composed from the row's `forward`, or is `Unsupported`.
"""

from __future__ import annotations

import keyword
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from .compositions import (
    INLINE_EVERYWHERE,
    SLOPES_EVERYWHERE,
    TAILS,
    gelu_slope_without_fma,
)
from .helper_texts import C_HELPERS, ENGINE_HELPERS, NUMPY_HELPERS, PYTHON_HELPERS

ATOM, NEG, MUL, ADD, ANY = 100, 25, 20, 10, 2  # how tightly a text holds together
Form = tuple[str, int, tuple[int, ...] | int]  # template, its own precedence, its arguments'

ARITHMETIC: dict[str, Form] = {
    "add": ("{0} + {1}", ADD, (ADD, ADD + 1)),
    "sub": ("{0} - {1}", ADD, (ADD, ADD + 1)),
    "mul": ("{0}*{1}", MUL, (MUL, MUL + 1)),
    "div": ("{0}/{1}", MUL, (MUL, MUL + 1)),
    "neg": ("-{0}", NEG, NEG),
    "item": ("{0}[{1}]", ATOM, ATOM),
}
COMPARISONS = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one language writes numbers, operations and functions."""

    name: str
    forms: dict[str, Form]
    helpers: dict[str, str]
    header: str  # what every text begins with
    constants: Callable[[float], str | None]  # names for some numbers: math.pi, INFINITY
    reserved: frozenset[str]
    ascii: bool = False  # names in ASCII only
    variadic: frozenset[str] = frozenset()  # forms that take any number of arguments
    lacking: str = ""  # what would do where an operation is missing
    faithful: bool = False  # ask the engine where a composition would lose digits
    engine: bool = False  # ask it for a function that the language lacks
    inline: Mapping[str, Callable] = field(default_factory=dict)  # functions as rules over lines
    slopes: Mapping[tuple[str, int | None], Callable] = field(default_factory=dict)  # likewise
    limits: bool = False  # rows know what they tend to at infinities


def calls(text: str) -> dict[str, Form]:
    """Rows `name form`, a form being a template with {0}; its arguments need no brackets."""
    rows = (line.strip().split(" ", 1) for line in text.strip().splitlines())
    return {name: (form.strip(), ATOM, ANY) for name, form in rows}


def comparisons(number: str, choice: str, precedence: int) -> dict[str, Form]:
    """A form for each comparison as a number and for each choice by one; ~ is its sign."""
    forms: dict[str, Form] = {}
    for name, sign in COMPARISONS.items():
        forms[name] = (number.replace("~", sign), ATOM, ANY)
        forms["select_" + name] = (choice.replace("~", sign), precedence, ANY)
    return forms


# --- Python --------------------------------------------------------------------------------------

SWIFT_FORMS = ARITHMETIC | calls("""
    exp math.exp({0})
    exp2 math.exp2({0})
    expm1 math.expm1({0})
    log math.log({0})
    log2 math.log2({0})
    log10 math.log10({0})
    log1p math.log1p({0})
    sqrt math.sqrt({0})
    cbrt _cbrt({0})
    sin math.sin({0})
    cos math.cos({0})
    tan math.tan({0})
    asin math.asin({0})
    acos math.acos({0})
    atan math.atan({0})
    atan2 math.atan2({0}, {1})
    sinh math.sinh({0})
    cosh math.cosh({0})
    tanh math.tanh({0})
    asinh math.asinh({0})
    acosh math.acosh({0})
    atanh math.atanh({0})
    sech _sech({0})
    csch _csch({0})
    gaussian _gaussian({0})
    erf math.erf({0})
    erfc math.erfc({0})
    abs abs({0})
    floor _floor({0})
    ceil _ceil({0})
    trunc _trunc({0})
    round _to_even({0})
    mod _mod({0}, {1})
    sinpi _sinpi({0})
    cospi _cospi({0})
    sign _sign({0})
    hypot math.hypot({all})
    sum _total({all})
    power_below _power_below({0}, {1})
    exp_difference _exp_difference({0}, {1})
    power math.pow({0}, {1})
""") | comparisons("(1.0 if {0} ~ {1} else 0.0)", "{2} if {0} ~ {1} else {3}", 1) | {
    "select": ("{1} if {0} else {2}", 1, ANY),
    "guarded": ("{0}*{1} if {0} else 0.0", 1, (MUL, MUL + 1)),
    "max": ("{0} if {0} >= {1} or {0} != {0} else {1}", 1, ANY),
    "min": ("{0} if {0} <= {1} or {0} != {0} else {1}", 1, ANY),
}  # fmt: skip

PYTHON_FORMS = {k: v for k, v in SWIFT_FORMS.items() if k not in ("power_below", "exp_difference")}
PYTHON_FORMS |= calls("""
    cbrt math.cbrt({0})
    sigmoid _sigmoid({0})
    div _div({0}, {1})
    exp _safe(math.exp, {0})
    exp2 _safe(math.exp2, {0})
    expm1 _safe(math.expm1, {0})
    log _log(math.log, {0})
    log2 _log(math.log2, {0})
    log10 _log(math.log10, {0})
    log1p _log1p({0})
    sqrt _safe(math.sqrt, {0})
    sin _safe(math.sin, {0})
    cos _safe(math.cos, {0})
    tan _safe(math.tan, {0})
    asin _safe(math.asin, {0})
    acos _safe(math.acos, {0})
    sinh _sinh({0})
    cosh _safe(math.cosh, {0})
    acosh _safe(math.acosh, {0})
    atanh _atanh({0})
    power _pow({0}, {1})
""")

def python_constant(x: float) -> str | None:
    known = {math.pi: "math.pi", math.e: "math.e", math.inf: "math.inf", -math.inf: "-math.inf"}
    return "math.nan" if x != x else known.get(x)


PYTHON = Dialect(
    "python", PYTHON_FORMS, PYTHON_HELPERS, "import math\n", python_constant,
    frozenset({*keyword.kwlist, *keyword.softkwlist, "math", "float", "abs", "round", "sum", "f",
               "value_and_gradient"}),
    variadic=frozenset({"hypot", "sum"}), engine=True,
    inline=INLINE_EVERYWHERE, slopes=SLOPES_EVERYWHERE,
)  # fmt: skip
SWIFT = replace(PYTHON, forms=SWIFT_FORMS, helpers=ENGINE_HELPERS | {
    "_sign": PYTHON_HELPERS["_sign"]}, faithful=True, inline=TAILS)  # fmt: skip

# --- NumPy ---------------------------------------------------------------------------------------

NUMPY_FORMS = ARITHMETIC | calls("""
    exp np.exp({0})
    exp2 np.exp2({0})
    expm1 np.expm1({0})
    log np.log({0})
    log2 np.log2({0})
    log10 np.log10({0})
    log1p np.log1p({0})
    sqrt np.sqrt({0})
    cbrt np.cbrt({0})
    sin np.sin({0})
    cos np.cos({0})
    tan np.tan({0})
    asin np.arcsin({0})
    acos np.arccos({0})
    atan np.arctan({0})
    atan2 np.arctan2({0}, {1})
    sinh np.sinh({0})
    cosh np.cosh({0})
    tanh np.tanh({0})
    asinh np.arcsinh({0})
    acosh np.arccosh({0})
    atanh np.arctanh({0})
    sech _sech({0})
    csch _csch({0})
    gaussian _gaussian({0})
    root _root({0}, {1})
    sigmoid _sigmoid({0})
    sinc _sinc({0})
    abs np.abs({0})
    floor np.floor({0})
    ceil np.ceil({0})
    trunc np.trunc({0})
    round np.rint({0})
    mod np.mod({0}, {1})
    sign np.sign({0})
    hypot np.hypot({0}, {1})
    max np.maximum({0}, {1})
    min np.minimum({0}, {1})
    select np.where({0} != 0, {1}, {2})
""") | comparisons("np.where({0} ~ {1}, 1.0, 0.0)", "np.where({0} ~ {1}, {2}, {3})", ATOM) | {
    "power": ("{0}**{1}", 30, 31),
    "guarded": ("np.where({0} == 0, 0.0, {0}*{1})", ATOM, (MUL, MUL + 1)),
}  # fmt: skip


def numpy_constant(x: float) -> str | None:
    found = python_constant(x)
    return found and found.replace("math", "np")


NUMPY = Dialect(
    "numpy", NUMPY_FORMS, NUMPY_HELPERS, "import numpy as np\n", numpy_constant,
    PYTHON.reserved | {"np"}, lacking="backend='python' has it",
    inline=INLINE_EVERYWHERE, slopes=SLOPES_EVERYWHERE, limits=True,
)  # fmt: skip

# --- C -------------------------------------------------------------------------------------------

C_FORMS = ARITHMETIC | calls("""
    exp exp({0})
    exp2 exp2({0})
    expm1 expm1({0})
    log log({0})
    log2 log2({0})
    log10 log10({0})
    log1p log1p({0})
    sqrt sqrt({0})
    cbrt cbrt({0})
    sin sin({0})
    cos cos({0})
    tan tan({0})
    asin asin({0})
    acos acos({0})
    atan atan({0})
    atan2 atan2({0}, {1})
    sinh sinh({0})
    cosh cosh({0})
    tanh tanh({0})
    asinh asinh({0})
    acosh acosh({0})
    atanh atanh({0})
    sech sech_({0})
    csch csch_({0})
    gaussian gaussian_({0})
    root root_({0}, {1})
    sigmoid sigmoid_({0})
    sinc sinc_({0})
    erf erf({0})
    erfc erfc({0})
    besselj jn((int){0}, {1})
    bessely yn((int){0}, {1})
    gamma tgamma({0})
    lgamma lgamma({0})
    abs fabs({0})
    floor floor({0})
    ceil ceil({0})
    trunc trunc({0})
    round rint({0})
    mod mod_({0}, {1})
    sign sign_({0})
    hypot hypot({0}, {1})
    power pow({0}, {1})
""") | comparisons("({0} ~ {1} ? 1.0 : 0.0)", "{0} ~ {1} ? {2} : {3}", 1) | {
    "select": ("{0} != 0.0 ? {1} : {2}", 1, ANY),
    "guarded": ("{0} != 0.0 ? {0}*{1} : 0.0", 1, (MUL, MUL + 1)),
    "max": ("{0} >= {1} || {0} != {0} ? {0} : {1}", 1, ANY),
    "min": ("{0} <= {1} || {0} != {0} ? {0} : {1}", 1, ANY),
}  # fmt: skip


def c_constant(x: float) -> str | None:
    known = {math.inf: "INFINITY", -math.inf: "-INFINITY"}
    return "NAN" if x != x else known.get(x)


C_WORDS = """auto break case char const continue default do double else enum extern float for goto if
inline int long register restrict return short signed sizeof static struct switch typedef union
unsigned void volatile while main f value_and_gradient point grad asm typeof signbit isnan isinf
isfinite isnormal fpclassify isgreater isless isunordered math_errhandling errno
NAN INFINITY HUGE_VAL FP_NAN FP_INFINITE FP_ZERO FP_SUBNORMAL FP_NORMAL M_E M_LOG2E M_LOG10E M_LN2
M_LN10 M_PI M_PI_2 M_PI_4 M_1_PI M_2_PI M_2_SQRTPI M_SQRT2 M_SQRT1_2 MATH_ERRNO MATH_ERREXCEPT
math_errhandling double_t float_t j0 j1 jn y0 y1 yn gamma signgam scalb drem significand exp10 pow10 sincos linux unix i386
acos asin atan atan2 cos sin tan acosh asinh atanh cosh sinh tanh exp exp2 expm1 frexp ilogb ldexp
log log10 log1p log2 logb modf scalbn scalbln cbrt fabs hypot pow sqrt erf erfc lgamma tgamma ceil
floor nearbyint rint lrint llrint round lround llround trunc fmod remainder remquo copysign nan
nextafter nexttoward fdim fmax fmin fma"""

C = Dialect(
    "c", C_FORMS, C_HELPERS, "#include <math.h>\n", c_constant,
    frozenset({*C_WORDS.split(), *C_HELPERS}), ascii=True,
    lacking="the format python has it; in C the GNU Scientific Library does",
    inline=INLINE_EVERYWHERE, slopes=SLOPES_EVERYWHERE | {("gelu", 0): gelu_slope_without_fma},
)  # fmt: skip

# --- NumPy's text, with SciPy's functions ----------------------------------------------------------

SCIPY_FORMS = calls("""
    erf special.erf({0})
    erfc special.erfc({0})
    erfinv special.erfinv({0})
    erfcinv special.erfcinv({0})
    erfi special.erfi({0})
    erfcx special.erfcx({0})
    ndtri special.ndtri({0})
    log_ndtr special.log_ndtr({0})
    gamma special.gamma({0})
    lgamma special.gammaln({0})
    digamma special.digamma({0})
    polygamma special.polygamma({0}, {1})
    besselj special.jv({0}, {1})
    besseli special.iv({0}, {1})
    bessely special.yv({0}, {1})
    besselk special.kv({0}, {1})
    sphericalj special.spherical_jn(int({0}), {1})
    Ei special.expi({0})
    Si special.sici({0})[0]
    Ci special.sici({0})[1]
    Shi special.shichi({0})[0]
    Chi special.shichi({0})[1]
    gammainc special.gammainc({0}, {1})
    gammaincc special.gammaincc({0}, {1})
    betainc special.betainc({0}, {1}, {2})
    ellipk special.ellipk({0})
    ellipe special.ellipe({0})
    hyp1f1 special.hyp1f1({0}, {1}, {2})
    hyp2f1 special.hyp2f1({0}, {1}, {2}, {3})
    airyai special.airy({0})[0]
    airyaiprime special.airy({0})[1]
    airybi special.airy({0})[2]
    airybiprime special.airy({0})[3]
    zeta special.zeta({0})
    lambertw special.lambertw({0}).real
""")
# A text may ask SciPy; the backend of compiled functions does not, whose errors are promised.
NUMPY_TEXT = replace(
    NUMPY, forms=SCIPY_FORMS | NUMPY.forms,
    helpers={"special": "\nfrom scipy import special\n"} | NUMPY.helpers,
    reserved=NUMPY.reserved | {"special"}, lacking="the format python has it",
)  # fmt: skip

DIALECTS = {"python": PYTHON, "numpy": NUMPY_TEXT, "c": C}

WORD = re.compile(r"\b[A-Za-z_]\w*")


def prelude(dialect: Dialect, body: str) -> str:
    """The helpers that a text uses, and those that they use, in the order of the table."""
    used: set[str] = set()
    texts = [body]
    while texts:
        found = set(WORD.findall(texts.pop())) & dialect.helpers.keys() - used
        used |= found
        texts += [dialect.helpers[name] for name in found]
    parts = [text for name, text in dialect.helpers.items() if name in used]
    imports = "".join(p.lstrip("\n") for p in parts if p.startswith("\nfrom"))
    gap = "\n" if not dialect.ascii else ""
    return imports + "".join(gap + p for p in parts if not p.startswith("\nfrom"))
