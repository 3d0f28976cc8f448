"""The table of operations: all that symgrad knows of each, one row an operation.

- `OPS[name]` is the row; `op(...)` adds one (also at run time: parse, diff, verify, code and
  documentation are loops over this table).
- A rule is a textbook line in terms of `m`, the arithmetic its numbers live in: y is the value,
  x (or a, b) the arguments. `partials[i](m, y, *x)` is dy/dx[i]; None says that the argument is
  a parameter (the exponent of `powi`), or that the partial is 0 wherever it exists.
- The engine's rules never come from SymPy; `meaning` is what SymPy differentiates instead.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Rule = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Margin:
    """A condition on one expression in the arguments: `of(m, *x)` is > 0, >= 0, ..."""

    kind: Literal["> 0", ">= 0", "!= 0", "integer", "not integer", "= 0", "jump"]
    of: Rule
    unless: Margin | None = None  # another margin that excuses this one: gamma's pole, unless x > 0


@dataclass(frozen=True, slots=True, eq=False)
class Op:
    """One primitive: all that symgrad knows of it. `m` is the arithmetic its numbers live in."""

    name: str
    arity: int | None  # None: variadic
    partials: tuple[Rule | None, ...]  # partials[i](m, y, *x) = dy/dx[i]
    pullback: Rule | None = None  # variadic: pullback(m, y, x) = all partials at once, in linear time
    forward: Rule | None = None  # y in a form that is stable in floats; by default m.<name>(*x)
    meaning: Rule | None = None  # y as a textbook writes it; by default SymPy's function <name>
    ulps: float = 4  # how far its float forward may be off (its partials: at most 4)
    domain: tuple[Margin, ...] = ()
    kinks: tuple[Margin, ...] = ()  # where one is 0, y has no derivative (kind "jump": y jumps)
    delicate: tuple[Callable[..., bool] | None, ...] = ()  # per rule (forward, then partials): where
    #   a float composition loses digits, so that floats ask Arb to run this same rule instead
    plain: bool = False  # no product in its rules whose factors could over- or underflow before it
    symbol: str = ""  # how micrograd's drawing and `symgrad graph` label a node
    infix: tuple[str, int] | None = None  # operator and precedence, where it has one
    latex: str | None = None  # \sin for sin; a template with {0}, {1} where it has braces
    aliases: tuple[str, ...] = ()
    text: str = ""  # its name as one types it, where that is not `name`: ln for log
    unicode: str = ""  # the same in a Unicode formula
    shape: str = ""  # which method of a printing style writes it: bars, root, postfix, ...; by
    #   default that of its infix operator, else a call
    spelling: Rule | None = None  # a hidden row in terms of rows that one can type
    notation: str = ""  # how one writes it, for the documentation
    derivative: str = ""  # the same for its derivative
    rule: str = ""  # what a teacher calls its rule, where that is not "derivative of <name>"
    open_argument: bool = False  # "sin x" needs no brackets
    hidden: bool = False  # stable pieces of other rows; not offered to users

    def __repr__(self) -> str:
        return f"<op {self.name}>"

    def __reduce__(self) -> tuple:
        return row, (self.name,)


OPS: dict[str, Op] = {}
ALIASES: dict[str, str] = {}


def row(name: str) -> Op:
    """The row of that name or alias."""
    return OPS[ALIASES.get(name, name)]


def op(name: str, *partials: Rule | None, arity: int | None = -1, **facts: Any) -> Op:
    """Add a row to the table and return it; `facts` are the fields of `Op`."""
    arity = (None if "pullback" in facts else len(partials)) if arity == -1 else arity
    made = Op(name, arity, partials, **facts)
    for taken in (name, *made.aliases):
        if ALIASES.get(taken, taken) in OPS and ALIASES.get(taken, taken) != name:
            raise ValueError(f"{taken} is already the name of an operation")
    OPS[name] = made
    ALIASES.update(dict.fromkeys(made.aliases, name))
    return made


# --- margins ---------------------------------------------------------------------------------


def positive(*of: Rule) -> tuple[Margin, ...]:
    return tuple(Margin("> 0", f) for f in of)


def nonnegative(*of: Rule) -> tuple[Margin, ...]:
    return tuple(Margin(">= 0", f) for f in of)


def nonzero(*of: Rule) -> tuple[Margin, ...]:
    return tuple(Margin("!= 0", f) for f in of)


def zero(*of: Rule) -> tuple[Margin, ...]:
    return tuple(Margin("= 0", f) for f in of)


def jump(*of: Rule) -> tuple[Margin, ...]:
    return tuple(Margin("jump", f) for f in of)


def off_poles(of: Rule) -> tuple[Margin, ...]:
    """Not at 0, -1, -2, ...: the poles of gamma."""
    return (Margin("not integer", of, unless=Margin("> 0", of)),)


# --- rules too long for a row -------------------------------------------------------------------


def x_(m: Any, x: Any) -> Any:
    return x


def always(*x: float) -> bool:
    return True


def faint_quotient(a: float, b: float) -> bool:
    """a/b is so small or large that it lost bits, which a second division by b may bring up."""
    return a != 0 and not 2.0**-960 * abs(b) < abs(a) < 2.0**960 * abs(b)


def faint_power(x: float, c: float) -> bool:
    """x^(c-1) may over- or underflow, though c*x^(c-1) need not."""
    if c == 1 or abs(c) > 2.0**51:  # beyond, c - 1 rounds, or changes from odd to even
        return c != 1
    if not 1e-270 < abs(x) < 1e270:
        return True
    return abs(c) > 2 and not -900 < (c - 1) * math.log2(abs(x)) < 900


def cancels(*x: float) -> bool:
    """ln(e^x1 + ... + e^xn) is near its zero."""
    return -2 * math.log(len(x)) < max(x) < 0


def tied(m: Any, y: Any, x: Any) -> list[Any]:
    """max, min: an equal share to every argument that attains y (the element of smallest norm)."""
    return m.shares(y, x)


def norm_pullback(m: Any, y: Any, x: Any) -> list[Any]:
    """hypot: a/y, and 0 (the element of smallest norm) at the origin."""
    apart = m.gt(y, 0)
    return [m.select(apart, a / y, 0) for a in x]


def dot_pullback(m: Any, y: Any, x: Any) -> list[Any]:
    """dot(a1, ..., an, b1, ..., bn): each factor's partial is its partner."""
    half = len(x) // 2
    return [*x[half:], *x[:half]]


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


