"""Judge an answer: numbers first, symbols second, both bounded.

- `check(expression, answer, wrt)` is the `Judgement` on a student's derivative.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice

from flint import arb

from ..arithmetic.balls import precision
from ..engine import Tape
from ..engine import order as nodes_of
from ..errors import LimitReached, SymgradError, UsageError, Verdict
from ..expression import Expression, counted
from ..language import all_readings, uncollected
from ..language.as_typed import members
from ..language.cases_in_words import in_cases, one_case
from ..language.names import UNDEFINED
from ..limits import Limits
from ..sentences import Complaint, Figures, in_sequence, one_or_another, say
from ..value import Graphs, Value, substituted
from .brackets import bracketed
from .comparing import DIGITS_AGREED, Comparison, compared, exists, proved
from .credit import credit
from .judgement import Evidence, Judgement, Mistake, parts, witness
from .messages import message, mistake
from .naming import FEEBLE, Named, named
from .reading import ReadAnswer, Unreadable, read
from .sought import SLOPE_BITS, Sought, evaluated, sought
from .variations import matches, mistakes
from .whole_answers import curve_of
from .wrong_numbers import rounded

SET_TO_ZERO = re.compile(r"\s*0(?:\.0*)?\s*(?:[,;]|$)")  # that a derivative was set to
INEQUALITY = re.compile(r"[<>≤≥≠]|!=|\\(?:le|ge|lt|gt|ne)")
RELATION_OF_ORDER = re.compile(r"[<>≤≥]|\\(?:le|ge|lt|gt)")
MOST_MEANT = 8  # other bracketings of a wrong answer in which a mistake is looked for


def check(
    expression: str | Expression, answer: str, wrt: str | None = None, *, order: int = 1,
    assume: str | Iterable[str] = (), powers: str = "real", rounding: str = "reject",
    prove: bool = False, limits: Limits = Limits.student,
) -> Judgement:  # fmt: skip
    """Judge an answer to "differentiate this expression".

    `wrt` may be left out where the expression has one variable. `assume=("a>0", "n whole")` is
    what the teacher declares. Powers p/q with odd q are real roots, or with `powers="principal"`
    have values for x >= 0 only. With `rounding="accept"` constants that were rounded pass; with
    `prove` a symbolic attempt may turn evidence into a proof. Raises LanguageError where the
    question itself cannot be read, and UsageError for a bad option.
    """
    if rounding not in ("reject", "accept"):
        raise UsageError(f"rounding is reject or accept, got {rounding!r}")
    counted(order)
    asked = sought(expression, wrt, order, limits, assume, powers)
    if not isinstance(answer, str):
        raise UsageError(f"an answer is a str, got {type(answer).__name__}")
    asked.started()
    with uncollected(True):  # what an answer needs is small and soon gone
        return _stated(answer, asked, rounding, prove)


def _stated(answer: str, asked: Sought, rounding: str, prove: bool) -> Judgement:
    """All that an answer states, the first wrong step of a chain."""
    if len(answer) > asked.limits.characters:
        return _one(answer, asked, rounding, prove)
    if cases := in_cases(answer, asked.wrt):
        found = _one(cases, asked, rounding, prove)
        if found.verdict != Verdict.invalid:
            return found
    one = one_case(answer, asked.wrt)
    if one and (told := _under(*one, asked, rounding, prove)):
        return told
    stated = members(answer, asked.names, asked.wrt, asked.order)
    formulas = [f for f in stated.formulas if f] or [""]
    zero = next((k for k, f in enumerate(formulas) if k and SET_TO_ZERO.match(f)), 0)
    if zero and _one("0", asked, rounding, prove).verdict != Verdict.correct:
        formulas = formulas[:zero]
    remarks = (function_itself(stated.as_function),) if stated.as_function else ()
    for formula in formulas:
        found = _one(formula, asked, rounding, prove)
        if found.verdict != Verdict.correct:
            break
    if found.verdict == Verdict.correct and len(formulas) == zero:
        said = say("{formula} = 0 is an equation: give the derivative alone, without = 0.",
                   formula=formula)  # fmt: skip
        return replace(_invalid_text("not_an_expression", said), remarks=remarks)
    if found.verdict == Verdict.correct and stated.another:
        said = say("{label} is another derivative than the one that is asked for.",
                   label=stated.another)  # fmt: skip
        return replace(_invalid_text("ambiguous", said), remarks=remarks)
    if len(formulas) > 1 and found.verdict != Verdict.correct:
        said = say("Of these steps, {formula} is the first that is not right.", formula=formula)
        found = replace(found, message=in_sequence(" ", said, found.message))
    return replace(found, remarks=(*remarks, *found.remarks))


def function_itself(text: str) -> str:
    return say("{text} is the function itself: what is asked for is its derivative.", text=text)


def _under(
    formula: str, condition: str, asked: Sought, rounding: str, prove: bool
) -> Judgement | None:
    """A formula that is said under a condition; None where that asks for another answer."""
    alone = _one(formula, asked, rounding, prove)
    if alone.verdict in (Verdict.invalid, Verdict.undecided):
        return None
    if not INEQUALITY.search(condition):  # 0 for x = 0
        return _at_single_points(alone, formula, asked)
    points = not RELATION_OF_ORDER.search(condition)  # x != 5 leaves out no more than that
    settled = alone.verdict == Verdict.incorrect or (points and alone.verdict == Verdict.correct)
    if settled or holds_everywhere(condition, asked):
        return alone
    there = _one(f"if({condition}, {formula}, {UNDEFINED})", asked, rounding, prove)
    wrong = there.verdict in (Verdict.equal_on_part, Verdict.incorrect)
    return there if points or (wrong and alone.verdict == Verdict.equal_on_part) else None


def _at_single_points(alone: Judgement, formula: str, asked: Sought) -> Judgement:
    """What is said of the slope at single points, and of no others."""
    said = say("That is said for single points only: give the derivative as one formula that "
               "holds everywhere.")  # fmt: skip
    if any(name in formula for name in asked.names):
        return _invalid_text("not_an_expression", said)
    number = Mistake("answered_numerically", "", said)
    return Judgement(Verdict.incorrect, mistakes=(number,), reading=alone.reading, message=said)


def holds_everywhere(condition: str, asked: Sought) -> bool:
    """Whether a condition holds at all points at which answers are compared."""
    with suppress(SymgradError), precision(SLOPE_BITS):
        text = f"if({condition}, 1, 2)"
        tape = Tape.of([all_readings(text, variables=asked.names, limits=asked.limits)[0].root])
        if set(tape.variables) <= set(asked.names):
            return bool(asked.spots) and all(
                evaluated(tape, s.balls()).overlaps(arb(1)) for s in asked.spots
            )
    return False


def _one(answer: str, asked: Sought, rounding: str, prove: bool) -> Judgement:
    """One formula, judged."""
    try:
        answers = read(answer, asked)
    except Unreadable as problem:
        refused = _invalid_text(problem.code, problem.message)
        return replace(refused, position=problem.position)
    try:
        return _judged(asked, answers, rounding, prove)
    except LimitReached as stopped:
        return _undecided(answers[0], Complaint(stopped.message))
    except (ValueError, ArithmeticError):
        return _undecided(answers[0], say("the answer could not be evaluated"))


def _judged(asked: Sought, answers: list[ReadAnswer], rounding: str, prove: bool) -> Judgement:
    """The first reading decides; where only another one is right, the brackets are asked for."""
    first = answers[0]
    if first.constant:
        without = without_constant(first.root, first.constant)
        rest = replace(first, root=without, constant="", of_integral=True)
        found = compared(without, asked)
        if found.verdict == Verdict.correct or not asked.spots:
            return _incorrect(asked, first, Comparison(), rounding)
        return replace(_incorrect(asked, rest, found, "reject"), verdict=Verdict.incorrect)
    found = compared(first.root, asked)
    if found.verdict == Verdict.correct:
        further = [a for a in answers[1:] if a.reaching]  # 2 ln 2 x: nobody can tell what is meant
        if any(compared(a.root, asked).verdict == Verdict.incorrect for a in further):
            return ambiguous(answers)
        return _correct(asked, first, found, prove)
    for other in answers[1:]:
        if compared(other.root, asked).verdict == Verdict.correct:
            return ambiguous(answers) if other.other else _brackets(first, found, asked)
    if not asked.spots:
        return _undecided(first, say("no point was found at which the question has a derivative"))
    if found.verdict == Verdict.undecided:
        return _undecided(first, say("the answer and the derivative could not be told apart"))
    if not found.at("equal", "different", "open") and not exists(first.root, asked):
        said = say("{text} has no real value anywhere.", text=Figures(first.text))
        return _invalid(first, "undefined", said)
    misread = found.verdict == Verdict.incorrect and not aside(asked, first)
    if misread and rebracketed(asked, first):
        return _brackets(first, found, asked)
    return _incorrect(asked, first, found, rounding)


def without_constant(root: Value, name: str) -> Value:
    """The answer without its C."""
    leaf = next(n for n in nodes_of([root]) if n.op is None and n.label == name)
    return substituted(root, {leaf: Graphs().literal(0)})


def aside(asked: Sought, answer: ReadAnswer) -> bool:
    """Whether an answer is off by a constant: no bracket moves it, one over 2 pi only seems to."""
    yours, slope = curve_of(asked, answer.root), mistakes(asked).slope
    with precision(SLOPE_BITS):
        gap = yours(0) - slope(0)
        return matches(yours, lambda k: slope(k) + gap, len(mistakes(asked).spots))


def rebracketed(asked: Sought, answer: ReadAnswer, *, factors: bool = False) -> bool:
    """Whether what was typed, with other brackets, is right."""
    if not asked.spots or not answer.typed:
        return False
    for text in bracketed(answer.typed, asked.names, factors=factors):
        if not asked.in_time(0.4):
            return False
        with suppress(SymgradError):
            root = all_readings(text, variables=asked.names, limits=asked.limits)[0].root
            tape = Tape.of([root])
            if set(tape.variables) <= set(asked.names) and _agrees(asked, tape):
                if compared(root, asked).verdict == Verdict.correct:
                    return True
    return False


def _agrees(asked: Sought, tape: Tape) -> bool:
    """A glance at one spot, which most texts do not pass."""
    spot = asked.spots[0]
    with precision(SLOPE_BITS):
        yours = evaluated(tape, spot.balls())
    return not yours.is_finite() or yours.overlaps(asked.slope(spot))


def _brackets(answer: ReadAnswer, found: Comparison, asked: Sought) -> Judgement:
    """What was typed lacks brackets: it is shown how it was read, and not what would be right."""
    text = Figures(answer.text)
    said = say("Brackets are missing: as it is typed, this means {text}.", text=text)
    return Judgement(
        Verdict.incorrect, witness=witness(asked, answer.root, found), reading=answer.text,
        mistakes=(Mistake("missing_brackets", "", said),), message=said,
    )  # fmt: skip


def _meant(asked: Sought, answer: ReadAnswer) -> Named | None:
    """The one mistake in what was typed with brackets that are missing: e^2x for (e^(2x))'."""
    for text in islice(bracketed(answer.typed, asked.names), MOST_MEANT):
        if not asked.in_time(0.4):
            break
        with suppress(SymgradError, ValueError, ArithmeticError):
            root = all_readings(text, variables=asked.names, limits=asked.limits)[0].root
            if set(Tape.of([root]).variables) <= set(asked.names):
                other = replace(answer, root=root)
                found = named(asked, other, compared(root, asked))[0]
                if found.score > FEEBLE and not found.together:
                    return found
    return None


