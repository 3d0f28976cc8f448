"""Small functions that a generated text brings along, by dialect: those that it uses, in order.

- `PYTHON_HELPERS`, `NUMPY_HELPERS`, `C_HELPERS` hold them as source text.
- `engine_helper(name)` is one of the engine's own, imported: compiled Python has its bits.
"""

from __future__ import annotations

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
