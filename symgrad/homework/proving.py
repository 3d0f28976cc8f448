"""A symbolic attempt at "equal everywhere", in a child process that can be killed.

- `proved(question, root)` is true where SymPy shows that the answer is the derivative.
"""

from __future__ import annotations

from ..errors import SymgradError
from ..limits import bounded
from ..ops import OPS
from ..symbolic import differentiated, meaning, sympy
from ..value import Value
from .question import Question


def proved(question: Question, root: Value) -> bool:
    """False where SymPy cannot, or does not in time: that says nothing about the answer."""
    work = (question.f.root, root, question.wrt, question.order)
    try:
        return bool(bounded(question.limits, vanishes, *work, world=tuple(OPS.values())))
    except SymgradError:
        return False


def vanishes(f: Value, answer: Value, wrt: str, order: int) -> bool:
    """Whether the answer less the derivative rearranges to 0; runs where it can be killed."""
    s = sympy()
    gap = differentiated(meaning(f), wrt, order) - meaning(answer)
    ways = (s.expand, s.together, s.cancel, s.trigsimp, s.simplify)
    return gap == 0 or any(way(gap) == 0 for way in ways)


__all__ = ["proved"]
