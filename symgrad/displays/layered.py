"""Where the nodes of a graph stand in a picture: arguments to the left of what uses them.

- `columns(args)` and `rows(args, columns)` are the places; `args[i]` are the nodes that node i is
  made of, all of them before it.
"""

from __future__ import annotations

from collections.abc import Sequence

Arguments = Sequence[Sequence[int]]


def columns(args: Arguments) -> list[int]:
    """The column of every node: one to the right of its last argument; leaves before their use."""
    found: list[int] = []
    for own in args:
        found.append(1 + max((found[j] for j in own), default=-1))
    uses: dict[int, list[int]] = {}
    for i, own in enumerate(args):
        for j in own:
            uses.setdefault(j, []).append(i)
    return [min(found[i] for i in uses[j]) - 1 if not args[j] and j in uses else column
            for j, column in enumerate(found)]  # fmt: skip


def rows(args: Arguments, columns: Sequence[int]) -> list[float]:
    """The row of every node: a leaf takes the next free one, an operation the mean of its own.

    What would cover another node of its column moves down.
    """
    found = [0.0] * len(args)
    taken: dict[int, list[float]] = {}
    free = 0.0
    for i, own in enumerate(args):
        if own:
            wanted = sum(found[j] for j in own) / len(own)
        else:
            wanted, free = free, free + 1
        others = taken.setdefault(columns[i], [])
        while any(abs(wanted - row) < 1 for row in others):
            wanted += 0.5
        others.append(wanted)
        found[i] = wanted
    return found