def beyond_one(m: Any, x: Any) -> Any:
    """sqrt(x^2 - 1), exact to an ulp beside 1 and -1, where 1/x would round the difference away."""
    return m.sqrt(m.abs(x) - 1) * m.sqrt(m.abs(x) + 1)


def sigmoid_forward(m: Any, x: Any) -> Any:
    e = m.exp(-m.abs(x))
    return m.select(m.ge(x, 0), 1 / (1 + e), e / (1 + e))


def gamma_quotient(m: Any, a: Any, b: Any) -> Any:
    return m.gamma(a) * m.gamma(b) / m.gamma(a + b)


def spherical_spelling(m: Any, n: Any, x: Any) -> Any:
    """j_n by its recurrence from j_0 = sinc(x) and j_-1 = cos(x)/x."""
    n, at_0, below_0 = m.whole(n), m.sinc(x), m.cos(x) / x
    before, y, first, step = (below_0, at_0, 0, 1) if n >= 0 else (at_0, below_0, -1, -1)
    for k in range(first, n, step):
        before, y = y, (2 * k + 1) * y / x - before
    return y


def whole_power_slope(m: Any, y: Any, x: Any, n: Any) -> Any:
    """n*x^(n-1); plainly 0 for x^0, whose 0*x^-1 would be nan at 0."""
    return 0 if getattr(n, "label", n) == 0 else n * m.powi(x, n - 1)


def real_power_slope(m: Any, y: Any, x: Any, c: Any) -> Any:
    """c*x^(c-1), plainly 0 for x^0.0 likewise."""
    return 0 if getattr(c, "label", c) == 0 else c * m.power_below(x, c)


def power_partial(m: Any, y: Any, a: Any, b: Any) -> Any:
    """d(a^b)/db = a^b ln a, which is 0 at a = 0 (there b > 0)."""
    return m.select(m.ne(a, 0), y * m.log(a), 0)


# --- the table ------------------------------------------------------------------------------------
# One row an operation: name, partials, then facts. Keep the formatter off.
# fmt: off

