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
from pathlib import Path
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


def helpers_of(language: str) -> dict[str, str]:
    """The functions of `helpers.c` and its like by their names; a blank line ends each."""
    text = Path(__file__).with_name(f"helpers.{language}").read_text(encoding="utf-8")
    functions = [f"\n{part.strip()}\n" for part in text.split("\n\n")]
    return {re.findall(r"(?m)^(?:static )?\w+ (\w+)\(", part)[0]: part for part in functions}


PYTHON_HELPERS = helpers_of("python") | ENGINE_IMPORTS
NUMPY_HELPERS = helpers_of("numpy")
C_HELPERS = helpers_of("c")

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
