"""The languages that code is written in: how each writes numbers, operations and functions.

- `DIALECTS["python" | "numpy" | "c"]` is a `Dialect`: `forms` maps an operation to how it is
  written, `helpers` are small functions that a text brings along where it uses them.
- `SWIFT` is Python that may raise where IEEE 754 gives inf or nan: `compiler` runs it first.
- What each has is a column of `natives`; what it has no form for is composed from the row's
  `forward`, or is `Unsupported`.
"""

from __future__ import annotations

import keyword
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..ops import OPS
from . import compositions
from .natives import NATIVES, SCIPY, marked, own_cells, slope_of

ATOM, POWER, NEG, MUL, ADD, ANY, CHOICE = 100, 30, 25, 20, 10, 2, 1  # how tightly a text holds
Form = tuple[str, int, tuple[int, ...] | int]  # template, its own precedence, its arguments'

OPERATOR_PRECEDENCES: dict[str, tuple[int, tuple[int, ...] | int]] = {  # template -> precedences
    "{0} + {1}": (ADD, (ADD, ADD + 1)),
    "{0} - {1}": (ADD, (ADD, ADD + 1)),
    "{0}*{1}": (MUL, (MUL, MUL + 1)),
    "{0}/{1}": (MUL, (MUL, MUL + 1)),
    "{0}**{1}": (POWER, POWER + 1),
    "-{0}": (NEG, NEG),
}
SIGNED_ROWS = frozenset(  # + - * / and the minus sign
    name for name in OPS if NATIVES.get(name, {}).get("swift") in OPERATOR_PRECEDENCES)  # fmt: skip


def form(name: str, cell: str) -> Form:
    """A cell of the table as a template with its precedences."""
    if cell in OPERATOR_PRECEDENCES:
        return cell, *OPERATOR_PRECEDENCES[cell]
    if "{" not in cell:  # a function's name: its arguments need no brackets
        arity = OPS[name].arity if name in OPS else None
        slots = ", ".join(f"{{{k}}}" for k in range(arity or 0))
        return f"{cell}({slots})", ATOM, ANY
    chooses = (" if " in cell or " ? " in cell) and not cell.startswith("(")
    return cell, CHOICE if chooses else ATOM, (MUL, MUL + 1) if "{0}*{1}" in cell else ANY


def forms(target: str, scipy: bool = False) -> dict[str, Form]:
    """What a text can write itself; SciPy's functions if it may ask for them."""
    return {name: form(name, cell) for name, cell in own_cells(target).items()
            if scipy or not cell.startswith(SCIPY)}  # fmt: skip


def rules(target: str) -> dict[str, Callable]:
    """The functions that are written in line, as rules over lines."""
    return {name: getattr(compositions, rule) for name, rule in marked(target, ":").items()
            if slope_of(name) is None}  # fmt: skip


def slopes(target: str) -> dict[tuple[str, int | None], Callable]:
    """The partials, (row, which argument), that are written otherwise than the row has them."""
    found = {slope_of(name): rule for name, rule in marked(target, ":").items()}
    return {place: getattr(compositions, rule) for place, rule in found.items() if place}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one language writes numbers, operations and functions."""

    name: str
    forms: dict[str, Form]
    helpers: dict[str, str]
    header: str  # what every text begins with
    constants: Callable[[float], str | None]  # names for some numbers: math.pi, INFINITY
    reserved: frozenset[str]
    variadic: frozenset[str]  # forms that take any number of arguments
    ascii: bool = False  # names in ASCII only
    lacking: str = ""  # what would do where an operation is missing
    faithful: bool = False  # ask the engine where a composition would lose digits
    engine: bool = False  # ask it for a function that the language lacks
    inline: Mapping[str, Callable] = field(default_factory=dict)  # functions as rules over lines
    slopes: Mapping[tuple[str, int | None], Callable] = field(default_factory=dict)  # likewise
    limits: bool = False  # rows know what they tend to at infinities


def dialect(target: str, name: str = "", **facts: Any) -> Dialect:
    """What the table says of a target, and what is true of its language."""
    written = forms(target)
    variadic = frozenset(row for row, (template, *_) in written.items() if "{all}" in template)
    return Dialect(name or target, written, variadic=variadic, inline=rules(target),
                   slopes=slopes(target), **facts)  # fmt: skip


# --- small functions that a text brings along, those that it uses, in this order ------------------

ENGINE_IMPORTS = {
    "_floats": "\nfrom symgrad.arithmetic.floats import FLOATS as _floats\n",
    "_rows": "\nfrom symgrad.ops import OPS as _rows\n",
}


def engine_helper(name: str) -> str:
    """The import of a function that the engine's floats have: `_cbrt` is its `cbrt`."""
    return f"\nfrom symgrad.arithmetic.ieee import {name.lstrip('_')} as {name}\n"


