"""Names what is wrong with a gradient: by the wrong transformation that gives the engine's numbers.

- `cause_of(case, failure)` is that in words.
"""

from __future__ import annotations

from typing import Any


def cause_of(case: Any, failed: Any) -> str:
    if failed.kind == "CRASH":
        return f"raised {failed.note}"
    if "written into" in failed.note:
        return failed.note
    if not failed.partial:
        return "the value is wrong"
    if failed.got is None:
        return "no gradient reaches an input"
    return "the gradient is wrong"
