"""Two functions of one argument in one call: a gradient needs sin with cos, tanh with sech.

- `called(library, program, kind, name, x, to, other)` are the lines of such a call.

Both results have the bits that each has alone: glibc's sincos runs sin's and cos's own code, and
our tanh and sech share their exponential.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..lines import Program
from .writing import Ends, Kind, Writer


def called(library: Any, program: Program, kind: Kind, name: str, x: str, to: str,
           other: str) -> Iterator[str]:  # fmt: skip
    """The lines that leave name(x) in %{to} and its twin's value in %{other}; `program` computes
    tanh and sech.
    """
    both, first = results(kind), name in ("sin", "tanh")
    function = (sincos(library, kind) if name in ("sin", "cos")
                else tanh_sech(library, kind, program))  # fmt: skip
    yield f"%{to}.both = call {both} @{function}({kind.type} {x})"
    yield f"%{to} = extractvalue {both} %{to}.both, {0 if first else 1}"
    yield f"%{other} = extractvalue {both} %{to}.both, {1 if first else 0}"


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


def tanh_sech(library: Any, kind: Kind, program: Program) -> str:
    """Our routine, traced into a function of its own."""
    name, t = f"both.tanh_sech.{kind.lanes}", kind.type

    def text(library: Any) -> str:
        ends = Ends(lambda k, to: [f"%{to} = freeze {t} %x{k}"],
                    lambda k, x: [f"%result{k} = freeze {t} {x}"])  # fmt: skip
        writer = Writer(program, kind, library, chunk=1 << 30)
        return defined(name, kind, writer.body(0, ends))

    library.bring(name, results(kind), [t], text)
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