PYTHON_HELPERS = {
    "_safe": '''
def _safe(function, x):
    """function(x); inf or nan where Python would raise."""
    try:
        return function(x)
    except OverflowError:
        return math.inf
    except ValueError:
        return math.nan
''',
    "_div": '''
def _div(a, b):
    """a/b; inf or nan where Python would raise."""
    if b:
        return a / b
    if a == 0 or a != a:
        return math.nan
    return math.copysign(math.inf, a) * math.copysign(1, b)
''',
    "_pow": '''
def _pow(a, b):
    """a to the power b; inf or nan where Python would raise."""
    try:
        return math.pow(a, b)
    except OverflowError:
        return -math.inf if a < 0 and b % 2 == 1 else math.inf
    except ValueError:
        if a == 0:
            return math.copysign(math.inf, a) if b % 2 == 1 else math.inf
        return math.nan
''',
    "_log": '''
def _log(function, x):
    """A logarithm; -inf at 0, nan below."""
    return -math.inf if x == 0 else _safe(function, x)
''',
    "_log1p": '''
def _log1p(x):
    return -math.inf if x == -1 else _safe(math.log1p, x)
''',
    "_atanh": '''
def _atanh(x):
    return math.copysign(math.inf, x) if abs(x) == 1 else _safe(math.atanh, x)
''',
    "_sinh": '''
def _sinh(x):
    return math.copysign(_safe(math.sinh, abs(x)), x)
''',
    "_sech": '''
def _sech(x):
    """1/cosh(x) without overflow."""
    return 1 / math.cosh(x) if abs(x) < 700 else 2 * math.exp(-abs(x))
''',
    "_csch": '''
def _csch(x):
    """1/sinh(x) without overflow."""
    if abs(x) < 700:
        return _div(1, math.sinh(x))
    return math.copysign(2 * math.exp(-abs(x)), x)
''',
    "_total": '''
def _total(*x):
    """The sum, rounded once."""
    try:
        return math.fsum(x)
    except (OverflowError, ValueError):
        return sum(x)
''',
    "_sigmoid": '''
def _sigmoid(x):
    """1/(1 + exp(-x)) without overflow."""
    e = math.exp(-abs(x))
    return 1 / (1 + e) if x >= 0 else e / (1 + e)
''',
    "_sign": '''
def _sign(x):
    return x if x != x else float((x > 0) - (x < 0))
''',
    "_floor": '''
def _floor(x):
    return float(math.floor(x)) if abs(x) < 2**52 else x
''',
    "_ceil": '''
def _ceil(x):
    return float(math.ceil(x)) if abs(x) < 2**52 else x
''',
    "_trunc": '''
def _trunc(x):
    return float(math.trunc(x)) if abs(x) < 2**52 else x
''',
    "_to_even": '''
def _to_even(x):
    """The nearest whole number, the even one of two."""
    return float(round(x)) if abs(x) < 2**52 else x
''',
    "_mod": '''
def _mod(a, b):
    """What is left of a by whole steps of b, of the sign of b."""
    return a % b if b and math.isfinite(a) else math.nan
''',
    "_gaussian": '''
def _gaussian(x):
    """exp(-x*x) with x in two pieces, since the square's rounding would cost x*x/2 ulp."""
    if not abs(x) < 28:
        return 0.0 if x == x else x
    high = math.ldexp(round(math.ldexp(x, 20)), -20)
    return math.exp(-high * high) * math.exp(-(x - high) * (x + high))
''',
    **ENGINE_IMPORTS,
}

