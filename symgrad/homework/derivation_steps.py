"""A derivation: its steps, and how they are written.

- An `Explanation` is f, its `DerivationStep`s from the outside in, and the readable derivative.
- `title(step, TEXT)` and `equation(step, TEXT)` are a step's rule and what it did, `rests_on` how
  the whole is known, `in_markdown` the lines of it with formulas in LaTeX.
- `found.spoken("de")` is told in German: the names of the rules, and all that is written of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from .. import notation
from ..displays import brief
from ..errors import Verdict
from ..expression import Expression
from ..sentences import Complaint, Figures, FiguresInLatex, Said, say, spoken
from ..value import Value
from .textbook import Pending


@dataclass(frozen=True, slots=True)
class DerivationStep:
    """One rule applied to one subexpression."""

    number: int
    depth: int
    rule: str
    of: Value  # the subexpression
    stated: tuple[Pending, Pending] | None  # the rule in letters: left, right
    inner: Value | None  # what u stands for in it, for the chain rule
    becomes: Pending  # the derivatives of parts still to be taken
    result: Value
    needs: tuple[int, ...]  # the steps that take these
    verified: bool | None = None  # None: it could not be held against SymPy
    points: int = 0

    def __repr__(self) -> str:
        return brief(self, number=self.number, rule=self.rule, of=notation.text(self.of),
                     result=notation.text(self.result), verified=self.verified)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Explanation:
    """A derivation: f, the steps from the outside in, and the readable derivative."""

    f: Expression
    name: str
    steps: tuple[DerivationStep, ...]
    derivative: Expression
    language: str = "en"

    def __repr__(self) -> str:
        return brief(self, f=str(self.f), derivative=str(self.derivative), steps=len(self.steps),
                     verdict=self.verdict)  # fmt: skip

    def _repr_markdown_(self) -> str:
        """For notebooks: the derivation, typeset."""
        return "\n".join(in_markdown(self))

    @property
    def verdict(self) -> Verdict:
        """`verified`, `wrong` or `undecided`: the worst of the steps."""
        steps = [step.verified for step in self.steps]
        if False in steps:
            return Verdict.wrong
        return Verdict.undecided if None in steps else Verdict.verified

    @property
    def exit_code(self) -> int:
        return self.verdict.exit_code

    @property
    def notes(self) -> list[str]:
        """What must be said with the derivative, in the language; floats are no matter here."""
        notes = [n for n in self.derivative.notes if n != self.derivative.fragile]
        return [spoken(n if isinstance(n, Said) else Complaint(n), self.language) for n in notes]

    def spoken(self, language: str) -> Explanation:
        """The same in another language: en, de, es, fr, and whatever has been translated."""
        steps = tuple(replace(s, rule=spoken(s.rule, language)) for s in self.steps)
        return replace(self, steps=steps, language=language)


OTHERWISE = r"\text{otherwise}"  # of the last case


class Writing(NamedTuple):
    """How formulas are written, how the derivative of a bracket is, and words between them."""

    plainly: Callable[[Value], str]
    primed: str
    word: str = " {} "
    figures: type[Figures] = Figures
    language: str = "en"

    def formula(self, root: Value) -> str:
        """A formula with the decimal sign of the language."""
        shown: str = spoken(self.figures(self.plainly(root)), self.language)
        return shown.replace(OTHERWISE, OTHERWISE.replace("otherwise", self.say("otherwise")))

    def say(self, template: str, **parts: Any) -> str:
        """A sentence in the language."""
        told: str = spoken(say(template, **parts), self.language)
        return told

    def told(self, found: Explanation) -> Writing:
        """The same in the language of a derivation."""
        return self._replace(language=found.language)


TEXT = Writing(notation.text, "({})'")
UNICODE = Writing(notation.unicode, "({})′")
LATEX = Writing(notation.latex, r"\left({}\right)'", r" \text{{ {} }} ", FiguresInLatex)


def primed(part: Value, style: Writing) -> str:
    """(part)', or x' for a name."""
    inside = style.formula(part)
    return inside + style.primed[-1] if part.op is None else style.primed.format(inside)


def pending(form: Pending, style: Writing) -> str:
    """A formula with derivatives still to be taken."""
    shown = style.formula(form.form)
    for mark, part in form.parts.items():
        shown = shown.replace(mark, primed(part, style))
    return shown


def title(step: DerivationStep, style: Writing) -> str:
    """The rule in letters, and what the letter u stands for: (sin(u))' = cos(u)*u', u = 3*x."""
    if step.stated is None:
        return ""
    left, right = (pending(side, style) for side in step.stated)
    stated = f"{left} = {right}"
    if step.inner is None:
        return stated
    letter = style.formula(next(iter(step.stated[1].parts.values())))
    return f"{stated}{style.word.format(style.say('with'))}{letter} = {style.formula(step.inner)}"


def equation(step: DerivationStep, style: Writing) -> str:
    """(x^2)' = 2*x: the step, its result behind it where no other step is needed for that."""
    sides = [style.primed.format(style.formula(step.of)), pending(step.becomes, style)]
    if not step.needs and style.formula(step.result) != sides[1]:
        sides.append(style.formula(step.result))
    return " = ".join(sides)


