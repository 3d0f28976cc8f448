"""Letters beyond ASCII: Greek names, subscripts and superscripts.

- `GREEK` maps a name to its letter; `greek(name)` is that letter or the name itself.
- `subscript("12")` is ₁₂ and `superscript(-2)` is ⁻² (None where there is none).
"""

from __future__ import annotations

from fractions import Fraction

_SMALL = [
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa",
    "lambda", "mu", "nu", "xi", "omicron", "pi", "rho", "", "sigma", "tau", "upsilon", "phi",
    "chi", "psi", "omega",
]  # fmt: skip
# the capitals that are not Latin letters too
_CAPITAL = ["gamma", "delta", "theta", "lambda", "xi", "sigma", "phi", "psi", "omega"]
GREEK = {name: chr(ord("α") + i) for i, name in enumerate(_SMALL) if name not in ("", "pi")}
GREEK |= {name.title(): GREEK[name].upper() for name in _CAPITAL}
_DOWN = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_UP = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def greek(name: str) -> str:
    return GREEK.get(name, name)


def subscript(index: str) -> str:
    """The index below the line: ₁ for digits, _max for anything else."""
    if not index:
        return ""
    return index.translate(_DOWN) if index.isascii() and index.isdigit() else f"_{index}"


def superscript(number: float | Fraction) -> str | None:
    """A whole number above the line."""
    whole = -(10**9) < number < 10**9 and number == int(number)
    return str(int(number)).translate(_UP) if whole else None
