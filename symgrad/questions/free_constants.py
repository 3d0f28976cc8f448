"""The constants of integration in an answer: found, and numbers put in for them.

- `stated(text)` is the formula that an answer states, without what it says about C in words;
- `read_with_constants(text, names, limits)` reads it with letters that are no variables: `C e^x`;
- `reach(root, names, points)` tells whether they give a formula all values;
- `with_numbers(root, names, number)` is the formula with numbers for its constants.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import product
from statistics import median

from flint import arb

from ..arithmetic.balls import BALLS
from ..engine import Tape, forward
from ..homework.reading import ReadAnswer, Unreadable, read
from ..language.characters import SUBSCRIPTS
from ..language.names import function
from ..limits import Limits
from ..value import Graphs, Value, substituted
from .answers import Names, unannounced

LETTERS_OF_CONSTANTS = "CKDABckdabMRQpqrPNFGHLSUV"
GREEK_CONSTANTS = (
    "phi", "varphi", "alpha", "beta", "delta", "theta", "psi", "φ", "α", "β", "δ", "θ",
)  # fmt: skip
IN_LATEX = re.compile(r"\\(?:var)?(phi|alpha|beta|delta|theta|psi)(?![a-z])")  # as plain words
FAR_ENOUGH, NEAR_ENOUGH = 1000, 0.5  # values gone on without end, and come to their end
SIZES_OF_CONSTANTS = {  # by whether they are far out; of usual ones the tangent is large, too
    far: [sign * arb(size) for size in sizes for sign in (1, -1)]
    for far, sizes in ((False, (2**-8, 0.5, 1, 1.5707963, 2, 5, 256)),
                       (True, (arb(2)**-4000, 2**-64, 2**64, arb(2)**4000)))
}  # fmt: skip
WORD_OF_CONSTANT = re.compile(r"\b(?:[ck]onst(?:ant|ante|anta)?|cs?te)\b\.?", re.IGNORECASE)
NUMBERED = re.compile(  # C_1, C1; y_0, x_{0}, P0: a value at the start
    rf"(?<![A-Za-z\\])(?:([{LETTERS_OF_CONSTANTS}])_?\{{?([0-9])\}}?|([A-Za-z])_\{{?(0)\}}?)"
)
WORD_TYPED = re.compile(r"(?<![A-Za-z\\])[A-Za-z]+(?:_\d)?")
LETTER_OF_A_CONSTANT = rf"(?<![A-Za-z\\])[{LETTERS_OF_CONSTANTS}](?:_?\w)?"
SET_OF_ALL = re.compile(  # {x^2 + c | c in R}, L = {C e^x : C in R}
    rf"^\s*(?:[A-Z]\w*\s*=\s*)?\{{(.+?)[|:;,]\s*{LETTER_OF_A_CONSTANT}"
    rf"(?:\s*,\s*{LETTER_OF_A_CONSTANT})*\s*(?:∈|in\b|:)[^{{}}]*\}}\s*$"
)
AT_A_BREAK = r"(?<![\s,;(])"  # where what parts begins, once for a run of it
DECLARED = re.compile(  # where C is any constant; C in R; C, D real
    AT_A_BREAK + r"(?:\s*(?:[,;(]\s*|\b(?:where|with|for|mit|wo|con|avec|any|all|und|and)\s+)+"
    rf"{LETTER_OF_A_CONSTANT}(?:\s*(?:,|\band\b)\s*{LETTER_OF_A_CONSTANT})*\s*"
    r"(?:∈|:|\b(?:in|is|are|ist|es|est|a|an|any|real|reell|arbitrary|beliebig|réel(?:le)?s?|un|une|una|eine|"
    r"cualquier|quelconque)\b|[ck]onst).*$"
    r"|[\s,;(]*\b(?:where|with|for|mit|wo|con|avec)\s+(?:any|every|all|some)\b.*$)"
)
STATED_FOR = re.compile(  # ln x + C, x > 0; (for x > 0)
    AT_A_BREAK + r"\s*(?:[,;(]\s*|\b(?:for|if|when|where|on|with|für|wenn|falls|si|pour)\s+)+"
    r"[A-Za-z0-9.]+\s*(?:<=|>=|!=|[<>≤≥≠])\s*-?[\w./]+\s*\)?\s*$"
)
ADDED_IN_BRACKETS = re.compile(r"\(\s*\+\s*([A-Za-z](?:_?\d)?)\s*\)")  # x^3/3 (+ C)


def stated(text: str) -> str:
    """The text without `where C is a constant`; `const` is C, and C₁, C1 and C_{1} are C_1."""
    text = SET_OF_ALL.sub(r"\1", text.translate(SUBSCRIPTS))
    text = DECLARED.sub("", text)
    text = unannounced(STATED_FOR.sub("", text))
    text = ADDED_IN_BRACKETS.sub(r"+ \1", WORD_OF_CONSTANT.sub("C", text))
    text = NUMBERED.sub(r" \1\3_\2\4 ", IN_LATEX.sub(r" \1 ", text))
    return text.strip().rstrip(",;. ")


def read_with_constants(text: str, names: Collection[str], limits: Limits) -> ReadAnswer:
    """A formula in the variables and in constants. Raises Unreadable."""
    known = tuple(names)
    try:
        alone = Names((*known, *constants_in(text, names)), limits, len(known))
        return read(text, alone, derivative=False)[0]
    except Unreadable:
        glued = constants_in(text, names, glued=True)
        if not glued:
            raise
        try:
            return read(text, Names((*known, *glued), limits, len(known)), derivative=False)[0]
        except Unreadable:
            pass
        raise


def constants_in(text: str, names: Collection[str], glued: bool = False) -> tuple[str, ...]:
    """Letters that may be constants: alone, numbered, or glued to what follows, as in Ce^x."""
    found = []
    for word in WORD_TYPED.findall(text):
        if word in GREEK_CONSTANTS and word not in names:
            found.append(word)
            continue
        alone = re.fullmatch(r"[A-Za-z](?:_\d)?", word) is not None
        name = word if alone else word[0]
        known = name in names or word in names or function(word) is not None
        begins = word[0] in LETTERS_OF_CONSTANTS or word.endswith("_0")
        if not known and begins and (alone or (glued and name != "d")):
            found.append(name)
    return tuple(dict.fromkeys(found))


def with_numbers(root: Value, names: Sequence[str], number: Fraction) -> Value:
    """The formula with a number for its first constant, and others for the next."""
    if not names:
        return root
    graphs = Graphs()
    put = {}
    for k, name in enumerate(names):
        value = number + k if number.denominator > 1 else number
        size = graphs.ratio(abs(value).numerator, value.denominator)
        put[name] = -size if value < 0 else size
    return substituted(root, put)


def reach(root: Value, names: Sequence[str], points: Iterable[Mapping[str, arb]]) -> bool | None:
    """Whether constants give a formula all values at a point: of x + C, and not of x + C^2.

    One point at which they do is enough; None where it is open, as where values grow very slowly.
    """
    tape = Tape.of([root])
    usual = {n: arb(7 + 4 * k) / 3 for k, n in enumerate(names)}
    outcomes = []
    for point in points:
        found: dict[bool, list[float]] = {True: [], False: []}
        for name, (far, sizes) in product(names, SIZES_OF_CONSTANTS.items()):
            for size in sizes:
                here = {**point, **usual, name: size}
                ball = arb(forward(tape, BALLS, here)[tape.roots[0]])
                sharp = ball.is_finite() and ball.rad() <= (1 + abs(ball.mid())) / 8
                found[far] += [float(ball.mid())] if sharp else []
        if found[True] and found[False]:
            outcomes += [both_ways(found[False], found[True])]
    return True if True in outcomes else None if None in outcomes or not outcomes else False


def both_ways(near: list[float], far: list[float]) -> bool | None:
    """Whether values go on without end in both directions; `far` are of constants far out."""
    middle = median(near)
    ends = []
    for side in (1, -1):
        usual, most = (max(side * (x - middle) for x in values) for values in (near, far))
        beyond = most > usual + FAR_ENOUGH or usual > FAR_ENOUGH**2
        ends.append(True if beyond else None if most > usual + NEAR_ENOUGH else False)
    return False if False in ends else None if None in ends else True


__all__ = ["STATED_FOR", "reach", "read_with_constants", "stated", "with_numbers"]
