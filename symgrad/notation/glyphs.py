"""Digits and letters: what numbers and names look like.

- `numeral(number)` are the digits of a non-negative number, or None for a fraction such as 1/3,
  which no decimal is.
- `written_out("1.5e-8")` is the same without an exponent.
- `GREEK` maps a name to its letter; `greek(name)` is that letter or the name itself.
- `subscript("12")` is ₁₂ and `superscript(-2)` is ⁻² (None where there is none).
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

ZEROS_AFTER, ZEROS_BEFORE = 20, 6  # zeros before 1e30, or 1e-7, reads better


def numeral(number: float | Fraction) -> str | None:
    """The shortest decimal that is exactly this number (for a float: that reads back as it)."""
    if isinstance(number, float):
        if number - number != 0:
            return str(number)
        return _plain(Decimal(repr(number)))
    number = Fraction(number)
    places = _places(number.denominator)
    if places is None:
        return None
    return _plain(Decimal(number.numerator * 10**places // number.denominator), places)


def _places(denominator: int) -> int | None:
    """How many decimals a fraction with this denominator has, if they end."""
    twos = (denominator & -denominator).bit_length() - 1
    rest, fives = denominator >> twos, 0
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


def _plain(number: Decimal, places: int = 0) -> str:
    # Decimal, because str(int) refuses numbers of more than 4,300 digits
    _, digits, exponent = number.as_tuple()
    text = "".join(map(str, digits)).lstrip("0")
    stripped = text.rstrip("0")
    exponent = int(exponent) - places + len(text) - len(stripped)
    if not stripped:
        return "0"
    if exponent >= 0:
        few = exponent < ZEROS_AFTER
        return stripped + "0" * exponent if few else _scientific(stripped, exponent)
    if -exponent - len(stripped) >= ZEROS_BEFORE:
        return _scientific(stripped, exponent)
    padded = stripped.rjust(1 - exponent, "0")
    return f"{padded[:exponent]}.{padded[exponent:]}"


def _scientific(digits: str, exponent: int) -> str:
    tail = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{tail}e{exponent + len(digits) - 1}"


def written_out(digits: str) -> str:
    return f"{Decimal(digits):f}" if "e" in digits else digits


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
