"""Exponentials and logarithms."""

from __future__ import annotations

import math
from typing import Any

from .row import Margin, floats, nonnegative, nonzero, op, positive, written, x_


def cancels(*x: float) -> bool:
    """ln(e^x1 + ... + e^xn) is near its zero."""
    return -2 * math.log(len(x)) < max(x) < 0


def log_sum_exp(m: Any, *x: Any) -> Any:
    """The largest argument + ln(1 + rest), rest being the others' shares of it."""
    top, rest = x[0], 0
    for a in x[1:]:
        share = m.exp_difference(m.min(a, top), m.max(a, top))
        rest = m.select(m.gt(a, top), (1 + rest) * share, rest + share)
        top = m.max(a, top)
    return top + m.log1p(rest)


def softmax(m: Any, y: Any, x: Any) -> list[Any]:
    top = m.max(*x)
    shares = [m.exp_difference(a, top) for a in x]
    total = m.sum(*shares)
    return [share / total for share in shares]


def log_of_rest(m: Any, x: Any) -> Any:
    """ln(1 - e^-a) by whichever of the two differences keeps its digits (Maechler)."""
    a = m.abs(x)
    return m.select(m.lt(a, m.log(2)), m.log(-m.expm1(-a)), m.log1p(-m.exp(-a)))


def log_odds(m: Any, x: Any) -> Any:
    """ln(x/(1 - x)); beside its zero at 1/2 by 2x - 1, which is exact there."""
    beside = 2 * x - 1
    return m.select(m.lt(m.abs(beside), m.ratio(1, 2)), 2 * m.atanh(beside), m.log(x / (1 - x)))


# fmt: off
op("exp", lambda m, y, x: y, inverse="log", image="> 0",
   **floats(hazards="overflow", ulps=1, plain=True, growth="steep", meromorphic=True),
   **written(family="exponential", notation="e^x", derivative="e^x", latex=r"e^{{{0}}}", shape="exponential",
             open_argument=True,
             rule="exponential rule", suggests_e=True))
op("exp2", lambda m, y, x: y * m.log(2), meaning=lambda m, x: 2**x, inverse="log2", image="> 0",
   **floats(hazards="overflow", ulps=1, growth="steep"),
   **written(worked_out=True, family="exponential", derivative="2^x*ln(2)", rule="exponential rule"))
op("exp10", lambda m, y, x: y * m.log(10), forward=lambda m, x: m.pow(10, x), meaning=lambda m, x: 10**x,
   inverse="log10", image="> 0",
   **floats(ulps=1, growth="steep"),
   **written(worked_out=True, family="exponential", derivative="10^x*ln(10)", rule="exponential rule"))
op("exp_difference", lambda m, y, a, b: y, lambda m, y, a, b: -y, forward=lambda m, a, b: m.exp(a - b),
   meaning=lambda m, a, b: m.exp(a - b), image="> 0",
   **floats(ulps=2, native=True),
   **written(family="exponential", notation="e^(a-b), the difference not rounded", hidden=True, spelling=lambda m, a,
             b: m.exp(a - b)))
op("expm1", lambda m, y, x: m.exp(x), meaning=lambda m, x: m.exp(x) - 1, inverse="log1p", image="0 at 0",
   **floats(hazards="overflow removable threshold", ulps=1, growth="steep", meromorphic=True),
   **written(family="exponential", derivative="e^x", suggests_e=True))
op("log", lambda m, y, x: 1 / x, domain=positive(x_), inverse="exp",
   **floats(ulps=1, plain=True),
   **written(family="logarithm", notation="ln(x)", derivative="1/x", text="ln", latex=r"\ln", open_argument=True,
             aliases=("ln",), met="unnoticed"))
op("log2", lambda m, y, x: 1 / x / m.log(2), meaning=lambda m, x: m.log(x) / m.log(2), domain=positive(x_),
   inverse="exp2",
   **floats(ulps=1),
   **written(family="logarithm", derivative="1/(x*ln(2))", latex=r"\log_{2}", open_argument=True))
