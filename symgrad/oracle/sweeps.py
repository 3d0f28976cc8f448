"""Every input of an operation judged, value and derivative: 65,536 of a half, 2^32 of float32.

- `sweep(engine, operation, dtype)` is a `SweepReport`: how many numbers are correctly rounded, how
  many are beyond what a correct engine may lose, the worst points, a picture.
- With `resume=FILE` each piece is written down when it is done, and not done again; `processes=N`
  share the work, or the workers of a dask `scheduler`.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import nullcontext
from dataclasses import dataclass, field
from html import escape
from importlib import import_module
from math import log2
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from ..doors import door
from ..errors import Unsupported, UsageError
from .engine_calls import understood
from .float_formats import FORMATS
from .remarks import FAILURES
from .sweep_chunks import BUCKETS, PARTS, WORST, Swept, engine_of, examined

Told = Callable[["SweepReport"], None]


@dataclass
class PartSwept:
    """The values, or the slopes: how many are right, how many wrong and how, where it is worst."""

    right: int = 0
    labels: Counter[str] = field(default_factory=Counter)
    worst: list[list[float]] = field(default_factory=list)  # ulps, input, got, exact
    buckets: list[float] = field(default_factory=lambda: [0.0] * BUCKETS)

    def add(self, data: dict[str, Any]) -> None:
        """A piece's part."""
        self.right += data["right"]
        self.labels.update(data["labels"])
        self.worst = sorted([*self.worst, *data["worst"]], key=lambda w: -w[0])[:WORST]
        self.buckets = [max(a, b) for a, b in zip(self.buckets, data["buckets"])]


@dataclass
class SweepReport:
    """One operation of one engine at every input of a format."""

    engine: str
    operation: str
    dtype: str
    inputs: int = 0
    pieces: int = 0
    value: PartSwept = field(default_factory=PartSwept)
    slope: PartSwept = field(default_factory=PartSwept)
    seconds: float = 0.0

    def __bool__(self) -> bool:
        return not any(part.labels[kind] for part in (self.value, self.slope) for kind in FAILURES)

    def add(self, data: dict[str, Any]) -> None:
        """One piece."""
        self.inputs += data["inputs"]
        self.pieces += 1
        for part in PARTS:
            getattr(self, part).add(data[part])

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        parts = {name: vars(getattr(self, name)) for name in PARTS}
        return {
            "symgrad_sweep": 1, "engine": self.engine, "operation": self.operation,
            "dtype": self.dtype, "inputs": self.inputs, "seconds": self.seconds, **parts,
        }  # fmt: skip

    @property
    def headline(self) -> str:
        return (f"{self.engine} {self.operation} ({self.dtype}): {self.inputs:,} inputs in "
                f"{self.seconds:.1f} s")  # fmt: skip

    def __str__(self) -> str:
        lines = [self.headline]
        for name in PARTS:
            lines += self.part_told(name, getattr(self, name))
        return "\n".join(lines)

    def part_told(self, name: str, part: PartSwept) -> Iterator[str]:
        """How many are right, what is wrong, and where it is worst."""
        text = FORMATS[self.dtype].text
        share = 100 * part.right / max(1, self.inputs)
        wrong = ", ".join(f"{kind} {part.labels[kind]:,}" for kind in (*FAILURES, "flushed")
                          if part.labels[kind])  # fmt: skip
        yield f"{name}: {share:.4g} % correctly rounded; beyond a correct engine: {wrong or 'none'}"
        for ulps, x, got, exact in part.worst[:3]:
            yield f"    {ulps:.3g} ulp at {text(x)}: got {text(got)}, exact {exact!r}"

    def picture(self) -> str:
        """Errors in ulps over the inputs, from the largest negative to the largest positive."""
        return drawn(self)


@door()
def sweep(
    engine: Any, operation: str, dtype: str = "bfloat16", *, resume: str | Path | None = None,
    processes: int = 1, scheduler: str | None = None, progress: Told | None = None,
    pieces: Iterable[int] | None = None,
) -> SweepReport:  # fmt: skip
    """Judge an engine (or the one of that name) at every input; `pieces` are some of the chunks.

    Raises UsageError for what cannot be swept.
    """
    swept = Swept(engine, operation, dtype).checked()
    name, *_ = understood(engine_of(swept))
    report, started = SweepReport(name, operation, dtype), time.monotonic()
    if (processes > 1 or scheduler) and not isinstance(engine, str):
        raise UsageError("several processes need the engine's name, torch or module:Class say")
    done = written_before(resume, report) if resume else {}
    for data in done.values():
        report.add(data)
    left = [k for k in (range(swept.chunks) if pieces is None else pieces) if k not in done]
    with open(resume, "a", encoding="utf-8") if resume else nullcontext() as file:
        for data in every(swept, left, processes, scheduler):
            report.add(data)
            report.seconds = time.monotonic() - started
            if file:
                file.write(json.dumps(data) + "\n")
                file.flush()
            if progress:
                progress(report)
    return report


