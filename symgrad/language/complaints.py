"""What to say where a token does not fit: what was expected, what was found, what to do.

`unexpected(tokens, token, allowed, text)` is the error; `allowed` are the terminals that would fit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..errors import Fault, LanguageError
from ..ops import OPS, Op
from .characters import INDEXED_SUM, JOINED_CONDITIONS, OPERANDS, SUPERSCRIPTS
from .names import usage
from .tables import END, Token

OPERATOR_TOKENS = ("PLUS", "MINUS", "STAR", "SLASH", "CIRCUMFLEX")
RELATION_TOKENS = ("RELATION",)


def unexpected(
    tokens: Sequence[Token], token: Token, allowed: set[str], text: str
) -> LanguageError:
    """The error for the first token that fits no rule."""
    index = next(i for i, t in enumerate(tokens) if t is token)
    before = tokens[index - 1] if index else None
    message, hint = _said(before, token, allowed, tokens, text)
    start, end = token.start, max(token.end, token.start + 1)
    if token.type == END and before is not None:
        start, end = before.start, before.end
    named = re.search(r"at column (\d+)", message)
    start = min(start, int(named[1]) - 1) if named else start  # the caret begins where it says
    code = _fault(token, tokens[:index])
    return LanguageError(message, code=code, text=text, position=(start, end), hint=hint)


def _fault(token: Token, before: Sequence[Token]) -> Fault:
    """The code of the error: most tokens in a wrong place are just that."""
    types = [t.type for t in (*before[-2:], token)]
    if types[-2:] == ["BANG", "BANG"]:
        return Fault.ambiguous
    if token.type == "OPEN" or types == ["CALL", "LPAR", "RPAR"]:
        return Fault.function_without_argument
    return Fault.syntax


def _said(
    before: Token | None, token: Token, allowed: set[str], tokens: Sequence[Token], text: str
) -> tuple[str, str | None]:
    """The message and the hint, the particular cases first."""
    found, column = text[token.start : token.end], token.start + 1
    kind, last = token.type, before.type if before else ""
    binds = any(t.type in ("BINDER", "DEFINER") for t in tokens)
    if kind in RELATION_TOKENS:
        return (f"a comparison at column {column} stands only inside if(...)",
                "write if(x > 0, a, b)")  # fmt: skip
    if kind in ("AND", "OR") and last == "LPAR":
        return _general(before, found, column, allowed, text)[0], JOINED_CONDITIONS
    summed = _before_bracket(tokens, token, OPS["sum"])  # sum(k=1, 3, k*x)
    if kind == "EQUAL":
        return f"= at column {column} does not fit: a formula is no equation", (
            INDEXED_SUM if summed else
            "give one side alone, or bind a name first: a = 2; a*x"
        )
    if kind == END and (last == "SEMICOLON" or (binds and "SEMICOLON" in allowed)):
        return "a binding without an expression after it", (
            "write a = 2; a*x, or the right side of the equation alone"
        )
    if kind == "SEMICOLON" and _inside_brackets(tokens, token):
        return f"; at column {column} stands in brackets", "arguments are separated by ,"
    if kind == "SEMICOLON":
        return f"; at column {column} ends no binding", "only name = formula; stands before it"
    if kind == "COMMA" and last in OPERANDS:
        name = _before_bracket(tokens, token)
        return f", at column {column} only separates the arguments of a function", (
            f"{text[name.start : name.end]} is a name here, and no function" if name else
            INDEXED_SUM if summed else
            "a decimal point is ., and thousands are written without a sign"
            if re.match(r"\d,\s?\d", text[token.start - 1 :]) else "give one formula alone"
        )
    if kind == "RPAR" and last == "LPAR":
        return _empty(tokens, token, text)
    if last in ("LPAR", "COMMA") and kind in ("COMMA", "RPAR"):
        return f"an argument is missing before {found} at column {column}", None
    if kind == "BANG" and last == "BANG":
        return _factorials(before.start, text)  # type: ignore[union-attr]
    after = tokens[next(i for i, t in enumerate(tokens) if t is token) + 1 :][:1]
    if kind == "SUPER" and last not in OPERANDS and after and getattr(
        after[0].value, "op", None
    ) is OPS["log"]:
        return (f"{found} at column {column} is no base of a logarithm here",
                f"write log_{token.value}(...)" if token.value > 1 else None)  # fmt: skip
    if kind == "SUPER" and last not in OPERANDS:
        return f"{found} at column {column} is the power of nothing", "write x^2 for a power"
    if kind == END and before is None:
        return "no formula stands behind the =", "type a formula such as x^2*sin(x)"
    if kind == last == "SUPER" and before.end == token.start:  # type: ignore[union-attr]  # x⁵⁺³
        raised = text[before.start :]  # type: ignore[union-attr]
        power = re.match(f"[{''.join(map(chr, SUPERSCRIPTS))}]*", raised)[0]  # type: ignore[index]
        return (f"the power at column {before.start + 1} goes on with a sign",  # type: ignore[union-attr]
                f"write ^({power.translate(SUPERSCRIPTS)})")  # fmt: skip
    if kind == "SUPER" or last == "SUPER":
        return f"a second power at column {column}", "put one of them in brackets"
    if kind == END and before:
        shown = text[before.start : before.end]
        return f"the text ends after {shown} at column {before.start + 1}", _wanted(allowed)
    if kind == "OPEN":
        name = token.value.name
        return f"{name} at column {column} needs brackets here", f"write {name}(...)"
    if kind == "BARR":
        return f"| at column {column} closes too early", _wanted(allowed)
    return _general(before, found, column, allowed, text)


def _inside_brackets(tokens: Sequence[Token], token: Token) -> bool:
    before = tokens[: next(i for i, t in enumerate(tokens) if t is token)]
    return sum((t.type == "LPAR") - (t.type == "RPAR") for t in before) > 0


def _factorials(place: int, text: str) -> tuple[str, str]:
    """x!! and x!!!: brackets tell one factorial of another."""
    count = len(text[place:]) - len(text[place:].lstrip("! "))
    count = text[place : place + count].count("!")
    meant = "(" * (count - 1) + "x!" + ")!" * (count - 1)
    if count == 2:
        return f"!! at column {place + 1} can mean (x!)! or a double factorial", f"write {meant}"
    bangs, where = "!" * count, f"at column {place + 1}"
    return f"{bangs} {where} can mean {meant} or a factorial in steps of {count}", f"write {meant}"


def _before_bracket(
    tokens: Sequence[Token], token: Token, op: Op | None = None
) -> Token | None:
    """The J of J(0, x), seen from its comma; with a row its function, around however much."""
    depth, index = 0, next(i for i, t in enumerate(tokens) if t is token)
    for i in range(index - 1, 0, -1):
        depth += (tokens[i].type == "RPAR") - (tokens[i].type == "LPAR")
        if depth < 0 and op is None:
            return tokens[i - 1] if tokens[i - 1].type == "NAME" else None
        if depth < 0 and tokens[i - 1].type == "CALL" and tokens[i - 1].value.op is op:
            return tokens[i - 1]
        depth = max(depth, 0)
    return None


def _empty(tokens: Sequence[Token], token: Token, text: str) -> tuple[str, str | None]:
    index = next(i for i, t in enumerate(tokens) if t is token)
    opener, caller = tokens[index - 1], tokens[index - 2] if index > 1 else None
    if caller and caller.type == "CALL":
        name = caller.value.name
        return f"{name} at column {caller.start + 1} has no argument", f"write {usage(name)}"
    if caller and caller.type == "CONSTANT":
        return f"empty brackets at column {opener.start + 1}", f"write {caller.value.name}"
    return f"empty brackets at column {opener.start + 1}", "put a formula between them"


def _general(
    before: Token | None, found: str, column: int, allowed: set[str], text: str
) -> tuple[str, str | None]:
    what = _expected(allowed)
    if before is None:
        return f"expected {what} first, found {found} at column {column}", None
    after = text[before.start : before.end]
    return (f"expected {what} after {after} at column {before.start + 1}, found {found}", None)


def _expected(allowed: set[str]) -> str:
    if "NUMBER" in allowed and not allowed & set(OPERATOR_TOKENS[2:]):
        return "a number, name or ("
    return "an operator" if "STAR" in allowed else "="


def _wanted(allowed: set[str]) -> str | None:
    if "NUMBER" in allowed and "STAR" not in allowed:
        return "a number, name or ( is missing"
    return None
