"""Slopes that stand in backward for the right ones, of what works element by element.

- `wrong_slopes(operands, value, at)` are pairs of words and slopes, of the operand number `at`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

Slope = Callable[..., Any]
OF_ONE: dict[str, Slope] = {  # of an argument x and a value y
    "1": lambda x, y: np.ones_like(x), "x": lambda x, y: x, "y": lambda x, y: y,
    "1 - y": lambda x, y: 1 - y, "1 + y": lambda x, y: 1 + y, "1 - x": lambda x, y: 1 - x,
    "1 - x^2": lambda x, y: 1 - x * x, "1 + x^2": lambda x, y: 1 + x * x,
    "1 - y^2": lambda x, y: 1 - y * y, "1 + y^2": lambda x, y: 1 + y * y,
    "y*(1 - y)": lambda x, y: y * (1 - y), "x*(1 - x)": lambda x, y: x * (1 - x),
    "1/x": lambda x, y: 1 / x, "1/y": lambda x, y: 1 / y, "x^2": lambda x, y: x * x,
    "y^2": lambda x, y: y * y, "1/x^2": lambda x, y: 1 / x**2, "1/y^2": lambda x, y: 1 / y**2,
    "y/x": lambda x, y: y / x, "x*y": lambda x, y: x * y, "1/(2*x)": lambda x, y: 1 / (2 * x),
    "sqrt(x)": lambda x, y: np.sqrt(x), "1/sqrt(x)": lambda x, y: 1 / np.sqrt(x),
    "e^x": lambda x, y: np.exp(x), "ln(x)": lambda x, y: np.log(x),
    "sin(x)": lambda x, y: np.sin(x), "cos(x)": lambda x, y: np.cos(x),
    "cos(y)": lambda x, y: np.cos(y),
    "sigmoid(x)": lambda x, y: 1 / (1 + np.exp(-x)), "tanh(x)": lambda x, y: np.tanh(x),
    "1/(1 + x^2)": lambda x, y: 1 / (1 + x * x), "1/(1 - x^2)": lambda x, y: 1 / (1 - x * x),
    "1/sqrt(1 - x^2)": lambda x, y: 1 / np.sqrt(1 - x * x),
    "1/sqrt(1 + x^2)": lambda x, y: 1 / np.sqrt(1 + x * x),
    "1 where x > 0, 0 elsewhere": lambda x, y: 1.0 * (x > 0),
    "1 where x < 0, 0 elsewhere": lambda x, y: 1.0 * (x < 0),
    "the sign of x": lambda x, y: np.sign(x),
}  # fmt: skip
OF_TWO: dict[str, Slope] = {  # of the argument x itself, the other one z, and a value y
    "1": lambda x, z, y: np.ones_like(y), "x": lambda x, z, y: x, "z": lambda x, z, y: z,
    "1/x": lambda x, z, y: 1 / x, "1/z": lambda x, z, y: 1 / z, "x/z": lambda x, z, y: x / z,
    "z/x": lambda x, z, y: z / x, "x*z": lambda x, z, y: x * z, "y": lambda x, z, y: y,
    "1/x^2": lambda x, z, y: 1 / x**2, "1/z^2": lambda x, z, y: 1 / z**2,
    "x/z^2": lambda x, z, y: x / z**2, "z/x^2": lambda x, z, y: z / x**2,
    "x/y": lambda x, z, y: x / y, "z/y": lambda x, z, y: z / y, "x - z": lambda x, z, y: x - z,
    "x/y^2": lambda x, z, y: x / y**2, "z/y^2": lambda x, z, y: z / y**2,
    "1 where x > z, 0 elsewhere": lambda x, z, y: 1.0 * (x > z),
    "1 where x < z, 0 elsewhere": lambda x, z, y: 1.0 * (x < z),
}  # fmt: skip
OF_LETTERS = {1: "x: the argument, y: the value",
           2: "x: the argument itself, z: the other, y: the value"}  # fmt: skip


def wrong_slopes(operands: Sequence[Any], value: Any, at: int) -> Iterator[tuple[str, Any]]:
    """Each, and its negative."""
    own_first = [operands[at], *(a for k, a in enumerate(operands) if k != at)]
    known = {1: OF_ONE, 2: OF_TWO}.get(len(operands), {})
    for text, slope in known.items():
        letters = f" ({OF_LETTERS[len(operands)]})" if {*text} & {*"xyz"} else ""
        with np.errstate(all="ignore"):
            found = np.asarray(slope(*own_first, value), dtype=float)
        yield f"in its backward {text} stands where the slope belongs{letters}", found
        yield f"in its backward {negative(text)} stands where the slope belongs{letters}", -found


def negative(text: str) -> str:
    """-(1 - y) and -x/z; what begins with a word is told in words."""
    if text.startswith("the "):
        return f"minus {text}"
    is_sum = re.search(r" [+-] ", re.sub(r"\([^()]*\)", "", text))
    return f"-({text})" if is_sum else f"-{text}"


__all__ = ["wrong_slopes"]