def _correct(asked: Sought, answer: ReadAnswer, found: Comparison, prove: bool) -> Judgement:
    points = len(found.at("equal"))
    said = say("Right.")
    if found.rooted:
        said = say("Right, with the fractional power read as the real root.")
    elif answer.notes:
        said = say("Right, with {note}.", note=Complaint(answer.notes[0]))
    proof = prove and proved(asked, answer.root)
    evidence = Evidence(proof, points, DIGITS_AGREED)
    return Judgement(Verdict.correct, evidence, credit=1.0, reading=answer.text, message=said)


def _undecided(answer: ReadAnswer, why: str) -> Judgement:
    said = say("Not decided: {why}.", why=why)
    return Judgement(Verdict.undecided, reading=answer.text, message=said)


def ambiguous(answers: Sequence[ReadAnswer]) -> Judgement:
    """All readings are shown, and not which of them would do."""
    texts = list(dict.fromkeys(answer.text for answer in answers))
    listed = one_or_another([Figures(text) for text in texts])
    said = say("This can mean {texts}: write it so that it can mean one only.", texts=listed)
    return replace(_invalid(answers[0], "ambiguous", said), reading="")


def _invalid(answer: ReadAnswer, code: str, said: str) -> Judgement:
    return replace(_invalid_text(code, said), reading=answer.text)


