"""The fields of a request: what each may be, how it is read, and how OpenAPI describes it.

- `TextField(40)`, `PointField()`, `WholeField(1, 10)` ... are kinds of fields; `.read(name, x)` is
  the value, or raises UsageError naming the field.
- `values(fields, body)` reads a whole request; what is not asked for is an error, not ignored.
- `document(endpoints)` describes them all.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from .. import __version__
from ..errors import UsageError
from ..language import name_of
from ..sentences import say

NAMES_DECLARED = 32
LETTERS_DECLARED = 64
LARGEST_WRITTEN = 200  # characters of what was given, in an error


class Field(Protocol):
    """One kind of field; `default` is None where it must be given."""

    @property
    def default(self) -> Any: ...

    def read(self, name: str, x: Any) -> Any: ...

    def described(self) -> dict[str, Any]: ...


def refused(name: str, wanted: str, x: Any) -> UsageError:
    """What a field holds instead of what it should."""
    given = repr(x)
    short = given if len(given) <= LARGEST_WRITTEN else given[:LARGEST_WRITTEN] + "…"
    return UsageError(f"{name} is {wanted}, got {short}")


@dataclass(frozen=True, slots=True)
class TextField:
    """A text of at most so many characters."""

    most: int
    default: str | None = None

    def read(self, name: str, x: Any) -> str:
        if not isinstance(x, str):
            raise refused(name, "a text", x)
        if len(x) > self.most:
            raise UsageError(say("{name} has {n} characters; at most {most} are read", name=name,
                                 n=len(x), most=self.most))  # fmt: skip
        if any("\ud800" <= c <= "\udfff" for c in x):
            raise UsageError(f"{name} has half a character in it")
        return x

    def described(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.most}


@dataclass(frozen=True, slots=True)
class NamesField:
    """Names of variables."""

    default: tuple[str, ...] = ()

    def read(self, name: str, x: Any) -> tuple[str, ...]:
        if not isinstance(x, list) or not all(isinstance(one, str) for one in x):
            raise refused(name, "a list of names", x)
        if len(x) > NAMES_DECLARED or any(len(one) > LETTERS_DECLARED for one in x):
            raise UsageError(f"{name} has at most {NAMES_DECLARED} names of {LETTERS_DECLARED}"
                             " letters")  # fmt: skip
        return tuple(name_of(one) for one in x)

    def described(self) -> dict[str, Any]:
        item = {"type": "string", "maxLength": LETTERS_DECLARED}
        return {"type": "array", "items": item, "maxItems": NAMES_DECLARED}


@dataclass(frozen=True, slots=True)
class TextsField:
    """Short texts, such as what a teacher assumes."""

    most: int
    default: tuple[str, ...] = ()

    def read(self, name: str, x: Any) -> tuple[str, ...]:
        if not isinstance(x, list) or len(x) > NAMES_DECLARED:
            raise refused(name, f"a list of at most {NAMES_DECLARED} texts", x)
        return tuple(TextField(self.most).read(name, one) for one in x)

    def described(self) -> dict[str, Any]:
        item = TextField(self.most).described()
        return {"type": "array", "items": item, "maxItems": NAMES_DECLARED}


@dataclass(frozen=True, slots=True)
class NumberField:
    """A finite number."""

    default: float | None = None

    def read(self, name: str, x: Any) -> float:
        if isinstance(x, bool) or not isinstance(x, (int, float)):
            raise refused(name, "a number", x)
        try:
            number = float(x)
        except OverflowError:
            raise UsageError(f"{name} is too large for a float") from None
        if not math.isfinite(number):
            raise refused(name, "a finite number", x)
        return number

    def described(self) -> dict[str, Any]:
        return {"type": "number"}


@dataclass(frozen=True, slots=True)
class PointField:
    """Numbers for variables: {"x": 2}."""

    default: Mapping[str, float] | None = None

    def read(self, name: str, x: Any) -> dict[str, float]:
        if not isinstance(x, dict) or len(x) > NAMES_DECLARED:
            raise refused(name, 'an object such as {"x": 2}', x)
        names = NamesField().read(name, list(x))
        return {n: NumberField().read(f"{name}.{n}", y) for n, y in zip(names, x.values())}

    def described(self) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": NumberField().described()}


@dataclass(frozen=True, slots=True)
class WholeField:
    """A whole number from least to most."""

    least: int
    most: int
    default: int | None = None

    def read(self, name: str, x: Any) -> int:
        if isinstance(x, bool) or not isinstance(x, int) or not self.least <= x <= self.most:
            raise refused(name, f"a whole number from {self.least} to {self.most}", x)
        return x

    def described(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class OneOfField:
    """One of a few words; the first where none is given."""

    words: tuple[str, ...]

    @property
    def default(self) -> str:
        return self.words[0]

    def read(self, name: str, x: Any) -> str:
        if x not in self.words:
            raise refused(name, f"one of {', '.join(filter(None, self.words))}", x)
        return str(x)

    def described(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.words)}


@dataclass(frozen=True, slots=True)
class FlagField:
    """true or false."""

    default: bool

    def read(self, name: str, x: Any) -> bool:
        if not isinstance(x, bool):
            raise refused(name, "true or false", x)
        return x

    def described(self) -> dict[str, Any]:
        return {"type": "boolean"}


def values(fields: Mapping[str, Field], body: Any) -> dict[str, Any]:
    """Every field's value. Raises UsageError, LanguageError for a name that is none."""
    if not isinstance(body, dict):
        raise UsageError("a request is one JSON object", hint='for example {"expression": "x^2"}')
    for name in body:
        if name not in fields:
            raise UsageError(f"there is no field {name[:LETTERS_DECLARED]!r}",
                             hint=f"there are {', '.join(fields)}")  # fmt: skip
    found = {}
    for name, field in fields.items():
        given = body.get(name)
        if given is None and field.default is None:
            raise UsageError(f"the field {name} is missing")
        found[name] = field.default if given is None else field.read(name, given)
    return found


