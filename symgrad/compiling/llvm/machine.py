"""llvmlite at work: a module's text becomes functions of this process. The only import of llvmlite.

- `missing()` is empty if there is llvmlite, else what is missing.
- `Machine(text, level, *names)` is compiled text; `address(name)` is where a function stands.
- `routines(library)` is where our own routines stand, which all modules share.
- `vectors()` is the vector library of this platform and processor, if there is one.
"""

from __future__ import annotations

import ctypes
import functools
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from ...arithmetic.floats import FLOATS
from ...ops import OPS
from .library import RULES, Library

VECTOR_LIBRARY = "libmvec.so.1"  # glibc's
WIDTHS = (("avx512f", "_ZGVeN8", 8), ("avx2", "_ZGVdN4", 4), ("sse2", "_ZGVbN2", 2))
PYTHON_CALLED = ("PyFloat_AsDouble", "PyFloat_FromDouble", "PyErr_Occurred", "PyErr_Clear",
          "PyTuple_New", "PyTuple_SetItem", "PyObject_Vectorcall", "PyObject_CallFunction",
          "Py_DecRef")  # fmt: skip

MODULES_PER_COMPILER = 64  # modules for one compiler
LINKS_BESIDE = sys.platform in ("linux", "darwin")  # where LLVM's newer linker knows the platform


def asked(number: int, place: int) -> float:
    """A rule that only the engine can run, called from compiled code; its arguments stand there."""
    name, partial, arity = RULES[number]
    op, given = OPS[name], list((ctypes.c_double * arity).from_address(place))
    found = FLOATS.forward(op, given) if partial is None else FLOATS.partial(
        op, partial, given[0], given[1:])  # fmt: skip
    return float(found or 0.0)


@functools.cache
def llvm() -> Any:
    """llvmlite.binding, made ready for this machine."""
    from llvmlite import binding  # noqa: PLC0415  # 100 ms, only once needed

    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    with suppress(RuntimeError):  # not glibc: functions are called lane by lane
        binding.load_library_permanently(VECTOR_LIBRARY)
    return binding


@functools.cache
def missing() -> str:
    """Empty if LLVM can be used, else why not."""
    try:
        llvm()
    except (ImportError, OSError, RuntimeError) as error:
        return f"no LLVM ({error}); pip install 'symgrad[fast]' brings it"
    return ""


@functools.cache
def vectors() -> tuple[str, int] | None:
    """The prefix of the vector library's names and its lanes, for the widest this processor has."""
    features = llvm().get_host_cpu_features()
    for feature, prefix, lanes in WIDTHS:
        if features.get(feature) and has(f"{prefix}v_exp"):
            return prefix, lanes
    return None


@functools.cache
def has(symbol: str) -> bool:
    """Whether this process has a function of that name."""
    return llvm().address_of_symbol(symbol) is not None


@functools.cache
def imported() -> dict[str, int]:
    """What compiled code calls in this process, besides libraries."""
    functions = {name: getattr(ctypes.pythonapi, name) for name in PYTHON_CALLED}
    found = {name: ctypes.cast(f, ctypes.c_void_p).value or 0 for name, f in functions.items()}
    return {**found, "symgrad_asked": id(asked)}  # CPython's id is where an object stands


@functools.cache
def processor() -> tuple[str, str]:
    """This host's processor and what it has beyond the oldest of its kind."""
    return llvm().get_host_cpu_name(), llvm().get_host_cpu_features().flatten()


def fuses() -> bool:
    """Whether this processor rounds a*b + c once, as every ARM of 64 bits does."""
    triple, features = llvm().get_default_triple(), processor()[1].split(",")
    return "+fma" in features or triple.startswith(("aarch64", "arm64"))


class Linker:
    """LLVM's compiler at one level of effort, renewed now and then: it keeps the names of modules
    that are long gone.

    Where LLVM's newer linker is at hand, a module's code and constants lie side by side: addresses
    are short, and the quick instruction selection of level 0 knows how to call.
    """

    def __init__(self, level: int) -> None:
        self.level, self.number = level, 0
        self.lock = threading.Lock()

    def linked(self, text: str, names: Sequence[str], beside: Mapping[str, int]) -> Any:
        """A module's text in memory; its functions live as long as what is returned."""
        binding = llvm()
        builder = binding.JITLibraryBuilder().add_ir(text).add_current_process()
        for name, address in {**imported(), **beside}.items():
            builder.import_symbol(name, address)
        for name in names:
            builder.export_symbol(name)
        with self.lock:
            if self.number % MODULES_PER_COMPILER == 0:
                target = self.target()
                self.compiler = binding.create_lljit_compiler(target, use_jit_link=LINKS_BESIDE)
            self.number += 1
            return builder.link(self.compiler, f"code{self.number}")

    def target(self) -> Any:
        """This host. Addresses are relative: absolute ones of 32 bits may not reach a constant."""
        cpu, features = processor()
        return llvm().Target.from_default_triple().create_target_machine(
            cpu=cpu, features=features, opt=self.level, jit=True, reloc="pic",
            codemodel="small" if LINKS_BESIDE else "jitdefault",
        )  # fmt: skip


LINKERS = [Linker(level) for level in range(4)]


class Machine:
    """A module's text, compiled; its functions live as long as it does.

    `beside` says where functions stand that are neither in the module nor in a library.
    """

    def __init__(self, text: str, level: int, *names: str,
                 beside: Mapping[str, int] | None = None) -> None:  # fmt: skip
        self._linked = LINKERS[level].linked(text, names, beside or {})

    def address(self, name: str) -> int:
        return int(self._linked[name])


SHARED_ROUTINES: dict[tuple[str, ...], Machine] = {}  # for as long as the process lives
MAKING = threading.Lock()


def routines(library: Library) -> dict[str, int]:
    """Where our own routines stand that a module shares: compiled once, with full effort."""
    found, cpu = dict[str, int](), processor()
    with MAKING:
        for name, text in (library.shared or {}).items():
            key = (name, *cpu)
            if key not in SHARED_ROUTINES:
                SHARED_ROUTINES[key] = Machine(library.alone(name, text), 2, name)
            found[name] = SHARED_ROUTINES[key].address(name)
    return found
