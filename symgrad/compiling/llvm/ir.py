"""A program's lines as LLVM instructions, in functions of bounded length.

- `Kind(lanes)` is the type of a number: a double, or a vector of them.
- `IrWriter(program, kind, library).functions(...)` are the functions that compute a program, one
  after the other; `library` knows what a name such as `exp` calls.

Where LLVM is to make good code, its time grows faster than the length of a function: there a long
program is cut into functions of `CHUNK` lines, and what crosses a cut goes through memory, the
workspace. At level 0 its time is linear, and such traffic would cost more than it saves; there,
functions are long, but cut into blocks, for each of which LLVM looks for registers anew.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Protocol

from ...ops import OPS
from ..dialects import SIGNED_ROWS
from ..lines import Listing
from ..natives import COMPARISON_SIGNS, NATIVES, marked

CHUNK = 1000  # lines in a function
LONG, BLOCK = 30_000, 300  # lines in a function and in a block at LLVM's level 0
BINARY = {name: NATIVES[name]["exact"] for name in SIGNED_ROWS if OPS[name].arity == 2}
PAIRED = {"sin": "cos", "cos": "sin", "tanh": "sech", "sech": "tanh"}  # of one argument
FCMP = marked("exact", "fcmp ")
BIAS = 1.5 * 2.0**52 + 1023  # k + BIAS has k + 1023 in its lowest bits
INTRINSICS = marked("exact", "llvm.")  # of one argument


@dataclass(frozen=True)
class Kind:
    """The type that numbers have: one double, or a vector of `lanes` doubles."""

    lanes: int = 1

    @property
    def type(self) -> str:
        return "double" if self.lanes == 1 else f"<{self.lanes} x double>"

    @property
    def truth(self) -> str:
        return "i1" if self.lanes == 1 else f"<{self.lanes} x i1>"

    @property
    def bits(self) -> str:
        """The type of a number's bits."""
        return "i64" if self.lanes == 1 else f"<{self.lanes} x i64>"

    def whole(self, n: int) -> str:
        """The same whole number in every lane."""
        return str(n) if self.lanes == 1 else f"<{', '.join([f'i64 {n}'] * self.lanes)}>"

    @property
    def suffix(self) -> str:
        return "f64" if self.lanes == 1 else f"v{self.lanes}f64"

    def constant(self, x: float) -> str:
        """A number as LLVM reads it: its bits."""
        bits = "0x" + struct.pack(">d", x).hex().upper()
        return bits if self.lanes == 1 else f"<{', '.join([f'double {bits}'] * self.lanes)}>"


class Callees(Protocol):
    """What instructions call."""

    def called(self, kind: Kind, name: str, x: Sequence[str], holds: object,
               to: str) -> Iterator[str]: ...  # fmt: skip

    def declare(self, name: str, kind: Kind, arity: int) -> None: ...

    def both(self, kind: Kind, name: str) -> bool: ...

    def called_both(self, kind: Kind, name: str, x: str, to: str, other: str) -> Iterator[str]: ...

    def text(self) -> str: ...

    @property
    def asks(self) -> bool: ...


@dataclass(frozen=True)
class Ends:
    """How a function reaches what stands outside of it."""

    load: Callable[[int, str], list[str]]  # (k, to): the lines that bring variable k to %{to}
    store: Callable[[int, str], list[str]]  # (k, x): the lines that make x output k
    parameters: str = ""


