"""What every row should give, from definitions that are not the table's.

- `truth(name, x)` is the value and all partials of one row at floats x, in Arb balls fine enough
  to judge a float; None where there is no finite value.
- A row is written here as a textbook defines it, over Arb's power series, which differentiate by
  themselves; no rule of `symgrad.ops` is used. Rows in pieces are given in closed form.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from flint import acb, arb, arb_series, ctx

MOST_BITS = 6_000
SMALL, LARGE = arb(2) ** -1200, arb(2) ** 1200


def exp(x: arb_series) -> arb_series:
    """e^x; Arb gives no finite ball beyond 2^300 or so, where a smaller overflow does as well."""
    return arb_series([arb(10**6), x[1]]).exp() if x[0] > 10**6 else x.exp()


def cosh(x: Any) -> Any:
    return (exp(x) + exp(-x)) / 2


def sinh(x: Any) -> Any:
    return (exp(x) - exp(-x)) / 2


def sgn(x: Any) -> int:
    return 1 if x[0] > 0 else -1


def power(a: Any, b: Any) -> Any:
    """a^b, for a negative base with a whole exponent too."""
    if a[0] < 0:
        if not b[0].is_integer():
            raise ValueError("a negative number to a fraction")
        return power(-a, b) * (-1 if (b[0] / 2).is_integer() == 0 else 1)
    return exp(b * a.log())


def real_root(x: Any, n: Any) -> Any:
    if x[0] < 0 and not ((arb_series(n) - 1) / 2)[0].is_integer():
        raise ValueError("an even root of a negative number")
    return exp((x * sgn(x)).log() / n) * sgn(x)


def asin(x: Any) -> Any:
    return 2 * (x / (1 + (1 - x * x).sqrt())).atan()


def acosh(x: Any) -> Any:
    return (x + (x * x - 1).sqrt()).log()


def asinh(x: Any) -> Any:
    return sgn(x) * (sgn(x) * x + (x * x + 1).sqrt()).log()


def atanh(x: Any) -> Any:
    return ((1 + x) / (1 - x)).log() / 2


def atan2(y: Any, x: Any) -> Any:
    """By the half-angle formula, or by y/x where that is 0/0."""
    r = (x * x + y * y).sqrt()
    return 2 * (y / (r + x)).atan() if x[0] > 0 else 2 * ((r - x) / y).atan()


def log_sum(*x: Any) -> Any:
    top = max(x, key=lambda a: float(a[0]))
    return top + sum((exp(a - top) for a in x if a is not top), arb_series([1])).log()


def sigmoid(x: Any) -> Any:
    return 1 / (1 + exp(-x))


def softplus(x: Any) -> Any:
    return x + (1 + exp(-x)).log() if x[0] > 0 else (1 + exp(x)).log()


def tanh(x: Any) -> Any:
    return sgn(x) * (1 - 2 / (exp(2 * x * sgn(x)) + 1))


def norm_cdf(x: Any) -> Any:
    return (-x / arb(2).sqrt()).erfc() / 2


def log_derivative(x: Any, order: int) -> Any:
    """The derivative of that order (1: digamma) of ln gamma, as a series of two terms."""
    cap, ctx.cap = ctx.cap, order + 3
    try:
        g = arb_series([x[0], 1], order + 3).gamma()
        quotient = g.derivative() / g
        for _ in range(order - 1):
            quotient = quotient.derivative()
        return arb_series([quotient[0], quotient[1] * x[1]])
    finally:
        ctx.cap = cap


def bessel(n: Any, x: Any, sign: int) -> Any:
    """(x/2)^n/n! 0F1(; n+1; -+x^2/4); the derivative of 0F1(; b; z) is 0F1(; b+1; z)/b."""
    n = int(n[0].unique_fmpz())
    flip = sign**n if n < 0 else 1
    n = abs(n)
    z = sign * x * x / 4
    f, g = (z[0].hypgeom_0f1(arb(n + k)) for k in (1, 2))
    return (x / 2) ** n / arb(n).fac() * arb_series([f, z[1] * g / (n + 1)]) * flip


def spherical(n: Any, x: Any) -> Any:
    """From sin(x)/x and cos(x)/x by the recurrence j[k+1] = (2k+1)/x j[k] - j[k-1]."""
    below, here = x.cos() / x, x.sin() / x
    n = int(n[0].unique_fmpz())
    if n == -1:
        return below
    for k in range(n):
        below, here = here, (2 * k + 1) * here / x - below
    return here


def erfinv(x: Any) -> Any:
    y = x[0].erfinv()
    return arb_series([y, x[1] * arb.pi().sqrt() / 2 * (y * y).exp()])


def lgamma(x: Any) -> Any:
    g = x.gamma()
    return g.log() if g[0] > 0 else (-g).log()


def with_slope(x: Any, y: arb, slope: arb) -> Any:
    return arb_series([y, x[1] * slope])


def inverse_of_erfc(x: Any) -> Any:
    y = x[0].erfcinv()
    return with_slope(x, y, -arb.pi().sqrt() / 2 * (y * y).exp())


def second_bessel(n: Any, x: Any, name: str, sign: int) -> Any:
    """Y_n' = Y_(n-1) - n/x Y_n, and K_n' = -K_(n-1) - n/x K_n."""
    here, below = (getattr(x[0], name)(n[0] - k) for k in (0, 1))
    return with_slope(x, here, sign * below - n[0] / x[0] * here)


def kummer(a: Any, b: Any, x: Any) -> Any:
    """x M'(a, b, x) = a (M(a + 1, b, x) - M(a, b, x))."""
    f = x[0].hypgeom_1f1(a[0], b[0])
    return with_slope(x, f, a[0] * (x[0].hypgeom_1f1(a[0] + 1, b[0]) - f) / x[0])


