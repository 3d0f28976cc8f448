"""An engine named on the command line: `mine:Engine`, `path/to/mine.py:Engine`, `mine:made`.

- `engine_from(text)` imports the module (or runs the file) and takes what has that name: an engine,
  or what makes one when called without arguments.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from ...errors import UsageError

NAMED_ENGINES: list[tuple[Any, str]] = []  # engines and the texts that they were made from


def engine_from(text: str) -> Any:
    """The engine. Raises UsageError where the module or the name is not there."""
    made = made_from(text)
    NAMED_ENGINES.append((made, text))
    return made


def text_of(engine: Any) -> str:
    """The text that an engine was made from, "" where it was not."""
    return next((text for made, text in NAMED_ENGINES if made is engine), "")


def made_from(text: str) -> Any:
    where, _, name = text.rpartition(":")
    world = module_of(where)
    found: Any = world
    for part in name.split("."):
        if not hasattr(found, part):
            raise UsageError(f"{where} has no {name}")
        found = getattr(found, part)
    if isinstance(found, type) or not hasattr(found, "gradient"):
        try:
            return found() if callable(found) else found
        except TypeError as error:
            raise UsageError(f"{text} cannot be made without arguments: {error}") from None
    return found


def module_of(where: str) -> Any:
    """A module by its name, found beside us as well, or by its file."""
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        return of_file(Path(where)) if where.endswith(".py") else import_module(where)
    except ModuleNotFoundError as error:
        raise UsageError(f"there is no module {error.name}") from None
    except OSError as error:
        raise UsageError(f"cannot read {where}: {error.strerror}") from None
    except SyntaxError as error:
        raise UsageError(f"{where} is no Python: {error}") from None


def of_file(path: Path) -> Any:
    """A file as a module of its own name, so that its classes are found again."""
    spec = spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    made = module_from_spec(spec)
    sys.modules[path.stem] = made
    spec.loader.exec_module(made)
    return made
