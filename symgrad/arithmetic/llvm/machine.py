"""llvmlite at work: a module's text becomes functions of this process. The only import of llvmlite.

- `missing()` is empty if there is llvmlite, else what is missing.
- `Machine(text, level)` is compiled text; `address(name)` is where a function stands.
- `vectors()` is the vector library of this platform and processor, if there is one.
"""

from __future__ import annotations

import ctypes
import functools
from contextlib import suppress
from typing import Any

from ...ops import OPS
from ..floats import FLOATS
from .library import RULES

VECTOR_LIBRARY = "libmvec.so.1"  # glibc's
WIDTHS = (("avx512f", "_ZGVeN8", 8), ("avx2", "_ZGVdN4", 4), ("sse2", "_ZGVbN2", 2))
PYTHON = ("PyFloat_AsDouble", "PyFloat_FromDouble", "PyErr_Occurred", "PyErr_Clear",
          "PyTuple_New", "PyTuple_SetItem", "PyObject_Vectorcall")  # fmt: skip


def asked(number: int, x: Any) -> float:
    """A rule that only the engine can run, called from compiled code."""
    name, place, arity = RULES[number]
    op, given = OPS[name], x[:arity]
    found = FLOATS.forward(op, given) if place is None else FLOATS.partial(
        op, place, given[0], given[1:])  # fmt: skip
    return float(found or 0.0)


ASKED = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_int64, ctypes.POINTER(ctypes.c_double))(asked)


@functools.cache
def llvm() -> Any:
    """llvmlite.binding, made ready for this machine."""
    from llvmlite import binding  # noqa: PLC0415  # 100 ms, only once needed

    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    for name in PYTHON:
        address = ctypes.cast(getattr(ctypes.pythonapi, name), ctypes.c_void_p).value
        binding.add_symbol(name, address)
    binding.add_symbol("symgrad_engine", ctypes.cast(ASKED, ctypes.c_void_p).value)
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


def target(level: int) -> Any:
    """A target machine for this host; a compiled module owns its own."""
    binding = llvm()
    chosen = binding.Target.from_default_triple()
    return chosen.create_target_machine(
        cpu=binding.get_host_cpu_name(), features=binding.get_host_cpu_features().flatten(),
        opt=level, jit=True,
    )  # fmt: skip


class Machine:
    """A module's text, compiled; its functions live as long as it does."""

    def __init__(self, text: str, level: int, passes: bool = False) -> None:
        binding = llvm()
        module = binding.parse_assembly(text)
        machine = target(level)
        if passes:
            builder = binding.create_pass_builder(machine, binding.PipelineTuningOptions(level))
            builder.getModulePassManager().run(module, builder)
        self._engine = binding.create_mcjit_compiler(module, machine)
        self._engine.finalize_object()

    def address(self, name: str) -> int:
        return int(self._engine.get_function_address(name))