# --- as OpenAPI -----------------------------------------------------------------------------------

ERRORS = {
    "400": "the request is no JSON object of this shape", "403": "another site's page sent it",
    "413": "too large", "415": "not application/json", "422": "the formula was not understood",
    "429": "too many requests", "503": "too busy", "504": "a limit stopped the work",
}  # fmt: skip


def document(endpoints: Mapping[str, tuple[str, Mapping[str, Field]]]) -> dict[str, Any]:
    """OpenAPI's description of the endpoints: each with its purpose and its fields."""
    paths = {f"/api/{name}": {"post": _operation(name, purpose, fields)}
             for name, (purpose, fields) in endpoints.items()}  # fmt: skip
    health = {"get": {"summary": "whether the server answers", "responses": {
        "200": {"description": "it does"}}}}  # fmt: skip
    return {
        "openapi": "3.1.0",
        "info": {"title": "symgrad", "version": __version__,
                 "description": "Derivatives that can be trusted: every one verified."},
        "paths": {"/healthz": health, **paths},
    }  # fmt: skip


def _operation(name: str, purpose: str, fields: Mapping[str, Field]) -> dict[str, Any]:
    beside = {n: x for field in fields.values() for n, x in getattr(field, "beside", {}).items()}
    shape = {
        "type": "object", "additionalProperties": False,
        "properties": {n: _described(field) for n, field in fields.items()},
        "patternProperties": {f"^{n}$": x for n, x in beside.items() if n not in fields},
        "required": [n for n, field in fields.items() if field.default is None],
    }  # fmt: skip
    answers = {"200": "the answer, in the shape of the command's --json", **ERRORS}
    content = {"application/json": {"schema": {"type": "object"}}}
    return {
        "operationId": name, "summary": purpose,
        "requestBody": {"required": True, "content": {"application/json": {"schema": shape}}},
        "responses": {code: {"description": said, "content": content}
                      for code, said in answers.items()},
    }  # fmt: skip


def _described(field: Field) -> dict[str, Any]:
    default = field.default
    given = list(default) if isinstance(default, tuple) else default
    return field.described() if given is None else {**field.described(), "default": given}
