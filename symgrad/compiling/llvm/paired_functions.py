"""Two functions of one argument in one call: a gradient needs sin with cos, tanh with sech.

- `called(kind, function, name, x, to, other)` are the lines of such a call; `circle`, `sincos` and
  `tanh_sech` give the name of a function with two results.

Both results have the bits that each has alone: glibc's sincos runs sin's and cos's own code, our
tanh and sech share their exponential, and where our sin and cos are called, it is always together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..lines import Listing
from ..routines.angles import NEAR_ANGLE
from .ir import Kind, straight


def called(kind: Kind, function: str, name: str, x: str, to: str, other: str = "") -> Iterator[str]:
    """The lines that leave name(x) in %{to} and its twin's value in %{other}, if that is asked."""
    both, first = results(kind), name in ("sin", "tanh")
    yield f"%{to}.both = call {both} @{function}({kind.type} {x})"
    yield f"%{to} = extractvalue {both} %{to}.both, {0 if first else 1}"
    if other:
        yield f"%{other} = extractvalue {both} %{to}.both, {1 if first else 0}"


def circle(library: Any, kind: Kind, program: Listing) -> str:
    """Our sin and cos; a lane with a larger angle asks the C library, the others do not change."""
    name, t, truth = f"both.circle.{kind.lanes}", kind.type, kind.truth

    def text(library: Any) -> str:
        sine, cosine = library.each(kind, "sin", 1), library.each(kind, "cos", 1)
        library.declare(f"llvm.fabs.{kind.suffix}", kind, 1)
        any_far = ["%any = or i1 %far, false"] if kind.lanes == 1 else [
            f"%mask = bitcast {truth} %far to i{kind.lanes}",
            f"%any = icmp ne i{kind.lanes} %mask, 0"]  # fmt: skip
        lines = [
            *straight(library, kind, program, "near"),
            f"%a = call {t} @llvm.fabs.{kind.suffix}({t} %x0)",
            f"%far = fcmp uge {t} %a, {kind.constant(NEAR_ANGLE)}", *any_far,
            "br i1 %any, label %slow, label %done\nslow:",
            f"%s = call {t} @{sine}({t} %x0)", f"%c = call {t} @{cosine}({t} %x0)",
            f"%s.far = select {truth} %far, {t} %s, {t} %near0",
            f"%c.far = select {truth} %far, {t} %c, {t} %near1",
            "br label %done\ndone:",
            f"%result0 = phi {t} [%near0, %entry], [%s.far, %slow]",
            f"%result1 = phi {t} [%near1, %entry], [%c.far, %slow]",
        ]  # fmt: skip
        return defined(name, kind, lines)

    library.bring(name, results(kind), [t], text)
    return name


def sincos(library: Any, kind: Kind) -> str:
    """glibc's, which leaves both in memory, for every lane."""
    name, t = f"both.sincos.{kind.lanes}", kind.type

    def text(library: Any) -> str:
        library.declared.setdefault("sincos", "declare void @sincos(double, ptr, ptr) nounwind")
        lines = [f"%s = alloca {t}", f"%c = alloca {t}"]
        for n in range(kind.lanes):
            lane = "%x0"
            if kind.lanes > 1:
                lane = f"%x{n}.0"
                lines.append(f"{lane} = extractelement {t} %x0, i32 {n}")
            lines += [f"%s{n} = getelementptr double, ptr %s, i64 {n}",
                      f"%c{n} = getelementptr double, ptr %c, i64 {n}",
                      f"call void @sincos(double {lane}, ptr %s{n}, ptr %c{n})"]  # fmt: skip
        lines += [f"%result0 = load {t}, ptr %s", f"%result1 = load {t}, ptr %c"]
        return defined(name, kind, lines)

    library.bring(name, results(kind), [t], text)
    return name


def tanh_sech(library: Any, kind: Kind, program: Listing) -> str:
    """Our routine, traced into a function of its own."""
    name = f"both.tanh_sech.{kind.lanes}"

    def text(library: Any) -> str:
        return defined(name, kind, straight(library, kind, program, "result"))

    library.bring(name, results(kind), [kind.type], text)
    return name


def results(kind: Kind) -> str:
    """The type of two numbers."""
    return f"{{ {kind.type}, {kind.type} }}"


def defined(name: str, kind: Kind, lines: Sequence[str]) -> str:
    """A function of one argument with two results."""
    both, t = results(kind), kind.type
    body = "\n  ".join([*lines, f"%r = insertvalue {both} poison, {t} %result0, 0",
                        f"%both = insertvalue {both} %r, {t} %result1, 1",
                        f"ret {both} %both"])  # fmt: skip
    return f"define internal {both} @{name}({t} %x0) noinline {{\nentry:\n  {body}\n}}\n"
