"""Routines within 1 ulp, as rules over an arithmetic."""

from collections.abc import Callable

ROUTINES: dict[str, Callable] = {}
