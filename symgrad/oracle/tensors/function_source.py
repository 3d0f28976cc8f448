"""A function as a script can define it anew, with all that it uses: a lambda of an adapter.

- `defined(function, name, place)` are the lines that give it that name, empty where they cannot be
  told; `place(thing)` is what a script calls what can be imported, and notes the import.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import ModuleType
from typing import Any

TOLD_WHOLE = (int, float, str, bool, type(None))
LONGEST_SOURCE = 2000  # characters of a function that is told


def defined(function: Any, name: str, place: Callable[[Any], str]) -> list[str]:
    """`name = lambda ...` or `def name(...)`, after what it takes from around it."""
    tree = tree_of(function)
    if tree is None:
        return []
    lines = []
    for free in sorted(names_used(tree)):
        found, known = taken_from(function, free)
        if not known:
            continue
        line = bound(free, found, place)
        if line is None:
            return []
        lines += [line] if line else []
    if isinstance(tree, ast.Lambda):
        return [*lines, f"{name} = {ast.unparse(tree)}"]
    tree.name, tree.decorator_list, tree.returns = name, [], None
    for arg in tree.args.args:
        arg.annotation = None
    return [*lines, *ast.unparse(tree).splitlines()]


def tree_of(function: Any) -> ast.Lambda | ast.FunctionDef | None:
    """What the function was written as."""
    code = getattr(function, "__code__", None)
    try:
        source = textwrap.dedent(inspect.getsource(function)).strip()
    except (OSError, TypeError):
        return None
    if code is None or len(source) > LONGEST_SOURCE:
        return None
    for text in beginnings(source):
        with suppress(SyntaxError, ValueError):
            tree = ast.parse(text)
            every = [n for n in ast.walk(tree) if isinstance(n, (ast.Lambda, ast.FunctionDef))]
            own = [n for n in every if same_code(n, code)]
            return own[0] if len({ast.dump(n) for n in own}) == 1 else None
    return None


def beginnings(source: str) -> Iterator[str]:
    """The source, and what may be read of it where it begins or ends in the middle of a call."""
    yield source
    start = source.find("lambda")
    if start >= 0:
        yield from (source[start:end] for end in range(len(source), start, -1))


def same_code(tree: ast.Lambda | ast.FunctionDef, code: Any) -> bool:
    named = getattr(tree, "name", "<lambda>") == code.co_name
    return named and [a.arg for a in tree.args.args] == [*code.co_varnames[: code.co_argcount]]


def names_used(tree: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}


def taken_from(function: Any, name: str) -> tuple[Any, bool]:
    """What a name stands for around the function, and whether it stands for anything there."""
    code, cells = function.__code__, function.__closure__ or ()
    if name in code.co_varnames:
        return None, False
    closed = dict(zip(code.co_freevars, cells))
    if name in closed:
        with suppress(ValueError):
            return closed[name].cell_contents, True
    if name in function.__globals__:
        return function.__globals__[name], True
    return None, False


def bound(name: str, thing: Any, place: Callable[[Any], str]) -> str | None:
    """The line that gives a thing its name, "" where none is needed; None where it has none."""
    if getattr(builtins, name, None) is thing:
        return ""
    if isinstance(thing, ModuleType):
        called = thing.__name__
        return f"import {called} as {name}" if called != name else f"import {name}"
    if isinstance(thing, TOLD_WHOLE):
        return f"{name} = {thing!r}"
    called = place(thing)
    return None if not called else "" if called == name else f"{name} = {called}"


__all__ = ["defined"]
