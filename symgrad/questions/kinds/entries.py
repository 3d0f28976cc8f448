"""Derivatives as formulas: one, a gradient, a Jacobian, a Hessian, along a direction.

Entry by entry each is a derivative like any other: judged, and its mistake named, by `homework`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from random import Random

from flint import arb

from ...engine import Tape
from ...errors import Ambiguous, LanguageError, UsageError, Verdict, worst
from ...expression import Expression
from ...homework.comparing import compared
from ...homework.coordinates import ExactNumber
from ...homework.explaining import explain
from ...homework.judgement import Claim, Judgement
from ...homework.judging import check
from ...homework.reading import Unreadable
from ...homework.sought import LONE_LETTER, Sought, evaluated, parsed_as_typed
from ...notation import text
from ...sentences import Figures, raised, say
from ...value import Graphs, Value, is_literal, rebuilt, tidy
from .. import answers
from ..claims import agreement, chained, equal, judged_formula
from ..exact_points import exact_point
from ..question import Question, QuestionKind, Story, WorkedStep, kind


@kind
class Derivative(QuestionKind):
    """The derivative of order n by one variable."""

    name = "derivative"
    wants = "the derivative, as one formula"
    takes = ("order",)

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.sought = self.function(question.order)

    def judge(self, answer: str) -> Judgement:
        return derivative_judged(self.question, answer, self.sought.f, self.sought.wrt)

    def right(self) -> str:
        return formula_of(self.sought.f, self.sought.wrt, self.question.order)

    def worked(self) -> list[WorkedStep]:
        return derivation(self.sought.f, self.sought.wrt, self.question.order)

    def task(self) -> str:
        return say("Differentiate {f} by {name}, {order} times." if self.question.order > 1
                   else "Differentiate {f} by {name}.", f=Figures(str(self.sought.f)),
                   name=self.sought.wrt, order=self.question.order)  # fmt: skip


def derivative_judged(
    q: Question, answer: str, f: Expression, name: str, order: int = 0
) -> Judgement:
    """An answer to "differentiate f by this variable"."""
    return check(f, answer, name, order=order or q.order, assume=q.assume, powers=q.powers,
                 rounding=q.rounding, limits=q.limits)  # fmt: skip


def formula_of(f: Expression, name: str, order: int = 1) -> str:
    """The readable derivative; of what does not depend on the name, 0."""
    return str(f.diff(name, order)) if name in f.variables else "0"


def derivation(f: Expression, name: str, order: int = 1) -> list[WorkedStep]:
    """The steps of one derivative, then with the whole; those of higher order as a whole each."""
    if name not in f.variables:
        said = say("{f} does not depend on {name}.", f=Figures(str(f)), name=name)
        return [WorkedStep(said, "0")]
    found = explain(f, name)
    steps = [
        WorkedStep(say("{rule} for {part}:", rule=raised(s.rule), part=Figures(text(s.of))),
                   text(s.result))
        for s in found.steps
    ]  # fmt: skip
    steps.append(WorkedStep(say("So the derivative by {name} is", name=name),
                            str(found.derivative)))  # fmt: skip
    further = (WorkedStep(say("The derivative of order {k} is", k=k), formula_of(f, name, k))
               for k in range(2, order + 1))  # fmt: skip
    return [*steps, *further]


# --- several entries ------------------------------------------------------------------------------

ENTRY_STORIES = {
    "wrong_length": Story("too many or too few entries",
                          "{wanted} entries are asked for, in the order {order}: there are "
                          "{given}."),
    "wrong_shape": Story("a matrix of another shape",
                         "A matrix of {rows} rows and {columns} columns is asked for."),
    "transposed": Story("rows and columns exchanged",
                        "Rows and columns are exchanged: a row belongs to one function."),
    "wrong_order": Story("the right entries in another order",
                         "The entries are right, but they stand in the wrong order: {order}."),
    "added_up": Story("the entries added up to one formula",
                      "The entries are not added: each one stands by itself."),
}  # fmt: skip


IDENTITY = re.compile(  # I, E_2, Id, \\mathbb{1}
    r"(?:\\(?:math(?:bf|bb|rm)|operatorname|text)\s*\{\s*(?:Id|I|E|1)\s*\}"
    r"|(?<![A-Za-z\\_])(?:Id|I|E)(?![A-Za-z0-9(]))(?:\s*_\s*(?:\{[^{}]*\}|[0-9n]))?"
)


DIAGONAL = re.compile(  # diag(2, 6y)
    r"(?:\\(?:operatorname|mathrm|text)\s*\{\s*diag\s*\}|\\?\bdiag)\s*"
    r"\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)"
)


def diagonal(entries: Sequence[str]) -> str:
    """The matrix with these in its diagonal."""
    rows = [[x if i == j else "0" for j in range(len(entries))] for i, x in enumerate(entries)]
    return "[" + ", ".join(f"[{', '.join(row)}]" for row in rows) + "]"


class Entries(QuestionKind):
    """A kind whose answer has several formulas, each a derivative."""

    in_parts = True
    takes = ("at", "places")
    stories = ENTRY_STORIES
    names: tuple[str, ...]
    point: Mapping[str, ExactNumber] | None

    def at_point(self, *functions: Expression) -> None:
        """Read the point of the question, where it has one. Raises UsageError."""
        names = tuple(sorted({*self.names, *(n for f in functions for n in f.variables)}))
        self.point = self.question.at and exact_point(self.question.at, self.limits, names)
        if self.point is None and self.question.places is not None:
            raise UsageError("places are for numbers: say at which point", hint='at="(1, 2)"')

    def entry(self, answer: str, f: Expression, name: str) -> Judgement:
        """The verdict on one partial: a formula, or at a point a number."""
        if self.point is None:
            return derivative_judged(self.question, answer, f, name, 1)
        return self.slope(f, name).judge(answer)

    def slope(self, f: Expression, name: str) -> QuestionKind:
        """The question for one partial at the point."""
        at = {n: x.text for n, x in (self.point or {}).items() if n in (*f.variables, name)}
        return replace(self.question, kind="value", expression=f, wrt=name, at=at, order=1).posed

    def entry_of(self, f: Expression, name: str) -> str:
        """A right entry."""
        return formula_of(f, name) if self.point is None else self.slope(f, name).right()

    def spot(self) -> dict[str, arb]:
        return {n: x.ball() for n, x in (self.point or {}).items()}

    def put_in(self) -> list[WorkedStep]:
        """The step that puts in the point, where the question has one."""
        if self.point is None:
            return []
        return [WorkedStep(say("At {point} it is", point=self.where()), self.right())]

    def where(self) -> Figures:
        return Figures(", ".join(f"{n} = {x.text}" for n, x in (self.point or {}).items()))

    def located(self, task: str) -> str:
        """The task, with the point where the question has one."""
        if self.point is None:
            return task
        return say("{question} Take it at {point}.", question=task, point=self.where())

    def rows_of(
        self, functions: Sequence[Expression], entry: Callable[[Expression, str], str]
    ) -> str:
        """A matrix with a row for each function."""
        rows = [[entry(f, name) for name in self.names] for f in functions]
        return "[" + ", ".join(f"[{', '.join(row)}]" for row in rows) + "]"

    def written_out(self, answer: str) -> str:
        """The answer with the identity as a matrix: 2I, 2 E_2; not where its letter is a variable.

        Inside of brackets stand entries, whose letters are numbers.
        """
        typed, n = answers.plain(answer.replace("𝟙", "I")), len(self.names)
        one = diagonal(["1"] * n)

        def put(found: re.Match[str]) -> str:
            depth = sum(typed.count(c, 0, found.start()) for c in answers.OPENING)
            depth -= sum(typed.count(c, 0, found.start()) for c in answers.CLOSING)
            letter = re.search(r"I|E", found[0])
            return found[0] if depth or (letter and letter[0] in self.names) else one

        return DIAGONAL.sub(lambda found: diagonal(answers.parts(found[1], ",;")),
                            IDENTITY.sub(put, typed))  # fmt: skip

    def joined(self, said: Sequence[tuple[str, Judgement]]) -> Judgement:
        """The verdict of all entries; the first wrong one is told, with its name."""
        claims = tuple(
            Claim(name, None if j.verdict == Verdict.undecided else j.verdict == Verdict.correct,
                  str(j.witness or ""))
            for name, j in said
        )  # fmt: skip
        bad = [(name, j) for name, j in said if j.verdict != Verdict.correct]
        if not bad:
            points = min(j.evidence.points for _, j in said)
            return Judgement(Verdict.correct, agreement(self.question.places, points), credit=1.0,
                             message=say("Right."), claims=claims)  # fmt: skip
        invalid = [(name, j) for name, j in bad if j.verdict == Verdict.invalid]
        name, first = (invalid or bad)[0]
        if not invalid and first.verdict == Verdict.undecided:
            name, first = next(((n, j) for n, j in bad if j.verdict != Verdict.undecided), bad[0])
        verdict = first.verdict if invalid else worst(j.verdict for _, j in bad)
        if not invalid and any(j.verdict.exit_code == 1 for _, j in bad):
            verdict = Verdict.incorrect
        right = len(said) - len(bad)
        told = say("The entry for {name}: {message}", name=name, message=first.message)
        return replace(first, verdict=verdict, message=told, claims=claims,
                       credit=right / len(said))  # fmt: skip


def wrong_number(kind_: QuestionKind, wanted: Sequence[str], given: int) -> Judgement:
    return kind_.wrong("wrong_length", wanted=len(wanted), order=", ".join(wanted), given=given)


def variables_of(q: Question, *functions: Expression) -> tuple[str, ...]:
    """The variables asked for, or all in the order of the alphabet."""
    if isinstance(q.wrt, tuple):
        return q.wrt
    if isinstance(q.wrt, str) and q.wrt:
        return tuple(name.strip() for name in q.wrt.split(","))
    return tuple(sorted({name for f in functions for name in f.variables}))


@kind
class Gradient(Entries):
    """All first partials of f, as a vector."""

    name = "gradient"
    wants = "the gradient, as a vector of formulas"

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.f = function_of(question, question.expression)
        self.names = variables_of(question, self.f)
        self.at_point(self.f)

    def judge(self, answer: str) -> Judgement:
        found = self.of(answers.vector(answer, self.names))
        return chained(found, answers.earlier(answer),
                       lambda one: self.of(answers.vector(one, self.names)))  # fmt: skip

    def of(self, given: list[str]) -> Judgement:
        """The verdict on one vector."""
        if len(given) == 1 and len(self.names) > 1:
            given = by_unit_vectors(given[0], self.names, self.question) or given
        if len(given) != len(self.names):
            return self.miscounted(given)
        said = [(name, self.entry(text_, self.f, name)) for name, text_ in zip(self.names, given)]
        found = self.joined(said)
        if found.verdict == Verdict.incorrect and self.permuted(given):
            return self.wrong("wrong_order", found.claims, order=", ".join(self.names))
        return found

    def miscounted(self, given: Sequence[str]) -> Judgement:
        """One formula, or too many: the sum of all partials is told."""
        total = sum_of(self.f, self.names)
        if len(given) == 1 and total and self.point is not None:
            number = answers.number(given[0], self.limits)
            if equal(number.ball, lambda: evaluated(total.tape, self.spot()), self.limits):
                return self.wrong("added_up")
        elif len(given) == 1 and total:
            found = judged_formula(self, total, answers.readings(given[0], total))
            if found.verdict == Verdict.correct:
                return self.wrong("added_up")
        return wrong_number(self, self.names, len(given))

    def permuted(self, given: Sequence[str]) -> bool:
        """Whether every entry is some other one of the gradient."""
        return all(any(self.fits(text_, name) for name in self.names) for text_ in given)

    def fits(self, given: str, name: str) -> bool:
        """Whether an entry is this partial; what is wrong with it is not asked."""
        if self.point is not None:
            return self.entry(given, self.f, name).verdict == Verdict.correct
        known = Sought(self.f, name, 1, self.limits, self.question.assume, self.question.powers)
        with suppress(Unreadable):
            return compared(answers.formula(given, known).root, known).verdict == Verdict.correct
        return False

    def right(self) -> str:
        return self.vector(self.entry_of)

    def vector(self, entry: Callable[[Expression, str], str]) -> str:
        return f"({', '.join(entry(self.f, name) for name in self.names)})"

    def worked(self) -> list[WorkedStep]:
        steps = [step for name in self.names for step in derivation(self.f, name)]
        together = WorkedStep(say("Together they are the gradient"), self.vector(formula_of))
        return [*steps, together, *self.put_in()]

    def task(self) -> str:
        return self.located(say("Give the gradient of {f} by {names}.", f=Figures(str(self.f)),
                                names=", ".join(self.names)))  # fmt: skip

    @classmethod
    def made_from(cls, f: Expression, random: Random) -> Question:
        name, other = two_names(f)
        return Question(cls.name, f"{other}*({f}) + {name}^2", wrt=(name, other))


def function_of(q: Question, expression: object) -> Expression:
    if isinstance(expression, Expression):
        return expression
    if not isinstance(expression, str):
        raise UsageError(f"an expression is a text or an Expression, got {expression!r}")
    names = variables_declared(q)
    try:
        return parsed_as_typed(expression, names, q.limits)
    except LanguageError as error:
        alone = tuple(dict.fromkeys(LONE_LETTER.findall(expression)))
        if names or isinstance(error, Ambiguous) or not alone:
            raise
        with suppress(LanguageError):  # xy is a product where x and y stand alone, too
            return parsed_as_typed(expression, alone, q.limits)
        raise


def variables_declared(q: Question) -> tuple[str, ...]:
    """The variables that the question names, those of its point where it names no others."""
    if isinstance(q.wrt, tuple):
        return q.wrt
    if q.wrt:
        return tuple(name.strip() for name in q.wrt.split(","))
    return tuple(name for name, _ in q.at or () if name)


def sum_of(f: Expression, names: Sequence[str]) -> Sought | None:
    """The sum of all partials, as what somebody may have answered."""
    partials = [f.backpropagated(name).root for name in names if name in f.variables]
    if not partials:
        return None
    total = Expression(sum(partials[1:], partials[0]), variables=f.variables, limits=f.limits)
    return Sought(total, names[0], 0, f.limits)


UNIT_VECTORS = ("i", "j", "k")
UNIT_BY_NAME = (  # e_x, \\vec{{e}}_x, \\mathbf e_1, \\hat{{x}}, x̂
    r"(?:\\(?:vec|hat|mathbf|boldsymbol|bf)\s*)?(?:\{{\s*)?(?<![A-Za-z])e(?:\s*\}})?\s*_\s*(?:\{{\s*)?"
    r"(?:{name}|{number})(?![A-Za-z0-9])(?:\s*\}})?|\\hat\s*(?:\{{\s*{name}\s*\}}|{name}(?![A-Za-z]))|{name}\u0302"
)
NOTHING_UPWARDS = re.compile(r"\s*[-+]\s*0\s*\*?\s*\{?k\}?\s*$")  # of a vector in the plane


def by_unit_vectors(text_: str, names: Sequence[str], q: Question) -> list[str] | None:
    """The components of `2x i + 3y j`, hats and arrows aside; None where it is no such sum."""
    letters = UNIT_VECTORS[: len(names)]
    for letter, name, number in zip(letters, names, "123"):
        unit = UNIT_BY_NAME.format(name=re.escape(name), number=number)
        text_ = re.sub(unit, f" {letter} ", text_)
    for mark in (r"\hat", r"\vec", r"\mathbf", "î", "ĵ"):
        text_ = text_.replace(mark, {"î": "i", "ĵ": "j"}.get(mark, ""))
    if len(names) < len(UNIT_VECTORS):
        text_ = NOTHING_UPWARDS.sub("", text_)
    if set(letters) & set(names) or not set(letters) & set(text_) or len(names) > len(UNIT_VECTORS):
        return None
    try:
        root = answers.formula(text_, answers.Names((*names, *letters), q.limits)).root
    except Unreadable:
        return None
    def at(*numbers: int) -> Value:
        graphs = Graphs()
        put = {letter: graphs.literal(n) for letter, n in zip(letters, numbers)}
        return rebuilt([root], graphs, put=put)[0]
    f = Expression(root)
    slopes = [f.backpropagated(n).root for n in letters if n in f.variables]
    rest = tidy([at(*[0] * len(letters))])[0]
    if not is_literal(rest) or rest.label != 0 or any(
        set(letters) & set(Tape.of([slope]).variables) for slope in slopes
    ):
        return None  # 2x i + 3, i*j
    units = [at(*[int(a == b) for b in letters]) for a in letters]
    return [text(unit) for unit in units]


@kind
class Jacobian(Entries):
    """The matrix of all partials of several functions: a row for each function."""

    name = "jacobian"
    wants = "the Jacobian, as a matrix with a row for each function"

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        given = question.expression
        texts = answers.vector(given) if isinstance(given, str) else list(given)
        self.functions = [function_of(question, f) for f in texts]
        self.names = variables_of(question, *self.functions)
        self.at_point(*self.functions)

    def judge(self, answer: str) -> Judgement:
        if len(self.functions) == len(self.names):
            answer = self.written_out(answer)
        nested = NESTED.match(answer) is not None
        found = self.of(answers.matrix(answer), nested)
        return chained(found, answers.earlier(answer),
                       lambda one: self.of(answers.matrix(one), nested))  # fmt: skip

    def of(self, rows: list[list[str]], nested: bool) -> Judgement:
        """The verdict on one matrix."""
        m, n = len(self.functions), len(self.names)
        if [len(row) for row in rows] != [n] * m:
            flat = [cell for row in rows for cell in row]
            if m == 1 and len(flat) == n:
                rows = [flat]
            elif n == 1 and len(flat) == m and not nested:  # (1, 2t) is a vector
                rows = [[cell] for cell in flat]
            elif m != n and [len(row) for row in rows] == [m] * n and self.fits(transposed(rows)):
                return self.wrong("transposed")
            else:
                return self.wrong("wrong_shape", rows=m, columns=n)
        found = self.held(rows)
        if found.verdict == Verdict.incorrect and m == n and self.fits(transposed(rows)):
            return self.wrong("transposed", found.claims)
        return found

    def held(self, rows: Sequence[Sequence[str]]) -> Judgement:
        return self.joined([
            (say("row {i}, column {j}", i=i + 1, j=j + 1), self.entry(rows[i][j], f, name))
            for i, f in enumerate(self.functions) for j, name in enumerate(self.names)
        ])  # fmt: skip

    def fits(self, rows: Sequence[Sequence[str]]) -> bool:
        return self.held(rows).verdict == Verdict.correct

    def right(self) -> str:
        return self.rows_of(self.functions, self.entry_of)

    def worked(self) -> list[WorkedStep]:
        steps = [s for f in self.functions for name in self.names for s in derivation(f, name)]
        matrix = self.rows_of(self.functions, formula_of)
        return [*steps, WorkedStep(say("Together they are the matrix"), matrix), *self.put_in()]

    def task(self) -> str:
        return self.located(say("Give the Jacobian of ({f}) by {names}.",
                                names=", ".join(self.names),
                                f=Figures(", ".join(map(str, self.functions)))))  # fmt: skip

    @classmethod
    def made_from(cls, f: Expression, random: Random) -> Question:
        name, other = two_names(f)
        return Question(cls.name, (f"{other}*({f})", f"{name}^2 - {other}"), wrt=(name, other))


NESTED = re.compile(r"\s*[\[({]\s*[\[({]|.*\\begin", re.DOTALL)  # [[1, 2]] is a row


def transposed(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    return [list(column) for column in zip(*rows)]


@kind
class Hessian(Entries):
    """The matrix of all second partials."""

    name = "hessian"
    wants = "the Hessian, as a matrix of formulas"

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.f = function_of(question, question.expression)
        self.names = variables_of(question, self.f)
        self.at_point(self.f)
        self.first = [self.partial(name) for name in self.names]

    def partial(self, name: str) -> Expression:
        """The first partial as a person writes it, so that mistakes in the second are found."""
        if name not in self.f.variables:
            return Expression(Graphs().literal(0), variables=self.f.variables, limits=self.limits)
        return Expression(self.f.diff(name).root, variables=self.f.variables, limits=self.limits)

    def judge(self, answer: str) -> Judgement:
        answer = self.written_out(answer)
        found = self.of(self.rows(answer))
        return chained(found, answers.earlier(answer), lambda one: self.of(answers.matrix(one)))

    def rows(self, answer: str) -> list[list[str]]:
        """The rows of a matrix, or of its entries by their names, f_xx = ..., f_xy = ..."""
        n = len(self.names)
        pairs = [a + b for a in self.names for b in self.names]
        if len(stated := answers.labelled(answers.plain(answer), pairs)) != n * n:
            return answers.matrix(answer)
        entries = answers.by_labels(stated, pairs)
        return [entries[k * n : k * n + n] for k in range(n)]

    def of(self, rows: list[list[str]]) -> Judgement:
        """The verdict on one matrix."""
        n = len(self.names)
        if n == 1 and len(rows) == 1:
            rows = [rows[0]]
        if [len(row) for row in rows] != [n] * n:
            return self.wrong("wrong_shape", rows=n, columns=n)
        return self.joined([
            (say("row {i}, column {j}", i=i + 1, j=j + 1), self.entry(rows[i][j], f, name))
            for i, f in enumerate(self.first) for j, name in enumerate(self.names)
        ])  # fmt: skip

    def right(self) -> str:
        return self.rows_of(self.first, self.entry_of)

    def worked(self) -> list[WorkedStep]:
        first = [WorkedStep(say("The first partial by {name} is", name=name), str(f))
                 for name, f in zip(self.names, self.first)]  # fmt: skip
        matrix = self.rows_of(self.first, formula_of)
        return [*first, WorkedStep(say("Their partials are the Hessian"), matrix), *self.put_in()]

    def task(self) -> str:
        return self.located(say("Give the Hessian of {f} by {names}.", f=Figures(str(self.f)),
                                names=", ".join(self.names)))  # fmt: skip

    @classmethod
    def made_from(cls, f: Expression, random: Random) -> Question:
        name, other = two_names(f)
        return Question(cls.name, f"{other}^2*({f})", wrt=(name, other))


def two_names(f: Expression) -> tuple[str, str]:
    """The variable of f, and another one beside it."""
    name = f.only_variable()
    return name, "y" if name != "y" else "x"


__all__ = ["Derivative", "Gradient", "Hessian", "Jacobian", "derivation", "formula_of"]