class IrWriter:
    """A program's lines as instructions for one kind of number."""

    def __init__(self, program: Listing, kind: Kind, library: Callees, chunk: int = CHUNK,
                 block: int = 0) -> None:  # fmt: skip
        self.program, self.kind, self.library = program, kind, library
        self.chunk, self.block = chunk, block
        self.t, self.zero, self.one = kind.type, kind.constant(0.0), kind.constant(1.0)
        self.inputs = {name: k for k, name in enumerate(program.variables)}
        self.outputs: dict[int, list[int]] = {}
        self.fixed: dict[int, float] = {}  # outputs that are the same at every point
        for k, i in enumerate(program.outputs):
            if program.kinds[i] == "literal":
                self.fixed[k] = program.holds[i]
            else:
                self.outputs.setdefault(i, []).append(k)
        self.twins: dict[int, int] = {}  # lines that are computed together
        self.lines = self.paired(self.needed())
        self.slots: dict[int, int] = {}  # what crosses a cut, and where it stands
        self.home: dict[int, int] = {}  # a line's chunk
        self.parts: list[list[int]] = [[]]  # the lines of each chunk
        self.cut()

    def needed(self) -> list[int]:
        """The lines that an output needs, but for literals and variables."""
        kinds, args = self.program.kinds, self.program.args
        need = bytearray(len(kinds))
        for i in self.program.outputs:
            need[i] = True
        for i in range(len(kinds) - 1, -1, -1):
            if need[i]:
                for j in args[i]:
                    need[j] = True
        return [i for i, k in enumerate(kinds) if need[i] and k not in ("literal", "variable")]

    def paired(self, lines: list[int]) -> list[int]:
        """sin and cos of one number side by side, and the like, so that one call computes both."""
        kinds, args = self.program.kinds, self.program.args
        some = [i for i in lines if kinds[i] in PAIRED and self.library.both(self.kind, kinds[i])]
        made = {(kinds[i], args[i]): i for i in some}
        for i in some:
            twin = made.get((PAIRED[kinds[i]], args[i]), i)
            if twin > i:
                self.twins[i] = twin
        if not self.twins:
            return lines
        moved = {*self.twins.values()}
        pairs = ((i, self.twins[i]) if i in self.twins else (i,) for i in lines if i not in moved)
        return [i for pair in pairs for i in pair]

    def cut(self) -> None:
        """Which chunk computes a line, which lines another chunk needs, and where variables that
        are outputs are stored. A store weighs as much as a line; twins stay together.
        """
        kinds, home, slots, outputs = self.program.kinds, self.home, self.slots, self.outputs
        lines = [*self.lines, *(i for i in outputs if kinds[i] == "variable")]
        if self.weight <= self.chunk:
            self.parts = [lines]
            return
        weight, second = 0, {*self.twins.values()}
        part, here = self.parts[0], 0
        for i in lines:
            more = 1 + len(outputs[i]) if i in outputs else 1
            if weight + more > self.chunk and weight and i not in second:
                part, here, weight = [], here + 1, 0
                self.parts.append(part)
            weight += more
            part.append(i)
            home[i] = here
        for i in self.lines:
            here = home[i]
            for j in self.program.args[i]:
                if home.get(j, here) != here and j not in slots and kinds[j] != "variable":
                    slots[j] = len(slots)

    @property
    def chunks(self) -> int:
        return len(self.parts)

    @property
    def weight(self) -> int:
        """Lines and stores."""
        return len(self.lines) + sum(map(len, self.outputs.values()))

    def body(self, chunk: int, ends: Ends) -> list[str]:
        """The instructions of one chunk; variables and crossing values are loaded at first use.

        Most lines have a number for a name, which LLVM reads in half the time: all in a function
        whose first block has a label, or a name would be due to that.
        """
        t, kinds, args = self.t, self.program.kinds, self.program.args
        names, done, found, numbers = dict[int, str](), set[int](), list[str](), count()

        def bring(j: int) -> None:
            kind, holds, names[j] = kinds[j], self.program.holds[j], f"%v{j}"
            if kind == "literal":
                names[j] = self.kind.constant(holds)
            elif kind == "variable":
                found.extend(ends.load(self.inputs[holds], f"v{j}"))
            else:
                found.extend((self.at(j), f"%v{j} = load {t}, ptr %s{j}, align 8"))

        for n, i in enumerate(self.parts[chunk], 1):
            if self.block and n % self.block == 0:
                found.append(f"br label %block{n}\nblock{n}:")
            kind = kinds[i]
            for j in (i,) if kind == "variable" else args[i]:  # a variable may be an output
                if j not in names:
                    bring(j)
            if kind in BINARY:  # most lines
                a, b = args[i]
                names[i] = name = f"%{next(numbers)}"
                found.append(f"{name} = {BINARY[kind]} {t} {names[a]}, {names[b]}")
            elif i in self.twins:
                other = self.twins[i]
                found += self.library.called_both(self.kind, kind, names[args[i][0]], f"v{i}",
                                                  f"v{other}")  # fmt: skip
                done.add(other)
            elif i not in done and i not in names:
                found += self.instructions(i, [names[j] for j in args[i]])
            if i not in names:
                names[i] = f"%v{i}"
            if i in self.slots:
                found += (self.at(i), f"store {t} {names[i]}, ptr %s{i}, align 8")
            if i in self.outputs:
                for k in self.outputs[i]:
                    found += ends.store(k, names[i])
        return found

    def at(self, i: int) -> str:
        """The place of a crossing value in the workspace, as %s{i}."""
        return f"%s{i} = getelementptr {self.t}, ptr %ws, i64 {self.slots[i]}"

    def instructions(self, i: int, x: Sequence[str]) -> Iterator[str]:
        """Line i of the arguments x, as %v{i}."""
        t, kind = self.t, self.program.kinds[i]
        if kind == "neg":
            yield f"%v{i} = fneg {t} {x[0]}"
        elif kind in INTRINSICS:
            name = f"llvm.{INTRINSICS[kind]}.{self.kind.suffix}"
            self.library.declare(name, self.kind, 1)
            yield f"%v{i} = call {t} @{name}({t} {x[0]})"
        elif kind == "product_error":  # x0*x1 - x2, rounded once: exactly what x2 lacks
            name = f"llvm.fma.{self.kind.suffix}"
            self.library.declare(name, self.kind, 3)
            yield f"%n{i} = fneg {t} {x[2]}"
            yield f"%v{i} = call {t} @{name}({t} {x[0]}, {t} {x[1]}, {t} %n{i})"
        elif kind == "two_to":  # the biased exponent as a whole number in the low bits, moved up
            yield f"%b{i} = fadd {t} {x[0]}, {self.kind.constant(BIAS)}"
            yield f"%w{i} = bitcast {t} %b{i} to {self.kind.bits}"
            yield f"%m{i} = shl {self.kind.bits} %w{i}, {self.kind.whole(52)}"
            yield f"%v{i} = bitcast {self.kind.bits} %m{i} to {t}"
        elif kind == "if_bit":  # x1 where that bit of x0 is set, moved up to where the sign is
            bits, up = self.kind.bits, self.kind.whole(63 - self.program.holds[i])
            yield f"%b{i} = bitcast {t} {x[0]} to {bits}"
            yield f"%m{i} = shl {bits} %b{i}, {up}"
            yield f"%c{i} = icmp slt {bits} %m{i}, {self.kind.whole(0)}"
            yield f"%v{i} = select {self.kind.truth} %c{i}, {t} {x[1]}, {t} {x[2]}"
        elif kind in COMPARISON_SIGNS:
            yield from self.choice(i, FCMP[kind], x[0], x[1], self.one, self.zero)
        elif kind.startswith("select_"):
            yield from self.choice(i, FCMP[kind[7:]], x[0], x[1], x[2], x[3])
        elif kind == "select":
            yield from self.choice(i, "une", x[0], self.zero, x[1], x[2])
        elif kind == "guarded":
            yield f"%p{i} = fmul {t} {x[0]}, {x[1]}"
            yield from self.choice(i, "une", x[0], self.zero, f"%p{i}", self.zero)
        elif kind in ("max", "min"):
            yield from self.choice(i, "uno", x[0], x[0], x[0], x[1], to=f"%n{i}")
            test = "oge" if kind == "max" else "ole"
            yield from self.choice(i, test, x[0], x[1], x[0], f"%n{i}")
        elif kind == "sign":  # x itself where it is nan
            yield from self.choice(i, "ord", x[0], x[0], self.zero, x[0], to=f"%n{i}")
            minus = self.kind.constant(-1.0)
            yield from self.choice(i, "olt", x[0], self.zero, minus, f"%n{i}", to=f"%m{i}")
            yield from self.choice(i, "ogt", x[0], self.zero, self.one, f"%m{i}")
        else:
            yield from self.library.called(self.kind, kind, x, self.program.holds[i], f"v{i}")

    def choice(self, i: int, test: str, left: str, right: str, a: str, b: str,
               to: str = "") -> Iterator[str]:  # fmt: skip
        to = to or f"%v{i}"
        yield f"{to}.c = fcmp {test} {self.t} {left}, {right}"
        yield f"{to} = select {self.kind.truth} {to}.c, {self.t} {a}, {self.t} {b}"

    def functions(self, name: str, parameters: str, body: Callable[[int], Iterable[str]]) -> str:
        """The chunks as internal functions `{name}.{k}` of the parameters and the workspace."""
        parts = []
        for k in range(self.chunks):
            head = f"define internal void @{name}.{k}({parameters}, ptr %ws) {{\nentry:\n  "
            parts.append(head + "\n  ".join([*body(k), "ret void"]) + "\n}\n")
        return "\n".join(parts)

    def calls(self, name: str, arguments: str) -> list[str]:
        """The calls of all chunks, in order."""
        return [f"call void @{name}.{k}({arguments}, ptr %ws)" for k in range(self.chunks)]


def straight(library: Callees, kind: Kind, program: Listing, to: str) -> list[str]:
    """The lines of a function of %x0, %x1, ... that leave a program's outputs in %{to}0, ..."""
    ends = Ends(lambda k, x: [f"%{x} = freeze {kind.type} %x{k}"],
                lambda k, x: [f"%{to}{k} = freeze {kind.type} {x}"])  # fmt: skip
    return IrWriter(program, kind, library, chunk=1 << 30).body(0, ends)
