"""What was typed with the brackets that may have been forgotten.

- `bracketed(text, names)` are the texts with a pair of brackets more: below a bar or above it, in
  an exponent, in the argument of a function.
- `bracketed(text, names, factors=True)` are those with brackets around a sum beside a factor:
  there a wrong rule is likelier, where one explains the answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from itertools import islice

from ..language.as_typed import TypedToken, apart, is_function, joined, tokens_of
from ..language.characters import SUPERSCRIPTS

MOST_TEXTS = 60
MOST_TOKENS = 80  # of a text in which brackets are looked for
HIGH_POWER = re.compile(r"(?<=[\w)\]}])[⁺⁻]?[⁰¹²³⁴-⁹]+")
PLUS_SIGNS = ("+", "-", "−")
TIMES_SIGNS = ("*", "·", "×", "⋅")


def bracketed(text: str, names: Collection[str], *, factors: bool = False) -> Iterator[str]:
    """The texts, those with a short bracket first."""
    lowered = HIGH_POWER.sub(lambda found: f"^{found[0].translate(SUPERSCRIPTS)}", text)
    tokens = list(apart(tokens_of(lowered), names))
    if len(tokens) > MOST_TOKENS:
        return
    wanted = _beside_factor if factors else _at_bar
    groups = sorted(_groups(tokens, wanted), key=lambda g: g[1] - g[0])
    texts = (joined(_with(tokens, [group])) for group in groups)
    yield from islice(texts, MOST_TEXTS)
    above = [(a, b) for a, b in groups if b < len(tokens) and tokens[b].text == "/"]
    left = groups if factors else above
    pairs = ((a, b) for a in left for b in groups if a[1] < b[0])
    yield from islice((joined(_with(tokens, list(pair))) for pair in pairs), MOST_TEXTS)


Wanted = Callable[[list[TypedToken], int, int], bool]


def _groups(tokens: list[TypedToken], wanted: Wanted) -> Iterator[tuple[int, int]]:
    """Half-open ranges of tokens that may have been meant to stand in brackets."""
    for i in range(len(tokens)):
        for j in _ends(tokens, i):
            if wanted(tokens, i, j):
                yield i, j


def _at_bar(tokens: list[TypedToken], i: int, j: int) -> bool:
    """Whether a range is an argument or an exponent, or a sum at a bar."""
    before = tokens[i - 1].text if i else ""
    after = tokens[j].text if j < len(tokens) else ""
    if after == "^" and tokens[j - 1].kind == "word" and _is_sum(tokens, i, j):
        return False  # nobody means the x - x of cos x - x^2
    if before in ("^", "√") or (i and is_function(tokens[i - 1])):
        return tokens[i].kind != "open" or not _is_sum(tokens, i, j)  # ln(x)+1 is no ln(x+1)
    if after == "^" and is_function(tokens[i]):  # sec x^2 for sec(x)^2
        return True
    if _is_sum(tokens, i, j):  # nobody means the 1^2 of x+1^2, or the 1 of x+1 e^x
        factor = tokens[j - 1].text == "1" and j < len(tokens) and _multiplied(tokens[j])
        return "/" in (before, after) or factor or (after == "^" and tokens[j - 1].kind == "number")
    return before == "/" and tokens[i].kind == "word"  # 1/x ln x; not the number of 1/2 x


def _beside_factor(tokens: list[TypedToken], i: int, j: int) -> bool:
    """Whether a range is a sum or has a sign, with a factor before or after it."""
    before = tokens[i - 1] if i else None
    after = tokens[j] if j < len(tokens) else None
    led = before is not None and _ended(before) and tokens[i].blank
    if tokens[i].text in PLUS_SIGNS and before and _ended(before):  # x^2 -sin x; not x^2 - 1
        glued = tokens[i].text != "+" and led and not tokens[i + 1].blank
        return glued and any(t.kind == "word" for t in tokens[i:j])
    if not _is_sum(tokens, i, j):
        return False
    if after and _multiplied(after):
        return True
    if before is None or before.text in TIMES_SIGNS:  # 6*3x+1
        return before is not None
    return led and before.kind != "number"  # e^x x^2+2x; the 2 of 2x+1 is no factor of a sum


def _multiplied(after: TypedToken) -> bool:
    """Whether what stands before this token is a factor."""
    return after.text in TIMES_SIGNS or after.kind in ("word", "open")


def _ended(token: TypedToken) -> bool:
    """Whether an operand may end with this token."""
    return token.kind in ("number", "word", "close") and not is_function(token)


def _is_sum(tokens: list[TypedToken], i: int, j: int) -> bool:
    """Whether a range has + or - between two operands, at its own level."""
    depth = 0
    for k in range(i, j):
        depth += (tokens[k].kind == "open") - (tokens[k].kind == "close")
        if depth == 0 and k > i and tokens[k].text in PLUS_SIGNS and _ended(tokens[k - 1]):
            return True
    return False


def _ends(tokens: list[TypedToken], start: int) -> Iterator[int]:
    """Where a group that begins at a token may end: after two tokens or more, at its level."""
    depth, bare = 0, tokens[start].kind != "open"  # (x+1) alone needs no second pair
    for j in range(start, len(tokens)):
        depth += (tokens[j].kind == "open") - (tokens[j].kind == "close")
        if depth < 0 or tokens[j].text == ",":
            return
        if depth == 0 and j > start and bare and _ended(tokens[j]):
            yield j + 1
        bare = bare or depth == 0


def _with(tokens: list[TypedToken], groups: list[tuple[int, int]]) -> list[TypedToken]:
    """The tokens with a pair of brackets around each group."""
    opening, closing = ([g[k] for g in groups] for k in (0, 1))
    out: list[TypedToken] = []
    for i in range(len(tokens) + 1):
        out += [TypedToken("close", ")", False)] * closing.count(i)
        out += [TypedToken("open", "(", False)] * opening.count(i)
        out += tokens[i : i + 1]
    return out


__all__ = ["bracketed"]
