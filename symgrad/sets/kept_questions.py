"""Questions as texts that can be kept: JSON, the fields that are not the default.

- `as_text_of(question)` is such a text, `question_of(text)` the question again.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from ..questions.question import Question

KEPT_FIELDS = ("kind", "expression", "wrt", "at", "order", "degree", "places", "domain", "assume",
               "direction", "normalised", "constant", "which", "x", "y", "initial", "powers",
               "rounding")  # fmt: skip


def as_text_of(question: Question) -> str:
    """A question as JSON, its defaults left out; `question_of` reads it."""
    plain = Question(question.kind, **{n: getattr(question, n) for n in needed(question)})
    found = {n: v for n, v in asdict(question).items() if n in KEPT_FIELDS}
    default = asdict(plain)
    kept = {n: v for n, v in found.items() if n in ("kind", "expression", *needed(question))
            or v != default.get(n)}  # fmt: skip
    several = isinstance(question.expression, tuple)  # a Jacobian, a curve x(t), y(t)
    f = question.expression
    kept["expression"] = [str(g) for g in f] if several else str(f)
    return json.dumps(kept, ensure_ascii=False, sort_keys=True)


def needed(question: Question) -> tuple[str, ...]:
    return type(question.posed).needs


def question_of(text: str) -> Question:
    """The question of `as_text_of`. Raises UsageError for what is none."""
    given: dict[str, Any] = json.loads(text)
    for name in ("at", "initial"):
        if isinstance(given.get(name), list):
            given[name] = tuple((k, v) for k, v in given[name])
    return Question(**given)


__all__ = ["as_text_of", "question_of"]
