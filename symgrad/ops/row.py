"""One row an operation: the class, and how rows come into the table.

- `OPS[name]` is a row, `row(name)` the same by name or alias; `op(...)` adds one, also at run time:
  parse, diff, verify, code and documentation are loops over this table.
- A rule is a textbook line in terms of `m`, the arithmetic its numbers live in: y is the value,
  x (or a, b) the arguments. `partials[i](m, y, *x)` is dy/dx[i]; None says that the argument is
  a parameter (the exponent of `powi`), or that the partial is 0 wherever it exists.
- A row has up to three parts, on lines of their own: its calculus; `**floats(...)`; `**written(...)`.
  It says only what is not the default.
- The engine's rules never come from SymPy; `meaning` is what SymPy differentiates instead.
"""

from __future__ import annotations

import math
import operator
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


@dataclass(frozen=True, slots=True)
class Where:
    """Where a float composition of a rule fails: in digits, or only by over- or underflow."""

    test: Callable[..., bool]
    loses: Literal["digits", "range"] = "digits"
    everywhere: bool = False

    def __call__(self, *x: float) -> bool:
        return self.test(*x)


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
    native: bool = False  # an arithmetic's own function of that name is better than `forward`
    at_infinity: Rule | None = None  # y of floats of which one is infinite, where IEEE has nan
    slope_at_infinity: Rule | None = None  # likewise its partial
    at_pole: Rule | None = None  # y where it has a pole, as far as a 0's side tells the sign
    growth: Literal["", "bounded", "gentle", "steep"] = ""  # gentle: no faster than its arguments
    chooses: bool = False  # its value is one of its arguments: a partial of 0 is no limit
    rational: bool = False  # fractions of fractions: exact numbers stay exact
    whole: float | None = None  # its parameter is a whole number, and at least this
    domain: tuple[Margin, ...] = ()
    image: Literal["", "> 0", "!= 0", "0 at 0"] = ""  # where y keeps off 0; "0 at 0": only where
    #   its first argument is 0
    inverse: str = ""  # the row that undoes it: x where it is one to one, else the branch by 0
    exponent: Rule | None = None  # of a power or root of x: from what stands beside x, a fraction or a
    #   ball, the n of x^n
    kinks: tuple[Margin, ...] = ()  # where one is 0, y has no derivative (kind "jump": y jumps)
    delicate: tuple[Where | None, ...] = ()  # per rule (forward, then partials): where a float
    #   composition fails, so that floats ask Arb to run this same rule instead
    hazards: str = ""  # where implementations go wrong: "overflow saturation removable angle
    #   threshold tie" (see the oracle's flags)
    plain: bool = False  # no product in its rules whose factors could over- or underflow before it
    worked_out: bool = False  # SymPy writes out what it is at a number: gamma(10^6) in all digits
    sympy: str = ""  # SymPy's class for it, where the meaning above is written in others
    arb: str = ""  # Arb's name for it, where that is another or the row has no rule of its own there
    meromorphic: bool = False  # analytic in the whole plane but for poles
    symbol: str = ""  # how micrograd's drawing and `symgrad graph` label a node
    infix: tuple[str, int] | None = None  # operator and precedence, where it has one
    latex: str | None = None  # \sin for sin; a template with {0}, {1} where it has braces
    aliases: tuple[str, ...] = ()
    text: str = ""  # its name as one types it, where that is not `name`: ln for log
    unicode: str = ""  # the same in a Unicode formula
    shape: str = ""  # which method of a printing style writes it: bars, root, postfix, ...; by
    #   default that of its infix operator, else a call
    spelling: Rule | None = None  # a hidden row in terms of rows that one can type
    textbook: tuple[Rule | None, ...] | Rule | None = None  # its partials as a textbook writes them
    #   (for a pullback one rule), where the partials above are in rows that are stable in floats
    otherwise: tuple[Rule | None, ...] | Rule | None = None  # the same, as other books have it
    notation: str = ""  # how one writes it, for the documentation
    derivative: str = ""  # the same for its derivative
    rule: str = ""  # what a teacher calls its rule, where that is not "derivative of <name>"
    family: str = ""  # sum, sum of products, product, quotient, power, root, exponential, logarithm, trigonometric,
    #   hyperbolic, inverse trigonometric, inverse hyperbolic
    called: str = ""  # what a teacher calls it, where that is neither its family nor its name
    met: Literal["", "unnoticed", "easily", "hardly"] = ""  # by a reader who has not written it;
    #   by default as whoever wrote its kin would
    suggests_e: bool = False  # whoever wrote it may expect an exponential
    open_argument: bool = False  # "sin x" needs no brackets
    hidden: bool = False  # stable pieces of other rows; not offered to users

    @property
    def comparison(self) -> bool:
        """lt, le, ...: 1 where it holds, else 0."""
        return self.arity == 2 and self.partials == (None, None)

    @property
    def holds(self) -> Callable[[Any, Any], Any]:
        """The relation that a comparison asks for, of any numbers that Python can compare."""
        return RELATION_FUNCTIONS[self.symbol]

    @property
    def parameters(self) -> tuple[int, ...]:
        """Which arguments are parameters, an exponent or order say: by them there is no slope."""
        bare = tuple(i for i, rule in enumerate(self.partials) if rule is None)
        return () if self.chooses or len(bare) == self.arity else bare

    @property
    def parameter(self) -> int | None:
        """The same of a row of two arguments, if one of them is a parameter."""
        return self.parameters[0] if self.arity == 2 and self.parameters else None

    @property
    def constant_power(self) -> bool:
        """A power of x, or a root, whose exponent is a number and none of its variables."""
        return bool(self.exponent) and (self.arity == 1 or self.parameter is not None)

    @property
    def noun(self) -> str:
        """What a teacher calls it: a product, a root, function sin."""
        is_function = not self.family or self.family.endswith(("trigonometric", "hyperbolic"))
        return self.called or (f"function {self.text or self.name}" if is_function else self.family)

    @property
    def adds(self) -> bool:
        """A sum of its arguments or of their products: its float loses what is largest there."""
        return self.family.startswith("sum")

    def where(self, place: int) -> Where | None:
        """Where a rule (0: forward, i + 1: partial i) fails in floats."""
        return self.delicate[place] if len(self.delicate) > place else None

    def __repr__(self) -> str:
        return f"<op {self.name}>"

    def __reduce__(self) -> tuple:
        return row, (self.name,)


