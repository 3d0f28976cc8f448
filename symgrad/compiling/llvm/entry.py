"""The functions of a module by which the outside reaches a program, at one point and at many.

- `point(x, out)`: one point, doubles in and doubles out; it may tell if an output is nan.
- `call(self, args, n)`: the same as a built-in function of Python (METH_FASTCALL): floats in,
  nested tuples out, no frame in between; what is no float, or gives nan, goes to `self`.
- `batch(columns, outs, n, lost)`: an array for each variable and for each output, `n` points, and a
  vector that tells which lanes met nan; `Mode` says which variables are one number for all points,
  whether outputs are summed, and whether nan is told. Without sums n is a multiple of the vector's
  lanes. With sums it need not be, but columns reach to the end of the last vector; each output's
  array then holds one sum a lane.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .ir import Ends, IrWriter

FEW_CONSTANTS = 16  # outputs that are constants; more are copied from a table
DOUBLES_ON_STACK = 512  # doubles on the stack; more is asked of malloc
PYTHON_DECLARED = """
declare double @PyFloat_AsDouble(ptr)
declare ptr @PyFloat_FromDouble(double)
declare ptr @PyErr_Occurred()
declare void @PyErr_Clear()
declare ptr @PyTuple_New(i64)
declare i32 @PyTuple_SetItem(ptr, i64, ptr)
declare ptr @PyObject_Vectorcall(ptr, ptr, i64, ptr)
declare ptr @PyObject_CallFunction(ptr, ptr, ...)
declare void @Py_DecRef(ptr)
"""
ROW = """
define internal ptr @row(ptr %out, i64 %n) noinline {
entry:
  %row = call ptr @PyTuple_New(i64 %n)
  %any = icmp sgt i64 %n, 0
  br i1 %any, label %next, label %done
next:
  %k = phi i64 [0, %entry], [%more, %next]
  %from = getelementptr double, ptr %out, i64 %k
  %y = load double, ptr %from
  %item = call ptr @PyFloat_FromDouble(double %y)
  call i32 @PyTuple_SetItem(ptr %row, i64 %k, ptr %item)
  %more = add i64 %k, 1
  %again = icmp slt i64 %more, %n
  br i1 %again, label %next, label %done
done:
  ret ptr %row
}
"""
READ_FLOATS_IR = """
next:
  %k = phi i64 [0, %entry], [%more, %kept]
  %from = getelementptr ptr, ptr %args, i64 %k
  %item = load ptr, ptr %from
  %value = call double @PyFloat_AsDouble(ptr %item)
  %doubt = fcmp oeq double %value, -1.0
  br i1 %doubt, label %asked, label %kept
asked:
  %error = call ptr @PyErr_Occurred()
  %none = icmp eq ptr %error, null
  br i1 %none, label %kept, label %refused
kept:
  %to = getelementptr double, ptr %x, i64 %k
  store double %value, ptr %to
  %more = add i64 %k, 1
  %again = icmp slt i64 %more, {inputs}
  br i1 %again, label %next, label %run
refused:
  call void @PyErr_Clear()
  br label %other