def gauss(a: Any, b: Any, c: Any, x: Any) -> Any:
    """x F'(a, b; c; x) = a (F(a + 1, b; c; x) - F(a, b; c; x))."""
    f = x[0].hypgeom_2f1(a[0], b[0], c[0])
    return with_slope(x, f, a[0] * (x[0].hypgeom_2f1(a[0] + 1, b[0], c[0]) - f) / x[0])


def elliptic(x: Any, second: bool) -> Any:
    """2 x K' = E/(1 - x) - K and 2 x E' = E - K."""
    k, e = acb(x[0]).elliptic_k().real, acb(x[0]).elliptic_e().real
    if second:
        return with_slope(x, e, (e - k) / (2 * x[0]))
    return with_slope(x, k, (e / (1 - x[0]) - k) / (2 * x[0]))


def zeta_derivative(n: Any, x: Any) -> Any:
    n = int(n[0].unique_fmpz())
    if not abs(x[0]) < 1000:  # Arb would take for ever
        raise ValueError("far away")
    cap, ctx.cap = ctx.cap, n + 2
    try:
        z = arb_series([x[0], 1], n + 2).zeta()
        return with_slope(x, z[n] * arb(n).fac(), z[n + 1] * arb(n + 1).fac())
    finally:
        ctx.cap = cap


def log_normal_cdf(x: Any) -> Any:
    """ln(1 - t) or, far left, ln of t by e^(-x^2/2) times what is left of it."""
    return norm_cdf(x).log() if x[0] > -100 else with_slope(
        x, scaled_tail(x[0]).log() - x[0] ** 2 / 2 - arb(2).log(),
        (2 / arb.pi()).sqrt() / scaled_tail(x[0]))  # fmt: skip


def scaled_tail(x: arb) -> arb:
    """e^(x^2/2) erfc(-x/sqrt(2)) by Tricomi's U, on the left."""
    return (x * x / 2).hypgeom_u(arb(0.5), arb(0.5)) / arb.pi().sqrt()


def error_tail(x: Any) -> Any:
    """e^(x^2) erfc(x); its slope is 2 x y - 2/sqrt(pi)."""
    y = x[0] ** 2
    y = y.hypgeom_u(arb(0.5), arb(0.5)) / arb.pi().sqrt() if x[0] > 2 else y.exp() * x[0].erfc()
    return with_slope(x, y, 2 * x[0] * y - 2 / arb.pi().sqrt())


def paired(a: Sequence[Any], b: Sequence[Any]) -> Any:
    return sum((p * q for p, q in zip(a, b)), arb_series([0]))


def log(x: Any) -> Any:
    return x.log()


