"""What every peer is made into: something to be timed, and the answer to be compared.

- `Ready(run, read)`: `run(n)` runs n times, `read()` are the value and all partials.
- `called(call, read)` makes one of a call, `chunked(each, columns)` of a call on some points.
- `functions(library)` and `METHODS` are a recipe's functions, as modules or numbers have them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from operator import methodcaller
from typing import Any

import numpy as np

from .measuring import Loop, loop, seconds
from .recipes import FUNCTIONS

CHUNKS = (1 << 11, 1 << 13, 1 << 15, 1 << 17)  # points at a time, for what keeps every result
METHODS = {name: methodcaller(name) for name in FUNCTIONS}


@dataclass(frozen=True)
class Ready:
    run: Loop
    read: Callable[[], Any]


def functions(library: Any) -> Mapping[str, Callable[..., Any]]:
    """The functions of a recipe, as a module has them."""
    return {name: getattr(library, name) for name in FUNCTIONS}


def called(call: Callable[[], Any], read: Callable[[Any], Any]) -> Ready:
    """A call whose result is read afterwards."""
    return Ready(loop(call), lambda: read(call()))


def chunked(each: Callable[[Any], tuple[Any, Any]], columns: Any) -> Ready:
    """Many points, a chunk at a time, each chunk giving values and rows of partials; the chunk's
    size is the one of CHUNKS that is quickest here.
    """
    out = np.empty((len(columns) + 1, columns.shape[1]))

    def run(size: int, n: int) -> None:
        for i in range(0, n, size):
            piece = slice(i, min(i + size, n))
            out[0, piece], partials = each(columns[:, piece])
            for row, a in zip(out[1:], partials):
                row[piece] = a

    n = columns.shape[1]
    each(columns[:, :64])
    took = {size: seconds(partial(run, size, size)) / size for size in CHUNKS if size <= n}
    best = min(took, key=lambda size: took[size]) if took else n
    return Ready(loop(lambda: run(best, n)), lambda: out)
