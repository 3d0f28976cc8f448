"""Differentiation from first principles: a working from the difference quotient to the limit.

Every step with h has to equal the difference quotient as a function of x and h, and every step
without it the derivative; the first step that does not is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from flint import arb

from ...arithmetic.balls import precision
from ...engine import Tape
from ...errors import Verdict
from ...expression import Expression
from ...homework.comparing import DIGITS_AGREED, compared
from ...homework.judgement import Claim, Evidence, Judgement
from ...homework.reading import Unreadable
from ...homework.sought import SLOPE_BITS, Sought, evaluated
from ...language.as_typed import split
from ...notation import text
from ...sentences import Figures, in_sequence, say
from ...value import Graphs, Value, substituted
from .. import answers
from ..claims import same
from ..question import Question, QuestionKind, Story, WorkedStep, kind
from .entries import formula_of
from .on_curves import terms

LIMIT = re.compile(
    r"(?:\\?lim(?:it)?)\s*(?:\\limits\s*)?(?:(?:(?:as|for|für)\s+|_?\s*[{(]?\s*)(?:[Δδ]?\s*[a-z]+)\s*"
    r"(?:->|→|\\to|\\rightarrow|=|approaches|goes\s+to|tends\s+to)"
    r"\s*[-+\w.]+\s*[})]?)?\s*:?(?:\s*of(?![A-Za-z]))?",
    re.IGNORECASE,
)
PASSAGE = re.compile(  # "2x (h -> 0)", "as h -> 0", "h -> 0: 2x": said beside a step
    r"(?:^|[(,;]|(?<![A-Za-z])(?:as|when|for|with|für|wenn|mit|and|then)\s)\s*(?:\\?[Δδ]?\s*[a-z]+)\s*"
    r"(?:->|→|\\to(?![a-z])|\\rightarrow|approaches|goes\s+to|tends\s+to)\s*0\s*[):;,]?",
)
LATEX_LINES = re.compile(r"\\(?:begin|end)\{(?:aligned|align\*?|split|gather\*?|eqnarray\*?)\}")
STEP_NAMES = (r"\Delta x", r"\Delta{x}", "Δx", "∆x", "δx", "dx")  # other names of h
PROMISE = re.compile(
    r"\s*(?:m|slope|DQ|[A-Za-z]\s*['′’]\s*(?:\(\s*\w+\s*\))?|d\w*\s*/\s*d\w(?:\s*\w+(?:\(\w+\))?)?)\s*"
)
ARROW = re.compile(r"->|→|⟶|\\(?:long)?(?:to|rightarrow)(?![A-Za-z])")
CALL = re.compile(r"(?<![A-Za-z])f\s*\(")
OTHER_LETTERS = ("h", "a", "t", "z", "k", "c", "u")


class Quotient(NamedTuple):
    """A difference quotient: its formula, the letter that goes to a limit, what it tends to."""

    root: Value
    letter: str
    limit: Value

    @property
    def variable(self) -> Value:
        return Graphs().variable(self.letter)


@dataclass(frozen=True)
class LimitStep:
    """One member of the working."""

    text: str
    root: Value
    line: int


@kind
class FirstPrinciples(QuestionKind):
    """The derivative as a limit of difference quotients, line by line."""

    name = "first_principles"
    wants = "the working from the difference quotient to the derivative"
    stories = {
        "f_plus_h": Story("f(x) + h for f(x + h)",
                          "In {step}: f({x} + h) means that {x} + h stands for every {x}; it is "
                          "not f({x}) + h."),
        "not_everywhere": Story("x + h put for some x of f only",
                                "In {step}: {x} + h stands for every {x} of f."),
        "brackets_forgotten": Story("the sign of one term of f(x) only was changed",
                                    "In {step}: all of f({x}) is taken off: put it in brackets."),
        "not_divided": Story("f(x + h) - f(x), not divided by h",
                             "In {step}: the difference is to be divided by h."),
        "wrong_sign": Story("f(x) - f(x + h) over h",
                            "In {step}: the difference has the wrong sign."),
        "first_wrong": Story("a step that does not follow",
                             "The first step that is not right is {step}."),
        "h_lost": Story("h was lost before the limit",
                        "In {step} h is gone, but this is not what the quotient tends to."),
        "not_finished": Story("the limit is not taken",
                              "Right so far: the limit is still to be taken."),
        "derivative_only": Story("the derivative without a difference quotient",
                                 "The derivative is right: show how it comes out of a difference "
                                 "quotient."),
        "derivative_wrong": Story("the wrong derivative, without a difference quotient",
                                  "Begin with the difference quotient of f."),
    }  # fmt: skip

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        sought = self.function()
        self.f, self.x = sought.f, sought.wrt
        self.own = {self.x, *sought.names}  # x, and letters that stay as they are: m*x + b
        self.words = {"x": self.x}
        moves = self.x in self.f.variables
        self.derived = self.f.backpropagated(self.x).root if moves else Graphs().literal(0)
        self.letters = [c for c in OTHER_LETTERS if c not in self.own]
        self.quotients = tuple(self.made_quotients())
        self.lasting = {id(root) for q in self.quotients for root in (q.root, q.limit)}
        self.known: dict[tuple[int, tuple[str, ...]], Sought] = {}  # of what lasts

    # --- reading ------------------------------------------------------------------------------

    def steps(self, answer: str) -> list[LimitStep]:
        """The members of all lines. Raises Unreadable."""
        found = []
        if LATEX_LINES.search(answer):
            answer = LATEX_LINES.sub(" ", answer).replace("\\\\", "\n").replace("&", " ")
        for number, line in enumerate(answer.splitlines(), 1):
            plain = PASSAGE.sub(" = ", LIMIT.sub(" ", line.strip().strip("$").strip()))
            for part in split(ARROW.sub(" = ", plain)):
                typed = part.strip().strip("$").strip()
                if typed and not PROMISE.fullmatch(typed):
                    found.append(LimitStep(typed, self.read(typed), number))
        if not found:
            raise Unreadable("empty", say("There is no step to judge."), None, answer)
        return found

    def read(self, typed: str) -> Value:
        """One member, f(x + h) written out."""
        for name in STEP_NAMES:
            typed = typed.replace(name, self.letters[0])
        second = rf"(?<![A-Za-z]){re.escape(self.x)}_?(?:0|\{{0\}})(?![0-9A-Za-z])"  # x_0 is a
        typed = self.called(re.sub(second, f" {self.letters[1]}", typed))
        inner = answers.inside(typed, "[]")
        known = answers.Names((*sorted(self.own), *self.letters), self.limits, len(self.own))
        return answers.formula(typed if inner is None else f"({inner})", known).root

    def called(self, typed: str) -> str:
        """The text with every f(...) as its formula."""
        for _ in range(8):
            found = CALL.search(typed)
            if not found:
                return typed
            end = closing(typed, found.end() - 1)
            inner = typed[found.end() : end]
            name = rf"(?<![A-Za-z0-9_]){re.escape(self.x)}(?![A-Za-z0-9_])"
            put = re.sub(name, f"({inner})", str(self.f))
            typed = f"{typed[: found.start()]}({put}){typed[end + 1 :]}"
        return typed

    # --- judging ------------------------------------------------------------------------------

    def made_quotients(self) -> Iterator[Quotient]:
        """Forwards, backwards, from both sides; and with two points."""
        x = Graphs().variable(self.x)
        f = self.f.root

        def at(point: Value) -> Value:
            return substituted(f, {self.x: point})

        for letter in self.letters:
            h = Graphs().variable(letter)
            limit = self.derived
            yield Quotient((at(x + h) - f) / h, letter, limit)
            yield Quotient((f - at(x - h)) / h, letter, limit)
            yield Quotient((at(x + h) - at(x - h)) / (h + h), letter, limit)
            yield Quotient((f - at(h)) / (x - h), letter, substituted(limit, {self.x: h}))

    def judge(self, answer: str) -> Judgement:
        steps = self.steps(answer)
        beside = self.beside(steps)
        if isinstance(beside, Judgement):
            return beside
        steps = steps[beside:]
        names = [set(Tape.of([s.root]).variables) for s in steps]
        first = next((s for s, used in zip(steps, names) if used - self.own), None)
        if first is None:
            right = all(self.equals(s.root, self.derived) for s in steps[-1:])
            return self.wrong("derivative_only" if right else "derivative_wrong")
        used = set(Tape.of([first.root]).variables) - self.own
        found = next((q for q in self.quotients if {q.letter} >= used
                      and self.equals(first.root, q.root)), None)  # fmt: skip
        if found is None:
            return self.beginning(first, steps)
        judgement = self.following(steps, found)
        if judgement.verdict == Verdict.correct and not beside:
            if not any(self.divides(step.root, found) for step in steps):
                return self.wrong("derivative_only", judgement.claims)
        return judgement

    def divides(self, root: Value, quotient: Quotient) -> bool:
        """Whether a step has no value where the quotient's points meet: it is not shortened yet."""
        tape = Tape.of([root])
        with precision(SLOPE_BITS):
            points = [spot.balls() for spot in self.sought_for(root, quotient.letter).spots]
            for point in points:
                meet = quotient.limit is self.derived
                point[quotient.letter] = arb(0) if meet else point[self.x]
            known = set(tape.variables) <= {*self.own, quotient.letter}
            return known and not any(evaluated(tape, point).is_finite() for point in points)

    def beside(self, steps: list[LimitStep]) -> int | Judgement:
        """How many steps at first only say what f(x + h), or a difference, is; or what is wrong."""
        count = 0
        for number in sorted({s.line for s in steps}):
            line = [s for s in steps if s.line == number]
            later = steps[count + len(line) :]
            if not later or len(line) < 2 or any(self.is_quotient(s.root) for s in line):
                return count
            wrong = next((s for s in line[1:] if not self.equals(s.root, line[0].root)), None)
            if wrong is not None:
                if not any(self.is_quotient(s.root) for s in later):
                    return count
                code = "f_plus_h" if self.plus_h(wrong.root) else "first_wrong"
                return self.wrong(code, (Claim(wrong.text, False),), step=self.shown(wrong))
            count += len(line)
        return count

    def is_quotient(self, root: Value) -> bool:
        used = set(Tape.of([root]).variables) - self.own
        known = (q for q in self.quotients if q.letter in used)
        return any({q.letter} == used and self.equals(root, q.root) for q in known)

    def step(self) -> Value:
        """h, or another letter where f has one of this name."""
        return Graphs().variable(self.letters[0])

    def plus_h(self, root: Value) -> bool:
        """Whether this is f(x) + h or f(x) + f(h)."""
        f, h = self.f.root, self.step()
        return any(self.equals(root, g) for g in (f + h, f + substituted(f, {self.x: h})))

    def beginning(self, first: LimitStep, steps: list[LimitStep]) -> Judgement:
        """The difference quotient itself is wrong: what it is instead."""
        claims = (Claim(first.text, False),)
        quotient = self.quotients[0]
        h = self.step()
        f, x = self.f.root, Graphs().variable(self.x)
        moved, of_h = (substituted(f, {self.x: point}) for point in (x + h, h))
        variants = [
            ("f_plus_h", ((f + h) - f) / h), ("f_plus_h", (f + of_h - f) / h),
            ("f_plus_h", (of_h - f) / h), ("not_divided", moved - f),
            ("wrong_sign", (f - moved) / h), ("f_plus_h", f + h - f), *self.one_term_wrong(),
        ]  # fmt: skip
        known = self.sought_for(quotient.root, quotient.letter)
        for code, root in variants:
            if same(first.root, root, known.spots):
                return self.wrong(code, claims, step=self.shown(first))
        return self.wrong("first_wrong", claims, step=self.shown(first))

    def one_term_wrong(self) -> Iterator[tuple[str, Value]]:
        """Difference quotients in which one term of f is not moved, or keeps its sign."""
        x, h = Graphs().variable(self.x), self.step()
        moved = substituted(self.f.root, {self.x: x + h})
        f, added = self.f.root, terms(self.f.root)
        for term in added if len(added) > 1 else ():
            still = moved - substituted(term, {self.x: x + h}) + term
            yield "not_everywhere", (still - f) / h
            yield "f_plus_h", (still + h - f) / h
            yield "f_plus_h", (still - h - f) / h
            yield "brackets_forgotten", (moved - term + (f - term)) / h

    def following(self, steps: list[LimitStep], quotient: Quotient) -> Judgement:
        """Every step against the quotient or its limit."""
        claims: list[Claim] = []
        for step in steps:
            used = set(Tape.of([step.root]).variables)
            if quotient.letter in used and not self.of_two(quotient, step):
                right = self.equals(step.root, quotient.root, quotient.letter)
                code = "first_wrong"
                if not right and self.equals(step.root, quotient.root * quotient.variable):
                    code = "not_divided"
            else:
                right = any(self.equals(step.root, g) for g in (quotient.limit, self.derived))
                code = "h_lost"
            claims.append(Claim(step.text, right))
            if not right:
                found = self.wrong(code, tuple(claims), step=self.shown(step))
                share = round((len(claims) - 1) / len(steps), 2)
                return Judgement(Verdict.incorrect, mistakes=found.mistakes, message=found.message,
                                 claims=tuple(claims), credit=share)  # fmt: skip
        last = steps[-1].root
        if not (self.equals(last, self.derived) or self.equals(last, quotient.limit)):
            return self.wrong("not_finished", tuple(claims))
        return Judgement(Verdict.correct, Evidence(points=len(steps), digits=DIGITS_AGREED),
                         credit=1.0, message=say("Right."), claims=tuple(claims))  # fmt: skip

    def of_two(self, quotient: Quotient, step: LimitStep) -> bool:
        """Whether a step in the second point alone is the limit already: 2a of two points."""
        used = set(Tape.of([step.root]).variables)
        return self.x not in used and self.equals(step.root, quotient.limit)

    def shown(self, step: LimitStep) -> Figures | str:
        said = Figures(step.text if len(step.text) <= 60 else step.text[:57] + "...")
        return in_sequence("", say("line {number}", number=step.line), " (", said, ")")

    def equals(self, a: Value, b: Value, letter: str = "") -> bool:
        """Whether two steps are the same function."""
        names = set(Tape.of([a]).variables) | set(Tape.of([b]).variables)
        f = Expression(b, variables=tuple(sorted(names | {self.x})), limits=self.limits)
        known = self.sought_for(b, *(names - {self.x}))
        assert f.variables
        return compared(a, known).verdict == Verdict.correct

    def sought_for(self, root: Value, *letters: str) -> Sought:
        names = (self.x, *sorted({*letters, *self.own} - {self.x}))
        found = self.known.get((id(root), names))
        if found is None:
            found = Sought(Expression(root, variables=names, limits=self.limits), self.x, 0,
                           self.limits)  # fmt: skip
            if id(root) in self.lasting:
                self.known[id(root), names] = found
        found.started()
        return found

    # --- the right working --------------------------------------------------------------------

    def quotient_text(self) -> str:
        x, h = Graphs().variable(self.x), self.step()
        moved = substituted(self.f.root, {self.x: x + h})
        return text((moved - self.f.root) / h)

    def right(self) -> str:
        return f"{self.quotient_text()}\n= {formula_of(self.f, self.x)}"

    def worked(self) -> list[WorkedStep]:
        return [
            WorkedStep(say("The difference quotient is"), self.quotient_text()),
            WorkedStep(say("Its limit as {h} goes to 0 is", h=self.letters[0]),
                       formula_of(self.f, self.x)),
        ]  # fmt: skip

    def task(self) -> str:
        return say("Differentiate {f} from first principles.", f=Figures(str(self.f)))


def closing(typed: str, opened: int) -> int:
    """The bracket that closes the one at a place. Raises Unreadable where there is none."""
    depth = 0
    for i in range(opened, len(typed)):
        depth += (typed[i] == "(") - (typed[i] == ")")
        if depth == 0:
            return i
    said = say("A bracket is not closed.")
    raise Unreadable("unbalanced", said, (opened, opened + 1), typed)


__all__ = ["FirstPrinciples"]
