"""Forgotten brackets: other ways to bracket what was typed.

- `bracketed(text)` are the texts with one pair of brackets more (or two, above and below a bar):
  after a bar, around what is over it, in an exponent, around a function's argument.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from ..language.generous import Token, is_function, joined, tokens_of

MOST_TEXTS = 60
MOST_TOKENS = 80  # of a text in which brackets are looked for
SUMS = ("+", "-")


def bracketed(text: str) -> Iterator[str]:
    """The texts, those with a short bracket first."""
    tokens = list(tokens_of(text))
    if len(tokens) > MOST_TOKENS:
        return
    groups = sorted(_groups(tokens), key=lambda g: g[1] - g[0])
    texts = (joined(_with(tokens, [group])) for group in groups)
    yield from islice(texts, MOST_TEXTS)
    above = [(a, b) for a, b in groups if b < len(tokens) and tokens[b].text == "/"]
    below = [(a, b) for a, b in groups if a and tokens[a - 1].text == "/"]
    pairs = ((a, b) for a in above for b in below if a[1] < b[0])
    yield from islice((joined(_with(tokens, list(pair))) for pair in pairs), MOST_TEXTS)


def _groups(tokens: list[Token]) -> Iterator[tuple[int, int]]:
    """Half-open ranges of tokens that may have been meant to stand in brackets."""
    for i in range(len(tokens)):
        before = tokens[i - 1] if i else None
        for j in _ends(tokens, i):
            sums = any(t.text in SUMS for t in tokens[i + 1 : j])
            below_bar = before is not None and before.text == "/" and sums
            above_bar = j < len(tokens) and tokens[j].text == "/" and sums
            argument = before is not None and (before.text == "^" or is_function(before))
            if below_bar or above_bar or argument:
                yield i, j


def _ends(tokens: list[Token], start: int) -> Iterator[int]:
    """Where a group that begins at a token may end: after two tokens or more, at its level."""
    depth = 0
    for j in range(start, len(tokens)):
        depth += (tokens[j].kind == "open") - (tokens[j].kind == "close")
        if depth < 0 or tokens[j].text == ",":
            return
        ends = tokens[j].kind in ("number", "word", "close") and not is_function(tokens[j])
        if depth == 0 and j > start and ends:
            yield j + 1


def _with(tokens: list[Token], groups: list[tuple[int, int]]) -> list[Token]:
    """The tokens with a pair of brackets around each group."""
    opening, closing = ([g[k] for g in groups] for k in (0, 1))
    out: list[Token] = []
    for i in range(len(tokens) + 1):
        out += [Token("close", ")", False)] * closing.count(i)
        out += [Token("open", "(", False)] * opening.count(i)
        out += tokens[i : i + 1]
    return out


__all__ = ["bracketed"]
