"""The digits of a number as one writes it.

- `numeral(number)` are those of a non-negative number: None for a fraction such as 1/3, which no
  decimal is.
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