NUMPY_HELPERS = {
    "_sech": '''
def _sech(x):
    """1/cosh(x) without overflow."""
    e = np.exp(-np.abs(x))
    return 2 * e / (1 + e * e)
''',
    "_csch": '''
def _csch(x):
    """1/sinh(x) without overflow."""
    return np.where(np.abs(x) < 700, 1 / np.sinh(x), np.copysign(2 * np.exp(-np.abs(x)), x))
''',
    "_gaussian": '''
def _gaussian(x):
    """exp(-x*x) with x in two pieces, since the square's rounding would cost x*x/2 ulp."""
    x = np.clip(x, -28.0, 28.0)
    high = np.round(x * 1048576.0) / 1048576.0
    return np.exp(-high * high) * np.exp(-(x - high) * (x + high))
''',
    "_sigmoid": '''
def _sigmoid(x):
    """1/(1 + exp(-x)) without overflow."""
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + e), e / (1 + e))
''',
    "_sinc": '''
def _sinc(x):
    """sin(x)/x, and 1 at 0."""
    return np.where(x == 0, 1.0, np.where(np.isinf(x), 0.0, np.sin(x) / x))
''',
    "_root": '''
def _root(x, n):
    """The real n-th root, after one step of Newton."""
    y = np.abs(x) ** (1 / n)
    y = np.where((y > 0) & (y < np.inf), y - (y - np.abs(x) / y ** (n - 1)) / n, y)
    return np.where(x < 0, -y if n % 2 else np.nan, y)
''',
}

C_HELPERS = {
    "jn": """
/* the C library's, which not every <math.h> declares */
double jn(int n, double x);
""",
    "yn": """
/* likewise */
double yn(int n, double x);
""",
    "sech_": """
/* 1/cosh(x) without overflow */
static double sech_(double x)
{
    const double e = exp(-fabs(x));
    return 2*e/(1 + e*e);
}
""",
    "csch_": """
/* 1/sinh(x) without overflow */
static double csch_(double x)
{
    return fabs(x) < 700 ? 1/sinh(x) : copysign(2*exp(-fabs(x)), x);
}
""",
    "gaussian_": """
/* exp(-x*x) with x in two pieces, since the square's rounding would cost x*x/2 ulp */
static double gaussian_(double x)
{
    const double high = floor(x*1048576.0 + 0.5)/1048576.0;
    if (!(fabs(x) < 28))
        return x != x ? x : 0.0;
    return exp(-high*high)*exp(-(x - high)*(x + high));
}
""",
    "sigmoid_": """
/* 1/(1 + exp(-x)) without overflow */
static double sigmoid_(double x)
{
    const double e = exp(-fabs(x));
    return x >= 0 ? 1/(1 + e) : e/(1 + e);
}
""",
    "sinc_": """
/* sin(x)/x, and 1 at 0 */
static double sinc_(double x)
{
    return x == 0 ? 1.0 : isinf(x) ? 0.0 : sin(x)/x;
}
""",
    "root_": """
/* the real n-th root, after one step of Newton */
static double root_(double x, double n)
{
    const double y = pow(fabs(x), 1/n);
    const double r = y > 0 && y < INFINITY ? y - (y - fabs(x)/pow(y, n - 1))/n : y;
    return x < 0 ? (fmod(n, 2) != 0 ? -r : NAN) : r;
}
""",
    "mod_": """
/* what is left of a by whole steps of b, of the sign of b */
static double mod_(double a, double b)
{
    const double r = fmod(a, b);
    return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}
""",
    "sign_": """
static double sign_(double x)
{
    return x != x ? x : (double)((x > 0) - (x < 0));
}
""",
}

# --- the languages themselves ---------------------------------------------------------------------


def python_constant(x: float) -> str | None:
    known = {math.pi: "math.pi", math.e: "math.e", math.inf: "math.inf", -math.inf: "-math.inf"}
    return "math.nan" if x != x else known.get(x)


PYTHON_WORDS = frozenset({*keyword.kwlist, *keyword.softkwlist, "math", "float", "abs",
                          "round", "sum", "f", "value_and_gradient"})  # fmt: skip
