"""What compiled code calls: the C library, its vectors, our own routines, the engine.

- `Library(accuracy, host)` writes the call of a function and collects what the module must declare.
- `MACHINE_DIALECTS[accuracy]` says to `Code` which functions there are.

"exact" calls only what is within 1 ulp: the C library's function where it is, else our routine,
else the engine's floats (which ask Arb). "fast" calls the vector library (4 ulp) where the platform
has one, and writes compositions in line. Both have our own sin and cos where products are fused.
sin and cos of one number are computed by one call, and so are tanh and sech.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..code import Code
from ..dialects import C, forms, rules, slopes
from ..double_double import NEAR_ANGLE, circle
from ..lines import Listing
from ..natives import marked
from ..routines import ROUTINES, SLOPES, tanh_sech
from .ir import Kind, straight

# "exact": within 1 ulp in glibc, musl, Apple's and Microsoft's libraries (Innocente & Zimmermann,
# "Accuracy of Mathematical Functions in Single, Double, ... Precision", 2024)
SYMBOLS = {accuracy: marked(accuracy, "@") for accuracy in ("exact", "fast")}
OWN_ROUTINES = {**ROUTINES, **{f"{name}_slope": rule for name, rule in SLOPES.items()}}
MACHINE_DIALECTS = {  # nobody reads their templates
    accuracy: replace(C, name="llvm", forms=forms(accuracy), inline=rules(accuracy),
                      slopes=slopes(accuracy), engine=True, limits=True)
    for accuracy in SYMBOLS
}  # fmt: skip

Making = Callable[["Library"], str]  # the text of a function, which may call others


@dataclass
class Library:
    """The functions that a module calls; `vectors` is the vector library's prefix and lanes.

    Our own routines are part of the module, or, where `shared` is a dictionary, noted in there.
    """

    accuracy: str
    vectors: tuple[str, int] | None = None
    has: Callable[[str], bool] = lambda symbol: False
    fuses: bool = False  # whether a*b + c is rounded once here: then sin and cos are ours
    shared: dict[str, Making] | None = None  # our own routines that stand in modules of their own
    declared: dict[str, str] = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)

    @property
    def asks(self) -> bool:
        """Whether the code calls Python, and so must hold its lock."""
        return "engine" in self.made

    def text(self) -> str:
        """Declarations and functions, in the order of their first use."""
        return "\n".join([*self.declared.values(), *self.made.values()])

    def declare(self, name: str, kind: Kind, arity: int) -> None:
        if name not in self.declared:
            takes = ", ".join([kind.type] * arity)
            pure = "" if name.startswith("llvm.") else " nounwind willreturn memory(none)"
            self.declared[name] = f"declare {kind.type} @{name}({takes}){pure}"

    def called(self, kind: Kind, name: str, x: Sequence[str], holds: Any, to: str) -> Iterator[str]:
        """The lines that leave name(*x) in %{to}."""
        if name in ("sin", "cos") and self.fuses:
            yield from call_of_both(kind, self.twin(kind, name), name, x[0], to)
            return
        if name == "engine":
            function = self.engine(kind, holds, len(x))
        elif self.accuracy == "exact" and name in OWN_ROUTINES:
            function = self.routine(kind, name, len(x))
        else:
            symbol = SYMBOLS[self.accuracy][name]
            wide = self.wide(symbol, len(x)) if kind.lanes > 1 else None
            if wide and self.vectors and self.vectors[1] < kind.lanes:
                yield from self.split(kind, wide, x, to)
                return
            function = wide or self.each(kind, symbol, len(x))
        takes = ", ".join(f"{kind.type} {a}" for a in x)
        yield f"%{to} = call {kind.type} @{function}({takes})"

    # two functions of one argument at once

    def both(self, kind: Kind, name: str) -> bool:
        """Whether it costs less to call a function together with its twin."""
        if name in ROUTINES:
            return self.accuracy == "exact"
        vector = kind.lanes > 1 and self.accuracy == "fast" and self.vectors is not None
        return self.fuses or (not vector and self.has("sincos"))

    def called_both(self, kind: Kind, name: str, x: str, to: str, other: str) -> Iterator[str]:
        """The lines that leave name(x) in %{to} and its twin's value in %{other}."""
        return call_of_both(kind, self.twin(kind, name), name, x, to, other)

    def twin(self, kind: Kind, name: str) -> str:
        """The function that computes a function and its twin."""
        if name in ROUTINES:
            return tanh_sech_function(self, kind, traced("tanh_sech", tanh_sech, 1))
        if self.fuses:
            return circle_function(self, kind, traced("circle", circle, 1))
        return sincos_function(self, kind)

    # the vector library

    def wide(self, symbol: str, arity: int) -> str | None:
        """The vector library's name of a function, if it has it and if it may be called."""
        if self.vectors is None or self.accuracy == "exact":
            return None
        prefix, lanes = self.vectors
        name = f"{prefix}{'v' * arity}_{symbol}"
        if not self.has(name):
            return None
        self.declare(name, Kind(lanes), arity)
        return name

    def split(self, kind: Kind, function: str, x: Sequence[str], to: str) -> Iterator[str]:
        """A call for each part of the vector that the vector library takes, joined again."""
        assert self.vectors
        lanes = self.vectors[1]
        part, t = Kind(lanes), kind.type
        pieces = []
        for n in range(kind.lanes // lanes):
            mask = ", ".join(f"i32 {n * lanes + k}" for k in range(lanes))
            takes = []
            for k, a in enumerate(x):
                yield (f"%{to}.{n}.{k} = shufflevector {t} {a}, {t} poison, "
                       f"<{lanes} x i32> <{mask}>")  # fmt: skip
                takes.append(f"{part.type} %{to}.{n}.{k}")
            yield f"%{to}.{n} = call {part.type} @{function}({', '.join(takes)})"
            pieces.append(f"%{to}.{n}")
        yield from joined(pieces, lanes, to)

    # one lane at a time

    def each(self, kind: Kind, symbol: str, arity: int) -> str:
        """A function of the C library; for a vector, one that calls it for every lane."""
        self.declare(symbol, Kind(), arity)
        if kind.lanes == 1:
            return symbol
        name = f"each.{symbol}"
        if name not in self.made:
            lines = []
            for n in range(kind.lanes):
                lines += [f"%x{n}.{k} = extractelement {kind.type} %x{k}, i32 {n}"
                          for k in range(arity)]  # fmt: skip
                takes = ", ".join(f"double %x{n}.{k}" for k in range(arity))
                lines.append(f"%y{n} = call double @{symbol}({takes})")
            self.made[name] = self.gathered(name, kind, arity, lines)
        return name

    def engine(self, kind: Kind, holds: Any, arity: int) -> str:
        """A rule that the engine's floats run: `engine(number, arguments)`."""
        self.made.setdefault("engine", ENGINE_IR)
        number = rule_number(holds, arity)
        name = f"engine.{number}.{kind.lanes}"
        if name not in self.made:
            lines = [f"%room = alloca [{arity} x double]"]
            for n in range(kind.lanes):
                for k in range(arity):
                    lane = f"%x{k}"
                    if kind.lanes > 1:
                        lane = f"%x{n}.{k}"
                        lines.append(f"{lane} = extractelement {kind.type} %x{k}, i32 {n}")
                    lines += [f"%p{n}.{k} = getelementptr double, ptr %room, i64 {k}",
                              f"store double {lane}, ptr %p{n}.{k}"]  # fmt: skip
                lines.append(f"%y{n} = call double @engine(i64 {number}, ptr %room)")
            self.made[name] = self.gathered(name, kind, arity, lines)
        return name

    def gathered(self, name: str, kind: Kind, arity: int, lines: list[str]) -> str:
        """An internal function whose lines leave every lane's result in %y{n}."""
        t, result = kind.type, "%y0"
        if kind.lanes > 1:
            result = "poison"
            for n in range(kind.lanes):
                lines.append(f"%z{n} = insertelement {t} {result}, double %y{n}, i32 {n}")
                result = f"%z{n}"
        return defined(name, kind, arity, lines, result)

    # our own routines

    def routine(self, kind: Kind, name: str, arity: int) -> str:
        """A routine of our own, traced into a function of its own."""
        function = f"routine.{name}.{kind.lanes}"

        def text(library: Library) -> str:
            lines = straight(library, kind, routine_program(name, arity), "result")
            return defined(function, kind, arity, lines, "%result0")

        self.bring(function, kind.type, [kind.type] * arity, text)
        return function

    def bring(self, function: str, result: str, takes: Sequence[str], text: Making) -> None:
        """See that a function of our own can be called."""
        if function in self.made or function in self.declared:
            return
        if self.shared is None:
            self.made[function] = ""  # its place: what it calls may stand before it
            self.made[function] = text(self)
        else:
            self.declared[function] = (f"declare {result} @{function}({', '.join(takes)}) "
                                       "nounwind willreturn memory(none)")  # fmt: skip
            self.shared[function] = text

    def alone(self, function: str, text: Making) -> str:
        """The text of a module that has just this function for others, and what it calls."""
        library = replace(self, shared=None, declared={}, made={})
        library.made[function] = text(library).replace("define internal", "define", 1)
        return library.text()


# what Python raises stays raised, the rest is nan, and who called the code finds the exception
ENGINE_IR = """
@symgrad_asked = external global i8
@engine.format = internal constant [3 x i8] c"LL\\00"
define internal double @engine(i64 %number, ptr %room) noinline {
  %raised = call ptr @PyErr_Occurred()
  %fine = icmp eq ptr %raised, null
  br i1 %fine, label %ask, label %none
ask:
  %place = ptrtoint ptr %room to i64
  %found = call ptr (ptr, ptr, ...) @PyObject_CallFunction(
    ptr @symgrad_asked, ptr @engine.format, i64 %number, i64 %place)
  %raises = icmp eq ptr %found, null
  br i1 %raises, label %none, label %given
given:
  %y = call double @PyFloat_AsDouble(ptr %found)
  call void @Py_DecRef(ptr %found)
  ret double %y
none:
  ret double 0x7FF8000000000000
}
"""


def defined(name: str, kind: Kind, arity: int, lines: Sequence[str], result: str) -> str:
    takes = ", ".join(f"{kind.type} %x{k}" for k in range(arity))
    body = "\n  ".join([*lines, f"ret {kind.type} {result}"])
    return f"define internal {kind.type} @{name}({takes}) noinline {{\nentry:\n  {body}\n}}\n"


def joined(pieces: list[str], lanes: int, to: str) -> Iterator[str]:
    """Vectors side by side, two at a time, as %{to}."""
    count = 0
    while len(pieces) > 1:
        mask = ", ".join(f"i32 {k}" for k in range(2 * lanes))
        whole = []
        for a, b in zip(pieces[::2], pieces[1::2]):
            name = f"%{to}" if len(pieces) == 2 else f"%{to}.j{count}"
            count += 1
            yield (f"{name} = shufflevector <{lanes} x double> {a}, <{lanes} x double> {b}, "
                   f"<{2 * lanes} x i32> <{mask}>")  # fmt: skip
            whole.append(name)
        pieces, lanes = whole, 2 * lanes


PROGRAMS: dict[tuple[str, int], Listing] = {}


def routine_program(name: str, arity: int) -> Listing:
    """The lines of a routine, traced once."""
    return traced(name, OWN_ROUTINES[name], arity)


def traced(name: str, rule: Callable, arity: int) -> Listing:
    """The lines of a rule that gives a number or two."""
    found = PROGRAMS.get((name, arity))
    if found is None:
        code = Code(replace(MACHINE_DIALECTS["exact"], slopes={}))
        names = [f"x{k}" for k in range(arity)]
        y = rule(code, *map(code.variable, names))
        outputs = y if isinstance(y, tuple) else (y,)
        found = PROGRAMS[name, arity] = code.program(outputs, names)
    return found


RULES: list[tuple[str, int | None, int]] = []  # what the engine is asked by number


def rule_number(holds: tuple[str, int | None], arity: int) -> int:
    """The number of a row's forward (place None) or of its partial."""
    rule = (*holds, arity)
    if rule not in RULES:
        RULES.append(rule)
    return RULES.index(rule)


# --- two functions of one argument in one call: a gradient needs sin with cos, tanh with sech -----
#
# Both results have the bits that each has alone: glibc's sincos runs sin's and cos's own code, our
# tanh and sech share their exponential, and our sin and cos are always called together.


def call_of_both(kind: Kind, function: str, name: str, x: str, to: str,
                 other: str = "") -> Iterator[str]:  # fmt: skip
    """The lines that leave name(x) in %{to} and its twin's value in %{other}, if that is asked."""
    both, first = both_types(kind), name in ("sin", "tanh")
    yield f"%{to}.both = call {both} @{function}({kind.type} {x})"
    yield f"%{to} = extractvalue {both} %{to}.both, {0 if first else 1}"
    if other:
        yield f"%{other} = extractvalue {both} %{to}.both, {1 if first else 0}"


def circle_function(library: Any, kind: Kind, program: Listing) -> str:
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
        return both_defined(name, kind, lines)

    library.bring(name, both_types(kind), [t], text)
    return name


def sincos_function(library: Any, kind: Kind) -> str:
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
        return both_defined(name, kind, lines)

    library.bring(name, both_types(kind), [t], text)
    return name


def tanh_sech_function(library: Any, kind: Kind, program: Listing) -> str:
    """Our routine, traced into a function of its own."""
    name = f"both.tanh_sech.{kind.lanes}"

    def text(library: Any) -> str:
        return both_defined(name, kind, straight(library, kind, program, "result"))

    library.bring(name, both_types(kind), [kind.type], text)
    return name


def both_types(kind: Kind) -> str:
    """The type of two numbers."""
    return f"{{ {kind.type}, {kind.type} }}"


def both_defined(name: str, kind: Kind, lines: Sequence[str]) -> str:
    """A function of one argument with two results."""
    both, t = both_types(kind), kind.type
    body = "\n  ".join([*lines, f"%r = insertvalue {both} poison, {t} %result0, 0",
                        f"%both = insertvalue {both} %r, {t} %result1, 1",
                        f"ret {both} %both"])  # fmt: skip
    return f"define internal {both} @{name}({t} %x0) noinline {{\nentry:\n  {body}\n}}\n"
