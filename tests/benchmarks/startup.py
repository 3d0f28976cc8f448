"""How long the command takes: `python -m tests.benchmarks.startup` prints medians and the ratio.

`symgrad diff` and `import sympy` run in turn, nine pairs after one that is not counted, so that a
busy machine slows both; bytecode is compiled by then.
"""

from __future__ import annotations

import subprocess
import sys
from statistics import median
from time import perf_counter

PAIRS = 9
COMMAND = "import sys; from symgrad.cli import main; sys.exit(main(sys.argv[1:]))"
RUNS = {
    "import sympy": ["-c", "import sympy"],
    "diff": ["-c", COMMAND, "diff", "tanh(x*w+b)", "--at", "x=2"],
    "diff --no-verify": [
        "-c", COMMAND, "diff", "tanh(x*w+b)", "--at", "x=2,w=0.5,b=1", "--no-verify"],
    "import symgrad": ["-c", "import symgrad"],
    "python": ["-c", "pass"],
}  # fmt: skip


def seconds(arguments: list[str]) -> float:
    start = perf_counter()
    subprocess.run([sys.executable, *arguments], capture_output=True, check=True)
    return perf_counter() - start


def main() -> None:
    times: dict[str, list[float]] = {name: [] for name in RUNS}
    for turn in range(PAIRS + 1):
        for name, arguments in RUNS.items():
            took = seconds(arguments)
            if turn:
                times[name].append(took)
    for name, found in times.items():
        print(f"{name:20}{1000 * median(found):8.0f} ms")
    ratio = median(a / b for a, b in zip(times["diff"], times["import sympy"]))
    print(f"{'diff / import sympy':20}{ratio:8.2f}")


if __name__ == "__main__":
    main()
