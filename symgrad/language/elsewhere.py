"""Functions of other systems that have no row here: what to write instead, or why there is nothing.

- `formulas()` has what to write for each; `ABSENT` why there is nothing.
- `instead(name)` is the hint for a name that SciPy, torch, C, Maxima, Mathematica or a spreadsheet
  calls as a function: a formula in x (and y, z), which the tests read and compare.

None of these names is ever taken for a variable times a bracket.
"""

from __future__ import annotations

import csv
from functools import cache

from .characters import SUM_OF_TERMS
from .tables import source

ELSEWHERE = "elsewhere.csv"
COMPLEX, INTEGRAL = "complex numbers are out of scope", "integrals are not part of the language"
LARGE_SIGNS = {  # written with indices: int_0^1
    "int": INTEGRAL, "sum": SUM_OF_TERMS,
    "prod": "write the factors out", "lim": "limits are not part of the language",
}  # fmt: skip
ABSENT = {
    **dict.fromkeys(("prod", "product"), LARGE_SIGNS["prod"]),
    **dict.fromkeys(("real", "imag", "re", "im", "conj", "conjugate", "arg", "cis"), COMPLEX),
    **dict.fromkeys(("integrate", "integral", "antiderivative"), INTEGRAL),
    **dict.fromkeys(("limit", "lim"), LARGE_SIGNS["lim"]),
    **dict.fromkeys(("gcd", "lcm", "isqrt", "npr", "perm"), "it is for whole numbers only"),
    **dict.fromkeys(("rand", "random", "randn"), "random numbers are not part of the language"),
    **dict.fromkeys(
        ("det", "matrix", "vector", "transpose", "trace", "softmax", "softmin", "log_softmax",
         "argmax", "argmin", "median", "std", "var", "cov"), "it is no function of single numbers",
    ),
    **dict.fromkeys(
        ("solve", "simplify", "expand", "factor", "subs", "eval", "evalf"),
        "give the formula itself",
    ),
    **dict.fromkeys(("diracdelta", "dirac"), "it has no values"),
    **dict.fromkeys(
        ("frexp", "modf", "sincos", "sincosd", "sincospi", "sinhcosh", "sici", "shichi", "fresnel",
         "divmod"), "it has two values",
    ),
    **dict.fromkeys(("isinf", "isnan", "isfinite"), "it is no formula"),
    **dict.fromkeys(("exponent", "significand", "ilogb", "logb", "fsum", "lrint", "llrint"),
                    "there is no such function here"),
    "frac": "write a/b for a fraction, x - floor(x) for what stands behind the point",
    "sqr": "write x^2, or sqrt(x) for the root",
    "remainder": "write mod(x, y), or x - y*round(x/y) as C has it",
    **dict.fromkeys(
        ("expint", "polylog", "dilog", "li2", "airy", "dawsn", "dawson", "erf2",
         "ellipf", "hyp0f1", "hypergeom", "legendre", "legendrep", "chebyt", "chebyshevt", "chebyu",
         "hermite", "hermiteh", "laguerre", "gegenbauer", "jacobi", "fresnels", "fresnelc",
         "struve", "expn", "expintegrale", "agm", "bdtr", "bdtri", "fdtr", "fdtri", "gdtr", "pdtr",
         "pdtri", "chdtr", "chdtri", "chndtr", "nbdtr", "nbdtri", "ncfdtr", "ncfdtri", "nctdtr",
         "stdtr", "betaincinv", "betainccinv", "gammaincinv", "gammainccinv", "ellipj", "ellipeinc",
         "ellipkinc", "elliprc", "elliprd", "elliprf", "elliprg", "elliprj", "factorial2",
         "factorialk", "ndtri_exp", "invdigamma", "mvlgamma", "multigammaln", "rrelu", "jinc",
         "cosc", "plog", "besseljx", "besselyx", "airyaix", "airybix", "airyaiprimex",
         "airybiprimex", "airye", "spence",
         "softshrink", "hardshrink", "threshold"),
        "there is no such function here",
    ),
}  # fmt: skip


@cache
def formulas() -> dict[str, str]:
    """What to write for each name, from `grammar/elsewhere.csv`."""
    return {row["name"]: row["instead"] for row in csv.DictReader(source(ELSEWHERE).splitlines())}


def instead(name: str) -> str | None:
    """What to do without the function of this name."""
    low = name.lower()
    for known in (name, low, low.replace("_", ""), low.replace("arc", "a", 1)):
        if known in formulas():
            return f"write {formulas()[known]}"
        if known in ABSENT:
            return ABSENT[known]
    return None
