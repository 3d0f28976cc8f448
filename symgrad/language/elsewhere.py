"""Functions of other systems that have no row here: what to write instead, or why there is nothing.

- `instead(name)` is the hint for a name that SciPy, torch, C, Maxima, Mathematica or a spreadsheet
  calls as a function: a formula in x (and y, z), which the tests read and compare.

None of these names is ever taken for a variable times a bracket.
"""

from __future__ import annotations

FORMULAS = {
    "square": "x^2", "sq": "x^2", "cube": "x^3", "reciprocal": "1/x", "inv": "1/x",
    "negative": "-x", "cuberoot": "cbrt(x)", "curt": "cbrt(x)", "nthroot": "root(x, 3)",
    "surd": "root(x, 3)", "pow10": "10^x", "ln1p": "log1p(x)", "power": "x^y", "plus": "x + y",
    "times": "x*y", "subtract": "x - y", "divide": "x/y", "prod": "x*y", "product": "x*y",
    "multiply": "x*y", "total": "x + y", "mean": "(x + y)/2", "avg": "(x + y)/2",
    "average": "(x + y)/2", "norm": "hypot(x, y)", "fmax": "max(x, y)", "fmin": "min(x, y)",
    "maximum": "max(x, y)", "minimum": "min(x, y)", "copysign": "|x|*sign(y)",
    "fdim": "max(x - y, 0)", "fma": "x*y + z", "fmod": "x - y*trunc(x/y)", "ldexp": "x*2^y",
    "fract": "x - floor(x)", "saturate": "clamp(x, 0, 1)", "smoothstep": "x^2*(3 - 2*x)",
    "sind": "sin(pi*x/180)", "cosd": "cos(pi*x/180)", "tand": "tan(pi*x/180)",
    "asind": "180*asin(x)/pi", "acosd": "180*acos(x)/pi", "atand": "180*atan(x)/pi",
    "sindg": "sin(pi*x/180)", "cosdg": "cos(pi*x/180)", "tandg": "tan(pi*x/180)", "rad": "pi*x/180",
    "deg": "180*x/pi", "tanpi": "tan(pi*x)", "versin": "1 - cos(x)", "coversin": "1 - sin(x)",
    "haversin": "(1 - cos(x))/2", "exsec": "sec(x) - 1", "gd": "2*atan(tanh(x/2))",
    "heaviside": "if(x > 0, 1, 0)", "unitstep": "if(x > 0, 1, 0)", "step": "if(x > 0, 1, 0)",
    "ramp": "relu(x)", "rect": "if(|x| < 1/2, 1, 0)", "tri": "max(1 - |x|, 0)",
    "trigamma": "polygamma(1, x)", "Phi": "ndtr(x)", "normalcdf": "ndtr(x)", "pnorm": "ndtr(x)",
    "normpdf": "e^(-x^2/2)/sqrt(2*pi)", "normalpdf": "e^(-x^2/2)/sqrt(2*pi)",
    "dnorm": "e^(-x^2/2)/sqrt(2*pi)", "log_gamma": "lgamma(x)", "lngamma": "lgamma(x)",
    "log_cosh": "ln(cosh(x))", "logcosh": "ln(cosh(x))", "log_expit": "log_sigmoid(x)",
    "lbeta": "betaln(x, y)", "productlog": "lambertw(x)", "elliptick": "ellipk(x)",
    "Li": "li(x) - li(2)", "ei": "Ei(x)", "si": "Si(x)", "ci": "Ci(x)", "shi": "Shi(x)",
    "ai": "airyai(x)", "bi": "airybi(x)", "e1": "-Ei(-x)", "exp1": "-Ei(-x)",
    "gammap": "gammainc(2, x)", "gammaq": "gammaincc(2, x)", "ibeta": "betainc(2, 3, x)",
    "elliptice": "ellipe(x)", "sinint": "Si(x)", "cosint": "Ci(x)", "yn": "bessely(2, x)",
    "kn": "besselk(2, x)", "rel_entr": "x*ln(x/y)", "kl_div": "x*ln(x/y) - x + y",
    "tanhshrink": "x - tanh(x)", "prelu": "if(x > 0, x, a*x)", "quick_gelu": "x*sigmoid(1.702*x)",
    "relu2": "relu(x)^2", "jn": "besselj(2, x)", "jv": "besselj(2, x)", "iv": "besseli(2, x)",
    "In": "ln(x)", "arcsine": "asin(x)", "arccosine": "acos(x)", "arctangent": "atan(x)",
    "absolute": "|x|", "absval": "|x|", "betrag": "|x|", "wurzel": "sqrt(x)", "raiz": "sqrt(x)",
    "racine": "sqrt(x)", "invsin": "asin(x)", "invcos": "acos(x)", "invtan": "atan(x)",
    "abs2": "x^2", "secd": "sec(pi*x/180)", "cscd": "csc(pi*x/180)", "cotd": "cot(pi*x/180)",
    "cotdg": "cot(pi*x/180)", "asecd": "180*asec(x)/pi", "acscd": "180*acsc(x)/pi",
    "acotd": "180*acot(x)/pi", "log1pexp": "softplus(x)", "log1psq": "ln(1 + x^2)",
    "log2mexp": "ln(2 - e^x)", "logexpm1": "ln(e^x - 1)", "logbeta": "ln(beta(x, y))",
    "logerfc": "ln(erfc(x))", "logsubexp": "ln(e^x - e^y)", "logmxp1": "ln(x) - x + 1",
    "log1pmx": "log1p(x) - x", "muladd": "x*y + z", "rem": "x - y*trunc(x/y)", "xlogx": "x*ln(x)",
    "mod2pi": "mod(x, 2*pi)", "cosm1": "cos(x) - 1", "exprel": "expm1(x)/x", "powm1": "x^y - 1",
    "boxcox": "(x^y - 1)/y", "huber": "if(|y| < x, y^2/2, x*(|y| - x/2))", "sinhc": "sinh(x)/x",
    "fourthroot": "root(x, 4)", "nroot": "root(x, 3)", "expt": "x^y", "powf": "x^y",
    "rgamma": "1/gamma(x)", "zetac": "zeta(x) - 1", "igamma": "gammainc(2, x)",
    "igammac": "gammaincc(2, x)", "gammasgn": "sign(gamma(x))", "betaincc": "1 - betainc(2, 3, x)",
    "ellipkm1": "ellipk(1 - x)", "expinti": "Ei(x)", "expintegral": "Ei(x)",
    "expintegralei": "Ei(x)", "expintegrale1": "-Ei(-x)", "expintegralli": "li(x)",
    "expintegralsi": "Si(x)", "expintegralci": "Ci(x)", "logintegral": "li(x)",
    "sinintegral": "Si(x)", "cosintegral": "Ci(x)", "sinhintegral": "Shi(x)",
    "coshintegral": "Chi(x)", "inverseerf": "erfinv(x)", "inverseerfc": "erfcinv(x)",
    "lambert_w": "lambertw(x)", "harmonicnumber": "digamma(x + 1) - digamma(1)",
    "haversine": "(1 - cos(x))/2", "heavisidetheta": "if(x > 0, 1, 0)",
    "hstep": "if(x > 0, 1, if(x < 0, 0, 1/2))", "gudermannian": "2*atan(tanh(x/2))",
    "integerpart": "trunc(x)", "fractionalpart": "x - trunc(x)", "entier": "floor(x)",
    "quotient": "floor(x/y)", "floor_divide": "floor(x/y)", "true_divide": "x/y",
    "float_power": "x^y", "realpow": "x^y", "realsqrt": "sqrt(x)", "reallog": "ln(x)",
    "realabs": "|x|", "sqrtm": "sqrt(x)", "expm": "e^x", "logm": "ln(x)", "nearbyint": "round(x)",
    "roundeven": "round(x)", "lround": "trunc(x + sign(x)/2)", "signbit": "if(x < 0, 1, 0)",
    "logaddexp2": "log2(2^x + 2^y)", "lerp": "x + z*(y - x)", "qnorm": "ndtri(x)",
    "psigamma": "polygamma(1, x)", "poch": "gamma(x + y)/gamma(x)",
    "pochhammer": "gamma(x + y)/gamma(x)", "boxcox1p": "((1 + x)^y - 1)/y",
    "inv_boxcox": "(x*y + 1)^(1/y)", "pseudo_huber": "x^2*(sqrt(1 + (y/x)^2) - 1)",
    "logisticsigmoid": "sigmoid(x)", "loglogistic": "log_sigmoid(x)",
    "log1mlogistic": "log_sigmoid(-x)", "logitexp": "ln(e^x/(1 - e^x))",
    "logabssinh": "ln(|sinh(x)|)", "logabsgamma": "ln(|gamma(x)|)",
    "logfactorial": "lgamma(x + 1)", "vdot": "x*y",
    "invsoftplus": "ln(e^x - 1)", "cloglog": "ln(-ln(1 - x))",
    "cexpexp": "1 - e^(-e^x)", "xexpx": "x*e^x", "xexpy": "x*e^y", "i0e": "besseli0(x)*e^(-|x|)",
    "i1e": "besseli1(x)*e^(-|x|)", "ive": "besseli(2, x)*e^(-|x|)", "k0e": "besselk0(x)*e^x",
    "k1e": "besselk1(x)*e^x", "kve": "besselk(2, x)*e^x", "besselix": "besseli(2, x)*e^(-|x|)",
    "besselkx": "besselk(2, x)*e^x", "modified_bessel_i0": "besseli0(x)",
    "modified_bessel_i1": "besseli1(x)", "modified_bessel_k0": "besselk0(x)",
    "modified_bessel_k1": "besselk1(x)", "spherical_bessel_j0": "sinc(x)",
    "logerfcx": "ln(erfcx(x))",
}  # fmt: skip
COMPLEX, INTEGRAL = "complex numbers are out of scope", "integrals are not part of the language"
ABSENT = {
    **dict.fromkeys(("real", "imag", "re", "im", "conj", "conjugate", "arg", "cis"), COMPLEX),
    **dict.fromkeys(("integrate", "integral", "antiderivative"), INTEGRAL),
    **dict.fromkeys(("limit", "lim"), "limits are not part of the language"),
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


def instead(name: str) -> str | None:
    """What to do without the function of this name."""
    low = name.lower()
    for known in (name, low, low.replace("_", ""), low.replace("arc", "a", 1)):
        if known in FORMULAS:
            return f"write {FORMULAS[known]}"
        if known in ABSENT:
            return ABSENT[known]
    return None