SMOOTH: dict[str, Callable] = {
    "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b, "neg": lambda x: -x,
    "sum": lambda *x: sum(x[1:], x[0]),
    "dot": lambda *x: paired(x[: len(x) // 2], x[len(x) // 2 :]),
    "powi": power, "powr": power, "pow": power, "power_below": lambda x, c: power(x, c - 1),
    "sqrt": lambda x: x.sqrt(), "cbrt": lambda x: real_root(x, arb(3)), "root": real_root,
    "exp": exp, "exp2": lambda x: exp(x * arb(2).log()), "expm1": lambda x: exp(x) - 1,
    "exp_difference": lambda a, b: exp(a - b), "log": log, "log2": lambda x: x.log() / arb(2).log(),
    "log10": lambda x: x.log() / arb(10).log(), "log1p": lambda x: (1 + x).log(),
    "logaddexp": log_sum,
    "sin": lambda x: x.sin(), "cos": lambda x: x.cos(), "tan": lambda x: x.sin() / x.cos(),
    "sec": lambda x: 1 / x.cos(), "csc": lambda x: 1 / x.sin(), "cot": lambda x: x.cos() / x.sin(),
    "sinpi": lambda x: (arb.pi() * x).sin(), "cospi": lambda x: (arb.pi() * x).cos(),
    "deg2rad": lambda x: x * arb.pi() / 180, "rad2deg": lambda x: x * 180 / arb.pi(),
    "rsqrt": lambda x: 1 / x.sqrt(), "exp10": lambda x: exp(x * arb(10).log()),
    "log1mexp": lambda x: (1 - exp(-x * sgn(x))).log(), "logit": lambda x: (x / (1 - x)).log(),
    "xlogy": lambda a, b: a * b.log(), "xlog1py": lambda a, b: a * (1 + b).log(),
    "entr": lambda x: -x * x.log(), "log_sigmoid": lambda x: -softplus(-x), "ndtr": norm_cdf,
    "gelu_tanh": lambda x: x * sigmoid(
        2 * (2 / arb.pi()).sqrt() * (x + x**3 * arb(44715) / 10**6)),
    "asin": asin, "acos": lambda x: arb.pi() / 2 - asin(x), "atan": lambda x: x.atan(),
    "asec": lambda x: arb.pi() / 2 - asin(1 / x), "acsc": lambda x: asin(1 / x),
    "acot": lambda x: (1 / x).atan(), "atan2": atan2, "sinc": lambda x: x.sin() / x,
    "sphericalj": spherical,
    "sinh": sinh, "cosh": cosh, "tanh": tanh,
    "sech": lambda x: 1 / cosh(x), "csch": lambda x: 1 / sinh(x), "coth": lambda x: 1 / tanh(x),
    "asinh": asinh, "acosh": acosh, "atanh": atanh, "asech": lambda x: acosh(1 / x),
    "acsch": lambda x: asinh(1 / x), "acoth": lambda x: atanh(1 / x),
    "sigmoid": sigmoid, "softplus": softplus, "silu": lambda x: x * sigmoid(x),
    "gelu": lambda x: x * norm_cdf(x), "mish": lambda x: x * tanh(softplus(x)),
    "hypot": lambda *x: sum((a * a for a in x), arb_series([0])).sqrt(),
    "gaussian": lambda x: exp(-x * x), "erf": lambda x: x.erf(), "erfc": lambda x: x.erfc(),
    "erfinv": erfinv, "gamma": lambda x: x.gamma(), "lgamma": lgamma,
    "digamma": lambda x: log_derivative(x, 1),
    "polygamma": lambda n, x: log_derivative(x, 1 + int(n[0].unique_fmpz())),
    "beta": lambda a, b: a.gamma() * b.gamma() / (a + b).gamma(),
    "factorial": lambda x: (x + 1).gamma(),
    "besselj": lambda n, x: bessel(n, x, -1), "besseli": lambda n, x: bessel(n, x, 1),
    "besselj0": lambda x: bessel([arb(0)], x, -1), "besselj1": lambda x: bessel([arb(1)], x, -1),
    "besseli0": lambda x: bessel([arb(0)], x, 1), "besseli1": lambda x: bessel([arb(1)], x, 1),
    "erfi": lambda x: x.erfi(), "erfcx": error_tail, "erfcinv": inverse_of_erfc,
    "ndtri": lambda x: -arb(2).sqrt() * inverse_of_erfc(2 * x), "log_ndtr": log_normal_cdf,
    "Ei": lambda x: x.ei(), "li": lambda x: x.li(), "Si": lambda x: x.si(), "Ci": lambda x: x.ci(),
    "Shi": lambda x: x.shi(), "Chi": lambda x: x.chi(), "lambertw": lambda x: x.lambertw(),
    "gammainc": lambda a, x: arb_series.gamma_lower(a[0], x, regularized=1),
    "gammaincc": lambda a, x: arb_series.gamma_upper(a[0], x, regularized=1),
    "betainc": lambda a, b, x: arb_series.beta_lower(a[0], b[0], x, regularized=True),
    "ellipk": lambda x: elliptic(x, False), "ellipe": lambda x: elliptic(x, True),
    "hyp1f1": kummer, "hyp2f1": gauss,
    "bessely": lambda n, x: second_bessel(n, x, "bessel_y", 1),
    "besselk": lambda n, x: second_bessel(n, x, "bessel_k", -1),
    **{f"bessel{k}{n}": lambda x, k=k, n=n: SMOOTH[f"bessel{k}"]([arb(n)], x)
       for k in "yk" for n in (0, 1)},
    "airyai": lambda x: x.airy_ai(), "airyaiprime": lambda x: x.airy_ai_prime(),
    "airybi": lambda x: x.airy_bi(), "airybiprime": lambda x: x.airy_bi_prime(),
    "zeta": lambda x: zeta_derivative([arb(0)], x), "zeta_derivative": zeta_derivative,
    "betaln": lambda a, b: a.lgamma() + b.lgamma() - (a + b).lgamma(),
    "pi": lambda: arb_series([arb(1).asin() * 2]), "e": lambda: arb_series([arb(1).exp()]),
}  # fmt: skip


def shares(x: Sequence[float], extreme: float) -> list[arb]:
    hits = [a == extreme for a in x]
    return [arb(hit) / sum(hits) for hit in hits]


def step(test: Callable) -> Callable:
    return lambda a, b: (arb(test(a, b)), [None, None])


def exp_ball(x: float) -> arb:
    return exp(arb_series([arb(x)]))[0]


def remainder(a: float, b: float) -> tuple[arb, list[arb | None]]:
    """a - b*floor(a/b) in fractions."""
    whole = math.floor(Fraction(a) / Fraction(b))
    left = Fraction(a) - Fraction(b) * whole
    return arb(left.numerator) / left.denominator, [arb(1), arb(-whole)]


def selu(x: float) -> tuple[arb, list[arb | None]]:
    scale = arb("1.0507009873554804934193349852946")
    alpha = scale * arb("1.6732632423543772848170429916717")
    return (scale * x, [scale]) if x > 0 else (alpha * arb(x).expm1(), [alpha * exp_ball(x)])


def clamped(x: float, low: float, high: float) -> tuple[arb, list[arb | None]]:
    return arb(sorted((low, x, high))[1]), [arb(low < x < high)]


def hundredth(x: float) -> arb:
    return arb(1) if x > 0 else arb(1) / 100


PIECES: dict[str, Callable] = {
    "abs": lambda x: (arb(-x if x < 0 else x), [arb((x > 0) - (x < 0))]),
    "sign": lambda x: (arb((x > 0) - (x < 0)), [None]),
    "relu": lambda x: (arb(x if x > 0 else 0), [arb(x > 0)]),
    "leaky_relu": lambda x: (x * hundredth(x), [hundredth(x)]),
    "elu": lambda x: (arb(x) if x > 0 else arb(x).expm1(), [arb(1) if x > 0 else exp_ball(x)]),
    "softsign": lambda x: (arb(x) / (1 + abs(arb(x))), [1 / (1 + abs(arb(x))) ** 2]),
    "clamp": lambda x, a, b: (
        arb(sorted((x, a, b))[1]), [arb(a < x < b), arb(x <= a), arb(x >= b and a < x)]),
    "max": lambda *x: (arb(max(x)), shares(x, max(x))),
    "min": lambda *x: (arb(min(x)), shares(x, min(x))),
    "lt": step(lambda a, b: a < b), "le": step(lambda a, b: a <= b),
    "gt": step(lambda a, b: a > b), "ge": step(lambda a, b: a >= b),
    "eq": step(lambda a, b: a == b), "ne": step(lambda a, b: a != b),
    **{n: lambda x, f=f: (arb(f(x)), [None]) for n, f in
       (("floor", math.floor), ("ceil", math.ceil), ("trunc", math.trunc), ("round", round))},
    "mod": remainder,
    "selu": selu,
    "relu6": lambda x: clamped(x, 0, 6), "hardtanh": lambda x: clamped(x, -1, 1),
    "hardsigmoid": lambda x: ((arb(sorted((-3.0, x, 3.0))[1]) + 3) / 6, [arb(-3 < x < 3) / 6]),
    "hardswish": lambda x: (
        arb(x) * (arb(sorted((-3.0, x, 3.0))[1]) + 3) / 6,
        [(2 * arb(x) + 3) / 6 if -3 < x < 3 else arb(x >= 3)]),
    "if": lambda c, a, b: (arb(a if c != 0 else b), [None, arb(c != 0), arb(c == 0)]),
}  # fmt: skip

PARAMETERS = {"powi": (1,), "powr": (1,), "root": (1,), "sphericalj": (0,), "polygamma": (0,),
              "besselj": (0,), "besseli": (0,), "bessely": (0,), "besselk": (0,),
              "zeta_derivative": (0,), "gammainc": (0,), "gammaincc": (0,), "betainc": (0, 1),
              "hyp1f1": (0, 1), "hyp2f1": (0, 1, 2)}  # fmt: skip  # arguments without a partial


def truth(name: str, x: Sequence[float]) -> tuple[arb, list[arb | None]] | None:
    """The value and the partials (None: a parameter), fine enough to judge floats by."""
    if name not in SMOOTH and name not in PIECES:
        raise LookupError(f"define {name} in tests/reference.py, as a textbook does")
    if outside(name, x):
        return None
    bits = 200
    before = ctx.prec, ctx.cap
    try:
        while bits <= MOST_BITS:
            ctx.prec, ctx.cap = bits, 2
            found = at_precision(name, x)
            if found and all(p is None or fine(p) for p in (found[0], *found[1])):
                return found
            bits *= 3
        return None
    finally:
        ctx.prec, ctx.cap = before


PART_OF = {"gammainc": (0.0, math.inf), "gammaincc": (0.0, math.inf), "betainc": (0.0, 1.0)}


def outside(name: str, x: Sequence[float]) -> bool:
    """Where a textbook's formula means something that the row does not."""
    complex_elsewhere = name in ("ellipk", "ellipe", "hyp2f1") and x[-1] >= 1
    least, most = PART_OF.get(name, (-math.inf, math.inf))
    return (complex_elsewhere or (len(x) > 0 and not least <= x[-1] <= most)
            or (name == "clamp" and x[1] > x[2])
            or (name == "power_below" and x[0] < 0)
            or (name.startswith(("bessely", "besselk")) and x[-1] <= 0))  # fmt: skip


def at_precision(name: str, x: Sequence[float]) -> tuple[arb, list[arb | None]] | None:
    try:
        return PIECES[name](*x) if name in PIECES else differentiated(name, x)
    except (ZeroDivisionError, ValueError, OverflowError):  # at a pole, or too near one
        return None


def differentiated(name: str, x: Sequence[float]) -> tuple[arb, list[arb | None]]:
    partials: list[arb | None] = []
    y = SMOOTH[name](*(arb_series([arb(a)]) for a in x))[0]
    for i in range(len(x)):
        seeded = [arb_series([arb(a), int(i == j)]) for j, a in enumerate(x)]
        partials.append(None if i in PARAMETERS.get(name, ()) else SMOOTH[name](*seeded)[1])
    if name == "pow" and x[0] < 0:
        partials[1] = None  # the exponent is whole there
    return y, partials


def fine(ball: arb) -> bool:
    return ball.is_finite() and bool(
        ball.rel_accuracy_bits() > 80 or ball.is_exact() or abs(ball) < SMALL or abs(ball) > LARGE
    )
