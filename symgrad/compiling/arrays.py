"""NumPy, imported when a batch first needs it, and where an array stands in memory."""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any


@cache
def numpy() -> Any:
    """The library, imported on first use: it costs 60 ms that most callers need not pay."""
    import numpy as np  # noqa: PLC0415

    return np


def address(a: Any) -> int:
    """Where a contiguous array stands; its own `ctypes.data` takes several times as long."""
    try:
        return ctypes.addressof(ctypes.c_char.from_buffer(a))
    except (TypeError, ValueError):  # read-only, or empty
        return int(a.ctypes.data)
