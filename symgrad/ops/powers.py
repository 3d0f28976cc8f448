"""Powers and roots: a whole exponent has a row of its own, and a constant one too."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from .row import Margin, Rule, Where, always, floats, nonnegative, op, positive, written, x_, zero


def faint_power(x: float, c: float) -> bool:
    """x^(c-1) may over- or underflow, though c*x^(c-1) need not."""
    if c == 1 or abs(c) > 2.0**51:  # beyond, c - 1 rounds, or changes from odd to even
        return c != 1
    if not 1e-270 < abs(x) < 1e270:
        return True
    return abs(c) > 2 and not -900 < (c - 1) * math.log2(abs(x)) < 900


FAINT = Where(faint_power, "range")


def rounded_exponent(x: float, c: float) -> bool:
    """c - 1 or c - 2 rounds, or x^(c-2) may over- or underflow."""
    return c - 1 + 1 != c or c - 2 + 2 != c or faint_power(x, c - 1)


def first(m: Any, x: Any, n: Any) -> Any:
    return x


def base(m: Any, a: Any, b: Any) -> Any:
    return a


def nonzero_below(exponent: Rule, base: Rule = first) -> tuple[Margin, ...]:
    """The base is not 0, unless the exponent is 0 or more."""
    return (Margin("!= 0", base, unless=Margin(">= 0", exponent)),)


def nonnegative_unless_whole(exponent: Rule, base: Rule = first) -> tuple[Margin, ...]:
    """The base is 0 or more, unless this is a whole number."""
    return (Margin(">= 0", base, unless=Margin("integer", exponent)),)


def whole_power_slope(m: Any, y: Any, x: Any, n: Any) -> Any:
    """n*x^(n-1); plainly 0 for x^0, whose 0*x^-1 would be nan at 0."""
    return 0 if getattr(n, "label", n) == 0 else n * m.powi(x, n - 1)


def real_power_slope(m: Any, y: Any, x: Any, c: Any) -> Any:
    """c*x^(c-1), plainly 0 for x^0.0 likewise."""
    return 0 if getattr(c, "label", c) == 0 else c * m.power_below(x, c)


def exponential_slope(m: Any, y: Any, a: Any, b: Any) -> Any:
    """a^b ln a as a textbook writes it; plainly 0 for 0^b, which has a slope for b > 0 alone."""
    return 0 if getattr(a, "number", getattr(a, "label", a)) == 0 else y * m.log(a)


def base_partial(m: Any, y: Any, a: Any, b: Any) -> Any:
    """d(a^b)/da = b a^(b-1), which is 0 at a = b = 0; elsewhere it is smooth, and nothing is chosen."""
    return m.select(m.ne(m.hypot(a, b), 0), b * m.power_below(a, b), 0)


def power_partial(m: Any, y: Any, a: Any, b: Any) -> Any:
    """d(a^b)/db = a^b ln a, which is 0 at a = 0 (there b > 0)."""
    return m.select(m.ne(a, 0), y * m.log(a), 0)


def root_at_infinity(x: float, n: float) -> float:
    return math.nan if math.isinf(n) or (x < 0 and n % 2 == 0) else x


# fmt: off
op("powi", whole_power_slope, None, meaning=lambda m, x, n: x**n,
   domain=nonzero_below(lambda m, x, n: n), exponent=lambda n: n,
   **floats(whole=-math.inf, rational=True, ulps=1),
   **written(family="power", notation="x^n, n a whole number", derivative="n*x^(n-1)", infix=("^", 30),
             rule="power rule"))
op("powr", real_power_slope, None, meaning=lambda m, x, c: x**c,
   domain=nonnegative(lambda m, x, c: x) + nonzero_below(lambda m, x, c: c), exponent=lambda c: c,
   **floats(ulps=1, delicate=(None, FAINT)),
   **written(family="power", notation="x^c, c a constant", derivative="c*x^(c-1)", infix=("^", 30), rule="power rule",
             textbook=(lambda m, y, x, c: c * m.pow(x, c - 1), None)))
op("pow", base_partial, power_partial, meaning=lambda m, a, b: a**b,
   domain=nonnegative_unless_whole(lambda m, a, b: b, base) + nonzero_below(lambda m, a, b: b, base),
   exponent=lambda b: b,
   **floats(native=True, ulps=1, delicate=(None, FAINT, None)),
   **written(family="power", notation="a^b", derivative="b*a^(b-1), a^b*ln(a)", infix=("^", 30),
             rule="power rule for two functions",
             textbook=(lambda m, y, a, b: b * m.pow(a, b - 1), exponential_slope)))
op("power_below", lambda m, y, x, c: (c - 1) * m.power_below(x, c - 1),
   lambda m, y, x, c: m.select(m.ne(x, 0), y * m.log(x), 0), meaning=lambda m, x, c: x**(c - 1),
   domain=nonnegative_unless_whole(lambda m, x, c: c - 1) + nonzero_below(lambda m, x, c: c - 1),
   exponent=lambda c: c - 1,
   **floats(ulps=2, delicate=(None, rounded_exponent, None)),
   **written(family="power", notation="x^(c-1), c-1 not rounded", hidden=True, spelling=lambda m, x, c: x**(c - 1)))
op("sqrt", lambda m, y, x: 1 / (2 * y), domain=nonnegative(x_), exponent=lambda: Fraction(1, 2), image="0 at 0",
   **floats(ulps=.5, plain=True),
   **written(family="root", derivative="1/(2*sqrt(x))", unicode="√", latex=r"\sqrt{{{0}}}", shape="root",
             open_argument=True, met="unnoticed"))
op("rsqrt", lambda m, y, x: -y / (2 * x), forward=lambda m, x: 1 / m.sqrt(x), meaning=lambda m, x: 1 / m.sqrt(x),
   domain=positive(x_), image="> 0", exponent=lambda: Fraction(-1, 2),
   **floats(ulps=1.5),
   **written(family="root", notation="rsqrt(x) = 1/sqrt(x)", derivative="-1/(2*x*sqrt(x))"))
op("cbrt", lambda m, y, x: 1 / (3 * (y * y)), meaning=lambda m, x: m.sign(x) * m.Abs(x)**m.Rational(1, 3),
   kinks=zero(x_), exponent=lambda: Fraction(1, 3), image="0 at 0",
   **floats(ulps=1),
   **written(family="root", derivative="1/(3*cbrt(x)^2)", unicode="∛", latex=r"\sqrt[3]{{{0}}}", shape="root",
             open_argument=True))
op("root", lambda m, y, x, n: 1 / (n * m.powi(y, n - 1)), None,
   meaning=lambda m, x, n: m.sign(x) * m.Abs(x)**(1 / n) if n % 2 else x**(1 / n),
   domain=nonnegative_unless_whole(lambda m, x, n: (n + 1) / 2),
   kinks=zero(lambda m, x, n: x), exponent=lambda n: 1 / n, image="0 at 0",
   **floats(whole=1, ulps=1, delicate=(None, always), at_infinity=root_at_infinity),
   **written(family="root", notation="root(x, n)", derivative="1/(n*root(x, n)^(n-1))", latex=r"\sqrt[{1}]{{{0}}}",
             shape="root"))
