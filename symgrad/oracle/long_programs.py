"""A long program as a loop: `a = x; 494 times a = a*0.5 + x`.

- `looped(program)` is such a text, "" where the program is no loop over one value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .programs import Program, Step

LONGEST_PERIOD = 6  # steps of one round
FEWEST_ROUNDS = 4
MOST_AROUND = 12  # steps before or after the loop


@dataclass(frozen=True)
class Rounds:
    """From step `start` on `count` rounds of `period` steps; one starts from the last's end."""

    start: int
    period: int
    count: int


def looped(program: Program) -> str:
    """The loop in words, its variable a name that the program does not use."""
    first = len(program.variables) + len(program.constants)
    every = (rounds(program.steps, first, period) for period in range(1, LONGEST_PERIOD + 1))
    best = max(every, key=lambda r: r.count * r.period)
    end = best.start + best.period * best.count
    around = best.start + len(program.steps) - end
    if best.count < FEWEST_ROUNDS or around > MOST_AROUND:
        return ""
    name = next(n for n in ("a", "s", "loop") if n not in program.variables)
    before = replace(program, steps=program.steps[: best.start], root=first + best.start - 1)
    if best.start == 0:  # the first round starts from what the first step uses
        before = replace(before, root=entry(program.steps, first, best))
    body = around_one(program, name, first + end - best.period, first + end - best.period - 1,
                      first + end - 1)  # fmt: skip
    rest = around_one(program, name, first + end, first + end - 1, program.root)
    if not body or not rest or not before.expression:
        return ""
    text = f"{name} = {before.expression}; {best.count} times {name} = {body}"
    return text if rest == name else f"{text}; {rest}"


def rounds(steps: Sequence[Step], first: int, period: int) -> Rounds:
    """The longest run of rounds of that many steps."""
    best, start = Rounds(0, period, 0), 0
    while start + period <= len(steps):
        count = 1
        while follows(steps, first, start, period, count):
            count += 1
        if count > best.count:
            best = Rounds(start, period, count)
        start += max(1, (count - 1) * period)
    return best


def follows(steps: Sequence[Step], first: int, start: int, period: int, count: int) -> bool:
    """Whether round number `count` does to the last round's end what the one before did."""
    at = start + count * period
    if at + period > len(steps):
        return False
    return all(
        local(steps[at + k], first + at) == local(steps[at - period + k], first + at - period)
        or (count == 1 and k == 0 and entered(steps[at], steps[start], first + at))
        for k in range(period)
    )


def local(step: Step, begins: int) -> Step:
    """A step with its own round's nodes, and the last one's end, counted from where it begins."""
    return (step[0], *[("round", j - begins) if j >= begins - 1 else j for j in step[1:]])


def entered(step: Step, before: Step, begins: int) -> bool:
    """Whether a first round takes one other node where this one takes the end of the last."""
    if step[0] != before[0] or len(step) != len(before):
        return False
    taken = {b for a, b in zip(step[1:], before[1:]) if a == begins - 1}
    same = all(a == b or a == begins - 1 for a, b in zip(step[1:], before[1:]))
    return same and len(taken) == 1


def entry(steps: Sequence[Step], first: int, loop: Rounds) -> int:
    """The node that the first round starts from."""
    second = steps[loop.period]
    pairs = zip(second[1:], steps[0][1:])
    return next((b for a, b in pairs if a == first + loop.period - 1), 0)


def around_one(program: Program, name: str, begins: int, enters: int, root: int) -> str:
    """The steps from `begins` to the root, in terms of a variable that stands for `enters`."""
    first, n = len(program.variables) + len(program.constants), len(program.variables)
    if root == enters:
        return name
    places = {j: j + (j >= n) for j in range(first)} | {enters: n}
    made: list[Step] = []
    for i in range(begins, root + 1):
        step = program.steps[i - first]
        if any(j not in places for j in step[1:]):
            return ""
        places[i] = first + 1 + len(made)
        made.append((step[0], *[places[j] for j in step[1:]]))
    names = (*program.variables, name)
    return Program(names, program.constants, tuple(made), places[root]).expression or ""
