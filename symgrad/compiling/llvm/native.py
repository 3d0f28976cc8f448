"""Machine code twice: quick, and careful where the quick one met nan.

- `Native(written, layout, accuracy, optimize)` runs a program at one point and at many;
  `written(code)` writes it.

In a backward sweep 0 times infinity is 0: that takes a choice at every product whose factors may be
such; a variable may be infinite, too. The quick code has none. It tells whether an output is nan,
as all that comes of 0 times infinity ends up, and only then the careful code, made when first
needed, answers instead.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from ..arrays import numpy
from ..code import Code
from ..lines import WILD, Listing
from .functions import Functions
from .library import MACHINE_DIALECTS


class Native:
    """The machine code of one program, with and without guards."""

    def __init__(self, written: Callable[[Code], Listing], layout: Any, accuracy: str,
                 optimize: bool | None) -> None:  # fmt: skip
        self._written, self._options = written, (layout, accuracy, optimize)
        self._dialect = MACHINE_DIALECTS[accuracy]
        self.quick = Functions(written(Code(self._dialect, guards=False)), *self._options, True)
        self.lanes, self.source, self.callable = (
            self.quick.lanes, self.quick.source, self.quick.callable)  # fmt: skip
        self._lock = threading.RLock()

    @property
    def careful(self) -> Functions:
        """The code with guards."""
        with self._lock:
            return self._careful

    @cached_property
    def _careful(self) -> Functions:
        return Functions(self._written(Code(self._dialect, degree=WILD)), *self._options, False)

    def point(self, x: Sequence[float]) -> list[float]:
        """The outputs at one point."""
        found, lost = self.quick.point(x)
        return self.careful.point(x)[0] if lost else found

    def batch(self, columns: Sequence[Any], rows: Sequence[Any]) -> None:
        """Contiguous arrays in and out, all of one length."""
        if not self.quick.batch(columns, rows):
            return
        np = numpy()
        where = np.zeros(len(rows[0]), bool)
        for row in rows:
            where |= np.isnan(row)
        places = np.flatnonzero(where)
        some = [np.empty(len(places)) for _ in rows]
        self.careful.batch([column[places] for column in columns], some)
        for row, y in zip(rows, some):
            row[places] = y

    def summed(self, fixed: Sequence[int]) -> Callable[[Any, Sequence[Any], int], Any]:
        """A function (x, columns, n) that gives the array of every output summed over n points: x
        are the variables in `fixed`; the others' columns reach to the end of the last vector.
        """
        quick, careful = self.quick.summed(fixed), list[Any]()

        def total(x: Any, columns: Sequence[Any], n: int) -> Any:
            found, lost = quick(x, columns, n)
            if not lost:
                return found
            if not careful:
                careful.append(self.careful.summed(fixed))
            return careful[0](x, columns, n)[0]

        return total