RELATION_FUNCTIONS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt, "≤": operator.le, ">": operator.gt, "≥": operator.ge,
    "=": operator.eq, "≠": operator.ne,
}  # fmt: skip
OPS: dict[str, Op] = {}
ALIASES: dict[str, str] = {}


def floats(**facts: Any) -> dict[str, Any]:
    """How a row fares in floats: `ulps`, `delicate`, `plain`, `native`, `at_infinity`, ...

    Fields of `Op`, as those of `written` are.
    """
    return facts


def written(**facts: Any) -> dict[str, Any]:
    """How a row is written: `notation`, `derivative`, `latex`, `infix`, `aliases`, ..."""
    return facts


def row(name: str) -> Op:
    """The row of that name or alias."""
    return OPS[ALIASES.get(name, name)]


def op(name: str, *partials: Rule | None, arity: int | None = -1, **facts: Any) -> Op:
    """Add a row to the table, or change one, and return it; `facts` are the fields of `Op`.

    Raises TypeError for what is no fact, ValueError for a name that is taken.
    """
    for named in (name, *facts.get("aliases", ())):
        if not isinstance(named, str) or not named.isidentifier():
            raise ValueError(f"an operation is named by letters and digits, got {named!r}")
    arity = (None if "pullback" in facts else len(partials)) if arity == -1 else arity
    facts.setdefault("notation", notation_of(name, arity, facts.get("infix")))
    facts.setdefault("symbol", facts["infix"][0] if facts.get("infix") else "")
    facts["delicate"] = tuple(
        w if w is None or isinstance(w, Where) else Where(w) for w in facts.get("delicate", ())
    )
    made = Op(name, arity, partials, **facts)
    check(made)
    if name in OPS:
        replaceable(OPS[name], made)
    for taken in (name, *made.aliases):
        if ALIASES.get(taken, taken) in OPS and ALIASES.get(taken, taken) != name:
            raise ValueError(f"{taken} is already the name of an operation")
    OPS[name] = made
    ALIASES.update(dict.fromkeys(made.aliases, name))
    return made


def notation_of(name: str, arity: int | None, infix: tuple[str, int] | None) -> str:
    """How one writes a row that says nothing else: tanh(x), a + b, max(x1, ..., xn)."""
    if infix and arity == 2:
        return f"a {infix[0]} b"
    letters = {0: "", 1: "(x)", 2: "(a, b)", None: "(x1, ..., xn)"}
    return name + letters.get(arity, f"(x1, ..., x{arity})")


def check(made: Op) -> None:
    """Raise ValueError for a row that cannot work."""
    if not (made.partials or made.pullback or made.forward or made.meaning):
        raise ValueError(f"{made.name}: an operation has rules; a row is looked up by OPS")
    if not all(rule is None or callable(rule) for rule in made.partials):
        raise ValueError(f"{made.name}: a rule is a function of m, y and the arguments")
    if made.arity is not None and len(made.partials) != made.arity:
        raise ValueError(f"{made.name}: {made.arity} arguments, {len(made.partials)} partials")
    if (made.arity is None) != (made.pullback is not None):
        raise ValueError(f"{made.name}: a pullback is for a row that takes any number of arguments")


def replaceable(old: Op, new: Op) -> None:
    """Raise ValueError where a row cannot be changed without leaving others at the old one.

    Operators mean the shipped rows. Rules call m.tanh(x), which is each arithmetic's own tanh: a
    tanh of another value would be half obeyed.
    """
    if old.infix:
        raise ValueError(f"{old.name} is what {old.infix[0]} means everywhere: it cannot be changed")
    if old.arity != new.arity:
        raise ValueError(f"{old.name} is applied to {old.arity} arguments, which other rows rely on")
    if old.forward is new.forward and old.meaning is new.meaning:
        return
    users = [row.name for row in OPS.values() if row is not old and old.name in called_by(row)]
    if users:
        raise ValueError(
            f"{old.name} stands in the rules of {', '.join(users)}: give a name of its own to an "
            "operation of another value"
        )


def called_by(row: Op) -> set[str]:
    """The names that a row's rules call."""
    margins = [margin.of for margin in (*row.domain, *row.kinks)]
    rules = [row.forward, row.pullback, row.spelling, *row.partials, *margins]
    return {name for rule in rules for name in getattr(rule, "__code__", check.__code__).co_names}


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


# --- shared by the families -----------------------------------------------------------------------


def x_(m: Any, x: Any) -> Any:
    return x


def ends(below: float, above: float) -> Callable[[float], float]:
    """Limits at minus and plus infinity."""
    return lambda x: above if x > 0 else below


def sign_of_zero(x: float) -> float:
    """A pole at 0, whose sign is told by the side of the 0."""
    return math.copysign(math.inf, x) if x == 0 else math.nan


def no_order(n: float, x: float) -> float:
    """What dies away at infinity, if its order is a number."""
    return math.nan if math.isinf(n) else 0.0


always = Where(lambda *x: True, everywhere=True)