def _invalid_text(code: str, said: str) -> Judgement:
    return Judgement(Verdict.invalid, mistakes=(Mistake(code, "", said),), message=said)


def _incorrect(asked: Sought, answer: ReadAnswer, found: Comparison, rounding: str) -> Judgement:
    names = named(asked, answer, found)
    guess = found.verdict == Verdict.incorrect and names[0].score <= FEEBLE
    if guess and rebracketed(asked, answer, factors=True):
        return _brackets(answer, found, asked)
    if guess and names[0].code == "unknown" and (meant := _meant(asked, answer)):
        first, second = _brackets(answer, found, asked), mistake(asked, meant)
        both = (*first.mistakes, second)
        said = message(found.verdict, both, None, "", together=True)
        return replace(first, mistakes=both, message=said)
    codes = [n.code for n in names]
    verdict = Verdict.incorrect if answer.constant else found.verdict
    if rounding == "accept" and "rounded_constant" in codes and rounded(asked, answer):
        said = say("Right, but for constants that were rounded.")
        return Judgement(
            Verdict.correct, Evidence(points=len(found.spots), digits=2), credit=1.0,
            reading=answer.text, message=said,
        )  # fmt: skip
    where = parts(asked, found) if verdict == Verdict.equal_on_part else ""
    told = tuple(dict.fromkeys(mistake(asked, n) for n in names))
    seen = witness(asked, answer.root, found)
    return Judgement(
        verdict, witness=seen, mistakes=told, credit=credit(asked, answer, names),
        reading=answer.text,
        message=message(verdict, told, seen, where, together=names[0].together),
    )  # fmt: skip
