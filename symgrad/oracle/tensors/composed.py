"""Which operations an engine makes of others, and what is wrong with them only for that.

- `without_composed(engine, findings)` are the findings without those of operations that are made of
  one that is wrong itself: `linear` of an engine calls its `matmul`.
- `with_helpers(engine, findings)` has one finding for operations that share what is wrong.

What an operation calls is seen by running it once forwards under a profiler. An entry is a function
with what it closes over: engines whose operations all run one inner function tell them apart so.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import OURS
from .spelled import CallForm, known, step_of
from .tensor_case import alone, case_of
from .tensor_report import GRAPH, TensorFinding, together
from .tensor_row import TENSOR_ROWS
from .wrong_gradients import IN_A_GRAPH, OF_STEPS, general, vague

Entry = tuple[Any, ...]


def without_composed(engine: Any, findings: Sequence[TensorFinding]) -> list[TensorFinding]:
    """The findings that no other one explains."""
    names = {n for f in findings if f.kind != "CRASH" or f.in_backward  # it ended there, or hung
             for n in f.program.operations}  # fmt: skip
    if len(findings) < 2 or not hasattr(engine, "leaf"):
        return list(findings)
    called = {n: calls(engine, n) for n in sorted(names & {*engine.spelling, *engine.wrong})}
    parts = {n: {m for m in called if m != n and part_of_call(called, m, n)} for n in called}
    simple = [f for f in findings if len(f.program.steps) == 1 and f.operation in called]
    kept: dict[int, TensorFinding] = {id(f): f for f in findings}
    for f in findings:
        why = next((g for g in simple if id(g) in kept and explains(g, f, parts)), None)
        if why is not None:
            del kept[id(f)]
            with_it = kept[id(why)]
            more = [] if f.operation in (GRAPH, why.operation) else [f.operation]
            made = tuple(dict.fromkeys([*with_it.made, *more, *f.made]))
            kept[id(why)] = replace(with_it, seen=with_it.seen + f.seen, made=made)
    return list(kept.values())


def with_helpers(engine: Any, findings: Sequence[TensorFinding]) -> list[TensorFinding]:
    """One finding for one cause in several operations, where these go through a function that none
    of the right ones enters: a helper of theirs."""
    groups: dict[str, list[TensorFinding]] = {}
    for f in findings:
        alone = f.partial and f.operation != GRAPH and not vague(f.cause)
        groups.setdefault(general(f.cause) if alone else f"{id(f)}", []).append(f)
    several = [group for group in groups.values() if len(group) > 1]
    if not several or not hasattr(engine, "leaf") or sys.getprofile():
        return list(findings)
    wrong = {n for f in findings for n in (*f.names, *f.program.operations)}
    entered = {n: functions_of(engine, n) for n in sorted({*engine.spelling} & engine.operations)}
    others = {code for n, codes in entered.items() if n not in wrong for code in codes}
    found = list(findings)
    for group in several:
        own = [entered.get(f.operation, set()) - others for f in group]
        helpers = sorted(code.co_qualname for code in set.intersection(*own))
        if helpers:
            one = together(group)
            note = f"{one.note}; all of these, and no right one, go through {helpers[0]}"
            at = found.index(group[0])
            found = [f for f in found if f not in group]
            found.insert(at, replace(one, note=note))
    return found


def functions_of(engine: Any, name: str) -> set[Any]:
    """The code of the engine's functions that an operation enters, forwards and backwards."""
    row, found = TENSOR_ROWS[name], set()

    def entered(frame: Any, event: str, _: Any) -> None:
        if event == "call" and not frame.f_code.co_filename.startswith(NOT_THE_ENGINES):
            found.add(frame.f_code)

    for d in row.draws:
        case = case_of(alone(row, d), 1, row.values, name)
        if case is None or not case.point:
            continue
        sys.setprofile(entered)
        try:
            engine.answer(case.program, [engine.array(a) for a in case.arrays])
            break
        except Exception:  # it has another spelling for such a call, or raises anything
            continue
        finally:
            sys.setprofile(None)
    return found


NOT_THE_ENGINES = (OURS, "<", str(Path(np.__file__).parent), str(Path(os.__file__).parent))


def explains(g: TensorFinding, f: TensorFinding, parts: dict[str, set[str]]) -> bool:
    """Whether f is wrong because it is made of the operation of g: a wrong gradient never
    explains a wrong value."""
    of_value = not g.partial and not g.in_backward
    if g is f or not (of_value or f.partial or f.in_backward):
        return False
    if len(f.program.steps) == 1:
        return g.operation in parts.get(f.operation, ()) and f.operation not in parts[g.operation]
    inside = {m for n in f.program.operations for m in (n, *parts.get(n, ()))}
    return f.cause in (IN_A_GRAPH, OF_STEPS) and g.operation in inside


def part_of_call(called: dict[str, list[Entry]], part: str, whole: str) -> bool:
    """Whether running one operation runs the other; of two names for one function the one of the
    table's own name is the part."""
    if not called[part] or not called[whole]:
        return False
    entry = called[part][0]
    if entry == called[whole][0]:
        return list(TENSOR_ROWS).index(part) < list(TENSOR_ROWS).index(whole)
    return entry in called[whole][1:] and sum(c[:1] == [entry] for c in called.values()) == 1


def calls(engine: Any, name: str) -> list[Entry]:
    """The engine's functions that a call of this operation enters, the outermost first."""
    row, found, inside = TENSOR_ROWS[name], list[Entry](), [False]

    def entered(frame: Any, event: str, _: Any) -> None:
        code = frame.f_code
        if code is CallForm.__call__.__code__:
            inside[0] = event == "call" or (inside[0] and event != "return")
        elif inside[0] and event == "call" and not code.co_filename.startswith((OURS, "<")):
            here = frame.f_locals
            first = here.get(code.co_varnames[0]) if code.co_argcount else None
            closed = tuple(id(here.get(v)) for v in code.co_freevars)
            found.append((code, closed, first if isinstance(first, type) else None))

    for draw in () if sys.getprofile() else row.draws:
        step, args = step_of(name, draw)
        program, arrays, _ = known(name, args, repr(step.params), step)
        found.clear()
        sys.setprofile(entered)
        try:
            spelling = engine.spelling.get(name) or engine.wrong[name][-1]
            if engine.tried(program, spelling, arrays) is not None:
                return found
        except Exception:  # it has another spelling for such a call, or raises anything
            continue
        finally:
            sys.setprofile(None)
    return []


__all__ = ["with_helpers", "without_composed"]
