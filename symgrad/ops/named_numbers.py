"""Constants are operations of no argument, so that a 50-digit run gets 50 digits."""

from __future__ import annotations

from .row import floats, op, written

# fmt: off
op("pi", forward=lambda m: m.pi(), meaning=lambda m: m.pi, image="> 0",
   **floats(ulps=.5, plain=True, native=True),
   **written(notation="pi", unicode="π", latex=r"\pi", aliases=("π",), met="unnoticed"))
op("e", forward=lambda m: m.exp(1), meaning=lambda m: m.E, image="> 0",
   **floats(ulps=1, plain=True),
   **written(notation="e", latex="e", aliases=("ℯ",), met="unnoticed", suggests_e=True))
