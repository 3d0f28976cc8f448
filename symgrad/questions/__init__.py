"""Every question that a derivative can settle: lines, integrals, extrema, curves, series, ...

`question` has what a teacher writes and what every kind has in common; `asking` judges answers;
`kinds/` has one class per kind.
"""
