"""symgrad beside its peers: ratios in one run, as tables.

    python -m tests.benchmarks.peers                # all of it: half an hour
    python -m tests.benchmarks.peers --quick        # small sizes: seconds
    python -m tests.benchmarks.peers --only many    # one section
    python -m tests.benchmarks.peers --markdown     # tables for the README

Every peer computes the same value and partials, compared before anything is timed; what is not
installed is named. One core, processor time, medians of interleaved rounds (see `measuring.py`).
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence

from .contests import QUICK, Sizes, many, one
from .engines import ENGINES
from .measuring import Table, machine
from .recipes import recipe
from .tasks import bandwidth, eager, linear, threads, training

PACKAGES = ("symgrad", "llvmlite", "numpy", "casadi", "symengine", "sympy", "jax", "torch",
            "autograd", "micrograd")  # fmt: skip
SECTIONS: dict[str, Callable[[Sizes], Iterator[Table]]] = {
    section.__name__: section
    for section in (one, many, bandwidth, threads, eager, training, linear)
}
STACK = 512 << 20  # bytes: some peers recurse over a graph of thousands of nodes


def one_core() -> None:
    """This process on one core, each library with one thread and double precision."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    os.environ |= {"OMP_NUM_THREADS": "1", "JAX_ENABLE_X64": "1", "JAX_PLATFORMS": "cpu",
                   "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false"}  # fmt: skip


def warmed() -> None:
    """Every library imported and used once, and nothing of it looked at by the collector again."""
    for engine in ENGINES:
        if engine.one and not engine.missing() and not engine.slow:
            ready = engine.one(recipe(0, 5, 2), [0.5, 0.75])
            ready.run(1)  # `ready` lives on: casadi's trigger does not own its buffer
    gc.collect()
    gc.freeze()


def run(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="symgrad beside its peers.")
    parser.add_argument("--quick", action="store_true", help="small sizes, seconds")
    parser.add_argument("--markdown", action="store_true", help="tables for the README")
    parser.add_argument("--only", choices=SECTIONS, action="append", help="a section (repeatable)")
    options = parser.parse_args(arguments)
    one_core()
    warmed()
    print(machine(PACKAGES), end="\n\n", flush=True)
    for name in options.only or SECTIONS:
        for table in SECTIONS[name](QUICK if options.quick else Sizes()):
            print(table.markdown() if options.markdown else table.text(), flush=True)


def main() -> None:
    sys.setrecursionlimit(10**6)
    threading.stack_size(STACK)
    runner = threading.Thread(target=run)
    runner.start()
    runner.join()


if __name__ == "__main__":
    main()