op("log10", lambda m, y, x: 1 / x / m.log(10), meaning=lambda m, x: m.log(x) / m.log(10), domain=positive(x_),
   inverse="exp10",
   **floats(ulps=2),
   **written(family="logarithm", derivative="1/(x*ln(10))", latex=r"\log_{10}", open_argument=True))
op("log1p", lambda m, y, x: 1 / (1 + x), meaning=lambda m, x: m.log(1 + x), domain=positive(lambda m, x: 1 + x),
   inverse="expm1", image="0 at 0",
   **floats(hazards="removable threshold", ulps=1),
   **written(family="logarithm", derivative="1/(1 + x)"))
op("logaddexp", pullback=softmax, forward=log_sum_exp, meaning=lambda m, *x: m.log(m.Add(*(m.exp(a) for a in x))),
   **floats(hazards="overflow threshold tie", ulps=2, delicate=(cancels,)),
   **written(derivative="e^xi/(e^x1 + ... + e^xn)", aliases=("logsumexp",),
             textbook=lambda m, y, x: [m.exp(a) / m.sum(*map(m.exp, x)) for a in x], suggests_e=True))
op("log1mexp", lambda m, y, x: m.sign(x) * m.exp(-m.abs(x)) / -m.expm1(-m.abs(x)), forward=log_of_rest,
   meaning=lambda m, x: m.Piecewise((m.log(1 - m.exp(-x)), x > 0), (m.log(1 - m.exp(x)), True)), domain=nonzero(x_),
   image="!= 0",
   **floats(ulps=2),
   **written(notation="log1mexp(x) = ln(1 - e^(-|x|))", derivative="sign(x)/(e^|x| - 1)",
             textbook=(lambda m, y, x: m.sign(x) / (m.exp(m.abs(x)) - 1),)))
op("logit", lambda m, y, x: 1 / (x * (1 - x)), forward=log_odds, meaning=lambda m, x: m.log(x / (1 - x)),
   domain=positive(x_, lambda m, x: 1 - x), inverse="sigmoid",
   **floats(ulps=3),
   **written(family="logarithm", notation="logit(x) = ln(x/(1 - x))", derivative="1/(x*(1 - x))"))
op("xlogy", lambda m, y, a, b: m.log(b), lambda m, y, a, b: a / b,
   forward=lambda m, a, b: m.select(m.ne(a, 0), a * m.log(b), m.select(m.ge(b, 0), 0, m.log(b))),
   meaning=lambda m, a, b: a * m.log(b),
   domain=(Margin("> 0", lambda m, a, b: b, unless=Margin("= 0", lambda m, a, b: m.hypot(a, b))),),
   **floats(ulps=1.5),
   **written(notation="xlogy(a, b) = a*ln(b), 0 at a = b = 0", derivative="ln(b), a/b"))
op("xlog1py", lambda m, y, a, b: m.log1p(b), lambda m, y, a, b: a / (1 + b),
   forward=lambda m, a, b: m.select(m.ne(a, 0), a * m.log1p(b), m.select(m.ge(b, -1), 0, m.log1p(b))),
   meaning=lambda m, a, b: a * m.log(1 + b),
   domain=(Margin("> 0", lambda m, a, b: 1 + b, unless=Margin("= 0", lambda m, a, b: m.hypot(a, 1 + b))),),
   **floats(ulps=2),
   **written(notation="xlog1py(a, b) = a*ln(1 + b), 0 at a = 0, b = -1", derivative="ln(1 + b), a/(1 + b)"))
op("entr", lambda m, y, x: -1 - m.log(x), forward=lambda m, x: m.select(m.ne(x, 0), -x * m.log(x), 0),
   meaning=lambda m, x: -x * m.log(x), domain=nonnegative(x_),
   **floats(ulps=1.5, delicate=(None, lambda x: .3 < x < .45)),
   **written(notation="entr(x) = -x*ln(x), 0 at 0", derivative="-1 - ln(x)"))
