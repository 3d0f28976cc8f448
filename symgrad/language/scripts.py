"""Letters above and below the line: xₙ, eˣ and x²₁ are refused, and said in plain letters.

- `written_out(text, position)` is what to type for the raised or lowered character there: x_n, e^x.
"""

from __future__ import annotations

import re
import unicodedata

from .names import function

_BASE = re.compile(r"(?:[^\W\d_]\w*|\d+|(\)))$")


def written_out(text: str, position: int) -> str | None:
    """The base with its index and its power, or None where this is no raised or lowered letter."""
    if not _script(text[position]):
        return None
    start, end = position, position + 1
    while start and _script(text[start - 1]):
        start -= 1
    while end < len(text) and _script(text[end]):
        end += 1
    base = _BASE.search(text[max(0, start - 64) : start])
    if base is None:
        return None
    index, power = _plain(text[start:end], "<sub>"), _plain(text[start:end], "<super>")
    name = "(...)" if base[1] else base[0]
    if function(name) and not index:
        name += "(...)"
    index = index and (f"_{index}" if index.isalnum() else f"_{{{index}}}")
    return name + index + (power and (f"^{power}" if len(power) == 1 else f"^({power})"))


def _script(char: str) -> str:
    """<sub> or <super>, or nothing."""
    kind = unicodedata.decomposition(char).partition(" ")[0]
    return kind if kind in ("<sub>", "<super>") else ""


def _plain(text: str, kind: str) -> str:
    letters = (unicodedata.normalize("NFKC", c) for c in text if _script(c) == kind)
    return "".join(letters).replace("−", "-")