"""
MEMORY = """
declare noalias ptr @malloc(i64)
declare void @free(ptr)
"""


@dataclass(frozen=True)
class Room:
    """Memory for a while: on the stack, or asked of malloc where it is large."""

    doubles: int
    name: str

    @property
    def taken(self) -> str:
        if self.doubles <= DOUBLES_ON_STACK:
            return f"%{self.name} = alloca [{max(1, self.doubles)} x double], align 64"
        return f"%{self.name} = call ptr @malloc(i64 {8 * self.doubles})"

    @property
    def given_back(self) -> list[str]:
        return [] if self.doubles <= DOUBLES_ON_STACK else [f"call void @free(ptr %{self.name})"]


def place(array: str, k: int, to: str) -> str:
    return f"%{to} = getelementptr double, ptr %{array}, i64 {k}"


LOST_IR = """
define internal i64 @lost(ptr %out, i64 %n) noinline {
entry:
  br label %next
next:
  %k = phi i64 [0, %entry], [%more, %next]
  %found = phi i1 [false, %entry], [%any, %next]
  %from = getelementptr double, ptr %out, i64 %k
  %y = load double, ptr %from
  %here = fcmp uno double %y, 0.0
  %any = or i1 %found, %here
  %more = add i64 %k, 1
  %again = icmp slt i64 %more, %n
  br i1 %again, label %next, label %done
done:
  %told = zext i1 %any to i64
  ret i64 %told
}
"""


def point_function(writer: IrWriter, telling: bool) -> str:
    """`point(x, out)`; if it is `telling`, 1 where an output is nan, else 0."""
    ends = Ends(
        lambda k, to: [place("x", k, f"{to}.p"), f"%{to} = load double, ptr %{to}.p"],
        lambda k, x: [place("out", k, f"o{k}.p"), f"store double {x}, ptr %o{k}.p"],
        "ptr %x, ptr %out",
    )
    constants, first = fixed(writer)
    lines = [*first, *writer.body(0, ends)]
    if writer.chunks > 1:
        room = Room(len(writer.slots), "ws")
        constants += writer.functions("point", ends.parameters, lambda k: writer.body(k, ends))
        lines = [*first, room.taken, *writer.calls("point", ends.parameters), *room.given_back]
    told = "0"
    if telling:
        constants, told = constants + LOST_IR, "%told"
        lines.append(f"%told = call i64 @lost(ptr %out, i64 {len(writer.program.outputs)})")
    head = "define i64 @point(ptr noalias readonly %x, ptr noalias %out) {\nentry:\n  "
    return constants + head + "\n  ".join([*lines, f"ret i64 {told}"]) + "\n}\n"


def fixed(writer: IrWriter) -> tuple[str, list[str]]:
    """A table of the outputs, and the line that copies it, where many are the same everywhere:
    most of the Jacobian of many functions is 0.
    """
    kind, n = writer.kind, len(writer.program.outputs)
    if len(writer.fixed) <= FEW_CONSTANTS:
        stores = [(place("out", k, f"o{k}.p"), f"store double {kind.constant(y)}, ptr %o{k}.p")
                  for k, y in writer.fixed.items()]  # fmt: skip
        return "", [line for store in stores for line in store]
    every = ", ".join(f"double {kind.constant(writer.fixed.get(k, 0.0))}" for k in range(n))
    return (f"@fixed = internal constant [{n} x double] [{every}]\n"
            "declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)\n",
            [f"call void @llvm.memcpy.p0.p0.i64(ptr %out, ptr @fixed, i64 {8 * n}, i1 false)"])


RAISED_IR = """
  %raised = call ptr @PyErr_Occurred()
  %fine = icmp eq ptr %raised, null
  br i1 %fine, label %build, label %raise
raise:
  {back}
  ret ptr null
build:
"""


def call_function(inputs: int, outputs: int, layout: Sequence[Any], asks: bool) -> str:
    """`call(self, args, n)`; `layout` nests the numbers of the outputs: [0, [1, 2]].

    If the code `asks` Python, that may have raised.
    """
    x, out = Room(inputs, "x"), Room(outputs, "out")
    made: list[str] = []
    top = tuples(layout, made)
    built = "\n  ".join(made)
    back = "\n  ".join([*x.given_back, *out.given_back])
    return f"""
define ptr @call(ptr %self, ptr %args, i64 %n) {{
entry:
  {x.taken}
  {out.taken}
  %fits = icmp eq i64 %n, {inputs}
  br i1 %fits, label %{"next" if inputs else "run"}, label %other
{READ_FLOATS_IR.format(inputs=inputs) if inputs else ""}
run:
  %told = call i64 @point(ptr %x, ptr %out)
  %slow = icmp ne i64 %told, 0
  br i1 %slow, label %other, label %whole
whole:
  {RAISED_IR.format(back=back) if asks else ""}
  {built}
  {back}
  ret ptr {top}
other:
  {back}
  %answer = call ptr @PyObject_Vectorcall(ptr %self, ptr %args, i64 %n, ptr null)
  ret ptr %answer
}}
"""


def tuples(layout: Any, built: list[str]) -> str:
    """The lines that make the nested tuples of a layout; returns the outermost's name."""
    n = len(built)
    if all(isinstance(k, int) for k in layout):  # a row of numbers that stand side by side
        first = layout[0] if layout else 0
        built.append(f"%p{n} = getelementptr double, ptr %out, i64 {first}")
        built.append(f"%t{n} = call ptr @row(ptr %p{n}, i64 {len(layout)})")
        return f"%t{n}"
    built.append(f"%t{n} = call ptr @PyTuple_New(i64 {len(layout)})")
    for place, part in enumerate(layout):
        if isinstance(part, int):
            i = len(built)
            built += [f"%p{i} = getelementptr double, ptr %out, i64 {part}",
                      f"%y{i} = load double, ptr %p{i}",
                      f"%t{i} = call ptr @PyFloat_FromDouble(double %y{i})"]  # fmt: skip
            item = f"%t{i}"
        else:
            item = tuples(part, built)
        built.append(f"call i32 @PyTuple_SetItem(ptr %t{n}, i64 {place}, ptr {item})")
    return f"%t{n}"


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