# arithmetic
op("add", lambda m, y, a, b: 1, lambda m, y, a, b: 1,  forward=lambda m, a, b: a + b, meaning=lambda m, a, b: a + b, ulps=.5, symbol="+", infix=("+", 10), notation="a + b", derivative="1, 1", plain=True, rule="sum rule")
op("sub", lambda m, y, a, b: 1, lambda m, y, a, b: -1, forward=lambda m, a, b: a - b, meaning=lambda m, a, b: a - b, ulps=.5, symbol="-", infix=("-", 10), notation="a - b", derivative="1, -1", plain=True, rule="sum rule")
op("mul", lambda m, y, a, b: b, lambda m, y, a, b: a,  forward=lambda m, a, b: a * b, meaning=lambda m, a, b: a * b, ulps=.5, symbol="*", infix=("*", 20), notation="a * b", derivative="b, a", plain=True, rule="product rule")
op("div", lambda m, y, a, b: 1 / b, lambda m, y, a, b: -y / b, forward=lambda m, a, b: a / b, meaning=lambda m, a, b: a / b, ulps=.5, domain=nonzero(lambda m, a, b: b), symbol="/", infix=("/", 20), notation="a / b", derivative="1/b, -a/b^2", plain=True, delicate=(None, None, faint_quotient), rule="quotient rule")
op("neg", lambda m, y, x: -1, forward=lambda m, x: -x, meaning=lambda m, x: -x, ulps=0, symbol="-", infix=("-", 15), notation="-x", derivative="-1", plain=True, rule="constant factor rule")
op("sum", pullback=lambda m, y, x: [1] * len(x), meaning=lambda m, *x: m.Add(*x), symbol="sum", notation="sum(x1, ..., xn)", derivative="1 each", plain=True, ulps=.5, rule="sum rule")
op("dot", pullback=dot_pullback, forward=lambda m, *x: m.dot(x[:len(x) // 2], x[len(x) // 2:]), meaning=lambda m, *x: m.Add(*(a * b for a, b in zip(x[:len(x) // 2], x[len(x) // 2:]))), symbol="dot", notation="dot(a1, ..., an, b1, ..., bn)", derivative="b1, ..., bn, a1, ..., an", ulps=4, plain=True)

# powers: an integer exponent has a row of its own, and a constant one too
op("powi", whole_power_slope, None, meaning=lambda m, x, n: x**n, domain=(Margin("!= 0", lambda m, x, n: x, unless=Margin(">= 0", lambda m, x, n: n)),), symbol="^", infix=("^", 30), notation="x^n, n a whole number", derivative="n*x^(n-1)", ulps=1, rule="power rule")
op("powr", real_power_slope, None, meaning=lambda m, x, c: x**c, domain=nonnegative(lambda m, x, c: x) + (Margin("!= 0", lambda m, x, c: x, unless=Margin(">= 0", lambda m, x, c: c)),), symbol="^", infix=("^", 30), notation="x^c, c a constant", derivative="c*x^(c-1)", ulps=1, delicate=(None, faint_power), rule="power rule")
op("pow", lambda m, y, a, b: b * m.power_below(a, b), power_partial, meaning=lambda m, a, b: a**b, domain=(Margin(">= 0", lambda m, a, b: a, unless=Margin("integer", lambda m, a, b: b)), Margin("!= 0", lambda m, a, b: a, unless=Margin(">= 0", lambda m, a, b: b))), symbol="^", infix=("^", 30), notation="a^b", derivative="b*a^(b-1), a^b*ln(a)", ulps=1, delicate=(None, faint_power, None), rule="power rule for two functions")
op("power_below", lambda m, y, x, c: (c - 1) * m.power_below(x, c - 1), lambda m, y, x, c: m.select(m.ne(x, 0), y * m.log(x), 0), meaning=lambda m, x, c: x**(c - 1), domain=nonnegative(lambda m, x, c: x) + (Margin("!= 0", lambda m, x, c: x, unless=Margin(">= 0", lambda m, x, c: c - 1)),), notation="x^(c-1), c-1 not rounded", hidden=True, spelling=lambda m, x, c: x**(c - 1), delicate=(None, lambda x, c: c - 1 + 1 != c or c - 2 + 2 != c or faint_power(x, c - 1), None), ulps=2)
op("sqrt", lambda m, y, x: 1 / (2 * y), domain=nonnegative(x_), ulps=.5, latex=r"\sqrt{{{0}}}", notation="sqrt(x)", derivative="1/(2*sqrt(x))", shape="root", unicode="√", plain=True, open_argument=True)
op("cbrt", lambda m, y, x: 1 / (3 * (y * y)), meaning=lambda m, x: m.sign(x) * m.Abs(x)**m.Rational(1, 3), kinks=zero(x_), ulps=1, latex=r"\sqrt[3]{{{0}}}", notation="cbrt(x)", derivative="1/(3*cbrt(x)^2)", shape="root", unicode="∛", open_argument=True)
op("root", lambda m, y, x, n: 1 / (n * m.powi(y, n - 1)), None, meaning=lambda m, x, n: m.sign(x) * m.Abs(x)**(1 / n) if n % 2 else x**(1 / n), domain=(Margin(">= 0", lambda m, x, n: x, unless=Margin("integer", lambda m, x, n: (n + 1) / 2)),), kinks=zero(lambda m, x, n: x), latex=r"\sqrt[{1}]{{{0}}}", notation="root(x, n)", derivative="1/(n*root(x, n)^(n-1))", delicate=(None, always), shape="root", ulps=1)

# exponentials and logarithms
op("exp",   lambda m, y, x: y, ulps=1, latex=r"e^{{{0}}}", notation="e^x", derivative="e^x", shape="exponential", plain=True, rule="exponential rule", open_argument=True)
op("exp2",  lambda m, y, x: y * m.log(2), meaning=lambda m, x: 2**x, ulps=1, notation="exp2(x)", derivative="2^x*ln(2)", rule="exponential rule")
op("exp_difference", lambda m, y, a, b: y, lambda m, y, a, b: -y, forward=lambda m, a, b: m.exp(a - b), meaning=lambda m, a, b: m.exp(a - b), ulps=2, notation="e^(a-b), the difference not rounded", hidden=True, spelling=lambda m, a, b: m.exp(a - b))
op("expm1", lambda m, y, x: m.exp(x), meaning=lambda m, x: m.exp(x) - 1, ulps=1, notation="expm1(x)", derivative="e^x")
op("log",   lambda m, y, x: 1 / x, domain=positive(x_), ulps=1, aliases=("ln",), latex=r"\ln", notation="ln(x)", derivative="1/x", open_argument=True, text="ln", plain=True)
op("log2",  lambda m, y, x: 1 / x / m.log(2), meaning=lambda m, x: m.log(x) / m.log(2), domain=positive(x_), ulps=1, latex=r"\log_{2}", notation="log2(x)", derivative="1/(x*ln(2))", open_argument=True)
op("log10", lambda m, y, x: 1 / x / m.log(10), meaning=lambda m, x: m.log(x) / m.log(10), domain=positive(x_), ulps=2, latex=r"\log_{10}", notation="log10(x)", derivative="1/(x*ln(10))", open_argument=True)
op("log1p", lambda m, y, x: 1 / (1 + x), meaning=lambda m, x: m.log(1 + x), domain=positive(lambda m, x: 1 + x), ulps=1, notation="log1p(x)", derivative="1/(1 + x)")
op("logaddexp", pullback=softmax, forward=log_sum_exp, meaning=lambda m, *x: m.log(m.Add(*(m.exp(a) for a in x))), notation="logaddexp(x1, ..., xn)", derivative="e^xi/(e^x1 + ... + e^xn)", delicate=(cancels,), ulps=2)

# trigonometry
op("sin", lambda m, y, x: m.cos(x), ulps=1, latex=r"\sin", notation="sin(x)", derivative="cos(x)", open_argument=True)
op("cos", lambda m, y, x: -m.sin(x), ulps=1, latex=r"\cos", notation="cos(x)", derivative="-sin(x)", open_argument=True)
op("tan", lambda m, y, x: m.powi(m.sec(x), 2), domain=nonzero(lambda m, x: m.cos(x)), ulps=1, latex=r"\tan", notation="tan(x)", derivative="sec(x)^2", open_argument=True)
op("sec", lambda m, y, x: m.sec(x) * m.tan(x), forward=lambda m, x: 1 / m.cos(x), domain=nonzero(lambda m, x: m.cos(x)), latex=r"\sec", notation="sec(x)", derivative="sec(x)*tan(x)", open_argument=True, ulps=2)
op("csc", lambda m, y, x: -m.csc(x) * m.cot(x), forward=lambda m, x: 1 / m.sin(x), domain=nonzero(lambda m, x: m.sin(x)), latex=r"\csc", aliases=("cosec",), notation="csc(x)", derivative="-csc(x)*cot(x)", open_argument=True, ulps=2)
op("cot", lambda m, y, x: -m.powi(m.csc(x), 2), forward=lambda m, x: m.cos(x) / m.sin(x), domain=nonzero(lambda m, x: m.sin(x)), latex=r"\cot", notation="cot(x)", derivative="-csc(x)^2", open_argument=True, ulps=2)
op("asin", lambda m, y, x: 1 / m.sqrt((1 - x) * (1 + x)), domain=nonnegative(lambda m, x: 1 - x, lambda m, x: 1 + x), ulps=1, latex=r"\arcsin", aliases=("arcsin",), notation="asin(x)", derivative="1/sqrt(1 - x^2)", open_argument=True)
op("acos", lambda m, y, x: -1 / m.sqrt((1 - x) * (1 + x)), domain=nonnegative(lambda m, x: 1 - x, lambda m, x: 1 + x), ulps=1, latex=r"\arccos", aliases=("arccos",), notation="acos(x)", derivative="-1/sqrt(1 - x^2)", open_argument=True)
op("atan", lambda m, y, x: 1 / m.hypot(1, x) / m.hypot(1, x), ulps=1, latex=r"\arctan", aliases=("arctan",), notation="atan(x)", derivative="1/(1 + x^2)", open_argument=True)
op("asec", lambda m, y, x: 1 / m.abs(x) / beyond_one(m, x), forward=lambda m, x: m.atan2(beyond_one(m, x), m.sign(x)), meaning=lambda m, x: m.acos(1 / x), domain=nonnegative(lambda m, x: m.abs(x) - 1), latex=r"\operatorname{arcsec}", aliases=("arcsec",), notation="asec(x)", derivative="1/(|x|*sqrt(x^2 - 1))", open_argument=True, ulps=2)
op("acsc", lambda m, y, x: -1 / m.abs(x) / beyond_one(m, x), forward=lambda m, x: m.atan2(m.sign(x), beyond_one(m, x)), meaning=lambda m, x: m.asin(1 / x), domain=nonnegative(lambda m, x: m.abs(x) - 1), latex=r"\operatorname{arccsc}", aliases=("arccsc",), notation="acsc(x)", derivative="-1/(|x|*sqrt(x^2 - 1))", open_argument=True, ulps=3)
op("acot", lambda m, y, x: -1 / m.hypot(1, x) / m.hypot(1, x), forward=lambda m, x: m.atan(1 / x), meaning=lambda m, x: m.atan(1 / x), domain=nonzero(x_), latex=r"\operatorname{arccot}", aliases=("arccot",), notation="acot(x)", derivative="-1/(1 + x^2)", open_argument=True, ulps=2)
op("atan2", lambda m, r, y, x: x / m.hypot(x, y) / m.hypot(x, y), lambda m, r, y, x: -y / m.hypot(x, y) / m.hypot(x, y), domain=nonzero(lambda m, y, x: m.hypot(y, x)), kinks=jump(lambda m, y, x: m.hypot(y, x) + x), ulps=1, aliases=("arctan2",), latex=r"\operatorname{atan2}", notation="atan2(y, x)", derivative="x/(x^2 + y^2), -y/(x^2 + y^2)")
op("sinc", lambda m, y, x: -m.sphericalj(1, x), meaning=lambda m, x: m.sin(x) / x, notation="sinc(x) = sin(x)/x", derivative="(cos(x) - sinc(x))/x", latex=r"\operatorname{sinc}", open_argument=True, ulps=1)
op("sphericalj", None, lambda m, y, n, x: (n * m.sphericalj(m.abs(n - 1), x) - (n + 1) * m.sphericalj(n + 1, x)) / (2 * n + 1), meaning=lambda m, n, x: m.spherical_j(n, x), notation="j_n(x), the spherical Bessel function", delicate=(None, None, always), hidden=True, spelling=spherical_spelling, ulps=1)

# hyperbolic functions
op("sinh", lambda m, y, x: m.cosh(x), ulps=2, latex=r"\sinh", notation="sinh(x)", derivative="cosh(x)", open_argument=True)
op("cosh", lambda m, y, x: m.sinh(x), ulps=2, latex=r"\cosh", notation="cosh(x)", derivative="sinh(x)", open_argument=True)
op("tanh", lambda m, y, x: m.powi(m.sech(x), 2), ulps=2.5, latex=r"\tanh", notation="tanh(x)", derivative="1 - tanh(x)^2", open_argument=True)
op("sech", lambda m, y, x: -m.sech(x) * m.tanh(x), latex=r"\operatorname{sech}", notation="sech(x)", derivative="-sech(x)*tanh(x)", open_argument=True, ulps=2)
op("csch", lambda m, y, x: -m.csch(x) * m.coth(x), domain=nonzero(x_), latex=r"\operatorname{csch}", aliases=("cosech",), notation="csch(x)", derivative="-csch(x)*coth(x)", open_argument=True, ulps=2)
op("coth", lambda m, y, x: -m.powi(m.csch(x), 2), forward=lambda m, x: 1 / m.tanh(x), domain=nonzero(x_), latex=r"\coth", notation="coth(x)", derivative="-csch(x)^2", open_argument=True, ulps=3)
op("asinh", lambda m, y, x: 1 / m.hypot(1, x), ulps=2, latex=r"\operatorname{arsinh}", aliases=("arsinh", "arcsinh"), notation="asinh(x)", derivative="1/sqrt(x^2 + 1)", open_argument=True)
op("acosh", lambda m, y, x: 1 / (m.sqrt(x - 1) * m.sqrt(x + 1)), domain=nonnegative(lambda m, x: x - 1), ulps=2, latex=r"\operatorname{arcosh}", aliases=("arcosh", "arccosh"), notation="acosh(x)", derivative="1/sqrt(x^2 - 1)", open_argument=True)
op("atanh", lambda m, y, x: 1 / ((1 - x) * (1 + x)), domain=positive(lambda m, x: 1 - x, lambda m, x: 1 + x), ulps=2, latex=r"\operatorname{artanh}", aliases=("artanh", "arctanh"), notation="atanh(x)", derivative="1/(1 - x^2)", open_argument=True)
op("asech", lambda m, y, x: -1 / (x * m.sqrt((1 - x) * (1 + x))), forward=lambda m, x: 2 * m.asinh(m.sqrt(1 - x) / m.sqrt(2 * x)), meaning=lambda m, x: m.acosh(1 / x), domain=positive(x_) + nonnegative(lambda m, x: 1 - x), latex=r"\operatorname{arsech}", aliases=("arsech", "arcsech"), notation="asech(x)", derivative="-1/(x*sqrt(1 - x^2))", open_argument=True, ulps=3)
op("acsch", lambda m, y, x: -1 / m.abs(x) / m.hypot(1, x), forward=lambda m, x: m.select(m.lt(m.abs(x), 1e-300), m.sign(x) * (m.log(2) - m.log(m.abs(x))), m.asinh(1 / x)), meaning=lambda m, x: m.asinh(1 / x), domain=nonzero(x_), latex=r"\operatorname{arcsch}", aliases=("arcsch", "arccsch"), notation="acsch(x)", derivative="-1/(|x|*sqrt(1 + x^2))", open_argument=True, ulps=2)
op("acoth", lambda m, y, x: 1 / (1 - x) / (1 + x), forward=lambda m, x: m.sign(x) * m.log1p(2 / (m.abs(x) - 1)) / 2, meaning=lambda m, x: m.atanh(1 / x), domain=positive(lambda m, x: m.abs(x) - 1), latex=r"\operatorname{arcoth}", aliases=("arcoth", "arccoth"), notation="acoth(x)", derivative="1/(1 - x^2)", open_argument=True, ulps=2)

# pieces: at a kink the element of smallest norm of the row's subdifferential
op("abs",   lambda m, y, x: m.sign(x), meaning=lambda m, x: m.Abs(x), kinks=zero(x_), ulps=0, latex=r"\left|{0}\right|", notation="|x|", derivative="sign(x)", open_argument=True, shape="bars", plain=True)
op("sign",  None, kinks=jump(x_), ulps=0, aliases=("sgn",), latex=r"\operatorname{sgn}", notation="sign(x)", derivative="0", open_argument=True, plain=True)
op("relu",  lambda m, y, x: m.gt(x, 0), forward=lambda m, x: m.max(x, 0), meaning=lambda m, x: m.Piecewise((x, x > 0), (0, True)), kinks=zero(x_), ulps=0, symbol="ReLU", latex=r"\operatorname{relu}", notation="relu(x)", derivative="if(x > 0, 1, 0)", plain=True)
op("leaky_relu", lambda m, y, x: m.select(m.gt(x, 0), 1, m.ratio(1, 100)), forward=lambda m, x: m.select(m.gt(x, 0), x, x * m.ratio(1, 100)), meaning=lambda m, x: m.Piecewise((x, x > 0), (x / 100, True)), kinks=zero(x_), ulps=1, notation="leaky_relu(x)", derivative="if(x > 0, 1, 0.01)", plain=True)
op("clamp", lambda m, y, x, a, b: m.gt(x, a) * m.lt(x, b), lambda m, y, x, a, b: m.le(x, a), lambda m, y, x, a, b: m.ge(x, b) * m.lt(a, x), forward=lambda m, x, a, b: m.max(a, m.min(x, b)), meaning=lambda m, x, a, b: m.Piecewise((a, x < a), (b, x > b), (x, True)), domain=nonnegative(lambda m, x, a, b: b - a), kinks=zero(lambda m, x, a, b: x - a, lambda m, x, a, b: x - b), ulps=0, aliases=("clip",), notation="clamp(x, a, b)", derivative="1 inside, else 0", plain=True)
op("max", pullback=tied, meaning=lambda m, *x: m.Max(*x), kinks=(Margin("= 0", lambda m, *x: m.gap(max, x)),), ulps=0, latex=r"\max", notation="max(x1, ..., xn)", derivative="1 for the largest", plain=True)
op("min", pullback=tied, meaning=lambda m, *x: m.Min(*x), kinks=(Margin("= 0", lambda m, *x: m.gap(min, x)),), ulps=0, latex=r"\min", notation="min(x1, ..., xn)", derivative="1 for the smallest", plain=True)
op("lt", None, None, meaning=lambda m, a, b: m.Piecewise((1, a < b), (0, True)),  kinks=jump(lambda m, a, b: a - b), ulps=0, symbol="<", infix=("<", 5), notation="a < b, inside if", derivative="0", plain=True)
op("le", None, None, meaning=lambda m, a, b: m.Piecewise((1, a <= b), (0, True)), kinks=jump(lambda m, a, b: a - b), ulps=0, symbol="≤", infix=("<=", 5), notation="a <= b, inside if", derivative="0", plain=True)
op("gt", None, None, meaning=lambda m, a, b: m.Piecewise((1, a > b), (0, True)),  kinks=jump(lambda m, a, b: a - b), ulps=0, symbol=">", infix=(">", 5), notation="a > b, inside if", derivative="0", plain=True)
op("ge", None, None, meaning=lambda m, a, b: m.Piecewise((1, a >= b), (0, True)), kinks=jump(lambda m, a, b: a - b), ulps=0, symbol="≥", infix=(">=", 5), notation="a >= b, inside if", derivative="0", plain=True)
op("eq", None, None, meaning=lambda m, a, b: m.Piecewise((1, m.Eq(a, b)), (0, True)), ulps=0, symbol="=", hidden=True, spelling=lambda m, a, b: m.le(m.distance(a, b), 0), plain=True)
op("ne", None, None, meaning=lambda m, a, b: m.Piecewise((1, m.Ne(a, b)), (0, True)), ulps=0, symbol="≠", hidden=True, spelling=lambda m, a, b: m.gt(m.distance(a, b), 0), plain=True)
op("if", None, lambda m, y, c, a, b: m.select(c, 1, 0), lambda m, y, c, a, b: m.select(c, 0, 1), forward=lambda m, c, a, b: m.select(c, a, b), meaning=lambda m, c, a, b: m.branch(c, a, b), ulps=0, notation="if(x > 0, a, b)", derivative="that of the branch taken", shape="cases", plain=True)

# neural networks
op("sigmoid",  lambda m, y, x: m.sigmoid(x) * m.sigmoid(-x), forward=sigmoid_forward, meaning=lambda m, x: 1 / (1 + m.exp(-x)), aliases=("expit",), notation="sigmoid(x)", derivative="sigmoid(x)*(1 - sigmoid(x))", ulps=3)
op("softplus", lambda m, y, x: m.sigmoid(x), forward=lambda m, x: m.max(x, 0) + m.log1p(m.exp(-m.abs(x))), meaning=lambda m, x: m.log(1 + m.exp(x)), notation="softplus(x) = ln(1 + e^x)", derivative="sigmoid(x)", ulps=2)
op("elu",      lambda m, y, x: m.select(m.gt(x, 0), 1, m.exp(x)), forward=lambda m, x: m.select(m.gt(x, 0), x, m.expm1(x)), meaning=lambda m, x: m.Piecewise((x, x > 0), (m.exp(x) - 1, True)), notation="elu(x)", derivative="if(x > 0, 1, e^x)", ulps=1)
op("silu",     lambda m, y, x: m.sigmoid(x) * (1 + x * m.sigmoid(-x)), forward=lambda m, x: x * m.sigmoid(x), meaning=lambda m, x: x / (1 + m.exp(-x)), aliases=("swish",), notation="silu(x) = x*sigmoid(x)", derivative="sigmoid(x)*(1 + x*sigmoid(-x))", delicate=(None, lambda x: -3 < x < -.8), ulps=3)
op("gelu",     lambda m, y, x: m.erfc(-x / m.sqrt(2)) / 2 + x * m.gaussian(x / m.sqrt(2)) / m.sqrt(2 * m.pi()), forward=lambda m, x: x * (m.erfc(-x / m.sqrt(2)) / 2), meaning=lambda m, x: x * (1 + m.erf(x / m.sqrt(2))) / 2, notation="gelu(x)", derivative="gelu(x)/x + x*e^(-x^2/2)/sqrt(2*pi)", delicate=(lambda x: x < -.5, lambda x: x < -.5), ulps=2)
op("mish",     lambda m, y, x: m.tanh(m.softplus(x)) + x * m.powi(m.sech(m.softplus(x)), 2) * m.sigmoid(x), forward=lambda m, x: x * m.tanh(m.softplus(x)), meaning=lambda m, x: x * m.tanh(m.log(1 + m.exp(x))), notation="mish(x) = x*tanh(softplus(x))", derivative="mish(x)/x + x*sech(softplus(x))^2*sigmoid(x)", delicate=(None, lambda x: x < -.5))
op("softsign", lambda m, y, x: 1 / (1 + m.abs(x)) / (1 + m.abs(x)), forward=lambda m, x: x / (1 + m.abs(x)), meaning=lambda m, x: x / (1 + m.Abs(x)), notation="softsign(x) = x/(1 + |x|)", derivative="1/(1 + |x|)^2", ulps=2)

# special functions
op("hypot", pullback=norm_pullback, meaning=lambda m, *x: m.sqrt(m.Add(*(a**2 for a in x))), kinks=zero(lambda m, *x: m.hypot(*x)), ulps=1, notation="hypot(x1, ..., xn)", derivative="xi/hypot(x1, ..., xn)", delicate=(None, lambda *x: 0 < max(map(abs, x)) < 2.0**-960))
op("gaussian", lambda m, y, x: -2 * (x * y), meaning=lambda m, x: m.exp(-x**2), notation="e^(-x^2), the square not rounded", delicate=(None, lambda x: abs(x) > 26), ulps=2, hidden=True, spelling=lambda m, x: m.exp(-m.powi(x, 2)))
op("erf",    lambda m, y, x: 2 / m.sqrt(m.pi()) * m.gaussian(x), ulps=1, latex=r"\operatorname{erf}", notation="erf(x)", derivative="2*e^(-x^2)/sqrt(pi)", open_argument=True)
op("erfc",   lambda m, y, x: -2 / m.sqrt(m.pi()) * m.gaussian(x), latex=r"\operatorname{erfc}", notation="erfc(x)", derivative="-2*e^(-x^2)/sqrt(pi)", open_argument=True, ulps=3)
op("erfinv", lambda m, y, x: m.sqrt(m.pi()) / 2 / m.gaussian(y), domain=positive(lambda m, x: 1 - x, lambda m, x: 1 + x), notation="erfinv(x)", derivative="sqrt(pi)*e^(erfinv(x)^2)/2", delicate=(None, always), ulps=1)
op("gamma",  lambda m, y, x: y * m.digamma(x), domain=off_poles(x_), latex=r"\Gamma", notation="gamma(x)", derivative="gamma(x)*digamma(x)", delicate=(None, always), ulps=1)
op("lgamma", lambda m, y, x: m.digamma(x), meaning=lambda m, x: m.log(m.gamma(x)**2) / 2, domain=off_poles(x_), aliases=("gammaln", "loggamma"), notation="lgamma(x) = ln|gamma(x)|", derivative="digamma(x)", ulps=1)
op("digamma", lambda m, y, x: m.polygamma(1, x), domain=off_poles(x_), aliases=("psi",), text="psi", notation="digamma(x)", derivative="polygamma(1, x)", ulps=1)
op("polygamma", None, lambda m, y, n, x: m.polygamma(n + 1, x), domain=off_poles(lambda m, n, x: x), notation="polygamma(n, x)", derivative="polygamma(n + 1, x)", ulps=1)
op("beta", lambda m, y, a, b: y * (m.digamma(a) - m.digamma(a + b)), lambda m, y, a, b: y * (m.digamma(b) - m.digamma(a + b)), forward=gamma_quotient, meaning=gamma_quotient, domain=off_poles(lambda m, a, b: a) + off_poles(lambda m, a, b: b), notation="beta(a, b)", derivative="beta(a, b)*(digamma(a) - digamma(a + b)), ...", delicate=(always, always, always), ulps=1)
op("factorial", lambda m, y, x: y * m.digamma(x + 1), forward=lambda m, x: m.gamma(x + 1), meaning=lambda m, x: m.gamma(x + 1), domain=off_poles(lambda m, x: x + 1), notation="x!", derivative="x!*digamma(x + 1)", delicate=(always, always), symbol="!", shape="postfix", ulps=1)
op("besselj", None, lambda m, y, n, x: (m.besselj(n - 1, x) - m.besselj(n + 1, x)) / 2, notation="besselj(n, x)", derivative="(besselj(n - 1, x) - besselj(n + 1, x))/2", delicate=(None, None, always), ulps=1)
op("besseli", None, lambda m, y, n, x: (m.besseli(n - 1, x) + m.besseli(n + 1, x)) / 2, notation="besseli(n, x)", derivative="(besseli(n - 1, x) + besseli(n + 1, x))/2", delicate=(None, None, always), ulps=1)
op("besselj0", lambda m, y, x: -m.besselj(1, x), forward=lambda m, x: m.besselj(0, x), meaning=lambda m, x: m.besselj(0, x), notation="besselj0(x)", derivative="-besselj1(x)", ulps=1)
op("besselj1", lambda m, y, x: (m.besselj(0, x) - m.besselj(2, x)) / 2, forward=lambda m, x: m.besselj(1, x), meaning=lambda m, x: m.besselj(1, x), notation="besselj1(x)", derivative="(besselj0(x) - besselj(2, x))/2", delicate=(None, always), ulps=1)
op("besseli0", lambda m, y, x: m.besseli(1, x), forward=lambda m, x: m.besseli(0, x), meaning=lambda m, x: m.besseli(0, x), notation="besseli0(x)", derivative="besseli1(x)", ulps=1)
op("besseli1", lambda m, y, x: (m.besseli(0, x) + m.besseli(2, x)) / 2, forward=lambda m, x: m.besseli(1, x), meaning=lambda m, x: m.besseli(1, x), notation="besseli1(x)", derivative="(besseli0(x) + besseli(2, x))/2", ulps=1)

# constants: operations of no argument, so that a 50-digit run gets 50 digits
op("pi", forward=lambda m: m.pi(), meaning=lambda m: m.pi, ulps=.5, latex=r"\pi", aliases=("π",), notation="pi", unicode="π", plain=True)
op("e", forward=lambda m: m.exp(1), meaning=lambda m: m.E, ulps=1, latex="e", aliases=("ℯ",), notation="e", plain=True)
# fmt: on


def _check() -> None:
    for name, o in OPS.items():
        assert o.arity is None or len(o.partials) == o.arity, name
        assert (o.arity is None) == (o.pullback is not None), name


_check()
