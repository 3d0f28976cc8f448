"""The oracle for tensor engines: NumPy-like autograd held against exact numbers.

    >>> engine = sg.oracle.Tensors(mine, constructor=mine.Tensor)
    >>> print(sg.oracle.judge(engine))

- `TensorProgram` is an expression in tensors as plain data; `TENSOR_ROWS` are its operations.
- `Tensors(namespace, constructor=...)` makes an engine of whatever has functions or methods of the
  usual names.
- An operation is one row: its elements, written in the scalar rows. No backward rule of a tensor
  stands anywhere here: a program is laid out in scalars, and these have their gradients.
"""

from . import elementwise_rows, movement_rows, network_rows, reduction_rows
from .tensor_row import TENSOR_ROWS

__all__ = ["TENSOR_ROWS", "elementwise_rows", "movement_rows", "network_rows", "reduction_rows"]
