"""Exercises made up by rule and level: no two alike, none degenerate, the answer of bounded length.

- `practice(rule="chain", level=2, seed=1)` are Questions without end.

A formula is grown from the table `RULE_SHAPES`: how each rule joins parts, and how the parts of a
level look. An exercise is kept if it needs its rule, if its derivative is short enough to be typed,
and if the judge finds that derivative right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from random import Random

from ..doors import door
from ..engine import Tape, order
from ..errors import SymgradError, UsageError, Verdict, nearest
from ..expression import Expression, parse
from ..homework.explaining import Derivation
from ..limits import Limits
from ..notation import text
from ..questions.asking import check
from ..questions.question import Question, kind_of
from ..value import tidy

LEVELS = (1, 2, 3)
POWER_OF_POWER = re.compile(r"\(\w\^\d+\)\^|sqrt\(\w\^")
NESTING_CHANCE = 0.6  # of one more function inside, a level
ANSWER_CHARACTERS = (40, 70, 110)  # of the answer, a derivative being readable, by level
TRIES_WITHOUT_A_NEW_ONE = 2_000  # in a row without a new exercise: then there are no more

ATOMS = ("{x}^{n}", "sin({x})", "cos({x})", "e^{x}", "ln({x})", "sqrt({x})", "{a}*{x} + {b}")
SIMPLE = ("{x}^{n}", "{a}*{x} + {b}", "{x}^2 + {b}", "sin({x})", "cos({x})", "e^{x}")
INNER = ("{a}*{x} + {b}", "{x}^2 + {b}", "{a}*{x}", "{x}^{n}", "{x}^2 - {a}*{x}")
OUTER = (
    "sin({u})", "cos({u})", "e^({u})", "ln({u})", "sqrt({u})", "({u})^{n}", "tan({u})", "1/({u})",
)  # fmt: skip
POLYNOMIALS = (
    "{a}*{x}^{n}", "{a}*{x}^{n} + {b}*{x}", "{a}*{x}^3 - {b}*{x}^2 + {c}*{x}", "{a}/{x}^{n}",
    "{a}*sqrt({x}) + {b}*{x}", "{x}^{n} - {a}/{x}",
)  # fmt: skip
EXPONENTIALS = (
    "{a}*e^{x}", "{a}^{x}", "e^{x} + {b}*{x}^{n}", "{x} - {a}^{x}", "{a}*e^{x} - {x}^{n}",
)  # fmt: skip
LOGARITHMS = (
    "{a}*ln({x})", "ln({x}) + {b}*{x}", "log10({x})", "{a}*log2({x})", "{x}^{n} - {a}*ln({x})",
    "{a}*ln({x}) + {b}*{x}^{n}", "{a}*log2({x}) - {b}*{x}", "{x}^{n} + {a}*log10({x})",
)  # fmt: skip
TRIGONOMETRICS = (
    "{a}*sin({x})", "{a}*cos({x}) + {b}*{x}", "tan({x}) - {a}*{x}", "sin({x}) - {a}*cos({x})",
    "{a}*tan({x})",
)  # fmt: skip
INVERSE_SHAPES = (
    "{a}*asin({x})", "{a}*atan({x})", "{a}*acos({x})", "atan({x}) + {b}*{x}", "asin({x}) - {b}*{x}",
    "{a}*atan({x}) - {x}^{n}", "acos({x}) + {b}*{x}^{n}", "asin({x}) + {a}*atan({x})",
    "{a}*asin({x}) + {b}*{x}", "e^{x} - {a}*atan({x})",
)  # fmt: skip

# rule: its shapes, {u} and {v} being parts; for each level what the parts may be
RULE_SHAPES: dict[str, tuple[Sequence[str], tuple[Sequence[str], ...]]] = {
    "power": (POLYNOMIALS, ((), (), ())),
    "exponential": (EXPONENTIALS, ((), (), ())),
    "logarithm": (LOGARITHMS, ((), (), ())),
    "trigonometric": (TRIGONOMETRICS, ((), (), ())),
    "inverse trigonometric": (INVERSE_SHAPES, ((), (), ())),
    "sum": (("{u} + {v}", "{a}*{u} - {b}*{v}", "{u} - {v}"), (ATOMS, ATOMS, ATOMS)),
    "product": (("({u})*({v})", "{a}*({u})*({v})"), (ATOMS, ATOMS, ATOMS)),
    "quotient": (("({u})/({v})",), (SIMPLE, SIMPLE, SIMPLE)),
    "chain": (OUTER, (INNER, INNER, INNER)),
}
NEEDED = {  # the word that the name of one step of the derivation has to have
    "power": "power", "exponential": "exponential", "logarithm": "ln", "trigonometric": "",
    "inverse trigonometric": "", "sum": "sum", "product": "product", "quotient": "quotient",
    "chain": "chain rule",
}  # fmt: skip


@door()
def practice(
    rule: str | None = None, level: int = 1, seed: int = 0, *, kind: str = "derivative",
    name: str = "x",
) -> Iterator[Question]:  # fmt: skip
    """Questions without end, or until there are no more: a rule's, or of all rules in turn.

    `level` 1 applies the rule to plain parts, 2 puts another inside, 3 up to two of them; `kind` is
    the kind of question asked about the formula. The same arguments give the same questions.
    Raises UsageError for an unknown rule, level or kind.
    """
    if rule is not None and rule not in RULE_SHAPES:
        close = nearest(str(rule), list(RULE_SHAPES))
        hint = f"did you mean {close}?" if close else f"there are {', '.join(RULE_SHAPES)}"
        raise UsageError(f"there is no rule called {rule!r}", hint=hint)
    if level not in LEVELS or level is True:
        raise UsageError(f"the level is 1, 2 or 3, got {level!r}")
    kind_of(kind)
    return _made(rule, level, seed, kind, name)


def _made(rule: str | None, level: int, seed: int, kind: str, name: str) -> Iterator[Question]:
    random, rules, seen = Random(f"{rule} {level} {seed} {kind}"), list(RULE_SHAPES), set()
    tries = 0
    while tries < TRIES_WITHOUT_A_NEW_ONE:
        tries += 1
        chosen = rule or random.choice(rules)
        f = grown(chosen, level, random, name)
        if f is None or text(f.root) in seen:
            continue
        question = posed(kind, f, chosen, level, random)
        if question is not None:
            seen.add(text(f.root))
            tries = 0
            yield question


def posed(kind: str, f: Expression, rule: str, level: int, random: Random) -> Question | None:
    """The question, if f is fit for it and the judge finds its own right answer right."""
    with suppress(SymgradError):
        if not fit(f, rule, level):
            return None
        question = kind_of(kind).made_from(f, random)
        answer = short_slope(f) if kind == "derivative" else question.posed.right()
        rows = answer.replace("], [", "],\n[")  # a matrix is written row by row
        lines = [str(question.expression), *rows.splitlines()]
        if kind != "derivative" and max(map(len, lines)) > ANSWER_CHARACTERS[level - 1]:
            return None
        if check(question, answer).verdict == Verdict.correct:
            return question
    return None


def short_slope(f: Expression) -> str:
    """The derivative as backpropagation has it: right, if not the way a person writes it."""
    return text(f.backpropagated(f.only_variable()).root)


# --- growing a formula --------------------------------------------------------------------------


def grown(rule: str, level: int, random: Random, name: str) -> Expression | None:
    """A formula for the rule; None where chance gave one that is none."""
    shapes, parts = RULE_SHAPES[rule]
    shape = random.choice(shapes)
    if level > 1 and not parts[0]:  # a table entry by itself has no parts: they go inside it
        typed = nested(shape, random, name, level)
    else:
        typed = filled(shape, parts[level - 1], random, name, level)
    try:
        f = parse(typed, variables=(name,), limits=Limits.student)
    except SymgradError:
        return None
    return Expression(tidy([f.root])[0], variables=(name,), limits=Limits.student)


def filled(shape: str, parts: Sequence[str], random: Random, name: str, level: int) -> str:
    """A shape with its parts and numbers; parts that look alike are drawn again."""
    inner: dict[str, str] = {}
    for place in ("u", "v"):
        while f"{{{place}}}" in shape and place not in inner:
            drawn = part(parts, random, name, level)
            if head(drawn) not in map(head, inner.values()) and not dull(shape, drawn):
                inner[place] = drawn
    return shape.format(**inner, **numbers(random), x=name)


def part(parts: Sequence[str], random: Random, name: str, level: int) -> str:
    """A part of a level: plain, or with another function inside."""
    plain = random.choice(parts).format(**numbers(random), x=name)
    for _ in range(level - 1):
        outer = random.choice(OUTER)
        if random.random() < NESTING_CHANCE and not dull(outer, plain):
            plain = outer.format(u=plain, **numbers(random), x=name)
    return plain


def nested(shape: str, random: Random, name: str, level: int) -> str:
    """A table entry with something else for its first x."""
    inner = random.choice(INNER).format(**numbers(random), x=name)
    outer = random.choice(OUTER)
    if level > 2 and not dull(outer, inner):
        inner = outer.format(u=inner, **numbers(random), x=name)
    if dull(shape.replace("{x}", "{u}"), inner):
        return ""
    first, _, rest = shape.format(**numbers(random), x="\0").partition("\0")
    return f"{first}({inner}){rest}".replace("\0", name)


def head(typed: str) -> str:
    """What a formula begins with: sin, e^, x^, n*: products and sums of two alike are dull."""
    plain = re.sub(r"^\d+", "n", typed.lstrip("("))
    return re.match(r"[a-z0-9]*[(^/*]?", plain)[0]  # type: ignore[index]


DULL = {  # an outer shape, and how what is inside begins, where they undo or swallow each other
    "ln({u})": ("e^", "1/"), "e^({u})": ("ln",),
    "sqrt({u})": ("e^", "x^", "(", "1/", "sqrt"),
    "({u})^{n}": ("e^", "x^", "(", "1/", "sqrt"), "1/({u})": ("1/", "e^", "x^", "("),
    "({u})/({v})": ("1/",), "({u})*({v})": ("1/",), "{a}*({u})*({v})": ("1/",),
    "log10({u})": ("e^", "1/"), "{a}*log2({u})": ("e^", "1/"), "{a}*ln({u})": ("e^", "1/"),
    "{a}*atan({u})": ("tan",), "tan({u})": ("tan",),
}  # fmt: skip


def dull(outer: str, inner: str) -> bool:
    """Whether an outer shape undoes or swallows what is put into it, as the logarithm does e^x."""
    return inner.startswith(DULL.get(outer, ()))


def numbers(random: Random) -> dict[str, int]:
    return {letter: random.randint(2, 9) for letter in "abc"} | {"n": random.randint(2, 6)}


# --- is it any good? ----------------------------------------------------------------------------


def fit(f: Expression, rule: str, level: int) -> bool:
    """Whether f takes its rule, is not too long, and its derivative can be typed."""
    if f.variables == () or len(order([f.root])) < 3 or POWER_OF_POWER.search(text(f.root)):
        return False
    steps = Derivation(f.root, f.only_variable()).steps()
    if f.only_variable() not in Tape.of([steps[0].result]).variables:
        return False  # the slope is one number
    if not any(NEEDED[rule] in step.rule.lower() for step in steps):
        return False
    if rule != "chain" and (level > 1) is not any("chain" in step.rule for step in steps):
        return False
    return len(text(steps[0].result)) <= ANSWER_CHARACTERS[level - 1]


def some(count: int, **asked: object) -> list[Question]:
    """The first questions of a kind of practice."""
    return list(islice(practice(**asked), count))  # type: ignore[arg-type]


__all__ = ["RULE_SHAPES", "practice", "some"]