def conclusion(step: DerivationStep, style: Writing) -> str:
    """The step's result once the steps that it needs are done."""
    return f"{style.primed.format(style.formula(step.of))} = {style.formula(step.result)}"


def last(found: Explanation, style: Writing) -> str:
    """f'(x) = the readable formula."""
    return f"{slope(found)} = {style.formula(found.derivative.root)}"


def slope(found: Explanation) -> str:
    """f'(x), or df/dx where there are other variables."""
    return f"f'({found.name})" if len(found.f.variables) < 2 else f"df/d{found.name}"


def function(found: Explanation) -> str:
    return f"f({', '.join(found.f.variables)})"


def closings(steps: Sequence[DerivationStep]) -> list[list[DerivationStep]]:
    """For every step those that are complete after it, the innermost first."""
    found: list[list[DerivationStep]] = []
    open_steps: list[DerivationStep] = []
    for step, after in zip(steps, [*steps[1:], None]):
        if step.needs:
            open_steps.append(step)
        done = []
        while open_steps and (after is None or after.depth <= open_steps[-1].depth):
            done.append(open_steps.pop())
        found.append(done)
    return found


def doubt(step: DerivationStep, style: Writing) -> str:
    if step.verified:
        return ""
    unsure = step.verified is None
    return f"   ({style.say('not verified' if unsure else 'WRONG: SymPy disagrees')})"


def rests_on(found: Explanation) -> str:
    """What the derivation rests on."""
    style, count = TEXT.told(found), len(found.steps)
    if found.verdict == "wrong":
        return f"✗ {style.say('WRONG: a step and SymPy disagree')}"
    if found.verdict != "verified":
        unsure = sum(step.verified is None for step in found.steps)
        return "! " + style.say("{n} of {count} steps could not be verified", n=unsure, count=count)
    fewest = min(step.points for step in found.steps)
    said = style.say("1 step, verified against SymPy" if count == 1 else
                     "{count} steps, each verified against SymPy", count=count)  # fmt: skip
    return f"✓ {said}" + (style.say(" at {n} points or more", n=fewest) if fewest > 1 else "")


def in_markdown(found: Explanation) -> list[str]:
    style = LATEX.told(found)
    begin = style.say("Differentiate")
    lines = [f"**{begin}** ${function(found)} = {style.formula(found.f.root)}$", ""]
    for step, done in zip(found.steps, closings(found.steps)):
        indent = "  " * step.depth
        said = title(step, style)
        lines.append(f"{indent}- **{step.number}. {step.rule}**" + (f": ${said}$" if said else ""))
        lines += ["", f"{indent}  ${equation(step, style)}${doubt(step, style)}", ""]
        for s in done:
            lines += [f"{'  ' * s.depth}  ${conclusion(s, style)}${doubt(s, style)}", ""]
    return [*lines, rests_on(found), "", f"$${last(found, style)}$$"]