PYTHON_FACTS: dict[str, Any] = {
    "header": "import math\n", "constants": python_constant, "reserved": PYTHON_WORDS,
    "engine": True,
}  # fmt: skip
PYTHON = dialect("python", helpers=PYTHON_HELPERS, **PYTHON_FACTS)


def engine_helpers() -> dict[str, str]:
    """The engine's own functions, imported under the names that the table has for them."""
    words = [cells["swift"].partition("(")[0] for cells in NATIVES.values()]
    own = {word: engine_helper(word) for word in words if word.startswith("_")}
    return ENGINE_IMPORTS | own | {"_sign": PYTHON_HELPERS["_sign"]}


SWIFT = dialect("swift", "python", helpers=engine_helpers(), faithful=True, **PYTHON_FACTS)


def numpy_constant(x: float) -> str | None:
    known = python_constant(x)
    return known and known.replace("math", "np")


NUMPY = dialect(
    "numpy", helpers=NUMPY_HELPERS, header="import numpy as np\n", constants=numpy_constant,
    reserved=PYTHON_WORDS | {"np"}, lacking="backend='python' has it", limits=True,
)  # fmt: skip
# A text may ask SciPy; the backend of compiled functions does not, whose errors are promised.
NUMPY_TEXT = replace(
    NUMPY, forms=forms("numpy", scipy=True),
    helpers={"special": "\nfrom scipy import special\n"} | NUMPY_HELPERS,
    reserved=NUMPY.reserved | {"special"}, lacking="the format python has it",
)  # fmt: skip


def c_constant(x: float) -> str | None:
    known = {math.inf: "INFINITY", -math.inf: "-INFINITY"}
    return "NAN" if x != x else known.get(x)


C_WORDS = """auto break case char const continue default do double else enum extern float for goto
if inline int long register restrict return short signed sizeof static struct switch typedef union
unsigned void volatile while main f value_and_gradient point grad asm typeof signbit isnan isinf
isfinite isnormal fpclassify isgreater isless isunordered math_errhandling errno
NAN INFINITY HUGE_VAL FP_NAN FP_INFINITE FP_ZERO FP_SUBNORMAL FP_NORMAL M_E M_LOG2E M_LOG10E M_LN2
M_LN10 M_PI M_PI_2 M_PI_4 M_1_PI M_2_PI M_2_SQRTPI M_SQRT2 M_SQRT1_2 MATH_ERRNO MATH_ERREXCEPT
math_errhandling double_t float_t j0 j1 jn y0 y1 yn gamma signgam scalb drem significand exp10 pow10
sincos linux unix i386
acos asin atan atan2 cos sin tan acosh asinh atanh cosh sinh tanh exp exp2 expm1 frexp ilogb ldexp
log log10 log1p log2 logb modf scalbn scalbln cbrt fabs hypot pow sqrt erf erfc lgamma tgamma ceil
floor nearbyint rint lrint llrint round lround llround trunc fmod remainder remquo copysign nan
nextafter nexttoward fdim fmax fmin fma"""

C = dialect(
    "c", helpers=C_HELPERS, header="#include <math.h>\n", constants=c_constant,
    reserved=frozenset({*C_WORDS.split(), *C_HELPERS}), ascii=True,
    lacking="the format python has it; in C the GNU Scientific Library has most such",
)  # fmt: skip

DIALECTS = {"python": PYTHON, "numpy": NUMPY_TEXT, "c": C}

NAME_IN_CODE = re.compile(r"\b[A-Za-z_]\w*")


def prelude(dialect: Dialect, body: str) -> str:
    """The helpers that a text uses, and those that they use, in the order of the table."""
    used: set[str] = set()
    texts = [body]
    while texts:
        found = set(NAME_IN_CODE.findall(texts.pop())) & dialect.helpers.keys() - used
        used |= found
        texts += [dialect.helpers[name] for name in found]
    parts = [text for name, text in dialect.helpers.items() if name in used]
    imports = "".join(p.lstrip("\n") for p in parts if p.startswith("\nfrom"))
    gap = "\n" if not dialect.ascii else ""
    return imports + "".join(gap + p for p in parts if not p.startswith("\nfrom"))
