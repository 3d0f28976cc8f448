"""JSON as the command prints it and the API answers it.

- `as_json(x)` is one line of JSON in which inf and nan are strings.
- `failure(error)` is the shape of an error.
"""

from __future__ import annotations

import json as json_library
import math
import re
from collections.abc import Callable
from typing import Any

from ..errors import OF_THE_CALL, Ambiguous, LanguageError, SymgradError

SHAPE = (
    1  # version of the JSON shape; documented in the README, raised when a field changes meaning
)


def in_options(hint: str) -> str:
    """A hint that names arguments of Python, in options of the command."""

    def option(found: re.Match) -> str:
        if found[1]:
            return f"--vars {found[2]}"
        return "--wrt" if found[5] else f"--{found[3] or found[6]} {found[4] or found[7]}"

    return OF_THE_CALL.sub(option, hint)


def in_fields(hint: str) -> str:
    """The same in the fields of a request."""

    def field(found: re.Match) -> str:
        if found[1]:
            return f'"vars": ["{found[2]}"]'
        return '"wrt"' if found[5] else f'"{found[3] or found[6]}": ' + (
            f'"{found[4]}"' if found[4] else found[7])  # fmt: skip

    return OF_THE_CALL.sub(field, hint)


def failure(error: SymgradError, written: Callable[[str], str] = in_fields) -> dict[str, Any]:
    """The JSON shape of an error, its hint written for a request or for the command."""
    found: dict[str, Any] = {
        "symgrad": SHAPE, "error": type(error).__name__, "message": error.message,
        "hint": written(error.hint) if error.hint else None, "expression": error.text,
        "position": list(error.position) if error.position else None, "exit_code": error.exit_code,
    }  # fmt: skip
    if isinstance(error, LanguageError):
        found["code"] = error.code
    if isinstance(error, Ambiguous):
        found["readings"] = list(error.readings)
    return found


def as_json(x: Any) -> str:
    """One line of strict JSON; numbers that JSON lacks are the strings inf, -inf and nan."""
    return json_library.dumps(finite(x), ensure_ascii=False, allow_nan=False)


def finite(x: Any) -> Any:
    """The same data with inf and nan as strings."""
    if isinstance(x, dict):
        return {k: finite(v) for k, v in x.items()}
    if isinstance(x, (list, tuple)):
        return [finite(v) for v in x]
    return x if not isinstance(x, float) or math.isfinite(x) else str(x)
