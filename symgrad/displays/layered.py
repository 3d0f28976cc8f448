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

    What would cover another node of its column moves down; so does what has an edge that would run
    behind another: it keeps its row through all columns until the last before its use.
    """
    found = [0.0] * len(args)
    until = [*columns]
    for i, own in enumerate(args):
        for j in own:
            until[j] = max(until[j], columns[i] - 1)
    taken: dict[int, list[float]] = {}
    free = 0.0
    for i, own in enumerate(args):
        if own:
            wanted = sum(found[j] for j in own) / len(own)
        else:
            wanted, free = free, free + 1
        lanes = [taken.setdefault(c, []) for c in range(columns[i], until[i] + 1)]
        while any(abs(wanted - row) < 1 for lane in lanes for row in lane):
            wanted += 0.5
        for lane in lanes:
            lane.append(wanted)
        found[i] = wanted
    return found
