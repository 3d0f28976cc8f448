"""A `Value` remembers how it was made; `backward()` fills in the gradients, as in micrograd.

- `Value(2.0)` holds `data`, `grad` (starts at 0), the `op` that made it and its `args`.
- `+ - * / **` and `relu`, `tanh`, `exp`, ... (a method per row of the table) make new Values.
- `variable(name)` and `literal(number)` are leaves without an eager value, or with an exact one.
- `Graphs()` is the arithmetic whose numbers are Values: a gradient computed in it is a graph.
- `tidy(roots)` shares equal subexpressions and drops `1*`, `+0` and the like; `same(a, b)`
  compares two graphs; none of this recurses.
"""

from . import boxes, point
from .graphs import (
    NO_CASE,
    Graphs,
    evaluated,
    gradient_graphs,
    is_no_case,
    is_valueless,
    leaves,
    on_paper,
    rebuilt,
    same,
    substituted,
    tidy,
)
from .nodes import (
    Number,
    Value,
    apply,
    as_float,
    is_literal,
    lift,
    literal,
    made,
    negated,
    power,
    power_row,
    raise_undefined,
    variable,
)

__all__ = [
    "NO_CASE", "Graphs", "Number", "Value", "apply", "as_float", "boxes", "evaluated",
    "gradient_graphs", "is_literal", "is_no_case", "is_valueless", "leaves", "lift", "literal",
    "made", "negated", "on_paper", "point", "power", "power_row", "raise_undefined", "rebuilt",
    "same", "substituted", "tidy", "variable",
]  # fmt: skip
