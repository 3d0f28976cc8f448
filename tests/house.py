"""The house in figures: `python -m tests.house` prints what the tests keep from growing.

- `imports(path)` are the modules of ours that a file asks for, `Deferred` ones included.
- `figures()` are the counts, `where()` the places behind them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "symgrad"
LAYERS = (
    "errors", "doors", "sentences", "limits", "processes", "deferred", "displays", "ops", "engine",
    "arithmetic", "value", "language", "notation", "symbolic", "compiling", "verification",
    "formula", "curves", "plotting", "expression", "nn", "homework", "questions", "sets",
    "grading", "oracle", "pages", "cli",
)  # fmt: skip
ROWS_IN_A_TABLE = 4  # a table that names so many rows holds facts about operations


@dataclass(frozen=True)
class Import:
    """What a file asks for: a dotted module, and whether a function or a Deferred hides it."""

    module: str
    hidden: bool = False
    deferred: bool = False


@dataclass(frozen=True)
class Source:
    """One of our files, read once."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        return str(self.path.relative_to(PACKAGE))

    @property
    def module(self) -> str:
        return dotted(self.path)

    @property
    def layer(self) -> str:
        return self.name.split("/")[0].removesuffix(".py")


def dotted(path: Path) -> str:
    """A file's module below symgrad: `value.nodes`; a folder's own file is the folder."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")


@cache
def sources() -> tuple[Source, ...]:
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py"))}
    return tuple(Source(path, text, ast.parse(text)) for path, text in texts.items())


@cache
def modules() -> frozenset[str]:
    return frozenset(source.module for source in sources())


def imports(source: Source) -> Iterator[Import]:
    """What a file imports, of ours by its name below symgrad, of others in full."""
    for node, hidden in _walked(source.tree, False):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, hidden) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (Import(name, hidden) for name in _asked(source, node))
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Deferred":
            for given in node.args:
                if isinstance(given, ast.Constant):
                    yield Import(f"symgrad.{given.value}", deferred=True)


def _walked(node: ast.AST, hidden: bool) -> Iterator[tuple[ast.AST, bool]]:
    for child in ast.iter_child_nodes(node):
        yield child, hidden
        yield from _walked(child, hidden or isinstance(child, ast.FunctionDef))


def _asked(source: Source, node: ast.ImportFrom) -> Iterator[str]:
    """The modules of `from a.b import c`: a.b.c where that is one of ours, else a.b."""
    package = source.path.relative_to(ROOT).with_suffix("").parts[:-1]
    base = package[: len(package) - node.level + 1] if node.level else ()
    whole = ".".join((*base, *([node.module] if node.module else [])))
    for alias in node.names:
        inner = f"{whole}.{alias.name}"
        yield inner if inner.removeprefix("symgrad.") in modules() else whole


def ours(asked: Iterable[Import]) -> list[Import]:
    """Imports of our own modules, named below symgrad."""
    return [Import(i.module.removeprefix("symgrad."), i.hidden, i.deferred) for i in asked
            if i.module.startswith("symgrad.") and i.module.removeprefix("symgrad.") in modules()]


@cache
def arrows() -> dict[str, frozenset[str]]:
    """Which of our modules each one asks for, at once or deferred."""
    return {s.module: frozenset(i.module for i in ours(imports(s))) - {s.module} for s in sources()}


def circles() -> list[list[str]]:
    """Groups of modules that ask for one another, each by way of the rest (Tarjan)."""
    graph, number, low, stack, groups = arrows(), {}, {}, [], []

    def visit(module: str) -> None:
        number[module] = low[module] = len(number)
        stack.append(module)
        for asked in sorted(graph[module]):
            if asked not in number:
                visit(asked)
            if asked in stack:
                low[module] = min(low[module], low[asked])
        if low[module] == number[module]:
            at = stack.index(module)
            groups.append(sorted(stack[at:]))
            del stack[at:]

    for module in sorted(graph):
        if module not in number:
            visit(module)
    return [group for group in groups if len(group) > 1]


# --- one home for a fact, one name for a thing ----------------------------------------------------


def is_table(source: Source) -> bool:
    return source.layer == "ops"


@cache
def rows() -> frozenset[str]:
    """The names of the operations, as the table writes them."""
    texts = "\n".join(source.text for source in sources() if is_table(source))
    return frozenset(re.findall(r'^op\(\s*"(\w+)"', texts, re.MULTILINE))


def assigned(source: Source) -> Iterator[tuple[str, ast.expr]]:
    """The names that a module gives at its top, with what they are."""
    for node in source.tree.body:
        if isinstance(node, ast.Assign):
            yield from ((t.id, node.value) for t in node.targets if isinstance(t, ast.Name))
        elif isinstance(node, ast.AnnAssign) and node.value and isinstance(node.target, ast.Name):
            yield node.target.id, node.value


def tables_of_rows() -> list[str]:
    """Tables outside `ops` that name several operations."""
    names = rows()

    def named(value: ast.expr) -> int:
        found = {c.value for c in ast.walk(value) if isinstance(c, ast.Constant)}
        return len({text for text in found if isinstance(text, str)} & names)

    return [f"{s.name} {name}" for s in sources() if not is_table(s)
            for name, value in assigned(s) if named(value) >= ROWS_IN_A_TABLE]


def tests_of_a_name() -> list[str]:
    """Places outside `ops` where behaviour hangs on an operation's name."""
    asked = re.compile(r"\.name (?:==|!=|in|not in) ")
    return [f"{s.name}:{i}" for s in sources() if not is_table(s)
            for i, line in enumerate(s.text.splitlines(), 1) for _ in asked.findall(line)]


