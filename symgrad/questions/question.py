"""A question as a teacher writes it, and what its kind makes of it.

- `Question(kind="tangent", expression="x^2", at="x=3")` is data.
- `QuestionKind` is the base of every kind; a class in `kinds/` with the decorator `@kind` is one.
- `question.posed` is the question understood by its kind; `kinds()` are all kinds by name.

Adding a kind is one class in one file: reading, judging, its mistakes and their sentences, the
worked solution and how an instance is made stand together.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from fractions import Fraction
from functools import cache, lru_cache
from random import Random
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple, TypeVar

from ..displays import told_fields
from ..doors import door, held
from ..errors import UsageError, Verdict, nearest
from ..expression import HIGHEST_ORDER, Expression
from ..homework.codes import CODE_MEANINGS
from ..homework.judgement import Claim, Judgement, Mistake
from ..homework.sought import Sought, sought
from ..limits import Limits
from ..ops import OPS
from ..sentences import Figures, pointed, say, spoken

K = TypeVar("K", bound="type[QuestionKind]")
KIND_CLASSES: dict[str, type[QuestionKind]] = {}

COMMON_FIELDS = ("kind", "expression", "wrt", "assume", "powers", "rounding", "limits")
WHOLE_FIELDS = (  # least and most
    ("order", 1, HIGHEST_ORDER), ("degree", 0, 30), ("places", 0, 300),
)  # fmt: skip
FIELD_EXAMPLES = {  # of the fields that some kinds need
    "at": 'at="x=2"', "domain": 'domain="[0, 2*pi]"', "direction": 'direction="(1, 2)"',
    "degree": "degree=3",
}  # fmt: skip
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Question:
    """What is asked. Which fields a kind takes, and which it needs, its class says.

    `expression` is a text or an Expression, or several (a Jacobian, a curve x(t), y(t)); `at` is a
    point in exact texts, "x=pi/3" or {"x": "pi/3"}, or by its numbers alone, 3 or "(1, 2)", in the
    order of the alphabet; of a slope, a line or a Taylor polynomial letters in it, or in the
    expression, may stay free: the tangent of a*x^2 at x=b; `places` are the decimals that a number
    is rounded to, None for an exact one; `domain` is an interval, "[0, 2pi]" or a pair; `initial`
    the values that a solution of a differential equation takes, {"x": "0", "y": "1"}; `which` what
    is asked of monotonicity: "both" (where f increases, and where it decreases), "increasing",
    "decreasing", "concave up", "concave down" or "curvature" (both of these).

    Raises UsageError for an unknown kind and for fields that the kind does not take or lacks.
    """

    kind: str = "derivative"
    expression: Any = ""
    wrt: Any = None
    at: Any = None
    order: int = 1
    degree: int | None = None
    places: int | None = None
    domain: Any = None
    assume: Any = ()
    direction: Any = None
    normalised: bool = True
    constant: str = "free"
    which: str | None = None
    x: str | None = None
    y: str | None = None
    initial: Any = None
    powers: str = "real"
    rounding: str = "reject"
    limits: Limits = Limits.student

    def __repr__(self) -> str:
        return told_fields(self)

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            put(self, field.name, value.tolist() if hasattr(value, "tolist") else value)
        held("assume", "None | str | Iterable[str]", self.assume)
        row = kind_of(self.kind)
        put(self, "at", bare(self.at) or pairs("at", self.at))
        put(self, "initial", bare(self.initial) or pairs("initial", self.initial))
        put(self, "domain", interval_text(self.domain))
        for name in ("expression", "wrt", "direction"):
            value = getattr(self, name)
            put(self, name, tuple(value) if isinstance(value, list) else value)
        assumed = (self.assume,) if isinstance(self.assume, str) else tuple(self.assume or ())
        put(self, "assume", assumed)
        allowed = (*COMMON_FIELDS, *row.needs, *row.takes)
        for given in fields(self):
            default = given.default if given.default is not MISSING else None
            value = getattr(self, given.name)
            if value not in (default, ()) and given.name not in allowed:
                others = [name for name, other in kinds().items()
                          if {given.name} & {*other.needs, *other.takes}]  # fmt: skip
                raise UsageError(f"a question for {row.name} takes no {given.name}",
                                 hint=f"it is for {', '.join(others)}")  # fmt: skip
        for name, least, most in WHOLE_FIELDS:
            value = getattr(self, name)
            whole = isinstance(value, int) and not isinstance(value, bool)
            if value is not None and not (whole and least <= value <= most):
                raise UsageError(f"{name} is a whole number from {least} to {most}, got {value!r}")
        for name in row.needs:
            if getattr(self, name) in (None, "", ()):
                said = f"a question for {row.name} needs {name}"
                raise UsageError(said, hint=f"say so: {FIELD_EXAMPLES[name]}")
        for name, choices in row.choices.items():
            value = getattr(self, name)
            chosen = value.strip().lower() if isinstance(value, str) else value
            if chosen and chosen not in choices:
                raise UsageError(f"{name} is one of {', '.join(choices)}; got {value!r}")
            put(self, name, chosen or value)

    def pointed(self, answer: str, language: str) -> str:
        """An answer as it was typed in a language with decimal commas, with points."""
        return pointed(answer, language, kind_of(self.kind).in_parts)

    @property
    def posed(self) -> QuestionKind:
        """The question understood, made once. Raises what reading it raises.

        The time of an answer begins each time that it is asked for.
        """
        understood = posed(self, tuple(OPS.values()))
        for known in vars(understood).values():
            if isinstance(known, Sought):
                known.started()
        return understood


Question.__init__ = door("order", "degree", "places")(Question.__init__)  # type: ignore[method-assign]


def put(question: Question, name: str, value: Any) -> None:
    object.__setattr__(question, name, value)


def bare(given: Any) -> Pairs | None:
    """A point by its numbers alone, 3 or "(1, pi/2)": pairs without names."""
    if is_number(given):
        return (("", str(given)),)
    if isinstance(given, str) and given.strip() and "=" not in given:
        inner = given.strip()
        inner = inner[1:-1] if re.fullmatch(r"\([^()]*[,;][^()]*\)", inner) else inner
        return tuple(("", text.strip()) for text in re.split("[,;]", inner))
    several = isinstance(given, list | tuple) and given
    if several and all(is_number(x) or (isinstance(x, str) and "=" not in x) for x in given):
        return tuple(("", str(x)) for x in given)
    return None


def is_number(x: Any) -> bool:
    return isinstance(x, int | float | Fraction) and not isinstance(x, bool)


def interval_text(given: Any) -> Any:
    """A domain as its text: of ("0", 2*pi), (0, None) and the like."""
    if not isinstance(given, list | tuple) or len(given) != 2:
        return given
    texts = (none if x is None else str(x) for x, none in zip(given, ("-oo", "oo")))
    low, high = (re.sub("inf(?:inity)?", "oo", text) for text in texts)
    return f"{'(' if 'oo' in low else '['}{low}, {high}{')' if 'oo' in high else ']'}"


def pairs(name: str, given: Any) -> Pairs | None:
    """A point as pairs of name and exact text: of "x=2, y=3", of a mapping, of several texts.

    Raises UsageError for what is none.
    """
    if given is None or given == "":
        return None
    if isinstance(given, Mapping):
        return tuple((str(k), str(v)) for k, v in given.items())
    if isinstance(given, tuple) and all(isinstance(t, tuple) and len(t) == 2 for t in given):
        return given  # as it was made from one of the others
    if not isinstance(given, str | list | tuple):
        raise UsageError(f"{name} is given as name=value, got {given!r}", hint="for example x=pi/3")
    texts: list[Any] = given.split(",") if isinstance(given, str) else list(given)
    split = [str(t).partition("=") for t in texts]
    if not all(left.strip() and sign and right.strip() for left, sign, right in split):
        raise UsageError(f"{name} is given as name=value, got {given!r}", hint="for example x=pi/3")
    return tuple((left.strip(), right.strip()) for left, _, right in split)


@lru_cache(maxsize=512)
def posed(question: Question, world: tuple[Any, ...]) -> QuestionKind:
    """`world` is the table of operations: a changed row reads the question anew."""
    return kind_of(question.kind).understood(question)


class Story(NamedTuple):
    """A usual mistake: what it means to a teacher, and the sentence that its student reads."""

    meaning: str
    sentence: str


def decimals(places: int) -> str:
    """How many decimals: 1 place, 2 places."""
    return say("{n} place" if places == 1 else "{n} places", n=places)


COMMON_STORIES = {  # of answers of every kind
    "negative": Story("the sign of the whole answer is wrong",
                      "The sign of the whole answer is wrong."),
    "constant_factor": Story("a constant factor is wrong", "A constant factor is wrong."),
    "constant_term": Story("a constant term is wrong", "A constant term is wrong."),
    "rounded_constant": Story("a number was rounded where an exact one is asked for",
                              "This was rounded: write the number exactly, as a fraction, with a "
                              "root or by its name."),
    "not_rounded": Story("right, but not rounded to the places asked for",
                         "This is the right number, but it is not rounded to {places}."),
    "rounded_too_far": Story("rounded to fewer places than asked for",
                             "This was rounded too far; asked for: {places}."),
    "truncated": Story("cut off instead of rounded",
                       "This was cut off after {places}, not rounded."),
    "rounded_wrongly": Story("a wrong last digit", "The last digit is not rounded correctly."),
    "no_slope": Story("a number where there is no derivative",
                      "There is no derivative at {point}: look at both sides of it."),
    "there_is_one": Story("none where there is a derivative",
                          "There is a derivative at {point}."),
    "unknown": Story("wrong, and none of these explains it", "This is not right."),
}  # fmt: skip


class WorkedStep(NamedTuple):
    """One step of a solution: what is done, and the formula that it gives."""

    said: str
    formula: str = ""

    @property
    def line(self) -> str:
        return f"{self.said} {self.formula}".rstrip()

    def spoken(self, language: str) -> WorkedStep:
        """The same in another language, the decimal sign included."""
        return WorkedStep(spoken(self.said, language), spoken(Figures(self.formula), language))


class QuestionKind(ABC):
    """A question of one kind, understood: made once for equal questions.

    A kind says its `name`; what it `wants`, in the words that ask for it; the fields of a
    `Question` that it `needs` and those that it `takes` besides, with the `choices` of those that
    are one of a few words; and its `stories` by code.
    """

    name: ClassVar[str]
    wants: ClassVar[str]  # "the tangent line, as an equation"
    needs: ClassVar[tuple[str, ...]] = ()
    takes: ClassVar[tuple[str, ...]] = ()
    choices: ClassVar[Mapping[str, tuple[str, ...]]] = {}  # the usual one first
    stories: ClassVar[Mapping[str, Story]] = {}
    in_parts: ClassVar[bool] = False  # whether answers are vectors, sets or intervals
    words: Mapping[str, Any] = MappingProxyType({})  # that the stories of this question need
    absent: str = ""  # why what is asked for does not exist: that is an answer, but no drill

    def __init__(self, question: Question) -> None:
        """Reads the question. Raises LanguageError or UsageError for one that means nothing."""
        self.question = question
        self.limits = question.limits

    @classmethod
    def understood(cls, question: Question) -> QuestionKind:
        """The question understood; a kind may have a class for what some of its fields ask."""
        return cls(question)

    @abstractmethod
    def judge(self, answer: str) -> Judgement:
        """The verdict on an answer; one that cannot be read raises Unreadable."""

    @abstractmethod
    def right(self) -> str:
        """A right answer, as a student would type it."""

    @abstractmethod
    def worked(self) -> list[WorkedStep]:
        """The solution, step by step."""

    def asked(self) -> str:
        """The question in a sentence or two, of text and formulas."""
        if self.question.places is None:
            return self.task()
        return say("{question} Round to {places}.", question=self.task(),
                   places=decimals(self.question.places))  # fmt: skip

    def task(self) -> str:
        """What is to be done, whatever it is rounded to."""
        return say("Give {wanted}.", wanted=say(self.wants))

    def on_domain(self, said: str) -> str:
        """The task, with the domain where the question has one."""
        domain = self.question.domain
        if domain in (None, "", "all"):
            return said
        return say("{question} Look on {domain} only.", question=said, domain=Figures(domain))

    @classmethod
    def made_from(cls, f: Expression, random: Random) -> Question:
        """A question of this kind about f. Raises SymgradError where f is not fit for one."""
        return Question(cls.name, str(f), wrt=f.only_variable())

    # --- what kinds share ---------------------------------------------------------------------

    def function(self, order: int = 1) -> Sought:
        """f by its variable, and the points to compare at; of order 0 f itself is sought."""
        q = self.question
        found = sought(q.expression, q.wrt, order, q.limits, q.assume, q.powers)
        found.started()  # another question may have asked for the same long ago
        return found

    def told(self, code: str, **parts: Any) -> Mistake:
        """The mistake of this code, as its student reads it."""
        return Mistake(code, "", say(self.story(code).sentence, **{**self.words, **parts}))

    def story(self, code: str) -> Story:
        """What is told of this mistake."""
        return self.stories.get(code) or COMMON_STORIES[code]

    def wrong(self, code: str, claims: tuple[Claim, ...] = (), **parts: Any) -> Judgement:
        """The judgement on an answer with this mistake."""
        mistake = self.told(code, **parts)
        return Judgement(
            Verdict.incorrect, mistakes=(mistake,), message=mistake.message, claims=claims
        )


def kind(row: K) -> K:
    """Add a class to the table of kinds."""
    KIND_CLASSES[row.name] = row
    return row


@cache
def kinds() -> Mapping[str, type[QuestionKind]]:
    """All kinds by name: every module of the folder `kinds` is asked for its own."""
    folder = importlib.import_module(".kinds", __package__)
    for module in pkgutil.iter_modules(folder.__path__):
        importlib.import_module(f"{folder.__name__}.{module.name}")
    return KIND_CLASSES


def meanings() -> dict[str, str]:
    """What every code of a mistake means to a teacher, of answers of all kinds."""
    found = {code: story.meaning for row in kinds().values() for code, story in row.stories.items()}
    return {**found, **{c: s.meaning for c, s in COMMON_STORIES.items()}, **CODE_MEANINGS}


def kind_of(name: str) -> type[QuestionKind]:
    """The kind of this name. Raises UsageError, with the nearest one, where there is none."""
    found = kinds().get(name)
    if found is None:
        close = named_otherwise(str(name)) or nearest(str(name), list(kinds()))
        known = ", ".join(sorted(kinds()))
        hint = f"did you mean {close}?" if close else f"there are {known}"
        raise UsageError(f"there is no kind of question called {name!r}", hint=hint)
    return found


BOOKS_NAMES = {  # by how books call it; a word of it is enough
    "stationary": ("critical", "turning", "zeros of f'"), "inflection": ("inflexion", "wendepunkt"),
    "extrema": ("maxim", "minim", "optim", "extrem"), "linearization": ("linear", "approx"),
    "monotonicity": ("increas", "decreas", "concav", "convex", "monoton", "interval"),
    "integral": ("definite", "area", "improper"), "antiderivative": ("indefinite", "primitive"),
    "taylor": ("series", "maclaurin", "polynomial"), "value": ("slope", "rate", "number", "point"),
    "ode": ("differential", "equation"), "first_principles": ("definition", "limit", "quotient"),
    "parametric": ("curve", "param"), "directional": ("direction",),
    "gradient": ("nabla", "partial"),
}  # fmt: skip


def named_otherwise(name: str) -> str | None:
    """The kind that goes by another name, "critical points"; None where none does."""
    typed = name.lower()
    found = (k for k, words in BOOKS_NAMES.items() if k in typed or any(w in typed for w in words))
    return next(found, None)


__all__ = [
    "Question", "QuestionKind", "Story", "WorkedStep", "decimals", "kind", "kind_of", "kinds",
    "meanings",
]  # fmt: skip
