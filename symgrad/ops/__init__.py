"""The table of operations: all that symgrad knows of each, one row an operation, by family.

- `OPS[name]` is a row, `op(...)` adds one; `row` says what a row holds.
"""

# The imports fill the table, everyday rows first: its order is that of every list made from it.
from . import sums_and_products as sums_and_products  # isort: split

from . import powers as powers  # isort: split

from . import exponentials as exponentials  # isort: split

from . import trigonometric as trigonometric  # isort: split

from . import hyperbolic as hyperbolic  # isort: split

from . import branches as branches  # isort: split

from . import steps as steps  # isort: split

from . import activations as activations  # isort: split

from . import special_functions as special_functions  # isort: split

from . import integrals as integrals  # isort: split

from . import hypergeometric as hypergeometric  # isort: split

from . import named_numbers as named_numbers  # isort: split

from .row import ALIASES, OPS, Margin, Op, Rule, Where, floats, op, row, written

__all__ = ["ALIASES", "OPS", "Margin", "Op", "Rule", "Where", "floats", "op", "row", "written"]
