"""The function of a module that runs a program at many points: a loop over vectors of points.

- `batch_function(writer, mode)` is the text of `batch(columns, outs, n, lost)`: an array for each
  variable and for each output, `n` points, and a vector that tells which lanes met nan.
- `Mode` says which variables are one number for all points, whether outputs are summed, and
  whether nan is told.

Without sums n is a multiple of the vector's lanes. With sums it need not be, but columns reach to
the end of the last vector; each output's array then holds one sum a lane.
"""

from __future__ import annotations

from dataclasses import dataclass

from .entry import Room
from .ir import Ends, IrWriter

MOST_FETCHED = 64  # arrays whose places are fetched before the loop; LLVM's time grows faster
LOOP_PARAMETERS = "ptr %columns, ptr %outs, i64 %i, i64 %n, ptr %lost"


@dataclass(frozen=True)
class Mode:
    """How a batch runs: `fixed` variables are one number for all points; `summed` adds them up."""

    fixed: frozenset[int] = frozenset()
    summed: bool = False
    telling: bool = False


class Loop:
    """The loop over the points of one program."""

    def __init__(self, writer: IrWriter, mode: Mode) -> None:
        self.writer, self.mode, self.kind, self.t = writer, mode, writer.kind, writer.t
        stored = sum(map(len, writer.outputs.values()))
        self.single = writer.chunks == 1 and len(writer.inputs) + stored <= MOST_FETCHED
        self.ends = Ends(self.load, self.store, LOOP_PARAMETERS)

    def pointer(self, array: str, k: int, to: str) -> tuple[list[str], str]:
        """The lines that fetch where array k stands, and the name they give it."""
        if self.single:
            return [], f"%{array}.{k}"
        lines = [f"%{to}.q = getelementptr ptr, ptr %{array}, i64 {k}",
                 f"%{to}.r = load ptr, ptr %{to}.q"]  # fmt: skip
        return lines, f"%{to}.r"

    def load(self, k: int, to: str) -> list[str]:
        lines, base = self.pointer("columns", k, to)
        t = self.t
        if k in self.mode.fixed:
            return [*lines, f"%{to}.x = load double, ptr {base}",
                    f"%{to}.y = insertelement {t} poison, double %{to}.x, i32 0",
                    f"%{to} = shufflevector {t} %{to}.y, {t} poison, "
                    f"<{self.kind.lanes} x i32> zeroinitializer"]  # fmt: skip
        return [*lines, f"%{to}.p = getelementptr double, ptr {base}, i64 %i",
                f"%{to} = load {t}, ptr %{to}.p, align 8"]  # fmt: skip

    def store(self, k: int, x: str) -> list[str]:
        lines, base = self.pointer("outs", k, f"o{k}")
        t = self.t
        if self.mode.telling:
            lines.append(f"%o{k}.u = fcmp uno {t} {x}, {self.writer.zero}")
            self.told.append(f"%o{k}.u")
        if self.mode.summed:  # what lies beyond the last point counts as 0
            return [*lines, f"%o{k}.s = load {t}, ptr {base}, align 8",
                    f"%o{k}.m = select {self.kind.truth} %within, {t} {x}, {t} {self.writer.zero}",
                    f"%o{k}.t = fadd {t} %o{k}.s, %o{k}.m",
                    f"store {t} %o{k}.t, ptr {base}, align 8"]  # fmt: skip
        return [*lines, f"%o{k}.p = getelementptr double, ptr {base}, i64 %i",
                f"store {t} {x}, ptr %o{k}.p, align 8"]  # fmt: skip

    def within(self) -> list[str]:
        """Which lanes hold a point, for sums."""
        if not self.mode.summed:
            return []
        n = self.kind.lanes
        lanes = ", ".join(f"i64 {k}" for k in range(n))
        return ["%left = sub i64 %n, %i",
                f"%left.1 = insertelement <{n} x i64> poison, i64 %left, i32 0",
                f"%left.n = shufflevector <{n} x i64> %left.1, <{n} x i64> poison, "
                f"<{n} x i32> zeroinitializer",
                f"%within = icmp slt <{n} x i64> <{lanes}>, %left.n"]  # fmt: skip

    def body(self, chunk: int) -> list[str]:
        """One chunk, and what it tells of nan."""
        self.told: list[str] = []
        lines = [*self.within(), *self.writer.body(chunk, self.ends)]
        if not self.told:
            return lines
        n, found = self.kind.lanes, self.told[0]
        for k, one in enumerate(self.told[1:]):
            lines.append(f"%lost.{k} = or <{n} x i1> {found}, {one}")
            found = f"%lost.{k}"
        return [*lines, f"%lost.w = sext <{n} x i1> {found} to <{n} x i64>",
                f"%lost.a = load <{n} x i64>, ptr %lost, align 8",
                f"%lost.b = or <{n} x i64> %lost.a, %lost.w",
                f"store <{n} x i64> %lost.b, ptr %lost, align 8"]  # fmt: skip

    def text(self) -> str:
        writer, head, functions = self.writer, list[str](), ""
        room = Room(self.kind.lanes * len(writer.slots), "ws")
        if self.single:
            stored = sorted(k for places in writer.outputs.values() for k in places)
            for array, which in (("columns", range(len(writer.inputs))), ("outs", stored)):
                for k in which:
                    head += [f"%{array}.{k}.q = getelementptr ptr, ptr %{array}, i64 {k}",
                             f"%{array}.{k} = load ptr, ptr %{array}.{k}.q"]  # fmt: skip
            body = self.body(0)
        else:
            head.append(room.taken)
            body = writer.calls("batch", LOOP_PARAMETERS)
            functions = writer.functions("batch", self.ends.parameters, self.body)
        lines = [
            "define void @batch(ptr noalias readonly %columns, ptr noalias readonly %outs, "
            "i64 %n, ptr noalias %lost) {",
            "entry:", *head, "br label %next", "next:", "%i = phi i64 [0, %entry], [%more, %next]",
            *body, f"%more = add i64 %i, {self.kind.lanes}", "%again = icmp slt i64 %more, %n",
            "br i1 %again, label %next, label %done", "done:",
            *(() if self.single else room.given_back), "ret void", "}",
        ]  # fmt: skip
        return functions + "\n".join(lines) + "\n"


def batch_function(writer: IrWriter, mode: Mode) -> str:
    """`batch(columns, outs, n, lost)`."""
    return Loop(writer, mode).text()