def compared_names() -> list[str]:
    """Places outside `ops` that compare something with the name of a row, or of several."""
    return [f"{s.name}:{line} {name}" for s in sources() if not is_table(s)
            for line, name in sorted(_compared(s.tree))]


def _compared(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        sides: list[ast.expr] = []
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
        elif isinstance(node, ast.MatchValue):
            sides = [node.value]
        for side in sides:
            for part in getattr(side, "elts", [side]):
                if isinstance(part, ast.Constant) and part.value in rows():
                    yield part.lineno, part.value


def twice(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Names that stand in several modules."""
    homes: dict[str, set[str]] = {}
    for name, home in pairs:
        homes.setdefault(name, set()).add(home)
    return sorted(f"{name}: {', '.join(sorted(h))}" for name, h in homes.items() if len(h) > 1)


def classes_of_one_name() -> list[str]:
    return twice((node.name, source.module) for source in sources() for node in source.tree.body
                 if isinstance(node, ast.ClassDef))


def constants_of_one_name() -> list[str]:
    return twice((name, source.module) for source in sources() for name, _ in assigned(source)
                 if name.isupper() and not name.startswith("_"))


def modules_of_one_name() -> list[str]:
    return twice((source.path.stem, source.name) for source in sources()
                 if source.path.stem not in ("__init__", "__main__"))


def lengths_of_functions() -> list[tuple[int, str]]:
    """Lines of each function's body without its docstring, and where it stands."""
    return sorted(_length(node, source) for source in sources() for node in ast.walk(source.tree)
                  if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef, source: Source) -> tuple[int, str]:
    body = node.body[1:] if ast.get_docstring(node) else node.body
    lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
    return lines, f"{source.name}:{node.lineno} {node.name}"


@cache
def figures() -> dict[str, int]:
    """What the house counts: see `tests/test_house.py` for how much is allowed."""
    lengths = [lines for lines, _ in lengths_of_functions()]
    table = [line for source in sources() if is_table(source) for line in source.text.splitlines()]
    return {
        "files": len(sources()),
        "lines": sum(len(source.text.splitlines()) for source in sources()),
        "median function": lengths[len(lengths) // 2],
        "function, 95 of 100": lengths[int(0.95 * len(lengths)) - 1],
        "longest line of the table": max(map(len, table)),
        **{name: len(places) for name, places in where().items()},
    }


@cache
def where() -> dict[str, list[str]]:
    """The places behind the counts."""
    return {
        "tables of rows outside ops": tables_of_rows(),
        "tests of a row's name outside ops": tests_of_a_name(),
        "names of rows compared with": compared_names(),
        "classes of one name": classes_of_one_name(),
        "constants of one name": constants_of_one_name(),
        "modules of one name": modules_of_one_name(),
        "circles": [" ".join(group) for group in circles()],
    }


if __name__ == "__main__":
    for name, places in where().items():
        print(name, *places, sep="\n  ")
    for name, count in figures().items():
        print(f"{name:40}{count:8,}")
