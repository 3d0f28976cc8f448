"""The graph of a formula as a picture, and both sweeps over it, step by step.

- `played(f, at)` are the nodes with their places, and what happens in which order: forwards a value
  is computed, backwards each argument's gradient grows (`+=`) by the local derivative times the
  gradient that flows in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..arithmetic.floats import FLOATS
from ..displays import layered
from ..engine import Tape, backward, forward, order
from ..errors import LimitReached
from ..expression import Expression
from ..value.boxes import title

NODES_PLAYED = 60  # more cannot be followed with the eye


def played(f: Expression, at: Mapping[str, float]) -> dict[str, Any]:
    """Raises LimitReached for a graph too large to be looked at."""
    tape = f.tape
    if len(tape) > NODES_PLAYED:
        said = f"a graph of {len(tape)} nodes: at most {NODES_PLAYED} are played"
        raise LimitReached(said, "nodes")
    values = forward(tape, FLOATS, at)
    titles = [title(node) for node in order([f.root])]
    columns = layered.columns(tape.args)
    rows = layered.rows(tape.args, columns)
    nodes = [
        {"title": titles[i], "kind": _kind(tape, i), "args": list(tape.args[i]),
         "column": columns[i], "row": rows[i], "data": float(values[i])}
        for i in range(len(tape))
    ]  # fmt: skip
    return {"at": dict(at), "nodes": nodes, "root": tape.roots[0],
            "forward": [i for i in range(len(tape)) if tape.ops[i]],
            "backward": flows(tape, values)}  # fmt: skip


def _kind(tape: Tape, i: int) -> str:
    if tape.ops[i]:
        return "operation"
    return "variable" if isinstance(tape.leaves[i], str) else "number"


def flows(tape: Tape, values: Sequence[float]) -> list[dict[str, Any]]:
    """Every `+=` of the backward sweep: from which node to which, its factors, and the sum."""
    found: list[dict[str, Any]] = []
    source, slopes = 0, dict[int, list[float]]()

    def partials(i: int) -> Sequence[Any]:
        nonlocal source
        source = i
        x, wanted = [values[j] for j in tape.args[i]], [tape.active[j] for j in tape.args[i]]
        op = tape.ops[i]
        assert op is not None  # a leaf has no partials
        given = FLOATS.partials(op, values[i], x, wanted)
        pairs = zip(tape.args[i], given)
        slopes[i] = [s for j, s in pairs if s is not None and tape.active[j]]
        return given

    def join(j: int, before: float | None, term: float) -> float:
        total = term if before is None else before + term
        found.append({"from": source, "to": j, "local": float(slopes[source].pop(0)),
                      "term": float(term), "total": float(total)})  # fmt: skip
        return total

    backward(tape, FLOATS, values, 1.0, partials=partials, join=join)
    return found