def written_before(path: str | Path, report: SweepReport) -> dict[int, dict[str, Any]]:
    """The pieces in a file of an earlier run; a line that was cut off is none."""
    head = {"engine": report.engine, "operation": report.operation, "dtype": report.dtype}
    file = Path(path)
    if not file.exists() or not file.stat().st_size:
        file.write_text(json.dumps(head) + "\n", encoding="utf-8")
        return {}
    lines = file.read_text(encoding="utf-8").split("\n")
    try:
        same = json.loads(lines[0]) == head
    except ValueError:
        same = False
    if not same:
        raise UsageError(f"{path} is not of this sweep: {lines[0][:80]}")
    if lines[-1]:  # it was cut off in the middle
        file.write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")
    done = (json.loads(line) for line in lines[1:-1])
    return {data["chunk"]: data for data in done}


def every(
    swept: Swept, left: list[int], processes: int, scheduler: str | None
) -> Iterator[dict[str, Any]]:
    """The pieces as they are done, here, in processes or on a cluster."""
    if scheduler:
        yield from on_cluster(swept, left, scheduler)
    elif processes > 1 and len(left) > 1:
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            for one in as_completed([pool.submit(examined, swept, k) for k in left]):
                yield one.result()
    else:
        yield from (examined(swept, k) for k in left)


def on_cluster(swept: Swept, left: list[int], address: str) -> Iterator[dict[str, Any]]:
    try:
        dask: Any = import_module("distributed")
    except ImportError:
        raise Unsupported("a scheduler needs dask", hint="pip install symgrad[cluster]") from None
    with dask.Client(address) as client:
        for one in dask.as_completed(client.map(lambda k: examined(swept, k), left, pure=False)):
            yield one.result()


# --- the picture ----------------------------------------------------------------------------------

WIDE, HIGH, EDGE = 900, 260, 50  # pixels
PART_COLOURS = {"value": "#2b6cb0", "slope": "#c05621"}


def drawn(report: SweepReport) -> str:
    """An SVG: the largest error of each bucket on a logarithmic scale, the worst points named."""
    form = FORMATS[report.dtype]
    most = max(1.0, *report.value.buckets, *report.slope.buckets)
    half = BUCKETS // 2
    order = [*range(BUCKETS - 1, half - 1, -1), *range(half)]  # the negative ones from the left

    def height(ulps: float) -> float:
        return HIGH - EDGE - (HIGH - 2 * EDGE) * scale(ulps) / scale(most)

    lines = []
    for name, colour in PART_COLOURS.items():
        part: PartSwept = getattr(report, name)
        across = (EDGE + (WIDE - 2 * EDGE) * i / BUCKETS for i in range(BUCKETS))
        points = " ".join(f"{x:.1f},{height(part.buckets[b]):.1f}" for x, b in zip(across, order))
        lines.append(f'<polyline points="{points}" fill="none" stroke="{colour}"/>')
    words = [f'<text x="{EDGE}" y="20">{escape(report.headline)}</text>']
    for k, (name, colour) in enumerate(PART_COLOURS.items()):
        worst = getattr(report, name).worst[:1]
        told = f"{worst[0][0]:.3g} ulp at {form.text(worst[0][1])}" if worst else "none"
        place = f'x="{EDGE + 300 * k}" y="38" fill="{colour}"'
        words.append(f"<text {place}>{name}: worst {told}</text>")
    words += [f'<text x="{EDGE}" y="{HIGH - 8}">-{form.largest:.3g}</text>',
              f'<text x="{WIDE // 2}" y="{HIGH - 8}">0</text>',
              f'<text x="{WIDE - 2 * EDGE}" y="{HIGH - 8}">{form.largest:.3g}</text>']  # fmt: skip
    for ulps in (0.5, form.close, form.loose, most):
        y = height(ulps)
        line = f'<line x1="{EDGE}" x2="{WIDE - EDGE}" y1="{y:.0f}" y2="{y:.0f}" stroke="#ccc"/>'
        words.append(f'<text x="2" y="{y:.0f}">{ulps:.3g}</text>{line}')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}"'
    style = 'font-family="sans-serif" font-size="12"'
    return f"{head} {style}>{''.join(words)}{''.join(lines)}</svg>\n"


def scale(ulps: float) -> float:
    """Half an ulp and less lies at the bottom, twice as many are a step."""
    return max(0.0, 1 + log2(ulps)) + 0.05 if ulps > 0 else 0.0
