"""The grammar as a table of an LALR(1) parser, and the loop that runs it.

- `table()` is read from `grammar/table.json`, which lark made from `grammar/expression.lark`; where
  the grammar has changed since, lark makes it anew. So lark is not imported to parse a text.
- `run(tokens, actions)` parses without recursion: a rule's callback is the method of `actions` that
  bears the rule's alias, called with the span and the kept children.
- `python -m symgrad.language.tables` writes the table after a change of the grammar.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple
from zlib import crc32

GRAMMAR, TABLE = "expression.lark", "table.json"
END = "$END"


class Token(NamedTuple):
    """A terminal of the grammar; `value` is what the lexer found out about it."""

    type: str
    value: Any
    start: int
    end: int


class Rule(NamedTuple):
    """What a reduction needs to know of its rule."""

    origin: str
    alias: str  # "" where the only child is passed on
    size: int
    kept: tuple[int, ...]  # the children that the callback gets: all but the punctuation


class Table(NamedTuple):
    """A state's actions map a symbol to a state (>= 0) or to a rule (~index)."""

    states: list[dict[str, int]]
    rules: list[Rule]
    start: int
    end: int


def source(name: str) -> str:
    """A file of the package symgrad.grammar."""
    with open(place(name), encoding="utf-8") as file:
        return file.read()


def place(name: str) -> str:
    """Installed, the grammar lies in the package; in the source tree beside it."""
    package = os.path.dirname(os.path.dirname(__file__))
    homes = (package, os.path.dirname(package))
    found = (os.path.join(home, "grammar", name) for home in homes)
    return next(filter(os.path.exists, found))


def fingerprint(grammar: str) -> int:
    return crc32(grammar.encode())


def shipped() -> dict[str, Any]:
    """The table in the package, or nothing."""
    try:
        return json.loads(source(TABLE))
    except (OSError, ValueError):
        return {}


@cache
def table() -> Table:
    """The parser's table; a stale or missing file costs the time to make it anew, nothing else."""
    grammar, stored = source(GRAMMAR), shipped()
    if stored.get("grammar") != fingerprint(grammar):
        stored = compiled(grammar)
    rules = [
        Rule(origin, alias, size, tuple(kept)) for origin, alias, size, kept in stored["rules"]
    ]
    return Table(stored["states"], rules, stored["start"], stored["end"])


def compiled(grammar: str, *, strict: bool = False) -> dict[str, Any]:
    """The table that lark makes of a grammar, in plain lists; strict refuses every conflict."""
    from lark import Lark  # noqa: PLC0415  # 70 ms, and only needed when the grammar has changed
    from lark.lexer import Lexer  # noqa: PLC0415

    class Foreign(Lexer):
        """Terminals come from our own lexer."""

        def __init__(self, conf: Any) -> None:
            pass

        def lex(self, *_: Any) -> Any:
            return iter(())

    made = Lark(grammar, parser="lalr", lexer=Foreign, strict=strict).parser.parser._parse_table
    rules: dict[Any, int] = {}
    places = {made.start_states["start"]: 0}  # lark numbers states differently in each run

    def action(target: Any) -> int:
        known = places if isinstance(target, int) else rules
        place = known.setdefault(target, len(known))
        return place if known is places else ~place

    states: list[dict[str, int]] = []
    while len(states) < len(places):
        state = made.states[list(places)[len(states)]]
        states.append({symbol: action(target) for symbol, (_, target) in sorted(state.items())})
    return {
        "grammar": fingerprint(grammar),
        "start": 0,
        "end": places[made.end_states["start"]],
        "rules": [_plain(rule) for rule in rules],
        "states": states,
    }


def _plain(rule: Any) -> list[Any]:
    kept = [i for i, s in enumerate(rule.expansion) if not getattr(s, "filter_out", False)]
    alias = rule.alias or ("" if len(kept) == 1 else rule.origin.name)
    return [rule.origin.name, alias, len(rule.expansion), kept]


def run(tokens: Iterable[Token], actions: Any) -> Any:
    """The value of the whole text; raises `actions.unexpected(token, allowed)` where none fits."""
    states_of, rules, start, end = table()
    calls = [getattr(actions, rule.alias) if rule.alias else None for rule in rules]
    states, values, starts, ends = [start], [], [0], [0]
    for token in tokens:
        kind, _, first, last = token
        while True:
            step = states_of[states[-1]].get(kind)
            if step is None:
                raise actions.unexpected(token, allowed(states))
            if step >= 0:
                states.append(step)
                values.append(token)
                starts.append(first)
                ends.append(last)
                break
            origin, _, size, kept = rules[~step]
            call = calls[~step]
            if size == 1:
                if call:
                    values[-1] = call(starts[-1], ends[-1], values[-1])
                states[-1] = passed_on(states[-2], origin, kind)
            else:
                made = values[kept[0] - size]
                if call:
                    made = call(starts[-size], ends[-1], *[values[i - size] for i in kept])
                del values[1 - size :], starts[1 - size :], ends[-size:-1], states[-size:]
                values[-1] = made
                states.append(passed_on(states[-1], origin, kind))
            if kind == END and states[-1] == end:
                return values[-1]
    raise AssertionError("the tokens end with $END")


@cache
def passed_on(below: int, origin: str, kind: str) -> int:
    """The state after `origin`, and after all that only passes it on: most of a text's reductions.

    `below` is the state before it, `kind` the token after it.
    """
    states_of, rules, *_ = table()
    while True:
        top = states_of[below][origin]
        step = states_of[top].get(kind, 0)
        rule = rules[~step] if step < 0 else None
        if rule is None or rule.alias or rule.size > 1:
            return top
        origin = rule.origin


def allowed(states: list[int]) -> set[str]:
    """The terminals that fit after these states (a look at the table alone offers too many)."""
    states_of, rules, _, end = table()
    found = set()
    for kind in states_of[states[-1]]:
        stack, step = states[-50:], states_of[states[-1]].get(kind)
        while step is not None and step < 0 and len(stack) > rules[~step].size:
            del stack[-rules[~step].size :]
            stack.append(states_of[stack[-1]][rules[~step].origin])
            step = states_of[stack[-1]].get(kind)
        if step is not None or (kind == END and stack[-1] == end):
            found.add(kind)
    return found


if __name__ == "__main__":
    made = compiled(source(GRAMMAR), strict=True)
    with open(place(TABLE), "w", encoding="utf-8") as file:
        file.write(json.dumps(made, separators=(",", ":")) + "\n")
