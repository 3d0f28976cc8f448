"""The report on a pile of answers: one HTML file, nothing else needed to read it.

- `report(pile, outcomes)` is the page: for every question the counts, a histogram of mistakes and
  the wrong answers that several students gave, formulas as MathML.

No network, no script; readable on a phone, on paper and in the dark. Everything that a student
typed is escaped.
"""

from __future__ import annotations
