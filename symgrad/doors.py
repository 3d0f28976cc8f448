"""What a public function takes is what its annotations say: the rest is refused in one sentence.

- `@door()` on a function holds each call against its annotations. WrongCall names the argument that
  is of another type, is missing, is unknown or is one too many.
- `fits(annotation, x)` tells whether x is of the kind that an annotation says, `shown(x)` is x on
  one line.

An annotation that says more than the kinds of `WANTED` is left to the function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from inspect import Signature, signature
from numbers import Integral, Real
from os import PathLike
from typing import Any, NamedTuple, TypeVar

from .errors import WrongCall, nearest

F = TypeVar("F", bound=Callable[..., Any])
SHOWN = 60  # characters of what was given


class Allowed(NamedTuple):
    """A kind of argument: what it is called, and whether something is of it."""

    called: str
    holds: Callable[[Any], bool]


def flag(x: Any) -> bool:
    return type(x) in (bool, int) and x in (0, 1)


def whole(x: Any) -> bool:
    return isinstance(x, Integral) and not isinstance(x, bool)


def real(x: Any) -> bool:
    """A number that a float holds; NumPy's are numbers, too."""
    try:
        return isinstance(x, Real) and not isinstance(x, bool) and float(x) is not None
    except OverflowError:
        return False


def several(holds: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """Whether all of several are of a kind; what can be gone through only once is let in."""

    def all_hold(x: Any) -> bool:
        plural = isinstance(x, Iterable) and not isinstance(x, (str, bytes, Mapping))
        return plural and (iter(x) is x or all(map(holds, x)))

    return all_hold


def text(x: Any) -> bool:
    return isinstance(x, str)


def path(x: Any) -> bool:
    return isinstance(x, (str, PathLike))


def of_class(name: str) -> Allowed:
    return Allowed(f"of the class {name}", lambda x: name in {c.__name__ for c in type(x).__mro__})


WANTED = {
    "None": Allowed("None", lambda x: x is None), "bool": Allowed("True or False", flag),
    "str": Allowed("a str", text), "int": Allowed("a whole number", whole),
    "float": Allowed("a number", real), "Path": Allowed("a path", path),
    "Iterable[str]": Allowed("a list of str", several(text)),
    "Sequence[str]": Allowed("a list of str", several(text)),
    "Sequence[int]": Allowed("a list of whole numbers", several(whole)),
    "Iterable[Any]": Allowed("a list", several(lambda x: True)),
    **{name: of_class(name)
       for name in ("Expression", "Limits", "Question", "ProblemSet", "SetQuestion")},
}  # fmt: skip


def kinds_of(annotation: Any) -> list[Allowed]:
    """What an annotation allows; nothing where it says more than these kinds."""
    words = annotation.split(" | ") if isinstance(annotation, str) else [""]
    return [WANTED[word] for word in words] if all(word in WANTED for word in words) else []


def fits(annotation: Any, x: Any) -> bool:
    wanted = kinds_of(annotation)
    return not wanted or any(kind.holds(x) for kind in wanted)


def held(name: str, annotation: Any, x: Any) -> None:
    """Raise WrongCall for an argument that its annotation does not allow."""
    if not fits(annotation, x):
        called = " or ".join(kind.called for kind in kinds_of(annotation))
        raise WrongCall(f"{name} is {called}, got {shown(x)}")


def shown(x: Any) -> str:
    """What was given, on one line and cut."""
    try:
        text = " ".join(repr(x).split())
    except ValueError:  # a whole number of more digits than Python writes
        text = type(x).__name__
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def door(*own: str) -> Callable[[F], F]:
    """A decorator: calls of the function are held against its annotations.

    About the arguments in `own` the function itself says more.
    """

    def held_to(function: F) -> F:
        taken, called = signature(function), function.__qualname__.removesuffix(".__init__")
        notes = {name: p.annotation for name, p in taken.parameters.items()
                 if name not in own and kinds_of(p.annotation)}  # fmt: skip

        @wraps(function)
        def through(*given: Any, **named: Any) -> Any:
            try:
                bound = taken.bind(*given, **named).arguments
            except TypeError as problem:
                raise misfit(called, taken, named, str(problem)) from None
            for name, annotation in notes.items():
                if name in bound:
                    held(name, annotation, bound[name])
            return function(*given, **named)

        return through  # type: ignore[return-value]

    return held_to


def misfit(called: str, taken: Signature, named: dict[str, Any], problem: str) -> WrongCall:
    """What is wrong with a call that does not fit the signature."""
    names = [name for name in taken.parameters if name not in ("self", "cls")]
    unknown = next((name for name in named if name not in names), "")
    meant = nearest(unknown, names) if unknown else None
    hint = f"did you mean {meant}?" if meant else f"it takes {', '.join(names)}"
    return WrongCall(f"{called}: {problem}", hint=hint)


__all__ = ["door", "fits", "held", "shown", "whole"]
